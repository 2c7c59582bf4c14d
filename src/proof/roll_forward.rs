//! The inventory roll-forward: what moved the inventory account month by month, and what it should come to.
//!
//! Must never hold a residue: every figure is a sum of listed transactions or of confirmed documents, and where closing
//! and QuickBooks' own balance differ, both are shown (design 4.8, section 3 `prove --json`).
//! `closing = opening + bills + landing_costs - vendor_credits + adjustments - cogs + true_up + other_in_quickbooks`.

use crate::base::{Cents, Month};
use crate::books::{ListRef, Payload, Role, TxnKind};
use serde::Serialize;
use std::collections::BTreeMap;

/// Where a transaction of ours counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Column {
    Bills,
    LandingCosts,
    VendorCredits,
    Adjustments,
    Cogs,
    TrueUp,
    /// Accruals and their reversals, and whatever else stands on the account: each is listed.
    Other,
}

/// The column of a transaction of ours: its kind, and of a journal what its other side is for. A dated opposite
/// counts where the entry counts that it takes back.
#[must_use]
pub fn column_of(payload: &Payload) -> Column {
    match payload.kind {
        TxnKind::Bill => Column::Bills,
        TxnKind::VendorCredit => Column::VendorCredits,
        TxnKind::Invoice | TxnKind::CreditMemo => Column::Other,
        TxnKind::JournalEntry => payload
            .lines
            .iter()
            .find_map(|line| match line.role {
                Role::Cogs => Some(Column::Cogs),
                Role::Adjustment => Some(Column::Adjustments),
                Role::Landing => Some(Column::LandingCosts),
                Role::TrueUp => Some(Column::TrueUp),
                Role::Accrual => Some(Column::Other),
                _ => None,
            })
            .unwrap_or(Column::Other),
    }
}

/// What a payload adds to an account: debits positive.
#[must_use]
pub fn added_to(payload: &Payload, account: &ListRef) -> Cents {
    let debit = !matches!(payload.kind, TxnKind::Invoice | TxnKind::VendorCredit);
    let is_it = |other: &ListRef| {
        if account.id.is_empty() || other.id.is_empty() {
            account.name.eq_ignore_ascii_case(&other.name)
        } else {
            account.id == other.id
        }
    };
    let own: Cents = payload.lines.iter().filter(|line| is_it(&line.account)).map(|line| line.amount).sum();
    if debit { own } else { -own }
}

/// A transaction on the account that is not one of ours, or an accrual of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct OtherTxn {
    pub txn_type: String,
    pub txn_id: String,
    pub date: String,
    pub ref_number: String,
    pub name: String,
    pub memo: String,
    /// Debits positive.
    pub amount: Cents,
}

/// One posting on the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its month.
    pub month: Month,
    /// Debits positive.
    pub amount: Cents,
    /// Where it counts.
    pub column: Column,
    /// What is shown of it where it counts as other.
    pub other: Option<OtherTxn>,
}

/// Something that explains a difference between Cin7's stock value, the roll-forward and QuickBooks' balance
/// (`cin7-quickbooks-integration.md` 8.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Explainer {
    pub code: String,
    pub text: String,
    pub count: u64,
    /// Worth of it, where one is known.
    pub total: Option<Cents>,
    /// References of the first documents.
    pub documents: Vec<String>,
}

/// The figures of a month that are read independently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Independent {
    pub cin7_value: Option<Cents>,
    pub cin7_value_source: Option<String>,
    pub quickbooks_balance: Option<Cents>,
    pub explainers: Vec<Explainer>,
}

/// One month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct RollForwardRow {
    pub month: String,
    pub opening: Cents,
    pub bills: Cents,
    pub landing_costs: Cents,
    /// Positive where it lowers stock.
    pub vendor_credits: Cents,
    pub adjustments: Cents,
    /// Positive where cost leaves stock.
    pub cogs: Cents,
    pub true_up: Cents,
    pub other_in_quickbooks: Cents,
    pub closing: Cents,
    pub cin7_value: Option<Cents>,
    pub cin7_value_source: Option<String>,
    pub quickbooks_balance: Option<Cents>,
    /// The transactions behind `other_in_quickbooks`.
    pub other: Vec<OtherTxn>,
    /// What explains differences.
    pub explainers: Vec<Explainer>,
}

impl RollForwardRow {
    /// What closing misses QuickBooks' own balance by; none where that is not known.
    #[must_use]
    pub fn off_quickbooks(&self) -> Option<Cents> {
        self.quickbooks_balance.map(|balance| balance - self.closing)
    }
}

#[derive(Default)]
struct Sums {
    columns: BTreeMap<Column, Cents>,
    other: Vec<OtherTxn>,
}

/// The months from `first` to `last`, each opening with the closing before it.
#[must_use]
pub fn roll(
    opening: Cents,
    (first, last): (Month, Month),
    entries: Vec<Entry>,
    mut independent: impl FnMut(Month) -> Independent,
) -> Vec<RollForwardRow> {
    let mut months: BTreeMap<Month, Sums> = BTreeMap::new();
    for entry in entries {
        let sums = months.entry(entry.month).or_default();
        *sums.columns.entry(entry.column).or_default() += entry.amount;
        if entry.column == Column::Other {
            sums.other.extend(entry.other);
        }
    }
    let (mut at, mut opening, mut rows) = (first, opening, Vec::new());
    while at <= last {
        let sums = months.remove(&at).unwrap_or_default();
        let sum = |column: Column| sums.columns.get(&column).copied().unwrap_or_default();
        let read = independent(at);
        let closing = opening + sums.columns.values().copied().sum();
        let mut row = RollForwardRow {
            month: at.to_string(),
            opening,
            bills: sum(Column::Bills),
            landing_costs: sum(Column::LandingCosts),
            vendor_credits: -sum(Column::VendorCredits),
            adjustments: sum(Column::Adjustments),
            cogs: -sum(Column::Cogs),
            true_up: sum(Column::TrueUp),
            other_in_quickbooks: sum(Column::Other),
            closing,
            cin7_value: read.cin7_value,
            cin7_value_source: read.cin7_value_source,
            quickbooks_balance: read.quickbooks_balance,
            other: sums.other,
            explainers: read.explainers,
        };
        if let Some(off) = row.off_quickbooks().filter(|off| !off.is_zero()) {
            row.explainers.push(Explainer {
                code: "balance_differs".into(),
                text: format!(
                    "QuickBooks' own balance is {} away from the listed transactions; look at the opening first.",
                    off.grouped()
                ),
                count: 1,
                total: Some(off),
                documents: Vec::new(),
            });
        }
        rows.push(row);
        opening = closing;
        at = at.next();
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Line;

    fn line(role: Role, account: &str, cents: i64) -> Line {
        Line {
            role,
            item: None,
            account: ListRef::new(account, account),
            class: None,
            amount: Cents::new(cents),
            quantity: None,
            rate: None,
            text: String::new(),
            tax_code: None,
            taxable: false,
            why: String::new(),
        }
    }

    fn payload(kind: TxnKind, lines: Vec<Line>) -> Payload {
        Payload { lines, ..Payload::blank(kind, "2026-02-05".parse().unwrap(), "1") }
    }

    #[test]
    fn what_a_transaction_adds_to_the_account_has_the_sign_of_its_side() {
        let stock = ListRef::new("S", "S");
        let bill = payload(TxnKind::Bill, vec![line(Role::Inventory, "S", 100), line(Role::Expense, "X", 7)]);
        let credit = payload(TxnKind::VendorCredit, vec![line(Role::Inventory, "S", 20)]);
        let cogs =
            payload(TxnKind::JournalEntry, vec![line(Role::Cogs, "C", 32), line(Role::Inventory, "S", -32)]);
        let told: Vec<(i64, Column)> =
            [&bill, &credit, &cogs].map(|p| (added_to(p, &stock).get(), column_of(p))).to_vec();
        assert_eq!(told, [(100, Column::Bills), (-20, Column::VendorCredits), (-32, Column::Cogs)]);
    }

    fn entry(month: &str, column: Column, cents: i64) -> Entry {
        let other = (column == Column::Other).then(|| OtherTxn {
            txn_type: "Check".into(),
            txn_id: "1".into(),
            date: format!("{month}-01"),
            ref_number: String::new(),
            name: String::new(),
            memo: String::new(),
            amount: Cents::new(cents),
        });
        Entry { month: month.parse().unwrap(), amount: Cents::new(cents), column, other }
    }

    #[test]
    fn the_worked_month_closes_at_728() {
        let entries = vec![
            entry("2026-02", Column::Bills, 115_000),
            entry("2026-02", Column::LandingCosts, 3_000),
            entry("2026-02", Column::VendorCredits, -2_000),
            entry("2026-02", Column::Cogs, -32_400),
            entry("2026-02", Column::Adjustments, -10_800),
        ];
        let months = ("2026-02".parse().unwrap(), "2026-03".parse().unwrap());
        let rows = roll(Cents::ZERO, months, entries, |_| Independent::default());
        let row = &rows[0];
        assert_eq!((row.closing.to_string(), row.cogs.to_string()), ("728.00".into(), "324.00".into()));
        assert_eq!(
            (row.vendor_credits.to_string(), row.adjustments.to_string()),
            ("20.00".into(), "-108.00".into())
        );
        assert_eq!(
            (rows[1].opening, rows[1].closing),
            (row.closing, row.closing),
            "a month without anything"
        );
    }

    #[test]
    fn what_others_posted_is_listed_and_a_balance_that_differs_is_shown_and_not_plugged() {
        let entries = vec![entry("2026-02", Column::Bills, 100), entry("2026-02", Column::Other, 5)];
        let months = ("2026-02".parse().unwrap(), "2026-02".parse().unwrap());
        let rows = roll(Cents::new(10), months, entries, |_| Independent {
            quickbooks_balance: Some(Cents::new(120)),
            ..Independent::default()
        });
        assert_eq!(
            (rows[0].closing.get(), rows[0].other_in_quickbooks.get(), rows[0].other.len()),
            (115, 5, 1)
        );
        assert_eq!(rows[0].off_quickbooks(), Some(Cents::new(5)));
        assert_eq!(rows[0].explainers[0].code, "balance_differs");
    }
}
