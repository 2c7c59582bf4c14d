//! The sheets of approving many: groups with subtotals, and the offer with what it leaves out.
//!
//! Must never hide what is left out behind what is offered, nor add amounts of two currencies.

use super::overlays::Sheet;
use super::text::{amount, left, wrap};
use crate::base::Cents;
use crate::store::drafts::DraftRow;
use crate::store::drafts::groups::{Group, GroupBy};
use crate::tui::theme::{Glyph, Role, Theme};
use crate::workflow::approve_many::{self, Offer, Terms};
use ratatui::text::{Line, Span};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr as _;

/// Columns of a sum.
const MONEY: usize = 15;
/// From this width on what is ready has columns of its own.
const WITH_READY: usize = 70;
/// Columns of a count.
const COUNT: usize = 7;
/// Columns of a currency's code and a blank before it.
const CODE: usize = 4;

/// The groups of a list.
pub fn groups(theme: Theme, by: GroupBy, groups: Option<&[Group]>, cursor: usize, width: usize) -> Sheet {
    // On a small window what is ready gives way to the names.
    let wide = width >= WITH_READY;
    let sums = if wide { 2 } else { 1 };
    let rows = groups.unwrap_or_default();
    let mut totals: BTreeMap<&str, Cents> = BTreeMap::new();
    for group in rows {
        *totals.entry(&group.currency).or_default() += group.total;
    }
    // One currency is all there is in most books: then it takes no room.
    let code = if totals.len() > 1 { CODE } else { 0 };
    let name = width.saturating_sub(2 + code + sums * (COUNT + 1 + MONEY + 1));
    let mut title = format!("  {} {:>COUNT$} {:>MONEY$}", left(theme, by.word(), name), "drafts", "sum");
    title.push_str(&" ".repeat(code));
    if wide {
        title.push_str(&format!(" {:>COUNT$} {:>MONEY$}", "ready", "sum of ready"));
    }
    let mut lines = vec![Line::from(theme.span(Role::Muted, left(theme, &title, width)))];
    for (at, group) in rows.iter().enumerate() {
        let here = at == cursor;
        let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let key = left(theme, group.key.as_deref().unwrap_or("(none)"), name);
        let mut text = format!("{mark} {key} {:>COUNT$} {}", group.count, amount(Some(group.total), MONEY));
        if code > 0 {
            text.push_str(&format!(" {}", left(theme, &group.currency, CODE - 1)));
        }
        if wide {
            text.push_str(&format!(" {:>COUNT$} {}", group.ready, amount(Some(group.ready_total), MONEY)));
        }
        let style = if here { theme.selected() } else { theme.style(Role::Text) };
        lines.push(Line::from(Span::styled(text, style)));
    }
    if groups.is_none() {
        lines.push(Line::from(theme.span(Role::Muted, "Counting.")));
    } else if rows.is_empty() {
        lines.push(Line::from(theme.span(Role::Muted, "There is no draft in this list.")));
    }
    let count: i64 = rows.iter().map(|group| group.count).sum();
    let total = match code {
        0 => totals.values().copied().sum::<Cents>().grouped(),
        _ => approve_many::sums(totals.into_iter()),
    };
    let title = format!("By {}: {} groups, {count} drafts, {total}", by.word(), rows.len());
    Sheet {
        title: left(theme, &title, width.min(title.width())),
        lines,
        scroll: u16::try_from(cursor.saturating_sub(8)).unwrap_or(u16::MAX),
        tall: true,
        ..Sheet::default()
    }
}

/// The offer.
pub fn offer(
    theme: Theme,
    terms: &Terms,
    offer: &Offer,
    cursor: usize,
    (width, height): (usize, usize),
) -> Sheet {
    let mut lines = Vec::new();
    let said = match terms.under {
        Some(under) => format!(
            "Documents of at most {}, matched by a person, without a warning. u takes the approval back until the batch is closed.",
            under.grouped()
        ),
        None => {
            "What is ready of this group. u takes the approval back until the batch is closed.".to_string()
        }
    };
    lines.extend(wrap(&said, width).into_iter().map(Line::from));
    let row = |count: usize, what: &str, total: Cents| {
        format!(
            "{count:>COUNT$} {} {}",
            left(theme, what, width.saturating_sub(COUNT + MONEY + 2)),
            amount(Some(total), MONEY)
        )
    };
    // What is said of it, what is left out and one sample never give way; the sums by kind do on a low window.
    let below = 1
        + offer.left_out.len()
        + usize::from(!offer.left_out.is_empty())
        + if offer.samples.is_empty() { 0 } else { 2 };
    if lines.len() + offer.by_kind.len() + below <= height {
        lines.extend(offer.by_kind.iter().map(|(kind, count, total)| Line::from(row(*count, kind, *total))));
    }
    lines.push(Line::from(theme.span(Role::Title, all(theme, offer, width))));
    if !offer.left_out.is_empty() {
        lines.push(Line::from(theme.span(Role::Muted, "Left out, and why:")));
    }
    for out in &offer.left_out {
        lines.push(Line::from(theme.span(Role::Warn, row(out.count, &out.why, out.total))));
    }
    if !offer.samples.is_empty() {
        let text = format!(
            "{} for the eye, the largest first; Enter looks at one:",
            if offer.samples.len() == 1 { "One".into() } else { offer.samples.len().to_string() }
        );
        lines.push(Line::from(theme.span(Role::Muted, text)));
    }
    // As many samples as the room allows, the one under the cursor among them.
    let room = height.saturating_sub(lines.len()).max(1);
    let first = (cursor + 1).saturating_sub(room);
    for (at, sample) in offer.samples.iter().enumerate().skip(first).take(room) {
        lines.push(sample_line(theme, sample, at == cursor, width));
    }
    Sheet { title: "Approve many".into(), lines, ..Sheet::default() }
}

/// All that would be approved: where it is of several currencies, each with its sum.
fn all(theme: Theme, offer: &Offer, width: usize) -> String {
    let sum = offer.sum();
    let room = width.saturating_sub(COUNT + 2 + sum.width().max(MONEY));
    format!("{:>COUNT$} {} {sum:>MONEY$}", offer.count, left(theme, "would be approved", room))
}

fn sample_line(theme: Theme, sample: &DraftRow, here: bool, width: usize) -> Line<'static> {
    let mark = if here { theme.glyph(Glyph::Cursor) } else { " " };
    let name = width.saturating_sub(2 + 12 + 11 + MONEY + 1);
    let text = format!(
        "{mark} {} {} {} {}",
        left(theme, sample.number(), 11),
        left(theme, sample.date.as_deref().unwrap_or_default(), 10),
        left(theme, sample.party_name.as_deref().unwrap_or_default(), name),
        amount(sample.total, MONEY)
    );
    let style = if here { theme.selected() } else { theme.style(Role::Text) };
    Line::from(Span::styled(text, style))
}
