//! The story of a demo: its seed, its size and its time, kept beside its worlds in `DATA/demo/`.
//!
//! Must never run backwards: a story goes on where it was left, whatever the machine's clock says.

use crate::base::problem::Exit;
use crate::base::{Clock, Instant, Problem};
use crate::cli::args::WorldArgs;
use crate::sim::cin7::StoryClock;
use crate::workflow::Result;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Folder of the worlds in a demo's profile.
const FOLDER: &str = "demo";

/// What is kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Story {
    /// Seed of the world.
    pub seed: u64,
    /// Sales orders.
    pub orders: usize,
    /// Contacts.
    pub contacts: usize,
    /// The story's present when it was left.
    pub now: Instant,
    /// What happens after the hand-off has happened in Cin7.
    #[serde(default)]
    pub afterwards: bool,
    /// The last month is closed in QuickBooks, and its late cost has come.
    #[serde(default)]
    pub closed: bool,
}

/// A demo's folder is damaged or cannot be written.
pub fn problem(what: &str, path: &Path, why: impl std::fmt::Display) -> Problem {
    Problem::new(
        Exit::Usage,
        "DEMO-FOLDER",
        format!("{what} {} cannot be used: {why}.", path.display()),
        "No real books are touched by the demo.",
        "Delete the demo's folder and start it again, or name another one with --data-dir.",
    )
}

/// A file of a demo's folder.
#[must_use]
pub fn file(dir: &Path, name: &str) -> PathBuf {
    dir.join(FOLDER).join(name)
}

/// Writes a file as JSON, whole or not at all, without holding it as a text.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_whole(path: &Path, content: &impl Serialize) -> Result<()> {
    let beside = path.with_extension("saving");
    let write = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = BufWriter::new(fs::File::create(&beside)?);
        serde_json::to_writer(&mut file, content)?;
        file.flush()?;
        file.get_ref().sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(|why| problem("The file", path, why))
}

impl Story {
    /// A story that begins.
    #[must_use]
    pub fn new(world: &WorldArgs, now: Instant) -> Self {
        let (seed, orders, contacts) = (world.seed, world.orders, world.contacts);
        Story { seed, orders, contacts, now, afterwards: false, closed: false }
    }

    /// The story kept in a profile's folder, if it is a demo's.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(dir: &Path) -> Result<Option<Self>> {
        let path = file(dir, "story.json");
        let text = match fs::read_to_string(&path) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(|why| problem("The demo's story", &path, why))?,
        };
        serde_json::from_str(&text).map(Some).map_err(|why| problem("The demo's story", &path, why))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, dir: &Path) -> Result<()> {
        write_whole(&file(dir, "story.json"), self)
    }
}

/// The clock of a demo's profile; none for a profile of real books.
///
/// # Errors
/// When the story is there and cannot be read.
pub fn clock_of(dir: &Path) -> Result<Option<Arc<dyn Clock>>> {
    let story = Story::read(dir)?;
    Ok(story.map(|story| Arc::new(StoryClock::starting_at(story.now)) as Arc<dyn Clock>))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_comes_back_as_it_was_left_and_a_real_profile_has_none() {
        let dir = tempfile::tempdir().unwrap();
        assert!(clock_of(dir.path()).unwrap().is_none());
        let world = WorldArgs { seed: 3, orders: 24, contacts: 40 };
        let story = Story::new(&world, "2026-03-31T15:00:00Z".parse().unwrap());
        story.write(dir.path()).unwrap();
        assert_eq!(Story::read(dir.path()).unwrap(), Some(story.clone()));
        assert!(clock_of(dir.path()).unwrap().unwrap().now() >= story.now);
    }
}
