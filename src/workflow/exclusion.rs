//! Taking drafts out for good, with the reason and with what becomes of the cost of their goods.
//!
//! Must never take out what was handed off, nor without a reason. Excluding a document that moved goods asks `booked
//! elsewhere, count its cost` or `not a sale, do not count` (design 8.5).

use super::decide::{Change, decide, moves, signed};
use super::{Profile, Result, Said, costs, redraft};
use crate::base::problem::Exit;
use crate::base::{DraftId, Problem};
use crate::books::DraftState;
use crate::drafting::cogs::CostAnswer;

/// From where a draft can be excluded.
const EXCLUDABLE: [DraftState; 5] = [
    DraftState::Ready,
    DraftState::NeedsAttention,
    DraftState::NotReady,
    DraftState::Held,
    DraftState::Rejected,
];

/// Excludes drafts, with the answer whether the cost of their goods counts all the same: `count` = the sale is booked
/// elsewhere, `leave` = it is not a sale. Without an answer the month's cost journal asks.
///
/// # Errors
/// When the reason is empty, or one was handed off already.
pub fn exclude(
    profile: &Profile,
    ids: &[DraftId],
    why: &str,
    cost: Option<CostAnswer>,
    by: &str,
) -> Result<Said> {
    let why = crate::base::text::for_screen(why.trim());
    if why.is_empty() {
        return Err(Problem::new(
            Exit::Usage,
            "WHY-EMPTY",
            "An exclusion needs a reason.",
            "Nothing was changed.",
            "Say in a few words why it must not be posted.",
        ));
    }
    let who = signed(profile, by)?;
    let mut changes = moves(profile, ids, &EXCLUDABLE, DraftState::Excluded, Some(&why))?;
    let count = changes.len();
    let mut title = format!("Excluded {count} {}", if count == 1 { "draft" } else { "drafts" });
    if let Some(cost) = cost {
        changes.extend(costs::answers(profile, ids, cost, false)?);
        title.push_str(if cost == CostAnswer::Count {
            ", their cost counts"
        } else {
            ", their cost does not count"
        });
    }
    let asked = cost.is_none() && changes.iter().any(|change| moved_goods(profile, change));
    let said = decide(profile, &who, title, changes)?;
    redraft::refresh_costs(profile)?;
    let mut text = said.text;
    if asked {
        text.push_str(". Their goods moved: say whether the cost counts (+ or - in step 4, or resolve --as count or leave)");
    }
    Ok(Said::new(count, text))
}

/// Whether a draft that is taken out has a cost, so that the month's journal will ask about it.
fn moved_goods(profile: &Profile, change: &Change) -> bool {
    let Change::Draft { id, .. } = change else { return false };
    let found = profile.store().read(|r| {
        let row = r.draft(*id)?;
        r.cost_of(&row.source)
    });
    // Only words hang on it; what the store says is said by the decision itself.
    found.is_ok_and(|cost| cost.is_some())
}
