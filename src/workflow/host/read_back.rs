//! What a visit reads back: after a hand-off what changed since the last look, once a day and in any doubt everything.
//!
//! Must never let the small look stand for the whole one: what changes without a new TimeModified, what is stamped by a clock
//! that was set back, and what a restored file has lost shows in the whole look only (`exactly-once.md` 5.1, design 8.16);
//! before a write the canary and the guards look by themselves.

use super::{Host, Session, older_sales, values};
use crate::base::{Day, Instant};
use crate::handoff::{ReadBack, Span};
use crate::store::Lane;
use crate::store::readback::Look;
use crate::workflow::Result;
use jiff::ToSpan as _;
use jiff::civil::DateTime;

/// Hours after which a posted profile is read back whole although nothing was sent (design 8.16: the daily sweep).
const SWEEP_HOURS: i64 = 24;

/// Minutes by which the clocks of two computers on one company file may differ: each stamps what it saves.
const CLOCKS_DIFFER: i64 = 5;

/// Whether a day went by since then. A clock that was set back by more than an hour must not put the sweep off until it has
/// caught up (R6).
fn is_old(at: &str, now: Instant) -> bool {
    let last: Option<Instant> = at.parse().ok();
    let hours = last.map(|last| now.duration_since(last).as_hours());
    hours.is_some_and(|hours| !(0..SWEEP_HOURS).contains(&hours))
}

/// A little before a moment of QuickBooks' clock, which it tells without a zone that could be trusted; the moment itself
/// where it cannot be read.
fn a_little_before(clock: &str) -> String {
    let local = clock.get(..19).and_then(|local| local.parse::<DateTime>().ok());
    let before = local.and_then(|local| local.checked_sub(CLOCKS_DIFFER.minutes()).ok());
    before.map_or_else(|| clock.to_string(), |before| before.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

impl Host {
    /// Whether a look is due: after a hand-out, on request, and once a day.
    pub(super) fn read_back_due(&self) -> Result<bool> {
        Ok(self.look_asked()? || self.sweep_due()?)
    }

    /// Whether a hand-out or a person asked for a look.
    fn look_asked(&self) -> Result<bool> {
        Ok(self.profile.store().read(|r| r.read_back_due())?)
    }

    /// Whether the daily look at everything is due.
    fn sweep_due(&self) -> Result<bool> {
        let (whole, any, posted) =
            self.profile.store().read(|r| Ok((r.last_whole_look()?, r.read_back_at()?, r.any_posted()?)))?;
        let last = whole.map(|look| look.at).or(any);
        Ok(posted && last.is_some_and(|at| is_old(&at, self.profile.now())))
    }
}

/// What to read back; nothing where nothing was done and no look is due.
pub(super) fn asks(host: &Host, session: &mut Session) -> Result<Option<ReadBack>> {
    let (sweep, sales) = (host.sweep_due()?, older_sales::ask(host)?);
    let something_new = session.visit.settled() > 0 || sweep || host.look_asked()?;
    if !something_new && sales.is_none() && !values::never_read(host)? {
        return Ok(None);
    }
    let (spans, from, clock) =
        host.profile.store().read(|r| Ok((r.posted_spans()?, r.read_back_from()?, r.quickbooks_clock()?)))?;
    let since = from.filter(|_| !sweep).map(|from| a_little_before(&from));
    session.look = Look { whole: since.is_none(), clock };
    if since.is_none() {
        host.profile.store().write_learnt(Lane::Endpoint, |tx| tx.begin_whole_look())?;
    }
    let day = |text: &str| text.parse::<Day>().ok();
    let spans = spans
        .into_iter()
        .filter_map(|(kind, from, to, ours)| Some(Span { kind, from: day(&from)?, to: day(&to)?, ours }))
        .collect();
    let values = match (&since, sales) {
        // What this visit wrote changed the account: whether it did need not be asked.
        (Some(since), None) if !session.stock => values::whether_changed(host, since)?,
        (Some(_), Some(sales)) => [values::ahead(host)?, vec![sales]].concat(),
        _ => values::ahead(host)?,
    };
    Ok(Some(ReadBack { spans, since, values }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_for_changes_begins_a_little_before_the_last_one_also_where_a_zone_is_told() {
        assert_eq!(a_little_before("2026-03-01T00:02:00-05:00"), "2026-02-28T23:57:00");
        assert_eq!(a_little_before("2026-03-01T12:00:00"), "2026-03-01T11:55:00");
        assert_eq!(a_little_before("no time"), "no time");
    }

    #[test]
    fn a_day_has_gone_by_also_where_the_clock_was_set_back() {
        let now: Instant = "2026-03-02T12:00:00Z".parse().unwrap();
        assert!(!is_old("2026-03-02T11:00:00Z", now) && !is_old("2026-03-02T12:30:00Z", now));
        assert!(is_old("2026-03-01T11:00:00Z", now) && is_old("2026-03-04T12:00:00Z", now));
    }
}
