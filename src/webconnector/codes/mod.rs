//! What the error codes of the Web Connector and of QuickBooks mean, and the cure in QuickBooks' menu words.
//!
//! Must never decide anything: which code settles, repeats or stops a hand-off stands in `handoff`. Must never promise
//! that nothing was booked where the pages leave it open. Sources: `web-connector.md` 11 and 12, `qbxml.md` 8 and 9,
//! `exactly-once.md` 1.1 and 5.

mod connector;
mod hresults;
mod sets;
mod statuses;

use crate::base::Problem;
use crate::base::problem::Exit;

/// One code in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// As people read it: `QBWC1040`, `0x80040408`, `3170`.
    pub code: &'static str,
    /// What happened.
    pub happened: &'static str,
    /// What it means for the books.
    pub means: &'static str,
    /// What to do now, in QuickBooks' menu words.
    pub do_now: &'static str,
}

const fn code(code: &'static str, happened: &'static str, means: &'static str, do_now: &'static str) -> Code {
    Code { code, happened, means, do_now }
}

impl Code {
    /// As a problem for the screen and the command line.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem::new(Exit::NeedsPerson, self.code, self.happened, self.means, self.do_now)
    }
}

/// Every code that is known, family by family.
pub fn all() -> impl Iterator<Item = &'static Code> {
    connector::CODES.iter().chain(hresults::CODES).chain(sets::CODES).chain(statuses::CODES)
}

/// How a person writes a code: `QBWC 1040`, `qbwc-1040`, `80040408`, `0X80040408`, `status 3200`, `QB-3200`.
fn spelled(typed: &str) -> String {
    let folded: String = typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    if let Some(number) = folded.strip_prefix("QBWC") {
        return format!("QBWC{number}");
    }
    let hex = folded.strip_prefix("0X").unwrap_or(&folded);
    if hex.len() == 8 && hex.starts_with('8') && hex.chars().all(|c| c.is_ascii_hexdigit()) {
        return format!("0x{hex}");
    }
    let digits = folded.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.to_string()
}

/// Explains a code, however it is spelled. A bare number from 1000 to 1060 is looked for among the statuses of
/// QuickBooks first, then among the messages of the Web Connector.
#[must_use]
pub fn explain(typed: &str) -> Option<&'static Code> {
    let wanted = spelled(typed);
    if wanted.is_empty() {
        return None;
    }
    all()
        .find(|known| known.code.eq_ignore_ascii_case(&wanted))
        .or_else(|| all().find(|known| known.code.strip_prefix("QBWC") == Some(wanted.as_str())))
}

/// Every code of a text that we know, in the order of the text: for the messages that people paste whole.
#[must_use]
pub fn named_in(text: &str) -> Vec<&'static Code> {
    let mut found: Vec<&'static Code> = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let upper = word.to_uppercase();
        if !(upper.starts_with("QBWC") || upper.starts_with("0X")) {
            continue;
        }
        if let Some(known) = explain(word)
            && !found.contains(&known)
        {
            found.push(known);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_code_is_told_once_and_whole() {
        let mut seen = BTreeSet::new();
        for known in all() {
            assert!(seen.insert(known.code), "{} stands twice", known.code);
            for text in [known.happened, known.means, known.do_now] {
                assert!(text.len() > 12 && text.ends_with('.'), "{}: {text}", known.code);
                assert!(!text.contains("  "), "{}: {text}", known.code);
            }
        }
    }

    #[test]
    fn every_code_of_the_pages_has_a_text() {
        let connector = (1000..=1048).filter(|n| ![1021, 1047].contains(n)).map(|n| format!("QBWC{n}"));
        let hresults = [
            "40400", "40401", "40402", "40403", "40406", "40408", "4040A", "4040D", "40410", "40414",
            "40416", "40417", "40418", "4041A", "4041B", "4041C", "4041D", "4041F", "40420", "40422",
            "40423", "40424", "40438", "40308", "40154", "706BA", "706BE", "10105",
        ];
        let hresults = hresults.iter().map(|tail| format!("0x80{tail:0>6}"));
        let statuses = [
            1, 500, 501, 510, 530, 531, 550, 560, 570, 600, 1010, 1030, 3000, 3010, 3020, 3030, 3031, 3035,
            3040, 3045, 3050, 3060, 3065, 3070, 3080, 3085, 3090, 3100, 3101, 3110, 3120, 3130, 3140, 3150,
            3151, 3153, 3160, 3161, 3162, 3170, 3171, 3173, 3175, 3176, 3180, 3185, 3190, 3200, 3205, 3210,
            3220, 3231, 3240, 3250, 3260, 3261, 3262, 3263, 3264, 3270, 3280, 9001, 9002, 9003, 9004, 9005,
        ];
        let statuses = statuses.iter().map(ToString::to_string);
        for wanted in connector.chain(hresults).chain(statuses) {
            let known = explain(&wanted).unwrap_or_else(|| panic!("{wanted} has no text"));
            assert_eq!(known.code, wanted);
        }
    }

    #[test]
    fn a_code_is_known_however_a_person_spells_it() {
        for typed in ["QBWC1040", "qbwc 1040", "QBWC-1040:"] {
            assert_eq!(explain(typed).unwrap().code, "QBWC1040", "{typed}");
        }
        for typed in ["0x80040408", "80040408", "0X80040408."] {
            assert_eq!(explain(typed).unwrap().code, "0x80040408", "{typed}");
        }
        for typed in ["3200", "status 3200", "QB-3200"] {
            assert_eq!(explain(typed).unwrap().code, "3200", "{typed}");
        }
        assert_eq!(explain("1012").unwrap().code, "QBWC1012");
        assert_eq!(explain("4711"), None);
        assert_eq!(explain(""), None);
    }

    #[test]
    fn a_pasted_message_is_searched_for_its_codes() {
        let pasted = "Authentication failed QBWC1040: invalid password. hresult=0x8004040A, twice QBWC1040";
        let codes: Vec<&str> = named_in(pasted).iter().map(|known| known.code).collect();
        assert_eq!(codes, ["QBWC1040", "0x8004040A"]);
    }
}
