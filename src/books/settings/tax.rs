//! How tax on sales and purchases is written: modes, the tax map, tax codes and tax lines of our own.
//!
//! Must never name Sales Tax Payable: only QuickBooks itself fills it (design 4.1). Rules: design 8.6, 8.8;
//! `cin7-quickbooks-integration.md` 2.8, 2.10, 11.

use crate::base::Decimal;
use crate::books::ListRef;
use serde::{Deserialize, Serialize};

/// How tax on sales is written (design 8.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// QuickBooks computes it from the header's tax item; both figures must agree.
    #[default]
    Quickbooks,
    /// Cin7's tax as lines with single sales-tax items under a 0 % header.
    TaxItem,
    /// Cin7's tax as a line into a liability of its own, outside the tax liability report.
    Line,
}

/// Where purchase tax goes (design 8.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum PurchaseTax {
    #[default]
    Account,
    Cost,
}

/// Whether QuickBooks rounds computed tax by line or over the sum (design 8.6: learnt; `qbxml.md` 10 does not say).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxRounding {
    /// As QuickBooks' own invoices show it; over the sum until one of them has told.
    #[default]
    Learn,
    /// Once over the sum of the taxable lines.
    Sum,
    /// Each taxable line by itself.
    Line,
}

/// One row of the tax map: name of the rate and place choose the item (design 8.6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRule {
    /// Percent, as Cin7 computes it.
    pub rate: Decimal,
    /// Name of Cin7's alternative rate; empty = any.
    #[serde(default)]
    pub name: String,
    /// State of delivery, as postal code or name; empty = any.
    #[serde(default)]
    pub state: String,
    /// County; empty = any. Cin7 has no such field: it is looked for in the name of the rate, the state and the city.
    #[serde(default)]
    pub county: String,
    /// ZIP of delivery, or its first digits; empty = any.
    #[serde(default)]
    pub zip: String,
    /// Single sales-tax item or group.
    pub item: ListRef,
}

/// Sales tax codes of charges; where none is named a charge is coded as Cin7 taxed it
/// (`cin7-quickbooks-integration.md` 2.10, 11).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct ChargeCodes {
    pub freight: Option<ListRef>,
    pub surcharge: Option<ListRef>,
    pub discount: Option<ListRef>,
    pub rounding: Option<ListRef>,
}

/// Why tax of a sale is not QuickBooks' business (design 8.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxLineReason {
    /// The marketplace collects the tax and hands it over.
    Marketplace,
    /// A tax service computes and files it.
    #[default]
    TaxService,
}

impl TaxLineReason {
    /// As it stands in the settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            TaxLineReason::Marketplace => "marketplace",
            TaxLineReason::TaxService => "tax_service",
        }
    }
}

/// How a tax line of one reason is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaxLine {
    /// Other-charge item on a liability account that is not Sales Tax Payable.
    pub item: Option<ListRef>,
    /// Non-taxable sales tax code of its own, for all lines of such a sale.
    pub code: Option<ListRef>,
}

/// Tax lines of the mode `line`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaxLineSettings {
    /// The reason where a customer has none of its own.
    pub reason: TaxLineReason,
    /// Tax that a marketplace collects.
    pub marketplace: TaxLine,
    /// Tax that a tax service files.
    pub tax_service: TaxLine,
}

impl TaxLineSettings {
    /// The line of a reason.
    #[must_use]
    pub const fn of(&self, reason: TaxLineReason) -> &TaxLine {
        match reason {
            TaxLineReason::Marketplace => &self.marketplace,
            TaxLineReason::TaxService => &self.tax_service,
        }
    }
}

/// A customer whose sales are taxed in another mode than the company's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CustomerTax {
    /// The mode.
    pub mode: TaxMode,
    /// The reason, in mode `line`.
    pub reason: Option<TaxLineReason>,
}
