//! Lists of documents in a bookkeeper's words.
//!
//! Must never hide how many there are: a long list ends with the number of the rest.

/// Documents named in one reason; the rest is counted.
const NAMED: usize = 12;

/// `A, B and 3 more`.
pub(super) fn names<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = all.collect();
    let mut text = all.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if all.len() > NAMED {
        text.push_str(&format!(" and {} more", all.len() - NAMED));
    }
    text
}

/// `1 document`, `3 documents`.
pub(super) fn documents(count: usize) -> String {
    if count == 1 { "1 document".to_string() } else { format!("{count} documents") }
}
