//! Costs of documents by month, which months are due, and the answers of people about costs.
//!
//! Must never read a document's JSON: what a month needs stands in `document_cost`. Which month is due is kept by the
//! database itself (triggers of migration 2), so that no change of a draft can forget it.

use super::{Reader, Result, Tx};
use crate::base::{Cents, DraftId};
use crate::books::DraftState;
use crate::store::drafts::{COLUMNS, DraftRow, from_row};
use rusqlite::{OptionalExtension as _, params};

/// A document's cost with what became of its draft and a person's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostRow {
    /// JSON of the cost.
    pub body: String,
    /// State of the document's live draft; none where there is none.
    pub state: Option<DraftState>,
    /// Excluded by a person.
    pub excluded: bool,
    /// `count` or `leave`.
    pub answer: Option<String>,
}

/// A month as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct CogsMonthRow {
    pub month: String,
    pub mark: i64,
    pub done: i64,
    pub ground: String,
}

/// A sale or credit note of a month, as far as the month-end trap is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SaleOfMonth {
    pub reference: String,
    pub state: DraftState,
    pub pending: bool,
    pub total: Cents,
    /// JSON of its reasons.
    pub reasons: String,
}

impl Tx<'_> {
    /// Keeps what a document costs, or forgets it where it can have no cost. An equal one writes nothing.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_cost(&self, source: &str, cost: Option<(&str, &str)>) -> Result<()> {
        match cost {
            Some((month, body)) => self
                .db
                .prepare_cached(
                    "INSERT INTO document_cost (source, month, body) VALUES (?1, ?2, ?3)
                     ON CONFLICT (source) DO UPDATE SET month = ?2, body = ?3 WHERE body <> ?3 OR month <> ?2",
                )?
                .execute([source, month, body])?,
            None => self.db.prepare_cached("DELETE FROM document_cost WHERE source = ?1")?.execute([source])?,
        };
        Ok(())
    }

    /// Notes that a month's journals are made, from what stood at this mark and on this ground.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn cogs_done(&self, month: &str, mark: i64, ground: &str) -> Result<()> {
        self.db
            .prepare_cached("UPDATE cogs_month SET done = ?2, ground = ?3 WHERE month = ?1")?
            .execute(params![month, mark, ground])?;
        Ok(())
    }

    /// Keeps what each document contributed to a version of a cost journal; of older versions only the posted one's
    /// stays, and that is never changed.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_basis(&self, draft: DraftId, version: i64, posted: Option<i64>, body: &str) -> Result<()> {
        self.db
            .prepare_cached(
                "DELETE FROM cogs_basis WHERE draft_id = ?1 AND version IS NOT ?2 AND version <> ?3",
            )?
            .execute(params![draft.0, posted, version])?;
        if posted == Some(version) {
            return Ok(());
        }
        self.db
            .prepare_cached(
                "INSERT INTO cogs_basis VALUES (?1, ?2, ?3) ON CONFLICT (draft_id, version) DO UPDATE SET body = ?3 WHERE body <> ?3",
            )?
            .execute(params![draft.0, version, body])?;
        Ok(())
    }

    /// Keeps or takes back a person's answer about a cost.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_cost_answer(&self, source: &str, answer: Option<&str>, by: &str, at: &str) -> Result<()> {
        match answer {
            Some(answer) => self.run(
                "INSERT INTO cost_answer VALUES (?1, ?2, ?3, ?4) ON CONFLICT (source) DO UPDATE SET answer = ?2, by_whom = ?3, at = ?4",
                [source, answer, by, at],
            )?,
            None => self.run("DELETE FROM cost_answer WHERE source = ?1", [source])?,
        };
        Ok(())
    }
}

impl Reader<'_> {
    /// Every month with a cost, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn cogs_months(&self) -> Result<Vec<CogsMonthRow>> {
        let mut statement =
            self.db.prepare_cached("SELECT month, mark, done, ground FROM cogs_month ORDER BY month")?;
        let rows = statement.query_map([], |row| {
            Ok(CogsMonthRow { month: row.get(0)?, mark: row.get(1)?, done: row.get(2)?, ground: row.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The costs of a month, one at a time, in the order of their sources.
    ///
    /// # Errors
    /// What SQLite or the receiver says.
    pub fn each_cost(&self, month: &str, mut each: impl FnMut(CostRow) -> Result<()>) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT c.body, d.state, d.excluded_why IS NOT NULL, a.answer FROM document_cost c
             LEFT JOIN draft d ON d.source = c.source AND d.part = 0 AND d.state <> 'Voided'
             LEFT JOIN cost_answer a ON a.source = c.source WHERE c.month = ?1 ORDER BY c.source",
        )?;
        let mut rows = statement.query([month])?;
        while let Some(row) = rows.next()? {
            let state: Option<String> = row.get(1)?;
            each(CostRow {
                body: row.get(0)?,
                state: state.as_deref().and_then(DraftState::from_word),
                excluded: row.get(2)?,
                answer: row.get(3)?,
            })?;
        }
        Ok(())
    }

    /// The cost of one document.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn cost_of(&self, source: &str) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached("SELECT body FROM document_cost WHERE source = ?1")?
            .query_row([source], |row| row.get(0))
            .optional()?)
    }

    /// Sales and credit notes of a month that have a total and are not out of the books, one at a time.
    ///
    /// # Errors
    /// What SQLite or the receiver says.
    pub fn each_sale_of(&self, month: &str, mut each: impl FnMut(SaleOfMonth)) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT reference, state, pending, total, reasons FROM draft WHERE month = ?1 AND kind IN ('Invoice', 'CreditMemo')
             AND cin7_type IN ('SalesOrder', 'CreditNote') AND state NOT IN ('Excluded', 'NotReady', 'Voided')
             AND COALESCE(total, 0) <> 0 AND NOT (state = 'Posted' AND pending = 0) ORDER BY date, id",
        )?;
        let mut rows = statement.query([month])?;
        while let Some(row) = rows.next()? {
            let state: String = row.get(1)?;
            each(SaleOfMonth {
                reference: row.get(0)?,
                state: DraftState::from_word(&state).unwrap_or(DraftState::NeedsAttention),
                pending: row.get(2)?,
                total: Cents::new(row.get(3)?),
                reasons: row.get(4)?,
            });
        }
        Ok(())
    }

    /// What each document contributed to a version of a cost journal.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn basis(&self, draft: DraftId, version: i64) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached("SELECT body FROM cogs_basis WHERE draft_id = ?1 AND version = ?2")?
            .query_row(params![draft.0, version], |row| row.get(0))
            .optional()?)
    }

    /// A person's answer about a cost.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn cost_answer(&self, source: &str) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached("SELECT answer FROM cost_answer WHERE source = ?1")?
            .query_row([source], |row| row.get(0))
            .optional()?)
    }

    /// The corrections of a closed month, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn corrections_of(&self, month: &str) -> Result<Vec<DraftRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM draft WHERE cin7_type = 'CogsDifference' AND cin7_id >= ?1 || '/' AND cin7_id < ?1 || '0' AND state <> 'Voided' ORDER BY id"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([month], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
