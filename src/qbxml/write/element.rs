//! The smallest pieces of a request: elements, escaping, references, addresses, numbers and their limits.
//!
//! Must never let a character above `~` out as such, nor a control character at all: a message with one is refused as
//! a whole or booked with question marks (`qbxml.md` 5, `exactly-once.md` ruling 7). Types and lengths: `qbxml.md` 4.

use super::WriteError;
use crate::base::text::for_quickbooks;
use crate::base::{Cents, Day, Decimal};
use crate::books::{Address, ListRef, PartyRef};
pub use crate::handoff::texts::fit;
use std::fmt::Write as _;

/// Longest ListID, TxnID or EditSequence (`qbxml.md` 4: IDTYPE 36).
const ID_LIMIT: usize = 36;
/// Longest FullName of any list: a customer's, five levels deep (`qbxml.md` 4).
const FULL_NAME_LIMIT: usize = 209;
/// Digits before the point of AMTTYPE.
const AMOUNT_DIGITS: usize = 13;

/// The growing message.
pub struct Xml {
    out: String,
}

impl Xml {
    pub fn new() -> Self {
        Xml { out: String::with_capacity(2048) }
    }

    pub fn finish(self) -> String {
        self.out
    }

    /// Text that is markup already.
    pub fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    pub fn open(&mut self, name: &str) {
        let _ = write!(self.out, "<{name}>");
    }

    /// An opening tag; attribute values must be printable ASCII.
    pub fn open_with(&mut self, name: &str, attributes: &[(&'static str, &str)]) -> Result<(), WriteError> {
        let _ = write!(self.out, "<{name}");
        for (attribute, value) in attributes {
            if value.is_empty() || !value.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(WriteError::Form { field: attribute, text: (*value).to_string() });
            }
            let _ = write!(self.out, " {attribute}=\"");
            escape(&mut self.out, value);
            self.out.push('"');
        }
        self.out.push('>');
        Ok(())
    }

    pub fn close(&mut self, name: &str) {
        let _ = write!(self.out, "</{name}>");
    }

    /// An element with a text that stands as it is.
    pub fn leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        escape(&mut self.out, text);
        self.close(name);
    }

    pub fn flag(&mut self, name: &str, value: bool) {
        self.leaf(name, if value { "true" } else { "false" });
    }

    pub fn date(&mut self, name: &str, day: Day) {
        self.leaf(name, &day.to_string());
    }

    /// Words for people: cut where they are too long, left out where there are none.
    pub fn words(&mut self, name: &str, text: &str, limit: usize) {
        let fitted = fit(text, limit);
        if !fitted.is_empty() {
            self.leaf(name, &fitted);
        }
    }

    /// A text that identifies something: never cut, left out where there is none.
    pub fn exact(&mut self, field: &'static str, text: &str, limit: usize) -> Result<(), WriteError> {
        let (fitted, _) = for_quickbooks(text);
        let fitted = fitted.trim();
        if fitted.chars().count() > limit {
            return Err(WriteError::TooLong { field, limit, text: text.to_string() });
        }
        if !fitted.is_empty() {
            self.leaf(field, fitted);
        }
        Ok(())
    }

    /// A name that must be there and must hold no colon, which QuickBooks refuses (3090).
    pub fn name(&mut self, field: &'static str, text: &str, limit: usize) -> Result<(), WriteError> {
        if text.trim().is_empty() {
            return Err(WriteError::Missing(field));
        }
        if text.contains(':') {
            return Err(WriteError::Form { field, text: text.to_string() });
        }
        self.exact(field, text, limit)
    }

    /// An opaque identifier, sent back exactly as QuickBooks wrote it.
    pub fn identifier(&mut self, field: &'static str, text: &str) -> Result<(), WriteError> {
        if text.is_empty() {
            return Err(WriteError::Missing(field));
        }
        if text.len() > ID_LIMIT || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(WriteError::Form { field, text: text.to_string() });
        }
        self.leaf(field, text);
        Ok(())
    }

    /// A reference: by ListID where it is known, because names change, else by name (`qbxml.md` 4).
    pub fn reference(&mut self, field: &'static str, id: &str, name: &str) -> Result<(), WriteError> {
        if id.is_empty() && name.trim().is_empty() {
            return Err(WriteError::Missing(field));
        }
        self.open(field);
        if id.is_empty() {
            self.exact("FullName", name, FULL_NAME_LIMIT)?;
        } else {
            self.identifier("ListID", id)?;
        }
        self.close(field);
        Ok(())
    }

    /// A reference to a list entry, left out where there is none.
    pub fn list_ref(&mut self, field: &'static str, entry: Option<&ListRef>) -> Result<(), WriteError> {
        entry.map_or(Ok(()), |entry| self.reference(field, entry.id.as_str(), &entry.name))
    }

    /// The customer or vendor, which must be there.
    pub fn party(&mut self, field: &'static str, party: Option<&PartyRef>) -> Result<(), WriteError> {
        let party = party.ok_or(WriteError::Missing(field))?;
        self.reference(field, party.id.as_ref().map_or("", |id| id.as_str()), &party.name)
    }

    /// An amount, always with two decimals.
    pub fn amount(&mut self, field: &'static str, amount: Cents) -> Result<(), WriteError> {
        let text = amount.to_string();
        let whole = text.trim_start_matches('-').split('.').next().unwrap_or_default();
        if whole.len() > AMOUNT_DIGITS {
            return Err(WriteError::Digits { field, text });
        }
        self.leaf(field, &text);
        Ok(())
    }

    /// The rate of a foreign document, home units for one unit; left out in the home currency.
    pub fn exchange_rate(&mut self, rate: Option<Decimal>) -> Result<(), WriteError> {
        let Some(rate) = rate else { return Ok(()) };
        if rate <= Decimal::ZERO {
            return Err(WriteError::Form { field: "ExchangeRate", text: rate.to_string() });
        }
        self.leaf("ExchangeRate", &rate.normalize().to_string());
        Ok(())
    }

    /// An address, left out where it is empty. Lines without text are passed over; QuickBooks prints five at most.
    pub fn address(&mut self, field: &str, address: &Address) {
        if address.is_empty() {
            return;
        }
        self.open(field);
        let lines = address.lines.iter().map(|line| fit(line, 41)).filter(|line| !line.is_empty());
        for (line, name) in lines.zip(["Addr1", "Addr2", "Addr3", "Addr4", "Addr5"]) {
            self.leaf(name, &line);
        }
        self.words("City", &address.city, 31);
        self.words("State", &address.state, 21);
        self.words("PostalCode", &address.postal_code, 13);
        self.words("Country", &address.country, 31);
        self.close(field);
    }
}

/// Appends `text` with the five entities, and everything above `~` as a decimal reference. Characters that XML or
/// QuickBooks cannot take do not get here: every text was fitted before.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            ' '..='~' => out.push(c),
            '\u{a0}'..='\u{ff}' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            _ => out.push('?'),
        }
    }
}
