//! Finding drafts by the filter line: text by an index, everything else by columns.
//!
//! Must never read all texts for a word that stands in few of them: words of three letters and more go through an index
//! of letter triples, shorter ones through one of word beginnings (design section 7). A word that stands in very many is
//! looked for along the order of the list instead, which ends as soon as a screenful is there. What was written since
//! the last [`Tx::index_texts`] is looked at whole.

use super::{DraftFilter, DraftOrder};
use crate::base::DraftId;
use crate::books::TxnKind;
use crate::books::find::Wanted;
use crate::store::{Reader, Result, Tx};
use rusqlite::types::Value;
use rusqlite::{params, params_from_iter};
use std::collections::BTreeSet;

/// Beyond this many hits the index is no help any more: the list's order is walked.
const FEW: i64 = 20_000;
/// Drafts up to which the index of states or of totals leaves so few that they are read and sorted at once.
const SOON_SORTED: i64 = 2_000;
/// Letters of a triple.
const TRIPLE: usize = 3;

/// A change of a posted document to decide about, or one that a person made in QuickBooks: both by their indexes.
pub(super) const CHANGED: &str = "id IN (SELECT id FROM draft WHERE proposal IS NOT NULL AND proposal <> 'Excluded' \
    UNION ALL SELECT id FROM draft WHERE state = 'DriftedInQuickBooks')";

/// A condition in SQL and its values, in order.
#[derive(Debug, Default)]
pub(super) struct Clause {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Clause {
    pub(super) fn and(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        if !self.sql.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    pub(super) fn any_of(&mut self, column: &str, words: Vec<String>) {
        if !words.is_empty() {
            let marks = vec!["?"; words.len()].join(",");
            self.and(&format!("{column} IN ({marks})"), words.into_iter().map(Value::Text));
        }
    }
}

/// What the columns say, without the text. `listed`: along the order of the list, where the index of that order has the
/// state too; the index of states would leave the rest to be sorted.
pub(super) fn columns(filter: &DraftFilter, listed: bool) -> Clause {
    let state = if listed && filter.order == DraftOrder::Date { "+state" } else { "state" };
    let wanted = &filter.wanted;
    let mut clause = Clause::default();
    let states: Vec<String> = filter.states.iter().map(|s| s.word().to_string()).collect();
    if filter.with_changes && !states.is_empty() {
        let marks = vec!["?"; states.len()].join(",");
        let twice = states.iter().chain(&states).cloned().map(Value::Text);
        clause.and(&format!("(state IN ({marks}) OR proposal IN ({marks}))"), twice);
    } else {
        clause.any_of(state, states);
    }
    if filter.changed || wanted.changed {
        clause.and(CHANGED, []);
    }
    clause.any_of(state, wanted.states.iter().map(|s| s.word().to_string()).collect());
    clause.any_of("kind", filter.kind.iter().map(|k| k.word().to_string()).collect());
    clause.any_of("kind", wanted.kinds.iter().map(|k: &TxnKind| k.word().to_string()).collect());
    clause.any_of("cin7_type", wanted.types.clone());
    clause.any_of("+upper(currency)", wanted.currencies.clone());
    clause.any_of("month", filter.month.iter().cloned().collect());
    clause.any_of("party_name", filter.party.iter().cloned().collect());
    clause.any_of("month", wanted.months.iter().map(ToString::to_string).collect());
    let day = |sql: &str, day: Option<crate::base::Day>, clause: &mut Clause| {
        if let Some(day) = day {
            clause.and(sql, [Value::Text(day.to_string())]);
        }
    };
    day("date >= ?", wanted.from, &mut clause);
    day("date <= ?", wanted.to, &mut clause);
    amounts(wanted, &mut clause);
    if let (Some(old), Some(oldest)) = (wanted.old, &filter.oldest) {
        let sql = if old { "month < ?" } else { "(month IS NULL OR month >= ?)" };
        clause.and(sql, [Value::Text(oldest.clone())]);
    }
    for (column, flag) in [("warned", wanted.warned), ("pending", wanted.pending), ("gone", wanted.gone)] {
        if let Some(flag) = flag {
            // Not a value: the index of those that are is only used where it can be seen.
            clause.and(&format!("{column} = {}", i64::from(flag)), []);
        }
    }
    clause
}

/// The limits of the total, in cents.
pub(super) fn amounts(wanted: &Wanted, clause: &mut Clause) {
    for (sql, amount) in [("total >= ?", wanted.least), ("total <= ?", wanted.most)] {
        if let Some(amount) = amount {
            clause.and(sql, [Value::Integer(amount.get())]);
        }
    }
}

/// The states that a draft must have one of, where its column alone decides; none where every state will do.
fn states_of(filter: &DraftFilter) -> Vec<String> {
    let (listed, typed) = (&filter.states, &filter.wanted.states);
    let listed = if filter.with_changes { &[][..] } else { listed.as_slice() };
    let states: Vec<_> = match (listed, typed.as_slice()) {
        ([], typed) => typed.to_vec(),
        (listed, []) => listed.to_vec(),
        (listed, typed) => typed.iter().filter(|state| listed.contains(state)).copied().collect(),
    };
    states.iter().map(|state| state.word().to_string()).collect()
}

/// The index that knows a word, and the parts of the question to it: all must hold.
pub(super) fn index_of(word: &str) -> (&'static str, BTreeSet<String>) {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < TRIPLE {
        return ("draft_words", BTreeSet::from([format!("\"{word}\"*")]));
    }
    let triples =
        letters.windows(TRIPLE).map(|triple| format!("\"{}\"", triple.iter().collect::<String>())).collect();
    ("draft_triples", triples)
}

/// The question to an index of parts that must all hold.
pub(super) fn question(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(" AND ")
}

/// Words of the text condition and of the filter line, folded.
pub(super) fn words_of(filter: &DraftFilter) -> Vec<String> {
    let typed = crate::base::text::fold(&filter.text);
    let typed = typed.split(' ').filter(|word| !word.is_empty()).map(ToString::to_string);
    typed.chain(filter.wanted.words.iter().cloned()).collect()
}

/// The text itself, checked letter by letter: an index only says where it is worth looking. Short words stand at the
/// beginning of a word.
pub(super) fn text_clause(wanted: &Wanted, words: &[String], clause: &mut Clause) {
    for word in words {
        if word.chars().count() < TRIPLE {
            clause.and("instr(' ' || search, ?) > 0", [Value::Text(format!(" {word}"))]);
        } else {
            clause.and("instr(search, ?) > 0", [Value::Text(word.clone())]);
        }
    }
    for word in &wanted.without {
        clause.and("instr(search, ?) = 0", [Value::Text(word.clone())]);
    }
}

impl Reader<'_> {
    /// Ids of the drafts that a list shows, in its order; at most `limit` of them.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn first_drafts(&self, filter: &DraftFilter, limit: Option<usize>) -> Result<Vec<DraftId>> {
        let mut clause = self.narrowed_in(filter, true)?;
        let mut sql = format!("SELECT id FROM draft WHERE {} ORDER BY {}", clause.sql, filter.order.sql());
        if let Some(limit) = limit {
            sql.push_str(" LIMIT ?");
            clause.values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        }
        // Each shape of filter is a statement of its own: kept ones would only take room.
        let mut statement = self.db.prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(clause.values), |row| row.get(0).map(DraftId))?;
        let mut ids: Vec<DraftId> = rows.collect::<rusqlite::Result<_>>()?;
        // They are kept as long as the list is looked at.
        ids.shrink_to_fit();
        Ok(ids)
    }

    /// Everything that a filter asks for, with the index that leaves least to look at.
    pub(super) fn narrowed(&self, filter: &DraftFilter) -> Result<Clause> {
        self.narrowed_in(filter, false)
    }

    fn narrowed_in(&self, filter: &DraftFilter, listed: bool) -> Result<Clause> {
        let words = words_of(filter);
        let few = self.few(filter)?;
        let mut clause = columns(filter, listed && few.is_none());
        text_clause(&filter.wanted, &words, &mut clause);
        if let Some(few) = few {
            clause.and(&few.sql, few.values);
        } else if let Some((index, question)) = self.rarest(&words)? {
            let sql = format!(
                "id IN (SELECT rowid FROM {index} WHERE {index} MATCH ? UNION ALL SELECT draft_id FROM draft_unfound)"
            );
            clause.and(&sql, [Value::Text(question)]);
        }
        if clause.sql.is_empty() {
            clause.and("1=1", []);
        }
        Ok(clause)
    }

    /// The condition on state or total that leaves only few drafts by its own index, whatever else is asked of them.
    pub(super) fn few(&self, filter: &DraftFilter) -> Result<Option<Clause>> {
        let mut states = Clause::default();
        states.any_of("state", states_of(filter));
        let mut totals = Clause::default();
        amounts(&filter.wanted, &mut totals);
        for clause in [states, totals] {
            if clause.sql.is_empty() {
                continue;
            }
            let rows = format!("SELECT id FROM draft WHERE {}", clause.sql);
            let sql = format!("SELECT COUNT(*) FROM ({rows} LIMIT {})", SOON_SORTED + 1);
            let mut count = self.db.prepare(&sql)?;
            let count: i64 = count.query_row(params_from_iter(clause.values.iter()), |row| row.get(0))?;
            if count <= SOON_SORTED {
                return Ok(Some(Clause { sql: format!("id IN ({rows})"), values: clause.values }));
            }
        }
        Ok(None)
    }

    /// The word that leaves least to look at, where its index leaves little enough.
    fn rarest(&self, words: &[String]) -> Result<Option<(&'static str, String)>> {
        let mut best: Option<(i64, (&'static str, String))> = None;
        for word in words {
            let (index, parts) = index_of(word);
            let question = question(parts);
            let sql = format!(
                "SELECT COUNT(*) FROM (SELECT rowid FROM {index} WHERE {index} MATCH ?1 LIMIT {})",
                FEW + 1
            );
            let hits: i64 = self.db.prepare_cached(&sql)?.query_row([&question], |row| row.get(0))?;
            if hits <= FEW && best.as_ref().is_none_or(|(fewest, _)| hits < *fewest) {
                best = Some((hits, (index, question)));
            }
        }
        Ok(best.map(|(_, found)| found))
    }
}

impl Tx<'_> {
    /// Puts the texts of at most so many drafts into the index of words. Returns how many they were.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn index_texts(&self, most: usize) -> Result<usize> {
        let mut waiting = self.db.prepare_cached(
            "SELECT u.draft_id, u.indexed, d.search FROM draft_unfound u JOIN draft d ON d.id = u.draft_id
             ORDER BY u.draft_id LIMIT ?1",
        )?;
        let rows = waiting.query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        let rows: Vec<(i64, String, String)> = rows.collect::<rusqlite::Result<_>>()?;
        for index in ["draft_triples", "draft_words"] {
            let mut take_out = self.db.prepare_cached(&format!(
                "INSERT INTO {index} ({index}, rowid, search) VALUES ('delete', ?1, ?2)"
            ))?;
            let mut put_in =
                self.db.prepare_cached(&format!("INSERT INTO {index} (rowid, search) VALUES (?1, ?2)"))?;
            for (id, indexed, search) in &rows {
                if !indexed.is_empty() {
                    take_out.execute(params![id, indexed])?;
                }
                if !search.is_empty() {
                    put_in.execute(params![id, search])?;
                }
            }
        }
        if let Some((last, ..)) = rows.last() {
            self.db.prepare_cached("DELETE FROM draft_unfound WHERE draft_id <= ?1")?.execute([last])?;
        }
        Ok(rows.len())
    }
}

impl Reader<'_> {
    /// Whether texts wait for the index of words.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn texts_wait(&self) -> Result<bool> {
        Ok(self.db.query_row("SELECT EXISTS (SELECT 1 FROM draft_unfound)", [], |row| row.get(0))?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::DerivedDraft;
    use super::super::tests::derived;
    use super::*;
    use crate::base::Cents;
    use crate::books::find::parse;
    use crate::store::{Lane, Store, scratch};

    fn store_of(drafts: &[(&str, &str, i64, &str)]) -> (tempfile::TempDir, Store) {
        let (dir, store) = scratch();
        for (number, (reference, party, cents, date)) in drafts.iter().enumerate() {
            let draft = DerivedDraft {
                source: format!("SalesOrder/{number}"),
                posting_key: Some(format!("key{number}")),
                reference: (*reference).into(),
                ref_number: (*reference).into(),
                party_name: Some((*party).into()),
                total: Some(Cents::new(*cents)),
                date: Some((*date).into()),
                month: date.get(..7).map(Into::into),
                ..derived("a", "one")
            };
            store.write(Lane::Bulk, move |tx| tx.save_derived(&draft, "t")).unwrap();
        }
        (dir, store)
    }

    fn found(store: &Store, line: &str, limit: Option<usize>) -> Vec<i64> {
        let filter = DraftFilter { wanted: parse(line).unwrap(), ..DraftFilter::default() };
        store.read(|r| r.first_drafts(&filter, limit)).unwrap().into_iter().map(|id| id.0).collect()
    }

    const BOOKS: &[(&str, &str, i64, &str)] = &[
        ("SO-1001", "Acme West", 46_134, "2026-02-05"),
        ("SO-1002", "Müller Brothers", 100_000, "2026-02-03"),
        ("SO-2001", "Acme East", 5_000, "2026-03-01"),
    ];

    #[test]
    fn words_find_what_holds_them_and_short_ones_stand_at_the_beginning_of_a_word() {
        let (_dir, store) = store_of(BOOKS);
        assert_eq!(found(&store, "acme", None), [1, 3]);
        assert_eq!(found(&store, "acme west", None), [1]);
        assert_eq!(found(&store, "cme", None), [1, 3], "letters in the middle, from three on");
        assert_eq!(found(&store, "we", None), [1]);
        assert_eq!(found(&store, "es", None), Vec::<i64>::new(), "two letters in the middle of a word");
        assert_eq!(found(&store, "müller", None), [2], "in the form that people type");
        assert_eq!(found(&store, "acme -east", None), [1]);
        assert_eq!(found(&store, "461.34", None), [1]);
    }

    #[test]
    fn what_is_old_lies_before_the_first_month_that_the_settings_list() {
        let (_dir, store) = store_of(BOOKS);
        let found = |line: &str| -> Vec<i64> {
            let oldest = Some("2026-03".to_string());
            let filter = DraftFilter { wanted: parse(line).unwrap(), oldest, ..DraftFilter::default() };
            store.read(|r| r.first_drafts(&filter, None)).unwrap().into_iter().map(|id| id.0).collect()
        };
        assert_eq!(found("is:old"), [2, 1]);
        assert_eq!(found("is:old acme"), [1]);
        assert_eq!(found("is:recent"), [3]);
    }

    #[test]
    fn what_the_index_has_taken_in_is_found_like_what_waits_for_it() {
        let (_dir, store) = store_of(BOOKS);
        let index = |most| store.write(Lane::Bulk, move |tx| tx.index_texts(most)).unwrap();
        assert!(store.read(|r| r.texts_wait()).unwrap());
        assert_eq!(index(2), 2, "two in the index, one beside it");
        for _ in 0..2 {
            assert_eq!(found(&store, "acme", None), [1, 3]);
            assert_eq!(found(&store, "we", None), [1]);
            index(10);
        }
        assert!(!store.read(|r| r.texts_wait()).unwrap());
        let moved = DerivedDraft {
            source: "SalesOrder/0".into(),
            party_name: Some("Zenith".into()),
            ..derived("b", "one")
        };
        store.write(Lane::Bulk, move |tx| tx.save_derived(&moved, "t")).unwrap();
        for _ in 0..2 {
            assert_eq!(found(&store, "acme", None), [3]);
            assert_eq!(found(&store, "zenith", None), [1]);
            index(10);
        }
    }

    #[test]
    fn a_posted_draft_is_listed_by_the_state_of_its_change_too_where_that_is_asked_for() {
        let (_dir, store) = store_of(&BOOKS[..2]);
        store
            .write(Lane::Person, |tx| {
                tx.db.execute("UPDATE draft SET state = 'Posted', proposal = 'Ready' WHERE id = 1", [])?;
                Ok(())
            })
            .unwrap();
        let ready = |with_changes| {
            let states = vec![crate::books::DraftState::Ready];
            let filter = DraftFilter { states, with_changes, ..DraftFilter::default() };
            store.read(|r| r.first_drafts(&filter, None)).unwrap().len()
        };
        assert_eq!((ready(false), ready(true)), (1, 2));
    }

    #[test]
    fn columns_narrow_and_the_list_keeps_its_order() {
        let (_dir, store) = store_of(BOOKS);
        assert_eq!(found(&store, "", None), [2, 1, 3], "by date");
        assert_eq!(found(&store, "", Some(2)), [2, 1]);
        assert_eq!(found(&store, "month:2026-02 >461.34", None), [2]);
        assert_eq!(found(&store, "kind:invoice state:ready <=50", None), [3]);
        assert_eq!(found(&store, "kind:bill", None), Vec::<i64>::new());
        let by_amount = DraftFilter { order: DraftOrder::Amount, ..DraftFilter::default() };
        let ids = store.read(|r| r.first_drafts(&by_amount, None)).unwrap();
        assert_eq!(ids.into_iter().map(|id| id.0).collect::<Vec<_>>(), [2, 1, 3]);
    }

    #[test]
    fn what_few_drafts_are_is_found_by_its_own_index_and_in_the_order_of_the_list() {
        let (_dir, store) = store_of(BOOKS);
        store
            .write(Lane::Person, |tx| {
                tx.db.execute("UPDATE draft SET state = 'Held' WHERE id <> 2", [])?;
                Ok(())
            })
            .unwrap();
        let filter = |line: &str, states: Vec<crate::books::DraftState>| DraftFilter {
            wanted: parse(line).unwrap(),
            states,
            ..DraftFilter::default()
        };
        let few = |line: &str| store.read(|r| r.few(&filter(line, Vec::new()))).unwrap();
        assert!(few("state:held").is_some_and(|clause| clause.sql.contains("state IN")));
        assert!(few("<100").is_some_and(|clause| clause.sql.contains("total")));
        assert!(few("acme").is_none());
        assert_eq!(found(&store, "state:held", None), [1, 3]);
        assert_eq!(found(&store, "state:held west", None), [1]);
        assert_eq!(found(&store, "<1000", None), [1, 3]);
        assert_eq!(found(&store, "state:held <100", Some(1)), [3]);
        let ready = filter("state:held", vec![crate::books::DraftState::Ready]);
        assert_eq!(store.read(|r| r.first_drafts(&ready, None)).unwrap().len(), 0, "both must hold");
    }

    #[test]
    fn a_draft_that_changes_its_text_is_found_by_the_new_one_only() {
        let (_dir, store) = store_of(&BOOKS[..1]);
        let moved = DerivedDraft {
            source: "SalesOrder/0".into(),
            party_name: Some("Zenith".into()),
            inputs: "b".into(),
            ..derived("b", "one")
        };
        store.write(Lane::Bulk, move |tx| tx.save_derived(&moved, "t")).unwrap();
        assert_eq!(found(&store, "acme", None), Vec::<i64>::new());
        assert_eq!(found(&store, "zenith", None), [1]);
    }
}
