//! Keys of a sheet of paper: reading it, and what it offers.

use super::{Effect, act, run_or_say};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::tui::paper::{Paper, Then, lay};
use crate::tui::view::paper_room;

/// A key press on a sheet.
pub fn key(model: &mut Model, name: &str) -> Vec<Effect> {
    let theme = model.theme;
    let (width, height) = paper_room(layout::body(model.size));
    let Some(Overlay::Paper(paper)) = model.overlays.last_mut() else { return Vec::new() };
    if let Some(offer) = paper.offers.iter().find(|offer| offer.key == name) {
        let then = offer.then.clone();
        model.overlays.pop();
        return match then {
            Then::Act(action) => act(model, *action),
            Then::Run(id) => run_or_say(model, id),
        };
    }
    let last = lay(theme, &paper.pieces, width).len().saturating_sub(height);
    let page = height.saturating_sub(1).max(1);
    paper.scroll = match name {
        "esc" | "q" | "enter" => {
            model.overlays.pop();
            return Vec::new();
        }
        "j" | "down" => paper.scroll.saturating_add(1),
        "k" | "up" => paper.scroll.saturating_sub(1),
        "pagedown" | "space" | "ctrl-f" => paper.scroll.saturating_add(page),
        "pageup" | "ctrl-b" => paper.scroll.saturating_sub(page),
        "ctrl-d" => paper.scroll.saturating_add(page / 2),
        "ctrl-u" => paper.scroll.saturating_sub(page / 2),
        "g" | "home" => 0,
        "G" | "end" => last,
        _ => paper.scroll,
    }
    .min(last);
    Vec::new()
}

/// Lays a sheet over the screen.
pub fn open(model: &mut Model, paper: Paper) {
    model.overlays.push(Overlay::Paper(paper));
}
