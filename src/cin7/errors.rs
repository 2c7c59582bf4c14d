//! Everything that can go wrong with Cin7, told to a bookkeeper in four parts.
//!
//! Must never show the key, and must treat whatever the other side wrote as hostile text. The status decides, the body
//! only adds Cin7's words: it may be a JSON string, an object with a message, a web page, empty, or cut off
//! (`cin7-api.md` 10).

use super::resource::Resource;
use crate::base::problem::Exit;
use crate::base::{Instant, Problem, text};
use serde_json::Value;

/// Where the operator gives a connection its rights (`cin7-api.md` 1).
pub const SETTINGS_PAGE: &str = "Settings > Integrations & API > API v1";
/// Characters of the other side's own words that are shown.
const WORDS_SHOWN: usize = 200;
const KEPT: &str =
    "Nothing is lost: what was fetched before is kept, and the next fetch asks again for the rest.";

/// One request that did not bring a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Cin7 answered with another status than 200.
    Status {
        /// The HTTP status.
        code: u16,
        /// The `Retry-After` header as received.
        retry_after: Option<String>,
        /// The body as received.
        body: String,
    },
    /// Status 200, but the body is a web page or other text.
    NotJson {
        /// The body as received.
        body: String,
    },
    /// Status 200, and the body begins as JSON but is cut off or broken.
    BrokenJson {
        /// What is wrong with it.
        why: String,
    },
    /// The answer is larger than any page of Cin7.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// No answer in time.
    Timeout,
    /// The connection could not be made, or broke.
    Network {
        /// The system's own words.
        why: String,
    },
}

/// What Cin7 says in the body of an error, in whatever form it says it; empty when it says nothing readable.
#[must_use]
pub fn words_of(body: &str) -> String {
    let body = body.trim();
    let words = match serde_json::from_str::<Value>(body) {
        Ok(Value::String(words)) => words,
        Ok(Value::Object(fields)) => fields
            .iter()
            .find(|(name, _)| {
                ["message", "error", "errormessage"].contains(&name.to_ascii_lowercase().as_str())
            })
            .and_then(|(_, value)| value.as_str())
            .map(str::to_string)
            .unwrap_or_default(),
        Ok(_) => String::new(),
        Err(_) if looks_like_html(body) => title_of(body).unwrap_or_else(|| "a web page".to_string()),
        Err(_) => body.trim_start_matches('"').to_string(),
    };
    text::cut(text::for_screen(&words).trim(), WORDS_SHOWN, "…")
}

/// Whether the body is a web page rather than data.
#[must_use]
pub fn looks_like_html(body: &str) -> bool {
    body.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']).starts_with('<')
}

fn title_of(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower.get(start..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    let title = page.get(start..end)?.trim();
    (!title.is_empty()).then(|| title.to_string())
}

/// The failure as a person is told of it, after everything that may be tried again was tried.
#[must_use]
pub fn problem(resource: Resource, failure: &Failure) -> Problem {
    match failure {
        Failure::Status { code, body, .. } => status_problem(resource, *code, &words_of(body)),
        Failure::NotJson { body } => other_side(
            "CIN7-HTML",
            format!("Instead of {}, a web page came: {}.", resource.plain_name(), quoted(&words_of(body))),
            "Look at the address of Cin7 in the settings, and whether a proxy or a login page of the network stands \
             between; Cin7 may also be under maintenance. Then fetch again.",
        ),
        Failure::BrokenJson { why } => other_side(
            "CIN7-JSON",
            format!(
                "The answer for {} was cut off or damaged ({}).",
                resource.plain_name(),
                text::for_screen(why)
            ),
            "Fetch again. If it happens each time, the network cuts long answers: ask whoever runs it.",
        ),
        Failure::TooLarge { limit } => other_side(
            "CIN7-SIZE",
            format!(
                "The answer for {} is larger than {} MiB and was not read.",
                resource.plain_name(),
                limit / 1_048_576
            ),
            "Look at the address of Cin7 in the settings; no page of Cin7 is that large.",
        ),
        Failure::Timeout => other_side(
            "CIN7-NET",
            format!("Cin7 did not answer in time when asked for {}.", resource.plain_name()),
            "Look at the internet connection and at Cin7's status page, then fetch again.",
        ),
        Failure::Network { why } => other_side(
            "CIN7-NET",
            format!(
                "The connection to Cin7 failed ({}).",
                text::cut(&text::for_screen(why), WORDS_SHOWN, "…")
            ),
            "Look at the internet connection and at the address of Cin7 in the settings, then fetch again.",
        ),
    }
}

fn status_problem(resource: Resource, code: u16, words: &str) -> Problem {
    let rows = resource.plain_name();
    let said = if words.is_empty() { String::new() } else { format!(" Cin7 says: {}.", quoted(words)) };
    match code {
        400 => other_side(
            "CIN7-400",
            format!("Cin7 refused the question for {rows} as malformed.{said}"),
            "Asking again does not help. Note the code and Cin7's words, and report them.",
        ),
        401 => other_side(
            "CIN7-401",
            format!("Cin7 does not accept the username and key.{said}"),
            format!(
                "Check the API username and enter the key again; both stand in Cin7 under {SETTINGS_PAGE}. A key \
                 that was made anew there ends the old one."
            ),
        ),
        403 => other_side(
            "CIN7-403",
            format!("The key is right, but may not read {resource}.{said}"),
            format!("In Cin7 open {SETTINGS_PAGE}, choose this connection and allow Read on {resource}."),
        ),
        404 => other_side(
            "CIN7-404",
            format!("Cin7 does not know the address for {rows}.{said}"),
            "Check the address of Cin7 in the settings; it ends in /api.",
        ),
        429 => other_side(
            "CIN7-429",
            format!("Cin7 keeps refusing: too many requests.{said} The daily limit may be used up."),
            "Fetch again later, at the latest in 24 hours. Look whether another program uses the same connection: \
             each connection has its own limit.",
        ),
        300..=399 => other_side(
            "CIN7-REDIRECT",
            format!("The address of Cin7 points somewhere else (status {code}); the key was not sent there."),
            "Check the address of Cin7 in the settings.",
        ),
        _ => other_side(
            format!("CIN7-{code}"),
            format!("Cin7 answered with a fault of its own (status {code}) when asked for {rows}.{said}"),
            "Fetch again in a few minutes; Cin7's status page tells whether it is under maintenance.",
        ),
    }
}

/// The account has no requests left for the day.
#[must_use]
pub fn day_used_up(until: Instant) -> Problem {
    let clock = until.strftime("%Y-%m-%d %H:%M");
    other_side(
        "CIN7-DAY",
        format!("The day's requests to Cin7 are used up; the next one may go at {clock} UTC."),
        format!("Fetch again after {clock} UTC. The count is kept by this program, for this connection."),
    )
}

/// The pages do not move on, so that reading on would never end.
#[must_use]
pub fn pages_stand_still(resource: Resource, why: &str) -> Problem {
    other_side(
        "CIN7-PAGE",
        format!("The pages of {} do not follow each other: {why}.", resource.plain_name()),
        "Fetch again. If it happens each time, note the code and report it.",
    )
}

/// A person stopped the fetch.
#[must_use]
pub fn stopped(resource: Resource) -> Problem {
    Problem::new(
        Exit::NeedsPerson,
        "CIN7-STOPPED",
        format!("The fetch was stopped while reading {}.", resource.plain_name()),
        "What came so far is kept. The rest is still in Cin7, and nothing was marked as read that was not.",
        "Fetch again whenever it suits.",
    )
}

/// The address cannot be used.
#[must_use]
pub fn bad_address(address: &str, why: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        "CIN7-URL",
        format!(
            "The address of Cin7, {}, cannot be used: {why}.",
            quoted(&text::cut(&text::for_screen(address), WORDS_SHOWN, "…"))
        ),
        "Nothing was asked, and the key was sent nowhere.",
        "Set cin7.url, as a rule to https://api.cin7.com/api.",
    )
}

/// This computer cannot make an encrypted connection, or the credentials cannot be sent.
#[must_use]
pub fn cannot_start(why: &str) -> Problem {
    Problem::new(
        Exit::OtherSide,
        "CIN7-NET",
        format!("The connection to Cin7 could not be prepared ({}).", text::for_screen(why)),
        "Nothing was asked.",
        "Look whether this computer has the usual root certificates, and whether the username holds only letters, \
         digits and signs.",
    )
}

fn other_side(code: impl Into<String>, happened: impl Into<String>, do_now: impl Into<String>) -> Problem {
    Problem::new(Exit::OtherSide, code, happened, KEPT, do_now)
}

fn quoted(words: &str) -> String {
    format!("\u{201c}{}\u{201d}", words.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_error_body_is_understood() {
        assert_eq!(words_of("\"Resource not found\""), "Resource not found");
        assert_eq!(words_of("{\"Message\": \"Access is forbidden\"}"), "Access is forbidden");
        assert_eq!(words_of("{\"error\": \"no\"}"), "no");
        assert_eq!(words_of("<html><head><TITLE> Back soon </TITLE>"), "Back soon");
        assert_eq!(words_of("<html><p>hi"), "a web page");
        assert_eq!(words_of(""), "");
        assert_eq!(words_of("\"Rate limit exc"), "Rate limit exc");
        assert_eq!(words_of("evil \u{1b}[2J"), "evil ·[2J");
    }

    #[test]
    fn a_wrong_key_and_a_missing_right_are_told_apart_and_the_right_is_named() {
        let failure = |code| Failure::Status { code, retry_after: None, body: "\"no\"".into() };
        let wrong = problem(Resource::SalesOrders, &failure(401));
        let forbidden = problem(Resource::SalesOrders, &failure(403));
        assert_eq!((wrong.code.as_str(), forbidden.code.as_str()), ("CIN7-401", "CIN7-403"));
        assert!(forbidden.do_now.contains("SalesOrders") && forbidden.do_now.contains(SETTINGS_PAGE));
        assert_eq!(forbidden.exit, Exit::OtherSide);
    }

    #[test]
    fn a_used_up_limit_says_so() {
        let failure = Failure::Status { code: 429, retry_after: None, body: String::new() };
        assert!(problem(Resource::Contacts, &failure).happened.contains("daily limit may be used up"));
    }
}
