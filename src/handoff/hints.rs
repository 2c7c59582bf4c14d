//! The hint sheet: what to change by hand where a document counts as approved in QuickBooks.
//!
//! Must never tell a person to do what this program will do itself, and must name both sides: Cin7 advises the same
//! (`cin7-quickbooks-integration.md` 9.2). The menu words are those of QuickBooks Desktop (US).

use super::diff::Changed;
use crate::base::text::capital;
use crate::books::{OperationKind, Payload, TxnKind};
use serde::Serialize;

/// The sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HintSheet {
    /// Why this program does not do it.
    pub why: Vec<String>,
    /// What differs, field by field.
    pub fields: Vec<Changed>,
    /// What to do in QuickBooks, step by step.
    pub quickbooks: Vec<String>,
    /// What to do in Cin7 instead, if the books are right as they are.
    pub cin7: Vec<String>,
    /// What to tell this program afterwards.
    pub afterwards: Vec<String>,
}

/// Where QuickBooks keeps transactions of a kind.
const fn place(kind: TxnKind) -> (&'static str, &'static str) {
    match kind {
        TxnKind::Invoice => ("Edit > Find, Transaction Type Invoice", "Customers > Create Invoices"),
        TxnKind::CreditMemo => {
            ("Edit > Find, Transaction Type Credit Memo", "Customers > Create Credit Memos/Refunds")
        }
        TxnKind::Bill => ("Edit > Find, Transaction Type Bill", "Vendors > Enter Bills"),
        TxnKind::VendorCredit => {
            ("Edit > Find, Transaction Type Bill Credit", "Vendors > Enter Bills, Credit")
        }
        TxnKind::JournalEntry => {
            ("Edit > Find, Transaction Type Journal", "Company > Make General Journal Entries")
        }
    }
}

/// The sheet of a change, a void or a deletion that must be made by hand.
#[must_use]
pub fn sheet(
    kind: OperationKind,
    posted: &Payload,
    fields: Vec<Changed>,
    why: Vec<String>,
    linked: bool,
    closed: bool,
) -> HintSheet {
    let title = posted.kind.title();
    let (find, window) = place(posted.kind);
    let mut quickbooks = vec![format!(
        "Find the {title} {} of {} dated {}: {find} (window {window}).",
        posted.ref_number,
        posted.total.grouped(),
        posted.date
    )];
    if closed {
        quickbooks.push(
            "The period is closed: ask the administrator (Company > Set Closing Date), or enter a correcting document dated in the open period."
                .into(),
        );
    }
    if linked {
        quickbooks.push(
            "A payment or credit hangs on it: open it with Ctrl+H (Transaction History) and take the payment off first, or enter a correcting document."
                .into(),
        );
    }
    match kind {
        OperationKind::TxnMod => {
            for changed in &fields {
                quickbooks.push(step_of(changed));
            }
            quickbooks.push("Choose Save & Close. Leave the memo's end in square brackets as it is.".into());
        }
        OperationKind::TxnDel => {
            quickbooks.push(format!("Choose Edit > Delete {}.", capital(title)));
        }
        _ => quickbooks.push(format!("Choose Edit > Void {}, then Save & Close.", capital(title))),
    }
    let cin7 = match kind {
        OperationKind::TxnMod => {
            vec!["Or, if QuickBooks is right: open the document in Cin7, change it back to what QuickBooks shows, and fetch again.".to_string()]
        }
        _ => vec!["Or, if QuickBooks is right: take the void back in Cin7, and fetch again.".to_string()],
    };
    let afterwards = vec![
        "`resolve ID --as done-by-hand` when QuickBooks says the same as Cin7; the next visit checks it.".to_string(),
        "`resolve ID --as keep-quickbooks` to leave QuickBooks as it is; the difference stays listed in the proof.".to_string(),
    ];
    HintSheet { why, fields, quickbooks, cin7, afterwards }
}

fn step_of(changed: &Changed) -> String {
    match (&changed.before, &changed.after) {
        (Some(before), Some(after)) => format!("Change {}: {before} becomes {after}.", changed.field),
        (None, Some(after)) => format!("Add {}: {after}.", changed.field),
        (Some(before), None) => format!("Take out {}: {before}.", changed.field),
        (None, None) => format!("Look at {}.", changed.field),
    }
}
