//! Keys for what lies over the screen: the topmost gets them all.
//!
//! Must never let a key through to the screen below, and never take a paste for a control word.

use super::{Effect, act, approving, form, home, moves, palette, paper, settings};
use crate::base::text::for_screen;
use crate::tui::connect_rows::Field;
use crate::tui::control_word::Outcome;
use crate::tui::effect::Action;
use crate::tui::model::Model;
use crate::tui::overlay::{Asked, Choice, Overlay};
use crate::tui::setup_sheet::SetupAction;
use crate::tui::view;
use ratatui::crossterm::event::{Event, KeyEvent};
use secrecy::SecretString;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

/// Characters of a typed line at most.
const LINE_MAX: usize = 200;

/// What follows once an overlay is put away.
pub(super) type Then = Box<dyn FnOnce(&mut Model) -> Vec<Effect>>;

/// What a key does to an overlay.
pub(super) enum Next {
    Stay,
    /// Stays and says this in the line above the keys.
    Tell(&'static str),
    Close,
    CloseAnd(Then),
}

/// A key press while something lies over the screen.
pub fn key(model: &mut Model, key: &KeyEvent, name: &str) -> Vec<Effect> {
    match model.overlays.last() {
        Some(Overlay::Form { .. }) => return form::key(model, key, name),
        Some(Overlay::Paper(_)) => return paper::key(model, name),
        Some(Overlay::Match(_)) => return super::match_sheet::key(model, key, name),
        Some(Overlay::Setup(_)) => return super::setup::key(model, name),
        Some(Overlay::Palette { .. }) => return palette::key(model, key, name),
        Some(Overlay::Views { .. }) => return super::views::key(model, name),
        Some(Overlay::Tally(_)) => return approving::tally_key(model, name),
        _ => {}
    }
    let (at_ms, last) = (model.at_ms, scroll_end(model, name));
    let Some(top) = model.overlays.last_mut() else { return Vec::new() };
    let mut wish = None;
    let next = match top {
        Overlay::Word { ask, what, preview } => match ask.key(key, at_ms) {
            Outcome::Asking => Next::Stay,
            Outcome::Cancelled => Next::Close,
            Outcome::Confirmed => {
                let (what, shown) = (what.clone(), preview.clone());
                Next::CloseAnd(Box::new(move |model| act(model, Action::Confirmed { what, shown })))
            }
        },
        Overlay::Groups { by, filter, groups, cursor } => {
            let (next, load) = approving::groups_key(name, by, filter, groups, cursor);
            wish = load;
            next
        }
        Overlay::Offer { .. } => approving::offer_key(name, top),
        Overlay::Problem(_) => match name {
            "esc" | "enter" | "q" => Next::Close,
            _ => Next::Stay,
        },
        Overlay::Page { scroll, .. } => page_key(name, scroll, last),
        Overlay::Quit => quit_key(name),
        Overlay::Help { input, scroll } | Overlay::Glossary { input, scroll } => match name {
            "esc" => Next::Close,
            "down" | "pagedown" => {
                *scroll = scroll.saturating_add(if name == "down" { 1 } else { 10 }).min(last);
                Next::Stay
            }
            "up" | "pageup" => {
                *scroll = scroll.saturating_sub(if name == "up" { 1 } else { 10 });
                Next::Stay
            }
            "?" | "q" if input.value().is_empty() => Next::Close,
            _ => {
                input.handle_event(&Event::Key(*key));
                *scroll = 0;
                Next::Stay
            }
        },
        Overlay::Choose { choices, cursor, .. } => choose_key(name, choices, cursor),
        Overlay::Ask { asked, input, .. } => ask_key(key, name, asked, input),
        // Their keys were taken above.
        Overlay::Form { .. }
        | Overlay::Paper(_)
        | Overlay::Setup(_)
        | Overlay::Palette { .. }
        | Overlay::Views { .. }
        | Overlay::Tally(_)
        | Overlay::Match(_) => Next::Stay,
        Overlay::Settings(sheet) => {
            let wish = settings::key(sheet, key, name);
            return settings::grant(model, wish);
        }
        Overlay::Pick { key: setting, input, names, found, cursor, .. } => match name {
            "esc" => Next::Close,
            "down" | "up" => {
                *cursor = moved(*cursor, name == "down", found.len());
                Next::Stay
            }
            "enter" => match found.get(*cursor) {
                None => Next::Stay,
                Some(chosen) => {
                    let action = Action::PreviewSettings(vec![(setting.clone(), chosen.clone())]);
                    Next::CloseAnd(Box::new(move |model| act(model, action)))
                }
            },
            _ => {
                if input.handle_event(&Event::Key(*key)).is_some_and(|change| change.value) {
                    *cursor = 0;
                    *found = settings::fitting(names, input.value());
                }
                Next::Stay
            }
        },
    };
    let mut effects: Vec<Effect> = wish.map(|(slot, query)| model.load(slot, query)).into_iter().collect();
    match next {
        Next::Stay => {}
        Next::Tell(text) => model.say(text),
        Next::Close => {
            if matches!(model.overlays.pop(), Some(Overlay::Ask { asked: Asked::Operator, .. })) {
                model.waiting_for_name = None;
            }
            form::back(model);
        }
        Next::CloseAnd(then) => {
            model.overlays.pop();
            effects.extend(then(model));
        }
    }
    effects
}

pub(super) const fn moved(cursor: usize, down: bool, len: usize) -> usize {
    match (down, len) {
        (_, 0) => 0,
        (true, _) if cursor + 1 < len => cursor + 1,
        (true, _) => cursor,
        (false, _) => cursor.saturating_sub(1),
    }
}

/// Where the topmost overlay ends, if it is one that is scrolled by lines.
fn scroll_end(model: &Model, name: &str) -> u16 {
    match model.overlays.last() {
        // A letter is typed, and a step up ends at the top.
        _ if !matches!(name, "down" | "j" | "pagedown" | "space" | "ctrl-d" | "ctrl-f" | "G" | "end") => 0,
        Some(Overlay::Help { .. } | Overlay::Glossary { .. } | Overlay::Page { .. }) => {
            view::last_scroll(model)
        }
        _ => 0,
    }
}

fn page_key(name: &str, scroll: &mut u16, last: u16) -> Next {
    *scroll = match name {
        "esc" | "q" | "enter" => return Next::Close,
        "j" | "down" => scroll.saturating_add(1).min(last),
        "k" | "up" => scroll.saturating_sub(1),
        "pagedown" | "space" | "ctrl-d" | "ctrl-f" => scroll.saturating_add(10).min(last),
        "pageup" | "ctrl-u" | "ctrl-b" => scroll.saturating_sub(10),
        "g" | "home" => 0,
        "G" | "end" => last,
        _ => *scroll,
    };
    Next::Stay
}

fn quit_key(name: &str) -> Next {
    match name {
        "y" => Next::CloseAnd(Box::new(|model| {
            model.leaving = Some(0);
            vec![Effect::CancelTask]
        })),
        "n" | "esc" | "q" => Next::Close,
        _ => Next::Stay,
    }
}

fn choose_key(name: &str, choices: &[Choice], cursor: &mut usize) -> Next {
    match name {
        "esc" | "q" => Next::Close,
        "down" | "j" | "up" | "k" => {
            *cursor = moved(*cursor, name == "down" || name == "j", choices.len());
            Next::Stay
        }
        "enter" => match choices.get(*cursor) {
            None => Next::Close,
            Some(choice) => {
                let action = choice.action.clone();
                Next::CloseAnd(Box::new(move |model| {
                    action.map_or_else(Vec::new, |action| act(model, action))
                }))
            }
        },
        _ => Next::Stay,
    }
}

fn ask_key(key: &KeyEvent, name: &str, asked: &Asked, input: &mut Input) -> Next {
    match name {
        "esc" => Next::Close,
        "enter" => {
            let text = input.value().trim().to_string();
            if text.is_empty() {
                return Next::Tell("Nothing is typed yet. Esc leaves it as it is.");
            }
            if matches!(asked, Asked::SettingKey) {
                return Next::CloseAnd(Box::new(move |model| setting_key(model, &text)));
            }
            if matches!(asked, Asked::Jump) {
                return Next::CloseAnd(Box::new(move |model| home::jump(model, &text)));
            }
            if let Asked::ViewName(group) = *asked {
                return Next::CloseAnd(Box::new(move |model| super::views::named(model, &text, group)));
            }
            if matches!(asked, Asked::Budget) {
                return Next::CloseAnd(Box::new(move |model| approving::terms_typed(model, &text)));
            }
            let action = answer(asked, text);
            Next::CloseAnd(Box::new(move |model| {
                if matches!(action, Action::Exclude(..))
                    && let Some(pane) = model.pane_mut()
                {
                    pane.list.clear_marks();
                }
                act(model, action)
            }))
        }
        _ => {
            if input.value().chars().count() < LINE_MAX || matches!(name, "backspace" | "left" | "right") {
                input.handle_event(&Event::Key(*key));
            }
            Next::Stay
        }
    }
}

/// A key with a name of one's own was typed.
fn setting_key(model: &mut Model, key: &str) -> Vec<Effect> {
    if crate::workflow::settings_view::kind_of(key).is_none() {
        model.warn(format!("There is no setting {key}."));
        return Vec::new();
    }
    settings::edit(model, key, "", "")
}

/// What an answered line stands for.
fn answer(asked: &Asked, text: String) -> Action {
    match asked {
        Asked::Operator => Action::SetOperator(text),
        Asked::Cin7User => Action::ChangeSettings(vec![("cin7.username".into(), text)]),
        Asked::Cin7Key => Action::SetCin7Key(SecretString::from(text)),
        Asked::Start => Action::PreviewSettings(vec![("start".into(), text)]),
        Asked::Timezone => Action::PreviewSettings(vec![("timezone".into(), text)]),
        Asked::Setting(key) => Action::PreviewSettings(vec![(key.clone(), text)]),
        // Its key is looked at before anything is done.
        Asked::SettingKey | Asked::Budget | Asked::Jump | Asked::ViewName(_) => {
            Action::PreviewSettings(Vec::new())
        }
        Asked::Zone => Action::Setup(SetupAction::ConfirmZone(text)),
        Asked::Answer(key) => Action::Setup(SetupAction::Answer { key: key.clone(), value: text }),
        Asked::ExcludeWhy(ids) => Action::Exclude(ids.clone(), text),
    }
}

/// A paste: into text fields only, as one edit, line breaks to blanks.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    model.dirty = true;
    let text: String = for_screen(text).chars().take(LINE_MAX).collect();
    match model.overlays.last_mut() {
        Some(Overlay::Word { ask, .. }) => ask.paste(),
        Some(
            Overlay::Ask { input, .. }
            | Overlay::Palette { input, .. }
            | Overlay::Help { input, .. }
            | Overlay::Glossary { input, .. },
        ) => {
            let joined = format!("{}{}", input.value(), text.trim());
            *input = Input::new(joined);
        }
        Some(Overlay::Pick { input, names, found, cursor, .. }) => {
            *input = Input::new(format!("{}{}", input.value(), text.trim()));
            *found = settings::fitting(names, input.value());
            *cursor = 0;
        }
        Some(Overlay::Settings(sheet)) if sheet.filtering => {
            sheet.input = Input::new(format!("{}{}", sheet.input.value(), text.trim()));
            sheet.show();
        }
        Some(_) => {}
        None if model.filtering => return moves::filter_paste(model, &text),
        None => {}
    }
    Vec::new()
}

/// Opens the help.
pub fn open_help(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Help { input: Input::default(), scroll: 0 });
    Vec::new()
}

/// Opens the glossary at a word.
pub fn open_glossary(model: &mut Model, word: &str) -> Vec<Effect> {
    model.overlays.push(Overlay::Glossary { input: Input::new(word.into()), scroll: 0 });
    Vec::new()
}

/// Opens the palette.
pub fn open_palette(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Palette { input: Input::default(), cursor: 0 });
    Vec::new()
}

/// Asks for one line of text.
pub fn ask_line(model: &mut Model, asked: Asked, title: &str, text: &str, value: &str, secret: bool) {
    model.overlays.push(Overlay::Ask {
        asked,
        title: title.into(),
        text: text.into(),
        input: Input::new(value.into()),
        secret,
    });
}

/// Asks for the operator's name.
pub fn ask_operator(model: &mut Model) {
    let name = model.operator.clone();
    ask_line(
        model,
        Asked::Operator,
        "Your name",
        "It stands under every decision that you make here, in the history for good.",
        &name,
        false,
    );
}

pub(super) fn choices(
    model: &mut Model,
    title: &str,
    text: &str,
    choices: Vec<(&str, &str, Option<Action>)>,
) {
    let choices = choices
        .into_iter()
        .map(|(title, means, action)| Choice { title: title.into(), means: means.into(), action })
        .collect();
    model.overlays.push(Overlay::Choose { title: title.into(), text: text.into(), choices, cursor: 0 });
}

fn setting(key: &str, value: &str) -> Option<Action> {
    Some(Action::PreviewSettings(vec![(key.into(), value.into())]))
}

/// Asks what a row of Connect is about.
pub fn ask_field(model: &mut Model, field: Field) -> Vec<Effect> {
    let view = model.connect.view.clone().unwrap_or_default();
    match field {
        Field::Operator => ask_operator(model),
        Field::Cin7User => {
            ask_line(
                model,
                Asked::Cin7User,
                "Cin7 user",
                "The API user name as Cin7 shows it.",
                &view.cin7_username,
                false,
            );
        }
        Field::Cin7Key => {
            ask_line(
                model,
                Asked::Cin7Key,
                "Cin7 key",
                "Type or paste the API key. It is shown as dots.",
                "",
                true,
            );
        }
        Field::Start => ask_line(
            model,
            Asked::Start,
            "First month",
            "Documents dated before this month are never touched. YYYY-MM.",
            &view.start,
            false,
        ),
        Field::Timezone => ask_line(
            model,
            Asked::Timezone,
            "Company's time zone",
            "IANA name, such as America/New_York.",
            &view.timezone,
            false,
        ),
        Field::Map(key) if crate::workflow::settings_view::kind_of(&key).is_some() => {
            return settings::edit(model, &key, "", "");
        }
        Field::Map(key) => {
            let text = format!("Name of the QuickBooks entry for {key}, as it stands in its list.");
            ask_line(model, Asked::Setting(key), "Map", &text, "", false);
        }
        Field::DraftMode => choices(
            model,
            "How sales go in",
            "Invoices and credit memos can wait in QuickBooks before they count.",
            vec![
                (
                    "Pending",
                    "They post nothing until a person finalises them, there or in step 5.",
                    setting("draft_mode", "pending"),
                ),
                (
                    "Posted",
                    "They post at once, as soon as the Web Connector hands them in.",
                    setting("draft_mode", "post"),
                ),
            ],
        ),
        Field::PurchaseTax => choices(
            model,
            "Tax on purchases",
            "Where the tax on a supplier's bill goes.",
            vec![
                (
                    "An account of its own",
                    "It stands apart and can be reclaimed or reviewed.",
                    setting("purchase_tax", "account"),
                ),
                (
                    "Part of the cost",
                    "It is spread over the lines by value.",
                    setting("purchase_tax", "cost"),
                ),
            ],
        ),
        Field::Writeback => choices(
            model,
            "Tell Cin7 what was imported",
            "Cin7 computes cost of goods only for documents marked Imported or DoNotImport.",
            vec![
                ("No", "Nothing is ever written to Cin7.", setting("cin7_writeback", "false")),
                (
                    "Yes",
                    "Only the accounting import status of documents that we posted.",
                    setting("cin7_writeback", "true"),
                ),
            ],
        ),
        Field::TestCin7
        | Field::FirstDay
        | Field::Doctor
        | Field::Qwc
        | Field::Password
        | Field::Company
        | Field::Lists
        | Field::AllSettings
        | Field::Note => {}
    }
    Vec::new()
}

/// Before a password is made that breaks the old one.
pub fn ask_new_password(model: &mut Model) -> Vec<Effect> {
    if model.connect.view.as_ref().is_some_and(|view| !view.qbwc_password_set) {
        return act(model, Action::NewPassword);
    }
    choices(
        model,
        "New Web Connector password",
        "The present one stops working; the Web Connector must be told the new one.",
        vec![
            ("Keep the present one", "Nothing changes.", None),
            ("Make a new one", "It is shown once.", Some(Action::NewPassword)),
        ],
    );
    Vec::new()
}

/// Before documents are drafted here that another program may have booked.
pub fn ask_take_over(model: &mut Model, ids: Vec<crate::base::DraftId>) {
    choices(
        model,
        "Take over from another program",
        "Cin7 says that these documents are in the books already, or not to be imported. If another program booked them, they would stand there twice.",
        vec![
            ("Leave them", "Nothing changes.", None),
            ("Take them over", "They are drafted here. u takes it back.", Some(Action::TakeOver(ids))),
        ],
    );
}
