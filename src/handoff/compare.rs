//! Whether a transaction in QuickBooks is ours, says what we wrote, or merely looks like it.
//!
//! Must never call a thing ours by anything that people type: ours are mark 1 (ExternalGUID) and mark 2 (memo tag)
//! (`exactly-once.md` 1.3). "Edited" means that an element which we write has another content (design 4.4).

use crate::base::{Cents, PostingKey};
use crate::books::{ListRef, Payload, Role, TxnKind};
use crate::handoff::answer::TxnSeen;

/// Whether the transaction carries one of our two marks.
#[must_use]
pub fn is_ours(seen: &TxnSeen, key: PostingKey) -> bool {
    seen.guid == Some(key) || seen.memo.contains(&key.memo_tag())
}

/// Whether it looks like the document without carrying our mark: same party and total, and same number or day.
#[must_use]
pub fn looks_like(seen: &TxnSeen, payload: &Payload) -> bool {
    seen.kind == payload.kind
        && same_party(seen, payload)
        && seen.total == payload.stated_total()
        && (seen.ref_number.eq_ignore_ascii_case(&payload.ref_number) || seen.date == payload.date)
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

/// What differs between what we wrote and what QuickBooks shows, in words; empty = nothing that we write.
/// Lines are compared only where the transaction was read with lines.
#[must_use]
pub fn differences(seen: &TxnSeen, payload: &Payload) -> Vec<String> {
    let mut found = Vec::new();
    let total = payload.stated_total();
    if seen.total != total {
        found.push(format!("total {} instead of {total}", seen.total));
    }
    if payload.kind != TxnKind::JournalEntry && seen.tax != payload.tax_total() {
        let cause = payload.tax_cause(seen.tax).map_or_else(String::new, |cause| format!(" ({cause})"));
        found.push(format!("tax {} instead of {}{cause}", seen.tax, payload.tax_total()));
    }
    if seen.date != payload.date {
        found.push(format!("date {} instead of {}", seen.date, payload.date));
    }
    if seen.ref_number != payload.ref_number {
        found.push(format!("number {} instead of {}", seen.ref_number, payload.ref_number));
    }
    if !same_party(seen, payload) {
        let name = seen.party.as_ref().map_or("nobody", |p| p.name.as_str());
        found.push(format!("booked to {name}"));
    }
    if !seen.lines.is_empty() {
        line_differences(seen, payload, &mut found);
    }
    found
}

fn line_differences(seen: &TxnSeen, payload: &Payload, found: &mut Vec<String>) {
    if seen.lines.len() != payload.lines.len() {
        found.push(format!("{} lines instead of {}", seen.lines.len(), payload.lines.len()));
        return;
    }
    for (number, (there, here)) in (1..).zip(seen.lines.iter().zip(&payload.lines)) {
        if there.amount.abs() != here.amount.abs() {
            found.push(format!("line {number}: {} instead of {}", there.amount, here.amount));
        }
        if let (Some(there), Some(here)) = (&there.item, &here.item)
            && !here.id.is_empty()
            && there.id != here.id
        {
            found.push(format!("line {number}: item {} instead of {}", there.name, here.name));
        }
    }
}
