//! References from a request to entries of the lists, and the features that are switched off.
//!
//! Must refuse a reference that leads nowhere (3140), to an inactive entry (`exactly-once.md` ruling 12), and an
//! element of a feature that is off (3250, `qbxml.md` 10).

use super::answer::Refusal;
use super::company::Company;
use super::lexical::id_is_formed;
use super::lists::{Entry, ListKind};
use crate::sim::xml::El;

/// Elements of features that this company never has on: units, sites, serial numbers, price levels.
const NEVER_ON: [&str; 12] = [
    "UnitOfMeasure",
    "UnitOfMeasureSetRef",
    "OverrideUOMSetRef",
    "InventorySiteRef",
    "InventorySiteLocationRef",
    "SerialNumber",
    "LotNumber",
    "PriceLevelRef",
    "IsHomeCurrencyAdjustment",
    "OpenBalance",
    "SetCredit",
    "LinkToTxnID",
];

impl Company {
    /// The children of a request's body with references by ListID only. On an Add empty elements are as if not sent;
    /// on a Mod they stay, to clear.
    pub(super) fn resolve(&self, body: &El, object: &str, modify: bool) -> Result<El, Refusal> {
        let mut resolved = El::new(&body.name);
        for child in &body.children {
            self.feature_check(&child.name)?;
            let empty = child.children.is_empty() && child.text.trim().is_empty();
            if empty && !modify {
                if child.name.ends_with("Ref") {
                    return Err(Refusal::new(
                        3150,
                        format!("There is a missing element: \"ListID\" of {}.", child.name),
                    ));
                }
                continue;
            }
            let is_reference = child.name.ends_with("Ref")
                && !child.children.is_empty()
                && child.children.iter().all(|part| part.name == "ListID" || part.name == "FullName");
            if child.name == "CurrencyRef" {
                resolved.children.push(self.known_currency(child, object)?);
            } else if is_reference && child.name != "ParentRef" {
                let entry = self.find(child, ListKind::targets(&child.name), object)?;
                resolved.children.push(El::reference(&child.name, &entry.id));
            } else if child.children.is_empty() {
                resolved.children.push(El::leaf(&child.name, child.text.trim()));
            } else {
                let inner = if is_line(&child.name) { format!("{object} line") } else { object.to_string() };
                resolved.children.push(self.resolve(child, &inner, modify)?);
            }
        }
        Ok(resolved)
    }

    fn feature_check(&self, element: &str) -> Result<(), Refusal> {
        let tax = ["ItemSalesTaxRef", "SalesTaxCodeRef", "CustomerSalesTaxCodeRef"].contains(&element);
        let off = NEVER_ON.contains(&element)
            || (tax && !self.sales_tax)
            || (["ExchangeRate", "CurrencyRef"].contains(&element) && !self.switches.multi_currency)
            || (element == "ClassRef" && !self.class_tracking);
        if off { Err(Refusal::feature_off()) } else { Ok(()) }
    }

    /// The entry that a reference means: the ListID wins over the name.
    pub(super) fn find(&self, reference: &El, kinds: &[ListKind], object: &str) -> Result<&Entry, Refusal> {
        let (id, name) = (reference.get("ListID"), reference.get("FullName"));
        let words = reference.name.strip_suffix("Ref").unwrap_or(&reference.name);
        let title = kinds.first().map_or(words, |kind| kind.title());
        let Some(what) = id.or(name) else {
            return Err(Refusal::new(
                3150,
                format!("There is a missing element: \"ListID\" of {}.", reference.name),
            ));
        };
        if id.is_some() && !id_is_formed(what) {
            return Err(Refusal::malformed_id(what, "list id"));
        }
        let entry = match id {
            Some(id) => self.lists.get(id),
            None => kinds.iter().find_map(|kind| self.lists.named(kind.group(), what)),
        };
        let entry = entry
            .filter(|entry| kinds.contains(&entry.kind))
            .ok_or_else(|| Refusal::no_reference(title, what, object))?;
        if !entry.active && self.switches.inactive_refused {
            let mut refusal = Refusal::no_reference(title, what, object);
            refusal.text.push_str("  The entry has been made inactive.");
            return Err(refusal);
        }
        Ok(entry)
    }
}

/// Whether an element is a line of a transaction.
pub(super) fn is_line(name: &str) -> bool {
    ["LineAdd", "LineMod"].iter().any(|end| name.ends_with(end))
        || ["JournalDebitLine", "JournalCreditLine"].contains(&name)
}
