//! A request to Cin7 as data: path and encoded query.
//!
//! Must never leave a character of a `where` value to chance: the whole value is percent-encoded once, since an
//! unencoded `#` cuts the address and silently drops the filter (`cin7-api.md` 2.2).

use super::resource::Resource;
use crate::base::Instant;
use std::fmt::Write as _;

/// One GET of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is read.
    pub resource: Resource,
    /// The filter in Cin7's own grammar, not encoded; None = everything.
    pub filter: Option<String>,
    /// Page number from 1.
    pub page: u32,
    /// Rows asked for, at most `limits::CIN7_ROWS`.
    pub rows: u32,
}

impl Request {
    /// Path and query, ready to be appended to the API's base address. Rows come in order of their id, always said:
    /// Cin7's default order is not documented and its default direction is descending (`cin7-api.md` 2).
    #[must_use]
    pub fn path_and_query(&self) -> String {
        let mut out =
            format!("{}?page={}&rows={}&order=id%20ASC", self.resource.path(), self.page, self.rows);
        if let Some(filter) = &self.filter {
            out.push_str("&where=");
            out.push_str(&encode(filter));
        }
        out
    }
}

/// Percent-encodes everything but the letters, digits and marks that no address ever interprets.
#[must_use]
pub fn encode(value: &str) -> String {
    value.bytes().fold(String::with_capacity(value.len() * 2), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// An instant as Cin7 writes it, in UTC and whole seconds, cut downwards so that nothing falls out (`cin7-api.md` 4).
#[must_use]
pub fn cin7_time(instant: Instant) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_filter_is_encoded_once() {
        let request = Request {
            resource: Resource::SalesOrders,
            filter: Some("reference='WEB#1%+&' AND id>5".into()),
            page: 1,
            rows: 250,
        };
        assert_eq!(
            request.path_and_query(),
            "v1/SalesOrders?page=1&rows=250&order=id%20ASC&where=reference%3D%27WEB%231%25%2B%26%27%20AND%20id%3E5"
        );
    }

    #[test]
    fn times_are_whole_seconds_in_utc() {
        assert_eq!(cin7_time("2026-02-01T12:00:00.987+02:00".parse().unwrap()), "2026-02-01T10:00:00Z");
    }
}
