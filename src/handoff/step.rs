//! The step: one visit of the Web Connector as a state machine.
//!
//! Must never hand out a write before the company, the canary and every unknown of it were looked at, never a second
//! write while one is unsettled, and never anything while its last set is unanswered (`exactly-once.md` 5.1, I9-I11).
//! The caller carries the effects out in order; everything of one input becomes durable before the reply leaves.

mod early;
mod plan;
mod sweep;
mod take;
#[cfg(test)]
mod tests;
mod values;

use super::again::Again;
use super::agenda::{self, looked_at_together};
use super::answer::AccountRow;
use super::defences::Defences;
use super::effects::{Effect, Fact, Input, ReadBack};
use super::pace::Pace;
use super::probe::Findings;
use super::request::{Page, Request, RequestSet};
use super::work::{CanaryRef, DueList, Queued, Span, UnknownWork, ValueAsk, Verdict};
use crate::base::{OperationId, TxnId};
use crate::books::TxnKind;
use early::Early;
use std::collections::VecDeque;

/// What the set that is out was for.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // one at a time
enum Out {
    /// With what was asked ahead.
    Identity(Vec<(String, Request)>),
    Canary(CanaryRef),
    CanaryDeleted(CanaryRef),
    /// With how many questions.
    Probe(usize),
    Sweep,
    List,
    /// Several lists at once.
    Lists,
    ListDeleted,
    Check(Vec<Queued>),
    /// What left before is looked for before it goes again; with how many questions.
    Again(usize),
    Write(Queued),
    Resent(UnknownWork),
    /// What an operation on a standing transaction left is read again at once (`exactly-once.md` rulings 11, 15).
    Reread(TxnId),
    ReadBack,
    /// Every type at once, with what was asked ahead.
    ReadBacks(Vec<(String, Request)>),
    Missing(Vec<TxnId>),
    Values(ValueAsk),
}

/// Where the visit stands on its agenda.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // one at a time
enum Phase {
    /// With what is asked ahead.
    Identity(Option<Vec<(String, Request)>>),
    Guard,
    Canary(Option<VecDeque<CanaryRef>>, bool),
    Probes(Option<VecDeque<UnknownWork>>, Findings),
    /// After an older copy of the profile: what is still to be asked for our marks.
    Sweep(Option<VecDeque<Request>>, Page),
    Lists(Option<VecDeque<DueList>>, Page),
    ListDeleted,
    Queue(VecDeque<Queued>),
    ReadBack(Option<VecDeque<Span>>, Page, Vec<ValueAsk>),
    Missing(Option<VecDeque<(TxnKind, Vec<TxnId>)>>),
    Values(Option<VecDeque<ValueAsk>>, Page),
    /// Postings that were stamped since the last look: those that were read before are no news.
    Stamped(Vec<AccountRow>),
    Done,
}

/// The read-back at its beginning.
const READ_BACK: Phase = Phase::ReadBack(None, Page::Whole, Vec::new());

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
    /// A list was asked for in this visit.
    looked: bool,
    /// QuickBooks was swept for our marks, or need not be.
    swept: bool,
    /// The lists of this visit were read: doubts on the way do not read them again.
    listed: bool,
    /// The lists were asked for all at once: what is left of them is asked for one at a time.
    together: bool,
    /// What was deleted of the lists was told with them.
    deletions_told: bool,
    /// All types were read back at once: what is left of them is asked for one type at a time.
    read_together: bool,
    /// Only what changed since then is read back, by QuickBooks' own clock.
    since: Option<String>,
    /// Whether anything on the inventory account changed is asked first.
    whether_changed: Vec<ValueAsk>,
    /// What was answered before its turn.
    early: Early,
    /// Looked up and not found: its own bytes go out next.
    resend: Option<UnknownWork>,
    /// The next of the queue, which left before: looked for first.
    again: Option<Again>,
    /// Changed, voided or deleted just now: read again before anything else is written.
    reread: Option<(TxnKind, TxnId)>,
    /// Where the queue goes on: after the last operation looked at, or after the one that fell into doubt, so that
    /// none is handed out twice in one visit and none behind a doubt is passed over.
    cursor: Option<OperationId>,
    /// How large pages are, and whether what is out asks for some.
    pace: Pace,
    paged: bool,
    /// All of them, but in `drill`.
    defences: Defences,
}

impl Visit {
    /// A visit that begins. `owner_id` is the product's OwnerID, under which QuickBooks keeps the FileID stamp.
    #[must_use]
    pub fn new(owner_id: &str) -> Self {
        Visit {
            owner_id: owner_id.to_string(),
            phase: Phase::Identity(None),
            out: None,
            random: 0,
            may_write: false,
            unresolved: false,
            answered: 0,
            made: 0,
            refused: 0,
            looked: false,
            swept: false,
            listed: false,
            together: false,
            deletions_told: false,
            read_together: false,
            since: None,
            whether_changed: Vec::new(),
            early: Early::default(),
            resend: None,
            again: None,
            reread: None,
            cursor: None,
            pace: Pace::default(),
            paged: false,
            defences: Defences::all(),
        }
    }

    /// The same with these defences.
    #[must_use]
    pub fn defended(owner_id: &str, defences: Defences) -> Self {
        Visit { defences, ..Visit::new(owner_id) }
    }

    /// The same with pages as large as earlier visits found good.
    #[must_use]
    pub const fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// How large pages are now.
    #[must_use]
    pub const fn pace(&self) -> Pace {
        self.pace
    }

    /// The answer to what is out took so many seconds; told before the answer itself.
    pub fn took(&mut self, seconds: u64) {
        if std::mem::take(&mut self.paged) {
            self.pace = self.pace.after(seconds);
        }
    }

    /// No answer comes to what is out.
    fn missed(&mut self) {
        if std::mem::take(&mut self.paged) {
            self.pace = self.pace.after_none();
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
        Input::Skipped => {
            // A re-send whose answer came meanwhile is looked up afresh.
            if let Some(Out::Resent(_)) = visit.out.take() {
                visit.phase = Phase::Probes(None, Findings::default());
            }
        }
        Input::Evidence => visit.begin_again(),
        Input::Lost => visit.lost(&mut effects),
    }
    (visit, effects)
}

impl Visit {
    /// A set will not be answered: a write becomes unknown and is looked up before anything else (C21).
    fn lost(&mut self, effects: &mut Vec<Effect>) {
        self.missed();
        self.early.forget();
        match self.out.take() {
            Some(Out::Write(queued)) => {
                self.cursor = Some(queued.id);
                self.doubt(queued.id, "no answer came", effects);
            }
            Some(Out::Resent(unknown)) => {
                self.doubt(unknown.id, "no answer came to the second sending", effects);
            }
            Some(Out::Identity(_)) => self.phase = Phase::Identity(None),
            Some(Out::List | Out::Lists) => self.phase = Phase::Lists(None, Page::Whole),
            Some(Out::Sweep) => self.phase = Phase::Sweep(None, Page::Whole),
            Some(Out::ReadBack | Out::ReadBacks(_)) => self.phase = READ_BACK,
            Some(Out::Probe(_)) => self.phase = Phase::Probes(None, Findings::default()),
            // Its operations were not handed out; they are looked at again from the same place.
            Some(Out::Check(_)) => self.phase = Phase::Queue(VecDeque::new()),
            Some(Out::Again(_)) => self.again = self.again.take().map(Again::afresh),
            Some(Out::Missing(_)) => self.phase = Phase::Missing(None),
            Some(Out::Values(_)) => self.phase = Phase::Values(None, Page::Whole),
            _ => {}
        }
    }

    /// Only after the company was looked at: before that there is nothing to begin again.
    fn begin_again(&mut self) {
        self.out = None;
        self.resend = None;
        self.again = None;
        self.early.forget();
        self.phase = match self.phase {
            Phase::Identity(_) => Phase::Identity(None),
            Phase::Guard => Phase::Guard,
            Phase::Done => Phase::Done,
            _ => Phase::Canary(None, false),
        };
    }

    fn doubt(&mut self, operation: OperationId, why: &str, effects: &mut Vec<Effect>) {
        effects.push(Effect::Settle { operation, verdict: Verdict::Unknown { why: why.to_string() } });
        self.phase = Phase::Probes(None, Findings::default());
    }

    fn failed(&mut self, why: &str, effects: &mut Vec<Effect>) {
        self.missed();
        match self.out.take() {
            Some(Out::Write(queued)) => {
                self.cursor = Some(queued.id);
                self.doubt(queued.id, why, effects);
            }
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
            Fact::Ahead(ahead) => self.phase = Phase::Identity(Some(early::ahead(ahead))),
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
                self.phase = Phase::Probes(Some(unknowns.into()), Findings::default());
            }
            Fact::Sweep(asks) => self.take_sweep_due(asks),
            Fact::DueLists(due) => self.phase = Phase::Lists(Some(due.into()), Page::Whole),
            Fact::Slice(slice) if slice.is_empty() => self.phase = READ_BACK,
            Fact::Slice(slice) => self.look_at(slice, effects),
            Fact::ReadBack(Some(ReadBack { spans, since, values })) => {
                self.since = since;
                self.phase = Phase::ReadBack(Some(spans.into()), Page::Whole, values);
            }
            Fact::ReadBack(None) => self.phase = Phase::Done,
            Fact::Missing(missing) => self.phase = Phase::Missing(Some(missing.into())),
            Fact::RowsOf(known) => self.take_known_rows(&known),
            Fact::Values(asks) => self.phase = Phase::Values(Some(asks.into()), Page::Whole),
        }
    }

    fn look_at(&mut self, slice: Vec<Queued>, effects: &mut Vec<Effect>) {
        let slice = looked_at_together(slice);
        let requests = agenda::look(&slice);
        self.hand_out(Out::Check(slice), RequestSet::questions(requests), None, effects);
    }
}
