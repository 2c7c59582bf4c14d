//! What a schedule came to: duplicates, losses, what is stuck, and the rules about the whole of it.
//!
//! Must judge by what QuickBooks holds, never by what the program says of itself alone.

use super::faults::Fault;
use super::run::{Run, Violation};
use crate::books::{OperationKind, OperationState, Payload, Side, TxnKind};
use crate::handoff::transitions;
use crate::store::in_thread::Rule;
use crate::store::operations::Operation;
use crate::workflow::{Result, history};
use std::collections::BTreeMap;

/// A schedule that was played.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// Its seed.
    pub seed: u64,
    /// Faults that struck.
    pub struck: Vec<Fault>,
    /// Moves of operations and drafts, with how often each was made: `operation Queued > InFlight`.
    pub moves: BTreeMap<String, u64>,
    /// Rules that were broken.
    pub violations: Vec<Violation>,
    /// Documents and entries that stand twice in QuickBooks.
    pub duplicates: u32,
    /// Documents of which the program says something else than QuickBooks holds.
    pub lost: u32,
    /// Operations that did not come to rest.
    pub stuck: u32,
    /// Steps taken.
    pub steps: u32,
    /// Writes handed out.
    pub handed_out: u32,
    /// The story, where it was wanted.
    pub story: Vec<String>,
}

impl Played {
    /// Whether every rule held.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.violations.is_empty() && self.duplicates == 0 && self.lost == 0 && self.stuck == 0
    }
}

/// Cents that QuickBooks books for a document.
#[must_use]
pub fn booked_cents(payload: &Payload) -> i64 {
    match payload.kind {
        TxnKind::JournalEntry => {
            let debits = payload.postings().into_iter().filter(|posting| posting.side == Side::Debit);
            debits.map(|posting| posting.amount.get()).sum()
        }
        _ => payload.total.get(),
    }
}

/// Schedules of which one has its whole database examined (I18): that takes as long as the schedule.
const EXAMINED: u64 = 32;
/// Schedules of which one tries to break the database's own rules with what it left there: they hang on the shape of the
/// data and not on what happened.
const TRIED: u64 = 8;

impl Run<'_> {
    /// The verdict.
    ///
    /// # Errors
    /// What the store says.
    pub fn verdict(mut self, seed: u64) -> Result<Played> {
        let store = self.stage.profile.store().clone();
        let mut operations = Vec::new();
        for state in OperationState::ALL {
            operations.extend(store.read(|r| r.operations_in(state, 500))?);
        }
        let mut played = Played { seed, ..Played::default() };
        for operation in &operations {
            if self.is_stuck(operation) {
                played.stuck += 1;
                let (id, state) = (operation.id, operation.state.word());
                self.violation(
                    "I4",
                    &format!("operation {id} ({:?}) stays {state}: {}", operation.kind, operation.note),
                );
            }
            if let Some(why) = self.is_lost(operation)? {
                played.lost += 1;
                self.violation("I5", &format!("operation {} ({:?}): {why}", operation.id, operation.kind));
            }
        }
        played.lost += self.orphans(&operations);
        self.check_moves(&mut played)?;
        self.check_log()?;
        self.check_batches(&operations)?;
        for (id, answer) in store.kept_answers()? {
            // R2: an answer is evidence about the set that it names.
            if super::checks::attribute(&answer, "newMessageSetID").is_some_and(|named| named != id) {
                self.violation("R2", &format!("the answer to another set was kept as that to {id}"));
            }
        }
        let tried = if seed.is_multiple_of(TRIED) { Rule::ALL.as_slice() } else { &[] };
        for rule in tried.iter().copied() {
            if store.refuses(rule)? == Some(false) {
                self.violation("U", &format!("the database lets {rule:?} be broken"));
            }
        }
        if seed.is_multiple_of(EXAMINED)
            && let Some(wrong) = store.examine_all()?
        {
            self.violation("I18", &wrong);
        }
        played.duplicates = self.watch.duplicates;
        played.struck = self.struck;
        played.violations = self.violations;
        played.steps = self.step;
        played.handed_out = self.watch.handed_out;
        played.story = self.story.unwrap_or_default();
        Ok(played)
    }

    /// I4: at rest means done, refused, taken back, or with a person.
    fn is_stuck(&self, operation: &Operation) -> bool {
        use OperationState as S;
        matches!(operation.state, S::Queued | S::InFlight | S::Unknown)
    }

    /// What is done must be there, or be known to be gone; what was refused must not be there.
    fn is_lost(&self, operation: &Operation) -> Result<Option<&'static str>> {
        if operation.state != OperationState::Done {
            return Ok(None);
        }
        if operation.kind != OperationKind::TxnAdd {
            return self.is_change_lost(operation);
        }
        let key = format!("{{{}}}", operation.posting_key);
        let Some(id) = operation.result_id.as_deref() else {
            // Found deleted before its answer ever came.
            return Ok(None);
        };
        if let Some(txn) = self.books.txn(id) {
            // A copy by hand carries mark 2: where the original was deleted while it was in doubt, the copy is it.
            let ours = txn.guid == key || txn.guid.is_empty();
            return Ok((!ours).then_some("it names a transaction of somebody else"));
        }
        if self.books.tells_gone(id) {
            return Ok(None);
        }
        let Some(draft) = operation.draft_id else { return Ok(None) };
        let known = self.stage.profile.store().read(|r| {
            // What we deleted ourselves is not called posted; a restored file may not even know that it was there.
            let deleted = |op: &Operation| {
                op.kind == OperationKind::TxnDel
                    && op.state == OperationState::Done
                    && op.result_id.as_deref() == Some(id)
            };
            Ok(r.draft(draft)?.gone || r.operations_of(draft)?.iter().any(deleted))
        })?;
        Ok((!known).then_some("it is called posted, and QuickBooks never had it or lost it unnoticed"))
    }

    /// What was changed, voided or deleted shows it, or a person did something to it later.
    fn is_change_lost(&self, operation: &Operation) -> Result<Option<&'static str>> {
        let Some(draft) = operation.draft_id else { return Ok(None) };
        let row = self.stage.profile.store().read(|r| r.draft(draft))?;
        let Some(id) = row.txn_id.as_deref().filter(|_| !row.gone && !self.watch.was_restored) else {
            return Ok(None);
        };
        let txn = self.books.txn(id);
        let touched = self.watch.touched.iter().any(|touched| touched == id);
        Ok(match (operation.kind, txn) {
            (OperationKind::TxnDel, Some(_)) => Some("it is called deleted, and it stands in QuickBooks"),
            (OperationKind::TxnVoid, Some(txn)) if !txn.voided => Some("it is called voided, and it is not"),
            (OperationKind::Finalise, Some(txn)) if txn.pending && !touched => {
                Some("it is called final, and it is pending")
            }
            _ => None,
        })
    }

    /// Transactions of ours that the program does not know to be there.
    fn orphans(&mut self, operations: &[Operation]) -> u32 {
        use OperationState as S;
        let mut orphans = 0;
        let ours: Vec<(String, String, String)> = self
            .books
            .txns
            .iter()
            .filter(|txn| !txn.guid.is_empty())
            .map(|txn| (txn.guid.clone(), txn.number.clone(), txn.id.clone()))
            .collect();
        for (key, number, id) in ours {
            let bare = key.trim_matches(['{', '}']);
            if self.watch.older_copy && !self.watch.approved_again.iter().any(|key| key == bare) {
                // Approved in what the older copy does not know, and nobody could approve it again.
                continue;
            }
            let known =
                operations.iter().filter(|operation| operation.posting_key == bare).any(|operation| {
                    matches!(operation.state, S::Done | S::NeedsAttention | S::Queued | S::Unknown)
                });
            if !known {
                orphans += 1;
                self.violation(
                    "I5",
                    &format!("{number} ({id}) stands in QuickBooks and the program says it does not"),
                );
            }
        }
        orphans
    }

    /// Every move was one of the table's.
    fn check_moves(&mut self, played: &mut Played) -> Result<()> {
        for (what, id, from, to) in self.stage.profile.store().moves()? {
            if what == "operation" {
                let pair = (OperationState::from_word(&from), OperationState::from_word(&to));
                let legal = matches!(pair, (Some(from), Some(to)) if transitions::legal(from, to));
                if !legal {
                    self.violation("table", &format!("operation {id} went from {from} to {to}"));
                }
            }
            *played.moves.entry(format!("{what} {from} > {to}")).or_default() += 1;
        }
        Ok(())
    }

    /// I16: the chain of events verifies, and replays to the states of the drafts.
    fn check_log(&mut self) -> Result<()> {
        for wrong in history::replay(&self.stage.profile)? {
            self.violation("I16", &wrong);
        }
        Ok(())
    }
}
