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

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use std::io::{Read as _, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The longest that anything is waited for; a slow machine needs it, a fast one never.
const LIMIT: Duration = Duration::from_secs(90);

struct Session {
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<vt100::Parser>>,
    keys: Box<dyn Write + Send>,
    _master: Box<dyn MasterPty + Send>,
    _folder: tempfile::TempDir,
}

impl Session {
    fn start(rows: u16, columns: u16) -> Self {
        Self::of(rows, columns, ["20", "20"])
    }

    /// A demo of so many orders and contacts.
    fn of(rows: u16, columns: u16, [orders, contacts]: [&str; 2]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(["demo", "--orders", orders, "--contacts", contacts, "--data-dir"]);
        command.arg(folder.path());
        command.env("TERM", "xterm-256color");
        command.env("COUNTERSIGN_STATE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"));
        command.env("LANG", "C.UTF-8");
        command.env_remove("COUNTERSIGN_DATA_DIR");
        command.env_remove("NO_COLOR");
        command.env_remove("LC_ALL");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(
            rows.try_into().unwrap(),
            columns.try_into().unwrap(),
            0,
        )));
        let mut output = pair.master.try_clone_reader().unwrap();
        let fed = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read) = output.read(&mut bytes) {
                if read == 0 {
                    return;
                }
                fed.lock().unwrap().process(&bytes[..read]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Session { child, screen, keys, _master: pair.master, _folder: folder }
    }

    fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    fn wait_for(&self, wanted: &str) {
        let begun = Instant::now();
        while !self.text().contains(wanted) {
            assert!(begun.elapsed() < LIMIT, "`{wanted}` did not come:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A key behind Esc that comes in one read with it would count as one key held with Alt.
    fn wait_until_gone(&self, unwanted: &str) {
        let begun = Instant::now();
        while self.text().contains(unwanted) {
            assert!(begun.elapsed() < LIMIT, "`{unwanted}` did not go:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The count behind the filter words of a list: `1 of 40`.
    fn left(&self) -> usize {
        let begun = Instant::now();
        loop {
            let text = self.text();
            let counts = text.lines().filter_map(|line| line.trim_end().rsplit_once(" of "));
            let left = counts.filter(|(head, _)| head.ends_with(|c: char| c.is_ascii_digit()));
            if let Some(left) = left.filter_map(|(_, count)| count.parse().ok()).next() {
                break left;
            }
            assert!(begun.elapsed() < LIMIT, "no count came:\n{text}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_for_left(&self, wanted: usize) {
        let begun = Instant::now();
        while self.left() != wanted {
            assert!(begun.elapsed() < LIMIT, "{wanted} left did not come:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn end(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if begun.elapsed() > LIMIT {
                let last = self.text();
                self.child.kill().unwrap();
                panic!("it did not end:\n{last}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn is_given_back(&self) {
        let begun = Instant::now();
        while self.screen.lock().unwrap().screen().alternate_screen() {
            assert!(begun.elapsed() < LIMIT, "the terminal was not given back");
            std::thread::sleep(Duration::from_millis(5));
        }
        let screen = self.screen.lock().unwrap();
        assert!(!screen.screen().hide_cursor());
        assert!(!screen.screen().bracketed_paste());
    }
}

#[test]
fn a_person_walks_through_the_seven_steps_and_leaves_a_whole_terminal() {
    let mut session = Session::start(24, 80);
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
    let mut session = Session::of(24, 80, ["150", "90"]);
    session.wait_for("You and Cin7");
    session.press("2r");
    session.wait_for("1 of ");
    session.press("3");
    session.wait_for("? sure");
    let mut left = session.left();
    let (mut easy, mut easy_keys, mut other, mut other_keys) = (0, 0, 0, 0);
    // The sure ones come first; the cursor stands on the next open one after each decision.
    while easy + other < 44 {
        session.wait_for("? sure");
        let keys = if easy < 40 { "a" } else { "e1" };
        session.press(keys);
        left -= 1;
        session.wait_for_left(left);
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
    session.wait_for_left(left + 1);
    session.press("q");
    session.end();
    session.is_given_back();
}

#[test]
fn being_told_to_end_gives_the_terminal_back_with_the_signals_code() {
    let mut session = Session::start(40, 120);
    session.wait_for("You and Cin7");
    let id = session.child.process_id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(session.end().exit_code(), 143);
    session.is_given_back();
}

#[test]
fn ctrl_c_twice_leaves_at_once() {
    let mut session = Session::start(18, 60);
    session.wait_for("You and Cin7");
    session.press("\u{3}");
    session.wait_for("Leave?");
    session.press("\u{3}");
    assert_eq!(session.end().exit_code(), 130);
    session.is_given_back();
}
