//! The connection to the Web Connector cut after every byte, both ways (`exactly-once.md` 4: C2-C7, C16-C23; 10:
//! `http_cut`). A Web Connector of bytes, led by hand, over real connections of its own.
//!
//! A plain run cuts at some bytes of each call; `COUNTERSIGN_TEST_CUT_EVERY=1` cuts at each of them.

use crate::job::{Job, USER, file_id};
use countersign::books::DraftState;
use countersign::sim::quickbooks::message_writes;
use countersign::workflow::history;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

/// Every how many bytes a plain run cuts: no divisor of anything.
const REQUEST_STEP: usize = 97;
const REPLY_STEP: usize = 307;

fn step(otherwise: usize) -> usize {
    std::env::var("COUNTERSIGN_TEST_CUT_EVERY").ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Where the connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// After some or all bytes of the call, but for the last.
    Calls,
    /// After the first byte of the reply and so many more.
    Reply(usize),
}

/// The calls that are cut, each the first of its sort in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Version,
    Login,
    Question,
    Write,
    Answer,
    Outcome,
    LastError,
    Close,
}

const SORTS: [Sort; 8] = [
    Sort::Version,
    Sort::Login,
    Sort::Question,
    Sort::Answer,
    Sort::Write,
    Sort::Outcome,
    Sort::LastError,
    Sort::Close,
];

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// One call as bytes on the wire.
fn call(port: u16, operation: &str, parameters: &[(&str, &str)]) -> Vec<u8> {
    let mut body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <soap:Body><{operation} xmlns=\"http://developer.intuit.com/\">"
    );
    for (name, value) in parameters {
        body.push_str(&format!("<{name}>{}</{name}>", escaped(value)));
    }
    body.push_str(&format!("</{operation}></soap:Body></soap:Envelope>"));
    let head = format!(
        "POST /qbwc HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: text/xml; charset=utf-8\r\n\
         SOAPAction: \"http://developer.intuit.com/{operation}\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body.into_bytes()].concat()
}

/// Makes a call and gives its reply, whole.
fn carried(port: u16, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(bytes).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    reply
}

/// The texts of a reply's result.
fn results(reply: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(reply).unwrap();
    let body = &text[text.find("\r\n\r\n").unwrap() + 4..];
    let tree = roxmltree::Document::parse(body).unwrap();
    let result = tree.descendants().find(|node| node.tag_name().name().ends_with("Result")).unwrap();
    if result.children().any(|node| node.is_element()) {
        let strings = result.children().filter(|node| node.is_element());
        return strings.map(|node| node.text().unwrap_or_default().to_string()).collect();
    }
    vec![result.text().unwrap_or_default().to_string()]
}

/// A Web Connector that loses its connection.
struct Visitor<'a> {
    job: &'a Job,
    sort: Sort,
    cut: Option<Cut>,
    /// How many cuts came.
    cuts: usize,
    /// The reply ended before the byte that was to be the last.
    past_the_end: bool,
    after_an_outcome: bool,
}

impl<'a> Visitor<'a> {
    fn new(job: &'a Job, sort: Sort, cut: Cut) -> Self {
        Visitor { job, sort, cut: Some(cut), cuts: 0, past_the_end: false, after_an_outcome: false }
    }

    /// Makes a call; none when its connection was cut.
    fn call(&mut self, sort: Sort, operation: &str, parameters: &[(&str, &str)]) -> Option<Vec<String>> {
        let port = self.job.port();
        let bytes = call(port, operation, parameters);
        match self.cut.filter(|_| sort == self.sort) {
            Some(Cut::Calls) => {
                self.cut = None;
                // Each cut is a connection of its own; none of them may be taken for a call.
                for at in (0..bytes.len()).step_by(step(REQUEST_STEP)).chain([bytes.len() - 1]) {
                    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
                    stream.write_all(&bytes[..at]).unwrap();
                    stream.shutdown(Shutdown::Both).unwrap();
                    self.cuts += 1;
                }
            }
            Some(Cut::Reply(at)) => return self.cut_reply(&bytes, at),
            None => {}
        }
        Some(results(&carried(port, &bytes)))
    }

    /// Reads so many bytes of the reply and is gone. A request that books shows by its first byte: what is out is
    /// durable before.
    fn cut_reply(&mut self, bytes: &[u8], at: usize) -> Option<Vec<String>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.job.port())).unwrap();
        stream.write_all(bytes).unwrap();
        let mut reply = vec![0];
        stream.read_exact(&mut reply).unwrap();
        let out = self.job.profile.store().read(|r| r.open_sets()).unwrap().is_some();
        if self.sort == Sort::Write && !out {
            stream.read_to_end(&mut reply).unwrap();
            return Some(results(&reply));
        }
        self.cut = None;
        self.cuts += 1;
        let mut rest = vec![0; at];
        self.past_the_end = stream.read_exact(&mut rest).is_err();
        None
    }

    /// One session, up to its end or its cut. Whether it went to its end.
    fn visit(&mut self) -> bool {
        self.job.clock.pass(60);
        self.job.company().set_stamp(countersign::webconnector::qwc::OWNER_ID, "FileID", &file_id());
        let whole = self.session().is_some();
        self.job.company().end_session();
        whole
    }

    fn session(&mut self) -> Option<()> {
        let password = self.job.password().to_string();
        self.call(Sort::Version, "clientVersion", &[("strVersion", "2.3.0.207")])?;
        let login = [("strUserName", USER), ("strPassword", password.as_str())];
        let said = self.call(Sort::Login, "authenticate", &login)?;
        let ticket = said[0].clone();
        if said[1] == "none" {
            return self.close(&ticket);
        }
        assert_eq!(said[1], "", "no login");
        self.job.company().begin_session();
        let file = self.job.company().file().to_string();
        for _ in 0..2_000 {
            let asked = [
                ("ticket", ticket.as_str()),
                ("strHCPResponse", ""),
                ("strCompanyFileName", file.as_str()),
                ("qbXMLCountry", "US"),
                ("qbXMLMajorVers", "16"),
                ("qbXMLMinorVers", "0"),
            ];
            // Whether a request books shows in its reply. After an outcome the next one of the queue is due.
            let due = matches!(self.cut, Some(Cut::Reply(_))) || self.after_an_outcome;
            let sort = if self.sort == Sort::Write && due { Sort::Write } else { Sort::Question };
            let request = self.call(sort, "sendRequestXML", &asked)?.remove(0);
            if request.is_empty() {
                break;
            }
            let answer = self.job.company().process(&request).unwrap();
            let told = [
                ("ticket", ticket.as_str()),
                ("response", answer.as_str()),
                ("hresult", ""),
                ("message", ""),
            ];
            let sort = if message_writes(&request) { Sort::Outcome } else { Sort::Answer };
            self.after_an_outcome = sort == Sort::Outcome;
            let percent: i32 = self.call(sort, "receiveResponseXML", &told)?[0].parse().unwrap();
            assert!(percent >= 0, "an answer was not taken");
            if percent == 100 {
                break;
            }
        }
        self.call(Sort::LastError, "getLastError", &[("ticket", &ticket)])?;
        self.close(&ticket)
    }

    fn close(&mut self, ticket: &str) -> Option<()> {
        self.call(Sort::Close, "closeConnection", &[("ticket", ticket)]).map(drop)
    }
}

#[test]
fn a_call_that_is_cut_off_anywhere_before_its_end_is_no_call() {
    let mut cuts = 0;
    let job = Job::new();
    for sort in SORTS {
        job.approve_some(2);
        let before = history::visits(&job.profile).unwrap().len();
        let mut visitor = Visitor::new(&job, sort, Cut::Calls);
        assert!(visitor.visit(), "{sort:?}: the session did not come to its end");
        assert!(visitor.cuts > 3, "{sort:?} was not cut");
        cuts += visitor.cuts;
        let visits = history::visits(&job.profile).unwrap().len();
        assert_eq!(visits, before + 1, "{sort:?}: half a login is no login");
        assert_eq!(job.host.idle().unwrap().left, 0, "{sort:?}: one session did it all");
        job.assert_books();
    }
    println!("{cuts} calls cut");
}

#[test]
fn wherever_a_reply_is_cut_off_the_next_session_finds_out_what_became_of_it() {
    let (mut cuts, mut job) = (0, Job::new());
    for sort in SORTS {
        for at in (0..).step_by(step(REPLY_STEP)) {
            if job.rows(&[DraftState::Ready]).is_empty() {
                job.assert_all_posted();
                job = Job::new();
            }
            job.approve_some(1);
            let mut visitor = Visitor::new(&job, sort, Cut::Reply(at));
            assert!(!visitor.visit(), "{sort:?} was not cut");
            let over = visitor.past_the_end;
            cuts += 1;
            let visits = job.settle();
            assert!(visits <= 3, "{sort:?} after byte {at}: {visits} sessions");
            job.assert_books();
            if over {
                break;
            }
        }
    }
    job.assert_all_posted();
    println!("{cuts} replies cut");
}
