//! The step's questions, answered from the store.
//!
//! Must never answer with more than one visit needs: facts come in slices.

use super::{Host, Session, older_sales, read_back, settle, values, work};
use crate::base::{EditSequence, OperationId, SetId, TxnId};
use crate::books::{CompanyFile, ListKind, OperationKind, OperationState, TxnKind};
use crate::handoff::agenda::SLICE;
use crate::handoff::effects::CompanyLeave;
use crate::handoff::{
    Ahead, CanaryRef, Defence, DueList, Fact, Left, LookAlike, Page, Question, Queued, Request, UnknownWork,
    Verdict,
};
use crate::handoff::{outcome, probe};
use crate::qbxml;
use crate::store::{Lane, Reader};
use crate::workflow::Result;
use crate::workflow::computers;
use std::sync::atomic::Ordering;

/// Candidates of the canary: after so many changed by people the visit goes on (design 8.15).
const CANARIES: usize = 5;
/// Operations in doubt that one visit looks up.
const UNKNOWNS: usize = 50;
/// Transactions asked for by id at once.
const BY_ID: usize = 50;
/// Before everything in any company file: what changed since then in a list that was empty is the whole list, and so
/// little that it is asked for together with the others.
const EVER: &str = "1990-01-01T00:00:00";

pub(super) fn fact(host: &Host, session: &mut Session, question: Question) -> Result<Fact> {
    Ok(match question {
        Question::Ahead => Fact::Ahead(ahead(host, session)?),
        Question::Company => {
            let leave = company(host, session)?;
            host.remember_refusal(leave.as_ref().err().map_or("", String::as_str))?;
            Fact::Company(leave)
        }
        Question::Canary => Fact::Canary(canary(host)?),
        Question::Unknowns => Fact::Unknowns(unknowns(host, session)?),
        Question::Sweep => Fact::Sweep(sweep(host)?),
        Question::DueLists => Fact::DueLists(due_lists(host)?),
        Question::Slice(after) => Fact::Slice(slice(host, after)?),
        Question::ReadBack => Fact::ReadBack(read_back::asks(host, session)?),
        Question::Missing => Fact::Missing(missing(host)?),
        Question::RowsOf(ids) => Fact::RowsOf(host.profile.store().read(|r| r.account_rows_of(&ids))?),
        Question::Values => {
            let mut asks = values::asks(host)?;
            asks.extend(older_sales::ask(host)?);
            Fact::Values(asks)
        }
    })
}

/// What the visit will ask in any case. Nothing is asked of a stranger's books: only where all that the Web Connector told
/// says that our company file is open, and nothing stands in the way of work. What is in doubt may change what comes after.
fn ahead(host: &Host, session: &Session) -> Result<Ahead> {
    let (company, stuck) = host.profile.store().read(|r| {
        let frozen = r.meta("frozen")?.is_some_and(|frozen| !frozen.is_empty());
        let doubt = !r.operations_in(OperationState::Unknown, 1)?.is_empty();
        Ok((r.meta_json::<CompanyFile>("company")?, frozen || doubt || r.sweep_since()?.is_some()))
    })?;
    let (told, ours) = (&session.company, host.profile.settings().endpoint.file_id.to_string());
    let same = company.is_some_and(|known| {
        !session.path.is_empty()
            && known.path.eq_ignore_ascii_case(&session.path)
            && (told.name.is_empty() || told.name == known.name)
            && (told.file_id.is_empty() || same_guid(&told.file_id, &ours))
    });
    if !same || stuck {
        return Ok(Ahead::default());
    }
    let slice = host.profile.store().read(|r| Ok(next_slice(r, (-1, -1), &host.now())?.bound))?;
    Ok(Ahead { canary: canary(host)?.into_iter().next(), lists: due_lists(host)?, slice })
}

fn same_guid(one: &str, other: &str) -> bool {
    let bare = |text: &str| text.trim().trim_matches(['{', '}']).to_ascii_lowercase();
    bare(one) == bare(other)
}

/// The company guard (design 8.18).
fn company(host: &Host, session: &Session) -> Result<std::result::Result<CompanyLeave, String>> {
    let seen = session.company.clone();
    let ours = host.profile.settings().endpoint.file_id.to_string();
    let (adopted, waiting, frozen) = host.profile.store().read(|r| {
        Ok((
            r.meta_json::<CompanyFile>("company")?,
            r.meta("company_waiting")?,
            r.meta("frozen")?.unwrap_or_default(),
        ))
    })?;
    if seen.name.is_empty() {
        // Without a name nothing can be compared; a question that was not answered is no leave to go on.
        return Ok(Err(
            "QuickBooks did not say which company file is open. Nothing was read or written.".into()
        ));
    }
    if !seen.file_id.is_empty() && !same_guid(&seen.file_id, &ours) {
        return Ok(Err(format!(
            "{} belongs to another Countersign profile (its stamp differs). No work was done. Open the right company file.",
            seen.name
        )));
    }
    let Some(known) = adopted else {
        return first_company(host, seen);
    };
    if !seen.country.is_empty() && !seen.country.eq_ignore_ascii_case("US") {
        return Ok(Err("Countersign works with the US edition of QuickBooks only.".into()));
    }
    let other_path =
        !known.path.is_empty() && !seen.path.is_empty() && !known.path.eq_ignore_ascii_case(&seen.path);
    if known.name != seen.name || other_path {
        let text =
            format!("{} at {} is open instead of {} at {}", seen.name, seen.path, known.name, known.path);
        let kept = seen.clone();
        host.profile.store().write(Lane::Endpoint, move |tx| tx.set_meta_json("company_waiting", &kept))?;
        return Ok(Err(format!(
            "{text}. Nothing was read or written. If this is the same company in a new place, confirm it in Countersign (step 1)."
        )));
    }
    if waiting.is_some() {
        // The confirmed file is open again: the other one must not be confirmed by a later `unfreeze`.
        host.profile.store().write(Lane::Endpoint, |tx| tx.clear_meta("company_waiting"))?;
    }
    Ok(Ok(CompanyLeave { may_write: frozen.is_empty() }))
}

fn first_company(host: &Host, seen: CompanyFile) -> Result<std::result::Result<CompanyLeave, String>> {
    let at = host.now();
    if host.options.adopt_company {
        host.profile.store().write(Lane::Endpoint, move |tx| {
            tx.set_meta_json("company", &seen)?;
            tx.event(&at, "countersign", "company_adopted", "company", &seen)?;
            Ok(())
        })?;
        return Ok(Ok(CompanyLeave { may_write: true }));
    }
    let name = seen.name.clone();
    host.profile.store().write(Lane::Endpoint, move |tx| tx.set_meta_json("company_waiting", &seen))?;
    Ok(Err(format!(
        "Countersign sees the company file {name} for the first time. Confirm it in Countersign (step 1), then run the update again."
    )))
}

fn canary(host: &Host) -> Result<Vec<CanaryRef>> {
    if !host.stands(Defence::Canary) {
        return Ok(Vec::new());
    }
    Ok(host.profile.store().read(|r| {
        let mut candidates: Vec<CanaryRef> = Vec::new();
        for operation in r.canary_candidates(CANARIES * 2)? {
            let (Some(txn), Some(draft)) = (operation.result_id, operation.draft_id) else { continue };
            let row = r.draft(draft)?;
            let Some(kind) = row.kind else { continue };
            let left = match operation.kind {
                OperationKind::TxnDel => Left::Removed,
                OperationKind::TxnVoid => Left::Voided,
                _ => Left::Standing,
            };
            // What is known to be gone was found by an earlier look and told; it proves nothing any more. But what we
            // deleted is to be gone: that it is back proves a restore.
            let told = row.gone && left != Left::Removed;
            if told || candidates.iter().any(|c| c.txn.as_str() == txn) || candidates.len() >= CANARIES {
                continue;
            }
            let edits = r.edits_of(&txn)?.into_iter().map(EditSequence::from).collect();
            candidates.push(CanaryRef { kind, txn: TxnId::from(txn), edits, left });
        }
        Ok(candidates)
    })?)
}

fn unknowns(host: &Host, session: &Session) -> Result<Vec<UnknownWork>> {
    let user = session.user.clone();
    let (remembers, bound) = (host.stands(Defence::AnsweredIsDead), host.stands(Defence::Identity));
    Ok(host.profile.store().read(|r| {
        let mut unknowns = Vec::new();
        for operation in r.operations_in(OperationState::Unknown, UNKNOWNS)? {
            let Some(set) = r.newest_set(operation.id)? else { continue };
            unknowns.push(UnknownWork {
                id: operation.id,
                work: work::as_sent(r, &operation)?,
                handed_at: set.handed_at.parse().unwrap_or(crate::base::Instant::UNIX_EPOCH),
                // Of this very set: an answer to an earlier one does not make this one dead (ruling 1).
                answered: set.response.is_some() && remembers,
                refusal: set.response.as_deref().filter(|_| remembers).and_then(refusal),
                attempt: u32::try_from(operation.attempt).unwrap_or(u32::MAX),
                same_identity: set.identity == user
                    || !bound
                    || computers::is_gone(r, &set.id, &set.identity)?,
                set: SetId::from(set.id),
                rounds: u32::try_from(operation.rounds).unwrap_or(u32::MAX),
            });
        }
        Ok(unknowns)
    })?)
}

/// After an older copy of the profile: our transactions by the time of their making, which a clock that is off falsifies,
/// and by their own dates, which a person may change (`exactly-once.md` C25, ruling 14).
fn sweep(host: &Host) -> Result<Vec<Request>> {
    if !host.stands(Defence::Sweep) {
        return Ok(Vec::new());
    }
    Ok(host.profile.store().read(|r| {
        let Some(since) = r.sweep_since()? else { return Ok(Vec::new()) };
        let from = probe::from_time(since.parse().unwrap_or(crate::base::Instant::UNIX_EPOCH));
        let mut asks = Vec::new();
        for kind in TxnKind::ALL {
            let (from, page) = (from.clone(), Page::Whole);
            asks.push(Request::TxnModified {
                kind,
                from,
                to: None,
                lines: kind == TxnKind::JournalEntry,
                page,
            });
            if let Some((from, to)) = r.drafted_span(kind)? {
                asks.push(Request::TxnDated { kind, from, to, page: Page::Whole });
            }
        }
        Ok(asks)
    })?)
}

/// With what a stored answer refuses, if it can be read at all.
fn refusal(response: &[u8]) -> Option<(i32, String)> {
    let text = std::str::from_utf8(response).ok()?;
    outcome::refusal_in(&qbxml::read::answers(text).ok()?)
}

/// Lists are pulled at the first visit, on request, and before every batch those that it uses, whose entries are then
/// known to be fresh (`exactly-once.md` ruling 12, design 8.16).
fn due_lists(host: &Host) -> Result<Vec<DueList>> {
    let asked = host.lists_requested.load(Ordering::Relaxed);
    let (marks, about) =
        host.profile.store().read(|r| Ok((r.list_marks()?, r.queued_about(&host.now())?)))?;
    let mut due = Vec::new();
    for list in ListKind::ALL {
        let mark = marks.iter().find(|m| m.list == list.word());
        let used = about.iter().any(|(target, kind)| uses(target, kind.as_deref(), list));
        if mark.is_none() || asked || used {
            let empty = mark.filter(|m| m.count == 0).map(|_| EVER.to_string());
            due.push(DueList { list, since: mark.and_then(|m| m.since.clone()).or(empty) });
        }
    }
    Ok(due)
}

/// Whether an operation on such a target names entries of this list, or shares its names. What is not known here uses
/// them all.
fn uses(target: &str, kind: Option<&str>, list: ListKind) -> bool {
    let name =
        matches!(list, ListKind::Customer | ListKind::Vendor | ListKind::Employee | ListKind::OtherName);
    match (target, kind.and_then(TxnKind::from_word)) {
        ("Item", _) => !name,
        ("draft", Some(TxnKind::Invoice | TxnKind::CreditMemo)) => !name || list == ListKind::Customer,
        ("draft", Some(TxnKind::Bill | TxnKind::VendorCredit)) => !name || list == ListKind::Vendor,
        _ => true,
    }
}

/// The next queued operations of one priority, bound; what cannot go because of a refused entry is handed to a person.
fn slice(host: &Host, after: Option<OperationId>) -> Result<Vec<Queued>> {
    let now = host.now();
    let mut place = match after {
        Some(id) => host.profile.store().read(|r| r.place_of(id))?,
        None => (-1, -1),
    };
    loop {
        let at = place;
        let Next { bound, settled, last } = host.profile.store().read(|r| next_slice(r, at, &now))?;
        for (id, verdict) in settled {
            let at = host.now();
            host.profile.store().write(Lane::Endpoint, move |tx| {
                if matches!(verdict, Verdict::Done { .. }) {
                    // A later state of the profile handed it over, perhaps with another content: it is read.
                    tx.ask_whole_read_back()?;
                }
                settle::settle(tx, id, &verdict, &at)
            })?;
        }
        match last {
            None => return Ok(Vec::new()),
            Some(last) if bound.is_empty() => place = last,
            Some(_) => return Ok(bound),
        }
    }
}

/// The next of the queue after a place.
#[derive(Default)]
struct Next {
    /// What may go.
    bound: Vec<Queued>,
    /// What may not, and why; what needs not any more.
    settled: Vec<(OperationId, Verdict)>,
    /// Where the last one looked at stands.
    last: Option<(i64, i64)>,
}

fn next_slice(r: &Reader<'_>, at: (i64, i64), now: &str) -> crate::store::Result<Next> {
    // A guard is read directly before its write, so what stands in QuickBooks comes alone.
    let first = r.queued_after(at.0, at.1, now, 1)?;
    let alone =
        first.first().is_some_and(|op| !matches!(op.kind, OperationKind::TxnAdd | OperationKind::ListAdd));
    let operations = if alone { first } else { r.queued_after(at.0, at.1, now, SLICE)? };
    let mut next = Next::default();
    let mut priority = None;
    for operation in operations {
        let here = r.place_of(operation.id)?;
        // List entries first, to the end: what follows may need them.
        if *priority.get_or_insert(here.0) != here.0 {
            break;
        }
        next.last = Some(here);
        match work::bind(r, &operation)? {
            work::Bound::Ready(work) => {
                let attempt = u32::try_from(operation.attempt).unwrap_or(u32::MAX);
                let before = work::left_before(r, &operation)?;
                let accepted = r.look_alike(operation.id)?.map_or_else(Vec::new, LookAlike::let_go);
                next.bound.push(Queued { id: operation.id, work, attempt, before, accepted });
            }
            work::Bound::Blocked { code, text } => {
                next.settled.push((operation.id, Verdict::Person { code, text, look_alike: None }));
            }
            work::Bound::There(verdict) => next.settled.push((operation.id, verdict)),
            work::Bound::Waits => {}
        }
    }
    Ok(next)
}

fn missing(host: &Host) -> Result<Vec<(TxnKind, Vec<TxnId>)>> {
    let not_seen = host.profile.store().read(|r| r.not_seen_in(r.read_run()?))?;
    let mut missing: Vec<(TxnKind, Vec<TxnId>)> = Vec::new();
    for (kind, txn) in not_seen {
        match missing.last_mut() {
            Some((last, ids)) if *last == kind && ids.len() < BY_ID => ids.push(TxnId::from(txn)),
            _ => missing.push((kind, vec![TxnId::from(txn)])),
        }
    }
    Ok(missing)
}
