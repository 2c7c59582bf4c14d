//! The Web Connector's endpoint as the commands run it: opened on an address, watched, closed.
//!
//! Must never decide anything about a visit: it hands every call to the host and only notes how logins were answered,
//! so that `serve --until-idle` and the demo know when nothing is left.

use crate::net::listener::{self, Desk, Options};
use crate::webconnector::{Call, Reply};
use crate::workflow::host::{Host, HostOptions};
use crate::workflow::{Profile, Result};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The host, and a count of the logins that were sent home because nothing was to be done.
struct Doorman {
    host: Arc<Host>,
    sent_home: AtomicU64,
    moved: Notify,
}

impl Desk for Doorman {
    fn call(&self, call: Call) -> Reply {
        let reply = self.host.call(call);
        if let Reply::Strings(answer) = &reply
            && let [ticket, what, ..] = answer.as_slice()
            && !ticket.is_empty()
            && what == "none"
        {
            self.sent_home.fetch_add(1, Ordering::SeqCst);
        }
        self.moved.notify_one();
        reply
    }

    fn session_open(&self) -> bool {
        self.host.session_open()
    }
}

/// The running endpoint.
pub struct Endpoint {
    /// The desk behind it.
    pub host: Arc<Host>,
    /// Where it listens.
    pub address: SocketAddr,
    doorman: Arc<Doorman>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Endpoint {
    /// Takes up the desk and listens; `None` listens where the settings say. Port 0 takes a free one.
    ///
    /// # Errors
    /// When the port is in use, the address is not allowed, or the store cannot be read.
    pub async fn open(profile: &Arc<Profile>, options: HostOptions, listen: Option<&str>) -> Result<Self> {
        let host = Host::new(Arc::clone(profile), options)?;
        let settings = profile.settings();
        let listeners = listener::bind(listen.unwrap_or(&settings.endpoint.listen)).await?;
        let address = listeners.first().and_then(|first| first.local_addr().ok());
        let address = address.ok_or_else(|| super::bug("the endpoint has no address"))?;
        let doorman =
            Arc::new(Doorman { host: Arc::clone(&host), sent_home: AtomicU64::new(0), moved: Notify::new() });
        let stop = CancellationToken::new();
        let desk: Arc<dyn Desk> = Arc::clone(&doorman) as Arc<dyn Desk>;
        let task = tokio::spawn(listener::serve(listeners, desk, Options::default(), stop.clone()));
        Ok(Endpoint { host, address, doorman, stop, task })
    }

    /// The AppURL of the .QWC file for this address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://localhost:{}/qbwc", self.address.port())
    }

    /// Good logins that found nothing to do.
    #[must_use]
    pub fn sent_home(&self) -> u64 {
        self.doorman.sent_home.load(Ordering::SeqCst)
    }

    /// Waits until a call was answered.
    pub async fn moved(&self) {
        self.doorman.moved.notified().await;
    }

    /// Stops listening; running calls get a moment to end.
    pub async fn close(self) {
        self.stop.cancel();
        let _ = self.task.await;
    }
}
