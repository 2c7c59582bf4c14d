//! Pieces of text on the screen: made safe, cut by display width, padded, wrapped.
//!
//! Must never let a text of outside through without `base::text::for_screen`.

use crate::base::Cents;
use crate::base::text::{cut, for_screen};
use crate::tui::theme::{Glyph, Theme};
use unicode_width::UnicodeWidthStr as _;

/// Whether nothing in a text is hostile or wide: each of its bytes is a sign of one column.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Safe, cut and padded at the right to exactly `width` columns.
pub fn left(theme: Theme, text: &str, width: usize) -> String {
    if text.len() <= width && is_plain(text) {
        // Most cells of a screen: nothing hostile in them, nothing wide, nothing to be cut.
        return format!("{text:<width$}");
    }
    let mut text = cut(&for_screen(text), width, theme.glyph(Glyph::Ellipsis));
    let missing = width.saturating_sub(text.width());
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// Safe, cut and padded at the left to exactly `width` columns.
pub fn right(theme: Theme, text: &str, width: usize) -> String {
    if text.len() <= width && is_plain(text) {
        return format!("{text:>width$}");
    }
    let text = cut(&for_screen(text), width, theme.glyph(Glyph::Ellipsis));
    let missing = width.saturating_sub(text.width());
    format!("{}{text}", " ".repeat(missing))
}

/// An amount, right-aligned with thousands commas; never cut in the middle of its digits.
pub fn amount(cents: Option<Cents>, width: usize) -> String {
    let text = cents.map(Cents::grouped).unwrap_or_default();
    format!("{text:>width$}")
}

/// Lines of at most `width` columns, broken at blanks.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    if text.len() <= width && is_plain(text) && text.split(' ').all(|word| !word.is_empty()) {
        // Most lines: nothing to be made safe, nothing to be broken.
        return vec![text.to_string()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in for_screen(text).split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        while line.width() > width {
            let head = cut(&line, width, "");
            if head.is_empty() {
                break;
            }
            let rest = line.get(head.len()..).unwrap_or_default().to_string();
            lines.push(head);
            line = rest;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_their_width_whatever_stands_in_them() {
        let theme = Theme::default();
        for text in ["", "short", "日本日本日本日本日本", "e\u{301}e\u{301}e\u{301}", "\u{1b}[31mred\u{202e}"]
        {
            assert_eq!(left(theme, text, 9).width(), 9, "{text:?}");
            assert_eq!(right(theme, text, 9).width(), 9, "{text:?}");
        }
        assert!(!left(theme, "\u{1b}[2J", 9).contains('\u{1b}'));
    }

    #[test]
    fn amounts_stand_under_each_other() {
        assert_eq!(amount(Some(Cents::new(-123_456)), 12), "   -1,234.56");
        assert_eq!(amount(None, 3), "   ");
    }

    #[test]
    fn long_words_are_broken_and_no_empty_line_is_made() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert!(wrap("   ", 3).is_empty());
    }
}
