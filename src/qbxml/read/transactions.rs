//! Transactions as QuickBooks holds them.
//!
//! Must never report a total that QuickBooks did not state in one of its own elements: an invoice's is Subtotal plus
//! SalesTaxTotal, a journal's the sum of its debits (`qbxml.md` 10). What locks a document against a re-import follows
//! the table of `cin7-quickbooks-integration.md` 9.2.

use super::ReadError;
use super::node::Node;
use crate::base::{Cents, EditSequence, PostingKey, TxnId};
use crate::books::TxnKind;
use crate::handoff::answer::{HeaderSeen, LineSeen, TxnSeen};

/// The kind of a Ret of this name.
pub fn kind(name: &str) -> Option<TxnKind> {
    let word = name.strip_suffix("Ret")?;
    TxnKind::ALL.into_iter().find(|kind| kind.word() == word)
}

pub fn txn(kind: TxnKind, node: &Node) -> Result<TxnSeen, ReadError> {
    let date = node.date("TxnDate")?.ok_or_else(|| ReadError::value("TxnDate", ""))?;
    let mut lines = Vec::new();
    collect_lines(node, &mut lines)?;
    let tax = node.amount_or_nothing("SalesTaxTotal")?;
    let total = total(kind, node, tax, &lines)?;
    let memo = match kind {
        TxnKind::JournalEntry => lines.first().map(|line| line.text.clone()).unwrap_or_default(),
        _ => node.string("Memo"),
    };
    Ok(TxnSeen {
        kind,
        txn_id: TxnId::from(node.required("TxnID")?),
        edit_sequence: EditSequence::from(node.text_or("EditSequence", "")),
        time_created: node.string("TimeCreated"),
        time_modified: node.string("TimeModified"),
        date,
        ref_number: node.string("RefNumber"),
        party: node.reference("CustomerRef").or_else(|| node.reference("VendorRef")),
        memo,
        guid: node.text_of("ExternalGUID").and_then(PostingKey::parse),
        pending: node.flag("IsPending"),
        total,
        tax,
        applied: applied(kind, node, total)?,
        linked: node.child("LinkedTxn").is_some(),
        header: header(node)?,
        lines,
    })
}

fn header(node: &Node) -> Result<HeaderSeen, ReadError> {
    let place = |name: &str| node.child(name).map(super::lists::address).unwrap_or_default();
    Ok(HeaderSeen {
        po_number: node.string("PONumber"),
        terms: node.reference("TermsRef"),
        due_date: node.date("DueDate")?,
        class: node.reference("ClassRef"),
        control_account: node.reference("ARAccountRef").or_else(|| node.reference("APAccountRef")),
        tax_item: node.reference("ItemSalesTaxRef"),
        customer_tax_code: node.reference("CustomerSalesTaxCodeRef"),
        bill_to: place("BillAddress"),
        ship_to: place("ShipAddress"),
    })
}

fn total(kind: TxnKind, node: &Node, tax: Cents, lines: &[LineSeen]) -> Result<Cents, ReadError> {
    Ok(match kind {
        TxnKind::Invoice => node.amount_or_nothing("Subtotal")? + tax,
        TxnKind::CreditMemo => match node.amount("TotalAmount")? {
            Some(total) => total,
            None => node.amount_or_nothing("Subtotal")? + tax,
        },
        TxnKind::Bill => node.amount_or_nothing("AmountDue")?,
        TxnKind::VendorCredit => node.amount_or_nothing("CreditAmount")?,
        TxnKind::JournalEntry => lines.iter().filter(|line| line.debit).map(|line| line.amount).sum(),
    })
}

/// Whether money is applied to it. An open amount that QuickBooks did not send says nothing; a document of
/// nothing at all counts as paid by itself, so IsPaid says nothing there.
fn applied(kind: TxnKind, node: &Node, total: Cents) -> Result<bool, ReadError> {
    let paid = node.flag("IsPaid") && !total.is_zero();
    let differs = |name: &str| Ok::<bool, ReadError>(node.amount(name)?.is_some_and(|open| open != total));
    let money = match kind {
        TxnKind::Invoice => !node.amount_or_nothing("AppliedAmount")?.is_zero(),
        TxnKind::CreditMemo => differs("CreditRemaining")?,
        TxnKind::Bill | TxnKind::VendorCredit => differs("OpenAmount")?,
        TxnKind::JournalEntry => false,
    };
    Ok(paid || money)
}

/// Lines in the order given, those inside item groups included. Amounts stand as QuickBooks wrote them; on journals
/// they are positive and `debit` says the side.
fn collect_lines(node: &Node, lines: &mut Vec<LineSeen>) -> Result<(), ReadError> {
    for child in &node.children {
        match child.name.as_str() {
            "InvoiceLineRet" | "CreditMemoLineRet" | "ItemLineRet" => lines.push(line(child, "Desc", false)?),
            "ExpenseLineRet" => lines.push(line(child, "Memo", false)?),
            "JournalDebitLine" => lines.push(line(child, "Memo", true)?),
            "JournalCreditLine" => lines.push(line(child, "Memo", false)?),
            "InvoiceLineGroupRet" | "CreditMemoLineGroupRet" | "ItemGroupLineRet" => {
                collect_lines(child, lines)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn line(node: &Node, text: &str, debit: bool) -> Result<LineSeen, ReadError> {
    Ok(LineSeen {
        txn_line_id: node.string("TxnLineID"),
        item: node.reference("ItemRef"),
        account: node.reference("AccountRef"),
        class: node.reference("ClassRef"),
        amount: node.amount_or_nothing("Amount")?,
        quantity: node.number("Quantity")?,
        text: node.string(text),
        tax_code: node.reference("SalesTaxCodeRef"),
        debit,
    })
}
