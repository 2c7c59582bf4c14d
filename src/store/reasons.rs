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

#[cfg(test)]
mod tests {
    use super::super::drafts::tests::derived;
    use super::super::{Lane, Store, scratch};
    use crate::base::DraftId;
    use crate::books::DraftState;

    const AT: &str = "2026-03-01T00:00:00Z";

    fn save(store: &Store, inputs: &'static str, memo: &'static str) -> (DraftState, Vec<String>) {
        store.write(Lane::Bulk, move |tx| tx.save_derived(&derived(inputs, memo), AT)).unwrap();
        let row = store.read(|r| r.draft(DraftId(1))).unwrap();
        let reasons: Vec<serde_json::Value> = serde_json::from_str(&row.reasons).unwrap();
        (row.state, reasons.iter().map(|reason| reason["code"].as_str().unwrap().to_string()).collect())
    }

    fn stands(state: DraftState, code: Option<&'static str>) -> (tempfile::TempDir, Store) {
        let (dir, store) = scratch();
        save(&store, "first", "as it was");
        store
            .write(Lane::Endpoint, move |tx| {
                tx.move_draft(DraftId(1), DraftState::Ready, state, AT)?;
                match code {
                    Some(code) => tx.add_reason(DraftId(1), code, "said by QuickBooks", true),
                    None => Ok(()),
                }
            })
            .unwrap();
        (dir, store)
    }

    #[test]
    fn a_drafting_run_without_a_new_content_keeps_state_and_reason() {
        for (state, code) in [
            (DraftState::Rejected, "refused"),
            (DraftState::NeedsAttention, "look_alike"),
            (DraftState::DriftedInQuickBooks, "edited_in_quickbooks"),
        ] {
            let (_dir, store) = stands(state, Some(code));
            assert_eq!(save(&store, "other settings", "as it was"), (state, vec![code.to_string()]));
        }
    }

    #[test]
    fn a_new_content_leads_out_of_refused_and_waiting() {
        for (state, code) in [(DraftState::Rejected, "refused"), (DraftState::NeedsAttention, "look_alike")] {
            let (_dir, store) = stands(state, Some(code));
            assert_eq!(save(&store, "second", "corrected"), (DraftState::Ready, vec![]));
        }
    }

    #[test]
    fn an_approval_lost_to_a_change_says_so_until_a_person_has_looked() {
        let (_dir, store) = stands(DraftState::Approved, None);
        let lost = (DraftState::NeedsAttention, vec!["changed_in_cin7".to_string()]);
        assert_eq!(save(&store, "second", "changed in Cin7"), lost);
        assert_eq!(save(&store, "third", "changed in Cin7"), lost);
        store.write(Lane::Person, |tx| tx.drop_handoff_reasons(DraftId(1))).unwrap();
        assert_eq!(save(&store, "fourth", "changed in Cin7"), (DraftState::Ready, vec![]));
    }
}
