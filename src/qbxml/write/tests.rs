//! The exact bytes of every request, held against golden messages.
//!
//! Must never accept a message because it looks alike: bytes are compared. Follows `qbxml.md` 3-5, 16.

use super::*;
use crate::base::{Cents, Day, Decimal, ListId, SetId, TxnId};
use crate::books::{Address, ItemKind, Line, ListAdd, ListKind, ListRef, PartyList, PartyRef, Role};
use crate::handoff::Page;
use proptest::prelude::*;
use uuid::Uuid;

pub(super) fn key() -> PostingKey {
    PostingKey(Uuid::from_u128(0x1234_5678_9abc_def0_1122_3344_5566_7788))
}

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn number(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn line(role: Role, amount: i64, text: &str) -> Line {
    Line {
        role,
        item: Some(ListRef::new("80000012-1700000000", "Sales 200")),
        account: ListRef::new("80000001-1600000000", "Sales"),
        class: None,
        amount: Cents::new(amount),
        quantity: None,
        rate: None,
        text: text.to_string(),
        tax_code: Some(ListRef::new("10000-1600000000", "Tax")),
        taxable: true,
        why: String::new(),
    }
}

pub(super) fn payload(kind: TxnKind, lines: Vec<Line>) -> Payload {
    let total: Cents = lines.iter().map(|line| line.amount).sum();
    Payload {
        kind,
        party: kind.party_list().map(|list| PartyRef {
            list,
            id: Some(ListId::from("80000099-1650000000")),
            name: "Smith & Sons".to_string(),
            contact: 4101,
        }),
        date: day("2026-11-05"),
        ref_number: "SO-104233".to_string(),
        po_number: "PO 77 <rush>".to_string(),
        terms: Some(ListRef::new("20000-1600000000", "Net 30")),
        due_date: None,
        class: None,
        control_account: Some(ListRef::new("80000003-1600000000", "Accounts Receivable")),
        tax_item: None,
        customer_tax_code: None,
        tax: Vec::new(),
        bill_to: Address {
            lines: vec!["Zoë O’Neil".into(), String::new(), "1 Main St".into()],
            city: "Springfield".into(),
            state: "IL".into(),
            postal_code: "62701".into(),
            country: "USA".into(),
        },
        ship_to: Address::default(),
        memo: "Cin7 SO-104233 #58122".to_string(),
        pending: kind.can_be_pending(),
        currency: "USD".to_string(),
        exchange_rate: None,
        lines,
        total,
    }
}

pub(super) fn invoice() -> Payload {
    let mut exact = line(Role::Sales, 3000, "Café table \"A\"");
    exact.quantity = Some(number("3.0000"));
    exact.rate = Some(number("10.00"));
    let mut inexact = line(Role::Sales, 1000, "Three for ten");
    inexact.quantity = Some(number("3"));
    inexact.rate = Some(number("3.33"));
    inexact.class = Some(ListRef::new("80000007-1600000000", "East"));
    let mut words = line(Role::Sales, 0, "Thank you for your order");
    words.item = None;
    words.tax_code = None;
    let mut made =
        payload(TxnKind::Invoice, vec![exact, inexact, words, line(Role::Discount, -250, "Discount")]);
    made.tax_item = Some(ListRef::new("80000015-1600000000", "IL sales tax"));
    made.customer_tax_code = Some(ListRef::new("10000-1600000000", "Tax"));
    made
}

pub(super) fn purchase(kind: TxnKind) -> Payload {
    let mut stock = line(Role::Inventory, 123_456, "PO-2201 received");
    stock.account = ListRef::new("80000021-1600000000", "Inventory Asset");
    let mut freight = line(Role::Freight, 5_000, "Freight in");
    freight.class = Some(ListRef::new("", "East"));
    let mut made = payload(kind, vec![stock, freight]);
    made.ref_number = "INV-2026-000000123".to_string();
    made.due_date = Some(day("2026-12-05"));
    made.control_account = Some(ListRef::new("80000004-1600000000", "Accounts Payable"));
    made
}

pub(super) fn journal() -> Payload {
    let mut cost = line(Role::Cogs, 45_678, "");
    cost.account = ListRef::new("80000031-1600000000", "Cost of Goods Sold");
    let mut stock = line(Role::Inventory, -45_678, "Stock sold");
    stock.account = ListRef::new("80000021-1600000000", "Inventory Asset");
    let mut made = payload(TxnKind::JournalEntry, vec![cost, stock]);
    made.ref_number = "CG202611A".to_string();
    made.memo = "Cost of goods sold 2026-11".to_string();
    made.control_account = None;
    made
}

pub(super) fn write_set(request: Request) -> RequestSet {
    RequestSet {
        set_id: Some(SetId::from("C70123456789ABCDEFGHJKM")),
        stop: Stop::OnError,
        requests: vec![("a17".to_string(), request)],
    }
}

fn add_set(payload: Payload) -> RequestSet {
    write_set(Request::TxnAdd { payload, key: key() })
}

pub(super) fn customer() -> ListAdd {
    ListAdd::Party {
        list: PartyList::Customer,
        contact: 4101,
        name: "Łukasz & Sons".into(),
        company_name: "A company name that goes on for much longer than QuickBooks holds".into(),
        first_name: "Łukasz".into(),
        last_name: "Nowak".into(),
        email: "l.nowak@example.com".into(),
        phone: "+1 555 010 9999 extension 12345".into(),
        alt_phone: String::new(),
        fax: String::new(),
        address: invoice().bill_to,
        ship_to: Address::default(),
        account_number: "C-4101".into(),
        terms: Some(ListRef::new("", "Net 30")),
        tax_code: Some(ListRef::new("10000-1600000000", "Tax")),
        tax_item: Some(ListRef::new("80000015-1600000000", "IL sales tax")),
        currency: String::new(),
    }
}

fn vendor() -> ListAdd {
    let ListAdd::Party { company_name, address, terms, account_number, email, phone, .. } = customer() else {
        unreachable!()
    };
    ListAdd::Party {
        list: PartyList::Vendor,
        contact: 9,
        name: "Acme Supply".into(),
        company_name,
        first_name: String::new(),
        last_name: String::new(),
        email,
        phone,
        alt_phone: "555 2".into(),
        fax: "555 3".into(),
        address,
        ship_to: Address::default(),
        account_number,
        terms,
        tax_code: None,
        tax_item: None,
        currency: String::new(),
    }
}

fn item(kind: ItemKind) -> ListAdd {
    ListAdd::Item {
        kind,
        name: "Rounding".into(),
        text: "Rounding".into(),
        account: ListRef::new("80000041-1600000000", "Rounding"),
        tax_code: Some(ListRef::new("20000-1600000001", "Non")),
    }
}

fn every_query() -> RequestSet {
    let ids = vec![TxnId::from("2A-1700000000"), TxnId::from("2F-1700000000")];
    let mut requests = vec![
        Request::Host,
        Request::Company { owner_id: "{6f1b2c1e-0d7e-4f57-9f5a-0a7c52f6a001}".into() },
        Request::Preferences,
        Request::ListById { list: ListKind::Item, ids: vec![ListId::from("80000012-1700000000")] },
        Request::ListByName { list: ListKind::Customer, names: vec!["Smith & Sons".into()] },
        Request::ListDeleted { lists: ListKind::ALL.to_vec() },
        Request::TxnDeleted { kinds: TxnKind::ALL.to_vec() },
    ];
    for list in ListKind::ALL {
        let since = Some("2026-11-01T08:15:00-05:00".to_string());
        requests.push(Request::List { list, since, page: Page::Start { max: 300 } });
    }
    let iterator = "{2d3b2b9e-32b4-4e80-8d0a-2a5b3e9a0c11}".to_string();
    requests.push(Request::List {
        list: ListKind::Customer,
        since: None,
        page: Page::Continue { iterator: iterator.clone(), max: 300 },
    });
    for kind in TxnKind::ALL {
        let from = "2026-11-01T00:00:00".to_string();
        requests.extend([
            Request::TxnById { kind, ids: ids.clone(), lines: true, links: true },
            Request::TxnById { kind, ids: ids.clone(), lines: false, links: false },
            Request::TxnByRef { kind, refs: vec!["SO-104233".into()] },
            Request::TxnModified {
                kind,
                from: from.clone(),
                to: Some("2026-11-02T00:00:00".into()),
                lines: true,
                page: Page::Start { max: 200 },
            },
            Request::TxnModified { kind, from, to: None, lines: false, page: Page::Whole },
            Request::TxnDated {
                kind,
                from: day("2026-11-01"),
                to: day("2026-11-30"),
                page: Page::Continue { iterator: iterator.clone(), max: 200 },
            },
        ]);
    }
    let requests = requests.into_iter().enumerate().map(|(n, request)| (format!("q{n}"), request)).collect();
    RequestSet { set_id: None, stop: Stop::Never, requests }
}

fn account_values() -> RequestSet {
    let (from, to) = (day("2026-11-01"), day("2026-11-30"));
    let account = ListId::from("80000009-1600000000");
    let requests = vec![
        (
            "v".to_string(),
            Request::AccountRows { account, from, to, since: None, page: Page::Start { max: 200 } },
        ),
        ("v2026-11-30".to_string(), Request::Balances { day: to }),
    ];
    RequestSet { set_id: None, stop: Stop::Never, requests }
}

fn finalise(kind: TxnKind) -> Request {
    Request::Finalise { kind, txn: TxnId::from("2A-1700000000"), edit_sequence: "1700000000".into() }
}

fn goldens() -> Vec<(&'static str, RequestSet, &'static str)> {
    macro_rules! golden {
        ($name:literal, $set:expr) => {
            ($name, $set, include_str!(concat!("../../../tests/golden/qbxml/", $name)))
        };
    }
    let list_add = |entry| write_set(Request::ListAdd { entry, key: key() });
    let mut credit = invoice();
    credit.kind = TxnKind::CreditMemo;
    vec![
        golden!("invoice-add.xml", add_set(invoice())),
        golden!("credit-memo-add.xml", add_set(credit)),
        golden!("bill-add.xml", add_set(purchase(TxnKind::Bill))),
        golden!("vendor-credit-add.xml", add_set(purchase(TxnKind::VendorCredit))),
        golden!("journal-entry-add.xml", add_set(journal())),
        golden!("customer-add.xml", list_add(customer())),
        golden!("vendor-add.xml", list_add(vendor())),
        golden!("item-service-add.xml", list_add(item(ItemKind::Service))),
        golden!("item-non-inventory-add.xml", list_add(item(ItemKind::NonInventory))),
        golden!("item-other-charge-add.xml", list_add(item(ItemKind::OtherCharge))),
        golden!("item-discount-add.xml", list_add(item(ItemKind::Discount))),
        golden!("invoice-finalise.xml", write_set(finalise(TxnKind::Invoice))),
        golden!("credit-memo-finalise.xml", write_set(finalise(TxnKind::CreditMemo))),
        golden!("every-query.xml", every_query()),
        golden!("account-values.xml", account_values()),
    ]
}

#[test]
fn every_kind_of_request_is_written_as_in_its_golden_file() {
    for (name, set, golden) in goldens() {
        assert_eq!(message(&set).unwrap(), golden.trim_end(), "{name}");
    }
}

#[test]
fn the_rate_is_sent_only_where_it_gives_the_amount_to_the_cent() {
    let text = message(&add_set(invoice())).unwrap();
    assert!(text.contains("<Quantity>3</Quantity><Rate>10</Rate><SalesTaxCodeRef>"));
    assert!(text.contains("<Quantity>3</Quantity><ClassRef><ListID>80000007-1600000000</ListID></ClassRef><Amount>10.00</Amount>"));
    let mut odd = invoice();
    odd.lines[0].quantity = Some(number("0.1234567"));
    let text = message(&add_set(odd)).unwrap();
    assert!(text.contains("<Desc>Caf&#233; table &quot;A&quot;</Desc><Amount>30.00</Amount>"), "{text}");
}

#[test]
fn the_message_is_plain_ascii_and_the_same_every_time() {
    let once = message(&add_set(invoice())).unwrap();
    assert!(once.is_ascii());
    assert_eq!(once, message(&add_set(invoice())).unwrap());
    assert!(once.contains("<Addr1>Zo&#235; O&apos;Neil</Addr1><Addr2>1 Main St</Addr2>"));
}

#[test]
fn peoples_text_is_cut_before_the_mark_is() {
    let text = memo(&"word ".repeat(2000), key());
    assert_eq!(text.chars().count().max(MEMO_LIMIT), MEMO_LIMIT);
    assert!(text.ends_with(&key().memo_tag()));
    assert_eq!(memo("  ", key()), key().memo_tag());
}

#[test]
fn a_journal_carries_the_mark_in_its_first_line_only() {
    let text = message(&add_set(journal())).unwrap();
    assert_eq!(text.matches(&key().memo_tag()).count(), 1);
    let first = line_text(&journal(), 0, key()).unwrap();
    assert_eq!(first, format!("Cost of goods sold 2026-11 {}", key().memo_tag()));
    assert_eq!(line_text(&journal(), 1, key()).unwrap(), "Stock sold");
    assert_eq!(line_text(&journal(), 2, key()), None);
}

#[test]
fn a_number_that_is_too_long_is_refused_and_never_cut() {
    let mut long = invoice();
    long.ref_number = "SO-104233-AB".into();
    assert!(matches!(message(&add_set(long)), Err(WriteError::TooLong { field: "RefNumber", .. })));
    let mut bill = purchase(TxnKind::Bill);
    bill.ref_number = "x".repeat(21);
    assert!(message(&add_set(bill)).is_err());
}

#[test]
fn a_document_that_does_not_add_up_is_never_written() {
    let mut wrong = invoice();
    wrong.total += Cents::new(1);
    assert_eq!(message(&add_set(wrong)), Err(WriteError::DoesNotAddUp("invoice")));
    let mut wrong = journal();
    wrong.lines[0].amount = Cents::new(1);
    assert_eq!(message(&add_set(wrong)), Err(WriteError::DoesNotAddUp("journal entry")));
}

#[test]
fn money_without_an_item_is_refused() {
    let mut wrong = invoice();
    wrong.lines[0].item = None;
    assert_eq!(message(&add_set(wrong)), Err(WriteError::Missing("ItemRef")));
}

#[test]
fn a_write_stands_alone_and_under_a_set_id() {
    let mut bare = add_set(invoice());
    bare.set_id = None;
    assert_eq!(message(&bare), Err(WriteError::Mixed));
    let mut mixed = add_set(invoice());
    mixed.requests.push(("b".into(), Request::Host));
    assert_eq!(message(&mixed), Err(WriteError::Mixed));
    let mut query = every_query();
    query.set_id = Some(SetId::from("C7A"));
    assert_eq!(message(&query), Err(WriteError::Mixed));
    let mut long = add_set(invoice());
    long.set_id = Some(SetId::from("C70123456789ABCDEFGHJKMN"));
    assert!(matches!(message(&long), Err(WriteError::TooLong { field: "newMessageSetID", .. })));
}

#[test]
fn a_query_for_no_ids_is_refused_because_it_would_return_everything() {
    for request in [
        Request::ListById { list: ListKind::Customer, ids: Vec::new() },
        Request::ListByName { list: ListKind::Customer, names: Vec::new() },
        Request::TxnById { kind: TxnKind::Bill, ids: Vec::new(), lines: true, links: true },
        Request::TxnByRef { kind: TxnKind::Bill, refs: Vec::new() },
        Request::TxnDeleted { kinds: Vec::new() },
    ] {
        let set = RequestSet { set_id: None, stop: Stop::Never, requests: vec![("a".into(), request)] };
        assert!(matches!(message(&set), Err(WriteError::Missing(_))));
    }
}

#[test]
fn request_ids_are_unique_and_at_most_fifty_characters() {
    for ids in [vec!["a", "a"], vec![""], vec!["with blank"]] {
        let requests = ids.into_iter().map(|id| (id.to_string(), Request::Host)).collect();
        let set = RequestSet { set_id: None, stop: Stop::Never, requests };
        assert!(matches!(message(&set), Err(WriteError::Form { field: "requestID", .. })));
    }
}

#[test]
fn only_sales_can_be_finalised() {
    assert!(message(&write_set(finalise(TxnKind::Bill))).is_err());
}

#[test]
fn a_time_that_is_none_is_refused() {
    let request = |from: &str| Request::TxnModified {
        kind: TxnKind::Invoice,
        from: from.into(),
        to: None,
        lines: false,
        page: Page::Whole,
    };
    for from in ["", "yesterday", "2026-11-01", "2026-11-01 00:00:00", "éééééééééééééé"] {
        let set = RequestSet { set_id: None, stop: Stop::Never, requests: vec![("a".into(), request(from))] };
        assert!(matches!(message(&set), Err(WriteError::Form { .. })), "{from}");
    }
}

#[test]
fn a_name_with_a_colon_is_refused() {
    let ListAdd::Item { kind, text, account, tax_code, .. } = item(ItemKind::Service) else { unreachable!() };
    let entry = ListAdd::Item { kind, name: "A:B".into(), text, account, tax_code };
    assert!(matches!(
        message(&write_set(Request::ListAdd { entry, key: key() })),
        Err(WriteError::Form { field: "Name", .. })
    ));
}

proptest! {
    #[test]
    fn any_text_survives_the_way_through_a_message(text in "\\PC{0,80}", memo_text in any::<String>()) {
        let mut made = invoice();
        made.lines[0].text = text.clone();
        made.memo = memo_text.clone();
        let written = message(&add_set(made)).unwrap();
        prop_assert!(written.is_ascii());
        let tree = roxmltree::Document::parse(&written).unwrap();
        let node = |name: &str| tree.descendants().find(|n| n.has_tag_name(name)).and_then(|n| n.text().map(str::to_string));
        let expected = element::fit(&text, MEMO_LIMIT);
        let first = tree.descendants().find(|n| n.has_tag_name("InvoiceLineAdd")).unwrap();
        let desc = first.children().find(|n| n.has_tag_name("Desc")).and_then(|n| n.text()).unwrap_or("");
        prop_assert_eq!(desc, expected);
        prop_assert_eq!(node("Memo").unwrap(), memo(&memo_text, key()));
    }
}
