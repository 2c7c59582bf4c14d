//! How the screens behave; nothing of it touches the books.

use serde::{Deserialize, Serialize};

/// Settings of the screens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenSettings {
    /// The wheel scrolls and a click chooses a row; then the terminal no longer selects text by itself.
    pub mouse: bool,
}
