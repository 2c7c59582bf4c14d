//! A QuickBooks customer or vendor made from a Cin7 contact.
//!
//! Must never invent a name: it comes from the matching room, legal and unique over the four lists (design 8.17). Tax
//! code, tax item and terms go by rule and are shown (design 4.9). Fields: `cin7-quickbooks-integration.md` 3, 4.

use super::context::Context;
use super::reason::{Reason, Reasons};
use super::terms;
use super::texts::{ADDRESS_LINE, Fitter};
use crate::books::{Address, ListAdd, ListRef, PartyList};
use crate::orders::{Contact, Place};

/// Name and CompanyName.
const NAME: usize = 41;
/// First and last name.
const PERSON_NAME: usize = 25;
/// Phone, AltPhone, Fax.
const PHONE: usize = 21;
const EMAIL: usize = 1023;
const ACCOUNT_NUMBER: usize = 99;

/// The request that makes the entry, and what a person should know about it.
#[must_use]
pub fn party_add(
    contact: &Contact,
    list: PartyList,
    name: &str,
    ctx: &Context<'_>,
) -> (ListAdd, Vec<Reason>) {
    let mut fitter = Fitter::default();
    let mut reasons = Reasons::default();
    let customer = list == PartyList::Customer;
    let address = |fitter: &mut Fitter, field, place: &Place| named(fitter, field, contact, place);
    let (tax_code, tax_item) = if customer { tax_of(contact, ctx, &mut reasons) } else { (None, None) };
    let words = contact.payment_terms.trim();
    let terms = terms::find(words, ctx.settings, ctx.lists);
    if terms.is_none() && !words.is_empty() {
        reasons.say(
            "unknown_terms",
            "paymentTerms",
            format!("QuickBooks has no terms `{words}`; none are set."),
        );
    }
    let entry = ListAdd::Party {
        list,
        contact: contact.id,
        name: fitter.fit("company", name, NAME),
        company_name: fitter.fit("company", &contact.company, NAME),
        first_name: fitter.fit("firstName", &contact.first_name, PERSON_NAME),
        last_name: fitter.fit("lastName", &contact.last_name, PERSON_NAME),
        email: fitter.fit("email", &contact.email, EMAIL),
        phone: fitter.fit("phone", &contact.phone, PHONE),
        alt_phone: fitter.fit("mobile", &contact.mobile, PHONE),
        fax: fitter.fit("fax", &contact.fax, PHONE),
        address: address(&mut fitter, "postalAddress1", contact.billing_place()),
        ship_to: if customer { address(&mut fitter, "address1", &contact.place) } else { Address::default() },
        account_number: fitter.fit("accountNumber", &contact.account_number, ACCOUNT_NUMBER),
        terms,
        tax_code,
        tax_item,
        currency: String::new(),
    };
    fitter.tell(&mut reasons);
    (entry, reasons.into_sorted())
}

/// The place with the contact's own name on top, where the place names nobody.
fn named(fitter: &mut Fitter, field: &'static str, contact: &Contact, place: &Place) -> Address {
    let mut address = fitter.address(field, place);
    if address.is_empty() {
        return address;
    }
    let nobody = place.company.trim().is_empty()
        && place.first_name.trim().is_empty()
        && place.last_name.trim().is_empty();
    if nobody && address.lines.len() < 3 {
        address.lines.insert(0, fitter.fit(field, &contact.display_name(), ADDRESS_LINE));
    }
    address
}

/// Taxable, with the only tax item of the customer's state, else the company's default.
fn tax_of(contact: &Contact, ctx: &Context<'_>, reasons: &mut Reasons) -> (Option<ListRef>, Option<ListRef>) {
    if !ctx.preferences.sales_tax {
        return (None, None);
    }
    let code = ctx.preferences.taxable_code.clone().or_else(|| ctx.lists.only_tax_code(true));
    let state = [&contact.place.state, &contact.postal.state]
        .into_iter()
        .map(|state| state.trim())
        .find(|state| !state.is_empty())
        .unwrap_or_default();
    let mut of_state: Vec<&ListRef> = ctx
        .settings
        .tax
        .iter()
        .filter(|rule| !state.is_empty() && rule.state.trim().eq_ignore_ascii_case(state))
        .map(|rule| &rule.item)
        .collect();
    of_state.sort();
    of_state.dedup();
    let (item, why) = match of_state.as_slice() {
        [one] => (Some((*one).clone()), format!("the tax item of {state}")),
        _ => (ctx.preferences.default_tax_item.clone(), "the company's default tax item".to_string()),
    };
    if let Some(item) = &item {
        reasons.say("tax_by_rule", "", format!("The customer is made taxable with `{}`, {why}.", item.name));
    }
    (code, item)
}
