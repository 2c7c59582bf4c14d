//! The first page: what needs a person at the left, the figures that are looked at instead of read at the right.
//!
//! Must never be the only place of a figure: every bar has its number beside it, every mark its word.

use super::text::{left, wrap};
use super::{cursor_at, divide, put, styled_row};
use crate::base::Cents;
use crate::tui::home_rows::{Row, Sort, rows};
use crate::tui::layout::{self, home_foot};
use crate::tui::model::{Model, Screen};
use crate::tui::theme::{Glyph, Role, Theme};
use crate::workflow::home::{HomeView, MonthProgress};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Columns of a count.
const COUNT: usize = 7;
/// Columns of a money figure.
const MONEY: usize = 14;
/// Rows of the chart, without its foot.
const CHART: usize = 5;

/// Draws the screen.
pub fn draw(model: &Model, frame: &mut Frame<'_>, body: Rect) {
    let theme = model.theme;
    let Some(view) = model.home.view.as_deref() else {
        put(frame, body, 1, theme.span(Role::Muted, "  Counting what needs you."));
        return;
    };
    let panes = layout::panes(Screen::Home, body);
    if panes.detail.is_none() && model.home.figures {
        draw_figures(model, view, frame, body);
        return;
    }
    draw_list(model, view, frame, panes.list);
    divide(frame, theme, panes);
    if let Some(area) = panes.detail {
        draw_figures(model, view, frame, area);
    }
}

fn draw_list(model: &Model, view: &HomeView, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let rows = rows(view, &model.zone);
    let foot = home_foot(area.width).min(area.height);
    let list_area = Rect { height: area.height - foot, ..area };
    let width = usize::from(area.width);
    let list = &model.home.list;
    let seen = list.visible(usize::from(list_area.height));
    for at in seen.clone() {
        let Some(row) = rows.get(at) else { break };
        put(frame, list_area, at - seen.start, row_line(theme, row, at == list.cursor(), width));
    }
    cursor_at(model, frame, list_area, list.cursor().saturating_sub(seen.start));
    let below = Rect { y: area.bottom() - foot, height: foot, ..area };
    if let Some(row) = rows.get(list.cursor()) {
        let step = row.target.as_ref().map(|target| {
            format!("Enter goes to step {}, {}.", target.screen.number(), target.screen.title())
        });
        let text = [Some(row.why.clone()), step].into_iter().flatten().collect::<Vec<_>>().join(" ");
        for (at, line) in wrap(&text, width.saturating_sub(2)).into_iter().enumerate() {
            put(frame, below, at, theme.span(Role::Muted, format!(" {line}")));
        }
    }
}

fn row_line(theme: Theme, row: &Row, here: bool, width: usize) -> Line<'static> {
    let (glyph, role) = match row.sort {
        Sort::Heading => {
            return styled_row(
                theme,
                here,
                vec![theme.span(Role::Title, left(theme, &format!(" {}", row.text), width))],
            );
        }
        Sort::Urgent => (Glyph::Alarm, Role::Bad),
        Sort::Need => (Glyph::Ask, Role::Warn),
        Sort::Fact | Sort::Note => (Glyph::Dot, Role::Muted),
    };
    let cursor = if here { theme.glyph(Glyph::Cursor) } else { " " };
    let count = row.count.map(|count| count.to_string()).unwrap_or_default();
    let room = width.saturating_sub(COUNT + 4);
    let text = if row.count.is_some() { left(theme, &row.text, room) } else { String::new() };
    let mut spans = vec![Span::raw(cursor.to_string()), theme.span(role, theme.glyph(glyph))];
    if row.count.is_some() {
        spans.push(Span::raw(format!(" {count:>COUNT$} ")));
        spans.push(Span::raw(text));
    } else {
        spans.push(Span::raw(format!(" {}", left(theme, &row.text, width.saturating_sub(3)))));
    }
    styled_row(theme, here, spans)
}

fn draw_figures(model: &Model, view: &HomeView, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let width = usize::from(area.width);
    let mut lines = chart(theme, view, width);
    lines.extend(ages(theme, view, width));
    for month in &view.months {
        lines.extend(month_lines(theme, month, width));
    }
    lines.extend(visits(model, view, width));
    for (at, line) in lines.into_iter().enumerate() {
        put(frame, area, at, line);
    }
}

fn title(theme: Theme, text: &str, width: usize) -> Line<'static> {
    Line::from(theme.span(Role::Title, left(theme, &format!(" {text}"), width)))
}

/// What was posted, day by day: a bar for each day, its count above where it fits.
fn chart(theme: Theme, view: &HomeView, width: usize) -> Vec<Line<'static>> {
    let count: i64 = view.by_day.iter().map(|day| day.count).sum();
    let total: Cents = view.by_day.iter().map(|day| day.total).sum();
    let days = view.by_day.len();
    let mut lines =
        vec![title(theme, &format!("Posted in {days} days: {count}, {}", total.grouped()), width)];
    let most = view.by_day.iter().map(|day| day.count).max().unwrap_or(0).max(1);
    let column = (width.saturating_sub(1) / days.max(1)).clamp(1, 4);
    let eighths = |count: i64| usize::try_from(count * 8 * (CHART as i64) / most).unwrap_or(0);
    for row in (0..CHART).rev() {
        let mut text = String::from(" ");
        for day in &view.by_day {
            let full = eighths(day.count).max(usize::from(day.count > 0)).saturating_sub(row * 8).min(8);
            let cell = theme.bar(full);
            text.push_str(&cell.repeat(column.saturating_sub(1).max(1)));
            if column > 1 {
                text.push(' ');
            }
        }
        lines.push(Line::from(theme.span(Role::Accent, left(theme, &text, width))));
    }
    let mut foot = String::from(" ");
    for day in &view.by_day {
        let number =
            if column >= 3 { format!("{:02}", day.day.day()) } else { format!("{}", day.day.day() % 10) };
        foot.push_str(&format!("{number:<column$}"));
    }
    lines.push(Line::from(theme.span(Role::Muted, left(theme, &foot, width))));
    lines
}

/// A bar of at most `room` columns, beside its figure.
fn bar(theme: Theme, part: i64, whole: i64, room: usize) -> String {
    let eighths = if whole > 0 { (part * 8 * room as i64 + whole - 1) / whole } else { 0 };
    let eighths = usize::try_from(eighths).unwrap_or(0);
    let mut text = theme.level(8).repeat(eighths / 8);
    if eighths % 8 > 0 {
        text.push_str(theme.level(eighths % 8));
    }
    left(theme, &text, room)
}

/// Columns of how many are ready, beside what is held back.
const READY: usize = 9;
/// From this width on they are shown.
const WITH_READY: usize = 48;

fn ages(theme: Theme, view: &HomeView, width: usize) -> Vec<Line<'static>> {
    let with_ready = width >= WITH_READY;
    let columns = 1 + 13 + 1 + COUNT + 1 + MONEY + if with_ready { READY } else { 0 };
    let room = width.saturating_sub(columns + 1);
    let mut head = left(theme, " Held back, by age of the ledger date", width);
    if with_ready {
        head = format!("{}{:>READY$} ", left(theme, &head, width.saturating_sub(READY + 1)), "ready");
    }
    let mut lines = vec![Line::from(theme.span(Role::Title, head))];
    let most = view.ages.iter().map(|age| age.count).max().unwrap_or(0);
    for age in &view.ages {
        let mut figures = format!("{:>COUNT$} {:>MONEY$}", age.count, age.total.grouped());
        if with_ready {
            figures.push_str(&format!("{:>READY$}", age.ready));
        }
        lines.push(Line::from(vec![
            Span::raw(format!(" {} ", left(theme, &age.age, 13))),
            theme.span(Role::Warn, bar(theme, age.count, most, room)),
            Span::raw(figures),
        ]));
    }
    lines
}

fn month_lines(theme: Theme, month: &MonthProgress, width: usize) -> Vec<Line<'static>> {
    let done = month.posted;
    let percent = if month.documents > 0 { done * 100 / month.documents } else { 0 };
    let head = format!("{}: {done} of {} posted, {percent} %", month.month, month.documents);
    let room = width.saturating_sub(2);
    let parts = [
        (month.pending, "pending"),
        (month.on_the_way, "on the way"),
        (month.ready, "ready"),
        (month.held_back, "held back"),
    ];
    let mut rest: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if let Some(posted) = month.cost_posted {
        rest.push(if posted { "cost posted".into() } else { "cost not posted".into() });
    }
    let mut lines = vec![title(theme, &head, width)];
    if done > 0 {
        let filled = theme.span(Role::Good, bar(theme, done, month.documents, room));
        lines.push(Line::from(vec![Span::raw(" "), filled]));
    }
    let rest = wrap(&rest.join(", "), width.saturating_sub(1)).into_iter();
    lines.extend(rest.map(|line| Line::from(theme.span(Role::Muted, format!(" {line}")))));
    lines
}

fn visits(model: &Model, view: &HomeView, width: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let next = match &view.next_visit {
        Some(at) => format!("Web Connector visits, next about {}", model.zone.time_text(at)),
        None => "Web Connector visits".to_string(),
    };
    let mut lines = vec![title(theme, &next, width)];
    if view.visits.is_empty() {
        lines.push(Line::from(theme.span(Role::Muted, " None yet.")));
    }
    for visit in &view.visits {
        let at = model.zone.clock_text(&visit.opened_at);
        let text = format!(" {at} {:>4} calls, {}", visit.requests, visit.ended);
        lines.push(Line::from(left(theme, &text, width)));
    }
    lines
}
