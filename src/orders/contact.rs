//! Cin7 contacts, products and branches.
//!
//! Must never decide whom a contact equals in QuickBooks. Fields: `cin7-api.md` 5.5-5.7.

use crate::base::Instant;
use serde::{Deserialize, Serialize};

/// Cin7's contact type; a company that buys and sells has two contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum ContactType {
    Customer,
    Supplier,
    Internal,
    /// Empty or unknown.
    Other,
}

/// A postal address in Cin7's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Place {
    pub first_name: String,
    pub last_name: String,
    pub company: String,
    pub address1: String,
    pub address2: String,
    pub city: String,
    pub state: String,
    pub postal_code: String,
    pub country: String,
}

/// A contact: customer or supplier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Contact {
    pub id: i64,
    pub kind: ContactType,
    pub is_active: bool,
    pub company: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub mobile: String,
    pub fax: String,
    pub website: String,
    /// Delivery or physical address.
    pub place: Place,
    /// Billing address (`postal*` on the wire).
    pub postal: Place,
    pub account_number: String,
    pub payment_terms: String,
    pub tax_number: String,
    pub cost_center: String,
    /// Group of contacts that the account keeps.
    pub group: String,
    /// Parent company that is invoiced; 0 = none.
    pub billing_id: i64,
    /// Cin7's own note of the QuickBooks record: a proposal only.
    pub quickbooks_id: String,
    pub modified: Option<Instant>,
}

impl Contact {
    /// Company, else first and last name, else e-mail, else the id.
    #[must_use]
    pub fn display_name(&self) -> String {
        let person = format!("{} {}", self.first_name.trim(), self.last_name.trim());
        [self.company.trim(), person.trim(), self.email.trim()]
            .into_iter()
            .find(|name| !name.is_empty())
            .map_or_else(|| format!("Contact {}", self.id), str::to_string)
    }

    /// The billing address, or the physical one where there is none.
    #[must_use]
    pub fn billing_place(&self) -> &Place {
        if self.postal.address1.is_empty() && self.postal.city.is_empty() {
            &self.place
        } else {
            &self.postal
        }
    }
}

/// A product, as far as accounts are concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Product {
    pub id: i64,
    pub name: String,
    pub sales_account: String,
    pub purchases_account: String,
    pub modified: Option<Instant>,
}

/// A branch (warehouse, shop).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Branch {
    pub id: i64,
    pub name: String,
    pub modified: Option<Instant>,
}
