//! The program's Cin7 side against the simulated world: two halves that share no parser, writer or rule.

use countersign::base::{Clock, Instant, Problem};
use countersign::cin7::{BucketState, RawRecord, Resource, RowProblem, document, read};
use countersign::net::cin7_client::{Cin7Client, FetchOutcome, Flow, Saved, Sink};
use countersign::orders::{Document, DocumentType};
use countersign::sim::cin7::faults::Faults;
use countersign::sim::cin7::limiter::Limits;
use countersign::sim::cin7::{DEMO_KEY, DEMO_USERNAME, Setup, SimCin7};
use countersign::sim::world::json::{CustomFields, Dress, write_record};
use countersign::sim::world::{Resource as Shelf, World};
use std::collections::BTreeMap;
use std::sync::Arc;

fn body(world: &World, resource: Resource, dress: &Dress) -> String {
    let shelf = world.shelf(Shelf::named(resource.word()).unwrap()).unwrap();
    let rows: Vec<String> = shelf
        .records()
        .map(|record| {
            let mut row = String::new();
            write_record(&record, dress, &mut row);
            row
        })
        .collect();
    format!("[{}]", rows.join(","))
}

#[test]
fn every_row_of_the_world_is_read_whatever_its_dress() {
    let world = World::generate(7, 60, 80);
    for resource in Resource::ALL {
        let plain = read::page(resource, &body(&world, resource, &Dress::default())).unwrap();
        assert!(plain.received > 0, "{resource}");
        assert_eq!(plain.problems, [], "{resource}");
        let odd = Dress { pascal: true, offset_dates: true, custom_fields: CustomFields::Array };
        let odd = read::page(resource, &body(&world, resource, &odd)).unwrap();
        assert_eq!(odd.problems, [], "{resource}");
        assert_eq!(plain.records.len(), odd.records.len(), "{resource}");
    }
}

#[test]
fn a_document_says_the_same_in_every_dress() {
    let world = World::generate(11, 60, 80);
    for kind in DocumentType::ALL {
        let resource = Resource::of_document(kind);
        let pages = [Dress::default(), Dress { pascal: true, ..Dress::default() }]
            .map(|dress| read::page(resource, &body(&world, resource, &dress)).unwrap().records);
        for (plain, pascal) in pages[0].iter().zip(&pages[1]) {
            assert_ne!(plain.raw, pascal.raw);
            assert_eq!(plain.hash, pascal.hash, "{resource} {}: a new spelling is no new content", plain.id);
            assert_eq!(document(kind, &plain.raw).unwrap(), document(kind, &pascal.raw).unwrap());
        }
    }
}

/// The sink of these tests: what a store would hold, newest content by id.
#[derive(Default)]
struct Shelves {
    rows: BTreeMap<(Resource, i64), RawRecord>,
    problems: Vec<RowProblem>,
    bucket: BucketState,
}

impl Sink for Shelves {
    fn save(&mut self, records: Vec<RawRecord>, problems: Vec<RowProblem>) -> Result<Saved, Problem> {
        let mut saved = Saved::default();
        for record in records {
            let hash = record.hash.clone();
            match self.rows.insert((record.resource, record.id), record) {
                None => saved.new += 1,
                Some(before) if before.hash == hash => saved.unchanged += 1,
                Some(_) => saved.changed += 1,
            }
        }
        self.problems.extend(problems);
        Ok(saved)
    }
    fn bucket(&mut self, state: &BucketState) -> Result<(), Problem> {
        self.bucket = state.clone();
        Ok(())
    }
}

struct ServerTime(Arc<SimCin7>);
impl Clock for ServerTime {
    fn now(&self) -> Instant {
        self.0.now()
    }
}

async fn account(orders: usize, faults: &str) -> (Arc<SimCin7>, Cin7Client) {
    let world = World::generate(5, orders, 60);
    let limits = Limits { speed: 1000, ..Limits::default() };
    let setup = Setup { limits, faults: Faults::parse(faults).unwrap(), ..Setup::for_world(&world) };
    let server = Arc::new(SimCin7::start(([127, 0, 0, 1], 0).into(), world, setup).await.unwrap());
    let clock = Arc::new(ServerTime(Arc::clone(&server)));
    let client = Cin7Client::new(&server.url(), DEMO_USERNAME, DEMO_KEY.into(), 1000, clock).unwrap();
    (server, client)
}

async fn fetch(
    client: &mut Cin7Client,
    shelves: &mut Shelves,
    resource: Resource,
    since: Option<Instant>,
) -> Result<FetchOutcome, Problem> {
    client.fetch_resource(resource, since, false, &mut |_| Flow::Go, shelves).await
}

#[tokio::test]
async fn a_whole_account_comes_over_within_its_limits_and_a_second_fetch_brings_nothing_new() {
    let (server, mut client) = account(300, "").await;
    let mut shelves = Shelves::default();
    for resource in Resource::ALL {
        let first = fetch(&mut client, &mut shelves, resource, None).await.unwrap();
        let there = server.look(|office| office.world.count(Shelf::named(resource.word()).unwrap()));
        assert_eq!(first.saved.new as usize, there, "{resource}");
        let again = fetch(&mut client, &mut shelves, resource, Some(first.run_started)).await.unwrap();
        assert_eq!((again.saved.new, again.saved.changed), (0, 0), "{resource}");
        // Each pass ends with its own empty page, and none was refused or repeated.
        assert_eq!(again.requests, again.pages, "{resource}");
    }
    assert_eq!(shelves.problems, []);
}

#[tokio::test]
async fn edits_between_the_pages_short_pages_and_doubled_rows_lose_nothing() {
    for faults in ["drift*all", "short-pages,dup-rows", "no-filter:id,drift*all,dup-rows"] {
        let (server, mut client) = account(600, faults).await;
        let mut shelves = Shelves::default();
        fetch(&mut client, &mut shelves, Resource::SalesOrders, None).await.unwrap();
        let there = server.look(|office| office.world.count(Shelf::SalesOrders));
        assert_eq!(shelves.rows.len(), there, "{faults}");
    }
}

#[tokio::test]
async fn what_is_edited_voided_or_recosted_later_is_found_by_the_next_fetch() {
    for faults in ["", "no-filter:modifiedCOGSDate"] {
        let (server, mut client) = account(60, faults).await;
        let mut shelves = Shelves::default();
        let first = fetch(&mut client, &mut shelves, Resource::SalesOrders, None).await.unwrap();
        let invoiced = |order: &Document| order.modified_cogs.is_some() && order.ledger_date.is_some();
        let ids: Vec<i64> = shelves
            .rows
            .values()
            .filter(|row| document(DocumentType::SalesOrder, &row.raw).is_ok_and(|order| invoiced(&order)))
            .map(|row| row.id)
            .collect();
        let (voided, recosted) = (ids[ids.len() - 1], ids[ids.len() - 2]);
        server.change(|world, now| {
            assert!(world.void(Shelf::SalesOrders, voided, now));
            assert!(world.recost(Shelf::SalesOrders, recosted, now));
        });
        let next =
            fetch(&mut client, &mut shelves, Resource::SalesOrders, Some(first.run_started)).await.unwrap();
        assert_eq!((next.saved.new, next.saved.changed), (0, 2), "{faults}");
        let row = &shelves.rows[&(Resource::SalesOrders, voided)];
        assert!(document(DocumentType::SalesOrder, &row.raw).unwrap().is_void);
    }
}

#[tokio::test]
async fn a_bad_day_is_sat_out_and_a_refusal_is_told() {
    let (_server, mut client) = account(60, "500,html,truncated,message-form,pascal,offset-dates").await;
    let mut shelves = Shelves::default();
    let outcome = fetch(&mut client, &mut shelves, Resource::CreditNotes, None).await.unwrap();
    assert_eq!(outcome.requests, outcome.pages + 3);
    assert_eq!(shelves.problems, []);

    let (_server, mut client) = account(60, "503*all").await;
    let problem = fetch(&mut client, &mut shelves, Resource::CreditNotes, None).await.unwrap_err();
    assert_eq!(problem.code, "CIN7-503");

    let (_server, mut client) = account(60, "403:Contacts*all").await;
    let results = client.test_credentials().await;
    for (resource, result) in &results {
        let code = result.as_ref().err().map(|problem| problem.code.as_str());
        assert_eq!(code, (*resource == Resource::Contacts).then_some("CIN7-403"), "{resource}");
    }
}

#[tokio::test]
async fn a_contact_is_gone_only_when_its_own_id_says_so() {
    let (server, mut client) = account(60, "").await;
    let mut shelves = Shelves::default();
    fetch(&mut client, &mut shelves, Resource::Contacts, None).await.unwrap();
    let id = shelves.rows.values().next().unwrap().id;
    assert!(client.read_one(Resource::Contacts, id).await.unwrap().is_some());
    assert!(server.change(|world, _| world.delete_contact(id)));
    assert!(client.read_one(Resource::Contacts, id).await.unwrap().is_none());
}
