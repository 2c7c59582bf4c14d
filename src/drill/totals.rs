//! Batches to the cent: what each said at its closing, what its operations come to, what QuickBooks holds (I20).
//!
//! Must count in its own way: from the versions that were approved and from what the model booked.

use super::run::Run;
use super::verdict::booked_cents;
use crate::books::{DraftState, OperationKind, OperationState, Payload};
use crate::store::operations::{Batch, Operation};
use crate::workflow::Result;

/// Batches of one schedule, far more than there are.
const BATCHES: usize = 100;

/// Sum over all kinds of what a batch said when it was closed.
fn said(batch: &Batch) -> Option<i64> {
    let said: serde_json::Value = serde_json::from_str(&batch.totals).ok()?;
    let kinds = said.get("by_kind")?.as_array()?;
    kinds.iter().map(|kind| kind.get(2)?.as_i64()).sum()
}

impl Run<'_> {
    /// I20 for every batch that was not taken back, and for what is done by itself.
    ///
    /// # Errors
    /// What the store says.
    pub fn check_batches(&mut self, operations: &[Operation]) -> Result<()> {
        for batch in self.stage.profile.store().read(|r| r.batches(BATCHES))? {
            let events = self.stage.profile.store().read(|r| r.events_of(&format!("batch/{}", batch.id)))?;
            if events.iter().any(|event| event.kind == "batch_withdrawn") {
                continue;
            }
            let mut sum = 0;
            let of_batch = operations.iter().filter(|op| op.batch_id == Some(batch.id));
            for operation in of_batch.filter(|op| op.kind == OperationKind::TxnAdd) {
                let Some(payload) = self.approved_content(operation)? else { continue };
                sum += payload.total.get();
                // A change that was approved later has another content.
                let changing = |op: &&Operation| {
                    let same = op.draft_id == operation.draft_id;
                    same && !matches!(op.kind, OperationKind::TxnAdd | OperationKind::Finalise)
                };
                if !operations.iter().any(|op| changing(&op)) {
                    self.check_booked(operation, &payload)?;
                }
            }
            let Some(said) = said(&batch) else { continue };
            if sum != 0 && said != sum {
                self.violation("I20", &format!("batch {} said {said} cents and holds {sum}", batch.id));
            }
        }
        Ok(())
    }

    fn approved_content(&self, operation: &Operation) -> Result<Option<Payload>> {
        let Some(draft) = operation.draft_id else { return Ok(None) };
        let version = self.stage.profile.store().read(|r| r.version(draft, operation.version))?;
        Ok(version.map(|version| version.payload))
    }

    /// What was done and never changed since stands with the approved amount.
    fn check_booked(&mut self, operation: &Operation, payload: &Payload) -> Result<()> {
        let Some(id) = operation.result_id.as_deref() else { return Ok(()) };
        let Some(txn) = self.books.txn(id) else { return Ok(()) };
        let changed = txn.voided || self.books.habits.off_by != 0;
        let by_hand = txn.guid.is_empty() || self.watch.touched.iter().any(|touched| touched == id);
        let wanted = booked_cents(payload);
        if operation.state == OperationState::Done && !changed && !by_hand && txn.cents != wanted {
            if self.watch.older_copy && self.is_called_other(operation)? {
                // A later state of the profile approved and posted another content than this copy knows: said.
                return Ok(());
            }
            let text =
                format!("{} was approved with {wanted} cents and stands with {}", txn.number, txn.cents);
            self.violation("I20", &text);
        }
        Ok(())
    }

    /// Whether the program itself says that QuickBooks holds it otherwise.
    fn is_called_other(&self, operation: &Operation) -> Result<bool> {
        let Some(draft) = operation.draft_id else { return Ok(false) };
        let row = self.stage.profile.store().read(|r| r.draft(draft))?;
        Ok(row.state == DraftState::DriftedInQuickBooks || row.reasons.contains("differs_in_quickbooks"))
    }
}
