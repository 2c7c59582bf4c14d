//! Carries out a command of the table on the model.
//!
//! Must never be called for a command that `command::why_not` refuses.

use super::decide;
use super::{Effect, act, approving, hold, home, moves, overlays, reload, repeat, settings, views};
use crate::base::text::for_screen;
use crate::tui::command::Id;
use crate::tui::effect::{Action, Irreversible, Query, Slot};
use crate::tui::model::{HistoryTab, Model, Screen};
use crate::tui::overlay::Overlay;

/// Runs a command.
pub fn command(model: &mut Model, id: Id) -> Vec<Effect> {
    match id {
        Id::Step(screen) => step(model, screen),
        Id::Down | Id::Up | Id::PageDown | Id::PageUp | Id::HalfDown | Id::HalfUp | Id::First | Id::Last => {
            moves::go(model, id);
            older_events(model, id)
        }
        Id::Mark | Id::Range | Id::MarkAll => {
            moves::go(model, id);
            Vec::new()
        }
        Id::NextChip => moves::turn(model, true),
        Id::PreviousChip => moves::turn(model, false),
        Id::Filter => {
            if let Some(text) = crate::tui::finding::text_mut(model)
                && !text.is_empty()
            {
                // What is typed now is one more condition, not the end of the last one.
                text.push(' ');
            }
            model.filtering = true;
            Vec::new()
        }
        Id::Sort => moves::sort(model),
        Id::NextReview | Id::PreviousReview => {
            if !moves::next_review(model, id == Id::NextReview) {
                model.say("No further row here needs review.");
            }
            Vec::new()
        }
        Id::Back => moves::back(model),
        Id::Refresh => {
            model.say("Read again.");
            reload(model)
        }
        Id::Home => step(model, Screen::Home),
        Id::NextNeed => home::ask_next(model),
        Id::HomePage => {
            home::turn(model);
            Vec::new()
        }
        Id::Jump => home::ask_jump(model),
        Id::Twist => home::ask_twist(model),
        Id::Groups => approving::open_groups(model),
        Id::ApproveMany => approving::ask_terms(model),
        Id::Cure => home::cure(model),
        Id::Timeline => match model.pane().and_then(|pane| pane.list.current()) {
            Some(id) => act(model, Action::Timeline(id)),
            None => Vec::new(),
        },
        Id::TakeProfile => act(model, Action::Ask(Irreversible::TakeProfile { holder: String::new() })),
        Id::Redraw => vec![Effect::Redraw],
        Id::Copy => copy(model),
        Id::Help => overlays::open_help(model),
        Id::Palette => overlays::open_palette(model),
        Id::Glossary => overlays::open_glossary(model, ""),
        Id::Views => views::open(model),
        Id::Repeat => repeat::again(model),
        Id::Settings => settings::open(model),
        Id::Quit => quit(model),
        Id::Undo => act(model, Action::Undo),
        Id::Redo => act(model, Action::Redo),
        Id::Open => open(model),
        Id::RollForward => {
            moves::roll_forward(model);
            Vec::new()
        }
        other => decide::command(model, other),
    }
}

fn step(model: &mut Model, screen: Screen) -> Vec<Effect> {
    model.filtering = false;
    if model.screen == screen {
        moves::close_detail(model);
        return Vec::new();
    }
    model.screen = screen;
    hold::wait_for_list(model);
    reload(model)
}

fn older_events(model: &mut Model, id: Id) -> Vec<Effect> {
    let history = &model.history;
    let at_end = history.list.cursor() + 1 >= history.list.len();
    let down = matches!(id, Id::Down | Id::PageDown | Id::HalfDown | Id::Last);
    if model.screen != Screen::History
        || history.tab != HistoryTab::Events
        || !at_end
        || !down
        || history.all_events
        // While a page comes, a key that is held down must not make it stale.
        || model.is_loading(Slot::Events)
    {
        return Vec::new();
    }
    let (from, asked) = (history.page(true), history.asked());
    vec![model.load(Slot::Events, Query::Events { from, asked })]
}

fn quit(model: &mut Model) -> Vec<Effect> {
    if moves::close_detail(model) {
        return Vec::new();
    }
    if model.is_busy() {
        model.overlays.push(Overlay::Quit);
    } else {
        model.leaving = Some(0);
    }
    Vec::new()
}

fn copy(model: &mut Model) -> Vec<Effect> {
    let text = match model.screen {
        Screen::Match => model.matching.current().map(|row| row.name.clone()),
        Screen::Connect => super::super::connect_rows::rows(&model.connect)
            .get(model.connect.list.cursor())
            .map(|row| row.value.clone()),
        Screen::History => match model.history.tab {
            HistoryTab::Events => {
                model.history.events.get(model.history.at()).map(|event| event.hash.clone())
            }
            _ => None,
        },
        _ => model.pane().and_then(|pane| pane.list.current_row()).map(|row| row.number().to_string()),
    };
    match text.map(|text| for_screen(&text)).filter(|text| !text.is_empty()) {
        None => {
            model.say("There is nothing to copy here.");
            Vec::new()
        }
        Some(text) => {
            model.say(format!("Sent to the terminal's clipboard: {text}"));
            vec![Effect::Copy(text)]
        }
    }
}

fn open(model: &mut Model) -> Vec<Effect> {
    match model.screen {
        Screen::Connect => decide::connect_row(model),
        Screen::Match => {
            model.matching.open = !model.matching.open;
            model.matching.scroll = 0;
            Vec::new()
        }
        Screen::Prove => {
            let month = model.prove.proof.as_ref().filter(|_| model.prove.roll_forward);
            if let Some(row) = month.and_then(|proof| proof.roll_forward.get(model.prove.at())) {
                let sheet = crate::tui::paper::walk(row);
                super::paper::open(model, sheet);
            } else if let Some(page) = prove_page(model) {
                model.overlays.push(page);
            }
            Vec::new()
        }
        Screen::History => open_history(model),
        Screen::Home => home::open(model),
        _ => {
            if let Some(pane) = model.pane_mut() {
                pane.open = !pane.open;
                pane.scroll = 0;
            }
            Vec::new()
        }
    }
}

/// A row of the proof in full: where every cent of Cin7's total is.
fn prove_page(model: &Model) -> Option<Overlay> {
    let proof = model.prove.proof.as_ref()?;
    let row = proof.totals.get(model.prove.at())?;
    let line = |what: &str, cents: crate::base::Cents| format!("{what:<34} {:>16}", cents.grouped());
    let mut lines = vec![line("Cin7's total", row.cin7_total)];
    lines.extend(row.held_back.iter().map(|held| {
        let what = format!("  held back: {} ({})", held.reason.replace('_', " "), held.count);
        line(&what, held.total)
    }));
    lines.push(line("approved", row.approved_total));
    let parts = [
        ("  queued", row.queued),
        ("  sent", row.sent),
        ("  refused", row.refused),
        ("  unknown", row.unknown),
        ("  posted (pending)", row.pending_total),
        ("  posted", row.posted_total),
    ];
    lines.extend(parts.into_iter().map(|(what, cents)| line(what, cents)));
    lines.push(line("QuickBooks' total", row.quickbooks_total));
    lines.push(line("difference", row.difference));
    lines.push(line("  not explained", row.unexplained));
    let title = format!("{} {} {}", row.month.as_deref().unwrap_or("no date"), row.what(), row.currency);
    Some(Overlay::Page { title, lines, scroll: 0 })
}

fn open_history(model: &mut Model) -> Vec<Effect> {
    let at = model.history.at();
    match model.history.tab {
        HistoryTab::Batches => match model.history.batches.get(at).map(|batch| batch.id) {
            Some(id) => vec![model.load(Slot::BatchOperations, Query::BatchOperations(id))],
            None => Vec::new(),
        },
        HistoryTab::Events => {
            if let Some(event) = model.history.events.get(at) {
                let lines = vec![
                    format!("Number  {}", event.seq),
                    // As on the list, in the company's time; the chain has it in UTC.
                    format!("When    {} ({})", model.zone.clock_text(&event.at), event.at),
                    format!("Who     {}", event.actor),
                    format!("What    {}", event.kind),
                    format!("About   {}", event.subject),
                    format!("Before  {}", event.prev),
                    format!("Hash    {}", event.hash),
                    String::new(),
                    event.body.clone(),
                ];
                model.overlays.push(Overlay::Page { title: "Event".into(), lines, scroll: 0 });
            }
            Vec::new()
        }
        HistoryTab::Visits => Vec::new(),
    }
}
