//! Where words and documents go: with `--json` one document on stdout and nothing else, people's text on stderr
//! (design section 3).
//!
//! Must never let a text from outside reach a terminal as it came, and never hide that stdout could not be written.

use crate::base::Problem;
use crate::base::problem::Exit;
use crate::base::text::for_screen;
use serde::Serialize;
use std::io::{self, ErrorKind, Write};

/// The two streams of a command.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
}

/// A stream that nobody reads any more is no failure; anything else is told.
fn written(result: io::Result<()>) -> Result<(), Problem> {
    match result {
        Err(why) if why.kind() != ErrorKind::BrokenPipe => Err(Problem::new(
            Exit::Usage,
            "OUTPUT",
            format!("The output could not be written: {why}."),
            "What the command did stands; only what it had to say was cut off.",
            "Make room, or send the output somewhere else, and ask again with `countersign status`.",
        )),
        _ => Ok(()),
    }
}

impl Output {
    /// With or without `--json`.
    #[must_use]
    pub const fn new(json: bool) -> Self {
        Output { json }
    }

    /// Whether a document is wanted.
    #[must_use]
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// The result in a person's words: on stdout, unless that belongs to the document.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn say(self, text: &str) -> Result<(), Problem> {
        if self.json {
            self.note(text);
            return Ok(());
        }
        let mut out = io::stdout().lock();
        written(text.lines().try_for_each(|line| writeln!(out, "{}", for_screen(line))))
    }

    /// Progress and remarks: always on stderr.
    pub fn note(self, text: &str) {
        let mut err = io::stderr().lock();
        for line in text.lines() {
            // Where stderr is gone too there is nobody left to tell.
            let _ = writeln!(err, "{}", for_screen(line));
        }
    }

    /// The document, where one is wanted.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn document(self, value: &impl Serialize) -> Result<(), Problem> {
        if !self.json {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        let done = serde_json::to_writer(&mut out, value).map_err(io::Error::from);
        written(done.and_then(|()| writeln!(out)).and_then(|()| out.flush()))
    }

    /// A text that is an exact document of its own (a .QWC file, qbXML): stdout as it is.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn exact(self, text: &str) -> Result<(), Problem> {
        let mut out = io::stdout().lock();
        written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    /// A problem in its four parts, on stderr.
    pub fn problem(self, problem: &Problem) {
        self.note(&problem.to_string());
    }
}

/// A JSON array written member by member, so that no list is ever held whole.
pub struct Members<W: Write> {
    out: W,
    first: bool,
}

impl<W: Write> Members<W> {
    /// Opens `{"NAME": [`.
    ///
    /// # Errors
    /// When the stream cannot be written.
    pub fn open(mut out: W, name: &str) -> Result<Self, Problem> {
        written(write!(out, "{{\"{name}\": ["))?;
        Ok(Members { out, first: true })
    }

    /// Adds one.
    ///
    /// # Errors
    /// When the stream cannot be written.
    pub fn add(&mut self, value: &impl Serialize) -> Result<(), Problem> {
        let between = if std::mem::take(&mut self.first) { "\n" } else { ",\n" };
        let done = self.out.write_all(between.as_bytes());
        written(done.and_then(|()| serde_json::to_writer(&mut self.out, value).map_err(io::Error::from)))
    }

    /// Closes it.
    ///
    /// # Errors
    /// When the stream cannot be written.
    pub fn close(mut self) -> Result<(), Problem> {
        written(self.out.write_all(b"\n]}\n").and_then(|()| self.out.flush()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_make_one_document() {
        for count in 0..3_u8 {
            let mut bytes = Vec::new();
            let mut members = Members::open(&mut bytes, "drafts").unwrap();
            for n in 0..count {
                members.add(&n).unwrap();
            }
            members.close().unwrap();
            let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(value["drafts"].as_array().unwrap().len(), usize::from(count));
        }
    }

    #[test]
    fn a_full_disk_is_told_and_a_closed_pipe_is_not() {
        assert!(written(Err(ErrorKind::StorageFull.into())).is_err());
        assert!(written(Err(ErrorKind::BrokenPipe.into())).is_ok());
    }
}
