//! Entries of our own become drafts like every other: vendor credits, landing costs, accruals, their reversals, true-ups.
//!
//! Must never book a figure that is not in the entry, nor choose an account that nobody named. Kinds and numbers: design
//! 3, 4.8, 8.12; postings: `cin7-quickbooks-integration.md` 6, 7.2, 8.2. Joins and splits: [`join`].

pub mod join;
mod journals;
mod vendor_credit;
pub mod worth;

use super::context::{Context, Drafted};
use super::draft::NumberTaken;
use super::reason::Reasons;
use super::texts::Fitter;
use crate::base::{Cents, Day, Month};
use crate::books::settings::InventoryMethod;
use crate::books::{DraftState, OwnEntry, PartyRef, Payload, TxnKind};

/// Drafts one entry. `source` is its id, `party` the vendor of a vendor credit. None for what is no draft of its own.
#[must_use]
pub fn draft(
    entry: &OwnEntry,
    source: &str,
    taken_back: bool,
    party: Option<&PartyRef>,
    ctx: &Context<'_>,
    taken: NumberTaken<'_>,
) -> Option<Drafted> {
    let (kind, date, total, reference) = outline(entry)?;
    let mut drafted = Drafted {
        kind: Some(kind),
        state: DraftState::Excluded,
        reasons: Vec::new(),
        payload: None,
        date: Some(date),
        month: Some(Month::of(date)),
        total: Some(total),
        tax: Some(Cents::ZERO),
        ref_number: String::new(),
        reference,
        currency: ctx.settings.cin7.base_currency.clone(),
    };
    let mut reasons = Reasons::default();
    exclusions(entry, taken_back, date, ctx, &mut reasons);
    if reasons.excluded() {
        drafted.reasons = reasons.into_sorted();
        return Some(drafted);
    }
    closed(date, ctx, &mut reasons);
    let mut fitter = Fitter::default();
    let desk = Desk { source, ctx, taken };
    let payload = match entry {
        OwnEntry::VendorCredit(credit) => {
            vendor_credit::payload(credit, party, &desk, &mut fitter, &mut reasons)
        }
        OwnEntry::LandingCost(cost) => journals::landing(cost, &desk, &mut fitter, &mut reasons),
        OwnEntry::Accrual(accrual) => journals::accrual(accrual, &desk, &mut reasons),
        OwnEntry::Reversal(reversal) => journals::reversal(reversal, &desk, &mut reasons),
        OwnEntry::TrueUp(true_up) => journals::true_up(true_up, &desk, &mut fitter, &mut reasons),
        _ => None,
    };
    fitter.tell(&mut reasons);
    if let Some(payload) = &payload {
        drafted.ref_number.clone_from(&payload.ref_number);
    }
    drafted.payload = payload;
    Some(finish(drafted, reasons))
}

/// What the drafting of one entry needs beside it.
struct Desk<'a> {
    source: &'a str,
    ctx: &'a Context<'a>,
    taken: NumberTaken<'a>,
}

/// Kind, ledger date, total in the kind's own sense, and what it is called in lists.
fn outline(entry: &OwnEntry) -> Option<(TxnKind, Day, Cents, String)> {
    Some(match entry {
        OwnEntry::VendorCredit(credit) => {
            let total = credit.lines.iter().map(|line| line.amount).sum();
            (TxnKind::VendorCredit, credit.date, total, credit.number.clone())
        }
        OwnEntry::LandingCost(cost) => {
            let reference = format!("{} {}", cost.po.trim(), cost.category.trim());
            (TxnKind::JournalEntry, cost.date, cost.amount, reference.trim().to_string())
        }
        OwnEntry::Accrual(accrual) => (
            TxnKind::JournalEntry,
            accrual.month.last_day(),
            accrual.total(),
            format!("Received not billed {}", accrual.month),
        ),
        OwnEntry::Reversal(reversal) => (
            TxnKind::JournalEntry,
            reversal.date,
            -reversal.accrual.total(),
            format!("Reversal of received not billed {}", reversal.accrual.month),
        ),
        OwnEntry::TrueUp(true_up) => (
            TxnKind::JournalEntry,
            true_up.month.last_day(),
            true_up.amount,
            format!("True-up {}", true_up.month),
        ),
        OwnEntry::Joined(_) | OwnEntry::Split(_) | OwnEntry::Number(_) | OwnEntry::StockValue(_) => {
            return None;
        }
    })
}

fn exclusions(entry: &OwnEntry, taken_back: bool, date: Day, ctx: &Context<'_>, reasons: &mut Reasons) {
    if taken_back {
        reasons.block("taken_back", "", "A person took this entry back.");
    }
    if let Some(start) = ctx.settings.start
        && Month::of(date) < start
    {
        let text = format!("It is dated {date}, before {start}, the first month of these books.");
        reasons.block("before_start", "date", text);
    }
    let values_stock = !matches!(entry, OwnEntry::VendorCredit(_));
    if values_stock && ctx.settings.inventory_method == InventoryMethod::Periodic {
        let text = "Stock is kept periodically (setting inventory_method), so its value is not booked.";
        reasons.block("periodic_inventory", "", text);
    }
}

fn closed(date: Day, ctx: &Context<'_>, reasons: &mut Reasons) {
    if let Some(closed) = ctx.preferences.closing_date
        && date <= closed
    {
        let text = format!("It is dated {date}; the books are closed through {closed}.");
        reasons.block("closing_date", "date", text);
    }
}

/// A ready draft has content that adds up.
fn finish(drafted: Drafted, mut reasons: Reasons) -> Drafted {
    if drafted.total.is_some_and(Cents::is_zero) {
        reasons.block("zero_total", "amount", "The total is zero, so there is nothing to book.");
    }
    let sound = drafted.is_sound();
    drafted.settled(reasons, sound, "amount", "Its lines do not give its total; a person must look at it.")
}

/// A payload without a party, terms or tax, for the fields that a kind fills.
fn bare(
    kind: TxnKind,
    date: Day,
    ref_number: &str,
    memo: String,
    total: Cents,
    ctx: &Context<'_>,
) -> Payload {
    Payload {
        memo,
        pending: false,
        currency: ctx.settings.cin7.base_currency.clone(),
        total,
        ..Payload::blank(kind, date, ref_number)
    }
}
