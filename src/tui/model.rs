//! The whole state of the screen.
//!
//! Must never be the only place where anything of the books stands: it shows what the store holds and may be thrown
//! away at any moment (design 2 "The screen is a viewer of the store").

use super::drafts_pane::{DraftsPane, FETCH_CHIPS, HAND_OFF_CHIPS, REVIEW_CHIPS, Slots};
use super::effect::{Effect, Query, Slot};
use super::finding;
use super::keymap::Keymap;
use super::list::List;
use super::overlay::Overlay;
use super::repeat::Repeat;
pub use super::states::{ConnectState, HandOffState, HistoryState, HistoryTab, HomeState, ProveState};
use super::theme::Theme;
use crate::base::{Instant, Problem, Zone};
use crate::books::find::lists::CONTACTS;
use crate::store::links::MatchRow;
use crate::workflow::claim::Claim;
pub use crate::workflow::links::ContactsOf as MatchChip;
use crate::workflow::links::{ContactCounts, ContactFilter, ContactList, ContactRole, MatchDetail};
use crate::workflow::status::Status;
use crate::workflow::views::SavedView;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How long a toast of plain news stays.
pub const TOAST_MS: u64 = 4_000;

/// News of visits are read again at most this often.
pub const RELOAD_MS: u64 = 200;

/// Lines of the visit's log that are kept.
pub const LOG_LINES: usize = 200;

/// The seven steps, and the first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Screen {
    Connect,
    Fetch,
    Match,
    Review,
    HandOff,
    Prove,
    History,
    /// What needs a person, and what happened.
    Home,
}

impl Screen {
    /// The steps, in the order of the rail.
    pub const ALL: &[Screen] = Self::EVERY.split_at(7).0;

    /// The steps, and the first page.
    pub const EVERY: [Screen; 8] = [
        Screen::Connect,
        Screen::Fetch,
        Screen::Match,
        Screen::Review,
        Screen::HandOff,
        Screen::Prove,
        Screen::History,
        Screen::Home,
    ];

    /// Its number on the rail; the first page is 0.
    pub const fn number(self) -> u8 {
        match self {
            Screen::Home => 0,
            step => step as u8 + 1,
        }
    }

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Screen::Connect => "Connect",
            Screen::Fetch => "Fetch",
            Screen::Match => "Match",
            Screen::Review => "Review",
            Screen::HandOff => "Hand off",
            Screen::Prove => "Prove",
            Screen::History => "History",
            Screen::Home => "Home",
        }
    }
}

/// How the profile changes hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parting {
    /// Let go for somebody else.
    GaveWay(Claim),
    /// Taken over; the workers have the lock.
    Took,
}

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Info,
    /// Stays until the next key.
    Warn,
}

/// One line of news.
#[derive(Clone, Debug)]
pub struct Toast {
    pub text: String,
    pub level: Level,
    pub until_ms: Option<u64>,
}

/// A long task.
#[derive(Clone, Debug)]
pub struct Task {
    pub title: &'static str,
    pub progress: String,
}

/// The Match screen.
#[derive(Debug, Default)]
pub struct MatchState {
    /// How many contacts there are, whatever is shown.
    pub counts: ContactCounts,
    pub chip: MatchChip,
    pub text: String,
    pub by_documents: bool,
    pub list: List<ContactRole, MatchRow>,
    pub detail: Option<Box<MatchDetail>>,
    /// Which candidate of the detail is chosen.
    pub candidate: usize,
    pub open: bool,
    pub scroll: u16,
}

impl MatchState {
    /// What the list asks for.
    pub fn filter(&self) -> ContactFilter {
        let asked = finding::asked(&CONTACTS, &self.text);
        ContactFilter { of: self.chip, asked, by_documents: self.by_documents }
    }

    /// Takes a list.
    pub fn take(&mut self, list: ContactList) {
        self.counts = list.counts;
        self.list.set_ids(list.ids);
    }

    /// Loads that the screen wishes, as (slot, query), as a pane of drafts does (`drafts_pane::wishes`).
    pub fn wishes(&self, fresh: bool) -> Vec<(Slot, Query)> {
        let rows = self.list.wanted(fresh).map(|who| (Slot::MatchRows, Query::MatchRows(who)));
        let unread = self.list.current().filter(|_| fresh || self.shown_detail().is_none());
        let detail = unread.map(|who| (Slot::MatchDetail, Query::MatchDetail(who)));
        rows.into_iter().chain(detail).collect()
    }

    /// Another list follows: from its first row, nothing marked.
    pub fn begin_anew(&mut self) {
        self.list.clear_marks();
        self.narrow();
    }

    /// Fewer or more of the same list follow: from the first row, and what is still there stays marked.
    pub fn narrow(&mut self) {
        self.list.begin_anew();
        self.candidate = 0;
        self.scroll = 0;
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&MatchRow> {
        self.list.current_row()
    }

    /// The detail, where it is of the contact under the cursor.
    pub fn shown_detail(&self) -> Option<&MatchDetail> {
        let who = self.list.current()?;
        self.detail.as_deref().filter(|detail| (detail.row.contact_id, detail.row.role) == who)
    }
}

/// Everything.
#[derive(Debug)]
pub struct Model {
    pub theme: Theme,
    pub demo: bool,
    pub is_host: bool,
    pub zone: Zone,
    pub now: Instant,
    pub at_ms: u64,
    pub size: (u16, u16),
    pub keymap: Keymap,
    pub screen: Screen,
    pub overlays: Vec<Overlay>,
    pub toast: Option<Toast>,
    pub task: Option<Task>,
    pub status: Option<Status>,
    pub operator: String,
    /// A text field in the status line filters the list.
    pub filtering: bool,
    pub connect: ConnectState,
    pub fetch: DraftsPane,
    pub matching: MatchState,
    pub review: DraftsPane,
    pub hand_off: HandOffState,
    pub prove: ProveState,
    pub history: HistoryState,
    pub home: HomeState,
    /// Filter lines that were given a name.
    pub views: Vec<SavedView>,
    /// The decision that a key does again.
    pub repeat: Option<Repeat>,
    pub endpoint: Option<Problem>,
    /// What was tried last on a screen failed so; gone with the next try.
    pub failed: Option<(Screen, String)>,
    /// When notices are next read into the lists.
    pub reload_at: Option<u64>,
    /// Marked rows that wait for a form of their own.
    pub in_turn: Option<super::update::InTurn>,
    /// Keys typed ahead.
    pub hold: Option<super::update::Hold>,
    pub dirty: bool,
    /// The exit code once it is time to leave.
    pub leaving: Option<u8>,
    /// Why it is time to leave, where the program goes on afterwards.
    pub parting: Option<Parting>,
    pub ctrl_c_at: Option<u64>,
    /// Acted on before the operator's name was known: done once it is told.
    /// The demo let something happen.
    pub twisted: bool,
    pub waiting_for_name: Option<super::effect::Action>,
    /// What each slot was last asked, so that nothing is asked twice.
    pub asked: BTreeMap<Slot, Query>,
    generations: BTreeMap<Slot, u64>,
    loading: BTreeSet<Slot>,
}

impl Model {
    /// A model before anything was read.
    pub fn new(theme: Theme, demo: bool, is_host: bool, zone: Zone, now: Instant) -> Self {
        let slots = |ids, rows, detail| Slots { ids, rows, detail };
        Model {
            theme,
            demo,
            is_host,
            zone,
            now,
            at_ms: 0,
            size: (80, 24),
            keymap: Keymap::default(),
            screen: Screen::Connect,
            overlays: Vec::new(),
            toast: None,
            task: None,
            status: None,
            operator: String::new(),
            filtering: false,
            connect: ConnectState::default(),
            fetch: DraftsPane::new(FETCH_CHIPS, slots(Slot::FetchIds, Slot::FetchRows, Slot::FetchDetail)),
            matching: MatchState::default(),
            review: DraftsPane::new(
                REVIEW_CHIPS,
                slots(Slot::ReviewIds, Slot::ReviewRows, Slot::ReviewDetail),
            ),
            hand_off: HandOffState {
                pane: DraftsPane::new(
                    HAND_OFF_CHIPS,
                    slots(Slot::HandOffIds, Slot::HandOffRows, Slot::HandOffDetail),
                ),
                preview: None,
                log: VecDeque::new(),
            },
            prove: ProveState::default(),
            history: HistoryState::default(),
            home: HomeState::default(),
            views: Vec::new(),
            repeat: None,
            endpoint: None,
            failed: None,
            reload_at: None,
            in_turn: None,
            hold: None,
            dirty: true,
            leaving: None,
            parting: None,
            ctrl_c_at: None,
            twisted: false,
            waiting_for_name: None,
            asked: BTreeMap::new(),
            generations: BTreeMap::new(),
            loading: BTreeSet::new(),
        }
    }

    /// A load, making older loads of its slot stale.
    pub fn load(&mut self, slot: Slot, query: Query) -> Effect {
        Effect::Load { slot, generation: self.next_generation(slot), query }
    }

    /// Loads, but for slots that were just asked the same.
    pub fn wish(&mut self, wished: Vec<(Slot, Query)>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (slot, query) in wished {
            if self.asked.get(&slot) != Some(&query) {
                self.asked.insert(slot, query.clone());
                effects.push(self.load(slot, query));
            }
        }
        effects
    }

    /// The next generation of a slot.
    pub fn next_generation(&mut self, slot: Slot) -> u64 {
        let generation = self.generations.entry(slot).or_insert(0);
        *generation += 1;
        self.loading.insert(slot);
        *generation
    }

    /// Takes note of an answer; whether it is of the newest load of its slot.
    pub fn is_current(&mut self, slot: Slot, generation: u64, more_follows: bool) -> bool {
        let current = self.generations.get(&slot) == Some(&generation);
        if current && !more_follows {
            self.loading.remove(&slot);
        }
        current
    }

    /// Whether a load of a slot is on its way.
    pub fn is_loading(&self, slot: Slot) -> bool {
        self.loading.contains(&slot)
    }

    /// The drafts on this screen, where it has some.
    pub fn pane(&self) -> Option<&DraftsPane> {
        match self.screen {
            Screen::Fetch => Some(&self.fetch),
            Screen::Review => Some(&self.review),
            Screen::HandOff => Some(&self.hand_off.pane),
            _ => None,
        }
    }

    /// The drafts on this screen, to change.
    pub fn pane_mut(&mut self) -> Option<&mut DraftsPane> {
        match self.screen {
            Screen::Fetch => Some(&mut self.fetch),
            Screen::Review => Some(&mut self.review),
            Screen::HandOff => Some(&mut self.hand_off.pane),
            _ => None,
        }
    }

    /// News that pass by themselves.
    pub fn say(&mut self, text: impl Into<String>) {
        self.toast =
            Some(Toast { text: text.into(), level: Level::Info, until_ms: Some(self.at_ms + TOAST_MS) });
    }

    /// News that stay until the next key.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.toast = Some(Toast { text: text.into(), level: Level::Warn, until_ms: None });
    }

    /// When the model next wants the time, if ever: then something on screen changes by itself.
    pub fn wakes_at(&self) -> Option<u64> {
        let toast = self.toast.as_ref().and_then(|toast| toast.until_ms);
        [toast, self.reload_at, super::update::hold_ends_at(self)].into_iter().flatten().min()
    }

    /// Whether leaving would break something off that a person waits for.
    pub const fn is_busy(&self) -> bool {
        self.task.is_some()
    }
}
