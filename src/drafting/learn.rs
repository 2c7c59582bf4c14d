//! What an account's own documents say about the unit of `taxRate`, the sign of `discountTotal` and untaxed parts.
//!
//! Must never decide against a setting, nor hide a document that contradicts the rest. Design 8.7; `cin7-api.md` 8.3.

use super::reckon::{Basis, DiscountTax, Sums, UNTAXED, Untaxed, Variant};
use crate::base::Cents;
use crate::books::Payload;
use crate::books::settings::{DiscountSign, TaxRateUnit, TaxRounding};
use crate::orders::Document;
use serde::{Deserialize, Serialize};

/// Contradicting documents named at most.
const NAMED_CONFLICTS: usize = 20;

/// How many documents say what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Evidence {
    pub documents: u64,
    pub percent: u64,
    pub fraction: u64,
    pub subtracted: u64,
    pub added: u64,
    pub freight_taxed: u64,
    pub freight_untaxed: u64,
    pub surcharge_taxed: u64,
    pub surcharge_untaxed: u64,
    pub discount_taxed: u64,
    pub discount_untaxed: u64,
    pub discount_shared: u64,
    /// Documents whose total no reading gives.
    pub unexplained: u64,
}

/// How often QuickBooks' answers told that it rounds tax over the sum or by line (design 8.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct RoundingSeen {
    pub sum: u64,
    pub line: u64,
}

impl RoundingSeen {
    /// Takes the tax of one answer into account. False where it tells nothing.
    pub fn note(&mut self, payload: &Payload, tax: Cents) -> bool {
        let told = payload.tells_rounding(tax);
        told.into_iter().for_each(|rounding| self.count(rounding));
        told.is_some()
    }

    /// One more document that told this.
    pub const fn count(&mut self, rounding: TaxRounding) {
        match rounding {
            TaxRounding::Line => self.line += 1,
            TaxRounding::Learn | TaxRounding::Sum => self.sum += 1,
        }
    }

    /// What most of them told; `Learn` where none did or both did alike.
    #[must_use]
    pub const fn conclusion(self) -> TaxRounding {
        if self.sum > self.line {
            TaxRounding::Sum
        } else if self.line > self.sum {
            TaxRounding::Line
        } else {
            TaxRounding::Learn
        }
    }
}

/// What was learnt; `Learn` stands for: no document told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learnt {
    /// Unit of `taxRate`.
    pub tax_rate_unit: TaxRateUnit,
    /// Sign of `discountTotal`.
    pub discount_sign: DiscountSign,
    /// Header parts that usually carry no tax.
    pub untaxed: Untaxed,
    /// How QuickBooks rounds tax, as its own answers told; the documents of Cin7 do not.
    #[serde(default)]
    pub tax_rounding: TaxRounding,
    /// Counts behind it.
    pub evidence: Evidence,
    /// Documents that contradict the majority, named.
    pub conflicts: Vec<String>,
}

impl Learnt {
    /// What a draft can depend on: the conclusions without the counts behind them, which move with every document.
    #[must_use]
    pub const fn conclusions(&self) -> (TaxRateUnit, DiscountSign, Untaxed, TaxRounding) {
        (self.tax_rate_unit, self.discount_sign, self.untaxed, self.tax_rounding)
    }
}

/// Documents that speak for one side of a question, the first few by name.
#[derive(Default)]
struct Voters {
    count: u64,
    names: Vec<String>,
}

impl Voters {
    fn add(&mut self, document: &Document) {
        self.count += 1;
        if self.names.len() < NAMED_CONFLICTS {
            self.names.push(document.source());
        }
    }
}

/// Learns from documents one by one, so that they need not all be in memory.
#[derive(Default)]
pub struct Learner {
    evidence: Evidence,
    percent: Voters,
    fraction: Voters,
    subtracted: Voters,
    added: Voters,
}

impl Learner {
    /// Takes one document into account; void ones and drafts too, for their arithmetic is as good.
    pub fn note(&mut self, document: &Document) {
        let Some(sums) = Sums::of(document) else { return };
        if document.total.is_zero() || document.lines.is_empty() {
            return;
        }
        self.evidence.documents += 1;
        let tiers = if sums.adds_tax() { &UNTAXED[..] } else { UNTAXED.get(..1).unwrap_or_default() };
        let first = tiers.iter().copied().filter(|untaxed| sums.can_be(*untaxed)).find_map(|untaxed| {
            let readings = readings(&sums, untaxed);
            (!readings.is_empty()).then_some((untaxed, readings))
        });
        let Some((untaxed, readings)) = first else {
            self.evidence.unexplained += 1;
            return;
        };
        if sums.adds_tax() {
            self.note_unit(document, &readings);
            self.note_untaxed(&sums, untaxed);
        }
        if !sums.discount.is_zero() {
            self.note_sign(document, &readings);
        }
    }

    fn note_unit(&mut self, document: &Document, readings: &[Variant]) {
        if readings.iter().all(|reading| reading.unit == TaxRateUnit::Percent) {
            self.percent.add(document);
        } else if readings.iter().all(|reading| reading.unit == TaxRateUnit::Fraction) {
            self.fraction.add(document);
        }
    }

    fn note_sign(&mut self, document: &Document, readings: &[Variant]) {
        if readings.iter().all(|reading| reading.sign == DiscountSign::Subtract) {
            self.subtracted.add(document);
        } else if readings.iter().all(|reading| reading.sign == DiscountSign::Add) {
            self.added.add(document);
        }
    }

    fn note_untaxed(&mut self, sums: &Sums, untaxed: Untaxed) {
        let (freight, surcharge) = sums.has();
        let evidence = &mut self.evidence;
        evidence.freight_taxed += u64::from(freight && !untaxed.freight);
        evidence.freight_untaxed += u64::from(untaxed.freight);
        evidence.surcharge_taxed += u64::from(surcharge && !untaxed.surcharge);
        evidence.surcharge_untaxed += u64::from(untaxed.surcharge);
        if !sums.discount.is_zero() {
            match untaxed.discount {
                DiscountTax::Taxed => evidence.discount_taxed += 1,
                DiscountTax::Untaxed => evidence.discount_untaxed += 1,
                DiscountTax::Shared => evidence.discount_shared += 1,
            }
        }
    }

    /// The conclusion: the majority, with those against it named. A tie teaches nothing.
    #[must_use]
    pub fn finish(self) -> Learnt {
        let mut conflicts = Vec::new();
        let mut evidence = self.evidence;
        (evidence.percent, evidence.fraction) = (self.percent.count, self.fraction.count);
        (evidence.subtracted, evidence.added) = (self.subtracted.count, self.added.count);
        let tax_rate_unit = match majority(&self.percent, &self.fraction) {
            Some(true) => TaxRateUnit::Percent,
            Some(false) => TaxRateUnit::Fraction,
            None => TaxRateUnit::Learn,
        };
        let discount_sign = match majority(&self.subtracted, &self.added) {
            Some(true) => DiscountSign::Subtract,
            Some(false) => DiscountSign::Add,
            None => DiscountSign::Learn,
        };
        name_minority(&mut conflicts, &self.percent, &self.fraction, "reads its tax rate as another unit");
        name_minority(&mut conflicts, &self.subtracted, &self.added, "counts its discount the other way");
        conflicts.truncate(NAMED_CONFLICTS);
        Learnt {
            tax_rate_unit,
            discount_sign,
            untaxed: usually_untaxed(&evidence),
            tax_rounding: TaxRounding::Learn,
            evidence,
            conflicts,
        }
    }
}

/// All readings of unit, sign and basis that give the total with these parts untaxed.
fn readings(sums: &Sums, untaxed: Untaxed) -> Vec<Variant> {
    let mut found = Vec::new();
    for unit in sums.units(TaxRateUnit::Percent) {
        for sign in sums.signs(DiscountSign::Subtract) {
            for basis in [Basis::Field, Basis::AfterDiscounts, Basis::BeforeDiscounts] {
                let variant = Variant { unit, sign, basis, untaxed };
                if sums.holds(variant) {
                    found.push(variant);
                }
            }
        }
    }
    found
}

fn majority(one: &Voters, other: &Voters) -> Option<bool> {
    (one.count != other.count).then_some(one.count > other.count)
}

fn name_minority(conflicts: &mut Vec<String>, one: &Voters, other: &Voters, what: &str) {
    let (few, many) = if one.count < other.count { (one, other) } else { (other, one) };
    if many.count > 0 {
        conflicts.extend(few.names.iter().map(|name| format!("{name} {what}")));
    }
}

fn usually_untaxed(evidence: &Evidence) -> Untaxed {
    let most = evidence.discount_taxed.max(evidence.discount_untaxed).max(evidence.discount_shared);
    let discount = if most == evidence.discount_taxed {
        DiscountTax::Taxed
    } else if most == evidence.discount_shared {
        DiscountTax::Shared
    } else {
        DiscountTax::Untaxed
    };
    Untaxed {
        freight: evidence.freight_untaxed > evidence.freight_taxed,
        surcharge: evidence.surcharge_untaxed > evidence.surcharge_taxed,
        discount,
        lines: false,
    }
}

/// Learns from all documents given.
#[must_use]
pub fn learn<'a>(documents: impl Iterator<Item = &'a Document>) -> Learnt {
    let mut learner = Learner::default();
    for document in documents {
        learner.note(document);
    }
    learner.finish()
}
