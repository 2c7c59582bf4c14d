//! Commands of step 3, Match.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, on};
use crate::books::PartyList;
use crate::tui::model::{Model, Screen};

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::Accept, "Accept the proposed link", "accept", &["a"], &[Screen::Match], 1).decides(),
    on(
        Id::AcceptAuto,
        "See the sure ones and accept a screen of them",
        "accept sure",
        &["A"],
        &[Screen::Match],
        0,
    )
    .decides(),
    on(Id::Other, "Choose another candidate by its number", "other", &["e"], &[Screen::Match], 2).decides(),
    on(Id::Find, "Search all of QuickBooks by any field", "find", &["f"], &[Screen::Match], 6).decides(),
    on(Id::Create, "Create a new customer or vendor", "create", &["c"], &[Screen::Match], 3).decides(),
    on(
        Id::CreateRest,
        "Create the rest, or those that match nothing",
        "create rest",
        &["C"],
        &[Screen::Match],
        0,
    )
    .decides(),
    on(Id::Refuse, "Refuse the proposed candidate", "refuse", &["x"], &[Screen::Match], 4).decides(),
    on(Id::DeferContact, "Decide later (again: take it back)", "later", &["d"], &[Screen::Match], 5)
        .decides(),
    on(Id::House, "Bill such sales to a house customer, by rule", "house", &["h"], &[Screen::Match], 0)
        .decides(),
    on(Id::Unlink, "Take the link away", "unlink", &["U"], &[Screen::Match], 0).decides(),
    on(
        Id::NextCandidate,
        "Look at the next candidate",
        "next candidate",
        &["l", "right"],
        &[Screen::Match],
        0,
    ),
    on(Id::Rematch, "Match all contacts again", "match again", &["r"], &[Screen::Match], 0).decides().long(),
];

/// Why a command cannot be done here now.
pub fn why_not(id: Id, model: &Model) -> Option<String> {
    let needs_row = matches!(
        id,
        Id::Accept
            | Id::Other
            | Id::Find
            | Id::Create
            | Id::Refuse
            | Id::DeferContact
            | Id::Unlink
            | Id::House
            | Id::NextCandidate
            | Id::Open
            | Id::Copy
    );
    let Some(row) = model.matching.current() else {
        let said = match model.matching.list.len() {
            0 => "There is no contact here. Press Tab for another filter.",
            _ => "This contact is still being read.",
        };
        return (needs_row && model.matching.list.marked() == 0).then(|| said.into());
    };
    if model.matching.list.marked() > 0 {
        return None;
    }
    match id {
        Id::Accept | Id::Refuse | Id::DeferContact if !row.is_open() => {
            Some("This contact is decided already. Press u to undo, or U to take the link away.".into())
        }
        Id::Accept if row.decision == "none" => {
            Some("Nothing was found for this contact. Press e to choose, or c to create it.".into())
        }
        Id::House if row.role == PartyList::Vendor => {
            Some("House customers are for sales: this contact is a vendor.".into())
        }
        Id::Unlink if row.link.is_none() => Some("This contact has no link.".into()),
        _ => None,
    }
}
