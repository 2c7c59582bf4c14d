//! Undoing the last decision, and doing it again.
//!
//! Must never undo what has left: a decision is forgotten when its batch is closed. Both are events of their own
//! (design section 2).

use super::{Change, Signed, apply, signed};
use crate::store::decisions::Decision;
use crate::store::{Lane, Tx};
use crate::workflow::settings_file::keep::{self, Leaf};
use crate::workflow::{Profile, Result, Said, links, redraft};
use std::collections::BTreeSet;

/// Undoes the newest decision.
///
/// # Errors
/// When there is none, or what it decided has moved on meanwhile.
pub fn undo(profile: &Profile, by: &str) -> Result<Said> {
    replay(profile, by, true)
}

/// Does the decision again that was undone last.
///
/// # Errors
/// As [`undo`].
pub fn redo(profile: &Profile, by: &str) -> Result<Said> {
    replay(profile, by, false)
}

fn replay(profile: &Profile, by: &str, undoing: bool) -> Result<Said> {
    let who = signed(profile, by)?;
    let next = || profile.store().read(|r| if undoing { r.last_decision() } else { r.next_redo() });
    let Some(first) = next()? else {
        return Ok(Said::new(
            0,
            if undoing { "There is nothing to undo." } else { "There is nothing to redo." },
        ));
    };
    let (title, series) = (first.title.clone(), first.series.clone());
    let mut one: Option<Decision<Change>> = Some(first);
    let (mut count, mut touches_links, mut touches_house) = (0, false, false);
    let mut contacts = BTreeSet::new();
    while let Some(decision) = one {
        contacts.extend(decision.changes.iter().filter_map(contact_of));
        touches_links |= touches(&decision.changes);
        touches_house |= decision.changes.iter().any(is_house_rule);
        count += replay_one(profile, &who, &decision, undoing)?;
        one = next()?.filter(|next| series.is_some() && next.series == series);
    }
    if touches_links {
        redraft::redraft(profile)?;
    } else {
        redraft::refresh_costs(profile)?;
    }
    if touches_house {
        links::propose(profile)?;
    } else if !contacts.is_empty() {
        // Else a wrong link that was taken back would leave the wrong record as what is proposed.
        links::looked_at_again(profile, &contacts.into_iter().collect::<Vec<_>>())?;
    }
    let word = if undoing { "Undone" } else { "Done again" };
    Ok(Said::new(count, format!("{word}: {title}")))
}

/// Whether it says who is billed by rule, and so which contacts need a customer of their own.
pub(in crate::workflow) fn is_house_rule(change: &Change) -> bool {
    matches!(change, Change::Setting(leaf) if leaf.path.first().is_some_and(|part| part == "house"))
}

/// The contact that a change decides about.
fn contact_of(change: &Change) -> Option<links::ContactRole> {
    match change {
        Change::Link { contact, role, .. } | Change::Refusal { contact, role, .. } => Some((*contact, *role)),
        _ => None,
    }
}

/// Whether drafts must be made anew after these changes.
fn touches(changes: &[Change]) -> bool {
    changes.iter().any(|c| {
        matches!(c, Change::Setting(_) | Change::Link { .. } | Change::TakeOver { .. } | Change::Own { .. })
    })
}

fn replay_one(profile: &Profile, who: &Signed, decision: &Decision<Change>, undoing: bool) -> Result<usize> {
    let changes: Vec<Change> = if undoing {
        decision.changes.iter().rev().map(Change::reversed).collect()
    } else {
        decision.changes.clone()
    };
    let settings: Vec<Leaf> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Setting(leaf) => Some(leaf.clone()),
            _ => None,
        })
        .collect();
    let count = changes.len();
    let (who, id) = (who.clone(), decision.id);
    let replayed = move |tx: &Tx<'_>| {
        for change in &changes {
            apply(tx, &who, change, undoing)?;
        }
        tx.mark_decision(id, undoing)
    };
    if settings.is_empty() {
        profile.store().write(Lane::Person, replayed)?;
    } else {
        profile.decide_settings(&keep::with(&profile.settings(), &settings)?, replayed)?;
    }
    Ok(count)
}
