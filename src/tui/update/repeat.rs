//! Doing the last decision again.
//!
//! Must never skip what the first one was checked for: the same command runs, with the answer that was given then.

use super::{Effect, act, decide};
use crate::tui::effect::Action;
use crate::tui::model::Model;
use crate::tui::repeat::Repeat;

/// Does the last decision again on the row under the cursor, or on all marked.
pub fn again(model: &mut Model) -> Vec<Effect> {
    let Some(repeat) = model.repeat.clone() else { return Vec::new() };
    match &repeat {
        Repeat::Exclude(why) => {
            let ids = decide::chosen_drafts(model);
            act(model, Action::Exclude(ids, why.clone()))
        }
        Repeat::Settle(how) => {
            let ids = decide::chosen_drafts(model);
            act(model, Action::Settle(ids, *how))
        }
        Repeat::Reset => {
            let ids = decide::chosen_drafts(model);
            act(model, Action::Reset(ids))
        }
        Repeat::Create => {
            let who = decide::chosen_contacts(model);
            act(model, Action::CreateEach(who))
        }
        Repeat::Defer(deferred) => {
            let who = decide::chosen_contacts(model);
            act(model, Action::Defer(who, *deferred))
        }
        _ => decide::command(model, repeat.command()),
    }
}
