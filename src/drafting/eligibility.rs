//! Which kind of transaction a document becomes, and what its header says against it.
//!
//! Must never drop a document silently: what is not eligible is told with the missing field. Follows design 3 (states),
//! 4.3 and 8.2-8.4; conditions: `cin7-quickbooks-integration.md` 5, 6, 7.1, 7.2, 10.

use super::context::Context;
use super::reason::Reasons;
use crate::base::{Cents, Day, Decimal, Month};
use crate::books::{PartyRef, TxnKind};
use crate::orders::{Contact, ContactType, Document, DocumentType, ImportStatus};

/// The kind of transaction that a document becomes. A purchase order below zero and a credit note of a supplier are
/// vendor credits by rule (`cin7-api.md` 6: a guess about how Cin7 shows them).
#[must_use]
pub fn kind_of(document: &Document, contact: Option<&Contact>) -> TxnKind {
    match document.kind {
        DocumentType::SalesOrder => TxnKind::Invoice,
        DocumentType::PurchaseOrder if document.total < Decimal::ZERO => TxnKind::VendorCredit,
        DocumentType::PurchaseOrder => TxnKind::Bill,
        DocumentType::CreditNote if contact.is_some_and(|c| c.kind == ContactType::Supplier) => {
            TxnKind::VendorCredit
        }
        DocumentType::CreditNote => TxnKind::CreditMemo,
    }
}

/// What a credit note of a supplier is called (design 3).
pub const SUPPLIER_CREDIT: &str = "SupplierCredit";

/// The word in `cin7_type`: the document's own, but for a supplier's credit note.
#[must_use]
pub fn cin7_type(document: &Document, contact: Option<&Contact>) -> &'static str {
    match (document.kind, kind_of(document, contact)) {
        (DocumentType::CreditNote, TxnKind::VendorCredit) => SUPPLIER_CREDIT,
        (kind, _) => kind.word(),
    }
}

/// 1 where the kind counts as Cin7 does, -1 where Cin7's amounts are negative (`cin7-api.md` 6).
#[must_use]
pub fn sense_of(kind: TxnKind) -> Decimal {
    match kind {
        TxnKind::CreditMemo | TxnKind::VendorCredit => Decimal::NEGATIVE_ONE,
        _ => Decimal::ONE,
    }
}

/// What takes a document out for good.
pub fn exclusions(document: &Document, date: Option<Day>, start: Option<Month>, reasons: &mut Reasons) {
    if document.is_void || document.status.eq_ignore_ascii_case("void") {
        reasons.block("void", "status", "The document is void in Cin7.");
    }
    match document.import_status {
        ImportStatus::Imported => reasons.block(
            "imported",
            "accountingImportStatus",
            "Cin7 says that it is already in the books (Imported). Sending it again would book it twice.",
        ),
        ImportStatus::DoNotImport => {
            reasons.block("do_not_import", "accountingImportStatus", "It is marked Do Not Import in Cin7.");
        }
        ImportStatus::Error => reasons.say(
            "cin7_import_failed",
            "accountingImportStatus",
            "Cin7's own integration tried to import it and failed.",
        ),
        ImportStatus::NotImported => {}
    }
    if let (Some(date), Some(start)) = (date, start)
        && Month::of(date) < start
    {
        reasons.block(
            "before_start",
            date_field(document),
            format!("It is dated {date}, before {start}, the first month of these books."),
        );
    }
}

/// Cin7's name of the field that holds the ledger date.
const fn date_field(document: &Document) -> &'static str {
    match document.kind {
        DocumentType::CreditNote => "creditNoteDate",
        _ => "invoiceDate",
    }
}

/// Fields that make a document eligible and are missing.
pub fn missing_fields(document: &Document, kind: TxnKind, reasons: &mut Reasons) {
    if document.ledger_date.is_none() {
        match document.kind {
            DocumentType::CreditNote => {
                reasons.block(
                    "no_credit_note_date",
                    "creditNoteDate",
                    "The credit note has no credit note date in Cin7.",
                );
            }
            _ => reasons.block("no_invoice_date", "invoiceDate", "The order has no invoice date in Cin7."),
        }
    }
    if !document.is_approved {
        reasons.block("not_approved", "isApproved", "The document is still a draft in Cin7.");
    }
    if document.supplier_invoice_reference.trim().is_empty() {
        match kind {
            TxnKind::Bill => reasons.block(
                "no_supplier_invoice",
                "supplierInvoiceReference",
                "The supplier's invoice number is missing in Cin7.",
            ),
            TxnKind::VendorCredit => reasons.block(
                "no_supplier_credit_number",
                "supplierInvoiceReference",
                "The supplier's credit note number is missing in Cin7; type it in (`countersign vendor-credit number`).",
            ),
            _ => {}
        }
    }
}

/// What the total and the signs of the lines say. `total` is in the kind's own sense.
pub fn amounts(document: &Document, kind: TxnKind, total: Option<Cents>, reasons: &mut Reasons) {
    match total {
        None => reasons.block("amount_too_large", "total", "The total is larger than QuickBooks can hold."),
        Some(total) if total.is_zero() => {
            reasons.block("zero_total", "total", "The total is zero, so there is nothing to book.");
        }
        Some(total) if total.is_negative() && document.kind == DocumentType::CreditNote => reasons.block(
            "not_a_credit",
            "total",
            "The credit note charges the customer instead of crediting; a person must book it.",
        ),
        Some(total) if total.is_negative() => reasons.block(
            "negative_total",
            "total",
            "The order's total is below zero. QuickBooks takes no negative invoice; enter it as a credit note in Cin7.",
        ),
        Some(_) => {}
    }
    if document.lines.is_empty() {
        reasons.block("no_lines", "lineItems", "The document has no lines.");
    }
    if matches!(kind, TxnKind::CreditMemo | TxnKind::VendorCredit) && has_both_signs(document) {
        reasons.block(
            "mixed_signs",
            "lineItems",
            "Some lines credit and others charge. A person must look at it.",
        );
    }
    if kind == TxnKind::VendorCredit {
        reasons.say(
            "vendor_credit_by_rule",
            "total",
            match document.kind {
                DocumentType::CreditNote => "Its contact is a supplier, so it is a vendor credit by rule.",
                _ => "A purchase order below zero is a vendor credit by rule.",
            },
        );
    }
}

fn has_both_signs(document: &Document) -> bool {
    // The sign of a line is that of quantity times price; figures beyond belief are told elsewhere.
    let sign = |line: &crate::orders::DocLine| {
        if line.qty.is_zero() || line.unit_price.is_zero() {
            0
        } else if line.qty.is_sign_negative() == line.unit_price.is_sign_negative() {
            1
        } else {
            -1
        }
    };
    document.lines.iter().any(|line| sign(line) > 0) && document.lines.iter().any(|line| sign(line) < 0)
}

/// Contact and party: linked, of the right type, still there.
pub fn parties(
    document: &Document,
    kind: TxnKind,
    contact: Option<&Contact>,
    party: Option<&PartyRef>,
    reasons: &mut Reasons,
) {
    match contact {
        None if document.contact_id == 0 => {
            reasons.block("no_contact", "memberId", "The document names no contact in Cin7.");
        }
        None => reasons.block(
            "contact_deleted",
            "memberId",
            format!("Contact {} is not in Cin7 any more.", document.contact_id),
        ),
        Some(contact) => contact_type(document, contact, reasons),
    }
    let list = if matches!(kind, TxnKind::Bill | TxnKind::VendorCredit) { "vendor" } else { "customer" };
    match party {
        None => {
            let list =
                if matches!(kind, TxnKind::Bill | TxnKind::VendorCredit) { "vendor" } else { "customer" };
            reasons.block(
                "no_match",
                "memberId",
                format!("The contact is not linked to a QuickBooks {list} yet."),
            );
        }
        Some(party) if Some(party.list) != kind.party_list() => {
            reasons.block("wrong_list", "memberId", format!("`{}` is no {list} in QuickBooks.", party.name));
        }
        Some(_) => {}
    }
}

fn contact_type(document: &Document, contact: &Contact, reasons: &mut Reasons) {
    let name = || contact.display_name();
    match (document.kind, contact.kind) {
        (DocumentType::SalesOrder, ContactType::Supplier | ContactType::Internal)
        | (DocumentType::CreditNote, ContactType::Internal) => reasons.block(
            "supplier_on_sales_order",
            "memberId",
            format!("`{}` is not a customer in Cin7; a sale needs one.", name()),
        ),
        (DocumentType::PurchaseOrder, ContactType::Customer | ContactType::Internal) => reasons.block(
            "customer_on_purchase_order",
            "memberId",
            format!("`{}` is not a supplier in Cin7; a purchase needs one.", name()),
        ),
        _ => {}
    }
    if !contact.is_active {
        reasons.warn("contact_inactive", "memberId", format!("`{}` is inactive in Cin7.", name()));
    }
}

/// What the dates say: closed and filed periods, goods not moved yet.
pub fn dates(
    document: &Document,
    kind: TxnKind,
    date: Option<Day>,
    taxed: bool,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) {
    if let (Some(date), Some(closed)) = (date, ctx.preferences.closing_date)
        && date <= closed
    {
        reasons.block(
            "closing_date",
            date_field(document),
            format!("It is dated {date}; the books are closed through {closed}."),
        );
    }
    if let (Some(date), Some(filed)) = (date, ctx.tax_filed_through)
        && date <= filed
        && taxed
        && kind.can_be_pending()
    {
        reasons.block(
            "tax_filed",
            date_field(document),
            format!("It is dated {date} and carries sales tax; the tax is filed through {filed}."),
        );
    }
    moved(document, kind, reasons);
}

fn moved(document: &Document, kind: TxnKind, reasons: &mut Reasons) {
    let goods = || document.lines.iter().filter(|line| line.product_id != 0);
    if document.moved_date.is_none() {
        if goods().next().is_none() {
            return;
        }
        match document.kind {
            _ if kind == TxnKind::VendorCredit => reasons.warn(
                "not_sent_back",
                date_field_of_move(document),
                "The credit is here, but Cin7 does not say that the goods have left stock.",
            ),
            // Without an invoice there is nothing yet that the goods would have to go with.
            DocumentType::SalesOrder if document.ledger_date.is_none() => {}
            DocumentType::SalesOrder => reasons.warn(
                "not_fully_dispatched",
                "dispatchedDate",
                "It is invoiced but not fully dispatched, so its cost will not be counted yet.",
            ),
            DocumentType::PurchaseOrder => reasons.warn(
                "not_fully_received",
                "fullyReceivedDate",
                "The bill is here but the goods are not fully received.",
            ),
            DocumentType::CreditNote => reasons.warn(
                "not_completed",
                "completedDate",
                "The goods are not back in stock, so the cost of sales is not reduced.",
            ),
        }
    } else if goods().any(|line| line.qty != line.qty_shipped) {
        reasons.warn(
            "quantity_differs",
            "qtyShipped",
            "On some lines the quantity moved differs from the quantity ordered.",
        );
    }
}

/// Cin7's name of the field that says when goods moved.
const fn date_field_of_move(document: &Document) -> &'static str {
    match document.kind {
        DocumentType::SalesOrder => "dispatchedDate",
        DocumentType::PurchaseOrder => "fullyReceivedDate",
        DocumentType::CreditNote => "completedDate",
    }
}
