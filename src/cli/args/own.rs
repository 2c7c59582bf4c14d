//! Words of what a person puts in: vendor credits, landing costs, joins, splits, and files of them.
//!
//! Must hold no logic, like the rest of this room.

use super::By;
use clap::{Args as Group, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `vendor-credit ...`.
#[derive(Debug, Subcommand)]
pub enum CreditAction {
    /// Type in a vendor credit that Cin7's API does not deliver
    New(NewCredit),
    /// Type the supplier's number of a vendor credit that Cin7 holds without one
    Number {
        /// Its number, `PurchaseOrder/3113`, or its reference
        id: String,
        /// The supplier's number of the credit
        number: String,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
}

/// `vendor-credit new`.
#[derive(Debug, Group)]
pub struct NewCredit {
    /// Vendor, by the name in QuickBooks or the supplier's name in Cin7
    #[arg(long)]
    pub vendor: String,
    /// The supplier's own number of the credit
    #[arg(long)]
    pub number: String,
    /// Ledger date
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: String,
    /// Amount of a credit with one line
    #[arg(long, required_unless_present = "line", conflicts_with = "line")]
    pub amount: Option<String>,
    /// Account of that line, by name or number (else the inventory account)
    #[arg(long, conflicts_with = "line")]
    pub account: Option<String>,
    /// One line of several: ACCOUNT=AMOUNT or ACCOUNT=AMOUNT:MEMO; an empty account is the inventory account
    #[arg(long, value_name = "ACCOUNT=AMOUNT")]
    pub line: Vec<String>,
    /// Reference of the purchase order that it belongs to
    #[arg(long, default_value = "")]
    pub po: String,
    /// What it is about
    #[arg(long, default_value = "")]
    pub memo: String,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// `landing-cost ...`.
#[derive(Debug, Subcommand)]
pub enum LandingAction {
    /// Type in a landing cost that Cin7's API does not deliver
    New(NewLanding),
}

/// `landing-cost new`.
#[derive(Debug, Group)]
pub struct NewLanding {
    /// Ledger date
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: String,
    /// Reference of the purchase order
    #[arg(long, default_value = "")]
    pub po: String,
    /// Category, as in the settings (`landing.Freight`)
    #[arg(long)]
    pub category: String,
    /// Amount; below zero takes an earlier cost back
    #[arg(long, allow_hyphen_values = true)]
    pub amount: String,
    /// What it is about
    #[arg(long, default_value = "")]
    pub memo: String,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// `split`.
#[derive(Debug, Group)]
pub struct SplitArgs {
    /// The purchase order: number of the draft, `PurchaseOrder/3109`, or its reference
    pub id: String,
    /// One supplier invoice: NUMBER=LINES or NUMBER@YYYY-MM-DD=LINES; lines are numbered from 1, `2:5` is five units of line 2
    #[arg(long = "part", required = true, value_name = "NUMBER=LINES")]
    pub parts: Vec<String>,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// `import`.
#[derive(Debug, Group)]
pub struct ImportArgs {
    /// What the file holds
    pub what: ImportWord,
    /// The file, as CSV with commas
    #[arg(value_name = "FILE.csv", required_unless_present = "template", conflicts_with = "template")]
    pub file: Option<PathBuf>,
    /// Print the columns instead
    #[arg(long)]
    pub template: bool,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ImportWord {
    /// Vendor credits that Cin7's API does not deliver.
    VendorCredits,
    /// Landing costs that Cin7's API does not deliver.
    LandingCosts,
    /// What Cin7's stock was worth at the end of a day.
    StockValue,
}

/// `accrual`.
#[derive(Debug, Group)]
pub struct AccrualArgs {
    /// Month at whose end it stands (else the last full month)
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Show what it would hold, and make nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// `true-up`.
#[derive(Debug, Group)]
pub struct TrueUpArgs {
    /// Month at whose end it stands (else the last full month)
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Bring the account to this figure instead of Cin7's stock value
    #[arg(long, value_name = "AMOUNT")]
    pub to: Option<String>,
    /// Why; it stands in the journal's memo
    #[arg(long, default_value = "")]
    pub why: String,
    /// Show what it would do, and make nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// `join`.
#[derive(Debug, Group)]
pub struct JoinArgs {
    /// Purchase orders: numbers of drafts, `PurchaseOrder/3109`, or references
    #[arg(required = true, num_args = 2.., value_name = "ID")]
    pub ids: Vec<String>,
    /// The supplier's invoice number
    #[arg(long)]
    pub number: String,
    /// Date of the invoice (else the latest invoice date of the orders)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<String>,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}
