//! Answers about costs: whether the cost of a document counts, and what a month's cost journal is made of.
//!
//! Must never answer for a person (design 8.5). Every answer is a decision with a name under it and can be undone.

use super::decide::{Change, Signed, decide, signed};
use super::{Profile, Result, Said, redraft};
use crate::base::problem::Exit;
use crate::base::{Cents, DraftId, Problem};
use crate::drafting::cogs::{self, CostAnswer, Verdict};
use crate::store::Tx;
use crate::store::drafts::DraftRow;
use serde::Serialize;

/// One document of a month and what its cost does there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CostView {
    /// `SalesOrder/24011`.
    pub source: String,
    /// Cin7's reference.
    pub reference: String,
    /// Its cost, positive when cost leaves stock.
    pub cost: Cents,
    /// Whether it is in the month's journal.
    pub counts: bool,
    /// What became of it: `counts`, `to confirm`, `asked`, `left out`, `waits for approval`, `not moved or invoiced`.
    pub standing: &'static str,
    /// `count` or `leave`, where a person answered.
    pub answer: Option<&'static str>,
    /// Doubtful lines, in words.
    pub doubts: Vec<String>,
}

const fn standing(verdict: Verdict) -> (bool, &'static str) {
    match verdict {
        Verdict::Counts => (true, "counts"),
        Verdict::ToConfirm => (true, "to confirm"),
        Verdict::Asked(_) => (false, "asked"),
        Verdict::Left => (false, "left out"),
        Verdict::Waits => (false, "waits for approval"),
        Verdict::NotYet => (false, "not moved or invoiced"),
    }
}

/// Every document of a month with a cost, in the order of their sources; none for a draft that is no cost journal.
///
/// # Errors
/// What the store says.
pub fn documents(profile: &Profile, row: &DraftRow) -> Result<Vec<CostView>> {
    if row.cin7_type != cogs::MONTH && row.cin7_type != cogs::DIFFERENCE {
        return Ok(Vec::new());
    }
    let month = row.cin7_id.split('/').next().unwrap_or_default().to_string();
    let rules = profile.settings().cogs;
    let candidates = profile.store().read(|r| redraft::cogs::candidates(r, &month))?;
    let view = |candidate: &cogs::Candidate| {
        let (counts, standing) = standing(cogs::judge(candidate, &rules));
        let cost = &candidate.cost;
        CostView {
            source: cost.source.clone(),
            reference: cost.reference.clone(),
            cost: Cents::round(cost.amount()).unwrap_or_default(),
            counts,
            standing,
            answer: candidate.answer.map(CostAnswer::word),
            doubts: cost.flaws.iter().map(|flaw| flaw.line.clone()).collect(),
        }
    };
    Ok(candidates.iter().map(view).collect())
}

/// The changes that set an answer for these drafts: documents with a cost, or a month's journal (`count` there means:
/// book what is there, though sales of the month are open).
pub(super) fn answers(
    profile: &Profile,
    ids: &[DraftId],
    answer: CostAnswer,
    strict: bool,
) -> Result<Vec<Change>> {
    let rows = profile.store().read(|r| r.draft_rows(ids))?;
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        let (known, before) =
            profile.store().read(|r| Ok((r.cost_of(&row.source)?.is_some(), r.cost_answer(&row.source)?)))?;
        let month = row.cin7_type == cogs::MONTH;
        if !known && !month {
            if !strict {
                continue;
            }
            return Err(Problem::new(
                Exit::Usage,
                "COST-NONE",
                format!("{} ({}) moved no goods, so it has no cost.", row.source, row.reference),
                "Nothing was changed.",
                "Answer only for sales and credit notes with goods, or for a month's cost journal.",
            ));
        }
        let after = Some(answer.word().to_string());
        changes.push(Change::Cost { source: row.source, before, after });
    }
    Ok(changes)
}

/// Answers whether the costs of these documents count.
///
/// # Errors
/// When one of them has no cost, or what the store says.
pub fn answer(profile: &Profile, ids: &[DraftId], answer: CostAnswer, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let changes = answers(profile, ids, answer, true)?;
    let title = format!("Answered `{}` for the cost of {} drafts", answer.word(), changes.len());
    let said = decide(profile, &who, title, changes)?;
    redraft::refresh_costs(profile)?;
    Ok(said)
}

/// Sets or takes back an answer inside a decision.
pub(super) fn apply(
    tx: &Tx<'_>,
    who: &Signed,
    source: &str,
    before: Option<&str>,
    after: Option<&str>,
) -> crate::store::Result<()> {
    if tx.reader().cost_answer(source)?.as_deref() != before {
        return Err(crate::store::StoreError::Refused(format!(
            "The answer about the cost of {source} has changed meanwhile."
        )));
    }
    tx.set_cost_answer(source, after, &who.by, &who.at)?;
    tx.event(&who.at, &who.by, "cost_answered", source, &after)?;
    Ok(())
}
