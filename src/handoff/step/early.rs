//! Questions asked before their turn, along with others: their answers wait here until the agenda comes to them.
//!
//! Must never change what is concluded, nor in which order (`exactly-once.md` 5.1): each phase asks as ever, and where
//! the very same question was answered already in this message and nothing was written since, it does not go out again.
//! Each way to QuickBooks costs a second; a visit with one document to post asks nine things.

use super::plan;
use crate::handoff::agenda;
use crate::handoff::answer::{Answer, AnswerSet};
use crate::handoff::effects::Ahead;
use crate::handoff::request::{Request, RequestSet};

/// Answers that came before their turn.
#[derive(Clone, Debug, Default)]
pub(super) struct Early(Vec<(Request, Answer)>);

impl Early {
    /// Keeps the answers to what was asked ahead; what was not answered is asked in its turn.
    pub(super) fn keep(&mut self, ahead: Vec<(String, Request)>, answers: &AnswerSet) {
        self.0 =
            ahead.into_iter().filter_map(|(id, request)| Some((request, answers.of(&id)?.clone()))).collect();
    }

    /// Something was written, lost, or told from outside: what was answered before may be otherwise now.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// The answers to a set all of whose questions were answered already; each is used once.
    pub(super) fn answers_to(&mut self, set: &RequestSet) -> Option<AnswerSet> {
        let known = |(_, request): &(String, Request)| self.0.iter().any(|(asked, _)| asked == request);
        if self.0.is_empty() || !set.requests.iter().all(known) {
            return None;
        }
        let mut answers = Vec::new();
        for (id, request) in &set.requests {
            let at = self.0.iter().position(|(asked, _)| asked == request)?;
            answers.push(Answer { request_id: id.clone(), ..self.0.swap_remove(at).1 });
        }
        Some(AnswerSet { set_id: None, set_status: None, answers })
    }
}

/// Requests with ids of their own.
pub(super) fn numbered(requests: impl IntoIterator<Item = (String, Request)>) -> Vec<(String, Request)> {
    (1..).zip(requests).map(|(number, (_, request))| (format!("e{number}"), request)).collect()
}

/// What is asked along with who QuickBooks is. A guard is read directly before its write, so none is among it.
pub(super) fn ahead(ahead: Ahead) -> Vec<(String, Request)> {
    let canary = ahead.canary.iter().map(|candidate| (String::new(), plan::look_for(candidate)));
    let small = !ahead.lists.is_empty() && ahead.lists.iter().all(|list| list.since.is_some());
    let lists = if small { plan::changes_of(&ahead.lists) } else { Vec::new() };
    let slice = agenda::looked_at_together(ahead.slice);
    let look =
        if slice.iter().any(|queued| queued.work.is_guarded()) { Vec::new() } else { agenda::look(&slice) };
    numbered(canary.chain(lists).chain(look))
}
