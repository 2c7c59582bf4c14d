//! The character sets that a Content-Type may declare, and their decoding.
//!
//! Must never replace a byte that does not belong to the declared set: a changed answer would be stored as what
//! QuickBooks said. Sets: `security.md` 1.

/// A declared character set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Charset {
    Utf8,
    Ascii,
    Latin1,
    Windows1252,
    /// The header names none: the document itself may (`<?xml encoding="..."?>`), else it is UTF-8.
    Undeclared,
}

/// Bytes in which a document names its own character set.
const DECLARATION: usize = 200;

/// Windows-1252 at 0x80-0x9F; five places are not assigned and stand for themselves, as Windows does it.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž',
    'Ÿ',
];

impl Charset {
    /// The set of that name, whatever its case; nothing for one that we do not take.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        match label.trim().trim_matches(['"', '\'']).to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Charset::Utf8),
            "us-ascii" | "ascii" => Some(Charset::Ascii),
            "iso-8859-1" | "latin1" => Some(Charset::Latin1),
            "windows-1252" | "cp1252" => Some(Charset::Windows1252),
            _ => None,
        }
    }

    /// The text; nothing where a byte does not belong to the set. An UTF-8 byte order mark is passed over.
    #[must_use]
    pub fn decode(self, bytes: Vec<u8>) -> Option<String> {
        match self {
            Charset::Utf8 => {
                let mut text = String::from_utf8(bytes).ok()?;
                if text.starts_with('\u{feff}') {
                    text.drain(..'\u{feff}'.len_utf8());
                }
                Some(text)
            }
            Charset::Ascii => bytes.is_ascii().then(|| String::from_utf8(bytes).ok()).flatten(),
            Charset::Latin1 => Some(bytes.into_iter().map(char::from).collect()),
            Charset::Windows1252 => Some(bytes.into_iter().map(windows).collect()),
            Charset::Undeclared => Self::named_in(&bytes)?.decode(bytes),
        }
    }

    /// The set that a document names for itself; nothing where it names one that we do not take.
    fn named_in(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with("\u{feff}".as_bytes()) {
            return Some(Charset::Utf8);
        }
        let start: String = bytes.iter().take(DECLARATION).map(|byte| char::from(*byte)).collect();
        let declaration = start.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
        let Some(value) = declaration.and_then(|text| text.split("encoding").nth(1)) else {
            return Some(Charset::Utf8);
        };
        let value = value.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        Self::from_label(value.strip_prefix(quote)?.split(quote).next()?)
    }
}

fn windows(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH.get(usize::from(byte - 0x80)).copied().unwrap_or(char::from(byte)),
        _ => char::from(byte),
    }
}
