//! What happens in Cin7 after the first day: orders are voided, edited and split, costs arrive late, contacts go.
//!
//! Must leave each record as Cin7 would: `modifiedDate` moves with every edit, but a late cost moves only
//! `modifiedCOGSDate` (`cin7-api.md` 3), and totals follow the model of 8.2 again.

use crate::base::Instant;
use crate::sim::world::json::{Json, Record};
use crate::sim::world::totals::{Parts, TaxStatus, four_decimals, line_value};
use crate::sim::world::{Habits, Resource, World};
use rust_decimal::Decimal;

/// Import statuses that Cin7 knows (`cin7-api.md` 4).
const IMPORT_STATUSES: [&str; 4] = ["NotImported", "Imported", "DoNotImport", "Error"];
/// Line ids of back orders: away from those of the first day.
const BACK_ORDER_LINES: i64 = 50_000_000;

fn wire(now: Instant) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl World {
    /// Edits a record as a user would: `modifiedDate` moves, and an order's totals are computed anew. False when
    /// there is no such record.
    pub fn edit(
        &mut self,
        resource: Resource,
        id: i64,
        now: Instant,
        change: impl FnOnce(&mut Record),
    ) -> bool {
        let habits = self.habits();
        let edit = |record: &mut Record| {
            let stray = record.number("total") - parts_of(record, habits).total();
            change(record);
            record.set("modifiedDate", wire(now));
            if record.get("discountTotal").is_some() {
                let parts = Parts { stray_tax: stray, ..parts_of(record, habits) };
                record.set("productTotal", four_decimals(parts.products));
                record.set("total", parts.total());
            }
        };
        self.shelf_mut(resource).and_then(|shelf| shelf.change(id, edit)).is_some()
    }

    /// Changes the quantity of an order's first line, shipped goods included where all had been shipped.
    pub fn change_quantity(&mut self, resource: Resource, id: i64, qty: Decimal, now: Instant) -> bool {
        self.edit(resource, id, now, |record| {
            if let Some(line) = first_line(record) {
                let all_moved = line.number("qtyShipped") == line.number("qty");
                line.set("qty", qty);
                if all_moved {
                    line.set("qtyShipped", qty);
                }
            }
        })
    }

    /// Voids an order or credit note; it stays readable and cannot come back.
    pub fn void(&mut self, resource: Resource, id: i64, now: Instant) -> bool {
        self.edit(resource, id, now, |record| {
            record.set("status", "VOID");
            record.set("isVoid", true);
            record.set("cancellationDate", wire(now));
        })
    }

    /// Goods of a purchase order come in before its invoice.
    pub fn receive_unbilled(&mut self, id: i64, received: Instant, now: Instant) -> bool {
        self.edit(Resource::PurchaseOrders, id, now, |record| {
            record.set("fullyReceivedDate", wire(received));
            record.set("invoiceDate", Json::Null);
            record.set("supplierInvoiceReference", "");
            if let Some(Json::List(lines)) = record.get_mut("lineItems") {
                for line in lines {
                    if let Json::Record(line) = line {
                        let ordered = line.number("qty");
                        line.set("qtyShipped", ordered);
                    }
                }
            }
        })
    }

    /// Deletes a contact; its orders keep the id.
    pub fn delete_contact(&mut self, id: i64) -> bool {
        self.shelf_mut(Resource::Contacts).is_some_and(|shelf| shelf.remove(id))
    }

    /// Splits a back order off: the order keeps `keep` of its first line, a new one gets the rest under the same
    /// reference with a letter (`cin7-api.md` 7.3). Returns the new order's id.
    pub fn split_back_order(
        &mut self,
        resource: Resource,
        id: i64,
        keep: Decimal,
        now: Instant,
    ) -> Option<i64> {
        let shelf = self.shelf(resource)?;
        let new_id = shelf.last_key() + 1;
        let mut rest = shelf.get(id)?;
        let line = rest.records("lineItems").first().map(|line| (*line).clone())?;
        let left = line.number("qty") - keep;
        if left <= Decimal::ZERO || keep < Decimal::ZERO {
            return None;
        }
        rest.set("id", new_id);
        let reference = next_reference(rest.text("reference"));
        rest.set("reference", reference);
        rest.set("createdDate", wire(now));
        for field in ["invoiceDate", "dispatchedDate", "fullyReceivedDate", "modifiedCOGSDate"] {
            rest.set(field, Json::Null);
        }
        rest.set("invoiceNumber", 0_i64);
        rest.set("supplierInvoiceReference", "");
        rest.set("stage", "Back Order");
        for field in ["freightTotal", "surcharge", "discountTotal"] {
            rest.set(field, Decimal::ZERO);
        }
        rest.set("lineItems", vec![Json::from(back_order_line(line, new_id, left))]);
        rest.set("total", Decimal::ZERO);
        let total = parts_of(&rest, self.habits()).total();
        rest.set("total", total);
        self.change_quantity(resource, id, keep, now);
        self.shelf_mut(resource)?.insert(new_id, &rest);
        self.edit(resource, new_id, now, |_| ());
        Some(new_id)
    }

    /// Late costs arrive: every line costs a twentieth more, and only `modifiedCOGSDate` moves.
    pub fn recost(&mut self, resource: Resource, id: i64, now: Instant) -> bool {
        let recost = |record: &mut Record| {
            if let Some(Json::List(lines)) = record.get_mut("lineItems") {
                for line in lines {
                    if let Json::Record(line) = line
                        && let Some(Json::Number(cost)) = line.get_mut("unitCost")
                    {
                        *cost = four_decimals(*cost * Decimal::new(105, 2));
                    }
                }
            }
            record.set("modifiedCOGSDate", wire(now));
        };
        self.shelf_mut(resource).and_then(|shelf| shelf.change(id, recost)).is_some()
    }

    /// The cost of a document was computed: only `modifiedCOGSDate` moves.
    pub fn cost_computed(&mut self, resource: Resource, id: i64, now: Instant) {
        if let Some(shelf) = self.shelf_mut(resource) {
            shelf.change(id, |record| {
                if record.get("modifiedCOGSDate").is_some() {
                    record.set("modifiedCOGSDate", wire(now));
                }
            });
        }
    }

    /// Sets the accounting import status of a document.
    ///
    /// # Errors
    /// The words of the write's answer.
    pub fn set_import_status(
        &mut self,
        resource: Resource,
        id: i64,
        status: &str,
        import_date: Option<String>,
        now: Instant,
    ) -> Result<(), String> {
        let known = IMPORT_STATUSES.into_iter().find(|known| known.eq_ignore_ascii_case(status));
        let Some(status) = known else { return Err(format!("'{status}' is no import status")) };
        let attributes =
            Record::new(vec![("importDate", import_date.into()), ("accountingImportStatus", status.into())]);
        let found = self.edit(resource, id, now, |record| record.set("accountingAttributes", attributes));
        if found { Ok(()) } else { Err("there is no record of this id".to_string()) }
    }
}

/// The parts of an order's total, from its record.
fn parts_of(record: &Record, habits: Habits) -> Parts {
    let value =
        |line: &&Record| line_value(line.number("qty"), line.number("unitPrice"), line.number("discount"));
    Parts {
        products: record.records("lineItems").iter().map(value).sum(),
        freight: record.number("freightTotal"),
        surcharge: record.number("surcharge"),
        discount: habits.shown_discount(record.number("discountTotal")),
        tax_status: match record.text("taxStatus") {
            "Incl" => TaxStatus::Incl,
            "Excl" => TaxStatus::Excl,
            _ => TaxStatus::Exempt,
        },
        tax_percent: habits.percent(record.number("taxRate")),
        stray_tax: Decimal::ZERO,
    }
}

fn first_line(record: &mut Record) -> Option<&mut Record> {
    match record.get_mut("lineItems") {
        Some(Json::List(lines)) => match lines.first_mut() {
            Some(Json::Record(line)) => Some(line),
            _ => None,
        },
        _ => None,
    }
}

fn back_order_line(mut line: Record, order: i64, qty: Decimal) -> Record {
    line.set("id", BACK_ORDER_LINES + order);
    line.set("transactionId", order);
    line.set("qty", qty);
    line.set("uomQtyOrdered", qty);
    line.set("uomQtyShipped", Decimal::ZERO);
    line.set("qtyShipped", Decimal::ZERO);
    line.set("discount", Decimal::ZERO);
    line
}

/// `SO-1` becomes `SO-1-A`, `SO-1-A` becomes `SO-1-B`.
fn next_reference(reference: &str) -> String {
    if let Some((stem, tail)) = reference.rsplit_once('-')
        && let Some(letter @ b'A'..=b'Y') = tail.bytes().next()
        && tail.len() == 1
    {
        return format!("{stem}-{}", char::from(letter + 1));
    }
    format!("{reference}-A")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later() -> Instant {
        "2026-03-20T12:00:00.5Z".parse().unwrap()
    }

    fn sale(world: &World, id: i64) -> Record {
        world.shelf(Resource::SalesOrders).unwrap().get(id).unwrap()
    }

    fn plain() -> World {
        World::with_habits(3, 12, 24, Habits { odd: false, ..Habits::default() })
    }

    #[test]
    fn an_edit_moves_the_date_and_the_total() {
        let mut world = plain();
        let before = sale(&world, 24_003);
        assert!(world.change_quantity(Resource::SalesOrders, 24_003, Decimal::from(500), later()));
        let after = sale(&world, 24_003);
        assert_eq!(after.text("modifiedDate"), "2026-03-20T12:00:00Z");
        assert!(after.number("total") > before.number("total"));
        assert!(!world.change_quantity(Resource::SalesOrders, 1, Decimal::ONE, later()));
    }

    #[test]
    fn an_edit_keeps_tax_that_nothing_explains() {
        let mut world = World::generate(1, 60, 40);
        let odd = world.cases().iter().find(|case| case.odd == "LineTax").unwrap().id;
        let before = sale(&world, odd);
        world.edit(Resource::SalesOrders, odd, later(), |record| record.set("internalComments", "x"));
        assert_eq!(sale(&world, odd).number("total"), before.number("total"));
    }

    #[test]
    fn a_late_cost_moves_only_its_own_date() {
        let mut world = plain();
        let before = sale(&world, 24_002);
        assert!(world.recost(Resource::SalesOrders, 24_002, later()));
        let after = sale(&world, 24_002);
        assert_eq!(after.text("modifiedDate"), before.text("modifiedDate"));
        assert_eq!(after.text("modifiedCOGSDate"), "2026-03-20T12:00:00Z");
        assert_eq!(after.number("total"), before.number("total"));
        let cost = |record: &Record| record.records("lineItems")[0].number("unitCost");
        assert!(cost(&after) > cost(&before));
    }

    #[test]
    fn a_split_leaves_two_orders_that_add_up() {
        let mut world = plain();
        world.change_quantity(Resource::SalesOrders, 24_004, Decimal::from(10), later());
        let new = world.split_back_order(Resource::SalesOrders, 24_004, Decimal::from(4), later()).unwrap();
        let (first, rest) = (sale(&world, 24_004), sale(&world, new));
        assert_eq!(rest.text("reference"), format!("{}-A", first.text("reference")));
        assert_eq!(first.records("lineItems")[0].number("qty"), Decimal::from(4));
        assert_eq!(rest.records("lineItems")[0].number("qty"), Decimal::from(6));
        assert_eq!(rest.get("invoiceDate"), Some(&Json::Null));
        let value = rest.records("lineItems")[0].number("unitPrice") * Decimal::from(6);
        assert_eq!(rest.number("productTotal"), value);
        assert_eq!(next_reference("SO-1-A"), "SO-1-B");
        assert_eq!(world.split_back_order(Resource::SalesOrders, 24_004, Decimal::from(4), later()), None);
    }

    #[test]
    fn a_void_order_stays_readable_and_a_deleted_contact_does_not() {
        let mut world = plain();
        assert!(world.void(Resource::SalesOrders, 24_001, later()) && world.delete_contact(4_101));
        assert_eq!(sale(&world, 24_001).text("status"), "VOID");
        assert!(sale(&world, 24_001).flag("isVoid"));
        assert!(!world.delete_contact(4_101));
    }

    #[test]
    fn an_unknown_import_status_is_refused() {
        let mut world = plain();
        let mut set = |status| world.set_import_status(Resource::SalesOrders, 24_001, status, None, later());
        assert!(set("imported").is_ok() && set("Posted").is_err());
    }
}
