//! A small model of a QuickBooks company file: what a schedule needs and nothing more, so that thousands run in a second.
//!
//! Records of message sets, deleted lists, EditSequences, pages, closing date, one name space, and people who meddle. Must
//! share no parser, writer or rule with the program, and must be cheap to copy: a backup is a clone. The strict and complete
//! company is `sim::quickbooks`; this one follows `exactly-once.md` 1 and `qbxml.md` 3-9 where the hand-off touches it.

mod changes;
mod people;
mod process;
mod queries;
mod show;

pub use process::{Broken, Strike};
pub use show::escape;

/// A list entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `Customer`, `Vendor`, `ItemService`, `Account` ...
    pub element: &'static str,
    pub id: String,
    pub name: String,
    pub guid: String,
    pub active: bool,
    pub modified: i64,
    pub edit: i64,
    /// Further elements, as written.
    pub inner: String,
}

/// A line of a transaction.
#[derive(Clone, Debug)]
pub struct Line {
    /// Element without `Add`, `Mod` or `Ret`: `InvoiceLine`, `JournalDebitLine`.
    pub element: &'static str,
    pub id: String,
    /// What was sent, as written.
    pub inner: String,
    pub cents: i64,
}

/// A transaction.
#[derive(Clone, Debug)]
pub struct Txn {
    /// `Invoice`, `Bill`, `CreditMemo`, `VendorCredit`, `JournalEntry`.
    pub kind: &'static str,
    pub id: String,
    pub guid: String,
    pub memo: String,
    pub number: String,
    pub date: String,
    pub party: String,
    pub pending: bool,
    pub cents: i64,
    pub applied: i64,
    pub created: i64,
    pub modified: i64,
    pub edit: i64,
    pub voided: bool,
    pub lines: Vec<Line>,
}

/// Something deleted.
#[derive(Clone, Debug)]
pub struct Gone {
    /// TxnDelType or ListDelType.
    pub kind: &'static str,
    pub id: String,
    pub name: String,
    pub created: i64,
    pub deleted: i64,
}

/// A record of a message set.
#[derive(Clone, Debug)]
struct Record {
    id: String,
    request: String,
    /// What the answer said, and the short form in which it is repeated.
    repeat: String,
}

/// What the pages leave open; varied by seed.
#[derive(Clone, Debug)]
pub struct Habits {
    /// A repeated set is answered with the whole object, or with ErrorRecovery only (`qbxml.md` 9).
    pub repeats_whole: bool,
    /// ExternalGUID comes back (`web-connector.md` 7).
    pub guid_comes_back: bool,
    /// What a query by id says of something gone: 500, 3120 or 1 (`exactly-once.md` ruling 8).
    pub gone_code: u32,
    /// At most so many objects on a page (F44).
    pub page: usize,
    /// Cents by which totals are computed otherwise (F43).
    pub off_by: i64,
    /// The zone of the stamps, in hours.
    pub zone: i64,
}

/// A company file.
#[derive(Clone, Debug)]
pub struct Books {
    pub name: String,
    pub path: String,
    pub stamp: String,
    pub entries: Vec<Entry>,
    pub txns: Vec<Txn>,
    pub gone_txns: Vec<Gone>,
    pub gone_entries: Vec<Gone>,
    records: Vec<Record>,
    pub closed_through: Option<String>,
    pub habits: Habits,
    /// Seconds since 1970 by QuickBooks' own clock.
    pub now: i64,
    last: u32,
    /// Id, page size, what is left.
    iterators: Vec<(String, usize, Vec<String>)>,
}

/// Types of transactions.
const KINDS: [&str; 5] = ["Invoice", "CreditMemo", "Bill", "VendorCredit", "JournalEntry"];

impl Books {
    /// A company file on its first day.
    #[must_use]
    pub fn new(name: &str, path: &str, stamp: &str, now: i64) -> Self {
        Books {
            name: name.into(),
            path: path.into(),
            stamp: stamp.into(),
            entries: Vec::new(),
            txns: Vec::new(),
            gone_txns: Vec::new(),
            gone_entries: Vec::new(),
            records: Vec::new(),
            closed_through: None,
            habits: Habits {
                repeats_whole: false,
                guid_comes_back: true,
                gone_code: 500,
                page: usize::MAX,
                off_by: 0,
                zone: -8,
            },
            now,
            last: 0x100,
            iterators: Vec::new(),
        }
    }

    fn next_id(&mut self) -> String {
        self.last += 1;
        format!("{:X}-{}", self.last, self.now)
    }

    /// Adds a list entry as the company makes it, one after the other: a look for what changed in a list since its newest
    /// entry shows that entry and not the whole list.
    pub fn found(&mut self, element: &'static str, name: &str, inner: &str) -> String {
        let id = self.next_id();
        self.entries.push(Entry {
            element,
            id: id.clone(),
            name: name.into(),
            guid: String::new(),
            active: true,
            modified: self.now + i64::from(self.last),
            edit: self.now,
            inner: inner.into(),
        });
        id
    }

    /// A list entry by its ListID.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// A transaction by its TxnID.
    #[must_use]
    pub fn txn(&self, id: &str) -> Option<&Txn> {
        self.txns.iter().find(|txn| txn.id == id)
    }

    /// Whether the deleted list tells of it.
    #[must_use]
    pub fn tells_gone(&self, id: &str) -> bool {
        self.gone_txns.iter().any(|gone| gone.id == id)
    }

    /// Iterators end with their session.
    pub fn end_session(&mut self) {
        self.iterators.clear();
    }

    /// All records of message sets are gone (F30).
    pub fn forget_records(&mut self) {
        self.records.clear();
    }

    fn known_kind(word: &str) -> Option<&'static str> {
        KINDS.into_iter().find(|kind| *kind == word)
    }

    fn touch(&mut self, id: &str) {
        let now = self.now;
        if let Some(txn) = self.txns.iter_mut().find(|txn| txn.id == id) {
            txn.edit = now.max(txn.edit + 1);
            txn.modified = now.max(txn.modified);
        }
    }
}
