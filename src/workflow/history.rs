//! Step 7, History: batches, visits, events, and the check of the event chain.
//!
//! Must never change anything.

use super::{Profile, Result, older_copy};
use crate::base::text::fold;
use crate::base::{BatchId, DraftId};
use crate::books::find::lists::Asked;
use crate::books::{PartyList, TxnKind};
use crate::handoff::replay::{self, Replay};
use crate::store::drafts::DraftFilter;
use crate::store::events::{Event, EventHead, EventsFrom};
use crate::store::meta::Visit;
use crate::store::operations::{Batch, Operation};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

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

/// Events that a filter line asks for, along the chain from a place.
///
/// # Errors
/// What the store says.
pub fn events_asked(profile: &Profile, from: EventsFrom, limit: usize, asked: &Asked) -> Result<Vec<Event>> {
    let zone = profile.settings().timezone;
    let has = |event: &Event| {
        if asked.is_everything() {
            return true;
        }
        let who = fold(&event.actor);
        let day = zone.day_text(&event.at);
        asked.has_day(&day)
            && asked.allows("who", |word| who.contains(word))
            && asked.allows("state", |_| false)
            && asked.has_text(&fold(&format!("{} {} {who}", event.kind.replace('_', " "), event.subject)))
    };
    Ok(profile.store().read(|r| r.events_found(from, limit, has))?)
}

/// What events are about, in words that people know, by their subjects: documents by number, contacts by name.
///
/// # Errors
/// What the store says.
pub fn named(profile: &Profile, events: &[Event]) -> Result<BTreeMap<String, String>> {
    let subjects: BTreeSet<&str> = events.iter().map(|event| event.subject.as_str()).collect();
    Ok(profile.store().read(|r| {
        let mut names = BTreeMap::new();
        for subject in subjects {
            let parts: Vec<&str> = subject.split('/').collect();
            let name = match parts.as_slice() {
                ["draft", id] => match id.parse() {
                    Ok(id) => r.draft_rows(&[DraftId(id)])?.pop().map(|row| {
                        let kind = row.kind.map_or("document", TxnKind::title);
                        format!("{kind} {}", row.number())
                    }),
                    Err(_) => None,
                },
                ["Contact", id, role] => {
                    let list = if *role == PartyList::Vendor.word() {
                        PartyList::Vendor
                    } else {
                        PartyList::Customer
                    };
                    let who = id.parse().map(|id| (id, list));
                    let row = match who {
                        Ok(who) => r.match_window(&[who])?.pop(),
                        Err(_) => None,
                    };
                    row.map(|row| row.name)
                }
                ["batch", id] => Some(format!("batch {id}")),
                ["Item", name] => Some((*name).to_string()),
                _ => None,
            };
            names.extend(name.map(|name| (subject.to_string(), name)));
        }
        Ok(names)
    })?)
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

/// Holds a report against what this computer remembers outside of the profile: events that are missing at the end of
/// the chain break it too. What is remembered of a copy that stands elsewhere says nothing of this one.
///
/// # Errors
/// What the store says.
pub fn held_against_memory(profile: &Profile, report: AuditReport, state: &Path) -> Result<AuditReport> {
    let Some(known) = older_copy::remembered(profile, state) else { return Ok(report) };
    let cut = profile.store().read(|r| older_copy::is_older(r, Some(&known)))?;
    if !cut || report.broken_at.is_some() {
        return Ok(report);
    }
    let end = report.head.as_ref().map_or(0, |head| head.seq);
    Ok(AuditReport { broken_at: Some((end + 1).min(known.seq)), head: None, ..report })
}

/// Checks the event chain.
///
/// # Errors
/// What the store says.
pub fn audit_verify(profile: &Profile) -> Result<AuditReport> {
    audit(profile, |_| ())
}

/// Replays the event chain and holds it against the store: the drafts that stand elsewhere than the log says, in
/// words (`exactly-once.md` I16). Empty = it replays to the same state.
///
/// # Errors
/// What the store says.
pub fn replay(profile: &Profile) -> Result<Vec<String>> {
    Ok(profile.store().read(|r| {
        let mut replay = Replay::default();
        if let Err(seq) = r.verify_events(|event| replay.event(&event.kind, &event.subject, &event.body))? {
            return Ok(vec![format!("The chain is broken at event {seq}.")]);
        }
        let mut found = Vec::new();
        let known = replay.standings();
        r.each_draft(&DraftFilter::default(), |row| {
            let told = known.get(&row.id.0).copied().unwrap_or_default();
            let state = Some(row.state).filter(|state| replay::is_told(*state));
            if state != told.draft {
                found.push(format!(
                    "draft {} is {}, the log says {:?}",
                    row.id,
                    row.state.word(),
                    told.draft
                ));
            }
            let change = row.proposal.filter(|state| replay::is_told_of_a_change(*state));
            if change != told.change {
                found.push(format!(
                    "the change of draft {} is {change:?}, the log says {:?}",
                    row.id, told.change
                ));
            }
            Ok(())
        })?;
        Ok(found)
    })?)
}
