//! Commands on what lives after posting: what changed, what to do by hand, drafting anew, undoing a batch; and the
//! months of costs.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, on};
use crate::books::DraftState;
use crate::drafting::cogs;
use crate::tui::model::{HistoryTab, Model, Screen};
use crate::tui::settlements;

const DRAFTS: &[Screen] = &[Screen::Review, Screen::HandOff];

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::ShowChange, "What changed against what was posted", "what changed", &["C"], DRAFTS, 0),
    on(Id::HintSheet, "What to do by hand: the hint sheet", "by hand", &["H"], DRAFTS, 0),
    on(Id::Settle, "Say how a change after posting is settled", "settle", &["R"], DRAFTS, 0).decides(),
    on(Id::Reset, "Draft it anew (reset for re-import)", "reset", &["Z"], DRAFTS, 0).decides(),
    on(
        Id::CostMonth,
        "A month's cost of goods, document by document",
        "cost month",
        &["m"],
        &[Screen::Review],
        0,
    ),
    on(Id::UndoBatch, "Undo the batch, document by document", "undo batch", &["U"], &[Screen::History], 4)
        .decides(),
];

/// Why such a command cannot be done now.
pub fn why_not(id: Id, model: &Model) -> Option<String> {
    if id == Id::UndoBatch {
        let none = model.history.tab != HistoryTab::Batches || model.history.batches.is_empty();
        return none.then(|| "There is no batch under the cursor. Tab goes to the batches.".to_string());
    }
    if !COMMANDS.iter().any(|command| command.id == id) {
        return None;
    }
    let pane = model.pane()?;
    let Some(row) = pane.list.current_row() else {
        return Some("There is no draft here. Press Tab for another filter.".into());
    };
    let changed = row.proposal.is_some() || row.state == DraftState::DriftedInQuickBooks;
    let said = match id {
        Id::ShowChange if !changed => "Nothing of it changed since it was posted.",
        Id::HintSheet if row.proposal.is_none() => "Nothing of it has to be done by hand.",
        Id::Settle if !changed && !settlements::waits(row.state) => "Nothing of it waits to be settled.",
        Id::Reset if pane.list.marked() > 0 => return None,
        Id::Reset if !settlements::can_be_reset(row.state) => {
            "Only what is posted, reversed or gone from QuickBooks can be drafted anew."
        }
        Id::CostMonth if row.cin7_type != cogs::MONTH && row.cin7_type != cogs::DIFFERENCE => {
            "This is no month's cost journal. `type:cogsmonth` after / finds them."
        }
        _ => return None,
    };
    Some(said.into())
}
