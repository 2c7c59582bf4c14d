//! The grammar of `where`: comparisons, LIKE, IN, IS NULL, joined by AND and OR, with parentheses.
//!
//! Must refuse what Cin7 would refuse (a field that the resource does not have, a broken text) and must never guess:
//! names, words and texts compare without case, a time literal compares as a time, null fits no comparison
//! (`cin7-api.md` 2.2).

use crate::base::Instant;
use crate::sim::world::json::{Json, Record, is_wire_time};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// Deepest nesting of parentheses.
const DEPTH: usize = 32;

/// A condition on a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of them.
    All(Vec<Condition>),
    /// Any of them.
    Any(Vec<Condition>),
    /// A field against a value.
    Compare(String, Comparison, Literal),
    /// A field against a pattern with `%`; whether it must not fit.
    Like(String, String, bool),
    /// A field against a list of values.
    In(String, Vec<Literal>),
    /// A field that is null (true) or is not (false).
    IsNull(String, bool),
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value in a condition, with all that it may mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    folded: String,
    number: Option<Decimal>,
    time: Option<String>,
}

impl Literal {
    fn new(text: &str) -> Self {
        Literal {
            folded: text.to_lowercase(),
            number: Decimal::from_str_exact(text).ok(),
            time: wire_time(text),
        }
    }
}

/// A date or time in any of the forms that are used, as Cin7 writes times.
fn wire_time(text: &str) -> Option<String> {
    let instant: Instant = match text.parse() {
        Ok(instant) => instant,
        Err(_) => {
            let civil: jiff::civil::DateTime = text
                .parse()
                .or_else(|_| text.parse::<jiff::civil::Date>().map(|day| day.at(0, 0, 0, 0)))
                .ok()?;
            civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()
        }
    };
    Some(instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(Comparison),
    Open,
    Close,
    Comma,
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(&c) = letters.peek() {
        match c {
            c if c.is_whitespace() => {
                letters.next();
            }
            '\'' => {
                letters.next();
                let mut quoted = String::new();
                loop {
                    match letters.next() {
                        Some('\'') if letters.peek() == Some(&'\'') => {
                            letters.next();
                            quoted.push('\'');
                        }
                        Some('\'') => break,
                        Some(c) => quoted.push(c),
                        None => return Err("a text in quotes does not end".to_string()),
                    }
                }
                out.push(Token::Quoted(quoted));
            }
            '(' | ')' | ',' => {
                letters.next();
                out.push(match c {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    _ => Token::Comma,
                });
            }
            '=' | '<' | '>' => {
                letters.next();
                let second = letters.peek().copied();
                let (sign, taken) = match (c, second) {
                    ('<', Some('>')) => (Comparison::Unequal, true),
                    ('<', Some('=')) => (Comparison::LessOrEqual, true),
                    ('>', Some('=')) => (Comparison::GreaterOrEqual, true),
                    ('<', _) => (Comparison::Less, false),
                    ('>', _) => (Comparison::Greater, false),
                    _ => (Comparison::Equal, false),
                };
                if taken {
                    letters.next();
                }
                out.push(Token::Sign(sign));
            }
            _ => {
                let mut word = String::new();
                while let Some(&c) = letters.peek() {
                    if c.is_whitespace() || "()',=<>".contains(c) {
                        break;
                    }
                    word.push(c);
                    letters.next();
                }
                out.push(Token::Word(word));
            }
        }
    }
    Ok(out)
}

struct Reader<'a> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    knows: &'a dyn Fn(&str) -> bool,
}

/// Reads a `where` text for a resource that knows certain fields.
///
/// # Errors
/// What is wrong with it, for the 400 answer.
pub fn parse(text: &str, knows: &dyn Fn(&str) -> bool) -> Result<Condition, String> {
    let mut reader = Reader { tokens: tokens(text)?.into_iter().peekable(), knows };
    let condition = reader.any(0)?;
    match reader.tokens.next() {
        None => Ok(condition),
        Some(token) => Err(format!("unexpected {token:?}")),
    }
}

impl Reader<'_> {
    fn word(&mut self, wanted: &str) -> bool {
        let fits = matches!(self.tokens.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        if fits {
            self.tokens.next();
        }
        fits
    }

    fn any(&mut self, depth: usize) -> Result<Condition, String> {
        let mut parts = vec![self.all(depth)?];
        while self.word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Condition::Any(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Condition, String> {
        let mut parts = vec![self.one(depth)?];
        while self.word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Condition::All(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Condition, String> {
        if depth > DEPTH {
            return Err("too many parentheses".to_string());
        }
        match self.tokens.next() {
            Some(Token::Open) => {
                let inner = self.any(depth + 1)?;
                match self.tokens.next() {
                    Some(Token::Close) => Ok(inner),
                    _ => Err("a parenthesis is not closed".to_string()),
                }
            }
            Some(Token::Word(field)) if (self.knows)(&field) => self.about(field),
            Some(Token::Word(field)) => Err(format!("there is no field '{field}'")),
            Some(token) => Err(format!("unexpected {token:?}")),
            None => Err("a condition is missing".to_string()),
        }
    }

    fn about(&mut self, field: String) -> Result<Condition, String> {
        if self.word("is") {
            let not = self.word("not");
            return if self.word("null") {
                Ok(Condition::IsNull(field, !not))
            } else {
                Err("NULL is missing after IS".to_string())
            };
        }
        if self.word("in") {
            return Ok(Condition::In(field, self.list()?));
        }
        let not = self.word("not");
        if self.word("like") {
            return Ok(Condition::Like(field, self.value()?.to_lowercase(), not));
        }
        match (not, self.tokens.next()) {
            (false, Some(Token::Sign(sign))) => {
                Ok(Condition::Compare(field, sign, Literal::new(&self.value()?)))
            }
            _ => Err(format!("a comparison is missing after '{field}'")),
        }
    }

    fn value(&mut self) -> Result<String, String> {
        match self.tokens.next() {
            Some(Token::Word(text) | Token::Quoted(text)) => Ok(text),
            _ => Err("a value is missing".to_string()),
        }
    }

    fn list(&mut self) -> Result<Vec<Literal>, String> {
        if self.tokens.next() != Some(Token::Open) {
            return Err("a list is missing after IN".to_string());
        }
        let mut values = Vec::new();
        loop {
            values.push(Literal::new(&self.value()?));
            match self.tokens.next() {
                Some(Token::Comma) => {}
                Some(Token::Close) => return Ok(values),
                _ => return Err("a list is not closed".to_string()),
            }
        }
    }
}

impl Condition {
    /// Whether a record fits.
    #[must_use]
    pub fn fits(&self, record: &Record) -> bool {
        match self {
            Condition::All(parts) => parts.iter().all(|part| part.fits(record)),
            Condition::Any(parts) => parts.iter().any(|part| part.fits(record)),
            Condition::IsNull(field, null) => matches!(record.get(field), None | Some(Json::Null)) == *null,
            Condition::Like(field, pattern, not) => match record.get(field) {
                Some(Json::Text(text)) => like(&text.to_lowercase(), pattern) != *not,
                _ => false,
            },
            Condition::In(field, values) => {
                values.iter().any(|value| compare(record.get(field), value) == Some(Ordering::Equal))
            }
            Condition::Compare(field, sign, value) => {
                compare(record.get(field), value).is_some_and(|order| match sign {
                    Comparison::Equal => order.is_eq(),
                    Comparison::Unequal => order.is_ne(),
                    Comparison::Less => order.is_lt(),
                    Comparison::LessOrEqual => order.is_le(),
                    Comparison::Greater => order.is_gt(),
                    Comparison::GreaterOrEqual => order.is_ge(),
                })
            }
        }
    }

    /// The lowest id that can fit, so that the records before it need not be looked at.
    #[must_use]
    pub fn lowest_id(&self) -> Option<i64> {
        match self {
            Condition::All(parts) => parts.iter().filter_map(Condition::lowest_id).max(),
            Condition::Compare(field, sign, value) if field.eq_ignore_ascii_case("id") => {
                let number = i64::try_from(value.number?.floor()).ok()?;
                match sign {
                    Comparison::Greater => Some(number.saturating_add(1)),
                    Comparison::Equal | Comparison::GreaterOrEqual => Some(number),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether the condition speaks of a field.
    #[must_use]
    pub fn names(&self, wanted: &str) -> bool {
        match self {
            Condition::All(parts) | Condition::Any(parts) => parts.iter().any(|part| part.names(wanted)),
            Condition::Compare(field, ..)
            | Condition::Like(field, ..)
            | Condition::In(field, _)
            | Condition::IsNull(field, _) => field.eq_ignore_ascii_case(wanted),
        }
    }
}

fn compare(field: Option<&Json>, value: &Literal) -> Option<Ordering> {
    match field? {
        Json::Whole(number) => Some(Decimal::from(*number).cmp(&value.number?)),
        Json::Number(number) => Some(number.cmp(&value.number?)),
        Json::Flag(flag) => Some((if *flag { "true" } else { "false" }).cmp(value.folded.as_str())),
        Json::Text(text) => match &value.time {
            Some(time) if is_wire_time(text) => Some(text.as_ref().cmp(time.as_str())),
            _ => Some(text.to_lowercase().cmp(&value.folded)),
        },
        Json::Null | Json::List(_) | Json::Record(_) => None,
    }
}

/// Whether a text fits a pattern in which `%` stands for any letters.
fn like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('%');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record::new(vec![
            ("id", 24_011_i64.into()),
            ("total", Decimal::new(4_613_362, 4).into()),
            ("status", "VOID".into()),
            ("company", "O'Brien & Sons 50%".into()),
            ("isVoid", true.into()),
            ("modifiedDate", "2026-02-01T05:00:00Z".into()),
            ("fullyReceivedDate", Json::Null),
        ])
    }

    fn fits(text: &str) -> bool {
        let record = record();
        let knows = |name: &str| record.get(name).is_some();
        parse(text, &knows).unwrap().fits(&record)
    }

    fn broken(text: &str) -> bool {
        let record = record();
        let knows = |name: &str| record.get(name).is_some();
        parse(text, &knows).is_err()
    }

    #[test]
    fn comparisons_ignore_the_case_of_names_words_and_texts() {
        assert!(fits("ID=24011 and Total >= 461.3362 AND total<461.34"));
        assert!(fits("status='Void'") && fits("status LIKE 'vo%'") && !fits("status<>'void'"));
        assert!(fits("isVoid=true") && !fits("isVoid = FALSE"));
    }

    #[test]
    fn quotes_are_doubled_and_percent_is_the_wildcard() {
        assert!(fits("company='o''brien & sons 50%'"));
        assert!(fits("company LIKE '%sons%'") && fits("company LIKE 'O''B%50%'"));
        assert!(!fits("company LIKE 'sons%'") && fits("company NOT LIKE 'sons%'"));
        assert!(!fits("company LIKE 'o''brien'"));
    }

    #[test]
    fn times_are_compared_as_times_quoted_or_not() {
        assert!(fits("modifiedDate>='2026-02-01T00:00:00Z'") && fits("modifiedDate>=2026-02-01T05:00:00Z"));
        assert!(fits("modifiedDate='2026-02-01T00:00:00-05:00'"));
        assert!(fits("modifiedDate>'2026-02-01'") && !fits("modifiedDate<'2026-02-01 05:00:00'"));
    }

    #[test]
    fn null_fits_no_comparison_and_is_asked_for_by_name() {
        assert!(fits("fullyReceivedDate IS NULL") && !fits("fullyReceivedDate is not null"));
        assert!(!fits("fullyReceivedDate<>'2026-01-01'") && !fits("fullyReceivedDate NOT LIKE 'x%'"));
    }

    #[test]
    fn and_binds_closer_than_or_and_parentheses_closest() {
        assert!(fits("id=24011 OR id=1 AND id=2"));
        assert!(!fits("(id=24011 OR id=1) AND id=2"));
        assert!(fits("id IN (1, 24011 ,'x')") && !fits("id in (1)"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in [
            "",
            "colour=1",
            "id",
            "id=",
            "id=1 AND",
            "id=1 id=2",
            "status='open",
            "(id=1",
            "id IN 1",
            "id IN (1",
            "id IS 1",
            "id NOT 1",
            "id != 1",
        ] {
            assert!(broken(text), "{text} was read");
        }
        assert!(broken(&format!("{}id=1{}", "(".repeat(40), ")".repeat(40))));
    }

    #[test]
    fn the_lowest_id_is_known_only_where_it_binds() {
        let low = |text: &str| parse(text, &|_| true).unwrap().lowest_id();
        assert_eq!(low("modifiedDate>='2026-01-01' AND id>500"), Some(501));
        assert_eq!(low("id=7"), Some(7));
        assert_eq!(low("id>5 OR id=1"), None);
        assert_eq!(low("id<5"), None);
    }
}
