//! The end of a read-back: what stands on the inventory account in QuickBooks, its balance at month ends, and some of
//! the invoices that were there before us.
//!
//! Must never make a read-back fail: a company that refuses the report still proves its documents, and the figure is
//! then not known instead of guessed. An account without a row in a report that was answered has 0.00 (design 8.13).

use super::{Out, Phase, Visit};
use crate::base::{Cents, Day};
use crate::books::ListRef;
use crate::handoff::answer::{AccountRow, Answer, AnswerSet, Found};
use crate::handoff::effects::Effect;
use crate::handoff::request::{Page, Request, RequestSet};
use crate::handoff::work::ValueAsk;
use std::collections::VecDeque;

/// Invoices looked at to learn how sales tax is rounded.
const SALES: u32 = 100;

impl Visit {
    /// After a read-back of what changed, whether the account is otherwise than it was read is asked first; else it is
    /// read whole.
    pub(super) fn values_begin(&mut self) -> Phase {
        let first = std::mem::take(&mut self.whether_changed);
        let only_asks =
            self.since.is_some() && first.iter().all(|ask| matches!(ask, ValueAsk::Changed { .. }));
        Phase::Values(only_asks.then(|| first.into()), Page::Whole)
    }

    /// Postings of before the last look are no news: each look begins a little before the last one. Any other has the
    /// account read whole.
    pub(super) fn take_known_rows(&mut self, known: &[AccountRow]) {
        let Phase::Stamped(rows) = &self.phase else { return };
        let same = figures(rows) == figures(known);
        self.phase = Phase::Values(same.then(VecDeque::new), Page::Whole);
    }

    /// The next question about the account, or the end of the read-back.
    pub(super) fn plan_values(&mut self, effects: &mut Vec<Effect>) {
        let Phase::Values(Some(asks), page) = &mut self.phase else { return };
        let Some(ask) = asks.front().cloned() else {
            effects.push(Effect::ReadBackDone);
            self.phase = Phase::Done;
            return;
        };
        let mut requests = questions(&ask);
        if let [(_, Request::AccountRows { page: part, .. })] = requests.as_mut_slice() {
            *part = page.or_first();
        }
        self.hand_out(Out::Values(ask), RequestSet::questions(requests), None, effects);
    }

    pub(super) fn take_values(&mut self, ask: &ValueAsk, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let more = match ask {
            ValueAsk::Changed { account, to, balance, .. } => {
                self.phase = match stamped(account, *to, *balance, answers) {
                    None => Phase::Values(None, Page::Whole),
                    Some(rows) if rows.is_empty() => Phase::Values(Some(VecDeque::new()), Page::Whole),
                    Some(rows) => Phase::Stamped(rows),
                };
                return;
            }
            ValueAsk::Rows { account, from, to } => {
                take_rows(account, (*from, *to), answers.answers.first(), effects)
            }
            ValueAsk::Balances { account, days } => {
                for day in days {
                    take_balance(account, *day, answers, effects);
                }
                None
            }
            ValueAsk::Sales { .. } => {
                take_sales(answers.answers.first(), effects);
                None
            }
        };
        let Phase::Values(Some(asks), page) = &mut self.phase else { return };
        match more {
            Some(iterator) => *page = page.or_first().next(&iterator),
            None => {
                asks.pop_front();
                *page = Page::Whole;
            }
        }
    }
}

/// The questions about the account, the first page of its postings among them.
pub(super) fn questions(ask: &ValueAsk) -> Vec<(String, Request)> {
    match ask {
        ValueAsk::Rows { account, from, to } => {
            let (account, page) = (account.id.clone(), Page::Whole.or_first());
            let request = Request::AccountRows { account, from: *from, to: *to, since: None, page };
            vec![("v".to_string(), request)]
        }
        ValueAsk::Changed { account, from, to, since, .. } => {
            let (account, since, page) = (account.id.clone(), Some(since.clone()), Page::Whole.or_first());
            let request = Request::AccountRows { account, from: *from, to: *to, since, page };
            vec![("v".to_string(), request), (format!("v{to}"), Request::Balances { day: *to })]
        }
        ValueAsk::Balances { days, .. } => {
            days.iter().map(|day| (format!("v{day}"), Request::Balances { day: *day })).collect()
        }
        ValueAsk::Sales { from, to } => {
            let page = Page::Start { max: SALES };
            vec![("v".to_string(), Request::Sales { from: *from, to: *to, page })]
        }
    }
}

/// A page of postings; the iterator of the next one, if there is one.
fn take_rows(
    account: &ListRef,
    (from, to): (Day, Day),
    answer: Option<&Answer>,
    effects: &mut Vec<Effect>,
) -> Option<String> {
    let Some(answer) = answer else {
        effects.push(Effect::Note(format!("the postings on {} were not told", account.name)));
        return None;
    };
    match &answer.found {
        Found::AccountRows(rows) => effects.push(Effect::AccountRows(rows.clone())),
        _ if answer.is_empty_result() || answer.status == 0 => {}
        _ => {
            let (status, message) = (answer.status, &answer.message);
            let name = &account.name;
            effects.push(Effect::Note(format!("the postings on {name} were not told: {status} {message}")));
            return None;
        }
    }
    match answer.next_page() {
        Some(iterator) => Some(iterator.to_string()),
        None => {
            effects.push(Effect::AccountRowsDone { account: account.clone(), from, to });
            None
        }
    }
}

/// The first page is enough. What is refused is not asked for again: our own answers tell the same later.
fn take_sales(answer: Option<&Answer>, effects: &mut Vec<Effect>) {
    let sales = match answer.map(|answer| (&answer.found, answer.is_empty_result())) {
        Some((Found::Txns(sales), _)) => sales.clone(),
        Some((_, true)) => Vec::new(),
        _ => {
            effects.push(Effect::Note("the older invoices were not told".into()));
            Vec::new()
        }
    };
    effects.push(Effect::OlderSales(sales));
}

/// What was stamped on the account since the last look, where its balance is as it was: a document that was deleted shows
/// in no other way. None where the balance moved, there is more than a page, or something was not answered.
fn stamped(account: &ListRef, day: Day, balance: Cents, answers: &AnswerSet) -> Option<Vec<AccountRow>> {
    let rows = answers.of("v").filter(|answer| answer.next_page().is_none())?;
    let rows = match &rows.found {
        Found::AccountRows(rows) => rows.clone(),
        _ if rows.is_empty_result() || rows.status == 0 => Vec::new(),
        _ => return None,
    };
    let Found::Balances(balances) = &answers.of(&format!("v{day}"))?.found else { return None };
    let own = balances.iter().find(|row| row.account.eq_ignore_ascii_case(&account.name));
    (own.map_or(Cents::ZERO, |row| row.amount) == balance).then_some(rows)
}

/// Postings in an order of their own, without what no figure hangs on.
fn figures(rows: &[AccountRow]) -> Vec<(&str, &str, Day, Cents)> {
    let mut figures: Vec<_> =
        rows.iter().map(|row| (row.txn_id.as_str(), row.txn_type.as_str(), row.date, row.amount)).collect();
    figures.sort_unstable();
    figures
}

fn take_balance(account: &ListRef, day: Day, answers: &AnswerSet, effects: &mut Vec<Effect>) {
    let rows = match answers.of(&format!("v{day}")).map(|answer| (&answer.found, answer.status)) {
        Some((Found::Balances(rows), _)) => rows.as_slice(),
        Some((_, 0 | 1)) => &[],
        other => {
            let why = other.map_or_else(|| "no answer".to_string(), |(_, status)| status.to_string());
            let name = &account.name;
            effects.push(Effect::Note(format!("the balance of {name} on {day} was not told: {why}")));
            return;
        }
    };
    let own = rows.iter().find(|row| row.account.eq_ignore_ascii_case(&account.name));
    let amount = own.map_or(Cents::ZERO, |row| row.amount);
    effects.push(Effect::Balance { account: account.clone(), day, amount });
}
