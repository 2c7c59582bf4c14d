//! Decisions on drafts, batches, the proof and the history.
//!
//! Must never send what was not on screen: approvals carry the hash of the version that was shown.

use super::super::{Effect, act, overlays};
use crate::base::DraftId;
use crate::tui::command::Id;
use crate::tui::effect::{Action, Irreversible};
use crate::tui::model::Model;
use crate::tui::overlay::{Asked, Overlay};

pub fn chosen_drafts(model: &mut Model) -> Vec<DraftId> {
    let Some(pane) = model.pane_mut() else { return Vec::new() };
    let chosen = pane.list.chosen();
    pane.list.clear_marks();
    chosen
}

fn approve(model: &mut Model) -> Vec<Effect> {
    let shown = model
        .review
        .shown_detail()
        .and_then(|detail| Some((detail.row.id, detail.approvable()?.to_string())));
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

/// Runs a command of the other screens.
pub fn command(model: &mut Model, id: Id) -> Vec<Effect> {
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
        Id::Requeue => {
            let ids = chosen_drafts(model);
            act(model, Action::Requeue(ids))
        }
        Id::Prove => act(model, Action::Prove(None)),
        Id::Export => act(model, Action::ExportProof(None)),
        Id::ComputerGone => act(model, Action::Ask(Irreversible::ComputerGone { computer: String::new() })),
        Id::Doubts => act(model, Action::ShowDoubts),
        Id::VerifyChain => act(model, Action::VerifyChain),
        Id::WithdrawBatch => {
            let at = model.history.at();
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
