//! How what happened to a document after posting can be settled, as choices with what they mean.
//!
//! Must never offer what the guard of the next visit would refuse anyway (`cin7-quickbooks-integration.md` 9.2).

use super::effect::{Action, Settlement};
use crate::books::DraftState;
use crate::workflow::drafts::DraftDetail;

/// A choice: its title, what it means, and what it does; nothing changes without the last.
pub type Offered = (&'static str, &'static str, Option<Action>);

/// Whether what is in this state waits for a person, or can be sent once more.
pub const fn waits(state: DraftState) -> bool {
    matches!(
        state,
        DraftState::Rejected | DraftState::Unknown | DraftState::NeedsAttention | DraftState::Queued
    )
}

/// Whether what is in this state can be drafted anew.
pub const fn can_be_reset(state: DraftState) -> bool {
    matches!(state, DraftState::Posted | DraftState::DriftedInQuickBooks | DraftState::Voided)
}

/// What can be said about a document; leaving it for now comes first.
pub fn of(detail: &DraftDetail) -> Vec<Offered> {
    let (row, id) = (&detail.row, detail.row.id);
    let settle = |how| Some(Action::Settle(vec![id], how));
    let drifted = row.state == DraftState::DriftedInQuickBooks;
    let proposed = row.proposal.is_some_and(|state| state != DraftState::Excluded);
    let mut offered = vec![("Leave it for now", "Nothing changes.", None)];
    if drifted || proposed {
        let means = if row.gone {
            "It stays out of QuickBooks."
        } else {
            "QuickBooks is right. The difference to Cin7 stays listed in the proof."
        };
        offered.push(("Keep QuickBooks as it is", means, settle(Settlement::KeepQuickBooks)));
    }
    if proposed {
        let means = "A person made the change in QuickBooks. The next visit checks it line by line.";
        offered.push(("It was done by hand", means, settle(Settlement::DoneByHand)));
    }
    if drifted && row.pending && !row.gone {
        let means =
            "The sale is still pending. Each changed field is named, then the control word is asked for.";
        offered.push(("Overwrite the edit with what Cin7 says", means, Some(Action::AskOverwrite(id))));
    }
    if waits(row.state) || row.proposal == Some(DraftState::Rejected) {
        let means = "The cause was dealt with: it goes with the next visit.";
        offered.push(("Send it again", means, settle(Settlement::SendAgain)));
    }
    if can_be_reset(row.state) {
        let means = "A new draft or a proposed change, as Cin7 says now. It waits for approval.";
        offered.push(("Draft it anew", means, Some(Action::Reset(vec![id]))));
    }
    offered
}
