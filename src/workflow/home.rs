//! The first page: what needs a person and why, what happened since yesterday, and the figures that are looked at
//! instead of read.
//!
//! Must never load a table: counts only (design section 7). What needs a person comes in the order in which it hurts:
//! what is in doubt in QuickBooks first, what may wait last.

use super::status::{Status, status};
use super::{Profile, Result};
use crate::base::{Cents, Day, Instant, Month};
use crate::books::{DraftState, Outcome, TxnKind};
use crate::store::Reader;
use crate::store::meta::Visit;
use crate::store::overview::Sum;
use serde::Serialize;

/// Days on the chart of what was posted.
const DAYS: i64 = 14;
/// Visits shown.
const VISITS: usize = 5;
/// Reasons named.
const REASONS: usize = 5;
/// A fetch older than this is worth a word, in hours.
const FETCH_OLD_HOURS: i64 = 24;
/// Ages of what is held back, in days: up to the first, up to the second and so on, then older.
const AGES: [i64; 3] = [7, 30, 90];

/// Something that a person should do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// The step where it is done, 1 to 7.
    pub step: u8,
    /// A word that scripts can rely on.
    pub code: &'static str,
    /// How many.
    pub count: i64,
    /// What it is, in a few words.
    pub what: String,
    /// Why it matters, or what stands in the way.
    pub why: String,
    /// The filter line that lists exactly these, where they are drafts.
    pub filter: Option<String>,
    /// Whether it is in doubt or goes wrong if left.
    pub urgent: bool,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// A word that scripts can rely on.
    pub code: &'static str,
    /// What.
    pub what: &'static str,
    /// How many.
    pub count: i64,
    /// The step that shows more.
    pub step: u8,
    /// The filter line that lists them, where they are drafts.
    pub filter: Option<String>,
}

/// What QuickBooks confirmed on one day of the company's calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct PostedDay {
    pub day: Day,
    pub count: i64,
    pub total: Cents,
}

/// What is held back, by age of its ledger date; what is ready for approval stands apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct AgeRow {
    /// `up to 7 days`.
    pub age: String,
    pub count: i64,
    pub total: Cents,
    /// Ready for approval, and of that age.
    pub ready: i64,
    pub ready_total: Cents,
    /// First and last ledger date as a filter line.
    pub filter: String,
}

/// A visit of the Web Connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct VisitRow {
    pub opened_at: String,
    pub ended_at: Option<String>,
    pub requests: i64,
    pub ended: String,
}

/// How far a month is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct MonthProgress {
    pub month: String,
    /// Documents that are to be in the books: all but the excluded.
    pub documents: i64,
    pub posted: i64,
    pub pending: i64,
    /// Approved, queued or on the way.
    pub on_the_way: i64,
    pub ready: i64,
    /// Not ready, needs attention, held, refused, unknown, edited.
    pub held_back: i64,
    pub excluded: i64,
    /// Whether its cost journal is in the books; none = there is none yet.
    pub cost_posted: Option<bool>,
}

/// The first page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HomeView {
    /// In the order in which they should be done.
    pub needs: Vec<Need>,
    /// From when on `facts` count: local midnight at the start of yesterday.
    pub since: String,
    /// What happened since then.
    pub facts: Vec<Fact>,
    /// The last days, oldest first.
    pub by_day: Vec<PostedDay>,
    /// What is held back, youngest first.
    pub ages: Vec<AgeRow>,
    /// Why it is held back: code, text, how many; of at most the first 2,000 drafts.
    pub reasons: Vec<(String, String, i64)>,
    /// The newest visits.
    pub visits: Vec<VisitRow>,
    /// When the next one is expected, if one was made.
    pub next_visit: Option<String>,
    /// The month that ended last, and the one that runs.
    pub months: Vec<MonthProgress>,
    /// What `undo` would take back.
    pub undo: Option<String>,
    /// What `redo` would make again.
    pub redo: Option<String>,
}

/// The first page as it stands now.
///
/// # Errors
/// What the store says.
pub fn home(profile: &Profile) -> Result<HomeView> {
    let status = status(profile)?;
    let settings = profile.settings();
    let (zone, now) = (settings.timezone.clone(), profile.now());
    let today = zone.day_of(now);
    let since = zone.midnight(back(today, 1)).to_string();
    let every = settings.endpoint.every_minutes;
    let view = profile.store().read(|r| {
        let reasons = r.common_reasons(DraftState::NeedsAttention, REASONS)?;
        let changes = r.proposal_counts()?;
        let (undo, redo) = r.undo_titles()?;
        let visits = r.visits(VISITS)?;
        let next_visit =
            visits.first().and_then(|visit| next_visit(visit, every, now)).map(|at| at.to_string());
        let mut by_day = Vec::new();
        for ago in (0..DAYS).rev() {
            let day = back(today, ago);
            let (from, to) = (zone.midnight(day).to_string(), zone.midnight(back(day, -1)).to_string());
            let Sum { count, total } = r.posted_between(&from, &to)?;
            by_day.push(PostedDay { day, count, total });
        }
        let running = Month::of(today);
        let mut months = Vec::new();
        for month in [running.previous(), running] {
            let progress = month_progress(r, month)?;
            if progress.documents + progress.excluded > 0 {
                months.push(progress);
            }
        }
        Ok(HomeView {
            needs: needs(&status, &changes, reasons.first(), now),
            facts: facts(r, &since, &status, &changes)?,
            since: since.clone(),
            by_day,
            ages: ages(r, today)?,
            reasons,
            visits: visits.into_iter().map(row_of).collect(),
            next_visit,
            months,
            undo,
            redo,
        })
    })?;
    Ok(view)
}

fn back(day: Day, days: i64) -> Day {
    day.checked_sub(jiff::Span::new().days(days)).unwrap_or(day)
}

fn row_of(visit: Visit) -> VisitRow {
    VisitRow {
        opened_at: visit.opened_at,
        ended_at: visit.ended_at,
        requests: visit.requests,
        ended: visit.ended,
    }
}

/// When the Web Connector is expected by what its last visit and its schedule say; none where that has passed.
pub(super) fn next_visit(last: &Visit, every_minutes: u32, now: Instant) -> Option<Instant> {
    let at: Instant = last.opened_at.parse().ok()?;
    let next = at.checked_add(jiff::SignedDuration::from_mins(i64::from(every_minutes))).ok()?;
    (next > now).then_some(next)
}

fn in_state(changes: &[(DraftState, i64)], states: &[DraftState]) -> i64 {
    changes.iter().filter(|(state, _)| states.contains(state)).map(|(_, count)| count).sum()
}

/// What a person should do, in the order in which it hurts.
fn needs(
    status: &Status,
    changes: &[(DraftState, i64)],
    reason: Option<&(String, String, i64)>,
    now: Instant,
) -> Vec<Need> {
    let mut all = Vec::new();
    let mut need = |step, code, count, what: &str, why: &str, filter: Option<&str>, urgent| {
        if count > 0 {
            let filter = filter.map(str::to_string);
            all.push(Need { step, code, count, what: what.into(), why: why.into(), filter, urgent });
        }
    };
    let left =
        |number: u8| status.steps.iter().find(|step| step.number == number).map_or(0, |step| step.left);
    let frozen = status.frozen.clone().unwrap_or_default();
    let pending = status.with_outcome(Outcome::PostedPending);
    let gone = status.with_outcome(Outcome::GoneFromQuickBooks);
    need(5, "frozen", i64::from(!frozen.is_empty()), "writing to QuickBooks is frozen", &frozen, None, true);
    let unknown = status.in_state(DraftState::Unknown);
    let text = "Nobody knows yet whether QuickBooks took them; the next visit asks.";
    need(5, "unknown", unknown, "in doubt after a visit", text, Some("state:unknown"), true);
    let text = "QuickBooks said no, and why; cure it, then queue it again.";
    need(
        4,
        "refused",
        status.in_state(DraftState::Rejected),
        "refused by QuickBooks",
        text,
        Some("state:refused"),
        true,
    );
    let drifted = status.in_state(DraftState::DriftedInQuickBooks) + gone;
    let text = "Somebody changed or deleted them in QuickBooks after they were posted.";
    need(5, "edited", drifted, "edited in QuickBooks", text, Some("state:edited"), true);
    let open = in_state(changes, &[DraftState::Ready, DraftState::NeedsAttention]);
    let text = "Cin7 says something else now than what stands in QuickBooks.";
    need(4, "changed", open, "changed after posting", text, Some("is:changed state:posted"), true);
    need(
        1,
        "connect",
        left(1),
        "missing in Connect",
        "Company file, lists or map are not complete.",
        None,
        false,
    );
    let text = "Without a customer or vendor their documents cannot be drafted.";
    need(3, "match", left(3), "contacts to decide", text, None, false);
    let why = reason.map_or_else(String::new, |(_, text, count)| format!("Most often ({count}): {text}"));
    let attention = status.in_state(DraftState::NeedsAttention);
    need(4, "attention", attention, "with something in the way", &why, Some("state:attention"), false);
    let text = "They add up and wait for your approval.";
    need(
        4,
        "ready",
        status.in_state(DraftState::Ready),
        "ready to approve",
        text,
        Some("state:ready"),
        false,
    );
    let approved = status.in_state(DraftState::Approved) + in_state(changes, &[DraftState::Approved]);
    need(5, "close", approved, "approved, not handed off", "Close the batch with c in step 5.", None, false);
    let text = "They wait in QuickBooks as pending and count for nothing until they are finalised.";
    need(5, "finalise", pending, "pending in QuickBooks", text, Some("is:pending"), false);
    let written = status.writeback.unknown + status.writeback.refused;
    let written = i64::try_from(written).unwrap_or(i64::MAX);
    need(5, "writeback", written, "not told to Cin7", &status.writeback.cause, None, false);
    let old = status
        .last_fetch
        .as_deref()
        .and_then(|at| at.parse::<Instant>().ok())
        .is_none_or(|at| now.duration_since(at) > jiff::SignedDuration::from_hours(FETCH_OLD_HOURS));
    let text = if status.last_fetch.is_some() {
        "The last fetch is more than a day old."
    } else {
        "Nothing was fetched from Cin7 yet."
    };
    need(2, "fetch", i64::from(old), "fetch from Cin7", text, None, false);
    let text = "The figures of QuickBooks are older than the last hand-off.";
    need(6, "prove", left(6), "prove the books", text, None, false);
    all
}

fn facts(
    r: &Reader<'_>,
    since: &str,
    status: &Status,
    changes: &[(DraftState, i64)],
) -> crate::store::Result<Vec<Fact>> {
    let events = r.events_since(since)?;
    let happened = |kinds: &[&str]| -> i64 {
        events.iter().filter(|(kind, _)| kinds.contains(&kind.as_str())).map(|(_, count)| count).sum()
    };
    let (new, changed) = r.fetched_since(since)?;
    let fact = |code, what, count, step, filter: Option<&str>| Fact {
        code,
        what,
        count,
        step,
        filter: filter.map(str::to_string),
    };
    let until = "9999";
    let posted = r.posted_between(since, until)?.count;
    let pending = status.with_outcome(Outcome::PostedPending);
    let open = in_state(changes, &[DraftState::Ready, DraftState::NeedsAttention]);
    Ok(vec![
        fact("new", "new from Cin7", new, 2, None),
        fact("changed", "changed in Cin7", changed, 2, None),
        fact(
            "approval_lost",
            "lost their approval",
            happened(&["changed_in_cin7"]),
            4,
            Some("state:attention"),
        ),
        fact(
            "changed_after_posting",
            "changed after posting (now)",
            open,
            4,
            Some("is:changed state:posted"),
        ),
        fact("approved", "approved", happened(&["approved", "change_approved"]), 4, Some("state:approved")),
        fact("posted", "posted", posted, 5, Some("state:posted")),
        fact("edited", "edited in QuickBooks", happened(&["edited"]), 5, Some("state:edited")),
        fact("refused", "refused (now)", status.in_state(DraftState::Rejected), 4, Some("state:refused")),
        fact("unknown", "unknown (now)", status.in_state(DraftState::Unknown), 5, Some("state:unknown")),
        fact("pending", "pending in QuickBooks (now)", pending, 5, Some("is:pending")),
        fact("visits", "Web Connector visits", r.visits_since(since)?, 7, None),
    ])
}

/// States in which a document is held back from QuickBooks: something or somebody stands in the way. What is ready is
/// not held back, it waits for approval.
const HELD_BACK: [DraftState; 4] =
    [DraftState::NotReady, DraftState::NeedsAttention, DraftState::Held, DraftState::Rejected];

fn ages(r: &Reader<'_>, today: Day) -> crate::store::Result<Vec<AgeRow>> {
    let mut rows = Vec::new();
    let mut newest: Option<Day> = None;
    let states = "state:attention,held,refused,not-ready";
    let between = |after: Option<Day>, to: Option<Day>| -> crate::store::Result<(Sum, Sum)> {
        let (after, to) = (after.map(|day| day.to_string()), to.map(|day| day.to_string()));
        let mut held = Sum::default();
        for state in HELD_BACK {
            let part = r.standing_between(state, after.as_deref(), to.as_deref())?;
            held.count += part.count;
            held.total += part.total;
        }
        Ok((held, r.standing_between(DraftState::Ready, after.as_deref(), to.as_deref())?))
    };
    let row = |age: String, (held, ready): (Sum, Sum), filter: String| AgeRow {
        age,
        count: held.count,
        total: held.total,
        ready: ready.count,
        ready_total: ready.total,
        filter,
    };
    for age in AGES.into_iter().map(Some).chain([None]) {
        let after = age.map(|days| back(today, days));
        let title = match age {
            Some(days) => format!("up to {days} days"),
            None => format!("over {} days", AGES.last().copied().unwrap_or_default()),
        };
        let mut filter = states.to_string();
        if let Some(after) = after {
            filter.push_str(&format!(" from:{}", back(after, -1)));
        }
        if let Some(newest) = newest {
            filter.push_str(&format!(" to:{newest}"));
        }
        rows.push(row(title, between(after, newest)?, filter));
        newest = after;
    }
    // What has no ledger date yet has no age, and is held back all the same.
    let (mut held, mut ready) = between(None, None)?;
    for dated in &rows {
        (held.count, held.total) = (held.count - dated.count, held.total - dated.total);
        (ready.count, ready.total) = (ready.count - dated.ready, ready.total - dated.ready_total);
    }
    if held.count + ready.count > 0 {
        rows.push(row("no date yet".into(), (held, ready), states.to_string()));
    }
    Ok(rows)
}

fn month_progress(r: &Reader<'_>, month: Month) -> crate::store::Result<MonthProgress> {
    use DraftState as S;
    let mut progress = MonthProgress { month: month.to_string(), ..MonthProgress::default() };
    let mut cost: Option<bool> = None;
    for row in r.month_counts(month)? {
        let count = row.sum.count;
        let place = match row.state {
            S::Posted if row.pending => &mut progress.pending,
            S::Posted => &mut progress.posted,
            S::Approved | S::Queued | S::InFlight => &mut progress.on_the_way,
            S::Ready => &mut progress.ready,
            S::Excluded | S::Voided => &mut progress.excluded,
            _ => &mut progress.held_back,
        };
        *place += count;
        if !matches!(row.state, S::Excluded | S::Voided) {
            progress.documents += count;
        }
        if row.kind == Some(TxnKind::JournalEntry) {
            cost = Some(cost.unwrap_or(true) && row.state == S::Posted);
        }
    }
    progress.cost_posted = cost;
    Ok(progress)
}
