//! Sessions against a small scripted service on loopback.

use super::*;
use crate::sim::quickbooks::{Company, Faults, Switches};
use crate::sim::seed::{CompanySeed, PartySeed};
use crate::sim::xml::escape_into;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What the service says, call by call; and what it was told.
#[derive(Default)]
struct Script {
    client_version: String,
    authenticate: Vec<String>,
    requests: VecDeque<String>,
    percents: VecDeque<String>,
    last_errors: VecDeque<String>,
    connection_errors: VecDeque<String>,
    heard: Vec<(String, String)>,
    shape: Shape,
}

/// How the replies are wrapped.
#[derive(Clone, Copy, Default, PartialEq)]
enum Shape {
    #[default]
    Right,
    OtherNamespace,
    NoResult,
    Html,
    IntElement,
    ForeignStrings,
    Fault,
}

type Shared = Arc<Mutex<Script>>;

fn field(body: &str, name: &str) -> String {
    let document = roxmltree::Document::parse(body).unwrap();
    let node = document.descendants().find(|node| node.tag_name().name() == name);
    node.map(|node| node.children().filter_map(|text| text.text()).collect()).unwrap_or_default()
}

async fn answer(State(script): State<Shared>, body: String) -> axum::response::Response {
    let mut script = script.lock().unwrap();
    let document = roxmltree::Document::parse(&body).unwrap();
    let call = document.root_element().first_element_child().unwrap().first_element_child().unwrap();
    let operation = call.tag_name().name().to_string();
    assert_eq!(call.tag_name().namespace(), Some("http://developer.intuit.com/"));
    script.heard.push((operation.clone(), body.clone()));
    let inner = match operation.as_str() {
        "serverVersion" => "double 1.0".to_string(),
        "clientVersion" => script.client_version.clone(),
        "authenticate" => {
            let space = if script.shape == Shape::ForeignStrings { " xmlns=\"urn:other\"" } else { "" };
            script.authenticate.iter().map(|text| format!("<string{space}>{text}</string>")).collect()
        }
        "sendRequestXML" => {
            let mut text = String::new();
            escape_into(&mut text, &script.requests.pop_front().unwrap_or_default());
            text
        }
        "receiveResponseXML" => {
            let percent = script.percents.pop_front().unwrap_or_else(|| "100".into());
            if script.shape == Shape::IntElement { format!("<int>{percent}</int>") } else { percent }
        }
        "getLastError" => script.last_errors.pop_front().unwrap_or_else(|| "nothing to do".into()),
        "connectionError" => script.connection_errors.pop_front().unwrap_or_else(|| "done".into()),
        _ => "bye".to_string(),
    };
    let space =
        if script.shape == Shape::OtherNamespace { "urn:other" } else { "http://developer.intuit.com/" };
    let result = format!("<{operation}Result>{inner}</{operation}Result>");
    let result = if script.shape == Shape::NoResult { String::new() } else { result };
    let inside = if script.shape == Shape::Fault {
        "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>broken</faultstring></soap:Fault>"
            .to_string()
    } else {
        format!("<{operation}Response xmlns=\"{space}\">{result}</{operation}Response>")
    };
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <soap:Body>{inside}</soap:Body></soap:Envelope>"
    );
    let media = if script.shape == Shape::Html { "text/html" } else { "text/xml; charset=utf-8" };
    let status =
        if script.shape == Shape::Fault { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
    (status, [(header::CONTENT_TYPE, media)], text).into_response()
}

async fn service(script: Script) -> (String, Shared) {
    let shared: Shared = Arc::new(Mutex::new(script));
    let app = Router::new().route("/qbwc", post(answer).get(|| async { "hello" })).with_state(shared.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (format!("http://{address}/qbwc"), shared)
}

fn seed() -> CompanySeed {
    CompanySeed {
        company_name: "Acme".into(),
        file: "C:\\Books\\Acme.qbw".into(),
        customers: vec![PartySeed { name: "Alpha".into(), active: true, ..PartySeed::default() }],
        clock_start: "2026-03-05T15:00:00Z".into(),
        ..CompanySeed::default()
    }
}

fn company() -> Mutex<Company> {
    Mutex::new(Company::new(&seed(), Switches::default()).unwrap())
}

fn add_customer(name: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\">\
         <CustomerAddRq requestID=\"1\"><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>"
    )
}

fn working(requests: &[String]) -> Script {
    Script {
        authenticate: vec!["T".into(), String::new()],
        requests: requests.iter().cloned().collect(),
        percents: (0..requests.len())
            .rev()
            .map(|left| if left == 0 { "100".into() } else { "50".into() })
            .collect(),
        ..Script::default()
    }
}

async fn run(script: Script, company: &Mutex<Company>) -> (SessionReport, Shared) {
    let (url, shared) = service(script).await;
    let mut settings = Settings::new(&url, "user", "pass<&>");
    settings.noop_wait = Duration::from_millis(1);
    let report = Connector::new(settings).run_once(company).await;
    (report, shared)
}

fn holds(company: &Mutex<Company>, name: &str) -> bool {
    company.lock().unwrap().list_id(crate::sim::quickbooks::Group::Name, name).is_some()
}

#[tokio::test]
async fn a_session_makes_the_calls_in_order_and_carries_the_answers() {
    let company = company();
    let (report, shared) = run(working(&[add_customer("Beta"), add_customer("Caf&#233;")]), &company).await;
    assert_eq!(report.status, SessionStatus::Done);
    assert_eq!(
        report.calls,
        [
            "serverVersion",
            "clientVersion",
            "authenticate",
            "sendRequestXML",
            "receiveResponseXML",
            "sendRequestXML",
            "receiveResponseXML",
            "closeConnection"
        ]
    );
    assert_eq!((report.messages, report.closing.as_deref()), (2, Some("bye")));
    let heard = &shared.lock().unwrap().heard;
    assert_eq!(field(&heard[2].1, "strPassword"), "pass<&>");
    assert!(field(&heard[3].1, "strHCPResponse").contains("<HostQueryRs requestID=\"0\""));
    assert_eq!(field(&heard[3].1, "strCompanyFileName"), "C:\\Books\\Acme.qbw");
    assert!(field(&heard[5].1, "strHCPResponse").is_empty());
    assert!(field(&heard[6].1, "response").contains("Caf&#233;"));
    assert!(holds(&company, "Beta") && holds(&company, "Caf\u{e9}"));
}

#[tokio::test]
async fn no_work_a_wrong_password_and_a_busy_service_end_the_session() {
    let company = company();
    let cases = [
        ("NONE", SessionStatus::NoWork, "closeConnection"),
        ("nvu", SessionStatus::NotValidUser, "closeConnection"),
        ("busy", SessionStatus::Busy, "authenticate"),
    ];
    for (word, status, last) in cases {
        let script = Script { authenticate: vec!["T".into(), word.into()], ..Script::default() };
        let (report, _) = run(script, &company).await;
        assert_eq!((report.status, report.calls.last().unwrap().as_str()), (status, last));
    }
    let timed = vec!["T".into(), String::new(), "30".into(), "120".into()];
    let (report, _) = run(Script { authenticate: timed, ..Script::default() }, &company).await;
    assert_eq!(report.status, SessionStatus::Postponed);
    assert_eq!((report.postpone_seconds, report.minimum_seconds), (Some(30), Some(120)));
    let refused = Script { client_version: "E:too old".into(), ..Script::default() };
    let (report, _) = run(refused, &company).await;
    assert_eq!(report.calls, ["serverVersion", "clientVersion"]);
}

#[tokio::test]
async fn an_unreadable_message_is_reported_and_the_application_ends_it() {
    let company = company();
    let mut script = working(&["<QBXML/>".to_string()]);
    script.percents = ["-1".to_string()].into();
    script.last_errors = ["could not be parsed".to_string()].into();
    let (report, shared) = run(script, &company).await;
    assert_eq!(report.status, SessionStatus::EndedByApplication);
    assert_eq!(report.last_error.as_deref(), Some("could not be parsed"));
    assert_eq!(report.calls[4..], ["receiveResponseXML", "getLastError", "closeConnection"]);
    let heard = &shared.lock().unwrap().heard;
    assert_eq!(
        (field(&heard[4].1, "hresult"), field(&heard[4].1, "response")),
        ("0x80040400".into(), String::new())
    );
}

#[tokio::test]
async fn noop_holds_the_session_and_an_empty_request_ends_it() {
    let company = company();
    let mut script = working(&["NoOp".to_string(), add_customer("Beta")]);
    script.percents = ["50".to_string()].into();
    script.last_errors = ["NoOp".to_string(), "all done".to_string()].into();
    let (report, _) = run(script, &company).await;
    assert_eq!(report.status, SessionStatus::EndedByApplication);
    assert_eq!((report.messages, report.last_error.as_deref()), (1, Some("all done")));
    assert!(holds(&company, "Beta"));
}

#[tokio::test]
async fn a_reply_that_dotnet_could_not_read_fails_the_session() {
    let company = company();
    let cases = [
        (Shape::OtherNamespace, "QBWC1036"),
        (Shape::NoResult, "QBWC1036"),
        (Shape::Html, "QBWC1036"),
        (Shape::Fault, "QBWC1036"),
        (Shape::ForeignStrings, "QBWC1012"),
        (Shape::IntElement, "QBWC1042"),
    ];
    for (shape, code) in cases {
        let (report, _) = run(Script { shape, ..working(&[add_customer("Beta")]) }, &company).await;
        let SessionStatus::Failed(why) = report.status else { panic!("{code} was expected") };
        assert!(why.starts_with(code), "{why}");
    }
    let mut beyond = working(&[add_customer("Gamma")]);
    beyond.percents = ["101".to_string()].into();
    assert!(matches!(run(beyond, &company).await.0.status, SessionStatus::Failed(_)));
}

#[tokio::test]
async fn another_company_file_goes_through_connection_error() {
    let company = company();
    let mut script = working(&[]);
    script.authenticate = vec!["T".into(), "C:\\Books\\Other.qbw".into()];
    script.connection_errors = [String::new()].into();
    let (report, _) = run(script, &company).await;
    assert_eq!(report.calls[2..5], ["authenticate", "connectionError", "sendRequestXML"]);
    let mut stubborn = working(&[]);
    stubborn.authenticate = vec!["T".into(), "C:\\Books\\Other.qbw".into()];
    stubborn.connection_errors = vec!["C:\\x.qbw".to_string(); 9].into();
    let (report, _) = run(stubborn, &company).await;
    assert_eq!(report.calls.iter().filter(|call| *call == "connectionError").count(), 5);
}

#[tokio::test]
async fn faults_lose_the_request_or_the_answer() {
    let company = company();
    for (fault, kept) in [("drop-before", false), ("drop-after", true)] {
        *company.lock().unwrap().faults_mut() = Faults::parse(fault).unwrap();
        let (report, shared) = run(working(&[add_customer(fault)]), &company).await;
        assert_eq!(report.status, SessionStatus::Dropped);
        assert_eq!(shared.lock().unwrap().heard.last().unwrap().0, "sendRequestXML");
        assert_eq!(holds(&company, fault), kept);
    }
    *company.lock().unwrap().faults_mut() = Faults::parse("send-twice,no-hcp,drop-reply").unwrap();
    let (report, shared) = run(working(&[add_customer("one"), add_customer("two")]), &company).await;
    assert_eq!(report.calls[3..], ["sendRequestXML", "sendRequestXML", "receiveResponseXML"]);
    assert!(field(&shared.lock().unwrap().heard[3].1, "strHCPResponse").is_empty());
    assert!(!holds(&company, "one") && holds(&company, "two"));
}

#[tokio::test]
async fn a_company_is_kept_between_sessions_and_its_messages_are_recorded() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("books").join("company.json");
    let dump = directory.path().join("dump");
    for name in ["Beta", "Gamma"] {
        let (url, _) = service(working(&[add_customer(name)])).await;
        let mut connector = Settings::new(&url, "user", "pass");
        connector.recorder = Some(record_into(dump.clone()).unwrap());
        let options = CompanyOptions {
            connector,
            company: Some(path.clone()),
            seed: seed(),
            switches: Switches::default(),
            faults: Faults::default(),
            every: None,
        };
        let report = serve_company(options, CancellationToken::new(), |_| {}).await.unwrap();
        assert_eq!(report.status, SessionStatus::Done);
    }
    let kept = Mutex::new(load_company(Some(&path), &seed(), Switches::default()).unwrap());
    assert!(holds(&kept, "Beta") && holds(&kept, "Gamma"));
    assert!(std::fs::read_to_string(dump.join("0002-request.xml")).unwrap().contains("Gamma"));
    assert!(std::fs::read_to_string(dump.join("0002-response.xml")).unwrap().contains("CustomerRet"));
    std::fs::write(&path, "{").unwrap();
    assert!(load_company(Some(&path), &seed(), Switches::default()).is_err());
}

#[tokio::test]
async fn sessions_repeat_until_told_to_stop() {
    let (url, _) =
        service(Script { authenticate: vec!["T".into(), "none".into()], ..Script::default() }).await;
    let company = company();
    let stop = CancellationToken::new();
    let mut seen = 0;
    let mut connector = Connector::new(Settings::new(&url, "user", "pass"));
    connector
        .run_every(Duration::from_millis(1), &company, stop.clone(), |_| {
            seen += 1;
            if seen == 3 {
                stop.cancel();
            }
        })
        .await;
    assert_eq!(seen, 3);
}

const QWC: &str = "<?xml version=\"1.0\"?><QBWCXML><AppName>A</AppName><AppID></AppID>\
    <AppURL>http://localhost:8085/qbwc</AppURL><AppDescription>d</AppDescription>\
    <AppSupport>http://localhost:8085/support</AppSupport><UserName>u</UserName>\
    <OwnerID>{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}</OwnerID><FileID>{57F3B9B6-86F1-4FCC-B1FF-967DE1813D20}</FileID>\
    <QBType>QBFS</QBType><Scheduler><RunEveryNMinutes>5</RunEveryNMinutes></Scheduler><IsReadOnly>false</IsReadOnly></QBWCXML>";

#[test]
fn a_qwc_file_is_loaded_or_refused_with_the_connectors_code() {
    let file = check_qwc(QWC).unwrap();
    assert_eq!((file.app_url.as_str(), file.every_seconds), ("http://localhost:8085/qbwc", Some(300)));
    let code = |from: &str, to: &str| check_qwc(&QWC.replace(from, to)).unwrap_err().code;
    assert_eq!(code("http://localhost:8085/qbwc", "http://127.0.0.1:8085/qbwc"), 1001);
    assert_eq!(code("http://localhost:8085/support", "http://[::1]:8085/support"), 1002);
    assert_eq!(code("http://localhost:8085/qbwc", "http://books.example.com/qbwc"), 1010);
    assert_eq!(code("http://localhost:8085/qbwc", "https://books.example.com/qbwc"), 1000);
    assert_eq!(code("{90A44FB7", "90A44FB7"), 1039);
    assert_eq!(code("<UserName>u</UserName>", ""), 1039);
    assert_eq!(code("QBFS", "QBXX"), 1039);
    assert_eq!(code("</QBWCXML>", ""), 1039);
}

#[tokio::test]
async fn the_support_page_must_answer() {
    let (url, _) = service(Script::default()).await;
    let mut file = check_qwc(QWC).unwrap();
    (file.app_url, file.app_support) = (url.clone(), url.clone());
    assert_eq!(check_support(&file, &HttpSettings::default()).await, Ok(()));
    file.app_support = url.replace("/qbwc", "/nothing");
    assert_eq!(check_support(&file, &HttpSettings::default()).await.unwrap_err().code, 1003);
    file.app_support = "http://127.0.0.1:1/support".into();
    assert_eq!(check_support(&file, &HttpSettings::default()).await.unwrap_err().code, 1004);
}
