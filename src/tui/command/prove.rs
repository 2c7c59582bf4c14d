//! Commands of step 6, Prove.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, on};
use crate::tui::model::{Model, Screen};

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::Prove, "Prove the books against Cin7", "prove", &["r"], &[Screen::Prove], 1).long(),
    on(Id::Export, "Write the proof to a file", "export", &["e"], &[Screen::Prove], 2),
    on(Id::RollForward, "Totals or inventory roll-forward", "roll-forward", &["i"], &[Screen::Prove], 3),
];

/// Why a command cannot be done here now.
pub fn why_not(id: Id, model: &Model) -> Option<String> {
    let needs = matches!(id, Id::Export | Id::RollForward) && model.prove.proof.is_none();
    needs.then(|| "There is no proof yet. Press r to prove.".to_string())
}
