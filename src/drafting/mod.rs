//! Floor 2: Cin7 documents become drafts that tie to the cent, or say why not.
//!
//! Must never read a clock, draw a random number or do I/O, must never round but at the border to QuickBooks, and must
//! never drop a document: each becomes one [`Drafted`] with every reason. Follows `cin7-quickbooks-integration.md`
//! 2, 5, 6, 7.1, 7.2 with the rulings of design 4 and 8.2-8.11; arithmetic: `cin7-api.md` 8.

pub mod accounts;
pub mod adjustments;
pub mod bills;
pub mod cogs;
pub mod context;
pub mod currency;
pub mod draft;
pub mod eligibility;
pub mod house;
pub mod journal_accounts;
pub mod learn;
pub mod levelling;
pub mod lists;
pub mod numbers;
pub mod own;
pub mod paid;
pub mod party;
pub mod party_update;
pub mod propose;
mod propose_tax;
pub mod reason;
pub mod reckon;
pub mod sales;
pub mod seen;
pub mod slot;
pub mod tax;
pub mod terms;
#[cfg(test)]
mod tests;
pub mod texts;

pub use context::{Context, Drafted, SaleTax};
pub use draft::{NumberTaken, draft};
pub use learn::{Evidence, Learner, Learnt, RoundingSeen, learn};
pub use lists::Lists;
pub use party::party_add;
pub use propose::{MissingItem, Proposal, ProposedSetting, accept, name_missing, propose};
pub use reason::{Level, OF_THE_DAY, Reason, only_its_day, state_of};
pub use seen::{Seen, TaxSeen, Use, Uses};
pub use slot::Slot;
