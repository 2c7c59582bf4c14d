//! Entries, months' ends and what lives after posting: the workflow calls behind the forms and sheets.
//!
//! Must never take what was not summed up first, and must name everything again where it was shown a while ago.

use super::{Irreversible, stale, undoable};
use crate::base::problem::Exit;
use crate::base::text::cut;
use crate::base::{BatchId, Cents, DraftId, Problem};
use crate::books::{DraftState, OwnEntry, TxnKind, postings};
use crate::store::drafts::DraftRow;
use crate::tui::effect::Settlement;
use crate::tui::form::{Entry, FILES, Look};
use crate::tui::msg::Done;
use crate::tui::operation_words::BatchLine;
use crate::tui::paper::{self, Paper, Piece, figure, head, say};
use crate::tui::theme::Role;
use crate::workflow::handoff::{self, BatchPreview};
use crate::workflow::imports::{self, What};
use crate::workflow::own_look::{self, WouldBe};
use crate::workflow::{
    Profile, Result, Said, changes, computers, costs, drafts, history, month_end, own, undo,
};
use std::collections::HashMap;

/// The summary of an entry: what it would become, with debits and credits.
pub fn look(profile: &Profile, entry: &Entry) -> Result<Look> {
    let one = |entry: OwnEntry| own_look::one(profile, entry).map(|drafts| of_drafts(&drafts));
    match entry.clone() {
        Entry::VendorCredit(credit) => one(OwnEntry::VendorCredit(own::credit_entry(profile, credit)?)),
        Entry::LandingCost(cost) => {
            own::landing_entry(&cost)?;
            one(OwnEntry::LandingCost(cost))
        }
        Entry::Number { draft, number } => one(OwnEntry::Number(own::number_entry(profile, draft, &number)?)),
        Entry::Join { drafts, number, date } => {
            let join = own::join_entry(profile, &drafts, &number, date)?;
            let mut look = one(OwnEntry::Joined(join))?;
            look.pieces.push(say("The orders' own drafts step aside while they stand on this invoice."));
            Ok(look)
        }
        Entry::Split { draft, parts } => {
            let mut look = one(OwnEntry::Split(own::split_entry(profile, draft, parts)?))?;
            look.pieces.push(say("The order's own draft steps aside while it is billed in parts."));
            Ok(look)
        }
        Entry::Import { what, path } => look_at_file(profile, what, &path),
        Entry::Accrual(month) => {
            let (view, entries) = month_end::accrual_entries(profile, month)?;
            let mut look = of_drafts(&own_look::would_be(profile, &entries)?);
            let mut pieces = vec![head(format!("Received by {} and not billed by then", view.date))];
            pieces.extend(view.orders.iter().map(|order| Piece::Figure {
                label: order.reference.clone(),
                amount: Some(order.amount),
                note: format!("received {}", order.received),
            }));
            pieces.extend([figure("together", view.total), Piece::Blank]);
            pieces.append(&mut look.pieces);
            Ok(Look { pieces, ..look })
        }
        Entry::TrueUp { month, to, why } => {
            let shown = month_end::true_up_preview(profile, month, to)?;
            let mut pieces = vec![
                Piece::Text(
                    Role::Warn,
                    "A true-up hides what was not found. Look at the roll-forward first.".into(),
                ),
                figure("QuickBooks' balance", shown.quickbooks_balance),
                figure("what the listed documents come to", shown.closing),
                Piece::Figure {
                    label: "brought to".into(),
                    amount: Some(shown.target),
                    note: shown.target_source.clone(),
                },
                figure("TRUE-UP", shown.amount),
                Piece::Blank,
            ];
            let refused = shown.amount.is_zero();
            if refused {
                pieces.push(say("The account stands at that figure already: there is nothing to true up."));
                return Ok(Look { pieces, refused, word: None });
            }
            let drafts = own_look::one(profile, OwnEntry::TrueUp(shown.entry(month, &why)))?;
            let look = of_drafts(&drafts);
            let ready = drafts.iter().all(|draft| draft.state == DraftState::Ready);
            pieces.extend(look.pieces);
            let word = ready.then(|| Box::new(Irreversible::TrueUp { shown, month, why }));
            Ok(Look { pieces, refused: !ready, word })
        }
    }
}

/// The drafts that an entry would make.
fn of_drafts(drafts: &[WouldBe]) -> Look {
    let mut pieces = Vec::new();
    for draft in drafts {
        let kind = draft.kind.map_or("document", crate::books::TxnKind::title);
        let number = if draft.ref_number.is_empty() { &draft.reference } else { &draft.ref_number };
        let party = draft.party.as_deref().map(|name| format!(" of {name}")).unwrap_or_default();
        let date = draft.date.map(|day| format!(", {day}")).unwrap_or_default();
        let total = draft.total.map_or_else(String::new, |total| format!(", {}", total.grouped()));
        pieces.push(head(format!("{kind} {number}{party}{date}{total}")));
        let (role, words) = match draft.state {
            DraftState::Ready => (Role::Good, "It would be ready for your approval in step 4."),
            DraftState::Excluded => (Role::Warn, "It would be left out."),
            _ => (Role::Warn, "It would need attention first:"),
        };
        pieces.push(Piece::Text(role, words.into()));
        for reason in &draft.reasons {
            let role = match reason.level.as_str() {
                "blocks" => Role::Bad,
                "warns" => Role::Warn,
                _ => Role::Muted,
            };
            pieces.push(Piece::Text(role, reason.text.clone()));
        }
        if !draft.postings.is_empty() {
            pieces.extend(paper::ledger(&draft.postings));
        }
        pieces.push(Piece::Blank);
    }
    if drafts.is_empty() {
        pieces.push(say("It makes no draft by itself."));
    }
    Look { pieces, refused: false, word: None }
}

/// What a file would put in, by account, or everything that is wrong with it.
fn look_at_file(profile: &Profile, what: What, path: &std::path::Path) -> Result<Look> {
    let (imported, entries) = imports::look(profile, what, path)?;
    if entries.is_empty() {
        return Ok(Look { pieces: paper::imported(&imported).pieces, refused: true, word: None });
    }
    let mut pieces = vec![head(imported.done.clone())];
    let drafts = own_look::would_be(profile, &entries)?;
    let accounts = postings::by_account(drafts.iter().flat_map(|draft| &draft.postings));
    if !accounts.is_empty() {
        pieces.push(Piece::Ledger);
        let (mut debit, mut credit) = (Cents::ZERO, Cents::ZERO);
        for (account, (debits, credits)) in accounts {
            (debit, credit) = (debit + debits, credit + credits);
            let some = |cents: Cents| (!cents.is_zero()).then_some(cents);
            pieces.push(Piece::Posted {
                account: account.to_string(),
                debit: some(debits),
                credit: some(credits),
                why: String::new(),
            });
        }
        pieces.push(Piece::Sums { debit, credit });
    }
    let ready = drafts.iter().filter(|draft| draft.state == DraftState::Ready).count();
    if !drafts.is_empty() {
        pieces.push(say(format!("{ready} of {} drafts would be ready for approval.", drafts.len())));
    }
    pieces.push(Piece::Blank);
    for draft in &drafts {
        let kind = draft.kind.map_or("document", crate::books::TxnKind::title);
        let date = draft.date.map(|day| day.to_string()).unwrap_or_default();
        let worst = draft.reasons.first().filter(|_| draft.state != DraftState::Ready);
        pieces.push(Piece::Figure {
            label: format!("{date} {kind} {}", draft.reference),
            amount: draft.total,
            note: worst.map(|reason| reason.text.clone()).unwrap_or_default(),
        });
    }
    for (_, entry) in &entries {
        if let OwnEntry::StockValue(value) = entry {
            pieces.push(Piece::Figure {
                label: format!("Cin7's stock at the end of {}", value.day),
                amount: Some(value.value),
                note: value.memo.clone(),
            });
        }
    }
    Ok(Look { pieces, refused: false, word: None })
}

/// Puts an entry in.
pub fn enter(profile: &Profile, entry: Entry, by: &str) -> Result<Done> {
    let said = match entry {
        Entry::VendorCredit(credit) => own::add_vendor_credit(profile, credit, by)?,
        Entry::LandingCost(cost) => own::add_landing_cost(profile, cost, by)?,
        Entry::Number { draft, number } => own::set_number(profile, draft, &number, by)?,
        Entry::Join { drafts, number, date } => own::join(profile, &drafts, &number, date, by)?,
        Entry::Split { draft, parts } => own::split(profile, draft, parts, by)?,
        Entry::Accrual(month) => month_end::accrual(profile, month, by)?,
        Entry::Import { what, path } => {
            let imported = imports::import(profile, what, &path, by)?;
            if imported.imported == 0 {
                return Ok(Done::Paper(Box::new(paper::imported(&imported))));
            }
            Said::new(imported.imported, imported.done)
        }
        // Only the control word takes it.
        Entry::TrueUp { .. } => return Err(stale()),
    };
    Ok(Done::Said(undoable(said)))
}

fn not_written(error: &std::io::Error, folder: &std::path::Path) -> Problem {
    Problem::new(
        Exit::Usage,
        "FILE-WRITE",
        format!("Nothing can be written to {}: {error}.", folder.display()),
        "The books are not touched by this.",
        "Free space or give yourself the right to write there, then try again.",
    )
}

fn write(profile: &Profile, name: &str, text: &str) -> Result<Said> {
    let folder = profile.dir().join("exports");
    std::fs::create_dir_all(&folder).map_err(|error| not_written(&error, &folder))?;
    let path = folder.join(name);
    std::fs::write(&path, text).map_err(|error| not_written(&error, &folder))?;
    Ok(Said::new(0, format!("Written: {}", path.display())))
}

/// An empty file with the right first line, in the exports folder.
pub fn template(profile: &Profile, what: What) -> Result<Said> {
    let title = FILES.iter().find(|(_, known)| *known == what).map_or("file", |(title, _)| *title);
    write(profile, &format!("{}-template.csv", title.replace(' ', "-")), &what.template())
}

/// The hint sheet as a text file in the exports folder.
pub fn export_hint(profile: &Profile, id: DraftId) -> Result<Said> {
    let detail = drafts::detail(profile, id)?;
    let name = paper::name_of(&detail.row);
    let Some(sheet) = detail.proposed.as_ref().and_then(|proposed| proposed.hint.as_ref()) else {
        return Ok(Said::new(0, "Nothing of it is to be done by hand any more."));
    };
    let file = format!(
        "by-hand-{}-{id}.txt",
        detail.row.ref_number.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    );
    write(profile, &file, &paper::hint_text(&name, sheet))
}

/// Says how what happened after posting is settled.
pub fn settle(profile: &Profile, id: DraftId, how: Settlement, by: &str) -> Result<Said> {
    match how {
        Settlement::KeepQuickBooks => changes::keep_quickbooks(profile, id, by),
        Settlement::DoneByHand => changes::done_by_hand(profile, id, by),
        Settlement::SendAgain => handoff::requeue(profile, id, by),
    }
}

/// What undoing a batch would do.
pub fn plan_undo(profile: &Profile, batch: BatchId) -> Result<Done> {
    Ok(Done::Paper(Box::new(paper::plan(&undo::plan(profile, batch)?))))
}

/// A month's cost journal with every document behind it.
pub fn cost_month(profile: &Profile, id: DraftId) -> Result<Paper> {
    let detail = drafts::detail(profile, id)?;
    let documents = costs::documents(profile, &detail.row)?;
    Ok(paper::month(&detail, &documents))
}

/// What overwriting would do to a person's edit: each changed field, before the word is asked for.
pub fn overwriting(profile: &Profile, id: DraftId) -> Result<Irreversible> {
    let row = profile_row(profile, id)?;
    Ok(Irreversible::Overwrite { id, name: paper::name_of(&row), fields: changes::edits(profile, id)? })
}

fn profile_row(profile: &Profile, id: DraftId) -> Result<DraftRow> {
    drafts::rows(profile, &[id])?.pop().ok_or_else(stale)
}

/// What a batch asked of QuickBooks, each with the name of its document.
pub fn batch_lines(profile: &Profile, batch: BatchId) -> Result<Vec<BatchLine>> {
    let operations = history::batch_operations(profile, batch)?;
    let ids: Vec<DraftId> = operations.iter().filter_map(|operation| operation.draft_id).collect();
    let names: HashMap<DraftId, String> =
        drafts::rows(profile, &ids)?.iter().map(|row| (row.id, named(row))).collect();
    let name = |id: DraftId| names.get(&id).cloned();
    Ok(operations
        .iter()
        .map(|operation| BatchLine::of(operation, operation.draft_id.and_then(name)))
        .collect())
}

/// Columns of a name in a line of a batch.
const PARTY: usize = 24;

/// `invoice 10301, Northgate, 1,197.35`.
fn named(row: &DraftRow) -> String {
    let party =
        row.party_name.as_deref().map_or(String::new(), |name| format!(", {}", cut(name, PARTY, "...")));
    let kind = row.kind.map_or("document", TxnKind::title);
    let number = row.number();
    let total = row.total.map_or(String::new(), |total| format!(", {}", total.grouped()));
    format!("{kind} {number}{party}{total}")
}

/// The same for each of several documents, one after the other; what was done before one is refused stays done.
pub fn each(ids: &[DraftId], does: impl Fn(DraftId) -> Result<Said>) -> Result<Said> {
    let (mut count, mut last) = (0, Said::new(0, "Nothing was chosen."));
    for id in ids {
        last = does(*id).map_err(|mut problem| {
            if count > 0 {
                problem.means = format!("{} Done before it: {count} of {}.", problem.means, ids.len());
            }
            problem
        })?;
        count += 1;
    }
    if count > 1 {
        last = Said::new(count, format!("{} That was the last of {count}.", last.text));
    }
    Ok(last)
}

/// How many documents a confirmation of these kinds is about.
pub fn counted(what: &Irreversible, company: String) -> BatchPreview {
    let count = match what {
        Irreversible::UndoBatch(plan) => plan.rows.len() - plan.count(undo::Undoing::Leave),
        Irreversible::TrueUp { .. } | Irreversible::Overwrite { .. } => 1,
        _ => 0,
    };
    BatchPreview { company, count, ..BatchPreview::default() }
}

/// Does what the word confirmed, where it is still what was shown.
pub fn confirmed(profile: &Profile, what: Irreversible, by: &str) -> Result<Said> {
    match what {
        Irreversible::UndoBatch(plan) => {
            if undo::plan(profile, plan.batch)? != plan {
                return Err(stale());
            }
            undo::undo_batch(profile, plan.batch, by)
        }
        Irreversible::ComputerGone { computer } => computers::gone(profile, &computer, by),
        Irreversible::TrueUp { shown, month, why } => month_end::true_up(profile, month, &shown, &why, by),
        Irreversible::Overwrite { id, fields, .. } => {
            if changes::edits(profile, id)? != fields {
                return Err(stale());
            }
            changes::overwrite(profile, id, by)
        }
        _ => Err(stale()),
    }
}
