//! The event log replayed: where each draft and each change of a posted draft must stand by the log alone.
//!
//! Must never read anything but events: what the store says is held against it (`exactly-once.md` I16). Derived states
//! are no events (design section 2), so only what a decision or the hand-off brought about is replayed.

use crate::books::{DraftState, OperationKind};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a draft stands by the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// None = derived.
    pub draft: Option<DraftState>,
    /// The change of a posted draft; none = derived, or there is none.
    pub change: Option<DraftState>,
}

/// Whether a draft's state comes from decisions and the hand-off, so that the log must tell it.
#[must_use]
pub const fn is_told(state: DraftState) -> bool {
    matches!(
        state,
        DraftState::Approved
            | DraftState::Queued
            | DraftState::InFlight
            | DraftState::Unknown
            | DraftState::Posted
            | DraftState::Rejected
            | DraftState::DriftedInQuickBooks
            | DraftState::Voided
    )
}

/// The same for the proposed change of a posted draft.
#[must_use]
pub const fn is_told_of_a_change(state: DraftState) -> bool {
    matches!(
        state,
        DraftState::Approved
            | DraftState::Queued
            | DraftState::InFlight
            | DraftState::Unknown
            | DraftState::Rejected
            | DraftState::Excluded
            | DraftState::Held
    )
}

/// A replay; events are fed in the order of the chain.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    drafts: BTreeMap<i64, Standing>,
}

fn numbers(body: &Value, field: &str) -> Vec<i64> {
    let list = body.get(field).and_then(Value::as_array);
    list.map(|list| list.iter().filter_map(Value::as_i64).collect()).unwrap_or_default()
}

impl Replay {
    /// Where every draft that the log tells of stands.
    #[must_use]
    pub fn standings(&self) -> &BTreeMap<i64, Standing> {
        &self.drafts
    }

    fn set(&mut self, drafts: &[i64], state: Option<DraftState>) {
        for draft in drafts {
            self.drafts.entry(*draft).or_default().draft = state;
        }
    }

    fn set_change(&mut self, drafts: &[i64], state: Option<DraftState>) {
        for draft in drafts {
            self.drafts.entry(*draft).or_default().change = state;
        }
    }

    /// One event.
    pub fn event(&mut self, kind: &str, subject: &str, body: &str) {
        let draft = subject.strip_prefix("draft/").and_then(|id| id.parse::<i64>().ok());
        if draft.is_none() && !matches!(kind, "batch_closed" | "batch_withdrawn") {
            return;
        }
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        match kind {
            "batch_closed" => {
                self.set(&numbers(&body, "drafts"), Some(DraftState::Queued));
                self.set_change(&numbers(&body, "changes"), Some(DraftState::Queued));
                return;
            }
            "batch_withdrawn" => {
                self.set(&numbers(&body, "drafts"), Some(DraftState::Approved));
                self.set_change(&numbers(&body, "changes"), Some(DraftState::Approved));
                self.set_change(&numbers(&body, "dropped"), None);
                return;
            }
            _ => {}
        }
        let Some(draft) = draft else { return };
        let standing = self.drafts.entry(draft).or_default();
        *standing = decided(kind, &body, *standing).unwrap_or_else(|| handed(kind, &body, *standing));
    }
}

/// What a person's decision, a change in Cin7 or a look at QuickBooks brings about.
fn decided(kind: &str, body: &Value, now: Standing) -> Option<Standing> {
    let (draft, change) = (now.draft, now.change);
    let to = |draft, change| Some(Standing { draft, change });
    match kind {
        "approved" => to(Some(DraftState::Approved), change),
        "held" | "excluded" | "reopened" | "changed_in_cin7" => to(None, change),
        "change_approved" | "overwrite_approved" | "undo_approved" => to(draft, Some(DraftState::Approved)),
        "change_held" => to(draft, Some(DraftState::Held)),
        "change_left" => to(draft, Some(DraftState::Excluded)),
        "change_reopened" | "change_taken_back" => to(draft, None),
        "edit_accepted" => to(Some(DraftState::Posted), Some(DraftState::Excluded)),
        "deletion_accepted" | "voided_by_hand" | "reset" => to(Some(DraftState::Voided), None),
        "changed_by_hand" => to(Some(DraftState::Posted), None),
        "done_by_hand" => {
            let changed = body.as_str() == Some("TxnMod");
            to(Some(if changed { DraftState::Posted } else { DraftState::Voided }), None)
        }
        "edited" => to(Some(DraftState::DriftedInQuickBooks), change),
        _ => None,
    }
}

/// What the hand-off of an operation brings about.
fn handed(kind: &str, body: &Value, now: Standing) -> Standing {
    let operation = body.get("operation").and_then(Value::as_str).and_then(OperationKind::from_word);
    if kind == "gone" {
        let posted = operation == Some(OperationKind::TxnAdd) || now.draft == Some(DraftState::Posted);
        let draft = if posted { Some(DraftState::DriftedInQuickBooks) } else { now.draft };
        let changing =
            matches!(operation, Some(op) if op != OperationKind::TxnAdd && op != OperationKind::Finalise);
        return Standing { draft, change: if changing { None } else { now.change } };
    }
    let state = match kind {
        "handed_out" | "handed_out_again" => Some(DraftState::InFlight),
        "confirmed" => Some(DraftState::Posted),
        "refused" => Some(DraftState::Rejected),
        "unknown" => Some(DraftState::Unknown),
        "queued_again" | "queued_by_person" => Some(DraftState::Queued),
        "needs_person" => None,
        _ => return now,
    };
    match operation {
        Some(OperationKind::TxnAdd) => Standing { draft: state, ..now },
        Some(OperationKind::TxnMod) if kind == "confirmed" => {
            Standing { draft: Some(DraftState::Posted), change: None }
        }
        Some(OperationKind::TxnVoid | OperationKind::TxnDel) if kind == "confirmed" => {
            Standing { draft: Some(DraftState::Voided), change: None }
        }
        Some(OperationKind::TxnMod | OperationKind::TxnVoid | OperationKind::TxnDel) => {
            Standing { change: state, ..now }
        }
        _ => now,
    }
}
