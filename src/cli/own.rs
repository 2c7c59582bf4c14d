//! What a person puts in without a screen: `vendor-credit`, `landing-cost`, `join`, `split`, `take-back`.
//!
//! Must never guess a date or an amount: what cannot be read is refused with the form that can.

use super::args::{By, CreditAction, JoinArgs, LandingAction, NewCredit, SplitArgs};
use super::session::{Session, signer};
use crate::base::problem::Exit;
use crate::base::{Cents, Day, Decimal, DraftId, Problem, typed};
use crate::books::own::{OwnLandingCost, OwnLine, OwnVendorCredit, SplitPart};
use crate::workflow::{Result, drafts, own as flow};

fn usage(code: &str, happened: String, do_now: &str) -> Problem {
    Problem::new(Exit::Usage, code, happened, "Nothing was changed.", do_now)
}

pub(super) fn day(text: &str) -> Result<Day> {
    text.trim().parse().map_err(|_| usage("DATE", format!("`{text}` is no date."), "Write it as 2026-02-05."))
}

pub(super) fn amount(text: &str) -> Result<Cents> {
    typed::money(text)
        .ok_or_else(|| usage("AMOUNT", format!("`{text}` is no amount of money."), typed::WRITE_MONEY))
}

/// A vendor credit, or the number of one.
pub fn vendor_credit(session: &Session, action: CreditAction) -> Result<Exit> {
    let profile = session.hold("vendor-credit")?;
    match action {
        CreditAction::New(new) => {
            let by = signer(&profile, &new.by)?;
            session.done(&flow::add_vendor_credit(&profile, credit(new)?, &by)?)
        }
        CreditAction::Number { id, number, by } => {
            let by = signer(&profile, &by)?;
            let id = drafts::find(&profile, &id)?;
            session.done(&flow::set_number(&profile, id, &number, &by)?)
        }
    }
}

fn credit(new: NewCredit) -> Result<OwnVendorCredit> {
    let lines = match &new.amount {
        Some(text) => vec![OwnLine {
            account: new.account.unwrap_or_default(),
            amount: amount(text)?,
            memo: new.memo.clone(),
        }],
        None => new.line.iter().map(|text| line(text)).collect::<Result<_>>()?,
    };
    Ok(OwnVendorCredit {
        date: day(&new.date)?,
        vendor: new.vendor,
        contact: 0,
        number: new.number,
        po: new.po,
        memo: new.memo,
        lines,
    })
}

/// `ACCOUNT=AMOUNT` or `ACCOUNT=AMOUNT:MEMO`; the account may hold colons itself.
fn line(text: &str) -> Result<OwnLine> {
    let wrong = || usage("LINE", format!("`{text}` is no line."), "Write it as ACCOUNT=AMOUNT:MEMO.");
    let (account, rest) = text.rsplit_once('=').ok_or_else(wrong)?;
    let (figure, memo) = rest.split_once(':').unwrap_or((rest, ""));
    Ok(OwnLine {
        account: account.trim().to_string(),
        amount: amount(figure)?,
        memo: memo.trim().to_string(),
    })
}

/// A landing cost.
pub fn landing_cost(session: &Session, action: LandingAction) -> Result<Exit> {
    let LandingAction::New(new) = action;
    let profile = session.hold("landing-cost")?;
    let by = signer(&profile, &new.by)?;
    let cost = OwnLandingCost {
        date: day(&new.date)?,
        po: new.po,
        category: new.category,
        amount: amount(&new.amount)?,
        memo: new.memo,
    };
    session.done(&flow::add_landing_cost(&profile, cost, &by)?)
}

/// Several orders on one supplier invoice.
pub fn join(session: &Session, args: &JoinArgs) -> Result<Exit> {
    let profile = session.hold("join")?;
    let by = signer(&profile, &args.by)?;
    let ids: Vec<DraftId> = args.ids.iter().map(|id| drafts::find(&profile, id)).collect::<Result<_>>()?;
    let date = args.date.as_deref().map(day).transpose()?;
    session.done(&flow::join(&profile, &ids, &args.number, date, &by)?)
}

/// One order on several supplier invoices.
pub fn split(session: &Session, args: &SplitArgs) -> Result<Exit> {
    let parts = args.parts.iter().map(|text| part(text)).collect::<Result<_>>()?;
    let profile = session.hold("split")?;
    let by = signer(&profile, &args.by)?;
    let id = drafts::find(&profile, &args.id)?;
    session.done(&flow::split(&profile, id, parts, &by)?)
}

/// `NUMBER=1,2:5`, `NUMBER@2026-02-05=3`.
fn part(text: &str) -> Result<SplitPart> {
    let wrong = || usage("PART", format!("`{text}` is no part."), "Write it as NUMBER=1,3 or NUMBER=2:5.");
    let (head, lines) = text.rsplit_once('=').ok_or_else(wrong)?;
    let (number, date) = match head.rsplit_once('@') {
        Some((number, date)) => (number, Some(day(date)?)),
        None => (head, None),
    };
    let number = number.trim().to_string();
    if number.is_empty() {
        return Err(wrong());
    }
    let mut places = Vec::new();
    for place in lines.split(',') {
        let (line, quantity) = match place.split_once(':') {
            Some((line, quantity)) => {
                (line, Some(Decimal::from_str_exact(quantity.trim()).map_err(|_| wrong())?))
            }
            None => (place, None),
        };
        places.push((line.trim().parse().map_err(|_| wrong())?, quantity));
    }
    Ok(SplitPart { number, date, lines: places })
}

/// Takes back what was put in.
pub fn take_back(session: &Session, id: &str, by: &By) -> Result<Exit> {
    let profile = session.hold("take-back")?;
    let by = signer(&profile, by)?;
    let id = drafts::find(&profile, id)?;
    session.done(&flow::take_back(&profile, id, &by)?)
}
