//! Step 4 without a screen, for many at once: `approve-many`, `groups`, `timeline`.
//!
//! Must never approve more than it says: what is offered and what is left out is said in the same breath.

use super::args::{ApproveManyArgs, GroupWord};

use super::session::{Session, signer};
use super::views::filter;
use crate::base::problem::Exit;
use crate::base::{Cents, Problem, typed};
use crate::store::drafts::groups::GroupBy;
use crate::workflow::approve_many::{Offer, Terms};
use crate::workflow::{Profile, Result, approve_many, drafts, timeline as flow};
use serde_json::json;

fn amount(text: &str) -> Result<Cents> {
    typed::money(text).filter(|amount| *amount > Cents::ZERO).ok_or_else(|| {
        Problem::new(
            Exit::Usage,
            "AMOUNT",
            format!("`{text}` is no amount of money above zero."),
            "Nothing was approved.",
            typed::WRITE_MONEY,
        )
    })
}

/// Approves what can be trusted.
pub fn approve(session: &Session, args: &ApproveManyArgs) -> Result<Exit> {
    let under = args.under.as_deref().map(amount).transpose()?;
    let terms = |profile: &Profile| -> Result<Terms> {
        Ok(Terms {
            filter: filter(profile, args.view.as_deref(), &args.find)?,
            under,
            by_person: !args.any_match,
            unwarned: !args.with_warnings,
        })
    };
    if args.dry_run {
        let profile = session.look()?;
        let terms = terms(&profile)?;
        let offer = approve_many::offer(&profile, &terms)?;
        session.out.document(&json!(offer))?;
        if !session.out.is_json() {
            say(session, &offer)?;
        }
        return Ok(Exit::Done);
    }
    let profile = session.hold("approve")?;
    let by = signer(&profile, &args.by)?;
    let terms = terms(&profile)?;
    let offer = approve_many::offer(&profile, &terms)?;
    if !session.out.is_json() {
        say(session, &offer)?;
    }
    session.done(&approve_many::approve(&profile, &terms, &offer.stamp, &by)?)
}

fn say(session: &Session, offer: &Offer) -> Result<()> {
    session.out.say(&format!("{:>7} {:<44} {:>15}", offer.count, "can be approved", offer.sum()))?;
    for (kind, count, total) in &offer.by_kind {
        session.out.say(&format!("{count:>7}   {kind:<42} {:>15}", total.grouped()))?;
    }
    for out in &offer.left_out {
        session.out.say(&format!(
            "{:>7} left out: {:<34} {:>15}",
            out.count,
            out.why,
            out.total.grouped()
        ))?;
    }
    Ok(())
}

/// What a word groups by.
pub(super) const fn group_by(word: GroupWord) -> GroupBy {
    match word {
        GroupWord::Party => GroupBy::Party,
        GroupWord::Month => GroupBy::Month,
        GroupWord::Kind => GroupBy::Kind,
    }
}

/// Drafts in groups with subtotals.
pub fn groups(session: &Session, by: GroupWord, view: Option<&str>, find: &[String]) -> Result<Exit> {
    let by = group_by(by);
    let profile = session.look()?;
    let filter = filter(&profile, view, find)?;
    let groups = approve_many::groups(&profile, &filter, by)?;
    session.out.document(&json!({ "by": by.word(), "groups": groups }))?;
    if !session.out.is_json() {
        for group in &groups {
            session.out.say(&format!(
                "{:<40} {:>7} {:>15} {:<3}  ready {:>7} {:>15}",
                group.key.as_deref().unwrap_or("-"),
                group.count,
                group.total.grouped(),
                group.currency,
                group.ready,
                group.ready_total.grouped()
            ))?;
        }
    }
    Ok(Exit::Done)
}

/// The life of a document.
pub fn timeline(session: &Session, id: &str) -> Result<Exit> {
    let profile = session.look()?;
    let id = drafts::find(&profile, id)?;
    let moments = flow::timeline(&profile, id)?;
    session.out.document(&json!({ "moments": moments }))?;
    if !session.out.is_json() {
        let zone = profile.settings().timezone;
        for moment in &moments {
            let at = zone.clock_text(&moment.at);
            session.out.say(&format!("{at}  {}: {}", moment.who, moment.what))?;
        }
    }
    Ok(Exit::Done)
}
