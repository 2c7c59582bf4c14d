//! The lines of bills: expense lines on accounts, never item lines.
//!
//! Must never carry a quantity of stock; inventory moves by value (`cin7-quickbooks-integration.md` 6, 2.10). Purchase
//! tax: design 8.8.

use super::levelling::{Goal, Piece, level};
use super::reason::Reasons;
use super::reckon::{Part, PartKind};
use super::sales::{Built, Common, described, merged, rounding_line};
use super::texts::{DESCRIPTION, Fitter};
use crate::base::{Cents, Decimal};
use crate::books::settings::PurchaseTax;
use crate::books::{Line, Role};
use crate::orders::DocLine;

/// Builds the lines of a bill.
pub fn lines(common: &Common<'_>, fitter: &mut Fitter, reasons: &mut Reasons) -> Built {
    let mut pieces = Vec::with_capacity(common.reckoning.parts.len() + 2);
    for part in &common.reckoning.parts {
        if let Some(piece) = piece(common, part, fitter, reasons) {
            pieces.push(piece);
        }
    }
    if common.ctx.settings.merge_lines {
        pieces = merged(pieces);
    }
    let tax = Cents::round(common.reckoning.tax).unwrap_or(Cents::ZERO);
    let goal = Goal { total: common.goal.total - tax, tax: common.reckoning.tax, ..common.goal };
    let levelled = level(&mut pieces, goal, |_| Vec::new(), reasons);
    let mut lines: Vec<Line> = pieces.into_iter().map(|piece| piece.line).collect();
    if !tax.is_zero() {
        match common.ctx.settings.purchase_tax {
            PurchaseTax::Account => lines.push(tax_line(common, tax, reasons)),
            PurchaseTax::Cost => spread_tax(&mut lines, tax, reasons),
        }
    }
    if !levelled.rounding.is_zero() && levelled.adds_up {
        let target = common.chart.bill_charge(Role::Rounding, reasons);
        lines.push(rounding_line(common, target, levelled.rounding, None, reasons));
    }
    lines.retain(|line| !line.amount.is_zero());
    Built { lines, levelled }
}

fn piece(common: &Common<'_>, part: &Part, fitter: &mut Fitter, reasons: &mut Reasons) -> Option<Piece> {
    if part.net.is_zero() {
        return None;
    }
    let document = common.document;
    let (target, text) = match part.kind {
        PartKind::Line(place) => {
            let line = document.lines.get(place)?;
            (common.chart.bill_line(line, reasons), fitter.fit("lineItems", &memo_of(line), DESCRIPTION))
        }
        PartKind::Freight => (
            common.chart.bill_charge(Role::Freight, reasons),
            described(fitter, "freightDescription", "Freight", &document.freight_description),
        ),
        PartKind::Surcharge => (
            common.chart.bill_charge(Role::Surcharge, reasons),
            described(fitter, "surchargeDescription", "Surcharge", &document.surcharge_description),
        ),
        PartKind::Discount => (
            common.chart.bill_charge(Role::Discount, reasons),
            described(fitter, "discountDescription", "Discount", &document.discount_description),
        ),
    };
    Some(Piece { exact: part.net, price: None, taxed: false, line: expense(common, target, text) })
}

fn expense(common: &Common<'_>, target: super::accounts::Target, text: String) -> Line {
    Line {
        role: target.role,
        item: None,
        account: target.account,
        class: common.class.cloned(),
        amount: Cents::ZERO,
        quantity: None,
        rate: None,
        text,
        tax_code: None,
        taxable: false,
        why: target.why,
    }
}

fn tax_line(common: &Common<'_>, tax: Cents, reasons: &mut Reasons) -> Line {
    let target = common.chart.bill_charge(Role::Tax, reasons);
    Line { amount: tax, ..expense(common, target, "Tax".into()) }
}

/// Tax as part of cost: by value, largest remainder.
fn spread_tax(lines: &mut [Line], tax: Cents, reasons: &mut Reasons) {
    let weights: Vec<Cents> = lines.iter().map(|line| line.amount).collect();
    for (line, share) in lines.iter_mut().zip(tax.share(&weights)) {
        line.amount += share;
    }
    reasons.say(
        "tax_in_cost",
        "taxRate",
        format!("The supplier's tax of {tax} is spread over the lines as cost."),
    );
}

/// Code, name, quantity and price: an expense line has a memo only.
fn memo_of(line: &DocLine) -> String {
    let text = super::texts::line_text(line);
    let times = if line.unit_price == Decimal::ZERO {
        String::new()
    } else {
        format!("{} x {}", line.qty.normalize(), line.unit_price.normalize())
    };
    format!("{text} {times}").trim().to_string()
}
