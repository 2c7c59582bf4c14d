//! Decisions of people, each with what undoes it; undo survives a restart.
//!
//! Must never undo by forgetting: an undo is a decision of its own with its own event (design section 2).

use super::{Reader, Result, StoreError, Tx};
use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A decision as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Decision<C> {
    pub id: i64,
    pub at: String,
    pub actor: String,
    pub title: String,
    pub changes: Vec<C>,
    pub undone: bool,
    /// Decisions of one series are undone and redone together.
    pub series: Option<String>,
}

impl Tx<'_> {
    /// Remembers a decision with its changes. What was undone and not redone can no longer be redone.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn keep_decision<C: Serialize>(
        &self,
        at: &str,
        actor: &str,
        title: &str,
        changes: &[C],
    ) -> Result<i64> {
        self.keep_decision_of(at, actor, title, changes, None)
    }

    /// The same for a part of a decision that was one to the person who made it.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn keep_decision_of<C: Serialize>(
        &self,
        at: &str,
        actor: &str,
        title: &str,
        changes: &[C],
        series: Option<&str>,
    ) -> Result<i64> {
        self.run("DELETE FROM decision WHERE undone = 1", [])?;
        self.run(
            "INSERT INTO decision (at, actor, title, changes, series) VALUES (?1,?2,?3,?4,?5)",
            params![at, actor, title, serde_json::to_string(changes)?, series],
        )?;
        Ok(self.db.last_insert_rowid())
    }

    /// Notes a decision as undone or done again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn mark_decision(&self, id: i64, undone: bool) -> Result<()> {
        self.run("UPDATE decision SET undone = ?2 WHERE id = ?1", params![id, undone])?;
        Ok(())
    }

    /// Closing a batch makes what came before it final.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn forget_decisions(&self) -> Result<()> {
        self.run("DELETE FROM decision", [])?;
        Ok(())
    }
}

impl Reader<'_> {
    fn one_decision<C: DeserializeOwned>(&self, sql: &str) -> Result<Option<Decision<C>>> {
        let found = self
            .db
            .prepare_cached(sql)?
            .query_row([], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get::<_, String>(4)?,
                    row.get(5)?,
                    row.get(6)?,
                ))
            })
            .optional()?;
        let Some((id, at, actor, title, changes, undone, series)) = found else { return Ok(None) };
        let changes = serde_json::from_str(&changes).map_err(StoreError::Json)?;
        Ok(Some(Decision { id, at, actor, title, changes, undone, series }))
    }

    /// The newest decision that stands.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn last_decision<C: DeserializeOwned>(&self) -> Result<Option<Decision<C>>> {
        self.one_decision(
            "SELECT id, at, actor, title, changes, undone, series FROM decision WHERE undone = 0 ORDER BY id DESC LIMIT 1",
        )
    }

    /// The oldest decision that was undone: the next to redo.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn next_redo<C: DeserializeOwned>(&self) -> Result<Option<Decision<C>>> {
        self.one_decision(
            "SELECT id, at, actor, title, changes, undone, series FROM decision WHERE undone = 1 ORDER BY id LIMIT 1",
        )
    }
}
