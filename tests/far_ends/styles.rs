//! SOAP clients of three different makings against the endpoint over a socket: what a .NET program, a Python library
//! and a Node library write for the same call (`web-connector.md` 1, 14).
//!
//! Must never share a writer with the program or the simulator: the golden requests were recorded from the libraries
//! themselves (the .NET one is written after the trace on the page), and the writers here must give the same bytes.

use crate::job::{Job, USER};
use countersign::books::DraftState;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

const NAMESPACE: &str = "http://developer.intuit.com/";
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const RECORDED: [(Style, &str); 3] = [
    (Style::DotNet, include_str!("../golden/soap/dotnet.http")),
    (Style::Python, include_str!("../golden/soap/python.http")),
    (Style::Node, include_str!("../golden/soap/node.http")),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    DotNet,
    Python,
    Node,
}

type Parameters<'a> = &'a [(&'a str, &'a str)];

fn escape(text: &str, quotes: bool) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if quotes { text.replace('"', "&quot;").replace('\n', "&#xA;") } else { text }
}

fn elements(style: Style, parameters: Parameters) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        let _ = match (style, value.is_empty()) {
            (Style::DotNet, true) => write!(text, "<{name} />"),
            (Style::DotNet, false) => write!(text, "<{name}>{}</{name}>", escape(value, false)),
            (Style::Python, _) => write!(text, "<ns0:{name}>{}</ns0:{name}>", escape(value, false)),
            (Style::Node, _) => write!(text, "<q:{name}>{}</q:{name}>", escape(value, true)),
        };
    }
    text
}

fn body(style: Style, operation: &str, parameters: Parameters) -> String {
    let inner = elements(style, parameters);
    match style {
        Style::DotNet => {
            let call = if parameters.is_empty() {
                format!("<{operation} xmlns=\"{NAMESPACE}\" />")
            } else {
                format!("<{operation} xmlns=\"{NAMESPACE}\">{inner}</{operation}>")
            };
            format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"{SOAP}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><soap:Body>{call}</soap:Body></soap:Envelope>"
            )
        }
        Style::Python => {
            let call = if parameters.is_empty() {
                format!("<ns0:{operation} xmlns:ns0=\"{NAMESPACE}\"/>")
            } else {
                format!("<ns0:{operation} xmlns:ns0=\"{NAMESPACE}\">{inner}</ns0:{operation}>")
            };
            format!(
                "<?xml version='1.0' encoding='utf-8'?>\n<soap-env:Envelope xmlns:soap-env=\"{SOAP}\"><soap-env:Body>{call}</soap-env:Body></soap-env:Envelope>"
            )
        }
        Style::Node => format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"{SOAP}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"  xmlns:q=\"{NAMESPACE}\"><soap:Body><q:{operation} xmlns:q=\"{NAMESPACE}\" xmlns=\"{NAMESPACE}\">{inner}</q:{operation}></soap:Body></soap:Envelope>"
        ),
    }
}

fn head(style: Style, operation: &str, port: u16, length: usize) -> String {
    let lines = match style {
        Style::DotNet => format!(
            "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: \"{NAMESPACE}{operation}\"\r\nHost: localhost:{port}\r\nContent-Length: {length}\r\nExpect: 100-continue\r\nConnection: Keep-Alive\r\n"
        ),
        Style::Python => format!(
            "Host: localhost:{port}\r\nUser-Agent: Zeep/4.3.3 (www.python-zeep.org)\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\nSOAPAction: \"{NAMESPACE}{operation}\"\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {length}\r\n"
        ),
        Style::Node => format!(
            "Accept: text/html,application/xhtml+xml,application/xml,text/xml;q=0.9,*/*;q=0.8\r\nContent-Type: text/xml; charset=utf-8\r\nUser-Agent: node-soap/1.13.0\r\nAccept-Encoding: none\r\nAccept-Charset: utf-8\r\nHost: localhost:{port}\r\nContent-Length: {length}\r\nSOAPAction: \"{NAMESPACE}{operation}\"\r\nConnection: keep-alive\r\n"
        ),
    };
    format!("POST /qbwc HTTP/1.1\r\n{lines}\r\n")
}

/// A client of one making. The Node one opens a connection for every call.
struct Client {
    style: Style,
    port: u16,
    stream: Option<TcpStream>,
    /// Operations that were answered.
    answered: Vec<String>,
}

impl Client {
    fn new(style: Style, port: u16) -> Self {
        Client { style, port, stream: None, answered: Vec::new() }
    }

    fn stream(&mut self) -> &mut TcpStream {
        let port = self.port;
        self.stream.get_or_insert_with(|| {
            let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            stream
        })
    }

    fn read_head(&mut self) -> String {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            assert_eq!(self.stream().read(&mut byte).unwrap(), 1, "the connection ended");
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap()
    }

    fn exchange(&mut self, head: &str, body: &str) -> (String, String) {
        self.stream().write_all(head.as_bytes()).unwrap();
        if head.contains("Expect: 100-continue") {
            assert!(self.read_head().starts_with("HTTP/1.1 100 "), "the permission comes before the body");
        }
        self.stream().write_all(body.as_bytes()).unwrap();
        let answer = self.read_head();
        let length = answer
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok())
            .expect("a length is given");
        let mut text = vec![0; length];
        self.stream().read_exact(&mut text).unwrap();
        (answer, String::from_utf8(text).unwrap())
    }

    /// The texts of the result, read as strictly as `web-connector.md` 14.2 says.
    fn call(&mut self, operation: &str, parameters: Parameters) -> Vec<String> {
        if self.style == Style::Node {
            self.stream = None;
        }
        let body = body(self.style, operation, parameters);
        let head = head(self.style, operation, self.port, body.len());
        let (answer, text) = self.exchange(&head, &body);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{operation}: {answer}{text}");
        assert!(answer.to_ascii_lowercase().contains("content-type: text/xml"), "{answer}");
        let tree = roxmltree::Document::parse(&text).unwrap();
        let named = |name: String| tree.descendants().find(|n| n.has_tag_name((NAMESPACE, name.as_str())));
        assert!(named(format!("{operation}Response")).is_some());
        let result = named(format!("{operation}Result")).expect("the result is there even when it is empty");
        self.answered.push(operation.to_string());
        let strings: Vec<_> = result.children().filter(roxmltree::Node::is_element).collect();
        if operation == "authenticate" {
            assert!(strings.iter().all(|n| n.has_tag_name((NAMESPACE, "string"))));
            return strings.iter().map(|n| n.text().unwrap_or("").to_string()).collect();
        }
        assert!(strings.is_empty(), "no element stands inside a text");
        vec![result.text().unwrap_or("").to_string()]
    }

    fn one(&mut self, operation: &str, parameters: Parameters) -> String {
        self.call(operation, parameters).remove(0)
    }
}

/// Empty but well-formed answers to every question of a message.
fn nothing_found(request: &str) -> String {
    let tree = roxmltree::Document::parse(request).unwrap();
    let set = tree.descendants().find(|n| n.has_tag_name("QBXMLMsgsRq")).unwrap();
    let answers: String = set
        .children()
        .filter(roxmltree::Node::is_element)
        .map(|n| {
            let name = n.tag_name().name().trim_end_matches("Rq");
            let id = n.attribute("requestID").unwrap_or("");
            format!(
                "<{name}Rs requestID=\"{id}\" statusCode=\"1\" statusSeverity=\"Info\" statusMessage=\"none\" />"
            )
        })
        .collect();
    format!("<?xml version=\"1.0\" ?>\n<QBXML><QBXMLMsgsRs>{answers}</QBXMLMsgsRs></QBXML>\n")
}

fn introduction(job: &Job) -> String {
    format!(
        "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<HostQueryRs requestID=\"0\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">\n<HostRet>\n<ProductName>QuickBooks Enterprise</ProductName>\n<Country>US</Country>\n</HostRet>\n</HostQueryRs>\n<CompanyQueryRs requestID=\"1\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">\n<CompanyRet>\n<CompanyName>{}</CompanyName>\n</CompanyRet>\n</CompanyQueryRs>\n</QBXMLMsgsRs>\n</QBXML>\n",
        escape(job.company().name(), false)
    )
}

/// One whole visit. `plain`: our question about company and preferences stays without an answer, and what the first
/// call tells by itself has to do.
fn visit(job: &Job, client: &mut Client, plain: bool) {
    client.one("serverVersion", &[]);
    assert_eq!(client.one("clientVersion", &[("strVersion", "2.3.0.215")]), "");
    let password = job.password().to_string();
    let said = client.call("authenticate", &[("strUserName", USER), ("strPassword", &password)]);
    assert_eq!(said.len(), 2);
    assert_eq!(said[1], "", "there is work");
    let ticket = said[0].clone();
    job.company().begin_session();
    let (mut told, file) = (introduction(job), job.company().file().to_string());
    for _ in 0..2_000 {
        let request = client.one(
            "sendRequestXML",
            &[
                ("ticket", &ticket),
                ("strHCPResponse", &std::mem::take(&mut told)),
                ("strCompanyFileName", &file),
                ("qbXMLCountry", "US"),
                ("qbXMLMajorVers", "16"),
                ("qbXMLMinorVers", "0"),
            ],
        );
        if request.is_empty() {
            assert_ne!(client.one("getLastError", &[("ticket", &ticket)]), "");
            break;
        }
        let ours = plain && request.contains("<CompanyQueryRq");
        let answer = if ours { nothing_found(&request) } else { job.company().process(&request).unwrap() };
        let percent: i32 = client
            .one(
                "receiveResponseXML",
                &[("ticket", &ticket), ("response", &answer), ("hresult", ""), ("message", "")],
            )
            .parse()
            .expect("a bare number");
        assert!((0..=100).contains(&percent), "{percent}");
        if percent == 100 {
            break;
        }
    }
    assert_ne!(client.one("closeConnection", &[("ticket", &ticket)]), "");
}

#[test]
fn the_writers_here_give_the_bytes_that_were_recorded() {
    for (style, recorded) in RECORDED {
        for message in recorded.trim_end_matches('\n').split("\n===\n") {
            let (_, envelope) = message.split_once("\r\n\r\n").unwrap();
            let tree = roxmltree::Document::parse(envelope).unwrap();
            let body_node = tree.descendants().find(|n| n.has_tag_name((SOAP, "Body"))).unwrap();
            let call = body_node.first_element_child().unwrap();
            let parameters: Vec<_> = call
                .children()
                .filter(roxmltree::Node::is_element)
                .map(|n| (n.tag_name().name(), n.text().unwrap_or("")))
                .collect();
            let operation = call.tag_name().name();
            let body = body(style, operation, &parameters);
            assert_eq!(format!("{}{body}", head(style, operation, 8085, body.len())), message, "{style:?}");
        }
    }
}

#[test]
fn every_recorded_request_is_answered_in_the_contracts_shape() {
    let job = Job::new();
    for (style, recorded) in RECORDED {
        let mut client = Client::new(style, job.port());
        for message in recorded.trim_end_matches('\n').split("\n===\n") {
            let message = message.replace("localhost:8085", &format!("localhost:{}", job.port()));
            let (head, body) = message.split_once("\r\n\r\n").unwrap();
            let operation = head.split("SOAPAction: \"").nth(1).unwrap().split('"').next().unwrap();
            let operation = operation.trim_start_matches(NAMESPACE);
            let (answer, text) = client.exchange(&format!("{head}\r\n\r\n"), body);
            assert!(answer.starts_with("HTTP/1.1 200 "), "{operation}: {answer}{text}");
            assert!(text.contains(&format!("<{operation}Result>")), "{text}");
            // The ticket is nobody's: what that is answered with stands in security.md 1.
            let expected = match operation {
                "sendRequestXML" => Some("<sendRequestXMLResult></sendRequestXMLResult>"),
                "receiveResponseXML" => Some("<receiveResponseXMLResult>-1<"),
                "connectionError" => Some("<connectionErrorResult>done<"),
                "authenticate" => Some("<string></string><string>nvu</string>"),
                "clientVersion" => Some("<clientVersionResult></clientVersionResult>"),
                _ => None,
            };
            assert!(expected.is_none_or(|part| text.contains(part)), "{text}");
        }
    }
}

#[test]
fn a_dot_net_client_completes_a_visit_with_work_in_it() {
    let job = Job::queued();
    let mut client = Client::new(Style::DotNet, job.port());
    visit(&job, &mut client, false);
    assert!(job.rows(&[DraftState::Queued, DraftState::InFlight, DraftState::Unknown]).is_empty());
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_node_client_with_a_connection_for_every_call_completes_one_too() {
    let job = Job::queued();
    visit(&job, &mut Client::new(Style::Node, job.port()), false);
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_python_client_whose_company_answer_stays_empty_still_gets_all_its_work() {
    let job = Job::queued();
    let mut client = Client::new(Style::Python, job.port());
    visit(&job, &mut client, true);
    assert!(client.answered.len() >= 8, "{:?}", client.answered);
    for operation in [
        "serverVersion",
        "clientVersion",
        "authenticate",
        "sendRequestXML",
        "receiveResponseXML",
        "closeConnection",
    ] {
        assert!(client.answered.iter().any(|answered| answered == operation), "{operation}");
    }
    job.settle();
    job.assert_all_posted();
}

#[test]
fn interactive_operations_and_a_fault_are_answered_in_every_style() {
    let job = Job::new();
    for (style, _) in RECORDED {
        let mut client = Client::new(style, job.port());
        assert_eq!(client.one("getInteractiveURL", &[("wcTicket", "T"), ("sessionID", "1")]), "");
        assert_eq!(client.one("interactiveRejected", &[("wcTicket", "T"), ("reason", "late")]), "");
        assert_eq!(client.one("interactiveDone", &[("wcTicket", "T")]), "DONE");
        assert_eq!(client.one("isInteractiveDone", &[("wcTicket", "T")]), "DONE");
        let odd = body(style, "authenticate2", &[]);
        let (answer, text) = client.exchange(&head(style, "authenticate2", job.port(), odd.len()), &odd);
        assert!(answer.starts_with("HTTP/1.1 500 ") && text.contains("<faultcode>soap:Client</faultcode>"));
    }
}
