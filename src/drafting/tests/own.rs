//! Entries of our own: their journals and vendor credits to the cent, joins and splits of golden orders.

use super::support::*;
use crate::base::{Cents, Month};
use crate::books::own::*;
use crate::books::*;
use crate::drafting::own::{draft as draft_own, join};
use crate::drafting::{Drafted, NumberTaken};
use crate::orders::Document;

fn company() -> Company {
    let mut company = Company::new();
    let account = |number: &str, name: &str| Some(ListRef::new(format!("A-{number}"), name));
    company.settings.landing.insert("Freight".into(), account("6400", "Tax on Purchases").unwrap());
    company.settings.account.accrual = account("2300", "Marketplace Tax");
    company.settings.account.true_up = account("5100", "Inventory Adjustments");
    company
}

fn vendor() -> PartyRef {
    PartyRef { list: PartyList::Vendor, id: Some("P-1".into()), name: "Kilnworks".into(), contact: 0 }
}

fn own_with(company: &Company, entry: &OwnEntry, taken: NumberTaken<'_>) -> Drafted {
    let none = |_: &str| None;
    draft_own(entry, "Typed/1", false, Some(&vendor()), &company.context(&none), taken).unwrap()
}

fn own(company: &Company, entry: &OwnEntry) -> Drafted {
    own_with(company, entry, &|_, _, _| false)
}

fn credit(lines: &[(&str, &str)]) -> OwnEntry {
    OwnEntry::VendorCredit(OwnVendorCredit {
        date: "2026-02-09".parse().unwrap(),
        vendor: "Kilnworks".into(),
        contact: 0,
        number: "CR-77".into(),
        po: "PO-2".into(),
        memo: "one unit back".into(),
        lines: lines
            .iter()
            .map(|(account, amount)| OwnLine {
                account: (*account).into(),
                amount: cents(amount),
                memo: "unit".into(),
            })
            .collect(),
    })
}

fn landing(amount: &str) -> OwnEntry {
    OwnEntry::LandingCost(OwnLandingCost {
        date: "2026-02-09".parse().unwrap(),
        po: "PO-1".into(),
        category: "freight".into(),
        amount: cents(amount),
        memo: String::new(),
    })
}

/// Role, account, side and amount of each posting.
fn postings(drafted: &Drafted) -> Vec<(Role, String, Side, String)> {
    let payload = drafted.payload.as_ref().unwrap();
    payload
        .postings()
        .into_iter()
        .map(|posting| (posting.role, posting.account, posting.side, posting.amount.to_string()))
        .collect()
}

fn codes(drafted: &Drafted) -> Vec<&str> {
    drafted.reasons.iter().map(|reason| reason.code.as_ref()).collect()
}

#[test]
fn a_typed_vendor_credit_lowers_payables_and_stock() {
    let drafted = own(&company(), &credit(&[("", "20.00")]));
    assert_eq!((drafted.state, drafted.kind), (DraftState::Ready, Some(TxnKind::VendorCredit)));
    assert_eq!(drafted.ref_number, "CR-77");
    assert_eq!(
        postings(&drafted),
        [
            (Role::Payable, "Accounts Payable".into(), Side::Debit, "20.00".into()),
            (Role::Inventory, "Inventory Asset".into(), Side::Credit, "20.00".into()),
        ]
    );
    let two = own(&company(), &credit(&[("", "20.00"), ("6400", "1.50")]));
    assert_eq!(two.total, Some(cents("21.50")));
    assert_eq!(postings(&two)[2].0, Role::Expense);
}

#[test]
fn a_vendor_credit_says_what_it_lacks() {
    let none = |_: &str| None;
    let company = company();
    let without = |entry: &OwnEntry, party: Option<&PartyRef>| {
        draft_own(entry, "Typed/1", false, party, &company.context(&none), &|_, _, _| false).unwrap()
    };
    let drafted = without(&credit(&[("", "20.00")]), None);
    assert_eq!((drafted.state, codes(&drafted)), (DraftState::NeedsAttention, vec!["no_match"]));
    let drafted = without(&credit(&[("9999", "20.00")]), Some(&vendor()));
    assert_eq!(codes(&drafted), ["unknown_gl_code"]);
    let OwnEntry::VendorCredit(mut bare) = credit(&[("", "20.00")]) else { panic!() };
    bare.number = " ".into();
    let drafted = without(&OwnEntry::VendorCredit(bare), Some(&vendor()));
    assert_eq!(codes(&drafted), ["no_supplier_credit_number"]);
    let taken = |_: TxnKind, _: Option<&PartyRef>, number: &str| number == "CR-77";
    let drafted = own_with(&company, &credit(&[("", "20.00")]), &taken);
    assert!(drafted.ref_number.starts_with("CR-77~"), "{}", drafted.ref_number);
}

#[test]
fn a_landing_cost_raises_stock_against_its_category_and_below_zero_takes_it_back() {
    let drafted = own(&company(), &landing("30.00"));
    assert_eq!((drafted.state, drafted.ref_number.as_str()), (DraftState::Ready, "LCPO-1A"));
    assert_eq!(
        postings(&drafted),
        [
            (Role::Inventory, "Inventory Asset".into(), Side::Debit, "30.00".into()),
            (Role::Landing, "Tax on Purchases".into(), Side::Credit, "30.00".into()),
        ]
    );
    let back = own(&company(), &landing("-30.00"));
    assert_eq!((postings(&back)[0].2, back.total), (Side::Credit, Some(cents("-30.00"))));
    let taken = |_: TxnKind, _: Option<&PartyRef>, number: &str| number == "LCPO-1A";
    assert_eq!(own_with(&company(), &landing("30.00"), &taken).ref_number, "LCPO-1B");
    let mut unmapped = company();
    unmapped.settings.landing.clear();
    let drafted = own(&unmapped, &landing("30.00"));
    assert_eq!((drafted.state, codes(&drafted)), (DraftState::NeedsAttention, vec!["no_landing_account"]));
    let mut periodic = company();
    periodic.settings.inventory_method = settings::InventoryMethod::Periodic;
    assert_eq!(own(&periodic, &landing("30.00")).state, DraftState::Excluded);
}

fn accrual() -> OwnAccrual {
    let line = |reference: &str, amount: &str| AccrualLine {
        source: format!("PurchaseOrder/{reference}"),
        reference: reference.into(),
        received: "2026-02-20".parse().unwrap(),
        amount: cents(amount),
    };
    let month: Month = "2026-02".parse().unwrap();
    OwnAccrual { month, lines: vec![line("PO-7", "100.00"), line("PO-8", "55.50")] }
}

#[test]
fn an_accrual_stands_at_the_months_end_and_its_reversal_on_day_one() {
    let stands = own(&company(), &OwnEntry::Accrual(accrual()));
    let back = own(
        &company(),
        &OwnEntry::Reversal(OwnReversal {
            of: "Accrual/1".into(),
            date: "2026-03-01".parse().unwrap(),
            accrual: accrual(),
        }),
    );
    assert_eq!(
        (stands.date.unwrap().to_string(), back.date.unwrap().to_string()),
        ("2026-02-28".into(), "2026-03-01".into())
    );
    assert_eq!((stands.ref_number.as_str(), back.ref_number.as_str()), ("AC202602A", "AR202602A"));
    let sum = |drafted: &Drafted| {
        let lines = &drafted.payload.as_ref().unwrap().lines;
        let stock = lines.iter().filter(|line| line.role == Role::Inventory).map(|line| line.amount);
        (stock.sum::<Cents>(), lines.last().unwrap().role)
    };
    assert_eq!(sum(&stands), (cents("155.50"), Role::Accrual));
    assert_eq!(sum(&back), (cents("-155.50"), Role::Accrual));
}

#[test]
fn a_true_up_is_labelled_as_one() {
    let entry = OwnEntry::TrueUp(OwnTrueUp {
        month: "2026-02".parse().unwrap(),
        amount: cents("-12.00"),
        quickbooks_balance: cents("740.00"),
        target: cents("728.00"),
        target_source: "snapshot".into(),
        why: "opening".into(),
    });
    let drafted = own(&company(), &entry);
    assert_eq!((drafted.state, codes(&drafted)), (DraftState::Ready, vec!["true_up"]));
    assert_eq!(postings(&drafted)[0].2, Side::Credit);
    assert!(drafted.payload.unwrap().memo.starts_with("TRUE-UP"));
}

#[test]
fn what_was_taken_back_is_no_draft_any_more() {
    let none = |_: &str| None;
    let company = company();
    let drafted =
        draft_own(&landing("30.00"), "LandingCost/1", true, None, &company.context(&none), &|_, _, _| false)
            .unwrap();
    assert_eq!((drafted.state, codes(&drafted)), (DraftState::Excluded, vec!["taken_back"]));
}

/// Two orders of one supplier.
fn orders() -> (Document, Document) {
    let first = sample(3109);
    let mut second = first.clone();
    second.id = 4000;
    second.reference = "PO-4000".into();
    second.supplier_invoice_reference = "other".into();
    (first, second)
}

fn joined(members: &[Document]) -> Result<Document, join::CannotBe> {
    let none = |_: &str| None;
    let company = company();
    let join_of = OwnJoin {
        sources: members.iter().map(Document::source).collect(),
        number: "INV-9".into(),
        date: None,
    };
    join::joined(&join_of, members, &company.context(&none))
}

#[test]
fn a_join_holds_every_line_once_and_comes_to_the_sum() {
    let (first, second) = orders();
    let whole = joined(&[first.clone(), second.clone()]).unwrap();
    let drafted = company().draft(&whole);
    assert_eq!(
        (drafted.state, drafted.ref_number.as_str()),
        (DraftState::Ready, "INV-9"),
        "{:?}",
        drafted.reasons
    );
    assert_eq!(drafted.total.unwrap().decimal(), first.total + second.total);
    assert_eq!(whole.lines.len(), first.lines.len() + second.lines.len());
}

#[test]
fn orders_that_cannot_stand_on_one_invoice_are_refused() {
    let (first, second) = orders();
    let with = |change: fn(&mut Document)| {
        let mut other = second.clone();
        change(&mut other);
        joined(&[first.clone(), other]).unwrap_err().to_string()
    };
    assert!(with(|d| d.contact_id = 4_202).contains("different suppliers"));
    assert!(with(|d| d.currency = "CNY".into()).contains("different currencies"));
    assert!(joined(std::slice::from_ref(&first)).is_err());
}

/// A part's number and its lines with their quantities.
type Part<'a> = (&'a str, &'a [(usize, Option<&'a str>)]);

fn split(parts: &[Part<'_>], whole: &Document) -> Result<Vec<Document>, join::CannotBe> {
    let none = |_: &str| None;
    let company = company();
    let parts = parts
        .iter()
        .map(|(number, lines)| SplitPart {
            number: (*number).into(),
            date: None,
            lines: lines.iter().map(|(line, quantity)| (*line, quantity.map(d))).collect(),
        })
        .collect();
    join::parts(&OwnSplit { source: whole.source(), parts }, whole, &company.context(&none))
}

#[test]
fn the_parts_of_a_split_come_to_the_whole_and_are_ready_bills() {
    for whole in golden().into_iter().filter(|d| d.kind == crate::orders::DocumentType::PurchaseOrder) {
        let before = company().draft(&whole);
        let divisible = whole.lines.first().is_some_and(|line| line.qty >= d("2"));
        if before.state != DraftState::Ready || before.kind != Some(TxnKind::Bill) || !divisible {
            continue;
        }
        let others: Vec<(usize, Option<&str>)> = (2..=whole.lines.len()).map(|line| (line, None)).collect();
        let rest: Vec<(usize, Option<&str>)> = std::iter::once((1, None)).chain(others).collect();
        let half = (whole.lines[0].qty / d("2")).trunc().to_string();
        let parts = split(&[("A", &[(1, Some(&half))]), ("B", &rest)], &whole).unwrap();
        let drafted: Vec<Drafted> = parts.iter().map(|part| company().draft(part)).collect();
        let total: Cents = drafted.iter().map(|part| part.total.unwrap()).sum();
        let states: Vec<_> = drafted.iter().map(|part| (part.state, codes(part))).collect();
        assert!(drafted.iter().all(|part| part.state == DraftState::Ready), "{} {states:?}", whole.id);
        assert!((total - before.total.unwrap()).get().abs() <= 1, "{}: {total}", whole.id);
    }
}

#[test]
fn a_split_that_forgets_or_doubles_goods_is_refused() {
    let whole = sample(3109);
    let all: Vec<(usize, Option<&str>)> = (1..=whole.lines.len()).map(|line| (line, None)).collect();
    assert!(split(&[("A", &all)], &whole).unwrap_err().to_string().contains("two invoices"));
    assert!(split(&[("A", &all), ("B", &[(1, None)])], &whole).unwrap_err().to_string().contains("left"));
    assert!(split(&[("A", &[(1, Some("1"))]), ("B", &[(1, Some("1"))])], &whole).is_err());
    assert!(
        split(&[("A", &all), ("B", &[(99, None)])], &whole).unwrap_err().to_string().contains("no line 99")
    );
    let whole_with_discount = sample(3111);
    let few = split(&[("A", &[(1, Some("1"))]), ("B", &[(1, None), (2, None)])], &whole_with_discount);
    assert!(few.unwrap_err().to_string().contains("a larger one first"));
    assert!(split(&[("A", &all), ("B", &[])], &whole).unwrap_err().to_string().contains("no lines"));
}
