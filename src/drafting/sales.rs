//! The lines of invoices and credit memos.
//!
//! Must never carry stock or cost: those come by the monthly journal (`cin7-quickbooks-integration.md` 5, 7.1).

use super::accounts::{Chart, Target};
use super::context::Context;
use super::levelling::{Goal, Levelled, Piece, level, settle_rate};
use super::reason::Reasons;
use super::reckon::{Part, PartKind, Reckoning};
use super::tax::cause::{Compared, compare};
use super::tax::{self, SalesTax};
use super::texts::{DESCRIPTION, Fitter, line_text};
use crate::base::{Cents, Decimal};
use crate::books::{Line, ListRef, Role};
use crate::orders::Document;

/// What every line of a document shares.
pub struct Common<'a> {
    /// The document.
    pub document: &'a Document,
    /// 1 or -1.
    pub sense: Decimal,
    /// How the total came about.
    pub reckoning: &'a Reckoning,
    /// Class of the branch.
    pub class: Option<&'a ListRef>,
    /// What is to be met.
    pub goal: Goal,
    /// Account finder.
    pub chart: &'a Chart<'a>,
    /// Company.
    pub ctx: &'a Context<'a>,
}

/// Lines in cents, with the tax QuickBooks will compute.
pub struct Built {
    /// Lines, the rounding line last.
    pub lines: Vec<Line>,
    /// What levelling found.
    pub levelled: Levelled,
}

/// Builds the lines of a sale: goods and charges, the rounding line, and last the tax where lines carry it.
pub fn lines(common: &Common<'_>, sales_tax: &SalesTax, fitter: &mut Fitter, reasons: &mut Reasons) -> Built {
    let mut pieces = Vec::with_capacity(common.reckoning.parts.len() + 1);
    for part in &common.reckoning.parts {
        if let Some(piece) = piece(common, part, sales_tax, fitter, reasons) {
            pieces.push(piece);
        }
    }
    if common.ctx.settings.merge_lines {
        pieces = merged(pieces);
    }
    let own_tax = match &sales_tax.own {
        Some(_) => Cents::round(common.reckoning.tax).unwrap_or(Cents::ZERO),
        None => Cents::ZERO,
    };
    let goal = Goal { total: common.goal.total - own_tax, ..common.goal };
    let levelled = level(&mut pieces, goal, |pieces| sales_tax.predict(pieces), reasons);
    compare_tax(common, sales_tax, &levelled, &pieces, reasons);
    for piece in &mut pieces {
        settle_rate(piece);
    }
    let mut lines: Vec<Line> = pieces.into_iter().map(|piece| piece.line).collect();
    if !levelled.rounding.is_zero() && levelled.adds_up {
        let target = common.chart.sales_charge(Role::Rounding, reasons);
        let wanted = common.ctx.settings.charge_code.rounding.as_ref();
        let (code, taxable) = tax::code_of_line(sales_tax, false, wanted, common.ctx, reasons);
        let code = if taxable { sales_tax.non_taxable_code.clone() } else { code };
        lines.push(rounding_line(common, target, levelled.rounding, code.as_ref(), reasons));
    }
    if let Some(own) = &sales_tax.own {
        lines.extend(own.lines(own_tax, common.class));
    }
    Built { lines, levelled }
}

/// QuickBooks' tax beside Cin7's, where QuickBooks computes it.
fn compare_tax(
    common: &Common<'_>,
    sales_tax: &SalesTax,
    levelled: &Levelled,
    pieces: &[Piece],
    reasons: &mut Reasons,
) {
    let Ok(cin7) = Cents::round(common.reckoning.tax) else { return };
    // Without a header item there is nothing to compare with, and that is said already.
    let computes = common.ctx.preferences.sales_tax && sales_tax.own.is_none() && sales_tax.header.is_some();
    if !computes || !common.reckoning.explained {
        return;
    }
    let compared = Compared {
        cin7,
        quickbooks: tax::total(&levelled.tax),
        percent: common.reckoning.percent,
        tax: sales_tax,
        pieces,
        lists: common.ctx.lists,
    };
    compare(&compared, common.goal.limit, reasons);
}

fn piece(
    common: &Common<'_>,
    part: &Part,
    sales_tax: &SalesTax,
    fitter: &mut Fitter,
    reasons: &mut Reasons,
) -> Option<Piece> {
    let document = common.document;
    let codes = &common.ctx.settings.charge_code;
    let (target, text, quantity, price, wanted) = match part.kind {
        PartKind::Line(place) => {
            let line = document.lines.get(place)?;
            // Nothing ordered, or the component of a kit whose price stands on the kit: no money, no line.
            if part.net.is_zero() && (line.qty.is_zero() || line.parent_id != 0) {
                return None;
            }
            let quantity = line.qty * common.sense;
            let price = part.net.checked_div(quantity);
            let text = fitter.fit("lineItems", &line_text(line), DESCRIPTION);
            let (target, code) = common.chart.sales_line(line, reasons);
            (target, text, Some(quantity), price, code)
        }
        PartKind::Freight => {
            let (field, text) = ("freightDescription", &document.freight_description);
            let target = common.chart.sales_charge(Role::Freight, reasons);
            (target, described(fitter, field, "Freight", text), None, None, codes.freight.as_ref())
        }
        PartKind::Surcharge => {
            let (field, text) = ("surchargeDescription", &document.surcharge_description);
            let target = common.chart.sales_charge(Role::Surcharge, reasons);
            (target, described(fitter, field, "Surcharge", text), None, None, codes.surcharge.as_ref())
        }
        PartKind::Discount => {
            let (field, text) = ("discountDescription", &document.discount_description);
            let target = common.chart.sales_charge(Role::Discount, reasons);
            // The untaxed share of a mixed order's discount stays untaxed, whatever the discount's own code is.
            let wanted = codes.discount.as_ref().filter(|_| part.taxed);
            (target, described(fitter, field, "Discount", text), None, None, wanted)
        }
    };
    if target.lowers_only && part.net > Decimal::ZERO {
        reasons.block(
            "discount_item",
            "",
            format!("`{}` is a discount item and can only lower the total.", target.account.name),
        );
    }
    let (tax_code, taxable) = tax::code_of_line(sales_tax, part.taxed, wanted, common.ctx, reasons);
    Some(Piece {
        exact: part.net,
        price,
        taxed: part.taxed,
        line: Line {
            role: target.role,
            item: target.item,
            account: target.account,
            class: common.class.cloned(),
            amount: Cents::ZERO,
            quantity,
            rate: None,
            text,
            tax_code,
            taxable,
            why: target.why,
        },
    })
}

/// `Freight: UPS Ground`, or the word alone.
pub fn described(fitter: &mut Fitter, field: &'static str, word: &str, text: &str) -> String {
    let text = fitter.fit(field, text, DESCRIPTION - word.len() - 2);
    if text.is_empty() { word.to_string() } else { format!("{word}: {text}") }
}

/// Product lines of one item and taxability become one line (setting `merge_lines`).
pub fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<(Piece, usize)> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let product = matches!(piece.line.role, Role::Sales | Role::Inventory | Role::Expense);
        let same = |other: &(Piece, usize)| {
            let (one, two) = (&other.0.line, &piece.line);
            product
                && one.role == two.role
                && one.item == two.item
                && one.account == two.account
                && one.taxable == two.taxable
                && other.0.taxed == piece.taxed
                && one.tax_code == two.tax_code
        };
        if let Some((first, count)) = out.iter_mut().find(|other| same(other)) {
            first.exact += piece.exact;
            // Lines that come to one account on different ways keep each way's reason.
            if !first.line.why.split("; ").any(|why| why == piece.line.why) {
                first.line.why.push_str("; ");
                first.line.why.push_str(&piece.line.why);
            }
            *count += 1;
            (first.price, first.line.quantity) = (None, None);
        } else {
            out.push((piece, 1));
        }
    }
    out.into_iter()
        .map(|(mut piece, count)| {
            if count > 1 {
                piece.line.text = format!("{count} lines of {}", piece.line.account.name);
            }
            piece
        })
        .collect()
}

/// The visible, neutrally worded line that carries the residue (design 4.2).
pub fn rounding_line(
    common: &Common<'_>,
    target: Target,
    amount: Cents,
    code: Option<&ListRef>,
    reasons: &mut Reasons,
) -> Line {
    if target.lowers_only && !amount.is_negative() {
        reasons.block(
            "discount_item",
            "",
            "The rounding item is a discount item and can only lower the total.",
        );
    }
    reasons.say(
        "rounding_line",
        "total",
        format!("A rounding line of {amount} makes the total equal Cin7's."),
    );
    Line {
        role: Role::Rounding,
        item: target.item,
        account: target.account,
        class: common.class.cloned(),
        amount,
        quantity: None,
        rate: None,
        text: "Rounding".into(),
        tax_code: code.cloned(),
        taxable: false,
        why: format!("lines and tax rounded to cents miss Cin7's total by {amount}; {}", target.why),
    }
}
