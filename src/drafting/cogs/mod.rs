//! Cost of goods sold: one journal per calendar month, net of returns, and a correction once the month is closed.
//!
//! Must never count a cost by guess: what design 8.5 asks stays out of the journal until a person has answered, and
//! what is doubtful is listed with its document. Nothing is rounded before the journal line: unit cost times moved
//! quantity is summed exactly over the month and rounded once for each pair of account and class, because that line is
//! where the figure crosses into QuickBooks (`cin7-api.md` 4 asks for one rounding at that border; Cin7's own month is
//! one figure too, `cin7-api.md` 9). Follows `cin7-quickbooks-integration.md` 8.1 and design 8.5.

pub mod cost;
pub mod difference;
pub mod journal;
pub mod judge;
mod said;
mod words;

pub use cost::{CostPart, DocumentCost, Flaw, Flawed, Standing, cost_of};
pub use difference::{DifferenceFacts, difference, difference_journal, first_open_month};
pub use journal::{
    Basis, Handed, MonthDraft, MonthFacts, OpenGroup, OpenSales, OpenState, PairSum, PairSums, letter_of,
    month_journal, sums_of,
};
pub use judge::{Ask, Candidate, CostAnswer, Fate, Verdict, judge};

/// `cin7_type` of a month's journal (design section 2).
pub const MONTH: &str = "CogsMonth";
/// `cin7_type` of a correction of a closed month.
pub const DIFFERENCE: &str = "CogsDifference";
