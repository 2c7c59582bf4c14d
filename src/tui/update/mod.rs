//! The only way that the model changes: `update(model, message) -> effects`.
//!
//! Must never do I/O, read a clock or draw a random number: time and randomness come in messages.

mod answers;
mod approving;
mod decide;
mod form;
mod hold;
mod home;
mod in_turn;
mod match_sheet;
mod mouse;
mod moves;
mod overlays;
mod palette;
mod paper;
mod repeat;
mod run;
mod settings;
mod setup;
mod views;

pub use hold::{Hold, ends_at as hold_ends_at};
pub use in_turn::InTurn;
pub use palette::{Entry, entries, helped, words};
pub use views::of_screen as views_of_screen;

use super::command;
use super::drafts_pane;
use super::effect::{Action, Effect, Query, Slot};
use super::keys;
use super::layout;
use super::model::{HistoryTab, LOG_LINES, Level, Model, Parting, RELOAD_MS, Screen};
use super::msg::{Loaded, Msg};
use super::overlay::Overlay;
use super::repeat::Repeat;
use crate::workflow::claim::Claim;
use crate::workflow::host::Notice;
use ratatui::crossterm::event::{Event, KeyEvent};

/// A second Ctrl-C within this leaves (design 6).
const CTRL_C_MS: u64 = 2_000;

/// Changes the model and says what is wished.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = match msg {
        Msg::Input { event, at_ms } => {
            model.at_ms = at_ms;
            input(model, &event)
        }
        Msg::Tick { at_ms, now } => tick(model, at_ms, now),
        Msg::Loaded { slot, generation, result } => {
            let more_follows = matches!(result, Ok(Loaded::FirstIds(_)));
            if !model.is_current(slot, generation, more_follows) {
                return Vec::new();
            }
            model.dirty = true;
            let mut effects = answers::loaded(model, slot, result);
            if hold::is_for(model, hold::For::Slot(slot)) {
                effects.extend(hold::release(model));
            }
            effects
        }
        Msg::Done { result } => {
            let held = hold::is_for(model, hold::For::Action);
            let effects = answers::done(model, result);
            match (held, model.overlays.is_empty()) {
                (true, true) => hold::wait_for_list(model),
                // What opened was not on screen when the keys were typed.
                (true, false) => model.hold = None,
                (false, _) => {}
            }
            effects
        }
        Msg::Progress { text } => {
            if let Some(task) = &mut model.task {
                task.progress = text;
                model.dirty = true;
            }
            Vec::new()
        }
        Msg::Notice(notice) => {
            notice_of(model, notice);
            Vec::new()
        }
        Msg::NoticesMissed | Msg::StoreMoved => {
            soon(model);
            Vec::new()
        }
        Msg::HostEnded(problem) => {
            model.endpoint = Some(problem.clone());
            model.overlays.push(Overlay::Problem(problem));
            model.dirty = true;
            Vec::new()
        }
        Msg::Claimed(claim) => give_way(model, &claim),
        Msg::Parted(claim) => {
            model.parting = Some(Parting::GaveWay(claim));
            model.leaving = Some(0);
            Vec::new()
        }
        Msg::Terminate(code) => {
            model.leaving = Some(code);
            Vec::new()
        }
    };
    effects.extend(in_turn::go_on(model));
    effects.extend(follow(model));
    effects
}

/// Another window takes the profile over: nothing more is decided here, and what runs ends.
fn give_way(model: &mut Model, claim: &Claim) -> Vec<Effect> {
    model.is_host = false;
    model.overlays.clear();
    model.hold = None;
    model.waiting_for_name = None;
    model.warn(format!("{} takes this profile over. What runs ends first; then you look on.", claim.words()));
    model.dirty = true;
    vec![Effect::CancelTask]
}

/// What is wished when the screen starts.
pub fn start(model: &mut Model) -> Vec<Effect> {
    let mut effects = reload(model);
    effects.push(model.load(Slot::Connect, Query::Connect));
    effects.push(model.load(Slot::Views, Query::Views));
    effects
}

fn tick(model: &mut Model, at_ms: u64, now: crate::base::Instant) -> Vec<Effect> {
    model.at_ms = at_ms;
    model.now = now;
    if model.toast.as_ref().is_some_and(|toast| toast.until_ms.is_some_and(|until| until <= at_ms)) {
        model.toast = None;
        model.dirty = true;
    }
    let mut effects = Vec::new();
    if hold::ends_at(model).is_some_and(|at| at <= at_ms) {
        effects.extend(hold::release(model));
    }
    if model.reload_at.is_some_and(|at| at <= at_ms) {
        if hold::main_slot(model).is_some_and(|slot| model.is_loading(slot)) {
            // The store answers slower than news come: one reading at a time.
            model.reload_at = Some(at_ms + RELOAD_MS);
            return effects;
        }
        model.reload_at = None;
        effects.extend(reload(model));
    }
    effects
}

fn input(model: &mut Model, event: &Event) -> Vec<Effect> {
    match event {
        Event::Resize(width, height) => {
            model.size = (*width, *height);
            model.dirty = true;
            Vec::new()
        }
        Event::Paste(text) => {
            if matches!(model.overlays.last(), Some(Overlay::Form { .. })) {
                model.dirty = true;
                return form::paste(model, &crate::base::text::for_screen(text));
            }
            if matches!(model.overlays.last(), Some(Overlay::Match(_))) {
                model.dirty = true;
                return match_sheet::paste(model, &crate::base::text::for_screen(text));
            }
            overlays::paste(model, text)
        }
        Event::Mouse(mouse) => mouse::event(model, *mouse),
        event => match event.as_key_press_event() {
            Some(key) => press(model, &key),
            None => Vec::new(),
        },
    }
}

fn press(model: &mut Model, key: &KeyEvent) -> Vec<Effect> {
    let Some(name) = keys::name(key) else { return Vec::new() };
    model.dirty = true;
    if name == "ctrl-c" {
        return ctrl_c(model);
    }
    model.ctrl_c_at = None;
    if hold::takes(model, key) {
        return Vec::new();
    }
    if model.toast.as_ref().is_some_and(|toast| toast.level == Level::Warn) {
        model.toast = None;
    }
    if !model.overlays.is_empty() {
        return overlays::key(model, key, &name);
    }
    if model.filtering {
        return moves::filter_key(model, key, &name);
    }
    let Some(command) = model.keymap.command(model.screen, &name) else {
        return Vec::new();
    };
    if let Some(slot) = unread(model, command.id) {
        hold::put_back(model, *key, hold::For::Slot(slot));
        return Vec::new();
    }
    run_or_say(model, command.id)
}

/// What a key rests on while it is still being read: the detail of the row that it decides about, or the whole list.
fn unread(model: &Model, id: command::Id) -> Option<Slot> {
    use command::Id;
    if matches!(id, Id::MarkAll | Id::Last | Id::NextReview)
        && let Some(pane) = model.pane().filter(|pane| pane.list.is_partial())
    {
        // Only the beginning of the list is there yet: all of it is more than that.
        return Some(pane.slots.ids);
    }
    match (model.screen, id) {
        (Screen::Review, Id::Approve) => {
            let pane = &model.review;
            (pane.list.marked() == 0 && pane.list.current().is_some() && pane.shown_detail().is_none())
                .then_some(pane.slots.detail)
        }
        // These are about the row under the cursor alone, whatever is marked.
        (
            Screen::Fetch | Screen::Review | Screen::HandOff,
            Id::ShowSent | Id::Cure | Id::Split | Id::ShowChange | Id::HintSheet | Id::Settle,
        ) => model.pane().and_then(|pane| {
            (pane.list.current().is_some() && pane.shown_detail().is_none()).then_some(pane.slots.detail)
        }),
        (Screen::Match, Id::Find | Id::DeferContact | Id::Unlink | Id::House | Id::Open | Id::Copy) => {
            let list = &model.matching.list;
            (list.current().is_some() && list.current_row().is_none()).then_some(Slot::MatchRows)
        }
        (Screen::Match, Id::Accept | Id::Other | Id::Refuse | Id::Create | Id::NextCandidate) => {
            let state = &model.matching;
            (state.list.marked() == 0 && state.list.current().is_some() && state.shown_detail().is_none())
                .then_some(Slot::MatchDetail)
        }
        _ => None,
    }
}

/// Runs a command, or says why it cannot be done now.
fn run_or_say(model: &mut Model, id: command::Id) -> Vec<Effect> {
    match command::why_not(id, model) {
        Some(why) => {
            model.warn(why);
            Vec::new()
        }
        None => run::command(model, id),
    }
}

fn ctrl_c(model: &mut Model) -> Vec<Effect> {
    let again = model.ctrl_c_at.is_some_and(|at| model.at_ms.saturating_sub(at) <= CTRL_C_MS);
    if again {
        model.leaving = Some(130);
        return Vec::new();
    }
    model.ctrl_c_at = Some(model.at_ms);
    if model.is_busy() {
        model.warn("Stopping. Ctrl-C again within two seconds leaves.");
        return vec![Effect::CancelTask];
    }
    if !matches!(model.overlays.last(), Some(Overlay::Quit)) {
        model.overlays.push(Overlay::Quit);
    }
    Vec::new()
}

fn notice_of(model: &mut Model, notice: Notice) {
    let clock = model.zone.time_of(model.now);
    let text = match notice {
        Notice::Called { version } => format!("The Web Connector {version} called."),
        Notice::Login { user } => format!("The Web Connector came in as {user}."),
        Notice::Refused { user } => format!("A login as {user} was refused: wrong user or password."),
        Notice::Company { name } => format!("Company file: {name}."),
        Notice::Asked { what } => what,
        Notice::Outcome { text } | Notice::Ended { text } => text,
        Notice::Frozen { why } => {
            model.warn(format!("Frozen: nothing is written to QuickBooks. {why}"));
            format!("Frozen. {why}")
        }
    };
    model.hand_off.log.push_back(format!("{clock}  {text}"));
    while model.hand_off.log.len() > LOG_LINES {
        model.hand_off.log.pop_front();
    }
    model.dirty |= model.screen == Screen::HandOff;
    soon(model);
}

/// Reads the lists again in a moment; many notices make one reading.
fn soon(model: &mut Model) {
    if model.reload_at.is_none() {
        model.reload_at = Some(model.at_ms + RELOAD_MS);
    }
}

/// Reads again what the screen shows.
pub(super) fn reload(model: &mut Model) -> Vec<Effect> {
    model.asked.clear();
    let mut effects = vec![model.load(Slot::Status, Query::Status)];
    if model.overlays.iter().any(|overlay| matches!(overlay, Overlay::Settings(_))) {
        effects.push(model.load(Slot::Settings, Query::Settings));
    }
    if model.overlays.iter().any(|overlay| matches!(overlay, Overlay::Views { .. })) {
        effects.push(model.load(Slot::Views, Query::Views));
    }
    if model.overlays.iter().any(|overlay| matches!(overlay, Overlay::Setup(_))) {
        effects.push(model.load(Slot::Setup, Query::Setup));
        if model.screen != Screen::Connect {
            effects.push(model.load(Slot::Connect, Query::Connect));
        }
    }
    match model.screen {
        Screen::Connect => effects.push(model.load(Slot::Connect, Query::Connect)),
        Screen::Match => {
            let filter = model.matching.filter();
            effects.push(model.load(Slot::MatchIds, Query::MatchIds(filter)));
            effects.extend(match_sheet::again(model));
        }
        Screen::Prove => {}
        Screen::Home => effects.push(model.load(Slot::Home, Query::Home)),
        Screen::History if model.history.tab == HistoryTab::Events => {
            let (from, asked) = (model.history.page(false), model.history.asked());
            effects.push(model.load(Slot::Events, Query::Events { from, asked }));
        }
        Screen::History => effects.push(model.load(Slot::History, Query::History)),
        Screen::Fetch | Screen::Review | Screen::HandOff => {
            if model.screen == Screen::HandOff {
                effects.push(model.load(Slot::Preview, Query::Preview));
            }
            if let Some(pane) = model.pane_mut() {
                let (slot, query) = (pane.slots.ids, pane.next_query());
                effects.push(model.load(slot, query));
            }
        }
    }
    effects
}

/// Loads that the present state wishes and that are not on their way: rows that became visible, the detail of the
/// row under the cursor.
fn follow(model: &mut Model) -> Vec<Effect> {
    let height = layout::list_height(model);
    match model.screen {
        Screen::Connect => model.connect.list.set_height(height),
        Screen::Match => model.matching.list.set_height(height),
        Screen::Prove => model.prove.list.set_height(height),
        Screen::History => model.history.list.set_height(height),
        Screen::Home => model.home.list.set_height(height),
        Screen::Fetch | Screen::Review | Screen::HandOff => {
            if let Some(pane) = model.pane_mut() {
                pane.list.set_height(height);
            }
        }
    }
    let wished = match model.screen {
        Screen::Match => model.matching.wishes(false),
        _ => model.pane().map_or_else(Vec::new, |pane| drafts_pane::wishes(pane, false)),
    };
    model.wish(wished)
}

/// An action in the operator's name; where no name is known yet, it is asked first and the action waits.
fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Type(what) => return setup::type_in(model, what),
        Action::Question(key) => return setup::question(model, &key),
        Action::HouseFor(who, choice) => return match_sheet::open_house(model, who, choice),
        _ => {}
    }
    if model.operator.is_empty() && !action.is_nameless() {
        model.waiting_for_name = Some(action);
        overlays::ask_operator(model);
        return Vec::new();
    }
    model.failed = None;
    if let Some(repeat) = Repeat::of(&action) {
        model.repeat = Some(repeat);
    }
    hold::wait_for(model, hold::For::Action);
    if let Some(title) = action.running() {
        model.task = Some(super::model::Task { title, progress: String::new() });
    }
    vec![Effect::Do { action, by: model.operator.clone() }]
}

#[cfg(test)]
mod list_tests;
#[cfg(test)]
mod reach_tests;
#[cfg(test)]
mod setup_tests;
#[cfg(test)]
mod tests;
