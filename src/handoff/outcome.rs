//! What an answer to a write means (`exactly-once.md` 5.3 and rulings 1, 17).
//!
//! Must never conclude "refused" from anything that leaves room for a booking.

use super::answer::{Answer, AnswerSet, Found, Severity, made_list_id};
use super::compare;
use super::work::{Verdict, Work};
use crate::base::EditSequence;

/// requestID of the one write in a set.
pub const WRITE_ID: &str = "w1";

/// Codes that leave the outcome open (`exactly-once.md` 5.3): busy, locked, saving failed.
const OPEN_CODES: [i32; 3] = [3175, 3176, 3180];

/// Reads the answer to an operation's set. `attempt` is 1 for the first.
#[must_use]
pub fn read(work: &Work, answers: &AnswerSet, attempt: u32) -> Verdict {
    match answers.set_status {
        Some(9001) => return unknown("QuickBooks holds another content under this set id (9001)"),
        Some(code @ (600 | 9002)) => return unknown(&format!("QuickBooks has no stored answer ({code})")),
        Some(9004) => {
            return Verdict::Person {
                code: "set_id_refused",
                text:
                    "QuickBooks refused our message-set id (9004). This is our fault; nothing more is sent."
                        .into(),
                look_alike: None,
            };
        }
        _ => {}
    }
    let answer = answers
        .answers
        .iter()
        .find(|a| a.request_id == WRITE_ID)
        .or_else(|| answers.answers.first().filter(|a| a.request_id.is_empty()));
    let Some(answer) = answer else { return unknown("the answer names another request than ours") };
    match answer.severity {
        Severity::Error => refusal(answer, attempt),
        Severity::Info | Severity::Warn => confirmed(work, answer),
    }
}

fn unknown(why: &str) -> Verdict {
    Verdict::Unknown { why: why.to_string() }
}

fn refusal(answer: &Answer, attempt: u32) -> Verdict {
    let code = answer.status;
    let names_duplicate = answer.message.to_ascii_lowercase().contains("duplicate")
        || answer.message.to_ascii_lowercase().contains("guid");
    let proves_nothing_booked = (3000..4000).contains(&code) && !OPEN_CODES.contains(&code);
    if proves_nothing_booked && attempt <= 1 && !names_duplicate {
        return Verdict::Refused { status: code, message: answer.message.clone() };
    }
    unknown(&format!("QuickBooks answered {code}: {}", answer.message.trim()))
}

fn confirmed(work: &Work, answer: &Answer) -> Verdict {
    let warning =
        if answer.severity == Severity::Warn { answer.message.trim().to_string() } else { String::new() };
    match work {
        Work::List { .. } => {
            let edit_sequence = match &answer.found {
                Found::Recovered { edit_sequence, .. } => edit_sequence.clone(),
                _ => EditSequence::default(),
            };
            match made_list_id(answer) {
                Some(id) => Verdict::Done { seen: None, id: id.to_string(), edit_sequence, note: warning },
                None => unknown("the answer carries no ListID"),
            }
        }
        Work::Txn { payload, .. } | Work::Finalise { posted: payload, .. } => match &answer.found {
            Found::Txns(seen) => match seen.first() {
                Some(txn) if !txn.txn_id.is_empty() => {
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
                _ => unknown("the answer carries no TxnID"),
            },
            Found::Recovered { id, edit_sequence, .. } if !id.is_empty() => Verdict::Done {
                seen: None,
                id: id.clone(),
                edit_sequence: edit_sequence.clone(),
                note: "confirmed from QuickBooks' stored answer".into(),
            },
            _ => unknown("the answer carries no TxnID"),
        },
    }
}
