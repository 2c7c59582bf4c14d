//! Draws the model: `view(&model, frame)` reads and writes nothing else.
//!
//! Must never change the model, and must draw at any size, 0x0 included.

mod approving;
mod connect;
mod draft_detail;
mod drafts;
#[cfg(test)]
mod entry_tests;
mod form;
mod guide;
mod hand_off;
mod history;
mod home;
mod match_detail;
mod match_sheet;
mod matching;
#[cfg(test)]
mod overlay_tests;
mod overlays;
mod paper;
mod prove;
mod rail;
mod roll_forward;
mod settings;
mod setup;
#[cfg(test)]
mod setup_tests;
mod status;
#[cfg(test)]
mod tests;
mod text;
mod views;
mod words;

pub use overlays::last_scroll;
pub use paper::room as paper_room;
pub use text::wrap as wrapped;
pub use words::of_draft as draft_said;

use super::layout::{self, Panes, SMALLEST};
use super::model::{Model, Screen};
use super::theme::{Glyph, Role, Theme};
use crate::base::text::for_screen;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

/// Draws everything.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let text = format!(
            "This window is {}x{}. Countersign needs at least {}x{}.",
            area.width, area.height, SMALLEST.0, SMALLEST.1
        );
        let lines: Vec<Line<'_>> =
            text::wrap(&text, usize::from(area.width)).into_iter().map(Line::from).collect();
        frame.render_widget(Paragraph::new(lines), area);
        return;
    }
    let parts = layout::parts(area);
    rail::draw(model, frame, parts.rail);
    let (guide, work) = layout::work(model.screen, area);
    guide::draw(model, frame, guide);
    match model.screen {
        Screen::Connect => connect::draw(model, frame, work),
        Screen::Fetch | Screen::Review => drafts::draw(model, frame, work),
        Screen::HandOff => hand_off::draw(model, frame, work),
        Screen::Match => matching::draw(model, frame, work),
        Screen::Prove => prove::draw(model, frame, work),
        Screen::History => history::draw(model, frame, work),
        Screen::Home => home::draw(model, frame, work),
    }
    status::draw_status(model, frame, parts.status);
    status::draw_hints(model, frame, parts.hints);
    overlays::draw(model, frame, parts.body);
}

fn narrow(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// Writes one line at a place of an area, if it is inside.
fn put(frame: &mut Frame<'_>, area: Rect, row: usize, line: impl Into<Line<'static>>) {
    if row < usize::from(area.height) && area.width > 0 {
        let at = Rect { y: area.y + narrow(row), height: 1, ..area };
        frame.render_widget(Paragraph::new(line.into()), at);
    }
}

/// Lines from a first one on, as many as fit; says when more follow.
fn put_lines(frame: &mut Frame<'_>, theme: Theme, area: Rect, lines: Vec<Line<'static>>, scroll: u16) {
    let height = usize::from(area.height);
    let first = usize::from(scroll).min(lines.len().saturating_sub(height));
    let below = lines.len().saturating_sub(first + height);
    // The note takes a line of its own: over a line it would cover an amount.
    let shown = if below > 0 && height > 1 { height - 1 } else { height };
    for (row, line) in lines.into_iter().skip(first).take(shown).enumerate() {
        put(frame, area, row, line);
    }
    if shown < height {
        let text = format!(" {} {} more lines", theme.glyph(Glyph::Ellipsis), below + 1);
        put(frame, area, shown, theme.span(Role::Muted, text));
    }
}

/// The rule between list and detail.
fn divide(frame: &mut Frame<'_>, theme: Theme, panes: Panes) {
    let Some(detail) = panes.detail else { return };
    if panes.beside {
        for y in detail.y..detail.bottom() {
            let at = Rect { x: detail.x.saturating_sub(1), y, width: 1, height: 1 };
            frame.render_widget(Paragraph::new(theme.span(Role::Muted, theme.glyph(Glyph::Separator))), at);
        }
        return;
    }
    let at = Rect { y: detail.y.saturating_sub(1), height: 1, ..detail };
    let rule = theme.glyph(Glyph::Rule).repeat(usize::from(detail.width));
    frame.render_widget(Paragraph::new(theme.span(Role::Muted, rule)), at);
}

/// Puts the hardware cursor on the selected row, so that readers and magnifiers follow.
fn cursor_at(model: &Model, frame: &mut Frame<'_>, area: Rect, row: usize) {
    if model.overlays.is_empty() && !model.filtering && row < usize::from(area.height) {
        frame.set_cursor_position((area.x, area.y + narrow(row)));
    }
}

/// Marker columns of a list row: cursor and mark.
fn markers(theme: Theme, here: bool, marked: bool) -> String {
    let cursor = if here { theme.glyph(Glyph::Cursor) } else { " " };
    let mark = if marked { theme.glyph(Glyph::Marked) } else { " " };
    format!("{cursor}{mark}")
}

/// A row of a list: reversed where the cursor is.
fn styled_row(theme: Theme, here: bool, spans: Vec<Span<'static>>) -> Line<'static> {
    let line = Line::from(spans);
    if here { line.patch_style(theme.selected()) } else { line }
}

/// Chips at the top of a list, the one that is on in brackets; those that do not fit are left out around it.
fn chips_line(theme: Theme, chips: &[(&str, bool)], tail: &str, width: usize) -> Line<'static> {
    let on = chips.iter().position(|(_, on)| *on).unwrap_or(0);
    let (mut first, mut last) = (on, on);
    let cost = |from: usize, to: usize| -> usize {
        let shown = chips.get(from..=to).unwrap_or_default();
        shown.iter().map(|(title, _)| title.len() + 2).sum::<usize>() + tail.len() + 3
    };
    // Neighbours of the one that is on join it as long as they fit.
    loop {
        let before = (first, last);
        if last + 1 < chips.len() && cost(first, last + 1) <= width {
            last += 1;
        }
        if first > 0 && cost(first - 1, last) <= width {
            first -= 1;
        }
        if before == (first, last) {
            break;
        }
    }
    let mut spans = vec![Span::raw(" ")];
    for (at, (title, is_on)) in chips.iter().enumerate() {
        if !(first..=last).contains(&at) {
            continue;
        }
        let (text, role) =
            if *is_on { (format!("[{title}]"), Role::Title) } else { (format!(" {title} "), Role::Muted) };
        spans.push(theme.span(role, text));
    }
    spans.push(theme.span(Role::Text, format!("  {tail}")));
    Line::from(spans)
}

/// What a list is filtered by, behind its count.
fn found(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(", found \"{}\"", for_screen(line)) }
}

/// A sentence in an empty list, with the key that fills it.
fn empty(frame: &mut Frame<'_>, area: Rect, theme: Theme, text: &str) {
    let width = usize::from(area.width.saturating_sub(4));
    for (row, line) in text::wrap(text, width).into_iter().enumerate() {
        put(frame, area, 1 + row, theme.span(Role::Muted, format!("  {line}")));
    }
}

/// An area without its first lines.
fn below(area: Rect, lines: u16) -> Rect {
    let lines = lines.min(area.height);
    Rect { y: area.y + lines, height: area.height - lines, ..area }
}
