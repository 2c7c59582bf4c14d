//! What changed in the cost of a month after it was closed: a journal of the difference in the first open month.
//!
//! Must never touch a closed month, and never book a second full journal of it (`cin7-quickbooks-integration.md` 8.1;
//! `cin7-api.md` 9).

use super::journal::{Basis, PairSum, PairSums, lines, next_letter, number};
use super::said::say_moved;
use crate::base::{Cents, Day, Month};
use crate::books::{DraftState, Payload, TxnKind};
use crate::drafting::adjustments::journal;
use crate::drafting::context::{Context, Drafted};
use crate::drafting::numbers;
use crate::drafting::reason::{Reason, Reasons};

/// What a correction is made from.
#[derive(Clone, Copy, Debug)]
pub struct DifferenceFacts<'a> {
    /// The closed month.
    pub month: Month,
    /// Which correction of it, from 1.
    pub count: usize,
    /// The company's civil day.
    pub today: Day,
    /// What QuickBooks has booked of the month, corrections included.
    pub booked: &'a PairSums,
    /// What the month costs now.
    pub now: &'a PairSums,
    /// Why the month's own journal could not be approved as it stands now: questions that are open.
    pub open: &'a [Reason],
    /// What each document contributed to what is booked.
    pub before: Option<&'a Basis>,
    /// What each document contributes now.
    pub basis: &'a Basis,
    /// Highest letter of the month's journals.
    pub letter: char,
}

/// The first month with a day after the closing date.
#[must_use]
pub fn first_open_month(closed: Day) -> Month {
    let month = Month::of(closed);
    if closed < month.last_day() { month } else { month.next() }
}

/// What is missing in QuickBooks, pair by pair.
#[must_use]
pub fn difference(now: &PairSums, booked: &PairSums) -> PairSums {
    let mut left = PairSums::new();
    for (key, sum) in now {
        let there = booked.get(key).map_or(Cents::ZERO, |sum| sum.amount);
        left.insert(key.clone(), PairSum { amount: sum.amount - there, ..sum.clone() });
    }
    for (key, sum) in booked.iter().filter(|(key, _)| !now.contains_key(*key)) {
        left.insert(key.clone(), PairSum { amount: -sum.amount, ..sum.clone() });
    }
    left.retain(|_, sum| !sum.amount.is_zero());
    left
}

/// Drafts the correction of a closed month.
#[must_use]
pub fn difference_journal(
    facts: &DifferenceFacts<'_>,
    ctx: &Context<'_>,
    taken: &dyn Fn(&str) -> bool,
) -> Drafted {
    let mut reasons = Reasons::default();
    for reason in facts.open {
        reasons.pass_on(reason);
    }
    let sums = difference(facts.now, facts.booked);
    let total: Cents = sums.values().map(|sum| sum.amount).sum();
    let lines = lines(&sums, facts.month, "COGS correction", ctx, &mut reasons);
    if sums.is_empty() {
        reasons.block(
            "no_difference",
            "",
            format!("Nothing is missing of the cost of {} any more.", facts.month),
        );
    }
    let closed = ctx.preferences.closing_date;
    let open = closed.map_or(facts.month, first_open_month);
    let (first, last) = (open.first_day(), open.last_day());
    let date = if facts.today < first { last } else { facts.today.min(last) };
    if let Some(closed) = closed
        && date <= closed
    {
        reasons.block(
            "closing_date",
            "",
            format!("It is dated {date}; the books are closed through {closed}."),
        );
    }
    say_moved(facts.before, facts.basis, &mut reasons);
    let source = format!("{}/{}/{}", super::DIFFERENCE, facts.month, facts.count);
    let wanted = number(&ctx.settings.prefix.cogs, facts.month, next_letter(facts.letter));
    let ref_number = numbers::journal_number(&source, &wanted, taken, &mut reasons);
    let memo = format!("COGS correction {}", facts.month);
    let payload = (!lines.is_empty()).then(|| journal(date, &ref_number, memo, lines, total, ctx));
    let state = match (reasons.state(), &payload) {
        (DraftState::Ready, None) => DraftState::NeedsAttention,
        (state, _) => state,
    };
    Drafted {
        kind: Some(TxnKind::JournalEntry),
        state,
        reasons: reasons.into_sorted(),
        payload: payload.filter(Payload::adds_up),
        date: Some(date),
        month: Some(Month::of(date)),
        total: Some(total),
        tax: Some(Cents::ZERO),
        ref_number,
        reference: format!("COGS correction {}", facts.month),
        currency: ctx.settings.cin7.base_currency.clone(),
    }
}
