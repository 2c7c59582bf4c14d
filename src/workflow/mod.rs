//! Floor 5: the use cases of the seven steps: the only way in for the faces.
//!
//! Must never draw, print or parse a command line, and must never be gone around: what a screen can do, a command can
//! do, through the same function here. Functions block; faces call them from a worker thread.

pub mod approve_many;
pub mod changes;
pub mod claim;
pub mod computers;
pub mod connect;
pub mod contacts;
pub mod costs;
pub mod decide;
pub mod doctor;
pub mod doubts;
pub mod drafts;
pub mod exclusion;
pub mod fetch;
pub mod handoff;
pub mod history;
pub mod home;
pub mod host;
pub mod imports;
pub mod links;
mod listed;
pub mod match_eval;
pub mod month_end;
pub(crate) mod older_copy;
pub mod own;
pub mod own_look;
pub mod profile;
pub mod proof_page;
pub mod prove;
pub mod redraft;
mod secret_change;
pub mod settings_change;
pub mod settings_file;
pub mod settings_view;
pub mod setup;
pub mod status;
mod stock;
pub mod timeline;
pub mod tls;
pub mod trial;
pub mod undo;
pub mod values;
pub mod views;
pub mod writeback;

pub use profile::{InitOptions, Profile, SystemClock};

use crate::base::Problem;

/// Result of everything in this room.
pub type Result<T> = std::result::Result<T, Problem>;

/// What was done, in one sentence for the status line ("Approved 12 drafts - u to undo").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The sentence.
    pub text: String,
    /// How many rows it touched.
    pub count: usize,
}

impl Said {
    /// A sentence about `count` rows.
    pub fn new(count: usize, text: impl Into<String>) -> Self {
        Said { text: text.into(), count }
    }
}

/// The name under a decision: one line, safe for a screen, never empty.
pub(crate) fn signature(name: &str) -> Result<String> {
    let name = crate::base::text::for_screen(name.trim());
    if !name.is_empty() {
        return Ok(name);
    }
    Err(Problem::new(
        crate::base::problem::Exit::Usage,
        "NAME-EMPTY",
        "A decision needs a name under it.",
        "Nothing was changed.",
        "Give your name with --by NAME, or type it in Connect.",
    ))
}

/// A state that the program believed impossible.
pub(crate) fn bug(what: &str) -> Problem {
    Problem::new(
        crate::base::problem::Exit::Bug,
        "BUG",
        format!("Something that cannot be has happened: {what}."),
        "The step was not finished; what was saved before stands.",
        "Try once more; if it stays, send us this text.",
    )
}
