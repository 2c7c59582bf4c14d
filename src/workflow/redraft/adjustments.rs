//! Stock adjustments become journals, one each.
//!
//! Must never draft again what has not changed. The rules stand in `drafting::adjustments`.

use super::{DraftRun, Ground, SLICE};
use crate::base::{Instant, PostingKey, digest};
use crate::books::TxnKind;
use crate::cin7;
use crate::drafting::{self, Drafted};
use crate::orders::Adjustment;
use crate::store::drafts::{DerivedDraft, SavedDraft};
use crate::store::sources::Source;
use crate::store::{Lane, Tx};
use crate::workflow::{Profile, Result};
use std::sync::Arc;

/// The resource that holds them.
const RESOURCE: &str = "Adjustments";

/// Drafts every adjustment whose inputs changed.
pub(super) fn redraft(
    profile: &Profile,
    ground: &Arc<Ground>,
    at: Instant,
    run: &mut DraftRun,
) -> Result<()> {
    let mut after = i64::MIN;
    loop {
        let page = profile.store().read(|r| r.sources_after(RESOURCE, after, SLICE))?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.cin7_id;
        let ground = Arc::clone(ground);
        let part = profile.store().write(Lane::Bulk, move |tx| {
            let mut part = DraftRun::default();
            for source in &page {
                part.count(draft_one(tx, &ground, source, &at.to_string())?);
            }
            Ok(part)
        })?;
        run.add(&part);
    }
}

fn draft_one(
    tx: &Tx<'_>,
    ground: &Ground,
    source: &Source,
    at: &str,
) -> crate::store::Result<Option<SavedDraft>> {
    let Ok(adjustment) = cin7::adjustment(&source.raw) else {
        // The row was noted as unreadable when it was fetched; it is listed there, not drafted.
        return Ok(None);
    };
    let reader = tx.reader();
    let name = adjustment.source();
    let inputs = digest::of_parts(&[&source.hash, &ground.digest]);
    if reader.inputs_of(&name)?.as_deref() == Some(inputs.as_str()) {
        return Ok(Some(SavedDraft::Unchanged));
    }
    if reader.is_reversed(&name)? {
        // A reversed source makes no new draft until a person resets it (design section 2).
        return Ok(Some(SavedDraft::Unchanged));
    }
    let taken =
        |number: &str| reader.number_taken(TxnKind::JournalEntry, None, number, &name).unwrap_or(false);
    let drafted = drafting::adjustments::draft(&adjustment, &ground.plain_context(), &taken);
    let derived = derived(
        ground.settings.company_id,
        &ground.digest,
        &Journal {
            cin7_type: Adjustment::WORD,
            cin7_id: adjustment.id.to_string(),
            inputs,
            revision_id: source.revision_id,
        },
        drafted,
    )?;
    tx.save_derived(&derived, at).map(Some)
}

/// What identifies a journal of ours beside its content.
pub(super) struct Journal {
    pub(super) cin7_type: &'static str,
    pub(super) cin7_id: String,
    pub(super) inputs: String,
    pub(super) revision_id: i64,
}

/// A journal as the store keeps it: no contact, no party.
pub(super) fn derived(
    company: uuid::Uuid,
    settings_digest: &str,
    journal: &Journal,
    drafted: Drafted,
) -> crate::store::Result<DerivedDraft> {
    let source = format!("{}/{}", journal.cin7_type, journal.cin7_id);
    let key = drafted.kind.map(|kind| PostingKey::derive(company, &source, kind.word(), 0, 1));
    Ok(DerivedDraft {
        cin7_type: journal.cin7_type.to_string(),
        cin7_id: journal.cin7_id.clone(),
        kind: drafted.kind,
        posting_key: key.map(|k| k.to_string()),
        tag: key.map(PostingKey::memo_tag).unwrap_or_default(),
        state: drafted.state,
        inputs: journal.inputs.clone(),
        revision_id: journal.revision_id,
        reference: drafted.reference,
        ref_number: drafted.ref_number,
        contact_id: 0,
        party_id: None,
        party_name: None,
        date: drafted.date.map(|d| d.to_string()),
        month: drafted.month.map(|m| m.to_string()),
        total: drafted.total,
        tax: drafted.tax,
        currency: drafted.currency,
        warned: drafted.reasons.iter().any(|r| r.level == drafting::Level::Warns),
        reasons: serde_json::to_string(&drafted.reasons)?,
        settings_digest: settings_digest.to_string(),
        payload: drafted.payload.filter(|_| drafted.state == crate::books::DraftState::Ready),
        source,
    })
}
