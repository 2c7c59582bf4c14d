//! Typed entries, all of one form: rows of fields checked as they are typed, a summary with debits and credits before
//! anything is taken, and undo afterwards.
//!
//! Must never take anything that was not summed up on the screen first, and never lose what was typed because something
//! refused it. It holds no rule of the books: fields are checked for what they are, the workflow says the rest.

mod cell;
mod entry;
mod keys;
mod make;
mod split;

pub use cell::{Cell, Kind, NOT_IN_LIST};
pub use entry::{Entry, Look};
pub use keys::{Turn, key, offered, paste};
pub use make::{Seed, make};

use super::paper::Piece;
use crate::base::problem::Exit;
use crate::base::{Day, DraftId, Month, Problem};
use crate::workflow::imports;

/// What is being entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    VendorCredit,
    LandingCost,
    Import,
    Join(Vec<DraftId>),
    Split(DraftId, Vec<OrderLine>),
    Number(DraftId),
    Accrual,
    TrueUp,
}

/// A line of an order that is billed in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// What it is.
    pub text: String,
    /// How much of it the order has.
    pub quantity: crate::base::Decimal,
}

impl OrderLine {
    /// A line of a document of Cin7: by its name, by its code where it has none.
    pub fn of(line: &crate::orders::DocLine) -> Self {
        let text = if line.name.trim().is_empty() { &line.code } else { &line.name };
        OrderLine { text: crate::base::text::for_screen(text), quantity: line.qty }
    }
}

/// Where a form stands.
#[derive(Clone, Debug, Default)]
pub enum Stage {
    #[default]
    Typing,
    /// The summary is being made.
    Looking,
    /// The summary, to be read.
    Shown(Box<Look>),
    /// It is being put in.
    Taking,
    /// Put away what was typed?
    Leaving,
}

/// A row of fields.
#[derive(Clone, Debug)]
pub struct Row {
    pub label: String,
    pub cells: Vec<Cell>,
    /// Titles of the columns, above the first row of a table.
    pub titles: Vec<&'static str>,
}

/// The form.
#[derive(Clone, Debug)]
pub struct Form {
    pub what: What,
    pub title: String,
    pub intro: String,
    pub rows: Vec<Row>,
    /// Row and cell of the cursor.
    pub at: (usize, usize),
    /// Which offer of a picked field was chosen with Up and Down.
    pub offer: Option<usize>,
    pub stage: Stage,
    /// What the control word of the summary confirms, where Enter alone takes nothing.
    pub word: Option<Box<super::effect::Irreversible>>,
    /// Somebody typed.
    pub touched: bool,
    /// Enter was pressed: what is missing is shown.
    pub tried: bool,
    /// Day in the company's zone, for the defaults of fields.
    pub today: Day,
}

impl Form {
    /// The field under the cursor.
    pub fn current(&self) -> Option<&Cell> {
        self.rows.get(self.at.0)?.cells.get(self.at.1)
    }

    /// The field under the cursor, to change.
    pub fn current_mut(&mut self) -> Option<&mut Cell> {
        self.rows.get_mut(self.at.0)?.cells.get_mut(self.at.1)
    }

    /// The field of a name.
    pub fn cell(&self, id: &str) -> Option<&Cell> {
        self.rows.iter().flat_map(|row| &row.cells).find(|cell| cell.id == id)
    }

    /// The text of a field; empty where there is none.
    pub fn text(&self, id: &str) -> &str {
        self.cell(id).map_or("", |cell| cell.text())
    }

    /// Every field with its place.
    pub fn cells(&self) -> impl Iterator<Item = ((usize, usize), &Cell)> {
        let rows = self.rows.iter().enumerate();
        rows.flat_map(|(row, it)| it.cells.iter().enumerate().map(move |(at, cell)| ((row, at), cell)))
    }

    /// The offer that Tab and Enter take: the chosen one, else the first where a name of the list must stand and some
    /// of it is typed, or where a folder or file begins so.
    pub fn marked(&self) -> Option<usize> {
        let cell = self.current()?;
        let implied = match cell.kind {
            Kind::Pick(list, strict) => {
                let begun = !cell.text().is_empty() && cell.exact().is_none();
                begun && (strict || list == crate::workflow::own_look::PickList::Files)
            }
            _ => false,
        };
        let implied = if implied { Some(0) } else { None };
        self.offer.or(implied).filter(|at| *at < cell.shown_offers().len())
    }

    /// What is wrong with a field, on its own or beside the others.
    pub fn wrong(&self, place: (usize, usize)) -> Option<Problem> {
        let cell = self.rows.get(place.0)?.cells.get(place.1)?;
        cell.wrong().or_else(|| self.wrong_beside(cell))
    }

    /// The first field with something wrong.
    pub fn first_wrong(&self) -> Option<((usize, usize), Problem)> {
        self.cells().find_map(|(place, _)| self.wrong(place).map(|problem| (place, problem)))
    }

    /// What only the other fields make wrong.
    fn wrong_beside(&self, cell: &Cell) -> Option<Problem> {
        match &self.what {
            What::VendorCredit => self.credit_line(cell),
            What::Split(_, lines) => split::wrong(self, lines, cell),
            _ => None,
        }
    }

    /// A line of a credit needs its amount once anything of it is typed; the first one always does.
    fn credit_line(&self, cell: &Cell) -> Option<Problem> {
        let line = cell.id.strip_prefix("amount.")?;
        if !cell.text().is_empty() {
            return None;
        }
        let begun = ["account", "memo"].iter().any(|part| !self.text(&format!("{part}.{line}")).is_empty());
        (begun || line == "1")
            .then(|| problem("FIELD-EMPTY", "This line has no amount.", "Type it as 1,234.50."))
    }

    /// A table of lines always ends with an empty one, until it is as long as it may be.
    pub fn grow(&mut self) {
        match &self.what {
            What::VendorCredit => make::grow_credit(self),
            What::Split(_, lines) => {
                let lines = lines.clone();
                split::reshape(self, &lines);
            }
            _ => {}
        }
        let last = self.rows.len().saturating_sub(1);
        self.at.0 = self.at.0.min(last);
        let cells = self.rows.get(self.at.0).map_or(0, |row| row.cells.len());
        self.at.1 = self.at.1.min(cells.saturating_sub(1));
    }

    /// What belongs into the field under the cursor.
    pub fn help(&self) -> String {
        let Some(cell) = self.current() else { return String::new() };
        match &self.what {
            What::Split(_, lines) => split::help(self, lines, cell).unwrap_or_else(|| cell.help.to_string()),
            _ => cell.help.to_string(),
        }
    }

    /// What the fields say, once nothing is wrong.
    pub fn entry(&self) -> Option<Entry> {
        entry::read(self)
    }

    /// What the summary shows.
    pub fn summary(&self) -> Option<&[Piece]> {
        match &self.stage {
            Stage::Shown(look) => Some(&look.pieces),
            _ => None,
        }
    }
}

/// Something wrong in a field: nothing is taken while it stands.
pub fn problem(code: &str, happened: &str, do_now: &str) -> Problem {
    Problem::new(Exit::Usage, code, happened, "Nothing is entered while this stands here.", do_now)
}

/// The months that a month-end form offers first: the last full one.
pub fn last_month(today: Day) -> Month {
    Month::of(today).previous()
}

/// The files that can be imported, by the words that people choose them by.
pub const FILES: [(&str, imports::What); 3] = [
    ("vendor credits", imports::What::VendorCredits),
    ("landing costs", imports::What::LandingCosts),
    ("stock values", imports::What::StockValue),
];

#[cfg(test)]
mod tests;
