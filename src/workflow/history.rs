//! Step 7, History: batches, visits, events, and the check of the event chain.
//!
//! Must never change anything.

use super::{Profile, Result};
use crate::base::BatchId;
use crate::store::events::{Event, EventHead};
use crate::store::meta::Visit;
use crate::store::operations::{Batch, Operation};
use serde::Serialize;

/// Batches shown at once.
const BATCHES: usize = 500;
/// Operations of a batch shown at once.
const OPERATIONS: usize = 5_000;

/// What the check of the event chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// Events walked.
    pub events: i64,
    /// Where the chain ends, if it holds.
    pub head: Option<EventHead>,
    /// Number of the first event that does not fit.
    pub broken_at: Option<i64>,
}

/// The newest batches.
///
/// # Errors
/// What the store says.
pub fn batches(profile: &Profile) -> Result<Vec<Batch>> {
    Ok(profile.store().read(|r| r.batches(BATCHES))?)
}

/// The operations of a batch.
///
/// # Errors
/// What the store says.
pub fn batch_operations(profile: &Profile, batch: BatchId) -> Result<Vec<Operation>> {
    Ok(profile.store().read(|r| r.batch_operations(batch, OPERATIONS))?)
}

/// Events older than `before`, newest first.
///
/// # Errors
/// What the store says.
pub fn events(profile: &Profile, before: i64, limit: usize) -> Result<Vec<Event>> {
    Ok(profile.store().read(|r| r.events(before, limit))?)
}

/// The newest visits of the Web Connector.
///
/// # Errors
/// What the store says.
pub fn visits(profile: &Profile) -> Result<Vec<Visit>> {
    Ok(profile.store().read(|r| r.visits(100))?)
}

/// Walks the event chain, handing each event over.
///
/// # Errors
/// What the store says.
pub fn audit(profile: &Profile, mut each: impl FnMut(&Event)) -> Result<AuditReport> {
    let mut events = 0;
    let result = profile.store().read(|r| {
        r.verify_events(|event| {
            events += 1;
            each(event);
        })
    })?;
    Ok(match result {
        Ok(head) => AuditReport { events, head: Some(head), broken_at: None },
        Err(seq) => AuditReport { events, head: None, broken_at: Some(seq) },
    })
}

/// Checks the event chain.
///
/// # Errors
/// What the store says.
pub fn audit_verify(profile: &Profile) -> Result<AuditReport> {
    audit(profile, |_| ())
}
