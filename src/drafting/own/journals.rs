//! Journals of our own on the inventory account: landing costs, the accrual for received-not-billed and its reversal,
//! true-ups.
//!
//! Must never hide what a journal is for: the other side's role says it (design 3), and a true-up says that it is one
//! (design 4.8). Numbers end in a letter, which keeps QuickBooks' own counter away (design 8.5).

use super::Desk;
use crate::base::{Cents, Day, Month};
use crate::books::own::{OwnAccrual, OwnLandingCost, OwnReversal, OwnTrueUp, landing_account};
use crate::books::{ListRef, Payload, Role, TxnKind};
use crate::drafting::adjustments::journal;
use crate::drafting::journal_accounts::{self, Booked, line};
use crate::drafting::numbers;
use crate::drafting::reason::Reasons;
use crate::drafting::texts::{DESCRIPTION, Fitter};

fn inventory(desk: &Desk<'_>, reasons: &mut Reasons) -> Option<Booked> {
    journal_accounts::of_setting(
        "account.inventory_asset",
        "inventory",
        "no_inventory_account",
        desk.ctx.settings.account.inventory_asset.as_ref(),
        desk.ctx,
        reasons,
    )
}

fn number(stem: &str, desk: &Desk<'_>) -> String {
    let taken = |number: &str| (desk.taken)(TxnKind::JournalEntry, None, number);
    numbers::lettered(stem, desk.source, &taken)
}

/// A journal of two sides: what raises the inventory account by `amount`, and the other account.
#[allow(clippy::too_many_arguments)] // the parts of one journal
fn two_sides(
    date: Day,
    stem: &str,
    memo: &str,
    amount: Cents,
    other: (Role, Option<Booked>),
    texts: &[(String, Cents)],
    desk: &Desk<'_>,
    reasons: &mut Reasons,
) -> Option<Payload> {
    let inventory = inventory(desk, reasons);
    let (role, other) = other;
    let (inventory, other) = (inventory?, other?);
    if inventory.account.id == other.account.id {
        let name = &other.account.name;
        let text = format!("`{name}` is the inventory account itself; it cannot be the other side.");
        reasons.block("account_not_allowed", "", text);
    }
    let mut lines = Vec::with_capacity(texts.len() + 1);
    for (text, share) in texts {
        lines.push(line(Role::Inventory, &inventory, None, *share, text));
    }
    lines.push(line(role, &other, None, -amount, memo));
    lines.retain(|line| !line.amount.is_zero());
    Some(journal(date, &number(stem, desk), memo.to_string(), lines, amount, desk.ctx))
}

pub(super) fn landing(
    cost: &OwnLandingCost,
    desk: &Desk<'_>,
    fitter: &mut Fitter,
    reasons: &mut Reasons,
) -> Option<Payload> {
    let settings = desk.ctx.settings;
    let category = cost.category.trim();
    let key = format!("landing.{category}");
    let wanted = landing_account(&settings.landing, category);
    let what = format!("landing costs of the category `{category}`");
    let other = journal_accounts::of_setting(&key, &what, "no_landing_account", wanted, desk.ctx, reasons);
    let po = cost.po.trim();
    let for_po = if po.is_empty() { String::new() } else { format!(" on {po}") };
    let memo = format!("Landing cost {category}{for_po} {}", cost.memo.trim());
    let memo = fitter.fit("memo", &memo, DESCRIPTION);
    let stem = if po.is_empty() { cost.date.strftime("LC%Y%m%d").to_string() } else { format!("LC{po}") };
    let texts = [(memo.clone(), cost.amount)];
    two_sides(cost.date, &stem, &memo, cost.amount, (Role::Landing, other), &texts, desk, reasons)
}

fn accrual_account(desk: &Desk<'_>, reasons: &mut Reasons) -> Option<Booked> {
    journal_accounts::of_setting(
        "account.accrual",
        "what was received and not billed",
        "no_accrual_account",
        desk.ctx.settings.account.accrual.as_ref(),
        desk.ctx,
        reasons,
    )
}

fn compact(month: Month) -> String {
    month.to_string().replace('-', "")
}

pub(super) fn accrual(accrual: &OwnAccrual, desk: &Desk<'_>, reasons: &mut Reasons) -> Option<Payload> {
    let other = accrual_account(desk, reasons);
    let memo = format!("Received not billed at the end of {}", accrual.month);
    let texts: Vec<(String, Cents)> = accrual
        .lines
        .iter()
        .map(|line| (format!("{} received {}, not billed", line.reference, line.received), line.amount))
        .collect();
    let stem = format!("AC{}", compact(accrual.month));
    let date = accrual.month.last_day();
    two_sides(date, &stem, &memo, accrual.total(), (Role::Accrual, other), &texts, desk, reasons)
}

pub(super) fn reversal(reversal: &OwnReversal, desk: &Desk<'_>, reasons: &mut Reasons) -> Option<Payload> {
    let other = accrual_account(desk, reasons);
    let month = reversal.accrual.month;
    let memo = format!("Reversal: received not billed at the end of {month}");
    let texts: Vec<(String, Cents)> = reversal
        .accrual
        .lines
        .iter()
        .map(|line| (format!("Reversal: {} received {}", line.reference, line.received), -line.amount))
        .collect();
    let stem = format!("AR{}", compact(month));
    let amount = -reversal.accrual.total();
    two_sides(reversal.date, &stem, &memo, amount, (Role::Accrual, other), &texts, desk, reasons)
}

pub(super) fn true_up(
    true_up: &OwnTrueUp,
    desk: &Desk<'_>,
    fitter: &mut Fitter,
    reasons: &mut Reasons,
) -> Option<Payload> {
    let wanted: Option<&ListRef> = desk.ctx.settings.account.true_up.as_ref();
    let (key, missing) = ("account.true_up", "no_true_up_account");
    let other = journal_accounts::of_setting(key, "true-ups", missing, wanted, desk.ctx, reasons);
    let memo = format!(
        "TRUE-UP of inventory to {} ({}): {}",
        true_up.target,
        true_up.target_source,
        true_up.why.trim()
    );
    let memo = fitter.fit("why", &memo, DESCRIPTION);
    reasons.warn(
        "true_up",
        "",
        format!(
            "This journal forces the inventory account from {} to {}. It is no document of Cin7: it goes only with a confirmation of its own.",
            true_up.quickbooks_balance, true_up.target
        ),
    );
    let stem = format!("TU{}", compact(true_up.month));
    let texts = [(memo.clone(), true_up.amount)];
    let date = true_up.month.last_day();
    two_sides(date, &stem, &memo, true_up.amount, (Role::TrueUp, other), &texts, desk, reasons)
}
