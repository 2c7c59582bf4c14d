//! Floor 4: the one room that knows SQL: everything the program remembers, in one SQLite file per company profile.
//!
//! Must never decide anything about the books: it keeps what the rooms below decided, and it refuses what the shape of
//! the data forbids (`exactly-once.md` 2, U1-U6; design section 2 "The shape of the data").
//! One thread writes ([`Store::write`], the endpoint's lane first); screens and reports read through read-only
//! connections ([`Store::read`]). Every write is one transaction, durable before it returns (`synchronous=FULL`).

pub mod claim;
pub mod cogs;
pub mod decisions;
pub mod drafts;
mod error;
pub mod events;
mod examine;
pub mod in_thread;
pub mod links;
pub mod lists;
pub mod lock;
mod long_run;
pub mod meta;
pub mod moves;
pub mod older_copy;
pub mod operations;
pub mod outcomes;
pub mod overview;
pub mod own;
pub mod payments;
mod place;
pub mod readback;
mod reasons;
mod schema;
mod seal;
pub mod sources;
pub mod timeline;
pub mod values;
pub mod writeback;
mod writer;

pub use error::StoreError;
pub use lock::ProfileLock;
pub use long_run::LongRun;
pub use place::restrict;
pub use writer::Lane;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Params, Row};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Result of everything in this room.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Name of the database file in a profile.
pub const FILE: &str = "countersign.db";

/// How long a reader or a second process waits for a lock before it says so.
const BUSY: Duration = Duration::from_secs(5);

/// Page cache of one connection, in KiB: there are up to five, and the file system caches the rest for all of them.
const CACHE_KIB: i64 = 2_000;

/// Compiled statements kept by one connection.
const STATEMENTS: usize = 256;

/// Pages copied at once.
const BACKUP_PAGES: i32 = 4_096;

/// Steps of a statement between two looks whether its answer is still wanted: some ten microseconds.
const STEPS_BETWEEN_LOOKS: i32 = 1_000;

/// Read connections kept open between reads.
const READERS_KEPT: usize = 4;

/// A handle on the profile's database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    // Before the writer, so that the writer closes last and leaves no log behind: a log found at the next start says
    // that this run did not end cleanly.
    readers: Mutex<Vec<Connection>>,
    /// Only this one is asked whether anybody wrote: the number that SQLite tells holds for one connection.
    watcher: Mutex<Option<Connection>>,
    writer: Option<writer::Writer>,
    /// Whether the file is sealed when it is closed in peace.
    seals: bool,
    /// In memory, for the fault schedules: then there is neither file nor writer.
    in_thread: Option<in_thread::InThread>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The writer closes last: with it goes the log, and the file is whole.
        self.readers.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        *self.watcher.get_mut().unwrap_or_else(PoisonError::into_inner) = None;
        self.writer = None;
        if self.seals && !has_log(&self.path) {
            seal::put(&self.path);
        }
    }
}

/// A view on the database as it stood at one moment.
pub struct Reader<'a> {
    db: &'a Connection,
}

/// One write transaction. Everything in it becomes durable together or not at all.
pub struct Tx<'a> {
    db: &'a Connection,
}

impl<'a> Tx<'a> {
    /// Reads inside the transaction.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader { db: self.db }
    }

    /// Runs one statement, compiled once for the connection.
    fn run(&self, sql: &str, values: impl Params) -> rusqlite::Result<usize> {
        self.db.prepare_cached(sql)?.execute(values)
    }

    /// The first row of a question, compiled once for the connection.
    fn row<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.db.prepare_cached(sql)?.query_row(values, read)
    }
}

impl Reader<'_> {
    /// The first row of a question, compiled once for the connection.
    fn row<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.db.prepare_cached(sql)?.query_row(values, read)
    }
}

fn pragmas(db: &Connection) -> Result<()> {
    db.busy_timeout(BUSY)?;
    // Without this a statement whose plan might depend on a bound value is compiled anew for each value: where a
    // partial index hangs on a state, that is every question for a state.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "cache_size", -CACHE_KIB)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

impl Store {
    /// Opens the profile's database for writing, making it when it is new and migrating it when it is older.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when a newer program wrote it, [`StoreError::Damaged`] when its bytes are not those that
    /// were written, or the cause from SQLite (disk full, no rights, locked).
    pub fn open(dir: &Path) -> Result<Self> {
        place::refuse_share(dir)?;
        let path = dir.join(FILE);
        // Before SQLite touches it: a log would be worked in at once, and a broken file be half repaired.
        let unknown = has_log(&path) || seal::look(&path)? != seal::Sealed::Fits;
        let new = std::fs::metadata(&path).map_or(true, |file| file.len() == 0);
        seal::lift(&path)?;
        place::make_private(&path)?;
        let db = Connection::open(&path)?;
        pragmas(&db)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "wal_autocheckpoint", long_run::LOG_PAGES)?;
        let mut db = db;
        if unknown && !new {
            examine::shape(&db)?;
        }
        schema::migrate(&mut db, &path)?;
        if unknown && !new {
            examine::content(&Reader { db: &db })?;
        }
        seal::begin(&db)?;
        let writer = writer::Writer::start(db)?;
        let inner = Inner {
            path,
            writer: Some(writer),
            readers: Mutex::default(),
            watcher: Mutex::default(),
            seals: true,
            in_thread: None,
        };
        Ok(Store { inner: Arc::new(inner) })
    }

    /// Opens it for reading beside a host.
    ///
    /// # Errors
    /// When there is no database yet, or it is from another version of this program.
    pub fn open_reading(dir: &Path) -> Result<Self> {
        place::refuse_share(dir)?;
        let path = dir.join(FILE);
        let inner = Inner {
            path,
            writer: None,
            readers: Mutex::default(),
            watcher: Mutex::default(),
            seals: false,
            in_thread: None,
        };
        let store = Store { inner: Arc::new(inner) };
        store.read(|reader| schema::check(reader.db))?;
        Ok(store)
    }

    /// A copy of the database as it stands, in another folder, to try something out. It need not survive a crash.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn copy_to(&self, dir: &Path) -> Result<Self> {
        let path = dir.join(FILE);
        place::make_private(&path)?;
        let mut db = Connection::open(&path)?;
        self.read(|reader| {
            let backup = rusqlite::backup::Backup::new(reader.db, &mut db)?;
            backup.run_to_completion(BACKUP_PAGES, Duration::ZERO, None)?;
            Ok(())
        })?;
        pragmas(&db)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "OFF")?;
        let writer = writer::Writer::start(db)?;
        let inner = Inner {
            path,
            writer: Some(writer),
            readers: Mutex::default(),
            watcher: Mutex::default(),
            seals: false,
            in_thread: None,
        };
        Ok(Store { inner: Arc::new(inner) })
    }

    /// Where the database stands.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Reads at one moment, beside any writer.
    ///
    /// # Errors
    /// What the closure or SQLite says.
    pub fn read<T>(&self, work: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        with_value(work, |work| self.read_any(work))
    }

    /// Compiled once for all that is read: with hundreds of closures this is a tenth of the program.
    fn read_any(&self, work: &mut Reading<'_>) -> Result<()> {
        if let Some(seam) = &self.inner.in_thread {
            return seam.read(work);
        }
        let db = self.reader()?;
        let result = at_one_moment(&db, work);
        self.keep_reader(db);
        result
    }

    /// Reads as [`Store::read`], and breaks off soon after `stop` says that nobody waits for the answer any more.
    ///
    /// # Errors
    /// What the closure or SQLite says, the breaking off included.
    pub fn read_until<T>(
        &self,
        stop: &Arc<AtomicBool>,
        work: impl FnOnce(&Reader<'_>) -> Result<T>,
    ) -> Result<T> {
        with_value(work, |work| self.read_any_until(stop, work))
    }

    fn read_any_until(&self, stop: &Arc<AtomicBool>, work: &mut Reading<'_>) -> Result<()> {
        if let Some(seam) = &self.inner.in_thread {
            return seam.read(work);
        }
        let mut db = self.reader()?;
        let stop = Arc::clone(stop);
        db.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || stop.load(Ordering::Relaxed)))?;
        let result = at_one_moment(&db, work);
        db.progress_handler(0, None::<fn() -> bool>)?;
        self.keep_reader(db);
        result
    }

    /// A number that is another one as soon as anybody wrote: what was read under the same number still stands.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn stamp(&self) -> Result<Option<i64>> {
        if self.inner.in_thread.is_some() {
            return Ok(None);
        }
        let mut kept = self.inner.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_none() {
            *kept = Some(self.reader()?);
        }
        let stamp = |db: &Connection| db.query_row("PRAGMA data_version", [], |row| row.get(0));
        Ok(kept.as_ref().map(stamp).transpose()?)
    }

    /// A connection for reading: one that was kept, or a new one.
    fn reader(&self) -> Result<Connection> {
        let kept = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(db) = kept {
            return Ok(db);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&self.inner.path, flags)?;
        pragmas(&db)?;
        Ok(db)
    }

    fn keep_reader(&self, db: Connection) {
        let mut readers = self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS_KEPT {
            readers.push(db);
        }
    }

    /// Runs one write transaction on the writer's thread and waits until it is durable.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`] beside a host, [`StoreError::Poisoned`] after a write of the endpoint failed, or what
    /// the closure or SQLite says; then nothing of it was kept.
    pub fn write<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.begin(lane, work, in_one)?.wait()
    }

    /// As [`Store::write`], but without the wait for the disk: for what was only learnt and can be asked for again. It is
    /// kept before or with the next write that waits, never without those before it, so after a failure of power we
    /// know what we knew at some earlier moment, and never half of it. Nothing may leave for outside on its strength
    /// before a write that waits.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_learnt<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.begin(lane, work, unsynced)?.wait()
    }

    /// Hands one slice of many of what can be made again to the writer's thread and goes on; [`Writing::wait`] waits until
    /// it is kept. It does not wait for the disk, the next write that does makes it durable with itself. After a failure of
    /// power the log ends before it or behind it, never within it.
    ///
    /// # Errors
    /// As [`Store::write`], but for what the closure or SQLite says: that comes with the wait.
    pub fn begin_slice<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Writing<T>> {
        self.begin(lane, work, unsynced)
    }

    fn begin<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
        unit: Unit,
    ) -> Result<Writing<T>> {
        let value = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&value);
        let work: Work = Box::new(move |tx| {
            let made = work(tx)?;
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
            Ok(())
        });
        Ok(Writing { value, done: self.begin_any(lane, work, unit)? })
    }

    fn begin_any(&self, lane: Lane, work: Work, unit: Unit) -> Result<Done> {
        if let Some(seam) = &self.inner.in_thread {
            return Ok(Done::Known(seam.write(lane, work)));
        }
        let writer = self.inner.writer.as_ref().ok_or(StoreError::ReadOnly)?;
        Ok(Done::Coming(writer.post(lane, Box::new(move |db| unit(db, work)))?))
    }
}

/// A reading whose value is kept beside it.
type Reading<'a> = dyn FnMut(&Reader<'_>) -> Result<()> + 'a;
/// A write whose value is kept beside it.
type Work = Box<dyn FnOnce(&Tx<'_>) -> Result<()> + Send>;
/// How a write is carried out.
type Unit = fn(&mut Connection, Work) -> Result<()>;

/// The value of a reading that is carried out once.
fn with_value<T>(
    work: impl FnOnce(&Reader<'_>) -> Result<T>,
    carry_out: impl FnOnce(&mut Reading<'_>) -> Result<()>,
) -> Result<T> {
    let (mut work, mut value) = (Some(work), None);
    carry_out(&mut |reader| {
        if let Some(work) = work.take() {
            value = Some(work(reader)?);
        }
        Ok(())
    })?;
    value.ok_or(StoreError::Stopped)
}

fn at_one_moment(db: &Connection, work: &mut Reading<'_>) -> Result<()> {
    let snapshot = db.unchecked_transaction()?;
    work(&Reader { db: &snapshot })
}

fn in_one(db: &mut Connection, work: Work) -> Result<()> {
    let unit = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    work(&Tx { db: &unit })?;
    unit.commit()?;
    Ok(())
}

/// `PRAGMA synchronous`: every commit waits for the disk.
const FULL: i64 = 2;

/// One unit whose commit does not wait for the disk.
fn unsynced(db: &mut Connection, work: Work) -> Result<()> {
    let before: i64 = db.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    if before < FULL {
        return in_one(db, work);
    }
    db.pragma_update(None, "synchronous", "NORMAL")?;
    let result = in_one(db, work);
    db.pragma_update(None, "synchronous", "FULL")?;
    result
}

/// A write that was handed over.
#[must_use]
pub struct Writing<T> {
    value: Arc<Mutex<Option<T>>>,
    done: Done,
}

enum Done {
    Known(Result<()>),
    Coming(std::sync::mpsc::Receiver<Result<()>>),
}

impl<T> Writing<T> {
    /// Waits until it is done.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when the writer's thread is gone, or what the closure or SQLite says; then nothing of it was kept.
    pub fn wait(self) -> Result<T> {
        match self.done {
            Done::Known(result) => result?,
            Done::Coming(answer) => answer.recv().map_err(|_| StoreError::Stopped)??,
        }
        self.value.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or(StoreError::Stopped)
    }
}

/// Whether the last run left its log: it was killed, or somebody still looks (`security.md` 4).
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_os_string();
    log.push("-wal");
    std::fs::metadata(PathBuf::from(log)).is_ok_and(|log| log.len() > 0)
}

#[cfg(test)]
pub(crate) fn scratch() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    (dir, store)
}
