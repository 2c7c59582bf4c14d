//! `doctor`: is everything there that the job needs, and if not: what is wrong, what it means, what to do.
//!
//! Must never change anything in the profile, in Cin7 or in QuickBooks, and must never show a secret. What it knows of
//! QuickBooks it knows from visits that were. Codes in words: `webconnector::codes`; questions of the first day:
//! design section 1, `web-connector.md` 6, 11, 12.

mod company;
mod habits;
mod surroundings;

pub use habits::{Habit, habits};

use super::{Profile, Result, connect};
use crate::base::Problem;
use serde::Serialize;
use std::sync::Arc;

/// How one check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// The job can go on, but a person should know.
    Look,
    /// The job cannot be done like this.
    Bad,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub check: String,
    /// How it went.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What that means for the books; empty where all is well.
    pub means: String,
    /// What to do now; empty where all is well.
    pub do_now: String,
}

impl Check {
    pub(super) fn good(check: &str, found: impl Into<String>) -> Self {
        Check {
            check: check.into(),
            verdict: Verdict::Good,
            found: found.into(),
            means: String::new(),
            do_now: String::new(),
        }
    }

    pub(super) fn look(
        check: &str,
        found: impl Into<String>,
        means: impl Into<String>,
        do_now: impl Into<String>,
    ) -> Self {
        let (found, means, do_now) = (found.into(), means.into(), do_now.into());
        Check { check: check.into(), verdict: Verdict::Look, found, means, do_now }
    }

    pub(super) fn bad(
        check: &str,
        found: impl Into<String>,
        means: impl Into<String>,
        do_now: impl Into<String>,
    ) -> Self {
        Check { verdict: Verdict::Bad, ..Check::look(check, found, means, do_now) }
    }

    /// A problem as a failed check.
    #[must_use]
    pub fn of_problem(check: &str, problem: &Problem) -> Self {
        let found = format!("{} ({})", problem.happened, problem.code);
        Check::bad(check, found, &problem.means, &problem.do_now)
    }
}

/// Looks at everything: the profile itself, its surroundings, Cin7, the endpoint, the company file and the visits.
///
/// # Errors
/// What the store says; whatever else is wrong becomes a check.
pub async fn examine(profile: &Arc<Profile>) -> Result<Vec<Check>> {
    let mut checks =
        vec![Check::good("settings", "read and checked as a whole"), surroundings::chain(profile)];
    checks.extend(surroundings::folder(profile));
    checks.extend(surroundings::secrets(profile));
    checks.extend(surroundings::cin7(profile).await);
    checks.push(surroundings::endpoint(profile).await);
    checks.extend(company::first_day(profile)?);
    checks.extend(company::company(profile)?);
    checks.extend(company::lists(profile)?);
    let map = connect::map(profile)?;
    checks.push(company::map(&map));
    checks.extend(company::questions(profile, &map)?);
    checks.extend(company::unread_rows(profile)?);
    checks.extend(company::visits(profile)?);
    checks.extend(company::in_doubt(profile)?);
    checks.push(company::trial(profile)?);
    Ok(checks)
}

/// Whether a company may go to work: no check is bad.
#[must_use]
pub fn is_green(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.verdict != Verdict::Bad)
}

/// How it went, in one sentence.
#[must_use]
pub fn in_words(checks: &[Check]) -> String {
    let of = |verdict: Verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    match (of(Verdict::Bad), of(Verdict::Look)) {
        (0, 0) => "All green: the job can be done.".to_string(),
        (0, looks) => format!("Nothing stands in the way; {looks} to look at, each says what to do."),
        (1, _) => "1 thing stands in the way; it says what to do.".to_string(),
        (bad, _) => format!("{bad} things stand in the way; each says what to do."),
    }
}

#[cfg(test)]
mod tests;
