//! Sales tax as QuickBooks computes it on a document, so that what it will compute can be said before it does.
//!
//! Must never compute the tax of a group at once: every single tax is rounded by itself (design 8.6). Whether the sum or
//! each line is rounded is not known and is read off QuickBooks' own answers (`qbxml.md` 10).

use super::settings::TaxRounding;
use super::transactions::{Payload, TxnKind};
use crate::base::{Cents, Decimal};

/// One single tax of `percent` on the taxable lines.
#[must_use]
pub fn computed(taxable: impl Iterator<Item = Cents>, percent: Decimal, rounding: TaxRounding) -> Cents {
    let of =
        |base: Cents| Cents::round(base.decimal() * percent / Decimal::ONE_HUNDRED).unwrap_or(Cents::ZERO);
    match rounding {
        TaxRounding::Learn | TaxRounding::Sum => of(taxable.sum()),
        TaxRounding::Line => taxable.map(of).sum(),
    }
}

/// What a tax tells of the rounding, beside what either way gives; none where both or neither give it.
#[must_use]
pub fn told(tax: Cents, sum: Cents, line: Cents) -> Option<TaxRounding> {
    match (tax == sum, tax == line) {
        (true, false) => Some(TaxRounding::Sum),
        (false, true) => Some(TaxRounding::Line),
        _ => None,
    }
}

impl Payload {
    /// The tax that QuickBooks will compute if it rounds this way.
    #[must_use]
    pub fn tax_if(&self, rounding: TaxRounding) -> Cents {
        let taxable = || self.lines.iter().filter(|line| line.taxable).map(|line| line.amount);
        self.tax.iter().map(|part| computed(taxable(), part.rate, rounding)).sum()
    }

    /// What a tax that QuickBooks computed says about its rounding; none where both ways give the same, or neither
    /// gives this.
    #[must_use]
    pub fn tells_rounding(&self, tax: Cents) -> Option<TaxRounding> {
        if !matches!(self.kind, TxnKind::Invoice | TxnKind::CreditMemo) {
            return None;
        }
        told(tax, self.tax_if(TaxRounding::Sum), self.tax_if(TaxRounding::Line))
    }

    /// Why QuickBooks' tax is another than ours, as far as rounding explains it.
    #[must_use]
    pub fn tax_cause(&self, tax: Cents) -> Option<&'static str> {
        match self.tells_rounding(tax)? {
            TaxRounding::Line if self.tax_total() != tax => {
                Some("QuickBooks rounds the tax of each line, not their sum")
            }
            TaxRounding::Sum if self.tax_total() != tax => {
                Some("QuickBooks rounds the tax once over the sum, not by line")
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::ListRef;
    use crate::books::transactions::{Line, Role, TaxPart};

    fn four_small_lines() -> Payload {
        let line = Line {
            role: Role::Sales,
            item: Some(ListRef::new("1", "Sales")),
            account: ListRef::new("2", "Sales"),
            class: None,
            amount: Cents::new(20),
            quantity: None,
            rate: None,
            text: String::new(),
            tax_code: None,
            taxable: true,
            why: String::new(),
        };
        let part = |rate: &str, amount| TaxPart {
            item: ListRef::new("3", "Tax"),
            account: ListRef::new("4", "Sales Tax Payable"),
            rate: rate.parse().unwrap(),
            amount: Cents::new(amount),
        };
        Payload {
            lines: vec![line; 4],
            tax: vec![part("7.5", 6)],
            total: Cents::new(86),
            ..Payload::blank(TxnKind::Invoice, "2026-02-05".parse().unwrap(), "1")
        }
    }

    #[test]
    fn an_answer_tells_how_quickbooks_rounds_only_where_the_two_ways_differ() {
        let mut payload = four_small_lines();
        assert_eq!(payload.tells_rounding(Cents::new(6)), Some(TaxRounding::Sum));
        assert_eq!(payload.tells_rounding(Cents::new(8)), Some(TaxRounding::Line));
        assert_eq!(payload.tells_rounding(Cents::new(7)), None);
        assert!(payload.tax_cause(Cents::new(8)).unwrap().contains("each line"));
        assert_eq!(payload.tax_cause(Cents::new(6)), None, "as predicted");
        payload.lines.truncate(1);
        assert_eq!(payload.tells_rounding(Cents::new(2)), None, "both ways give 0.02");
    }
}
