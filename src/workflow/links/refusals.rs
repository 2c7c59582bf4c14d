//! "Not this one": pairs that a person refused, and taking that back (`matching.md` 5).
//!
//! Must never forget a refusal by itself: only a person takes one back, as an event of its own.

use super::{ContactRole, after_refusal, called};
use crate::store::StoreError;
use crate::workflow::decide::{Change, decide, signed};
use crate::workflow::{Profile, Result, Said};
use std::collections::BTreeMap;

/// Remembers that a pair is not one; the engine never offers it again.
///
/// # Errors
/// What the store says.
pub fn refuse(profile: &Profile, who: ContactRole, list_id: &str, by: &str) -> Result<Said> {
    let sign = signed(profile, by)?;
    let change = Change::Refusal { contact: who.0, role: who.1, list_id: list_id.to_string(), back: false };
    let name = profile.store().read(|reader| called(reader, who))?;
    let said = decide(profile, &sign, format!("Refused a candidate of {name}"), vec![change])?;
    after_refusal(profile, &[who])?;
    Ok(said)
}

/// The QuickBooks records that were refused, by contact and role.
///
/// # Errors
/// What the store says.
pub fn refusals(profile: &Profile) -> Result<BTreeMap<ContactRole, Vec<String>>> {
    let mut all: BTreeMap<ContactRole, Vec<String>> = BTreeMap::new();
    for (contact, role, list_id) in profile.store().read(|reader| reader.refusals())? {
        all.entry((contact, role)).or_default().push(list_id);
    }
    all.values_mut().for_each(|ids| ids.sort_unstable());
    Ok(all)
}

/// Takes a refusal back, however long ago it was: the pair may be offered again.
///
/// # Errors
/// When the pair was not refused.
pub fn refuse_no_more(profile: &Profile, who: ContactRole, list_id: &str, by: &str) -> Result<Said> {
    let sign = signed(profile, by)?;
    let name = profile.store().read(|reader| called(reader, who))?;
    if !refusals(profile)?.get(&who).is_some_and(|ids| ids.iter().any(|id| id == list_id)) {
        return Err(StoreError::Missing(format!("a refusal of {list_id} for {name}")).into());
    }
    let change = Change::Refusal { contact: who.0, role: who.1, list_id: list_id.to_string(), back: true };
    let said = decide(profile, &sign, format!("Took back a refusal of {name}"), vec![change])?;
    after_refusal(profile, &[who])?;
    Ok(said)
}
