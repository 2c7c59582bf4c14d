//! Floor 2: which Cin7 contact is which QuickBooks customer or vendor, with the evidence for it. Pure.
//!
//! For each contact a short ranked list, each entry with a score that is the sum of its evidence, and one of three
//! decisions. It must never link by itself, never cross the two lists, and never be sure where two answers fit:
//! a wrong link puts invoices on a stranger's account, a missed one costs a key press. Follows `matching.md` 1-5.
//!
//! | file | what it does |
//! | --- | --- |
//! | `words`, `given_names` | tables: abbreviations, legal forms, street words, nicknames, given names |
//! | `names`, `fields`, `regions` | what a name, phone, email or address is compared by; which state an area code is of |
//! | `record` | one contact or party, ready to be compared |
//! | `index`, `blocking` | how often a value occurs; which pairs are worth a look |
//! | `likeness`, `name_evidence`, `evidence` | whether two words may be one; a pair's evidence in bits |
//! | `weights`, `learning` | the start values in bits; what the lists at hand say about them |
//! | `claims`, `decide` | who else wants a record; decisions in words |
//! | `engine`, `proposal`, `shown` | the whole run; what a person sees of it |
//! | `live`, `lookup` | one change at a time; searching by hand |
//! | `short_form`, `whole_names` | names cut short letter by letter; the letters of a whole name, initials |
//! | `slips`, `hashing` | typing errors between two words; quick maps |
//! | `naming` | the name of a new QuickBooks entry |

mod blocking;
mod claims;
mod decide;
mod engine;
mod evidence;
mod fields;
mod given_names;
mod hashing;
mod index;
mod learning;
mod likeness;
mod live;
mod lookup;
mod name_evidence;
mod names;
pub mod naming;
mod proposal;
mod record;
mod regions;
mod short_form;
mod shown;
mod slips;
#[cfg(test)]
mod tests;
mod types;
mod weights;
mod whole_names;
mod words;

pub use engine::{Engine, Shown};
pub use lookup::Lookup;
pub use types::{
    Bits, Candidate, Decision, Evidence, Field, Known, LeftContact, PartyList, Proposal, RightParty, Verdict,
};
