//! The endpoint that the Web Connector polls: HTTP in front, one desk behind.
//!
//! Must never decide anything about a visit: a call is read, handed to the desk on a thread that may block, and the
//! desk's reply is written. Must never show what it runs on, redirect, compress or answer a browser's script.
//! Follows `security.md` 1-2 (which wins) and `web-connector.md` 1, 6; own accept loop as in `rust-tui.md` 13.8.

mod bind;
mod body;
mod connection;
mod door;
mod neighbour;

#[cfg(test)]
mod tests;

pub use bind::bind;
pub use neighbour::answers_as_ours;

use crate::base::limits::{
    SOAP_BODY_CLOSED_BYTES, SOAP_BODY_GRACE_SECONDS, SOAP_BODY_OPEN_BYTES, SOAP_BODY_RATE,
    SOAP_BODY_TOTAL_SECONDS, SOAP_CONNECTIONS, SOAP_HEADER_BYTES, SOAP_HEADER_FIELDS, SOAP_HEADER_SECONDS,
    SOAP_IDLE_SECONDS, SOAP_STOP_SECONDS, TLS_HANDSHAKE_SECONDS,
};
use crate::net::tls::Tls;
use crate::webconnector::soap::{self, Charset, FaultCode, SoapFault};
use crate::webconnector::{Call, Reply, pages};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use body::Rooms;
use connection::{Crowd, Guarded, Seat, Watch};
use door::{Door, Entry, Page};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What answers the calls.
pub trait Desk: Send + Sync + 'static {
    /// Answers one call. Runs on a thread that may block; calls of several connections may come at once.
    fn call(&self, call: Call) -> Reply;
    /// The reply to a call that needs neither the store nor a wait; nothing where the call has to go to [`Desk::call`].
    /// Must answer at once and change nothing.
    fn at_once(&self, _call: &Call) -> Option<Reply> {
        None
    }
    /// Whether a visit is under way: only then may a body be large. Must answer at once.
    fn session_open(&self) -> bool;
    /// Whether this is the ticket of the visit that is under way: only its bodies may fill the memory set aside for
    /// large ones. Must answer at once.
    fn knows_ticket(&self, ticket: &str) -> bool;
}

/// How patient the endpoint is. The defaults are those of `security.md` 2.
#[derive(Clone, Debug)]
pub struct Patience {
    /// A TLS hand-shake must be done within this time.
    pub handshake: Duration,
    /// A request's header must be there within this time.
    pub header: Duration,
    /// A body may be as slow as it likes for this long.
    pub body_grace: Duration,
    /// After that it moves at this many bytes a second or more.
    pub body_rate: u64,
    /// And ends within this time.
    pub body_total: Duration,
    /// A connection without a request is kept this long: QuickBooks may take minutes between two calls.
    pub idle: Duration,
    /// How long running calls may go on once the endpoint is told to stop.
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Patience {
            handshake: seconds(TLS_HANDSHAKE_SECONDS),
            header: seconds(SOAP_HEADER_SECONDS),
            body_grace: seconds(SOAP_BODY_GRACE_SECONDS),
            body_rate: SOAP_BODY_RATE,
            body_total: seconds(SOAP_BODY_TOTAL_SECONDS),
            idle: seconds(SOAP_IDLE_SECONDS),
            stop: seconds(SOAP_STOP_SECONDS),
        }
    }
}

/// Settings of the endpoint.
#[derive(Clone, Debug)]
pub struct Options {
    /// Times.
    pub patience: Patience,
    /// Connections at once.
    pub connections: usize,
    /// Largest body while no visit is under way, in bytes.
    pub body_closed: usize,
    /// Largest body during a visit, in bytes.
    pub body_open: usize,
    /// Certificate and key; without them plain HTTP is spoken, which only loopback may.
    pub tls: Option<Tls>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            patience: Patience::default(),
            connections: SOAP_CONNECTIONS,
            body_closed: SOAP_BODY_CLOSED_BYTES,
            body_open: SOAP_BODY_OPEN_BYTES,
            tls: None,
        }
    }
}

/// Pause after a failed accept (no file handles left), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

struct House {
    desk: Arc<dyn Desk>,
    options: Options,
    crowd: Crowd,
    /// Bytes of bodies that are being read now, over all connections.
    rooms: Rooms,
}

/// One connection's view of the house.
#[derive(Clone)]
struct Room {
    house: Arc<House>,
    door: Door,
    watch: Watch,
    seat: Arc<Seat>,
}

/// Serves until told to stop; running calls get a moment to end.
pub async fn serve(
    listeners: Vec<TcpListener>,
    desk: Arc<dyn Desk>,
    options: Options,
    stop: CancellationToken,
) {
    let patience = options.patience.stop;
    let crowd = Crowd::new(options.connections);
    let house = Arc::new(House { desk, options, crowd, rooms: Rooms::default() });
    let tasks = TaskTracker::new();
    for listener in listeners {
        tasks.spawn(accept(listener, Arc::clone(&house), stop.clone(), tasks.clone()));
    }
    stop.cancelled().await;
    tasks.close();
    let _ = tokio::time::timeout(patience, tasks.wait()).await;
}

async fn accept(listener: TcpListener, house: Arc<House>, stop: CancellationToken, tasks: TaskTracker) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                if let Some(seat) = house.crowd.take_seat() {
                    tasks.spawn(attend(stream, Arc::clone(&house), seat, stop.clone()));
                }
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// One connection from its first byte to its end.
async fn attend(stream: TcpStream, house: Arc<House>, seat: Seat, stop: CancellationToken) {
    let Ok(local) = stream.local_addr() else { return };
    let _ = stream.set_nodelay(true);
    let patience = house.options.patience.clone();
    let watch = Watch::new(patience.header, patience.idle);
    let dismissed = seat.dismissed();
    let tls = house.options.tls.clone();
    let door = Door::new(local.port(), tls.clone());
    let room = Room { house, door, watch: watch.clone(), seat: Arc::new(seat) };
    let plain = Guarded::new(stream, watch.clone());
    let Some(tls) = tls else { return converse(plain, room, &dismissed, &stop).await };
    // The hand-shake has a time of its own, and stalls nobody: it runs here, not in the accept loop.
    watch.busy();
    let shaking = tokio::time::timeout(patience.handshake, TlsAcceptor::from(tls.config()).accept(plain));
    let shaken = tokio::select! {
        shaken = shaking => shaken,
        () = dismissed.cancelled() => return,
        () = stop.cancelled() => return,
    };
    if let Ok(Ok(secured)) = shaken {
        watch.owes_header();
        converse(secured, room, &dismissed, &stop).await;
    }
}

/// The requests of one connection, one after the other.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    room: Room,
    dismissed: &CancellationToken,
    stop: &CancellationToken,
) {
    let (watch, patience) = (room.watch.clone(), room.house.options.patience.stop);
    let router = Router::new().fallback(answer).with_state(room);
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().header_read_timeout(None).max_buf_size(SOAP_HEADER_BYTES).max_headers(SOAP_HEADER_FIELDS);
    let served = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(served);
    tokio::select! {
        _ = served.as_mut() => {}
        () = watch.expired() => {}
        () = dismissed.cancelled() => {}
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(patience, served).await;
        }
    }
}

async fn answer(State(room): State<Room>, request: Request) -> Response {
    room.watch.busy();
    let response = respond(&room, request).await;
    room.watch.idle();
    response
}

async fn respond(room: &Room, request: Request) -> Response {
    let head = request.method() == Method::HEAD;
    match room.door.look(&request) {
        Entry::Refused(status) => refusal(status),
        Entry::Show(page) => show(&page, head),
        Entry::Call(charset) => call(room, charset, request).await,
    }
}

fn show(page: &Page, head: bool) -> Response {
    let (text, kind) = match page {
        Page::Endpoint => (pages::ENDPOINT.to_string(), "text/html; charset=utf-8"),
        Page::Support => (pages::SUPPORT.to_string(), "text/html; charset=utf-8"),
        Page::Wsdl { url } => (pages::wsdl(url), "text/xml; charset=utf-8"),
    };
    let length = text.len();
    let mut response = reply(StatusCode::OK, kind, if head { String::new() } else { text });
    if head {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

async fn call(room: &Room, charset: Charset, request: Request) -> Response {
    let house = &room.house;
    let open = house.desk.session_open();
    let limit = if open { house.options.body_open } else { house.options.body_closed };
    let knows = |ticket: &str| house.desk.knows_ticket(ticket);
    let read = body::read(request, limit, &house.options.patience, &house.rooms, &knows).await;
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(status) => return refusal(status),
    };
    let bytes = bytes.into_bytes();
    let desk = Arc::clone(&house.desk);
    let answered = |desk: &dyn Desk, call: Call| {
        let operation = call.operation();
        let said = desk.call(call);
        (soap::reply(operation, &said), is_known(operation, &said))
    };
    // A small body is read here: the way to another thread and back would cost more than reading it.
    let done = if bytes.len() <= SOAP_BODY_CLOSED_BYTES {
        let call = match soap::parse(bytes, charset) {
            Ok(call) => call,
            Err(fault) => return reply(StatusCode::INTERNAL_SERVER_ERROR, XML, fault.envelope()),
        };
        if let Some(said) = desk.at_once(&call) {
            return reply(StatusCode::OK, XML, soap::reply(call.operation(), &said));
        }
        tokio::task::spawn_blocking(move || Ok(answered(&*desk, call)))
    } else {
        tokio::task::spawn_blocking(move || Ok(answered(&*desk, soap::parse(bytes, charset)?)))
    };
    match done.await {
        Ok(Ok((text, known))) => {
            if known {
                room.seat.known();
            }
            reply(StatusCode::OK, XML, text)
        }
        Ok(Err(fault)) => reply(StatusCode::INTERNAL_SERVER_ERROR, XML, SoapFault::envelope(&fault)),
        Err(_) => {
            let fault = SoapFault::new(FaultCode::Server, "The call could not be answered. See Countersign.");
            reply(StatusCode::INTERNAL_SERVER_ERROR, XML, fault.envelope())
        }
    }
}

const XML: &str = "text/xml; charset=utf-8";

/// Whether the desk's reply shows that the caller has logged in: such connections are kept when it gets crowded.
fn is_known(operation: crate::webconnector::Operation, reply: &Reply) -> bool {
    use crate::webconnector::Operation;
    match (operation, reply) {
        (Operation::Authenticate, Reply::Strings(said)) => {
            let refused = said.get(1).is_some_and(|word| word.eq_ignore_ascii_case("nvu"));
            !refused && said.first().is_some_and(|ticket| !ticket.is_empty())
        }
        (Operation::SendRequest, Reply::Text(text)) => !text.is_empty(),
        (Operation::ReceiveResponse, Reply::Number(number)) => *number >= 0,
        _ => false,
    }
}

fn reply(status: StatusCode, kind: &'static str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A refusal below SOAP: a short sentence, and the connection ends, because its body was not read.
fn refusal(status: StatusCode) -> Response {
    let text = status.canonical_reason().unwrap_or("Refused").to_string();
    let mut response = reply(status, "text/plain; charset=utf-8", text);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    }
    response
}
