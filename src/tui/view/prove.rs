//! Step 6: Cin7's totals against QuickBooks' totals, and every document behind a difference.
//!
//! Must never say that the books agree while a cent is unexplained or the figures are older than the hand-off.

use super::text::{amount, left, wrap};
use super::{below, cursor_at, empty, found, markers, put, styled_row};
use crate::base::Cents;
use crate::books::TxnKind;
use crate::proof::{DifferentDocument, Proof, TotalRow};
use crate::tui::layout::PROVE_HEAD;
use crate::tui::model::Model;
use crate::tui::theme::{Glyph, Role, Theme};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Columns of an amount.
const MONEY: usize = 13;

/// Draws the screen.
pub fn draw(model: &Model, frame: &mut Frame<'_>, body: Rect) {
    let theme = model.theme;
    let Some(proof) = &model.prove.proof else {
        empty(frame, body, theme, "No proof yet. Press r to compare Cin7's totals with QuickBooks' totals.");
        return;
    };
    head(model, proof, frame, body);
    let rows = below(body, PROVE_HEAD);
    if model.prove.roll_forward && !proof.roll_forward.is_empty() {
        let area = below(body, PROVE_HEAD.saturating_sub(1));
        super::roll_forward::draw(model, &proof.roll_forward, frame, area);
        return;
    }
    let list = &model.prove.list;
    let seen = list.visible(usize::from(rows.height));
    for at in seen.clone() {
        let here = at == list.cursor();
        let Some(place) = list.ids().get(at).copied() else { break };
        put(frame, rows, at - seen.start, line(model, proof, place, here, usize::from(rows.width)));
    }
    cursor_at(model, frame, rows, list.cursor().saturating_sub(seen.start));
    if list.len() == 0 {
        let text = if !model.prove.text.is_empty() {
            "Nothing matches. Press Esc to clear the filter."
        } else if model.prove.roll_forward {
            "The inventory roll-forward has no month yet."
        } else {
            "No documents yet. Press 2 to fetch them."
        };
        empty(frame, rows, theme, text);
    }
}

fn head(model: &Model, proof: &Proof, frame: &mut Frame<'_>, body: Rect) {
    let theme = model.theme;
    let width = usize::from(body.width);
    let open = proof.totals.iter().filter(|row| !row.unexplained.is_zero()).count();
    let different = proof.totals.iter().filter(|row| !row.difference.is_zero()).count();
    let (glyph, role, text) = match (proof.stale, open, proof.as_of.is_some()) {
        (true, _, _) => (
            Glyph::Alarm,
            Role::Warn,
            "These figures are older than the last hand-off. After the next visit press r again.".to_string(),
        ),
        (false, 0, true) => (Glyph::Ok, Role::Good, "Cin7 and QuickBooks agree to the cent.".to_string()),
        (false, 0, false) => {
            (Glyph::Later, Role::Muted, "Nothing was posted yet, so there is nothing to compare.".to_string())
        }
        (false, count, _) => (
            Glyph::No,
            Role::Bad,
            format!("In {count} rows a difference is not explained. The documents below say where."),
        ),
    };
    let mut row = 0;
    for (at, line) in wrap(&text, width.saturating_sub(4)).into_iter().enumerate().take(2) {
        let mark = if at == 0 { theme.glyph(glyph) } else { " " };
        put(frame, body, at, theme.span(role, format!(" {mark} {line}")));
        row = at;
    }
    let as_of = proof.as_of.as_deref().map_or_else(
        || "not asked yet".to_string(),
        |at| at.parse().map_or_else(|_| at.to_string(), |at| model.zone.clock_of(at)),
    );
    let facts = format!(
        "   QuickBooks as of {as_of}. Rows that differ: {different}, not explained: {open}.{}",
        found(&model.prove.text)
    );
    put(frame, body, row + 1, left(theme, &facts, width));
    put(frame, body, usize::from(PROVE_HEAD) - 1, theme.span(Role::Muted, titles(model, width)));
}

fn titles(model: &Model, width: usize) -> String {
    let theme = model.theme;
    let name = name_width(width);
    format!(
        "  {} {:>MONEY$} {:>MONEY$} {:>MONEY$} {:>MONEY$}",
        left(theme, "month, kind", name),
        "Cin7",
        "held back",
        "QuickBooks",
        "difference"
    )
}

const fn name_width(width: usize) -> usize {
    let rest = width.saturating_sub(2 + 4 * (MONEY + 1));
    if rest > 40 { 40 } else { rest }
}

fn line(model: &Model, proof: &Proof, at: usize, here: bool, width: usize) -> Line<'static> {
    let theme = model.theme;
    match proof.totals.get(at) {
        Some(row) => total(theme, row, here, width),
        None => match proof.documents.get(at - proof.totals.len().min(at)) {
            Some(row) => document(theme, row, here, width),
            None => Line::default(),
        },
    }
}

fn total(theme: Theme, row: &TotalRow, here: bool, width: usize) -> Line<'static> {
    let name = name_width(width);
    let month = row.month.as_deref().unwrap_or("no date");
    let kind = row.kind.as_deref().unwrap_or(&row.cin7_type);
    let kind: &str = match TxnKind::from_word(kind) {
        Some(known) => known.title(),
        None => kind,
    };
    let held: Cents = row.held_back.iter().map(|h| h.total).sum();
    let role = match (row.unexplained.is_zero(), row.difference.is_zero()) {
        (true, true) => Role::Good,
        (true, false) => Role::Warn,
        (false, _) => Role::Bad,
    };
    styled_row(
        theme,
        here,
        vec![
            Span::raw(markers(theme, here, false)),
            Span::raw(left(theme, &format!("{month} {kind} {}", row.currency), name)),
            Span::raw(format!(
                " {} {} {} ",
                amount(Some(row.cin7_total), MONEY),
                amount(Some(held), MONEY),
                amount(Some(row.quickbooks_total), MONEY)
            )),
            theme.span(role, amount(Some(row.difference), MONEY)),
        ],
    )
}

fn document(theme: Theme, row: &DifferentDocument, here: bool, width: usize) -> Line<'static> {
    let name = name_width(width);
    let label = format!("{} {} {}", theme.glyph(Glyph::Alarm), row.cin7_type, row.cin7_id);
    let cause = width.saturating_sub(2 + name + 2 * (MONEY + 1) + 1);
    styled_row(
        theme,
        here,
        vec![
            Span::raw(markers(theme, here, false)),
            theme.span(Role::Warn, left(theme, &label, name)),
            Span::raw(format!(
                " {} {} ",
                amount(Some(row.cin7_total), MONEY),
                amount(Some(row.quickbooks_total), MONEY)
            )),
            Span::raw(left(theme, &row.cause, cause)),
        ],
    )
}
