//! Payments as Cin7 records them.
//!
//! Must never become a transaction: payments are not posted. They show by what and when a document is paid in Cin7, and
//! they are the only trace that Cin7's API leaves of a supplier credit note (`cin7-api.md` 5.7, 6).

use crate::base::{Decimal, Instant};
use serde::{Deserialize, Serialize};

/// What kind of document a payment belongs to (`orderType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum PaidFor {
    SalesOrder,
    PurchaseOrder,
    CreditNote,
    /// Cin7 has no list of these: the payment is all that can be seen.
    SupplierCreditNote,
    /// Everything else; such payments concern nothing that this program reads.
    Other,
}

impl PaidFor {
    /// The word of Cin7, whatever its case.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        let known = [Self::SalesOrder, Self::PurchaseOrder, Self::CreditNote, Self::SupplierCreditNote];
        known.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(word.trim())).unwrap_or(Self::Other)
    }

    /// The word in the store.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            PaidFor::SalesOrder => "SalesOrder",
            PaidFor::PurchaseOrder => "PurchaseOrder",
            PaidFor::CreditNote => "CreditNote",
            PaidFor::SupplierCreditNote => "SupplierCreditNote",
            PaidFor::Other => "Other",
        }
    }
}

/// One payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Payment {
    pub id: i64,
    /// `paymentDate`.
    pub paid: Option<Instant>,
    /// As Cin7 writes it; the sign of payments to suppliers is not known for sure (`cin7-samples`).
    pub amount: Decimal,
    pub method: String,
    /// False = noted, not yet authorised.
    pub is_authorized: bool,
    pub transaction_ref: String,
    pub comments: String,
    pub paid_for: PaidFor,
    /// Id of the document in its own list; ids of different lists overlap.
    pub order_id: i64,
    pub order_ref: String,
    /// Set where the document is a member of a batch.
    pub batch_reference: String,
    pub modified: Option<Instant>,
}
