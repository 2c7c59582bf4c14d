//! Decisions on the Match screen.
//!
//! Must never link what was not on screen: the candidate shown is the one that is taken.

use super::super::{Effect, act, match_sheet, overlays};
use crate::base::text::capital;
use crate::tui::command::Id;
use crate::tui::effect::Action;
use crate::tui::match_sheet::rest_in_words;
use crate::tui::model::Model;
use crate::workflow::links::{ContactCounts, ContactRole};

/// The contacts that are marked, or the one under the cursor; marks are gone then.
pub fn chosen_contacts(model: &mut Model) -> Vec<ContactRole> {
    let chosen = model.matching.list.chosen();
    model.matching.list.clear_marks();
    chosen
}

fn first_of<T: Copy>(all: &[T]) -> Option<T> {
    all.first().copied()
}

/// Runs a command of the Match screen.
pub fn command(model: &mut Model, id: Id) -> Vec<Effect> {
    let chosen = model.matching.list.chosen();
    let current = model.matching.list.current();
    match id {
        Id::Accept => accept(model, chosen),
        Id::AcceptAuto => match_sheet::open_sure(model),
        Id::Rematch => act(model, Action::Propose),
        Id::CreateRest => ask_create_rest(model),
        Id::DeferContact => {
            let deferred = model.matching.current().is_none_or(|row| !row.deferred);
            model.matching.list.clear_marks();
            act(model, Action::Defer(chosen, deferred))
        }
        Id::NextCandidate => {
            let count = model.matching.shown_detail().map_or(0, |detail| detail.candidates.len());
            if count > 0 {
                model.matching.candidate = (model.matching.candidate + 1) % count;
            }
            Vec::new()
        }
        Id::Create | Id::Refuse | Id::Unlink if model.matching.list.marked() > 0 => {
            let who = chosen_contacts(model);
            let action = match id {
                Id::Create => Action::CreateEach(who),
                Id::Refuse => Action::RefuseFirst(who),
                _ => Action::Unlink(who),
            };
            act(model, action)
        }
        Id::House => ask_house(model),
        Id::Other | Id::Find | Id::Create | Id::Refuse | Id::Unlink => match current {
            None => Vec::new(),
            Some(who) => one_contact(model, id, who),
        },
        _ => Vec::new(),
    }
}

fn accept(model: &mut Model, chosen: Vec<ContactRole>) -> Vec<Effect> {
    let several = model.matching.list.marked() > 0;
    if several {
        model.matching.list.clear_marks();
        return act(model, Action::Accept(chosen));
    }
    let Some(who) = first_of(&chosen) else { return Vec::new() };
    let candidate = model
        .matching
        .shown_detail()
        .and_then(|detail| detail.candidates.get(model.matching.candidate))
        .map(|candidate| candidate.list_id.clone());
    match candidate {
        // The candidate that is on screen is the one that is taken, whatever was computed meanwhile.
        Some(list_id) => act(model, Action::Link(who, list_id)),
        None => act(model, Action::Accept(chosen)),
    }
}

fn one_contact(model: &mut Model, id: Id, who: ContactRole) -> Vec<Effect> {
    match id {
        Id::Other => match_sheet::open_other(model, who, false),
        Id::Find => match_sheet::open_other(model, who, true),
        Id::Unlink => act(model, Action::Unlink(vec![who])),
        Id::Create => match_sheet::open_name(model, who),
        _ => {
            let at = model.matching.candidate;
            let refused = model
                .matching
                .shown_detail()
                .and_then(|detail| detail.candidates.get(at))
                .map(|candidate| candidate.list_id.clone());
            match refused {
                Some(list_id) => act(model, Action::Refuse(who, list_id)),
                None => {
                    model.say("There is no candidate to refuse.");
                    Vec::new()
                }
            }
        }
    }
}

/// Before contacts are set to be created that nobody looked at one by one.
fn ask_create_rest(model: &mut Model) -> Vec<Effect> {
    let ContactCounts { open, unlike, .. } = model.matching.counts;
    overlays::choices(
        model,
        "Create the rest",
        &format!(
            "{} Each becomes a new customer or vendor with the next hand-off, and u takes it back until the batch is \
             closed.",
            rest_in_words(unlike, open - unlike)
        ),
        vec![
            ("Not yet", "Nothing changes.", None),
            (
                "Create every contact without a link",
                "Those with a candidate too: look at them first, most duplicates are made here.",
                Some(Action::CreateRest),
            ),
            ("Create those that match nothing", "The others stay to be decided.", Some(Action::CreateUnlike)),
        ],
    );
    Vec::new()
}

/// By which rule sales like this contact's are billed to a house customer.
fn ask_house(model: &mut Model) -> Vec<Effect> {
    let who = model.matching.list.current();
    let (Some(who), Some(detail)) = (who, model.matching.shown_detail()) else { return Vec::new() };
    let offered = detail.house.clone();
    if offered.is_empty() {
        model.say("Cin7 tells no group, channel or branch of it that a rule could go by.");
        return Vec::new();
    }
    let told: Vec<String> = offered.iter().map(|choice| capital(&choice.in_words())).collect();
    let mut all = vec![("Leave it", "No rule is made.", None)];
    all.extend(told.iter().zip(offered).map(|(words, choice)| {
        let then = "The customer is chosen next, then you see which drafts change.";
        (words.as_str(), then, Some(Action::HouseFor(who, choice)))
    }));
    let text = "A house customer is one QuickBooks customer for many buyers. Their names and addresses stay on the \
                documents; they need no customer of their own. Which sales go to it?";
    overlays::choices(model, "Bill to a house customer", text, all);
    Vec::new()
}

/// Whether two contacts are billed to one record.
pub fn ask_also(model: &mut Model, who: ContactRole, list_id: String, text: &str) {
    overlays::choices(
        model,
        "One record for several contacts",
        &format!("{text} Branches or people of one business may be billed together; strangers must not be."),
        vec![
            ("Leave it", "Nothing is linked.", None),
            (
                "Bill both to it",
                "The documents of both go to this record.",
                Some(Action::LinkAlso(who, list_id)),
            ),
        ],
    );
}
