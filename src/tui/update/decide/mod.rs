//! Decisions of a person: which action each key of the steps stands for, screen by screen.
//!
//! Must never send what was not on screen.

mod connect;
mod drafts;
mod entries;
mod matching;

pub(super) use drafts::chosen_drafts;
pub(super) use matching::{ask_also, chosen_contacts};

pub use connect::row as connect_row;

use super::Effect;
use crate::tui::command::Id;
use crate::tui::model::{Model, Screen};

/// Runs a command that decides or starts something.
pub fn command(model: &mut Model, id: Id) -> Vec<Effect> {
    if let Some(effects) = entries::command(model, id) {
        return effects;
    }
    match model.screen {
        Screen::Match => matching::command(model, id),
        Screen::Connect => connect::command(model, id),
        _ => drafts::command(model, id),
    }
}
