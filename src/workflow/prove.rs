//! Step 6, Prove: Cin7's totals against QuickBooks' totals, every difference with its documents.
//!
//! Must never call a proof good that is older than the last hand-off.

use super::{Profile, Result};
use crate::base::{Cents, Month};
use crate::books::{DraftState, OperationKind};
use crate::proof::{ChangeFact, DraftFact, Proof, Prover, QuickBooksFact};
use crate::store::drafts::{DraftFilter, DraftRow};

fn held_reason(row: &DraftRow) -> String {
    match row.state {
        DraftState::Ready => "not_approved".into(),
        DraftState::Held => "held".into(),
        DraftState::Voided => "undone".into(),
        DraftState::Excluded if row.excluded_why.is_some() => "excluded".into(),
        _ => {
            let reasons = super::drafts::reasons(row);
            let first = reasons.iter().find(|r| r.level == "blocks").or_else(|| reasons.first());
            first.map_or_else(|| row.state.word().to_lowercase(), |r| r.code.clone())
        }
    }
}

fn fact(row: &DraftRow) -> DraftFact {
    let confirmed = matches!(row.state, DraftState::Posted | DraftState::DriftedInQuickBooks);
    DraftFact {
        id: row.id.0,
        cin7_type: row.cin7_type.clone(),
        cin7_id: row.cin7_id.clone(),
        kind: row.kind,
        month: row.month.clone(),
        currency: row.currency.clone(),
        total: row.total,
        state: row.state,
        pending: row.pending,
        gone: row.gone,
        reason: if confirmed { String::new() } else { held_reason(row) },
        change: if confirmed { change_of(row) } else { None },
    }
}

/// What Cin7 says now of a posted draft, where that is something else.
fn change_of(row: &DraftRow) -> Option<ChangeFact> {
    let (state, kind) = (row.proposal?, row.proposal_kind?);
    let undone = row.proposal_why.contains("\"code\":\"undo\"");
    let reason = match (state, kind) {
        (DraftState::Excluded, _) => "kept_in_quickbooks",
        (_, OperationKind::TxnMod) => "changed_in_cin7",
        _ if undone => "undone",
        _ if row.proposal_why.contains("\"code\":\"cost_is_nothing\"") => "changed_in_cin7",
        _ => "void_in_cin7",
    };
    Some(ChangeFact {
        state,
        reason: reason.into(),
        total: row.proposal_total.unwrap_or_default(),
        month: row.proposal_date.as_ref().and_then(|date| date.get(..7)).map(str::to_string),
    })
}

/// The proof, of one month or of all.
///
/// # Errors
/// What the store says.
pub fn prove(profile: &Profile, month: Option<Month>) -> Result<Proof> {
    let wanted = month.map(|m| m.to_string());
    let settings = profile.settings();
    let today = settings.timezone.day_of(profile.now());
    let proof = profile.store().read(|r| {
        let mut prover = Prover::default();
        r.qb_totals(|seen| {
            if let Some(draft_id) = seen.draft_id {
                prover.quickbooks(QuickBooksFact {
                    draft_id,
                    month: seen.month,
                    total: Cents::new(seen.total),
                });
            }
        })?;
        let mut posted = false;
        r.each_draft(&DraftFilter::default(), |row| {
            posted |= row.txn_id.is_some();
            let fact = fact(&row);
            // Its total stands in the joined draft, in the parts of its split, or in the correction of its month; what
            // was taken back stands nowhere, and the orders of a join or split that was, by themselves again.
            let elsewhere =
                ["joined", "split", "in_correction", "taken_back"].contains(&fact.reason.as_str());
            if !(row.state == DraftState::Excluded && elsewhere) {
                prover.draft(&fact);
            }
            Ok(())
        })?;
        let as_of = r.read_back_at()?;
        let stale = posted && (as_of.is_none() || r.read_back_due()?);
        let mut proof = prover.finish(as_of, stale);
        proof.roll_forward = super::values::roll_forward(r, &settings, today)?;
        proof.warnings.extend(super::values::unknown_credits(r)?);
        Ok(proof)
    })?;
    Ok(match wanted {
        None => proof,
        Some(wanted) => Proof {
            totals: proof.totals.into_iter().filter(|row| row.month.as_ref() == Some(&wanted)).collect(),
            roll_forward: proof.roll_forward.into_iter().filter(|row| row.month == wanted).collect(),
            documents: proof
                .documents
                .into_iter()
                .filter(|d| d.month.as_ref() == Some(&wanted) || d.quickbooks_month.as_ref() == Some(&wanted))
                .collect(),
            ..proof
        },
    })
}
