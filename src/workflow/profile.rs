//! A company profile: one folder with settings, database, logs and exports.
//!
//! Must never be held by two hosts, and never write a secret into its settings.

use super::links::{Desk, Kept};
use super::listed::Orders;
use super::redraft::KeptFetched;
use super::settings_file::by_hand;
use super::{Result, settings_file};
use crate::base::problem::Exit;
use crate::base::{Clock, Instant, Month, Problem, Zone};
use crate::books::Settings;
use crate::net::secrets::Secrets;
use crate::store::{Lane, ProfileLock, Store, Tx};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use uuid::Uuid;

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }
}

/// What `init` is told.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct InitOptions {
    pub cin7_url: Option<String>,
    pub cin7_username: Option<String>,
    pub timezone: Option<String>,
    pub listen: Option<String>,
    pub qbwc_user: Option<String>,
    pub start: Option<String>,
    /// Random bits for the company id and the FileID: drawn by the caller.
    pub company_id: Uuid,
    pub file_id: Uuid,
}

/// An open profile.
pub struct Profile {
    dir: PathBuf,
    store: Store,
    settings: RwLock<Settings>,
    drafting: Mutex<()>,
    clock: Arc<dyn Clock>,
    desk: Desk,
    orders: Orders,
    contacts: Kept,
    fetched: KeptFetched,
    /// Where the newest event is remembered outside of the profile.
    pub(super) side_file: OnceLock<PathBuf>,
    _lock: Option<ProfileLock>,
}

/// Folders in which settings are tried out begin with this.
const REHEARSAL: &str = "preview-";
static REHEARSALS: AtomicU64 = AtomicU64::new(0);

/// A copy of a profile to try settings out; its folder goes with it.
pub(crate) struct Rehearsal {
    dir: PathBuf,
    profile: Option<Profile>,
}

impl Rehearsal {
    /// The copy.
    pub(crate) fn profile(&self) -> Result<&Profile> {
        self.profile.as_ref().ok_or_else(|| super::bug("the copy of the profile has gone"))
    }
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        // The database closes before its folder goes.
        self.profile = None;
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// What a run that was killed left of its rehearsals.
fn sweep_rehearsals(dir: &Path) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(REHEARSAL) && entry.path().is_dir() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn cannot_write(dir: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        Exit::Usage,
        "PROFILE-WRITE",
        format!("The profile folder {} cannot be written: {error}.", dir.display()),
        "Nothing was changed.",
        "Choose a folder that you may write to with --data-dir, or free space on the disk.",
    )
}

fn take_lock(dir: &Path, what: &str) -> Result<ProfileLock> {
    match ProfileLock::take(dir, what)? {
        Ok(lock) => Ok(lock),
        Err(holder) => Err(Problem::new(
            Exit::Held,
            "PROFILE-HELD",
            format!("This profile is held by {holder}."),
            "Nothing was changed. Only one Countersign may decide and send at a time.",
            "Do this in the window that holds it, or close that window first, or take the profile over: `countersign release` lets that window end its visit and let go. Reading commands (status, drafts, prove) work beside it.",
        )),
    }
}

impl Profile {
    /// Makes a new profile without questions.
    ///
    /// # Errors
    /// When there is one already, an option is wrong, or the folder cannot be written.
    pub fn init(dir: &Path, options: &InitOptions, clock: Arc<dyn Clock>) -> Result<Arc<Self>> {
        if dir.join(settings_file::FILE).exists() {
            return Err(Problem::new(
                Exit::Usage,
                "PROFILE-EXISTS",
                format!("There is already a company profile in {}.", dir.display()),
                "Nothing was changed.",
                "Use it as it is, or name another folder with --data-dir.",
            ));
        }
        let mut settings = Settings { company_id: options.company_id, ..Settings::default() };
        settings.endpoint.file_id = options.file_id;
        let usage = |what: String| {
            Problem::new(
                Exit::Usage,
                "INIT-OPTION",
                what,
                "Nothing was written.",
                "Correct it and run init again.",
            )
        };
        if let Some(zone) = &options.timezone {
            settings.timezone = Zone::named(zone).map_err(|e| usage(format!("{e}.")))?;
        }
        if let Some(start) = &options.start {
            settings.start = Some(start.parse::<Month>().map_err(|e| usage(format!("{e}.")))?);
        }
        if let Some(url) = &options.cin7_url {
            settings.cin7.url.clone_from(url);
        }
        if let Some(user) = &options.cin7_username {
            settings.cin7.username.clone_from(user);
        }
        if let Some(listen) = &options.listen {
            settings.endpoint.listen.clone_from(listen);
        }
        if let Some(user) = &options.qbwc_user {
            settings.endpoint.user.clone_from(user);
        }
        std::fs::create_dir_all(dir).map_err(|e| cannot_write(dir, &e))?;
        for folder in ["logs", "exports"] {
            std::fs::create_dir_all(dir.join(folder)).map_err(|e| cannot_write(dir, &e))?;
            restrict_folder(&dir.join(folder));
        }
        restrict_folder(dir);
        let lock = take_lock(dir, "init")?;
        let store = Store::open(dir)?;
        settings_file::write(dir, &settings)?;
        let at = clock.now().to_string();
        let (user, kept) = (settings.endpoint.user.clone(), settings.clone());
        let name = crate::webconnector::qwc::app_name(settings.endpoint.file_id, None);
        store.write(Lane::Person, move |tx| {
            tx.set_meta_json(by_hand::ACCEPTED, &kept)?;
            tx.add_identity(&user, "this computer", &name, &at)?;
            tx.event(&at, "init", "profile_made", "profile", &"made")?;
            Ok(())
        })?;
        Ok(Arc::new(Profile::of(dir.to_path_buf(), store, settings, clock, Some(lock))))
    }

    fn of(
        dir: PathBuf,
        store: Store,
        settings: Settings,
        clock: Arc<dyn Clock>,
        lock: Option<ProfileLock>,
    ) -> Self {
        Profile {
            dir,
            store,
            settings: RwLock::new(settings),
            drafting: Mutex::new(()),
            clock,
            desk: Desk::default(),
            orders: Orders::default(),
            contacts: Kept::default(),
            fetched: KeptFetched::default(),
            side_file: OnceLock::new(),
            _lock: lock,
        }
    }

    fn open(dir: &Path, lock: Option<ProfileLock>, store: Store, clock: Arc<dyn Clock>) -> Result<Arc<Self>> {
        let found = by_hand::read(&settings_file::text_of(dir)?, &store)?;
        let profile = Arc::new(Profile::of(dir.to_path_buf(), store, found.settings.clone(), clock, lock));
        if profile.is_host() {
            profile.take_over(&found)?;
        }
        Ok(profile)
    }

    /// Settings that a person wrote into the file since the last start: told as one event, and drafted with.
    fn take_over(&self, found: &by_hand::Found) -> Result<()> {
        if !found.first_time && found.changed.is_empty() {
            return Ok(());
        }
        settings_file::update(&self.dir, &found.as_written, &found.settings)?;
        let (at, settings, changed) = (self.now().to_string(), found.settings.clone(), found.changed.clone());
        self.store.write(Lane::Person, move |tx| {
            tx.set_meta_json(by_hand::ACCEPTED, &settings)?;
            if !changed.is_empty() {
                tx.event(&at, "by hand", "settings_changed_by_hand", "settings", &changed)?;
            }
            Ok(())
        })?;
        if !found.changed.is_empty() {
            super::redraft::redraft(self)?;
        }
        Ok(())
    }

    /// A copy of this profile in a folder of its own, to try settings out; it goes when the copy goes.
    pub(crate) fn rehearse(&self, settings: Settings) -> Result<Rehearsal> {
        let number = REHEARSALS.fetch_add(1, Ordering::Relaxed);
        let dir = self.dir.join(format!("{REHEARSAL}{}-{number}", std::process::id()));
        std::fs::create_dir_all(&dir).map_err(|e| cannot_write(&self.dir, &e))?;
        restrict_folder(&dir);
        // From here on the folder goes with the rehearsal, whatever fails.
        let mut rehearsal = Rehearsal { dir: dir.clone(), profile: None };
        let store = self.store.copy_to(&dir)?;
        rehearsal.profile = Some(Profile::of(dir, store, settings, self.clock(), None));
        Ok(rehearsal)
    }

    /// Opens it as the one host: for the screen, `serve`, and every command that decides or writes.
    /// `what` names the holder to others ("the screen", "serve").
    ///
    /// # Errors
    /// Exit 4 when another instance holds it; what the settings or the store say.
    pub fn open_host(dir: &Path, what: &str, clock: Arc<dyn Clock>) -> Result<Arc<Self>> {
        must_exist(dir)?;
        let lock = take_lock(dir, what)?;
        Self::open_held(dir, lock, clock)
    }

    /// Opens it as the one host with the lock that was taken already.
    ///
    /// # Errors
    /// What the settings or the store say; then the lock goes.
    pub fn open_held(dir: &Path, lock: ProfileLock, clock: Arc<dyn Clock>) -> Result<Arc<Self>> {
        must_exist(dir)?;
        sweep_rehearsals(dir);
        Self::open(dir, Some(lock), Store::open(dir)?, clock)
    }

    /// A profile without a folder, over a store in memory: for `drill`.
    pub(crate) fn over(store: Store, settings: Settings, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Profile::of(PathBuf::new(), store, settings, clock, None))
    }

    /// Opens it for reading beside a host.
    ///
    /// # Errors
    /// What the settings or the store say.
    pub fn open_reading(dir: &Path, clock: Arc<dyn Clock>) -> Result<Arc<Self>> {
        must_exist(dir)?;
        Self::open(dir, None, Store::open_reading(dir)?, clock)
    }

    /// What matching keeps in memory between two looks.
    pub(super) const fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The order of the list that was read last.
    pub(super) const fn orders(&self) -> &Orders {
        &self.orders
    }

    /// What was read of Cin7's records for all drafts.
    pub(super) const fn fetched(&self) -> &KeptFetched {
        &self.fetched
    }

    /// The contacts of step 3 as they were read last.
    pub(super) const fn contacts(&self) -> &Kept {
        &self.contacts
    }

    /// Whether this is the host (may decide and write).
    #[must_use]
    pub const fn is_host(&self) -> bool {
        self._lock.is_some()
    }

    /// The profile's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The database. For this room; faces use the functions of the rooms here.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Held while documents become drafts: one run at a time.
    pub(super) fn drafting(&self) -> MutexGuard<'_, ()> {
        self.drafting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The clock itself.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// The settings as they stand.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes over new settings and writes what is new of them to the file.
    ///
    /// # Errors
    /// When the file cannot be written; then the old ones stand.
    pub fn save_settings(&self, settings: &Settings) -> Result<()> {
        if self.is_host() {
            return self.decide_settings(settings, |_| Ok(()));
        }
        settings_file::update(&self.dir, &self.settings(), settings)?;
        self.use_settings(settings.clone());
        Ok(())
    }

    /// The same where somebody decided it: what the store keeps of the decision is kept together with the settings that
    /// it accepts. An end between the file and the store leaves a file that was changed by hand, which the next start
    /// tells.
    ///
    /// # Errors
    /// As [`Profile::save_settings`], and what the store says.
    pub(super) fn decide_settings<T: Send + 'static>(
        &self,
        settings: &Settings,
        keep: impl FnOnce(&Tx<'_>) -> crate::store::Result<T> + Send + 'static,
    ) -> Result<T> {
        settings_file::update(&self.dir, &self.settings(), settings)?;
        let kept = settings.clone();
        let kept = self.store.write(Lane::Person, move |tx| {
            tx.set_meta_json(by_hand::ACCEPTED, &kept)?;
            keep(tx)
        });
        // What stands in the file holds, whatever became of its event.
        self.use_settings(settings.clone());
        Ok(kept?)
    }

    /// Takes settings over without writing them.
    pub(crate) fn use_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// Secrets of this profile.
    ///
    /// # Errors
    /// When the secrets file is readable by others or unreadable by us.
    pub fn secrets(&self) -> Result<Secrets> {
        Ok(Secrets::open(&self.dir))
    }

    /// The name that decisions are signed with, once it was told.
    ///
    /// # Errors
    /// What the store says.
    pub fn operator(&self) -> Result<Option<String>> {
        Ok(self.store.read(|r| r.meta("operator"))?)
    }

    /// Remembers the operator's name.
    ///
    /// # Errors
    /// What the store says, or an empty name.
    pub fn set_operator(&self, name: &str) -> Result<()> {
        let (name, at) = (super::signature(name)?, self.now().to_string());
        Ok(self.store.write(Lane::Person, move |tx| {
            let before = tx.reader().meta("operator")?;
            if before.as_ref() == Some(&name) {
                return Ok(());
            }
            tx.set_meta("operator", &name)?;
            tx.event(&at, &name, "operator_named", "operator", &before).map(drop)
        })?)
    }
}

fn must_exist(dir: &Path) -> Result<()> {
    if dir.join(settings_file::FILE).exists() {
        return Ok(());
    }
    Err(Problem::new(
        Exit::Usage,
        "PROFILE-NONE",
        format!("There is no company profile in {}.", dir.display()),
        "Nothing was changed.",
        "Make one with `countersign init`, name another folder with --data-dir, or try `countersign demo`.",
    ))
}

#[cfg(unix)]
fn restrict_folder(dir: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    // Only the owner reads the books (`security.md` 4).
    let _ = std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700));
}

#[cfg(not(unix))]
fn restrict_folder(_dir: &Path) {}

#[cfg(test)]
impl Profile {
    /// A new one on the real clock, in a folder that goes with the guard: for tests of any room that need no more of it.
    pub(crate) fn fresh() -> (tempfile::TempDir, Arc<Self>) {
        let dir = tempfile::tempdir().unwrap();
        let options = InitOptions {
            company_id: Uuid::from_u128(7),
            file_id: Uuid::from_u128(8),
            ..InitOptions::default()
        };
        let profile = Profile::init(&dir.path().join("books"), &options, Arc::new(SystemClock)).unwrap();
        (dir, profile)
    }
}
