//! Entries of our own: typed and imported vendor credits and landing costs, accruals, true-ups, joins, splits, numbers.
//!
//! Must never change an entry (a trigger refuses it): it is taken back, or made anew under another id. A source, kind
//! and part is claimed by one live join or split only; the database refuses a second (design 2).

use super::{Reader, Result, StoreError, Tx};
use crate::books::OwnEntry;
use crate::books::own::OwnSplit;
use rusqlite::{OptionalExtension as _, params};

/// An entry as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct OwnRow {
    pub id: i64,
    pub source: String,
    pub entry: OwnEntry,
    pub by: String,
    pub at: String,
    pub taken_back: bool,
}

const COLUMNS: &str = "id, source, body, by_whom, at, taken_back";

type Raw = (i64, String, String, String, String, bool);

fn raw(row: &rusqlite::Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
}

fn typed((id, source, body, by, at, taken_back): Raw) -> Result<OwnRow> {
    Ok(OwnRow { id, source, entry: serde_json::from_str(&body)?, by, at, taken_back })
}

/// What a join, a split or a number claims of a source: kind and parts.
fn claims(entry: &OwnEntry) -> Vec<(&str, &'static str, usize)> {
    match entry {
        OwnEntry::Joined(join) => join.sources.iter().map(|source| (source.as_str(), "Bill", 0)).collect(),
        OwnEntry::Split(OwnSplit { source, parts }) => {
            (0..=parts.len()).map(|part| (source.as_str(), "Bill", part)).collect()
        }
        OwnEntry::Number(number) => vec![(number.source.as_str(), "Number", 0)],
        _ => Vec::new(),
    }
}

impl Tx<'_> {
    /// Adds an entry, or takes up one again that was taken back. What it claims it claims now.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where another entry under this id says something else, or where a source that it claims
    /// stands in another live entry.
    pub fn add_own(&self, source: &str, entry: &OwnEntry, by: &str, at: &str) -> Result<()> {
        match self.reader().own(source)? {
            Some(known) if known.entry != *entry => {
                return Err(StoreError::Refused(format!("There is another entry {source} already.")));
            }
            Some(_) => self.set_taken_back(source, false)?,
            None => {
                let body = serde_json::to_string(entry)?;
                self.db
                    .prepare_cached(
                        "INSERT INTO own_entry (source, body, by_whom, at) VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![source, body, by, at])?;
            }
        }
        for (claimed, kind, part) in claims(entry) {
            let done = self
                .db
                .prepare_cached("INSERT OR IGNORE INTO draft_source VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![claimed, kind, part as i64, source])?;
            if done == 0 {
                return Err(StoreError::Refused(format!(
                    "{claimed} stands in another join, split or number already; take that back first."
                )));
            }
        }
        Ok(())
    }

    /// Takes an entry back; what it claimed is free again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn take_own_back(&self, source: &str) -> Result<()> {
        self.set_taken_back(source, true)?;
        self.db.prepare_cached("DELETE FROM draft_source WHERE entry = ?1")?.execute([source])?;
        Ok(())
    }

    fn set_taken_back(&self, source: &str, taken_back: bool) -> Result<()> {
        self.db
            .prepare_cached("UPDATE own_entry SET taken_back = ?2 WHERE source = ?1")?
            .execute(params![source, taken_back])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// One entry.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn own(&self, source: &str) -> Result<Option<OwnRow>> {
        let sql = format!("SELECT {COLUMNS} FROM own_entry WHERE source = ?1");
        self.db.prepare_cached(&sql)?.query_row([source], raw).optional()?.map(typed).transpose()
    }

    /// A slice of the entries, in the order in which they were made.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn own_after(&self, id: i64, limit: usize) -> Result<Vec<OwnRow>> {
        let sql = format!("SELECT {COLUMNS} FROM own_entry WHERE id > ?1 ORDER BY id LIMIT ?2");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![id, limit as i64], raw)?;
        rows.map(|row| typed(row?)).collect()
    }

    /// The live entries whose id begins so, as `StockValue/`, newest first.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn own_beginning(&self, prefix: &str) -> Result<Vec<OwnRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM own_entry WHERE substr(source, 1, length(?1)) = ?1 AND taken_back = 0 ORDER BY id DESC"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([prefix], raw)?;
        rows.map(|row| typed(row?)).collect()
    }

    /// The live entries that claim a Cin7 document: a join or split, and a number.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn own_claiming(&self, source: &str) -> Result<Vec<OwnRow>> {
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT entry FROM draft_source WHERE source = ?1 AND part = 0 ORDER BY entry",
        )?;
        let entries: Vec<String> =
            statement.query_map([source], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        entries.iter().filter_map(|entry| self.own(entry).transpose()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Lane, Store, scratch};
    use super::*;
    use crate::books::own::OwnJoin;

    fn join(sources: &[&str]) -> OwnEntry {
        let sources = sources.iter().map(|source| (*source).to_string()).collect();
        OwnEntry::Joined(OwnJoin { sources, number: "INV-7".into(), date: None })
    }

    fn add(store: &Store, source: &'static str, entry: OwnEntry) -> Result<()> {
        store.write(Lane::Person, move |tx| tx.add_own(source, &entry, "Ann Lee", "t"))
    }

    #[test]
    fn an_order_stands_in_one_live_join_only_until_it_is_taken_back() {
        let (_dir, store) = scratch();
        add(&store, "Joined/a", join(&["PurchaseOrder/1", "PurchaseOrder/2"])).unwrap();
        let second = || add(&store, "Joined/b", join(&["PurchaseOrder/2", "PurchaseOrder/3"]));
        assert!(second().unwrap_err().to_string().contains("PurchaseOrder/2 stands in another"));
        assert!(store.read(|r| r.own("Joined/b")).unwrap().is_none(), "nothing half kept");
        store.write(Lane::Person, |tx| tx.take_own_back("Joined/a")).unwrap();
        second().unwrap();
        let claiming = store.read(|r| r.own_claiming("PurchaseOrder/2")).unwrap();
        assert_eq!(claiming.iter().map(|row| row.source.as_str()).collect::<Vec<_>>(), ["Joined/b"]);
        assert!(add(&store, "Joined/a", join(&["PurchaseOrder/1", "PurchaseOrder/2"])).is_err());
    }

    #[test]
    fn an_entry_is_neither_changed_nor_deleted() {
        let (_dir, store) = scratch();
        add(&store, "Joined/a", join(&["PurchaseOrder/1"])).unwrap();
        assert!(add(&store, "Joined/a", join(&["PurchaseOrder/9"])).is_err());
        for sql in ["UPDATE own_entry SET body = '{}'", "DELETE FROM own_entry"] {
            let changed = store.write(Lane::Person, move |tx| Ok(tx.db.execute(sql, [])?));
            assert!(changed.is_err(), "{sql}");
        }
    }
}
