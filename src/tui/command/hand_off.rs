//! Commands of step 5, Hand off.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, on};
use crate::tui::model::Screen;

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::CloseBatch, "Close the batch and hand it off", "close batch", &["c"], &[Screen::HandOff], 1)
        .decides()
        .long(),
    on(Id::Finalise, "Finalise pending sales", "finalise", &["f"], &[Screen::HandOff], 2).decides().long(),
    on(Id::Visit, "Visit of the Web Connector", "visit", &["r"], &[Screen::Connect, Screen::HandOff], 3)
        .decides(),
    on(
        Id::Doubts,
        "What is in doubt, and what waits for a person",
        "in doubt",
        &["w"],
        &[Screen::HandOff],
        0,
    ),
    on(
        Id::ComputerGone,
        "The computer that was given what is in doubt is gone for good",
        "computer gone",
        &["K"],
        &[Screen::HandOff],
        0,
    )
    .decides(),
    on(Id::Requeue, "Queue it again after looking", "queue again", &["o"], &[Screen::HandOff], 0).decides(),
    on(Id::Unfreeze, "Let writing go on after a freeze", "unfreeze", &["U"], &[Screen::HandOff], 0).decides(),
    on(
        Id::Writeback,
        "Tell Cin7 what is in the books",
        "tell Cin7",
        &["B"],
        &[Screen::Connect, Screen::HandOff],
        0,
    )
    .decides()
    .long(),
];
