//! One host per profile: the lock file, and who holds it in words.
//!
//! Must never be the reason that a profile stays locked after a crash: the operating system frees the lock with the process.

use super::{Result, StoreError};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// The file that is locked, and the one that says who did.
const LOCK: &str = "countersign.lock";
const HOLDER: &str = "countersign.holder";

fn open(dir: &Path) -> Result<File> {
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(dir.join(LOCK))?;
    super::restrict(&dir.join(LOCK));
    Ok(file)
}

fn name_of(dir: &Path) -> String {
    let who = std::fs::read_to_string(dir.join(HOLDER)).unwrap_or_default();
    if who.trim().is_empty() { "another Countersign".into() } else { who }
}

/// Held for as long as the host lives.
#[derive(Debug)]
pub struct ProfileLock {
    _file: File,
    holder: PathBuf,
}

impl ProfileLock {
    /// Who holds the profile; nobody where it is free.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn holder(dir: &Path) -> Result<Option<String>> {
        match open(dir)?.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(name_of(dir))),
            Err(TryLockError::Error(error)) => Err(StoreError::Io(error)),
        }
    }

    /// Takes the profile, or says who holds it.
    ///
    /// # Errors
    /// `Ok(Err(holder))` when another instance holds it; the outer error when the folder cannot be written.
    pub fn take(dir: &Path, what: &str) -> Result<std::result::Result<Self, String>> {
        let file = open(dir)?;
        let holder = dir.join(HOLDER);
        match file.try_lock() {
            Ok(()) => {
                std::fs::write(&holder, format!("{what}, process {}", std::process::id()))?;
                super::restrict(&holder);
                Ok(Ok(ProfileLock { _file: file, holder }))
            }
            Err(TryLockError::WouldBlock) => Ok(Err(name_of(dir))),
            Err(TryLockError::Error(error)) => Err(StoreError::Io(error)),
        }
    }
}

impl Drop for ProfileLock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.holder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_host_is_told_who_holds_the_profile() {
        let dir = tempfile::tempdir().unwrap();
        let first = ProfileLock::take(dir.path(), "the screen").unwrap().unwrap();
        let second = ProfileLock::take(dir.path(), "serve").unwrap().unwrap_err();
        assert!(second.starts_with("the screen, process "), "{second}");
        assert_eq!(ProfileLock::holder(dir.path()).unwrap(), Some(second));
        drop(first);
        assert_eq!(ProfileLock::holder(dir.path()).unwrap(), None);
        assert!(ProfileLock::take(dir.path(), "serve").unwrap().is_ok());
    }
}
