//! Numbers as people type them: thousands commas and a dollar sign, and nothing that could be meant in two ways.
//!
//! The one reader of typed money, for forms, filter lines, approval limits and the command line. Must never guess: `1,5`
//! is no number, since one reader takes it for 1.5 and another for 15.

use super::{Cents, Decimal};

/// What to say to somebody whose text is no amount.
pub const WRITE_MONEY: &str = "Write it as 1,234.50, with two decimals at most.";

/// A number without its thousands commas; none where a comma stands anywhere but between groups of three digits.
#[must_use]
pub fn ungrouped(text: &str) -> Option<String> {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, decimals) = rest.split_once('.').map_or((rest, None), |(whole, tail)| (whole, Some(tail)));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = whole.contains(',');
    let good = digits(first)
        && (!grouped || (1..=3).contains(&first.len()))
        && groups.all(|group| group.len() == 3 && digits(group))
        && decimals.is_none_or(digits)
        && rest.bytes().any(|byte| byte.is_ascii_digit());
    let tail = decimals.map_or(String::new(), |tail| format!(".{tail}"));
    good.then(|| format!("{sign}{}{tail}", whole.replace(',', "")))
}

/// A quantity or rate; none where the text is no number.
#[must_use]
pub fn number(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(&ungrouped(text.trim())?).ok()
}

/// An amount of money, with or without a dollar sign; none where the text is none, or has parts of a cent.
#[must_use]
pub fn money(text: &str) -> Option<Cents> {
    let plain: String = text.chars().filter(|c| !matches!(c, '$' | ' ')).collect();
    ungrouped(&plain)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_with_commas_and_a_dollar_sign_and_never_rounded() {
        assert_eq!(money("1,234.50"), Some(Cents::new(123_450)));
        assert_eq!(money("1,234,567"), Some(Cents::new(123_456_700)));
        assert_eq!(money("$ 20"), Some(Cents::new(2_000)));
        assert_eq!(money("-7.5"), Some(Cents::new(-750)));
        assert_eq!(money("-$7.5"), Some(Cents::new(-750)));
        assert_eq!(money(".5"), Some(Cents::new(50)));
    }

    #[test]
    fn what_could_be_meant_in_two_ways_is_no_amount() {
        for text in [
            "1.005", "ten", "", "-", ".", "1,5", "1,50", "1,5000", "12,34.50", "1234,567", "1.234,50",
            ",500", "1,,000", "1e3", "+5", "1 000,5", "--5", "5-", "1_000",
        ] {
            assert_eq!(money(text), None, "{text}");
        }
    }

    #[test]
    fn quantities_keep_their_decimals() {
        assert_eq!(number("1,200.125"), Decimal::from_str_exact("1200.125").ok());
        assert_eq!(number("1,2"), None);
    }
}
