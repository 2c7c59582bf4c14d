//! Taking a profile over from the window that holds it: asked for by a claim, granted by letting go of the lock.
//!
//! Must never let two hold the profile: who takes it over holds it only once it has the lock, and who gives way has
//! closed the store before the lock goes. Must never cut a running visit's answer off while it may still come: the
//! holder waits for it a moment, and what is out after that is unknown and looked up (design 2 "One host per profile").

use super::{Profile, Result, signature};
use crate::base::problem::Exit;
use crate::base::text::for_screen;
use crate::base::{Clock, Problem};
use crate::store::claim::{self, Claiming};
use crate::store::{Lane, ProfileLock};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

pub use crate::store::claim::Claim;

/// How often a holder looks whether somebody claims the profile.
const LOOKS: Duration = Duration::from_secs(1);
/// How often who claims tries the lock.
const TRIES: Duration = Duration::from_millis(100);
/// The longest that a claim waits: a visit that ends, a piece of work that ends, a store that closes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The profile's lock, and who held the profile until now; nobody where it was free.
pub type Taken = (ProfileLock, Option<String>);

impl Claim {
    /// Who it is, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let who = if self.by.is_empty() { "Somebody".to_string() } else { for_screen(&self.by) };
        format!("{who} ({}, process {})", for_screen(&self.what), self.process)
    }

    /// What is said where the holder ends instead of looking on.
    #[must_use]
    pub fn gave_way(&self) -> Problem {
        Problem::new(
            Exit::Held,
            "PROFILE-TAKEN",
            format!("{} has taken this profile over.", self.words()),
            "The visit was ended first and everything decided is kept. What was on its way is looked up in QuickBooks before \
             anything is sent again.",
            "Nothing: the Web Connector is served from there. Start this again once that window is closed.",
        )
    }
}

/// Waits until somebody claims the profile. Holds nothing of it, so that it can be let go meanwhile.
pub async fn claimed(dir: PathBuf) -> Claim {
    let mut looks = tokio::time::interval(LOOKS);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Some(claim) = claim::standing(&dir) {
            return claim;
        }
    }
}

/// Who holds the profile, in words, as its lock says; nobody where it is free.
///
/// # Errors
/// When the folder cannot be written.
pub fn holder(dir: &Path) -> Result<Option<String>> {
    Ok(ProfileLock::holder(dir)?.map(|holder| for_screen(&holder)))
}

fn kept(holder: &str) -> Problem {
    Problem::new(
        Exit::Held,
        "PROFILE-KEPT",
        format!("{holder} did not let this profile go within {} seconds.", PATIENCE.as_secs()),
        "Nothing was changed: it still decides and sends, and nobody else does.",
        "Close that window, or wait until its work has ended. Where it hangs, end that process in the task manager: a \
         profile whose holder has ended is taken over at once. Then take it over again.",
    )
}

fn claimed_already(other: &Claim) -> Problem {
    Problem::new(
        Exit::Held,
        "PROFILE-CLAIMED",
        format!("{} is taking this profile over just now.", other.words()),
        "Nothing was changed.",
        "Wait until that is done, then take it over from there if you still need to.",
    )
}

fn left() -> Problem {
    Problem::new(
        Exit::NeedsPerson,
        "PROFILE-LEFT",
        "You stopped taking this profile over.",
        "Nothing was changed here. The window that held it may have let go already.",
        "Take it over again, or leave it as it is.",
    )
}

/// Takes the profile over: at once where nobody holds it, else as soon as the holder has ended its visit and let go.
/// `told` hears what is waited for.
///
/// # Errors
/// Exit 4 where the holder keeps it or somebody else takes it over; what the folder says.
pub async fn take(
    dir: &Path,
    claim: &Claim,
    told: &mut (dyn FnMut(String) + Send),
    cancel: CancellationToken,
) -> Result<Taken> {
    take_within(PATIENCE, dir, claim, told, cancel).await
}

async fn take_within(
    patience: Duration,
    dir: &Path,
    claim: &Claim,
    told: &mut (dyn FnMut(String) + Send),
    cancel: CancellationToken,
) -> Result<Taken> {
    let holder = match ProfileLock::take(dir, &claim.what)? {
        Ok(lock) => return Ok((lock, None)),
        Err(holder) => for_screen(&holder),
    };
    let _claiming = match Claiming::lay(dir, claim)? {
        Ok(claiming) => claiming,
        Err(other) => return Err(claimed_already(&other)),
    };
    told(format!("{holder} was asked to end its visit and let go"));
    let begun = Instant::now();
    loop {
        tokio::select! {
            () = cancel.cancelled() => return Err(left()),
            () = tokio::time::sleep(TRIES) => {}
        }
        if let Ok(lock) = ProfileLock::take(dir, &claim.what)? {
            return Ok((lock, Some(holder)));
        }
        if begun.elapsed() > patience {
            return Err(kept(&holder));
        }
    }
}

/// A claim of this process.
#[must_use]
pub fn of(by: &str, what: &str, clock: &dyn Clock) -> Claim {
    let by = signature(by).unwrap_or_default();
    Claim { by, what: what.into(), process: std::process::id(), at: clock.now().to_string() }
}

impl Profile {
    /// Keeps who took the profile over, and from whom.
    ///
    /// # Errors
    /// What the store says.
    pub fn note_taken(&self, claim: &Claim, from: &str) -> Result<()> {
        let (at, by) = (self.now().to_string(), claim.by.clone());
        let by = if by.is_empty() { claim.what.clone() } else { by };
        let body = serde_json::json!({"from": from, "to": claim.words()});
        Ok(self.store().write(Lane::Person, move |tx| {
            tx.event(&at, &by, "profile_taken_over", "profile", &body).map(|_| ())
        })?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::SystemClock;

    fn mine() -> Claim {
        of("Ann", "the screen", &SystemClock)
    }

    fn nothing(_: String) {}

    #[tokio::test]
    async fn a_profile_that_nobody_holds_is_taken_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let (_lock, from) = take(dir.path(), &mine(), &mut nothing, CancellationToken::new()).await.unwrap();
        assert_eq!(from, None);
        assert!(holder(dir.path()).unwrap().unwrap().starts_with("the screen, process "));
    }

    #[tokio::test]
    async fn the_holder_hears_of_the_claim_and_only_its_letting_go_gives_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let held = ProfileLock::take(dir.path(), "serve").unwrap().unwrap();
        let place = dir.path().to_path_buf();
        let holder = tokio::spawn(async move {
            let claim = claimed(place.clone()).await;
            let stands = ProfileLock::holder(&place).unwrap();
            drop(held);
            (claim, stands)
        });
        let (_lock, from) = take(dir.path(), &mine(), &mut nothing, CancellationToken::new()).await.unwrap();
        let (claim, stood) = holder.await.unwrap();
        assert_eq!(claim.by, "Ann");
        assert!(stood.unwrap().starts_with("serve, "), "it held the profile until it let go");
        assert!(from.unwrap().starts_with("serve, process "));
        assert_eq!(claim::standing(dir.path()), None, "the claim goes with its end");
    }

    #[tokio::test]
    async fn a_holder_that_does_not_let_go_keeps_it_and_the_claim_goes() {
        let dir = tempfile::tempdir().unwrap();
        let _held = ProfileLock::take(dir.path(), "fetch").unwrap().unwrap();
        let (mine, stop) = (mine(), CancellationToken::new());
        let refused = take_within(Duration::ZERO, dir.path(), &mine, &mut nothing, stop).await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.exit), ("PROFILE-KEPT", Exit::Held));
        assert_eq!(claim::standing(dir.path()), None);
    }

    #[tokio::test]
    async fn two_who_claim_it_at_once_do_not_both_wait() {
        let dir = tempfile::tempdir().unwrap();
        let _held = ProfileLock::take(dir.path(), "serve").unwrap().unwrap();
        let _bob = Claiming::lay(dir.path(), &of("Bob", "the screen", &SystemClock)).unwrap().unwrap();
        let refused = take(dir.path(), &mine(), &mut nothing, CancellationToken::new()).await.unwrap_err();
        assert_eq!(refused.code, "PROFILE-CLAIMED");
        assert!(refused.happened.starts_with("Bob (the screen, process "));
    }
}
