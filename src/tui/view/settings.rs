//! The settings screen: the list at the left or above, what the setting under the cursor means beside or below it.

use super::text::{left, wrap};
use super::{markers, put, styled_row};
use crate::base::text::for_screen;
use crate::tui::layout::WIDE;
use crate::tui::model::Model;
use crate::tui::settings_sheet::{SettingsSheet, SheetLine};
use crate::tui::theme::{Role, Theme};
use crate::workflow::settings_file::schema::Kind;
use crate::workflow::settings_view::SettingRow;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

/// Lines of the detail below the list.
const BELOW: u16 = 7;
/// Columns of the key.
const KEY: usize = 32;

/// Draws the sheet over the whole body.
pub fn draw(model: &Model, sheet: &SettingsSheet, frame: &mut Frame<'_>, body: Rect) {
    let theme = model.theme;
    frame.render_widget(Clear, body);
    put(frame, body, 0, head(theme, sheet, usize::from(body.width)));
    let area = super::below(body, 1);
    let wide = area.width >= WIDE;
    let (list, detail) = if wide {
        let width = area.width * 3 / 5;
        let right = Rect { x: area.x + width + 2, width: area.width.saturating_sub(width + 2), ..area };
        (Rect { width, ..area }, right)
    } else {
        let height = BELOW.min(area.height / 2);
        let under = Rect { y: area.bottom() - height, height, ..area };
        (Rect { height: area.height - height, ..area }, under)
    };
    if sheet.rows.is_empty() {
        put(frame, list, 1, theme.span(Role::Muted, "  Reading the settings."));
        return;
    }
    let lines = sheet.lines();
    let seen = SettingsSheet::window(&lines, sheet.cursor, usize::from(list.height));
    let top = seen.start;
    for (at, line) in lines.iter().enumerate().skip(top).take(seen.len()) {
        let here = matches!(line, SheetLine::Row(place, _) if *place == sheet.cursor);
        put(frame, list, at - top, row(theme, line, here, usize::from(list.width)));
        if here && !sheet.filtering {
            frame.set_cursor_position((list.x, list.y + super::narrow(at - top)));
        }
    }
    if let Some(current) = sheet.current() {
        let width = usize::from(detail.width.saturating_sub(2));
        let mut lines = about(theme, current, width);
        if !wide {
            let rule = theme.glyph(crate::tui::theme::Glyph::Rule).repeat(usize::from(detail.width));
            lines.insert(0, Line::from(theme.span(Role::Muted, rule)));
        }
        super::put_lines(frame, theme, detail, lines, 0);
    }
}

fn head(theme: Theme, sheet: &SettingsSheet, width: usize) -> Line<'static> {
    let find = if sheet.filtering || !sheet.input.value().is_empty() {
        format!("  find: {}", for_screen(sheet.input.value()))
    } else {
        String::new()
    };
    let text = format!(" Settings, {} of {}{find}", sheet.shown.len(), sheet.rows.len());
    Line::from(theme.span(Role::Title, left(theme, &text, width)))
}

fn row(theme: Theme, line: &SheetLine<'_>, here: bool, width: usize) -> Line<'static> {
    match line {
        SheetLine::Group(group) => Line::from(theme.span(Role::Title, format!(" {group}"))),
        SheetLine::Row(_, row) => {
            let key = KEY.min(width / 2);
            let (value, role) = match (row.value.is_empty(), row.default.is_empty()) {
                (false, _) if row.value == row.default => (row.value.clone(), Role::Muted),
                (false, _) => (row.value.clone(), Role::Text),
                (true, _) if row.key.contains('*') => ("Enter adds one".to_string(), Role::Muted),
                (true, false) => (format!("{} (default)", row.default), Role::Muted),
                (true, true) => ("not set".to_string(), Role::Muted),
            };
            let spans = vec![
                Span::raw(markers(theme, here, false)),
                Span::raw(left(theme, &for_screen(&row.key), key)),
                Span::raw(" "),
                theme.span(role, left(theme, &for_screen(&value), width.saturating_sub(key + 3))),
            ];
            styled_row(theme, here, spans)
        }
    }
}

fn about(theme: Theme, row: &SettingRow, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::from(theme.span(Role::Title, format!(" {}", for_screen(&row.key))))];
    let mut say = |role, text: String| {
        for line in wrap(&text, width) {
            lines.push(Line::from(theme.span(role, format!(" {line}"))));
        }
    };
    let value = if row.value.is_empty() { "not set" } else { row.value.as_str() };
    let default = if row.default.is_empty() { "none" } else { row.default.as_str() };
    say(Role::Text, format!("Now: {value}. Default: {default}."));
    say(Role::Text, row.meaning.clone());
    match &row.kind {
        Kind::Choice(words) => say(Role::Muted, format!("One of: {}.", words.join(", "))),
        Kind::Reference(_) => say(Role::Muted, "Picked from QuickBooks' pulled lists.".into()),
        Kind::Rows(fields) => say(Role::Muted, format!("Rows with {}.", fields.join(", "))),
        _ if !row.example.is_empty() => say(Role::Muted, format!("For example {}.", row.example)),
        _ => {}
    }
    lines
}
