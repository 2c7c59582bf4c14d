//! Floor 2: the hand-off as one pure step from state and input to state and effects.
//!
//! Must never read a clock, draw a random number or touch a database: time, random bits and stored facts come in as
//! arguments. Follows `exactly-once.md` with its rulings and design 8.15-8.20.

pub mod answer;
pub mod request;

pub use answer::{Answer, AnswerSet, Deleted, LineSeen, ListSeen, Severity, TxnSeen};
pub use request::{Page, Request, RequestSet, Stop};
