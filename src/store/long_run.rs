//! Room for a long run: thousands of slices that write the same pages again and again.
//!
//! Must never change what is durable when: a slice is kept or not as without it ([`Store::begin_slice`]). Where no room
//! can be had, the run is slower and nothing else.

use super::{CACHE_KIB, Lane, Store};

/// Pages in the log at which they go into the file.
pub(super) const LOG_PAGES: i64 = 1_000;
/// The same during a long run.
const RUN_LOG_PAGES: i64 = 8_000;
/// Page cache of the writer during a long run, in KiB: what a run touches all the time it need not read again.
const RUN_CACHE_KIB: i64 = 32_000;

impl Store {
    /// The writer is given room for a long run of slices, until what is returned is dropped.
    #[must_use]
    pub fn long_run(&self) -> LongRun<'_> {
        self.give_room(RUN_CACHE_KIB, RUN_LOG_PAGES, false);
        LongRun(self)
    }

    fn give_room(&self, cache_kib: i64, log_pages: i64, clear: bool) {
        let Some(writer) = &self.inner.writer else { return };
        // Nobody waits for it, and where it cannot be had nothing is lost.
        let room = move |db: &mut rusqlite::Connection| {
            db.pragma_update(None, "cache_size", -cache_kib)?;
            db.pragma_update(None, "wal_autocheckpoint", log_pages)?;
            if clear {
                db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
                db.release_memory()?;
            }
            Ok(())
        };
        let _ = writer.post(Lane::Bulk, Box::new(room));
    }
}

/// A long run of slices.
pub struct LongRun<'a>(&'a Store);

impl Drop for LongRun<'_> {
    fn drop(&mut self) {
        self.0.give_room(CACHE_KIB, LOG_PAGES, true);
    }
}
