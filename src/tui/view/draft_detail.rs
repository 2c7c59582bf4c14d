//! One draft: Cin7 at the left, QuickBooks at the right, reasons with their cure, debits and credits with their why.

use super::text::{amount, left, wrap};
use super::words;
use crate::base::Cents;
use crate::base::text::for_screen;
use crate::books::Payload;
use crate::books::Posting;
use crate::handoff::diff::Changed;
use crate::tui::cures;
use crate::tui::model::{Model, Screen};
use crate::tui::operation_words;
use crate::tui::theme::{Glyph, Role, Theme};
use crate::workflow::drafts::{DraftDetail, ReasonView, SinceApproved};
use ratatui::text::{Line, Span};

/// Columns of a debit or credit.
const MONEY: usize = 12;

/// Columns of a label between the sides.
const LABEL: usize = 11;

/// Least columns in which a why is worth showing.
const WHY: usize = 16;

/// All lines of the detail; `full` adds what the pane beside a list has no room for.
pub fn lines(model: &Model, detail: &DraftDetail, width: usize, full: bool) -> Vec<Line<'static>> {
    let theme = model.theme;
    let mut lines = vec![head(theme, detail, width)];
    if let Some(advice) = words::outcome_advice(detail.row.outcome()) {
        lines.extend(said(theme, Role::Warn, advice, width));
    }
    for reason in detail.reasons.iter().filter(|reason| full || reason.level != "says") {
        lines.extend(reason_lines(theme, model.screen, reason, width));
    }
    if let Some(since) = &detail.since_approved {
        lines.extend(since_approved(theme, since, width));
    }
    lines.extend(sides(theme, detail, width, full));
    if !detail.postings.is_empty() {
        if full {
            lines.push(Line::default());
        }
        lines.extend(postings(theme, &detail.postings, width, full));
    }
    if full {
        lines.extend(past(model, detail, width));
    }
    lines
}

fn head(theme: Theme, detail: &DraftDetail, width: usize) -> Line<'static> {
    let row = &detail.row;
    let (glyph, word, role) = words::of_draft(row);
    let number = row.number();
    let version = if row.version > 1 { format!(", version {}", row.version) } else { String::new() };
    let title = format!(" {} {}{version}", words::kind(row.kind), for_screen(number));
    let state = format!("{} {word}", theme.glyph(glyph));
    let room = width.saturating_sub(state.chars().count() + 3);
    Line::from(vec![
        theme.span(Role::Title, left(theme, &title, room)),
        Span::raw("  "),
        theme.span(role, state),
    ])
}

fn said(theme: Theme, role: Role, text: &str, width: usize) -> Vec<Line<'static>> {
    let lines = wrap(text, width.saturating_sub(3));
    lines.into_iter().map(|line| Line::from(theme.span(role, format!("   {line}")))).collect()
}

fn reason_lines(theme: Theme, screen: Screen, reason: &ReasonView, width: usize) -> Vec<Line<'static>> {
    let (glyph, role) = match reason.level.as_str() {
        "blocks" => (Glyph::Alarm, Role::Bad),
        "warns" => (Glyph::Ask, Role::Warn),
        _ => (Glyph::Dot, Role::Muted),
    };
    let field = reason.field.as_deref().map(|field| format!(" (Cin7 field {field})")).unwrap_or_default();
    let cure = match reason.level.as_str() {
        "blocks" => format!(" {} {}", cures::cure(&reason.code).1, cures::key(&reason.code, screen)),
        _ => String::new(),
    };
    let text = format!("{}{field}{cure}", reason.text);
    let lines = wrap(&text, width.saturating_sub(4)).into_iter().enumerate();
    lines
        .map(|(at, line)| {
            let mark = if at == 0 { theme.glyph(glyph) } else { " " };
            Line::from(vec![theme.span(role, format!(" {mark} ")), Span::raw(line)])
        })
        .collect()
}

/// What changed since it was approved: changed cells only.
fn since_approved(theme: Theme, since: &SinceApproved, width: usize) -> Vec<Line<'static>> {
    let who = for_screen(&since.by);
    let text = match since.changes.len() {
        0 => format!("{who} approved version {}; what is booked is the same now.", since.version),
        count => format!("{who} approved version {}. Changed since ({count}):", since.version),
    };
    let mut lines = said(theme, Role::Warn, &text, width);
    lines.extend(changed_cells(theme, &since.changes, width));
    lines
}

/// Changed cells, before at the left, after at the right and underlined.
pub fn changed_cells(theme: Theme, changes: &[Changed], width: usize) -> Vec<Line<'static>> {
    let half = width.saturating_sub(LABEL + 6) / 2;
    let none = "(none)".to_string();
    let mut lines = Vec::new();
    for change in changes {
        let before = wrap(change.before.as_ref().unwrap_or(&none), half);
        let after = wrap(change.after.as_ref().unwrap_or(&none), half);
        for at in 0..before.len().max(after.len()) {
            let label = if at == 0 { change.field.as_str() } else { "" };
            let arrow = if at == 0 { theme.glyph(Glyph::Arrow) } else { " " };
            let new = after.get(at).cloned().unwrap_or_default();
            lines.push(Line::from(vec![
                theme.span(Role::Muted, format!(" {}", left(theme, label, LABEL))),
                Span::raw(left(theme, before.get(at).map_or("", String::as_str), half)),
                theme.span(Role::Muted, format!(" {arrow} ")),
                Span::styled(new, theme.differs()),
            ]));
        }
    }
    lines
}

/// One fact on both sides.
struct Pair {
    label: &'static str,
    cin7: String,
    quickbooks: String,
    /// Whether the two must be equal.
    same: bool,
    /// Shown where there is room only.
    extra: bool,
}

fn pair(label: &'static str, cin7: impl Into<String>, quickbooks: impl Into<String>) -> Pair {
    Pair { label, cin7: cin7.into(), quickbooks: quickbooks.into(), same: false, extra: false }
}

fn pairs(detail: &DraftDetail) -> Vec<Pair> {
    let row = &detail.row;
    let payload: Option<&Payload> = detail.version.as_ref().map(|version| &version.payload);
    let document = detail.document.as_ref();
    let contact = detail.contact.as_ref().map(crate::orders::Contact::display_name).unwrap_or_default();
    let party = payload.and_then(|p| p.party.as_ref());
    let party = party.map(|p| if p.id.is_none() { format!("{} (new)", p.name) } else { p.name.clone() });
    let date = row.date.clone().unwrap_or_default();
    let mut pairs = vec![
        pair("name", contact, party.unwrap_or_default()),
        pair("number", row.reference.clone(), row.ref_number.clone()),
        pair("date", date, payload.map(|p| p.date.to_string()).unwrap_or_default()),
    ];
    let cin7_total = document.and_then(|d| Cents::round(d.total.abs()).ok());
    pairs.push(Pair {
        same: payload.is_some() && document.is_some(),
        ..pair(
            "total",
            cin7_total.map(Cents::grouped).unwrap_or_default(),
            payload.map(|p| p.total.grouped()).unwrap_or_default(),
        )
    });
    if let Some(held) = row.qb_total {
        let ours = row.total.map(Cents::grouped).unwrap_or_default();
        pairs.push(Pair { same: true, ..pair("held there", ours, held.grouped()) });
    }
    if let Some(payload) = payload {
        let mode = if payload.pending { "goes in pending" } else { "posts at once" };
        let status = document.map(|d| format!("{:?}", d.tax_status)).unwrap_or_default();
        let extra = [
            pair("tax", status, payload.tax_total().grouped()),
            pair("memo", "", payload.memo.clone()),
            pair("mode", "", if payload.kind.can_be_pending() { mode } else { "" }),
            pair("terms", "", payload.terms.as_ref().map(|t| t.name.clone()).unwrap_or_default()),
        ];
        pairs.extend(extra.into_iter().map(|pair| Pair { extra: true, ..pair }));
    }
    pairs.retain(|pair| !(pair.cin7.is_empty() && pair.quickbooks.is_empty()));
    pairs
}

fn sides(theme: Theme, detail: &DraftDetail, width: usize, full: bool) -> Vec<Line<'static>> {
    let half = width.saturating_sub(LABEL + 3) / 2;
    let mut lines = vec![Line::from(vec![
        Span::raw(left(theme, "", LABEL + 1)),
        theme.span(Role::Muted, left(theme, "Cin7", half)),
        Span::raw(" "),
        theme.span(Role::Muted, left(theme, "QuickBooks", half)),
    ])];
    for pair in pairs(detail).into_iter().filter(|pair| full || !pair.extra) {
        let right = left(theme, &pair.quickbooks, half);
        let differs = pair.same && pair.cin7 != pair.quickbooks;
        lines.push(Line::from(vec![
            theme.span(Role::Muted, format!(" {}", left(theme, pair.label, LABEL))),
            Span::raw(left(theme, &pair.cin7, half)),
            Span::raw(" "),
            if differs { Span::styled(right, theme.differs()) } else { Span::raw(right) },
        ]));
    }
    lines
}

fn postings(theme: Theme, postings: &[Posting], width: usize, full: bool) -> Vec<Line<'static>> {
    let account = width.saturating_sub(2 * MONEY + 4).clamp(10, 44);
    let why = width.saturating_sub(account + 2 * MONEY + 5);
    let title =
        format!(" {} {:>MONEY$} {:>MONEY$}", left(theme, "account / item", account), "debit", "credit");
    let mut lines = vec![Line::from(theme.span(Role::Muted, title))];
    let (mut debits, mut credits) = (Cents::ZERO, Cents::ZERO);
    for posting in postings {
        let (debit, credit) = (posting.debit(), posting.credit());
        debits += debit.unwrap_or_default();
        credits += credit.unwrap_or_default();
        let name = left(theme, &posting.place(), account);
        let mut spans =
            vec![Span::raw(format!(" {name} {} {}", amount(debit, MONEY), amount(credit, MONEY)))];
        let text = [posting.text.as_str(), posting.why.as_str()].join(" ");
        if why >= WHY {
            let short = if posting.why.is_empty() { &posting.text } else { &posting.why };
            spans.push(theme.span(Role::Muted, format!("  {}", left(theme, short, why.saturating_sub(1)))));
        }
        lines.push(Line::from(spans));
        if full && why < WHY && !text.trim().is_empty() {
            let text = left(theme, text.trim(), width.saturating_sub(6));
            lines.push(Line::from(theme.span(Role::Muted, format!("     {text}"))));
        }
    }
    let balanced = debits == credits;
    let word = if balanced { "debits equal credits" } else { "debits and credits differ" };
    lines.push(Line::from(vec![
        theme.span(if balanced { Role::Good } else { Role::Bad }, format!(" {}", left(theme, word, account))),
        theme.span(Role::Title, format!(" {} {}", amount(Some(debits), MONEY), amount(Some(credits), MONEY))),
    ]));
    lines.push(balance_bar(theme, debits, credits, width));
    lines
}

/// Debits at the left of the middle, credits at the right: the same length where they are equal.
fn balance_bar(theme: Theme, debits: Cents, credits: Cents, width: usize) -> Line<'static> {
    let half = width.saturating_sub(3) / 2;
    let most = debits.max(credits).get().max(1);
    let filled = |side: Cents| {
        usize::try_from(i128::from(side.get()) * half as i128 / i128::from(most)).unwrap_or(0).min(half)
    };
    let (debit, credit) = (filled(debits), filled(credits));
    let role = if debits == credits { Role::Good } else { Role::Bad };
    let full = theme.level(8);
    Line::from(vec![
        Span::raw(format!(" {}", " ".repeat(half - debit))),
        theme.span(role, full.repeat(debit)),
        theme.span(Role::Title, theme.glyph(Glyph::Separator)),
        theme.span(role, full.repeat(credit)),
    ])
}

fn past(model: &Model, detail: &DraftDetail, width: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let mut lines = vec![Line::default()];
    if let Some(by) = &detail.row.approved_by {
        lines.push(Line::from(format!(" Approved by {}", for_screen(by))));
    }
    if let Some(txn) = &detail.row.txn_id {
        lines.push(Line::from(format!(" QuickBooks id {}", for_screen(txn))));
    }
    for operation in &detail.operations {
        let note = if operation.note.is_empty() { String::new() } else { format!(". {}", operation.note) };
        let (kind, state) = (operation_words::kind(operation.kind), operation_words::state(operation.state));
        let text = format!("{kind}: {state}{note}");
        lines.extend(said(theme, Role::Text, &text, width));
    }
    for event in &detail.events {
        let when = model.zone.clock_text(&event.at);
        let text = format!(" {when}  {}  {}", event.kind.replace('_', " "), event.actor);
        lines.push(Line::from(theme.span(Role::Muted, left(theme, &text, width))));
    }
    lines
}
