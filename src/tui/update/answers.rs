//! Answers of workers taken into the model.
//!
//! Must never show an answer of an older question: generations are checked before this is called.

use super::{Effect, act, decide, follow, form, home, match_sheet, paper, reload, settings, setup};
use crate::base::Problem;
use crate::tui::control_word::ControlWord;
use crate::tui::drafts_pane::{self, DraftsPane};
use crate::tui::effect::{Action, Slot};
use crate::tui::model::{Model, Parting, Screen};
use crate::tui::msg::{Done, Loaded};
use crate::tui::overlay::Overlay;
use crate::workflow::Result;

/// A load ended.
pub fn loaded(model: &mut Model, slot: Slot, result: Result<Loaded>) -> Vec<Effect> {
    match result {
        Err(problem) => {
            form::back(model);
            show(model, problem);
            Vec::new()
        }
        Ok(answer) => take(model, slot, answer),
    }
}

fn show(model: &mut Model, problem: Problem) {
    let known = model.overlays.iter().any(|o| matches!(o, Overlay::Problem(p) if p.code == problem.code));
    if !known {
        model.overlays.push(Overlay::Problem(problem));
    }
    model.dirty = true;
}

/// The drafts that a slot belongs to, whatever screen is shown now.
fn pane_of(model: &mut Model, slot: Slot) -> &mut DraftsPane {
    match slot {
        Slot::FetchIds | Slot::FetchRows | Slot::FetchDetail => &mut model.fetch,
        Slot::HandOffIds | Slot::HandOffRows | Slot::HandOffDetail => &mut model.hand_off.pane,
        _ => &mut model.review,
    }
}

fn take(model: &mut Model, slot: Slot, answer: Loaded) -> Vec<Effect> {
    match answer {
        Loaded::Status(status) => {
            let first = model.status.is_none();
            let connected =
                status.company.is_some() && status.steps.first().is_some_and(|step| step.left == 0);
            model.status = Some(status);
            if first && connected && model.screen == Screen::Connect && model.overlays.is_empty() {
                // Somebody who is set up wants to know what needs her, not how it was set up.
                model.screen = Screen::Home;
                return reload(model);
            }
        }
        Loaded::Groups(found) => {
            if let Some(Overlay::Groups { groups, cursor, .. }) = model.overlays.last_mut() {
                *cursor = (*cursor).min(found.len().saturating_sub(1));
                *groups = Some(found);
            }
        }
        Loaded::Home(view) => return home::take(model, *view),
        Loaded::Connect { view, purchase_tax, writeback } => {
            let first = model.connect.view.is_none();
            model.operator.clone_from(&view.operator);
            if let Ok(zone) = crate::base::Zone::named(&view.timezone) {
                // Chosen a moment ago, it holds for every time on the screen.
                model.zone = zone;
            }
            model.connect.purchase_tax = purchase_tax;
            model.connect.writeback = writeback;
            model.connect.view = Some(view);
            model.connect.show();
            if first && is_first_day(model) {
                model.screen = Screen::Connect;
                return setup::open(model);
            }
        }
        Loaded::MatchIds(list) => {
            model.matching.take(list);
            if model.matching.shown_detail().is_none() {
                model.matching.detail = None;
            }
            let wished = model.matching.wishes(true);
            return model.wish(wished);
        }
        Loaded::MatchRows(rows) => {
            let rows = rows.into_iter().map(|row| ((row.contact_id, row.role), row));
            model.matching.list.set_rows(rows);
        }
        Loaded::Tally(found) => {
            if let Some(Overlay::Tally(tally)) = model.overlays.last_mut() {
                tally.cursor = tally.cursor.min(found.len().saturating_sub(1));
                tally.rows = Some(found);
            }
        }
        Loaded::MatchDetail(detail) => {
            model.matching.candidate =
                model.matching.candidate.min(detail.candidates.len().saturating_sub(1));
            model.matching.detail = Some(detail);
        }
        Loaded::Parties(_) | Loaded::Sure(_) | Loaded::NewName(..) => match_sheet::take(model, answer),
        Loaded::Views(views) => model.views = views,
        Loaded::Setup(view) => setup::take(model, *view),
        Loaded::Settings(rows) => {
            let sheet = model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
                Overlay::Settings(sheet) => Some(sheet),
                _ => None,
            });
            if let Some(sheet) = sheet {
                sheet.take(rows);
            }
        }
        Loaded::SettingNames(all) => {
            if let Some(Overlay::Pick { input, names, found, cursor, .. }) = model.overlays.last_mut() {
                *found = settings::fitting(&all, input.value());
                *cursor = (*cursor).min(found.len().saturating_sub(1));
                *names = all;
            }
        }
        Loaded::DraftIds(ids) => {
            let pane = pane_of(model, slot);
            // After its first rows the rest brings nothing that is on screen.
            let known = pane.list.is_partial();
            pane.list.set_ids(ids);
            if known && pane.shown_detail().is_some() {
                return Vec::new();
            }
            // A detail that is not under the cursor now may be old when the cursor comes back to it.
            if pane.shown_detail().is_none() {
                pane.detail = None;
            }
            return fresh(model, slot);
        }
        Loaded::FirstIds(ids) => {
            pane_of(model, slot).list.set_first_ids(ids);
            return fresh(model, slot);
        }
        Loaded::DraftRows(rows) => {
            pane_of(model, slot).list.set_rows(rows.into_iter().map(|row| (row.id, row)));
        }
        Loaded::DraftDetail(detail) => {
            pane_of(model, slot).detail = Some(detail);
        }
        Loaded::Preview(preview) => model.hand_off.preview = Some(preview),
        Loaded::History { batches, visits } => {
            model.history.batches = batches;
            model.history.visits = visits;
            model.history.show(&model.zone);
        }
        Loaded::Events(page) => model.history.take_events(page, &model.zone),
        Loaded::Offers(list, text, offers) => form::offered(model, list, &text, offers),
        Loaded::Look(look) => form::looked(model, *look),
        Loaded::BatchOperations(batch, operations) => {
            let lines = operations.iter().map(|line| line.text()).collect();
            let title = format!("Batch {batch}: {} asked of QuickBooks", operations.len());
            model.overlays.push(Overlay::Page { title, lines, scroll: 0 });
        }
    }
    Vec::new()
}

/// Whether nothing was set up yet: no company file was ever seen.
fn is_first_day(model: &Model) -> bool {
    let fresh = model.connect.view.as_ref().is_some_and(|view| {
        view.company.is_empty()
            && view.company_waiting.is_empty()
            && view.lists.iter().all(|(_, _, pulled, _)| pulled.is_empty())
    });
    fresh && model.is_host && !model.demo && model.overlays.is_empty()
}

/// The rows and the detail of a list, read again although they are known.
fn fresh(model: &mut Model, slot: Slot) -> Vec<Effect> {
    let wished = drafts_pane::wishes(pane_of(model, slot), true);
    model.wish(wished)
}

/// An action ended.
pub fn done(model: &mut Model, result: Result<Done>) -> Vec<Effect> {
    model.task = None;
    model.dirty = true;
    match result {
        Err(problem) => {
            form::back(model);
            model.failed = Some((model.screen, format!("{} {}", problem.happened, problem.do_now)));
            show(model, problem);
            // What was refused may have been refused because something moved: show what stands now.
            reload(model)
        }
        Ok(Done::Paper(paper)) => {
            form::back(model);
            paper::open(model, *paper);
            Vec::new()
        }
        Ok(Done::Said(said)) => {
            form::taken(model);
            model.say(said.text);
            reload(model)
        }
        Ok(Done::AskAlso { who, list_id, text }) => {
            decide::ask_also(model, who, list_id, &text);
            reload(model)
        }
        Ok(Done::Taken) => {
            model.parting = Some(Parting::Took);
            model.leaving = Some(0);
            Vec::new()
        }
        Ok(Done::KeyKept) => act(model, Action::TestCin7),
        Ok(Done::Operator(name)) => {
            model.say(format!("Decisions are now signed by {name}."));
            model.operator = name;
            let mut effects = reload(model);
            effects.extend(operator_known(model));
            effects
        }
        Ok(Done::Offered { terms, offer }) => {
            model.overlays.push(Overlay::Offer { terms, offer, cursor: 0 });
            Vec::new()
        }
        Ok(Done::Text { title, lines }) => {
            model.overlays.push(Overlay::Page { title, lines, scroll: 0 });
            reload(model)
        }
        Ok(Done::AskWord { purpose, preview, word }) => {
            model.overlays.push(Overlay::Word { what: purpose, preview, ask: ControlWord::new(word) });
            Vec::new()
        }
        Ok(Done::Previewed { changes, preview }) => settings::previewed(model, changes, &preview),
        Ok(Done::Proved(proof)) => {
            model.prove.proof = Some(proof);
            model.prove.show();
            if model.screen != Screen::Prove {
                model.say("The proof is made. Press 6 to see it.");
            }
            let mut effects = reload(model);
            effects.extend(follow(model));
            effects
        }
    }
}

/// Goes on with the action that waited for the operator's name.
fn operator_known(model: &mut Model) -> Vec<Effect> {
    if model.operator.is_empty() {
        return Vec::new();
    }
    match model.waiting_for_name.take() {
        Some(action) => act(model, action),
        None => Vec::new(),
    }
}
