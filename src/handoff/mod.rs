//! Floor 2: the hand-off as one pure step from state and input to state and effects.
//!
//! Must never read a clock, draw a random number or touch a database: time, random bits and stored facts come in as
//! inputs, wishes go out as effects, and the driver (`workflow::host`) carries them out. List pulls and read-backs go
//! through the same step as writes. Follows `exactly-once.md` with its rulings and design 8.15-8.20.
//!
//! The agenda of a visit (design 8.16): company, canary, probes, due lists, the queue, read-back.

pub mod again;
pub mod agenda;
pub mod answer;
pub mod canary;
pub mod compare;
pub mod defences;
pub mod diff;
pub mod effects;
pub mod guard;
pub mod hints;
pub mod lines;
pub mod outcome;
pub mod pace;
pub mod probe;
pub mod replay;
pub mod request;
pub mod step;
pub mod texts;
pub mod transitions;
pub mod work;

#[cfg(test)]
mod tests;

pub use answer::{
    AccountBalance, AccountRow, Answer, AnswerSet, Deleted, Found, HeaderSeen, LineSeen, ListSeen, Severity,
    TxnSeen,
};
pub use defences::{Defence, Defences};
pub use effects::{Ahead, Effect, Fact, Input, Question, ReadBack};
pub use lines::LineBinding;
pub use pace::Pace;
pub use request::{Page, Request, RequestSet, Stop};
pub use step::{Visit, step};
pub use work::{
    Before, CanaryRef, DueList, Existing, Left, LookAlike, Queued, Span, Stored, UnknownWork, ValueAsk,
    Verdict, Work,
};
