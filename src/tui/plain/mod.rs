//! The plain mode: full sentences, one question at a time, no cursor movement and no drawing.
//!
//! Must never be able to do less than the screen, nor anything by another way: it makes the same actions. What cannot
//! be undone asks for the control word here too (design 6).

mod contacts;
mod entries;
mod finding;
mod first_day;
mod many;
mod steps;
mod talk;
#[cfg(test)]
mod tests;

use super::effect::{Action, Irreversible, Query};
use super::guide;
use super::model::{Parting, Screen};
use super::msg::{Done, Loaded, Msg};
use super::runtime::{LEAVE, QUEUE, begin_host, how_left, watch_claims};
use super::setup_work;
use super::workers::{Hand, Workers, perform, read, run_fetch, take_profile};
use super::{Left, Place};
use super::{Nudge, TuiOptions};
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::workflow::connect::ChangePreview;
use crate::workflow::host::Notice;
use crate::workflow::status::{Status, status};
use crate::workflow::{Profile, Result};
use std::io::{BufRead, Write};
use std::sync::Arc;
use std::time::Duration;
use talk::Talk;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{self, Receiver};
use tokio_util::sync::CancellationToken;

/// How long a visit of a simulated Web Connector is waited for.
const VISIT: Duration = Duration::from_secs(120);

/// Silence after which a nudged visit is taken to have had nothing to do.
const SILENCE: Duration = Duration::from_secs(3);

/// One run.
struct Plain<'a> {
    talk: Talk<'a>,
    workers: Workers,
    runtime: &'a Runtime,
    from_all: Receiver<Msg>,
    /// Why the conversation ends, where the program goes on afterwards.
    parting: Option<Parting>,
}

/// Runs until the person quits or the input ends.
pub fn run(
    profile: &Arc<Profile>,
    options: &TuiOptions,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<Left> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| talk::lost(&error))?;
    let (to_loop, from_all) = mpsc::channel(QUEUE);
    let stop = CancellationToken::new();
    let (host, served) = {
        let _inside = runtime.enter();
        let (host, served) = begin_host(profile, options, &to_loop, &stop);
        let heard = wakes(&to_loop, options.wake.clone());
        watch_claims(profile, options, host.clone(), &heard);
        (host, served)
    };
    let workers = Workers {
        lanes: crate::tui::workers::Lanes::default(),
        profile: Arc::clone(profile),
        runtime: runtime.handle().clone(),
        to_loop,
        nudge: options.nudge.clone(),
        twist: options.twist.clone(),
        host,
        taken: Hand::default(),
    };
    let taken = Arc::clone(&workers.taken);
    let mut plain =
        Plain { talk: Talk::new(input, output), workers, runtime: &runtime, from_all, parting: None };
    let code = plain.converse(options);
    let parting = plain.parting.take();
    drop(plain);
    stop.cancel();
    if let Some(served) = served {
        let _ = runtime.block_on(async { tokio::time::timeout(LEAVE, served).await });
    }
    runtime.shutdown_timeout(LEAVE);
    Ok(how_left(code?, parting, Place { screen: Screen::Home }, &taken))
}

/// Passes messages of a claim on, and wakes the question that waits for an answer once the profile can be let go.
fn wakes(to_loop: &mpsc::Sender<Msg>, wake: Option<Nudge>) -> mpsc::Sender<Msg> {
    let (heard, mut from_claim) = mpsc::channel(QUEUE);
    let to_loop = to_loop.clone();
    tokio::spawn(async move {
        while let Some(msg) = from_claim.recv().await {
            let parted = matches!(msg, Msg::Parted(_));
            if to_loop.send(msg).await.is_err() {
                return;
            }
            if let Some(wake) = wake.as_ref().filter(|_| parted) {
                wake();
            }
        }
    });
    heard
}

const HELP: &str = "Say 0 for what needs you, or a step: 1 connect, 2 fetch, 3 match, 4 review, 5 hand off, 6 prove, 7 history. \
Or: setup (the first day, step by step), doctor, status, visit, finalise, export, undo, redo, unfreeze, check, take over, help, quit. \
To enter: credit, landing, import, template, join ORDERS, split ORDER, number CREDIT, take back NAME, accrual, true-up. \
After posting: changed, settle NAME, reset NAME, costs NAME. \
To find: find kind:bill state:ready >1000 acme, contacts state:sure, events who:dana, groups month, \
views, view NAME, save NAME: FILTER, save groups month NAME: FILTER, delete NAME, glossary WORD.";

impl Plain<'_> {
    fn converse(&mut self, options: &TuiOptions) -> Result<u8> {
        let what = if options.demo { "a demo; nothing real is touched" } else { "live books" };
        self.talk.say(&format!("Countersign, plain mode. This is {what}."))?;
        if let Some(note) = &options.note {
            self.talk.say(note)?;
        }
        self.say_status()?;
        self.talk.say(HELP)?;
        loop {
            self.say_news()?;
            if self.parting.is_some() {
                return Ok(0);
            }
            let Some(line) = self.talk.ask("What now?")? else {
                self.say_news()?;
                return if self.parting.is_some() { Ok(0) } else { self.end_of_input() };
            };
            match self.one(&line) {
                Ok(true) => {}
                Ok(false) => {
                    self.talk.say("Everything decided so far is kept.")?;
                    return Ok(0);
                }
                Err(problem) if problem.code == talk::LOST => return Err(problem),
                Err(problem) => self.talk.problem(&problem)?,
            }
        }
    }

    /// Carries out one line. False = leave.
    fn one(&mut self, line: &str) -> Result<bool> {
        match line.to_lowercase().as_str() {
            "" => {}
            "q" | "quit" | "exit" => return Ok(false),
            "?" | "h" | "help" => self.talk.say(HELP)?,
            "0" | "home" => self.home()?,
            "s" | "status" => self.say_status()?,
            "1" | "connect" => self.step(Screen::Connect, Self::connect)?,
            "2" | "fetch" => self.step(Screen::Fetch, Self::fetch)?,
            "3" | "match" => self.step(Screen::Match, Self::match_contacts)?,
            "4" | "review" => self.step(Screen::Review, Self::review)?,
            "5" | "hand off" | "handoff" => self.step(Screen::HandOff, Self::hand_off)?,
            "f" | "finalise" => self.finalise()?,
            "v" | "visit" => self.visit()?,
            "6" | "prove" => self.step(Screen::Prove, Self::prove)?,
            "e" | "export" => self.act(Action::ExportProof(None))?,
            "7" | "history" => self.step(Screen::History, Self::history)?,
            "u" | "undo" => self.act(Action::Undo)?,
            "order changed" => self.act(Action::Twist(super::tour::Twist::OrderChanged))?,
            "supplier credit" => self.act(Action::Twist(super::tour::Twist::SupplierCredit))?,
            "invoice edited" => self.act(Action::Twist(super::tour::Twist::InvoiceEdited))?,
            "month closed" => self.act(Action::Twist(super::tour::Twist::MonthClosed))?,
            "redo" => self.act(Action::Redo)?,
            "unfreeze" => self.irreversible(super::effect::Irreversible::Unfreeze)?,
            "setup" | "first day" => self.first_day()?,
            "doctor" => self.act(Action::Doctor)?,
            "check" => self.act(Action::VerifyChain)?,
            "doubts" => self.act(Action::ShowDoubts)?,
            "computer gone" => self.irreversible(Irreversible::ComputerGone { computer: String::new() })?,
            "take over" => self.irreversible(Irreversible::TakeProfile { holder: String::new() })?,
            word if self.entry_word(word, line)? => {}
            word if self.finding_word(word, line)? => {}
            _ => self.talk.say(&format!("That is no answer here. {HELP}"))?,
        }
        Ok(true)
    }

    /// A step: what it is, then its questions.
    fn step(&mut self, screen: Screen, does: fn(&mut Self) -> Result<()>) -> Result<()> {
        self.talk.say(&format!("Step {}, {}. {}", screen.number(), screen.title(), guide::what(screen)))?;
        does(self)
    }

    fn status(&self) -> Result<Status> {
        status(&self.workers.profile)
    }

    fn say_status(&mut self) -> Result<()> {
        let status = self.status()?;
        let company = status.company.as_deref().unwrap_or("none yet");
        self.talk.say(&format!("Company file: {company}."))?;
        for step in &status.steps {
            let blocked =
                step.blocked.as_ref().map(|why| format!(" It cannot go on: {why}.")).unwrap_or_default();
            let text = match step.left {
                0 => format!("Step {}, {}: nothing left.{blocked}", step.number, step.name),
                left => format!("Step {}, {}: {left} left.{blocked}", step.number, step.name),
            };
            self.talk.say(&text)?;
        }
        Ok(())
    }

    fn end_of_input(&mut self) -> Result<u8> {
        let left = self.status()?.steps.iter().any(|step| step.left > 0);
        let exit = if left { Exit::NeedsPerson } else { Exit::Done };
        self.talk.say("The input has ended. Everything stays as decided so far.")?;
        Ok(exit.code())
    }

    /// The operator's name, asked once.
    fn operator(&mut self) -> Result<Option<String>> {
        if let Some(name) = self.workers.profile.operator()? {
            return Ok(Some(name));
        }
        match self.talk.ask("Your name, which stands under every decision?")? {
            Some(name) if !name.is_empty() => {
                self.workers.profile.set_operator(&name)?;
                Ok(Some(name))
            }
            _ => Ok(None),
        }
    }

    /// Does something and says what came of it.
    fn act(&mut self, action: Action) -> Result<()> {
        if !self.workers.profile.is_host()
            && !matches!(action, Action::ExportProof(_) | Action::VerifyChain | Action::ShowDoubts)
            && !action.takes_profile()
        {
            return self.talk.say(
                "Another window or `serve` holds this company profile. Here you can look; say take over to hold it here.",
            );
        }
        if action.takes_profile() && self.workers.profile.is_host() {
            return self.talk.say("This window holds the profile already.");
        }
        let by = match &action {
            Action::SetOperator(name) => Some(name.clone()),
            action if action.is_nameless() => Some(String::new()),
            _ => self.operator()?,
        };
        let Some(by) = by else {
            return self.talk.say("Without a name nothing is decided.");
        };
        let result = match self.perform(action, &by) {
            Ok(done) => done,
            Err(problem) if problem.code == talk::LOST => return Err(problem),
            // A refusal is an answer: the conversation goes on where it was.
            Err(problem) => return self.talk.problem(&problem),
        };
        match result {
            Done::Said(said) => self.talk.say(&format!("{}.", said.text.trim_end_matches('.'))),
            Done::Taken => {
                self.parting = Some(Parting::Took);
                Ok(())
            }
            Done::KeyKept => self.act(Action::TestCin7),
            Done::Operator(name) => self.talk.say(&format!("Decisions are now signed by {name}.")),
            Done::AskAlso { who, list_id, text } => {
                let question = format!("{text} yes bills both to it, Enter leaves it?");
                match self.talk.ask(&question)?.unwrap_or_default().as_str() {
                    "yes" => self.act(Action::LinkAlso(who, list_id)),
                    _ => Ok(()),
                }
            }
            Done::Text { title, lines } => {
                self.talk.say(&format!("{title}:"))?;
                lines.iter().try_for_each(|line| self.talk.say(line))
            }
            Done::AskWord { purpose, preview, word } => self.control_word(purpose, preview, &word),
            Done::Offered { terms, offer } => self.offered(terms, &offer),
            Done::Previewed { changes, preview } => self.previewed(changes, &preview),
            Done::Paper(paper) => self.say_paper(&paper),
            Done::Proved(proof) => self.say_proof(&proof),
        }
    }

    /// A change of settings that alters drafts is asked about; one that alters none is done.
    fn previewed(&mut self, changes: Vec<(String, String)>, preview: &ChangePreview) -> Result<()> {
        if preview.drafts > 0 {
            self.talk.say(&preview.in_words())?;
            match self.talk.ask("Change it? Type yes to do it")? {
                Some(answer) if answer.eq_ignore_ascii_case("yes") => {}
                _ => return self.talk.say("Nothing was changed."),
            }
        }
        self.act(Action::ChangeSettings(changes))
    }

    fn perform(&mut self, action: Action, by: &str) -> Result<Done> {
        match action {
            Action::Fetch { full } => self.run_fetch(full),
            Action::Confirmed { what: Irreversible::TakeProfile { .. }, .. } => {
                self.talk.say("The other window ends its visit and lets go. This takes a minute at most.")?;
                self.runtime.block_on(take_profile(&self.workers, by, CancellationToken::new()))
            }
            Action::TestCin7 => self.runtime.block_on(setup_work::test_cin7(&self.workers.profile)),
            Action::Doctor => self.runtime.block_on(setup_work::doctor(&self.workers.profile)),
            action => perform(&self.workers, action, by),
        }
    }

    /// Fetches and says each change of list or wait as a line.
    fn run_fetch(&mut self, full: bool) -> Result<Done> {
        let fetching = run_fetch(&self.workers, full, CancellationToken::new());
        let (talk, from_all) = (&mut self.talk, &mut self.from_all);
        self.runtime.block_on(async {
            tokio::pin!(fetching);
            let mut said = String::new();
            loop {
                tokio::select! {
                    done = &mut fetching => return done,
                    Some(msg) = from_all.recv() => {
                        if let Msg::Progress { text } = msg {
                            let head = text.split(':').next().unwrap_or_default().to_string();
                            if head != said || text.contains("waiting until") {
                                talk.say(&format!("{text}."))?;
                            }
                            said = head;
                        }
                    }
                }
            }
        })
    }

    /// What visits did since the last question.
    fn say_news(&mut self) -> Result<()> {
        while let Ok(msg) = self.from_all.try_recv() {
            match msg {
                Msg::Notice(notice) => self.say_notice(&notice)?,
                Msg::HostEnded(problem) => self.talk.problem(&problem)?,
                Msg::Claimed(claim) => {
                    let words = format!("{} takes this profile over; what runs ends first.", claim.words());
                    self.talk.say(&words)?;
                }
                Msg::Parted(claim) => self.parting = Some(Parting::GaveWay(claim)),
                _ => {}
            }
        }
        Ok(())
    }

    fn say_notice(&mut self, notice: &Notice) -> Result<()> {
        match notice {
            Notice::Login { user } => self.talk.say(&format!("The Web Connector came in as {user}.")),
            Notice::Refused { user } => self.talk.say(&format!("A login as {user} was refused.")),
            Notice::Company { name } => self.talk.say(&format!("Company file: {name}.")),
            Notice::Outcome { text } | Notice::Ended { text } => self.talk.say(&format!("{text}.")),
            Notice::Frozen { why } => {
                self.talk.say(&format!("Frozen, nothing is written to QuickBooks: {why}."))
            }
            Notice::Asked { .. } | Notice::Called { .. } => Ok(()),
        }
    }

    /// A visit: a simulated one is waited for, a real one is announced.
    fn visit(&mut self) -> Result<()> {
        self.say_news()?;
        self.act(Action::Visit { lists: false })?;
        if self.workers.nudge.is_none() {
            return Ok(());
        }
        let waited = std::time::Instant::now();
        while waited.elapsed() < VISIT {
            let from_all = &mut self.from_all;
            let heard = self.runtime.block_on(async { tokio::time::timeout(SILENCE, from_all.recv()).await });
            // Silence after a nudge means that there was nothing to do.
            let Ok(Some(msg)) = heard else { return Ok(()) };
            if let Msg::Notice(notice) = msg {
                self.say_notice(&notice)?;
                if matches!(notice, Notice::Ended { .. } | Notice::Frozen { .. }) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn read(&self, query: Query) -> Result<Loaded> {
        read(&self.workers.profile, query)
    }
}

/// An answer that a query cannot have.
fn odd() -> Problem {
    crate::workflow::bug("a question had an answer of another kind")
}
