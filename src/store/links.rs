//! Links between Cin7 contacts and QuickBooks parties, refusals, and the proposals that wait for a decision.
//!
//! Must never move a link by itself: a remembered decision wins over every score (`matching.md` 5).

use super::{Reader, Result, Tx};
use crate::books::{ListAdd, PartyList};
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

/// A decision about one contact in one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Cin7 contact.
    pub contact_id: i64,
    /// Customer or vendor.
    pub role: PartyList,
    /// The QuickBooks record; none while it is still to be created.
    pub list_id: Option<String>,
    /// Its name when it was decided.
    pub name: String,
    /// The entry to be created, where that was decided.
    pub list_add: Option<ListAdd>,
    /// Who decided.
    pub by_whom: String,
    /// When.
    pub at: String,
    /// Score in bits when it was decided.
    pub score: String,
    /// Evidence in words.
    pub evidence: String,
}

/// A row of the Match screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct MatchRow {
    pub contact_id: i64,
    pub role: PartyList,
    /// The Cin7 contact's name.
    pub name: String,
    /// `auto`, `suggest` or `none`.
    pub decision: String,
    /// In words.
    pub why: String,
    /// Eligible documents that wait for it.
    pub documents: i64,
    pub deferred: bool,
    /// The proposal as JSON (candidates with their evidence).
    pub body: String,
    pub link: Option<Link>,
    /// The record of the link is inactive, deleted or merged away in QuickBooks: a person decides anew.
    pub broken: bool,
}

impl MatchRow {
    /// Whether it still is to be decided.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.link.is_none() || self.broken
    }

    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing {
            linked: self.link.is_some(),
            to_record: self.link.as_ref().is_some_and(|link| link.list_id.is_some()),
            broken: self.broken,
            deferred: self.deferred,
            proposed: proposed(&self.decision),
        }
    }
}

/// A proposal to be kept.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewProposal {
    pub contact_id: i64,
    pub role: PartyList,
    pub name: String,
    pub decision: String,
    pub why: String,
    pub documents: i64,
    pub body: String,
}

fn role(word: &str) -> PartyList {
    if word == "Vendor" { PartyList::Vendor } else { PartyList::Customer }
}

fn link_from(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Option<Link>> {
    let Some(name) = row.get::<_, Option<String>>(at + 3)? else { return Ok(None) };
    let list_add: Option<String> = row.get(at + 4)?;
    Ok(Some(Link {
        contact_id: row.get(at)?,
        role: role(&row.get::<_, String>(at + 1)?),
        list_id: row.get(at + 2)?,
        name,
        list_add: list_add.and_then(|text| serde_json::from_str(&text).ok()),
        by_whom: row.get(at + 5)?,
        at: row.get(at + 6)?,
        score: row.get(at + 7)?,
        evidence: row.get(at + 8)?,
    }))
}

const LINK: &str =
    "l.contact_id, l.role, l.list_id, l.name, l.list_add, l.by_whom, l.at, l.score, l.evidence";

const JOINED: &str =
    "FROM match_proposal p LEFT JOIN party_link l ON l.contact_id = p.contact_id AND l.role = p.role
    LEFT JOIN list_entry e ON e.list = l.role AND e.list_id = l.list_id";

/// The record of the link is not there any more.
const BROKEN: &str = "l.list_id IS NOT NULL AND (CASE WHEN e.list_id IS NULL THEN l.list_add IS NULL
      ELSE e.active = 0 OR e.deleted = 1 END)";

/// Undecided first, sure ones before the others, then by name.
const ORDER: &str =
    "l.contact_id IS NOT NULL AND (e.list_id IS NULL OR (e.active = 1 AND e.deleted = 0)), p.deferred,
     CASE p.decision WHEN 'auto' THEN 0 WHEN 'suggest' THEN 1 ELSE 2 END, p.name, p.contact_id";

/// Rows of the Match screen; their bodies take some thousand bytes each and are read only where they are wanted.
fn match_rows_sql(with_bodies: bool) -> String {
    let body = if with_bodies { "p.body" } else { "''" };
    format!(
        "SELECT p.contact_id, p.role, p.name, p.decision, p.why, p.documents, p.deferred, {body}, {LINK}, {BROKEN} {JOINED}"
    )
}

/// What the engine proposes for a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Proposed {
    Sure,
    Suggested,
    Nothing,
}

/// Where a contact stands, in few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Somebody decided about it.
    pub linked: bool,
    /// The decision is a record that QuickBooks has or had; else it is still to be created.
    pub to_record: bool,
    /// That record is inactive, deleted or merged away.
    pub broken: bool,
    /// Put aside for later.
    pub deferred: bool,
    /// What the engine proposes.
    pub proposed: Proposed,
}

impl Standing {
    /// Whether it still is to be decided.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !self.linked || self.broken
    }

    /// Whether it stands so, by the word of the filter line.
    #[must_use]
    pub fn is(self, word: &str) -> bool {
        let undecided = !self.linked && !self.deferred;
        match word {
            "open" => self.is_open() && !self.deferred,
            "sure" => undecided && self.proposed == Proposed::Sure,
            "suggested" => undecided && self.proposed == Proposed::Suggested,
            "no-match" => undecided && self.proposed == Proposed::Nothing,
            "later" => self.is_open() && self.deferred,
            "linked" => !self.broken && self.linked && self.to_record,
            "new" => self.linked && !self.to_record,
            _ => self.broken,
        }
    }

    /// The word of the filter line that says most of it.
    #[must_use]
    pub fn word(self) -> &'static str {
        const FIRST: [&str; 7] = ["broken", "new", "linked", "later", "sure", "suggested", "no-match"];
        FIRST.into_iter().find(|word| self.is(word)).unwrap_or("open")
    }
}

fn proposed(decision: &str) -> Proposed {
    match decision {
        "auto" => Proposed::Sure,
        "suggest" => Proposed::Suggested,
        _ => Proposed::Nothing,
    }
}

/// A contact of the Match screen without what only its own row shows.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct ContactBrief {
    pub contact_id: i64,
    pub role: PartyList,
    pub name: String,
    pub documents: i64,
    pub standing: Standing,
}

fn match_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<MatchRow> {
    Ok(MatchRow {
        contact_id: row.get(0)?,
        role: role(&row.get::<_, String>(1)?),
        name: row.get(2)?,
        decision: row.get(3)?,
        why: row.get(4)?,
        documents: row.get(5)?,
        deferred: row.get(6)?,
        body: row.get(7)?,
        link: link_from(row, 8)?,
        broken: row.get::<_, Option<bool>>(17)?.unwrap_or(false),
    })
}

impl Tx<'_> {
    /// Remembers a decision, or with `None` forgets it.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn set_link(&self, contact_id: i64, in_role: PartyList, link: Option<&Link>) -> Result<()> {
        self.note_outcome(contact_id, in_role, link)?;
        match link {
            None => {
                self.run(
                    "DELETE FROM party_link WHERE contact_id = ?1 AND role = ?2",
                    params![contact_id, in_role.word()],
                )?;
            }
            Some(link) => {
                let list_add = link.list_add.as_ref().map(serde_json::to_string).transpose()?;
                self.db
                    .prepare_cached("INSERT OR REPLACE INTO party_link VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)")?
                    .execute(params![
                        contact_id,
                        in_role.word(),
                        link.list_id,
                        link.name,
                        list_add,
                        link.by_whom,
                        link.at,
                        link.score,
                        link.evidence
                    ])?;
            }
        }
        Ok(())
    }

    /// An approved Add made the entry: the link now has its ListID.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn bind_link(&self, contact_id: i64, in_role: PartyList, list_id: &str) -> Result<()> {
        self.run(
            "UPDATE party_link SET list_id = ?3 WHERE contact_id = ?1 AND role = ?2",
            params![contact_id, in_role.word(), list_id],
        )?;
        Ok(())
    }

    /// Remembers that this pair must never be offered again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_refusal(
        &self,
        contact_id: i64,
        in_role: PartyList,
        list_id: &str,
        by: Option<(&str, &str)>,
    ) -> Result<()> {
        match by {
            Some((who, at)) => self.run(
                "INSERT OR REPLACE INTO link_refusal VALUES (?1,?2,?3,?4,?5)",
                params![contact_id, in_role.word(), list_id, who, at],
            )?,
            None => self.run(
                "DELETE FROM link_refusal WHERE contact_id = ?1 AND role = ?2 AND list_id = ?3",
                params![contact_id, in_role.word(), list_id],
            )?,
        };
        Ok(())
    }

    /// These proposals have no documents any more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn clear_proposal_counts(&self, gone: &[(i64, PartyList)]) -> Result<()> {
        let mut clear = self
            .db
            .prepare_cached("UPDATE match_proposal SET documents = 0 WHERE contact_id = ?1 AND role = ?2")?;
        for (contact_id, in_role) in gone {
            clear.execute(params![contact_id, in_role.word()])?;
        }
        Ok(())
    }

    /// How many documents wait for each contact, where the proposal itself stays.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_proposal_counts(&self, counts: &[(i64, PartyList, i64)]) -> Result<()> {
        let mut set = self.db.prepare_cached(
            "UPDATE match_proposal SET documents = ?3 WHERE contact_id = ?1 AND role = ?2 AND documents <> ?3",
        )?;
        for (contact_id, in_role, documents) in counts {
            set.execute(params![contact_id, in_role.word(), documents])?;
        }
        Ok(())
    }

    /// Puts a contact aside for later, or back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_deferred(&self, contact_id: i64, in_role: PartyList, deferred: bool) -> Result<()> {
        self.run(
            "UPDATE match_proposal SET deferred = ?3 WHERE contact_id = ?1 AND role = ?2",
            params![contact_id, in_role.word(), deferred],
        )?;
        Ok(())
    }

    /// Keeps the newest proposals; what was deferred stays so.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_proposals(&self, proposals: &[NewProposal]) -> Result<()> {
        let mut keep = self.db.prepare_cached(
            "INSERT INTO match_proposal (contact_id, role, decision, why, name, documents, body) VALUES (?1,?2,?3,?4,?5,?6,?7)
             ON CONFLICT (contact_id, role) DO UPDATE SET decision=?3, why=?4, name=?5, documents=?6, body=?7
             WHERE documents<>?6 OR decision<>?3 OR why<>?4 OR name<>?5 OR body<>?7",
        )?;
        for p in proposals {
            keep.execute(params![
                p.contact_id,
                p.role.word(),
                p.decision,
                p.why,
                p.name,
                p.documents,
                p.body
            ])?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Contacts and roles that are linked to a QuickBooks record.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn linked_to(&self, list_id: &str) -> Result<Vec<(i64, PartyList)>> {
        let mut statement =
            self.db.prepare_cached("SELECT contact_id, role FROM party_link WHERE list_id = ?1")?;
        let rows = statement.query_map([list_id], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        let mut found = Vec::new();
        for row in rows {
            let (contact, role) = row?;
            let vendor = role == PartyList::Vendor.word();
            found.push((contact, if vendor { PartyList::Vendor } else { PartyList::Customer }));
        }
        Ok(found)
    }

    /// As [`Self::linked_to`], each with the contact's name; empty where it is not known.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn names_linked_to(&self, list_id: &str) -> Result<Vec<((i64, PartyList), String)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT l.contact_id, l.role, COALESCE(p.name, '') FROM party_link l
             LEFT JOIN match_proposal p ON p.contact_id = l.contact_id AND p.role = l.role WHERE l.list_id = ?1",
        )?;
        let rows = statement
            .query_map([list_id], |row| Ok(((row.get(0)?, role(&row.get::<_, String>(1)?)), row.get(2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The proposals that count documents.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn counted_proposals(&self) -> Result<Vec<(i64, PartyList)>> {
        let sql = "SELECT contact_id, role FROM match_proposal WHERE documents > 0";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, role(&row.get::<_, String>(1)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The decision about a contact in a role.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn link(&self, contact_id: i64, in_role: PartyList) -> Result<Option<Link>> {
        Ok(self
            .db
            .prepare_cached(&format!("SELECT {LINK} FROM party_link l WHERE contact_id = ?1 AND role = ?2"))?
            .query_row(params![contact_id, in_role.word()], |row| link_from(row, 0))
            .optional()?
            .flatten())
    }

    /// Every decision.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn links(&self) -> Result<Vec<Link>> {
        let mut statement = self.db.prepare_cached(&format!("SELECT {LINK} FROM party_link l"))?;
        let rows = statement.query_map([], |row| link_from(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
    }

    /// The contacts that are linked to this entry of QuickBooks.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contacts_linked_to(&self, list_id: &str) -> Result<Vec<i64>> {
        let mut statement = self.db.prepare_cached("SELECT contact_id FROM party_link WHERE list_id = ?1")?;
        let rows = statement.query_map([list_id], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every refusal: contact, role, ListID.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn refusals(&self) -> Result<Vec<(i64, PartyList, String)>> {
        let mut statement = self.db.prepare_cached("SELECT contact_id, role, list_id FROM link_refusal")?;
        let rows =
            statement.query_map([], |row| Ok((row.get(0)?, role(&row.get::<_, String>(1)?), row.get(2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Names that wait to be created, each with whose it will be, folded nowhere: as they will be sent.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn names_waiting(&self) -> Result<Vec<((i64, PartyList), String)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT contact_id, role, name FROM party_link WHERE list_id IS NULL AND list_add IS NOT NULL",
        )?;
        let rows = statement
            .query_map([], |row| Ok(((row.get(0)?, role(&row.get::<_, String>(1)?)), row.get(2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The rows of the Match screen: undecided first, sure ones before the others, then by name.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn match_rows(&self, with_bodies: bool) -> Result<Vec<MatchRow>> {
        let sql = format!("{} WHERE p.documents > 0 ORDER BY {ORDER}", match_rows_sql(with_bodies));
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], match_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every contact of the Match screen in the order of its rows, one at a time.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn each_contact(&self, mut each: impl FnMut(ContactBrief)) -> Result<()> {
        let sql = format!(
            "SELECT p.contact_id, p.role, p.name, p.documents, p.decision, p.deferred, l.contact_id IS NOT NULL,
             l.list_id IS NOT NULL, {BROKEN} {JOINED} WHERE p.documents > 0 ORDER BY {ORDER}"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(ContactBrief {
                contact_id: row.get(0)?,
                role: role(&row.get::<_, String>(1)?),
                name: row.get(2)?,
                documents: row.get(3)?,
                standing: Standing {
                    linked: row.get(6)?,
                    to_record: row.get(7)?,
                    broken: row.get::<_, Option<bool>>(8)?.unwrap_or(false),
                    deferred: row.get(5)?,
                    proposed: proposed(&row.get::<_, String>(4)?),
                },
            });
        }
        Ok(())
    }

    /// The rows of some contacts, in their order, without their bodies.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn match_window(&self, who: &[(i64, PartyList)]) -> Result<Vec<MatchRow>> {
        let sql = format!("{} WHERE p.contact_id = ?1 AND p.role = ?2", match_rows_sql(false));
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = Vec::with_capacity(who.len());
        for (contact_id, in_role) in who {
            rows.extend(statement.query_row(params![contact_id, in_role.word()], match_row).optional()?);
        }
        Ok(rows)
    }

    /// The first contacts with a sure match and no decision, with their bodies, and how many there are in all.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sure_matches(&self, count: usize) -> Result<(Vec<MatchRow>, i64)> {
        const SURE: &str =
            "WHERE p.documents > 0 AND l.contact_id IS NULL AND p.deferred = 0 AND p.decision = 'auto'";
        let total = self.db.query_row(
            &format!(
                "SELECT COUNT(*) FROM match_proposal p
                 LEFT JOIN party_link l ON l.contact_id = p.contact_id AND l.role = p.role {SURE}"
            ),
            [],
            |row| row.get(0),
        )?;
        let sql = format!("{} {SURE} ORDER BY p.name, p.contact_id, p.role LIMIT ?1", match_rows_sql(true));
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([i64::try_from(count).unwrap_or(i64::MAX)], match_row)?;
        Ok((rows.collect::<rusqlite::Result<_>>()?, total))
    }

    /// One row of the Match screen.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn match_row(&self, contact_id: i64, in_role: PartyList) -> Result<Option<MatchRow>> {
        let sql = format!("{} WHERE p.contact_id = ?1 AND p.role = ?2", match_rows_sql(true));
        Ok(self
            .db
            .prepare_cached(&sql)?
            .query_row(params![contact_id, in_role.word()], match_row)
            .optional()?)
    }

    /// Contacts with eligible documents that have no decision yet, and those decided.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn match_counts(&self) -> Result<(i64, i64)> {
        Ok(self.row(
            "SELECT COUNT(*) FILTER (WHERE open), COUNT(*) FILTER (WHERE NOT open) FROM (
               SELECT l.contact_id IS NULL OR COALESCE(l.list_id IS NOT NULL AND (CASE WHEN e.list_id IS NULL
                 THEN l.list_add IS NULL ELSE e.active = 0 OR e.deleted = 1 END), 0) AS open
               FROM match_proposal p LEFT JOIN party_link l ON l.contact_id = p.contact_id AND l.role = p.role
               LEFT JOIN list_entry e ON e.list = l.role AND e.list_id = l.list_id WHERE p.documents > 0)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?)
    }
}
