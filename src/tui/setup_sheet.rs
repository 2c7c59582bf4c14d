//! The wizard of the first day: which step the cursor is on, and what it can wish.
//!
//! Must never remember that a step is done: that is read from the profile each time, so the wizard can be left and
//! entered again at any step.

use crate::workflow::setup::{Question, SetupView, Stand, Step, StepView};

/// The wizard.
#[derive(Debug, Default)]
pub struct SetupSheet {
    /// None while it is being read.
    pub view: Option<Box<SetupView>>,
    pub cursor: usize,
    /// Whether a person went to the step under the cursor; otherwise the cursor keeps to the step that is next.
    pub chosen: bool,
    /// First line of the step's text that is shown.
    pub scroll: u16,
}

/// What only the wizard does; all of it decides something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupAction {
    ConfirmZone(String),
    Answer { key: String, value: String },
    Known,
    LeaveTrialIn,
    TrialAgain,
}

/// A line that is to be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    Cin7User,
    Cin7Key,
    Zone,
    Answer(String),
    Setting(String),
}

impl SetupSheet {
    /// Takes how things stand; the cursor keeps to the next step, and goes on to it from a step that has just been
    /// done. Where a person went it stays.
    pub fn take(&mut self, view: SetupView) {
        let was = self.view.as_ref().and_then(|old| old.steps.get(self.cursor)).map(|step| step.stand);
        let now = view.steps.get(self.cursor).map(|step| step.stand);
        let just_done = was.is_some_and(|was| was != Stand::Done) && now == Some(Stand::Done);
        if was.is_none() || just_done || !self.chosen {
            let next = view.next.and_then(|next| view.steps.iter().position(|step| step.step == next));
            let next = next.unwrap_or_else(|| self.cursor.min(view.steps.len().saturating_sub(1)));
            if next != self.cursor {
                self.scroll = 0;
            }
            self.cursor = next;
            self.chosen = false;
        }
        self.view = Some(Box::new(view));
    }

    /// The step under the cursor.
    pub fn step(&self) -> Option<&StepView> {
        self.view.as_ref().and_then(|view| view.steps.get(self.cursor))
    }

    /// Moves to another step.
    pub fn go(&mut self, by: isize) {
        let last = self.view.as_ref().map_or(0, |view| view.steps.len().saturating_sub(1));
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
        self.chosen = true;
        self.scroll = 0;
    }

    /// Moves to a step.
    pub fn go_to(&mut self, step: Step) {
        let at = self.view.as_ref().and_then(|view| view.steps.iter().position(|there| there.step == step));
        self.cursor = at.unwrap_or(self.cursor);
        self.chosen = self.view.as_ref().is_some_and(|view| view.next != Some(step));
        self.scroll = 0;
    }

    /// A question of money.
    pub fn question(&self, key: &str) -> Option<&Question> {
        self.view.as_ref().and_then(|view| view.questions.iter().find(|question| question.key == key))
    }
}
