//! Loads, one at a time for each slot: of those that wait behind one that runs only the newest is made.
//!
//! Must never answer an older question after a newer one, and never let fast typing pile up readings of a large list:
//! a reading that nobody waits for any more is broken off. A list that is shown anew is first read as far as a screen
//! or two show it, so that a letter of the filter is answered before the whole is counted.

use super::super::effect::{Query, Slot};
use super::super::msg::{Loaded, Msg};
use super::{Workers, aside, read};
use crate::store::drafts::DraftFilter;
use crate::workflow::{Profile, Result, drafts};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Ids of a list that is shown anew, before the rest: more than a screen has rows.
pub const FIRST_IDS: usize = 100;

/// What is being read for a slot.
#[derive(Debug, Default)]
struct Lane {
    /// Told when a newer load waits.
    stop: Arc<AtomicBool>,
    next: Option<(u64, Query)>,
}

/// What is being read for each slot.
#[derive(Clone, Debug, Default)]
pub struct Lanes(Arc<Mutex<BTreeMap<Slot, Lane>>>);

impl Lanes {
    fn all(&self) -> MutexGuard<'_, BTreeMap<Slot, Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody waits for anything any more.
    pub fn stop(&self) {
        for lane in self.all().values_mut() {
            lane.stop.store(true, Ordering::Relaxed);
            lane.next = None;
        }
    }

    /// The load to be made now, with what tells it to stop; none where one of its slot runs and it waits behind.
    fn begin(&self, slot: Slot, generation: u64, query: Query) -> Option<(u64, Query, Arc<AtomicBool>)> {
        let mut all = self.all();
        if let Some(lane) = all.get_mut(&slot) {
            lane.stop.store(true, Ordering::Relaxed);
            lane.next = Some((generation, query));
            return None;
        }
        let lane = all.entry(slot).or_default();
        Some((generation, query, Arc::clone(&lane.stop)))
    }

    /// The load that waited behind the one that ended.
    fn next(&self, slot: Slot) -> Option<(u64, Query, Arc<AtomicBool>)> {
        let (generation, query) = self.all().remove(&slot)?.next?;
        self.begin(slot, generation, query)
    }
}

impl Workers {
    /// Reads something on a worker thread.
    pub fn load(&self, slot: Slot, generation: u64, query: Query) {
        let Some(mut load) = self.lanes.begin(slot, generation, query) else { return };
        let workers = self.clone();
        self.runtime.spawn(async move {
            loop {
                let (generation, query, stop) = load;
                workers.answer(slot, generation, query, stop).await;
                match workers.lanes.next(slot) {
                    Some(next) => load = next,
                    None => return,
                }
            }
        });
    }

    async fn answer(&self, slot: Slot, generation: u64, query: Query, stop: Arc<AtomicBool>) {
        let profile = Arc::clone(&self.profile);
        let mut limit = None;
        let filter = match query {
            Query::DraftIds(filter) => filter,
            Query::DraftIdsAnew(filter) => {
                limit = Some(FIRST_IDS);
                filter
            }
            query => {
                let result = aside(move || read(&profile, query)).await;
                let _ = self.to_loop.send(Msg::Loaded { slot, generation, result }).await;
                return;
            }
        };
        loop {
            let (profile, filter, broken_off) = (Arc::clone(&profile), filter.clone(), Arc::clone(&stop));
            let result = aside(move || ids(&profile, &filter, limit, &broken_off)).await;
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let more = matches!(result, Ok(Loaded::FirstIds(_)));
            let _ = self.to_loop.send(Msg::Loaded { slot, generation, result }).await;
            if !more {
                return;
            }
            limit = None;
        }
    }
}

/// The drafts of a list; only the first of them where there are as many as `limit`.
///
/// # Errors
/// What the store says; also where `stop` breaks it off.
pub fn ids(
    profile: &Profile,
    filter: &DraftFilter,
    limit: Option<usize>,
    stop: &Arc<AtomicBool>,
) -> Result<Loaded> {
    let ids = drafts::ids_until(profile, filter, limit, stop)?;
    let more = limit.is_some_and(|limit| ids.len() >= limit);
    Ok(if more { Loaded::FirstIds(ids) } else { Loaded::DraftIds(ids) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_loads_behind_one_that_runs_only_the_newest_is_made_and_the_running_one_is_told_to_stop() {
        let lanes = Lanes::default();
        let (_, _, stop) = lanes.begin(Slot::Status, 1, Query::Status).unwrap();
        assert!(lanes.begin(Slot::Home, 1, Query::Home).is_some(), "other slots do not wait");
        assert!(lanes.begin(Slot::Status, 2, Query::Status).is_none());
        assert!(lanes.begin(Slot::Status, 3, Query::Status).is_none());
        assert!(stop.load(Ordering::Relaxed));
        let (generation, _, stop) = lanes.next(Slot::Status).unwrap();
        assert!(generation == 3 && !stop.load(Ordering::Relaxed));
        assert!(lanes.next(Slot::Status).is_none());
        assert!(lanes.begin(Slot::Status, 4, Query::Status).is_some());
    }
}
