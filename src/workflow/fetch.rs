//! Step 2, Fetch: Cin7's records into the profile, then drafts and matches anew.
//!
//! Must never advance a watermark on a failed or partial pass (`cin7-api.md` 3).

use super::{Profile, Result, connect, links, redraft};

use crate::base::problem::Exit;
use crate::base::{Instant, Problem};
use crate::cin7::{self, BucketState, Flow, Progress, RawRecord, Resource, RowProblem, Saved, Sink};
use crate::net::cin7_client::Cin7Client;
use crate::orders::Payment;
use crate::store::sources::NewSource;
use crate::store::{Lane, Store};
use serde::Serialize;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What to fetch.
#[derive(Clone, Copy, Debug, Default)]
pub struct FetchOptions {
    /// Everything, whatever was fetched before.
    pub full: bool,
    /// What changed since this moment, instead of since the last fetch.
    pub since: Option<Instant>,
}

/// What a fetch did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct FetchSummary {
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub requests: u64,
    pub problems: u64,
    pub drafts: redraft::DraftRun,
    /// The zone that was guessed from the documents, where none was set; shown so that a person can correct it.
    pub timezone_guessed: Option<String>,
    /// What the accepted map took in from the new documents, each with its reason.
    pub map_completed: Vec<String>,
    /// Lists that Cin7 refused and that a fetch can do without, each with what is not known without it.
    pub refused: Vec<String>,
    /// Every row that could not be read when it was last fetched, of this fetch and of earlier ones.
    pub unread: Vec<UnreadRow>,
    /// What the write-back of import statuses did after it, where the settings allow it.
    pub written_back: Option<super::writeback::Report>,
}

struct IntoStore {
    store: Store,
    seen_at: String,
}

impl Sink for IntoStore {
    fn save(&mut self, records: Vec<RawRecord>, problems: Vec<RowProblem>) -> Result<Saved> {
        let seen_at = self.seen_at.clone();
        let payments: Vec<Payment> = records
            .iter()
            .filter(|record| record.resource == Resource::Payments)
            .filter_map(|record| cin7::payment(&record.raw).ok())
            .collect();
        let records: Vec<NewSource> = records
            .into_iter()
            .map(|record| NewSource {
                resource: record.resource.word().to_string(),
                cin7_id: record.id,
                modified: record.modified.map(|at| at.to_string()).unwrap_or_default(),
                hash: record.hash,
                raw: record.raw,
            })
            .collect();
        let saved = self.store.write(Lane::Bulk, move |tx| {
            for record in &records {
                tx.forget_row_problem(&record.resource, Some(record.cin7_id))?;
            }
            for problem in &problems {
                let id = problem.id.map_or_else(|| "?".to_string(), |id| id.to_string());
                tx.note_row_problem(problem.resource.word(), &id, &problem.to_string(), &seen_at)?;
            }
            tx.save_payments(&payments)?;
            let saved = tx.save_sources(&records, &seen_at)?;
            if saved.new + saved.changed > 0 {
                // They wait for a whole run, even where this one is cut off before it.
                tx.clear_meta(redraft::DRAFTED_ON)?;
            }
            Ok(saved)
        })?;
        Ok(Saved { new: saved.new, changed: saved.changed, unchanged: saved.unchanged })
    }

    fn bucket(&mut self, state: &BucketState) -> Result<()> {
        let state = state.clone();
        Ok(self.store.write(Lane::Bulk, move |tx| tx.set_meta_json("cin7_bucket", &state))?)
    }
}

/// The client for this profile's Cin7 account.
///
/// # Errors
/// When there is no key yet, or the address is wrong.
pub fn client(profile: &Profile) -> Result<Cin7Client> {
    let settings = profile.settings();
    let key = profile.secrets()?.cin7_key()?.ok_or_else(|| {
        Problem::new(
            Exit::Usage,
            "CIN7-NOKEY",
            "There is no Cin7 API key in this profile.",
            "Nothing was fetched. What was fetched before still stands.",
            "Enter the key in Connect, with `countersign secrets set cin7-key`, or in COUNTERSIGN_CIN7_KEY.",
        )
    })?;
    let username = std::env::var("COUNTERSIGN_CIN7_USERNAME")
        .ok()
        .filter(|u| !u.is_empty())
        .unwrap_or(settings.cin7.username);
    let client =
        Cin7Client::new(&settings.cin7.url, &username, key, settings.cin7.limit_factor, profile.clock())?;
    let state: Option<BucketState> = profile.store().read(|r| r.meta_json("cin7_bucket"))?;
    Ok(match state {
        Some(state) => client.resuming(state),
        None => client,
    })
}

/// A row of Cin7 that could not be read as it was sent; the rest of its page was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct UnreadRow {
    pub resource: String,
    pub cin7_id: String,
    pub text: String,
}

/// The rows that could not be read when they were last fetched, the first few hundred of them.
///
/// # Errors
/// What the store says.
pub fn unread_rows(profile: &Profile) -> Result<Vec<UnreadRow>> {
    let rows = profile.store().read(|r| r.row_problems())?;
    let row = |(resource, cin7_id, text): (String, String, String)| UnreadRow {
        resource,
        cin7_id,
        text: crate::base::text::for_screen(&text),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Days are local midnights in the account's zone (`cin7-api.md` 4): where no zone was set, the hour tells it.
fn guess_timezone(profile: &Profile) -> Result<Option<String>> {
    let mut settings = profile.settings();
    if settings.timezone != crate::base::Zone::utc() {
        return Ok(None);
    }
    let dates = super::setup::dates(profile)?;
    if dates.is_empty() {
        return Ok(None);
    }
    let Some(best) = cin7::guess_zone(&dates).into_iter().next() else {
        return Err(Problem::new(
            Exit::Usage,
            "TIMEZONE",
            "The profile has no time zone, and Cin7's dates do not tell one.",
            "What was fetched is kept, but no draft is made: a wrong zone moves documents across month ends.",
            "Set the company's zone, for example `countersign settings set timezone=America/New_York`.",
        ));
    };
    let name = best.zone.to_string();
    settings.timezone =
        crate::base::Zone::named(&name).map_err(|_| crate::workflow::bug("the guessed zone is unknown"))?;
    profile.save_settings(&settings)?;
    let (at, kept) = (profile.now().to_string(), name.clone());
    profile.store().write(Lane::Bulk, move |tx| {
        tx.set_meta(super::setup::GUESSED, &kept)?;
        tx.event(&at, "countersign", "timezone_guessed", "settings", &kept)
    })?;
    Ok(Some(name))
}

/// Whether Cin7 said that this connection may not read the list, or has none of that name.
fn is_refusal(problem: &Problem) -> bool {
    matches!(problem.code.as_str(), "CIN7-403" | "CIN7-404")
}

/// Fetches what changed, then drafts and matches anew.
///
/// # Errors
/// What Cin7, the network or the store says. What came before the error is kept; no watermark moves past it.
pub async fn fetch(
    profile: &Arc<Profile>,
    options: &FetchOptions,
    progress: &mut (dyn FnMut(&Progress) + Send),
    cancel: CancellationToken,
) -> Result<FetchSummary> {
    let mut client = client(profile)?.cancelled_by(cancel.clone());
    let mut summary = FetchSummary::default();
    let mut sink = IntoStore { store: profile.store().clone(), seen_at: profile.now().to_string() };
    for resource in Resource::ALL {
        let mark = profile.store().read(|r| r.watermark(resource.word()))?;
        let since = options.since.or_else(|| mark.as_deref().and_then(|at| at.parse().ok()));
        let full = options.full || since.is_none();
        if full {
            profile.store().write(Lane::Bulk, move |tx| tx.forget_row_problem(resource.word(), None))?;
        }
        let token = cancel.clone();
        let mut tell = |p: Progress| {
            progress(&p);
            if token.is_cancelled() { Flow::Stop } else { Flow::Go }
        };
        let outcome = match client.fetch_resource(resource, since, full, &mut tell, &mut sink).await {
            Ok(outcome) => outcome,
            Err(problem) if resource.can_be_missing() && is_refusal(&problem) => {
                summary.refused.push(format!("{}: {}", resource.plain_name(), problem.happened));
                continue;
            }
            Err(problem) => return Err(problem),
        };
        summary.rows += outcome.rows;
        summary.requests += outcome.requests;
        summary.problems += outcome.problems;
        summary.new += outcome.saved.new;
        summary.changed += outcome.saved.changed;
        summary.unchanged += outcome.saved.unchanged;
        // A fetch since a chosen moment may leave a gap before it, so only the ordinary ones move the watermark.
        if options.since.is_none() {
            let at = outcome.run_started.to_string();
            profile.store().write(Lane::Bulk, move |tx| tx.set_watermark(resource.word(), &at))?;
        }
    }
    summary.refused.extend(super::stock::snapshot(profile, &mut client, &mut sink).await?);
    let (counted, at) = (summary.clone(), profile.now().to_string());
    profile.store().write(Lane::Bulk, move |tx| {
        tx.set_meta("last_fetch", &at)?;
        if counted.new + counted.changed > 0 {
            tx.event(&at, "countersign", "fetched", "cin7", &counted)?;
        }
        Ok(())
    })?;
    summary.unread = unread_rows(profile)?;
    summary.timezone_guessed = guess_timezone(profile)?;
    let work = Arc::clone(profile);
    (summary.map_completed, summary.drafts) = tokio::task::spawn_blocking(move || {
        let mut run = redraft::redraft(&work)?;
        // What a document uses is known once it is drafted; what that completes is drafted anew, and counted once.
        let completed = connect::complete_map(&work)?;
        if !completed.is_empty() {
            run.approvals_lost += redraft::redraft(&work)?.approvals_lost;
        }
        links::propose(&work)?;
        Ok::<_, Problem>((completed, run))
    })
    .await
    .map_err(|_| crate::workflow::bug("drafting stopped"))??;
    if profile.settings().cin7_writeback && !cancel.is_cancelled() {
        // A person switched it on; what fails is kept with its cause, and fetching has succeeded all the same.
        summary.written_back = Some(super::writeback::run(profile, "countersign", cancel).await?);
    }
    Ok(summary)
}
