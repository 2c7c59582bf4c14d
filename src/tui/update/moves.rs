//! Moving, marking, filtering and sorting in lists. Must never change anything but the view.

use super::{Effect, hold, reload};
use crate::store::links::MatchRow;
use crate::tui::command::Id;
use crate::tui::finding;
use crate::tui::list::List;
use crate::tui::model::{HistoryTab, MatchChip, Model, Screen};
use crate::tui::sorting::{HistoryOrder, turned};
use ratatui::crossterm::event::{Event, KeyEvent};
use std::hash::Hash;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

fn move_list<I: Copy + Eq + Hash, R>(list: &mut List<I, R>, id: Id) {
    match id {
        Id::Down => list.step(1),
        Id::Up => list.step(-1),
        Id::PageDown => list.page(true, false),
        Id::PageUp => list.page(false, false),
        Id::HalfDown => list.page(true, true),
        Id::HalfUp => list.page(false, true),
        Id::First => list.ends(false),
        Id::Last => list.ends(true),
        Id::Mark => list.toggle(),
        Id::Range => list.toggle_range(),
        Id::MarkAll => list.toggle_all(),
        _ => {}
    }
}

/// Lines that a movement scrolls an opened detail by.
fn scroll_by(scroll: &mut u16, id: Id) {
    *scroll = match id {
        Id::Down => scroll.saturating_add(1),
        Id::Up => scroll.saturating_sub(1),
        Id::PageDown | Id::HalfDown => scroll.saturating_add(10),
        Id::PageUp | Id::HalfUp => scroll.saturating_sub(10),
        Id::First => 0,
        Id::Last => u16::MAX,
        _ => *scroll,
    };
}

/// A movement or mark on the list of the screen.
pub fn go(model: &mut Model, id: Id) {
    match model.screen {
        Screen::Connect => move_list(&mut model.connect.list, id),
        Screen::Prove => move_list(&mut model.prove.list, id),
        Screen::History => move_list(&mut model.history.list, id),
        Screen::Home => move_list(&mut model.home.list, id),
        Screen::Match => {
            let state = &mut model.matching;
            if state.open {
                scroll_by(&mut state.scroll, id);
            } else {
                move_list(&mut state.list, id);
                state.candidate = 0;
                state.scroll = 0;
            }
        }
        Screen::Fetch | Screen::Review | Screen::HandOff => {
            if let Some(pane) = model.pane_mut() {
                if pane.open {
                    scroll_by(&mut pane.scroll, id);
                } else {
                    move_list(&mut pane.list, id);
                    pane.scroll = 0;
                }
            }
        }
    }
}

/// The next filter chip or tab.
pub fn turn(model: &mut Model, forward: bool) -> Vec<Effect> {
    match model.screen {
        Screen::Match => {
            model.matching.chip = turned(&MatchChip::ALL, model.matching.chip, forward);
            model.matching.begin_anew();
            hold::wait_for_list(model);
            reload(model)
        }
        Screen::Prove => {
            roll_forward(model);
            Vec::new()
        }
        Screen::History => {
            let tabs = [HistoryTab::Batches, HistoryTab::Events, HistoryTab::Visits];
            model.history.tab = turned(&tabs, model.history.tab, forward);
            model.history.order = HistoryOrder::default();
            model.history.show(&model.zone);
            model.history.list.ends(false);
            // What is here may be old, or have been found for another line.
            reload(model)
        }
        _ => {
            if let Some(pane) = model.pane_mut() {
                pane.turn_chip(forward);
            }
            hold::wait_for_list(model);
            reload(model)
        }
    }
}

/// Totals or roll-forward.
pub fn roll_forward(model: &mut Model) {
    model.prove.roll_forward = !model.prove.roll_forward;
    model.prove.show();
}

/// Another order.
pub fn sort(model: &mut Model) -> Vec<Effect> {
    if model.screen == Screen::Match {
        model.matching.by_documents = !model.matching.by_documents;
        let word = if model.matching.by_documents { "documents waiting" } else { "how sure the proposal is" };
        model.say(format!("Sorted by {word}."));
        hold::wait_for_list(model);
        return reload(model);
    }
    if model.screen == Screen::Prove {
        return sort_proof(model);
    }
    if model.screen == Screen::History {
        return sort_history(model);
    }
    let Some(pane) = model.pane_mut() else { return Vec::new() };
    let word = pane.turn_order();
    model.say(format!("Sorted by {word}."));
    hold::wait_for_list(model);
    reload(model)
}

/// The months of the roll-forward follow one another: each opens with what the one before closed with.
fn sort_proof(model: &mut Model) -> Vec<Effect> {
    if model.prove.roll_forward {
        model.say("The months of the roll-forward stay in their order. Tab goes to the totals.");
        return Vec::new();
    }
    model.prove.order = model.prove.order.next();
    model.prove.show();
    model.say(format!("Sorted by {}.", model.prove.order.word()));
    Vec::new()
}

fn sort_history(model: &mut Model) -> Vec<Effect> {
    let tab = model.history.tab;
    model.history.order = model.history.order.next(tab);
    model.history.list.ends(false);
    model.say(format!("Sorted by {}.", model.history.order.word(tab)));
    if tab == HistoryTab::Events {
        // They are read along the chain, from its other end now.
        return reload(model);
    }
    model.history.show(&model.zone);
    Vec::new()
}

fn filter_changed(model: &mut Model) -> Vec<Effect> {
    match model.screen {
        Screen::Match => model.matching.narrow(),
        Screen::Connect => {
            model.connect.show();
            model.connect.list.ends(false);
            return Vec::new();
        }
        Screen::Prove => {
            model.prove.show();
            model.prove.list.ends(false);
            return Vec::new();
        }
        Screen::History if model.history.tab != HistoryTab::Events => {
            model.history.show(&model.zone);
            model.history.list.ends(false);
            return Vec::new();
        }
        // The store finds events and drafts.
        Screen::History => model.history.list.ends(false),
        _ => {
            if let Some(pane) = model.pane_mut() {
                pane.begin_anew();
            }
        }
    }
    reload(model)
}

/// A key while the filter is typed: every letter is text.
pub fn filter_key(model: &mut Model, key: &KeyEvent, name: &str) -> Vec<Effect> {
    match name {
        "enter" | "down" => {
            if let Some(text) = finding::text_mut(model) {
                text.truncate(text.trim_end().len());
            }
            model.filtering = false;
            return Vec::new();
        }
        "esc" => {
            model.filtering = false;
            return clear_filter(model);
        }
        "tab" => return complete_filter(model),
        _ => {}
    }
    let Some(text) = finding::text_mut(model) else { return Vec::new() };
    let mut input = Input::new(text.clone());
    if input.handle_event(&Event::Key(*key)).is_none_or(|change| !change.value) {
        return Vec::new();
    }
    *text = input.value().to_string();
    filter_changed(model)
}

/// Takes the first thing that could stand at the end of the filter line.
fn complete_filter(model: &mut Model) -> Vec<Effect> {
    let Some(offered) = finding::offers(model).into_iter().next() else { return Vec::new() };
    if let Some(text) = finding::text_mut(model) {
        *text = offered.line;
    }
    filter_changed(model)
}

/// A paste into the filter.
pub fn filter_paste(model: &mut Model, pasted: &str) -> Vec<Effect> {
    if let Some(text) = finding::text_mut(model) {
        text.push_str(pasted);
    }
    filter_changed(model)
}

/// Takes the filter away.
pub fn clear_filter(model: &mut Model) -> Vec<Effect> {
    match finding::text_mut(model) {
        Some(text) if !text.is_empty() => {
            text.clear();
            if model.pane().is_none() {
                return filter_changed(model);
            }
            // The row under the cursor is in the whole list too, and stays under it.
            reload(model)
        }
        _ => Vec::new(),
    }
}

/// Escape: closes the top thing; never quits, never destroys.
pub fn back(model: &mut Model) -> Vec<Effect> {
    if close_detail(model) {
        return Vec::new();
    }
    let cleared = match model.screen {
        Screen::Match => model.matching.list.clear_marks(),
        _ => model.pane_mut().is_some_and(|pane| pane.list.clear_marks()),
    };
    if cleared {
        return Vec::new();
    }
    clear_filter(model)
}

/// Closes an opened detail. Whether there was one.
pub fn close_detail(model: &mut Model) -> bool {
    match model.screen {
        Screen::Match => std::mem::take(&mut model.matching.open),
        _ => model.pane_mut().is_some_and(|pane| std::mem::take(&mut pane.open)),
    }
}

/// The next or previous row that a person must look at, among those loaded around the cursor.
pub fn next_review(model: &mut Model, forward: bool) -> bool {
    match model.screen {
        Screen::Match => {
            let state = &mut model.matching;
            let needs = |at: usize| {
                // A row that is not loaded cannot be judged; the cursor stops there and it is loaded.
                let who = state.list.ids().get(at);
                who.is_some_and(|who| state.list.row(*who).is_none_or(MatchRow::is_open))
            };
            let found = seek(state.list.cursor(), state.list.len(), forward, needs);
            found.map(|at| state.list.go_to(at)).is_some()
        }
        Screen::Review => {
            use crate::books::DraftState as S;
            let pane = &mut model.review;
            let needs = |at: usize| {
                // A row that is not loaded cannot be judged; the cursor stops there and it is loaded.
                pane.list.ids().get(at).is_some_and(|id| {
                    pane.list.row(*id).is_none_or(|row| {
                        matches!(
                            row.state,
                            S::Ready | S::NeedsAttention | S::Rejected | S::DriftedInQuickBooks
                        )
                    })
                })
            };
            let found = seek(pane.list.cursor(), pane.list.len(), forward, needs);
            found.map(|at| pane.list.go_to(at)).is_some()
        }
        _ => false,
    }
}

fn seek(from: usize, len: usize, forward: bool, needs: impl Fn(usize) -> bool) -> Option<usize> {
    if forward { (from + 1..len).find(|at| needs(*at)) } else { (0..from).rev().find(|at| needs(*at)) }
}
