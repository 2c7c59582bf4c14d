//! Large profiles for measuring, kept in the target folder between runs: a small one is made by the program itself
//! (`sim seed-profile`), then its drafts are repeated through the store, each with a number, a name and a date of its own.
//!
//! Must never make a row that the program could not have made: contents, raw documents and indexes are written by the
//! same functions.

use countersign::store::drafts::{DerivedDraft, DraftRow, Version};
use countersign::store::sources::{NewSource, Source};
use countersign::store::{Lane, Store};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// Sales orders and contacts of the small profile.
const SMALL: [&str; 2] = ["3000", "2500"];
/// Drafts written in one go.
const SLICE: usize = 2_000;
/// Drafts whose texts go into the index of words in one go.
const INDEXED: usize = 20_000;
/// Made anew when it changes.
const EDITION: &str = "2";

const TOWNS: [&str; 16] = [
    "Albany", "Boise", "Camden", "Dover", "Elmira", "Fargo", "Goshen", "Helena", "Ithaca", "Juneau", "Keene",
    "Laredo", "Macon", "Norwich", "Ogden", "Peoria",
];

/// What a draft is repeated from.
struct Template {
    row: DraftRow,
    version: Option<Version>,
    source: Option<Source>,
}

pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.env("COUNTERSIGN_STATE_DIR", state());
    command
}

/// Where the programs of a measurement keep what they keep outside of a profile.
pub fn state() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("state")
}

/// A profile with so many drafts; `contents`: with their contents and Cin7's documents.
pub fn profile(drafts: usize, contents: bool) -> PathBuf {
    let kind = if contents { "whole" } else { "rows" };
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("large-{kind}-{drafts}-{EDITION}"));
    let ready = dir.join("ready");
    if ready.exists() {
        // Made by an older program, it is brought to the newest schema.
        drop(Store::open(&dir).expect("its database"));
        without_copies(&dir);
        return dir;
    }
    let _ = std::fs::remove_dir_all(&dir);
    println!("making {} once, this takes minutes", dir.display());
    let small = program()
        .args(["sim", "seed-profile", "--orders", SMALL[0], "--contacts", SMALL[1], "--data-dir"])
        .arg(&dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program");
    assert!(small.success(), "the small profile");
    let store = Store::open(&dir).expect("its database");
    repeat(&store, drafts, contents);
    while store.write(Lane::Bulk, |tx| tx.index_texts(INDEXED)).expect("the index") > 0 {}
    drop(store);
    std::fs::write(ready, "").expect("a note");
    dir
}

/// A profile that can be made again needs no copy from before a migration.
fn without_copies(dir: &Path) {
    for file in std::fs::read_dir(dir).expect("the profile").flatten() {
        if file.file_name().to_string_lossy().starts_with("countersign.before-") {
            let _ = std::fs::remove_file(file.path());
        }
    }
}

fn templates(store: &Store) -> Vec<Template> {
    let of = |row: DraftRow| {
        store
            .read(|r| {
                let resource = format!("{}s", row.cin7_type);
                let id = row.cin7_id.parse().unwrap_or_default();
                Ok(Template { version: r.version(row.id, None)?, source: r.source(&resource, id)?, row })
            })
            .expect("a draft")
    };
    let ids = store.read(|r| r.draft_ids(&Default::default())).expect("ids");
    let rows = store.read(|r| r.draft_rows(&ids)).expect("rows");
    rows.into_iter()
        .filter(|row| row.cin7_type.ends_with("Order") || row.cin7_type == "CreditNote")
        .map(of)
        .collect()
}

fn repeat(store: &Store, drafts: usize, contents: bool) {
    let templates = Arc::new(templates(store));
    let have = store.read(|r| r.draft_ids(&Default::default())).expect("ids").len();
    let mut at = have;
    let mut waiting = Vec::new();
    while at < drafts {
        let (templates, numbers) = (Arc::clone(&templates), at..(at + SLICE).min(drafts));
        at = numbers.end;
        waiting.push(
            store
                .begin_slice(Lane::Bulk, move |tx| {
                    for number in numbers {
                        let template = &templates[number % templates.len()];
                        if contents && let Some(source) = &template.source {
                            tx.save_sources(&[copied(template, source, number)], "2026-03-01T00:00:00Z")?;
                        }
                        tx.save_derived(&derived(template, number, contents), "2026-03-01T00:00:00Z")?;
                    }
                    Ok(())
                })
                .expect("a slice"),
        );
        if waiting.len() > 4 {
            waiting.remove(0).wait().expect("kept");
        }
    }
    waiting.into_iter().for_each(|slice| slice.wait().expect("kept"));
}

const fn id(number: usize) -> i64 {
    100_000_000 + number as i64
}

fn copied(template: &Template, source: &Source, number: usize) -> NewSource {
    let old = format!("\"id\":{}", source.cin7_id);
    NewSource {
        resource: format!("{}s", template.row.cin7_type),
        cin7_id: id(number),
        modified: "2026-03-01T00:00:00Z".into(),
        hash: format!("{}-{number}", source.hash),
        raw: source.raw.replacen(&old, &format!("\"id\":{}", id(number)), 1),
    }
}

/// Three years of documents, every day some.
fn date(number: usize) -> (String, String) {
    let (year, month, day) = (2024 + number % 3, 1 + number / 3 % 12, 1 + number / 36 % 28);
    (format!("{year}-{month:02}-{day:02}"), format!("{year}-{month:02}"))
}

fn derived(template: &Template, number: usize, contents: bool) -> DerivedDraft {
    let row = template.row.clone();
    let (date, month) = date(number);
    let name = |name: String| format!("{name} {} {}", TOWNS[number % TOWNS.len()], number % 977);
    DerivedDraft {
        source: format!("{}/{}", row.cin7_type, id(number)),
        cin7_type: row.cin7_type,
        cin7_id: id(number).to_string(),
        kind: row.kind,
        posting_key: row.kind.map(|_| format!("bench-{number}")),
        tag: format!("bench{number}"),
        state: row.state,
        inputs: format!("bench-{number}"),
        revision_id: row.revision_id,
        reference: format!("{}-{number}", row.reference),
        ref_number: number.to_string(),
        contact_id: row.contact_id,
        party_id: row.party_id,
        party_name: row.party_name.map(name),
        date: Some(date),
        month: Some(month),
        total: row.total,
        tax: row.tax,
        currency: row.currency,
        reasons: row.reasons,
        warned: row.warned,
        settings_digest: "bench".into(),
        deletes: false,
        held: None,
        payload: template
            .version
            .as_ref()
            .filter(|_| contents)
            .map(|version| countersign::store::drafts::Content::of(version.payload.clone()).unwrap()),
    }
}
