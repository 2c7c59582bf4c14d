//! What every command has at hand: the streams, the profile's folder, the runtime, the request to stop.
//!
//! Must never let a decision go through without a person's name under it (design 4.6).

use super::args::{By, Global};
use super::demo;
use super::ending::Stop;
use super::output::Output;
use crate::base::problem::Exit;
use crate::base::{Clock, Problem};
use crate::workflow::{Profile, Result, Said, SystemClock};
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

/// The profile's folder for one run, before the user's own.
const DATA_DIR_VARIABLE: &str = "COUNTERSIGN_DATA_DIR";
/// Threads that wait for the network; the work itself is done by one writer.
const THREADS: usize = 2;

/// One run of the program.
pub struct Session {
    /// Where words go.
    pub out: Output,
    /// Options of every command.
    pub global: Global,
    /// Where things wait for the network.
    pub runtime: Runtime,
    /// The request to stop.
    pub stop: Stop,
}

/// Names the folder of the side files.
const STATE_DIR_VARIABLE: &str = "COUNTERSIGN_STATE_DIR";

/// Where the program remembers what must not go with a copy of the profile.
pub fn state_folder() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os(STATE_DIR_VARIABLE).filter(|dir| !dir.is_empty()) {
        return Some(PathBuf::from(dir));
    }
    let own = directories::ProjectDirs::from("", "", "countersign")?;
    Some(own.state_dir().unwrap_or_else(|| own.data_local_dir()).to_path_buf())
}

impl Session {
    /// Starts the runtime and listens for signals.
    ///
    /// # Errors
    /// When the machine gives no threads.
    pub fn start(global: Global) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
        let runtime =
            runtime.map_err(|why| super::ending::bug(&format!("no threads could be had: {why}")))?;
        let stop = Stop::default();
        stop.listen(&runtime);
        Ok(Session { out: Output::new(global.json), global, runtime, stop })
    }

    /// The folder of the profile.
    ///
    /// # Errors
    /// When none was named and the user has no data folder.
    pub fn dir(&self) -> Result<PathBuf> {
        if let Some(dir) = &self.global.data_dir {
            return Ok(dir.clone());
        }
        if let Some(dir) = std::env::var_os(DATA_DIR_VARIABLE).filter(|dir| !dir.is_empty()) {
            return Ok(PathBuf::from(dir));
        }
        let own = directories::ProjectDirs::from("", "", "countersign");
        own.map(|dirs| dirs.data_dir().to_path_buf()).ok_or_else(|| {
            Problem::new(
                Exit::Usage,
                "PROFILE-WHERE",
                "This user has no folder for data.",
                "Nothing was changed.",
                "Name a folder for the company profile with --data-dir.",
            )
        })
    }

    /// Whether the folder was named by the option or the environment.
    #[must_use]
    pub fn names_a_folder(&self) -> bool {
        self.global.data_dir.is_some()
            || std::env::var_os(DATA_DIR_VARIABLE).is_some_and(|dir| !dir.is_empty())
    }

    /// The clock of the profile: a demo's story, else the machine's.
    ///
    /// # Errors
    /// When no folder can be named, or a demo's story cannot be read.
    pub fn clock(&self) -> Result<Arc<dyn Clock>> {
        Ok(demo::story::clock_of(&self.dir()?)?.unwrap_or_else(|| Arc::new(SystemClock)))
    }

    /// The profile for looking, beside any host.
    ///
    /// # Errors
    /// As [`Profile::open_reading`].
    pub fn look(&self) -> Result<Arc<Profile>> {
        Profile::open_reading(&self.dir()?, self.clock()?)
    }

    /// The profile for deciding and writing. `what` names the holder to others.
    ///
    /// # Errors
    /// As [`Profile::open_host`].
    pub fn hold(&self, what: &str) -> Result<Arc<Profile>> {
        let profile = Profile::open_host(&self.dir()?, what, self.clock()?)?;
        self.watch(&profile)?;
        Ok(profile)
    }

    /// Watches for older copies of a profile of real books; says so where this is one.
    ///
    /// # Errors
    /// What the store says.
    pub fn watch(&self, profile: &Profile) -> Result<()> {
        let is_demo = demo::story::clock_of(profile.dir())?.is_some();
        let Some(state) = state_folder().filter(|_| !is_demo) else { return Ok(()) };
        if profile.watch_for_older_copies(&state)? {
            self.out.note(
                "This profile lacks what was handed to QuickBooks later, or comes from another computer. QuickBooks is \
                 looked through for our documents before anything is sent.",
            );
        }
        Ok(())
    }

    /// Waits for the network.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// What was done, in words or as a document.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn done(&self, said: &Said) -> Result<Exit> {
        if self.out.is_json() {
            self.out.document(&serde_json::json!({"done": said.text, "count": said.count}))?;
        } else {
            self.out.say(&said.text)?;
        }
        Ok(Exit::Done)
    }
}

/// The name under a decision that puts something into the books: told now or told before, never made up.
///
/// # Errors
/// Without a name: exit 2.
pub fn signer(profile: &Profile, by: &By) -> Result<String> {
    if let Some(name) = &by.name {
        // The first name told is the operator's from then on, so that it is asked once.
        if profile.operator()?.is_none() || name.trim().is_empty() {
            profile.set_operator(name)?;
        }
        return Ok(name.trim().to_string());
    }
    profile.operator()?.ok_or_else(|| {
        Problem::new(
            Exit::Usage,
            "NAME-NONE",
            "This decision needs a name under it.",
            "Nothing was changed.",
            "Say who decides with --by NAME. The first name is remembered.",
        )
    })
}

/// The name under a step that sends nothing by itself: as [`signer`], else the user of this computer. What such a step
/// prepares still waits for an approval with a name.
///
/// # Errors
/// As [`signer`], for a name that was told.
pub fn helper(profile: &Profile, by: &By) -> Result<String> {
    if by.name.is_some() || profile.operator()?.is_some() {
        return signer(profile, by);
    }
    let user = ["USER", "USERNAME", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let user = user.map(|user| user.trim().to_string()).filter(|user| !user.is_empty());
    Ok(user.unwrap_or_else(|| "command line".into()))
}
