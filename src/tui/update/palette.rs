//! The palette: every command by name, and everything else by what was typed: views, words, documents, contacts,
//! settings.
//!
//! Must never run what its row does not name.

use super::overlays::moved;
use super::{Effect, home, overlays, run_or_say, settings, views};
use crate::base::text::fold;
use crate::tui::command::{self, Command};
use crate::tui::glossary::GLOSSARY;
use crate::tui::keymap::Keymap;
use crate::tui::model::{Model, Screen};
use crate::tui::overlay::Overlay;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};
use ratatui::crossterm::event::{Event, KeyEvent};
use std::cell::RefCell;
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

/// One row of the palette.
#[derive(Clone, Copy, Debug)]
pub enum Entry {
    Command(&'static Command),
    /// A command of another screen: choosing it goes there and says its key.
    Elsewhere(&'static Command, Screen),
    /// A saved view, by its place among all of them.
    View(usize),
    /// A word of the glossary and what it means.
    Word(&'static str, &'static str),
    Search(Search),
}

/// Everything that fits a text: commands first, then saved views, words, and what can be searched by it.
pub fn entries(model: &Model, text: &str) -> Vec<Entry> {
    let mut all: Vec<Entry> = matching(model.screen, text).into_iter().map(Entry::Command).collect();
    let wanted = fold(text);
    if wanted.is_empty() {
        return all;
    }
    all.extend(elsewhere(model.screen, &wanted));
    let named = model.views.iter().enumerate().filter(|(_, view)| fold(&view.name).contains(&wanted));
    all.extend(named.map(|(at, _)| Entry::View(at)));
    let words = GLOSSARY.iter().filter(|(word, _)| fold(word).contains(&wanted));
    all.extend(words.map(|(word, means)| Entry::Word(word, means)));
    all.extend([Search::Documents, Search::Contacts, Search::Settings].map(Entry::Search));
    all
}

/// Commands of other screens whose title or hint holds every word.
fn elsewhere(screen: Screen, wanted: &str) -> Vec<Entry> {
    let fits = |command: &Command| {
        let said = fold(&format!("{} {}", command.title, command.short));
        wanted.split(' ').all(|word| said.contains(word))
    };
    command::table()
        .filter(|command| !command::valid_on(command, screen) && fits(command))
        .filter_map(|command| Some(Entry::Elsewhere(command, *command.screens.first()?)))
        .collect()
}

/// Words of the glossary that hold a text, those that begin with it first.
pub fn words(text: &str) -> Vec<(&'static str, &'static str)> {
    let wanted = fold(text);
    let mut found: Vec<(u8, (&'static str, &'static str))> = GLOSSARY
        .iter()
        .filter_map(|(word, means)| {
            let folded = fold(word);
            let rank = match () {
                () if folded.starts_with(&wanted) => 0,
                () if folded.contains(&wanted) => 1,
                () if fold(means).contains(&wanted) => 2,
                () => return None,
            };
            Some((rank, (*word, *means)))
        })
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, pair)| pair).collect()
}

fn run(model: &mut Model, entry: Entry, text: &str) -> Vec<Effect> {
    match entry {
        Entry::Command(command) => run_or_say(model, command.id),
        Entry::Elsewhere(command, screen) => {
            let effects = run_or_say(model, command::Id::Step(screen));
            let key = model.keymap.first(command);
            model.warn(format!("Here {key} does it: {}.", command.title));
            effects
        }
        Entry::View(at) => match model.views.get(at).cloned() {
            Some(view) => views::show(model, &view),
            None => Vec::new(),
        },
        Entry::Word(word, _) => overlays::open_glossary(model, word),
        Entry::Search(Search::Documents) => home::jump(model, text),
        Entry::Search(Search::Contacts) => home::find_contact(model, text),
        Entry::Search(Search::Settings) => settings::open_at(model, text),
    }
}

/// A key on the palette.
pub(super) fn key(model: &mut Model, key: &KeyEvent, name: &str) -> Vec<Effect> {
    let Some(Overlay::Palette { input, cursor }) = model.overlays.last() else { return Vec::new() };
    let (text, at) = (input.value().trim().to_string(), *cursor);
    // A letter changes what is found: nothing is looked for before it is drawn.
    let found = match name {
        "enter" | "down" | "up" => entries(model, &text),
        _ => Vec::new(),
    };
    match name {
        "esc" => {
            model.overlays.pop();
        }
        "enter" => {
            if let Some(entry) = found.get(at).copied() {
                model.overlays.pop();
                return run(model, entry, &text);
            }
        }
        _ => {
            let Some(Overlay::Palette { input, cursor }) = model.overlays.last_mut() else {
                return Vec::new();
            };
            if matches!(name, "down" | "up") {
                *cursor = moved(at, name == "down", found.len());
            } else if input.handle_event(&Event::Key(*key)).is_some_and(|change| change.value) {
                *cursor = 0;
            }
        }
    }
    Vec::new()
}

/// Commands of a screen that fit a text, best first; all of them for an empty one.
pub fn matching(screen: Screen, text: &str) -> Vec<&'static Command> {
    let all: Vec<&'static Command> = command::of_screen(screen).collect();
    if text.trim().is_empty() {
        return all;
    }
    thread_local! {
        /// Its tables are large: they are made once.
        static MATCHER: RefCell<Matcher> = RefCell::new(Matcher::new(Config::DEFAULT));
    }
    let pattern = Pattern::parse(text.trim(), CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, &'static Command)> = MATCHER.with_borrow_mut(|matcher| {
        let score = |command: &'static Command| {
            let title = nucleo_matcher::Utf32Str::new(command.title, &mut buffer);
            pattern.score(title, matcher).map(|score| (score, command))
        };
        all.into_iter().filter_map(score).collect()
    });
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, command)| command).collect()
}

/// Commands of a screen whose key a text is or whose title holds it, for the help; keys as this person set them.
pub fn helped(keymap: &Keymap, screen: Screen, text: &str) -> Vec<&'static Command> {
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
