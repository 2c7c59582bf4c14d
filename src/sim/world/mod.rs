//! The seeded world: one seed, the same contacts, orders and books, on every machine and for ever.
//!
//! Must use no clock and no outside randomness, and no rounding of the program. It holds what the simulated Cin7 server
//! answers (records in wire order, `cin7-api.md` 5) and what the simulated QuickBooks company holds on its first day.
//! The server's changes are made in it, and it is written to a file and read back with them (design 3, `demo`).

pub mod calendar;
pub mod company;
pub mod documents;
pub mod extras;
pub mod goods;
pub mod json;
pub mod names;
pub mod oddities;
mod packing;
pub mod paper;
pub mod people;
pub mod regulars;
pub mod rng;
pub mod shelf;
pub mod totals;

#[cfg(test)]
mod tests;

use crate::base::Instant;
use crate::sim::seed::CompanySeed;
use calendar::Calendar;
use company::Truth;
use documents::Maker;
use oddities::Odd;
use paper::Paper;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
pub use shelf::{Resource, Shelf};
use std::collections::{BTreeMap, BTreeSet};

/// Fewest sales orders of a world that holds every oddity.
pub const FEWEST_ORDERS: usize = 24;
/// From this many sales orders on, oddities also happen by chance.
const MANY_ORDERS: usize = 100;

/// How the account writes what the reference leaves open, and whether the world has odd documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    /// Every oddity once at least; without it every document is ordinary.
    pub odd: bool,
    /// `discountTotal` is negative when it lowers the total (`cin7-api.md` 8.2 guesses positive).
    pub negative_discount: bool,
    /// `taxRate` is 0.075 for 7.5 % (`cin7-api.md` 8.3).
    pub fraction_tax_rate: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Habits { odd: true, negative_discount: false, fraction_tax_rate: false }
    }
}

impl Habits {
    /// The order discount as this account shows it.
    #[must_use]
    pub fn shown_discount(&self, discount: Decimal) -> Decimal {
        if self.negative_discount { -discount } else { discount }
    }

    /// The tax rate as this account shows it.
    #[must_use]
    pub fn shown_rate(&self, percent: Decimal) -> Decimal {
        if self.fraction_tax_rate { percent / Decimal::ONE_HUNDRED } else { percent }
    }

    /// The tax rate in percent, from what this account shows.
    #[must_use]
    pub fn percent(&self, shown: Decimal) -> Decimal {
        if self.fraction_tax_rate { shown * Decimal::ONE_HUNDRED } else { shown }
    }
}

/// A document that is odd on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The oddity's name, as in [`Odd`].
    pub odd: String,
    /// Where it is.
    pub resource: Resource,
    /// Its Cin7 id.
    pub id: i64,
    /// Whether it should be ready to post all the same.
    pub ready: bool,
}

/// The world of one seed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct World {
    seed: u64,
    now: Instant,
    habits: Habits,
    company: CompanySeed,
    truth: Vec<Truth>,
    cases: Vec<Case>,
    shelves: BTreeMap<Resource, Shelf>,
}

impl World {
    /// The world of a seed with so many sales orders and contacts (at least [`FEWEST_ORDERS`] and
    /// [`people::FEWEST_CONTACTS`]); the other kinds follow in proportion.
    #[must_use]
    pub fn generate(seed: u64, orders: usize, contacts: usize) -> Self {
        Self::with_habits(seed, orders.max(FEWEST_ORDERS), contacts, Habits::default())
    }

    /// The world of a seed for an account with other habits; exactly so many sales orders.
    #[must_use]
    pub fn with_habits(seed: u64, orders: usize, contacts: usize, habits: Habits) -> Self {
        let now = calendar::present(seed);
        let calendar = Calendar::new(now);
        let catalogue = goods::goods();
        let people = people::people(seed, contacts);
        let (mut company, truth) = company::company(seed, &people);
        company.clock_start = now.to_string();
        company.utc_offset_minutes = calendar.offset_minutes();

        let mut maker = Maker::new(seed, &calendar, &catalogue, &people);
        let mut cases = Vec::new();
        let sales = sales(&mut maker, orders, habits, &mut cases);
        let purchases = purchases(&mut maker, orders, habits, &mut cases);
        let credits = credits(&mut maker, orders, habits, &sales, &mut cases);

        let record = |paper: &Paper<'_>| paper.record(&catalogue, &habits);
        let options = catalogue.iter().flat_map(goods::option_records);
        let paid: Vec<&Paper<'_>> = sales.iter().collect();
        let adjusted = extras::adjustments(seed, (orders / 7).max(3), &calendar, &catalogue, habits.odd);
        // One record at a time is made and packed.
        let mut shelves = BTreeMap::new();
        let mut keep = |resource, rows: &mut dyn Iterator<Item = json::Record>| {
            shelves.insert(resource, Shelf::new(resource, rows));
        };
        keep(Resource::SalesOrders, &mut sales.iter().map(record));
        keep(Resource::PurchaseOrders, &mut purchases.iter().map(record));
        keep(Resource::CreditNotes, &mut credits.iter().map(record));
        keep(Resource::Contacts, &mut people.iter().map(people::contact_record));
        keep(Resource::Products, &mut goods::product_records(&catalogue).into_iter());
        keep(Resource::ProductOptions, &mut { options });
        keep(Resource::Stock, &mut goods::stock_records(&catalogue).into_iter());
        keep(Resource::Branches, &mut goods::branch_records().into_iter());
        keep(Resource::Payments, &mut extras::payments(&paid).into_iter());
        keep(Resource::Adjustments, &mut adjusted.into_iter());
        World { seed, now, habits, company, truth, cases, shelves }
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The story's present when it begins.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The company's time zone.
    #[must_use]
    pub fn zone(&self) -> &'static str {
        calendar::ZONE
    }

    /// How this account writes what the reference leaves open.
    #[must_use]
    pub fn habits(&self) -> Habits {
        self.habits
    }

    /// What the simulated QuickBooks company holds on its first day.
    #[must_use]
    pub fn company_seed(&self) -> CompanySeed {
        self.company.clone()
    }

    /// Which QuickBooks entry each contact is, for tests.
    #[must_use]
    pub fn truth(&self) -> &[Truth] {
        &self.truth
    }

    /// The documents that are odd on purpose.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The records of a resource.
    #[must_use]
    pub fn shelf(&self, resource: Resource) -> Option<&Shelf> {
        self.shelves.get(&resource)
    }

    /// The records of a resource, to change.
    pub fn shelf_mut(&mut self, resource: Resource) -> Option<&mut Shelf> {
        self.shelves.get_mut(&resource)
    }

    /// Number of records of a resource.
    #[must_use]
    pub fn count(&self, resource: Resource) -> usize {
        self.shelf(resource).map_or(0, Shelf::len)
    }
}

/// Notes an odd document.
fn note(cases: &mut Vec<Case>, odd: Odd, resource: Resource, id: i64) {
    cases.push(Case { odd: format!("{odd:?}"), resource, id, ready: odd.is_ready() });
}

fn sales<'a>(maker: &mut Maker<'a>, count: usize, habits: Habits, cases: &mut Vec<Case>) -> Vec<Paper<'a>> {
    let mut papers: Vec<Paper<'a>> = Vec::with_capacity(count);
    let mut back_order: Option<Paper<'a>> = None;
    for place in 0..count {
        let day = maker.calendar.day(place, count);
        let mut paper = maker.sale(place, day);
        let mut odd = habits.odd.then(|| oddities::scheduled(&oddities::SALES, place, count)).flatten();
        if odd.is_none() && habits.odd && count >= MANY_ORDERS {
            odd = Odd::by_chance(maker);
        }
        if let Some(odd) = odd {
            oddities::spoil_sale(
                odd,
                &mut paper,
                maker,
                back_order.take().as_ref().filter(|_| odd == Odd::BackOrderRest),
            );
            note(cases, odd, Resource::SalesOrders, paper.id);
            if odd == Odd::BackOrderFirst {
                back_order = Some(paper.clone());
            }
        }
        papers.push(paper);
    }
    papers
}

fn purchases<'a>(
    maker: &mut Maker<'a>,
    orders: usize,
    habits: Habits,
    cases: &mut Vec<Case>,
) -> Vec<Paper<'a>> {
    let count = orders * 3 / 10 + 2;
    (0..count)
        .map(|place| {
            let day = maker.calendar.day(place, count);
            let mut paper = maker.purchase(place, day);
            if let Some(odd) =
                habits.odd.then(|| oddities::scheduled(&oddities::PURCHASES, place, count)).flatten()
            {
                oddities::spoil_purchase(odd, &mut paper, maker);
                note(cases, odd, Resource::PurchaseOrders, paper.id);
            }
            paper
        })
        .collect()
}

fn credits<'a>(
    maker: &mut Maker<'a>,
    orders: usize,
    habits: Habits,
    sales: &[Paper<'a>],
    cases: &mut Vec<Case>,
) -> Vec<Paper<'a>> {
    let count = (orders * 8 / 100).max(if habits.odd { 6 } else { 1 });
    let odd_sales: BTreeSet<i64> = cases.iter().map(|case| case.id).collect();
    let good: Vec<&Paper<'a>> = sales.iter().filter(|sale| !odd_sales.contains(&sale.id)).collect();
    let mut papers = Vec::with_capacity(count);
    for place in 0..count {
        let Some(sale) = good.get(place * good.len() / count) else { continue };
        let sold = maker.calendar.day(place, count);
        let day = maker.calendar.later(sold, maker.rng.between(5, 12));
        let mut paper = maker.credit(place, sale, day);
        if let Some(odd) = habits.odd.then(|| oddities::scheduled(&oddities::CREDITS, place, count)).flatten()
        {
            oddities::spoil_credit(odd, &mut paper, maker);
            note(cases, odd, Resource::CreditNotes, paper.id);
        }
        papers.push(paper);
    }
    papers
}
