//! Guessing the account's time zone from its own dates.
//!
//! Must never decide: it proposes, with the count that speaks for each zone, and a person confirms. Day-valued dates
//! are midnights of the account's zone written in UTC (`cin7-api.md` 4).

use crate::base::{Instant, Zone};

/// The zones of the United States, the more populous first: on a tie the earlier one is proposed first.
pub const US_ZONES: [&str; 7] = [
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Denver",
    "America/Phoenix",
    "America/Anchorage",
    "Pacific/Honolulu",
];

/// A zone and what speaks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneGuess {
    /// IANA name.
    pub zone: String,
    /// How many of the dates are midnights there.
    pub midnights: usize,
    /// How many dates were looked at.
    pub of: usize,
}

/// The US zones in which these day-valued dates (invoice dates, not times of dispatch) are midnights, best first;
/// empty when they are midnights in none of them.
#[must_use]
pub fn guess_zone(dates: &[Instant]) -> Vec<ZoneGuess> {
    let mut guesses: Vec<ZoneGuess> = US_ZONES
        .iter()
        .filter_map(|name| Zone::named(name).ok())
        .map(|zone| ZoneGuess {
            zone: zone.name().to_string(),
            midnights: dates.iter().filter(|date| zone.midnight(zone.day_of(**date)) == **date).count(),
            of: dates.len(),
        })
        .filter(|guess| guess.midnights > 0)
        .collect();
    guesses.sort_by_key(|guess| std::cmp::Reverse(guess.midnights));
    guesses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(texts: &[&str]) -> Vec<Instant> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn summer_and_winter_midnights_together_name_the_zone() {
        let eastern = dates(&["2026-02-05T05:00:00Z", "2026-07-05T04:00:00Z", "2026-02-01T03:30:00Z"]);
        let guesses = guess_zone(&eastern);
        assert_eq!(guesses[0], ZoneGuess { zone: "America/New_York".into(), midnights: 2, of: 3 });
        assert_eq!(
            guess_zone(&dates(&["2026-01-05T07:00:00Z", "2026-07-05T07:00:00Z"]))[0].zone,
            "America/Phoenix"
        );
    }

    #[test]
    fn dates_that_are_no_midnights_propose_nothing() {
        assert!(guess_zone(&dates(&["2026-02-05T17:21:09Z"])).is_empty());
        assert!(guess_zone(&[]).is_empty());
    }
}
