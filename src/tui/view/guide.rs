//! The lines above a step: what it is, what is left, and what the next key will do.
//!
//! Must never cost a list more than two lines.

use super::put;
use super::text::{left, right};
use crate::tui::guide::{self, Tone};
use crate::tui::model::Model;
use crate::tui::theme::{Glyph, Role};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

/// Draws them.
pub fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    if area.height == 0 {
        return;
    }
    let theme = model.theme;
    let guide = guide::of(model);
    let width = usize::from(area.width);
    let last = usize::from(area.height) - 1;
    if last > 0 {
        let what = format!(" {}", guide.what);
        let room = width.saturating_sub(what.width() + 2);
        put(
            frame,
            area,
            0,
            Line::from(vec![
                theme.span(Role::Title, left(theme, &what, width.min(what.width()))),
                Span::raw(" "),
                theme.span(Role::Text, right(theme, &guide.left, room)),
            ]),
        );
    }
    let (glyph, role) = match guide.tone {
        Tone::Next => (Glyph::Arrow, Role::Accent),
        Tone::Busy => (Glyph::Later, Role::Accent),
        Tone::Stopped => (Glyph::Alarm, Role::Bad),
    };
    let text = format!(" {} {}", theme.glyph(glyph), guide.next);
    put(frame, area, last, theme.span(role, left(theme, &text, width)));
}
