//! Fuzzing on stable: the kept corpus and seeded mutations of it, against the same functions that libFuzzer drives
//! (`tests/fuzz`). `COUNTERSIGN_FUZZ_RUNS` sets the number of mutations for each target, `COUNTERSIGN_FUZZ_SEED` another
//! beginning.
//!
//! Must never depend on the clock or on chance: the same seed gives the same inputs, and a failure prints its own.

// A test may fail loudly, and reads what it has just written by its place.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/mutate.rs"]
mod mutate;
#[path = "fuzz/src/lib.rs"]
mod targets;

use mutate::Mutator;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// One input may take this long on a busy machine; longer is a hang.
const HANG: Duration = Duration::from_secs(60);
/// Most memory that the whole run may ever have held: inputs are small, and so is what may be made of them.
const MEMORY_KIB: u64 = 1024 * 1024;

fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no inputs", folder.display());
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// The inputs and, of those that are texts with empty lines, each part between two of them: a whole settings file takes
/// ten times as long as one of its groups and tells no more.
fn with_paragraphs(inputs: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let texts = inputs.iter().filter_map(|bytes| std::str::from_utf8(bytes).ok());
    let parts = texts.filter(|text| text.contains("\n\n")).flat_map(|text| text.split("\n\n"));
    inputs.iter().cloned().chain(parts.map(|part| part.as_bytes().to_vec())).collect()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.trim().parse().ok())
}

/// The largest amount of memory that this process ever held, where the system tells it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Where a failing input is left, so that it can be kept in the corpus once it is repaired.
fn keep(name: &str, input: &[u8]) -> PathBuf {
    let path =
        std::env::temp_dir().join(format!("countersign-fuzz-{name}-{:016x}", mutate::fingerprint(input)));
    std::fs::write(&path, input).unwrap();
    path
}

fn run(name: &'static str, target: fn(&[u8]), runs: u64, words: &'static [&'static str]) {
    let runs = number("COUNTERSIGN_FUZZ_RUNS").unwrap_or(runs);
    let seed = number("COUNTERSIGN_FUZZ_SEED").unwrap_or(1);
    let (tell, heard) = sync_channel::<Vec<u8>>(1);
    let worker = std::thread::spawn(move || {
        let kept = corpus(name);
        let inputs: Vec<Vec<u8>> = kept.iter().map(|(_, bytes)| bytes.clone()).collect();
        let mut mutator = Mutator::new(seed, with_paragraphs(&inputs), words);
        let mut all = inputs.into_iter();
        for _ in 0..runs + kept.len() as u64 {
            let input = all.next().unwrap_or_else(|| mutator.next(targets::INPUT_BYTES));
            // Told before it is worked, so that a hang can be named.
            if tell.send(input.clone()).is_err() {
                return;
            }
            if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
                panic!("{name} fails on {}", keep(name, &input).display());
            }
        }
    });
    let mut last = Vec::new();
    loop {
        match heard.recv_timeout(HANG) {
            Ok(input) => last = input,
            Err(RecvTimeoutError::Timeout) => panic!("{name} hangs on {}", keep(name, &last).display()),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    worker.join().expect("an input broke a promise");
    assert!(peak_kib().is_none_or(|peak| peak < MEMORY_KIB), "{name} takes too much memory");
}

#[test]
fn no_body_of_a_web_connector_breaks_the_reader_or_our_replies() {
    run("soap", targets::soap, 3_000, mutate::SOAP);
}

#[test]
fn no_answer_of_quickbooks_breaks_the_reader_or_the_step() {
    run("qbxml", targets::qbxml, 4_000, mutate::QBXML);
}

#[test]
fn no_row_of_cin7_breaks_the_reader_or_the_drafting() {
    // The length of an input says which reader it goes to: each kept one goes to all, by blanks at its end.
    for (_, kept) in corpus("cin7") {
        for blanks in 0..27 {
            targets::cin7(&[&kept[..], &b" ".repeat(blanks)].concat());
        }
    }
    run("cin7", targets::cin7, 2_000, mutate::JSON);
}

#[test]
fn no_settings_file_breaks_the_reader_and_what_is_read_is_written_the_same() {
    run("settings", targets::settings, 300, mutate::TOML);
}

#[test]
fn no_table_breaks_the_matching_and_a_bad_one_leaves_nothing() {
    run("csv", targets::csv, 400, mutate::CSV);
}

#[test]
fn no_typed_text_makes_a_qwc_file_that_cannot_be_read() {
    run("qwc", targets::qwc, 4_000, mutate::URLS);
}

#[test]
fn no_keys_and_no_paste_break_the_screens_or_pass_a_control_word() {
    run("keys", targets::keys, 400, mutate::KEYS);
}

#[test]
fn no_file_of_an_import_breaks_its_reader() {
    run("imports", targets::imports, 2_000, mutate::IMPORTS);
}
