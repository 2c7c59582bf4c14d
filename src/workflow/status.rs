//! How far everything is: the rail of the screens and `status --json`.
//!
//! Must never load a table: counts only.

use super::home::next_visit;
use super::writeback::Report;
use super::{Profile, Result};
use crate::books::{CompanyFile, DraftState, ListKind, OperationKind, OperationState, Outcome, TxnKind};
use crate::store::Reader;
use crate::store::drafts::DraftCount;
use crate::store::events::EventHead;
use crate::store::writeback::WriteState;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// One step of the rail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepView {
    /// 1 to 7.
    pub number: u8,
    /// Its name.
    pub name: &'static str,
    /// What is left to do in it.
    pub left: i64,
    /// What is done.
    pub done: i64,
    /// Why it cannot go on, if so.
    pub blocked: Option<String>,
}

/// `status --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Status {
    pub company: Option<String>,
    #[serde(serialize_with = "by_name")]
    pub steps: Vec<StepView>,
    pub states: BTreeMap<String, i64>,
    pub outcomes: BTreeMap<String, i64>,
    pub last_fetch: Option<String>,
    /// Good logins only.
    pub last_visit: Option<String>,
    /// When the Web Connector is expected by its schedule; none where that has passed.
    pub next_visit: Option<String>,
    pub frozen: Option<String>,
    /// Why the last visit was turned away: another company file, or another computer at work.
    pub refused: Option<String>,
    pub event_head: EventHead,
    /// What waits to be written into Cin7, and why.
    pub writeback: WritebackView,
}

impl Status {
    /// How many drafts are in a state.
    #[must_use]
    pub fn in_state(&self, state: DraftState) -> i64 {
        self.states.get(state.word()).copied().unwrap_or(0)
    }

    /// How many drafts have an outcome.
    #[must_use]
    pub fn with_outcome(&self, outcome: Outcome) -> i64 {
        self.outcomes.get(outcome.word()).copied().unwrap_or(0)
    }
}

/// The write-back of import statuses in one look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct WritebackView {
    pub on: bool,
    pub waiting: u64,
    pub unknown: u64,
    pub refused: u64,
    pub done: u64,
    pub cause: String,
    pub text: String,
}

/// `"steps": {"connect": {...}, "hand_off": {...}}`, as people script against it.
fn by_name<S: Serializer>(steps: &[StepView], to: S) -> std::result::Result<S::Ok, S::Error> {
    to.collect_map(steps.iter().map(|step| (step.name.to_lowercase().replace(' ', "_"), step)))
}

/// Counts by step, state and outcome word.
///
/// # Errors
/// What the store says.
pub fn status(profile: &Profile) -> Result<Status> {
    let settings = profile.settings();
    let (every, now) = (settings.endpoint.every_minutes, profile.now());
    Ok(profile.store().read(|r| {
        let counts = r.draft_counts()?;
        let mut states: BTreeMap<String, i64> = BTreeMap::new();
        let mut outcomes: BTreeMap<String, i64> = BTreeMap::new();
        let mut pending = 0;
        for count in &counts {
            *states.entry(count.state.word().to_string()).or_insert(0) += count.count;
            let outcome = Outcome::of(count.state, count.pending, count.gone);
            *outcomes.entry(outcome.word().to_string()).or_insert(0) += count.count;
            if outcome == Outcome::PostedPending {
                pending += count.count;
            }
        }
        let of = |wanted: &[DraftState]| -> i64 {
            counts.iter().filter(|c| wanted.contains(&c.state)).map(|c| c.count).sum()
        };
        let company: Option<CompanyFile> = r.meta_json("company")?;
        let frozen = r.meta("frozen")?.filter(|f| !f.is_empty());
        let pulled = r.list_marks()?.len() as i64;
        let (undecided, decided) = r.match_counts()?;
        let last_fetch = r.meta("last_fetch")?;
        let operations = r.operation_counts()?;
        let waiting: i64 = operations
            .iter()
            .filter(|c| !c.1.is_final() && c.1 != OperationState::Approved)
            .map(|c| c.2)
            .sum();
        let proposals = r.proposal_counts()?;
        let changes = |wanted: DraftState| -> i64 {
            proposals.iter().filter(|(state, _)| *state == wanted).map(|(_, count)| count).sum()
        };
        let changes_left = changes(DraftState::Ready) + changes(DraftState::NeedsAttention);
        let changes_approved = changes(DraftState::Approved);
        // Names and items leave with documents; they wait for a batch of their own only where no document does.
        let documents_approved = of(&[DraftState::Approved]) + changes_approved;
        let names_approved: i64 = operations
            .iter()
            .filter(|c| {
                matches!(c.0, OperationKind::ListAdd | OperationKind::ListMod)
                    && c.1 == OperationState::Approved
            })
            .map(|c| c.2)
            .sum();
        let names_alone = if documents_approved == 0 { names_approved } else { 0 };
        let map_set = settings.item.sales.is_some() && settings.account.inventory_asset.is_some();
        let connect_left =
            i64::from(company.is_none()) + i64::from(!map_set) + (ListKind::ALL.len() as i64 - pulled).max(0);
        let documents: i64 = states.values().sum();
        let read_back = r.read_back_at()?;
        let posted = of(&[DraftState::Posted, DraftState::DriftedInQuickBooks]);
        let stale = posted > 0 && (read_back.is_none() || r.read_back_due()?);
        let step = |number, name, left, done, blocked: Option<String>| StepView {
            number,
            name,
            left,
            done,
            blocked,
        };
        let steps = vec![
            step(1, "Connect", connect_left, pulled, None),
            step(
                2,
                "Fetch",
                i64::from(last_fetch.is_none()),
                documents,
                settings.cin7.url.is_empty().then(|| "no Cin7 address".to_string()),
            ),
            step(3, "Match", undecided, decided, None),
            step(
                4,
                "Review",
                of(&[DraftState::Ready, DraftState::NeedsAttention]) + changes_left,
                of(&[DraftState::Approved, DraftState::Held]) + posted,
                None,
            ),
            step(5, "Hand off", documents_approved + names_alone + waiting + pending, posted, frozen.clone()),
            step(6, "Prove", i64::from(stale), i64::from(posted > 0 && !stale), None),
            step(7, "History", 0, r.batch_count()?, None),
        ];
        let last = r.visits(1)?.into_iter().next();
        Ok(Status {
            company: company.map(|c| c.name),
            steps,
            states,
            outcomes,
            last_fetch,
            next_visit: last
                .as_ref()
                .and_then(|visit| next_visit(visit, every, now))
                .map(|at| at.to_string()),
            last_visit: last.map(|visit| visit.opened_at),
            frozen,
            refused: r.meta("refused_visit")?.filter(|why| !why.is_empty()),
            event_head: r.event_head()?,
            writeback: written_back(r, &counts, settings.cin7_writeback)?,
        })
    })?)
}

/// How the write-back stands, from counts alone.
fn written_back(r: &Reader<'_>, drafts: &[DraftCount], on: bool) -> crate::store::Result<WritebackView> {
    let mut view = Report { on, ..Report::default() };
    for (state, count) in r.writeback_counts()? {
        let count = count.unsigned_abs();
        match state {
            WriteState::Waiting => view.waiting = count,
            WriteState::Sent => view.unknown = count,
            WriteState::Refused => view.refused = count,
            WriteState::Done => view.done = count,
        }
    }
    if on {
        let in_ledger: i64 = drafts
            .iter()
            .filter(|c| Outcome::of(c.state, c.pending, c.gone) == Outcome::Posted)
            .filter(|c| c.kind.is_some_and(|kind| kind != TxnKind::JournalEntry))
            .map(|c| c.count)
            .sum();
        // What the next run will queue: documents in the ledger that have no row yet.
        view.waiting += (in_ledger - r.writebacks_imported()?).max(0).unsigned_abs();
    }
    if view.unknown + view.refused > 0 {
        let open = r.writebacks_open()?;
        view.cause =
            open.into_iter().map(|row| row.cause).find(|cause| !cause.is_empty()).unwrap_or_default();
    }
    Ok(WritebackView {
        on,
        waiting: view.waiting,
        unknown: view.unknown,
        refused: view.refused,
        done: view.done,
        text: view.in_words(),
        cause: view.cause,
    })
}
