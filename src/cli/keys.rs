//! `keys`: the key card, to be printed, and the glossary.
//!
//! Must never list a key by hand: both come from the tables that the screen itself uses.

use super::session::Session;
use crate::base::problem::Exit;
use crate::tui::card::{self, Section};
use crate::tui::glossary::GLOSSARY;
use crate::workflow::Result;

/// Widest key column of the card.
const KEYS: usize = 18;

/// Prints the card.
pub fn keys(session: &Session, glossary: bool) -> Result<Exit> {
    let sections = card::sections();
    let words: Vec<serde_json::Value> =
        GLOSSARY.iter().map(|(word, means)| serde_json::json!({ "word": word, "means": means })).collect();
    session.out.document(&serde_json::json!({ "keys": sections, "glossary": words }))?;
    if session.out.is_json() {
        return Ok(Exit::Done);
    }
    if glossary {
        for (word, means) in GLOSSARY {
            session.out.say(&format!("{word:<22}{means}"))?;
        }
        return Ok(Exit::Done);
    }
    for Section { title, rows } in &sections {
        session.out.say(&format!("\n{title}"))?;
        for row in rows {
            session.out.say(&format!("  {:<KEYS$}{:<72}  {}", row.keys.join("  "), row.does, row.id))?;
        }
    }
    Ok(Exit::Done)
}
