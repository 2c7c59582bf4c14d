//! Orders of the short lists: the proof, and batches, events and visits of the history; and how a key turns through
//! orders and tabs.
//!
//! Must never mix what stands apart: the documents of a proof stay below its totals, whatever the order.

use super::states::HistoryTab;
use crate::proof::Proof;
use crate::store::meta::Visit;
use crate::store::operations::Batch;
use std::cmp::Reverse;

/// The one after `here` in a round, or the one before it.
pub fn turned<T: Copy + PartialEq>(all: &[T], here: T, forward: bool) -> T {
    let at = all.iter().position(|other| *other == here).unwrap_or(0);
    let next = if forward { at + 1 } else { at + all.len().saturating_sub(1) };
    all.get(next % all.len().max(1)).copied().unwrap_or(here)
}

/// An order of the proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProofOrder {
    #[default]
    Month,
    Difference,
    Amount,
    Kind,
}

impl ProofOrder {
    /// The next one.
    pub fn next(self) -> Self {
        use ProofOrder as O;
        turned(&[O::Month, O::Difference, O::Amount, O::Kind], self, true)
    }

    /// In words.
    pub const fn word(self) -> &'static str {
        match self {
            ProofOrder::Month => "month",
            ProofOrder::Difference => "difference, largest first",
            ProofOrder::Amount => "Cin7's total, largest first",
            ProofOrder::Kind => "kind",
        }
    }

    /// Puts places of a proof's rows in this order: totals among themselves, then documents among themselves.
    pub fn sort(self, proof: &Proof, places: &mut [usize]) {
        if self == ProofOrder::Month {
            return;
        }
        let totals = proof.totals.len();
        places.sort_by_cached_key(|place| {
            let document = place.checked_sub(totals).and_then(|at| proof.documents.get(at));
            let row = proof.totals.get(*place);
            let (difference, amount, kind) = match (row, document) {
                (Some(row), _) => (row.difference, row.cin7_total, row.kind_words()),
                (_, Some(row)) => {
                    let kind = row.kind.as_deref().unwrap_or(&row.cin7_type);
                    (row.cin7_total - row.quickbooks_total, row.cin7_total, kind)
                }
                (None, None) => Default::default(),
            };
            let (size, name) = match self {
                ProofOrder::Difference => (difference.abs().get(), ""),
                ProofOrder::Amount => (amount.abs().get(), ""),
                ProofOrder::Kind | ProofOrder::Month => (0, kind),
            };
            (row.is_none(), Reverse(size), name.to_string(), *place)
        });
    }
}

/// An order of a list of the history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryOrder {
    #[default]
    Newest,
    Oldest,
    Who,
    /// What a batch asked of QuickBooks, what a visit asked.
    Size,
    /// What is left of a batch.
    Left,
}

impl HistoryOrder {
    /// The orders of a list.
    const fn of(tab: HistoryTab) -> &'static [HistoryOrder] {
        use HistoryOrder as O;
        match tab {
            HistoryTab::Batches => &[O::Newest, O::Oldest, O::Who, O::Size, O::Left],
            // They are read from the chain as far as they are looked at: along it, one way or the other.
            HistoryTab::Events => &[O::Newest, O::Oldest],
            HistoryTab::Visits => &[O::Newest, O::Oldest, O::Who, O::Size],
        }
    }

    /// The next one of a list.
    pub fn next(self, tab: HistoryTab) -> Self {
        turned(Self::of(tab), self, true)
    }

    /// In words.
    pub const fn word(self, tab: HistoryTab) -> &'static str {
        match (self, tab) {
            (HistoryOrder::Newest, _) => "time, newest first",
            (HistoryOrder::Oldest, _) => "time, oldest first",
            (HistoryOrder::Who, HistoryTab::Visits) => "computer",
            (HistoryOrder::Who, _) => "who closed it",
            (HistoryOrder::Size, HistoryTab::Visits) => "requests, most first",
            (HistoryOrder::Size, _) => "what was asked, most first",
            (HistoryOrder::Left, _) => "what is left, most first",
        }
    }

    /// Puts places of batches in this order.
    pub fn sort_batches(self, batches: &[Batch], places: &mut [usize]) {
        self.sort(places, |at| {
            let batch = batches.get(at)?;
            Some((batch.closed_by.as_str(), batch.count, batch.count - batch.finished))
        });
    }

    /// Puts places of visits in this order.
    pub fn sort_visits(self, visits: &[Visit], places: &mut [usize]) {
        self.sort(places, |at| {
            let visit = visits.get(at)?;
            Some((visit.identity.as_str(), visit.requests, 0))
        });
    }

    /// By who, how many and what is left; the rows come newest first, and stay so among equals.
    fn sort<'a>(self, places: &mut [usize], told: impl Fn(usize) -> Option<(&'a str, i64, i64)>) {
        let of = |at: &usize| told(*at).unwrap_or_default();
        match self {
            HistoryOrder::Newest => {}
            HistoryOrder::Oldest => places.reverse(),
            HistoryOrder::Who => places.sort_by_cached_key(|at| of(at).0.to_lowercase()),
            HistoryOrder::Size => places.sort_by_key(|at| Reverse(of(at).1)),
            HistoryOrder::Left => places.sort_by_key(|at| Reverse(of(at).2)),
        }
    }
}
