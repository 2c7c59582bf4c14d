//! Single facts: operator, company file, watermarks, rate state, visits, identities.
//!
//! Must never hold a secret.

use super::{Reader, Result, Tx};
use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A visit of the Web Connector (good logins only).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Visit {
    pub id: i64,
    pub identity: String,
    pub opened_at: String,
    pub ended_at: Option<String>,
    pub company: String,
    pub requests: i64,
    pub ended: String,
}

impl Reader<'_> {
    /// One fact.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn meta(&self, key: &str) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?)
    }

    /// One fact kept as JSON; none when it was never set.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn meta_json<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        match self.meta(key)? {
            Some(text) => Ok(Some(serde_json::from_str(&text)?)),
            None => Ok(None),
        }
    }

    /// How far a Cin7 resource was fetched.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn watermark(&self, resource: &str) -> Result<Option<String>> {
        Ok(self
            .row("SELECT at FROM watermark WHERE resource = ?1", [resource], |row| row.get(0))
            .optional()?)
    }

    /// The newest visits, newest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn visits(&self, limit: usize) -> Result<Vec<Visit>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, identity, opened_at, ended_at, company, requests, ended FROM visit ORDER BY id DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([limit as i64], |row| {
            Ok(Visit {
                id: row.get(0)?,
                identity: row.get(1)?,
                opened_at: row.get(2)?,
                ended_at: row.get(3)?,
                company: row.get(4)?,
                requests: row.get(5)?,
                ended: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether a Web Connector identity of that user name was made here.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn identity_known(&self, user_name: &str) -> Result<bool> {
        Ok(self
            .row("SELECT 1 FROM identity WHERE user_name = ?1", [user_name], |_| Ok(()))
            .optional()?
            .is_some())
    }
}

impl Tx<'_> {
    /// Sets one fact.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<()> {
        self.db
            .prepare_cached("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?
            .execute([key, value])?;
        Ok(())
    }

    /// Forgets one fact.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn clear_meta(&self, key: &str) -> Result<()> {
        self.run("DELETE FROM meta WHERE key = ?1", [key])?;
        Ok(())
    }

    /// Sets one fact as JSON.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn set_meta_json(&self, key: &str, value: &impl Serialize) -> Result<()> {
        self.set_meta(key, &serde_json::to_string(value)?)
    }

    /// Moves a watermark; only after a pass that succeeded.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_watermark(&self, resource: &str, at: &str) -> Result<()> {
        self.run(
            "INSERT INTO watermark VALUES (?1, ?2) ON CONFLICT (resource) DO UPDATE SET at = ?2",
            [resource, at],
        )?;
        Ok(())
    }

    /// A visit begins.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn open_visit(&self, identity: &str, at: &str) -> Result<i64> {
        self.run("INSERT INTO visit (identity, opened_at) VALUES (?1, ?2)", [identity, at])?;
        Ok(self.db.last_insert_rowid())
    }

    /// A visit goes on or ends.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn note_visit(
        &self,
        id: i64,
        company: &str,
        requests: i64,
        ended: Option<(&str, &str)>,
    ) -> Result<()> {
        self.run(
            "UPDATE visit SET company = ?2, requests = ?3, ended_at = COALESCE(?4, ended_at), ended = COALESCE(?5, ended) WHERE id = ?1",
            params![id, company, requests, ended.map(|e| e.0), ended.map(|e| e.1)],
        )?;
        Ok(())
    }

    /// Makes a Web Connector identity known.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn add_identity(&self, user_name: &str, computer: &str, app_name: &str, at: &str) -> Result<()> {
        self.run(
            "INSERT INTO identity VALUES (?1, ?2, ?3, ?4) ON CONFLICT (user_name) DO UPDATE SET computer = ?2, app_name = ?3",
            [user_name, computer, app_name, at],
        )?;
        Ok(())
    }
}
