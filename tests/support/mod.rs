//! Helpers of the tests that run the real binary: commands, processes that say when they are ready, free ports.
//!
//! Must never sleep: a process is ready when it says so and over when it is gone, each with a limit.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by several test binaries; a failure must end the test"
)]

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longest time for anything; a broken program fails instead of hanging.
const LIMIT: Duration = Duration::from_secs(120);
/// Password of the Web Connector in these tests.
pub const PASSWORD: &str = "correct-horse-battery";

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The one JSON document on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {} / {}", self.out, self.err))
    }

    /// Expects an exit code.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out, self.err);
        self
    }

    /// Expects a problem in four parts with this code and exit.
    #[track_caller]
    pub fn problem(self, exit: i32, code: &str) {
        let ran = self.ended(exit);
        for part in ["What it means: ", "What to do now: ", &format!("Code: {code}")] {
            assert!(ran.err.contains(part), "no `{part}` in: {}", ran.err);
        }
    }
}

/// The real binary, away from the variables of this environment.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    for name in ["DATA_DIR", "CIN7_USERNAME", "CIN7_KEY"] {
        command.env_remove(format!("COUNTERSIGN_{name}"));
    }
    // What the program remembers of its profiles outside them stays away from the user's own.
    command.env("COUNTERSIGN_STATE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"));
    command.env("COUNTERSIGN_QBWC_PASSWORD", PASSWORD).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn run(args: &[&str]) -> Ran {
    run_with(args, "")
}

/// Runs a command to its end with something on stdin.
pub fn run_with(args: &[&str], stdin: &str) -> Ran {
    run_of(program().args(args), stdin)
}

/// Runs a prepared command in the same way.
pub fn run_of(command: &mut Command, stdin: &str) -> Ran {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that does not read may be gone already.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A process that runs until it is ended.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Running {
    /// Starts a command whose stderr is read line by line.
    pub fn start(args: &[&str]) -> Self {
        Self::of(program().args(args))
    }

    /// Starts a prepared command in the same way.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, lines) = channel();
        let err = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || err.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let mut out = child.stdout.take().unwrap();
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        Running { child, lines, seen: Vec::new() }
    }

    /// Waits for a line that holds this, and gives it.
    #[track_caller]
    pub fn line(&mut self, part: &str) -> String {
        while let Ok(line) = self.lines.recv_timeout(LIMIT) {
            self.seen.push(line.clone());
            if line.contains(part) {
                return line;
            }
        }
        panic!("no line with `{part}` came: {:?}", self.seen);
    }

    /// Waits for a line that holds this; false when the process ended without it.
    pub fn line_or_end(&mut self, part: &str) -> bool {
        while let Ok(line) = self.lines.recv_timeout(LIMIT) {
            self.seen.push(line.clone());
            if line.contains(part) {
                return true;
            }
        }
        false
    }

    /// Process number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// What it said so far.
    pub fn said(&mut self) -> String {
        self.seen.extend(self.lines.try_iter());
        self.seen.join(" | ")
    }

    /// Waits for its end and gives the exit code.
    #[track_caller]
    pub fn ended(mut self) -> i32 {
        // stderr closes with the process.
        while let Ok(line) = self.lines.recv_timeout(LIMIT) {
            self.seen.push(line);
        }
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    /// Ends it without a word, as `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal by its name.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address of this computer that nobody listens on and that the system gives to nobody by itself.
pub fn free_address() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 8_000).unwrap();
    (0..200)
        .map(|_| 20_000 + (start + NEXT.fetch_add(1, Ordering::SeqCst)) % 8_000)
        .map(|port| format!("127.0.0.1:{port}"))
        .find(|address| TcpListener::bind(address).is_ok())
        .unwrap()
}

/// Numbers of the world that the far ends of a test share.
pub const WORLD: [&str; 6] = ["--seed", "11", "--orders", "30", "--contacts", "45"];

/// A profile with its far ends as processes of their own.
pub struct Job {
    pub folder: tempfile::TempDir,
    pub listen: String,
    pub cin7: Option<Running>,
    pub cin7_url: String,
}

impl Job {
    /// Starts a simulated Cin7 and makes a profile that knows it.
    pub fn start(faults: &str) -> Self {
        let mut cin7 =
            Running::start(&[&["sim", "cin7", "--speed", "200", "--faults", faults][..], &WORLD].concat());
        let ready = cin7.line("sim cin7 ready at ");
        let cin7_url = ready.rsplit(' ').next().unwrap().to_string();
        let job = Job {
            folder: tempfile::tempdir().unwrap(),
            listen: free_address(),
            cin7: Some(cin7),
            cin7_url: cin7_url.clone(),
        };
        job.run(&[
            "init",
            "--cin7-url",
            &cin7_url,
            "--cin7-username",
            "demo",
            "--timezone",
            "America/New_York",
            "--listen",
            &job.listen,
        ])
        .ended(0);
        job.run(&["settings", "set", "cin7.limit_factor=200"]).ended(0);
        run_with(&["secrets", "set", "cin7-key", "--data-dir", &job.dir()], "demo-key\n").ended(0);
        job
    }

    /// The profile's folder.
    pub fn dir(&self) -> String {
        self.folder.path().join("profile").to_string_lossy().into_owned()
    }

    /// A file beside the profile.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command on the profile.
    pub fn run(&self, args: &[&str]) -> Ran {
        run(&[args, &["--data-dir", &self.dir()]].concat())
    }

    /// Starts a command on the profile.
    pub fn running(&self, args: &[&str]) -> Running {
        Running::start(&[args, &["--data-dir", &self.dir()]].concat())
    }

    /// The QuickBooks of this job with its Web Connector.
    pub fn quickbooks(&self, more: &[&str]) -> Running {
        let url = self.url();
        let company = self.beside("company.json").to_string_lossy().into_owned();
        let fixed = ["sim", "quickbooks", "--url", &url, "--username", "countersign", "--company", &company];
        let mut started = Running::start(&[&fixed[..], &WORLD, more].concat());
        started.line("sim quickbooks ready");
        started
    }

    /// The AppURL.
    pub fn url(&self) -> String {
        format!("http://localhost:{}/qbwc", self.listen.rsplit(':').next().unwrap())
    }

    /// Serves until nothing is left and gives the exit code.
    pub fn serve(&self, more: &[&str]) -> i32 {
        self.running(&[&["serve", "--until-idle"][..], more].concat()).ended()
    }

    /// Everything up to drafts that wait for approval.
    pub fn up_to_review(&self) {
        assert_eq!(self.serve(&["--adopt-company"]), 0);
        self.run(&["settings", "propose", "--accept"]).ended(0);
        self.run(&["fetch"]).ended(0);
        self.run(&["match", "--accept-auto", "--create-rest"]).ended(0);
    }

    /// Number of drafts in a state.
    pub fn state(&self, state: &str) -> i64 {
        let status = self.run(&["status", "--json"]).ended(0).json();
        status.pointer(&format!("/states/{state}")).and_then(Value::as_i64).unwrap_or(0)
    }
}

/// Reads a file whole.
pub fn read(path: &Path) -> String {
    let mut text = String::new();
    std::fs::File::open(path).unwrap().read_to_string(&mut text).unwrap();
    text
}
