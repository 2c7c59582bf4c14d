//! A store in memory, in the caller's own thread: the same statements, the same rules, and failures on demand.
//!
//! For the fault schedules of `drill` only; must never be opened by a profile of real books. Every write is a savepoint
//! of one outer transaction that is never committed, so that the prepared state, which is, comes back in microseconds and
//! every statement stays compiled. What strikes a write (`exactly-once.md` 8, F1-F4, F7) is a [`Strike`]; after a crash
//! nothing is read or written until [`InThread::restart`], after a failed write of the endpoint its lane is poisoned as
//! in `writer`.

mod rules;

pub use rules::Rule;

use super::{Inner, Lane, Reader, Reading, Result, Store, StoreError, Tx, Work, pragmas, schema};
use crate::base::OperationId;
use rusqlite::{Connection, OptionalExtension as _, ffi};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Compiled statements kept: all that a visit and the decisions of people need.
const STATEMENTS: usize = 400;

/// Bytes of a page.
const PAGE: i64 = 1_024;

/// What strikes a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strike {
    /// The program dies before the write is durable.
    CrashBefore,
    /// The program dies when the write is durable, before anybody is told.
    CrashAfter,
    /// The disk is full.
    DiskFull,
    /// Another process holds the database.
    Busy,
}

#[derive(Default)]
struct Weather {
    /// What strikes, and how many writes pass before.
    strike: Option<(u32, Strike)>,
    struck: Option<Strike>,
    down: bool,
    poisoned: bool,
}

pub(super) struct InThread {
    db: Mutex<Connection>,
    weather: Mutex<Weather>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn sqlite(code: i32) -> StoreError {
    StoreError::Sqlite(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
}

impl InThread {
    pub(super) fn read(&self, work: &mut Reading<'_>) -> Result<()> {
        if locked(&self.weather).down {
            return Err(StoreError::Stopped);
        }
        // Never waited for: a read inside a read would wait for itself.
        let db = self.db.try_lock().map_err(|_| StoreError::Stopped)?;
        work(&Reader { db: &db })
    }

    /// What happens to the write that comes now.
    fn next_strike(&self, lane: Lane) -> Result<Option<Strike>> {
        let mut weather = locked(&self.weather);
        if weather.down {
            return Err(StoreError::Stopped);
        }
        if weather.poisoned && lane == Lane::Endpoint {
            return Err(StoreError::Poisoned);
        }
        match &mut weather.strike {
            Some((left, _)) if *left > 0 => {
                *left -= 1;
                Ok(None)
            }
            Some((_, strike)) => {
                let strike = *strike;
                weather.strike = None;
                weather.struck = Some(strike);
                Ok(Some(strike))
            }
            None => Ok(None),
        }
    }

    pub(super) fn write(&self, lane: Lane, work: Work) -> Result<()> {
        let strike = self.next_strike(lane)?;
        let result = self.carry_out(strike, work);
        let mut weather = locked(&self.weather);
        if matches!(strike, Some(Strike::CrashBefore | Strike::CrashAfter)) {
            weather.down = true;
            return Err(StoreError::Stopped);
        }
        if lane == Lane::Endpoint && matches!(result, Err(StoreError::Sqlite(_) | StoreError::Io(_))) {
            weather.poisoned = true;
        }
        result
    }

    fn carry_out(&self, strike: Option<Strike>, work: Work) -> Result<()> {
        if strike == Some(Strike::Busy) {
            return Err(sqlite(ffi::SQLITE_BUSY));
        }
        let db = self.db.try_lock().map_err(|_| StoreError::Stopped)?;
        db.prepare_cached("SAVEPOINT one_write")?.execute([])?;
        let mut result = work(&Tx { db: &db });
        if matches!(strike, Some(Strike::CrashBefore | Strike::DiskFull)) {
            result = result.and_then(|()| Err(sqlite(ffi::SQLITE_FULL)));
        }
        if result.is_err() {
            db.prepare_cached("ROLLBACK TO one_write")?.execute([])?;
        }
        db.prepare_cached("RELEASE one_write")?.execute([])?;
        result
    }
}

impl Reader<'_> {
    /// The message sets of an operation, oldest first: id, and whether any answer to it is kept.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sets_of(&self, operation: OperationId) -> Result<Vec<(String, bool)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, response IS NOT NULL FROM message_set WHERE operation_id = ?1 ORDER BY attempt",
        )?;
        let rows = statement.query_map([operation.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The seams of a store in memory. All of them fail with [`StoreError::ReadOnly`] on any other store.
impl Store {
    /// A new store in memory, with the newest schema (`without` one of its rules) and a record of every move of
    /// operations and drafts.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn in_memory(without: Option<Rule>) -> Result<Store> {
        let db = Connection::open_in_memory()?;
        // Small pages: a write keeps a copy of each page that it touches.
        db.pragma_update(None, "page_size", PAGE)?;
        pragmas(&db)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        let schema = schema::text();
        db.execute_batch(&without.map_or_else(|| schema.clone(), |rule| rule.taken_from(&schema)))?;
        db.execute_batch(
            "CREATE TEMP TABLE moved (what TEXT NOT NULL, id INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL);
             CREATE TEMP TRIGGER operation_moved AFTER UPDATE OF state ON main.operation WHEN OLD.state <> NEW.state
             BEGIN INSERT INTO moved VALUES ('operation', NEW.id, OLD.state, NEW.state); END;
             CREATE TEMP TRIGGER draft_moved AFTER UPDATE OF state ON main.draft WHEN OLD.state <> NEW.state
             BEGIN INSERT INTO moved VALUES ('draft', NEW.id, OLD.state, NEW.state); END;
             BEGIN;",
        )?;
        let in_thread = InThread { db: Mutex::new(db), weather: Mutex::default() };
        Ok(Store {
            inner: Arc::new(Inner {
                path: PathBuf::from("in memory"),
                writer: None,
                readers: Mutex::default(),
                watcher: Mutex::default(),
                seals: false,
                in_thread: Some(in_thread),
            }),
        })
    }

    fn seam(&self) -> Result<&InThread> {
        self.inner.in_thread.as_ref().ok_or(StoreError::ReadOnly)
    }

    fn command(&self, sql: &str) -> Result<()> {
        let db = locked(&self.seam()?.db);
        db.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Remembers the present state as the one that [`Store::back_to_template`] comes back to.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_template(&self) -> Result<()> {
        self.command("DELETE FROM moved")?;
        self.command("COMMIT")?;
        self.command("BEGIN")
    }

    /// As it was when the template was kept; nothing strikes, nothing is down.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn back_to_template(&self) -> Result<()> {
        *locked(&self.seam()?.weather) = Weather::default();
        self.command("ROLLBACK")?;
        self.command("BEGIN")
    }

    /// Keeps a copy of the present state (F7). An older one is lost.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_copy(&self) -> Result<()> {
        self.command("SAVEPOINT older_copy")
    }

    /// Replaces the present state by the copy (F7).
    ///
    /// # Errors
    /// What SQLite says; that there is no copy.
    pub fn back_to_copy(&self) -> Result<()> {
        self.command("ROLLBACK TO older_copy")
    }

    /// The `after`-th next write is struck (0 = the next one).
    ///
    /// # Errors
    /// On a store that is not in memory.
    pub fn strike(&self, after: u32, strike: Strike) -> Result<()> {
        locked(&self.seam()?.weather).strike = Some((after, strike));
        Ok(())
    }

    /// What has struck since it was asked last; a strike that waits no longer waits.
    ///
    /// # Errors
    /// On a store that is not in memory.
    pub fn struck(&self) -> Result<Option<Strike>> {
        let mut weather = locked(&self.seam()?.weather);
        weather.strike = None;
        Ok(weather.struck.take())
    }

    /// Whether the program died.
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.inner.in_thread.as_ref().is_some_and(|seam| locked(&seam.weather).down)
    }

    /// How many rows were ever changed.
    ///
    /// # Errors
    /// On a store that is not in memory.
    pub fn changes(&self) -> Result<u64> {
        Ok(locked(&self.seam()?.db).total_changes())
    }

    /// Whether the program died, or the endpoint's lane is poisoned: then only a fresh start goes on.
    #[must_use]
    pub fn needs_restart(&self) -> bool {
        self.inner.in_thread.as_ref().is_some_and(|seam| {
            let weather = locked(&seam.weather);
            weather.down || weather.poisoned
        })
    }

    /// The program starts afresh on what was durable.
    ///
    /// # Errors
    /// On a store that is not in memory.
    pub fn restart(&self) -> Result<()> {
        *locked(&self.seam()?.weather) = Weather::default();
        Ok(())
    }

    /// Every move since the template, oldest first: `operation` or `draft`, number, from, to.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn moves(&self) -> Result<Vec<(String, i64, String, String)>> {
        let db = locked(&self.seam()?.db);
        let mut statement = db.prepare_cached("SELECT what, id, before, after FROM moved ORDER BY rowid")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every raw answer that is kept, with the set that it is kept for.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn kept_answers(&self) -> Result<Vec<(String, String)>> {
        let db = locked(&self.seam()?.db);
        let mut statement = db.prepare_cached(
            "SELECT id, CAST(response AS TEXT) FROM message_set WHERE response IS NOT NULL",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether SQLite finds the parts of the database fitting together, foreign keys included (I18): what is wrong.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn examine_all(&self) -> Result<Option<String>> {
        let db = locked(&self.seam()?.db);
        let answer: String =
            db.prepare_cached("PRAGMA integrity_check(1)")?.query_row([], |row| row.get(0))?;
        if answer != "ok" {
            return Ok(Some(answer));
        }
        let broken: Option<String> =
            db.prepare_cached("PRAGMA foreign_key_check")?.query_row([], |row| row.get(0)).optional()?;
        Ok(broken.map(|table| format!("a row of {table} points to nothing")))
    }
}
