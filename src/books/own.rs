//! Entries of our own: what Cin7's API does not deliver, and what a person decides about what it does deliver.
//!
//! Must never hold a figure that nobody typed, imported or was shown: an entry is what a person put in, word for word,
//! and never changes; taking it back is a decision of its own. Ids: design 2 ("Source ids"); kinds: design 3 and 8.12;
//! vendor credits: `cin7-quickbooks-integration.md` 7.2; landing costs: 6, 8.2.

use super::lists::ListRef;
use crate::base::{Cents, Day, Decimal, Month};
use serde::{Deserialize, Serialize};

/// One line of a vendor credit that was typed or imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLine {
    /// Account by its name or number; empty = the inventory account.
    pub account: String,
    /// Positive; a line that lowers the credit is below zero.
    pub amount: Cents,
    /// What it is for.
    pub memo: String,
}

/// A vendor credit that Cin7's API does not deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnVendorCredit {
    /// Ledger date.
    pub date: Day,
    /// Vendor as typed: the name in QuickBooks, or the supplier's name in Cin7.
    pub vendor: String,
    /// The Cin7 contact of that name, where QuickBooks has no vendor of it; else 0.
    pub contact: i64,
    /// The supplier's own number of the credit.
    pub number: String,
    /// Reference of the purchase order that it belongs to; may be empty.
    pub po: String,
    /// What it is about.
    pub memo: String,
    /// At least one.
    pub lines: Vec<OwnLine>,
}

/// A landing cost that Cin7's API does not deliver (design 8.12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLandingCost {
    /// Ledger date.
    pub date: Day,
    /// Reference of the purchase order; may be empty.
    pub po: String,
    /// Category: the settings say which account it credits.
    pub category: String,
    /// Above zero raises stock; below zero takes an earlier cost back.
    pub amount: Cents,
    /// What it is about.
    pub memo: String,
}

/// What was received and not billed, of one purchase order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccrualLine {
    /// `PurchaseOrder/3109`.
    pub source: String,
    /// The order's reference.
    pub reference: String,
    /// Day of receipt.
    pub received: Day,
    /// Worth of what was received.
    pub amount: Cents,
}

/// The accrual for received-not-billed at a month's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnAccrual {
    /// The month at whose end it stands.
    pub month: Month,
    /// The orders behind it.
    pub lines: Vec<AccrualLine>,
}

impl OwnAccrual {
    /// What it comes to.
    #[must_use]
    pub fn total(&self) -> Cents {
        self.lines.iter().map(|line| line.amount).sum()
    }
}

/// The opposite of an accrual on day one of the next month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnReversal {
    /// Source of the entry that it reverses.
    pub of: String,
    /// Ledger date.
    pub date: Day,
    /// What is reversed.
    pub accrual: OwnAccrual,
}

/// A journal that forces the inventory account to another figure: never part of a normal batch (design 4.8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTrueUp {
    /// The month at whose end it stands.
    pub month: Month,
    /// Above zero raises the account.
    pub amount: Cents,
    /// The balance that QuickBooks' report showed.
    pub quickbooks_balance: Cents,
    /// The figure that it is brought to, and where that figure is from.
    pub target: Cents,
    /// Source of the figure, in words.
    pub target_source: String,
    /// Why, in the words of the person.
    pub why: String,
}

/// Several purchase orders on one supplier invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnJoin {
    /// `PurchaseOrder/3109` ...
    pub sources: Vec<String>,
    /// The supplier's invoice number.
    pub number: String,
    /// Date of the invoice; none = the latest invoice date of the orders.
    pub date: Option<Day>,
}

/// One of several invoices for one order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitPart {
    /// The supplier's invoice number.
    pub number: String,
    /// Date of the invoice; none = the order's invoice date.
    pub date: Option<Day>,
    /// Line number from 1, and the quantity where it is not the whole line.
    pub lines: Vec<(usize, Option<Decimal>)>,
}

/// Several supplier invoices for one purchase order. Freight, surcharge and discount go with the first part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSplit {
    /// `PurchaseOrder/3109`.
    pub source: String,
    /// At least two.
    pub parts: Vec<SplitPart>,
}

/// The supplier's number of a credit that Cin7 does not hold (design 8.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnNumber {
    /// `PurchaseOrder/3113`, `CreditNote/5307`.
    pub source: String,
    /// The number.
    pub number: String,
}

/// What Cin7's stock was worth at the end of a day, as a person knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnStockValue {
    /// The day.
    pub day: Day,
    /// The worth.
    pub value: Cents,
    /// Where it is from, in words.
    pub memo: String,
}

/// An entry of our own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum OwnEntry {
    VendorCredit(OwnVendorCredit),
    LandingCost(OwnLandingCost),
    Accrual(OwnAccrual),
    Reversal(OwnReversal),
    TrueUp(OwnTrueUp),
    Joined(OwnJoin),
    Split(OwnSplit),
    Number(OwnNumber),
    StockValue(OwnStockValue),
}

impl OwnEntry {
    /// The first part of its source id, which is also its `cin7_type` (design 3); none for what makes no draft.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            OwnEntry::VendorCredit(_) => "Typed",
            OwnEntry::LandingCost(_) => "LandingCost",
            OwnEntry::Accrual(_) => "Accrual",
            OwnEntry::Reversal(_) => "Reversal",
            OwnEntry::TrueUp(_) => "TrueUp",
            OwnEntry::Joined(_) => "Joined",
            OwnEntry::Split(_) => "Split",
            OwnEntry::Number(_) => "Number",
            OwnEntry::StockValue(_) => "StockValue",
        }
    }

    /// Whether it is a draft of its own; the others change the drafts of Cin7's documents.
    #[must_use]
    pub const fn is_draft(&self) -> bool {
        !matches!(self, OwnEntry::Split(_) | OwnEntry::Number(_) | OwnEntry::StockValue(_))
    }

    /// What it is called where it is added or taken back.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            OwnEntry::VendorCredit(_) => "vendor credit",
            OwnEntry::LandingCost(_) => "landing cost",
            OwnEntry::Accrual(_) => "accrual",
            OwnEntry::Reversal(_) => "reversal",
            OwnEntry::TrueUp(_) => "true-up",
            OwnEntry::Joined(_) => "joined bill",
            OwnEntry::Split(_) => "split",
            OwnEntry::Number(_) => "supplier's number",
            OwnEntry::StockValue(_) => "stock value",
        }
    }

    /// Sources of Cin7 documents whose own drafts this entry takes the place of, or changes.
    #[must_use]
    pub fn claims(&self) -> Vec<&str> {
        match self {
            OwnEntry::Joined(join) => join.sources.iter().map(String::as_str).collect(),
            OwnEntry::Split(split) => vec![&split.source],
            OwnEntry::Number(number) => vec![&number.source],
            _ => Vec::new(),
        }
    }
}

/// The account of a landing-cost category, whatever its case.
#[must_use]
pub fn landing_account<'a>(
    map: &'a std::collections::BTreeMap<String, ListRef>,
    category: &str,
) -> Option<&'a ListRef> {
    map.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(category.trim())).map(|(_, account)| account)
}
