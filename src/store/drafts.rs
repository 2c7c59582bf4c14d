//! Drafts and their immutable versions.
//!
//! Must never change a version, nor let a derived state overwrite a person's decision or anything from Approved on
//! (design section 2). Lists come as ids in order plus a window of rows, so that no table is ever loaded whole.

use super::{Result, StoreError, Tx, reasons};
use crate::base::text::fold;
use crate::base::{Cents, DraftId};
use crate::books::{DraftState, Outcome, Payload, TxnKind};
use rusqlite::{OptionalExtension as _, params};
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
    pub payload: Option<Payload>,
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
}

impl DraftRow {
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
    pub kind: Option<TxnKind>,
    pub month: Option<String>,
    /// Words that must all occur in party, reference, number or amount.
    pub text: String,
    pub order: DraftOrder,
}

/// Order of a list of drafts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum DraftOrder {
    #[default]
    Date,
    Party,
    Amount,
    Reference,
}

impl DraftOrder {
    pub(super) const fn sql(self) -> &'static str {
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

pub(super) const COLUMNS: &str = "id, source, cin7_type, cin7_id, generation, kind, state, version, revision_id, inputs, reference, ref_number, contact_id, party_id, party_name, date, month, total, tax, currency, reasons, warned, approved_by, excluded_why, pending, gone, txn_id, edit_sequence, qb_total, posted_version";

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
    })
}

fn search_text(d: &DerivedDraft) -> String {
    fold(&format!(
        "{} {} {} {} {} {}",
        d.reference,
        d.ref_number,
        d.party_name.as_deref().unwrap_or_default(),
        d.kind.map_or("", TxnKind::word),
        d.total.map(|t| t.to_string()).unwrap_or_default(),
        d.date.as_deref().unwrap_or_default(),
    ))
}

impl Tx<'_> {
    /// Saves what drafting made of a document, by the rules of design section 2: derived states follow the
    /// derivation, decisions of people stay, an approved or queued draft whose content changed needs attention.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn save_derived(&self, d: &DerivedDraft, at: &str) -> Result<SavedDraft> {
        let sql = format!("SELECT {COLUMNS} FROM draft WHERE source = ?1 AND part = 0 AND state <> 'Voided'");
        let known = self.db.prepare_cached(&sql)?.query_row([&d.source], from_row).optional()?;
        let Some(known) = known else {
            let id = self.insert_draft(d, at)?;
            self.add_version(id, 0, d, at)?;
            return Ok(SavedDraft::New);
        };
        if known.inputs == d.inputs {
            return Ok(SavedDraft::Unchanged);
        }
        let content_changed = self.add_version(known.id, known.version, d, at)?;
        let by_person = known.state == DraftState::Excluded && known.excluded_why.is_some();
        let left_over = reasons::of_handoff(&known.reasons)?;
        let waits = known.state == DraftState::NeedsAttention && !left_over.is_empty();
        if waits || known.state == DraftState::Rejected {
            // What the hand-off found stands until a person takes the draft up again, or its content changes.
            if content_changed {
                self.withdraw_operations_of(known.id, "its content changed")?;
                self.update_derived(known.id, d, d.state, at)?;
            } else {
                self.keep_proposal(known.id, d, left_over)?;
            }
            return Ok(SavedDraft::Changed);
        }
        if known.state.is_derived() && !by_person {
            self.update_derived(known.id, d, d.state, at)?;
            return Ok(SavedDraft::Changed);
        }
        match known.state {
            DraftState::Excluded | DraftState::Held => {
                self.update_derived(known.id, d, known.state, at)?;
                Ok(SavedDraft::Changed)
            }
            DraftState::Approved | DraftState::Queued if content_changed => {
                self.withdraw_operations_of(known.id, "changed_in_cin7")?;
                self.update_derived(known.id, d, DraftState::NeedsAttention, at)?;
                self.db.execute(
                    "UPDATE draft SET approved_by = NULL, approved_version = NULL WHERE id = ?1",
                    [known.id.0],
                )?;
                if d.state == DraftState::Ready {
                    let text = "Its content changed after it was approved. Look at it again: reopen it, then approve it as it is now.";
                    self.add_reason(known.id, "changed_in_cin7", text, true)?;
                }
                Ok(SavedDraft::ApprovalLost)
            }
            // From here on the document's content in Cin7 is a proposal; the draft keeps what was handed off.
            _ => {
                self.keep_proposal(known.id, d, left_over)?;
                Ok(SavedDraft::Changed)
            }
        }
    }

    fn keep_proposal(&self, id: DraftId, d: &DerivedDraft, left_over: Vec<serde_json::Value>) -> Result<()> {
        let reasons = reasons::in_front(left_over, &d.reasons)?;
        self.db
            .prepare_cached("UPDATE draft SET inputs = ?2, reasons = ?3, warned = ?4 WHERE id = ?1")?
            .execute(params![id.0, d.inputs, reasons, d.warned])?;
        Ok(())
    }

    fn insert_draft(&self, d: &DerivedDraft, at: &str) -> Result<DraftId> {
        self.db
            .prepare_cached(
                "INSERT INTO draft (source, cin7_type, cin7_id, part, generation, state, reference, changed_at) VALUES (?1,?2,?3,0,1,?4,?5,?6)",
            )?
            .execute(params![d.source, d.cin7_type, d.cin7_id, d.state.word(), d.reference, at])?;
        let id = DraftId(self.db.last_insert_rowid());
        self.update_derived(id, d, d.state, at)?;
        Ok(id)
    }

    fn update_derived(&self, id: DraftId, d: &DerivedDraft, state: DraftState, at: &str) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE draft SET kind=?2, posting_key=?3, tag=?4, state=?5, revision_id=?6, inputs=?7, reference=?8, ref_number=?9,
                 contact_id=?10, party_id=?11, party_name=?12, date=?13, month=?14, total=?15, tax=?16, currency=?17, reasons=?18,
                 blocked=?19, warned=?20, changed_at=?21, search=?22 WHERE id=?1",
            )?
            .execute(params![
                id.0,
                d.kind.map(TxnKind::word),
                d.posting_key,
                d.tag,
                state.word(),
                d.revision_id,
                d.inputs,
                d.reference,
                d.ref_number,
                d.contact_id,
                d.party_id,
                d.party_name,
                d.date,
                d.month,
                d.total.map(Cents::get),
                d.tax.map(Cents::get),
                d.currency,
                d.reasons,
                state == DraftState::NeedsAttention,
                d.warned,
                at,
                search_text(d)
            ])?;
        Ok(())
    }

    /// Adds a version where the content differs from the newest one. Returns whether it did.
    fn add_version(&self, id: DraftId, newest: i64, d: &DerivedDraft, at: &str) -> Result<bool> {
        let Some(payload) = &d.payload else { return Ok(newest > 0) };
        let json = serde_json::to_string(payload)?;
        let hash = crate::base::digest::of_bytes(json.as_bytes());
        if newest > 0 {
            let kept: String = self
                .db
                .prepare_cached("SELECT payload FROM draft_version WHERE draft_id = ?1 AND version = ?2")?
                .query_row(params![id.0, newest], |row| row.get(0))?;
            if kept == json || serde_json::from_str::<Payload>(&kept)?.says_the_same(payload) {
                return Ok(false);
            }
        }
        self.db
            .prepare_cached("INSERT INTO draft_version VALUES (?1,?2,?3,?4,?5,?6,?7)")?
            .execute(params![id.0, newest + 1, json, hash, d.revision_id, d.settings_digest, at])?;
        self.db
            .prepare_cached("UPDATE draft SET version = ?2 WHERE id = ?1")?
            .execute(params![id.0, newest + 1])?;
        Ok(true)
    }

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
        self.db.execute("UPDATE draft SET excluded_why = ?2 WHERE id = ?1", params![id.0, why])?;
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

    /// Notes that QuickBooks no longer has a posted draft, or has it again.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_gone(&self, id: DraftId, gone: bool) -> Result<()> {
        self.db.execute("UPDATE draft SET gone = ?2 WHERE id = ?1", params![id.0, gone])?;
        Ok(())
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

#[cfg(test)]
pub(super) mod tests {
    use super::super::{Lane, Store, scratch};
    use super::*;

    pub(in crate::store) fn derived(inputs: &str, memo: &str) -> DerivedDraft {
        let payload = Payload {
            memo: memo.into(),
            ..Payload::blank(TxnKind::Invoice, "2026-02-05".parse().unwrap(), "10344")
        };
        DerivedDraft {
            source: "SalesOrder/1".into(),
            cin7_type: "SalesOrder".into(),
            cin7_id: "1".into(),
            kind: Some(TxnKind::Invoice),
            posting_key: Some("key".into()),
            tag: "[C7:X]".into(),
            state: DraftState::Ready,
            inputs: inputs.into(),
            revision_id: 1,
            reference: "SO-1".into(),
            ref_number: "10344".into(),
            contact_id: 7,
            party_id: None,
            party_name: Some("Acme".into()),
            date: Some("2026-02-05".into()),
            month: Some("2026-02".into()),
            total: Some(Cents::ZERO),
            tax: Some(Cents::ZERO),
            currency: "USD".into(),
            reasons: "[]".into(),
            warned: false,
            settings_digest: "s".into(),
            payload: Some(payload),
        }
    }

    fn save(store: &Store, d: DerivedDraft) -> SavedDraft {
        store.write(Lane::Bulk, move |tx| tx.save_derived(&d, "t")).unwrap()
    }

    fn shift(store: &Store, from: DraftState, to: DraftState) {
        store.write(Lane::Person, move |tx| tx.move_draft(DraftId(1), from, to, "t")).unwrap();
    }

    #[test]
    fn equal_inputs_write_nothing_and_a_new_content_is_a_new_version() {
        let (_dir, store) = scratch();
        assert_eq!(save(&store, derived("a", "one")), SavedDraft::New);
        assert_eq!(save(&store, derived("a", "two")), SavedDraft::Unchanged);
        assert_eq!(save(&store, derived("b", "two")), SavedDraft::Changed);
        let row = store.read(|r| r.draft(DraftId(1))).unwrap();
        assert_eq!((row.version, row.inputs.as_str()), (2, "b"));
    }

    #[test]
    fn a_change_in_cin7_takes_the_approval_away_and_a_held_draft_stays_held() {
        let (_dir, store) = scratch();
        save(&store, derived("a", "one"));
        shift(&store, DraftState::Ready, DraftState::Approved);
        assert_eq!(save(&store, derived("b", "one")), SavedDraft::Changed, "the content is the same");
        assert_eq!(store.read(|r| r.draft(DraftId(1))).unwrap().state, DraftState::Approved);
        assert_eq!(save(&store, derived("c", "two")), SavedDraft::ApprovalLost);
        assert_eq!(store.read(|r| r.draft(DraftId(1))).unwrap().state, DraftState::NeedsAttention);
        shift(&store, DraftState::NeedsAttention, DraftState::Held);
        save(&store, derived("d", "three"));
        assert_eq!(store.read(|r| r.draft(DraftId(1))).unwrap().state, DraftState::Held);
    }

    #[test]
    fn the_database_itself_refuses_to_change_a_version_or_to_hold_two_live_drafts_of_a_document() {
        let (_dir, store) = scratch();
        save(&store, derived("a", "one"));
        let changed = store.write(Lane::Person, |tx| {
            tx.db.execute("UPDATE draft_version SET payload = '{}'", [])?;
            Ok(())
        });
        assert!(changed.is_err());
        let second = store.write(Lane::Person, |tx| {
            tx.db.execute(
                "INSERT INTO draft (source, cin7_type, cin7_id, part, generation, state, reference, changed_at) VALUES ('SalesOrder/1','SalesOrder','1',0,2,'Ready','SO-1','t')",
                [],
            )?;
            Ok(())
        });
        assert!(second.is_err());
    }
}
