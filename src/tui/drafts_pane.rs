//! A list of drafts with its chips, filter and detail: the same part on the Fetch, Review and Hand off screens.
//!
//! Must never hold more than a window of rows (`list`).

use super::effect::{Query, Slot};
use super::list::List;
use super::sorting::turned;
use crate::base::DraftId;
use crate::books::{DraftState, find};
use crate::store::drafts::groups::GroupBy;
use crate::store::drafts::{DraftFilter, DraftOrder, DraftRow};
use crate::workflow::drafts::DraftDetail;

/// One choice of states at the top of a list.
#[derive(Clone, Copy, Debug)]
pub struct Chip {
    pub title: &'static str,
    /// Posted documents that changed in Cin7 or in QuickBooks since, and only those.
    pub changed: bool,
    /// Empty = all.
    pub states: &'static [DraftState],
}

/// Chips of the Fetch screen.
pub const FETCH_CHIPS: &[Chip] = &[
    Chip { title: "all", changed: false, states: &[] },
    Chip { title: "not ready", changed: false, states: &[DraftState::NotReady] },
    Chip { title: "excluded", changed: false, states: &[DraftState::Excluded] },
    Chip {
        title: "eligible",
        changed: false,
        states: &[
            DraftState::NeedsAttention,
            DraftState::Ready,
            DraftState::Held,
            DraftState::Approved,
            DraftState::Queued,
            DraftState::InFlight,
            DraftState::Unknown,
            DraftState::Posted,
            DraftState::Rejected,
            DraftState::DriftedInQuickBooks,
            DraftState::Voided,
        ],
    },
];

/// Chips of the Review screen.
pub const REVIEW_CHIPS: &[Chip] = &[
    Chip {
        title: "to review",
        changed: false,
        states: &[DraftState::Ready, DraftState::NeedsAttention, DraftState::Rejected],
    },
    Chip { title: "ready", changed: false, states: &[DraftState::Ready] },
    Chip { title: "attention", changed: false, states: &[DraftState::NeedsAttention, DraftState::Rejected] },
    Chip { title: "changed", changed: true, states: &[] },
    Chip { title: "held", changed: false, states: &[DraftState::Held] },
    Chip { title: "approved", changed: false, states: &[DraftState::Approved] },
    Chip { title: "excluded", changed: false, states: &[DraftState::Excluded] },
    Chip { title: "not ready", changed: false, states: &[DraftState::NotReady] },
    Chip { title: "all", changed: false, states: &[] },
];

/// Chips of the Hand off screen.
pub const HAND_OFF_CHIPS: &[Chip] = &[
    Chip {
        title: "all",
        changed: false,
        states: &[
            DraftState::Approved,
            DraftState::Queued,
            DraftState::InFlight,
            DraftState::Unknown,
            DraftState::Posted,
            DraftState::Rejected,
            DraftState::DriftedInQuickBooks,
        ],
    },
    Chip { title: "approved", changed: false, states: &[DraftState::Approved] },
    Chip { title: "on the way", changed: false, states: &[DraftState::Queued, DraftState::InFlight] },
    Chip {
        title: "needs a person",
        changed: false,
        states: &[DraftState::Unknown, DraftState::Rejected, DraftState::DriftedInQuickBooks],
    },
    Chip { title: "posted", changed: false, states: &[DraftState::Posted] },
];

/// Which slots a pane loads into.
#[derive(Clone, Copy, Debug)]
pub struct Slots {
    pub ids: Slot,
    pub rows: Slot,
    pub detail: Slot,
}

/// A list of drafts on a screen.
#[derive(Debug)]
pub struct DraftsPane {
    pub chips: &'static [Chip],
    pub chip: usize,
    pub text: String,
    pub order: DraftOrder,
    /// What its groups were last made by.
    pub group_by: GroupBy,
    pub list: List<DraftId, DraftRow>,
    pub detail: Option<Box<DraftDetail>>,
    /// The detail fills the screen.
    pub open: bool,
    /// First line of the detail that is shown.
    pub scroll: u16,
    pub slots: Slots,
    /// The list begins anew with the next reading: its cursor and rows stand for nothing any more.
    pub anew: bool,
}

impl DraftsPane {
    /// An empty pane.
    pub fn new(chips: &'static [Chip], slots: Slots) -> Self {
        DraftsPane {
            chips,
            chip: 0,
            text: String::new(),
            order: DraftOrder::Date,
            group_by: GroupBy::default(),
            list: List::default(),
            detail: None,
            open: false,
            scroll: 0,
            slots,
            anew: true,
        }
    }

    /// The chip that is on.
    pub fn current_chip(&self) -> Chip {
        self.chips.get(self.chip).copied().unwrap_or(Chip { title: "all", changed: false, states: &[] })
    }

    /// What the list asks the store for.
    pub fn filter(&self) -> DraftFilter {
        // While a condition is half typed its letters are only words, so that the list never stands empty for it.
        let (wanted, text) = match find::parse(&self.text) {
            Ok(wanted) => (wanted, String::new()),
            Err(_) => (find::Wanted::default(), self.text.clone()),
        };
        DraftFilter {
            states: self.current_chip().states.to_vec(),
            changed: self.current_chip().changed,
            text,
            wanted,
            order: self.order,
            ..DraftFilter::default()
        }
    }

    /// The next chip, or the one before.
    pub fn turn_chip(&mut self, forward: bool) {
        let count = self.chips.len().max(1);
        self.chip = if forward { (self.chip + 1) % count } else { (self.chip + count - 1) % count };
        self.list.clear_marks();
        self.begin_anew();
    }

    /// Back to the first row of a list that is to be read anew.
    pub fn begin_anew(&mut self) {
        self.list.begin_anew();
        self.anew = true;
    }

    /// The list as the store is asked for it next.
    pub fn next_query(&mut self) -> Query {
        if std::mem::take(&mut self.anew) {
            Query::DraftIdsAnew(self.filter())
        } else {
            Query::DraftIds(self.filter())
        }
    }

    /// The next order.
    pub fn turn_order(&mut self) -> &'static str {
        self.order = turned(&DraftOrder::ALL, self.order, true);
        match self.order {
            DraftOrder::Amount => "amount, largest first",
            order => order.word(),
        }
    }

    /// The whole filter as one line: what the chip says, then what was typed.
    pub fn whole_line(&self) -> String {
        let chip = self.current_chip();
        let states: Vec<&str> = chip.states.iter().map(|state| find::state_word(*state)).collect();
        let mut parts = Vec::new();
        if !states.is_empty() && chip.title != "all" {
            parts.push(format!("state:{}", states.join(",")));
        }
        if chip.changed {
            parts.push("is:changed".to_string());
        }
        if !self.text.trim().is_empty() {
            parts.push(self.text.trim().to_string());
        }
        parts.join(" ")
    }

    /// Shows what a whole line asks for, whatever the chips said before.
    pub fn take_line(&mut self, line: &str, order: DraftOrder) {
        // The chip with all states, so that the filter line alone decides.
        self.chip = self.chips.iter().position(|chip| chip.title == "all").unwrap_or(0);
        self.text = line.to_string();
        self.order = order;
        self.begin_anew();
        self.open = false;
        self.list.clear_marks();
    }

    /// The detail, where it is of the draft under the cursor.
    pub fn shown_detail(&self) -> Option<&DraftDetail> {
        let current = self.list.current()?;
        self.detail.as_deref().filter(|detail| detail.row.id == current)
    }
}

/// Loads that a pane wishes, as (slot, query); the caller adds generations.
pub fn wishes(pane: &DraftsPane, fresh: bool) -> Vec<(Slot, Query)> {
    let mut out = Vec::new();
    if let Some(ids) = pane.list.wanted(fresh) {
        out.push((pane.slots.rows, Query::DraftRows(ids)));
    }
    if let Some(id) = pane.list.current()
        && (fresh || pane.shown_detail().is_none())
    {
        out.push((pane.slots.detail, Query::DraftDetail(id)));
    }
    out
}
