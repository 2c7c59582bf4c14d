//! Floor 6: the screen: `update(model, message) -> effects`, `view(model, frame)`; a viewer of the store.
//!
//! It is the host of the profile: it starts the Web Connector endpoint and listens to its notices. Must never hold
//! anything of the books that the store does not hold, and never do what the table of commands does not name.
//! Follows `rust-tui.md` 4-11 and design section 6; outside text reaches the terminal only through
//! [`crate::base::text::for_screen`].

pub mod card;
mod command;
mod connect_rows;
mod control_word;
mod cures;
mod drafts_pane;
mod effect;
mod finding;
mod form;
pub mod glossary;
mod guide;
mod home_rows;
mod irreversible;
mod keymap;
mod keys;
mod layout;
mod list;
mod match_sheet;
pub mod measure;
mod model;
mod msg;
mod operation_words;
mod overlay;
mod paper;
mod plain;
pub mod preview_words;
pub mod rehearsal;
mod repeat;
mod runtime;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_drafts;
#[cfg(test)]
mod sample_entries;
#[cfg(test)]
mod sample_home;
#[cfg(test)]
mod sample_matches;
mod settings_sheet;
mod settlements;
#[cfg(test)]
mod setup_sample;
mod setup_sheet;
mod setup_work;
mod sorting;
mod states;
mod terminal;
mod theme;
mod tour;
mod turns;
mod update;
mod view;
mod workers;

pub use theme::ColorMode;
pub use tour::Twist;
pub use workers::{Nudge, TwistMaker};

use crate::workflow::claim::{self, Claim};
use crate::workflow::host::Host;
use crate::workflow::{Profile, Result};
use std::path::PathBuf;
use std::sync::Arc;

/// How the screen is started.
#[derive(Clone, Default)]
pub struct TuiOptions {
    /// Only ASCII characters.
    pub ascii: bool,
    /// Colours.
    pub color: ColorMode,
    /// The far ends are simulated: the rail says `DEMO`.
    pub demo: bool,
    /// Leave after the first frame, for measuring.
    pub exit_after_first_frame: bool,
    /// Where to write how long the loop was busy at a time, for measuring.
    pub loop_times: Option<PathBuf>,
    /// The screen meets a fault of its own after its first frame, so that a test sees what a person would.
    #[cfg(debug_assertions)]
    pub fault_after_first_frame: bool,
    /// An endpoint made by the caller; none = the screen makes one.
    pub host: Option<Arc<Host>>,
    /// The caller serves the endpoint itself.
    pub host_is_served: bool,
    /// Makes the simulated Web Connector visit at once (`r` in Hand off).
    pub nudge: Option<Nudge>,
    /// Lets something happen at the far ends of a demo (`!`).
    pub twist: Option<TwistMaker>,
    /// The background is light.
    pub light: bool,
    /// Another window may take the profile over; a demo stays with the window that plays it.
    pub changes_hands: bool,
    /// Where the screen was before the profile changed hands.
    pub place: Option<Place>,
    /// Said at the start.
    pub note: Option<String>,
    /// Ends the wait for an answer in plain mode as the end of the input does, once.
    pub wake: Option<Nudge>,
}

/// Where a person was on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    screen: model::Screen,
}

/// How the screen was left.
#[derive(Debug)]
pub enum Left {
    /// To end, with this exit code: 0, or 130, 143, 129 where it was ended from outside.
    Code(u8),
    /// To let the profile go for another window, and to look on.
    GaveWay {
        /// For whom.
        claim: Claim,
        /// Where the screen was.
        place: Place,
    },
    /// To hold the profile from now on.
    Took {
        /// Its lock, and who held it.
        taken: claim::Taken,
        /// Under whose name.
        claim: Claim,
        /// Where the screen was.
        place: Place,
    },
}

impl TuiOptions {
    const fn theme(&self) -> theme::Theme {
        theme::Theme { colors: self.color, ascii: self.ascii, light: self.light }
    }
}

/// Runs the screen until it is left.
///
/// # Errors
/// When there is no terminal.
#[allow(clippy::needless_pass_by_value)] // the screen owns its profile until it is left
pub fn run(profile: Arc<Profile>, options: TuiOptions) -> Result<Left> {
    runtime::run(&profile, &options)
}

/// The same job as questions and answers, line by line: for screen readers, pipes and `TERM=dumb`. The end of the
/// input leaves everything as decided so far; then the code is 1 where something still needs a person.
///
/// # Errors
/// When the output is gone or the profile cannot be read.
#[allow(clippy::needless_pass_by_value)] // as `run`
pub fn run_plain(
    profile: Arc<Profile>,
    options: TuiOptions,
    input: &mut dyn std::io::BufRead,
    output: &mut dyn std::io::Write,
) -> Result<Left> {
    plain::run(&profile, &options, input, output)
}
