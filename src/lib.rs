//! Countersign: a keyboard-driven reconciler between Cin7 Omni and QuickBooks Desktop.
//!
//! A house of floors; a room uses only lower floors, and `tests/house.rs` reads the imports and
//! fails on a wrong direction.
//!
//! | floor | rooms | what lives there |
//! | --- | --- | --- |
//! | 0 | [`base`] | money, dates, identifiers, text, limits, the four-part problem |
//! | 1 | [`books`], [`orders`] | QuickBooks' world and Cin7's world in our words |
//! | 2 | [`matching`], [`drafting`], [`handoff`], [`proof`] | the four things the program is for, all pure |
//! | 3 | [`cin7`], [`qbxml`], [`webconnector`] | wire formats and conversations, without I/O |
//! | 4 | [`store`], [`net`] | SQLite; HTTP, SOAP listener, secrets |
//! | 5 | [`workflow`] | the use cases: the only way in for the faces |
//! | 6 | [`tui`], [`cli`] | two faces of one workflow |
//! | 6 | [`drill`] | fault schedules against the real code |
//! | - | [`sim`] | simulated far ends; shares no parser, writer or rule with the program |

pub mod base;
pub mod books;
pub mod cin7;
pub mod cli;
pub mod drafting;
pub mod drill;
pub mod handoff;
pub mod matching;
pub mod net;
pub mod orders;
pub mod proof;
pub mod qbxml;
pub mod sim;
pub mod store;
pub mod tui;
pub mod webconnector;
pub mod workflow;
