//! Floor 3: qbXML 13.0 as text: writing what is asked of QuickBooks, reading what it answers.
//!
//! Pure: the same [`RequestSet`](crate::handoff::RequestSet) always gives the same bytes, because a re-send must be
//! byte-identical (`exactly-once.md` 1.1), and reading never changes anything. Must never decide what an answer means
//! for the books, and must never cut a text that carries money or identity: that is an error.
//! Follows `qbxml.md` 2-7, 9, 10, 12, 13, `qbxml-elements.md` (element order) and `exactly-once.md` 1.3, rulings 4, 6, 7.

pub mod read;
pub mod write;

/// The version that is asked for. Newer QuickBooks accept it, older ones are refused (`qbxml.md` 2).
pub const VERSION: &str = "13.0";
