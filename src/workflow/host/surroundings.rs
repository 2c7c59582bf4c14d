//! What the desk takes from outside besides its profile: random bits, a clock that only runs forward, the check of a
//! login, whether drafts follow a visit, and which defences stand.
//!
//! Must never decide anything about a visit. The machine's own are [`Machine`]; `drill` brings others, so that one seed
//! is one run (design 2, "Sans I/O").

use super::{Profile, Result, bug, random_bits, random_bytes};
use crate::handoff::Defences;
use crate::net::login::{Admission, LoginGate, hash_password};
use crate::net::secrets::QbwcPassword;
use secrecy::ExposeSecret as _;
use std::time::Duration;

/// What the desk takes from outside.
pub(crate) trait Surroundings: Send + Sync {
    /// 128 random bits.
    fn random(&self) -> Result<u128>;
    /// Time since some moment of this run, on a clock that only runs forward (`exactly-once.md` R6).
    fn steady(&self) -> Duration;
    /// Whether a login is good; `known` = a user name of ours. Takes the same time for an unknown one.
    fn admits(&self, profile: &Profile, user: &str, password: &str, known: bool) -> bool;
    /// Whether drafts and matches follow a visit that brought something, in a thread of their own.
    fn works_in(&self) -> bool {
        true
    }
    /// Notices kept for a slow listener; a lost one is only a missed redraw.
    fn notices(&self) -> usize {
        1_024
    }
    /// Which defences stand.
    fn defences(&self) -> Defences {
        Defences::all()
    }
}

/// The machine's own.
pub(super) struct Machine {
    gate: LoginGate,
    hash: Option<String>,
    begun: std::time::Instant,
}

impl Machine {
    /// With the password of the profile.
    pub(super) fn of(profile: &Profile) -> Result<Self> {
        let hash = match profile.secrets()?.qbwc_password()? {
            Some(QbwcPassword::Plain(password)) => Some(
                hash_password(password.expose_secret(), random_bytes()?)
                    .map_err(|_| bug("the password could not be hashed"))?,
            ),
            Some(QbwcPassword::Hash(hash)) => Some(hash.expose_secret().to_string()),
            None => None,
        };
        let gate = LoginGate::new(random_bytes()?).map_err(|_| bug("the password hash could not be made"))?;
        Ok(Machine { gate, hash, begun: std::time::Instant::now() })
    }
}

impl Surroundings for Machine {
    fn random(&self) -> Result<u128> {
        random_bits()
    }

    fn steady(&self) -> Duration {
        self.begun.elapsed()
    }

    fn admits(&self, profile: &Profile, user: &str, password: &str, known: bool) -> bool {
        let hash = if known { self.hash.as_deref() } else { None };
        self.gate.check(user, password, hash, profile.now()) == Admission::Welcome
    }
}
