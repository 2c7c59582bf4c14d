//! What a visit leaves to the next one: how large pages may be on this QuickBooks (`web-connector.md` 5).
//!
//! Must never keep anything of a visit but how fast QuickBooks answered, nor write what is known already.

use super::Host;
use crate::handoff::Pace;
use crate::store::Tx;
use crate::workflow::Result;

/// How large pages may be, learnt visit by visit.
const PACE: &str = "page_pace";

/// Keeps what a visit learnt about QuickBooks' speed.
pub(super) fn keep_pace(tx: &Tx<'_>, pace: Pace) -> crate::store::Result<()> {
    let known: Pace = tx.reader().meta_json(PACE)?.unwrap_or_default();
    if known == pace { Ok(()) } else { tx.set_meta_json(PACE, &pace) }
}

impl Host {
    /// How large pages were at the end of the last visit.
    pub(super) fn pace(&self) -> Result<Pace> {
        Ok(self.profile.store().read(|r| r.meta_json(PACE))?.unwrap_or_default())
    }
}
