//! Saving what drafting made of a document.
//!
//! Must never change a version, nor let a derived state overwrite a person's decision or anything from Approved on
//! (design section 2).

use super::{Content, DerivedDraft, DraftRow, SavedDraft};
use crate::base::text::fold;
use crate::base::{Cents, DraftId, PostingKey};
use crate::books::{DraftState, Payload, TxnKind};
use crate::store::{Result, Tx, reasons};
use rusqlite::{ToSql, params};

/// What a drafting run may write of a draft, in the order of [`with_values`]; `?1` says which draft.
const DERIVED: &str = "kind, posting_key, tag, state, revision_id, inputs, reference, ref_number, contact_id, party_id, party_name, date, month, total, tax, currency, reasons, blocked, warned, changed_at, search";
const DERIVED_MARKS: &str = "?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22";

/// Binds what a drafting run may write, in the order of [`DERIVED`], between what stands before and behind it.
fn with_values<T>(
    d: &DerivedDraft,
    state: DraftState,
    at: &str,
    first: &dyn ToSql,
    last: &[&dyn ToSql],
    use_them: impl FnOnce(&[&dyn ToSql]) -> T,
) -> T {
    let kind = d.kind.map(TxnKind::word);
    let (total, tax) = (d.total.map(Cents::get), d.tax.map(Cents::get));
    let blocked = state == DraftState::NeedsAttention;
    let (state, search) = (state.word(), search_text(d));
    let values: [&dyn ToSql; 22] = [
        first,
        &kind,
        &d.posting_key,
        &d.tag,
        &state,
        &d.revision_id,
        &d.inputs,
        &d.reference,
        &d.ref_number,
        &d.contact_id,
        &d.party_id,
        &d.party_name,
        &d.date,
        &d.month,
        &total,
        &tax,
        &d.currency,
        &d.reasons,
        &blocked,
        &d.warned,
        &at,
        &search,
    ];
    use_them(&[&values, last].concat())
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
        // The newest generation: all older ones are reversed.
        let Some(known) = self.reader().draft_of_source(&d.source)? else {
            let id = self.insert_draft(d, at)?;
            if let Some(content) = &d.payload {
                self.insert_version(id, 1, content, d, at)?;
            }
            return Ok(SavedDraft::New);
        };
        if known.state == DraftState::Voided {
            // A reversed document makes no new draft until a person resets it (design section 2).
            self.forget_change(&d.source, &d.inputs)?;
            return Ok(SavedDraft::Unchanged);
        }
        if known.inputs == d.inputs {
            return Ok(SavedDraft::Unchanged);
        }
        let stands = matches!(
            known.state,
            DraftState::InFlight | DraftState::Unknown | DraftState::Posted | DraftState::DriftedInQuickBooks
        );
        if stands {
            // From here on the document's content in Cin7 is a proposal; the draft keeps what was handed off.
            return self.save_beside(&known, d, at);
        }
        let d = &keyed(&known, d);
        let content_changed = match &d.payload {
            Some(content) => self.add_version(known.id, known.version, content, d, at)?,
            None => known.version > 0,
        };
        let by_person = known.state == DraftState::Excluded && known.excluded_why.is_some();
        let left_over = reasons::of_handoff(&known.reasons)?;
        let waits = known.state == DraftState::NeedsAttention && !left_over.is_empty();
        if waits || known.state == DraftState::Rejected {
            // What the hand-off found stands until a person takes the draft up again, or its content changes.
            if content_changed {
                self.withdraw_operations_of(known.id, "its content changed")?;
                let subject = format!("draft/{}", known.id);
                self.event(at, "countersign", "changed_in_cin7", &subject, &known.version)?;
                self.update_derived(known.id, d, d.state, at)?;
            } else {
                self.keep_inputs(known.id, d, &d.reasons, left_over)?;
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
                let subject = format!("draft/{}", known.id);
                self.event(at, "countersign", "changed_in_cin7", &subject, &known.version)?;
                self.update_derived(known.id, d, DraftState::NeedsAttention, at)?;
                self.run(
                    "UPDATE draft SET approved_by = NULL, approved_version = NULL WHERE id = ?1",
                    [known.id.0],
                )?;
                if d.state == DraftState::Ready {
                    let text = "Its content changed after it was approved. Look at it again: reopen it, then approve it as it is now.";
                    self.add_reason(known.id, "changed_in_cin7", text, true)?;
                }
                Ok(SavedDraft::ApprovalLost)
            }
            _ => {
                self.keep_inputs(known.id, d, &d.reasons, left_over)?;
                Ok(SavedDraft::Changed)
            }
        }
    }

    fn forget_change(&self, source: &str, inputs: &str) -> Result<()> {
        self.db
            .prepare_cached("UPDATE draft SET inputs = ?2 WHERE source = ?1 AND inputs <> ?2")?
            .execute([source, inputs])?;
        Ok(())
    }

    pub(super) fn keep_inputs(
        &self,
        id: DraftId,
        d: &DerivedDraft,
        said: &str,
        left_over: Vec<serde_json::Value>,
    ) -> Result<()> {
        let reasons = reasons::in_front(left_over, said)?;
        self.db
            .prepare_cached("UPDATE draft SET inputs = ?2, reasons = ?3, warned = ?4 WHERE id = ?1")?
            .execute(params![id.0, d.inputs, reasons, d.warned])?;
        Ok(())
    }

    fn insert_version(
        &self,
        id: DraftId,
        version: i64,
        content: &Content,
        d: &DerivedDraft,
        at: &str,
    ) -> Result<()> {
        let Content { text, hash, .. } = content;
        self.db
            .prepare_cached("INSERT INTO draft_version VALUES (?1,?2,?3,?4,?5,?6,?7)")?
            .execute(params![id.0, version, text, hash, d.revision_id, d.settings_digest, at])?;
        Ok(())
    }

    /// A new draft in one row, with its first version named: each index of the table is touched once.
    fn insert_draft(&self, d: &DerivedDraft, at: &str) -> Result<DraftId> {
        let sql = format!(
            "INSERT INTO draft (source, {DERIVED}, cin7_type, cin7_id, part, generation, version)
             VALUES (?1, {DERIVED_MARKS}, ?23, ?24, 0, 1, ?25)"
        );
        let mut insert = self.db.prepare_cached(&sql)?;
        let own: [&dyn ToSql; 3] = [&d.cin7_type, &d.cin7_id, &d.payload.is_some()];
        with_values(d, d.state, at, &d.source, &own, |values| insert.execute(values))?;
        Ok(DraftId(self.db.last_insert_rowid()))
    }

    fn update_derived(&self, id: DraftId, d: &DerivedDraft, state: DraftState, at: &str) -> Result<()> {
        let sql = format!("UPDATE draft SET ({DERIVED}) = ({DERIVED_MARKS}) WHERE id = ?1");
        let mut update = self.db.prepare_cached(&sql)?;
        with_values(d, state, at, &id.0, &[], |values| update.execute(values))?;
        Ok(())
    }

    /// Adds a version where the content differs from the newest one. Returns whether it did.
    pub(super) fn add_version(
        &self,
        id: DraftId,
        newest: i64,
        content: &Content,
        d: &DerivedDraft,
        at: &str,
    ) -> Result<bool> {
        if newest > 0 {
            let kept: String = self
                .db
                .prepare_cached("SELECT payload FROM draft_version WHERE draft_id = ?1 AND version = ?2")?
                .query_row(params![id.0, newest], |row| row.get(0))?;
            if kept == content.text || serde_json::from_str::<Payload>(&kept)?.says_the_same(&content.payload)
            {
                return Ok(false);
            }
        }
        self.insert_version(id, newest + 1, content, d, at)?;
        self.db
            .prepare_cached("UPDATE draft SET version = ?2 WHERE id = ?1")?
            .execute(params![id.0, newest + 1])?;
        Ok(true)
    }
}

/// A later generation keeps its own marks: those of the first one are in use in QuickBooks' history.
fn keyed(known: &DraftRow, d: &DerivedDraft) -> DerivedDraft {
    let mut d = d.clone();
    if known.generation > 1 && known.posting_key.is_some() {
        d.tag = known
            .posting_key
            .as_deref()
            .and_then(PostingKey::parse)
            .map(PostingKey::memo_tag)
            .unwrap_or(d.tag);
        d.posting_key.clone_from(&known.posting_key);
    }
    d
}
