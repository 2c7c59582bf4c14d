//! What the Match screen lays over itself: a page of sure matches, the choice of another record, the name of a new one.
//!
//! Must never take what was not shown: a page that is on its way takes no key, and a name is taken only as it was looked at.

use crate::books::Party;
use crate::workflow::links::{CandidateView, ContactRole, HouseChoice, NameSaid, SurePage};
use tui_input::Input;

/// Lines of a page that are no contact: borders, heading, hint, how right the engine was.
const AROUND: u16 = 9;
/// Lines that the rail, the status and the hints take.
const OUTSIDE: u16 = 4;

/// A sheet over the Match screen.
#[derive(Debug)]
pub enum MatchSheet {
    /// Sure matches, a screen at a time; one key confirms those shown.
    Sure {
        /// How many fit on the screen.
        size: usize,
        /// None while it is read.
        page: Option<SurePage>,
    },
    /// Another record: one of the candidates by its number, or any of QuickBooks by what is typed.
    Other {
        /// The contact.
        who: ContactRole,
        /// Heading.
        title: String,
        /// What is typed.
        input: Input,
        /// The candidates, offered by number while nothing is typed; empty where all of QuickBooks is searched.
        near: Vec<CandidateView>,
        /// What was found for the text.
        found: Vec<Party>,
        /// The row that Enter takes.
        cursor: usize,
        /// A rule is made that bills such sales to the record, instead of a link of the contact.
        rule: Option<HouseChoice>,
    },
    /// The name of a new customer or vendor, looked at as it is typed.
    Name {
        /// The contact.
        who: ContactRole,
        /// What is typed.
        input: Input,
        /// The nearest records, shown before a new one may be made.
        near: Vec<String>,
        /// Why the proposed name differs from the contact's.
        notes: String,
        /// What was said, and of which text.
        said: Option<(String, NameSaid)>,
    },
}

impl MatchSheet {
    /// Rows of a page of sure matches on a screen of this height.
    pub fn page_size(height: u16) -> usize {
        usize::from(height.saturating_sub(AROUND + OUTSIDE).max(4))
    }

    /// Whether the numbers stand beside the candidates now.
    pub fn is_numbered(&self) -> bool {
        matches!(self, MatchSheet::Other { input, near, .. } if input.value().is_empty() && !near.is_empty())
    }
}

/// A candidate in a few words: its name, its score, who else is billed to it.
pub fn candidate_line(candidate: &CandidateView) -> String {
    let inactive = candidate.party.as_ref().is_some_and(|party| !party.active);
    let mark = if inactive { " (inactive)" } else { "" };
    let others = if candidate.others.is_empty() {
        String::new()
    } else {
        format!(", linked to {}", candidate.others.join(", "))
    };
    format!("{}{mark}  {}{others}", candidate.name, candidate.score)
}

/// Contacts that are left to be created: those that match nothing, and those that nobody has decided about.
pub fn rest_in_words(unlike: usize, more: usize) -> String {
    let unlike = match unlike {
        1 => "1 contact matches nothing in QuickBooks".to_string(),
        unlike => format!("{unlike} contacts match nothing in QuickBooks"),
    };
    match more {
        0 => format!("{unlike}."),
        1 => format!("{unlike}; 1 more has a candidate that nobody has decided about."),
        more => format!("{unlike}; {more} more have a candidate that nobody has decided about."),
    }
}
