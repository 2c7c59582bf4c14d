//! What Web Connectors, their libraries and other SOAP clients do otherwise than the plainest of them, byte by byte on real
//! connections (`web-connector.md` 1-2, `security.md` 1-2). Each row is one oddity and the answer that it must get.
//!
//! Must never leave loopback. Slow and crowding callers are tried where the listener lives, with a clock of their own.

use crate::job::{Job, USER};
use countersign::net::listener::Desk as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

const VERSION: &str = "<serverVersionResult>Countersign ";
const TYPE: &str = "Content-Type: text/xml; charset=utf-8\r\n";

/// An envelope in the words of most clients.
fn envelope(inside: &str) -> String {
    format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>{inside}</soap:Body></soap:Envelope>"
    )
}

fn version() -> String {
    envelope("<serverVersion xmlns=\"http://developer.intuit.com/\"/>")
}

/// A request with these headers; its length is told where nothing else tells it.
fn post(head: &str, body: &str) -> Vec<u8> {
    let told = if head.to_ascii_lowercase().contains("transfer-encoding") {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    format!("POST /qbwc HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n{head}{told}\r\n{body}")
        .into_bytes()
}

/// In pieces of odd sizes, with an extension and a trailer as the protocol allows.
fn chunked(body: &str) -> String {
    let (mut rest, mut text) = (body, String::new());
    for size in [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233].into_iter().cycle() {
        let (piece, left) = rest.split_at(size.min(rest.len()));
        if piece.is_empty() {
            break;
        }
        text.push_str(&format!("{:X};odd=1\r\n{piece}\r\n", piece.len()));
        rest = left;
    }
    text + "0\r\nTrailer-Of-Theirs: 1\r\n\r\n"
}

/// All that comes back until the connection is closed.
fn carried(job: &Job, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", job.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let text = String::from_utf8_lossy(bytes).replace("PORT", &job.port().to_string());
    stream.write_all(text.as_bytes()).unwrap();
    let mut reply = Vec::new();
    // A refusal may close the connection before everything was sent.
    let _ = stream.read_to_end(&mut reply);
    String::from_utf8(reply).unwrap()
}

fn status(reply: &str) -> u16 {
    reply.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// Every row is tried, and all that went otherwise is told at once.
fn each(rows: &[(&str, Vec<u8>, u16, &str)]) {
    let job = Job::queued();
    let mut wrong = Vec::new();
    for (name, bytes, wanted, holds) in rows {
        let reply = carried(&job, bytes);
        if status(&reply) != *wanted || !reply.contains(holds) {
            wrong.push(format!("{name}: {reply}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(!job.host.session_open());
}

#[test]
fn envelopes_of_every_make_are_read() {
    let env = "http://schemas.xmlsoap.org/soap/envelope/";
    let intuit = "http://developer.intuit.com/";
    let bodies = [
        ("prefix soap", version()),
        ("default namespaces only", format!("<Envelope xmlns=\"{env}\"><Body><serverVersion xmlns=\"{intuit}\"/></Body></Envelope>")),
        ("another prefix, and one for the call", format!("<s:Envelope xmlns:s=\"{env}\" xmlns:q1=\"{intuit}\"><s:Header/><s:Body><q1:serverVersion></q1:serverVersion></s:Body></s:Envelope>")),
        ("namespaces told on the body", format!("<e:Envelope xmlns:e=\"{env}\"><e:Body xmlns=\"{intuit}\"><serverVersion/></e:Body></e:Envelope>")),
        ("a header of somebody else", format!("<s:Envelope xmlns:s=\"{env}\"><s:Header><w:Action xmlns:w=\"urn:x\" s:mustUnderstand=\"0\">a</w:Action></s:Header><s:Body><serverVersion xmlns=\"{intuit}\"/></s:Body></s:Envelope>")),
        ("a byte order mark", format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>{}", version())),
        ("a declaration in single quotes", format!("<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n{}", version())),
        ("comments, instructions and blanks", format!("<!-- a -->\r\n<?go on?>\n{}\n<!-- z -->\n", version().replace("<soap:Body>", " <!-- b --> \r\n\t<soap:Body> <?x y?> "))),
        ("schema attributes", version().replace("<soap:Envelope ", "<soap:Envelope xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"a b\" soap:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\" ")),
        ("a parameter that it does not have", envelope("<serverVersion xmlns=\"http://developer.intuit.com/\"><strMore>1</strMore></serverVersion>")),
    ];
    let rows: Vec<_> = bodies.iter().map(|(name, body)| (*name, post(TYPE, body), 200, VERSION)).collect();
    each(&rows);
}

#[test]
fn headers_of_every_make_are_taken() {
    let body = version();
    let chunks = chunked(&body);
    let heads = [
        ("no charset", "Content-Type: text/xml\r\n"),
        ("charset in quotes and capitals", "content-type: TEXT/XML; Charset=\"UTF-8\"\r\n"),
        ("application/xml", "CONTENT-TYPE: application/xml;charset=utf-8\r\n"),
        (
            "SOAPAction in quotes",
            "Content-Type: text/xml\r\nSOAPAction: \"http://developer.intuit.com/serverVersion\"\r\n",
        ),
        (
            "SOAPAction without quotes",
            "Content-Type: text/xml\r\nsoapaction: http://developer.intuit.com/serverVersion\r\n",
        ),
        ("an empty SOAPAction", "Content-Type: text/xml\r\nSOAPAction: \"\"\r\n"),
        ("cookies", "Content-Type: text/xml\r\nCookie: ASP.NET_SessionId=abc; b=\"c\"\r\n"),
        ("a wish for compression", "Content-Type: text/xml\r\nAccept-Encoding: gzip, deflate\r\n"),
        (
            "the old Web Connector's own",
            "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)\r\nVsDebuggerCausalityData: uIDPo\r\nContent-Type: text/xml; charset=utf-8\r\n",
        ),
    ];
    let mut rows: Vec<_> =
        heads.iter().map(|(name, head)| (*name, post(head, &body), 200, VERSION)).collect();
    let one = format!("{TYPE}Transfer-Encoding: chunked\r\n");
    rows.push(("chunked in odd sizes", post(&one, &chunks), 200, VERSION));
    let old = format!(
        "POST /qbwc HTTP/1.0\r\nHost: localhost:PORT\r\n{TYPE}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    rows.push(("HTTP/1.0", old.into_bytes(), 200, VERSION));
    each(&rows);
    let job = Job::queued();
    for (name, bytes, _, _) in &rows {
        let head = carried(&job, bytes).to_ascii_lowercase();
        let head = head.split("\r\n\r\n").next().unwrap_or_default().to_string();
        assert!(
            head.contains("content-type: text/xml; charset=utf-8") && head.contains("content-length: "),
            "{name}: {head}"
        );
        for never in
            ["content-encoding", "transfer-encoding", "set-cookie", "server:", "location:", "access-control"]
        {
            assert!(!head.contains(never), "{name}: {head}");
        }
    }
}

#[test]
fn values_come_in_every_notation() {
    let job = Job::queued();
    let login = |user: &str, password: &str| {
        envelope(&format!(
            "<authenticate xmlns=\"http://developer.intuit.com/\">{user}{password}</authenticate>"
        ))
    };
    let user = format!("<strUserName>{USER}</strUserName>");
    let numbers: String = job.password().chars().map(|sign| format!("&#x{:X};", u32::from(sign))).collect();
    let let_in = [
        ("CDATA", login(&user, &format!("<strPassword><![CDATA[{}]]></strPassword>", job.password()))),
        ("numeric references", login(&user, &format!("<strPassword>{numbers}</strPassword>"))),
        ("the other way round", login(&format!("<strPassword>{}</strPassword>", job.password()), &user)),
        (
            "parted by a comment",
            login(&user, &format!("<strPassword><!-- a -->{}</strPassword>", job.password())),
        ),
        (
            "typed",
            login(
                &user,
                &format!("<strPassword t:type=\"s\" xmlns:t=\"urn:t\">{}</strPassword>", job.password()),
            ),
        ),
    ];
    for (name, body) in &let_in {
        let reply = carried(&job, &post(TYPE, body));
        assert!(
            status(&reply) == 200 && !reply.contains("nvu") && reply.contains("<string>"),
            "{name}: {reply}"
        );
    }
    let nil = "<strPassword xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"/>";
    for (name, body) in [
        ("no children", login("", "")),
        ("no password", login(&user, "")),
        ("an empty one", login(&user, "<strPassword></strPassword>")),
        ("a closed one", login(&user, "<strPassword/>")),
        ("nil", login(&user, nil)),
        ("blanks around it count", login(&user, &format!("<strPassword> {} </strPassword>", job.password()))),
    ] {
        let reply = carried(&job, &post(TYPE, &body));
        assert!(status(&reply) == 200 && reply.contains("<string>nvu</string>"), "{name}: {reply}");
    }
}

#[test]
fn calls_follow_each_other_on_one_connection_and_a_body_waits_for_leave() {
    let job = Job::queued();
    let kept = String::from_utf8(post(TYPE, &version())).unwrap().replace("Connection: close\r\n", "");
    let last = String::from_utf8(post(TYPE, &version())).unwrap();
    let reply = carried(&job, format!("{kept}{kept}{last}").as_bytes());
    assert_eq!(reply.matches("HTTP/1.1 200").count(), 3, "{reply}");
    assert_eq!(reply.matches(VERSION).count(), 3, "{reply}");

    let mut stream = TcpStream::connect(("127.0.0.1", job.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let asks = post(&format!("{TYPE}Expect: 100-continue\r\n"), &version());
    let asks = String::from_utf8(asks).unwrap().replace("PORT", &job.port().to_string());
    let (head, body) = asks.split_once("\r\n\r\n").unwrap();
    stream.write_all(format!("{head}\r\n\r\n").as_bytes()).unwrap();
    let mut leave = [0; 25];
    stream.read_exact(&mut leave).unwrap();
    assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(status(&reply) == 200 && reply.contains(VERSION), "{reply}");
}

#[test]
fn pages_are_given_and_everything_else_is_refused_by_its_own_number() {
    let get = |method: &str, path: &str| {
        format!("{method} {path} HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n").into_bytes()
    };
    let body = version();
    let doctype = format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{body}");
    let large = format!("{TYPE}Expect: 100-continue\r\n");
    let large =
        String::from_utf8(post(&large, "")).unwrap().replace("Content-Length: 0", "Content-Length: 99999999");
    let soap12 =
        body.replace("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    let mut twice = post(TYPE, &body);
    twice = String::from_utf8(twice).unwrap().replace("Host:", "Host: localhost:PORT\r\nHost:").into_bytes();
    each(&[
        ("the description", get("GET", "/qbwc?wsdl"), 200, "definitions"),
        ("the description in capitals", get("GET", "/qbwc?WSDL"), 200, "definitions"),
        ("the support page", get("GET", "/support"), 200, "text/html"),
        ("only its head", get("HEAD", "/support"), 200, "text/html"),
        ("the look for a certificate", get("GET", "/qbwc"), 200, ""),
        ("no such page", get("GET", "/qbwc/../etc/passwd"), 404, ""),
        ("no such method", get("DELETE", "/qbwc"), 405, ""),
        ("a method of their own", get("FETCH", "/qbwc"), 405, ""),
        ("a document type", post(TYPE, &doctype), 500, "Fault"),
        ("SOAP 1.2", post(TYPE, &soap12), 500, "VersionMismatch"),
        ("SOAP 1.2 by its type", post("Content-Type: application/soap+xml\r\n", &soap12), 415, ""),
        ("JSON", post("Content-Type: application/json\r\n", "{}"), 415, ""),
        ("no type", post("", &body), 415, ""),
        ("UTF-16 by its type", post("Content-Type: text/xml; charset=utf-16\r\n", &body), 415, ""),
        (
            "UTF-16 by its own words",
            post("Content-Type: text/xml\r\n", &format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>{body}")),
            500,
            "Fault",
        ),
        ("no call that we know", post(TYPE, &body.replace("serverVersion", "serverVersions")), 500, "Fault"),
        ("no body", post(TYPE, ""), 500, "Fault"),
        ("a body that says it is too large", large.into_bytes(), 413, ""),
        ("two hosts", twice, 400, ""),
        ("a browser's page", post(&format!("{TYPE}Origin: http://evil.example\r\n"), &body), 403, ""),
    ]);
}
