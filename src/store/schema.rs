//! Numbered migrations by `PRAGMA user_version`, each in one transaction, with a copy of the file kept before one runs.
//!
//! Must never change a migration that has left the house; a new shape is a new number. (No migration crate resolves
//! with the SQLite in use: `rust-tui.md` 12.)

use super::{Result, StoreError};
use rusqlite::Connection;
use std::path::Path;

const MIGRATIONS: [&str; 1] = [include_str!("schema_1.sql")];

fn version(db: &Connection) -> Result<u32> {
    Ok(db.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// How many migrations this program knows.
pub(super) fn known() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// Refuses a database of another version; used by readers, which never migrate.
pub(super) fn check(db: &Connection) -> Result<()> {
    let found = version(db)?;
    if found == known() { Ok(()) } else { Err(StoreError::Newer { found, known: known() }) }
}

/// Brings the database to the newest schema.
pub(super) fn migrate(db: &mut Connection, path: &Path) -> Result<()> {
    let found = version(db)?;
    if found > known() {
        return Err(StoreError::Newer { found, known: known() });
    }
    if found > 0 && found < known() {
        std::fs::copy(path, path.with_extension(format!("before-{}.db", known())))?;
    }
    for (number, sql) in (1_u32..).zip(MIGRATIONS).skip(found as usize) {
        let tx = db.transaction()?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", number)?;
        tx.commit()?;
    }
    if found > 0 {
        let answer: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if answer != "ok" {
            return Err(StoreError::Damaged(answer));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[test]
    fn a_newer_database_is_refused_with_both_versions_named() {
        let dir = tempfile::tempdir().unwrap();
        drop(Store::open(dir.path()).unwrap());
        let db = Connection::open(dir.path().join(super::super::FILE)).unwrap();
        db.pragma_update(None, "user_version", 99).unwrap();
        drop(db);
        assert!(matches!(Store::open(dir.path()), Err(StoreError::Newer { found: 99, .. })));
        let problem: crate::base::Problem = Store::open(dir.path()).err().unwrap().into();
        assert_eq!(problem.code, "STORE-NEWER");
    }

    #[test]
    fn a_file_that_is_no_database_is_refused_in_words() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(super::super::FILE), vec![7_u8; 4096]).unwrap();
        let problem: crate::base::Problem = Store::open(dir.path()).err().unwrap().into();
        assert_eq!(problem.code, "STORE-DAMAGED");
    }
}
