//! Drafts in groups with their subtotals, and a walk over what is ready to be approved.
//!
//! Must never read contents: groups are counted by the database, the walk reads a few columns a row (design section 7).
//! Must never add amounts of two currencies: each has groups of its own.

use super::DraftFilter;
use crate::base::{Cents, DraftId};
use crate::books::{DraftState, TxnKind};
use crate::store::{Reader, Result};
use rusqlite::params_from_iter;
use serde::{Deserialize, Serialize};

/// What drafts are grouped by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum GroupBy {
    #[default]
    Party,
    Month,
    Kind,
}

impl GroupBy {
    /// Each of them.
    pub const ALL: [GroupBy; 3] = [GroupBy::Party, GroupBy::Month, GroupBy::Kind];

    /// The next one.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            GroupBy::Party => GroupBy::Month,
            GroupBy::Month => GroupBy::Kind,
            GroupBy::Kind => GroupBy::Party,
        }
    }

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            GroupBy::Party => "party",
            GroupBy::Month => "month",
            GroupBy::Kind => "kind",
        }
    }

    const fn column(self) -> &'static str {
        match self {
            GroupBy::Party => "party_name",
            GroupBy::Month => "month",
            GroupBy::Kind => "kind",
        }
    }
}

/// Groups at most; the largest come first.
const GROUPS: usize = 2_000;

/// One group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Name, month or kind as the database has it; none = drafts without one.
    pub key: Option<String>,
    /// What its sums are in.
    pub currency: String,
    /// Drafts.
    pub count: i64,
    /// Their sum.
    pub total: Cents,
    /// Those that are ready.
    pub ready: i64,
    /// Their sum.
    pub ready_total: Cents,
}

/// What is known of a ready draft before it is approved among many.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ReadyRow {
    pub id: DraftId,
    pub version: i64,
    pub kind: Option<TxnKind>,
    pub cin7_type: String,
    pub total: Option<Cents>,
    /// What the total is in.
    pub currency: String,
    pub warned: bool,
    pub has_party: bool,
    /// Who linked its contact; none where nobody did.
    pub linked_by: Option<String>,
    /// Whether the link leads to a record that QuickBooks has.
    pub exists: bool,
}

impl Reader<'_> {
    /// The drafts of a filter in groups, each currency apart, the largest first; months in their order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn draft_groups(&self, filter: &DraftFilter, by: GroupBy) -> Result<Vec<Group>> {
        let clause = self.narrowed(filter)?;
        let column = by.column();
        // A number in an expression is a number, not the place of a column: months are ordered by their name.
        let order = if by == GroupBy::Month { "month IS NULL, month, 2" } else { "4 DESC, 1, 2" };
        let sql = format!(
            "SELECT {column}, upper(currency), COUNT(*), COALESCE(SUM(total), 0), COUNT(*) FILTER (WHERE state = 'Ready'),
               COALESCE(SUM(total) FILTER (WHERE state = 'Ready'), 0)
             FROM draft WHERE {} GROUP BY 1, 2 ORDER BY {order} LIMIT {GROUPS}",
            clause.sql
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(clause.values), |row| {
            Ok(Group {
                key: row.get(0)?,
                currency: row.get(1)?,
                count: row.get(2)?,
                total: Cents::new(row.get(3)?),
                ready: row.get(4)?,
                ready_total: Cents::new(row.get(5)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Walks the ready drafts of a filter in the order of their ids.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn each_ready(&self, filter: &DraftFilter, mut each: impl FnMut(ReadyRow)) -> Result<()> {
        let filter = DraftFilter { states: vec![DraftState::Ready], ..filter.clone() };
        let clause = self.narrowed(&filter)?;
        // The condition names columns without a table, so that the links are joined from outside.
        let sql = format!(
            "SELECT d.id, d.version, d.kind, d.cin7_type, d.total, d.warned, d.party_name IS NOT NULL, l.by_whom,
               l.list_id IS NOT NULL, upper(d.currency)
             FROM (SELECT id, version, kind, cin7_type, total, warned, party_name, contact_id, currency FROM draft WHERE {}) d
             LEFT JOIN party_link l ON l.contact_id = d.contact_id
               AND l.role = CASE WHEN d.kind IN ('Bill', 'VendorCredit') THEN 'Vendor' ELSE 'Customer' END
             ORDER BY d.id",
            clause.sql
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(clause.values))?;
        while let Some(row) = rows.next()? {
            let kind: Option<String> = row.get(2)?;
            each(ReadyRow {
                id: DraftId(row.get(0)?),
                version: row.get(1)?,
                kind: kind.as_deref().and_then(TxnKind::from_word),
                cin7_type: row.get(3)?,
                total: row.get::<_, Option<i64>>(4)?.map(Cents::new),
                warned: row.get(5)?,
                has_party: row.get(6)?,
                linked_by: row.get(7)?,
                exists: row.get(8)?,
                currency: row.get(9)?,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::DerivedDraft;
    use super::super::tests::derived;
    use super::*;
    use crate::store::{Lane, scratch};

    #[test]
    fn drafts_are_grouped_by_party_month_and_kind_with_their_subtotals() {
        let (_dir, store) = scratch();
        let books = [
            ("Acme", "2026-02", 100),
            ("Acme", "2026-01", 250),
            ("Müller", "2026-02", 1_000),
            ("Acme", "", 5),
        ];
        for (number, (party, month, cents)) in books.into_iter().enumerate() {
            let draft = DerivedDraft {
                source: format!("SalesOrder/{number}"),
                posting_key: Some(format!("key{number}")),
                party_name: Some(party.into()),
                month: (!month.is_empty()).then(|| month.into()),
                total: Some(Cents::new(cents)),
                ..derived("a", "one")
            };
            store.write(Lane::Bulk, move |tx| tx.save_derived(&draft, "t")).unwrap();
        }
        let groups = |by| -> Vec<(Option<String>, i64, i64)> {
            let found = store.read(|r| r.draft_groups(&DraftFilter::default(), by)).unwrap();
            found.into_iter().map(|group| (group.key, group.count, group.total.get())).collect()
        };
        let some = |key: &str| Some(key.to_string());
        assert_eq!(groups(GroupBy::Party), [(some("Müller"), 1, 1_000), (some("Acme"), 3, 355)]);
        let months = [(some("2026-01"), 1, 250), (some("2026-02"), 2, 1_100), (None, 1, 5)];
        assert_eq!(groups(GroupBy::Month), months, "in their order, those without one last");
        assert_eq!(groups(GroupBy::Kind).iter().map(|group| group.1).sum::<i64>(), 4);
    }

    #[test]
    fn amounts_of_two_currencies_are_never_added() {
        let (_dir, store) = scratch();
        for (number, (currency, cents)) in
            [("USD", 100), ("EUR", 40), ("usd", 1), ("EUR", 2)].into_iter().enumerate()
        {
            let draft = DerivedDraft {
                source: format!("SalesOrder/{number}"),
                posting_key: Some(format!("key{number}")),
                party_name: Some("Acme".into()),
                month: Some("2026-02".into()),
                currency: currency.into(),
                total: Some(Cents::new(cents)),
                ..derived("a", "one")
            };
            store.write(Lane::Bulk, move |tx| tx.save_derived(&draft, "t")).unwrap();
        }
        for by in GroupBy::ALL {
            let found = store.read(|r| r.draft_groups(&DraftFilter::default(), by)).unwrap();
            let mut sums: Vec<_> =
                found.iter().map(|g| (g.currency.as_str(), g.count, g.total.get())).collect();
            sums.sort_unstable();
            assert_eq!(sums, [("EUR", 2, 42), ("USD", 2, 101)], "{by:?}");
        }
        let euros = DraftFilter {
            wanted: crate::books::find::parse("currency:eur").unwrap(),
            ..DraftFilter::default()
        };
        assert_eq!(store.read(|r| r.draft_ids(&euros)).unwrap().len(), 2);
    }
}
