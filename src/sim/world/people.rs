//! The contacts of the seeded world: businesses and persons, customers and suppliers, a few of them awkward on purpose.
//!
//! Must write contacts exactly as Cin7's resource does (`cin7-api.md` 5.5): field order, `postCode`, strings that are
//! empty here and null there. The awkward ones follow `matching.md` 1 and 7.

use super::json::{Json, Record};
use super::names;
use super::rng::Rng;
use super::totals::TaxStatus;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// How a contact is taxed.
#[derive(Clone, Copy, Debug, Default)]
pub struct TaxTerms {
    /// How tax stands in its documents.
    pub status: TaxStatus,
    /// Rate in percent.
    pub percent: Decimal,
    /// Name of the rate, as QuickBooks' tax item or group is named too; empty where there is none.
    pub name: &'static str,
}

/// The currency of a contact's documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Currency {
    /// The home currency.
    #[default]
    Usd,
    /// Euro.
    Eur,
    /// Chinese yuan.
    Cny,
}

/// One contact before it is written.
#[derive(Clone, Debug, Default)]
pub struct Party {
    /// Cin7's id.
    pub id: i64,
    /// A supplier, else a customer.
    pub supplier: bool,
    /// Name of the business without its legal form; empty for a person.
    pub core: String,
    /// Legal form with what joins it to the name.
    pub legal: &'static str,
    /// First name of the contact person.
    pub first: String,
    /// Last name of the contact person.
    pub last: String,
    /// E-mail address.
    pub email: String,
    /// Ten digits, or empty.
    pub phone: String,
    /// Ten digits, or empty.
    pub fax: String,
    /// House number and street name.
    pub street: String,
    /// Place of the street kind in [`names::STREET_KIND`].
    pub street_kind: usize,
    /// Suite, or empty.
    pub unit: String,
    /// The town.
    pub town: names::Town,
    /// Postal code.
    pub zip: String,
    /// Country as Cin7 shows it.
    pub country: &'static str,
    /// How it is taxed.
    pub tax: TaxTerms,
    /// Currency of its documents.
    pub currency: Currency,
    /// Payment terms by name.
    pub terms: &'static str,
    /// GL account of the contact, or empty.
    pub cost_center: &'static str,
    /// Account number, at most ten characters, or empty.
    pub account_number: String,
    /// The ListID that Cin7's own integration left, or none.
    pub list_id: Option<String>,
    /// Inactive in Cin7.
    pub inactive: bool,
    /// Company that is invoiced in its place: id and name.
    pub billing: Option<(i64, &'static str)>,
    /// Notes.
    pub notes: &'static str,
    /// Text fields are null instead of empty.
    pub nulls: bool,
    /// Not used by ordinary documents.
    pub aside: bool,
}

impl Party {
    /// Company as Cin7 shows it.
    #[must_use]
    pub fn company(&self) -> String {
        format!("{}{}", self.core, self.legal)
    }

    /// First address line; empty where none is known.
    #[must_use]
    pub fn address(&self) -> String {
        if self.street.is_empty() {
            return String::new();
        }
        let kind = names::STREET_KIND.get(self.street_kind).map_or("", |(full, _)| full);
        format!("{} {kind}", self.street).trim_end().to_string()
    }

    /// Whether it is a person without a company.
    #[must_use]
    pub fn is_person(&self) -> bool {
        self.core.is_empty()
    }
}

/// The tax terms of a customer in a state.
#[must_use]
pub fn state_tax(state: &str) -> TaxTerms {
    let (percent, name) = match state {
        "OH" => (Decimal::new(75, 1), "OH Sales Tax"),
        "IL" => (Decimal::new(625, 2), "IL Sales Tax"),
        "NY" => (Decimal::new(8875, 3), "New York City"),
        _ => (Decimal::ZERO, "Out of State"),
    };
    TaxTerms { status: TaxStatus::Excl, percent, name }
}

/// Fewest contacts of a world: the awkward ones and some ordinary ones.
pub const FEWEST_CONTACTS: usize = 24;

/// All contacts of a world, customers and suppliers, in the order of their ids within each kind.
#[must_use]
pub fn people(seed: u64, contacts: usize) -> Vec<Party> {
    let mut rng = Rng::new(seed, 1);
    let mut all = super::regulars::regulars();
    let count = contacts.max(FEWEST_CONTACTS);
    let mut taken: BTreeSet<String> = all.iter().map(|party| party.company().to_lowercase()).collect();
    let first_id = all.iter().map(|party| party.id).max().unwrap_or(0) + 1;
    for (place, id) in (all.len()..count).zip(first_id..) {
        let supplier = place % 5 == 0;
        let mut party =
            if !supplier && rng.chance(12) { person(&mut rng) } else { business(&mut rng, supplier) };
        for _ in 0..40 {
            if taken.insert(identity(&party)) {
                break;
            }
            party = business(&mut rng, supplier);
        }
        party.id = id;
        party.supplier = supplier;
        if rng.chance(12) {
            party.list_id = Some(format!("{:X}-{}", 0x8001_0000_i64 + id, 1_704_067_200 + id * 3_600));
        }
        all.push(party);
    }
    all
}

fn identity(party: &Party) -> String {
    if party.is_person() {
        format!("{} {}", party.first, party.last).to_lowercase()
    } else {
        party.core.to_lowercase()
    }
}

fn person(rng: &mut Rng) -> Party {
    let mut party = Party {
        first: rng.pick(names::FIRST).into(),
        last: rng.pick(names::LAST).into(),
        ..Party::default()
    };
    settle(&mut party, rng, names::CUSTOMER_TOWNS);
    party.email = format!("{}.{}@{}", plain(&party.first), plain(&party.last), rng.pick(names::FREE_MAIL));
    party
}

fn business(rng: &mut Rng, supplier: bool) -> Party {
    let trade = rng.pick(if supplier { names::MAKER } else { names::TRADE });
    let (lead, last) = (rng.pick(names::LEAD), rng.pick(names::LAST));
    let core = match rng.between(1, 12) {
        1..=4 => format!("{lead} {trade}"),
        5 | 6 => format!("{last} {trade}"),
        7 | 8 => format!("{last} & {} {trade}", rng.pick(names::LAST)),
        9 => format!("The {lead} {trade}"),
        10 => format!("{last} & Sons {trade}"),
        11 => format!("{} {lead} {trade}", rng.pick(names::LAST)),
        _ => format!("{lead} {} {trade}", rng.pick(names::LEAD)),
    };
    let mut party = Party { core, legal: rng.pick(names::LEGAL), supplier, ..Party::default() };
    settle(&mut party, rng, if supplier { names::SUPPLIER_TOWNS } else { names::CUSTOMER_TOWNS });
    if rng.chance(60) {
        party.first = rng.pick(names::FIRST).into();
        party.last = rng.pick(names::LAST).into();
    }
    let desk = rng.pick(&["ap", "orders", "office", "info", "accounting"]);
    party.email = match rng.between(1, 10) {
        1..=7 => format!("{desk}@{}.example.com", plain(&party.core)),
        8 => format!("{}@{}", plain(&party.core), rng.pick(names::FREE_MAIL)),
        _ => String::new(),
    };
    if supplier {
        party.tax = TaxTerms { status: TaxStatus::Exempt, ..TaxTerms::default() };
    }
    party
}

/// Gives a party its town, address, telephone, tax and terms.
fn settle(party: &mut Party, rng: &mut Rng, towns: &[names::Town]) {
    party.town = rng.pick(towns);
    party.country = "United States";
    party.street = format!("{} {}", rng.between(2, 9_899), rng.pick(names::STREET));
    party.street_kind = rng.index(names::STREET_KIND.len());
    party.unit = if rng.chance(25) { format!("Suite {}", rng.between(1, 420)) } else { String::new() };
    party.zip = format!("{}{:02}", party.town.zip, rng.between(1, 99));
    let number = |rng: &mut Rng, area: &str| format!("{area}555{:04}", rng.between(0, 9_999));
    if rng.chance(80) {
        party.phone = number(rng, party.town.area);
    }
    if rng.chance(15) {
        party.fax = number(rng, party.town.area);
    }
    party.tax = state_tax(party.town.state);
    if party.tax.percent.is_zero() || rng.chance(12) {
        party.tax.status = TaxStatus::Exempt;
        party.tax.percent = Decimal::ZERO;
        party.tax.name = if party.tax.name == "Out of State" { "Out of State" } else { "" };
    } else if rng.chance(12) {
        party.tax.status = TaxStatus::Incl;
    }
    party.terms =
        rng.pick(&["Net 30", "Net 30", "Net 30", "Net 15", "Net 60", "Due on receipt", "45 days EOM"]);
    party.cost_center = if rng.chance(3) { "4100" } else { "" };
    if rng.chance(40) {
        party.account_number = format!("C-{}", rng.between(1_000, 99_999));
    }
}

/// Letters and digits only, lower case, for mail addresses.
pub fn plain(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c.to_lowercase().next().unwrap_or(c) {
            'é' | 'ë' | 'è' => Some('e'),
            'ú' | 'ü' => Some('u'),
            'ñ' => Some('n'),
            c if c.is_ascii_alphanumeric() => Some(c),
            _ => None,
        })
        .take(24)
        .collect()
}

/// `(937) 555-0142` from ten digits; other texts stay.
#[must_use]
pub fn dashed(digits: &str) -> String {
    match (digits.get(0..3), digits.get(3..6), digits.get(6..10)) {
        (Some(area), Some(office), Some(line)) => format!("({area}) {office}-{line}"),
        _ => digits.to_string(),
    }
}

/// The contact as Cin7's resource shows it.
#[must_use]
pub fn contact_record(party: &Party) -> Record {
    let empty = || if party.nulls { Json::Null } else { Json::from("") };
    let zero = || Json::from(Decimal::ZERO);
    let (billing_id, billing_company) = party.billing.unwrap_or((0, ""));
    let mut record = Record::new(vec![
        ("type", if party.supplier { "Supplier" } else { "Customer" }.into()),
        ("salesPersonId", 0_i64.into()),
        ("accountNumber", party.account_number.clone().into()),
        ("billingId", billing_id.into()),
        ("billingCompany", billing_company.into()),
        ("accountsFirstName", "".into()),
        ("accountsLastName", "".into()),
        ("billingEmail", "".into()),
        ("accountsPhone", "".into()),
        ("billingCostCenter", "".into()),
        ("costCenter", party.cost_center.into()),
        ("priceColumn", if party.supplier { "costUSD" } else { "wholesaleUSD" }.into()),
        ("percentageOff", zero()),
        ("paymentTerms", if party.nulls { Json::Null } else { party.terms.into() }),
        ("taxStatus", party.tax.status.text().into()),
        ("taxNumber", "".into()),
        ("creditLimit", zero()),
        ("balanceOwing", zero()),
        ("onHold", false.into()),
        ("group", empty()),
        ("subGroup", empty()),
        ("stages", empty()),
    ]);
    let integration = Record::new(vec![
        ("xero", Json::Null),
        ("quickBooksOnline", Json::Null),
        ("quickBooksDesktop", party.list_id.clone().into()),
    ]);
    record.extend(vec![
        ("accountingIntegrationId", if party.nulls { Json::Null } else { integration.into() }),
        ("id", party.id.into()),
        ("createdDate", "2024-05-01T14:00:00Z".into()),
        ("modifiedDate", "2025-12-05T14:00:00Z".into()),
        ("isActive", (!party.inactive).into()),
    ]);
    record.extend(name_and_address(party, &empty));
    record
}

fn name_and_address(party: &Party, empty: &dyn Fn() -> Json) -> Vec<(&'static str, Json)> {
    let email: Json = if party.email.is_empty() { empty() } else { party.email.clone().into() };
    let website = match party.email.split_once('@') {
        Some((_, host)) if !party.is_person() && host.ends_with(".example.com") => format!("www.{host}"),
        _ => String::new(),
    };
    let custom = Record::new(vec![("members_1000", "".into())]);
    vec![
        ("company", party.company().into()),
        ("firstName", party.first.clone().into()),
        ("lastName", party.last.clone().into()),
        ("jobTitle", "".into()),
        ("email", email),
        ("website", website.into()),
        ("phone", dashed(&party.phone).into()),
        ("fax", dashed(&party.fax).into()),
        ("mobile", "".into()),
        ("address1", party.address().into()),
        ("address2", party.unit.clone().into()),
        ("city", party.town.city.into()),
        ("state", party.town.state.into()),
        ("postCode", party.zip.clone().into()),
        ("country", party.country.into()),
        ("postalAddress1", "".into()),
        ("postalAddress2", "".into()),
        ("postalCity", "".into()),
        ("postalPostCode", "".into()),
        ("postalState", "".into()),
        ("postalCountry", "".into()),
        ("notes", if party.nulls { Json::Null } else { party.notes.into() }),
        ("integrationRef", "".into()),
        ("customFields", if party.nulls { Json::Null } else { custom.into() }),
        ("secondaryContacts", if party.nulls { Json::Null } else { Json::List(Vec::new()) }),
    ]
}
