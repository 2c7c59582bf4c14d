//! One message set in, one answer out, with the records of message sets and the places where QuickBooks may die.
//!
//! Follows `exactly-once.md` 1.1 and 4 (C10-C15). Must do nothing where the text is unreadable.

use super::{Books, Record};
use roxmltree::{Document, Node};
use std::fmt::Write as _;

/// What strikes the next set that writes (F26-F29).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strike {
    DiesBeforeBooking,
    DiesBeforeRecord,
    DiesAfterRecord,
    RecordNotStored,
    /// 3175 or 3180: nothing is booked, and the refusal is recorded.
    Refuses(u32),
}

/// The Web Connector gets an error instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// HRESULT.
    pub code: &'static str,
    /// Its message.
    pub text: &'static str,
}

const UNREADABLE: Broken = Broken {
    code: "0x80040400",
    text: "QuickBooks found an error when parsing the provided XML text stream.",
};
const DIED: Broken = Broken { code: "0x80040402", text: "Unexpected error." };

/// What one request came to.
pub(super) struct Outcome {
    pub code: u32,
    pub text: String,
    /// Attributes of an iterator.
    pub more: String,
    pub objects: String,
    /// Ids for ErrorRecovery.
    pub recovery: String,
}

impl Outcome {
    pub(super) fn found(objects: String) -> Self {
        let (code, text) = if objects.is_empty() {
            (1, "A query request did not find a matching object.")
        } else {
            (0, "Status OK")
        };
        Outcome { code, text: text.into(), more: String::new(), objects, recovery: String::new() }
    }

    pub(super) fn refused(code: u32, text: &str) -> Self {
        Outcome {
            code,
            text: text.into(),
            more: String::new(),
            objects: String::new(),
            recovery: String::new(),
        }
    }
}

fn severity(code: u32) -> &'static str {
    match code {
        0 | 1 => "Info",
        500..=599 => "Warn",
        _ => "Error",
    }
}

fn is_write(request: &str) -> bool {
    ["AddRq", "ModRq", "VoidRq", "DelRq"].iter().any(|end| request.ends_with(end))
}

fn answer(request: Node<'_, '_>, outcome: &Outcome, objects: &str) -> String {
    let name = request.tag_name().name();
    let name = name.strip_suffix("Rq").unwrap_or(name);
    let id = request.attribute("requestID").unwrap_or_default();
    let mut out = format!(
        "<{name}Rs requestID=\"{id}\" statusCode=\"{}\" statusSeverity=\"{}\" statusMessage=\"",
        outcome.code,
        severity(outcome.code)
    );
    super::show::escape(&mut out, &outcome.text);
    let _ = write!(out, "\"{}>{objects}</{name}Rs>", outcome.more);
    out
}

fn envelope(set: Option<(&str, u32)>, answers: &str) -> String {
    let head = set.map_or_else(String::new, |(id, code)| {
        format!(" newMessageSetID=\"{id}\" messageSetStatusCode=\"{code}\"")
    });
    format!("<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs{head}>{answers}</QBXMLMsgsRs></QBXML>")
}

impl Books {
    /// Works through one message.
    ///
    /// # Errors
    /// [`Broken`]: what was done before stays done.
    pub fn process(&mut self, text: &str, strike: Option<Strike>) -> Result<String, Broken> {
        let document = Document::parse(text).map_err(|_| UNREADABLE)?;
        let root = document.root_element();
        let messages = root.first_element_child().filter(|node| node.has_tag_name("QBXMLMsgsRq"));
        let messages = messages.ok_or(UNREADABLE)?;
        let id = messages.attribute("newMessageSetID");
        if let Some(old) = messages.attribute("oldMessageSetID") {
            // The delete command, whatever comes with it.
            self.records.retain(|record| record.id != old);
        }
        if let Some(id) = id
            && let Some(record) = self.records.iter().find(|record| record.id == id)
        {
            let same = record.request == text;
            return Ok(if same { record.repeat.clone() } else { envelope(Some((id, 9001)), "") });
        }
        let writes = messages.children().any(|node| is_write(node.tag_name().name()));
        let strike = strike.filter(|_| writes);
        if strike == Some(Strike::DiesBeforeBooking) {
            return Err(DIED);
        }
        let (mut answers, mut repeats) = (String::new(), String::new());
        for request in messages.children().filter(Node::is_element) {
            let outcome = match strike {
                Some(Strike::Refuses(code)) => Outcome::refused(
                    code,
                    "There was an error when saving. QuickBooks error message: it could not be locked.",
                ),
                _ => self.run(request, text),
            };
            answers.push_str(&answer(request, &outcome, &outcome.objects));
            if id.is_some() {
                let whole = self.habits.repeats_whole || outcome.recovery.is_empty();
                let recovery = format!("<ErrorRecovery>{}</ErrorRecovery>", outcome.recovery);
                repeats.push_str(&answer(
                    request,
                    &outcome,
                    if whole { &outcome.objects } else { &recovery },
                ));
            }
        }
        let Some(id) = id else { return Ok(envelope(None, &answers)) };
        if strike == Some(Strike::DiesBeforeRecord) {
            return Err(DIED);
        }
        if strike == Some(Strike::RecordNotStored) {
            return Ok(envelope(Some((id, 9005)), &answers));
        }
        let repeat = envelope(Some((id, 0)), &repeats);
        self.records.push(Record { id: id.into(), request: text.into(), repeat });
        if strike == Some(Strike::DiesAfterRecord) {
            return Err(DIED);
        }
        Ok(envelope(Some((id, 0)), &answers))
    }

    fn run(&mut self, request: Node<'_, '_>, text: &str) -> Outcome {
        let name = request.tag_name().name();
        if let Some(word) = name.strip_suffix("QueryRq") {
            return self.query(word, request);
        }
        if let Some(word) = name.strip_suffix("AddRq") {
            return match Self::known_kind(word) {
                Some(kind) => self.add_txn(kind, request, text),
                None => self.add_entry(word, request, text),
            };
        }
        if let Some(word) = name.strip_suffix("ModRq") {
            return match Self::known_kind(word) {
                Some(kind) => self.change_txn(kind, request, text),
                None => self.change_entry(request, text),
            };
        }
        match name {
            "TxnVoidRq" => self.void_txn(request),
            "TxnDelRq" => self.delete_txn(request),
            _ => Outcome::refused(1030, "The request is not supported."),
        }
    }
}

/// The text of a child; empty where there is none.
pub(super) fn text_of<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.children().find(|child| child.has_tag_name(name)).and_then(|child| child.text()).unwrap_or_default()
}

/// The ListID inside a reference.
pub(super) fn id_in<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.children().find(|child| child.has_tag_name(name)).map_or("", |child| text_of(child, "ListID"))
}
