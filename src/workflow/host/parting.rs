//! The end of a desk that gives way to another window: the visit comes to its end, and none begins.
//!
//! Must never hand out another byte once it parts, and never leave an answer unheard that comes within the moment that a
//! visit is given; what is out after that is unknown, kept as such, and looked up by whoever holds the profile next.

use super::{Host, locked};
use crate::workflow::{Result, bug};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// How long a running visit gets: QuickBooks answers most requests within seconds.
const MOMENT: Duration = Duration::from_secs(10);
/// How often it is looked at.
const LOOKS: Duration = Duration::from_millis(50);
/// What a Web Connector is told meanwhile.
pub(super) const WORDS: &str =
    "Another window of Countersign takes over. Nothing is sent twice: the work goes on at the next visit.";

impl Host {
    /// Whether the desk is about to close for another window.
    pub(super) fn is_parting(&self) -> bool {
        self.parting.load(Ordering::SeqCst)
    }

    /// Lets the visit that is under way end, begins no other, and waits until what it brought is worked in.
    ///
    /// # Errors
    /// Only a fault of this program: what is out is kept as it can be, and the next holder looks it up anyway.
    pub async fn part(self: &Arc<Self>) -> Result<()> {
        self.parting.store(true, Ordering::SeqCst);
        let begun = Instant::now();
        while self.is_at_work() && begun.elapsed() < MOMENT {
            tokio::time::sleep(LOOKS).await;
        }
        let host = Arc::clone(self);
        let cut = tokio::task::spawn_blocking(move || {
            // Taken on a line of its own: the end of a visit needs the lock.
            let session = locked(&host.session).take();
            if let Some(session) = session {
                host.end(session, "another window took this profile over");
            }
        });
        cut.await.map_err(|fault| bug(&fault.to_string()))
    }

    /// Whether a visit is under way, or what one brought is being worked in.
    pub(super) fn is_at_work(&self) -> bool {
        self.open.load(Ordering::Relaxed) || self.working.load(Ordering::Relaxed) > 0
    }
}
