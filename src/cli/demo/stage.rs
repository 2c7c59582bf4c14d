//! The stage of a demo: a profile, a simulated Cin7 and a simulated QuickBooks with its Web Connector, all on loopback.
//!
//! Must never be set up in the folder of real books, must speak real HTTP and SOAP, and must leave everything on disk
//! before it says that something is done, so that a killed demo goes on where it was.

use super::story::{Story, file, problem, write_whole};
use crate::base::problem::Exit;
use crate::base::{Clock, Instant, Problem};
use crate::cli::args::WorldArgs;
use crate::cli::company_file::CompanyFile;
use crate::cli::output::Output;
use crate::net::secrets::{CIN7_KEY_VARIABLE, QBWC_PASSWORD_VARIABLE};
use crate::sim::cin7::limiter::Limits;
use crate::sim::cin7::office::Connection;
use crate::sim::cin7::{DEMO_KEY, DEMO_USERNAME, Setup, SimCin7};
use crate::sim::connector::{Connector, Settings as ConnectorSettings};
use crate::sim::quickbooks::Faults;
use crate::sim::world::World;
use crate::workflow::{InitOptions, Profile, Result, connect, settings_file};
use secrecy::{ExposeSecret as _, SecretString};
use std::io::BufReader;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use uuid::Uuid;

/// How many times faster than Cin7's limits a demo runs.
pub const SPEED: u32 = 200;
/// First month of the demo's books.
const FIRST_MONTH: &str = "2026-01";
/// Name under the demo's decisions.
pub const OPERATOR: &str = "Demo";
/// Any fixed name space will do: company ids of demos follow from their seeds.
const DEMO_COMPANIES: Uuid = Uuid::from_u128(0x6d65_0000_0000_4000_8000_0000_0000_c0de);

/// The Cin7 user for this run only (design section 3).
const CIN7_USERNAME_VARIABLE: &str = "COUNTERSIGN_CIN7_USERNAME";

fn of_environment(variable: &str, else_this: &str) -> String {
    std::env::var(variable).ok().filter(|text| !text.is_empty()).unwrap_or_else(|| else_this.to_string())
}

/// Everything that a demo needs.
pub struct Stage {
    /// The profile.
    pub profile: Arc<Profile>,
    /// The company file.
    pub company: CompanyFile,
    /// Cin7.
    pub cin7: SimCin7,
    /// Where it is.
    pub dir: PathBuf,
    story: Story,
    afterwards: AtomicBool,
    closed: AtomicBool,
    clock: Arc<dyn Clock>,
    password: SecretString,
}

impl Stage {
    /// Sets the stage up in a folder, new or as it was left.
    ///
    /// # Errors
    /// When the folder holds real books, is held by another instance, or cannot be written.
    pub async fn set_up(dir: &Path, wanted: &WorldArgs, out: Output) -> Result<Self> {
        let left = Story::read(dir)?;
        if left.is_none() && dir.join(settings_file::FILE).exists() {
            return Err(real_books(dir));
        }
        let world = world(dir, left.as_ref(), wanted)?;
        let mut story = left.unwrap_or_else(|| Story::new(wanted, world.now()));
        let (afterwards, closed) = (story.afterwards, story.closed);
        if story != (Story { afterwards, closed, ..Story::new(wanted, story.now) }) {
            out.note(&format!(
                "This folder's demo has seed {}, {} orders and {} contacts; it goes on with them.",
                story.seed, story.orders, story.contacts
            ));
        }
        // From here on the folder is a demo's, whatever cuts the next steps short.
        story.write(dir)?;
        let told = Arc::new(StoryTime::from(story.now));
        let clock: Arc<dyn Clock> = Arc::<StoryTime>::clone(&told);
        // Whoever holds the profile holds its worlds too: nothing of them is touched before.
        let profile = profile(dir, &story, world.zone(), Arc::clone(&clock))?;
        write_world(dir, &world)?;
        let company =
            CompanyFile::open(Some(&file(dir, "company.json")), &world.company_seed(), Faults::default())?;
        told.not_before(company.now());
        story.now = told.now();
        let cin7 = start_cin7(world, Arc::clone(&clock)).await?;
        out.note(&format!(
            "Demo with seed {}: simulated Cin7 and QuickBooks on this computer; Cin7's limits run {SPEED} times faster.",
            story.seed
        ));
        point_at(&profile, &cin7)?;
        let made = connect::new_qbwc_password(&profile, OPERATOR)?;
        let password = SecretString::from(of_environment(QBWC_PASSWORD_VARIABLE, made.expose_secret()));
        Ok(Stage {
            profile,
            company,
            cin7,
            dir: dir.to_path_buf(),
            afterwards: story.afterwards.into(),
            closed: story.closed.into(),
            story,
            clock,
            password,
        })
    }

    /// Seed of the story.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.story.seed
    }

    /// A Web Connector for this company and an endpoint.
    ///
    /// # Errors
    /// When the folder of the dump cannot be made.
    pub fn connector(&self, url: &str, dump: Option<&Path>) -> Result<Connector> {
        let user = self.profile.settings().endpoint.user;
        let mut settings = ConnectorSettings::new(url, &user, self.password.expose_secret());
        self.company.wire(&mut settings, Arc::clone(&self.clock), dump)?;
        Ok(Connector::new(settings))
    }

    /// Keeps company and time as they are now.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep(&self) -> Result<()> {
        self.company.keep()?;
        let (afterwards, closed) = (self.is_afterwards(), self.is_closed());
        Story { now: self.clock.now(), afterwards, closed, ..self.story.clone() }.write(&self.dir)
    }

    /// Whether what happens after the hand-off has happened.
    #[must_use]
    pub fn is_afterwards(&self) -> bool {
        self.afterwards.load(Ordering::SeqCst)
    }

    /// Whether the last month is closed in QuickBooks.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Keeps Cin7 as it is now, and that the month is closed.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep_closed(&self) -> Result<()> {
        self.keep_that(&self.closed)
    }

    /// Keeps Cin7 as it is now, and that this has happened.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep_afterwards(&self) -> Result<()> {
        self.keep_that(&self.afterwards)
    }

    fn keep_that(&self, happened: &AtomicBool) -> Result<()> {
        self.cin7.change(|world, _| write_world(&self.dir, world))?;
        happened.store(true, Ordering::SeqCst);
        self.keep()
    }

    /// Strikes the stage; Cin7's records are kept as they were left.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn strike(self) -> Result<()> {
        self.keep()?;
        let world = self.cin7.stop().await;
        write_world(&self.dir, &world)
    }
}

/// The story's time, which may be moved forward once it is known how far the company has come.
struct StoryTime {
    start_ms: AtomicI64,
    begun: std::time::Instant,
}

impl StoryTime {
    fn from(start: Instant) -> Self {
        StoryTime { start_ms: AtomicI64::new(start.as_millisecond()), begun: std::time::Instant::now() }
    }

    fn not_before(&self, moment: Instant) {
        // The company's moments have parts of a millisecond too.
        self.start_ms.fetch_max(moment.as_millisecond() + 1, Ordering::SeqCst);
    }
}

impl Clock for StoryTime {
    fn now(&self) -> Instant {
        let passed = i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(0);
        Instant::from_millisecond(self.start_ms.load(Ordering::SeqCst).saturating_add(passed))
            .unwrap_or(Instant::UNIX_EPOCH)
    }
}

/// The world as it was left, or a new one.
fn world(dir: &Path, left: Option<&Story>, wanted: &WorldArgs) -> Result<World> {
    let path = file(dir, "cin7.json");
    match std::fs::File::open(&path) {
        Ok(kept) => serde_json::from_reader(BufReader::new(kept))
            .map_err(|why| problem("The demo's Cin7", &path, why)),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(match left {
            Some(story) => World::generate(story.seed, story.orders, story.contacts),
            None => World::generate(wanted.seed, wanted.orders, wanted.contacts),
        }),
        Err(why) => Err(problem("The demo's Cin7", &path, why)),
    }
}

fn write_world(dir: &Path, world: &World) -> Result<()> {
    write_whole(&file(dir, "cin7.json"), world)
}

async fn start_cin7(world: World, clock: Arc<dyn Clock>) -> Result<SimCin7> {
    let setup = Setup {
        // What the environment says for this run stands before the profile, so the far ends must know it.
        connections: vec![Connection::new(
            &of_environment(CIN7_USERNAME_VARIABLE, DEMO_USERNAME),
            &of_environment(CIN7_KEY_VARIABLE, DEMO_KEY),
        )],
        limits: Limits { speed: SPEED, ..Limits::default() },
        clock,
        ..Setup::for_world(&world)
    };
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    SimCin7::start(anywhere, world, setup).await.map_err(|why| no_port(&why))
}

/// The demo's profile, new or as it was left.
fn profile(dir: &Path, story: &Story, zone: &str, clock: Arc<dyn Clock>) -> Result<Arc<Profile>> {
    if dir.join(settings_file::FILE).exists() {
        return Profile::open_host(dir, "the demo", clock);
    }
    let name = |what: &str| Uuid::new_v5(&DEMO_COMPANIES, format!("{what} {}", story.seed).as_bytes());
    let options = InitOptions {
        cin7_username: Some(DEMO_USERNAME.into()),
        timezone: Some(zone.into()),
        // The world has a few documents before it, so that the hard floor shows (design 8.2).
        start: Some(FIRST_MONTH.into()),
        company_id: name("company"),
        file_id: name("file"),
        ..InitOptions::default()
    };
    Profile::init(dir, &options, clock)
}

/// Points the profile at the far ends of this run.
fn point_at(profile: &Profile, cin7: &SimCin7) -> Result<()> {
    if profile.operator()?.is_none() {
        profile.set_operator(OPERATOR)?;
    }
    connect::set_cin7_key(profile, &SecretString::from(DEMO_KEY), OPERATOR)?;
    let mut settings = profile.settings();
    settings.cin7.url = cin7.url();
    settings.cin7.limit_factor = SPEED;
    settings.endpoint.listen = "127.0.0.1:0".into();
    profile.save_settings(&settings)
}

fn real_books(dir: &Path) -> Problem {
    Problem::new(
        Exit::Usage,
        "DEMO-REAL",
        format!("{} holds the profile of real books.", dir.display()),
        "Nothing was changed. A demo never runs on real books.",
        "Name another folder with --data-dir, or none: then the demo uses a folder of its own.",
    )
}

fn no_port(why: &std::io::Error) -> Problem {
    Problem::new(
        Exit::OtherSide,
        "DEMO-PORT",
        format!("The simulated Cin7 found no free port on this computer: {why}."),
        "Nothing was changed.",
        "Close programs that you do not need, then try again.",
    )
}
