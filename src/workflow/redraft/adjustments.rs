//! Stock adjustments become journals, one each.
//!
//! Must never draft again what has not changed. The rules stand in `drafting::adjustments`.

use super::kept::Kept;
use super::{DraftRun, Ground, SLICE};
use crate::base::{Instant, digest};
use crate::books::TxnKind;
use crate::cin7;
use crate::drafting;
use crate::orders::Adjustment;
use crate::store::drafts::SavedDraft;
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
    let kept = Kept {
        company: ground.settings.company_id,
        settings_digest: &ground.digest,
        deletes: ground.settings.delete_posted,
        source: name.clone(),
        cin7_type: Adjustment::WORD.to_string(),
        cin7_id: adjustment.id.to_string(),
        inputs,
        revision_id: source.revision_id,
        contact_id: 0,
        party: None,
        named: None,
    };
    let derived = kept.row(drafted)?;
    tx.save_derived(&derived, at).map(Some)
}
