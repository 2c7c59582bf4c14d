//! Reading one JSON object of Cin7 field by field.
//!
//! Must never guess a number: it is read exactly from its text, and a text that is no number is a problem of its row.
//! Names come in either case, every field may be missing, null or empty (`cin7-api.md` 1.1, 4).

use crate::base::{Decimal, Instant};
use serde_json::Value;
use std::collections::HashMap;

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

/// The fields of one object by their names in lower case.
pub struct Fields<'a> {
    path: String,
    by_name: HashMap<String, &'a Value>,
}

impl<'a> Fields<'a> {
    /// The fields of an object; none when the value is anything else.
    #[must_use]
    pub fn of(value: &'a Value) -> Self {
        Self::inside("", Some(value))
    }

    fn inside(path: &str, value: Option<&'a Value>) -> Self {
        let by_name = value
            .and_then(Value::as_object)
            .map(|object| object.iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect())
            .unwrap_or_default();
        Fields { path: path.to_string(), by_name }
    }

    /// The value of a field, unless it is missing or null.
    fn value(&self, name: &str) -> Option<&'a Value> {
        self.by_name.get(&name.to_ascii_lowercase()).copied().filter(|value| !value.is_null())
    }

    /// The names of the fields, in lower case.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// The object in a field; one without fields when there is none, or when it is an array (`customFields`).
    #[must_use]
    pub fn object(&self, name: &str) -> Fields<'a> {
        Self::inside(&format!("{}{name}.", self.path), self.value(name))
    }

    /// The objects of the list in a field; none when it is missing or null.
    ///
    /// # Errors
    /// When something else than a list stands there.
    pub fn objects(&self, name: &str) -> Result<Vec<Fields<'a>>, FieldProblem> {
        match self.value(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items
                .iter()
                .enumerate()
                .map(|(at, item)| Self::inside(&format!("{}{name}[{}].", self.path, at + 1), Some(item)))
                .collect()),
            Some(other) => Err(self.problem(name, other, "list")),
        }
    }

    /// A text; empty when there is none. A number or a truth value is taken in its own spelling.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        match self.value(name) {
            Some(Value::String(text)) => text.trim().to_string(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(yes)) => yes.to_string(),
            _ => String::new(),
        }
    }

    /// An exact number, also where it is written as text; None when there is none.
    ///
    /// # Errors
    /// When something else stands there, or a number with more digits than can be kept exactly.
    pub fn decimal(&self, name: &str) -> Result<Option<Decimal>, FieldProblem> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let text = match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) if text.trim().is_empty() => return Ok(None),
            Value::String(text) => text.trim().to_string(),
            other => return Err(self.problem(name, other, "number")),
        };
        exact_decimal(&text).map(Some).ok_or_else(|| self.problem(name, value, "number"))
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
            _ => Err(self.problem(name, &Value::String(number.to_string()), "whole number")),
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
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(yes)) => Ok(Some(*yes)),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) if text.trim().eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(Value::String(text)) if text.trim().eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(other) => Err(self.problem(name, other, "yes or no")),
        }
    }

    /// A moment, with or without fraction and offset; None when there is none.
    ///
    /// # Errors
    /// When something else stands there, a bare day included: a day without its midnight cannot be placed in the
    /// company's zone (`cin7-api.md` 4).
    pub fn instant(&self, name: &str) -> Result<Option<Instant>, FieldProblem> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(value @ Value::String(text)) => {
                read_instant(text.trim()).ok_or_else(|| self.problem(name, value, "date and time"))
            }
            Some(other) => Err(self.problem(name, other, "date and time")),
        }
    }

    /// The problem of a field whose value was read but is not understood.
    #[must_use]
    pub fn unknown(&self, name: &str, wanted: &'static str) -> FieldProblem {
        self.problem(name, self.value(name).unwrap_or(&Value::Null), wanted)
    }

    fn problem(&self, name: &str, found: &Value, wanted: &'static str) -> FieldProblem {
        let found = crate::base::text::cut(&crate::base::text::for_screen(&found.to_string()), 60, "…");
        FieldProblem { field: format!("{}{name}", self.path), found, wanted }
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
        let value: Value = serde_json::from_str(
            "{\"a\": 461.33620, \"B\": \" -0.1 \", \"c\": 1.5E-3, \"d\": 2e3, \"e\": 0.1234567890123456789012345678901, \"f\": \"\", \"g\": \"12,5\"}",
        )
        .unwrap();
        let fields = Fields::of(&value);
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
            "c": "2026-02-05T05:00:00", "d": "", "e": null, "f": "2026-02-05", "g": "0001-01-01T00:00:00"});
        let fields = Fields::of(&value);
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
        let value = json!({"LineItems": [{"Qty": 1}, {"Qty": [2]}]});
        let lines = Fields::of(&value).objects("lineItems").unwrap();
        assert_eq!(
            lines[1].amount("qty").unwrap_err().to_string(),
            "lineItems[2].qty is [2], which is no number"
        );
    }
}
