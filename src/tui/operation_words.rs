//! What was handed off, as people say it: no word of the program's own.
//!
//! Must never say `posted` of an operation: it says what was asked for and what became of that.

use crate::base::text::for_screen;
use crate::books::{ListAdd, OperationKind, OperationState};
use crate::store::operations::Operation;

/// One operation of a batch, to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchLine {
    pub kind: OperationKind,
    pub state: OperationState,
    /// Document or name.
    pub what: String,
    /// What QuickBooks or the program said about it.
    pub note: String,
}

impl BatchLine {
    /// Of an operation; `document` is the name of its document, where it has one.
    pub fn of(operation: &Operation, document: Option<String>) -> Self {
        let name = operation.list_add.as_ref().map(|add| ListAdd::name(add).to_string());
        let update = operation.list_mod.as_ref().map(|change| change.name.clone());
        let what = name.or(update).or(document).unwrap_or_else(|| operation.target.clone());
        BatchLine { kind: operation.kind, state: operation.state, what, note: operation.note.clone() }
    }

    /// As one line.
    pub fn text(&self) -> String {
        let note = if self.note.is_empty() { String::new() } else { format!("  {}", self.note) };
        let line = format!("{:<11}{:<12}{}{note}", state(self.state), kind(self.kind), self.what);
        for_screen(&line)
    }
}

/// What was asked of QuickBooks.
pub const fn kind(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::TxnAdd => "put in",
        OperationKind::TxnMod => "change",
        OperationKind::Finalise => "finalise",
        OperationKind::TxnVoid => "void",
        OperationKind::TxnDel => "delete",
        OperationKind::ListAdd => "new name",
        OperationKind::ListMod => "update name",
    }
}

/// What became of it.
pub const fn state(state: OperationState) -> &'static str {
    match state {
        OperationState::Approved => "approved",
        OperationState::Queued => "queued",
        OperationState::InFlight => "sent",
        OperationState::Unknown => "unknown",
        OperationState::Done => "done",
        OperationState::Refused => "refused",
        OperationState::Withdrawn => "taken back",
        OperationState::NeedsAttention => "to look at",
    }
}
