//! Commands that put something in: typed entries, files, joined and split orders, and what a month's end offers.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, on};
use crate::books::TxnKind;
use crate::store::drafts::DraftRow;
use crate::tui::model::{Model, Screen};

const ENTER: &[Screen] = &[Screen::Fetch, Screen::Review, Screen::Prove];

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::VendorCredit, "Type in a vendor credit", "vendor credit", &["V"], ENTER, 0).decides(),
    on(Id::LandingCost, "Type in a landing cost", "landing cost", &["L"], ENTER, 0).decides(),
    on(
        Id::ImportFile,
        "Import a CSV file: vendor credits, landing costs, stock values",
        "import CSV",
        &["I"],
        ENTER,
        0,
    )
    .decides(),
    on(Id::Join, "Join the marked orders on one supplier invoice", "join", &["J"], &[Screen::Review], 0)
        .decides(),
    on(Id::Split, "Split one order into several supplier invoices", "split", &["P"], &[Screen::Review], 0)
        .decides(),
    on(
        Id::Number,
        "Type the supplier's number of a vendor credit",
        "its number",
        &["#"],
        &[Screen::Review],
        0,
    )
    .decides(),
    on(
        Id::TakeBack,
        "Take back what was typed, imported, joined or split",
        "take entry back",
        &["X"],
        &[Screen::Review],
        0,
    )
    .decides(),
    on(Id::Accrue, "Accrue what was received and not billed", "accrual", &["A"], &[Screen::Prove], 4)
        .decides(),
    on(
        Id::TrueUp,
        "True-up of the inventory account, apart from every batch",
        "true-up",
        &["T"],
        &[Screen::Prove],
        0,
    )
    .decides(),
];

/// Whether a draft is the bill of a purchase order by itself.
pub fn is_order(row: &DraftRow) -> bool {
    row.kind == Some(TxnKind::Bill)
        && row.source.starts_with("PurchaseOrder/")
        && row.source.matches('/').count() == 1
}

/// Why such a command cannot be done now.
pub fn why_not(id: Id, model: &Model) -> Option<String> {
    let pane = model.pane();
    let row = pane.and_then(|pane| pane.list.current_row());
    let said = match id {
        Id::Join => {
            let pane = pane?;
            let marked = pane.list.marked();
            // Asked with every frame of help and palette: over a million marks too.
            let odd = pane.list.marked_rows().find(|row| !is_order(row));
            match (marked, odd) {
                (0 | 1, _) => {
                    "Mark the orders of one invoice first: Space marks, `kind:bill` after / finds bills."
                        .into()
                }
                (_, Some(row)) => {
                    format!("{} is no bill of a purchase order; only those can be joined.", row.reference)
                }
                _ => return None,
            }
        }
        // Each has its own form, or says why it has none.
        Id::TakeBack | Id::Split | Id::Number if pane.is_some_and(|pane| pane.list.marked() > 0) => {
            return None;
        }
        Id::Split | Id::Number | Id::TakeBack if row.is_none() => "There is no draft here.".into(),
        Id::Split if row.is_some_and(|row| !is_order(row)) => {
            "Only the bill of a purchase order can be split. `kind:bill` after / finds them.".into()
        }
        Id::Number if row.is_some_and(|row| row.kind != Some(TxnKind::VendorCredit)) => {
            "Only a vendor credit needs the supplier's number.".into()
        }
        _ => return None,
    };
    Some(said)
}
