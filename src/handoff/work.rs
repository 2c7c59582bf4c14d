//! What waits to be done in QuickBooks, as the step sees it, and what it concludes.
//!
//! Must never hold more than one visit needs: facts come in slices.

use crate::base::{Day, EditSequence, Instant, ListId, OperationId, PostingKey, SetId, TxnId};
use crate::books::{ListAdd, ListKind, ListRef, Payload, TxnKind};
use crate::handoff::answer::TxnSeen;
use crate::handoff::request::Request;

/// The content of one operation, everything bound that earlier operations made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // slices are small
pub enum Work {
    /// Make a transaction.
    Txn {
        /// Content as approved.
        payload: Payload,
        /// Its marks.
        key: PostingKey,
    },
    /// Make a list entry.
    List {
        /// Content as approved.
        entry: ListAdd,
        /// Its mark.
        key: PostingKey,
    },
    /// Take a pending sale to final.
    Finalise {
        /// Which.
        txn: TxnId,
        /// What QuickBooks confirmed last: the guard must show it.
        posted: Payload,
        /// Its marks.
        key: PostingKey,
        /// As the guard of this visit read it; empty before.
        edit_sequence: EditSequence,
    },
}

impl Work {
    /// The one money-moving request of the operation.
    #[must_use]
    pub fn request(&self) -> Request {
        match self {
            Work::Txn { payload, key } => Request::TxnAdd { payload: payload.clone(), key: *key },
            Work::List { entry, key } => Request::ListAdd { entry: entry.clone(), key: *key },
            Work::Finalise { txn, posted, edit_sequence, .. } => Request::Finalise {
                kind: posted.kind,
                txn: txn.clone(),
                edit_sequence: edit_sequence.clone(),
            },
        }
    }
}

/// An operation that may be handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Which operation.
    pub id: OperationId,
    /// Its content.
    pub work: Work,
    /// How often it was handed out before, under other set ids.
    pub attempt: u32,
}

/// An operation in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWork {
    /// Which operation.
    pub id: OperationId,
    /// Its content as it was handed out.
    pub work: Work,
    /// The set it left in.
    pub set: SetId,
    /// When it left.
    pub handed_at: Instant,
    /// Whether any answer under that set ever came: then the set is dead (ruling 1).
    pub answered: bool,
    /// With what that set was refused, where the answer could be read: statusCode and statusMessage.
    pub refusal: Option<(i32, String)>,
    /// How often it was handed out under a set id of its own.
    pub attempt: u32,
    /// Whether the present identity is the one that was given the bytes (`exactly-once.md` 5.2).
    pub same_identity: bool,
    /// How often it was sent again so far.
    pub rounds: u32,
}

/// One candidate of the canary: the object of an answered operation, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanaryRef {
    /// Type.
    pub kind: TxnKind,
    /// Which.
    pub txn: TxnId,
    /// Every EditSequence that we stored of it, oldest first.
    pub edits: Vec<EditSequence>,
}

/// A list to be pulled in this visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueList {
    /// Which.
    pub list: ListKind,
    /// Where the last pull ended; none = whole.
    pub since: Option<String>,
}

/// A span of ledger dates to be read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Type.
    pub kind: TxnKind,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// What is asked about the inventory account at the end of a read-back (design 8.13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueAsk {
    /// Every posting on it.
    Rows {
        /// Which account.
        account: ListRef,
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
    },
    /// Its balance at the end of some days, one report each.
    Balances {
        /// Which account.
        account: ListRef,
        /// The days.
        days: Vec<Day>,
    },
}

/// What is concluded about an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // one at a time
pub enum Verdict {
    /// QuickBooks holds it.
    Done {
        /// What shows it, for transactions.
        seen: Option<TxnSeen>,
        /// TxnID or ListID.
        id: String,
        /// Change stamp.
        edit_sequence: EditSequence,
        /// What a person should know (another total, found by a probe).
        note: String,
    },
    /// QuickBooks refused it and nothing was made.
    Refused {
        /// statusCode.
        status: i32,
        /// statusMessage, verbatim.
        message: String,
    },
    /// In doubt.
    Unknown {
        /// Why.
        why: String,
    },
    /// A person must decide.
    Person {
        /// Short code for the list of reasons.
        code: &'static str,
        /// In words.
        text: String,
        /// A record that looks like it, where one was found.
        look_alike: Option<ListId>,
    },
    /// The set is dead and nothing was made: a fresh attempt under a new set id (ruling 1).
    Again {
        /// Why.
        why: String,
        /// Whether to wait for the next visit first (3175, 3176).
        pause: bool,
    },
    /// It was made and then deleted in QuickBooks.
    Deleted {
        /// In words.
        text: String,
    },
}
