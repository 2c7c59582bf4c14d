//! What the inventory account starts from, and where Cin7's stock value comes from.
//!
//! Must never be filled by the program alone: the opening is confirmed by a person (design 8.13).

use crate::base::Cents;
use serde::{Deserialize, Serialize};

/// How QuickBooks signs the amounts of transactions on the inventory account (`qbxml.md` 7 does not say: a guess, so
/// learnt or set).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowSign {
    /// As its answers about our own documents show.
    #[default]
    Learn,
    /// What raises the account is positive.
    Debit,
    /// What raises the account is negative.
    Credit,
}

/// Settings of the inventory roll-forward.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InventorySettings {
    /// What the inventory account held on the evening before the start month; none until a person confirmed it.
    pub opening: Option<Cents>,
    /// The price column of Cin7 that holds a product's cost, as `costUSD`; empty = the only one whose name begins with
    /// `cost` (`cin7-api.md` 5.6: cost is one of the price columns).
    pub cost_column: String,
    /// How amounts of transactions on the account are signed.
    pub row_sign: RowSign,
}
