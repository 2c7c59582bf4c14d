//! The inventory roll-forward: months across, the columns of design section 3 down, what differs below.
//!
//! Must never leave out a figure that is not nothing: where there is little room, only lines of nothing are dropped.

use super::put;
use super::text::{amount, left, right};
use crate::base::Cents;
use crate::proof::RollForwardRow;
use crate::tui::model::Model;
use crate::tui::theme::{Role, Theme};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

/// Columns of a month.
const MONTH: usize = 14;

type Figure = fn(&RollForwardRow) -> Option<Cents>;

/// The lines: name, figure, and whether the line stands though it is nothing in every month.
const LINES: [(&str, Figure, bool); 13] = [
    ("opening", |row| Some(row.opening), true),
    ("+ bills", |row| Some(row.bills), true),
    ("+ landing costs", |row| Some(row.landing_costs), false),
    ("- vendor credits", |row| Some(row.vendor_credits), false),
    ("+ adjustments", |row| Some(row.adjustments), false),
    ("- cost of goods sold", |row| Some(row.cogs), true),
    ("+ true-up", |row| Some(row.true_up), false),
    ("+ other in QuickBooks", |row| Some(row.other_in_quickbooks), false),
    ("= closing", |row| Some(row.closing), true),
    ("Cin7's stock value", |row| row.cin7_value, true),
    ("  away from closing", |row| row.cin7_value.map(|value| value - row.closing), true),
    ("QuickBooks' balance", |row| row.quickbooks_balance, true),
    ("  away from closing", RollForwardRow::off_quickbooks, true),
];

/// The months that are seen: the last ones up to the cursor, as many as fit.
fn seen(rows: &[RollForwardRow], cursor: usize, width: usize, label: usize) -> std::ops::Range<usize> {
    let fit = (width.saturating_sub(label) / MONTH).max(1);
    let last = (cursor + 1).max(fit).min(rows.len());
    last.saturating_sub(fit)..last
}

/// Draws the months below the head of the Prove screen.
pub fn draw(model: &Model, rows: &[RollForwardRow], frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    frame.render_widget(Clear, area);
    let width = usize::from(area.width);
    let label = if width >= 78 { 24 } else { 22 };
    let cursor = model.prove.list.cursor();
    let seen = seen(rows, cursor, width, label);
    let shown = rows.get(seen.clone()).unwrap_or_default();
    let mut spans = vec![Span::raw(" ".repeat(label))];
    for (at, row) in seen.clone().zip(shown) {
        let text = right(theme, &row.month, MONTH);
        spans.push(if at == cursor {
            Span::styled(text, theme.selected())
        } else {
            theme.span(Role::Title, text)
        });
    }
    put(frame, area, 0, Line::from(spans));
    let nothing = |figure: Figure| shown.iter().all(|row| figure(row).is_none_or(Cents::is_zero));
    let crowded = usize::from(area.height) < LINES.len() + 3;
    let lines: Vec<_> =
        LINES.into_iter().filter(|(_, figure, stands)| *stands || !crowded || !nothing(*figure)).collect();
    for (at, (name, figure, _)) in lines.iter().enumerate() {
        put(
            frame,
            area,
            at + 1,
            one(theme, name, *figure, (shown, cursor.saturating_sub(seen.start)), label),
        );
    }
    let mut note = format!(" Month {} of {}. Enter shows it in full", cursor + 1, rows.len());
    if let Some(row) = rows.get(cursor).filter(|row| !row.explainers.is_empty()) {
        note.push_str(&format!(", with {} explanations", row.explainers.len()));
    }
    put(frame, area, lines.len() + 2, theme.span(Role::Muted, left(theme, &format!("{note}."), width)));
    if model.overlays.is_empty() {
        let column = label + (cursor.saturating_sub(seen.start) + 1) * MONTH;
        let x = area.x + super::narrow(column.min(width)).saturating_sub(1);
        frame.set_cursor_position((x.min(area.right().saturating_sub(1)), area.y));
    }
}

fn one(
    theme: Theme,
    name: &str,
    figure: Figure,
    (shown, cursor): (&[RollForwardRow], usize),
    label: usize,
) -> Line<'static> {
    let differs = name.starts_with("  ");
    let sum = name.starts_with('=');
    let mut spans =
        vec![theme.span(if sum { Role::Title } else { Role::Text }, left(theme, &format!(" {name}"), label))];
    for (at, row) in shown.iter().enumerate() {
        let value = figure(row);
        let text = match value {
            None => right(theme, "not known", MONTH),
            value => amount(value, MONTH),
        };
        let role = match (differs, value) {
            (_, None) => Role::Muted,
            (true, Some(cents)) if cents.is_zero() => Role::Good,
            (true, Some(_)) => Role::Warn,
            _ if sum || at == cursor => Role::Title,
            _ => Role::Text,
        };
        spans.push(theme.span(role, text));
    }
    Line::from(spans)
}
