//! Reasons that the hand-off leaves on a draft: refused, look-alike, closing date, edited, gone.
//!
//! Must never be lost to a drafting run: a run replaces only the reasons that it found itself. They go when the draft
//! is confirmed, taken up again by a person, or drafted with another content.

use super::{Result, Tx};
use crate::base::DraftId;
use rusqlite::params;
use serde_json::{Value, json};

/// What tells them from the reasons of drafting.
const FROM: &str = "handoff";

fn is_of_handoff(reason: &Value) -> bool {
    reason.get("from").and_then(Value::as_str) == Some(FROM)
}

/// Those of the hand-off among a draft's reasons.
pub(super) fn of_handoff(reasons: &str) -> Result<Vec<Value>> {
    let all: Vec<Value> = serde_json::from_str(reasons)?;
    Ok(all.into_iter().filter(is_of_handoff).collect())
}

/// These in front of what drafting found.
pub(super) fn in_front(mut kept: Vec<Value>, derived: &str) -> Result<String> {
    kept.extend(serde_json::from_str::<Vec<Value>>(derived)?);
    Ok(serde_json::to_string(&kept)?)
}

impl Tx<'_> {
    fn reasons_of(&self, id: DraftId) -> Result<Vec<Value>> {
        let kept: String = self
            .db
            .prepare_cached("SELECT reasons FROM draft WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))?;
        Ok(serde_json::from_str(&kept)?)
    }

    fn set_reasons(&self, id: DraftId, reasons: &[Value]) -> Result<()> {
        self.db
            .prepare_cached("UPDATE draft SET reasons = ?2 WHERE id = ?1")?
            .execute(params![id.0, serde_json::to_string(reasons)?])?;
        Ok(())
    }

    /// Puts a reason of the hand-off in front of a draft's reasons; one of the same code is replaced.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn add_reason(&self, id: DraftId, code: &str, text: &str, blocks: bool) -> Result<()> {
        let mut reasons = self.reasons_of(id)?;
        reasons.retain(|reason| reason.get("code").and_then(Value::as_str) != Some(code));
        let level = if blocks { "blocks" } else { "warns" };
        let reason = json!({"code": code, "text": text, "field": null, "level": level, "from": FROM});
        reasons.insert(0, reason);
        self.set_reasons(id, &reasons)
    }

    /// Takes the reasons of the hand-off away: the draft was confirmed, or a person takes it up again.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn drop_handoff_reasons(&self, id: DraftId) -> Result<()> {
        let mut reasons = self.reasons_of(id)?;
        let before = reasons.len();
        reasons.retain(|reason| !is_of_handoff(reason));
        if reasons.len() == before { Ok(()) } else { self.set_reasons(id, &reasons) }
    }
}
