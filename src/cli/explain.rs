//! `doctor --explain`: a code of the Web Connector or of QuickBooks in words, with the cure in QuickBooks' menu words.
//!
//! Must never open the profile: a code is asked about when nothing works.

use super::session::Session;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::webconnector::codes::{self, Code};
use crate::workflow::Result;

/// Explains a code, or every code in a pasted message.
///
/// # Errors
/// When no code is known in it.
pub fn explain(session: &Session, typed: &str) -> Result<Exit> {
    let known: Vec<&Code> = codes::explain(typed).map_or_else(|| codes::named_in(typed), |code| vec![code]);
    if known.is_empty() {
        return Err(Problem::new(
            Exit::Usage,
            "CODE-UNKNOWN",
            format!("`{}` is no code of the Web Connector or of QuickBooks that we know.", typed.trim()),
            "This question changes nothing in the books.",
            "Type it as it is shown: QBWC1040, 0x80040408 or 3170. Countersign's own codes carry their text where they are shown.",
        ));
    }
    let rows: Vec<serde_json::Value> = known
        .iter()
        .map(|code| {
            serde_json::json!({
                "code": code.code, "happened": code.happened, "means": code.means, "do_now": code.do_now
            })
        })
        .collect();
    session.out.document(&serde_json::json!({ "codes": rows }))?;
    if !session.out.is_json() {
        for code in known {
            session.out.say(&code.problem().to_string())?;
        }
    }
    Ok(Exit::Done)
}
