//! Why QuickBooks' tax on a sale is another than Cin7's, in words.
//!
//! Must never hide a difference: both figures and the likeliest cause are told, and more than the rounding limit blocks
//! (design 8.6).

use super::{SalesTax, total};
use crate::base::{Cents, Decimal};
use crate::books::settings::TaxRounding;
use crate::books::{ItemKind, Role, tax};
use crate::drafting::levelling::Piece;
use crate::drafting::lists::Lists;
use crate::drafting::reason::Reasons;

/// What is compared.
pub struct Compared<'a> {
    /// Cin7's tax, rounded once.
    pub cin7: Cents,
    /// QuickBooks' tax.
    pub quickbooks: Cents,
    /// Cin7's rate in percent.
    pub percent: Decimal,
    /// The tax side of the sale.
    pub tax: &'a SalesTax,
    /// The lines, in cents.
    pub pieces: &'a [Piece],
    /// QuickBooks' lists.
    pub lists: &'a Lists,
}

/// Tells a difference. More than `limit` blocks; less is levelled and said.
pub fn compare(compared: &Compared<'_>, limit: Cents, reasons: &mut Reasons) {
    let (cin7, quickbooks) = (compared.cin7, compared.quickbooks);
    let difference = cin7 - quickbooks;
    if difference.is_zero() {
        return;
    }
    let cause = compared.cause();
    if difference.abs() <= limit {
        reasons.say(
            "tax_levelled",
            "taxRate",
            format!("Tax is {cin7} in Cin7 and will be {quickbooks} in QuickBooks: {cause}."),
        );
    } else {
        reasons.block(
            "tax_differs",
            "taxRate",
            format!("Tax is {cin7} in Cin7 and would be {quickbooks} in QuickBooks: {cause}."),
        );
    }
}

impl Compared<'_> {
    fn cause(&self) -> String {
        if self.tax.percent() != self.percent {
            let item = self.tax.header.as_ref().map_or("(none)", |item| item.name.as_str());
            let percent = self.tax.percent().normalize();
            return format!("Cin7 used {} %, the tax item `{item}` has {percent} %", self.percent);
        }
        self.other_lines().or_else(|| self.rounding()).unwrap_or_else(|| {
            "the rates agree; Cin7 computes on unrounded lines, QuickBooks on cents".to_string()
        })
    }

    /// Lines that one side taxes and the other does not.
    fn other_lines(&self) -> Option<String> {
        let piece = self.pieces.iter().find(|piece| piece.taxed != piece.line.taxable)?;
        let (yes, no) = if piece.taxed { ("Cin7", "QuickBooks") } else { ("QuickBooks", "Cin7") };
        let code = piece.line.tax_code.as_ref().map_or("none", |code| code.name.as_str());
        Some(match piece.line.role {
            Role::Freight => format!("freight is taxed in {yes} and not in {no} (tax code {code})"),
            Role::Surcharge => format!("the surcharge is taxed in {yes} and not in {no} (tax code {code})"),
            Role::Discount => {
                format!("the discount lowers the taxed amount in {yes} and not in {no} (tax code {code})")
            }
            _ => format!("`{}` is taxed in {yes} and not in {no} (tax code {code})", piece.line.account.name),
        })
    }

    /// Rounding by line or over the sum, and of each component by itself.
    fn rounding(&self) -> Option<String> {
        let (set, other) = match self.tax.rounding {
            TaxRounding::Line => ("by line", TaxRounding::Sum),
            _ => ("over the sum", TaxRounding::Line),
        };
        if total(&self.tax.predict_if(self.pieces, other)) == self.cin7 {
            return Some(format!(
                "QuickBooks rounds tax {set}, and Cin7's figure is that of rounding {}",
                if other == TaxRounding::Line { "by line" } else { "over the sum" }
            ));
        }
        let taxable = || self.pieces.iter().filter(|piece| piece.line.taxable).map(|piece| piece.line.amount);
        let at_once = tax::computed(taxable(), self.percent, self.tax.rounding);
        let item = self.tax.header.as_ref()?;
        let group = self.lists.item(item).is_some_and(|item| item.kind == ItemKind::SalesTaxGroup);
        (group && at_once == self.cin7).then(|| {
            format!("each of the {} taxes of `{}` is rounded by itself", self.tax.components.len(), item.name)
        })
    }
}
