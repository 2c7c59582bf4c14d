//! One host per profile: the lock file, and who holds it in words.
//!
//! Must never be the reason that a profile stays locked after a crash: the operating system frees the lock with the process.

use super::{Result, StoreError};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

/// Held for as long as the host lives.
#[derive(Debug)]
pub struct ProfileLock {
    _file: File,
    holder: PathBuf,
}

impl ProfileLock {
    /// Takes the profile, or says who holds it.
    ///
    /// # Errors
    /// `Ok(Err(holder))` when another instance holds it; the outer error when the folder cannot be written.
    pub fn take(dir: &Path, what: &str) -> Result<std::result::Result<Self, String>> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(dir.join("countersign.lock"))?;
        super::restrict(&dir.join("countersign.lock"));
        let holder = dir.join("countersign.holder");
        match file.try_lock() {
            Ok(()) => {
                std::fs::write(&holder, format!("{what}, process {}", std::process::id()))?;
                super::restrict(&holder);
                Ok(Ok(ProfileLock { _file: file, holder }))
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                let who = std::fs::read_to_string(&holder).unwrap_or_default();
                Ok(Err(if who.trim().is_empty() { "another Countersign".into() } else { who }))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(StoreError::Io(error)),
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
        drop(first);
        assert!(ProfileLock::take(dir.path(), "serve").unwrap().is_ok());
    }
}
