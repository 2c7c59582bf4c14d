//! Watches the quotes of a CSV file while it is read: one that is never closed would swallow the rest of the file unseen.
//!
//! Must never hold the file: it looks at each byte as it passes (`matching.md` 4, RFC 4180 section 2).

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// A quoted field longer than this was never meant: its end is missing.
const LONGEST: u64 = 8 << 20;

/// Where a quote was opened that has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OpenQuote {
    /// From 1.
    pub line: u64,
    /// Place of the field in its row, from 0.
    pub field: usize,
}

impl fmt::Display for OpenQuote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a quote is opened here and never closed")
    }
}

impl std::error::Error for OpenQuote {}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// The beginning of a field.
    Start,
    Bare,
    Quoted,
    /// Behind a quote that may end the field.
    Closing,
}

/// A reader that tells of a quote without an end.
pub(super) struct Watched<R> {
    inner: R,
    at: At,
    line: u64,
    field: usize,
    opened: OpenQuote,
    length: u64,
    mark: u8,
}

/// What parts the fields, by the line that names them: a comma, or what a spreadsheet of another country or a copied table
/// writes where no comma stands in it.
pub(super) fn mark_of(beginning: &[u8]) -> u8 {
    let line = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let stands = |mark: &u8| line.contains(mark);
    [b',', b';', b'\t'].into_iter().find(stands).unwrap_or(b',')
}

/// The line, from 1, of the row that begins behind so many bytes of a file. The reader of rows counts lines too, but stands
/// before the line feed where lines end with both marks.
pub(super) fn line_of(file: &Path, at: u64) -> u64 {
    let Ok(opened) = File::open(file) else { return 1 };
    let (mut line, mut place) = (1, 0);
    for byte in BufReader::new(opened).bytes().map_while(Result::ok) {
        if place >= at && !matches!(byte, b'\n' | b'\r') {
            break;
        }
        place += 1;
        line += u64::from(byte == b'\n');
    }
    line
}

impl<R: Read> Watched<R> {
    /// From the first byte of a file on, whose fields are parted by `mark`.
    pub fn new(inner: R, mark: u8) -> Self {
        Watched {
            mark,
            inner,
            at: At::Start,
            line: 1,
            field: 0,
            opened: OpenQuote { line: 1, field: 0 },
            length: 0,
        }
    }

    fn see(&mut self, byte: u8) {
        if byte == b'\n' {
            self.line += 1;
        }
        self.at = match (self.at, byte) {
            (At::Start, b'"') => {
                (self.opened, self.length) = (OpenQuote { line: self.line, field: self.field }, 0);
                At::Quoted
            }
            (At::Quoted, b'"') => At::Closing,
            (At::Closing, b'"') => At::Quoted,
            (At::Quoted, _) => {
                self.length += 1;
                At::Quoted
            }
            (_, mark) if mark == self.mark => {
                self.field += 1;
                At::Start
            }
            (_, b'\n' | b'\r') => {
                self.field = 0;
                At::Start
            }
            // The mark of UTF-8 before the first field.
            (At::Start, 0xef | 0xbb | 0xbf) if self.line == 1 && self.field == 0 => At::Start,
            _ => At::Bare,
        };
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        for byte in buffer.get(..count).unwrap_or_default() {
            self.see(*byte);
        }
        let ended = count == 0 && !buffer.is_empty();
        if self.at == At::Quoted && (ended || self.length > LONGEST) {
            return Err(io::Error::other(self.opened));
        }
        Ok(count)
    }
}
