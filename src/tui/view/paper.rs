//! Draws a sheet of paper: its lines, what can be done with it at its foot.

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
    (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(4)))
}

/// A laid line as the terminal's.
pub fn line(theme: Theme, laid: Laid) -> Line<'static> {
    Line::from(laid.into_iter().map(|(role, text)| theme.span(role, text)).collect::<Vec<Span<'static>>>())
}

/// What can be done, as the last line of a frame.
pub fn foot(theme: Theme, offers: &[(String, String)]) -> Line<'static> {
    let mut spans = Vec::new();
    for (key, does) in offers {
        spans.push(theme.span(Role::Key, key.clone()));
        spans.push(theme.span(Role::Muted, format!(" {does}   ")));
    }
    Line::from(spans)
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
    let lines = lay(theme, paper, width);
    let first = paper.scroll.min(lines.len().saturating_sub(height));
    let below = lines.len().saturating_sub(first + height);
    let shown: Vec<Line<'static>> =
        lines.into_iter().skip(first).take(height).map(|laid| line(theme, laid)).collect();
    frame.render_widget(Paragraph::new(shown), Rect { height: super::narrow(height).min(text.height), ..text });
    if text.height < 2 {
        return;
    }
    let more = if below > 0 { format!("{below} more lines below") } else { String::new() };
    let at = |up: u16| Rect { y: text.bottom().saturating_sub(up), height: 1, ..text };
    frame.render_widget(Paragraph::new(Line::from(theme.span(Role::Muted, more))), at(2));
    let mut offers: Vec<(String, String)> =
        paper.offers.iter().map(|offer| (offer.key.to_string(), offer.does.to_string())).collect();
    offers.push(("Esc".into(), "close".into()));
    frame.render_widget(Paragraph::new(foot(theme, &offers)), at(1));
}
