//! The look before a write: what is asked of QuickBooks about a slice of queued operations, and what the answers clear.
//!
//! Must never clear an operation on an unanswered question. Adds: one RefNumber query per slice; list entries: their
//! names in every list of the shared name space; what stands already: the guard, read directly before (design 8.16, 4.4).

use super::answer::{Answer, AnswerSet, Found, TxnSeen};
use super::guard::{self, Check};
use super::request::Request;
use super::work::{Existing, LookAlike, Queued, Verdict, Work};
use super::{compare, lines, probe};
use crate::base::{EditSequence, OperationId, PostingKey};
use crate::books::{ListAdd, ListEntry, ListKind, ListMod, TxnKind};

/// How many Adds are looked up at once.
pub const SLICE: usize = 25;

/// Which of a slice are looked at together. A guard is read directly before its write, so what stands in QuickBooks goes
/// one at a time.
#[must_use]
pub fn looked_at_together(slice: Vec<Queued>) -> Vec<Queued> {
    let guarded = slice.first().is_some_and(|queued| queued.work.is_guarded());
    let most = if guarded { 1 } else { SLICE };
    slice.into_iter().take_while(|queued| queued.work.is_guarded() == guarded).take(most).collect()
}

/// The requests of the look, each with its requestID.
#[must_use]
pub fn look(slice: &[Queued]) -> Vec<(String, Request)> {
    let mut requests = Vec::new();
    for kind in TxnKind::ALL {
        let refs: Vec<String> = slice
            .iter()
            .filter_map(|queued| match &queued.work {
                Work::Txn { payload, .. } if payload.kind == kind => Some(payload.ref_number.clone()),
                _ => None,
            })
            .filter(|number| !number.is_empty())
            .collect();
        if !refs.is_empty() {
            requests.push((format!("c{}", kind.word()), Request::TxnByRef { kind, refs }));
        }
    }
    let names = |wanted_item: bool| -> Vec<String> {
        slice
            .iter()
            .filter_map(|queued| match &queued.work {
                Work::List { entry, .. } if (entry.list() == ListKind::Item) == wanted_item => {
                    Some(entry.name().to_string())
                }
                _ => None,
            })
            .collect()
    };
    let (parties, items) = (names(false), names(true));
    if !parties.is_empty() {
        for list in probe::name_space() {
            requests.push((
                format!("n{}", list.word()),
                Request::ListByName { list: list.kind(), names: parties.clone() },
            ));
        }
    }
    if !items.is_empty() {
        requests.push(("nItem".into(), Request::ListByName { list: ListKind::Item, names: items }));
    }
    for (number, queued) in slice.iter().enumerate() {
        if let Some(it) = queued.work.existing() {
            requests.extend(["g", "d"].into_iter().map(|id| format!("{id}{number}")).zip(probe::look_at(it)));
        } else if let Work::ListChange { change, .. } = &queued.work {
            let request = Request::ListById { list: change.list.kind(), ids: vec![change.id.clone()] };
            requests.push((format!("g{number}"), request));
        }
    }
    requests
}

/// What the look showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// May be handed out.
    pub cleared: Vec<Queued>,
    /// Settled without a write.
    pub settled: Vec<(OperationId, Verdict)>,
    /// Not looked up: stays queued for the next visit, with the reason.
    pub left: Vec<String>,
    /// What the guards showed, to be kept.
    pub seen: Vec<TxnSeen>,
    /// Why nothing more may be written (design 8.15).
    pub freeze: Option<String>,
}

/// Reads the answers to [`look`].
#[must_use]
pub fn judge(slice: Vec<Queued>, answers: &AnswerSet) -> Judged {
    let mut judged = Judged::default();
    for (number, queued) in slice.into_iter().enumerate() {
        let verdict = match &queued.work {
            Work::Txn { payload, key } => judge_add(payload, *key, &queued.accepted, answers),
            Work::List { entry, key } => judge_entry(entry, *key, answers),
            Work::ListChange { change, .. } => judge_update(change, answers.of(&format!("g{number}"))),
            Work::Finalise(it) | Work::Change { existing: it, .. } | Work::Void(it) | Work::Delete(it) => {
                let (asked, gone) = (format!("g{number}"), format!("d{number}"));
                let shown = txns(answers.of(&asked)).unwrap_or_default();
                judged.seen.extend(shown.iter().filter(|txn| txn.txn_id == it.txn).cloned());
                judge_standing(&queued.work, it, answers.of(&asked), answers.of(&gone))
            }
        };
        match verdict {
            Look::Clear => judged.cleared.push(queued),
            Look::ClearWith(work) => {
                judged.cleared.push(Queued { work, ..queued });
            }
            Look::Settle(verdict) => judged.settled.push((queued.id, verdict)),
            Look::Unanswered(why) => judged.left.push(why),
            Look::Freeze(why) => judged.freeze = Some(why),
        }
    }
    judged
}

#[allow(clippy::large_enum_variant)] // one at a time
enum Look {
    Clear,
    ClearWith(Work),
    Settle(Verdict),
    Unanswered(String),
    Freeze(String),
}

fn txns(answer: Option<&Answer>) -> Result<&[TxnSeen], String> {
    match answer {
        None => Err("QuickBooks did not answer the look-up".into()),
        Some(answer) => match &answer.found {
            Found::Txns(seen) => Ok(seen),
            _ if answer.is_empty_result() => Ok(&[]),
            _ => Err(format!("{}: {}", answer.status, answer.message)),
        },
    }
}

fn judge_add(
    payload: &crate::books::Payload,
    key: PostingKey,
    accepted: &[String],
    answers: &AnswerSet,
) -> Look {
    if payload.ref_number.is_empty() {
        return Look::Clear;
    }
    let seen = match txns(answers.of(&format!("c{}", payload.kind.word()))) {
        Ok(seen) => seen,
        Err(why) => return Look::Unanswered(why),
    };
    if let Some(txn) = seen.iter().find(|txn| compare::is_ours(txn, key)) {
        return Look::Settle(Verdict::Done {
            id: txn.txn_id.to_string(),
            edit_sequence: txn.edit_sequence.clone(),
            note: "it was already in QuickBooks with our mark".into(),
            seen: Some(txn.clone()),
        });
    }
    let same_number = |txn: &&TxnSeen| txn.ref_number.eq_ignore_ascii_case(&payload.ref_number);
    // What was made void books nothing, so nothing can stand twice beside it: a bill that was taken out may come again.
    let stands = |txn: &&TxnSeen| !txn.total.is_zero() || payload.stated_total().is_zero();
    // What a person had before her eyes when she let ours go is another document.
    let other = |txn: &&TxnSeen| !accepted.iter().any(|id| id == txn.txn_id.as_str());
    let alike = seen.iter().filter(same_number).filter(stands).filter(other).find(|txn| {
        let same_party = match (&txn.party, payload.party.as_ref().and_then(|p| p.id.as_ref())) {
            (Some(there), Some(here)) => there.id == *here,
            // A journal has no party; its number and its total are all that can be alike.
            (None, None) => payload.kind == TxnKind::JournalEntry,
            _ => false,
        };
        let vendors_own_number = matches!(payload.kind, TxnKind::Bill | TxnKind::VendorCredit);
        same_party && (vendors_own_number || txn.total == payload.stated_total())
    });
    match alike {
        None => Look::Clear,
        Some(txn) => Look::Settle(Verdict::Person {
            code: "look_alike",
            text: format!(
                "QuickBooks already holds {} {} of {} dated {} for the same party, without our mark. Somebody may have entered it by hand.",
                txn.kind.title(),
                txn.ref_number,
                txn.total.grouped(),
                txn.date
            ),
            look_alike: Some(LookAlike::from(txn)),
        }),
    }
}

fn judge_entry(entry: &ListAdd, key: PostingKey, answers: &AnswerSet) -> Look {
    let ids: Vec<String> = if entry.list() == ListKind::Item {
        vec!["nItem".into()]
    } else {
        probe::name_space().iter().map(|list| format!("n{}", list.word())).collect()
    };
    let own = match entry.list() {
        ListKind::Item => "nItem".to_string(),
        list => format!("n{}", list.word()),
    };
    let mut answered = false;
    for id in ids {
        // Another list that QuickBooks refuses (employees without permission) never stops a visit (design 8.16).
        let Some(answer) = answers.of(&id) else { continue };
        let entries = match &answer.found {
            Found::List(entries) => entries.as_slice(),
            _ if answer.is_empty_result() => &[],
            _ => continue,
        };
        answered |= id == own;
        let same = entries.iter().find(|seen| own_name(&seen.entry).eq_ignore_ascii_case(entry.name()));
        if let Some(seen) = same {
            return Look::Settle(judge_same_name(entry, key, &seen.entry));
        }
    }
    if answered {
        Look::Clear
    } else {
        Look::Unanswered("QuickBooks did not answer the look-up of names".into())
    }
}

fn judge_same_name(wanted: &ListAdd, key: PostingKey, found: &ListEntry) -> Verdict {
    if let ListEntry::Party(party) = found
        && PostingKey::parse(&party.external_guid) == Some(key)
    {
        return Verdict::Done {
            seen: None,
            id: party.id.to_string(),
            edit_sequence: party.edit_sequence.clone(),
            note: "it was already in QuickBooks with our mark".into(),
        };
    }
    if let ListEntry::Item(item) = found
        && probe::is_item_wanted(wanted, item)
    {
        return Verdict::Done {
            seen: None,
            id: item.id.to_string(),
            edit_sequence: item.edit_sequence.clone(),
            note: "an item of this name, kind and account was already in QuickBooks".into(),
        };
    }
    Verdict::Person {
        code: "name_exists",
        text: format!(
            "The name {} is already used in QuickBooks' {} list. Link the contact to that entry, or choose another name.",
            wanted.name(),
            found.list().word()
        ),
        look_alike: Some(LookAlike {
            id: found.id().to_string(),
            kind: found.list().word().to_lowercase(),
            number: own_name(found).to_string(),
            ..LookAlike::default()
        }),
    }
}

fn own_name(entry: &ListEntry) -> &str {
    match entry {
        ListEntry::Party(party) => &party.name,
        other => other.full_name(),
    }
}

/// The guard of an operation on a transaction that stands, read directly before it.
fn judge_standing(work: &Work, it: &Existing, asked: Option<&Answer>, gone: Option<&Answer>) -> Look {
    let seen = match txns(asked) {
        Ok(seen) => seen.iter().find(|txn| txn.txn_id == it.txn),
        Err(why) => return Look::Unanswered(why),
    };
    let Some(found) = seen else { return judge_missing(work, it, gone) };
    if probe::is_older(it, &found.edit_sequence) {
        return Look::Freeze(format!(
            "{} {} shows a change stamp older than the one QuickBooks gave us last",
            found.kind.title(),
            found.ref_number
        ));
    }
    if let Some(note) = done_already(work, it, found) {
        return Look::Settle(Verdict::Done {
            id: found.txn_id.to_string(),
            edit_sequence: found.edit_sequence.clone(),
            note: note.into(),
            seen: Some(found.clone()),
        });
    }
    if it.stored.lines.is_empty() && it.stored.overwrite.is_none() {
        // No change before a read-back with lines (design 4.4).
        return Look::Unanswered("its lines have not been read back yet".into());
    }
    let new_date = match work {
        Work::Change { payload, .. } => Some(payload.date),
        _ => None,
    };
    let Some(purpose) = guard::purpose(work) else { return Look::Unanswered("it has no guard".into()) };
    let broken = guard::guard(purpose, it, new_date, Some(found));
    if let Some(first) = broken.first() {
        let pending_edit = matches!(work, Work::Finalise(_)) && first.check == Check::Untouched;
        let code = if pending_edit { "edited_while_pending" } else { first.check.code() };
        let text = broken.iter().map(|broken| broken.text.as_str()).collect::<Vec<_>>().join(" ");
        return Look::Settle(Verdict::Person { code, text, look_alike: None });
    }
    Look::ClearWith(bound(work, found))
}

/// Whether what the operation wants stands there already, whoever did it.
fn done_already(work: &Work, it: &Existing, found: &TxnSeen) -> Option<&'static str> {
    match work {
        Work::Finalise(_) if !found.pending => Some("it was already final in QuickBooks"),
        Work::Change { payload, .. } if compare::edits(found, payload, it.key).is_empty() => {
            Some("it already stood so in QuickBooks")
        }
        Work::Void(_) if compare::is_voided(found, &it.posted) => Some("it was already voided in QuickBooks"),
        _ => None,
    }
}

fn judge_missing(work: &Work, it: &Existing, gone: Option<&Answer>) -> Look {
    let deleted = match gone {
        None => return Look::Unanswered("QuickBooks did not say what was deleted".into()),
        Some(answer) => match &answer.found {
            Found::Deleted(deleted) => deleted.iter().any(|d| d.id == it.txn.as_str()),
            _ if answer.is_empty_result() => false,
            _ => return Look::Unanswered(format!("{}: {}", answer.status, answer.message)),
        },
    };
    if !deleted {
        return Look::Freeze(format!(
            "{} {} that we posted is gone and was not deleted by a person: the company file was restored or swapped",
            it.posted.kind.title(),
            it.posted.ref_number
        ));
    }
    let what = if it.posted.pending { "pending sale" } else { "document" };
    match work {
        Work::Delete(_) => Look::Settle(Verdict::Done {
            seen: None,
            id: it.txn.to_string(),
            edit_sequence: EditSequence::default(),
            note: "it was already deleted in QuickBooks".into(),
        }),
        _ => Look::Settle(Verdict::Deleted { text: format!("The {what} is no longer in QuickBooks.") }),
    }
}

/// The operation with what only the guard of this visit knows: EditSequence and TxnLineIDs.
fn bound(work: &Work, found: &TxnSeen) -> Work {
    let mut work = work.clone();
    if let Work::Change { existing: it, payload, lines: bindings } = &mut work {
        let ids: Vec<String> = found.lines.iter().map(|line| line.txn_line_id.clone()).collect();
        // Over a person's edit nothing of the old lines may stay behind.
        let ids = if it.stored.overwrite.is_some() { Vec::new() } else { ids };
        *bindings = lines::bind(&it.posted, payload, it.key, &ids);
    }
    if let Some(it) = work.existing_mut() {
        it.edit_sequence = found.edit_sequence.clone();
    }
    work
}

/// The guard of an update of a customer or vendor.
fn judge_update(change: &ListMod, answer: Option<&Answer>) -> Look {
    let entries = match answer {
        None => return Look::Unanswered("QuickBooks did not answer the look-up".into()),
        Some(answer) => match &answer.found {
            Found::List(entries) => entries.as_slice(),
            _ if answer.is_empty_result() => &[],
            _ => return Look::Unanswered(format!("{}: {}", answer.status, answer.message)),
        },
    };
    let found = entries.iter().find_map(|seen| match &seen.entry {
        ListEntry::Party(party) if party.id == change.id => Some(party),
        _ => None,
    });
    let person = |code, text| Look::Settle(Verdict::Person { code, text, look_alike: None });
    let Some(party) = found else {
        return person(
            "party_gone",
            format!("{} is no longer in QuickBooks: merged or deleted.", change.name),
        );
    };
    if probe::is_after(party, change).is_empty() {
        return Look::Settle(Verdict::Done {
            seen: None,
            id: party.id.to_string(),
            edit_sequence: party.edit_sequence.clone(),
            note: "it already stood so in QuickBooks".into(),
        });
    }
    let touched = probe::is_before(party, change);
    if !touched.is_empty() {
        let text =
            format!("Somebody changed {} in QuickBooks meanwhile: {}.", change.name, touched.join(", "));
        return person("edited_in_quickbooks", text);
    }
    Look::ClearWith(Work::ListChange { change: change.clone(), edit_sequence: party.edit_sequence.clone() })
}
