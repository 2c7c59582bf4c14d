//! What is odd in every world: the documents that are rightly held back, and those that only look strange.
//!
//! Must have every oddity of `cin7-api.md` 11 in each world, once at least, so that nothing that a bookkeeper meets in
//! a bad month is first met there.

use super::documents::{Maker, service};
use super::goods;
use super::paper::{Line, Paper};
use super::regulars;
use rust_decimal::Decimal;

/// One way in which a document is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Odd {
    Void,
    Draft,
    ZeroTotal,
    Euro,
    DoNotImport,
    Imported,
    BeforeStart,
    UnknownAccount,
    LineTax,
    BackOrderFirst,
    BackOrderRest,
    MonthEnd,
    HashReference,
    LongReference,
    Kit,
    Sizes,
    ZeroQuantityLine,
    LongCompany,
    Person,
    PartShipped,
    EmojiName,
    BilledToParent,
    ImportError,
    CostMissing,
    NoSupplierReference,
    Yuan,
    Negative,
    LongSupplierReference,
    TwoRoles,
    SupplierOnCredit,
    MixedSigns,
    Allowance,
}

/// Oddities of sales orders that every world has.
pub const SALES: [Odd; 24] = [
    Odd::BeforeStart,
    Odd::MonthEnd,
    Odd::Void,
    Odd::Kit,
    Odd::Draft,
    Odd::Sizes,
    Odd::ZeroTotal,
    Odd::HashReference,
    Odd::Euro,
    Odd::LongReference,
    Odd::DoNotImport,
    Odd::BackOrderFirst,
    Odd::BackOrderRest,
    Odd::ZeroQuantityLine,
    Odd::Imported,
    Odd::LongCompany,
    Odd::UnknownAccount,
    Odd::Person,
    Odd::LineTax,
    Odd::PartShipped,
    Odd::EmojiName,
    Odd::BilledToParent,
    Odd::ImportError,
    Odd::CostMissing,
];
/// Oddities of purchase orders that every world has.
pub const PURCHASES: [Odd; 5] =
    [Odd::NoSupplierReference, Odd::Yuan, Odd::Negative, Odd::LongSupplierReference, Odd::TwoRoles];
/// Oddities of credit notes that every world has.
pub const CREDITS: [Odd; 3] = [Odd::SupplierOnCredit, Odd::MixedSigns, Odd::Allowance];
/// Oddities that also happen by chance in large worlds, with the chance of each in a thousand.
const BY_CHANCE: [(Odd, i64); 8] = [
    (Odd::Void, 10),
    (Odd::Draft, 5),
    (Odd::BackOrderRest, 14),
    (Odd::ZeroTotal, 3),
    (Odd::DoNotImport, 6),
    (Odd::Imported, 5),
    (Odd::UnknownAccount, 3),
    (Odd::LineTax, 5),
];

impl Odd {
    /// Whether such a document should be ready to post once its contact is matched or created.
    #[must_use]
    pub const fn is_ready(self) -> bool {
        !matches!(
            self,
            Odd::Void
                | Odd::Draft
                | Odd::ZeroTotal
                | Odd::Euro
                | Odd::DoNotImport
                | Odd::Imported
                | Odd::BeforeStart
                | Odd::UnknownAccount
                | Odd::LineTax
                | Odd::BackOrderRest
                | Odd::NoSupplierReference
                | Odd::Yuan
                | Odd::SupplierOnCredit
                | Odd::MixedSigns
        )
    }

    /// Draws an oddity for an ordinary sale of a large world.
    pub fn by_chance(maker: &mut Maker<'_>) -> Option<Odd> {
        let draw = maker.rng.between(1, 1_000);
        let mut reached = 0;
        BY_CHANCE.iter().find_map(|(odd, chance)| {
            reached += chance;
            (draw <= reached).then_some(*odd)
        })
    }
}

/// The oddity that stands at a place of `count` documents: each of the list once, spread evenly.
#[must_use]
pub fn scheduled(list: &[Odd], place: usize, count: usize) -> Option<Odd> {
    let turn = place * list.len() / count.max(1);
    let begins = place == 0 || (place - 1) * list.len() / count.max(1) != turn;
    if begins { list.get(turn).copied() } else { None }
}

/// Makes a sales order odd. `first` is the first half of the back order, where there is one.
pub fn spoil_sale<'a>(odd: Odd, paper: &mut Paper<'a>, maker: &mut Maker<'a>, first: Option<&Paper<'a>>) {
    match odd {
        Odd::Void => (paper.void, paper.invoiced, paper.number, paper.moved) = (true, None, 0, None),
        Odd::Draft => draft(paper),
        Odd::ZeroTotal => zero_total(paper),
        Odd::Euro => paper.party = maker.party(regulars::PORT_VIEUX),
        Odd::DoNotImport => paper.import_status = "DoNotImport",
        Odd::Imported => {
            (paper.import_status, paper.import_date) = ("Imported", Some(paper.modified.clone()));
        }
        Odd::ImportError => paper.import_status = "Error",
        Odd::BeforeStart => {
            let day = maker.calendar.before_start();
            paper.invoiced = Some(maker.calendar.midnight(day));
            paper.created = maker.calendar.at(day, 600);
            maker.dispatch(paper, day);
            paper.modified = maker.calendar.at(day, 1_300);
        }
        Odd::UnknownAccount => paper.lines.push(Line { account: "4-1500", ..service() }),
        Odd::LineTax => line_tax(paper, maker),
        Odd::BackOrderFirst => paper.comment = "first shipment; remainder on the back order",
        Odd::BackOrderRest => back_order(paper, first),
        Odd::MonthEnd => {
            // Entered at 22:30 on 31 January in New York: a January document whose UTC month is February.
            paper.invoiced = Some("2026-02-01T03:30:00Z".to_string());
            paper.created = "2026-02-01T03:20:00Z".to_string();
            paper.modified = "2026-02-01T03:31:00Z".to_string();
            paper.moved.clone_from(&paper.invoiced);
        }
        Odd::HashReference => paper.reference = format!("WEB#{}/é", paper.id),
        Odd::LongReference => (paper.reference, paper.number) = (format!("MARKETPLACE-2026-{}", paper.id), 0),
        other => dress_sale(other, paper, maker),
    }
}

fn dress_sale<'a>(odd: Odd, paper: &mut Paper<'a>, maker: &mut Maker<'a>) {
    match odd {
        Odd::Kit => maker.add_kit(paper),
        Odd::Sizes => {
            let apron = maker.goods.get(goods::APRON);
            paper.lines.push(Line {
                good: Some(goods::APRON),
                qty: Decimal::from(5),
                price: apron.map_or(Decimal::TEN, |good| good.price),
                cost: apron.and_then(|good| good.cost),
                sized: true,
                ..Line::default()
            });
        }
        Odd::ZeroQuantityLine => {
            paper.lines.push(Line { good: Some(goods::MUG), price: Decimal::TEN, ..Line::default() });
            paper.lines.push(service());
        }
        Odd::LongCompany => paper.party = maker.party(regulars::LONG_NAME),
        Odd::Person => paper.party = maker.party(regulars::DELPHINE),
        Odd::EmojiName => paper.party = maker.party(regulars::EMOJI),
        Odd::BilledToParent => paper.party = maker.party(regulars::QUILLEN_COLUMBUS),
        Odd::PartShipped => {
            paper.moved = None;
            if let Some(line) = paper.lines.first_mut() {
                line.qty += Decimal::TWO;
                line.moved = Decimal::ONE;
            }
            return;
        }
        Odd::CostMissing => {
            for line in &mut paper.lines {
                line.cost = None;
            }
        }
        _ => {}
    }
    for line in &mut paper.lines {
        line.moved = if line.good.is_some() { line.qty } else { Decimal::ZERO };
    }
}

fn draft(paper: &mut Paper<'_>) {
    (paper.draft, paper.nulls, paper.party) = (true, true, None);
    (paper.invoiced, paper.number, paper.moved, paper.costed) = (None, 0, None, None);
    (paper.surcharge, paper.discount) = (Decimal::ZERO, Decimal::ZERO);
}

fn zero_total(paper: &mut Paper<'_>) {
    paper.comment = "warranty replacement";
    (paper.freight, paper.surcharge, paper.discount) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for line in &mut paper.lines {
        (line.price, line.discount) = (Decimal::ZERO, Decimal::ZERO);
    }
}

/// One line carries a rate of its own, which the API does not show (`cin7-api.md` 8.3).
fn line_tax<'a>(paper: &mut Paper<'a>, maker: &Maker<'a>) {
    paper.party = maker.party(regulars::QUILLEN);
    paper.lines.push(Line { qty: Decimal::from(4), ..service() });
    // 7.5 % less on 60.00: more than any rounding explains.
    paper.stray_tax = -Decimal::new(450, 2);
}

fn back_order<'a>(paper: &mut Paper<'a>, first: Option<&Paper<'a>>) {
    if let Some(first) = first {
        (paper.party, paper.reference) = (first.party, format!("{}-A", first.reference));
    }
    (paper.invoiced, paper.number, paper.moved, paper.costed) = (None, 0, None, None);
    for line in &mut paper.lines {
        line.moved = Decimal::ZERO;
    }
}

/// Makes a purchase order odd.
pub fn spoil_purchase<'a>(odd: Odd, paper: &mut Paper<'a>, maker: &Maker<'a>) {
    match odd {
        Odd::NoSupplierReference => paper.supplier_reference = String::new(),
        Odd::Yuan => {
            paper.party = maker.party(regulars::FOSHAN);
            paper.supplier_reference = "FS2026-0088".to_string();
        }
        Odd::Negative => {
            paper.party = maker.party(regulars::RIDGELINE);
            paper.comment = "GUESS SHAPE: supplier credit entered as a negative purchase order";
            paper.supplier_reference = "RPW-CR-0043".to_string();
            (paper.freight, paper.discount) = (Decimal::ZERO, Decimal::ZERO);
            paper.lines.truncate(1);
            for line in &mut paper.lines {
                line.qty = -Decimal::from(6);
                line.moved = line.qty;
            }
        }
        Odd::LongSupplierReference => {
            paper.supplier_reference = format!("TIDEWATER/2026/INVOICE-{}", paper.id);
            paper.party = maker.party(regulars::TIDEWATER);
        }
        Odd::TwoRoles => paper.party = maker.party(regulars::BLUFF_SUPPLIER),
        _ => {}
    }
}

/// Makes a credit note odd.
pub fn spoil_credit<'a>(odd: Odd, paper: &mut Paper<'a>, maker: &Maker<'a>) {
    match odd {
        Odd::SupplierOnCredit => {
            paper.party = maker.party(regulars::RIDGELINE);
            paper.reference = format!("SCN-{}", paper.id);
            paper.comment = "GUESS SHAPE: credit note whose memberId is a Supplier contact";
            (paper.sales_reference, paper.number) = ("PO-3101".to_string(), 0);
            paper.report = String::new();
        }
        Odd::MixedSigns => {
            // An exchange: one thing comes back, another of the same price goes out.
            if let Some(line) = paper.lines.first_mut() {
                (line.qty, line.moved, line.discount) = (-Decimal::ONE, -Decimal::ONE, Decimal::ZERO);
                let out =
                    Line { qty: Decimal::ONE, moved: Decimal::ONE, good: Some(goods::MUG), ..line.clone() };
                paper.lines.push(out);
            }
        }
        Odd::Allowance => {
            paper.report = "goodwill, nothing comes back".to_string();
            paper.lines = vec![Line { qty: -Decimal::ONE, ..service() }];
            paper.moved = None;
        }
        _ => {}
    }
}
