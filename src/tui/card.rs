//! The key card: every command by screen, from the table of commands.
//!
//! Must never know a key of its own.

use super::command::{Command, table};
use super::keys;
use super::model::Screen;
use serde::Serialize;

/// Commands that belong together on the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    /// `Step 4: Review`.
    pub title: String,
    /// Its commands.
    pub rows: Vec<Row>,
}

/// One command on the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its keys as people read them.
    pub keys: Vec<String>,
    /// What it does.
    pub does: &'static str,
    /// Its id, by which settings change its keys.
    pub id: String,
}

fn row(command: &Command) -> Row {
    Row {
        keys: command.keys.iter().map(|key| keys::shown(key)).collect(),
        does: command.title,
        id: super::keymap::id_word(command.id),
    }
}

/// What is the same on most screens, then each screen's own.
#[must_use]
pub fn sections() -> Vec<Section> {
    let shared = |command: &&Command| command.screens.is_empty() || command.screens.len() > 2;
    let mut sections =
        vec![Section { title: "Everywhere".into(), rows: table().filter(shared).map(row).collect() }];
    for screen in Screen::EVERY {
        let own = |command: &&Command| command.screens.contains(&screen) && !shared(command);
        let rows: Vec<Row> = table().filter(own).map(row).collect();
        if !rows.is_empty() {
            let title = match screen {
                Screen::Home => screen.title().to_string(),
                step => format!("Step {}: {}", step.number(), step.title()),
            };
            sections.push(Section { title, rows });
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_table_stands_on_the_card() {
        let sections = sections();
        for command in table() {
            assert!(
                sections
                    .iter()
                    .flat_map(|s| &s.rows)
                    .any(|row| row.does == command.title && !row.keys.is_empty()),
                "{}",
                command.title
            );
        }
    }
}
