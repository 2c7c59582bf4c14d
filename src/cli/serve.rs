//! Step 5 without a screen: `serve`, the endpoint that the Web Connector visits.
//!
//! Must never end by itself while something is queued, unknown or due, unless only a person or another computer can
//! go on; then it says so with exit 1.

use super::args::ServeArgs;
use super::endpoint::Endpoint;
use super::session::Session;
use super::taking;
use crate::base::problem::Exit;
use crate::workflow::claim;
use crate::workflow::host::{HostOptions, Idle, Notice};
use crate::workflow::{Profile, Result, status};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// Full visits without any progress after which the rest is left to a person or another computer.
const FRUITLESS_VISITS: u64 = 3;
/// What a visit brought is worked in after its last reply; looked at again after this time.
const SETTLE: Duration = Duration::from_millis(50);

/// Serves the Web Connector.
pub fn serve(session: &Session, args: &ServeArgs) -> Result<Exit> {
    let profile =
        if args.take_over { taking::take(session, "serve", &args.by)?.0 } else { session.hold("serve")? };
    session.wait(run(session, &profile, args))
}

async fn run(session: &Session, profile: &Arc<Profile>, args: &ServeArgs) -> Result<Exit> {
    let options = HostOptions { adopt_company: args.adopt_company };
    let endpoint = Endpoint::open(profile, options, args.listen.as_deref()).await?;
    let mut notices = endpoint.host.notices();
    let out = session.out;
    let teller = tokio::spawn(async move {
        loop {
            match notices.recv().await {
                Ok(notice) => {
                    if out.is_json() {
                        // A stream nobody reads is no reason to stop serving.
                        let _ = out.document(&json(&notice));
                    }
                    out.note(&words(&notice));
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
    out.note(&format!("serve ready at {}", endpoint.url()));
    let stop = session.stop.token();
    let exit = tokio::select! {
        () = stop.cancelled() => Ok(Exit::Done),
        exit = until_idle(&endpoint, profile), if args.until_idle => exit,
        claim = claim::claimed(profile.dir().to_path_buf()) => {
            out.note(&format!("{} takes this profile over; the visit ends first", claim.words()));
            endpoint.host.part().await.and_then(|()| Err(claim.gave_way()))
        }
    };
    endpoint.close().await;
    teller.abort();
    exit
}

/// How far the visits were when something last moved.
#[derive(Default)]
struct Progress {
    left: u64,
    since_visit: u64,
}

async fn until_idle(endpoint: &Endpoint, profile: &Profile) -> Result<Exit> {
    let mut progress = Progress { left: u64::MAX, since_visit: 0 };
    loop {
        tokio::select! {
            () = endpoint.moved() => {}
            () = tokio::time::sleep(SETTLE) => {}
        }
        let idle = endpoint.host.idle()?;
        if let Some(end) = end_of(&idle, endpoint.sent_home(), &mut progress) {
            return if end == Exit::Done && waits_for_person(profile, &idle)? {
                Ok(Exit::NeedsPerson)
            } else {
                Ok(end)
            };
        }
    }
}

/// Whether serving is over, and how.
fn end_of(idle: &Idle, sent_home: bool, progress: &mut Progress) -> Option<Exit> {
    if idle.busy || (idle.visits == 0 && !sent_home) {
        return None;
    }
    if idle.left == 0 {
        return Some(Exit::Done);
    }
    if sent_home {
        // A good login found nothing to do although something is left: it waits for a person.
        return Some(Exit::NeedsPerson);
    }
    if idle.left != progress.left {
        *progress = Progress { left: idle.left, since_visit: idle.visits };
    }
    (idle.visits - progress.since_visit >= FRUITLESS_VISITS).then_some(Exit::NeedsPerson)
}

fn waits_for_person(profile: &Profile, idle: &Idle) -> Result<bool> {
    let frozen = status::status(profile)?.frozen.is_some_and(|why| !why.is_empty());
    Ok(frozen || idle.needs_person > 0)
}

fn words(notice: &Notice) -> String {
    match notice {
        Notice::Called { version } => format!("the Web Connector {version} called"),
        Notice::Login { user } => format!("visit by {user}"),
        Notice::Refused { user } => format!("login of {user} refused: wrong user or password"),
        Notice::Company { name } => format!("company file: {name}"),
        Notice::Asked { what } => format!("asked: {what}"),
        Notice::Outcome { text } => text.clone(),
        Notice::Ended { text } => format!("visit ended, {text}"),
        Notice::Frozen { why } => format!("writing has stopped: {why}"),
    }
}

fn json(notice: &Notice) -> serde_json::Value {
    let (what, text) = match notice {
        Notice::Called { version } => ("called", version),
        Notice::Login { user } => ("login", user),
        Notice::Refused { user } => ("refused", user),
        Notice::Company { name } => ("company", name),
        Notice::Asked { what } => ("asked", what),
        Notice::Outcome { text } => ("outcome", text),
        Notice::Ended { text } => ("ended", text),
        Notice::Frozen { why } => ("frozen", why),
    };
    serde_json::json!({"notice": what, "text": text})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idle(visits: u64, left: u64) -> Idle {
        Idle { visits, left, ..Idle::default() }
    }

    fn fresh() -> Progress {
        Progress { left: u64::MAX, since_visit: 0 }
    }

    #[test]
    fn serving_ends_only_after_somebody_was_here() {
        assert_eq!(end_of(&idle(0, 0), false, &mut fresh()), None);
        assert_eq!(end_of(&idle(1, 0), false, &mut fresh()), Some(Exit::Done));
        assert_eq!(end_of(&idle(0, 0), true, &mut fresh()), Some(Exit::Done));
        assert_eq!(end_of(&Idle { busy: true, ..idle(1, 0) }, false, &mut fresh()), None);
    }

    #[test]
    fn what_only_a_person_can_move_ends_it_with_one() {
        assert_eq!(end_of(&idle(0, 3), true, &mut fresh()), Some(Exit::NeedsPerson));
        let mut progress = fresh();
        assert_eq!(end_of(&idle(1, 3), false, &mut progress), None);
        assert_eq!(end_of(&idle(2, 3), false, &mut progress), None);
        assert_eq!(end_of(&idle(3, 2), false, &mut progress), None, "something moved");
        assert_eq!(end_of(&idle(5, 2), false, &mut progress), None);
        assert_eq!(end_of(&idle(6, 2), false, &mut progress), Some(Exit::NeedsPerson));
    }
}
