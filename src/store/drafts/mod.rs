//! Drafts and their immutable versions.
//!
//! Must never change a version, nor let a derived state overwrite a person's decision or anything from Approved on
//! (design section 2). Lists come as ids in order plus a window of rows, so that no table is ever loaded whole.

mod among;
pub mod beside;
mod derived;
mod find;
pub mod groups;
mod hits;
mod proposals;
mod queries;
mod sieves;
#[cfg(test)]
pub(super) mod tests;

pub use hits::Told;
pub use proposals::Proposal;

use super::{Reader, Result, StoreError, Tx};
use crate::base::{Cents, DraftId};
use crate::books::find::Wanted;
use crate::books::{DraftState, OperationKind, Outcome, Payload, TxnKind};
use crate::handoff::TxnSeen;
use rusqlite::params;
use serde::{Deserialize, Serialize};

/// What drafting made of one document.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct DerivedDraft {
    pub source: String,
    pub cin7_type: String,
    pub cin7_id: String,
    pub kind: Option<TxnKind>,
    pub posting_key: Option<String>,
    pub tag: String,
    pub state: DraftState,
    /// Digest of everything it was made from: an equal digest writes nothing.
    pub inputs: String,
    pub revision_id: i64,
    pub reference: String,
    pub ref_number: String,
    pub contact_id: i64,
    pub party_id: Option<String>,
    pub party_name: Option<String>,
    pub date: Option<String>,
    pub month: Option<String>,
    pub total: Option<Cents>,
    pub tax: Option<Cents>,
    pub currency: String,
    /// JSON array of reasons.
    pub reasons: String,
    pub warned: bool,
    pub settings_digest: String,
    /// What Cin7 voids after it was posted is deleted in QuickBooks instead of voided (the setting `delete_posted`).
    pub deletes: bool,
    /// What may be approved.
    pub payload: Option<Content>,
    /// What nothing but its day keeps from going: beside what was posted of it, it says what differs.
    pub held: Option<Content>,
}

/// Content of a draft with the text and the hash that are kept of it: made where it is drafted, so that the one thread
/// that writes need not.
#[derive(Clone, Debug)]
pub struct Content {
    /// What it says.
    pub payload: Payload,
    text: String,
    hash: String,
}

impl Content {
    /// The content with its text.
    ///
    /// # Errors
    /// What serde says.
    pub fn of(payload: Payload) -> Result<Self> {
        let text = serde_json::to_string(&payload)?;
        let hash = crate::base::digest::of_bytes(text.as_bytes());
        Ok(Content { payload, text, hash })
    }
}

/// One row of a list of drafts, and everything of a draft but its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct DraftRow {
    pub id: DraftId,
    pub source: String,
    pub cin7_type: String,
    pub cin7_id: String,
    pub generation: i64,
    pub kind: Option<TxnKind>,
    pub state: DraftState,
    pub version: i64,
    pub revision_id: i64,
    pub inputs: String,
    pub reference: String,
    pub ref_number: String,
    pub contact_id: i64,
    pub party_id: Option<String>,
    pub party_name: Option<String>,
    pub date: Option<String>,
    pub month: Option<String>,
    pub total: Option<Cents>,
    pub tax: Option<Cents>,
    pub currency: String,
    pub reasons: String,
    pub warned: bool,
    pub approved_by: Option<String>,
    pub excluded_why: Option<String>,
    pub pending: bool,
    pub gone: bool,
    pub txn_id: Option<String>,
    pub edit_sequence: Option<String>,
    pub qb_total: Option<Cents>,
    pub posted_version: Option<i64>,
    /// State of the change that is proposed for a posted draft.
    pub proposal: Option<DraftState>,
    /// TxnMod, TxnVoid or TxnDel.
    pub proposal_kind: Option<OperationKind>,
    pub proposal_version: Option<i64>,
    /// What Cin7 says now.
    pub proposal_total: Option<Cents>,
    pub proposal_date: Option<String>,
    pub proposal_why: String,
    pub posting_key: Option<String>,
    /// A payment, a credit or a link hangs on it in QuickBooks.
    pub locked: bool,
    /// What stands in QuickBooks is a person's edit that was accepted.
    pub accepted: bool,
}

impl DraftRow {
    /// Its number in QuickBooks, or its reference in Cin7 while it has none.
    #[must_use]
    pub fn number(&self) -> &str {
        if self.ref_number.is_empty() { &self.reference } else { &self.ref_number }
    }

    /// The outcome word.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        Outcome::of(self.state, self.pending, self.gone)
    }
}

/// A version of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Version {
    pub version: i64,
    pub payload: Payload,
    pub hash: String,
    pub revision_id: i64,
    pub made_at: String,
}

/// What a list of drafts shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DraftFilter {
    /// Empty = all.
    pub states: Vec<DraftState>,
    /// Also posted drafts whose proposed change is in one of the states.
    pub with_changes: bool,
    /// Posted documents that changed in Cin7 or in QuickBooks since, and only those.
    pub changed: bool,
    pub kind: Option<TxnKind>,
    pub month: Option<String>,
    /// Exactly this customer or vendor.
    pub party: Option<String>,
    /// Words that must all occur in party, reference, number or amount.
    pub text: String,
    /// What the filter line asks for besides.
    pub wanted: Wanted,
    /// First month that `is:recent` means and `is:old` does not: known by the settings, not by the store.
    pub oldest: Option<String>,
    pub order: DraftOrder,
}

/// Order of a list of drafts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum DraftOrder {
    #[default]
    Date,
    Party,
    Amount,
    Reference,
}

impl DraftOrder {
    /// Every order, in the order in which a key turns through them.
    pub const ALL: [DraftOrder; 4] =
        [DraftOrder::Date, DraftOrder::Party, DraftOrder::Amount, DraftOrder::Reference];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            DraftOrder::Date => "date",
            DraftOrder::Party => "party",
            DraftOrder::Amount => "amount",
            DraftOrder::Reference => "reference",
        }
    }

    pub(in crate::store) const fn sql(self) -> &'static str {
        match self {
            DraftOrder::Date => "date IS NULL, date, id",
            DraftOrder::Party => "party_name IS NULL, party_name COLLATE NOCASE, date, id",
            DraftOrder::Amount => "total IS NULL, total DESC, id",
            DraftOrder::Reference => "reference, id",
        }
    }
}

/// What saving a derived draft did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SavedDraft {
    New,
    Changed,
    Unchanged,
    /// It was approved or queued, and its content changed in Cin7: approval is asked again.
    ApprovalLost,
}

pub(super) const COLUMNS: &str = "id, source, cin7_type, cin7_id, generation, kind, state, version, revision_id, inputs, reference, ref_number, contact_id, party_id, party_name, date, month, total, tax, currency, reasons, warned, approved_by, excluded_why, pending, gone, txn_id, edit_sequence, qb_total, posted_version, proposal, proposal_kind, proposal_version, proposal_total, proposal_date, proposal_why, posting_key, qb_locked, qb_accepted";

pub(super) fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<DraftRow> {
    let kind: Option<String> = row.get(5)?;
    let state: String = row.get(6)?;
    Ok(DraftRow {
        id: DraftId(row.get(0)?),
        source: row.get(1)?,
        cin7_type: row.get(2)?,
        cin7_id: row.get(3)?,
        generation: row.get(4)?,
        kind: kind.as_deref().and_then(TxnKind::from_word),
        state: DraftState::from_word(&state).unwrap_or(DraftState::NeedsAttention),
        version: row.get(7)?,
        revision_id: row.get::<_, Option<i64>>(8)?.unwrap_or(0),
        inputs: row.get(9)?,
        reference: row.get(10)?,
        ref_number: row.get(11)?,
        contact_id: row.get(12)?,
        party_id: row.get(13)?,
        party_name: row.get(14)?,
        date: row.get(15)?,
        month: row.get(16)?,
        total: row.get::<_, Option<i64>>(17)?.map(Cents::new),
        tax: row.get::<_, Option<i64>>(18)?.map(Cents::new),
        currency: row.get(19)?,
        reasons: row.get(20)?,
        warned: row.get(21)?,
        approved_by: row.get(22)?,
        excluded_why: row.get(23)?,
        pending: row.get(24)?,
        gone: row.get(25)?,
        txn_id: row.get(26)?,
        edit_sequence: row.get(27)?,
        qb_total: row.get::<_, Option<i64>>(28)?.map(Cents::new),
        posted_version: row.get(29)?,
        proposal: row.get::<_, Option<String>>(30)?.as_deref().and_then(DraftState::from_word),
        proposal_kind: row.get::<_, Option<String>>(31)?.as_deref().and_then(OperationKind::from_word),
        proposal_version: row.get(32)?,
        proposal_total: row.get::<_, Option<i64>>(33)?.map(Cents::new),
        proposal_date: row.get(34)?,
        proposal_why: row.get(35)?,
        posting_key: row.get(36)?,
        locked: row.get(37)?,
        accepted: row.get(38)?,
    })
}

impl Tx<'_> {
    /// Moves a draft by a decision, where it still is in the state that the decision saw.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has moved meanwhile.
    pub fn move_draft(&self, id: DraftId, from: DraftState, to: DraftState, at: &str) -> Result<()> {
        let changed = self
            .db
            .prepare_cached("UPDATE draft SET state = ?3, changed_at = ?4 WHERE id = ?1 AND state = ?2")?
            .execute(params![id.0, from.word(), to.word(), at])?;
        if changed == 1 {
            return Ok(());
        }
        Err(StoreError::Refused(format!("Draft {id} is no longer {}.", from.word())))
    }

    /// Notes why a person excluded a draft, or clears it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_excluded_why(&self, id: DraftId, why: Option<&str>) -> Result<()> {
        self.run("UPDATE draft SET excluded_why = ?2 WHERE id = ?1", params![id.0, why])?;
        Ok(())
    }

    /// Notes or clears who approved which version.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_approval(&self, id: DraftId, by: Option<&str>, version: Option<i64>) -> Result<()> {
        self.db
            .prepare_cached("UPDATE draft SET approved_by = ?2, approved_version = ?3 WHERE id = ?1")?
            .execute(params![id.0, by, version])?;
        Ok(())
    }

    /// What QuickBooks confirmed of a draft.
    ///
    /// # Errors
    /// What SQLite says.
    #[allow(clippy::too_many_arguments)] // one row of facts, each named by the caller
    pub fn set_posted(
        &self,
        id: DraftId,
        txn_id: &str,
        edit_sequence: &str,
        pending: bool,
        qb_total: Option<Cents>,
        version: Option<i64>,
    ) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE draft SET txn_id = ?2, edit_sequence = ?3, pending = ?4, gone = 0, qb_total = COALESCE(?5, qb_total),
                 posted_version = COALESCE(?6, posted_version) WHERE id = ?1",
            )?
            .execute(params![id.0, txn_id, edit_sequence, pending, qb_total.map(Cents::get), version])?;
        self.note_edit(txn_id, edit_sequence)
    }

    /// Remembers an EditSequence of one of our transactions.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn note_edit(&self, txn_id: &str, edit_sequence: &str) -> Result<()> {
        if edit_sequence.is_empty() {
            return Ok(());
        }
        self.db
            .prepare_cached(
                "INSERT INTO edit_seen VALUES (?1, ?2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM edit_seen WHERE txn_id = ?1)) ON CONFLICT DO NOTHING",
            )?
            .execute([txn_id, edit_sequence])?;
        Ok(())
    }

    /// Forgets what some drafts were made from, so that they are derived anew.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn forget_inputs(&self, ids: &[DraftId]) -> Result<()> {
        let mut statement = self.db.prepare_cached("UPDATE draft SET inputs = '' WHERE id = ?1")?;
        for id in ids {
            statement.execute([id.0])?;
        }
        Ok(())
    }

    /// Writes a word in place of the digest of what a draft was made from.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_inputs(&self, id: DraftId, word: &str) -> Result<()> {
        self.run("UPDATE draft SET inputs = ?2 WHERE id = ?1", params![id.0, word])?;
        Ok(())
    }

    /// The draft of a source that steps aside for another holds its number no longer; it is numbered anew when it is
    /// drafted again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn free_number(&self, source: &str) -> Result<()> {
        self.db.execute("UPDATE draft SET ref_number = '' WHERE source = ?1 AND txn_id IS NULL", [source])?;
        Ok(())
    }

    /// Notes that QuickBooks no longer has a posted draft, or has it again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_gone(&self, id: DraftId, gone: bool) -> Result<()> {
        self.run("UPDATE draft SET gone = ?2 WHERE id = ?1", params![id.0, gone])?;
        Ok(())
    }
}

/// What stands in QuickBooks of a draft, as read with lines last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// TxnLineIDs; empty = never read with lines.
    pub lines: Vec<String>,
    /// The transaction as a person's edit left it; none = as we wrote it.
    pub seen: Option<TxnSeen>,
}

impl Tx<'_> {
    /// Remembers the lines that a look at our transaction showed, and the whole of it where a person changed it.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn set_standing(&self, id: DraftId, seen: &TxnSeen, edited: bool) -> Result<()> {
        let lines: Vec<&str> = seen.lines.iter().map(|line| line.txn_line_id.as_str()).collect();
        let body = if edited { Some(serde_json::to_string(seen)?) } else { None };
        self.db
            .prepare_cached("UPDATE draft SET qb_lines = ?2, qb_seen = ?3 WHERE id = ?1")?
            .execute(params![id.0, serde_json::to_string(&lines)?, body])?;
        Ok(())
    }

    /// Notes whether a payment, a credit or a link hangs on it in QuickBooks.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_locked(&self, id: DraftId, locked: bool) -> Result<()> {
        self.db
            .prepare_cached("UPDATE draft SET qb_locked = ?2 WHERE id = ?1")?
            .execute(params![id.0, locked])?;
        Ok(())
    }

    /// Notes that a person accepted what stands in QuickBooks, or that it is ours again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_accepted(&self, id: DraftId, accepted: bool) -> Result<()> {
        self.run("UPDATE draft SET qb_accepted = ?2 WHERE id = ?1", params![id.0, accepted])?;
        Ok(())
    }

    /// Forgets the lines, so that they are read again in this visit: something changed that no figure shows.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn forget_lines(&self, id: DraftId) -> Result<()> {
        self.run("UPDATE draft SET qb_lines = NULL WHERE id = ?1", [id.0])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// What stands in QuickBooks of a draft.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn standing(&self, id: DraftId) -> Result<Standing> {
        let (lines, seen): (Option<String>, Option<String>) = self
            .db
            .prepare_cached("SELECT qb_lines, qb_seen FROM draft WHERE id = ?1")?
            .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Standing {
            lines: lines.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default(),
            seen: seen.map(|text| serde_json::from_str(&text)).transpose()?,
        })
    }
}

/// How many drafts stand where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct DraftCount {
    pub kind: Option<TxnKind>,
    pub state: DraftState,
    pub pending: bool,
    pub gone: bool,
    pub count: i64,
    pub total: Cents,
}
