//! The transactions of the company file, with their lines, their postings and their indexes.
//!
//! Must keep RefNumbers free: QuickBooks accepts the same number twice (`qbxml.md` 1, fact 8). Transactions rest packed,
//! so that a year of a demo's books takes a few megabytes.

use super::money::Fixed;
use super::packing::{pack_txn, unpack_txn};
use crate::sim::xml::El;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashMap;

/// The type of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum TxnKind {
    Invoice,
    CreditMemo,
    Bill,
    VendorCredit,
    JournalEntry,
    ReceivePayment,
    BillPaymentCheck,
}

impl TxnKind {
    /// All types.
    pub const ALL: [TxnKind; 7] = [
        TxnKind::Invoice,
        TxnKind::CreditMemo,
        TxnKind::Bill,
        TxnKind::VendorCredit,
        TxnKind::JournalEntry,
        TxnKind::ReceivePayment,
        TxnKind::BillPaymentCheck,
    ];

    /// The name in qbXML, as in TxnType and TxnDelType.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            TxnKind::Invoice => "Invoice",
            TxnKind::CreditMemo => "CreditMemo",
            TxnKind::Bill => "Bill",
            TxnKind::VendorCredit => "VendorCredit",
            TxnKind::JournalEntry => "JournalEntry",
            TxnKind::ReceivePayment => "ReceivePayment",
            TxnKind::BillPaymentCheck => "BillPaymentCheck",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<TxnKind> {
        TxnKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The header's reference to a customer or vendor.
    #[must_use]
    pub fn entity_ref(self) -> Option<&'static str> {
        match self {
            TxnKind::Invoice | TxnKind::CreditMemo | TxnKind::ReceivePayment => Some("CustomerRef"),
            TxnKind::Bill | TxnKind::VendorCredit => Some("VendorRef"),
            TxnKind::BillPaymentCheck => Some("PayeeEntityRef"),
            TxnKind::JournalEntry => None,
        }
    }

    /// Whether it is a sale or its return.
    #[must_use]
    pub fn is_sale(self) -> bool {
        matches!(self, TxnKind::Invoice | TxnKind::CreditMemo)
    }

    /// Whether it is a purchase or its return.
    #[must_use]
    pub fn is_purchase(self) -> bool {
        matches!(self, TxnKind::Bill | TxnKind::VendorCredit)
    }
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// TxnLineID.
    pub id: String,
    /// Element name in the answer, `InvoiceLineRet`, `JournalDebitLine` ...
    pub element: String,
    /// Its elements; references by ListID only.
    pub fields: El,
    /// Amount in cents, as the line shows it.
    pub amount: i64,
    /// ListID of the account that it posts to.
    pub account: Option<String>,
}

/// What one transaction does to one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Posting {
    /// ListID of the account.
    pub account: String,
    /// Debit positive, in cents.
    pub cents: i64,
    /// TxnLineID, none for the header's side.
    pub line: Option<String>,
    /// Customer or vendor of the posting.
    pub entity: Option<String>,
    /// Memo of the line.
    pub memo: String,
}

/// A payment or credit applied to a transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// TxnID of the other side.
    pub txn: String,
    /// Type of the other side.
    pub kind: TxnKind,
    /// Applied amount in cents.
    pub cents: i64,
}

/// One transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Txn {
    /// Type.
    pub kind: TxnKind,
    /// TxnID.
    pub id: String,
    /// TxnNumber.
    pub number: u32,
    /// Unix seconds.
    pub created: i64,
    /// Unix seconds.
    pub modified: i64,
    /// EditSequence.
    pub sequence: i64,
    /// Date in the ledger.
    pub date: Date,
    /// RefNumber, empty for none.
    pub ref_number: String,
    /// ListID of the customer or vendor.
    pub entity: Option<String>,
    /// ListID of the receivable, payable or bank account.
    pub account: Option<String>,
    /// Memo of the header.
    pub memo: String,
    /// ExternalGUID, empty for none.
    pub guid: String,
    /// Saved but not posted.
    pub pending: bool,
    /// Voided: kept with zero amounts.
    pub voided: bool,
    /// Deleted.
    pub deleted: bool,
    /// The other elements of the header; references by ListID only.
    pub fields: El,
    /// Lines in order.
    pub lines: Vec<Line>,
    /// Sum of the lines in cents.
    pub subtotal: i64,
    /// Sales tax in cents.
    pub tax: i64,
    /// Sales tax percentage.
    pub tax_percent: Fixed,
    /// Total in cents, positive in the transaction's own sense.
    pub total: i64,
    /// What it does to the accounts (also worked out while pending, then not applied).
    pub postings: Vec<Posting>,
    /// Payments and credits applied.
    pub links: Vec<Link>,
}

impl Txn {
    /// An empty transaction of a type and day.
    #[must_use]
    pub fn blank(kind: TxnKind, date: Date) -> Self {
        Txn {
            kind,
            id: String::new(),
            number: 0,
            created: 0,
            modified: 0,
            sequence: 0,
            date,
            ref_number: String::new(),
            entity: None,
            account: None,
            memo: String::new(),
            guid: String::new(),
            pending: false,
            voided: false,
            deleted: false,
            fields: El::new("Fields"),
            lines: Vec::new(),
            subtotal: 0,
            tax: 0,
            tax_percent: 0,
            total: 0,
            postings: Vec::new(),
            links: Vec::new(),
        }
    }

    /// Whether it is in the ledger.
    #[must_use]
    pub fn is_posted(&self) -> bool {
        !self.pending && !self.deleted
    }

    /// What is applied to it, in cents.
    #[must_use]
    pub fn applied(&self) -> i64 {
        self.links.iter().map(|link| link.cents).sum()
    }

    /// What is still open, in cents.
    #[must_use]
    pub fn open(&self) -> i64 {
        self.total - self.applied()
    }
}

/// One transaction at rest: what searches look at first, the rest packed.
#[derive(Clone, Debug)]
pub struct Row {
    /// Type.
    pub kind: TxnKind,
    /// TxnID.
    pub id: Box<str>,
    /// RefNumber, empty for none.
    pub ref_number: Box<str>,
    /// Date in the ledger.
    pub date: Date,
    /// Unix seconds.
    pub modified: i64,
    /// Saved but not posted.
    pub pending: bool,
    /// Deleted.
    pub deleted: bool,
    packed: Box<[u8]>,
}

impl Row {
    fn new(txn: &Txn) -> Self {
        Row {
            kind: txn.kind,
            id: txn.id.as_str().into(),
            ref_number: txn.ref_number.as_str().into(),
            date: txn.date,
            modified: txn.modified,
            pending: txn.pending,
            deleted: txn.deleted,
            packed: pack_txn(txn),
        }
    }

    /// The whole transaction.
    #[must_use]
    pub fn txn(&self) -> Txn {
        let mut txn = Txn {
            id: self.id.to_string(),
            ref_number: self.ref_number.to_string(),
            modified: self.modified,
            pending: self.pending,
            deleted: self.deleted,
            ..Txn::blank(self.kind, self.date)
        };
        unpack_txn(&self.packed, &mut txn);
        txn
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.txn().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Txn::deserialize(from).map(|txn| Row::new(&txn))
    }
}

/// All transactions with their indexes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Register {
    rows: Vec<Row>,
    #[serde(skip)]
    by_id: HashMap<Box<str>, usize>,
    #[serde(skip)]
    by_number: HashMap<String, Vec<usize>>,
}

impl Register {
    /// Makes the indexes anew, after the file was read.
    pub fn reindex(&mut self) {
        self.by_id = self.rows.iter().enumerate().map(|(at, row)| (row.id.clone(), at)).collect();
        self.by_number.clear();
        for (at, row) in self.rows.iter().enumerate() {
            self.by_number.entry(row.ref_number.to_lowercase()).or_default().push(at);
        }
    }

    /// All transactions that are there, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| !row.deleted)
    }

    /// The transaction of that TxnID.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Txn> {
        let row = self.by_id.get(id).and_then(|at| self.rows.get(*at))?;
        (!row.deleted).then(|| row.txn())
    }

    /// Those with that RefNumber, without regard to case.
    #[must_use]
    pub fn numbered(&self, ref_number: &str) -> Vec<Txn> {
        let places = self.by_number.get(&ref_number.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        let rows = places.iter().filter_map(|at| self.rows.get(*at)).filter(|row| !row.deleted);
        rows.map(Row::txn).collect()
    }

    /// Puts a transaction in: a new one at the end, a known one in its place.
    pub fn store(&mut self, txn: &Txn) {
        let key = txn.ref_number.to_lowercase();
        let at = match self.by_id.get(txn.id.as_str()).copied() {
            Some(at) => {
                if let Some(old) = self.rows.get_mut(at) {
                    let old_key = old.ref_number.to_lowercase();
                    if old_key != key {
                        self.by_number.entry(old_key).or_default().retain(|place| *place != at);
                    }
                    *old = Row::new(txn);
                }
                at
            }
            None => {
                self.by_id.insert(txn.id.as_str().into(), self.rows.len());
                self.rows.push(Row::new(txn));
                self.rows.len() - 1
            }
        };
        let places = self.by_number.entry(key).or_default();
        if !places.contains(&at) {
            places.push(at);
        }
    }
}
