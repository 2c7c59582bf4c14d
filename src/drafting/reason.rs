//! Why a draft is not ready, excluded or in need of a person, and what a person should know before approving.
//!
//! Must never stop at the first problem, and must speak a bookkeeper's words. Codes are stable: people script against
//! them (design section 3). Which code leads to which state stands here and nowhere else.

use crate::books::DraftState;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How heavy a reason weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// The draft cannot be approved.
    Blocks,
    /// A person should look before approving.
    Warns,
    /// Good to know.
    Says,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code, such as `no_invoice_date`.
    pub code: Cow<'static, str>,
    /// The reason in a bookkeeper's words.
    pub text: String,
    /// Cin7's field name, where one applies.
    pub field: Option<Cow<'static, str>>,
    /// Weight.
    pub level: Level,
}

/// Codes that take a document out for good unless a person resets it (design section 3).
pub const EXCLUDING: [&str; 9] = [
    "void",
    "imported",
    "do_not_import",
    "before_start",
    "periodic_inventory",
    "posted_by_cin7",
    "taken_back",
    "joined",
    "split",
];
/// Codes of a missing field that would make the document eligible (design section 3).
pub const NOT_READY: [&str; 7] = [
    "no_invoice_date",
    "no_credit_note_date",
    "no_supplier_invoice",
    "no_accounting_date",
    "not_approved",
    "no_cost_yet",
    "no_difference",
];

/// Codes that speak of the day alone: the content is whole, its period is over.
pub const OF_THE_DAY: [&str; 2] = ["closing_date", "tax_filed"];

/// Whether nothing but its day keeps a document from going.
#[must_use]
pub fn only_its_day(reasons: &[Reason]) -> bool {
    let mut blocks = reasons.iter().filter(|reason| reason.level == Level::Blocks).peekable();
    blocks.peek().is_some() && blocks.all(|reason| OF_THE_DAY.contains(&reason.code.as_ref()))
}

/// The state that a document's reasons lead to; before any decision of a person.
#[must_use]
pub fn state_of(reasons: &[Reason]) -> DraftState {
    let blocks = || reasons.iter().filter(|reason| reason.level == Level::Blocks);
    if blocks().any(|reason| EXCLUDING.contains(&reason.code.as_ref())) {
        DraftState::Excluded
    } else if blocks().any(|reason| NOT_READY.contains(&reason.code.as_ref())) {
        DraftState::NotReady
    } else if blocks().next().is_some() {
        DraftState::NeedsAttention
    } else {
        DraftState::Ready
    }
}

/// Reasons as they are found; the same one is kept once.
#[derive(Clone, Debug, Default)]
pub struct Reasons(Vec<Reason>);

impl Reasons {
    fn add(&mut self, level: Level, code: &'static str, field: &'static str, text: String) {
        let field = (!field.is_empty()).then_some(Cow::Borrowed(field));
        if !self.0.iter().any(|known| known.code == code && known.text == text) {
            self.0.push(Reason { code: Cow::Borrowed(code), text, field, level });
        }
    }

    /// A reason that was found elsewhere, as it is.
    pub fn pass_on(&mut self, reason: &Reason) {
        if !self.0.iter().any(|known| known.code == reason.code && known.text == reason.text) {
            self.0.push(reason.clone());
        }
    }

    /// A reason that keeps the draft from approval. `field` is Cin7's name or empty.
    pub fn block(&mut self, code: &'static str, field: &'static str, text: impl Into<String>) {
        self.add(Level::Blocks, code, field, text.into());
    }

    /// A reason to look twice.
    pub fn warn(&mut self, code: &'static str, field: &'static str, text: impl Into<String>) {
        self.add(Level::Warns, code, field, text.into());
    }

    /// Something that is said so that nobody is surprised.
    pub fn say(&mut self, code: &'static str, field: &'static str, text: impl Into<String>) {
        self.add(Level::Says, code, field, text.into());
    }

    /// Whether a blocking reason of this code was found.
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.0.iter().any(|reason| reason.code == code)
    }

    /// Whether the document is out: void, imported elsewhere, before the start.
    #[must_use]
    pub fn excluded(&self) -> bool {
        state_of(&self.0) == DraftState::Excluded
    }

    /// The state they lead to.
    #[must_use]
    pub fn state(&self) -> DraftState {
        state_of(&self.0)
    }

    /// The reasons, heaviest first, else in the order found.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Reason> {
        self.0.sort_by_key(|reason| reason.level);
        self.0
    }
}
