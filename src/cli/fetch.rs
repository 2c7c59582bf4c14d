//! Step 2 without a screen: `fetch`.
//!
//! Must never promise an end that Cin7 does not tell: rows, requests and honest waits only (`cin7-api.md` 2).

use super::args::{By, FetchArgs};
use super::output::Output;
use super::session::{Session, helper};
use crate::base::problem::Exit;
use crate::base::{Day, Instant, Problem, Zone};
use crate::cin7::Progress;
use crate::workflow::fetch::{FetchOptions, fetch as run};
use crate::workflow::{Profile, Result, connect};

/// A wait shorter than this is not worth a line.
const WORTH_SAYING_SECONDS: i64 = 5;

/// Fetches what is new in Cin7.
pub fn fetch(session: &Session, args: &FetchArgs) -> Result<Exit> {
    let profile = session.hold("fetch")?;
    let zone = profile.settings().timezone;
    let since = args.since.as_deref().map(|day| start_of(day, &zone)).transpose()?;
    let options = FetchOptions { full: args.full, since };
    let clock = profile.clock();
    let mut teller = Teller::new(session.out, zone);
    let mut tell = |progress: &Progress| teller.tell(progress, clock.now());
    let summary = session.wait(run(&profile, &options, &mut tell, session.stop.token()))?;
    if complete_map(session, &profile)? {
        // The drafts were made anew with the new settings; what is new about them stays as the fetch counted it.
        session.out.note("The drafts follow the completed map.");
    }
    session.out.document(&summary)?;
    if !session.out.is_json() {
        session.out.say(&format!(
            "Fetched {} rows with {} requests: {} new, {} changed. Drafts: {} new, {} changed.",
            summary.rows,
            summary.requests,
            summary.new,
            summary.changed,
            summary.drafts.new,
            summary.drafts.changed
        ))?;
    }
    if summary.drafts.approvals_lost > 0 {
        session.out.note(&format!(
            "{} approved documents changed in Cin7 and need a new look.",
            summary.drafts.approvals_lost
        ));
    }
    if summary.problems > 0 {
        session.out.note(&format!("{} rows could not be read as Cin7 sent them.", summary.problems));
    }
    let clean = summary.problems == 0 && summary.drafts.approvals_lost == 0;
    Ok(if clean { Exit::Done } else { Exit::NeedsPerson })
}

/// What was taken over by `settings propose --accept` also holds for codes, rates and branches that only the new
/// documents bring: what is sure is taken over and told with its reason. Without an accepted map nothing is.
fn complete_map(session: &Session, profile: &Profile) -> Result<bool> {
    let map = connect::map(profile)?;
    let accepted = map.rows.iter().any(|row| row.set && row.key.starts_with("account."));
    let new: Vec<_> = map.rows.iter().filter(|row| row.sure && !row.set && !row.value.is_empty()).collect();
    if !accepted || new.is_empty() {
        return Ok(false);
    }
    for row in &new {
        session.out.note(&format!("Map: {} = {} ({})", row.key, row.value, row.reason));
    }
    session.out.note(&connect::accept_map(profile, &helper(profile, &By::default())?)?.text);
    Ok(true)
}

fn start_of(day: &str, zone: &Zone) -> Result<Instant> {
    let day: Day = day.parse().map_err(|_| {
        Problem::new(
            Exit::Usage,
            "FETCH-SINCE",
            format!("`{day}` is no day."),
            "Nothing was fetched.",
            "Write the day as YYYY-MM-DD.",
        )
    })?;
    Ok(zone.midnight(day))
}

/// Says a line when something new is to be said: the next list, or a long wait.
pub struct Teller {
    out: Output,
    zone: Zone,
    list: String,
    waiting_for: Option<Instant>,
}

impl Teller {
    /// Says nothing yet.
    #[must_use]
    pub fn new(out: Output, zone: Zone) -> Self {
        Teller { out, zone, list: String::new(), waiting_for: None }
    }

    /// Looks at how far the fetch is.
    pub fn tell(&mut self, progress: &Progress, now: Instant) {
        let list = format!("{} (pass {} of {})", progress.resource.word(), progress.pass, progress.passes);
        if self.list != list {
            self.out.note(&format!(
                "Reading {list}; {} rows and {} requests so far",
                progress.rows, progress.requests
            ));
            self.list = list;
        }
        match progress.waiting {
            Some((until, why))
                if until.as_second() - now.as_second() >= WORTH_SAYING_SECONDS
                    && self.waiting_for != Some(until) =>
            {
                self.waiting_for = Some(until);
                self.out.note(&format!("Waiting until {}: {}", self.zone.time_of(until), why.words()));
            }
            _ => {}
        }
    }
}
