//! What a person is told when something is wrong: what happened, what it means for the books, what to do now, a code.
//!
//! Must never carry a secret, nor a word that a bookkeeper would not know outside the code itself.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A four-part error for the screen and the command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Short stable code for support, `CIN7-401`, `STORE-NEWER`, `QB-3140`.
    pub code: String,
    /// What happened.
    pub happened: String,
    /// What it means for the books.
    pub means: String,
    /// What to do now.
    pub do_now: String,
    /// How a command that ends with this problem exits.
    pub exit: Exit,
}

/// The exit codes of design section 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: done, but something needs a person.
    NeedsPerson,
    /// 2: wrong usage or settings.
    Usage,
    /// 3: the other side failed.
    OtherSide,
    /// 4: another instance holds the profile.
    Held,
    /// 101: a bug.
    Bug,
}

impl Exit {
    /// The number for the operating system.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::NeedsPerson => 1,
            Exit::Usage => 2,
            Exit::OtherSide => 3,
            Exit::Held => 4,
            Exit::Bug => 101,
        }
    }
}

impl Problem {
    /// A problem that ends a command with `exit`.
    pub fn new(
        exit: Exit,
        code: impl Into<String>,
        happened: impl Into<String>,
        means: impl Into<String>,
        do_now: impl Into<String>,
    ) -> Self {
        Problem {
            code: code.into(),
            happened: happened.into(),
            means: means.into(),
            do_now: do_now.into(),
            exit,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\nWhat it means: {}\nWhat to do now: {}\nCode: {}",
            self.happened, self.means, self.do_now, self.code
        )
    }
}

impl std::error::Error for Problem {}
