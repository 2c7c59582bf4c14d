//! Whether a transaction in QuickBooks is ours, says what we wrote, or merely looks like it.
//!
//! Must never call a thing ours by anything that people type: ours are mark 1 (ExternalGUID) and mark 2 (memo tag)
//! (`exactly-once.md` 1.3). "Edited" means that an element which we write has another content (design 4.4).

use crate::base::PostingKey;
use crate::books::{Payload, TxnKind};
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
        && seen.total == payload.total
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

/// What differs between what we wrote and what QuickBooks shows, in words; empty = nothing that we write.
/// Lines are compared only where the transaction was read with lines.
#[must_use]
pub fn differences(seen: &TxnSeen, payload: &Payload) -> Vec<String> {
    let mut found = Vec::new();
    let total = match payload.kind {
        TxnKind::JournalEntry => {
            payload.postings().iter().filter(|p| p.side == crate::books::Side::Debit).map(|p| p.amount).sum()
        }
        _ => payload.total,
    };
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
