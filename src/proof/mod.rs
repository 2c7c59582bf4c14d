//! Floor 2: the balance of the two systems, per kind, Cin7 type, month and currency, and what explains each difference. Pure.
//!
//! Must never take a figure of QuickBooks from an answer to an Add: only from queries made during a visit (design
//! section 3, `prove --json`, which this follows field by field). The roll-forward has a room of its own.

pub mod roll_forward;

pub use roll_forward::{Explainer, RollForwardRow};

use crate::base::Cents;
use crate::books::{DraftState, TxnKind};
use serde::Serialize;
use std::collections::BTreeMap;

/// One draft, as the proof sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DraftFact {
    pub id: i64,
    pub cin7_type: String,
    pub cin7_id: String,
    pub kind: Option<TxnKind>,
    pub month: Option<String>,
    pub currency: String,
    /// Positive in the kind's own sense.
    pub total: Option<Cents>,
    pub state: DraftState,
    pub pending: bool,
    pub gone: bool,
    /// Code of the reason that holds it back.
    pub reason: String,
    /// What Cin7 says now, where that is not what was posted.
    pub change: Option<ChangeFact>,
}

/// A change of a posted draft that is proposed or on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeFact {
    /// Where it stands, in the words of draft states; Excluded = a person left QuickBooks as it is.
    pub state: DraftState,
    /// Code under which it is held back before it is approved.
    pub reason: String,
    /// New total; nothing where the document is void in Cin7.
    pub total: Cents,
    /// New month.
    pub month: Option<String>,
}

/// One transaction with our mark, as the newest queries showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct QuickBooksFact {
    pub draft_id: i64,
    pub month: String,
    pub total: Cents,
}

/// Documents held back for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct HeldBack {
    pub reason: String,
    pub count: u64,
    pub total: Cents,
}

/// One row of totals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct TotalRow {
    pub kind: Option<String>,
    pub cin7_type: String,
    pub month: Option<String>,
    pub currency: String,
    pub cin7_total: Cents,
    pub held_back: Vec<HeldBack>,
    pub approved_total: Cents,
    pub queued: Cents,
    pub sent: Cents,
    pub refused: Cents,
    pub unknown: Cents,
    pub pending_total: Cents,
    pub posted_total: Cents,
    pub quickbooks_total: Cents,
    pub difference: Cents,
    pub unexplained: Cents,
}

impl TotalRow {
    /// What it is, told apart from other rows of its kind: journals by what they book, vendor credits by where they come
    /// from.
    #[must_use]
    pub fn what(&self) -> &str {
        match self.cin7_type.as_str() {
            "Adjustment" => "stock adjustments",
            "CogsMonth" => "cost of goods",
            "CogsDifference" => "cost corrections",
            "LandingCost" => "landing costs",
            "Accrual" => "accruals",
            "TrueUp" => "true-up",
            "Reversal" => "opposites",
            "SupplierCredit" => "supplier credits",
            "Typed" | "Csv" => "typed credits",
            _ => self.kind_words(),
        }
    }

    /// Its kind as people call it; where it has none, what Cin7 calls it.
    #[must_use]
    pub fn kind_words(&self) -> &str {
        match self.kind.as_deref() {
            Some(kind) => TxnKind::from_word(kind).map_or(kind, |known| known.title()),
            None => &self.cin7_type,
        }
    }
}

/// One document with a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct DifferentDocument {
    pub cin7_type: String,
    pub cin7_id: String,
    pub kind: Option<String>,
    pub month: Option<String>,
    pub quickbooks_month: Option<String>,
    pub cin7_total: Cents,
    pub quickbooks_total: Cents,
    pub cause: String,
    /// Whether the cause is known: a person's edit or deletion in QuickBooks that this program has noted.
    pub explained: bool,
}

/// The proof of balance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Moment of the queries behind the QuickBooks figures; none before the first read-back.
    pub as_of: Option<String>,
    /// Older than the last hand-off.
    pub stale: bool,
    /// Totals.
    pub totals: Vec<TotalRow>,
    /// Inventory roll-forward.
    pub roll_forward: Vec<RollForwardRow>,
    /// What Cin7's API does not deliver and what is known of it all the same.
    pub warnings: Vec<Explainer>,
    /// Documents with a difference only.
    pub documents: Vec<DifferentDocument>,
}

impl Proof {
    /// Whether it proves: fresh, and no cent without an explanation.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !self.stale && self.totals.iter().all(|row| row.unexplained.is_zero())
    }

    /// Sum of all differences, without sign, in cents.
    #[must_use]
    pub fn difference_cents(&self) -> i64 {
        self.totals.iter().map(|row| row.difference.abs().get()).sum()
    }
}

type RowKey = (String, String, String, String);

#[derive(Default)]
struct Gathered {
    row: TotalRow,
    held: BTreeMap<String, (u64, Cents)>,
    explained: Cents,
}

/// Builds a proof from facts that are fed one at a time: transactions of QuickBooks first, then drafts.
#[derive(Default)]
pub struct Prover {
    quickbooks: BTreeMap<i64, Vec<(String, Cents)>>,
    rows: BTreeMap<RowKey, Gathered>,
    documents: Vec<DifferentDocument>,
}

impl Prover {
    /// A transaction with our mark.
    pub fn quickbooks(&mut self, fact: QuickBooksFact) {
        self.quickbooks.entry(fact.draft_id).or_default().push((fact.month, fact.total));
    }

    fn row(&mut self, draft: &DraftFact, month: Option<&str>) -> &mut Gathered {
        let kind = draft.kind.map_or("", TxnKind::word);
        let key = (
            month.unwrap_or("~").to_string(),
            kind.to_string(),
            draft.cin7_type.clone(),
            draft.currency.clone(),
        );
        let gathered = self.rows.entry(key).or_default();
        gathered.row.kind = draft.kind.map(|k| k.word().to_string());
        gathered.row.cin7_type.clone_from(&draft.cin7_type);
        gathered.row.month = month.map(str::to_string);
        gathered.row.currency.clone_from(&draft.currency);
        gathered
    }

    /// A draft of Cin7's side.
    pub fn draft(&mut self, draft: &DraftFact) {
        let total = draft.total.unwrap_or_default();
        let gathered = self.row(draft, draft.month.as_deref());
        gathered.row.cin7_total += total;
        let row = &mut gathered.row;
        let share = match draft.state {
            DraftState::Approved | DraftState::Queued => Some(&mut row.queued),
            DraftState::InFlight => Some(&mut row.sent),
            DraftState::Rejected => Some(&mut row.refused),
            DraftState::Unknown => Some(&mut row.unknown),
            DraftState::Posted if draft.pending => Some(&mut row.pending_total),
            DraftState::Posted | DraftState::DriftedInQuickBooks => Some(&mut row.posted_total),
            _ => None,
        };
        match share {
            Some(share) => {
                *share += total;
                row.approved_total += total;
            }
            None => {
                let held = gathered.held.entry(draft.reason.clone()).or_default();
                held.0 += 1;
                held.1 += total;
            }
        }
        if let Some(change) = &draft.change {
            self.change(draft, change, total);
        }
        self.compare(draft, total);
    }

    /// A change counts signed: minus in the old month, plus in the new one (design section 3).
    fn change(&mut self, draft: &DraftFact, change: &ChangeFact, total: Cents) {
        let month = change.month.clone().or_else(|| draft.month.clone());
        if month == draft.month {
            self.signed(draft, change, month.as_deref(), change.total - total, 1);
        } else {
            let old = draft.month.clone();
            self.signed(draft, change, old.as_deref(), -total, 0);
            self.signed(draft, change, month.as_deref(), change.total, 1);
        }
    }

    fn signed(
        &mut self,
        draft: &DraftFact,
        change: &ChangeFact,
        month: Option<&str>,
        amount: Cents,
        count: u64,
    ) {
        let gathered = self.row(draft, month);
        gathered.row.cin7_total += amount;
        let row = &mut gathered.row;
        let share = match change.state {
            DraftState::Approved | DraftState::Queued => Some(&mut row.queued),
            DraftState::InFlight => Some(&mut row.sent),
            DraftState::Rejected => Some(&mut row.refused),
            DraftState::Unknown => Some(&mut row.unknown),
            _ => None,
        };
        match share {
            Some(share) => {
                *share += amount;
                row.approved_total += amount;
            }
            None => {
                let held = gathered.held.entry(change.reason.clone()).or_default();
                held.0 += count;
                held.1 += amount;
            }
        }
    }

    /// Holds one draft against what QuickBooks shows of it.
    fn compare(&mut self, draft: &DraftFact, total: Cents) {
        let seen = self.quickbooks.remove(&draft.id).unwrap_or_default();
        let ours = matches!(draft.state, DraftState::Posted | DraftState::DriftedInQuickBooks);
        let mut there = Cents::ZERO;
        for (month, amount) in &seen {
            there += *amount;
            self.row(draft, Some(month)).row.quickbooks_total += *amount;
        }
        let here = if ours { total } else { Cents::ZERO };
        let moved = seen.iter().find(|(month, _)| draft.month.as_deref() != Some(month.as_str()));
        if here == there && moved.is_none() {
            return;
        }
        let drifted = draft.state == DraftState::DriftedInQuickBooks;
        let cause = match (seen.len(), drifted, draft.gone, ours) {
            (0, true, true, _) => "gone from QuickBooks",
            (0, ..) => "not found in QuickBooks",
            (_, true, ..) => "edited in QuickBooks",
            (2.., ..) => "in QuickBooks more than once",
            (_, _, _, false) => "in QuickBooks, though not posted by this program's books",
            _ if moved.is_some() => "dated in another month in QuickBooks",
            _ => "QuickBooks shows another amount, and nobody is known to have changed it",
        };
        if drifted {
            self.row(draft, draft.month.as_deref()).explained += here;
            for (month, amount) in &seen {
                self.row(draft, Some(month)).explained -= *amount;
            }
        }
        self.documents.push(DifferentDocument {
            cin7_type: draft.cin7_type.clone(),
            cin7_id: draft.cin7_id.clone(),
            kind: draft.kind.map(|k| k.word().to_string()),
            month: draft.month.clone(),
            quickbooks_month: seen.first().map(|s| s.0.clone()),
            cin7_total: here,
            quickbooks_total: there,
            cause: cause.to_string(),
            explained: drifted,
        });
    }

    /// The proof.
    #[must_use]
    pub fn finish(self, as_of: Option<String>, stale: bool) -> Proof {
        let totals = self
            .rows
            .into_values()
            .map(|gathered| {
                let mut row = gathered.row;
                row.held_back = gathered
                    .held
                    .into_iter()
                    .map(|(reason, (count, total))| HeldBack { reason, count, total })
                    .collect();
                row.difference = row.pending_total + row.posted_total - row.quickbooks_total;
                row.unexplained = row.difference - gathered.explained;
                row
            })
            .collect();
        Proof { as_of, stale, totals, documents: self.documents, ..Proof::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(id: i64, state: DraftState, cents: i64) -> DraftFact {
        DraftFact {
            id,
            cin7_type: "SalesOrder".into(),
            cin7_id: id.to_string(),
            kind: Some(TxnKind::Invoice),
            month: Some("2026-02".into()),
            currency: "USD".into(),
            total: Some(Cents::new(cents)),
            state,
            pending: false,
            gone: false,
            reason: "no_match".into(),
            change: None,
        }
    }

    fn there(draft_id: i64, month: &str, cents: i64) -> QuickBooksFact {
        QuickBooksFact { draft_id, month: month.into(), total: Cents::new(cents) }
    }

    #[test]
    fn what_is_posted_balances_and_what_is_held_back_is_named() {
        let mut prover = Prover::default();
        prover.quickbooks(there(1, "2026-02", 500));
        prover.draft(&fact(1, DraftState::Posted, 500));
        prover.draft(&fact(2, DraftState::NeedsAttention, 200));
        let proof = prover.finish(Some("t".into()), false);
        assert!(proof.is_clean());
        let row = &proof.totals[0];
        assert_eq!((row.cin7_total, row.approved_total), (Cents::new(700), Cents::new(500)));
        assert_eq!(row.held_back, [HeldBack { reason: "no_match".into(), count: 1, total: Cents::new(200) }]);
        assert!(proof.documents.is_empty());
    }

    #[test]
    fn a_cent_that_nobody_put_there_is_an_unexplained_difference() {
        let mut prover = Prover::default();
        prover.quickbooks(there(1, "2026-02", 501));
        prover.draft(&fact(1, DraftState::Posted, 500));
        let proof = prover.finish(Some("t".into()), false);
        assert_eq!(proof.totals[0].unexplained, Cents::new(-1));
        assert!(!proof.is_clean());
        assert!(!proof.documents[0].explained);
    }

    #[test]
    fn an_edit_in_quickbooks_explains_its_difference_to_the_cent() {
        let mut prover = Prover::default();
        prover.quickbooks(there(1, "2026-03", 450));
        prover.draft(&fact(1, DraftState::DriftedInQuickBooks, 500));
        let proof = prover.finish(Some("t".into()), false);
        assert_eq!(proof.difference_cents(), 950, "500 too little in February, 450 too much in March");
        assert!(proof.is_clean(), "{:?}", proof.totals);
        assert_eq!(proof.documents[0].cause, "edited in QuickBooks");
    }

    #[test]
    fn a_change_counts_signed_in_both_months_and_where_it_stands() {
        let changed = |state| DraftFact {
            change: Some(ChangeFact {
                state,
                reason: "changed_in_cin7".into(),
                total: Cents::new(700),
                month: Some("2026-03".into()),
            }),
            ..fact(1, DraftState::Posted, 500)
        };
        let proved = |state| {
            let mut prover = Prover::default();
            prover.quickbooks(there(1, "2026-02", 500));
            prover.draft(&changed(state));
            prover.finish(Some("t".into()), false)
        };
        let waiting = proved(DraftState::Ready);
        assert!(waiting.is_clean());
        let [old, new] = waiting.totals.as_slice() else { panic!("{:?}", waiting.totals) };
        assert_eq!((old.cin7_total, old.approved_total), (Cents::ZERO, Cents::new(500)));
        assert_eq!(old.held_back[0].total, Cents::new(-500));
        assert_eq!((new.cin7_total, new.held_back[0].total), (Cents::new(700), Cents::new(700)));
        let queued = proved(DraftState::Queued);
        assert_eq!((queued.totals[0].queued, queued.totals[1].queued), (Cents::new(-500), Cents::new(700)));
        assert_eq!(queued.totals[0].approved_total, Cents::ZERO);
        assert!(queued.totals[0].held_back.is_empty());
    }

    #[test]
    fn a_double_posting_shows() {
        let mut prover = Prover::default();
        prover.quickbooks(there(1, "2026-02", 500));
        prover.quickbooks(there(1, "2026-02", 500));
        prover.draft(&fact(1, DraftState::Posted, 500));
        let proof = prover.finish(Some("t".into()), false);
        assert_eq!(proof.documents[0].cause, "in QuickBooks more than once");
        assert!(!proof.is_clean());
    }

    #[test]
    fn an_old_proof_is_no_proof() {
        assert!(!Prover::default().finish(None, true).is_clean());
    }
}
