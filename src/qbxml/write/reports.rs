//! What stands on an account: a dated balance report, and the postings on it.
//!
//! Must never ask on another basis than accrual, nor count what posts nothing. Design 8.13; elements:
//! GeneralSummaryReportQuery and TransactionQuery of the message list (`qbxml-elements.md`).

use super::WriteError;
use super::element::Xml;
use super::queries::{elements, local_time, open_page};
use crate::base::{Day, ListId};
use crate::handoff::Page;

/// The report that tells every balance sheet account at the end of a day.
const REPORT: &str = "BalanceSheetStandard";
/// What is kept of a posting.
const ROW_ELEMENTS: &[&str] =
    &["TxnType", "TxnID", "EntityRef", "TxnDate", "RefNumber", "Amount", "AmountInHomeCurrency", "Memo"];

/// The balances at the end of a day.
pub fn balances(xml: &mut Xml, id: &str, day: Day) -> Result<(), WriteError> {
    xml.open_with("GeneralSummaryReportQueryRq", &[("requestID", id)])?;
    xml.leaf("GeneralSummaryReportType", REPORT);
    xml.flag("DisplayReport", false);
    xml.open("ReportPeriod");
    xml.date("ToReportDate", day);
    xml.close("ReportPeriod");
    xml.leaf("SummarizeColumnsBy", "TotalOnly");
    xml.leaf("ReportBasis", "Accrual");
    xml.close("GeneralSummaryReportQueryRq");
    Ok(())
}

/// The postings on an account: every line of every type, of posting transactions only.
pub fn account_rows(
    xml: &mut Xml,
    id: &str,
    account: &ListId,
    (from, to): (Day, Day),
    since: Option<&str>,
    page: &Page,
) -> Result<(), WriteError> {
    open_page(xml, "TransactionQueryRq", id, page)?;
    if let Some(since) = since {
        xml.open("TransactionModifiedDateRangeFilter");
        local_time(xml, "FromModifiedDate", since)?;
        xml.close("TransactionModifiedDateRangeFilter");
    }
    xml.open("TransactionDateRangeFilter");
    xml.date("FromTxnDate", from);
    xml.date("ToTxnDate", to);
    xml.close("TransactionDateRangeFilter");
    xml.open("TransactionAccountFilter");
    xml.identifier("ListID", account.as_str())?;
    xml.close("TransactionAccountFilter");
    xml.leaf("TransactionDetailLevelFilter", "All");
    xml.leaf("TransactionPostingStatusFilter", "Posting");
    elements(xml, &[ROW_ELEMENTS]);
    xml.close("TransactionQueryRq");
    Ok(())
}
