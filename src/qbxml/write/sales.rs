//! InvoiceAdd and CreditMemoAdd.
//!
//! Must never put a computed tax amount or an account on a sales line: QuickBooks computes the tax and the item names
//! the account (`qbxml.md` 10). Must never ask QuickBooks to print or mail (design 4.9). Order of elements:
//! `qbxml-elements.md`, Invoice and Credit memo.

use super::element::Xml;
use super::{MEMO_LIMIT, WriteError, memo};
use crate::base::PostingKey;
use crate::books::{Line, Payload};
use crate::handoff::texts::{written_quantity, written_rate};

/// Writes the Add aggregate.
pub fn add(xml: &mut Xml, payload: &Payload, key: PostingKey) -> Result<(), WriteError> {
    let word = payload.kind.word();
    let aggregate = format!("{word}Add");
    xml.open(&aggregate);
    xml.party("CustomerRef", payload.party.as_ref())?;
    xml.list_ref("ClassRef", payload.class.as_ref())?;
    xml.list_ref("ARAccountRef", payload.control_account.as_ref())?;
    xml.date("TxnDate", payload.date);
    xml.exact("RefNumber", &payload.ref_number, payload.kind.ref_number_limit())?;
    xml.address("BillAddress", &payload.bill_to);
    xml.address("ShipAddress", &payload.ship_to);
    xml.flag("IsPending", payload.pending);
    xml.words("PONumber", &payload.po_number, 25);
    xml.list_ref("TermsRef", payload.terms.as_ref())?;
    if let Some(due) = payload.due_date {
        xml.date("DueDate", due);
    }
    xml.list_ref("ItemSalesTaxRef", payload.tax_item.as_ref())?;
    xml.leaf("Memo", &memo(&payload.memo, key));
    xml.flag("IsToBePrinted", false);
    xml.flag("IsToBeEmailed", false);
    xml.list_ref("CustomerSalesTaxCodeRef", payload.customer_tax_code.as_ref())?;
    xml.exchange_rate(payload.exchange_rate)?;
    xml.leaf("ExternalGUID", &key.braced());
    let line_name = format!("{word}LineAdd");
    for line in &payload.lines {
        write_line(xml, &line_name, line)?;
    }
    xml.close(&aggregate);
    Ok(())
}

/// A line without item and words is nothing.
fn write_line(xml: &mut Xml, name: &str, line: &Line) -> Result<(), WriteError> {
    if line.item.is_none() && line.amount.is_zero() && line.text.trim().is_empty() {
        return Ok(());
    }
    xml.open(name);
    line_fields(xml, line, &line.text)?;
    xml.close(name);
    Ok(())
}

/// What stands in a sales line, whether it is made or changed: item, words and figures, or words alone. A line that
/// carries money without an item would lose it, so it is refused.
pub(super) fn line_fields(xml: &mut Xml, line: &Line, text: &str) -> Result<(), WriteError> {
    let Some(item) = &line.item else {
        if !line.amount.is_zero() {
            return Err(WriteError::Missing("ItemRef"));
        }
        xml.words("Desc", text, MEMO_LIMIT);
        return Ok(());
    };
    let figures = Figures::of(line)?;
    xml.list_ref("ItemRef", Some(item))?;
    xml.words("Desc", text, MEMO_LIMIT);
    if let Some(quantity) = &figures.quantity {
        xml.leaf("Quantity", quantity);
    }
    if let Some(rate) = &figures.rate {
        xml.leaf("Rate", rate);
    }
    xml.list_ref("ClassRef", line.class.as_ref())?;
    if figures.rate.is_none() {
        xml.amount("Amount", line.amount)?;
    }
    xml.list_ref("SalesTaxCodeRef", line.tax_code.as_ref())
}

/// Which two of Quantity, Rate and Amount are sent (`qbxml.md` 10): quantity and rate only where their product is the
/// amount to the cent; else quantity and amount; else, where no quantity can be written, the amount alone.
pub struct Figures {
    pub quantity: Option<String>,
    pub rate: Option<String>,
}

impl Figures {
    pub fn of(line: &Line) -> Result<Self, WriteError> {
        let quantity = line.quantity.filter(|quantity| !quantity.is_zero());
        if quantity.is_some_and(|q| q.trunc().abs().to_string().len() > 10) {
            let text = quantity.unwrap_or_default().to_string();
            return Err(WriteError::Digits { field: "Quantity", text });
        }
        Ok(Figures { quantity: written_quantity(line), rate: written_rate(line) })
    }
}
