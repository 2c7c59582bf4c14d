//! The one thread that writes. The endpoint's lane goes first, so that QuickBooks never waits for bulk work.
//!
//! Must never run two writes at once, and after a failed write of the endpoint must refuse every later one of that
//! lane (poison): what was in flight is unknown, and only a fresh start looks it up.

use super::{Result, StoreError};
use crate::base::limits::WRITER_QUEUE;
use rusqlite::Connection;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Who is writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The Web Connector waits for this one.
    Endpoint,
    /// A person's decision.
    Person,
    /// Fetching, drafting, matching: in slices.
    Bulk,
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;
/// A write whose outcome its caller waits for.
pub(super) type Write = Box<dyn FnOnce(&mut Connection) -> Result<()> + Send>;

#[derive(Default)]
struct Queues {
    endpoint: VecDeque<Job>,
    person: VecDeque<Job>,
    bulk: VecDeque<Job>,
    closing: bool,
    poisoned: bool,
}

struct Shared {
    queues: Mutex<Queues>,
    arrived: Condvar,
    taken: Condvar,
}

pub(super) struct Writer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

fn lock(shared: &Shared) -> MutexGuard<'_, Queues> {
    shared.queues.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Writer {
    pub(super) fn start(db: Connection) -> Result<Self> {
        let shared =
            Arc::new(Shared { queues: Mutex::default(), arrived: Condvar::new(), taken: Condvar::new() });
        let for_thread = Arc::clone(&shared);
        let thread =
            std::thread::Builder::new().name("writer".into()).spawn(move || work(&for_thread, db))?;
        Ok(Writer { shared, thread: Some(thread) })
    }

    /// Hands a job to the writer's thread; its outcome comes by the channel.
    pub(super) fn post(&self, lane: Lane, job: Write) -> Result<Receiver<Result<()>>> {
        let (to_caller, answer) = sync_channel(1);
        let shared = Arc::clone(&self.shared);
        let boxed: Job = Box::new(move |db| {
            let result = job(db);
            if lane == Lane::Endpoint && matches!(result, Err(StoreError::Sqlite(_) | StoreError::Io(_))) {
                lock(&shared).poisoned = true;
            }
            // The caller may have gone away; the write stands all the same.
            let _ = to_caller.send(result);
        });
        {
            let mut queues = lock(&self.shared);
            if queues.poisoned && lane == Lane::Endpoint {
                return Err(StoreError::Poisoned);
            }
            while queues.endpoint.len() + queues.person.len() + queues.bulk.len() >= WRITER_QUEUE
                && !queues.closing
            {
                queues = self.shared.taken.wait(queues).unwrap_or_else(PoisonError::into_inner);
            }
            if queues.closing {
                return Err(StoreError::Stopped);
            }
            match lane {
                Lane::Endpoint => queues.endpoint.push_back(boxed),
                Lane::Person => queues.person.push_back(boxed),
                Lane::Bulk => queues.bulk.push_back(boxed),
            }
        }
        self.shared.arrived.notify_one();
        Ok(answer)
    }
}

fn work(shared: &Shared, mut db: Connection) {
    loop {
        let job = {
            let mut queues = lock(shared);
            loop {
                let next = queues
                    .endpoint
                    .pop_front()
                    .or_else(|| queues.person.pop_front())
                    .or_else(|| queues.bulk.pop_front());
                match next {
                    Some(job) => break job,
                    None if queues.closing => return,
                    None => queues = shared.arrived.wait(queues).unwrap_or_else(PoisonError::into_inner),
                }
            }
        };
        shared.taken.notify_all();
        job(&mut db);
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        lock(&self.shared).closing = true;
        self.shared.arrived.notify_all();
        self.shared.taken.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::scratch;
    use super::*;

    #[test]
    fn a_failed_write_of_the_endpoint_stops_the_endpoint_but_not_a_persons_reading() {
        let (_dir, store) = scratch();
        let failed = store.write(Lane::Endpoint, |tx| {
            tx.db.execute("INSERT INTO nowhere VALUES (1)", [])?;
            Ok(())
        });
        assert!(matches!(failed, Err(StoreError::Sqlite(_))));
        assert!(matches!(store.write(Lane::Endpoint, |_| Ok(())), Err(StoreError::Poisoned)));
        assert!(store.read(|reader| reader.meta("a")).is_ok());
    }

    #[test]
    fn a_write_that_fails_half_way_leaves_nothing() {
        let (_dir, store) = scratch();
        let failed: Result<()> = store.write(Lane::Person, |tx| {
            tx.set_meta("a", "1")?;
            Err(StoreError::Refused("no".into()))
        });
        assert!(failed.is_err());
        assert_eq!(store.read(|reader| reader.meta("a")).unwrap(), None);
    }
}
