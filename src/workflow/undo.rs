//! Undoing a batch, document by document and lawfully, and drafting anew what is out of the books.
//!
//! Must never take a posted document out where a person touched it, paid it or closed its period: there a dated
//! opposite is proposed, as a draft of its own (design 8.20). Deleting posted documents is a setting, off.

use super::changes;
use super::decide::{Signed, signed};
use super::host::work::EVEN_IF_FINAL;
use super::redraft::{Scope, redraft, redraft_some};
use super::{Profile, Result, Said};
use crate::base::{BatchId, Cents, Day, DraftId, PostingKey};
use crate::books::{
    DraftMode, DraftState, ListAdd, OperationKind, OperationState, Payload, Preferences, Settings, TxnKind,
};
use crate::store::drafts::{Content, DerivedDraft, DraftRow, Proposal};
use crate::store::operations::Operation;
use crate::store::{Lane, Reader, StoreError, Tx};
use serde::Serialize;

/// What undoing does with one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Undoing {
    /// A pending sale is deleted in QuickBooks.
    Delete,
    /// A posted document is voided in QuickBooks.
    Void,
    /// A dated opposite is proposed as a draft.
    Opposite,
    /// Nothing can or need be done.
    Leave,
}

/// One document of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UndoRow {
    /// Its draft.
    pub draft: Option<DraftId>,
    /// As people say it: `invoice 10344 (SO-104344)`.
    pub name: String,
    /// Its total.
    pub total: Option<Cents>,
    /// What undoing does.
    pub how: Undoing,
    /// Why so.
    pub why: String,
}

/// What undoing a batch would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UndoPlan {
    /// Which batch.
    pub batch: BatchId,
    /// Its documents.
    pub rows: Vec<UndoRow>,
}

impl UndoPlan {
    /// How many documents it treats so.
    #[must_use]
    pub fn count(&self, how: Undoing) -> usize {
        self.rows.iter().filter(|row| row.how == how).count()
    }
}

/// Begins the reason of a document that a person takes out.
pub(crate) const UNDO: &str = "undo";

/// What undoing asks of settings and preferences.
#[derive(Clone, Copy)]
struct Rules {
    /// The books are closed through this day.
    closing: Option<Day>,
    /// Sales tax is filed through this day.
    filed: Option<Day>,
    /// Posted documents are deleted, not voided (a setting, off).
    deletes: bool,
}

impl Rules {
    fn of(settings: &Settings, preferences: &Preferences) -> Self {
        Rules {
            closing: preferences.closing_date,
            filed: settings.tax_filed_through,
            deletes: settings.delete_posted,
        }
    }
}

fn row_of(reader: &Reader<'_>, operation: &Operation, rules: Rules) -> crate::store::Result<UndoRow> {
    let Some(draft) = operation.draft_id else {
        let name = operation.list_add.as_ref().map_or_else(
            || {
                operation
                    .list_mod
                    .as_ref()
                    .map_or_else(|| operation.target.clone(), |change| change.name.clone())
            },
            ListAdd::in_words,
        );
        let why = "List entries stay; make it inactive in QuickBooks if nobody needs it.".to_string();
        return Ok(UndoRow { draft: None, name, total: None, how: Undoing::Leave, why });
    };
    let row = reader.draft(draft)?;
    let name =
        format!("{} {} ({})", row.kind.map_or("document", TxnKind::title), row.ref_number, row.reference);
    let (how, why) = judge(reader, operation, &row, rules)?;
    Ok(UndoRow { draft: Some(draft), name, total: row.total, how, why: why.to_string() })
}

fn judge(
    reader: &Reader<'_>,
    operation: &Operation,
    row: &DraftRow,
    rules: Rules,
) -> crate::store::Result<(Undoing, &'static str)> {
    let leave = |why| Ok((Undoing::Leave, why));
    match operation.kind {
        OperationKind::TxnAdd => {}
        OperationKind::Finalise => {
            return leave("The step to final cannot be taken back; undo the batch that posted it.");
        }
        OperationKind::TxnMod => {
            return leave("A change is taken back by changing the document back in Cin7.");
        }
        _ => return leave("It is out of the books already."),
    }
    if operation.state != OperationState::Done {
        return leave("Nothing of it is in QuickBooks; `withdraw` takes back what was not handed out.");
    }
    if row.state == DraftState::Voided || row.gone {
        return leave("It is out of the books already.");
    }
    if reader.unfinished(&format!("draft/{}", row.id))?.is_some() {
        return leave("Another operation on it is on its way or waits for a person.");
    }
    let opposite = format!("Reversal/{}", row.id);
    if reader.draft_of_source(&opposite)?.is_some_and(|there| there.state != DraftState::Voided) {
        return leave("Its opposite is proposed already.");
    }
    let touched = row.state != DraftState::Posted || row.accepted;
    let day = row.date.as_deref().and_then(|date| date.parse::<Day>().ok());
    let by = |end: Option<Day>| end.is_some_and(|end| day.is_some_and(|day| day <= end));
    let closed = by(rules.closing);
    let taxed = row.kind.is_some_and(TxnKind::can_be_pending) && row.tax.is_some_and(|tax| !tax.is_zero());
    Ok(if row.pending {
        if touched || row.locked || closed {
            (
                Undoing::Leave,
                "The pending sale was touched in QuickBooks or its period is closed; delete it there.",
            )
        } else {
            (Undoing::Delete, "A pending sale that nobody touched.")
        }
    } else if touched {
        (Undoing::Opposite, "A person changed it in QuickBooks.")
    } else if row.locked {
        (Undoing::Opposite, "A payment or credit hangs on it.")
    } else if closed {
        (Undoing::Opposite, "Its period is closed.")
    } else if taxed && by(rules.filed) {
        (Undoing::Opposite, "Its sales tax is filed.")
    } else if rules.deletes {
        (Undoing::Delete, "Posted, untouched, in an open period; the setting delete_posted is on.")
    } else {
        (Undoing::Void, "Posted, untouched, in an open period.")
    })
}

fn plan_of(reader: &Reader<'_>, batch: BatchId, settings: &Settings) -> crate::store::Result<UndoPlan> {
    let preferences: Preferences = reader.meta_json("preferences")?.unwrap_or_default();
    let operations = reader.batch_operations(batch, usize::MAX >> 1)?;
    if operations.is_empty() {
        return Err(StoreError::Missing(format!("batch {batch}")));
    }
    let rules = Rules::of(settings, &preferences);
    let rows = operations.iter().map(|operation| row_of(reader, operation, rules));
    Ok(UndoPlan { batch, rows: rows.collect::<crate::store::Result<_>>()? })
}

/// What undoing a batch would do, document by document.
///
/// # Errors
/// When there is no such batch.
pub fn plan(profile: &Profile, batch: BatchId) -> Result<UndoPlan> {
    let settings = profile.settings();
    Ok(profile.store().read(|r| plan_of(r, batch, &settings))?)
}

/// Undoes a batch: deletions and voids are queued as a batch of their own, opposites are proposed as drafts.
///
/// # Errors
/// When there is no such batch, or what the store says.
pub fn undo_batch(profile: &Profile, batch: BatchId, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let settings = profile.settings();
    let today = settings.timezone.day_of(profile.now());
    let pends = settings.draft_mode == DraftMode::Pending;
    let text = profile.store().write(Lane::Person, move |tx| {
        let plan = plan_of(&tx.reader(), batch, &settings)?;
        let preferences: Preferences = tx.reader().meta_json("preferences")?.unwrap_or_default();
        let day = preferences
            .closing_date
            .and_then(|closing| closing.tomorrow().ok())
            .map_or(today, |open| open.max(today));
        let (mut operations, mut drafts) = (Vec::new(), Vec::new());
        for row in &plan.rows {
            let Some(draft) = row.draft else { continue };
            match row.how {
                Undoing::Delete | Undoing::Void => {
                    operations.push(take_out(tx, &who, draft, row.how)?);
                    drafts.push(draft);
                }
                Undoing::Opposite => propose_opposite(tx, &who, draft, day, pends)?,
                Undoing::Leave => {}
            }
        }
        tx.event(&who.at, &who.by, "batch_undone", &format!("batch/{batch}"), &plan)?;
        let mut text = format!(
            "Batch {batch}: {} to be deleted, {} to be voided, {} opposites proposed, {} left.",
            plan.count(Undoing::Delete),
            plan.count(Undoing::Void),
            plan.count(Undoing::Opposite),
            plan.count(Undoing::Leave)
        );
        if !operations.is_empty() {
            let closed = changes::close(tx, &who, &operations, &drafts, &format!("undo of batch {batch}"))?;
            text = format!("{text} Batch {closed} waits for the Web Connector.");
        }
        Ok((plan.rows.len() - plan.count(Undoing::Leave), text))
    })?;
    Ok(Said::new(text.0, text.1))
}

fn take_out(
    tx: &Tx<'_>,
    who: &Signed,
    draft: DraftId,
    how: Undoing,
) -> crate::store::Result<crate::base::OperationId> {
    let row = tx.reader().draft(draft)?;
    let posted = tx
        .reader()
        .version(draft, row.posted_version)?
        .ok_or_else(|| StoreError::Missing(format!("posted version of draft {draft}")))?;
    let kind = if how == Undoing::Delete { OperationKind::TxnDel } else { OperationKind::TxnVoid };
    let why =
        serde_json::json!([{"code": UNDO, "text": "Its batch is undone.", "field": null, "level": "says"}]);
    tx.propose(
        draft,
        &Proposal {
            state: DraftState::Approved,
            kind,
            version: None,
            total: Some(Cents::ZERO),
            date: None,
            why: why.to_string(),
        },
    )?;
    // The guard takes a final document out by deletion only where the approval says so.
    let final_too = how == Undoing::Delete && !row.pending;
    let expected = if final_too { format!("{EVEN_IF_FINAL}{}", posted.hash) } else { posted.hash.clone() };
    let operation = changes::add(tx, who, &row, kind, None, posted.hash, expected)?;
    tx.event(&who.at, &who.by, "undo_approved", &format!("draft/{draft}"), &kind.word())?;
    Ok(operation)
}

const fn opposite_kind(kind: TxnKind) -> TxnKind {
    match kind {
        TxnKind::Invoice => TxnKind::CreditMemo,
        TxnKind::CreditMemo => TxnKind::Invoice,
        TxnKind::Bill => TxnKind::VendorCredit,
        TxnKind::VendorCredit => TxnKind::Bill,
        TxnKind::JournalEntry => TxnKind::JournalEntry,
    }
}

/// The document that takes back another, on an open day.
fn opposite(payload: &Payload, day: Day, pends: bool) -> Payload {
    let kind = opposite_kind(payload.kind);
    let mut opposite = payload.clone();
    let number: String = payload.ref_number.chars().take(kind.ref_number_limit().saturating_sub(1)).collect();
    opposite.kind = kind;
    opposite.ref_number = format!("{number}R");
    opposite.memo = format!("Reverses {} {} of {}", payload.kind.title(), payload.ref_number, payload.date);
    opposite.date = day;
    opposite.due_date = None;
    opposite.pending = pends && kind.can_be_pending();
    if kind == TxnKind::JournalEntry {
        for line in &mut opposite.lines {
            line.amount = -line.amount;
        }
        opposite.total = -payload.total;
    }
    opposite
}

fn propose_opposite(
    tx: &Tx<'_>,
    who: &Signed,
    draft: DraftId,
    day: Day,
    pends: bool,
) -> crate::store::Result<()> {
    let row = tx.reader().draft(draft)?;
    let posted = tx
        .reader()
        .version(draft, row.posted_version)?
        .ok_or_else(|| StoreError::Missing(format!("posted version of draft {draft}")))?;
    let payload = opposite(&posted.payload, day, pends);
    let source = format!("Reversal/{draft}");
    let key = PostingKey::derive(who.company, &source, payload.kind.word(), 0, 1);
    let text =
        format!("Takes back {} {} of {}.", posted.payload.kind.title(), row.ref_number, posted.payload.date);
    let reasons = serde_json::json!([{"code": "reversal", "text": text, "field": null, "level": "says"}]);
    let derived = DerivedDraft {
        source,
        cin7_type: "Reversal".into(),
        cin7_id: draft.to_string(),
        kind: Some(payload.kind),
        posting_key: Some(key.to_string()),
        tag: key.memo_tag(),
        state: DraftState::Ready,
        inputs: format!("reversal of version {}", posted.version),
        revision_id: 0,
        reference: row.reference.clone(),
        ref_number: payload.ref_number.clone(),
        contact_id: row.contact_id,
        party_id: row.party_id.clone(),
        party_name: row.party_name.clone(),
        date: Some(day.to_string()),
        month: Some(crate::base::Month::of(day).to_string()),
        total: Some(payload.total),
        tax: Some(payload.tax_total()),
        currency: row.currency.clone(),
        reasons: reasons.to_string(),
        warned: false,
        settings_digest: String::new(),
        deletes: false,
        held: None,
        payload: Some(Content::of(payload)?),
    };
    tx.save_derived(&derived, &who.at)?;
    tx.event(&who.at, &who.by, "opposite_proposed", &format!("draft/{draft}"), &derived.source)?;
    Ok(())
}

/// Drafts documents anew: those out of the books as a new generation with marks of their own, those posted as a
/// proposed change. Nothing is sent before it is approved again.
///
/// # Errors
/// When one is neither posted nor out of the books.
pub fn reset(profile: &Profile, ids: &[DraftId], by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let rows = profile.store().read(|r| r.draft_rows(ids))?;
    let (posted, out): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| {
        matches!(row.state, DraftState::Posted | DraftState::DriftedInQuickBooks) && !row.gone
    });
    let posted: Vec<DraftId> = posted.iter().map(|row| row.id).collect();
    let contacts: std::collections::HashSet<i64> = out.iter().map(|row| row.contact_id).collect();
    let count = posted.len() + out.len();
    let anew = out.len();
    profile.store().write(Lane::Person, move |tx| {
        for row in &out {
            next_generation(tx, &who, row)?;
        }
        Ok(())
    })?;
    if anew > 0 {
        // Journals and typed documents have no contact.
        if contacts.contains(&0) {
            redraft(profile)?;
        } else {
            redraft_some(profile, &Scope::Contacts(contacts))?;
        }
    }
    if !posted.is_empty() {
        changes::propose_again(profile, &posted, by)?;
    }
    Ok(Said::new(count, format!("{count} drafted anew; each waits for approval.")))
}

pub(super) fn next_generation(tx: &Tx<'_>, who: &Signed, row: &DraftRow) -> crate::store::Result<()> {
    let row = tx.reader().draft(row.id)?;
    let gone = row.state == DraftState::DriftedInQuickBooks && row.gone;
    if row.state != DraftState::Voided && !gone {
        return Err(StoreError::Refused(format!(
            "Draft {} ({}) is {}; only what is posted, reversed or gone from QuickBooks is reset.",
            row.id,
            row.reference,
            row.state.word()
        )));
    }
    // The newest look must not have shown it standing, nor anything else with its mark (`exactly-once.md` 3: the guard of
    // ordering it anew).
    if let Some(txn) = tx.reader().standing_of(row.id, row.txn_id.as_deref())? {
        return Err(StoreError::Refused(format!(
            "{} still stands in QuickBooks as {txn}. Run the Web Connector, then look again.",
            row.reference
        )));
    }
    if tx.reader().draft_of_source(&row.source)?.is_some_and(|newest| newest.id != row.id) {
        return Err(StoreError::Refused(format!("{} was drafted anew already.", row.reference)));
    }
    let subject = format!("draft/{}", row.id);
    tx.withdraw_operations_of(row.id, "drafted anew")?;
    if gone {
        tx.drop_proposal(row.id)?;
        tx.move_draft(row.id, DraftState::DriftedInQuickBooks, DraftState::Voided, &who.at)?;
    }
    let word = row.kind.map_or("", TxnKind::word);
    let generation = u32::try_from(row.generation + 1).unwrap_or(u32::MAX);
    let key = PostingKey::derive(who.company, &row.source, word, 0, generation);
    let successor = tx.next_generation(row.id, &key.to_string(), &key.memo_tag(), &who.at)?;
    tx.event(&who.at, &who.by, "reset", &subject, &successor)?;
    Ok(())
}
