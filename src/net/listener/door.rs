//! Who may come in: Host, Origin, path, method and content type, looked at before anything is read.
//!
//! Must never map a path to a file, and must never let a web page's script through: a page on any site can make a
//! browser send requests to this computer (`security.md` 1).

use crate::net::tls::Tls;
use crate::webconnector::soap::Charset;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};

/// Where the Web Connector posts.
const ENDPOINT: &str = "/qbwc";
/// The page that is asked for when the application is added.
const SUPPORT: &str = "/support";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a request is let in for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A call in a body of this character set.
    Call(Charset),
    /// A page.
    Show(Page),
    /// Nothing.
    Refused(StatusCode),
}

/// A page without a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    Endpoint,
    Support,
    /// With the address under which we were asked.
    Wsdl {
        url: String,
    },
}

/// The rules for one port.
#[derive(Clone, Debug)]
pub struct Door {
    port: u16,
    /// The certificate, whose names are ours too.
    tls: Option<Tls>,
}

impl Door {
    pub fn new(port: u16, tls: Option<Tls>) -> Self {
        Door { port, tls }
    }

    /// Looks at everything but the body.
    pub fn look(&self, request: &Request) -> Entry {
        let host = match self.host(request.headers(), request.uri()) {
            Ok(host) => host,
            Err(status) => return Entry::Refused(status),
        };
        if from_a_script(request.headers(), request.method()) {
            return Entry::Refused(StatusCode::FORBIDDEN);
        }
        let reading = matches!(*request.method(), Method::GET | Method::HEAD);
        match (request.uri().path(), reading) {
            (ENDPOINT, true) => Entry::Show(self.endpoint_page(request.uri(), &host)),
            (SUPPORT, true) => Entry::Show(Page::Support),
            (ENDPOINT, false) if request.method() == Method::POST => charset(request.headers()),
            (ENDPOINT | SUPPORT, false) => Entry::Refused(StatusCode::METHOD_NOT_ALLOWED),
            _ => Entry::Refused(StatusCode::NOT_FOUND),
        }
    }

    /// The host that was asked for, where it is this computer under one of its own names.
    fn host(&self, headers: &HeaderMap, uri: &Uri) -> Result<String, StatusCode> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(StatusCode::BAD_REQUEST) };
        let host = host.to_str().map_err(|_| StatusCode::BAD_REQUEST)?.to_ascii_lowercase();
        let target = uri.authority().map(|authority| authority.as_str().to_ascii_lowercase());
        if self.is_ours(&host) && target.is_none_or(|target| self.is_ours(&target)) {
            Ok(host)
        } else {
            Err(StatusCode::MISDIRECTED_REQUEST)
        }
    }

    fn is_ours(&self, host: &str) -> bool {
        // The port of an IPv6 address stands after its bracket.
        let colon = host.rfind(':').filter(|at| !host.get(*at..).is_some_and(|rest| rest.contains(']')));
        let (name, port) = match colon.and_then(|at| Some((host.get(..at)?, host.get(at + 1..)?))) {
            Some((name, port)) => (name, port == self.port.to_string()),
            None => (host, matches!(self.port, 80 | 443)),
        };
        let own = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
        port && (own || self.tls.as_ref().is_some_and(|tls| tls.covers(name)))
    }

    fn endpoint_page(&self, uri: &Uri, host: &str) -> Page {
        let asked = uri.query().and_then(|query| query.split('&').next()).unwrap_or_default();
        if asked.eq_ignore_ascii_case("wsdl") {
            let scheme = if self.tls.is_some() { "https" } else { "http" };
            Page::Wsdl { url: format!("{scheme}://{host}{ENDPOINT}") }
        } else {
            Page::Endpoint
        }
    }
}

/// Browsers say so when a page's script or form sends a request. Opening a page by hand is allowed.
fn from_a_script(headers: &HeaderMap, method: &Method) -> bool {
    let site = headers.get(SEC_FETCH_SITE).map(axum::http::HeaderValue::as_bytes);
    let by_hand = matches!(site, Some(b"none" | b"same-origin")) && *method != Method::POST;
    headers.contains_key(header::ORIGIN) || (site.is_some() && !by_hand)
}

/// The character set of a SOAP body, or the refusal of anything that is none.
fn charset(headers: &HeaderMap) -> Entry {
    let refused = Entry::Refused(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let plain = headers.get(header::CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(kind), None, true) = (kinds.next(), kinds.next(), plain) else { return refused };
    let Ok(kind) = kind.to_str() else { return refused };
    let mut parts = kind.split(';');
    let media = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    if media != "text/xml" && media != "application/xml" {
        return refused;
    }
    let declared = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    });
    match declared.map_or(Some(Charset::Undeclared), Charset::from_label) {
        Some(charset) => Entry::Call(charset),
        None => refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn look(method: &str, path: &str, headers: &[(&str, &str)]) -> Entry {
        let mut request = axum::http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Door::new(8085, None).look(&request.body(Body::empty()).unwrap())
    }

    const HOST: (&str, &str) = ("host", "localhost:8085");
    const XML: (&str, &str) = ("content-type", "text/xml; charset=utf-8");

    fn refused(status: u16) -> Entry {
        Entry::Refused(StatusCode::from_u16(status).unwrap())
    }

    #[test]
    fn only_our_own_names_with_our_port_are_answered() {
        for host in ["localhost:8085", "LOCALHOST:8085", "127.0.0.1:8085", "[::1]:8085"] {
            assert_eq!(look("GET", "/qbwc", &[("host", host)]), Entry::Show(Page::Endpoint), "{host}");
        }
        for host in
            ["localhost", "evil.example:8085", "localhost:8086", "127.0.0.1.evil.example:8085", "[::1]"]
        {
            assert_eq!(look("POST", "/qbwc", &[("host", host), XML]), refused(421), "{host}");
        }
        assert_eq!(look("GET", "/qbwc", &[]), refused(400));
        assert_eq!(look("GET", "/qbwc", &[HOST, HOST]), refused(400));
        assert_eq!(look("GET", "http://evil.example/qbwc", &[HOST]), refused(421));
        assert!(Door::new(80, None).is_ours("localhost") && Door::new(443, None).is_ours("[::1]"));
    }

    #[test]
    fn with_a_certificate_its_names_are_ours_too() {
        let made =
            crate::net::tls::make(&["office-pc".into()], "2026-03-01T12:00:00Z".parse().unwrap()).unwrap();
        let door = Door::new(8443, Some(Tls::new(&made.certificate, &made.key).unwrap()));
        for host in ["office-pc:8443", "localhost:8443", "127.0.0.1:8443"] {
            assert!(door.is_ours(host), "{host}");
        }
        for host in ["office-pc", "other-pc:8443", "office-pc:8085", "192.168.1.5:8443", ":8443", ""] {
            assert!(!door.is_ours(host), "{host}");
        }
    }

    #[test]
    fn a_browsers_script_is_refused_and_a_person_is_not() {
        assert_eq!(look("POST", "/qbwc", &[HOST, XML, ("origin", "null")]), refused(403));
        assert_eq!(look("GET", "/qbwc", &[HOST, ("origin", "http://localhost:8085")]), refused(403));
        assert_eq!(look("GET", "/qbwc", &[HOST, ("sec-fetch-site", "cross-site")]), refused(403));
        assert_eq!(look("POST", "/qbwc", &[HOST, XML, ("sec-fetch-site", "none")]), refused(403));
        assert_eq!(look("GET", "/support", &[HOST, ("sec-fetch-site", "none")]), Entry::Show(Page::Support));
    }

    #[test]
    fn paths_and_methods_are_few() {
        let wsdl = Entry::Show(Page::Wsdl { url: "http://localhost:8085/qbwc".into() });
        assert_eq!(look("GET", "/qbwc?wsdl", &[HOST]), wsdl);
        assert_eq!(look("HEAD", "/qbwc?WSDL", &[HOST]), wsdl);
        assert_eq!(look("GET", "/support?wsdl", &[HOST]), Entry::Show(Page::Support));
        assert_eq!(look("POST", "/support", &[HOST, XML]), refused(405));
        assert_eq!(look("DELETE", "/qbwc", &[HOST]), refused(405));
        for path in ["/", "/qbwc/", "/qbwc/../etc/passwd", "/Support", "/favicon.ico"] {
            assert_eq!(look("GET", path, &[HOST]), refused(404), "{path}");
        }
    }

    #[test]
    fn content_types_other_than_xml_are_refused() {
        let post = |kind| look("POST", "/qbwc", &[HOST, ("content-type", kind)]);
        assert_eq!(post("text/xml"), Entry::Call(Charset::Undeclared));
        assert_eq!(post("text/xml; charset=utf-8"), Entry::Call(Charset::Utf8));
        assert_eq!(post("TEXT/XML; Charset=\"ISO-8859-1\""), Entry::Call(Charset::Latin1));
        assert_eq!(post("application/xml;charset=windows-1252"), Entry::Call(Charset::Windows1252));
        for kind in
            ["text/plain", "application/soap+xml; charset=utf-8", "text/xml; charset=utf-16", "text/xmlish"]
        {
            assert_eq!(post(kind), refused(415), "{kind}");
        }
        assert_eq!(look("POST", "/qbwc", &[HOST]), refused(415));
        assert_eq!(look("POST", "/qbwc", &[HOST, XML, ("content-encoding", "gzip")]), refused(415));
    }
}
