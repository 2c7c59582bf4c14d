//! How the desk works where `drill` has taken one of its defences away.
//!
//! Must do nothing at all while every defence stands: each function begins with that question. What a missing defence
//! means: `exactly-once.md` 2, 5, 6 and 8.1.

use super::{Host, Planned, Session, work};
use crate::base::{OperationId, SetId};
use crate::books::{ListEntry, OperationKind, OperationState};
use crate::handoff::{AnswerSet, Defence, Found, RequestSet, Stop};
use crate::qbxml;
use crate::store::operations::Operation;
use crate::store::{StoreError, Tx};
use crate::workflow::Result;

impl Host {
    /// Whether a set may leave: W1 and W6.
    pub(super) fn is_durable(&self, session: &Session, planned: &Planned) -> Result<bool> {
        if !self.stands(Defence::PersistFirst) {
            return Ok(true);
        }
        match self.make_durable(session, planned) {
            Err(_) if !self.stands(Defence::NothingOnFailure) => Ok(true),
            other => other,
        }
    }

    /// Without W1 what left is made durable when its answer comes.
    pub(super) fn catch_up(&self, session: &Session) {
        if self.stands(Defence::PersistFirst) {
            return;
        }
        if let Some(out) = &session.out {
            let _ = self.make_durable(session, out);
        }
    }

    /// Without W4 each set deletes the record of the one before; without ruling 4 it carries another Add.
    pub(super) fn weaken(&self, bytes: String, operation: Option<OperationId>) -> String {
        let Some(operation) = operation else { return bytes };
        let mut bytes = bytes;
        if !self.stands(Defence::KeepRecords)
            && let Some(before) = self.set_before()
        {
            bytes = bytes.replacen(
                " newMessageSetID=",
                &format!(" oldMessageSetID=\"{before}\" newMessageSetID="),
                1,
            );
        }
        if !self.stands(Defence::OneAdd)
            && let Some(another) = self.another_add(operation)
        {
            bytes = bytes.replacen("</QBXMLMsgsRq>", &format!("{another}</QBXMLMsgsRq>"), 1);
        }
        bytes
    }

    fn set_before(&self) -> Option<String> {
        let read = self.profile.store().read(|r| {
            let Some(done) = r.canary_candidates(1)?.pop() else { return Ok(None) };
            Ok(r.newest_set(done.id)?.map(|set| set.id))
        });
        read.ok().flatten()
    }

    fn another_add(&self, operation: OperationId) -> Option<String> {
        let now = self.now();
        let read = self.profile.store().read(|r| {
            let (priority, id) = r.place_of(operation)?;
            let Some(next) = r.queued_after(priority, id, &now, 1)?.pop() else { return Ok(None) };
            match work::bind(r, &next)? {
                work::Bound::Ready(work) if next.kind == OperationKind::TxnAdd => Ok(Some(work.request())),
                _ => Ok(None),
            }
        });
        let request = read.ok().flatten()?;
        let requests = vec![("w2".to_string(), request)];
        let set = RequestSet { set_id: Some(SetId::from_random(2)), stop: Stop::OnError, requests };
        let whole = qbxml::write::message(&set).ok()?;
        let from = whole.find("QBXMLMsgsRq")?;
        let from = from + whole.get(from..)?.find('>')? + 1;
        whole.get(from..whole.find("</QBXMLMsgsRq>")?).map(ToString::to_string)
    }

    /// Without W3 a re-send is written anew; without the rule of the same bytes it gets a fresh id.
    pub(super) fn weaken_resend(&self, bytes: String, set: &SetId) -> Result<(String, SetId, bool)> {
        if !self.stands(Defence::StoredBytes) {
            return Ok((bytes.replacen("requestID=\"w1\"", "requestID=\"w3\"", 1), set.clone(), true));
        }
        if self.stands(Defence::SameId) {
            return Ok((bytes, set.clone(), true));
        }
        let fresh = SetId::from_random(self.outside.random()?);
        Ok((bytes.replacen(set.as_str(), fresh.as_str(), 1), fresh, false))
    }
}

/// Without the fixed mark an answer shows of ours only what people can edit.
pub(super) fn hide_marks(answers: &mut AnswerSet) {
    for answer in &mut answers.answers {
        match &mut answer.found {
            Found::Txns(seen) => {
                for txn in seen.iter_mut() {
                    txn.guid = None;
                }
                // By the tag alone: what merely looks alike is not looked at either.
                seen.retain(|txn| txn.memo.contains("[C7:"));
            }
            Found::List(entries) => {
                for seen in entries {
                    if let ListEntry::Party(party) = &mut seen.entry {
                        party.external_guid.clear();
                    }
                }
            }
            _ => {}
        }
    }
}

/// Without R4 a late answer takes up again what was settled.
pub(super) fn unsettle(tx: &Tx<'_>, row: &Operation) -> std::result::Result<(), StoreError> {
    if row.state.is_final() { tx.move_operation(row.id, row.state, OperationState::Unknown) } else { Ok(()) }
}
