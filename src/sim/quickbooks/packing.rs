//! Elements and transactions at rest.
//!
//! Must give back exactly what was put in. The words of qbXML, which the tables of the grammar hold already, are kept
//! as their places in a list; everything else is spelled out.

use super::transactions::{Line, Link, Posting, Txn, TxnKind};
use crate::sim::packed::{Packer, Unpacker};
use crate::sim::xml::El;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Texts that are in most answers and in no table.
const FREQUENT: [&str; 12] = [
    "",
    "0",
    "0.00",
    "1",
    "true",
    "false",
    "Info",
    "Status OK",
    "requestID",
    "statusCode",
    "statusSeverity",
    "statusMessage",
];

/// Every word of the grammar with its place.
struct Words {
    list: Vec<&'static str>,
    places: HashMap<&'static str, usize>,
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let tables = [include_str!("grammar.txt"), include_str!("returns.txt")];
        let split = tables.into_iter().flat_map(|table| table.split(|c: char| !c.is_ascii_alphanumeric()));
        let mut words = Words { list: Vec::new(), places: HashMap::new() };
        for word in FREQUENT.into_iter().chain(split) {
            words.places.entry(word).or_insert_with(|| {
                words.list.push(word);
                words.list.len() - 1
            });
        }
        words
    })
}

/// A word by its place, any other text spelled out.
fn pack_word(text: &str, to: &mut Packer) {
    match words().places.get(text) {
        Some(place) => to.count(place + 1),
        None => {
            to.count(0);
            to.text(text);
        }
    }
}

fn unpack_word<'a>(from: &mut Unpacker<'a>) -> &'a str {
    match from.count() {
        0 => from.text(),
        place => words().list.get(place - 1).copied().unwrap_or_default(),
    }
}

fn pack_element(element: &El, to: &mut Packer) {
    pack_word(&element.name, to);
    pack_word(&element.text, to);
    to.count(element.attributes.len());
    for (name, value) in &element.attributes {
        pack_word(name, to);
        pack_word(value, to);
    }
    to.count(element.children.len());
    for child in &element.children {
        pack_element(child, to);
    }
}

fn unpack_element(from: &mut Unpacker<'_>) -> El {
    let (name, text) = (unpack_word(from).to_string(), unpack_word(from).to_string());
    let attribute = |from: &mut Unpacker<'_>| (unpack_word(from).to_string(), unpack_word(from).to_string());
    let attributes = (0..from.count()).map(|_| attribute(from)).collect();
    let children = (0..from.count()).map(|_| unpack_element(from)).collect();
    El { name, attributes, text, children }
}

/// Elements at rest. On disk they stand as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedElements(Box<[u8]>);

impl PackedElements {
    /// Packs elements in order.
    #[must_use]
    pub fn new(elements: &[El]) -> Self {
        let mut packer = Packer::default();
        packer.count(elements.len());
        for element in elements {
            pack_element(element, &mut packer);
        }
        PackedElements(packer.finish())
    }

    /// The elements.
    #[must_use]
    pub fn elements(&self) -> Vec<El> {
        let mut from = Unpacker::new(&self.0);
        (0..from.count()).map(|_| unpack_element(&mut from)).collect()
    }
}

impl Serialize for PackedElements {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.elements().serialize(to)
    }
}

impl<'de> Deserialize<'de> for PackedElements {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Vec::<El>::deserialize(from).map(|elements| PackedElements::new(&elements))
    }
}

/// What searches do not look at first of a transaction; the rest is in the register's row.
#[must_use]
pub fn pack_txn(txn: &Txn) -> Box<[u8]> {
    let mut to = Packer::default();
    to.count(usize::try_from(txn.number).unwrap_or(0));
    for stamp in [txn.created, txn.sequence, txn.subtotal, txn.tax, txn.total] {
        to.whole(stamp);
    }
    to.exact(txn.tax_percent);
    for text in [&txn.entity, &txn.account] {
        to.maybe(text.as_deref());
    }
    to.text(&txn.memo);
    to.text(&txn.guid);
    to.count(usize::from(txn.voided));
    pack_element(&txn.fields, &mut to);
    to.count(txn.lines.len());
    for line in &txn.lines {
        to.text(&line.id);
        pack_word(&line.element, &mut to);
        pack_element(&line.fields, &mut to);
        to.whole(line.amount);
        to.maybe(line.account.as_deref());
    }
    to.count(txn.postings.len());
    for posting in &txn.postings {
        to.text(&posting.account);
        to.whole(posting.cents);
        to.maybe(posting.line.as_deref());
        to.maybe(posting.entity.as_deref());
        to.text(&posting.memo);
    }
    to.count(txn.links.len());
    for link in &txn.links {
        to.text(&link.txn);
        to.text(link.kind.word());
        to.whole(link.cents);
    }
    to.finish()
}

/// Fills in what [`pack_txn`] packed.
pub fn unpack_txn(bytes: &[u8], txn: &mut Txn) {
    let from = &mut Unpacker::new(bytes);
    let owned = |text: Option<&str>| text.map(str::to_string);
    txn.number = u32::try_from(from.count()).unwrap_or(0);
    for stamp in [&mut txn.created, &mut txn.sequence, &mut txn.subtotal, &mut txn.tax, &mut txn.total] {
        *stamp = from.whole();
    }
    txn.tax_percent = from.exact();
    (txn.entity, txn.account) = (owned(from.maybe()), owned(from.maybe()));
    (txn.memo, txn.guid) = (from.text().to_string(), from.text().to_string());
    txn.voided = from.count() == 1;
    txn.fields = unpack_element(from);
    let lines = (0..from.count()).map(|_| Line {
        id: from.text().to_string(),
        element: unpack_word(from).to_string(),
        fields: unpack_element(from),
        amount: from.whole(),
        account: owned(from.maybe()),
    });
    txn.lines = lines.collect();
    let postings = (0..from.count()).map(|_| Posting {
        account: from.text().to_string(),
        cents: from.whole(),
        line: owned(from.maybe()),
        entity: owned(from.maybe()),
        memo: from.text().to_string(),
    });
    txn.postings = postings.collect();
    let links = (0..from.count()).map(|_| Link {
        txn: from.text().to_string(),
        kind: TxnKind::named(from.text()).unwrap_or(TxnKind::JournalEntry),
        cents: from.whole(),
    });
    txn.links = links.collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_come_back_as_they_were() {
        let ret = El::new("CustomerRet").attribute("requestID", "7").with(El::leaf("Name", "Caf\u{e9} & Co"));
        let elements =
            vec![ret.with(El::reference("TermsRef", "80000001-1767340800")), El::leaf("Own", "true")];
        let packed = PackedElements::new(&elements);
        assert_eq!(packed.elements(), elements);
        let file = serde_json::to_string(&packed).unwrap();
        assert_eq!(file, serde_json::to_string(&elements).unwrap());
        assert_eq!(serde_json::from_str::<PackedElements>(&file).unwrap(), packed);
    }
}
