//! Step 6: Cin7's totals against QuickBooks' totals, and every document behind a difference.
//!
//! Must never say that the books agree while a cent is unexplained or the figures are older than the hand-off.

use super::text::{amount, left, wrap};
use super::{below, cursor_at, empty, found, markers, put, styled_row};
use crate::base::Cents;
use crate::proof::{DifferentDocument, Proof, TotalRow};
use crate::tui::layout::{PROVE_FOOT, PROVE_HEAD};
use crate::tui::model::Model;
use crate::tui::theme::{Glyph, Role, Theme};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Columns of an amount.
const MONEY: usize = 13;
/// Columns of an amount on a narrow screen: up to 9,999,999.99.
const NARROW_MONEY: usize = 12;
/// From this width on amounts may be wider.
const WIDE: usize = 90;
/// From this width on what is held back has a column of its own.
const WITH_HELD: usize = 78;

/// Below this height the roll-forward takes the lines of the head.
const CROWDED: u16 = 18;

/// Draws the screen.
pub fn draw(model: &Model, frame: &mut Frame<'_>, body: Rect) {
    let theme = model.theme;
    let Some(proof) = &model.prove.proof else {
        empty(frame, body, theme, "No proof yet. Press r to compare Cin7's totals with QuickBooks' totals.");
        return;
    };
    let crowded = body.height < CROWDED;
    head(model, proof, frame, body, if crowded && model.prove.roll_forward { 1 } else { 2 });
    let rows = below(body, PROVE_HEAD);
    if model.prove.roll_forward && !proof.roll_forward.is_empty() {
        let area = below(body, if crowded { 2 } else { PROVE_HEAD - 1 });
        super::roll_forward::draw(model, &proof.roll_forward, frame, area);
        return;
    }
    let list = &model.prove.list;
    let columns = Columns::of(usize::from(rows.width));
    let told = PROVE_FOOT.min(rows.height);
    let rows = Rect { height: rows.height - told, ..rows };
    let seen = list.visible(usize::from(rows.height));
    let home = home_currency(proof);
    for at in seen.clone() {
        let Some(place) = list.ids().get(at).copied() else { break };
        put(frame, rows, at - seen.start, line(theme, proof, home, place, at == list.cursor(), columns));
    }
    let below = Rect { y: rows.bottom(), height: told, ..rows };
    let said =
        wrap(&foot(proof, list.current().unwrap_or(usize::MAX)), usize::from(rows.width).saturating_sub(2));
    for (at, line) in said.into_iter().enumerate() {
        put(frame, below, at, theme.span(Role::Muted, format!(" {line}")));
    }
    put(frame, body, usize::from(PROVE_HEAD) - 1, theme.span(Role::Muted, titles(theme, columns)));
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

fn head(model: &Model, proof: &Proof, frame: &mut Frame<'_>, body: Rect, most: usize) {
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
            format!(
                "In {count} {} a difference is not explained. The documents below say where.",
                if count == 1 { "row" } else { "rows" }
            ),
        ),
    };
    let mut row = 0;
    for (at, line) in wrap(&text, width.saturating_sub(4)).into_iter().enumerate().take(most) {
        let mark = if at == 0 { theme.glyph(glyph) } else { " " };
        put(frame, body, at, theme.span(role, format!(" {mark} {line}")));
        row = at;
    }
    let as_of =
        proof.as_of.as_deref().map_or_else(|| "not asked yet".to_string(), |at| model.zone.clock_text(at));
    let full = format!("   QuickBooks as of {as_of}. Rows that differ: {different}, not explained: {open}.");
    let short = format!("   As of {as_of}: {different} differ, {open} not explained.");
    let filtered = found(&model.prove.text);
    let facts = if full.len() + filtered.len() <= width { full } else { short };
    put(frame, body, row + 1, left(theme, &format!("{facts}{filtered}"), width));
}

/// Which columns fit, and how wide they are.
#[derive(Clone, Copy)]
struct Columns {
    name: usize,
    money: usize,
    /// What is held back; on a narrow screen it stands below, for the row under the cursor.
    held: bool,
}

impl Columns {
    const fn of(width: usize) -> Self {
        let held = width >= WITH_HELD;
        let money = if width >= WIDE { MONEY } else { NARROW_MONEY };
        let amounts = if held { 4 } else { 3 };
        let name = width.saturating_sub(2 + amounts * (money + 1));
        let name = if name > 40 { 40 } else { name };
        Columns { name, money, held }
    }

    fn amounts(self, [cin7, held, quickbooks]: [Option<Cents>; 3]) -> String {
        let money = self.money;
        let held = if self.held { format!(" {}", amount(held, money)) } else { String::new() };
        format!(" {}{held} {} ", amount(cin7, money), amount(quickbooks, money))
    }
}

fn titles(theme: Theme, columns: Columns) -> String {
    let money = columns.money;
    let held = if columns.held { format!(" {:>money$}", "held back") } else { String::new() };
    format!(
        "  {} {:>money$}{held} {:>money$} {:>money$}",
        left(theme, "month, kind", columns.name),
        "Cin7",
        "QuickBooks",
        "difference"
    )
}

fn line(theme: Theme, proof: &Proof, home: &str, at: usize, here: bool, columns: Columns) -> Line<'static> {
    match proof.totals.get(at) {
        Some(row) => total(theme, row, home, here, columns),
        None => match document_at(proof, at) {
            Some(row) => document(theme, row, here, columns),
            None => Line::default(),
        },
    }
}

/// The document of a row below the totals.
fn document_at(proof: &Proof, at: usize) -> Option<&DifferentDocument> {
    proof.documents.get(at.checked_sub(proof.totals.len())?)
}

fn held_back(row: &TotalRow) -> Cents {
    row.held_back.iter().map(|held| held.total).sum()
}

/// The currency of most rows, which is not said in each of them.
fn home_currency(proof: &Proof) -> &str {
    let count = |wanted: &str| proof.totals.iter().filter(|row| row.currency == wanted).count();
    proof
        .totals
        .iter()
        .map(|row| row.currency.as_str())
        .max_by_key(|currency| count(currency))
        .unwrap_or_default()
}

fn total(theme: Theme, row: &TotalRow, home: &str, here: bool, columns: Columns) -> Line<'static> {
    let month = row.month.as_deref().unwrap_or("no date");
    let currency = if row.currency == home { String::new() } else { format!(" {}", row.currency) };
    let name = format!("{month} {}{currency}", row.what());
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
            Span::raw(left(theme, &name, columns.name)),
            Span::raw(columns.amounts([
                Some(row.cin7_total),
                Some(held_back(row)),
                Some(row.quickbooks_total),
            ])),
            theme.span(role, amount(Some(row.difference), columns.money)),
        ],
    )
}

fn document(theme: Theme, row: &DifferentDocument, here: bool, columns: Columns) -> Line<'static> {
    let label = format!("{} {} {}", theme.glyph(Glyph::Alarm), row.cin7_type, row.cin7_id);
    styled_row(
        theme,
        here,
        vec![
            Span::raw(markers(theme, here, false)),
            theme.span(Role::Warn, left(theme, &label, columns.name)),
            Span::raw(columns.amounts([Some(row.cin7_total), None, Some(row.quickbooks_total)])),
            theme.span(Role::Warn, amount(Some(row.cin7_total - row.quickbooks_total), columns.money)),
        ],
    )
}

/// What the row under the cursor has to say beside its figures.
fn foot(proof: &Proof, at: usize) -> String {
    if let Some(row) = document_at(proof, at) {
        let known = if row.explained { "" } else { " Nothing that this program noted explains it." };
        return format!("{} {}: {}.{known}", row.cin7_type, row.cin7_id, row.cause.trim_end_matches('.'));
    }
    let Some(row) = proof.totals.get(at) else { return String::new() };
    let held = match row.held_back.iter().map(|held| held.count).sum::<u64>() {
        0 => "Nothing is held back.".to_string(),
        count => format!("Held back: {count}, {}.", held_back(row).grouped()),
    };
    let open = match row.unexplained.is_zero() {
        true => String::new(),
        false => format!(" Not explained: {}.", row.unexplained.grouped()),
    };
    format!("{held}{open} Enter shows where every cent is.")
}
