//! A record at rest: field names by their place in the shelf's table, numbers by their digits.
//!
//! Must give back the record as it was: the same fields in the same order, nulls and the scale of decimals included.

use super::json::{Json, Record};
use crate::sim::packed::{Packer, Unpacker};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::HashMap;

const NULL: usize = 0;
const NO: usize = 1;
const YES: usize = 2;
const WHOLE: usize = 3;
const TEXT: usize = 4;
const LIST: usize = 5;
const RECORD: usize = 6;
/// A decimal; its scale is added.
const NUMBER: usize = 7;

/// The field names that records of one shelf have.
#[derive(Clone, Debug, Default)]
pub struct Names {
    names: Vec<Cow<'static, str>>,
    places: HashMap<Cow<'static, str>, usize>,
}

impl Names {
    /// Packs a record; names that are new are learnt.
    pub fn pack(&mut self, record: &Record) -> Box<[u8]> {
        let mut packer = Packer::default();
        self.pack_fields(record, &mut packer);
        packer.finish()
    }

    /// The record of bytes that these names packed.
    #[must_use]
    pub fn unpack(&self, bytes: &[u8]) -> Record {
        self.unpack_fields(&mut Unpacker::new(bytes))
    }

    fn learn(&mut self, name: Cow<'static, str>) -> usize {
        self.names.push(name.clone());
        self.places.insert(name, self.names.len() - 1);
        self.names.len() - 1
    }

    fn pack_fields(&mut self, record: &Record, to: &mut Packer) {
        to.count(record.fields().len());
        for (name, value) in record.fields() {
            let known = self.places.get(name).copied();
            to.count(known.unwrap_or_else(|| self.learn(name.clone())));
            self.pack_value(value, to);
        }
    }

    fn pack_value(&mut self, value: &Json, to: &mut Packer) {
        match value {
            Json::Null => to.count(NULL),
            Json::Flag(false) => to.count(NO),
            Json::Flag(true) => to.count(YES),
            Json::Whole(number) => {
                to.count(WHOLE);
                to.whole(*number);
            }
            Json::Number(number) => {
                to.count(NUMBER + usize::try_from(number.scale()).unwrap_or(0));
                to.exact(number.mantissa());
            }
            Json::Text(text) => {
                to.count(TEXT);
                to.text(text);
            }
            Json::List(items) => {
                to.count(LIST);
                to.count(items.len());
                for item in items {
                    self.pack_value(item, to);
                }
            }
            Json::Record(record) => {
                to.count(RECORD);
                self.pack_fields(record, to);
            }
        }
    }

    fn unpack_fields(&self, from: &mut Unpacker<'_>) -> Record {
        let fields = (0..from.count()).map(|_| {
            let name = self.names.get(from.count()).cloned().unwrap_or_default();
            (name, self.unpack_value(from))
        });
        Record::of(fields.collect())
    }

    fn unpack_value(&self, from: &mut Unpacker<'_>) -> Json {
        match from.count() {
            NULL => Json::Null,
            NO => Json::Flag(false),
            YES => Json::Flag(true),
            WHOLE => Json::Whole(from.whole()),
            TEXT => Json::from(from.text().to_string()),
            LIST => Json::List((0..from.count()).map(|_| self.unpack_value(from)).collect()),
            RECORD => Json::Record(self.unpack_fields(from)),
            number => {
                let scale = u32::try_from(number - NUMBER).unwrap_or(0);
                Json::Number(Decimal::try_from_i128_with_scale(from.exact(), scale).unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_as_it_was() {
        let text = r#"{"id":24011,"total":-461.3362,"none":null,"paid":true,"open":false,"note":"Café ☕","lines":[{"id":1,"qty":3.0},[]],"custom":{"orders_1000":""}}"#;
        let record: Record = serde_json::from_str(text).unwrap();
        let mut names = Names::default();
        let bytes = names.pack(&record);
        assert_eq!(names.unpack(&bytes), record);
        assert_eq!(names.unpack(&bytes).to_text(), text);
        assert_eq!(names.unpack(&names.clone().pack(&Record::default())), Record::default());
    }

    #[test]
    fn packed_it_takes_a_fraction_of_its_text() {
        let world = crate::sim::world::World::generate(1, 24, 24);
        let shelf = world.shelf(crate::sim::world::Resource::SalesOrders).unwrap();
        let mut names = Names::default();
        for record in shelf.records() {
            assert!(names.pack(&record).len() * 2 < record.to_text().len());
        }
    }
}
