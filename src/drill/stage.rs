//! The stage of the schedules: a prepared profile in memory and a prepared company file, taken back between schedules.
//!
//! Must leave nothing of one schedule to the next, and must have no clock, thread or chance of its own: time and random
//! bits come from the schedule's seed.

use super::mutants::Mutant;
use super::quickbooks::Books;
use super::rng::Rng;
use crate::base::{Cents, Clock, Day, DraftId, Instant, ListId, PostingKey, digest};
use crate::books::{
    DraftState, ItemKind, Line, ListAdd, ListRef, PartyList, PartyRef, Payload, Role, Settings, TxnKind,
};
use crate::handoff::Defences;
use crate::store::drafts::{Content, DerivedDraft};
use crate::store::links::Link;
use crate::store::{Lane, Store};
use crate::workflow::host::{Host, HostOptions, Surroundings};
use crate::workflow::{Profile, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// First moment of every schedule: 2026-03-20T17:00:00Z.
pub const BEGIN: i64 = 1_774_026_000;
/// User names of the computers, the company's own first.
pub const USERS: [&str; 2] = ["countersign", "countersign-2"];
/// The password typed into both Web Connectors.
pub const PASSWORD: &str = "correct horse";
/// Name of the company file.
pub const COMPANY: &str = "Harbor Goods LLC";
/// Where it stands.
pub const PATH: &str = "C:\\Books\\harbor.qbw";
/// Documents that wait for approval.
pub const DOCUMENTS: usize = 24;

/// Time and chance of one schedule.
#[derive(Debug, Default)]
pub struct Sky {
    /// What the clock on the wall says, in seconds since 1970.
    pub wall: AtomicI64,
    /// Seconds on the clock that only runs forward.
    pub steady: AtomicU64,
    seed: AtomicU64,
    drawn: AtomicU64,
}

impl Sky {
    fn reset(&self, seed: u64) {
        self.wall.store(BEGIN, Ordering::Relaxed);
        self.steady.store(1_000, Ordering::Relaxed);
        self.seed.store(seed, Ordering::Relaxed);
        self.drawn.store(0, Ordering::Relaxed);
    }
}

struct SkyClock(Arc<Sky>);

impl Clock for SkyClock {
    fn now(&self) -> Instant {
        Instant::from_second(self.0.wall.load(Ordering::Relaxed)).unwrap_or(Instant::UNIX_EPOCH)
    }
}

struct SkyHost(Arc<Sky>, Defences);

impl Surroundings for SkyHost {
    fn random(&self) -> Result<u128> {
        let drawn = self.0.drawn.fetch_add(1, Ordering::Relaxed);
        let mut rng = Rng::new(self.0.seed.load(Ordering::Relaxed), 1_000 + drawn);
        Ok(u128::from(rng.next()) << 64 | u128::from(rng.next()))
    }

    fn steady(&self) -> Duration {
        Duration::from_secs(self.0.steady.load(Ordering::Relaxed))
    }

    fn admits(&self, _profile: &Profile, _user: &str, password: &str, known: bool) -> bool {
        known && password == PASSWORD
    }

    fn works_in(&self) -> bool {
        false
    }

    fn notices(&self) -> usize {
        1 // nobody listens
    }

    fn defences(&self) -> Defences {
        self.1
    }
}

/// A document that waits for approval.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its draft.
    pub draft: DraftId,
    /// Mark 1.
    pub key: PostingKey,
    /// Hash of the version shown.
    pub hash: String,
    /// Content.
    pub payload: Payload,
    /// As drafting made it.
    pub derived: DerivedDraft,
}

/// A prepared profile and company file.
pub struct Stage {
    /// The profile, over a store in memory.
    pub profile: Arc<Profile>,
    /// Its time and chance.
    pub sky: Arc<Sky>,
    /// The company file as it stands at the beginning.
    pub books: Books,
    /// What waits for approval.
    pub documents: Vec<Document>,
    mutant: Option<Mutant>,
}

impl Stage {
    /// Prepares a stage, for the program as it is or with one defence missing.
    ///
    /// # Errors
    /// What the store says.
    pub fn new(mutant: Option<Mutant>) -> Result<Self> {
        let sky = Arc::new(Sky::default());
        sky.reset(0);
        let store = Store::in_memory(mutant.and_then(Mutant::rule))?;
        let mut settings = Settings { company_id: Uuid::from_u128(0xC0FFEE), ..Settings::default() };
        settings.endpoint.file_id = Uuid::from_u128(0xF11E);
        settings.endpoint.user = USERS[0].into();
        let file_id = settings.endpoint.file_id.braced().to_string();
        let profile = Profile::over(store, settings, Arc::new(SkyClock(Arc::clone(&sky))));
        let mut books = Books::new(COMPANY, PATH, &file_id, BEGIN - 40 * 86_400);
        let documents = furnish(&profile, &mut books)?;
        let mut stage = Stage { profile, sky, books, documents, mutant };
        super::schedule::first_visit(&mut stage)?;
        stage.profile.store().keep_template()?;
        Ok(stage)
    }

    /// Everything as prepared, for the schedule of a seed.
    ///
    /// # Errors
    /// What the store says.
    pub fn reset(&self, seed: u64) -> Result<()> {
        self.profile.store().back_to_template()?;
        self.sky.reset(seed);
        Ok(())
    }

    /// The program starts: a new desk on what is durable.
    ///
    /// # Errors
    /// What the store says.
    pub fn start(&self, adopt_company: bool) -> Result<Arc<Host>> {
        let defences = self.mutant.map_or(Defences::all(), Mutant::defences);
        Host::within(
            Arc::clone(&self.profile),
            HostOptions { adopt_company },
            Box::new(SkyHost(Arc::clone(&self.sky), defences)),
        )
    }

    /// The defence that is missing.
    #[must_use]
    pub const fn mutant(&self) -> Option<Mutant> {
        self.mutant
    }
}

/// The lists of the company file, by name.
struct Lists {
    sales: ListRef,
    stock: ListRef,
    cogs: ListRef,
    item: ListRef,
    customers: Vec<ListRef>,
    vendors: Vec<ListRef>,
}

fn found_lists(books: &mut Books) -> Lists {
    let mut account = |number: &str, name: &str, kind: &str| {
        let inner = format!("<AccountNumber>{number}</AccountNumber><AccountType>{kind}</AccountType>");
        ListRef::new(books.found("Account", name, &inner), name)
    };
    let (sales, stock, cogs) = (
        account("4000", "Sales", "Income"),
        account("1400", "Stock", "OtherCurrentAsset"),
        account("5000", "Cost of Sales", "CostOfGoodsSold"),
    );
    let inner = format!(
        "<SalesOrPurchase><AccountRef><ListID>{}</ListID><FullName>Sales</FullName></AccountRef></SalesOrPurchase>",
        sales.id
    );
    let item = ListRef::new(books.found("ItemService", "Goods", &inner), "Goods");
    let mut names = |element, names: [&str; 3]| {
        names.map(|name| ListRef::new(books.found(element, name, ""), name)).to_vec()
    };
    let customers = names("Customer", ["Aspen Hardware", "Birch & Sons", "Cedar Trading"]);
    let vendors = names("Vendor", ["Delta Supply", "Echo Freight", "Foxtrot Mills"]);
    books.found("Employee", "Gail Green", "");
    books.found("StandardTerms", "Net 30", "<StdDueDays>30</StdDueDays>");
    Lists { sales, stock, cogs, item, customers, vendors }
}

fn furnish(profile: &Arc<Profile>, books: &mut Books) -> Result<Vec<Document>> {
    let lists = found_lists(books);
    let company = profile.settings().company_id;
    let mut documents = Vec::new();
    for number in 0..DOCUMENTS {
        let payload = payload_of(number, &lists);
        let derived = derived_of(number, &payload, company)?;
        documents.push((payload, derived));
    }
    let written = documents.clone();
    let at = profile.now().to_string();
    profile.store().write(Lane::Person, move |tx| {
        for user in USERS {
            tx.add_identity(user, user, "Countersign", &at)?;
        }
        tx.event(&at, "init", "profile_made", "profile", &"made")?;
        for (payload, derived) in &written {
            if let Some(party) = payload.party.as_ref().filter(|party| party.id.is_none()) {
                tx.set_link(party.contact, party.list, Some(&new_party(party, &at)))?;
            }
            tx.save_derived(derived, &at)?;
        }
        let surcharge = ListAdd::Item {
            kind: ItemKind::OtherCharge,
            name: "Surcharge".into(),
            text: "Surcharge".into(),
            account: lists.sales.clone(),
            tax_code: None,
        };
        crate::workflow::handoff::approve_items(tx, "Ann", &at, company, &[surcharge])
    })?;
    documents
        .into_iter()
        .zip(1_i64..)
        .map(|((payload, derived), id)| {
            Ok(Document {
                draft: DraftId(id),
                key: PostingKey::derive(company, &derived.source, payload.kind.word(), 0, 1),
                hash: hash_of(&payload)?,
                payload,
                derived,
            })
        })
        .collect()
}

/// The hash under which a version of this content is kept.
pub fn hash_of(payload: &Payload) -> Result<String> {
    digest::of_json(payload).map_err(|error| crate::store::StoreError::Json(error).into())
}

fn new_party(party: &PartyRef, at: &str) -> Link {
    Link {
        contact_id: party.contact,
        role: party.list,
        list_id: None,
        name: party.name.clone(),
        list_add: Some(ListAdd::party(party.list, party.contact, &party.name, &party.name)),
        by_whom: "Ann".into(),
        at: at.into(),
        score: String::new(),
        evidence: String::new(),
    }
}

fn line(role: Role, item: Option<&ListRef>, account: &ListRef, cents: i64) -> Line {
    Line {
        role,
        item: item.cloned(),
        account: account.clone(),
        class: None,
        amount: Cents::new(cents),
        quantity: None,
        rate: None,
        text: "Goods & services".into(),
        tax_code: None,
        taxable: false,
        why: String::new(),
    }
}

fn payload_of(number: usize, lists: &Lists) -> Payload {
    const KINDS: [TxnKind; 8] = [
        TxnKind::Invoice,
        TxnKind::Bill,
        TxnKind::CreditMemo,
        TxnKind::JournalEntry,
        TxnKind::Invoice,
        TxnKind::VendorCredit,
        TxnKind::Invoice,
        TxnKind::Bill,
    ];
    let kind = KINDS.get(number % KINDS.len()).copied().unwrap_or(TxnKind::Invoice);
    let of = |names: &[ListRef]| names.get(number % names.len().max(1)).cloned().unwrap_or_default();
    // Of every eight documents two are for parties that are still to be made, one is on an item still to be made.
    let new = number % 8 >= 6;
    let contact = 100 + i64::try_from(number).unwrap_or(0);
    let party = kind.party_list().map(|list| {
        let known = of(if list == PartyList::Vendor { &lists.vendors } else { &lists.customers });
        PartyRef {
            list,
            id: (!new).then(|| ListId::from(known.id.as_str())),
            name: if new { format!("New Party {number}") } else { known.name },
            contact,
        }
    });
    let cents = 10_000 + 137 * i64::try_from(number).unwrap_or(0);
    let surcharge = ListRef::new("", "Surcharge");
    let item = if number % 8 == 4 { &surcharge } else { &lists.item };
    let lines = match kind {
        TxnKind::Invoice | TxnKind::CreditMemo => vec![
            line(Role::Sales, Some(&lists.item), &lists.sales, cents - 1_000),
            line(Role::Sales, Some(item), &lists.sales, 1_000),
        ],
        TxnKind::Bill | TxnKind::VendorCredit => vec![line(Role::Inventory, None, &lists.stock, cents)],
        TxnKind::JournalEntry => vec![
            line(Role::Cogs, None, &lists.cogs, cents),
            line(Role::Inventory, None, &lists.stock, -cents),
        ],
    };
    let day = Day::constant(2026, 3, i8::try_from(1 + number % 18).unwrap_or(1));
    Payload {
        party,
        memo: format!("Cin7 D-{:03}", 500 + number),
        pending: kind.can_be_pending() && !number.is_multiple_of(3),
        lines,
        total: if kind == TxnKind::JournalEntry { Cents::ZERO } else { Cents::new(cents) },
        ..Payload::blank(kind, day, &format!("D-{:03}", 500 + number))
    }
}

fn derived_of(number: usize, payload: &Payload, company: Uuid) -> Result<DerivedDraft> {
    let source = format!("SalesOrder/{}", 24_000 + number);
    let key = PostingKey::derive(company, &source, payload.kind.word(), 0, 1);
    Ok(DerivedDraft {
        source,
        cin7_type: "SalesOrder".into(),
        cin7_id: (24_000 + number).to_string(),
        kind: Some(payload.kind),
        posting_key: Some(key.to_string()),
        tag: key.memo_tag(),
        state: DraftState::Ready,
        inputs: hash_of(payload)?,
        revision_id: 0,
        reference: payload.ref_number.clone(),
        ref_number: payload.ref_number.clone(),
        contact_id: payload.party.as_ref().map_or(0, |party| party.contact),
        party_id: payload.party.as_ref().and_then(|p| p.id.as_ref()).map(ToString::to_string),
        party_name: payload.party.as_ref().map(|party| party.name.clone()),
        date: Some(payload.date.to_string()),
        month: Some(payload.date.strftime("%Y-%m").to_string()),
        total: Some(payload.total),
        tax: Some(Cents::ZERO),
        currency: "USD".into(),
        reasons: "[]".into(),
        warned: false,
        settings_digest: String::new(),
        deletes: false,
        held: None,
        payload: Some(Content::of(payload.clone())?),
    })
}
