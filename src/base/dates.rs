//! Instants in UTC, civil days in the company's zone, and months made of civil days.
//!
//! Must never derive a day or a month from a UTC instant without the company's zone: cutting at the `T`
//! moves documents across month ends (`cin7-api.md` 4).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A moment in UTC.
pub type Instant = jiff::Timestamp;
/// A civil day as it stands in a ledger.
pub type Day = Date;

/// The company's time zone, by its IANA name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// The zone's name is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone `{0}`")]
pub struct UnknownZone(pub String);

impl Zone {
    /// Looks the zone up by its IANA name (`America/New_York`).
    ///
    /// # Errors
    /// [`UnknownZone`] when there is no zone of that name.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        match TimeZone::get(name.trim()) {
            Ok(rules) => Ok(Zone { name: name.trim().to_string(), rules }),
            Err(_) => Err(UnknownZone(name.to_string())),
        }
    }

    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Zone { name: "UTC".to_string(), rules: TimeZone::UTC }
    }

    /// The IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The civil day of an instant in this zone.
    #[must_use]
    pub fn day_of(&self, instant: Instant) -> Day {
        self.rules.to_datetime(instant).date()
    }

    /// `YYYY-MM-DD HH:MM` in this zone, for people.
    #[must_use]
    pub fn clock_of(&self, instant: Instant) -> String {
        self.rules.to_datetime(instant).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// `HH:MM` in this zone, for people.
    #[must_use]
    pub fn time_of(&self, instant: Instant) -> String {
        self.rules.to_datetime(instant).strftime("%H:%M").to_string()
    }

    /// The same of an instant that is kept as text; a text that is none stays as it is.
    #[must_use]
    pub fn clock_text(&self, at: &str) -> String {
        at.parse().map_or_else(|_| at.to_string(), |at| self.clock_of(at))
    }

    /// `HH:MM` of an instant that is kept as text; a text that is none stays as it is.
    #[must_use]
    pub fn time_text(&self, at: &str) -> String {
        at.parse().map_or_else(|_| at.to_string(), |at| self.time_of(at))
    }

    /// The civil day of an instant that is kept as text; a text that is none stays as it is.
    #[must_use]
    pub fn day_text(&self, at: &str) -> String {
        at.parse().map_or_else(|_| at.to_string(), |at| self.day_of(at).to_string())
    }

    /// The instant of local midnight at the start of a day (the first instant that exists of it).
    #[must_use]
    pub fn midnight(&self, day: Day) -> Instant {
        day.to_zoned(self.rules.clone()).map_or(Instant::UNIX_EPOCH, |zoned| zoned.timestamp())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.name)
    }
}
impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Zone::named(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

/// A calendar month, `YYYY-MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

/// The text is no `YYYY-MM`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no month; write it as YYYY-MM")]
pub struct NotAMonth(pub String);

impl Month {
    /// The month of a civil day.
    #[must_use]
    pub fn of(day: Day) -> Self {
        Month { year: day.year(), month: day.month() }
    }

    /// The first day of the month.
    #[must_use]
    pub fn first_day(self) -> Day {
        Day::new(self.year, self.month, 1).unwrap_or(Day::ZERO)
    }

    /// The last day of the month.
    #[must_use]
    pub fn last_day(self) -> Day {
        self.first_day().last_of_month()
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        if self.month == 12 {
            Month { year: self.year.saturating_add(1), month: 1 }
        } else {
            Month { year: self.year, month: self.month + 1 }
        }
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        if self.month == 1 {
            Month { year: self.year.saturating_sub(1), month: 12 }
        } else {
            Month { year: self.year, month: self.month - 1 }
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}", self.year, self.month))
    }
}
impl FromStr for Month {
    type Err = NotAMonth;
    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let wrong = || NotAMonth(text.to_string());
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        if year.len() != 4 || month.len() != 2 {
            return Err(wrong());
        }
        let (year, month) = (year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?);
        Day::new(year, month, 1).map_err(|_| wrong())?;
        Ok(Month { year, month })
    }
}
impl Serialize for Month {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_valued_instant_belongs_to_the_companys_day_not_to_utcs() {
        let sydney = Zone::named("Australia/Sydney").unwrap();
        let instant: Instant = "2026-02-28T13:00:00Z".parse().unwrap();
        assert_eq!(sydney.day_of(instant).to_string(), "2026-03-01");
        assert_eq!(Month::of(sydney.day_of(instant)).to_string(), "2026-03");
        let new_york = Zone::named("America/New_York").unwrap();
        assert_eq!(new_york.day_of("2026-07-05T04:00:00Z".parse().unwrap()).to_string(), "2026-07-05");
        assert_eq!(new_york.midnight("2026-02-05".parse().unwrap()).to_string(), "2026-02-05T05:00:00Z");
    }

    #[test]
    fn an_instant_kept_as_text_is_told_in_the_zone_and_what_is_none_stays_as_it_is() {
        let zone = Zone::named("America/New_York").unwrap();
        let at = "2026-03-01T02:05:00Z";
        assert_eq!(zone.clock_text(at), "2026-02-28 21:05");
        assert_eq!((zone.time_text(at), zone.day_text(at)), ("21:05".into(), "2026-02-28".into()));
        assert_eq!(
            [zone.clock_text("never"), zone.time_text(""), zone.day_text("2026")],
            ["never", "", "2026"]
        );
    }

    #[test]
    fn a_month_is_read_strictly() {
        let december: Month = "2025-12".parse().unwrap();
        assert_eq!((december.next().to_string(), december.next().previous()), ("2026-01".into(), december));
        assert_eq!("2026-11".parse::<Month>().unwrap().last_day().to_string(), "2026-11-30");
        assert!("2026-13".parse::<Month>().is_err());
        assert!("26-11".parse::<Month>().is_err());
    }
}
