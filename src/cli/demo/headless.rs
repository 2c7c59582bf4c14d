//! The whole job without a screen, by the same use cases that the screens and commands call.
//!
//! Must never skip a step because an earlier run did it: every step is asked again and finds nothing to do, so a killed
//! run goes on where it was.

use super::afterwards;
use super::stage::{OPERATOR, Stage};
use super::summary::{Claim, Summary, check_ledger};
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::books::settings::{CostRule, FirstMonth};
use crate::cli::endpoint::Endpoint;
use crate::cli::fetch::Teller;
use crate::cli::session::Session;
use crate::sim::connector::{Connector, SessionStatus};
use crate::store::drafts::DraftFilter;
use crate::workflow::fetch::{FetchOptions, fetch};
use crate::workflow::host::HostOptions;
use crate::workflow::{Profile, Result, Said, connect, decide, drafts, handoff, links, prove, status};
use std::path::Path;
use std::time::Instant as Stopwatch;

/// Visits in a row that may find work; a demo needs a handful.
const MOST_VISITS: usize = 50;
/// Batches of one run: a second one takes what could only be drafted after the first.
pub(super) const MOST_BATCHES: usize = 3;

/// One run over a stage.
pub(super) struct Run<'a> {
    pub(super) session: &'a Session,
    pub(super) stage: &'a Stage,
    endpoint: Endpoint,
    connector: Connector,
    summary: Summary,
}

/// Plays the whole job.
///
/// # Errors
/// What a step says; the folder stays as it was left, and the next run goes on from there.
pub async fn play(session: &Session, stage: &Stage, dump: Option<&Path>) -> Result<Summary> {
    let mut run = Run::open(session, stage, dump).await?;
    let done = run.steps().await;
    let Run { endpoint, summary, .. } = run;
    endpoint.close().await;
    done.map(|()| summary)
}

/// Only the lists of QuickBooks: one visit on an empty profile.
///
/// # Errors
/// When the visit does not end well.
pub async fn pull_lists(session: &Session, stage: &Stage) -> Result<()> {
    let mut run = Run::open(session, stage, None).await?;
    let done = run.visits().await;
    run.endpoint.close().await;
    done
}

impl<'a> Run<'a> {
    async fn open(session: &'a Session, stage: &'a Stage, dump: Option<&Path>) -> Result<Self> {
        let profile = &stage.profile;
        let adopt_company = status::status(profile)?.company.is_none();
        let endpoint = Endpoint::open(profile, HostOptions { adopt_company }, None).await?;
        let connector = stage.connector(&endpoint.url(), dump)?;
        let summary = Summary { seed: stage.seed(), ..Summary::default() };
        Ok(Run { session, stage, endpoint, connector, summary })
    }
}

/// Sets what is still open of some settings: key, value, and whether it is open.
pub(super) fn set_open(profile: &Profile, wanted: &[(&str, &str, bool)]) -> Result<Option<Said>> {
    let open = wanted.iter().filter(|(_, _, open)| *open);
    let changes: Vec<(String, String)> =
        open.map(|(key, value, _)| ((*key).to_string(), (*value).to_string())).collect();
    if changes.is_empty() {
        return Ok(None);
    }
    connect::change_settings(profile, &changes, OPERATOR).map(Some)
}

impl Run<'_> {
    async fn steps(&mut self) -> Result<()> {
        self.timed("connect", async |run| {
            run.visits().await?;
            run.answer_costs()?;
            afterwards::house_rule(&run.stage.profile)?;
            run.work(|profile| connect::accept_map(profile, OPERATOR))
        })
        .await?;
        self.timed("fetch", async |run| run.fetch().await).await?;
        self.timed("match", async |run| {
            run.work(|profile| links::accept_auto(profile, OPERATOR))?;
            run.work(|profile| links::create_rest(profile, OPERATOR))
        })
        .await?;
        self.work(afterwards::join_bills)?;
        for _ in 0..MOST_BATCHES {
            let approved = self
                .timed("review", async |run| run.work(|profile| decide::approve_all_ready(profile, OPERATOR)))
                .await?;
            let closed = self.timed("hand off", async |run| run.hand_off().await).await?;
            if approved.count == 0 && closed.count == 0 {
                break;
            }
        }
        self.timed("afterwards", async |run| run.afterwards().await).await?;
        self.timed("finalise", async |run| {
            run.work(|profile| handoff::finalise(profile, None, OPERATOR))?;
            run.visits().await
        })
        .await?;
        self.timed("month end", async |run| run.month_end().await).await?;
        self.timed("prove", async |run| run.prove()).await
    }

    /// Runs a step, adds its seconds, and keeps the far ends.
    async fn timed<T>(&mut self, step: &str, work: impl AsyncFnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.session.stop.token().is_cancelled() {
            return Err(stopped());
        }
        let begun = Stopwatch::now();
        let result = work(self).await;
        *self.summary.seconds.entry(step.to_string()).or_default() += begun.elapsed().as_secs_f64();
        self.stage.keep()?;
        result
    }

    /// Closes what is approved into a batch and lets the Web Connector take it.
    pub(super) async fn hand_off(&mut self) -> Result<Said> {
        let closed = self.work(|profile| handoff::close_batch(profile, OPERATOR))?;
        self.visits().await?;
        Ok(closed)
    }

    /// A decision. Nobody is served meanwhile: the far ends are this run's own.
    pub(super) fn work(&self, work: impl FnOnce(&Profile) -> Result<Said>) -> Result<Said> {
        let said = work(&self.stage.profile)?;
        self.session.out.note(&said.text);
        Ok(said)
    }

    /// What was done, where something was.
    pub(super) fn note(&self, said: Option<Said>) {
        if let Some(said) = said {
            self.session.out.note(&said.text);
        }
    }

    /// A visit that reads what somebody changed in QuickBooks.
    pub(super) async fn look_again(&mut self) -> Result<()> {
        self.endpoint.host.request_lists();
        self.visits().await
    }

    /// Answers what the cost journals ask (design 8.5), as the settings take it: the story's Cin7 never posted a cost
    /// itself, and its foreign documents stay out.
    fn answer_costs(&self) -> Result<()> {
        let asked = &self.stage.profile.settings().cogs;
        let answers = [
            ("cogs.first_month", "ours", asked.first_month == FirstMonth::Ask),
            ("cogs.foreign", "leave", asked.foreign == CostRule::Ask),
            ("cogs.moved_after_start", "count", asked.moved_after_start == CostRule::Ask),
        ];
        self.note(set_open(&self.stage.profile, &answers)?);
        Ok(())
    }

    pub(super) async fn fetch(&mut self) -> Result<()> {
        let profile = &self.stage.profile;
        let clock = profile.clock();
        let mut teller = Teller::new(self.session.out, profile.settings().timezone);
        let mut tell = |progress: &crate::cin7::Progress| teller.tell(progress, clock.now());
        let options = FetchOptions::default();
        fetch(profile, &options, &mut tell, self.session.stop.token()).await.map(|_| ())
    }

    /// Lets the Web Connector visit until there is nothing to do.
    async fn visits(&mut self) -> Result<()> {
        let stop = self.session.stop.token();
        for _ in 0..MOST_VISITS {
            let report = tokio::select! {
                report = self.connector.run_once(self.stage.company.company()) => report,
                () = stop.cancelled() => return Err(stopped()),
            };
            match report.status {
                SessionStatus::NoWork => return Ok(()),
                SessionStatus::Done | SessionStatus::Postponed | SessionStatus::Busy => {}
                status => {
                    let said = report.last_error.unwrap_or_default();
                    return Err(bad_visit(&format!("{status:?}. {said}")));
                }
            }
        }
        Err(bad_visit("It never came to an end"))
    }

    fn prove(&mut self) -> Result<()> {
        let profile = &self.stage.profile;
        let mut claims = Vec::new();
        let summary = &mut self.summary;
        drafts::json(profile, &DraftFilter::default(), &mut |draft| {
            summary.count(&draft);
            claims.extend(Claim::of(&draft));
            Ok(())
        })?;
        self.summary.proof(&prove::prove(profile, None)?);
        let check = self.stage.company.look(|company| check_ledger(company.ledger_txns(), claims));
        self.summary.ledger_check = check;
        Ok(())
    }
}

fn bad_visit(what: &str) -> Problem {
    Problem::new(
        Exit::OtherSide,
        "DEMO-VISIT",
        format!("A visit of the simulated Web Connector did not end well: {what}."),
        "No real books are touched by the demo. What was settled before is kept.",
        "Run the demo again on the same folder: it goes on where it was.",
    )
}

fn stopped() -> Problem {
    Problem::new(
        Exit::NeedsPerson,
        "DEMO-STOPPED",
        "The demo was stopped before its end.",
        "What was done is kept where a folder was named; the rest was not begun.",
        "Run the demo again on the same folder: it goes on where it was.",
    )
}
