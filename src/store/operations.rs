//! Operations of the hand-off, their message sets, and batches.
//!
//! Must never let the exact bytes of a message set change, nor two sets be open at once (U4, U5; the database refuses
//! both). Which move of an operation is legal stands in `handoff::transitions`; here a move is only made from the state
//! that the caller saw.

use super::{Reader, Result, StoreError, Tx};
use crate::base::{BatchId, DraftId, OperationId, digest};
use crate::books::{ListAdd, OperationKind, OperationState};
use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;

/// An operation as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Operation {
    pub id: OperationId,
    pub kind: OperationKind,
    pub target: String,
    pub draft_id: Option<DraftId>,
    pub version: Option<i64>,
    pub list_add: Option<ListAdd>,
    pub posting_key: String,
    pub expected: String,
    pub approved_hash: String,
    pub approved_by: String,
    pub state: OperationState,
    pub batch_id: Option<BatchId>,
    pub attempt: i64,
    pub rounds: i64,
    pub status_code: Option<i64>,
    pub note: String,
    pub result_id: Option<String>,
    pub edit_sequence: Option<String>,
    pub done_at: Option<String>,
}

/// A new, approved operation.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewOperation {
    pub kind: OperationKind,
    pub target: String,
    pub draft_id: Option<DraftId>,
    pub version: Option<i64>,
    pub list_add: Option<ListAdd>,
    pub posting_key: String,
    pub expected: String,
    pub approved_hash: String,
    pub approved_by: String,
    pub approved_at: String,
    /// Items first, then parties, then transactions, then finalising.
    pub priority: i64,
}

/// A message set as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StoredSet {
    pub id: String,
    pub operation_id: OperationId,
    pub attempt: i64,
    pub bytes: Vec<u8>,
    pub sha256: String,
    pub identity: String,
    pub handed_at: String,
    pub status: String,
    /// The raw answer, where one ever came.
    pub response: Option<Vec<u8>>,
}

/// A batch as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Batch {
    pub id: BatchId,
    pub closed_at: String,
    pub closed_by: String,
    pub count: i64,
    pub totals: String,
    /// Operations of it that are finished.
    pub finished: i64,
}

const COLUMNS: &str = "id, kind, target, draft_id, version, list_add, posting_key, expected, approved_hash, approved_by, state, batch_id, attempt, rounds, status_code, note, result_id, edit_sequence, done_at";

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Operation> {
    let kind: String = row.get(1)?;
    let list_add: Option<String> = row.get(5)?;
    let state: String = row.get(10)?;
    let wrong = |at: usize, text: String| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, text.into())
    };
    Ok(Operation {
        id: OperationId(row.get(0)?),
        kind: OperationKind::from_word(&kind).ok_or_else(|| wrong(1, kind))?,
        target: row.get(2)?,
        draft_id: row.get::<_, Option<i64>>(3)?.map(DraftId),
        version: row.get(4)?,
        list_add: list_add
            .map(|text| serde_json::from_str(&text).map_err(|e| wrong(5, e.to_string())))
            .transpose()?,
        posting_key: row.get(6)?,
        expected: row.get(7)?,
        approved_hash: row.get(8)?,
        approved_by: row.get(9)?,
        state: OperationState::from_word(&state).ok_or_else(|| wrong(10, state))?,
        batch_id: row.get::<_, Option<i64>>(11)?.map(BatchId),
        attempt: row.get(12)?,
        rounds: row.get(13)?,
        status_code: row.get(14)?,
        note: row.get(15)?,
        result_id: row.get(16)?,
        edit_sequence: row.get(17)?,
        done_at: row.get(18)?,
    })
}

impl Tx<'_> {
    /// An approval makes an operation.
    ///
    /// # Errors
    /// When the target already has an unfinished one (the database refuses it).
    pub fn add_operation(&self, new: &NewOperation) -> Result<OperationId> {
        let list_add = new.list_add.as_ref().map(serde_json::to_string).transpose()?;
        self.db
            .prepare_cached(
                "INSERT INTO operation (kind, target, draft_id, version, list_add, posting_key, expected, approved_hash, approved_by, approved_at, state, priority)
                 VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,'Approved',?11)",
            )?
            .execute(params![
                new.kind.word(),
                new.target,
                new.draft_id.map(|d| d.0),
                new.version,
                list_add,
                new.posting_key,
                new.expected,
                new.approved_hash,
                new.approved_by,
                new.approved_at,
                new.priority
            ])?;
        Ok(OperationId(self.db.last_insert_rowid()))
    }

    /// Moves an operation from the state that the caller saw.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has moved meanwhile.
    pub fn move_operation(&self, id: OperationId, from: OperationState, to: OperationState) -> Result<()> {
        let changed = self
            .db
            .prepare_cached("UPDATE operation SET state = ?3 WHERE id = ?1 AND state = ?2")?
            .execute(params![id.0, from.word(), to.word()])?;
        if changed == 1 {
            return Ok(());
        }
        Err(StoreError::Refused(format!("Operation {id} is no longer {}.", from.word())))
    }

    /// Notes what QuickBooks said of an operation.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn note_operation(&self, id: OperationId, status_code: Option<i64>, note: &str) -> Result<()> {
        self.db
            .prepare_cached("UPDATE operation SET status_code = ?2, note = ?3 WHERE id = ?1")?
            .execute(params![id.0, status_code, note])?;
        Ok(())
    }

    /// Notes what an operation made, and its place in the order of answers.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn operation_done(
        &self,
        id: OperationId,
        result_id: &str,
        edit_sequence: &str,
        at: &str,
    ) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE operation SET result_id = ?2, edit_sequence = ?3, done_at = ?4,
                 done_seq = (SELECT COALESCE(MAX(done_seq), 0) + 1 FROM operation) WHERE id = ?1",
            )?
            .execute(params![id.0, result_id, edit_sequence, at])?;
        Ok(())
    }

    /// One more probe round of an operation; returns how many it has had.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn count_round(&self, id: OperationId) -> Result<i64> {
        Ok(self.db.query_row(
            "UPDATE operation SET rounds = rounds + 1 WHERE id = ?1 RETURNING rounds",
            [id.0],
            |row| row.get(0),
        )?)
    }

    /// W1: the exact bytes and the intent, in the transaction that puts the operation in flight.
    ///
    /// # Errors
    /// When another set is open (U5) or the id was used before (U4): the database refuses it.
    pub fn open_set(
        &self,
        id: &str,
        operation: OperationId,
        bytes: &[u8],
        identity: &str,
        at: &str,
    ) -> Result<i64> {
        let attempt: i64 = self.db.query_row(
            "UPDATE operation SET attempt = attempt + 1 WHERE id = ?1 RETURNING attempt",
            [operation.0],
            |row| row.get(0),
        )?;
        self.db
            .prepare_cached(
                "INSERT INTO message_set (id, operation_id, attempt, bytes, sha256, identity, handed_at, status) VALUES (?1,?2,?3,?4,?5,?6,?7,'Open')",
            )?
            .execute(params![id, operation.0, attempt, bytes, digest::of_bytes(bytes), identity, at])?;
        Ok(attempt)
    }

    /// A stored set is handed out once more with its own bytes (W3).
    ///
    /// # Errors
    /// What SQLite says.
    pub fn reopen_set(&self, id: &str, at: &str) -> Result<()> {
        self.db.execute("UPDATE message_set SET status = 'Open', handed_at = ?2 WHERE id = ?1", [id, at])?;
        Ok(())
    }

    /// W5: the raw answer, before it is read.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_answer(&self, set_id: &str, response: &[u8], at: &str) -> Result<()> {
        self.db
            .prepare_cached("UPDATE message_set SET response = ?2, answered_at = ?3 WHERE id = ?1")?
            .execute(params![set_id, response, at])?;
        Ok(())
    }

    /// A set is settled: `Answered`, `Absent` (never answered) or `Dead`.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn settle_set(&self, set_id: &str, status: &str) -> Result<()> {
        self.db
            .prepare_cached("UPDATE message_set SET status = ?2 WHERE id = ?1")?
            .execute([set_id, status])?;
        Ok(())
    }

    /// Takes back the unfinished operations of a draft that are not handed out.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn withdraw_operations_of(&self, draft: DraftId, note: &str) -> Result<usize> {
        Ok(self.db.execute(
            "UPDATE operation SET state = 'Withdrawn', note = ?2 WHERE draft_id = ?1 AND state IN ('Approved','Queued','NeedsAttention')",
            params![draft.0, note],
        )?)
    }

    /// Takes back the operations of a draft that wait for a person.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn withdraw_waiting_of(&self, draft: DraftId, note: &str) -> Result<usize> {
        Ok(self
            .db
            .prepare_cached(
                "UPDATE operation SET state = 'Withdrawn', note = ?2 WHERE draft_id = ?1 AND state = 'NeedsAttention'",
            )?
            .execute(params![draft.0, note])?)
    }

    /// Notes under which EditSequence an operation on an existing transaction left: its probe compares with it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sent_under(&self, id: OperationId, edit_sequence: &str) -> Result<()> {
        self.db
            .prepare_cached("UPDATE operation SET edit_sequence = ?2 WHERE id = ?1")?
            .execute(params![id.0, edit_sequence])?;
        Ok(())
    }

    /// Closes approved operations into a batch: the finalising ones, or all others. Returns its id and how many it
    /// holds.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn close_batch(
        &self,
        at: &str,
        by: &str,
        totals: &str,
        finalising: bool,
    ) -> Result<(BatchId, usize)> {
        self.db.execute(
            "INSERT INTO batch (closed_at, closed_by, count, totals) VALUES (?1, ?2, 0, ?3)",
            [at, by, totals],
        )?;
        let batch = self.db.last_insert_rowid();
        let count = self.db.execute(
            "UPDATE operation SET state = 'Queued', batch_id = ?1 WHERE state = 'Approved' AND (kind = 'Finalise') = ?2",
            params![batch, finalising],
        )?;
        self.db.execute("UPDATE batch SET count = ?2 WHERE id = ?1", params![batch, count as i64])?;
        self.db.execute(
            "UPDATE draft SET state = 'Queued', changed_at = ?2 WHERE state = 'Approved'
             AND id IN (SELECT draft_id FROM operation WHERE batch_id = ?1 AND kind = 'TxnAdd')",
            params![batch, at],
        )?;
        Ok((BatchId(batch), count))
    }

    /// Waits with an operation until the given moment.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn wait_with(&self, id: OperationId, until: Option<&str>) -> Result<()> {
        self.db.execute("UPDATE operation SET not_before = ?2 WHERE id = ?1", params![id.0, until])?;
        Ok(())
    }
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

    /// Approved Adds whose customer or vendor is still to be created: draft, contact and role as drafted.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn approved_adds(&self) -> Result<Vec<Operation>> {
        self.operations_where("state = 'Approved' AND kind = 'TxnAdd' ORDER BY id", [])
    }

    /// Whether any operation waits for its turn and may be handed out now.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn any_queued(&self, now: &str) -> Result<bool> {
        Ok(self
            .db
            .prepare_cached(
                "SELECT 1 FROM operation WHERE state = 'Queued' AND (not_before IS NULL OR not_before <= ?1) LIMIT 1",
            )?
            .query_row([now], |_| Ok(()))
            .optional()?
            .is_some())
    }

    /// Operations in a state after a place in the order of hand-out.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn queued_after(&self, priority: i64, id: i64, now: &str, limit: usize) -> Result<Vec<Operation>> {
        self.operations_where(
            "state = 'Queued' AND (priority, id) > (?1, ?2) AND (not_before IS NULL OR not_before <= ?3) ORDER BY priority, id LIMIT ?4",
            params![priority, id, now, limit as i64],
        )
    }

    /// List entries that are approved or on their way.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn unfinished_list_adds(&self) -> Result<Vec<Operation>> {
        self.operations_where(
            "kind = 'ListAdd' AND state NOT IN ('Done','Refused','Withdrawn') ORDER BY id",
            [],
        )
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
    /// # Errors
    /// What SQLite says.
    pub fn canary_candidates(&self, limit: usize) -> Result<Vec<Operation>> {
        self.operations_where(
            "done_seq IS NOT NULL AND kind NOT IN ('ListAdd','ListMod') ORDER BY done_seq DESC LIMIT ?1",
            [limit as i64],
        )
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
        Ok(self.db.query_row(
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

impl StoredSet {
    /// Whether the bytes are still those that were stored (I6).
    #[must_use]
    pub fn is_whole(&self) -> bool {
        digest::of_bytes(&self.bytes) == self.sha256
    }
}
