//! Questions about operations, their message sets and batches.
//!
//! Must never load a whole queue: what is asked for comes in slices (design section 7).

use super::{Batch, COLUMNS, Operation, StoredSet, from_row};
use crate::base::{BatchId, DraftId, OperationId};
use crate::books::{ListMod, OperationKind, OperationState};
use crate::handoff::LookAlike;
use crate::store::{Reader, Result, StoreError};
use rusqlite::{OptionalExtension as _, params};

/// No pause is longer: one that ends later was noted before the clock was set back, and is over (`exactly-once.md` R6).
const LONGEST_WAIT_HOURS: i64 = 1;

/// What may be handed out now: ?1 is now, ?2 the latest moment until which something may wait.
const DUE: &str = "operation.state = 'Queued'
     AND (operation.not_before IS NULL OR operation.not_before <= ?1 OR operation.not_before > ?2)";

/// The latest moment until which something noted before `now` may wait.
fn longest_wait(now: &str) -> String {
    let now: Option<crate::base::Instant> = now.parse().ok();
    let until = now.and_then(|now| now.checked_add(jiff::Span::new().hours(LONGEST_WAIT_HOURS)).ok());
    until.map_or_else(|| "9999".to_string(), |until| until.to_string())
}

impl Reader<'_> {
    fn operations_where(&self, clause: &str, values: impl rusqlite::Params) -> Result<Vec<Operation>> {
        let mut statement =
            self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM operation WHERE {clause}"))?;
        let rows = statement.query_map(values, from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One operation.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of that id.
    pub fn operation(&self, id: OperationId) -> Result<Operation> {
        self.operations_where("id = ?1", [id.0])?
            .pop()
            .ok_or_else(|| StoreError::Missing(format!("operation {id}")))
    }

    /// The unfinished operation of a target.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn unfinished(&self, target: &str) -> Result<Option<Operation>> {
        Ok(self
            .operations_where("target = ?1 AND state NOT IN ('Done','Refused','Withdrawn')", [target])?
            .pop())
    }

    /// The newest operation of a target, whatever became of it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn newest_on(&self, target: &str) -> Result<Option<Operation>> {
        Ok(self.operations_where("target = ?1 ORDER BY id DESC LIMIT 1", [target])?.pop())
    }

    /// Operations in a state, in the order of hand-out; `limit` at most.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn operations_in(&self, state: OperationState, limit: usize) -> Result<Vec<Operation>> {
        self.operations_where(
            "state = ?1 ORDER BY priority, id LIMIT ?2",
            params![state.word(), limit as i64],
        )
    }

    /// Place of an operation in the order of hand-out.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn place_of(&self, id: OperationId) -> Result<(i64, i64)> {
        Ok(self
            .db
            .prepare_cached("SELECT priority, id FROM operation WHERE id = ?1")?
            .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// The approved Adds and changes of documents, in the order of their approval.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn approved_adds(&self) -> Result<Vec<OperationId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id FROM operation WHERE state = 'Approved' AND kind IN ('TxnAdd','TxnMod') ORDER BY id",
        )?;
        let rows = statement.query_map([], |row| row.get(0).map(OperationId))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many operations of these kinds are in a state.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn operation_count(&self, state: OperationState, kinds: &[OperationKind]) -> Result<usize> {
        let mut statement =
            self.db.prepare_cached("SELECT COUNT(*) FROM operation WHERE kind = ?1 AND state = ?2")?;
        let mut count = 0;
        for kind in kinds {
            count += statement.query_row([kind.word(), state.word()], |row| row.get::<_, i64>(0))? as usize;
        }
        Ok(count)
    }

    /// The drafts that operations of these kinds are about in a batch, in the order of hand-out within a kind.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn batch_drafts(&self, batch: BatchId, kinds: &[OperationKind]) -> Result<Vec<DraftId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT draft_id FROM operation WHERE batch_id = ?1 AND kind = ?2 AND draft_id IS NOT NULL
             ORDER BY priority, id",
        )?;
        let mut drafts = Vec::new();
        for kind in kinds {
            let rows = statement.query_map(params![batch.0, kind.word()], |row| row.get(0).map(DraftId))?;
            for draft in rows {
                drafts.push(draft?);
            }
        }
        Ok(drafts)
    }

    /// Whether any operation waits for its turn and may be handed out now.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn any_queued(&self, now: &str) -> Result<bool> {
        Ok(self
            .db
            .prepare_cached(&format!("SELECT 1 FROM operation WHERE {DUE} LIMIT 1"))?
            .query_row([now, &longest_wait(now)], |_| Ok(()))
            .optional()?
            .is_some())
    }

    /// What the operations that may be handed out are about: the first word of their targets, and the kind of their
    /// drafts where they have one.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn queued_about(&self, now: &str) -> Result<Vec<(String, Option<String>)>> {
        // The few sorts are told apart here: SQLite would make a table of its own for it at every visit.
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT substr(target, 1, instr(target, '/') - 1), d.kind
             FROM operation LEFT JOIN draft d ON d.id = draft_id WHERE {DUE}"
        ))?;
        let mut rows = statement.query([now, &longest_wait(now)])?;
        let mut about: Vec<(String, Option<String>)> = Vec::new();
        while let Some(row) = rows.next()? {
            let target = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            let kind = row.get_ref(1)?.as_str_or_null().map_err(rusqlite::Error::from)?;
            if !about.iter().any(|(known, of)| known == target && of.as_deref() == kind) {
                about.push((target.to_string(), kind.map(ToString::to_string)));
            }
        }
        Ok(about)
    }

    /// Operations in a state after a place in the order of hand-out.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn queued_after(&self, priority: i64, id: i64, now: &str, limit: usize) -> Result<Vec<Operation>> {
        self.operations_where(
            &format!("{DUE} AND (priority, id) > (?3, ?4) ORDER BY priority, id LIMIT ?5"),
            params![now, longest_wait(now), priority, id, limit as i64],
        )
    }

    /// The updates of customers and vendors that are approved and in no batch yet; `limit` at most.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn approved_updates(&self, limit: usize) -> Result<Vec<ListMod>> {
        let found = self.operations_where(
            "kind = 'ListMod' AND state = 'Approved' ORDER BY priority, id LIMIT ?1",
            [limit as i64],
        )?;
        Ok(found.into_iter().filter_map(|operation| operation.list_mod).collect())
    }

    /// Items that were approved for creation and not refused: on their way, or made.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn item_adds(&self) -> Result<Vec<Operation>> {
        self.operations_where(
            "kind = 'ListAdd' AND target LIKE 'Item/%' AND state NOT IN ('Refused','Withdrawn') ORDER BY id",
            [],
        )
    }

    /// Operations of a draft, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn operations_of(&self, draft: DraftId) -> Result<Vec<Operation>> {
        self.operations_where("draft_id = ?1 ORDER BY id", [draft.0])
    }

    /// The newest answered transaction operations, newest first: the canary's candidates (design 8.15).
    ///
    /// What was taken out says nothing any more once a person accepted a restored file, and neither does what was done
    /// to it before: whether it is there hangs on which backup came back.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn canary_candidates(&self, limit: usize) -> Result<Vec<Operation>> {
        self.operations_where(
            "done_seq IS NOT NULL AND kind NOT IN ('ListAdd','ListMod')
             AND NOT EXISTS (SELECT 1 FROM operation out
                 WHERE out.draft_id = operation.draft_id AND out.result_id = operation.result_id
                   AND out.kind IN ('TxnVoid','TxnDel') AND out.done_seq >= operation.done_seq
                   AND out.done_seq <= CAST(COALESCE((SELECT value FROM meta WHERE key = 'canary_from'), '0') AS INTEGER))
             ORDER BY done_seq DESC LIMIT ?1",
            [limit as i64],
        )
    }

    /// The operations on a target that left without being known to be done, each with the moment of its first sending:
    /// what they made may be in QuickBooks.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn left_before(&self, target: &str) -> Result<Vec<(OperationId, String)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT operation.id, MIN(message_set.handed_at) FROM operation
             JOIN message_set ON message_set.operation_id = operation.id
             WHERE operation.target = ?1 AND operation.state <> 'Done' GROUP BY operation.id",
        )?;
        let rows = statement.query_map([target], |row| Ok((OperationId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether an operation on a target was done: what it made.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn done_on(&self, target: &str) -> Result<Option<Operation>> {
        Ok(self.operations_where("target = ?1 AND state = 'Done' ORDER BY id DESC LIMIT 1", [target])?.pop())
    }

    /// How many operations on a target ended without making anything.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn tries_on(&self, target: &str) -> Result<u32> {
        Ok(self.row(
            "SELECT COUNT(*) FROM operation WHERE target = ?1 AND state IN ('Refused','Withdrawn')",
            [target],
            |row| row.get(0),
        )?)
    }

    /// How many operations stand in each state, by kind.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn operation_counts(&self) -> Result<Vec<(OperationKind, OperationState, i64)>> {
        let mut statement =
            self.db.prepare_cached("SELECT kind, state, COUNT(*) FROM operation GROUP BY kind, state")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        })?;
        let mut counts = Vec::new();
        for row in rows {
            let (kind, state, count) = row?;
            if let (Some(kind), Some(state)) =
                (OperationKind::from_word(&kind), OperationState::from_word(&state))
            {
                counts.push((kind, state, count));
            }
        }
        Ok(counts)
    }

    /// What looks like an operation's document in QuickBooks without our mark, where that stopped it.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn look_alike(&self, id: OperationId) -> Result<Option<LookAlike>> {
        let kept: Option<String> =
            self.row("SELECT look_alike FROM operation WHERE id = ?1", [id.0], |row| row.get(0))?;
        Ok(kept.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// The set that is open, if any.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn open_sets(&self) -> Result<Option<StoredSet>> {
        self.set_where("status = 'Open'", [])
    }

    /// The newest set of an operation.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn newest_set(&self, operation: OperationId) -> Result<Option<StoredSet>> {
        self.set_where("operation_id = ?1 ORDER BY attempt DESC LIMIT 1", [operation.0])
    }

    fn set_where(&self, clause: &str, values: impl rusqlite::Params) -> Result<Option<StoredSet>> {
        Ok(self
            .db
            .prepare_cached(&format!(
                "SELECT id, operation_id, attempt, bytes, sha256, identity, handed_at, status, response FROM message_set WHERE {clause}"
            ))?
            .query_row(values, |row| {
                Ok(StoredSet {
                    id: row.get(0)?,
                    operation_id: OperationId(row.get(1)?),
                    attempt: row.get(2)?,
                    bytes: row.get(3)?,
                    sha256: row.get(4)?,
                    identity: row.get(5)?,
                    handed_at: row.get(6)?,
                    status: row.get(7)?,
                    response: row.get(8)?,
                })
            })
            .optional()?)
    }

    /// The newest batches, newest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn batches(&self, limit: usize) -> Result<Vec<Batch>> {
        let mut statement = self.db.prepare_cached(
            "SELECT b.id, b.closed_at, b.closed_by, b.count, b.totals,
                    (SELECT COUNT(*) FROM operation o WHERE o.batch_id = b.id AND o.state IN ('Done','Refused','Withdrawn'))
             FROM batch b ORDER BY b.id DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([limit as i64], |row| {
            Ok(Batch {
                id: BatchId(row.get(0)?),
                closed_at: row.get(1)?,
                closed_by: row.get(2)?,
                count: row.get(3)?,
                totals: row.get(4)?,
                finished: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Operations of a batch, in the order of hand-out.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn batch_operations(&self, batch: BatchId, limit: usize) -> Result<Vec<Operation>> {
        self.operations_where("batch_id = ?1 ORDER BY priority, id LIMIT ?2", params![batch.0, limit as i64])
    }
}
