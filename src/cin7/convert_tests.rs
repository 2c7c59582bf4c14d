//! Rows as Cin7 sends them, read into the records of `orders`; the samples are invented, their shape is real.

use super::*;
use crate::cin7::{read, resource::Resource};

const SALES: &str = include_str!("../../tests/golden/cin7/sales_orders.json");
const PURCHASES: &str = include_str!("../../tests/golden/cin7/purchase_orders.json");
const CREDITS: &str = include_str!("../../tests/golden/cin7/credit_notes.json");
const CONTACTS: &str = include_str!("../../tests/golden/cin7/contacts.json");
const PRODUCTS: &str = include_str!("../../tests/golden/cin7/products.json");
const BRANCHES: &str = include_str!("../../tests/golden/cin7/branches.json");
const ADJUSTMENTS: &str = include_str!("../../tests/golden/cin7/adjustments.json");
const PAYMENTS: &str = include_str!("../../tests/golden/cin7/payments.json");

fn raw(resource: Resource, body: &str, id: i64) -> String {
    let page = read::page(resource, body).unwrap();
    page.records.into_iter().find(|record| record.id == id).unwrap().raw
}

fn sale(id: i64) -> Document {
    document(DocumentType::SalesOrder, &raw(Resource::SalesOrders, SALES, id)).unwrap()
}

#[test]
fn every_sample_row_is_read_without_a_problem() {
    for (resource, body, rows) in [
        (Resource::SalesOrders, SALES, 12),
        (Resource::PurchaseOrders, PURCHASES, 8),
        (Resource::CreditNotes, CREDITS, 6),
        (Resource::Contacts, CONTACTS, 11),
        (Resource::Products, PRODUCTS, 7),
        (Resource::Branches, BRANCHES, 1),
        (Resource::Payments, PAYMENTS, 4),
        (Resource::Adjustments, ADJUSTMENTS, 1),
    ] {
        let page = read::page(resource, body).unwrap();
        assert_eq!(page.problems, [], "{resource}");
        assert_eq!((page.received, page.records.len()), (rows, rows), "{resource}");
    }
}

#[test]
fn a_sales_order_keeps_its_exact_figures_dates_and_marks() {
    let order = sale(24011);
    assert_eq!(order.total.to_string(), "461.3362");
    assert_eq!(order.tax_rate.unwrap().to_string(), "7.5");
    assert_eq!((order.tax_status, order.import_status), (TaxStatus::Excl, ImportStatus::NotImported));
    assert_eq!(order.ledger_date.unwrap().to_string(), "2026-02-05T05:00:00Z");
    assert_eq!(order.moved_date.unwrap().to_string(), "2026-02-05T20:15:00Z");
    assert_eq!((order.number, order.contact_id, order.branch_id), (Some(10344), 4101, 3));
    assert_eq!(order.billing.postal_code, "45402");
    assert_eq!(order.lines[1].discount.to_string(), "9.6");
    assert_eq!(order.lines[0].unit_cost.unwrap().to_string(), "4.1275");
    assert_eq!(order.lines[0].options, "Blue / 12oz");
}

#[test]
fn void_draft_and_not_to_be_imported_are_seen_by_either_mark() {
    assert!(sale(24017).is_void);
    assert!(!sale(24016).is_approved);
    assert_eq!(sale(23411).import_status, ImportStatus::DoNotImport);
    assert_eq!(sale(23411).lines[0].options, "Navy / S x 3 (APRON-NVY-S) / M x 2 (APRON-NVY-M)");
    let by_status =
        document(DocumentType::CreditNote, "{\"id\":1,\"status\":\"void\",\"isApproved\":true}").unwrap();
    assert!(by_status.is_void);
}

#[test]
fn an_order_without_a_billing_name_is_billed_to_the_name_on_the_order() {
    assert_eq!(sale(24012).billing.company, "Bluff Street Market LLC");
}

#[test]
fn purchase_orders_and_credit_notes_take_their_own_dates_and_numbers() {
    let all: Vec<Document> = read::page(Resource::CreditNotes, CREDITS)
        .unwrap()
        .records
        .iter()
        .map(|record| document(DocumentType::CreditNote, &record.raw).unwrap())
        .collect();
    assert!(all.iter().any(|note| note.ledger_date.is_some() && note.number.is_some()));
    assert!(all.iter().any(|note| note.total.is_sign_negative() && note.moved_date.is_some()));
    let order: Document =
        document(DocumentType::PurchaseOrder, &raw(Resource::PurchaseOrders, PURCHASES, 3111)).unwrap();
    assert_eq!((order.number, order.total.to_string().as_str()), (None, "456.0"));
    assert!(order.lines.iter().all(|line| line.unit_cost.is_none()), "a purchase order has no unitCost");
}

#[test]
fn pascal_case_text_numbers_and_odd_custom_fields_read_the_same() {
    let plain = document(
        DocumentType::SalesOrder,
        "{\"id\":7,\"total\":10.5,\"customFields\":{\"orders_1000\":\"\"},\"isVoid\":false,\
         \"accountingAttributes\":{\"accountingImportStatus\":\"Imported\"},\
         \"lineItems\":[{\"id\":1,\"qty\":2.0}]}",
    )
    .unwrap();
    let odd = document(
        DocumentType::SalesOrder,
        "{\"Id\":\"7\",\"Total\":\"10.5\",\"CustomFields\":[],\"IsVoid\":null,\"LineItems\":[{\"ID\":1,\"Qty\":\"2.0\"}],\
         \"AccountingAttributes\":{\"AccountingImportStatus\":\"IMPORTED\"},\"Unheard\":{\"of\":1}}",
    )
    .unwrap();
    assert_eq!(plain, odd);
}

#[test]
fn an_unknown_import_status_is_never_taken_for_not_imported() {
    let problem = document(
        DocumentType::SalesOrder,
        "{\"id\":7,\"accountingAttributes\":{\"accountingImportStatus\":\"Queued\"}}",
    )
    .unwrap_err();
    assert_eq!(
        (problem.id, problem.field.as_str()),
        (Some(7), "accountingAttributes.accountingImportStatus")
    );
}

#[test]
fn a_contact_has_its_type_addresses_and_quickbooks_note() {
    let contact = contact(&raw(Resource::Contacts, CONTACTS, 4101)).unwrap();
    assert_eq!(contact.kind, ContactType::Customer);
    assert_eq!(contact.display_name(), "Quillen & Sons Provisions");
    assert_eq!(contact.billing_place().postal_code, "45402");
    assert_eq!(contact.quickbooks_id, "8000001A-1704067200");
    let every: Vec<Contact> = read::page(Resource::Contacts, CONTACTS)
        .unwrap()
        .records
        .iter()
        .map(|record| super::contact(&record.raw).unwrap())
        .collect();
    assert!(every.iter().any(|contact| contact.kind == ContactType::Supplier));
    assert!(every.iter().any(|contact| !contact.is_active));
}

#[test]
fn a_product_names_its_accounts_and_a_branch_itself() {
    let page = read::page(Resource::Products, PRODUCTS).unwrap();
    assert!(page.records.iter().any(|record| !product(&record.raw).unwrap().sales_account.is_empty()));
    let page = read::page(Resource::Branches, BRANCHES).unwrap();
    assert!(page.records.iter().all(|record| !branch(&record.raw).unwrap().name.is_empty()));
}

#[test]
fn a_payment_names_its_document_and_a_supplier_credit_note_shows_only_here() {
    let payment = |id| payment(&raw(Resource::Payments, PAYMENTS, id)).unwrap();
    let paid = payment(8801);
    assert_eq!(
        (paid.paid_for, paid.order_id, paid.order_ref.as_str()),
        (PaidFor::SalesOrder, 24012, "SO-24012")
    );
    assert_eq!((paid.amount.to_string(), paid.method.as_str()), ("216.9".to_string(), "Credit Card"));
    assert_eq!(payment(8804).paid_for, PaidFor::SupplierCreditNote);
    assert_eq!(PaidFor::of_word("layby"), PaidFor::Other);
}

#[test]
fn an_adjustment_is_worth_its_lines_and_has_a_date_of_its_own_for_the_books() {
    let made = adjustment(&raw(Resource::Adjustments, ADJUSTMENTS, 6601)).unwrap();
    assert_eq!(made.lines_value(), made.product_total);
    assert_eq!(made.accounting_date.unwrap().to_string(), "2026-02-13T05:00:00Z");
    assert_eq!((made.source().as_str(), made.reason.as_str()), ("Adjustment/6601", "Stocktake variance"));
    let row = r#"{"id": 7, "lineItems": [{"id": 1, "qty": -2.0, "unitCost": 3.5, "account": "6100"}]}"#;
    let bare = adjustment(row).unwrap();
    assert_eq!(bare.lines_value().unwrap().to_string(), "-7.00", "the line's own quantity stands in");
    assert!(bare.is_approved && bare.completed.is_none() && bare.product_total.is_none());
    assert_eq!(bare.lines[0].account, "6100");
}
