//! Keys of a form: typing, moving, choosing among what a field offers, going on to the summary.
//!
//! Must never put anything away that was typed without asking, nor take anything by a key that was meant for a field.

use super::{Form, Kind, Stage};
use crate::workflow::own_look::PickList;
use ratatui::crossterm::event::{Event, KeyEvent};
use tui_input::backend::crossterm::EventHandler as _;

/// What a key of a form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    Nothing,
    Close,
    /// What the list offers for a text.
    Offers(PickList, String),
    /// The summary of what is typed.
    Look,
    /// Put it in.
    Take,
    /// An empty file with the right first line.
    Template,
    /// Scroll the summary by lines.
    Scroll(isize),
}

/// A key press on a form.
pub fn key(form: &mut Form, key: &KeyEvent, name: &str) -> Turn {
    match form.stage {
        Stage::Typing => typing(form, key, name),
        Stage::Looking | Stage::Taking => {
            if name == "esc" {
                form.stage = Stage::Typing;
            }
            Turn::Nothing
        }
        Stage::Shown(_) => shown(form, name),
        Stage::Leaving => match name {
            "y" => Turn::Close,
            "n" | "esc" => {
                form.stage = Stage::Typing;
                Turn::Nothing
            }
            _ => Turn::Nothing,
        },
    }
}

fn shown(form: &mut Form, name: &str) -> Turn {
    match name {
        "esc" | "backspace" | "e" => {
            form.stage = Stage::Typing;
            Turn::Nothing
        }
        "enter" => match &form.stage {
            Stage::Shown(look) if look.refused => {
                form.stage = Stage::Typing;
                Turn::Nothing
            }
            _ => {
                form.stage = Stage::Taking;
                Turn::Take
            }
        },
        "j" | "down" => Turn::Scroll(1),
        "k" | "up" => Turn::Scroll(-1),
        "pagedown" | "space" | "ctrl-d" | "ctrl-f" => Turn::Scroll(10),
        "pageup" | "ctrl-u" | "ctrl-b" => Turn::Scroll(-10),
        "g" | "home" => Turn::Scroll(isize::MIN),
        "G" | "end" => Turn::Scroll(isize::MAX),
        _ => Turn::Nothing,
    }
}

fn typing(form: &mut Form, key: &KeyEvent, name: &str) -> Turn {
    match name {
        "esc" if form.touched => {
            form.stage = Stage::Leaving;
            Turn::Nothing
        }
        "esc" => Turn::Close,
        "tab" => {
            if complete(form) {
                return wish(form);
            }
            step(form, true)
        }
        "shift-tab" => step(form, false),
        "down" | "up" => up_or_down(form, name == "down"),
        "enter" => enter(form),
        "ctrl-t" if form.what == super::What::Import => Turn::Template,
        _ => {
            let Some(cell) = form.current_mut() else { return Turn::Nothing };
            if !cell.has_room() && !matches!(name, "backspace" | "left" | "right" | "ctrl-u" | "ctrl-w") {
                return Turn::Nothing;
            }
            if matches!(cell.kind, Kind::Choice(_)) {
                return Turn::Nothing;
            }
            if cell.input.handle_event(&Event::Key(*key)).is_some_and(|change| change.value) {
                form.offer = None;
                form.touched = true;
                form.grow();
                return wish(form);
            }
            Turn::Nothing
        }
    }
}

/// What the field under the cursor wishes to know from its list.
fn wish(form: &Form) -> Turn {
    match form.current().and_then(|cell| Some((cell.list()?, cell))) {
        Some((list, cell)) if cell.offers_for.as_deref() != Some(cell.text()) => {
            Turn::Offers(list, cell.text().to_string())
        }
        _ => Turn::Nothing,
    }
}

/// Puts the marked offer into the field. Whether the field changed and stays: a folder wants its files next.
fn complete(form: &mut Form) -> bool {
    let Some(at) = form.marked() else { return false };
    let Some(cell) = form.current_mut() else { return false };
    let Some(chosen) = cell.shown_offers().get(at).map(|offer| (*offer).to_string()) else { return false };
    if !matches!(cell.kind, Kind::Pick(..)) || chosen == cell.text() {
        return false;
    }
    cell.set(&chosen);
    let folder = chosen.ends_with('/');
    form.offer = None;
    form.touched = true;
    form.grow();
    folder
}

fn step(form: &mut Form, forward: bool) -> Turn {
    leave_cell(form);
    let places: Vec<(usize, usize)> = form.cells().map(|(place, _)| place).collect();
    let here = places.iter().position(|place| *place == form.at).unwrap_or(0);
    let count = places.len().max(1);
    let next = if forward { (here + 1) % count } else { (here + count - 1) % count };
    go(form, places.get(next).copied().unwrap_or_default())
}

fn go(form: &mut Form, place: (usize, usize)) -> Turn {
    form.at = place;
    form.offer = None;
    wish(form)
}

fn leave_cell(form: &mut Form) {
    if let Some(cell) = form.current_mut() {
        cell.tidy();
    }
    form.grow();
}

fn up_or_down(form: &mut Form, down: bool) -> Turn {
    let Some(cell) = form.current() else { return Turn::Nothing };
    if let Kind::Choice(words) = cell.kind {
        let at = words.iter().position(|word| *word == cell.text()).unwrap_or(0);
        let next = if down { (at + 1).min(words.len().saturating_sub(1)) } else { at.saturating_sub(1) };
        let word = words.get(next).copied().unwrap_or_default();
        if let Some(cell) = form.current_mut() {
            cell.set(word);
        }
        form.touched = true;
        return Turn::Nothing;
    }
    let count = cell.shown_offers().len();
    let settled = cell.exact().is_some() && form.offer.is_none();
    match (form.marked(), down) {
        (None, true) if count > 0 && !settled => {
            form.offer = Some(0);
            return Turn::Nothing;
        }
        (Some(at), true) => {
            form.offer = Some((at + 1).min(count.saturating_sub(1)));
            return Turn::Nothing;
        }
        (Some(at), false) if at > 0 => {
            form.offer = Some(at - 1);
            return Turn::Nothing;
        }
        _ => {}
    }
    let (row, at) = form.at;
    leave_cell(form);
    let row = if down { (row + 1).min(form.rows.len().saturating_sub(1)) } else { row.saturating_sub(1) };
    let cells = form.rows.get(row).map_or(0, |row| row.cells.len());
    if cells == 0 {
        return Turn::Nothing;
    }
    go(form, (row, at.min(cells - 1)))
}

/// Enter goes on: to the first field with something wrong, else to the summary.
fn enter(form: &mut Form) -> Turn {
    if complete(form) {
        return wish(form);
    }
    leave_cell(form);
    form.tried = true;
    match form.first_wrong() {
        Some((place, _)) if place != form.at => go(form, place),
        Some(_) => wish(form),
        None => {
            form.stage = Stage::Looking;
            Turn::Look
        }
    }
}

/// A paste: into the field under the cursor, as one edit.
pub fn paste(form: &mut Form, text: &str) -> Turn {
    if !matches!(form.stage, Stage::Typing) {
        return Turn::Nothing;
    }
    let Some(cell) = form.current_mut() else { return Turn::Nothing };
    if matches!(cell.kind, Kind::Choice(_)) {
        return Turn::Nothing;
    }
    let joined = format!("{}{}", cell.input.value(), text.trim());
    cell.set(&joined);
    form.touched = true;
    form.offer = None;
    form.grow();
    wish(form)
}

/// A list answered what it offers for a text.
pub fn offered(form: &mut Form, list: PickList, text: &str, offers: Vec<String>) {
    let offer = &mut form.offer;
    let at = form.at;
    let cell = form.rows.get_mut(at.0).and_then(|row| row.cells.get_mut(at.1));
    if let Some(cell) = cell.filter(|cell| cell.list() == Some(list) && cell.text() == text) {
        *offer = offer.map(|at| at.min(offers.len().saturating_sub(1)));
        cell.offers = offers;
        cell.offers_for = Some(text.to_string());
    }
}
