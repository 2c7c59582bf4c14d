//! What of a settings file can be taken as it is: tried together first, one by one only where together it is refused.
//!
//! Must never judge a setting otherwise than it would be judged alone: what is refused together is parted until each
//! refusal stands by itself. A file that is right, as nearly all are, is read once; one with a few slips a few times, not
//! once for each of its lines.

use super::findings::{Finding, meant};
use super::schema::{Kind, Known, Lines, schema};
use crate::books::Settings;

/// One setting, or one row of a list of tables, as a text by itself.
pub(super) struct Taken {
    pub(super) text: String,
    pub(super) line: usize,
    pub(super) key: String,
    pub(super) of: Of,
}

/// What it is of.
pub(super) enum Of {
    /// A setting, and its value as written.
    Leaf { known: &'static Known, shown: String },
    /// A list of tables; the fields of this row with their lines, in the order of its text.
    Row { list: String, fields: Vec<(String, usize)> },
}

impl Taken {
    const fn is_row(&self) -> bool {
        matches!(self.of, Of::Row { .. })
    }
}

/// All that can be taken, as settings; what is wrong with the rest is said. `together` is false where the file itself
/// cannot be read: halves of what was guessed could make a whole.
pub(super) fn sift(
    mut taken: Vec<Taken>,
    together: bool,
    findings: &mut Vec<Finding>,
) -> Result<Settings, String> {
    // Behind the header of a table every line would belong to it.
    taken.sort_by_key(Taken::is_row);
    if together && let Ok(settings) = read(&taken) {
        return Ok(settings);
    }
    let mut good = String::new();
    part(&taken, together, &mut good, findings);
    toml::from_str(&good).map_err(|error| error.message().trim_end_matches('.').to_string())
}

fn read(taken: &[Taken]) -> Result<Settings, toml::de::Error> {
    let texts: Vec<&str> = taken.iter().map(|one| one.text.as_str()).collect();
    toml::from_str(&texts.concat())
}

/// Parts what is refused as a whole, down to the single setting.
fn part(taken: &[Taken], together: bool, good: &mut String, findings: &mut Vec<Finding>) {
    match taken {
        [] => {}
        [one] => match toml::from_str::<Settings>(&one.text) {
            Ok(_) => good.push_str(&one.text),
            Err(error) => findings.push(one.refused(&error)),
        },
        many => {
            let (first, second) = many.split_at(many.len() / 2);
            for half in [first, second] {
                if together && half.len() > 1 && read(half).is_ok() {
                    half.iter().for_each(|one| good.push_str(&one.text));
                } else {
                    part(half, together, good, findings);
                }
            }
        }
    }
}

impl Taken {
    fn refused(&self, error: &toml::de::Error) -> Finding {
        let finding = |line: usize, key: &str, text: String| Finding { line, key: key.to_string(), text };
        match &self.of {
            Of::Leaf { known, shown } => {
                finding(self.line, &self.key, in_words(known, shown, error.message()))
            }
            Of::Row { list, fields } => {
                // Each field stands on a line of its own below the header, so the error's line names the field.
                let at = error.span().map_or(1, |span| Lines::of(&self.text).at(span.start));
                let culprit = at.checked_sub(2).and_then(|n| fields.get(n));
                let mut said = error.message().trim_end_matches('.').to_string();
                let Some((field, line)) = culprit else { return finding(self.line, &self.key, said) };
                if said.starts_with("unknown field") {
                    said = format!("a row of {list} has no `{field}`{}", near_field(list, field));
                }
                finding(*line, &format!("{}.{field}", self.key), said)
            }
        }
    }
}

fn near_field(list: &str, field: &str) -> String {
    let names = match schema().find(&[list]).map(|known| &known.kind) {
        Some(Kind::Rows(names)) => names.as_slice(),
        _ => &[],
    };
    meant(field, names.iter().map(String::as_str)).map_or_else(
        || format!("; it has {}", names.join(", ")),
        |meant| format!("; did you mean `{meant}`?"),
    )
}

/// What is wrong with a value, in a bookkeeper's words.
fn in_words(known: &Known, value: &str, complaint: &str) -> String {
    let value = value.trim_matches('"');
    match &known.kind {
        Kind::Choice(choices) => {
            let tail = meant(value, choices.iter().map(String::as_str))
                .map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
            format!("`{value}` is none of {}{tail}", choices.join(", "))
        }
        Kind::Flag => format!("`{value}` is neither true nor false"),
        Kind::Number => format!("`{value}` is no whole number that fits here"),
        Kind::Reference(list) => format!(
            "it names an entry of QuickBooks' {} list, as \"Name\" or {{ id = \"...\", name = \"...\" }}",
            super::names::list_word(*list)
        ),
        _ => {
            let said = complaint.trim_end_matches('.');
            match said.strip_prefix("invalid type: ") {
                Some(_) => format!(
                    "`{value}` is not of the right form; write it as {} = \"{}\"",
                    known.key, known.example
                ),
                None => said.to_string(),
            }
        }
    }
}
