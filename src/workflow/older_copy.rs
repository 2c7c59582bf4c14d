//! Notices that a profile is an older copy of itself: a small side file outside of the profile remembers the newest
//! event that was there when something was last handed to QuickBooks.
//!
//! Must never call a copy older without need (each sweep of QuickBooks costs time), and never take one for the newest
//! whose later hand-outs QuickBooks holds (`exactly-once.md` C25; design 2). A missing side file counts as an older copy
//! of whatever was handed over before: on another computer nobody knows.

use super::{Profile, Result};
use crate::store::events::EventHead;
use crate::store::{Lane, Reader, Store};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Folder of the side files in the user's state folder.
const FOLDER: &str = "heads";

/// What a side file says.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    /// Where the profile stood: the side file of one that is gone is gone with it.
    profile: PathBuf,
    head: EventHead,
}

/// Whether something was handed over after this state of the profile, by what was remembered outside of it.
///
/// # Errors
/// What SQLite says.
pub(crate) fn is_older(reader: &Reader<'_>, remembered: Option<&EventHead>) -> crate::store::Result<bool> {
    match remembered {
        None => reader.ever_handed_over(),
        Some(head) if head.seq == 0 => Ok(false),
        Some(head) => Ok(reader.event_hash(head.seq)?.as_ref() != Some(&head.hash)),
    }
}

/// Takes note of an older copy: QuickBooks is swept for our marks before anything is written again.
///
/// # Errors
/// What SQLite says.
pub(crate) fn take_note(store: &Store, at: &str) -> crate::store::Result<()> {
    let at = at.to_string();
    store.write(Lane::Person, move |tx| {
        let since = tx.reader().newest_event_at()?.unwrap_or_else(|| at.clone());
        tx.sweep_is_due(&since)?;
        tx.event(&at, "countersign", "older_copy_opened", "profile", &since).map(drop)
    })
}

fn read(file: &Path) -> Option<Remembered> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

/// Takes away the side files of profiles that are no longer where they were.
fn prune(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if read(&entry.path()).is_some_and(|known| !known.profile.exists()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The newest event that is remembered of the profile in this very place.
pub(super) fn remembered(profile: &Profile, state: &Path) -> Option<EventHead> {
    let file = state.join(FOLDER).join(format!("{}.json", profile.settings().company_id));
    read(&file).filter(|known| known.profile == profile.dir()).map(|known| known.head)
}

impl Profile {
    /// Watches for older copies of this profile with a side file in `state`; whether this is one. From here on every
    /// hand-out is remembered.
    ///
    /// # Errors
    /// What the store says.
    pub fn watch_for_older_copies(&self, state: &Path) -> Result<bool> {
        let folder = state.join(FOLDER);
        let file = folder.join(format!("{}.json", self.settings().company_id));
        let known = read(&file);
        let older = self.store().read(|r| is_older(r, known.as_ref().map(|known| &known.head)))?;
        if older {
            take_note(self.store(), &self.now().to_string())?;
        }
        // Without a state folder every start is taken for that of an older copy: slow, and never wrong.
        if known.is_none() {
            prune(&folder);
            let _ = std::fs::create_dir_all(&folder);
        }
        let _ = self.side_file.set(file);
        if older || known.is_none() {
            self.remember_head();
        }
        Ok(older)
    }

    /// Remembers the newest event outside of the profile.
    pub(super) fn remember_head(&self) {
        let Some(file) = self.side_file.get() else { return };
        let Ok(head) = self.store().read(|r| r.event_head()) else { return };
        let remembered = Remembered { profile: self.dir().to_path_buf(), head };
        let Ok(text) = serde_json::to_vec(&remembered) else { return };
        let fresh = file.with_extension("new");
        if std::fs::write(&fresh, text).is_ok() {
            let _ = std::fs::rename(&fresh, file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::InitOptions;
    use crate::workflow::profile::SystemClock;
    use std::sync::Arc;
    use uuid::Uuid;

    fn profile(dir: &Path) -> Arc<Profile> {
        let options = InitOptions { company_id: Uuid::from_u128(9), ..InitOptions::default() };
        Profile::init(dir, &options, Arc::new(SystemClock)).unwrap()
    }

    fn note(profile: &Profile, what: &'static str) {
        profile.store().write(Lane::Person, move |tx| tx.event("t", "Ann", what, "s", &1)).unwrap();
    }

    #[test]
    fn a_profile_that_lacks_what_was_there_at_the_last_hand_out_is_an_older_copy() {
        let (dir, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let newest = profile(&dir.path().join("a"));
        assert!(!newest.watch_for_older_copies(state.path()).unwrap(), "a new profile is no copy");
        note(&newest, "handed_out");
        newest.remember_head();
        assert!(!newest.watch_for_older_copies(state.path()).unwrap());
        // The same company, without that event.
        let older = profile(&dir.path().join("b"));
        assert!(older.watch_for_older_copies(state.path()).unwrap());
        assert!(older.store().read(|r| r.sweep_since()).unwrap().is_some());
        assert!(!older.watch_for_older_copies(state.path()).unwrap(), "it is noticed once");
        // Another event of that number is no proof.
        let other = profile(&dir.path().join("c"));
        note(&other, "approved");
        assert!(other.watch_for_older_copies(state.path()).unwrap());
    }
}
