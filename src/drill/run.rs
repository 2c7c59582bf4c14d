//! One schedule under way: the program, QuickBooks, two Web Connectors, people, and the faults that are still to strike.
//!
//! Must take every choice from the seed, so that a seed is a run.

use super::checks::Watch;
use super::connector::{Answered, Connector};
use super::faults::{Fault, Planned};
use super::quickbooks::{Books, Broken, Strike};
use super::rng::Rng;
use super::stage::{BEGIN, Document, Stage, USERS};
use crate::workflow::Result;
use crate::workflow::host::Host;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// An answer that is still on its way.
#[derive(Clone, Debug)]
pub struct Letter {
    pub due: u32,
    pub body: String,
    pub answered: Answered,
}

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// `I7`, `W1`, `R3` ...
    pub rule: &'static str,
    /// In words.
    pub text: String,
    /// At which step.
    pub step: u32,
}

/// A schedule under way.
pub struct Run<'s> {
    pub stage: &'s Stage,
    pub rng: Rng,
    /// None while the program is down.
    pub host: Option<Arc<Host>>,
    pub books: Books,
    /// Our file while another one is open, and until when.
    pub aside: Option<(Books, u32)>,
    pub backup: Option<Books>,
    /// Counts up with every company file that is opened.
    pub opening: u32,
    /// How far QuickBooks' clock is off, in seconds.
    pub clock_off: i64,
    pub connectors: [Connector; 2],
    pub letters: Vec<Letter>,
    pub plan: Vec<Planned>,
    pub step: u32,
    /// How often each fault struck.
    pub struck: Vec<Fault>,
    pub documents: Vec<Document>,
    /// The program starts again at this step.
    pub start_at: u32,
    pub watch: Watch,
    pub violations: Vec<Violation>,
    pub story: Option<Vec<String>>,
}

impl<'s> Run<'s> {
    /// A schedule at its beginning.
    ///
    /// # Errors
    /// What the store says.
    pub fn new(stage: &'s Stage, seed: u64, plan: Vec<Planned>, story: bool) -> Result<Self> {
        Ok(Run {
            stage,
            rng: Rng::new(seed, 2),
            host: Some(stage.start(false)?),
            books: stage.books.clone(),
            aside: None,
            backup: None,
            opening: 1,
            clock_off: 0,
            connectors: USERS.map(Connector::new),
            letters: Vec::new(),
            plan,
            step: 0,
            struck: Vec::new(),
            documents: Vec::new(),
            start_at: 0,
            watch: Watch::default(),
            violations: Vec::new(),
            story: story.then(Vec::new),
        })
    }

    /// A line of the story; its text is made only where somebody reads it.
    pub fn tell(&mut self, line: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            let seconds = self.stage.sky.steady.load(Ordering::Relaxed).saturating_sub(1_000);
            story.push(format!("{:>3}  +{:>5} s  {}", self.step, seconds, line()));
        }
    }

    /// A rule was broken.
    pub fn violation(&mut self, rule: &'static str, text: &str) {
        self.tell(|| format!("BROKEN {rule}: {text}"));
        self.violations.push(Violation { rule, text: text.to_string(), step: self.step });
    }

    /// Whether a fault waits for its chance.
    #[must_use]
    pub fn is_armed(&self, fault: Fault) -> bool {
        self.plan.iter().any(|planned| planned.fault == fault && planned.step <= self.step)
    }

    /// A fault strikes, if it waits: what varies in it.
    pub fn take(&mut self, fault: Fault) -> Option<u64> {
        self.take_if(fault, |_| true)
    }

    /// The same, where its variant fits.
    pub fn take_if(&mut self, fault: Fault, fits: impl Fn(u64) -> bool) -> Option<u64> {
        let waits =
            |planned: &Planned| planned.fault == fault && planned.step <= self.step && fits(planned.how);
        let at = self.plan.iter().position(waits)?;
        let planned = self.plan.remove(at);
        self.struck.push(fault);
        self.tell(|| format!("{} {}", fault.name(), fault.text()));
        Some(planned.how)
    }

    /// Time passes.
    pub fn pass(&mut self, seconds: u32) {
        self.stage.sky.steady.fetch_add(u64::from(seconds), Ordering::Relaxed);
        self.stage.sky.wall.fetch_add(i64::from(seconds), Ordering::Relaxed);
    }

    /// Seconds on the clock that only runs forward.
    #[must_use]
    pub fn steady(&self) -> u64 {
        self.stage.sky.steady.load(Ordering::Relaxed)
    }

    /// QuickBooks works on a message.
    ///
    /// # Errors
    /// [`Broken`] for the Web Connector.
    pub fn process(&mut self, request: &str, strike: Option<Strike>) -> std::result::Result<String, Broken> {
        self.set_books_clock();
        let answer = self.books.process(request, strike);
        if super::checks::writes(request) {
            let said = match &answer {
                Ok(text) => super::checks::status_in(text),
                Err(broken) => broken.code.to_string(),
            };
            self.tell(|| format!("QuickBooks works on {}: {said}", super::checks::name_of(request)));
            self.after_write(request);
        }
        answer
    }

    /// QuickBooks' clock goes with the steady one, off by what it is off.
    pub fn set_books_clock(&mut self) {
        let since = i64::try_from(self.steady()).unwrap_or(0) - 1_000;
        self.books.now = BEGIN + since + self.clock_off;
    }

    /// The program ends and starts again.
    pub fn start_again(&mut self) {
        self.host = None;
        let _ = self.stage.profile.store().restart();
        self.watch.lease = None;
        self.tell(|| "the program starts".into());
        match self.stage.start(false) {
            Ok(host) => self.host = Some(host),
            Err(problem) => {
                self.violation("I18", &format!("the program does not start: {}", problem.happened));
            }
        }
    }
}
