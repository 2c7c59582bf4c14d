//! TransactionQuery: rows over all types, by transaction or by line.
//!
//! Amounts are debit positive, as QuickBooks' transaction list shows them (guess: `qbxml.md` 7 names the elements, not
//! the signs). Pending transactions are the non-posting ones.

use super::answer::{Answer, Outcome, Refusal};
use super::company::Company;
use super::lexical::id_is_formed;
use super::money::show;
use super::transactions::{Posting, Txn};
use super::txn_queries::number_passes;
use crate::sim::xml::El;

/// Account types of the filter words that mean more than one type.
const TYPE_GROUPS: [(&str, &[&str]); 12] = [
    ("ARAndAP", &["AccountsReceivable", "AccountsPayable"]),
    ("CostOfSales", &["CostOfGoodsSold"]),
    ("OrdinaryIncome", &["Income"]),
    ("OrdinaryExpense", &["Expense"]),
    ("IncomeAndOtherIncome", &["Income", "OtherIncome"]),
    ("ExpenseAndOtherExpense", &["Expense", "OtherExpense"]),
    ("OrdinaryIncomeAndCOGS", &["Income", "CostOfGoodsSold"]),
    ("OrdinaryIncomeAndExpense", &["Income", "Expense", "CostOfGoodsSold"]),
    ("CurrentAsset", &["Bank", "AccountsReceivable", "OtherCurrentAsset"]),
    ("Asset", &["Bank", "AccountsReceivable", "OtherCurrentAsset", "FixedAsset", "OtherAsset"]),
    ("CurrentLiability", &["AccountsPayable", "CreditCard", "OtherCurrentLiability"]),
    ("Liability", &["AccountsPayable", "CreditCard", "OtherCurrentLiability", "LongTermLiability"]),
];

impl Company {
    pub(super) fn transaction_query(&mut self, request: &El) -> Answer {
        if request.child("TxnID").is_some() {
            let (mut found, mut missing) = (Vec::new(), Vec::new());
            for id in request.all("TxnID") {
                if !id_is_formed(id) {
                    return Err(Refusal::malformed_id(id, "txn id"));
                }
                match self.register.get(id) {
                    Some(txn) => found.extend(self.rows(txn, request)),
                    None => missing.push(id),
                }
            }
            return self.partly(found, &missing);
        }
        let passing = self.register.iter().filter(|txn| self.row_passes(txn, request));
        // Pages are cut by transaction, so that the lines of one stay together.
        let passing = passing.filter(|txn| !self.rows(txn, request).is_empty());
        let ids = passing.map(|txn| txn.id.clone()).collect();
        let (ids, attributes) = self.cut(request, ids)?;
        let found = ids.iter().filter_map(|id| self.register.get(id));
        let mut outcome = Outcome::found(found.flat_map(|txn| self.rows(txn, request)).collect());
        outcome.attributes = attributes;
        Ok(outcome)
    }

    fn row_passes(&self, txn: &Txn, request: &El) -> bool {
        let numbers = request.all("RefNumber");
        let exact = request.all("RefNumberCaseSensitive");
        let types = request
            .child("TransactionTypeFilter")
            .map(|filter| filter.all("TxnTypeFilter"))
            .unwrap_or_default();
        let status = match request.get("TransactionPostingStatusFilter") {
            Some("Posting") => !txn.pending,
            Some("NonPosting") => txn.pending,
            _ => true,
        };
        let paid = match request.get("TransactionPaidStatusFilter") {
            Some("Closed") => txn.open() == 0,
            Some("Open") => txn.open() != 0,
            _ => true,
        };
        let modified = request.child("TransactionModifiedDateRangeFilter").is_none_or(|range| {
            match range.get("DateMacro") {
                Some(_) => self.day_within(self.local(txn.modified).date(), range),
                None => self.within(txn.modified, range),
            }
        });
        status
            && paid
            && modified
            && (numbers.is_empty()
                || numbers.iter().any(|number| txn.ref_number.eq_ignore_ascii_case(number)))
            && (exact.is_empty() || exact.contains(&txn.ref_number.as_str()))
            && number_passes(txn, request)
            && (types.is_empty() || types.contains(&"All") || types.contains(&txn.kind.word()))
            && request
                .child("TransactionDateRangeFilter")
                .is_none_or(|range| self.day_within(txn.date, range))
            && request.child("TransactionEntityFilter").is_none_or(|filter| self.entity_passes(txn, filter))
            && ["TransactionItemFilter", "TransactionClassFilter"]
                .iter()
                .all(|name| request.child(name).is_none_or(|filter| self.line_passes(txn, filter)))
    }

    fn line_passes(&self, txn: &Txn, filter: &El) -> bool {
        let references = |line: &super::transactions::Line| {
            let names = ["ItemRef", "ClassRef"].into_iter();
            let ids: Vec<String> =
                names.filter_map(|name| line.fields.reference_id(name)).map(str::to_string).collect();
            ids
        };
        txn.lines.iter().flat_map(references).any(|id| self.entry_is_named(&id, filter))
    }

    fn rows(&self, txn: &Txn, request: &El) -> Vec<El> {
        let filter = request.child("TransactionAccountFilter");
        let level = request.get("TransactionDetailLevelFilter").unwrap_or("SummaryOnly");
        let rows = txn.postings.iter().enumerate().filter(|(at, _)| match level {
            "All" => true,
            "AllExceptSummary" => *at > 0,
            _ => *at == 0,
        });
        let rows =
            rows.filter(|(_, posting)| filter.is_none_or(|filter| self.posting_passes(posting, filter)));
        let mut rows: Vec<El> = rows.map(|(_, posting)| self.row(txn, Some(posting), level)).collect();
        if txn.voided && filter.is_none() {
            rows.push(self.row(txn, None, level));
        }
        rows
    }

    fn posting_passes(&self, posting: &Posting, filter: &El) -> bool {
        match filter.get("AccountTypeFilter") {
            None => self.entry_is_named(&posting.account, filter),
            Some(word) => {
                let own = self.account_type_of(&posting.account);
                let group = TYPE_GROUPS.iter().find(|(name, _)| *name == word);
                own == word || group.is_some_and(|(_, types)| types.contains(&own))
            }
        }
    }

    fn row(&self, txn: &Txn, posting: Option<&Posting>, level: &str) -> El {
        let mut row = El::new("TransactionRet");
        row.push("TxnType", txn.kind.word());
        row.push("TxnID", &txn.id);
        if let Some(line) =
            posting.and_then(|posting| posting.line.as_ref()).filter(|_| level != "SummaryOnly")
        {
            row.push("TxnLineID", line);
        }
        row.push("TimeCreated", self.stamp(txn.created));
        row.push("TimeModified", self.stamp(txn.modified));
        let entity = posting.and_then(|posting| posting.entity.as_ref()).or(txn.entity.as_ref());
        if let Some(entity) = entity {
            row.children.push(El::reference("EntityRef", entity));
        }
        if let Some(account) = posting.map(|posting| &posting.account).or(txn.account.as_ref()) {
            row.children.push(El::reference("AccountRef", account));
        }
        row.push("TxnDate", txn.date.to_string());
        if !txn.ref_number.is_empty() {
            row.push("RefNumber", &txn.ref_number);
        }
        row.push("Amount", show(posting.map_or(0, |posting| posting.cents)));
        let memo =
            posting.map(|posting| posting.memo.as_str()).filter(|memo| !memo.is_empty()).unwrap_or(&txn.memo);
        if !memo.is_empty() {
            row.push("Memo", memo);
        }
        row
    }
}
