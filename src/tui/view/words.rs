//! States and verdicts as glyph, word and role: the same everywhere.
//!
//! Must never invent an outcome word: those of `books::Outcome` stand on screen as they are (design section 1).

use crate::books::{DraftState, Outcome, TxnKind};
use crate::store::drafts::DraftRow;
use crate::store::links::MatchRow;
use crate::tui::theme::{Glyph, Role};

/// What a draft's row says.
pub fn of_draft(row: &DraftRow) -> (Glyph, &'static str, Role) {
    let outcome = row.outcome();
    match row.state {
        DraftState::NotReady => (Glyph::Later, "not ready", Role::Muted),
        DraftState::Excluded => (Glyph::No, "excluded", Role::Muted),
        DraftState::NeedsAttention => (Glyph::Alarm, "needs attention", Role::Warn),
        DraftState::Ready if row.warned => (Glyph::Ask, "ready, look", Role::Warn),
        DraftState::Ready => (Glyph::Ask, "ready", Role::Accent),
        DraftState::Held => (Glyph::Later, "held", Role::Muted),
        DraftState::Approved => (Glyph::Ok, "approved", Role::Good),
        DraftState::Queued => (Glyph::Arrow, "queued", Role::Text),
        DraftState::InFlight => (Glyph::Arrow, outcome.word(), Role::Accent),
        DraftState::Posted => (Glyph::Ok, outcome.word(), Role::Good),
        DraftState::Unknown | DraftState::DriftedInQuickBooks => (Glyph::Alarm, outcome.word(), Role::Warn),
        DraftState::Rejected => (Glyph::No, outcome.word(), Role::Bad),
        DraftState::Voided => (Glyph::Later, outcome.word(), Role::Muted),
    }
}

/// What a contact's row says.
pub fn of_match(row: &MatchRow) -> (Glyph, &'static str, Role) {
    match (&row.link, row.deferred, row.decision.as_str()) {
        (Some(_), _, _) if row.broken => (Glyph::Alarm, "broken", Role::Warn),
        (Some(link), _, _) if link.list_id.is_none() => (Glyph::Ok, "create", Role::Good),
        (Some(_), _, _) => (Glyph::Ok, "matched", Role::Good),
        (None, true, _) => (Glyph::Later, "deferred", Role::Muted),
        (None, false, "auto") => (Glyph::Ask, "sure", Role::Accent),
        (None, false, "suggest") => (Glyph::Ask, "review", Role::Warn),
        (None, false, _) => (Glyph::Alarm, "no match", Role::Warn),
    }
}

/// The kind as a list shows it.
pub fn kind(kind: Option<TxnKind>) -> &'static str {
    kind.map_or("document", TxnKind::title)
}

/// What to do about an outcome, where a person should know.
pub const fn outcome_advice(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Refused => {
            Some("QuickBooks made nothing. Correct what it names, then press o in step 5 to queue it again.")
        }
        Outcome::Unknown => {
            Some("It is looked up in QuickBooks at the next visit before anything is sent again.")
        }
        Outcome::EditedInQuickBooks => Some("Someone changed it in QuickBooks. It is never overwritten."),
        Outcome::GoneFromQuickBooks => {
            Some("It is no longer in QuickBooks. It is never sent again by itself.")
        }
        Outcome::PostedPending => Some("It counts in the ledger once it is finalised: press f in step 5."),
        _ => None,
    }
}
