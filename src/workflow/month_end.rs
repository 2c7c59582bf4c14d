//! Two offers at a month's end: the accrual for what was received and not billed, and the true-up.
//!
//! Must never make either by itself (design 4.8, issue of the imports): the accrual comes with its reversal on day one and
//! waits for approval like every draft; the true-up is confirmed on its own and goes in a batch of its own, so that no
//! batch of documents ever carries one.

use super::decide::{approve_alone, signed};
use super::own::{new_id, put_in, refused};
use super::{Profile, Result, Said, handoff, values};
use crate::base::{Cents, Day, Month};
use crate::books::own::{AccrualLine, OwnAccrual, OwnReversal, OwnTrueUp};
use crate::books::{DraftState, OwnEntry};
use crate::store::moves::Received;
use crate::store::{Lane, StoreError};
use serde::Serialize;

/// The last month that is over: what a month's end is about where no month is named.
#[must_use]
pub fn last_month(profile: &Profile) -> Month {
    Month::of(profile.settings().timezone.day_of(profile.now())).previous()
}

/// What an accrual would hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct AccrualView {
    pub month: String,
    /// Its ledger date: the last day of the month.
    pub date: Day,
    /// Date of its reversal: day one of the next month.
    pub reversal: Day,
    pub total: Cents,
    pub orders: Vec<AccrualLine>,
    /// Received, and invoiced in Cin7 by then, but without what makes a bill, as the supplier's number. They are left
    /// out: their bill is dated in the month, and would stand in it beside the accrual.
    pub unbillable: Vec<AccrualLine>,
    /// An accrual of this month that stands already.
    pub standing: Option<String>,
}

/// What was received by the end of a month and not billed by then.
///
/// # Errors
/// What the store says.
pub fn accrual_preview(profile: &Profile, month: Month) -> Result<AccrualView> {
    let (received, unbillable, standing) = profile.store().read(|r| {
        let standing = r.own_beginning("Accrual/")?.into_iter().find_map(|row| match &row.entry {
            OwnEntry::Accrual(accrual) if accrual.month == month => Some(row.source),
            _ => None,
        });
        let end = month.last_day();
        Ok((r.received_not_billed(end)?, r.received_unbillable(end)?, standing))
    })?;
    let lines = |received: Vec<Received>| -> Vec<AccrualLine> {
        let line = |order: Received| AccrualLine {
            source: order.source,
            reference: order.reference,
            received: order.received,
            amount: order.worth,
        };
        received.into_iter().map(line).collect()
    };
    let (orders, unbillable) = (lines(received), lines(unbillable));
    Ok(AccrualView {
        month: month.to_string(),
        date: month.last_day(),
        reversal: month.next().first_day(),
        total: orders.iter().map(|order| order.amount).sum(),
        orders,
        unbillable,
        standing,
    })
}

/// Makes the accrual of a month and its reversal as two drafts, to be approved like every other.
///
/// # Errors
/// When nothing was received unbilled, or an accrual of that month stands already.
pub fn accrual(profile: &Profile, month: Month, by: &str) -> Result<Said> {
    let (view, entries) = accrual_entries(profile, month)?;
    let title = format!(
        "Made the accrual of {} for {month} and its reversal on {}; both wait for approval",
        view.total.grouped(),
        view.reversal
    );
    put_in(profile, entries, title, by)
}

/// The accrual of a month and its reversal as they would be put in.
///
/// # Errors
/// As [`accrual`].
pub fn accrual_entries(profile: &Profile, month: Month) -> Result<(AccrualView, Vec<(String, OwnEntry)>)> {
    let view = accrual_preview(profile, month)?;
    if let Some(standing) = &view.standing {
        return Err(refused(
            "ACCRUAL-TWICE",
            format!("There is an accrual of {month} already ({standing})."),
            "Take it back first (`countersign take-back`), if it is to be made anew.",
        ));
    }
    if view.total.is_zero() {
        return Err(refused(
            "ACCRUAL-NONE",
            format!("Nothing was received by the end of {month} that is not billed by then."),
            "There is nothing to accrue. Fetch again if a receipt is missing.",
        ));
    }
    let accrual = OwnAccrual { month, lines: view.orders.clone() };
    let id = new_id("Accrual");
    let reversal = OwnReversal { of: id.clone(), date: view.reversal, accrual: accrual.clone() };
    let entries = vec![(id, OwnEntry::Accrual(accrual)), (new_id("Reversal"), OwnEntry::Reversal(reversal))];
    Ok((view, entries))
}

/// What a true-up would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct TrueUpView {
    pub month: String,
    pub date: Day,
    /// The balance that QuickBooks' dated report showed.
    pub quickbooks_balance: Cents,
    /// What the account is brought to.
    pub target: Cents,
    pub target_source: String,
    /// A person named the figure; else it is Cin7's stock value.
    #[serde(skip)]
    pub named: bool,
    /// Above zero raises the account.
    pub amount: Cents,
    /// What the listed documents come to.
    pub closing: Cents,
}

impl TrueUpView {
    /// The entry that it makes of its month.
    #[must_use]
    pub fn entry(&self, month: Month, why: &str) -> OwnTrueUp {
        OwnTrueUp {
            month,
            amount: self.amount,
            quickbooks_balance: self.quickbooks_balance,
            target: self.target,
            target_source: self.target_source.clone(),
            why: crate::base::text::for_screen(why.trim()),
        }
    }
}

/// What a true-up of a month would do: to Cin7's stock value, or to a figure that a person names.
///
/// # Errors
/// When QuickBooks' balance at the month's end or the figure is not known.
pub fn true_up_preview(profile: &Profile, month: Month, to: Option<Cents>) -> Result<TrueUpView> {
    let settings = profile.settings();
    let today = settings.timezone.day_of(profile.now());
    let rows = profile.store().read(|r| values::roll_forward(r, &settings, today))?;
    let row = rows.into_iter().find(|row| row.month == month.to_string());
    let (Some(row), do_now) = (row, "Let the Web Connector visit once more, then try again.") else {
        return Err(refused(
            "TRUE-UP-MONTH",
            format!("There is no roll-forward of {month}."),
            "Choose the inventory account in the settings, and let the Web Connector visit.",
        ));
    };
    let Some(balance) = row.quickbooks_balance else {
        let text = format!("QuickBooks' balance at the end of {month} was not read yet.");
        return Err(refused("TRUE-UP-BALANCE", text, do_now));
    };
    let (target, source) = match (to, row.cin7_value) {
        (Some(figure), _) => (figure, "a figure that a person named".to_string()),
        (None, Some(value)) => {
            (value, format!("Cin7's stock value, {}", row.cin7_value_source.unwrap_or_default()))
        }
        (None, None) => {
            return Err(refused(
                "TRUE-UP-VALUE",
                format!("Cin7's stock value at the end of {month} is not known."),
                "Import it (`countersign import stock-value`), or name the figure with --to.",
            ));
        }
    };
    Ok(TrueUpView {
        month: month.to_string(),
        date: month.last_day(),
        quickbooks_balance: balance,
        target,
        target_source: source,
        named: to.is_some(),
        amount: target - balance,
        closing: row.closing,
    })
}

/// Makes, approves and queues a true-up in a batch of its own. The caller has confirmed exactly this view.
///
/// # Errors
/// When the figures have moved since they were shown, a true-up of the month stands, or its draft is not ready.
pub fn true_up(profile: &Profile, month: Month, shown: &TrueUpView, why: &str, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let to = shown.named.then_some(shown.target);
    let now = true_up_preview(profile, month, to)?;
    if now != *shown {
        let text = "The figures have changed since they were shown.";
        return Err(refused("TRUE-UP-MOVED", text, "Look at them again, then confirm."));
    }
    if now.amount.is_zero() {
        let text = format!("The account stands at {} already.", now.target.grouped());
        return Err(refused("TRUE-UP-NONE", text, "There is nothing to true up."));
    }
    let entry = now.entry(month, why);
    let id = new_id("TrueUp");
    let title = format!("Made the true-up of {month} by {}", now.amount.grouped());
    put_in(profile, vec![(id.clone(), OwnEntry::TrueUp(entry))], title, by)?;
    let made = profile.store().read(|r| {
        let row = r.draft_of_source(&id)?.ok_or_else(|| StoreError::Missing(format!("draft {id}")))?;
        Ok((r.version(row.id, None)?, row))
    })?;
    let (Some(version), row) = made else {
        return Err(refused(
            "TRUE-UP-NOT-READY",
            "The true-up was made, and its draft cannot be sent yet.",
            "`countersign drafts --state NeedsAttention` says why; `countersign take-back` removes it.",
        ));
    };
    if row.state != DraftState::Ready {
        return Err(refused(
            "TRUE-UP-NOT-READY",
            format!("The true-up was made as draft {}, which is {}.", row.id, row.state.word()),
            "`countersign draft` says why; `countersign take-back` removes it.",
        ));
    }
    let batch = profile.store().write(Lane::Person, move |tx| {
        let operation = approve_alone(tx, &who, row.id, &version.hash)?;
        let totals = serde_json::json!({"true_up": version.payload.total}).to_string();
        handoff::close_alone(tx, &who, &totals, &[operation], &[row.id])
    })?;
    Ok(Said::new(
        1,
        format!(
            "Batch {batch} is closed with the true-up of {month} alone: {} waits for the Web Connector.",
            shown.amount.grouped()
        ),
    ))
}
