//! All settings for a person who looks through them: by group, with value, default, meaning, and what may be chosen.
//!
//! Must never change anything: a choice goes through `connect::preview_change` and `connect::change_settings`.

use super::settings_file::findings::quoted;
use super::settings_file::keep;
use super::settings_file::names::Directory;
use super::settings_file::schema::{Kind, Known, Step, schema};
use super::{Profile, Result, settings_file};
use crate::books::Settings;
use serde::Serialize;

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettingRow {
    /// Dotted key; with a `*` where a name of one's own is to be chosen first (`gl.*.item`).
    pub key: String,
    /// The group that it stands in.
    pub group: String,
    /// Its value, empty where it is not set.
    pub value: String,
    /// What it is where nothing is set.
    pub default: String,
    /// What it means, in words.
    pub meaning: String,
    /// An example.
    pub example: String,
    /// What it takes.
    #[serde(skip)]
    pub kind: Kind,
}

/// Every setting, in the order of the example; below a name of one's own those that are there, then the pattern.
///
/// # Errors
/// When the settings cannot be written.
pub fn rows(profile: &Profile) -> Result<Vec<SettingRow>> {
    rows_of(&profile.settings())
}

/// As [`rows`], of these settings.
///
/// # Errors
/// When the settings cannot be written.
pub fn rows_of(settings: &Settings) -> Result<Vec<SettingRow>> {
    let now = keep::shown_leaves(settings)?;
    let defaults = keep::shown_leaves(&Settings::default())?;
    let mut rows = Vec::new();
    for known in &schema().known {
        // The company's own id is no choice.
        if known.key == "company_id" {
            continue;
        }
        for (path, value) in now.iter().filter(|(path, _)| fits(known, path)) {
            let default = defaults.get(path).cloned().unwrap_or_default();
            rows.push(row(known, &typed(path), value.clone(), default));
        }
        let free = known.path.contains(&Step::Any);
        if free || !now.keys().any(|path| fits(known, path)) {
            rows.push(row(known, &known.key, String::new(), String::new()));
        }
    }
    Ok(rows)
}

fn fits(known: &Known, path: &[String]) -> bool {
    known.path.len() == path.len()
        && known.path.iter().zip(path).all(|(step, part)| match step {
            Step::Name(name) => name == part,
            Step::Any => true,
        })
}

/// The path as a person types it.
fn typed(path: &[String]) -> String {
    path.iter().map(|part| quoted(part)).collect::<Vec<_>>().join(".")
}

fn row(known: &Known, key: &str, value: String, default: String) -> SettingRow {
    let group = if known.path.len() > 1 || matches!(known.kind, Kind::Rows(_)) {
        known.key.split('.').next().unwrap_or_default().to_string()
    } else {
        "general".to_string()
    };
    SettingRow {
        key: key.to_string(),
        group,
        value,
        default,
        meaning: known.meaning.clone(),
        example: known.example.clone(),
        kind: known.kind.clone(),
    }
}

/// What a key takes; none where there is no such setting.
#[must_use]
pub fn kind_of(key: &str) -> Option<Kind> {
    let parts = settings_file::parts_of(key);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    schema().find(&parts).map(|known| known.kind.clone())
}

/// Names of the active list entries that may stand at a key, as the pulled lists have them.
///
/// # Errors
/// What the store says.
pub fn candidates(profile: &Profile, key: &str) -> Result<Vec<String>> {
    let directory = profile.store().read(Directory::read_all)?;
    let mut names: Vec<String> =
        directory.fitting(key).into_iter().map(|entry| entry.full_name().to_string()).collect();
    names.sort_by_key(|name| name.to_lowercase());
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::ListRef;

    #[test]
    fn every_setting_is_listed_with_its_default_and_names_of_ones_own_with_their_pattern() {
        let mut settings = Settings { draft_mode: crate::books::DraftMode::Post, ..Settings::default() };
        settings.terms.insert("30 days".into(), ListRef::new("T1", "Net 30"));
        let rows = rows_of(&settings).unwrap();
        let of = |key: &str| rows.iter().find(|row| row.key == key).unwrap_or_else(|| panic!("{key}"));
        assert_eq!((of("draft_mode").value.as_str(), of("draft_mode").default.as_str()), ("post", "pending"));
        assert!(of("draft_mode").meaning.contains("finalised"));
        assert_eq!(of("terms.\"30 days\"").value, "Net 30");
        assert_eq!(of("terms.*").value, "");
        assert_eq!((of("account.cogs").value.as_str(), of("account.cogs").group.as_str()), ("", "account"));
        assert!(kind_of("terms.\"30 days\"").is_some() && kind_of("draft_mood").is_none());
        assert!(rows.iter().all(|row| row.key != "company_id"));
    }
}
