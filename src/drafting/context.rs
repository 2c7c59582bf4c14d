//! What a draft is made from besides the document itself, and what comes out of it.
//!
//! Must never own a list: everything is borrowed, so that a hundred thousand documents share it.

use super::learn::Learnt;
use super::lists::Lists;
use super::reason::{Reason, Reasons};
use crate::base::{Cents, Day, Decimal, Month};
use crate::books::{DraftState, ListRef, Payload, Preferences, Settings, TxnKind};
use crate::orders::Product;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Everything of the company that a draft depends on. Made once, lent to every document.
pub struct Context<'a> {
    /// The company's settings.
    pub settings: &'a Settings,
    /// QuickBooks' lists.
    pub lists: &'a Lists,
    /// QuickBooks' preferences.
    pub preferences: &'a Preferences,
    /// Cin7's products by id, for their accounts.
    pub products: &'a HashMap<i64, Product>,
    /// What the account's own documents taught us (design 8.7).
    pub learnt: &'a Learnt,
    /// The tax of the sale with this Cin7 reference, for credit memos (design 8.6).
    pub original_sale: &'a dyn Fn(&str) -> Option<SaleTax>,
    /// QuickBooks' name of the currency of the party that the document is linked to; empty in the home currency.
    pub party_currency: &'a str,
    /// Nothing taxed that is dated on or before this day may be posted (design 4.3).
    pub tax_filed_through: Option<Day>,
}

/// The tax of an original sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleTax {
    /// Header sales-tax item or group that the sale went in with.
    pub tax_item: ListRef,
    /// Single sales-tax items of its tax lines; empty where QuickBooks computed the tax.
    #[serde(default)]
    pub lines: Vec<ListRef>,
    /// Its rate in percent.
    pub rate: Decimal,
}

/// What became of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafted {
    /// Kind of transaction; none where nothing can be made.
    pub kind: Option<TxnKind>,
    /// NotReady, Excluded, NeedsAttention or Ready.
    pub state: DraftState,
    /// Every reason, heaviest first.
    pub reasons: Vec<Reason>,
    /// Content, where the document adds up; complete and postable only when Ready.
    pub payload: Option<Payload>,
    /// Ledger date in the company's zone.
    pub date: Option<Day>,
    /// Its month.
    pub month: Option<Month>,
    /// Cin7's total, rounded once, in the kind's own sense: a credit memo of 216.00 is positive.
    pub total: Option<Cents>,
    /// Tax: what QuickBooks will compute, or Cin7's own where nothing is computed.
    pub tax: Option<Cents>,
    /// Number that goes into QuickBooks.
    pub ref_number: String,
    /// Cin7's full reference.
    pub reference: String,
    /// ISO code.
    pub currency: String,
}

impl Drafted {
    /// Whether there is content, with lines, that adds up to the total.
    pub(super) fn is_sound(&self) -> bool {
        self.payload.as_ref().is_some_and(|payload| {
            payload.adds_up() && Some(payload.total) == self.total && !payload.lines.is_empty()
        })
    }

    /// The last look: what would be ready but is not sound needs a person. State and reasons are taken in.
    pub(super) fn settled(
        mut self,
        mut reasons: Reasons,
        sound: bool,
        field: &'static str,
        says: &'static str,
    ) -> Self {
        if !sound && reasons.state() == DraftState::Ready {
            reasons.block("does_not_add_up", field, says);
        }
        self.state = reasons.state();
        self.reasons = reasons.into_sorted();
        self
    }
}
