//! How the engine's proposals fared: what it had said when a person linked a contact, and whether the link was taken back.
//!
//! Must never change a link: it only counts what people decided (`matching.md` 5).

use super::links::Link;
use super::{Reader, Result, Tx};
use crate::books::PartyList;
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

/// Links that people made, by what the engine had said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OutcomeCount {
    /// `auto`, `suggest` or `none`.
    pub decision: String,
    /// Whether the engine's first candidate was taken.
    pub first: bool,
    /// How many.
    pub accepted: i64,
    /// How many of them were taken back later.
    pub undone: i64,
}

/// The names of both sides when a link was made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct LinkedNames {
    pub contact_id: i64,
    pub role: PartyList,
    pub list_id: String,
    /// Cin7's name.
    pub contact: String,
    /// QuickBooks' FullName.
    pub party: String,
}

#[derive(Deserialize)]
struct Candidate {
    list_id: String,
}

impl Tx<'_> {
    /// Notes that a person linked a contact to a record that exists, or took such a link back.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub(super) fn note_outcome(&self, contact_id: i64, role: PartyList, link: Option<&Link>) -> Result<()> {
        let now = link.and_then(|l| l.list_id.as_deref());
        self.db
            .prepare_cached(
                "UPDATE match_outcome SET undone = 1 WHERE contact_id = ?1 AND role = ?2 AND list_id IS NOT ?3 AND undone = 0",
            )?
            .execute(params![contact_id, role.word(), now])?;
        let Some(list_id) = now else { return Ok(()) };
        let proposal: Option<(String, String, String)> = self
            .db
            .prepare_cached(
                "SELECT decision, name, body FROM match_proposal WHERE contact_id = ?1 AND role = ?2",
            )?
            .query_row(params![contact_id, role.word()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((decision, name, body)) = proposal else { return Ok(()) };
        let candidates: Vec<Candidate> = serde_json::from_str(&body).unwrap_or_default();
        let rank = candidates.iter().position(|c| c.list_id == list_id).map_or(0, |at| at as i64 + 1);
        self.db
            .prepare_cached(
                "INSERT INTO match_outcome VALUES (?1,?2,?3,?4,?5,?6,0)
                 ON CONFLICT (contact_id, role, list_id) DO UPDATE SET undone = 0",
            )?
            .execute(params![contact_id, role.word(), list_id, decision, rank, name])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Links made so far, by what the engine had said.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn match_outcomes(&self) -> Result<Vec<OutcomeCount>> {
        let mut statement = self.db.prepare_cached(
            "SELECT decision, rank = 1, COUNT(*), SUM(undone) FROM match_outcome GROUP BY 1, 2 ORDER BY 1, 2 DESC",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(OutcomeCount {
                decision: row.get(0)?,
                first: row.get(1)?,
                accepted: row.get(2)?,
                undone: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The names of both sides of every link when it was made.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn linked_names(&self) -> Result<Vec<LinkedNames>> {
        let mut statement = self.db.prepare_cached(
            "SELECT l.contact_id, l.role, l.list_id, o.contact_name, l.name FROM party_link l
             JOIN match_outcome o ON o.contact_id = l.contact_id AND o.role = l.role AND o.list_id = l.list_id",
        )?;
        let rows = statement.query_map([], |row| {
            let role: String = row.get(1)?;
            Ok(LinkedNames {
                contact_id: row.get(0)?,
                role: if role == "Vendor" { PartyList::Vendor } else { PartyList::Customer },
                list_id: row.get(2)?,
                contact: row.get(3)?,
                party: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A number that grows whenever a customer or vendor is added, changes or goes.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn party_changes(&self) -> Result<i64> {
        let sql = "SELECT COALESCE(SUM(n), 0) FROM list_change WHERE list IN ('Customer', 'Vendor')";
        Ok(self.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// The newest revision of every record of a resource, by Cin7 id.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn revisions(&self, resource: &str) -> Result<Vec<(i64, i64)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT cin7_id, revision_id FROM source_document WHERE resource = ?1 AND revision_id IS NOT NULL",
        )?;
        let rows = statement.query_map([resource], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Proposals with documents by decision, and how many contacts are linked to a record.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn proposals_by_decision(&self) -> Result<(Vec<(String, i64)>, i64)> {
        let mut statement = self.db.prepare_cached(
            "SELECT decision, COUNT(*) FROM match_proposal WHERE documents > 0 GROUP BY decision",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let counts = rows.collect::<rusqlite::Result<_>>()?;
        let linked = self.row(
            "SELECT COUNT(*) FROM match_proposal p JOIN party_link l ON l.contact_id = p.contact_id AND l.role = p.role
             WHERE p.documents > 0 AND l.list_id IS NOT NULL",
            [],
            |row| row.get(0),
        )?;
        Ok((counts, linked))
    }
}
