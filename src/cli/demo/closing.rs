//! The end of a demo's month: what was received is accrued, the stock is counted, the books are closed, and a cost
//! comes late all the same.
//!
//! Must never happen twice, and must act through the far ends as their own users would. The true-up is made as a person
//! makes it: by itself, under a name, to a figure that she names (design 4.8).

use super::afterwards::typed;
use super::headless::{Run, set_open};
use super::stage::{OPERATOR, Stage};
use crate::base::{Cents, Month};
use crate::books::DraftState;
use crate::sim::world::Resource;
use crate::store::drafts::DraftRow;
use crate::workflow::{Profile, Result, Said, costs, decide, drafts, month_end, prove};

/// What the accountant's count finds missing.
const MISSING: Cents = Cents::new(1_250);
/// Why the account is brought to another figure.
const COUNTED: &str = "Counted by the accountant: one case is missing";
/// Smallest cost of a sale whose late cost shows in the month's journal.
const WORTH: Cents = Cents::new(1_000);

/// Chooses the accounts of accrual and true-up, where the proposed map left them open.
fn choose_accounts(profile: &Profile) -> Result<Option<Said>> {
    let account = profile.settings().account;
    let wanted = [
        ("account.accrual", "Accrued Purchases", account.accrual.is_none()),
        ("account.true_up", "Inventory Adjustments", account.true_up.is_none()),
    ];
    set_open(profile, &wanted)
}

/// What was received and not billed at the month's end, and its reversal on day one.
fn accrue(profile: &Profile) -> Result<Option<Said>> {
    let month = month_end::last_month(profile);
    let view = month_end::accrual_preview(profile, month)?;
    if view.standing.is_some() || view.total.is_zero() {
        return Ok(None);
    }
    month_end::accrual(profile, month, OPERATOR).map(Some)
}

/// Brings the inventory account to the accountant's count.
fn true_up(profile: &Profile) -> Result<Option<Said>> {
    let month = month_end::last_month(profile);
    if !typed(profile, "TrueUp")?.is_empty() {
        return Ok(None);
    }
    let rows = prove::prove(profile, Some(month))?.roll_forward;
    let Some(balance) = rows.first().and_then(|row| row.quickbooks_balance) else { return Ok(None) };
    let view = month_end::true_up_preview(profile, month, Some(balance - MISSING))?;
    month_end::true_up(profile, month, &view, COUNTED, OPERATOR).map(Some)
}

/// The cost journal of the last month that is over, where it is in QuickBooks.
fn cost_journal(profile: &Profile) -> Result<Option<DraftRow>> {
    let month = month_end::last_month(profile).to_string();
    let rows = drafts::rows(profile, &typed(profile, "CogsMonth")?)?;
    Ok(rows.into_iter().find(|row| row.cin7_id == month && row.state == DraftState::Posted))
}

/// The accountant closes the last month in QuickBooks, and a cost of it comes late in Cin7; the reference of its sale.
/// None where the month has no cost journal in QuickBooks, or no sale whose cost shows in it.
///
/// # Errors
/// What the store or the demo's folder says.
pub(super) fn close_the_books(stage: &Stage) -> Result<Option<(Month, String)>> {
    let Some(journal) = cost_journal(&stage.profile)? else { return Ok(None) };
    let month = month_end::last_month(&stage.profile);
    let documents = costs::documents(&stage.profile, &journal)?;
    let sold = documents.iter().filter(|view| view.counts && view.cost > WORTH).find_map(|view| {
        let id: i64 = view.source.strip_prefix("SalesOrder/")?.parse().ok()?;
        Some((id, view.reference.clone()))
    });
    let Some((id, reference)) = sold else { return Ok(None) };
    stage.company.change(|company| company.set_closing_date(Some(month.last_day())));
    stage.cin7.change(|world, now| world.recost(Resource::SalesOrders, id, now));
    stage.keep_closed()?;
    Ok(Some((month, reference)))
}

impl Run<'_> {
    /// Plays all of it; on a later run only what is still open.
    pub(super) async fn month_end(&mut self) -> Result<()> {
        if !self.stage.is_closed() {
            for work in [choose_accounts, accrue] {
                self.note(work(&self.stage.profile)?);
            }
            self.work(|profile| decide::approve_all_ready(profile, OPERATOR))?;
            self.hand_off().await?;
            self.note(true_up(&self.stage.profile)?);
            self.hand_off().await?;
            close_the_books(self.stage)?;
        }
        // The closing date is told at the next visit.
        self.look_again().await?;
        self.fetch().await?;
        self.work(|profile| decide::approve_all_ready(profile, OPERATOR))?;
        self.hand_off().await.map(drop)
    }
}
