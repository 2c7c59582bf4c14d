//! Cin7 sales orders, purchase orders and credit notes in one shape.
//!
//! Must never round, and never take a day from an instant (that needs the company's zone).
//! Fields: `cin7-api.md` 5.1-5.4; meaning of the dates: `cin7-quickbooks-integration.md` 2.2.

use super::contact::Place;
use crate::base::{Decimal, Instant};
use serde::{Deserialize, Serialize};

/// Which Cin7 resource a document came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum DocumentType {
    SalesOrder,
    PurchaseOrder,
    CreditNote,
}

impl DocumentType {
    /// Every type.
    pub const ALL: [DocumentType; 3] =
        [DocumentType::SalesOrder, DocumentType::PurchaseOrder, DocumentType::CreditNote];

    /// The word in ids and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            DocumentType::SalesOrder => "SalesOrder",
            DocumentType::PurchaseOrder => "PurchaseOrder",
            DocumentType::CreditNote => "CreditNote",
        }
    }

    /// The type of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// How tax stands to the amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum TaxStatus {
    Incl,
    Excl,
    Exempt,
    Undefined,
}

/// Cin7's own accounting import status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ImportStatus {
    NotImported,
    Imported,
    DoNotImport,
    Error,
}

/// One line. There is no line total and no line tax in Cin7's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct DocLine {
    pub id: i64,
    /// Line id of the kit's parent line; 0 = top level.
    pub parent_id: i64,
    pub product_id: i64,
    pub code: String,
    pub name: String,
    pub options: String,
    pub comments: String,
    /// Negative on credit notes.
    pub qty: Decimal,
    /// Dispatched, received or moved.
    pub qty_shipped: Decimal,
    pub unit_price: Decimal,
    /// Money for the whole line, not percent.
    pub discount: Decimal,
    /// None where Cin7 gives none.
    pub unit_cost: Option<Decimal>,
    /// GL override of the line.
    pub account_code: String,
}

/// A sales order, purchase order or credit note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Document {
    pub kind: DocumentType,
    pub id: i64,
    pub reference: String,
    pub is_approved: bool,
    /// `isVoid` or status void, whichever says so.
    pub is_void: bool,
    pub status: String,
    /// Contact; 0 when not linked.
    pub contact_id: i64,
    pub billing: Place,
    pub delivery: Place,
    pub email: String,
    pub phone: String,
    pub branch_id: i64,
    pub product_total: Decimal,
    pub freight_total: Decimal,
    pub freight_description: String,
    pub surcharge: Decimal,
    pub surcharge_description: String,
    pub discount_total: Decimal,
    pub discount_description: String,
    pub total: Decimal,
    pub currency: String,
    pub currency_rate: Option<Decimal>,
    pub tax_status: TaxStatus,
    /// As Cin7 writes it; percent or fraction is learnt per account (design 8.7).
    pub tax_rate: Option<Decimal>,
    /// Name of an alternative tax rate, not a number.
    pub tax_rate_name: String,
    /// GL account of the header (SO, PO `costCenter`; CN `alternativeAccountCode`).
    pub cost_center: String,
    /// GL account of the contact.
    pub contact_cost_center: String,
    pub payment_terms: String,
    /// Customer's own order number (SO).
    pub customer_order_no: String,
    /// `invoiceNumber` (SO) or `creditNoteNumber` (CN); 0 or none before it is assigned.
    pub number: Option<i64>,
    /// Supplier's bill number (PO).
    pub supplier_invoice_reference: String,
    /// Original sales order (CN).
    pub sales_reference: String,
    /// `invoiceDate`, or `creditNoteDate` on credit notes: what makes it importable.
    pub ledger_date: Option<Instant>,
    /// Dispatched (SO), fully received (PO), completed (CN): when goods moved.
    pub moved_date: Option<Instant>,
    pub created: Option<Instant>,
    pub modified: Option<Instant>,
    pub modified_cogs: Option<Instant>,
    pub import_status: ImportStatus,
    pub internal_comments: String,
    /// The reason that a credit note gives (`customerReport`); empty on all others.
    pub customer_report: String,
    /// Where it came from, such as a web shop (`source`); empty where it was typed in.
    pub channel: String,
    pub lines: Vec<DocLine>,
}

impl Document {
    /// What the list shows as its number.
    #[must_use]
    pub fn source(&self) -> String {
        format!("{}/{}", self.kind.word(), self.id)
    }
}
