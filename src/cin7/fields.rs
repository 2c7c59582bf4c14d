//! Reading one JSON object of Cin7 field by field.
//!
//! Must never guess a number: it is read exactly from its text, and a text that is no number is a problem of its row.
//! Names come in either case, every field may be missing, null or empty (`cin7-api.md` 1.1, 4).

use crate::base::{Decimal, Instant};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A field that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {found}, which is no {wanted}")]
pub struct FieldProblem {
    /// The field's name as Cin7 documents it.
    pub field: String,
    /// What stands there.
    pub found: String,
    /// What should stand there, in words.
    pub wanted: &'static str,
}

/// The fields of one object, whatever the case of their names. What is not asked for is not read: a document has far
/// more fields than its draft needs.
pub struct Fields<'a> {
    path: String,
    entries: Vec<(Cow<'a, str>, &'a RawValue)>,
}

/// A value by its sort.
enum Sort<'a> {
    Text(Cow<'a, str>),
    Number(&'a str),
    Truth(bool),
    Other,
}

impl<'a> Fields<'a> {
    /// The fields of an object.
    ///
    /// # Errors
    /// When the text is no JSON object.
    pub fn of(raw: &'a str) -> serde_json::Result<Self> {
        let Entries(entries) = serde_json::from_str(raw)?;
        Ok(Fields { path: String::new(), entries })
    }

    fn inside(path: String, value: Option<&'a RawValue>) -> Self {
        let entries = value.and_then(|value| serde_json::from_str(value.get()).ok());
        Fields { path, entries: entries.map(|Entries(entries)| entries).unwrap_or_default() }
    }

    /// The value of a field, unless it is missing or null; of two the later one.
    fn value(&self, name: &str) -> Option<&'a RawValue> {
        let found = self.entries.iter().rfind(|(known, _)| known.eq_ignore_ascii_case(name))?.1;
        (found.get() != "null").then_some(found)
    }

    fn sort(value: &'a RawValue) -> Sort<'a> {
        let raw = value.get();
        match raw.as_bytes().first() {
            Some(b'"') => {
                let plain = raw.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                match plain.filter(|text| !text.contains('\\')) {
                    Some(text) => Sort::Text(Cow::Borrowed(text)),
                    None => {
                        serde_json::from_str(raw).map_or(Sort::Other, |text: String| Sort::Text(text.into()))
                    }
                }
            }
            Some(b't') => Sort::Truth(true),
            Some(b'f') => Sort::Truth(false),
            Some(b'-' | b'0'..=b'9') => Sort::Number(raw),
            _ => Sort::Other,
        }
    }

    /// The names of the fields, in lower case.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.entries.iter().map(|(name, _)| name.to_ascii_lowercase())
    }

    /// The object in a field; one without fields when there is none, or when it is an array (`customFields`).
    #[must_use]
    pub fn object(&self, name: &str) -> Fields<'a> {
        Self::inside(format!("{}{name}.", self.path), self.value(name))
    }

    /// The objects of the list in a field; none when it is missing or null.
    ///
    /// # Errors
    /// When something else than a list stands there.
    pub fn objects(&self, name: &str) -> Result<Vec<Fields<'a>>, FieldProblem> {
        let Some(value) = self.value(name) else { return Ok(Vec::new()) };
        let items: Vec<&RawValue> =
            serde_json::from_str(value.get()).map_err(|_| self.problem(name, value.get(), "list"))?;
        let numbered = items.into_iter().zip(1_usize..);
        Ok(numbered
            .map(|(item, at)| Self::inside(format!("{}{name}[{at}].", self.path), Some(item)))
            .collect())
    }

    /// A text; empty when there is none. A number or a truth value is taken in its own spelling.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        let Some(value) = self.value(name) else { return String::new() };
        match Self::sort(value) {
            Sort::Text(text) => text.trim().to_string(),
            Sort::Number(number) => number.to_string(),
            Sort::Truth(yes) => yes.to_string(),
            Sort::Other => String::new(),
        }
    }

    /// An exact number, also where it is written as text; None when there is none.
    ///
    /// # Errors
    /// When something else stands there, or a number with more digits than can be kept exactly.
    pub fn decimal(&self, name: &str) -> Result<Option<Decimal>, FieldProblem> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let exact = match Self::sort(value) {
            Sort::Number(number) => exact_decimal(number),
            Sort::Text(text) if text.trim().is_empty() => return Ok(None),
            Sort::Text(text) => exact_decimal(text.trim()),
            Sort::Truth(_) | Sort::Other => None,
        };
        exact.map(Some).ok_or_else(|| self.problem(name, value.get(), "number"))
    }

    /// An exact number, or zero when there is none.
    ///
    /// # Errors
    /// As [`Fields::decimal`].
    pub fn amount(&self, name: &str) -> Result<Decimal, FieldProblem> {
        Ok(self.decimal(name)?.unwrap_or_default())
    }

    /// A whole number (`10344` or `10344.0`); None when there is none.
    ///
    /// # Errors
    /// When something else stands there.
    pub fn whole(&self, name: &str) -> Result<Option<i64>, FieldProblem> {
        let Some(number) = self.decimal(name)? else { return Ok(None) };
        let number = number.normalize();
        match (number.scale(), i64::try_from(number.mantissa())) {
            (0, Ok(whole)) => Ok(Some(whole)),
            _ => Err(self.problem(name, &format!("\"{number}\""), "whole number")),
        }
    }

    /// An id; 0 where there is none, which is how Cin7 says "none" too (`cin7-api.md` 4).
    ///
    /// # Errors
    /// When something else than a whole number stands there.
    pub fn id(&self, name: &str) -> Result<i64, FieldProblem> {
        Ok(self.whole(name)?.unwrap_or(0))
    }

    /// A truth value; None when there is none.
    ///
    /// # Errors
    /// When something else stands there.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, FieldProblem> {
        let Some(value) = self.value(name) else { return Ok(None) };
        match Self::sort(value) {
            Sort::Truth(yes) => Ok(Some(yes)),
            Sort::Text(text) if text.trim().is_empty() => Ok(None),
            Sort::Text(text) if text.trim().eq_ignore_ascii_case("true") => Ok(Some(true)),
            Sort::Text(text) if text.trim().eq_ignore_ascii_case("false") => Ok(Some(false)),
            _ => Err(self.problem(name, value.get(), "yes or no")),
        }
    }

    /// A moment, with or without fraction and offset; None when there is none.
    ///
    /// # Errors
    /// When something else stands there, a bare day included: a day without its midnight cannot be placed in the
    /// company's zone (`cin7-api.md` 4).
    pub fn instant(&self, name: &str) -> Result<Option<Instant>, FieldProblem> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let instant = match Self::sort(value) {
            Sort::Text(text) if text.trim().is_empty() => return Ok(None),
            Sort::Text(text) => read_instant(text.trim()),
            _ => None,
        };
        instant.ok_or_else(|| self.problem(name, value.get(), "date and time"))
    }

    /// The problem of a field whose value was read but is not understood.
    #[must_use]
    pub fn unknown(&self, name: &str, wanted: &'static str) -> FieldProblem {
        self.problem(name, self.value(name).map_or("null", RawValue::get), wanted)
    }

    fn problem(&self, name: &str, found: &str, wanted: &'static str) -> FieldProblem {
        let found = crate::base::text::cut(&crate::base::text::for_screen(found), 60, "…");
        FieldProblem { field: format!("{}{name}", self.path), found, wanted }
    }
}

/// The members of an object in the order in which they stand, each with its value as written.
struct Entries<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::with_capacity(64);
                while let Some((Name(name), value)) = map.next_entry()? {
                    entries.push((name, value));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A name, borrowed from the text where nothing in it is escaped.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_string())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// A decimal exactly as written, an exponent included; None when it is no number or cannot be kept exactly.
#[must_use]
pub fn exact_decimal(text: &str) -> Option<Decimal> {
    let Some((digits, exponent)) = text.split_once(['e', 'E']) else {
        return Decimal::from_str_exact(text).ok();
    };
    let mut number = Decimal::from_str_exact(digits).ok()?.normalize();
    let exponent: i32 = exponent.parse().ok()?;
    let scale = i32::try_from(number.scale()).ok()?.checked_sub(exponent)?;
    if scale >= 0 {
        number.set_scale(u32::try_from(scale).ok()?).ok()?;
        return Some(number);
    }
    let power = 10_i128.checked_pow(scale.unsigned_abs())?;
    Decimal::try_from_i128_with_scale(number.mantissa().checked_mul(power)?, 0).ok()
}

/// Two layers: None = unreadable, Some(None) = .NET's "no date".
fn read_instant(text: &str) -> Option<Option<Instant>> {
    if text.starts_with("0001-01-01T00:00:00") {
        return Some(None);
    }
    if let Ok(instant) = text.parse::<Instant>() {
        return Some(Some(instant));
    }
    // Without an offset it is UTC, as Cin7 documents all its times (`cin7-api.md` 4).
    if !text.contains(['T', ' ']) {
        return None;
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| Some(zoned.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_exact_whether_written_as_number_text_or_with_an_exponent() {
        let fields = Fields::of(
            "{\"a\": 461.33620, \"B\": \" -0.1 \", \"c\": 1.5E-3, \"d\": 2e3, \"e\": 0.1234567890123456789012345678901, \"f\": \"\", \"g\": \"12,5\"}",
        )
        .unwrap();
        assert_eq!(fields.amount("A").unwrap().to_string(), "461.33620");
        assert_eq!(fields.amount("b").unwrap().to_string(), "-0.1");
        assert_eq!(fields.amount("c").unwrap().to_string(), "0.0015");
        assert_eq!(fields.whole("d").unwrap(), Some(2000));
        assert!(fields.decimal("e").is_err(), "never rounded in silence");
        assert_eq!(fields.decimal("f").unwrap(), None);
        assert_eq!(fields.decimal("g").unwrap_err().to_string(), "g is \"12,5\", which is no number");
        assert_eq!(exact_decimal("1e99"), None);
    }

    #[test]
    fn dates_come_with_fraction_offset_or_not_at_all() {
        let value = json!({"a": "2026-02-05T05:00:00Z", "b": "2026-02-05T17:00:00.1946848+12:00",
            "c": "2026-02-05T05:00:00", "d": "", "e": null, "f": "2026-02-05", "g": "0001-01-01T00:00:00"})
        .to_string();
        let fields = Fields::of(&value).unwrap();
        assert_eq!(fields.instant("a").unwrap().unwrap().to_string(), "2026-02-05T05:00:00Z");
        assert_eq!(fields.instant("b").unwrap().unwrap().to_string(), "2026-02-05T05:00:00.1946848Z");
        assert_eq!(fields.instant("c").unwrap(), fields.instant("a").unwrap());
        assert_eq!(fields.instant("d").unwrap(), None);
        assert_eq!(fields.instant("e").unwrap(), None);
        assert!(fields.instant("f").is_err());
        assert_eq!(fields.instant("g").unwrap(), None);
    }

    #[test]
    fn a_problem_names_the_field_where_it_stands() {
        let value = json!({"LineItems": [{"Qty": 1}, {"Qty": [2]}]}).to_string();
        let lines = Fields::of(&value).unwrap().objects("lineItems").unwrap();
        assert_eq!(
            lines[1].amount("qty").unwrap_err().to_string(),
            "lineItems[2].qty is [2], which is no number"
        );
    }
    #[test]
    fn texts_and_names_are_read_whatever_is_escaped_in_them() {
        let fields = Fields::of(
            r#"{"\u006eame": " a\t\u00e9\"b ", "list": {"x": 1}, "empty": [], "n": -1.50, "yes": true, "name2": null}"#,
        )
        .unwrap();
        assert_eq!(fields.text("NAME"), "a\té\"b");
        assert_eq!((fields.text("n").as_str(), fields.text("yes").as_str()), ("-1.50", "true"));
        assert_eq!((fields.text("list").as_str(), fields.text("name2").as_str()), ("", ""));
        assert!(fields.objects("list").is_err());
        assert!(fields.objects("empty").unwrap().is_empty());
        assert_eq!(fields.object("list").whole("X").unwrap(), Some(1));
        assert!(Fields::of("[1]").is_err() && Fields::of("{\"a\":").is_err());
    }
}
