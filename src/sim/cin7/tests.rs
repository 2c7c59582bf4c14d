//! The server as a client meets it: keys, rights, pages, limits, faults, writes, and real HTTP on loopback.

use super::*;
use crate::sim::world::{Habits, Resource};
use base64::Engine as _;
use serde_json::Value;

fn basic(username: &str, key: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{username}:{key}")))
}

fn office(faults: &str) -> Office {
    let limits = Limits { per_second: 1_000_000, per_minute: 1_000_000, per_day: 1_000_000, speed: 1 };
    let connections = vec![Connection::new(DEMO_USERNAME, DEMO_KEY)];
    Office::new(World::generate(1, 60, 40), connections, limits, Faults::parse(faults).unwrap())
}

fn now() -> Instant {
    "2026-03-20T12:00:00Z".parse().unwrap()
}

fn ask(office: &mut Office, method: &str, address: &str, body: &str) -> Answer {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let key = basic(DEMO_USERNAME, DEMO_KEY);
    let ask = Ask { method, path, query, authorization: Some(&key), body: body.as_bytes() };
    office.answer(&ask, now())
}

fn get(office: &mut Office, address: &str) -> Answer {
    ask(office, "GET", address, "")
}

fn rows(office: &mut Office, address: &str) -> Vec<Value> {
    let answer = get(office, address);
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn ids(rows: &[Value]) -> Vec<i64> {
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

#[test]
fn a_wrong_key_and_a_missing_right_are_told_apart() {
    let mut office = office("");
    office.connections[0].refused.insert(Resource::Stock);
    let wrong = basic(DEMO_USERNAME, "other");
    for authorization in [None, Some("Bearer x"), Some("Basic !!"), Some(wrong.as_str())] {
        let ask = Ask { method: "GET", path: "/api/v1/Contacts", authorization, ..Ask::default() };
        let answer = office.answer(&ask, now());
        assert_eq!((answer.status, answer.body.as_str()), (401, "\"Unauthorized access\""));
    }
    assert_eq!(get(&mut office, "/api/v1/Stock").body, "\"Access is forbidden\"");
    assert_eq!(get(&mut office, "/api/v1/contacts").status, 200);
}

#[test]
fn lists_have_fifty_rows_unless_said_and_never_more_than_250() {
    let mut office = office("");
    assert_eq!(rows(&mut office, "/api/v1/SalesOrders").len(), 50);
    assert_eq!(rows(&mut office, "/api/v1/SalesOrders?rows=250").len(), 60);
    let answer = get(&mut office, "/api/v1/SalesOrders?rows=251");
    let words = "\"The rows argument cannot be greater than 250.\"";
    assert_eq!((answer.status, answer.body.as_str()), (400, words));
    assert_eq!(get(&mut office, "/api/v1/SalesOrders?page=0").status, 400);
    assert_eq!(get(&mut office, "/api/v1/SalesOrders?where=colour%3D1").status, 400);
    assert_eq!(get(&mut office, "/api/v1/SalesOrders?where=id%3C1").body, "[]");
}

#[test]
fn paging_by_key_sees_every_record_once_and_ends_with_an_empty_page() {
    let mut office = office("short-pages,drift*3");
    let (mut seen, mut last) = (Vec::new(), 0);
    loop {
        let address = format!("/api/v1/SalesOrders?where=id%3E{last}&order=id%20ASC&rows=20");
        let page = ids(&rows(&mut office, &address));
        let Some(&highest) = page.last() else { break };
        assert_eq!(page.len(), 10);
        last = highest;
        seen.extend(page);
    }
    assert_eq!(seen.len(), 60);
    assert!(seen.is_sorted());
}

#[test]
fn paging_by_date_loses_a_record_when_one_is_edited_in_between() {
    let mut office = office("drift");
    let mut seen = Vec::new();
    for page in 1..=7 {
        let address = format!("/api/v1/SalesOrders?order=modifiedDate%20ASC&rows=10&page={page}");
        seen.extend(ids(&rows(&mut office, &address)));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 59);
}

#[test]
fn one_record_is_an_object_and_a_missing_one_404() {
    let mut office = office("");
    let one: Value = serde_json::from_str(&get(&mut office, "/api/v1/SalesOrders/24005").body).unwrap();
    assert_eq!(one["id"], 24_005);
    for address in [
        "/api/v1/SalesOrders/1",
        "/api/v1/SalesOrders/x",
        "/api/v1/Stock/1",
        "/api/v1/Invoices",
        "/api/v2/Stock",
        "/",
    ] {
        let answer = get(&mut office, address);
        assert_eq!((answer.status, answer.body.as_str()), (404, "\"Resource not found\""), "{address}");
    }
    assert_eq!(get(&mut office, "/api/v1/ProductOptions/908").status, 200);
}

#[test]
fn every_resource_can_be_listed_and_shows_decimals_with_a_point() {
    let mut office = office("");
    for resource in Resource::ALL {
        assert!(!rows(&mut office, &format!("/api/v1/{}", resource.name())).is_empty(), "{resource:?}");
    }
    let body = get(&mut office, "/api/v1/Stock?rows=1&fields=stockOnHand,size").body;
    assert!(body.contains(r#""stockOnHand":"#) && body.contains(".0") && body.contains(r#""size":null"#));
}

#[test]
fn the_limit_answers_with_a_text_and_the_wait() {
    let mut office = office("");
    office.limits = Limits::default();
    for _ in 0..3 {
        assert_eq!(get(&mut office, "/api/v1/Branches").status, 200);
    }
    let answer = get(&mut office, "/api/v1/Branches");
    let words = "\"Rate limit exceeded. Retry after some time.\"";
    assert_eq!((answer.status, answer.body.as_str(), answer.retry_after), (429, words, Some(1)));
    office.says_retry_after = false;
    assert_eq!(get(&mut office, "/api/v1/Branches").retry_after, None);
    assert_eq!(office.counts[&429], 2);
}

#[test]
fn the_limits_of_two_connections_are_their_own() {
    let mut office = office("");
    office.limits = Limits { per_second: 1, ..Limits::default() };
    office.connections.push(Connection::new(DEMO_USERNAME, "second"));
    assert_eq!(get(&mut office, "/api/v1/Branches").status, 200);
    assert_eq!(get(&mut office, "/api/v1/Branches").status, 429);
    let key = basic(DEMO_USERNAME, "second");
    let other = Ask { method: "GET", path: "/api/v1/Branches", authorization: Some(&key), ..Ask::default() };
    assert_eq!(office.answer(&other, now()).status, 200);
}

#[test]
fn failures_have_their_words_and_then_pass() {
    let mut office = office("500,503,401,403:Branches,429");
    let statuses: Vec<u16> = (0..6).map(|_| get(&mut office, "/api/v1/Branches").status).collect();
    assert_eq!(statuses, [500, 503, 401, 403, 429, 200]);
}

#[test]
fn broken_answers_keep_status_200() {
    let mut office = office("html,truncated");
    let page = get(&mut office, "/api/v1/Branches");
    assert!(page.status == 200 && page.html && page.body.starts_with("<!DOCTYPE"));
    let half = get(&mut office, "/api/v1/Branches");
    assert!(half.status == 200 && serde_json::from_str::<Value>(&half.body).is_err());
}

#[test]
fn the_message_form_is_for_all_errors_but_the_limit() {
    let mut office = office("message-form,500,429");
    let error = get(&mut office, "/api/v1/Branches").body;
    assert!(error.starts_with(r#"{"message":"An unexpected"#));
    assert!(get(&mut office, "/api/v1/Branches").body.starts_with('"'));
}

#[test]
fn manners_change_the_form_and_not_the_content() {
    let mut office = office("pascal*1,offset-dates*1,custom-null*1,dup-rows*1");
    let odd = rows(&mut office, "/api/v1/SalesOrders?order=id%20ASC&rows=5");
    assert_eq!(odd.len(), 6);
    assert_eq!(odd[4], odd[5]);
    assert!(odd[0]["ModifiedDate"].as_str().unwrap().ends_with("+12:00"));
    assert_eq!(odd[0]["CustomFields"], Value::Null);
    let plain = rows(&mut office, "/api/v1/SalesOrders?order=id%20ASC&rows=5");
    assert_eq!(plain.len(), 5);
    assert_eq!(odd[0]["LineItems"][0]["UnitPrice"], plain[0]["lineItems"][0]["unitPrice"]);
}

#[test]
fn a_filter_on_a_field_can_be_refused() {
    let mut office = office("no-filter:id");
    assert_eq!(get(&mut office, "/api/v1/Contacts?where=id%3E0").status, 400);
    assert_eq!(get(&mut office, "/api/v1/Contacts?order=id%20ASC").status, 200);
}

#[test]
fn only_the_import_status_is_written_and_each_row_has_its_result() {
    let mut office = office("");
    let body = r#"[{"id":24005,"accountingAttributes":{"accountingImportStatus":"Imported","importDate":"2026-03-20T12:00:00Z"}},
        {"id":24006,"reference":"x"},{"id":1,"accountingAttributes":{"accountingImportStatus":"Imported"}}]"#;
    let answer = ask(&mut office, "PUT", "/api/v1/SalesOrders", body);
    let results: Vec<Value> = serde_json::from_str(&answer.body).unwrap();
    let good: Vec<bool> = results.iter().map(|result| result["success"].as_bool().unwrap()).collect();
    assert_eq!(good, [true, false, false]);
    let one: Value = serde_json::from_str(&get(&mut office, "/api/v1/SalesOrders/24005").body).unwrap();
    assert_eq!(one["accountingAttributes"]["accountingImportStatus"], "Imported");
    assert_eq!(one["modifiedDate"], "2026-03-20T12:00:00Z");
    assert_eq!(ask(&mut office, "PUT", "/api/v1/SalesOrders", "{").status, 400);
    assert_eq!(ask(&mut office, "PUT", "/api/v1/Contacts", "[]").status, 403);
    office.connections[0].may_write = false;
    assert_eq!(ask(&mut office, "PUT", "/api/v1/SalesOrders", "[]").status, 403);
}

#[test]
fn paging_by_key_does_not_look_at_the_records_before() {
    let world = World::with_habits(1, 3_000, 24, Habits { odd: false, ..Habits::default() });
    let shelf = world.shelf(Resource::SalesOrders).unwrap();
    let first = shelf.from(26_990).next().map(|(_, record)| record.whole("id"));
    assert_eq!(first, Some(26_990));
    assert_eq!(shelf.from(26_990).count(), 11);
}

/// One request over a plain socket; returns the head and the body.
async fn over_the_wire(addr: SocketAddr, target: &str) -> (String, String) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut socket = tokio::net::TcpStream::connect(addr).await.unwrap();
    let key = basic(DEMO_USERNAME, DEMO_KEY);
    let request =
        format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {key}\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_string())
}

#[tokio::test]
async fn it_answers_over_http_with_the_storys_date_and_gives_the_world_back() {
    let world = World::generate(1, 60, 40);
    let setup = Setup::for_world(&world);
    let server = SimCin7::start(([127, 0, 0, 1], 0).into(), world, setup).await.unwrap();
    let (head, body) = over_the_wire(server.addr(), "/api/v1/Branches?order=id%20ASC").await;
    assert!(head.starts_with("http/1.1 200") && head.contains("date: fri, 06 mar 2026 15:0"), "{head}");
    assert!(head.contains("application/json"));
    let branches: Vec<Value> = serde_json::from_str(&body).unwrap();
    assert_eq!(branches[0]["company"], "Main Warehouse");

    assert!(server.change(|world, now| world.void(Resource::SalesOrders, 24_005, now)));
    server.add_faults("503").unwrap();
    let (head, _) = over_the_wire(server.addr(), "/api/v1/SalesOrders/24005").await;
    assert!(head.starts_with("http/1.1 503"));
    let back = server.stop().await;
    assert_eq!(back.shelf(Resource::SalesOrders).unwrap().get(24_005).unwrap().text("status"), "VOID");
}

#[tokio::test]
async fn serve_runs_until_it_is_stopped_and_refuses_unknown_faults() {
    let options = |faults: &str, tell: tokio::sync::oneshot::Sender<SocketAddr>| ServeOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        orders: 24,
        contacts: 24,
        seed: 1,
        faults: faults.to_string(),
        speed: 200,
        on_listening: Some(Box::new(move |addr| {
            let _ = tell.send(addr);
        })),
    };
    let stop = CancellationToken::new();
    let (tell, _) = tokio::sync::oneshot::channel();
    assert!(matches!(serve(options("nonsense", tell), stop.clone()).await, Err(ServeError::Faults(_))));
    let (tell, told) = tokio::sync::oneshot::channel();
    let running = tokio::spawn(serve(options("", tell), stop.clone()));
    let (head, _) = over_the_wire(told.await.unwrap(), "/api/v1/Contacts?rows=1").await;
    assert!(head.starts_with("http/1.1 200"));
    stop.cancel();
    assert!(running.await.unwrap().is_ok());
}
