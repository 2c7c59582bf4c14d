//! The program against its far ends: the simulated Cin7, the simulated QuickBooks company and its Web Connector.

// A test may fail loudly, and reads what it has just written by its place.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value
)]

mod border;
mod changes;
mod cin7;
mod computers;
mod costs;
mod cuts;
mod days;
mod decisions;
mod drafts;
mod faults;
mod first_day;
mod generated;
mod generated_journals;
mod job;
mod links;
mod looks;
mod oddities;
#[path = "../support/opening.rs"]
mod opening;
mod people;
mod restart;
mod rules;
mod secrets;
mod security;
mod settings;
mod styles;
mod supply;
mod trial;
mod values;
mod worked_month;
