//! The two offers of a month's end without a screen: `accrual` and `true-up`.
//!
//! Must never make a true-up without a name that was typed for it: `--by` is its confirmation (design 3, 4.8).

use super::args::{AccrualArgs, TrueUpArgs};
use super::session::{Session, signer};
use crate::base::problem::Exit;
use crate::base::{Month, Problem};
use crate::workflow::{Profile, Result, month_end};

/// The month that was named, or the last full one.
fn month_of(profile: &Profile, named: Option<&str>) -> Result<Month> {
    match named {
        None => Ok(month_end::last_month(profile)),
        Some(text) => text.parse().map_err(|why| {
            Problem::new(
                Exit::Usage,
                "MONTH",
                format!("{why}."),
                "Nothing was changed.",
                "Write it as 2026-02.",
            )
        }),
    }
}

/// The accrual, or what it would hold.
pub fn accrual(session: &Session, args: &AccrualArgs) -> Result<Exit> {
    let profile = if args.dry_run { session.look()? } else { session.hold("accrual")? };
    let month = month_of(&profile, args.month.as_deref())?;
    let view = month_end::accrual_preview(&profile, month)?;
    for order in &view.orders {
        let amount = order.amount.grouped();
        session.out.note(&format!("{} received {}: {amount}", order.reference, order.received));
    }
    for order in &view.unbillable {
        session.out.note(&format!(
            "Left out: {} received {}, {}. Cin7 calls it invoiced in the month, but the supplier's number is missing; with it the bill itself stands in the month.",
            order.reference,
            order.received,
            order.amount.grouped()
        ));
    }
    if args.dry_run {
        session.out.document(&view)?;
        if !session.out.is_json() {
            session.out.say(&format!("{} would be accrued at {}.", view.total.grouped(), view.date))?;
        }
        return Ok(Exit::Done);
    }
    let by = signer(&profile, &args.by)?;
    session.done(&month_end::accrual(&profile, month, &by)?)
}

/// The true-up, or what it would do.
pub fn true_up(session: &Session, args: &TrueUpArgs) -> Result<Exit> {
    let profile = if args.dry_run { session.look()? } else { session.hold("true-up")? };
    let month = month_of(&profile, args.month.as_deref())?;
    let to = args.to.as_deref().map(super::own::amount).transpose()?;
    let view = month_end::true_up_preview(&profile, month, to)?;
    session.out.note(&format!(
        "TRUE-UP of {}: QuickBooks {}, to {} ({}): {}. The listed documents come to {}.",
        view.month,
        view.quickbooks_balance.grouped(),
        view.target.grouped(),
        view.target_source,
        view.amount.grouped(),
        view.closing.grouped()
    ));
    if args.dry_run {
        session.out.document(&view)?;
        return Ok(Exit::Done);
    }
    let Some(by) = args.by.name.as_deref() else {
        return Err(Problem::new(
            Exit::Usage,
            "TRUE-UP-NAME",
            "A true-up forces the books to another figure, so it needs a name typed for it.",
            "Nothing was changed.",
            "Add --by NAME to confirm it, or --dry-run to look only.",
        ));
    };
    session.done(&month_end::true_up(&profile, month, &view, &args.why, by)?)
}
