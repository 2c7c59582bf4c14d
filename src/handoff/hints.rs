//! The hint sheet: what to change by hand where a document counts as approved in QuickBooks.
//!
//! Must never tell a person to do what this program will do itself, and must name both sides: Cin7 advises the same
//! (`cin7-quickbooks-integration.md` 9.2). The words of menus and boxes are those of QuickBooks Desktop (US) and of Cin7's
//! screens (the same page, 2.2); those of QuickBooks are general knowledge, on no page.

use super::diff::Changed;
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

/// What a kind is called in QuickBooks' Edit menu.
const fn in_menu(kind: TxnKind) -> &'static str {
    match kind {
        TxnKind::Invoice => "Invoice",
        TxnKind::CreditMemo => "Credit Memo",
        TxnKind::Bill => "Bill",
        TxnKind::VendorCredit => "Bill Credit",
        TxnKind::JournalEntry => "General Journal",
    }
}

/// The box of QuickBooks' window that holds a field of [`super::diff`].
fn box_of(kind: TxnKind, field: &str) -> String {
    let purchase = matches!(kind, TxnKind::Bill | TxnKind::VendorCredit);
    let word = match (field, kind) {
        ("date", _) => "Date",
        ("number", TxnKind::Invoice) => "Invoice #",
        ("number", TxnKind::CreditMemo) => "Credit No.",
        ("number", TxnKind::JournalEntry) => "Entry No.",
        ("number", _) => "Ref. No.",
        ("name", _) if purchase => "Vendor",
        ("name", _) => "Customer:Job",
        ("P.O. number", _) => "P.O. No.",
        ("terms", _) => "Terms",
        ("due date", TxnKind::Bill) => "Bill Due",
        ("due date", _) => "Due Date",
        ("class", _) => "Class",
        ("account", _) if purchase => "A/P Account",
        ("account", _) => "Account",
        ("tax item", _) => "Tax",
        ("customer tax code", _) => "Customer Tax Code",
        ("billing address", _) => "Bill To",
        ("shipping address", _) => "Ship To",
        ("memo", _) => "Memo",
        ("total", TxnKind::Bill) => "Amount Due",
        ("total", TxnKind::VendorCredit) => "Credit Amount",
        _ if purchase && field.starts_with("line ") => return format!("{field} on the Expenses tab"),
        _ => return field.to_string(),
    };
    word.to_string()
}

/// What the field is called on Cin7's screens; none where Cin7 does not hold it.
fn in_cin7(kind: TxnKind, field: &str) -> Option<String> {
    let credit = matches!(kind, TxnKind::CreditMemo | TxnKind::VendorCredit);
    let word = match (field, kind) {
        ("date", TxnKind::JournalEntry) => "the date of the adjustment in accounting",
        ("date", _) if credit => "Credit Note Date",
        ("date", _) => "Invoice Date",
        ("number", TxnKind::Bill) => "Supplier Inv No",
        ("number", TxnKind::VendorCredit) => "Supplier Credit Note No",
        ("number", TxnKind::Invoice | TxnKind::CreditMemo) => "its number",
        ("P.O. number", TxnKind::Invoice) => "Customer Order No",
        ("P.O. number", _) => "Sales Reference",
        ("billing address", _) => "the billing address",
        ("shipping address", _) => "the delivery address",
        _ if field.starts_with("line ") && kind != TxnKind::JournalEntry => return Some(field.to_string()),
        _ => return None,
    };
    Some(word.to_string())
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
            quickbooks.extend(fields.iter().filter_map(|changed| step_of(posted.kind, changed)));
            quickbooks.push("Choose Save & Close. Leave the memo's end in square brackets as it is.".into());
        }
        OperationKind::TxnDel => {
            quickbooks.push(format!("Choose Edit > Delete {}.", in_menu(posted.kind)));
        }
        _ => quickbooks.push(format!("Choose Edit > Void {}, then Save & Close.", in_menu(posted.kind))),
    }
    let cin7 = match kind {
        OperationKind::TxnMod => {
            let mut steps = vec!["Or, if QuickBooks is right: open the document in Cin7, change it back to what QuickBooks shows, and fetch again.".to_string()];
            steps.extend(fields.iter().filter_map(|changed| step_back(posted.kind, changed)));
            steps
        }
        _ => vec!["Or, if QuickBooks is right: take the void back in Cin7, and fetch again.".to_string()],
    };
    let afterwards = vec![
        "`resolve ID --as done-by-hand` when QuickBooks says the same as Cin7; the next visit checks it.".to_string(),
        "`resolve ID --as keep-quickbooks` to leave QuickBooks as it is; the difference stays listed in the proof.".to_string(),
    ];
    HintSheet { why, fields, quickbooks, cin7, afterwards }
}

fn step_of(kind: TxnKind, changed: &Changed) -> Option<String> {
    let sale = kind.can_be_pending();
    let name = box_of(kind, &changed.field);
    Some(match (changed.field.as_str(), &changed.before, &changed.after) {
        // Debits and credits follow from the lines.
        ("total" | "tax", ..) if kind == TxnKind::JournalEntry => return None,
        // QuickBooks works them out itself.
        ("tax", _, after) if sale => format!("Check the tax: it should say {}.", shown(after)),
        ("total", _, after) if sale => format!("Check the total: it should say {}.", shown(after)),
        ("tax", ..) => return None,
        (_, Some(before), Some(after)) => format!("Change {name}: {before} becomes {after}."),
        (_, None, Some(after)) => format!("Add {name}: {after}."),
        (_, Some(before), None) => format!("Take out {name}: {before}."),
        (_, None, None) => format!("Look at {name}."),
    })
}

fn shown(amount: &Option<String>) -> &str {
    amount.as_deref().unwrap_or("0.00")
}

/// What to change back in Cin7.
fn step_back(kind: TxnKind, changed: &Changed) -> Option<String> {
    let name = in_cin7(kind, &changed.field)?;
    Some(match (&changed.before, &changed.after) {
        (Some(before), _) => format!("Change {name} back: QuickBooks has {before}."),
        (None, Some(after)) => format!("Take {name} out again: {after}."),
        (None, None) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(field: &str, before: Option<&str>, after: Option<&str>) -> Changed {
        let text = |side: Option<&str>| side.map(str::to_string);
        Changed { field: field.into(), before: text(before), after: text(after) }
    }

    fn of(kind: TxnKind, operation: OperationKind, fields: Vec<Changed>) -> HintSheet {
        let posted = Payload::blank(kind, "2026-02-05".parse().unwrap(), "B-7");
        sheet(operation, &posted, fields, vec!["It is paid.".into()], true, true)
    }

    #[test]
    fn each_step_names_the_box_of_quickbooks_and_the_field_of_cin7() {
        let fields = vec![
            changed("date", Some("2026-02-05"), Some("2026-02-20")),
            changed("number", Some("B-7"), Some("B-8")),
            changed("total", Some("10.00"), Some("20.00")),
            changed("line 2", None, Some("Freight, 10.00")),
        ];
        let bill = of(TxnKind::Bill, OperationKind::TxnMod, fields.clone());
        let steps = bill.quickbooks.join("\n");
        assert!(steps.contains("Change Date: 2026-02-05 becomes 2026-02-20."), "{steps}");
        assert!(steps.contains("Change Ref. No.: B-7 becomes B-8."), "{steps}");
        assert!(steps.contains("Change Amount Due: 10.00 becomes 20.00."), "{steps}");
        assert!(steps.contains("Add line 2 on the Expenses tab: Freight, 10.00."), "{steps}");
        assert!(steps.contains("Vendors > Enter Bills") && steps.contains("Ctrl+H"), "{steps}");
        assert!(steps.contains("Company > Set Closing Date"), "{steps}");
        let back = bill.cin7.join("\n");
        assert!(back.contains("Change Invoice Date back: QuickBooks has 2026-02-05."), "{back}");
        assert!(back.contains("Change Supplier Inv No back: QuickBooks has B-7."), "{back}");
        assert!(back.contains("Take line 2 out again: Freight, 10.00."), "{back}");
        let invoice = of(TxnKind::Invoice, OperationKind::TxnMod, fields).quickbooks.join("\n");
        assert!(invoice.contains("Change Invoice #: B-7 becomes B-8."), "{invoice}");
        assert!(
            invoice.contains("Check the total: it should say 20.00."),
            "QuickBooks works it out: {invoice}"
        );
    }

    #[test]
    fn what_is_to_go_is_called_as_in_the_edit_menu() {
        let last = |kind, operation| of(kind, operation, Vec::new()).quickbooks.pop().unwrap();
        assert_eq!(
            last(TxnKind::JournalEntry, OperationKind::TxnDel),
            "Choose Edit > Delete General Journal."
        );
        assert_eq!(
            last(TxnKind::VendorCredit, OperationKind::TxnVoid),
            "Choose Edit > Void Bill Credit, then Save & Close."
        );
    }
}
