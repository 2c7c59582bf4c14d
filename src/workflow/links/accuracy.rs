//! How right the engine was so far, counted from what people decided: "auto: 412 accepted, 0 undone".
//!
//! Must never count what nobody decided: a proposal that waits is neither right nor wrong.

use crate::store::outcomes::OutcomeCount;
use crate::workflow::{Profile, Result};
use serde::Serialize;

/// Links made so far, by what the engine had said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Accuracy {
    /// By decision and whether the first candidate was taken.
    pub counts: Vec<OutcomeCount>,
}

impl Accuracy {
    fn sum(&self, wanted: impl Fn(&OutcomeCount) -> bool) -> (i64, i64) {
        let of = self.counts.iter().filter(|c| wanted(c));
        of.fold((0, 0), |sum, c| (sum.0 + c.accepted, sum.1 + c.undone))
    }

    /// In one line; empty while nothing was linked.
    #[must_use]
    pub fn line(&self) -> String {
        let auto = self.sum(|c| c.decision == "auto" && c.first);
        let first = self.sum(|c| c.decision != "auto" && c.first);
        let other = self.sum(|c| !c.first);
        let told: Vec<String> = [("auto", auto), ("first choice", first), ("another choice", other)]
            .into_iter()
            .filter(|(word, count)| *word == "auto" || count.0 > 0)
            .map(|(word, (accepted, undone))| format!("{word}: {accepted} accepted, {undone} undone"))
            .collect();
        if self.counts.is_empty() { String::new() } else { told.join("; ") }
    }
}

/// How right the engine was so far.
///
/// # Errors
/// What the store says.
pub fn accuracy(profile: &Profile) -> Result<Accuracy> {
    Ok(Accuracy { counts: profile.store().read(|reader| reader.match_outcomes())? })
}
