//! Step 7: batches with their operations, the event chain, and visits of the Web Connector.

use super::text::left;
use super::{below, chips_line, cursor_at, divide, empty, found, markers, put, put_lines, styled_row};
use crate::base::text::for_screen;
use crate::tui::layout::{self, LIST_HEAD};
use crate::tui::model::{HistoryTab, Model, Screen};
use crate::tui::theme::Role;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Draws the screen.
pub fn draw(model: &Model, frame: &mut Frame<'_>, body: Rect) {
    let theme = model.theme;
    let history = &model.history;
    let panes = layout::panes(Screen::History, body);
    let width = usize::from(panes.list.width);
    let chips = [
        ("batches", history.tab == HistoryTab::Batches),
        ("events", history.tab == HistoryTab::Events),
        ("visits", history.tab == HistoryTab::Visits),
    ];
    let place = if history.list.len() == 0 { 0 } else { history.list.cursor() + 1 };
    put(
        frame,
        panes.list,
        0,
        chips_line(
            theme,
            &chips,
            &format!("{place} of {}{}", history.list.len(), found(&history.text)),
            width,
        ),
    );
    let who = who_width(width);
    let titles = match history.tab {
        HistoryTab::Batches => {
            format!("  batch  closed            {}      asked  finished", left(theme, "by", who))
        }
        HistoryTab::Events => format!("  when              {}  what", left(theme, "who", who)),
        HistoryTab::Visits => format!("  when              {}  asked  ended", left(theme, "computer", who)),
    };
    put(frame, panes.list, 1, theme.span(Role::Muted, left(theme, &titles, width)));
    let rows = below(panes.list, LIST_HEAD);
    let seen = history.list.visible(usize::from(rows.height));
    for at in seen.clone() {
        let here = at == history.list.cursor();
        let Some(place) = history.list.ids().get(at).copied() else { break };
        let text = format!("{}{}", markers(theme, here, false), row(model, place, who));
        put(
            frame,
            rows,
            at - seen.start,
            styled_row(theme, here, vec![Span::raw(left(theme, &text, width))]),
        );
    }
    if history.list.len() == 0 {
        empty(
            frame,
            rows,
            theme,
            match history.tab {
                _ if !history.text.is_empty() => "Nothing matches. Press Esc to clear the filter.",
                HistoryTab::Batches => "No batch was closed yet. Press 5 to hand off.",
                HistoryTab::Events => "Reading the events.",
                HistoryTab::Visits => "The Web Connector has not been here yet. Press 1 to set it up.",
            },
        );
    }
    cursor_at(model, frame, rows, history.list.cursor().saturating_sub(seen.start));
    divide(frame, theme, panes);
    if let Some(detail) = panes.detail {
        put_lines(frame, theme, detail, detail_lines(model, usize::from(detail.width)), 0);
    }
}

/// Columns of a name beside what happened: fewer on a narrow screen.
const fn who_width(width: usize) -> usize {
    if width < 66 { 10 } else { 16 }
}

fn row(model: &Model, at: usize, who: usize) -> String {
    let history = &model.history;
    match history.tab {
        HistoryTab::Batches => history.batches.get(at).map(|b| {
            format!(
                "{:>5}  {}  {}  {:>9}  {:>8}",
                b.id,
                model.zone.clock_text(&b.closed_at),
                left(model.theme, &b.closed_by, who),
                b.count,
                b.finished
            )
        }),
        HistoryTab::Events => history.events.get(at).map(|e| {
            format!(
                "{}  {}  {}",
                model.zone.clock_text(&e.at),
                left(model.theme, &e.actor, who),
                history.told(e)
            )
        }),
        HistoryTab::Visits => history.visits.get(at).map(|v| {
            format!(
                "{}  {}  {:>5}  {}",
                model.zone.clock_text(&v.opened_at),
                left(model.theme, &v.identity, who),
                v.requests,
                v.ended
            )
        }),
    }
    .unwrap_or_default()
}

fn detail_lines(model: &Model, width: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let history = &model.history;
    let at = history.at();
    match history.tab {
        HistoryTab::Batches => history.batches.get(at).map_or_else(Vec::new, |batch| {
            let said = [
                format!(
                    " Batch {}, closed {} by {}",
                    batch.id,
                    model.zone.clock_text(&batch.closed_at),
                    batch.closed_by
                ),
                format!(" {} of {} are settled.", batch.finished, batch.count),
                " Enter shows each of them: what was asked of QuickBooks and what became of it.".to_string(),
            ];
            said.iter().map(|line| Line::from(left(theme, line, width))).collect()
        }),
        HistoryTab::Events => history.events.get(at).map_or_else(Vec::new, |event| {
            let mut lines = vec![
                Line::from(theme.span(Role::Title, format!(" Event {}", event.seq))),
                Line::from(format!(" {} by {}", model.zone.clock_text(&event.at), for_screen(&event.actor))),
                Line::from(left(theme, &format!(" {} ({})", history.told(event), event.subject), width)),
            ];
            let body = super::text::wrap(&event.body, width.saturating_sub(2));
            lines
                .extend(body.into_iter().map(|line| Line::from(theme.span(Role::Muted, format!(" {line}")))));
            lines.push(Line::from(
                theme.span(Role::Muted, left(theme, &format!(" hash {}", event.hash), width)),
            ));
            lines
        }),
        HistoryTab::Visits => history.visits.get(at).map_or_else(Vec::new, |visit| {
            let ended = visit
                .ended_at
                .as_deref()
                .map_or_else(|| "still open".to_string(), |at| model.zone.clock_text(at));
            vec![
                Line::from(theme.span(Role::Title, left(theme, &format!(" {}", visit.company), width))),
                Line::from(left(
                    theme,
                    &format!(
                        " {} to {ended}, {} requests",
                        model.zone.clock_text(&visit.opened_at),
                        visit.requests
                    ),
                    width,
                )),
                Line::from(left(theme, &format!(" {}", visit.ended), width)),
            ]
        }),
    }
}
