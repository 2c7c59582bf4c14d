//! Keys typed ahead: held while what they are about is still being read, then pressed in order.
//!
//! Must never let a key decide about a row that the person did not see: after a decision, a filter or a change of
//! screen the list is old for a moment. Must never press a held key into a question that opened meanwhile.

use super::{Effect, press};
use crate::tui::effect::Slot;
use crate::tui::model::{HistoryTab, Model, Screen};
use ratatui::crossterm::event::KeyEvent;

/// Keys are held no longer than this, so that a slow disk never makes the screen deaf.
const LONGEST_MS: u64 = 1_500;

/// Keys held at most.
const KEYS_MAX: usize = 64;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// The end of an action.
    Action,
    /// A load.
    Slot(Slot),
}

/// Keys held back.
#[derive(Clone, Debug)]
pub struct Hold {
    waits_for: For,
    until_ms: u64,
    keys: Vec<KeyEvent>,
}

/// The load that brings what a screen lists.
pub fn main_slot(model: &Model) -> Option<Slot> {
    match model.screen {
        Screen::Connect => Some(Slot::Connect),
        Screen::Fetch => Some(Slot::FetchIds),
        Screen::Match => Some(Slot::MatchIds),
        Screen::Review => Some(Slot::ReviewIds),
        Screen::HandOff => Some(Slot::HandOffIds),
        Screen::Prove => None,
        Screen::History if model.history.tab == HistoryTab::Events => Some(Slot::Events),
        Screen::History => Some(Slot::History),
        Screen::Home => Some(Slot::Home),
    }
}

/// Starts to hold keys, or goes on holding for something else.
pub fn wait_for(model: &mut Model, waits_for: For) {
    let keys = model.hold.take().map(|hold| hold.keys).unwrap_or_default();
    model.hold = Some(Hold { waits_for, until_ms: model.at_ms + LONGEST_MS, keys });
}

/// Holds for the list of the screen.
pub fn wait_for_list(model: &mut Model) {
    match main_slot(model) {
        Some(slot) => wait_for(model, For::Slot(slot)),
        None => model.hold = None,
    }
}

/// Takes a key if keys are being held.
pub fn takes(model: &mut Model, key: &KeyEvent) -> bool {
    let at_ms = model.at_ms;
    match &mut model.hold {
        Some(hold) if at_ms < hold.until_ms && model.overlays.is_empty() => {
            if hold.keys.len() < KEYS_MAX {
                hold.keys.push(*key);
            }
            true
        }
        _ => false,
    }
}

/// Puts a key back in front: it waits for something that is still being read.
pub fn put_back(model: &mut Model, key: KeyEvent, waits_for: For) {
    wait_for(model, waits_for);
    if let Some(hold) = &mut model.hold {
        hold.keys.insert(0, key);
    }
}

/// Whether this is what the keys wait for.
pub fn is_for(model: &Model, what: For) -> bool {
    model.hold.as_ref().is_some_and(|hold| hold.waits_for == what)
}

/// Presses the held keys.
pub fn release(model: &mut Model) -> Vec<Effect> {
    let Some(hold) = model.hold.take() else { return Vec::new() };
    let mut effects = Vec::new();
    for key in hold.keys {
        effects.extend(press(model, &key));
        if !model.overlays.is_empty() {
            // What opened now was not on screen when the rest was typed.
            break;
        }
    }
    effects
}

/// When the longest hold is over, if keys are held.
pub fn ends_at(model: &Model) -> Option<u64> {
    model.hold.as_ref().filter(|hold| !hold.keys.is_empty()).map(|hold| hold.until_ms)
}
