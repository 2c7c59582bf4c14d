//! Keys of the settings screen, and how a setting is changed: chosen, picked from QuickBooks' lists, or typed.
//!
//! Must never change anything unseen: what is chosen is first tried out on the drafts, and taken back with u.

use super::overlays::{ask_line, choices};
use super::{Effect, act};
use crate::base::text::for_screen;
use crate::tui::effect::{Action, Query, Slot};
use crate::tui::model::Model;
use crate::tui::overlay::{Asked, Choice, Overlay};
use crate::tui::settings_sheet::SettingsSheet;
use crate::workflow::connect::ChangePreview;
use crate::workflow::settings_file::schema::Kind;
use crate::workflow::settings_view::{SettingRow, kind_of};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};
use ratatui::crossterm::event::{Event, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

/// Rows of a page.
const PAGE: isize = 10;
/// Drafts that the question before a change names.
const NAMED: usize = 5;

/// What a key of the sheet asks for.
pub enum Wish {
    Nothing,
    Close,
    Edit(SettingRow),
    Default(String),
    Undo,
    Redo,
}

/// Opens the screen.
pub fn open(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Settings(SettingsSheet::default()));
    vec![model.load(Slot::Settings, Query::Settings)]
}

/// Opens the sheet with what holds a word.
pub fn open_at(model: &mut Model, word: &str) -> Vec<Effect> {
    let sheet = SettingsSheet { input: word.into(), ..SettingsSheet::default() };
    model.overlays.push(Overlay::Settings(sheet));
    vec![model.load(Slot::Settings, Query::Settings)]
}

/// A key press on the sheet.
pub fn key(sheet: &mut SettingsSheet, key: &KeyEvent, name: &str) -> Wish {
    if sheet.filtering {
        match name {
            "enter" => sheet.filtering = false,
            "esc" => {
                sheet.filtering = false;
                sheet.input = Input::default();
                sheet.show();
            }
            "down" => sheet.step(1),
            "up" => sheet.step(-1),
            _ => {
                sheet.input.handle_event(&Event::Key(*key));
                sheet.show();
            }
        }
        return Wish::Nothing;
    }
    match name {
        "esc" | "q" if sheet.input.value().is_empty() => return Wish::Close,
        "esc" | "q" => {
            sheet.input = Input::default();
            sheet.show();
        }
        "/" => sheet.filtering = true,
        "j" | "down" => sheet.step(1),
        "k" | "up" => sheet.step(-1),
        "pagedown" | "ctrl-f" | "ctrl-d" => sheet.step(PAGE),
        "pageup" | "ctrl-b" | "ctrl-u" => sheet.step(-PAGE),
        "g" | "home" => sheet.cursor = 0,
        "G" | "end" => sheet.step(isize::MAX),
        "enter" | "e" => return sheet.current().cloned().map_or(Wish::Nothing, Wish::Edit),
        "x" => return sheet.current().map_or(Wish::Nothing, |row| Wish::Default(row.key.clone())),
        "u" => return Wish::Undo,
        "ctrl-r" => return Wish::Redo,
        _ => {}
    }
    Wish::Nothing
}

/// Does what a key of the sheet asked for.
pub fn grant(model: &mut Model, wish: Wish) -> Vec<Effect> {
    let only_looks = matches!(wish, Wish::Nothing | Wish::Close);
    if !only_looks && !model.is_host {
        model.warn("Another window or `serve` holds this company profile: settings are changed there.");
        return Vec::new();
    }
    match wish {
        Wish::Nothing => Vec::new(),
        Wish::Close => {
            model.overlays.pop();
            Vec::new()
        }
        Wish::Edit(row) => edit(model, &row.key, &row.value, &row.meaning),
        Wish::Default(key) if key.contains('*') => {
            model.warn("Nothing is set here.");
            Vec::new()
        }
        Wish::Default(key) => act(model, Action::PreviewSettings(vec![(key, String::new())])),
        Wish::Undo => act(model, Action::Undo),
        Wish::Redo => act(model, Action::Redo),
    }
}

/// Asks for the new value of a setting in the way that fits it.
pub fn edit(model: &mut Model, key: &str, value: &str, meaning: &str) -> Vec<Effect> {
    if key.contains('*') {
        let start = key.split('*').next().unwrap_or_default().to_string();
        let text =
            format!("Type the whole key, with your own name in the place of the star: {key}. {meaning}");
        ask_line(model, Asked::SettingKey, "Which one", &text, &start, false);
        return Vec::new();
    }
    let change = |value: &str| Some(Action::PreviewSettings(vec![(key.to_string(), value.to_string())]));
    match kind_of(key) {
        Some(Kind::Choice(words)) => {
            let rows = words.iter().map(|word| (word.as_str(), "", change(word))).collect();
            choices(model, key, meaning, rows);
            put_cursor_on(model, value);
            Vec::new()
        }
        Some(Kind::Flag) => {
            choices(model, key, meaning, vec![("true", "", change("true")), ("false", "", change("false"))]);
            put_cursor_on(model, value);
            Vec::new()
        }
        Some(Kind::Reference(_)) => {
            model.overlays.push(Overlay::Pick {
                key: key.to_string(),
                title: key.to_string(),
                input: Input::default(),
                names: Vec::new(),
                found: Vec::new(),
                cursor: 0,
            });
            vec![model.load(Slot::SettingNames, Query::SettingNames(key.to_string()))]
        }
        _ => {
            ask_line(model, Asked::Setting(key.to_string()), key, meaning, value, false);
            Vec::new()
        }
    }
}

/// `Approved -> NeedsAttention` as a person says it.
fn spoken(step: &str) -> String {
    let mut words = String::from("from");
    for c in format!(" {}", step.replace("-> ", "to ")).chars() {
        if c.is_uppercase() && !words.ends_with(' ') {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words.replace("from  to", "new:")
}

fn put_cursor_on(model: &mut Model, value: &str) {
    if let Some(Overlay::Choose { choices, cursor, .. }) = model.overlays.last_mut() {
        *cursor = choices.iter().position(|choice| choice.title == value).unwrap_or(0);
    }
}

/// The names that fit what was typed, best first; all of them for an empty text.
pub fn fitting(names: &[String], text: &str) -> Vec<String> {
    if text.trim().is_empty() {
        return names.to_vec();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(text.trim(), CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, &String)> = names
        .iter()
        .filter_map(|name| {
            let score = pattern.score(nucleo_matcher::Utf32Str::new(name, &mut buffer), &mut matcher);
            score.map(|score| (score, name))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, name)| name.clone()).collect()
}

/// What a change would do was found out: asked about where it alters drafts, else done.
pub fn previewed(model: &mut Model, changes: Vec<(String, String)>, preview: &ChangePreview) -> Vec<Effect> {
    if preview.changes.is_empty() {
        model.say("Nothing changes: the settings say so already.");
        return Vec::new();
    }
    if preview.drafts == 0 {
        return act(model, Action::ChangeSettings(changes));
    }
    let mut text: Vec<String> = preview
        .changes
        .iter()
        .map(|(key, before, after)| {
            let shown =
                |value: &str| if value.is_empty() { "not set".to_string() } else { for_screen(value) };
            format!("{}: {} becomes {}.", for_screen(key), shown(before), shown(after))
        })
        .collect();
    text.push(preview.in_words());
    for (step, count) in preview.moves.iter().filter(|_| preview.groups.is_empty()) {
        text.push(format!("{count}: {}.", spoken(step)));
    }
    for group in &preview.groups {
        let step = format!("{} -> {}", group.state_before, group.state_after);
        text.push(format!("{}.", for_screen(&group.in_words(&spoken(step.trim_start())))));
    }
    let named: Vec<String> =
        preview.altered.iter().take(NAMED).map(|draft| for_screen(&draft.reference)).collect();
    let more = preview.drafts.saturating_sub(named.len() as u64);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    text.push(format!("Altered: {}{tail}.", named.join(", ")));
    model.overlays.push(Overlay::Choose {
        title: "This change alters drafts".into(),
        text: text.join(" "),
        choices: vec![
            Choice { title: "Leave it as it is".into(), means: "Nothing changes.".into(), action: None },
            Choice {
                title: "Change it".into(),
                means: "The drafts follow. u takes it back.".into(),
                action: Some(Action::ChangeSettings(changes)),
            },
        ],
        cursor: 0,
    });
    Vec::new()
}
