//! The days of the story: when documents are dated, and how Cin7 writes such a day.
//!
//! Must write a day as local midnight of the company's zone, in UTC (`cin7-api.md` 4); a day is never a UTC day.

use crate::base::{Day, Instant, Zone};
use jiff::{SignedDuration, ToSpan};

/// The company's time zone.
pub const ZONE: &str = "America/New_York";
/// The first present of any story; the seed moves it by up to four weeks.
const FIRST_PRESENT: &str = "2026-03-05T15:00:00Z";
/// The first day on which ordinary documents are dated.
const FIRST_DAY: Day = jiff::civil::date(2026, 1, 2);
/// A day before the start month, for documents that come too early.
const BEFORE_START: Day = jiff::civil::date(2025, 12, 17);

/// The days of one world.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: Zone,
    now: Instant,
    last: Day,
}

/// The story's present, by the seed.
#[must_use]
pub fn present(seed: u64) -> Instant {
    let first: Instant = FIRST_PRESENT.parse().unwrap_or(Instant::UNIX_EPOCH);
    let days = i64::try_from(seed % 28).unwrap_or(0);
    first.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(first)
}

impl Calendar {
    /// The calendar of a present.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        let zone = Zone::named(ZONE).unwrap_or_else(|_| Zone::utc());
        let today = zone.day_of(now);
        Calendar { last: today.yesterday().unwrap_or(today), zone, now }
    }

    /// The day at `place` of `count` places, spread evenly from the first day to yesterday.
    #[must_use]
    pub fn day(&self, place: usize, count: usize) -> Day {
        let span = FIRST_DAY.until(self.last).map_or(0, |span| i64::from(span.get_days()));
        let place = i64::try_from(place).unwrap_or(0);
        let step = span * place / i64::try_from(count.max(1)).unwrap_or(1);
        FIRST_DAY.checked_add(step.days()).unwrap_or(FIRST_DAY)
    }

    /// A day before the start month.
    #[must_use]
    pub fn before_start(&self) -> Day {
        BEFORE_START
    }

    /// Some days later, but never after yesterday.
    #[must_use]
    pub fn later(&self, day: Day, days: i64) -> Day {
        day.checked_add(days.days()).unwrap_or(day).min(self.last)
    }

    /// A day as Cin7 writes it: local midnight in UTC.
    #[must_use]
    pub fn midnight(&self, day: Day) -> String {
        self.zone.midnight(day).to_string()
    }

    /// A time of a day, in minutes after local midnight; never after the present.
    #[must_use]
    pub fn at(&self, day: Day, minutes: i64) -> String {
        let midnight = self.zone.midnight(day);
        let time = midnight.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(midnight);
        time.min(self.now).to_string()
    }

    /// Minutes that the zone is ahead of UTC at the present; negative in America.
    #[must_use]
    pub fn offset_minutes(&self) -> i32 {
        let today = self.zone.day_of(self.now);
        let midnight = self.zone.midnight(today).as_second();
        let utc_midnight = Zone::utc().midnight(today).as_second();
        i32::try_from((utc_midnight - midnight) / 60).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_local_midnights_and_end_yesterday() {
        let calendar = Calendar::new(present(0));
        assert_eq!(calendar.midnight(calendar.day(0, 10)), "2026-01-02T05:00:00Z");
        assert!(calendar.day(9, 10) < calendar.last && calendar.last.to_string() == "2026-03-04");
        assert_eq!(calendar.later(calendar.last, 9), calendar.last);
        assert_eq!(calendar.offset_minutes(), -300);
    }

    #[test]
    fn summer_time_moves_the_hour() {
        let calendar = Calendar::new(present(27));
        assert_eq!(calendar.midnight("2026-03-20".parse().unwrap()), "2026-03-20T04:00:00Z");
        assert_eq!(calendar.offset_minutes(), -240);
    }
}
