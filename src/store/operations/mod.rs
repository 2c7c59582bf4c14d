//! Operations of the hand-off, their message sets, and batches.
//!
//! Must never let the exact bytes of a message set change, nor two sets be open at once (U4, U5; the database refuses
//! both). Which move of an operation is legal stands in `handoff::transitions`; here a move is only made from the state
//! that the caller saw.

mod queries;

use super::{Result, StoreError, Tx};
use crate::base::{BatchId, DraftId, OperationId, digest};
use crate::books::{ListAdd, ListMod, OperationKind, OperationState};
use crate::handoff::LookAlike;
use rusqlite::params;
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
    pub list_mod: Option<ListMod>,
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
    pub list_mod: Option<ListMod>,
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

const COLUMNS: &str = "id, kind, target, draft_id, version, list_add, posting_key, expected, approved_hash, approved_by, state, batch_id, attempt, rounds, status_code, note, result_id, edit_sequence, done_at, list_mod";

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
        list_mod: row
            .get::<_, Option<String>>(19)?
            .map(|text| serde_json::from_str(&text).map_err(|e| wrong(19, e.to_string())))
            .transpose()?,
    })
}

impl Tx<'_> {
    /// An approval makes an operation.
    ///
    /// # Errors
    /// When the target already has an unfinished one (the database refuses it).
    pub fn add_operation(&self, new: &NewOperation) -> Result<OperationId> {
        let list_add = new.list_add.as_ref().map(serde_json::to_string).transpose()?;
        let list_mod = new.list_mod.as_ref().map(serde_json::to_string).transpose()?;
        self.db
            .prepare_cached(
                "INSERT INTO operation (kind, target, draft_id, version, list_add, posting_key, expected, approved_hash, approved_by, approved_at, state, priority, list_mod)
                 VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,'Approved',?11,?12)",
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
                new.priority,
                list_mod
            ])?;
        Ok(OperationId(self.db.last_insert_rowid()))
    }

    /// Another operation of the same approval, in no batch: for what QuickBooks turned out to hold although it was refused.
    ///
    /// # Errors
    /// When the target has an unfinished one (the database refuses it).
    pub fn repeat_operation(&self, id: OperationId) -> Result<OperationId> {
        self.run(
            "INSERT INTO operation (kind, target, draft_id, version, list_add, posting_key, expected, approved_hash, approved_by, approved_at, state, priority, list_mod)
             SELECT kind, target, draft_id, version, list_add, posting_key, expected, approved_hash, approved_by, approved_at, 'Queued', priority, list_mod
             FROM operation WHERE id = ?1",
            [id.0],
        )?;
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

    /// Keeps what looks like an operation's document in QuickBooks without our mark.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn set_look_alike(&self, id: OperationId, seen: Option<&LookAlike>) -> Result<()> {
        let seen = seen.map(serde_json::to_string).transpose()?;
        self.run("UPDATE operation SET look_alike = ?2 WHERE id = ?1", params![id.0, seen])?;
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
        Ok(self.row(
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
        self.run("UPDATE operation SET attempt = attempt + 1 WHERE id = ?1", [operation.0])?;
        let attempt: i64 =
            self.row("SELECT attempt FROM operation WHERE id = ?1", [operation.0], |row| row.get(0))?;
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
    pub fn reopen_set(&self, id: &str, identity: &str, at: &str) -> Result<()> {
        let sql = "UPDATE message_set SET status = 'Open', identity = ?2, handed_at = ?3 WHERE id = ?1";
        self.run(sql, [id, identity, at])?;
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
        Ok(self.run(
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
        self.run(
            "INSERT INTO batch (closed_at, closed_by, count, totals) VALUES (?1, ?2, 0, ?3)",
            [at, by, totals],
        )?;
        let batch = self.db.last_insert_rowid();
        let count = self.run(
            "UPDATE operation SET state = 'Queued', batch_id = ?1 WHERE state = 'Approved' AND (kind = 'Finalise') = ?2",
            params![batch, finalising],
        )?;
        self.run("UPDATE batch SET count = ?2 WHERE id = ?1", params![batch, count as i64])?;
        self.run(
            "UPDATE draft SET state = 'Queued', changed_at = ?2 WHERE state = 'Approved'
             AND id IN (SELECT draft_id FROM operation WHERE batch_id = ?1 AND kind = 'TxnAdd')",
            params![batch, at],
        )?;
        self.run(
            "UPDATE draft SET proposal = 'Queued' WHERE proposal = 'Approved'
             AND id IN (SELECT draft_id FROM operation WHERE batch_id = ?1 AND kind IN ('TxnMod','TxnVoid','TxnDel'))",
            params![batch],
        )?;
        Ok((BatchId(batch), count))
    }

    /// Closes these approved operations into a batch of their own. Returns its id.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when one has moved meanwhile.
    pub fn batch_of(&self, at: &str, by: &str, totals: &str, operations: &[OperationId]) -> Result<BatchId> {
        self.run(
            "INSERT INTO batch (closed_at, closed_by, count, totals) VALUES (?1, ?2, ?4, ?3)",
            params![at, by, totals, operations.len() as i64],
        )?;
        let batch = BatchId(self.db.last_insert_rowid());
        for id in operations {
            self.move_operation(*id, OperationState::Approved, OperationState::Queued)?;
            self.run("UPDATE operation SET batch_id = ?2 WHERE id = ?1", [id.0, batch.0])?;
        }
        Ok(batch)
    }

    /// Waits with an operation until the given moment.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn wait_with(&self, id: OperationId, until: Option<&str>) -> Result<()> {
        self.run("UPDATE operation SET not_before = ?2 WHERE id = ?1", params![id.0, until])?;
        Ok(())
    }
}

impl StoredSet {
    /// Whether the bytes are still those that were stored (I6).
    #[must_use]
    pub fn is_whole(&self) -> bool {
        digest::of_bytes(&self.bytes) == self.sha256
    }
}
