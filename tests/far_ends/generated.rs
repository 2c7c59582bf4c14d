//! Generated documents of every mode of tax, currency, sign, length and odd character, read as Cin7 writes them, drafted,
//! written as qbXML and booked by the strict simulated company (issue 3): each either is accepted, and QuickBooks' own
//! ledger then holds our debits and credits to the cent, or says why not. None is dropped.

use crate::drafts::FarEnd;
use countersign::base::{Cents, Decimal, Zone};
use countersign::books::settings::{
    BranchEntry, GlEntry, TaxLine, TaxLineReason, TaxMode, TaxRounding, TaxRule,
};
use countersign::books::{
    DraftState, ListAdd, ListRef, PartyList, PartyRef, Payload, Preferences, Settings, Side,
};
use countersign::cin7;
use countersign::drafting::{Context, Drafted, Learnt, Level, Lists, draft, party_add};
use countersign::handoff::answer::made_list_id;
use countersign::handoff::{Found, Page, Request};
use countersign::orders::{Contact, Document, DocumentType};
use countersign::sim::quickbooks::{Company, Switches};
use countersign::sim::seed::{AccountSeed, CompanySeed, ItemSeed, PartySeed, TaxItemSeed};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Documents for each company.
const DOCUMENTS: u64 = 320;

/// Draws that depend on nothing but their seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    pub fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }

    pub fn decimal(&mut self, below: u64, places: u32) -> Decimal {
        Decimal::new(i64::try_from(self.below(below)).unwrap(), places)
    }
}

const WORDS: [&str; 12] = [
    "Harbor Mug",
    "Größe L — blau",
    "陶器のカップ",
    "5\" nail & <washer>",
    "tab\tand\u{7}bell",
    "\u{202e}reversed",
    "😀 smile",
    "a]]>b &amp; c",
    "O'Neil: \"quoted\"",
    "",
    "    ",
    "x",
];

pub fn name(dice: &mut Dice) -> String {
    let word = dice.of(&WORDS);
    if dice.one_in(20) { word.repeat(600) } else { word.to_string() }
}

pub fn rows(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

/// The golden rows that generated documents are bent from.
fn bases() -> [(DocumentType, Value); 3] {
    let first = |text| rows(text).remove(0);
    [
        (DocumentType::SalesOrder, first(include_str!("../golden/cin7/sales_orders.json"))),
        (DocumentType::PurchaseOrder, first(include_str!("../golden/cin7/purchase_orders.json"))),
        (DocumentType::CreditNote, first(include_str!("../golden/cin7/credit_notes.json"))),
    ]
}

/// Rates that the tax map knows, and one that it does not.
const RATES: [&str; 5] = ["0", "7.5", "8.875", "10", "6.35"];

/// A number as Cin7's JSON has it: never as text.
pub fn number(value: Decimal) -> Value {
    serde_json::from_str(&value.to_string()).unwrap()
}

/// One document; its total follows `cin7-api.md` 8.2, now and then with the freight or a GL code untaxed, or wrong.
pub fn document(dice: &mut Dice, id: u64) -> (DocumentType, Value) {
    let (kind, mut row) = bases()[usize::try_from(dice.of(&[0_u64, 0, 0, 1, 1, 2])).unwrap()].clone();
    // A purchase order below zero is a supplier's credit.
    let back = kind == DocumentType::CreditNote || (kind == DocumentType::PurchaseOrder && dice.one_in(4));
    let sign = if back { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
    let base_line = row["lineItems"][0].clone();
    let (mut lines, mut product, mut untaxed) = (Vec::new(), Decimal::ZERO, Decimal::ZERO);
    for place in 0..dice.of(&[1_u64, 1, 2, 3, 5, 12, 40, 0]) {
        let places = u32::try_from(dice.below(4)).unwrap();
        // Now and then a line against the document's sense: a restocking fee, a return on an order.
        let against = if dice.one_in(40) { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
        let qty = dice.decimal(400, places) * sign * against;
        let price = dice.decimal(90_000, 1 + places);
        let discount = if dice.one_in(4) { dice.decimal(300, 2) * sign } else { Decimal::ZERO };
        let code = dice.of(&["", "", "", "4000", "4100", "4100", "9999"]);
        let code = if code == "9999" && !dice.one_in(6) { "" } else { code };
        let mut line = base_line.clone();
        line["id"] = json!(id * 100 + place);
        line["productId"] = json!(0);
        line["name"] = json!(name(dice));
        line["lineComments"] = json!(name(dice));
        (line["qty"], line["qtyShipped"]) = (number(qty), number(qty));
        (line["unitPrice"], line["discount"]) = (number(price), number(discount));
        line["accountCode"] = json!(code);
        product += qty * price - discount;
        if code == "4100" && kind != DocumentType::PurchaseOrder {
            untaxed += qty * price - discount;
        }
        lines.push(line);
    }
    row["lineItems"] = Value::Array(lines);
    let charge = |dice: &mut Dice| if dice.one_in(3) { dice.decimal(9_000, 2) * sign } else { Decimal::ZERO };
    let (freight, surcharge, discount) = (charge(dice), charge(dice), charge(dice));
    let rate: Decimal = dice.of(&RATES).parse().unwrap();
    let status = dice.of(&["Excl", "Excl", "Excl", "Incl", "Exempt", "Undefined"]);
    let net = product + freight + surcharge - discount;
    let mut base = net;
    if dice.one_in(4) {
        base -= freight;
    }
    if untaxed != Decimal::ZERO && !dice.one_in(3) {
        let all = product + freight + surcharge;
        base -= untaxed;
        base += (discount * untaxed).checked_div(all).unwrap_or_default();
    }
    let tax = if matches!(status, "Excl" | "Undefined") {
        base * rate / Decimal::ONE_HUNDRED
    } else {
        Decimal::ZERO
    };
    let noise = if dice.one_in(12) { dice.decimal(100_000, 4) } else { Decimal::ZERO };
    row["productTotal"] = number(product);
    row["freightTotal"] = number(freight);
    row["surcharge"] = number(surcharge);
    row["discountTotal"] = number(discount);
    row["total"] = number((net + tax).round_dp(4) + noise);
    row["taxRate"] = number(rate);
    row["taxStatus"] = json!(status);
    for field in ["freightDescription", "surchargeDescription", "discountDescription", "customerOrderNo"] {
        row[field] = json!(name(dice));
    }
    for field in ["billingAddress1", "billingCity", "billingCompany", "deliveryAddress2"] {
        row[field] = json!(name(dice));
    }
    row["deliveryState"] = json!(dice.of(&["OH", "Ohio", "NY", "", "Ontario"]));
    let (currency, factor) =
        dice.of(&[("USD", "1"), ("USD", "1"), ("USD", "1"), ("EUR", "1.0837"), ("GBP", "1.27")]);
    (row["currencyCode"], row["currencyRate"]) = (json!(currency), number(factor.parse().unwrap()));
    row["id"] = json!(90_000 + id);
    let own = match currency {
        "EUR" => 2,
        "GBP" => dice.of(&[3, 3, 1]),
        _ => 1,
    };
    row["memberId"] = json!(if dice.one_in(12) { 2 } else { own });
    let reference = format!("{}-{}{id}", kind.word(), "9".repeat(usize::try_from(dice.below(9)).unwrap()));
    row["reference"] = json!(reference);
    row["invoiceNumber"] = json!(if dice.one_in(2) { 0 } else { dice.below(300) + 1 });
    row["creditNoteNumber"] = row["invoiceNumber"].clone();
    row["supplierInvoiceReference"] =
        json!(format!("{}{}", name(dice).chars().take(30).collect::<String>(), dice.below(50)));
    if dice.one_in(40) {
        row["invoiceDate"] = Value::Null;
    }
    if dice.one_in(40) {
        row["isVoid"] = json!(true);
    }
    (kind, row)
}

fn seed(sales_tax: bool) -> CompanySeed {
    let tax = |name: &str, rate: &str, agency: &str| TaxItemSeed {
        name: name.into(),
        rate_percent: rate.parse().unwrap(),
        agency: agency.into(),
    };
    let item = |name: &str, kind: &str, account: &str| ItemSeed {
        name: name.into(),
        kind: kind.into(),
        account_number: account.into(),
        active: true,
    };
    let party = |name: &str| PartySeed { name: name.into(), active: true, ..PartySeed::default() };
    CompanySeed {
        company_name: "Generated".into(),
        file: "C:\\Books\\Generated.qbw".into(),
        sales_tax,
        class_tracking: true,
        customers: vec![party("Dollar Customer"), party("Euro Customer")],
        vendors: vec![party("Dollar Vendor"), party("Euro Vendor")],
        classes: vec!["Main".into()],
        tax_items: vec![
            tax("OH Sales Tax", "7.5", "Ohio"),
            tax("Ten", "10", "Tenland"),
            tax("NY State", "4", "New York"),
            tax("NYC Local", "4.5", "New York"),
            tax("NY MCTD", "0.375", "New York"),
            tax("Out of State", "0", "None"),
        ],
        tax_groups: vec![(
            "New York City".into(),
            vec!["NY State".into(), "NYC Local".into(), "NY MCTD".into()],
        )],
        accounts: vec![AccountSeed {
            number: "6905".into(),
            name: "Sales Rounding".into(),
            account_type: "Income".into(),
            opening_cents: 0,
        }],
        items: vec![
            item("Surcharge", "OtherCharge", "4300"),
            item("Order Discount", "OtherCharge", "4900"),
            item("Rounding", "OtherCharge", "6905"),
            item("Marketplace Tax", "OtherCharge", "2210"),
        ],
        clock_start: "2026-03-05T15:00:00Z".into(),
        utc_offset_minutes: -300,
        ..CompanySeed::default()
    }
}

/// How one company is set up.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub mode: TaxMode,
    pub by_line: bool,
    pub sales_tax: bool,
    pub currencies: bool,
    pub merge: bool,
}

pub struct Books {
    pub far_end: FarEnd,
    pub settings: Settings,
    pub preferences: Preferences,
    pub lists: Lists,
    pub numbers: HashMap<String, String>,
    pub parties: HashMap<(PartyList, i64), (PartyRef, String)>,
}

/// The plainest of them.
pub fn plain() -> Way {
    Way { mode: TaxMode::Quickbooks, by_line: false, sales_tax: true, currencies: false, merge: false }
}

impl Books {
    pub fn new(way: Way) -> Self {
        let mut switches = Switches { tax_rounded_by_line: way.by_line, ..Switches::default() };
        if way.currencies {
            switches.multi_currency = true;
            for name in ["Euro Customer", "Euro Vendor"] {
                switches.foreign_names.insert(name.into(), "Euro".into());
            }
        }
        let company = Company::new(&seed(way.sales_tax), switches).unwrap();
        let mut far_end = FarEnd { company, sets: 0 };
        let (lists, preferences) = (far_end.lists(), far_end.preferences());
        let settings = settings(way, &lists);
        for (list, name) in [(PartyList::Customer, "Pound Customer"), (PartyList::Vendor, "Pound Vendor")] {
            let pounds = if way.currencies { "British Pound Sterling" } else { "" };
            make(&mut far_end, &settings, &lists, &preferences, (list, name, pounds));
        }
        let numbers = lists
            .accounts()
            .iter()
            .map(|account| (account.full_name.clone(), account.number.clone()))
            .collect();
        let mut parties = HashMap::new();
        for list in [PartyList::Customer, PartyList::Vendor] {
            let answer = far_end.ask(Request::List { list: list.kind(), since: None, page: Page::Whole });
            let Found::List(seen) = answer.found else { panic!("{answer:?}") };
            for entry in seen {
                let countersign::books::ListEntry::Party(party) = entry.entry else { continue };
                let contact = match party.full_name.split(' ').next() {
                    Some("Euro") => 2,
                    Some("Pound") => 3,
                    _ => 1,
                };
                let party_ref = PartyRef { list, id: Some(party.id), name: party.full_name, contact };
                if party_ref.name.contains("Customer") || party_ref.name.contains("Vendor") {
                    parties.insert((list, contact), (party_ref, party.currency));
                }
            }
        }
        Books { far_end, settings, preferences, lists, numbers, parties }
    }
}

/// A customer or vendor made by the program itself, in a currency of its own.
fn make(
    far_end: &mut FarEnd,
    settings: &Settings,
    lists: &Lists,
    preferences: &Preferences,
    (list, name, pounds): (PartyList, &str, &str),
) {
    let products = HashMap::new();
    let ctx = Context {
        settings,
        lists,
        preferences,
        products: &products,
        learnt: &Learnt::default(),
        original_sale: &|_| None,
        party_currency: "",
        tax_filed_through: None,
    };
    let named = countersign::drafting::currency::of_new_party("GBP", &[], &ctx);
    assert_eq!(named.unwrap_or_default(), pounds);
    let (mut entry, _) = party_add(&contacts()[&3][0], list, name, &ctx);
    if let ListAdd::Party { currency, .. } = &mut entry {
        *currency = pounds.into();
    }
    let key = far_end.key();
    let answer = far_end.ask(Request::ListAdd { entry, key });
    assert!(made_list_id(&answer).is_some(), "{} {}", answer.status, answer.message);
}

fn settings(way: Way, lists: &Lists) -> Settings {
    let item = |name: &str| lists.item_by_name(name).map(|item| ListRef::new(item.id.clone(), name)).unwrap();
    let account = |number: &str| {
        let found = lists.account_by_number(number).unwrap();
        Some(ListRef::new(found.id.clone(), found.full_name.clone()))
    };
    let code =
        |name: &str| lists.tax_code(&ListRef::new("", name)).map(|code| ListRef::new(code.id.clone(), name));
    let rule = |rate: &str, state: &str, name: &str| TaxRule {
        rate: rate.parse().unwrap(),
        state: state.into(),
        item: item(name),
        ..TaxRule::default()
    };
    let mut settings = Settings {
        timezone: Zone::named("America/New_York").unwrap(),
        start: Some("2026-01".parse().unwrap()),
        tax_mode: way.mode,
        tax_rounding: if way.by_line { TaxRounding::Line } else { TaxRounding::Sum },
        merge_lines: way.merge,
        multicurrency: way.currencies,
        tax: vec![
            rule("7.5", "OH", "OH Sales Tax"),
            rule("7.5", "", "OH Sales Tax"),
            rule("10", "", "Ten"),
            rule("8.875", "", "New York City"),
        ],
        ..Settings::default()
    };
    settings.account.inventory_asset = account("1400");
    settings.account.purchase_tax = account("6950");
    settings.account.rounding = account("6900");
    (settings.account.ar, settings.account.ap) = (account("1100"), account("2000"));
    settings.item.sales = Some(item("Sales"));
    settings.item.freight = Some(item("Freight"));
    settings.item.surcharge = Some(item("Surcharge"));
    settings.item.discount = Some(item("Order Discount"));
    settings.item.rounding = Some(item("Rounding"));
    settings.tax_line.reason = TaxLineReason::Marketplace;
    settings.tax_line.marketplace = TaxLine { item: Some(item("Marketplace Tax")), code: code("Mkt") };
    settings.gl.insert(
        "4000".into(),
        GlEntry { item: Some(item("Sales")), account: account("1400"), ..GlEntry::default() },
    );
    settings.gl.insert(
        "4100".into(),
        GlEntry {
            item: Some(item("4100")),
            account: account("6000"),
            tax_code: code("Non"),
            ..GlEntry::default()
        },
    );
    let class = lists.class(&ListRef::new("", "Main")).map(|class| ListRef::new(class.id.clone(), "Main"));
    settings.branch.insert("3".into(), BranchEntry { class, ..BranchEntry::default() });
    settings
}

/// What became of the documents of one company.
#[derive(Debug, Default)]
struct Tally {
    drafted: u64,
    posted: u64,
    held: BTreeMap<String, u64>,
}

pub fn contacts() -> HashMap<i64, [Contact; 2]> {
    let row = rows(include_str!("../golden/cin7/contacts.json")).remove(0);
    let of = |id: i64, kind: &str| {
        let mut row = row.clone();
        (row["id"], row["type"]) = (json!(id), json!(kind));
        cin7::contact(&row.to_string()).unwrap()
    };
    [1, 2, 3].map(|id| (id, [of(id, "Customer"), of(id, "Supplier")])).into_iter().collect()
}

fn run(way: Way, first: u64) -> Tally {
    let mut books = Books::new(way);
    let (contacts, mut tally, mut taken) = (contacts(), Tally::default(), HashSet::new());
    let mut dice = Dice(first.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for id in 0..DOCUMENTS {
        let (kind, row) = document(&mut dice, id);
        let document = cin7::document(kind, &row.to_string()).unwrap();
        let vendor = kind == DocumentType::PurchaseOrder;
        let contact = &contacts[&document.contact_id][usize::from(vendor)];
        let drafted = drafted(&books, &document, contact, &taken);
        tally.drafted += 1;
        assert_eq!(drafted.state, countersign::drafting::state_of(&drafted.reasons));
        if drafted.state != DraftState::Ready {
            let why = drafted.reasons.iter().find(|reason| reason.level == Level::Blocks);
            let why = why.unwrap_or_else(|| panic!("{way:?} {id} is held without a reason: {drafted:?}"));
            assert!(!why.text.is_empty());
            *tally.held.entry(why.code.to_string()).or_default() += 1;
            continue;
        }
        let payload = drafted.payload.unwrap();
        taken.insert(format!("{:?} {}", payload.kind, payload.ref_number));
        check(&payload, &document);
        book(&mut books, &payload, &format!("{way:?} document {id}"));
        tally.posted += 1;
    }
    assert_eq!(tally.drafted, tally.posted + tally.held.values().sum::<u64>(), "none is dropped");
    tally
}

fn drafted(books: &Books, document: &Document, contact: &Contact, taken: &HashSet<String>) -> Drafted {
    let products = HashMap::new();
    let list = countersign::drafting::eligibility::kind_of(document, Some(contact)).party_list().unwrap();
    let (party, currency) = &books.parties[&(list, document.contact_id)];
    let ctx = Context {
        settings: &books.settings,
        lists: &books.lists,
        preferences: &books.preferences,
        products: &products,
        learnt: &Learnt::default(),
        original_sale: &|_| None,
        party_currency: currency,
        tax_filed_through: None,
    };
    draft(document, Some(contact), Some(party), &ctx, &|kind, _, number| {
        taken.contains(&format!("{kind:?} {number}"))
    })
}

/// What must hold of a ready draft before anything is sent.
fn check(payload: &Payload, document: &Document) {
    assert!(payload.adds_up());
    let total = Cents::round(document.total).unwrap();
    assert_eq!(payload.total, total.abs());
    assert!(payload.ref_number.chars().count() <= payload.kind.ref_number_limit());
    let sum =
        |side| -> Cents { payload.postings().iter().filter(|p| p.side == side).map(|p| p.amount).sum() };
    assert_eq!(sum(Side::Debit), sum(Side::Credit));
}

/// Sends a payload and compares QuickBooks' ledger with our debits and credits, account by account.
pub fn book(books: &mut Books, payload: &Payload, what: &str) {
    let pending = books.far_end.company.ledger_txns().count();
    let seen = books.far_end.post(payload.clone());
    assert_eq!(seen.total, payload.stated_total(), "{what}");
    assert_eq!(seen.tax, payload.tax_total(), "{what}");
    let booked = books.far_end.company.ledger_txns().nth(pending).unwrap();
    let mut theirs: BTreeMap<String, i64> = BTreeMap::new();
    for split in &booked.splits {
        *theirs.entry(split.account.clone()).or_default() += split.debit - split.credit;
    }
    let rate = payload.exchange_rate.unwrap_or(Decimal::ONE);
    let mut ours: BTreeMap<String, i64> = BTreeMap::new();
    let mut control = 0;
    for (place, posting) in payload.postings().iter().enumerate() {
        let cents = Cents::round(posting.amount.decimal() * rate).unwrap().get();
        let cents = if posting.side == Side::Debit { cents } else { -cents };
        // In another currency QuickBooks rounds each line into home money, and the header takes their sum.
        if place == 0 && payload.exchange_rate.is_some() {
            continue;
        }
        control -= if place == 0 { 0 } else { cents };
        let fallback =
            posting.account.replace("Accounts Receivable", "1100").replace("Accounts Payable", "2000");
        let account = books.numbers.get(&posting.account).cloned().unwrap_or(fallback);
        *ours.entry(account).or_default() += cents;
    }
    if payload.exchange_rate.is_some() {
        let account = if payload.kind.can_be_pending() { "1100" } else { "2000" };
        *ours.entry(account.into()).or_default() += control;
    }
    ours.retain(|_, cents| *cents != 0);
    theirs.retain(|_, cents| *cents != 0);
    assert_eq!(theirs, ours, "{what}");
}

#[test]
fn generated_documents_are_accepted_and_booked_as_drafted_or_say_why_not() {
    let plain = plain();
    let ways = [
        plain,
        Way { by_line: true, ..plain },
        Way { mode: TaxMode::TaxItem, ..plain },
        Way { mode: TaxMode::Line, ..plain },
        Way { sales_tax: false, merge: true, ..plain },
        Way { mode: TaxMode::Line, sales_tax: false, ..plain },
        Way { currencies: true, merge: true, ..plain },
        Way { mode: TaxMode::TaxItem, currencies: true, by_line: true, ..plain },
    ];
    for (first, way) in (1_u64..).zip(ways) {
        let tally = run(way, first);
        assert!(tally.posted * 5 > tally.drafted, "{way:?}: too few are posted: {tally:?}");
        assert!(tally.held.len() > 3, "{way:?}: the generator has lost its odd documents: {tally:?}");
    }
}
