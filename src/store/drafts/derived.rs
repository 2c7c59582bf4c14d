//! Saving what drafting made of a document.
//!
//! Must never change a version, nor let a derived state overwrite a person's decision or anything from Approved on
//! (design section 2).

use super::{DerivedDraft, DraftRow, SavedDraft};
use crate::base::text::fold;
use crate::base::{Cents, DraftId, PostingKey};
use crate::books::{DraftState, Payload, TxnKind};
use crate::store::{Result, Tx, reasons};
use rusqlite::types::Value;
use rusqlite::{params, params_from_iter};

/// What a drafting run may write of a draft, in the order of [`derived_values`]; `?1` says which draft.
const DERIVED: &str = "kind, posting_key, tag, state, revision_id, inputs, reference, ref_number, contact_id, party_id, party_name, date, month, total, tax, currency, reasons, blocked, warned, changed_at, search";
const DERIVED_MARKS: &str = "?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22";

fn derived_values(d: &DerivedDraft, state: DraftState, at: &str) -> [Value; 21] {
    let text = |text: &str| Value::Text(text.to_string());
    let perhaps = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    let cents = |amount: Option<Cents>| amount.map_or(Value::Null, |amount| Value::Integer(amount.get()));
    [
        d.kind.map_or(Value::Null, |kind| text(kind.word())),
        perhaps(&d.posting_key),
        text(&d.tag),
        text(state.word()),
        Value::Integer(d.revision_id),
        text(&d.inputs),
        text(&d.reference),
        text(&d.ref_number),
        Value::Integer(d.contact_id),
        perhaps(&d.party_id),
        perhaps(&d.party_name),
        perhaps(&d.date),
        perhaps(&d.month),
        cents(d.total),
        cents(d.tax),
        text(&d.currency),
        text(&d.reasons),
        Value::Integer(i64::from(state == DraftState::NeedsAttention)),
        Value::Integer(i64::from(d.warned)),
        text(at),
        text(&search_text(d)),
    ]
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
            if let Some(payload) = &d.payload {
                self.insert_version(id, 1, &serde_json::to_string(payload)?, d, at)?;
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
        let content_changed = self.add_version(known.id, known.version, d, at)?;
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
                self.keep_inputs(known.id, d, left_over)?;
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
                self.keep_inputs(known.id, d, left_over)?;
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
        left_over: Vec<serde_json::Value>,
    ) -> Result<()> {
        let reasons = reasons::in_front(left_over, &d.reasons)?;
        self.db
            .prepare_cached("UPDATE draft SET inputs = ?2, reasons = ?3, warned = ?4 WHERE id = ?1")?
            .execute(params![id.0, d.inputs, reasons, d.warned])?;
        Ok(())
    }

    fn insert_version(
        &self,
        id: DraftId,
        version: i64,
        json: &str,
        d: &DerivedDraft,
        at: &str,
    ) -> Result<()> {
        let hash = crate::base::digest::of_bytes(json.as_bytes());
        self.db
            .prepare_cached("INSERT INTO draft_version VALUES (?1,?2,?3,?4,?5,?6,?7)")?
            .execute(params![id.0, version, json, hash, d.revision_id, d.settings_digest, at])?;
        Ok(())
    }

    /// A new draft in one row, with its first version named: each index of the table is touched once.
    fn insert_draft(&self, d: &DerivedDraft, at: &str) -> Result<DraftId> {
        let sql = format!(
            "INSERT INTO draft (source, {DERIVED}, cin7_type, cin7_id, part, generation, version)
             VALUES (?1, {DERIVED_MARKS}, ?23, ?24, 0, 1, ?25)"
        );
        let own = [
            Value::Text(d.cin7_type.clone()),
            Value::Text(d.cin7_id.clone()),
            Value::Integer(i64::from(d.payload.is_some())),
        ];
        let values =
            [Value::Text(d.source.clone())].into_iter().chain(derived_values(d, d.state, at)).chain(own);
        self.db.prepare_cached(&sql)?.execute(params_from_iter(values))?;
        Ok(DraftId(self.db.last_insert_rowid()))
    }

    fn update_derived(&self, id: DraftId, d: &DerivedDraft, state: DraftState, at: &str) -> Result<()> {
        let sql = format!("UPDATE draft SET ({DERIVED}) = ({DERIVED_MARKS}) WHERE id = ?1");
        let values = [Value::Integer(id.0)].into_iter().chain(derived_values(d, state, at));
        self.db.prepare_cached(&sql)?.execute(params_from_iter(values))?;
        Ok(())
    }

    /// Adds a version where the content differs from the newest one. Returns whether it did.
    pub(super) fn add_version(&self, id: DraftId, newest: i64, d: &DerivedDraft, at: &str) -> Result<bool> {
        let Some(payload) = &d.payload else { return Ok(newest > 0) };
        let json = serde_json::to_string(payload)?;
        if newest > 0 {
            let kept: String = self
                .db
                .prepare_cached("SELECT payload FROM draft_version WHERE draft_id = ?1 AND version = ?2")?
                .query_row(params![id.0, newest], |row| row.get(0))?;
            if kept == json || serde_json::from_str::<Payload>(&kept)?.says_the_same(payload) {
                return Ok(false);
            }
        }
        self.insert_version(id, newest + 1, &json, d, at)?;
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
