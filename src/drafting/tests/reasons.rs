//! Every reason at least once: what was bent, the code it gives, and the state it leads to.

use super::support::*;
use crate::base::Decimal;
use crate::books::settings::{DiscountSign, GlEntry};
use crate::books::{DraftState, ItemKind, ListRef, TxnKind};
use crate::drafting::{Level, learn};
use crate::orders::{ContactType, Document, DocumentType, ImportStatus, TaxStatus};

type Bend = fn(&mut Company, &mut Document);

const S: fn() -> Document = order;
const P: fn() -> Document = purchase;
const C: fn() -> Document = credit;

/// Code, state, field, base document, what is bent.
type Case = (&'static str, &'static str, &'static str, fn() -> Document, Bend);

const CASES: &[Case] = &[
    ("void", "Excluded", "status", S, |_, d| d.is_void = true),
    ("void", "Excluded", "status", S, |_, d| d.status = "Void".into()),
    ("imported", "Excluded", "accountingImportStatus", S, |_, d| d.import_status = ImportStatus::Imported),
    ("do_not_import", "Excluded", "accountingImportStatus", S, |_, d| {
        d.import_status = ImportStatus::DoNotImport;
    }),
    ("before_start", "Excluded", "invoiceDate", S, |c, _| {
        c.settings.start = Some("2026-03".parse().unwrap());
    }),
    ("cin7_import_failed", "Ready", "accountingImportStatus", S, |_, d| {
        d.import_status = ImportStatus::Error;
    }),
    ("no_invoice_date", "NotReady", "invoiceDate", S, |_, d| d.ledger_date = None),
    ("no_credit_note_date", "NotReady", "creditNoteDate", C, |_, d| d.ledger_date = None),
    ("no_supplier_invoice", "NotReady", "supplierInvoiceReference", P, |_, d| {
        d.supplier_invoice_reference = " ".into();
    }),
    ("not_approved", "NotReady", "isApproved", S, |_, d| d.is_approved = false),
    ("no_supplier_credit_number", "NeedsAttention", "supplierInvoiceReference", P, |_, d| {
        (d.total, d.supplier_invoice_reference) = (-d.total, String::new());
    }),
    ("vendor_credit_by_rule", "NeedsAttention", "total", P, |_, d| d.total = -d.total),
    ("zero_total", "NeedsAttention", "total", S, |_, d| d.total = self::d("0.004")),
    ("negative_total", "NeedsAttention", "total", S, |_, d| d.total = -d.total),
    ("not_a_credit", "NeedsAttention", "total", C, |_, d| d.total = -d.total),
    ("amount_too_large", "NeedsAttention", "total", S, |_, d| d.total = Decimal::MAX),
    ("amount_too_large", "NeedsAttention", "lineItems", S, |_, d| d.lines[0].qty = Decimal::MAX),
    ("no_lines", "NeedsAttention", "lineItems", S, |_, d| d.lines.clear()),
    ("mixed_signs", "NeedsAttention", "lineItems", C, |_, d| {
        let mut fee = d.lines[0].clone();
        fee.qty = self::d("1");
        d.lines.push(fee);
    }),
    ("no_contact", "NeedsAttention", "memberId", S, |_, d| d.contact_id = 0),
    ("no_match", "NeedsAttention", "memberId", S, |_, d| d.contact_id = 0),
    ("supplier_on_sales_order", "NeedsAttention", "memberId", S, |_, d| d.contact_id = 4_201),
    ("wrong_list", "NeedsAttention", "memberId", S, |_, d| d.contact_id = 4_201),
    ("customer_on_purchase_order", "NeedsAttention", "memberId", P, |_, d| d.contact_id = 4_101),
    ("foreign_currency", "NeedsAttention", "currencyCode", S, |_, d| d.currency = "eur".into()),
    ("closing_date", "NeedsAttention", "invoiceDate", S, |c, _| {
        c.preferences.closing_date = Some("2026-02-12".parse().unwrap());
    }),
    ("tax_filed", "NeedsAttention", "invoiceDate", S, |c, _| {
        c.tax_filed_through = Some("2026-02-12".parse().unwrap());
    }),
    ("not_fully_dispatched", "Ready", "dispatchedDate", S, |_, d| d.moved_date = None),
    ("not_fully_received", "Ready", "fullyReceivedDate", P, |_, d| d.moved_date = None),
    ("not_completed", "Ready", "completedDate", C, |_, d| d.moved_date = None),
    ("quantity_differs", "Ready", "qtyShipped", S, |_, d| d.lines[0].qty_shipped = self::d("1")),
    ("unknown_gl_code", "NeedsAttention", "accountCode", S, |_, d| d.lines[0].account_code = "9999".into()),
    ("unknown_gl_code", "NeedsAttention", "accountCode", P, |_, d| d.lines[0].account_code = "9999".into()),
    ("unknown_gl_code", "NeedsAttention", "alternativeAccountCode", C, |_, d| {
        (d.lines[0].product_id, d.cost_center) = (0, "9999".into());
    }),
    ("unknown_gl_code", "NeedsAttention", "salesAccount", S, |c, _| {
        with_item(c, item("Second on 4000", ItemKind::Service, "4000"));
    }),
    ("inventory_item", "NeedsAttention", "accountCode", S, |c, _| {
        c.settings
            .gl
            .insert("4000".into(), GlEntry { item: Some(by_name("Mug in stock")), ..GlEntry::default() });
    }),
    ("inactive_item", "NeedsAttention", "accountCode", S, |c, d| {
        with_item(c, crate::books::Item { active: false, ..item("7000", ItemKind::Service, "4100") });
        d.lines[0].account_code = "7000".into();
    }),
    ("item_without_account", "NeedsAttention", "accountCode", S, |c, d| {
        with_item(c, item("7000", ItemKind::Service, ""));
        d.lines[0].account_code = "7000".into();
    }),
    ("account_not_allowed", "NeedsAttention", "accountCode", S, |c, d| {
        with_item(c, item("7000", ItemKind::Service, "2200"));
        d.lines[0].account_code = "7000".into();
    }),
    ("account_not_allowed", "NeedsAttention", "", P, |_, d| d.lines[0].account_code = "2000".into()),
    ("discount_item", "NeedsAttention", "", S, |c, d| {
        with_item(c, item("7000", ItemKind::Discount, "4900"));
        d.lines[0].account_code = "7000".into();
    }),
    ("mapping_gone", "NeedsAttention", "", S, |c, _| {
        c.settings.gl.insert("4000".into(), GlEntry { item: Some(by_name("Deleted")), ..GlEntry::default() });
    }),
    ("no_sales_item", "NeedsAttention", "lineItems", S, |c, _| {
        c.products.clear();
        c.settings.item.sales = None;
    }),
    ("no_freight_item", "NeedsAttention", "freightTotal", S, |c, d| {
        (d.freight_total, d.total) = (self::d("10"), self::d("118.25"));
        c.settings.item.freight = None;
    }),
    ("no_surcharge_item", "NeedsAttention", "surcharge", S, |c, d| {
        (d.surcharge, d.total) = (self::d("10"), self::d("118.25"));
        c.settings.item.surcharge = None;
    }),
    ("no_discount_item", "NeedsAttention", "discountTotal", S, |c, d| {
        (d.discount_total, d.total) = (self::d("10"), self::d("96.75"));
        c.settings.item.discount = None;
    }),
    ("no_rounding_item", "NeedsAttention", "total", S, |c, d| {
        d.total = self::d("107.51");
        c.settings.item.rounding = None;
    }),
    ("no_purchase_account", "NeedsAttention", "", P, |c, _| {
        c.products.clear();
        c.settings.account.inventory_asset = None;
    }),
    ("no_purchase_tax_account", "NeedsAttention", "", P, |c, d| {
        (d.tax_status, d.tax_rate, d.total) = (TaxStatus::Excl, Some(self::d("10")), self::d("456.5"));
        c.settings.account.purchase_tax = None;
    }),
    ("no_rounding_account", "NeedsAttention", "", P, |c, d| {
        d.total = self::d("415.01");
        c.settings.account.rounding = None;
    }),
    ("not_inventory", "Ready", "accountCode", P, |_, d| d.lines[0].account_code = "6400".into()),
    ("sales_tax_off", "NeedsAttention", "taxRate", S, |c, _| c.preferences.sales_tax = false),
    ("no_tax_code", "NeedsAttention", "", S, |c, _| c.preferences.non_taxable_code = None),
    ("no_tax_item", "NeedsAttention", "taxRate", S, |c, _| c.settings.tax.clear()),
    ("no_tax_item", "NeedsAttention", "taxStatus", S, |c, d| {
        (d.tax_status, d.total) = (TaxStatus::Exempt, self::d("100"));
        c.preferences.default_tax_item = None;
        with_item(c, tax_item("Another zero", "0", "Somebody"));
    }),
    ("tax_rule_ambiguous", "NeedsAttention", "taxRate", S, |c, _| {
        let mut other = c.settings.tax[0].clone();
        other.item = by_name("Ten");
        c.settings.tax.push(other);
    }),
    ("tax_differs", "NeedsAttention", "taxRate", S, |c, _| c.settings.tax[0].item = by_name("Ten")),
    ("not_a_tax_item", "NeedsAttention", "", S, |c, _| c.settings.tax[0].item = by_name("Freight")),
    ("tax_item_incomplete", "NeedsAttention", "", S, |c, _| {
        with_item(c, crate::books::Item { tax_rate: None, ..tax_item("Unknown rate", "1", "X") });
        c.settings.tax[0].item = by_name("Unknown rate");
    }),
    ("tax_not_explained", "NeedsAttention", "taxRate", S, |_, d| d.total = self::d("105.50")),
    ("does_not_add_up", "NeedsAttention", "total", S, |_, d| {
        (d.tax_status, d.total) = (TaxStatus::Exempt, self::d("105.50"));
    }),
    ("rounding_too_large", "NeedsAttention", "total", P, |_, d| {
        (d.product_total, d.total) = (self::d("420"), self::d("420"));
    }),
    ("rounding_line", "Ready", "total", S, |_, d| d.total = self::d("107.51")),
    ("original_sale_unknown", "Ready", "salesReference", C, |_, _| {}),
    ("ref_number_cut", "Ready", "reference", S, |_, d| {
        (d.number, d.reference) = (None, "SO-2026-000001-A".into());
    }),
    ("ref_number_taken", "Ready", "invoiceNumber", S, |c, _| c.taken.push("10349".into())),
    ("text_changed", "Ready", "lineItems", S, |_, d| d.lines[0].name = "Tasse 陶器".into()),
    ("text_changed", "Ready", "customerOrderNo", S, |_, d| d.customer_order_no = "x".repeat(26)),
    ("unknown_terms", "Ready", "paymentTerms", S, |_, d| d.payment_terms = "45 days EOM".into()),
    ("class_gone", "NeedsAttention", "branchId", S, |c, _| {
        c.settings.branch.get_mut("3").unwrap().class = Some(ListRef::new("C-9", "Closed shop"));
    }),
    ("untaxed_part", "Ready", "freightTotal", S, |_, d| {
        (d.freight_total, d.total) = (self::d("10"), self::d("117.50"));
    }),
    ("tax_in_cost", "Ready", "taxRate", P, |c, d| {
        (d.tax_status, d.tax_rate, d.total) = (TaxStatus::Excl, Some(self::d("10")), self::d("456.5"));
        c.settings.purchase_tax = crate::books::settings::PurchaseTax::Cost;
    }),
    ("total_off", "Ready", "total", S, |_, d| d.total = self::d("107.53")),
    ("departs_from_account", "Ready", "discountTotal", S, |c, d| {
        (d.discount_total, d.total) = (self::d("10"), self::d("96.75"));
        c.learnt.discount_sign = DiscountSign::Add;
    }),
];

#[test]
fn what_is_bent_is_told_with_its_code_field_and_state() {
    for (code, state, field, base, bend) in CASES {
        let (mut company, mut document) = (Company::new(), base());
        bend(&mut company, &mut document);
        let drafted = company.draft(&document);
        let found =
            drafted.reasons.iter().find(|r| r.code == *code && r.field.as_deref().unwrap_or("") == *field);
        assert!(found.is_some(), "{code}/{field} missing in {:?}", drafted.reasons);
        assert_eq!(drafted.state.word(), *state, "{code}: {:?}", drafted.reasons);
        for reason in &drafted.reasons {
            assert!(reason.text.ends_with('.'), "`{}` is no sentence", reason.text);
        }
    }
}

#[test]
fn the_plain_documents_are_ready_with_nothing_to_say() {
    let company = Company::new();
    for document in [order(), purchase()] {
        let drafted = company.draft(&document);
        assert_eq!(drafted.state, DraftState::Ready);
        assert!(drafted.reasons.is_empty(), "{:?}", drafted.reasons);
    }
}

#[test]
fn all_problems_are_listed_not_only_the_first() {
    let mut company = Company::new();
    company.settings.tax.clear();
    let mut order = order();
    order.ledger_date = None;
    order.is_approved = false;
    order.currency = "EUR".into();
    order.lines[0].account_code = "9999".into();
    let drafted = company.draft(&order);
    let codes: Vec<&str> = drafted.reasons.iter().map(|reason| reason.code.as_ref()).collect();
    for code in ["no_invoice_date", "not_approved", "foreign_currency", "unknown_gl_code", "no_tax_item"] {
        assert!(codes.contains(&code), "{code} missing in {codes:?}");
    }
    assert_eq!(drafted.state, DraftState::NotReady);
}

#[test]
fn a_contact_that_cin7_deleted_is_told_apart_from_one_never_named() {
    let company = Company::new();
    let drafted = company.draft_with(&order(), None, None);
    assert!(drafted.reasons.iter().any(|reason| reason.code == "contact_deleted"));
    let mut inactive = contact(4_101, ContactType::Customer);
    inactive.is_active = false;
    let party = party_of(&order(), Some(&inactive));
    let drafted = company.draft_with(&order(), Some(&inactive), party.as_ref());
    assert!(
        drafted
            .reasons
            .iter()
            .any(|reason| reason.code == "contact_inactive" && reason.level == Level::Warns)
    );
}

#[test]
fn when_every_number_is_taken_a_person_is_asked() {
    let company = Company::new();
    let (contact, none) = (contact(4_101, ContactType::Customer), |_: &str| None);
    let party = party_of(&order(), Some(&contact));
    let drafted = crate::drafting::draft(
        &order(),
        Some(&contact),
        party.as_ref(),
        &company.context(&none),
        &|_, _, _| true,
    );
    assert!(drafted.reasons.iter().any(|reason| reason.code == "no_free_number"));
    assert_eq!(drafted.state, DraftState::NeedsAttention);
}

#[test]
fn numbers_of_bills_are_asked_for_their_vendor_only() {
    let company = Company::new();
    let none = |_: &str| None;
    let ctx = company.context(&none);
    let contact = contact(4_201, ContactType::Supplier);
    let party = party_of(&purchase(), Some(&contact));
    let asked = std::cell::RefCell::new(Vec::new());
    let note = |kind: TxnKind, party: Option<&crate::books::PartyRef>, number: &str| {
        asked.borrow_mut().push((kind, party.is_some(), number.to_string()));
        false
    };
    let _ = crate::drafting::draft(&purchase(), Some(&contact), party.as_ref(), &ctx, &note);
    let _ = crate::drafting::draft(&order(), Some(&contact), party.as_ref(), &ctx, &note);
    assert_eq!(
        asked.into_inner(),
        [(TxnKind::Bill, true, "RPW-7781".into()), (TxnKind::Invoice, false, "10349".into())]
    );
}

#[test]
fn a_fraction_and_an_added_discount_are_learnt_from_the_documents() {
    let turn = |mut document: Document| {
        document.tax_rate = document.tax_rate.map(|rate| rate / Decimal::ONE_HUNDRED);
        document.discount_total = -document.discount_total;
        document
    };
    let as_they_are = learn(golden().iter());
    assert_eq!(as_they_are.tax_rate_unit, crate::books::settings::TaxRateUnit::Percent);
    assert_eq!(as_they_are.discount_sign, DiscountSign::Subtract);
    assert!(as_they_are.conflicts.is_empty());
    let turned: Vec<Document> = golden().into_iter().map(turn).collect();
    let learnt = learn(turned.iter());
    assert_eq!(learnt.tax_rate_unit, crate::books::settings::TaxRateUnit::Fraction);
    assert_eq!(learnt.discount_sign, DiscountSign::Add);
    assert!(learnt.evidence.fraction > 3 && learnt.evidence.unexplained == 0, "{:?}", learnt.evidence);
    let mut company = Company::new();
    company.learnt = learnt;
    for document in turned.iter().filter(|document| document.kind == DocumentType::SalesOrder) {
        let original = sample(document.id);
        assert_eq!(company.draft(document).total, Company::new().draft(&original).total);
        assert_eq!(company.draft(document).state, Company::new().draft(&original).state, "{}", document.id);
    }
}

#[test]
fn a_document_that_contradicts_the_others_is_named() {
    let mut odd = order();
    odd.id = 99;
    (odd.discount_total, odd.total) = (d("10"), d("118.25"));
    let mut even = order();
    (even.discount_total, even.total) = (d("10"), d("96.75"));
    let learnt = learn([even.clone(), even, odd].iter());
    assert_eq!(learnt.discount_sign, DiscountSign::Subtract);
    assert_eq!(learnt.conflicts, ["SalesOrder/99 counts its discount the other way"]);
}

#[test]
fn an_order_that_is_not_invoiced_is_not_called_invoiced_and_undispatched() {
    let company = Company::new();
    let mut waits = order();
    (waits.ledger_date, waits.moved_date) = (None, None);
    let codes: Vec<String> = company.draft(&waits).reasons.iter().map(|r| r.code.to_string()).collect();
    assert!(codes.contains(&"no_invoice_date".to_string()), "{codes:?}");
    assert!(!codes.contains(&"not_fully_dispatched".to_string()), "{codes:?}");
}
