//! The tour of the demo: what to do next, from where the demo's books stand.
//!
//! Must never be shown over real books, and must never do a step by itself.

use super::model::Model;
use crate::books::{DraftState, Outcome};

/// What a demo can let happen, so that a person sees what the program does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    /// Somebody changes an order in Cin7.
    OrderChanged,
    /// A supplier sends a credit on paper.
    SupplierCredit,
    /// Somebody edits an invoice in QuickBooks.
    InvoiceEdited,
    /// The last month is closed in QuickBooks, and a cost of it comes late.
    MonthClosed,
}

/// Steps of the tour.
pub const STEPS: usize = 10;

/// The step that comes next: its number and what to press.
pub fn next(model: &Model) -> Option<(usize, &'static str)> {
    let status = model.status.as_ref()?;
    let left =
        |number: u8| status.steps.iter().find(|step| step.number == number).map_or(0, |step| step.left);
    let state = |state: DraftState| status.in_state(state);
    let documents: i64 = status.states.values().sum();
    let pending = status.with_outcome(Outcome::PostedPending);
    let sent = state(DraftState::Posted) + state(DraftState::Queued) + state(DraftState::InFlight);
    Some(if left(1) > 0 && documents == 0 {
        (1, "Press 1, then a: take over the proposed map. r pulls the lists.")
    } else if documents == 0 {
        (2, "Press 2, then r: fetch from the simulated Cin7.")
    } else if left(3) > 0 {
        (3, "Press 3: a accepts, A the sure ones, C creates the rest, u undoes.")
    } else if state(DraftState::Approved) == 0 && sent == 0 {
        (4, "Press 4: read a draft, a approves it. c cures, = groups, A many.")
    } else if sent == 0 && !model.twisted {
        (5, "Press ! and let Cin7 change an order that you approved.")
    } else if sent == 0 && state(DraftState::Approved) > 0 {
        (6, "Press 5, then c: type the control word to close the batch.")
    } else if state(DraftState::Queued) + state(DraftState::InFlight) > 0 {
        (7, "Press 5, then r: the Web Connector takes the batch along.")
    } else if pending > 0 {
        (8, "Press 5, then f: finalise the pending sales by control word.")
    } else if left(6) > 0 || model.prove.proof.is_none() {
        (9, "Press 6, then r: prove that the books hold what you approved.")
    } else {
        (10, "That was the month. 7 shows who did what; ! lets more happen.")
    })
}
