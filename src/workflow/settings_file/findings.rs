//! Everything that is wrong with a settings file, at once: each with its line and, where there is one, what was
//! probably meant.
//!
//! Must never stop at the first problem, and must never let a half of a file through.

use super::names::Directory;
use super::ranges::out_of_range;
use super::schema::{Below, Kind, Known, Lines, schema};
use super::sift::{Of, Taken, sift};
use crate::books::Settings;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// One problem of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Line from 1; 0 where the file has no line for it.
    pub line: usize,
    /// Dotted key, as written.
    pub key: String,
    /// What is wrong, in words, with what was probably meant.
    pub text: String,
}

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Examined {
    /// The settings, as far as they can be read; whole where nothing was found.
    pub settings: Settings,
    /// Everything that is wrong, by line.
    pub findings: Vec<Finding>,
    /// Lines of the keys.
    pub lines: BTreeMap<String, usize>,
}

/// Reads a file whole and finds all that is wrong with it. With a directory the names of list entries are checked too,
/// those of `changed` only where it is given.
#[must_use]
pub fn examine(text: &str, directory: Option<&Directory>, changed: &dyn Fn(&str) -> bool) -> Examined {
    examined(text, directory, changed, true)
}

/// The same, with the settings tried together or each by itself.
pub(super) fn examined(
    text: &str,
    directory: Option<&Directory>,
    changed: &dyn Fn(&str) -> bool,
    together: bool,
) -> Examined {
    let (root, broken) = DeTable::parse_recoverable(text);
    let mut walk = Walk { text, lines: Lines::of(text), found: Examined::default(), taken: Vec::new() };
    for error in &broken {
        let line = error.span().map_or(1, |span| walk.lines.at(span.start));
        walk.note(line, "", format!("this cannot be read: {}", error.message().trim_end_matches('.')));
    }
    let unreadable: Vec<usize> = walk.found.findings.iter().map(|finding| finding.line).collect();
    walk.table(root.get_ref(), &mut Vec::new());
    let Walk { mut found, taken, .. } = walk;
    let good = sift(taken, together && broken.is_empty(), &mut found.findings);
    // What stands on a line that cannot be read was guessed: saying more about it would mislead.
    found.findings.retain(|finding| finding.key.is_empty() || !unreadable.contains(&finding.line));
    match good {
        Ok(settings) => found.settings = settings,
        Err(text) => found.findings.push(Finding { line: 0, key: String::new(), text }),
    }
    let ranges = out_of_range(&found.settings);
    let doubtful = directory.map(|d| d.check(&found.settings, changed)).unwrap_or_default();
    for (key, text) in ranges.into_iter().chain(doubtful) {
        let line = line_of(&found.lines, &key);
        if !found.findings.iter().any(|known| known.key == key) {
            found.findings.push(Finding { line, key, text });
        }
    }
    found.findings.sort_by(|a, b| (a.line, &a.key).cmp(&(b.line, &b.key)));
    found
}

/// The line of a key, or of the nearest thing above it.
fn line_of(lines: &BTreeMap<String, usize>, key: &str) -> usize {
    let mut at = key;
    loop {
        if let Some(line) = lines.get(at) {
            return *line;
        }
        match at.rsplit_once('.') {
            Some((above, _)) => at = above,
            None => return 0,
        }
    }
}

struct Walk<'a> {
    text: &'a str,
    lines: Lines,
    found: Examined,
    /// What is left to be tried.
    taken: Vec<Taken>,
}

impl Walk<'_> {
    fn note(&mut self, line: usize, key: &str, text: String) {
        self.found.findings.push(Finding { line, key: key.to_string(), text });
    }

    fn table(&mut self, table: &DeTable<'_>, path: &mut Vec<String>) {
        // By place in the file, so that what is said first stands first.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            path.push(key.get_ref().to_string());
            let line = self.lines.at(key.span().start);
            self.found.lines.insert(path.join("."), line);
            self.entry(path, line, value);
            path.pop();
        }
    }

    fn entry(&mut self, path: &mut Vec<String>, line: usize, value: &toml::Spanned<DeValue<'_>>) {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let key = path.join(".");
        if let Some(known) = schema().find(&parts) {
            self.leaf(known, path, line, value);
        } else if schema().below(&parts).is_some() {
            match value.get_ref() {
                DeValue::Table(inner) => self.table(inner, path),
                _ => self.note(line, &key, format!("`{key}` is a group of settings, not a value")),
            }
        } else {
            let (name, above) =
                path.split_last().map_or(("", &[][..]), |(last, above)| (last.as_str(), above));
            let above: Vec<&str> = above.iter().map(String::as_str).collect();
            let siblings = match schema().below(&above) {
                Some(Below::Names(names)) => names.clone(),
                _ => Vec::new(),
            };
            let meant = meant(name, siblings.iter().map(String::as_str)).or_else(|| {
                meant(
                    name,
                    schema().known.iter().map(|known| known.key.rsplit('.').next().unwrap_or_default()),
                )
            });
            let tail = meant.map_or_else(String::new, |meant| {
                let full = if siblings.contains(&meant) {
                    [above.join("."), meant]
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .collect::<Vec<_>>()
                        .join(".")
                } else {
                    schema()
                        .known
                        .iter()
                        .find(|k| k.key.rsplit('.').next() == Some(meant.as_str()))
                        .map_or(meant, |k| k.key.clone())
                };
                format!("; did you mean `{full}`?")
            });
            self.note(line, &key, format!("there is no setting `{key}`{tail}"));
        }
    }

    fn leaf(
        &mut self,
        known: &'static Known,
        path: &[String],
        line: usize,
        value: &toml::Spanned<DeValue<'_>>,
    ) {
        let dotted: Vec<String> = path.iter().map(|part| quoted(part)).collect();
        if let (Kind::Rows(_), DeValue::Array(rows)) = (&known.kind, value.get_ref()) {
            for (number, row) in (1..).zip(rows.iter()) {
                self.row(&dotted.join("."), &format!("{}.{number}", known.key), row);
            }
            return;
        }
        let shown = self.render(value);
        let text = format!("{} = {shown}\n", dotted.join("."));
        self.taken.push(Taken { text, line, key: path.join("."), of: Of::Leaf { known, shown } });
    }

    /// One row of a list of tables.
    fn row(&mut self, list: &str, name: &str, row: &toml::Spanned<DeValue<'_>>) {
        let DeValue::Table(fields) = row.get_ref() else {
            let line = self.lines.at(row.span().start);
            self.note(line, name, format!("each {list} is a table: [[{list}]]"));
            return;
        };
        let mut fields: Vec<_> = fields.iter().collect();
        fields.sort_by_key(|(key, _)| key.span().start);
        let mut text = format!("[[{list}]]\n");
        for (key, value) in &fields {
            text.push_str(&format!("{} = {}\n", quoted(key.get_ref()), self.render(value)));
        }
        let header = fields.first().map_or(row.span().start, |(key, _)| key.span().start);
        self.found.lines.insert(name.to_string(), self.lines.at(header));
        for (key, _) in &fields {
            let line = self.lines.at(key.span().start);
            self.found.lines.insert(format!("{name}.{}", key.get_ref()), line);
        }
        let fields =
            fields.iter().map(|(key, _)| (key.get_ref().to_string(), self.lines.at(key.span().start)));
        let of = Of::Row { list: list.to_string(), fields: fields.collect() };
        self.taken.push(Taken { text, line: self.lines.at(header), key: name.to_string(), of });
    }

    /// A value as it can be written on one line.
    fn render(&self, value: &toml::Spanned<DeValue<'_>>) -> String {
        match value.get_ref() {
            DeValue::Table(table) => {
                let fields: Vec<String> = table
                    .iter()
                    .map(|(key, value)| format!("{} = {}", quoted(key.get_ref()), self.render(value)))
                    .collect();
                format!("{{ {} }}", fields.join(", "))
            }
            DeValue::Array(values) => {
                let values: Vec<String> = values.iter().map(|value| self.render(value)).collect();
                format!("[{}]", values.join(", "))
            }
            _ => self.text.get(value.span()).unwrap_or_default().to_string(),
        }
    }
}

/// A part of a key as it must be written.
pub(crate) fn quoted(part: &str) -> String {
    let bare = !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { part.to_string() } else { toml::Value::String(part.to_string()).to_string() }
}

/// What was probably meant, if something is near.
#[must_use]
pub fn meant<'a>(written: &str, among: impl Iterator<Item = &'a str>) -> Option<String> {
    let folded = crate::base::text::fold(written);
    let length = folded.chars().count();
    // A slip of the pen is a letter or two, more in a long name; half a word changed is another word.
    let near = |far: usize, name: &str| far * 3 <= name.chars().count().max(3);
    among
        .filter_map(|name| {
            let known = crate::base::text::fold(name);
            // Each letter too many or missing is a slip: a key of a thousand letters is compared with nothing.
            if !near(known.chars().count().abs_diff(length), name) {
                return None;
            }
            Some((strsim::damerau_levenshtein(&folded, &known), name))
        })
        .filter(|(far, name)| near(*far, name))
        .min_by_key(|(far, _)| *far)
        .map(|(_, name)| name.to_string())
}
