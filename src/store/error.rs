//! What can go wrong with the profile's database, and how a person is told. Must never lose the cause.

use crate::base::Problem;
use crate::base::problem::Exit;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum StoreError {
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("stored content cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
    #[error("the database has schema {found}, this program knows {known}")]
    Newer { found: u32, known: u32 },
    #[error("the database has schema {found}, older than {known}")]
    Older { found: u32, known: u32 },
    #[error("the profile stands on a network share ({0})")]
    Share(String),
    #[error("the database is damaged: {0}")]
    Damaged(String),
    #[error("this copy of the program may only read")]
    ReadOnly,
    #[error("an earlier write of the hand-off failed")]
    Poisoned,
    #[error("the writer has stopped")]
    Stopped,
    #[error("{0}")]
    Refused(String),
    #[error("there is no {0}")]
    Missing(String),
}

impl StoreError {
    /// Whether the cause is that the disk is full or cannot be written.
    #[must_use]
    pub fn is_disk(&self) -> bool {
        matches!(
            self,
            StoreError::Sqlite(rusqlite::Error::SqliteFailure(e, _))
                if matches!(e.code, rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::SystemIoFailure | rusqlite::ErrorCode::ReadOnly)
        )
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let p = |exit, code: &str, happened: String, means: &str, do_now: &str| {
            Problem::new(exit, code, happened, means, do_now)
        };
        match &error {
            _ if error.is_disk() => p(
                Exit::Usage,
                "STORE-DISK",
                format!("The company profile could not be written: {error}."),
                "Nothing was sent and nothing that was saved before is lost; what you did last was not saved.",
                "Free space on the disk (or make the folder writable), then do the last step again.",
            ),
            StoreError::Newer { .. } => p(
                Exit::Usage,
                "STORE-NEWER",
                format!("This company profile was written by a newer Countersign: {error}."),
                "Nothing was changed; the profile is as the newer program left it.",
                "Install the newer Countersign on this computer and open the profile with it.",
            ),
            StoreError::Older { .. } => p(
                Exit::Usage,
                "STORE-OLDER",
                "This company profile is from an older Countersign and was not brought up to date yet."
                    .into(),
                "Nothing was changed; reading commands never change a profile.",
                "Open it once with the screen or `countersign serve`; a copy of the old database is kept beside it.",
            ),
            StoreError::Share(_) => p(
                Exit::Usage,
                "STORE-SHARE",
                format!("The company profile cannot be used there: {error}."),
                "Nothing was changed. On a share two computers could write over each other's record of what was sent.",
                "Move the profile folder to a disk of this computer and name it with --data-dir.",
            ),
            StoreError::Damaged(_) => p(
                Exit::Usage,
                "STORE-DAMAGED",
                format!("The profile's database does not read back as it was written: {error}."),
                "Nothing was sent to QuickBooks. What QuickBooks holds is not touched.",
                "Copy the profile folder aside, restore the newest copy you have, and open that. QuickBooks is then swept for our marks before anything is sent.",
            ),
            StoreError::ReadOnly => p(
                Exit::Held,
                "STORE-VIEWER",
                "This window may only look: another Countersign holds the profile.".into(),
                "Nothing was changed.",
                "Do this in the other window, or close it first.",
            ),
            StoreError::Poisoned => p(
                Exit::Usage,
                "STORE-POISON",
                "An earlier write during the hand-off failed, so nothing more is sent.".into(),
                "What was in flight then is called unknown and will be looked up in QuickBooks first.",
                "Check disk space, close Countersign and start it again.",
            ),
            StoreError::Sqlite(rusqlite::Error::SqliteFailure(e, _))
                if e.code == rusqlite::ErrorCode::NotADatabase
                    || e.code == rusqlite::ErrorCode::DatabaseCorrupt =>
            {
                p(
                    Exit::Usage,
                    "STORE-DAMAGED",
                    format!("The profile's database cannot be read: {error}."),
                    "Nothing was sent to QuickBooks. What QuickBooks holds is not touched.",
                    "Copy the profile folder aside, restore the newest copy you have, and open that.",
                )
            }
            StoreError::Sqlite(rusqlite::Error::SqliteFailure(e, _))
                if e.code == rusqlite::ErrorCode::DatabaseBusy
                    || e.code == rusqlite::ErrorCode::DatabaseLocked =>
            {
                p(
                    Exit::Held,
                    "STORE-LOCKED",
                    "The profile's database is locked by another program.".into(),
                    "Nothing was changed.",
                    "Close other programs that have the profile open (backup tools too), then try again.",
                )
            }
            StoreError::Sqlite(rusqlite::Error::SqliteFailure(e, _))
                if e.code == rusqlite::ErrorCode::CannotOpen =>
            {
                p(
                    Exit::Usage,
                    "STORE-OPEN",
                    "There is no readable company profile in this folder.".into(),
                    "Nothing was changed.",
                    "Make one with `countersign init`, or name another folder with --data-dir.",
                )
            }
            StoreError::Refused(text) => p(
                Exit::NeedsPerson,
                "STORE-REFUSED",
                text.clone(),
                "Nothing was changed.",
                "Look at the document again; its state has changed meanwhile.",
            ),
            StoreError::Missing(what) => p(
                Exit::Usage,
                "STORE-MISSING",
                format!("There is no {what}."),
                "Nothing was changed.",
                "Check the id; `countersign drafts` lists them.",
            ),
            _ => p(
                Exit::Bug,
                "STORE-FAULT",
                format!("The profile's database gave an unexpected answer: {error}."),
                "The step was not done; nothing was half saved.",
                "Try once more; if it stays, send us the code and the text.",
            ),
        }
    }
}
