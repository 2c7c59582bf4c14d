//! Numbered migrations by `PRAGMA user_version`, each in one transaction, with a copy of the file kept before one runs.
//!
//! Must never change a migration that has left the house; a new shape is a new number. (No migration crate resolves
//! with the SQLite in use: `rust-tui.md` 12.)

use super::{Result, StoreError, place};
use rusqlite::Connection;
use std::path::Path;

/// Pages copied at one time.
const COPY_PAGES: i32 = 1_000;

const MIGRATIONS: [&str; 7] = [
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
    include_str!("schema_7.sql"),
];

fn version(db: &Connection) -> Result<u32> {
    Ok(db.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Every migration, in order: the newest schema in one text.
pub(super) fn text() -> String {
    MIGRATIONS.join("\n")
}

/// How many migrations this program knows.
pub(super) fn known() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// Refuses a database of another version; used by readers, which never migrate.
pub(super) fn check(db: &Connection) -> Result<()> {
    let found = version(db)?;
    match found.cmp(&known()) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(StoreError::Newer { found, known: known() }),
        std::cmp::Ordering::Less => Err(StoreError::Older { found, known: known() }),
    }
}

/// Brings the database to the newest schema.
pub(super) fn migrate(db: &mut Connection, path: &Path) -> Result<()> {
    let found = version(db)?;
    if found > known() {
        return Err(StoreError::Newer { found, known: known() });
    }
    if found > 0 && found < known() {
        keep_copy(db, &path.with_extension(format!("before-{}.db", known())))?;
    }
    for (number, sql) in (1_u32..).zip(MIGRATIONS).skip(found as usize) {
        let tx = db.transaction()?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", number)?;
        tx.commit()?;
    }
    Ok(())
}

/// A whole copy, what stands in the log alone included: a copy of the file would miss that after an unclean end.
fn keep_copy(db: &Connection, to: &Path) -> Result<()> {
    place::make_private(to)?;
    let mut copy = Connection::open(to)?;
    let backup = rusqlite::backup::Backup::new(db, &mut copy)?;
    backup.run_to_completion(COPY_PAGES, std::time::Duration::ZERO, None)?;
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
    fn before_a_migration_a_whole_copy_is_kept_and_readers_wait_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(super::super::FILE);
        let old = Connection::open(&path).unwrap();
        old.pragma_update(None, "journal_mode", "WAL").unwrap();
        old.execute_batch(MIGRATIONS[0]).unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        old.execute("INSERT INTO meta VALUES ('kept', 'in the log alone')", []).unwrap();
        assert!(matches!(Store::open_reading(dir.path()), Err(StoreError::Older { found: 1, .. })));
        // The old connection stays open, so that the last row stands in the log and not in the file.
        let store = Store::open(dir.path()).unwrap();
        assert_eq!(store.read(|r| r.meta("kept")).unwrap().as_deref(), Some("in the log alone"));
        let copy = Connection::open(dir.path().join(format!("countersign.before-{}.db", known()))).unwrap();
        let kept: String =
            copy.query_row("SELECT value FROM meta WHERE key = 'kept'", [], |row| row.get(0)).unwrap();
        assert_eq!((kept.as_str(), version(&copy).unwrap()), ("in the log alone", 1));
    }

    #[test]
    fn a_file_that_is_no_database_is_refused_in_words() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(super::super::FILE), vec![7_u8; 4096]).unwrap();
        let problem: crate::base::Problem = Store::open(dir.path()).err().unwrap().into();
        assert_eq!(problem.code, "STORE-DAMAGED");
    }

    #[test]
    fn a_file_that_changed_while_it_was_closed_is_refused_and_without_a_seal_it_is_read_whole() {
        let dir = tempfile::tempdir().unwrap();
        let (file, log) = (dir.path().join("countersign.db"), dir.path().join("countersign.db-wal"));
        let store = Store::open(dir.path()).unwrap();
        // Long enough to fill the end of the file, so that the damage is not met at the opening itself.
        let long = "1".repeat(20_000);
        store.write(super::super::Lane::Person, move |tx| tx.set_meta("a", &long)).unwrap();
        store.read(|reader| reader.meta("a")).unwrap();
        assert!(log.exists());
        drop(store);
        assert!(!log.exists(), "a clean end leaves no log");
        drop(Store::open(dir.path()).unwrap());
        let mut bytes = std::fs::read(&file).unwrap();
        let last = bytes.len() - 4096;
        bytes[last..].fill(0xff);
        std::fs::write(&file, bytes).unwrap();
        let refused = || -> String {
            let problem: crate::base::Problem = Store::open(dir.path()).err().unwrap().into();
            problem.code
        };
        assert_eq!(refused(), "STORE-DAMAGED");
        std::fs::remove_file(dir.path().join("countersign.sealed")).unwrap();
        assert_eq!(refused(), "STORE-DAMAGED", "its parts do not fit together");
    }
}
