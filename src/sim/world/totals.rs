//! What a Cin7 document comes to: the model of `cin7-api.md` 8.2, in the simulator's own arithmetic.
//!
//! Must never use the program's rounding: the far end that the program is tested against has to be wrong or right by
//! itself. Totals carry four decimals, rounded once, half to even as .NET does.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// How tax stands in a document's values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaxStatus {
    /// Tax is added to the values.
    #[default]
    Excl,
    /// Tax sits inside the values.
    Incl,
    /// No tax.
    Exempt,
}

impl TaxStatus {
    /// As Cin7 writes it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            TaxStatus::Excl => "Excl",
            TaxStatus::Incl => "Incl",
            TaxStatus::Exempt => "Exempt",
        }
    }
}

/// The parts of a document that its total is made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parts {
    /// Sum of the line values, after line discounts.
    pub products: Decimal,
    /// Delivery charge.
    pub freight: Decimal,
    /// Surcharge.
    pub surcharge: Decimal,
    /// Order discount, positive when it lowers the total.
    pub discount: Decimal,
    /// How tax stands in the values.
    pub tax_status: TaxStatus,
    /// Tax rate in percent.
    pub tax_percent: Decimal,
    /// Tax that the header's rate does not explain (a line with a rate of its own, a typed figure).
    pub stray_tax: Decimal,
}

impl Parts {
    /// Net of tax where tax is added; the whole where it sits inside.
    #[must_use]
    pub fn net(&self) -> Decimal {
        self.products + self.freight + self.surcharge - self.discount
    }

    /// The document's total, to four decimals.
    #[must_use]
    pub fn total(&self) -> Decimal {
        let net = self.net();
        let tax = match self.tax_status {
            TaxStatus::Excl => net * self.tax_percent / Decimal::ONE_HUNDRED,
            TaxStatus::Incl | TaxStatus::Exempt => Decimal::ZERO,
        };
        four_decimals(net + tax + self.stray_tax)
    }
}

/// A line's value: quantity times price less the line's money discount (`cin7-api.md` 8.2).
#[must_use]
pub fn line_value(qty: Decimal, price: Decimal, discount: Decimal) -> Decimal {
    qty * price - discount
}

/// To four decimals, half to even.
#[must_use]
pub fn four_decimals(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(4, RoundingStrategy::MidpointNearestEven).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    fn total(values: [&str; 5], tax_status: TaxStatus) -> String {
        let [products, freight, surcharge, discount, percent] = values.map(d);
        Parts {
            products,
            freight,
            surcharge,
            discount,
            tax_status,
            tax_percent: percent,
            stray_tax: Decimal::ZERO,
        }
        .total()
        .to_string()
    }

    #[test]
    fn totals_are_those_of_the_worked_examples() {
        // `cin7-api.md` 8.5.
        let products = line_value(d("24"), d("9.50"), d("0")) + line_value(d("6"), d("32"), d("9.6"));
        assert_eq!(products, d("410.40"));
        assert_eq!(total(["410.40", "18.75", "0", "0", "7.5"], TaxStatus::Excl), "461.3362");
        assert_eq!(total(["219.90", "12", "5", "20", "10"], TaxStatus::Incl), "216.9");
        assert_eq!(total(["733.332", "65", "0", "0", "0"], TaxStatus::Exempt), "798.332");
        assert_eq!(total(["75.475", "7.49", "0", "5", "8.875"], TaxStatus::Excl), "84.8844");
        assert_eq!(total(["-38", "0", "0", "0", "7.5"], TaxStatus::Excl), "-40.85");
    }
}
