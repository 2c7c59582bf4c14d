//! The whole database read and held against what it says of itself: after an end that was not clean, and where the file is
//! another than the one that was closed (`exactly-once.md` 7, I16 and I18; `security.md` 4).
//!
//! Must never repair anything, and never let a figure through that is not the one that was written: what cannot be
//! trusted is refused. Seconds on a large profile, so only where there is reason for it.

use super::{Reader, Result, StoreError};
use crate::base::{Cents, digest};
use rusqlite::Connection;

fn damaged(what: String) -> StoreError {
    StoreError::Damaged(what)
}

/// Whether the file's parts fit together.
pub(super) fn shape(db: &Connection) -> Result<()> {
    let answer: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if answer != "ok" {
        return Err(damaged(answer));
    }
    let mut statement = db.prepare("PRAGMA foreign_key_check")?;
    if statement.query([])?.next()?.is_some() {
        return Err(damaged("a row points at another one that is not there".into()));
    }
    Ok(())
}

/// Whether what carries a digest still has it: the chain of events, approved contents, the bytes that were sent, Cin7's
/// documents.
pub(super) fn content(reader: &Reader<'_>) -> Result<()> {
    if let Err(seq) = reader.verify_events(|_| ())? {
        return Err(damaged(format!("the chain of events breaks at event {seq}")));
    }
    digested(reader, "SELECT payload, hash FROM draft_version", "the content of a draft")?;
    digested(reader, "SELECT CAST(bytes AS BLOB), sha256 FROM message_set", "what was sent to QuickBooks")?;
    amounts(reader)?;
    approvals(reader)
}

/// Whether what a list of drafts adds up is what was approved or posted: the amount stands beside its version for the
/// lists, without a digest of its own.
fn amounts(reader: &Reader<'_>) -> Result<()> {
    let mut statement = reader.db.prepare(
        "SELECT d.id, d.total, json_extract(v.payload, '$.total') FROM draft d JOIN draft_version v ON v.draft_id = d.id
         AND v.version = CASE WHEN d.state IN ('Posted','DriftedInQuickBooks') THEN d.posted_version ELSE d.approved_version END
         WHERE d.state IN ('Approved','Queued','InFlight','Unknown','Posted','DriftedInQuickBooks')",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let approved = row.get_ref(2)?.as_str().ok().and_then(|text| text.parse::<Cents>().ok());
        let listed = row.get_ref(1)?.as_i64().ok().map(Cents::new);
        if approved.is_none() || listed != approved {
            let draft: i64 = row.get(0)?;
            return Err(damaged(format!("the amount of draft {draft} is not the one that was approved")));
        }
    }
    Ok(())
}

/// Whether what is handed over is what was approved.
fn approvals(reader: &Reader<'_>) -> Result<()> {
    let mut statement = reader.db.prepare(
        "SELECT o.id FROM operation o JOIN draft_version v ON v.draft_id = o.draft_id AND v.version = o.version
         WHERE o.kind IN ('TxnAdd','TxnMod') AND o.approved_hash <> v.hash LIMIT 1",
    )?;
    match statement.query([])?.next()? {
        None => Ok(()),
        Some(row) => {
            let operation: i64 = row.get(0)?;
            Err(damaged(format!("operation {operation} is not what was approved")))
        }
    }
}

fn digested(reader: &Reader<'_>, sql: &str, what: &str) -> Result<()> {
    let mut statement = reader.db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let content = row.get_ref(0)?;
        let bytes = content.as_bytes().map_err(|_| damaged(format!("{what} is no text")))?;
        let kept = row.get_ref(1)?;
        if kept.as_bytes().ok() != Some(digest::of_bytes(bytes).as_bytes()) {
            return Err(damaged(format!("{what} is not what was written")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::drafts::tests::derived;
    use super::super::{FILE, Lane, Store, scratch};
    use crate::base::{Cents, DraftId};
    use crate::books::{DraftState, OperationKind};
    use crate::store::drafts::Content;
    use crate::store::operations::NewOperation;

    /// A profile with one approved draft, closed in peace; then changed behind the program's back, its seal gone as after
    /// an end that was not clean. What the next start says.
    fn start_after(change: &str) -> Option<String> {
        let (dir, store) = scratch();
        let mut draft = derived("first", "as approved");
        let mut payload = draft.payload.as_ref().unwrap().payload.clone();
        payload.total = Cents::new(12_345);
        draft.total = Some(payload.total);
        let hash = crate::base::digest::of_json(&payload).unwrap();
        draft.payload = Some(Content::of(payload).unwrap());
        store
            .write(Lane::Person, move |tx| {
                tx.save_derived(&draft, "t")?;
                tx.move_draft(DraftId(1), DraftState::Ready, DraftState::Approved, "t")?;
                tx.set_approval(DraftId(1), Some("Ann"), Some(1))?;
                tx.add_operation(&NewOperation {
                    kind: OperationKind::TxnAdd,
                    target: "draft/1".into(),
                    draft_id: Some(DraftId(1)),
                    version: Some(1),
                    list_add: None,
                    list_mod: None,
                    posting_key: "key".into(),
                    expected: String::new(),
                    approved_hash: hash,
                    approved_by: "Ann".into(),
                    approved_at: "t".into(),
                    priority: 2,
                })
            })
            .unwrap();
        drop(store);
        rusqlite::Connection::open(dir.path().join(FILE)).unwrap().execute_batch(change).unwrap();
        std::fs::remove_file(dir.path().join("countersign.sealed")).unwrap();
        Store::open(dir.path()).err().map(|error| error.to_string())
    }

    #[test]
    fn an_amount_or_an_approval_that_is_not_the_one_that_was_written_is_refused_after_an_unclean_end() {
        assert_eq!(start_after(""), None);
        for (change, told) in [
            ("UPDATE draft SET total = 12346", "the amount of draft 1"),
            ("UPDATE draft SET total = NULL", "the amount of draft 1"),
            ("UPDATE operation SET approved_hash = 'another'", "operation 1"),
        ] {
            let said = start_after(change).unwrap_or_default();
            assert!(said.contains(told), "{change}: {said}");
        }
        assert_eq!(
            start_after("UPDATE draft SET state = 'Ready', total = 1"),
            None,
            "derived anew by the next run"
        );
    }
}
