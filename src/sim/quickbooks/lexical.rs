//! The forms that values may have, and the status code of each wrong form.
//!
//! Must follow `qbxml.md` 4 and 8; which of these QuickBooks already refuses while parsing is not known (fact 2), so
//! here each is a fault of its own request.

use super::money;

/// The form of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Id of a list entry or transaction, at most 36 characters.
    Id,
    /// Text with its longest length in characters.
    Str(Option<usize>),
    /// true, false, 1, 0 or empty.
    Bool,
    /// `YYYY-MM-DD` or empty.
    Date,
    /// Date with an optional time and offset, or empty.
    DateTime,
    /// Money.
    Amount,
    /// Price or rate.
    Price,
    /// Quantity.
    Quantity,
    /// Percentage.
    Percent,
    /// Decimal number.
    Float,
    /// Whole number.
    Int,
    /// `0` or a GUID in braces.
    Guid,
    /// One of the values listed.
    Enum(Vec<String>),
}

impl Form {
    /// The form by its word in the table, `str41` with its length.
    #[must_use]
    pub fn named(word: &str) -> Option<Form> {
        Some(match word {
            "id" => Form::Id,
            "bool" => Form::Bool,
            "date" => Form::Date,
            "datetime" => Form::DateTime,
            "amt" => Form::Amount,
            "price" => Form::Price,
            "quan" => Form::Quantity,
            "percent" => Form::Percent,
            "float" => Form::Float,
            "int" => Form::Int,
            "guid" => Form::Guid,
            "enum" => Form::Enum(Vec::new()),
            other => Form::Str(other.strip_prefix("str")?.parse().ok()),
        })
    }
}

/// The status code and text for a value of the wrong form.
#[must_use]
pub fn fault(form: &Form, field: &str, text: &str) -> Option<(u32, String)> {
    let (code, what) = match form {
        Form::Id => (text.chars().count() > 36).then_some((3000, "object ID"))?,
        Form::Str(length) => {
            let too_long = length.is_some_and(|longest| text.chars().count() > longest);
            return too_long
                .then(|| (3070, format!("The string \"{text}\" in the field \"{field}\" is too long.")));
        }
        Form::Bool => {
            (!["true", "false", "1", "0", ""].contains(&text)).then_some((3010, "Boolean value"))?
        }
        Form::Date => (!text.is_empty() && date(text).is_none()).then_some((3020, "date value"))?,
        Form::DateTime => (!text.is_empty() && moment(text).is_none()).then_some((3020, "date value"))?,
        Form::Amount => (!text.is_empty() && money::amount(text).is_none()).then_some((3040, "amount"))?,
        Form::Price => (!text.is_empty() && money::fixed(text).is_none()).then_some((3045, "price"))?,
        Form::Percent => {
            (!text.is_empty() && money::fixed(text).is_none()).then_some((3050, "percentage"))?
        }
        Form::Quantity => (!text.is_empty() && money::fixed(text).is_none()).then_some((3060, "quantity"))?,
        Form::Float => (!text.is_empty() && money::fixed(text).is_none()).then_some((3085, "number"))?,
        Form::Int => text.parse::<i64>().is_err().then_some((3085, "number"))?,
        Form::Guid => (!guid(text)).then_some((3065, "GUID"))?,
        Form::Enum(values) => {
            (!values.iter().any(|value| value == text)).then_some((3110, "enumerated value"))?
        }
    };
    Some((
        code,
        format!("There was an error when converting the {what} \"{text}\" in the field \"{field}\"."),
    ))
}

/// Whether a ListID or TxnID has the form that QuickBooks gives them (`qbxml.md` 6).
#[must_use]
pub fn id_is_formed(text: &str) -> bool {
    let hex = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split_once('-').is_some_and(|(counter, time)| {
        hex(counter) && !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether the text is true, in the ways that QuickBooks writes it.
#[must_use]
pub fn truth(text: Option<&str>) -> Option<bool> {
    match text? {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// Reads `YYYY-MM-DD`.
#[must_use]
pub fn date(text: &str) -> Option<jiff::civil::Date> {
    let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day: jiff::civil::Date = shaped.then(|| text.parse().ok())??;
    (day.year() >= 1901).then_some(day)
}

/// A date-time as sent: the local clock, whether a time of day was given, and the offset in minutes if one was.
#[must_use]
pub fn moment(text: &str) -> Option<(jiff::civil::DateTime, bool, Option<i32>)> {
    let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
    let day = date(day)?;
    let Some(time) = time else { return Some((day.at(0, 0, 0, 0), false, None)) };
    let (clock, offset) = match time.find(['+', '-']) {
        Some(place) => (time.get(..place)?, Some(offset_minutes(time.get(place..)?)?)),
        None => (time, None),
    };
    let mut numbers = [0_i8; 3];
    let parts: Vec<&str> = clock.split(':').collect();
    if parts.len() > 3 || (offset.is_some() && parts.len() != 3) {
        return None;
    }
    for (place, part) in numbers.iter_mut().zip(&parts) {
        *place = (part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse().ok())??;
    }
    let [hour, minute, second] = numbers;
    let clock = jiff::civil::Time::new(hour, minute, second, 0).ok()?;
    Some((day.to_datetime(clock), true, offset))
}

fn offset_minutes(text: &str) -> Option<i32> {
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let total = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    Some(if text.starts_with('-') { -total } else { total })
}

fn guid(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return text == "0";
    };
    let lengths: Vec<usize> = inner.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && inner.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_form_has_its_own_status_code() {
        let code = |form: Form, text: &str| fault(&form, "X", text).map(|(code, _)| code);
        assert_eq!(code(Form::Str(Some(3)), "caf\u{e9}"), Some(3070));
        assert_eq!(code(Form::Str(Some(4)), "caf\u{e9}"), None);
        assert_eq!(code(Form::Bool, "yes"), Some(3010));
        assert_eq!(code(Form::Date, "2026-02-30"), Some(3020));
        assert_eq!(code(Form::DateTime, "2026-02-03T10:00:00Z"), Some(3020));
        assert_eq!(code(Form::DateTime, "2026-02-03T10:00:00-05:00"), None);
        assert_eq!(code(Form::Amount, "1.5"), Some(3040));
        assert_eq!(code(Form::Price, "1.123456"), Some(3045));
        assert_eq!(code(Form::Percent, "x"), Some(3050));
        assert_eq!(code(Form::Quantity, "1,5"), Some(3060));
        assert_eq!(code(Form::Guid, "11111111-2222-3333-4444-555555555555"), Some(3065));
        assert_eq!(code(Form::Guid, "{11111111-2222-3333-4444-555555555555}"), None);
        assert_eq!(code(Form::Int, "1.0"), Some(3085));
        assert_eq!(code(Form::Enum(vec!["A".into()]), "a"), Some(3110));
    }
}
