//! `cargo bench --bench screen`: the screens' figures of issue 7, point 9, each with what it must be. Everything is
//! measured on profiles of real drafts, which are made once and kept in the target folder. Prints figures; fails nothing
//! (design section 5).
//!
//! In process: keys and letters of the filter over 1,000,000 drafts at 200x60. Through a pseudo-terminal: start, memory,
//! keys, letters and idling of the real binary with 360,000 documents on disk, and its loop while it fetches, posts and
//! is scrolled.
//!
//! `cargo bench --bench screen -- keys letters screens terminal loop`: only these parts of it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

#[path = "gaps.rs"]
mod gaps;
#[path = "large.rs"]
mod large;
#[path = "../support/pty.rs"]
mod pty;

use countersign::tui::measure::{Measured, Typed};
use countersign::workflow::{Profile, SystemClock};
use pty::Session;
use ratatui::crossterm::event::KeyCode;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rows of the lists.
const ROWS: usize = 1_000_000;
/// Documents on disk.
const DOCUMENTS: usize = 360_000;
/// Columns and lines.
const SIZE: (u16, u16) = (200, 60);
/// How long nothing has come before everything that a key brings counts as there.
const QUIET: Duration = Duration::from_millis(400);
/// What nothing has come for until then counts as having taken so long.
pub const LONGEST: Duration = Duration::from_secs(2);
/// How long idling is watched.
const IDLE: Duration = Duration::from_secs(10);

/// What is typed into the filter, letter by letter: rare words, frequent ones, short ones, conditions, and `<` for
/// Backspace.
const LINES: [&str; 34] = [
    "acme",
    "supply peoria",
    "999999",
    "a",
    "ha",
    "kind:bill >1000 helena",
    "month:2026-02 party",
    "2025-11-17",
    "zzz",
    "q",
    "ma",
    "bak",
    "kind:credit-memo",
    "state:ready",
    "state:held zzz",
    ">1000",
    "<250.50",
    "461.34",
    "2025-1<<<<<6",
    "from:2026-06-01 to:2026-06-03",
    "harbor g",
    "nobodyhasthisword",
    "peoria<<<<<<",
    "acme -west month:2026",
    "2026-12 zz",
    "<2",
    "kind:journal",
    "is:gone",
    "is:warned",
    "is:pending helena",
    "currency:eur",
    "type:adjustment",
    "state:refused >10",
    "is:changed",
];

pub fn percentiles(what: &str, must: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    println!(
        "{what}: p50 {:?}, p99 {:?}, worst {:?} of {} ({must})",
        at(50),
        at(99),
        times[times.len() - 1],
        times.len()
    );
}

/// The keys of one figure, over and over.
struct Step {
    what: &'static str,
    times: usize,
    /// Pressed once before, unmeasured.
    before: &'static [KeyCode],
    keys: &'static [KeyCode],
}

const fn step(what: &'static str, times: usize, keys: &'static [KeyCode]) -> Step {
    Step { what, times, before: &[], keys }
}

const STEPS: [Step; 10] = [
    step("one row down", 1_000, &[KeyCode::Down]),
    step("a page down", 400, &[KeyCode::PageDown]),
    step("last and first", 100, &[KeyCode::End, KeyCode::Home]),
    step("mark", 400, &[KeyCode::Char(' ')]),
    step("range", 100, &[KeyCode::Char('v'), KeyCode::End, KeyCode::Char('v'), KeyCode::Home]),
    step("mark all and none", 200, &[KeyCode::Char('*')]),
    step("open and close a draft", 200, &[KeyCode::Enter, KeyCode::Esc]),
    step("help and away", 200, &[KeyCode::Char('?'), KeyCode::Esc]),
    step("palette, a letter, away", 300, &[KeyCode::Char(':'), KeyCode::Char('a'), KeyCode::Esc]),
    Step {
        what: "help and palette over all marked",
        times: 201,
        before: &[KeyCode::Esc, KeyCode::Char('*')],
        keys: &[KeyCode::Char('?'), KeyCode::Esc, KeyCode::Char(':'), KeyCode::Esc],
    },
];

/// What is measured of it.
fn in_process(is_wanted: impl Fn(&str) -> bool) {
    if !["keys", "letters", "screens"].into_iter().any(&is_wanted) {
        return;
    }
    let dir = large::profile(ROWS, false);
    let profile: Arc<Profile> = Profile::open_reading(&dir, Arc::new(SystemClock)).expect("the profile");
    let mut screen = Measured::review(&profile, SIZE.0, SIZE.1).expect("a screen");
    let at = format!("{} rows, {}x{}", screen.rows(), SIZE.0, SIZE.1);
    if is_wanted("keys") {
        for step in STEPS {
            for key in step.before {
                screen.key(*key);
            }
            let times = (0..step.times).map(|n| screen.key(step.keys[n % step.keys.len()])).collect();
            percentiles(&format!("key to frame, {}, {at}", step.what), "p99 under 2 ms", times);
        }
        screen.key(KeyCode::Esc);
        screen.key(KeyCode::Esc);
    }
    if is_wanted("letters") {
        letters(&mut screen, &at);
    }
    if is_wanted("screens") {
        every_screen(&mut screen, &at);
    }
}

/// Filter lines, letter by letter.
fn letters(screen: &mut Measured, at: &str) {
    let mut all: Vec<Typed> = Vec::new();
    for line in LINES {
        screen.key(KeyCode::Char('/'));
        // A line that is typed begins with a comparison, not with Backspace.
        let key = |(at, letter)| match letter {
            '<' if at > 0 => KeyCode::Backspace,
            letter => KeyCode::Char(letter),
        };
        let typed: Vec<Typed> = line.chars().enumerate().map(|pressed| screen.typed(key(pressed))).collect();
        let worst = typed.iter().map(|typed| typed.rows).max().unwrap_or_default();
        let whole = typed.iter().map(|typed| typed.whole).max().unwrap_or_default();
        let found: Vec<usize> = typed.iter().map(|typed| typed.found).collect();
        let each: Vec<u128> = typed.iter().map(|typed| typed.rows.as_millis()).collect();
        println!(
            "  \"{line}\": rows after at most {worst:?}, all counted after {whole:?}; found {found:?}; ms of each letter {each:?}"
        );
        all.extend(typed);
        screen.key(KeyCode::Esc);
    }
    let of = |part: fn(&Typed) -> Duration| all.iter().map(part).collect();
    percentiles(
        &format!("letter of the filter to its frame, {at}"),
        "never blocks the next key",
        of(|t| t.frame),
    );
    percentiles(&format!("letter of the filter to what it finds, {at}"), "under 30 ms", of(|t| t.rows));
    percentiles(
        &format!("letter of the filter to the whole count, {at}"),
        "in the background",
        of(|t| t.whole),
    );
}

/// Moving on every screen, and all that lies over them, over and over.
fn every_screen(screen: &mut Measured, at: &str) {
    for step in "01234567".chars() {
        let mut times = vec![screen.key(KeyCode::Char(step))];
        for _ in 0..4 {
            for key in "jj:h\u{8}\u{8}?help\u{1b};pend\u{1b}'\u{1b}Scin\u{1b}\u{1b}/a\u{1b}\tjk".chars() {
                times.push(screen.key(match key {
                    '\u{1b}' => KeyCode::Esc,
                    '\u{8}' => KeyCode::Backspace,
                    '\t' => KeyCode::Tab,
                    letter => KeyCode::Char(letter),
                }));
            }
            for _ in 0..3 {
                times.push(screen.key(KeyCode::Esc));
            }
        }
        percentiles(
            &format!("key to frame, screen {step} and what lies over it, {at}"),
            "p99 under 2 ms",
            times,
        );
    }
}

fn open(profile: &Path) -> Session {
    let mut command = pty::program(&large::state());
    command.args(["--data-dir", &profile.to_string_lossy()]);
    Session::start(command, SIZE.1, SIZE.0)
}

fn starts(profile: &Path) {
    let mut times = Vec::new();
    for _ in 0..21 {
        let mut command = pty::program(&large::state());
        command.args(["--data-dir", &profile.to_string_lossy(), "--exit-after-first-frame"]);
        let begun = Instant::now();
        let mut session = Session::start(command, SIZE.1, SIZE.0);
        let first = session.came.recv_timeout(Duration::from_secs(30)).expect("a frame").0;
        times.push(first - begun);
        session.end();
    }
    percentiles(&format!("start to first frame, {DOCUMENTS} documents"), "under 50 ms", times);
}

/// A number of `/proc/ID/status`, in kB.
fn kilobytes(id: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kb| kb.parse().ok()).unwrap_or(0)
}

/// Processor time of a process so far, in ticks of 10 ms.
fn ticks(id: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let numbers = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    numbers.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

/// Presses a key: until its first bytes came, and until the last of what it brought.
pub fn timed(session: &mut Session, key: &str, quiet: Duration) -> (Duration, Duration) {
    while session.came.try_recv().is_ok() {}
    let at = Instant::now();
    session.press(key);
    let Ok((first, _)) = session.came.recv_timeout(LONGEST) else {
        return (LONGEST, LONGEST);
    };
    let mut last = first;
    while let Ok((later, _)) = session.came.recv_timeout(quiet) {
        last = later;
    }
    (first - at, last - at)
}

fn real() {
    let dir = large::profile(DOCUMENTS, true);
    starts(&dir);
    let mut session = open(&dir);
    session.wait_for("4?");
    timed(&mut session, "4", QUIET);
    session.wait_for("to review");
    timed(&mut session, "\u{1b}[Z", QUIET);
    let id = session.child.process_id().expect("a process");
    let memory = |when: &str| {
        let (now, most) = (kilobytes(id, "VmRSS:"), kilobytes(id, "VmHWM:"));
        println!("memory {when}: {now} kB, most {most} kB (under 60 MB)");
    };
    memory("with all documents listed");
    for (what, key, times) in [
        ("row down", "j", 200),
        ("page down", "\u{1b}[6~", 60),
        ("last and first", "Gg", 20),
        ("mark", " ", 60),
    ] {
        let (first, _): (Vec<_>, Vec<_>) =
            (0..times).map(|_| timed(&mut session, key, Duration::from_millis(40))).unzip();
        percentiles(&format!("key to terminal, {what}, {DOCUMENTS} documents"), "p99 under 10 ms", first);
    }
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for line in ["acme", "ha", "supply p"] {
        timed(&mut session, "/", QUIET);
        for letter in line.chars() {
            let (frame, all) = timed(&mut session, &letter.to_string(), QUIET);
            first.push(frame);
            last.push(all);
        }
        timed(&mut session, "\u{1b}", QUIET);
    }
    percentiles("letter of the filter to terminal", "p99 under 10 ms", first);
    percentiles("letter of the filter to all that it finds, counted", "in the background", last);
    memory("after all that");
    idles(&session, id);
    session.press("q");
    session.end();
}

fn idles(session: &Session, id: u32) {
    std::thread::sleep(Duration::from_secs(6));
    while session.came.try_recv().is_ok() {}
    let before = ticks(id);
    std::thread::sleep(IDLE);
    let bytes: usize = session.came.try_iter().map(|(_, bytes)| bytes).sum();
    let used = (ticks(id) - before) * 10;
    println!("idle for {IDLE:?}: {bytes} bytes drawn, {used} ms of processor (nothing, and none)");
}

fn main() {
    let parts: Vec<String> = std::env::args().skip(1).filter(|part| !part.starts_with('-')).collect();
    let is_wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    in_process(is_wanted);
    if is_wanted("terminal") {
        real();
    }
    if is_wanted("loop") {
        gaps::measure();
    }
}
