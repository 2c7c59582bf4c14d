//! Forms over the screen: opening one, its keys, and the answers that it waits for.

use super::{Effect, act};
use crate::tui::effect::{Action, Query, Slot};
use crate::tui::form::{self, Form, Seed, Stage, Turn};
use crate::tui::model::Model;
use crate::tui::overlay::Overlay;
use crate::workflow::own_look::PickList;
use ratatui::crossterm::event::KeyEvent;

/// Opens an empty form.
pub fn open(model: &mut Model, seed: Seed) -> Vec<Effect> {
    let today = model.zone.day_of(model.now);
    let form = form::make(seed, today);
    let list = form.current().and_then(form::Cell::list);
    model.overlays.push(Overlay::Form { form: Box::new(form), scroll: 0 });
    list.map(|list| model.load(Slot::FormOffers, Query::Offers(list, String::new()))).into_iter().collect()
}

fn top(model: &mut Model) -> Option<(&mut Form, &mut usize)> {
    model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Form { form, scroll } => Some((form.as_mut(), scroll)),
        _ => None,
    })
}

/// A key press on the form that lies on top.
pub fn key(model: &mut Model, key: &KeyEvent, name: &str) -> Vec<Effect> {
    let Some((form, _)) = top(model) else { return Vec::new() };
    let turn = form::key(form, key, name);
    grant(model, turn)
}

/// A paste into the form that lies on top.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let Some((form, _)) = top(model) else { return Vec::new() };
    let turn = form::paste(form, text);
    grant(model, turn)
}

fn grant(model: &mut Model, turn: Turn) -> Vec<Effect> {
    match turn {
        Turn::Nothing => Vec::new(),
        Turn::Close => {
            model.in_turn = None;
            model.overlays.pop();
            Vec::new()
        }
        Turn::Offers(list, text) => vec![model.load(Slot::FormOffers, Query::Offers(list, text))],
        Turn::Scroll(by) => {
            if let Some((_, scroll)) = top(model) {
                *scroll = scroll.saturating_add_signed(by).min(usize::from(u16::MAX));
            }
            bound(model);
            Vec::new()
        }
        Turn::Look => {
            let entry = top(model).and_then(|(form, scroll)| {
                *scroll = 0;
                form.entry()
            });
            match entry {
                Some(entry) => vec![model.load(Slot::FormLook, Query::Look(Box::new(entry)))],
                None => {
                    back(model);
                    Vec::new()
                }
            }
        }
        Turn::Take => take(model),
        Turn::Template => {
            let kind = top(model).map(|(form, _)| form.text("kind").to_string()).unwrap_or_default();
            match form::FILES.iter().find(|(title, _)| *title == kind) {
                Some((_, what)) => act(model, Action::Template(*what)),
                None => Vec::new(),
            }
        }
    }
}

/// A summary is not scrolled past its end.
fn bound(model: &mut Model) {
    let theme = model.theme;
    let (width, height) = crate::tui::view::paper_room(crate::tui::layout::body(model.size));
    if let Some((form, scroll)) = top(model)
        && let Some(pieces) = form.summary()
    {
        *scroll = (*scroll).min(crate::tui::paper::lay(theme, pieces, width).len().saturating_sub(height));
    }
}

/// Puts in what was summed up, by Enter or by the control word.
fn take(model: &mut Model) -> Vec<Effect> {
    let Some((form, _)) = top(model) else { return Vec::new() };
    let entry = form.entry();
    let word = form.word.clone();
    match (word, entry) {
        (Some(what), _) => act(model, Action::Ask(*what)),
        (None, Some(entry)) => act(model, Action::Enter(Box::new(entry))),
        (None, None) => {
            back(model);
            Vec::new()
        }
    }
}

/// The fields again: nothing was taken.
pub fn back(model: &mut Model) {
    if let Some((form, _)) = top(model)
        && matches!(form.stage, Stage::Taking | Stage::Looking)
    {
        form.stage = Stage::Typing;
    }
}

/// It was put in: the form is done.
pub fn taken(model: &mut Model) {
    model.overlays.retain(
        |overlay| !matches!(overlay, Overlay::Form { form, .. } if matches!(form.stage, Stage::Taking)),
    );
}

/// A list told what it offers.
pub fn offered(model: &mut Model, list: PickList, text: &str, offers: Vec<String>) {
    if let Some((form, _)) = top(model) {
        form::offered(form, list, text, offers);
    }
}

/// The summary is there.
pub fn looked(model: &mut Model, look: form::Look) {
    if let Some((form, scroll)) = top(model)
        && matches!(form.stage, Stage::Looking)
    {
        *scroll = 0;
        form.word.clone_from(&look.word);
        if look.refused && form.what == form::What::Import {
            // Another file is what comes next.
            form.at = (1, 0);
        }
        form.stage = Stage::Shown(Box::new(look));
    }
}
