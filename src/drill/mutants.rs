//! The program with one of its defences missing.
//!
//! The only room that may build such a program (design 2; a house test reads the sources for it).

use crate::handoff::{Defence, Defences};
use crate::store::in_thread::Rule;

/// A program with something missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Its name in the table.
    pub name: &'static str,
    /// What is missing, in words.
    pub text: &'static str,
    missing: &'static [Defence],
    rule: Option<Rule>,
}

impl Mutant {
    /// The defences that are left.
    #[must_use]
    pub fn defences(self) -> Defences {
        Defences::without(self.missing)
    }

    /// The rule that the database does not enforce.
    #[must_use]
    pub const fn rule(self) -> Option<Rule> {
        self.rule
    }

    /// The mutant of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        MUTANTS.into_iter().find(|mutant| mutant.name.eq_ignore_ascii_case(name))
    }
}

const fn code(name: &'static str, text: &'static str, missing: &'static [Defence]) -> Mutant {
    Mutant { name, text, missing, rule: None }
}

const fn database(name: &'static str, text: &'static str, rule: Rule) -> Mutant {
    Mutant { name, text, missing: &[], rule: Some(rule) }
}

/// Every mutant, in the order of the page.
pub const MUTANTS: [Mutant; 29] = [
    code("W1", "send first, persist after", &[Defence::PersistFirst]),
    code("W2", "acknowledge before the outcome is durable", &[Defence::PersistBeforeReply]),
    code("W3", "a re-send is written anew", &[Defence::StoredBytes]),
    code("W4", "the record of the set before is deleted", &[Defence::KeepRecords]),
    code("W5", "the raw answer is not kept", &[Defence::KeepAnswer]),
    code("W6", "handed out although the disk was full", &[Defence::NothingOnFailure]),
    database("U1", "two drafts of one generation", Rule::U1),
    database("U2", "two live drafts of one document", Rule::U2),
    database("U3", "one transaction for two drafts", Rule::U3),
    database("U4", "a set id used twice", Rule::U4),
    database("U5", "two open sets", Rule::U5),
    database("U6", "events can be changed", Rule::U6),
    code("R1", "any ticket is served", &[Defence::Ticket]),
    code("R2", "a late answer is taken for what is out now", &[Defence::LateIsEvidence]),
    code("R3", "the same answer again is worked through again", &[Defence::SameNumber]),
    code("R4", "a late answer moves what is settled", &[Defence::SettledStays]),
    code("R5", "two visits at once", &[Defence::Lease]),
    code("canary", "no look whether it is still our company file", &[Defence::Canary]),
    code("probe", "no look-up before a re-send", &[Defence::Probe]),
    code("identity", "a re-send goes to any computer", &[Defence::Identity]),
    code("same-bytes", "a re-send under a fresh id", &[Defence::SameId]),
    code("answered-set", "an answered set is sent again", &[Defence::AnsweredIsDead]),
    code("several-adds", "several Adds in a set", &[Defence::OneAdd]),
    code("editable-mark", "looked up only by what people can edit", &[Defence::FixedMark]),
    code("sweep", "no look for our marks after an older copy", &[Defence::Sweep]),
    code("look-again", "what left before goes again on the word of its number", &[Defence::LookAgain]),
    code("no-look-up-fresh-id", "no look-up, and a fresh id", &[Defence::Probe, Defence::SameId]),
    code("unbound-fresh-id", "any computer, and a fresh id", &[Defence::Identity, Defence::SameId]),
    code(
        "editable-mark-fresh-id",
        "looked up only by what people can edit, and a fresh id",
        &[Defence::FixedMark, Defence::SameId],
    ),
];
