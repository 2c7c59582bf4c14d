//! The real binary under what a computer does to it: `kill -9` at any moment, a disk that fails, a window that closes,
//! another window that takes the profile over.
//! QuickBooks with its Web Connector and Cin7 are processes of their own (`exactly-once.md` 8: F1, F2, F5, F6, F64; 10:
//! `kill9`). After each story the simulated QuickBooks holds every approved document once.
//!
//! `COUNTERSIGN_TEST_KILL_ROUNDS` asks for more kills than a plain run makes, `COUNTERSIGN_TEST_SEED` for others.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod disk;
mod hands;
mod kills;
mod story;
#[path = "../support/mod.rs"]
mod support;
mod torn;
mod wire;
