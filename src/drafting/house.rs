//! Which sales are billed to a house customer (design 8.14): by branch, channel or group, by a rule decided once.
//!
//! Must never touch a purchase, and must never take the buyer's name and address off the document.

use super::reason::{Level, Reason};
use crate::books::settings::HouseRule;
use crate::orders::{Contact, Document, DocumentType};
use std::borrow::Cow;

/// Code of the reason that stands on every such draft.
pub const CODE: &str = "house_customer";

/// The first rule that fits a document.
#[must_use]
pub fn rule<'a>(
    document: &Document,
    contact: Option<&Contact>,
    rules: &'a [HouseRule],
) -> Option<&'a HouseRule> {
    if document.kind == DocumentType::PurchaseOrder {
        return None;
    }
    let fits = |wanted: &str, found: &str| {
        let wanted = wanted.trim();
        wanted.is_empty() || wanted.eq_ignore_ascii_case(found.trim())
    };
    let branch = document.branch_id.to_string();
    let group = contact.map_or("", |contact| contact.group.as_str());
    rules.iter().find(|rule| {
        !rule.is_empty()
            && fits(&rule.branch, &branch)
            && fits(&rule.channel, &document.channel)
            && fits(&rule.group, group)
    })
}

/// What is said where the customer of the rule is not to be found, or inactive.
#[must_use]
pub fn gone(rule: &HouseRule) -> Reason {
    Reason {
        code: Cow::Borrowed("house_customer_gone"),
        text: format!(
            "By rule it is billed to the house customer `{}`, which QuickBooks does not have or shows as inactive.",
            rule.customer.name
        ),
        field: Some(Cow::Borrowed("memberId")),
        level: Level::Blocks,
    }
}

/// What is said on the draft.
#[must_use]
pub fn reason(rule: &HouseRule, buyer: &str) -> Reason {
    let by: Vec<String> = [("branch", &rule.branch), ("channel", &rule.channel), ("group", &rule.group)]
        .into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(what, value)| format!("{what} {}", crate::base::text::for_screen(value.trim())))
        .collect();
    Reason {
        code: Cow::Borrowed(CODE),
        text: format!(
            "Billed to the house customer `{}` by rule ({}); {} stays on the document.",
            rule.customer.name,
            by.join(", "),
            if buyer.is_empty() { "the buyer" } else { buyer }
        ),
        field: Some(Cow::Borrowed("memberId")),
        level: Level::Says,
    }
}
