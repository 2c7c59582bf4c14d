//! One contact: what Cin7 says, the candidates, and the chosen one's evidence side by side.

use super::text::{left, right, wrap};
use super::words;
use crate::base::text::{fold, for_screen};
use crate::orders::Contact;
use crate::tui::model::Model;
use crate::tui::theme::{Glyph, Role, Theme};
use crate::workflow::links::{CandidateView, EvidenceView, MatchDetail};
use ratatui::text::{Line, Span};

/// Columns of a field's name.
const FIELD: usize = 13;

/// Columns of the weight in bits.
const BITS: usize = 6;

/// Candidates listed beside the list; all of them when opened.
const SHOWN: usize = 4;

/// All lines of the detail.
pub fn lines(model: &Model, detail: &MatchDetail, width: usize, full: bool) -> Vec<Line<'static>> {
    let theme = model.theme;
    let row = &detail.row;
    let (glyph, word, role) = words::of_match(row);
    let list = row.role.word().to_lowercase();
    let mut lines = vec![Line::from(vec![
        theme.span(Role::Title, format!(" {}", left(theme, &row.name, width.saturating_sub(word.len() + 6)))),
        Span::raw(" "),
        theme.span(role, format!("{} {word}", theme.glyph(glyph))),
    ])];
    let wait = if row.documents == 1 { "document waits" } else { "documents wait" };
    lines.push(muted(theme, &format!(" Cin7 {list}, {} {wait} for it", row.documents), width));
    lines.extend(wrapped(theme, Role::Text, &row.why, width));
    if let Some(contact) = &detail.contact {
        lines.extend(contact_lines(theme, contact, width, full));
    }
    if let Some(link) = &row.link {
        let what = if link.list_id.is_none() { "will be created as" } else { "is linked to" };
        let (text, role) = if row.broken {
            (
                format!(
                    "{} is inactive, deleted or merged in QuickBooks now: link another record.",
                    link.name
                ),
                Role::Warn,
            )
        } else {
            (format!("It {what} {}. Decided by {}.", link.name, link.by_whom), Role::Good)
        };
        lines.extend(wrapped(theme, role, &text, width));
        if !link.evidence.is_empty() {
            lines.extend(wrapped(theme, Role::Muted, &link.evidence, width));
        }
    }
    if detail.candidates.is_empty() {
        if row.link.is_none() {
            let text = format!(
                "Nothing in QuickBooks looks like it. c creates the {list} {}; e searches.",
                detail.proposed_name
            );
            lines.extend(wrapped(theme, Role::Text, &text, width));
        }
    } else {
        lines.extend(candidates(model, &detail.candidates, width, full));
    }
    if full {
        lines.extend(waiting(model, detail, width));
    }
    lines
}

fn muted(theme: Theme, text: &str, width: usize) -> Line<'static> {
    Line::from(theme.span(Role::Muted, left(theme, text, width)))
}

fn wrapped(theme: Theme, role: Role, text: &str, width: usize) -> Vec<Line<'static>> {
    let lines = wrap(text, width.saturating_sub(2));
    lines.into_iter().map(|line| Line::from(theme.span(role, format!(" {line}")))).collect()
}

fn contact_lines(theme: Theme, contact: &Contact, width: usize, full: bool) -> Vec<Line<'static>> {
    let place = contact.billing_place();
    let person = format!("{} {}", contact.first_name, contact.last_name);
    let where_ = [&place.address1, &place.city, &place.state, &place.postal_code];
    let where_: Vec<&str> = where_.iter().map(|s| s.as_str()).filter(|s| !s.is_empty()).collect();
    let reach = [&contact.email, &contact.phone, &contact.mobile];
    let reach: Vec<&str> = reach.iter().map(|s| s.as_str()).filter(|s| !s.is_empty()).collect();
    let all =
        [person.trim().to_string(), where_.join(", "), reach.join("  "), contact.account_number.clone()];
    let wanted = if full { 4 } else { 3 };
    all.into_iter()
        .filter(|text| !text.is_empty())
        .take(wanted)
        .map(|text| Line::from(left(theme, &format!(" {text}"), width)))
        .collect()
}

fn candidates(model: &Model, all: &[CandidateView], width: usize, full: bool) -> Vec<Line<'static>> {
    let theme = model.theme;
    let chosen = model.matching.candidate.min(all.len().saturating_sub(1));
    let mut lines = vec![Line::from(theme.span(
        Role::Muted,
        left(theme, &format!(" Candidates ({}): e and the number takes one", all.len()), width),
    ))];
    let shown = if full { all.len() } else { SHOWN };
    let first = chosen.saturating_sub(shown.saturating_sub(1));
    for (at, candidate) in all.iter().enumerate().skip(first).take(shown) {
        let cursor = if at == chosen { theme.glyph(Glyph::Cursor) } else { " " };
        let inactive = candidate.party.as_ref().is_some_and(|party| !party.active);
        let mut name = candidate.name.clone();
        if inactive {
            name.push_str(" (inactive)");
        }
        if !candidate.others.is_empty() {
            name = format!("{name}, linked to {}", candidate.others.join(", "));
        }
        let score = right(theme, &candidate.score, BITS + 2);
        let text = format!(" {cursor} {} {score}", left(theme, &name, width.saturating_sub(BITS + 6)));
        let style = if at == chosen { Role::Title } else { Role::Text };
        lines.push(Line::from(theme.span(style, text)));
    }
    if let Some(candidate) = all.get(chosen) {
        let told = candidate.evidence.iter().filter(|fact| full || fact.verdict != "unknown");
        lines.extend(evidence(theme, told, width, full));
    }
    lines
}

/// Below this width of a side the two values stand under each other.
const SIDE: usize = 14;

fn evidence<'a>(
    theme: Theme,
    all: impl Iterator<Item = &'a EvidenceView>,
    width: usize,
    full: bool,
) -> Vec<Line<'static>> {
    let half = width.saturating_sub(FIELD + BITS + 6) / 2;
    if half < SIDE {
        return all.flat_map(|fact| stacked(theme, fact, width)).collect();
    }
    let mut lines = vec![Line::from(theme.span(
        Role::Muted,
        format!(
            "   {}{} {} {:>BITS$}",
            left(theme, "", FIELD),
            left(theme, "Cin7", half),
            left(theme, "QuickBooks", half),
            "bits"
        ),
    ))];
    for fact in all {
        let mut spans = vec![verdict(theme, fact), theme.span(Role::Muted, left(theme, &fact.field, FIELD))];
        spans.extend(side(theme, fact, Side::Cin7, half));
        spans.push(Span::raw(" "));
        spans.extend(side(theme, fact, Side::QuickBooks, half));
        spans.push(Span::raw(format!(" {}", right(theme, &fact.bits, BITS))));
        lines.push(Line::from(spans));
        if full && !(fact.left_as.is_empty() && fact.right_as.is_empty()) {
            // The compared form, where it is not what stands above.
            let form = |text: &str| if text.is_empty() { String::new() } else { format!("= {text}") };
            lines.push(Line::from(theme.span(
                Role::Muted,
                format!(
                    "   {}{} {}",
                    left(theme, "  compared", FIELD),
                    left(theme, &form(&fact.left_as), half),
                    left(theme, &form(&fact.right_as), half)
                ),
            )));
        }
    }
    lines
}

fn verdict(theme: Theme, fact: &EvidenceView) -> Span<'static> {
    let (glyph, role) = match fact.verdict.as_str() {
        "agrees" => (Glyph::Ok, Role::Good),
        "differs" => (Glyph::No, Role::Warn),
        _ => (Glyph::Dot, Role::Muted),
    };
    theme.span(role, format!(" {} ", theme.glyph(glyph)))
}

/// A side of a pair.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Cin7,
    QuickBooks,
}

/// One side's value: the words that the other side lacks are set off, by more than colour.
fn side(theme: Theme, fact: &EvidenceView, which: Side, width: usize) -> Vec<Span<'static>> {
    let (own, other) = match which {
        Side::Cin7 => (&fact.left, &fact.right),
        Side::QuickBooks => (&fact.right, &fact.left),
    };
    let text = left(theme, own, width);
    if fact.verdict == "unknown" || other.is_empty() {
        return vec![Span::raw(text)];
    }
    let plain = |text: &str| -> String { fold(text).chars().filter(|c| c.is_alphanumeric()).collect() };
    let there: Vec<String> = other.split_whitespace().map(plain).collect();
    let whole = plain(other);
    let mut spans = Vec::new();
    for word in text.split_inclusive(' ') {
        let letters = plain(word);
        let shared =
            letters.is_empty() || there.contains(&letters) || (letters.len() > 3 && whole.contains(&letters));
        let (word, blank) = word.strip_suffix(' ').map_or((word, ""), |word| (word, " "));
        let word = word.to_string();
        spans.push(if shared { Span::raw(word) } else { Span::styled(word, theme.differs()) });
        spans.push(Span::raw(blank));
    }
    spans
}

/// Cin7's value with QuickBooks' value under it.
fn stacked(theme: Theme, fact: &EvidenceView, width: usize) -> [Line<'static>; 2] {
    let room = width.saturating_sub(FIELD + BITS + 4);
    let mut first = vec![verdict(theme, fact), theme.span(Role::Muted, left(theme, &fact.field, FIELD))];
    first.extend(side(theme, fact, Side::Cin7, room));
    first.push(Span::raw(format!(" {}", right(theme, &fact.bits, BITS))));
    let mut second = vec![Span::raw(" ".repeat(FIELD + 3))];
    second.extend(side(theme, fact, Side::QuickBooks, room));
    [Line::from(first), Line::from(second)]
}

fn waiting(model: &Model, detail: &MatchDetail, width: usize) -> Vec<Line<'static>> {
    let theme = model.theme;
    let mut lines = vec![Line::default(), muted(theme, " Documents that wait for it", width)];
    for row in &detail.documents {
        let total = row.total.map(crate::base::Cents::grouped).unwrap_or_default();
        let date = row.date.as_deref().unwrap_or_default();
        let text =
            format!(" {date:10}  {:13} {:12} {total:>13}", words::kind(row.kind), for_screen(&row.reference));
        lines.push(Line::from(left(theme, &text, width)));
    }
    lines
}
