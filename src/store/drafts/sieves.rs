//! Which indexes narrow a filter, and in which order they are worth asking: by a sample of rows, looked at whole.
//!
//! Must never decide what a filter finds: the sample only says what to read first.

use super::DraftFilter;
use super::find::{Clause, columns, index_of, text_clause};
use super::hits::{Hits, Known, conditions, texts_of};
use crate::store::{Reader, Result};
use rusqlite::types::Value;
use rusqlite::{params, params_from_iter};
use std::collections::BTreeSet;

/// Places of the table that the sample is taken from, and ids at each: far apart, since what is alike is written together.
const PLACES: i64 = 8;
const EACH: i64 = 256;

/// An index, asked for one condition.
pub(super) struct Sieve {
    /// That of words which it is, if it is one.
    pub(super) index: Option<&'static str>,
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
    /// What it leaves of the sample.
    leaves: Hits,
    count: usize,
}

/// Some rows, and what each index leaves of them.
pub(super) struct Sample {
    size: usize,
    /// What the filter finds among them.
    found: Hits,
    sieves: Vec<Sieve>,
    /// What the indexes that were taken leave together; none was taken yet.
    left: Option<Hits>,
}

impl Sample {
    /// The index that leaves least of what is left; none where no other would leave out much.
    pub(super) fn take(&mut self) -> Option<Sieve> {
        let left = |sieve: &Sieve| self.left.as_ref().map_or(sieve.count, |left| left.shared(&sieve.leaves));
        let best = (0..self.sieves.len())
            .filter_map(|at| self.sieves.get(at).map(|sieve| (left(sieve), sieve.count, at)))
            .min()?;
        let (leaves, count, at) = best;
        if let Some(before) = self.left.as_ref().map(Hits::count) {
            let leaves_out = before == 0 || leaves * 10 <= before * 9;
            if !leaves_out || count * 2 > self.size {
                return None;
            }
        }
        let mut sieve = self.sieves.swap_remove(at);
        self.left = Some(std::mem::take(&mut sieve.leaves).within(self.left.as_ref()));
        Some(sieve)
    }

    /// Whether so many rows of what is left probably hold so many that are asked for.
    pub(super) fn promises(&self, rows: usize, wanted: usize) -> bool {
        let left = self.left.as_ref().map_or(self.size, Hits::count);
        self.found.count() * rows >= wanted * left.max(1)
    }
}

impl Reader<'_> {
    /// Looks at a sample of all rows.
    pub(super) fn sample(&self, filter: &DraftFilter, words: &[String]) -> Result<Sample> {
        let newest: i64 = self.row("SELECT COALESCE(MAX(id), 0) FROM draft", [], |row| row.get(0))?;
        let places: Vec<(i64, i64)> = (0..PLACES)
            .map(|place| newest * place / PLACES + 1)
            .map(|first| (first, first + EACH - 1))
            .collect();
        let mut sample = self.looked_at(filter, words, &places)?;
        if self.knows_words()? {
            self.words_in(words, &places, &mut sample)?;
        }
        Ok(sample)
    }

    /// What the filter and each condition on a column find in some places.
    fn looked_at(&self, filter: &DraftFilter, words: &[String], places: &[(i64, i64)]) -> Result<Sample> {
        let mut all = columns(filter, false);
        text_clause(&filter.wanted, words, &mut all);
        if all.sql.is_empty() {
            all.and("1=1", []);
        }
        let known = conditions(&filter.wanted);
        let asked: Vec<&Clause> =
            std::iter::once(&all).chain(known.iter().map(|known| &known.clause)).collect();
        let columns: Vec<String> = asked.iter().map(|clause| format!("({})", clause.sql)).collect();
        let sql =
            format!("SELECT id, {} FROM draft NOT INDEXED WHERE id BETWEEN ? AND ?", columns.join(", "));
        let values: Vec<Value> = asked.iter().flat_map(|clause| clause.values.iter().cloned()).collect();
        let (mut size, mut hits) = (0, asked.iter().map(|_| Hits::default()).collect::<Vec<_>>());
        let mut statement = self.db.prepare(&sql)?;
        for (first, last) in places {
            let bounds = [Value::Integer(*first), Value::Integer(*last)];
            let mut rows = statement.query(params_from_iter(values.iter().cloned().chain(bounds)))?;
            while let Some(row) = rows.next()? {
                size += 1;
                for (at, hits) in hits.iter_mut().enumerate() {
                    if row.get::<_, Option<bool>>(at + 1)? == Some(true) {
                        hits.add(row.get(0)?);
                    }
                }
            }
        }
        let mut hits = hits.into_iter();
        let found = hits.next().unwrap_or_default();
        let sieve = |(known, leaves): (Known, Hits)| Sieve {
            index: None,
            sql: known.sql(),
            values: known.clause.values,
            count: leaves.count(),
            leaves,
        };
        Ok(Sample { size, found, sieves: known.into_iter().zip(hits).map(sieve).collect(), left: None })
    }

    /// What each part of the words finds in some places.
    fn words_in(&self, words: &[String], places: &[(i64, i64)], sample: &mut Sample) -> Result<()> {
        let of = |word: &String| {
            let (index, parts) = index_of(word);
            parts.into_iter().map(move |part| (index, part))
        };
        for (index, part) in words.iter().flat_map(of).collect::<BTreeSet<_>>() {
            let sql = format!("SELECT rowid FROM {index} WHERE {index} MATCH ?1 AND rowid BETWEEN ?2 AND ?3");
            let mut statement = self.db.prepare_cached(&sql)?;
            let mut leaves = Hits::default();
            for (first, last) in places {
                for id in statement.query_map(params![part, first, last], |row| row.get(0))? {
                    leaves.add(id?);
                }
            }
            let (sql, values) = (texts_of(index), vec![Value::Text(part)]);
            sample.sieves.push(Sieve { index: Some(index), sql, values, count: leaves.count(), leaves });
        }
        Ok(())
    }
}
