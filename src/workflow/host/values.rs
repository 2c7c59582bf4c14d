//! The inventory account at the end of a read-back: which questions, and keeping the answers (design 8.13).
//!
//! Must never ask for more months than a proof shows, nor let a broken-off reading stand for a whole one.

use super::Host;
use crate::base::{Day, Month};
use crate::books::ListRef;
use crate::handoff::{AccountRow, ValueAsk};
use crate::store::{Lane, Tx};
use crate::workflow::{Result, values::account};
use jiff::ToSpan as _;

/// Month ends whose balance one visit asks for, the newest ones.
const MONTHS: usize = 37;
/// Reports asked for in one message set.
const REPORTS: usize = 12;
/// Name of the fact that counts the readings.
const RUN: &str = "account_run";

/// What to ask: nothing while no inventory account is chosen.
pub(super) fn asks(host: &Host) -> Result<Vec<ValueAsk>> {
    let asks = ahead(host)?;
    if !asks.is_empty() {
        // A reading that broke off must not mix with the next one.
        host.profile.store().write_learnt(Lane::Endpoint, |tx| tx.set_meta_json(RUN, &(run(tx)? + 1)))?;
    }
    Ok(asks)
}

/// After a read-back of what changed: whether anything on the account did. Where it was never read as it must be now,
/// everything is asked.
pub(super) fn whether_changed(host: &Host, since: &str) -> Result<Vec<ValueAsk>> {
    let all = ahead(host)?;
    let Some(ValueAsk::Rows { account, from, to }) = all.first().cloned() else { return Ok(all) };
    let known = host.profile.store().read(|r| {
        let reading = r.account_reading()?;
        let same = reading.is_some_and(|was| was.account == account && (was.from, was.to) == (from, to));
        Ok(r.balance_on(account.id.as_str(), to)?.filter(|_| same))
    })?;
    let Some((balance, _)) = known else { return Ok(all) };
    Ok(vec![ValueAsk::Changed { account, from, to, since: since.to_string(), balance }])
}

/// What will be asked, before its turn.
pub(super) fn ahead(host: &Host) -> Result<Vec<ValueAsk>> {
    let settings = host.profile.settings();
    let today = settings.timezone.day_of(host.profile.now());
    let Some(wanted) = settings.account.inventory_asset.clone() else { return Ok(Vec::new()) };
    let (account, span) = host.profile.store().read(|r| Ok((account(r, &wanted)?, r.posted_months()?)))?;
    let Some(account) = account else { return Ok(Vec::new()) };
    let month = |text: Option<String>| text.and_then(|text| text.parse::<Month>().ok());
    let (first, last) = (month(span.0), month(span.1));
    let now = Month::of(today);
    let first = settings.start.or(first).unwrap_or(now).min(now);
    let last = last.map_or(now, |last| last.max(now));
    let mut ends = vec![first.first_day().checked_sub(1.day()).unwrap_or(first.first_day())];
    let mut at = first;
    while at <= last {
        ends.push(at.last_day());
        at = at.next();
    }
    let days = ends.split_off(ends.len().saturating_sub(MONTHS));
    let rows = ValueAsk::Rows { account: account.clone(), from: first.first_day(), to: last.last_day() };
    let balances =
        days.chunks(REPORTS).map(|days| ValueAsk::Balances { account: account.clone(), days: days.to_vec() });
    Ok(std::iter::once(rows).chain(balances).collect())
}

/// Whether an inventory account is chosen and nothing was read of it yet: its opening balance is asked for then.
pub(super) fn never_read(host: &Host) -> Result<bool> {
    let chosen = host.profile.settings().account.inventory_asset.is_some();
    Ok(chosen && host.profile.store().read(|r| r.account_reading())?.is_none())
}

/// The number of the reading that is under way.
fn run(tx: &Tx<'_>) -> crate::store::Result<i64> {
    Ok(tx.reader().meta_json(RUN)?.unwrap_or(0))
}

pub(super) fn keep_rows(tx: &Tx<'_>, rows: &[AccountRow]) -> crate::store::Result<()> {
    tx.keep_account_rows(rows, run(tx)?)
}

pub(super) fn rows_done(
    tx: &Tx<'_>,
    account: &ListRef,
    span: (Day, Day),
    at: &str,
) -> crate::store::Result<()> {
    tx.account_rows_done(account, span, run(tx)?, at)
}
