//! `cargo bench --bench screen [-- PROFILE]`: key to frame in process over a million rows, and, where a profile is named,
//! start, memory and key to screen of the real binary in a pseudo-terminal. Prints figures; fails nothing
//! (design section 5).

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

use countersign::tui::measure::Measured;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::crossterm::event::KeyCode;
use std::io::{Read as _, Write as _};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const ROWS: i64 = 1_000_000;
const SIZE: (u16, u16) = (200, 60);

fn percentiles(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    println!(
        "{what}: p50 {:?}, p99 {:?}, worst {:?} of {}",
        at(50),
        at(99),
        times[times.len() - 1],
        times.len()
    );
}

fn in_process() {
    let mut screen = Measured::review(ROWS, SIZE.0, SIZE.1).expect("a screen");
    for (what, keys) in [
        ("one row down", vec![KeyCode::Down]),
        ("a page down", vec![KeyCode::PageDown]),
        ("last and first", vec![KeyCode::End, KeyCode::Home]),
        ("mark", vec![KeyCode::Char(' ')]),
    ] {
        let times = (0..2_000).map(|n| screen.key(keys[n % keys.len()])).collect();
        percentiles(&format!("{what}, {ROWS} rows, {}x{}", SIZE.0, SIZE.1), times);
    }
}

fn binary(profile: &str) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(["--data-dir", profile]);
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command
}

fn resident_kb(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kb| kb.parse().ok()).unwrap_or(0)
}

/// Waits until nothing more comes for a moment; when the first bytes came.
fn quiet(bytes: &Receiver<Instant>, least: Duration) -> Option<Instant> {
    let first = bytes.recv_timeout(Duration::from_secs(10)).ok();
    while bytes.recv_timeout(least).is_ok() {}
    first
}

fn real(profile: &str) {
    let mut starts = Vec::new();
    for _ in 0..11 {
        let pair = native_pty_system().openpty(size()).expect("a pseudo-terminal");
        let mut command = binary(profile);
        command.arg("--exit-after-first-frame");
        let begun = Instant::now();
        let mut child = pair.slave.spawn_command(command).expect("the binary");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("its output");
        std::thread::spawn(move || while reader.read(&mut [0; 65_536]).is_ok_and(|read| read > 0) {});
        let _ = child.wait();
        starts.push(begun.elapsed());
    }
    percentiles("start to first frame and out again", starts);
    let pair = native_pty_system().openpty(size()).expect("a pseudo-terminal");
    let mut child = pair.slave.spawn_command(binary(profile)).expect("the binary");
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().expect("its output");
    let mut keys = pair.master.take_writer().expect("its input");
    let (seen, bytes) = channel();
    std::thread::spawn(move || {
        while reader.read(&mut [0; 65_536]).is_ok_and(|read| read > 0) {
            let _ = seen.send(Instant::now());
        }
    });
    let mut press = |key: &[u8], least: u64| {
        let at = Instant::now();
        let _ = keys.write_all(key).and_then(|()| keys.flush());
        quiet(&bytes, Duration::from_millis(least)).map_or(Duration::MAX, |first| first - at)
    };
    press(b"4", 3_000);
    press(b"\t\t\t\t\t\t\t", 3_000);
    percentiles("key to bytes, row down", (0..200).map(|_| press(b"j", 60)).collect());
    percentiles("key to bytes, page down", (0..50).map(|_| press(b"\x1b[6~", 80)).collect());
    press(b"/", 200);
    percentiles("key to bytes, filter", b"acme".iter().map(|key| press(&[*key], 400)).collect());
    println!("most memory: {} kB", child.process_id().map_or(0, resident_kb));
    let _ = child.kill();
}

fn size() -> PtySize {
    PtySize { rows: SIZE.1, cols: SIZE.0, pixel_width: 0, pixel_height: 0 }
}

fn main() {
    in_process();
    // Cargo hands `--bench` over; anything else is the folder of a profile.
    if let Some(profile) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) {
        real(&profile);
    }
}
