//! Keys of the wizard: Enter does what its step needs, and everything is done by the same actions as elsewhere.
//!
//! Must never do what cannot be undone without the control word, and never take a default for an answer.

use super::overlays::{ask_line, ask_new_password, ask_operator, choices};
use super::{Effect, act, reload, settings};
use crate::base::text::for_screen;
use crate::tui::effect::{Action, Irreversible, Query, Slot};
use crate::tui::model::{Model, Screen};
use crate::tui::overlay::{Asked, Overlay};
use crate::tui::setup_sheet::{SetupAction, SetupSheet, Typed};
use crate::workflow::setup::{Stand, Step};
use crate::workflow::trial::TrialStand;

/// Lines of a page of a step's text.
const PAGE: u16 = 10;
/// Zones that are offered besides the one that the books have now.
const ZONES: usize = 3;

/// Opens the wizard.
pub fn open(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Setup(SetupSheet::default()));
    vec![model.load(Slot::Setup, Query::Setup)]
}

fn sheet(model: &mut Model) -> Option<&mut SetupSheet> {
    model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Setup(sheet) => Some(sheet),
        _ => None,
    })
}

/// Takes how things stand into the wizard, if it is open.
pub fn take(model: &mut Model, view: crate::workflow::setup::SetupView) {
    let Some(sheet) = sheet(model) else { return };
    let first = sheet.view.is_none();
    sheet.take(view);
    let unnamed = sheet.step().is_some_and(|view| view.step == Step::Name && view.stand == Stand::Open);
    // Who is told to type her name types it: into the line, not into the keys of the wizard.
    if first && unnamed && model.is_host && matches!(model.overlays.last(), Some(Overlay::Setup(_))) {
        ask_operator(model);
    }
}

/// A key press on the wizard.
pub fn key(model: &mut Model, name: &str) -> Vec<Effect> {
    let Some(Overlay::Setup(sheet)) = model.overlays.last_mut() else { return Vec::new() };
    match name {
        "esc" | "q" => {
            model.overlays.pop();
            model.say("Everything is kept. Press i in step 1 to go on.");
            return reload(model);
        }
        "j" | "down" => sheet.go(1),
        "k" | "up" => sheet.go(-1),
        "g" | "home" => sheet.go(isize::MIN),
        "G" | "end" => sheet.go(isize::MAX),
        "n" => {
            if let Some(next) = sheet.view.as_ref().and_then(|view| view.next) {
                sheet.go_to(next);
            }
        }
        "pagedown" | "space" | "ctrl-d" | "ctrl-f" => sheet.scroll = sheet.scroll.saturating_add(PAGE),
        "pageup" | "ctrl-u" | "ctrl-b" => sheet.scroll = sheet.scroll.saturating_sub(PAGE),
        "d" => return act(model, Action::Doctor),
        "enter" | "e" => return enter(model),
        _ => {}
    }
    Vec::new()
}

/// What Enter does on the step under the cursor.
fn enter(model: &mut Model) -> Vec<Effect> {
    let Some((step, stand)) = sheet(model).and_then(|sheet| sheet.step()).map(|view| (view.step, view.stand))
    else {
        return Vec::new();
    };
    if !model.is_host {
        model.warn("Another window or `serve` holds this company profile: the first day goes on there.");
        return Vec::new();
    }
    match step {
        Step::Name => {
            ask_operator(model);
            Vec::new()
        }
        Step::Cin7 => credentials(model),
        Step::Test => act(model, Action::TestCin7),
        Step::Fetch => act(model, Action::Fetch { full: false }),
        Step::Zone => zone(model),
        Step::File => file(model),
        Step::Visit | Step::Lists => act(model, Action::Visit { lists: step == Step::Lists }),
        Step::Company => company(model, stand),
        Step::Map => map(model),
        Step::Money => money(model),
        Step::Warnings => warnings(model),
        Step::Match => leave_for(model, Screen::Match),
        Step::Trial => trial(model),
    }
}

fn leave_for(model: &mut Model, screen: Screen) -> Vec<Effect> {
    model.overlays.retain(|overlay| !matches!(overlay, Overlay::Setup(_)));
    model.screen = screen;
    model.say("Press 1, then i, to go on with the first day.");
    reload(model)
}

const fn typed(typed: Typed) -> Option<Action> {
    Some(Action::Type(typed))
}

const fn setup(action: SetupAction) -> Option<Action> {
    Some(Action::Setup(action))
}

fn credentials(model: &mut Model) -> Vec<Effect> {
    let view = model.connect.view.clone().unwrap_or_default();
    match (view.cin7_username.is_empty(), view.cin7_key_set) {
        (true, _) => type_in(model, Typed::Cin7User),
        (false, false) => type_in(model, Typed::Cin7Key),
        (false, true) => {
            let answers = vec![
                ("Leave them", "Nothing changes.", None),
                (
                    "Another key",
                    "The old one is forgotten here; the new one is tested at once.",
                    typed(Typed::Cin7Key),
                ),
                ("Another user", "Then type its key too.", typed(Typed::Cin7User)),
                (
                    "Another address",
                    "Cin7's own is https://api.cin7.com/api.",
                    typed(Typed::Setting("cin7.url".into())),
                ),
            ];
            choices(model, "Cin7 user and key", "Both are there.", answers);
            Vec::new()
        }
    }
}

fn zone(model: &mut Model) -> Vec<Effect> {
    let Some(view) = sheet(model).and_then(|sheet| sheet.view.clone()) else { return Vec::new() };
    let now = view.steps.iter().find(|step| step.step == Step::Zone).map(|step| step.found.clone());
    let confirm = |zone: &str| setup(SetupAction::ConfirmZone(zone.to_string()));
    let mut named: Vec<(String, String)> = view
        .zones
        .iter()
        .take(ZONES)
        .map(|guess| {
            let means = format!("{} of {} dates of Cin7 are midnights there.", guess.midnights, guess.of);
            (guess.zone.clone(), means)
        })
        .collect();
    let present = model.connect.view.as_ref().map(|view| view.timezone.clone()).unwrap_or_default();
    if named.iter().all(|(zone, _)| *zone != present) && !present.is_empty() {
        named.push((present, "What the settings say now.".into()));
    }
    let mut answers: Vec<(&str, &str, Option<Action>)> =
        named.iter().map(|(zone, means)| (zone.as_str(), means.as_str(), confirm(zone))).collect();
    answers.push(("Another one", "Type its IANA name, such as America/Denver.", typed(Typed::Zone)));
    choices(model, "In which zone are the books kept?", &now.unwrap_or_default(), answers);
    Vec::new()
}

fn file(model: &mut Model) -> Vec<Effect> {
    let view = model.connect.view.clone().unwrap_or_default();
    if !view.qbwc_password_set {
        return ask_new_password(model);
    }
    let text = format!("User {}, Countersign listens on {}.", view.qbwc_user, view.listen);
    let answers = vec![
        (
            "Write the file",
            "Into the exports folder; its place and the steps in QuickBooks are shown here.",
            Some(Action::WriteQwc),
        ),
        ("Show the file", "As it would be written now.", Some(Action::ShowQwc)),
        ("A new password", "The present one stops working. It is shown once.", Some(Action::NewPassword)),
        (
            "Another address or port",
            "If the port is taken by another program. Then write the file again.",
            typed(Typed::Setting("endpoint.listen".into())),
        ),
    ];
    choices(model, "Web Connector file", &text, answers);
    Vec::new()
}

fn company(model: &mut Model, stand: Stand) -> Vec<Effect> {
    match stand {
        Stand::Open => act(model, Action::Ask(Irreversible::AdoptCompany)),
        Stand::Look => act(model, Action::Ask(Irreversible::Unfreeze)),
        Stand::Later => act(model, Action::Visit { lists: false }),
        Stand::Done => {
            model.say("This company file is confirmed.");
            Vec::new()
        }
    }
}

fn map(model: &mut Model) -> Vec<Effect> {
    let Some(view) = sheet(model).and_then(|sheet| sheet.view.clone()) else { return Vec::new() };
    if view.steps.iter().any(|step| step.step == Step::Map && step.stand == Stand::Later) {
        model.say("QuickBooks' lists and the first fetch come first.");
        return Vec::new();
    }
    let sure = view.map.rows.iter().any(|row| !row.set && row.sure && !row.value.is_empty());
    if sure || !view.map.missing.is_empty() {
        return act(model, Action::AcceptMap);
    }
    match view.map.rows.iter().find(|row| !row.set && !row.sure) {
        Some(row) if crate::workflow::settings_view::kind_of(&row.key).is_some() => {
            settings::edit(model, &row.key, &row.value, &row.reason)
        }
        Some(row) => type_in(model, Typed::Setting(row.key.clone())),
        None => {
            model.say("Accounts, items and tax are chosen. S shows and changes them.");
            Vec::new()
        }
    }
}

fn money(model: &mut Model) -> Vec<Effect> {
    let Some(view) = sheet(model).and_then(|sheet| sheet.view.clone()) else { return Vec::new() };
    if let Some(open) = view.questions.iter().find(|question| !question.answered) {
        return question(model, open.key);
    }
    let answers: Vec<(String, String, Option<Action>)> = view
        .questions
        .iter()
        .map(|q| (q.title.to_string(), q.in_words(), Some(Action::Question(q.key.to_string()))))
        .collect();
    let answers = answers.iter().map(|(a, b, action)| (a.as_str(), b.as_str(), action.clone())).collect();
    choices(model, "Questions of money", "All are answered. Which one do you want to change?", answers);
    Vec::new()
}

/// Puts one question of money.
pub fn question(model: &mut Model, key: &str) -> Vec<Effect> {
    let Some(question) = sheet(model).and_then(|sheet| sheet.question(key).cloned()) else {
        return Vec::new();
    };
    let answer = |value: &str| setup(SetupAction::Answer { key: key.to_string(), value: value.to_string() });
    let now = question.in_words();
    let keep = format!("Keep {now}");
    let mut answers: Vec<(&str, &str, Option<Action>)> = Vec::new();
    if !question.typed.is_empty() {
        answers.push(("Type it", question.typed, typed(Typed::Answer(key.to_string()))));
        if !question.value.is_empty() && question.answers.iter().all(|a| a.value != question.value) {
            answers.push((&keep, "It stays as it is.", answer("")));
        }
    }
    answers.extend(question.answers.iter().map(|a| (a.title, a.means, answer(a.value))));
    let text = format!("{} Now: {now}.", question.text);
    choices(model, question.title, &text, answers);
    // What was never answered stands on the first answer, so that nothing is agreed to with Enter alone.
    if let Some(Overlay::Choose { choices, cursor, .. }) = model.overlays.last_mut()
        && !question.value.is_empty()
    {
        let stands = |title: &str| title == now || title == keep;
        *cursor = choices.iter().position(|choice| stands(&choice.title)).unwrap_or(0);
    }
    Vec::new()
}

fn warnings(model: &mut Model) -> Vec<Effect> {
    let unread = sheet(model)
        .and_then(|sheet| sheet.view.as_ref())
        .map_or(0, |view| view.warnings.iter().filter(|warning| warning.known_by.is_empty()).count());
    if unread == 0 {
        model.say("Nothing new to read.");
        return Vec::new();
    }
    let answers = vec![
        (
            "I have read them",
            "They are not shown as open again; your name stands under it.",
            setup(SetupAction::Known),
        ),
        ("Not yet", "Nothing changes. PageDown shows the rest.", None),
    ];
    choices(
        model,
        "Good to know",
        "None of them stops the work; figures will differ where they say.",
        answers,
    );
    Vec::new()
}

fn trial(model: &mut Model) -> Vec<Effect> {
    let Some(trial) = sheet(model).and_then(|sheet| sheet.view.as_ref()).map(|view| view.trial.clone())
    else {
        return Vec::new();
    };
    let out = (
        "Take it out",
        "Pending sales are deleted, the bill is made void; what a person touched stays.",
        Some(Action::Ask(Irreversible::TrialOut)),
    );
    match trial.stand {
        TrialStand::NotMade => return act(model, Action::Ask(Irreversible::Trial)),
        TrialStand::OnItsWay | TrialStand::BeingTakenOut => {
            return act(model, Action::Visit { lists: false });
        }
        TrialStand::NeedsPerson => return leave_for(model, Screen::HandOff),
        TrialStand::InQuickbooks => choices(
            model,
            "Trial",
            &trial.text,
            vec![
                out,
                (
                    "Leave it in",
                    "The three documents are right and count like every other.",
                    setup(SetupAction::LeaveTrialIn),
                ),
                ("Look again first", "Nothing changes.", None),
            ],
        ),
        TrialStand::LeftIn => {
            choices(model, "Trial", &trial.text, vec![("Leave it in", "Nothing changes.", None), out]);
        }
        TrialStand::TakenOut if trial.do_now.is_empty() => model.say("The trial is over."),
        TrialStand::TakenOut => choices(
            model,
            "Trial",
            &trial.text,
            vec![
                (
                    "Draft them anew",
                    "Its documents wait for approval again, with marks of their own.",
                    setup(SetupAction::TrialAgain),
                ),
                ("Later", "Nothing changes.", None),
            ],
        ),
    }
    Vec::new()
}

/// Asks for a line.
pub fn type_in(model: &mut Model, what: Typed) -> Vec<Effect> {
    let view = model.connect.view.clone().unwrap_or_default();
    match what {
        Typed::Cin7User => ask_line(
            model,
            Asked::Cin7User,
            "Cin7 user",
            "The user name of the API connection, as Cin7 shows it under Settings > Integrations & API > API v1.",
            &view.cin7_username,
            false,
        ),
        Typed::Cin7Key => ask_line(
            model,
            Asked::Cin7Key,
            "Cin7 key",
            "Type or paste the key. It is shown as dots, kept where only you can read it, and tested at once.",
            "",
            true,
        ),
        Typed::Zone => ask_line(
            model,
            Asked::Zone,
            "Time zone",
            "IANA name, such as America/New_York.",
            &view.timezone,
            false,
        ),
        Typed::Answer(key) => {
            let Some(question) = sheet(model).and_then(|sheet| sheet.question(&key).cloned()) else {
                return Vec::new();
            };
            let text = format!("{} Write {}.", question.text, question.typed);
            ask_line(model, Asked::Answer(key), question.title, &text, &question.value, false);
        }
        Typed::Setting(key) => {
            let value = match key.as_str() {
                "endpoint.listen" => view.listen,
                "cin7.url" => view.cin7_url,
                _ => String::new(),
            };
            let title = for_screen(&key);
            let text = if key == "endpoint.listen" {
                "As 127.0.0.1:8085. Countersign listens there from its next start; then write the file again."
            } else {
                "Type the new value."
            };
            ask_line(model, Asked::Setting(key), &title, text, &value, false);
        }
    }
    Vec::new()
}
