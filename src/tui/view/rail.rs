//! The first line: the seven steps with glyph and count, the current one marked, company file and LIVE or DEMO.
//!
//! Must never leave out LIVE or DEMO: which company is written to is always in sight.

use super::text::right;
use crate::tui::model::{Model, Screen};
use crate::tui::theme::{Glyph, Role};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr as _;

/// Columns that the company's name keeps where step names could take them.
const COMPANY_KEEPS: usize = 12;

/// Before the steps while the first page is shown.
const HOME: &str = "[0 Home]";

/// One step on the rail.
struct Piece {
    screen: Screen,
    glyph: Glyph,
    role: Role,
    left: i64,
    named: bool,
}

fn pieces(model: &Model) -> Vec<Piece> {
    let status = model.status.as_ref();
    let piece = |screen: Screen| {
        let step = status.and_then(|s| s.steps.iter().find(|step| step.number == screen.number()));
        let (glyph, role, left) = match step {
            Some(step) if step.blocked.is_some() => (Glyph::Alarm, Role::Bad, step.left),
            Some(step) if step.left > 0 => (Glyph::Ask, Role::Warn, step.left),
            Some(step) if step.done > 0 => (Glyph::Ok, Role::Good, 0),
            _ => (Glyph::Dot, Role::Muted, 0),
        };
        Piece { screen, glyph, role, left, named: true }
    };
    Screen::ALL.iter().copied().map(piece).collect()
}

fn short(count: i64) -> String {
    match count {
        0 => String::new(),
        1..=9_999 => format!(" {count}"),
        _ => format!(" {}k", count / 1000),
    }
}

fn text_of(model: &Model, piece: &Piece) -> (String, String, String) {
    let here = piece.screen == model.screen;
    let (open, close) = if here { ("[", "]") } else { (" ", "") };
    let glyph = model.theme.glyph(piece.glyph).to_string();
    let name = if piece.named { format!(" {}", piece.screen.title()) } else { String::new() };
    (format!("{open}{}", piece.screen.number()), glyph, format!("{name}{}{close}", short(piece.left)))
}

fn width_of(model: &Model, pieces: &[Piece]) -> usize {
    pieces
        .iter()
        .map(|piece| {
            let (head, glyph, tail) = text_of(model, piece);
            head.width() + glyph.width() + tail.width()
        })
        .sum()
}

/// Draws the rail.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = model.theme;
    let badge = if model.demo { " DEMO " } else { " LIVE " };
    let viewer = if model.is_host { "" } else { "viewer " };
    let company =
        model.status.as_ref().and_then(|s| s.company.clone()).unwrap_or_else(|| "no company yet".into());
    let width = usize::from(area.width);
    let home = model.screen == Screen::Home;
    let fixed = badge.width() + viewer.width() + 2 + if home { HOME.width() } else { 0 };
    let mut pieces = pieces(model);
    let room = width.saturating_sub(fixed + COMPANY_KEEPS.min(company.width()));
    // Names go from the right, the current step's last, until the company fits.
    for screen in Screen::ALL.iter().copied().rev().filter(|s| *s != model.screen).chain([model.screen]) {
        if width_of(model, &pieces) <= room {
            break;
        }
        if let Some(piece) = pieces.iter_mut().find(|piece| piece.screen == screen) {
            piece.named = false;
        }
    }
    let used = width_of(model, &pieces);
    let mut spans = Vec::new();
    if home {
        spans.push(theme.span(Role::Title, HOME));
    }
    for piece in &pieces {
        let (head, glyph, tail) = text_of(model, piece);
        let role = if piece.screen == model.screen { Role::Title } else { Role::Text };
        spans.push(theme.span(role, head));
        spans.push(theme.span(piece.role, glyph));
        spans.push(theme.span(role, tail));
    }
    spans.push(Span::raw(" "));
    spans.push(theme.span(Role::Text, right(theme, &company, width.saturating_sub(used + fixed))));
    spans.push(Span::raw(" "));
    spans.push(theme.span(Role::Warn, viewer));
    spans.push(theme.span(if model.demo { Role::Demo } else { Role::Live }, badge));
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}
