//! QuickBooks' lists, kept by ListID.
//!
//! Must never forget an inactive or deleted entry: both still hold their names (`qbxml.md` fact 9).

use super::{Reader, Result, Tx};
use crate::base::text::fold;
use crate::books::{ListEntry, ListKind, Party};
use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;

/// How a list was last pulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct ListMark {
    pub list: String,
    /// The newest TimeModified seen, as QuickBooks wrote it: where the next pull starts.
    pub since: Option<String>,
    pub pulled_at: String,
    pub count: i64,
    /// Why it could not be pulled, if so.
    pub refused: Option<String>,
}

const NAME_LISTS: &str = "('Customer','Vendor','Employee','OtherName')";

fn own_name(entry: &ListEntry) -> &str {
    match entry {
        ListEntry::Party(party) => &party.name,
        other => other.full_name(),
    }
}

impl Tx<'_> {
    /// Keeps an entry as QuickBooks showed it; whether it is new or other than before.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn keep_list_entry(&self, entry: &ListEntry, time_modified: &str) -> Result<bool> {
        let body = serde_json::to_string(entry)?;
        let known: Option<(String, String, bool)> = self
            .db
            .prepare_cached(
                "SELECT body, time_modified, deleted FROM list_entry WHERE list = ?1 AND list_id = ?2",
            )?
            .query_row([entry.list().word(), entry.id().as_str()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        if let Some((kept, modified, false)) = &known
            && *kept == body
            && modified == time_modified
        {
            return Ok(false);
        }
        self.db
            .prepare_cached(
                "INSERT INTO list_entry (list, list_id, full_name, folded, active, time_modified, deleted, body)
                 VALUES (?1,?2,?3,?4,?5,?6,0,?7)
                 ON CONFLICT (list, list_id) DO UPDATE SET full_name=?3, folded=?4, active=?5, time_modified=?6, deleted=0, body=?7",
            )?
            .execute(params![
                entry.list().word(),
                entry.id().as_str(),
                entry.full_name(),
                fold(own_name(entry)),
                entry.active(),
                time_modified,
                body
            ])?;
        Ok(known.is_none_or(|(kept, _, deleted)| deleted || kept != body))
    }

    /// Marks an entry as deleted in QuickBooks; whether it was there until now.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn list_entry_deleted(&self, list: ListKind, id: &str) -> Result<bool> {
        let gone = self.run(
            "UPDATE list_entry SET deleted = 1, active = 0 WHERE list = ?1 AND list_id = ?2 AND deleted = 0",
            [list.word(), id],
        )?;
        Ok(gone > 0)
    }

    /// Notes that a list was pulled to its end (or refused).
    ///
    /// # Errors
    /// What SQLite says.
    pub fn mark_list(&self, list: ListKind, at: &str, refused: Option<&str>) -> Result<()> {
        self.run(
            "INSERT INTO list_mark (list, since, pulled_at, count, refused)
             SELECT ?1, (SELECT MAX(substr(time_modified, 1, 19)) FROM list_entry WHERE list = ?1 AND time_modified <> ''), ?2,
                    (SELECT COUNT(*) FROM list_entry WHERE list = ?1 AND deleted = 0), ?3
             WHERE true
             ON CONFLICT (list) DO UPDATE SET since = excluded.since, pulled_at = ?2, count = excluded.count, refused = ?3",
            params![list.word(), at, refused],
        )?;
        Ok(())
    }

    /// Forgets how far the lists were pulled, so that the next visit pulls them whole.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn forget_list_marks(&self) -> Result<()> {
        self.run("DELETE FROM list_mark", [])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// How the lists stand.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn list_marks(&self) -> Result<Vec<ListMark>> {
        let mut statement =
            self.db.prepare_cached("SELECT list, since, pulled_at, count, refused FROM list_mark")?;
        let rows = statement.query_map([], |row| {
            Ok(ListMark {
                list: row.get(0)?,
                since: row.get(1)?,
                pulled_at: row.get(2)?,
                count: row.get(3)?,
                refused: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every entry of some lists that still exists. For the short lists; parties are asked for one by one or streamed.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn list_entries(&self, lists: &[ListKind]) -> Result<Vec<ListEntry>> {
        let mut entries = Vec::new();
        let mut statement = self
            .db
            .prepare_cached("SELECT body FROM list_entry WHERE list = ?1 AND deleted = 0 ORDER BY list_id")?;
        for list in lists {
            let mut rows = statement.query([list.word()])?;
            while let Some(row) = rows.next()? {
                entries.push(serde_json::from_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
            }
        }
        Ok(entries)
    }

    /// One entry.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn list_entry(&self, list: ListKind, id: &str) -> Result<Option<ListEntry>> {
        let body: Option<String> = self
            .db
            .prepare_cached("SELECT body FROM list_entry WHERE list = ?1 AND list_id = ?2 AND deleted = 0")?
            .query_row([list.word(), id], |row| row.get(0))
            .optional()?;
        Ok(match body {
            Some(body) => Some(serde_json::from_str(&body)?),
            None => None,
        })
    }

    /// When QuickBooks last changed an entry, as it wrote it; none where it is not known.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn list_time_modified(&self, list: ListKind, id: &str) -> Result<Option<String>> {
        let found: Option<String> = self
            .db
            .prepare_cached("SELECT time_modified FROM list_entry WHERE list = ?1 AND list_id = ?2")?
            .query_row([list.word(), id], |row| row.get(0))
            .optional()?;
        Ok(found.filter(|text| !text.is_empty()))
    }

    /// Whether an entry that we knew was deleted or merged away in QuickBooks.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn list_entry_is_gone(&self, list: ListKind, id: &str) -> Result<bool> {
        let gone: Option<bool> = self
            .db
            .prepare_cached("SELECT deleted FROM list_entry WHERE list = ?1 AND list_id = ?2")?
            .query_row([list.word(), id], |row| row.get(0))
            .optional()?;
        Ok(gone.unwrap_or(false))
    }

    /// One customer or vendor.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn party(&self, list: ListKind, id: &str) -> Result<Option<Party>> {
        Ok(match self.list_entry(list, id)? {
            Some(ListEntry::Party(party)) => Some(party),
            _ => None,
        })
    }

    /// QuickBooks' names of the currencies that customers and vendors are kept in.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn party_currencies(&self) -> Result<Vec<String>> {
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT json_extract(body, '$.Party.currency') AS name FROM list_entry
             WHERE list IN ('Customer', 'Vendor') AND deleted = 0 AND name <> ''",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// ListID of an entry by its FullName, whatever the case.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn list_id_named(&self, list: ListKind, full_name: &str) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached(
                "SELECT list_id FROM list_entry WHERE folded = ?2 AND list = ?1 AND deleted = 0 ORDER BY active DESC LIMIT 1",
            )?
            .query_row([list.word(), fold(full_name).as_str()], |row| row.get(0))
            .optional()?)
    }

    /// Whether a name is used in the shared name space of customers, vendors, employees and other names,
    /// deleted and inactive entries included; with the list that holds it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn name_taken(&self, name: &str) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached(&format!(
                "SELECT list FROM list_entry WHERE folded = ?1 AND list IN {NAME_LISTS} LIMIT 1"
            ))?
            .query_row([fold(name)], |row| row.get(0))
            .optional()?)
    }

    /// How many names the four lists hold together.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn names_used(&self) -> Result<i64> {
        Ok(self.row(
            &format!("SELECT COUNT(*) FROM list_entry WHERE list IN {NAME_LISTS} AND deleted = 0"),
            [],
            |row| row.get(0),
        )?)
    }

    /// Customers or vendors whose name contains all the words, for searching by hand; `limit` at most.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn search_parties(&self, list: ListKind, text: &str, limit: usize) -> Result<Vec<Party>> {
        let pattern = format!("%{}%", fold(text).replace('%', "").replace(' ', "%"));
        let mut statement = self.db.prepare_cached(
            "SELECT body FROM list_entry WHERE list = ?1 AND deleted = 0 AND folded LIKE ?2 ORDER BY active DESC, full_name LIMIT ?3",
        )?;
        let rows = statement
            .query_map(params![list.word(), pattern, limit as i64], |row| row.get::<_, String>(0))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut parties = Vec::new();
        for body in rows {
            if let ListEntry::Party(party) = serde_json::from_str(&body)? {
                parties.push(party);
            }
        }
        Ok(parties)
    }
}
