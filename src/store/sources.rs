//! Cin7 records: one row per id, every content revision kept, the raw JSON beside it.
//!
//! Must never overwrite a revision (design section 2); a changed document is seen by its content hash.

use super::{Reader, Result, Tx};
use crate::books::TxnKind;
use rusqlite::{OptionalExtension as _, params};

/// A Cin7 record as fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    /// Resource, `SalesOrders`.
    pub resource: String,
    /// Cin7's id.
    pub cin7_id: i64,
    /// Cin7's modifiedDate, as written.
    pub modified: String,
    /// Digest of the content.
    pub hash: String,
    /// The JSON as received.
    pub raw: String,
}

/// What saving did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SavedSources {
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
}

/// The newest revision of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Source {
    pub document_id: i64,
    pub cin7_id: i64,
    pub revision_id: i64,
    pub hash: String,
    pub raw: String,
}

/// The newest revision of a record without its content, with the live draft that was made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Head {
    pub cin7_id: i64,
    pub revision_id: i64,
    pub hash: String,
    pub draft: Option<HeadDraft>,
}

/// What the draft of a record was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct HeadDraft {
    pub inputs: String,
    pub contact_id: i64,
    pub kind: Option<TxnKind>,
    pub revision_id: i64,
}

impl Tx<'_> {
    /// Saves fetched records: unknown ids, new contents of known ids; an equal content writes nothing. A content
    /// that is older than what is kept (a repeat from a drifting page) becomes a revision but not the newest one.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn save_sources(&self, records: &[NewSource], seen_at: &str) -> Result<SavedSources> {
        let mut saved = SavedSources::default();
        let mut find = self.db.prepare_cached(
            "SELECT d.id, d.modified, r.hash FROM source_document d LEFT JOIN source_revision r ON r.id = d.revision_id WHERE d.resource = ?1 AND d.cin7_id = ?2",
        )?;
        let mut add = self.db.prepare_cached(
            "INSERT INTO source_document (resource, cin7_id, modified) VALUES (?1, ?2, ?3)",
        )?;
        let mut revise = self.db.prepare_cached(
            "INSERT INTO source_revision (document_id, hash, raw, seen_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (document_id, hash) DO NOTHING",
        )?;
        let mut point = self.db.prepare_cached(
            "UPDATE source_document SET modified = ?3, revision_id = (SELECT id FROM source_revision WHERE document_id = ?1 AND hash = ?2) WHERE id = ?1",
        )?;
        let mut moved = std::collections::BTreeSet::new();
        for record in records {
            let known: Option<(i64, Option<String>, Option<String>)> = find
                .query_row(params![record.resource, record.cin7_id], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })
                .optional()?;
            let id = match &known {
                Some((_, _, Some(hash))) if *hash == record.hash => {
                    saved.unchanged += 1;
                    continue;
                }
                Some((id, _, _)) => {
                    saved.changed += 1;
                    *id
                }
                None => {
                    saved.new += 1;
                    add.execute(params![record.resource, record.cin7_id, record.modified])?;
                    self.db.last_insert_rowid()
                }
            };
            revise.execute(params![id, record.hash, record.raw, seen_at])?;
            let older = known
                .as_ref()
                .and_then(|k| k.1.as_deref())
                .is_some_and(|kept| !record.modified.is_empty() && record.modified.as_str() < kept);
            if !older {
                point.execute(params![id, record.hash, record.modified])?;
                moved.insert(record.resource.as_str());
            }
        }
        for resource in moved {
            self.run(
                "INSERT INTO meta VALUES (?1, '1') ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
                [format!("{MOVED}{resource}")],
            )?;
        }
        Ok(saved)
    }

    /// A row was fetched anew: what could not be read of it before is over. Without an id: all rows of the list that
    /// showed none, before it is fetched whole.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn forget_row_problem(&self, resource: &str, cin7_id: Option<i64>) -> Result<()> {
        let id = cin7_id.map_or_else(|| "?".to_string(), |id| id.to_string());
        self.db
            .prepare_cached("DELETE FROM row_problem WHERE resource = ?1 AND cin7_id = ?2")?
            .execute([resource, &id])?;
        Ok(())
    }

    /// Notes a row of a fetch that could not be read; the rest of its page was kept.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn note_row_problem(&self, resource: &str, cin7_id: &str, text: &str, seen_at: &str) -> Result<()> {
        self.run(
            "INSERT INTO row_problem VALUES (?1, ?2, ?3, ?4) ON CONFLICT (resource, cin7_id) DO UPDATE SET text = ?3, seen_at = ?4",
            [resource, cin7_id, text, seen_at],
        )?;
        Ok(())
    }
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Source> {
    Ok(Source {
        document_id: row.get(0)?,
        cin7_id: row.get(1)?,
        revision_id: row.get(2)?,
        hash: row.get(3)?,
        raw: row.get(4)?,
    })
}

const HEAD: &str = "SELECT d.cin7_id, r.id, r.hash, f.inputs, f.contact_id, f.kind, f.revision_id
 FROM source_document d JOIN source_revision r ON r.id = d.revision_id
 LEFT JOIN draft f ON f.source = ?2 || '/' || d.cin7_id AND f.part = 0 AND f.state <> 'Voided'
 WHERE d.resource = ?1";

fn head_from(row: &rusqlite::Row<'_>) -> rusqlite::Result<Head> {
    let inputs: Option<String> = row.get(3)?;
    let draft = match inputs {
        None => None,
        Some(inputs) => Some(HeadDraft {
            inputs,
            contact_id: row.get(4)?,
            kind: row.get::<_, Option<String>>(5)?.as_deref().and_then(TxnKind::from_word),
            revision_id: row.get::<_, Option<i64>>(6)?.unwrap_or(0),
        }),
    };
    Ok(Head { cin7_id: row.get(0)?, revision_id: row.get(1)?, hash: row.get(2)?, draft })
}

/// Begins the facts that count, for each resource, the writes that gave a record another newest revision.
const MOVED: &str = "sources_moved/";

const NEWEST: &str = "SELECT d.id, d.cin7_id, r.id, r.hash, r.raw FROM source_document d JOIN source_revision r ON r.id = d.revision_id";

impl Reader<'_> {
    /// A word that is another one after every write that gave a record of the resource another newest revision, a newer
    /// one or one that it had before: what was read under the same word still stands.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sources_stamp(&self, resource: &str) -> Result<String> {
        Ok(self.meta(&format!("{MOVED}{resource}"))?.unwrap_or_default())
    }

    /// A slice of the newest revisions of a resource, by Cin7 id above `after`.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sources_after(&self, resource: &str, after: i64, limit: usize) -> Result<Vec<Source>> {
        let sql = format!("{NEWEST} WHERE d.resource = ?1 AND d.cin7_id > ?2 ORDER BY d.cin7_id LIMIT ?3");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![resource, after, limit as i64], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A slice of the newest revisions of a resource without their content, by Cin7 id above `after`, with the drafts of
    /// that Cin7 type.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn heads_after(
        &self,
        resource: &str,
        cin7_type: &str,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Head>> {
        let sql = format!("{HEAD} AND d.cin7_id > ?3 ORDER BY d.cin7_id LIMIT ?4");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![resource, cin7_type, after, limit as i64], head_from)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The same of one record.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn head(&self, resource: &str, cin7_type: &str, cin7_id: i64) -> Result<Option<Head>> {
        let sql = format!("{HEAD} AND d.cin7_id = ?3");
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row(params![resource, cin7_type, cin7_id], head_from).optional()?)
    }

    /// The newest records of a resource, the highest ids first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn newest_sources(&self, resource: &str, limit: usize) -> Result<Vec<Source>> {
        let sql = format!("{NEWEST} WHERE d.resource = ?1 ORDER BY d.cin7_id DESC LIMIT ?2");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![resource, limit as i64], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The newest revision of one record.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn source(&self, resource: &str, cin7_id: i64) -> Result<Option<Source>> {
        let sql = format!("{NEWEST} WHERE d.resource = ?1 AND d.cin7_id = ?2");
        Ok(self.db.prepare_cached(&sql)?.query_row(params![resource, cin7_id], from_row).optional()?)
    }

    /// The raw JSON of one revision.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn revision(&self, revision_id: i64) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached("SELECT raw FROM source_revision WHERE id = ?1")?
            .query_row([revision_id], |row| row.get(0))
            .optional()?)
    }

    /// Rows of fetches that could not be read.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn row_problems(&self) -> Result<Vec<(String, String, String)>> {
        let mut statement =
            self.db.prepare_cached("SELECT resource, cin7_id, text FROM row_problem LIMIT 500")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Lane, scratch};
    use super::*;

    fn order(modified: &str, raw: &str) -> NewSource {
        NewSource {
            resource: "SalesOrders".into(),
            cin7_id: 1,
            modified: modified.into(),
            hash: raw.into(),
            raw: raw.into(),
        }
    }

    #[test]
    fn an_unreadable_row_is_listed_until_it_is_fetched_again() {
        let (_dir, store) = scratch();
        store
            .write(Lane::Bulk, |tx| {
                tx.note_row_problem("SalesOrders", "7", "total is no number", "t")?;
                tx.note_row_problem("SalesOrders", "?", "no id", "t")
            })
            .unwrap();
        assert_eq!(store.read(|r| r.row_problems()).unwrap().len(), 2);
        store.write(Lane::Bulk, |tx| tx.forget_row_problem("SalesOrders", Some(7))).unwrap();
        let left = store.read(|r| r.row_problems()).unwrap();
        assert_eq!(left, [("SalesOrders".into(), "?".into(), "no id".into())]);
        store.write(Lane::Bulk, |tx| tx.forget_row_problem("SalesOrders", None)).unwrap();
        assert!(store.read(|r| r.row_problems()).unwrap().is_empty());
    }

    #[test]
    fn every_content_is_kept_and_an_older_one_never_becomes_the_newest() {
        let (_dir, store) = scratch();
        let save = |record: NewSource| {
            store.write(Lane::Bulk, move |tx| tx.save_sources(&[record], "2026-03-01T00:00:00Z")).unwrap()
        };
        assert_eq!(save(order("2026-02-02T00:00:00Z", "b")).new, 1);
        assert_eq!(save(order("2026-02-02T00:00:00Z", "b")).unchanged, 1);
        assert_eq!(save(order("2026-02-01T00:00:00Z", "a")).changed, 1);
        let newest = store.read(|r| r.source("SalesOrders", 1)).unwrap().unwrap();
        assert_eq!(newest.raw, "b");
        assert_eq!(save(order("2026-02-03T00:00:00Z", "a")).changed, 1);
        assert_eq!(store.read(|r| r.source("SalesOrders", 1)).unwrap().unwrap().raw, "a");
    }
}
