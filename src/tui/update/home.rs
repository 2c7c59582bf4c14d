//! The home screen, and the way from anywhere to the next thing that needs a person.
//!
//! Must never decide anything: it leads to where it is decided.

use super::{Effect, hold, overlays, reload, run_or_say, settings};
use crate::tui::command::Id;
use crate::tui::cures::{self, Cure};
use crate::tui::effect::{Action, Query, Slot};
use crate::tui::home_rows::{self, Target};
use crate::tui::layout;
use crate::tui::model::{MatchChip, Model, Screen};
use crate::tui::overlay::Asked;
use crate::tui::tour::Twist;
use crate::workflow::home::HomeView;

/// Takes the first page in.
pub fn take(model: &mut Model, view: HomeView) -> Vec<Effect> {
    let count = home_rows::rows(&view, &model.zone).len();
    let first = model.home.view.is_none();
    model.home.list.set_ids((0..count).collect());
    if first {
        // The first row is a heading.
        model.home.list.go_to(1);
    }
    model.home.view = Some(Box::new(view));
    if std::mem::take(&mut model.home.going) { next(model) } else { Vec::new() }
}

/// Asks what needs the person now; the answer leads there.
pub fn ask_next(model: &mut Model) -> Vec<Effect> {
    model.home.going = true;
    hold::wait_for(model, hold::For::Slot(Slot::Home));
    vec![model.load(Slot::Home, Query::Home)]
}

/// Goes to the first thing that needs the person, or to the one after the one that was gone to last.
fn next(model: &mut Model) -> Vec<Effect> {
    let Some(view) = &model.home.view else { return Vec::new() };
    let last = model.home.last.and_then(|code| view.needs.iter().position(|need| need.code == code));
    let at = match last {
        Some(at) if at + 1 < view.needs.len() => at + 1,
        _ => 0,
    };
    let Some(need) = view.needs.get(at) else {
        model.home.last = None;
        model.say("Nothing needs you now.");
        return Vec::new();
    };
    let target = home_rows::target(need.step, need.filter.as_ref());
    let said =
        format!("{} {} ({} of {}). Press . for the next.", need.count, need.what, at + 1, view.needs.len());
    model.home.last = Some(need.code);
    let effects = go(model, &target);
    model.say(said);
    effects
}

/// The list or the figures, where there is no room for both.
pub fn turn(model: &mut Model) {
    if layout::panes(Screen::Home, layout::body(model.size)).detail.is_some() {
        model.say("List and figures are both shown.");
        return;
    }
    model.home.figures = !model.home.figures;
}

/// Enter on a row of the home screen.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let rows = model.home.view.as_deref().map(|view| home_rows::rows(view, &model.zone)).unwrap_or_default();
    let Some(target) = rows.get(model.home.list.cursor()).and_then(|row| row.target.clone()) else {
        model.say("This row is only to be read.");
        return Vec::new();
    };
    go(model, &target)
}

/// Goes to a screen with its list filtered.
pub fn go(model: &mut Model, target: &Target) -> Vec<Effect> {
    model.filtering = false;
    model.screen = target.screen;
    if target.screen == Screen::Match {
        let found = target.filter.as_ref().map(|text| (MatchChip::All, text.clone()));
        (model.matching.chip, model.matching.text) = found.unwrap_or_default();
        model.matching.open = false;
        model.matching.begin_anew();
    }
    if let (Some(filter), Some(pane)) = (&target.filter, model.pane_mut()) {
        pane.take_line(filter, pane.order);
    }
    hold::wait_for_list(model);
    reload(model)
}

/// Goes to where the first problem of the draft under the cursor is cured.
pub fn cure(model: &mut Model) -> Vec<Effect> {
    let Some(detail) = model.pane().and_then(|pane| pane.shown_detail()) else { return Vec::new() };
    let Some(reason) = detail.reasons.iter().find(|reason| reason.level == "blocks") else {
        model.say("Nothing stands in its way.");
        return Vec::new();
    };
    let (cure, says) = cures::cure(&reason.code);
    let contact = detail.contact.as_ref().map(crate::orders::Contact::display_name).unwrap_or_default();
    let effects = match cure {
        Cure::Contact => find_contact(model, &contact),
        Cure::Setting(word) => settings::open_at(model, word),
        Cure::Cin7 => go(model, &Target { screen: Screen::Fetch, filter: None }),
        Cure::Reopen => return run_or_say(model, Id::Reopen),
        Cure::Run(id) => return run_or_say(model, id),
        Cure::Elsewhere => Vec::new(),
    };
    model.warn(says);
    effects
}

/// Asks which document.
pub fn ask_jump(model: &mut Model) -> Vec<Effect> {
    let text = "A number of Cin7 or QuickBooks, a name, an amount, or conditions as after /.";
    overlays::ask_line(model, Asked::Jump, "Jump to a document", text, "", false);
    Vec::new()
}

/// Goes to the documents that a text finds, whatever their state.
pub fn jump(model: &mut Model, text: &str) -> Vec<Effect> {
    go(model, &Target { screen: Screen::Review, filter: Some(text.to_string()) })
}

/// Goes to the contacts whose name holds a text.
pub fn find_contact(model: &mut Model, text: &str) -> Vec<Effect> {
    go(model, &Target { screen: Screen::Match, filter: Some(text.to_string()) })
}

/// Offers what the demo can let happen.
pub fn ask_twist(model: &mut Model) -> Vec<Effect> {
    model.twisted = true;
    let twist = |twist| Some(Action::Twist(twist));
    overlays::choices(
        model,
        "Let something happen",
        "What people do while you work. See what the program makes of it.",
        vec![
            ("Nothing", "Everything stays as it is.", None),
            (
                "An order changes in Cin7",
                "One that you approved, if there is one.",
                twist(Twist::OrderChanged),
            ),
            ("A supplier sends a credit", "On paper, as they do.", twist(Twist::SupplierCredit)),
            ("An invoice is edited in QuickBooks", "By somebody at the desk.", twist(Twist::InvoiceEdited)),
            ("The last month is closed", "And a cost of it comes late.", twist(Twist::MonthClosed)),
        ],
    );
    Vec::new()
}
