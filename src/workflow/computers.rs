//! A computer of the Web Connector that is gone for good, with a request that only it may send again.
//!
//! Must never be concluded from silence: only a person can say that a computer is off and stays off, since one that
//! hangs and comes back could still book what it holds (`exactly-once.md` 5.2 step 1, C9). What it was given is looked up
//! all the same before another one sends it, with the same bytes under the same id.

use super::decide::signed;
use super::{Profile, Result, Said};
use crate::base::problem::Exit;
use crate::base::{Problem, text::for_screen};
use crate::books::OperationState;
use crate::store::operations::{Operation, StoredSet};
use crate::store::{Lane, Reader};
use serde::{Deserialize, Serialize};

/// What is looked at at once; more than one is rare, since what is in doubt stops the rest.
const MOST: usize = 100;
const GONE: &str = "computers_gone";

/// A set that its computer will not send again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Gone {
    set: String,
    computer: String,
}

fn all_gone(r: &Reader<'_>) -> crate::store::Result<Vec<Gone>> {
    Ok(r.meta_json(GONE)?.unwrap_or_default())
}

fn is_among(gone: &[Gone], set: &str, computer: &str) -> bool {
    gone.iter().any(|gone| gone.set == set && gone.computer == computer)
}

/// Whether another computer may send a set that this one was given.
pub(super) fn is_gone(r: &Reader<'_>, set: &str, computer: &str) -> crate::store::Result<bool> {
    Ok(is_among(&all_gone(r)?, set, computer))
}

/// What is in doubt and bound to the computer that was given it.
fn bound(r: &Reader<'_>) -> crate::store::Result<Vec<(Operation, StoredSet)>> {
    let (gone, mut bound) = (all_gone(r)?, Vec::new());
    for operation in r.operations_in(OperationState::Unknown, MOST)? {
        if let Some(set) = r.newest_set(operation.id)?
            && set.response.is_none()
            && !is_among(&gone, &set.id, &set.identity)
        {
            bound.push((operation, set));
        }
    }
    Ok(bound)
}

/// The computers, by their user names, that something in doubt waits for.
///
/// # Errors
/// What the store says.
pub fn waited_for(profile: &Profile) -> Result<Vec<String>> {
    let bound = profile.store().read(bound)?;
    let mut computers: Vec<String> = bound.into_iter().map(|(_, set)| set.identity).collect();
    computers.sort();
    computers.dedup();
    Ok(computers)
}

/// A person says that a computer is off for good: what only it could send again, any other may, after it was looked up.
///
/// # Errors
/// When nothing waits for that computer.
pub fn gone(profile: &Profile, computer: &str, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let wanted = computer.to_string();
    let count = profile.store().write(Lane::Person, move |tx| {
        let waiting = bound(&tx.reader())?;
        let mut all = all_gone(&tx.reader())?;
        let mut count = 0;
        for (operation, set) in waiting.into_iter().filter(|(_, set)| set.identity == wanted) {
            let gone = Gone { set: set.id, computer: set.identity };
            tx.event(&who.at, &who.by, "computer_gone", &operation.target, &gone)?;
            all.push(gone);
            count += 1;
        }
        tx.set_meta_json(GONE, &all)?;
        Ok(count)
    })?;
    let computer = for_screen(computer);
    if count == 0 {
        let waited = waited_for(profile)?;
        let waited = if waited.is_empty() { "no computer".into() } else { for_screen(&waited.join(", ")) };
        return Err(Problem::new(
            Exit::Usage,
            "COMPUTER-NOT-WAITED",
            format!("Nothing that is in doubt waits for the computer `{computer}`."),
            "Nothing was changed.",
            format!("Name the computer by its user name in the Web Connector; {waited} is waited for now."),
        ));
    }
    Ok(Said::new(
        count,
        format!(
            "`{computer}` is taken to be gone. The next visit of another computer asks QuickBooks first, and sends what is \
             not there. Delete Countersign from the Web Connector there, should it be started once more."
        ),
    ))
}
