//! The real binary in a pseudo-terminal: a person walks through the seven steps of a demo and leaves; the terminal is
//! theirs again, however the program ends. Waits for text, never for time.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
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
        let folder = tempfile::tempdir().unwrap();
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(["demo", "--orders", "20", "--contacts", "20", "--data-dir"]);
        command.arg(folder.path());
        command.env("TERM", "xterm-256color");
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
                self.child.kill().unwrap();
                panic!("it did not end:\n{}", self.text());
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
    session.wait_for("take over map");
    session.press("q");
    assert_eq!(session.end().exit_code(), 0);
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
