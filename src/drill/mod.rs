//! Floor 6: the drill: seeded fault schedules that drive the real store, the real SOAP and qbXML code, the real step and the
//! real desk against a model QuickBooks and two model Web Connectors.
//!
//! One seed is one run: no wall clock, no thread, no socket, no file. Follows `exactly-once.md` 7, 8 and 10; defences are
//! values (design 2), and [`MUTANTS`] shows for each of them that a program without it is caught.
//!
//! Seeds from 0 after which `sim faults --mutants` caught each, and the rule that did:
//!
//! | mutant | seeds | rule | mutant | seeds | rule | mutant | seeds | rule |
//! | --- | --- | --- | --- | --- | --- | --- | --- | --- |
//! | W1 | 1 | W1 | U4 | 1 | U | probe | 2 | I1 |
//! | W2 | 3 | W2 | U5 | 1 | U | identity | 4 | identity |
//! | W3 | 1 | W1 | U6 | 1 | U | same-bytes | 1 | I8 |
//! | W4 | 2 | W4 | R1 | 5 | I19 | answered-set | 19 | answered-set |
//! | W5 | 1 | W5 | R2 | 51 | R2 | several-adds | 2 | I10 |
//! | W6 | 9 | W1 | R3 | 53 | R3 | editable-mark | 46 | I1 |
//! | U1 | 1 | U | R4 | 16 | R4 | sweep | 443 | I1 |
//! | U2 | 1 | U | R5 | 4 | R5 | no-look-up-fresh-id | 1 | I8 |
//! | U3 | 1 | U | canary | 3 | canary | look-again | 44 | I8 |
//! | unbound-fresh-id | 1 | I8 | editable-mark-fresh-id | 1 | I8 | | | |
//!
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
mod totals;
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
