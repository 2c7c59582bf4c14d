//! Steps 4 and 5 without a screen, deciding: `approve`, `hold`, `exclude`, `reopen`, `resolve`, `handoff`,
//! `finalise`, `withdraw`, `unfreeze`.
//!
//! Must never approve what it did not look at: the version that stands when the command runs is the one that is
//! approved, by its hash (design 4.6), and each decision has a name under it.

use super::args::{ApproveArgs, By, CostWord, DraftIds, FinaliseArgs, Resolution};
use super::session::{Session, signer};
use crate::base::problem::Exit;
use crate::base::{BatchId, DraftId, Problem};
use crate::books::DraftState;
use crate::drafting::cogs::CostAnswer;
use crate::tui::preview_words;
use crate::workflow::{
    Profile, Result, Said, changes, computers, costs, decide, drafts, exclusion, handoff, undo,
};

fn find_all(profile: &Profile, ids: &[String]) -> Result<Vec<DraftId>> {
    ids.iter().map(|id| drafts::find(profile, id)).collect()
}

/// Approves drafts as they stand now.
pub fn approve(session: &Session, args: &ApproveArgs) -> Result<Exit> {
    let profile = session.hold("approve")?;
    let by = signer(&profile, &args.by)?;
    if args.all_ready {
        return session.done(&decide::approve_all_ready(&profile, &by)?);
    }
    let mut shown = Vec::new();
    for id in find_all(&profile, &args.ids)? {
        let detail = drafts::detail(&profile, id)?;
        let hash = detail.approvable().map(str::to_string).ok_or_else(|| {
            Problem::new(
                Exit::NeedsPerson,
                "APPROVE-NOTHING",
                format!("Draft {id} has no content to approve yet."),
                "Nothing was approved.",
                "`countersign draft` shows what is missing.",
            )
        })?;
        shown.push((id, hash));
    }
    session.done(&decide::approve(&profile, &shown, &by)?)
}

/// Sets drafts aside.
pub fn hold(session: &Session, args: &DraftIds) -> Result<Exit> {
    let profile = session.hold("hold")?;
    let by = signer(&profile, &args.by)?;
    session.done(&decide::hold(&profile, &find_all(&profile, &args.ids)?, &by)?)
}

/// Takes drafts out.
pub fn exclude(session: &Session, args: &DraftIds, why: &str, cost: Option<CostWord>) -> Result<Exit> {
    let profile = session.hold("exclude")?;
    let by = signer(&profile, &args.by)?;
    let cost = cost.map(|word| match word {
        CostWord::Count => CostAnswer::Count,
        CostWord::Leave => CostAnswer::Leave,
    });
    session.done(&exclusion::exclude(&profile, &find_all(&profile, &args.ids)?, why, cost, &by)?)
}

/// Takes drafts up again.
pub fn reopen(session: &Session, args: &DraftIds) -> Result<Exit> {
    let profile = session.hold("reopen")?;
    let by = signer(&profile, &args.by)?;
    let ids = find_all(&profile, &args.ids)?;
    let approved: Vec<DraftId> = drafts::rows(&profile, &ids)?
        .iter()
        .filter(|row| row.state == DraftState::Approved)
        .map(|row| row.id)
        .collect();
    let others: Vec<DraftId> = ids.into_iter().filter(|id| !approved.contains(id)).collect();
    let mut said = Said::new(0, "");
    for done in [
        (!approved.is_empty()).then(|| decide::withdraw_approval(&profile, &approved, &by)).transpose()?,
        (!others.is_empty()).then(|| decide::reopen(&profile, &others, &by)).transpose()?,
    ]
    .into_iter()
    .flatten()
    {
        let text = if said.text.is_empty() { done.text } else { format!("{}\n{}", said.text, done.text) };
        said = Said::new(said.count + done.count, text);
    }
    session.done(&said)
}

/// Lets a hand-off that waits for a person go on.
pub fn resolve(session: &Session, id: &str, how: Resolution, by: &By) -> Result<Exit> {
    let profile = session.hold("resolve")?;
    let by = signer(&profile, by)?;
    let id = drafts::find(&profile, id)?;
    match how {
        Resolution::SendAgain => session.done(&handoff::requeue(&profile, id, &by)?),
        Resolution::Count => session.done(&costs::answer(&profile, &[id], CostAnswer::Count, &by)?),
        Resolution::Leave => session.done(&costs::answer(&profile, &[id], CostAnswer::Leave, &by)?),
        Resolution::KeepQuickbooks => session.done(&changes::keep_quickbooks(&profile, id, &by)?),
        Resolution::DoneByHand => session.done(&changes::done_by_hand(&profile, id, &by)?),
        Resolution::Overwrite => {
            // Each changed field is named before it is overwritten (design 4.4); the command is the confirmation.
            for edit in changes::edits(&profile, id)? {
                session.out.note(&format!("  overwritten: {edit}"));
            }
            session.done(&changes::overwrite(&profile, id, &by)?)
        }
    }
}

/// A computer is off for good.
pub fn computer_gone(session: &Session, computer: &str, by: &By) -> Result<Exit> {
    let profile = session.hold("computer-gone")?;
    let by = signer(&profile, by)?;
    session.done(&computers::gone(&profile, computer, &by)?)
}

/// Drafts anew.
pub fn reset(session: &Session, args: &DraftIds) -> Result<Exit> {
    let profile = session.hold("reset")?;
    let by = signer(&profile, &args.by)?;
    session.done(&undo::reset(&profile, &find_all(&profile, &args.ids)?, &by)?)
}

/// Undoes a batch, or shows what that would do.
pub fn undo(session: &Session, batch: i64, dry_run: bool, by: &By) -> Result<Exit> {
    if dry_run {
        let profile = session.look()?;
        let plan = undo::plan(&profile, BatchId(batch))?;
        if session.out.is_json() {
            session.out.document(&serde_json::to_value(&plan).unwrap_or_default())?;
            return Ok(Exit::Done);
        }
        for row in &plan.rows {
            let total = row.total.map(crate::base::Cents::grouped).unwrap_or_default();
            let how = format!("{:?}", row.how).to_lowercase();
            session.out.say(&format!("{how:<9} {:<44} {total:>14}  {}", row.name, row.why))?;
        }
        return Ok(Exit::Done);
    }
    let profile = session.hold("undo")?;
    let by = signer(&profile, by)?;
    session.done(&undo::undo_batch(&profile, BatchId(batch), &by)?)
}

/// Closes the batch.
pub fn hand_off(session: &Session, by: &By) -> Result<Exit> {
    let profile = session.hold("handoff")?;
    let by = signer(&profile, by)?;
    let preview = handoff::preview(&profile)?;
    let named = preview_words::named(&preview, usize::MAX);
    for line in preview_words::figures(&preview).into_iter().chain(named) {
        session.out.note(&line);
    }
    session.done(&handoff::close_batch(&profile, &by)?)
}

/// Queues the step from pending to posted.
pub fn finalise(session: &Session, args: &FinaliseArgs) -> Result<Exit> {
    let profile = session.hold("finalise")?;
    let by = signer(&profile, &args.by)?;
    let ids = if args.all { None } else { Some(find_all(&profile, &args.ids)?) };
    session.done(&handoff::finalise(&profile, ids.as_deref(), &by)?)
}

/// Takes back what was not handed out yet.
pub fn withdraw(session: &Session, batch: i64, by: &By) -> Result<Exit> {
    let profile = session.hold("withdraw")?;
    let by = signer(&profile, by)?;
    session.done(&handoff::withdraw_batch(&profile, BatchId(batch), &by)?)
}

/// Allows writing again.
pub fn unfreeze(session: &Session, by: &By) -> Result<Exit> {
    let profile = session.hold("unfreeze")?;
    let by = signer(&profile, by)?;
    session.done(&handoff::unfreeze(&profile, &by)?)
}
