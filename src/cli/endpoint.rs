//! The Web Connector's endpoint as the commands run it: opened on an address, watched, closed.
//!
//! Must never decide anything about a visit: it hands every call to the host and only notes how logins were answered,
//! so that `serve --until-idle` and the demo know when nothing is left.

use crate::net::listener::{self, Desk, Options};
use crate::webconnector::{Call, Reply};
use crate::workflow::host::{Host, HostOptions};
use crate::workflow::{Profile, Result, tls};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long a Web Connector that was sent home may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

/// Logins that found nothing to do: still at the door, or gone.
#[derive(Default)]
struct SentHome {
    leaving: Option<Instant>,
    gone: u64,
}

/// The host, and who was sent home because nothing was to be done.
struct Doorman {
    host: Arc<Host>,
    sent_home: Mutex<SentHome>,
    moved: Notify,
}

impl Doorman {
    fn sent_home(&self) -> MutexGuard<'_, SentHome> {
        self.sent_home.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk for Doorman {
    fn call(&self, call: Call) -> Reply {
        let closes = matches!(call, Call::CloseConnection { .. });
        let reply = self.host.call(call);
        if closes && self.sent_home().leaving.take().is_some() {
            self.sent_home().gone += 1;
        }
        if let Reply::Strings(answer) = &reply
            && let [ticket, what, ..] = answer.as_slice()
            && !ticket.is_empty()
            && what == "none"
        {
            self.sent_home().leaving = Some(Instant::now());
        }
        self.moved.notify_one();
        reply
    }

    fn at_once(&self, call: &Call) -> Option<Reply> {
        self.host.at_once(call)
    }

    fn session_open(&self) -> bool {
        self.host.session_open()
    }

    fn knows_ticket(&self, ticket: &str) -> bool {
        self.host.knows_ticket(ticket)
    }
}

/// The running endpoint.
pub struct Endpoint {
    /// The desk behind it.
    pub host: Arc<Host>,
    /// Where it listens.
    pub address: SocketAddr,
    /// The name in its certificate, where it speaks https.
    secure: Option<String>,
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
        let tls = tls::of(profile)?;
        let secure = tls.as_ref().map(|tls| tls.host().to_string());
        let listeners = listener::bind(listen.unwrap_or(&settings.endpoint.listen), tls.is_some()).await?;
        let address = listeners.first().and_then(|first| first.local_addr().ok());
        let address = address.ok_or_else(|| super::bug("the endpoint has no address"))?;
        let doorman =
            Arc::new(Doorman { host: Arc::clone(&host), sent_home: Mutex::default(), moved: Notify::new() });
        let stop = CancellationToken::new();
        let desk: Arc<dyn Desk> = Arc::clone(&doorman) as Arc<dyn Desk>;
        let options = Options { tls, ..Options::default() };
        let task = tokio::spawn(listener::serve(listeners, desk, options, stop.clone()));
        Ok(Endpoint { host, address, secure, doorman, stop, task })
    }

    /// The AppURL of the .QWC file for this address.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.secure {
            Some(host) => format!("https://{host}:{}/qbwc", self.address.port()),
            None => format!("http://localhost:{}/qbwc", self.address.port()),
        }
    }

    /// Whether a good login found nothing to do and is gone again.
    #[must_use]
    pub fn sent_home(&self) -> bool {
        let home = self.doorman.sent_home();
        home.gone > 0 || home.leaving.is_some_and(|since| since.elapsed() > GOODBYE)
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
