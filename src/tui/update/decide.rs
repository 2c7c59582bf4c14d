//! Decisions of a person: which action each key of the steps stands for.
//!
//! Must never send what was not on screen: approvals carry the hash of the version that was shown.

use super::{Effect, act, overlays};
use crate::base::DraftId;
use crate::tui::command::Id;
use crate::tui::connect_rows::{self, Field};
use crate::tui::effect::{Action, Irreversible};
use crate::tui::model::{MatchState, Model, Screen};
use crate::tui::overlay::{Asked, Overlay};
use crate::workflow::links::ContactRole;

/// Runs a command that decides or starts something.
pub fn command(model: &mut Model, id: Id) -> Vec<Effect> {
    match model.screen {
        Screen::Match => match_command(model, id),
        Screen::Connect => connect_command(model, id),
        _ => other_command(model, id),
    }
}

fn connect_command(model: &mut Model, id: Id) -> Vec<Effect> {
    match id {
        Id::EditSetting => connect_row(model),
        Id::AcceptMap => act(model, Action::AcceptMap),
        Id::Writeback => act(model, Action::Writeback),
        Id::TestCin7 => act(model, Action::TestCin7),
        Id::Visit => act(model, Action::Visit { lists: true }),
        Id::WriteQwc => act(model, Action::WriteQwc),
        Id::ShowQwc => act(model, Action::ShowQwc),
        Id::NewPassword => overlays::ask_new_password(model),
        Id::AdoptCompany => act(model, Action::Ask(Irreversible::AdoptCompany)),
        _ => Vec::new(),
    }
}

/// Enter on a row of the Connect screen.
pub fn connect_row(model: &mut Model) -> Vec<Effect> {
    let rows = connect_rows::rows(&model.connect);
    let Some(row) = rows.get(model.connect.list.cursor()) else { return Vec::new() };
    let command = match &row.field {
        Field::Note => {
            model.say("This row is only to be read.");
            return Vec::new();
        }
        Field::TestCin7 => Some(Id::TestCin7),
        Field::Qwc => Some(Id::WriteQwc),
        Field::Password => Some(Id::NewPassword),
        Field::Company => Some(Id::AdoptCompany),
        Field::AllSettings => Some(Id::Settings),
        Field::Lists => {
            model.say(row.more.clone());
            return Vec::new();
        }
        _ => None,
    };
    if let Some(id) = command {
        return super::run_or_say(model, id);
    }
    let field = row.field.clone();
    if !model.is_host && field != Field::Note {
        return super::run_or_say(model, Id::EditSetting);
    }
    overlays::ask_field(model, field)
}

fn chosen_contacts(state: &MatchState) -> Vec<ContactRole> {
    state.list.chosen()
}

fn first_of<T: Copy>(all: &[T]) -> Option<T> {
    all.first().copied()
}

fn match_command(model: &mut Model, id: Id) -> Vec<Effect> {
    let chosen = chosen_contacts(&model.matching);
    let current = model.matching.list.current();
    match id {
        Id::Accept => accept(model, chosen),
        Id::AcceptAuto => act(model, Action::AcceptAuto),
        Id::Rematch => act(model, Action::Propose),
        Id::CreateRest => overlays::ask_create_rest(model),
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
        Id::Other | Id::Create | Id::Refuse | Id::Unlink => match current {
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
        Id::Other => overlays::open_search(model, who),
        Id::Unlink => act(model, Action::Unlink(who)),
        Id::Create => overlays::ask_new_name(model, who),
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

fn chosen_drafts(model: &mut Model) -> Vec<DraftId> {
    let Some(pane) = model.pane_mut() else { return Vec::new() };
    let chosen = pane.list.chosen();
    pane.list.clear_marks();
    chosen
}

fn approve(model: &mut Model) -> Vec<Effect> {
    let shown = model
        .review
        .shown_detail()
        .and_then(|detail| Some((detail.row.id, detail.version.as_ref()?.hash.clone())));
    let alone = model.review.list.marked() == 0;
    let chosen = chosen_drafts(model);
    if alone && shown.is_none() {
        model.say("There is nothing in this draft that could be approved.");
        return Vec::new();
    }
    let with_hash = chosen
        .into_iter()
        .map(|id| (id, shown.as_ref().filter(|(of, _)| *of == id).map(|(_, hash)| hash.clone())))
        .collect();
    act(model, Action::Approve(with_hash))
}

fn other_command(model: &mut Model, id: Id) -> Vec<Effect> {
    match id {
        Id::CostCounts | Id::CostStaysOut => {
            let ids = chosen_drafts(model);
            act(model, Action::Cost(ids, id == Id::CostCounts))
        }
        Id::Fetch => act(model, Action::Fetch { full: false }),
        Id::FetchAll => act(model, Action::Fetch { full: true }),
        Id::Redraft => act(model, Action::Redraft),
        Id::Approve => approve(model),
        Id::WithdrawApproval => {
            let ids = chosen_drafts(model);
            act(model, Action::Withdraw(ids))
        }
        Id::Hold => {
            let ids = chosen_drafts(model);
            act(model, Action::Hold(ids))
        }
        Id::Reopen => {
            let ids = chosen_drafts(model);
            act(model, Action::Reopen(ids))
        }
        Id::Writeback => act(model, Action::Writeback),
        Id::TakeOver => {
            let ids = model.pane().map(|pane| pane.list.chosen()).unwrap_or_default();
            overlays::ask_take_over(model, ids);
            Vec::new()
        }
        Id::Exclude => {
            let ids = model.pane().map(|pane| pane.list.chosen()).unwrap_or_default();
            overlays::ask_line(
                model,
                Asked::ExcludeWhy(ids),
                "Exclude",
                "Why is it excluded? The reason stays with the document.",
                "",
                false,
            );
            Vec::new()
        }
        Id::ShowSent => show_sent(model),
        Id::CloseBatch => act(model, Action::Ask(Irreversible::CloseBatch)),
        Id::Finalise => finalise(model),
        Id::Unfreeze => act(model, Action::Ask(Irreversible::Unfreeze)),
        Id::Visit => act(model, Action::Visit { lists: false }),
        Id::Requeue => match model.hand_off.pane.list.current() {
            Some(id) => act(model, Action::Requeue(id)),
            None => Vec::new(),
        },
        Id::Prove => act(model, Action::Prove(None)),
        Id::Export => act(model, Action::ExportProof(None)),
        Id::VerifyChain => act(model, Action::VerifyChain),
        Id::WithdrawBatch => {
            let at = model.history.list.cursor();
            match model.history.batches.get(at).map(|batch| batch.id) {
                Some(batch) => act(model, Action::WithdrawBatch(batch)),
                None => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn finalise(model: &mut Model) -> Vec<Effect> {
    let ids = (model.hand_off.pane.list.marked() > 0).then(|| model.hand_off.pane.list.chosen());
    act(model, Action::Ask(Irreversible::Finalise(ids)))
}

fn show_sent(model: &mut Model) -> Vec<Effect> {
    let Some(detail) = model.pane().and_then(|pane| pane.shown_detail()) else { return Vec::new() };
    let lines = match &detail.qbxml {
        Some(text) => text.lines().map(crate::base::text::for_screen).collect(),
        None => vec!["Nothing can be sent for this document yet; its reasons say why.".to_string()],
    };
    model.overlays.push(Overlay::Page { title: "What QuickBooks is sent".into(), lines, scroll: 0 });
    Vec::new()
}
