//! Reading a list to its end without skipping a row, while people go on editing it.
//!
//! Must never take a short page for the end (only an empty one is), must never advance the watermark itself, and must
//! never run without end. By key: each page asks for ids above the last one seen, so nothing that happens meanwhile
//! can shift a row out of sight. Where an account refuses a filter on id, by page number: rows seen twice are dropped,
//! and a list whose rows can vanish is swept again until nothing new turns up (`cin7-api.md` 3; design 8.1).

use super::errors;
use super::read::{Page, RawRecord};
use super::request::{Request, cin7_time};
use super::resource::Resource;
use crate::base::{Instant, Problem, limits};
use jiff::SignedDuration;
use std::collections::HashMap;

/// How far back invoiced documents are read again for their cost where an account cannot filter by
/// `modifiedCOGSDate` (`cin7-api.md` 3, a guess).
pub const RECOST_DAYS: i64 = 60;
/// Sweeps by page number over a list whose rows can vanish.
const SWEEPS: u32 = 3;

/// One reading of a list under one condition. Modified and re-costed documents are two passes (design 8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Everything.
    All,
    /// `modifiedDate` at or after the moment.
    Modified(Instant),
    /// `modifiedCOGSDate` at or after the moment.
    Recosted(Instant),
    /// Invoiced at or after the moment: in place of [`Pass::Recosted`] where that filter is refused.
    Invoiced(Instant),
}

/// The passes of a fetch. `since` is the watermark of the last successful run (its `run_started`); the overlap is
/// taken off here. `now` is only used for the fall-back of the cost pass.
#[must_use]
pub fn passes(resource: Resource, since: Option<Instant>, full: bool) -> Vec<Pass> {
    let Some(since) = since.filter(|_| !full) else { return vec![Pass::All] };
    let from = earlier(since, SignedDuration::from_mins(limits::CIN7_OVERLAP_MINUTES));
    let mut passes = vec![Pass::Modified(from)];
    if resource.costed_by().is_some() {
        passes.push(Pass::Recosted(from));
    }
    passes
}

/// Whether the account lets us filter by id; learnt on the first page, kept for the following passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Keys {
    #[default]
    Untried,
    Work,
    Refused,
}

#[derive(Clone, Debug)]
enum Cursor {
    Key { last: i64 },
    Number { page: u32, previous: Vec<i64> },
    End,
}

/// The reading of one pass.
#[derive(Clone, Debug)]
pub struct Paging {
    resource: Resource,
    pass: Pass,
    keys: Keys,
    cursor: Cursor,
    pages: u32,
    sweep: u32,
    new_in_sweep: bool,
    /// By page number only: what was seen, with its `modifiedDate`.
    seen: HashMap<i64, Option<Instant>>,
}

impl Paging {
    /// Starts a pass.
    #[must_use]
    pub fn new(resource: Resource, pass: Pass, keys: Keys) -> Self {
        Paging {
            resource,
            pass,
            keys,
            cursor: first(keys),
            pages: 0,
            sweep: 1,
            new_in_sweep: false,
            seen: HashMap::new(),
        }
    }

    /// What was learnt about filters on id.
    #[must_use]
    pub fn keys(&self) -> Keys {
        self.keys
    }

    /// The pass as it stands: a cost pass may have become one over recent invoices.
    #[must_use]
    pub fn pass(&self) -> Pass {
        self.pass
    }

    /// The next request; None at the end.
    #[must_use]
    pub fn request(&self) -> Option<Request> {
        let (page, key) = match &self.cursor {
            Cursor::Key { last } => (1, Some(format!("id>{last}"))),
            Cursor::Number { page, .. } => (*page, None),
            Cursor::End => return None,
        };
        let date = |name: &str, from: Instant| Some(format!("{name}>='{}'", cin7_time(from)));
        let when = match self.pass {
            Pass::All => None,
            Pass::Modified(from) => date("modifiedDate", from),
            Pass::Recosted(from) => date("modifiedCOGSDate", from),
            Pass::Invoiced(from) => date(self.resource.costed_by().unwrap_or("modifiedDate"), from),
        };
        let filter = [when, key].into_iter().flatten().collect::<Vec<_>>().join(" AND ");
        Some(Request {
            resource: self.resource,
            filter: (!filter.is_empty()).then_some(filter),
            page,
            rows: limits::CIN7_ROWS,
        })
    }

    /// Takes the page that answers the request and returns the records to keep.
    ///
    /// # Errors
    /// CIN7-PAGE when the pages do not move on, or when there are more of them than any account has.
    pub fn accept(&mut self, page: Page) -> Result<Vec<RawRecord>, Problem> {
        self.pages += 1;
        if self.pages > limits::CIN7_PAGES {
            return Err(errors::pages_stand_still(self.resource, "there are too many of them"));
        }
        match std::mem::replace(&mut self.cursor, Cursor::End) {
            Cursor::Key { last } => Ok(self.accept_by_key(last, page)),
            Cursor::Number { page: number, previous } => self.accept_by_number(number, &previous, page),
            Cursor::End => Ok(Vec::new()),
        }
    }

    /// Cin7 refused the filter (400). Returns whether there is another way to ask; `now` is the present moment.
    pub fn refused(&mut self, now: Instant) -> bool {
        match (&self.cursor, self.keys) {
            (Cursor::Key { .. }, Keys::Untried) => {
                self.by_number();
                true
            }
            _ if matches!(self.pass, Pass::Recosted(_)) => {
                self.pass = Pass::Invoiced(earlier(now, SignedDuration::from_hours(24 * RECOST_DAYS)));
                self.cursor = first(self.keys);
                true
            }
            _ => false,
        }
    }

    fn by_number(&mut self) {
        self.keys = Keys::Refused;
        self.cursor = first(self.keys);
    }

    fn accept_by_key(&mut self, last: i64, page: Page) -> Vec<RawRecord> {
        self.keys = Keys::Work;
        if page.received == 0 {
            return Vec::new();
        }
        let mut records = page.records;
        // A row that comes twice within its page is one row: the newer of the two.
        records.dedup_by(|later, kept| {
            let same = later.id == kept.id;
            if same && later.modified > kept.modified {
                std::mem::swap(later, kept);
            }
            same
        });
        let mut before = last;
        let rises = records.iter().all(|record| std::mem::replace(&mut before, record.id) < record.id);
        if rises && before > last {
            self.cursor = Cursor::Key { last: before };
        } else {
            // Not one readable id to go on from, or Cin7 took the filter and the order and did not follow them.
            self.by_number();
        }
        records
    }

    fn accept_by_number(
        &mut self,
        number: u32,
        previous: &[i64],
        page: Page,
    ) -> Result<Vec<RawRecord>, Problem> {
        if page.received == 0 {
            if self.resource.rows_can_vanish() && self.new_in_sweep && self.sweep < SWEEPS {
                self.sweep += 1;
                self.new_in_sweep = false;
                self.cursor = first(Keys::Refused);
            }
            return Ok(Vec::new());
        }
        let ids: Vec<i64> = page.records.iter().map(|record| record.id).collect();
        if !ids.is_empty() && ids == previous {
            return Err(errors::pages_stand_still(self.resource, "the same page came twice"));
        }
        self.cursor = Cursor::Number { page: number + 1, previous: ids };
        Ok(page.records.into_iter().filter(|record| self.is_news(record)).collect())
    }

    fn is_news(&mut self, record: &RawRecord) -> bool {
        match self.seen.insert(record.id, record.modified) {
            None => {
                self.new_in_sweep = true;
                true
            }
            Some(before) if before <= record.modified => before != record.modified,
            Some(before) => {
                self.seen.insert(record.id, before);
                false
            }
        }
    }
}

fn first(keys: Keys) -> Cursor {
    match keys {
        Keys::Untried | Keys::Work => Cursor::Key { last: 0 },
        Keys::Refused => Cursor::Number { page: 1, previous: Vec::new() },
    }
}

fn earlier(instant: Instant, by: SignedDuration) -> Instant {
    instant.checked_sub(by).unwrap_or(Instant::MIN)
}

#[cfg(test)]
#[path = "paging_tests.rs"]
mod tests;
