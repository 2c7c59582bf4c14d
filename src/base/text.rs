//! Text that comes from outside: made safe for a terminal, cut by display width, and fitted to what QuickBooks can hold.
//!
//! Must never let a control character, an escape sequence or a bidi override through to a screen
//! (`security.md` 5), and must say when QuickBooks will not get exactly what Cin7 said (`exactly-once.md` ruling 7).

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The visible mark that stands for a removed character.
pub const REMOVED: char = '\u{00b7}';

fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text as it may reach a terminal: one line, hostile characters replaced by a visible mark.
#[must_use]
pub fn for_screen(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if is_hostile(c) => REMOVED,
            c => c,
        })
        .collect()
}

/// Cut to a display width by whole graphemes, with `…` (or `~` for ASCII screens) where something was cut.
#[must_use]
pub fn cut(text: &str, width: usize, ellipsis: &str) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let room = width.saturating_sub(ellipsis.width());
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let w = grapheme.width();
        if used + w > room {
            break;
        }
        used += w;
        out.push_str(grapheme);
    }
    if width > 0 {
        out.push_str(ellipsis);
    }
    out
}

/// What QuickBooks can hold of a text, and whether anything had to change: ASCII and U+00A0-U+00FF stay,
/// typographic marks become look-alikes, other letters lose their marks or become `?`, line breaks become blanks,
/// control characters go (`exactly-once.md` ruling 7; `qbxml.md` 5).
#[must_use]
pub fn for_quickbooks(text: &str) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' | '\n' | '\t' => out.push(' '),
            ' '..='~' | '\u{00a1}'..='\u{00ff}' => out.push(c),
            '\u{00a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => out.push(' '),
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' => out.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2033}' => out.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            '\u{2026}' => out.push_str("..."),
            '\u{2022}' => out.push('*'),
            '\u{20ac}' => out.push_str("EUR"),
            '\u{2122}' => out.push_str("(TM)"),
            '\u{0152}' => out.push_str("OE"),
            '\u{0153}' => out.push_str("oe"),
            '\u{0141}' => out.push('L'),
            '\u{0142}' => out.push('l'),
            c if is_hostile(c) => {}
            c => {
                let before = out.len();
                out.extend(c.to_string().nfkd().filter(|d| matches!(d, ' '..='~')));
                if out.len() == before {
                    out.push('?');
                }
            }
        }
    }
    let changed = out != text;
    (out, changed)
}

/// Cut to at most `limit` characters, at a blank where one stands in the last third, never inside a grapheme.
#[must_use]
pub fn cut_at_word(text: &str, limit: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= limit {
        return text.to_string();
    }
    let mut out = String::new();
    let mut count = 0;
    let mut inside_word = false;
    for grapheme in text.graphemes(true) {
        count += grapheme.chars().count();
        if count > limit {
            inside_word = !grapheme.starts_with(char::is_whitespace);
            break;
        }
        out.push_str(grapheme);
    }
    if inside_word
        && let Some((whole_words, _)) = out.rsplit_once(' ')
        && whole_words.chars().count() * 3 >= limit * 2
    {
        out.truncate(whole_words.len());
    }
    out.trim_end().to_string()
}

/// With a capital first letter.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// So many of something: one, or several with an `s`.
#[must_use]
pub fn many(count: impl std::fmt::Display, one: &str) -> String {
    let count = count.to_string();
    let ending = if count == "1" { "" } else { "s" };
    format!("{count} {one}{ending}")
}

/// Folded for comparison and search: NFKD without marks, lower case, blanks collapsed.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        if c.is_whitespace() || is_hostile(c) {
            gap = !out.is_empty();
        } else {
            if gap {
                out.push(' ');
                gap = false;
            }
            out.push(c);
        }
    }
    out
}

/// As [`fold`] where there are no marks to drop: most texts, and many of them.
fn fold_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_ascii_whitespace() || c.is_ascii_control() {
            gap = !out.is_empty();
        } else {
            if gap {
                out.push(' ');
                gap = false;
            }
            out.push(c.to_ascii_lowercase());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_bidi_tricks_never_reach_the_screen() {
        assert_eq!(for_screen("a\u{1b}[31mb\u{202e}c\r\nd"), "a·[31mb·c  d");
        assert!(!for_screen("\u{9b}2J\u{7f}").chars().any(char::is_control));
    }

    #[test]
    fn wide_text_is_cut_by_display_width() {
        assert_eq!(cut("日本日本日本", 7, "…"), "日本日…");
        assert_eq!(cut("short", 7, "…"), "short");
        assert_eq!(cut("anything", 0, "…"), "");
    }

    #[test]
    fn quickbooks_gets_its_own_characters_and_the_change_is_known() {
        assert_eq!(for_quickbooks("Café"), ("Café".to_string(), false));
        assert_eq!(for_quickbooks("“Łódź” – 日"), ("\"Lódz\" - ?".to_string(), true));
        assert_eq!(for_quickbooks("a\u{0}b"), ("ab".to_string(), true));
    }

    #[test]
    fn a_long_name_is_cut_at_a_word() {
        assert_eq!(
            cut_at_word("International Harvester Replacement Parts Company", 41),
            "International Harvester Replacement Parts"
        );
        assert_eq!(cut_at_word(&"x".repeat(60), 41).len(), 41);
    }

    #[test]
    fn folding_makes_spellings_meet() {
        assert_eq!(fold("  MÜLLER\u{a0} Bros "), fold("muller bros"));
        assert_eq!(fold(" A\tB\u{0}\u{b}\u{7f} C "), "a b c");
    }
}
