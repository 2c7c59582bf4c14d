//! A page of Cin7 as records: each row with its exact text, its id and the hash of its content.
//!
//! Must never lose a page for one bad row, nor a bad row that still has an id: such a row is kept as it is and its
//! problem is told beside it (`cin7-api.md` 3, 4).

use super::canonical;
use super::convert;
use super::errors::{Failure, looks_like_html};
use super::fields::{FieldProblem, Fields};
use super::resource::Resource;
use crate::base::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// One row as it came: what the store keeps for each revision of its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawRecord {
    /// Which list it is a row of.
    pub resource: Resource,
    /// Cin7's id in that list.
    pub id: i64,
    /// `modifiedDate`.
    pub modified: Option<Instant>,
    /// The row's JSON exactly as received.
    pub raw: String,
    /// Hash of its content (`canonical::hash`): equal for equal content, however it is spelt.
    pub hash: String,
}

/// A row, or a part of it, that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// Which list it is a row of.
    pub resource: Resource,
    /// The row's id, where that at least can be read.
    pub id: Option<i64>,
    /// The field at fault; empty when it is the row as a whole.
    pub field: String,
    /// What is wrong, in words for a person.
    pub why: String,
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(id) => write!(f, "{} {id}: {}", self.resource, self.why),
            None => write!(f, "{}, a row without an id: {}", self.resource, self.why),
        }
    }
}

impl std::error::Error for RowProblem {}

impl RowProblem {
    /// The problem of one field.
    #[must_use]
    pub fn of_field(resource: Resource, id: Option<i64>, problem: &FieldProblem) -> Self {
        RowProblem { resource, id, field: problem.field.clone(), why: problem.to_string() }
    }

    /// The problem of a whole row.
    #[must_use]
    pub fn of_row(resource: Resource, id: Option<i64>, why: impl Into<String>) -> Self {
        RowProblem { resource, id, field: String::new(), why: why.into() }
    }
}

/// One page. A row with an id stands in `records` even when it also has a problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows that can be kept.
    pub records: Vec<RawRecord>,
    /// What is wrong with rows.
    pub problems: Vec<RowProblem>,
    /// How many rows Cin7 sent; 0 is the end of a list.
    pub received: usize,
}

/// Reads the body of a list call that was answered with 200.
///
/// # Errors
/// The [`Failure`] when the body is no list at all or is cut off, so that it can be asked for again.
pub fn page(resource: Resource, body: &str) -> Result<Page, Failure> {
    let rows = match canonical::rows(body) {
        Ok(rows) => rows,
        Err(canonical::NotAList::Other) if looks_like_html(body) || !looks_like_json(body) => {
            return Err(Failure::NotJson { body: body.chars().take(4_096).collect() });
        }
        Err(why) => return Err(Failure::BrokenJson { why: why.to_string() }),
    };
    let mut page = Page { received: rows.len(), ..Page::default() };
    for raw in rows {
        match record(resource, raw) {
            Ok((record, problem)) => {
                page.records.push(record);
                page.problems.extend(problem);
            }
            Err(problem) => page.problems.push(problem),
        }
    }
    Ok(page)
}

/// Reads one row; beside the record, what is wrong inside it.
///
/// # Errors
/// [`RowProblem`] when the row has no readable id.
pub fn record(resource: Resource, raw: &str) -> Result<(RawRecord, Option<RowProblem>), RowProblem> {
    let value = parse(resource, raw)?;
    let fields = fields_of(resource, raw)?;
    let id = match fields.whole("id") {
        Ok(Some(id)) if id > 0 => id,
        Ok(_) => return Err(RowProblem::of_row(resource, None, "there is no id")),
        Err(problem) => return Err(RowProblem::of_field(resource, None, &problem)),
    };
    let problem = convert::check(resource, &fields).err();
    let modified = fields.instant("modifiedDate").unwrap_or(None);
    let hash = canonical::hash(&value);
    Ok((RawRecord { resource, id, modified, raw: raw.to_string(), hash }, problem))
}

/// The fields of a row.
///
/// # Errors
/// [`RowProblem`] when the text is no JSON object.
pub fn fields_of(resource: Resource, raw: &str) -> Result<Fields<'_>, RowProblem> {
    Fields::of(raw)
        .map_err(|why| RowProblem::of_row(resource, None, format!("the row cannot be read ({why})")))
}

/// The JSON value of a row, whole: for the hash of its content.
fn parse(resource: Resource, raw: &str) -> Result<Value, RowProblem> {
    match serde_json::from_str::<Value>(raw) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err(RowProblem::of_row(resource, None, "the row is no record")),
        Err(why) => Err(RowProblem::of_row(resource, None, format!("the row cannot be read ({why})"))),
    }
}

fn looks_like_json(body: &str) -> bool {
    body.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']).starts_with(['{', '"', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_row_costs_itself_and_not_its_page() {
        let body = "[{\"id\": 1, \"total\": 5.0}, {\"total\": 1}, {\"Id\": 3, \"Total\": \"x\"}, 7, {\"id\": 5, oops}]";
        let page = page(Resource::SalesOrders, body).unwrap();
        assert_eq!(page.received, 5);
        assert_eq!(page.records.iter().map(|record| record.id).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(page.records[1].raw, "{\"Id\": 3, \"Total\": \"x\"}");
        assert_eq!(page.problems.len(), 4);
        assert_eq!(page.problems[1].to_string(), "SalesOrders 3: total is \"x\", which is no number");
    }

    #[test]
    fn what_is_no_list_is_told_apart_from_a_list_that_was_cut() {
        let page_of = |body| page(Resource::Contacts, body);
        assert!(matches!(page_of("<html>maintenance"), Err(Failure::NotJson { .. })));
        assert!(matches!(page_of(""), Err(Failure::NotJson { .. })));
        assert!(matches!(page_of("[{\"id\":1},{\"id\""), Err(Failure::BrokenJson { .. })));
        assert!(matches!(page_of("{\"message\":\"no\"}"), Err(Failure::BrokenJson { .. })));
        assert_eq!(page_of("[]"), Ok(Page::default()));
    }
}
