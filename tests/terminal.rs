//! The real binary in a pseudo-terminal: a person walks through the seven steps of a demo and leaves; the terminal is
//! theirs again, however the program ends. Waits for text, never for time.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
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
    session.press_for("r", "Fetched ");
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
    session.press_for("2r", "Fetched ");
    session.press("3");
    session.wait_for("? sure");
    let mut left = left(&session);
    let (mut easy, mut easy_keys, mut other, mut other_keys) = (0, 0, 0, 0);
    // The sure ones come first; the cursor stands on the next open one after each decision.
    while easy + other < 44 {
        session.wait_for("? sure");
        let keys = if easy < 40 { "a" } else { "e1" };
        if keys == "a" {
            session.press(keys);
        } else {
            // A number takes what is seen: one typed before the candidates stand there takes none.
            session.press_for("e", "▸ 1 ");
            session.press("1");
        }
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

/// The rows of another filter: its name stands there before they do, and keys mean the rows that are seen.
fn wait_for_list(session: &Session, filter: &str, state: &str) {
    session.wait_until(&format!("[{filter}] with what is {state}"), |text| {
        text.contains(&format!("[{filter}]"))
            && text.lines().any(|line| line.starts_with('▸') && line.contains(state))
    });
}

/// Keys that are only a filter line's: typed, seen, kept.
fn find(session: &mut Session, words: &str) {
    session.press(&format!("/{words}"));
    session.wait_for(&format!("found \"{words}\""));
    session.press("\r");
}

/// On Hand off: until nothing is on its way to QuickBooks any more.
fn until_arrived(session: &mut Session) {
    session.press("\t\t");
    wait_for_list(session, "on the way", "queued");
    session.press("r");
    session.wait_until("the end of the visit", |text| text.contains("0 of 0"));
    session.press("\u{1b}[Z\u{1b}[Z");
    session.wait_for("[all]");
}

#[test]
fn the_whole_month_is_done_with_keys_alone_and_proved_to_the_cent() {
    let (mut session, folder) = demo(24, 80, ["60", "60"]);
    let s = &mut session;
    s.wait_for("You and Cin7");
    s.press_for("2r", "Fetched ");
    s.press_for("1a", "Took over");

    // Forty contacts and more: a wrong match undone, the sure ones one by one, the rest created.
    s.press_for("3", "? sure");
    let all = left(s);
    assert!(all >= 40, "{all}");
    s.press("a");
    wait_for_left(s, all - 1);
    s.press_for("u", "Undone: ");
    wait_for_left(s, all);
    let mut open = all;
    while s.text().lines().any(|line| line.starts_with('▸') && line.contains("? sure")) {
        s.press("a");
        open -= 1;
        wait_for_left(s, open);
    }
    assert!(open < all);
    s.press_for("C", "Create the rest");
    s.press_for("j\r", "contacts to be created");

    // A draft with a problem, cured where its key leads.
    s.press_for("4", "[to review]");
    s.press("\t\t");
    s.wait_for("[attention]");
    find(s, "SCN");
    s.wait_for("credit note number is missing");
    s.press_for("c", "The supplier's number of");
    s.press_for("CR-77\r", "It would be ready");
    s.press_for("\r", "Entered the supplier's number CR-77");
    s.escape("found \"SCN\"");

    // Everything ready is approved; Cin7 changes an order, which is read and approved anew.
    s.press("\u{1b}[Z");
    wait_for_list(s, "ready", " ready ");
    s.press_for("*", "marked");
    s.press_for("a", "Approved ");
    s.press_for("!", "Let something happen");
    s.press_for("j\r", "changed order ");
    let text = s.text();
    let order =
        text.split("changed order ").nth(1).and_then(|rest| rest.split(':').next()).unwrap().to_string();
    s.escape("Meanwhile");
    s.press_for("2r", "1 changed");
    s.press_for("4", "[ready]");
    s.press_for("\t", "[attention]");
    find(s, &order);
    s.wait_for("Its content changed");
    s.press_for("o", "Took up again 1 draft");
    s.press("\u{1b}[Z");
    wait_for_list(s, "ready", " ready ");
    s.wait_for("1 of 1");
    s.press_for("a", "Approved 1 draft");
    s.escape(&format!("found \"{order}\""));

    // Handed off, the sales finalised, each under its word; and proved.
    s.press_for("5", "[5? Hand off");
    s.by_word("c");
    s.wait_for("is closed");
    until_arrived(s);
    s.by_word("f");
    s.press_for("r", "[5✓ Hand off]");
    s.wait_for("6✓");
    s.press_for("6", "No proof yet");
    s.press_for("r", "agree to the cent");
    s.press("q");
    assert_eq!(s.end().exit_code(), 0);
    s.is_given_back();

    let told = std::process::Command::new(env!("CARGO_BIN_EXE_countersign"))
        .env("COUNTERSIGN_STATE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"))
        .args(["status", "--json", "--data-dir"])
        .arg(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&told.stdout).to_string();
    assert!(told.contains("\"posted\":"), "{told}");
    for word in ["posted (pending)", "unknown", "refused"] {
        assert!(!told.contains(&format!("\"{word}\":")) || told.contains(&format!("\"{word}\":0")), "{told}");
    }
}

#[test]
fn a_window_may_change_its_size_at_any_moment_and_everything_goes_on() {
    let (mut session, _folder) = demo(24, 80, ["20", "20"]);
    session.wait_for("You and Cin7");
    session.press_for("2r", "Fetched ");
    session.resize(9, 30);
    session.wait_for("needs at least");
    session.resize(18, 60);
    session.wait_for("1 of ");
    session.press_for("?", "Keys on Fetch");
    session.resize(40, 120);
    session.wait_for("Keys on Fetch");
    session.escape("Keys on Fetch");
    session.press("q");
    assert_eq!(session.end().exit_code(), 0);
    session.is_given_back();
}

/// A key that came together with a change of size was left in the kernel until the next key.
#[test]
fn a_key_pressed_while_the_window_changes_its_size_is_heard_at_once() {
    let (mut session, _folder) = demo(24, 80, ["20", "20"]);
    session.wait_for("You and Cin7");
    session.press_for("2r", "Fetched ");
    for turn in 0..40 {
        let (rows, columns) = if turn % 2 == 0 { (40, 120) } else { (24, 80) };
        session.resize(rows, columns);
        session.press_for("?", "Keys on Fetch");
        session.resize(rows - 1, columns - 1);
        session.escape("Keys on Fetch");
    }
    session.press("q");
    assert_eq!(session.end().exit_code(), 0);
}

#[test]
fn the_mouse_is_left_to_the_terminal_unless_the_settings_say_otherwise() {
    let tells = |bytes: &[u8]| bytes.windows(8).any(|some| some == b"\x1b[?1000h");
    let (mut session, folder) = demo(24, 80, ["20", "20"]);
    session.wait_for("You and Cin7");
    session.press("q");
    session.end();
    assert!(!tells(&session.all.lock().unwrap()));
    let set = std::process::Command::new(env!("CARGO_BIN_EXE_countersign"))
        .env("COUNTERSIGN_STATE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"))
        .args(["settings", "set", "screen.mouse=true", "--by", "Ann Lee", "--data-dir"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(set.status.success(), "{}", String::from_utf8_lossy(&set.stderr));
    let mut command = pty::program(Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/state")));
    command.args(["demo", "--orders", "20", "--contacts", "20", "--data-dir"]);
    command.arg(folder.path());
    let mut session = Session::start(command, 24, 80);
    session.wait_for("Cin7");
    session.press("q");
    session.end();
    assert!(tells(&session.all.lock().unwrap()));
    session.is_given_back();
}
