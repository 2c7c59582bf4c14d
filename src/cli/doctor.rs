//! `doctor`: is everything there that the job needs, and if not, what to do.
//!
//! Must never change anything, and must never print a secret.

use super::session::Session;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::workflow::{Profile, Result, connect, status};
use serde::Serialize;
use std::net::TcpListener;
use std::sync::Arc;

/// How one check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Good,
    Look,
    Bad,
}

/// One check.
#[derive(Clone, Debug, Serialize)]
struct Check {
    check: String,
    verdict: Verdict,
    found: String,
    do_now: String,
}

impl Check {
    fn new(check: &str, verdict: Verdict, found: impl Into<String>, do_now: &str) -> Self {
        Check { check: check.into(), verdict, found: found.into(), do_now: do_now.into() }
    }

    fn good(check: &str, found: impl Into<String>) -> Self {
        Check::new(check, Verdict::Good, found, "")
    }

    fn bad(check: &str, problem: &Problem) -> Self {
        Check::new(check, Verdict::Bad, problem.happened.clone(), &problem.do_now)
    }
}

/// Checks the profile and its surroundings.
pub fn doctor(session: &Session) -> Result<Exit> {
    let mut checks = Vec::new();
    let mut exit = Exit::Done;
    match session.look() {
        Err(problem) => {
            exit = problem.exit;
            checks.push(Check::bad("profile", &problem));
        }
        Ok(profile) => {
            checks.push(Check::good("settings", "read and checked"));
            checks.push(store(&profile));
            checks.extend(secrets(&profile));
            checks.extend(session.wait(cin7(&profile)));
            checks.push(port(&profile));
            checks.extend(visits(&profile)?);
        }
    }
    if exit == Exit::Done && checks.iter().any(|check| check.verdict == Verdict::Bad) {
        exit = Exit::NeedsPerson;
    }
    session.out.document(&serde_json::json!({ "checks": checks }))?;
    if !session.out.is_json() {
        for check in &checks {
            let mark = match check.verdict {
                Verdict::Good => "ok  ",
                Verdict::Look => "look",
                Verdict::Bad => "BAD ",
            };
            session.out.say(&format!("{mark} {:<22} {}", check.check, check.found))?;
            if !check.do_now.is_empty() {
                session.out.say(&format!("     {}", check.do_now))?;
            }
        }
    }
    Ok(exit)
}

fn store(profile: &Profile) -> Check {
    match crate::workflow::history::audit_verify(profile) {
        Err(problem) => Check::bad("store", &problem),
        Ok(report) => match report.broken_at {
            None => Check::good("store", format!("the chain of {} events holds", report.events)),
            Some(seq) => Check::new(
                "store",
                Verdict::Bad,
                format!("the chain of events breaks at event {seq}"),
                "Keep this copy, compare it with a backup, and find out who had the file.",
            ),
        },
    }
}

fn secrets(profile: &Profile) -> Vec<Check> {
    let secrets = match profile.secrets() {
        Ok(secrets) => secrets,
        Err(problem) => return vec![Check::bad("secrets", &problem)],
    };
    let key = match secrets.cin7_key() {
        Ok(Some(_)) => Check::good("Cin7 key", "there"),
        Ok(None) => Check::new("Cin7 key", Verdict::Bad, "none", "`countersign secrets set cin7-key`"),
        Err(problem) => Check::bad("Cin7 key", &problem),
    };
    let password = match secrets.qbwc_password() {
        Ok(Some(_)) => Check::good("Web Connector password", "there"),
        Ok(None) => Check::new(
            "Web Connector password",
            Verdict::Bad,
            "none",
            "`countersign secrets new qbwc-password`, then type it into the Web Connector",
        ),
        Err(problem) => Check::bad("Web Connector password", &problem),
    };
    vec![key, password]
}

async fn cin7(profile: &Arc<Profile>) -> Vec<Check> {
    match connect::test_cin7(profile).await {
        Err(problem) => vec![Check::bad("Cin7", &problem)],
        Ok(rows) => rows
            .into_iter()
            .map(|(resource, answer)| {
                let name = format!("Cin7 {resource}");
                match answer {
                    Ok(()) => Check::good(&name, "may be read"),
                    Err(problem) => Check::bad(&name, &problem),
                }
            })
            .collect(),
    }
}

fn port(profile: &Profile) -> Check {
    let listen = profile.settings().endpoint.listen;
    match TcpListener::bind(&listen) {
        Ok(_) => Check::good("port", format!("{listen} is free")),
        Err(why) if why.kind() == std::io::ErrorKind::AddrInUse => Check::new(
            "port",
            Verdict::Look,
            format!("something listens on {listen} already"),
            "That is right while Countersign runs. Else close that program, or choose another port with `settings set endpoint.listen=`.",
        ),
        Err(why) => Check::new(
            "port",
            Verdict::Bad,
            format!("{listen} cannot be used: {why}"),
            "Choose another address with `settings set endpoint.listen=`.",
        ),
    }
}

fn visits(profile: &Profile) -> Result<Vec<Check>> {
    let status = status::status(profile)?;
    let mut checks = vec![match &status.last_visit {
        Some(at) => Check::good("last visit", at.clone()),
        None => Check::new(
            "last visit",
            Verdict::Look,
            "the Web Connector has not been here yet",
            "Write the file with `countersign qwc`, open it in the Web Connector, and press Update.",
        ),
    }];
    if let Some(why) = status.frozen.as_ref().filter(|why| !why.is_empty()) {
        checks.push(Check::new(
            "writing",
            Verdict::Bad,
            why.clone(),
            "Let the Web Connector visit once more, look at what it finds, then `countersign unfreeze --by NAME`.",
        ));
    }
    Ok(checks)
}
