//! The step: one visit of the Web Connector as a state machine.
//!
//! Must never hand out a write before the company, the canary and every unknown of it were looked at, never a second
//! write while one is unsettled, and never anything while its last set is unanswered (`exactly-once.md` 5.1, I9-I11).
//! The caller carries the effects out in order; everything of one input becomes durable before the reply leaves.

use super::agenda::{self, SLICE};
use super::answer::{AnswerSet, Found, TxnSeen};
use super::canary::{self, Look};
use super::effects::{Effect, Fact, Input, Question};
use super::outcome;
use super::probe::{self, Findings, Next};
use super::request::{Page, Request, RequestSet, Stop};
use super::work::{CanaryRef, DueList, Queued, Span, UnknownWork, Verdict, Work};
use crate::base::limits::{LIST_PAGE, TXN_PAGE};
use crate::base::{OperationId, SetId, TxnId};
use crate::books::{CompanyFile, ListKind, TxnKind};
use std::collections::VecDeque;

/// What the set that is out was for.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // one at a time
enum Out {
    Identity,
    Canary(CanaryRef),
    CanaryDeleted(CanaryRef),
    Probe,
    List,
    ListDeleted,
    Check(Vec<Queued>),
    Write(Queued, u32),
    Resent(UnknownWork),
    ReadBack,
    Missing(Vec<TxnId>),
}

/// Where the visit stands on its agenda.
#[derive(Clone, Debug)]
enum Phase {
    Identity,
    Guard,
    Canary(Option<VecDeque<CanaryRef>>, bool),
    Probes(Option<VecDeque<UnknownWork>>, Findings, u32),
    Lists(Option<VecDeque<DueList>>, Page),
    ListDeleted,
    Queue(VecDeque<Queued>),
    ReadBack(Option<VecDeque<Span>>, Page),
    Missing(Option<VecDeque<(TxnKind, Vec<TxnId>)>>),
    Done,
}

/// One visit. Bounded: it holds one slice of everything.
#[derive(Clone, Debug)]
pub struct Visit {
    owner_id: String,
    phase: Phase,
    out: Option<Out>,
    random: u128,
    may_write: bool,
    unresolved: bool,
    answered: u32,
    made: u32,
    refused: u32,
    looked: bool,
    /// The last operation that was looked at: none is looked at twice in one visit.
    cursor: Option<OperationId>,
}

impl Visit {
    /// A visit that begins. `owner_id` is the product's OwnerID, under which QuickBooks keeps the FileID stamp.
    #[must_use]
    pub fn new(owner_id: &str) -> Self {
        Visit {
            owner_id: owner_id.to_string(),
            phase: Phase::Identity,
            out: None,
            random: 0,
            may_write: false,
            unresolved: false,
            answered: 0,
            made: 0,
            refused: 0,
            looked: false,
            cursor: None,
        }
    }

    /// Operations made or refused so far.
    #[must_use]
    pub const fn settled(&self) -> u32 {
        self.made.saturating_add(self.refused)
    }

    /// Sets answered so far.
    #[must_use]
    pub const fn answered(&self) -> u32 {
        self.answered
    }

    /// Whether a set is out that may move money.
    #[must_use]
    pub const fn write_is_out(&self) -> bool {
        matches!(self.out, Some(Out::Write(..) | Out::Resent(_)))
    }

    /// One line about what was done.
    #[must_use]
    pub fn summary(&self) -> String {
        format!("{} made, {} refused, {} questions answered", self.made, self.refused, self.answered)
    }
}

/// One step.
#[must_use]
pub fn step(mut visit: Visit, input: Input) -> (Visit, Vec<Effect>) {
    let mut effects = Vec::new();
    match input {
        Input::Plan { random } => {
            visit.random = random;
            if visit.out.is_some() {
                visit.lost(&mut effects);
            }
            visit.plan(&mut effects);
        }
        Input::Fact(fact) => {
            visit.take_fact(fact, &mut effects);
            visit.plan(&mut effects);
        }
        Input::Answered(answers) => {
            visit.answered = visit.answered.saturating_add(1);
            visit.take_answer(&answers, &mut effects);
        }
        Input::Failed { why } => visit.failed(&why, &mut effects),
        Input::Skipped => visit.out = None,
        Input::Lost => visit.lost(&mut effects),
    }
    (visit, effects)
}

fn ask(id: &str, request: Request) -> RequestSet {
    RequestSet { set_id: None, stop: Stop::Never, requests: vec![(id.to_string(), request)] }
}

impl Visit {
    /// A set will not be answered: a write becomes unknown and is looked up before anything else (C21).
    fn lost(&mut self, effects: &mut Vec<Effect>) {
        match self.out.take() {
            Some(Out::Write(queued, _)) => {
                self.doubt(queued.id, "no answer came", effects);
            }
            Some(Out::Resent(unknown)) => {
                self.doubt(unknown.id, "no answer came to the second sending", effects);
            }
            Some(Out::List) => self.phase = Phase::Lists(None, Page::Whole),
            Some(Out::ReadBack) => self.phase = Phase::ReadBack(None, Page::Whole),
            Some(Out::Probe) => self.phase = Phase::Probes(None, Findings::default(), 0),
            Some(Out::Check(_)) => self.phase = Phase::Queue(VecDeque::new()),
            _ => {}
        }
    }

    fn doubt(&mut self, operation: OperationId, why: &str, effects: &mut Vec<Effect>) {
        effects.push(Effect::Settle { operation, verdict: Verdict::Unknown { why: why.to_string() } });
        self.phase = Phase::Probes(None, Findings::default(), 0);
    }

    fn failed(&mut self, why: &str, effects: &mut Vec<Effect>) {
        match self.out.take() {
            Some(Out::Write(queued, _)) => self.doubt(queued.id, why, effects),
            Some(Out::Resent(unknown)) => self.doubt(unknown.id, why, effects),
            // A question that failed changes nothing (`exactly-once.md` 5.2 step 7); the visit ends here.
            _ => {
                effects.push(Effect::Note(format!("a question was not answered: {why}")));
                self.phase = Phase::Done;
            }
        }
    }

    fn take_fact(&mut self, fact: Fact, effects: &mut Vec<Effect>) {
        match fact {
            Fact::Company(Ok(leave)) => {
                self.may_write = leave.may_write;
                self.phase = Phase::Canary(None, false);
            }
            Fact::Company(Err(text)) => {
                self.phase = Phase::Done;
                effects.push(Effect::Finished(text));
            }
            Fact::Canary(candidates) => self.phase = Phase::Canary(Some(candidates.into()), false),
            Fact::Unknowns(unknowns) => {
                self.phase = Phase::Probes(Some(unknowns.into()), Findings::default(), 0);
            }
            Fact::DueLists(due) => self.phase = Phase::Lists(Some(due.into()), Page::Whole),
            Fact::Slice(slice) if slice.is_empty() => self.phase = Phase::ReadBack(None, Page::Whole),
            Fact::Slice(slice) => self.look_at(slice, effects),
            Fact::ReadBack(Some(spans)) => self.phase = Phase::ReadBack(Some(spans.into()), Page::Whole),
            Fact::ReadBack(None) => self.phase = Phase::Done,
            Fact::Missing(missing) => self.phase = Phase::Missing(Some(missing.into())),
        }
    }

    fn look_at(&mut self, slice: Vec<Queued>, effects: &mut Vec<Effect>) {
        // A guard is read directly before its write, so finalising goes one at a time.
        let first_finalises = matches!(slice.first().map(|q| &q.work), Some(Work::Finalise { .. }));
        let slice: Vec<Queued> = if first_finalises {
            slice.into_iter().take(1).collect()
        } else {
            slice.into_iter().take_while(|q| !matches!(q.work, Work::Finalise { .. })).take(SLICE).collect()
        };
        self.cursor = slice.last().map(|queued| queued.id);
        let requests = agenda::look(&slice);
        self.hand_out(
            Out::Check(slice),
            RequestSet { set_id: None, stop: Stop::Never, requests },
            None,
            effects,
        );
    }

    fn hand_out(
        &mut self,
        out: Out,
        set: RequestSet,
        operation: Option<OperationId>,
        effects: &mut Vec<Effect>,
    ) {
        self.out = Some(out);
        effects.push(Effect::HandOut { set, operation });
    }

    fn plan(&mut self, effects: &mut Vec<Effect>) {
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
            Phase::Identity => {
                let requests = vec![
                    ("h".to_string(), Request::Host),
                    ("c".to_string(), Request::Company { owner_id: self.owner_id.clone() }),
                    ("p".to_string(), Request::Preferences),
                ];
                let set = RequestSet { set_id: None, stop: Stop::Never, requests };
                self.hand_out(Out::Identity, set, None, effects);
            }
            Phase::Guard => effects.push(Effect::Look(Question::Company)),
            Phase::Canary(None, _) => effects.push(Effect::Look(Question::Canary)),
            Phase::Canary(Some(left), ask_deleted) => match left.front().cloned() {
                None => self.phase = Phase::Probes(None, Findings::default(), 0),
                Some(candidate) if *ask_deleted => {
                    let set = ask("d", Request::TxnDeleted { kinds: vec![candidate.kind] });
                    self.hand_out(Out::CanaryDeleted(candidate), set, None, effects);
                }
                Some(candidate) => {
                    let request = Request::TxnById {
                        kind: candidate.kind,
                        ids: vec![candidate.txn.clone()],
                        lines: false,
                        links: false,
                    };
                    self.hand_out(Out::Canary(candidate), ask("k", request), None, effects);
                }
            },
            Phase::Probes(None, ..) => effects.push(Effect::Look(Question::Unknowns)),
            Phase::Probes(Some(_), ..) => self.plan_probe(effects),
            Phase::Lists(None, _) => effects.push(Effect::Look(Question::DueLists)),
            Phase::Lists(Some(due), page) => match due.front() {
                None => {
                    self.phase = if self.looked { Phase::ListDeleted } else { Phase::Queue(VecDeque::new()) };
                }
                Some(list) => {
                    let page = match page {
                        Page::Whole if list.list.has_iterator() => Page::Start { max: LIST_PAGE },
                        page => page.clone(),
                    };
                    let request = Request::List { list: list.list, since: list.since.clone(), page };
                    self.looked = true;
                    self.hand_out(Out::List, ask("l", request), None, effects);
                }
            },
            Phase::ListDeleted => {
                let set = ask("x", Request::ListDeleted { lists: ListKind::ALL.to_vec() });
                self.hand_out(Out::ListDeleted, set, None, effects);
            }
            Phase::Queue(ready) => match ready.pop_front() {
                _ if !self.may_write || self.unresolved => self.phase = Phase::ReadBack(None, Page::Whole),
                None => effects.push(Effect::Look(Question::Slice(self.cursor))),
                Some(queued) => self.plan_write(queued, effects),
            },
            Phase::ReadBack(None, _) => effects.push(Effect::Look(Question::ReadBack)),
            Phase::ReadBack(Some(spans), page) => match spans.front().copied() {
                None => self.phase = Phase::Missing(None),
                Some(span) => {
                    let page = match page {
                        Page::Whole => Page::Start { max: TXN_PAGE },
                        page => page.clone(),
                    };
                    let request = Request::TxnDated { kind: span.kind, from: span.from, to: span.to, page };
                    self.hand_out(Out::ReadBack, ask("r", request), None, effects);
                }
            },
            Phase::Missing(None) => effects.push(Effect::Look(Question::Missing)),
            Phase::Missing(Some(missing)) => match missing.pop_front() {
                None => {
                    effects.push(Effect::ReadBackDone);
                    self.phase = Phase::Done;
                }
                Some((kind, ids)) => {
                    let request = Request::TxnById { kind, ids: ids.clone(), lines: false, links: false };
                    self.hand_out(Out::Missing(ids), ask("m", request), None, effects);
                }
            },
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
        self.hand_out(Out::Write(queued, 1), set, operation, effects);
    }

    fn plan_probe(&mut self, effects: &mut Vec<Effect>) {
        let Phase::Probes(Some(left), findings, pages) = &mut self.phase else { return };
        let Some(unknown) = left.front().cloned() else {
            self.phase = Phase::Lists(None, Page::Whole);
            return;
        };
        let requests = match (findings.more.clone(), probe::requests(&unknown).into_iter().next()) {
            (Some(iterator), Some(Request::TxnModified { kind, from, to, lines, .. })) => {
                vec![Request::TxnModified {
                    kind,
                    from,
                    to,
                    lines,
                    page: Page::Continue { iterator, max: TXN_PAGE },
                }]
            }
            _ => probe::requests(&unknown),
        };
        *pages += 1;
        if *pages == 1 {
            effects.push(Effect::CountRound(unknown.id));
        }
        let requests = (1..).map(|n| format!("q{n}")).zip(requests).collect();
        self.hand_out(Out::Probe, RequestSet { set_id: None, stop: Stop::Never, requests }, None, effects);
    }

    fn take_answer(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        match self.out.take() {
            None => effects.push(Effect::Note("an answer came that nobody asked for; it was kept and ignored".into())),
            Some(Out::Identity) => self.take_identity(answers, effects),
            Some(Out::Canary(candidate)) => self.take_canary(&candidate, answers, effects),
            Some(Out::CanaryDeleted(candidate)) => match canary::was_deleted(&candidate, answers) {
                Some(true) => self.next_candidate(),
                Some(false) => self.freeze(
                    format!(
                        "{} {} that we posted is gone and was not deleted by a person: the company file was restored or swapped",
                        candidate.kind.title(),
                        candidate.txn
                    ),
                    effects,
                ),
                None => self.freeze("QuickBooks does not tell what was deleted".into(), effects),
            },
            Some(Out::Probe) => self.take_probe(answers, effects),
            Some(Out::List) => self.take_list(answers, effects),
            Some(Out::ListDeleted) => {
                for answer in &answers.answers {
                    if let Found::Deleted(gone) = &answer.found {
                        effects.push(Effect::ListDeleted(gone.clone()));
                    }
                }
                self.phase = Phase::Queue(VecDeque::new());
            }
            Some(Out::Check(slice)) => self.take_check(slice, answers, effects),
            Some(Out::Write(queued, attempt)) => {
                let verdict = outcome::read(&queued.work, answers, attempt);
                self.settle(queued.id, verdict, effects);
            }
            Some(Out::Resent(unknown)) => {
                let verdict = outcome::read(&unknown.work, answers, 2);
                self.settle(unknown.id, verdict, effects);
            }
            Some(Out::ReadBack) => self.take_read_back(answers, effects),
            Some(Out::Missing(ids)) => take_missing(&ids, answers, effects),
        }
    }

    fn settle(&mut self, operation: OperationId, verdict: Verdict, effects: &mut Vec<Effect>) {
        match &verdict {
            Verdict::Done { .. } => self.made += 1,
            Verdict::Refused { .. } => self.refused += 1,
            // In doubt after an answer: looked up at once, before any other write.
            Verdict::Unknown { .. } => self.phase = Phase::Probes(None, Findings::default(), 0),
            _ => {}
        }
        effects.push(Effect::Settle { operation, verdict });
    }

    fn take_identity(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let mut company = CompanyFile::default();
        let (mut preferences, mut name_capacity) = (None, None);
        for answer in &answers.answers {
            match &answer.found {
                Found::Host { product, country, versions, name_capacity: capacity } => {
                    company.product.clone_from(product);
                    company.country.clone_from(country);
                    company.qbxml_version = versions.last().cloned().unwrap_or_default();
                    name_capacity = *capacity;
                }
                Found::Company(seen) => {
                    company.name.clone_from(&seen.name);
                    company.file_id.clone_from(&seen.file_id);
                }
                Found::Preferences(seen) => preferences = Some(seen.clone()),
                _ => {}
            }
        }
        effects.push(Effect::KeepCompany { company, preferences, name_capacity });
        self.phase = Phase::Guard;
    }

    fn take_canary(&mut self, candidate: &CanaryRef, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        match canary::read(candidate, answers) {
            Look::Sings => self.phase = Phase::Probes(None, Findings::default(), 0),
            Look::Changed => self.next_candidate(),
            Look::Missing => {
                if let Phase::Canary(_, ask_deleted) = &mut self.phase {
                    *ask_deleted = true;
                }
            }
            Look::Older(why) => self.freeze(why, effects),
            Look::Failed(why) => {
                effects.push(Effect::Note(format!("the canary was not answered: {why}")));
                self.may_write = false;
                self.phase = Phase::Probes(None, Findings::default(), 0);
            }
        }
    }

    fn next_candidate(&mut self) {
        if let Phase::Canary(Some(left), ask_deleted) = &mut self.phase {
            left.pop_front();
            *ask_deleted = false;
        }
    }

    fn freeze(&mut self, why: String, effects: &mut Vec<Effect>) {
        self.may_write = false;
        effects.push(Effect::Freeze(why));
        // While frozen a visit only reads (design 8.15).
        self.phase = Phase::Lists(None, Page::Whole);
    }

    fn take_probe(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let Phase::Probes(Some(left), findings, pages) = &mut self.phase else { return };
        let Some(unknown) = left.front().cloned() else { return };
        findings.take(&unknown, answers);
        if findings.more.is_some() && findings.failed.is_none() {
            return;
        }
        let next = probe::conclude(&unknown, findings);
        left.pop_front();
        *findings = Findings::default();
        *pages = 0;
        match next {
            Next::Settle(verdict) => effects.push(Effect::Settle { operation: unknown.id, verdict }),
            Next::Wait(why) => {
                self.unresolved = true;
                effects.push(Effect::Note(format!("operation {} stays unknown: {why}", unknown.id)));
            }
            Next::Resend if self.may_write => {
                let (operation, set) = (unknown.id, unknown.set.clone());
                self.out = Some(Out::Resent(unknown));
                effects.push(Effect::Resend { operation, set });
            }
            Next::Resend => self.unresolved = true,
        }
    }

    fn take_list(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let Phase::Lists(Some(due), page) = &mut self.phase else { return };
        let Some(list) = due.front().map(|d| d.list) else { return };
        let answer = answers.answers.first();
        let mut refused = None;
        let mut more = None;
        match answer {
            None => refused = Some("no answer".to_string()),
            Some(answer) => {
                match &answer.found {
                    Found::List(entries) => effects.push(Effect::KeepEntries(entries.clone())),
                    _ if answer.is_empty_result() => {}
                    _ => refused = Some(format!("{}: {}", answer.status, answer.message.trim())),
                }
                if let Some((iterator, left)) = &answer.iterator
                    && *left > 0
                {
                    more = Some(iterator.clone());
                }
            }
        }
        match more {
            Some(iterator) => *page = Page::Continue { iterator, max: LIST_PAGE },
            None => {
                due.pop_front();
                *page = Page::Whole;
                effects.push(Effect::ListDone { list, refused });
            }
        }
    }

    fn take_check(&mut self, slice: Vec<Queued>, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let judged = agenda::judge(slice, answers);
        for (operation, verdict) in judged.settled {
            effects.push(Effect::Settle { operation, verdict });
        }
        if judged.left.is_empty() {
            self.phase = Phase::Queue(judged.cleared.into());
            return;
        }
        // What could not be looked up is not sent; it stays queued and the visit goes on to reading.
        effects.extend(judged.left.iter().take(1).map(|why| Effect::Note(format!("not sent: {why}"))));
        if judged.cleared.is_empty() {
            self.phase = Phase::ReadBack(None, Page::Whole);
        } else {
            self.phase = Phase::Queue(judged.cleared.into());
        }
    }

    fn take_read_back(&mut self, answers: &AnswerSet, effects: &mut Vec<Effect>) {
        let Phase::ReadBack(Some(spans), page) = &mut self.phase else { return };
        let Some(answer) = answers.answers.first() else {
            self.phase = Phase::Done;
            return;
        };
        match &answer.found {
            Found::Txns(seen) => effects.push(Effect::Seen(seen.clone())),
            _ if answer.is_empty_result() => {}
            _ => {
                effects.push(Effect::Note(format!(
                    "the read-back was refused: {} {}",
                    answer.status, answer.message
                )));
                self.phase = Phase::Done;
                return;
            }
        }
        match &answer.iterator {
            Some((iterator, left)) if *left > 0 => {
                *page = Page::Continue { iterator: iterator.clone(), max: TXN_PAGE };
            }
            _ => {
                spans.pop_front();
                *page = Page::Whole;
            }
        }
    }
}

fn take_missing(ids: &[TxnId], answers: &AnswerSet, effects: &mut Vec<Effect>) {
    let mut found: Vec<TxnSeen> = Vec::new();
    for answer in &answers.answers {
        match &answer.found {
            Found::Txns(seen) => found.extend(seen.iter().cloned()),
            _ if answer.is_empty_result() => {}
            _ => return, // not answered: no conclusion
        }
    }
    let gone: Vec<TxnId> = ids.iter().filter(|id| !found.iter().any(|t| t.txn_id == **id)).cloned().collect();
    effects.push(Effect::Seen(found));
    effects.push(Effect::Gone(gone));
}
