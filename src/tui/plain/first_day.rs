//! The first day as questions: the same steps as the wizard's, one after the other.
//!
//! Must never do a step in another way than the wizard: it makes the same actions.

use super::Plain;
use crate::tui::effect::{Action, Irreversible};
use crate::tui::setup_sheet::SetupAction;
use crate::workflow::Result;
use crate::workflow::setup::{self, SetupView, Stand, Step};
use crate::workflow::trial::TrialStand;
use secrecy::SecretString;

impl Plain<'_> {
    /// Goes through the steps that are open, until one is put off.
    pub fn first_day(&mut self) -> Result<()> {
        let mut last = None;
        loop {
            self.say_news()?;
            let view = setup::view(&self.workers.profile)?;
            if last.is_none() {
                self.say_steps(&view)?;
            }
            let Some(step) = setup::next(&view.steps) else {
                return self.talk.say(&format!("First day: {}.", view.in_words()));
            };
            if last == Some(step.step) {
                return self.talk.say("This step is still open; say setup to take it up again.");
            }
            last = Some(step.step);
            self.talk
                .say(&format!("Step {}, {}: {}. {}", step.number, step.title, step.found, step.about))?;
            self.talk.say(&step.do_now)?;
            if !self.one_step(step.step, &view)? {
                return self.talk.say("Everything is kept; say setup to go on.");
            }
        }
    }

    fn say_steps(&mut self, view: &SetupView) -> Result<()> {
        self.talk.say(&format!("First day: {}.", view.in_words()))?;
        for step in &view.steps {
            let mark = match step.stand {
                Stand::Done => "Done",
                Stand::Open => "To do",
                Stand::Look => "Look",
                Stand::Later => "Later",
            };
            self.talk.say(&format!("{mark}: {}, {}.", step.title, step.found.trim_end_matches('.')))?;
        }
        Ok(())
    }

    /// Does one step; false = put off.
    fn one_step(&mut self, step: Step, view: &SetupView) -> Result<bool> {
        match step {
            Step::Name => return Ok(self.operator()?.is_some()),
            Step::Cin7 => return self.credentials(),
            Step::Test => self.act(Action::TestCin7)?,
            Step::Fetch => self.act(Action::Fetch { full: false })?,
            Step::Zone => return self.zone(view),
            Step::File
                if view.steps.iter().any(|s| s.step == Step::File && s.found.starts_with("no password")) =>
            {
                self.act(Action::NewPassword)?;
                self.act(Action::WriteQwc)?;
            }
            Step::File => {
                self.act(Action::WriteQwc)?;
                view.qwc_steps.iter().try_for_each(|line| self.talk.say(line))?;
            }
            Step::Visit | Step::Lists => {
                view.arrival.iter().try_for_each(|line| self.talk.say(line))?;
                self.visit()?;
                return Ok(self.talk.ask("Press Enter when the Web Connector has been here")?.is_some());
            }
            Step::Company => self.irreversible(Irreversible::AdoptCompany)?,
            Step::Map => self.act(Action::AcceptMap)?,
            Step::Money => return self.money(view),
            Step::Warnings => {
                for warning in &view.warnings {
                    self.talk.say(&format!("{} {} {}", warning.text, warning.means, warning.do_now))?;
                }
                self.act(Action::Setup(SetupAction::Known))?;
            }
            Step::Match => self.match_contacts()?,
            Step::Trial => return self.trial(view),
        }
        Ok(true)
    }

    fn credentials(&mut self) -> Result<bool> {
        let settings = self.workers.profile.settings();
        if settings.cin7.username.is_empty() {
            let Some(user) = self.talk.ask("The user name of the Cin7 API connection?")? else {
                return Ok(false);
            };
            if user.is_empty() {
                return Ok(false);
            }
            self.act(Action::ChangeSettings(vec![("cin7.username".into(), user)]))?;
        }
        match self.talk.ask("The Cin7 key (it is seen while you type it here)?")? {
            Some(key) if !key.is_empty() => self.act(Action::SetCin7Key(SecretString::from(key)))?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn zone(&mut self, view: &SetupView) -> Result<bool> {
        for zone in &view.zones {
            self.talk.say(&format!(
                "{}: {} of {} dates are midnights there.",
                zone.zone, zone.midnights, zone.of
            ))?;
        }
        match self.talk.ask("The time zone of the books, such as America/New_York?")? {
            Some(zone) if !zone.is_empty() => self.act(Action::Setup(SetupAction::ConfirmZone(zone)))?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn money(&mut self, view: &SetupView) -> Result<bool> {
        for question in view.questions.iter().filter(|question| !question.answered) {
            self.talk.say(&format!("{}: {} Now: {}.", question.title, question.text, question.in_words()))?;
            for answer in &question.answers {
                let word = if answer.value.is_empty() { "keep" } else { answer.value };
                self.talk.say(&format!("{word}: {}. {}", answer.title, answer.means))?;
            }
            let typed =
                if question.typed.is_empty() { String::new() } else { format!(" or {}", question.typed) };
            match self.talk.ask(&format!("One of these words{typed}, or Enter to put it off?"))? {
                Some(value) if !value.is_empty() => {
                    let value = if value == "keep" { String::new() } else { value };
                    self.act(Action::Setup(SetupAction::Answer { key: question.key.to_string(), value }))?;
                }
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    fn trial(&mut self, view: &SetupView) -> Result<bool> {
        for document in &view.trial.documents {
            let total = document.total.map_or_else(String::new, crate::base::Cents::grouped);
            let text = format!(
                "{} {} for {}: {total}, {}.",
                document.kind, document.ref_number, document.party, document.outcome
            );
            self.talk.say(&text)?;
            for posting in &document.postings {
                let side = if posting.side == crate::books::Side::Debit { "debit" } else { "credit" };
                self.talk.say(&format!("{side} {} {}.", posting.account, posting.amount.grouped()))?;
            }
        }
        match view.trial.stand {
            TrialStand::NotMade => self.irreversible(Irreversible::Trial)?,
            TrialStand::InQuickbooks => match self.talk.ask("take out, leave in, or Enter to look first?")? {
                Some(word) if word == "take out" => self.irreversible(Irreversible::TrialOut)?,
                Some(word) if word == "leave in" => self.act(Action::Setup(SetupAction::LeaveTrialIn))?,
                _ => return Ok(false),
            },
            _ => {
                self.visit()?;
                return Ok(self.talk.ask("Press Enter when the Web Connector has been here")?.is_some());
            }
        }
        Ok(true)
    }
}
