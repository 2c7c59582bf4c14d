//! What is asked next: one phase of the agenda after the other (design 8.16).
//!
//! Must never plan a write before company, canary and every unknown were looked at (`exactly-once.md` 5.1, I11).

use super::{Out, Phase, Visit, early, values};
use crate::base::limits::TXN_PAGE;
use crate::base::{OperationId, SetId};
use crate::books::{ListKind, TxnKind};
use crate::handoff::again::Again;
use crate::handoff::defences::Defence;
use crate::handoff::effects::{Effect, Question};
use crate::handoff::outcome;
use crate::handoff::pace::Pace;
use crate::handoff::probe::{self, Findings};
use crate::handoff::request::{Page, Request, RequestSet, Stop};
use crate::handoff::work::{CanaryRef, DueList, Queued, Span, ValueAsk};
use std::collections::VecDeque;

pub(super) fn ask(id: &str, request: Request) -> RequestSet {
    RequestSet::questions(vec![(id.to_string(), request)])
}

/// What was deleted of any list.
fn deletions() -> (String, Request) {
    (LIST_DELETED.to_string(), Request::ListDeleted { lists: ListKind::ALL.to_vec() })
}

/// Whether the types of a read-back fit into one answer: each way to QuickBooks costs a second, and a company that has
/// posted more than a page is better read page by page.
fn are_few(spans: &VecDeque<Span>, values: &[ValueAsk]) -> bool {
    let along = if values.len() <= VALUES_ALONG { values.len() } else { 0 };
    spans.len() + along > 1 && spans.iter().fold(0_u32, |sum, span| sum.saturating_add(span.ours)) <= TXN_PAGE
}

/// A page of a span, or of what changed of its type since then; the first where none was begun.
fn looked_back(since: Option<&str>, Span { kind, from, to, .. }: Span, page: &Page) -> Request {
    let page = page.or_first();
    match since {
        None => Request::TxnDated { kind, from, to, page },
        Some(since) => Request::TxnModified {
            kind,
            from: since.to_string(),
            to: None,
            lines: kind == TxnKind::JournalEntry,
            page,
        },
    }
}

/// requestID of the question what was deleted of the transactions.
pub(super) const TXN_DELETED: &str = "y";

/// Questions about the inventory account that go along with the transactions: its postings and one message of reports.
const VALUES_ALONG: usize = 2;

/// Whether it is still there as we left it.
pub(super) fn look_for(candidate: &CanaryRef) -> Request {
    let (kind, ids) = (candidate.kind, vec![candidate.txn.clone()]);
    Request::TxnById { kind, ids, lines: false, links: false }
}

/// What changed in several lists since their last pull, and what was deleted of any: small enough to be asked at once
/// (ruling 4).
pub(super) fn changes_of<'a>(due: impl IntoIterator<Item = &'a DueList>) -> Vec<(String, Request)> {
    let changed = (0..).zip(due).map(|(n, due)| (format!("l{n}"), changed_in(due)));
    changed.chain([deletions()]).collect()
}

/// requestID of the question what was deleted of the lists.
pub(super) const LIST_DELETED: &str = "x";

/// What changed in a list since its last pull.
fn changed_in(due: &DueList) -> Request {
    Request::List { list: due.list, since: due.since.clone(), page: Page::first_of(due.list) }
}

impl Visit {
    pub(super) fn hand_out(
        &mut self,
        out: Out,
        mut set: RequestSet,
        operation: Option<OperationId>,
        effects: &mut Vec<Effect>,
    ) {
        if set.set_id.is_some() {
            // What was told before a write is old after it.
            self.early.forget();
        } else if let Some(answers) = self.early.answers_to(&set) {
            self.out = Some(out);
            return self.take_answer(&answers, effects);
        }
        let under = match &out {
            Out::Write(queued) => queued.work.edit_sequence().cloned(),
            _ => None,
        };
        self.out = Some(out);
        self.paged = self.pace.cut(&mut set);
        effects.push(Effect::HandOut { set, operation, under });
    }

    pub(super) fn plan(&mut self, effects: &mut Vec<Effect>) {
        // Facts and hand-outs end the planning; every other turn moves one phase on, so the loop is bounded.
        for _ in 0..64 {
            if self.out.is_some()
                || effects.iter().any(|e| matches!(e, Effect::Look(_) | Effect::Finished(_)))
            {
                return;
            }
            self.plan_once(effects);
        }
    }

    fn plan_once(&mut self, effects: &mut Vec<Effect>) {
        match &mut self.phase {
            Phase::Identity(None) => effects.push(Effect::Look(Question::Ahead)),
            Phase::Identity(Some(ahead)) => {
                let ahead = std::mem::take(ahead);
                let mut requests = vec![
                    ("h".to_string(), Request::Host),
                    ("c".to_string(), Request::Company { owner_id: self.owner_id.clone() }),
                    ("p".to_string(), Request::Preferences),
                ];
                requests.extend(ahead.iter().cloned());
                let set = RequestSet::questions(requests);
                self.hand_out(Out::Identity(ahead), set, None, effects);
            }
            Phase::Guard => effects.push(Effect::Look(Question::Company)),
            Phase::Canary(None, _) => effects.push(Effect::Look(Question::Canary)),
            Phase::Canary(Some(left), ask_deleted) => match left.front().cloned() {
                None => self.phase = Phase::Probes(None, Findings::default()),
                Some(candidate) if *ask_deleted => {
                    let set = ask("d", Request::TxnDeleted { kinds: vec![candidate.kind] });
                    self.hand_out(Out::CanaryDeleted(candidate), set, None, effects);
                }
                Some(candidate) => {
                    let set = ask("k", look_for(&candidate));
                    self.hand_out(Out::Canary(candidate), set, None, effects);
                }
            },
            Phase::Queue(_) | Phase::Probes(..) if self.reread.is_some() => self.plan_reread(effects),
            Phase::Probes(None, ..) => effects.push(Effect::Look(Question::Unknowns)),
            Phase::Probes(Some(_), ..) => self.plan_probe(effects),
            Phase::Queue(_) if self.may_write && !self.unresolved && !self.swept => {
                self.phase = Phase::Sweep(None, Page::Whole);
            }
            Phase::Sweep(None, _) => effects.push(Effect::Look(Question::Sweep)),
            Phase::Sweep(Some(_), _) => self.plan_sweep(effects),
            Phase::Lists(None, _) if self.listed => self.phase = Phase::Queue(VecDeque::new()),
            Phase::Lists(None, _) => effects.push(Effect::Look(Question::DueLists)),
            Phase::Lists(Some(due), page) => match due.front() {
                None if self.looked => self.phase = Phase::ListDeleted,
                None => {
                    self.listed = true;
                    self.phase = Phase::Queue(VecDeque::new());
                }
                Some(_) if !self.together && due.iter().all(|list| list.since.is_some()) => {
                    let set = RequestSet::questions(changes_of(due.iter()));
                    self.looked = true;
                    self.together = true;
                    self.hand_out(Out::Lists, set, None, effects);
                }
                Some(list) => {
                    let page = match page {
                        Page::Whole => Page::first_of(list.list),
                        begun => begun.clone(),
                    };
                    let request = Request::List { list: list.list, since: list.since.clone(), page };
                    self.looked = true;
                    self.hand_out(Out::List, ask("l", request), None, effects);
                }
            },
            Phase::ListDeleted if self.deletions_told => self.lists_are_read(),
            Phase::ListDeleted => {
                self.hand_out(Out::ListDeleted, RequestSet::questions(vec![deletions()]), None, effects);
            }
            Phase::Queue(_) if self.again.is_some() && self.may_write && !self.unresolved => {
                self.plan_again(effects);
            }
            Phase::Queue(ready) => match ready.pop_front() {
                // What is unresolved blocks all writes of the company (design 8.18).
                _ if !self.may_write || self.unresolved => self.phase = super::READ_BACK,
                None => effects.push(Effect::Look(Question::Slice(self.cursor))),
                Some(queued) if !self.defences.stand(Defence::LookAgain) => self.plan_write(queued, effects),
                Some(queued) => match Again::of(queued) {
                    Ok(again) => self.again = Some(again),
                    Err(queued) => self.plan_write(queued, effects),
                },
            },
            Phase::ReadBack(None, ..) => effects.push(Effect::Look(Question::ReadBack)),
            Phase::ReadBack(Some(spans), _, values)
                if !self.read_together
                    && (self.since.is_some() || self.pace == Pace::default() && are_few(spans, values)) =>
            {
                // One that gives whole pages in good time, or only what changed.
                let since = self.since.as_deref();
                let mut asked: Vec<_> = (0..)
                    .zip(spans.iter())
                    .map(|(n, span)| (format!("r{n}"), looked_back(since, *span, &Page::Whole)))
                    .collect();
                if since.is_some() && !spans.is_empty() {
                    let kinds = spans.iter().map(|span| span.kind).collect();
                    asked.push((TXN_DELETED.into(), Request::TxnDeleted { kinds }));
                }
                let along = values.iter().filter(|_| values.len() <= VALUES_ALONG);
                let ahead = early::numbered(along.flat_map(values::questions));
                asked.extend(ahead.iter().cloned());
                self.read_together = true;
                self.hand_out(Out::ReadBacks(ahead), RequestSet::questions(asked), None, effects);
            }
            Phase::ReadBack(Some(spans), page, values) => match spans.front().copied() {
                None => {
                    self.whether_changed = std::mem::take(values);
                    self.phase = Phase::Missing(None);
                }
                Some(span) => {
                    let request = looked_back(self.since.as_deref(), span, page);
                    self.hand_out(Out::ReadBack, ask("r", request), None, effects);
                }
            },
            Phase::Missing(None) => effects.push(Effect::Look(Question::Missing)),
            Phase::Missing(Some(missing)) => match missing.pop_front() {
                None => self.phase = self.values_begin(),
                Some((kind, ids)) => {
                    // With lines: what was never read with them, or changed, is asked for here too.
                    let request = Request::TxnById { kind, ids: ids.clone(), lines: true, links: true };
                    self.hand_out(Out::Missing(ids), ask("m", request), None, effects);
                }
            },
            Phase::Values(None, _) => effects.push(Effect::Look(Question::Values)),
            Phase::Values(Some(_), _) => self.plan_values(effects),
            Phase::Stamped(rows) => {
                let ids = rows.iter().map(|row| row.txn_id.clone()).collect();
                effects.push(Effect::Look(Question::RowsOf(ids)));
            }
            Phase::Done => effects.push(Effect::Finished(self.summary())),
        }
    }

    fn plan_write(&mut self, queued: Queued, effects: &mut Vec<Effect>) {
        let set = RequestSet {
            set_id: Some(SetId::from_random(self.random)),
            stop: Stop::OnError,
            requests: vec![(outcome::WRITE_ID.to_string(), queued.work.request())],
        };
        let operation = Some(queued.id);
        self.hand_out(Out::Write(queued), set, operation, effects);
    }

    /// Nothing that left before goes again on the word of its number or name alone.
    fn plan_again(&mut self, effects: &mut Vec<Effect>) {
        let Some(again) = &self.again else { return };
        let requests = again.requests();
        let asked = requests.len();
        self.hand_out(Out::Again(asked), RequestSet::questions(requests), None, effects);
    }

    /// The gap between the guard and the write is closed by looking at what stands there now.
    fn plan_reread(&mut self, effects: &mut Vec<Effect>) {
        let Some((kind, txn)) = self.reread.take() else { return };
        let request = Request::TxnById { kind, ids: vec![txn.clone()], lines: true, links: true };
        self.hand_out(Out::Reread(txn), ask("a", request), None, effects);
    }

    fn plan_probe(&mut self, effects: &mut Vec<Effect>) {
        if let Some(unknown) = self.resend.take() {
            let (operation, set) = (unknown.id, unknown.set.clone());
            self.early.forget();
            effects.push(Effect::CountRound(operation));
            self.out = Some(Out::Resent(unknown));
            self.paged = false;
            effects.push(Effect::Resend { operation, set });
            return;
        }
        let Phase::Probes(Some(left), findings) = &self.phase else { return };
        let Some(unknown) = left.front() else {
            self.phase = Phase::Lists(None, Page::Whole);
            return;
        };
        if self.may_write && !self.defences.stand(Defence::Probe) {
            self.resend = Some(unknown.clone());
            if let Phase::Probes(Some(left), _) = &mut self.phase {
                left.pop_front();
            }
            return;
        }
        let requests = probe::requests(unknown, findings);
        let asked = requests.len();
        let set = RequestSet::questions(requests);
        self.hand_out(Out::Probe(asked), set, None, effects);
    }
}
