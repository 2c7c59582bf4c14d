//! What a person should know of a month's cost before approving it, in a bookkeeper's words.
//!
//! Must never stop at the first finding, and never leave out which documents are meant. What is asked and what is only
//! told: design 8.5; the month-end trap: `cin7-quickbooks-integration.md` 9.2.

use super::cost::{DocumentCost, Flaw, Standing};
use super::journal::{Basis, MonthFacts, OpenGroup, OpenState};
use super::judge::Ask;
use super::words::{documents, names};
use crate::base::{Cents, Decimal};
use crate::books::settings::FirstMonth;
use crate::drafting::context::Context;
use crate::drafting::reason::Reasons;

fn sum(about: &[&DocumentCost]) -> Cents {
    let exact = about.iter().fold(Decimal::ZERO, |sum, cost| sum.saturating_add(cost.amount()));
    Cents::round(exact).unwrap_or(Cents::ZERO)
}

pub(super) fn say_ask(ask: Ask, about: &[&DocumentCost], reasons: &mut Reasons) {
    let (how_many, cost) = (documents(about.len()), sum(about));
    let list = names(about.iter().map(|cost| cost.name()));
    match ask {
        Ask::Excluded => reasons.block(
            "cost_excluded",
            "",
            format!(
                "Excluded by a person, though goods moved: {how_many} ({list}) with a cost of {cost}. Is the sale booked elsewhere (count), or no sale at all (leave)?"
            ),
        ),
        Ask::Foreign => reasons.block(
            "cost_foreign",
            "currencyCode",
            format!(
                "In another currency and held back: {how_many} ({list}). The cost of {cost} stays out until setting cogs.foreign says count or leave."
            ),
        ),
        Ask::BeforeStart => reasons.block(
            "cost_before_start",
            "invoiceDate",
            format!(
                "Invoiced before the first month, moved in this one: {how_many} ({list}). The cost of {cost} stays out until setting cogs.moved_after_start says count or leave."
            ),
        ),
        Ask::Part => {
            let lines = about.iter().flat_map(|cost| flawed(cost, Flaw::Part));
            let lines = names(lines.collect::<Vec<_>>().iter().map(String::as_str));
            reasons.block(
                "part_dispatch",
                "qtyShipped",
                format!(
                    "Called dispatched or completed, though not all goods have moved: {how_many} ({lines}). What has moved counts with {cost} once a person confirms it."
                ),
            );
        }
        Ask::Nonsense => {
            let lines = about.iter().flat_map(|cost| flawed(cost, Flaw::Nonsense));
            let lines = names(lines.collect::<Vec<_>>().iter().map(String::as_str));
            reasons.block(
                "cost_nonsense",
                "unitCost",
                format!(
                    "A cost that cannot be right: {how_many} ({lines}). Their {cost} stays out until Cin7 is corrected, or a person says count or leave."
                ),
            );
        }
    }
}

/// `SO-24011 MUG-BLU-12 1 of 3`.
fn flawed(cost: &DocumentCost, flaw: Flaw) -> Vec<String> {
    cost.flaws.iter().filter(|f| f.flaw == flaw).map(|f| format!("{} {}", cost.name(), f.line)).collect()
}

pub(super) fn say_not_yet(standing: Standing, credit: bool, about: &[&DocumentCost], reasons: &mut Reasons) {
    let (how_many, list) = (documents(about.len()), names(about.iter().map(|cost| cost.name())));
    if standing == Standing::NotInvoiced {
        let (what, field) = if credit {
            ("no credit note date", "creditNoteDate")
        } else {
            ("no invoice date", "invoiceDate")
        };
        reasons.warn(
            "moved_not_invoiced",
            field,
            format!("Goods moved in this month, but {what} in Cin7: {how_many} ({list}). The cost of {} does not count yet.", sum(about)),
        );
        return;
    }
    let expected = about.iter().fold(Decimal::ZERO, |sum, cost| sum.saturating_add(cost.expected));
    let expected = Cents::round(expected).unwrap_or(Cents::ZERO);
    let (code, field, what) = if credit {
        ("not_completed", "completedDate", "not completed")
    } else {
        ("not_dispatched", "dispatchedDate", "not dispatched")
    };
    reasons.warn(
        code,
        field,
        format!("Invoiced in this month, {what} in Cin7: {how_many} ({list}). About {expected} of cost is not in this journal."),
    );
}

pub(super) fn say_flaws(counted: &[&DocumentCost], reasons: &mut Reasons) {
    const FLAWS: [(Flaw, &str, &str); 5] = [
        (Flaw::Missing, "cost_missing", "Cin7 gives no cost for these lines, so they count for nothing"),
        (
            Flaw::NotComputed,
            "cost_not_computed",
            "Cin7 has not computed a cost for these lines yet (it costs only documents marked Imported or Do Not Import)",
        ),
        (Flaw::Zero, "cost_zero", "These lines have a cost of zero"),
        (
            Flaw::NotBelowPrice,
            "cost_not_below_price",
            "These lines cost as much as they were sold for, or more",
        ),
        (
            Flaw::KitTwice,
            "kit_cost_twice",
            "A kit and its components both carry a cost; only the components are counted",
        ),
    ];
    for (flaw, code, what) in FLAWS {
        let lines: Vec<String> = counted.iter().flat_map(|cost| flawed(cost, flaw)).collect();
        if !lines.is_empty() {
            let text = format!("{what}: {}.", names(lines.iter().map(String::as_str)));
            reasons.warn(code, "unitCost", text);
        }
    }
    let free: Vec<&DocumentCost> =
        counted.iter().copied().filter(|cost| cost.standing == Standing::NoPrice).collect();
    if !free.is_empty() {
        let text = format!(
            "Without a price, counted with its cost: {}, {} in all ({}).",
            documents(free.len()),
            sum(&free),
            names(free.iter().map(|cost| cost.name()))
        );
        reasons.say("cost_without_price", "total", text);
    }
}

/// The month-end trap: revenue is missing while the cost posts.
pub(super) fn say_open(facts: &MonthFacts<'_>, reasons: &mut Reasons) {
    for (state, group) in facts.open {
        let (code, what, so) = open_words(*state);
        let text = format!(
            "Sales of this month, {what}: {}, {} in all ({}). {so}",
            documents(group.count),
            group.total.grouped(),
            names_of(group)
        );
        let waits = *state <= OpenState::InDoubt;
        if waits && !facts.go_on {
            reasons.block(code, "", text);
        } else {
            reasons.warn(code, "", text);
        }
    }
}

/// Code, state and consequence.
const fn open_words(state: OpenState) -> (&'static str, &'static str, &'static str) {
    const OUT: &str = "Their cost is not in this journal.";
    const EARLY: &str = "Their cost is in this journal before they are in QuickBooks.";
    match state {
        OpenState::Unlinked => ("sales_not_linked", "whose customers are not linked yet", OUT),
        OpenState::Ready => ("sales_not_approved", "ready and not approved", OUT),
        OpenState::NotSent => ("sales_not_sent", "approved and not sent", EARLY),
        OpenState::InDoubt => ("sales_in_doubt", "sent without a sure answer", EARLY),
        OpenState::Pending => (
            "sales_pending",
            "pending in QuickBooks",
            "Their cost posts now, their revenue only when they are final.",
        ),
        OpenState::HeldBack => ("sales_held_back", "held or in need of attention", OUT),
        OpenState::Failed => (
            "sales_failed",
            "refused, edited or deleted in QuickBooks",
            "Look whether their cost belongs here.",
        ),
    }
}

fn names_of(group: &OpenGroup) -> String {
    let text = names(group.names.iter().map(String::as_str));
    match group.count.saturating_sub(group.names.len()) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

pub(super) fn say_first_month(
    facts: &MonthFacts<'_>,
    counted: &[&DocumentCost],
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) {
    if !facts.first {
        return;
    }
    let (marked, ours): (Vec<&DocumentCost>, Vec<&DocumentCost>) =
        counted.iter().copied().partition(|cost| cost.standing == Standing::Marked);
    match ctx.settings.cogs.first_month {
        FirstMonth::Ours => {}
        FirstMonth::Ask => reasons.block(
            "first_month",
            "",
            format!(
                "{} is the first month of these books. Has Cin7's own module already posted its cost of goods sold? Marked as imported in Cin7: {}, cost {}; approved here: {}, cost {}. Setting cogs.first_month takes the answer: ours (nothing was posted) or cin7.",
                facts.month,
                documents(marked.len()),
                sum(&marked),
                documents(ours.len()),
                sum(&ours)
            ),
        ),
        FirstMonth::Cin7 => reasons.block(
            "posted_by_cin7",
            "",
            format!("Cin7's own module has posted the cost of {} (setting cogs.first_month).", facts.month),
        ),
    }
}

/// Old value, new value and the documents that moved it (`cin7-quickbooks-integration.md` 8.1).
pub(super) fn say_moved(before: Option<&Basis>, now: &Basis, reasons: &mut Reasons) {
    let Some(before) = before else { return };
    let cents = |exact: Decimal| Cents::round(exact).unwrap_or(Cents::ZERO);
    let whole =
        |basis: &Basis| cents(basis.0.values().fold(Decimal::ZERO, |sum, row| sum.saturating_add(row.1)));
    let mut moved = Vec::new();
    for (source, (name, old)) in &before.0 {
        let new = now.0.get(source).map_or(Decimal::ZERO, |row| row.1);
        if new != *old {
            moved.push(format!("{name} ({} to {})", cents(*old), cents(new)));
        }
    }
    for (source, (name, new)) in &now.0 {
        if !before.0.contains_key(source) && !new.is_zero() {
            moved.push(format!("{name} (0.00 to {})", cents(*new)));
        }
    }
    if !moved.is_empty() {
        let text = format!(
            "The cost was {} and is now {}. Moved by {}.",
            whole(before),
            whole(now),
            names(moved.iter().map(String::as_str))
        );
        reasons.warn("cogs_changed", "modifiedCOGSDate", text);
    }
}
