//! The first drafts that a filter's words find, where the order of the list is known: a letter of the filter line is
//! answered before all that it finds is read and sorted.
//!
//! Must never answer what [`Reader::first_drafts`] would not: indexes only say which ids of the order are worth looking
//! at, the rows themselves are asked, some at a time, until a screenful is there. What no index narrows is met soon by
//! walking the order; what stands late in it is narrowed first.

use super::find::{columns, text_clause, words_of};
use super::hits::{Hits, Told, columns_tell_all};
use super::{DraftFilter, DraftOrder};
use crate::base::DraftId;
use crate::store::{Reader, Result};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, params_from_iter};
use std::collections::HashSet;

/// Rows asked at a time.
const ROWS: usize = 128;
/// Rows at the beginning of an order that are asked at once, and how many where they say that so many will do.
const SOON: usize = 1_024;
const FURTHER: usize = 3 * SOON;
/// Drafts that are asked themselves rather than narrowed by one more index.
const FEW: usize = 1_000;

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
        told: &Told,
    ) -> Result<Option<Vec<DraftId>>> {
        let words = words_of(filter);
        if order.is_empty() {
            return Ok(None);
        }
        if words.is_empty() && limit.is_none() {
            return self.counted(order, filter);
        }
        let order = self.spanned(order, filter)?;
        if limit.is_none() {
            let Some(hits) = self.hits_of_words(&words)? else { return Ok(None) };
            return self.asked(order.iter().filter(|id| hits.has(**id)), filter, limit, usize::MAX);
        }
        // What stands in many rows is met at once, but where they stand all at the end.
        let mut walked = SOON;
        loop {
            let found = self.asked(order.iter().take(walked), filter, limit, usize::MAX)?;
            let (enough, found_now) = (limit.unwrap_or(usize::MAX), found.as_ref().map_or(0, Vec::len));
            if found_now >= enough || order.len() <= walked {
                return Ok(found);
            }
            if walked > SOON || found_now * (FURTHER / SOON) < enough {
                break;
            }
            walked = FURTHER;
        }
        self.narrowing(order, filter, &words, limit, told)
    }

    /// All drafts of a filter, where indexes of columns alone tell them: none of them is asked.
    fn counted(&self, order: &[DraftId], filter: &DraftFilter) -> Result<Option<Vec<DraftId>>> {
        if !columns_tell_all(filter) {
            return Ok(None);
        }
        let Some(hits) = self.hits_of_columns(filter)? else { return Ok(None) };
        Ok(Some(order.iter().copied().filter(|id| hits.has(*id)).collect()))
    }

    /// The first drafts of a filter among those that indexes leave, one index after the other until they are few.
    fn narrowing(
        &self,
        order: &[DraftId],
        filter: &DraftFilter,
        words: &[String],
        limit: Option<usize>,
        told: &Told,
    ) -> Result<Option<Vec<DraftId>>> {
        let among =
            |hits: &Hits, times| self.asked(order.iter().filter(|id| hits.has(**id)), filter, limit, times);
        let mut sample = self.sample(filter, words)?;
        let mut left: Option<Hits> = None;
        while let Some(sieve) = sample.take() {
            let narrowed = Hits::clone(&*self.sieved(sieve, told)?).within(left.as_ref());
            let few = narrowed.count() <= FEW;
            if !few
                && sample.promises(SOON, limit.unwrap_or(usize::MAX))
                && let Some(found) = among(&narrowed, SOON / ROWS)?
            {
                return Ok(Some(found));
            }
            left = Some(narrowed);
            if few {
                break;
            }
        }
        match left {
            Some(left) => among(&left, usize::MAX),
            None => Ok(None),
        }
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
    use crate::base::Cents;
    use crate::books::find::parse;
    use crate::store::{Lane, scratch};

    #[test]
    fn what_is_found_among_an_order_is_what_the_whole_list_begins_with() {
        let (_dir, store) = scratch();
        let drafts: Vec<DerivedDraft> = (0..2_500_i64)
            .map(|n| DerivedDraft {
                source: format!("SalesOrder/{n}"),
                posting_key: Some(format!("key{n}")),
                reference: format!("SO-{n}"),
                ref_number: n.to_string(),
                party_name: Some(["Acme West", "Müller Brothers", "Zenith"][(n % 3) as usize].into()),
                date: Some(format!("2026-{:02}-{:02}", 1 + n * 7 % 12, 1 + n % 28)),
                total: Some(Cents::new(n)),
                warned: n % 7 == 0,
                currency: if n % 50 == 0 { "EUR" } else { "USD" }.into(),
                cin7_type: if n % 40 == 0 { "Adjustment" } else { "SalesOrder" }.into(),
                ..derived("a", "one")
            })
            .collect();
        store
            .write(Lane::Bulk, move |tx| {
                drafts.iter().try_for_each(|draft| tx.save_derived(draft, "t").map(drop))?;
                Ok(tx.db.execute("UPDATE draft SET pending = id % 5 = 0", [])?)
            })
            .unwrap();
        for _ in 0..2 {
            let order = store.read(|r| r.draft_ids(&DraftFilter::default())).unwrap();
            let told = Told::default();
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
                "<3.50",
                ">4.50",
                "<3 acme 5",
                "is:pending",
                "is:warned zenith",
                "-is:gone",
                "currency:eur",
                "type:adjustment",
                "type:adjustment month:2026-04",
                "is:pending is:warned",
                "2026-1",
            ] {
                let filter = DraftFilter { wanted: parse(line).unwrap(), ..DraftFilter::default() };
                let whole = store.read(|r| r.draft_ids(&filter)).unwrap();
                let first = store.read(|r| r.first_among(&order, &filter, Some(50), &told)).unwrap().unwrap();
                assert_eq!(first, whole.iter().copied().take(50).collect::<Vec<_>>(), "{line}");
                let words = words_of(&filter);
                let narrowed = store.read(|r| r.narrowing(&order, &filter, &words, Some(50), &told)).unwrap();
                assert!(narrowed.is_none_or(|narrowed| narrowed == first), "{line}, by indexes");
                let all = store.read(|r| r.first_among(&order, &filter, None, &told)).unwrap();
                assert!(all.is_none_or(|all| all == whole), "{line}");
            }
            store.write(Lane::Bulk, |tx| tx.index_texts(1_700)).unwrap();
        }
        let order = store.read(|r| r.draft_ids(&DraftFilter::default())).unwrap();
        let all = store
            .read(|r| r.first_among(&order, &DraftFilter::default(), Some(5), &Told::default()))
            .unwrap()
            .unwrap();
        assert_eq!(all, order[..5], "no words: the beginning of the order");
    }
}
