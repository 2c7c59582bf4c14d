//! What the seeded world says that the simulated QuickBooks company holds on its first day.
//!
//! Must stay plain data: the world makes it, the company is built from it, and neither knows the other.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The company file on its first day.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CompanySeed {
    /// Company name as CompanyQuery tells it.
    pub company_name: String,
    /// Path of the company file as the Web Connector tells it.
    pub file: String,
    /// Closing date `YYYY-MM-DD`, if the books of the past are closed.
    pub closing_date: Option<String>,
    /// Whether sales tax is switched on.
    pub sales_tax: bool,
    /// Whether class tracking is switched on.
    pub class_tracking: bool,
    /// Customers, jobs included (a job has a `parent`).
    pub customers: Vec<PartySeed>,
    /// Vendors.
    pub vendors: Vec<PartySeed>,
    /// Employees' names: they share the name space.
    pub employees: Vec<String>,
    /// Other names: they share the name space too.
    pub other_names: Vec<String>,
    /// Terms by name with their net days.
    pub terms: Vec<(String, u32)>,
    /// Classes by name.
    pub classes: Vec<String>,
    /// Single sales-tax items.
    pub tax_items: Vec<TaxItemSeed>,
    /// Sales-tax groups: name and the names of their single items.
    pub tax_groups: Vec<(String, Vec<String>)>,
    /// Accounts besides the standard chart: number, name, qbXML AccountType.
    pub accounts: Vec<AccountSeed>,
    /// Items besides none: name, qbXML item kind (`Service`, `OtherCharge`, `NonInventory`, `Discount`), account number.
    pub items: Vec<ItemSeed>,
    /// The first moment of the company's clock, RFC 3339 UTC.
    pub clock_start: String,
    /// Minutes that the QuickBooks machine's clock is ahead of UTC (its local zone), for TimeCreated offsets.
    pub utc_offset_minutes: i32,
}

/// A customer or vendor of the first day.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct PartySeed {
    pub name: String,
    pub parent: Option<String>,
    pub company_name: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub alt_phone: String,
    pub fax: String,
    pub addr: Vec<String>,
    pub city: String,
    pub state: String,
    pub postal_code: String,
    pub country: String,
    pub account_number: String,
    pub terms: String,
    pub active: bool,
    /// Forced ListID, where Cin7 already knows it.
    pub list_id: Option<String>,
}

/// One account of the chart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AccountSeed {
    pub number: String,
    pub name: String,
    pub account_type: String,
    pub opening_cents: i64,
}

/// One item of the item list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ItemSeed {
    pub name: String,
    pub kind: String,
    pub account_number: String,
    pub active: bool,
}

/// One single sales-tax item.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct TaxItemSeed {
    pub name: String,
    pub rate_percent: Decimal,
    pub agency: String,
}
