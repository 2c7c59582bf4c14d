//! Contacts that are billed to one QuickBooks customer by a rule (design 8.14).
//!
//! Must never apply to purchases, and must never hide the buyer: name and address stay on the invoice.

use crate::books::ListRef;
use serde::{Deserialize, Serialize};

/// One rule: a sale that fits every field that is set is billed to the customer. The first rule that fits counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HouseRule {
    /// Cin7 branch id; empty = any.
    pub branch: String,
    /// Where the order came from (Cin7's `source`, for example a web shop); empty = any.
    pub channel: String,
    /// Group of the contact in Cin7; empty = any.
    pub group: String,
    /// QuickBooks customer that is billed.
    pub customer: ListRef,
}

impl HouseRule {
    /// Whether it says of nothing when it applies: such a rule would swallow every sale.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.branch, &self.channel, &self.group].iter().all(|text| text.trim().is_empty())
    }
}
