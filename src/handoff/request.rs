//! What can be asked of QuickBooks, typed. `qbxml` turns it into text; the simulators read only that text.
//!
//! Must never hold more than one money-moving request per set (`exactly-once.md` ruling 4).

use super::lines::LineBinding;
use crate::base::limits::{LIST_PAGE, TXN_PAGE};
use crate::base::{Day, EditSequence, ListId, PostingKey, SetId, TxnId};
use crate::books::{ListAdd, ListKind, ListMod, Payload, TxnKind};
use serde::{Deserialize, Serialize};

/// One part of a long answer (`qbxml.md` 7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Page {
    /// Everything at once: for lists without an iterator and queries by id.
    Whole,
    /// First page of an iterator.
    Start {
        /// MaxReturned.
        max: u32,
    },
    /// Next page of an iterator of the same visit.
    Continue {
        /// `{guid}` as QuickBooks gave it.
        iterator: String,
        /// MaxReturned.
        max: u32,
    },
}

impl Page {
    /// The first page of a list that has an iterator; else everything at once.
    #[must_use]
    pub const fn first_of(list: ListKind) -> Self {
        if list.has_iterator() { Page::Start { max: LIST_PAGE } } else { Page::Whole }
    }

    /// The page behind this one, as large.
    #[must_use]
    pub fn next(&self, iterator: &str) -> Self {
        match self {
            Page::Start { max } | Page::Continue { max, .. } => {
                Page::Continue { iterator: iterator.to_string(), max: *max }
            }
            Page::Whole => Page::Whole,
        }
    }

    /// This page of transactions; the first one where none was begun.
    #[must_use]
    pub fn or_first(&self) -> Self {
        match self {
            Page::Whole => Page::Start { max: TXN_PAGE },
            begun => begun.clone(),
        }
    }
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant)] // requests are few and short-lived
pub enum Request {
    /// HostQuery.
    Host,
    /// CompanyQuery with our OwnerID, so that the FileID stamp comes back.
    Company {
        /// `{guid}`.
        owner_id: String,
    },
    /// PreferencesQuery.
    Preferences,
    /// A whole list or what changed in it, inactive entries included.
    List {
        /// Which.
        list: ListKind,
        /// FromModifiedDate, as QuickBooks wrote the newest TimeModified seen, without its offset.
        since: Option<String>,
        /// Part.
        page: Page,
    },
    /// Entries of one list by ListID.
    ListById {
        /// Which.
        list: ListKind,
        /// At most 50.
        ids: Vec<ListId>,
    },
    /// Entries of one list by FullName.
    ListByName {
        /// Which.
        list: ListKind,
        /// At most 50.
        names: Vec<String>,
    },
    /// Deleted entries of the last 90 days.
    ListDeleted {
        /// Which lists.
        lists: Vec<ListKind>,
    },
    /// Transactions by TxnID.
    TxnById {
        /// Type.
        kind: TxnKind,
        /// At most 50.
        ids: Vec<TxnId>,
        /// With lines.
        lines: bool,
        /// With linked transactions.
        links: bool,
    },
    /// Transactions by RefNumber.
    TxnByRef {
        /// Type.
        kind: TxnKind,
        /// At most 50.
        refs: Vec<String>,
    },
    /// Transactions changed in a span of QuickBooks' own clock: the probe's query.
    TxnModified {
        /// Type.
        kind: TxnKind,
        /// Local time of the QuickBooks machine, `YYYY-MM-DDTHH:MM:SS`.
        from: String,
        /// The same, or open.
        to: Option<String>,
        /// With lines (journals carry the mark in a line).
        lines: bool,
        /// Part.
        page: Page,
    },
    /// Transactions of a span of ledger dates: the proof's query.
    TxnDated {
        /// Type.
        kind: TxnKind,
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
        /// Part.
        page: Page,
    },
    /// Balances of all accounts at the end of a day, accrual basis (design 8.13).
    Balances {
        /// ToReportDate.
        day: Day,
    },
    /// Every posting on one account in a span of ledger dates, whoever made it.
    AccountRows {
        /// Which account.
        account: ListId,
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
        /// Only what changed since then, as [`Request::List`] has it.
        since: Option<String>,
        /// Part.
        page: Page,
    },
    /// Invoices of a span of ledger dates with their lines, whoever made them.
    Sales {
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
        /// Part.
        page: Page,
    },
    /// Deleted transactions of these types.
    TxnDeleted {
        /// Types.
        kinds: Vec<TxnKind>,
    },
    /// Makes a transaction.
    TxnAdd {
        /// Content.
        payload: Payload,
        /// Mark 1, and through its tag mark 2.
        key: PostingKey,
    },
    /// Makes a list entry.
    ListAdd {
        /// Content.
        entry: ListAdd,
        /// Mark 1.
        key: PostingKey,
    },
    /// Takes a pending sale to final: header-only Mod with IsPending false and nothing else (design 4.4).
    Finalise {
        /// Invoice or credit memo.
        kind: TxnKind,
        /// Which.
        txn: TxnId,
        /// As read in the guard of the same visit.
        edit_sequence: EditSequence,
    },
    /// Changes a transaction of ours to a newer version (`qbxml.md` 13). IsPending is never in it (design 4.4).
    TxnMod {
        /// Which.
        txn: TxnId,
        /// As read in the guard of the same visit.
        edit_sequence: EditSequence,
        /// What QuickBooks holds: elements of it that the new content lacks are cleared.
        before: Payload,
        /// New content.
        payload: Payload,
        /// For mark 2 in the memo; mark 1 has no place in a Mod.
        key: PostingKey,
        /// One binding for each written line of the new content.
        lines: Vec<LineBinding>,
    },
    /// Sets a transaction to zero and keeps it. Carries no EditSequence (`exactly-once.md` ruling 11).
    TxnVoid {
        /// Type.
        kind: TxnKind,
        /// Which.
        txn: TxnId,
    },
    /// Deletes a transaction. Carries no EditSequence (`exactly-once.md` ruling 11).
    TxnDel {
        /// Type.
        kind: TxnKind,
        /// Which.
        txn: TxnId,
    },
    /// Changes some elements of a customer or vendor.
    ListMod {
        /// Which, and what.
        change: ListMod,
        /// As read in the guard of the same visit.
        edit_sequence: EditSequence,
    },
}

impl Request {
    /// Which part of a long answer it asks for, where it asks for parts.
    pub const fn page_mut(&mut self) -> Option<&mut Page> {
        match self {
            Request::List { page, .. }
            | Request::TxnModified { page, .. }
            | Request::TxnDated { page, .. }
            | Request::AccountRows { page, .. }
            | Request::Sales { page, .. } => Some(page),
            _ => None,
        }
    }

    /// Whether it changes QuickBooks: then it stands alone in its set, under a set id.
    #[must_use]
    pub const fn writes(&self) -> bool {
        matches!(
            self,
            Request::TxnAdd { .. }
                | Request::ListAdd { .. }
                | Request::Finalise { .. }
                | Request::TxnMod { .. }
                | Request::TxnVoid { .. }
                | Request::TxnDel { .. }
                | Request::ListMod { .. }
        )
    }
}

/// What happens to the rest of a set after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stop {
    /// `stopOnError`.
    OnError,
    /// `continueOnError`.
    Never,
}

/// One message set. Its bytes are a pure function of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestSet {
    /// `newMessageSetID`: on writes only.
    pub set_id: Option<SetId>,
    /// On errors.
    pub stop: Stop,
    /// requestID (ASCII, unique in the set, at most 50 characters) and request.
    pub requests: Vec<(String, Request)>,
}

impl RequestSet {
    /// Questions, of which each is answered whatever becomes of the others.
    #[must_use]
    pub const fn questions(requests: Vec<(String, Request)>) -> Self {
        RequestSet { set_id: None, stop: Stop::Never, requests }
    }
}
