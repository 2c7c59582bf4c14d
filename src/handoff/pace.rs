//! How many rows of a long answer are asked for at once: as many as this QuickBooks gives in good time.
//!
//! Must never let one page come near the Web Connector's time-out (its own value is not known, .NET's is 100 seconds:
//! `web-connector.md` 5; QuickBooks may take minutes for a page of a large file): a slow page is followed by smaller
//! ones, a page that never came by much smaller ones, and quick ones by larger ones again. What is learnt is kept from
//! visit to visit, so that a page that was too long is not asked for again.

use super::request::{Page, RequestSet};
use serde::{Deserialize, Serialize};

/// The whole page, in parts of a thousand.
const WHOLE: u32 = 1_000;
/// The least: a few rows, so that a visit always comes on.
const LEAST: u32 = 25;
/// The fewest rows of a page.
const ROWS: u32 = 5;
/// Seconds that a page should take.
const GOAL: u64 = 8;
/// A page that took longer is followed by smaller ones.
const SLOW: u64 = 15;
/// A page that took no longer is followed by a larger one.
const QUICK: u64 = 4;
/// What a page that never came leaves of the next one, and the least that it leaves: it may have been lost for another
/// reason.
const LOST: u32 = 4;
const LEAST_LOST: u32 = 100;

/// How large pages are now, beside the largest (`base::limits`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace(u32);

impl Default for Pace {
    fn default() -> Self {
        Pace(WHOLE)
    }
}

impl Pace {
    /// Cuts the pages of a set; whether it asks for any.
    pub fn cut(self, set: &mut RequestSet) -> bool {
        let mut paged = false;
        for (_, request) in &mut set.requests {
            if let Some(Page::Start { max } | Page::Continue { max, .. }) = request.page_mut() {
                *max = (u64::from(*max) * u64::from(self.0) / u64::from(WHOLE)).try_into().unwrap_or(*max);
                *max = (*max).max(ROWS);
                paged = true;
            }
        }
        paged
    }

    /// A page came after so many seconds.
    #[must_use]
    pub fn after(self, seconds: u64) -> Self {
        let parts = if seconds > SLOW {
            let parts = u64::from(self.0) * GOAL / seconds;
            u32::try_from(parts).unwrap_or(LEAST)
        } else if seconds <= QUICK {
            self.0.saturating_mul(2)
        } else {
            self.0
        };
        Pace(parts.clamp(LEAST, WHOLE))
    }

    /// A page never came.
    #[must_use]
    pub fn after_none(self) -> Self {
        Pace((self.0 / LOST).max(LEAST_LOST.min(self.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::ListKind;
    use crate::handoff::request::Request;

    fn rows(pace: Pace) -> u32 {
        let page = Page::Start { max: 200 };
        let request = Request::List { list: ListKind::Customer, since: None, page };
        let mut set = RequestSet::questions(vec![("l".into(), request)]);
        assert!(pace.cut(&mut set));
        match &set.requests[0].1 {
            Request::List { page: Page::Start { max }, .. } => *max,
            other => panic!("{other:?}"),
        }
    }

    /// The seconds of one page after the other on a QuickBooks that needs so long for a row.
    fn pages(milliseconds_a_row: u64) -> Vec<u64> {
        let mut pace = Pace::default();
        (0..30)
            .map(|_| {
                let seconds = u64::from(rows(pace)) * milliseconds_a_row / 1_000;
                pace = pace.after(seconds);
                seconds
            })
            .collect()
    }

    #[test]
    fn however_slow_quickbooks_is_pages_soon_stay_far_from_any_time_out() {
        assert_eq!(rows(Pace::default()), 200, "a quick one gives whole pages");
        for milliseconds in [0, 1, 10, 50, 100, 400, 1_000, 3_000] {
            let seconds = pages(milliseconds);
            assert!(seconds[2..].iter().all(|s| *s <= SLOW), "{milliseconds} ms a row: {seconds:?}");
        }
        // And none is smaller than it need be.
        assert!(pages(100)[2..].iter().all(|s| *s >= 4), "{:?}", pages(100));
    }

    #[test]
    fn a_page_that_never_came_is_followed_by_much_smaller_ones_and_quick_ones_grow_again() {
        let mut pace = Pace::default().after_none();
        assert_eq!(rows(pace), 50);
        for _ in 0..9 {
            pace = pace.after_none();
        }
        assert_eq!(rows(pace), 20, "it may have been lost for another reason");
        assert_eq!(
            rows(Pace::default().after(900).after_none()),
            5,
            "but a slow one is not asked for more again"
        );
        for _ in 0..9 {
            pace = pace.after(0);
        }
        assert_eq!(rows(pace), 200);
    }

    #[test]
    fn what_has_no_pages_is_left_as_it_is() {
        let questions = vec![("h".into(), Request::Host), ("p".into(), Request::Preferences)];
        let mut set = RequestSet::questions(questions);
        let before = set.clone();
        assert!(!Pace::default().after_none().cut(&mut set));
        assert_eq!(set, before);
    }
}
