//! What Cin7 says now beside what was posted: changed cells only, with what can be done about it.

use super::{Offer, Paper, Piece, head, say};
use crate::base::Cents;
use crate::books::DraftState;
use crate::tui::command::Id;
use crate::tui::theme::Role;
use crate::workflow::changes::Proposed;
use crate::workflow::drafts::DraftDetail;

/// The sheet of a posted document that changed in Cin7 or in QuickBooks; none where nothing did.
pub fn change(detail: &DraftDetail) -> Option<Paper> {
    if detail.proposed.is_none() && detail.edited.is_empty() && !is_drifted(detail) {
        return None;
    }
    let row = &detail.row;
    let title = format!("What changed in {}", super::name_of(row));
    let (mut pieces, mut offers) = (Vec::new(), Vec::new());
    if is_drifted(detail) || !detail.edited.is_empty() {
        pieces.extend(in_quickbooks(detail));
    }
    if let Some(proposed) = &detail.proposed {
        pieces.extend(in_cin7(detail, proposed));
        match row.proposal {
            Some(DraftState::Ready) => offers.push(Offer::run("a", "approve the change", Id::Approve)),
            Some(DraftState::Approved) => {
                offers.push(Offer::run("w", "take the approval back", Id::WithdrawApproval));
            }
            _ => {}
        }
        if proposed.hint.is_some() {
            offers.push(Offer::run("H", "what to do by hand", Id::HintSheet));
        }
    }
    offers.push(Offer::run("R", "say how it is settled", Id::Settle));
    Some(Paper::new(title, pieces, offers))
}

fn is_drifted(detail: &DraftDetail) -> bool {
    detail.row.state == DraftState::DriftedInQuickBooks
}

fn in_quickbooks(detail: &DraftDetail) -> Vec<Piece> {
    let mut pieces = vec![head("Changed by a person in QuickBooks")];
    if detail.row.gone {
        pieces.push(say(
            "It was deleted there. Nothing is sent again by itself: R drafts it anew, or lets it stay out.",
        ));
    } else if detail.edited.is_empty() {
        pieces.push(say("It was changed there. What exactly is read with its lines at the next visit."));
    }
    pieces.extend(detail.edited.iter().map(|edit| Piece::Text(Role::Warn, edit.clone())));
    pieces.push(Piece::Blank);
    pieces
}

/// What approving the change would do, in words.
fn deed(operation: &str) -> &'static str {
    match operation {
        "TxnVoid" => "The document is voided in QuickBooks: it stays there with the amount 0.00.",
        "TxnDel" => "The pending sale is deleted in QuickBooks.",
        _ => "The document in QuickBooks is changed to what Cin7 says now.",
    }
}

fn standing(state: Option<DraftState>) -> (Role, &'static str) {
    match state {
        Some(DraftState::Ready) => (Role::Accent, "It waits for your approval."),
        Some(DraftState::NeedsAttention) => (Role::Warn, "This program must not do it: it is done by hand."),
        Some(DraftState::Approved) => (Role::Good, "It is approved and goes with the next batch."),
        Some(DraftState::Queued | DraftState::InFlight) => (Role::Text, "It is on its way to QuickBooks."),
        Some(DraftState::Unknown) => {
            (Role::Warn, "Whether QuickBooks made it is looked up at the next visit.")
        }
        Some(DraftState::Rejected) => (Role::Bad, "QuickBooks refused it."),
        Some(DraftState::Held) => (Role::Muted, "It is held."),
        _ => (Role::Muted, "QuickBooks was left as it is; the difference stays listed in the proof."),
    }
}

fn in_cin7(detail: &DraftDetail, proposed: &Proposed) -> Vec<Piece> {
    let row = &detail.row;
    let (role, words) = standing(row.proposal);
    let mut pieces = vec![head("Changed in Cin7"), Piece::Text(role, words.to_string())];
    if matches!(row.proposal, Some(DraftState::Ready | DraftState::Approved)) {
        pieces.push(say(deed(&proposed.operation)));
    }
    for reason in &proposed.reasons {
        let role = match reason.level.as_str() {
            "blocks" => Role::Bad,
            "warns" => Role::Warn,
            _ => Role::Muted,
        };
        pieces.push(Piece::Text(role, reason.text.clone()));
    }
    pieces.push(Piece::Blank);
    pieces.push(Piece::Sides("posted".into(), "Cin7 now".into()));
    for changed in &proposed.changes {
        pieces.push(Piece::Pair {
            label: changed.field.clone(),
            left: changed.before.clone().unwrap_or_default(),
            right: changed.after.clone().unwrap_or_default(),
        });
    }
    if proposed.changes.is_empty() {
        pieces.push(Piece::Text(Role::Muted, "No field differs.".into()));
    }
    let known = |cents: Option<Cents>| cents.map(Cents::grouped).unwrap_or_default();
    if !proposed.difference.is_zero() {
        pieces.push(Piece::Blank);
        let note = format!("{} becomes {}", known(row.total), known(proposed.total));
        pieces.push(Piece::Figure {
            label: "It changes the total by".into(),
            amount: Some(proposed.difference),
            note,
        });
    }
    pieces
}
