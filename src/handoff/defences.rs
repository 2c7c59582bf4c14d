//! The defences of the hand-off as values, so that `drill` can take one away and show that it is missed.
//!
//! Must never be built with one missing outside `drill`: a house test reads the sources for it (design 2: "defences of
//! the hand-off are values; only `drill` can build a machine with one of them off"). Names: `exactly-once.md` 2, 5, 6, 8.1.

/// One defence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Defence {
    /// W1: bytes and intent are durable before the first byte leaves.
    PersistFirst,
    /// W2: the outcome is durable before it is acknowledged.
    PersistBeforeReply,
    /// W3: a re-send carries the stored bytes.
    StoredBytes,
    /// W4: no record of a message set is ever deleted while it may be needed.
    KeepRecords,
    /// W5: the raw answer is kept before it is read.
    KeepAnswer,
    /// W6: what could not be made durable is not handed out.
    NothingOnFailure,
    /// R1: only the ticket of the open visit is served.
    Ticket,
    /// R2: a late answer is evidence about its own set only.
    LateIsEvidence,
    /// R3: the same answer again changes nothing and gets the same number.
    SameNumber,
    /// R4: what is settled stays settled.
    SettledStays,
    /// R5: one visit at a time.
    Lease,
    /// The canary before the first write of a visit.
    Canary,
    /// The look-up of everything in doubt before any write.
    Probe,
    /// A re-send goes to the computer that had the bytes.
    Identity,
    /// A set that was never answered is sent again under its own id.
    SameId,
    /// A set that was answered is never sent again.
    AnsweredIsDead,
    /// One money-moving request in a set.
    OneAdd,
    /// The look-up goes by the mark that people cannot edit.
    FixedMark,
    /// After an older copy of the profile, QuickBooks is swept for our marks before anything is written.
    Sweep,
    /// What left before is looked for by its mark directly before it leaves again under a fresh id.
    LookAgain,
}

impl Defence {
    /// Every defence.
    pub const ALL: [Defence; 20] = [
        Defence::PersistFirst,
        Defence::PersistBeforeReply,
        Defence::StoredBytes,
        Defence::KeepRecords,
        Defence::KeepAnswer,
        Defence::NothingOnFailure,
        Defence::Ticket,
        Defence::LateIsEvidence,
        Defence::SameNumber,
        Defence::SettledStays,
        Defence::Lease,
        Defence::Canary,
        Defence::Probe,
        Defence::Identity,
        Defence::SameId,
        Defence::AnsweredIsDead,
        Defence::OneAdd,
        Defence::FixedMark,
        Defence::Sweep,
        Defence::LookAgain,
    ];
}

/// Which defences stand. By default all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defences {
    missing: u32,
}

impl Defences {
    /// All of them.
    #[must_use]
    pub const fn all() -> Self {
        Defences { missing: 0 }
    }

    /// All but these; for `drill` only.
    #[must_use]
    pub(crate) fn without(missing: &[Defence]) -> Self {
        Defences { missing: missing.iter().fold(0, |bits, defence| bits | (1 << *defence as u32)) }
    }

    /// Whether this one stands.
    #[must_use]
    pub const fn stand(self, defence: Defence) -> bool {
        self.missing & (1 << defence as u32) == 0
    }
}
