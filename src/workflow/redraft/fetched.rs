//! What all drafts take from Cin7's records alone: the products, and what the account's own documents taught.
//!
//! Must never serve what an older state of the records said: it is kept with the store's count of the moves among the
//! records it was read from, taken in the same reading, and a revision that is replaced, or comes back, moves it.
//! Reading it anew means to parse some thousand records; a visit of the Web Connector that posts one document changes
//! none of them.

use super::resource_of;
use crate::cin7;
use crate::drafting::{Learner, Learnt};
use crate::orders::{DocumentType, Product};
use crate::store::{Reader, Result};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Documents of each type from which the account's habits are learnt.
const LEARN_FROM: usize = 400;
/// Products read at once.
const PAGE: usize = 500;
/// The resource that holds the products.
const PRODUCTS: &str = "Products";

/// Read once, as long as no record moves.
pub(super) struct Fetched {
    /// Moves among the products and among the documents of each type.
    stamps: Vec<String>,
    pub(super) products: Arc<HashMap<i64, Product>>,
    /// What a draft can depend on of the products, in one text.
    pub(super) products_shown: String,
    /// Without what QuickBooks' answers tell.
    pub(super) learnt: Learnt,
}

/// The last reading of a profile.
#[derive(Default)]
pub(in crate::workflow) struct Kept(Mutex<Option<Arc<Fetched>>>);

impl Kept {
    /// As it stands at the moment of this reader.
    pub(super) fn get(&self, reader: &Reader<'_>) -> Result<Arc<Fetched>> {
        let stamps = stamps(reader)?;
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(|kept| kept.stamps == stamps) {
            return Ok(kept);
        }
        let products = products(reader)?;
        let seen: BTreeSet<_> =
            products.values().map(|p| (p.id, &p.sales_account, &p.purchases_account)).collect();
        let products_shown = serde_json::to_string(&seen)?;
        let read = Fetched { stamps, products: Arc::new(products), products_shown, learnt: learn(reader)? };
        let read = Arc::new(read);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&read));
        Ok(read)
    }
}

fn stamps(reader: &Reader<'_>) -> Result<Vec<String>> {
    let documents = DocumentType::ALL.into_iter().map(resource_of);
    std::iter::once(PRODUCTS).chain(documents).map(|resource| reader.sources_stamp(resource)).collect()
}

fn products(reader: &Reader<'_>) -> Result<HashMap<i64, Product>> {
    let mut products = HashMap::new();
    let mut after = i64::MIN;
    loop {
        let page = reader.sources_after(PRODUCTS, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(products) };
        after = last.cin7_id;
        for source in &page {
            if let Ok(product) = cin7::product(&source.raw) {
                products.insert(product.id, product);
            }
        }
    }
}

/// Learns what this account does differently (design 8.7), from the newest documents of each type.
fn learn(reader: &Reader<'_>) -> Result<Learnt> {
    let mut learner = Learner::default();
    for kind in DocumentType::ALL {
        for source in reader.newest_sources(resource_of(kind), LEARN_FROM)? {
            if let Ok(document) = cin7::document(kind, &source.raw) {
                learner.note(&document);
            }
        }
    }
    Ok(learner.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::settings::TaxRateUnit;
    use crate::store::sources::NewSource;
    use crate::store::{Lane, Store};

    fn put(store: &Store, resource: &str, modified: &str, raw: String) {
        let hash = crate::base::digest::of_parts(&[&raw]);
        let source =
            NewSource { resource: resource.into(), cin7_id: 7, modified: modified.into(), hash, raw };
        store.write(Lane::Bulk, move |tx| tx.save_sources(&[source], "2026-03-01T00:00:00Z")).unwrap();
    }

    fn product(account: &str) -> String {
        format!(r#"{{"id":7,"name":"Chair","salesAccount":"{account}","productOptions":[]}}"#)
    }

    /// An order of 100.00 with 10.00 of tax, its rate in percent or as a fraction.
    fn order(rate: &str) -> String {
        format!(
            r#"{{"id":7,"reference":"SO-7","memberId":1,"productTotal":100.00,"total":110.00,"taxStatus":"Excl","taxRate":{rate},"lineItems":[{{"id":1,"code":"A","name":"A","qty":1,"unitPrice":100.00,"total":100.00}}]}}"#
        )
    }

    fn account(kept: &Kept, store: &Store) -> String {
        let read = store.read(|r| kept.get(r)).unwrap();
        read.products.get(&7).map(|p| p.sales_account.clone()).unwrap_or_default()
    }

    fn unit(kept: &Kept, store: &Store) -> TaxRateUnit {
        store.read(|r| kept.get(r)).unwrap().learnt.tax_rate_unit
    }

    #[test]
    fn nothing_is_parsed_again_while_no_record_moved() {
        let (_dir, store) = crate::store::scratch();
        let kept = Kept::default();
        put(&store, PRODUCTS, "2026-01-01", product("4000"));
        let first = store.read(|r| kept.get(r)).unwrap();
        put(&store, PRODUCTS, "2026-01-02", product("4000"));
        put(&store, "Contacts", "2026-01-02", r#"{"id":7}"#.into());
        store.write(Lane::Person, |tx| tx.set_meta("frozen", "")).unwrap();
        let second = store.read(|r| kept.get(r)).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
    }

    #[test]
    fn a_product_that_changed_is_read_again_and_so_is_one_that_changed_back() {
        let (_dir, store) = crate::store::scratch();
        let kept = Kept::default();
        assert_eq!(account(&kept, &store), "");
        for (day, code) in [("2026-01-01", "4000"), ("2026-01-02", "4100"), ("2026-01-03", "4000")] {
            put(&store, PRODUCTS, day, product(code));
            assert_eq!(account(&kept, &store), code, "on {day}");
            let shown = store.read(|r| kept.get(r)).unwrap().products_shown.clone();
            assert!(shown.contains(code), "{shown}");
        }
        // A repeat from a drifting page is older than what is kept.
        put(&store, PRODUCTS, "2025-12-31", product("4999"));
        assert_eq!(account(&kept, &store), "4000");
    }

    #[test]
    fn a_document_that_was_revised_teaches_again_and_so_does_a_revision_that_came_back() {
        let (_dir, store) = crate::store::scratch();
        let kept = Kept::default();
        assert_eq!(unit(&kept, &store), TaxRateUnit::Learn);
        for (day, rate, told) in [
            ("2026-01-01", "10", TaxRateUnit::Percent),
            ("2026-01-02", "0.1", TaxRateUnit::Fraction),
            ("2026-01-03", "10", TaxRateUnit::Percent),
        ] {
            put(&store, "SalesOrders", day, order(rate));
            assert_eq!(unit(&kept, &store), told, "on {day}");
        }
    }

    #[test]
    fn a_reading_of_an_older_moment_is_never_given_to_one_of_a_newer() {
        let (_dir, store) = crate::store::scratch();
        let kept = Kept::default();
        put(&store, PRODUCTS, "2026-01-01", product("4000"));
        store
            .read(|old| {
                // Between this reader's moment and its look the product changes, and another reader has seen it.
                let _ = old.sources_stamp(PRODUCTS)?;
                put(&store, PRODUCTS, "2026-01-02", product("4100"));
                assert_eq!(account(&kept, &store), "4100");
                let then = kept.get(old)?;
                assert_eq!(then.products.get(&7).map(|p| p.sales_account.as_str()), Some("4000"));
                Ok(())
            })
            .unwrap();
        assert_eq!(account(&kept, &store), "4100");
    }
}
