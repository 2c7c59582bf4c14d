//! The first drafts that a filter's words find, where the order of the list is known: a letter of the filter line is
//! answered before all that it finds is read and sorted.
//!
//! Must never answer what [`Reader::first_drafts`] would not: the index of words only says which ids of the order are
//! worth looking at, the rows themselves are asked, some at a time, until a screenful is there.

use super::find::{AND, columns, index_of, text_clause, words_of};
use super::{DraftFilter, DraftOrder};
use crate::base::DraftId;
use crate::store::{Reader, Result};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, params_from_iter};
use std::collections::{BTreeSet, HashSet};

/// Ids of which the index is asked how often a part of a word stands in them.
const SAMPLED: i64 = 2_000;
/// Of them, below which a part is rare enough to be asked for beside a rarer one.
const RARE: i64 = SAMPLED / 100;
/// How much more frequent than the rarest part another may be: what it leaves out is worth less than reading it.
const WORTH: i64 = 3;
/// Rows asked at a time.
const ROWS: usize = 128;
/// Rows at the beginning that are asked first where a word stands in very many.
const SAMPLE: usize = 1_024;
/// Times that rows are asked where no word says which of them, before another way is taken.
const TIMES: usize = 24;
/// Texts that wait for the index, beyond which it says too little.
const UNFOUND: i64 = 20_000;

/// One bit for each id.
#[derive(Default)]
struct Hits(Vec<u64>);

impl Hits {
    fn place(id: i64) -> Option<(usize, u32)> {
        let id = u64::try_from(id).ok()?;
        Some((usize::try_from(id / 64).ok()?, (id % 64) as u32))
    }

    fn add(&mut self, id: i64) {
        let Some((word, bit)) = Self::place(id) else { return };
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    fn has(&self, id: DraftId) -> bool {
        let Some((word, bit)) = Self::place(id.0) else { return false };
        self.0.get(word).is_some_and(|word| word >> bit & 1 == 1)
    }
}

impl Reader<'_> {
    /// The drafts of a filter, or the first of them, among the ids of its list without it and in their order: nothing is
    /// sorted. None where that is not the quick way.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn first_among(
        &self,
        order: &[DraftId],
        filter: &DraftFilter,
        limit: Option<usize>,
    ) -> Result<Option<Vec<DraftId>>> {
        let words = words_of(filter);
        if order.is_empty() || (words.is_empty() && limit.is_none()) {
            return Ok(None);
        }
        if self.few(filter)?.is_some() {
            return Ok(None);
        }
        let order = self.spanned(order, filter)?;
        if words.is_empty() {
            return self.asked(order.iter(), filter, limit, TIMES);
        }
        if limit.is_some() {
            // Words that stand in many rows are met at once, but where they stand all at the end.
            let soon = self.asked(order.iter().take(SAMPLE), filter, limit, usize::MAX)?;
            if soon.as_ref().is_some_and(|found| Some(found.len()) == limit || order.len() <= SAMPLE) {
                return Ok(soon);
            }
        }
        let Some(hits) = self.hits(&words, limit.is_some())? else { return Ok(None) };
        self.asked(order.iter().filter(|id| hits.has(**id)), filter, limit, usize::MAX)
    }

    /// The part of an order by date in which the days lie that a filter names; the whole order where it names none.
    fn spanned<'o>(&self, order: &'o [DraftId], filter: &DraftFilter) -> Result<&'o [DraftId]> {
        let wanted = &filter.wanted;
        let months: Vec<String> =
            wanted.months.iter().map(ToString::to_string).chain(filter.month.iter().cloned()).collect();
        let from = wanted.from.map(|day| day.to_string()).max(months.iter().min().cloned());
        let to =
            [wanted.to.map(|day| day.to_string()), months.iter().max().map(|month| format!("{month}-99"))];
        let to = to.into_iter().flatten().min();
        if filter.order != DraftOrder::Date || (from.is_none() && to.is_none()) {
            return Ok(order);
        }
        let first = match &from {
            Some(from) => self.place(order, |date| date < from.as_str())?,
            None => 0,
        };
        let end = match &to {
            Some(to) => self.place(order, |date| date <= to.as_str())?,
            None => order.len(),
        };
        Ok(order.get(first..end).unwrap_or_default())
    }

    /// How many ids of an order by date come before a day; those without a date stand at its end.
    fn place(&self, order: &[DraftId], is_before: impl Fn(&str) -> bool) -> Result<usize> {
        let mut statement = self.db.prepare_cached("SELECT date FROM draft WHERE id = ?1")?;
        let (mut first, mut end) = (0, order.len());
        while first < end {
            let middle = first + (end - first) / 2;
            let Some(id) = order.get(middle) else { break };
            let date: Option<Option<String>> = statement.query_row([id.0], |row| row.get(0)).optional()?;
            if date.flatten().is_some_and(|date| is_before(&date)) {
                first = middle + 1;
            } else {
                end = middle;
            }
        }
        Ok(first)
    }

    /// Rows that may hold the words as far as an index knows, with those that wait for it. `quick`: by the rarest parts of
    /// the words alone, where all parts together would only leave out a few more.
    fn hits(&self, words: &[String], quick: bool) -> Result<Option<Hits>> {
        let waiting: i64 = self.row("SELECT COUNT(*) FROM draft_unfound", [], |row| row.get(0))?;
        if waiting > UNFOUND {
            return Ok(None);
        }
        // Together they leave least; where all are short, their beginnings.
        let questions: Vec<(&str, String)> = words.iter().map(|word| index_of(word)).collect();
        let index = if questions.iter().any(|(index, _)| *index == "draft_triples") {
            "draft_triples"
        } else {
            "draft_words"
        };
        let asked = questions.into_iter().filter(|(of, _)| *of == index).map(|(_, question)| question);
        let mut asked = asked.collect::<Vec<_>>().join(AND);
        if quick {
            asked = self.rarest_parts(index, &asked)?;
        }
        let sql = format!("SELECT rowid FROM {index} WHERE {index} MATCH ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query([asked])?;
        let mut hits = Hits::default();
        while let Some(row) = rows.next()? {
            hits.add(row.get(0)?);
        }
        let mut statement = self.db.prepare_cached("SELECT draft_id FROM draft_unfound")?;
        for id in statement.query_map([], |row| row.get(0))? {
            hits.add(id?);
        }
        Ok(Some(hits))
    }

    /// The parts of a question to an index that leave least to look at, by how often they stand in some ids of the middle.
    fn rarest_parts(&self, index: &str, question: &str) -> Result<String> {
        let newest: i64 = self.row("SELECT COALESCE(MAX(id), 0) FROM draft", [], |row| row.get(0))?;
        let first = (newest - SAMPLED).max(0) / 2;
        let sql = format!("SELECT COUNT(*) FROM {index} WHERE {index} MATCH ?1 AND rowid BETWEEN ?2 AND ?3");
        let mut statement = self.db.prepare_cached(&sql)?;
        let parts: BTreeSet<&str> = question.split(AND).collect();
        let mut counted = Vec::new();
        for part in parts {
            let values = rusqlite::params![part, first, first + SAMPLED];
            let count: i64 = statement.query_row(values, |row| row.get(0))?;
            counted.push((count, part));
        }
        counted.sort_unstable();
        let most = counted.first().map_or(0, |(fewest, _)| (fewest * WORTH).max(RARE));
        let taken: Vec<&str> =
            counted.iter().filter(|(count, _)| *count <= most).map(|(_, part)| *part).collect();
        Ok(taken.join(AND))
    }

    /// The first of some ids whose rows are what the filter asks for; none where they are too far apart.
    fn asked<'a>(
        &self,
        ids: impl Iterator<Item = &'a DraftId>,
        filter: &DraftFilter,
        limit: Option<usize>,
        times: usize,
    ) -> Result<Option<Vec<DraftId>>> {
        let mut clause = columns(filter, false);
        text_clause(&filter.wanted, &words_of(filter), &mut clause);
        if clause.sql.is_empty() {
            clause.and("1=1", []);
        }
        let marks = vec!["?"; ROWS].join(",");
        let sql = format!("SELECT id FROM draft NOT INDEXED WHERE id IN ({marks}) AND {}", clause.sql);
        let mut statement = self.db.prepare(&sql)?;
        let (mut found, mut ids) = (Vec::new(), ids.copied().peekable());
        for _ in 0..times {
            let some: Vec<DraftId> = ids.by_ref().take(ROWS).collect();
            // No row has the id with which a shorter part is filled up.
            let asked =
                some.iter().map(|id| id.0).chain(std::iter::repeat(-1)).take(ROWS).map(Value::Integer);
            let rows = statement
                .query_map(params_from_iter(asked.chain(clause.values.iter().cloned())), |row| row.get(0))?;
            let right: HashSet<i64> = rows.collect::<rusqlite::Result<_>>()?;
            found.extend(some.into_iter().filter(|id| right.contains(&id.0)));
            if limit.is_some_and(|limit| found.len() >= limit) || ids.peek().is_none() {
                found.truncate(limit.unwrap_or(usize::MAX));
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::DerivedDraft;
    use super::super::tests::derived;
    use super::*;
    use crate::books::find::parse;
    use crate::store::{Lane, scratch};

    #[test]
    fn what_is_found_among_an_order_is_what_the_whole_list_begins_with() {
        let (_dir, store) = scratch();
        let drafts: Vec<DerivedDraft> = (0..600_i64)
            .map(|n| DerivedDraft {
                source: format!("SalesOrder/{n}"),
                posting_key: Some(format!("key{n}")),
                reference: format!("SO-{n}"),
                ref_number: n.to_string(),
                party_name: Some(["Acme West", "Müller Brothers", "Zenith"][(n % 3) as usize].into()),
                date: Some(format!("2026-{:02}-{:02}", 1 + n * 7 % 12, 1 + n % 28)),
                ..derived("a", "one")
            })
            .collect();
        store
            .write(Lane::Bulk, move |tx| {
                drafts.iter().try_for_each(|draft| tx.save_derived(draft, "t").map(drop))
            })
            .unwrap();
        for _ in 0..2 {
            let order = store.read(|r| r.draft_ids(&DraftFilter::default())).unwrap();
            for line in [
                "acme",
                "ac",
                "brothers 5",
                "zzz",
                "we",
                "acme -west",
                "kind:invoice müller",
                "so-59",
                "kind:invoice",
                "month:2026-03",
                "month:2026-03,2026-05 acme",
                "from:2026-02-10 to:2026-04-02 we",
                "from:2026-11-01 zenith",
                "month:2019-01 acme",
            ] {
                let filter = DraftFilter { wanted: parse(line).unwrap(), ..DraftFilter::default() };
                let whole = store.read(|r| r.draft_ids(&filter)).unwrap();
                let first = store.read(|r| r.first_among(&order, &filter, Some(50))).unwrap().unwrap();
                assert_eq!(first, whole.iter().copied().take(50).collect::<Vec<_>>(), "{line}");
                let all = store.read(|r| r.first_among(&order, &filter, None)).unwrap();
                assert!(all.is_none_or(|all| all == whole), "{line}");
            }
            store.write(Lane::Bulk, |tx| tx.index_texts(400)).unwrap();
        }
        let order = store.read(|r| r.draft_ids(&DraftFilter::default())).unwrap();
        let all = store.read(|r| r.first_among(&order, &DraftFilter::default(), Some(5))).unwrap().unwrap();
        assert_eq!(all, order[..5], "no words: the beginning of the order");
    }
}
