//! BillAdd and VendorCreditAdd: expense lines on accounts.
//!
//! Must never write an item line: an inventory item on a bill would move QuickBooks' own stock (design 4.1), nor a tax
//! element, which the US edition does not have (`qbxml.md` 12). Order: `qbxml-elements.md`, Bill and Vendor credit.

use super::element::Xml;
use super::{MEMO_LIMIT, WriteError, memo};
use crate::base::PostingKey;
use crate::books::{Line, Payload, TxnKind};

/// Writes the Add aggregate.
pub fn add(xml: &mut Xml, payload: &Payload, key: PostingKey) -> Result<(), WriteError> {
    let aggregate = format!("{}Add", payload.kind.word());
    xml.open(&aggregate);
    header(xml, payload, &memo(&payload.memo, key), |xml| xml.list_ref("TermsRef", payload.terms.as_ref()))?;
    xml.leaf("ExternalGUID", &key.braced());
    for line in &payload.lines {
        xml.open("ExpenseLineAdd");
        line_fields(xml, line, &line.text)?;
        xml.close("ExpenseLineAdd");
    }
    xml.close(&aggregate);
    Ok(())
}

/// What stands above the lines, whether it is made or changed; `terms` writes those of a bill.
pub(super) fn header(
    xml: &mut Xml,
    payload: &Payload,
    memo: &str,
    terms: impl FnOnce(&mut Xml) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let is_bill = payload.kind == TxnKind::Bill;
    xml.party("VendorRef", payload.party.as_ref())?;
    xml.list_ref("APAccountRef", payload.control_account.as_ref())?;
    xml.date("TxnDate", payload.date);
    if let (true, Some(due)) = (is_bill, payload.due_date) {
        xml.date("DueDate", due);
    }
    xml.exact("RefNumber", &payload.ref_number, payload.kind.ref_number_limit())?;
    if is_bill {
        terms(xml)?;
    }
    xml.leaf("Memo", memo);
    xml.exchange_rate(payload.exchange_rate)
}

/// What stands in an expense line, whether it is made or changed.
pub(super) fn line_fields(xml: &mut Xml, line: &Line, text: &str) -> Result<(), WriteError> {
    xml.list_ref("AccountRef", Some(&line.account))?;
    xml.amount("Amount", line.amount)?;
    xml.words("Memo", text, MEMO_LIMIT);
    xml.list_ref("ClassRef", line.class.as_ref())
}
