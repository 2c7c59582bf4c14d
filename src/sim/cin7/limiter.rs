//! Cin7's rate limits: 3 requests in a second, 60 in a minute, 5,000 in a day, per connection (`cin7-api.md` 1).
//!
//! Must read no clock: the moment is an argument. The day is taken as rolling 24 hours and a refused request does not
//! count (both are guesses, `cin7-api.md` 1).

use crate::base::Instant;
use std::collections::VecDeque;

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// How much is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests in one second.
    pub per_second: usize,
    /// Requests in one minute.
    pub per_minute: usize,
    /// Requests in 24 hours.
    pub per_day: usize,
    /// The windows pass so many times faster; 1 is Cin7's own pace.
    pub speed: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { per_second: 3, per_minute: 60, per_day: 5_000, speed: 1 }
    }
}

/// What one connection has asked.
#[derive(Clone, Debug, Default)]
pub struct Limiter {
    passed: VecDeque<i64>,
}

impl Limiter {
    /// Lets a request pass, or says after how many microseconds to try again.
    ///
    /// # Errors
    /// The time to wait in microseconds.
    pub fn take(&mut self, now: Instant, limits: &Limits) -> Result<(), i64> {
        let now = now.as_microsecond().max(self.passed.back().copied().unwrap_or(i64::MIN));
        let window = |seconds: i64| seconds * SECOND / i64::from(limits.speed.max(1));
        while self.passed.front().is_some_and(|first| now - first >= window(86_400)) {
            self.passed.pop_front();
        }
        let wait = [(limits.per_second, 1), (limits.per_minute, 60), (limits.per_day, 86_400)]
            .into_iter()
            .filter_map(|(most, seconds)| {
                let oldest = self.passed.len().checked_sub(most).and_then(|place| self.passed.get(place))?;
                Some(oldest + window(seconds) - now)
            })
            .max()
            .unwrap_or(0);
        if wait > 0 {
            return Err(wait);
        }
        self.passed.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Instant {
        Instant::from_millisecond(1_772_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn the_fourth_request_of_a_second_waits_for_the_first_to_be_a_second_old() {
        let (mut limiter, limits) = (Limiter::default(), Limits::default());
        assert!([0, 100, 200].iter().all(|time| limiter.take(at(*time), &limits).is_ok()));
        assert_eq!(limiter.take(at(300), &limits), Err(700_000));
        assert!(limiter.take(at(1_000), &limits).is_ok());
    }

    #[test]
    fn the_sixty_first_request_of_a_minute_and_the_5001st_of_a_day_wait() {
        let (mut limiter, limits) = (Limiter::default(), Limits::default());
        assert!((0..60).all(|count| limiter.take(at(count * 500), &limits).is_ok()));
        assert_eq!(limiter.take(at(30_000), &limits), Err(30_000_000));
        let mut limiter = Limiter::default();
        assert!((0..5_000).all(|count| limiter.take(at(count * 1_100), &limits).is_ok()));
        assert!(limiter.take(at(6_000_000), &limits).is_err());
        assert!(limiter.take(at(86_400_000), &limits).is_ok());
    }

    #[test]
    fn at_two_hundred_times_the_speed_the_second_lasts_five_milliseconds() {
        let (mut limiter, limits) = (Limiter::default(), Limits { speed: 200, ..Limits::default() });
        assert!((0..3).all(|_| limiter.take(at(0), &limits).is_ok()));
        assert_eq!(limiter.take(at(1), &limits), Err(4_000));
        assert!(limiter.take(at(5), &limits).is_ok());
    }
}
