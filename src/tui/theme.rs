//! Roles to styles and glyphs: truecolour, 16 colours or none; line drawing or plain ASCII.
//!
//! Must never be the only carrier of a meaning: every colour stands beside a word or a glyph (`rust-tui.md` 9).
//! Truecolour uses the Okabe-Ito set; 16 colours use the terminal's own palette.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use ratatui::text::Span;
use ratatui::widgets::{Block, Borders};

/// How many colours the screen may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorMode {
    /// None: bold, underline and reverse stay.
    None,
    /// The terminal's own sixteen.
    #[default]
    Sixteen,
    /// 24 bits.
    True,
}

/// What a piece of text is, not how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Text,
    Muted,
    Accent,
    Good,
    Warn,
    Bad,
    Title,
    Key,
    Live,
    Demo,
}

/// A mark that stands beside a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Ok,
    Ask,
    Later,
    No,
    Alarm,
    Cursor,
    Marked,
    Ellipsis,
    Separator,
    Dot,
    Rule,
    Secret,
    Arrow,
}

/// The look of the screen, fixed for a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    pub colors: ColorMode,
    pub ascii: bool,
    /// The background is light: darker shades of the same colours.
    pub light: bool,
}

impl Theme {
    /// The style of a role.
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let base = match role {
            Role::Title | Role::Key => plain.add_modifier(Modifier::BOLD),
            Role::Live | Role::Demo => plain.add_modifier(Modifier::BOLD | Modifier::REVERSED),
            Role::Bad | Role::Warn => plain.add_modifier(Modifier::BOLD),
            _ => plain,
        };
        match self.color(role) {
            Some(color) => base.fg(color),
            None => base,
        }
    }

    const fn color(self, role: Role) -> Option<Color> {
        match self.colors {
            ColorMode::None => None,
            ColorMode::Sixteen => match role {
                Role::Text | Role::Title => None,
                Role::Muted => Some(Color::DarkGray),
                Role::Accent | Role::Key => Some(Color::Cyan),
                Role::Good => Some(Color::Green),
                Role::Warn | Role::Demo => Some(Color::Yellow),
                Role::Bad | Role::Live => Some(Color::Red),
            },
            ColorMode::True if self.light => match role {
                Role::Text | Role::Title => None,
                Role::Muted => Some(Color::Rgb(0x5a, 0x5a, 0x5a)),
                Role::Accent | Role::Key => Some(Color::Rgb(0x00, 0x5a, 0x94)),
                Role::Good => Some(Color::Rgb(0x00, 0x6e, 0x50)),
                Role::Warn | Role::Demo => Some(Color::Rgb(0x8a, 0x5c, 0x00)),
                Role::Bad | Role::Live => Some(Color::Rgb(0xa0, 0x3c, 0x00)),
            },
            ColorMode::True => match role {
                Role::Text | Role::Title => None,
                Role::Muted => Some(Color::Rgb(0x8a, 0x8a, 0x8a)),
                Role::Accent | Role::Key => Some(Color::Rgb(0x56, 0xb4, 0xe9)),
                Role::Good => Some(Color::Rgb(0x00, 0x9e, 0x73)),
                Role::Warn | Role::Demo => Some(Color::Rgb(0xe6, 0x9f, 0x00)),
                Role::Bad | Role::Live => Some(Color::Rgb(0xd5, 0x5e, 0x00)),
            },
        }
    }

    /// The row under the cursor.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// What differs between two sides: underlined and bold, not only coloured.
    pub fn differs(self) -> Style {
        self.style(Role::Warn).add_modifier(Modifier::UNDERLINED | Modifier::BOLD)
    }

    /// The mark as this screen can show it.
    pub const fn glyph(self, glyph: Glyph) -> &'static str {
        if self.ascii {
            return match glyph {
                Glyph::Ok => "+",
                Glyph::Ask => "?",
                Glyph::Later | Glyph::Rule => "-",
                Glyph::No => "x",
                Glyph::Alarm => "!",
                Glyph::Cursor | Glyph::Arrow => ">",
                Glyph::Marked | Glyph::Secret => "*",
                Glyph::Ellipsis => "~",
                Glyph::Separator => "|",
                Glyph::Dot => ".",
            };
        }
        match glyph {
            Glyph::Ok => "✓",
            Glyph::Ask => "?",
            Glyph::Later => "–",
            Glyph::No => "✗",
            Glyph::Alarm => "!",
            Glyph::Cursor => "▸",
            Glyph::Arrow => "→",
            Glyph::Marked | Glyph::Secret => "•",
            Glyph::Ellipsis => "…",
            Glyph::Separator => "│",
            Glyph::Dot => "·",
            Glyph::Rule => "─",
        }
    }

    /// A cell of a horizontal bar, filled by eighths from the left.
    pub const fn level(self, eighths: usize) -> &'static str {
        if self.ascii {
            return if eighths >= 4 { "#" } else { " " };
        }
        match eighths {
            0 => " ",
            1 => "▏",
            2 => "▎",
            3 => "▍",
            4 => "▌",
            5 => "▋",
            6 => "▊",
            7 => "▉",
            _ => "█",
        }
    }

    /// A cell of a vertical bar, filled by eighths from below.
    pub const fn bar(self, eighths: usize) -> &'static str {
        if self.ascii {
            return if eighths >= 4 {
                "#"
            } else if eighths > 0 {
                "."
            } else {
                " "
            };
        }
        match eighths {
            0 => " ",
            1 => "▁",
            2 => "▂",
            3 => "▃",
            4 => "▄",
            5 => "▅",
            6 => "▆",
            7 => "▇",
            _ => "█",
        }
    }

    /// A span in a role.
    pub fn span(self, role: Role, text: impl Into<String>) -> Span<'static> {
        Span::styled(text.into(), self.style(role))
    }

    /// A framed block with a title, in the screen's own line set.
    pub fn block(self, title: &str) -> Block<'static> {
        let set = if self.ascii { ASCII_BORDER } else { border::PLAIN };
        Block::new()
            .borders(Borders::ALL)
            .border_set(set)
            .title(Span::styled(format!(" {title} "), self.style(Role::Title)))
    }
}

const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 10] = [
        Role::Text,
        Role::Muted,
        Role::Accent,
        Role::Good,
        Role::Warn,
        Role::Bad,
        Role::Title,
        Role::Key,
        Role::Live,
        Role::Demo,
    ];

    #[test]
    fn without_colour_no_role_has_one_and_weight_stays() {
        let theme = Theme { colors: ColorMode::None, ..Theme::default() };
        assert!(ROLES.iter().all(|role| theme.style(*role).fg.is_none()));
        assert!(theme.style(Role::Bad).add_modifier.contains(Modifier::BOLD));
        assert!(theme.selected().add_modifier.contains(Modifier::REVERSED));
    }

    #[test]
    fn good_and_bad_are_never_pure_green_and_pure_red() {
        let theme = Theme { colors: ColorMode::True, ..Theme::default() };
        assert_eq!(theme.style(Role::Good).fg, Some(Color::Rgb(0x00, 0x9e, 0x73)));
        assert_eq!(theme.style(Role::Bad).fg, Some(Color::Rgb(0xd5, 0x5e, 0x00)));
    }

    /// Relative luminance in thousandths, by the usual weights.
    fn luminance(color: Color) -> u32 {
        let Color::Rgb(red, green, blue) = color else { panic!("{color:?}") };
        let linear = |part: u8| (f64::from(part) / 255.0).powf(2.2);
        ((0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)) * 1_000.0) as u32
    }

    #[test]
    fn every_role_can_be_read_on_its_background_and_good_differs_from_bad_in_lightness_or_hue() {
        for (light, background) in [(true, 1_000), (false, 0)] {
            let theme = Theme { colors: ColorMode::True, light, ..Theme::default() };
            for role in ROLES {
                let Some(color) = theme.style(role).fg else { continue };
                let (a, b) = (luminance(color).max(background) + 50, luminance(color).min(background) + 50);
                assert!(a * 10 / b >= 40, "{role:?} light {light}: {}", a * 10 / b);
            }
            assert_ne!(theme.style(Role::Good).fg, theme.style(Role::Bad).fg);
        }
    }

    #[test]
    fn the_ascii_set_is_ascii() {
        let theme = Theme { colors: ColorMode::None, ascii: true, ..Theme::default() };
        let glyphs =
            [Glyph::Ok, Glyph::Later, Glyph::No, Glyph::Cursor, Glyph::Ellipsis, Glyph::Secret, Glyph::Rule];
        assert!(glyphs.iter().all(|glyph| theme.glyph(*glyph).is_ascii()));
    }
}
