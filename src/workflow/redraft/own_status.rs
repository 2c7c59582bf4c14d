//! Cin7's import status where it is not another program's word: we wrote it ourselves, or a person took the document
//! over.
//!
//! Must never pass over a status that another program set without a person's decision: that books a document twice
//! (`cin7-quickbooks-integration.md` 2.1).

use super::told;
use crate::drafting::{Level, Reason};
use crate::orders::{Document, DocumentType, ImportStatus};
use crate::store::drafts::DerivedDraft;
use crate::store::writeback::WriteState;
use crate::store::{Reader, Result};
use std::borrow::Cow;

/// Whose status it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// As Cin7 shows it.
    Theirs,
    /// We wrote it.
    Ours,
    /// A person took the document over.
    Taken { word: &'static str, by: String },
}

/// What the profile knows of a document's status, whatever Cin7 shows of it.
pub(super) struct Status {
    /// Who took it over.
    taken_by: Option<String>,
    /// We wrote it.
    written: bool,
}

/// What the profile knows of a document's status.
pub(super) fn of(reader: &Reader<'_>, kind: DocumentType, id: i64, source: &str) -> Result<Status> {
    let taken_by = reader.taken_over(source)?.map(|(by, _)| by);
    let written = reader.writeback(kind.word(), id)?.is_some_and(|row| {
        // A row that was done without being sent is another program's mark that we found.
        row.before != "Imported" && (row.attempts > 0 || row.state != WriteState::Waiting)
    });
    Ok(Status { taken_by, written })
}

impl Status {
    /// For the digest of what a draft was made from.
    pub(super) fn digest(&self) -> String {
        let by = self.taken_by.as_deref().map(|by| format!("taken over by {by}")).unwrap_or_default();
        if self.written { format!("ours {by}") } else { by }
    }

    /// Whose status it is; it is taken off the document where it keeps nothing out.
    pub(super) fn read(self, document: &mut Document) -> Own {
        let shown = document.import_status;
        let own = match (shown, self.taken_by) {
            (ImportStatus::Imported, Some(by)) => Own::Taken { word: "Imported", by },
            (ImportStatus::DoNotImport, Some(by)) => Own::Taken { word: "Do Not Import", by },
            (ImportStatus::Imported, None) if self.written => Own::Ours,
            _ => return Own::Theirs,
        };
        document.import_status = ImportStatus::NotImported;
        own
    }
}

impl Own {
    /// Says it on the draft.
    pub(super) fn tell(&self, derived: &mut DerivedDraft) -> Result<()> {
        let (code, text) = match self {
            Own::Theirs => return Ok(()),
            Own::Ours => ("status_written_back", "Cin7 shows it as Imported: we told it so.".to_string()),
            Own::Taken { word, by } => {
                ("taken_over", format!("Cin7 says {word}; {by} took it over, so it is drafted here."))
            }
        };
        let field = Some(Cow::Borrowed("accountingImportStatus"));
        told::append(derived, vec![Reason { code: Cow::Borrowed(code), text, field, level: Level::Says }])
    }
}
