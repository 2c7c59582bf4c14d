//! Writes a message set: envelope, checks of the set as a whole, and the hand-over to one file per family of requests.
//!
//! Must never write two requests that change QuickBooks into one set (`exactly-once.md` ruling 4), nor anything but
//! ASCII (ruling 7). Envelope and attributes: `qbxml.md` 3, 9.

mod element;
mod journal;
mod lists;
mod purchases;
mod queries;
mod reports;
mod sales;

#[cfg(test)]
mod tests;

use crate::base::text::for_quickbooks;
use crate::base::{EditSequence, PostingKey, TxnId};
use crate::books::{Payload, TxnKind};
use crate::handoff::{Request, RequestSet, Stop};
use element::Xml;

/// Longest requestID (`qbxml.md` 3).
pub const REQUEST_ID_LIMIT: usize = 50;
/// Longest message-set id that every source agrees on (`exactly-once.md` 1.1).
pub const SET_ID_LIMIT: usize = 23;
/// Longest Memo, Desc and Notes (`qbxml.md` 4).
pub const MEMO_LIMIT: usize = 4095;

/// Why a set cannot be written. Nothing has been sent then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A text that carries identity or money is longer than QuickBooks holds; it is never cut.
    #[error("{field} holds at most {limit} characters: `{text}`")]
    TooLong {
        /// Element.
        field: &'static str,
        /// Characters.
        limit: usize,
        /// As given.
        text: String,
    },
    /// Something that must be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// An identifier, time or name of a form that QuickBooks would refuse.
    #[error("{field} cannot be written: `{text}`")]
    Form {
        /// Element.
        field: &'static str,
        /// As given.
        text: String,
    },
    /// A number with more digits than its element holds.
    #[error("{field} {text} has more digits than QuickBooks holds")]
    Digits {
        /// Element.
        field: &'static str,
        /// As given.
        text: String,
    },
    /// Lines and tax do not give the total, or debits do not equal credits.
    #[error("the lines of {0} do not add up")]
    DoesNotAddUp(&'static str),
    /// QuickBooks or this program cannot do that.
    #[error("{0} cannot be written")]
    Unsupported(&'static str),
    /// A request that changes QuickBooks must stand alone under a set id; queries carry none.
    #[error("a request that changes QuickBooks stands alone in its set, under a set id; queries carry none")]
    Mixed,
}

/// The exact bytes of a message set.
///
/// # Errors
/// [`WriteError`]; then nothing of the set may be sent.
pub fn message(set: &RequestSet) -> Result<String, WriteError> {
    check(set)?;
    let mut xml = Xml::new();
    xml.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?><?qbxml version=\"");
    xml.raw(super::VERSION);
    xml.raw("\"?><QBXML>");
    let stop = match set.stop {
        Stop::OnError => "stopOnError",
        Stop::Never => "continueOnError",
    };
    let mut attributes = vec![("onError", stop)];
    if let Some(id) = &set.set_id {
        attributes.push(("newMessageSetID", id.as_str()));
    }
    xml.open_with("QBXMLMsgsRq", &attributes)?;
    for (id, request) in &set.requests {
        write_request(&mut xml, id, request)?;
    }
    xml.close("QBXMLMsgsRq");
    xml.close("QBXML");
    Ok(xml.finish())
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

/// The text that a line carries in QuickBooks: Desc of sales lines, Memo of bill, vendor credit and journal lines.
/// Nothing for a line number that does not exist. Used to write, and to tell a person's edit from our own text.
#[must_use]
pub fn line_text(payload: &Payload, line: usize, key: PostingKey) -> Option<String> {
    let text = &payload.lines.get(line)?.text;
    Some(match payload.kind {
        TxnKind::JournalEntry => journal::line_memo(payload, line, text, key),
        _ => element::fit(text, MEMO_LIMIT),
    })
}

fn check(set: &RequestSet) -> Result<(), WriteError> {
    if set.requests.is_empty() {
        return Err(WriteError::Missing("a request"));
    }
    let writes = set.requests.iter().any(|(_, request)| request.writes());
    if writes != set.set_id.is_some() || (writes && set.requests.len() > 1) {
        return Err(WriteError::Mixed);
    }
    if let Some(id) = &set.set_id {
        if id.as_str().len() > SET_ID_LIMIT {
            let text = id.to_string();
            return Err(WriteError::TooLong { field: "newMessageSetID", limit: SET_ID_LIMIT, text });
        }
        if id.is_empty() || !id.as_str().bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(WriteError::Form { field: "newMessageSetID", text: id.to_string() });
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    for (id, _) in &set.requests {
        let good = !id.is_empty() && id.len() <= REQUEST_ID_LIMIT && id.bytes().all(|b| b.is_ascii_graphic());
        if !good || !seen.insert(id) {
            return Err(WriteError::Form { field: "requestID", text: id.clone() });
        }
    }
    Ok(())
}

fn write_request(xml: &mut Xml, id: &str, request: &Request) -> Result<(), WriteError> {
    match request {
        Request::TxnAdd { payload, key } => add(xml, id, payload, *key),
        Request::ListAdd { entry, key } => lists::add(xml, id, entry, *key),
        Request::Finalise { kind, txn, edit_sequence } => finalise(xml, id, *kind, txn, edit_sequence),
        query => queries::write(xml, id, query),
    }
}

fn add(xml: &mut Xml, id: &str, payload: &Payload, key: PostingKey) -> Result<(), WriteError> {
    if !payload.adds_up() {
        return Err(WriteError::DoesNotAddUp(payload.kind.title()));
    }
    let request = format!("{}AddRq", payload.kind.word());
    xml.open_with(&request, &[("requestID", id)])?;
    match payload.kind {
        TxnKind::Invoice | TxnKind::CreditMemo => sales::add(xml, payload, key)?,
        TxnKind::Bill | TxnKind::VendorCredit => purchases::add(xml, payload, key)?,
        TxnKind::JournalEntry => journal::add(xml, payload, key)?,
    }
    xml.close(&request);
    Ok(())
}

/// The step from pending to final: header only, IsPending false and nothing else, so that no line and no other field
/// can change on the way (design 4.4; `qbxml.md` 13: no line element leaves the lines untouched).
fn finalise(
    xml: &mut Xml,
    id: &str,
    kind: TxnKind,
    txn: &TxnId,
    edit_sequence: &EditSequence,
) -> Result<(), WriteError> {
    if !kind.can_be_pending() {
        return Err(WriteError::Unsupported("finalising anything but an invoice or a credit memo"));
    }
    let aggregate = format!("{}Mod", kind.word());
    let request = format!("{aggregate}Rq");
    xml.open_with(&request, &[("requestID", id)])?;
    xml.open(&aggregate);
    xml.identifier("TxnID", txn.as_str())?;
    xml.identifier("EditSequence", edit_sequence.as_str())?;
    xml.flag("IsPending", false);
    xml.close(&aggregate);
    xml.close(&request);
    Ok(())
}
