//! Writing the settings file: comments, order and everything that did not change stay as they are.
//!
//! Must never write a key that did not change: what a person wrote meanwhile by hand stands, and is read at the next
//! start.

use super::findings::quoted;
use super::schema::{Below, EXAMPLE, Step, schema};
use super::{parse_loosely, wrong};
use crate::books::Settings;
use crate::workflow::Result;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

type Leaves = BTreeMap<Vec<String>, toml::Value>;

/// Settings that are written, by their path.
fn leaves(settings: &Settings) -> Result<Leaves> {
    let table = toml::Table::try_from(settings).map_err(|e| wrong(e.to_string()))?;
    let mut found = Leaves::new();
    collect(&table, &mut Vec::new(), &mut found);
    Ok(found)
}

fn collect(table: &toml::Table, path: &mut Vec<String>, found: &mut Leaves) {
    for (name, value) in table {
        path.push(name.clone());
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        match value {
            toml::Value::Table(inner) if schema().find(&parts).is_none() => collect(inner, path, found),
            _ => {
                found.insert(path.clone(), value.clone());
            }
        }
        path.pop();
    }
}

/// The dotted keys in which two settings differ, with both values in words.
///
/// # Errors
/// When the settings cannot be written.
pub fn differences(before: &Settings, after: &Settings) -> Result<Vec<(String, String, String)>> {
    let (before, after) = (leaves(before)?, leaves(after)?);
    let mut keys: Vec<&Vec<String>> = before.keys().chain(after.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(keys
        .into_iter()
        .filter(|key| before.get(*key) != after.get(*key))
        .map(|key| (key.join("."), shown(before.get(key)), shown(after.get(key))))
        .collect())
}

/// One setting before and after a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leaf {
    /// Parts of its key.
    pub path: Vec<String>,
    /// Its value before; none where it was not set.
    pub before: Option<toml::Value>,
    /// Its value after.
    pub after: Option<toml::Value>,
}

impl Eq for Leaf {}

impl Leaf {
    /// The same the other way round.
    #[must_use]
    pub fn reversed(&self) -> Leaf {
        Leaf { path: self.path.clone(), before: self.after.clone(), after: self.before.clone() }
    }
}

/// The settings in which two differ, so that a change can be taken back.
///
/// # Errors
/// When the settings cannot be written.
pub fn changed_leaves(before: &Settings, after: &Settings) -> Result<Vec<Leaf>> {
    let (before, after) = (leaves(before)?, leaves(after)?);
    let mut paths: Vec<&Vec<String>> = before.keys().chain(after.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    Ok(paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| Leaf {
            path: path.clone(),
            before: before.get(path).cloned(),
            after: after.get(path).cloned(),
        })
        .collect())
}

/// The settings with changes carried out.
///
/// # Errors
/// When one of them was changed again meanwhile.
pub fn with(settings: &Settings, changes: &[Leaf]) -> Result<Settings> {
    let mut table = toml::Table::try_from(settings).map_err(|e| wrong(e.to_string()))?;
    let now = leaves(settings)?;
    for change in changes {
        if now.get(&change.path) != change.before.as_ref() {
            return Err(wrong(format!("{} was changed again meanwhile.", change.path.join("."))));
        }
        super::put_key(&mut table, &change.path, change.after.clone())?;
    }
    super::parse(&toml::to_string(&table).map_err(|e| wrong(e.to_string()))?)
}

/// Settings that are written, by their path, in words.
///
/// # Errors
/// When the settings cannot be written.
pub fn shown_leaves(settings: &Settings) -> Result<BTreeMap<Vec<String>, String>> {
    Ok(leaves(settings)?.into_iter().map(|(path, value)| (path, shown(Some(&value)))).collect())
}

/// A value for people: the name of a reference, words without quotes.
fn shown(value: Option<&toml::Value>) -> String {
    match value {
        None => String::new(),
        Some(toml::Value::String(text)) => text.clone(),
        Some(toml::Value::Array(rows)) if rows.is_empty() => String::new(),
        Some(toml::Value::Table(table)) if table.contains_key("name") && table.contains_key("id") => {
            table.get("name").and_then(toml::Value::as_str).unwrap_or_default().to_string()
        }
        Some(other) => other.to_string(),
    }
}

/// The text with the changes between two settings written into it.
///
/// # Errors
/// When the text cannot be read.
pub fn updated(text: &str, before: &Settings, after: &Settings) -> Result<String> {
    let (before, after) = (leaves(before)?, leaves(after)?);
    let mut text = text.to_string();
    let mut open = Vec::new();
    for (path, value) in &after {
        if before.get(path) != Some(value) {
            // A line that waits under its comment is taken before a new one is written at the end.
            match fill_placeholder(&text, path, value) {
                Some(filled) if !before.contains_key(path) => text = filled,
                _ => open.push((path, value)),
            }
        }
    }
    let mut document: DocumentMut = text
        .parse()
        .map_err(|e: toml_edit::TomlError| wrong(e.message().trim_end_matches('.').to_string()))?;
    for path in before.keys().filter(|path| !after.contains_key(*path)) {
        remove(document.as_table_mut(), path);
    }
    for (path, value) in open {
        put(document.as_table_mut(), path, value)?;
    }
    Ok(document.to_string())
}

fn remove(table: &mut Table, path: &[String]) {
    let Some((last, above)) = path.split_last() else { return };
    let mut here: &mut dyn toml_edit::TableLike = table;
    for part in above {
        match here.get_mut(part).and_then(Item::as_table_like_mut) {
            Some(inner) => here = inner,
            None => return,
        }
    }
    here.remove(last);
}

fn put(table: &mut Table, path: &[String], value: &toml::Value) -> Result<()> {
    let Some((last, above)) = path.split_last() else { return Ok(()) };
    let mut here: &mut dyn toml_edit::TableLike = table;
    for part in above {
        let next = here.entry(part).or_insert_with(|| {
            let mut made = Table::new();
            // A header is written only where keys stand directly below it.
            made.set_implicit(true);
            Item::Table(made)
        });
        here = next
            .as_table_like_mut()
            .ok_or_else(|| wrong(format!("`{}`: `{part}` holds no other settings.", path.join("."))))?;
    }
    if let toml::Value::Array(rows) = value
        && rows.iter().all(toml::Value::is_table)
        && !rows.is_empty()
    {
        return put_rows(here, last, rows);
    }
    let mut made = edited(value)?;
    match here.get_mut(last) {
        Some(Item::Value(old)) => {
            *made.decor_mut() = old.decor().clone();
            *old = made;
        }
        _ => {
            here.insert(last, Item::Value(made));
        }
    }
    Ok(())
}

fn put_rows(table: &mut dyn toml_edit::TableLike, name: &str, rows: &[toml::Value]) -> Result<()> {
    if !table.get(name).is_some_and(Item::is_array_of_tables) {
        table.insert(name, Item::ArrayOfTables(ArrayOfTables::new()));
    }
    let Some(list) = table.get_mut(name).and_then(Item::as_array_of_tables_mut) else { return Ok(()) };
    while list.len() > rows.len() {
        list.remove(list.len() - 1);
    }
    for (number, row) in rows.iter().enumerate() {
        let Some(fields) = row.as_table() else { continue };
        if number >= list.len() {
            list.push(Table::new());
        }
        let Some(kept) = list.get_mut(number) else { continue };
        let gone: Vec<String> =
            kept.iter().map(|(key, _)| key.to_string()).filter(|key| !fields.contains_key(key)).collect();
        for key in gone {
            kept.remove(&key);
        }
        for (key, value) in fields {
            let mut made = edited(value)?;
            if let Some(Item::Value(old)) = kept.get(key) {
                *made.decor_mut() = old.decor().clone();
            }
            kept.insert(key, Item::Value(made));
        }
    }
    Ok(())
}

fn edited(value: &toml::Value) -> Result<toml_edit::Value> {
    value.to_string().parse().map_err(|e: toml_edit::TomlError| wrong(e.message().to_string()))
}

/// The text with a waiting line (`#key = ...`) of the right section filled in; none where there is no such line.
fn fill_placeholder(text: &str, path: &[String], value: &toml::Value) -> Option<String> {
    let (last, above) = path.split_last()?;
    let section: Vec<String> = above.iter().map(|part| quoted(part)).collect();
    let header = format!("[{}]", section.join("."));
    let start = format!("#{} = ", quoted(last));
    let mut here = above.is_empty();
    let mut done = false;
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            here = line.trim() == header;
        }
        if here && !done && line.starts_with(&start) {
            lines.push(format!("{} = {value}", quoted(last)));
            done = true;
        } else {
            lines.push(line.to_string());
        }
    }
    done.then(|| lines.join("\n") + "\n")
}

/// A new file: every setting under its comment, what is not set yet as a waiting line.
///
/// # Errors
/// When the settings cannot be written.
pub fn fresh(settings: &Settings) -> Result<String> {
    let defaults = leaves(&Settings::default())?;
    let example = parse_loosely(EXAMPLE)?;
    let mut waiting = BTreeMap::new();
    for path in leaves(&example)?.keys() {
        if !defaults.contains_key(path) {
            waiting.insert(path.join("."), ());
        }
    }
    let mut lines = vec![
        "# Countersign's settings of one company. A line that begins with # and a key waits to be set."
            .to_string(),
    ];
    // The example speaks of itself above its first empty line.
    let mut section = String::new();
    let mut unused = false;
    for line in EXAMPLE.lines().skip_while(|line| line.starts_with('#')) {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']).replace('"', "");
            unused = line.starts_with("[[") || free(&section);
        }
        let key = line.split_once(" = ").map(|(key, _)| key.trim_matches('"').to_string());
        let full = key.map(|key| if section.is_empty() { key } else { format!("{section}.{key}") });
        let waits = full.as_ref().is_some_and(|full| waiting.contains_key(full));
        if unused && !line.is_empty() && !line.starts_with('#') {
            // Rows of the example are only shown; rows of one's own follow below.
            lines.push(format!("# {}", by_name(line)));
        } else if waits {
            lines.push(format!("#{}", by_name(line)));
        } else {
            lines.push(line.to_string());
        }
    }
    let text = lines.join("\n") + "\n";
    let before = parse_loosely(&text)?;
    updated(&text, &before, settings)
}

/// Whether a section of the example has a name of one's own in it, or takes such names.
fn free(section: &str) -> bool {
    let parts: Vec<&str> = section.split('.').collect();
    matches!(schema().below(&parts), Some(Below::Free))
        || schema().known.iter().any(|known| {
            known.path.len() > parts.len()
                && known.path.iter().zip(&parts).all(|(step, part)| match step {
                    Step::Name(name) => name == part,
                    Step::Any => true,
                })
                && known.path.iter().take(parts.len()).any(|step| *step == Step::Any)
        })
}

/// A line of the example with its references by name alone: its ids are nobody's.
fn by_name(line: &str) -> String {
    match (line.find("{ id = "), line.find("name = \"")) {
        (Some(open), Some(name)) => {
            let head = line.get(..open).unwrap_or_default();
            let tail = line.get(name + "name = ".len()..).unwrap_or_default();
            format!("{head}{}", tail.trim_end_matches('}').trim_end())
        }
        _ => line.to_string(),
    }
}
