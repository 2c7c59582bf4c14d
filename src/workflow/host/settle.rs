//! Makes conclusions durable: operations and drafts move together, each with one event.
//!
//! Must never move anything against `handoff::transitions`.

use super::after::{Changes, entry_deleted, keep_entry};
use super::{Host, Notice, Session, older_sales, seen, values};
use crate::base::{Cents, DraftId, OperationId, PostingKey};
use crate::books::{CompanyFile, DraftState, OperationKind, OperationState, Payload, Preferences};
use crate::drafting::RoundingSeen;
use crate::handoff::{Effect, LookAlike, TxnSeen, Verdict, compare, transitions};
use crate::store::operations::Operation;
use crate::store::readback::Look;
use crate::store::{Lane, Result, StoreError, Tx};
use crate::workflow::redraft::ROUNDING_SEEN;
use std::sync::atomic::Ordering;

/// Seconds that an operation waits after QuickBooks said that something is in use (ruling 1).
const PAUSE_SECONDS: i64 = 30;

/// What an event is about.
pub(super) fn subject(operation: &Operation) -> String {
    match operation.draft_id {
        Some(draft) => format!("draft/{draft}"),
        None => operation.target.clone(),
    }
}

/// The draft of an Add goes where its operation goes. What changes, voids or deletes a posted document moves the
/// proposal beside it; finalising leaves its draft where it is.
pub(super) fn follow_draft(tx: &Tx<'_>, operation: &Operation, to: OperationState, at: &str) -> Result<()> {
    let Some(draft) = operation.draft_id else { return Ok(()) };
    let Some(state) = transitions::draft_state(to) else { return Ok(()) };
    match operation.kind {
        OperationKind::TxnAdd => {
            let now = tx.reader().draft(draft)?.state;
            if now == state { Ok(()) } else { tx.move_draft(draft, now, state, at) }
        }
        OperationKind::TxnMod | OperationKind::TxnVoid | OperationKind::TxnDel => {
            tx.move_proposal(draft, Some(state))
        }
        _ => Ok(()),
    }
}

pub(super) fn advance(tx: &Tx<'_>, operation: &Operation, to: OperationState, at: &str) -> Result<()> {
    if operation.state == to {
        return Ok(());
    }
    if !transitions::legal(operation.state, to) {
        return Err(StoreError::Refused(format!(
            "operation {} cannot go from {} to {}",
            operation.id,
            operation.state.word(),
            to.word()
        )));
    }
    tx.move_operation(operation.id, operation.state, to)?;
    follow_draft(tx, operation, to, at)
}

/// Concludes about one operation. What is final stays as it is: a late or repeated answer is kept and ignored (R3, R4).
pub(super) fn settle(tx: &Tx<'_>, id: OperationId, verdict: &Verdict, at: &str) -> Result<()> {
    let operation = tx.reader().operation(id)?;
    if operation.state.is_final() {
        return Ok(());
    }
    if let Some(set) = tx.reader().newest_set(id)?
        && set.status == "Open"
    {
        tx.settle_set(&set.id, if set.response.is_some() { "Answered" } else { "Absent" })?;
    }
    let (kind, text) = match verdict {
        Verdict::Done { seen, id: made, edit_sequence, note } => {
            advance(tx, &operation, OperationState::Done, at)?;
            done(tx, &operation, made, edit_sequence.as_str(), seen.as_ref(), at)?;
            tx.note_operation(id, Some(0), note)?;
            ("confirmed", note.clone())
        }
        Verdict::Refused { status, message } => {
            advance(tx, &operation, OperationState::Refused, at)?;
            tx.note_operation(id, Some(i64::from(*status)), message)?;
            if let Some(draft) = operation.draft_id {
                tx.add_reason(
                    draft,
                    "refused",
                    &format!("QuickBooks refused it ({status}): {message}"),
                    true,
                )?;
            }
            ("refused", format!("{status}: {message}"))
        }
        Verdict::Unknown { why } => {
            if operation.state == OperationState::Unknown {
                return Ok(());
            }
            advance(tx, &operation, OperationState::Unknown, at)?;
            tx.note_operation(id, operation.status_code, why)?;
            ("unknown", why.clone())
        }
        Verdict::Person { code, text, look_alike } => {
            // What stopped it before did not stop the person who let it go on.
            let known = tx.reader().look_alike(id)?.map_or_else(Vec::new, LookAlike::let_go);
            let look_alike = look_alike.clone().map(|it| LookAlike { accepted: known, ..it });
            tx.set_look_alike(id, look_alike.as_ref())?;
            advance(tx, &operation, OperationState::NeedsAttention, at)?;
            tx.note_operation(id, operation.status_code, text)?;
            if let Some(draft) = operation.draft_id {
                tx.add_reason(draft, code, text, true)?;
            }
            ("needs_person", text.clone())
        }
        Verdict::Again { why, pause } => {
            advance(tx, &operation, OperationState::Queued, at)?;
            tx.note_operation(id, operation.status_code, why)?;
            let until = at
                .parse::<crate::base::Instant>()
                .ok()
                .and_then(|now| now.checked_add(jiff::Span::new().seconds(PAUSE_SECONDS)).ok())
                .map(|until| until.to_string());
            tx.wait_with(id, if *pause { until.as_deref() } else { None })?;
            ("queued_again", why.clone())
        }
        Verdict::Deleted { text } => {
            deleted(tx, &operation, text, at)?;
            ("gone", text.clone())
        }
    };
    let body = serde_json::json!({"operation": operation.kind.word(), "text": text});
    tx.event(at, "quickbooks", kind, &subject(&operation), &body)?;
    Ok(())
}

fn done(
    tx: &Tx<'_>,
    operation: &Operation,
    made: &str,
    edit_sequence: &str,
    seen: Option<&TxnSeen>,
    at: &str,
) -> Result<()> {
    tx.operation_done(operation.id, made, edit_sequence, at)?;
    if let Some(draft) = operation.draft_id {
        tx.drop_handoff_reasons(draft)?;
    }
    match (operation.kind, operation.draft_id) {
        (OperationKind::TxnAdd | OperationKind::TxnMod, Some(draft)) => {
            let payload = tx.reader().version(draft, operation.version)?.map(|v| v.payload);
            let was_pending = match operation.kind {
                OperationKind::TxnAdd => payload.as_ref().is_some_and(|p| p.pending),
                _ => tx.reader().draft(draft)?.pending,
            };
            let pending = seen.map_or(was_pending, |s| s.pending);
            let total: Option<Cents> = match (seen, &payload) {
                (Some(seen), Some(payload)) => Some(compare::own_total(seen, payload)),
                (seen, _) => seen.map(|s| s.total),
            };
            tx.set_posted(draft, made, edit_sequence, pending, total, operation.version)?;
            if operation.kind == OperationKind::TxnMod {
                changed(tx, operation, draft, at)?;
            }
            if let Some(seen) = seen {
                tx.quickbooks_clock_is(&seen.time_modified)?;
            }
            match (seen, &payload) {
                (Some(seen), Some(payload)) => {
                    learn_rounding(tx, seen, payload)?;
                    if !seen.lines.is_empty() {
                        tx.set_standing(draft, seen, false)?;
                    }
                    say_differences(tx, draft, seen, payload)
                }
                // Confirmed without its lines: they are read in the next read-back (design 4.4).
                _ => tx.forget_lines(draft),
            }
        }
        (OperationKind::TxnVoid | OperationKind::TxnDel, Some(draft)) => taken_out(tx, operation, draft, at),
        (OperationKind::Finalise, Some(draft)) => {
            tx.set_posted(draft, made, edit_sequence, false, seen.map(|s| s.total), None)
        }
        (OperationKind::ListAdd, _) => match contact_of(&operation.target) {
            Some((contact, role)) => tx.bind_link(contact, role, made),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Whether QuickBooks rounds tax by line or over the sum shows in its answers only (design 8.6).
fn learn_rounding(tx: &Tx<'_>, seen: &TxnSeen, payload: &Payload) -> Result<()> {
    let mut known: RoundingSeen = tx.reader().meta_json(ROUNDING_SEEN)?.unwrap_or_default();
    if known.note(payload, seen.tax) { tx.set_meta_json(ROUNDING_SEEN, &known) } else { Ok(()) }
}

/// A change was confirmed: the draft is now what that version says, and a newer one is proposed anew.
fn changed(tx: &Tx<'_>, operation: &Operation, draft: DraftId, at: &str) -> Result<()> {
    tx.take_over(draft, operation.version, at)?;
    let row = tx.reader().draft(draft)?;
    if row.state == DraftState::DriftedInQuickBooks {
        tx.move_draft(draft, DraftState::DriftedInQuickBooks, DraftState::Posted, at)?;
    }
    Ok(())
}

/// It was voided or deleted in QuickBooks by a decision recorded here.
fn taken_out(tx: &Tx<'_>, operation: &Operation, draft: DraftId, at: &str) -> Result<()> {
    let row = tx.reader().draft(draft)?;
    tx.drop_proposal(draft)?;
    if operation.kind == OperationKind::TxnDel
        && let Some(txn) = &row.txn_id
    {
        tx.not_there(txn)?;
    }
    tx.move_draft(draft, row.state, DraftState::Voided, at)
}

/// Posted, and not quite as approved: said on the draft (`exactly-once.md` 5.3).
fn say_differences(tx: &Tx<'_>, draft: DraftId, seen: &TxnSeen, payload: &Payload) -> Result<()> {
    let Some(key) = key_of(tx, draft)? else { return Ok(()) };
    let differences = compare::differences(seen, payload, key);
    if differences.is_empty() {
        return Ok(());
    }
    let text = format!("QuickBooks holds it otherwise than approved: {}.", differences.join("; "));
    tx.add_reason(draft, "differs_in_quickbooks", &text, false)
}

/// The marks of a draft.
pub(super) fn key_of(tx: &Tx<'_>, draft: DraftId) -> Result<Option<PostingKey>> {
    Ok(tx.reader().posting_key(draft)?.as_deref().and_then(PostingKey::parse))
}

/// `Contact/4101/Customer` as contact and role.
fn contact_of(target: &str) -> Option<(i64, crate::books::PartyList)> {
    let mut parts = target.split('/');
    if parts.next() != Some("Contact") {
        return None;
    }
    let contact = parts.next()?.parse().ok()?;
    let role = match parts.next()? {
        "Vendor" => crate::books::PartyList::Vendor,
        _ => crate::books::PartyList::Customer,
    };
    Some((contact, role))
}

fn deleted(tx: &Tx<'_>, operation: &Operation, text: &str, at: &str) -> Result<()> {
    if operation.kind == OperationKind::TxnAdd {
        advance(tx, operation, OperationState::Done, at)?;
    } else {
        advance(tx, operation, OperationState::NeedsAttention, at)?;
    }
    tx.note_operation(operation.id, operation.status_code, text)?;
    // The proof's side of QuickBooks is older than this.
    tx.ask_whole_read_back()?;
    match operation.draft_id {
        Some(draft) => gone(tx, draft, text, at),
        None => Ok(()),
    }
}

/// A posted draft is no longer in QuickBooks.
fn gone(tx: &Tx<'_>, draft: DraftId, text: &str, at: &str) -> Result<()> {
    let row = tx.reader().draft(draft)?;
    if let Some(txn) = &row.txn_id {
        tx.not_there(txn)?;
    }
    if row.state == DraftState::Voided {
        return Ok(());
    }
    tx.set_gone(draft, true)?;
    tx.add_reason(draft, "gone_from_quickbooks", text, true)?;
    if row.state == DraftState::Posted {
        tx.move_draft(draft, DraftState::Posted, DraftState::DriftedInQuickBooks, at)?;
    }
    Ok(())
}

/// Keeps the effects of one input in one transaction.
pub(super) fn keep(host: &Host, session: &mut Session, effects: Vec<Effect>) -> crate::workflow::Result<()> {
    for effect in &effects {
        match effect {
            Effect::KeepCompany { company, preferences, .. } => {
                let known: Option<Preferences> = host.profile.store().read(|r| r.meta_json("preferences"))?;
                // A closing date that was set or lifted changes what may be approved.
                if preferences.is_some() && *preferences != known {
                    session.changes.note_ground();
                }
                if !company.name.is_empty() {
                    session.company.clone_from(company);
                }
                session.company.path.clone_from(&session.path);
                host.tell(Notice::Company { name: crate::base::text::for_screen(&session.company.name) });
            }
            // Whether a proposed change may still go is looked at again after the visit.
            Effect::Seen(_) | Effect::Gone(_) | Effect::Settle { .. } => session.changes.note_outcomes(),
            Effect::Freeze(why) => {
                host.remember_words(why);
                host.tell(Notice::Frozen { why: crate::base::text::for_screen(why) });
            }
            _ => {}
        }
    }
    let outcomes: Vec<(OperationId, Verdict)> = effects
        .iter()
        .filter_map(|e| match e {
            Effect::Settle { operation, verdict } => Some((*operation, verdict.clone())),
            _ => None,
        })
        .collect();
    let mut effects = effects;
    if let [effect] = effects.as_slice()
        && is_known_company(host, &session.company, effect)?
    {
        effects.clear();
    }
    let (at, known) = (host.now(), Known::of(session));
    if effects.iter().all(is_a_note) {
        session.noted.extend(effects);
        return Ok(());
    }
    let effects: Vec<Effect> = std::mem::take(&mut session.noted).into_iter().chain(effects).collect();
    let lists_done = effects.iter().any(|e| matches!(e, Effect::ListDeleted(_)));
    let lasts = effects.iter().any(must_last);
    let work = move |tx: &Tx<'_>| {
        let mut changes = Changes::default();
        for effect in effects {
            keep_one(tx, effect, &known, &mut changes, &at)?;
        }
        Ok(changes)
    };
    let store = host.profile.store();
    let changed =
        if lasts { store.write(Lane::Endpoint, work)? } else { store.write_learnt(Lane::Endpoint, work)? };
    session.changes.add(changed);
    if lists_done {
        host.lists_requested.store(false, Ordering::Relaxed);
    }
    for (operation, verdict) in outcomes {
        host.tell(Notice::Outcome { text: say(&name_of(host, operation), &verdict) });
    }
    Ok(())
}

/// Whether the reply says that it is kept (W2): an outcome, a stop, the end of a sweep. All else is what QuickBooks showed,
/// and is shown again when it is asked again.
const fn must_last(effect: &Effect) -> bool {
    match effect {
        Effect::Gone(ids) => !ids.is_empty(),
        Effect::Settle { .. } | Effect::Freeze(_) | Effect::CountRound(_) | Effect::SweepDone => true,
        _ => false,
    }
}

/// Whether nothing is lost when it is kept a little later: that a list was read to its end, and pages without content.
/// A sync to disk for each of them would be most of what a visit costs.
const fn is_a_note(effect: &Effect) -> bool {
    match effect {
        Effect::ListDone { refused, .. } => refused.is_none(),
        Effect::KeepEntries(entries) => entries.is_empty(),
        Effect::Seen(txns) => txns.is_empty(),
        Effect::Gone(ids) => ids.is_empty(),
        Effect::Deleted(gone) => gone.is_empty(),
        _ => false,
    }
}

/// Keeps the notes that still wait.
pub(super) fn flush(host: &Host, session: &mut Session) -> crate::workflow::Result<()> {
    let noted = std::mem::take(&mut session.noted);
    if noted.is_empty() {
        return Ok(());
    }
    let (at, known) = (host.now(), Known::of(session));
    host.profile.store().write_learnt(Lane::Endpoint, move |tx| {
        let mut changes = Changes::default();
        noted.into_iter().try_for_each(|effect| keep_one(tx, effect, &known, &mut changes, &at))
    })?;
    Ok(())
}

/// What an operation is about, as a bookkeeper says it.
fn name_of(host: &Host, operation: OperationId) -> String {
    let named = host.profile.store().read(|r| {
        let row = r.operation(operation)?;
        Ok(match (row.draft_id, row.list_add) {
            (Some(draft), _) => {
                let draft = r.draft(draft)?;
                let kind = draft.kind.map_or("document", crate::books::TxnKind::title);
                let state = if draft.pending { " (pending)" } else { "" };
                (format!("{kind} {}", draft.ref_number), format!("posted{state}"))
            }
            (None, Some(entry)) => (entry.in_words(), "created".to_string()),
            (None, None) => (row.target, "done".to_string()),
        })
    });
    // A name is for people only; without one the number does.
    named.map_or_else(|_| format!("operation {operation}: done"), |(name, done)| format!("{name}: {done}"))
}

/// `done` is the sentence for the case that it was confirmed: `invoice 10344: posted`.
fn say(done: &str, verdict: &Verdict) -> String {
    let name = done.rsplit_once(": ").map_or(done, |(name, _)| name);
    let text = match verdict {
        Verdict::Done { .. } => return crate::base::text::for_screen(done),
        Verdict::Refused { status, message } => format!("refused ({status}): {message}"),
        Verdict::Unknown { why } => format!("unknown: {why}"),
        Verdict::Person { text, .. } | Verdict::Deleted { text } => text.clone(),
        Verdict::Again { why, .. } => format!("queued again: {why}"),
    };
    crate::base::text::for_screen(&format!("{name}: {text}"))
}

/// What the visit knows while an effect is kept.
struct Known {
    company: CompanyFile,
    look: Look,
}

impl Known {
    fn of(session: &Session) -> Self {
        Known { company: session.company.clone(), look: session.look.clone() }
    }
}

fn keep_one(tx: &Tx<'_>, effect: Effect, known: &Known, changes: &mut Changes, at: &str) -> Result<()> {
    match effect {
        Effect::Settle { operation, verdict } => settle(tx, operation, &verdict, at),
        Effect::CountRound(operation) => tx.count_round(operation).map(drop),
        Effect::KeepCompany { preferences, name_capacity, .. } => {
            keep_company(tx, &known.company, preferences.as_ref(), name_capacity)
        }
        Effect::KeepEntries(entries) => {
            for seen in entries {
                keep_entry(tx, &seen.entry, &seen.time_modified, changes)?;
            }
            Ok(())
        }
        Effect::ListDone { list, refused } => tx.mark_list(list, at, refused.as_deref()),
        Effect::ListDeleted(gone) => {
            for entry in gone {
                entry_deleted(tx, &entry, changes)?;
            }
            Ok(())
        }
        Effect::Seen(txns) => {
            let run = tx.reader().read_run()?;
            for txn in txns {
                seen::keep(tx, &txn, run, at)?;
            }
            Ok(())
        }
        Effect::Deleted(gone) => gone.iter().try_for_each(|gone| tx.said_deleted(&gone.id)),
        Effect::Swept(txns) => txns.iter().try_for_each(|txn| seen::keep_marks(tx, txn)),
        Effect::SweepDone => {
            tx.sweep_is_done()?;
            let found = tx.reader().marks_found()?;
            tx.event(at, "quickbooks", "swept_for_marks", "company", &found).map(drop)
        }
        Effect::Gone(ids) => {
            for id in ids {
                let Some(draft) = tx.reader().draft_of_txn(id.as_str(), None, "")? else { continue };
                if tx.reader().draft(draft)?.state == DraftState::Voided {
                    // Reversed already, so nothing is missed; but its absence must not stop every visit (design 8.15).
                    tx.not_there(id.as_str())?;
                    tx.set_gone(draft, true)?;
                    continue;
                }
                gone(tx, draft, "It is no longer in QuickBooks.", at)?;
                tx.event(at, "quickbooks", "gone", &format!("draft/{draft}"), &id)?;
            }
            Ok(())
        }
        Effect::AccountRows(rows) => values::keep_rows(tx, &rows),
        Effect::AccountRowsDone { account, from, to } => values::rows_done(tx, &account, (from, to), at),
        Effect::Balance { account, day, amount } => tx.keep_balance(&account, day, amount, at),
        Effect::OlderSales(sales) => older_sales::keep(tx, &sales, at),
        Effect::ReadBackDone => tx.read_back_is_done(&known.look, at),
        Effect::Freeze(why) => freeze(tx, &why, at),
        Effect::Look(_)
        | Effect::HandOut { .. }
        | Effect::Resend { .. }
        | Effect::Note(_)
        | Effect::Finished(_) => Ok(()),
    }
}

/// What QuickBooks says of itself.
fn keep_company(
    tx: &Tx<'_>,
    company: &CompanyFile,
    preferences: Option<&Preferences>,
    name_capacity: Option<u32>,
) -> Result<()> {
    tx.set_meta_json("company_seen", company)?;
    if let Some(preferences) = preferences {
        tx.set_meta_json("preferences", preferences)?;
    }
    match name_capacity {
        Some(capacity) => tx.set_meta_json("name_capacity", &capacity),
        None => Ok(()),
    }
}

/// Whether QuickBooks says of itself what it said before, as nearly always: then nothing is written.
fn is_known_company(host: &Host, company: &CompanyFile, effect: &Effect) -> crate::workflow::Result<bool> {
    let Effect::KeepCompany { preferences, name_capacity, .. } = effect else { return Ok(false) };
    let (seen, known, capacity) = host.profile.store().read(|r| {
        Ok((
            r.meta_json::<CompanyFile>("company_seen")?,
            r.meta_json::<Preferences>("preferences")?,
            r.meta_json::<u32>("name_capacity")?,
        ))
    })?;
    Ok(seen.as_ref() == Some(company)
        && (preferences.is_none() || *preferences == known)
        && (name_capacity.is_none() || *name_capacity == capacity))
}

/// No more writes until a person has looked; everything posted is swept before that (design 8.15).
pub(super) fn freeze(tx: &Tx<'_>, why: &str, at: &str) -> Result<()> {
    if tx.reader().meta("frozen")?.is_some_and(|frozen| !frozen.is_empty()) {
        return Ok(());
    }
    tx.set_meta("frozen", why)?;
    tx.ask_whole_read_back()?;
    tx.forget_list_marks()?;
    tx.event(at, "countersign", "frozen", "company", &why)?;
    Ok(())
}
