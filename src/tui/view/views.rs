//! The sheets of saved views and of contacts in groups.
//!
//! Must never show a name or a filter line that was not made safe.

use super::overlays::{Sheet, plain};
use super::text::left;
use crate::tui::model::Model;
use crate::tui::overlay::Tally;
use crate::tui::theme::{Glyph, Role, Theme};
use crate::tui::update::views_of_screen;
use crate::workflow::links::TallyBy;
use crate::workflow::views::{ViewOf, shown};
use ratatui::text::{Line, Span};

/// Columns of a name.
const NAME: usize = 24;
/// Columns of a count.
const COUNT: usize = 10;

/// The saved views of the screen's list.
pub fn sheet(model: &Model, cursor: usize, width: usize) -> Sheet {
    let theme = model.theme;
    let found = views_of_screen(model);
    let mut lines = Vec::new();
    for (at, view) in found.iter().enumerate() {
        let here = at == cursor;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let number = if at < 9 { (at + 1).to_string() } else { " ".into() };
        let order = match view.of {
            ViewOf::Drafts if view.group.is_none() => format!(", by {}", view.order.word()),
            ViewOf::Drafts | ViewOf::Contacts => String::new(),
        };
        let said = format!("{}{order}", shown(view));
        let text = format!("{mark} {number} {} {said}", left(theme, &view.name, NAME));
        let style = if here { theme.selected() } else { theme.style(Role::Text) };
        lines.push(Line::from(Span::styled(left(theme, &text, width), style)));
    }
    if found.is_empty() {
        let text = "No view is saved yet. Filter the list with /, sort it with s, then press a here to keep it under a name.";
        lines.extend(plain(text, width));
    }
    Sheet {
        title: "Saved views".into(),
        lines,
        scroll: u16::try_from(cursor.saturating_sub(8)).unwrap_or(u16::MAX),
        ..Sheet::default()
    }
}

/// Contacts in groups.
pub fn tally(theme: Theme, tally: &Tally, width: usize) -> Sheet {
    let name = width.saturating_sub(2 + 2 * (COUNT + 1));
    let row = |mark: &str, what: &str, contacts: &str, documents: &str| {
        format!("{mark} {} {contacts:>COUNT$} {documents:>COUNT$}", left(theme, what, name))
    };
    let by = if tally.by == TallyBy::State { "state" } else { "role" };
    let mut lines = vec![Line::from(theme.span(Role::Muted, row(" ", by, "contacts", "documents")))];
    let rows = tally.rows.as_deref().unwrap_or_default();
    if tally.rows.is_none() {
        lines.push(Line::from(theme.span(Role::Muted, "Counting.")));
    }
    for (at, (condition, contacts, documents)) in rows.iter().enumerate() {
        let here = at == tally.cursor;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let what = condition.split_once(':').map_or(condition.as_str(), |(_, value)| value);
        let style = if here { theme.selected() } else { theme.style(Role::Text) };
        let text = row(mark, what, &contacts.to_string(), &documents.to_string());
        lines.push(Line::from(Span::styled(text, style)));
    }
    let (contacts, documents) = rows.iter().fold((0, 0), |sum, row| (sum.0 + row.1, sum.1 + row.2));
    lines.push(Line::from(
        theme.span(Role::Title, row(" ", "in all", &contacts.to_string(), &documents.to_string())),
    ));
    Sheet { title: format!("Contacts by {by}"), lines, ..Sheet::default() }
}
