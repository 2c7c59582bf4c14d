//! Which keys are hinted now: those that can be done, the ones that fit the row under the cursor first.
//!
//! Must never hint what `why_not` refuses.

use super::{Command, Id, of_screen, why_not};
use crate::books::DraftState as S;
use crate::tui::model::{Model, Screen};
use crate::tui::settlements;

/// Commands that are hinted only where they fit, the most pressing first.
const FITTING: &[Id] = &[
    Id::Unfreeze,
    Id::Settle,
    Id::Cure,
    Id::ShowChange,
    Id::WithdrawApproval,
    Id::Reopen,
    Id::Requeue,
    Id::Unlink,
];

/// How many of a screen's own hints stand before the help, which never falls off.
const BEFORE_HELP: usize = 4;

/// The commands that are hinted, most useful first.
pub fn hinted(model: &Model) -> Vec<&'static Command> {
    let of = |id: Id| of_screen(model.screen).find(|command| command.id == id);
    let fitting = FITTING.iter().filter(|id| fits(**id, model)).filter_map(|id| of(*id));
    let mut usual: Vec<&Command> = of_screen(model.screen).filter(|c| c.hint > 0).collect();
    usual.sort_by_key(|c| c.hint);
    let mut all: Vec<&Command> = fitting.collect();
    all.extend(usual);
    all.retain(|command| why_not(command.id, model).is_none());
    let (help, mut rest): (Vec<&Command>, Vec<&Command>) = all.into_iter().partition(|c| c.id == Id::Help);
    let at = rest.len().min(BEFORE_HELP);
    rest.splice(at..at, help);
    rest
}

/// Whether a command is what the row under the cursor waits for.
fn fits(id: Id, model: &Model) -> bool {
    if model.screen == Screen::Match {
        let linked = model.matching.current().is_some_and(|row| !row.is_open());
        return id == Id::Unlink && linked && model.matching.list.marked() == 0;
    }
    if id == Id::Unfreeze {
        return model.screen == Screen::HandOff && model.status.as_ref().is_some_and(|s| s.frozen.is_some());
    }
    let Some(pane) = model.pane().filter(|pane| pane.list.marked() == 0) else { return false };
    let Some(row) = pane.list.current_row() else { return false };
    match id {
        Id::Cure => {
            pane.shown_detail().is_some_and(|d| d.reasons.iter().any(|reason| reason.level == "blocks"))
        }
        Id::Settle => row.state == S::DriftedInQuickBooks || row.proposal == Some(S::NeedsAttention),
        Id::ShowChange => row.proposal.is_some_and(|state| state != S::Excluded),
        Id::WithdrawApproval => row.proposal.unwrap_or(row.state) == S::Approved,
        Id::Reopen => matches!(row.state, S::Held | S::Excluded),
        Id::Requeue => row.state != S::Queued && settlements::waits(row.state),
        _ => false,
    }
}
