//! The change that is proposed beside a posted draft: a newer version, or that it be taken out of QuickBooks.
//!
//! Must never change what was posted: the draft keeps the version that QuickBooks confirmed until it confirms another
//! (design section 2; `cin7-quickbooks-integration.md` 9).

use crate::base::{Cents, DraftId};
use crate::books::{DraftState, OperationKind, Payload};
use crate::store::{Reader, Result, StoreError, Tx};
use rusqlite::params;

/// A proposed change of a posted draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Ready, NeedsAttention (by hand, or something stands in the way), Approved, Queued ...
    pub state: DraftState,
    /// TxnMod, TxnVoid or TxnDel.
    pub kind: OperationKind,
    /// The version that it leads to; none where the document is to be taken out.
    pub version: Option<i64>,
    /// What Cin7 says now.
    pub total: Option<Cents>,
    /// Its day in Cin7 now.
    pub date: Option<String>,
    /// JSON array of reasons.
    pub why: String,
}

impl Tx<'_> {
    /// Keeps a proposal, in place of an older one.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn propose(&self, id: DraftId, proposal: &Proposal) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE draft SET proposal = ?2, proposal_kind = ?3, proposal_version = ?4, proposal_total = ?5,
                 proposal_date = ?6, proposal_why = ?7 WHERE id = ?1",
            )?
            .execute(params![
                id.0,
                proposal.state.word(),
                proposal.kind.word(),
                proposal.version,
                proposal.total.map(Cents::get),
                proposal.date,
                proposal.why
            ])?;
        Ok(())
    }

    /// Moves a proposal where its operation goes; none = there is no proposal any more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn move_proposal(&self, id: DraftId, to: Option<DraftState>) -> Result<()> {
        self.db
            .prepare_cached("UPDATE draft SET proposal = ?2 WHERE id = ?1 AND proposal_kind IS NOT NULL")?
            .execute(params![id.0, to.map(DraftState::word)])?;
        Ok(())
    }

    /// Moves a proposal by a decision, where it still is in the state that the decision saw.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has moved meanwhile.
    pub fn decide_proposal(&self, id: DraftId, from: DraftState, to: DraftState) -> Result<()> {
        let changed = self
            .db
            .prepare_cached("UPDATE draft SET proposal = ?3 WHERE id = ?1 AND proposal = ?2")?
            .execute(params![id.0, from.word(), to.word()])?;
        if changed == 1 {
            return Ok(());
        }
        Err(StoreError::Refused(format!("The change of draft {id} is no longer {}.", from.word())))
    }

    /// There is no proposal any more.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn drop_proposal(&self, id: DraftId) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE draft SET proposal = NULL, proposal_kind = NULL, proposal_version = NULL, proposal_total = NULL,
                 proposal_date = NULL, proposal_why = '[]' WHERE id = ?1",
            )?
            .execute([id.0])?;
        Ok(())
    }

    /// QuickBooks holds this version now: the draft's figures are its figures, its proposal is done, and what is newer
    /// in Cin7 is looked at again by the next drafting run.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn take_over(&self, id: DraftId, version: Option<i64>, at: &str) -> Result<()> {
        let Some(version) = self.reader().version(id, version)? else { return Ok(()) };
        let payload: &Payload = &version.payload;
        self.db
            .prepare_cached(
                "UPDATE draft SET ref_number = ?2, party_id = ?3, party_name = COALESCE(?4, party_name), date = ?5,
                 month = substr(?5, 1, 7), total = ?6, tax = ?7, posted_version = ?8, revision_id = ?9, changed_at = ?10,
                 inputs = '' WHERE id = ?1",
            )?
            .execute(params![
                id.0,
                payload.ref_number,
                payload.party.as_ref().and_then(|p| p.id.as_ref()).map(ToString::to_string),
                payload.party.as_ref().map(|p| p.name.as_str()),
                payload.date.to_string(),
                payload.total.get(),
                payload.tax_total().get(),
                version.version,
                version.revision_id,
                at
            ])?;
        self.drop_proposal(id)
    }
}

impl Reader<'_> {
    /// The posting key of a draft.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn posting_key(&self, id: DraftId) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached("SELECT posting_key FROM draft WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))?)
    }
}
