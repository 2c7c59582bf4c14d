//! The journal of a month: line pairs by account and class, net of returns, with everything that a person should know
//! before approving it.
//!
//! Must never write an amount below zero (sides are swapped, `cin7-quickbooks-integration.md` 8.1), and never hide that
//! sales of the month are not in QuickBooks yet while their cost would be (the month-end trap, 9.2).

use super::cost::{DocumentCost, Standing};
use super::judge::{Ask, Candidate, Verdict, judge};
use super::said::{say_ask, say_first_month, say_flaws, say_moved, say_not_yet, say_open};
use crate::base::{Cents, Day, Decimal, Month};
use crate::books::settings::InventoryMethod;
use crate::books::transactions::Line;
use crate::books::{DraftState, ListRef, Payload, Role, TxnKind};
use crate::drafting::adjustments::journal;
use crate::drafting::context::{Context, Drafted};
use crate::drafting::journal_accounts::{self, Booked};
use crate::drafting::numbers;
use crate::drafting::reason::Reasons;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What each document contributed to a journal: its name and its exact cost, by source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis(pub BTreeMap<String, (String, Decimal)>);

/// Account and class of a pair, by ListID (by name where there is none yet).
pub type PairKey = (String, String);

/// One pair of a month: cents that cost leaves stock with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairSum {
    /// Cost of goods sold account.
    pub account: ListRef,
    /// Class.
    pub class: Option<ListRef>,
    /// Positive when cost leaves stock.
    pub amount: Cents,
    /// Why this account.
    pub why: String,
}

/// Every pair of a month.
pub type PairSums = BTreeMap<PairKey, PairSum>;

pub(super) fn key_of(account: &ListRef, class: Option<&ListRef>) -> PairKey {
    let one = |entry: &ListRef| {
        if entry.id.is_empty() { entry.name.to_lowercase() } else { entry.id.to_string() }
    };
    (one(account), class.map(one).unwrap_or_default())
}

/// The pairs that a journal of ours booked.
#[must_use]
pub fn sums_of(payload: &Payload) -> PairSums {
    let mut sums = PairSums::new();
    for line in payload.lines.iter().filter(|line| line.role == Role::Cogs) {
        let sum = sums.entry(key_of(&line.account, line.class.as_ref())).or_insert_with(|| PairSum {
            account: line.account.clone(),
            class: line.class.clone(),
            amount: Cents::ZERO,
            why: line.why.clone(),
        });
        sum.amount += line.amount;
    }
    sums
}

/// Sales and credit notes of the month that stand in the way of a true month end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum OpenState {
    /// Nothing but a link of their customer is missing.
    Unlinked,
    /// Ready, and nobody has approved them.
    Ready,
    /// Approved, not handed out.
    NotSent,
    /// Handed out, no sure answer.
    InDoubt,
    /// Pending in QuickBooks: no revenue yet.
    Pending,
    /// In need of attention, or held.
    HeldBack,
    /// Refused, edited or gone in QuickBooks.
    Failed,
}

/// Documents in one such state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenGroup {
    /// How many.
    pub count: usize,
    /// Their total.
    pub total: Cents,
    /// The first of them.
    pub names: Vec<String>,
}

/// All of them.
pub type OpenSales = BTreeMap<OpenState, OpenGroup>;

/// A journal of this month that QuickBooks has, or may have.
#[derive(Clone, Copy, Debug)]
pub struct Handed<'a> {
    /// What it says.
    pub payload: &'a Payload,
    /// Highest letter of the month's journals, corrections included.
    pub letter: char,
}

/// Everything that a month's journal is made from.
#[derive(Clone, Copy, Debug)]
pub struct MonthFacts<'a> {
    /// The month.
    pub month: Month,
    /// The company's civil day.
    pub today: Day,
    /// Whether it is the first month of these books.
    pub first: bool,
    /// Its documents.
    pub candidates: &'a [Candidate],
    /// Its sales that are not in QuickBooks as they should be.
    pub open: &'a OpenSales,
    /// A person said: book what is there, though sales are open.
    pub go_on: bool,
    /// The journal that QuickBooks has of it.
    pub handed: Option<Handed<'a>>,
    /// What each document contributed to the journal that was approved or handed out last.
    pub before: Option<&'a Basis>,
}

/// The draft of a month.
#[derive(Clone, Debug)]
pub struct MonthDraft {
    /// The journal.
    pub drafted: Drafted,
    /// What each document contributes.
    pub basis: Basis,
    /// Its pairs.
    pub sums: PairSums,
}

/// Drafts the journal of a month. `taken` says whether a journal number belongs to another journal of ours.
#[must_use]
pub fn month_journal(facts: &MonthFacts<'_>, ctx: &Context<'_>, taken: &dyn Fn(&str) -> bool) -> MonthDraft {
    let mut reasons = Reasons::default();
    if ctx.settings.inventory_method == InventoryMethod::Periodic {
        reasons.block(
            "periodic_inventory",
            "",
            "Stock is kept periodically (setting inventory_method), so no cost of sales is booked.",
        );
    }
    let counted = count(facts, ctx, &mut reasons);
    let basis = Basis(
        counted.iter().map(|cost| (cost.source.clone(), (cost.name().to_string(), cost.amount()))).collect(),
    );
    let sums = pairs(&counted, &mut reasons);
    let total: Cents = sums.values().map(|sum| sum.amount).sum();
    say_flaws(&counted, &mut reasons);
    say_open(facts, &mut reasons);
    say_first_month(facts, &counted, ctx, &mut reasons);
    let lines = lines(&sums, facts.month, "COGS", ctx, &mut reasons);
    if facts.handed.is_some() && sums.values().all(|sum| sum.amount.is_zero()) {
        let text =
            format!("Nothing costs anything in {} any more, so its journal is to be voided.", facts.month);
        reasons.block("cost_is_nothing", "", text);
    } else if counted.is_empty() || lines.is_empty() {
        reasons.block("no_cost_yet", "", format!("No cost counts in {} yet.", facts.month));
    }
    if total.is_negative() {
        reasons.warn(
            "more_returns",
            "",
            format!("More cost comes back than leaves: the month's cost of sales is {total}."),
        );
    }
    let date = date_of(facts, &sums);
    if let Some(closed) = ctx.preferences.closing_date
        && date <= closed
        && facts.handed.is_none()
    {
        reasons.block(
            "closing_date",
            "",
            format!("It is dated {date}; the books are closed through {closed}."),
        );
    }
    if facts.today < facts.month.last_day() {
        reasons.warn(
            "month_running",
            "",
            format!("{} is not over: what is still sold in it will change this journal.", facts.month),
        );
    }
    say_moved(facts.before, &basis, &mut reasons);
    let number = number_of(&ctx.settings.prefix.cogs, facts, &sums, date);
    let ref_number = match facts.handed {
        Some(handed) if handed.payload.ref_number == number => number,
        _ => numbers::journal_number(
            &format!("{}/{}", super::MONTH, facts.month),
            &number,
            taken,
            &mut reasons,
        ),
    };
    let payload = match facts.handed {
        Some(handed) if same(handed.payload, &sums, date) => Some(handed.payload.clone()),
        _ => (!lines.is_empty())
            .then(|| journal(date, &ref_number, format!("Cin7 COGS {}", facts.month), lines, total, ctx)),
    };
    let drafted = Drafted {
        kind: Some(TxnKind::JournalEntry),
        state: reasons.state(),
        reasons: reasons.into_sorted(),
        payload: payload.filter(Payload::adds_up),
        date: Some(date),
        month: Some(facts.month),
        total: Some(total),
        tax: Some(Cents::ZERO),
        ref_number,
        reference: format!("COGS {}", facts.month),
        currency: ctx.settings.cin7.base_currency.clone(),
    };
    let unchanged = facts.handed.is_some_and(|handed| same(handed.payload, &sums, date));
    MonthDraft { drafted: sound(drafted, unchanged), basis, sums }
}

/// A ready journal has lines that add up. One that QuickBooks has as it is now is not asked about again.
fn sound(mut drafted: Drafted, unchanged: bool) -> Drafted {
    if unchanged && drafted.payload.is_some() {
        drafted.state = DraftState::Ready;
    }
    if drafted.state == DraftState::Ready && drafted.payload.is_none() {
        drafted.state = DraftState::NeedsAttention;
    }
    drafted
}

/// The documents whose cost counts; asks about the others.
fn count<'a>(facts: &MonthFacts<'a>, ctx: &Context<'_>, reasons: &mut Reasons) -> Vec<&'a DocumentCost> {
    let mut counted = Vec::with_capacity(facts.candidates.len());
    let mut asked: BTreeMap<Ask, Vec<&DocumentCost>> = BTreeMap::new();
    let mut not_yet: BTreeMap<(Standing, bool), Vec<&DocumentCost>> = BTreeMap::new();
    for candidate in facts.candidates {
        let cost = &candidate.cost;
        match judge(candidate, &ctx.settings.cogs) {
            Verdict::Counts => counted.push(cost),
            Verdict::ToConfirm => {
                counted.push(cost);
                asked.entry(Ask::Part).or_default().push(cost);
            }
            Verdict::Asked(ask) => asked.entry(ask).or_default().push(cost),
            Verdict::NotYet => not_yet.entry((cost.standing, cost.credit)).or_default().push(cost),
            Verdict::Left | Verdict::Waits => {}
        }
    }
    for (ask, about) in &asked {
        say_ask(*ask, about, reasons);
    }
    for ((standing, credit), about) in &not_yet {
        say_not_yet(*standing, *credit, about, reasons);
    }
    counted
}

/// Exact sums by account and class, each rounded once.
fn pairs(counted: &[&DocumentCost], reasons: &mut Reasons) -> PairSums {
    let mut exact: BTreeMap<PairKey, (PairSum, Decimal, BTreeSet<&str>)> = BTreeMap::new();
    for cost in counted {
        for problem in &cost.problems {
            reasons.pass_on(problem);
        }
        for part in &cost.parts {
            let entry = exact.entry(key_of(&part.account, part.class.as_ref())).or_insert_with(|| {
                let (account, class) = (part.account.clone(), part.class.clone());
                (
                    PairSum { account, class, amount: Cents::ZERO, why: String::new() },
                    Decimal::ZERO,
                    BTreeSet::new(),
                )
            });
            entry.1 = entry.1.saturating_add(part.amount);
            entry.2.insert(&part.why);
        }
    }
    let mut sums = PairSums::new();
    for (key, (mut sum, exact, why)) in exact {
        match Cents::round(exact) {
            Ok(amount) => sum.amount = amount,
            Err(_) => reasons.block(
                "amount_too_large",
                "unitCost",
                "The month's cost is larger than QuickBooks can hold.",
            ),
        }
        sum.why = why.into_iter().collect::<Vec<_>>().join("; ");
        sums.insert(key, sum);
    }
    sums
}

/// The pairs as journal lines: cost, then inventory, with the same class.
pub(super) fn lines(
    sums: &PairSums,
    month: Month,
    what: &str,
    ctx: &Context<'_>,
    reasons: &mut Reasons,
) -> Vec<Line> {
    let inventory = journal_accounts::of_setting(
        "account.inventory_asset",
        "inventory",
        "no_inventory_account",
        ctx.settings.account.inventory_asset.as_ref(),
        ctx,
        reasons,
    );
    let Some(inventory) = inventory else { return Vec::new() };
    let mut lines = Vec::with_capacity(sums.len() * 2);
    for sum in sums.values().filter(|sum| !sum.amount.is_zero()) {
        if sum.account.id == inventory.account.id {
            reasons.block(
                "account_not_allowed",
                "",
                format!("`{}` is the inventory account itself; it cannot bear the cost.", sum.account.name),
            );
        }
        let class = sum.class.as_ref();
        let place = class.map(|class| format!("{}/", class.name)).unwrap_or_default();
        let text = format!("Cin7 {what} {month} {place}{}", sum.account.name);
        let cost = Booked { account: sum.account.clone(), why: sum.why.clone() };
        lines.push(journal_accounts::line(Role::Cogs, &cost, class, sum.amount, &text));
        lines.push(journal_accounts::line(Role::Inventory, &inventory, class, -sum.amount, &text));
    }
    lines
}

/// The last day of the month, or today while it runs (`cin7-quickbooks-integration.md` 8.1). What QuickBooks has of a
/// running month keeps its day as long as its amounts stand.
fn date_of(facts: &MonthFacts<'_>, sums: &PairSums) -> Day {
    let (first, last) = (facts.month.first_day(), facts.month.last_day());
    let today = if facts.today < first { last } else { facts.today.min(last) };
    match facts.handed {
        Some(handed) if today < last && same_amounts(handed.payload, sums) => handed.payload.date,
        _ => today,
    }
}

fn same_amounts(payload: &Payload, sums: &PairSums) -> bool {
    let amounts = |sums: &PairSums| -> BTreeMap<PairKey, Cents> {
        sums.iter()
            .filter(|(_, sum)| !sum.amount.is_zero())
            .map(|(key, sum)| (key.clone(), sum.amount))
            .collect()
    };
    amounts(&sums_of(payload)) == amounts(sums)
}

fn same(payload: &Payload, sums: &PairSums, date: Day) -> bool {
    payload.date == date && same_amounts(payload, sums)
}

/// `CG202611A`; a version that differs from what QuickBooks has gets the next letter (design 8.5).
fn number_of(prefix: &str, facts: &MonthFacts<'_>, sums: &PairSums, date: Day) -> String {
    match facts.handed {
        None => number(prefix, facts.month, 'A'),
        Some(handed) if same(handed.payload, sums, date) => handed.payload.ref_number.clone(),
        Some(handed) => number(prefix, facts.month, next_letter(handed.letter)),
    }
}

/// The number of a month's journal with this letter, behind the prefix of the settings.
#[must_use]
pub fn number(prefix: &str, month: Month, letter: char) -> String {
    format!("{prefix}{}{letter}", month.to_string().replace('-', ""))
}

/// The letter of a number of ours, whatever prefix it had then; `A` where it has none.
#[must_use]
pub fn letter_of(number: &str) -> char {
    let behind = number.trim_start_matches(|c: char| !c.is_ascii_digit());
    behind.chars().nth(6).filter(char::is_ascii_uppercase).unwrap_or('A')
}

/// The next letter; after the last one the number rule takes over (design 8.10).
#[must_use]
pub fn next_letter(letter: char) -> char {
    u8::try_from(letter)
        .ok()
        .filter(u8::is_ascii_uppercase)
        .map_or('A', |byte| char::from((byte + 1).min(b'Z')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_stands_before_month_and_letter_and_later_letters_go_on_under_another() {
        let month: Month = "2026-02".parse().unwrap();
        assert_eq!(number("CG", month, 'A'), "CG202602A");
        assert_eq!(number("COG-", month, 'B'), "COG-202602B");
        for (number, letter) in [("CG202602A", 'A'), ("COG-202602B", 'B'), ("202602C", 'C'), ("CG", 'A')] {
            assert_eq!(letter_of(number), letter, "{number}");
        }
    }
}
