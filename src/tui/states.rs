//! What the screens with short lists hold: Connect, Hand off, Prove, History and the first page.
//!
//! Must never be the only place where anything of the books stands (`model`).

use super::connect_rows;
use super::drafts_pane::DraftsPane;
use super::finding;
use super::list::List;
use super::msg::EventsPage;
use super::sorting::{HistoryOrder, ProofOrder};
use crate::base::Zone;
use crate::books::find::lists::{Asked, HISTORY, PROOF};
use crate::proof::Proof;
use crate::store::events::{Event, EventsFrom};
use crate::store::meta::Visit;
use crate::store::operations::Batch;
use crate::workflow::connect::ConnectView;
use crate::workflow::handoff::BatchPreview;
use crate::workflow::home::HomeView;
use std::collections::{BTreeMap, VecDeque};

/// The Connect screen.
#[derive(Debug, Default)]
pub struct ConnectState {
    pub view: Option<ConnectView>,
    pub list: List<usize, ()>,
    /// The filter line.
    pub text: String,
    /// Settings of which the view says nothing but that are asked here.
    pub purchase_tax: String,
    pub writeback: bool,
}

/// The Hand off screen.
#[derive(Debug)]
pub struct HandOffState {
    pub pane: DraftsPane,
    pub preview: Option<BatchPreview>,
    /// What visits did, newest last.
    pub log: VecDeque<String>,
}

/// The Prove screen.
#[derive(Debug, Default)]
pub struct ProveState {
    pub proof: Option<Box<Proof>>,
    pub list: List<usize, ()>,
    /// The filter line.
    pub text: String,
    pub roll_forward: bool,
    pub order: ProofOrder,
}

/// Which list the History screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryTab {
    #[default]
    Batches,
    Events,
    Visits,
}

/// The History screen.
#[derive(Debug, Default)]
pub struct HistoryState {
    pub tab: HistoryTab,
    pub batches: Vec<Batch>,
    pub events: Vec<Event>,
    /// What events are about in words, by their subjects.
    pub names: BTreeMap<String, String>,
    pub visits: Vec<Visit>,
    pub list: List<usize, ()>,
    /// The filter line.
    pub text: String,
    pub all_events: bool,
    /// What the events that are here were found for, and from which end of the chain.
    pub events_of: Option<(EventsFrom, Asked)>,
    /// Of the list that is shown; each list opens with its newest first.
    pub order: HistoryOrder,
}

/// The first page.
#[derive(Debug, Default)]
pub struct HomeState {
    pub view: Option<Box<HomeView>>,
    pub list: List<usize, ()>,
    /// On a small window: the figures instead of the list.
    pub figures: bool,
    /// The answer of the load that is on its way leads to the next need.
    pub going: bool,
    /// The need that was gone to last.
    pub last: Option<&'static str>,
}

impl ConnectState {
    /// Chooses anew which rows are shown.
    pub fn show(&mut self) {
        let count = connect_rows::rows(self).len();
        self.list.set_ids((0..count).collect());
    }
}

impl ProveState {
    /// Chooses anew which rows are shown: totals, then documents, by their place; or the months of the roll-forward.
    pub fn show(&mut self) {
        let Some(proof) = &self.proof else { return };
        let ids = if self.roll_forward {
            (0..proof.roll_forward.len()).collect()
        } else {
            let asked = finding::asked(&PROOF, &self.text);
            let mut places = finding::proof_places(&asked, proof);
            self.order.sort(proof, &mut places);
            places
        };
        self.list.set_ids(ids);
    }

    /// Place of the row under the cursor.
    pub fn at(&self) -> usize {
        self.list.current().unwrap_or(usize::MAX)
    }
}

impl HistoryState {
    /// What is asked for.
    pub fn asked(&self) -> Asked {
        finding::asked(&HISTORY, &self.text)
    }

    /// What the next page of events is asked after; their beginning where `next` is not the question.
    pub fn page(&self, next: bool) -> EventsFrom {
        let end = self.events.last().map(|event| event.seq).filter(|_| next);
        match self.order {
            HistoryOrder::Oldest if self.tab == HistoryTab::Events => EventsFrom::After(end.unwrap_or(0)),
            _ => EventsFrom::Before(end.unwrap_or(i64::MAX)),
        }
    }

    /// Takes a page of events: the beginning of the list, or what follows those that are here. An event never changes, so
    /// that of a beginning that is read again only the new ones are taken, and what was read behind them stays.
    pub fn take_events(&mut self, page: EventsPage, zone: &Zone) {
        let (first, asked) = (self.page(false), self.asked());
        if self.tab != HistoryTab::Events || page.asked != asked {
            return;
        }
        let of = Some((first, asked));
        if page.from != first {
            // Read behind an end that is no longer the end, or from the other end of the chain.
            if page.from == self.page(true) && self.events_of == of {
                self.all_events = page.events.is_empty();
                self.events.extend(page.events);
                self.names.extend(page.names);
            }
        } else if let Some(new) = self.newer(&page.events).filter(|_| self.events_of == of) {
            let cursor = self.list.cursor();
            self.events.splice(0..0, page.events.into_iter().take(new));
            self.names.extend(page.names);
            self.all_events &= first != EventsFrom::After(0);
            self.show(zone);
            if cursor > 0 {
                // The same event stays under it.
                self.list.go_to(cursor + new);
            }
            return;
        } else {
            (self.events, self.names) = (page.events, page.names);
            self.all_events = false;
            self.events_of = of;
        }
        self.show(zone);
    }

    /// How many events of a beginning come before those that are here; none where they do not meet.
    fn newer(&self, beginning: &[Event]) -> Option<usize> {
        let known = self.events.first()?.seq;
        beginning.iter().position(|event| event.seq == known)
    }

    /// Chooses anew which rows are shown. Events are found by the store, since they are too many to be held here.
    pub fn show(&mut self, zone: &Zone) {
        let asked = self.asked();
        let places = |count: usize, has: &dyn Fn(usize) -> bool| -> Vec<usize> {
            (0..count).filter(|at| has(*at)).collect()
        };
        let ids = match self.tab {
            HistoryTab::Batches => {
                let mut ids = places(self.batches.len(), &|at| {
                    self.batches.get(at).is_some_and(|batch| finding::has_batch(&asked, batch, zone))
                });
                self.order.sort_batches(&self.batches, &mut ids);
                ids
            }
            HistoryTab::Events => (0..self.events.len()).collect(),
            HistoryTab::Visits => {
                let mut ids = places(self.visits.len(), &|at| {
                    self.visits.get(at).is_some_and(|visit| finding::has_visit(&asked, visit, zone))
                });
                self.order.sort_visits(&self.visits, &mut ids);
                ids
            }
        };
        self.list.set_ids(ids);
    }

    /// What an event is and what it is about, in words.
    pub fn told(&self, event: &Event) -> String {
        let what = event.kind.replace('_', " ");
        match self.names.get(&event.subject) {
            Some(name) => format!("{what} {name}"),
            // A subject without a number says no more than what was done.
            None if !event.subject.contains('/') => what,
            None => format!("{what} {}", event.subject),
        }
    }

    /// Place of the row under the cursor.
    pub fn at(&self) -> usize {
        self.list.current().unwrap_or(usize::MAX)
    }
}
