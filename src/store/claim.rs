//! The claim of another window on the profile: who wants to hold it, in a small file beside the lock.
//!
//! Must never stand in for the lock: who claims holds nothing until the holder has let go (design 2 "One host per
//! profile"). A claim is worth something only while its maker lives: the operating system frees the lock on it with the
//! process, so that a claim left by a crash moves nobody.

use super::{Result, StoreError, place};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Who claims.
const CLAIM: &str = "countersign.claim";
/// Locked for as long as the maker of the claim lives. A file of its own: where a lock keeps readers out too, the claim
/// can still be read.
const ALIVE: &str = "countersign.claim.lock";
/// A holder that looks whether the maker of an old claim lives has the lock for a moment: tried so often, so far apart.
const TRIES: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(25);

/// Who wants to hold the profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The person.
    pub by: String,
    /// As what: "the screen", "serve".
    pub what: String,
    /// Number of the process.
    pub process: u32,
    /// When, an instant in UTC.
    pub at: String,
}

/// A claim that stands; it goes when this is dropped.
#[derive(Debug)]
pub struct Claiming {
    dir: PathBuf,
    _alive: File,
}

fn open_alive(dir: &Path) -> Result<File> {
    place::make_private(&dir.join(ALIVE))?;
    Ok(OpenOptions::new().read(true).write(true).open(dir.join(ALIVE))?)
}

impl Claiming {
    /// Lays a claim on the profile. `Ok(Err(other))` where somebody else claims it already.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn lay(dir: &Path, claim: &Claim) -> Result<std::result::Result<Self, Claim>> {
        let alive = open_alive(dir)?;
        for _ in 0..TRIES {
            match alive.try_lock() {
                Ok(()) => {
                    let claiming = Claiming { dir: dir.to_path_buf(), _alive: alive };
                    write(dir, claim)?;
                    return Ok(Ok(claiming));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(BETWEEN),
                Err(TryLockError::Error(error)) => return Err(StoreError::Io(error)),
            }
        }
        Ok(Err(read(dir).unwrap_or_default()))
    }
}

impl Drop for Claiming {
    fn drop(&mut self) {
        // Before the lock goes: what is left behind is cleared away by the next holder that finds its maker gone.
        let _ = std::fs::remove_file(self.dir.join(CLAIM));
    }
}

/// Whole or not at all, and on the disk before anybody acts on it.
fn write(dir: &Path, claim: &Claim) -> Result<()> {
    let draft = dir.join(format!("{CLAIM}.new"));
    place::make_private(&draft)?;
    let mut file = OpenOptions::new().write(true).truncate(true).open(&draft)?;
    file.write_all(serde_json::to_string(claim)?.as_bytes())?;
    file.sync_all()?;
    drop(file);
    Ok(std::fs::rename(draft, dir.join(CLAIM))?)
}

fn read(dir: &Path) -> Option<Claim> {
    serde_json::from_str(&std::fs::read_to_string(dir.join(CLAIM)).ok()?).ok()
}

/// The claim that stands on a profile: one look at a file that is not there, as long as nobody claims it.
#[must_use]
pub fn standing(dir: &Path) -> Option<Claim> {
    let claim = read(dir)?;
    match open_alive(dir).ok()?.try_lock() {
        Ok(()) => {
            // Its maker is gone.
            let _ = std::fs::remove_file(dir.join(CLAIM));
            None
        }
        Err(TryLockError::WouldBlock) => Some(claim),
        Err(TryLockError::Error(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(by: &str) -> Claim {
        Claim { by: by.into(), what: "the screen".into(), process: 7, at: "2026-03-12T15:04:05Z".into() }
    }

    #[test]
    fn a_claim_stands_while_its_maker_lives_and_only_one_person_claims() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(standing(dir.path()), None);
        let ann = Claiming::lay(dir.path(), &of("Ann")).unwrap().unwrap();
        assert_eq!(standing(dir.path()), Some(of("Ann")));
        assert_eq!(Claiming::lay(dir.path(), &of("Bob")).unwrap().unwrap_err(), of("Ann"));
        drop(ann);
        assert_eq!(standing(dir.path()), None);
        assert!(Claiming::lay(dir.path(), &of("Bob")).unwrap().is_ok());
    }

    #[test]
    fn a_claim_left_by_a_crash_moves_nobody_and_is_cleared_away() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &of("Ann")).unwrap();
        assert_eq!(standing(dir.path()), None);
        assert_eq!(read(dir.path()), None);
    }
}
