//! Approving many drafts that are ready as one decision.
//!
//! Must never hold the writer for long: drafts are approved in slices, so that the endpoint never waits; the slices are
//! one series, so that one undo takes all of them back.

use super::{Change, Signed, TRUE_UP, decide_of, is_posted, signed};
use crate::base::DraftId;
use crate::base::text::many;
use crate::books::{DraftState, OperationKind};
use crate::store::drafts::DraftFilter;
use crate::workflow::{Profile, Result, Said, redraft};

/// Drafts decided in one write.
const SLICE: usize = 200;

/// Approves every draft that is ready, and every change of a posted one; taking a document out of QuickBooks is
/// approved one by one.
///
/// # Errors
/// What the store says; what was approved before the error stays approved.
pub fn approve_all_ready(profile: &Profile, by: &str) -> Result<Said> {
    // The last visit may have made cost journals ready that nobody has drafted yet.
    redraft::refresh_costs(profile)?;
    let filter = DraftFilter { states: vec![DraftState::Ready], ..DraftFilter::default() };
    let mut ids = profile.store().read(|r| r.draft_ids(&filter))?;
    if !profile.store().read(|r| r.own_beginning("TrueUp/"))?.is_empty() {
        let rows = profile.store().read(|r| r.draft_rows(&ids))?;
        ids = rows.into_iter().filter(|row| row.cin7_type != TRUE_UP).map(|row| row.id).collect();
    }
    let who = signed(profile, by)?;
    let series = new_series();
    approve_ready(profile, &who, &ids, &series)?;
    let changed: Vec<Change> = profile
        .store()
        .read(|r| r.draft_rows(&r.proposals_in(DraftState::Ready)?))?
        .iter()
        .filter(|row| row.proposal_kind == Some(OperationKind::TxnMod))
        .map(|row| Change::Proposal { id: row.id, from: DraftState::Ready, to: DraftState::Approved })
        .collect();
    let mut text = format!("Approved {}", many(ids.len(), "draft"));
    let count = ids.len() + changed.len();
    if !changed.is_empty() {
        let said = format!("Approved {}", many(changed.len(), "change"));
        text = format!("{text} and {}", many(changed.len(), "change of a posted one"));
        decide_of(profile, &who, said, changed, Some(series))?;
    }
    redraft::refresh_costs(profile)?;
    Ok(Said::new(count, text))
}

fn new_series() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Approves ready drafts in slices, so that the endpoint never waits; they are undone together.
fn approve_ready(profile: &Profile, who: &Signed, ids: &[DraftId], series: &str) -> Result<()> {
    let title = format!("Approved {}", many(ids.len(), "draft"));
    for slice in ids.chunks(SLICE) {
        let changes = slice
            .iter()
            .map(|id| Change::Draft { id: *id, from: DraftState::Ready, to: DraftState::Approved, why: None })
            .collect();
        decide_of(profile, who, title.clone(), changes, Some(series.to_string()))?;
    }
    Ok(())
}

/// Approves the ready ones among some drafts as one decision; what is not ready is left as it is and counted.
///
/// # Errors
/// What the store says; what was approved before the error stays approved and is undone as one.
pub fn approve_chosen(profile: &Profile, ids: &[DraftId], by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let (mut ready, mut changed) = (Vec::new(), Vec::new());
    for slice in ids.chunks(SLICE) {
        for row in profile.store().read(|r| r.draft_rows(slice))? {
            match (row.state, row.proposal, row.proposal_kind) {
                (DraftState::Ready, ..) if row.cin7_type != TRUE_UP => ready.push(row.id),
                (_, Some(DraftState::Ready), Some(OperationKind::TxnMod)) if is_posted(&row) => {
                    let (from, to) = (DraftState::Ready, DraftState::Approved);
                    changed.push(Change::Proposal { id: row.id, from, to });
                }
                _ => {}
            }
        }
    }
    let count = ready.len() + changed.len();
    let series = new_series();
    approve_ready(profile, &who, &ready, &series)?;
    if !changed.is_empty() {
        let title = format!("Approved {}", many(changed.len(), "change"));
        decide_of(profile, &who, title, changed, Some(series))?;
    }
    redraft::refresh_costs(profile)?;
    let mut text = format!("Approved {}", many(count, "draft"));
    let left = ids.len().saturating_sub(count);
    if left > 0 {
        text.push_str(&format!("; {left} were not ready and stay as they are"));
    }
    Ok(Said::new(count, text))
}
