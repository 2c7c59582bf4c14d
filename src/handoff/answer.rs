//! What QuickBooks answered, typed. `qbxml` reads it out of text.
//!
//! Must keep what QuickBooks said apart from what we conclude from it: conclusions are drawn in the step.
//! Status codes: `qbxml.md` 8; message-set codes: `exactly-once.md` 1.1.

use crate::base::{Cents, Day, Decimal, EditSequence, ListId, PostingKey, SetId, TxnId};
use crate::books::{Address, CompanyFile, ListEntry, ListKind, ListRef, Preferences, TxnKind};
use serde::{Deserialize, Serialize};

/// statusSeverity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Severity {
    Info,
    Warn,
    Error,
}

/// A list entry and when it was last changed, by QuickBooks' own clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListSeen {
    /// The entry.
    pub entry: ListEntry,
    /// TimeModified as written.
    pub time_modified: String,
}

/// A deleted list entry or transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// `Customer`, `Invoice` ...
    pub kind: String,
    /// ListID or TxnID.
    pub id: String,
    /// FullName or RefNumber.
    pub name: String,
    /// TimeCreated as written, where told.
    pub time_created: String,
    /// TimeDeleted as written.
    pub time_deleted: String,
}

/// One line of a transaction as QuickBooks holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LineSeen {
    pub txn_line_id: String,
    pub item: Option<ListRef>,
    pub account: Option<ListRef>,
    pub class: Option<ListRef>,
    pub amount: Cents,
    pub quantity: Option<Decimal>,
    pub text: String,
    pub tax_code: Option<ListRef>,
    /// Journals: whether it is a debit.
    pub debit: bool,
}

/// A transaction as QuickBooks holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct TxnSeen {
    pub kind: TxnKind,
    pub txn_id: TxnId,
    pub edit_sequence: EditSequence,
    /// Local clock of the QuickBooks machine, as written.
    pub time_created: String,
    pub time_modified: String,
    pub date: Day,
    pub ref_number: String,
    pub party: Option<ListRef>,
    /// Header memo; on journals the memo of the first line.
    pub memo: String,
    /// Mark 1, where it came back.
    pub guid: Option<PostingKey>,
    /// IsPending of sales.
    pub pending: bool,
    /// Total, tax included, in the document's own sense; sum of debits on journals.
    pub total: Cents,
    /// SalesTaxTotal of sales.
    pub tax: Cents,
    /// Whether money is applied to it (AppliedAmount, CreditRemaining, OpenAmount, IsPaid).
    pub applied: bool,
    /// Whether another transaction is linked to it, where links were asked for.
    #[serde(default)]
    pub linked: bool,
    /// The rest of the header; empty where only the figures were asked for.
    #[serde(default)]
    pub header: HeaderSeen,
    /// Empty unless asked for.
    pub lines: Vec<LineSeen>,
}

/// The balance of one account, as a dated report tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountBalance {
    /// FullName, from the report's row data and not from its label (design 8.13).
    pub account: String,
    /// In the account's own sense.
    pub amount: Cents,
}

/// One posting on an account, as TransactionQuery tells it (`qbxml.md` 7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AccountRow {
    /// `Bill`, `JournalEntry`, `Check` ...: any type that QuickBooks has.
    pub txn_type: String,
    pub txn_id: TxnId,
    pub date: Day,
    pub ref_number: String,
    /// Customer, vendor or other name.
    pub name: String,
    pub memo: String,
    /// Debits positive: a guess, since no page tells the sign (`qbxml.md` 7). On an asset account it is also the
    /// account's own sense. What we wrote ourselves is held against it (`proof::roll_forward`).
    pub amount: Cents,
}

/// The smaller elements of a header as QuickBooks holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct HeaderSeen {
    pub po_number: String,
    pub terms: Option<ListRef>,
    pub due_date: Option<Day>,
    pub class: Option<ListRef>,
    pub control_account: Option<ListRef>,
    pub tax_item: Option<ListRef>,
    pub customer_tax_code: Option<ListRef>,
    pub bill_to: Address,
    pub ship_to: Address,
}

/// What one request was answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
#[allow(clippy::large_enum_variant)] // one answer at a time
pub enum Found {
    Nothing,
    Host {
        product: String,
        country: String,
        versions: Vec<String>,
        name_capacity: Option<u32>,
    },
    Company(CompanyFile),
    Preferences(Preferences),
    List(Vec<ListSeen>),
    Deleted(Vec<Deleted>),
    Txns(Vec<TxnSeen>),
    /// A dated balance report.
    Balances(Vec<AccountBalance>),
    /// Postings on an account.
    AccountRows(Vec<AccountRow>),
    /// TxnVoid answers with bare elements: the TxnID that it voided.
    Voided(TxnId),
    /// ErrorRecovery block in place of a Ret (`web-connector.md` 7): TxnID or ListID, EditSequence, ExternalGUID.
    Recovered {
        id: String,
        edit_sequence: EditSequence,
        guid: Option<PostingKey>,
    },
    /// A kind of answer that this program does not read.
    Other(String),
}

/// The answer to one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// requestID as echoed; may be empty.
    pub request_id: String,
    /// Element name without `Rs`: `InvoiceAdd`.
    pub name: String,
    /// statusCode.
    pub status: i32,
    /// statusSeverity.
    pub severity: Severity,
    /// statusMessage, as QuickBooks wrote it.
    pub message: String,
    /// Iterator id and how many remain.
    pub iterator: Option<(String, u64)>,
    /// Content. Errors may carry content too (`qbxml.md` fact 5).
    pub found: Found,
}

impl Answer {
    /// Whether a query said that there is nothing (`exactly-once.md` ruling 8).
    #[must_use]
    pub const fn is_empty_result(&self) -> bool {
        matches!(self.status, 1 | 500 | 3120)
    }

    /// The iterator of the next page, where there is one.
    #[must_use]
    pub fn next_page(&self) -> Option<&str> {
        self.iterator.as_ref().filter(|(_, left)| *left > 0).map(|(iterator, _)| iterator.as_str())
    }
}

/// The answer to a message set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerSet {
    /// newMessageSetID as echoed.
    pub set_id: Option<SetId>,
    /// messageSetStatusCode.
    pub set_status: Option<i32>,
    /// Answers in the order given.
    pub answers: Vec<Answer>,
}

impl AnswerSet {
    /// The answer to one question.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.request_id == id)
    }
}

/// The ListID of a list entry that an Add made.
#[must_use]
pub fn made_list_id(answer: &Answer) -> Option<ListId> {
    match &answer.found {
        Found::List(seen) => seen.first().map(|seen| seen.entry.id().clone()),
        Found::Recovered { id, .. } if !id.is_empty() => Some(ListId::new(id.clone())),
        _ => None,
    }
}

/// Which list a deleted entry belonged to.
#[must_use]
pub fn deleted_list(deleted: &Deleted) -> Option<ListKind> {
    let word = deleted.kind.as_str();
    if word.starts_with("Item") { Some(ListKind::Item) } else { ListKind::from_word(word) }
}
