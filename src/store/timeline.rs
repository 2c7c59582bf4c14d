//! The moments in the life of one draft: contents seen in Cin7, versions, bytes handed out, answers.
//!
//! Must never return contents or bytes: moments and short facts only.

use super::{Reader, Result};
use crate::base::DraftId;
use rusqlite::params;

/// A version of a draft, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct VersionMoment {
    pub version: i64,
    pub made_at: String,
}

/// One hand-out of bytes and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SetMoment {
    pub kind: String,
    pub attempt: i64,
    pub identity: String,
    pub handed_at: String,
    pub answered_at: Option<String>,
    /// Open, Answered, Absent, Dead.
    pub status: String,
}

impl Reader<'_> {
    /// When each content of the document behind a draft was first seen, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contents_seen(&self, revision_id: i64) -> Result<Vec<String>> {
        let mut statement = self.db.prepare_cached(
            "SELECT seen_at FROM source_revision
             WHERE document_id = (SELECT document_id FROM source_revision WHERE id = ?1) ORDER BY id",
        )?;
        let rows = statement.query_map([revision_id], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// When each version of a draft was made, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn version_moments(&self, draft: DraftId) -> Result<Vec<VersionMoment>> {
        let mut statement = self.db.prepare_cached(
            "SELECT version, made_at FROM draft_version WHERE draft_id = ?1 ORDER BY version",
        )?;
        let rows = statement
            .query_map([draft.0], |row| Ok(VersionMoment { version: row.get(0)?, made_at: row.get(1)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every hand-out of a draft's operations, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_moments(&self, draft: DraftId) -> Result<Vec<SetMoment>> {
        let mut statement = self.db.prepare_cached(
            "SELECT o.kind, m.attempt, m.identity, m.handed_at, m.answered_at, m.status
             FROM operation o JOIN message_set m ON m.operation_id = o.id WHERE o.draft_id = ?1 ORDER BY m.handed_at",
        )?;
        let rows = statement.query_map(params![draft.0], |row| {
            Ok(SetMoment {
                kind: row.get(0)?,
                attempt: row.get(1)?,
                identity: row.get(2)?,
                handed_at: row.get(3)?,
                answered_at: row.get(4)?,
                status: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
