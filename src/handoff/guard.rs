//! The guard: whether what stands in QuickBooks may still be changed, made final, voided or deleted by us.
//!
//! Must never let an operation pass over anything that a person did: it is read directly before the write, in the same
//! visit. Rows: `cin7-quickbooks-integration.md` 9.2, with design 4.4 on what counts as edited (an element that we
//! write has another content; a moved EditSequence alone is no edit) and `exactly-once.md` rulings 11 and 15.

use super::answer::TxnSeen;
use super::compare;
use super::work::{Existing, Work};
use crate::base::Day;
use crate::books::TxnKind;

/// What the operation is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Purpose {
    Change,
    Finalise,
    Void,
    Delete,
}

/// One row of the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// It is there under its TxnID.
    Found,
    /// Every element that we write says what we wrote.
    Untouched,
    /// A sale that we posted as pending is pending.
    Pending,
    /// No money is applied to it.
    NothingApplied,
    /// No other transaction is linked to it.
    NotLinked,
    /// Its day, and the day it gets, are after the closing date.
    OpenPeriod,
    /// Sales tax of its day was not filed yet.
    Unfiled,
    /// Our tag is still in the memo.
    OurMark,
    /// Its lines are the ones that we wrote: as many, with the same TxnLineIDs.
    OurLines,
}

impl Check {
    /// Every row, in the order of the table.
    pub const ALL: [Check; 9] = [
        Check::Found,
        Check::Untouched,
        Check::Pending,
        Check::NothingApplied,
        Check::NotLinked,
        Check::OpenPeriod,
        Check::Unfiled,
        Check::OurMark,
        Check::OurLines,
    ];

    /// Whether the row is asked for an operation of this purpose on a document of this kind (the crosses of the table).
    #[must_use]
    pub const fn is_asked(self, purpose: Purpose, kind: TxnKind) -> bool {
        let journal = matches!(kind, TxnKind::JournalEntry);
        match self {
            Check::Pending => kind.can_be_pending() && !matches!(purpose, Purpose::Void),
            Check::NothingApplied | Check::NotLinked => !journal,
            Check::Unfiled => kind.can_be_pending(),
            Check::Found | Check::Untouched | Check::OpenPeriod | Check::OurMark | Check::OurLines => true,
        }
    }

    /// Short code for the list of reasons.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Check::Found => "gone_from_quickbooks",
            Check::Untouched => "edited_in_quickbooks",
            Check::Pending => "final_in_quickbooks",
            Check::NothingApplied => "payment_applied",
            Check::NotLinked => "linked_in_quickbooks",
            Check::OpenPeriod => "closing_date",
            Check::Unfiled => "tax_filed",
            Check::OurMark => "mark_gone",
            Check::OurLines => "lines_changed",
        }
    }
}

/// A row that does not hold, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub check: Check,
    /// Why, for the person who reads it.
    pub text: String,
}

/// The purpose of an operation on a transaction that stands.
#[must_use]
pub const fn purpose(work: &Work) -> Option<Purpose> {
    match work {
        Work::Change { .. } => Some(Purpose::Change),
        Work::Finalise(_) => Some(Purpose::Finalise),
        Work::Void(_) => Some(Purpose::Void),
        Work::Delete(_) => Some(Purpose::Delete),
        Work::Txn { .. } | Work::List { .. } | Work::ListChange { .. } => None,
    }
}

/// The rows that do not hold, in the order of the table; empty = the operation may go.
/// `new_date` is the day that a change gives the document.
#[must_use]
pub fn guard(purpose: Purpose, it: &Existing, new_date: Option<Day>, seen: Option<&TxnSeen>) -> Vec<Broken> {
    let Some(seen) = seen else {
        return vec![Broken { check: Check::Found, text: "It is no longer in QuickBooks.".into() }];
    };
    Check::ALL
        .into_iter()
        .filter(|check| check.is_asked(purpose, it.posted.kind))
        .filter_map(|check| row(check, purpose, it, new_date, seen).map(|text| Broken { check, text }))
        .collect()
}

fn row(
    check: Check,
    purpose: Purpose,
    it: &Existing,
    new_date: Option<Day>,
    seen: &TxnSeen,
) -> Option<String> {
    match check {
        Check::Found => (seen.txn_id != it.txn).then(|| "QuickBooks shows another transaction.".to_string()),
        Check::Untouched => untouched(it, seen),
        Check::Pending => {
            let must_pend = match purpose {
                Purpose::Change => it.posted.pending || it.stored.overwrite.is_some(),
                Purpose::Delete => !it.stored.may_delete_posted,
                Purpose::Finalise | Purpose::Void => true,
            };
            (must_pend && !seen.pending)
                .then(|| "It is final in QuickBooks, so it counts as approved there.".into())
        }
        Check::NothingApplied => {
            seen.applied.then(|| "A payment or credit is applied to it in QuickBooks.".to_string())
        }
        Check::NotLinked => {
            seen.linked.then(|| "Another transaction is linked to it in QuickBooks.".to_string())
        }
        Check::OpenPeriod => {
            // Finalising keeps the day that the document has.
            let closing = it.stored.closing_date?;
            let day = [Some(it.posted.date), Some(seen.date), new_date].into_iter().flatten().min()?;
            (day <= closing)
                .then(|| format!("The books are closed through {closing}, and this is dated {day}."))
        }
        Check::Unfiled => {
            let filed = it.stored.filed_through?;
            let day = [Some(it.posted.date), new_date].into_iter().flatten().min()?;
            (day <= filed).then(|| format!("Sales tax is filed through {filed}, and this is dated {day}."))
        }
        Check::OurMark => {
            let there = match it.stored.overwrite {
                // The memo may be what the person changed; mark 1 has no place on the screens.
                Some(_) => compare::is_ours(seen, it.key),
                None => seen.memo.contains(&it.key.memo_tag()),
            };
            (!there).then(|| "Our mark is no longer in its memo.".to_string())
        }
        Check::OurLines => lines(it, seen),
    }
}

fn untouched(it: &Existing, seen: &TxnSeen) -> Option<String> {
    if let Some(named) = &it.stored.overwrite {
        let same = compare::same_content(named, seen);
        return (!same)
            .then(|| "It changed again in QuickBooks since the overwriting was approved.".to_string());
    }
    let differences = compare::differences(seen, &it.posted, it.key);
    (!differences.is_empty())
        .then(|| format!("Somebody changed it in QuickBooks: {}.", differences.join("; ")))
}

fn lines(it: &Existing, seen: &TxnSeen) -> Option<String> {
    if seen.lines.is_empty() {
        return Some("QuickBooks did not show its lines.".into());
    }
    let there: Vec<&str> = seen.lines.iter().map(|line| line.txn_line_id.as_str()).collect();
    let known: Vec<&str> = it.stored.lines.iter().map(String::as_str).collect();
    if let Some(named) = &it.stored.overwrite {
        let named: Vec<&str> = named.lines.iter().map(|line| line.txn_line_id.as_str()).collect();
        return (named != there).then(|| "Its lines changed again in QuickBooks.".to_string());
    }
    (known != there).then(|| "Its lines in QuickBooks are not the ones that we wrote.".to_string())
}

#[cfg(test)]
mod tests;
