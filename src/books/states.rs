//! States of drafts and operations and the outcome words that people read.
//!
//! Must never say `posted` of what is not in the ledger (design section 1). Which move is legal is decided in
//! `handoff`, not here. Follows `exactly-once.md` 3 with the rulings and design section 2.

use serde::{Deserialize, Serialize};

/// Where a draft stands. The first six are derived from document, links, settings and decisions; the rest are
/// stored and each change of them is an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DraftState {
    /// A field that makes the document eligible is missing.
    NotReady,
    /// By a person, void, Imported, DoNotImport, before start.
    Excluded,
    /// Something else stands in the way.
    NeedsAttention,
    /// Everything checks out; waits for approval.
    Ready,
    /// A person said: not now.
    Held,
    /// A person approved exactly this version.
    Approved,
    /// In a closed batch, waiting for the Web Connector.
    Queued,
    /// Handed to the Web Connector, no answer yet.
    InFlight,
    /// In doubt; looked up before anything is sent again.
    Unknown,
    /// QuickBooks confirmed it.
    Posted,
    /// QuickBooks refused it; nothing was made.
    Rejected,
    /// Was posted; QuickBooks now shows something else.
    DriftedInQuickBooks,
    /// Reversed or voided by a decision recorded here.
    Voided,
}

impl DraftState {
    /// Every state.
    pub const ALL: [DraftState; 13] = [
        DraftState::NotReady,
        DraftState::Excluded,
        DraftState::NeedsAttention,
        DraftState::Ready,
        DraftState::Held,
        DraftState::Approved,
        DraftState::Queued,
        DraftState::InFlight,
        DraftState::Unknown,
        DraftState::Posted,
        DraftState::Rejected,
        DraftState::DriftedInQuickBooks,
        DraftState::Voided,
    ];

    /// The word in JSON and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            DraftState::NotReady => "NotReady",
            DraftState::Excluded => "Excluded",
            DraftState::NeedsAttention => "NeedsAttention",
            DraftState::Ready => "Ready",
            DraftState::Held => "Held",
            DraftState::Approved => "Approved",
            DraftState::Queued => "Queued",
            DraftState::InFlight => "InFlight",
            DraftState::Unknown => "Unknown",
            DraftState::Posted => "Posted",
            DraftState::Rejected => "Rejected",
            DraftState::DriftedInQuickBooks => "DriftedInQuickBooks",
            DraftState::Voided => "Voided",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word().eq_ignore_ascii_case(word))
    }

    /// Whether drafting may still derive it anew from document, links and settings.
    #[must_use]
    pub const fn is_derived(self) -> bool {
        matches!(
            self,
            DraftState::NotReady | DraftState::Excluded | DraftState::NeedsAttention | DraftState::Ready
        )
    }
}

/// The words that people read about the far side (design section 1), the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Outcome {
    NotSent,
    Sent,
    PostedPending,
    Posted,
    Refused,
    Unknown,
    Reversed,
    EditedInQuickBooks,
    GoneFromQuickBooks,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 9] = [
        Outcome::NotSent,
        Outcome::Sent,
        Outcome::PostedPending,
        Outcome::Posted,
        Outcome::Refused,
        Outcome::Unknown,
        Outcome::Reversed,
        Outcome::EditedInQuickBooks,
        Outcome::GoneFromQuickBooks,
    ];

    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::NotSent => "not sent",
            Outcome::Sent => "sent",
            Outcome::PostedPending => "posted (pending)",
            Outcome::Posted => "posted",
            Outcome::Refused => "refused",
            Outcome::Unknown => "unknown",
            Outcome::Reversed => "reversed",
            Outcome::EditedInQuickBooks => "edited in QuickBooks",
            Outcome::GoneFromQuickBooks => "gone from QuickBooks",
        }
    }

    /// What the states say. `pending` = QuickBooks holds it as a pending sale; `gone` = not found there any more.
    #[must_use]
    pub const fn of(state: DraftState, pending: bool, gone: bool) -> Self {
        match state {
            DraftState::InFlight => Outcome::Sent,
            DraftState::Unknown => Outcome::Unknown,
            DraftState::Posted if pending => Outcome::PostedPending,
            DraftState::Posted => Outcome::Posted,
            DraftState::Rejected => Outcome::Refused,
            DraftState::DriftedInQuickBooks if gone => Outcome::GoneFromQuickBooks,
            DraftState::DriftedInQuickBooks => Outcome::EditedInQuickBooks,
            DraftState::Voided => Outcome::Reversed,
            _ => Outcome::NotSent,
        }
    }
}

/// The unit of the hand-off (design section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum OperationKind {
    TxnAdd,
    TxnMod,
    Finalise,
    TxnVoid,
    TxnDel,
    ListAdd,
    ListMod,
}

impl OperationKind {
    const ALL: [OperationKind; 7] = [
        OperationKind::TxnAdd,
        OperationKind::TxnMod,
        OperationKind::Finalise,
        OperationKind::TxnVoid,
        OperationKind::TxnDel,
        OperationKind::ListAdd,
        OperationKind::ListMod,
    ];

    /// The word in the database and in events.
    #[must_use]
    pub fn word(self) -> String {
        format!("{self:?}")
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where an operation stands. Which move is legal stands in `handoff::transitions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OperationState {
    /// Approved by a person, not in a batch yet.
    Approved,
    /// In a closed batch, may be handed out.
    Queued,
    /// Exact bytes committed and handed out.
    InFlight,
    /// In doubt.
    Unknown,
    /// QuickBooks confirmed it.
    Done,
    /// QuickBooks refused it, nothing was made.
    Refused,
    /// Taken back or overtaken before it was handed out.
    Withdrawn,
    /// A person must decide (look-alike, inactive entry, closing date, too many rounds).
    NeedsAttention,
}

impl OperationState {
    /// Every state.
    pub const ALL: [OperationState; 8] = [
        OperationState::Approved,
        OperationState::Queued,
        OperationState::InFlight,
        OperationState::Unknown,
        OperationState::Done,
        OperationState::Refused,
        OperationState::Withdrawn,
        OperationState::NeedsAttention,
    ];

    /// The word in the database and in events.
    #[must_use]
    pub fn word(self) -> String {
        format!("{self:?}")
    }

    /// The state of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing more will happen to it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, OperationState::Done | OperationState::Refused | OperationState::Withdrawn)
    }
}
