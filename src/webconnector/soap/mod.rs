//! SOAP 1.1 envelopes: reading a call, writing a reply or a fault.
//!
//! Must never answer a protocol error with a fault: faults are for envelopes that cannot be trusted to mean one call
//! (`security.md` 2, `web-connector.md` 1). Replies are compact, because text inside a result is taken as it stands.

mod charset;
mod parse;

#[cfg(test)]
mod tests;

pub use charset::Charset;
pub use parse::parse;

use super::call::{Operation, Reply};

/// The namespace of SOAP 1.1 envelopes.
pub const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// The namespace of SOAP 1.2 envelopes, which the Web Connector never uses.
pub const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";
/// The namespace of every call, parameter, response and result.
pub const INTUIT: &str = "http://developer.intuit.com/";

/// Who is at fault, in SOAP 1.1's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultCode {
    /// The envelope is odd.
    Client,
    /// We failed.
    Server,
    /// A header demands something that we do not know.
    MustUnderstand,
    /// Not a SOAP 1.1 envelope.
    VersionMismatch,
}

/// A fault: sent with HTTP status 500. Nothing has been changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoapFault {
    /// Who is at fault.
    pub code: FaultCode,
    /// What is wrong, for the log of the Web Connector.
    pub text: String,
}

impl SoapFault {
    /// A fault of ours or of the caller's.
    pub fn new(code: FaultCode, text: impl Into<String>) -> Self {
        SoapFault { code, text: text.into() }
    }

    /// As an envelope.
    #[must_use]
    pub fn envelope(&self) -> String {
        let code = match self.code {
            FaultCode::Client => "Client",
            FaultCode::Server => "Server",
            FaultCode::MustUnderstand => "MustUnderstand",
            FaultCode::VersionMismatch => "VersionMismatch",
        };
        let mut body = format!("<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>");
        escape(&mut body, &self.text);
        body.push_str("</faultstring></soap:Fault>");
        envelope(&body)
    }
}

/// The reply to a call, as an envelope. The result element is always there, even when it is empty: the Web Connector
/// fails on an absent one (`web-connector.md` 2).
#[must_use]
pub fn reply(operation: Operation, reply: &Reply) -> String {
    let word = operation.word();
    let mut body = format!("<{word}Response xmlns=\"{INTUIT}\"><{word}Result>");
    match reply {
        Reply::Text(text) => escape(&mut body, text),
        Reply::Number(number) => body.push_str(&number.to_string()),
        Reply::Strings(texts) => {
            for text in texts {
                body.push_str("<string>");
                escape(&mut body, text);
                body.push_str("</string>");
            }
        }
    }
    body.push_str(&format!("</{word}Result></{word}Response>"));
    envelope(&body)
}

fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"{SOAP_11}\"><soap:Body>{body}</soap:Body></soap:Envelope>"
    )
}

/// Whether a character cannot stand in a text as it is.
const fn is_marked(c: char) -> bool {
    matches!(
        c,
        '&' | '<' | '>' | '"' | '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'
    )
}

/// Escapes text once. Control characters that XML does not know are dropped; a carriage return is written as a
/// reference, because a parser would turn it into a line feed.
pub(super) fn escape(out: &mut String, text: &str) {
    out.reserve(text.len() + text.len() / 2);
    let mut plain = text;
    while let Some(at) = plain.find(is_marked) {
        let (before, rest) = plain.split_at(at);
        out.push_str(before);
        let mut rest = rest.chars();
        match rest.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') => out.push_str("&quot;"),
            Some('\r') => out.push_str("&#13;"),
            _ => {}
        }
        plain = rest.as_str();
    }
    out.push_str(plain);
}
