//! What the profile knows beside the document itself and says on its draft: payments in Cin7, the house customer.
//!
//! Must never change an amount: reasons only. Payments and house customers are part of a draft's inputs, so that a
//! payment that arrives later shows.

use super::Ground;
use crate::base::Zone;
use crate::books::settings::HouseRule;
use crate::books::{ListKind, PartyList, PartyRef};
use crate::drafting::{self, Level, Reason, house, paid};
use crate::orders::{Contact, Document, DocumentType, PaidFor, Payment};
use crate::store::drafts::{DerivedDraft, DraftRow};
use crate::store::{Reader, Result};

/// What Cin7 says is paid of a draft's document, which is read only where there is a payment.
pub(in crate::workflow) fn paid_of_draft(
    reader: &Reader<'_>,
    row: &DraftRow,
    zone: &Zone,
) -> Result<Option<paid::Paid>> {
    let word =
        if row.cin7_type == drafting::eligibility::SUPPLIER_CREDIT { "CreditNote" } else { &row.cin7_type };
    let Some(kind) = DocumentType::from_word(word) else { return Ok(None) };
    let Ok(id) = row.cin7_id.parse::<i64>() else { return Ok(None) };
    let payments = payments(reader, kind, id)?;
    if payments.is_empty() {
        return Ok(None);
    }
    let document = super::document_of(reader, &row.cin7_type, &row.cin7_id)?;
    Ok(document.and_then(|document| paid::paid(&document, &payments, zone)))
}

const fn paid_for(kind: DocumentType) -> PaidFor {
    match kind {
        DocumentType::SalesOrder => PaidFor::SalesOrder,
        DocumentType::PurchaseOrder => PaidFor::PurchaseOrder,
        DocumentType::CreditNote => PaidFor::CreditNote,
    }
}

/// The payments of a document.
pub(super) fn payments(reader: &Reader<'_>, kind: DocumentType, id: i64) -> Result<Vec<Payment>> {
    reader.payments_of(paid_for(kind), id)
}

/// What Cin7 says is paid of a document.
pub(super) fn paid(payments: &[Payment], document: &Document, zone: &Zone) -> Vec<Reason> {
    paid::paid(document, payments, zone).map(|paid| paid.reasons(document)).unwrap_or_default()
}

/// Adds reasons behind those that drafting found.
pub(super) fn append(derived: &mut DerivedDraft, more: Vec<Reason>) -> Result<()> {
    if more.is_empty() {
        return Ok(());
    }
    derived.warned |= more.iter().any(|reason| reason.level == Level::Warns);
    let mut reasons: Vec<Reason> = serde_json::from_str(&derived.reasons)?;
    reasons.extend(more);
    reasons.sort_by_key(|reason| reason.level);
    derived.reasons = serde_json::to_string(&reasons)?;
    Ok(())
}

/// A house customer with QuickBooks' name of its currency; none: not in QuickBooks, or inactive there.
pub(super) type HouseParty = Option<(PartyRef, String)>;

/// The house customers of the rules, in their order.
pub(super) fn house_parties(reader: &Reader<'_>, rules: &[HouseRule]) -> Result<Vec<HouseParty>> {
    rules.iter().map(|rule| house_customer(reader, rule)).collect()
}

fn house_customer(reader: &Reader<'_>, rule: &HouseRule) -> Result<HouseParty> {
    let id = if rule.customer.id.is_empty() {
        reader.list_id_named(ListKind::Customer, &rule.customer.name)?
    } else {
        Some(rule.customer.id.to_string())
    };
    let Some(id) = id else { return Ok(None) };
    Ok(reader.party(ListKind::Customer, &id)?.filter(|party| party.active).map(|party| {
        // No contact of Cin7: the customer is never created for it.
        let (id, name, contact) = (Some(party.id), party.full_name, 0);
        (PartyRef { list: PartyList::Customer, id, name, contact }, party.currency)
    }))
}

/// The house customer of a document by rule, and what is said about it; none: no rule fits.
pub(super) fn house_party(
    ground: &Ground,
    document: &Document,
    contact: Option<&Contact>,
) -> Option<(HouseParty, Reason)> {
    let kind = drafting::eligibility::kind_of(document, contact);
    if kind.party_list() != Some(PartyList::Customer) {
        return None;
    }
    let rules = &ground.settings.house;
    let rule = house::rule(document, contact, rules)?;
    let place = rules.iter().position(|other| std::ptr::eq(other, rule))?;
    let found = ground.house.get(place).cloned().flatten();
    let buyer = contact.map(Contact::display_name).unwrap_or_default();
    let reason = match &found {
        Some(_) => house::reason(rule, &crate::base::text::for_screen(&buyer)),
        None => house::gone(rule),
    };
    Some((found, reason))
}
