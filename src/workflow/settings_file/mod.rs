//! `countersign.toml`: read as a whole, checked as a whole, changed by key with its comments kept.
//!
//! Must never take over half of a file: where anything is wrong nothing of it is used, and every problem is told at once
//! with its line and what was probably meant (`cin7-quickbooks-integration.md` 11 names the settings).

pub mod by_hand;
pub mod findings;
pub mod keep;
pub mod names;
mod ranges;
pub mod schema;
mod sift;
#[cfg(test)]
mod tests;

use super::Result;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::books::Settings;
use findings::{Examined, Finding, examine, meant};
use names::Directory;
use schema::{Kind, schema};
use std::path::Path;

/// Name of the settings file in a profile.
pub const FILE: &str = "countersign.toml";
/// Problems told at once; more help nobody.
const TOLD: usize = 50;

pub(crate) fn wrong(happened: String) -> Problem {
    Problem::new(
        Exit::Usage,
        "SETTINGS",
        happened,
        "Nothing was changed and nothing is sent until the settings are right.",
        "Correct the line in countersign.toml (or use `countersign settings set KEY=VALUE`), then try again.",
    )
}

/// All problems of a file, one below the other.
#[must_use]
pub fn told(findings: &[Finding]) -> Problem {
    let line = |finding: &Finding| {
        let place = if finding.line == 0 { String::new() } else { format!("line {}: ", finding.line) };
        let key = if finding.key.is_empty() || finding.text.contains(&format!("`{}`", finding.key)) {
            String::new()
        } else {
            format!("{}: ", finding.key)
        };
        format!("{place}{key}{}", finding.text)
    };
    match findings {
        [one] => wrong(format!("The settings are wrong at {}.", line(one))),
        many => {
            let mut lines = vec![format!("The settings have {} problems:", many.len())];
            lines.extend(many.iter().take(TOLD).map(|finding| format!("  {}", line(finding))));
            if many.len() > TOLD {
                lines.push(format!("  and {} more.", many.len() - TOLD));
            }
            wrong(lines.join("\n"))
        }
    }
}

fn whole(examined: Examined) -> Result<Settings> {
    if examined.findings.is_empty() { Ok(examined.settings) } else { Err(told(&examined.findings)) }
}

/// The text of a profile's settings file.
///
/// # Errors
/// When it cannot be read.
pub fn text_of(dir: &Path) -> Result<String> {
    let path = dir.join(FILE);
    std::fs::read_to_string(&path)
        .map_err(|e| wrong(format!("The settings file {} cannot be read: {e}.", path.display())))
}

/// Reads and checks the settings, without QuickBooks' lists.
///
/// # Errors
/// Every problem of the file, with its line.
pub fn read(dir: &Path) -> Result<Settings> {
    parse(&text_of(dir)?)
}

/// Reads settings from text, without QuickBooks' lists.
///
/// # Errors
/// Every problem of the text, with its line.
pub fn parse(text: &str) -> Result<Settings> {
    whole(examine(text, None, &|_| false))
}

/// Reads settings from text and checks the names of list entries that `changed` too.
///
/// # Errors
/// Every problem of the text, with its line.
pub fn parse_with(text: &str, directory: &Directory, changed: &dyn Fn(&str) -> bool) -> Result<Settings> {
    whole(examine(text, Some(directory), changed))
}

/// Reads what can be read of a text: for texts of our own that are not a whole profile yet.
pub(crate) fn parse_loosely(text: &str) -> Result<Settings> {
    toml::from_str(text).map_err(|e| wrong(e.message().to_string()))
}

/// Writes a new file, whole or not at all: every setting under its comment.
///
/// # Errors
/// When the settings are wrong, or the folder cannot be written.
pub fn write(dir: &Path, settings: &Settings) -> Result<()> {
    let text = keep::fresh(settings)?;
    parse(&text)?;
    put(dir, &text)
}

/// Writes the changes between two settings into the file as it stands: its comments, its order and what a person wrote
/// into it meanwhile stay.
///
/// # Errors
/// When the file was made unreadable meanwhile, the settings are wrong, or the folder cannot be written.
pub fn update(dir: &Path, before: &Settings, after: &Settings) -> Result<()> {
    if before == after && dir.join(FILE).exists() {
        return Ok(());
    }
    let Ok(text) = std::fs::read_to_string(dir.join(FILE)) else { return write(dir, after) };
    let text = keep::updated(&text, before, after)?;
    parse(&text)?;
    put(dir, &text)
}

fn put(dir: &Path, text: &str) -> Result<()> {
    let (path, temporary) = (dir.join(FILE), dir.join("countersign.toml.new"));
    std::fs::write(&temporary, text)
        .map(|()| crate::store::restrict(&temporary))
        .and_then(|()| std::fs::rename(&temporary, &path))
        .map_err(|e| wrong(format!("The settings file {} cannot be written: {e}.", path.display())))
}

/// Changes keys (`draft_mode=post`, `account.inventory_asset=Inventory Asset`); an empty value takes a setting back.
/// The result is checked as a whole. A value for a reference to a list entry is the entry's name, or its ListID;
/// `resolve` finds the entry by key and name.
///
/// # Errors
/// Every unknown key, value of the wrong kind, and name that no list has, at once.
pub fn set(
    settings: &Settings,
    changes: &[(String, String)],
    resolve: &dyn Fn(&str, &str) -> Result<toml::Value>,
) -> Result<Settings> {
    let mut table = toml::Table::try_from(settings).map_err(|e| wrong(e.to_string()))?;
    let mut problems: Vec<Finding> = Vec::new();
    for (key, value) in changes {
        let done = typed(key, value, resolve).and_then(|made| put_key(&mut table, &parts_of(key), made));
        if let Err(problem) = done {
            let text = problem.happened.trim_end_matches('.').to_string();
            problems.push(Finding { line: 0, key: key.clone(), text });
        }
    }
    let text = toml::to_string(&table).map_err(|e| wrong(e.to_string()))?;
    let examined = examine(&text, None, &|_| false);
    problems.extend(examined.findings.into_iter().map(|finding| Finding { line: 0, ..finding }));
    match problems.as_slice() {
        [] => Ok(examined.settings),
        [one] => {
            let key = if one.text.contains(&format!("`{}`", one.key)) {
                String::new()
            } else {
                format!("{}: ", one.key)
            };
            Err(wrong(format!("{key}{}.", one.text)))
        }
        _ => Err(told(&problems)),
    }
}

/// The parts of a key as typed: `terms."Net 30"`, or simply `terms.Net 30`.
#[must_use]
pub fn parts_of(key: &str) -> Vec<String> {
    match toml_edit::Key::parse(key) {
        Ok(keys) => keys.iter().map(|key| key.get().to_string()).collect(),
        Err(_) => key.split('.').map(|part| part.trim().trim_matches('"').to_string()).collect(),
    }
}

/// A typed value; none takes the setting back.
fn typed(
    key: &str,
    value: &str,
    resolve: &dyn Fn(&str, &str) -> Result<toml::Value>,
) -> Result<Option<toml::Value>> {
    if key == "company_id" {
        return Err(wrong(
            "company_id is never changed: the marks in QuickBooks are derived from it.".into(),
        ));
    }
    let parts = parts_of(key);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let Some(known) = schema().find(&parts) else {
        let near = meant(key, schema().known.iter().map(|known| known.key.as_str()));
        let tail = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return Err(wrong(format!("there is no setting `{key}`{tail}")));
    };
    if value.is_empty() {
        return Ok(None);
    }
    Ok(Some(match &known.kind {
        Kind::Reference(_) => resolve(key, value)?,
        Kind::Flag => match value {
            "true" | "on" | "yes" => toml::Value::Boolean(true),
            "false" | "off" | "no" => toml::Value::Boolean(false),
            _ => return Err(wrong(format!("`{value}` is neither true nor false"))),
        },
        Kind::Number | Kind::Rows(_) | Kind::Other => {
            let read: std::result::Result<toml::Table, _> = toml::from_str(&format!("it = {value}"));
            match read.ok().and_then(|mut read| read.remove("it")) {
                Some(read) => read,
                None if known.kind == Kind::Number => {
                    return Err(wrong(format!("`{value}` is no number")));
                }
                None => toml::Value::String(value.to_string()),
            }
        }
        Kind::Choice(_) | Kind::Text => toml::Value::String(value.to_string()),
    }))
}

fn put_key(table: &mut toml::Table, parts: &[String], value: Option<toml::Value>) -> Result<()> {
    let Some((last, above)) = parts.split_last() else { return Err(wrong("A setting needs a key.".into())) };
    let mut here = table;
    for part in above {
        let next = here.entry(part.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        here = next
            .as_table_mut()
            .ok_or_else(|| wrong(format!("`{}`: `{part}` holds no other settings", parts.join("."))))?;
    }
    match value {
        Some(value) => here.insert(last.clone(), value),
        None => here.remove(last),
    };
    Ok(())
}
