//! Keys that a person changed in the settings, by the id of a command.
//!
//! Must never let one key mean two things on a screen: a change that clashes is refused and said, and the command keeps
//! the keys of the table. Hints, help and palette read the same map.

use super::command::{Command, Id, of_screen, table};
use super::keys;
use super::model::Screen;
use std::collections::BTreeMap;

/// Keys that no command may take: they mean the same bytes as others, or the terminal keeps them (`rust-tui.md` 9).
const SWALLOWED: [&str; 8] = ["ctrl-i", "ctrl-m", "ctrl-h", "ctrl-[", "ctrl-s", "ctrl-q", "ctrl-z", "ctrl-c"];

/// Changed keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    changed: BTreeMap<Id, Vec<String>>,
    /// What was refused, each with the reason.
    pub refused: Vec<String>,
}

/// The id of a command as the settings write it: `approve`, `mark-all`, `step-review`.
pub fn id_word(id: Id) -> String {
    let mut word = String::new();
    for c in format!("{id:?}").chars() {
        match c {
            '(' => word.push('-'),
            ')' => {}
            c if c.is_ascii_uppercase() => {
                if !word.is_empty() && !word.ends_with('-') {
                    word.push('-');
                }
                word.push(c.to_ascii_lowercase());
            }
            c => word.push(c),
        }
    }
    word
}

fn is_key(key: &str) -> bool {
    let named = keys::shown(key) != key;
    named || key.chars().count() == 1
}

impl Keymap {
    /// Reads the changes of the settings, one command after the other.
    pub fn of(settings: &BTreeMap<String, String>) -> Self {
        let mut map = Keymap::default();
        for (word, text) in settings {
            if let Err(why) = map.change(word, text) {
                map.refused.push(format!("keys.{word} is refused: {why}"));
            }
        }
        map
    }

    fn change(&mut self, word: &str, text: &str) -> Result<(), String> {
        let Some(command) = table().find(|command| id_word(command.id) == word) else {
            return Err("there is no command of that name; `countersign keys` lists them.".into());
        };
        let wanted: Vec<String> = text.split_whitespace().map(str::to_string).collect();
        if wanted.is_empty() {
            return Err("a command needs a key.".into());
        }
        for key in &wanted {
            if !is_key(key) || SWALLOWED.contains(&key.as_str()) {
                return Err(format!("`{key}` is no key that a terminal passes on."));
            }
            if let Some(other) = self.clash(command, key) {
                return Err(format!("`{key}` is the key of \"{}\" there.", other.title));
            }
        }
        self.changed.insert(command.id, wanted);
        Ok(())
    }

    /// Another command that has this key on one of a command's screens.
    fn clash(&self, command: &Command, key: &str) -> Option<&'static Command> {
        let screens: &[Screen] = if command.screens.is_empty() { &Screen::EVERY } else { command.screens };
        screens.iter().find_map(|screen| {
            of_screen(*screen)
                .find(|other| other.id != command.id && self.keys(other).iter().any(|k| k == key))
        })
    }

    /// The keys of a command.
    pub fn keys(&self, command: &Command) -> Vec<String> {
        match self.changed.get(&command.id) {
            Some(keys) => keys.clone(),
            None => command.keys.iter().map(ToString::to_string).collect(),
        }
    }

    /// The first key of a command, as people read it.
    pub fn first(&self, command: &Command) -> String {
        self.keys(command).first().map(|key| keys::shown(key)).unwrap_or_default()
    }

    /// The command of a key on a screen.
    pub fn command(&self, screen: Screen, key: &str) -> Option<&'static Command> {
        of_screen(screen).find(|command| match self.changed.get(&command.id) {
            Some(keys) => keys.iter().any(|k| k == key),
            None => command.keys.contains(&key),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> Keymap {
        Keymap::of(&pairs.iter().map(|(word, keys)| ((*word).to_string(), (*keys).to_string())).collect())
    }

    #[test]
    fn a_changed_key_runs_its_command_and_the_old_one_no_longer_does() {
        let map = map(&[("approve", "Y ctrl-y")]);
        assert!(map.refused.is_empty(), "{:?}", map.refused);
        assert_eq!(map.command(Screen::Review, "Y").map(|c| c.id), Some(Id::Approve));
        assert_eq!(map.command(Screen::Review, "ctrl-y").map(|c| c.id), Some(Id::Approve));
        assert_eq!(map.command(Screen::Review, "a").map(|c| c.id), None);
        assert_eq!(map.command(Screen::Match, "a").map(|c| c.id), Some(Id::Accept));
    }

    #[test]
    fn a_clash_an_unknown_command_and_a_key_that_terminals_swallow_are_refused_and_said() {
        let map = map(&[("approve", "u"), ("no-such", "Y"), ("hold", "ctrl-s"), ("exclude", "xx")]);
        assert_eq!(map.refused.len(), 4, "{:?}", map.refused);
        assert_eq!(map.command(Screen::Review, "a").map(|c| c.id), Some(Id::Approve));
        assert_eq!(map.command(Screen::Review, "u").map(|c| c.id), Some(Id::Undo));
        assert!(map.refused.iter().any(|why| why.contains("keys.approve") && why.contains("Undo")));
    }

    #[test]
    fn every_command_has_an_id_of_its_own_in_settings() {
        let words: std::collections::BTreeSet<String> = table().map(|c| id_word(c.id)).collect();
        assert_eq!(words.len(), table().count());
        assert!(words.contains("step-hand-off") && words.contains("mark-all"));
    }
}
