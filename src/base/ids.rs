//! One type per identifier, so that a TxnID can never be passed where a ListID is meant.
//!
//! Must never interpret an identifier of an outside system: they are opaque texts (`qbxml.md` 6).

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);
        impl $name {
            /// Wraps the text as the other system wrote it.
            pub fn new(text: impl Into<String>) -> Self { Self(text.into()) }
            /// The text as the other system wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
            /// Whether there is none.
            #[must_use]
            pub fn is_empty(&self) -> bool { self.0.is_empty() }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(&self.0) }
        }
        impl From<&str> for $name { fn from(text: &str) -> Self { Self(text.to_string()) } }
        impl From<String> for $name { fn from(text: String) -> Self { Self(text) } }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(&self.0, f) }
        }
    };
}

text_id!(/// QuickBooks' id of a list entry (customer, item, account ...).
    ListId);
text_id!(/// QuickBooks' id of a transaction.
    TxnId);
text_id!(/// QuickBooks' change stamp of an object; compared for equality only.
    EditSequence);
text_id!(/// Our id of one message set, at most 23 characters (`exactly-once.md` 1.1).
    SetId);
number_id!(/// Cin7's numeric id; ids of different resources overlap.
    Cin7Id);
number_id!(/// Row id of a draft.
    DraftId);
number_id!(/// Row id of an operation of the hand-off.
    OperationId);
number_id!(/// Row id of a batch.
    BatchId);

/// The identity that a document or list entry carries into QuickBooks as its ExternalGUID: a UUIDv5 of
/// (company id; source, kind, part, generation), so that an older copy of a profile recognises its own
/// documents (design section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostingKey(pub Uuid);

const CROCKFORD: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

fn base32(mut bits: u128, digits: usize) -> String {
    let mut out = vec!['0'; digits];
    for place in out.iter_mut().rev() {
        *place = CROCKFORD.get((bits & 31) as usize).copied().unwrap_or('0');
        bits >>= 5;
    }
    out.into_iter().collect()
}

impl PostingKey {
    /// Derives the key of a document or list entry from what identifies it.
    #[must_use]
    pub fn derive(company: Uuid, source: &str, kind: &str, part: u32, generation: u32) -> Self {
        PostingKey(Uuid::new_v5(
            &company,
            format!("{source}\u{1f}{kind}\u{1f}{part}\u{1f}{generation}").as_bytes(),
        ))
    }

    /// As qbXML's GUIDTYPE: with braces.
    #[must_use]
    pub fn braced(self) -> String {
        format!("{{{}}}", self.0.hyphenated())
    }

    /// Reads a GUID with or without braces, in either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text.trim().trim_start_matches('{').trim_end_matches('}')).ok().map(PostingKey)
    }

    /// The second mark: `[C7:` + 13 characters + `]`, last in the memo (`exactly-once.md` 1.3, ruling 6).
    #[must_use]
    pub fn memo_tag(self) -> String {
        format!("[C7:{}]", base32(self.0.as_u128() >> 63, 13))
    }
}

impl fmt::Display for PostingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl SetId {
    /// A fresh message-set id of 23 characters from 105 of the random bits given.
    #[must_use]
    pub fn from_random(bits: u128) -> Self {
        SetId(format!("C7{}", base32(bits, 21)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_document_always_has_the_same_key() {
        let company = Uuid::from_u128(7);
        let key = PostingKey::derive(company, "SalesOrder/24011", "Invoice", 0, 1);
        assert_eq!(key, PostingKey::derive(company, "SalesOrder/24011", "Invoice", 0, 1));
        assert_ne!(key, PostingKey::derive(company, "SalesOrder/24011", "Invoice", 0, 2));
        assert_ne!(key, PostingKey::derive(Uuid::from_u128(8), "SalesOrder/24011", "Invoice", 0, 1));
        assert_eq!(PostingKey::parse(&key.braced().to_uppercase()), Some(key));
        assert_eq!(key.memo_tag().len(), 18);
    }

    #[test]
    fn a_set_id_has_23_characters() {
        assert_eq!(SetId::from_random(u128::MAX).as_str(), "C7ZZZZZZZZZZZZZZZZZZZZZ");
        assert_eq!(SetId::from_random(0).as_str().len(), 23);
    }
}
