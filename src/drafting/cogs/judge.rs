//! Whether the cost of a document counts in its month: its own decision, not a by-product of import (design 8.5).
//!
//! Must never count by itself what a person is asked about.

use super::cost::{DocumentCost, Flaw, Standing};
use crate::books::settings::{CogsSettings, CostRule};
use serde::{Deserialize, Serialize};

/// What became of the document's own draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// Not approved: waiting, held, refused, reversed, or never drafted.
    #[default]
    Waiting,
    /// Approved by us, on its way, or in QuickBooks by us.
    Ours,
    /// Excluded by a person.
    Excluded,
}

/// A person's answer about the cost of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostAnswer {
    /// Count it: the sale is booked elsewhere, or the figure is right.
    Count,
    /// Do not: it is not a sale, or the figure is wrong.
    Leave,
}

impl CostAnswer {
    /// The word in the database and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            CostAnswer::Count => "count",
            CostAnswer::Leave => "leave",
        }
    }

    /// The answer of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [CostAnswer::Count, CostAnswer::Leave].into_iter().find(|answer| answer.word() == word)
    }
}

/// A document of the month with all that its cost hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its cost.
    pub cost: DocumentCost,
    /// What became of its draft.
    pub fate: Fate,
    /// A person's answer.
    pub answer: Option<CostAnswer>,
}

/// What a person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// It was excluded: is the sale booked elsewhere?
    Excluded,
    /// It is in another currency and held back.
    Foreign,
    /// It was invoiced before the first month.
    BeforeStart,
    /// Only part of it has moved.
    Part,
    /// Its cost is nonsense.
    Nonsense,
}

/// Whether a cost counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Counts,
    /// What has moved counts, once a person has confirmed it.
    ToConfirm,
    /// It stays out until a person has answered.
    Asked(Ask),
    /// It stays out for good: a person or a setting said so.
    Left,
    /// It waits for the approval of its document.
    Waits,
    /// Goods or invoice are still missing.
    NotYet,
}

/// Judges one document.
#[must_use]
pub fn judge(candidate: &Candidate, rules: &CogsSettings) -> Verdict {
    let cost = &candidate.cost;
    if matches!(cost.standing, Standing::NotMoved | Standing::NotInvoiced) {
        return Verdict::NotYet;
    }
    match candidate.answer {
        Some(CostAnswer::Leave) => return Verdict::Left,
        Some(CostAnswer::Count) if candidate.fate != Fate::Waiting || cost.standing != Standing::Sale => {
            return Verdict::Counts;
        }
        _ => {}
    }
    let may = match (cost.standing, candidate.fate) {
        (Standing::BeforeStart, _) => by_rule(rules.moved_after_start, Ask::BeforeStart),
        (_, Fate::Excluded) => Verdict::Asked(Ask::Excluded),
        (Standing::Marked | Standing::NoPrice, _) | (_, Fate::Ours) => Verdict::Counts,
        (Standing::Foreign, Fate::Waiting) => by_rule(rules.foreign, Ask::Foreign),
        (_, Fate::Waiting) => Verdict::Waits,
    };
    if may != Verdict::Counts {
        return may;
    }
    if cost.has(Flaw::Nonsense) {
        return Verdict::Asked(Ask::Nonsense);
    }
    match rules.part_dispatch {
        _ if !cost.has(Flaw::Part) => Verdict::Counts,
        CostRule::Ask => Verdict::ToConfirm,
        CostRule::Count => Verdict::Counts,
        CostRule::Leave => Verdict::Left,
    }
}

const fn by_rule(rule: CostRule, ask: Ask) -> Verdict {
    match rule {
        CostRule::Ask => Verdict::Asked(ask),
        CostRule::Count => Verdict::Counts,
        CostRule::Leave => Verdict::Left,
    }
}
