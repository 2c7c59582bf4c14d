//! Step 5: what closing the batch would do, what visits did, and each outcome as it happens.

use super::text::left;
use super::{below, divide, drafts, put};
use crate::base::Cents;
use crate::base::text::for_screen;
use crate::tui::layout::{self, hand_off_head};
use crate::tui::model::{Model, Screen};
use crate::tui::theme::Role;
use crate::workflow::handoff::BatchPreview;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Columns of the preview where the visit's log stands beside it.
const PREVIEW: usize = 48;

/// Draws the screen.
pub fn draw(model: &Model, frame: &mut Frame<'_>, body: Rect) {
    let pane = &model.hand_off.pane;
    if pane.open {
        drafts::draw_open(model, pane, frame, body);
        return;
    }
    let head = hand_off_head(body.height);
    let panes = layout::panes(Screen::HandOff, body);
    draw_head(model, frame, Rect { height: head.min(body.height), ..panes.list });
    drafts::draw_list(model, pane, frame, below(panes.list, head));
    divide(frame, model.theme, panes);
    if let Some(area) = panes.detail {
        if panes.beside {
            // On a wide screen the log of visits stands above the detail.
            let log = Rect { height: (area.height / 3).max(1), ..area };
            draw_log(model, frame, log);
            drafts::draw_detail(model, pane, frame, below(area, log.height));
        } else {
            drafts::draw_detail(model, pane, frame, area);
        }
    }
}

/// Count, sums by kind, what posts and what pends, as short lines.
pub fn preview_lines(preview: &BatchPreview) -> Vec<String> {
    let mut lines = Vec::new();
    for (kind, count, total) in &preview.by_kind {
        lines.push(format!("{count:>6} {kind:<16} {:>14}", total.grouped()));
    }
    let total: Cents = preview.by_kind.iter().map(|row| row.2).sum();
    lines.push(format!("{:>6} {:<16} {:>14}", preview.count, "in all", total.grouped()));
    lines
}

/// What posts at once, what goes in pending, what is created, as one sentence.
pub fn preview_sentence(preview: &BatchPreview) -> String {
    let mut text = format!("{} post at once, {} go in pending", preview.posts_at_once, preview.goes_pending);
    if preview.creates > 0 {
        text.push_str(&format!(", {} names or items are created first", preview.creates));
    }
    if let (Some(first), Some(last)) = (&preview.first, &preview.last) {
        text.push_str(&format!(". Dated {first} to {last}"));
    }
    format!("{text}.")
}

fn draw_head(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let width = usize::from(area.width);
    let Some(preview) = &model.hand_off.preview else {
        put(frame, area, 0, theme.span(Role::Muted, " Reading what is approved."));
        return;
    };
    if preview.count == 0 {
        put(frame, area, 0, theme.span(Role::Title, " Nothing is approved for the next batch."));
    } else {
        let title = format!(" Ready to close: {} documents. c closes the batch.", preview.count);
        put(frame, area, 0, theme.span(Role::Title, left(theme, &title, width)));
    }
    let beside = width >= 78;
    let mut lines = if preview.count == 0 { Vec::new() } else { preview_lines(preview) };
    // Kinds that do not fit are said in the sum; the sum is always there.
    while lines.len() + 2 > usize::from(area.height) && lines.len() > 1 {
        lines.remove(0);
    }
    let sentence = if preview.count == 0 { String::new() } else { preview_sentence(preview) };
    let log_room = width.saturating_sub(PREVIEW + 1);
    let rows = usize::from(area.height).saturating_sub(2);
    let log: Vec<&String> = model.hand_off.log.iter().rev().take(rows).collect();
    for row in 0..rows {
        let cell = lines.get(row).cloned().unwrap_or_default();
        let mut spans = vec![Span::raw(left(theme, &cell, if beside { PREVIEW } else { width }))];
        if beside {
            let said = log.get(rows - 1 - row).map_or("", |line| line.as_str());
            spans.push(theme.span(Role::Muted, left(theme, said, log_room)));
        }
        put(frame, area, 1 + row, Line::from(spans));
    }
    put(frame, area, usize::from(area.height).saturating_sub(1), left(theme, &format!(" {sentence}"), width));
}

fn draw_log(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let width = usize::from(area.width);
    put(frame, area, 0, theme.span(Role::Muted, left(theme, " What visits of the Web Connector did", width)));
    let rows = usize::from(area.height).saturating_sub(1);
    if model.hand_off.log.is_empty() {
        put(
            frame,
            area,
            1,
            theme.span(Role::Muted, " None since this window opened. r says when the next is expected."),
        );
    }
    let skip = model.hand_off.log.len().saturating_sub(rows);
    for (row, line) in model.hand_off.log.iter().skip(skip).enumerate() {
        put(frame, area, 1 + row, left(theme, &format!(" {}", for_screen(line)), width));
    }
}
