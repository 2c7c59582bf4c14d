//! Money as whole cents, and the one place where a decimal becomes cents.
//!
//! Must never use binary floating point. Prices, rates and quantities stay [`Decimal`] with the scale
//! of their source text; they become [`Cents`] only through [`Cents::round`], half away from zero,
//! at the QuickBooks border (design section 2; Cin7 totals have up to four decimals, `cin7-api.md` 4).

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

/// An amount of home-currency money in whole cents. JSON form: a string with two decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cents(i64);

/// Why a text or a decimal is no amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is no decimal number with at most two decimals.
    #[error("`{0}` is no amount of money")]
    NotAnAmount(String),
    /// The amount does not fit (QuickBooks' own limit is 13 digits before the point).
    #[error("the amount {0} is too large")]
    TooLarge(String),
}

impl Cents {
    /// No money.
    pub const ZERO: Cents = Cents(0);

    /// From whole cents.
    #[must_use]
    pub const fn new(cents: i64) -> Self {
        Cents(cents)
    }

    /// Whole cents.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The one rounding of the program: half away from zero, to two decimals.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when the value has more than 13 digits before the point.
    pub fn round(value: Decimal) -> Result<Self, MoneyError> {
        let rounded = value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        let too_large = || MoneyError::TooLarge(value.to_string());
        let cents = rounded.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(too_large)?;
        let cents = i64::try_from(cents.trunc().mantissa() / 10_i128.pow(cents.trunc().scale()))
            .map_err(|_| too_large())?;
        if cents.abs() >= 1_000_000_000_000_000 {
            return Err(too_large());
        }
        Ok(Cents(cents))
    }

    /// The exact decimal of this amount, scale 2.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// Without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Cents(self.0.abs())
    }

    /// Whether it is exactly nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is below nothing.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// For people: thousands separated by commas, two decimals, minus sign in front.
    #[must_use]
    pub fn grouped(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let abs = self.0.unsigned_abs();
        let whole = (abs / 100).to_string();
        let mut out = String::with_capacity(whole.len() + whole.len() / 3 + 4);
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        format!("{sign}{out}.{:02}", abs % 100)
    }

    /// Shares this amount over `weights` by largest remainder, so that the shares add up exactly.
    /// Weights of zero in sum share by equal parts. Ties go to the earlier line.
    #[must_use]
    pub fn share(self, weights: &[Cents]) -> Vec<Cents> {
        let count = i128::try_from(weights.len()).unwrap_or(i128::MAX);
        if count == 0 {
            return Vec::new();
        }
        let sum: i128 = weights.iter().map(|w| i128::from(w.0)).sum();
        let (weights, sum): (Vec<i128>, i128) = if sum == 0 {
            (vec![1; weights.len()], count)
        } else {
            (weights.iter().map(|w| i128::from(w.0)).collect(), sum)
        };
        let total = i128::from(self.0);
        let mut shares: Vec<(i128, i128)> =
            weights.iter().map(|w| ((total * w).div_euclid(sum), (total * w).rem_euclid(sum))).collect();
        let mut left = total - shares.iter().map(|s| s.0).sum::<i128>();
        let mut order: Vec<usize> = (0..shares.len()).collect();
        order.sort_by_key(|&i| std::cmp::Reverse(shares.get(i).map_or(0, |s| s.1)));
        for i in order {
            if left == 0 {
                break;
            }
            if let Some(share) = shares.get_mut(i) {
                share.0 += left.signum();
                left -= left.signum();
            }
        }
        shares.into_iter().map(|s| Cents(i64::try_from(s.0).unwrap_or(i64::MAX))).collect()
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let abs = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", abs / 100, abs % 100))
    }
}

impl FromStr for Cents {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let value =
            Decimal::from_str_exact(text.trim()).map_err(|_| MoneyError::NotAnAmount(text.to_string()))?;
        if value.normalize().scale() > 2 {
            return Err(MoneyError::NotAnAmount(text.to_string()));
        }
        Cents::round(value)
    }
}

impl Add for Cents {
    type Output = Cents;
    fn add(self, other: Cents) -> Cents {
        Cents(self.0.saturating_add(other.0))
    }
}
impl Sub for Cents {
    type Output = Cents;
    fn sub(self, other: Cents) -> Cents {
        Cents(self.0.saturating_sub(other.0))
    }
}
impl AddAssign for Cents {
    fn add_assign(&mut self, other: Cents) {
        *self = *self + other;
    }
}
impl SubAssign for Cents {
    fn sub_assign(&mut self, other: Cents) {
        *self = *self - other;
    }
}
impl Neg for Cents {
    type Output = Cents;
    fn neg(self) -> Cents {
        Cents(self.0.saturating_neg())
    }
}
impl Sum for Cents {
    fn sum<I: Iterator<Item = Cents>>(iter: I) -> Cents {
        iter.fold(Cents::ZERO, Add::add)
    }
}
impl<'a> Sum<&'a Cents> for Cents {
    fn sum<I: Iterator<Item = &'a Cents>>(iter: I) -> Cents {
        iter.copied().sum()
    }
}

impl Serialize for Cents {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Cents {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> String {
        Cents::round(Decimal::from_str_exact(text).unwrap()).unwrap().to_string()
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(round("2.345"), "2.35");
        assert_eq!(round("-2.345"), "-2.35");
        assert_eq!(round("461.3362"), "461.34");
        assert_eq!(round("-0.004"), "0.00");
        assert_eq!(round("7"), "7.00");
    }

    #[test]
    fn a_text_with_a_third_decimal_is_refused_rather_than_rounded() {
        assert!("1.005".parse::<Cents>().is_err());
        assert_eq!("1.500".parse::<Cents>().unwrap(), Cents::new(150));
        assert!("1e3x".parse::<Cents>().is_err());
    }

    #[test]
    fn people_read_thousands_with_commas() {
        assert_eq!(Cents::new(123_456_789).grouped(), "1,234,567.89");
        assert_eq!(Cents::new(-99).grouped(), "-0.99");
        assert_eq!(Cents::new(100_000).grouped(), "1,000.00");
    }

    #[test]
    fn shares_add_up_to_the_whole() {
        let shares = Cents::new(100).share(&[Cents::new(1), Cents::new(1), Cents::new(1)]);
        assert_eq!(shares, [Cents::new(34), Cents::new(33), Cents::new(33)]);
        let shares = Cents::new(-100).share(&[Cents::new(3), Cents::new(-1), Cents::new(5)]);
        assert_eq!(shares.iter().sum::<Cents>(), Cents::new(-100));
        assert_eq!(Cents::new(5).share(&[Cents::ZERO, Cents::ZERO]), [Cents::new(3), Cents::new(2)]);
    }
}
