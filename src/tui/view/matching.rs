//! Step 3: contacts at the left, the one under the cursor with its candidates at the right.

use super::text::{left, right};
use super::{
    below, chips_line, cursor_at, divide, empty, found, markers, match_detail, put, put_lines, styled_row,
    words,
};
use crate::store::links::MatchRow;
use crate::tui::layout::{self, LIST_HEAD};
use crate::tui::model::{MatchChip, Model, Screen};
use crate::tui::theme::{Role, Theme};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Columns of the verdict: glyph, blank and the longest word.
const VERDICT: usize = 10;

/// Columns of the count of waiting documents.
const COUNT: usize = 4;

/// Draws the screen.
pub fn draw(model: &Model, frame: &mut Frame<'_>, body: Rect) {
    let theme = model.theme;
    let state = &model.matching;
    if state.open
        && let Some(detail) = state.shown_detail()
    {
        let lines = match_detail::lines(model, detail, usize::from(body.width), true);
        put_lines(frame, theme, body, lines, state.scroll);
        return;
    }
    // The chips need the whole width: beside a narrow list they would not fit.
    let place = if state.list.len() == 0 { 0 } else { state.list.cursor() + 1 };
    let tail = format!("{place} of {}{}", state.list.len(), found(&state.text));
    let chips: Vec<(&str, bool)> =
        MatchChip::ALL.iter().map(|chip| (chip.title(), *chip == state.chip)).collect();
    put(frame, body, 0, chips_line(theme, &chips, &tail, usize::from(body.width)));
    let panes = layout::panes(Screen::Match, below(body, 1));
    draw_list(model, frame, panes.list);
    divide(frame, theme, panes);
    if let Some(area) = panes.detail {
        match state.shown_detail() {
            Some(detail) => {
                let lines = match_detail::lines(model, detail, usize::from(area.width), false);
                put_lines(frame, theme, area, lines, 0);
            }
            None if state.list.len() > 0 => put(frame, area, 0, theme.span(Role::Muted, " Reading it.")),
            None => {}
        }
    }
}

fn draw_list(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let state = &model.matching;
    let width = usize::from(area.width);
    let name = width.saturating_sub(2 + VERDICT + 1 + 1 + COUNT);
    let titles =
        format!("  {} {} {:>COUNT$}", left(theme, "contact", name), left(theme, "verdict", VERDICT), "docs");
    put(frame, area, 0, theme.span(Role::Muted, titles));
    let rows = below(area, LIST_HEAD - 1);
    if state.list.len() == 0 {
        empty(frame, rows, theme, empty_text(model));
        return;
    }
    let seen = state.list.visible(usize::from(rows.height));
    for at in seen.clone() {
        let Some(row) = state.list.ids().get(at).and_then(|who| state.list.row(*who)) else { continue };
        let here = at == state.list.cursor();
        let line = line(theme, row, here, state.list.is_marked(at), name);
        put(frame, rows, at - seen.start, line);
    }
    cursor_at(model, frame, rows, state.list.cursor().saturating_sub(seen.start));
}

fn line(theme: Theme, row: &MatchRow, here: bool, marked: bool, name: usize) -> Line<'static> {
    let (glyph, word, role) = words::of_match(row);
    styled_row(
        theme,
        here,
        vec![
            Span::raw(markers(theme, here, marked)),
            Span::raw(format!("{} ", left(theme, &row.name, name))),
            theme.span(role, left(theme, &format!("{} {word}", theme.glyph(glyph)), VERDICT)),
            Span::raw(format!(" {}", right(theme, &row.documents.to_string(), COUNT))),
        ],
    )
}

fn empty_text(model: &Model) -> &'static str {
    let state = &model.matching;
    if !state.list.is_loaded() {
        return "Reading the contacts.";
    }
    if !state.text.is_empty() {
        return "Nothing matches. Press Esc to clear the filter.";
    }
    if state.counts.all == 0 {
        return "No contact has a document yet. Press 2 to fetch, then r here to match.";
    }
    match state.chip {
        MatchChip::ToDecide => "Every contact is decided. Press 4 to review drafts.",
        _ => "Nothing here. Press Tab for the next filter.",
    }
}
