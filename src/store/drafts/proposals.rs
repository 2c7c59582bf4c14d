//! The change that is proposed beside a posted draft: a newer version, or that it be taken out of QuickBooks.
//!
//! Must never change what was posted: the draft keeps the version that QuickBooks confirmed until it confirms another
//! (design section 2; `cin7-quickbooks-integration.md` 9).

use crate::base::{Cents, DraftId};
use crate::books::{DraftState, OperationKind, Payload};
use crate::store::{Reader, Result, StoreError, Tx};
use rusqlite::{OptionalExtension as _, params};

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

    /// A person accepted what stands in QuickBooks: its figures are the draft's figures, its content the accepted one.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn accept_in_quickbooks(
        &self,
        id: DraftId,
        date: crate::base::Day,
        total: Option<Cents>,
        at: &str,
    ) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE draft SET qb_accepted = 1, date = ?2, month = substr(?2, 1, 7), total = COALESCE(?3, total),
                 changed_at = ?4 WHERE id = ?1",
            )?
            .execute(params![id.0, date.to_string(), total.map(Cents::get), at])?;
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
                 qb_accepted = 0, inputs = '' WHERE id = ?1",
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

impl Tx<'_> {
    /// The next generation of a draft that is out of the books, with marks of its own: a copy of its newest version
    /// that the next drafting run brings up to date.
    ///
    /// # Errors
    /// When another live draft of the document exists (U2; the database refuses it).
    pub fn next_generation(&self, id: DraftId, key: &str, tag: &str, at: &str) -> Result<DraftId> {
        self.run(
            "INSERT INTO draft (source, cin7_type, cin7_id, part, generation, kind, posting_key, tag, state, revision_id, inputs,
                                reference, ref_number, contact_id, party_id, party_name, date, month, total, tax, currency,
                                changed_at)
             SELECT source, cin7_type, cin7_id, part, generation + 1, kind, ?2, ?3, 'Ready', revision_id, '',
                    reference, ref_number, contact_id, party_id, party_name, date, month, total, tax, currency, ?4
             FROM draft WHERE id = ?1",
            params![id.0, key, tag, at],
        )?;
        let successor = self.db.last_insert_rowid();
        // By an update, which the index of words follows.
        self.run(
            "UPDATE draft SET search = (SELECT search FROM draft WHERE id = ?1) WHERE id = ?2",
            params![id.0, successor],
        )?;
        let copied = self.run(
            "INSERT INTO draft_version (draft_id, version, payload, hash, revision_id, settings_digest, made_at)
             SELECT ?2, 1, payload, hash, revision_id, settings_digest, ?3 FROM draft_version
             WHERE draft_id = ?1 AND version = (SELECT MAX(version) FROM draft_version WHERE draft_id = ?1)",
            params![id.0, successor, at],
        )?;
        self.run("UPDATE draft SET version = ?2 WHERE id = ?1", params![successor, copied as i64])?;
        Ok(DraftId(successor))
    }
}

impl Reader<'_> {
    /// What of a draft the newest look showed standing with an amount: its own transaction, or one that carries its mark 1.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn standing_of(&self, draft: DraftId, txn_id: Option<&str>) -> Result<Option<String>> {
        let mut statement = self.db.prepare_cached(
            "SELECT txn_id FROM qb_txn WHERE txn_id = ?2 AND present = 1 AND total <> 0
             UNION ALL SELECT txn_id FROM qb_txn WHERE draft_id = ?1 AND guid IS NOT NULL AND present = 1 AND total <> 0
             LIMIT 1",
        )?;
        Ok(statement.query_row(params![draft.0, txn_id], |row| row.get(0)).optional()?)
    }

    /// Contacts with a draft that is to be made anew at the next occasion.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contacts_to_redraft(&self) -> Result<Vec<i64>> {
        let mut statement =
            self.db.prepare_cached("SELECT DISTINCT contact_id FROM draft WHERE inputs = ''")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Drafts whose inputs are this word.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn count_inputs(&self, word: &str) -> Result<i64> {
        Ok(self.row("SELECT COUNT(*) FROM draft WHERE inputs = ?1", [word], |row| row.get(0))?)
    }

    /// Posted drafts whose proposed change stands in a state.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn proposals_in(&self, state: DraftState) -> Result<Vec<DraftId>> {
        let mut statement =
            self.db.prepare_cached("SELECT id FROM draft WHERE proposal = ?1 ORDER BY date, id")?;
        let rows = statement.query_map([state.word()], |row| row.get(0).map(DraftId))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

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
