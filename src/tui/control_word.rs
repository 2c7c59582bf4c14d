//! The control word: four letters, new each time, typed by a person before what cannot be undone.
//!
//! Must never be passed by Enter alone, by a paste, or by keys that come faster than fingers (design 6; the classic
//! Windows console delivers a paste as keys, `rust-tui.md` 10).

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::collections::VecDeque;

/// Letters of a word. Without I, L and O, which look like digits.
const LETTERS: [char; 23] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X',
    'Y', 'Z',
];

/// How many letters.
pub const LENGTH: usize = 4;

/// More keys than this within [`BURST_MS`] are no fingers.
const BURST_KEYS: usize = 8;

/// See [`BURST_KEYS`].
const BURST_MS: u64 = 10;

/// Wrong words before the question goes away.
const TRIES: u8 = 3;

/// A word from random bits.
pub fn from_random(bits: u128) -> String {
    let mut bits = bits;
    (0..LENGTH)
        .filter_map(|_| {
            let place = usize::try_from(bits % LETTERS.len() as u128).unwrap_or(0);
            bits /= LETTERS.len() as u128;
            LETTERS.get(place)
        })
        .collect()
}

/// What came of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Go on asking.
    Asking,
    /// The word was typed by a person.
    Confirmed,
    /// Put away, nothing done.
    Cancelled,
}

/// The field that asks for the word.
#[derive(Clone, Debug)]
pub struct ControlWord {
    word: String,
    typed: String,
    recent: VecDeque<u64>,
    wrong: u8,
    /// What to say beside the field.
    pub hint: String,
}

impl ControlWord {
    /// Asks for `word`.
    pub fn new(word: String) -> Self {
        ControlWord { word, typed: String::new(), recent: VecDeque::new(), wrong: 0, hint: String::new() }
    }

    /// The word to be typed.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// What was typed so far.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// A paste: never taken.
    pub fn paste(&mut self) {
        self.typed.clear();
        self.hint = "Pasting does not count. Type the four letters.".into();
    }

    /// A key press at `at_ms` milliseconds since the start.
    pub fn key(&mut self, key: &KeyEvent, at_ms: u64) -> Outcome {
        self.recent.push_back(at_ms);
        while self.recent.len() > BURST_KEYS + 1 {
            self.recent.pop_front();
        }
        let first = self.recent.front().copied().unwrap_or(0);
        if self.recent.len() > BURST_KEYS && at_ms.saturating_sub(first) <= BURST_MS {
            self.paste();
            return Outcome::Asking;
        }
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::Esc => return Outcome::Cancelled,
            KeyCode::Backspace => {
                self.typed.pop();
            }
            KeyCode::Enter => return self.enter(),
            KeyCode::Char(c) if plain && c.is_ascii_alphabetic() => {
                if self.typed.len() >= LENGTH {
                    self.typed.clear();
                }
                self.typed.push(c.to_ascii_uppercase());
                self.hint.clear();
            }
            _ => self.typed.clear(),
        }
        Outcome::Asking
    }

    fn enter(&mut self) -> Outcome {
        if self.typed == self.word && self.word.len() == LENGTH {
            return Outcome::Confirmed;
        }
        if self.typed.is_empty() {
            self.hint = "Type the four letters first.".into();
            return Outcome::Asking;
        }
        self.typed.clear();
        self.wrong += 1;
        if self.wrong >= TRIES {
            return Outcome::Cancelled;
        }
        self.hint = "That is not the word. Nothing was done.".into();
        Outcome::Asking
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keys::presses;
    use proptest::prelude::*;

    fn type_in(ask: &mut ControlWord, keys: &str, ms_between: u64) -> Outcome {
        let mut last = Outcome::Asking;
        for (n, key) in presses(keys).iter().enumerate() {
            last = ask.key(key, 1000 + n as u64 * ms_between);
            if last != Outcome::Asking {
                break;
            }
        }
        last
    }

    #[test]
    fn the_word_typed_by_a_person_confirms_in_either_case() {
        assert_eq!(type_in(&mut ControlWord::new("WXYZ".into()), "wxyz<enter>", 80), Outcome::Confirmed);
        assert_eq!(
            type_in(&mut ControlWord::new("WXYZ".into()), "WXQ<back>YZ<enter>", 80),
            Outcome::Confirmed
        );
    }

    #[test]
    fn enter_alone_never_confirms() {
        let mut ask = ControlWord::new("WXYZ".into());
        assert_eq!(type_in(&mut ask, "<enter><enter><enter><enter><enter><enter>", 80), Outcome::Asking);
        let mut none = ControlWord::new(String::new());
        assert_eq!(type_in(&mut none, "<enter><enter>", 80), Outcome::Asking);
    }

    #[test]
    fn a_paste_clears_what_was_typed() {
        let mut ask = ControlWord::new("WXYZ".into());
        type_in(&mut ask, "wxyz", 80);
        ask.paste();
        assert_eq!(ask.key(&presses("<enter>")[0], 9000), Outcome::Asking);
    }

    #[test]
    fn keys_faster_than_fingers_are_a_paste() {
        let mut ask = ControlWord::new("WXYZ".into());
        assert_eq!(type_in(&mut ask, "someWXYZ<enter>", 1), Outcome::Asking);
        assert_eq!(ask.typed(), "");
    }

    #[test]
    fn three_wrong_words_put_the_question_away() {
        let mut ask = ControlWord::new("WXYZ".into());
        assert_eq!(type_in(&mut ask, "aaaa<enter>bbbb<enter>cccc<enter>", 80), Outcome::Cancelled);
    }

    #[test]
    fn words_differ_and_have_four_letters_without_look_alikes() {
        let a = from_random(0x1234_5678_9abc_def0);
        assert_ne!(a, from_random(0x0fed_cba9_8765_4321));
        assert_eq!(a.len(), LENGTH);
        assert!(!from_random(u128::MAX).contains(['I', 'L', 'O']));
    }

    proptest! {
        #[test]
        fn random_keys_never_confirm(keys in "[ -~]{0,40}", enter_every in 1usize..6) {
            let mut ask = ControlWord::new("WXYZ".into());
            prop_assume!(!keys.to_ascii_uppercase().contains("WXYZ"));
            for (n, key) in presses(&keys.replace('<', "")).iter().enumerate() {
                prop_assert_ne!(ask.key(key, n as u64 * 60), Outcome::Confirmed);
                if n % enter_every == 0 {
                    let typed = ask.typed().to_string();
                    let outcome = ask.key(&presses("<enter>")[0], n as u64 * 60 + 30);
                    prop_assert!(typed == "WXYZ" || outcome != Outcome::Confirmed);
                }
            }
        }
    }
}
