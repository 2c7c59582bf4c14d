//! What could stand next in a filter line.
//!
//! Must never change the line by itself: it offers, a key takes.

use super::words::{CONDITIONS, Condition};

/// One thing that could stand at the end of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The line with it in place.
    pub line: String,
    /// What is added or put in place of the last part.
    pub text: String,
    /// What it means.
    pub means: &'static str,
}

/// What could stand at the end of this line, in the order of the table.
#[must_use]
pub fn complete(line: &str) -> Vec<Completion> {
    from_table(CONDITIONS, line)
}

/// The same from any table of conditions.
pub(super) fn from_table(table: &[Condition], line: &str) -> Vec<Completion> {
    let start = line.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (head, last) = line.split_at_checked(start).unwrap_or((line, ""));
    let offer = |text: String, means| Completion { line: format!("{head}{text}"), text, means };
    if let Some((name, value)) = last.split_once(':') {
        let Some(known) = table.iter().find(|known| known.name == name) else { return Vec::new() };
        let (before, typed) = value.rsplit_once(',').map_or(("", value), |(before, typed)| (before, typed));
        let before = if before.is_empty() { String::new() } else { format!("{before},") };
        return known
            .values
            .iter()
            .filter(|value| value.starts_with(typed) && **value != typed)
            .map(|value| offer(format!("{name}:{before}{value}"), known.means))
            .collect();
    }
    table
        .iter()
        .filter(|known| !last.is_empty() && known.name.starts_with(last))
        .map(|known| offer(format!("{}:", known.name), known.means))
        .collect()
}
