//! Requests about what stands in QuickBooks: the Mods of the five transactions, making final, TxnVoid, TxnDel, and the
//! Mods of customers and vendors.
//!
//! Must never write IsPending into a Mod of content, nor leave out a line that stays: lines not named are deleted,
//! elements left out keep their value, so what the new content lacks is cleared by an empty element (`qbxml.md` 13).
//! Order of elements: `qbxml-elements.md`.

use super::element::Xml;
use super::{WriteError, journal, memo, purchases, sales};
use crate::base::{EditSequence, TxnId};
use crate::books::{Address, Line, ListMod, ListRef, PartyField, PartyList, PartyValue, Payload, TxnKind};
use crate::handoff::Request;
use crate::handoff::lines::LineBinding;
use crate::handoff::texts;

fn open_mod(xml: &mut Xml, id: &str, word: &str) -> Result<(String, String), WriteError> {
    let aggregate = format!("{word}Mod");
    let request = format!("{aggregate}Rq");
    xml.open_with(&request, &[("requestID", id)])?;
    xml.open(&aggregate);
    Ok((request, aggregate))
}

fn close_mod(xml: &mut Xml, (request, aggregate): (String, String)) {
    xml.close(&aggregate);
    xml.close(&request);
}

/// The step from pending to final: header only, IsPending false and nothing else, so that no line and no other field
/// can change on the way (design 4.4; `qbxml.md` 13: no line element leaves the lines untouched).
pub fn finalise(
    xml: &mut Xml,
    id: &str,
    kind: TxnKind,
    txn: &TxnId,
    edit_sequence: &EditSequence,
) -> Result<(), WriteError> {
    if !kind.can_be_pending() {
        return Err(WriteError::Unsupported("finalising anything but an invoice or a credit memo"));
    }
    let opened = open_mod(xml, id, kind.word())?;
    xml.identifier("TxnID", txn.as_str())?;
    xml.identifier("EditSequence", edit_sequence.as_str())?;
    xml.flag("IsPending", false);
    close_mod(xml, opened);
    Ok(())
}

/// TxnVoid.
pub fn txn_void(xml: &mut Xml, id: &str, kind: TxnKind, txn: &TxnId) -> Result<(), WriteError> {
    take_out(xml, id, "TxnVoid", kind, txn)
}

/// TxnDel.
pub fn txn_del(xml: &mut Xml, id: &str, kind: TxnKind, txn: &TxnId) -> Result<(), WriteError> {
    take_out(xml, id, "TxnDel", kind, txn)
}

fn take_out(xml: &mut Xml, id: &str, word: &str, kind: TxnKind, txn: &TxnId) -> Result<(), WriteError> {
    let request = format!("{word}Rq");
    xml.open_with(&request, &[("requestID", id)])?;
    xml.leaf(&format!("{word}Type"), kind.word());
    xml.identifier("TxnID", txn.as_str())?;
    xml.close(&request);
    Ok(())
}

/// The Mod of a transaction's content.
pub fn txn_mod(xml: &mut Xml, id: &str, request: &Request) -> Result<(), WriteError> {
    let Request::TxnMod { txn, edit_sequence, before, payload, key, lines } = request else {
        return Err(WriteError::Unsupported("this as a change of a transaction"));
    };
    if !payload.adds_up() {
        return Err(WriteError::DoesNotAddUp(payload.kind.title()));
    }
    if before.kind != payload.kind {
        return Err(WriteError::Unsupported("a change from one kind of transaction to another"));
    }
    let written = texts::written(payload);
    if written.is_empty() || written.len() != lines.len() {
        return Err(WriteError::Missing("a line of the change"));
    }
    let opened = open_mod(xml, id, payload.kind.word())?;
    xml.identifier("TxnID", txn.as_str())?;
    xml.identifier("EditSequence", edit_sequence.as_str())?;
    let memo = memo(&payload.memo, *key);
    match payload.kind {
        TxnKind::Invoice | TxnKind::CreditMemo => sale(xml, before, payload, &memo)?,
        TxnKind::Bill | TxnKind::VendorCredit => {
            let (old, new) = (before.terms.as_ref(), payload.terms.as_ref());
            purchases::header(xml, payload, &memo, |xml| reference(xml, "TermsRef", old, new))?;
        }
        TxnKind::JournalEntry => {
            xml.date("TxnDate", payload.date);
            xml.exact("RefNumber", &payload.ref_number, payload.kind.ref_number_limit())?;
        }
    }
    for (place, binding) in written.into_iter().zip(lines) {
        let Some(line) = payload.lines.get(place) else { continue };
        let text = texts::line_text(payload, place, *key).unwrap_or_default();
        write_line(xml, payload.kind, binding, line, &text)?;
    }
    close_mod(xml, opened);
    Ok(())
}

/// A reference, or an empty element where there was one and is none any more.
fn reference(
    xml: &mut Xml,
    field: &'static str,
    before: Option<&ListRef>,
    now: Option<&ListRef>,
) -> Result<(), WriteError> {
    if now.is_none() && before.is_some() {
        xml.leaf(field, "");
        return Ok(());
    }
    xml.list_ref(field, now)
}

/// A reference that QuickBooks does not let go of (3190): it can change, not vanish.
fn lasting(
    xml: &mut Xml,
    field: &'static str,
    before: Option<&ListRef>,
    now: Option<&ListRef>,
) -> Result<(), WriteError> {
    if now.is_none() && before.is_some() {
        return Err(WriteError::Missing(field));
    }
    xml.list_ref(field, now)
}

fn sale(xml: &mut Xml, before: &Payload, payload: &Payload, memo: &str) -> Result<(), WriteError> {
    xml.party("CustomerRef", payload.party.as_ref())?;
    reference(xml, "ClassRef", before.class.as_ref(), payload.class.as_ref())?;
    // Where the account was QuickBooks' own choice before and is so again, it is left as it is.
    xml.list_ref("ARAccountRef", payload.control_account.as_ref())?;
    xml.date("TxnDate", payload.date);
    xml.exact("RefNumber", &payload.ref_number, payload.kind.ref_number_limit())?;
    address(xml, "BillAddress", &before.bill_to, &payload.bill_to);
    address(xml, "ShipAddress", &before.ship_to, &payload.ship_to);
    words(xml, "PONumber", &before.po_number, &payload.po_number, 25);
    reference(xml, "TermsRef", before.terms.as_ref(), payload.terms.as_ref())?;
    if let Some(due) = payload.due_date {
        xml.date("DueDate", due);
    }
    lasting(xml, "ItemSalesTaxRef", before.tax_item.as_ref(), payload.tax_item.as_ref())?;
    xml.leaf("Memo", memo);
    lasting(
        xml,
        "CustomerSalesTaxCodeRef",
        before.customer_tax_code.as_ref(),
        payload.customer_tax_code.as_ref(),
    )?;
    xml.exchange_rate(payload.exchange_rate)
}

/// Words, or an empty element where there were some and are none any more.
fn words(xml: &mut Xml, field: &str, before: &str, now: &str, limit: usize) {
    let fitted = texts::fit(now, limit);
    if !fitted.is_empty() || !before.trim().is_empty() {
        xml.leaf(field, &fitted);
    }
}

/// A whole address: every element that it has or had, so that nothing of the old one stays.
fn address(xml: &mut Xml, field: &str, before: &Address, now: &Address) {
    if now.is_empty() && before.is_empty() {
        return;
    }
    let lines = |address: &Address| {
        let lines = address.lines.iter().map(|line| texts::fit(line, 41)).filter(|line| !line.is_empty());
        lines.take(5).collect::<Vec<_>>()
    };
    let (old, new) = (lines(before), lines(now));
    xml.open(field);
    for (place, name) in ["Addr1", "Addr2", "Addr3", "Addr4", "Addr5"].into_iter().enumerate() {
        let text = |lines: &[String]| lines.get(place).cloned().unwrap_or_default();
        words(xml, name, &text(&old), &text(&new), 41);
    }
    words(xml, "City", &before.city, &now.city, 31);
    words(xml, "State", &before.state, &now.state, 21);
    words(xml, "PostalCode", &before.postal_code, &now.postal_code, 13);
    words(xml, "Country", &before.country, &now.country, 31);
    xml.close(field);
}

fn write_line(
    xml: &mut Xml,
    kind: TxnKind,
    binding: &LineBinding,
    line: &Line,
    text: &str,
) -> Result<(), WriteError> {
    let name = match kind {
        TxnKind::Invoice => "InvoiceLineMod",
        TxnKind::CreditMemo => "CreditMemoLineMod",
        TxnKind::Bill | TxnKind::VendorCredit => "ExpenseLineMod",
        TxnKind::JournalEntry => "JournalLineMod",
    };
    xml.open(name);
    xml.identifier("TxnLineID", binding.id())?;
    if !matches!(binding, LineBinding::Keep(_)) {
        match kind {
            TxnKind::Invoice | TxnKind::CreditMemo => sales::line_fields(xml, line, text)?,
            TxnKind::Bill | TxnKind::VendorCredit => purchases::line_fields(xml, line, text)?,
            TxnKind::JournalEntry => {
                xml.leaf("JournalLineType", if line.amount.is_negative() { "Credit" } else { "Debit" });
                journal::line_fields(xml, line, text)?;
            }
        }
    }
    xml.close(name);
    Ok(())
}

/// Elements of CustomerMod and VendorMod in the order of the schema.
const CUSTOMER: [(PartyField, &str, usize); 13] = [
    (PartyField::CompanyName, "CompanyName", 41),
    (PartyField::FirstName, "FirstName", 25),
    (PartyField::LastName, "LastName", 25),
    (PartyField::Address, "BillAddress", 0),
    (PartyField::ShipTo, "ShipAddress", 0),
    (PartyField::Phone, "Phone", 21),
    (PartyField::AltPhone, "AltPhone", 21),
    (PartyField::Fax, "Fax", 21),
    (PartyField::Email, "Email", 1023),
    (PartyField::Terms, "TermsRef", 0),
    (PartyField::TaxCode, "SalesTaxCodeRef", 0),
    (PartyField::TaxItem, "ItemSalesTaxRef", 0),
    (PartyField::AccountNumber, "AccountNumber", 99),
];
const VENDOR: [(PartyField, &str, usize); 10] = [
    (PartyField::CompanyName, "CompanyName", 41),
    (PartyField::FirstName, "FirstName", 25),
    (PartyField::LastName, "LastName", 25),
    (PartyField::Address, "VendorAddress", 0),
    (PartyField::Phone, "Phone", 21),
    (PartyField::AltPhone, "AltPhone", 21),
    (PartyField::Fax, "Fax", 21),
    (PartyField::Email, "Email", 1023),
    (PartyField::AccountNumber, "AccountNumber", 99),
    (PartyField::Terms, "TermsRef", 0),
];

/// CustomerMod or VendorMod with the elements that change, and no other.
pub fn list_mod(
    xml: &mut Xml,
    id: &str,
    change: &ListMod,
    edit_sequence: &EditSequence,
) -> Result<(), WriteError> {
    let (word, order): (&str, &[(PartyField, &'static str, usize)]) = match change.list {
        PartyList::Customer => ("Customer", &CUSTOMER),
        PartyList::Vendor => ("Vendor", &VENDOR),
        _ => return Err(WriteError::Unsupported("a change of an employee or other name")),
    };
    let opened = open_mod(xml, id, word)?;
    xml.identifier("ListID", change.id.as_str())?;
    xml.identifier("EditSequence", edit_sequence.as_str())?;
    let mut written = 0;
    for (field, name, limit) in order {
        let Some(one) = change.changes.iter().find(|one| one.field == *field) else { continue };
        written += 1;
        match (&one.before, &one.after) {
            (_, PartyValue::Text(text)) => {
                let (fitted, _) = crate::base::text::for_quickbooks(text);
                let cut: String = fitted.trim().chars().take(*limit).collect();
                xml.leaf(name, cut.trim_end());
            }
            (PartyValue::Address(before), PartyValue::Address(now)) => address(xml, name, before, now),
            (_, PartyValue::Address(now)) => address(xml, name, &Address::default(), now),
            (PartyValue::Entry(before), PartyValue::Entry(now)) => {
                reference(xml, name, before.as_ref(), now.as_ref())?;
            }
            (_, PartyValue::Entry(now)) => xml.list_ref(name, now.as_ref())?,
        }
    }
    close_mod(xml, opened);
    if written == 0 || written != change.changes.len() {
        return Err(WriteError::Missing("an element of the update"));
    }
    Ok(())
}
