//! The ids of a list of drafts: the order of the list without a word is kept, so that the list itself is told again
//! without reading it, and each letter of its filter only picks out of it.
//!
//! Must never pick out of an order that something was written since, and keeps one order at a time.

use super::{Profile, Result};
use crate::base::DraftId;
use crate::books::find::Wanted;
use crate::store::drafts::{DraftFilter, Told};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

/// An order, of which list and of when.
#[derive(Clone)]
struct Kept {
    of: DraftFilter,
    stamp: i64,
    ids: Arc<Vec<DraftId>>,
    /// What indexes said to the letters that were typed into it.
    told: Arc<Told>,
}

/// The order of the list that was read last.
#[derive(Default)]
pub struct Orders(Mutex<Option<Kept>>);

impl Orders {
    fn of(&self, list: &DraftFilter, stamp: i64) -> Option<Kept> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|kept| kept.stamp == stamp && kept.of == *list).cloned()
    }

    fn keep(&self, kept: Kept) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }
}

/// The list without what is typed into its filter line.
fn unfiltered(filter: &DraftFilter) -> DraftFilter {
    DraftFilter { text: String::new(), wanted: Wanted::default(), oldest: None, ..filter.clone() }
}

/// The first ids of a list, or all of them; broken off where `stop` says that nobody waits for them any more.
///
/// # Errors
/// What the store says.
pub fn ids(
    profile: &Profile,
    filter: &DraftFilter,
    limit: Option<usize>,
    stop: &Arc<AtomicBool>,
) -> Result<Vec<DraftId>> {
    let filter = &*super::drafts::dated(profile, filter);
    let (store, list) = (profile.store(), unfiltered(filter));
    let read = |filter: &DraftFilter, limit| store.read_until(stop, |r| r.first_drafts(filter, limit));
    // Told before it is read: what is written meanwhile makes it old, never newer than it is.
    let Some(stamp) = store.stamp()? else { return Ok(read(filter, limit)?) };
    let plain = list == *filter;
    let kept = match profile.orders().of(&list, stamp) {
        Some(kept) => kept,
        // A screenful is read without the rest.
        None if plain && limit.is_some() => return Ok(read(filter, limit)?),
        None => {
            let ids = Arc::new(read(&list, None)?);
            let kept = Kept { of: list, stamp, ids, told: Arc::default() };
            profile.orders().keep(kept.clone());
            kept
        }
    };
    if plain {
        return Ok(kept.ids.iter().copied().take(limit.unwrap_or(usize::MAX)).collect());
    }
    match store.read_until(stop, |r| r.first_among(&kept.ids, filter, limit, &kept.told))? {
        Some(found) => Ok(found),
        None => Ok(read(filter, limit)?),
    }
}
