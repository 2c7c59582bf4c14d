//! Reading a body: counted, timed, and never more of them in memory than the computer can bear.
//!
//! Must never read a body that says in advance that it is too large (`security.md` 2), and must never let bodies of
//! strangers take the room of the visit: what is large and does not name the visit's ticket shares a room of its own.

use super::Patience;
use crate::base::limits::{SOAP_BODY_CLOSED_BYTES, SOAP_HELD_BYTES, SOAP_STRANGER_BYTES};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Bytes of large bodies in memory over all connections. Small ones are bounded by the number of connections.
#[derive(Clone, Debug, Default)]
pub struct Rooms {
    visit: Arc<AtomicUsize>,
    strangers: Arc<AtomicUsize>,
}

/// Where the bytes of one body count.
struct Share {
    held: Arc<AtomicUsize>,
    limit: usize,
    counted: usize,
}

impl Share {
    fn take(&mut self, bytes: usize) -> Result<(), StatusCode> {
        self.counted += bytes;
        if self.held.fetch_add(bytes, Ordering::Relaxed) + bytes > self.limit {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.held.fetch_sub(self.counted, Ordering::Relaxed);
    }
}

/// A body in memory. Its bytes count until it is dropped or taken over.
pub struct Bytes {
    bytes: Vec<u8>,
    share: Option<Share>,
}

impl Bytes {
    fn new() -> Self {
        Bytes { bytes: Vec::new(), share: None }
    }

    /// The bytes; from here on the reader of the call answers for them.
    pub fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    fn push(&mut self, piece: &[u8], rooms: &Rooms, knows: &dyn Fn(&str) -> bool) -> Result<(), StatusCode> {
        self.bytes.extend_from_slice(piece);
        if let Some(share) = &mut self.share {
            return share.take(piece.len());
        }
        if self.bytes.len() <= SOAP_BODY_CLOSED_BYTES {
            return Ok(());
        }
        let known = ticket_in(&self.bytes).is_some_and(|ticket| knows(&ticket));
        let (held, limit) =
            if known { (&rooms.visit, SOAP_HELD_BYTES) } else { (&rooms.strangers, SOAP_STRANGER_BYTES) };
        let share = self.share.insert(Share { held: Arc::clone(held), limit, counted: 0 });
        share.take(self.bytes.len())
    }
}

/// The ticket that a body names, by a look at its beginning: the first parameter of every large call. Only where its
/// bytes count depends on it.
fn ticket_in(bytes: &[u8]) -> Option<String> {
    const NAME: &[u8] = b"ticket";
    let start = bytes.get(..SOAP_BODY_CLOSED_BYTES.min(bytes.len()))?;
    let named = start.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    let rest = start.get(named..)?;
    let value = rest.get(rest.iter().position(|byte| *byte == b'>')? + 1..)?;
    let value = value.get(..value.iter().position(|byte| *byte == b'<')?)?;
    std::str::from_utf8(value).ok().map(|text| text.trim().to_string())
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// The status to refuse it with: 413 too large, 408 too slow, 400 broken, 503 too many at once.
pub async fn read(
    request: Request,
    limit: usize,
    patience: &Patience,
    rooms: &Rooms,
    knows: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Bytes, StatusCode> {
    if declared(request.headers())?.is_some_and(|length| length > limit as u64) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let begun = Instant::now();
    let mut pieces = request.into_body().into_data_stream();
    let mut body = Bytes::new();
    loop {
        let until = deadline(begun, body.bytes.len(), patience);
        let piece = timeout_at(until, pieces.next()).await.map_err(|_| StatusCode::REQUEST_TIMEOUT)?;
        let Some(piece) = piece else { return Ok(body) };
        let piece = piece.map_err(|_| StatusCode::BAD_REQUEST)?;
        if body.bytes.len() + piece.len() > limit {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        body.push(&piece, rooms, knows)?;
        // A body in many tiny pieces that are all there already would never wait above.
        if Instant::now() > deadline(begun, body.bytes.len(), patience) {
            return Err(StatusCode::REQUEST_TIMEOUT);
        }
    }
}

/// The moment at which a body of which so much has come is too slow.
fn deadline(begun: Instant, bytes: usize, patience: &Patience) -> Instant {
    let earned = Duration::from_millis((bytes as u64).saturating_mul(1_000) / patience.body_rate.max(1));
    begun + patience.body_grace.saturating_add(earned).min(patience.body_total)
}

fn declared(headers: &HeaderMap) -> Result<Option<u64>, StatusCode> {
    let Some(length) = headers.get(header::CONTENT_LENGTH) else { return Ok(None) };
    let length = length.to_str().ok().and_then(|text| text.trim().parse().ok());
    length.map(Some).ok_or(StatusCode::BAD_REQUEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_earns_time_by_the_bytes_it_brings_up_to_a_limit() {
        let (begun, patience) = (Instant::now(), Patience::default());
        assert_eq!(deadline(begun, 0, &patience), begun + Duration::from_secs(10));
        assert_eq!(deadline(begun, 8 * 1024, &patience), begun + Duration::from_secs(12));
        assert_eq!(deadline(begun, 1 << 30, &patience), begun + Duration::from_secs(300));
    }

    #[test]
    fn bodies_that_are_dropped_are_no_longer_counted() {
        let rooms = Rooms::default();
        let mut body = Bytes::new();
        body.push(&[b'x'; 100], &rooms, &|_| true).unwrap();
        assert_eq!(rooms.strangers.load(Ordering::Relaxed), 0, "a small one needs no room");
        body.push(&[b'x'; SOAP_BODY_CLOSED_BYTES], &rooms, &|_| true).unwrap();
        assert_eq!(rooms.strangers.load(Ordering::Relaxed), SOAP_BODY_CLOSED_BYTES + 100);
        body.push(b"y", &rooms, &|_| true).unwrap();
        drop(body);
        assert_eq!(rooms.strangers.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn strangers_never_take_the_room_of_the_visit() {
        let rooms = Rooms::default();
        rooms.strangers.store(SOAP_STRANGER_BYTES, Ordering::Relaxed);
        let large = |ticket: &str| {
            let mut text =
                format!("<a:receiveResponseXML><a:ticket x=\"1\"> {ticket} </a:ticket><a:response>");
            text.push_str(&"x".repeat(SOAP_BODY_CLOSED_BYTES));
            let mut body = Bytes::new();
            body.push(text.as_bytes(), &rooms, &|named| named == "T1")
        };
        assert_eq!(large("T2"), Err(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(large("T1"), Ok(()));
        assert_eq!(ticket_in(b"no such thing"), None);
        assert_eq!(ticket_in(b"<ticket"), None);
    }
}
