//! Whether a failed request is tried again, and when.
//!
//! Must never repeat what cannot succeed (400, 401, 403, 404), and must end: every ladder has a last step
//! (`cin7-api.md` 10).

use super::errors::Failure;
use crate::base::Instant;
use jiff::SignedDuration;

/// Seconds to wait after each 429 in a row, where Cin7 does not say longer (`cin7-api.md` 10).
pub const THROTTLED_SECONDS: [i64; 4] = [1, 5, 30, 120];
/// Seconds to wait after each fault in a row; three tries more (`cin7-api.md` 10).
pub const FAULT_SECONDS: [i64; 3] = [1, 2, 4];
/// The longest wait that a fetch sits through; beyond it the operator is told instead.
pub const LONGEST_WAIT_SECONDS: i64 = 600;

/// How much is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A fetch: faults of the other side are sat out.
    Fetch,
    /// A test of the credentials: a fault is told at once, only the rate limit is waited for.
    Test,
}

/// What to do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Ask again, not before this moment.
    Again(Instant),
    /// Give up and tell.
    Stop,
}

/// The failures of one request so far.
#[derive(Clone, Debug)]
pub struct Retries {
    patience: Patience,
    throttled: usize,
    faults: usize,
}

impl Retries {
    /// A fresh request.
    #[must_use]
    pub fn new(patience: Patience) -> Self {
        Retries { patience, throttled: 0, faults: 0 }
    }

    /// Judges one more failure. `limit_factor` shortens our own waits, never the one that Cin7 asked for.
    pub fn judge(&mut self, failure: &Failure, now: Instant, limit_factor: u32) -> Verdict {
        let asked = match failure {
            Failure::Status { code: 429 | 503, retry_after: Some(header), .. } => {
                retry_after(header, now).unwrap_or(now)
            }
            _ => now,
        };
        let step = match failure {
            Failure::Status { code: 429, .. } => {
                self.throttled += 1;
                THROTTLED_SECONDS.get(self.throttled - 1)
            }
            Failure::Status { code: 500 | 502 | 503 | 504, .. }
            | Failure::Timeout
            | Failure::Network { .. }
            | Failure::BrokenJson { .. }
            | Failure::NotJson { .. }
                if self.patience == Patience::Fetch =>
            {
                self.faults += 1;
                FAULT_SECONDS.get(self.faults - 1)
            }
            _ => None,
        };
        let Some(seconds) = step else { return Verdict::Stop };
        let own = later(now, SignedDuration::from_millis(seconds * 1_000 / i64::from(limit_factor.max(1))));
        let again = own.max(asked);
        if again > later(now, SignedDuration::from_secs(LONGEST_WAIT_SECONDS)) {
            return Verdict::Stop;
        }
        Verdict::Again(again)
    }
}

/// `Retry-After`: seconds or an HTTP date; None when it is neither.
#[must_use]
pub fn retry_after(header: &str, now: Instant) -> Option<Instant> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u32>() {
        return Some(later(now, SignedDuration::from_secs(i64::from(seconds))));
    }
    http_date(header)
}

/// The date of an HTTP header (`Date`, `Retry-After`).
#[must_use]
pub fn http_date(header: &str) -> Option<Instant> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(header.trim()).ok()
}

fn later(now: Instant, by: SignedDuration) -> Instant {
    now.checked_add(by).unwrap_or(Instant::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        "2026-02-01T12:00:00Z".parse().unwrap()
    }

    fn status(code: u16, retry_after: Option<&str>) -> Failure {
        Failure::Status { code, retry_after: retry_after.map(str::to_string), body: String::new() }
    }

    fn waits(failure: &Failure) -> Vec<i64> {
        let mut retries = Retries::new(Patience::Fetch);
        std::iter::from_fn(|| match retries.judge(failure, now(), 1) {
            Verdict::Again(at) => Some(at.duration_since(now()).as_secs()),
            Verdict::Stop => None,
        })
        .take(20)
        .collect()
    }

    #[test]
    fn throttling_is_sat_out_four_times_and_faults_three_times() {
        assert_eq!(waits(&status(429, None)), [1, 5, 30, 120]);
        for fault in [status(500, None), status(503, None), Failure::Timeout] {
            assert_eq!(waits(&fault), [1, 2, 4]);
        }
        assert_eq!(waits(&Failure::BrokenJson { why: String::new() }).len(), 3);
    }

    #[test]
    fn what_cannot_succeed_is_never_repeated() {
        for code in [301, 400, 401, 403, 404, 418] {
            assert!(waits(&status(code, None)).is_empty(), "{code}");
        }
        assert!(waits(&Failure::TooLarge { limit: 1 }).is_empty());
        assert_eq!(Retries::new(Patience::Test).judge(&Failure::Timeout, now(), 1), Verdict::Stop);
    }

    #[test]
    fn cin7s_own_word_is_honoured_as_seconds_or_as_a_date() {
        assert_eq!(waits(&status(429, Some("17")))[..3], [17, 17, 30]);
        assert_eq!(waits(&status(429, Some("Sun, 01 Feb 2026 12:00:45 GMT")))[0], 45);
        assert_eq!(waits(&status(429, Some("soon")))[0], 1);
        assert!(waits(&status(429, Some("7200"))).is_empty(), "two hours are told, not sat out");
    }
}
