//! What drafting made, as the store keeps it: the one place where a drafted document becomes a row.
//!
//! Must never decide anything: key and tag follow from what the draft is kept under (design 2), content is kept only of
//! what is ready.

use crate::base::PostingKey;
use crate::books::{DraftState, PartyRef};
use crate::drafting::{Drafted, Level, only_its_day};
use crate::store::Result;
use crate::store::drafts::{Content, DerivedDraft};
use uuid::Uuid;

/// What a draft is kept under, beside what drafting made of it.
pub(super) struct Kept<'a> {
    pub(super) company: Uuid,
    pub(super) settings_digest: &'a str,
    /// Whether what Cin7 voids later is deleted instead of voided.
    pub(super) deletes: bool,
    pub(super) source: String,
    pub(super) cin7_type: String,
    pub(super) cin7_id: String,
    /// Digest of everything that it was made from.
    pub(super) inputs: String,
    pub(super) revision_id: i64,
    /// 0 where it belongs to no contact of Cin7.
    pub(super) contact_id: i64,
    pub(super) party: Option<&'a PartyRef>,
    /// How its party is called while there is none in QuickBooks.
    pub(super) named: Option<String>,
}

impl Kept<'_> {
    /// The row of what drafting made.
    ///
    /// # Errors
    /// What serde says of the reasons.
    pub(super) fn row(self, drafted: Drafted) -> Result<DerivedDraft> {
        let key = drafted.kind.map(|kind| PostingKey::derive(self.company, &self.source, kind.word(), 0, 1));
        let day_alone = drafted.state == DraftState::NeedsAttention && only_its_day(&drafted.reasons);
        let (content, held) = match drafted.state {
            DraftState::Ready => (drafted.payload, None),
            _ if day_alone => (None, drafted.payload),
            _ => (None, None),
        };
        Ok(DerivedDraft {
            source: self.source,
            cin7_type: self.cin7_type,
            cin7_id: self.cin7_id,
            kind: drafted.kind,
            posting_key: key.map(|k| k.to_string()),
            tag: key.map(PostingKey::memo_tag).unwrap_or_default(),
            state: drafted.state,
            inputs: self.inputs,
            revision_id: self.revision_id,
            reference: drafted.reference,
            ref_number: drafted.ref_number,
            contact_id: self.contact_id,
            party_id: self.party.and_then(|p| p.id.as_ref()).map(ToString::to_string),
            party_name: self.party.map(|p| p.name.clone()).or(self.named),
            date: drafted.date.map(|d| d.to_string()),
            month: drafted.month.map(|m| m.to_string()),
            total: drafted.total,
            tax: drafted.tax,
            currency: drafted.currency,
            warned: drafted.reasons.iter().any(|r| r.level == Level::Warns),
            reasons: serde_json::to_string(&drafted.reasons)?,
            settings_digest: self.settings_digest.to_string(),
            deletes: self.deletes,
            payload: content.map(Content::of).transpose()?,
            held: held.map(Content::of).transpose()?,
        })
    }
}
