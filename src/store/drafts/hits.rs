//! Which drafts a condition leaves, as far as an index knows without reading a row: one bit for each.
//!
//! Must never leave out a draft that is asked for; one that is not may stand among them, and its row says so.

use super::DraftFilter;
use super::find::{CHANGED, Clause, amounts, index_of, question, words_of};
use super::sieves::Sieve;
use crate::base::{Day, DraftId};
use crate::books::find::Wanted;
use crate::store::{Reader, Result};
use rusqlite::params_from_iter;
use rusqlite::types::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Texts that wait for the index, beyond which it says too little.
const UNFOUND: i64 = 20_000;
/// Answers of indexes that are kept.
const TOLD: usize = 12;
/// Types of which there are too many for the index of types.
const FREQUENT: [&str; 3] = ["SalesOrder", "PurchaseOrder", "CreditNote"];

/// One bit for each id.
#[derive(Clone, Default)]
pub(super) struct Hits(Vec<u64>);

impl Hits {
    fn place(id: i64) -> Option<(usize, u32)> {
        let id = u64::try_from(id).ok()?;
        Some((usize::try_from(id / 64).ok()?, (id % 64) as u32))
    }

    pub(super) fn add(&mut self, id: i64) {
        let Some((word, bit)) = Self::place(id) else { return };
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    pub(super) fn has(&self, id: DraftId) -> bool {
        let Some((word, bit)) = Self::place(id.0) else { return false };
        self.0.get(word).is_some_and(|word| word >> bit & 1 == 1)
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many stand in both.
    pub(super) fn shared(&self, other: &Hits) -> usize {
        self.0.iter().zip(&other.0).map(|(word, other)| (word & other).count_ones() as usize).sum()
    }

    /// Those of what was left before, if anything was asked, that stand here too.
    pub(super) fn within(mut self, left: Option<&Hits>) -> Self {
        let Some(left) = left else { return self };
        self.0.truncate(left.0.len());
        for (word, left) in self.0.iter_mut().zip(&left.0) {
            *word &= left;
        }
        self
    }
}

/// A condition that an index of a column answers without reading a row.
pub(super) struct Known {
    /// The table, with the index where another would be taken.
    table: &'static str,
    pub(super) clause: Clause,
}

impl Known {
    /// The question for all that it leaves.
    pub(super) fn sql(&self) -> String {
        format!("SELECT id FROM {} WHERE {}", self.table, self.clause.sql)
    }
}

/// Each condition that an index of a column answers.
pub(super) fn conditions(wanted: &Wanted) -> Vec<Known> {
    let mut known = Vec::new();
    for (flag, table, sql) in [
        (wanted.gone == Some(true), "draft INDEXED BY draft_is_gone", "gone = 1"),
        (wanted.pending == Some(true), "draft INDEXED BY draft_is_pending", "pending = 1"),
        (wanted.warned == Some(true), "draft INDEXED BY draft_is_warned", "warned = 1"),
        (wanted.changed, "draft", CHANGED),
    ] {
        if flag {
            known.push(Known { table, clause: Clause { sql: sql.into(), values: Vec::new() } });
        }
    }
    let mut put = |make: &dyn Fn(&mut Clause)| {
        let mut clause = Clause::default();
        make(&mut clause);
        if !clause.sql.is_empty() {
            known.push(Known { table: "draft", clause });
        }
    };
    let owned = |words: Vec<&str>| words.into_iter().map(ToString::to_string).collect::<Vec<_>>();
    put(&|clause| amounts(wanted, clause));
    put(&|clause| clause.any_of("state", owned(wanted.states.iter().map(|state| state.word()).collect())));
    put(&|clause| clause.any_of("upper(currency)", wanted.currencies.clone()));
    put(&|clause| rare_types(wanted, clause));
    put(&|clause| clause.any_of("kind", owned(wanted.kinds.iter().map(|kind| kind.word()).collect())));
    put(&|clause| clause.any_of("month", wanted.months.iter().map(ToString::to_string).collect()));
    put(&|clause| days((wanted.from, wanted.to), clause));
    known
}

/// The index knows them where it can be seen that none of the frequent ones is asked for.
fn rare_types(wanted: &Wanted, clause: &mut Clause) {
    if wanted.types.is_empty() || wanted.types.iter().any(|word| FREQUENT.contains(&word.as_str())) {
        return;
    }
    clause.any_of("cin7_type", wanted.types.clone());
    clause.and(&format!("cin7_type NOT IN ('{}')", FREQUENT.join("', '")), []);
}

fn days((from, to): (Option<Day>, Option<Day>), clause: &mut Clause) {
    for (sql, day) in [("date >= ?", from), ("date <= ?", to)] {
        if let Some(day) = day {
            clause.and(sql, [Value::Text(day.to_string())]);
        }
    }
}

/// Whether the indexes of columns answer all that the filter line asks for.
pub(super) fn columns_tell_all(filter: &DraftFilter) -> bool {
    let wanted = &filter.wanted;
    let told = Wanted {
        kinds: wanted.kinds.clone(),
        types: wanted.types.iter().filter(|word| !FREQUENT.contains(&word.as_str())).cloned().collect(),
        states: wanted.states.clone(),
        currencies: wanted.currencies.clone(),
        months: wanted.months.clone(),
        from: wanted.from,
        to: wanted.to,
        least: wanted.least,
        most: wanted.most,
        warned: wanted.warned.filter(|is| *is),
        pending: wanted.pending.filter(|is| *is),
        gone: wanted.gone.filter(|is| *is),
        changed: wanted.changed,
        ..Wanted::default()
    };
    words_of(filter).is_empty() && *wanted == told
}

impl Reader<'_> {
    /// The drafts that the indexes of columns leave together; none where nothing is asked that they know.
    pub(super) fn hits_of_columns(&self, filter: &DraftFilter) -> Result<Option<Hits>> {
        let mut left: Option<Hits> = None;
        for known in conditions(&filter.wanted) {
            left = Some(self.read_hits(&known.sql(), known.clause.values)?.within(left.as_ref()));
        }
        Ok(left)
    }

    /// Rows that may hold all the words, by all their parts together; none where the index knows too little.
    pub(super) fn hits_of_words(&self, words: &[String]) -> Result<Option<Hits>> {
        if !self.knows_words()? {
            return Ok(None);
        }
        let mut left: Option<Hits> = None;
        for of in ["draft_triples", "draft_words"] {
            let asked = words.iter().map(|word| index_of(word)).filter(|(index, _)| *index == of);
            let parts: BTreeSet<String> = asked.flat_map(|(_, parts)| parts).collect();
            if !parts.is_empty() {
                left = Some(self.texts(of, question(parts))?.within(left.as_ref()));
            }
        }
        Ok(left)
    }

    /// What an index of words knows for a question, with the texts that wait for it.
    fn texts(&self, index: &str, question: String) -> Result<Hits> {
        let mut hits = self.read_hits(&texts_of(index), vec![Value::Text(question)])?;
        let mut statement = self.db.prepare_cached("SELECT draft_id FROM draft_unfound")?;
        for id in statement.query_map([], |row| row.get(0))? {
            hits.add(id?);
        }
        Ok(hits)
    }

    /// What an index leaves, read once as long as nothing is written.
    pub(super) fn sieved(&self, sieve: Sieve, told: &Told) -> Result<Arc<Hits>> {
        let question = format!("{} {:?}", sieve.sql, sieve.values);
        if let Some(hits) = told.of(&question) {
            return Ok(hits);
        }
        let hits = Arc::new(match (sieve.index, sieve.values.as_slice()) {
            (Some(index), [Value::Text(part)]) => self.texts(index, part.clone())?,
            _ => self.read_hits(&sieve.sql, sieve.values)?,
        });
        told.keep(question, &hits);
        Ok(hits)
    }

    /// What a question names.
    fn read_hits(&self, sql: &str, values: Vec<Value>) -> Result<Hits> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut hits = Hits::default();
        while let Some(row) = rows.next()? {
            hits.add(row.get(0)?);
        }
        Ok(hits)
    }

    /// Whether few enough texts wait for the index of words for it to say something.
    pub(super) fn knows_words(&self) -> Result<bool> {
        let waiting: i64 = self.row("SELECT COUNT(*) FROM draft_unfound", [], |row| row.get(0))?;
        Ok(waiting <= UNFOUND)
    }
}

/// The question to an index of words; the texts that wait for it are no part of the answer.
pub(super) fn texts_of(index: &str) -> String {
    format!("SELECT rowid FROM {index} WHERE {index} MATCH ?1")
}

/// What indexes said last: the next letter asks most of it again. Holds for as long as nothing is written.
#[derive(Default)]
pub struct Told(Mutex<Vec<(String, Arc<Hits>)>>);

impl Told {
    fn all(&self) -> MutexGuard<'_, Vec<(String, Arc<Hits>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, question: &str) -> Option<Arc<Hits>> {
        self.all().iter().find(|(of, _)| of == question).map(|(_, hits)| Arc::clone(hits))
    }

    fn keep(&self, question: String, hits: &Arc<Hits>) {
        let mut all = self.all();
        if all.len() >= TOLD {
            all.remove(0);
        }
        all.push((question, Arc::clone(hits)));
    }
}
