//! Draws a sheet of paper; what can be done with it stands among the hints.

use crate::tui::paper::{Laid, Paper, lay};
use crate::tui::theme::{Role, Theme};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

/// Columns of a sheet at most.
const WIDEST: u16 = 104;

/// The frame of a sheet in a body.
pub fn frame_of(body: Rect) -> Rect {
    let width = body.width.min(WIDEST);
    Rect { x: body.x + (body.width - width) / 2, width, ..body }
}

/// Columns and lines that are inside the frame: the text's, without the foot.
pub fn room(body: Rect) -> (usize, usize) {
    let area = frame_of(body);
    (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(3)))
}

/// A laid line as the terminal's.
pub fn line(theme: Theme, laid: Laid) -> Line<'static> {
    Line::from(laid.into_iter().map(|(role, text)| theme.span(role, text)).collect::<Vec<Span<'static>>>())
}

/// Draws it over the body.
pub fn draw(theme: Theme, paper: &Paper, frame: &mut Frame<'_>, body: Rect) {
    let area = frame_of(body);
    frame.render_widget(Clear, area);
    let block = theme.block(&crate::base::text::for_screen(&paper.title));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let text = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let (width, height) = room(body);
    let lines = lay(theme, &paper.pieces, width);
    let first = paper.scroll.min(lines.len().saturating_sub(height));
    let below = lines.len().saturating_sub(first + height);
    let shown: Vec<Line<'static>> =
        lines.into_iter().skip(first).take(height).map(|laid| line(theme, laid)).collect();
    frame.render_widget(
        Paragraph::new(shown),
        Rect { height: super::narrow(height).min(text.height), ..text },
    );
    if below > 0 {
        let more = format!("{below} more {} below", if below == 1 { "line" } else { "lines" });
        super::put(frame, text, height, theme.span(Role::Muted, more));
    }
}
