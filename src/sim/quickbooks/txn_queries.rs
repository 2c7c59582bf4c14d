//! Queries over transactions of one type, and how a transaction looks in an answer.
//!
//! Must leave lines and links out unless they are asked for, and must not know an ExternalGUID as a filter
//! (`qbxml.md` 1 fact 10, 7).

use super::answer::{Answer, Outcome, Refusal};
use super::company::Company;
use super::grammar::Grammar;
use super::lexical::{date, id_is_formed, truth};
use super::list_queries::{goes_on, incomplete, matches};
use super::lists::ListKind;
use super::money::{show, show_fixed};
use super::transactions::{Row, Txn, TxnKind};
use crate::sim::xml::El;
use jiff::civil::Date;

impl Company {
    pub(super) fn txn_query(&mut self, request: &El, kind: TxnKind) -> Answer {
        let with_lines = truth(request.get("IncludeLineItems")).unwrap_or(false);
        let with_links = truth(request.get("IncludeLinkedTxns")).unwrap_or(false);
        let show_all = |found: Vec<Txn>| -> Vec<El> {
            found.iter().map(|txn| self.txn_ret(txn, with_lines, with_links)).collect()
        };
        if request.child("TxnID").is_some() {
            let (mut found, mut missing) = (Vec::new(), Vec::new());
            for id in request.all("TxnID") {
                if !id_is_formed(id) {
                    return Err(Refusal::malformed_id(id, "txn id"));
                }
                match self.register.get(id).filter(|txn| txn.kind == kind) {
                    Some(txn) => found.push(txn),
                    None => missing.push(id),
                }
            }
            return self.partly(show_all(found), &missing);
        }
        if let Some((found, missing)) = self.txns_by_number(request, kind) {
            let found = show_all(found);
            return Ok(match missing {
                Some(number) => incomplete(found, number),
                None => Outcome::found(found),
            });
        }
        // A page of an iterator that runs was found when it began.
        let rows = self.register.iter().filter(|row| row.kind == kind && !goes_on(request));
        let passing = rows.filter(|row| self.txn_passes(row, request));
        let ids = passing.map(|row| row.id.to_string()).collect();
        let (ids, attributes) = self.cut(request, ids)?;
        let found = ids.iter().filter_map(|id| self.register.get(id));
        let found = found.map(|txn| self.txn_ret(&txn, with_lines, with_links)).collect();
        let mut outcome = Outcome::found(found);
        outcome.attributes = attributes;
        Ok(outcome)
    }

    /// The transactions of the numbers asked for, and the first number that nothing has; `None` where none is asked for.
    fn txns_by_number<'a>(&self, request: &'a El, kind: TxnKind) -> Option<(Vec<Txn>, Option<&'a str>)> {
        let exact = request.child("RefNumberCaseSensitive").is_some();
        let wanted = request.all(if exact { "RefNumberCaseSensitive" } else { "RefNumber" });
        if wanted.is_empty() {
            return None;
        }
        let (mut found, mut missing) = (Vec::new(), None);
        for number in wanted {
            let before = found.len();
            let same = self.register.numbered(number).into_iter();
            found.extend(same.filter(|txn| txn.kind == kind && (!exact || txn.ref_number == number)));
            if found.len() == before {
                missing = missing.or(Some(number));
            }
        }
        Some((found, missing))
    }

    fn txn_passes(&self, row: &Row, request: &El) -> bool {
        let range = |name| request.child(name);
        range("ModifiedDateRangeFilter").is_none_or(|range| self.within(row.modified, range))
            && range("TxnDateRangeFilter").is_none_or(|range| self.day_within(row.date, range))
            && number_passes(&row.ref_number, request)
            && (!["PaidStatus", "EntityFilter", "AccountFilter"]
                .iter()
                .any(|name| request.child(name).is_some())
                || self.whole_passes(&row.txn(), request))
    }

    /// The filters that need the whole transaction.
    fn whole_passes(&self, txn: &Txn, request: &El) -> bool {
        let paid = match request.get("PaidStatus") {
            Some("PaidOnly") => txn.open() == 0,
            Some("NotPaidOnly") => txn.open() != 0,
            _ => true,
        };
        paid && request.child("EntityFilter").is_none_or(|filter| self.entity_passes(txn, filter))
            && request.child("AccountFilter").is_none_or(|filter| self.account_passes(txn, filter))
    }

    /// Whether a day is in a range of days or in the range that a macro means today.
    pub(super) fn day_within(&self, day: Date, range: &El) -> bool {
        if let Some(name) = range.get("DateMacro").or(range.get("ReportDateMacro")) {
            let (from, to) = macro_range(name, self.today());
            return day >= from && day <= to;
        }
        let bound = |names: [&str; 2]| names.iter().find_map(|name| range.get(name)).and_then(date);
        bound(["FromTxnDate", "FromReportDate"]).is_none_or(|from| day >= from)
            && bound(["ToTxnDate", "ToReportDate"]).is_none_or(|to| day <= to)
    }

    pub(super) fn entity_passes(&self, txn: &Txn, filter: &El) -> bool {
        if let Some(word) = filter.get("EntityTypeFilter") {
            let entity = txn.entity.as_deref().and_then(|id| self.lists.get(id));
            return entity.is_some_and(|entity| entity.kind.word() == word);
        }
        let entities = txn.postings.iter().filter_map(|posting| posting.entity.as_deref());
        let mut entities = entities.chain(txn.entity.as_deref());
        entities.any(|id| self.entry_is_named(id, filter))
    }

    fn account_passes(&self, txn: &Txn, filter: &El) -> bool {
        txn.postings.iter().any(|posting| self.entry_is_named(&posting.account, filter))
    }

    /// Whether a list entry is one of those that a filter names, or below one of them.
    pub(super) fn entry_is_named(&self, id: &str, filter: &El) -> bool {
        let Some(entry) = self.lists.get(id) else { return false };
        let below = |full: &str| {
            entry.full_name.eq_ignore_ascii_case(full)
                || entry.full_name.to_lowercase().starts_with(&format!("{}:", full.to_lowercase()))
        };
        filter.all("ListID").contains(&id)
            || filter.all("FullName").iter().any(|name| entry.full_name.eq_ignore_ascii_case(name))
            || filter.get("FullNameWithChildren").is_some_and(below)
            || filter
                .get("ListIDWithChildren")
                .and_then(|above| self.lists.get(above))
                .is_some_and(|above| below(&above.full_name))
    }

    /// A transaction as it looks in an answer.
    pub(super) fn txn_ret(&self, txn: &Txn, with_lines: bool, with_links: bool) -> El {
        let mut ret = El::new(&format!("{}Ret", txn.kind.word()));
        ret.push("TxnID", &txn.id);
        ret.push("TimeCreated", self.stamp(txn.created));
        ret.push("TimeModified", self.stamp(txn.modified));
        ret.push("EditSequence", txn.sequence.to_string());
        ret.push("TxnNumber", txn.number.to_string());
        ret.push("TxnDate", txn.date.to_string());
        for (name, text) in [("RefNumber", &txn.ref_number), ("ExternalGUID", &txn.guid), ("Memo", &txn.memo)]
        {
            // A journal has no memo of its own.
            let held = name != "Memo" || txn.kind != TxnKind::JournalEntry;
            if held && !text.is_empty() {
                ret.push(name, text.as_str());
            }
        }
        if let (Some(name), Some(id)) = (txn.kind.entity_ref(), &txn.entity) {
            ret.children.push(El::reference(name, id));
        }
        if let Some(account) = &txn.account {
            let name = if txn.kind.is_sale() { "ARAccountRef" } else { "APAccountRef" };
            ret.children.push(El::reference(name, account));
        }
        ret.children.extend(txn.fields.children.iter().cloned());
        self.push_figures(txn, &mut ret);
        let name = ret.name.clone();
        ret.children.retain(|child| Grammar::shared().returns(&name, &child.name));
        if with_links {
            ret.children
                .extend(txn.links.iter().filter_map(|link| self.link_ret(link.txn.as_str(), link.cents)));
        }
        if with_lines {
            ret.children.extend(txn.lines.iter().map(line_ret));
        }
        ret
    }

    fn push_figures(&self, txn: &Txn, ret: &mut El) {
        match txn.kind {
            TxnKind::Invoice | TxnKind::CreditMemo => {
                ret.push("IsPending", txn.pending.to_string());
                ret.push("Subtotal", show(txn.subtotal));
                ret.push("SalesTaxPercentage", show_fixed(txn.tax_percent, 2));
                ret.push("SalesTaxTotal", show(txn.tax));
                let defaults =
                    [("IsToBePrinted", "true"), ("IsToBeEmailed", "false"), ("IsFinanceCharge", "false")];
                for (name, text) in defaults {
                    if ret.child(name).is_none() {
                        ret.push(name, text);
                    }
                }
                if txn.kind == TxnKind::Invoice {
                    ret.push("AppliedAmount", show(-txn.applied()));
                    ret.push("BalanceRemaining", show(txn.open()));
                    ret.push("IsPaid", (txn.open() == 0).to_string());
                } else {
                    ret.push("TotalAmount", show(txn.total));
                    ret.push("CreditRemaining", show(txn.open()));
                }
            }
            TxnKind::Bill => {
                ret.push("AmountDue", show(txn.total));
                ret.push("IsPaid", (txn.open() == 0).to_string());
                ret.push("OpenAmount", show(txn.open()));
            }
            TxnKind::VendorCredit => {
                ret.push("CreditAmount", show(txn.total));
                ret.push("OpenAmount", show(txn.open()));
            }
            TxnKind::JournalEntry => {
                if ret.child("IsAdjustment").is_none() {
                    ret.push("IsAdjustment", "false");
                }
            }
            TxnKind::ReceivePayment | TxnKind::BillPaymentCheck => {}
        }
    }

    fn link_ret(&self, id: &str, cents: i64) -> Option<El> {
        let other = self.register.get(id)?;
        let mut link = El::new("LinkedTxn");
        link.push("TxnID", id);
        link.push("TxnType", other.kind.word());
        link.push("TxnDate", other.date.to_string());
        if !other.ref_number.is_empty() {
            link.push("RefNumber", &other.ref_number);
        }
        link.push("LinkType", "AMTTYPE");
        link.push("Amount", show(-cents));
        Some(link)
    }

    /// Whether an account belongs to one of the account types of a filter.
    pub(super) fn account_type_of(&self, id: &str) -> &str {
        let account = self.lists.get(id).filter(|entry| entry.kind == ListKind::Account);
        account.and_then(|entry| entry.field("AccountType")).unwrap_or_default()
    }
}

fn line_ret(line: &super::transactions::Line) -> El {
    let mut ret = El::new(&line.element);
    ret.push("TxnLineID", &line.id);
    ret.children.extend(line.fields.children.iter().cloned());
    let order = if line.element == "JournalCreditLine" { "JournalDebitLine" } else { &line.element };
    ret.children.retain(|child| Grammar::shared().returns(order, &child.name));
    // Credit lines have the order of debit lines.
    let name = std::mem::replace(&mut ret.name, order.to_string());
    Grammar::shared().arrange(&mut ret);
    ret.name = name;
    ret
}

/// RefNumberFilter and RefNumberRangeFilter, without regard to case.
pub(super) fn number_passes(ref_number: &str, request: &El) -> bool {
    let number = ref_number.to_lowercase();
    let filter = request.child("RefNumberFilter").is_none_or(|filter| {
        matches(&number, filter.get("MatchCriterion"), filter.get("RefNumber").unwrap_or_default())
    });
    let range = request.child("RefNumberRangeFilter").is_none_or(|range| {
        range.get("FromRefNumber").is_none_or(|from| number >= from.to_lowercase())
            && range.get("ToRefNumber").is_none_or(|to| number <= to.to_lowercase())
    });
    filter && range
}

/// The days that a date macro means; those of weeks and quarters are not told apart here and mean all days.
fn macro_range(name: &str, today: Date) -> (Date, Date) {
    let last_month = today.first_of_month().yesterday().unwrap_or(today);
    match name {
        "Today" => (today, today),
        "Yesterday" => {
            let day = today.yesterday().unwrap_or(today);
            (day, day)
        }
        "ThisMonth" => (today.first_of_month(), today.last_of_month()),
        "ThisMonthToDate" => (today.first_of_month(), today),
        "LastMonth" => (last_month.first_of_month(), last_month),
        "ThisCalendarYear" | "ThisFiscalYear" | "ThisYear" => (today.first_of_year(), today.last_of_year()),
        "ThisCalendarYearToDate" | "ThisFiscalYearToDate" | "ThisYearToDate" => {
            (today.first_of_year(), today)
        }
        _ => (Date::MIN, Date::MAX),
    }
}
