//! Writing the accounting import status: the one thing that this program ever writes into Cin7 (design 4.5).
//!
//! Must never name another field: what is left out of a PUT stays as it is (`cin7-api.md` 10). Whether Cin7 lets the
//! value be changed at all is a guess (`cin7-quickbooks-integration.md` 15, question 1), so one document is tried first.

use super::errors::Failure;
use serde::Deserialize;

/// Statuses written in one request. Cin7 takes 250; fewer are in doubt at once where an answer is lost.
pub const BATCH: usize = 25;

/// One status to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusWrite {
    /// Id of the document.
    pub id: i64,
    /// `Imported`, or what stood there before.
    pub status: String,
    /// Moment of the import, in UTC; none where it is taken back.
    pub import_date: Option<String>,
}

/// What Cin7 says about one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusAnswer {
    /// Place in the request.
    pub index: usize,
    /// Whether it was taken.
    pub taken: bool,
    /// Cin7's words where it was not.
    pub errors: Vec<String>,
}

/// The body of the request.
#[must_use]
pub fn body(writes: &[StatusWrite]) -> String {
    let rows: Vec<serde_json::Value> = writes
        .iter()
        .map(|write| {
            let mut attributes = serde_json::json!({ "accountingImportStatus": write.status });
            if let (Some(date), Some(fields)) = (&write.import_date, attributes.as_object_mut()) {
                fields.insert("importDate".into(), date.clone().into());
            }
            serde_json::json!({ "id": write.id, "accountingAttributes": attributes })
        })
        .collect();
    serde_json::Value::Array(rows).to_string()
}

#[derive(Deserialize)]
struct Row {
    #[serde(alias = "Index")]
    index: usize,
    #[serde(alias = "Success")]
    success: bool,
    #[serde(alias = "Errors", default)]
    errors: Option<Vec<serde_json::Value>>,
}

/// Reads the answer: one row for each status sent.
///
/// # Errors
/// When it is no such list; then what was done is not known.
pub fn answers(text: &str) -> Result<Vec<StatusAnswer>, Failure> {
    let rows: Vec<Row> =
        serde_json::from_str(text.trim()).map_err(|why| Failure::BrokenJson { why: why.to_string() })?;
    Ok(rows
        .into_iter()
        .map(|row| StatusAnswer {
            index: row.index,
            taken: row.success,
            errors: row.errors.unwrap_or_default().iter().map(words).collect(),
        })
        .collect())
}

fn words(value: &serde_json::Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
    crate::base::text::for_screen(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_nothing_but_the_status_and_its_date() {
        let write = |date: Option<&str>| StatusWrite {
            id: 7,
            status: "Imported".into(),
            import_date: date.map(str::to_string),
        };
        assert_eq!(
            body(&[write(Some("2026-03-01T00:00:00Z")), write(None)]),
            "[{\"accountingAttributes\":{\"accountingImportStatus\":\"Imported\",\"importDate\":\"2026-03-01T00:00:00Z\"},\"id\":7},\
             {\"accountingAttributes\":{\"accountingImportStatus\":\"Imported\"},\"id\":7}]"
        );
    }

    #[test]
    fn a_success_of_the_whole_may_hold_failures_of_rows() {
        let read = answers(
            "[{\"index\":0,\"success\":true,\"id\":7,\"code\":\"SO-1\",\"errors\":[]},\
              {\"Index\":1,\"Success\":false,\"Id\":0,\"Errors\":[\"no\\u001b[2J\"]}]",
        )
        .unwrap();
        assert!(read[0].taken && !read[1].taken);
        assert!(!read[1].errors[0].contains('\u{1b}'));
        assert!(answers("[{\"index\":0").is_err() && answers("\"fine\"").is_err());
    }
}
