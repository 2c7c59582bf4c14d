//! Which settings there are, of what kind, and what each means.
//!
//! Must never be a second list of the settings: the keys and kinds are asked of the typed settings themselves (by
//! reading little texts into them), the meanings are the comments of `assets/countersign.example.toml`. So a new setting
//! is known to the checks, to the command line and to the settings screen as soon as it is typed and explained.

use crate::books::{ListKind, Settings};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use toml::de::{DeTable, DeValue};

/// The commented example that comes with the program.
pub const EXAMPLE: &str = include_str!("../../../assets/countersign.example.toml");

/// A key and a text that no setting has.
const NOWHERE: &str = "zzz_nowhere";
/// Settings are at most this deep.
const DEEPEST: usize = 6;

/// What a setting takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words, a date, an amount: checked by its own type.
    Text,
    /// One of some words.
    Choice(Vec<String>),
    /// True or false.
    Flag,
    /// A number.
    Number,
    /// An entry of a QuickBooks list.
    Reference(ListKind),
    /// A list of tables with these fields (`[[tax]]`).
    Rows(Vec<String>),
    /// Something else, checked when it is read.
    Other,
}

/// One part of a dotted key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// This name.
    Name(String),
    /// Any name: a GL code, a branch, a payment term.
    Any,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its dotted key; `*` stands for a name of one's own (`gl.*.item`).
    pub key: String,
    /// Its parts.
    pub path: Vec<Step>,
    /// What it takes.
    pub kind: Kind,
    /// What it means, in words.
    pub meaning: String,
    /// An example of it.
    pub example: String,
}

/// What the names of one table are: fixed, or free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Below {
    /// These names and no other.
    Names(Vec<String>),
    /// Any name.
    Free,
}

/// Every setting, in the order of the example.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Leaves.
    pub known: Vec<Known>,
    tables: BTreeMap<String, Below>,
    /// Places of the settings whose first part is this name; none begins with a name of one's own.
    by_first: BTreeMap<String, Vec<usize>>,
}

/// The settings of this program.
#[must_use]
pub fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(Schema::read)
}

impl Schema {
    fn read() -> Schema {
        let mut schema = Schema::default();
        schema.walk(&[], 0);
        let meanings = Meanings::read();
        for known in &mut schema.known {
            if let Some(found) = meanings.of(&known.path) {
                known.meaning.clone_from(&found.meaning);
                known.example.clone_from(&found.example);
            }
        }
        schema.known.sort_by_key(|known| meanings.of(&known.path).map_or(usize::MAX, |found| found.line));
        for (place, known) in schema.known.iter().enumerate() {
            if let Some(Step::Name(first)) = known.path.first() {
                schema.by_first.entry(first.clone()).or_default().push(place);
            }
        }
        schema
    }

    fn walk(&mut self, path: &[Step], depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let here = probe_names(path);
        let at = dotted(path);
        self.tables.insert(at, here.clone());
        match here {
            Below::Names(names) => {
                for name in names {
                    self.enter(path, Step::Name(name), depth);
                }
            }
            Below::Free => self.enter(path, Step::Any, depth),
        }
    }

    fn enter(&mut self, path: &[Step], step: Step, depth: usize) {
        let mut path = path.to_vec();
        path.push(step);
        match shape(&path) {
            Shape::Table => self.walk(&path, depth + 1),
            Shape::Leaf(kind) => {
                let key = dotted(&path);
                self.known.push(Known { key, path, kind, meaning: String::new(), example: String::new() });
            }
        }
    }

    /// The setting of a key as it was typed, each part by itself.
    #[must_use]
    pub fn find(&self, parts: &[&str]) -> Option<&Known> {
        let fits = |known: &&Known| {
            known.path.len() == parts.len()
                && known.path.iter().zip(parts).all(|(step, part)| match step {
                    Step::Name(name) => name == part,
                    Step::Any => true,
                })
        };
        let first = parts.first().and_then(|first| self.by_first.get(*first));
        first.into_iter().flatten().filter_map(|place| self.known.get(*place)).find(fits)
    }

    /// What may stand below a key that is no setting itself; none where it is not a table.
    #[must_use]
    pub fn below(&self, parts: &[&str]) -> Option<&Below> {
        let mut path: Vec<String> = Vec::new();
        for part in parts {
            match self.tables.get(&path.join("."))? {
                Below::Names(names) if names.iter().any(|name| name == part) => {
                    path.push((*part).to_string());
                }
                Below::Names(_) => return None,
                Below::Free => path.push("*".into()),
            }
        }
        self.tables.get(&path.join("."))
    }
}

fn dotted(path: &[Step]) -> String {
    let parts: Vec<&str> = path
        .iter()
        .map(|step| match step {
            Step::Name(name) => name.as_str(),
            Step::Any => "*",
        })
        .collect();
    parts.join(".")
}

/// The path as it would be typed, with a name of one's own where any is free.
fn typed(path: &[Step]) -> String {
    let parts: Vec<&str> = path
        .iter()
        .map(|step| match step {
            Step::Name(name) => name.as_str(),
            Step::Any => NOWHERE,
        })
        .collect();
    parts.join(".")
}

/// What the typed settings say about a little text; empty where they take it.
fn complaint(text: &str) -> String {
    toml::from_str::<Settings>(text).err().map(|e| e.message().to_string()).unwrap_or_default()
}

/// The names between backticks behind "expected", where this very name was refused.
fn expected(complaint: &str, what: &str) -> Option<Vec<String>> {
    let rest = complaint.strip_prefix(&format!("unknown {what} `{NOWHERE}`"))?;
    Some(rest.split('`').skip(1).step_by(2).map(str::to_string).collect())
}

fn probe_names(path: &[Step]) -> Below {
    let at = typed(path);
    let dot = if at.is_empty() { "" } else { "." };
    match expected(&complaint(&format!("{at}{dot}{NOWHERE} = 0")), "field") {
        Some(names) => Below::Names(names),
        None => Below::Free,
    }
}

enum Shape {
    Table,
    Leaf(Kind),
}

fn shape(path: &[Step]) -> Shape {
    let key = typed(path);
    let inside = complaint(&format!("{key}.{NOWHERE} = 0"));
    if let Some(names) = expected(&inside, "field") {
        let is_reference = names.iter().map(String::as_str).eq(["id", "name"]);
        return if is_reference {
            Shape::Leaf(Kind::Reference(list_of(&dotted(path))))
        } else {
            Shape::Table
        };
    }
    let text = complaint(&format!("{key} = \"{NOWHERE}\""));
    if let Some(choices) = expected(&text, "variant") {
        return Shape::Leaf(Kind::Choice(choices));
    }
    if text.contains("expected a sequence") {
        let row = complaint(&format!("[[{key}]]\n{NOWHERE} = 0"));
        return Shape::Leaf(expected(&row, "field").map_or(Kind::Other, Kind::Rows));
    }
    if text.contains("expected a map") {
        return Shape::Table;
    }
    if text.contains("expected a boolean") {
        return Shape::Leaf(Kind::Flag);
    }
    let number = complaint(&format!("{key} = 1"));
    if number.is_empty() && !text.is_empty() {
        return Shape::Leaf(Kind::Number);
    }
    Shape::Leaf(Kind::Text)
}

/// The list that a key takes its entries from.
#[must_use]
pub fn list_of(key: &str) -> ListKind {
    let last = key.rsplit('.').next().unwrap_or_default();
    if key.starts_with("terms.") || last == "terms" {
        ListKind::Terms
    } else if last == "class" {
        ListKind::Class
    } else if key.split('.').any(|part| part.ends_with("code")) {
        ListKind::SalesTaxCode
    } else if last == "customer" {
        ListKind::Customer
    } else if last == "vendor" {
        ListKind::Vendor
    } else if key.starts_with("item.") || last == "item" || last.ends_with("_item") {
        ListKind::Item
    } else {
        ListKind::Account
    }
}

/// What the example says of one key.
struct Meaning {
    path: Vec<String>,
    line: usize,
    meaning: String,
    example: String,
}

struct Meanings(Vec<Meaning>);

impl Meanings {
    fn read() -> Meanings {
        let mut found = Vec::new();
        if let Ok(example) = DeTable::parse(EXAMPLE) {
            collect(example.get_ref(), &Lines::of(EXAMPLE), &mut Vec::new(), &mut found);
        }
        Meanings(found)
    }

    fn of(&self, path: &[Step]) -> Option<&Meaning> {
        self.0.iter().find(|one| {
            one.path.len() == path.len()
                && one.path.iter().zip(path).all(|(name, step)| match step {
                    Step::Name(wanted) => name == wanted,
                    Step::Any => true,
                })
        })
    }
}

fn collect(table: &DeTable<'_>, lines: &Lines, path: &mut Vec<String>, found: &mut Vec<Meaning>) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        let line = lines.at(key.span().start);
        match value.get_ref() {
            DeValue::Table(inner) if !(inner.contains_key("id") && inner.contains_key("name")) => {
                collect(inner, lines, path, found);
            }
            other => {
                let example = match other {
                    DeValue::Table(reference) => reference
                        .get("name")
                        .and_then(|name| name.get_ref().as_str())
                        .unwrap_or_default()
                        .to_string(),
                    _ => EXAMPLE.get(value.span()).unwrap_or_default().trim_matches('"').to_string(),
                };
                found.push(Meaning { path: path.clone(), line, meaning: comment_above(line), example });
            }
        }
        path.pop();
    }
}

/// The comment that explains a line: directly above it, or above the keys and the header of its block.
fn comment_above(line: usize) -> String {
    let lines: Vec<&str> = EXAMPLE.lines().take(line.saturating_sub(1)).collect();
    let above = lines.iter().rev();
    let block = above.skip_while(|text| !text.is_empty() && !text.starts_with('#'));
    let mut comment: Vec<&str> = block.take_while(|text| text.starts_with('#')).copied().collect();
    comment.reverse();
    let words: Vec<&str> = comment.iter().map(|text| text.trim_start_matches('#').trim()).collect();
    words.join(" ")
}

/// Where the lines of a text end.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Lines(text.match_indices('\n').map(|(place, _)| place).collect())
    }

    /// The line, from 1, of a place.
    pub(super) fn at(&self, place: usize) -> usize {
        self.0.partition_point(|end| *end < place) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(key: &str) -> Kind {
        let parts: Vec<&str> = key.split('.').collect();
        schema().find(&parts).unwrap_or_else(|| panic!("{key}")).kind.clone()
    }

    #[test]
    fn the_typed_settings_tell_their_own_keys_and_kinds() {
        assert_eq!(kind("draft_mode"), Kind::Choice(vec!["pending".into(), "post".into()]));
        assert_eq!(kind("merge_lines"), Kind::Flag);
        assert_eq!(kind("rounding_max"), Kind::Text);
        assert_eq!(kind("cin7.limit_factor"), Kind::Number);
        assert_eq!(kind("account.cogs"), Kind::Reference(ListKind::Account));
        assert_eq!(kind("gl.4000.item"), Kind::Reference(ListKind::Item));
        assert_eq!(kind("terms.30 days"), Kind::Reference(ListKind::Terms));
        assert_eq!(kind("branch.3.class"), Kind::Reference(ListKind::Class));
        assert!(matches!(kind("tax"), Kind::Rows(fields) if fields.contains(&"rate".to_string())));
        assert!(schema().find(&["account", "cogz"]).is_none());
    }

    #[test]
    fn every_setting_has_its_meaning_from_the_example() {
        for known in &schema().known {
            assert!(
                !known.meaning.is_empty() || matches!(known.kind, Kind::Rows(_)),
                "{} is not explained",
                known.key
            );
        }
    }
}
