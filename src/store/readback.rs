//! What queries during visits showed of our transactions: the QuickBooks side of the proof.
//!
//! Must never be filled from answers to Adds (design section 3, `prove --json`).
//!
//! A whole look asks for everything that we posted, once a day, on request, and whenever there is doubt. The looks between
//! ask for what changed since the last one, by QuickBooks' own clock, and leave the rest as it was read: a company with a
//! hundred thousand documents is not read anew for each one that it posts.

use super::{Reader, Result, Tx};
use crate::base::{Cents, DraftId, Month};
use crate::books::TxnKind;
use crate::handoff::TxnSeen;
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

/// Sum of our transactions of one kind and month in QuickBooks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct QbTotal {
    pub kind: String,
    pub month: String,
    pub draft_id: Option<i64>,
    pub total: i64,
    pub txn_id: String,
    pub ref_number: String,
}

/// Whether something is to be read at all; whether everything is.
const DUE: &str = "read_back_due";
const WHOLE_DUE: &str = "read_back_whole";
/// Number of the whole look that is under way, or was the last.
const RUN: &str = "read_run";
/// What the last whole look was.
const WHOLE: &str = "read_back_last_whole";
/// When the last look of either kind came to its end.
const AT: &str = "read_back_at";
/// From where on the next look asks, and the newest moment that QuickBooks' clock is known to have reached.
const FROM: &str = "read_back_from";
const CLOCK: &str = "quickbooks_clock";

/// An Add that was handed out and ended without making anything, as far as we know: refused, or taken back by a person
/// who could not wait for the end of a doubt. What it carried may be in QuickBooks all the same.
const CAME_TO_NOTHING: &str = "o.kind = 'TxnAdd' AND o.state IN ('Refused', 'Withdrawn')
     AND EXISTS (SELECT 1 FROM message_set m WHERE m.operation_id = o.id)";

/// A whole look that came to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeLook {
    /// Number of the reading.
    pub run: i64,
    /// When.
    pub at: String,
}

/// What a look covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Everything, and not only what changed.
    pub whole: bool,
    /// What QuickBooks' clock showed before it began: what changes from then on is for the next look.
    pub clock: Option<String>,
}

impl Tx<'_> {
    /// Something was handed out: what it made is to be read.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn ask_read_back(&self) -> Result<()> {
        self.set_meta(DUE, "1")
    }

    /// Everything is to be read.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn ask_whole_read_back(&self) -> Result<()> {
        self.set_meta(WHOLE_DUE, "1")?;
        self.set_meta(DUE, "1")
    }

    /// A look at everything begins: its number is that of what it shows.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn begin_whole_look(&self) -> Result<()> {
        let last = self.reader().read_run()?;
        self.set_meta_json(RUN, &(last + 1))
    }

    /// QuickBooks just stamped something: its clock has come so far. A clock that was set back is believed, else what
    /// changes from now on would be looked for in the future.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn quickbooks_clock_is(&self, time_modified: &str) -> Result<()> {
        if time_modified.is_empty() { Ok(()) } else { self.set_meta(CLOCK, time_modified) }
    }

    /// A look came to its end.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read_back_is_done(&self, look: &Look, at: &str) -> Result<()> {
        let run = self.reader().read_run()?;
        self.close_read_back(run)?;
        if look.whole {
            self.set_meta(WHOLE_DUE, "0")?;
            self.set_meta_json(WHOLE, &WholeLook { run, at: at.to_string() })?;
        }
        match &look.clock {
            Some(clock) => self.set_meta(FROM, clock)?,
            None => self.clear_meta(FROM)?,
        }
        self.set_meta(DUE, "0")?;
        self.set_meta(AT, at)
    }

    /// QuickBooks says that it was deleted: one of ours that was there is looked for by id, the number of another is free.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn said_deleted(&self, txn_id: &str) -> Result<()> {
        self.run("UPDATE qb_txn SET run = -1 WHERE txn_id = ?1 AND present = 1", [txn_id])?;
        self.run("DELETE FROM qb_number WHERE txn_id = ?1", [txn_id])?;
        Ok(())
    }

    /// A person accepted a restored company file: that what we had taken out is back is no news any more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn accept_what_is_back(&self) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO meta SELECT 'canary_from', COALESCE(MAX(done_seq), 0) FROM operation",
            [],
        )?;
        Ok(())
    }

    /// A person accepted a restored company file: where it shows a stamp older than our last, what we knew of that
    /// transaction's stamps is over, so that its present content is compared afresh instead of stopping every visit.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn accept_older_stamps(&self) -> Result<usize> {
        Ok(self.run(
            "DELETE FROM edit_seen WHERE txn_id IN (
               SELECT q.txn_id FROM qb_txn q JOIN edit_seen s ON s.txn_id = q.txn_id AND s.edit_sequence = q.edit_sequence
               WHERE q.present = 1 AND s.seq < (SELECT MAX(m.seq) FROM edit_seen m WHERE m.txn_id = q.txn_id))",
            [],
        )?)
    }

    /// Keeps one transaction as a query showed it, with its total in the document's own sense.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_seen(
        &self,
        seen: &TxnSeen,
        total: Cents,
        tag: &str,
        draft: Option<DraftId>,
        run: i64,
        as_of: &str,
    ) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO qb_txn (txn_id, kind, date, month, ref_number, party_name, guid, tag, pending, total, tax, edit_sequence, draft_id, present, run, as_of)
                 VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,1,?14,?15)",
            )?
            .execute(params![
                seen.txn_id.as_str(),
                seen.kind.word(),
                seen.date.to_string(),
                Month::of(seen.date).to_string(),
                seen.ref_number,
                seen.party.as_ref().map_or("", |p| p.name.as_str()),
                seen.guid.map(|g| g.to_string()),
                tag,
                seen.pending,
                total.get(),
                seen.tax.get(),
                seen.edit_sequence.as_str(),
                draft.map(|d| d.0),
                run,
                as_of
            ])?;
        Ok(())
    }

    /// A look at one of our transactions found nothing.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn not_there(&self, txn_id: &str) -> Result<()> {
        self.run("UPDATE qb_txn SET present = 0 WHERE txn_id = ?1", [txn_id])?;
        Ok(())
    }

    /// Keeps the number of a transaction that is not ours. Drafts that hold it are made anew, with another (design 8.10).
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_number(&self, seen: &TxnSeen, run: i64) -> Result<()> {
        if seen.ref_number.is_empty() {
            return Ok(());
        }
        let party = seen.party.as_ref().map_or("", |party| party.name.as_str());
        let known = self
            .db
            .prepare_cached(
                "UPDATE qb_number SET run = ?4 WHERE txn_id = ?1 AND ref_number = ?2 AND party_name = ?3",
            )?
            .execute(params![seen.txn_id.as_str(), seen.ref_number, party, run])?;
        if known == 1 {
            return Ok(());
        }
        self.db
            .prepare_cached("INSERT OR REPLACE INTO qb_number VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![seen.txn_id.as_str(), seen.kind.word(), seen.ref_number, party, run])?;
        self.db
            .prepare_cached(
                "UPDATE draft SET inputs = '' WHERE kind = ?1 AND ref_number = ?2 AND txn_id IS NULL",
            )?
            .execute(params![seen.kind.word(), seen.ref_number])?;
        Ok(())
    }

    /// After a whole read-back: what neither its spans nor the look-up by id showed is not present any more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn close_read_back(&self, run: i64) -> Result<()> {
        self.run("UPDATE qb_txn SET present = 0 WHERE run < ?1", [run])?;
        self.run("DELETE FROM qb_number WHERE run < ?1", [run])?;
        Ok(())
    }
}

/// How many of our transactions showed which mark when they were last read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MarksSeen {
    pub transactions: i64,
    pub guids: i64,
    pub tags: i64,
}

impl Reader<'_> {
    /// Whether something is still to be read, after a hand-out or on request.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read_back_due(&self) -> Result<bool> {
        Ok(self.meta(DUE)?.as_deref() == Some("1"))
    }

    /// When the last look came to its end.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read_back_at(&self) -> Result<Option<String>> {
        self.meta(AT)
    }

    /// The number of the whole look that is under way, or was the last.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn read_run(&self) -> Result<i64> {
        Ok(self.meta_json(RUN)?.unwrap_or(0))
    }

    /// The last whole look.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn last_whole_look(&self) -> Result<Option<WholeLook>> {
        self.meta_json(WHOLE)
    }

    /// What QuickBooks' clock showed when it stamped something of ours last.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn quickbooks_clock(&self) -> Result<Option<String>> {
        self.meta(CLOCK)
    }

    /// From where on to ask for what changed; none where everything is to be read: on request, after a whole look that
    /// broke off, and where nothing is known of QuickBooks' clock.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn read_back_from(&self) -> Result<Option<String>> {
        let whole = self.last_whole_look()?.map(|look| look.run) == Some(self.read_run()?);
        if !whole || self.meta(WHOLE_DUE)?.as_deref() == Some("1") {
            return Ok(None);
        }
        self.meta(FROM)
    }

    /// Which marks came back with our transactions (`exactly-once.md` A3).
    ///
    /// # Errors
    /// What SQLite says.
    pub fn marks_seen(&self) -> Result<MarksSeen> {
        Ok(self.row(
            "SELECT COUNT(*), COUNT(guid), COUNT(NULLIF(tag, '')) FROM qb_txn WHERE present = 1 AND draft_id IS NOT NULL",
            [],
            |row| Ok(MarksSeen { transactions: row.get(0)?, guids: row.get(1)?, tags: row.get(2)? }),
        )?)
    }

    /// Whether a TxnID, a GUID (mark 1) or a memo tag (mark 2) belongs to one of our drafts: its id.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn draft_of_txn(
        &self,
        txn_id: &str,
        posting_key: Option<&str>,
        tag: &str,
    ) -> Result<Option<DraftId>> {
        let found: Option<i64> = self
            .db
            .prepare_cached(
                "SELECT id FROM draft WHERE txn_id = ?1 UNION ALL SELECT id FROM draft WHERE posting_key = ?2
                 UNION ALL SELECT id FROM draft WHERE ?3 <> '' AND tag = ?3 LIMIT 1",
            )?
            .query_row(params![txn_id, posting_key, tag], |row| row.get(0))
            .optional()?;
        Ok(found.map(DraftId))
    }

    /// Whether anything of ours is in QuickBooks, or left, came to nothing and may be there all the same.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn any_posted(&self) -> Result<bool> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT EXISTS (SELECT 1 FROM draft WHERE txn_id IS NOT NULL)
                 OR EXISTS (SELECT 1 FROM operation o WHERE {CAME_TO_NOTHING})",
        ))?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Kinds and ledger days over which our transactions stand, or may stand although they were refused or taken back:
    /// kind, first day, last day, how many.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn posted_spans(&self) -> Result<Vec<(TxnKind, String, String, u32)>> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT kind, MIN(from_day), MAX(to_day), SUM(many) FROM (
               SELECT kind, MIN(date) AS from_day, MAX(date) AS to_day, COUNT(*) AS many FROM draft
               WHERE txn_id IS NOT NULL AND date IS NOT NULL GROUP BY kind
               UNION ALL
               SELECT d.kind, json_extract(v.payload, '$.date'), json_extract(v.payload, '$.date'), 1
               FROM operation o JOIN draft d ON d.id = o.draft_id
               JOIN draft_version v ON v.draft_id = o.draft_id AND v.version = o.version
               WHERE {CAME_TO_NOTHING} AND d.txn_id IS NULL)
             WHERE from_day IS NOT NULL GROUP BY kind",
        ))?;
        let rows = statement.query_map([], |row| {
            let count = row.get::<_, i64>(3)?;
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, count))
        })?;
        let mut spans = Vec::new();
        for row in rows {
            let (kind, from, to, count) = row?;
            if let Some(kind) = TxnKind::from_word(&kind) {
                spans.push((kind, from, to, u32::try_from(count).unwrap_or(u32::MAX)));
            }
        }
        Ok(spans)
    }

    /// What an earlier query showed as the total of a transaction under the same change stamp.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn total_seen(&self, seen: &TxnSeen) -> Result<Option<Cents>> {
        let mut statement = self.db.prepare_cached(
            "SELECT total FROM qb_txn WHERE txn_id = ?1 AND edit_sequence = ?2 AND present = 1",
        )?;
        let total = statement
            .query_row([seen.txn_id.as_str(), seen.edit_sequence.as_str()], |row| row.get::<_, i64>(0))
            .optional()?;
        Ok(total.map(Cents::new))
    }

    /// Posted transactions that the present read-back has not shown yet, or not with their lines: kind and TxnID.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn not_seen_in(&self, run: i64) -> Result<Vec<(TxnKind, String)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT d.kind, d.txn_id FROM draft d LEFT JOIN qb_txn q ON q.txn_id = d.txn_id
             WHERE d.txn_id IS NOT NULL AND d.gone = 0
               AND CASE WHEN d.state = 'Voided' THEN q.present = 1 AND q.run < ?1
                        ELSE q.run IS NULL OR q.run < ?1 OR d.qb_lines IS NULL END
             ORDER BY d.kind",
        )?;
        let rows =
            statement.query_map([run], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut missing = Vec::new();
        for row in rows {
            let (kind, txn) = row?;
            if let Some(kind) = TxnKind::from_word(&kind) {
                missing.push((kind, txn));
            }
        }
        Ok(missing)
    }

    /// Every transaction with our mark or TxnID that the newest queries showed.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn qb_totals(&self, mut each: impl FnMut(QbTotal)) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT kind, month, draft_id, total, txn_id, ref_number FROM qb_txn WHERE present = 1",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(QbTotal {
                kind: row.get(0)?,
                month: row.get(1)?,
                draft_id: row.get(2)?,
                total: row.get(3)?,
                txn_id: row.get(4)?,
                ref_number: row.get(5)?,
            });
        }
        Ok(())
    }
}
