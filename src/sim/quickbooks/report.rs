//! GeneralSummaryReportQuery: balances of accounts on a day, accrual basis.
//!
//! Must leave out accounts without a balance unless all rows are asked for, and name the account in RowData; the label
//! in the first column is for people (`design.md` 8.13). Only balance sheet, profit and loss and trial balance are known.

use super::answer::{Answer, Outcome, Refusal};
use super::company::Company;
use super::lists::{CREDIT_TYPES, ListKind};
use super::money::show;
use crate::sim::xml::El;
use std::collections::HashMap;

/// Account types of the profit and loss report.
const INCOME_TYPES: [&str; 5] = ["Income", "OtherIncome", "CostOfGoodsSold", "Expense", "OtherExpense"];
/// The one report that tells a period and not a day.
const PROFIT_AND_LOSS: &str = "ProfitAndLossStandard";

impl Company {
    pub(super) fn summary_report(&self, request: &El) -> Answer {
        let report = request.get("GeneralSummaryReportType").unwrap_or_default();
        let known = ["BalanceSheetStandard", "BalanceSheetSummary", PROFIT_AND_LOSS, "TrialBalance"];
        if !known.contains(&report) {
            return Err(Refusal::new(1030, "The report is not supported."));
        }
        if request.get("ReportBasis") == Some("Cash") {
            return Err(Refusal::new(1030, "The cash basis is not supported."));
        }
        let mut period = request.child("ReportPeriod").cloned().unwrap_or_default();
        if let Some(name) = request.child("ReportDateMacro") {
            period.children.push(name.clone());
        }
        if report != PROFIT_AND_LOSS {
            // A balance counts everything up to its day.
            period.children.retain(|child| child.name != "FromReportDate");
        }
        let rows = self.report_rows(request, report, &self.balances_in(&period));
        Ok(Outcome::done(vec![report_ret(report, &rows)]))
    }

    /// Account number, name and balance in the account's own sense, by number.
    fn report_rows(
        &self,
        request: &El,
        report: &str,
        balances: &HashMap<String, i64>,
    ) -> Vec<(&str, &str, i64)> {
        let filter = request.child("ReportAccountFilter");
        let all_rows = request.get("ReturnRows") == Some("All");
        let mut rows = Vec::new();
        for account in self.lists.iter().filter(|entry| entry.kind == ListKind::Account) {
            let account_type = account.field("AccountType").unwrap_or_default();
            let income = INCOME_TYPES.contains(&account_type);
            let belongs = report == "TrialBalance" || (report == PROFIT_AND_LOSS) == income;
            let cents = balances.get(&account.id).copied().unwrap_or(0);
            let wanted = filter.is_none_or(|filter| self.entry_is_named(&account.id, filter));
            if belongs && wanted && (cents != 0 || all_rows) {
                let credit = report != "TrialBalance" && CREDIT_TYPES.contains(&account_type);
                let number = account.field("AccountNumber").unwrap_or_default();
                rows.push((number, account.full_name.as_str(), if credit { -cents } else { cents }));
            }
        }
        rows.sort_unstable();
        rows
    }

    fn balances_in(&self, period: &El) -> HashMap<String, i64> {
        let mut balances = HashMap::new();
        let within = self.register.iter().filter(|row| !row.pending && self.day_within(row.date, period));
        for posting in within.flat_map(|row| row.txn().postings) {
            *balances.entry(posting.account).or_insert(0) += posting.cents;
        }
        balances
    }
}

fn report_ret(report: &str, rows: &[(&str, &str, i64)]) -> El {
    let mut ret = El::new("ReportRet");
    ret.push("ReportTitle", report);
    ret.push("ReportSubtitle", "");
    ret.push("ReportBasis", "Accrual");
    ret.push("NumRows", rows.len().to_string());
    ret.push("NumColumns", "2");
    ret.push("NumColTitleRows", "1");
    for (at, (title, data, kind)) in
        [("", "STRTYPE", "Label"), ("Total", "AMTTYPE", "Amount")].iter().enumerate()
    {
        let title = El::new("ColTitle").attribute("titleRow", "1").attribute("value", *title);
        let column = El::new("ColDesc").attribute("colID", (at + 1).to_string()).attribute("dataType", *data);
        ret.children.push(column.with(title).with(El::leaf("ColType", *kind)));
    }
    let mut data = El::new("ReportData");
    for (at, (number, name, cents)) in rows.iter().enumerate() {
        let label = format!("{number} \u{b7} {name}");
        let column =
            |id: &str, value: String| El::new("ColData").attribute("colID", id).attribute("value", value);
        data.children.push(
            El::new("DataRow")
                .attribute("rowNumber", (at + 1).to_string())
                .with(El::new("RowData").attribute("rowType", "account").attribute("value", *name))
                .with(column("1", label))
                .with(column("2", show(*cents))),
        );
    }
    if !rows.is_empty() {
        ret.children.push(data);
    }
    ret
}
