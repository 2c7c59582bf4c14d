//! The profile in other hands: `release`, `serve --take-over`, and what the screen does when it gives way or takes over.
//!
//! Must never open a profile whose former opening in this process is not closed, and never hold it without having its
//! lock (design 2 "One host per profile").

use super::args::By;
use super::session::{Session, helper};
use crate::base::problem::Exit;
use crate::base::{Problem, text::for_screen};
use crate::workflow::claim::{self, Claim, Taken};
use crate::workflow::{Profile, Result};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// The longest that work which still runs may keep a profile that is to be let go.
const CLOSING: Duration = Duration::from_secs(20);
/// How often it is looked at.
const LOOKS: Duration = Duration::from_millis(20);

/// Lets whoever holds the profile end its visit and let go.
pub fn release(session: &Session, by: &By) -> Result<Exit> {
    let (_profile, from) = take(session, "release", by)?;
    let text = match &from {
        Some(holder) => format!("{holder} has let this profile go. It can be held anew."),
        None => "Nobody holds this profile.".into(),
    };
    if session.out.is_json() {
        session.out.document(&serde_json::json!({"done": text, "from": from}))?;
    } else {
        session.out.say(&text)?;
    }
    Ok(Exit::Done)
}

/// Takes the profile over as `what`, and says who held it.
pub fn take(session: &Session, what: &str, by: &By) -> Result<(Arc<Profile>, Option<String>)> {
    let looking = session.look()?;
    // The name is only told here: a profile that another holds cannot be written.
    let by = match &by.name {
        Some(name) => for_screen(name.trim()),
        None => helper(&looking, by)?,
    };
    let claim = claim::of(&by, what, &*looking.clock());
    drop(looking);
    let dir = session.dir()?;
    let out = session.out;
    let mut told = move |text: String| out.note(&text);
    let taken = session.wait(claim::take(&dir, &claim, &mut told, session.stop.token()))?;
    hold(session, taken, &claim)
}

/// Opens the profile with the lock that was taken over, and keeps from whom.
pub fn hold(session: &Session, taken: Taken, claim: &Claim) -> Result<(Arc<Profile>, Option<String>)> {
    let (lock, from) = taken;
    let profile = Profile::open_held(&session.dir()?, lock, session.clock()?)?;
    session.watch(&profile)?;
    if let Some(holder) = &from {
        profile.note_taken(claim, holder)?;
    }
    Ok((profile, from))
}

/// Waits until nothing in this process holds the profile any more.
///
/// # Errors
/// Where work does not end: then the program ends, and the profile is free with it.
pub fn let_go(profile: &Weak<Profile>) -> Result<()> {
    let begun = Instant::now();
    while profile.strong_count() > 0 {
        if begun.elapsed() > CLOSING {
            return Err(Problem::new(
                Exit::Held,
                "PROFILE-LET-GO",
                "Another window takes this profile over, and work that still ran here did not end in time.",
                "The program ends with it. What was saved before is safe; what was on its way is looked up in QuickBooks.",
                "Start it again to look on.",
            ));
        }
        std::thread::sleep(LOOKS);
    }
    Ok(())
}
