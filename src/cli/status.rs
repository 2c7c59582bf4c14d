//! `status`: how much is left in each step, in one look.
//!
//! Must never change anything; works beside any host.

use super::session::Session;
use crate::base::problem::Exit;
use crate::workflow::status::Status;
use crate::workflow::{Result, doubts, status as flow};
use serde_json::{Map, Value};

/// Says where the profile stands.
pub fn status(session: &Session) -> Result<Exit> {
    let profile = session.look()?;
    let status = flow::status(&profile)?;
    session.out.document(&json(&status)?)?;
    if session.out.is_json() {
        return Ok(Exit::Done);
    }
    for step in &status.steps {
        let blocked = step.blocked.as_ref().map_or_else(String::new, |why| format!("  {why}"));
        session.out.say(&format!(
            "{} {:<9} {:>6} left {:>6} done{blocked}",
            step.number, step.name, step.left, step.done
        ))?;
    }
    if let Some(why) = &status.refused {
        session.out.say(&format!("The last visit was turned away: {why}"))?;
    }
    for (word, count) in &status.outcomes {
        session.out.say(&format!("  {count:>6} {word}"))?;
    }
    let written = &status.writeback;
    if written.on || written.waiting + written.unknown + written.refused > 0 {
        session.out.say(&format!("Cin7's import status: {}", written.text))?;
    }
    Ok(Exit::Done)
}

/// What is in doubt and what waits for a person; 1 where a person must look.
pub fn unknown(session: &Session) -> Result<Exit> {
    let found = doubts::doubts(&*session.look()?)?;
    session.out.document(&found)?;
    if !session.out.is_json() {
        for line in doubts::lines(&found) {
            session.out.say(&line)?;
        }
    }
    let calm = found.stopped.is_empty() && found.people.is_empty();
    Ok(if calm { Exit::Done } else { Exit::NeedsPerson })
}

/// The document of design section 3: the steps stand under their names.
fn json(status: &Status) -> Result<Value> {
    let bug = |why: serde_json::Error| super::bug(&why.to_string());
    let mut value = serde_json::to_value(status).map_err(bug)?;
    let mut steps = Map::new();
    for step in &status.steps {
        steps.insert(step.name.to_lowercase().replace(' ', "_"), serde_json::to_value(step).map_err(bug)?);
    }
    if let Some(object) = value.as_object_mut() {
        object.insert("steps".into(), Value::Object(steps));
    }
    Ok(value)
}
