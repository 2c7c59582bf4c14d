//! A disk that fails under the real binary: the k-th write, sync or read of the database comes back with an error, or no
//! file may grow any further (`exactly-once.md` 8: F3, F5). Each time the endpoint stops handing out and says why, the
//! next start opens right, and at the end everything is in QuickBooks once.
//!
//! Errors of single system calls are made by `strace`; where that is not there, only the size is bounded.
//! `COUNTERSIGN_TEST_DISK_FAULTS` asks for more of them than a plain run makes.

use crate::story::{Story, asked_for};
use crate::support::Running;
use std::path::Path;
use std::process::Command;

/// Failures of a plain run, for each sort of system call.
const FAULTS: u64 = 3;

/// One visit at a program whose disk fails; what both said.
fn visited(story: &Story, mut serve: Running) -> String {
    if !serve.line_or_end("serve ready") {
        // It did not get as far as to listen.
        let said = serve.said();
        assert!(said.contains("What to do now"), "it ends with words: {said}");
        return said;
    }
    let mut visit = story.visit(None);
    while !visit.is_over() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let said = format!("{} / {}", serve.said(), visit.said());
    serve.kill();
    assert!(!said.contains("Code: BUG"), "{said}");
    said
}

fn limited(story: &Story, blocks: u64) -> Running {
    let mut command = Command::new("sh");
    // The signal of a file that may not grow is ignored, so that the write itself fails.
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
    Running::of(as_program(story, command).args(["serve", "--data-dir", &story.dir()]))
}

/// The program behind another one, with the same environment.
fn as_program(story: &Story, mut command: Command) -> Command {
    let program = story.program();
    command.arg(program.get_program()).stdin(std::process::Stdio::null());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

#[test]
fn where_no_file_may_grow_nothing_is_handed_out_that_is_not_durable() {
    let story = Story::queued();
    let faults = asked_for("COUNTERSIGN_TEST_DISK_FAULTS", FAULTS);
    let mut stopped = 0;
    for round in 0..faults * 2 {
        // Blocks of 512 or 1,024 bytes, as the shell counts; the log begins small and grows with each round.
        let said = visited(&story, limited(&story, 16 + round * 160));
        stopped +=
            u64::from(said.contains("could not be written") || said.contains("write during the hand-off"));
    }
    assert!(stopped > 0, "the limit never struck");
    story.ends_well("no file may grow");
}

fn has_strace() -> bool {
    let tried = Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).output();
    tried.is_ok_and(|tried| tried.status.success())
}

fn failing(story: &Story, calls: &str, nth: u64) -> Running {
    let mut command = Command::new("strace");
    let db = Path::new(&story.dir()).join("countersign.db");
    let db = std::fs::canonicalize(db).unwrap();
    let log = db.with_extension("db-wal");
    let _ = std::fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
    // The tracer stands behind the program, so that the program itself is killed at the end.
    command.args(["-D", "-f", "-qq", "-o", "/dev/null", "-P"]).arg(&db).arg("-P").arg(&log);
    command.args(["-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:error=EIO:when={nth}")]);
    Running::of(as_program(story, command).args(["serve", "--data-dir", &story.dir()]))
}

#[test]
fn after_the_nth_write_sync_or_read_failed_everything_is_in_quickbooks_once() {
    if !has_strace() {
        println!("not run: strace is not there or may not trace");
        return;
    }
    let faults = asked_for("COUNTERSIGN_TEST_DISK_FAULTS", FAULTS);
    let mut story = Story::queued();
    let mut stopped = 0;
    for calls in ["pwrite64", "fsync,fdatasync", "pread64"] {
        for round in 0..faults {
            // In a plain run further apart, so that each falls into another part of a visit.
            let nth = if faults > FAULTS { round + 1 } else { 1 + round * 17 };
            let said = visited(&story, failing(&story, calls, nth));
            stopped += u64::from(said.contains("could not be written") || said.contains("What to do now"));
            let left = story.run(&["status", "--json"]).ended(0).json();
            if left["states"]["Queued"].is_null() && left["states"]["Unknown"].is_null() {
                story.ends_well(&format!("{calls} {nth}"));
                story = Story::queued();
            }
        }
    }
    println!("{stopped} of {} stopped the program or its visit", faults * 3);
    assert!(stopped > 0, "no failure struck");
    story.ends_well("failing system calls");
}
