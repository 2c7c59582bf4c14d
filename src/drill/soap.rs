//! The envelopes of the model Web Connectors: calls as text, results out of text, and the way through the real reader
//! and writer to the desk.
//!
//! Must read a reply as strictly as .NET does in what matters here: a reply that is cut short is no reply.

use super::quickbooks::escape;
use crate::net::listener::Desk;
use crate::webconnector::soap::{self, Charset};
use crate::workflow::host::Host;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>";
const TAIL: &str = "</soap:Body></soap:Envelope>";

/// One call as it goes over the wire.
#[must_use]
pub fn call(operation: &str, parameters: &[(&str, &str)]) -> String {
    let size: usize = parameters.iter().map(|(_, value)| value.len() + value.len() / 4 + 40).sum();
    let mut out = String::with_capacity(size + 300);
    out.push_str(HEAD);
    out.push('<');
    out.push_str(operation);
    out.push_str(" xmlns=\"http://developer.intuit.com/\">");
    for (name, value) in parameters {
        out.push('<');
        out.push_str(name);
        out.push('>');
        escape(&mut out, value);
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
    out.push_str("</");
    out.push_str(operation);
    out.push('>');
    out.push_str(TAIL);
    out
}

/// What the endpoint answers to a body: an envelope, and whether it is a fault. The listener does the same between
/// reading a body and writing a reply.
#[must_use]
pub fn post(host: &Host, body: String) -> (String, bool) {
    match soap::parse(body.into_bytes(), Charset::Utf8) {
        Ok(call) => {
            let operation = call.operation();
            (soap::reply(operation, &host.call(call)), false)
        }
        Err(fault) => (fault.envelope(), true),
    }
}

/// The text of a call's result; none where the reply is a fault or cut short.
#[must_use]
pub fn result(reply: &str, operation: &str) -> Option<String> {
    let inner = reply.strip_suffix(TAIL)?;
    let open = format!("<{operation}Result>");
    let from = inner.find(&open)? + open.len();
    let to = inner.rfind(&format!("</{operation}Result>"))?;
    Some(plain(inner.get(from..to)?))
}

/// The texts of an array result.
#[must_use]
pub fn strings(reply: &str, operation: &str) -> Option<Vec<String>> {
    let inner = reply.strip_suffix(TAIL)?;
    let open = format!("<{operation}Result>");
    let from = inner.find(&open)? + open.len();
    let to = inner.rfind(&format!("</{operation}Result>"))?;
    let texts = inner.get(from..to)?.split("<string>").skip(1);
    texts.map(|text| text.strip_suffix("</string>").map(plain)).collect()
}

fn plain(text: &str) -> String {
    if !text.contains('&') {
        return text.to_string();
    }
    const KNOWN: [(&str, char); 5] =
        [("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("amp;", '&'), ("#13;", '\r')];
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('&');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match KNOWN.iter().find_map(|(name, c)| Some((*c, piece.strip_prefix(name)?))) {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(piece);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_that_is_cut_short_is_no_reply() {
        let reply = soap::reply(
            crate::webconnector::Operation::SendRequest,
            &crate::webconnector::Reply::Text("<a b=\"1\">&amp;</a>".into()),
        );
        assert_eq!(result(&reply, "sendRequestXML").as_deref(), Some("<a b=\"1\">&amp;</a>"));
        assert_eq!(result(&reply[..reply.len() - 1], "sendRequestXML"), None);
    }
}
