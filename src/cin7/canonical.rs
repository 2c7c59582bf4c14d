//! Cutting a list into its rows as they were received, and the hash of what a row says.
//!
//! Must never change a byte of a row that is kept, and must give the same hash to the same content however it is
//! spelt: order and case of names (`cin7-api.md` 1.1), blanks, trailing zeros of numbers, offsets of times.

use crate::base::{Decimal, Instant, digest};
use serde_json::Value;
use std::fmt::Write as _;

/// Names, in lower case, whose value moves without the record saying anything new for the books: when it was touched,
/// what is in stock, what a customer owes at the moment. They are kept in the raw text but not hashed.
pub const VOLATILE: [&str; 4] = ["modifieddate", "balanceowing", "stockavailable", "stockonhand"];

/// Why a text is no list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAList {
    /// It does not begin with `[`.
    #[error("it is no list")]
    Other,
    /// It ends before its end, or its brackets do not fit.
    #[error("it ends after {0} bytes, in the middle")]
    CutOff(usize),
}

/// The elements of a JSON array, each as the exact text that was received.
///
/// # Errors
/// [`NotAList`] when the text is no array or is cut off. An element may still be broken inside.
pub fn rows(body: &str) -> Result<Vec<&str>, NotAList> {
    let trimmed = body.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
    let offset = body.len() - trimmed.len();
    if !trimmed.starts_with('[') {
        return Err(NotAList::Other);
    }
    let (mut rows, mut depth, mut in_text, mut escaped) = (Vec::new(), 0_usize, false, false);
    let mut start = offset + 1;
    for (at, byte) in body.bytes().enumerate().skip(offset) {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 1 => {
                rows.push(body.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
        if depth == 0 {
            if byte != b']' || !body.get(at + 1..).unwrap_or_default().trim().is_empty() {
                return Err(NotAList::CutOff(at));
            }
            let last = body.get(start..at).unwrap_or_default().trim();
            if !(last.is_empty() && rows.is_empty()) {
                rows.push(last);
            }
            return Ok(rows);
        }
    }
    Err(NotAList::CutOff(body.len()))
}

/// Hash of what a row says: names in lower case and in order, numbers without trailing zeros, times in UTC, empty text
/// like none (`cin7-api.md` 4: Cin7 mixes them), the volatile names left out.
#[must_use]
pub fn hash(row: &Value) -> String {
    let mut out = String::new();
    spell(row, &mut out);
    digest::of_bytes(out.as_bytes())
}

fn spell(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&plain_number(&number.to_string())),
        Value::String(text) if text.is_empty() => out.push_str("null"),
        Value::String(text) => match moment(text) {
            Some(instant) => {
                let _ = write!(out, "\"{instant}\"");
            }
            None => out.push_str(&value.to_string()),
        },
        Value::Array(items) => {
            out.push('[');
            for item in items {
                spell(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<(String, &Value)> =
                fields.iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            out.push('{');
            for (name, value) in &fields {
                if VOLATILE.contains(&name.as_str()) {
                    continue;
                }
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                spell(value, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

/// A text that is a moment with its offset, such as `2026-02-05T17:00:00.0+12:00`: it has more than one spelling.
fn moment(text: &str) -> Option<Instant> {
    let form = text.as_bytes();
    if form.len() < 20 || form.get(4) != Some(&b'-') || form.get(10) != Some(&b'T') {
        return None;
    }
    text.parse().ok()
}

fn plain_number(text: &str) -> String {
    super::fields::exact_decimal(text)
        .map_or_else(|| text.to_string(), |number: Decimal| number.normalize().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(text: &str) -> String {
        hash(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn rows_come_out_as_they_went_in() {
        assert_eq!(
            rows(" [ {\"a\": \"],}\\\"\"} ,{\"b\":[1, 2]}\r\n, 3]\n").unwrap(),
            ["{\"a\": \"],}\\\"\"}", "{\"b\":[1, 2]}", "3"]
        );
        assert_eq!(rows("[ ]").unwrap(), Vec::<&str>::new());
        assert_eq!(rows("\u{feff}[]").unwrap(), Vec::<&str>::new());
    }

    #[test]
    fn a_cut_list_is_never_taken_for_a_short_one() {
        let whole = "[{\"a\":\"x\"},{\"b\":[1,{}]}]";
        assert_eq!(rows(whole).unwrap().len(), 2);
        for cut in 1..whole.len() {
            assert!(rows(&whole[..cut]).is_err(), "{}", &whole[..cut]);
        }
        assert_eq!(rows("{\"message\":\"no\"}"), Err(NotAList::Other));
        assert!(rows("[] []").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_rows_are_cut_apart_as_they_were_joined(
            texts in proptest::collection::vec("\\PC*", 0..6), blank in "[ \n\t]{0,2}"
        ) {
            let parts: Vec<String> = texts
                .iter()
                .map(|text| serde_json::json!({ "t": text, "n": [text, {}] }).to_string())
                .collect();
            let body = format!("{blank}[{blank}{}{blank}]", parts.join(&format!("{blank},{blank}")));
            proptest::prop_assert_eq!(rows(&body).unwrap(), parts);
        }

        #[test]
        fn no_text_whatever_breaks_the_cutting(text in "[\\[\\]{}\",\\\\a]{0,40}") {
            let _ = rows(&text);
        }
    }

    #[test]
    fn the_hash_follows_the_content_and_nothing_else() {
        let first = hash_of("{\"id\": 1, \"total\": 461.3362, \"company\": \"\"}");
        assert_eq!(
            first,
            hash_of(
                "{\"Total\":461.33620,\"Id\":1.0,\"company\":null,\"modifiedDate\":\"2026-01-01T00:00:00Z\"}"
            )
        );
        assert_ne!(first, hash_of("{\"id\": 1, \"total\": 461.3363, \"company\": \"\"}"));
        assert_eq!(hash_of("[\"2026-02-05T17:00:00.0+12:00\"]"), hash_of("[\"2026-02-05T05:00:00Z\"]"));
        assert_ne!(hash_of("[1,2]"), hash_of("[2,1]"));
        assert_ne!(hash_of("{\"a\":\"1\"}"), hash_of("{\"a\":1}"));
    }
}
