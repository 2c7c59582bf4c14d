//! The language of the filter line: `kind:bill state:ready >1000 acme`.
//!
//! Must never guess at what it does not understand: a word that looks like a condition and is none is pointed at. Pure:
//! what it finds is the store's work. Asked for by `rust-tui.md` 9 and design 6 (`/` filter); amounts are whole cents.

mod complete;
pub mod lists;
mod words;

pub use complete::{Completion, complete};
pub use words::{kind_word, state_word};

use super::{DraftState, TxnKind};
use crate::base::text::fold;
use crate::base::{Cents, Day, Month, typed};
use serde::{Deserialize, Serialize};

/// What is looked for. Everything named must hold; within one condition any of its values will do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Transaction types.
    pub kinds: Vec<TxnKind>,
    /// Words of Cin7's types, `SalesOrder`.
    pub types: Vec<String>,
    /// States.
    pub states: Vec<DraftState>,
    /// Codes of currencies, `EUR`.
    #[serde(default)]
    pub currencies: Vec<String>,
    /// Months of the ledger date.
    pub months: Vec<Month>,
    /// First ledger day.
    pub from: Option<Day>,
    /// Last ledger day.
    pub to: Option<Day>,
    /// Smallest total.
    pub least: Option<Cents>,
    /// Largest total.
    pub most: Option<Cents>,
    /// With a warning, or without.
    pub warned: Option<bool>,
    /// Pending in QuickBooks, or not.
    pub pending: Option<bool>,
    /// Gone from QuickBooks, or not.
    pub gone: Option<bool>,
    /// Changed in Cin7 or in QuickBooks since it was posted.
    #[serde(default)]
    pub changed: bool,
    /// Dated before the months that the setting `lookback_months` lists, or not.
    #[serde(default)]
    pub old: Option<bool>,
    /// Folded words that all occur in reference, number, party, amount or date.
    pub words: Vec<String>,
    /// Folded words of which none may occur.
    pub without: Vec<String>,
}

impl Wanted {
    /// Whether everything is wanted.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Wanted::default()
    }
}

/// What is wrong in a filter line, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// First character of the wrong part, counted in characters.
    pub at: usize,
    /// Characters of the wrong part.
    pub len: usize,
    /// What is wrong, in words.
    pub says: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.says)
    }
}

/// One part of the line: what it says and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    at: usize,
    text: String,
    /// Between quotation marks, so that it is text whatever it looks like.
    quoted: bool,
}

/// Splits at blanks; quotation marks keep blanks together, an open one lasts to the end.
fn parts(line: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut open: Option<Part> = None;
    let mut inside = false;
    for (at, c) in line.chars().enumerate() {
        match c {
            '"' => {
                inside = !inside;
                let part = open.get_or_insert_with(|| Part { at, text: String::new(), quoted: true });
                part.quoted |= part.text.is_empty();
            }
            c if c.is_whitespace() && !inside => parts.extend(open.take()),
            c => {
                open.get_or_insert_with(|| Part { at, text: String::new(), quoted: false }).text.push(c);
            }
        }
    }
    parts.extend(open);
    parts
}

/// What the parts of a line are read into: the same signs in every list, with conditions of its own.
trait Reading {
    /// Words that all must occur, and words of which none may.
    fn words(&mut self) -> (&mut Vec<String>, &mut Vec<String>);
    /// Whether `>100` compares here; else it is a word.
    fn compares(&self) -> bool;
    fn compare(&mut self, sign: &str, value: &str) -> Result<(), String>;
    fn condition(&mut self, name: &str, value: &str) -> Result<(), String>;
}

/// Reads a line part by part.
fn read(line: &str, into: &mut impl Reading) -> Result<(), Mistake> {
    for part in parts(line) {
        let mistake = |says: String| Mistake { at: part.at, len: part.text.chars().count().max(1), says };
        if part.quoted {
            add_words(into.words().0, &part.text);
        } else if let Some((sign, value)) = comparison(&part.text).filter(|_| into.compares()) {
            into.compare(sign, value).map_err(mistake)?;
        } else if let Some((name, value)) = part.text.split_once(':') {
            into.condition(name, value).map_err(mistake)?;
        } else if let Some(text) = part.text.strip_prefix('-').filter(|text| is_word(text)) {
            add_words(into.words().1, text);
        } else {
            add_words(into.words().0, &part.text);
        }
    }
    Ok(())
}

impl Reading for Wanted {
    fn words(&mut self) -> (&mut Vec<String>, &mut Vec<String>) {
        (&mut self.words, &mut self.without)
    }

    fn compares(&self) -> bool {
        true
    }

    fn compare(&mut self, sign: &str, value: &str) -> Result<(), String> {
        let amount = typed::money(value)
            .ok_or_else(|| format!("`{value}` is no amount; write it as {sign}1000 or {sign}1000.50."))?;
        narrow((&mut self.least, &mut self.most), sign, amount);
        Ok(())
    }

    fn condition(&mut self, name: &str, value: &str) -> Result<(), String> {
        words::take(self, name, value)
    }
}

/// Reads a filter line.
///
/// # Errors
/// The first condition that cannot be understood, with its place.
pub fn parse(line: &str) -> Result<Wanted, Mistake> {
    let mut wanted = Wanted::default();
    read(line, &mut wanted)?;
    if let (Some(from), Some(to)) = (wanted.from, wanted.to)
        && from > to
    {
        let says = format!("From {from} to {to} holds no day.");
        return Err(Mistake { at: 0, len: line.chars().count(), says });
    }
    if let (Some(least), Some(most)) = (wanted.least, wanted.most)
        && least > most
    {
        let says = format!("No amount is both {least} or more and {most} or less.");
        return Err(Mistake { at: 0, len: line.chars().count(), says });
    }
    Ok(wanted)
}

/// `-12` is an amount that somebody looks for, `-acme` leaves Acme out.
fn is_word(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_alphabetic)
}

fn add_words(to: &mut Vec<String>, text: &str) {
    to.extend(fold(text).split(' ').filter(|word| !word.is_empty()).map(ToString::to_string));
}

fn comparison(text: &str) -> Option<(&str, &str)> {
    [">=", "<=", ">", "<", "="].into_iter().find_map(|sign| Some((sign, text.strip_prefix(sign)?)))
}

/// What a comparison leaves between the smallest and the largest amount.
fn narrow((least, most): (&mut Option<Cents>, &mut Option<Cents>), sign: &str, amount: Cents) {
    let cent = Cents::new(1);
    match sign {
        ">" => *least = Some(amount + cent),
        ">=" => *least = Some(amount),
        "<" => *most = Some(amount - cent),
        "<=" => *most = Some(amount),
        _ => (*least, *most) = (Some(amount), Some(amount)),
    }
}

#[cfg(test)]
mod tests;
