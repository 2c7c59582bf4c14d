//! Questions and answers over plain streams.
//!
//! Must never write a control character of outside, and must end quietly where the reader is gone.

use crate::base::Problem;
use crate::base::problem::Exit;
use crate::base::text::for_screen;
use crate::workflow::Result;
use std::io::{BufRead, Write};

/// Code of the problem that the streams are gone.
pub const LOST: &str = "PLAIN-STREAM";

/// A typed line at most.
const LINE_BYTES: u64 = 4_096;

/// The streams are gone.
pub fn lost(error: &std::io::Error) -> Problem {
    Problem::new(
        Exit::Usage,
        LOST,
        format!("The input or the output is gone: {error}."),
        "Everything decided so far is kept.",
        "Start it again; it goes on where it was.",
    )
}

/// Two streams.
pub struct Talk<'a> {
    input: &'a mut dyn BufRead,
    output: &'a mut dyn Write,
}

impl<'a> Talk<'a> {
    /// Over these streams.
    pub fn new(input: &'a mut dyn BufRead, output: &'a mut dyn Write) -> Self {
        Talk { input, output }
    }

    /// One line.
    ///
    /// # Errors
    /// When the output is gone.
    pub fn say(&mut self, text: &str) -> Result<()> {
        writeln!(self.output, "{}", for_screen(text).trim_end()).map_err(|error| lost(&error))
    }

    /// A question and its answer; none at the end of the input.
    ///
    /// # Errors
    /// When a stream is gone.
    pub fn ask(&mut self, question: &str) -> Result<Option<String>> {
        write!(self.output, "{} ", for_screen(question)).map_err(|error| lost(&error))?;
        self.output.flush().map_err(|error| lost(&error))?;
        let mut bytes = Vec::new();
        let mut limited = std::io::Read::take(&mut *self.input, LINE_BYTES);
        let read = limited.read_until(b'\n', &mut bytes).map_err(|error| lost(&error))?;
        if read == 0 {
            writeln!(self.output).map_err(|error| lost(&error))?;
            return Ok(None);
        }
        Ok(Some(for_screen(String::from_utf8_lossy(&bytes).trim()).trim().to_string()))
    }

    /// A problem in its four parts.
    ///
    /// # Errors
    /// When the output is gone.
    pub fn problem(&mut self, problem: &Problem) -> Result<()> {
        self.say(&problem.happened)?;
        self.say(&format!("What it means: {}", problem.means))?;
        self.say(&format!("What to do now: {}", problem.do_now))?;
        self.say(&format!("Code: {}", problem.code))
    }
}
