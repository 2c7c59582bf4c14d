//! Draws a form: its fields, what the field under the cursor takes or what is wrong with it, and the summary.

use super::paper::{frame_of, line, room};
use super::text::{left, wrap};
use super::{narrow, put};
use crate::base::Problem;
use crate::base::text::for_screen;
use crate::tui::form::{Cell, Form, Kind, NOT_IN_LIST, Stage};
use crate::tui::model::Model;
use crate::tui::paper::lay;
use crate::tui::theme::{Glyph, Role, Theme};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

/// Lines below the fields: help, offers, or the problem.
const FOOT: usize = 6;

/// A line of the form: which row it shows, or the titles above one.
enum Shown {
    Titles(usize),
    Row(usize),
}

/// Draws it over the body.
pub fn draw(model: &Model, form: &Form, scroll: usize, frame: &mut Frame<'_>, body: Rect) {
    let theme = model.theme;
    let area = frame_of(body);
    frame.render_widget(Clear, area);
    let block = theme.block(&for_screen(&form.title));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let text = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    match &form.stage {
        Stage::Shown(look) => summary(theme, form, look.refused, scroll, frame, text, body),
        _ => fields(theme, form, frame, text),
    }
}

fn summary(
    theme: Theme,
    form: &Form,
    refused: bool,
    scroll: usize,
    frame: &mut Frame<'_>,
    text: Rect,
    body: Rect,
) {
    let Some(pieces) = form.summary() else { return };
    let (width, height) = room(body);
    let lines = lay(theme, pieces, width);
    let first = scroll.min(lines.len().saturating_sub(height));
    let below = lines.len().saturating_sub(first + height);
    for (row, laid) in lines.into_iter().skip(first).take(height).enumerate() {
        put(frame, text, row, line(theme, laid));
    }
    let ask = match (refused, below) {
        (true, _) => "Nothing was taken. Enter or Esc goes back to the fields.".to_string(),
        (false, 0) => "Enter takes it. Esc goes back to the fields.".to_string(),
        (false, n) => format!("{n} more lines below. Enter takes it. Esc goes back to the fields."),
    };
    let last = usize::from(text.height).saturating_sub(1);
    put(frame, text, last, theme.span(Role::Accent, left(theme, &ask, width)));
}

fn fields(theme: Theme, form: &Form, frame: &mut Frame<'_>, text: Rect) {
    let (width, height) = (usize::from(text.width), usize::from(text.height));
    let intro = wrap(&form.intro, width);
    // Where there is little room the fields matter more than what they are about.
    let about = if height > 16 { intro.len() } else { 0 };
    for (row, words) in intro.into_iter().take(about).enumerate() {
        put(frame, text, row, theme.span(Role::Muted, words));
    }
    let top = about + usize::from(about > 0);
    let foot = if height > 16 { FOOT } else { FOOT - 2 }.min(height.saturating_sub(top + 3));
    let list =
        Rect { y: text.y + narrow(top), height: narrow(height.saturating_sub(top + foot + 1)), ..text };
    let label = label_width(form, width);
    let lines = lines(form);
    let here =
        lines.iter().position(|shown| matches!(shown, Shown::Row(row) if *row == form.at.0)).unwrap_or(0);
    let rows = usize::from(list.height);
    let first = (here + 1).saturating_sub(rows.saturating_sub(1)).min(lines.len().saturating_sub(rows));
    for (at, shown) in lines.iter().enumerate().skip(first).take(rows) {
        let drawn = match shown {
            Shown::Titles(row) => titles(theme, form, *row, label, width),
            Shown::Row(row) => row_line(theme, form, *row, label, width),
        };
        put(frame, list, at - first, drawn);
    }
    if let Some(column) = cursor_column(form, label, width)
        && here >= first
        && here - first < rows
    {
        let x = text.x + narrow(column).min(text.width.saturating_sub(1));
        frame.set_cursor_position((x, list.y + narrow(here - first)));
    }
    let below = lines.len().saturating_sub(first + rows);
    let more = if below > 0 { format!("{below} more below ") } else { String::new() };
    let rule = theme.glyph(Glyph::Rule).repeat(width.saturating_sub(more.len()));
    let under = Rect { y: list.bottom(), height: narrow(foot + 1), ..text };
    put(frame, under, 0, theme.span(Role::Muted, left(theme, &format!("{more}{rule}"), width)));
    for (row, drawn) in foot_lines(theme, form, width, foot).into_iter().take(foot).enumerate() {
        put(frame, under, row + 1, drawn);
    }
}

fn lines(form: &Form) -> Vec<Shown> {
    let mut lines = Vec::with_capacity(form.rows.len() + 2);
    for (at, row) in form.rows.iter().enumerate() {
        if !row.titles.is_empty() {
            lines.push(Shown::Titles(at));
        }
        lines.push(Shown::Row(at));
    }
    lines
}

fn label_width(form: &Form, width: usize) -> usize {
    let longest = form.rows.iter().map(|row| unicode_width::UnicodeWidthStr::width(row.label.as_str())).max();
    longest.unwrap_or(8).clamp(8, width / 2) + 1
}

/// Where each field of a row begins, and how wide it is.
fn columns(form: &Form, row: usize, label: usize, width: usize) -> Vec<(usize, usize)> {
    let Some(row) = form.rows.get(row) else { return Vec::new() };
    // The marker stands before the label.
    let begin = label + 2;
    let room = width.saturating_sub(begin);
    let all: usize = row.cells.iter().map(|cell| cell.weight).sum::<usize>().max(1);
    let mut at = begin;
    row.cells
        .iter()
        .map(|cell| {
            let wide = (room * cell.weight / all).max(3);
            let place = (at, wide.saturating_sub(1));
            at += wide;
            place
        })
        .collect()
}

fn titles(theme: Theme, form: &Form, row: usize, label: usize, width: usize) -> Line<'static> {
    let mut spans = vec![Span::raw(" ".repeat(label + 2))];
    let titles = form.rows.get(row).map(|row| row.titles.clone()).unwrap_or_default();
    for ((_, wide), title) in columns(form, row, label, width).into_iter().zip(titles) {
        spans.push(theme.span(Role::Muted, left(theme, title, wide + 1)));
    }
    Line::from(spans)
}

fn row_line(theme: Theme, form: &Form, row: usize, label: usize, width: usize) -> Line<'static> {
    let Some(it) = form.rows.get(row) else { return Line::default() };
    let here = row == form.at.0;
    let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
    let mut spans = vec![
        theme.span(Role::Key, format!("{mark} ")),
        theme.span(if here { Role::Title } else { Role::Muted }, left(theme, &it.label, label)),
    ];
    for (at, (cell, (_, wide))) in it.cells.iter().zip(columns(form, row, label, width)).enumerate() {
        let under = here && at == form.at.1;
        let wrong = form.wrong((row, at)).is_some_and(|_| form.tried || !cell.text().is_empty());
        let (glyph, role) = match (wrong && !under, under) {
            (true, _) => (theme.glyph(Glyph::Alarm), Role::Bad),
            (false, true) => (" ", Role::Accent),
            (false, false) => (" ", Role::Text),
        };
        let shown = shown_text(cell, under, wide.saturating_sub(1));
        let filled = if shown.is_empty() { "_".repeat(wide.saturating_sub(1)) } else { shown };
        let role = if cell.text().is_empty() && !under { Role::Muted } else { role };
        spans.push(theme.span(Role::Bad, glyph));
        spans.push(theme.span(role, left(theme, &filled, wide.saturating_sub(1))));
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
}

/// What is seen of a text: around the cursor where it has the cursor.
fn shown_text(cell: &Cell, under: bool, room: usize) -> String {
    let text = for_screen(cell.input.value());
    if !under {
        return text;
    }
    text.chars().skip(cell.input.visual_scroll(room.saturating_sub(1))).collect()
}

fn cursor_column(form: &Form, label: usize, width: usize) -> Option<usize> {
    if !matches!(form.stage, Stage::Typing) {
        return None;
    }
    let (begin, wide) = columns(form, form.at.0, label, width).get(form.at.1).copied()?;
    let input = &form.current()?.input;
    let skip = input.visual_scroll(wide.saturating_sub(2));
    Some(begin + 1 + input.visual_cursor().saturating_sub(skip))
}

fn foot_lines(theme: Theme, form: &Form, width: usize, room: usize) -> Vec<Line<'static>> {
    match form.stage {
        Stage::Leaving => {
            return vec![
                Line::from(theme.span(Role::Warn, "Put away what was typed? Nothing of it is kept.")),
                Line::from("y puts it away, n goes on."),
            ];
        }
        Stage::Looking => return vec![Line::from(theme.span(Role::Accent, "Working out what it would do."))],
        Stage::Taking => {
            return vec![Line::from(theme.span(Role::Accent, "Entering it. Nothing typed is lost."))];
        }
        _ => {}
    }
    let Some(cell) = form.current() else { return Vec::new() };
    // While there is something to choose among, a half typed name is not wrong yet.
    let half = |problem: &Problem| problem.code == NOT_IN_LIST && !cell.shown_offers().is_empty();
    let wrong =
        form.wrong(form.at).filter(|problem| form.tried || (!cell.text().is_empty() && !half(problem)));
    let mut lines = match &wrong {
        Some(problem) => problem_lines(theme, problem, width),
        None => wrap(&form.help(), width)
            .into_iter()
            .map(|words| Line::from(theme.span(Role::Muted, words)))
            .collect(),
    };
    let offers = cell.shown_offers();
    let choice = matches!(cell.kind, Kind::Choice(_));
    let settled = cell.exact().is_some() && form.offer.is_none() && !choice;
    if settled || offers.is_empty() {
        return lines;
    }
    let marked = if choice { offers.iter().position(|word| *word == cell.text()) } else { form.marked() };
    if wrong.is_some() {
        lines.truncate(2);
    }
    let room = room.saturating_sub(lines.len()).max(1);
    let first = (marked.unwrap_or(0) + 1).saturating_sub(room);
    for (at, offer) in offers.iter().enumerate().skip(first).take(room) {
        let here = Some(at) == marked;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let style = if here { theme.selected() } else { theme.style(Role::Text) };
        let text = format!("  {mark} {}", left(theme, offer, width.saturating_sub(4).min(48)));
        lines.push(Line::from(Span::styled(text, style)));
    }
    lines
}

/// The four parts in as few lines as they need.
fn problem_lines(theme: Theme, problem: &Problem, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let what = format!("{} {}", theme.glyph(Glyph::Alarm), problem.happened);
    for (role, text) in [
        (Role::Bad, what),
        (Role::Text, problem.do_now.clone()),
        (Role::Muted, format!("{} Code {}", problem.means, problem.code)),
    ] {
        lines.extend(wrap(&text, width).into_iter().map(|words| Line::from(theme.span(role, words))));
    }
    lines
}
