//! How long 100,000 documents take to become drafts (issue 3): the pure work, the work through the real store, and a second
//! run over a store in which nothing changed, which must write nothing. Prints figures; judges none.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

#[path = "../support/desk.rs"]
mod desk;

use countersign::base::{Clock, Instant};
use countersign::books::{DraftState, ListEntry, ListKind, PartyList, PartyRef, Preferences, Settings};
use countersign::cin7;
use countersign::drafting::{self, Context, Drafted, Learner, Lists, Seen};
use countersign::orders::{Branch, Contact, Document, DocumentType, Product};
use countersign::sim::quickbooks::{Company, Switches};
use countersign::sim::world::{Resource, World};
use countersign::store::Lane;
use countersign::store::links::Link;
use countersign::store::sources::NewSource;
use countersign::workflow::{InitOptions, Profile, redraft};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Sales orders of the world; with the other kinds in proportion, 100,000 documents.
const ORDERS: usize = 72_464;
const CONTACTS: usize = 5_000;
/// Documents held in memory at once.
const CHUNK: usize = 5_000;

struct Fixed(Instant);

impl Clock for Fixed {
    fn now(&self) -> Instant {
        self.0
    }
}

/// The company that all documents are drafted for.
struct Books {
    world: World,
    entries: Vec<(ListEntry, String)>,
    preferences: Preferences,
    settings: Settings,
    contacts: HashMap<i64, Contact>,
    products: HashMap<i64, Product>,
    parties: HashMap<(i64, PartyList), PartyRef>,
}

const KINDS: [(DocumentType, Resource); 3] = [
    (DocumentType::SalesOrder, Resource::SalesOrders),
    (DocumentType::PurchaseOrder, Resource::PurchaseOrders),
    (DocumentType::CreditNote, Resource::CreditNotes),
];

fn raw(world: &World, resource: Resource) -> impl Iterator<Item = String> + '_ {
    world.shelf(resource).unwrap().records().map(|record| serde_json::to_string(&record).unwrap())
}

impl Books {
    fn new(orders: usize) -> Self {
        let world = World::generate(7, orders, CONTACTS);
        let mut company = Company::new(&world.company_seed(), Switches::default()).unwrap();
        company.begin_session();
        let (entries, preferences) = desk::lists(&mut company);
        let contacts: HashMap<i64, Contact> = raw(&world, Resource::Contacts)
            .map(|text| cin7::contact(&text).unwrap())
            .map(|c| (c.id, c))
            .collect();
        let products: HashMap<i64, Product> = raw(&world, Resource::Products)
            .map(|text| cin7::product(&text).unwrap())
            .map(|p| (p.id, p))
            .collect();
        let branches: Vec<Branch> =
            raw(&world, Resource::Branches).map(|text| cin7::branch(&text).unwrap()).collect();
        let parties = parties(&world, &entries, &contacts);
        let settings = settings(&world, &entries, &preferences, &contacts, &products, &branches);
        Books { world, entries, preferences, settings, contacts, products, parties }
    }

    fn lists(&self) -> Lists {
        Lists::new(self.entries.iter().map(|entry| entry.0.clone()).collect())
    }
}

/// Every contact linked: to the entry that it is, or to one that is to be created.
fn parties(
    world: &World,
    entries: &[(ListEntry, String)],
    contacts: &HashMap<i64, Contact>,
) -> HashMap<(i64, PartyList), PartyRef> {
    let known: HashMap<(ListKind, &str), &ListEntry> =
        entries.iter().map(|(entry, _)| ((entry.list(), entry.full_name()), entry)).collect();
    let mut parties = HashMap::new();
    for truth in world.truth() {
        let list = if truth.list == "Vendor" { PartyList::Vendor } else { PartyList::Customer };
        let entry = truth.full_name.as_deref().and_then(|name| known.get(&(list.kind(), name)));
        let name = match entry {
            Some(entry) => entry.full_name().to_string(),
            None => contacts.get(&truth.contact).map(Contact::display_name).unwrap_or_default(),
        };
        let id = entry.map(|entry| entry.id().clone());
        parties.insert((truth.contact, list), PartyRef { list, id, name, contact: truth.contact });
    }
    parties
}

/// What the program proposes for this company, taken over whole, and what is lacking named.
fn settings(
    world: &World,
    entries: &[(ListEntry, String)],
    preferences: &Preferences,
    contacts: &HashMap<i64, Contact>,
    products: &HashMap<i64, Product>,
    branches: &[Branch],
) -> Settings {
    let mut settings = Settings {
        timezone: countersign::base::Zone::named(world.zone()).unwrap(),
        start: Some("2026-01".parse().unwrap()),
        company_id: Uuid::from_u128(7),
        ..Settings::default()
    };
    let lists = Lists::new(entries.iter().map(|entry| entry.0.clone()).collect());
    let mut sample: Vec<Document> = Vec::new();
    for (kind, resource) in KINDS {
        sample.extend(raw(world, resource).take(2_000).filter_map(|text| cin7::document(kind, &text).ok()));
    }
    let learnt = drafting::learn(sample.iter());
    let with_contacts = sample.iter().map(|document| (document, contacts.get(&document.contact_id)));
    let seen = Seen::collect(with_contacts, products, branches, &settings, &learnt);
    let proposal = drafting::propose(&lists, preferences, &settings, &seen);
    for item in &proposal.items {
        if let Some(value) = &item.value {
            item.slot.fill(&mut settings, value);
        }
    }
    for item in &proposal.missing {
        drafting::name_missing(&mut settings, item);
    }
    settings
}

#[derive(Default)]
struct Tally {
    documents: usize,
    lines: usize,
    ready: usize,
    reading: Duration,
    drafting: Duration,
}

fn pure(books: &Books) -> Tally {
    let lists = books.lists();
    let mut learner = Learner::default();
    for (kind, resource) in KINDS {
        let texts = raw(&books.world, resource).take(400);
        texts
            .filter_map(|text| cin7::document(kind, &text).ok())
            .for_each(|document| learner.note(&document));
    }
    let learnt = learner.finish();
    let context = Context {
        settings: &books.settings,
        lists: &lists,
        preferences: &books.preferences,
        products: &books.products,
        learnt: &learnt,
        original_sale: &|_| None,
        party_currency: "",
        tax_filed_through: None,
    };
    let mut taken: HashSet<String> = HashSet::new();
    let mut tally = Tally::default();
    for (kind, resource) in KINDS {
        let mut texts = raw(&books.world, resource).peekable();
        while texts.peek().is_some() {
            let chunk: Vec<String> = texts.by_ref().take(CHUNK).collect();
            let begun = std::time::Instant::now();
            let documents: Vec<Document> =
                chunk.iter().filter_map(|text| cin7::document(kind, text).ok()).collect();
            tally.reading += begun.elapsed();
            let begun = std::time::Instant::now();
            let drafts: Vec<Drafted> =
                documents.iter().map(|document| draft(books, document, &context, &mut taken)).collect();
            tally.drafting += begun.elapsed();
            tally.documents += documents.len();
            tally.lines += documents.iter().map(|document| document.lines.len()).sum::<usize>();
            tally.ready += drafts.iter().filter(|draft| draft.state == DraftState::Ready).count();
        }
    }
    tally
}

fn draft(books: &Books, document: &Document, context: &Context<'_>, taken: &mut HashSet<String>) -> Drafted {
    let contact = books.contacts.get(&document.contact_id);
    let list = drafting::eligibility::kind_of(document, contact).party_list().unwrap();
    let party = books.parties.get(&(document.contact_id, list));
    let key = |kind: countersign::books::TxnKind, party: Option<&PartyRef>, number: &str| {
        format!("{} {} {number}", kind.word(), party.map_or("", |party| party.name.as_str()))
    };
    let drafted = drafting::draft(document, contact, party, context, &|kind, party, number| {
        taken.contains(&key(kind, party, number))
    });
    if let Some(kind) = drafted.kind {
        let scope = if kind.ref_number_limit() == 20 { party } else { None };
        taken.insert(key(kind, scope, &drafted.ref_number));
    }
    drafted
}

/// A profile with everything fetched and decided, and nothing drafted.
fn profile(books: &Books, dir: &std::path::Path) -> Arc<Profile> {
    let options =
        InitOptions { company_id: Uuid::from_u128(7), file_id: Uuid::from_u128(8), ..InitOptions::default() };
    let profile = Profile::init(dir, &options, Arc::new(Fixed(books.world.now()))).unwrap();
    profile
        .save_settings(&Settings { endpoint: profile.settings().endpoint, ..books.settings.clone() })
        .unwrap();
    for resource in [
        Resource::Contacts,
        Resource::Products,
        Resource::Branches,
        Resource::SalesOrders,
        Resource::PurchaseOrders,
        Resource::CreditNotes,
    ] {
        keep_sources(&profile, &books.world, resource);
    }
    let (entries, preferences) = (books.entries.clone(), books.preferences.clone());
    let links: Vec<((i64, PartyList), PartyRef)> =
        books.parties.iter().map(|(who, party)| (*who, party.clone())).collect();
    let keep = move |tx: &countersign::store::Tx<'_>| {
        for (entry, modified) in &entries {
            tx.keep_list_entry(entry, modified)?;
        }
        for ((contact, role), party) in &links {
            tx.set_link(*contact, *role, Some(&link(*contact, *role, party)))?;
        }
        tx.set_meta_json("preferences", &preferences)
    };
    profile.store().write(Lane::Bulk, keep).unwrap();
    profile
}

fn keep_sources(profile: &Profile, world: &World, resource: Resource) {
    let name = cin7::Resource::ALL.into_iter().find(|known| known.word() == resource.name()).unwrap();
    let mut texts = raw(world, resource).peekable();
    while texts.peek().is_some() {
        let records: Vec<NewSource> = texts
            .by_ref()
            .take(2_000)
            .filter_map(|text| cin7::read::record(name, &text).ok())
            .map(|(record, _)| NewSource {
                resource: resource.name().into(),
                cin7_id: record.id,
                modified: record.modified.map(|at| at.to_string()).unwrap_or_default(),
                hash: record.hash,
                raw: record.raw,
            })
            .collect();
        profile
            .store()
            .write(Lane::Bulk, move |tx| tx.save_sources(&records, "2026-03-01T00:00:00Z"))
            .unwrap();
    }
}

fn link(contact_id: i64, role: PartyList, party: &PartyRef) -> Link {
    Link {
        contact_id,
        role,
        list_id: party.id.as_ref().map(ToString::to_string),
        name: party.name.clone(),
        list_add: None,
        by_whom: "Bench".into(),
        at: "2026-03-01T00:00:00Z".into(),
        score: String::new(),
        evidence: String::new(),
    }
}

fn stored(books: &Books) {
    let dir = tempfile::tempdir().unwrap();
    let profile = profile(books, dir.path());
    let begun = std::time::Instant::now();
    let run = redraft::redraft(&profile).unwrap();
    let first = begun.elapsed();
    let head = profile.store().read(|reader| reader.event_head()).unwrap();
    let begun = std::time::Instant::now();
    let again = redraft::redraft(&profile).unwrap();
    let second = begun.elapsed();
    let after = profile.store().read(|reader| reader.event_head()).unwrap();
    println!("stored: {} documents, {} new, in {:.2} s", run.documents, run.new, first.as_secs_f64());
    println!(
        "again, unchanged: {} documents, {} written, {} events, in {:.2} s",
        again.documents,
        again.new + again.changed,
        after.seq - head.seq,
        second.as_secs_f64()
    );
    assert_eq!((again.new, again.changed, after.seq), (0, 0, head.seq), "nothing may be written");
}

fn main() {
    let orders = std::env::var("BENCH_ORDERS").ok().and_then(|text| text.parse().ok()).unwrap_or(ORDERS);
    let books = Books::new(orders);
    let tally = pure(&books);
    println!(
        "pure: {} documents of {} lines, {} ready: reading {:.2} s, drafting {:.2} s",
        tally.documents,
        tally.lines,
        tally.ready,
        tally.reading.as_secs_f64(),
        tally.drafting.as_secs_f64()
    );
    stored(&books);
}
