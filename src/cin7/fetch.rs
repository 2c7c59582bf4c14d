//! What a fetch tells while it runs, whom it hands its records to, and what it leaves.
//!
//! Must never promise an end that Cin7 does not tell: the API has no total, so there is no percentage, only rows,
//! requests and honest waits (`cin7-api.md` 2).

use super::rate::BucketState;
use super::read::{RawRecord, RowProblem};
use super::resource::Resource;
use crate::base::{Instant, Problem};

/// Why a fetch is waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingFor {
    /// Our own keeping of Cin7's limits.
    RateLimit,
    /// Cin7 said that there were too many requests.
    TooManyRequests,
    /// A fault of Cin7 or of the network, about to be tried again.
    Fault,
}

impl WaitingFor {
    /// The reason in a person's words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            WaitingFor::RateLimit => "keeping to Cin7's request limit",
            WaitingFor::TooManyRequests => "Cin7 asked us to wait",
            WaitingFor::Fault => "Cin7 did not answer properly; trying again",
        }
    }
}

/// How far a fetch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The list being read.
    pub resource: Resource,
    /// Which of its passes, from 1.
    pub pass: usize,
    /// How many passes it has.
    pub passes: usize,
    /// Rows read so far, in all passes.
    pub rows: u64,
    /// Requests made so far, repeats included.
    pub requests: u64,
    /// Requests that Cin7 still allows today.
    pub left_today: u64,
    /// Nothing happens before this moment, and why.
    pub waiting: Option<(Instant, WaitingFor)>,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Flow {
    Go,
    Stop,
}

/// What became of the records of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Never seen before.
    pub new: u64,
    /// Seen before with another content.
    pub changed: u64,
    /// Seen before with this content.
    pub unchanged: u64,
}

/// Where the records go: the store, behind the workflow.
pub trait Sink: Send {
    /// Keeps the records of one page, all or none, together with what is wrong with rows.
    ///
    /// # Errors
    /// A [`Problem`] of the store; the fetch ends with it and the watermark stays.
    fn save(&mut self, records: Vec<RawRecord>, problems: Vec<RowProblem>) -> Result<Saved, Problem>;

    /// Keeps the count of requests, so that a restart does not overstep Cin7's limits.
    ///
    /// # Errors
    /// A [`Problem`] of the store; the fetch ends with it.
    fn bucket(&mut self, state: &BucketState) -> Result<(), Problem>;
}

/// A list read to its end. Only now may the watermark become `run_started`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchOutcome {
    /// The list.
    pub resource: Resource,
    /// Records handed to the sink.
    pub rows: u64,
    /// Pages read, the empty ones at the end included.
    pub pages: u64,
    /// Requests made, repeats included.
    pub requests: u64,
    /// As the sink counted.
    pub saved: Saved,
    /// Rows or fields that could not be read.
    pub problems: u64,
    /// Cin7's own time of the first answer, else our clock's: the next watermark.
    pub run_started: Instant,
}
