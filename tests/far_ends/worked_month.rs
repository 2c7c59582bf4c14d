//! The worked month of `cin7-quickbooks-integration.md` 8.3, through the real program against the simulated far ends:
//! fetched, drafted, approved, handed off, proved; every journal as written there, inventory closed at 728.00. Its landing
//! cost comes once as a linked order and once typed.

use crate::job::{Served, StoryClock, USER, WHO, connector};
use crate::opening::opened;
use countersign::base::Cents;
use countersign::books::DraftState;
use countersign::books::own::OwnLandingCost;
use countersign::sim::cin7::{DEMO_KEY, Setup};
use countersign::sim::quickbooks::{Company, LedgerTxn, Switches};
use countersign::sim::seed::TaxItemSeed;
use countersign::sim::world::json::Record;
use countersign::sim::world::{Resource, Shelf, World};
use countersign::store::drafts::{DraftFilter, DraftRow};
use countersign::workflow::host::{Host, HostOptions};
use countersign::workflow::{
    Profile, connect, decide, drafts, fetch, handoff, links, month_end, own, prove, redraft,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

const SALES: &str = include_str!("../golden/cin7/sales_orders.json");
const PURCHASES: &str = include_str!("../golden/cin7/purchase_orders.json");
const CREDITS: &str = include_str!("../golden/cin7/credit_notes.json");
const ADJUSTMENTS: &str = include_str!("../golden/cin7/adjustments.json");
const PRODUCTS: &str = include_str!("../golden/cin7/products.json");
const CONTACTS: &str = include_str!("../golden/cin7/contacts.json");

/// The first row of a golden file with some fields changed.
fn row(file: &str, id: i64, changes: Value) -> Value {
    let rows: Vec<Value> = serde_json::from_str(file).unwrap();
    let mut row = rows.into_iter().find(|row| row["id"] == id).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

/// The one line of a document, from its own first line.
fn line(row: &mut Value, changes: Value) {
    let mut line = row["lineItems"][0].clone();
    for (name, value) in changes.as_object().unwrap() {
        line[name] = value.clone();
    }
    row["lineItems"] = json!([line]);
}

fn purchase(id: i64, reference: &str, qty: f64, price: f64, freight: f64) -> Value {
    let total = qty * price + freight;
    let mut order = row(
        PURCHASES,
        3109,
        json!({"id": id, "reference": reference, "supplierInvoiceReference": format!("INV-{reference}"),
            "productTotal": qty * price, "freightTotal": freight, "surcharge": 0.0, "discountTotal": 0.0,
            "total": total, "taxStatus": "Exempt", "taxRate": 0.0, "costCenter": "", "memberCostCenter": "",
            "invoiceDate": "2026-02-05T05:00:00Z", "fullyReceivedDate": "2026-02-05T15:00:00Z"}),
    );
    line(
        &mut order,
        json!({"id": id * 10, "transactionId": id, "productId": 501, "qty": qty, "qtyShipped": qty,
            "unitPrice": price, "discount": 0.0, "accountCode": ""}),
    );
    order
}

fn sale() -> Value {
    let mut order = row(
        SALES,
        24011,
        json!({"id": 1, "reference": "SO-1", "invoiceNumber": 1, "productTotal": 800.0, "freightTotal": 25.0,
            "surcharge": 0.0, "discountTotal": 15.0, "total": 872.8, "taxStatus": "Excl", "taxRate": 8.0,
            "costCenter": "", "memberCostCenter": "", "invoiceDate": "2026-02-10T05:00:00Z",
            "dispatchedDate": "2026-02-10T20:00:00Z"}),
    );
    line(
        &mut order,
        json!({"id": 11, "transactionId": 1, "productId": 501, "qty": 4.0, "qtyShipped": 4.0, "unitPrice": 200.0,
            "discount": 0.0, "unitCost": 108.0, "accountCode": ""}),
    );
    order
}

fn back() -> Value {
    let mut note = row(
        CREDITS,
        5301,
        json!({"id": 2, "reference": "CN-1", "creditNoteNumber": 2, "salesReference": "SO-1", "productTotal": -200.0,
            "freightTotal": 0.0, "surcharge": 0.0, "discountTotal": 0.0, "total": -216.0, "taxStatus": "Excl",
            "taxRate": 8.0, "alternativeAccountCode": "", "creditNoteDate": "2026-02-20T05:00:00Z",
            "completedDate": "2026-02-20T15:00:00Z"}),
    );
    line(
        &mut note,
        json!({"id": 21, "transactionId": 2, "productId": 501, "qty": -1.0, "qtyShipped": -1.0, "unitPrice": 200.0,
            "discount": 0.0, "unitCost": 108.0, "accountCode": ""}),
    );
    note
}

fn lost() -> Value {
    let mut adjustment = row(
        ADJUSTMENTS,
        6601,
        json!({"id": 7, "reference": "ADJ-7", "productTotal": -108.0, "adjustmentReason": "Lost"}),
    );
    line(
        &mut adjustment,
        json!({"id": 71, "qty": -1.0, "qtyAdjusted": -1.0, "unitCost": 108.0, "account": ""}),
    );
    adjustment
}

fn product() -> Value {
    row(PRODUCTS, 501, json!({"salesAccount": "", "purchasesAccount": ""}))
}

fn shelf(resource: Resource, rows: &[Value]) -> Shelf {
    let record = |row: &Value| serde_json::from_str::<Record>(&row.to_string()).unwrap();
    Shelf::new(resource, rows.iter().map(record))
}

fn stock() -> Vec<Value> {
    let row = |option: i64, on_hand: f64| {
        json!({"productId": 501, "productOptionId": option, "modifiedDate": "2026-02-20T05:28:32Z", "branchId": 3,
            "size": null, "stockOnHand": on_hand, "virtual": 0.0, "code": "X"})
    };
    vec![row(901, 6.0), row(902, 4.0)]
}

/// Cin7 with the month's documents and nothing else.
fn world(linked: bool) -> World {
    let mut world = World::generate(1, 24, 30);
    let mut orders = vec![
        purchase(1, "PO-1", 10.0, 100.0, 50.0),
        purchase(2, "PO-2", 5.0, 20.0, 0.0),
        purchase(3, "PO-2R", -1.0, 20.0, 0.0),
    ];
    if linked {
        // The forwarder's order: a line without a product, whose GL code is the inventory account.
        let mut forwarder = purchase(4, "PO-1F", 1.0, 30.0, 0.0);
        line(
            &mut forwarder,
            json!({"productId": 0, "productOptionId": 0, "accountCode": "1400", "name": "Freight"}),
        );
        orders.push(forwarder);
    }
    let contacts: Vec<Value> = serde_json::from_str(CONTACTS).unwrap();
    let mut product = product();
    for (place, cost) in [(0, 108.0), (1, 20.0)] {
        product["productOptions"][place]["priceColumns"]["costUSD"] = json!(cost);
    }
    let shelves = [
        (Resource::SalesOrders, vec![sale()]),
        (Resource::PurchaseOrders, orders),
        (Resource::CreditNotes, vec![back()]),
        (Resource::Adjustments, vec![lost()]),
        (Resource::Payments, vec![]),
        (Resource::Contacts, contacts),
        (Resource::Products, vec![product]),
        (Resource::Stock, stock()),
    ];
    for (resource, rows) in shelves {
        *world.shelf_mut(resource).unwrap() = shelf(resource, &rows);
    }
    world
}

/// The program at work on the month.
pub struct Month {
    pub profile: Arc<Profile>,
    host: Arc<Host>,
    clock: Arc<StoryClock>,
    company: Mutex<Company>,
    port: u16,
    password: String,
    runtime: tokio::runtime::Runtime,
    _served: Served,
    _dir: tempfile::TempDir,
}

impl Month {
    /// The month with one order more, received in it and not billed.
    pub fn with_an_order_that_is_not_billed() -> Month {
        Month::new(false, |world| {
            let mut waits = purchase(9, "PO-9", 2.0, 50.0, 0.0);
            waits["invoiceDate"] = Value::Null;
            waits["supplierInvoiceReference"] = json!("");
            let order = serde_json::from_str::<Record>(&waits.to_string()).unwrap();
            world.shelf_mut(Resource::PurchaseOrders).unwrap().insert(9, &order);
            let mut numberless = purchase(10, "PO-10", 1.0, 40.0, 0.0);
            numberless["supplierInvoiceReference"] = json!("");
            let order = serde_json::from_str::<Record>(&numberless.to_string()).unwrap();
            world.shelf_mut(Resource::PurchaseOrders).unwrap().insert(10, &order);
        })
    }

    fn new(linked: bool, change: impl FnOnce(&mut World)) -> Month {
        let mut world = world(linked);
        change(&mut world);
        let mut seed = world.company_seed();
        seed.class_tracking = false;
        seed.tax_items.push(TaxItemSeed {
            name: "Eight".into(),
            rate_percent: countersign::base::Decimal::from(8),
            agency: "Ohio Department of Taxation".into(),
        });
        let clock = StoryClock::at(world.now());
        let company = Mutex::new(Company::new(&seed, Switches::default()).unwrap());
        let dir = tempfile::tempdir().unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (profile, host, served, password) = runtime.block_on(async {
            let setup = Setup::for_world(&world);
            let (profile, password, _cin7) =
                opened(dir.path(), world, setup, DEMO_KEY, "2026-02", clock.clone()).await;
            let mut settings = profile.settings();
            settings.inventory.opening = Some(Cents::ZERO);
            profile.save_settings(&settings).unwrap();
            let host = Host::new(profile.clone(), HostOptions { adopt_company: true }).unwrap();
            let served = Served::start(host.clone());
            connector(served.port, USER, &password, &clock).run_once(&company).await;
            connect::accept_map(&profile, WHO).unwrap();
            let all = fetch::FetchOptions::default();
            let told = fetch::fetch(&profile, &all, &mut |_| (), CancellationToken::default()).await.unwrap();
            assert_eq!((told.problems, told.refused.as_slice()), (0, [].as_slice()));
            (profile, host, served, password)
        });
        let month = Month {
            port: served.port,
            profile,
            host,
            clock,
            company,
            password,
            runtime,
            _served: served,
            _dir: dir,
        };
        month.settle_settings();
        month
    }

    fn settle_settings(&self) {
        connect::accept_map(&self.profile, WHO).unwrap();
        let set = |key: &str, value: &str| (key.to_string(), value.to_string());
        let changes = [
            set("account.inventory_asset", "Inventory Asset"),
            set("account.cogs", "Cost of Goods Sold"),
            set("account.adjustment", "Inventory Adjustments"),
            set("account.accrual", "Accrued Purchases"),
            set("account.true_up", "Inventory Adjustments"),
            set("landing.Freight", "Landed Cost Clearing"),
            set("cogs.first_month", "ours"),
        ];
        connect::change_settings(&self.profile, &changes, WHO).unwrap();
        links::propose(&self.profile).unwrap();
        links::accept_auto(&self.profile, WHO).unwrap();
        links::create_rest(&self.profile, WHO).unwrap();
        redraft::redraft(&self.profile).unwrap();
    }

    fn visit(&self) {
        self.clock.pass(60);
        let mut connector = connector(self.port, USER, &self.password, &self.clock);
        self.runtime.block_on(connector.run_once(&self.company));
    }

    /// Approves what is ready, hands it off, takes the sales to final.
    fn post(&self) {
        decide::approve_all_ready(&self.profile, WHO).unwrap();
        handoff::close_batch(&self.profile, WHO).unwrap();
        self.settle();
        handoff::finalise(&self.profile, None, WHO).unwrap();
        self.settle();
    }

    fn settle(&self) {
        for _ in 0..20 {
            self.visit();
            if self.host.idle().unwrap().left == 0 {
                redraft::redraft(&self.profile).unwrap();
                return;
            }
        }
        panic!("not settled");
    }

    fn rows(&self) -> Vec<DraftRow> {
        let ids = drafts::ids(&self.profile, &DraftFilter::default()).unwrap();
        drafts::rows(&self.profile, &ids).unwrap()
    }

    fn row(&self, cin7_type: &str) -> DraftRow {
        let found = self.rows().into_iter().find(|row| row.cin7_type == cin7_type);
        found.unwrap_or_else(|| panic!("no {cin7_type}"))
    }

    /// Everything of the month, with its cost journal behind it.
    pub fn run(&self) {
        self.post();
        let cogs = self.row("CogsMonth");
        assert_eq!(cogs.state, DraftState::Ready, "{}", cogs.reasons);
        self.post();
    }

    /// Account, debit and credit of each side of the transaction with that number.
    fn sides(&self, kind: &str, number: &str) -> Vec<(String, i64, i64)> {
        let ledger = self.company.lock().unwrap().dump_ledger();
        let is_it = |txn: &LedgerTxn| txn.kind == kind && txn.ref_number == number;
        let txn = ledger.transactions.into_iter().find(is_it).unwrap_or_else(|| panic!("no {kind} {number}"));
        let mut sides: Vec<_> =
            txn.splits.into_iter().map(|split| (split.account, split.debit, split.credit)).collect();
        sides.sort();
        sides
    }
}

fn side(account: &str, debit: i64, credit: i64) -> (String, i64, i64) {
    (account.to_string(), debit, credit)
}

/// Sums of the sides by account: a document may carry several lines to one account.
fn summed(sides: Vec<(String, i64, i64)>) -> Vec<(String, i64, i64)> {
    let mut sums: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
    for (account, debit, credit) in sides {
        *sums.entry(account).or_default() += debit - credit;
    }
    sums.into_iter().map(|(account, sum)| (account, sum.max(0), (-sum).max(0))).collect()
}

fn check_books(month: &Month) {
    assert_eq!(summed(month.sides("Bill", "INV-PO-1")), [side("1400", 105_000, 0), side("2000", 0, 105_000)]);
    assert_eq!(month.sides("Bill", "INV-PO-2"), [side("1400", 10_000, 0), side("2000", 0, 10_000)]);
    assert_eq!(month.sides("VendorCredit", "INV-PO-2R"), [side("1400", 0, 2_000), side("2000", 2_000, 0)]);
    assert_eq!(
        month.sides("Invoice", "1"),
        [
            side("1100", 87_280, 0),
            side("2200", 0, 6_280),
            side("4000", 0, 80_000),
            side("4200", 0, 2_500),
            side("4900", 1_500, 0)
        ]
    );
    assert_eq!(
        month.sides("CreditMemo", "2"),
        [side("1100", 0, 21_600), side("2200", 1_600, 0), side("4000", 20_000, 0)]
    );
    let cogs = month.row("CogsMonth");
    assert_eq!(
        month.sides("JournalEntry", &cogs.ref_number),
        [side("1400", 0, 32_400), side("5000", 32_400, 0)]
    );
    let lost = month.row("Adjustment");
    assert_eq!(
        month.sides("JournalEntry", &lost.ref_number),
        [side("1400", 0, 10_800), side("5200", 10_800, 0)]
    );
}

fn check_proof(month: &Month, bills: &str, landing: &str) {
    let proof = prove::prove(&month.profile, None).unwrap();
    assert!(proof.is_clean() && proof.difference_cents() == 0, "{:?}", proof.documents);
    let row = proof.roll_forward.iter().find(|row| row.month == "2026-02").unwrap();
    let told = [
        row.opening,
        row.bills,
        row.landing_costs,
        row.vendor_credits,
        row.adjustments,
        row.cogs,
        row.true_up,
        row.other_in_quickbooks,
        row.closing,
    ]
    .map(|amount| amount.to_string());
    assert_eq!(told, ["0.00", bills, landing, "20.00", "-108.00", "324.00", "0.00", "0.00", "728.00"]);
    assert_eq!(row.quickbooks_balance.unwrap().to_string(), "728.00", "read independently");
    let now = proof.roll_forward.last().unwrap();
    assert_eq!(now.cin7_value.unwrap().to_string(), "728.00", "6 x 108 + 4 x 20");
    assert!(now.cin7_value_source.as_ref().unwrap().starts_with("snapshot at "));
}

#[test]
fn the_worked_month_closes_at_728_with_its_landing_cost_as_a_linked_order() {
    let month = Month::new(true, |_| ());
    month.run();
    check_books(&month);
    assert_eq!(month.sides("Bill", "INV-PO-1F"), [side("1400", 3_000, 0), side("2000", 0, 3_000)]);
    check_proof(&month, "1180.00", "0.00");
}

#[test]
fn the_worked_month_closes_at_728_with_its_landing_cost_typed() {
    let month = Month::new(false, |_| ());
    let cost = OwnLandingCost {
        date: "2026-02-06".parse().unwrap(),
        po: "PO-1".into(),
        category: "Freight".into(),
        amount: "30.00".parse().unwrap(),
        memo: String::new(),
    };
    own::add_landing_cost(&month.profile, cost, WHO).unwrap();
    month.run();
    check_books(&month);
    let landing = month.row("LandingCost");
    assert_eq!(
        month.sides("JournalEntry", &landing.ref_number),
        [side("1400", 3_000, 0), side("5300", 0, 3_000)]
    );
    check_proof(&month, "1150.00", "30.00");
}

#[test]
fn an_invoice_that_was_not_dispatched_turns_the_cost_of_the_month_round_and_is_flagged() {
    let month = Month::new(true, |world| {
        let mut order = sale();
        order["dispatchedDate"] = Value::Null;
        order["lineItems"][0]["qtyShipped"] = json!(0.0);
        *world.shelf_mut(Resource::SalesOrders).unwrap() = shelf(Resource::SalesOrders, &[order]);
    });
    month.post();
    let cogs = month.row("CogsMonth");
    assert_eq!(cogs.total.unwrap().to_string(), "-108.00", "only the return counts: {}", cogs.reasons);
    let proof = prove::prove(&month.profile, None).unwrap();
    let row = proof.roll_forward.iter().find(|row| row.month == "2026-02").unwrap();
    let flagged = row.explainers.iter().find(|told| told.code == "invoiced_not_dispatched").unwrap();
    assert_eq!(
        (flagged.documents.as_slice(), flagged.total.unwrap().to_string()),
        (["SO-1".to_string()].as_slice(), "432.00".into())
    );
}

#[test]
fn a_true_up_goes_alone_after_its_own_confirmation_and_an_accrual_only_when_asked_for() {
    let month = Month::with_an_order_that_is_not_billed();
    month.run();
    let feb = "2026-02".parse().unwrap();
    let view = month_end::accrual_preview(&month.profile, feb).unwrap();
    assert_eq!((view.total.to_string(), view.orders.len()), ("100.00".into(), 1));
    let left_out: Vec<_> =
        view.unbillable.iter().map(|o| (o.reference.as_str(), o.amount.to_string())).collect();
    assert_eq!(
        left_out,
        [("PO-10", "40.00".to_string())],
        "its bill would stand in the month beside the accrual"
    );
    month_end::accrual(&month.profile, feb, WHO).unwrap();
    assert!(month_end::accrual(&month.profile, feb, WHO).is_err(), "once");
    let target = Some("700.00".parse().unwrap());
    let shown = month_end::true_up_preview(&month.profile, feb, target).unwrap();
    assert_eq!(
        (shown.quickbooks_balance.to_string(), shown.amount.to_string()),
        ("698.00".into(), "2.00".into())
    );
    let said = month_end::true_up(&month.profile, feb, &shown, "agreed with the accountant", WHO).unwrap();
    assert!(said.text.contains("alone"), "{}", said.text);
    assert_eq!(month.row("Accrual").state, DraftState::Ready, "it was not carried along");
    month.settle();
    month.post();
    assert_eq!(month.row("TrueUp").state, DraftState::Posted);
    let proof = prove::prove(&month.profile, None).unwrap();
    let row = |name: &str| proof.roll_forward.iter().find(|row| row.month == name).unwrap().clone();
    let feb = row("2026-02");
    assert_eq!(
        (feb.true_up.to_string(), feb.other_in_quickbooks.to_string()),
        ("2.00".into(), "100.00".into())
    );
    assert_eq!(feb.closing.to_string(), "800.00");
    assert_eq!(row("2026-03").other_in_quickbooks.to_string(), "-100.00", "reversed on day one");
    assert_eq!(row("2026-03").off_quickbooks().unwrap(), Cents::ZERO);
}
