//! TransactionQuery: rows over all types, by transaction or by line.
//!
//! Amounts are debit positive, as QuickBooks' transaction list shows them (guess: `qbxml.md` 7 names the elements, not
//! the signs). Pending transactions are the non-posting ones.

use super::answer::{Answer, Outcome, Refusal};
use super::company::Company;
use super::lexical::id_is_formed;
use super::list_queries::goes_on;
use super::money::show;
use super::transactions::{Posting, Row, Txn};
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

/// Filters that look at more than the register's row.
const WHOLE_FILTERS: [&str; 4] = [
    "TransactionPaidStatusFilter",
    "TransactionEntityFilter",
    "TransactionItemFilter",
    "TransactionClassFilter",
];

fn detail_level(request: &El) -> &str {
    request.get("TransactionDetailLevelFilter").unwrap_or("SummaryOnly")
}

impl Company {
    pub(super) fn transaction_query(&mut self, request: &El) -> Answer {
        if request.child("TxnID").is_some() {
            let (mut found, mut missing) = (Vec::new(), Vec::new());
            for id in request.all("TxnID") {
                if !id_is_formed(id) {
                    return Err(Refusal::malformed_id(id, "txn id"));
                }
                match self.register.get(id) {
                    Some(txn) => found.extend(self.rows(&txn, request)),
                    None => missing.push(id),
                }
            }
            return self.partly(found, &missing);
        }
        let rows = self.register.iter().filter(|row| !goes_on(request) && self.row_passes(row, request));
        // Pages are cut by transaction, so that the lines of one stay together.
        let passing = rows.filter(|row| self.has_rows(&row.txn(), request));
        let ids = passing.map(|row| row.id.to_string()).collect();
        let (ids, attributes) = self.cut(request, ids)?;
        let found = ids.iter().filter_map(|id| self.register.get(id));
        let mut outcome = Outcome::found(found.flat_map(|txn| self.rows(&txn, request)).collect());
        outcome.attributes = attributes;
        Ok(outcome)
    }

    fn row_passes(&self, row: &Row, request: &El) -> bool {
        let numbers = request.all("RefNumber");
        let exact = request.all("RefNumberCaseSensitive");
        let types = request
            .child("TransactionTypeFilter")
            .map(|filter| filter.all("TxnTypeFilter"))
            .unwrap_or_default();
        let status = match request.get("TransactionPostingStatusFilter") {
            Some("Posting") => !row.pending,
            Some("NonPosting") => row.pending,
            _ => true,
        };
        let modified = request.child("TransactionModifiedDateRangeFilter").is_none_or(|range| {
            match range.get("DateMacro") {
                Some(_) => self.day_within(self.local(row.modified).date(), range),
                None => self.within(row.modified, range),
            }
        });
        status
            && modified
            && (numbers.is_empty()
                || numbers.iter().any(|number| row.ref_number.eq_ignore_ascii_case(number)))
            && (exact.is_empty() || exact.contains(&&*row.ref_number))
            && number_passes(&row.ref_number, request)
            && (types.is_empty() || types.contains(&"All") || types.contains(&row.kind.word()))
            && request
                .child("TransactionDateRangeFilter")
                .is_none_or(|range| self.day_within(row.date, range))
            && (!WHOLE_FILTERS.iter().any(|name| request.child(name).is_some())
                || self.whole_row_passes(&row.txn(), request))
    }

    /// The filters that need the whole transaction.
    fn whole_row_passes(&self, txn: &Txn, request: &El) -> bool {
        let paid = match request.get("TransactionPaidStatusFilter") {
            Some("Closed") => txn.open() == 0,
            Some("Open") => txn.open() != 0,
            _ => true,
        };
        paid && request.child("TransactionEntityFilter").is_none_or(|filter| self.entity_passes(txn, filter))
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

    /// The postings that the answer tells as rows.
    fn told<'a>(&'a self, txn: &'a Txn, request: &'a El) -> impl Iterator<Item = &'a Posting> {
        let filter = request.child("TransactionAccountFilter");
        let level = detail_level(request);
        let postings = txn.postings.iter().enumerate().filter(move |(at, _)| match level {
            "All" => true,
            "AllExceptSummary" => *at > 0,
            _ => *at == 0,
        });
        let passes =
            move |posting: &&Posting| filter.is_none_or(|filter| self.posting_passes(posting, filter));
        postings.map(|(_, posting)| posting).filter(passes)
    }

    fn has_rows(&self, txn: &Txn, request: &El) -> bool {
        let voided = txn.voided && request.child("TransactionAccountFilter").is_none();
        voided || self.told(txn, request).next().is_some()
    }

    fn rows(&self, txn: &Txn, request: &El) -> Vec<El> {
        let level = detail_level(request);
        let told = self.told(txn, request);
        let mut rows: Vec<El> = told.map(|posting| self.row(txn, Some(posting), level)).collect();
        if txn.voided && request.child("TransactionAccountFilter").is_none() {
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
        let cents = posting.map_or(0, |posting| posting.cents);
        row.push("Amount", show(if self.switches.credits_are_positive { -cents } else { cents }));
        let memo =
            posting.map(|posting| posting.memo.as_str()).filter(|memo| !memo.is_empty()).unwrap_or(&txn.memo);
        if !memo.is_empty() {
            row.push("Memo", memo);
        }
        row
    }
}
