//! The one table of legal moves of an operation; every other move is a bug and is refused.
//!
//! Must stay the only place that says so (`exactly-once.md` 3 with the rulings, design section 2).

use crate::books::{DraftState, OperationState};

/// Whether an operation may move so.
#[must_use]
pub const fn legal(from: OperationState, to: OperationState) -> bool {
    use OperationState as S;
    matches!(
        (from, to),
        (S::Approved, S::Queued | S::Withdrawn)
            | (S::Queued, S::InFlight | S::Approved | S::Withdrawn | S::NeedsAttention | S::Done)
            | (S::InFlight, S::Done | S::Refused | S::Unknown)
            | (S::Unknown, S::Done | S::Refused | S::NeedsAttention | S::InFlight | S::Queued)
            | (S::NeedsAttention, S::Queued | S::Withdrawn | S::Done)
    )
}

/// Where the draft of an Add stands when its operation stands there. None: the draft follows its own derivation.
#[must_use]
pub const fn draft_state(operation: OperationState) -> Option<DraftState> {
    use OperationState as S;
    match operation {
        S::Approved => Some(DraftState::Approved),
        S::Queued => Some(DraftState::Queued),
        S::InFlight => Some(DraftState::InFlight),
        S::Unknown => Some(DraftState::Unknown),
        S::Done => Some(DraftState::Posted),
        S::Refused => Some(DraftState::Rejected),
        S::NeedsAttention => Some(DraftState::NeedsAttention),
        S::Withdrawn => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OperationState as S;

    #[test]
    fn nothing_leaves_a_final_state() {
        for from in S::ALL.into_iter().filter(|s| s.is_final()) {
            for to in S::ALL {
                assert!(!legal(from, to), "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn the_table_is_exactly_this() {
        let mut moves = Vec::new();
        for from in S::ALL {
            let to: Vec<String> = S::ALL.into_iter().filter(|&to| legal(from, to)).map(S::word).collect();
            if !to.is_empty() {
                moves.push(format!("{from:?}: {}", to.join(" ")));
            }
        }
        assert_eq!(
            moves,
            [
                "Approved: Queued Withdrawn",
                "Queued: Approved InFlight Done Withdrawn NeedsAttention",
                "InFlight: Unknown Done Refused",
                "Unknown: Queued InFlight Done Refused NeedsAttention",
                "NeedsAttention: Queued Done Withdrawn",
            ]
        );
    }

    #[test]
    fn an_answer_never_comes_before_the_bytes_left() {
        assert!(!legal(S::Approved, S::InFlight), "only a closed batch is handed out");
        assert!(!legal(S::Queued, S::Refused), "a refusal is an answer");
        assert!(!legal(S::InFlight, S::Queued), "what may be in QuickBooks is looked up first");
    }
}
