//! The rules that the database enforces by itself, each broken by plain SQL on a profile with everything in it
//! (`exactly-once.md` 2, U1-U6; design 2): a fault of the program must not be able to post twice.

use crate::job::Job;
use rusqlite::{Connection, ErrorCode};

/// Tries it in a transaction that is taken back; whether the database refused it.
fn refused(db: &Connection, sql: &str) -> bool {
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let tried = db.execute(sql, []);
    db.execute_batch("ROLLBACK").unwrap();
    match tried {
        Ok(rows) => {
            assert!(rows > 0, "there is nothing to break it with: {sql}");
            false
        }
        Err(rusqlite::Error::SqliteFailure(error, text)) => {
            assert_eq!(error.code, ErrorCode::ConstraintViolation, "{text:?}: {sql}");
            true
        }
        Err(other) => panic!("{other}: {sql}"),
    }
}

fn database() -> (Job, Connection) {
    let job = Job::posted();
    let db = Connection::open(job.folder().join("countersign.db")).unwrap();
    db.pragma_update(None, "foreign_keys", true).unwrap();
    (job, db)
}

/// Statements that are refused, each beside one that differs in the one thing that the rule is about.
#[track_caller]
fn rule(pairs: &[(&str, &str)]) {
    let (_job, db) = database();
    for (broken, kept) in pairs {
        assert!(refused(&db, broken), "let in: {broken}");
        assert!(kept.is_empty() || !refused(&db, kept), "refused: {kept}");
    }
}

const DRAFT: &str = "INSERT INTO draft (source, cin7_type, cin7_id, part, generation, state, reference, changed_at) SELECT source, cin7_type, cin7_id, part";

#[test]
fn u1_a_source_has_one_draft_of_a_generation() {
    rule(&[(
        &format!("{DRAFT}, generation, 'Voided', reference, changed_at FROM draft LIMIT 1"),
        &format!("{DRAFT}, generation + 1, 'Voided', reference, changed_at FROM draft LIMIT 1"),
    )]);
}

#[test]
fn u2_a_source_has_one_live_draft() {
    let live = "FROM draft WHERE state = 'Posted' LIMIT 1";
    rule(&[(
        &format!("{DRAFT}, 1000, 'Ready', reference, changed_at {live}"),
        &format!("{DRAFT}, 1000, 'Voided', reference, changed_at {live}"),
    )]);
}

#[test]
fn u3_a_transaction_belongs_to_one_draft() {
    let other = "WHERE id = (SELECT max(id) FROM draft WHERE txn_id IS NOT NULL)";
    rule(&[(
        &format!(
            "UPDATE draft SET txn_id = (SELECT txn_id FROM draft WHERE txn_id IS NOT NULL ORDER BY id LIMIT 1) {other}"
        ),
        &format!("UPDATE draft SET txn_id = 'AB12-1' {other}"),
    )]);
}

#[test]
fn u4_a_posting_key_and_a_message_set_id_are_used_once() {
    let other = "WHERE id = (SELECT max(id) FROM draft WHERE posting_key IS NOT NULL)";
    let set =
        "operation_id, attempt + 1, bytes, sha256, identity, handed_at, 'Dead' FROM message_set LIMIT 1";
    let into = "INSERT INTO message_set (id, operation_id, attempt, bytes, sha256, identity, handed_at, status) SELECT";
    rule(&[
        (
            &format!(
                "UPDATE draft SET posting_key = (SELECT posting_key FROM draft WHERE posting_key IS NOT NULL ORDER BY id LIMIT 1) {other}"
            ),
            &format!("UPDATE draft SET posting_key = 'another' {other}"),
        ),
        (&format!("{into} id, {set}"), &format!("{into} 'C7ANOTHER', {set}")),
    ]);
}

#[test]
fn u5_one_message_set_is_open() {
    let into =
        "INSERT INTO message_set (id, operation_id, attempt, bytes, sha256, identity, handed_at, status)";
    let row = "operation_id, attempt, bytes, sha256, identity, handed_at, 'Open' FROM message_set LIMIT";
    let two = format!("{into} SELECT id || 'X', {row} 2");
    let one = format!("{into} SELECT id || 'X', {row} 1");
    rule(&[(&two, &one), ("UPDATE message_set SET status = 'Open'", "")]);
}

#[test]
fn u6_events_contents_and_sent_bytes_never_change() {
    rule(&[
        ("UPDATE event SET body = '\"another\"' WHERE seq = 2", ""),
        ("UPDATE event SET at = at WHERE seq = 1", ""),
        ("DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)", ""),
        (
            "UPDATE draft_version SET payload = '{}' WHERE draft_id = (SELECT id FROM draft WHERE state = 'Posted' LIMIT 1)",
            "",
        ),
        ("DELETE FROM draft_version", ""),
        ("UPDATE message_set SET bytes = x'00'", "UPDATE message_set SET answered_at = 'later'"),
    ]);
}

#[test]
fn a_target_has_one_unfinished_operation() {
    let into = "INSERT INTO operation (kind, target, draft_id, version, posting_key, approved_hash, approved_by, approved_at, state, priority)
                SELECT kind, target, draft_id, version, posting_key, approved_hash, approved_by, approved_at";
    rule(&[(
        &format!(
            "{into}, x.s, priority FROM operation, (SELECT 'Queued' AS s UNION ALL SELECT 'Approved') AS x WHERE operation.id = 1"
        ),
        &format!("{into}, 'Queued', priority FROM operation WHERE id = 1"),
    )]);
}
