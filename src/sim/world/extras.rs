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

/// Stock adjustments, spread over the story; every one has a total that is not zero.
#[must_use]
pub fn adjustments(seed: u64, count: usize, calendar: &Calendar, goods: &[Good]) -> Vec<Record> {
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
            adjustment(id, &made, dates, rng.pick(&REASONS), sum, lines)
        })
        .collect()
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
