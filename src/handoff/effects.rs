//! What comes into the step and what goes out of it.
//!
//! Must never hold behaviour: the step decides, the driver carries out.

use super::answer::{AccountRow, AnswerSet, Deleted, ListSeen, TxnSeen};
use super::request::{Request, RequestSet};
use super::work::{CanaryRef, DueList, Queued, Span, UnknownWork, ValueAsk, Verdict};
use crate::base::{Cents, Day, EditSequence, OperationId, SetId, TxnId};
use crate::books::{CompanyFile, ListKind, ListRef, Preferences, TxnKind};

/// What comes in.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // one at a time
pub enum Input {
    /// Plan the next set. The random bits make the id of a write.
    Plan {
        /// 128 random bits.
        random: u128,
    },
    /// A stored fact that [`Effect::Look`] asked for.
    Fact(Fact),
    /// The set that is out was answered.
    Answered(AnswerSet),
    /// The set that is out was answered with an error of the Web Connector, or unreadably.
    Failed {
        /// In words, with the hresult where there is one.
        why: String,
    },
    /// Something was confirmed from outside of this visit: whatever was planned is planned afresh, the canary first.
    Evidence,
    /// The set was not handed out after all (its operation was taken back meanwhile).
    Skipped,
    /// No answer will come: the visit ended, or it was asked again without an answer between (ruling 5).
    Lost,
}

/// What a visit will ask in any case, as far as it is known before its first answer: asked along with who QuickBooks is,
/// because each way to QuickBooks costs a second. Nothing of it is concluded out of turn.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    /// The newest candidate of the canary.
    pub canary: Option<CanaryRef>,
    /// The lists that are due.
    pub lists: Vec<DueList>,
    /// The next of the queue.
    pub slice: Vec<Queued>,
}

/// What is read back.
#[derive(Clone, Debug, Default)]
pub struct ReadBack {
    /// Types and days over which something of ours stands.
    pub spans: Vec<Span>,
    /// Only what changed since then, by QuickBooks' own clock: all else was read before. None = everything.
    pub since: Option<String>,
    /// What will be asked about the inventory account after them.
    pub values: Vec<ValueAsk>,
}

/// A stored fact.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Fact {
    /// Empty where it is not sure by now that the company is ours.
    Ahead(Ahead),
    /// Whether work may go on in this company: `Err` = nothing at all, with the text for the Web Connector.
    Company(Result<CompanyLeave, String>),
    Canary(Vec<CanaryRef>),
    Unknowns(Vec<UnknownWork>),
    /// What to ask for our marks, page by page; empty = no sweep is due.
    Sweep(Vec<Request>),
    DueLists(Vec<DueList>),
    Slice(Vec<Queued>),
    /// None = not due in this visit.
    ReadBack(Option<ReadBack>),
    Missing(Vec<(TxnKind, Vec<TxnId>)>),
    Values(Vec<ValueAsk>),
    /// As they were read last.
    RowsOf(Vec<AccountRow>),
}

/// What may be done in this company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompanyLeave {
    /// Writes are allowed: not frozen, right file.
    pub may_write: bool,
}

/// A question to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Question {
    Ahead,
    Company,
    Canary,
    Unknowns,
    /// Whether QuickBooks must be swept for our marks (`exactly-once.md` C25).
    Sweep,
    DueLists,
    /// Queued operations after this one in the order of hand-out; none = from the start.
    Slice(Option<OperationId>),
    ReadBack,
    Missing,
    /// What to ask about the inventory account.
    Values,
    /// The postings of these transactions on it.
    RowsOf(Vec<TxnId>),
}

/// What goes out.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // one at a time
pub enum Effect {
    /// Answer with [`Input::Fact`].
    Look(Question),
    /// Hand this set out. With an operation, its bytes and intent are committed first (W1).
    HandOut {
        /// What to write.
        set: RequestSet,
        /// The operation that it carries.
        operation: Option<OperationId>,
        /// The EditSequence that the guard read directly before, for the look-up.
        under: Option<EditSequence>,
    },
    /// Hand the stored bytes of this set out once more (W3).
    Resend {
        /// Whose.
        operation: OperationId,
        /// Which.
        set: SetId,
    },
    /// A conclusion about an operation.
    Settle {
        /// Which.
        operation: OperationId,
        /// What.
        verdict: Verdict,
    },
    /// An operation in doubt is sent once more.
    CountRound(OperationId),
    /// Who QuickBooks said it is.
    KeepCompany {
        /// The company file, path to be filled in by the driver.
        company: CompanyFile,
        /// Its preferences, where told.
        preferences: Option<Preferences>,
        /// How many names its edition holds.
        name_capacity: Option<u32>,
    },
    /// List entries to keep.
    KeepEntries(Vec<ListSeen>),
    /// A list was read to its end, or refused with the reason.
    ListDone {
        /// Which.
        list: ListKind,
        /// Why not.
        refused: Option<String>,
    },
    /// Deleted list entries.
    ListDeleted(Vec<Deleted>),
    /// Transactions that a read-back showed.
    Seen(Vec<TxnSeen>),
    /// Transactions that QuickBooks says were deleted: those of ours are looked for by id.
    Deleted(Vec<Deleted>),
    /// Transactions that a sweep showed: their marks are kept.
    Swept(Vec<TxnSeen>),
    /// The sweep is whole.
    SweepDone,
    /// These were asked for by id and are not there.
    Gone(Vec<TxnId>),
    /// Postings on an account, a page of them.
    AccountRows(Vec<AccountRow>),
    /// All postings of an account in a span were read.
    AccountRowsDone {
        /// Which account.
        account: ListRef,
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
    },
    /// The balance of an account at the end of a day.
    Balance {
        /// Which account.
        account: ListRef,
        /// Which day.
        day: Day,
        /// How much, in the account's own sense.
        amount: Cents,
    },
    /// Invoices that stand in QuickBooks already, with their lines: what they tell of its rounding is learnt.
    OlderSales(Vec<TxnSeen>),
    /// The read-back is whole: its moment is the proof's `as_of`.
    ReadBackDone,
    /// No writes in this company until a person has looked.
    Freeze(String),
    /// A line for the visit's log.
    Note(String),
    /// Nothing is left to do in this visit; the text is for the Web Connector's status column.
    Finished(String),
}
