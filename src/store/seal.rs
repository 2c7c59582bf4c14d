//! The seal of a database that was closed in peace: what its file held, byte for byte, in a small file beside it.
//!
//! Must never call an older copy damaged: only a file that SQLite itself has not written since is held against its seal,
//! and that shows by the change counter in its header, which every host moves once ([`begin`]). A file without a seal that fits is read whole before it is used
//! (`schema::examine`). Large files are sealed by size and counter alone, so that start and end stay as quick as ever.

use super::{Result, StoreError};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Files up to this size are sealed with every byte: a tenth of a second.
const WHOLE_UP_TO: u64 = 32 * 1024 * 1024;
/// Bytes read at a time.
const PART: usize = 64 * 1024;
/// "C7cs": whose file it is, for tools that look at it.
const APPLICATION_ID: i32 = 0x4337_6373;
/// SQLite's file header: the change counter at byte 24 (big-endian), by its file format.
const HEADER: usize = 100;
const COUNTER: std::ops::Range<usize> = 24..28;

#[derive(Debug, Deserialize, PartialEq, Eq, Serialize)]
struct Seal {
    length: u64,
    counter: Vec<u8>,
    /// None where the file is too large.
    digest: Option<String>,
}

/// What the seal says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sealed {
    /// It is as it was left.
    Fits,
    /// There is none, or the file was written since: it must be read whole.
    Silent,
}

fn place(path: &Path) -> PathBuf {
    path.with_extension("sealed")
}

fn of(path: &Path) -> std::io::Result<Option<Seal>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut context = Context::new(&SHA256);
    let mut counter = Vec::new();
    let mut part = vec![0; PART];
    let mut read = file.read(&mut part)?;
    if let Some(header) = part.get(..read).and_then(|part| part.get(..HEADER)) {
        counter.extend_from_slice(header.get(COUNTER).unwrap_or_default());
    } else {
        return Ok(None);
    }
    if length > WHOLE_UP_TO {
        return Ok(Some(Seal { length, counter, digest: None }));
    }
    while read > 0 {
        context.update(part.get(..read).unwrap_or_default());
        read = file.read(&mut part)?;
    }
    let digest = Some(crate::base::digest::hex(context.finish().as_ref()));
    Ok(Some(Seal { length, counter, digest }))
}

/// Holds a file against its seal.
///
/// # Errors
/// [`StoreError::Damaged`] where bytes are others than SQLite left them.
pub(super) fn look(path: &Path) -> Result<Sealed> {
    let Ok(text) = std::fs::read_to_string(place(path)) else { return Ok(Sealed::Silent) };
    let Ok(kept) = serde_json::from_str::<Seal>(&text) else { return Ok(Sealed::Silent) };
    match of(path) {
        Ok(Some(found)) if found == kept => Ok(Sealed::Fits),
        Ok(Some(found)) if found.counter != kept.counter => Ok(Sealed::Silent),
        Ok(Some(_)) => {
            Err(StoreError::Damaged("bytes of the file changed while no program had it open".into()))
        }
        Ok(None) => Err(StoreError::Damaged("its file was cut short".into())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(StoreError::Damaged("its file is gone".into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// The file is ours from now on: its header is written, which moves the change counter. Else two states of one file
/// could carry one counter, since in a log only what changes the first page moves it.
pub(super) fn begin(db: &rusqlite::Connection) -> Result<()> {
    Ok(db.pragma_update(None, "application_id", APPLICATION_ID)?)
}

/// Breaks the seal: from now on the file is written.
pub(super) fn lift(path: &Path) -> Result<()> {
    match std::fs::remove_file(place(path)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Seals a file that nobody writes any more. Without a seal nothing is lost but the time to read it whole.
pub(super) fn put(path: &Path) {
    let Ok(Some(seal)) = of(path) else { return };
    let Ok(text) = serde_json::to_string(&seal) else { return };
    if super::place::make_private(&place(path)).is_ok() {
        let _ = std::fs::write(place(path), text);
    }
}
