//! What Cin7 says now, beside what was posted: a changed source makes a newer version and a proposal to change,
//! void or delete what stands in QuickBooks.
//!
//! Must never change what was posted, nor touch what was handed out (design section 2). Only a changed source, or a
//! person who asks for it, proposes: other settings or links alone do not reach into the books
//! (`cin7-quickbooks-integration.md` 9.2).

use super::{DerivedDraft, DraftRow, Proposal, SavedDraft, Version};
use crate::books::{DraftState, OperationKind, OperationState, Payload, Preferences};
use crate::drafting::OF_THE_DAY;
use crate::handoff::diff;
use crate::store::{Result, Tx, reasons};
use serde_json::{Value, json};

/// In place of the digest of the inputs: a person asked that the document be proposed as it is now.
pub const AGAIN: &str = "again";

/// What a person typed never changes by itself; it is taken back as a whole (`books::own`).
const TYPED: [&str; 6] = ["Typed", "Csv", "LandingCost", "Accrual", "Reversal", "TrueUp"];

/// Why a posted document that Cin7 voids is deleted in QuickBooks: the approval of its removal names it.
pub const EVEN_IF_POSTED: &str = "delete_posted";

/// What a drafting run came to.
enum Wanted {
    /// Nothing to propose.
    Nothing,
    /// It says what was posted.
    Same,
    /// This change.
    Change(Proposal),
    /// Out of the books.
    Remove(Proposal),
    /// Something stands in the way of drafting it.
    Stuck(Proposal),
}

fn reason(code: &str, text: &str) -> Value {
    json!({"code": code, "text": text, "field": null, "level": "blocks"})
}

/// Why the document cannot be changed by us, from what we know of it; empty = the guard decides at the visit.
fn obstacles(
    row: &DraftRow,
    posted: &Payload,
    new: Option<&Payload>,
    closing: Option<crate::base::Day>,
) -> Vec<Value> {
    let mut found = Vec::new();
    if row.gone {
        found.push(reason("gone_from_quickbooks", "It is no longer in QuickBooks."));
    } else if row.state == DraftState::DriftedInQuickBooks || row.accepted {
        found.push(reason(
            "edited_in_quickbooks",
            "Somebody changed it in QuickBooks, so it counts as approved there.",
        ));
    }
    if posted.pending && !row.pending && new.is_some() {
        found.push(reason(
            "final_in_quickbooks",
            "It is final in QuickBooks, so it counts as approved there.",
        ));
    }
    if row.locked {
        found.push(reason("payment_applied", "A payment or credit hangs on it in QuickBooks."));
    }
    if new.is_some_and(|new| new.kind != posted.kind) {
        found.push(reason("other_kind", "It would be another kind of transaction now."));
    }
    let day = new.map_or(posted.date, |new| new.date.min(posted.date));
    if let Some(closing) = closing
        && day <= closing
    {
        let text = format!("The books are closed through {closing}, and this is dated {day}.");
        found.push(reason("closing_date", &text));
    }
    found
}

/// Why what stands in QuickBooks is to be taken out: the document is void, or nothing is left of a month's cost. While
/// anything else is open about that cost, nothing is taken out.
fn takes_out(d: &DerivedDraft) -> Result<Option<Value>> {
    let blocks = blocking(d)?;
    if blocks.iter().any(|reason| word(reason, "code") == "void") {
        return Ok(Some(reason("void_in_cin7", "It is void in Cin7.")));
    }
    Ok(match blocks.as_slice() {
        [only] if word(only, "code") == "cost_is_nothing" => {
            Some(reason("cost_is_nothing", &word(only, "text")))
        }
        _ => None,
    })
}

fn word(reason: &Value, key: &str) -> String {
    reason.get(key).and_then(Value::as_str).unwrap_or_default().to_string()
}

/// The reasons that keep what drafting made from going.
fn blocking(d: &DerivedDraft) -> Result<Vec<Value>> {
    let mut reasons: Vec<Value> = serde_json::from_str(&d.reasons)?;
    reasons.retain(|reason| word(reason, "level").eq_ignore_ascii_case("blocks"));
    Ok(reasons)
}

/// What is said of a posted document: that its period is over is no reason against what stands there already.
fn said_of_posted(d: &DerivedDraft) -> Result<String> {
    let mut reasons: Vec<Value> = serde_json::from_str(&d.reasons)?;
    reasons.retain(|reason| !OF_THE_DAY.contains(&word(reason, "code").as_str()));
    Ok(serde_json::to_string(&reasons)?)
}

impl Tx<'_> {
    /// Saves what drafting made of a document that was handed off.
    pub(super) fn save_beside(&self, known: &DraftRow, d: &DerivedDraft, at: &str) -> Result<SavedDraft> {
        let on_its_way = self.reader().unfinished(&format!("draft/{}", known.id))?;
        let handed_out = on_its_way
            .as_ref()
            .is_some_and(|op| matches!(op.state, OperationState::InFlight | OperationState::Unknown));
        let settled = matches!(known.state, DraftState::Posted | DraftState::DriftedInQuickBooks);
        let Some(posted) = self.reader().version(known.id, known.posted_version)? else {
            return Ok(SavedDraft::Unchanged);
        };
        if handed_out || !settled || known.posted_version.is_none() {
            // The next version waits until the one that left is settled (design section 2); it is drafted again then.
            self.forget_inputs(&[known.id])?;
            return Ok(SavedDraft::Unchanged);
        }
        let undone = known.proposal_kind.is_some_and(|kind| kind != OperationKind::TxnMod)
            && known.proposal_why.contains("\"code\":\"undo\"");
        if undone {
            // A person takes it out of the books, whatever Cin7 says meanwhile.
            return Ok(SavedDraft::Unchanged);
        }
        let wanted = self.wanted(known, d, &posted, at)?;
        let left_over = reasons::of_handoff(&known.reasons)?;
        self.keep_inputs(known.id, d, &said_of_posted(d)?, left_over)?;
        if matches!(wanted, Wanted::Same) {
            // This revision changed nothing: a later change of settings is no change of the document.
            self.run("UPDATE draft SET revision_id = ?2 WHERE id = ?1", [known.id.0, d.revision_id])?;
        }
        let proposal = match wanted {
            Wanted::Nothing | Wanted::Same => {
                let stale = known
                    .proposal
                    .is_some_and(|state| state != DraftState::Excluded || !same_total(known, d));
                if stale {
                    self.take_back_change(known, "Cin7 shows again what was posted", at)?;
                    self.drop_proposal(known.id)?;
                }
                return Ok(SavedDraft::Changed);
            }
            Wanted::Change(proposal) | Wanted::Remove(proposal) | Wanted::Stuck(proposal) => proposal,
        };
        let same = known.proposal_kind == Some(proposal.kind)
            && known.proposal_version == proposal.version
            && known.proposal_total == proposal.total;
        let decided = matches!(
            known.proposal,
            Some(
                DraftState::Approved
                    | DraftState::Queued
                    | DraftState::Held
                    | DraftState::Rejected
                    | DraftState::Excluded
            )
        );
        // A change that waits for a person stays with its reason until she takes it up again.
        let waits = on_its_way.as_ref().is_some_and(|op| op.state == OperationState::NeedsAttention);
        if same && (decided || waits) && known.inputs != AGAIN {
            return Ok(SavedDraft::Changed);
        }
        let lost = self.take_back_change(known, "changed_in_cin7", at)?;
        self.propose(known.id, &proposal)?;
        Ok(if lost { SavedDraft::ApprovalLost } else { SavedDraft::Changed })
    }

    /// Takes back what was approved and not handed out; whether there was something.
    fn take_back_change(&self, known: &DraftRow, why: &str, at: &str) -> Result<bool> {
        let count = self.withdraw_operations_of(known.id, why)?;
        let decided =
            matches!(known.proposal, Some(DraftState::Rejected | DraftState::Held | DraftState::Excluded));
        if count > 0 || decided {
            self.event(at, "countersign", "change_taken_back", &format!("draft/{}", known.id), &why)?;
        }
        Ok(count > 0)
    }

    fn wanted(&self, known: &DraftRow, d: &DerivedDraft, posted: &Version, at: &str) -> Result<Wanted> {
        let preferences: Preferences = self.reader().meta_json("preferences")?.unwrap_or_default();
        let closing = preferences.closing_date;
        let before = &posted.payload;
        let asked = known.inputs == AGAIN;
        let never_changes = TYPED.contains(&d.cin7_type.as_str());
        let source_changed = !never_changes && (d.revision_id == 0 || d.revision_id != known.revision_id);
        if let Some(first) = takes_out(d)? {
            if known.gone {
                return Ok(Wanted::Nothing);
            }
            let deletes = known.pending || d.deletes;
            let kind = if deletes { OperationKind::TxnDel } else { OperationKind::TxnVoid };
            let mut why = obstacles(known, before, None, closing);
            let state = if why.is_empty() { DraftState::Ready } else { DraftState::NeedsAttention };
            if deletes && !known.pending {
                let text = "It is deleted, not voided: the setting delete_posted is on.";
                why.push(json!({"code": EVEN_IF_POSTED, "text": text, "field": null, "level": "says"}));
            }
            let why = with(first, why)?;
            return Ok(Wanted::Remove(Proposal {
                state,
                kind,
                version: None,
                total: Some(crate::base::Cents::ZERO),
                date: None,
                why,
            }));
        }
        // A closed period keeps it from going, not from being compared.
        let Some(content) = d.payload.as_ref().or(d.held.as_ref()) else {
            if !source_changed && !asked {
                return Ok(Wanted::Nothing);
            }
            return Ok(Wanted::Stuck(Proposal {
                state: DraftState::NeedsAttention,
                kind: OperationKind::TxnMod,
                version: None,
                total: d.total.or(known.total),
                date: d.date.clone(),
                why: d.reasons.clone(),
            }));
        };
        let payload = &content.payload;
        let says_other = !before.says_the_same(payload) && !diff::changes(before, payload).is_empty();
        if !says_other {
            return Ok(Wanted::Same);
        }
        if !(source_changed || asked || known.proposal.is_some()) {
            return Ok(Wanted::Nothing);
        }
        self.add_version(known.id, known.version, content, d, at)?;
        let version = self.reader().draft(known.id)?.version;
        let mut why = obstacles(known, before, Some(payload), closing);
        if d.payload.is_none() {
            let known_of = |code: &str| why.iter().any(|reason| word(reason, "code") == code);
            let of_the_day = blocking(d)?;
            let more: Vec<Value> =
                of_the_day.into_iter().filter(|reason| !known_of(&word(reason, "code"))).collect();
            why.extend(more);
        }
        let state = if why.is_empty() { DraftState::Ready } else { DraftState::NeedsAttention };
        let why = with(reason("changed_in_cin7", "It changed in Cin7 after it was posted."), why)?;
        Ok(Wanted::Change(Proposal {
            state,
            kind: OperationKind::TxnMod,
            version: Some(version),
            total: d.total,
            date: d.date.clone(),
            why,
        }))
    }
}

fn with(first: Value, rest: Vec<Value>) -> Result<String> {
    let mut all = vec![first];
    all.extend(rest);
    Ok(serde_json::to_string(&all)?)
}

/// Whether a figure that a person decided to leave is still the figure of Cin7.
fn same_total(known: &DraftRow, d: &DerivedDraft) -> bool {
    known.proposal_total == d.total
}
