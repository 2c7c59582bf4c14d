//! JSON in Cin7's own order: an object that keeps its fields as they stand on the wire, with exact decimals.
//!
//! Must never pass a number through binary floating point, and must never drop a field that is null: Cin7 sends
//! explicit nulls, and decimals with at least one decimal digit (`cin7-api.md` 4 and 11.3). It is the simulator's own
//! writer; the program's Cin7 reader shares nothing with it.

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

/// Under this name serde_json hands over a number's text when it keeps exact numbers.
const EXACT_NUMBER: &str = "$serde_json::private::Number";

/// One JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number without a decimal point: ids and counts.
    Whole(i64),
    /// A number with a decimal point: money, prices, quantities, rates.
    Number(Decimal),
    /// A text.
    Text(Cow<'static, str>),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Record(Record),
}

/// One JSON object with its fields in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    fields: Vec<(Cow<'static, str>, Json)>,
}

impl Record {
    /// An object from fields in order.
    #[must_use]
    pub fn new(fields: Vec<(&'static str, Json)>) -> Self {
        Record { fields: fields.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect() }
    }

    /// An object from fields in order, whoever owns their names.
    #[must_use]
    pub fn of(fields: Vec<(Cow<'static, str>, Json)>) -> Self {
        Record { fields }
    }

    /// Adds fields behind those that are there.
    pub fn extend(&mut self, fields: Vec<(&'static str, Json)>) {
        self.fields.extend(fields.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)));
    }

    /// Adds one field behind those that are there.
    pub fn push(&mut self, name: Cow<'static, str>, value: Json) {
        self.fields.push((name, value));
    }

    /// The fields in order.
    #[must_use]
    pub fn fields(&self) -> &[(Cow<'static, str>, Json)] {
        &self.fields
    }

    /// A field by its name, whatever the case (`cin7-api.md` 1.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// A field to change, by its name, whatever the case.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        self.fields.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Sets a field that is there; a name that is not there changes nothing.
    pub fn set(&mut self, name: &str, value: impl Into<Json>) {
        if let Some(slot) = self.get_mut(name) {
            *slot = value.into();
        }
    }

    /// A text field; empty when it is null or missing.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Json::Text(text)) => text,
            _ => "",
        }
    }

    /// A whole number; 0 when it is null or missing.
    #[must_use]
    pub fn whole(&self, name: &str) -> i64 {
        match self.get(name) {
            Some(Json::Whole(number)) => *number,
            _ => 0,
        }
    }

    /// A decimal number; 0 when it is null or missing.
    #[must_use]
    pub fn number(&self, name: &str) -> Decimal {
        match self.get(name) {
            Some(Json::Number(number)) => *number,
            Some(Json::Whole(number)) => Decimal::from(*number),
            _ => Decimal::ZERO,
        }
    }

    /// Whether a field is `true`.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.get(name) == Some(&Json::Flag(true))
    }

    /// The objects of an array field; none when it is null or missing.
    #[must_use]
    pub fn records(&self, name: &str) -> Vec<&Record> {
        match self.get(name) {
            Some(Json::List(items)) => items
                .iter()
                .filter_map(|item| if let Json::Record(record) = item { Some(record) } else { None })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The object as compact JSON text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::with_capacity(4096);
        write_record(self, &Dress::default(), &mut out);
        out
    }
}

macro_rules! from {
    ($($source:ty => $make:expr),* $(,)?) => {
        $(impl From<$source> for Json { fn from(value: $source) -> Self { ($make)(value) } })*
    };
}
from! {
    bool => Json::Flag,
    i64 => Json::Whole,
    Decimal => Json::Number,
    &'static str => |text| Json::Text(Cow::Borrowed(text)),
    String => |text| Json::Text(Cow::Owned(text)),
    Vec<Json> => Json::List,
    Record => Json::Record,
}
impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Json::Null, Into::into)
    }
}

/// What a `customFields` object looks like on the wire (`cin7-api.md` 4: object, array or null occur).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CustomFields {
    /// As it is: an object.
    #[default]
    Object,
    /// An array of its values.
    Array,
    /// `null`.
    Null,
}

/// How records are written: the variations that the fault switches ask for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dress {
    /// Names with a capital first letter.
    pub pascal: bool,
    /// Times with fractional seconds and a numeric offset.
    pub offset_dates: bool,
    /// Form of `customFields`.
    pub custom_fields: CustomFields,
}

/// Writes a record as compact JSON.
pub fn write_record(record: &Record, dress: &Dress, out: &mut String) {
    out.push('{');
    for (place, (name, value)) in record.fields.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        if dress.pascal {
            let mut letters = name.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            let capital: String = first.into_iter().chain(letters).collect();
            write_text(&capital, out);
        } else {
            write_text(name, out);
        }
        out.push(':');
        match (dress.custom_fields, value) {
            (CustomFields::Null, _) if name == "customFields" => out.push_str("null"),
            (CustomFields::Array, Json::Record(custom)) if name == "customFields" => {
                let values = custom.fields.iter().map(|(_, value)| value.clone()).collect();
                write_value(&Json::List(values), dress, out);
            }
            (_, value) => write_value(value, dress, out),
        }
    }
    out.push('}');
}

fn write_value(value: &Json, dress: &Dress, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Whole(number) => {
            let _ = write!(out, "{number}");
        }
        Json::Number(number) => out.push_str(&number_text(*number)),
        Json::Text(text) if dress.offset_dates && is_wire_time(text) => write_text(&with_offset(text), out),
        Json::Text(text) => write_text(text, out),
        Json::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_value(item, dress, out);
            }
            out.push(']');
        }
        Json::Record(record) => write_record(record, dress, out),
    }
}

/// A decimal as Cin7 prints it: no needless zeros, but at least one decimal digit.
#[must_use]
pub fn number_text(number: Decimal) -> String {
    let mut text = number.normalize().to_string();
    if !text.contains('.') {
        text.push_str(".0");
    }
    text
}

/// Whether a text is a time as Cin7 writes it, `yyyy-MM-ddTHH:mm:ssZ`.
#[must_use]
pub fn is_wire_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 20
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            4 | 7 => *byte == b'-',
            10 => *byte == b'T',
            13 | 16 => *byte == b':',
            19 => *byte == b'Z',
            _ => byte.is_ascii_digit(),
        })
}

/// The same instant as `+12:00` local time with seven fractional digits, as old .NET code writes it.
fn with_offset(text: &str) -> String {
    const OFFSET_HOURS: i64 = 12;
    let Ok(instant) = text.parse::<crate::base::Instant>() else { return text.to_string() };
    let Ok(shifted) = instant.checked_add(jiff::SignedDuration::from_hours(OFFSET_HOURS)) else {
        return text.to_string();
    };
    format!("{}.0000000+{OFFSET_HOURS:02}:00", shifted.strftime("%Y-%m-%dT%H:%M:%S"))
}

/// Writes a JSON string with its quotes.
pub fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        match self {
            Json::Null => to.serialize_unit(),
            Json::Flag(flag) => to.serialize_bool(*flag),
            Json::Whole(number) => to.serialize_i64(*number),
            Json::Number(number) => {
                number_text(*number).parse::<serde_json::Number>().map_err(S::Error::custom)?.serialize(to)
            }
            Json::Text(text) => to.serialize_str(text),
            Json::List(items) => items.serialize(to),
            Json::Record(record) => record.serialize(to),
        }
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.fields.len()))?;
        for (name, value) in &self.fields {
            map.serialize_entry(name.as_ref(), value)?;
        }
        map.end()
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Flag(flag))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Whole(number))
    }
    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Json, E> {
        i64::try_from(number).map(Json::Whole).map_err(E::custom)
    }
    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::from(text.to_string()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut record = Record::default();
        while let Some(name) = map.next_key::<String>()? {
            if name == EXACT_NUMBER {
                return exact_number(&map.next_value::<String>()?)
                    .ok_or_else(|| A::Error::custom("a number that does not fit"));
            }
            record.push(Cow::Owned(name), map.next_value()?);
        }
        Ok(Json::Record(record))
    }
}

fn exact_number(text: &str) -> Option<Json> {
    if text.contains(['.', 'e', 'E']) {
        Decimal::from_str_exact(text).ok().map(Json::Number)
    } else {
        text.parse().ok().map(Json::Whole)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyJson)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Json::deserialize(from)? {
            Json::Record(record) => Ok(record),
            _ => Err(D::Error::custom("an object was expected")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    #[test]
    fn fields_keep_their_order_and_decimals_their_digits_through_a_file() {
        let text =
            r#"{"zeta":25.0,"alpha":[7.4167,-0.5],"id":24011,"none":null,"text":"a\"b\\\r\n\u0001é☕"}"#;
        let record: Record = serde_json::from_str(text).unwrap();
        assert_eq!(record.number("ZETA"), decimal("25"));
        assert_eq!(record.to_text(), text);
        assert_eq!(serde_json::to_string(&record).unwrap(), text);
    }

    #[test]
    fn a_decimal_has_at_least_one_decimal_digit() {
        assert_eq!(number_text(decimal("25")), "25.0");
        assert_eq!(number_text(decimal("461.336200")), "461.3362");
        assert_eq!(number_text(decimal("0")), "0.0");
    }

    #[test]
    fn dresses_change_names_times_and_custom_fields_only() {
        let record = Record::new(vec![
            ("modifiedCOGSDate", "2026-02-05T13:00:00Z".into()),
            ("customFields", Record::new(vec![("orders_1000", "x".into())]).into()),
        ]);
        let write = |dress: Dress| {
            let mut out = String::new();
            write_record(&record, &dress, &mut out);
            out
        };
        assert_eq!(
            write(Dress { pascal: true, offset_dates: true, custom_fields: CustomFields::Array }),
            r#"{"ModifiedCOGSDate":"2026-02-06T01:00:00.0000000+12:00","CustomFields":["x"]}"#
        );
        assert!(
            write(Dress { custom_fields: CustomFields::Null, ..Dress::default() }).contains(r#"s":null"#)
        );
    }
}
