//! Writes a message set: envelope, checks of the set as a whole, and the hand-over to one file per family of requests.
//!
//! Must never write two requests that change QuickBooks into one set (`exactly-once.md` ruling 4), nor anything but
//! ASCII (ruling 7). Envelope and attributes: `qbxml.md` 3, 9.

mod changes;
mod element;
mod journal;
mod lists;
mod purchases;
mod queries;
mod reports;
mod sales;

#[cfg(test)]
mod change_tests;
#[cfg(test)]
mod tests;

use crate::base::PostingKey;
use crate::books::{Payload, TxnKind};
pub use crate::handoff::texts::{MEMO_LIMIT, line_text, memo};
use crate::handoff::{Request, RequestSet, Stop};
use element::Xml;

/// Longest requestID (`qbxml.md` 3).
pub const REQUEST_ID_LIMIT: usize = 50;
/// Longest message-set id that every source agrees on (`exactly-once.md` 1.1).
pub const SET_ID_LIMIT: usize = 23;

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
        Request::Finalise { kind, txn, edit_sequence } => {
            changes::finalise(xml, id, *kind, txn, edit_sequence)
        }
        Request::TxnMod { .. } => changes::txn_mod(xml, id, request),
        Request::TxnVoid { kind, txn } => changes::txn_void(xml, id, *kind, txn),
        Request::TxnDel { kind, txn } => changes::txn_del(xml, id, *kind, txn),
        Request::ListMod { change, edit_sequence } => changes::list_mod(xml, id, change, edit_sequence),
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
