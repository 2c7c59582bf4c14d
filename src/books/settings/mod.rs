//! How this company keeps its books: every setting of `countersign.toml`, typed, with its default.
//!
//! Must never hold a secret (those live with `net::secrets`). A guess about QuickBooks or Cin7 stands here as a setting
//! that cites its page. Names: `cin7-quickbooks-integration.md` 11; rules: design 4 and 8.

mod cogs;
mod house;
mod screen;
mod tax;
mod values;

pub use cogs::{CogsSettings, CostRule, FirstMonth};
pub use house::HouseRule;
pub use screen::ScreenSettings;
pub use tax::{
    ChargeCodes, CustomerTax, PurchaseTax, TaxLine, TaxLineReason, TaxLineSettings, TaxMode, TaxRounding,
    TaxRule,
};
pub use values::{InventorySettings, RowSign};

use super::lists::ListRef;
use crate::base::{Cents, Day, Month, Zone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Whether sales go in pending or post at once (design 4.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum DraftMode {
    #[default]
    Pending,
    Post,
}

/// Perpetual or periodic inventory (`cin7-quickbooks-integration.md` 2.11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum InventoryMethod {
    #[default]
    Perpetual,
    Periodic,
}

/// Unit of Cin7's `taxRate` (`cin7-api.md` 8.2: a guess, so learnt or set).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum TaxRateUnit {
    #[default]
    Learn,
    Percent,
    Fraction,
}

/// Sign of Cin7's `discountTotal` (`cin7-api.md` 8.2: a guess, so learnt or set).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum DiscountSign {
    #[default]
    Learn,
    Subtract,
    Add,
}

/// Settings of the Cin7 side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct Cin7Settings {
    pub url: String,
    pub username: String,
    /// The account's own currency; not in the API (`cin7-api.md` 8.4).
    pub base_currency: String,
    pub tax_rate_unit: TaxRateUnit,
    pub discount_sign: DiscountSign,
    /// How many times faster than Cin7's real limits we may ask; above 1 only against a simulator.
    pub limit_factor: u32,
}

impl Default for Cin7Settings {
    fn default() -> Self {
        Cin7Settings {
            url: "https://api.cin7.com/api".into(),
            username: String::new(),
            base_currency: "USD".into(),
            tax_rate_unit: TaxRateUnit::Learn,
            discount_sign: DiscountSign::Learn,
            limit_factor: 1,
        }
    }
}

/// Settings of our Web Connector endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct EndpointSettings {
    pub listen: String,
    pub user: String,
    /// FileID of the .QWC, one per company, made at `init`.
    pub file_id: Uuid,
    /// RunEveryNMinutes of the .QWC.
    pub every_minutes: u32,
    /// PEM file of the endpoint's certificate chain, by itself beside the settings; empty = plain HTTP on loopback.
    /// Its key is a secret and never stands here.
    pub certificate: String,
}

impl Default for EndpointSettings {
    fn default() -> Self {
        EndpointSettings {
            listen: "127.0.0.1:8085".into(),
            user: "countersign".into(),
            file_id: Uuid::nil(),
            every_minutes: 5,
            certificate: String::new(),
        }
    }
}

/// Accounts by purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct AccountSettings {
    pub inventory_asset: Option<ListRef>,
    pub cogs: Option<ListRef>,
    pub adjustment: Option<ListRef>,
    pub purchase_freight: Option<ListRef>,
    pub purchase_expense: Option<ListRef>,
    pub purchase_tax: Option<ListRef>,
    pub rounding: Option<ListRef>,
    /// Other side of the accrual for what was received and not billed: a liability of its own.
    pub accrual: Option<ListRef>,
    /// Other side of a true-up.
    pub true_up: Option<ListRef>,
    pub ar: Option<ListRef>,
    pub ap: Option<ListRef>,
}

/// Items by purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct ItemSettings {
    pub sales: Option<ListRef>,
    pub freight: Option<ListRef>,
    pub surcharge: Option<ListRef>,
    pub discount: Option<ListRef>,
    pub rounding: Option<ListRef>,
    /// The 0 % tax item of the header in tax mode `tax_item`; the only one of the list where none is named.
    pub zero_tax: Option<ListRef>,
}

/// What a Cin7 GL code means in QuickBooks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct GlEntry {
    /// Item for sales lines.
    pub item: Option<ListRef>,
    /// Account for bill lines.
    pub account: Option<ListRef>,
    /// Cost of goods sold account of the month's cost journal; `account.cogs` where none is named.
    pub cogs_account: Option<ListRef>,
    /// Sales tax code of its sales lines; the company's own code where none is named.
    pub tax_code: Option<ListRef>,
}

/// What a branch changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct BranchEntry {
    pub class: Option<ListRef>,
    /// GL code applied where neither line nor header has one.
    pub gl_code: String,
}

/// Prefixes of reference numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct PrefixSettings {
    pub invoice: String,
    pub credit_memo: String,
    /// Of the cost journals, before year, month and letter; without digits.
    pub cogs: String,
}

impl Default for PrefixSettings {
    fn default() -> Self {
        PrefixSettings { invoice: String::new(), credit_memo: String::new(), cogs: "CG".into() }
    }
}

/// All settings of a company profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Company id made at `init`; posting keys are derived from it, so it never changes.
    pub company_id: Uuid,
    /// First month whose documents are ours (design 8.2): the hard floor.
    pub start: Option<Month>,
    /// IANA name of the company's zone; `UTC` until it was set.
    pub timezone: Zone,
    /// Draft mode.
    pub draft_mode: DraftMode,
    /// Tax mode on sales.
    pub tax_mode: TaxMode,
    /// How QuickBooks rounds computed tax.
    pub tax_rounding: TaxRounding,
    /// Sales tax is filed through this day: nothing taxed on or before it is posted (design 4.3).
    pub tax_filed_through: Option<Day>,
    /// Tax codes of charges on sales.
    pub charge_code: ChargeCodes,
    /// Tax as a line of our own, by reason.
    pub tax_line: TaxLineSettings,
    /// Cin7 contact ids whose sales are taxed in another mode.
    pub customer_tax: BTreeMap<String, CustomerTax>,
    /// Where purchase tax goes.
    pub purchase_tax: PurchaseTax,
    /// Inventory method.
    pub inventory_method: InventoryMethod,
    /// Largest rounding line (design 4.2).
    pub rounding_max: Cents,
    /// Product lines of one account become one line.
    pub merge_lines: bool,
    /// Foreign documents may be drafted.
    pub multicurrency: bool,
    /// Past months whose posted cost journals are tested for changes again (design 8.2).
    pub cogs_months_back: u32,
    /// Past months whose documents are listed though nothing is left to do about them (design 8.2).
    pub lookback_months: u32,
    /// QuickBooks' names of currencies by ISO code, where they were renamed.
    pub currency: BTreeMap<String, String>,
    /// Undoing a batch, and a void in Cin7, delete posted documents instead of voiding them (design 8.20).
    pub delete_posted: bool,
    /// Write the import status back to Cin7 (design 4.5).
    pub cin7_writeback: bool,
    /// Cin7.
    pub cin7: Cin7Settings,
    /// Endpoint.
    pub endpoint: EndpointSettings,
    /// Accounts.
    pub account: AccountSettings,
    /// Items.
    pub item: ItemSettings,
    /// Cin7's words for why stock was adjusted, and the account of each.
    pub adjustment_reason: BTreeMap<String, ListRef>,
    /// Cost journals.
    pub cogs: CogsSettings,
    /// Opening and sources of the inventory roll-forward.
    pub inventory: InventorySettings,
    /// Categories of landing costs and the account that each credits (design 8.12).
    pub landing: BTreeMap<String, ListRef>,
    /// GL codes.
    pub gl: BTreeMap<String, GlEntry>,
    /// Tax map.
    pub tax: Vec<TaxRule>,
    /// Cin7 payment terms to QuickBooks terms.
    pub terms: BTreeMap<String, ListRef>,
    /// Branch ids.
    pub branch: BTreeMap<String, BranchEntry>,
    /// Sales that are billed to one customer by a rule.
    pub house: Vec<HouseRule>,
    /// Prefixes.
    pub prefix: PrefixSettings,
    /// Keys of the screens that were changed, by the id of the command.
    pub keys: BTreeMap<String, String>,
    /// How the screens behave.
    pub screen: ScreenSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            company_id: Uuid::nil(),
            start: None,
            timezone: Zone::utc(),
            draft_mode: DraftMode::Pending,
            tax_mode: TaxMode::Quickbooks,
            tax_rounding: TaxRounding::Learn,
            tax_filed_through: None,
            charge_code: ChargeCodes::default(),
            tax_line: TaxLineSettings::default(),
            customer_tax: BTreeMap::new(),
            purchase_tax: PurchaseTax::Account,
            inventory_method: InventoryMethod::Perpetual,
            rounding_max: Cents::new(5),
            merge_lines: false,
            multicurrency: false,
            cogs_months_back: 1,
            lookback_months: 3,
            delete_posted: false,
            currency: BTreeMap::new(),
            cin7_writeback: false,
            cin7: Cin7Settings::default(),
            endpoint: EndpointSettings::default(),
            account: AccountSettings::default(),
            item: ItemSettings::default(),
            adjustment_reason: BTreeMap::new(),
            cogs: CogsSettings::default(),
            inventory: InventorySettings::default(),
            landing: BTreeMap::new(),
            gl: BTreeMap::new(),
            tax: Vec::new(),
            terms: BTreeMap::new(),
            branch: BTreeMap::new(),
            house: Vec::new(),
            prefix: PrefixSettings::default(),
            keys: BTreeMap::new(),
            screen: ScreenSettings::default(),
        }
    }
}
