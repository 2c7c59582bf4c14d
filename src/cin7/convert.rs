//! From a row's JSON to the records of `orders`; also from the text that the store has kept.
//!
//! Must never round, invent or drop a figure, and must never take a day from an instant. Empty and missing text are
//! alike (`cin7-api.md` 4); the traps of each resource: `cin7-api.md` 5.1-5.7.

use super::fields::{FieldProblem, Fields};
use super::read::{RowProblem, fields_of};
use super::resource::Resource;
use crate::orders::{
    Adjustment, AdjustmentLine, Branch, Contact, ContactType, DocLine, Document, DocumentType, ImportStatus,
    PaidFor, Payment, Place, Product, TaxStatus,
};

type Read<T> = Result<T, FieldProblem>;

/// The document in a stored row.
///
/// # Errors
/// [`RowProblem`] naming the field that cannot be read.
pub fn document(kind: DocumentType, raw: &str) -> Result<Document, RowProblem> {
    typed(Resource::of_document(kind), raw, |fields| read_document(kind, fields))
}

/// The contact in a stored row.
///
/// # Errors
/// [`RowProblem`] naming the field that cannot be read.
pub fn contact(raw: &str) -> Result<Contact, RowProblem> {
    typed(Resource::Contacts, raw, read_contact)
}

/// The product in a stored row.
///
/// # Errors
/// [`RowProblem`] naming the field that cannot be read.
pub fn product(raw: &str) -> Result<Product, RowProblem> {
    typed(Resource::Products, raw, read_product)
}

/// The branch in a stored row.
///
/// # Errors
/// [`RowProblem`] naming the field that cannot be read.
pub fn branch(raw: &str) -> Result<Branch, RowProblem> {
    typed(Resource::Branches, raw, read_branch)
}

/// The payment in a stored row.
///
/// # Errors
/// [`RowProblem`] naming the field that cannot be read.
pub fn payment(raw: &str) -> Result<Payment, RowProblem> {
    typed(Resource::Payments, raw, read_payment)
}

/// The stock adjustment in a stored row.
///
/// # Errors
/// [`RowProblem`] naming the field that cannot be read.
pub fn adjustment(raw: &str) -> Result<Adjustment, RowProblem> {
    typed(Resource::Adjustments, raw, read_adjustment)
}

/// Whether a row can be read as what its resource holds.
pub(super) fn check(resource: Resource, fields: &Fields<'_>) -> Result<(), RowProblem> {
    let read = match resource {
        Resource::Contacts => read_contact(fields).map(drop),
        Resource::Products => read_product(fields).map(drop),
        Resource::Branches => read_branch(fields).map(drop),
        Resource::Payments => read_payment(fields).map(drop),
        Resource::Stock => Ok(()),
        Resource::Adjustments => read_adjustment(fields).map(drop),
        Resource::SalesOrders => read_document(DocumentType::SalesOrder, fields).map(drop),
        Resource::PurchaseOrders => read_document(DocumentType::PurchaseOrder, fields).map(drop),
        Resource::CreditNotes => read_document(DocumentType::CreditNote, fields).map(drop),
    };
    read.map_err(|problem| located(resource, fields, &problem))
}

fn typed<T>(resource: Resource, raw: &str, read: impl Fn(&Fields<'_>) -> Read<T>) -> Result<T, RowProblem> {
    let fields = fields_of(resource, raw)?;
    read(&fields).map_err(|problem| located(resource, &fields, &problem))
}

fn located(resource: Resource, fields: &Fields<'_>, problem: &FieldProblem) -> RowProblem {
    RowProblem::of_field(resource, fields.whole("id").ok().flatten(), problem)
}

fn read_document(kind: DocumentType, fields: &Fields<'_>) -> Read<Document> {
    let status = fields.text("status");
    let credit_note = kind == DocumentType::CreditNote;
    let (ledger, moved, number) = match kind {
        DocumentType::SalesOrder => ("invoiceDate", "dispatchedDate", "invoiceNumber"),
        // A purchase order has no number of its own making (`cin7-api.md` 5.2).
        DocumentType::PurchaseOrder => ("invoiceDate", "fullyReceivedDate", ""),
        DocumentType::CreditNote => ("creditNoteDate", "completedDate", "creditNoteNumber"),
    };
    Ok(Document {
        kind,
        id: fields.id("id")?,
        reference: fields.text("reference"),
        is_approved: fields.flag("isApproved")?.unwrap_or_else(|| status.eq_ignore_ascii_case("approved")),
        is_void: fields.flag("isVoid")?.unwrap_or(false) || status.eq_ignore_ascii_case("void"),
        contact_id: fields.id("memberId")?,
        billing: billing_party(fields),
        delivery: place(fields, "delivery", "PostalCode"),
        email: first_text(fields, &["email", "memberEmail"]),
        phone: first_text(fields, &["phone", "mobile"]),
        branch_id: fields.id("branchId")?,
        product_total: fields.amount("productTotal")?,
        freight_total: fields.amount("freightTotal")?,
        freight_description: fields.text("freightDescription"),
        surcharge: fields.amount("surcharge")?,
        surcharge_description: fields.text("surchargeDescription"),
        discount_total: fields.amount("discountTotal")?,
        discount_description: fields.text("discountDescription"),
        total: fields.amount("total")?,
        currency: fields.text("currencyCode").to_ascii_uppercase(),
        currency_rate: fields.decimal("currencyRate")?,
        tax_status: tax_status(&fields.text("taxStatus")),
        tax_rate: fields.decimal("taxRate")?,
        tax_rate_name: first_text(fields, &["alternativeTaxRate", "memberAlternativeTaxRate"]),
        cost_center: fields.text(if credit_note { "alternativeAccountCode" } else { "costCenter" }),
        contact_cost_center: fields.text("memberCostCenter"),
        payment_terms: fields.text("paymentTerms"),
        customer_order_no: fields.text("customerOrderNo"),
        number: fields.whole(number)?.filter(|number| *number != 0),
        supplier_invoice_reference: fields.text("supplierInvoiceReference"),
        sales_reference: fields.text("salesReference"),
        ledger_date: fields.instant(ledger)?,
        moved_date: fields.instant(moved)?,
        created: fields.instant("createdDate")?,
        modified: fields.instant("modifiedDate")?,
        modified_cogs: fields.instant("modifiedCOGSDate")?,
        import_status: import_status(fields)?,
        channel: fields.text("source"),
        internal_comments: fields.text("internalComments"),
        customer_report: fields.text("customerReport"),
        lines: fields.objects("lineItems")?.iter().map(read_line).collect::<Read<_>>()?,
        status,
    })
}

fn read_line(line: &Fields<'_>) -> Read<DocLine> {
    Ok(DocLine {
        id: line.id("id")?,
        parent_id: line.id("parentId")?,
        product_id: line.id("productId")?,
        code: line.text("code"),
        name: line.text("name"),
        options: options_of(line)?,
        comments: line.text("lineComments"),
        qty: line.amount("qty")?,
        qty_shipped: line.amount("qtyShipped")?,
        unit_price: line.amount("unitPrice")?,
        discount: line.amount("discount")?,
        unit_cost: line.decimal("unitCost")?,
        account_code: line.text("accountCode"),
    })
}

/// `Blue / 12oz`; with sizes also `S x 3.0 (APRON-NVY-S)`, since the real codes stand there (`cin7-api.md` 4). The
/// quantity and the money stay those of the line.
fn options_of(line: &Fields<'_>) -> Read<String> {
    let mut parts: Vec<String> = ["option1", "option2", "option3"]
        .into_iter()
        .map(|name| line.text(name))
        .filter(|option| !option.is_empty())
        .collect();
    for size in line.objects("sizes")? {
        let (name, code) = (size.text("name"), size.text("code"));
        let qty = size.amount("qty")?.normalize();
        parts.push(if code.is_empty() {
            format!("{name} x {qty}")
        } else {
            format!("{name} x {qty} ({code})")
        });
    }
    Ok(parts.join(" / "))
}

/// Cin7's own mark that it has sent the document to an accounting program (`cin7-api.md` 7.2). None at all means not
/// sent; a word we do not know must not pass for one, or the document could be booked twice.
fn import_status(fields: &Fields<'_>) -> Read<ImportStatus> {
    let accounting = fields.object("accountingAttributes");
    let word = accounting.text("accountingImportStatus");
    Ok(match word.to_ascii_lowercase().replace([' ', '_'], "").as_str() {
        "" | "notimported" => ImportStatus::NotImported,
        "imported" => ImportStatus::Imported,
        "donotimport" => ImportStatus::DoNotImport,
        "error" => ImportStatus::Error,
        _ => return Err(accounting.unknown("accountingImportStatus", "import status known here")),
    })
}

fn tax_status(word: &str) -> TaxStatus {
    match word.to_ascii_lowercase().as_str() {
        "incl" => TaxStatus::Incl,
        "excl" => TaxStatus::Excl,
        "exempt" => TaxStatus::Exempt,
        _ => TaxStatus::Undefined,
    }
}

/// The billing block; where it names nobody, the names that the order itself carries.
fn billing_party(fields: &Fields<'_>) -> Place {
    let mut billing = place(fields, "billing", "PostalCode");
    if billing.company.is_empty() && billing.first_name.is_empty() && billing.last_name.is_empty() {
        billing.company = fields.text("company");
        billing.first_name = fields.text("firstName");
        billing.last_name = fields.text("lastName");
    }
    billing
}

/// The address in the fields that begin with `prefix`; contacts write `PostCode` where orders write `PostalCode`
/// (`cin7-api.md` 5.5).
fn place(fields: &Fields<'_>, prefix: &str, post_code: &str) -> Place {
    let text = |name: &str| fields.text(&format!("{prefix}{name}"));
    Place {
        first_name: text("FirstName"),
        last_name: text("LastName"),
        company: text("Company"),
        address1: text("Address1"),
        address2: text("Address2"),
        city: text("City"),
        state: text("State"),
        postal_code: text(post_code),
        country: text("Country"),
    }
}

fn read_contact(fields: &Fields<'_>) -> Read<Contact> {
    let kind = match fields.text("type").to_ascii_lowercase().as_str() {
        "customer" => ContactType::Customer,
        "supplier" => ContactType::Supplier,
        "internal" => ContactType::Internal,
        _ => ContactType::Other,
    };
    let mut postal = place(fields, "postal", "PostCode");
    postal.first_name = fields.text("accountsFirstName");
    postal.last_name = fields.text("accountsLastName");
    Ok(Contact {
        id: fields.id("id")?,
        kind,
        is_active: fields.flag("isActive")?.unwrap_or(true),
        company: fields.text("company"),
        first_name: fields.text("firstName"),
        last_name: fields.text("lastName"),
        email: first_text(fields, &["email", "billingEmail"]),
        phone: first_text(fields, &["phone", "accountsPhone"]),
        mobile: fields.text("mobile"),
        fax: fields.text("fax"),
        website: fields.text("website"),
        place: place(fields, "", "PostCode"),
        postal,
        account_number: fields.text("accountNumber"),
        payment_terms: fields.text("paymentTerms"),
        tax_number: fields.text("taxNumber"),
        cost_center: fields.text("costCenter"),
        group: fields.text("group"),
        billing_id: fields.id("billingId")?,
        quickbooks_id: fields.object("accountingIntegrationId").text("quickBooksDesktop"),
        modified: fields.instant("modifiedDate")?,
    })
}

fn read_product(fields: &Fields<'_>) -> Read<Product> {
    Ok(Product {
        id: fields.id("id")?,
        name: first_text(fields, &["name", "styleCode"]),
        sales_account: fields.text("salesAccount"),
        purchases_account: fields.text("purchasesAccount"),
        modified: fields.instant("modifiedDate")?,
    })
}

/// A branch is shaped like a contact: its name stands in `company` (`cin7-api.md` 5.7).
fn read_branch(fields: &Fields<'_>) -> Read<Branch> {
    Ok(Branch {
        id: fields.id("id")?,
        name: first_text(fields, &["company", "firstName", "email"]),
        modified: fields.instant("modifiedDate")?,
    })
}

fn read_payment(fields: &Fields<'_>) -> Read<Payment> {
    Ok(Payment {
        id: fields.id("id")?,
        paid: fields.instant("paymentDate")?,
        amount: fields.amount("amount")?,
        method: fields.text("method"),
        is_authorized: fields.flag("isAuthorized")?.unwrap_or(true),
        transaction_ref: fields.text("transactionRef"),
        comments: fields.text("comments"),
        paid_for: PaidFor::of_word(&fields.text("orderType")),
        order_id: fields.id("orderId")?,
        order_ref: fields.text("orderRef"),
        batch_reference: fields.text("batchReference"),
        modified: fields.instant("modifiedDate")?,
    })
}

fn read_adjustment(fields: &Fields<'_>) -> Read<Adjustment> {
    Ok(Adjustment {
        id: fields.id("id")?,
        reference: fields.text("reference"),
        is_approved: fields.flag("isApproved")?.unwrap_or(true),
        branch_id: fields.id("branchId")?,
        completed: fields.instant("completedDate")?,
        accounting_date: fields.instant("adjustInAccountingSystem")?,
        reason: fields.text("adjustmentReason"),
        account_code: fields.text("alternativeAccountCode"),
        product_total: fields.decimal("productTotal")?,
        created: fields.instant("createdDate")?,
        modified: fields.instant("modifiedDate")?,
        lines: fields.objects("lineItems")?.iter().map(read_adjustment_line).collect::<Read<_>>()?,
    })
}

fn read_adjustment_line(line: &Fields<'_>) -> Read<AdjustmentLine> {
    // The base line's quantity stands in where the adjusted one is not given (`cin7-quickbooks-integration.md` 8.2).
    let qty = match line.decimal("qtyAdjusted")? {
        Some(adjusted) => adjusted,
        None => line.amount("qty")?,
    };
    Ok(AdjustmentLine {
        id: line.id("id")?,
        product_id: line.id("productId")?,
        code: line.text("code"),
        name: line.text("name"),
        qty,
        unit_cost: line.decimal("unitCost")?,
        account: line.text("account"),
    })
}

fn first_text(fields: &Fields<'_>, names: &[&str]) -> String {
    names.iter().map(|name| fields.text(name)).find(|text| !text.is_empty()).unwrap_or_default()
}

#[cfg(test)]
#[path = "convert_tests.rs"]
mod tests;
