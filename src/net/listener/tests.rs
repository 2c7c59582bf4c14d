//! How the endpoint treats its callers over a real socket: hosts, methods, sizes, slowness, crowds.
//!
//! Must never leave loopback. Follows `security.md` 1-2 and `web-connector.md` 1.

use super::*;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream as Plain};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A desk that remembers what it was asked.
#[derive(Default)]
struct Notes {
    calls: Mutex<Vec<Call>>,
    open: AtomicBool,
}

impl Desk for Notes {
    fn call(&self, call: Call) -> Reply {
        self.calls.lock().unwrap().push(call.clone());
        match call {
            Call::Authenticate { user, .. } if user == "good" => {
                Reply::Strings(vec!["T".into(), String::new()])
            }
            Call::Authenticate { .. } => Reply::Strings(vec![String::new(), "nvu".into()]),
            Call::ReceiveResponse { .. } => Reply::Number(50),
            Call::GetLastError { .. } => panic!("a desk that falls over"),
            _ => Reply::Text("x & y".into()),
        }
    }
    fn session_open(&self) -> bool {
        self.open.load(Ordering::SeqCst)
    }
    fn knows_ticket(&self, ticket: &str) -> bool {
        ticket == "T"
    }
}

struct Running {
    desk: Arc<Notes>,
    port: u16,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<()>,
}

async fn start(options: Options) -> Running {
    let listeners = bind("127.0.0.1:0", options.tls.is_some()).await.unwrap();
    let port = listeners[0].local_addr().unwrap().port();
    let (desk, stop) = (Arc::new(Notes::default()), CancellationToken::new());
    let served = tokio::spawn(serve(listeners, desk.clone(), options, stop.clone()));
    Running { desk, port, stop, served }
}

impl Running {
    /// Runs a client on a thread of its own.
    async fn client<T: Send + 'static>(&self, work: impl FnOnce(Client) -> T + Send + 'static) -> T {
        let port = self.port;
        tokio::task::spawn_blocking(move || work(Client::new(port))).await.unwrap()
    }
}

/// A client that writes bytes as they are.
struct Client {
    stream: Plain,
    port: u16,
}

struct Answered {
    status: u16,
    head: String,
    body: String,
}

impl Client {
    fn new(port: u16) -> Self {
        let stream = Plain::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        Client { stream, port }
    }

    fn send(&mut self, text: &str) {
        self.stream.write_all(text.replace("PORT", &self.port.to_string()).as_bytes()).unwrap();
    }

    fn head(&mut self) -> String {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && self.stream.read(&mut byte).unwrap() == 1 {
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap()
    }

    fn read(&mut self, with_body: bool) -> Answered {
        let head = self.head();
        let status = head.split(' ').nth(1).unwrap_or("0").parse().unwrap();
        let length = header_of(&head, "content-length").map_or(0, |text| text.parse().unwrap());
        let mut body = vec![0; if with_body { length } else { 0 }];
        self.stream.read_exact(&mut body).unwrap();
        Answered { status, head, body: String::from_utf8(body).unwrap() }
    }

    fn ask(&mut self, text: &str) -> Answered {
        self.send(text);
        self.read(true)
    }

    fn is_closed(&mut self) -> bool {
        matches!(self.stream.read(&mut [0; 64]), Ok(0) | Err(_))
    }
}

fn header_of(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim().to_string())
    })
}

fn envelope(body: &str) -> String {
    format!("<soap:Envelope xmlns:soap=\"{}\"><soap:Body>{body}</soap:Body></soap:Envelope>", soap::SOAP_11)
}

fn authenticate(user: &str) -> String {
    envelope(&format!(
        "<authenticate xmlns=\"{}\"><strUserName>{user}</strUserName></authenticate>",
        soap::INTUIT
    ))
}

fn post(body: &str) -> String {
    format!(
        "POST /qbwc HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: \"x\"\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

const CHUNKED: &str = "POST /qbwc HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n";

#[tokio::test]
async fn calls_on_one_connection_are_answered_one_after_the_other() {
    let running = start(Options::default()).await;
    let (first, second) = running
        .client(|mut client| {
            let first = client.ask(&post(&authenticate("good")));
            (first, client.ask(&post(&envelope("<serverVersion/>"))))
        })
        .await;
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(header_of(&first.head, "content-type").unwrap(), "text/xml; charset=utf-8");
    assert!(first.body.contains("<string>T</string><string></string>"));
    assert!(second.body.contains("<serverVersionResult>x &amp; y</serverVersionResult>"));
    for name in ["server", "x-powered-by", "content-encoding", "location", "access-control-allow-origin"] {
        assert_eq!(header_of(&first.head, name), None, "{name}");
    }
    assert_eq!(running.desk.calls.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_client_that_waits_for_permission_gets_it() {
    let running = start(Options::default()).await;
    let answered = running
        .client(|mut client| {
            let body = authenticate("good");
            let whole = post(&body).replace("SOAPAction", "Expect: 100-continue\r\nSOAPAction");
            let (head, body) = whole.split_at(whole.len() - body.len());
            client.send(head);
            assert!(client.head().starts_with("HTTP/1.1 100"));
            client.ask(body)
        })
        .await;
    assert_eq!(answered.status, 200);
}

#[tokio::test]
async fn a_body_in_chunks_is_read() {
    let running = start(Options::default()).await;
    let answered = running
        .client(|mut client| {
            client.send(CHUNKED);
            for piece in authenticate("good").as_bytes().chunks(7) {
                client.send(&format!("{:x}\r\n{}\r\n", piece.len(), std::str::from_utf8(piece).unwrap()));
            }
            client.ask("0\r\n\r\n")
        })
        .await;
    assert_eq!(answered.status, 200);
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_unread() {
    let running = start(Options::default()).await;
    let (closed, huge) = running
        .client(|mut client| {
            let head = |length: usize| {
                post("").replace(
                    "Content-Length: 0",
                    &format!("Content-Length: {length}\r\nExpect: 100-continue"),
                )
            };
            let closed = client.ask(&head(SOAP_BODY_CLOSED_BYTES + 1)).status;
            (closed, Client::new(client.port).ask(&head(usize::MAX >> 1)).status)
        })
        .await;
    assert_eq!((closed, huge), (413, 413));
    assert!(running.desk.calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_body_that_grows_too_large_is_refused_and_a_visit_may_send_more() {
    let running = start(Options::default()).await;
    let filler = format!("<!-- {} -->", "x".repeat(SOAP_BODY_CLOSED_BYTES));
    let large = envelope(&format!("<serverVersion/>{filler}"));
    let chunk = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    let sent = format!("{CHUNKED}{chunk}");
    let again = sent.clone();
    assert_eq!(running.client(move |mut client| client.ask(&sent).status).await, 413);
    running.desk.open.store(true, Ordering::SeqCst);
    assert_eq!(running.client(move |mut client| client.ask(&again).status).await, 200);
}

#[tokio::test]
async fn strangers_are_turned_away_before_anything_is_read() {
    let running = start(Options::default()).await;
    let statuses = running
        .client(|client| {
            let good = post(&authenticate("good"));
            [
                good.replace("Host: localhost:PORT", "Host: evil.example"),
                good.replace("Host: localhost:PORT", "Host: localhost:1"),
                good.replace("Host: localhost:PORT\r\n", ""),
                good.replace("SOAPAction", "Origin: http://evil.example\r\nSOAPAction"),
                good.replace("text/xml", "text/plain"),
                good.replace("POST", "PUT"),
                good.replace("/qbwc", "/other"),
            ]
            .map(|text| Client::new(client.port).ask(&text).status)
        })
        .await;
    assert_eq!(statuses, [421, 421, 400, 403, 415, 405, 404]);
    assert!(running.desk.calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn pages_need_no_login_and_head_sends_no_body() {
    let running = start(Options::default()).await;
    let port = running.port;
    let (pages, head) = running
        .client(|mut client| {
            let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n");
            let pages = ["/qbwc", "/qbwc?wsdl", "/support"].map(|path| client.ask(&get(path)));
            client.send(&get("/qbwc?wsdl").replace("GET", "HEAD"));
            let head = client.read(false);
            client.send(&get("/support"));
            assert_eq!(client.read(true).status, 200);
            (pages, head)
        })
        .await;
    assert!(pages.iter().all(|page| page.status == 200));
    assert!(pages[1].body.contains(&format!("location=\"http://127.0.0.1:{port}/qbwc\"")));
    assert_eq!(header_of(&head.head, "content-length"), header_of(&pages[1].head, "content-length"));
}

#[tokio::test]
async fn odd_envelopes_and_a_desk_that_falls_over_are_faults() {
    let running = start(Options::default()).await;
    let (odd, fallen, after) = running
        .client(|mut client| {
            let odd = client.ask(&post("<html/>"));
            let fallen = client.ask(&post(&envelope("<getLastError/>")));
            (odd, fallen, client.ask(&post(&authenticate("good"))).status)
        })
        .await;
    assert_eq!((odd.status, fallen.status, after), (500, 500, 200));
    assert!(odd.body.contains("<faultcode>soap:Client</faultcode>"));
    assert!(fallen.body.contains("<faultcode>soap:Server</faultcode>"));
    assert!(!fallen.body.contains("falls over"));
}

#[tokio::test]
async fn slow_headers_and_slow_bodies_end_the_connection() {
    let mut options = Options::default();
    options.patience.header = Duration::from_millis(60);
    options.patience.body_grace = Duration::from_millis(60);
    let running = start(options).await;
    let (header, body) = running
        .client(|mut client| {
            client.send("POST /qbwc HTTP/1.1\r\nHost: ");
            let header = client.is_closed();
            let mut slow = Client::new(client.port);
            slow.send(&post("").replace("Content-Length: 0", "Content-Length: 500"));
            (header, slow.ask("<soap").status)
        })
        .await;
    assert_eq!((header, body), (true, 408));
}

#[tokio::test]
async fn when_it_is_crowded_the_oldest_stranger_goes() {
    let running = start(Options { connections: 2, ..Options::default() }).await;
    let (guest, stranger) = running
        .client(|mut guest| {
            guest.ask(&post(&authenticate("good")));
            let mut stranger = Client::new(guest.port);
            stranger.ask(&post(&authenticate("bad")));
            let mut newcomer = Client::new(guest.port);
            assert_eq!(newcomer.ask(&post(&authenticate("bad"))).status, 200);
            (guest.ask(&post(&authenticate("good"))).status, stranger.is_closed())
        })
        .await;
    assert_eq!((guest, stranger), (200, true));
}

#[tokio::test]
async fn stopping_closes_quiet_connections_and_ends() {
    let running = start(Options::default()).await;
    let quiet = running
        .client(|mut client| {
            client.ask(&post(&authenticate("good")));
            client
        })
        .await;
    running.stop.cancel();
    running.served.await.unwrap();
    let mut quiet = quiet;
    assert!(tokio::task::spawn_blocking(move || quiet.is_closed()).await.unwrap());
    assert!(Plain::connect(("127.0.0.1", running.port)).is_err());
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_harms_nobody() {
    let running = start(Options::default()).await;
    let status = running
        .client(|mut client| {
            let whole = post(&authenticate("good"));
            client.send(&whole[..whole.len() - 5]);
            client.stream.shutdown(Shutdown::Both).unwrap();
            Client::new(client.port).ask(&whole).status
        })
        .await;
    assert_eq!(status, 200);
    assert_eq!(running.desk.calls.lock().unwrap().len(), 1);
}

/// A certificate of ours and a client that trusts it alone.
fn secured() -> (Options, reqwest::Client) {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = crate::net::tls::make(&["office-pc".into()], jiff::Timestamp::now()).unwrap();
    let tls = crate::net::tls::Tls::new(&made.certificate, &made.key).unwrap();
    let trusted = reqwest::Certificate::from_pem(made.certificate.as_bytes()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([trusted]).no_proxy().build().unwrap();
    (Options { tls: Some(tls), ..Options::default() }, client)
}

#[tokio::test]
async fn with_a_certificate_calls_and_the_certificate_get_are_answered_over_tls() {
    let (options, client) = secured();
    let tls = options.tls.clone();
    let running = start(options).await;
    let address = format!("127.0.0.1:{}", running.port);
    assert!(answers_as_ours(&address, tls.as_ref()).await && !answers_as_ours(&address, None).await);
    let url = format!("https://localhost:{}/qbwc", running.port);
    let page = client.get(&url).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let wsdl = client.get(format!("{url}?wsdl")).send().await.unwrap().text().await.unwrap();
    assert!(wsdl.contains(&format!("location=\"{url}\"")));
    let answered = client
        .post(&url)
        .header("content-type", "text/xml; charset=utf-8")
        .body(authenticate("good"))
        .send()
        .await
        .unwrap();
    assert_eq!(answered.status(), 200);
    assert!(answered.text().await.unwrap().contains("<string>T</string>"));
}

#[tokio::test]
async fn plain_http_gets_nowhere_where_tls_is_spoken() {
    let (options, _) = secured();
    let running = start(options).await;
    let closed = running
        .client(|mut client| {
            client.send(&post(&authenticate("good")));
            let mut answer = Vec::new();
            let _ = client.stream.read_to_end(&mut answer);
            !answer.starts_with(b"HTTP/")
        })
        .await;
    assert!(closed);
    assert!(running.desk.calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_hand_shake_that_stalls_ends_and_holds_nobody_up() {
    let (mut options, client) = secured();
    options.patience.handshake = Duration::from_millis(80);
    let running = start(options).await;
    let mut stalled: Vec<Client> = (0..5).map(|_| Client::new(running.port)).collect();
    let url = format!("https://localhost:{}/support", running.port);
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    let ended = tokio::task::spawn_blocking(move || stalled.iter_mut().all(Client::is_closed)).await.unwrap();
    assert!(ended);
}

#[tokio::test]
async fn a_body_that_declares_its_character_set_in_the_document_is_read_so() {
    let running = start(Options::default()).await;
    let text = envelope("<clientVersion><strVersion>caf@</strVersion></clientVersion>");
    let text = format!("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>{text}");
    let status = running
        .client(move |mut client| {
            let whole = post(&text).replace("text/xml; charset=utf-8", "text/xml");
            let mut bytes = whole.replace("PORT", &client.port.to_string()).into_bytes();
            let at = bytes.iter().position(|byte| *byte == b'@').unwrap();
            bytes[at] = 0xe9;
            client.stream.write_all(&bytes).unwrap();
            client.read(true).status
        })
        .await;
    assert_eq!(status, 200);
    assert_eq!(running.desk.calls.lock().unwrap()[0], Call::ClientVersion { version: "café".into() });
}
