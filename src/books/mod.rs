//! Floor 1: the books as QuickBooks means them: lists, transactions, states and settings. Pure types with their rules.
//!
//! Must never know how these things look on the wire (`qbxml`), in the database (`store`) or in Cin7 (`orders`).
//! Names and rules follow `qbxml.md` 4, 10 and `design.md` 2-4.

pub mod find;
pub mod lists;
pub mod own;
pub mod postings;
pub mod settings;
pub mod states;
pub mod tax;
pub mod transactions;

pub use lists::{
    Account, AccountType, Address, Class, CompanyFile, Item, ItemKind, ListEntry, ListKind, ListRef, Party,
    PartyList, Preferences, SalesTaxCode, Terms,
};
pub use own::OwnEntry;
pub use postings::{Posting, Side};
pub use settings::{DraftMode, Settings, TaxMode};
pub use states::{DraftState, OperationKind, OperationState, Outcome};
pub use transactions::{
    Line, ListAdd, ListMod, PartyChange, PartyField, PartyRef, PartyValue, Payload, Role, TxnKind,
};
