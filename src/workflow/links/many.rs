//! One decision about several contacts, undone as one.
//!
//! Must never link: which record a contact is, is decided one by one or from a page that was shown.

use super::{ContactRole, after_links, after_refusal, called, candidates, create};
use crate::store::StoreError;
use crate::workflow::decide::{Change, decide, signed};
use crate::workflow::{Profile, Result, Said};

/// Sets each of these contacts to be created under its proposed name.
///
/// # Errors
/// When the edition's limit of names would be passed, or what the store says.
pub fn create_each(profile: &Profile, who: &[ContactRole], by: &str) -> Result<Said> {
    create(profile, who, None, by)
}

/// Takes the links of these contacts away; those without one stay as they are.
///
/// # Errors
/// When none of them has a link.
pub fn unlink_each(profile: &Profile, who: &[ContactRole], by: &str) -> Result<Said> {
    let sign = signed(profile, by)?;
    let changes = profile.store().read(|reader| {
        let mut changes = Vec::new();
        for one in who {
            let before = reader.link(one.0, one.1)?;
            if before.is_some() {
                changes.push(Change::Link { contact: one.0, role: one.1, before, after: None });
            }
        }
        Ok(changes)
    })?;
    if changes.is_empty() {
        return Err(StoreError::Missing("a link among these contacts".into()).into());
    }
    let title = match (who, changes.len()) {
        ([only], _) => format!("Unlinked {}", profile.store().read(|reader| called(reader, *only))?),
        (_, count) => format!("Unlinked {count} contacts"),
    };
    let said = decide(profile, &sign, title, changes)?;
    after_links(profile, who)?;
    Ok(said)
}

/// Refuses the first candidate of each of these contacts; those without one stay as they are.
///
/// # Errors
/// When none of them has a candidate.
pub fn refuse_first(profile: &Profile, who: &[ContactRole], by: &str) -> Result<Said> {
    let sign = signed(profile, by)?;
    let changes = profile.store().read(|reader| {
        let mut changes = Vec::new();
        for one in who {
            let Some(row) = reader.match_row(one.0, one.1)? else { continue };
            if let Some(first) = candidates(&row.body).into_iter().next() {
                let list_id = first.list_id;
                changes.push(Change::Refusal { contact: one.0, role: one.1, list_id, back: false });
            }
        }
        Ok(changes)
    })?;
    if changes.is_empty() {
        return Err(StoreError::Missing("a candidate among these contacts".into()).into());
    }
    let said = decide(profile, &sign, format!("Refused a candidate of {} contacts", changes.len()), changes)?;
    after_refusal(profile, who)?;
    Ok(said)
}
