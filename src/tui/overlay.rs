//! What lies over a screen: help, palette, questions, the control word, a problem, a page of text.
//!
//! Must never let a question about something that cannot be undone exist outside [`Overlay::Word`].

use super::control_word::ControlWord;
use super::effect::{Action, Irreversible};
use super::form::Form;
use super::match_sheet::MatchSheet;
use super::paper::Paper;
use super::settings_sheet::SettingsSheet;
use super::setup_sheet::SetupSheet;
use crate::base::Problem;
use crate::store::drafts::DraftFilter;
use crate::store::drafts::groups::{Group, GroupBy};
use crate::workflow::approve_many::{Offer, Terms};
use crate::workflow::handoff::BatchPreview;
use crate::workflow::links::{ContactFilter, TallyBy, TallyRow};
use tui_input::Input;

/// What a line of text is asked for.
#[derive(Clone, Debug)]
pub enum Asked {
    Operator,
    Cin7User,
    Cin7Key,
    Start,
    Timezone,
    Setting(String),
    /// The key of a setting that has a name of one's own in it.
    SettingKey,
    ExcludeWhy(Vec<crate::base::DraftId>),
    /// The company's time zone, to be confirmed by it.
    Zone,
    /// A question of money, by its setting.
    Answer(String),
    /// Which document to go to.
    Jump,
    /// The name of a view, with what it is grouped by.
    ViewName(Option<GroupBy>),
    /// The largest amount of a document that is trusted.
    Budget,
}

/// One answer of a question with several.
#[derive(Clone, Debug)]
pub struct Choice {
    pub title: String,
    pub means: String,
    /// Nothing changes without one.
    pub action: Option<Action>,
}

/// Contacts in groups, each with the condition that shows it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub by: TallyBy,
    /// What the list was asked for; none of the groups = they are being counted.
    pub filter: ContactFilter,
    pub rows: Option<Vec<TallyRow>>,
    pub cursor: usize,
}

/// Something over the screen. The topmost gets the keys.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // at most a handful exist at once
pub enum Overlay {
    /// The keys of this screen, searchable.
    Help { input: Input, scroll: u16 },
    /// The bookkeeping words, searchable.
    Glossary { input: Input, scroll: u16 },
    /// Filter lines with a name.
    Views { cursor: usize },
    /// Contacts in groups.
    Tally(Tally),
    /// Every command by name.
    Palette { input: Input, cursor: usize },
    /// One line of text.
    Ask { asked: Asked, title: String, text: String, input: Input, secret: bool },
    /// One of several answers, none of which is taken unread.
    Choose { title: String, text: String, choices: Vec<Choice>, cursor: usize },
    /// A sheet of the Match screen.
    Match(MatchSheet),
    /// The wizard of the first day.
    Setup(SetupSheet),
    /// All settings.
    Settings(SettingsSheet),
    /// An entry of QuickBooks' lists for a setting.
    Pick { key: String, title: String, input: Input, names: Vec<String>, found: Vec<String>, cursor: usize },
    /// Drafts in groups with subtotals; none = being counted.
    Groups { by: GroupBy, filter: DraftFilter, groups: Option<Vec<Group>>, cursor: usize },
    /// What would be approved at once, and what is left out.
    Offer { terms: Terms, offer: Box<Offer>, cursor: usize },
    /// The control word.
    Word { what: Irreversible, preview: BatchPreview, ask: ControlWord },
    /// A four-part problem.
    Problem(Problem),
    /// A typed entry; `scroll` is that of its summary.
    Form { form: Box<Form>, scroll: usize },
    /// A sheet to read, with what can be done about it.
    Paper(Paper),
    /// A page to read.
    Page { title: String, lines: Vec<String>, scroll: u16 },
    /// Leave although something runs?
    Quit,
}
