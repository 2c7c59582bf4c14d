//! What the profile knows beside the document itself and says on its draft: payments in Cin7, the house customer.
//!
//! Must never change an amount: reasons only. What stands here is part of a draft's inputs, so that a payment that
//! arrives later shows.

use crate::base::{Zone, digest};
use crate::books::{ListKind, PartyList, PartyRef};
use crate::drafting::{self, Level, Reason, house, paid};
use crate::orders::{Contact, Document, DocumentType, PaidFor};
use crate::store::drafts::{DerivedDraft, DraftRow};
use crate::store::{Reader, Result};

/// Reasons to add, with their digest.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub(super) reasons: Vec<Reason>,
}

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
    if reader.payments_of(paid_for(kind), id)?.is_empty() {
        return Ok(None);
    }
    match super::document_of(reader, &row.cin7_type, &row.cin7_id)? {
        Some(document) => paid_of(reader, &document, zone),
        None => Ok(None),
    }
}

const fn paid_for(kind: DocumentType) -> PaidFor {
    match kind {
        DocumentType::SalesOrder => PaidFor::SalesOrder,
        DocumentType::PurchaseOrder => PaidFor::PurchaseOrder,
        DocumentType::CreditNote => PaidFor::CreditNote,
    }
}

/// What Cin7 says is paid of a document.
fn paid_of(reader: &Reader<'_>, document: &Document, zone: &Zone) -> Result<Option<paid::Paid>> {
    Ok(paid::paid(document, &reader.payments_of(paid_for(document.kind), document.id)?, zone))
}

/// Whether nothing of it is known of a document.
pub(super) fn says_nothing(reader: &Reader<'_>, kind: DocumentType, id: i64) -> Result<bool> {
    Ok(reader.payments_of(paid_for(kind), id)?.is_empty())
}

impl Told {
    /// Payments of a document.
    pub(super) fn payments(reader: &Reader<'_>, document: &Document, zone: &Zone) -> Result<Told> {
        let reasons = paid_of(reader, document, zone)?.map(|paid| paid.reasons()).unwrap_or_default();
        Ok(Told { reasons })
    }

    /// For the digest of what a draft was made from.
    pub(super) fn digest(&self) -> Result<String> {
        if self.reasons.is_empty() {
            return Ok(String::new());
        }
        Ok(digest::of_parts(&[&serde_json::to_string(&self.reasons)?]))
    }

    /// Says it on the draft.
    pub(super) fn tell(self, derived: &mut DerivedDraft) -> Result<()> {
        append(derived, self.reasons)
    }
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

/// What became of the record that a contact was linked to, where its drafts must wait for another one.
pub(super) fn broken_link(
    reader: &Reader<'_>,
    document: &Document,
    contact: Option<&Contact>,
) -> Result<Option<Reason>> {
    let Some(list) = drafting::eligibility::kind_of(document, contact).party_list() else { return Ok(None) };
    let Some(link) = reader.link(document.contact_id, list)? else { return Ok(None) };
    let Some(id) = &link.list_id else { return Ok(None) };
    let (code, what) = match reader.party(list.kind(), id)? {
        Some(party) if party.active => return Ok(None),
        Some(_) => ("link_inactive", "was made inactive in QuickBooks"),
        None if link.list_add.is_some() && !reader.list_entry_is_gone(list.kind(), id)? => return Ok(None),
        None => ("link_gone", "was deleted or merged into another record in QuickBooks"),
    };
    Ok(Some(Reason {
        code: std::borrow::Cow::Borrowed(code),
        text: format!(
            "`{}`, which the contact is linked to, {what}. Link it to another record in step 3.",
            link.name
        ),
        field: Some(std::borrow::Cow::Borrowed("memberId")),
        level: Level::Blocks,
    }))
}

/// A house customer with QuickBooks' name of its currency (none: not in QuickBooks), and what is said about it.
pub(super) type HouseParty = (Option<(PartyRef, String)>, Reason);

/// The house customer of a document by rule; none: no rule fits.
pub(super) fn house_party(
    reader: &Reader<'_>,
    document: &Document,
    contact: Option<&Contact>,
    rules: &[crate::books::settings::HouseRule],
) -> Result<Option<HouseParty>> {
    let kind = drafting::eligibility::kind_of(document, contact);
    if kind.party_list() != Some(PartyList::Customer) {
        return Ok(None);
    }
    let Some(rule) = house::rule(document, contact, rules) else { return Ok(None) };
    let id = if rule.customer.id.is_empty() {
        reader.list_id_named(ListKind::Customer, &rule.customer.name)?
    } else {
        Some(rule.customer.id.to_string())
    };
    let found = match id {
        Some(id) => reader.party(ListKind::Customer, &id)?.filter(|party| party.active),
        None => None,
    };
    let buyer = contact.map(Contact::display_name).unwrap_or_default();
    let reason = match &found {
        Some(_) => house::reason(rule, &crate::base::text::for_screen(&buyer)),
        None => house::gone(rule),
    };
    let party = found.map(|party| {
        // No contact of Cin7: the customer is never created for it.
        let (id, name, contact) = (Some(party.id), party.full_name, 0);
        (PartyRef { list: PartyList::Customer, id, name, contact }, party.currency)
    });
    Ok(Some((party, reason)))
}
