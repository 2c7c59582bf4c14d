//! Whether a transaction in QuickBooks is ours, says what we wrote, or merely looks like it.
//!
//! Must never call a thing ours by anything that people type: ours are mark 1 (ExternalGUID) and mark 2 (memo tag)
//! (`exactly-once.md` 1.3). "Edited" means that an element which we write has another content (design 4.4).

use super::texts;
use crate::base::{Cents, PostingKey};
use crate::books::{Address, ListRef, Payload, Role, TxnKind};
use crate::handoff::answer::TxnSeen;
use std::fmt;

/// Whether the transaction carries one of our two marks.
#[must_use]
pub fn is_ours(seen: &TxnSeen, key: PostingKey) -> bool {
    seen.guid == Some(key) || seen.memo.contains(&key.memo_tag())
}

/// Whether it looks like the document without carrying our mark: same party and total, and same number or day.
#[must_use]
pub fn looks_like(seen: &TxnSeen, payload: &Payload) -> bool {
    may_be(seen, payload)
        && (seen.ref_number.eq_ignore_ascii_case(&payload.ref_number) || seen.date == payload.date)
}

/// Whether it has the document's kind, party and total, whatever people wrote over its number, day and memo.
#[must_use]
pub fn may_be(seen: &TxnSeen, payload: &Payload) -> bool {
    seen.kind == payload.kind && same_party(seen, payload) && seen.total == payload.stated_total()
}

fn same_party(seen: &TxnSeen, payload: &Payload) -> bool {
    match (&seen.party, &payload.party) {
        (Some(there), Some(here)) => match &here.id {
            Some(id) => &there.id == id,
            None => there.name.eq_ignore_ascii_case(&here.name),
        },
        (None, None) => true,
        _ => false,
    }
}

/// The total of what QuickBooks holds in the document's own sense, as the proof counts it. A journal's is what it does
/// to the inventory account: an adjustment counts what it adds, a cost journal what it takes out. `seen` has its lines,
/// as a journal always has.
#[must_use]
pub fn own_total(seen: &TxnSeen, payload: &Payload) -> Cents {
    if payload.kind != TxnKind::JournalEntry {
        return seen.total;
    }
    let stock: Vec<&ListRef> =
        payload.lines.iter().filter(|line| line.role == Role::Inventory).map(|line| &line.account).collect();
    let same = |there: &ListRef, here: &ListRef| match (there.id.is_empty(), here.id.is_empty()) {
        (false, false) => there.id == here.id,
        _ => there.name.eq_ignore_ascii_case(&here.name),
    };
    if stock.is_empty() {
        return if payload.total.is_negative() { -seen.total } else { seen.total };
    }
    let on_stock = |line: &&crate::handoff::LineSeen| {
        line.account.as_ref().is_some_and(|there| stock.iter().any(|here| same(there, here)))
    };
    let added: Cents = seen
        .lines
        .iter()
        .filter(on_stock)
        .map(|line| if line.debit { line.amount } else { -line.amount })
        .sum();
    let takes_out = payload.lines.iter().any(|line| line.role == Role::Cogs);
    if takes_out { -added } else { added }
}

/// One element that QuickBooks shows otherwise than we wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// As a bookkeeper says it: `date`, `line 2: amount`.
    pub field: String,
    /// What QuickBooks shows.
    pub there: String,
    /// What we wrote.
    pub here: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |text: &str| if text.is_empty() { "nothing".to_string() } else { text.to_string() };
        write!(out, "{} {} instead of {}", self.field, said(&self.there), said(&self.here))
    }
}

/// What differs between what we wrote and what QuickBooks shows, in words; empty = nothing that we write.
#[must_use]
pub fn differences(seen: &TxnSeen, payload: &Payload, key: PostingKey) -> Vec<String> {
    edits(seen, payload, key).iter().map(ToString::to_string).collect()
}

/// Whether QuickBooks shows it as voided: amounts of nothing, and the memo says so where there is one
/// (`exactly-once.md` 1.2).
#[must_use]
pub fn is_voided(seen: &TxnSeen, posted: &Payload) -> bool {
    let says = seen.memo.trim_start().starts_with("VOID");
    seen.total.is_zero() && (says || !posted.stated_total().is_zero())
}

/// Every element that we write and that QuickBooks shows with another content (design 4.4). Lines and the smaller
/// elements of the header are compared only where the transaction was read whole, with its lines.
#[must_use]
pub fn edits(seen: &TxnSeen, payload: &Payload, key: PostingKey) -> Vec<Difference> {
    let mut found = Found(Vec::new());
    found.values("total", &seen.total, &payload.stated_total());
    if payload.kind != TxnKind::JournalEntry && seen.tax != payload.tax_total() {
        let cause = payload.tax_cause(seen.tax).map_or_else(String::new, |cause| format!(" ({cause})"));
        found.push("tax", seen.tax.to_string(), format!("{}{cause}", payload.tax_total()));
    }
    found.values("date", &seen.date, &payload.date);
    found.values("number", &seen.ref_number, &payload.ref_number);
    if !same_party(seen, payload) {
        let name = |text: Option<&str>| text.unwrap_or("nobody").to_string();
        let there = name(seen.party.as_ref().map(|p| p.name.as_str()));
        found.push("name", there, name(payload.party.as_ref().map(|p| p.name.as_str())));
    }
    let memo = match payload.kind {
        TxnKind::JournalEntry => texts::line_text(payload, 0, key).unwrap_or_default(),
        _ => texts::memo(&payload.memo, key),
    };
    found.words("memo", &seen.memo, &memo);
    if !seen.lines.is_empty() {
        header(seen, payload, &mut found);
        lines(seen, payload, key, &mut found);
    }
    found.0
}

struct Found(Vec<Difference>);

impl Found {
    fn push(&mut self, field: impl Into<String>, there: String, here: String) {
        self.0.push(Difference { field: field.into(), there, here });
    }

    fn values<T: PartialEq + ToString>(&mut self, field: &str, there: &T, here: &T) {
        if there != here {
            self.push(field, there.to_string(), here.to_string());
        }
    }

    /// Words as people read them: blanks and line ends do not count.
    fn words(&mut self, field: &str, there: &str, here: &str) {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        if plain(there) != plain(here) {
            self.push(field, there.to_string(), here.to_string());
        }
    }

    /// A reference that we wrote.
    fn reference(&mut self, field: &str, there: Option<&ListRef>, here: Option<&ListRef>) {
        let Some(here) = here else { return };
        let same = there.is_some_and(|there| {
            if here.id.is_empty() || there.id.is_empty() {
                there.name.eq_ignore_ascii_case(&here.name)
            } else {
                there.id == here.id
            }
        });
        if !same {
            let name = |entry: &ListRef| {
                if entry.name.is_empty() { entry.id.to_string() } else { entry.name.clone() }
            };
            self.push(field, there.map(name).unwrap_or_default(), name(here));
        }
    }

    /// An address that we wrote.
    fn address(&mut self, field: &str, there: &Address, here: &Address) {
        if here.is_empty() {
            return;
        }
        let of = |address: &Address| {
            let lines =
                address.lines.iter().map(|line| texts::fit(line, 41)).filter(|line| !line.is_empty()).take(5);
            let rest = [
                texts::fit(&address.city, 31),
                texts::fit(&address.state, 21),
                texts::fit(&address.postal_code, 13),
                texts::fit(&address.country, 31),
            ];
            lines.chain(rest).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
        };
        self.words(field, &of(there), &of(here));
    }
}

fn header(seen: &TxnSeen, payload: &Payload, found: &mut Found) {
    let there = &seen.header;
    let sale = payload.kind.can_be_pending();
    let bill = payload.kind == TxnKind::Bill;
    if sale {
        let here = texts::fit(&payload.po_number, 25);
        if !here.is_empty() {
            found.words("P.O. number", &there.po_number, &here);
        }
        found.reference("class", there.class.as_ref(), payload.class.as_ref());
        found.reference("tax item", there.tax_item.as_ref(), payload.tax_item.as_ref());
        found.reference(
            "customer tax code",
            there.customer_tax_code.as_ref(),
            payload.customer_tax_code.as_ref(),
        );
        found.address("billing address", &there.bill_to, &payload.bill_to);
        found.address("shipping address", &there.ship_to, &payload.ship_to);
    }
    if payload.kind != TxnKind::JournalEntry {
        found.reference("account", there.control_account.as_ref(), payload.control_account.as_ref());
    }
    if sale || bill {
        found.reference("terms", there.terms.as_ref(), payload.terms.as_ref());
        if let Some(here) = payload.due_date
            && there.due_date != Some(here)
        {
            found.push(
                "due date",
                there.due_date.map(|day| day.to_string()).unwrap_or_default(),
                here.to_string(),
            );
        }
    }
}

fn lines(seen: &TxnSeen, payload: &Payload, key: PostingKey, found: &mut Found) {
    let written = texts::written(payload);
    if seen.lines.len() != written.len() {
        found.push("number of lines", seen.lines.len().to_string(), written.len().to_string());
        return;
    }
    for ((number, there), place) in (1..).zip(&seen.lines).zip(written) {
        let Some(here) = payload.lines.get(place) else { continue };
        let field = |name: &str| format!("line {number}: {name}");
        if there.amount.abs() != here.amount.abs() {
            found.push(field("amount"), there.amount.to_string(), here.amount.to_string());
        }
        if payload.kind == TxnKind::JournalEntry {
            let side = |debit: bool| if debit { "debit" } else { "credit" }.to_string();
            let debit = !here.amount.is_negative();
            if there.debit != debit {
                found.push(field("side"), side(there.debit), side(debit));
            }
        }
        if payload.kind.can_be_pending() {
            found.reference(&field("item"), there.item.as_ref(), here.item.as_ref());
            found.reference(&field("tax code"), there.tax_code.as_ref(), here.tax_code.as_ref());
            if texts::written_quantity(here).is_some() && there.quantity != here.quantity {
                let text = |quantity: Option<crate::base::Decimal>| {
                    quantity.map(|q| q.normalize().to_string()).unwrap_or_default()
                };
                found.push(field("quantity"), text(there.quantity), text(here.quantity));
            }
        } else {
            found.reference(&field("account"), there.account.as_ref(), Some(&here.account));
        }
        found.reference(&field("class"), there.class.as_ref(), here.class.as_ref());
        // The first line of a journal is its memo.
        let memo = payload.kind == TxnKind::JournalEntry && place == 0;
        let text = texts::line_text(payload, place, key).unwrap_or_default();
        if !memo && !text.is_empty() {
            found.words(&field("text"), &there.text, &text);
        }
    }
}

/// Whether two looks at one transaction show the same content, whatever its change stamp.
#[must_use]
pub fn same_content(one: &TxnSeen, other: &TxnSeen) -> bool {
    let bare = |seen: &TxnSeen| TxnSeen {
        edit_sequence: crate::base::EditSequence::default(),
        time_created: String::new(),
        time_modified: String::new(),
        applied: false,
        linked: false,
        ..seen.clone()
    };
    bare(one) == bare(other)
}
