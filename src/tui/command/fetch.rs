//! Commands of step 2, Fetch.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, on};
use crate::tui::model::Screen;

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::Fetch, "Fetch what changed in Cin7", "fetch", &["r"], &[Screen::Fetch], 1).decides().long(),
    on(Id::FetchAll, "Fetch everything from Cin7 again", "fetch all", &["R"], &[Screen::Fetch], 0)
        .decides()
        .long(),
];
