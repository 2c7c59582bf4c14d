//! What the month's cost journal asks a person, and the answers; the accounts of costs that no sale carries.
//!
//! Must never answer by itself what design 8.5 asks: until a person has, the cost stays out of the journal.

use crate::books::ListRef;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether costs of a sort that is not plainly ours count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostRule {
    /// Ask; until then the cost stays out and the journal needs attention.
    #[default]
    Ask,
    /// Count it.
    Count,
    /// Leave it out.
    Leave,
}

/// Who posts the cost of goods sold of the first month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstMonth {
    /// Ask, with the figures.
    #[default]
    Ask,
    /// Cin7's own module has posted nothing for it: this program posts all of it.
    Ours,
    /// Cin7's own module has posted it: this program posts nothing.
    Cin7,
}

/// Settings of the cost journals (design 8.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CogsSettings {
    /// Whether Cin7's own module has posted the first month.
    pub first_month: FirstMonth,
    /// Documents in another currency that are held back.
    pub foreign: CostRule,
    /// Orders invoiced before the start month whose goods moved in it or later.
    pub moved_after_start: CostRule,
    /// Orders that Cin7 calls dispatched though not all of their goods have left.
    pub part_dispatch: CostRule,
    /// Words in the comments of a document without a price, and the account of its cost; `account.cogs` for the rest.
    pub zero_total: BTreeMap<String, ListRef>,
}
