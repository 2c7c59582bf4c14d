//! The ordinary documents of the seeded world: sales, purchases and credit notes that should all be ready to post.
//!
//! Must keep each document able to tie: its total is the model's total of `cin7-api.md` 8.2, its tax the rate that the
//! contact's QuickBooks tax item has. What is odd on purpose is added by `oddities`.

use super::calendar::Calendar;
use super::goods::{self, Good};
use super::paper::{Line, Paper, PaperKind};
use super::people::Party;
use super::rng::Rng;
use crate::base::Day;
use rust_decimal::{Decimal, RoundingStrategy};

/// Lines that one document can have, for their ids.
const LINE_ROOM: i64 = 16;
/// Id of the first sales order.
pub const FIRST_SALE: i64 = 24_001;
/// Id of the first purchase order.
pub const FIRST_PURCHASE: i64 = 3_101;
/// Id of the first credit note.
pub const FIRST_CREDIT: i64 = 5_301;

/// What documents are made from.
pub struct Maker<'a> {
    /// Random numbers of the documents.
    pub rng: Rng,
    /// The days.
    pub calendar: &'a Calendar,
    /// The catalogue.
    pub goods: &'a [Good],
    /// Contacts.
    pub parties: &'a [Party],
    /// Places of the customers of ordinary sales.
    pub customers: Vec<usize>,
    /// Places of the suppliers of ordinary purchases.
    pub suppliers: Vec<usize>,
    next_line: i64,
}

impl<'a> Maker<'a> {
    /// A maker for one world.
    #[must_use]
    pub fn new(seed: u64, calendar: &'a Calendar, goods: &'a [Good], parties: &'a [Party]) -> Self {
        let places = |supplier: bool| {
            let fits = |party: &Party| party.supplier == supplier && !party.aside;
            parties.iter().enumerate().filter(|(_, party)| fits(party)).map(|(place, _)| place).collect()
        };
        Maker {
            rng: Rng::new(seed, 3),
            calendar,
            goods,
            parties,
            customers: places(false),
            suppliers: places(true),
            next_line: 70_001,
        }
    }

    /// The contact of an id.
    #[must_use]
    pub fn party(&self, id: i64) -> Option<&'a Party> {
        self.parties.iter().find(|party| party.id == id)
    }

    fn paper(&mut self, kind: PaperKind, id: i64, day: Day) -> Paper<'a> {
        let first_line = self.next_line;
        self.next_line += LINE_ROOM;
        let made = self.calendar.later(day, -self.rng.between(1, 4));
        Paper {
            kind,
            id,
            first_line,
            created: self.calendar.at(made, self.rng.between(480, 1_080)),
            modified: self.calendar.at(day, self.rng.between(1_100, 1_400)),
            branch: if self.rng.chance(85) { 3 } else { 4 },
            source: "Cin7 Omni",
            ..Paper::default()
        }
    }

    /// An ordinary sales order, invoiced and dispatched.
    pub fn sale(&mut self, place: usize, day: Day) -> Paper<'a> {
        let number = i64::try_from(place).unwrap_or(0);
        let mut paper = self.paper(PaperKind::Sale, FIRST_SALE + number, day);
        let customer = self.rng.pick(&self.customers);
        paper.party = self.parties.get(customer);
        paper.reference = format!("SO-{}", paper.id);
        if self.rng.chance(15) {
            paper.source = "Shopify";
            paper.reference = format!("WEB-{}-26", paper.id);
        }
        for _ in 0..self.rng.pick(&[1_usize, 1, 2, 2, 3, 4]) {
            let line = self.sale_line();
            paper.lines.push(line);
        }
        if self.rng.chance(6) {
            paper.lines.push(service());
        }
        if self.rng.chance(5) {
            self.add_kit(&mut paper);
        }
        if self.rng.chance(40) {
            paper.freight = self.cents(600, 6_500);
        }
        if self.rng.chance(8) {
            paper.surcharge = self.cents(150, 900);
        }
        if self.rng.chance(12) && paper.product_total() > Decimal::from(50) {
            paper.discount = self.cents(100, 500);
        }
        if self.rng.chance(50) {
            paper.customer_order =
                format!("PO {}-{}", self.rng.between(10, 99), self.rng.between(1_000, 9_999));
        }
        paper.invoiced = Some(self.calendar.midnight(day));
        paper.number = 10_300 + number;
        self.dispatch(&mut paper, day);
        paper
    }

    /// All goods of a document left on a day.
    pub fn dispatch(&mut self, paper: &mut Paper<'a>, day: Day) {
        let moved = self.calendar.at(day, self.rng.between(600, 1_090));
        paper.costed = Some(self.calendar.at(self.calendar.later(day, 1), 182));
        paper.moved = Some(moved);
        for line in &mut paper.lines {
            line.moved = if line.good.is_some() { line.qty } else { Decimal::ZERO };
        }
    }

    fn cents(&mut self, low: i64, high: i64) -> Decimal {
        Decimal::new(self.rng.between(low, high), 2)
    }

    fn good(&mut self) -> usize {
        for _ in 0..50 {
            let place = self.rng.index(self.goods.len());
            if self.goods.get(place).is_some_and(|good| !good.kit && !good.retired && good.sizes.is_empty()) {
                return place;
            }
        }
        goods::MUG
    }

    fn sale_line(&mut self) -> Line {
        let place = self.good();
        let good = self.goods.get(place);
        let mut price = good.map_or(Decimal::TEN, |good| good.price);
        if self.rng.chance(10) {
            // A price list in another unit leaves four decimals.
            price -= Decimal::new(self.rng.between(1, 4_000), 4);
        }
        let qty = Decimal::from(self.rng.between(1, 36));
        let percent = Decimal::from(self.rng.pick(&[5_i64, 10]));
        let discount = if self.rng.chance(10) { share(qty * price, percent) } else { Decimal::ZERO };
        Line {
            good: Some(place),
            qty,
            price,
            discount,
            cost: good.and_then(|good| good.cost),
            account: if self.rng.chance(5) { "4000" } else { "" },
            ..Line::default()
        }
    }

    /// A kit with its components: the price stands on the kit, the cost on the components (`cin7-api.md` 9).
    pub fn add_kit(&mut self, paper: &mut Paper<'a>) {
        let kit = paper.lines.len();
        let qty = Decimal::from(self.rng.between(1, 6));
        let of = |place: usize| self.goods.get(place);
        let price = of(goods::KIT).map_or(Decimal::TEN, |good| good.price);
        paper.lines.push(Line { good: Some(goods::KIT), qty, price, ..Line::default() });
        for (place, times) in [(goods::TRAY, 1), (goods::MUG, 2)] {
            paper.lines.push(Line {
                good: Some(place),
                qty: qty * Decimal::from(times),
                cost: of(place).and_then(|good| good.cost),
                parent: Some(kit),
                ..Line::default()
            });
        }
    }

    /// An ordinary purchase order, received and billed.
    pub fn purchase(&mut self, place: usize, day: Day) -> Paper<'a> {
        let number = i64::try_from(place).unwrap_or(0);
        let mut paper = self.paper(PaperKind::Purchase, FIRST_PURCHASE + number, day);
        let supplier = self.rng.pick(&self.suppliers);
        paper.party = self.parties.get(supplier);
        paper.reference = format!("PO-{}", paper.id);
        for _ in 0..self.rng.between(1, 4) {
            let place = self.good();
            let good = self.goods.get(place);
            let cost = good.and_then(|good| good.cost).unwrap_or(Decimal::TEN);
            let qty = Decimal::from(self.rng.between(10, 240));
            paper.lines.push(Line { good: Some(place), qty, price: cost, ..Line::default() });
        }
        if self.rng.chance(15) {
            paper.lines.push(Line {
                text: "Inbound handling",
                qty: Decimal::ONE,
                price: self.cents(1_500, 9_000),
                account: "5100",
                ..Line::default()
            });
        }
        if self.rng.chance(30) {
            paper.freight = self.cents(2_500, 30_000);
        }
        if self.rng.chance(8) {
            paper.discount = self.cents(500, 2_000);
        }
        paper.supplier_reference = format!("INV-{}", 7_000 + number * 7 + self.rng.between(0, 6));
        paper.invoiced = Some(self.calendar.midnight(day));
        self.dispatch(&mut paper, day);
        paper.costed = None;
        paper
    }

    /// An ordinary credit note: some of a sale's first line comes back.
    pub fn credit(&mut self, place: usize, sale: &Paper<'a>, day: Day) -> Paper<'a> {
        let number = i64::try_from(place).unwrap_or(0);
        let mut paper = self.paper(PaperKind::Credit, FIRST_CREDIT + number, day);
        paper.party = sale.party;
        paper.branch = sale.branch;
        paper.reference = format!("CRN-{}", paper.id);
        paper.sales_reference.clone_from(&sale.reference);
        paper.report = "arrived chipped".to_string();
        if let Some(line) = sale.lines.first() {
            let most = i64::try_from(line.qty).unwrap_or(1).clamp(1, 6);
            let qty = -Decimal::from(self.rng.between(1, most));
            paper.lines.push(Line { qty, discount: Decimal::ZERO, ..line.clone() });
        }
        paper.invoiced = Some(self.calendar.midnight(day));
        paper.number = 611 + number;
        self.dispatch(&mut paper, day);
        paper
    }
}

/// A service line without goods, on the account of service income.
#[must_use]
pub fn service() -> Line {
    Line {
        text: "Gift wrapping & assembly",
        qty: Decimal::ONE,
        price: Decimal::new(1_500, 2),
        account: "4100",
        ..Line::default()
    }
}

/// A percentage of a value, to whole cents.
fn share(value: Decimal, percent: Decimal) -> Decimal {
    (value * percent / Decimal::ONE_HUNDRED).round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven)
}
