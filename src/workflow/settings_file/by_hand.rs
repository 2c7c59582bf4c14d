//! Settings that a person wrote into the file while no program looked: noticed at the next start, checked against
//! QuickBooks' lists, bound to their ListIDs and told as one event.
//!
//! Must never take a name that was written by hand without looking it up, and must never refuse to start because an
//! entry that was right went from QuickBooks later: only what was changed by hand is checked.

use super::findings::Finding;
use super::names::Directory;
use super::schema::list_of;
use super::{findings, keep, told};
use crate::books::{ListKind, ListRef, Settings};
use crate::store::Store;
use crate::workflow::Result;

/// Where the settings that this program last knew are kept.
pub const ACCEPTED: &str = "settings_accepted";

/// What a start finds in the file.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The settings.
    pub settings: Settings,
    /// The settings as they stand in the file, where names were bound to ListIDs.
    pub as_written: Settings,
    /// Key, value before, value now: what was changed by hand.
    pub changed: Vec<(String, String, String)>,
    /// Whether these settings were never seen here.
    pub first_time: bool,
}

/// Reads the file of a profile whose database is open.
///
/// # Errors
/// Every problem of the file, with its line.
pub fn read(text: &str, store: &Store) -> Result<Found> {
    let accepted: Option<Settings> =
        store.read(|r| Ok(r.meta(ACCEPTED)?.and_then(|text| serde_json::from_str(&text).ok())))?;
    let mut rough = findings::examine(text, None, &|_| false);
    if let Some(accepted) = &accepted
        && accepted.company_id != rough.settings.company_id
        && !rough.settings.company_id.is_nil()
    {
        let line = rough.lines.get("company_id").copied().unwrap_or_default();
        rough.findings.push(Finding {
            line,
            key: "company_id".into(),
            text: format!(
                "it was {} when this profile was made and is never changed: what stands in QuickBooks would not be known as ours",
                accepted.company_id
            ),
        });
        return Err(told(&rough.findings));
    }
    let changed = match &accepted {
        Some(accepted) => keep::differences(accepted, &rough.settings)?,
        None => Vec::new(),
    };
    let touched = |key: &str| {
        changed.iter().any(|(changed, ..)| {
            key == changed || key.strip_prefix(changed.as_str()).is_some_and(|rest| rest.starts_with('.'))
        })
    };
    if changed.is_empty() && rough.findings.is_empty() {
        return Ok(Found {
            as_written: rough.settings.clone(),
            settings: rough.settings,
            changed,
            first_time: accepted.is_none(),
        });
    }
    let directory = store.read(|r| Directory::read(r, &rough.settings))?;
    let examined = findings::examine(text, Some(&directory), &touched);
    if !examined.findings.is_empty() {
        return Err(told(&examined.findings));
    }
    let settings = bound(&examined.settings, &directory, &touched);
    Ok(Found { settings, as_written: examined.settings, changed, first_time: false })
}

/// The settings with the ListIDs of entries that were named alone. Items stay by name: an approved creation binds them.
fn bound(settings: &Settings, directory: &Directory, touched: &dyn Fn(&str) -> bool) -> Settings {
    let Ok(mut value) = serde_json::to_value(settings) else { return settings.clone() };
    bind(&mut value, &mut Vec::new(), directory, touched);
    serde_json::from_value(value).unwrap_or_else(|_| settings.clone())
}

fn bind(
    value: &mut serde_json::Value,
    path: &mut Vec<String>,
    directory: &Directory,
    touched: &dyn Fn(&str) -> bool,
) {
    use serde_json::Value;
    let key = path.join(".");
    match value {
        Value::Object(fields)
            if fields.len() == 2 && fields.contains_key("id") && fields.contains_key("name") =>
        {
            let Ok(wanted) = serde_json::from_value::<ListRef>(Value::Object(fields.clone())) else { return };
            let list = list_of(&key);
            if wanted.id.is_empty()
                && list != ListKind::Item
                && touched(&key)
                && let Some(entry) = directory.named(list, &wanted.name)
            {
                fields.insert("id".into(), Value::String(entry.id().to_string()));
                fields.insert("name".into(), Value::String(entry.full_name().to_string()));
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                path.push(name.clone());
                bind(value, path, directory, touched);
                path.pop();
            }
        }
        Value::Array(values) => {
            for (number, value) in (1..).zip(values) {
                path.push(usize::to_string(&number));
                bind(value, path, directory, touched);
                path.pop();
            }
        }
        _ => {}
    }
}
