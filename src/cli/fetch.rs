//! Step 2 without a screen: `fetch`.
//!
//! Must never promise an end that Cin7 does not tell: rows, requests and honest waits only (`cin7-api.md` 2).

use super::args::FetchArgs;
use super::output::Output;
use super::session::Session;
use crate::base::problem::Exit;
use crate::base::{Day, Instant, Problem, Zone};
use crate::cin7::Progress;
use crate::workflow::Result;
use crate::workflow::fetch::{FetchOptions, fetch as run};

/// A wait shorter than this is not worth a line.
const WORTH_SAYING_SECONDS: i64 = 5;

/// Rows that could not be read, of which a fetch tells.
const UNREAD_SHOWN: usize = 20;

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
    for line in &summary.map_completed {
        session.out.note(&format!("Map: {line}"));
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
    for row in summary.unread.iter().take(UNREAD_SHOWN) {
        session.out.note(&format!("Not read: {} {}: {}", row.resource, row.cin7_id, row.text));
    }
    if summary.unread.len() > UNREAD_SHOWN {
        session.out.note(&format!(
            "... and {} more; `fetch --json` lists them.",
            summary.unread.len() - UNREAD_SHOWN
        ));
    }
    for refused in &summary.refused {
        session.out.note(&format!("Not known: {refused}"));
    }
    if let Some(warning) = crate::workflow::values::unknown_supplier_credits(&profile)? {
        session.out.note(&format!("{} ({})", warning.text, warning.documents.join(", ")));
    }
    let told = summary.written_back.as_ref();
    if let Some(report) = told.filter(|r| r.written + r.already + r.waiting + r.unknown + r.refused > 0) {
        session.out.note(&report.in_words());
    }
    let clean = told.is_none_or(|report| report.cause.is_empty())
        && summary.problems == 0
        && summary.drafts.approvals_lost == 0;
    Ok(if clean { Exit::Done } else { Exit::NeedsPerson })
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
