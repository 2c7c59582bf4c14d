//! Reading a body: counted, timed, and never more of them in memory than the computer can bear.
//!
//! Must never read a body that says in advance that it is too large (`security.md` 2).

use super::Patience;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Bytes of bodies that may be in memory at once over all connections: four of the largest.
const HELD_BYTES: usize = 256 * 1024 * 1024;

/// A body in memory. Its bytes count against the limit of all until it is dropped or taken over.
pub struct Bytes {
    bytes: Vec<u8>,
    held: Arc<AtomicUsize>,
    counted: usize,
}

impl Bytes {
    /// The bytes; from here on the reader of the call answers for them.
    pub fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    fn push(&mut self, piece: &[u8]) -> Result<(), StatusCode> {
        self.counted += piece.len();
        if self.held.fetch_add(piece.len(), Ordering::Relaxed) + piece.len() > HELD_BYTES {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        self.held.fetch_sub(self.counted, Ordering::Relaxed);
    }
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// The status to refuse it with: 413 too large, 408 too slow, 400 broken, 503 too many at once.
pub async fn read(
    request: Request,
    limit: usize,
    patience: &Patience,
    held: Arc<AtomicUsize>,
) -> Result<Bytes, StatusCode> {
    if declared(request.headers())?.is_some_and(|length| length > limit as u64) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let begun = Instant::now();
    let mut pieces = request.into_body().into_data_stream();
    let mut body = Bytes { bytes: Vec::new(), held, counted: 0 };
    loop {
        let until = deadline(begun, body.counted, patience);
        let piece = timeout_at(until, pieces.next()).await.map_err(|_| StatusCode::REQUEST_TIMEOUT)?;
        let Some(piece) = piece else { return Ok(body) };
        let piece = piece.map_err(|_| StatusCode::BAD_REQUEST)?;
        if body.counted + piece.len() > limit {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        body.push(&piece)?;
        // A body in many tiny pieces that are all there already would never wait above.
        if Instant::now() > deadline(begun, body.counted, patience) {
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
        let held: Arc<AtomicUsize> = Arc::default();
        let mut body = Bytes { bytes: Vec::new(), held: Arc::clone(&held), counted: 0 };
        body.push(&[0; 100]).unwrap();
        assert_eq!(held.load(Ordering::Relaxed), 100);
        drop(body);
        assert_eq!(held.load(Ordering::Relaxed), 0);
        held.store(HELD_BYTES, Ordering::Relaxed);
        let mut body = Bytes { bytes: Vec::new(), held: Arc::clone(&held), counted: 0 };
        assert_eq!(body.push(&[0; 1]), Err(StatusCode::SERVICE_UNAVAILABLE));
        drop(body);
        assert_eq!(held.load(Ordering::Relaxed), HELD_BYTES);
    }
}
