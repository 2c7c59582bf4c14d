//! The company's own fixed-point arithmetic: cents for money, hundred-thousandths for prices, quantities and rates.
//!
//! Must never use the program's money or rounding: what is tested may not be tested against itself. Halves are rounded
//! away from zero (`qbxml.md` 10; how QuickBooks rounds is a guess of that page).

/// Price, rate, quantity or percentage in hundred-thousandths (five decimals, `qbxml.md` 4).
pub type Fixed = i128;
/// One whole in [`Fixed`].
pub const ONE: Fixed = 100_000;

/// Reads AMTTYPE: a sign, 1 to 13 digits, then nothing or exactly two decimals.
#[must_use]
pub fn amount(text: &str) -> Option<i64> {
    let (negative, whole, decimals) = split(text, 13)?;
    let cents = match decimals.len() {
        0 if !text.contains('.') => 0,
        2 => decimals.parse::<i64>().ok()?,
        _ => return None,
    };
    let value = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)?;
    Some(if negative { -value } else { value })
}

/// Reads PRICETYPE, QUANTYPE and PERCENTTYPE: a sign, 1 to 10 digits, up to five decimals.
#[must_use]
pub fn fixed(text: &str) -> Option<Fixed> {
    let (negative, whole, decimals) = split(text, 10)?;
    if decimals.len() > 5 || (decimals.is_empty() && text.contains('.')) {
        return None;
    }
    let fraction: Fixed = format!("{decimals:0<5}").parse().ok()?;
    let value = whole.parse::<Fixed>().ok()?.checked_mul(ONE)?.checked_add(fraction)?;
    Some(if negative { -value } else { value })
}

fn split(text: &str, digits: usize) -> Option<(bool, &str, &str)> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (whole, decimals) = rest.split_once('.').unwrap_or((rest, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= digits && plain(whole) && plain(decimals);
    fits.then_some((negative, whole, decimals))
}

/// Divides and rounds to the nearest, halves away from zero.
#[must_use]
pub fn divide(numerator: i128, denominator: i128) -> i128 {
    if denominator == 0 {
        return 0;
    }
    let (quotient, remainder) = (numerator / denominator, numerator % denominator);
    if remainder.abs() * 2 < denominator.abs() {
        return quotient;
    }
    if (numerator < 0) == (denominator < 0) { quotient + 1 } else { quotient - 1 }
}

fn to_cents(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Quantity times rate in cents.
#[must_use]
pub fn extend(quantity: Fixed, rate: Fixed) -> i64 {
    to_cents(divide(quantity * rate * 100, ONE * ONE))
}

/// A percentage of an amount, in cents.
#[must_use]
pub fn percent_of(cents: i64, percent: Fixed) -> i64 {
    to_cents(divide(i128::from(cents) * percent, 100 * ONE))
}

/// The rate that an amount and a quantity make.
#[must_use]
pub fn rate_of(cents: i64, quantity: Fixed) -> Fixed {
    divide(i128::from(cents) * ONE * ONE, quantity * 100)
}

/// Cents as AMTTYPE with two decimals.
#[must_use]
pub fn show(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

/// A fixed number with its needless zeros cut off, but at least `least` decimals.
#[must_use]
pub fn show_fixed(value: Fixed, least: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, mut fraction) = (value.abs() / ONE, format!("{:05}", value.abs() % ONE));
    while fraction.len() > least && fraction.ends_with('0') {
        fraction.pop();
    }
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_two_decimals_or_none() {
        assert_eq!(amount("1.50"), Some(150));
        assert_eq!(amount("-0.05"), Some(-5));
        assert_eq!(amount("7"), Some(700));
        for wrong in ["1.5", "1.234", "1.", "", "1,00", "--1", "12345678901234", " 1.00"] {
            assert_eq!(amount(wrong), None, "{wrong}");
        }
        assert_eq!(fixed("0.33333"), Some(33_333));
        assert_eq!(fixed("1.123456"), None);
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(extend(fixed("3").unwrap(), fixed("0.335").unwrap()), 101);
        assert_eq!(extend(fixed("1").unwrap(), fixed("-0.005").unwrap()), -1);
        assert_eq!(percent_of(-1050, fixed("5").unwrap()), -53);
        assert_eq!(show(-105), "-1.05");
        assert_eq!(show_fixed(fixed("2").unwrap(), 0), "2");
        assert_eq!(show_fixed(fixed("2").unwrap(), 2), "2.00");
        assert_eq!(show_fixed(rate_of(100, fixed("3").unwrap()), 2), "0.33333");
    }
}
