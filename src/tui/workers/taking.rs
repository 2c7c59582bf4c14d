//! Taking the profile over from another window, and giving it up to one.
//!
//! Must never open the profile itself: who started the screen opens it anew with the lock that is laid down here.

use super::Workers;
use crate::tui::effect::Irreversible;
use crate::tui::msg::{Done, Msg};
use crate::workflow::Result;
use crate::workflow::claim::{self, Claim};
use crate::workflow::host::Host;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

/// What the screen is called where it holds or claims a profile.
const WHAT: &str = "the screen";

/// Where the lock is laid down that was taken, with the claim and who held the profile before.
pub type Hand = Arc<Mutex<Option<(claim::Taken, Claim)>>>;

/// Takes the profile over and lays its lock down.
pub async fn take(workers: &Workers, by: &str, cancel: CancellationToken) -> Result<Done> {
    let profile = &workers.profile;
    let known = if by.is_empty() { profile.operator()?.unwrap_or_default() } else { by.to_string() };
    let claim = claim::of(&known, WHAT, &*profile.clock());
    let to_loop = workers.to_loop.clone();
    let mut told = move |text: String| {
        // News that find the queue full are no loss: the task is on the status line.
        let _ = to_loop.try_send(Msg::Progress { text });
    };
    let taken = claim::take(profile.dir(), &claim, &mut told, cancel).await?;
    *workers.taken.lock().unwrap_or_else(PoisonError::into_inner) = Some((taken, claim));
    Ok(Done::Taken)
}

/// What is taken over, with its holder as it is now.
pub fn named(workers: &Workers) -> Result<Irreversible> {
    let holder = claim::holder(workers.profile.dir())?;
    Ok(Irreversible::TakeProfile { holder: holder.unwrap_or_default() })
}

/// Waits until somebody claims the profile; then ends the visit and says when it is over.
pub async fn give_way(dir: PathBuf, host: Option<Arc<Host>>, to_loop: Sender<Msg>) {
    let claim = claim::claimed(dir).await;
    if to_loop.send(Msg::Claimed(claim.clone())).await.is_err() {
        return;
    }
    if let Some(host) = host {
        // A fault is no reason to keep the profile: what is out is looked up by whoever opens it next.
        let _ = host.part().await;
    }
    let _ = to_loop.send(Msg::Parted(claim)).await;
}
