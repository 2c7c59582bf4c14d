//! The texts that an operation writes: memo with mark 2, line texts, and which lines are written at all.
//!
//! Must stay the only place that says so: the writer writes these texts, and the comparison tells a person's edit from
//! them. Memo and tag: `exactly-once.md` 1.3 and ruling 6; lengths: `qbxml.md` 4.

use crate::base::text::{cut_at_word, for_quickbooks};
use crate::base::{Cents, Decimal, PostingKey};
use crate::books::{Line, Payload, TxnKind};

/// Longest Memo, Desc and Notes (`qbxml.md` 4).
pub const MEMO_LIMIT: usize = 4095;
/// Digits before and after the point of QUANTYPE and PRICETYPE (`qbxml.md` 4).
const NUMBER_DIGITS: (usize, u32) = (10, 5);

/// A text as QuickBooks can hold it, blanks at the ends gone, cut to `limit` characters at a word where possible.
#[must_use]
pub fn fit(text: &str, limit: usize) -> String {
    cut_at_word(for_quickbooks(text).0.trim(), limit)
}

/// The memo that carries mark 2: people's text first, our tag last, within 4095 characters; where both do not fit,
/// people's text is cut (`exactly-once.md` ruling 6). On journals this is the memo of the first line.
#[must_use]
pub fn memo(people: &str, key: PostingKey) -> String {
    let tag = key.memo_tag();
    let (fitted, _) = for_quickbooks(people);
    let room = MEMO_LIMIT.saturating_sub(tag.len() + 1);
    let text: String = fitted.trim().chars().take(room).collect();
    let text = text.trim_end();
    if text.is_empty() { tag } else { format!("{text} {tag}") }
}

/// The memo of a journal line: on the first line the entry's own text and the tag; on the others the line's text, and
/// the entry's text where the line has none.
#[must_use]
pub fn journal_line_memo(payload: &Payload, place: usize, text: &str, key: PostingKey) -> String {
    let (own, other) = if place == 0 { (payload.memo.as_str(), text) } else { (text, payload.memo.as_str()) };
    let chosen = if own.trim().is_empty() { other } else { own };
    if place == 0 { memo(chosen, key) } else { fit(chosen, MEMO_LIMIT) }
}

/// The text that a line carries in QuickBooks: Desc of sales lines, Memo of bill, vendor credit and journal lines.
/// Nothing for a line number that does not exist.
#[must_use]
pub fn line_text(payload: &Payload, line: usize, key: PostingKey) -> Option<String> {
    let text = &payload.lines.get(line)?.text;
    Some(match payload.kind {
        TxnKind::JournalEntry => journal_line_memo(payload, line, text, key),
        _ => fit(text, MEMO_LIMIT),
    })
}

/// Whether a line is written: a sales line without item and without words is not.
#[must_use]
pub fn is_written(kind: TxnKind, line: &Line) -> bool {
    !kind.can_be_pending() || line.item.is_some() || !line.text.trim().is_empty()
}

/// The places of the lines that are written, in order.
#[must_use]
pub fn written(payload: &Payload) -> Vec<usize> {
    let lines = payload.lines.iter().enumerate();
    lines.filter(|(_, line)| is_written(payload.kind, line)).map(|(place, _)| place).collect()
}

/// A quantity or price as QuickBooks writes numbers, or nothing where it has more digits than the element holds:
/// a rounded price would be another price.
#[must_use]
pub fn number(value: Decimal) -> Option<String> {
    let value = value.normalize();
    let whole = value.trunc().abs().to_string();
    (value.scale() <= NUMBER_DIGITS.1 && whole.len() <= NUMBER_DIGITS.0).then(|| value.to_string())
}

/// The quantity of a sales line as it is written, if it is.
#[must_use]
pub fn written_quantity(line: &Line) -> Option<String> {
    line.quantity.filter(|quantity| !quantity.is_zero()).and_then(number)
}

/// The rate of a sales line as it is written: only where quantity times rate is the amount to the cent
/// (`qbxml.md` 10); then the amount is not sent.
#[must_use]
pub fn written_rate(line: &Line) -> Option<String> {
    written_quantity(line)?;
    let (quantity, rate) = (line.quantity?, line.rate?);
    let exact = Cents::round(quantity.checked_mul(rate)?).ok()? == line.amount;
    if exact { number(rate) } else { None }
}
