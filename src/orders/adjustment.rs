//! Cin7 stock adjustments: what changed in stock without a sale or a purchase, and what it was worth.
//!
//! Must never round, and never take a day from an instant (that needs the company's zone). Fields: `cin7-api.md` 5.7;
//! `adjustInAccountingSystem` is a date, not a flag; value: `cin7-api.md` 9.

use crate::base::{Decimal, Instant};
use serde::{Deserialize, Serialize};

/// One line of an adjustment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AdjustmentLine {
    pub id: i64,
    pub product_id: i64,
    pub code: String,
    pub name: String,
    /// Quantity added to stock, negative where stock fell; zero where only the value changed.
    pub qty: Decimal,
    /// Cost of one; none where Cin7 gives none.
    pub unit_cost: Option<Decimal>,
    /// GL account of the line.
    pub account: String,
}

impl AdjustmentLine {
    /// What the line is worth; none where the figures are beyond belief.
    #[must_use]
    pub fn value(&self) -> Option<Decimal> {
        self.qty.checked_mul(self.unit_cost.unwrap_or_default())
    }
}

/// A stock adjustment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Adjustment {
    pub id: i64,
    pub reference: String,
    pub is_approved: bool,
    pub branch_id: i64,
    /// When the stock moved.
    pub completed: Option<Instant>,
    /// The day on which it is to be booked: what makes it eligible.
    pub accounting_date: Option<Instant>,
    /// Why, in the account's own words.
    pub reason: String,
    /// GL account of the header.
    pub account_code: String,
    /// Cin7's own total, signed; none where Cin7 gives none.
    pub product_total: Option<Decimal>,
    pub created: Option<Instant>,
    pub modified: Option<Instant>,
    pub lines: Vec<AdjustmentLine>,
}

impl Adjustment {
    /// The word of its type in ids and JSON.
    pub const WORD: &'static str = "Adjustment";

    /// `Adjustment/6601`.
    #[must_use]
    pub fn source(&self) -> String {
        format!("{}/{}", Self::WORD, self.id)
    }

    /// Sum of quantity times cost over the lines; none where the figures are beyond belief.
    #[must_use]
    pub fn lines_value(&self) -> Option<Decimal> {
        self.lines.iter().try_fold(Decimal::ZERO, |sum, line| sum.checked_add(line.value()?))
    }
}
