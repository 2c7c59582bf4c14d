//! What lives only as long as one QuickBooks session: the iterators (`qbxml.md` 7, `web-connector.md` 9).
//!
//! Must never be saved: an iterator dies with its session.

use crate::sim::xml::El;
use std::collections::HashMap;

/// One session.
#[derive(Clone, Debug, Default)]
pub struct Session {
    iterators: HashMap<String, Iterator>,
    started: u64,
}

/// An iterator: the request that began it and what is left.
#[derive(Clone, Debug)]
struct Iterator {
    request: El,
    left: Vec<String>,
}

/// A page of an iterated query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Ids of this page.
    pub ids: Vec<String>,
    /// iteratorID.
    pub iterator: String,
    /// iteratorRemainingCount.
    pub remaining: usize,
}

impl Session {
    /// Ends the session: its iterators are gone.
    pub fn end(&mut self) {
        self.iterators.clear();
    }

    /// Begins to iterate over ids; the number of the iterator only has to be new.
    pub fn start(&mut self, request: &El, ids: Vec<String>, size: usize) -> Page {
        self.started += 1;
        let iterator = format!("{{5eab0000-0000-4000-8000-{:012x}}}", self.started);
        self.iterators.insert(iterator.clone(), Iterator { request: bare(request), left: ids });
        self.page(&iterator, size)
    }

    /// The next page; `None` where there is no such iterator or the filters are not the same.
    pub fn proceed(&mut self, request: &El, iterator: &str, size: usize) -> Option<Page> {
        let known = self.iterators.get(iterator)?;
        (known.request == bare(request)).then(|| self.page(iterator, size))
    }

    /// Drops an iterator; whether there was one.
    pub fn stop(&mut self, iterator: &str) -> bool {
        self.iterators.remove(iterator).is_some()
    }

    fn page(&mut self, iterator: &str, size: usize) -> Page {
        let left = self.iterators.get_mut(iterator).map(|state| &mut state.left);
        let (ids, remaining) = left.map_or((Vec::new(), 0), |left| {
            let rest = left.split_off(size.min(left.len()));
            let ids = std::mem::replace(left, rest);
            (ids, left.len())
        });
        if remaining == 0 {
            self.iterators.remove(iterator);
        }
        Page { ids, iterator: iterator.to_string(), remaining }
    }
}

/// The request without its attributes and its page size: what has to stay the same from page to page.
fn bare(request: &El) -> El {
    let mut same = request.clone();
    same.attributes.clear();
    same.children.retain(|child| child.name != "MaxReturned");
    same
}
