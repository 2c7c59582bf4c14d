//! Floor 6: the screen: `update(model, message) -> effects`, `view(model, frame)`; a viewer of the store.
//!
//! It is the host of the profile: it starts the Web Connector endpoint and listens to its notices. Must never hold
//! anything of the books that the store does not hold, and never do what the table of commands does not name.
//! Follows `rust-tui.md` 4-11 and design section 6; outside text reaches the terminal only through
//! [`crate::base::text::for_screen`].

mod command;
mod connect_rows;
mod control_word;
mod drafts_pane;
mod effect;
mod keys;
mod layout;
mod list;
mod model;
mod msg;
mod overlay;
mod proof_file;
mod runtime;
#[cfg(test)]
mod sample;
mod terminal;
mod theme;
mod update;
mod view;
mod workers;

pub use theme::ColorMode;
pub use workers::Nudge;

use crate::workflow::host::Host;
use crate::workflow::{Profile, Result};
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
    /// An endpoint made by the caller; none = the screen makes one.
    pub host: Option<Arc<Host>>,
    /// The caller serves the endpoint itself.
    pub host_is_served: bool,
    /// Makes the simulated Web Connector visit at once (`r` in Hand off).
    pub nudge: Option<Nudge>,
}

impl TuiOptions {
    const fn theme(&self) -> theme::Theme {
        theme::Theme { colors: self.color, ascii: self.ascii }
    }
}

/// Runs the screen until it is left. Returns the exit code: 0, or 130, 143, 129 where it was ended from outside.
///
/// # Errors
/// When there is no terminal.
#[allow(clippy::needless_pass_by_value)] // the screen owns its profile until it is left
pub fn run(profile: Arc<Profile>, options: TuiOptions) -> Result<u8> {
    runtime::run(&profile, &options)
}
