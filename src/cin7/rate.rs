//! Cin7's three rate limits as a pure gate: 3 in a second, 60 in a minute, 5,000 in 24 hours, at least 350 ms apart.
//!
//! Must never open because a clock jumped back, and must never stay shut because of it: a history that lies in the
//! future is moved to now. The limits and the rolling day: `cin7-api.md` 1, 10.
//!
//! A plain token bucket lets twice its size through one window, so this one remembers the requests themselves: each
//! of the last minute, and the day's in slots of a quarter of an hour, counted until a slot is wholly out. A request
//! counts from the moment its answer came, since Cin7 counted it some time before: however the network bunches
//! requests up, Cin7 never sees more than it allows.

use crate::base::Instant;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Requests in one second (`cin7-api.md` 1, known at second hand).
pub const PER_SECOND: usize = 3;
/// Requests in one minute (the same).
pub const PER_MINUTE: usize = 60;
/// Requests in a day, taken as rolling 24 hours (the day's border is a guess, `cin7-api.md` 1).
pub const PER_DAY: u64 = 5_000;
/// Smallest distance of two requests in milliseconds (`cin7-api.md` 10).
pub const SPACING_MS: i64 = 350;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// One slot of the day's count: a 96th of a day.
const SLOT_MS: i64 = DAY_MS / 96;

/// What has to survive a restart, in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BucketState {
    /// The requests of the last minute, oldest first.
    pub recent: VecDeque<i64>,
    /// The day's requests: when a slot ends, and how many fell into it; oldest first.
    pub day: VecDeque<(i64, u64)>,
    /// Shut until then, by Cin7's own word (429).
    pub shut_until: Option<i64>,
}

/// The gate.
#[derive(Clone, Debug)]
pub struct Bucket {
    state: BucketState,
    factor: i64,
}

impl Bucket {
    /// A gate that goes on from a stored state. `limit_factor` makes every window that many times shorter; above 1
    /// only against a simulator.
    #[must_use]
    pub fn new(state: BucketState, limit_factor: u32) -> Self {
        Bucket { state, factor: i64::from(limit_factor.max(1)) }
    }

    /// What to keep for the next start.
    #[must_use]
    pub fn state(&self) -> &BucketState {
        &self.state
    }

    /// How many times faster than Cin7's limits.
    #[must_use]
    pub fn factor(&self) -> u32 {
        u32::try_from(self.factor).unwrap_or(u32::MAX)
    }

    /// The earliest moment at which the next request may go; never before `now`.
    pub fn wait_until(&mut self, now: Instant) -> Instant {
        let now = now.as_millisecond();
        self.settle_clock(now);
        self.forget(now);
        let mut open = now;
        let recent = &self.state.recent;
        if let Some(last) = recent.back() {
            open = open.max(last + self.shorter(SPACING_MS));
        }
        if let Some(third) = recent.len().checked_sub(PER_SECOND).and_then(|at| recent.get(at)) {
            open = open.max(third + self.shorter(SECOND_MS));
        }
        if let Some(sixtieth) = recent.len().checked_sub(PER_MINUTE).and_then(|at| recent.get(at)) {
            open = open.max(sixtieth + self.shorter(MINUTE_MS));
        }
        open = open.max(self.day_opens()).max(self.state.shut_until.unwrap_or(open));
        instant_of(open)
    }

    /// Takes one request if the gate is open, else says when it will be.
    ///
    /// # Errors
    /// The moment at which the gate opens.
    pub fn take(&mut self, now: Instant) -> Result<(), Instant> {
        let open = self.wait_until(now);
        if open.as_millisecond() > now.as_millisecond() {
            return Err(open);
        }
        self.state.shut_until = None;
        let now = now.as_millisecond();
        self.state.recent.push_back(now);
        let slot = self.shorter(SLOT_MS);
        match self.state.day.back_mut() {
            Some((end, count)) if now < *end => *count += 1,
            _ => self.state.day.push_back((now + slot, 1)),
        }
        Ok(())
    }

    /// The answer of the request taken last has come (or it failed): it counts from now, rounded up to the next
    /// millisecond, since a window may be only a few of them long.
    pub fn answered(&mut self, now: Instant) {
        let now = now.as_millisecond() + i64::from(now.as_nanosecond() % 1_000_000 != 0);
        if let Some(last) = self.state.recent.back_mut()
            && *last < now
        {
            *last = now;
        }
    }

    /// Cin7 said to wait: shut until then.
    pub fn shut(&mut self, until: Instant) {
        let until = until.as_millisecond();
        self.state.shut_until = Some(self.state.shut_until.unwrap_or(until).max(until));
    }

    /// Requests that the day still allows.
    #[must_use]
    pub fn left_today(&self) -> u64 {
        PER_DAY.saturating_sub(self.used_today())
    }

    fn used_today(&self) -> u64 {
        self.state.day.iter().map(|(_, count)| *count).fold(0, u64::saturating_add)
    }

    /// A window in milliseconds, shortened by the factor and rounded up.
    fn shorter(&self, window: i64) -> i64 {
        (window + self.factor - 1) / self.factor
    }

    /// When the day's count next falls below its limit (in the past when it is below already).
    fn day_opens(&self) -> i64 {
        let mut over = (self.used_today() + 1).saturating_sub(PER_DAY);
        let mut opens = i64::MIN;
        for (end, count) in &self.state.day {
            if over == 0 {
                break;
            }
            over = over.saturating_sub(*count);
            opens = end.saturating_add(self.shorter(DAY_MS));
        }
        opens
    }

    /// A stored moment after `now` means that the clock went back: the whole history moves with it, so that the gate
    /// is as shut as if no time had passed, and not a moment longer.
    fn settle_clock(&mut self, now: i64) {
        let newest_request = self.state.recent.back().copied();
        let newest_slot = self.state.day.back().map(|(end, _)| end.saturating_sub(self.shorter(SLOT_MS)));
        let newest = newest_request.max(newest_slot);
        if let Some(ahead) = newest.and_then(|newest| newest.checked_sub(now))
            && ahead > 0
        {
            for stamp in &mut self.state.recent {
                *stamp = stamp.saturating_sub(ahead);
            }
            for (end, _) in &mut self.state.day {
                *end = end.saturating_sub(ahead);
            }
            self.state.shut_until = self.state.shut_until.map(|until| until.saturating_sub(ahead));
        }
        // Cin7 never tells anyone to wait for longer than its longest window.
        let longest = now.saturating_add(self.shorter(DAY_MS));
        self.state.shut_until = self.state.shut_until.map(|until| until.min(longest));
    }

    fn forget(&mut self, now: i64) {
        let minute = self.shorter(MINUTE_MS);
        while self.state.recent.len() > 1
            && (self.state.recent.len() > PER_MINUTE
                || self.state.recent.front().is_some_and(|at| at.saturating_add(minute) <= now))
        {
            self.state.recent.pop_front();
        }
        let day = self.shorter(DAY_MS);
        while self.state.day.front().is_some_and(|(end, _)| end.saturating_add(day) <= now) {
            self.state.day.pop_front();
        }
    }
}

fn instant_of(milliseconds: i64) -> Instant {
    Instant::from_millisecond(milliseconds).unwrap_or(Instant::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Instant {
        Instant::from_millisecond(1_770_000_000_000 + ms).unwrap()
    }

    fn ms(instant: Instant) -> i64 {
        instant.as_millisecond() - 1_770_000_000_000
    }

    /// Takes `count` requests as early as allowed and returns when each went.
    fn run(bucket: &mut Bucket, mut now: i64, count: usize) -> Vec<i64> {
        (0..count)
            .map(|_| {
                now = ms(bucket.wait_until(at(now)));
                bucket.take(at(now)).unwrap();
                now
            })
            .collect()
    }

    #[test]
    fn no_window_of_any_length_ever_holds_more_than_cin7_allows() {
        let mut bucket = Bucket::new(BucketState::default(), 1);
        let sent = run(&mut bucket, 0, 5_100);
        for (window, most) in [(SECOND_MS, PER_SECOND), (MINUTE_MS, PER_MINUTE), (DAY_MS, 5_000)] {
            for (first, later) in sent.iter().zip(sent.iter().skip(most)) {
                assert!(later - first >= window, "{most} in {window} ms: {first} {later}");
            }
        }
        assert!(sent.windows(2).all(|pair| pair[1] - pair[0] >= SPACING_MS));
        // The first minute is used to the full, and the day's rest waits for little more than a day.
        assert_eq!(sent[59], 59 * SPACING_MS);
        assert!(sent[5_000] <= DAY_MS + 2 * SLOT_MS);
    }

    #[test]
    fn the_count_survives_a_restart() {
        let mut bucket = Bucket::new(BucketState::default(), 1);
        let sent = run(&mut bucket, 0, 60);
        let kept = serde_json::to_string(bucket.state()).unwrap();
        let mut again = Bucket::new(serde_json::from_str(&kept).unwrap(), 1);
        assert_eq!(ms(again.wait_until(at(sent[59] + 400))), MINUTE_MS);
        assert_eq!(again.left_today(), 4_940);
    }

    #[test]
    fn a_clock_that_jumps_back_neither_opens_the_gate_nor_shuts_it_for_ever() {
        let mut bucket = Bucket::new(BucketState::default(), 1);
        let sent = run(&mut bucket, 0, 60);
        let year = 365 * DAY_MS;
        let open = ms(bucket.wait_until(at(sent[59] - year)));
        let wait = open - (sent[59] - year);
        assert_eq!(wait, MINUTE_MS - sent[59], "as shut as at the moment of the jump");
        assert_eq!(bucket.left_today(), 4_940);
    }

    #[test]
    fn a_request_counts_from_its_answer() {
        let mut bucket = Bucket::new(BucketState::default(), 1);
        bucket.take(at(0)).unwrap();
        bucket.answered(at(2_000));
        assert_eq!(bucket.take(at(2_100)), Err(at(2_350)));
        bucket.answered(at(3_000) + jiff::SignedDuration::from_micros(1));
        assert_eq!(bucket.take(at(3_100)), Err(at(3_351)), "never counted too early");
    }

    #[test]
    fn cin7s_word_shuts_the_gate_and_a_factor_shortens_every_window() {
        let mut bucket = Bucket::new(BucketState::default(), 1);
        bucket.shut(at(30_000));
        assert_eq!(bucket.take(at(0)), Err(at(30_000)));
        bucket.take(at(30_000)).unwrap();
        let mut fast = Bucket::new(BucketState::default(), 200);
        assert_eq!(run(&mut fast, 0, 3), [0, 2, 4]);
        assert_eq!(run(&mut fast, 300, 61)[60], 600);
    }
}
