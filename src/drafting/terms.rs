//! Cin7's words for payment terms and QuickBooks' terms.
//!
//! Must never take words for terms that mean more than a number of days (`45 days EOM`).

use super::lists::{Lists, reference};
use crate::books::{ListRef, Settings, Terms};

/// The longest time for payment that words are believed to mean, in days.
const LONGEST_TERM: i64 = 365;
/// Words that say nothing beside the number of days.
const EMPTY_WORDS: [&str; 6] = ["net", "n", "days", "day", "due", "in"];

/// The terms of Cin7's words: by the map, else by name.
#[must_use]
pub fn find(words: &str, settings: &Settings, lists: &Lists) -> Option<ListRef> {
    let words = words.trim();
    if words.is_empty() {
        return None;
    }
    let mapped = settings.terms.get(words).or_else(|| {
        let same = |name: &str| name.trim().eq_ignore_ascii_case(words);
        settings.terms.iter().find(|(name, _)| same(name)).map(|(_, terms)| terms)
    });
    let found = match mapped {
        Some(wanted) => lists.terms_of(wanted).filter(|terms| terms.active),
        None => lists.terms_by_name(words),
    };
    found.map(|terms| reference(&terms.id, &terms.name))
}

/// The number of days in words such as `Net 30` or `30 days`, where they say nothing else.
#[must_use]
pub fn days_in(words: &str) -> Option<i64> {
    let lower = words.to_lowercase();
    let mut days = None;
    for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if EMPTY_WORDS.contains(&word) {
            continue;
        }
        let number = word.parse().ok().filter(|days| (0..=LONGEST_TERM).contains(days))?;
        if days.replace(number).is_some() {
            return None;
        }
    }
    days
}

/// The only active terms of that many days.
#[must_use]
pub fn of_days(days: i64, lists: &Lists) -> Option<&Terms> {
    let same = |terms: &&Terms| terms.active && terms.due_days.map(i64::from) == Some(days);
    super::lists::only(lists.terms().iter().filter(same))
}

#[cfg(test)]
mod tests {
    use super::days_in;

    #[test]
    fn only_words_that_say_a_number_of_days_are_understood() {
        assert_eq!(days_in("Net 30"), Some(30));
        assert_eq!(days_in("45 days"), Some(45));
        assert_eq!(days_in("45 days EOM"), None);
        assert_eq!(days_in("2% 10, net 30"), None);
        assert_eq!(days_in("Due on receipt"), None);
        assert_eq!(days_in("Net 99999"), None);
    }
}
