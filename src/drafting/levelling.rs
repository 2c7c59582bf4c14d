//! Cents: every line rounded by itself, and what is left over made visible or refused (design 4.2, 8.9).
//!
//! Must never hide a cent: a residue becomes a rounding line within the limit, is spread and said where rounding alone
//! explains it, or blocks the draft.

use super::reason::Reasons;
use crate::base::{Cents, Decimal};
use crate::books::Line;
use crate::books::transactions::TaxPart;

/// How far the exact parts may miss Cin7's total before more than rounding is at work: one cent, the tolerance of
/// `cin7-api.md` 8.3.
const EXACT_WITHIN: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
/// Decimals that QuickBooks holds of prices and quantities (`qbxml.md` 4).
const PRICE_DECIMALS: u32 = 5;

/// A line on its way: exact amount first, cents later.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Exact amount in the draft's own sense.
    pub exact: Decimal,
    /// Unit price without tax, where one might be printed.
    pub price: Option<Decimal>,
    /// Whether Cin7 taxed it.
    pub taxed: bool,
    /// The line; its amount is set by [`level`].
    pub line: Line,
}

/// What is to be met.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// Cin7's total, rounded once, in the draft's own sense.
    pub total: Cents,
    /// The same, exact.
    pub exact: Decimal,
    /// Cin7's tax that stands outside the lines, exact.
    pub tax: Decimal,
    /// Largest rounding line.
    pub limit: Cents,
}

/// The outcome of levelling.
#[derive(Clone, Debug, Default)]
pub struct Levelled {
    /// Tax that QuickBooks will compute.
    pub tax: Vec<TaxPart>,
    /// Amount that a rounding line must carry; zero where none is needed.
    pub rounding: Cents,
    /// Whether lines, tax and rounding line give the total.
    pub adds_up: bool,
}

/// Rounds the lines, computes the tax on them and levels the residue. `tax_of` is QuickBooks' own arithmetic.
pub fn level(
    pieces: &mut [Piece],
    goal: Goal,
    tax_of: impl Fn(&[Piece]) -> Vec<TaxPart>,
    reasons: &mut Reasons,
) -> Levelled {
    for piece in pieces.iter_mut() {
        piece.line.amount = Cents::round(piece.exact).unwrap_or(Cents::ZERO);
    }
    let (mut tax, mut residue) = residue(pieces, goal, &tax_of);
    let exact: Decimal = pieces.iter().map(|piece| piece.exact).sum();
    let by_rounding_alone = (goal.exact - exact - goal.tax).abs() <= EXACT_WITHIN;
    if residue.abs() > goal.limit && by_rounding_alone && spread(pieces, exact) {
        (tax, residue) = self::residue(pieces, goal, &tax_of);
        if residue.abs() <= goal.limit {
            reasons.say(
                "rounding_spread",
                "total",
                "Rounding line by line missed the total; single cents were spread over the lines.",
            );
        }
    }
    if residue.abs() > goal.limit {
        return Levelled { tax, rounding: residue, adds_up: false };
    }
    Levelled { tax, rounding: residue, adds_up: true }
}

fn residue(
    pieces: &[Piece],
    goal: Goal,
    tax_of: &impl Fn(&[Piece]) -> Vec<TaxPart>,
) -> (Vec<TaxPart>, Cents) {
    let tax = tax_of(pieces);
    let lines: Cents = pieces.iter().map(|piece| piece.line.amount).sum();
    let taxes: Cents = tax.iter().map(|part| part.amount).sum();
    (tax, goal.total - lines - taxes)
}

/// Moves single cents to the lines that lost most by rounding, until the lines give their exact sum, rounded once.
/// False where nothing was to be moved.
fn spread(pieces: &mut [Piece], exact: Decimal) -> bool {
    let lines: Cents = pieces.iter().map(|piece| piece.line.amount).sum();
    let missing = Cents::round(exact).unwrap_or(lines) - lines;
    if missing.is_zero() {
        return false;
    }
    let cent = if missing.is_negative() { Cents::new(-1) } else { Cents::new(1) };
    let lost = |piece: &Piece| (piece.exact - piece.line.amount.decimal()) * Decimal::from(cent.get());
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_key(|&place| std::cmp::Reverse(pieces.get(place).map(lost)));
    let count = usize::try_from(missing.get().unsigned_abs()).unwrap_or(usize::MAX);
    for place in order.into_iter().take(count) {
        if let Some(piece) = pieces.get_mut(place) {
            piece.line.amount += cent;
        }
    }
    true
}

/// Prints a rate only where quantity times rate gives the amount exactly (`qbxml.md` 10).
pub fn settle_rate(piece: &mut Piece) {
    let fits = |value: Decimal| value.normalize().scale() <= PRICE_DECIMALS;
    let Some(quantity) = piece.line.quantity else { return };
    if quantity.is_zero() || !fits(quantity) {
        piece.line.quantity = None;
        return;
    }
    piece.line.quantity = Some(quantity.normalize());
    let rate = piece.price.map(|price| price.round_dp(PRICE_DECIMALS).normalize());
    piece.line.rate =
        rate.filter(|rate| Cents::round(quantity * *rate).is_ok_and(|amount| amount == piece.line.amount));
}
