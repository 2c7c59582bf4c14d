//! Commands of step 1, Connect.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, on};
use crate::tui::model::{Model, Screen};

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::Setup, "The first day, step by step", "first day", &["i"], &[Screen::Connect], 1),
    on(
        Id::Doctor,
        "Look at everything: what is wrong, what it means, what to do",
        "doctor",
        &["D"],
        &[Screen::Connect],
        0,
    )
    .long(),
    on(
        Id::AcceptMap,
        "Take over the proposed map where it is sure",
        "take over map",
        &["a"],
        &[Screen::Connect],
        1,
    )
    .decides(),
    on(Id::EditSetting, "Change or do what the row says", "change", &["e"], &[Screen::Connect], 0).decides(),
    on(Id::TestCin7, "Test the Cin7 connection", "test Cin7", &["t"], &[Screen::Connect], 2).decides().long(),
    on(Id::WriteQwc, "Write the Web Connector file", "write .QWC", &["w"], &[Screen::Connect], 3).decides(),
    on(Id::ShowQwc, "Show the Web Connector file", "show .QWC", &["W"], &[Screen::Connect], 0),
    on(Id::NewPassword, "Make a new Web Connector password", "password", &["p"], &[Screen::Connect], 4)
        .decides(),
    on(
        Id::AdoptCompany,
        "Confirm the company file as ours",
        "confirm company",
        &["c"],
        &[Screen::Connect],
        5,
    )
    .decides(),
];

/// Why a command cannot be done here now.
pub fn why_not(id: Id, model: &Model) -> Option<String> {
    let view = model.connect.view.as_ref();
    match id {
        Id::AcceptMap if view.is_none_or(|v| v.map.rows.is_empty()) => {
            Some("Nothing is proposed yet: QuickBooks' lists come with a visit of the Web Connector.".into())
        }
        Id::AcceptMap
            if view.is_some_and(|v| {
                v.map.missing.is_empty() && !v.map.rows.iter().any(|row| row.sure && !row.set)
            }) =>
        {
            Some(
                "What is sure is taken over already. Enter on a row that has a mark chooses the rest.".into(),
            )
        }
        Id::AdoptCompany if view.is_none_or(|v| v.company_waiting.is_empty()) => {
            Some("No company file waits for confirmation. It shows itself at the first visit.".into())
        }
        _ => None,
    }
}
