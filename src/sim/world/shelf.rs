//! The records of one Cin7 resource, by id.
//!
//! Must find a record by its id and go on from an id without looking at the records before it: paging by
//! `id > LAST` over many thousand records must not be quadratic. Records rest packed: a demo's whole Cin7 stays in memory
//! beside the program that it tries, and only a page of it is looked at in one moment.

use super::json::Record;
use super::packing::Names;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

/// A resource that the simulated server has (`cin7-api.md` 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Resource {
    SalesOrders,
    PurchaseOrders,
    CreditNotes,
    Contacts,
    Products,
    ProductOptions,
    Stock,
    Branches,
    Payments,
    Adjustments,
}

impl Resource {
    /// All resources.
    pub const ALL: [Resource; 10] = [
        Resource::SalesOrders,
        Resource::PurchaseOrders,
        Resource::CreditNotes,
        Resource::Contacts,
        Resource::Products,
        Resource::ProductOptions,
        Resource::Stock,
        Resource::Branches,
        Resource::Payments,
        Resource::Adjustments,
    ];

    /// Its name in a URL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Resource::SalesOrders => "SalesOrders",
            Resource::PurchaseOrders => "PurchaseOrders",
            Resource::CreditNotes => "CreditNotes",
            Resource::Contacts => "Contacts",
            Resource::Products => "Products",
            Resource::ProductOptions => "ProductOptions",
            Resource::Stock => "Stock",
            Resource::Branches => "Branches",
            Resource::Payments => "Payments",
            Resource::Adjustments => "Adjustments",
        }
    }

    /// The resource of a name, whatever the case (`cin7-api.md` 11, G).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|resource| resource.name().eq_ignore_ascii_case(name))
    }

    /// Whether its records have ids of their own: stock has none, an option's id repeats once per size.
    #[must_use]
    pub const fn has_own_ids(self) -> bool {
        !matches!(self, Resource::Stock | Resource::ProductOptions)
    }
}

/// The records of one resource.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    names: Names,
    rows: BTreeMap<i64, Box<[u8]>>,
}

impl Shelf {
    /// A shelf of records: by their ids where they have ids of their own, else by their place.
    #[must_use]
    pub fn new(resource: Resource, records: impl IntoIterator<Item = Record>) -> Self {
        let mut shelf = Shelf::default();
        for (place, record) in (1_i64..).zip(records) {
            let key = if resource.has_own_ids() { record.whole("id") } else { place };
            shelf.insert(key, &record);
        }
        shelf
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All records by key.
    pub fn records(&self) -> impl Iterator<Item = Record> {
        self.rows.values().map(|row| self.names.unpack(row))
    }

    /// The records from a key on with their keys, without looking at those before it.
    pub fn from(&self, low: i64) -> impl DoubleEndedIterator<Item = (i64, Record)> {
        let rows = self.rows.range((Bound::Included(low), Bound::Unbounded));
        rows.map(|(key, row)| (*key, self.names.unpack(row)))
    }

    /// A record by its key.
    #[must_use]
    pub fn get(&self, key: i64) -> Option<Record> {
        self.rows.get(&key).map(|row| self.names.unpack(row))
    }

    /// Changes a record; `None` where there is none.
    pub fn change<T>(&mut self, key: i64, change: impl FnOnce(&mut Record) -> T) -> Option<T> {
        let mut record = self.get(key)?;
        let value = change(&mut record);
        self.insert(key, &record);
        Some(value)
    }

    /// Puts a record in.
    pub fn insert(&mut self, key: i64, record: &Record) {
        let row = self.names.pack(record);
        self.rows.insert(key, row);
    }

    /// Takes a record out; whether it was there.
    pub fn remove(&mut self, key: i64) -> bool {
        self.rows.remove(&key).is_some()
    }

    /// The greatest key, 0 when empty.
    #[must_use]
    pub fn last_key(&self) -> i64 {
        self.rows.last_key_value().map_or(0, |(key, _)| *key)
    }
}

impl PartialEq for Shelf {
    fn eq(&self, other: &Self) -> bool {
        self.from(i64::MIN).eq(other.from(i64::MIN))
    }
}

impl Serialize for Shelf {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.from(i64::MIN))
    }
}

struct Rows;

impl<'de> Visitor<'de> for Rows {
    type Value = Shelf;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("records with their keys")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Shelf, A::Error> {
        let mut shelf = Shelf::default();
        while let Some((key, record)) = rows.next_element::<(i64, Record)>()? {
            shelf.insert(key, &record);
        }
        Ok(shelf)
    }
}

impl<'de> Deserialize<'de> for Shelf {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Rows)
    }
}
