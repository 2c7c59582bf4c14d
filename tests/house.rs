//! The house rules that no compiler checks: which room may use which, what each floor may touch, and how a file begins.
//!
//! Reads the sources as text. Test code (`#[cfg(test)]`, `tests.rs`, `*_tests.rs`, `tests/`) may reach anywhere; the
//! rules are for what ships. Must never be loosened to let a wrong import in: move the code instead.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read the sources must fail"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Rooms with their floors (design section 2). `sim` stands beside the house.
const FLOORS: [(&str, u8); 15] = [
    ("base", 0),
    ("books", 1),
    ("orders", 1),
    ("matching", 2),
    ("drafting", 2),
    ("handoff", 2),
    ("proof", 2),
    ("cin7", 3),
    ("qbxml", 3),
    ("webconnector", 3),
    ("store", 4),
    ("net", 4),
    ("workflow", 5),
    ("tui", 6),
    ("cli", 6),
];
/// The fault schedules: a face that may also drive the rooms below directly.
const DRILL: &str = "drill";
/// The simulated far ends.
const SIM: &str = "sim";
/// The first floor that may touch the outside.
const FIRST_WITH_IO: u8 = 4;
/// Rooms whose money must be exact.
const EXACT: [&str; 6] = ["base", "books", "orders", "drafting", "proof", "qbxml"];
/// Longest file.
const LONGEST: usize = 600;

/// One source file with what the rules look at.
struct Source {
    /// Path below `src`, with slashes.
    path: String,
    text: String,
    /// The code that ships: without comments, texts and test code.
    code: String,
    /// Comments and test code gone, texts kept.
    with_texts: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let whole_is_test = path.split('/').any(|part| part == "tests")
            || path.ends_with("/tests.rs")
            || path.ends_with("_tests.rs");
        let keep = |texts| if whole_is_test { String::new() } else { without_tests(&plain(text, texts)) };
        Source { path: path.to_string(), text: text.to_string(), code: keep(false), with_texts: keep(true) }
    }

    /// The room that the file belongs to; empty for `lib.rs` and `main.rs`.
    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        let first = first.strip_suffix(".rs").unwrap_or(first);
        if matches!(first, "lib" | "main") { "" } else { first }
    }

    /// How many `super::` lead from the file's top level to the crate's root.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    /// Rooms that the shipped code names by `crate::`, or by climbing out with `super::`.
    fn uses(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (at, _) in self.code.match_indices("crate::") {
            if at == 0 || !is_word(self.code[..at].chars().next_back()) {
                first_names(&self.code[at + "crate::".len()..], &mut found);
            }
        }
        let climb = "super::".repeat(self.depth());
        for (at, _) in self.code.match_indices(&climb) {
            if !self.room().is_empty() && !is_word(self.code[..at].chars().next_back()) {
                first_names(&self.code[at + climb.len()..], &mut found);
            }
        }
        found.remove(self.room());
        found
    }

    /// Lines of the shipped code that hold one of the words as a whole word or path.
    fn holds(&self, words: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for (number, line) in (1..).zip(self.code.lines()) {
            for word in words {
                let hit = line.match_indices(word).any(|(at, _)| {
                    !is_word(line[..at].chars().next_back())
                        && !is_word(line[at + word.len()..].chars().next())
                });
                if hit {
                    found.push(format!("src/{}:{number}: `{word}`", self.path));
                }
            }
        }
        found
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// The first names behind `crate::`: one word, or the heads of a group in braces.
fn first_names(rest: &str, found: &mut BTreeSet<String>) {
    let word = |text: &str| text.chars().take_while(|c| is_word(Some(*c))).collect::<String>();
    let Some(group) = rest.strip_prefix('{') else {
        found.insert(word(rest));
        return;
    };
    let mut level = 0_i32;
    let mut head = String::new();
    for c in group.chars() {
        match c {
            '{' => level += 1,
            '}' if level == 0 => break,
            '}' => level -= 1,
            ',' if level == 0 => {
                found.insert(word(head.trim()));
                head.clear();
                continue;
            }
            _ => {}
        }
        head.push(c);
    }
    found.insert(word(head.trim()));
    found.remove("");
}

/// The source with comments blanked, and the content of texts and characters too unless `texts` are wanted.
fn plain(source: &str, texts: bool) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
    while at < chars.len() {
        let rest = &chars[at..];
        let end = match rest {
            ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => block_comment(rest),
            ['r', '#' | '"', ..] if !is_word(out.chars().next_back()) => raw_text(rest),
            ['"', ..] => quoted(rest, '"'),
            ['\'', '\\', ..] | ['\'', _, '\'', ..] => quoted(rest, '\''),
            _ => 0,
        };
        if end == 0 {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let comment = rest[0] == '/';
        out.extend(rest[..end].iter().map(|c| if texts && !comment { *c } else { blank(*c) }));
        at += end;
    }
    out
}

fn block_comment(rest: &[char]) -> usize {
    let mut level = 0;
    let mut at = 0;
    while at + 1 < rest.len() {
        match (rest[at], rest[at + 1]) {
            ('/', '*') => (level, at) = (level + 1, at + 2),
            ('*', '/') => (level, at) = (level - 1, at + 2),
            _ => at += 1,
        }
        if level == 0 {
            return at;
        }
    }
    rest.len()
}

/// Length of `r"..."` or `r#"..."#`; 0 where it is only a word that begins with r.
fn raw_text(rest: &[char]) -> usize {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return 0;
    }
    let mut at = hashes + 2;
    while at < rest.len() {
        if rest[at] == '"' && rest[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    rest.len()
}

fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            c if c == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Blanks every item under `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    let mut out = code.to_string();
    while let Some(start) = out.find("#[cfg(test)]") {
        let mut level = 0_i32;
        let mut end = out.len();
        for (at, c) in out[start..].char_indices() {
            match c {
                '{' => level += 1,
                '}' => level -= 1,
                ';' if level == 0 => end = start + at + 1,
                _ => {}
            }
            if c == '}' && level == 0 {
                end = start + at + 1;
            }
            if end != out.len() {
                break;
            }
        }
        let blanked: String = out[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..end, &blanked);
    }
    out
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> &'static [Source] {
    static READ: OnceLock<Vec<Source>> = OnceLock::new();
    READ.get_or_init(read_sources)
}

fn read_sources() -> Vec<Source> {
    let src = root().join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    files.sort();
    assert!(files.len() > 50, "the sources were not found");
    files
        .iter()
        .map(|file| {
            let path = file.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            Source::new(&path, &fs::read_to_string(file).unwrap())
        })
        .collect()
}

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// Why this room may not use that one, if it may not.
fn wrong_way(from: &str, to: &str) -> Option<String> {
    let (from_floor, to_floor) = (floor(from), floor(to));
    if to == SIM {
        let may = matches!(from, "cli" | DRILL | SIM);
        return (!may).then(|| "only `cli`, `drill` and tests may use `sim`".into());
    }
    if from == SIM {
        return (to_floor.is_some() && to != "base").then(|| "`sim` may use only `base`".into());
    }
    if from == DRILL {
        return matches!(to, "tui" | "cli").then(|| "`drill` uses no other face".into());
    }
    match (from_floor, to_floor) {
        // The command without a name is the screen; the demo starts it too.
        _ if from == "cli" && matches!(to, "tui" | DRILL) => None,
        (Some(a), Some(b)) if a <= b => Some(format!("floor {a} may not use floor {b}")),
        _ => None,
    }
}

fn broken_directions(sources: &[Source]) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources {
        for to in source.uses() {
            if let Some(why) = wrong_way(source.room(), &to) {
                broken.push(format!("src/{} uses `{to}`: {why}", source.path));
            }
        }
    }
    broken
}

fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

fn outside(rooms: &[&str], words: &[&str]) -> Vec<String> {
    sources().iter().filter(|s| !rooms.contains(&s.room())).flat_map(|s| s.holds(words)).collect()
}

#[test]
fn every_room_is_known_and_uses_only_lower_floors() {
    let sources = sources();
    let unknown: Vec<String> = sources
        .iter()
        .map(Source::room)
        .filter(|room| !room.is_empty() && floor(room).is_none() && ![SIM, DRILL].contains(room))
        .map(|room| format!("`{room}` has no floor"))
        .collect();
    assert_none(&unknown);
    assert_none(&broken_directions(sources));
}

#[test]
fn a_wrong_import_would_be_found_however_it_is_written() {
    let wrong = [
        ("base/money.rs", "use crate::books::Settings;"),
        ("orders/mod.rs", "use crate::{base::Day, books::{Item, lists::Party}};"),
        ("matching/engine.rs", "fn f() { crate::store::open(); }"),
        ("qbxml/read/lists.rs", "use super::super::super::store::Store;"),
        ("proof/mod.rs", "use super::handoff::Step;"),
        ("workflow/fetch.rs", "use crate::sim::world::World;"),
        ("sim/cin7/mod.rs", "use crate::qbxml::read;"),
        ("tui/mod.rs", "use crate::cli;"),
        ("store/mod.rs", "use crate::net::secrets::Secrets;"),
    ];
    for (path, text) in wrong {
        assert_eq!(broken_directions(&[Source::new(path, text)]).len(), 1, "{path}: {text}");
    }
    let right = [
        ("books/lists.rs", "use crate::base::Cents; // not crate::store"),
        ("matching/engine.rs", "const S: &str = \"crate::store\"; use super::words;"),
        ("cin7/read.rs", "#[cfg(test)]\nmod tests { use crate::store::Store; }"),
        ("qbxml/write/tests.rs", "use crate::workflow::drafts;"),
        ("cli/mod.rs", "use crate::{sim::world::World, tui, workflow::Profile};"),
    ];
    for (path, text) in right {
        assert_none(&broken_directions(&[Source::new(path, text)]));
    }
}

#[test]
fn only_the_store_knows_sql() {
    assert_none(&outside(&["store"], &["rusqlite"]));
    let statements = ["SELECT ", "INSERT INTO", "DELETE FROM", "CREATE TABLE", "PRAGMA "];
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| s.room() != "store") {
        for statement in statements {
            if source.with_texts.contains(statement) {
                found.push(format!("src/{}: `{statement}`", source.path));
            }
        }
    }
    assert_none(&found);
}

#[test]
fn only_the_screen_draws() {
    assert_none(&outside(&["tui"], &["ratatui", "crossterm"]));
}

#[test]
fn only_the_net_and_the_far_ends_speak_http() {
    assert_none(&outside(&["net", SIM], &["reqwest", "axum", "hyper", "hyper_util"]));
}

#[test]
fn the_lower_floors_have_no_clock_no_chance_and_no_io() {
    let words = [
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "std::fs",
        "TcpListener",
        "TcpStream",
        "UdpSocket",
        "ToSocketAddrs",
        "std::env",
        // Threads that end within the call that began them are no I/O: matching shares its work among them.
        "thread::spawn",
        "thread::sleep",
        "thread::Builder",
        "thread::park",
        "std::process",
        "tokio",
        "rand",
        "new_v4",
        "async fn",
    ];
    let found: Vec<String> = sources()
        .iter()
        .filter(|s| floor(s.room()).is_some_and(|f| f < FIRST_WITH_IO))
        .flat_map(|s| s.holds(&words))
        .collect();
    assert_none(&found);
}

#[test]
fn the_world_of_the_simulation_depends_on_its_seed_alone() {
    let words = ["SystemTime", "Instant::now", "Timestamp::now", "Zoned::now", "rand", "new_v4"];
    let found: Vec<String> =
        sources().iter().filter(|s| s.path.starts_with("sim/world")).flat_map(|s| s.holds(&words)).collect();
    assert_none(&found);
}

#[test]
fn the_far_ends_round_by_themselves() {
    let found: Vec<String> =
        sources().iter().filter(|s| s.room() == SIM).flat_map(|s| s.holds(&["Cents::round"])).collect();
    assert_none(&found);
}

#[test]
fn money_is_never_a_float() {
    let found: Vec<String> = sources()
        .iter()
        .filter(|s| EXACT.contains(&s.room()))
        .flat_map(|s| s.holds(&["f32", "f64", "to_f64", "from_f64"]))
        .collect();
    assert_none(&found);
}

#[test]
fn the_faces_go_through_the_workflow_and_never_open_the_store() {
    let words = ["Store::open", "Store::open_reading", "ProfileLock::take", ".store()"];
    let found: Vec<String> = sources()
        .iter()
        .filter(|s| matches!(s.room(), "tui" | "cli"))
        .flat_map(|s| {
            let lines = (1..).zip(s.code.lines());
            lines
                .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
                .map(|(n, line)| format!("src/{}:{n}: {}", s.path, line.trim()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_none(&found);
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let found: Vec<String> = sources()
        .iter()
        .filter(|s| !s.text.starts_with("//! ") && !s.path.contains("tests"))
        .map(|s| format!("src/{} does not open with `//!`", s.path))
        .collect();
    assert_none(&found);
}

#[test]
fn no_file_is_too_long_to_read() {
    let found: Vec<String> = sources()
        .iter()
        .map(|s| (s.path.clone(), s.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| format!("src/{path} has {lines} lines, {LONGEST} are the most"))
        .collect();
    assert_none(&found);
}

#[test]
fn nothing_is_left_unfinished() {
    let mut found = Vec::new();
    for source in sources() {
        for (number, line) in (1..).zip(source.text.lines()) {
            let open = ["TODO", "FIXME", "XXX:", "todo!(", "unimplemented!(", "#[ignore"];
            if open.iter().any(|word| line.contains(word)) {
                found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    assert_none(&found);
}

#[test]
fn only_the_drill_builds_a_program_with_a_defence_missing() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|s| s.room() != DRILL && s.path != "handoff/defences.rs") {
        found.extend(source.holds(&["Defences::without", "without(&["]));
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn unsafe_code_is_forbidden_for_the_whole_crate() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    assert_none(&outside(&[], &["unsafe"]));
}
