//! The settings screen: every setting by group, with value, default and meaning; what is being looked for in it.
//!
//! Must never hold a value of its own: it shows what the profile has, and every change goes through a look at the
//! drafts that it would alter.

use crate::base::text::fold;
use crate::workflow::settings_view::SettingRow;
use std::ops::Range;
use tui_input::Input;

/// The sheet.
#[derive(Debug, Default)]
pub struct SettingsSheet {
    pub rows: Vec<SettingRow>,
    /// Places of the rows that are shown.
    pub shown: Vec<usize>,
    pub cursor: usize,
    pub input: Input,
    /// The text field has the keys.
    pub filtering: bool,
}

/// One line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetLine<'a> {
    Group(&'a str),
    /// The row and its place among those shown.
    Row(usize, &'a SettingRow),
}

impl SettingsSheet {
    /// Takes the settings as they stand now; the cursor stays on its key.
    pub fn take(&mut self, rows: Vec<SettingRow>) {
        let here = self.current().map(|row| row.key.clone());
        self.rows = rows;
        self.show();
        if let Some(at) = here.and_then(|key| {
            self.shown.iter().position(|at| self.rows.get(*at).is_some_and(|row| row.key == key))
        }) {
            self.cursor = at;
        }
    }

    /// Chooses anew which rows are shown: those that hold every word.
    pub fn show(&mut self) {
        let wanted = fold(self.input.value());
        self.shown = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| {
                let text = fold(&format!("{} {} {}", row.key, row.value, row.meaning));
                wanted.split(' ').all(|word| text.contains(word))
            })
            .map(|(at, _)| at)
            .collect();
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&SettingRow> {
        self.shown.get(self.cursor).and_then(|at| self.rows.get(*at))
    }

    /// Moves the cursor by rows.
    pub fn step(&mut self, by: isize) {
        let last = self.shown.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }

    /// The lines of the list: a heading for each group, its rows below.
    pub fn lines(&self) -> Vec<SheetLine<'_>> {
        let mut lines = Vec::with_capacity(self.shown.len() + 24);
        let mut group = "";
        for (place, at) in self.shown.iter().enumerate() {
            let Some(row) = self.rows.get(*at) else { continue };
            if row.group != group {
                group = &row.group;
                lines.push(SheetLine::Group(group));
            }
            lines.push(SheetLine::Row(place, row));
        }
        lines
    }

    /// Which lines are seen, so that the row under the cursor is among them.
    pub fn window(lines: &[SheetLine<'_>], cursor: usize, height: usize) -> Range<usize> {
        let at = lines.iter().position(|line| matches!(line, SheetLine::Row(place, _) if *place == cursor));
        let at = at.unwrap_or(0);
        // The cursor stays in the middle; the heading above the first row stays in sight.
        let first = at.saturating_sub(height / 2).min(lines.len().saturating_sub(height));
        first..(first + height).min(lines.len())
    }
}
