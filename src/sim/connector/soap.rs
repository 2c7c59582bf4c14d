//! SOAP 1.1 as the Web Connector writes and reads it.
//!
//! Must be as strict on replies as .NET is (`web-connector.md` 1, 2, 14.2): status 200, `text/xml`, the Intuit namespace
//! on response, result and every `<string>`, the result element there even when empty, no element inside a text.

use super::settings::HttpSettings;
use crate::sim::xml::escape_into;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Url, redirect};

/// Namespace of the operations.
const INTUIT: &str = "http://developer.intuit.com/";
/// Namespace of the envelope.
const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// What .NET's SOAP client calls itself.
const USER_AGENT: &str =
    "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)";

/// One call and what the reply's result held.
pub(super) struct SoapClient {
    http: Client,
    url: Url,
    expect: bool,
}

impl SoapClient {
    pub(super) fn new(url: &str, settings: &HttpSettings) -> Result<Self, String> {
        // reqwest is built without a provider; one that is already there is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = Url::parse(url).map_err(|error| format!("{url}: {error}"))?;
        let http = Client::builder()
            .no_proxy()
            .no_gzip()
            .http1_only()
            .redirect(redirect::Policy::none())
            .timeout(settings.timeout)
            .pool_max_idle_per_host(usize::from(settings.keep_alive))
            .user_agent(USER_AGENT)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(SoapClient { http, url, expect: settings.expect_continue })
    }

    /// Makes a call whose result is a text.
    pub(super) async fn text(&self, operation: &str, parameters: &[(&str, &str)]) -> Result<String, String> {
        let reply = self.call(operation, parameters).await?;
        read_result(&reply, operation, |result| {
            if result.children().any(|node| node.is_element()) {
                return Err(format!("{operation}Result holds an element where a text is expected"));
            }
            Ok(text_of(result))
        })
    }

    /// Makes a call whose result is an `xsd:int`.
    pub(super) async fn number(&self, operation: &str, parameters: &[(&str, &str)]) -> Result<i32, String> {
        let text = self.text(operation, parameters).await?;
        let digits = text.trim_matches([' ', '\t', '\r', '\n']);
        digits.parse().map_err(|_| format!("{operation}Result: `{text}` is no number"))
    }

    /// Makes a call whose result is an array of texts.
    pub(super) async fn array(
        &self,
        operation: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Vec<String>, String> {
        let reply = self.call(operation, parameters).await?;
        read_result(&reply, operation, |result| {
            // Elements of another namespace are not seen: the array is then too short.
            let strings = result.children().filter(|node| node.has_tag_name((INTUIT, "string")));
            Ok(strings.map(text_of).collect())
        })
    }

    async fn call(&self, operation: &str, parameters: &[(&str, &str)]) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        let action = format!("\"{INTUIT}{operation}\"");
        let action = HeaderValue::from_str(&action).map_err(|error| error.to_string())?;
        headers.insert(HeaderName::from_static("soapaction"), action);
        if self.expect {
            headers.insert(reqwest::header::EXPECT, HeaderValue::from_static("100-continue"));
        }
        let sent = self.http.post(self.url.clone()).headers(headers).body(write_call(operation, parameters));
        let reply = sent.send().await.map_err(|error| format!("{operation}: {error}"))?;
        let status = reply.status();
        let media =
            reply.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let body = reply.text().await.map_err(|error| format!("{operation}: {error}"))?;
        if status.as_u16() == 500 && media == "text/xml" {
            return Err(format!("{operation}: the service answered with a fault: {}", fault_text(&body)));
        }
        if status.as_u16() != 200 {
            return Err(format!("{operation}: The request failed with HTTP status {status}."));
        }
        if media != "text/xml" || body.is_empty() {
            return Err(format!(
                "{operation}: Client found response content type of '{media}', but expected 'text/xml'."
            ));
        }
        Ok(body)
    }

    /// A plain GET, as the connector does when an application is added; gives the status.
    pub(super) async fn get(&self, address: &str) -> Result<u16, String> {
        let reply = self.http.get(address).send().await.map_err(|error| error.to_string())?;
        Ok(reply.status().as_u16())
    }
}

/// The envelope of a call, without line breaks, as QuickBooks' connector writes it.
pub(super) fn write_call(operation: &str, parameters: &[(&str, &str)]) -> String {
    let mut body = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><soap:Body>",
    );
    if parameters.is_empty() {
        body.push_str(&format!("<{operation} xmlns=\"{INTUIT}\" />"));
    } else {
        body.push_str(&format!("<{operation} xmlns=\"{INTUIT}\">"));
        for (name, value) in parameters {
            if value.is_empty() {
                body.push_str(&format!("<{name} />"));
                continue;
            }
            body.push_str(&format!("<{name}>"));
            escape_into(&mut body, value);
            body.push_str(&format!("</{name}>"));
        }
        body.push_str(&format!("</{operation}>"));
    }
    body.push_str("</soap:Body></soap:Envelope>");
    body
}

fn read_result<T>(
    reply: &str,
    operation: &str,
    read: impl Fn(roxmltree::Node) -> Result<T, String>,
) -> Result<T, String> {
    let wrong = |what: &str| format!("{operation}: {what}");
    let reply = reply.strip_prefix('\u{feff}').unwrap_or(reply);
    let document = roxmltree::Document::parse(reply)
        .map_err(|error| wrong(&format!("Response is not well-formed XML: {error}")))?;
    let envelope = document.root_element();
    if !envelope.has_tag_name((ENVELOPE, "Envelope")) {
        return Err(wrong("the reply is no SOAP 1.1 envelope"));
    }
    let body = envelope.children().find(|node| node.has_tag_name((ENVELOPE, "Body")));
    let response = body.and_then(|body| body.children().find(roxmltree::Node::is_element));
    let response = response.ok_or_else(|| wrong("the reply has no body"))?;
    let (name, result) = (format!("{operation}Response"), format!("{operation}Result"));
    if !response.has_tag_name((INTUIT, name.as_str())) {
        return Err(wrong(&format!("{name} is missing, or in another namespace")));
    }
    let result = response.children().find(|node| node.has_tag_name((INTUIT, result.as_str())));
    // An absent result is a null reference in .NET.
    let result = result.ok_or_else(|| wrong("Object reference not set to an instance of an object."))?;
    read(result)
}

fn text_of(node: roxmltree::Node) -> String {
    node.children().filter(roxmltree::Node::is_text).filter_map(|text| text.text()).collect()
}

fn fault_text(body: &str) -> String {
    let document = roxmltree::Document::parse(body);
    let text = document.ok().and_then(|document| {
        document.descendants().find(|node| node.tag_name().name() == "faultstring").map(text_of)
    });
    text.unwrap_or_default()
}
