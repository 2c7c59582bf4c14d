//! Saved views: the sheet that lists them, and what a view shows.
//!
//! Must never save a line that is not understood, nor decide anything: a view is only a way to look.

use super::overlays::{self, moved};
use super::{Effect, act, approving, hold, reload};
use crate::base::text::for_screen;
use crate::store::drafts::DraftOrder;
use crate::store::drafts::groups::GroupBy;
use crate::tui::effect::{Action, Query, Slot};
use crate::tui::finding;
use crate::tui::model::{MatchChip, Model, Screen};
use crate::tui::overlay::{Asked, Overlay};
use crate::workflow::views::{SavedView, ViewOf};

/// What the lists of a screen hold.
const fn of(screen: Screen) -> ViewOf {
    match screen {
        Screen::Match => ViewOf::Contacts,
        _ => ViewOf::Drafts,
    }
}

/// The views of the screen's list.
pub fn of_screen(model: &Model) -> Vec<&SavedView> {
    model.views.iter().filter(|view| view.of == of(model.screen)).collect()
}

/// Opens the sheet.
pub fn open(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Views { cursor: 0 });
    vec![model.load(Slot::Views, Query::Views)]
}

/// A key on the sheet.
pub fn key(model: &mut Model, name: &str) -> Vec<Effect> {
    let found: Vec<SavedView> = of_screen(model).into_iter().cloned().collect();
    let Some(Overlay::Views { cursor }) = model.overlays.last_mut() else { return Vec::new() };
    *cursor = (*cursor).min(found.len().saturating_sub(1));
    let at = match name.parse::<usize>() {
        Ok(number) => number.checked_sub(1),
        Err(_) => Some(*cursor),
    };
    let here = at.and_then(|at| found.get(at)).cloned();
    match (name, here) {
        ("esc" | "q", _) => {
            model.overlays.pop();
        }
        ("down" | "j" | "up" | "k", _) => {
            *cursor = moved(*cursor, matches!(name, "down" | "j"), found.len());
        }
        ("a", _) => return ask_name(model, None),
        ("x", Some(view)) => {
            if model.is_host {
                return act(model, Action::DeleteView(view.of, view.name));
            }
            model.warn("Another window holds this company profile; views are deleted there.");
        }
        ("enter" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9", Some(view)) => {
            model.overlays.pop();
            return show(model, &view);
        }
        _ => {}
    }
    Vec::new()
}

/// Asks for a name for the list as it is filtered now.
pub(super) fn ask_name(model: &mut Model, group: Option<GroupBy>) -> Vec<Effect> {
    if !model.is_host {
        model.warn("Another window holds this company profile; views are saved there.");
        return Vec::new();
    }
    if let Some(mistake) = finding::mistake(model) {
        model.warn(for_screen(&mistake.says));
        return Vec::new();
    }
    let line = line_of(model);
    let shown = if line.is_empty() { "everything".to_string() } else { line };
    let text = match group {
        Some(by) => {
            format!("These groups by {}, of the list as it is filtered now: {shown}. Its name:", by.word())
        }
        None => format!("The list as it is filtered and sorted now: {shown}. Its name:"),
    };
    overlays::ask_line(model, Asked::ViewName(group), "Save this view", &text, "", false);
    Vec::new()
}

/// What the list of the screen is filtered by, chips included.
fn line_of(model: &Model) -> String {
    if model.screen != Screen::Match {
        return model.pane().map(crate::tui::drafts_pane::DraftsPane::whole_line).unwrap_or_default();
    }
    let chip = match model.matching.chip {
        MatchChip::ToDecide => "state:open",
        MatchChip::Sure => "state:sure",
        MatchChip::Deferred => "state:later",
        MatchChip::Decided => "state:linked,new",
        MatchChip::All => "",
    };
    format!("{chip} {}", model.matching.text.trim()).trim().to_string()
}

/// The name was typed.
pub fn named(model: &mut Model, name: &str, group: Option<GroupBy>) -> Vec<Effect> {
    let order = model.pane().map_or(DraftOrder::Date, |pane| pane.order);
    let view = SavedView { name: name.to_string(), of: of(model.screen), line: line_of(model), order, group };
    act(model, Action::SaveView(view))
}

/// Shows what a view asks for, on the list it belongs to.
pub fn show(model: &mut Model, view: &SavedView) -> Vec<Effect> {
    model.filtering = false;
    if of(model.screen) != view.of || model.pane().is_none() {
        model.screen = match view.of {
            ViewOf::Contacts => Screen::Match,
            ViewOf::Drafts => Screen::Review,
        };
    }
    if view.of == ViewOf::Contacts {
        let state = &mut model.matching;
        (state.chip, state.open) = (MatchChip::All, false);
        state.text.clone_from(&view.line);
        state.begin_anew();
    } else if let Some(pane) = model.pane_mut() {
        pane.take_line(&view.line, view.order);
    }
    model.say(format!("View `{}`. Esc clears it.", for_screen(&view.name)));
    hold::wait_for_list(model);
    let mut effects = reload(model);
    if let Some((by, pane)) = view.group.zip(model.pane_mut()) {
        pane.group_by = by;
        effects.extend(approving::open_groups(model));
    }
    effects
}
