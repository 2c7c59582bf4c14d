//! The look before another sending: a document or entry that left before, in this operation or an earlier one, may be in
//! QuickBooks by now under another number or name, so it is asked for as a doubt is (`exactly-once.md` 5.2, I1, I8).
//!
//! Must never let an Add go on the word of its number or name alone once it has left: people change both. What carries our
//! mark is ours; what only looks like it is a person's to judge.

use super::agenda::Judged;
use super::answer::{AnswerSet, TxnSeen};
use super::compare;
use super::probe::{self, Findings};
use super::request::Request;
use super::work::{Before, LookAlike, Queued, UnknownWork, Verdict, Work};
use crate::base::SetId;

/// One operation that is looked for, and what was found so far.
#[derive(Clone, Debug)]
pub struct Again {
    queued: Queued,
    doubt: UnknownWork,
    findings: Findings,
}

impl Again {
    /// The look of an operation of which something left before; otherwise the operation, which needs none.
    ///
    /// # Errors
    /// The operation, to be sent.
    #[allow(clippy::result_large_err)] // one at a time
    pub fn of(queued: Queued) -> Result<Self, Queued> {
        let Some(before) = queued.before.clone() else { return Err(queued) };
        let doubt = UnknownWork {
            id: queued.id,
            work: queued.work.clone(),
            set: SetId::from(""),
            handed_at: before.first,
            answered: true,
            refusal: None,
            attempt: queued.attempt,
            same_identity: false,
            rounds: 0,
        };
        Ok(Again { queued, doubt, findings: Findings { before: Some(before), ..Findings::default() } })
    }

    /// Nothing was answered: it is asked for afresh.
    #[must_use]
    pub fn afresh(self) -> Self {
        Again { findings: Findings { before: self.findings.before, ..Findings::default() }, ..self }
    }

    /// What is asked next, each question with its requestID.
    #[must_use]
    pub fn requests(&self) -> Vec<(String, Request)> {
        probe::requests(&self.doubt, &self.findings)
    }

    /// Takes in an answered message; the conclusion once nothing is left to be asked.
    #[allow(clippy::result_large_err)] // one at a time
    pub fn take(mut self, answers: &AnswerSet, asked: usize) -> Result<Judged, Self> {
        self.findings.take(&self.doubt, answers, asked);
        if !self.findings.more.is_empty() && self.findings.failed.is_none() {
            return Err(self);
        }
        let mut judged = Judged::default();
        if let Some(why) = &self.findings.failed {
            judged.left.push(format!("the look-up failed ({why})"));
        } else if let Some(verdict) = self.verdict() {
            judged.settled.push((self.queued.id, verdict));
        } else {
            judged.cleared.push(Queued { before: None, ..self.queued });
        }
        Ok(judged)
    }

    /// None: QuickBooks does not hold it.
    fn verdict(&self) -> Option<Verdict> {
        match &self.queued.work {
            Work::Txn { payload, key } => match probe::ours(&self.findings, *key).as_slice() {
                [] => self.deleted_since().or_else(|| self.alike()),
                [txn] => Some(probe::done(txn, compare::differences(txn, payload, *key).join("; "))),
                many => Some(probe::found_twice(many.len())),
            },
            Work::List { .. } => {
                self.findings.ours.as_ref().map(|(id, edit_sequence)| probe::entry_done(id, edit_sequence))
            }
            // Read directly before it by its guard.
            _ => None,
        }
    }

    /// Whether a person knew of it when she let the document go.
    fn is_accepted(&self, id: &str) -> bool {
        self.queued.accepted.iter().any(|accepted| accepted == id)
    }

    /// Something of our number was made since and deleted again.
    fn deleted_since(&self) -> Option<Verdict> {
        let contents = self.findings.before.iter().flat_map(|before| &before.contents);
        let numbers: Vec<&str> = contents.map(|content| content.ref_number.as_str()).collect();
        let gone = self.findings.deleted.iter().find(|gone| {
            numbers.iter().any(|number| probe::was_this(gone, number, &self.doubt))
                && !self.is_accepted(&gone.id)
        })?;
        Some(Verdict::Person {
            code: "deleted_since",
            text: format!(
                "A document of its number was made in QuickBooks after it was handed out first, and deleted ({}). It may have been ours.",
                gone.time_deleted
            ),
            look_alike: Some(LookAlike {
                id: gone.id.clone(),
                kind: gone.kind.clone(),
                number: gone.name.clone(),
                memo: "deleted".into(),
                ..LookAlike::default()
            }),
        })
    }

    fn alike(&self) -> Option<Verdict> {
        let before = self.findings.before.as_ref()?;
        let may_be = |txn: &&TxnSeen| looks_like(txn, before) && !self.is_accepted(txn.txn_id.as_str());
        let found = self.findings.txns.iter().find(may_be)?;
        Some(probe::found_alike("It left before, and ", found))
    }
}

/// Whether a transaction may be what left before: its party and total, whatever its number, day and memo say by now. What
/// carries another mark of ours is another document.
#[must_use]
pub fn looks_like(seen: &TxnSeen, before: &Before) -> bool {
    let others = seen.guid.is_some_and(|guid| !before.keys.contains(&guid)) || seen.memo.contains("[C7:");
    !others && before.contents.iter().any(|content| compare::may_be(seen, content))
}
