//! What waits to be done in QuickBooks, as the step sees it, and what it concludes.
//!
//! Must never hold more than one visit needs: facts come in slices.

use super::answer::TxnSeen;
use super::lines::LineBinding;
use super::request::Request;
use crate::base::{Cents, Day, EditSequence, Instant, OperationId, PostingKey, SetId, TxnId};
use crate::books::{ListAdd, ListKind, ListMod, ListRef, Payload, TxnKind};
use serde::{Deserialize, Serialize};

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
    Finalise(Existing),
    /// Change a transaction to a newer version of its draft.
    Change {
        /// What stands in QuickBooks.
        existing: Existing,
        /// Content as approved.
        payload: Payload,
        /// One binding for each written line, made from the guard of this visit; empty before.
        lines: Vec<LineBinding>,
    },
    /// Set a transaction to zero.
    Void(Existing),
    /// Delete a transaction.
    Delete(Existing),
    /// Change some elements of a customer or vendor.
    ListChange {
        /// As approved.
        change: ListMod,
        /// As the guard of this visit read it; empty before.
        edit_sequence: EditSequence,
    },
}

/// A transaction that stands in QuickBooks and that an operation is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Existing {
    /// Which.
    pub txn: TxnId,
    /// What QuickBooks confirmed last: the guard must show it.
    pub posted: Payload,
    /// Its marks.
    pub key: PostingKey,
    /// As the guard of this visit read it; empty before.
    pub edit_sequence: EditSequence,
    /// What we know of it.
    pub stored: Stored,
}

/// What our store knows of a transaction in QuickBooks, for the guard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// TxnLineIDs of its lines as read with them last; empty = never read with lines.
    pub lines: Vec<String>,
    /// Every EditSequence that we stored of it, oldest first.
    pub edits: Vec<EditSequence>,
    /// ClosingDate of the preferences.
    pub closing_date: Option<Day>,
    /// Day through which sales tax was filed.
    pub filed_through: Option<Day>,
    /// A person's edit that the approval names and that may be overwritten: exactly this content (design 4.4).
    pub overwrite: Option<Box<TxnSeen>>,
    /// Whether a document that is not pending may be deleted (a setting, off; design 8.20).
    pub may_delete_posted: bool,
    /// It was missed before without anybody having deleted it, and a person let writing go on all the same.
    pub given_up: bool,
}

impl Work {
    /// The one money-moving request of the operation.
    #[must_use]
    pub fn request(&self) -> Request {
        match self {
            Work::Txn { payload, key } => Request::TxnAdd { payload: payload.clone(), key: *key },
            Work::List { entry, key } => Request::ListAdd { entry: entry.clone(), key: *key },
            Work::Finalise(it) => Request::Finalise {
                kind: it.posted.kind,
                txn: it.txn.clone(),
                edit_sequence: it.edit_sequence.clone(),
            },
            Work::Change { existing: it, payload, lines } => Request::TxnMod {
                txn: it.txn.clone(),
                edit_sequence: it.edit_sequence.clone(),
                before: it.posted.clone(),
                payload: payload.clone(),
                key: it.key,
                lines: lines.clone(),
            },
            Work::Void(it) => Request::TxnVoid { kind: it.posted.kind, txn: it.txn.clone() },
            Work::Delete(it) => Request::TxnDel { kind: it.posted.kind, txn: it.txn.clone() },
            Work::ListChange { change, edit_sequence } => {
                Request::ListMod { change: change.clone(), edit_sequence: edit_sequence.clone() }
            }
        }
    }

    /// The transaction that the operation is about, where one must stand in QuickBooks already.
    #[must_use]
    pub const fn existing(&self) -> Option<&Existing> {
        match self {
            Work::Finalise(it) | Work::Change { existing: it, .. } | Work::Void(it) | Work::Delete(it) => {
                Some(it)
            }
            Work::Txn { .. } | Work::List { .. } | Work::ListChange { .. } => None,
        }
    }

    /// The same, to be bound.
    pub const fn existing_mut(&mut self) -> Option<&mut Existing> {
        match self {
            Work::Finalise(it) | Work::Change { existing: it, .. } | Work::Void(it) | Work::Delete(it) => {
                Some(it)
            }
            Work::Txn { .. } | Work::List { .. } | Work::ListChange { .. } => None,
        }
    }

    /// Whether a guard is read directly before it, so that it goes alone (design 8.16).
    #[must_use]
    pub const fn is_guarded(&self) -> bool {
        !matches!(self, Work::Txn { .. } | Work::List { .. })
    }

    /// The EditSequence under which it leaves, where it has one.
    #[must_use]
    pub fn edit_sequence(&self) -> Option<&EditSequence> {
        match self {
            Work::ListChange { edit_sequence, .. } => Some(edit_sequence),
            other => other.existing().map(|it| &it.edit_sequence),
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
    /// What of the same document or entry left before, in whichever operation.
    pub before: Option<Before>,
    /// What looked like it and a person had before her eyes when she let it go: TxnIDs.
    pub accepted: Vec<String>,
}

/// What of a document or entry left before: it may be in QuickBooks by now, under another number or name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// When it left for the first time.
    pub first: Instant,
    /// The marks under which it left.
    pub keys: Vec<PostingKey>,
    /// Contents of a document that left.
    pub contents: Vec<Payload>,
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
    /// What our last operation on it left.
    pub left: Left,
}

/// What an operation left in QuickBooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Left {
    /// A transaction that stands.
    #[default]
    Standing,
    /// One with amounts of nothing.
    Voided,
    /// Nothing.
    Removed,
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
    /// How many of ours it has.
    pub ours: u32,
}

/// What is asked at the end of a read-back: about the inventory account (design 8.13), and how sales tax is rounded
/// (design 8.6).
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
    /// Whether anything on it is otherwise than when it was read whole.
    Changed {
        /// Which account.
        account: ListRef,
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
        /// Since then, by QuickBooks' own clock.
        since: String,
        /// Its balance at the end of the last day, as it was read.
        balance: Cents,
    },
    /// Its balance at the end of some days, one report each.
    Balances {
        /// Which account.
        account: ListRef,
        /// The days.
        days: Vec<Day>,
    },
    /// Invoices that stand there already, with their lines.
    Sales {
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
    },
}

/// What stands in QuickBooks and looks like ours without our mark: enough to hold both side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAlike {
    /// TxnID or ListID.
    pub id: String,
    /// "invoice", "customer" ...
    pub kind: String,
    /// RefNumber, or the entry's name.
    pub number: String,
    /// Customer or vendor; empty for journals and entries.
    pub party: String,
    /// Day of the ledger; none for entries.
    pub date: Option<Day>,
    /// Total in the document's own sense; none for entries.
    pub total: Option<Cents>,
    /// Header memo.
    pub memo: String,
    /// What looked like it before this one, when a person let it go all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<String>,
}

impl LookAlike {
    /// TxnIDs of what a person had before her eyes when she let the document go: this, and what stopped it before.
    #[must_use]
    pub fn let_go(self) -> Vec<String> {
        self.accepted.into_iter().chain([self.id]).collect()
    }
}

impl From<&TxnSeen> for LookAlike {
    fn from(txn: &TxnSeen) -> Self {
        LookAlike {
            id: txn.txn_id.to_string(),
            kind: txn.kind.title().to_string(),
            number: txn.ref_number.clone(),
            party: txn.party.as_ref().map(|party| party.name.clone()).unwrap_or_default(),
            date: Some(txn.date),
            total: Some(txn.total),
            memo: txn.memo.clone(),
            accepted: Vec::new(),
        }
    }
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
        look_alike: Option<LookAlike>,
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
