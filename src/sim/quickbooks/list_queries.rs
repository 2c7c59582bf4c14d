//! Queries over the lists, and how an entry looks in an answer.
//!
//! Must default to active entries only, answer a missing name with 500 and what was found, and page with iterators
//! (`qbxml.md` 1 fact 4, 7).

use super::answer::{Answer, Outcome, Refusal};
use super::company::Company;
use super::grammar::Grammar;
use super::lexical::{id_is_formed, moment};
use super::lists::{Entry, ListKind};
use super::money::show;
use super::switches::MissingId;
use crate::sim::xml::El;
use jiff::civil::DateTime;
use std::collections::HashMap;

/// Account types whose balance an account query tells, with their natural side.
const BALANCE_SHEET: [(&str, i64); 10] = [
    ("Bank", 1),
    ("AccountsReceivable", 1),
    ("OtherCurrentAsset", 1),
    ("FixedAsset", 1),
    ("OtherAsset", 1),
    ("AccountsPayable", -1),
    ("CreditCard", -1),
    ("OtherCurrentLiability", -1),
    ("LongTermLiability", -1),
    ("Equity", -1),
];

/// Whether a request goes on with an iterator or stops it: what it finds was found when the iterator began.
pub(super) fn goes_on(request: &El) -> bool {
    matches!(request.attr("iterator"), Some("Continue" | "Stop"))
}

/// Ids of one page, and the attributes that its answer carries.
pub(super) type Cut = (Vec<String>, Vec<(String, String)>);

impl Company {
    pub(super) fn list_query(&mut self, request: &El, kinds: &[ListKind]) -> Answer {
        let totals = self.balances_below();
        if request.child("ListID").is_some() {
            return self.entries_by_id(request, kinds, &totals);
        }
        if request.child("FullName").is_some() {
            return Ok(self.entries_by_name(request, kinds, &totals));
        }
        let mut ids = Vec::new();
        for entry in self.lists.iter().filter(|entry| kinds.contains(&entry.kind)) {
            if !goes_on(request) && self.entry_passes(entry, request) {
                ids.push(entry.id.clone());
            }
        }
        let (ids, attributes) = self.cut(request, ids)?;
        let found = ids.iter().filter_map(|id| self.lists.get(id));
        let mut outcome = Outcome::found(found.map(|entry| self.entry_ret(entry, Some(&totals))).collect());
        outcome.attributes = attributes;
        Ok(outcome)
    }

    /// One page of what a query found, with the attributes that its answer carries.
    pub(super) fn cut(&mut self, request: &El, ids: Vec<String>) -> Result<Cut, Refusal> {
        let most = request.get("MaxReturned").and_then(|text| text.parse::<usize>().ok());
        if most == Some(0) {
            return Err(Refusal::new(3085, "MaxReturned is at least 1."));
        }
        let gone = || Refusal::new(ITERATOR_GONE, "The iterator ID is not valid in this session.");
        let page = match (request.attr("iterator"), request.attr("iteratorID"), most) {
            (Some("Start"), None, Some(most)) if !ids.is_empty() => self.session.start(request, ids, most),
            (Some("Start"), None, Some(_)) => return Ok((ids, count(request, 0))),
            (Some("Continue"), Some(iterator), Some(most)) => {
                self.session.proceed(request, iterator, most).ok_or_else(gone)?
            }
            (Some("Stop"), Some(iterator), _) => {
                if !self.session.stop(iterator) {
                    return Err(gone());
                }
                return Ok((Vec::new(), Vec::new()));
            }
            (None, None, most) => {
                let mut ids = ids;
                let all = ids.len();
                ids.truncate(most.unwrap_or(all));
                return Ok((ids, count(request, all)));
            }
            _ => return Err(Refusal::new(3153, "The iterator attributes do not go together.")),
        };
        let mut attributes = count(request, page.ids.len() + page.remaining);
        attributes.push(("iteratorRemainingCount".to_string(), page.remaining.to_string()));
        attributes.push(("iteratorID".to_string(), page.iterator));
        Ok((page.ids, attributes))
    }

    fn entries_by_id(&self, request: &El, kinds: &[ListKind], totals: &HashMap<String, i64>) -> Answer {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for id in request.all("ListID") {
            if !id_is_formed(id) {
                return Err(Refusal::malformed_id(id, "list id"));
            }
            match self.lists.get(id).filter(|entry| kinds.contains(&entry.kind)) {
                Some(entry) => found.push(self.entry_ret(entry, Some(totals))),
                None => missing.push(id),
            }
        }
        self.partly(found, &missing)
    }

    /// What a query by id answers when some or all of the ids are gone.
    pub(super) fn partly(&self, found: Vec<El>, missing: &[&str]) -> Answer {
        let Some(first) = missing.first() else { return Ok(Outcome::found(found)) };
        match self.switches.missing_id {
            MissingId::Error3120 if found.is_empty() => Err(Refusal::no_object(first)),
            MissingId::Info1 => Ok(Outcome::found(found)),
            MissingId::Warn500 | MissingId::Error3120 => Ok(incomplete(found, first)),
        }
    }

    fn entries_by_name(&self, request: &El, kinds: &[ListKind], totals: &HashMap<String, i64>) -> Outcome {
        let (mut found, mut missing) = (Vec::new(), None);
        for name in request.all("FullName") {
            let entry = kinds
                .iter()
                .find_map(|kind| self.lists.named(kind.group(), name).filter(|entry| entry.kind == *kind));
            match entry {
                Some(entry) => found.push(self.entry_ret(entry, Some(totals))),
                None => missing = missing.or(Some(name)),
            }
        }
        match missing {
            Some(name) => incomplete(found, name),
            None => Outcome::found(found),
        }
    }

    fn entry_passes(&self, entry: &Entry, request: &El) -> bool {
        let status = match request.get("ActiveStatus") {
            Some("All") => true,
            Some("InactiveOnly") => !entry.active,
            _ => entry.active,
        };
        let types = request.all("AccountType");
        let account_type = entry.field("AccountType").unwrap_or_default();
        status
            && self.within(entry.modified, request)
            && (types.is_empty() || types.contains(&account_type))
            && name_passes(&entry.full_name, request)
    }

    /// Whether a moment lies within FromModifiedDate and ToModifiedDate, both inclusive, on the local clock.
    pub(super) fn within(&self, seconds: i64, filter: &El) -> bool {
        let clock = self.local(seconds);
        let bound = |name: &str, end_of_day: bool| {
            filter.get(name).and_then(moment).map(
                |(mut when, has_time, offset): (DateTime, bool, Option<i32>)| {
                    if let Some(minutes) = offset {
                        when = self.local_of_offset(when, minutes);
                    }
                    if end_of_day && !has_time { when.date().at(23, 59, 59, 0) } else { when }
                },
            )
        };
        bound("FromModifiedDate", false).is_none_or(|from| clock >= from)
            && bound("ToModifiedDate", true).is_none_or(|to| clock <= to)
    }

    /// Balances of the entries below each entry.
    fn balances_below(&self) -> HashMap<String, i64> {
        let mut totals = HashMap::new();
        for entry in self.lists.iter().filter(|entry| entry.balance != 0) {
            let mut above = entry.parent.clone();
            while let Some(parent) = above {
                above = self.lists.get(&parent).and_then(|entry| entry.parent.clone());
                *totals.entry(parent).or_insert(0) += entry.balance;
            }
        }
        totals
    }

    /// An entry as it looks in an answer; `below` has the balances of the entries below each entry.
    pub(super) fn entry_ret(&self, entry: &Entry, below: Option<&HashMap<String, i64>>) -> El {
        let mut ret = El::new(&entry.kind.ret());
        ret.push("ListID", &entry.id);
        ret.push("TimeCreated", self.stamp(entry.created));
        ret.push("TimeModified", self.stamp(entry.modified));
        ret.push("EditSequence", entry.sequence.to_string());
        ret.push("Name", &entry.name);
        ret.push("FullName", &entry.full_name);
        ret.push("IsActive", entry.active.to_string());
        ret.push("Sublevel", entry.depth().to_string());
        if let Some(parent) = &entry.parent {
            ret.children.push(El::reference("ParentRef", parent));
        }
        ret.children.extend(entry.fields.iter().cloned());
        let account_type = entry.field("AccountType").unwrap_or_default();
        let side = match entry.kind {
            ListKind::Account => {
                BALANCE_SHEET.iter().find(|(name, _)| *name == account_type).map(|(_, side)| *side)
            }
            ListKind::Customer | ListKind::Vendor => {
                ret.children.extend(self.currency_of(entry));
                Some(1)
            }
            _ => None,
        };
        if let Some(side) = side {
            let total = entry.balance + below.and_then(|below| below.get(&entry.id)).copied().unwrap_or(0);
            ret.push("Balance", show(side * entry.balance));
            ret.push("TotalBalance", show(side * total));
        }
        let name = ret.name.clone();
        ret.children.retain(|child| Grammar::shared().returns(&name, &child.name));
        ret
    }

    pub(super) fn list_deleted_query(&self, request: &El) -> Answer {
        let types = request.all("ListDelType");
        let none = El::default();
        let range = request.child("DeletedDateRangeFilter").unwrap_or(&none);
        let found = self
            .deleted_entries
            .iter()
            .filter(|gone| types.contains(&gone.kind.word()) && self.deleted_within(gone.deleted, range));
        let rets = found.map(|gone| {
            let mut ret = El::new("ListDeletedRet");
            ret.push("ListDelType", gone.kind.word());
            ret.push("ListID", &gone.id);
            ret.push("TimeCreated", self.stamp(gone.created));
            ret.push("TimeDeleted", self.stamp(gone.deleted));
            ret.push("FullName", &gone.full_name);
            ret
        });
        Ok(Outcome::found(rets.collect()))
    }

    /// Whether a deletion is in the range asked for and not older than QuickBooks remembers (90 days, `qbxml.md` 7).
    pub(super) fn deleted_within(&self, deleted: i64, range: &El) -> bool {
        let renamed = El {
            children: range
                .children
                .iter()
                .map(|child| El::leaf(&child.name.replace("DeletedDate", "ModifiedDate"), child.text.clone()))
                .collect(),
            ..El::default()
        };
        deleted >= self.seconds() - REMEMBERED_DAYS * 86_400 && self.within(deleted, &renamed)
    }
}

/// How long QuickBooks remembers deletions.
const REMEMBERED_DAYS: i64 = 90;
/// Status of a request that names an iterator which is gone: not known, taken as a malformed id (guess).
const ITERATOR_GONE: u32 = 3000;

/// retCount, where metadata was asked for.
fn count(request: &El, all: usize) -> Vec<(String, String)> {
    match request.attr("metaData") {
        Some("MetaDataOnly" | "MetaDataAndResponseData") => vec![("retCount".to_string(), all.to_string())],
        _ => Vec::new(),
    }
}

/// 500: some of what was named is not there.
pub(super) fn incomplete(found: Vec<El>, missing: &str) -> Outcome {
    Outcome {
        code: 500,
        text: format!(
            "The query request has not been fully completed. There was a required element (\"{missing}\") that could \
             not be found in QuickBooks."
        ),
        objects: found,
        attributes: Vec::new(),
    }
}

/// NameFilter and NameRangeFilter, without regard to case.
fn name_passes(name: &str, request: &El) -> bool {
    let name = name.to_lowercase();
    let filter = request.child("NameFilter").is_none_or(|filter| {
        matches(&name, filter.get("MatchCriterion"), filter.get("Name").unwrap_or_default())
    });
    let range = request.child("NameRangeFilter").is_none_or(|range| {
        range.get("FromName").is_none_or(|from| name >= from.to_lowercase())
            && range.get("ToName").is_none_or(|to| name <= to.to_lowercase())
    });
    filter && range
}

/// StartsWith, Contains and EndsWith over a lower-case text.
pub(super) fn matches(text: &str, criterion: Option<&str>, what: &str) -> bool {
    let what = what.to_lowercase();
    match criterion {
        Some("StartsWith") => text.starts_with(&what),
        Some("EndsWith") => text.ends_with(&what),
        _ => text.contains(&what),
    }
}
