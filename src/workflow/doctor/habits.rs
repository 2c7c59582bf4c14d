//! What this QuickBooks does where the pages guess, as past visits showed it.
//!
//! Must never ask QuickBooks anything by itself, and never change how the hand-off works: it only says what was seen.
//! Guesses: `exactly-once.md` 1.1-1.3 and A3 (which marks come back), `qbxml.md` 6 and 10, `web-connector.md` 4.

use crate::books::{CompanyFile, Preferences};
use crate::workflow::{Profile, Result};
use serde::Serialize;

/// One thing that the pages leave open, and what was seen of it here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Habit {
    /// The question.
    pub question: &'static str,
    /// What was seen; `not seen yet` where nothing was.
    pub seen: String,
    /// The page that leaves it open.
    pub page: &'static str,
}

const NOT_YET: &str = "not seen yet";

fn habit(question: &'static str, seen: impl Into<String>, page: &'static str) -> Habit {
    Habit { question, seen: seen.into(), page }
}

/// Everything that past visits answered.
///
/// # Errors
/// What the store says.
pub fn habits(profile: &Profile) -> Result<Vec<Habit>> {
    let (company, capacity, preferences, marks) = profile.store().read(|r| {
        Ok((
            r.meta_json::<CompanyFile>("company")?,
            r.meta("name_capacity")?,
            r.meta_json::<Preferences>("preferences")?,
            r.marks_seen()?,
        ))
    })?;
    let company = company.unwrap_or_default();
    let told = |text: &str| if text.is_empty() { NOT_YET.to_string() } else { text.to_string() };
    let stamp = match (company.name.is_empty(), company.file_id.is_empty()) {
        (true, _) => NOT_YET,
        (false, true) => "no stamp is sent; name and path decide",
        (false, false) => "the stamp comes back",
    };
    let of_seen = |count: i64, what: &str| match (marks.transactions, count) {
        (0, _) => NOT_YET.to_string(),
        (all, n) if all == n => format!("{what} on all {all} transactions seen"),
        (all, n) => format!("{what} on {n} of {all} transactions seen"),
    };
    let basis = match preferences {
        None => NOT_YET.to_string(),
        Some(p) if p.cash_basis => "cash".to_string(),
        Some(_) => "accrual".to_string(),
    };
    Ok(vec![
        habit("Which QuickBooks is it?", told(&company.product), "web-connector.md 4"),
        habit("Which qbXML does it speak at most?", told(&company.qbxml_version), "web-connector.md 13"),
        habit("Does the company file carry our stamp?", stamp, "exactly-once.md 1.2"),
        habit(
            "Does the ExternalGUID come back?",
            of_seen(marks.guids, "it came back"),
            "exactly-once.md 1.3, A3",
        ),
        habit("Does our mark stay in the memo?", of_seen(marks.tags, "it is there"), "exactly-once.md 1.3"),
        habit("How many names may it hold?", capacity.unwrap_or_else(|| NOT_YET.into()), "design 8.14"),
        habit("On which basis are its reports by default?", basis, "qbxml.md 10"),
    ])
}
