//! JournalEntryAdd.
//!
//! Must never write a header memo, which the US edition does not have (`qbxml.md` fact 7): people's text stands on the
//! lines, and mark 2 ends the memo of the first line (`exactly-once.md` 1.3). Amounts are positive, the name of the
//! line element says the side; the writer of the set has checked that debits equal credits.

use super::element::{Xml, fit};
use super::{MEMO_LIMIT, WriteError, memo};
use crate::base::PostingKey;
use crate::books::Payload;

/// Writes the Add aggregate.
pub fn add(xml: &mut Xml, payload: &Payload, key: PostingKey) -> Result<(), WriteError> {
    if payload.lines.is_empty() {
        return Err(WriteError::Missing("a journal line"));
    }
    xml.open("JournalEntryAdd");
    xml.date("TxnDate", payload.date);
    xml.exact("RefNumber", &payload.ref_number, payload.kind.ref_number_limit())?;
    xml.leaf("ExternalGUID", &key.braced());
    for (place, line) in payload.lines.iter().enumerate() {
        let name = if line.amount.is_negative() { "JournalCreditLine" } else { "JournalDebitLine" };
        xml.open(name);
        xml.list_ref("AccountRef", Some(&line.account))?;
        xml.amount("Amount", line.amount.abs())?;
        let text = line_memo(payload, place, &line.text, key);
        if !text.is_empty() {
            xml.leaf("Memo", &text);
        }
        xml.list_ref("ClassRef", line.class.as_ref())?;
        xml.close(name);
    }
    xml.close("JournalEntryAdd");
    Ok(())
}

/// The memo of a journal line: on the first line the entry's own text and the tag; on the others the line's text, and
/// the entry's text where the line has none.
#[must_use]
pub fn line_memo(payload: &Payload, place: usize, text: &str, key: PostingKey) -> String {
    let (own, other) = if place == 0 { (payload.memo.as_str(), text) } else { (text, payload.memo.as_str()) };
    let chosen = if own.trim().is_empty() { other } else { own };
    if place == 0 { memo(chosen, key) } else { fit(chosen, MEMO_LIMIT) }
}
