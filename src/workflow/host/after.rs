//! What follows a visit: drafts and matches of exactly what the visit changed.
//!
//! Must never look at all documents because one customer was edited: a large company has hundreds of thousands, and a
//! visit comes every few minutes. All of them are looked at only when something moved that every draft depends on
//! (accounts, items, terms, classes, tax codes, preferences, what was learnt), and then only if it differs from what
//! the last whole run drafted on. An outcome makes only those drafts anew that waited for it.

use super::{Host, Notice, Ordering, locked};
use crate::base::PostingKey;
use crate::books::{ListEntry, ListKind};
use crate::drafting::RoundingSeen;
use crate::handoff::answer::{Deleted, deleted_list};
use crate::store::{Result as Stored, Tx};
use crate::workflow::redraft::{self, ROUNDING_SEEN};
use crate::workflow::{Profile, Result, links};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// How long the last call of a visit waits for drafts to follow (`web-connector.md` 5: answer within 5 s).
const WAIT: Duration = Duration::from_secs(3);

/// What a visit changed of what drafts and matches are made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Something that every draft depends on may have moved.
    ground: bool,
    /// Entries of the name lists that are new, other than before, or gone.
    parties: BTreeSet<(ListKind, String)>,
    /// Outcomes arrived, or our transactions were looked at: a change that waited may go on, a cost may count now.
    outcomes: bool,
}

impl Changes {
    fn note(&mut self, list: ListKind, id: &str) {
        if matches!(list, ListKind::Customer | ListKind::Vendor | ListKind::Employee | ListKind::OtherName) {
            self.parties.insert((list, id.to_string()));
        } else {
            self.ground = true;
        }
    }

    /// The preferences of the company are others than before: a closing date that was set or lifted, for instance.
    pub(super) fn note_ground(&mut self) {
        self.ground = true;
    }

    /// Outcomes arrived, or our transactions were looked at.
    pub(super) fn note_outcomes(&mut self) {
        self.outcomes = true;
    }

    /// Takes the changes of another part of the visit over.
    pub(super) fn add(&mut self, other: Changes) {
        self.ground |= other.ground;
        self.outcomes |= other.outcomes;
        self.parties.extend(other.parties);
    }

    fn is_empty(&self) -> bool {
        !self.ground && !self.outcomes && self.parties.is_empty()
    }
}

/// Keeps an entry as QuickBooks showed it, and notes it where it is other than before.
pub(super) fn keep_entry(
    tx: &Tx<'_>,
    entry: &ListEntry,
    time_modified: &str,
    changes: &mut Changes,
) -> Stored<()> {
    if let ListEntry::Party(party) = entry
        && let Some(key) = PostingKey::parse(&party.external_guid)
        && tx.reader().sweep_since()?.is_some()
    {
        tx.keep_mark(&key.to_string(), party.id.as_str(), party.edit_sequence.as_str(), false)?;
    }
    if tx.keep_list_entry(entry, time_modified)? {
        changes.note(entry.list(), entry.id().as_str());
    }
    Ok(())
}

/// Marks an entry as gone, and notes it where it was still there.
pub(super) fn entry_deleted(tx: &Tx<'_>, gone: &Deleted, changes: &mut Changes) -> Stored<()> {
    if let Some(list) = deleted_list(gone)
        && tx.list_entry_deleted(list, &gone.id)?
    {
        tx.forget_mark_of(&gone.id)?;
        changes.note(list, &gone.id);
    }
    Ok(())
}

/// What the follower of a visit did, for whoever listens.
fn follow(profile: &Profile, changes: &Changes) -> Result<()> {
    let linked: HashSet<i64> = profile.store().read(|r| {
        let mut contacts = HashSet::new();
        for (_, id) in &changes.parties {
            contacts.extend(r.contacts_linked_to(id)?);
        }
        if changes.outcomes {
            contacts.extend(r.contacts_to_redraft()?);
        }
        Ok(contacts)
    })?;
    redraft::after_visit(profile, linked, changes.ground)?;
    if !changes.parties.is_empty() {
        links::propose(profile)?;
    }
    Ok(())
}

impl Host {
    /// Drafts and matches follow what a visit changed, away from the endpoint's thread. The visit's last call waits for
    /// them only as long as the Web Connector may be kept waiting; `idle` says busy until they are done.
    pub(super) fn work_in(&self, mut changes: Changes) {
        if !self.outside.works_in() {
            return;
        }
        if self.rounding_moved() {
            changes.note_ground();
        }
        if changes.is_empty() {
            return;
        }
        let (profile, working, notices) =
            (Arc::clone(&self.profile), Arc::clone(&self.working), self.notices.clone());
        let (done, wait) = std::sync::mpsc::sync_channel(1);
        self.working.fetch_add(1, Ordering::Relaxed);
        let thread = std::thread::Builder::new().name("after-visit".into()).spawn(move || {
            if let Err(problem) = follow(&profile, &changes) {
                // Nothing is lost: the next whole run looks at everything. But somebody should know.
                let text = crate::base::text::for_screen(&format!("{} {}", problem.happened, problem.do_now));
                drop(notices.send(Notice::Outcome { text }));
            }
            working.fetch_sub(1, Ordering::Relaxed);
            // The waiting call may have been answered meanwhile.
            let _ = done.send(());
        });
        match thread {
            Ok(_) => drop(wait.recv_timeout(WAIT)),
            Err(_) => drop(self.working.fetch_sub(1, Ordering::Relaxed)),
        }
    }

    /// Whether QuickBooks' own answers taught another rounding of tax than at the last look.
    fn rounding_moved(&self) -> bool {
        let Ok(seen) = self.profile.store().read(|r| r.meta_json::<RoundingSeen>(ROUNDING_SEEN)) else {
            return true;
        };
        let now = seen.unwrap_or_default().conclusion();
        locked(&self.rounding).replace(now).is_none_or(|before| before != now)
    }
}
