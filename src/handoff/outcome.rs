//! What an answer to a write means (`exactly-once.md` 5.3 and rulings 1, 17).
//!
//! Must never conclude "refused" from anything that leaves room for a booking.

use super::answer::{Answer, AnswerSet, Found, Severity, TxnSeen, made_list_id};
use super::compare;
use super::work::{Verdict, Work};
use crate::base::EditSequence;

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
        Severity::Error => refusal(answer, attempt),
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
    let by_id = answers.answers.iter().find(|a| a.request_id == WRITE_ID);
    by_id.or_else(|| answers.answers.first().filter(|a| a.request_id.is_empty()))
}

fn refusal(answer: &Answer, attempt: u32) -> Verdict {
    let code = answer.status;
    let names_duplicate = answer.message.to_ascii_lowercase().contains("duplicate")
        || answer.message.to_ascii_lowercase().contains("guid");
    if proves_nothing_booked(code) && attempt <= 1 && !names_duplicate {
        return Verdict::Refused { status: code, message: answer.message.clone() };
    }
    unknown(&format!("QuickBooks answered {code}: {}", answer.message.trim()))
}

fn confirmed(work: &Work, answer: &Answer) -> Verdict {
    let warning =
        if answer.severity == Severity::Warn { answer.message.trim().to_string() } else { String::new() };
    let key = match work {
        Work::Txn { key, .. } | Work::List { key, .. } | Work::Finalise { key, .. } => *key,
    };
    match (work, &answer.found) {
        (Work::List { .. }, _) => match made_list_id(answer) {
            Some(id) => Verdict::Done {
                seen: None,
                id: id.to_string(),
                edit_sequence: recovered_edit(&answer.found),
                note: warning,
            },
            None => unknown("the answer carries no ListID"),
        },
        (Work::Txn { payload, .. } | Work::Finalise { posted: payload, .. }, Found::Txns(seen)) => {
            match seen.first() {
                Some(txn) if is_of_request(work, txn) => {
                    let mut note = compare::differences(txn, payload).join("; ");
                    if !warning.is_empty() {
                        note = format!("{warning} {note}").trim().to_string();
                    }
                    Verdict::Done {
                        id: txn.txn_id.to_string(),
                        edit_sequence: txn.edit_sequence.clone(),
                        seen: Some(txn.clone()),
                        note,
                    }
                }
                Some(_) => unknown("the answer shows another transaction than ours"),
                None => unknown("the answer carries no TxnID"),
            }
        }
        (_, Found::Recovered { id, edit_sequence, guid }) if !id.is_empty() => {
            if guid.is_some_and(|guid| guid != key) {
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
        Work::Finalise { txn: wanted, .. } => txn.txn_id == *wanted,
        Work::List { .. } => false,
    }
}
