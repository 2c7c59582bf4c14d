//! Step 5: what closing the batch would do, what visits did, and each outcome as it happens.

use super::text::{left, wrap};
use super::{below, divide, drafts, put};
use crate::base::text::for_screen;
use crate::books::{DraftState, Outcome};
use crate::tui::layout::{self, hand_off_head};
use crate::tui::model::{Model, Screen};
use crate::tui::preview_words;
use crate::tui::theme::Role;
use ratatui::Frame;
use ratatui::layout::Rect;

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

fn draw_head(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let width = usize::from(area.width);
    let Some(preview) = &model.hand_off.preview else {
        put(frame, area, 0, theme.span(Role::Muted, " Reading what is approved."));
        return;
    };
    let alarms = alarms(model);
    let mut lines = Vec::new();
    if preview.is_empty() {
        lines.push(" Nothing is approved for the next batch.".to_string());
    } else {
        if area.height > 3 {
            lines.extend(preview_words::figures(preview));
        } else {
            lines.push(format!(" {}", preview_words::short(preview)));
        }
        let said = preview_words::sentence(preview);
        lines.extend(wrap(&said, width.saturating_sub(1)).into_iter().map(|line| format!(" {line}")));
        // Names alone have no sum.
        lines.retain(|line| !line.trim().is_empty());
    }
    // The newest lines of the visit's log take the room that is left.
    let rows = usize::from(area.height);
    let beside = layout::panes(Screen::HandOff, Rect { height: 100, ..frame.area() }).beside;
    let free = if beside { 0 } else { rows.saturating_sub(lines.len() + alarms.len()) };
    let skip = model.hand_off.log.len().saturating_sub(free);
    let log = model.hand_off.log.iter().skip(skip).map(|line| format!(" {line}"));
    for (row, line) in alarms
        .into_iter()
        .map(|line| (Role::Warn, line))
        .chain(lines.into_iter().map(|line| (Role::Text, line)))
        .chain(log.map(|line| (Role::Muted, line)))
        .enumerate()
    {
        put(frame, area, row, theme.span(line.0, left(theme, &line.1, width)));
    }
}

/// What a person must not overlook here, each with the key that tells the rest.
fn alarms(model: &Model) -> Vec<String> {
    let Some(status) = &model.status else { return Vec::new() };
    let mut alarms = Vec::new();
    if status.frozen.is_some() {
        alarms.push(" Writing has stopped. w says why, and shows the way out.".to_string());
    }
    let queued = status.in_state(DraftState::Queued);
    if queued > 0 {
        let wait = if queued == 1 { "1 document waits".into() } else { format!("{queued} documents wait") };
        let next: Option<crate::base::Instant> = status.next_visit.as_ref().and_then(|at| at.parse().ok());
        let next = next.map_or_else(
            || "The Web Connector is overdue: r says what to do".to_string(),
            |at| format!("Next visit about {}", model.zone.time_of(at)),
        );
        alarms.push(format!(" {wait} for the Web Connector. {next}."));
    }
    if let Some(why) = &status.refused {
        alarms.push(format!(" A visit was turned away (w says more): {}", for_screen(why)));
    }
    match status.with_outcome(Outcome::Unknown) {
        0 => {}
        1 => {
            alarms
                .push(" 1 document is in doubt and is looked up at the next visit. w shows it.".to_string());
        }
        count => alarms.push(format!(
            " {count} documents are in doubt and are looked up at the next visit. w shows them."
        )),
    }
    alarms
}

fn draw_log(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let width = usize::from(area.width);
    put(frame, area, 0, theme.span(Role::Muted, left(theme, " What visits of the Web Connector did", width)));
    let rows = usize::from(area.height).saturating_sub(1);
    if model.hand_off.log.is_empty() {
        let text = "None since this window opened. r says when the next is expected.";
        for (row, line) in wrap(text, width.saturating_sub(1)).into_iter().enumerate() {
            put(frame, area, 1 + row, theme.span(Role::Muted, format!(" {line}")));
        }
    }
    let skip = model.hand_off.log.len().saturating_sub(rows);
    for (row, line) in model.hand_off.log.iter().skip(skip).enumerate() {
        put(frame, area, 1 + row, left(theme, &format!(" {}", for_screen(line)), width));
    }
}
