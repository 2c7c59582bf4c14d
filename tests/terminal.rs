//! The real binary in a pseudo-terminal: a person walks through the seven steps of a demo and leaves; the terminal is
//! theirs again, however the program ends. Waits for text, never for time.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "a test that cannot go on must fail"
)]

#[path = "support/pty.rs"]
mod pty;

use pty::Session;
use std::path::Path;

/// A demo of so many orders and contacts, and the folder that it lives in.
fn demo(rows: u16, columns: u16, [orders, contacts]: [&str; 2]) -> (Session, tempfile::TempDir) {
    demo_with(rows, columns, [orders, contacts], &[])
}

fn demo_with(
    rows: u16,
    columns: u16,
    [orders, contacts]: [&str; 2],
    more: &[&str],
) -> (Session, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = pty::program(Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/state")));
    command.args(["demo", "--orders", orders, "--contacts", contacts, "--data-dir"]);
    command.arg(folder.path());
    command.args(more);
    (Session::start(command, rows, columns), folder)
}

/// The count behind the filter words of a list: `1 of 40`.
fn count(text: &str) -> Option<usize> {
    let counts = text.lines().filter_map(|line| line.trim_end().rsplit_once(" of "));
    let left = counts.filter(|(head, _)| head.ends_with(|c: char| c.is_ascii_digit()));
    left.filter_map(|(_, count)| count.parse().ok()).next()
}

fn left(session: &Session) -> usize {
    let mut found = None;
    session.wait_until("a count", |text| {
        found = count(text);
        found.is_some()
    });
    found.unwrap()
}

fn wait_for_left(session: &Session, wanted: usize) {
    session.wait_until(&format!("{wanted} left"), |text| count(text) == Some(wanted));
}

#[test]
fn a_person_walks_through_the_seven_steps_and_leaves_a_whole_terminal() {
    let (mut session, _folder) = demo(24, 80, ["20", "20"]);
    session.wait_for("DEMO");
    session.wait_for("You and Cin7");
    session.press("2");
    session.wait_for("No documents yet. Press r to fetch");
    session.press("r");
    session.wait_for("1 of ");
    for (key, text) in [
        ("3", "to decide"),
        ("4", "to review"),
        ("5", "Nothing is approved for the next batch."),
        ("6", "No proof yet."),
        ("7", "batches"),
        ("1", "You and Cin7"),
    ] {
        session.press(key);
        session.wait_for(text);
    }
    session.press("?");
    session.wait_for("Keys on Connect");
    session.press("\u{1b}");
    session.wait_until_gone("Keys on Connect");
    session.press("q");
    assert_eq!(session.end().exit_code(), 0);
    session.is_given_back();
}

#[test]
fn forty_contacts_take_about_one_key_each_where_they_are_easy_and_two_for_another_choice() {
    let (mut session, _folder) = demo(24, 80, ["150", "90"]);
    session.wait_for("You and Cin7");
    session.press("2r");
    session.wait_for("1 of ");
    session.press("3");
    session.wait_for("? sure");
    let mut left = left(&session);
    let (mut easy, mut easy_keys, mut other, mut other_keys) = (0, 0, 0, 0);
    // The sure ones come first; the cursor stands on the next open one after each decision.
    while easy + other < 44 {
        session.wait_for("? sure");
        let keys = if easy < 40 { "a" } else { "e1" };
        session.press(keys);
        left -= 1;
        wait_for_left(&session, left);
        if keys == "a" {
            (easy, easy_keys) = (easy + 1, easy_keys + keys.len());
        } else {
            (other, other_keys) = (other + 1, other_keys + keys.len());
        }
    }
    println!("{easy} easy: {easy_keys} keys; {other} others: {other_keys} keys");
    assert!(easy_keys * 10 <= easy * 12, "{easy_keys} keys for {easy}");
    assert!(other_keys <= other * 2);
    session.press("u");
    wait_for_left(&session, left + 1);
    session.press("q");
    session.end();
    session.is_given_back();
}

#[test]
fn being_told_to_end_gives_the_terminal_back_with_the_signals_code() {
    let (mut session, _folder) = demo(40, 120, ["20", "20"]);
    session.wait_for("You and Cin7");
    let id = session.child.process_id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(session.end().exit_code(), 143);
    session.is_given_back();
}

#[test]
fn ctrl_c_twice_leaves_at_once() {
    let (mut session, _folder) = demo(18, 60, ["20", "20"]);
    session.wait_for("You and Cin7");
    session.press("\u{3}");
    session.wait_for("Leave?");
    session.press("\u{3}");
    assert_eq!(session.end().exit_code(), 130);
    session.is_given_back();
}

#[test]
fn a_fault_of_the_program_gives_the_terminal_back_and_is_told_in_four_parts_with_its_code() {
    let (mut session, _folder) = demo_with(24, 80, ["20", "20"], &["--fault-after-first-frame"]);
    assert_eq!(session.end().exit_code(), 101);
    session.is_given_back();
    session.wait_for("Countersign met a fault of its own: asked for by a test");
    let text = session.text();
    for part in ["What was saved before is safe", "Start it again", "BUG"] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(text.lines().all(|line| !line.starts_with("   ")), "raw mode is off before it is told:\n{text}");
}
