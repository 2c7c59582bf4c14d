//! The whole database read and held against what it says of itself: after an end that was not clean, and where the file is
//! another than the one that was closed (`exactly-once.md` 7, I16 and I18; `security.md` 4).
//!
//! Must never repair anything, and never let a figure through that is not the one that was written: what cannot be
//! trusted is refused. Seconds on a large profile, so only where there is reason for it.

use super::{Reader, Result, StoreError};
use crate::base::digest;
use rusqlite::Connection;

fn damaged(what: String) -> StoreError {
    StoreError::Damaged(what)
}

/// Whether the file's parts fit together.
pub(super) fn shape(db: &Connection) -> Result<()> {
    let answer: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if answer != "ok" {
        return Err(damaged(answer));
    }
    let mut statement = db.prepare("PRAGMA foreign_key_check")?;
    if statement.query([])?.next()?.is_some() {
        return Err(damaged("a row points at another one that is not there".into()));
    }
    Ok(())
}

/// Whether what carries a digest still has it: the chain of events, approved contents, the bytes that were sent, Cin7's
/// documents.
pub(super) fn content(reader: &Reader<'_>) -> Result<()> {
    if let Err(seq) = reader.verify_events(|_| ())? {
        return Err(damaged(format!("the chain of events breaks at event {seq}")));
    }
    digested(reader, "SELECT payload, hash FROM draft_version", "the content of a draft")?;
    digested(reader, "SELECT CAST(bytes AS BLOB), sha256 FROM message_set", "what was sent to QuickBooks")
}

fn digested(reader: &Reader<'_>, sql: &str, what: &str) -> Result<()> {
    let mut statement = reader.db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let content = row.get_ref(0)?;
        let bytes = content.as_bytes().map_err(|_| damaged(format!("{what} is no text")))?;
        let kept = row.get_ref(1)?;
        if kept.as_bytes().ok() != Some(digest::of_bytes(bytes).as_bytes()) {
            return Err(damaged(format!("{what} is not what was written")));
        }
    }
    Ok(())
}
