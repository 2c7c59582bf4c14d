//! Reads one call out of an envelope.
//!
//! Tolerant where real peers differ: any prefix, self-closed or absent parameters, comments, processing instructions,
//! foreign attributes, unknown extra parameters, CDATA. A fault at everything that could mean two things: two calls, a
//! parameter twice, an element inside a value, a cut-off document, DOCTYPE and entities (`security.md` 2).
//! Must never dispatch on the SOAPAction header: some clients leave it out (`web-connector.md` 1).

use super::charset::Charset;
use super::{FaultCode, INTUIT, SOAP_11, SoapFault};
use crate::base::limits::{SOAP_DEPTH, XML_ATTRIBUTES, XML_NAME_BYTES};
use crate::webconnector::call::{Call, Operation, Password};
use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

/// Reads the call in a body.
///
/// # Errors
/// [`SoapFault`] for every envelope that does not hold exactly one call of the contract.
pub fn parse(body: Vec<u8>, charset: Charset) -> Result<Call, SoapFault> {
    let text =
        charset.decode(body).ok_or_else(|| client("The body is not in the character set it declares."))?;
    let mut envelope = Envelope { reader: NsReader::from_str(text.trim_start()), open: 0, close_next: false };
    let (operation, values) = envelope.read()?;
    build(operation, values)
}

fn client(text: &str) -> SoapFault {
    SoapFault::new(FaultCode::Client, text)
}

/// One step through the envelope.
enum Step {
    Open(Tag),
    Close,
    Text(String),
    End,
}

/// An opening tag: where it belongs and what it demands.
struct Tag {
    namespace: String,
    name: String,
    must_understand: bool,
}

struct Envelope<'a> {
    reader: NsReader<&'a [u8]>,
    open: usize,
    close_next: bool,
}

impl Envelope<'_> {
    fn read(&mut self) -> Result<(Operation, Vec<String>), SoapFault> {
        let Some(root) = self.child()? else { return Err(client("There is no SOAP envelope.")) };
        if root.name != "Envelope" {
            return Err(client("There is no SOAP envelope."));
        }
        if root.namespace != SOAP_11 {
            return Err(SoapFault::new(FaultCode::VersionMismatch, "Only SOAP 1.1 is spoken here."));
        }
        let mut call = None;
        while let Some(part) = self.child()? {
            match (part.namespace.as_str(), part.name.as_str()) {
                (SOAP_11, "Header") => self.header()?,
                (SOAP_11, "Body") if call.is_some() => return Err(client("There are two bodies.")),
                (SOAP_11, "Body") => call = Some(self.body()?),
                _ => self.skip()?,
            }
        }
        self.end()?;
        call.ok_or_else(|| client("There is no body."))
    }

    fn header(&mut self) -> Result<(), SoapFault> {
        while let Some(entry) = self.child()? {
            if entry.must_understand {
                let text = "A header entry demands something that is not known here.";
                return Err(SoapFault::new(FaultCode::MustUnderstand, text));
            }
            self.skip()?;
        }
        Ok(())
    }

    fn body(&mut self) -> Result<(Operation, Vec<String>), SoapFault> {
        let Some(tag) = self.child()? else { return Err(client("The body is empty.")) };
        let foreign =
            !tag.namespace.is_empty() && tag.namespace.trim_end_matches('/') != INTUIT.trim_end_matches('/');
        let operation = Operation::from_word(&tag.name).filter(|_| !foreign);
        let operation = operation.ok_or_else(|| client("This operation is not known here."))?;
        let values = self.parameters(operation)?;
        if self.child()?.is_some() {
            return Err(client("There are two calls in one body."));
        }
        Ok((operation, values))
    }

    /// The values of the call's parameters in the order of the contract; an absent one is empty.
    fn parameters(&mut self, operation: Operation) -> Result<Vec<String>, SoapFault> {
        let names = operation.parameters();
        let mut values: Vec<Option<String>> = vec![None; names.len()];
        while let Some(tag) = self.child()? {
            let place = names.iter().position(|name| *name == tag.name);
            let Some(slot) = place.and_then(|place| values.get_mut(place)) else {
                self.skip()?;
                continue;
            };
            if slot.is_some() {
                return Err(client("A parameter is given twice."));
            }
            *slot = Some(self.value()?);
        }
        Ok(values.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// The text of a parameter, blanks included. An answer of QuickBooks is one such text, with a reference for each of
    /// its angle brackets, so nothing is made here for a piece of it.
    fn value(&mut self) -> Result<String, SoapFault> {
        let mut value = String::new();
        if std::mem::take(&mut self.close_next) {
            self.open = self.open.saturating_sub(1);
            return Ok(value);
        }
        loop {
            match self.reader.read_event().map_err(|_| client("The envelope is not well-formed."))? {
                Event::Text(text) => add_legal(&mut value, &text.xml10_content())?,
                Event::CData(text) => add_legal(&mut value, &text.xml10_content())?,
                Event::GeneralRef(reference) => resolve(&reference, &mut value)?,
                Event::End(_) => {
                    self.open = self.open.saturating_sub(1);
                    return Ok(value);
                }
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Start(_) | Event::Empty(_) => {
                    return Err(client("There is an element inside a value."));
                }
                Event::DocType(_) => return Err(client("A document type is not allowed here.")),
                Event::Eof => return Err(client("The envelope is cut off.")),
            }
        }
    }

    /// The next child's opening tag, or nothing at the end of its parent.
    fn child(&mut self) -> Result<Option<Tag>, SoapFault> {
        loop {
            match self.step()? {
                Step::Open(tag) => return Ok(Some(tag)),
                Step::Close | Step::End => return Ok(None),
                Step::Text(_) => {}
            }
        }
    }

    /// Passes over everything up to the end of the element that was just opened.
    fn skip(&mut self) -> Result<(), SoapFault> {
        let outside = self.open.saturating_sub(1);
        while self.open > outside {
            self.step()?;
        }
        Ok(())
    }

    /// Nothing but blanks may follow the envelope.
    fn end(&mut self) -> Result<(), SoapFault> {
        loop {
            match self.step()? {
                Step::End => return Ok(()),
                Step::Text(text) if text.trim().is_empty() => {}
                Step::Open(_) | Step::Close | Step::Text(_) => {
                    return Err(client("Something follows the envelope."));
                }
            }
        }
    }

    fn step(&mut self) -> Result<Step, SoapFault> {
        if std::mem::take(&mut self.close_next) {
            self.open = self.open.saturating_sub(1);
            return Ok(Step::Close);
        }
        loop {
            let (namespace, event) =
                self.reader.read_resolved_event().map_err(|_| client("The envelope is not well-formed."))?;
            match event {
                Event::Start(start) => {
                    let tag = tag(&namespace, &start)?;
                    return self.opened(tag);
                }
                Event::Empty(start) => {
                    let tag = tag(&namespace, &start)?;
                    self.close_next = true;
                    return self.opened(tag);
                }
                Event::End(_) => {
                    self.open = self.open.saturating_sub(1);
                    return Ok(Step::Close);
                }
                Event::Text(text) => {
                    let mut read = String::new();
                    add_legal(&mut read, &text.xml10_content())?;
                    return Ok(Step::Text(read));
                }
                Event::CData(text) => {
                    let mut read = String::new();
                    add_legal(&mut read, &text.xml10_content())?;
                    return Ok(Step::Text(read));
                }
                Event::GeneralRef(reference) => {
                    let mut read = String::new();
                    resolve(&reference, &mut read)?;
                    return Ok(Step::Text(read));
                }
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::DocType(_) => return Err(client("A document type is not allowed here.")),
                Event::Eof if self.open == 0 => return Ok(Step::End),
                Event::Eof => return Err(client("The envelope is cut off.")),
            }
        }
    }

    fn opened(&mut self, tag: Tag) -> Result<Step, SoapFault> {
        self.open += 1;
        if self.open > SOAP_DEPTH {
            return Err(client("The envelope is nested too deep."));
        }
        Ok(Step::Open(tag))
    }
}

fn tag(namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<Tag, SoapFault> {
    let namespace = match namespace {
        ResolveResult::Bound(namespace) => namespace.as_ref().to_string(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(_) => return Err(client("A prefix is not bound to a namespace.")),
    };
    let name = start.local_name();
    let too_wide = || client("An element has too many or too long attributes.");
    if name.as_ref().len() > XML_NAME_BYTES {
        return Err(too_wide());
    }
    let mut must_understand = false;
    let mut attributes = start.attributes();
    // The check for doubled attributes compares all with all; the count is limited here instead.
    attributes.with_checks(false);
    for (count, attribute) in attributes.enumerate() {
        let attribute = attribute.map_err(|_| client("The envelope is not well-formed."))?;
        if count >= XML_ATTRIBUTES || attribute.value.len() > XML_NAME_BYTES {
            return Err(too_wide());
        }
        let demands = attribute.key.local_name().as_ref() == "mustUnderstand";
        must_understand |= demands && matches!(attribute.value.trim(), "1" | "true");
    }
    Ok(Tag { namespace, name: name.as_ref().to_string(), must_understand })
}

/// Adds what a reference stands for: the five entities and numbers. A reference to a control character is dropped: .NET writes one for a
/// control character in a memo, and such a memo must not make an answer unreadable.
fn resolve(reference: &BytesRef<'_>, to: &mut String) -> Result<(), SoapFault> {
    let wrong = || client("An entity is not known here.");
    if reference.is_char_ref() {
        let c = reference.resolve_char_ref().map_err(|_| wrong())?.ok_or_else(wrong)?;
        if c == '\0' {
            return Err(wrong());
        }
        if !c.is_control() || matches!(c, '\t' | '\n' | '\r') {
            to.push(c);
        }
        return Ok(());
    }
    let name: &str = reference;
    to.push_str(quick_xml::escape::resolve_xml_entity(name).ok_or_else(wrong)?);
    Ok(())
}

/// Adds a piece of text; refuses the control characters that XML does not allow.
fn add_legal(to: &mut String, text: &str) -> Result<(), SoapFault> {
    if text.bytes().any(|byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) {
        return Err(client("The envelope is not well-formed."));
    }
    to.push_str(text);
    Ok(())
}

fn build(operation: Operation, values: Vec<String>) -> Result<Call, SoapFault> {
    let mut values = values.into_iter();
    let mut next = move || values.next().unwrap_or_default();
    Ok(match operation {
        Operation::ServerVersion => Call::ServerVersion,
        Operation::ClientVersion => Call::ClientVersion { version: next() },
        Operation::Authenticate => Call::Authenticate { user: next(), password: Password::new(next()) },
        Operation::SendRequest => Call::SendRequest {
            ticket: next(),
            hcp: next(),
            company_file: next(),
            country: next(),
            major: integer(&next())?,
            minor: integer(&next())?,
        },
        Operation::ReceiveResponse => {
            Call::ReceiveResponse { ticket: next(), response: next(), hresult: next(), message: next() }
        }
        Operation::ConnectionError => {
            Call::ConnectionError { ticket: next(), hresult: next(), message: next() }
        }
        Operation::GetLastError => Call::GetLastError { ticket: next() },
        Operation::CloseConnection => Call::CloseConnection { ticket: next() },
        Operation::GetInteractiveUrl => Call::GetInteractiveUrl { ticket: next(), session: next() },
        Operation::InteractiveRejected => Call::InteractiveRejected { ticket: next(), reason: next() },
        Operation::InteractiveDone => Call::InteractiveDone { ticket: next() },
        Operation::IsInteractiveDone => Call::IsInteractiveDone { ticket: next() },
    })
}

/// A version number; nothing at all is 0.
fn integer(text: &str) -> Result<i32, SoapFault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_| client("A version number is not a number."))
}
