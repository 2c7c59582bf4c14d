//! BillAdd and VendorCreditAdd: expense lines on accounts.
//!
//! Must never write an item line: an inventory item on a bill would move QuickBooks' own stock (design 4.1), nor a tax
//! element, which the US edition does not have (`qbxml.md` 12). Order: `qbxml-elements.md`, Bill and Vendor credit.

use super::element::Xml;
use super::{MEMO_LIMIT, WriteError, memo};
use crate::base::PostingKey;
use crate::books::{Payload, TxnKind};

/// Writes the Add aggregate.
pub fn add(xml: &mut Xml, payload: &Payload, key: PostingKey) -> Result<(), WriteError> {
    let is_bill = payload.kind == TxnKind::Bill;
    let aggregate = format!("{}Add", payload.kind.word());
    xml.open(&aggregate);
    xml.party("VendorRef", payload.party.as_ref())?;
    xml.list_ref("APAccountRef", payload.control_account.as_ref())?;
    xml.date("TxnDate", payload.date);
    if let (true, Some(due)) = (is_bill, payload.due_date) {
        xml.date("DueDate", due);
    }
    xml.exact("RefNumber", &payload.ref_number, payload.kind.ref_number_limit())?;
    if is_bill {
        xml.list_ref("TermsRef", payload.terms.as_ref())?;
    }
    xml.leaf("Memo", &memo(&payload.memo, key));
    xml.exchange_rate(payload.exchange_rate)?;
    xml.leaf("ExternalGUID", &key.braced());
    for line in &payload.lines {
        xml.open("ExpenseLineAdd");
        xml.list_ref("AccountRef", Some(&line.account))?;
        xml.amount("Amount", line.amount)?;
        xml.words("Memo", &line.text, MEMO_LIMIT);
        xml.list_ref("ClassRef", line.class.as_ref())?;
        xml.close("ExpenseLineAdd");
    }
    xml.close(&aggregate);
    Ok(())
}
