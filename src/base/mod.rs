//! Floor 0: money, dates, identifiers, text, limits and the shape of a problem shown to a person.
//!
//! Nothing here does I/O, reads a clock or draws a random number; nothing here knows Cin7 or QuickBooks.

pub mod dates;
pub mod digest;
pub mod ids;
pub mod limits;
pub mod money;
pub mod problem;
pub mod text;
pub mod typed;

pub use dates::{Day, Instant, Month, Zone};
pub use ids::{BatchId, Cin7Id, DraftId, EditSequence, ListId, OperationId, PostingKey, SetId, TxnId};
pub use money::Cents;
pub use problem::Problem;
pub use rust_decimal::Decimal;

/// Where the time comes from. Injected everywhere, so that a simulator's clock drives the real code.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;
}
