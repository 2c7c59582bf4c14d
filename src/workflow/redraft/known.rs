//! What a run has read of contacts and their links, shared by all their documents.
//!
//! Must never choose who a document is booked to: it follows the link that a person made, and tells where that link
//! leads nowhere. A merged, deleted or inactive target sends its drafts back to a person, never to a rematch.

use crate::books::{ListAdd, PartyList, PartyRef, TxnKind};
use crate::cin7;
use crate::drafting::{Level, Reason};
use crate::orders::Contact;
use crate::store::{Reader, Result};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Contacts and parties remembered during a run; more than a standard company has (design 7).
const KNOWN: usize = 8_192;

/// What a run has read so far.
#[derive(Default)]
pub(super) struct Known {
    contacts: HashMap<i64, Arc<KnownContact>>,
    bound: HashMap<(i64, PartyList), Arc<Bound>>,
}

/// A contact as it was fetched last.
#[derive(Default)]
pub(super) struct KnownContact {
    pub(super) hash: String,
    pub(super) contact: Option<Contact>,
}

/// Who a document is booked to.
#[derive(Debug)]
pub(super) struct Linked {
    pub(super) party: PartyRef,
    /// QuickBooks' name of the party's currency; empty in the home currency.
    pub(super) currency: String,
}

/// Where the link of a contact leads.
#[derive(Debug, Default)]
pub(super) struct Bound {
    pub(super) linked: Option<Arc<Linked>>,
    /// What became of the record that it was linked to, where its drafts must wait for another one.
    pub(super) broken: Option<Reason>,
}

impl Known {
    /// A contact; nothing of it is known where Cin7 has it no more.
    pub(super) fn contact(&mut self, reader: &Reader<'_>, id: i64) -> Result<Arc<KnownContact>> {
        if let Some(known) = self.contacts.get(&id) {
            return Ok(Arc::clone(known));
        }
        let found = reader
            .source("Contacts", id)?
            .map(|source| KnownContact { contact: cin7::contact(&source.raw).ok(), hash: source.hash });
        if self.contacts.len() >= KNOWN {
            self.contacts.clear();
        }
        let found = Arc::new(found.unwrap_or_default());
        self.contacts.insert(id, Arc::clone(&found));
        Ok(found)
    }

    /// Where the link of a contact leads, in the role that the kind of transaction asks for.
    pub(super) fn bound(
        &mut self,
        reader: &Reader<'_>,
        contact_id: i64,
        kind: Option<TxnKind>,
    ) -> Result<Arc<Bound>> {
        let Some(list) = kind.and_then(TxnKind::party_list) else { return Ok(Arc::default()) };
        if let Some(known) = self.bound.get(&(contact_id, list)) {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(bound(reader, contact_id, list)?);
        if self.bound.len() >= KNOWN {
            self.bound.clear();
        }
        self.bound.insert((contact_id, list), Arc::clone(&found));
        Ok(found)
    }
}

/// The customer or vendor that a contact is linked to in a role.
pub(super) fn linked(reader: &Reader<'_>, contact_id: i64, list: PartyList) -> Result<Option<PartyRef>> {
    Ok(bound(reader, contact_id, list)?.linked.map(|linked| linked.party.clone()))
}

fn bound(reader: &Reader<'_>, contact_id: i64, list: PartyList) -> Result<Bound> {
    let Some(link) = reader.link(contact_id, list)? else { return Ok(Bound::default()) };
    if let Some(id) = &link.list_id {
        match reader.party(list.kind(), id)? {
            Some(party) if party.active => {
                let (id, name, contact) = (Some(party.id), party.full_name, link.contact_id);
                let party = (PartyRef { list, id, name, contact }, party.currency);
                return Ok(Bound::to(party));
            }
            Some(_) => {
                return Ok(Bound::broken("link_inactive", &link.name, "was made inactive in QuickBooks"));
            }
            // Just created by us: the list shows it at the next pull.
            None if link.list_add.is_some() && !reader.list_entry_is_gone(list.kind(), id)? => {}
            None => {
                let what = "was deleted or merged into another record in QuickBooks";
                return Ok(Bound::broken("link_gone", &link.name, what));
            }
        }
    }
    let id = link.list_id.as_deref().map(crate::base::ListId::from);
    let currency = match link.list_add {
        Some(ListAdd::Party { currency, .. }) => currency,
        _ => String::new(),
    };
    Ok(Bound::to((PartyRef { list, id, name: link.name, contact: link.contact_id }, currency)))
}

impl Bound {
    fn to((party, currency): (PartyRef, String)) -> Self {
        Bound { linked: Some(Arc::new(Linked { party, currency })), broken: None }
    }

    fn broken(code: &'static str, name: &str, what: &str) -> Self {
        let reason = Reason {
            code: Cow::Borrowed(code),
            text: format!(
                "`{name}`, which the contact is linked to, {what}. Link it to another record in step 3."
            ),
            field: Some(Cow::Borrowed("memberId")),
            level: Level::Blocks,
        };
        Bound { linked: None, broken: Some(reason) }
    }
}
