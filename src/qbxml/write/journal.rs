//! JournalEntryAdd.
//!
//! Must never write a header memo, which the US edition does not have (`qbxml.md` fact 7): people's text stands on the
//! lines, and mark 2 ends the memo of the first line (`exactly-once.md` 1.3). Amounts are positive, the name of the
//! line element says the side; the writer of the set has checked that debits equal credits.

use super::WriteError;
use super::element::Xml;
use crate::base::PostingKey;
use crate::books::{Line, Payload};
use crate::handoff::texts::journal_line_memo;

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
        line_fields(xml, line, &journal_line_memo(payload, place, &line.text, key))?;
        xml.close(name);
    }
    xml.close("JournalEntryAdd");
    Ok(())
}

/// What stands in a line, whether it is made or changed; the amount is positive, the side is said elsewhere.
pub(super) fn line_fields(xml: &mut Xml, line: &Line, text: &str) -> Result<(), WriteError> {
    xml.list_ref("AccountRef", Some(&line.account))?;
    xml.amount("Amount", line.amount.abs())?;
    if !text.is_empty() {
        xml.leaf("Memo", text);
    }
    xml.list_ref("ClassRef", line.class.as_ref())
}
