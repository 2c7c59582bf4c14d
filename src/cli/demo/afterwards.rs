//! What happens in a demo after the hand-off: a sale changes in Cin7, another is void, a cost arrives late, and what
//! Cin7's API does not deliver is typed in.
//!
//! Must never happen twice: the story says that it has happened, and what a person typed is looked for first.

use super::headless::Run;
use super::stage::{OPERATOR, Stage};
use super::story::{file, problem};
use crate::base::{Cents, Day, Decimal, DraftId, Instant, Month};
use crate::books::find::Wanted;
use crate::books::own::{OwnLandingCost, OwnLine, OwnVendorCredit};
use crate::books::settings::HouseRule;
use crate::books::{DraftState, ListRef, OperationKind, PartyList, TxnKind};
use crate::sim::world::Resource;
use crate::store::drafts::{DraftFilter, DraftRow};
use crate::workflow::imports::{self, What};
use crate::workflow::{Profile, Result, Said, connect, decide, drafts, links, own};

/// The web shop of the story, whose sales are billed to one customer (design 8.14).
const SHOP: &str = "Shopify";
/// The story's category of landing costs, and the account that it credits where the company has it.
const CATEGORY: &str = "Freight";
const CLEARING: &str = "Landed Cost Clearing";
/// Pairs of orders that are tried.
const MOST_PAIRS: usize = 50;
/// What the typed ones come to.
const LANDING: Cents = Cents::new(3_000);
const CREDIT: Cents = Cents::new(2_000);
/// Quantity that a changed sale has afterwards: more than any line of the story begins with.
const QUANTITY: Decimal = Decimal::from_parts(13, 0, 0, false, 0);

/// Bills the web shop's sales to one customer, before anything is fetched.
pub(super) fn house_rule(profile: &Profile) -> Result<()> {
    let mut settings = profile.settings();
    if !settings.house.is_empty() {
        return Ok(());
    }
    let customers = links::search(profile, PartyList::Customer, "")?;
    let whole = customers.iter().filter(|party| party.active && !party.full_name.contains(':'));
    let Some(first) = whole.min_by(|a, b| a.full_name.cmp(&b.full_name)) else { return Ok(()) };
    settings.house.push(HouseRule {
        channel: SHOP.into(),
        customer: ListRef::new(first.id.clone(), first.full_name.clone()),
        ..HouseRule::default()
    });
    profile.save_settings(&settings)
}

/// The drafts of a kind that are in QuickBooks as they were sent, the oldest first.
fn standing(profile: &Profile, kind: TxnKind, cin7_type: &str) -> Result<Vec<DraftRow>> {
    let filter = DraftFilter { states: vec![DraftState::Posted], kind: Some(kind), ..DraftFilter::default() };
    let mut rows = drafts::rows(profile, &drafts::ids(profile, &filter)?)?;
    rows.retain(|row| row.cin7_type == cin7_type);
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

/// A purchase order that cannot be billed yet; none where there is none.
fn unbilled(profile: &Profile) -> Result<Option<i64>> {
    let states = vec![DraftState::NotReady, DraftState::NeedsAttention];
    let filter = DraftFilter { states, kind: Some(TxnKind::Bill), ..DraftFilter::default() };
    let mut rows = drafts::rows(profile, &drafts::ids(profile, &filter)?)?;
    rows.retain(|row| row.cin7_type == "PurchaseOrder");
    rows.sort_by_key(|row| (row.state != DraftState::NotReady, row.id));
    Ok(rows.first().and_then(|row| row.cin7_id.parse().ok()))
}

/// One sale of Cin7 is changed, one void, one costed anew; goods come in before their invoice.
fn change_cin7(stage: &Stage) -> Result<()> {
    let mut sales = standing(&stage.profile, TxnKind::Invoice, "SalesOrder")?;
    // Of the newest month that is over: its cost journal is still tested for changes (design 8.2).
    let running = Month::of(stage.profile.settings().timezone.day_of(stage.profile.now())).to_string();
    let over = |row: &&DraftRow| row.month.as_ref().is_some_and(|month| *month < running);
    let newest = sales.iter().filter(over).filter_map(|row| row.month.clone()).max();
    sales.retain(|row| row.month == newest);
    let ids: Vec<i64> = sales.iter().filter_map(|row| row.cin7_id.parse().ok()).collect();
    let late = unbilled(&stage.profile)?;
    let last = newest.as_deref().and_then(|month| month.parse::<Month>().ok()).map(Month::last_day);
    // In the afternoon of the last day, in whatever zone of the company's country.
    let received = last.and_then(|day| format!("{day}T20:00:00Z").parse::<Instant>().ok());
    stage.cin7.change(|world, now| {
        if let (Some(id), Some(received)) = (late, received) {
            world.receive_unbilled(id, received, now);
        }
        let orders = Resource::SalesOrders;
        if let [changed, void, costed, ..] = ids.as_slice() {
            world.change_quantity(orders, *changed, QUANTITY, now);
            world.void(orders, *void, now);
            world.recost(orders, *costed, now);
        }
    });
    Ok(())
}

/// The drafts of a Cin7 type.
pub(super) fn typed(profile: &Profile, cin7_type: &str) -> Result<Vec<DraftId>> {
    let wanted = Wanted { types: vec![cin7_type.to_string()], ..Wanted::default() };
    drafts::ids(profile, &DraftFilter { wanted, ..DraftFilter::default() })
}

/// Puts two orders of one supplier on one invoice, where two go together.
pub(super) fn join_bills(profile: &Profile) -> Result<Said> {
    let none = Ok(Said::new(0, "No two orders stand on one supplier's invoice."));
    if !typed(profile, "Joined")?.is_empty() {
        return none;
    }
    let (states, kind) = (vec![DraftState::Ready], Some(TxnKind::Bill));
    let filter = DraftFilter { states, kind, ..DraftFilter::default() };
    let rows = drafts::rows(profile, &drafts::ids(profile, &filter)?)?;
    let orders: Vec<&DraftRow> = rows.iter().filter(|row| row.cin7_type == "PurchaseOrder").collect();
    let pairs = orders.iter().enumerate().flat_map(|(at, one)| {
        let later = orders.iter().skip(at + 1);
        later.filter(|other| other.party_name == one.party_name).map(move |other| (*one, *other))
    });
    for (one, other) in pairs.take(MOST_PAIRS) {
        let both = [one.id, other.id];
        // Orders that are taxed in different ways stand on no common invoice.
        if own::join_entry(profile, &both, &one.ref_number, None).is_ok() {
            return own::join(profile, &both, &one.ref_number, None, OPERATOR);
        }
    }
    none
}

/// The supplier's number of a credit note that Cin7 holds without one.
fn type_number(profile: &Profile) -> Result<Vec<Said>> {
    let credits = drafts::rows(profile, &typed(profile, "SupplierCredit")?)?;
    let lacks = |row: &&DraftRow| {
        row.state == DraftState::NeedsAttention
            && drafts::reasons(row).iter().any(|reason| reason.code == "no_supplier_credit_number")
    };
    let Some(credit) = credits.iter().find(lacks) else { return Ok(Vec::new()) };
    Ok(vec![own::set_number(profile, credit.id, "SCN-1", OPERATOR)?])
}

/// A landing cost and a vendor credit of the first bill's order and vendor, and another credit from a file.
fn type_in(stage: &Stage) -> Result<Vec<Said>> {
    let profile = &stage.profile;
    let bills = standing(profile, TxnKind::Bill, "PurchaseOrder")?;
    let Some(bill) = bills.first() else { return Ok(Vec::new()) };
    let date: Option<Day> = bill.date.as_deref().and_then(|date| date.parse().ok());
    let (Some(date), Some(vendor)) = (date, bill.party_name.clone()) else { return Ok(Vec::new()) };
    let mut said = type_number(profile)?;
    if typed(profile, "LandingCost")?.is_empty() {
        if !profile.settings().landing.contains_key(CATEGORY) {
            let change = (format!("landing.{CATEGORY}"), CLEARING.to_string());
            said.push(connect::change_settings(profile, &[change], OPERATOR)?);
        }
        let (po, category) = (bill.reference.clone(), CATEGORY.to_string());
        let cost = OwnLandingCost { date, po, category, amount: LANDING, memo: "Harbour charges".into() };
        said.push(own::add_landing_cost(profile, cost, OPERATOR)?);
    }
    if typed(profile, "Typed")?.is_empty() {
        let line = OwnLine { account: String::new(), amount: CREDIT, memo: "One case broken".into() };
        let credit = OwnVendorCredit {
            date,
            vendor: vendor.clone(),
            contact: 0,
            number: "VC-1".into(),
            po: bill.reference.clone(),
            memo: "Returned goods".into(),
            lines: vec![line],
        };
        said.push(own::add_vendor_credit(profile, credit, OPERATOR)?);
    }
    if typed(profile, "Csv")?.is_empty() {
        let path = file(&stage.dir, "vendor-credits.csv");
        let template = What::VendorCredits.template();
        let (quoted, po) = (vendor.replace('"', "\"\""), bill.reference.replace('"', "\"\""));
        let row = format!("{date},\"{quoted}\",VC-2,\"{po}\",,7.50,Pallets returned\r\n");
        std::fs::write(&path, format!("{template}{row}")).map_err(|why| problem("The file", &path, why))?;
        let imported = imports::import(profile, What::VendorCredits, &path, OPERATOR)?;
        said.push(Said::new(
            imported.imported,
            format!("Imported {} vendor credit from a file.", imported.imported),
        ));
    }
    Ok(said)
}

/// Approves, one by one, what is to be taken out of the books.
fn approve_removals(profile: &Profile) -> Result<Said> {
    let filter =
        DraftFilter { states: vec![DraftState::Ready], with_changes: true, ..DraftFilter::default() };
    let mut rows = drafts::rows(profile, &drafts::ids(profile, &filter)?)?;
    rows.retain(|row| row.proposal == Some(DraftState::Ready));
    let mut shown = Vec::new();
    for row in rows.iter().filter(|row| row.proposal_kind != Some(OperationKind::TxnMod)) {
        if let Some(proposed) = drafts::detail(profile, row.id)?.proposed {
            shown.push((row.id, proposed.hash));
        }
    }
    if shown.is_empty() {
        return Ok(Said::new(0, "Nothing is to be taken out of the books."));
    }
    decide::approve(profile, &shown, OPERATOR)
}

impl Run<'_> {
    /// Plays all of it; on a later run only what is still open.
    pub(super) async fn afterwards(&mut self) -> Result<()> {
        if !self.stage.is_afterwards() {
            change_cin7(self.stage)?;
            self.stage.keep_afterwards()?;
        }
        self.fetch().await?;
        for said in type_in(self.stage)? {
            self.session.out.note(&said.text);
        }
        for _ in 0..super::headless::MOST_BATCHES {
            let changed = self.work(|profile| decide::approve_all_ready(profile, OPERATOR))?;
            let removed = self.work(approve_removals)?;
            let closed = self.hand_off().await?;
            if changed.count + removed.count + closed.count == 0 {
                break;
            }
        }
        Ok(())
    }
}
