//! Commands of step 7, History.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, on};
use crate::tui::model::{HistoryTab, Model, Screen};

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::VerifyChain, "Check the event chain", "check chain", &["c"], &[Screen::History], 2),
    on(
        Id::WithdrawBatch,
        "Withdraw what was not handed out of the batch",
        "withdraw",
        &["w"],
        &[Screen::History],
        3,
    )
    .decides(),
];

/// Why a command cannot be done here now.
pub fn why_not(id: Id, model: &Model) -> Option<String> {
    let none = model.history.tab != HistoryTab::Batches || model.history.batches.is_empty();
    (id == Id::WithdrawBatch && none).then(|| "There is no batch under the cursor.".to_string())
}
