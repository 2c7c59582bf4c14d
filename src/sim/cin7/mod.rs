//! The simulated Cin7 Omni API server: `cin7-api.md` 11 over real HTTP on loopback.
//!
//! Must share no parser, writer, rounding or rule with the program that it tests, and must listen only where it is
//! told. Its clock is given to it, so that the story's time is the time it writes and limits by. What the API leaves
//! open is a switch here (`Habits`, the faults), each with the reference's guess as its default.

pub mod changes;
pub mod faults;
pub mod filter;
pub mod limiter;
pub mod office;
pub mod query;

#[cfg(test)]
mod tests;

use crate::base::{Clock, Instant};
use crate::sim::world::World;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use faults::{Faults, NoSuchFault};
use limiter::Limits;
use office::{Answer, Ask, Connection, Office};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// User name of the connection that every simulated account has.
pub const DEMO_USERNAME: &str = "demo";
/// Key of that connection.
pub const DEMO_KEY: &str = "demo-key";
/// Largest body of a write.
const BODY_BYTES: usize = 4 * 1024 * 1024;

/// The story's time: from a moment on at the pace of the machine's steady clock.
pub struct StoryClock {
    start: Instant,
    begun: std::time::Instant,
}

impl StoryClock {
    /// Starts at a moment of the story.
    #[must_use]
    pub fn starting_at(start: Instant) -> Self {
        StoryClock { start, begun: std::time::Instant::now() }
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Instant {
        let passed = jiff::SignedDuration::try_from(self.begun.elapsed()).unwrap_or_default();
        self.start.checked_add(passed).unwrap_or(self.start)
    }
}

/// How a server is set up.
pub struct Setup {
    /// The account's connections.
    pub connections: Vec<Connection>,
    /// The limits of each.
    pub limits: Limits,
    /// Faults that are on from the start.
    pub faults: Faults,
    /// Whether a 429 carries Retry-After.
    pub says_retry_after: bool,
    /// The story's time.
    pub clock: Arc<dyn Clock>,
}

impl Setup {
    /// One connection with [`DEMO_USERNAME`] and [`DEMO_KEY`], Cin7's own limits, no faults, the world's own present.
    #[must_use]
    pub fn for_world(world: &World) -> Self {
        Setup {
            connections: vec![Connection::new(DEMO_USERNAME, DEMO_KEY)],
            limits: Limits::default(),
            faults: Faults::default(),
            says_retry_after: true,
            clock: Arc::new(StoryClock::starting_at(world.now())),
        }
    }
}

/// A running server.
pub struct SimCin7 {
    addr: SocketAddr,
    desk: Desk,
    stop: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
}

/// What every request needs.
#[derive(Clone)]
struct Desk {
    office: Arc<Mutex<Office>>,
    clock: Arc<dyn Clock>,
}

impl Desk {
    fn office(&self) -> MutexGuard<'_, Office> {
        self.office.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SimCin7 {
    /// Listens and answers until it is stopped. Port 0 takes a free one.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(listen: SocketAddr, world: World, setup: Setup) -> std::io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let addr = listener.local_addr()?;
        let mut office = Office::new(world, setup.connections, setup.limits, setup.faults);
        office.says_retry_after = setup.says_retry_after;
        let desk = Desk { office: Arc::new(Mutex::new(office)), clock: setup.clock };
        let stop = CancellationToken::new();
        let router = axum::Router::new().fallback(answer).with_state(desk.clone());
        let stopped = stop.clone().cancelled_owned();
        let task =
            tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await });
        Ok(SimCin7 { addr, desk, stop, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The API's base address, as in the settings of a profile.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/api", self.addr)
    }

    /// The story's present.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.desk.clock.now()
    }

    /// Changes the account's records as its users would; the closure gets the world and the story's present.
    pub fn change<T>(&self, change: impl FnOnce(&mut World, Instant) -> T) -> T {
        let now = self.desk.clock.now();
        change(&mut self.desk.office().world, now)
    }

    /// Looks into the server: its world, its counts.
    pub fn look<T>(&self, look: impl FnOnce(&Office) -> T) -> T {
        look(&self.desk.office())
    }

    /// Switches more faults on, as in [`Faults::parse`].
    ///
    /// # Errors
    /// A text of the list is no fault.
    pub fn add_faults(&self, list: &str) -> Result<(), NoSuchFault> {
        let faults = Faults::parse(list)?;
        self.desk.office().faults.extend(faults);
        Ok(())
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.desk.office().faults.clear();
    }

    /// The world as it stands, to keep it.
    #[must_use]
    pub fn snapshot(&self) -> World {
        self.desk.office().world.clone()
    }

    /// Stops listening, lets the running answers go out and gives the world back.
    pub async fn stop(self) -> World {
        self.stop.cancel();
        let _ = self.task.await;
        std::mem::take(&mut self.desk.office().world)
    }
}

async fn answer(State(desk): State<Desk>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, BODY_BYTES).await.unwrap_or_default();
    let ask = Ask {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or(""),
        authorization: head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()),
        body: &body,
    };
    let now = desk.clock.now();
    let answer = desk.office().answer(&ask, now);
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    respond(answer, now)
}

fn respond(answer: Answer, now: Instant) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if answer.html { "text/html; charset=utf-8" } else { "application/json; charset=utf-8" };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(date) = HeaderValue::from_str(&now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
        response.headers_mut().insert(header::DATE, date);
    }
    if let Some(seconds) = answer.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// How `sim cin7` is started.
pub struct ServeOptions {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Sales orders of the world.
    pub orders: usize,
    /// Contacts of the world.
    pub contacts: usize,
    /// Seed of the world.
    pub seed: u64,
    /// Faults, as in [`Faults::parse`].
    pub faults: String,
    /// How many times faster than Cin7 the limits run.
    pub speed: u32,
    /// Told where it listens.
    pub on_listening: Option<Box<dyn FnOnce(SocketAddr) + Send>>,
}

/// Why `sim cin7` did not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The list of faults cannot be read.
    #[error(transparent)]
    Faults(#[from] NoSuchFault),
    /// The address cannot be listened on.
    #[error("the address cannot be listened on: {0}")]
    Listen(#[from] std::io::Error),
}

/// Runs a server of its own until it is stopped.
///
/// # Errors
/// [`ServeError`] when the faults cannot be read or the address cannot be listened on.
pub async fn serve(options: ServeOptions, stop: CancellationToken) -> Result<(), ServeError> {
    let faults = Faults::parse(&options.faults)?;
    let world = World::generate(options.seed, options.orders, options.contacts);
    let setup = Setup {
        faults,
        limits: Limits { speed: options.speed.max(1), ..Limits::default() },
        ..Setup::for_world(&world)
    };
    let server = SimCin7::start(options.listen, world, setup).await?;
    if let Some(tell) = options.on_listening {
        tell(server.addr());
    }
    stop.cancelled().await;
    let _ = server.stop().await;
    Ok(())
}
