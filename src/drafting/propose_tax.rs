//! The tax map proposed: which QuickBooks tax item stands for a rate in a state.
//!
//! Must never choose between two agencies: the same rate of two agencies is a person's question (design 8.6).

use super::lists::Lists;
use super::propose::{Finding, Proposer};
use super::seen::TaxSeen;
use super::slot::Slot;
use super::tax::places::{STATES, known};
use crate::base::Decimal;
use crate::books::{Item, ItemKind};
use std::collections::BTreeSet;

/// Proposes a row of the tax map for each tax that sales show.
pub(super) fn taxes(proposer: &mut Proposer<'_>) {
    if proposer.seen.sales == 0 {
        return from_lists(proposer);
    }
    let mut done = BTreeSet::new();
    for tax in proposer.seen.taxes.keys() {
        let candidates = candidates(proposer.lists, tax.rate);
        if let Some(item) = named(&candidates, &tax.name) {
            let slot = Slot::Tax { rate: tax.rate, name: tax.name.clone(), state: String::new() };
            if done.insert(slot.clone()) {
                proposer.put(slot, Finding::item(item, "the tax item has the name of Cin7's rate", true));
            }
            continue;
        }
        // An untaxed sale takes the company's default item.
        if tax.rate.is_zero() {
            continue;
        }
        let slot = Slot::Tax { rate: tax.rate, name: String::new(), state: tax.state.clone() };
        if done.insert(slot.clone()) {
            let (found, warning) = choose(proposer.lists, &candidates, tax);
            proposer.put(slot, found);
            if let Some(warning) = warning {
                proposer.warn(warning);
            }
        }
    }
}

/// Before the first fetch: a rate that only one tax item has stands for that item in every state.
fn from_lists(proposer: &mut Proposer<'_>) {
    let lists = proposer.lists;
    let rates: BTreeSet<Decimal> = lists
        .items()
        .iter()
        .filter(|item| item.active)
        .filter_map(|item| lists.tax_percent(item))
        .filter(|rate| !rate.is_zero())
        .collect();
    for rate in rates {
        if let [one] = candidates(lists, rate).as_slice() {
            let slot = Slot::Tax { rate, name: String::new(), state: String::new() };
            let reason = format!("the only tax item of {} %", rate.normalize());
            proposer.put(slot, Finding::item(one, reason, true));
        }
    }
}

fn candidates(lists: &Lists, rate: Decimal) -> Vec<&Item> {
    lists.items().iter().filter(|item| item.active && lists.tax_percent(item) == Some(rate)).collect()
}

fn named<'l>(candidates: &[&'l Item], name: &str) -> Option<&'l Item> {
    let name = name.trim();
    candidates.iter().find(|item| !name.is_empty() && item.full_name.eq_ignore_ascii_case(name)).copied()
}

fn choose(lists: &Lists, candidates: &[&Item], tax: &TaxSeen) -> (Finding, Option<String>) {
    let rate = tax.rate.normalize();
    let place = if tax.state.is_empty() { "an unknown state" } else { tax.state.as_str() };
    let own: Vec<&Item> = candidates.iter().copied().filter(|item| is_of(item, &tax.state)).collect();
    match (candidates, own.as_slice()) {
        ([], _) => {
            let text = format!("QuickBooks has no tax item of {rate} %");
            (
                Finding::none(format!("{text}; a person must name the agency before one is made")),
                Some(format!("{text}, which sales in {place} carry.")),
            )
        }
        ([one], _) if own.is_empty() && of_another_state(one, &tax.state) => (
            Finding::item(
                one,
                format!("the only tax item of {rate} %, but it reads as another state's than {place}"),
                false,
            ),
            None,
        ),
        ([one], _) => (Finding::item(one, format!("the only tax item of {rate} %"), true), None),
        _ => {
            let agencies: BTreeSet<String> =
                candidates.iter().flat_map(|item| agencies(lists, item)).collect();
            let one_agency = agencies.len() == 1;
            let found = match own.as_slice() {
                [one] => Finding::item(
                    one,
                    format!("one of {} tax items of {rate} %; its name says {place}", candidates.len()),
                    one_agency,
                ),
                _ => Finding::none(format!("{} tax items have {rate} %; please choose", candidates.len())),
            };
            let warning = (!one_agency).then(|| {
                let names: Vec<&str> = candidates.iter().map(|item| item.full_name.as_str()).collect();
                format!(
                    "Tax of {rate} % in {place}: {} belong to different agencies; a person must choose.",
                    names.join(", ")
                )
            });
            (found, warning)
        }
    }
}

/// The agencies behind an item; an item without one counts as its own.
fn agencies(lists: &Lists, item: &Item) -> Vec<String> {
    let own = |single: &Item| {
        single
            .tax_agency
            .as_ref()
            .map_or_else(|| single.full_name.clone(), |agency| agency.id.as_str().to_string())
    };
    if item.kind == ItemKind::SalesTaxGroup {
        item.members.iter().filter_map(|member| lists.item(member)).map(own).collect()
    } else {
        vec![own(item)]
    }
}

/// Whether a name tells that state, by its postal code in capitals or by its name.
fn tells(name: &str, code: &str, state: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == code)
        || name.to_lowercase().contains(state)
}

fn is_of(item: &Item, state: &str) -> bool {
    known(state).is_some_and(|(code, name)| tells(&item.full_name, code, name))
}

fn of_another_state(item: &Item, state: &str) -> bool {
    !is_of(item, state) && STATES.iter().any(|(code, name)| tells(&item.full_name, code, name))
}
