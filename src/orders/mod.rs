//! Floor 1: documents and contacts as Cin7 means them. Pure types with their rules.
//!
//! Must never know Cin7's wire form (`cin7` reads it) nor what QuickBooks makes of it (`drafting` decides).
//! Fields and their traps: `cin7-api.md` 4, 5, 7, 8. Every amount is exact; nothing is rounded here.

pub mod adjustment;
pub mod contact;
pub mod document;
pub mod payment;

pub use adjustment::{Adjustment, AdjustmentLine};
pub use contact::{Branch, Contact, ContactType, Place, Product};
pub use document::{DocLine, Document, DocumentType, ImportStatus, TaxStatus};
pub use payment::{PaidFor, Payment};
