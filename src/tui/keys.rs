//! Keys by name, as the table of commands and the help write them: `j`, `G`, `ctrl-r`, `space`, `pagedown`.
//!
//! Must never react to a release: Windows reports press and release, and each key would count twice
//! (`rust-tui.md` 10).

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The name of a key press, or none for keys that nothing here can use (Alt chords, media keys).
pub fn name(key: &KeyEvent) -> Option<String> {
    if key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META) {
        return None;
    }
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let named = match key.code {
        KeyCode::Char(' ') => "space",
        KeyCode::Char(c) if ctrl => return Some(format!("ctrl-{}", c.to_ascii_lowercase())),
        KeyCode::Char(c) => return Some(c.to_string()),
        KeyCode::Enter => "enter",
        KeyCode::Esc => "esc",
        KeyCode::Tab => "tab",
        KeyCode::BackTab => "shift-tab",
        KeyCode::Backspace => "backspace",
        KeyCode::Up => "up",
        KeyCode::Down => "down",
        KeyCode::Left => "left",
        KeyCode::Right => "right",
        KeyCode::PageUp => "pageup",
        KeyCode::PageDown => "pagedown",
        KeyCode::Home => "home",
        KeyCode::End => "end",
        KeyCode::F(1) => "f1",
        _ => return None,
    };
    Some(named.to_string())
}

/// The key as hints and help show it.
pub fn shown(key: &str) -> String {
    match key {
        "space" => "Space".into(),
        "enter" => "Enter".into(),
        "esc" => "Esc".into(),
        "tab" => "Tab".into(),
        "shift-tab" => "Shift-Tab".into(),
        "up" => "Up".into(),
        "down" => "Down".into(),
        "pageup" => "PageUp".into(),
        "pagedown" => "PageDown".into(),
        "home" => "Home".into(),
        "end" => "End".into(),
        "f1" => "F1".into(),
        other => match other.strip_prefix("ctrl-") {
            Some(letter) => format!("Ctrl-{letter}"),
            None => other.into(),
        },
    }
}

/// Key presses from a text such as `jj<space>a<enter>`, for tests.
#[cfg(test)]
pub fn presses(text: &str) -> Vec<KeyEvent> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((inside, after)) = rest.strip_prefix('<').and_then(|tail| tail.split_once('>')) {
            let (code, modifiers) = match inside {
                "space" => (KeyCode::Char(' '), KeyModifiers::NONE),
                "enter" => (KeyCode::Enter, KeyModifiers::NONE),
                "esc" => (KeyCode::Esc, KeyModifiers::NONE),
                "tab" => (KeyCode::Tab, KeyModifiers::NONE),
                "back" => (KeyCode::Backspace, KeyModifiers::NONE),
                "down" => (KeyCode::Down, KeyModifiers::NONE),
                "pagedown" => (KeyCode::PageDown, KeyModifiers::NONE),
                other => (KeyCode::Char(other.chars().last().unwrap()), KeyModifiers::CONTROL),
            };
            keys.push(KeyEvent::new(code, modifiers));
            rest = after;
        } else {
            keys.push(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
            rest = &rest[c.len_utf8()..];
        }
    }
    keys
}
