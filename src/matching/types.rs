//! What goes into matching and what comes out of it. Must not know a wire format, a table or a screen.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::{Add, Sub};

/// Which of QuickBooks' two lists a party stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PartyList {
    /// The customer list, jobs included.
    Customer,
    /// The vendor list.
    Vendor,
}

impl PartyList {
    /// The list's name in a sentence: `customer`, `vendor`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            PartyList::Customer => "customer",
            PartyList::Vendor => "vendor",
        }
    }

    /// The other list.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            PartyList::Customer => PartyList::Vendor,
            PartyList::Vendor => PartyList::Customer,
        }
    }
}

/// A Cin7 contact in one role, fields as Cin7 wrote them (`matching.md` 4, left columns).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LeftContact {
    /// The caller's identifier; a contact with two roles is given twice, with two identifiers.
    pub left_id: String,
    /// The list on which it is looked for; `None` where Cin7 does not say: then both are offered and nothing is sure.
    pub list: Option<PartyList>,
    pub company: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub fax: String,
    pub mobile: String,
    pub website: String,
    pub address1: String,
    pub address2: String,
    pub city: String,
    pub state: String,
    pub post_code: String,
    pub country: String,
    pub account_number: String,
}

/// A QuickBooks customer, job or vendor, fields as QuickBooks wrote them (`matching.md` 4, right columns).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct RightParty {
    /// The caller's identifier, the ListID in the program.
    pub right_id: String,
    /// Its list; `None` only in files that do not say: then it is offered to both roles and never sure.
    pub list: Option<PartyList>,
    pub name: String,
    pub full_name: String,
    pub company_name: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: String,
    pub alt_phone: String,
    pub fax: String,
    pub bill_addr1: String,
    pub bill_addr2: String,
    pub bill_addr3: String,
    pub bill_city: String,
    pub bill_state: String,
    pub bill_postal_code: String,
    pub bill_country: String,
    /// Whether QuickBooks offers it for new transactions.
    pub is_active: bool,
    pub notes: String,
    pub account_number: String,
}

impl Default for RightParty {
    fn default() -> Self {
        let e = String::new;
        RightParty {
            right_id: e(),
            list: None,
            name: e(),
            full_name: e(),
            company_name: e(),
            first_name: e(),
            last_name: e(),
            email: e(),
            phone: e(),
            alt_phone: e(),
            fax: e(),
            bill_addr1: e(),
            bill_addr2: e(),
            bill_addr3: e(),
            bill_city: e(),
            bill_state: e(),
            bill_postal_code: e(),
            bill_country: e(),
            is_active: true,
            notes: e(),
            account_number: e(),
        }
    }
}

/// What people have decided before: it always wins over a score (`matching.md` 5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Contact to party, both by their identifiers.
    pub links: BTreeMap<String, String>,
    /// Pairs (contact, party) that a person refused: never offered again.
    pub refusals: BTreeSet<(String, String)>,
    /// By party the names by which Cin7 knows it, from links that people made.
    pub aliases: BTreeMap<String, Vec<String>>,
    /// By linked contact the names of both sides when the link was made: Cin7's, QuickBooks'.
    pub names_then: BTreeMap<String, (String, String)>,
}

/// A match weight in tenths of a bit (log2 of a likelihood ratio): whole numbers, so that a score is the exact sum
/// of the weights shown beside it, in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bits(i16);

impl Bits {
    /// No evidence either way.
    pub const ZERO: Bits = Bits(0);

    /// Rounds to tenths of a bit; what is not a number counts as nothing.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn round(bits: f64) -> Self {
        Bits((bits * 10.0).round().clamp(-10_000.0, 10_000.0) as i16)
    }

    /// The weight as a number, for thresholds.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 10.0
    }

    /// With its sign, as it stands beside a field: `+9.1`, `-1.2`.
    #[must_use]
    pub fn signed(self) -> String {
        let mut text = String::with_capacity(6);
        self.write_signed(&mut text);
        text
    }

    fn write_signed(self, text: &mut String) {
        text.push(if self.0 < 0 { '-' } else { '+' });
        let tenths = self.0.unsigned_abs();
        let digit = |n: u16| char::from(b'0' + u8::try_from(n % 10).unwrap_or(0));
        for unit in [1000, 100] {
            if tenths >= unit * 10 {
                text.push(digit(tenths / (unit * 10)));
            }
        }
        if tenths >= 100 {
            text.push(digit(tenths / 100));
        }
        text.extend([digit(tenths / 10), '.', digit(tenths)]);
    }
}

impl Add for Bits {
    type Output = Bits;
    fn add(self, other: Bits) -> Bits {
        Bits(self.0.saturating_add(other.0))
    }
}

impl Sub for Bits {
    type Output = Bits;
    fn sub(self, other: Bits) -> Bits {
        Bits(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Bits {
    fn sum<I: Iterator<Item = Bits>>(all: I) -> Bits {
        all.fold(Bits::ZERO, Add::add)
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        f.pad(&format!("{sign}{}.{}", self.0.unsigned_abs() / 10, self.0.unsigned_abs() % 10))
    }
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Field {
    /// The business or person that the record stands for.
    Name,
    /// Inc, LLC and the like.
    LegalForm,
    /// The person to talk to, where the record is a business.
    Person,
    /// Phone, mobile and fax numbers.
    Phone,
    /// The whole mail address.
    Email,
    /// The business' own mail or web domain.
    Domain,
    /// House number or PO box.
    HouseNumber,
    /// The street's name.
    Street,
    /// The first five digits of the postal code.
    Zip,
    /// City.
    City,
    /// State.
    State,
    /// Account number, also where it was typed behind the name.
    Account,
    /// Whether QuickBooks offers the record for new transactions.
    Active,
    /// Whether another contact fits the record better (`matching.md` 2.5).
    Rival,
}

impl Field {
    /// The field's name as a person reads it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::LegalForm => "legal form",
            Field::Person => "person",
            Field::Phone => "phone",
            Field::Email => "email",
            Field::Domain => "domain",
            Field::HouseNumber => "house number",
            Field::Street => "street",
            Field::Zip => "zip",
            Field::City => "city",
            Field::State => "state",
            Field::Account => "account number",
            Field::Active => "active",
            Field::Rival => "other contact",
        }
    }
}

/// What a field says about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It speaks for the pair.
    Agrees,
    /// It speaks against the pair.
    Differs,
    /// One side is silent, which costs nothing.
    Unknown,
}

/// One field of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The field.
    pub field: Field,
    /// Cin7's value as Cin7 wrote it (the part compared, at most 120 characters).
    pub left: String,
    /// QuickBooks' value as QuickBooks wrote it (the part compared, at most 120 characters).
    pub right: String,
    /// What was compared of each side, where that is not what is shown; else empty.
    pub compared: [String; 2],
    /// What it says.
    pub verdict: Verdict,
    /// By how much.
    pub bits: Bits,
}

/// A party that may be the contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The party.
    pub right_id: String,
    /// The exact sum of the evidence's bits.
    pub score_bits: Bits,
    /// Field by field, in a fixed order.
    pub evidence: Vec<Evidence>,
}

impl Candidate {
    /// The evidence on one line, what is unknown left out: `name +9.1; phone +8.0; zip -1.2`.
    #[must_use]
    pub fn evidence_line(&self) -> String {
        let mut line = String::with_capacity(128);
        for e in self.evidence.iter().filter(|e| e.verdict != Verdict::Unknown) {
            if !line.is_empty() {
                line.push_str("; ");
            }
            line.push_str(e.field.word());
            line.push(' ');
            e.bits.write_signed(&mut line);
        }
        line
    }
}

/// What the program would do with a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Decision {
    /// So sure that one key confirms a whole screen of them.
    Auto,
    /// A person chooses.
    Suggest,
    /// Nothing fits: create a new one, or look at the nearest all the same.
    None,
}

impl Decision {
    /// The word of `matching.md` 4: `auto`, `suggest`, `none`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Decision::Auto => "auto",
            Decision::Suggest => "suggest",
            Decision::None => "none",
        }
    }
}

/// The answer for one contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The contact.
    pub left_id: String,
    /// Best first, at most `limits::MATCH_RANKS`; equal scores by right_id.
    pub candidates: Vec<Candidate>,
    /// What the program would do.
    pub decision: Decision,
    /// Why it is, or is not, sure: one or two short sentences.
    pub why: String,
    /// The party that a person linked before; then there is nothing to decide, unless `decision` says Suggest.
    pub linked: Option<String>,
    /// Parties of the other list with the same name, as a hint: "also a vendor: Acme - V".
    pub other_list: Vec<String>,
}

impl Proposal {
    /// No candidate at all.
    #[must_use]
    pub fn nobody(left_id: String) -> Self {
        Proposal {
            left_id,
            candidates: Vec::new(),
            decision: Decision::None,
            why: "No QuickBooks record is like this contact.".into(),
            linked: None,
            other_list: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_written_in_tenths_with_their_sign() {
        for (bits, written) in [
            (0.0, "+0.0"),
            (9.1, "+9.1"),
            (-1.25, "-1.3"),
            (12.0, "+12.0"),
            (-123.4, "-123.4"),
            (999.9, "+999.9"),
            (1e9, "+1000.0"),
        ] {
            assert_eq!(Bits::round(bits).signed(), written);
        }
        assert_eq!(Bits::round(f64::NAN), Bits::ZERO);
    }
}
