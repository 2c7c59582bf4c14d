//! Step 1: what is known, what is missing, and what to press.

use super::text::{left, wrap};
use super::{cursor_at, divide, empty, markers, put, styled_row};
use crate::tui::connect_rows::{self, Mark, Row};
use crate::tui::layout;
use crate::tui::model::{Model, Screen};
use crate::tui::theme::{Glyph, Role, Theme};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Columns of the label.
const LABEL: usize = 28;

fn line(theme: Theme, row: &Row, here: bool, width: usize) -> Line<'static> {
    let (glyph, role) = match row.mark {
        Mark::Done => (theme.glyph(Glyph::Ok), Role::Good),
        Mark::Todo => (theme.glyph(Glyph::Alarm), Role::Warn),
        Mark::Proposed => (theme.glyph(Glyph::Ask), Role::Accent),
        Mark::Warning => (theme.glyph(Glyph::Alarm), Role::Bad),
        Mark::Plain | Mark::Heading => (" ", Role::Text),
    };
    if row.mark == Mark::Heading {
        let text = format!("{}{}", markers(theme, here, false), row.label);
        return styled_row(theme, here, vec![theme.span(Role::Title, left(theme, &text, width))]);
    }
    let label = LABEL.min(width / 3);
    let spans = vec![
        Span::raw(markers(theme, here, false)),
        theme.span(role, format!("{glyph} ")),
        Span::raw(left(theme, &row.label, label)),
        Span::raw(" "),
        theme.span(Role::Text, left(theme, &row.value, width.saturating_sub(label + 5))),
    ];
    styled_row(theme, here, spans)
}

/// Draws the screen.
pub fn draw(model: &Model, frame: &mut Frame<'_>, body: Rect) {
    let theme = model.theme;
    let panes = layout::panes(Screen::Connect, body);
    let rows = connect_rows::rows(&model.connect);
    if rows.is_empty() {
        let text = if model.connect.text.is_empty() {
            "Reading the profile."
        } else {
            "Nothing matches. Press Esc to clear the filter."
        };
        empty(frame, body, theme, text);
        return;
    }
    let list = &model.connect.list;
    let seen = list.visible(usize::from(panes.list.height));
    for (at, row) in rows.iter().enumerate().skip(seen.start).take(seen.len()) {
        let text = line(theme, row, at == list.cursor(), usize::from(panes.list.width));
        put(frame, panes.list, at - seen.start, text);
    }
    cursor_at(model, frame, panes.list, list.cursor().saturating_sub(seen.start));
    divide(frame, theme, panes);
    if let (Some(detail), Some(row)) = (panes.detail, rows.get(list.cursor())) {
        let text = if row.more.is_empty() { &row.value } else { &row.more };
        for (y, line) in wrap(text, usize::from(detail.width.saturating_sub(2))).into_iter().enumerate() {
            put(frame, detail, y, format!(" {line}"));
        }
    }
}
