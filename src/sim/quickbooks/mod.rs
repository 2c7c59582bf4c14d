//! A QuickBooks company file in memory, as strict as the real one is known to be.
//!
//! It answers qbXML messages, keeps books, and lets people meddle. It must share no parser, writer, rounding or rule
//! with the program that it tests, must be pure (the clock is set from outside, files are the caller's business), and
//! must never be kinder than QuickBooks. Follows `qbxml.md` (15 is the checklist), `qbxml-elements.md` and
//! `exactly-once.md` 1; every guess is a field of [`Switches`].

mod answer;
mod company;
mod currencies;
mod dispatch;
mod faults;
mod founding;
mod grammar;
mod identity;
mod ledger;
mod lexical;
mod list_changes;
mod list_queries;
mod lists;
mod money;
mod packing;
mod people;
mod process;
mod references;
mod report;
mod sales_tax;
mod sessions;
mod sets;
mod switches;
mod transaction_query;
mod transactions;
mod txn_changes;
mod txn_queries;
mod work_out;

#[cfg(test)]
mod tests;

pub use company::Company;
pub use faults::{FaultKind, Faults, UNEXPECTED_ERROR};
pub use ledger::{Ledger, LedgerAccount, LedgerTxn, Split};
pub use lists::{Group, ListKind};
pub use process::{Hresult, UNREADABLE, VERSION_UNSUPPORTED, message_writes};
pub use switches::{MissingId, Switches};
