//! The sweep for our marks after an older copy of the profile was opened (`exactly-once.md` C25, design 2).
//!
//! Must never let a write leave before it is whole: what was handed over after the copy was made is not in our store, and
//! may stand in QuickBooks under another number by now.

use super::plan::ask;
use super::{Out, Phase, Visit};
use crate::handoff::answer::{Answer, AnswerSet, Found};
use crate::handoff::effects::Effect;
use crate::handoff::request::{Page, Request};
use std::collections::VecDeque;

impl Visit {
    pub(super) fn take_sweep_due(&mut self, asks: Vec<Request>) {
        self.swept = asks.is_empty();
        self.phase = if self.swept {
            Phase::Queue(VecDeque::new())
        } else {
            Phase::Sweep(Some(asks.into()), Page::Whole)
        };
    }

    pub(super) fn plan_sweep(&mut self, effects: &mut Vec<Effect>) {
        let Phase::Sweep(Some(left), part) = &self.phase else { return };
        let Some(mut request) = left.front().cloned() else {
            effects.push(Effect::SweepDone);
            self.swept = true;
            self.phase = Phase::Queue(VecDeque::new());
            return;
        };
        if let Some(page) = request.page_mut() {
            *page = part.or_first();
        }
        self.hand_out(Out::Sweep, ask("s", request), None, effects);
    }

    pub(super) fn take_sweep(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let Phase::Sweep(Some(left), page) = &mut self.phase else { return };
        let answer = answers.answers.first();
        match answer.map(|answer| (&answer.found, answer.is_empty_result())) {
            Some((Found::Txns(seen), _)) => effects.push(Effect::Swept(seen.clone())),
            Some((_, true)) => {}
            _ => {
                let why = answer.map_or("no answer".to_string(), |a| format!("{} {}", a.status, a.message));
                effects.push(Effect::Note(format!(
                    "the look for our marks was refused: {why}; nothing is written"
                )));
                self.may_write = false;
                self.phase = Phase::Queue(VecDeque::new());
                return;
            }
        }
        match answer.and_then(Answer::next_page) {
            Some(iterator) => *page = page.or_first().next(iterator),
            None => {
                left.pop_front();
                *page = Page::Whole;
            }
        }
    }
}
