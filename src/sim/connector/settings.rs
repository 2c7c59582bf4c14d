//! How a connector is set up, and what it tells about a session.

use super::transcript::Recorder;
use crate::base::Clock;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How the connector speaks HTTP (`web-connector.md` 1 and 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpSettings {
    /// Longest wait for one reply; .NET's default is 100 seconds.
    pub timeout: Duration,
    /// Sends `Expect: 100-continue`, as .NET does.
    pub expect_continue: bool,
    /// Keeps one connection for the session; else one per call.
    pub keep_alive: bool,
}

impl Default for HttpSettings {
    fn default() -> Self {
        HttpSettings { timeout: Duration::from_secs(100), expect_continue: true, keep_alive: true }
    }
}

/// Everything that a connector is told.
pub struct Settings {
    /// AppURL of the .QWC file.
    pub url: String,
    /// User name of the .QWC file.
    pub username: String,
    /// The password that was typed in.
    pub password: String,
    /// OwnerID and FileID of the .QWC file; stamped on the company at the first session.
    pub stamp: Option<(String, String)>,
    /// How it speaks HTTP.
    pub http: HttpSettings,
    /// What clientVersion says.
    pub version: String,
    /// Highest qbXML version that it tells, major and minor.
    pub qbxml: (u32, u32),
    /// How long it waits after `NoOp` (5 seconds in the field).
    pub noop_wait: Duration,
    /// Most rounds of one session; beyond it the session fails.
    pub most_rounds: u32,
    /// Sets the company's clock before each message; without one the company's clock runs by itself.
    pub clock: Option<Arc<dyn Clock>>,
    /// Sees every message and its answer in order.
    pub recorder: Option<Recorder>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The password stays out of every text.
        f.debug_struct("Settings")
            .field("url", &self.url)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// The usual connector for an address, user and password.
    #[must_use]
    pub fn new(url: &str, username: &str, password: &str) -> Self {
        Settings {
            url: url.to_string(),
            username: username.to_string(),
            password: password.to_string(),
            stamp: None,
            http: HttpSettings::default(),
            version: "2.3.0.215".to_string(),
            qbxml: (16, 0),
            noop_wait: Duration::from_secs(5),
            most_rounds: 100_000,
            clock: None,
            recorder: None,
        }
    }
}

/// How a session ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SessionStatus {
    /// Worked to its end, or ended by the application with a text.
    #[default]
    Done,
    /// There was nothing to do.
    NoWork,
    /// The application postponed the update.
    Postponed,
    /// Wrong user or password.
    NotValidUser,
    /// The application is busy.
    Busy,
    /// The application ended it with an error; the text is in `last_error`.
    EndedByApplication,
    /// A person ended it at the connector.
    Stopped,
    /// The connector died, by a fault that was switched on; nothing more was said.
    Dropped,
    /// It failed; the reason in the words of the connector's own log.
    Failed(String),
}

/// What one session did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionReport {
    /// How it ended.
    pub status: SessionStatus,
    /// The operations called, in order.
    pub calls: Vec<String>,
    /// Messages that the company answered.
    pub messages: u32,
    /// The last text of getLastError.
    pub last_error: Option<String>,
    /// What closeConnection said.
    pub closing: Option<String>,
    /// What serverVersion said.
    pub server_version: Option<String>,
    /// Seconds that the application asked to wait before the next session.
    pub postpone_seconds: Option<u64>,
    /// Least seconds between sessions that the application asked for.
    pub minimum_seconds: Option<u64>,
}
