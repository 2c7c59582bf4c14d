//! The filter language on lists that are no drafts: contacts, the proof, the history, the rows of Connect.
//!
//! Must stay the same language: the same signs, quotation marks, shortened words and pointing errors as for drafts; only
//! the table of conditions differs. Such lists are short enough to be looked through in memory.

use super::words::{self, Condition};
use super::{Completion, Mistake, Reading, add_words, complete};
use crate::base::text::fold;
use crate::base::{Cents, typed};

/// What can be asked of one list.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    conditions: &'static [Condition],
    /// What `>100` compares; none = amounts are only words.
    amounts: Option<&'static str>,
}

/// Contacts that are matched; `>3` compares how many documents wait for them.
pub const CONTACTS: Language = Language {
    conditions: &[
        Condition { name: "role", means: "what it is in QuickBooks", values: &["customer", "vendor"] },
        Condition {
            name: "state",
            means: "where it stands",
            values: &["open", "sure", "suggested", "no-match", "later", "linked", "new", "broken"],
        },
        Condition { name: "kind", means: "what it is in QuickBooks", values: &["customer", "vendor"] },
    ],
    amounts: Some("documents"),
};

/// Rows of the proof; `>100` compares Cin7's total.
pub const PROOF: Language = Language {
    conditions: &[
        Condition {
            name: "kind",
            means: "what it is in QuickBooks",
            values: &["invoice", "bill", "credit-memo", "vendor-credit", "journal"],
        },
        Condition { name: "month", means: "month of the ledger date, 2026-02", values: &[] },
        Condition {
            name: "state",
            means: "how the two sides stand",
            values: &["agrees", "differs", "unexplained", "held-back"],
        },
    ],
    amounts: Some("Cin7's total"),
};

/// Batches, events and visits.
pub const HISTORY: Language = Language {
    conditions: &[
        Condition { name: "who", means: "who did it", values: &[] },
        Condition { name: "from", means: "first day, 2026-02-01", values: &[] },
        Condition { name: "to", means: "last day, 2026-02-28", values: &[] },
        Condition { name: "state", means: "of a batch: what is left", values: &["open", "finished"] },
    ],
    amounts: None,
};

/// Rows of Connect.
pub const SETUP: Language = Language {
    conditions: &[Condition {
        name: "state",
        means: "what is left to do",
        values: &["missing", "proposed", "done", "warning"],
    }],
    amounts: None,
};

/// What is looked for in such a list. Everything named must hold; of one condition any value will do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    chosen: Vec<(&'static str, String)>,
    least: Option<Cents>,
    most: Option<Cents>,
    words: Vec<String>,
    without: Vec<String>,
}

/// Reads a line in one of these languages.
///
/// # Errors
/// The first condition that cannot be understood, with its place.
pub fn parse_in(language: &Language, line: &str) -> Result<Asked, Mistake> {
    let mut reading = Of { language, asked: Asked::default() };
    super::read(line, &mut reading)?;
    Ok(reading.asked)
}

/// A line as it is read in a language.
struct Of<'l> {
    language: &'l Language,
    asked: Asked,
}

impl Reading for Of<'_> {
    fn words(&mut self) -> (&mut Vec<String>, &mut Vec<String>) {
        (&mut self.asked.words, &mut self.asked.without)
    }

    fn compares(&self) -> bool {
        self.language.amounts.is_some()
    }

    fn compare(&mut self, sign: &str, value: &str) -> Result<(), String> {
        let what = self.language.amounts.unwrap_or_default();
        let amount = typed::money(value)
            .ok_or_else(|| format!("`{value}` is no number; {what} are compared as {sign}10."))?;
        super::narrow((&mut self.asked.least, &mut self.asked.most), sign, amount);
        Ok(())
    }

    fn condition(&mut self, name: &str, value: &str) -> Result<(), String> {
        self.asked.take(self.language, name, value)
    }
}

/// What could stand at the end of a line in one of these languages.
#[must_use]
pub fn complete_in(language: &Language, line: &str) -> Vec<Completion> {
    complete::from_table(language.conditions, line)
}

impl Asked {
    fn take(&mut self, language: &Language, name: &str, value: &str) -> Result<(), String> {
        let known = words::known(language.conditions, name)?;
        if value.is_empty() {
            return Err(words::wants(known));
        }
        for typed in value.split(',').filter(|typed| !typed.is_empty()) {
            let taken = match known.name {
                "month" => words::month(typed)?.to_string(),
                "from" | "to" => words::day(typed)?.to_string(),
                _ if known.values.is_empty() => fold(typed),
                _ => words::meant(known.values, typed)
                    .ok_or_else(|| format!("`{typed}` is none of {}.", known.values.join(", ")))?
                    .to_string(),
            };
            self.chosen.push((known.name, taken));
        }
        Ok(())
    }

    /// Every letter as part of a word: what a line means while a condition in it is half typed.
    #[must_use]
    pub fn of_words(line: &str) -> Self {
        let mut asked = Asked::default();
        add_words(&mut asked.words, line);
        asked
    }

    /// Whether everything is asked for.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Asked::default()
    }

    fn of(&self, name: &str) -> impl Iterator<Item = &str> {
        self.chosen.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a condition is not asked, or one of its values holds.
    #[must_use]
    pub fn allows(&self, name: &str, holds: impl Fn(&str) -> bool) -> bool {
        let mut asked = self.of(name).peekable();
        asked.peek().is_none() || asked.any(holds)
    }

    /// Whether a day lies in `from:` and `to:`; days are compared as they are written.
    #[must_use]
    pub fn has_day(&self, day: &str) -> bool {
        self.of("from").all(|from| day >= from) && self.of("to").all(|to| day <= to)
    }

    /// Whether a number lies within what `>` and `<` leave.
    #[must_use]
    pub fn has_amount(&self, amount: Cents) -> bool {
        self.least.is_none_or(|least| amount >= least) && self.most.is_none_or(|most| amount <= most)
    }

    /// Whether a folded text holds every word, and none of those left out.
    #[must_use]
    pub fn has_text(&self, folded: &str) -> bool {
        self.words.iter().all(|word| folded.contains(word.as_str()))
            && !self.without.iter().any(|word| folded.contains(word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_lists_speak_the_same_language() {
        let asked = parse_in(&CONTACTS, "state:sure,later role:ven >2 Müller -west").unwrap();
        assert!(
            asked.allows("state", |value| value == "later") && !asked.allows("state", |value| value == "new")
        );
        assert!(asked.allows("role", |value| value == "vendor"));
        assert!(asked.has_amount(Cents::new(300)) && !asked.has_amount(Cents::new(200)));
        assert!(asked.has_text("muller linen mills") && !asked.has_text("muller west"));
        assert!(asked.allows("kind", |_| false), "what is not asked does not narrow");
        assert!(parse_in(&CONTACTS, "  ").unwrap().is_everything());
    }

    #[test]
    fn what_a_list_does_not_know_is_pointed_at() {
        let mistake = parse_in(&CONTACTS, "acme month:2026-02").unwrap_err();
        assert_eq!((mistake.at, mistake.len), (5, 13));
        assert!(mistake.says.contains("role, state"), "{mistake}");
        assert!(parse_in(&PROOF, "state:perhaps").unwrap_err().says.contains("unexplained"));
        assert!(parse_in(&PROOF, ">1,5").unwrap_err().says.contains("no number"));
        assert!(parse_in(&HISTORY, "from:yesterday").is_err());
        assert!(parse_in(&HISTORY, ">100").is_ok(), "a list without numbers takes it for a word");
        assert!(parse_in(&SETUP, "state:").unwrap_err().says.contains("proposed"));
    }

    #[test]
    fn days_hold_from_the_first_to_the_last() {
        let asked = parse_in(&HISTORY, "from:2026-02-01 to:2026-02-28").unwrap();
        assert!(asked.has_day("2026-02-01") && asked.has_day("2026-02-28"));
        assert!(!asked.has_day("2026-01-31") && !asked.has_day("2026-03-01"));
    }

    #[test]
    fn what_is_offered_can_be_read_again() {
        for language in [CONTACTS, PROOF, HISTORY, SETUP] {
            for condition in language.conditions {
                for offered in complete_in(&language, &format!("{}:", condition.name)) {
                    assert!(parse_in(&language, &offered.line).is_ok(), "{}", offered.line);
                }
            }
        }
        assert_eq!(
            complete_in(&CONTACTS, "acme st").first().map(|c| c.line.clone()).as_deref(),
            Some("acme state:")
        );
    }
}
