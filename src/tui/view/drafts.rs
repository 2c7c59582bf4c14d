//! A list of drafts with chips above and the detail beside or below.

use super::text::{amount, left};
use super::{
    below, chips_line, cursor_at, divide, draft_detail, empty, found, markers, put, put_lines, styled_row,
    words,
};
use crate::store::drafts::DraftRow;
use crate::tui::drafts_pane::DraftsPane;
use crate::tui::layout::{self, LIST_HEAD};
use crate::tui::model::{Model, Screen};
use crate::tui::theme::{Role, Theme};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Columns of the state: glyph, blank, and `posted (pending)`.
const STATE: usize = 18;
/// Columns of a date.
const DATE: usize = 10;
/// Columns of a kind.
const KIND: usize = 13;
/// Columns of a number.
const NUMBER: usize = 11;
/// Columns of an amount: up to 9,999,999.99.
const AMOUNT: usize = 12;

/// Draws the Fetch or the Review screen.
pub fn draw(model: &Model, frame: &mut Frame<'_>, body: Rect) {
    let Some(pane) = model.pane() else { return };
    if pane.open {
        draw_open(model, pane, frame, body);
        return;
    }
    let panes = layout::panes(model.screen, body);
    draw_list(model, pane, frame, panes.list);
    divide(frame, model.theme, panes);
    if let Some(area) = panes.detail {
        draw_detail(model, pane, frame, area);
    }
}

/// The detail on the whole screen.
pub fn draw_open(model: &Model, pane: &DraftsPane, frame: &mut Frame<'_>, body: Rect) {
    if let Some(detail) = pane.shown_detail() {
        let lines = draft_detail::lines(model, detail, usize::from(body.width), true);
        put_lines(frame, model.theme, body, lines, pane.scroll);
    }
}

/// The detail beside or below the list.
pub fn draw_detail(model: &Model, pane: &DraftsPane, frame: &mut Frame<'_>, area: Rect) {
    match pane.shown_detail() {
        Some(detail) => {
            let lines = draft_detail::lines(model, detail, usize::from(area.width), false);
            put_lines(frame, model.theme, area, lines, 0);
        }
        None if pane.list.len() > 0 => put(frame, area, 0, model.theme.span(Role::Muted, " Reading it.")),
        None => {}
    }
}

/// Chips, titles and rows.
pub fn draw_list(model: &Model, pane: &DraftsPane, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let width = usize::from(area.width);
    let chips: Vec<(&str, bool)> =
        pane.chips.iter().enumerate().map(|(at, chip)| (chip.title, at == pane.chip)).collect();
    put(frame, area, 0, chips_line(theme, &chips, &count_text(pane), width));
    let columns = Columns::of(width);
    put(frame, area, 1, theme.span(Role::Muted, columns.titles(theme)));
    let rows = below(area, LIST_HEAD);
    if pane.list.len() == 0 {
        empty(frame, rows, theme, empty_text(model, pane));
        return;
    }
    let seen = pane.list.visible(usize::from(rows.height));
    for at in seen.clone() {
        let Some(id) = pane.list.ids().get(at).copied() else { break };
        let here = at == pane.list.cursor();
        let markers = markers(theme, here, pane.list.is_marked(at));
        let line = match pane.list.row(id) {
            Some(row) => columns.row(theme, markers, row, here),
            None => Line::from(markers),
        };
        put(frame, rows, at - seen.start, line);
    }
    cursor_at(model, frame, rows, pane.list.cursor().saturating_sub(seen.start));
}

fn count_text(pane: &DraftsPane) -> String {
    let place = if pane.list.len() == 0 { 0 } else { pane.list.cursor() + 1 };
    let more = if pane.list.is_partial() { "+" } else { "" };
    format!("{} of {}{more}{}", place, pane.list.len(), found(&pane.text))
}

fn empty_text(model: &Model, pane: &DraftsPane) -> &'static str {
    if !pane.list.is_loaded() {
        return "Reading the drafts.";
    }
    if !pane.text.is_empty() {
        return "Nothing matches. Press Esc to clear the filter.";
    }
    match (model.screen, pane.chip) {
        (Screen::Fetch, 0) => "No documents yet. Press r to fetch them from Cin7.",
        (Screen::HandOff, 0) => "Nothing is approved yet. Press 4 to review drafts.",
        (Screen::Review, 0) => {
            "Nothing waits for review. Press 2 to fetch, or 5 to hand off what is approved."
        }
        _ => "Nothing here. Press Tab for the next filter.",
    }
}

/// Which columns fit.
struct Columns {
    kind: bool,
    number: bool,
    party: usize,
}

impl Columns {
    fn of(width: usize) -> Self {
        let free = width.saturating_sub(2 + STATE + 1 + DATE + 1 + 1 + AMOUNT);
        let number = free >= NUMBER + 1 + 12;
        let free = if number { free - NUMBER - 1 } else { free };
        let kind = free >= KIND + 1 + 16;
        let free = if kind { free - KIND - 1 } else { free };
        Columns { kind, number, party: free }
    }

    fn titles(&self, theme: Theme) -> String {
        let mut text = format!("  {} {} ", left(theme, "state", STATE), left(theme, "date", DATE));
        if self.kind {
            text.push_str(&format!("{} ", left(theme, "kind", KIND)));
        }
        if self.number {
            text.push_str(&format!("{} ", left(theme, "number", NUMBER)));
        }
        text.push_str(&left(theme, "name", self.party));
        text.push_str(&format!(" {:>AMOUNT$}", "amount"));
        text
    }

    fn row(&self, theme: Theme, markers: String, row: &DraftRow, here: bool) -> Line<'static> {
        let (glyph, word, role) = words::of_draft(row);
        let mut spans = vec![
            Span::raw(markers),
            theme.span(role, left(theme, &format!("{} {word}", theme.glyph(glyph)), STATE)),
            Span::raw(format!(" {} ", left(theme, row.date.as_deref().unwrap_or_default(), DATE))),
        ];
        if self.kind {
            spans.push(Span::raw(format!("{} ", left(theme, words::kind(row.kind), KIND))));
        }
        let number = row.number();
        if self.number {
            spans.push(Span::raw(format!("{} ", left(theme, number, NUMBER))));
        }
        let name = row.party_name.as_deref().unwrap_or(if self.number { "" } else { number });
        spans.push(Span::raw(left(theme, name, self.party)));
        spans.push(Span::raw(format!(" {}", amount(row.total, AMOUNT))));
        styled_row(theme, here, spans)
    }
}
