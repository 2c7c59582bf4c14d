//! The real binary in a pseudo-terminal, read as a person sees it.
//!
//! Must never wait for time: every wait is for a text, and ends with what stood there instead.

#![allow(dead_code, reason = "shared by several test binaries")]

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use std::io::{Read as _, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The longest that anything is waited for; a slow machine needs it, a fast one never.
const LIMIT: Duration = Duration::from_secs(90);
/// Between two looks at the screen.
const LOOK: Duration = Duration::from_millis(5);

pub struct Session {
    pub child: Box<dyn Child + Send + Sync>,
    pub screen: Arc<Mutex<vt100::Parser>>,
    /// When bytes came, and how many.
    pub came: Receiver<(Instant, usize)>,
    /// Everything that came, with what a person never sees.
    pub all: Arc<Mutex<Vec<u8>>>,
    keys: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
}

/// The program, as a terminal of a person's would start it.
pub fn program(state: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_countersign"));
    command.env("TERM", "xterm-256color");
    command.env("COUNTERSIGN_STATE_DIR", state);
    command.env("LANG", "C.UTF-8");
    for variable in ["COUNTERSIGN_DATA_DIR", "NO_COLOR", "LC_ALL", "COLORTERM", "COLORFGBG"] {
        command.env_remove(variable);
    }
    command
}

impl Session {
    pub fn start(command: CommandBuilder, rows: u16, columns: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(
            rows.try_into().unwrap(),
            columns.try_into().unwrap(),
            0,
        )));
        let all = Arc::new(Mutex::new(Vec::new()));
        let mut output = pair.master.try_clone_reader().unwrap();
        let (fed, kept) = (Arc::clone(&screen), Arc::clone(&all));
        let (tell, came) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 65_536];
            while let Ok(read @ 1..) = output.read(&mut bytes) {
                let _ = tell.send((Instant::now(), read));
                fed.lock().unwrap().process(&bytes[..read]);
                kept.lock().unwrap().extend_from_slice(&bytes[..read]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Session { child, screen, came, all, keys, master: pair.master }
    }

    pub fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Waits until something is so; `what` says what, where it never is.
    pub fn wait_until(&self, what: &str, mut is_so: impl FnMut(&str) -> bool) {
        let begun = Instant::now();
        loop {
            let text = self.text();
            if is_so(&text) {
                return;
            }
            assert!(begun.elapsed() < LIMIT, "{what} did not come:\n{text}");
            std::thread::sleep(LOOK);
        }
    }

    pub fn wait_for(&self, wanted: &str) {
        self.wait_until(&format!("`{wanted}`"), |text| text.contains(wanted));
    }

    /// A key behind Esc that comes in one read with it would count as one key held with Alt.
    pub fn wait_until_gone(&self, unwanted: &str) {
        self.wait_until(&format!("the end of `{unwanted}`"), |text| !text.contains(unwanted));
    }

    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Presses a key and waits for what it brings.
    pub fn press_for(&mut self, keys: &str, wanted: &str) {
        self.press(keys);
        self.wait_for(wanted);
    }

    /// Closes what lies over the screen.
    pub fn escape(&mut self, unwanted: &str) {
        self.press("\u{1b}");
        self.wait_until_gone(unwanted);
    }

    /// A question that asks for the control word, answered as a person does: letter by letter, as it is seen.
    pub fn by_word(&mut self, key: &str) {
        self.press_for(key, "Type the control word");
        let text = self.text();
        let rest = text.split("Type the control word").nth(1).unwrap();
        let word = rest.split_whitespace().next().unwrap().to_string();
        for typed in 1..=word.len() {
            self.press(&word[typed - 1..typed]);
            self.wait_for(&format!("> {}{}", &word[..typed], "_".repeat(word.len() - typed)));
        }
        self.press("\r");
        self.wait_until_gone("Type the control word");
    }

    /// Another size of the window.
    pub fn resize(&self, rows: u16, columns: u16) {
        self.screen
            .lock()
            .unwrap()
            .screen_mut()
            .set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    pub fn end(&mut self) -> ExitStatus {
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
            std::thread::sleep(LOOK);
        }
    }

    /// Whether the terminal is a person's again: its own screen, a cursor, plain pastes, no mouse.
    pub fn is_given_back(&self) {
        let begun = Instant::now();
        while self.screen.lock().unwrap().screen().alternate_screen() {
            assert!(begun.elapsed() < LIMIT, "the terminal was not given back");
            std::thread::sleep(LOOK);
        }
        let screen = self.screen.lock().unwrap();
        assert!(!screen.screen().hide_cursor());
        assert!(!screen.screen().bracketed_paste());
        assert_eq!(screen.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }
}
