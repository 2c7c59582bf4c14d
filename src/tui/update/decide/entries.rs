//! Opening the forms, and what lives after posting.
//!
//! Must never do anything that was not shown: a form is summed up, a sheet is read, what cannot be undone has its word.

use super::super::{Effect, act, form, in_turn, overlays, paper};
use super::chosen_drafts;
use crate::base::DraftId;
use crate::tui::command::Id;
use crate::tui::effect::Action;
use crate::tui::form::{OrderLine, Seed};
use crate::tui::model::{Model, Screen};
use crate::tui::overlay::Overlay;
use crate::tui::paper as sheets;
use crate::tui::settlements;
use crate::workflow::drafts::DraftDetail;

/// Runs such a command; none where it is another's.
pub fn command(model: &mut Model, id: Id) -> Option<Vec<Effect>> {
    Some(match id {
        Id::VendorCredit => form::open(model, Seed::VendorCredit),
        Id::LandingCost => form::open(model, Seed::LandingCost),
        Id::ImportFile => form::open(model, Seed::Import),
        Id::Accrue => month_end(model, Seed::Accrual),
        Id::TrueUp => month_end(model, Seed::TrueUp),
        Id::Join => join(model),
        Id::Split | Id::Number if model.pane().is_some_and(|pane| pane.list.marked() > 0) => {
            in_turn::begin(model, id)
        }
        Id::Split => split(model),
        Id::Number => match model.pane().and_then(|pane| pane.list.current_row()) {
            Some(row) => {
                let seed = Seed::Number { draft: row.id, reference: row.reference.clone() };
                form::open(model, seed)
            }
            None => Vec::new(),
        },
        Id::TakeBack => {
            let ids = chosen_drafts(model);
            act(model, Action::TakeBack(ids))
        }
        Id::ShowChange => show_change(model),
        Id::HintSheet => hint_sheet(model),
        Id::Settle => settle(model),
        Id::Reset => reset(model),
        Id::CostMonth => current(model).map_or_else(Vec::new, |id| act(model, Action::CostMonth(id))),
        Id::UndoBatch => {
            let at = model.history.at();
            match model.history.batches.get(at).map(|batch| batch.id) {
                Some(batch) => act(model, Action::PlanUndo(batch)),
                None => Vec::new(),
            }
        }
        _ => return None,
    })
}

fn current(model: &Model) -> Option<DraftId> {
    model.pane()?.list.current()
}

/// The detail of the draft under the cursor. A key waits until it is read (`unread`); the palette, which has no key to
/// wait with, says so.
fn detail(model: &mut Model) -> Option<DraftDetail> {
    let found = model.pane().and_then(|pane| pane.shown_detail()).cloned();
    if found.is_none() {
        model.say("This draft is still being read. Choose it once more.");
    }
    found
}

/// A month-end form begins with the month under the cursor of the roll-forward.
fn month_end(model: &mut Model, seed: Seed) -> Vec<Effect> {
    let under =
        model.prove.proof.as_ref().filter(|_| model.screen == Screen::Prove && model.prove.roll_forward);
    let month = under.and_then(|proof| proof.roll_forward.get(model.prove.at())).map(|row| row.month.clone());
    let effects = form::open(model, seed);
    if let (Some(Overlay::Form { form, .. }), Some(month)) = (model.overlays.last_mut(), month)
        && let Some(cell) = form.current_mut()
    {
        cell.set(&month);
    }
    effects
}

fn join(model: &mut Model) -> Vec<Effect> {
    let Some(pane) = model.pane() else { return Vec::new() };
    let drafts = pane.list.chosen();
    let rows: Vec<_> = drafts.iter().filter_map(|id| pane.list.row(*id)).collect();
    let references = rows.iter().map(|row| row.reference.clone()).collect();
    let number = rows.first().map(|row| row.ref_number.clone()).unwrap_or_default();
    form::open(model, Seed::Join { drafts, references, number })
}

fn split(model: &mut Model) -> Vec<Effect> {
    let Some(detail) = detail(model) else { return Vec::new() };
    let Some(document) = &detail.document else {
        model.say("The order is not in Cin7 any more.");
        return Vec::new();
    };
    let lines = document.lines.iter().map(OrderLine::of);
    let seed = Seed::Split {
        draft: detail.row.id,
        reference: detail.row.reference.clone(),
        number: detail.row.ref_number.clone(),
        lines: lines.collect(),
    };
    form::open(model, seed)
}

fn show_change(model: &mut Model) -> Vec<Effect> {
    let Some(detail) = detail(model) else { return Vec::new() };
    match sheets::change(&detail) {
        Some(sheet) => paper::open(model, sheet),
        None => model.say("Nothing of it changed since it was posted."),
    }
    Vec::new()
}

fn hint_sheet(model: &mut Model) -> Vec<Effect> {
    let Some(detail) = detail(model) else { return Vec::new() };
    match detail.proposed.as_ref().and_then(|proposed| proposed.hint.as_ref()) {
        Some(hint) => paper::open(model, sheets::hint(detail.row.id, &sheets::name_of(&detail.row), hint)),
        None => model.say(
            "Nothing of it has to be done by hand: approve the change, and it goes with the next batch.",
        ),
    }
    Vec::new()
}

/// What can be said about it, each with what it means; of several that are marked, what can be said about all of them.
fn settle(model: &mut Model) -> Vec<Effect> {
    let Some(detail) = detail(model) else { return Vec::new() };
    let marked = model.pane().filter(|pane| pane.list.marked() > 0).map(|pane| pane.list.chosen());
    let Some(chosen) = marked else {
        let title = format!("How is {} settled?", sheets::name_of(&detail.row));
        overlays::choices(model, &title, "", settlements::of(&detail));
        return Vec::new();
    };
    let offered = settlements::of(&detail).into_iter().filter_map(|(title, means, action)| {
        let action = match action {
            None => None,
            Some(Action::Settle(_, how)) => Some(Action::Settle(chosen.clone(), how)),
            Some(Action::Reset(_)) => Some(Action::Reset(chosen.clone())),
            // Each edit is named before its control word: one by one.
            Some(_) => return None,
        };
        Some((title, means, action))
    });
    let offered = offered.collect();
    let title = format!("How are these {} settled?", chosen.len());
    overlays::choices(
        model,
        &title,
        "One that it does not fit stops there; those before it are settled.",
        offered,
    );
    Vec::new()
}

fn reset(model: &mut Model) -> Vec<Effect> {
    let Some(pane) = model.pane_mut() else { return Vec::new() };
    let ids = pane.list.chosen();
    let count = ids.len();
    let text = format!(
        "{count} {} drafted as Cin7 says now: what is out of the books as a new draft with marks of its own, what is posted as a proposed change. Nothing is sent before it is approved again.",
        if count == 1 { "document is" } else { "documents are" }
    );
    overlays::choices(
        model,
        "Draft anew",
        &text,
        vec![
            ("Leave it", "Nothing changes.", None),
            ("Draft it anew", "Each waits for approval in step 4.", Some(Action::Reset(ids))),
        ],
    );
    Vec::new()
}
