//! The settings that a proposal can fill, by their dotted keys.
//!
//! Must never overwrite what a person chose. Names: `cin7-quickbooks-integration.md` 11.

use crate::base::Decimal;
use crate::books::settings::TaxRule;
use crate::books::{ListRef, Settings};
use serde::{Deserialize, Serialize};

/// The setting that a proposal fills.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Slot {
    InventoryAsset,
    Cogs,
    Adjustment,
    PurchaseExpense,
    PurchaseTax,
    RoundingAccount,
    Receivable,
    Payable,
    Sales,
    Freight,
    Surcharge,
    Discount,
    RoundingItem,
    GlItem(String),
    GlAccount(String),
    Tax { rate: Decimal, name: String, state: String },
    Terms(String),
    BranchClass(String),
}

impl Slot {
    /// The dotted key of the setting: `item.freight`, `gl.4100.item`, `tax.7.5%/OH`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Slot::InventoryAsset => "account.inventory_asset".into(),
            Slot::Cogs => "account.cogs".into(),
            Slot::Adjustment => "account.adjustment".into(),
            Slot::PurchaseExpense => "account.purchase_expense".into(),
            Slot::PurchaseTax => "account.purchase_tax".into(),
            Slot::RoundingAccount => "account.rounding".into(),
            Slot::Receivable => "account.ar".into(),
            Slot::Payable => "account.ap".into(),
            Slot::Sales => "item.sales".into(),
            Slot::Freight => "item.freight".into(),
            Slot::Surcharge => "item.surcharge".into(),
            Slot::Discount => "item.discount".into(),
            Slot::RoundingItem => "item.rounding".into(),
            Slot::GlItem(code) => format!("gl.{code}.item"),
            Slot::GlAccount(code) => format!("gl.{code}.account"),
            Slot::Tax { rate, name, state } => {
                let state = if state.is_empty() { "*" } else { state };
                let name = if name.is_empty() { String::new() } else { format!("/{name}") };
                format!("tax.{}%/{state}{name}", rate.normalize())
            }
            Slot::Terms(words) => format!("terms.{words}"),
            Slot::BranchClass(branch) => format!("branch.{branch}.class"),
        }
    }

    fn of<'s>(&self, settings: &'s mut Settings) -> Option<&'s mut Option<ListRef>> {
        let (account, item) = (&mut settings.account, &mut settings.item);
        Some(match self {
            Slot::InventoryAsset => &mut account.inventory_asset,
            Slot::Cogs => &mut account.cogs,
            Slot::Adjustment => &mut account.adjustment,
            Slot::PurchaseExpense => &mut account.purchase_expense,
            Slot::PurchaseTax => &mut account.purchase_tax,
            Slot::RoundingAccount => &mut account.rounding,
            Slot::Receivable => &mut account.ar,
            Slot::Payable => &mut account.ap,
            Slot::Sales => &mut item.sales,
            Slot::Freight => &mut item.freight,
            Slot::Surcharge => &mut item.surcharge,
            Slot::Discount => &mut item.discount,
            Slot::RoundingItem => &mut item.rounding,
            Slot::GlItem(code) => &mut settings.gl.entry(code.clone()).or_default().item,
            Slot::GlAccount(code) => &mut settings.gl.entry(code.clone()).or_default().account,
            Slot::BranchClass(branch) => &mut settings.branch.entry(branch.clone()).or_default().class,
            Slot::Tax { .. } | Slot::Terms(_) => return None,
        })
    }

    /// Whether an account or item is chosen for it already.
    pub(super) fn is_chosen(&self, settings: &mut Settings) -> bool {
        self.of(settings).is_some_and(|place| place.is_some())
    }

    /// Writes the value where nothing was chosen yet. False where something was.
    pub fn fill(&self, settings: &mut Settings, value: &ListRef) -> bool {
        match self {
            Slot::Tax { rate, name, state } => {
                let same = |rule: &TaxRule| rule.rate == *rate && rule.name == *name && rule.state == *state;
                if settings.tax.iter().any(same) {
                    return false;
                }
                let (name, state) = (name.clone(), state.clone());
                settings.tax.push(TaxRule {
                    rate: *rate,
                    name,
                    state,
                    item: value.clone(),
                    ..TaxRule::default()
                });
                true
            }
            Slot::Terms(words) => match settings.terms.entry(words.clone()) {
                std::collections::btree_map::Entry::Occupied(_) => false,
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(value.clone());
                    true
                }
            },
            _ => match self.of(settings) {
                Some(place) if place.is_none() => {
                    *place = Some(value.clone());
                    true
                }
                _ => false,
            },
        }
    }
}
