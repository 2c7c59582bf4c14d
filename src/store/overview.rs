//! Counts for the first page of the screens: what was posted day by day, how old what is held back is, what happened
//! since a moment, how far a month is.
//!
//! Must never read whole drafts: every question here is answered from an index, or from a bounded number of rows
//! (design section 7).

use super::{Reader, Result};
use crate::base::{Cents, Month};
use crate::books::{DraftState, TxnKind};
use rusqlite::params;

/// How many, and what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Sum {
    pub count: i64,
    pub total: Cents,
}

/// Drafts of a month by where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MonthCount {
    pub kind: Option<TxnKind>,
    pub state: DraftState,
    pub pending: bool,
    pub sum: Sum,
}

/// Drafts that need attention of which the reasons are looked at.
const REASONS_LOOKED_AT: usize = 2_000;

impl Reader<'_> {
    /// What QuickBooks confirmed from one instant to another: new documents only.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn posted_between(&self, from: &str, to: &str) -> Result<Sum> {
        let sql =
            "SELECT COUNT(*), COALESCE(SUM(d.total), 0) FROM operation o JOIN draft d ON d.id = o.draft_id
             WHERE o.done_at >= ?1 AND o.done_at < ?2 AND o.kind = 'TxnAdd' AND o.state = 'Done'";
        Ok(self
            .db
            .prepare_cached(sql)?
            .query_row([from, to], |row| Ok(Sum { count: row.get(0)?, total: Cents::new(row.get(1)?) }))?)
    }

    /// Drafts in one state with a ledger date from one day to another, the first left out; `None` has no end.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn standing_between(&self, state: DraftState, after: Option<&str>, to: Option<&str>) -> Result<Sum> {
        let sql = "SELECT COUNT(*), COALESCE(SUM(total), 0) FROM draft INDEXED BY draft_standing
             WHERE state = ?1 AND (?2 IS NULL OR date > ?2) AND (?3 IS NULL OR date <= ?3)";
        Ok(self.db.prepare_cached(sql)?.query_row(params![state.word(), after, to], |row| {
            Ok(Sum { count: row.get(0)?, total: Cents::new(row.get(1)?) })
        })?)
    }

    /// How many events of each kind happened since an instant.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn events_since(&self, at: &str) -> Result<Vec<(String, i64)>> {
        let mut statement =
            self.db.prepare_cached("SELECT kind, COUNT(*) FROM event WHERE at >= ?1 GROUP BY kind")?;
        let rows = statement.query_map([at], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Documents that fetches since an instant brought: new ones, changed ones.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn fetched_since(&self, at: &str) -> Result<(i64, i64)> {
        let sql = "SELECT COALESCE(SUM(json_extract(body, '$.new')), 0), COALESCE(SUM(json_extract(body, '$.changed')), 0)
             FROM event WHERE at >= ?1 AND kind = 'fetched'";
        Ok(self.db.prepare_cached(sql)?.query_row([at], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Where the drafts of a month stand.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn month_counts(&self, month: Month) -> Result<Vec<MonthCount>> {
        let mut statement = self.db.prepare_cached(
            "SELECT kind, state, pending, COUNT(*), COALESCE(SUM(total), 0) FROM draft WHERE month = ?1 GROUP BY 1, 2, 3",
        )?;
        let rows = statement.query_map([month.to_string()], |row| {
            let (kind, state): (Option<String>, String) = (row.get(0)?, row.get(1)?);
            Ok(MonthCount {
                kind: kind.as_deref().and_then(TxnKind::from_word),
                state: DraftState::from_word(&state).unwrap_or(DraftState::NeedsAttention),
                pending: row.get(2)?,
                sum: Sum { count: row.get(3)?, total: Cents::new(row.get(4)?) },
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many proposed changes of posted documents stand in each state.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn proposal_counts(&self) -> Result<Vec<(DraftState, i64)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT proposal, COUNT(*) FROM draft WHERE proposal IS NOT NULL GROUP BY proposal",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        let counts: Vec<(String, i64)> = rows.collect::<rusqlite::Result<_>>()?;
        Ok(counts
            .into_iter()
            .filter_map(|(word, count)| Some((DraftState::from_word(&word)?, count)))
            .collect())
    }

    /// What stands in the way most often of the drafts in a state: code, one of the texts, how many.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn common_reasons(&self, state: DraftState, limit: usize) -> Result<Vec<(String, String, i64)>> {
        let sql = format!(
            "SELECT json_extract(r.value, '$.code'), MIN(json_extract(r.value, '$.text')), COUNT(*)
             FROM (SELECT reasons FROM draft WHERE state = ?1 LIMIT {REASONS_LOOKED_AT}) d, json_each(d.reasons) r
             WHERE lower(json_extract(r.value, '$.level')) = 'blocks' GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT ?2"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![state.word(), limit as i64], |row| {
            Ok((
                row.get::<_, Option<String>>(0)?.unwrap_or_default(),
                row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                row.get(2)?,
            ))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many visits of the Web Connector began since an instant.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn visits_since(&self, at: &str) -> Result<i64> {
        Ok(self
            .db
            .prepare_cached("SELECT COUNT(*) FROM visit WHERE opened_at >= ?1")?
            .query_row([at], |row| row.get(0))?)
    }

    /// How many batches were closed.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn batch_count(&self) -> Result<i64> {
        Ok(self.db.prepare_cached("SELECT COUNT(*) FROM batch")?.query_row([], |row| row.get(0))?)
    }

    /// Titles of the decision that an undo would take back, and of the one that a redo would make again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn undo_titles(&self) -> Result<(Option<String>, Option<String>)> {
        let title = |sql: &str| -> Result<Option<String>> {
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            Ok(match rows.next()? {
                Some(row) => Some(row.get(0)?),
                None => None,
            })
        };
        Ok((
            title("SELECT title FROM decision WHERE undone = 0 ORDER BY id DESC LIMIT 1")?,
            title("SELECT title FROM decision WHERE undone = 1 ORDER BY id LIMIT 1")?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::super::drafts::DerivedDraft;
    use super::super::drafts::tests::derived;
    use super::super::{Lane, scratch};
    use super::*;

    #[test]
    fn ageing_and_months_are_counted_and_reasons_are_named_with_the_most_frequent_first() {
        let (_dir, store) = scratch();
        for (number, (date, cents, state, code)) in [
            ("2026-02-05", 100, DraftState::NeedsAttention, "no_link"),
            ("2026-02-20", 200, DraftState::NeedsAttention, "no_link"),
            ("2026-03-01", 400, DraftState::NeedsAttention, "no_account"),
            ("2026-03-01", 800, DraftState::Ready, ""),
        ]
        .into_iter()
        .enumerate()
        {
            let reasons = if code.is_empty() {
                "[]".to_string()
            } else {
                format!(r#"[{{"code":"{code}","text":"It is {code}.","field":null,"level":"blocks"}}]"#)
            };
            let draft = DerivedDraft {
                source: format!("SalesOrder/{number}"),
                posting_key: Some(format!("key{number}")),
                date: Some(date.into()),
                month: date.get(..7).map(Into::into),
                total: Some(Cents::new(cents)),
                state,
                reasons,
                ..derived("a", "one")
            };
            store.write(Lane::Bulk, move |tx| tx.save_derived(&draft, "t")).unwrap();
        }
        let of =
            |after, to| store.read(|r| r.standing_between(DraftState::NeedsAttention, after, to)).unwrap();
        assert_eq!(of(None, Some("2026-02-10")), Sum { count: 1, total: Cents::new(100) });
        assert_eq!(of(Some("2026-02-10"), None), Sum { count: 2, total: Cents::new(600) });
        let reasons = store.read(|r| r.common_reasons(DraftState::NeedsAttention, 5)).unwrap();
        assert_eq!(reasons[0], ("no_link".to_string(), "It is no_link.".to_string(), 2));
        assert_eq!(reasons.len(), 2);
        let month = store.read(|r| r.month_counts("2026-03".parse().unwrap())).unwrap();
        assert_eq!(month.iter().map(|row| row.sum.total.get()).sum::<i64>(), 1_200);
    }
}
