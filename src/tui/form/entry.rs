//! What a form says once it is filled in, and the summary of it.

use super::{Cell, FILES, Form, What, split};
use crate::base::{Cents, Day, DraftId, Month};
use crate::books::own::{OwnLandingCost, OwnLine, OwnVendorCredit, SplitPart};
use crate::tui::effect::Irreversible;
use crate::tui::paper::Piece;
use crate::workflow::imports;
use std::path::PathBuf;

/// An entry, ready to be looked at and put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    VendorCredit(OwnVendorCredit),
    LandingCost(OwnLandingCost),
    Import { what: imports::What, path: PathBuf },
    Join { drafts: Vec<DraftId>, number: String, date: Option<Day> },
    Split { draft: DraftId, parts: Vec<SplitPart> },
    Number { draft: DraftId, number: String },
    Accrual(Month),
    TrueUp { month: Month, to: Option<Cents>, why: String },
}

/// The summary of an entry before it is taken.
#[derive(Clone, Debug, Default)]
pub struct Look {
    pub pieces: Vec<Piece>,
    /// Nothing can be taken: the pieces say why.
    pub refused: bool,
    /// It is taken by the control word and not by Enter.
    pub word: Option<Box<Irreversible>>,
}

/// What the fields say; none while something is missing.
pub fn read(form: &Form) -> Option<Entry> {
    if form.first_wrong().is_some() {
        return None;
    }
    let text = |id: &str| form.text(id).to_string();
    let day = |id: &str| form.cell(id).and_then(Cell::day);
    let cents = |id: &str| form.cell(id).and_then(Cell::cents);
    Some(match &form.what {
        What::VendorCredit => Entry::VendorCredit(OwnVendorCredit {
            date: day("date")?,
            vendor: text("vendor"),
            contact: 0,
            number: text("number"),
            po: text("po"),
            memo: text("memo"),
            lines: lines(form),
        }),
        What::LandingCost => Entry::LandingCost(OwnLandingCost {
            date: day("date")?,
            po: text("po"),
            category: text("category"),
            amount: cents("amount")?,
            memo: text("memo"),
        }),
        What::Import => {
            let word = form.text("kind");
            let (_, what) = FILES.iter().find(|(title, _)| *title == word)?;
            Entry::Import { what: *what, path: PathBuf::from(text("file")) }
        }
        What::Join(drafts) => {
            Entry::Join { drafts: drafts.clone(), number: text("number"), date: day("date") }
        }
        What::Split(draft, lines) => Entry::Split { draft: *draft, parts: split::parts(form, lines)? },
        What::Number(draft) => Entry::Number { draft: *draft, number: text("number") },
        What::Accrual => Entry::Accrual(form.text("month").parse().ok()?),
        What::TrueUp => {
            Entry::TrueUp { month: form.text("month").parse().ok()?, to: cents("to"), why: text("why") }
        }
    })
}

fn lines(form: &Form) -> Vec<OwnLine> {
    let numbers =
        form.rows.iter().flat_map(|row| &row.cells).filter_map(|cell| cell.id.strip_prefix("amount."));
    numbers
        .filter_map(|line| {
            let part = |name: &str| form.text(&format!("{name}.{line}")).to_string();
            let amount = form.cell(&format!("amount.{line}"))?.cents()?;
            Some(OwnLine { account: part("account"), amount, memo: part("memo") })
        })
        .collect()
}
