//! What the fetched documents use: GL codes, tax combinations, terms, branches, charges.
//!
//! Must never look at documents that will not be drafted: what only void orders use needs no mapping.

use super::accounts::Codes;
use super::eligibility::exclusions;
use super::learn::Learnt;
use super::reason::Reasons;
use super::reckon::percent_of;
use super::tax::state_of;
use crate::base::Decimal;
use crate::books::Settings;
use crate::orders::{Branch, Contact, Document, DocumentType, Product, TaxStatus};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// How often a GL code stands on sales and on purchases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Uses {
    pub sales: u64,
    pub purchases: u64,
}

/// A tax as sales show it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaxSeen {
    /// Percent.
    pub rate: Decimal,
    /// Name of the alternative rate, may be empty.
    pub name: String,
    /// State, may be empty.
    pub state: String,
}

/// What documents use, with counts.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// GL codes.
    pub codes: BTreeMap<String, Uses>,
    /// Lines of sales and of purchases without any code.
    pub uncoded: Uses,
    /// Taxes of sales.
    pub taxes: BTreeMap<TaxSeen, u64>,
    /// Words for payment terms.
    pub terms: BTreeMap<String, u64>,
    /// Documents by branch id.
    pub branches: BTreeMap<i64, u64>,
    /// Names of branches, where told.
    pub branch_names: BTreeMap<i64, String>,
    /// Sales with freight, surcharge, discount.
    pub charges: [u64; 3],
    /// Purchases with tax.
    pub taxed_purchases: u64,
    /// Sales altogether.
    pub sales: u64,
    /// Purchases altogether.
    pub purchases: u64,
}

/// One count of what documents use: sort, key, on sales, on purchases. What a document uses is kept with it, so that
/// the sums of all follow what it uses later without reading the others again (design section 7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use(pub String, pub String, pub i64, pub i64);

/// Sorts of [`Use`].
const CODE: &str = "code";
const UNCODED: &str = "uncoded";
const TAX: &str = "tax";
const TERMS: &str = "terms";
const BRANCH: &str = "branch";
const CHARGE: &str = "charge";
const TAXED_PURCHASE: &str = "taxed_purchase";
const DOCUMENT: &str = "document";

impl Seen {
    /// The counts as they are kept.
    #[must_use]
    pub fn uses(&self) -> Vec<Use> {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let row = |sort: &str, key: String, sales: u64, purchases: u64| {
            Use(sort.to_string(), key, count(sales), count(purchases))
        };
        let mut uses: Vec<Use> =
            self.codes.iter().map(|(code, u)| row(CODE, code.clone(), u.sales, u.purchases)).collect();
        uses.push(row(UNCODED, String::new(), self.uncoded.sales, self.uncoded.purchases));
        uses.extend(self.taxes.iter().map(|(tax, n)| {
            let key = serde_json::to_string(&(tax.rate, &tax.name, &tax.state)).unwrap_or_default();
            row(TAX, key, *n, 0)
        }));
        uses.extend(self.terms.iter().map(|(words, n)| row(TERMS, words.clone(), *n, 0)));
        uses.extend(self.branches.iter().map(|(id, n)| row(BRANCH, id.to_string(), *n, 0)));
        uses.extend(self.charges.iter().enumerate().map(|(at, n)| row(CHARGE, at.to_string(), *n, 0)));
        uses.push(row(TAXED_PURCHASE, String::new(), 0, self.taxed_purchases));
        uses.push(row(DOCUMENT, String::new(), self.sales, self.purchases));
        uses.retain(|Use(_, _, sales, purchases)| (*sales, *purchases) != (0, 0));
        uses
    }

    /// What kept counts say; a row that is not understood says nothing.
    #[must_use]
    pub fn of_uses(uses: impl IntoIterator<Item = Use>) -> Self {
        let mut seen = Seen::default();
        let count = |count: i64| u64::try_from(count).unwrap_or(0);
        for Use(sort, key, sales, purchases) in uses {
            let (sales, purchases) = (count(sales), count(purchases));
            if (sales, purchases) == (0, 0) {
                continue;
            }
            match sort.as_str() {
                CODE => drop(seen.codes.insert(key, Uses { sales, purchases })),
                UNCODED => seen.uncoded = Uses { sales, purchases },
                TAX => {
                    if let Ok((rate, name, state)) = serde_json::from_str(&key) {
                        seen.taxes.insert(TaxSeen { rate, name, state }, sales);
                    }
                }
                TERMS => drop(seen.terms.insert(key, sales)),
                BRANCH => drop(key.parse().map(|id| seen.branches.insert(id, sales))),
                CHARGE => {
                    if let Some(place) = key.parse::<usize>().ok().and_then(|at| seen.charges.get_mut(at)) {
                        *place = sales;
                    }
                }
                TAXED_PURCHASE => seen.taxed_purchases = purchases,
                DOCUMENT => (seen.sales, seen.purchases) = (sales, purchases),
                _ => {}
            }
        }
        seen
    }

    /// Takes one document into account, with the contact it names.
    pub fn note(
        &mut self,
        document: &Document,
        contact: Option<&Contact>,
        products: &HashMap<i64, Product>,
        settings: &Settings,
        learnt: &Learnt,
    ) {
        let date = document.ledger_date.map(|instant| settings.timezone.day_of(instant));
        let mut reasons = Reasons::default();
        exclusions(document, date, settings.start, &mut reasons);
        if reasons.excluded() {
            return;
        }
        let purchase = document.kind == DocumentType::PurchaseOrder;
        let codes = Codes::new(document, contact, products, settings);
        for line in document.lines.iter().filter(|line| !(line.qty * line.unit_price).is_zero()) {
            let uses = match codes.of(line) {
                Some(coded) => self.codes.entry(coded.code.to_string()).or_default(),
                None => &mut self.uncoded,
            };
            if purchase { uses.purchases += 1 } else { uses.sales += 1 }
        }
        *self.branches.entry(document.branch_id).or_default() += 1;
        let words = document.payment_terms.trim();
        if !words.is_empty() {
            *self.terms.entry(words.to_string()).or_default() += 1;
        }
        let rate = match document.tax_status {
            TaxStatus::Exempt => Decimal::ZERO,
            _ => percent_of(document.tax_rate.unwrap_or_default(), &settings.cin7, learnt),
        };
        if purchase {
            self.purchases += 1;
            self.taxed_purchases += u64::from(!rate.is_zero());
            return;
        }
        self.sales += 1;
        let charges = [document.freight_total, document.surcharge, document.discount_total];
        for (count, charge) in self.charges.iter_mut().zip(charges) {
            *count += u64::from(!charge.is_zero());
        }
        let name = document.tax_rate_name.trim().to_string();
        let state = state_of(document, contact).to_string();
        *self.taxes.entry(TaxSeen { rate, name, state }).or_default() += 1;
    }

    /// What all these documents use.
    #[must_use]
    pub fn collect<'a>(
        documents: impl Iterator<Item = (&'a Document, Option<&'a Contact>)>,
        products: &HashMap<i64, Product>,
        branches: &[Branch],
        settings: &Settings,
        learnt: &Learnt,
    ) -> Self {
        let mut seen = Seen::default();
        for (document, contact) in documents {
            seen.note(document, contact, products, settings, learnt);
        }
        seen.branch_names = branches.iter().map(|branch| (branch.id, branch.name.clone())).collect();
        seen
    }
}
