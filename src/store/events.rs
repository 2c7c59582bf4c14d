//! The event chain: append only, each row carrying the hash of the one before.
//!
//! Must never be written outside [`Tx::event`]; the database itself refuses changes (U6).

use super::{Reader, Result, Tx};
use crate::base::digest;
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

/// One event as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Event {
    pub seq: i64,
    pub at: String,
    pub actor: String,
    pub kind: String,
    pub subject: String,
    pub body: String,
    pub prev: String,
    pub hash: String,
}

/// Where the chain ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventHead {
    /// Number of the newest event; 0 = none.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

fn hash_of(event: &Event) -> String {
    digest::of_parts(&[
        &event.prev,
        &event.seq.to_string(),
        &event.at,
        &event.actor,
        &event.kind,
        &event.subject,
        &event.body,
    ])
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        kind: row.get(3)?,
        subject: row.get(4)?,
        body: row.get(5)?,
        prev: row.get(6)?,
        hash: row.get(7)?,
    })
}

/// Where the newest event is named once more, so that events cut off at the end are missed.
const HEAD: &str = "event_head";

const COLUMNS: &str = "seq, at, actor, kind, subject, body, prev, hash";

impl Tx<'_> {
    /// Appends one event. `body` is anything that serialises; it must hold no secret.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn event(
        &self,
        at: &str,
        actor: &str,
        kind: &str,
        subject: &str,
        body: &impl Serialize,
    ) -> Result<i64> {
        let head = self.reader().event_head()?;
        let mut event = Event {
            seq: head.seq + 1,
            at: at.to_string(),
            actor: actor.to_string(),
            kind: kind.to_string(),
            subject: subject.to_string(),
            body: serde_json::to_string(body)?,
            prev: head.hash,
            hash: String::new(),
        };
        event.hash = hash_of(&event);
        self.db
            .prepare_cached(
                "INSERT INTO event (seq, at, actor, kind, subject, body, prev, hash) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)",
            )?
            .execute(params![
                event.seq,
                event.at,
                event.actor,
                event.kind,
                event.subject,
                event.body,
                event.prev,
                event.hash
            ])?;
        self.set_meta(HEAD, &format!("{} {}", event.seq, event.hash))?;
        Ok(event.seq)
    }
}

/// From where along the chain events are read, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventsFrom {
    /// Older than this number, newest first.
    Before(i64),
    /// Newer than this number, oldest first.
    After(i64),
}

impl Reader<'_> {
    /// Where the chain ends.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn event_head(&self) -> Result<EventHead> {
        Ok(self
            .db
            .prepare_cached("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| Ok(EventHead { seq: row.get(0)?, hash: row.get(1)? }))
            .optional()?
            .unwrap_or_default())
    }

    /// The newest events, newest first, older than `before`.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn events(&self, before: i64, limit: usize) -> Result<Vec<Event>> {
        let sql = format!("SELECT {COLUMNS} FROM event WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![before, limit as i64], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The events that are asked for, along the chain from a place. Reads as far as it must.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn events_found(
        &self,
        from: EventsFrom,
        limit: usize,
        has: impl Fn(&Event) -> bool,
    ) -> Result<Vec<Event>> {
        let (place, which) = match from {
            EventsFrom::Before(seq) => (seq, "seq < ?1 ORDER BY seq DESC"),
            EventsFrom::After(seq) => (seq, "seq > ?1 ORDER BY seq"),
        };
        let sql = format!("SELECT {COLUMNS} FROM event WHERE {which}");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query([place])?;
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(row) = rows.next()?
        {
            let event = from_row(row)?;
            if has(&event) {
                found.push(event);
            }
        }
        Ok(found)
    }

    /// The events of one subject, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn events_of(&self, subject: &str) -> Result<Vec<Event>> {
        let sql = format!("SELECT {COLUMNS} FROM event WHERE subject = ?1 ORDER BY seq LIMIT 500");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([subject], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Walks the whole chain, handing each event over, and says where it breaks: the number of the first bad event.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn verify_events(&self, mut each: impl FnMut(&Event)) -> Result<std::result::Result<EventHead, i64>> {
        let mut statement = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM event ORDER BY seq"))?;
        let mut rows = statement.query([])?;
        let mut head = EventHead::default();
        while let Some(row) = rows.next()? {
            // What is no text any more was changed as well.
            let Ok(event) = from_row(row) else { return Ok(Err(head.seq + 1)) };
            if event.seq != head.seq + 1 || event.prev != head.hash || hash_of(&event) != event.hash {
                return Ok(Err(head.seq + 1));
            }
            each(&event);
            head = EventHead { seq: event.seq, hash: event.hash };
        }
        let newest = self.meta(HEAD)?;
        if newest.is_some_and(|newest| newest != format!("{} {}", head.seq, head.hash)) {
            return Ok(Err(head.seq + 1));
        }
        Ok(Ok(head))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Lane, scratch};

    #[test]
    fn the_chain_verifies_and_the_database_refuses_to_change_it() {
        let (_dir, store) = scratch();
        for n in 0..5 {
            store
                .write(Lane::Person, move |tx| {
                    tx.event("2026-03-01T00:00:00Z", "Ann", "approved", "draft/1", &n)
                })
                .unwrap();
        }
        let head = store.read(|r| r.verify_events(|_| ())).unwrap().unwrap();
        assert_eq!(head.seq, 5);
        let refused = store.write(Lane::Person, |tx| {
            tx.db.execute("UPDATE event SET actor = 'Bob' WHERE seq = 2", [])?;
            Ok(())
        });
        assert!(refused.is_err());
    }

    /// A chain of events, open for whoever wants to change it.
    fn chain() -> rusqlite::Connection {
        let (dir, store) = scratch();
        for n in 0..4 {
            let body = format!("content {n} \u{fc}");
            let at = format!("2026-03-0{}T00:00:00Z", n + 1);
            store.write(Lane::Person, move |tx| tx.event(&at, "Ann", "approved", "draft/1", &body)).unwrap();
        }
        let path = store.path().to_path_buf();
        drop(store);
        let mut db = rusqlite::Connection::open_in_memory().unwrap();
        let from = rusqlite::Connection::open(path).unwrap();
        let copy = rusqlite::backup::Backup::new(&from, &mut db).unwrap();
        copy.run_to_completion(100, std::time::Duration::ZERO, None).unwrap();
        drop(copy);
        drop((from, dir));
        db.execute_batch("DROP TRIGGER event_fixed; DROP TRIGGER event_kept;").unwrap();
        db
    }

    fn broken_by(db: &rusqlite::Connection, sql: &str) -> Option<i64> {
        db.execute_batch(&format!("BEGIN; {sql};")).unwrap();
        let found = super::super::Reader { db }.verify_events(|_| ()).unwrap().err();
        db.execute_batch("ROLLBACK").unwrap();
        found
    }

    #[test]
    fn each_single_byte_of_an_event_counts() {
        let db = chain();
        assert_eq!(broken_by(&db, "SELECT 1"), None);
        for column in ["at", "actor", "kind", "subject", "body", "prev", "hash"] {
            let length = format!("SELECT length(CAST({column} AS BLOB)) FROM event WHERE seq = 3");
            let length: i64 = db.query_row(&length, [], |row| row.get(0)).unwrap();
            for at in 1..=length {
                for other in ["41", "42", "ff"] {
                    let bytes = format!("CAST({column} AS BLOB)");
                    let sql = format!(
                        "UPDATE event SET {column} = CAST(substr({bytes}, 1, {at} - 1) || x'{other}' || substr({bytes}, {at} + 1) AS TEXT)
                         WHERE seq = 3 AND hex(substr({bytes}, {at}, 1)) <> upper('{other}')"
                    );
                    let found = broken_by(&db, &sql);
                    let same = format!(
                        "SELECT hex(substr({bytes}, {at}, 1)) = upper('{other}') FROM event WHERE seq = 3"
                    );
                    let same: bool = db.query_row(&same, [], |row| row.get(0)).unwrap();
                    assert_eq!(found, (!same).then_some(3), "{column}, byte {at}, {other}");
                }
            }
        }
    }

    #[test]
    fn events_that_were_cut_out_swapped_or_added_are_found() {
        let db = chain();
        for (sql, at) in [
            ("DELETE FROM event WHERE seq = 1", 1),
            ("DELETE FROM event WHERE seq = 2", 2),
            ("DELETE FROM event WHERE seq = 4", 4),
            ("DELETE FROM event WHERE seq > 2", 3),
            ("DELETE FROM event", 1),
            (
                "UPDATE event SET seq = 9 WHERE seq = 2; UPDATE event SET seq = 2 WHERE seq = 3; UPDATE event SET seq = 3 WHERE seq = 9",
                2,
            ),
            (
                "INSERT INTO event SELECT 5, at, actor, kind, subject, body, hash, hash FROM event WHERE seq = 4",
                5,
            ),
        ] {
            assert_eq!(broken_by(&db, sql), Some(at), "{sql}");
        }
    }
}
