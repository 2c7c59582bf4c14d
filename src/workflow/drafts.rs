//! Looking at drafts: lists as ids and windows, one draft with everything about it, and the JSON of design section 3.
//!
//! Must never change anything.

use super::changes::{self, Proposed};
use super::{Profile, Result, redraft};
use crate::base::{DraftId, Month, PostingKey, SetId, Zone};
use crate::books::{DraftState, ListRef, OperationKind, Payload, Posting, TxnKind};
use crate::drafting::paid::Paid;
use crate::handoff::diff::{self, Changed};
use crate::handoff::{RequestSet, Stop, compare};
use crate::orders::{Contact, Document};
use crate::store::drafts::{DraftFilter, DraftRow, Version};
use crate::store::events::Event;
use crate::store::operations::Operation;
use crate::store::{Reader, StoreError};
use crate::{cin7, qbxml};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;

pub use super::listed::ids as ids_until;

/// A reason, as shown and as scripted against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ReasonView {
    pub code: String,
    pub text: String,
    pub field: Option<String>,
    /// `blocks`, `warns` or `says`.
    #[serde(default)]
    pub level: String,
}

/// One draft with everything about it.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct DraftDetail {
    pub row: DraftRow,
    pub version: Option<Version>,
    pub document: Option<Document>,
    pub contact: Option<Contact>,
    pub reasons: Vec<ReasonView>,
    pub postings: Vec<Posting>,
    pub operations: Vec<Operation>,
    pub events: Vec<Event>,
    /// What QuickBooks will get.
    pub qbxml: Option<String>,
    /// What Cin7 says is paid of it; payments are not posted.
    pub paid: Option<Paid>,
    /// The change that is proposed for it, where it was posted and Cin7 says something else now.
    pub proposed: Option<Proposed>,
    /// What a person changed of it in QuickBooks, as read with its lines last.
    pub edited: Vec<String>,
    /// What changed since it was approved, where the approval is gone.
    pub since_approved: Option<SinceApproved>,
}

/// What changed since a version was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct SinceApproved {
    pub version: i64,
    pub by: String,
    pub changes: Vec<Changed>,
}

impl DraftDetail {
    /// The hash that an approval of what is shown names: of the change where one is proposed, else of the version.
    #[must_use]
    pub fn approvable(&self) -> Option<&str> {
        match &self.proposed {
            Some(change) => Some(&change.hash),
            None => self.version.as_ref().map(|version| version.hash.as_str()),
        }
    }
}

/// Ids of the drafts that a list shows, in order.
///
/// # Errors
/// What the store says.
pub fn ids(profile: &Profile, filter: &DraftFilter) -> Result<Vec<DraftId>> {
    let filter = dated(profile, filter);
    Ok(profile.store().read(|r| r.draft_ids(&filter))?)
}

/// A filter that knows which month `is:old` and `is:recent` divide at.
#[must_use]
pub fn dated<'f>(profile: &Profile, filter: &'f DraftFilter) -> Cow<'f, DraftFilter> {
    if filter.wanted.old.is_none() {
        return Cow::Borrowed(filter);
    }
    Cow::Owned(DraftFilter { oldest: Some(oldest_listed(profile).to_string()), ..filter.clone() })
}

/// The first month whose documents are listed though nothing is left to do about them (design 8.2).
#[must_use]
pub fn oldest_listed(profile: &Profile) -> Month {
    let settings = profile.settings();
    let mut oldest = Month::of(settings.timezone.day_of(profile.now()));
    for _ in 0..settings.lookback_months {
        oldest = oldest.previous();
    }
    oldest
}

/// Whether a draft is dated before a month.
#[must_use]
pub fn is_older(row: &DraftRow, oldest: Month) -> bool {
    row.month.as_deref().and_then(|month| month.parse::<Month>().ok()).is_some_and(|month| month < oldest)
}

/// A document that was never handled is shown however old it is, and says that it is old (design 8.2).
fn says_old(row: &DraftRow, oldest: Month) -> Option<ReasonView> {
    let old = is_older(row, oldest) && !is_done(row);
    old.then(|| ReasonView {
        code: "old".into(),
        text: format!("It is older than what is listed by default, from {oldest} on (setting lookback_months), and is not done yet."),
        field: Some("date".into()),
        level: "says".into(),
    })
}

/// Whether nothing is left to do about a draft.
#[must_use]
pub fn is_done(row: &DraftRow) -> bool {
    let settled = matches!(row.state, DraftState::Posted | DraftState::Voided | DraftState::Excluded);
    settled && !row.pending && !row.gone && row.proposal.is_none()
}

/// The rows of some ids.
///
/// # Errors
/// What the store says.
pub fn rows(profile: &Profile, ids: &[DraftId]) -> Result<Vec<DraftRow>> {
    Ok(profile.store().read(|r| r.draft_rows(ids))?)
}

/// The reasons of a row.
#[must_use]
pub fn reasons(row: &DraftRow) -> Vec<ReasonView> {
    let mut reasons: Vec<ReasonView> = serde_json::from_str(&row.reasons).unwrap_or_default();
    if let Some(why) = &row.excluded_why {
        reasons.insert(
            0,
            ReasonView {
                code: "excluded".into(),
                text: format!("Excluded by a person: {why}"),
                field: None,
                level: "blocks".into(),
            },
        );
    }
    // What Cin7 says of a posted document now comes first: it waits for a decision.
    if row.proposal.is_some() {
        let why: Vec<ReasonView> = serde_json::from_str(&row.proposal_why).unwrap_or_default();
        reasons.retain(|reason| why.iter().all(|newer| newer.code != reason.code));
        reasons.splice(0..0, why);
    }
    for reason in &mut reasons {
        reason.level.make_ascii_lowercase();
    }
    reasons
}

/// One draft with everything about it.
///
/// # Errors
/// When there is no such draft, or what the store says.
pub fn detail(profile: &Profile, id: DraftId) -> Result<DraftDetail> {
    let settings = profile.settings();
    let (company, zone) = (settings.company_id, settings.timezone);
    let oldest = oldest_listed(profile);
    let detail = profile.store().read(|reader| {
        let row = reader.draft(id)?;
        let version = reader.version(id, row.posted_version)?;
        let document = redraft::document_of(reader, &row.cin7_type, &row.cin7_id)?;
        let contact =
            reader.source("Contacts", row.contact_id)?.and_then(|source| cin7::contact(&source.raw).ok());
        let paid = redraft::paid_of_draft(reader, &row, &zone)?;
        Ok(DraftDetail {
            paid,
            reasons: reasons(&row).into_iter().chain(says_old(&row, oldest)).collect(),
            postings: version.as_ref().map(|v| v.payload.postings()).unwrap_or_default(),
            operations: reader.operations_of(id)?,
            events: reader.events_of(&format!("draft/{id}"))?,
            proposed: changes::proposed(reader, &row)?,
            edited: edited(reader, &row)?,
            since_approved: since_approved(reader, &row)?,
            qbxml: version.as_ref().and_then(|v| request_text(company, &row, &v.payload)),
            row,
            version,
            document,
            contact,
        })
    })?;
    Ok(detail)
}

/// The newest approval that is no longer the newest version, against that version.
fn since_approved(reader: &Reader<'_>, row: &DraftRow) -> crate::store::Result<Option<SinceApproved>> {
    use crate::books::DraftState as S;
    if !matches!(row.state, S::NotReady | S::NeedsAttention | S::Ready | S::Held) {
        return Ok(None);
    }
    let operations = reader.operations_of(row.id)?;
    let approved = operations.iter().rfind(|op| op.kind == OperationKind::TxnAdd && op.version.is_some());
    let Some(operation) = approved.filter(|op| op.version < Some(row.version)) else { return Ok(None) };
    let (before, now) = (reader.version(row.id, operation.version)?, reader.version(row.id, None)?);
    let (Some(before), Some(now)) = (before, now) else { return Ok(None) };
    let changes = diff::changes(&before.payload, &now.payload);
    Ok(Some(SinceApproved { version: before.version, by: operation.approved_by.clone(), changes }))
}

/// What a person changed of it in QuickBooks.
fn edited(reader: &Reader<'_>, row: &DraftRow) -> crate::store::Result<Vec<String>> {
    let (Some(seen), Some(key)) =
        (reader.standing(row.id)?.seen, row.posting_key.as_deref().and_then(PostingKey::parse))
    else {
        return Ok(Vec::new());
    };
    let posted = reader.version(row.id, row.posted_version)?;
    Ok(posted.map(|posted| compare::differences(&seen, &posted.payload, key)).unwrap_or_default())
}

fn request_text(company: uuid::Uuid, row: &DraftRow, payload: &Payload) -> Option<String> {
    let kept = row.posting_key.as_deref().and_then(PostingKey::parse);
    let key = kept.unwrap_or_else(|| PostingKey::derive(company, &row.source, payload.kind.word(), 0, 1));
    let set = RequestSet {
        // The real one is drawn at the hand-out; this one only stands in its place.
        set_id: Some(SetId::from_random(0)),
        stop: Stop::OnError,
        requests: vec![("w1".into(), crate::handoff::Request::TxnAdd { payload: payload.clone(), key })],
    };
    qbxml::write::message(&set).ok()
}

/// Finds a draft by what a person types: its id, `SalesOrder/24011`, or its reference.
///
/// # Errors
/// When nothing, or more than one draft, has that name.
pub fn find(profile: &Profile, text: &str) -> Result<DraftId> {
    let found = profile.store().read(|reader| {
        if let Ok(id) = text.parse::<i64>()
            && let Ok(row) = reader.draft(DraftId(id))
        {
            return Ok(row.id);
        }
        // A supplier's credit note is called so in lists; its source is the credit note.
        let source = text.strip_prefix("SupplierCredit/").map(|id| format!("CreditNote/{id}"));
        if let Some(row) = reader.draft_of_source(source.as_deref().unwrap_or(text))? {
            return Ok(row.id);
        }
        match reader.drafts_of_reference(text)?.as_slice() {
            [id] => Ok(*id),
            [] => Err(StoreError::Missing(format!("draft `{text}`"))),
            _ => {
                Err(StoreError::Refused(format!("More than one draft has the reference {text}; use its id.")))
            }
        }
    })?;
    Ok(found)
}

/// The drafts of a filter as JSON objects of `drafts --json`, one at a time.
///
/// # Errors
/// What the store or the receiver says.
pub fn json(
    profile: &Profile,
    filter: &DraftFilter,
    each: &mut dyn FnMut(Value) -> Result<()>,
) -> Result<()> {
    let zone = profile.settings().timezone;
    let (filter, mut failed) = (dated(profile, filter), None);
    let walked = profile.store().read(|reader| {
        reader.each_draft(&filter, |row| {
            let value = json_of(reader, &row, &zone)?;
            each(value).map_err(|problem| {
                failed = Some(problem);
                StoreError::Stopped
            })
        })
    });
    match (failed, walked) {
        (Some(problem), _) => Err(problem),
        (None, walked) => Ok(walked?),
    }
}

/// One draft as the JSON object of `drafts --json`.
///
/// # Errors
/// What the store says.
pub fn one_json(profile: &Profile, id: DraftId) -> Result<Value> {
    let zone = profile.settings().timezone;
    Ok(profile.store().read(|reader| json_of(reader, &reader.draft(id)?, &zone))?)
}

/// The ListID of a customer or vendor that was made after its draft was.
fn made_party(reader: &Reader<'_>, row: &DraftRow) -> crate::store::Result<Option<String>> {
    let Some(list) = row.kind.and_then(TxnKind::party_list).filter(|_| row.contact_id != 0) else {
        return Ok(None);
    };
    let link = reader.link(row.contact_id, list)?;
    Ok(link.filter(|link| row.party_name.as_deref() == Some(&*link.name)).and_then(|link| link.list_id))
}

fn json_of(reader: &Reader<'_>, row: &DraftRow, zone: &Zone) -> crate::store::Result<Value> {
    let version = reader.version(row.id, row.posted_version)?;
    let lines: Vec<Value> = version
        .as_ref()
        .map(|v| v.payload.postings())
        .unwrap_or_default()
        .iter()
        .map(|p| {
            json!({
                "role": p.role, "account": p.account, "item": p.item, "class": p.class, "side": p.side,
                "amount": p.amount, "quantity": p.quantity.map(|q| q.normalize().to_string()), "text": p.text, "why": p.why,
            })
        })
        .collect();
    let made = match row.party_id {
        None => made_party(reader, row)?,
        Some(_) => None,
    };
    let id = row.party_id.clone().or(made).unwrap_or_default();
    let party =
        row.party_name.as_ref().map(|name| ListRef::new(id, name.clone())).map(
            |p| json!({"list_id": if p.id.is_empty() { Value::Null } else { json!(p.id) }, "name": p.name}),
        );
    let versions = reader.version_count(row.id)?;
    let paid = redraft::paid_of_draft(reader, row, zone)?;
    Ok(json!({
        "id": row.id, "cin7_type": row.cin7_type, "cin7_id": row.cin7_id, "reference": row.reference,
        "kind": row.kind.map(TxnKind::word), "date": row.date, "month": row.month, "contact_id": row.contact_id,
        "party": party, "currency": row.currency, "total": row.total, "tax": row.tax,
        "state": row.state.word(), "outcome": row.outcome().word(), "is_pending": row.pending,
        "ref_number": row.ref_number,
        "reasons": reasons(row).iter().map(|r| json!({"code": r.code, "text": r.text, "field": r.field})).collect::<Vec<_>>(),
        "lines": lines, "versions": versions, "txn_id": row.txn_id, "generation": row.generation, "paid": paid,
        "edited": edited(reader, row)?, "proposal": changes::proposed(reader, row)?,
    }))
}
