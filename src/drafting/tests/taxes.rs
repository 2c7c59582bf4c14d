//! The three tax modes, the causes of a difference, and what GL codes and kinds of charge do to tax (design 8.6).

use super::support::*;
use crate::base::{Cents, Decimal};
use crate::books::settings::{CustomerTax, GlEntry, TaxLine, TaxLineReason, TaxMode, TaxRounding};
use crate::books::{DraftState, ItemKind, Line, ListRef, Payload, Role, Side};
use crate::drafting::{Drafted, SaleTax};
use crate::orders::{DocLine, Document, TaxStatus};

fn ready(company: &Company, document: &Document) -> Payload {
    let drafted = company.draft(document);
    assert_eq!(drafted.state, DraftState::Ready, "{:?}", drafted.reasons);
    drafted.payload.unwrap()
}

fn text_of(drafted: &Drafted, code: &str) -> String {
    let found = drafted.reasons.iter().find(|reason| reason.code == code);
    found.unwrap_or_else(|| panic!("no {code} in {:?}", drafted.reasons)).text.clone()
}

fn shown(payload: &Payload) -> Vec<String> {
    let code = |line: &Line| line.tax_code.as_ref().map_or("-", |code| code.name.as_str()).to_string();
    payload.lines.iter().map(|line| format!("{:?} {} {}", line.role, line.amount, code(line))).collect()
}

/// One of the New York group's documents: 84.88 in all, 6.92 of it tax of 8.875 %.
fn new_york() -> Document {
    let mut order = sample(24_018);
    order.ledger_date = Some("2026-02-10T05:00:00Z".parse().unwrap());
    order.number = Some(10_400);
    order
}

fn in_mode(mode: TaxMode) -> Company {
    let mut company = Company::new();
    company.settings.tax_mode = mode;
    company
}

fn with_line_items() -> Company {
    let mut company = in_mode(TaxMode::Line);
    with_item(&mut company, item("Marketplace Tax", ItemKind::OtherCharge, "2300"));
    company.settings.tax_line.reason = TaxLineReason::Marketplace;
    company.settings.tax_line.marketplace =
        TaxLine { item: Some(by_name("Marketplace Tax")), code: Some(ListRef::new("S-M", "Mkt")) };
    company
}

#[test]
fn in_mode_tax_item_cin7s_tax_stands_on_its_own_lines_under_a_zero_header() {
    let payload = ready(&in_mode(TaxMode::TaxItem), &new_york());
    assert_eq!(payload.tax_item.as_ref().unwrap().name, "Out of State");
    assert_eq!(payload.customer_tax_code.as_ref().unwrap().name, "Tax");
    assert!(payload.tax.is_empty(), "QuickBooks computes nothing");
    let lines = shown(&payload);
    assert_eq!(&lines[..4], ["Sales 65.98 Tax", "Sales 9.50 Tax", "Freight 7.49 Tax", "Discount -5.00 Tax"]);
    // 6.92 over 4 %, 4.5 % and 0.375 %: 3.1189, 3.5087, 0.2924; the cent left goes to the largest remainder.
    assert_eq!(&lines[5..], ["Tax 3.12 -", "Tax 3.51 -", "Tax 0.29 -"]);
    assert_eq!(lines[4], "Rounding -0.01 Non");
    let items: Vec<_> =
        payload.lines[5..].iter().map(|line| line.item.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(items, ["NY State", "NYC Local", "NY MCTD"]);
    assert!(payload.adds_up());
    assert_eq!(payload.total.to_string(), "84.88");
}

#[test]
fn the_header_of_mode_tax_item_must_be_a_zero_item() {
    let mut company = in_mode(TaxMode::TaxItem);
    company.settings.item.zero_tax = Some(by_name("OH Sales Tax"));
    assert_eq!(company.draft(&order()).state, DraftState::NeedsAttention);
    company.settings.item.zero_tax = None;
    with_item(&mut company, tax_item("Another zero", "0", "Somebody"));
    let drafted = company.draft(&order());
    assert!(text_of(&drafted, "no_zero_tax_item").contains("item.zero_tax"));
    company.settings.item.zero_tax = Some(by_name("Another zero"));
    assert_eq!(ready(&company, &order()).tax_item.unwrap().name, "Another zero");
}

#[test]
fn an_untaxed_sale_is_the_same_in_every_mode() {
    let mut order = order();
    order.tax_status = TaxStatus::Exempt;
    order.total = d("100");
    let plain = ready(&Company::new(), &order);
    assert_eq!(ready(&in_mode(TaxMode::TaxItem), &order), plain);
    assert_eq!(ready(&with_line_items(), &order), plain);
}

#[test]
fn in_mode_line_all_lines_carry_the_reasons_code_and_the_warning_says_what_the_report_lacks() {
    let company = with_line_items();
    let drafted = company.draft(&order());
    let payload = ready(&company, &order());
    assert_eq!(shown(&payload), ["Sales 100.00 Mkt", "Tax 7.50 Mkt"]);
    assert_eq!(payload.customer_tax_code.as_ref().unwrap().name, "Mkt");
    assert_eq!(payload.tax_item.as_ref().unwrap().name, "Out of State");
    assert!(text_of(&drafted, "tax_outside_report").contains("marketplace"));
    let tax = payload.postings().into_iter().find(|posting| posting.role == Role::Tax).unwrap();
    assert_eq!((tax.account.as_str(), tax.side), ("account 2300", Side::Credit));
}

#[test]
fn in_mode_line_the_item_must_be_an_other_charge_on_a_liability_of_its_own() {
    let mut company = with_line_items();
    company.settings.tax_line.marketplace.item = Some(by_name("Freight"));
    assert!(text_of(&company.draft(&order()), "account_not_allowed").contains("liability"));
    with_item(&mut company, item("On payable", ItemKind::OtherCharge, "2200"));
    company.settings.tax_line.marketplace.item = Some(by_name("On payable"));
    assert!(text_of(&company.draft(&order()), "account_not_allowed").contains("not Sales Tax Payable"));
    with_item(&mut company, item("A service", ItemKind::Service, "2300"));
    company.settings.tax_line.marketplace.item = Some(by_name("A service"));
    assert!(text_of(&company.draft(&order()), "tax_line_item").contains("other-charge"));
    let mut company = with_line_items();
    company.settings.tax_line.marketplace.code = Some(ListRef::new("S-T", "Tax"));
    assert!(text_of(&company.draft(&order()), "no_tax_line_code").contains("taxable"));
    company.settings.tax_line.marketplace.code = None;
    assert_eq!(company.draft(&order()).state, DraftState::NeedsAttention);
}

#[test]
fn one_customer_may_be_taxed_in_another_mode_than_the_company() {
    let mut company = with_line_items();
    company.settings.tax_mode = TaxMode::Quickbooks;
    let other = order().contact_id.to_string();
    assert!(ready(&company, &order()).lines.iter().all(|line| line.role != Role::Tax));
    let own = CustomerTax { mode: TaxMode::Line, reason: Some(TaxLineReason::Marketplace) };
    company.settings.customer_tax.insert(other, own);
    assert_eq!(ready(&company, &order()).lines.last().unwrap().role, Role::Tax);
}

#[test]
fn with_sales_tax_off_only_mode_line_can_carry_tax_and_sends_no_reference() {
    let mut company = with_line_items();
    company.preferences.sales_tax = false;
    let payload = ready(&company, &order());
    assert_eq!(shown(&payload), ["Sales 100.00 -", "Tax 7.50 -"]);
    assert!(payload.tax_item.is_none() && payload.customer_tax_code.is_none());
    company.settings.tax_mode = TaxMode::TaxItem;
    assert!(text_of(&company.draft(&order()), "sales_tax_off").contains("switched off"));
}

#[test]
fn a_credit_memo_takes_back_the_taxes_of_its_sale_and_not_those_of_the_map() {
    let mut company = in_mode(TaxMode::TaxItem);
    company.settings.tax.retain(|rule| rule.item.name != "OH Sales Tax");
    let sale = |lines: &[&str]| SaleTax {
        tax_item: by_name("Out of State"),
        lines: lines.iter().map(|name| by_name(name)).collect(),
        rate: Decimal::ZERO,
    };
    company.sales.insert("SO-24011".into(), sale(&["OH Sales Tax"]));
    let payload = ready(&company, &credit());
    assert_eq!(shown(&payload), ["Sales 38.00 Tax", "Tax 2.85 -"]);
    assert_eq!(payload.lines[1].item.as_ref().unwrap().name, "OH Sales Tax");
    // The company went back to letting QuickBooks compute: the sale's own items still count.
    company.settings.tax_mode = TaxMode::Quickbooks;
    assert_eq!(ready(&company, &credit()).tax_item.unwrap().name, "OH Sales Tax");
    company.sales.insert("SO-24011".into(), sale(&["NY State", "NYC Local", "NY MCTD"]));
    let drafted = company.draft(&credit());
    assert!(text_of(&drafted, "tax_differs").contains("`New York City` has 8.875 %"));
}

/// Two lines of 100.00 and 50.00; the second has GL code 4-1500, which is untaxed in QuickBooks.
fn mixed(company: &mut Company) -> Document {
    let entry = GlEntry { tax_code: Some(ListRef::new("S-N", "Non")), ..GlEntry::default() };
    company.settings.gl.insert("4-1500".into(), entry);
    let mut order = order();
    let line = order.lines[0].clone();
    order.lines.push(DocLine { qty: d("1"), qty_shipped: d("1"), account_code: "4-1500".into(), ..line });
    order.product_total = d("150");
    order
}

#[test]
fn a_gl_code_keeps_its_lines_untaxed_and_the_discount_is_split_by_value() {
    let mut company = Company::new();
    let mut order = mixed(&mut company);
    order.total = d("157.5"); // 150 + 7.5 % of 100
    let payload = ready(&company, &order);
    assert_eq!(shown(&payload), ["Sales 100.00 Tax", "Sales 50.00 Non"]);
    order.discount_total = d("15");
    order.total = d("141.75"); // 135 + 7.5 % of 90
    let payload = ready(&company, &order);
    let want = ["Sales 100.00 Tax", "Sales 50.00 Non", "Discount -10.00 Tax", "Discount -5.00 Non"];
    assert_eq!(shown(&payload), want);
    assert_eq!(payload.tax_total().to_string(), "6.75");
}

#[test]
fn a_line_that_cin7_taxed_against_its_gl_code_is_named_as_the_cause() {
    let mut company = Company::new();
    let mut order = mixed(&mut company);
    order.total = d("161.25"); // 150 + 7.5 % of all 150
    let text = text_of(&company.draft(&order), "tax_differs");
    assert!(text.contains("Tax is 11.25 in Cin7 and would be 7.50 in QuickBooks"), "{text}");
    assert!(text.contains("taxed in Cin7 and not in QuickBooks (tax code Non)"), "{text}");
}

#[test]
fn the_code_of_a_charge_decides_and_taxed_freight_is_named_as_the_cause() {
    let mut company = Company::new();
    let mut order = order();
    order.freight_total = d("20");
    order.total = d("129"); // 120 and 7.5 % of it
    company.settings.charge_code.freight = Some(ListRef::new("S-N", "Non"));
    let text = text_of(&company.draft(&order), "tax_differs");
    assert!(text.contains("freight is taxed in Cin7 and not in QuickBooks"), "{text}");
    order.total = d("127.5");
    assert_eq!(shown(&ready(&company, &order)), ["Sales 100.00 Tax", "Freight 20.00 Non"]);
    order.freight_total = Decimal::ZERO;
    (order.discount_total, order.total) = (d("20"), d("86"));
    company.settings.charge_code.discount = Some(ListRef::new("S-N", "Non"));
    let text = text_of(&company.draft(&order), "tax_differs");
    assert!(text.contains("the discount lowers the taxed amount in Cin7 and not in QuickBooks"), "{text}");
}

/// `count` lines of `price` each, taxed at `rate`, the tax rounded as Cin7 does: once.
fn small_lines(count: usize, price: &str, rate: &str) -> Document {
    let mut order = order();
    let line = order.lines[0].clone();
    order.lines = (0..count)
        .map(|_| DocLine { qty: d("1"), qty_shipped: d("1"), unit_price: d(price), ..line.clone() })
        .collect();
    order.product_total = d(price) * Decimal::from(count);
    order.tax_rate = Some(d(rate));
    order.total = order.product_total * (Decimal::ONE + d(rate) / Decimal::ONE_HUNDRED);
    order
}

#[test]
fn rounding_by_line_and_of_each_component_are_named_as_causes() {
    let mut company = Company::new();
    company.settings.tax_rounding = TaxRounding::Line;
    let text = text_of(&company.draft(&small_lines(4, "0.20", "7.5")), "tax_levelled");
    assert!(text.contains("0.06 in Cin7 and will be 0.08 in QuickBooks"), "{text}");
    assert!(text.contains("QuickBooks rounds tax by line"), "{text}");
    let blocked = company.draft(&small_lines(40, "0.20", "7.5"));
    assert!(text_of(&blocked, "tax_differs").contains("by line"), "{:?}", blocked.reasons);
    let mut company = Company::new();
    company.settings.tax_rounding = TaxRounding::Sum;
    // 8.875 % of 1.00 is 0.09; of the members 0.04 + 0.05 + 0.00. Of 1.40: 0.12 against 0.06 + 0.06 + 0.01.
    let text = text_of(&company.draft(&small_lines(1, "1.40", "8.875")), "tax_levelled");
    assert!(text.contains("each of the 3 taxes of `New York City` is rounded by itself"), "{text}");
}

#[test]
fn what_quickbooks_showed_of_its_rounding_counts_until_the_setting_says_otherwise() {
    let mut company = Company::new();
    let order = small_lines(4, "0.20", "7.5");
    assert_eq!(company.draft(&order).tax.map(Cents::get), Some(6), "over the sum until something told");
    company.learnt.tax_rounding = TaxRounding::Line;
    assert_eq!(company.draft(&order).tax.map(Cents::get), Some(8));
    company.settings.tax_rounding = TaxRounding::Sum;
    assert_eq!(company.draft(&order).tax.map(Cents::get), Some(6));
}

#[test]
fn in_every_mode_debits_equal_credits_and_no_line_names_sales_tax_payable() {
    let mut line_mode = with_line_items();
    with_item(&mut line_mode, item("Unused", ItemKind::Service, "4000"));
    for company in [in_mode(TaxMode::Quickbooks), in_mode(TaxMode::TaxItem), line_mode] {
        for document in golden() {
            let drafted = company.draft(&document);
            let Some(payload) = drafted.payload else { continue };
            let sum = |side| -> Cents {
                payload.postings().iter().filter(|p| p.side == side).map(|p| p.amount).sum()
            };
            assert_eq!(sum(Side::Debit), sum(Side::Credit), "{}", document.reference);
            for line in payload.lines.iter().filter(|line| line.account.name.contains("Sales Tax")) {
                let item = line.item.as_ref().and_then(|item| company.lists.item(item));
                assert_eq!(item.unwrap().kind, ItemKind::SalesTax, "only as a single tax item");
            }
        }
    }
}

#[test]
fn tax_that_no_reading_explains_is_told_beside_what_quickbooks_would_compute() {
    let company = Company::new();
    let mut order = order();
    order.total = d("107.90"); // 100 at 7.5 %
    let text = text_of(&company.draft(&order), "tax_not_explained");
    assert!(text.contains("leaves 7.90 for tax"), "{text}");
    assert!(text.contains("QuickBooks would compute 7.50."), "{text}");
}
