//! What a newer version changes, line by line, against what was approved or posted.
//!
//! Must never show what is not written into QuickBooks, nor leave out anything that is: a person approves the change by
//! this list (`cin7-quickbooks-integration.md` 9.2; design 4.6).

use super::lines;
use super::texts;
use crate::books::{Address, Line, ListRef, Payload, TxnKind};
use serde::Serialize;

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// As a bookkeeper says it: `date`, `line 2`.
    pub field: String,
    /// As it stands; none where it is new.
    pub before: Option<String>,
    /// As it will be; none where it goes.
    pub after: Option<String>,
}

fn push(found: &mut Vec<Changed>, field: impl Into<String>, before: String, after: String) {
    if before != after {
        let some = |text: String| (!text.is_empty()).then_some(text);
        found.push(Changed { field: field.into(), before: some(before), after: some(after) });
    }
}

/// A reference by name; two entries of one name are told apart by their ids.
fn references(found: &mut Vec<Changed>, field: &str, before: Option<&ListRef>, after: Option<&ListRef>) {
    let same = match (before, after) {
        (None, None) => true,
        (Some(one), Some(other)) if !one.id.is_empty() && !other.id.is_empty() => one.id == other.id,
        (Some(one), Some(other)) => one.name == other.name,
        _ => false,
    };
    if same {
        return;
    }
    let name = |entry: Option<&ListRef>| entry.map(|entry| entry.name.clone());
    found.push(Changed { field: field.to_string(), before: name(before), after: name(after) });
}

fn address(address: &Address) -> String {
    let rest = [&address.city, &address.state, &address.postal_code, &address.country];
    let parts =
        address.lines.iter().chain(rest).map(|part| texts::fit(part, 41)).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

/// A line in one row: what it books, and on what.
fn line_text(kind: TxnKind, line: &Line) -> String {
    let mut parts = Vec::new();
    if kind == TxnKind::JournalEntry {
        parts.push(if line.amount.is_negative() { "credit" } else { "debit" }.to_string());
    }
    let name = line.item.as_ref().map_or(&line.account.name, |item| &item.name);
    parts.push(name.clone());
    if let (Some(quantity), true) = (texts::written_quantity(line), kind.can_be_pending()) {
        parts.push(format!("x {quantity}"));
    }
    parts.push(if kind == TxnKind::JournalEntry {
        line.amount.abs().grouped()
    } else {
        line.amount.grouped()
    });
    parts.extend(line.class.as_ref().map(|class| format!("class {}", class.name)));
    parts.extend(line.tax_code.as_ref().map(|code| format!("tax code {}", code.name)));
    let text = texts::fit(&line.text, 80);
    if !text.is_empty() {
        parts.push(format!("\"{text}\""));
    }
    parts.join(", ")
}

/// Everything written that `after` changes; empty = QuickBooks would hold the same.
#[must_use]
pub fn changes(before: &Payload, after: &Payload) -> Vec<Changed> {
    let mut found = Vec::new();
    push(&mut found, "kind", before.kind.title().into(), after.kind.title().into());
    let party = |payload: &Payload| payload.party.as_ref().map(|p| p.name.clone()).unwrap_or_default();
    let party_id = |payload: &Payload| payload.party.as_ref().and_then(|p| p.id.clone());
    let other = matches!((party_id(before), party_id(after)), (Some(one), Some(two)) if one != two);
    // A party that was renamed in QuickBooks is the same party.
    if other || (party_id(before).is_none() && party(before) != party(after)) {
        let named = |payload: &Payload| Some(party(payload));
        found.push(Changed { field: "name".into(), before: named(before), after: named(after) });
    }
    push(&mut found, "date", before.date.to_string(), after.date.to_string());
    push(&mut found, "number", before.ref_number.clone(), after.ref_number.clone());
    push(&mut found, "total", before.total.grouped(), after.total.grouped());
    if before.kind != TxnKind::JournalEntry {
        push(&mut found, "tax", before.tax_total().grouped(), after.tax_total().grouped());
    }
    push(&mut found, "P.O. number", texts::fit(&before.po_number, 25), texts::fit(&after.po_number, 25));
    references(&mut found, "terms", before.terms.as_ref(), after.terms.as_ref());
    let due = |payload: &Payload| payload.due_date.map(|day| day.to_string()).unwrap_or_default();
    push(&mut found, "due date", due(before), due(after));
    references(&mut found, "class", before.class.as_ref(), after.class.as_ref());
    references(&mut found, "account", before.control_account.as_ref(), after.control_account.as_ref());
    references(&mut found, "tax item", before.tax_item.as_ref(), after.tax_item.as_ref());
    let codes = (before.customer_tax_code.as_ref(), after.customer_tax_code.as_ref());
    references(&mut found, "customer tax code", codes.0, codes.1);
    push(&mut found, "billing address", address(&before.bill_to), address(&after.bill_to));
    push(&mut found, "shipping address", address(&before.ship_to), address(&after.ship_to));
    let memo = |payload: &Payload| texts::fit(&payload.memo, texts::MEMO_LIMIT);
    push(&mut found, "memo", memo(before), memo(after));
    for (number, old, new) in lines::side_by_side(before, after) {
        let text = |payload: &Payload, place: Option<usize>| {
            place.and_then(|place| payload.lines.get(place)).map(|line| line_text(payload.kind, line))
        };
        let (was, now) = (text(before, old), text(after, new));
        found.push(Changed { field: format!("line {number}"), before: was, after: now });
    }
    found
}
