//! Keys on the sheets of the Match screen.
//!
//! Must never decide about what is still being read: a page without rows and a name that was not looked at take no Enter.

use super::{Effect, act};
use crate::base::text::for_screen;
use crate::tui::effect::{Action, Query, Slot};
use crate::tui::match_sheet::{MatchSheet, candidate_line};
use crate::tui::model::Model;
use crate::tui::msg::Loaded;
use crate::tui::overlay::Overlay;
use crate::workflow::links::{ContactRole, HouseChoice};
use ratatui::crossterm::event::{Event, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

/// Nearest records named before a new one is made.
const NEAREST: usize = 4;

/// Opens the first page of sure matches.
pub fn open_sure(model: &mut Model) -> Vec<Effect> {
    let size = MatchSheet::page_size(model.size.1);
    model.overlays.push(Overlay::Match(MatchSheet::Sure { size, page: None }));
    vec![model.load(Slot::Sure, Query::Sure(size))]
}

/// Opens the choice of another record; `all` searches QuickBooks at once, else the candidates come first.
pub fn open_other(model: &mut Model, who: ContactRole, all: bool) -> Vec<Effect> {
    let name = model.matching.current().map(|row| for_screen(&row.name)).unwrap_or_default();
    let near = match model.matching.shown_detail() {
        Some(detail) if !all => detail.candidates.clone(),
        _ => Vec::new(),
    };
    let first = near.is_empty();
    model.overlays.push(Overlay::Match(MatchSheet::Other {
        who,
        title: format!("{} for {name}", who.1.word()),
        input: Input::default(),
        near,
        found: Vec::new(),
        cursor: 0,
        rule: None,
    }));
    if first { vec![model.load(Slot::Parties, Query::Parties(who.1, String::new()))] } else { Vec::new() }
}

/// Asks which customer is billed by a rule.
pub fn open_house(model: &mut Model, who: ContactRole, rule: HouseChoice) -> Vec<Effect> {
    model.overlays.push(Overlay::Match(MatchSheet::Other {
        who,
        title: format!("house customer for {}", rule.in_words()),
        input: Input::default(),
        near: Vec::new(),
        found: Vec::new(),
        cursor: 0,
        rule: Some(rule),
    }));
    vec![model.load(Slot::Parties, Query::Parties(who.1, String::new()))]
}

/// Asks for the name of a new customer or vendor, the nearest records above it.
pub fn open_name(model: &mut Model, who: ContactRole) -> Vec<Effect> {
    let Some(detail) = model.matching.shown_detail() else { return Vec::new() };
    let name = for_screen(&detail.proposed_name);
    let near = detail.candidates.iter().take(NEAREST).map(candidate_line).collect();
    let notes = detail.name_notes.join(" ");
    let input = Input::new(name.clone());
    model.overlays.push(Overlay::Match(MatchSheet::Name { who, input, near, notes, said: None }));
    vec![model.load(Slot::NewName, Query::NewName(who, name))]
}

/// What a key asks for.
enum Wish {
    Nothing,
    Close,
    Do(Action),
    /// Closes the sheet first.
    DoAndClose(Action),
    Load(Slot, Query),
}

/// A key press while a sheet lies over the screen.
pub fn key(model: &mut Model, key: &KeyEvent, name: &str) -> Vec<Effect> {
    let Some(Overlay::Match(sheet)) = model.overlays.last_mut() else { return Vec::new() };
    let wish = match name {
        "esc" => Wish::Close,
        _ => match sheet {
            MatchSheet::Sure { page, .. } => sure_key(name, page),
            MatchSheet::Other { .. } => other_key(sheet, key, name),
            MatchSheet::Name { who, input, said, .. } => name_key(*who, input, said.as_ref(), key, name),
        },
    };
    match wish {
        Wish::Nothing => Vec::new(),
        Wish::Close => {
            model.overlays.pop();
            Vec::new()
        }
        Wish::Do(action) => act(model, action),
        Wish::DoAndClose(action) => {
            model.overlays.pop();
            act(model, action)
        }
        Wish::Load(slot, query) => vec![model.load(slot, query)],
    }
}

fn sure_key(name: &str, page: &mut Option<crate::workflow::links::SurePage>) -> Wish {
    match name {
        "q" => Wish::Close,
        "enter" | "a" | "A" => match page.take() {
            Some(shown) if !shown.rows.is_empty() => Wish::Do(Action::AcceptShown(
                shown.rows.into_iter().map(|row| (row.who, row.list_id)).collect(),
            )),
            other => {
                *page = other;
                Wish::Nothing
            }
        },
        _ => Wish::Nothing,
    }
}

fn other_key(sheet: &mut MatchSheet, key: &KeyEvent, name: &str) -> Wish {
    let numbered = sheet.is_numbered();
    let MatchSheet::Other { who, input, near, found, cursor, rule, .. } = sheet else { return Wish::Nothing };
    let take = |id: String| {
        Wish::DoAndClose(match rule {
            Some(rule) => Action::HouseRule(rule.clone(), id),
            None => Action::Link(*who, id),
        })
    };
    let rows = if numbered { near.len() } else { found.len() };
    let id_at = |at: usize| {
        if numbered {
            near.get(at).map(|candidate| candidate.list_id.clone())
        } else {
            found.get(at).map(|party| party.id.as_str().to_string())
        }
    };
    let number = name.parse::<usize>().ok().filter(|n| numbered && (1..=9).contains(n));
    match (name, number) {
        (_, Some(number)) => id_at(number - 1).map_or(Wish::Nothing, take),
        ("enter", _) => id_at(*cursor).map_or(Wish::Nothing, take),
        ("down", _) => {
            *cursor = (*cursor + 1).min(rows.saturating_sub(1));
            Wish::Nothing
        }
        ("up", _) => {
            *cursor = cursor.saturating_sub(1);
            Wish::Nothing
        }
        _ if input.handle_event(&Event::Key(*key)).is_some_and(|change| change.value) => {
            *cursor = 0;
            found.clear();
            Wish::Load(Slot::Parties, Query::Parties(who.1, input.value().to_string()))
        }
        _ => Wish::Nothing,
    }
}

fn name_key(
    who: ContactRole,
    input: &mut Input,
    said: Option<&(String, crate::workflow::links::NameSaid)>,
    key: &KeyEvent,
    name: &str,
) -> Wish {
    if name == "enter" {
        return match said {
            Some((text, said)) if text == input.value() && said.free => {
                Wish::DoAndClose(Action::CreateNew(who, text.trim().to_string()))
            }
            _ => Wish::Nothing,
        };
    }
    if input.handle_event(&Event::Key(*key)).is_some_and(|change| change.value) {
        return Wish::Load(Slot::NewName, Query::NewName(who, input.value().to_string()));
    }
    Wish::Nothing
}

/// A paste into the sheet's line.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let Some(Overlay::Match(sheet)) = model.overlays.last_mut() else { return Vec::new() };
    let add = |input: &mut Input| *input = Input::new(format!("{}{}", input.value(), text.trim()));
    let (slot, query) = match sheet {
        MatchSheet::Sure { .. } => return Vec::new(),
        MatchSheet::Other { who, input, cursor, found, .. } => {
            add(input);
            *cursor = 0;
            found.clear();
            (Slot::Parties, Query::Parties(who.1, input.value().to_string()))
        }
        MatchSheet::Name { who, input, .. } => {
            add(input);
            (Slot::NewName, Query::NewName(*who, input.value().to_string()))
        }
    };
    vec![model.load(slot, query)]
}

/// What was read for a sheet.
pub fn take(model: &mut Model, answer: Loaded) {
    let sheet = model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Match(sheet) => Some(sheet),
        _ => None,
    });
    match (sheet, answer) {
        (Some(MatchSheet::Sure { page, .. }), Loaded::Sure(new)) => {
            let done = new.rows.is_empty();
            let confirmed = page.is_none();
            *page = Some(new);
            if done
                && confirmed
                && matches!(model.overlays.last(), Some(Overlay::Match(MatchSheet::Sure { .. })))
            {
                model.overlays.pop();
                if model.toast.is_none() {
                    model.say("There is no sure match left to accept.");
                }
            }
        }
        (Some(MatchSheet::Other { found, cursor, .. }), Loaded::Parties(parties)) => {
            *cursor = (*cursor).min(parties.len().saturating_sub(1));
            *found = parties;
        }
        (Some(MatchSheet::Name { said, .. }), Loaded::NewName(text, new)) => *said = Some((text, new)),
        _ => {}
    }
}

/// The loads of a page that is read again with the screen.
pub fn again(model: &mut Model) -> Vec<Effect> {
    let size = model.overlays.iter().find_map(|overlay| match overlay {
        Overlay::Match(MatchSheet::Sure { size, .. }) => Some(*size),
        _ => None,
    });
    size.map(|size| model.load(Slot::Sure, Query::Sure(size))).into_iter().collect()
}
