//! How Cin7 came to a document's total: parts, what of them is taxed, and the tax, all exact.
//!
//! Must never round, and must never trust one reading of Cin7's fields: it tries the readings of `cin7-api.md` 8.3 with
//! those of design 8.7 (parts that carry no tax), the documented one first, and says when none holds.

use super::accounts::Codes;
use super::context::Context;
use super::learn::Learnt;
use crate::base::{Cents, Decimal};
use crate::books::settings::{Cin7Settings, DiscountSign, TaxRateUnit};
use crate::orders::{DocLine, Document, DocumentType, TaxStatus};
use serde::{Deserialize, Serialize};

/// How near a reading must come to Cin7's total: one cent (`cin7-api.md` 8.3).
const EXPLAINED_WITHIN: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
/// Largest quantity, price or amount that is believed; QuickBooks holds 13 digits before the point (`qbxml.md` 4), and
/// products of two such figures stay far inside exact arithmetic.
const LARGEST_FIGURE: Decimal = Decimal::from_parts(1_410_065_408, 2, 0, false, 0);
/// Most lines of one document.
const MOST_LINES: usize = 10_000;

/// Which product sum the total was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The field `productTotal`.
    Field,
    /// Lines after their discounts.
    AfterDiscounts,
    /// Lines before their discounts.
    BeforeDiscounts,
}

/// Whether the order's discount lowers the taxed amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DiscountTax {
    /// It lowers the taxed amount in full.
    #[default]
    Taxed,
    /// It does not touch the taxed amount.
    Untaxed,
    /// It lowers taxed and untaxed parts by their value.
    Shared,
}

/// Which header parts carry no tax although the document does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Untaxed {
    /// Freight carries none.
    pub freight: bool,
    /// The surcharge carries none.
    pub surcharge: bool,
    /// The discount's side of it.
    pub discount: DiscountTax,
    /// Lines whose GL code carries a non-taxable tax code carry none.
    #[serde(default)]
    pub lines: bool,
}

const fn untaxed(freight: bool, surcharge: bool, discount: DiscountTax) -> Untaxed {
    Untaxed { freight, surcharge, discount, lines: false }
}

/// Every reading of what is taxed, fewest departures first.
pub const UNTAXED: [Untaxed; 11] = [
    untaxed(false, false, DiscountTax::Taxed),
    untaxed(true, false, DiscountTax::Taxed),
    untaxed(false, true, DiscountTax::Taxed),
    untaxed(false, false, DiscountTax::Untaxed),
    untaxed(true, true, DiscountTax::Taxed),
    untaxed(true, false, DiscountTax::Shared),
    untaxed(false, true, DiscountTax::Shared),
    untaxed(true, true, DiscountTax::Shared),
    untaxed(true, false, DiscountTax::Untaxed),
    untaxed(false, true, DiscountTax::Untaxed),
    untaxed(true, true, DiscountTax::Untaxed),
];

/// One reading of Cin7's fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Percent or fraction.
    pub unit: TaxRateUnit,
    /// Subtracted or added.
    pub sign: DiscountSign,
    /// Product sum.
    pub basis: Basis,
    /// What is not taxed.
    pub untaxed: Untaxed,
}

/// The sums of a document, each exact and in Cin7's own sign.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    status: TaxStatus,
    field: Decimal,
    after: Decimal,
    before: Decimal,
    freight: Decimal,
    surcharge: Decimal,
    /// Lines whose GL code carries a non-taxable tax code, after and before their discounts.
    untaxed_lines: Option<(Decimal, Decimal)>,
    /// `discountTotal` as stored.
    pub discount: Decimal,
    total: Decimal,
    /// `taxRate` as stored.
    pub rate: Decimal,
}

/// The amount of a line after its discount, exact.
#[must_use]
pub fn line_value(line: &DocLine) -> Decimal {
    line.qty * line.unit_price - line.discount
}

/// Whether every figure is small enough for exact arithmetic.
#[must_use]
pub fn believable(document: &Document) -> bool {
    let header = [
        document.product_total,
        document.freight_total,
        document.surcharge,
        document.discount_total,
        document.total,
    ];
    let rate = document.tax_rate.unwrap_or_default();
    let small = |figure: &Decimal| figure.abs() <= LARGEST_FIGURE;
    document.lines.len() <= MOST_LINES
        && header.iter().all(small)
        && rate >= Decimal::ZERO
        && rate <= Decimal::ONE_HUNDRED
        && document.lines.iter().all(|line| [line.qty, line.unit_price, line.discount].iter().all(small))
}

impl Sums {
    /// The sums; none where a figure is not believable.
    #[must_use]
    pub fn of(document: &Document) -> Option<Self> {
        if !believable(document) {
            return None;
        }
        Some(Sums {
            status: document.tax_status,
            field: document.product_total,
            after: document.lines.iter().map(line_value).sum(),
            before: document.lines.iter().map(|line| line.qty * line.unit_price).sum(),
            freight: document.freight_total,
            surcharge: document.surcharge,
            untaxed_lines: None,
            discount: document.discount_total,
            total: document.total,
            rate: document.tax_rate.unwrap_or_default(),
        })
    }

    /// Whether tax is added on top, so that the total tells how it was computed.
    #[must_use]
    pub fn adds_tax(&self) -> bool {
        matches!(self.status, TaxStatus::Excl | TaxStatus::Undefined) && !self.rate.is_zero()
    }

    /// Freight and surcharge are there to be taxed or not.
    #[must_use]
    pub fn has(&self) -> (bool, bool) {
        (!self.freight.is_zero(), !self.surcharge.is_zero())
    }

    /// With the lines that their GL codes keep untaxed.
    fn with_untaxed_lines(mut self, document: &Document, codes: &Codes<'_>, ctx: &Context<'_>) -> Self {
        let sales = document.kind != DocumentType::PurchaseOrder;
        if !sales || !ctx.settings.gl.values().any(|entry| entry.tax_code.is_some()) {
            return self;
        }
        for line in document.lines.iter().filter(|line| codes.is_untaxed(line, ctx)) {
            let (after, before) = self.untaxed_lines.unwrap_or_default();
            self.untaxed_lines = Some((after + line_value(line), before + line.qty * line.unit_price));
        }
        self
    }

    /// Whether the field `productTotal` is the sum before the lines' discounts.
    fn field_is_before(&self) -> bool {
        (self.field - self.after).abs() > EXPLAINED_WITHIN
            && (self.field - self.before).abs() <= EXPLAINED_WITHIN
    }

    /// The taxed part of the product sum.
    fn taxed_product(&self, variant: Variant) -> Decimal {
        let untaxed = self.untaxed_lines.filter(|_| variant.untaxed.lines).map(|(after, before)| {
            let before_counts = match variant.basis {
                Basis::Field => self.field_is_before(),
                Basis::BeforeDiscounts => true,
                Basis::AfterDiscounts => false,
            };
            if before_counts { before } else { after }
        });
        self.product(variant.basis) - untaxed.unwrap_or_default()
    }

    /// All that is taxed but for the discount.
    fn taxed_parts(&self, variant: Variant) -> Decimal {
        self.taxed_product(variant)
            + if variant.untaxed.freight { Decimal::ZERO } else { self.freight }
            + if variant.untaxed.surcharge { Decimal::ZERO } else { self.surcharge }
    }

    fn product(&self, basis: Basis) -> Decimal {
        match basis {
            Basis::Field => self.field,
            Basis::AfterDiscounts => self.after,
            Basis::BeforeDiscounts => self.before,
        }
    }

    /// The order's discount as it enters the total.
    fn discount_value(&self, sign: DiscountSign) -> Decimal {
        if sign == DiscountSign::Add { self.discount } else { -self.discount }
    }

    fn percent(&self, unit: TaxRateUnit) -> Decimal {
        if unit == TaxRateUnit::Fraction { self.rate * Decimal::ONE_HUNDRED } else { self.rate }
    }

    /// The share of the discount that lowers the taxed amount.
    fn taxed_discount(&self, variant: Variant) -> Decimal {
        let discount = self.discount_value(variant.sign);
        match variant.untaxed.discount {
            DiscountTax::Taxed => discount,
            DiscountTax::Untaxed => Decimal::ZERO,
            DiscountTax::Shared => {
                let all = self.product(variant.basis) + self.freight + self.surcharge;
                (discount * self.taxed_parts(variant)).checked_div(all).unwrap_or(discount)
            }
        }
    }

    fn net(&self, variant: Variant) -> Decimal {
        self.product(variant.basis) + self.freight + self.surcharge + self.discount_value(variant.sign)
    }

    fn added_tax(&self, variant: Variant) -> Decimal {
        if !self.adds_tax() {
            return Decimal::ZERO;
        }
        let taxed = self.taxed_parts(variant) + self.taxed_discount(variant);
        taxed * self.percent(variant.unit) / Decimal::ONE_HUNDRED
    }

    /// Whether this reading gives Cin7's total, to a cent.
    #[must_use]
    pub fn holds(&self, variant: Variant) -> bool {
        self.miss(variant).abs() <= EXPLAINED_WITHIN
    }

    /// Cin7's total less what this reading gives.
    fn miss(&self, variant: Variant) -> Decimal {
        self.total - self.net(variant) - self.added_tax(variant)
    }

    /// The account's own reading, where it misses the total by no more than a rounding line may carry (design 8.7).
    fn nearly(&self, wanted: &Wanted, untaxed: Untaxed, limit: Cents) -> Option<Variant> {
        let (unit, sign) = (wanted.unit, wanted.sign);
        [Basis::Field, Basis::AfterDiscounts, Basis::BeforeDiscounts]
            .map(|basis| Variant { unit, sign, basis, untaxed })
            .into_iter()
            .find(|variant| self.miss(*variant).abs() <= limit.decimal())
    }

    /// Whether a reading of the untaxed parts differs from the others on this document.
    #[must_use]
    pub fn can_be(&self, untaxed: Untaxed) -> bool {
        (!untaxed.lines || self.untaxed_lines.is_some())
            && (!untaxed.freight || !self.freight.is_zero())
            && (!untaxed.surcharge || !self.surcharge.is_zero())
            && (untaxed.discount == DiscountTax::Taxed || !self.discount.is_zero())
    }

    /// What is usually untaxed, as far as this document has such parts.
    fn narrowed(&self, usual: Untaxed) -> Untaxed {
        let freight = usual.freight && !self.freight.is_zero();
        let surcharge = usual.surcharge && !self.surcharge.is_zero();
        let discount = if self.discount.is_zero() { DiscountTax::Taxed } else { usual.discount };
        Untaxed { freight, surcharge, discount, lines: false }
    }

    /// The readings of what is untaxed, likeliest first. A GL code that says untaxed is believed before all others;
    /// the discount of such a mixed order is shared by value.
    fn tiers(&self, usual: Untaxed) -> impl Iterator<Item = Untaxed> {
        const SHARED: [DiscountTax; 3] = [DiscountTax::Shared, DiscountTax::Taxed, DiscountTax::Untaxed];
        let mixed = self.untaxed_lines.is_some();
        let kinds =
            if self.discount.is_zero() { [Some(DiscountTax::Taxed), None, None] } else { SHARED.map(Some) };
        let by_code = std::iter::once(usual).chain(UNTAXED).filter(move |_| mixed).flat_map(move |untaxed| {
            kinds.into_iter().flatten().map(move |discount| Untaxed { discount, lines: true, ..untaxed })
        });
        by_code.chain(std::iter::once(usual)).chain(UNTAXED)
    }

    /// Units worth trying, `first` in front; a fraction only where the rate lies under 1.
    pub fn units(&self, first: TaxRateUnit) -> impl Iterator<Item = TaxRateUnit> {
        let fraction = self.adds_tax() && self.rate < Decimal::ONE;
        let order = match first {
            TaxRateUnit::Fraction => [Some(TaxRateUnit::Fraction), Some(TaxRateUnit::Percent)],
            _ => [Some(TaxRateUnit::Percent), fraction.then_some(TaxRateUnit::Fraction)],
        };
        order.into_iter().flatten()
    }

    /// Signs worth trying, `first` in front.
    pub fn signs(&self, first: DiscountSign) -> impl Iterator<Item = DiscountSign> {
        let both = !self.discount.is_zero();
        let order = match first {
            DiscountSign::Add => [Some(DiscountSign::Add), both.then_some(DiscountSign::Subtract)],
            _ => [Some(DiscountSign::Subtract), both.then_some(DiscountSign::Add)],
        };
        order.into_iter().flatten()
    }

    /// The first reading that holds with these parts untaxed.
    fn first(&self, wanted: &Wanted, untaxed: Untaxed) -> Option<Variant> {
        self.units(wanted.unit).filter(|unit| !wanted.unit_is_set || *unit == wanted.unit).find_map(|unit| {
            self.signs(wanted.sign).filter(|sign| !wanted.sign_is_set || *sign == wanted.sign).find_map(
                |sign| {
                    [Basis::Field, Basis::AfterDiscounts, Basis::BeforeDiscounts]
                        .map(|basis| Variant { unit, sign, basis, untaxed })
                        .into_iter()
                        .find(|variant| self.holds(*variant))
                },
            )
        })
    }
}

/// The reading of unit and sign that is set or learnt.
struct Wanted {
    unit: TaxRateUnit,
    unit_is_set: bool,
    sign: DiscountSign,
    sign_is_set: bool,
}

impl Wanted {
    fn of(cin7: &Cin7Settings, learnt: &Learnt) -> Self {
        let unit_is_set = cin7.tax_rate_unit != TaxRateUnit::Learn;
        let sign_is_set = cin7.discount_sign != DiscountSign::Learn;
        let unit = if unit_is_set { cin7.tax_rate_unit } else { learnt.tax_rate_unit };
        let sign = if sign_is_set { cin7.discount_sign } else { learnt.discount_sign };
        Wanted {
            // The documented reading where nothing was learnt (`cin7-api.md` 8.2).
            unit: if unit == TaxRateUnit::Learn { TaxRateUnit::Percent } else { unit },
            unit_is_set,
            sign: if sign == DiscountSign::Learn { DiscountSign::Subtract } else { sign },
            sign_is_set,
        }
    }
}

/// Cin7's rate in percent by what is set or learnt; the documented reading otherwise.
#[must_use]
pub fn percent_of(rate: Decimal, cin7: &Cin7Settings, learnt: &Learnt) -> Decimal {
    let rate = rate.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
    let percent = match Wanted::of(cin7, learnt).unit {
        TaxRateUnit::Fraction => rate * Decimal::ONE_HUNDRED,
        _ => rate,
    };
    percent.normalize()
}

/// What a part of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// The line at this place.
    Line(usize),
    /// Freight of the header.
    Freight,
    /// Surcharge of the header.
    Surcharge,
    /// Discount of the header.
    Discount,
}

/// One part in the draft's own sense.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Without tax, exact.
    pub net: Decimal,
    /// Whether Cin7 taxed it.
    pub taxed: bool,
}

/// How a document's total came about, in the draft's own sense.
#[derive(Clone, Debug)]
pub struct Reckoning {
    /// Lines in their order, then freight, surcharge, discount; zero header parts are left out.
    pub parts: Vec<Part>,
    /// Cin7's tax, exact.
    pub tax: Decimal,
    /// Rate in percent; zero where nothing is taxed.
    pub percent: Decimal,
    /// The reading used.
    pub variant: Variant,
    /// Whether that reading gives the total.
    pub explained: bool,
    /// What the total is off by where it is explained but not to the cent; else zero.
    pub miss: Decimal,
    /// Whether unit or sign differ from what the account's other documents say.
    pub departs: bool,
}

/// Reckons a document; none where a figure is not believable. `sense` is 1 or -1: the draft's own sense.
#[must_use]
pub fn reckon(
    document: &Document,
    sense: Decimal,
    codes: &Codes<'_>,
    ctx: &Context<'_>,
) -> Option<Reckoning> {
    let sums = Sums::of(document)?.with_untaxed_lines(document, codes, ctx);
    let wanted = Wanted::of(&ctx.settings.cin7, ctx.learnt);
    let usual = sums.narrowed(ctx.learnt.untaxed);
    let found = sums
        .tiers(usual)
        .filter(|untaxed| sums.can_be(*untaxed))
        .take(if sums.adds_tax() { usize::MAX } else { 1 })
        .find_map(|untaxed| sums.first(&wanted, untaxed));
    let limit = ctx.settings.rounding_max;
    let found = found.or_else(|| sums.nearly(&wanted, sums.narrowed(ctx.learnt.untaxed), limit));
    let explained = found.is_some();
    let variant = found.unwrap_or(Variant {
        unit: wanted.unit,
        sign: wanted.sign,
        basis: Basis::Field,
        untaxed: Untaxed::default(),
    });
    let taxed = sums.status != TaxStatus::Exempt && !sums.rate.is_zero();
    let percent = if taxed { sums.percent(variant.unit).normalize() } else { Decimal::ZERO };
    let mut parts = parts(document, &sums, variant, taxed, &|line| codes.is_untaxed(line, ctx));
    let inclusive = sums.status == TaxStatus::Incl && taxed;
    let mut tax = match sums.status {
        TaxStatus::Excl | TaxStatus::Undefined if explained => sums.added_tax(variant),
        // The residue is all that is known of the tax (`cin7-api.md` 8.3).
        TaxStatus::Excl | TaxStatus::Undefined => sums.total - sums.net(variant),
        TaxStatus::Incl | TaxStatus::Exempt => Decimal::ZERO,
    };
    for part in &mut parts {
        if inclusive && part.taxed {
            let net = part.net / (Decimal::ONE + percent / Decimal::ONE_HUNDRED);
            tax += part.net - net;
            part.net = net;
        }
        part.net *= sense;
    }
    let departs = (sums.adds_tax() && variant.unit != wanted.unit)
        || (!sums.discount.is_zero() && variant.sign != wanted.sign);
    let miss = sums.miss(variant);
    let miss = if explained && miss.abs() > EXPLAINED_WITHIN { miss * sense } else { Decimal::ZERO };
    Some(Reckoning { parts, tax: tax * sense, percent, variant, explained, miss, departs })
}

/// The parts as Cin7 has them, tax still inside where the document is inclusive.
fn parts(
    document: &Document,
    sums: &Sums,
    variant: Variant,
    taxed: bool,
    is_untaxed: &dyn Fn(&DocLine) -> bool,
) -> Vec<Part> {
    let before = match variant.basis {
        Basis::BeforeDiscounts => true,
        Basis::AfterDiscounts => false,
        Basis::Field => sums.field_is_before(),
    };
    let mut parts: Vec<Part> = Vec::with_capacity(document.lines.len() + 4);
    for (place, line) in document.lines.iter().enumerate() {
        let net = if before { line.qty * line.unit_price } else { line_value(line) };
        let taxed = taxed && !(variant.untaxed.lines && is_untaxed(line));
        parts.push(Part { kind: PartKind::Line(place), net, taxed });
    }
    let discount = sums.discount_value(variant.sign);
    let taxed_discount = if taxed { sums.taxed_discount(variant) } else { Decimal::ZERO };
    let untaxed = variant.untaxed;
    let header = [
        (PartKind::Freight, sums.freight, taxed && !untaxed.freight),
        (PartKind::Surcharge, sums.surcharge, taxed && !untaxed.surcharge),
        (PartKind::Discount, taxed_discount, true),
        (PartKind::Discount, discount - taxed_discount, false),
    ];
    parts.extend(header.into_iter().filter(|part| !part.1.is_zero()).map(|(kind, net, taxed)| Part {
        kind,
        net,
        taxed,
    }));
    parts
}
