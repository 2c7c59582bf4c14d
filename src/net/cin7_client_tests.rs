//! The client against a small scripted server on loopback.

use super::*;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request as Asked, Response};
use std::collections::VecDeque;
use std::sync::Mutex;

#[derive(Clone)]
enum Reply {
    Say(u16, &'static str, String),
    Hang,
    /// Promises more bytes than it sends.
    Break,
}

#[derive(Clone, Default)]
struct Server {
    script: Arc<Mutex<VecDeque<Reply>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

async fn answer(State(server): State<Server>, asked: Asked<Body>) -> Response<Body> {
    let auth = asked.headers().get("authorization").map_or("", |value| value.to_str().unwrap());
    assert_eq!(auth, "Basic dXNlcjpDQU5BUlktNzc4MQ==");
    server.asked.lock().unwrap().push(asked.uri().to_string());
    let next = server.script.lock().unwrap().pop_front();
    match next.unwrap_or_else(|| ok("[]")) {
        Reply::Say(status, header, body) => {
            let mut response = Response::builder().status(status);
            if let Some((name, value)) = header.split_once(": ") {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Reply::Hang => std::future::pending().await,
        Reply::Break => {
            let parts = [Ok("[{\"id\":1"), Err(std::io::Error::other("gone"))];
            Response::new(Body::from_stream(futures_util::stream::iter(parts)))
        }
    }
}

fn ok(body: &str) -> Reply {
    Reply::Say(200, "", body.to_string())
}

fn status(code: u16, body: &str) -> Reply {
    Reply::Say(code, "", body.to_string())
}

fn rows(ids: std::ops::RangeInclusive<i64>) -> Reply {
    let rows: Vec<String> = ids.map(|id| format!("{{\"id\":{id},\"total\":1.5}}")).collect();
    ok(&format!("[{}]", rows.join(",")))
}

struct StillClock;
impl Clock for StillClock {
    fn now(&self) -> Instant {
        "2026-02-01T12:00:00Z".parse().unwrap()
    }
}

#[derive(Default)]
struct Kept {
    records: Vec<RawRecord>,
    problems: Vec<RowProblem>,
    bucket: BucketState,
    full: bool,
}

impl Sink for Kept {
    fn save(&mut self, records: Vec<RawRecord>, problems: Vec<RowProblem>) -> Result<Saved, Problem> {
        if self.full {
            return Err(errors::cannot_start("the disk is full"));
        }
        let new = records.len() as u64;
        self.records.extend(records);
        self.problems.extend(problems);
        Ok(Saved { new, ..Saved::default() })
    }
    fn bucket(&mut self, state: &BucketState) -> Result<(), Problem> {
        self.bucket = state.clone();
        Ok(())
    }
}

async fn serve(script: impl IntoIterator<Item = Reply>) -> (Server, Cin7Client) {
    let server = Server { script: Arc::new(Mutex::new(script.into_iter().collect())), ..Server::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().fallback(answer).with_state(server.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (server, client(&format!("http://{address}/api/")))
}

fn client(url: &str) -> Cin7Client {
    Cin7Client::new(url, "user", "CANARY-7781".into(), 1000, Arc::new(StillClock)).unwrap()
}

async fn fetch(
    client: &mut Cin7Client,
    resource: Resource,
    since: Option<Instant>,
) -> (Result<FetchOutcome, Problem>, Kept) {
    let mut kept = Kept::default();
    let outcome = client.fetch_resource(resource, since, false, &mut |_| Flow::Go, &mut kept).await;
    (outcome, kept)
}

#[tokio::test]
async fn a_list_is_read_by_key_until_an_empty_page_and_the_limits_are_kept() {
    let (server, mut client) = serve([rows(1..=250), rows(251..=260)]).await;
    let (outcome, kept) = fetch(&mut client, Resource::SalesOrders, None).await;
    let outcome = outcome.unwrap();
    assert_eq!((outcome.rows, outcome.pages, outcome.saved.new), (260, 3, 260));
    assert_eq!(kept.records[259].raw, "{\"id\":260,\"total\":1.5}");
    assert_eq!(
        server.asked.lock().unwrap()[1],
        "/api/v1/SalesOrders?page=1&rows=250&order=id%20ASC&where=id%3E250"
    );
    let counted: u64 = kept.bucket.day.iter().map(|(_, count)| count).sum();
    assert_eq!(counted, 3, "the count of requests is kept for the next start");
}

#[tokio::test]
async fn the_next_watermark_is_the_earlier_of_cin7s_clock_and_ours() {
    for (header, expected) in [
        ("Date: Sun, 01 Feb 2026 11:58:00 GMT", "2026-02-01T11:58:00Z"),
        ("Date: Sun, 01 Feb 2026 12:58:00 GMT", "2026-02-01T12:00:00Z"),
    ] {
        let (_, mut client) = serve([Reply::Say(200, header, "[]".into())]).await;
        let outcome = fetch(&mut client, Resource::Branches, None).await.0.unwrap();
        assert_eq!(outcome.run_started.to_string(), expected);
    }
}

#[tokio::test]
async fn what_changed_is_asked_for_with_overlap_and_the_cost_in_a_pass_of_its_own() {
    let (server, mut client) = serve([]).await;
    fetch(&mut client, Resource::CreditNotes, Some(StillClock.now())).await.0.unwrap();
    let asked = server.asked.lock().unwrap();
    assert!(asked[0].ends_with("where=modifiedDate%3E%3D%272026-02-01T11%3A50%3A00Z%27%20AND%20id%3E0"));
    assert!(asked[1].contains("where=modifiedCOGSDate%3E%3D%27"));
    assert_eq!(asked.len(), 2);
}

#[tokio::test]
async fn passing_faults_are_sat_out() {
    let script = [
        status(429, "\"Rate limit exceeded. Retry after some time.\""),
        status(503, "{\"message\":\"Service temporarily unavailable.\"}"),
        ok("<html><title>Maintenance</title></html>"),
        ok("[{\"id\":1},{\"id\":"),
        rows(1..=1),
        Reply::Break,
        rows(2..=2),
    ];
    let (_, mut client) = serve(script).await;
    let outcome = fetch(&mut client, Resource::SalesOrders, None).await.0.unwrap();
    assert_eq!((outcome.rows, outcome.requests), (2, 8));
}

#[tokio::test]
async fn faults_that_stay_are_told_by_their_kind_and_what_came_before_is_kept() {
    for (reply, code, requests) in [
        (status(429, ""), "CIN7-429", 6),
        (status(500, "oops"), "CIN7-500", 5),
        (ok("<html>"), "CIN7-HTML", 5),
        (ok("[{"), "CIN7-JSON", 5),
        (Reply::Break, "CIN7-NET", 5),
        (status(401, "\"Unauthorized access\""), "CIN7-401", 2),
        (status(403, "\"Access is forbidden\""), "CIN7-403", 2),
        (Reply::Say(302, "Location: http://127.0.0.1:1/", String::new()), "CIN7-REDIRECT", 2),
    ] {
        let script = std::iter::once(rows(1..=3)).chain(std::iter::repeat_n(reply, 9));
        let (server, mut client) = serve(script).await;
        let (outcome, kept) = fetch(&mut client, Resource::PurchaseOrders, None).await;
        let problem = outcome.unwrap_err();
        assert_eq!(problem.code, code);
        assert!(!format!("{problem:?}").contains("CANARY"));
        assert_eq!(kept.records.len(), 3, "{code}");
        assert_eq!(server.asked.lock().unwrap().len(), requests, "{code}");
    }
}

#[tokio::test]
async fn an_account_that_refuses_a_filter_on_id_is_read_by_page_number() {
    let (server, mut client) =
        serve([status(400, "\"Invalid where\""), rows(1..=250), rows(251..=251)]).await;
    let outcome = fetch(&mut client, Resource::SalesOrders, None).await.0.unwrap();
    assert_eq!(outcome.rows, 251);
    assert_eq!(server.asked.lock().unwrap()[2], "/api/v1/SalesOrders?page=2&rows=250&order=id%20ASC");
}

#[tokio::test]
async fn a_broken_row_is_told_and_the_others_are_kept() {
    let (_, mut client) =
        serve([ok("[{\"Id\":1,\"Total\":\"2.5\"},{\"total\":1},{\"id\":3,\"total\":{}}]")]).await;
    let (outcome, kept) = fetch(&mut client, Resource::SalesOrders, None).await;
    assert_eq!((outcome.unwrap().rows, kept.problems.len()), (2, 2));
}

#[tokio::test]
async fn a_silent_or_absent_server_is_a_clear_network_problem() {
    let (_, client_of_silent) = serve(std::iter::repeat_n(Reply::Hang, 9)).await;
    let mut silent = client_of_silent.answering_within(Duration::from_millis(20));
    let problem = fetch(&mut silent, Resource::Contacts, None).await.0.unwrap_err();
    assert_eq!(problem.code, "CIN7-NET");
    assert!(problem.happened.contains("did not answer in time"));

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let problem =
        fetch(&mut client(&format!("http://{free}")), Resource::Contacts, None).await.0.unwrap_err();
    assert_eq!(problem.code, "CIN7-NET");
    assert!(problem.happened.contains("refused"), "{}", problem.happened);
}

#[tokio::test]
async fn a_person_can_stop_it_between_pages_and_in_the_middle_of_a_wait() {
    let (_, mut client) = serve([rows(1..=2), rows(3..=4)]).await;
    let mut kept = Kept::default();
    let stopped = client
        .fetch_resource(Resource::SalesOrders, None, false, &mut |_| Flow::Stop, &mut kept)
        .await
        .unwrap_err();
    assert_eq!((stopped.code.as_str(), kept.records.len()), ("CIN7-STOPPED", 2));

    let token = CancellationToken::new();
    let (_, client) = serve([Reply::Hang]).await;
    let mut client = client.cancelled_by(token.clone());
    token.cancel();
    assert_eq!(fetch(&mut client, Resource::Contacts, None).await.0.unwrap_err().code, "CIN7-STOPPED");
}

#[tokio::test]
async fn a_day_that_is_used_up_is_told_at_once_and_nothing_is_asked() {
    let (server, client) = serve([]).await;
    let mut full = BucketState::default();
    full.day.push_back((StillClock.now().as_millisecond(), 5_000));
    let mut client = client.resuming(full);
    client.gate = Bucket::new(client.gate.state().clone(), 1);
    let problem = fetch(&mut client, Resource::Contacts, None).await.0.unwrap_err();
    assert_eq!(problem.code, "CIN7-DAY");
    assert!(problem.happened.contains("2026-02-02 12:00 UTC"), "{}", problem.happened);
    assert!(server.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_wait_worth_a_word_is_told_with_its_end_and_its_reason_and_outlives_the_program() {
    let (_, mut client) = serve([Reply::Say(429, "Retry-After: 30", String::new())]).await;
    let mut told = None;
    let mut kept = Kept::default();
    let mut progress = |progress: Progress| {
        told = progress.waiting;
        Flow::Stop
    };
    let ended = client.fetch_resource(Resource::Branches, None, false, &mut progress, &mut kept).await;
    assert_eq!(ended.unwrap_err().code, "CIN7-STOPPED");
    let (until, why) = told.unwrap();
    assert_eq!(why, WaitingFor::TooManyRequests);
    assert!(until >= StillClock.now() + SignedDuration::from_secs(30));
    assert_eq!(kept.bucket.shut_until, Some(until.as_millisecond()));
}

#[tokio::test]
async fn a_store_that_cannot_keep_a_page_ends_the_fetch() {
    let (_, mut client) = serve([rows(1..=2)]).await;
    let mut kept = Kept { full: true, ..Kept::default() };
    let outcome =
        client.fetch_resource(Resource::SalesOrders, None, false, &mut |_| Flow::Go, &mut kept).await;
    assert!(outcome.is_err());
}

#[tokio::test]
async fn the_test_of_the_credentials_answers_for_each_resource() {
    let (server, mut client) =
        serve([ok("[]"), ok("[{\"id\":1}]"), status(403, "\"Access is forbidden\"")]).await;
    let results = client.test_credentials().await;
    let codes: Vec<_> =
        results.iter().map(|(_, result)| result.as_ref().map_err(|p| p.code.as_str())).collect();
    let mut wanted = vec![Ok(&()); Resource::ALL.len()];
    wanted[2] = Err("CIN7-403");
    assert_eq!(codes, wanted);
    assert!(results[2].1.as_ref().unwrap_err().do_now.contains("Contacts"));
    assert_eq!(server.asked.lock().unwrap().len(), Resource::ALL.len());

    let (server, mut client) = serve(std::iter::repeat_n(status(401, "\"Unauthorized access\""), 6)).await;
    let results = client.test_credentials().await;
    assert!(results.iter().all(|(_, result)| result.as_ref().unwrap_err().code == "CIN7-401"));
    assert_eq!(server.asked.lock().unwrap().len(), 1, "a wrong key is asked once");
}

#[tokio::test]
async fn only_its_own_404_says_that_a_contact_is_gone() {
    let (server, mut client) =
        serve([ok("{\"id\":9,\"company\":\"A\"}"), status(404, "\"Resource not found\"")]).await;
    assert_eq!(client.read_one(Resource::Contacts, 9).await.unwrap().unwrap().0.id, 9);
    assert!(client.read_one(Resource::Contacts, 9).await.unwrap().is_none());
    assert_eq!(server.asked.lock().unwrap()[0], "/api/v1/Contacts/9");
}

#[test]
fn the_key_is_only_sent_encrypted_or_to_this_computer() {
    let made = |url: &str| Cin7Client::new(url, "u", "k".into(), 1, Arc::new(StillClock)).map(drop);
    assert!(made("https://api.cin7.com/api").is_ok());
    assert!(made("http://localhost:9/api").is_ok() && made("http://[::1]:9").is_ok());
    for url in
        ["http://api.cin7.com/api", "ftp://x", "nonsense", "https://u:p@api.cin7.com", "https://a/?x=1"]
    {
        assert_eq!(made(url).unwrap_err().code, "CIN7-URL", "{url}");
    }
}
