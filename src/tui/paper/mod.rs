//! A sheet of paper over the screen: what is to be read before something is done, with the keys that do it.
//!
//! Must never do anything by itself: each of its offers is a command or an action like every other, and what cannot be
//! undone still asks for the control word. Plain mode reads the same pieces line by line.

mod change;
mod costs;
mod files;
mod hint;
mod laid;
mod roll;
mod undo;

pub use change::change;
pub use costs::month;
pub use files::imported;
pub use hint::{hint, text as hint_text};
pub use laid::{Laid, lay};
pub use roll::walk;
pub use undo::plan;

use super::command::Id;
use super::effect::Action;
use super::theme::Role;
use crate::base::Cents;
use crate::books::Posting;

/// One part of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A heading.
    Head(String),
    /// A sentence, wrapped.
    Text(Role, String),
    /// Titles of the two sides of the pairs below.
    Sides(String, String),
    /// A field on both sides; empty where there is nothing.
    Pair {
        label: String,
        left: String,
        right: String,
    },
    /// Debits and credits come below.
    Ledger,
    /// One debit or credit.
    Posted {
        account: String,
        debit: Option<Cents>,
        credit: Option<Cents>,
        why: String,
    },
    /// Their sums.
    Sums {
        debit: Cents,
        credit: Cents,
    },
    /// A figure with its name.
    Figure {
        label: String,
        amount: Option<Cents>,
        note: String,
    },
    Blank,
}

/// What an offer does.
#[derive(Clone, Debug)]
pub enum Then {
    Act(Box<Action>),
    Run(Id),
}

/// A key of the sheet.
#[derive(Clone, Debug)]
pub struct Offer {
    pub key: &'static str,
    pub does: &'static str,
    pub then: Then,
}

impl Offer {
    /// A key that runs a command.
    pub const fn run(key: &'static str, does: &'static str, id: Id) -> Self {
        Offer { key, does, then: Then::Run(id) }
    }

    /// A key that does something.
    pub fn act(key: &'static str, does: &'static str, action: Action) -> Self {
        Offer { key, does, then: Then::Act(Box::new(action)) }
    }
}

/// The sheet.
#[derive(Clone, Debug, Default)]
pub struct Paper {
    pub title: String,
    pub pieces: Vec<Piece>,
    pub offers: Vec<Offer>,
    /// First line that is shown.
    pub scroll: usize,
}

impl Paper {
    /// A sheet of these pieces.
    pub fn new(title: impl Into<String>, pieces: Vec<Piece>, offers: Vec<Offer>) -> Self {
        Paper { title: title.into(), pieces, offers, scroll: 0 }
    }
}

/// A draft as people say it: `invoice 10344 (SO-104344)`.
pub fn name_of(row: &crate::store::drafts::DraftRow) -> String {
    let kind = row.kind.map_or("document", crate::books::TxnKind::title);
    format!("{kind} {} ({})", row.ref_number, row.reference)
}

/// A sentence.
pub fn say(text: impl Into<String>) -> Piece {
    Piece::Text(Role::Text, text.into())
}

/// A heading.
pub fn head(text: impl Into<String>) -> Piece {
    Piece::Head(text.into())
}

/// A figure with its name.
pub fn figure(label: &str, amount: Cents) -> Piece {
    Piece::Figure { label: label.into(), amount: Some(amount), note: String::new() }
}

/// Debits and credits with their sums.
pub fn ledger(postings: &[Posting]) -> Vec<Piece> {
    let mut pieces = vec![Piece::Ledger];
    let (mut debits, mut credits) = (Cents::ZERO, Cents::ZERO);
    for posting in postings {
        let (debit, credit) = (posting.debit(), posting.credit());
        debits += debit.unwrap_or_default();
        credits += credit.unwrap_or_default();
        let why = if posting.why.is_empty() { posting.text.clone() } else { posting.why.clone() };
        pieces.push(Piece::Posted { account: posting.place(), debit, credit, why });
    }
    pieces.push(Piece::Sums { debit: debits, credit: credits });
    pieces
}

/// A piece as one line for plain mode and files; none for what only helps the eye.
pub fn spoken(piece: &Piece) -> Option<String> {
    let or_nothing = |text: &str| if text.is_empty() { "nothing".to_string() } else { text.to_string() };
    Some(match piece {
        Piece::Head(text) => format!("{}:", text.trim_end_matches(':')),
        Piece::Text(_, text) => text.clone(),
        Piece::Sides(..) | Piece::Ledger | Piece::Blank => return None,
        Piece::Pair { label, left, right } => {
            format!("{label}: {} becomes {}.", or_nothing(left), or_nothing(right))
        }
        Piece::Posted { account, debit, credit, why } => {
            let (side, amount) = match (debit, credit) {
                (Some(amount), _) => ("debit", amount.grouped()),
                (None, amount) => ("credit", amount.unwrap_or_default().grouped()),
            };
            let why = if why.is_empty() { String::new() } else { format!(", because {why}") };
            format!("{side} {account} {amount}{why}.")
        }
        Piece::Sums { debit, credit } => {
            format!("Debits {}, credits {}.", debit.grouped(), credit.grouped())
        }
        Piece::Figure { label, amount, note } => {
            let amount = amount.map_or_else(|| "not known".to_string(), Cents::grouped);
            let note = if note.is_empty() { String::new() } else { format!(" ({note})") };
            format!("{label}: {amount}{note}.")
        }
    })
}
