//! Approving many drafts at once: by group with subtotals, or all that a person may trust without reading each one.
//!
//! Must never approve another set than the one that was shown: the offer carries a stamp of every draft and version in
//! it, and an approval under an older stamp is refused. What is left out is always said, with the reason.

use super::{Profile, Result, Said, decide};
use crate::base::problem::Exit;
use crate::base::{Cents, DraftId, Problem};
use crate::books::TxnKind;
use crate::store::drafts::groups::{Group, GroupBy, ReadyRow};
use crate::store::drafts::{DraftFilter, DraftRow};
use serde::Serialize;
use std::collections::BTreeMap;

/// Drafts shown for the eye.
const SAMPLES: usize = 7;

/// What is trusted without being read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Which drafts at all.
    pub filter: DraftFilter,
    /// No document above this; none = any amount.
    pub under: Option<Cents>,
    /// Only where a person linked the contact to a record that QuickBooks has.
    pub by_person: bool,
    /// Only without a warning.
    pub unwarned: bool,
}

/// Drafts that are left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct LeftOut {
    pub why: String,
    pub count: usize,
    pub total: Cents,
}

/// What approving under the terms would approve.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// Drafts.
    pub count: usize,
    /// Their sum.
    pub total: Cents,
    /// "invoices", how many, their sum.
    pub by_kind: Vec<(String, usize, Cents)>,
    /// What is left out, and why.
    pub left_out: Vec<LeftOut>,
    /// Some of them to look at: the largest, and others evenly from the rest.
    pub samples: Vec<DraftRow>,
    /// Of every draft and version in it.
    pub stamp: String,
    #[serde(skip)]
    pub(crate) ids: Vec<DraftId>,
}

/// Why a draft is left out, if it is.
fn left_out(row: &ReadyRow, terms: &Terms) -> Option<String> {
    if row.cin7_type == "TrueUp" {
        return Some("a true-up goes by its own confirmation".into());
    }
    if let Some(under) = terms.under
        && row.total.is_none_or(|total| total.abs() > under)
    {
        return Some(format!("above {}", under.grouped()));
    }
    if terms.unwarned && row.warned {
        return Some("with a warning".into());
    }
    if !terms.by_person {
        return None;
    }
    match (&row.linked_by, row.exists, row.has_party) {
        (_, _, false) => Some("a journal: nobody is matched".into()),
        (None, ..) => Some("billed by a rule, not matched by a person".into()),
        (Some(_), false, _) => Some("its customer or vendor is made new".into()),
        (Some(by), true, _) if by == "countersign" => Some("not matched by a person".into()),
        _ => None,
    }
}

/// What approving under the terms would approve, and what it would leave out.
///
/// # Errors
/// What the store says.
pub fn offer(profile: &Profile, terms: &Terms) -> Result<Offer> {
    let mut chosen: Vec<ReadyRow> = Vec::new();
    let mut left: BTreeMap<String, (usize, Cents)> = BTreeMap::new();
    profile.store().read(|r| {
        r.each_ready(&terms.filter, |row| match left_out(&row, terms) {
            None => chosen.push(row),
            Some(why) => {
                let entry = left.entry(why).or_default();
                entry.0 += 1;
                entry.1 += row.total.unwrap_or_default();
            }
        })
    })?;
    let mut kinds: BTreeMap<TxnKind, (usize, Cents)> = BTreeMap::new();
    let mut stamp = String::new();
    for row in &chosen {
        stamp.push_str(&format!("{}:{} ", row.id, row.version));
        if let Some(kind) = row.kind {
            let entry = kinds.entry(kind).or_default();
            entry.0 += 1;
            entry.1 += row.total.unwrap_or_default();
        }
    }
    let samples = profile.store().read(|r| r.draft_rows(&samples(&chosen)))?;
    let mut left_out: Vec<LeftOut> =
        left.into_iter().map(|(why, (count, total))| LeftOut { why, count, total }).collect();
    left_out.sort_by_key(|row| std::cmp::Reverse(row.count));
    let plural = |kind: TxnKind, count| if count == 1 { kind.title() } else { kind.plural() };
    Ok(Offer {
        count: chosen.len(),
        total: chosen.iter().filter_map(|row| row.total).sum(),
        by_kind: kinds
            .into_iter()
            .map(|(kind, (count, sum))| (plural(kind, count).to_string(), count, sum))
            .collect(),
        left_out,
        samples,
        stamp: crate::base::digest::of_bytes(stamp.as_bytes()),
        ids: chosen.iter().map(|row| row.id).collect(),
    })
}

/// The largest, and others evenly from the rest.
fn samples(chosen: &[ReadyRow]) -> Vec<DraftId> {
    let mut by_size: Vec<&ReadyRow> = chosen.iter().collect();
    by_size.sort_by_key(|row| std::cmp::Reverse(row.total.map(Cents::abs)));
    let wanted = SAMPLES.min(by_size.len());
    (0..wanted).filter_map(|n| by_size.get(n * by_size.len() / wanted.max(1))).map(|row| row.id).collect()
}

/// Approves what was offered, as one decision.
///
/// # Errors
/// When something changed since it was shown; then nothing is approved.
pub fn approve(profile: &Profile, terms: &Terms, stamp: &str, by: &str) -> Result<Said> {
    let now = offer(profile, terms)?;
    if now.stamp != stamp {
        return Err(Problem::new(
            Exit::NeedsPerson,
            "SHOWN-CHANGED",
            "What you were shown is no longer what would be approved: a draft came, went or changed meanwhile.",
            "Nothing was approved.",
            "Look at the figures again and approve them anew.",
        ));
    }
    decide::approve_chosen(profile, &now.ids, by)
}

/// The drafts of a filter in groups with subtotals.
///
/// # Errors
/// What the store says.
pub fn groups(profile: &Profile, filter: &DraftFilter, by: GroupBy) -> Result<Vec<Group>> {
    Ok(profile.store().read(|r| r.draft_groups(filter, by))?)
}

/// The filter of one group of a list.
#[must_use]
pub fn of_group(filter: &DraftFilter, by: GroupBy, key: &str) -> DraftFilter {
    let mut filter = filter.clone();
    match by {
        GroupBy::Month => filter.month = Some(key.to_string()),
        GroupBy::Kind => filter.kind = TxnKind::from_word(key),
        GroupBy::Party => filter.party = Some(key.to_string()),
    }
    filter
}
