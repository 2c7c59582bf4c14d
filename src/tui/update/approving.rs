//! Approving many: groups with their subtotals, the terms of what is trusted, and the offer that is approved.
//!
//! Must never approve on Enter: Enter looks at a row, `a` approves what the sheet says.

use super::overlays::{Next, moved};
use super::{Effect, act, home, overlays};
use crate::base::text::for_screen;
use crate::base::{Cents, typed};
use crate::store::drafts::DraftFilter;
use crate::store::drafts::groups::GroupBy;
use crate::tui::effect::{Action, Query, Slot};
use crate::tui::finding;
use crate::tui::home_rows::Target;
use crate::tui::model::{Model, Screen};
use crate::tui::overlay::{Asked, Overlay, Tally};
use crate::workflow::approve_many::{Terms, of_group};
use crate::workflow::links::{ContactFilter, TallyBy};

/// What is offered as the largest amount of a trusted document.
const TRUSTED: &str = "1000.00";

/// Opens the groups of the list.
pub fn open_groups(model: &mut Model) -> Vec<Effect> {
    if model.screen == Screen::Match {
        let filter = model.matching.filter();
        return open_tally(model, filter, TallyBy::State);
    }
    let Some(pane) = model.pane() else { return Vec::new() };
    let (filter, by) = (pane.filter(), pane.group_by);
    model.overlays.push(Overlay::Groups { by, filter: filter.clone(), groups: None, cursor: 0 });
    vec![model.load(Slot::Groups, Query::Groups(filter, by))]
}

/// Opens contacts in groups, to be counted.
fn open_tally(model: &mut Model, filter: ContactFilter, by: TallyBy) -> Vec<Effect> {
    model.overlays.push(Overlay::Tally(Tally { by, filter: filter.clone(), rows: None, cursor: 0 }));
    vec![model.load(Slot::Tally, Query::Tally(filter, by))]
}

/// A key on the groups of contacts.
pub fn tally_key(model: &mut Model, name: &str) -> Vec<Effect> {
    let Some(Overlay::Tally(shown)) = model.overlays.last_mut() else { return Vec::new() };
    let rows = shown.rows.as_deref().unwrap_or_default();
    match name {
        "down" | "j" | "up" | "k" => {
            shown.cursor = moved(shown.cursor, matches!(name, "down" | "j"), rows.len());
        }
        "tab" => {
            let by = if shown.by == TallyBy::State { TallyBy::Role } else { TallyBy::State };
            let filter = shown.filter.clone();
            model.overlays.pop();
            return open_tally(model, filter, by);
        }
        "enter" => {
            let Some(condition) = rows.get(shown.cursor).map(|row| row.0.clone()) else { return Vec::new() };
            model.overlays.pop();
            finding::join(&mut model.matching.text, &condition);
            model.matching.begin_anew();
            super::hold::wait_for_list(model);
            return super::reload(model);
        }
        "esc" | "q" => {
            model.overlays.pop();
        }
        _ => {}
    }
    Vec::new()
}

/// Asks for the terms.
pub fn ask_terms(model: &mut Model) -> Vec<Effect> {
    ask_terms_from(model, TRUSTED);
    Vec::new()
}

fn ask_terms_from(model: &mut Model, text: &str) {
    overlays::ask_line(
        model,
        Asked::Budget,
        "Approve what can be trusted",
        "Largest amount of one document. Of what is ready and what the filter line leaves, only what a person matched to a record that QuickBooks has, and what has no warning, is offered; what is left out is said before anything is approved.",
        text,
        false,
    );
}

/// The amount was typed.
pub fn terms_typed(model: &mut Model, text: &str) -> Vec<Effect> {
    let Some(under) = typed::money(text).filter(|under| *under > Cents::ZERO) else {
        ask_terms_from(model, text);
        model.warn(format!(
            "`{}` is no amount of money above zero. {}",
            for_screen(text),
            typed::WRITE_MONEY
        ));
        return Vec::new();
    };
    let filter = list_filter(model);
    act(model, Action::OfferMany(Terms { filter, under: Some(under), by_person: true, unwarned: true }))
}

fn list_filter(model: &Model) -> DraftFilter {
    model.review.filter()
}

/// A key on the groups.
pub fn groups_key(
    name: &str,
    by: &mut GroupBy,
    filter: &DraftFilter,
    groups: &mut Option<Vec<crate::store::drafts::groups::Group>>,
    cursor: &mut usize,
) -> (Next, Option<(Slot, Query)>) {
    let count = groups.as_ref().map_or(0, Vec::len);
    let here = groups.as_ref().and_then(|all| all.get(*cursor)).cloned();
    let next = match name {
        "esc" | "q" => Next::Close,
        "down" | "j" | "up" | "k" => {
            *cursor = moved(*cursor, matches!(name, "down" | "j"), count);
            Next::Stay
        }
        "pagedown" | "pageup" => {
            *cursor = if name == "pagedown" {
                (*cursor + 10).min(count.saturating_sub(1))
            } else {
                cursor.saturating_sub(10)
            };
            Next::Stay
        }
        "tab" => {
            *by = by.next();
            (*groups, *cursor) = (None, 0);
            return (Next::Stay, Some((Slot::Groups, Query::Groups(filter.clone(), *by))));
        }
        "enter" => match here.and_then(|group| Some((group.key?, group.currency))) {
            None => Next::Stay,
            Some((key, currency)) => {
                let by = *by;
                // One currency is all there is in most books: then it says nothing.
                let several = groups.iter().flatten().any(|group| group.currency != currency);
                let currency = several.then_some(currency);
                Next::CloseAnd(Box::new(move |model| show_group(model, by, &key, currency.as_deref())))
            }
        },
        "'" => {
            let by = *by;
            Next::CloseAnd(Box::new(move |model| super::views::ask_name(model, Some(by))))
        }
        "a" => match here.and_then(|group| Some((group.key?, group.currency))) {
            None => Next::Stay,
            Some((key, currency)) => {
                let filter = of_group(filter, *by, &key, &currency);
                let terms = Terms { filter, under: None, by_person: false, unwarned: false };
                Next::CloseAnd(Box::new(move |model| act(model, Action::OfferMany(terms))))
            }
        },
        _ => Next::Stay,
    };
    (next, None)
}

/// Shows one group alone: its condition joins the filter line.
fn show_group(model: &mut Model, by: GroupBy, key: &str, currency: Option<&str>) -> Vec<Effect> {
    let Some(pane) = model.pane_mut() else { return Vec::new() };
    pane.group_by = by;
    let mut condition = match by {
        GroupBy::Month => format!("month:{key}"),
        GroupBy::Kind => format!("kind:{key}"),
        GroupBy::Party => format!("\"{}\"", key.replace('"', " ")),
    };
    if let Some(currency) = currency.filter(|currency| !currency.is_empty()) {
        condition.push_str(&format!(" currency:{}", currency.to_lowercase()));
    }
    if finding::join(&mut pane.text, &condition) {
        pane.begin_anew();
    }
    pane.list.ends(false);
    super::hold::wait_for_list(model);
    super::reload(model)
}

/// A key on the offer.
pub fn offer_key(name: &str, overlay: &mut Overlay) -> Next {
    let Overlay::Offer { terms, offer, cursor } = overlay else { return Next::Stay };
    match name {
        "esc" | "q" | "n" => Next::Close,
        "down" | "j" | "up" | "k" => {
            *cursor = moved(*cursor, matches!(name, "down" | "j"), offer.samples.len());
            Next::Stay
        }
        "enter" => match offer.samples.get(*cursor) {
            None => Next::Stay,
            Some(row) => {
                let number = row.number();
                let target = Target { screen: Screen::Review, filter: Some(format!("\"{number}\"")) };
                Next::CloseAnd(Box::new(move |model| home::go(model, &target)))
            }
        },
        "a" if offer.count > 0 => {
            let (terms, stamp) = (terms.clone(), offer.stamp.clone());
            Next::CloseAnd(Box::new(move |model| act(model, Action::ApproveMany(terms, stamp))))
        }
        _ => Next::Stay,
    }
}
