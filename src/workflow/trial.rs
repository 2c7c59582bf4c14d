//! The trial of the first day: one invoice, one bill and one credit memo go the whole road to QuickBooks, are read back,
//! shown as debits and credits by account, and are taken out again on request.
//!
//! Must never be another road than that of every batch: approvals name the hash that was shown, the batch goes through
//! the same step and guards, and what is taken out is deleted or voided by the rules of an undo (design 4.6, 4.7, 8.20;
//! `exactly-once.md` 6).

use super::decide::{approve_alone, signed};
use super::handoff::{self, BatchPreview};
use super::undo::{self, Undoing};
use super::{Profile, Result, Said, drafts};
use crate::base::problem::Exit;
use crate::base::{BatchId, Cents, DraftId, OperationId, Problem};
use crate::books::{DraftState, OperationKind, OperationState, Outcome, Posting, TxnKind, postings};
use crate::store::drafts::{DraftFilter, DraftRow};
use crate::store::{Lane, Reader, StoreError};
use serde::{Deserialize, Serialize};

/// Where the trial is remembered.
const KEPT: &str = "trial";
/// What goes in: one of each.
const KINDS: [TxnKind; 3] = [TxnKind::Invoice, TxnKind::Bill, TxnKind::CreditMemo];

/// What is remembered of a trial; everything else is read from its drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    batch: BatchId,
    drafts: Vec<DraftId>,
    /// Who asked that it be taken out.
    out_by: Option<String>,
    /// Who decided to leave it in.
    left_by: Option<String>,
}

/// How the trial stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialStand {
    /// None was made.
    #[default]
    NotMade,
    /// Waits for the Web Connector, or its outcome is looked up.
    OnItsWay,
    /// QuickBooks refused something, or a person must look.
    NeedsPerson,
    /// All of it is in QuickBooks and was read back.
    InQuickbooks,
    /// Waits to be taken out by the Web Connector.
    BeingTakenOut,
    /// Nothing of it is in QuickBooks any more.
    TakenOut,
    /// A person decided that it stays.
    LeftIn,
}

/// One document of the trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct TrialDocument {
    pub draft: DraftId,
    pub kind: &'static str,
    pub reference: String,
    pub ref_number: String,
    pub party: String,
    pub date: Option<String>,
    pub total: Option<Cents>,
    /// Outcome word of design 1.
    pub outcome: &'static str,
    /// Its total as QuickBooks showed it when it was asked.
    pub quickbooks_total: Option<Cents>,
    /// Whether a look at QuickBooks has shown it since it went in.
    pub read_back: bool,
    /// What QuickBooks has otherwise than it was handed off.
    pub differs: Vec<String>,
    pub postings: Vec<Posting>,
    /// What hinders it, in words.
    pub note: String,
    /// What taking it out would do: `delete`, `void`, `opposite`, `leave`; and why.
    pub way_out: Option<(Undoing, String)>,
}

/// Debit and credit of one account over the whole trial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct AccountTotal {
    pub account: String,
    pub debit: Cents,
    pub credit: Cents,
}

/// The trial, to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct TrialView {
    pub stand: TrialStand,
    pub batch: Option<BatchId>,
    /// What went in, or what would.
    pub documents: Vec<TrialDocument>,
    /// Kinds of which nothing is ready.
    pub lacking: Vec<&'static str>,
    /// By account: what the ledger holds of it, or will once pending sales are final.
    pub accounts: Vec<AccountTotal>,
    /// How it stands, in a sentence or two.
    pub text: String,
    /// What to do now.
    pub do_now: String,
}

fn problem(code: &str, happened: impl Into<String>, do_now: &str) -> Problem {
    Problem::new(Exit::NeedsPerson, code, happened, "Nothing was handed off by this.", do_now)
}

/// The plainest ready draft of a kind: its customer or vendor known in QuickBooks, without a warning, the smallest.
fn chosen(reader: &Reader<'_>, kind: TxnKind) -> crate::store::Result<Option<DraftRow>> {
    let filter = DraftFilter { states: vec![DraftState::Ready], kind: Some(kind), ..DraftFilter::default() };
    let mut best: Option<DraftRow> = None;
    let rank = |row: &DraftRow| (row.party_id.is_none(), row.warned, row.total.unwrap_or_default(), row.id);
    reader.each_draft(&filter, |row| {
        let plain = row.proposal.is_none() && row.total.is_some_and(|total| total > Cents::ZERO);
        if plain && best.as_ref().is_none_or(|held| rank(&row) < rank(held)) {
            best = Some(row);
        }
        Ok(())
    })?;
    Ok(best)
}

fn choice(reader: &Reader<'_>) -> crate::store::Result<Vec<DraftRow>> {
    let mut rows = Vec::new();
    for kind in KINDS {
        rows.extend(chosen(reader, kind)?);
    }
    Ok(rows)
}

/// Items that a person approved to be created, and that nothing has taken along yet.
fn approved_items(reader: &Reader<'_>) -> crate::store::Result<Vec<OperationId>> {
    let waiting = reader.operations_in(OperationState::Approved, usize::MAX >> 1)?;
    let item = |target: &str| !target.starts_with("Contact/");
    Ok(waiting
        .into_iter()
        .filter(|op| op.kind == OperationKind::ListAdd && item(&op.target))
        .map(|op| op.id)
        .collect())
}

fn kept(profile: &Profile) -> Result<Option<Kept>> {
    Ok(profile.store().read(|r| r.meta_json::<Kept>(KEPT))?)
}

/// How the trial stands, and what it holds; before one was made: what it would hold.
///
/// # Errors
/// What the store says.
pub fn view(profile: &Profile) -> Result<TrialView> {
    let Some(kept) = kept(profile)? else { return offered(profile) };
    let plan = undo::plan(profile, kept.batch)?;
    let due = profile.store().read(|r| r.read_back_due())?;
    let mut documents = Vec::with_capacity(kept.drafts.len());
    let mut rows = Vec::with_capacity(kept.drafts.len());
    for id in &kept.drafts {
        let detail = drafts::detail(profile, *id)?;
        let way_out = plan.rows.iter().find(|row| row.draft == Some(*id));
        let mut document = document(&detail.row, detail.postings);
        document.read_back = detail.row.qb_total.is_some() && !due;
        document.differs = detail.edited;
        document.note = detail.operations.last().map(|op| op.note.clone()).unwrap_or_default();
        document.way_out = way_out.map(|row| (row.how, row.why.clone()));
        documents.push(document);
        rows.push(detail.row);
    }
    let stand = stand_of(&kept, &rows, &documents);
    let mut anew = !rows.is_empty();
    for row in &rows {
        anew &= drafted_anew(profile, row)?;
    }
    let mut view = TrialView {
        stand,
        batch: Some(kept.batch),
        accounts: by_account(&documents),
        documents,
        ..TrialView::default()
    };
    (view.text, view.do_now) = words(&view, &rows);
    if anew && view.stand == TrialStand::TakenOut {
        view.text.push_str(" Its documents are drafted anew.");
        view.do_now = String::new();
    }
    Ok(view)
}

/// Whether a newer draft of the same document stands in its place.
fn drafted_anew(profile: &Profile, row: &DraftRow) -> Result<bool> {
    let newest = profile.store().read(|r| r.draft_of_source(&row.source))?;
    Ok(newest.is_some_and(|newest| newest.id != row.id))
}

fn offered(profile: &Profile) -> Result<TrialView> {
    let rows = profile.store().read(choice)?;
    let mut documents = Vec::with_capacity(rows.len());
    for row in &rows {
        documents.push(document(row, drafts::detail(profile, row.id)?.postings));
    }
    let lacking: Vec<&'static str> = KINDS
        .into_iter()
        .filter(|kind| rows.iter().all(|row| row.kind != Some(*kind)))
        .map(TxnKind::title)
        .collect();
    let mut view = TrialView { accounts: by_account(&documents), documents, lacking, ..TrialView::default() };
    (view.text, view.do_now) = words(&view, &rows);
    Ok(view)
}

fn document(row: &DraftRow, postings: Vec<Posting>) -> TrialDocument {
    TrialDocument {
        draft: row.id,
        kind: row.kind.map_or("document", TxnKind::title),
        reference: row.reference.clone(),
        ref_number: row.ref_number.clone(),
        party: row.party_name.clone().unwrap_or_default(),
        date: row.date.clone(),
        total: row.total,
        outcome: Outcome::of(row.state, row.pending, row.gone).word(),
        quickbooks_total: row.qb_total,
        read_back: false,
        differs: Vec::new(),
        postings,
        note: String::new(),
        way_out: None,
    }
}

fn by_account(documents: &[TrialDocument]) -> Vec<AccountTotal> {
    postings::by_account(documents.iter().flat_map(|document| &document.postings))
        .into_iter()
        .map(|(account, (debit, credit))| AccountTotal { account: account.to_string(), debit, credit })
        .collect()
}

fn stand_of(kept: &Kept, rows: &[DraftRow], documents: &[TrialDocument]) -> TrialStand {
    let out = |row: &DraftRow| row.state == DraftState::Voided || row.gone;
    let person = |row: &DraftRow| {
        matches!(row.state, DraftState::Rejected | DraftState::NeedsAttention)
            || matches!(row.proposal, Some(DraftState::Rejected))
            || (kept.out_by.is_some() && row.proposal == Some(DraftState::NeedsAttention))
    };
    // Drafted anew, or withdrawn before it left: that trial is over.
    let again = |row: &DraftRow| {
        matches!(
            row.state,
            DraftState::Ready | DraftState::Approved | DraftState::Held | DraftState::Excluded
        )
    };
    if !rows.is_empty() && rows.iter().all(again) {
        return TrialStand::NotMade;
    }
    if rows.iter().all(|row| out(row) || again(row)) {
        return TrialStand::TakenOut;
    }
    if rows.iter().any(person) {
        return TrialStand::NeedsPerson;
    }
    if kept.out_by.is_some() {
        let waits =
            |row: &DraftRow| !out(row) && row.proposal.is_some_and(|state| state != DraftState::Excluded);
        return if rows.iter().any(waits) { TrialStand::BeingTakenOut } else { TrialStand::LeftIn };
    }
    let arrived = |row: &DraftRow| matches!(row.state, DraftState::Posted | DraftState::DriftedInQuickBooks);
    let there = rows.iter().all(|row| arrived(row) || out(row))
        && rows.iter().zip(documents).all(|(row, document)| out(row) || document.read_back);
    match (there, kept.left_by.is_some()) {
        (true, true) => TrialStand::LeftIn,
        (true, false) => TrialStand::InQuickbooks,
        (false, _) => TrialStand::OnItsWay,
    }
}

fn words(view: &TrialView, rows: &[DraftRow]) -> (String, String) {
    let pending = rows.iter().filter(|row| row.pending && row.state == DraftState::Posted).count();
    let pends = if pending > 0 {
        format!(" {pending} of them pending: they post nothing until they are finalised.")
    } else {
        String::new()
    };
    let (text, do_now) = match view.stand {
        TrialStand::NotMade if view.documents.is_empty() => (
            "Nothing is ready for a trial yet.".to_string(),
            "Link contacts in step 3 (A takes what is sure, C creates the rest), then look in step 4 at what needs attention.",
        ),
        TrialStand::NotMade => {
            let lacks = match view.lacking.as_slice() {
                [] => String::new(),
                lacking => format!(" No {} is ready.", lacking.join(" and no ")),
            };
            (
                format!(
                    "{} documents would go in, through the same road as every batch.{lacks}",
                    view.documents.len()
                ),
                "Start it in step 1, or with `countersign trial start --by NAME`.",
            )
        }
        TrialStand::OnItsWay => (
            "The trial waits for the Web Connector, or for the look that follows it.".to_string(),
            "Let the Web Connector visit: in its window tick Countersign and press Update Selected.",
        ),
        TrialStand::NeedsPerson => (
            "Something of the trial did not go through; each document says why.".to_string(),
            "Look at it in step 5. Nothing is sent twice: what is unclear is looked up first.",
        ),
        TrialStand::InQuickbooks => (
            format!("{} documents are in QuickBooks and were read back.{pends}", view.documents.len()),
            "Compare them in QuickBooks. Then take the trial out, or leave it in (`countersign trial take-out`, `leave-in`).",
        ),
        TrialStand::BeingTakenOut => (
            "The trial is to be taken out at the next visit.".to_string(),
            "Let the Web Connector visit: in its window tick Countersign and press Update Selected.",
        ),
        TrialStand::TakenOut => (
            "The trial was taken out of QuickBooks. What was void stays visible there with amount zero."
                .to_string(),
            "Draft its documents anew with `countersign trial again --by NAME`, so that they can go in for good.",
        ),
        TrialStand::LeftIn => {
            (format!("The trial stays in QuickBooks: its documents are posted like every other.{pends}"), "")
        }
    };
    (text, do_now.to_string())
}

/// What starting the trial now would do.
///
/// # Errors
/// When one is under way, or nothing is ready.
pub fn preview(profile: &Profile) -> Result<BatchPreview> {
    may_start(profile)?;
    preview_now(profile)
}

fn preview_now(profile: &Profile) -> Result<BatchPreview> {
    let (rows, items) = profile.store().read(|r| Ok((choice(r)?, approved_items(r)?.len())))?;
    let creates = items + rows.iter().filter(|row| row.party_id.is_none()).count();
    let content = profile.store().read(|r| digest_of(r, &rows))?;
    Ok(BatchPreview { content, ..handoff::preview_rows(profile, &rows, creates)? })
}

/// Which drafts, and what exactly they say: the hashes that an approval would name.
fn digest_of(reader: &Reader<'_>, rows: &[DraftRow]) -> crate::store::Result<String> {
    let mut parts = Vec::with_capacity(rows.len());
    for row in rows {
        let hash = reader.version(row.id, None)?.map(|version| version.hash).unwrap_or_default();
        parts.push(format!("{} {hash}", row.id));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Ok(crate::base::digest::of_parts(&parts))
}

fn may_start(profile: &Profile) -> Result<()> {
    let now = view(profile)?;
    match now.stand {
        TrialStand::NotMade if now.documents.is_empty() => {
            Err(problem("TRIAL-NOTHING", now.text, "Match contacts in step 3 and look at step 4."))
        }
        TrialStand::NotMade | TrialStand::TakenOut | TrialStand::LeftIn => Ok(()),
        _ => Err(problem("TRIAL-UNDERWAY", format!("A trial is there already. {}", now.text), &now.do_now)),
    }
}

/// Hands off one document of each kind, as a batch of its own; the other approved drafts stay where they are.
///
/// # Errors
/// When one is under way, nothing is ready, or what `shown` is the digest of (see [`preview`]) changed meanwhile; without
/// it the command is the confirmation (design 3).
pub fn start(profile: &Profile, shown: Option<&str>, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    may_start(profile)?;
    let wanted = shown.map(str::to_string);
    let shown = preview_now(profile)?;
    if shown.count == 0 {
        return Err(problem(
            "TRIAL-NOTHING",
            "Nothing is ready for a trial.",
            "Match contacts in step 3 and look at step 4.",
        ));
    }
    let mut totals = serde_json::to_value(&shown).unwrap_or_default();
    if let Some(fields) = totals.as_object_mut() {
        fields.insert("title".into(), "trial".into());
    }
    let totals = totals.to_string();
    let (batch, count) = profile.store().write(Lane::Person, move |tx| {
        let rows = choice(&tx.reader())?;
        if let Some(wanted) = wanted
            && digest_of(&tx.reader(), &rows)? != wanted
        {
            return Err(StoreError::Refused(
                "The trial changed since it was shown; look at it again.".into(),
            ));
        }
        let mut operations = approved_items(&tx.reader())?;
        let mut drafts = Vec::with_capacity(rows.len());
        for row in &rows {
            let version = tx
                .reader()
                .version(row.id, None)?
                .ok_or_else(|| StoreError::Missing(format!("version of draft {}", row.id)))?;
            if let Some(party) = version.payload.party.as_ref().filter(|party| party.id.is_none()) {
                handoff::approve_party(tx, &who.by, &who.at, who.company, party)?;
                let target = format!("Contact/{}/{}", party.contact, party.list.word());
                let approved = tx.reader().unfinished(&target)?;
                operations.extend(approved.filter(|op| op.state == OperationState::Approved).map(|op| op.id));
            }
            operations.push(approve_alone(tx, &who, row.id, &version.hash)?);
            drafts.push(row.id);
        }
        let batch = handoff::close_alone(tx, &who, &totals, &operations, &drafts)?;
        tx.event(&who.at, &who.by, "trial_started", &format!("batch/{}", batch.0), &drafts)?;
        let count = drafts.len();
        tx.set_meta_json(KEPT, &Kept { batch, drafts, out_by: None, left_by: None })?;
        Ok((batch, count))
    })?;
    Ok(Said::new(count, format!("The trial is batch {batch}: {count} documents wait for the Web Connector.")))
}

fn standing(profile: &Profile) -> Result<Kept> {
    let now = view(profile)?;
    match (kept(profile)?, now.stand) {
        (Some(kept), TrialStand::InQuickbooks | TrialStand::LeftIn | TrialStand::NeedsPerson) => Ok(kept),
        _ => Err(problem(
            "TRIAL-NOT-IN",
            format!("There is no trial in QuickBooks now. {}", now.text),
            &now.do_now,
        )),
    }
}

/// What taking the trial out would do.
///
/// # Errors
/// When there is none in QuickBooks.
pub fn out_preview(profile: &Profile) -> Result<BatchPreview> {
    let kept = standing(profile)?;
    let plan = undo::plan(profile, kept.batch)?;
    let leaves = |row: &&undo::UndoRow| matches!(row.how, Undoing::Delete | Undoing::Void);
    let ids: Vec<DraftId> = plan.rows.iter().filter(leaves).filter_map(|row| row.draft).collect();
    let rows = profile.store().read(|r| r.draft_rows(&ids))?;
    let mut adding = handoff::Adding::new(profile)?;
    for row in &rows {
        adding.add(row);
        adding.take_out(row);
    }
    Ok(BatchPreview { removals: rows.len(), posts_at_once: 0, goes_pending: 0, ..adding.done() })
}

/// Takes the trial out again: pending sales are deleted, posted documents voided, each behind its guard; what a person
/// touched stays or gets a dated opposite, as in every undo.
///
/// # Errors
/// When there is none in QuickBooks.
pub fn take_out(profile: &Profile, by: &str) -> Result<Said> {
    let mut kept = standing(profile)?;
    let said = undo::undo_batch(profile, kept.batch, by)?;
    let who = signed(profile, by)?;
    kept.out_by = Some(who.by.clone());
    kept.left_by = None;
    profile.store().write(Lane::Person, move |tx| {
        tx.event(&who.at, &who.by, "trial_to_be_taken_out", &format!("batch/{}", kept.batch.0), &())?;
        tx.set_meta_json(KEPT, &kept)
    })?;
    Ok(said)
}

/// Leaves the trial in: its documents are right and count like every other.
///
/// # Errors
/// When there is none in QuickBooks.
pub fn leave_in(profile: &Profile, by: &str) -> Result<Said> {
    let mut kept = standing(profile)?;
    let who = signed(profile, by)?;
    kept.left_by = Some(who.by.clone());
    let count = kept.drafts.len();
    profile.store().write(Lane::Person, move |tx| {
        tx.event(&who.at, &who.by, "trial_left_in", &format!("batch/{}", kept.batch.0), &())?;
        tx.set_meta_json(KEPT, &kept)
    })?;
    Ok(Said::new(count, "The trial stays in QuickBooks; its documents count like every other."))
}

/// Drafts the documents of a trial that was taken out anew, with marks of their own, so that they can go in for good.
///
/// # Errors
/// When nothing of it was taken out.
pub fn again(profile: &Profile, by: &str) -> Result<Said> {
    let Some(kept) = kept(profile)? else {
        return Err(problem("TRIAL-NOT-MADE", "No trial was made.", "Start one in step 1."));
    };
    let rows = profile.store().read(|r| r.draft_rows(&kept.drafts))?;
    let mut out = Vec::new();
    for row in rows.iter().filter(|row| row.state == DraftState::Voided || row.gone) {
        if !drafted_anew(profile, row)? {
            out.push(row.id);
        }
    }
    if out.is_empty() {
        let now = view(profile)?;
        return Err(problem(
            "TRIAL-NOT-OUT",
            format!("Nothing of the trial was taken out. {}", now.text),
            &now.do_now,
        ));
    }
    undo::reset(profile, &out, by)
}
