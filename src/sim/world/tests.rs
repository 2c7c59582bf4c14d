//! What every world promises to the program's tests.

use super::json::Record;
use super::totals::{Parts, TaxStatus};
use super::*;
use std::collections::BTreeSet;

fn text(world: &World) -> String {
    serde_json::to_string(world).unwrap()
}

fn records(world: &World, resource: Resource) -> Vec<Record> {
    world.shelf(resource).unwrap().records().collect()
}

fn papers(world: &World) -> Vec<Record> {
    [Resource::SalesOrders, Resource::PurchaseOrders, Resource::CreditNotes]
        .into_iter()
        .flat_map(|resource| records(world, resource))
        .collect()
}

fn model(record: &Record, habits: Habits) -> Decimal {
    let discount = record.number("discountTotal");
    let parts = Parts {
        products: record
            .records("lineItems")
            .iter()
            .map(|line| line.number("qty") * line.number("unitPrice") - line.number("discount"))
            .sum(),
        freight: record.number("freightTotal"),
        surcharge: record.number("surcharge"),
        discount: if habits.negative_discount { -discount } else { discount },
        tax_status: match record.text("taxStatus") {
            "Incl" => TaxStatus::Incl,
            "Excl" => TaxStatus::Excl,
            _ => TaxStatus::Exempt,
        },
        tax_percent: habits.percent(record.number("taxRate")),
        stray_tax: Decimal::ZERO,
    };
    assert_eq!(parts.products, record.number("productTotal"), "{}", record.text("reference"));
    parts.total()
}

#[test]
fn one_seed_makes_one_world_to_the_byte() {
    assert_eq!(text(&World::generate(7, 60, 40)), text(&World::generate(7, 60, 40)));
    assert_ne!(text(&World::generate(7, 60, 40)), text(&World::generate(8, 60, 40)));
}

#[test]
fn a_world_comes_back_from_its_file_with_its_changes() {
    let mut world = World::generate(3, 60, 40);
    world
        .shelf_mut(Resource::SalesOrders)
        .unwrap()
        .change(24_005, |record| record.set("internalComments", "changed"))
        .unwrap();
    let back: World = serde_json::from_str(&text(&world)).unwrap();
    assert_eq!(text(&back), text(&world));
    assert_eq!(back.shelf(Resource::SalesOrders), world.shelf(Resource::SalesOrders));
    assert_eq!(back.company_seed().customers.len(), world.company_seed().customers.len());
}

#[test]
fn totals_are_those_of_the_model_but_for_the_documents_with_stray_tax() {
    for habits in
        [Habits::default(), Habits { negative_discount: true, fraction_tax_rate: true, ..Habits::default() }]
    {
        let world = World::with_habits(5, 300, 60, habits);
        let mut off = 0;
        for record in papers(&world) {
            off += usize::from(model(&record, habits) != record.number("total"));
            assert!(record.number("total").scale() <= 4);
        }
        let stray = world.cases().iter().filter(|case| case.odd == "LineTax").count();
        assert_eq!(off, stray);
        assert!(stray >= 1);
    }
}

#[test]
fn every_world_has_every_oddity_and_most_documents_are_ready() {
    for seed in [1, 2, 40] {
        for (orders, share) in [(60, 85), (400, 88)] {
            let world = World::generate(seed, orders, 40);
            let seen: BTreeSet<&str> = world.cases().iter().map(|case| case.odd.as_str()).collect();
            let all = oddities::SALES.iter().chain(&oddities::PURCHASES).chain(&oddities::CREDITS);
            for odd in all {
                assert!(seen.contains(format!("{odd:?}").as_str()), "{odd:?} is missing");
            }
            let held = world.cases().iter().filter(|case| !case.ready).count();
            let documents = papers(&world).len() + world.count(Resource::Adjustments);
            assert_eq!(world.count(Resource::SalesOrders), orders);
            assert!((documents - held) * 100 >= documents * share, "{held} of {documents} held back");
        }
    }
}

#[test]
fn ready_documents_have_all_that_posting_needs() {
    let world = World::generate(11, 300, 80);
    let held: BTreeSet<(Resource, i64)> =
        world.cases().iter().filter(|case| !case.ready).map(|case| (case.resource, case.id)).collect();
    let contacts: BTreeSet<i64> =
        records(&world, Resource::Contacts).iter().map(|contact| contact.whole("id")).collect();
    for (resource, date) in [
        (Resource::SalesOrders, "invoiceDate"),
        (Resource::PurchaseOrders, "invoiceDate"),
        (Resource::CreditNotes, "creditNoteDate"),
    ] {
        for record in records(&world, resource) {
            if held.contains(&(resource, record.whole("id"))) {
                continue;
            }
            let total = record.number("total");
            assert!("2026-01-01T05:00:00Z" <= record.text(date), "{}", record.text("reference"));
            assert!(record.text(date) <= world.now().to_string().as_str());
            assert!(contacts.contains(&record.whole("memberId")));
            assert_eq!(record.text("currencyCode"), "USD");
            assert_eq!(
                total.is_sign_negative(),
                resource == Resource::CreditNotes || record.text("supplierInvoiceReference") == "RPW-CR-0043",
                "{} {total}",
                record.text("reference")
            );
            if resource == Resource::PurchaseOrders {
                assert!(!record.text("supplierInvoiceReference").is_empty());
            }
        }
    }
}

#[test]
fn quickbooks_names_are_unique_fit_and_hold_only_its_letters() {
    let world = World::generate(9, 60, 900);
    let company = world.company_seed();
    let mut names = BTreeSet::new();
    let tops = company.customers.iter().chain(&company.vendors).filter(|party| party.parent.is_none());
    for name in tops.map(|party| &party.name).chain(&company.employees).chain(&company.other_names) {
        assert!(!name.is_empty() && name.chars().count() <= 41, "{name}");
        assert!(!name.contains(':') && name.chars().all(|c| (c as u32) < 0x100), "{name}");
        assert!(names.insert(name.to_lowercase()), "{name} twice");
    }
    let known = world.truth().iter().filter(|truth| truth.full_name.is_some()).count() * 100;
    assert!((60..=80).contains(&(known / world.truth().len())));
    assert!(company.customers.iter().any(|party| !party.active));
    assert!(company.customers.iter().any(|party| party.parent.is_some()));
}

#[test]
fn the_listids_that_cin7_remembers_stand_in_the_company() {
    let world = World::generate(4, 60, 200);
    let company = world.company_seed();
    let there: BTreeSet<String> =
        company.customers.iter().chain(&company.vendors).filter_map(|party| party.list_id.clone()).collect();
    let mut remembered = 0;
    for truth in world.truth().iter().filter(|truth| truth.full_name.is_some()) {
        let contact = world.shelf(Resource::Contacts).unwrap().get(truth.contact).unwrap();
        if let Some(json::Json::Record(links)) = contact.get("accountingIntegrationId")
            && !links.text("quickBooksDesktop").is_empty()
        {
            remembered += 1;
            assert!(there.contains(links.text("quickBooksDesktop")));
        }
    }
    assert!(remembered > 5);
}

#[test]
fn the_rates_of_quickbooks_add_up_to_those_of_cin7() {
    let world = World::generate(1, 200, 100);
    let company = world.company_seed();
    let rate =
        |name: &str| company.tax_items.iter().find(|item| item.name == name).map(|item| item.rate_percent);
    for record in records(&world, Resource::SalesOrders) {
        let name = record.text("alternativeTaxRate");
        if name.is_empty() {
            continue;
        }
        let group = company.tax_groups.iter().find(|(group, _)| group == name);
        let percent =
            group.map_or_else(|| rate(name), |(_, parts)| parts.iter().map(|part| rate(part)).sum());
        let shown = record.number("taxRate");
        assert_eq!(percent, Some(shown), "{name} on {}", record.text("reference"));
    }
}

#[test]
fn wire_order_and_shapes_are_those_of_the_reference() {
    let world = World::generate(1, 60, 40);
    let names = |resource| -> Vec<String> {
        records(&world, resource)[0].fields().iter().map(|(name, _)| name.to_string()).collect()
    };
    let sale = names(Resource::SalesOrders);
    assert_eq!(
        sale[..7],
        ["id", "createdDate", "modifiedDate", "createdBy", "processedBy", "isApproved", "reference"]
    );
    assert_eq!(sale.len(), 82);
    assert!(!names(Resource::PurchaseOrders).contains(&"invoiceNumber".to_string()));
    assert!(!names(Resource::CreditNotes).contains(&"isVoid".to_string()));
    let purchases = records(&world, Resource::PurchaseOrders);
    assert!(purchases[0].records("lineItems")[0].get("unitCost").is_none());
    assert_eq!(world.now().to_string(), "2026-03-06T15:00:00Z");
}

#[test]
fn a_plain_world_has_exactly_the_orders_asked_for_and_nothing_odd() {
    let world = World::with_habits(2, 5, 24, Habits { odd: false, ..Habits::default() });
    assert_eq!((world.count(Resource::SalesOrders), world.cases().len()), (5, 0));
}

/// To whole cents, half away from zero, as a ledger rounds.
fn cents(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
}

#[test]
fn ready_sales_tie_in_quickbooks_within_the_rounding_limit() {
    let world = World::generate(6, 400, 80);
    let company = world.company_seed();
    let held: BTreeSet<i64> = world.cases().iter().filter(|case| !case.ready).map(|case| case.id).collect();
    let limit = Decimal::new(5, 2);
    let mut exact = 0;
    for record in records(&world, Resource::SalesOrders) {
        if held.contains(&record.whole("id")) {
            continue;
        }
        let rate = record.number("taxRate");
        let within = if record.text("taxStatus") == "Incl" {
            Decimal::ONE + rate / Decimal::ONE_HUNDRED
        } else {
            Decimal::ONE
        };
        let line = |line: &&Record| line.number("qty") * line.number("unitPrice") - line.number("discount");
        let mut amounts: Vec<Decimal> = record.records("lineItems").iter().map(line).collect();
        amounts.extend([
            record.number("freightTotal"),
            record.number("surcharge"),
            -record.number("discountTotal"),
        ]);
        let net: Decimal = amounts.into_iter().map(|amount| cents(amount / within)).sum();
        let name = record.text("alternativeTaxRate");
        let group = company.tax_groups.iter().find(|(group, _)| group == name);
        let parts = group.map_or_else(|| vec![name.to_string()], |(_, parts)| parts.clone());
        let items = company.tax_items.iter().filter(|item| parts.contains(&item.name));
        let tax: Decimal = items.map(|item| cents(net * item.rate_percent / Decimal::ONE_HUNDRED)).sum();
        let off = (net + tax - cents(record.number("total"))).abs();
        assert!(off <= limit, "{} is off by {off}", record.text("reference"));
        exact += usize::from(off.is_zero());
    }
    assert!(exact > 200, "only {exact} tie to the cent");
}
