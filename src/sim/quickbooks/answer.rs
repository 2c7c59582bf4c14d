//! What a request comes to: an outcome with status, objects and iterator attributes, or a refusal.
//!
//! Must use QuickBooks' own severities and words (`qbxml.md` 8); the texts are for people, the codes for programs.

use crate::sim::xml::El;

/// A request that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// statusCode.
    pub code: u32,
    /// statusMessage.
    pub text: String,
    /// The current object, where QuickBooks sends it along (3200).
    pub current: Option<Box<El>>,
}

impl Refusal {
    /// A refusal with its code and text.
    pub fn new(code: u32, text: impl Into<String>) -> Self {
        Refusal { code, text: text.into(), current: None }
    }

    /// 3180: saving failed for a reason of the books.
    #[must_use]
    pub fn saving(object: &str, reason: &str) -> Self {
        Refusal::new(
            3180,
            format!("There was an error when saving a {object}.  QuickBooks error message: {reason}"),
        )
    }

    /// 3120: the object that the request is about does not exist.
    #[must_use]
    pub fn no_object(id: &str) -> Self {
        Refusal::new(
            3120,
            format!(
                "Object \"{id}\" specified in the request cannot be found.  QuickBooks error message: \
                 Invalid argument.  The specified record does not exist in the list."
            ),
        )
    }

    /// 3140: a reference leads nowhere.
    #[must_use]
    pub fn no_reference(kind: &str, what: &str, object: &str) -> Self {
        Refusal::new(
            3140,
            format!(
                "There is an invalid reference to QuickBooks {kind} \"{what}\" in the {object}.  QuickBooks error \
                 message: Invalid argument.  The specified record does not exist in the list."
            ),
        )
    }

    /// 3250: the feature is off.
    #[must_use]
    pub fn feature_off() -> Self {
        Refusal::new(3250, "This feature is not enabled or not available in this version of QuickBooks.")
    }

    /// 3210: a field holds a value that the books do not allow.
    #[must_use]
    pub fn invalid(field: &str, value: &str, reason: &str) -> Self {
        Refusal::new(
            3210,
            format!(
                "The \"{field}\" field has an invalid value \"{value}\".  QuickBooks error message: {reason}"
            ),
        )
    }

    /// 3000: an id that is none.
    #[must_use]
    pub fn malformed_id(id: &str, field: &str) -> Self {
        Refusal::new(3000, format!("The given object ID \"{id}\" in the field \"{field}\" is invalid. "))
    }
}

/// A request that was carried out, or a query that found less than asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// statusCode: 0, 1, 500 or 530.
    pub code: u32,
    /// statusMessage.
    pub text: String,
    /// What comes back.
    pub objects: Vec<El>,
    /// iteratorRemainingCount, iteratorID, retCount.
    pub attributes: Vec<(String, String)>,
}

impl Outcome {
    /// Done, with what comes back.
    #[must_use]
    pub fn done(objects: Vec<El>) -> Self {
        Outcome { code: 0, text: "Status OK".to_string(), objects, attributes: Vec::new() }
    }

    /// What a query by filter found: nothing found is status 1.
    #[must_use]
    pub fn found(objects: Vec<El>) -> Self {
        if objects.is_empty() {
            let text = "A query request did not find a matching object in QuickBooks";
            return Outcome { code: 1, text: text.to_string(), ..Outcome::default() };
        }
        Outcome::done(objects)
    }
}

/// Severity of a status code: 0-499 Info, 500-999 Warn, the rest Error (`qbxml.md` 8).
#[must_use]
pub fn severity(code: u32) -> &'static str {
    match code {
        0..=499 => "Info",
        500..=999 => "Warn",
        _ => "Error",
    }
}

/// What every request comes to.
pub type Answer = Result<Outcome, Refusal>;
