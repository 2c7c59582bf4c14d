//! How many connections there are, which one has to go when it gets crowded, and how long one may keep us waiting.
//!
//! Must never drop a connection that has logged in while one that has not is there (`security.md` 2). The time for a
//! header runs from its first byte, not from the end of the last request: between two calls QuickBooks may work for
//! minutes, and a connection closed under the Web Connector's hands loses an answer.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All connections, in the order they came.
#[derive(Clone)]
pub struct Crowd {
    limit: usize,
    seats: Arc<Mutex<Seats>>,
}

#[derive(Default)]
struct Seats {
    next: u64,
    taken: BTreeMap<u64, Taken>,
}

struct Taken {
    known: bool,
    dismissed: CancellationToken,
}

impl Crowd {
    pub fn new(limit: usize) -> Self {
        Crowd { limit: limit.max(1), seats: Arc::default() }
    }

    /// A place for a new connection. When all are taken the oldest that never logged in has to go; when all have
    /// logged in there is none.
    pub fn take_seat(&self) -> Option<Seat> {
        let mut seats = lock(&self.seats);
        if seats.taken.len() >= self.limit {
            let oldest = seats.taken.iter().find(|(_, taken)| !taken.known).map(|(number, _)| *number)?;
            if let Some(taken) = seats.taken.remove(&oldest) {
                taken.dismissed.cancel();
            }
        }
        let number = seats.next;
        seats.next += 1;
        let dismissed = CancellationToken::new();
        seats.taken.insert(number, Taken { known: false, dismissed: dismissed.clone() });
        Some(Seat { number, dismissed, seats: Arc::clone(&self.seats) })
    }
}

/// One connection's place, free again when dropped.
pub struct Seat {
    number: u64,
    dismissed: CancellationToken,
    seats: Arc<Mutex<Seats>>,
}

impl Seat {
    /// Its caller has logged in.
    pub fn known(&self) {
        if let Some(taken) = lock(&self.seats).taken.get_mut(&self.number) {
            taken.known = true;
        }
    }

    /// Fires when the connection has to go.
    pub fn dismissed(&self) -> CancellationToken {
        self.dismissed.clone()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        lock(&self.seats).taken.remove(&self.number);
    }
}

#[derive(Clone, Copy)]
enum Phase {
    /// Waiting for a request since.
    Idle(Instant),
    /// A header has begun to come.
    Header(Instant),
    /// A request is being answered.
    Busy,
}

/// The watch over one connection.
#[derive(Clone)]
pub struct Watch {
    phase: Arc<Mutex<Phase>>,
    header: Duration,
    idle: Duration,
}

impl Watch {
    /// A new connection owes us a header at once.
    pub fn new(header: Duration, idle: Duration) -> Self {
        Watch { phase: Arc::new(Mutex::new(Phase::Header(Instant::now()))), header, idle }
    }

    /// A request has been read up to its body.
    pub fn busy(&self) {
        *lock(&self.phase) = Phase::Busy;
    }

    /// A header is owed from now on: the hand-shake of a connection is over.
    pub fn owes_header(&self) {
        *lock(&self.phase) = Phase::Header(Instant::now());
    }

    /// A request has been answered.
    pub fn idle(&self) {
        *lock(&self.phase) = Phase::Idle(Instant::now());
    }

    fn bytes_came(&self) {
        let mut phase = lock(&self.phase);
        if matches!(*phase, Phase::Idle(_)) {
            *phase = Phase::Header(Instant::now());
        }
    }

    /// Ends when the connection has kept us waiting too long.
    pub async fn expired(&self) {
        loop {
            let phase = *lock(&self.phase);
            match self.next_look(phase, Instant::now()) {
                Some(moment) => sleep_until(moment).await,
                None => return,
            }
        }
    }

    /// When to look again, or nothing when the wait is over: the earliest moment at which a wait that has not begun yet
    /// could be over.
    fn next_look(&self, phase: Phase, now: Instant) -> Option<Instant> {
        let (end, look) = match phase {
            Phase::Idle(since) => (since + self.idle, (since + self.idle).min(now + self.header)),
            Phase::Header(since) => (since + self.header, since + self.header),
            Phase::Busy => return Some(now + self.header),
        };
        (now < end).then_some(look)
    }
}

/// A connection whose incoming bytes are noticed by its watch.
pub struct Guarded {
    stream: TcpStream,
    watch: Watch,
}

impl Guarded {
    pub fn new(stream: TcpStream, watch: Watch) -> Self {
        Guarded { stream, watch }
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.watch.bytes_came();
        }
        polled
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_stranger_makes_room_and_guests_stay() {
        let crowd = Crowd::new(2);
        let guest = crowd.take_seat().unwrap();
        guest.known();
        let stranger = crowd.take_seat().unwrap();
        let newcomer = crowd.take_seat().unwrap();
        assert!(!guest.dismissed().is_cancelled() && stranger.dismissed().is_cancelled());
        newcomer.known();
        assert!(crowd.take_seat().is_none());
        drop(stranger);
        drop(guest);
        assert!(crowd.take_seat().is_some());
    }

    #[test]
    fn a_header_must_come_soon_but_a_quiet_connection_may_stay() {
        let (header, idle) = (Duration::from_secs(5), Duration::from_secs(600));
        let (watch, begun) = (Watch::new(header, idle), Instant::now());
        let after = |seconds| begun + Duration::from_secs(seconds);
        assert_eq!(watch.next_look(Phase::Header(begun), after(4)), Some(after(5)));
        assert_eq!(watch.next_look(Phase::Header(begun), after(5)), None);
        assert_eq!(watch.next_look(Phase::Busy, after(3_600)), Some(after(3_605)));
        assert_eq!(watch.next_look(Phase::Idle(begun), after(100)), Some(after(105)));
        assert_eq!(watch.next_look(Phase::Idle(begun), after(599)), Some(after(600)));
        assert_eq!(watch.next_look(Phase::Idle(begun), after(600)), None);
    }

    #[test]
    fn the_time_for_a_header_runs_from_its_first_byte() {
        let watch = Watch::new(Duration::from_secs(5), Duration::from_secs(600));
        watch.idle();
        watch.bytes_came();
        assert!(matches!(*lock(&watch.phase), Phase::Header(_)));
        watch.busy();
        watch.bytes_came();
        assert!(matches!(*lock(&watch.phase), Phase::Busy));
    }
}
