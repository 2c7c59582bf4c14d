//! Dated balance reports and the postings on an account.
//!
//! Must never take an account from the label of a report's row: the label is for people, RowData names the account
//! (design 8.13). A row without RowData is a heading or a sum and is passed over.

use super::ReadError;
use super::node::Node;
use crate::base::{Cents, TxnId};
use crate::handoff::answer::{AccountBalance, AccountRow};

/// One posting. A posting without a TxnID, a date or an amount is an error: passed over it would be missing money.
pub fn account_row(node: &Node) -> Result<AccountRow, ReadError> {
    let amount = match node.amount("AmountInHomeCurrency")? {
        Some(amount) => amount,
        None => node.amount("Amount")?.ok_or_else(|| ReadError::value("Amount", ""))?,
    };
    Ok(AccountRow {
        txn_type: node.string("TxnType"),
        txn_id: TxnId::from(node.required("TxnID")?),
        date: node.date("TxnDate")?.ok_or_else(|| ReadError::value("TxnDate", ""))?,
        ref_number: node.string("RefNumber"),
        name: node.reference("EntityRef").map(|entity| entity.name).unwrap_or_default(),
        memo: node.string("Memo"),
        amount,
    })
}

/// The accounts of a report with the amount in its last column.
pub fn balances(report: &Node) -> Result<Vec<AccountBalance>, ReadError> {
    let Some(data) = report.child("ReportData") else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for row in data.all("DataRow") {
        let Some(account) = row.child("RowData").and_then(|data| data.attribute("value")) else { continue };
        let Some(text) = row.all("ColData").last().and_then(|column| column.attribute("value")) else {
            continue;
        };
        let plain = text.replace(',', "");
        let amount: Cents = plain.trim().parse().map_err(|_| ReadError::value("ColData", text))?;
        found.push(AccountBalance { account: account.to_string(), amount });
    }
    Ok(found)
}
