//! The request processor: one message set in, one answer out.
//!
//! Must do nothing at all where the text is unreadable (HRESULT 0x80040400, `qbxml.md` 1, facts 1 and 3), must work in
//! order, and must leave what was done before a failure (`qbxml.md` 1, fact 6). Envelope: `qbxml.md` 3.

use super::answer::{Answer, Refusal, severity};
use super::company::Company;
use super::faults::FaultKind;
use super::grammar::{Findings, Grammar, version_number};
use super::sets::{Decision, checksum};
use crate::sim::xml::{self, El};
use std::fmt;

/// The text could not be parsed, or QuickBooks itself failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Hresult {
    /// The number, as `0x80040400`.
    pub code: u32,
    /// The message that goes with it.
    pub text: String,
}

impl fmt::Display for Hresult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number(), self.text)
    }
}

impl Hresult {
    /// The number as the Web Connector writes it.
    #[must_use]
    pub fn number(&self) -> String {
        format!("0x{:08X}", self.code)
    }

    fn unreadable(_why: &str) -> Self {
        // QuickBooks does not say why; the reason is for a debugger's eyes only.
        Hresult {
            code: UNREADABLE,
            text: "QuickBooks found an error when parsing the provided XML text stream.".to_string(),
        }
    }

    fn fault(code: u32) -> Self {
        Hresult { code, text: "QuickBooks encountered an unexpected error.".to_string() }
    }
}

/// The text is no qbXML for this version: nothing was done.
pub const UNREADABLE: u32 = 0x8004_0400;
/// The stated qbXML version is not supported (`web-connector.md` 11, guess).
pub const VERSION_UNSUPPORTED: u32 = 0x8004_0423;
/// Longest requestID.
const REQUEST_ID_LIMIT: usize = 50;

/// A message set as read.
pub(super) struct MessageSet {
    pub(super) new_id: Option<String>,
    pub(super) old_id: Option<String>,
    pub(super) checksum: String,
    stop_on_error: bool,
    status_only: bool,
    requests: Vec<(El, Findings)>,
}

impl MessageSet {
    fn writes(&self) -> bool {
        self.requests.iter().any(|(request, _)| !request.name.ends_with("QueryRq"))
    }
}

impl Company {
    /// Works through one qbXML message and answers it.
    ///
    /// # Errors
    /// [`Hresult`]: 0x80040400 where nothing was done; any other leaves open what was done.
    pub fn process(&mut self, request: &str) -> Result<String, Hresult> {
        let set = self.read_set(request)?;
        let writes = set.writes();
        if writes && let Some(code) = self.faults.strike(FaultKind::HresultBefore) {
            return Err(Hresult::fault(code));
        }
        let text = match self.decide_set(&set) {
            Decision::Answer(text) => text,
            Decision::Run => self.run_set(&set)?,
        };
        self.pass(self.switches.seconds_per_set);
        if writes && let Some(code) = self.faults.strike(FaultKind::HresultAfter) {
            return Err(Hresult::fault(code));
        }
        Ok(text)
    }

    /// Lets the clock move on.
    pub fn pass(&mut self, seconds: i64) {
        self.now = self.now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(self.now);
    }

    /// Begins a session: iterators of an earlier one are gone.
    pub fn begin_session(&mut self) {
        self.session.end();
    }

    /// Ends a session.
    pub fn end_session(&mut self) {
        self.session.end();
    }

    /// The answers that the Web Connector sends with the first call of a session (`web-connector.md` 4).
    pub fn hcp_response(&self) -> String {
        let ask = |name: &str, id: &str| El::new(name).attribute("requestID", id);
        let requests = [
            ask("HostQueryRq", "0"),
            ask("CompanyQueryRq", "1").with(El::leaf("OwnerID", "{5EAB0000-0000-4000-8000-00000000C0DE}")),
            ask("PreferencesQueryRq", "2"),
        ];
        let answers = requests.iter().map(|request| {
            // The connector asks for the stamps of the application that it works for.
            let every_stamp = request.name == "CompanyQueryRq";
            self.answer_element(request, self.identity_query(request, every_stamp), false)
        });
        envelope(None, answers.collect())
    }

    fn read_set(&self, request: &str) -> Result<MessageSet, Hresult> {
        if !request.is_ascii() || !request.starts_with("<?xml ") {
            return Err(Hresult::unreadable("not plain ASCII, or no XML declaration"));
        }
        let document = xml::read(request, "qbxml").map_err(|why| Hresult::unreadable(&why))?;
        let version = document
            .instruction
            .as_deref()
            .and_then(|text| text.trim().strip_prefix("version="))
            .and_then(|text| version_number(text.trim_matches(['"', '\''])))
            .ok_or_else(|| Hresult::unreadable("no qbxml instruction"))?;
        if version > self.switches.highest_version || version < 10 {
            return Err(Hresult {
                code: VERSION_UNSUPPORTED,
                text: "The qbXML version is not supported.".to_string(),
            });
        }
        if !readable(&document.root) {
            return Err(Hresult::unreadable("characters that QuickBooks does not hold"));
        }
        let [messages] = document.root.children.as_slice() else {
            return Err(Hresult::unreadable("QBXML holds one QBXMLMsgsRq"));
        };
        if document.root.name != "QBXML" || messages.name != "QBXMLMsgsRq" {
            return Err(Hresult::unreadable("QBXML holds one QBXMLMsgsRq"));
        }
        self.read_messages(messages, version, request).map_err(|why| Hresult::unreadable(&why))
    }

    fn read_messages(&self, messages: &El, version: u32, text: &str) -> Result<MessageSet, String> {
        let known = ["onError", "newMessageSetID", "oldMessageSetID", "responseData"];
        if messages.attributes.iter().any(|(name, _)| !known.contains(&name.as_str())) {
            return Err("an unknown attribute of QBXMLMsgsRq".to_string());
        }
        // rollbackOnError is in the schema, and QuickBooks refuses it.
        let stop_on_error = match messages.attr("onError") {
            Some("stopOnError") => true,
            Some("continueOnError") => false,
            _ => return Err("onError".to_string()),
        };
        let status_only = match messages.attr("responseData") {
            None | Some("includeAll") => false,
            Some("includeNone") => true,
            Some(_) => return Err("responseData".to_string()),
        };
        let mut requests = Vec::new();
        for request in &messages.children {
            let findings = Grammar::shared().check(request, version)?;
            if !findings.not_us.is_empty() && !self.switches.us_element_530 {
                return Err("an element that the US edition does not have".to_string());
            }
            if self.switches.bad_enum_is_unreadable
                && findings.wrong_values.iter().any(|(code, _)| *code == 3110)
            {
                return Err("a value that is not in its list".to_string());
            }
            requests.push((request.clone(), findings));
        }
        Ok(MessageSet {
            new_id: messages.attr("newMessageSetID").map(str::to_string),
            old_id: messages.attr("oldMessageSetID").map(str::to_string),
            checksum: checksum(text),
            stop_on_error,
            status_only,
            requests,
        })
    }

    fn run_set(&mut self, set: &MessageSet) -> Result<String, Hresult> {
        let mut answers = Vec::new();
        let mut stopped = false;
        for (request, findings) in &set.requests {
            let outcome = if stopped {
                Err(Refusal::new(3231, "The request has not been processed."))
            } else {
                self.run_request(request, findings)
            };
            stopped |= outcome.is_err() && set.stop_on_error;
            answers.push(self.answer_element(request, outcome, set.status_only));
        }
        let Some(id) = &set.new_id else { return Ok(envelope(None, answers)) };
        if set.writes()
            && let Some(code) = self.faults.strike(FaultKind::CrashUnrecorded)
        {
            return Err(Hresult::fault(code));
        }
        if self.faults.strike(FaultKind::NotStored).is_some() {
            return Ok(envelope(Some((id, 9005)), answers));
        }
        self.record_set(id, &set.checksum, &answers);
        Ok(envelope(Some((id, 0)), answers))
    }

    fn run_request(&mut self, request: &El, findings: &Findings) -> Answer {
        if request.attr("requestID").is_some_and(|id| id.chars().count() > REQUEST_ID_LIMIT) {
            return Err(Refusal::new(1060, "The request ID is invalid."));
        }
        if let Some((code, text)) = findings.wrong_values.first() {
            return Err(Refusal::new(*code, text.clone()));
        }
        let mut plain = request.clone();
        for name in &findings.not_us {
            remove_everywhere(&mut plain, name);
        }
        if !request.name.ends_with("QueryRq") && self.faults.strike(FaultKind::InUse).is_some() {
            return Err(in_use(&plain));
        }
        let mut outcome = self.dispatch(&plain)?;
        if let Some(name) = findings.not_us.first()
            && outcome.code == 0
        {
            outcome.code = 530;
            outcome.text = format!("The field \"{name}\" is not supported by this implementation.");
        }
        Ok(outcome)
    }

    fn answer_element(&self, request: &El, answer: Answer, status_only: bool) -> El {
        let name = format!("{}s", request.name.strip_suffix('q').unwrap_or(&request.name));
        let mut element = El::new(&name);
        if let Some(id) = request.attr("requestID") {
            element = element.attribute("requestID", id);
        }
        let (code, text, attributes, objects) = match answer {
            Ok(outcome) => (outcome.code, outcome.text, outcome.attributes, outcome.objects),
            Err(refusal) => (
                refusal.code,
                refusal.text,
                Vec::new(),
                refusal.current.map(|current| *current).into_iter().collect(),
            ),
        };
        element = element
            .attribute("statusCode", code.to_string())
            .attribute("statusSeverity", severity(code))
            .attribute("statusMessage", text);
        element.attributes.extend(attributes);
        if !status_only && request.attr("metaData") != Some("MetaDataOnly") {
            element.children = objects.into_iter().map(|object| self.dress(object, request)).collect();
        }
        element
    }

    /// Completes an object for its answer: names of references, order, and only the elements asked for.
    fn dress(&self, mut object: El, request: &El) -> El {
        self.lists.complete(&mut object);
        if !self.switches.guid_comes_back {
            object.children.retain(|child| child.name != "ExternalGUID");
        }
        Grammar::shared().arrange(&mut object);
        let wanted = request.all("IncludeRetElement");
        if !wanted.is_empty() && object.name.ends_with("Ret") {
            object.children.retain(|child| wanted.contains(&child.name.as_str()));
        }
        if self.switches.extra_elements && object.name.ends_with("Ret") {
            object.push("UnheardOf", "1");
        }
        object
    }
}

/// The answer's envelope; with a message-set id come that id and its status.
pub(super) fn envelope(set: Option<(&str, u32)>, answers: Vec<El>) -> String {
    let mut messages = El::new("QBXMLMsgsRs");
    if let Some((id, code)) = set {
        if !id.is_empty() {
            messages = messages.attribute("newMessageSetID", id);
        }
        messages = messages.attribute("messageSetStatusCode", code.to_string());
    }
    messages.children = answers;
    format!("<?xml version=\"1.0\" ?>\n{}", El::new("QBXML").with(messages).to_lines())
}

/// Whether a message may change the books, by its text alone: the connector cannot read more of it.
#[must_use]
pub fn message_writes(text: &str) -> bool {
    ["AddRq", "ModRq", "DelRq", "VoidRq"].iter().any(|end| text.contains(end))
}

/// Whether QuickBooks can hold all characters: ASCII, and what ISO 8859-1 has from U+00A0 (`web-connector.md` 1).
fn readable(element: &El) -> bool {
    let fine =
        |text: &str| text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{ff}'));
    fine(&element.text)
        && element.attributes.iter().all(|(_, value)| fine(value))
        && element.children.iter().all(readable)
}

fn remove_everywhere(element: &mut El, name: &str) {
    element.children.retain(|child| child.name != name);
    for child in &mut element.children {
        remove_everywhere(child, name);
    }
}

fn in_use(request: &El) -> Refusal {
    let id = request.get("TxnID").or_else(|| request.children.first().and_then(|body| body.get("TxnID")));
    Refusal::new(
        3175,
        format!(
            "There was an error adding, modifying or deleting {} because it is already in use.  QuickBooks error \
             message: The transaction could not be locked.",
            id.unwrap_or("the object")
        ),
    )
}
