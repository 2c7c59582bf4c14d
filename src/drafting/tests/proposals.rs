//! The proposed map: what is sure, what is asked, what is created, and a customer made from a contact.

use super::support::*;
use crate::books::{DraftState, Item, ItemKind, ListAdd, ListEntry, PartyList, Settings};
use crate::drafting::{Learnt, Lists, Proposal, Seen, accept, party_add, propose};
use crate::orders::{Branch, ContactType};

fn seen(settings: &Settings) -> Seen {
    let company = Company::new();
    let branch = Branch { id: 3, name: "main warehouse".into(), modified: None };
    let documents = golden();
    let pairs = documents.iter().map(|document| (document, None));
    Seen::collect(pairs, &company.products, &[branch], settings, &Learnt::default())
}

fn without(names: &[&str]) -> Vec<ListEntry> {
    entries().into_iter().filter(|entry| !names.contains(&entry.full_name())).collect()
}

fn blank() -> Settings {
    Settings { timezone: Company::new().settings.timezone, ..Settings::default() }
}

fn proposal(entries: Vec<ListEntry>, settings: &Settings) -> Proposal {
    propose(&Lists::new(entries), &Company::new().preferences, settings, &seen(settings))
}

fn value<'p>(proposal: &'p Proposal, key: &str) -> (&'p str, bool) {
    let found = proposal
        .items
        .iter()
        .find(|item| item.key == key)
        .unwrap_or_else(|| panic!("{key} not in {proposal:#?}"));
    (found.value.as_ref().map_or("", |value| &value.name), found.sure)
}

#[test]
fn a_plain_company_gets_its_whole_map_with_reasons() {
    let proposal = proposal(entries(), &blank());
    let want = [
        ("account.inventory_asset", "Inventory Asset"),
        ("account.cogs", "Cost of Goods Sold"),
        ("account.adjustment", "Inventory Adjustments"),
        ("account.rounding", "Rounding"),
        ("account.purchase_tax", "Tax on Purchases"),
        ("account.ar", "Accounts Receivable"),
        ("account.ap", "Accounts Payable"),
        ("item.freight", "Freight"),
        ("item.surcharge", "Surcharge"),
        ("item.discount", "Discount"),
        ("item.rounding", "Rounding"),
        ("item.sales", "Merchandise"),
        ("gl.4000.item", "Merchandise"),
        ("gl.4-1500.item", "4-1500"),
        ("gl.1400.account", "Inventory Asset"),
        ("tax.7.5%/OH", "OH Sales Tax"),
        ("tax.10%/*", "Ten"),
        ("branch.3.class", "Main Warehouse"),
    ];
    for (key, name) in want {
        assert_eq!(value(&proposal, key), (name, true), "{key}");
    }
    assert!(proposal.missing.is_empty(), "{:?}", proposal.missing);
    assert!(proposal.items.iter().all(|item| !item.reason.is_empty()));
}

#[test]
fn what_is_accepted_drafts_the_golden_documents_and_is_not_asked_again() {
    let mut company = Company::new();
    let first = proposal(entries(), &blank());
    company.settings = accept(&blank(), &first);
    for id in [24_011, 24_012, 24_014, 3_109, 3_111, 5_301, 5_302] {
        let drafted = company.draft(&sample(id));
        assert_eq!(drafted.state, DraftState::Ready, "{id}: {:?}", drafted.reasons);
    }
    let again = proposal(entries(), &company.settings);
    assert!(again.items.iter().all(|item| !item.sure), "{:?}", again.items);
    assert_eq!(accept(&company.settings, &again), company.settings);
}

#[test]
fn a_choice_made_by_a_person_is_never_overwritten() {
    let mut settings = blank();
    settings.item.freight = Some(by_name("Surcharge"));
    let accepted = accept(&settings, &proposal(entries(), &settings));
    assert_eq!(accepted.item.freight, Some(by_name("Surcharge")));
}

#[test]
fn items_that_are_lacking_are_offered_on_an_account_of_their_name() {
    let proposal = proposal(without(&["Freight", "Rounding", "4-1500", "Merchandise"]), &blank());
    let adds: Vec<(String, String, ItemKind)> = proposal
        .missing
        .iter()
        .map(|missing| match &missing.add {
            ListAdd::Item { kind, name, account, .. } => (name.clone(), account.name.clone(), *kind),
            ListAdd::Party { .. } => panic!("no party is proposed"),
        })
        .collect();
    assert!(adds.contains(&("Freight".into(), "Freight Income".into(), ItemKind::OtherCharge)));
    assert!(adds.iter().any(|add| add.0 == "Rounding" && add.2 == ItemKind::OtherCharge));
    assert!(adds.contains(&("4000".into(), "Merchandise Sales".into(), ItemKind::Service)));
    assert_eq!(value(&proposal, "gl.4-1500.item"), ("", false), "no account has that number");
}

#[test]
fn a_name_that_is_taken_by_an_unfit_item_is_not_used_again() {
    let mut all = without(&["Freight"]);
    all.push(ListEntry::Item(Item { active: false, ..item("Freight", ItemKind::OtherCharge, "4200") }));
    let proposal = proposal(all, &blank());
    assert!(proposal.missing.iter().any(|missing| missing.add.name() == "Freight (Cin7)"));
}

#[test]
fn two_agencies_with_one_rate_are_a_persons_question() {
    let mut all = entries();
    all.push(ListEntry::Item(tax_item("TN Sales Tax", "7.5", "Tennessee")));
    let proposal = proposal(all, &blank());
    assert_eq!(value(&proposal, "tax.7.5%/OH"), ("OH Sales Tax", false));
    assert!(proposal.warnings.iter().any(|warning| warning.contains("different agencies")));
    assert!(accept(&blank(), &proposal).tax.iter().all(|rule| rule.rate != d("7.5")));
}

#[test]
fn a_tax_item_named_like_cin7s_rate_is_that_rate() {
    let mut order = order();
    order.tax_rate_name = "oh sales tax".into();
    let mut all = entries();
    all.push(ListEntry::Item(tax_item("TN Sales Tax", "7.5", "Tennessee")));
    let settings = blank();
    let mut seen = Seen::default();
    seen.note(&order, None, &Company::new().products, &settings, &Learnt::default());
    let proposal = propose(&Lists::new(all), &Company::new().preferences, &settings, &seen);
    assert_eq!(value(&proposal, "tax.7.5%/*/oh sales tax"), ("OH Sales Tax", true));
}

#[test]
fn the_only_item_of_a_rate_is_not_taken_where_its_name_is_another_states() {
    let mut order = order();
    order.delivery.state = "TN".into();
    let settings = blank();
    let mut seen = Seen::default();
    seen.note(&order, None, &Company::new().products, &settings, &Learnt::default());
    let proposal = propose(&Lists::new(entries()), &Company::new().preferences, &settings, &seen);
    assert_eq!(value(&proposal, "tax.7.5%/TN"), ("OH Sales Tax", false));
}

#[test]
fn a_rate_without_a_tax_item_and_cash_basis_are_warned_of() {
    let mut preferences = Company::new().preferences;
    preferences.cash_basis = true;
    let settings = blank();
    let lists = Lists::new(without(&["OH Sales Tax"]));
    let proposal = propose(&lists, &preferences, &settings, &seen(&settings));
    assert_eq!(value(&proposal, "tax.7.5%/OH"), ("", false));
    assert!(proposal.warnings.iter().any(|warning| warning.contains("cash basis")));
    assert!(proposal.warnings.iter().any(|warning| warning.contains("no tax item of 7.5 %")));
    assert!(
        proposal.missing.iter().all(|missing| missing.key != "tax.7.5%/OH"),
        "an agency is a person's to name"
    );
}

#[test]
fn stock_items_on_the_same_asset_account_are_warned_of() {
    let mut all = entries();
    all.push(ListEntry::Item(Item {
        asset_account: Some(crate::books::ListRef::new("A-1400", "Inventory Asset")),
        ..item("Mug counted here", ItemKind::Inventory, "4000")
    }));
    let warnings = proposal(all, &blank()).warnings;
    assert!(warnings.iter().any(|warning| warning.starts_with("1 stock item of")), "{warnings:?}");
}

#[test]
fn terms_that_mean_the_same_days_are_proposed_and_others_asked() {
    let settings = blank();
    let mut seen = Seen::default();
    for words in ["30 days", "45 days EOM", "net 30"] {
        let mut order = order();
        order.payment_terms = words.into();
        seen.note(&order, None, &Company::new().products, &settings, &Learnt::default());
    }
    let proposal = propose(&Lists::new(entries()), &Company::new().preferences, &settings, &seen);
    assert_eq!(value(&proposal, "terms.30 days"), ("Net 30", true));
    assert_eq!(value(&proposal, "terms.45 days EOM"), ("", false));
    assert!(proposal.items.iter().all(|item| item.key != "terms.net 30"), "found by its name");
}

#[test]
fn void_and_excluded_documents_need_no_map() {
    let settings = Settings { start: Some("2027-01".parse().unwrap()), ..blank() };
    let seen = seen(&settings);
    // Only documents without a date may still belong to a later month.
    assert_eq!(
        seen.sales,
        golden().iter().filter(|d| d.ledger_date.is_none() && !d.is_void).count() as u64 - seen.purchases
    );
}

#[test]
fn a_customer_is_made_with_fitting_lengths_terms_and_tax_by_rule() {
    let company = Company::new();
    let none = |_: &str| None;
    let ctx = company.context(&none);
    let mut contact = contact(4_104, ContactType::Customer);
    contact.company = "The Consolidated Upper Midwest Hospitality, Catering and Banquet Cooperative".into();
    contact.first_name = "Maximiliana-Theodora-Josephine".into();
    contact.payment_terms = "Net 30".into();
    contact.phone = "(612) 555-0100 extension 4455".into();
    contact.place.address1 = "1 Lake St".into();
    contact.place.city = "Dayton".into();
    contact.place.state = "oh".into();
    let (add, reasons) = party_add(&contact, PartyList::Customer, "Consolidated Upper Midwest", &ctx);
    let ListAdd::Party {
        name,
        company_name,
        first_name,
        phone,
        address,
        ship_to,
        terms,
        tax_code,
        tax_item,
        ..
    } = add
    else {
        panic!("a party")
    };
    assert_eq!(name, "Consolidated Upper Midwest");
    assert!(
        company_name.chars().count() <= 41 && first_name.chars().count() <= 25 && phone.chars().count() <= 21
    );
    assert_eq!(terms.unwrap().name, "Net 30");
    assert_eq!(tax_code.unwrap().name, "Tax");
    assert_eq!(tax_item.unwrap().name, "OH Sales Tax");
    assert_eq!(address.lines, ["The Consolidated Upper Midwest", "1 Lake St"]);
    assert_eq!(address, ship_to);
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_ref()).collect();
    assert!(codes.contains(&"text_changed") && codes.contains(&"tax_by_rule"));
}

#[test]
fn a_vendor_carries_no_sales_tax_and_no_delivery_address() {
    let company = Company::new();
    let none = |_: &str| None;
    let mut contact = contact(4_201, ContactType::Supplier);
    contact.place.city = "Raleigh".into();
    let (add, _) = party_add(&contact, PartyList::Vendor, "Ridgeline", &company.context(&none));
    let ListAdd::Party { list, tax_code, tax_item, ship_to, .. } = add else { panic!("a party") };
    assert_eq!((list, tax_code, tax_item), (PartyList::Vendor, None, None));
    assert!(ship_to.is_empty());
}
