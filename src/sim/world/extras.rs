//! Stock adjustments and payments of the seeded world.
//!
//! Must write an adjustment's `adjustInAccountingSystem` as a date and its total as the sum of quantity times cost
//! (`cin7-api.md` 5.7 and 9).

use super::calendar::Calendar;
use super::goods::{self, Good};
use super::json::{Json, Record};
use super::paper::Paper;
use super::rng::Rng;
use super::totals::four_decimals;
use rust_decimal::Decimal;

/// Id of the first adjustment.
pub const FIRST_ADJUSTMENT: i64 = 6_601;
/// Id of the first payment.
const FIRST_PAYMENT: i64 = 8_801;
/// Line ids of adjustments, away from those of orders.
const FIRST_LINE: i64 = 9_000_001;
/// Why stock was adjusted.
const REASONS: [&str; 4] = ["Stocktake variance", "Damaged", "Samples", "Found in warehouse"];

/// How an adjustment is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddAdjustment {
    /// No completed date.
    NotCompleted,
    /// No date for the books.
    NoAccountingDate,
    /// Quantities cancel out in value.
    ZeroTotal,
    /// Stock is taken out at one cost and put back at another.
    Recosted,
}

impl OddAdjustment {
    /// In the order in which they come, from the second adjustment on.
    pub const ALL: [OddAdjustment; 4] = [
        OddAdjustment::NotCompleted,
        OddAdjustment::NoAccountingDate,
        OddAdjustment::ZeroTotal,
        OddAdjustment::Recosted,
    ];

    /// Whether it can be booked all the same.
    #[must_use]
    pub const fn is_ready(self) -> bool {
        matches!(self, OddAdjustment::NotCompleted | OddAdjustment::Recosted)
    }

    /// The oddity of the adjustment at a place: each once, where there are enough.
    #[must_use]
    pub fn at(place: usize, count: usize) -> Option<Self> {
        let step = (count / (Self::ALL.len() + 1)).max(1);
        let turn = place.checked_sub(1).filter(|before| before.is_multiple_of(step))? / step;
        if count > Self::ALL.len() { Self::ALL.get(turn).copied() } else { None }
    }
}

/// Stock adjustments, spread over the story; with `odd` some of them are odd on purpose.
#[must_use]
pub fn adjustments(seed: u64, count: usize, calendar: &Calendar, goods: &[Good], odd: bool) -> Vec<Record> {
    let mut rng = Rng::new(seed, 4);
    (0..count)
        .map(|place| {
            let day = calendar.day(place, count);
            let id = FIRST_ADJUSTMENT + i64::try_from(place).unwrap_or(0);
            let made = calendar.at(day, rng.between(500, 1_000));
            let mut lines = Vec::new();
            let mut sum = Decimal::ZERO;
            for line in 0..rng.between(1, 2) {
                let good = goods.get(if line == 0 { goods::MUG } else { goods::TRAY });
                let qty = Decimal::from(rng.pick(&[-3_i64, -2, -1, 1, 2]));
                let cost = good.and_then(|good| good.cost).unwrap_or(Decimal::ONE);
                sum += qty * cost;
                lines.push(line_record(FIRST_LINE + id * 2 + line, id, line, good, qty, cost, &made));
            }
            let dates = (calendar.at(day, 1_010), calendar.midnight(day));
            let mut record = adjustment(id, &made, dates, rng.pick(&REASONS), sum, lines);
            if let Some(odd) = OddAdjustment::at(place, count).filter(|_| odd) {
                spoil(odd, &mut record, id, &made, goods);
            }
            record
        })
        .collect()
}

fn spoil(odd: OddAdjustment, record: &mut Record, id: i64, made: &str, goods: &[Good]) {
    let mug = goods.get(goods::MUG);
    let line = |place: i64, qty: i64, cost: i64| {
        let line = FIRST_LINE + id * 2 + place;
        line_record(line, id, place, mug, Decimal::from(qty), Decimal::new(cost, 4), made)
    };
    let (lines, total) = match odd {
        OddAdjustment::NotCompleted => return record.set("completedDate", Json::Null),
        OddAdjustment::NoAccountingDate => return record.set("adjustInAccountingSystem", Json::Null),
        OddAdjustment::ZeroTotal => (vec![line(0, -2, 41_275), line(1, 2, 41_275)], Decimal::ZERO),
        OddAdjustment::Recosted => (vec![line(0, -10, 41_275), line(1, 10, 43_000)], Decimal::new(17_250, 4)),
    };
    record.set("productTotal", total);
    record.set("lineItems", Json::List(lines));
}

fn adjustment(
    id: i64,
    made: &str,
    (completed, booked): (String, String),
    reason: &'static str,
    sum: Decimal,
    lines: Vec<Json>,
) -> Record {
    Record::new(vec![
        ("id", id.into()),
        ("createdDate", made.to_string().into()),
        ("modifiedDate", completed.clone().into()),
        ("createdBy", 12_i64.into()),
        ("processedBy", 12_i64.into()),
        ("isApproved", true.into()),
        ("reference", format!("ADJ-{id}").into()),
        ("branchId", 3_i64.into()),
        ("completedDate", completed.into()),
        ("adjustInAccountingSystem", booked.into()),
        ("adjustmentReason", reason.into()),
        ("alternativeAccountCode", "".into()),
        ("productTotal", four_decimals(sum).into()),
        ("source", "Cin7 Omni".into()),
        ("lineItems", Json::List(lines)),
    ])
}

fn line_record(
    id: i64,
    adjustment: i64,
    place: i64,
    good: Option<&Good>,
    qty: Decimal,
    cost: Decimal,
    made: &str,
) -> Json {
    let text = |pick: fn(&Good) -> &'static str| Json::from(good.map_or("", pick));
    Record::new(vec![
        ("id", id.into()),
        ("createdDate", made.to_string().into()),
        ("transactionId", adjustment.into()),
        ("parentId", 0_i64.into()),
        ("productId", good.map_or(0, |good| good.product).into()),
        ("productOptionId", good.map_or(0, |good| good.option).into()),
        ("integrationRef", "".into()),
        ("sort", (place + 1).into()),
        ("code", good.map_or(String::new(), |good| good.code.clone()).into()),
        ("name", text(|good| good.name)),
        ("option1", text(|good| good.option1)),
        ("option2", "".into()),
        ("option3", "".into()),
        ("qty", qty.into()),
        ("qtyAdjusted", qty.into()),
        ("holdingQty", Decimal::ZERO.into()),
        ("account", "".into()),
        ("unitCost", cost.into()),
    ])
    .into()
}

/// Payments of some documents, and one of a supplier credit note that no resource shows (`cin7-api.md` 6).
#[must_use]
pub fn payments(papers: &[&Paper<'_>]) -> Vec<Record> {
    let mut rows: Vec<Record> = (FIRST_PAYMENT..)
        .zip(papers.iter().filter(|paper| paper.invoiced.is_some() && !paper.void && paper.id % 4 == 0))
        .map(|(id, paper)| {
            let total = four_decimals(paper.parts().total());
            payment(id, paper.id, &paper.reference, "SalesOrder", total, &paper.modified)
        })
        .collect();
    let next = FIRST_PAYMENT + i64::try_from(rows.len()).unwrap_or(0);
    let amount = Decimal::new(1_850, 2);
    rows.push(payment(next, 990, "SCN-0990", "SupplierCreditNote", amount, "2026-02-18T16:00:00Z"));
    rows
}

fn payment(id: i64, order: i64, reference: &str, kind: &'static str, amount: Decimal, when: &str) -> Record {
    Record::new(vec![
        ("id", id.into()),
        ("createdDate", when.to_string().into()),
        ("modifiedDate", when.to_string().into()),
        ("paymentDate", when.to_string().into()),
        ("amount", amount.into()),
        ("method", "Check".into()),
        ("isAuthorized", true.into()),
        ("transactionRef", "".into()),
        ("comments", "".into()),
        ("orderId", order.into()),
        ("orderRef", reference.to_string().into()),
        ("paymentImportedRef", "".into()),
        ("batchReference", "".into()),
        ("reconcileDate", Json::Null),
        ("branchId", 3_i64.into()),
        ("orderType", kind.into()),
    ])
}
