//! What needs an answer of its own for each of several marked rows: one form after the other.
//!
//! Must never open a form about a row that is not under the cursor and read; where one is left, the rest is left too.

use super::decide::chosen_drafts;
use super::{Effect, run};
use crate::base::DraftId;
use crate::tui::command::{self, Id};
use crate::tui::model::{Model, Screen};
use std::collections::VecDeque;

/// The rows that wait for their form.
#[derive(Clone, Debug)]
pub struct InTurn {
    command: Id,
    left: VecDeque<DraftId>,
}

/// Begins with the first of the marked rows.
pub fn begin(model: &mut Model, command: Id) -> Vec<Effect> {
    let left: VecDeque<DraftId> = chosen_drafts(model).into();
    model.say(format!("{} in turn; Esc leaves the rest.", left.len()));
    model.in_turn = Some(InTurn { command, left });
    go_on(model)
}

/// Opens the form of the next row, once nothing lies over the screen and the row is read.
pub fn go_on(model: &mut Model) -> Vec<Effect> {
    while model.overlays.is_empty() {
        let Some(turn) = &mut model.in_turn else { return Vec::new() };
        let (command, next) = (turn.command, turn.left.front().copied());
        let Some(id) = next.filter(|_| model.screen == Screen::Review) else {
            model.in_turn = None;
            return Vec::new();
        };
        let list = &mut model.review.list;
        if list.current() != Some(id)
            && let Some(at) = list.ids().iter().position(|other| *other == id)
        {
            list.go_to(at);
        }
        let here = list.current() == Some(id);
        if here && model.review.shown_detail().is_none() {
            return Vec::new();
        }
        if let Some(turn) = &mut model.in_turn {
            turn.left.pop_front();
        }
        match command::why_not(command, model).filter(|_| here) {
            Some(why) => model.warn(why),
            None if here => {
                // What was typed meanwhile was not meant for the form.
                model.hold = None;
                let effects = run::command(model, command);
                if !model.overlays.is_empty() {
                    return effects;
                }
            }
            // It left the list.
            None => {}
        }
    }
    Vec::new()
}
