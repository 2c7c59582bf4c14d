//! The rules that the database enforces by itself, taken away one at a time, and tried out.
//!
//! Must never leave a trace: a try is taken back whatever came of it. Rules: `exactly-once.md` 2, U1-U6.

use super::{Result, Store, locked};
use rusqlite::{Connection, ErrorCode};

/// A rule of `exactly-once.md` 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// One draft per source, part and generation.
    U1,
    /// One live draft per source and part.
    U2,
    /// A transaction belongs to one draft.
    U3,
    /// Message-set ids and posting keys are used once.
    U4,
    /// One open message set.
    U5,
    /// Events never change.
    U6,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Rule; 6] = [Rule::U1, Rule::U2, Rule::U3, Rule::U4, Rule::U5, Rule::U6];

    /// What of the schema says so, and what stands there without the rule.
    const fn words(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Rule::U1 => &[(",\n  UNIQUE (source, part, generation)", "")],
            Rule::U2 => &[("CREATE UNIQUE INDEX draft_live", "CREATE INDEX draft_live")],
            Rule::U3 => &[("CREATE UNIQUE INDEX draft_txn", "CREATE INDEX draft_txn")],
            Rule::U4 => &[
                ("posting_key TEXT UNIQUE", "posting_key TEXT"),
                ("id TEXT PRIMARY KEY,\n  operation_id", "id TEXT,\n  operation_id"),
            ],
            Rule::U5 => &[("CREATE UNIQUE INDEX message_set_open", "CREATE INDEX message_set_open")],
            Rule::U6 => &[("BEFORE UPDATE ON event BEGIN", "BEFORE UPDATE ON event WHEN 0 BEGIN")],
        }
    }

    /// The schema without this rule.
    pub(super) fn taken_from(self, schema: &str) -> String {
        self.words().iter().fold(schema.to_string(), |text, (rule, without)| text.replace(rule, without))
    }

    /// A statement that breaks the rule wherever there are rows to break it with.
    const fn breach(self) -> &'static str {
        match self {
            Rule::U1 => {
                "INSERT INTO draft (source, cin7_type, cin7_id, part, generation, state, reference, changed_at)
                 SELECT source, cin7_type, cin7_id, part, generation, 'Voided', reference, changed_at FROM draft LIMIT 1"
            }
            Rule::U2 => {
                "INSERT INTO draft (source, cin7_type, cin7_id, part, generation, state, reference, changed_at)
                 SELECT source, cin7_type, cin7_id, part, 1000, 'Ready', reference, changed_at FROM draft WHERE state <> 'Voided' LIMIT 1"
            }
            Rule::U3 => {
                "UPDATE draft SET txn_id = (SELECT txn_id FROM draft WHERE txn_id IS NOT NULL LIMIT 1)
                 WHERE id = (SELECT id FROM draft WHERE txn_id IS NULL LIMIT 1) AND EXISTS (SELECT 1 FROM draft WHERE txn_id IS NOT NULL)"
            }
            Rule::U4 => {
                "INSERT INTO message_set (id, operation_id, attempt, bytes, sha256, identity, handed_at, status)
                 SELECT id, operation_id, attempt + 1, bytes, sha256, identity, handed_at, 'Dead' FROM message_set LIMIT 1"
            }
            Rule::U5 => {
                "INSERT INTO message_set (id, operation_id, attempt, bytes, sha256, identity, handed_at, status)
                 SELECT 'C7SECOND', operation_id, attempt + 1, bytes, sha256, identity, handed_at, 'Open' FROM message_set WHERE status = 'Open' LIMIT 1"
            }
            Rule::U6 => "UPDATE event SET body = 'another' WHERE seq = 1",
        }
    }
}

fn breach(db: &Connection, rule: Rule) -> rusqlite::Result<Option<bool>> {
    db.prepare_cached("SAVEPOINT breach")?.execute([])?;
    let tried = db.prepare_cached(rule.breach()).and_then(|mut statement| statement.execute([]));
    db.prepare_cached("ROLLBACK TO breach")?.execute([])?;
    db.prepare_cached("RELEASE breach")?.execute([])?;
    match tried {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(false)),
        Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == ErrorCode::ConstraintViolation => {
            Ok(Some(true))
        }
        Err(other) => Err(other),
    }
}

impl Store {
    /// Whether the database refuses a breach of the rule by itself; none where there is nothing to break it with.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn refuses(&self, rule: Rule) -> Result<Option<bool>> {
        Ok(breach(&locked(&self.seam()?.db), rule)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_found_in_the_schema_word_for_word() {
        let schema = crate::store::schema::text();
        for rule in Rule::ALL {
            for (words, _) in rule.words() {
                assert!(schema.contains(words), "{rule:?}: `{words}` is no longer in the schema");
            }
        }
    }

    #[test]
    fn the_database_refuses_a_changed_event_unless_the_rule_is_taken_away() {
        for (without, refused) in [(None, Some(true)), (Some(Rule::U6), Some(false))] {
            let store = Store::in_memory(without).unwrap();
            store
                .write(crate::store::Lane::Person, |tx| tx.event("t", "Ann", "k", "s", &1).map(drop))
                .unwrap();
            assert_eq!(store.refuses(Rule::U6).unwrap(), refused);
        }
    }
}
