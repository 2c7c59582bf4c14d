//! Which TxnLineID each line of a change carries.
//!
//! Must never give an id to a line that would inherit something from the old one: elements left out of a Mod keep
//! their value, and every line not named is deleted (`qbxml.md` 13). A line that says the same keeps its id, one that
//! only says other things under the same elements changes under its id, everything else is new.

use super::texts::{line_text, written, written_quantity, written_rate};
use crate::base::PostingKey;
use crate::books::{Payload, TxnKind};
use serde::{Deserialize, Serialize};

/// How one line of the new content is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineBinding {
    /// It stays as it is, under this TxnLineID.
    Keep(String),
    /// It changes under this TxnLineID.
    Change(String),
    /// It is new (`-1`).
    New,
}

impl LineBinding {
    /// TxnLineID of the request.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            LineBinding::Keep(id) | LineBinding::Change(id) => id,
            LineBinding::New => "-1",
        }
    }
}

/// The elements of a line as they are written.
#[derive(PartialEq, Eq)]
struct Written {
    debit: bool,
    reference: String,
    amount: i64,
    quantity: Option<String>,
    rate: Option<String>,
    text: String,
    class: Option<String>,
    tax_code: Option<String>,
}

fn name_of(entry: &crate::books::ListRef) -> String {
    if entry.id.is_empty() { entry.name.clone() } else { entry.id.to_string() }
}

fn of(payload: &Payload, place: usize, key: PostingKey) -> Option<Written> {
    let line = payload.lines.get(place)?;
    let sale = payload.kind.can_be_pending();
    let reference = match (&line.item, sale) {
        (Some(item), true) => name_of(item),
        (None, true) => String::new(),
        (_, false) => name_of(&line.account),
    };
    Some(Written {
        debit: payload.kind == TxnKind::JournalEntry && !line.amount.is_negative(),
        reference,
        amount: line.amount.get(),
        quantity: written_quantity(line).filter(|_| sale),
        rate: written_rate(line).filter(|_| sale),
        text: line_text(payload, place, key).unwrap_or_default(),
        class: line.class.as_ref().map(name_of),
        tax_code: line.tax_code.as_ref().filter(|_| sale).map(name_of),
    })
}

impl Written {
    /// Whether everything that the old line carries is written anew, so that nothing old stays behind.
    fn covers(&self, old: &Written) -> bool {
        let has = |new: bool, old: bool| new || !old;
        has(self.quantity.is_some(), old.quantity.is_some())
            && has(self.rate.is_some(), old.rate.is_some())
            && has(!self.text.is_empty(), !old.text.is_empty())
            && has(self.class.is_some(), old.class.is_some())
            && has(self.tax_code.is_some(), old.tax_code.is_some())
            && self.reference.is_empty() == old.reference.is_empty()
            && self.debit == old.debit
    }
}

/// Pairs of equal lines, longest common sequence first: places in old and new.
fn equal_pairs(old: &[Written], new: &[Written]) -> Vec<(usize, usize)> {
    let (rows, columns) = (old.len(), new.len());
    let at = |row: usize, column: usize| row * (columns + 1) + column;
    let mut longest = vec![0_u32; (rows + 1) * (columns + 1)];
    let get = |table: &[u32], place: usize| table.get(place).copied().unwrap_or(0);
    for (row, here) in old.iter().enumerate().rev() {
        for (column, there) in new.iter().enumerate().rev() {
            let best = if here == there {
                get(&longest, at(row + 1, column + 1)) + 1
            } else {
                get(&longest, at(row + 1, column)).max(get(&longest, at(row, column + 1)))
            };
            if let Some(cell) = longest.get_mut(at(row, column)) {
                *cell = best;
            }
        }
    }
    let (mut row, mut column, mut pairs) = (0, 0, Vec::new());
    while let (Some(here), Some(there)) = (old.get(row), new.get(column)) {
        if here == there {
            pairs.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if get(&longest, at(row + 1, column)) >= get(&longest, at(row, column + 1)) {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

/// The bindings of the written lines of `after`, from the TxnLineIDs that the lines of `before` have in QuickBooks.
/// Without one id for each of them every line is new.
#[must_use]
pub fn bind(before: &Payload, after: &Payload, key: PostingKey, ids: &[String]) -> Vec<LineBinding> {
    let old: Vec<Written> = written(before).into_iter().filter_map(|place| of(before, place, key)).collect();
    let new: Vec<Written> = written(after).into_iter().filter_map(|place| of(after, place, key)).collect();
    let mut bound = vec![LineBinding::New; new.len()];
    if old.len() != ids.len() || before.kind != after.kind {
        return bound;
    }
    let mut pairs = equal_pairs(&old, &new);
    for (row, column) in &pairs {
        if let (Some(id), Some(slot)) = (ids.get(*row), bound.get_mut(*column)) {
            *slot = LineBinding::Keep(id.clone());
        }
    }
    pairs.push((old.len(), new.len()));
    let (mut row, mut column) = (0, 0);
    for (next_row, next_column) in pairs {
        while row < next_row && column < next_column {
            if let (Some(here), Some(there), Some(id), Some(slot)) =
                (old.get(row), new.get(column), ids.get(row), bound.get_mut(column))
                && there.covers(here)
            {
                *slot = LineBinding::Change(id.clone());
            }
            (row, column) = (row + 1, column + 1);
        }
        (row, column) = (next_row + 1, next_column + 1);
    }
    bound
}

/// The lines that differ, side by side: their number in the newer content (in the older one where they go), and their
/// places. Equal lines are left out.
#[must_use]
pub fn side_by_side(before: &Payload, after: &Payload) -> Vec<(usize, Option<usize>, Option<usize>)> {
    // The mark is the same on both sides.
    let key = PostingKey(uuid::Uuid::nil());
    let (old_places, new_places) = (written(before), written(after));
    let old: Vec<Written> = old_places.iter().filter_map(|place| of(before, *place, key)).collect();
    let new: Vec<Written> = new_places.iter().filter_map(|place| of(after, *place, key)).collect();
    let mut pairs = equal_pairs(&old, &new);
    pairs.push((old.len(), new.len()));
    let (mut row, mut column, mut found) = (0, 0, Vec::new());
    for (next_row, next_column) in pairs {
        while row < next_row || column < next_column {
            let was = (row < next_row).then(|| old_places.get(row).copied()).flatten();
            let now = (column < next_column).then(|| new_places.get(column).copied()).flatten();
            found.push((if now.is_some() { column + 1 } else { row + 1 }, was, now));
            row += usize::from(row < next_row);
            column += usize::from(column < next_column);
        }
        (row, column) = (next_row + 1, next_column + 1);
    }
    found
}

#[cfg(test)]
mod tests;
