//! Approving many drafts at once: by group with subtotals, or all that a person may trust without reading each one.
//!
//! Must never approve another set than the one that was shown: the offer carries a stamp of every draft and version in
//! it, and an approval under an older stamp is refused. What is left out is always said, with the reason. Amounts of two
//! currencies are never added, and a limit in one says nothing of documents in another.

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
    /// Their sum, where all are in one currency.
    pub total: Option<Cents>,
    /// Their sums by currency.
    pub totals: BTreeMap<String, Cents>,
    /// "invoices", how many, their sum; "invoices in EUR" beside those in the company's own currency.
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

impl Offer {
    /// The sum in words, each currency for itself.
    #[must_use]
    pub fn sum(&self) -> String {
        match self.total {
            Some(total) => total.grouped(),
            None => sums(self.totals.iter().map(|(currency, total)| (currency.as_str(), *total))),
        }
    }
}

/// Sums of several currencies: `98,765.43 USD, 456.00 EUR`.
pub fn sums<'c>(totals: impl Iterator<Item = (&'c str, Cents)>) -> String {
    totals.map(|(currency, total)| format!("{} {currency}", total.grouped())).collect::<Vec<_>>().join(", ")
}

/// Why a draft is left out, if it is; `own` is the company's currency.
fn left_out(row: &ReadyRow, terms: &Terms, own: &str) -> Option<String> {
    if row.cin7_type == "TrueUp" {
        return Some("a true-up goes by its own confirmation".into());
    }
    if terms.under.is_some() && is_foreign(row, own) {
        return Some(format!("in {}: the limit is in {own}", row.currency));
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

fn is_foreign(row: &ReadyRow, own: &str) -> bool {
    !row.currency.is_empty() && row.currency != own
}

/// What approving under the terms would approve, and what it would leave out.
///
/// # Errors
/// What the store says.
pub fn offer(profile: &Profile, terms: &Terms) -> Result<Offer> {
    let mut chosen: Vec<ReadyRow> = Vec::new();
    let mut left: BTreeMap<String, (usize, Cents)> = BTreeMap::new();
    let own = profile.settings().cin7.base_currency.trim().to_uppercase();
    let named = |what: &str, row: &ReadyRow| match is_foreign(row, &own) && !what.contains(&row.currency) {
        true => format!("{what} in {}", row.currency),
        false => what.to_string(),
    };
    profile.store().read(|r| {
        let filter = super::drafts::dated(profile, &terms.filter);
        r.each_ready(&filter, |row| match left_out(&row, terms, &own) {
            None => chosen.push(row),
            Some(why) => {
                let why = named(&why, &row);
                let entry = left.entry(why).or_default();
                entry.0 += 1;
                entry.1 += row.total.unwrap_or_default();
            }
        })
    })?;
    let mut kinds: BTreeMap<(TxnKind, bool, String), (usize, Cents)> = BTreeMap::new();
    let mut totals: BTreeMap<String, Cents> = BTreeMap::new();
    let mut stamp = String::new();
    for row in &chosen {
        stamp.push_str(&format!("{}:{} ", row.id, row.version));
        if let Some(kind) = row.kind {
            let key = (kind, is_foreign(row, &own), row.currency.clone());
            let entry = kinds.entry(key).or_default();
            entry.0 += 1;
            entry.1 += row.total.unwrap_or_default();
        }
        *totals.entry(row.currency.clone()).or_default() += row.total.unwrap_or_default();
    }
    let samples = profile.store().read(|r| r.draft_rows(&samples(&chosen)))?;
    let mut left_out: Vec<LeftOut> =
        left.into_iter().map(|(why, (count, total))| LeftOut { why, count, total }).collect();
    left_out.sort_by_key(|row| std::cmp::Reverse(row.count));
    let plural = |kind: TxnKind, count| if count == 1 { kind.title() } else { kind.plural() };
    Ok(Offer {
        count: chosen.len(),
        total: (totals.len() < 2).then(|| totals.values().copied().sum()),
        totals,
        by_kind: kinds
            .into_iter()
            .map(|((kind, foreign, currency), (count, sum))| {
                let name = plural(kind, count);
                (if foreign { format!("{name} in {currency}") } else { name.to_string() }, count, sum)
            })
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
    let filter = super::drafts::dated(profile, filter);
    Ok(profile.store().read(|r| r.draft_groups(&filter, by))?)
}

/// The filter of one group of a list: of its key and its currency.
#[must_use]
pub fn of_group(filter: &DraftFilter, by: GroupBy, key: &str, currency: &str) -> DraftFilter {
    let mut filter = filter.clone();
    filter.wanted.currencies = vec![currency.to_string()];
    match by {
        GroupBy::Month => filter.month = Some(key.to_string()),
        GroupBy::Kind => filter.kind = TxnKind::from_word(key),
        GroupBy::Party => filter.party = Some(key.to_string()),
    }
    filter
}
