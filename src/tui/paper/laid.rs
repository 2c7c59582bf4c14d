//! Pieces as lines of a width: what the view draws, and by how much a sheet can be scrolled.

use super::Piece;
use crate::base::Cents;
use crate::base::text::{cut, for_screen};
use crate::tui::theme::{Glyph, Role, Theme};
use unicode_width::UnicodeWidthStr as _;

/// Columns of an amount.
const MONEY: usize = 13;
/// Least columns in which a why is worth showing beside its amounts.
const WHY: usize = 14;

/// A line: texts with their roles.
pub type Laid = Vec<(Role, String)>;

fn padded(theme: Theme, text: &str, width: usize) -> String {
    let mut text = cut(&for_screen(text), width, theme.glyph(Glyph::Ellipsis));
    let missing = width.saturating_sub(text.width());
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

fn money(cents: Option<Cents>) -> String {
    format!("{:>MONEY$}", cents.map(Cents::grouped).unwrap_or_default())
}

/// All lines of a sheet at a width, without its offers.
pub fn lay(theme: Theme, pieces: &[Piece], width: usize) -> Vec<Laid> {
    pieces.iter().flat_map(|piece| one(theme, piece, width)).collect()
}

fn wrapped(role: Role, text: &str, indent: usize, width: usize) -> Vec<Laid> {
    let lines = crate::tui::view::wrapped(text, width.saturating_sub(indent));
    let blank = " ".repeat(indent);
    lines.into_iter().map(|line| vec![(role, format!("{blank}{line}"))]).collect()
}

fn one(theme: Theme, piece: &Piece, width: usize) -> Vec<Laid> {
    match piece {
        Piece::Blank => vec![Vec::new()],
        Piece::Head(text) => wrapped(Role::Title, text, 0, width),
        Piece::Text(role, text) => wrapped(*role, text, 1, width),
        Piece::Sides(left, right) => {
            let (label, half) = sides(width);
            vec![vec![
                (Role::Muted, padded(theme, "", label + 1)),
                (Role::Muted, padded(theme, left, half + 1)),
                (Role::Muted, padded(theme, right, half)),
            ]]
        }
        Piece::Pair { label, left, right } => pair(theme, label, left, right, width),
        Piece::Ledger => {
            let account = account_width(width);
            vec![vec![(
                Role::Muted,
                format!(
                    " {} {:>MONEY$} {:>MONEY$}",
                    padded(theme, "account / item", account),
                    "debit",
                    "credit"
                ),
            )]]
        }
        Piece::Posted { account, debit, credit, why } => {
            let room = account_width(width);
            let mut line = vec![(
                Role::Text,
                format!(" {} {} {}", padded(theme, account, room), money(*debit), money(*credit)),
            )];
            let rest = width.saturating_sub(room + 2 * MONEY + 5);
            if rest >= WHY && !why.is_empty() {
                line.push((Role::Muted, format!("  {}", padded(theme, why, rest))));
            }
            vec![line]
        }
        Piece::Sums { debit, credit } => {
            let (role, word) = if debit == credit {
                (Role::Good, "debits equal credits")
            } else {
                (Role::Bad, "debits and credits differ")
            };
            let name = padded(theme, word, account_width(width));
            vec![vec![
                (role, format!(" {name}")),
                (Role::Title, format!(" {} {}", money(Some(*debit)), money(Some(*credit)))),
            ]]
        }
        Piece::Figure { label, amount, note } => {
            let room = width.saturating_sub(MONEY + 3).clamp(10, 44);
            let shown = if amount.is_some() { money(*amount) } else { format!("{:>MONEY$}", "not known") };
            let mut line = vec![(Role::Text, format!(" {} {shown}", padded(theme, label, room)))];
            let rest = width.saturating_sub(room + MONEY + 4);
            if note.is_empty() {
                return vec![line];
            }
            if note.width() <= rest {
                line.push((Role::Muted, format!("  {}", for_screen(note))));
                return vec![line];
            }
            let mut lines = vec![line];
            lines.extend(wrapped(Role::Muted, note, 4, width));
            lines
        }
    }
}

const fn account_width(width: usize) -> usize {
    let room = width.saturating_sub(2 * MONEY + 4);
    if room > 44 { 44 } else { room }
}

/// Columns of the label and of each side.
const fn sides(width: usize) -> (usize, usize) {
    let label = if width >= 70 { 20 } else { 13 };
    (label, width.saturating_sub(label + 3) / 2)
}

/// Both sides, each wrapped in its own column.
fn pair(theme: Theme, label: &str, left: &str, right: &str, width: usize) -> Vec<Laid> {
    let (room, half) = sides(width);
    let (one, other) = (crate::tui::view::wrapped(left, half), crate::tui::view::wrapped(right, half));
    let lines = one.len().max(other.len()).max(1);
    let cell = |texts: &[String], at: usize| padded(theme, texts.get(at).map_or("", String::as_str), half);
    (0..lines)
        .map(|at| {
            let name = if at == 0 { label } else { "" };
            vec![
                (Role::Muted, format!(" {}", padded(theme, name, room))),
                (Role::Text, format!("{} ", cell(&one, at))),
                (Role::Warn, cell(&other, at)),
            ]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_sheet_whatever_stands_in_it() {
        let long = "Northgate Summit Manufacturing 日本の会社 ".repeat(6);
        let piece = |n| match n {
            0 => Piece::Pair { label: long.clone(), left: long.clone(), right: long.clone() },
            1 => Piece::Posted {
                account: long.clone(),
                debit: Some(Cents::new(123_456_789)),
                credit: None,
                why: long.clone(),
            },
            2 => Piece::Figure { label: long.clone(), amount: Some(Cents::new(1)), note: long.clone() },
            3 => Piece::Sides(long.clone(), long.clone()),
            4 => Piece::Head(long.clone()),
            _ => Piece::Text(Role::Text, long.clone()),
        };
        for width in [36, 56, 76, 92] {
            for n in 0..6 {
                let pieces = [piece(n)];
                for line in lay(Theme::default(), &pieces, width) {
                    let wide: usize = line.iter().map(|(_, text)| text.width()).sum();
                    assert!(wide <= width, "{n} at {width}: {wide}");
                }
            }
        }
    }
}
