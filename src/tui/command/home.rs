//! Commands of the first page, and those that lead to it from everywhere.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, on};
use crate::tui::model::{Model, Screen};

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::NextNeed, "Next thing that needs me, wherever it is", "what needs me", &["."], &[], 5),
    on(Id::Home, "Home: what needs you, and what happened since yesterday", "home", &["0"], &[], 0),
    on(
        Id::HomePage,
        "Home: the list or the figures, on a small window",
        "figures",
        &["tab"],
        &[Screen::Home],
        2,
    ),
    on(Id::Jump, "Jump to any document by number or name", "jump", &["ctrl-g"], &[], 0),
    on(
        Id::Twist,
        "Demo: let something happen at Cin7, a supplier or QuickBooks",
        "let happen",
        &["!"],
        &[],
        0,
    ),
];

/// Why a command cannot be done now.
pub fn why_not(id: Id, model: &Model) -> Option<String> {
    (id == Id::Twist && !model.demo)
        .then(|| "Only in the demo: over real books nothing is made up.".to_string())
}
