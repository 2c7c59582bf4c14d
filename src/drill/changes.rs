//! What is approved about documents that already stand in QuickBooks: change, void, delete; and updates of a party.
//!
//! Must make operations as the decisions of the program make them: bound to the version that QuickBooks confirmed.

use super::run::Run;
use super::stage::Document;
use crate::base::{DraftId, ListId, PostingKey, digest};
use crate::books::{
    DraftState, ListMod, OperationKind, OperationState, PartyChange, PartyField, PartyList, PartyValue,
};
use crate::store::Lane;
use crate::store::drafts::Proposal;
use crate::store::operations::NewOperation;
use crate::workflow::handoff;

/// Place in the order of hand-out: after the Adds.
const PRIORITY: i64 = 3;
/// Allows a document to be deleted that is not pending, as the setting does.
const EVEN_IF_FINAL: &str = "final:";

impl Run<'_> {
    /// The bookkeeper approves something about what is posted.
    pub fn approve_change(&mut self) {
        if self.rng.one_in(5) {
            return self.update_party();
        }
        let done = self.stage.profile.store().read(|r| {
            let mut posted = Vec::new();
            for operation in r.operations_in(OperationState::Done, 30)? {
                let Some(draft) = operation.draft_id else { continue };
                let row = r.draft(draft)?;
                if row.state == DraftState::Posted && row.txn_id.is_some() && !row.gone {
                    posted.push(draft);
                }
            }
            Ok(posted)
        });
        let Some(draft) = done.ok().and_then(|drafts| self.rng.pick(&drafts).copied()) else { return };
        let Some(document) = self.stage.documents.iter().find(|document| document.draft == draft).cloned()
        else {
            return;
        };
        let kind = match self.rng.below(4) {
            0 => OperationKind::TxnVoid,
            1 => OperationKind::TxnDel,
            _ => OperationKind::TxnMod,
        };
        self.approve_about(draft, kind, document);
    }

    /// This is approved about this document, and closed into a batch.
    pub fn approve_about(&mut self, draft: DraftId, kind: OperationKind, mut document: Document) {
        if kind == OperationKind::TxnMod {
            super::people::change(self.stage, &mut document, 333);
            let cents = super::verdict::booked_cents(&document.payload);
            let entry = (document.payload.ref_number.clone(), cents);
            self.watch.approved.entry(document.key.braced()).or_default().push(entry);
        }
        let (key, at) = (document.key.to_string(), self.stage.profile.now().to_string());
        let made = self.stage.profile.store().write(Lane::Person, move |tx| {
            let row = tx.reader().draft(draft)?;
            let posted = tx.reader().version(draft, row.posted_version)?;
            let newest = tx.reader().version(draft, None)?;
            let (Some(posted), Some(newest)) = (posted, newest) else { return Ok(false) };
            if tx.reader().unfinished(&format!("draft/{draft}"))?.is_some() {
                return Ok(false);
            }
            let version = if kind == OperationKind::TxnMod { newest } else { posted.clone() };
            tx.propose(
                draft,
                &Proposal {
                    state: DraftState::Approved,
                    kind,
                    version: (kind == OperationKind::TxnMod).then_some(version.version),
                    total: Some(version.payload.total),
                    date: Some(version.payload.date.to_string()),
                    why: "[]".into(),
                },
            )?;
            let expected = if kind == OperationKind::TxnDel {
                format!("{EVEN_IF_FINAL}{}", posted.hash)
            } else {
                posted.hash
            };
            tx.add_operation(&NewOperation {
                kind,
                target: format!("draft/{draft}"),
                draft_id: Some(draft),
                version: Some(version.version),
                list_add: None,
                list_mod: None,
                posting_key: key,
                expected,
                approved_hash: version.hash,
                approved_by: "Ann".into(),
                approved_at: at.clone(),
                priority: PRIORITY,
            })?;
            tx.event(&at, "Ann", "change_approved", &format!("draft/{draft}"), &kind.word())?;
            Ok(true)
        });
        if matches!(made, Ok(true)) {
            self.tell(|| format!("Ann approves {} of {}", kind.word(), document.payload.ref_number));
            let _ = handoff::close_batch(&self.stage.profile, "Ann");
        }
    }

    /// A customer gets another telephone number.
    fn update_party(&mut self) {
        let customers = self.books.entries.iter().filter(|entry| entry.element == "Customer" && entry.active);
        let customers: Vec<(String, String, String)> = customers
            .map(|entry| {
                let phone = entry.inner.split("<Phone>").nth(1).and_then(|rest| rest.split('<').next());
                (entry.id.clone(), entry.name.clone(), phone.unwrap_or_default().to_string())
            })
            .collect();
        let Some((id, name, before)) = self.rng.pick(&customers).cloned() else { return };
        let after = format!("555-{:04}", self.rng.below(10_000));
        let change = ListMod {
            list: PartyList::Customer,
            id: ListId::from(id.as_str()),
            name: name.clone(),
            contact: 1,
            changes: vec![PartyChange {
                field: PartyField::Phone,
                before: PartyValue::Text(before),
                after: PartyValue::Text(after),
            }],
        };
        let at = self.stage.profile.now().to_string();
        let company = self.stage.profile.settings().company_id;
        let made = self.stage.profile.store().write(Lane::Person, move |tx| {
            let target = format!("Customer/{id}");
            if tx.reader().unfinished(&target)?.is_some() {
                return Ok(false);
            }
            tx.add_operation(&NewOperation {
                kind: OperationKind::ListMod,
                target: target.clone(),
                draft_id: None,
                version: None,
                list_add: None,
                posting_key: PostingKey::derive(company, &target, "Customer", 0, 1).to_string(),
                expected: String::new(),
                approved_hash: digest::of_json(&change)?,
                list_mod: Some(change),
                approved_by: "Ann".into(),
                approved_at: at.clone(),
                priority: 1,
            })?;
            tx.event(&at, "Ann", "update_approved", &target, &"Phone")?;
            Ok(true)
        });
        if matches!(made, Ok(true)) {
            self.tell(|| format!("Ann approves another telephone number for {name}"));
            let _ = handoff::close_batch(&self.stage.profile, "Ann");
        }
    }
}
