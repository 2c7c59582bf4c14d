//! The mouse, where the settings switch it on: the wheel scrolls, a click chooses a row.
//!
//! Must never decide anything: whatever changes the books needs a key.

use super::{Effect, moves, overlays};
use crate::tui::command::Id;
use crate::tui::layout;
use crate::tui::list::List;
use crate::tui::model::{Model, Screen};
use crate::tui::overlay::Overlay;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;
use std::hash::Hash;

/// Rows of one notch of the wheel.
const NOTCH: usize = 3;

/// Something happened with the mouse.
pub fn event(model: &mut Model, mouse: MouseEvent) -> Vec<Effect> {
    if model.hold.is_some() || model.filtering {
        // The list is about to become another one.
        return Vec::new();
    }
    match mouse.kind {
        MouseEventKind::ScrollDown => wheel(model, true),
        MouseEventKind::ScrollUp => wheel(model, false),
        MouseEventKind::Down(MouseButton::Left) => {
            click(model, Position { x: mouse.column, y: mouse.row });
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn wheel(model: &mut Model, down: bool) -> Vec<Effect> {
    model.dirty = true;
    let mut effects = Vec::new();
    for _ in 0..NOTCH {
        match model.overlays.last() {
            None => moves::go(model, if down { Id::Down } else { Id::Up }),
            // What is being typed is left alone.
            Some(Overlay::Word { .. } | Overlay::Ask { .. } | Overlay::Form { .. } | Overlay::Quit) => break,
            Some(_) => {
                let (code, name) = if down { (KeyCode::Down, "down") } else { (KeyCode::Up, "up") };
                effects.extend(overlays::key(model, &KeyEvent::new(code, KeyModifiers::NONE), name));
            }
        }
    }
    effects
}

fn click(model: &mut Model, at: Position) {
    let rows = layout::rows(model);
    if !model.overlays.is_empty() || !rows.contains(at) || is_covered(model) {
        return;
    }
    model.dirty = true;
    let row = usize::from(at.y - rows.y);
    match model.screen {
        Screen::Connect => choose(&mut model.connect.list, row),
        Screen::Prove => choose(&mut model.prove.list, row),
        Screen::History => choose(&mut model.history.list, row),
        Screen::Home => choose(&mut model.home.list, row),
        Screen::Match => {
            choose(&mut model.matching.list, row);
            model.matching.candidate = 0;
            model.matching.scroll = 0;
        }
        Screen::Fetch | Screen::Review | Screen::HandOff => {
            if let Some(pane) = model.pane_mut() {
                choose(&mut pane.list, row);
                pane.scroll = 0;
            }
        }
    }
}

/// Whether something else stands where the rows would be.
fn is_covered(model: &Model) -> bool {
    match model.screen {
        Screen::Match => model.matching.open,
        Screen::Prove => model.prove.roll_forward,
        _ => model.pane().is_some_and(|pane| pane.open),
    }
}

fn choose<I: Copy + Eq + Hash, R>(list: &mut List<I, R>, row: usize) {
    let at = list.top() + row;
    if at < list.len() {
        list.go_to(at);
    }
}
