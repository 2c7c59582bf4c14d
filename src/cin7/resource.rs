//! The Cin7 resources this program reads: path, date fields, and what a person calls them.
//!
//! Must never name a resource that the program does not read: each one is a right that the operator has to give
//! (`cin7-api.md` 1, 2).

use crate::orders::DocumentType;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A list of Cin7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Resource {
    SalesOrders,
    PurchaseOrders,
    CreditNotes,
    Contacts,
    Products,
    Branches,
    Payments,
    Adjustments,
    /// Rows without an id: summed at each fetch, never kept row by row (`cin7::stock`).
    Stock,
}

impl Resource {
    /// Every resource that is kept row by row, in the order in which a fetch reads them: the small lists first, so that documents find
    /// their branch, product and contact.
    pub const ALL: [Resource; 8] = [
        Resource::Branches,
        Resource::Products,
        Resource::Contacts,
        Resource::SalesOrders,
        Resource::PurchaseOrders,
        Resource::CreditNotes,
        Resource::Payments,
        Resource::Adjustments,
    ];

    /// The word in the path, in the store and in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Resource::SalesOrders => "SalesOrders",
            Resource::PurchaseOrders => "PurchaseOrders",
            Resource::CreditNotes => "CreditNotes",
            Resource::Contacts => "Contacts",
            Resource::Products => "Products",
            Resource::Branches => "Branches",
            Resource::Payments => "Payments",
            Resource::Stock => "Stock",
            Resource::Adjustments => "Adjustments",
        }
    }

    /// The resource of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|resource| resource.word().eq_ignore_ascii_case(word))
    }

    /// What a bookkeeper calls its rows.
    #[must_use]
    pub const fn plain_name(self) -> &'static str {
        match self {
            Resource::SalesOrders => "sales orders",
            Resource::PurchaseOrders => "purchase orders",
            Resource::CreditNotes => "credit notes",
            Resource::Contacts => "contacts",
            Resource::Products => "products",
            Resource::Branches => "branches",
            Resource::Payments => "payments",
            Resource::Stock => "stock on hand",
            Resource::Adjustments => "stock adjustments",
        }
    }

    /// Path under the API's base address; the version is a path segment (`cin7-api.md` 1).
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Resource::SalesOrders => "v1/SalesOrders",
            Resource::PurchaseOrders => "v1/PurchaseOrders",
            Resource::CreditNotes => "v1/CreditNotes",
            Resource::Contacts => "v1/Contacts",
            Resource::Products => "v1/Products",
            Resource::Branches => "v1/Branches",
            Resource::Payments => "v1/Payments",
            Resource::Stock => "v1/Stock",
            Resource::Adjustments => "v1/Adjustments",
        }
    }

    /// The resource that holds that type of document.
    #[must_use]
    pub const fn of_document(kind: DocumentType) -> Self {
        match kind {
            DocumentType::SalesOrder => Resource::SalesOrders,
            DocumentType::PurchaseOrder => Resource::PurchaseOrders,
            DocumentType::CreditNote => Resource::CreditNotes,
        }
    }

    /// The date that puts a document of this resource into a month's cost of goods sold, if it can be in one:
    /// these resources carry `modifiedCOGSDate` and get a second pass for it (`cin7-api.md` 3, 9).
    /// Purchase orders carry the field too but have no cost of goods sold.
    #[must_use]
    pub const fn costed_by(self) -> Option<&'static str> {
        match self {
            Resource::SalesOrders => Some("invoiceDate"),
            Resource::CreditNotes => Some("creditNoteDate"),
            _ => None,
        }
    }

    /// Whether rows can vanish from the list; documents are voided instead (`cin7-api.md` 3).
    #[must_use]
    pub const fn rows_can_vanish(self) -> bool {
        matches!(self, Resource::Contacts | Resource::Payments)
    }

    /// Whether a fetch can do without it: where Cin7 refuses the right to it, the rest is fetched all the same and
    /// what is not known without it is said. A company that keeps its stock periodically needs no adjustments.
    #[must_use]
    pub const fn can_be_missing(self) -> bool {
        matches!(self, Resource::Payments | Resource::Adjustments)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
