//! The canary: whether this is still the company file that we posted to (design 8.15, `exactly-once.md` ruling 10).
//!
//! Must never freeze because a person finalised, printed, paid, edited or deleted something.

use super::answer::{AnswerSet, Found};
use super::work::{CanaryRef, Left};

/// What one look at a candidate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// It stands as we left it: go on with the visit.
    Sings,
    /// A person changed it: look at the next newest.
    Changed,
    /// It is not there: the deleted list must tell whether a person deleted it.
    Missing,
    /// It shows a state older than ours: the file was restored or swapped.
    Older(String),
    /// The question was not answered.
    Failed(String),
}

/// Reads the answer about one candidate.
#[must_use]
pub fn read(candidate: &CanaryRef, answers: &AnswerSet) -> Look {
    let Some(answer) = answers.answers.first() else { return Look::Failed("no answer".into()) };
    let seen = match &answer.found {
        Found::Txns(seen) => seen.iter().find(|txn| txn.txn_id == candidate.txn),
        _ if answer.is_empty_result() => None,
        _ => return Look::Failed(format!("{}: {}", answer.status, answer.message)),
    };
    let Some(seen) = seen else { return Look::Missing };
    let removed = match candidate.left {
        Left::Standing => false,
        Left::Removed => true,
        // A person may fill a voided document again, but only a restore brings back a stamp from before.
        Left::Voided => !seen.total.is_zero() && candidate.edits.contains(&seen.edit_sequence),
    };
    if removed {
        return Look::Older(format!("{} {} that we took out is back", seen.kind.title(), seen.ref_number));
    }
    match candidate.edits.iter().position(|edit| *edit == seen.edit_sequence) {
        Some(place) if place + 1 == candidate.edits.len() => Look::Sings,
        Some(_) => Look::Older(format!(
            "{} {} shows a change stamp older than the one QuickBooks gave us last",
            seen.kind.title(),
            seen.ref_number
        )),
        None => Look::Changed,
    }
}

/// What it means that the candidate is missing: what we removed ourselves says so in the deleted list, or nothing at
/// all after 90 days.
#[must_use]
pub fn missing_is_ours(candidate: &CanaryRef) -> bool {
    candidate.left == Left::Removed
}

/// Whether the deleted list tells that a person deleted the candidate.
#[must_use]
pub fn was_deleted(candidate: &CanaryRef, answers: &AnswerSet) -> Option<bool> {
    let answer = answers.answers.first()?;
    match &answer.found {
        Found::Deleted(gone) => Some(gone.iter().any(|d| d.id == candidate.txn.as_str())),
        _ if answer.is_empty_result() => Some(false),
        _ => None,
    }
}
