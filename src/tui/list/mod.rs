//! A long list: ids in order, cursor, marks, a range, and a window of rows around the cursor.
//!
//! Must never hold all rows: at 100,000 ids the rows that are kept are a few screens (design 2 "The screen is a
//! viewer of the store").

mod marks;

use marks::Marks;
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

/// Rows loaded beyond the visible ones on each side, in screens.
const MARGIN_SCREENS: usize = 3;

/// Ids in order with a cursor, marks, and the rows loaded around the cursor.
#[derive(Clone, Debug)]
pub struct List<I, R> {
    ids: Vec<I>,
    rows: HashMap<I, R>,
    cursor: usize,
    top: usize,
    height: usize,
    marks: Marks,
    range: Option<usize>,
    loaded: bool,
    /// Only the beginning of the list is known yet.
    partial: bool,
    /// The next ids are another list: the cursor goes to its first row.
    anew: bool,
}

impl<I: Copy + Eq + Hash, R> Default for List<I, R> {
    fn default() -> Self {
        List {
            ids: Vec::new(),
            rows: HashMap::new(),
            cursor: 0,
            top: 0,
            height: 10,
            marks: Marks::default(),
            range: None,
            loaded: false,
            partial: false,
            anew: false,
        }
    }
}

impl<I: Copy + Eq + Hash, R> List<I, R> {
    /// Takes a new order of ids; the cursor stays on its id where that is still there, marks on theirs.
    pub fn set_ids(&mut self, ids: Vec<I>) {
        let kept = self.current();
        let old = std::mem::replace(&mut self.ids, ids);
        self.loaded = true;
        self.partial = false;
        // Where it was before, it mostly is still: only a list that changed is walked.
        if std::mem::take(&mut self.anew) {
            self.cursor = 0;
        } else if let Some(id) = kept.filter(|_| kept != self.current())
            && let Some(at) = self.ids.iter().position(|other| *other == id)
        {
            self.cursor = at;
        }
        self.marks = self.marks.carried(&old, &self.ids);
        self.range = None;
        self.settle();
    }

    /// Takes the beginning of a new order, to be seen at once; the whole follows.
    pub fn set_first_ids(&mut self, ids: Vec<I>) {
        self.set_ids(ids);
        self.partial = true;
    }

    /// Another list follows: from its first row.
    pub fn begin_anew(&mut self) {
        self.ends(false);
        self.anew = true;
    }

    /// Whether more ids follow than are known.
    pub const fn is_partial(&self) -> bool {
        self.partial
    }

    /// Takes rows in place of those kept before.
    pub fn set_rows(&mut self, rows: impl IntoIterator<Item = (I, R)>) {
        self.rows = rows.into_iter().collect();
    }

    /// Whether ids were ever taken.
    pub const fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// All ids in order.
    pub fn ids(&self) -> &[I] {
        &self.ids
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Place of the cursor.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// The id under the cursor.
    pub fn current(&self) -> Option<I> {
        self.ids.get(self.cursor).copied()
    }

    /// The row of an id, where it is loaded.
    pub fn row(&self, id: I) -> Option<&R> {
        self.rows.get(&id)
    }

    /// The row under the cursor, where it is loaded.
    pub fn current_row(&self) -> Option<&R> {
        self.current().and_then(|id| self.row(id))
    }

    /// How many rows the screen shows; keeps the cursor on it.
    pub fn set_height(&mut self, height: usize) {
        self.height = height.max(1);
        self.settle();
    }

    /// Moves the cursor by rows.
    pub fn step(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by);
        self.settle();
    }

    /// Moves the cursor by screens; `half` by half a screen.
    pub fn page(&mut self, down: bool, half: bool) {
        let height = self.height.saturating_sub(1).max(1);
        let by = if half { height.div_ceil(2) } else { height };
        let by = isize::try_from(by).unwrap_or(1);
        self.step(if down { by } else { -by });
    }

    /// To the first row or the last.
    pub fn ends(&mut self, last: bool) {
        self.cursor = if last { usize::MAX } else { 0 };
        self.settle();
    }

    /// To a place in the list.
    pub fn go_to(&mut self, at: usize) {
        self.cursor = at;
        self.settle();
    }

    fn settle(&mut self) {
        self.cursor = self.cursor.min(self.ids.len().saturating_sub(1));
        if self.cursor < self.top {
            self.top = self.cursor;
        } else if self.cursor >= self.top + self.height {
            self.top = self.cursor + 1 - self.height;
        }
        self.top = self.top.min(self.ids.len().saturating_sub(self.height));
    }

    /// The place of the first row that is shown.
    pub const fn top(&self) -> usize {
        self.top
    }

    /// The rows on a screen of `height` rows, as places in the list.
    pub fn visible(&self, height: usize) -> Range<usize> {
        let top = if self.cursor >= self.top + height { self.cursor + 1 - height } else { self.top };
        top..(top + height).min(self.ids.len())
    }

    /// The ids whose rows should be loaded now, if any visible one is missing or `fresh` asks for all.
    pub fn wanted(&self, fresh: bool) -> Option<Vec<I>> {
        let seen = self.visible(self.height);
        // A screen ahead, so that somebody who goes on down never waits for rows.
        let near = seen.start.saturating_sub(self.height)..(seen.end + self.height).min(self.ids.len());
        let missing = self.ids.get(near).unwrap_or_default().iter().any(|id| !self.rows.contains_key(id));
        if (!missing && !fresh) || self.ids.is_empty() {
            return None;
        }
        let margin = self.height * MARGIN_SCREENS;
        let from = seen.start.saturating_sub(margin);
        let to = (seen.end + margin).min(self.ids.len());
        self.ids.get(from..to).map(<[I]>::to_vec)
    }

    /// Marks or unmarks the row under the cursor and goes down.
    pub fn toggle(&mut self) {
        if self.current().is_some() {
            self.marks.set(self.cursor, !self.marks.has(self.cursor));
            self.step(1);
        }
    }

    /// Starts a range at the cursor, or takes the range into the marks.
    pub fn toggle_range(&mut self) {
        match self.drawn() {
            None => self.range = Some(self.cursor),
            Some(range) => {
                self.marks.fill(range);
                self.range = None;
            }
        }
    }

    /// The range being drawn, as places in the list.
    fn drawn(&self) -> Option<Range<usize>> {
        let from = self.range?;
        let last = from.max(self.cursor) + 1;
        Some(from.min(self.cursor)..last.min(self.ids.len()))
    }

    /// Marks all shown; a second time unmarks all.
    pub fn toggle_all(&mut self) {
        self.range = None;
        if self.marks.count() == self.ids.len() {
            self.marks.clear();
        } else {
            self.marks.fill(0..self.ids.len());
        }
    }

    /// Takes marks and range away. Whether there were any.
    pub fn clear_marks(&mut self) -> bool {
        let had = self.marks.count() > 0 || self.range.is_some();
        self.marks.clear();
        self.range = None;
        had
    }

    /// How many rows are marked.
    pub const fn marked(&self) -> usize {
        self.marks.count()
    }

    /// Whether the row at a place is marked or in the range being drawn.
    pub fn is_marked(&self, at: usize) -> bool {
        self.marks.has(at) || self.drawn().is_some_and(|range| range.contains(&at))
    }

    /// The rows near the cursor that are marked, as far as they are loaded: what can be said of a million marks at once.
    pub fn marked_rows(&self) -> impl Iterator<Item = &R> {
        let seen = self.visible(self.height);
        let margin = self.height * MARGIN_SCREENS;
        let near = seen.start.saturating_sub(margin)..(seen.end + margin).min(self.ids.len());
        near.filter(|at| self.is_marked(*at)).filter_map(|at| self.rows.get(self.ids.get(at)?))
    }

    /// What a decision is about: the marks with the range, in order; else the row under the cursor.
    pub fn chosen(&self) -> Vec<I> {
        if self.marks.count() == 0 && self.range.is_none() {
            return self.current().into_iter().collect();
        }
        let mut marks = self.marks.clone();
        if let Some(range) = self.drawn() {
            marks.fill(range);
        }
        marks.places().filter_map(|at| self.ids.get(at).copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(count: u32) -> List<u32, u32> {
        let mut list = List::default();
        list.set_ids((0..count).collect());
        list.set_height(10);
        list
    }

    #[test]
    fn the_cursor_stays_on_its_row_when_rows_arrive_before_it() {
        let mut list = list(100);
        list.go_to(40);
        list.set_ids((0..100).map(|n| n + 1000).chain(0..100).collect());
        assert_eq!(list.current(), Some(40));
        assert!(list.visible(10).contains(&list.cursor()));
    }

    #[test]
    fn only_a_few_screens_of_rows_are_ever_asked_for() {
        let mut list = list(100_000);
        list.ends(true);
        let wanted = list.wanted(false).unwrap();
        assert!(wanted.len() <= 70, "{}", wanted.len());
        assert!(wanted.contains(&99_999));
        list.set_rows(wanted.into_iter().map(|id| (id, id)));
        assert_eq!(list.wanted(false), None);
        assert!(list.wanted(true).is_some());
    }

    #[test]
    fn a_range_and_marks_are_decided_together_and_in_order() {
        let mut list = list(10);
        list.go_to(8);
        list.toggle();
        list.go_to(2);
        list.toggle_range();
        list.step(2);
        assert_eq!(list.chosen(), [2, 3, 4, 8]);
        list.set_rows([(3, 30), (4, 40), (5, 50)]);
        assert_eq!(list.marked_rows().collect::<Vec<_>>(), [&30, &40]);
        list.toggle_range();
        assert_eq!(list.marked(), 4);
        assert!(list.clear_marks());
        assert_eq!(list.chosen(), [4]);
    }

    #[test]
    fn an_empty_list_has_nothing_to_decide_and_does_not_move() {
        let mut list = list(0);
        list.step(1);
        list.page(true, false);
        list.ends(true);
        list.toggle();
        assert!(list.chosen().is_empty());
        assert_eq!(list.visible(10), 0..0);
    }
}
