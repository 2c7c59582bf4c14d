//! Floor 6: the drill: seeded fault schedules that drive the real store, the real SOAP and qbXML code, the real step and the
//! real desk against a model QuickBooks and two model Web Connectors.
//!
//! One seed is one run: no wall clock, no thread, no socket, no file. Follows `exactly-once.md` 7, 8 and 10; defences are
//! values (design 2), and [`MUTANTS`] shows for each of them that a program without it is caught.
//! Must never be kinder to the program than the page, and must share no rule with it: what is booked is judged by what
//! the model holds.

mod changes;
mod checks;
mod connector;
mod faults;
mod mutants;
mod people;
mod quickbooks;
mod report;
mod rng;
mod run;
mod schedule;
mod soap;
mod stage;
mod verdict;
mod wire;

#[cfg(test)]
mod tests;

pub use faults::{Fault, Planned, plan};
pub use mutants::{MUTANTS, Mutant};
pub use report::{Failure, Report, shortest};
pub use run::Violation;
pub use schedule::play;
pub use stage::Stage;
pub use verdict::Played;

/// Faults in the plan of one schedule; about ten of them find their chance.
pub const FAULTS_PLANNED: usize = 13;
