//! Golden payloads and worked arithmetic (`cin7-api.md` 8.5, `cin7-quickbooks-integration.md` 8.3), to the cent.

use super::support::*;
use crate::base::Cents;
use crate::books::settings::{InventoryMethod, PurchaseTax, TaxRounding};
use crate::books::{DraftState, Role, Side, TxnKind};
use crate::drafting::{Drafted, SaleTax};
use crate::orders::TaxStatus;

fn codes(drafted: &Drafted) -> Vec<&str> {
    drafted.reasons.iter().map(|reason| reason.code.as_ref()).collect()
}

fn amounts(drafted: &Drafted) -> Vec<String> {
    let payload = drafted.payload.as_ref().unwrap_or_else(|| panic!("no payload: {:?}", drafted.reasons));
    payload.lines.iter().map(|line| format!("{:?} {}", line.role, line.amount)).collect()
}

fn ready(company: &Company, id: i64) -> Drafted {
    let drafted = company.draft(&sample(id));
    assert_eq!(drafted.state, DraftState::Ready, "{id}: {:?}", drafted.reasons);
    drafted
}

#[test]
fn every_golden_document_has_its_state_total_tax_and_number() {
    let company = Company::new();
    let want = [
        (24_011, "Ready", Some(TxnKind::Invoice), "461.34", "32.19", "10344"),
        (24_012, "Ready", Some(TxnKind::Invoice), "216.90", "19.72", "10345"),
        (24_013, "NeedsAttention", Some(TxnKind::Invoice), "798.33", "0.00", "10346"),
        (24_014, "Ready", Some(TxnKind::Invoice), "270.90", "18.90", "10347"),
        (24_015, "Ready", Some(TxnKind::Invoice), "596.63", "41.63", "10349"),
        (24_021, "NotReady", Some(TxnKind::Invoice), "397.75", "27.75", "SO-24015-A"),
        (24_016, "NotReady", Some(TxnKind::Invoice), "28.00", "0.00", "SO-24016"),
        (24_017, "Excluded", Some(TxnKind::Invoice), "137.60", "9.60", ""),
        (24_018, "NotReady", Some(TxnKind::Invoice), "84.88", "6.92", "EB#100245/é"),
        (23_950, "Excluded", Some(TxnKind::Invoice), "122.55", "8.55", ""),
        (23_411, "Excluded", Some(TxnKind::Invoice), "118.25", "8.25", ""),
        (24_010, "Ready", Some(TxnKind::Invoice), "38.70", "2.70", "10343"),
        (3_109, "Ready", Some(TxnKind::Bill), "1275.00", "0.00", "RPW-7781"),
        (3_110, "NeedsAttention", Some(TxnKind::Bill), "22448.51", "0.00", "FS2026-0088"),
        (3_114, "NotReady", Some(TxnKind::Bill), "9872.34", "0.00", ""),
        (3_116, "NotReady", Some(TxnKind::Bill), "415.00", "0.00", ""),
        (3_111, "Ready", Some(TxnKind::Bill), "456.00", "41.45", "TLS 0099/A"),
        (3_112, "Excluded", Some(TxnKind::Bill), "40.00", "0.00", ""),
        (3_113, "Ready", Some(TxnKind::VendorCredit), "48.00", "0.00", "RPW-CR-0041"),
        (3_115, "NotReady", Some(TxnKind::Bill), "0.00", "0.00", ""),
        (5_301, "Ready", Some(TxnKind::CreditMemo), "40.85", "2.85", "611"),
        (5_302, "Ready", Some(TxnKind::CreditMemo), "15.00", "1.36", "612"),
        (5_303, "NotReady", Some(TxnKind::CreditMemo), "36.67", "0.00", "CRN-5303"),
        (5_304, "Excluded", Some(TxnKind::CreditMemo), "34.40", "2.40", ""),
        (5_305, "NeedsAttention", Some(TxnKind::VendorCredit), "24.00", "0.00", ""),
        (5_306, "NeedsAttention", Some(TxnKind::CreditMemo), "0.00", "0.00", "614"),
    ];
    let documents = golden();
    assert_eq!(documents.len(), want.len());
    for (id, state, kind, total, tax, number) in want {
        let drafted = company.draft(&sample(id));
        let got = (
            drafted.state.word(),
            drafted.kind,
            drafted.total.unwrap().to_string(),
            drafted.tax.unwrap().to_string(),
            drafted.ref_number.clone(),
        );
        let reasons = codes(&drafted);
        assert_eq!(got, (state, kind, total.into(), tax.into(), number.into()), "{id} {reasons:?}");
        assert_eq!(
            drafted.state == DraftState::Ready,
            drafted.reasons.iter().all(|r| r.level != crate::drafting::Level::Blocks)
        );
    }
}

#[test]
fn a_tax_exclusive_order_ties_to_its_four_decimal_total() {
    let drafted = ready(&Company::new(), 24_011);
    assert_eq!(amounts(&drafted), ["Sales 228.00", "Sales 182.40", "Freight 18.75"]);
    let payload = drafted.payload.unwrap();
    assert_eq!(payload.lines[0].rate, Some(d("9.5")));
    assert_eq!(payload.lines[1].rate, Some(d("30.4")), "the price after the line discount");
    assert_eq!(payload.lines[1].quantity, Some(d("6")));
    assert_eq!(payload.memo, "Cin7 SO-24011 #24011");
    assert_eq!(payload.po_number, "PO 88-1173");
    assert_eq!(payload.terms.as_ref().unwrap().name, "Net 30");
    assert_eq!(payload.class.as_ref().unwrap().name, "Main Warehouse");
    assert_eq!(payload.lines[0].text, "MUG-BLU-12 Harbor Stoneware Mug 12oz Blue 12oz");
    assert!(payload.pending);
    assert_eq!(
        payload.bill_to.lines,
        ["Quillen & Sons Provisions", "Marta Quillen", "418 Larkspur Ave", "Suite 3"]
    );
    assert_eq!(payload.date.to_string(), "2026-02-05");
}

#[test]
fn an_inclusive_order_is_split_into_net_lines_and_the_cent_left_is_a_visible_line() {
    let drafted = ready(&Company::new(), 24_012);
    assert_eq!(
        amounts(&drafted),
        ["Sales 199.91", "Freight 10.91", "Surcharge 4.55", "Discount -18.18", "Rounding -0.01"]
    );
    assert!(codes(&drafted).contains(&"rounding_line"));
}

#[test]
fn lines_are_rounded_one_by_one_and_the_total_once() {
    let company = Company::new();
    let mut order = sample(24_018);
    order.ledger_date = Some("2026-02-10T05:00:00Z".parse().unwrap());
    order.number = Some(10_400);
    let drafted = company.draft(&order);
    assert_eq!(drafted.state, DraftState::Ready, "{:?}", drafted.reasons);
    assert_eq!(
        amounts(&drafted),
        ["Sales 65.98", "Sales 9.50", "Freight 7.49", "Discount -5.00", "Rounding -0.01"]
    );
    let payload = drafted.payload.unwrap();
    let parts: Vec<_> =
        payload.tax.iter().map(|part| format!("{} {}", part.item.name, part.amount)).collect();
    assert_eq!(parts, ["NY State 3.12", "NYC Local 3.51", "NY MCTD 0.29"]);
    assert_eq!(payload.total, cents("84.88"));
}

#[test]
fn a_kits_components_carry_no_money_and_an_empty_line_is_left_out() {
    let drafted = ready(&Company::new(), 24_014);
    assert_eq!(amounts(&drafted), ["Sales 237.00", "Sales 15.00"]);
    let lines = drafted.payload.unwrap().lines;
    assert_eq!(lines[0].why, "GL code 4000 of the product: the only service item on that account");
    assert_eq!(lines[1].why, "GL code 4-1500 set on the line: the item of that name");
    assert_eq!(lines[1].account.id.as_str(), "A-4100");
}

#[test]
fn a_document_late_on_the_last_day_belongs_to_its_local_month() {
    let drafted = ready(&Company::new(), 24_010);
    assert_eq!(drafted.date.unwrap().to_string(), "2026-01-31");
    assert_eq!(drafted.month.unwrap().to_string(), "2026-01");
}

#[test]
fn a_credit_note_becomes_a_positive_credit_memo_with_the_original_sales_tax_item() {
    let mut company = Company::new();
    company.sales.insert(
        "SO-24011".into(),
        SaleTax { tax_item: by_name("OH Sales Tax"), lines: Vec::new(), rate: d("7.5") },
    );
    company.settings.tax.clear();
    let drafted = ready(&company, 5_301);
    assert_eq!(amounts(&drafted), ["Sales 38.00"]);
    let payload = drafted.payload.unwrap();
    assert_eq!(payload.tax_item.as_ref().unwrap().name, "OH Sales Tax");
    assert_eq!(payload.lines[0].quantity, Some(d("4")));
    assert_eq!(payload.lines[0].rate, Some(d("9.5")));
    assert_eq!(payload.po_number, "SO-24011");
    assert_eq!(payload.memo, "Cin7 CRN-5301 #5301 for SO-24011");
    let postings = payload.postings();
    assert_eq!(
        (postings[0].role, postings[0].side, postings[0].amount),
        (Role::Receivable, Side::Credit, cents("40.85"))
    );
}

#[test]
fn supplier_freight_is_part_of_inventory_unless_it_is_mapped_elsewhere() {
    let mut company = Company::new();
    assert_eq!(amounts(&ready(&company, 3_109)), ["Inventory 800.00", "Inventory 390.00", "Inventory 85.00"]);
    company.settings.account.purchase_freight = company.settings.account.purchase_tax.clone();
    assert_eq!(amounts(&ready(&company, 3_109)), ["Inventory 800.00", "Inventory 390.00", "Freight 85.00"]);
}

#[test]
fn tax_on_a_bill_goes_to_its_own_account_or_into_cost() {
    let mut company = Company::new();
    let own = ["Inventory 400.00", "Inventory 22.73", "Inventory 3.18", "Inventory -11.36", "Tax 41.45"];
    assert_eq!(amounts(&ready(&company, 3_111)), own);
    company.settings.purchase_tax = PurchaseTax::Cost;
    assert_eq!(
        amounts(&ready(&company, 3_111)),
        ["Inventory 440.00", "Inventory 25.00", "Inventory 3.50", "Inventory -12.50"]
    );
}

#[test]
fn periodic_bills_go_to_the_purchases_account() {
    let mut company = Company::new();
    company.settings.inventory_method = InventoryMethod::Periodic;
    company.settings.account.purchase_expense = company.settings.account.purchase_tax.clone();
    company.products.clear();
    assert_eq!(amounts(&company.draft(&purchase())), ["Expense 415.00"]);
}

#[test]
fn the_worked_month_ties_even_where_the_freight_is_not_taxed() {
    let company = Company::new();
    let mut order = order();
    order.lines[0].qty = d("4");
    order.lines[0].unit_price = d("200");
    order.product_total = d("800");
    order.discount_total = d("15");
    order.freight_total = d("25");
    order.tax_rate = Some(d("10"));
    order.total = d("888.50"); // 785 at 10 %, freight untaxed
    let drafted = company.draft(&order);
    assert_eq!(drafted.state, DraftState::Ready, "{:?}", drafted.reasons);
    assert_eq!(amounts(&drafted), ["Sales 800.00", "Freight 25.00", "Discount -15.00"]);
    assert!(codes(&drafted).contains(&"untaxed_part"));
    let lines = drafted.payload.unwrap().lines;
    assert_eq!(lines.iter().map(|line| line.taxable).collect::<Vec<_>>(), [true, false, true]);
}

#[test]
fn a_discount_on_a_mixed_order_is_split_by_what_is_taxed() {
    let company = Company::new();
    let mut order = order();
    order.freight_total = d("100");
    order.discount_total = d("20");
    // Products 100 taxed, freight 100 not; the discount lowers both by half.
    order.total = d("186.75"); // 180 + 7.5 % of 90
    let drafted = company.draft(&order);
    assert_eq!(amounts(&drafted), ["Sales 100.00", "Freight 100.00", "Discount -10.00", "Discount -10.00"]);
    let lines = drafted.payload.unwrap().lines;
    assert_eq!(lines.iter().map(|line| line.taxable).collect::<Vec<_>>(), [true, false, true, false]);
}

#[test]
fn the_customers_merged_lines_are_one_line_for_each_account() {
    let mut company = Company::new();
    company.settings.merge_lines = true;
    assert_eq!(amounts(&ready(&company, 24_011)), ["Sales 410.40", "Freight 18.75"]);
    assert_eq!(amounts(&ready(&company, 24_014)), ["Sales 237.00", "Sales 15.00"]);
}

#[test]
fn a_merged_line_names_every_way_on_which_its_lines_came_to_the_account() {
    let mut company = Company::new();
    company.settings.merge_lines = true;
    let mut order = sample(24_011);
    order.lines[1].account_code = "4000".into();
    let lines = company.draft(&order).payload.unwrap().lines;
    let merged: Vec<&str> =
        lines.iter().filter(|l| l.text.contains("lines of")).map(|l| l.why.as_str()).collect();
    assert_eq!(merged.len(), 1, "{lines:?}");
    assert!(merged[0].starts_with("GL code 4000 of the product: "), "{merged:?}");
    assert!(merged[0].contains("; GL code 4000 set on the line: "), "{merged:?}");
}

#[test]
fn many_lines_that_all_round_the_same_way_are_spread_not_levelled() {
    let company = Company::new();
    let mut order = order();
    order.tax_status = TaxStatus::Exempt;
    order.tax_rate = None;
    let line = order.lines[0].clone();
    order.lines = (0..20)
        .map(|_| crate::orders::DocLine { qty: d("1"), unit_price: d("1.005"), ..line.clone() })
        .collect();
    order.product_total = d("20.1");
    order.total = d("20.1");
    let drafted = company.draft(&order);
    assert_eq!(drafted.state, DraftState::Ready, "{:?}", drafted.reasons);
    assert!(codes(&drafted).contains(&"rounding_spread"));
    assert!(!codes(&drafted).contains(&"rounding_line"));
    let payload = drafted.payload.unwrap();
    assert_eq!(payload.lines.iter().filter(|line| line.amount == cents("1.01")).count(), 10);
    assert_eq!(payload.lines_total(), cents("20.10"));
}

#[test]
fn tax_rounded_by_line_is_predicted_by_line() {
    let mut company = Company::new();
    let mut order = order();
    let line = order.lines[0].clone();
    order.lines = (0..4)
        .map(|_| crate::orders::DocLine { qty: d("1"), unit_price: d("0.20"), ..line.clone() })
        .collect();
    order.product_total = d("0.8");
    order.total = d("0.86");
    assert_eq!(company.draft(&order).tax, Some(cents("0.06")));
    company.settings.tax_rounding = TaxRounding::Line; // four times 0.015
    let drafted = company.draft(&order);
    assert_eq!(drafted.tax, Some(cents("0.08")));
    assert_eq!(drafted.payload.unwrap().lines.last().unwrap().amount, cents("-0.02"));
}

#[test]
fn an_untaxed_sale_names_a_tax_item_and_no_taxable_line() {
    let mut order = order();
    order.tax_status = TaxStatus::Exempt;
    order.total = d("100");
    let payload = Company::new().draft(&order).payload.unwrap();
    assert_eq!(payload.tax_item.unwrap().name, "Out of State");
    assert_eq!(payload.customer_tax_code.unwrap().name, "Non");
    assert_eq!(payload.lines[0].tax_code.as_ref().unwrap().name, "Non");
    assert!(payload.tax.is_empty() && !payload.lines[0].taxable);
}

#[test]
fn with_sales_tax_off_an_untaxed_sale_carries_no_tax_reference() {
    let mut company = Company::new();
    company.preferences.sales_tax = false;
    let mut order = order();
    order.tax_status = TaxStatus::Exempt;
    order.total = d("100");
    let drafted = company.draft(&order);
    assert_eq!(drafted.state, DraftState::Ready);
    let payload = drafted.payload.unwrap();
    assert!(payload.tax_item.is_none() && payload.customer_tax_code.is_none());
    assert!(payload.lines.iter().all(|line| line.tax_code.is_none()));
}

#[test]
fn the_line_beats_the_product_the_product_the_header_and_the_header_contact_and_branch() {
    let mut company = Company::new();
    company.settings.branch.get_mut("3").unwrap().gl_code = "4-1500".into();
    let mut order = order();
    let why = |company: &Company, order: &crate::orders::Document| {
        company.draft(order).payload.unwrap().lines[0].why.split(':').next().unwrap().to_string()
    };
    order.lines[0].account_code = "4-1500".into();
    order.cost_center = "4000".into();
    assert_eq!(why(&company, &order), "GL code 4-1500 set on the line");
    order.lines[0].account_code.clear();
    assert_eq!(why(&company, &order), "GL code 4000 of the product");
    order.lines[0].product_id = 0;
    assert_eq!(why(&company, &order), "GL code 4000 set on the document");
    order.cost_center.clear();
    order.contact_cost_center = "4000".into();
    assert_eq!(why(&company, &order), "GL code 4000 of the contact");
    order.contact_cost_center.clear();
    assert_eq!(why(&company, &order), "GL code 4-1500 of the branch");
    company.settings.branch.clear();
    assert_eq!(why(&company, &order), "the item for sales (setting item.sales)");
}

#[test]
fn a_taken_number_gets_a_mark_and_stays_within_the_limit() {
    let mut company = Company::new();
    company.taken.push("10349".into());
    let drafted = company.draft(&order());
    assert!(drafted.ref_number.starts_with("10349~"), "{}", drafted.ref_number);
    assert_eq!(drafted.ref_number.len(), 8);
    assert_eq!(drafted.ref_number, company.draft(&order()).ref_number, "always the same mark");
    company.taken.push(drafted.ref_number.clone());
    assert_ne!(company.draft(&order()).ref_number, drafted.ref_number);
    let mut bill = purchase();
    bill.supplier_invoice_reference = "INVOICE/2026/FEBRUARY/0001".into();
    let long = company.draft(&bill);
    assert_eq!(long.ref_number, "INVOICE/2026/FEBRUAR");
    company.taken.push(long.ref_number);
    assert_eq!(company.draft(&bill).ref_number.len(), 20);
}

#[test]
fn the_payload_of_a_ready_draft_has_equal_debits_and_credits() {
    let company = Company::new();
    for document in golden() {
        let drafted = company.draft(&document);
        let Some(payload) = drafted.payload else { continue };
        let sum = |side| -> Cents {
            payload
                .postings()
                .iter()
                .filter(|posting| posting.side == side)
                .map(|posting| posting.amount)
                .sum()
        };
        assert_eq!(sum(Side::Debit), sum(Side::Credit), "{}", document.reference);
    }
}
