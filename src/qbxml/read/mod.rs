//! Reads what QuickBooks answered into typed answers.
//!
//! Tolerant of form: unknown elements and attributes, any order, missing optional elements, numeric references, text in
//! pieces (`qbxml.md` 3, `rust-tui.md` 13.2-13.4). Never tolerant of loss: a document that is cut off, and a transaction
//! without its TxnID or with an unreadable date or amount, are errors, because a transaction passed over in silence
//! would be booked a second time. Must never expand an entity or accept a DOCTYPE (`security.md` 2).
//! Also reads strHCPResponse (`web-connector.md` 4), which has the same form.

mod company;
mod lists;
mod node;
mod reports;
mod transactions;

#[cfg(test)]
mod tests;

use crate::base::{EditSequence, PostingKey, SetId, TxnId};
use crate::handoff::answer::{
    AccountBalance, AccountRow, Answer, AnswerSet, Deleted, Found, ListSeen, Severity, TxnSeen,
};
use node::{Node, Piece, Pieces};

/// Why an answer cannot be read. The outcome of what was asked is then unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not well-formed XML.
    #[error("the answer is not well-formed: {0}")]
    Malformed(String),
    /// The document ends before it is complete.
    #[error("the answer is cut off")]
    CutOff,
    /// A DOCTYPE or an entity of its own.
    #[error("the answer defines or uses entities of its own")]
    Entity,
    /// More nesting, attributes or longer names than any answer has.
    #[error("the answer is nested too deep or too wide")]
    TooDeep,
    /// Well-formed, but no qbXML answer.
    #[error("this is no qbXML answer")]
    NotAnAnswer,
    /// A value that must be read cannot be.
    #[error("{element} cannot be read: `{text}`")]
    Value {
        /// Element.
        element: String,
        /// As written, cut to a reasonable length.
        text: String,
    },
}

impl ReadError {
    fn value(element: &str, text: &str) -> Self {
        ReadError::Value { element: element.to_string(), text: text.chars().take(80).collect() }
    }
}

/// Reads one answer document, whole.
///
/// # Errors
/// [`ReadError`]; then nothing of it may be used.
pub fn answers(xml: &str) -> Result<AnswerSet, ReadError> {
    let mut pieces = Pieces::new(xml);
    enter(&mut pieces, "QBXML")?;
    let set = enter(&mut pieces, "QBXMLMsgsRs")?;
    let set_id = set.attribute("newMessageSetID").filter(|id| !id.is_empty()).map(SetId::from);
    let set_status = match set.attribute("messageSetStatusCode") {
        Some(code) if !code.trim().is_empty() => Some(integer("messageSetStatusCode", code)?),
        _ => None,
    };
    let mut answers = Vec::new();
    while let Some(head) = next_child(&mut pieces)? {
        answers.push(answer(&mut pieces, &head)?);
    }
    pieces.finish()?;
    Ok(AnswerSet { set_id, set_status, answers })
}

/// Goes to the next sibling of this name; others are passed over.
fn enter(pieces: &mut Pieces<'_>, name: &str) -> Result<Node, ReadError> {
    loop {
        match next_child(pieces)? {
            Some(node) if node.name == name => return Ok(node),
            Some(other) => drop(pieces.subtree(other)?),
            None => return Err(ReadError::NotAnAnswer),
        }
    }
}

/// The next child's opening tag, or nothing at the end of its parent. Text between elements is passed over.
fn next_child(pieces: &mut Pieces<'_>) -> Result<Option<Node>, ReadError> {
    loop {
        match pieces.next()? {
            Piece::Open(node) => return Ok(Some(node)),
            Piece::Close | Piece::End => return Ok(None),
            Piece::Text(_) => {}
        }
    }
}

fn answer(pieces: &mut Pieces<'_>, head: &Node) -> Result<Answer, ReadError> {
    let status = integer("statusCode", head.attribute("statusCode").unwrap_or_default())?;
    let severity = match head.attribute("statusSeverity").unwrap_or_default() {
        "Info" => Severity::Info,
        "Warn" | "Warning" => Severity::Warn,
        "" if status == 0 => Severity::Info,
        _ => Severity::Error,
    };
    let iterator = match (head.attribute("iteratorID"), head.attribute("iteratorRemainingCount")) {
        (None, None) => None,
        (id, left) => Some((id.unwrap_or_default().to_string(), count(left.unwrap_or("0"))?)),
    };
    let mut content = Content::default();
    while let Some(child) = next_child(pieces)? {
        let node = pieces.subtree(child)?;
        content.take(node)?;
    }
    let name = head.name.strip_suffix("Rs").unwrap_or(&head.name).to_string();
    Ok(Answer {
        request_id: head.attribute("requestID").unwrap_or_default().to_string(),
        severity,
        status,
        message: head.attribute("statusMessage").unwrap_or_default().to_string(),
        iterator,
        found: content.found(&name),
        name,
    })
}

/// What the children of one answer amount to.
#[derive(Default)]
struct Content {
    single: Option<Found>,
    list: Vec<ListSeen>,
    txns: Vec<TxnSeen>,
    rows: Vec<AccountRow>,
    balances: Option<Vec<AccountBalance>>,
    deleted: Vec<Deleted>,
    recovered: Option<Found>,
    /// TxnDel and ListDel answer with bare elements instead of a Ret.
    bare: Vec<Node>,
    other: Option<String>,
}

impl Content {
    fn take(&mut self, node: Node) -> Result<(), ReadError> {
        match node.name.as_str() {
            "HostRet" => self.single = Some(company::host(&node)),
            "CompanyRet" => self.single = Some(company::company(&node)),
            "PreferencesRet" => self.single = Some(company::preferences(&node)?),
            "TxnDeletedRet" | "ListDeletedRet" => self.deleted.push(company::deleted(&node)),
            "TransactionRet" => self.rows.push(reports::account_row(&node)?),
            "ReportRet" => self.balances = Some(reports::balances(&node)?),
            "ErrorRecovery" => self.recovered = Some(recovered(&node)),
            name => {
                if let Some(kind) = transactions::kind(name) {
                    self.txns.push(transactions::txn(kind, &node)?);
                } else if lists::is_list_entry(name) {
                    self.list.extend(lists::entry(&node)?);
                } else if node.children.is_empty() {
                    self.bare.push(node);
                } else {
                    self.other = Some(node.name);
                }
            }
        }
        Ok(())
    }

    fn found(mut self, name: &str) -> Found {
        if name == "TxnVoid"
            && let Some(id) = self.bare.iter().find(|node| node.name == "TxnID")
        {
            return Found::Voided(TxnId::from(id.text.trim().to_string()));
        }
        if matches!(name, "TxnDel" | "ListDel") && !self.bare.is_empty() {
            let mut whole = Node::default();
            whole.children = self.bare;
            self.deleted.push(company::deleted(&whole));
        }
        if let Some(single) = self.single {
            single
        } else if !self.txns.is_empty() {
            Found::Txns(self.txns)
        } else if let Some(balances) = self.balances {
            Found::Balances(balances)
        } else if !self.rows.is_empty() {
            Found::AccountRows(self.rows)
        } else if !self.list.is_empty() {
            Found::List(self.list)
        } else if !self.deleted.is_empty() {
            Found::Deleted(self.deleted)
        } else if let Some(recovered) = self.recovered {
            recovered
        } else {
            self.other.map_or(Found::Nothing, Found::Other)
        }
    }
}

/// The ids that stand in for a Ret when QuickBooks answers from its record of a set (`web-connector.md` 7).
fn recovered(node: &Node) -> Found {
    let id = ["TxnID", "ListID", "OwnerID"].into_iter().find_map(|name| node.text_of(name));
    Found::Recovered {
        id: id.unwrap_or_default().to_string(),
        edit_sequence: EditSequence::from(node.text_or("EditSequence", "")),
        guid: node.text_of("ExternalGUID").and_then(PostingKey::parse),
    }
}

fn integer(element: &str, text: &str) -> Result<i32, ReadError> {
    text.trim().parse().map_err(|_| ReadError::value(element, text))
}

fn count(text: &str) -> Result<u64, ReadError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_| ReadError::value("iteratorRemainingCount", text))
}
