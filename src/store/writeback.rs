//! Import statuses on their way to Cin7, and documents that a person took over from Cin7's own integration.
//!
//! Must never forget what Cin7 showed before our first write: taking back needs it (design 4.5).

use super::{Reader, Result, Tx};
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

/// Where a status to be written stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteState {
    /// Not sent, or not taken and to be sent again.
    Waiting,
    /// Handed to Cin7 and no answer yet: read back before anything is sent again.
    Sent,
    /// Cin7 shows it.
    Done,
    /// Cin7 refused it; the cause is kept, and the next run tries again.
    Refused,
}

impl WriteState {
    /// Every state.
    pub const ALL: [WriteState; 4] =
        [WriteState::Waiting, WriteState::Sent, WriteState::Done, WriteState::Refused];

    /// The word in the database and in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            WriteState::Waiting => "waiting",
            WriteState::Sent => "sent",
            WriteState::Done => "done",
            WriteState::Refused => "refused",
        }
    }

    fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.word() == word).unwrap_or(WriteState::Waiting)
    }
}

/// One status to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Writeback {
    pub cin7_type: String,
    pub cin7_id: i64,
    /// What Cin7 is to show.
    pub wanted: String,
    /// What it showed before our first write.
    pub before: String,
    pub import_date: String,
    pub state: WriteState,
    pub attempts: i64,
    /// Why it was refused or is not known.
    pub cause: String,
    pub changed_at: String,
}

const COLUMNS: &str = "cin7_type, cin7_id, wanted, before, import_date, state, attempts, cause, changed_at";

/// Documents that are in the ledger whole: in QuickBooks, not pending, not gone, and no part of them is still on its
/// way. A supplier's credit note is a credit note in Cin7; a joined bill stands for each of its orders.
const IN_LEDGER: &str = "SELECT substr(s.source, 1, instr(s.source, '/') - 1) AS cin7_type,
      CAST(substr(s.source, instr(s.source, '/') + 1) AS INTEGER) AS cin7_id
    FROM draft d JOIN draft_source s ON s.entry = d.source
    WHERE d.cin7_type = 'Joined' AND s.source LIKE 'PurchaseOrder/%' AND d.txn_id IS NOT NULL
    AND d.state IN ('Posted','DriftedInQuickBooks') AND d.pending = 0 AND d.gone = 0
    UNION SELECT CASE d.cin7_type WHEN 'SupplierCredit' THEN 'CreditNote' ELSE d.cin7_type END,
      CAST(d.cin7_id AS INTEGER) FROM draft d
    WHERE d.txn_id IS NOT NULL AND d.state IN ('Posted','DriftedInQuickBooks') AND d.pending = 0 AND d.gone = 0
    AND d.cin7_type IN ('SalesOrder','PurchaseOrder','CreditNote','SupplierCredit')
    AND NOT EXISTS (SELECT 1 FROM draft o WHERE o.source = d.source AND o.id <> d.id
      AND o.state NOT IN ('Voided','Excluded') AND (o.state NOT IN ('Posted','DriftedInQuickBooks') OR o.pending = 1 OR o.gone = 1))";

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Writeback> {
    Ok(Writeback {
        cin7_type: row.get(0)?,
        cin7_id: row.get(1)?,
        wanted: row.get(2)?,
        before: row.get(3)?,
        import_date: row.get(4)?,
        state: WriteState::from_word(&row.get::<_, String>(5)?),
        attempts: row.get(6)?,
        cause: row.get(7)?,
        changed_at: row.get(8)?,
    })
}

impl Reader<'_> {
    fn writebacks(&self, clause: &str) -> Result<Vec<Writeback>> {
        let sql = format!("SELECT {COLUMNS} FROM writeback WHERE {clause}");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What is not done yet: in doubt first, in a fixed order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn writebacks_open(&self) -> Result<Vec<Writeback>> {
        self.writebacks("state <> 'done' ORDER BY state <> 'sent', cin7_type, cin7_id")
    }

    /// The row of a document.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn writeback(&self, cin7_type: &str, cin7_id: i64) -> Result<Option<Writeback>> {
        let sql = format!("SELECT {COLUMNS} FROM writeback WHERE cin7_type = ?1 AND cin7_id = ?2");
        Ok(self.db.prepare_cached(&sql)?.query_row(params![cin7_type, cin7_id], from_row).optional()?)
    }

    /// How many stand where.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn writeback_counts(&self) -> Result<Vec<(WriteState, i64)>> {
        let mut statement = self.db.prepare_cached("SELECT state, COUNT(*) FROM writeback GROUP BY state")?;
        let rows = statement.query_map([], |row| {
            Ok((WriteState::from_word(&row.get::<_, String>(0)?), row.get::<_, i64>(1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many documents Cin7 was or is to be told are Imported.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn writebacks_imported(&self) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM writeback WHERE wanted = 'Imported'";
        Ok(self.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// Documents in the ledger that Cin7 was never told of: type and id.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn writebacks_missing(&self) -> Result<Vec<(String, i64)>> {
        let sql = format!(
            "SELECT l.cin7_type, l.cin7_id FROM ({IN_LEDGER}) l
             LEFT JOIN writeback w ON w.cin7_type = l.cin7_type AND w.cin7_id = l.cin7_id
             WHERE w.cin7_id IS NULL OR (w.wanted <> 'Imported' AND w.state <> 'sent')
             ORDER BY l.cin7_type, l.cin7_id"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Documents that Cin7 was or is to be told are Imported, and that are in the ledger no more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn writebacks_to_take_back(&self) -> Result<Vec<Writeback>> {
        self.writebacks(&format!(
            "wanted = 'Imported' AND state <> 'sent' AND (cin7_type, cin7_id) NOT IN ({IN_LEDGER})
             AND NOT (state = 'done' AND before = 'Imported') ORDER BY cin7_type, cin7_id"
        ))
    }

    /// Who took a document over from Cin7's own integration, and when.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn taken_over(&self, source: &str) -> Result<Option<(String, String)>> {
        Ok(self
            .db
            .prepare_cached("SELECT by_whom, at FROM taken_over WHERE source = ?1")?
            .query_row([source], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }
}

impl Tx<'_> {
    /// Keeps a row as it stands.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_writeback(&self, row: &Writeback) -> Result<()> {
        self.db
            .prepare_cached(&format!(
                "INSERT OR REPLACE INTO writeback ({COLUMNS}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)"
            ))?
            .execute(params![
                row.cin7_type,
                row.cin7_id,
                row.wanted,
                row.before,
                row.import_date,
                row.state.word(),
                row.attempts,
                row.cause,
                row.changed_at
            ])?;
        Ok(())
    }

    /// Forgets a row that was never sent.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn drop_writeback(&self, cin7_type: &str, cin7_id: i64) -> Result<()> {
        self.db
            .prepare_cached("DELETE FROM writeback WHERE cin7_type = ?1 AND cin7_id = ?2 AND attempts = 0")?
            .execute(params![cin7_type, cin7_id])?;
        Ok(())
    }

    /// Notes that a person took a document over, or takes that back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_taken_over(&self, source: &str, by: Option<(&str, &str)>) -> Result<()> {
        match by {
            Some((by, at)) => {
                self.run("INSERT OR REPLACE INTO taken_over VALUES (?1, ?2, ?3)", [source, by, at])?
            }
            None => self.run("DELETE FROM taken_over WHERE source = ?1", [source])?,
        };
        Ok(())
    }
}
