//! What an answer to a write means (`exactly-once.md` 5.3 and rulings 1, 17).
//!
//! Must never conclude "refused" from anything that leaves room for a booking.

use super::answer::{Answer, AnswerSet, Found, Severity, TxnSeen, made_list_id};
use super::compare;
use super::work::{Verdict, Work};
use crate::base::{EditSequence, PostingKey, TxnId};
use crate::books::{ListEntry, Payload};

/// requestID of the one write in a set.
pub const WRITE_ID: &str = "w1";

/// messageSetStatusCode of a set id that is too long: our fault, so nothing more is sent (`exactly-once.md` 5.3).
pub const SET_ID_REFUSED: i32 = 9004;

/// Codes that leave the outcome open (`exactly-once.md` 5.3): busy, locked, saving failed.
const OPEN_CODES: [i32; 3] = [3175, 3176, 3180];

/// Reads the answer to an operation's set. `attempt` is 1 for the first.
#[must_use]
pub fn read(work: &Work, answers: &AnswerSet, attempt: u32) -> Verdict {
    match answers.set_status {
        Some(9001) => return unknown("QuickBooks holds another content under this set id (9001)"),
        Some(code @ (600 | 9002)) => return unknown(&format!("QuickBooks has no stored answer ({code})")),
        Some(SET_ID_REFUSED) => return unknown("QuickBooks refused our message-set id (9004)"),
        _ => {}
    }
    let Some(answer) = own_answer(answers) else {
        return unknown("the answer names another request than ours");
    };
    match answer.severity {
        Severity::Error => refusal(work, answer, attempt),
        Severity::Info | Severity::Warn => confirmed(work, answer),
    }
}

fn unknown(why: &str) -> Verdict {
    Verdict::Unknown { why: why.to_string() }
}

/// Whether a refusal with this code proves that nothing was booked for the request [likely].
#[must_use]
pub const fn proves_nothing_booked(code: i32) -> bool {
    code >= 3000 && code < 4000 && code != OPEN_CODES[0] && code != OPEN_CODES[1] && code != OPEN_CODES[2]
}

/// The first refusal among the answers of a write's set: statusCode and statusMessage.
#[must_use]
pub fn refusal_in(answers: &AnswerSet) -> Option<(i32, String)> {
    let answer = own_answer(answers)?;
    (answer.severity == Severity::Error).then(|| (answer.status, answer.message.trim().to_string()))
}

/// The answer to the one write of a set.
fn own_answer(answers: &AnswerSet) -> Option<&Answer> {
    answers.of(WRITE_ID).or_else(|| answers.answers.first().filter(|a| a.request_id.is_empty()))
}

/// Status of a change under an outdated EditSequence: somebody was faster, and the look-up says what stands there now.
pub const STALE: i32 = 3200;
/// Status of an object that is not there: the look-up says whether it was deleted.
const NO_OBJECT: i32 = 3120;

fn refusal(work: &Work, answer: &Answer, attempt: u32) -> Verdict {
    let code = answer.status;
    let names_duplicate = answer.message.to_ascii_lowercase().contains("duplicate")
        || answer.message.to_ascii_lowercase().contains("guid");
    let must_look = work.is_guarded() && matches!(code, STALE | NO_OBJECT);
    if proves_nothing_booked(code) && attempt <= 1 && !names_duplicate && !must_look {
        return Verdict::Refused { status: code, message: answer.message.clone() };
    }
    unknown(&format!("QuickBooks answered {code}: {}", answer.message.trim()))
}

fn confirmed(work: &Work, answer: &Answer) -> Verdict {
    let warning =
        if answer.severity == Severity::Warn { answer.message.trim().to_string() } else { String::new() };
    match work {
        Work::List { .. } => entry_confirmed(answer, warning),
        Work::ListChange { change, .. } => match made_list_id(answer) {
            Some(id) if id == change.id => entry_confirmed(answer, warning),
            _ => unknown("the answer shows another entry than ours"),
        },
        Work::Txn { payload, key } => ret_confirmed(work, payload, *key, answer, &warning),
        Work::Change { existing, payload, .. } => {
            ret_confirmed(work, payload, existing.key, answer, &warning)
        }
        Work::Finalise(it) => ret_confirmed(work, &it.posted, it.key, answer, &warning),
        Work::Void(it) => match &answer.found {
            Found::Voided(txn) if *txn == it.txn => taken_out(&it.txn, warning),
            Found::Recovered { id, .. } if id == it.txn.as_str() => taken_out(&it.txn, warning),
            _ => unknown("the answer does not name what was voided"),
        },
        Work::Delete(it) => match &answer.found {
            Found::Deleted(gone) if gone.iter().any(|d| d.id == it.txn.as_str()) => {
                taken_out(&it.txn, warning)
            }
            Found::Recovered { id, .. } if id == it.txn.as_str() => taken_out(&it.txn, warning),
            _ => unknown("the answer does not name what was deleted"),
        },
    }
}

/// Voided or deleted: the answer tells no new EditSequence.
fn taken_out(txn: &TxnId, note: String) -> Verdict {
    Verdict::Done { seen: None, id: txn.to_string(), edit_sequence: EditSequence::default(), note }
}

fn entry_confirmed(answer: &Answer, note: String) -> Verdict {
    match made_list_id(answer) {
        Some(id) => {
            let edit_sequence = match &answer.found {
                Found::List(seen) => seen.first().map(|seen| entry_edit(&seen.entry)).unwrap_or_default(),
                found => recovered_edit(found),
            };
            Verdict::Done { seen: None, id: id.to_string(), edit_sequence, note }
        }
        None => unknown("the answer carries no ListID"),
    }
}

/// The change stamp of a list entry, where we keep one.
#[must_use]
pub fn entry_edit(entry: &ListEntry) -> EditSequence {
    match entry {
        ListEntry::Party(party) => party.edit_sequence.clone(),
        ListEntry::Item(item) => item.edit_sequence.clone(),
        _ => EditSequence::default(),
    }
}

/// An answer with the transaction as it stands now.
fn ret_confirmed(work: &Work, payload: &Payload, key: PostingKey, answer: &Answer, warning: &str) -> Verdict {
    match &answer.found {
        Found::Txns(seen) => match seen.first() {
            Some(txn) if is_of_request(work, txn) => {
                let differences = compare::differences(txn, payload, key).join("; ");
                let note = format!("{warning} {differences}").trim().to_string();
                Verdict::Done {
                    id: txn.txn_id.to_string(),
                    edit_sequence: txn.edit_sequence.clone(),
                    seen: Some(txn.clone()),
                    note,
                }
            }
            Some(_) => unknown("the answer shows another transaction than ours"),
            None => unknown("the answer carries no TxnID"),
        },
        Found::Recovered { id, edit_sequence, guid } if !id.is_empty() => {
            let other = work.existing().is_some_and(|it| it.txn.as_str() != id);
            if other || guid.is_some_and(|guid| guid != key) {
                return unknown("the stored answer belongs to another transaction than ours");
            }
            Verdict::Done {
                seen: None,
                id: id.clone(),
                edit_sequence: edit_sequence.clone(),
                note: "confirmed from QuickBooks' stored answer".into(),
            }
        }
        _ => unknown("the answer carries no TxnID"),
    }
}

fn recovered_edit(found: &Found) -> EditSequence {
    match found {
        Found::Recovered { edit_sequence, .. } => edit_sequence.clone(),
        _ => EditSequence::default(),
    }
}

/// Whether a Ret is the answer to what was asked: its type, its TxnID, and where mark 1 came back, that mark.
fn is_of_request(work: &Work, txn: &TxnSeen) -> bool {
    match work {
        Work::Txn { payload, key } => {
            !txn.txn_id.is_empty() && txn.kind == payload.kind && txn.guid.is_none_or(|guid| guid == *key)
        }
        Work::List { .. } | Work::ListChange { .. } => false,
        other => other.existing().is_some_and(|it| txn.txn_id == it.txn && txn.kind == it.posted.kind),
    }
}
