//! The journal of a month: line pairs by account and class, net of returns, with everything that a person should know
//! before approving it.
//!
//! Must never write an amount below zero (sides are swapped, `cin7-quickbooks-integration.md` 8.1), and never hide that
//! sales of the month are not in QuickBooks yet while their cost would be (the month-end trap, 9.2).

use super::cost::{DocumentCost, Flaw, Standing};
use super::judge::{Ask, Candidate, Verdict, judge};
use super::words::{documents, names};
use crate::base::{Cents, Day, Decimal, Month};
use crate::books::settings::{FirstMonth, InventoryMethod};
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
    if counted.is_empty() || lines.is_empty() {
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
    let number = number_of(facts, &sums, date);
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
    MonthDraft { drafted: sound(drafted), basis, sums }
}

/// A ready journal has lines that add up.
fn sound(mut drafted: Drafted) -> Drafted {
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

fn sum(about: &[&DocumentCost]) -> Cents {
    let exact = about.iter().fold(Decimal::ZERO, |sum, cost| sum.saturating_add(cost.amount()));
    Cents::round(exact).unwrap_or(Cents::ZERO)
}

fn say_ask(ask: Ask, about: &[&DocumentCost], reasons: &mut Reasons) {
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

fn say_not_yet(standing: Standing, credit: bool, about: &[&DocumentCost], reasons: &mut Reasons) {
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

fn say_flaws(counted: &[&DocumentCost], reasons: &mut Reasons) {
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
fn say_open(facts: &MonthFacts<'_>, reasons: &mut Reasons) {
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

fn say_first_month(
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
fn number_of(facts: &MonthFacts<'_>, sums: &PairSums, date: Day) -> String {
    match facts.handed {
        None => number(facts.month, 'A'),
        Some(handed) if same(handed.payload, sums, date) => handed.payload.ref_number.clone(),
        Some(handed) => number(facts.month, next_letter(handed.letter)),
    }
}

/// The number of a month's journal with this letter.
#[must_use]
pub fn number(month: Month, letter: char) -> String {
    format!("CG{}{letter}", month.to_string().replace('-', ""))
}

/// The letter of a number of ours; `A` where it has none.
#[must_use]
pub fn letter_of(number: &str) -> char {
    number.chars().nth(8).filter(char::is_ascii_uppercase).unwrap_or('A')
}

/// The next letter; after the last one the number rule takes over (design 8.10).
#[must_use]
pub fn next_letter(letter: char) -> char {
    u8::try_from(letter)
        .ok()
        .filter(u8::is_ascii_uppercase)
        .map_or('A', |byte| char::from((byte + 1).min(b'Z')))
}
