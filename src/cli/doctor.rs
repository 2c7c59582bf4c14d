//! `doctor`: is everything there that the job needs, and if not, what to do.
//!
//! Must never change anything, and must never print a secret: the checks themselves stand in `workflow::doctor`.

use super::session::Session;
use crate::base::problem::Exit;
use crate::workflow::Result;
use crate::workflow::doctor::{self, Check, Habit, Verdict};

/// Checks the profile and its surroundings.
pub fn doctor(session: &Session) -> Result<Exit> {
    let (checks, habits, mut exit) = match session.look() {
        Err(problem) => (vec![Check::of_problem("profile", &problem)], Vec::new(), problem.exit),
        Ok(profile) => (session.wait(doctor::examine(&profile))?, doctor::habits(&profile)?, Exit::Done),
    };
    if exit == Exit::Done && !doctor::is_green(&checks) {
        exit = Exit::NeedsPerson;
    }
    session.out.document(&serde_json::json!({ "checks": checks, "quickbooks_does": habits }))?;
    if !session.out.is_json() {
        tell(session, &checks, &habits)?;
    }
    Ok(exit)
}

fn tell(session: &Session, checks: &[Check], habits: &[Habit]) -> Result<()> {
    for check in checks {
        let mark = match check.verdict {
            Verdict::Good => "ok  ",
            Verdict::Look => "look",
            Verdict::Bad => "BAD ",
        };
        session.out.say(&format!("{mark} {:<22} {}", check.check, check.found))?;
        for line in [&check.means, &check.do_now].into_iter().filter(|line| !line.is_empty()) {
            session.out.say(&format!("     {line}"))?;
        }
    }
    if !habits.is_empty() {
        session.out.say("\nWhat this QuickBooks does where nobody has written it down:")?;
    }
    for habit in habits {
        session.out.say(&format!("     {:<44} {}", habit.question, habit.seen))?;
    }
    session.out.say(&format!("\n{}", doctor::in_words(checks)))
}
