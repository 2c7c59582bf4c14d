//! One story: a company with an approved batch on its way, every process of it, and what must hold at its end.

use crate::support::{Job, Running, WORLD, program, run_of};
use crate::wire::Wire;
use countersign::sim::connector::load_company;
use countersign::sim::quickbooks::{Ledger, Switches};
use countersign::sim::world::World;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use serde_json::Value;
use std::collections::HashSet;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longest time for anything; a broken program fails instead of hanging.
const LIMIT: Duration = Duration::from_secs(120);

/// A seeded sequence; the same seed tells the same stories.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound.max(1)
    }
}

/// A number that a person may ask for.
pub fn asked_for(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The slow part, done once for all stories: everything up to a closed batch.
struct Prepared {
    folder: tempfile::TempDir,
    approved: i64,
}

fn prepared() -> &'static Prepared {
    static PREPARED: OnceLock<Prepared> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let job = Job::start("");
        let quickbooks = job.quickbooks(&["--every", "1"]);
        job.up_to_review();
        // Ended in peace, so that the company file is whole.
        quickbooks.signal("TERM");
        quickbooks.ended();
        job.run(&["approve", "--all-ready", "--by", "Ann"]).ended(0);
        let approved = job.state("Approved");
        job.run(&["handoff"]).ended(0);
        assert!(approved > 20, "{approved} are approved");
        Prepared { folder: job.folder, approved }
    })
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The program with its screen, in a terminal that a test may close.
pub struct Window {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    reader: Option<JoinHandle<()>>,
    closing: Arc<AtomicBool>,
    screen: Arc<Mutex<vt100::Parser>>,
    keys: Option<Box<dyn Write + Send>>,
}

impl Window {
    /// What stands on the screen.
    pub fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    #[track_caller]
    pub fn wait_for(&self, wanted: &str) {
        let begun = Instant::now();
        while !self.text().contains(wanted) {
            assert!(begun.elapsed() < LIMIT, "`{wanted}` did not come:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn press(&mut self, keys: &str) {
        let writer = self.keys.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Waits for its end and gives the exit code.
    pub fn ended(mut self) -> u32 {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(begun.elapsed() < LIMIT, "it did not end:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the program without a word.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Closes the terminal under the program and gives its exit code.
    pub fn close(mut self) -> u32 {
        // Whoever writes to the terminal or reads it holds it open too: a new size makes the program draw, and the reader ends.
        drop(self.keys.take());
        self.closing.store(true, Ordering::SeqCst);
        let master = self.master.take().unwrap();
        master.resize(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 }).unwrap();
        self.reader.take().unwrap().join().unwrap();
        drop(master);
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(begun.elapsed() < LIMIT, "the program goes on without its terminal");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A story of its own.
pub struct Story {
    folder: tempfile::TempDir,
    pub listen: String,
    pub approved: i64,
}

impl Story {
    /// A closed batch that waits for the Web Connector.
    pub fn queued() -> Self {
        let prepared = prepared();
        let folder = tempfile::tempdir().unwrap();
        copy(prepared.folder.path(), folder.path());
        let story = Story { folder, listen: crate::support::free_address(), approved: prepared.approved };
        story.run(&["settings", "set", &format!("endpoint.listen={}", story.listen)]).ended(0);
        story
    }

    pub fn dir(&self) -> String {
        self.folder.path().join("profile").to_string_lossy().into_owned()
    }

    pub fn company(&self) -> PathBuf {
        self.folder.path().join("company.json")
    }

    /// The program on this story's profile; what it remembers outside of it stays in the story too.
    pub fn program(&self) -> Command {
        let mut program = program();
        program.env("COUNTERSIGN_STATE_DIR", self.folder.path().join("state"));
        program
    }

    /// The same with its arguments, the profile named.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.program();
        command.args(args).args(["--data-dir", &self.dir()]);
        command
    }

    pub fn run(&self, args: &[&str]) -> crate::support::Ran {
        run_of(&mut self.command(args), "")
    }

    /// The endpoint without a screen, ready to be visited.
    pub fn serve(&self) -> Running {
        let mut serve = Running::of(&mut self.command(&["serve"]));
        serve.line("serve ready");
        serve
    }

    /// The program with its screen.
    pub fn window(&self) -> Window {
        self.window_of(&[], 24, 80)
    }

    /// The same with options, in a terminal of this size.
    pub fn window_of(&self, options: &[&str], rows: u16, columns: u16) -> Window {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(options);
        command.args(["--data-dir", &self.dir()]);
        for (name, value) in self.program().get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            }
        }
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let closing = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&closing);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(
            rows.try_into().unwrap(),
            columns.try_into().unwrap(),
            0,
        )));
        let fed = Arc::clone(&screen);
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read) = output.read(&mut bytes) {
                fed.lock().unwrap().process(&bytes[..read]);
                if read == 0 || told.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Window { child, master: Some(pair.master), reader: Some(reader), closing, screen, keys: Some(keys) }
    }

    /// One visit of the Web Connector, over a wire or directly.
    pub fn visit(&self, wire: Option<&Wire>) -> Running {
        let port =
            wire.map_or_else(|| self.listen.rsplit(':').next().unwrap().to_string(), |w| w.port.to_string());
        let url = format!("http://localhost:{port}/qbwc");
        let company = self.company().to_string_lossy().into_owned();
        let fixed = ["sim", "quickbooks", "--once", "--url", &url, "--username", "countersign", "--company"];
        Running::start(&[&fixed[..], &[&company], &WORLD].concat())
    }

    /// What stands in QuickBooks' ledger.
    pub fn ledger(&self) -> Ledger {
        let seed = World::generate(11, 30, 45).company_seed();
        load_company(Some(&self.company()), &seed, Switches::default()).unwrap().dump_ledger()
    }

    /// Visits in peace until nothing is left, then everything is looked at.
    pub fn ends_well(&self, told: &str) {
        let serve = Running::of(&mut self.command(&["serve", "--until-idle"]));
        let quickbooks = self.quickbooks();
        assert_eq!(serve.ended(), 0, "something is stuck: {told}");
        quickbooks.signal("TERM");
        quickbooks.ended();
        self.books_are_right(told);
    }

    fn quickbooks(&self) -> Running {
        let url = format!("http://localhost:{}/qbwc", self.listen.rsplit(':').next().unwrap());
        let company = self.company().to_string_lossy().into_owned();
        let fixed =
            ["sim", "quickbooks", "--every", "1", "--url", &url, "--username", "countersign", "--company"];
        Running::start(&[&fixed[..], &[&company], &WORLD].concat())
    }

    /// Every approved document is in QuickBooks once, and the program knows it.
    pub fn books_are_right(&self, told: &str) {
        let status = self.run(&["status", "--json"]).ended(0).json();
        let state =
            |name: &str| status.pointer(&format!("/states/{name}")).and_then(Value::as_i64).unwrap_or(0);
        for open in ["Approved", "Queued", "InFlight", "Unknown", "Rejected", "DriftedInQuickBooks"] {
            assert_eq!(state(open), 0, "{open}: {told}");
        }
        assert_eq!(state("Posted"), self.approved, "{told}");
        assert_eq!(status["frozen"], Value::Null, "{told}");
        let drafts = self.run(&["drafts", "--state", "Posted", "--json"]).ended(0).json();
        let ids =
            drafts["drafts"].as_array().unwrap().iter().map(|d| d["txn_id"].as_str().unwrap().to_string());
        let ids: HashSet<String> = ids.collect();
        let mut marks = HashSet::new();
        let mut there = HashSet::new();
        for txn in self.ledger().transactions.into_iter().filter(|txn| !txn.external_guid.is_empty()) {
            assert!(marks.insert(txn.external_guid.clone()), "twice in QuickBooks: {txn:?}: {told}");
            there.insert(txn.txn_id);
        }
        assert_eq!(there, ids, "QuickBooks holds what the program says it holds: {told}");
        self.run(&["audit", "verify"]).ended(0);
        self.run(&["prove"]).ended(0);
    }
}
