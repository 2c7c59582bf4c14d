//! The sheets of the Match screen, as lines.
//!
//! Must never hide what a key would take: the numbered rows, the page and the name stand there before they are taken.

use super::overlays::{Sheet, input_line, plain};
use super::text::left;
use crate::base::text::for_screen;
use crate::books::{Party, PartyList};
use crate::tui::match_sheet::{MatchSheet, candidate_line};
use crate::tui::theme::{Glyph, Role, Theme};
use crate::workflow::links::{CandidateView, NameSaid, SurePage, SureRow};
use ratatui::text::{Line, Span};
use tui_input::Input;

/// Rows of a list that are laid out around the cursor.
const AROUND: usize = 8;

/// A sheet as lines.
pub fn sheet(theme: Theme, sheet: &MatchSheet, width: usize) -> Sheet {
    match sheet {
        MatchSheet::Sure { page, .. } => sure(theme, page.as_ref(), width),
        MatchSheet::Other { title, input, near, found, cursor, .. } => {
            let (line, column) = input_line(theme, input, false, width);
            let mut lines = vec![line];
            if input.value().is_empty() && !near.is_empty() {
                lines.extend(numbered(theme, near, *cursor, width));
            } else {
                lines.extend(parties(theme, found, *cursor, width));
            }
            Sheet {
                title: for_screen(title),
                lines,
                cursor: Some((column, 0)),
                tall: true,
                ..Sheet::default()
            }
        }
        MatchSheet::Name { who, input, near, notes, said } => {
            let list = who.1.word().to_lowercase();
            name(theme, &list, input, (near, notes), said.as_ref(), width)
        }
    }
}

fn muted(theme: Theme, text: &str, width: usize) -> Line<'static> {
    Line::from(theme.span(Role::Muted, left(theme, text, width)))
}

fn sure(theme: Theme, page: Option<&SurePage>, width: usize) -> Sheet {
    let half = width.saturating_sub(2) / 3;
    let mut lines = Vec::new();
    match page {
        None => lines.push(muted(theme, "Reading them.", width)),
        Some(page) if page.rows.is_empty() => {
            lines.push(muted(theme, "There is no sure match left. Esc closes this.", width));
        }
        Some(page) => {
            let head = format!(
                "{} {} {}",
                left(theme, "Cin7", half),
                left(theme, "QuickBooks", half),
                left(theme, "agrees", width.saturating_sub(2 * half + 2))
            );
            lines.push(Line::from(theme.span(Role::Muted, head)));
            for row in &page.rows {
                lines.push(Line::from(vec![
                    Span::raw(left(theme, &contact(row), half)),
                    Span::raw(" "),
                    Span::raw(left(theme, &row.party, half)),
                    Span::raw(" "),
                    theme.span(Role::Muted, left(theme, &row.agrees, width.saturating_sub(2 * half + 2))),
                ]));
            }
            let shown = page.rows.len();
            let after = page.total - i64::try_from(shown).unwrap_or(i64::MAX);
            let rest = if after > 0 { format!("; {after} more come after it") } else { String::new() };
            lines.push(Line::default());
            lines.push(Line::from(theme.span(
                Role::Text,
                left(theme, &format!("Enter links the {shown} shown{rest}. Esc links none."), width),
            )));
            if !page.so_far.is_empty() {
                lines.push(muted(theme, &format!("So far: {}.", page.so_far), width));
            }
        }
    }
    Sheet { title: "Sure matches".into(), lines, ..Sheet::default() }
}

/// The contact; a vendor's role is told, because one business may be both.
fn contact(row: &SureRow) -> String {
    match row.who.1 {
        PartyList::Vendor => format!("(vendor) {}", row.name),
        _ => row.name.clone(),
    }
}

fn numbered(theme: Theme, near: &[CandidateView], cursor: usize, width: usize) -> Vec<Line<'static>> {
    let mut lines =
        vec![muted(theme, "Its number takes a candidate; typing searches all of QuickBooks.", width)];
    for (at, candidate) in near.iter().enumerate() {
        let here = at == cursor;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let number = if at < 9 { (at + 1).to_string() } else { " ".to_string() };
        let text = left(theme, &format!("{mark} {number} {}", candidate_line(candidate)), width);
        let style = if here { theme.selected() } else { theme.style(Role::Text) };
        lines.push(Line::from(Span::styled(text, style)));
        let place = candidate.party.as_ref().map(place).unwrap_or_default();
        if !place.is_empty() {
            lines.push(muted(theme, &format!("    {place}"), width));
        }
    }
    lines
}

fn place(party: &Party) -> String {
    let street = party.address.lines.last().map_or("", String::as_str);
    let all = [
        street,
        party.address.city.as_str(),
        party.address.state.as_str(),
        party.email.as_str(),
        party.phone.as_str(),
    ];
    all.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn parties(theme: Theme, found: &[Party], cursor: usize, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let name = width.saturating_sub(4) / 2;
    // Only the found rows around the cursor are laid out.
    for (at, party) in found.iter().enumerate().skip(cursor.saturating_sub(AROUND)).take(2 * AROUND) {
        let here = at == cursor;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let inactive = if party.active { "" } else { " (inactive)" };
        let text = format!(
            "{mark} {} {}",
            left(theme, &format!("{}{inactive}", party.full_name), name),
            left(theme, &place(party), width.saturating_sub(name + 3))
        );
        let style = if here { theme.selected() } else { theme.style(Role::Text) };
        lines.push(Line::from(Span::styled(text, style)));
    }
    if found.is_empty() {
        lines.push(Line::from(theme.span(Role::Muted, "Nothing in QuickBooks holds these words.")));
    }
    lines
}

fn name(
    theme: Theme,
    list: &str,
    input: &Input,
    (near, notes): (&[String], &str),
    said: Option<&(String, NameSaid)>,
    width: usize,
) -> Sheet {
    let mut lines = Vec::new();
    if near.is_empty() {
        lines.extend(plain("Nothing in QuickBooks looks like this contact.", width));
    } else {
        lines.push(muted(theme, "Nearest in QuickBooks, not to be made twice:", width));
        lines.extend(near.iter().map(|text| Line::from(left(theme, &format!("  {text}"), width))));
    }
    if !notes.is_empty() {
        lines.extend(plain(notes, width));
    }
    lines.push(Line::default());
    let (line, column) = input_line(theme, input, false, width);
    let row = lines.len();
    lines.push(line);
    let (role, text) = match said {
        Some((of, said)) if of == input.value() => {
            (if said.free { Role::Good } else { Role::Warn }, said.text.clone())
        }
        _ => (Role::Muted, "Looking whether it is free.".to_string()),
    };
    let wrapped = super::text::wrap(&text, width);
    lines.extend(wrapped.into_iter().map(|line| Line::from(theme.span(role, line))));
    Sheet { title: format!("Create a new {list}"), lines, cursor: Some((column, row)), ..Sheet::default() }
}
