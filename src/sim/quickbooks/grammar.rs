//! The company's own table of the requests it knows, and the strict check of a request against it.
//!
//! Must never repair anything: a wrong order, an unknown element or a missing one makes the whole message set
//! unreadable (`qbxml.md` 1, fact 1), while a value of the wrong form is a fault of its one request (fact 2).
//! The table is `grammar.txt`, the order of what comes back is `returns.txt` (`qbxml-elements.md`).

use super::lexical::{self, Form};
use crate::sim::xml::El;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Occurrences without an upper bound.
const MANY: usize = usize::MAX;

/// What may stand at one place.
#[derive(Clone, Debug)]
enum Particle {
    Element(Rule),
    Choice { least: usize, most: usize, branches: Vec<Vec<Particle>> },
}

/// One element of the table.
#[derive(Clone, Debug)]
struct Rule {
    name: String,
    least: usize,
    most: usize,
    form: Option<Form>,
    since: u32,
    us: bool,
    content: Vec<Particle>,
}

/// One request of the table.
#[derive(Clone, Debug)]
struct Request {
    attributes: Vec<String>,
    since: u32,
    content: Vec<Particle>,
}

/// The whole table.
#[derive(Debug, Default)]
pub struct Grammar {
    requests: HashMap<String, Request>,
    returns: HashMap<String, HashMap<String, usize>>,
}

/// What a well-built request still has wrong in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Status code and text of each value of the wrong form.
    pub wrong_values: Vec<(u32, String)>,
    /// Elements that the US edition does not have.
    pub not_us: Vec<String>,
}

impl Grammar {
    /// The table, read once.
    pub fn shared() -> &'static Grammar {
        static TABLE: OnceLock<Grammar> = OnceLock::new();
        TABLE.get_or_init(|| Loader::default().load(include_str!("grammar.txt"), include_str!("returns.txt")))
    }

    /// Checks one request; `version` is ten times the stated qbXML version.
    ///
    /// # Errors
    /// A sentence when the structure is wrong: the message set is unreadable as a whole.
    pub fn check(&self, request: &El, version: u32) -> Result<Findings, String> {
        let rule =
            self.requests.get(&request.name).ok_or_else(|| format!("unknown request {}", request.name))?;
        if rule.since > version {
            return Err(format!("{} is newer than the stated version", request.name));
        }
        for (attribute, _) in &request.attributes {
            if !rule.attributes.contains(attribute) {
                return Err(format!("{} has no attribute {attribute}", request.name));
            }
        }
        let mut walk = Walk { version, findings: Findings::default() };
        walk.content(&rule.content, request)?;
        Ok(walk.findings)
    }

    /// Puts the children of an answer into document order.
    pub fn arrange(&self, answer: &mut El) {
        if let Some(order) = self.returns.get(&answer.name) {
            // The two journal lines stand mixed, in the order of the entry.
            let rank = |child: &El| {
                let name = if child.name == "JournalCreditLine" { "JournalDebitLine" } else { &child.name };
                order.get(name).copied().unwrap_or(MANY)
            };
            answer.children.sort_by_key(rank);
        }
    }

    /// Whether an answer of that name has such a child in the US edition.
    #[must_use]
    pub fn returns(&self, answer: &str, child: &str) -> bool {
        self.returns.get(answer).is_some_and(|order| order.contains_key(child))
    }
}

struct Walk {
    version: u32,
    findings: Findings,
}

impl Walk {
    fn content(&mut self, content: &[Particle], element: &El) -> Result<(), String> {
        let mut at = 0;
        self.sequence(content, &element.children, &mut at, &element.name)?;
        element.children.get(at).map_or(Ok(()), |extra| {
            Err(format!("{} is unknown or out of order in {}", extra.name, element.name))
        })
    }

    fn sequence(
        &mut self,
        all: &[Particle],
        children: &[El],
        at: &mut usize,
        within: &str,
    ) -> Result<(), String> {
        all.iter().try_for_each(|particle| match particle {
            Particle::Element(rule) => self.repeated(rule, children, at, within),
            Particle::Choice { least, most, branches } => {
                let mut rounds = 0;
                while rounds < *most {
                    let Some(next) = children.get(*at) else { break };
                    let Some(branch) = branches.iter().find(|branch| starts(branch, &next.name)) else {
                        break;
                    };
                    let before = *at;
                    self.sequence(branch, children, at, within)?;
                    if *at == before {
                        break;
                    }
                    rounds += 1;
                }
                let may_be_empty = branches.iter().any(|branch| branch.iter().all(optional));
                if rounds < *least && !may_be_empty {
                    return Err(format!("a required element is missing in {within}"));
                }
                Ok(())
            }
        })
    }

    fn repeated(&mut self, rule: &Rule, children: &[El], at: &mut usize, within: &str) -> Result<(), String> {
        let mut count = 0;
        while count < rule.most && children.get(*at).is_some_and(|child| child.name == rule.name) {
            if let Some(child) = children.get(*at) {
                self.element(rule, child)?;
            }
            *at += 1;
            count += 1;
        }
        if count < rule.least {
            return Err(format!("{} is missing in {within}", rule.name));
        }
        Ok(())
    }

    fn element(&mut self, rule: &Rule, element: &El) -> Result<(), String> {
        if rule.since > self.version {
            return Err(format!("{} is newer than the stated version", rule.name));
        }
        if !rule.us {
            self.findings.not_us.push(rule.name.clone());
            return Ok(());
        }
        if element.attributes.iter().any(|(name, _)| name != "defMacro" && name != "useMacro") {
            return Err(format!("{} has an unknown attribute", rule.name));
        }
        let Some(form) = &rule.form else {
            if !element.text.trim().is_empty() {
                return Err(format!("{} holds text", rule.name));
            }
            return self.content(&rule.content, element);
        };
        if let Some(child) = element.children.first() {
            return Err(format!("{} is unknown in {}", child.name, rule.name));
        }
        if let Some(fault) = lexical::fault(form, &rule.name, &element.text) {
            self.findings.wrong_values.push(fault);
        }
        Ok(())
    }
}

fn starts(branch: &[Particle], name: &str) -> bool {
    for particle in branch {
        let here = match particle {
            Particle::Element(rule) => rule.name == name,
            Particle::Choice { branches, .. } => branches.iter().any(|inner| starts(inner, name)),
        };
        if here {
            return true;
        }
        if !optional(particle) {
            return false;
        }
    }
    false
}

fn optional(particle: &Particle) -> bool {
    match particle {
        Particle::Element(rule) => rule.least == 0,
        Particle::Choice { least, branches, .. } => {
            *least == 0 || branches.iter().any(|branch| branch.iter().all(optional))
        }
    }
}

/// Reads the two tables.
#[derive(Default)]
struct Loader {
    values: HashMap<String, Vec<String>>,
    shapes: HashMap<String, Vec<Particle>>,
}

/// The lines of one block and how far they are read.
struct Lines<'a> {
    lines: Vec<(usize, &'a str)>,
    at: usize,
}

impl Lines<'_> {
    fn deeper_than(&self, depth: usize) -> bool {
        self.lines.get(self.at).is_some_and(|(here, _)| *here > depth)
    }
}

impl Loader {
    fn load(mut self, table: &str, returns: &str) -> Grammar {
        let depth = |line: &str| line.len() - line.trim_start().len();
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        let mut lines = Lines { lines: lines.map(|line| (depth(line), line.trim())).collect(), at: 0 };
        let mut grammar = Grammar::default();
        while let Some((_, line)) = lines.lines.get(lines.at).copied() {
            lines.at += 1;
            if let Some((name, values)) = line.strip_prefix('%').and_then(|rest| rest.split_once(' ')) {
                self.values.insert(name.to_string(), values.split('|').map(str::to_string).collect());
            } else if let Some(name) = line.strip_prefix('$') {
                let content = self.sequence(&mut lines, 0);
                self.shapes.insert(name.to_string(), content);
            } else {
                let mut words = line.split(' ');
                let name = words.next().unwrap_or_default().to_string();
                let mut request = Request { attributes: Vec::new(), since: 0, content: Vec::new() };
                for word in words {
                    match word.split_at(1) {
                        ("@", names) => request.attributes = names.split(',').map(str::to_string).collect(),
                        ("v", version) => request.since = version_number(version).unwrap_or(0),
                        ("$", shape) => request.content = self.shape(shape),
                        _ => {}
                    }
                }
                request.content.extend(self.sequence(&mut lines, 0));
                grammar.requests.insert(name, request);
            }
        }
        for line in returns.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, children)) = line.split_once(':') {
                let order =
                    children.split_whitespace().enumerate().map(|(rank, child)| (child.to_string(), rank));
                grammar.returns.insert(name.to_string(), order.collect());
            }
        }
        grammar
    }

    fn shape(&self, name: &str) -> Vec<Particle> {
        self.shapes.get(name).cloned().unwrap_or_default()
    }

    fn sequence(&self, lines: &mut Lines, parent: usize) -> Vec<Particle> {
        let mut content = Vec::new();
        while lines.deeper_than(parent) {
            let Some((depth, line)) = lines.lines.get(lines.at).copied() else { break };
            lines.at += 1;
            let (mark, rest) = line.split_once(' ').unwrap_or((line, "1"));
            match mark {
                "<" | "(" => {
                    let (least, most) = occurrence(rest);
                    let mut branches = vec![self.sequence(lines, depth)];
                    while lines.lines.get(lines.at).is_some_and(|(here, mark)| *here == depth && *mark == "|")
                    {
                        lines.at += 1;
                        branches.push(self.sequence(lines, depth));
                    }
                    lines.at += 1; // the closing mark
                    content.push(Particle::Choice { least, most, branches });
                }
                _ => {
                    let mut rule = self.rule(mark, rest);
                    rule.content.extend(self.sequence(lines, depth));
                    content.push(Particle::Element(rule));
                }
            }
        }
        content
    }

    fn rule(&self, name: &str, rest: &str) -> Rule {
        let mut words = rest.split(' ');
        let (least, most) = occurrence(words.next().unwrap_or("1"));
        let mut rule =
            Rule { name: name.to_string(), least, most, form: None, since: 0, us: true, content: Vec::new() };
        for word in words {
            if word == "!us" {
                rule.us = false;
            } else if let Some(values) = word.strip_prefix('=') {
                let values = values.strip_prefix('%').map_or_else(
                    || values.split('|').map(str::to_string).collect(),
                    |shared| self.values.get(shared).cloned().unwrap_or_default(),
                );
                rule.form = Some(Form::Enum(values));
            } else if let Some(shape) = word.strip_prefix('$') {
                rule.content = self.shape(shape);
            } else if let Some(version) = word.strip_prefix('v').and_then(version_number) {
                rule.since = version;
            } else if let Some(length) = word.strip_prefix("ref") {
                rule.content = reference_content(length.parse().ok());
            } else if word == "address" {
                rule.content = address_content();
            } else {
                rule.form = Form::named(word);
            }
        }
        rule
    }
}

fn leaf(name: &str, form: Form) -> Particle {
    Particle::Element(Rule {
        name: name.to_string(),
        least: 0,
        most: 1,
        form: Some(form),
        since: 0,
        us: true,
        content: Vec::new(),
    })
}

fn reference_content(length: Option<usize>) -> Vec<Particle> {
    vec![leaf("ListID", Form::Id), leaf("FullName", Form::Str(length))]
}

fn address_content() -> Vec<Particle> {
    let lines = ["Addr1", "Addr2", "Addr3", "Addr4", "Addr5"].map(|name| (name, 41));
    let rest = [("City", 31), ("State", 21), ("PostalCode", 13), ("Country", 31), ("Note", 41)];
    lines.into_iter().chain(rest).map(|(name, length)| leaf(name, Form::Str(Some(length)))).collect()
}

fn occurrence(mark: &str) -> (usize, usize) {
    match mark {
        "?" => (0, 1),
        "*" => (0, MANY),
        "+" => (1, MANY),
        other => other
            .split_once("..")
            .map_or((1, 1), |(least, most)| (least.parse().unwrap_or(0), most.parse().unwrap_or(MANY))),
    }
}

/// Ten times a qbXML version: `13.0` is 130.
#[must_use]
pub fn version_number(text: &str) -> Option<u32> {
    let (major, minor) = text.split_once('.')?;
    if minor.len() != 1 || major.len() > 2 {
        return None;
    }
    Some(major.parse::<u32>().ok()? * 10 + minor.parse::<u32>().ok()?)
}
