//! What an older copy of a profile learns of QuickBooks before it writes: which of our marks stand there.
//!
//! Must never take a mark for ours by its look alone: it is compared with the posting key of what waits to be handed over
//! (`exactly-once.md` C25).

use super::{Reader, Result, Tx};
use crate::base::Day;
use crate::books::TxnKind;
use rusqlite::OptionalExtension as _;

/// Since when QuickBooks must be swept for our marks; no such fact = no sweep is due.
const SWEEP_SINCE: &str = "sweep_since";

impl Tx<'_> {
    /// An older copy was opened: QuickBooks is swept before anything is written, all lists are read whole, and what is
    /// known of our transactions is read again. What an earlier sweep found is over.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sweep_is_due(&self, since: &str) -> Result<()> {
        // An earlier sweep that never came to its end began further back.
        if self.reader().sweep_since()?.is_none_or(|earlier| since < earlier.as_str()) {
            self.set_meta(SWEEP_SINCE, since)?;
        }
        self.ask_whole_read_back()?;
        self.run("DELETE FROM mark_found", [])?;
        self.forget_list_marks()
    }

    /// The sweep is whole.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sweep_is_done(&self) -> Result<()> {
        self.clear_meta(SWEEP_SINCE)
    }

    /// Keeps a mark of ours and what carries it. One that people can copy never takes the place of another.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_mark(&self, mark: &str, id: &str, edit_sequence: &str, by_copying: bool) -> Result<()> {
        let sql = if by_copying {
            "INSERT OR IGNORE INTO mark_found VALUES (?1, ?2, ?3)"
        } else {
            "INSERT OR REPLACE INTO mark_found VALUES (?1, ?2, ?3)"
        };
        self.run(sql, [mark, id, edit_sequence])?;
        Ok(())
    }

    /// What carried a mark is no longer there.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn forget_mark_of(&self, id: &str) -> Result<()> {
        self.run("DELETE FROM mark_found WHERE id = ?1", [id])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Since when QuickBooks must be swept for our marks; none = no sweep is due.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sweep_since(&self) -> Result<Option<String>> {
        self.meta(SWEEP_SINCE)
    }

    /// What carried a mark when QuickBooks was swept: its id and change stamp.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn mark_found(&self, mark: &str) -> Result<Option<(String, String)>> {
        let sql = "SELECT id, edit_sequence FROM mark_found WHERE mark = ?1";
        Ok(self.row(sql, [mark], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// How many marks the last sweep found.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn marks_found(&self) -> Result<i64> {
        Ok(self.row("SELECT COUNT(*) FROM mark_found", [], |row| row.get(0))?)
    }

    /// When the newest event was written; none on a new profile.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn newest_event_at(&self) -> Result<Option<String>> {
        Ok(self.row("SELECT at FROM event ORDER BY seq DESC LIMIT 1", [], |row| row.get(0)).optional()?)
    }

    /// Hash of one event; none where there is none of that number.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn event_hash(&self, seq: i64) -> Result<Option<String>> {
        Ok(self.row("SELECT hash FROM event WHERE seq = ?1", [seq], |row| row.get(0)).optional()?)
    }

    /// Whether anything was ever handed to QuickBooks.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn ever_handed_over(&self) -> Result<bool> {
        Ok(self.row("SELECT 1 FROM message_set LIMIT 1", [], |_| Ok(())).optional()?.is_some())
    }

    /// First and last ledger day of all drafts of a kind, wherever they stand.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn drafted_span(&self, kind: TxnKind) -> Result<Option<(Day, Day)>> {
        let sql = "SELECT MIN(date), MAX(date) FROM draft WHERE kind = ?1 AND date IS NOT NULL";
        let (from, to): (Option<String>, Option<String>) =
            self.row(sql, [kind.word()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let day = |text: Option<String>| text.and_then(|text| text.parse().ok());
        Ok(day(from).zip(day(to)))
    }
}
