//! The records of one Cin7 resource, by id.
//!
//! Must find a record by its id and go on from an id without looking at the records before it: paging by
//! `id > LAST` over many thousand records must not be quadratic.

use super::json::Record;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    rows: BTreeMap<i64, Record>,
}

impl Shelf {
    /// A shelf of records: by their ids where they have ids of their own, else by their place.
    #[must_use]
    pub fn new(resource: Resource, records: Vec<Record>) -> Self {
        let keyed = |(place, record): (i64, Record)| {
            (if resource.has_own_ids() { record.whole("id") } else { place }, record)
        };
        Shelf { rows: (1_i64..).zip(records).map(keyed).collect() }
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
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.rows.values()
    }

    /// The records from a key on, without looking at those before it.
    pub fn from(&self, low: i64) -> impl DoubleEndedIterator<Item = &Record> {
        self.rows.range((Bound::Included(low), Bound::Unbounded)).map(|(_, record)| record)
    }

    /// A record by its key.
    #[must_use]
    pub fn get(&self, key: i64) -> Option<&Record> {
        self.rows.get(&key)
    }

    /// A record to change.
    pub fn get_mut(&mut self, key: i64) -> Option<&mut Record> {
        self.rows.get_mut(&key)
    }

    /// Puts a record in.
    pub fn insert(&mut self, key: i64, record: Record) {
        self.rows.insert(key, record);
    }

    /// Takes a record out.
    pub fn remove(&mut self, key: i64) -> Option<Record> {
        self.rows.remove(&key)
    }

    /// The greatest key, 0 when empty.
    #[must_use]
    pub fn last_key(&self) -> i64 {
        self.rows.last_key_value().map_or(0, |(key, _)| *key)
    }
}

impl Serialize for Shelf {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.rows.iter())
    }
}
impl<'de> Deserialize<'de> for Shelf {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let rows = Vec::<(i64, Record)>::deserialize(from)?;
        Ok(Shelf { rows: rows.into_iter().collect() })
    }
}
