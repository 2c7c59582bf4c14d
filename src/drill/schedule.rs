//! One schedule from its first step to its verdict: about sixty steps (a step is a question with its answer, or a
//! third of a write) with about ten faults, then a tail without any.
//!
//! Must be the same run for the same seed and plan, and must end in a verdict whatever happens.

use super::faults::{Fault, Planned};
use super::quickbooks::Books;
use super::run::Run;
use super::stage::Stage;
use super::verdict::Played;
use crate::workflow::{Result, handoff};

/// Most steps before the tail.
const STEPS: u32 = 64;
/// When batches are closed, and of how many documents at most.
const BATCHES: [(u32, usize); 3] = [(0, 2), (18, 2), (36, 2)];
/// Documents are of so many kinds in turn, and this many of them are played in one schedule: each kind is one more
/// question of every read-back.
const KINDS: usize = 8;
const KINDS_PLAYED: usize = 4;
/// Visits in a row of each computer in the tail.
const ROUNDS: u32 = 12;
/// Micro-steps of one visit in the tail.
const VISIT: u32 = 400;
/// Seconds between two visits in the tail: longer than a lease and than any pause.
const BETWEEN: u32 = 720;
/// Seconds after which a profile is read back although nothing was sent.
const DAY: u32 = 25 * 3_600;

/// Plays the schedule of a seed.
///
/// # Errors
/// When the store of the stage fails by itself, which no schedule should bring about.
pub fn play(stage: &Stage, seed: u64, plan: &[Planned], story: bool) -> Result<Played> {
    stage.reset(seed)?;
    let mut run = Run::new(stage, seed, plan.to_vec(), story)?;
    let first_kind = run.rng.below(KINDS);
    let played = (0..).zip(&stage.documents).filter(|(at, _)| (at + first_kind) % KINDS < KINDS_PLAYED);
    run.documents = played.map(|(_, document)| document.clone()).collect();
    run.books.habits.repeats_whole = run.rng.one_in(2);
    run.books.habits.gone_code = run.rng.pick(&[500, 3120, 1]).copied().unwrap_or(500);
    let [first, _] = &mut run.connectors;
    first.enabled = true;
    let keeps_backup = plan.iter().any(|p| matches!(p.fault, Fault::F39 | Fault::F40));
    let keeps_copy = plan.iter().any(|p| p.fault == Fault::F7);
    for step in 0..STEPS {
        run.step = step;
        let seconds = 1 + u32::try_from(run.rng.below(3)).unwrap_or(0);
        run.pass(seconds);
        if let Some((_, count)) = BATCHES.iter().find(|(at, _)| *at == step) {
            let count = 1 + run.rng.below(*count);
            run.approve_some(count);
        }
        if keeps_backup && step % 10 == 6 && run.aside.is_none() {
            run.backup = Some(run.books.clone());
        }
        if keeps_copy && step == 12 && !stage.profile.store().needs_restart() {
            run.watch.copied = stage.profile.store().keep_copy().is_ok();
        }
        run.bring_letters();
        run.meddle();
        run.strangers_call();
        run.bookkeeper();
        let second = run.connectors.get(1).is_some_and(|second| second.enabled) && run.rng.one_in(3);
        run.connector_step(usize::from(second));
        if run.is_quiet() {
            break;
        }
    }
    run.tail();
    run.verdict(seed)
}

/// The first visit of a new profile: the company is adopted and the lists are pulled.
///
/// # Errors
/// What the store says; that the visit did not come to its end.
pub fn first_visit(stage: &mut Stage) -> Result<()> {
    let books: Books = {
        let mut run = Run::new(stage, 0, Vec::new(), true)?;
        run.host = Some(stage.start(true)?);
        let [first, _] = &mut run.connectors;
        first.enabled = true;
        run.visit(0);
        run.books.clone()
    };
    stage.books = books;
    Ok(())
}

impl Run<'_> {
    /// Nothing is left that could happen.
    fn is_quiet(&self) -> bool {
        let last = BATCHES.last().map_or(0, |(at, _)| *at);
        self.step > last
            && self.plan.is_empty()
            && self.letters.is_empty()
            && self.aside.is_none()
            && self.host.is_some()
            && self.connectors.iter().all(|connector| connector.session.is_none())
    }

    /// One visit to its end, without faults.
    pub fn visit(&mut self, who: usize) {
        if let Some(connector) = self.connectors.get_mut(who) {
            connector.next_poll = 0;
            connector.asleep = 0;
        }
        for _ in 0..VISIT {
            self.connector_step(who);
            self.step += 1;
            self.pass(1);
            if self.connectors.get(who).is_none_or(|connector| connector.session.is_none()) {
                return;
            }
        }
        self.violation("I4", "a visit without faults did not come to an end");
    }

    /// The faults have stopped: everything must come to rest by itself (I4).
    fn tail(&mut self) {
        self.plan.clear();
        self.tell(|| "-- no more faults --".into());
        if let Some((ours, _)) = self.aside.take() {
            self.open(ours);
        }
        for letter in &mut self.letters {
            letter.due = 0;
        }
        self.bring_letters();
        if self.host.is_none() || self.stage.profile.store().needs_restart() {
            self.start_again();
        }
        if self.watch.older_copy {
            self.approve_what_was_lost();
        }
        let _ = handoff::close_batch(&self.stage.profile, "Ann");
        let computers = if self.connectors.get(1).is_some_and(|second| second.enabled) { 2 } else { 1 };
        for round in 0..ROUNDS {
            for who in 0..computers {
                self.pass(BETWEEN);
                self.visit(who);
            }
            let frozen = self.stage.profile.store().read(|r| r.meta("frozen")).ok().flatten();
            if frozen.is_some_and(|frozen| !frozen.is_empty()) {
                self.watch.frozen = true;
                if round < ROUNDS / 2 {
                    self.unfreeze();
                    continue;
                }
            }
            let idle = self.host.as_ref().is_some_and(|host| host.idle().is_ok_and(|idle| idle.left == 0));
            match (idle, self.watch.restored) {
                (true, false) => return,
                // What a restore took away shows at the latest in the daily sweep.
                (true, true) => {
                    self.watch.restored = false;
                    self.pass(DAY);
                }
                _ => {}
            }
        }
    }
}
