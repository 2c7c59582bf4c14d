//! Commands of step 4, Review, some of which the other lists of drafts share.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, on};
use crate::books::{DraftState, Outcome};
use crate::tui::model::{Model, Screen};
use crate::tui::settlements;
use crate::workflow::handoff::BatchPreview;

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::Cure, "Go to where the problem is cured", "cure", &["c"], &[Screen::Fetch, Screen::Review], 0),
    on(
        Id::Groups,
        "Groups with subtotals: by party, month, kind; contacts by state",
        "groups",
        &["="],
        &[Screen::Fetch, Screen::Match, Screen::Review, Screen::HandOff],
        0,
    ),
    on(
        Id::ApproveMany,
        "Approve what can be trusted: under an amount, matched by a person, no warning",
        "approve many",
        &["A"],
        &[Screen::Review],
        0,
    )
    .decides()
    .long(),
    on(
        Id::Timeline,
        "Its life from Cin7 to QuickBooks",
        "timeline",
        &["t"],
        &[Screen::Fetch, Screen::Review, Screen::HandOff],
        0,
    ),
    on(Id::Approve, "Approve the draft as shown", "approve", &["a"], &[Screen::Review], 1).decides(),
    on(Id::Hold, "Hold the draft: not now", "hold", &["d"], &[Screen::Review], 2).decides(),
    on(Id::Exclude, "Exclude the draft, with a reason", "exclude", &["x"], &[Screen::Review], 3).decides(),
    on(Id::Reopen, "Take it back into review", "reopen", &["o"], &[Screen::Review], 0).decides(),
    on(
        Id::CostCounts,
        "The cost of its goods counts; a cost journal: go on though sales are open",
        "cost counts",
        &["+"],
        &[Screen::Review],
        0,
    )
    .decides(),
    on(
        Id::CostStaysOut,
        "The cost of its goods does not count",
        "cost stays out",
        &["-"],
        &[Screen::Review],
        0,
    )
    .decides(),
    on(Id::WithdrawApproval, "Take the approval back", "unapprove", &["w"], &[Screen::Review], 0).decides(),
    on(
        Id::ShowSent,
        "Show what QuickBooks will be sent",
        "what is sent",
        &["b"],
        &[Screen::Review, Screen::HandOff],
        0,
    ),
    on(
        Id::Refresh,
        "Read the list again",
        "refresh",
        &["r"],
        &[Screen::Review, Screen::History, Screen::Home],
        0,
    ),
    on(
        Id::Redraft,
        "Make the drafts again from what was fetched",
        "redraft",
        &["D"],
        &[Screen::Fetch, Screen::Review],
        0,
    )
    .decides()
    .long(),
    on(
        Id::TakeOver,
        "Draft here what Cin7 says another program imported",
        "take over",
        &["T"],
        &[Screen::Review],
        0,
    )
    .decides(),
];

/// Why a command on drafts cannot be done now: on Fetch, Review and Hand off.
pub fn why_not(id: Id, model: &Model) -> Option<String> {
    let pane = model.pane()?;
    let needs_row = matches!(
        id,
        Id::Approve
            | Id::Hold
            | Id::Exclude
            | Id::Reopen
            | Id::CostCounts
            | Id::CostStaysOut
            | Id::TakeOver
            | Id::WithdrawApproval
            | Id::ShowSent
            | Id::Cure
            | Id::Timeline
            | Id::Requeue
            | Id::Open
            | Id::Copy
    );
    if needs_row && pane.list.current().is_none() {
        return Some("There is no draft here. Press Tab for another filter.".into());
    }
    match id {
        Id::CloseBatch | Id::Finalise if model.status.as_ref().is_some_and(|s| s.frozen.is_some()) => Some(
            "Writing has stopped. Press w: it says why, and shows the way out; then a batch can be closed."
                .into(),
        ),
        Id::CloseBatch => {
            let nothing = model.hand_off.preview.as_ref().is_some_and(BatchPreview::is_empty);
            nothing.then(|| "Nothing is approved. Approve drafts in step 4 first.".into())
        }
        Id::Finalise => {
            let status = model.status.as_ref();
            let none = status.is_some_and(|status| status.with_outcome(Outcome::PostedPending) == 0);
            none.then(|| "No sale is pending in QuickBooks that could be finalised.".into())
        }
        Id::Unfreeze => {
            let frozen = model.status.as_ref().is_some_and(|s| s.frozen.is_some());
            (!frozen).then(|| "Nothing is frozen.".into())
        }
        _ if pane.list.marked() > 0 => None,
        _ => {
            let row = pane.list.current_row()?;
            // Of a posted document the change that is proposed is what a decision is about.
            let decided = matches!(id, Id::Approve | Id::Hold | Id::WithdrawApproval);
            state_why_not(id, row.proposal.filter(|_| decided).unwrap_or(row.state))
        }
    }
}

fn state_why_not(id: Id, state: DraftState) -> Option<String> {
    use DraftState as S;
    let said = match (id, state) {
        (Id::Approve, S::Ready) | (Id::Hold, S::Ready | S::NeedsAttention | S::Approved) => return None,
        (Id::Approve, S::Approved) => "It is approved already. Press w to take the approval back.",
        (Id::Approve, S::NeedsAttention | S::NotReady) => {
            "Something stands in the way; the detail says what and how to cure it."
        }
        (Id::Approve | Id::Hold, S::Held) => "It is held. Press o to take it back into review first.",
        (Id::Approve | Id::Hold, S::Excluded) => "It is excluded. Press o to take it back into review first.",
        (
            Id::Approve | Id::Hold | Id::Exclude,
            S::Queued | S::InFlight | S::Unknown | S::Posted | S::Rejected,
        ) => "It was handed off already.",
        (Id::Exclude, S::Excluded) => "It is excluded already.",
        (Id::TakeOver, S::Excluded)
        | (Id::Reopen, S::Held | S::Excluded)
        | (Id::WithdrawApproval, S::Approved) => return None,
        (Id::TakeOver, _) => "Only what Cin7 says is Imported or Do Not Import can be taken over.",
        (Id::Reopen, S::Posted | S::NeedsAttention | S::Rejected) => return None,
        (Id::Reopen, _) => "Only held and excluded drafts can be taken back.",
        (Id::WithdrawApproval, _) => "It is not approved.",
        (Id::Requeue, state) if settlements::waits(state) => return None,
        (Id::Requeue, _) => "Only what QuickBooks refused or what needs a person can be queued again.",
        _ => return None,
    };
    Some(said.into())
}
