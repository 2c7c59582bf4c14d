//! The QuickBooks side of the seeded world: which contacts the company knows, and how they were typed there.
//!
//! Must damage names the way bookkeepers do (`matching.md` 1): cut at 41, `&` for and, legal forms that come and go,
//! "Last, First", " - V" tails, other telephone formats, missing e-mail, inactive duplicates. Names are unique over
//! customers, vendors, employees and other names together, whatever the case. The truth is kept beside it, for tests.

use super::names;
use super::people::{Party, dashed};
use super::regulars;
use super::rng::Rng;
use crate::sim::seed::{CompanySeed, ItemSeed, PartySeed, TaxItemSeed};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Longest name of a QuickBooks list (`matching.md` 1).
const NAME: usize = 41;
/// Longest first or last name in QuickBooks (`cin7-quickbooks-integration.md` 3).
const PERSON_NAME: usize = 25;
/// Share of ordinary contacts that QuickBooks knows, in percent.
const KNOWN_PERCENT: i64 = 70;

/// Which QuickBooks entry a Cin7 contact is, by the world's own making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// Cin7 contact id.
    pub contact: i64,
    /// `Customer` or `Vendor`.
    pub list: String,
    /// FullName in QuickBooks; none where it has to be created.
    pub full_name: Option<String>,
}

/// Everything that fills the company on its first day, being built.
struct Books {
    rng: Rng,
    seed: CompanySeed,
    names: BTreeSet<String>,
    truth: Vec<Truth>,
    clash: bool,
}

/// The company file's first day and the true links.
#[must_use]
pub fn company(seed: u64, parties: &[Party]) -> (CompanySeed, Vec<Truth>) {
    let mut books = Books {
        rng: Rng::new(seed, 2),
        seed: bare_company(),
        names: BTreeSet::new(),
        truth: Vec::new(),
        clash: false,
    };
    books.other_lists();
    for party in parties {
        books.take_over(party);
    }
    books.strangers(parties.len());
    (books.seed, books.truth)
}

fn bare_company() -> CompanySeed {
    let item = |name: &str, kind: &str, account_number: &str, active: bool| ItemSeed {
        name: name.into(),
        kind: kind.into(),
        account_number: account_number.into(),
        active,
    };
    let tax = |name: &str, rate: Decimal, agency: &str| TaxItemSeed {
        name: name.into(),
        rate_percent: rate,
        agency: agency.into(),
    };
    let nys = "NYS Department of Taxation";
    CompanySeed {
        company_name: "Harbor Goods LLC".into(),
        file: r"C:\Users\Public\Documents\Intuit\QuickBooks\Company Files\Harbor Goods.QBW".into(),
        closing_date: Some("2025-11-30".into()),
        sales_tax: true,
        class_tracking: true,
        terms: vec![
            ("Due on receipt".into(), 0),
            ("Net 15".into(), 15),
            ("Net 30".into(), 30),
            ("Net 60".into(), 60),
        ],
        classes: vec!["Main Warehouse".into(), "Columbus Showroom".into()],
        tax_items: vec![
            tax("OH Sales Tax", Decimal::new(75, 1), "Ohio Department of Taxation"),
            tax("IL Sales Tax", Decimal::new(625, 2), "Illinois Department of Revenue"),
            tax("NY State Tax", Decimal::new(4, 0), nys),
            tax("NYC Local Tax", Decimal::new(45, 1), nys),
            tax("NY MCTD Tax", Decimal::new(375, 3), nys),
            tax("Out of State", Decimal::ZERO, "Out of State"),
        ],
        tax_groups: vec![(
            "New York City".into(),
            vec!["NY State Tax".into(), "NYC Local Tax".into(), "NY MCTD Tax".into()],
        )],
        items: vec![
            item("Merchandise Sales", "Service", "4000", true),
            item("Service Income", "Service", "4100", true),
            item("Freight Charge", "OtherCharge", "4200", true),
            item("Surcharge", "OtherCharge", "4300", true),
            item("Order Discount", "Discount", "4900", true),
            item("Old Merchandise Sales", "Service", "4000", false),
        ],
        ..CompanySeed::default()
    }
}

impl Books {
    fn other_lists(&mut self) {
        self.seed.employees = ["Alvin Prichard", "Bonnie Steadman", "Carlos Ybarra", "Ines Winterbourne"]
            .map(String::from)
            .to_vec();
        self.seed.other_names =
            ["Petty Cash", "County Clerk", "delphine ash (owner loan)"].map(String::from).to_vec();
        let names = self.seed.employees.iter().chain(&self.seed.other_names);
        self.names.extend(names.map(|name| name.to_lowercase()));
    }

    /// The QuickBooks entry of a contact, if the company knows it.
    fn take_over(&mut self, party: &Party) {
        let list = if party.supplier { "Vendor" } else { "Customer" };
        let known = match party.id {
            regulars::PORT_VIEUX | regulars::FOSHAN | regulars::EMOJI | regulars::LONG_NAME => false,
            regulars::QUILLEN_OLD => false,
            id if id <= regulars::BLUFF_SUPPLIER => true,
            _ => self.rng.chance(KNOWN_PERCENT),
        };
        let full_name = if known { Some(self.enter(party)) } else { None };
        if !known && !self.clash && party.id > regulars::BLUFF_SUPPLIER && !party.is_person() {
            // Somebody keeps a contact that has to be created as an other name: the name is taken.
            let name = ledger_text(&cut(&party.company(), NAME));
            self.clash = self.names.insert(name.to_lowercase());
            if self.clash {
                self.seed.other_names.push(name);
            }
        }
        self.truth.push(Truth { contact: party.id, list: list.into(), full_name });
    }

    fn enter(&mut self, party: &Party) -> String {
        let mut entry = self.typed(party);
        if party.id == regulars::QUILLEN_COLUMBUS {
            // A branch that the parent pays for is a job under the parent.
            entry.name = "Columbus".into();
            let parent = self.seed.customers.iter().find(|entry| entry.list_id.is_some());
            entry.parent = parent.map(|parent| parent.name.clone());
        } else {
            entry.name = self.free_name(&entry.name, party.supplier);
        }
        let full_name = match &entry.parent {
            Some(parent) => format!("{parent}:{}", entry.name),
            None => entry.name.clone(),
        };
        if self.rng.chance(6) {
            self.older_duplicate(&entry, party.supplier);
        }
        self.list(party.supplier).push(entry);
        full_name
    }

    fn list(&mut self, vendors: bool) -> &mut Vec<PartySeed> {
        if vendors { &mut self.seed.vendors } else { &mut self.seed.customers }
    }

    /// The name, or the name with a tail that makes it unique over all lists.
    fn free_name(&mut self, name: &str, vendor: bool) -> String {
        let name = cut(name, NAME);
        if self.names.insert(name.to_lowercase()) {
            return name;
        }
        let mut tails = vec![if vendor { " - V".to_string() } else { " - C".to_string() }];
        tails.extend((2..100).map(|number| format!(" {number}")));
        for tail in tails {
            let tried = format!("{}{tail}", cut(&name, NAME - tail.len()));
            if self.names.insert(tried.to_lowercase()) {
                return tried;
            }
        }
        name
    }

    /// A contact as somebody typed it into QuickBooks.
    fn typed(&mut self, party: &Party) -> PartySeed {
        let name = if party.is_person() { self.person_name(party) } else { self.business_name(party) };
        let company = if party.is_person() || self.rng.chance(25) {
            String::new()
        } else {
            cut(&party.company(), NAME)
        };
        let with_person = party.is_person() || self.rng.chance(60);
        let keep = |rng: &mut Rng, percent: i64, text: &str| {
            if rng.chance(percent) { text.to_string() } else { String::new() }
        };
        let mut entry = PartySeed {
            name: ledger_text(&name),
            company_name: ledger_text(&company),
            email: keep(&mut self.rng, 65, &party.email),
            fax: keep(&mut self.rng, 60, &dashed(&party.fax)),
            account_number: keep(&mut self.rng, 35, &party.account_number),
            active: true,
            list_id: party.list_id.clone(),
            ..PartySeed::default()
        };
        if with_person {
            entry.first_name = ledger_text(&cut(&party.first, PERSON_NAME));
            entry.last_name = ledger_text(&cut(&party.last, PERSON_NAME));
        }
        if self.rng.chance(75) {
            entry.phone = self.phone(&party.phone);
        }
        if self.rng.chance(85) {
            self.address(party, &mut entry);
        }
        if party.terms != "45 days EOM" {
            entry.terms = party.terms.to_string();
        }
        entry
    }

    fn person_name(&mut self, party: &Party) -> String {
        if self.rng.chance(50) {
            format!("{}, {}", party.last, party.first)
        } else {
            format!("{} {}", party.first, party.last)
        }
    }

    fn business_name(&mut self, party: &Party) -> String {
        let mut core = party.core.clone();
        if core.contains(" & ") && self.rng.chance(50) {
            core = core.replace(" & ", " and ");
        }
        if let Some(bare) = core.strip_prefix("The ").map(String::from)
            && self.rng.chance(60)
        {
            core = if self.rng.chance(50) { bare } else { format!("{bare}, The") };
        }
        if self.rng.chance(30) {
            for (long, short) in names::SHORT {
                core = core.replace(long, short);
            }
        }
        if self.rng.chance(5) {
            core = self.typing_slip(&core);
        }
        let legal = match self.rng.between(1, 10) {
            1..=4 => "",
            5 => " Inc",
            6 => " LLC",
            _ => party.legal,
        };
        let name = format!("{core}{legal}");
        if self.rng.chance(10) { name.to_uppercase() } else { name }
    }

    /// Two neighbouring letters change places.
    fn typing_slip(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        let place = 1 + self.rng.index(letters.len().saturating_sub(2));
        if place + 1 < letters.len() {
            letters.swap(place, place + 1);
        }
        letters.into_iter().collect()
    }

    fn phone(&mut self, digits: &str) -> String {
        let (Some(area), Some(office), Some(line)) = (digits.get(0..3), digits.get(3..6), digits.get(6..10))
        else {
            return String::new();
        };
        match self.rng.between(1, 6) {
            1 => format!("{area}-{office}-{line}"),
            2 => format!("{area}.{office}.{line}"),
            3 => format!("1-{area}-{office}-{line}"),
            4 => format!("{office}-{line}"),
            5 => format!("{area}-{office}-{line} x12"),
            _ => dashed(digits),
        }
    }

    fn address(&mut self, party: &Party, entry: &mut PartySeed) {
        let short = names::STREET_KIND.get(party.street_kind).map_or("", |(_, short)| short);
        let street = if self.rng.chance(50) {
            format!("{} {short}", party.street).trim_end().to_string()
        } else {
            party.address()
        };
        let mut lines = Vec::new();
        if self.rng.chance(40) && !party.is_person() {
            lines.push(ledger_text(&cut(&party.company(), NAME)));
        }
        lines.extend([street, party.unit.clone()].into_iter().filter(|line| !line.is_empty()));
        entry.addr = lines;
        entry.city = party.town.city.to_string();
        entry.state = party.town.state.to_string();
        entry.postal_code = party.zip.clone();
        entry.country = if self.rng.chance(50) { "USA".into() } else { String::new() };
    }

    /// An older, inactive entry of the same business.
    fn older_duplicate(&mut self, entry: &PartySeed, vendor: bool) {
        let old = format!("{} (OLD)", cut(&entry.name, NAME - 6));
        let name = self.free_name(&old, vendor);
        let duplicate = PartySeed { name, parent: None, list_id: None, active: false, ..entry.clone() };
        self.list(vendor).push(duplicate);
    }

    /// Customers and vendors that only QuickBooks knows.
    fn strangers(&mut self, contacts: usize) {
        const ONLY_HERE: [&str; 8] = [
            "Utilities",
            "Insurance Agency",
            "Law Offices",
            "Cleaning",
            "Landscaping",
            "Bank",
            "Telephone",
            "Rentals",
        ];
        for place in 0..contacts * 3 / 20 {
            let vendor = place % 2 == 0;
            let trade = self.rng.pick(&ONLY_HERE);
            let name = format!("{} {trade}", self.rng.pick(names::LAST));
            let name = self.free_name(&ledger_text(&name), vendor);
            let entry = PartySeed {
                company_name: name.clone(),
                name,
                active: !self.rng.chance(20),
                city: self.rng.pick(&["Cleveland", "Columbus", "Dayton"]).into(),
                state: "OH".into(),
                ..PartySeed::default()
            };
            self.list(vendor).push(entry);
        }
    }
}

/// At most `limit` characters, cut inside a word as QuickBooks imports do.
fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect::<String>().trim_end().to_string()
}

/// What an American company file holds of a text: Latin letters stay, other characters go, no colon.
fn ledger_text(text: &str) -> String {
    text.chars()
        .filter(|c| *c != ':' && (*c as u32) < 0x100 && !c.is_control())
        .collect::<String>()
        .trim()
        .to_string()
}
