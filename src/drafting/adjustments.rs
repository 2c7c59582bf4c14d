//! One stock adjustment to one journal: what stock gained or lost in value, against the account of its reason.
//!
//! Must never drop an adjustment, never book one whose lines and header disagree, and make none where stock is kept
//! periodically. Follows `cin7-quickbooks-integration.md` 8.2, 2.11, 2.2 and design 8.3, 8.5; figures: `cin7-api.md` 9.

use super::context::{Context, Drafted};
use super::journal_accounts::{self, Booked};
use super::numbers;
use super::reason::Reasons;
use super::texts::{DESCRIPTION, Fitter};
use crate::base::{Cents, Day, Decimal, Month};
use crate::books::settings::InventoryMethod;
use crate::books::transactions::Line;
use crate::books::{DraftState, ListRef, Payload, Role, TxnKind};
use crate::orders::{Adjustment, AdjustmentLine};
use std::collections::BTreeMap;

/// Drafts one adjustment. `taken` says whether a journal number belongs to another journal of ours.
#[must_use]
pub fn draft(adjustment: &Adjustment, ctx: &Context<'_>, taken: &dyn Fn(&str) -> bool) -> Drafted {
    let mut reasons = Reasons::default();
    let mut fitter = Fitter::default();
    let date = adjustment.accounting_date.map(|at| ctx.settings.timezone.day_of(at));
    let value = value_of(adjustment);
    let total = value.as_ref().and_then(|value| Cents::round(value.amount).ok());
    let mut drafted = Drafted {
        kind: Some(TxnKind::JournalEntry),
        state: DraftState::Excluded,
        reasons: Vec::new(),
        payload: None,
        date,
        month: date.map(Month::of),
        total,
        tax: Some(Cents::ZERO),
        ref_number: String::new(),
        reference: adjustment.reference.clone(),
        currency: ctx.settings.cin7.base_currency.clone(),
    };
    exclusions(date, ctx, &mut reasons);
    if reasons.excluded() {
        if reasons.has("periodic_inventory") {
            drafted.kind = None;
        }
        drafted.reasons = reasons.into_sorted();
        return drafted;
    }
    missing_fields(adjustment, &mut reasons);
    dates(date, ctx, &mut reasons);
    amounts(adjustment, value.as_ref(), total, &mut reasons);
    let wanted = fitter.fit("reference", &adjustment.reference, DESCRIPTION);
    drafted.ref_number = numbers::journal_number(&adjustment.source(), &wanted, taken, &mut reasons);
    let lines = lines(adjustment, value.as_ref(), total, ctx, &mut fitter, &mut reasons);
    if let (Some(date), Some(total), Some(lines)) = (date, total, lines)
        && !lines.is_empty()
    {
        let memo =
            format!("Cin7 {} #{} {}", adjustment.reference.trim(), adjustment.id, adjustment.reason.trim());
        let memo = fitter.fit("reference", &memo, DESCRIPTION);
        drafted.payload = Some(journal(date, &drafted.ref_number, memo, lines, total, ctx));
    }
    fitter.tell(&mut reasons);
    let sound = drafted.payload.as_ref().is_some_and(Payload::adds_up);
    drafted.settled(reasons, sound, "productTotal", "Its lines make no journal; a person must look at it.")
}

/// A journal of ours: no party, no tax, no terms.
#[must_use]
pub fn journal(
    date: Day,
    ref_number: &str,
    memo: String,
    lines: Vec<Line>,
    total: Cents,
    ctx: &Context<'_>,
) -> Payload {
    Payload {
        memo,
        pending: false,
        currency: ctx.settings.cin7.base_currency.clone(),
        lines,
        total,
        ..Payload::blank(TxnKind::JournalEntry, date, ref_number)
    }
}

/// What an adjustment is worth and how that is known.
struct Value {
    amount: Decimal,
    /// The header's figure, where the lines name no quantity at all: only the value changed.
    from_header: bool,
    /// Lines and header in cents, where they differ.
    differs: Option<(Cents, Cents)>,
}

fn value_of(adjustment: &Adjustment) -> Option<Value> {
    let lines = adjustment.lines_value()?;
    let Some(header) = adjustment.product_total else {
        return Some(Value { amount: lines, from_header: false, differs: None });
    };
    let quantities = adjustment.lines.iter().any(|line| !line.qty.is_zero());
    if !quantities && !header.is_zero() {
        return Some(Value { amount: header, from_header: true, differs: None });
    }
    let (ours, theirs) = (Cents::round(lines).ok()?, Cents::round(header).ok()?);
    Some(Value { amount: header, from_header: false, differs: (ours != theirs).then_some((ours, theirs)) })
}

fn exclusions(date: Option<Day>, ctx: &Context<'_>, reasons: &mut Reasons) {
    if ctx.settings.inventory_method == InventoryMethod::Periodic {
        reasons.block(
            "periodic_inventory",
            "",
            "Stock is kept periodically (setting inventory_method), so adjustments are not booked.",
        );
    }
    if let (Some(date), Some(start)) = (date, ctx.settings.start)
        && Month::of(date) < start
    {
        reasons.block(
            "before_start",
            "adjustInAccountingSystem",
            format!("It is dated {date}, before {start}, the first month of these books."),
        );
    }
}

fn missing_fields(adjustment: &Adjustment, reasons: &mut Reasons) {
    if adjustment.accounting_date.is_none() {
        reasons.block(
            "no_accounting_date",
            "adjustInAccountingSystem",
            "The adjustment has no accounting adjustment date in Cin7.",
        );
    }
    if !adjustment.is_approved {
        reasons.block("not_approved", "isApproved", "The adjustment is still a draft in Cin7.");
    }
    if adjustment.completed.is_none() {
        // Design 8.3: eligible, with a warning.
        reasons.warn(
            "no_completed_date",
            "completedDate",
            "The adjustment has no completed date: Cin7's stock may not show it yet.",
        );
    }
}

fn dates(date: Option<Day>, ctx: &Context<'_>, reasons: &mut Reasons) {
    if let (Some(date), Some(closed)) = (date, ctx.preferences.closing_date)
        && date <= closed
    {
        reasons.block(
            "closing_date",
            "adjustInAccountingSystem",
            format!("It is dated {date}; the books are closed through {closed}."),
        );
    }
}

fn amounts(adjustment: &Adjustment, value: Option<&Value>, total: Option<Cents>, reasons: &mut Reasons) {
    let (Some(value), Some(total)) = (value, total) else {
        reasons.block(
            "amount_too_large",
            "lineItems",
            "A quantity or cost is not believable; correct it in Cin7.",
        );
        return;
    };
    if let Some((lines, header)) = value.differs {
        reasons.block(
            "total_off",
            "productTotal",
            format!("Its lines are worth {lines}, but Cin7's own total is {header}."),
        );
    } else if total.is_zero() {
        reasons.block("zero_total", "productTotal", "The total is zero, so there is nothing to book.");
    }
    if value.from_header {
        reasons.warn(
            "value_only",
            "productTotal",
            "No quantity changed, only the value: the amount is Cin7's own total.",
        );
    } else if re_costed(adjustment) {
        reasons.say("value_only", "lineItems", "Stock is taken out at one cost and put back at another.");
    }
    for line in &adjustment.lines {
        missing_cost(line, reasons);
    }
}

fn missing_cost(line: &AdjustmentLine, reasons: &mut Reasons) {
    let cost = line.unit_cost.unwrap_or_default();
    let name = if line.code.trim().is_empty() { line.name.trim() } else { line.code.trim() };
    if line.qty.is_zero() {
        return;
    }
    if cost.is_zero() {
        reasons.warn(
            "cost_missing",
            "unitCost",
            format!("{name}: Cin7 gives no cost, so its {} count for nothing.", line.qty.normalize()),
        );
    } else if cost.is_sign_negative() {
        reasons.block(
            "cost_nonsense",
            "unitCost",
            format!("{name}: a cost of {} is below zero.", cost.normalize()),
        );
    }
}

/// Whether quantities cancel out product by product, so that only costs change.
fn re_costed(adjustment: &Adjustment) -> bool {
    let mut moved: BTreeMap<&str, Decimal> = BTreeMap::new();
    for line in &adjustment.lines {
        let sum = moved.entry(line.code.trim()).or_default();
        *sum = sum.saturating_add(line.qty);
    }
    adjustment.lines.iter().any(|line| !line.qty.is_zero()) && moved.values().all(Decimal::is_zero)
}

/// The lines: the other side by account, then the inventory account with the whole.
fn lines(
    adjustment: &Adjustment,
    value: Option<&Value>,
    total: Option<Cents>,
    ctx: &Context<'_>,
    fitter: &mut Fitter,
    reasons: &mut Reasons,
) -> Option<Vec<Line>> {
    let (value, total) = (value?, total?);
    let accounts = &ctx.settings.account;
    let inventory = journal_accounts::of_setting(
        "account.inventory_asset",
        "inventory",
        "no_inventory_account",
        accounts.inventory_asset.as_ref(),
        ctx,
        reasons,
    );
    let shares = shares(adjustment, value, total, ctx, reasons);
    let class = journal_accounts::class_of_branch(adjustment.branch_id, ctx, reasons);
    let (inventory, shares) = (inventory?, shares?);
    let text = format!("{} {}", adjustment.reference.trim(), adjustment.reason.trim());
    let text = fitter.fit("adjustmentReason", &text, DESCRIPTION);
    let mut lines = Vec::with_capacity(shares.len() + 1);
    for (booked, amount) in &shares {
        if booked.account.id == inventory.account.id {
            reasons.block(
                "account_not_allowed",
                "",
                format!(
                    "`{}` is the inventory account itself; it cannot be the other side.",
                    booked.account.name
                ),
            );
        }
        if !amount.is_zero() {
            lines.push(journal_accounts::line(Role::Adjustment, booked, class.as_ref(), -*amount, &text));
        }
    }
    if !total.is_zero() {
        lines.push(journal_accounts::line(Role::Inventory, &inventory, class.as_ref(), total, &text));
    }
    Some(lines)
}

/// What each account bears of the whole: exact sums, each rounded by itself, the cent left over on the largest.
fn shares(
    adjustment: &Adjustment,
    value: &Value,
    total: Cents,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> Option<Vec<(Booked, Cents)>> {
    let mut sums: BTreeMap<ListRef, (Booked, Decimal)> = BTreeMap::new();
    let mut whole = true;
    for line in &adjustment.lines {
        match other_side(adjustment, line, ctx, reasons) {
            Some(booked) => {
                let sum = sums.entry(booked.account.clone()).or_insert((booked, Decimal::ZERO));
                sum.1 = sum.1.checked_add(line.value()?)?;
            }
            None => whole = false,
        }
    }
    if !whole || sums.is_empty() {
        if adjustment.lines.is_empty() {
            reasons.block("no_lines", "lineItems", "The adjustment has no lines.");
        }
        return None;
    }
    let mut shares = Vec::with_capacity(sums.len());
    let only = sums.len() == 1;
    for (booked, exact) in sums.into_values() {
        shares.push((booked, if only { total } else { Cents::round(exact).ok()? }));
    }
    let left = total - shares.iter().map(|share| share.1).sum();
    if value.from_header && !only {
        reasons.block(
            "value_only",
            "lineItems",
            "Only the value changed, and its lines name several accounts; a person must book it.",
        );
    } else if let Some(largest) = shares.iter_mut().max_by_key(|share| share.1.abs()) {
        largest.1 += left;
    }
    Some(shares)
}

/// The other side of a line: its GL code, that of the adjustment, the account of the reason, the default.
fn other_side(
    adjustment: &Adjustment,
    line: &AdjustmentLine,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> Option<Booked> {
    let own = line.account.trim();
    if !own.is_empty() {
        return journal_accounts::of_code(own, "set on the line", "account", ctx, reasons);
    }
    let header = adjustment.account_code.trim();
    if !header.is_empty() {
        let field = "alternativeAccountCode";
        return journal_accounts::of_code(header, "set on the adjustment", field, ctx, reasons);
    }
    let said = adjustment.reason.trim();
    let mapped =
        ctx.settings.adjustment_reason.iter().find(|(word, _)| word.trim().eq_ignore_ascii_case(said));
    if let Some((word, wanted)) = mapped {
        let key = format!("adjustment_reason.{word}");
        let what = format!("adjustments with the reason `{word}`");
        return journal_accounts::of_setting(
            &key,
            &what,
            "no_adjustment_account",
            Some(wanted),
            ctx,
            reasons,
        );
    }
    journal_accounts::of_setting(
        "account.adjustment",
        "stock adjustments",
        "no_adjustment_account",
        ctx.settings.account.adjustment.as_ref(),
        ctx,
        reasons,
    )
}
