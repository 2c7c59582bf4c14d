//! A company on its first day: a fresh profile that is pointed at a simulated Cin7, for tests and benchmarks that go on
//! from there.

use countersign::base::{Clock, Instant};
use countersign::sim::cin7::{DEMO_USERNAME, Setup, SimCin7};
use countersign::sim::world::World;
use countersign::workflow::{InitOptions, Profile, connect};
use secrecy::ExposeSecret as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub const USER: &str = "countersign";
pub const WHO: &str = "Ann";

/// A clock that moves a little at each look.
pub struct StoryClock(pub AtomicI64);

impl StoryClock {
    pub fn at(start: Instant) -> Arc<Self> {
        Arc::new(StoryClock(AtomicI64::new(start.as_millisecond())))
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Instant {
        Instant::from_millisecond(self.0.fetch_add(20, Ordering::Relaxed)).unwrap()
    }
}

/// The profile, the password of its Web Connector, and Cin7, which answers while it is held.
pub async fn opened(
    dir: &Path,
    world: World,
    setup: Setup,
    key: &str,
    start: &str,
    clock: Arc<dyn Clock>,
) -> (Arc<Profile>, String, SimCin7) {
    let cin7 = SimCin7::start("127.0.0.1:0".parse().unwrap(), world, setup).await.unwrap();
    let options = InitOptions {
        cin7_url: Some(cin7.url()),
        cin7_username: Some(DEMO_USERNAME.into()),
        timezone: Some("America/New_York".into()),
        start: Some(start.into()),
        company_id: uuid::Uuid::from_u128(5),
        file_id: uuid::Uuid::from_u128(6),
        ..InitOptions::default()
    };
    let profile = Profile::init(dir, &options, clock).unwrap();
    let mut settings = profile.settings();
    settings.cin7.limit_factor = 1_000;
    profile.save_settings(&settings).unwrap();
    connect::set_cin7_key(&profile, &secrecy::SecretString::from(key.to_string()), WHO).unwrap();
    let password = connect::new_qbwc_password(&profile, WHO).unwrap().expose_secret().to_string();
    (profile, password, cin7)
}
