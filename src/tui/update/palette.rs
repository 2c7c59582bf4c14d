//! The palette: every command by name, and everything else by what was typed: documents, contacts, settings.
//!
//! Must never run what its row does not name.

use super::overlays::{Next, moved};
use super::{Effect, home, run_or_say, settings};
use crate::base::text::fold;
use crate::tui::command::{self, Command};
use crate::tui::keymap::Keymap;
use crate::tui::model::Model;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};
use ratatui::crossterm::event::{Event, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

/// What a typed text can be looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    Documents,
    Contacts,
    Settings,
}

impl Search {
    /// Its row.
    pub const fn title(self) -> &'static str {
        match self {
            Search::Documents => "Documents with",
            Search::Contacts => "Contacts named",
            Search::Settings => "Settings about",
        }
    }
}

/// The searches below the commands; none while nothing is typed.
pub fn searches(text: &str) -> &'static [Search] {
    if text.trim().is_empty() { &[] } else { &[Search::Documents, Search::Contacts, Search::Settings] }
}

fn run_search(model: &mut Model, search: Search, text: &str) -> Vec<Effect> {
    match search {
        Search::Documents => home::jump(model, text),
        Search::Contacts => home::find_contact(model, text),
        Search::Settings => settings::open_at(model, text),
    }
}

/// A key on the palette.
pub(super) fn key(
    key: &KeyEvent,
    name: &str,
    input: &mut Input,
    cursor: &mut usize,
    found: &[&'static Command],
) -> Next {
    match name {
        "esc" => Next::Close,
        "down" | "up" => {
            *cursor = moved(*cursor, name == "down", found.len() + searches(input.value()).len());
            Next::Stay
        }
        "enter" => match found.get(*cursor).map(|command| command.id) {
            None => match searches(input.value()).get(*cursor - found.len()).copied() {
                None => Next::Stay,
                Some(search) => {
                    let text = input.value().trim().to_string();
                    Next::CloseAnd(Box::new(move |model| run_search(model, search, &text)))
                }
            },
            Some(id) => Next::CloseAnd(Box::new(move |model| run_or_say(model, id))),
        },
        _ => {
            if input.handle_event(&Event::Key(*key)).is_some_and(|change| change.value) {
                *cursor = 0;
            }
            Next::Stay
        }
    }
}

/// Commands of a screen that fit a text, best first; all of them for an empty one.
pub fn matching(screen: crate::tui::model::Screen, text: &str) -> Vec<&'static Command> {
    let all: Vec<&'static Command> = command::of_screen(screen).collect();
    if text.trim().is_empty() {
        return all;
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(text.trim(), CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, &'static Command)> = all
        .into_iter()
        .filter_map(|command| {
            let title = nucleo_matcher::Utf32Str::new(command.title, &mut buffer);
            pattern.score(title, &mut matcher).map(|score| (score, command))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, command)| command).collect()
}

/// Commands of a screen whose key a text is or whose title holds it, for the help; keys as this person set them.
pub fn helped(keymap: &Keymap, screen: crate::tui::model::Screen, text: &str) -> Vec<&'static Command> {
    let (wanted, typed) = (fold(text), text.trim());
    let is_key = |key: &String| key == typed || (typed.len() > 1 && key.eq_ignore_ascii_case(typed));
    let mut found: Vec<(bool, &'static Command)> = command::of_screen(screen)
        .map(|c| (keymap.keys(c).iter().any(is_key), c))
        .filter(|(by_key, c)| *by_key || wanted.is_empty() || fold(c.title).contains(&wanted))
        .collect();
    // Somebody who typed a key wants to know that key.
    found.sort_by_key(|(by_key, _)| !by_key);
    found.into_iter().map(|(_, command)| command).collect()
}
