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

/// Whether a document may have a status that is not another program's word; if not, nothing needs to be read of it.
pub(super) fn may_be(reader: &Reader<'_>, kind: DocumentType, id: i64, source: &str) -> Result<bool> {
    Ok(reader.writeback(kind.word(), id)?.is_some() || reader.taken_over(source)?.is_some())
}

/// Reads whose status it is, and takes it off the document where it keeps nothing out.
pub(super) fn read(reader: &Reader<'_>, document: &mut Document) -> Result<Own> {
    let shown = document.import_status;
    if !matches!(shown, ImportStatus::Imported | ImportStatus::DoNotImport) {
        return Ok(Own::Theirs);
    }
    let own = if let Some((by, _)) = reader.taken_over(&document.source())? {
        let word = if shown == ImportStatus::Imported { "Imported" } else { "Do Not Import" };
        Own::Taken { word, by }
    } else if shown == ImportStatus::Imported
        && reader.writeback(document.kind.word(), document.id)?.is_some_and(|row| {
            // A row that was done without being sent is another program's mark that we found.
            row.before != "Imported" && (row.attempts > 0 || row.state != WriteState::Waiting)
        })
    {
        Own::Ours
    } else {
        return Ok(Own::Theirs);
    };
    document.import_status = ImportStatus::NotImported;
    Ok(own)
}

impl Own {
    /// For the digest of what a draft was made from.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Own::Theirs => "",
            Own::Ours => "ours",
            Own::Taken { .. } => "taken over",
        }
    }

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
