//! The loop of the real screen while a demo fetches, posts and is scrolled, all at once: how long it was ever busy, as the
//! program itself wrote it down, and how long keys took to the terminal meanwhile.

use super::pty::{self, Session};
use super::{large, percentiles, timed};
use std::time::{Duration, Instant};

/// Sales orders and contacts of the demo.
const DEMO: [&str; 2] = ["2000", "800"];
/// Between two keys of a person who scrolls fast.
const KEYS_EVERY: Duration = Duration::from_millis(33);
/// Each of them moves in a list of some pages, wherever the cursor stands in its middle; together they stay there.
const KEYS: [&str; 6] = ["j", "j", "k", "k", "\u{1b}[6~", "\u{1b}[5~"];
/// Least keys of a measurement, and how long it lasts at most.
const LEAST: usize = 60;
const LONG: Duration = Duration::from_secs(40);

/// Scrolls until something stands on the screen, or long enough; how long each key took.
fn scrolled(session: &mut Session, until: impl Fn(&str) -> bool) -> Vec<Duration> {
    session.press(KEYS[4]);
    let (mut times, mut n) = (Vec::new(), 0);
    let begun = Instant::now();
    while begun.elapsed() < LONG && !(n > LEAST && until(&session.text())) {
        times.push(timed(session, KEYS[n % KEYS.len()], Duration::from_millis(1)).0);
        std::thread::sleep(KEYS_EVERY);
        n += 1;
    }
    times
}

pub fn measure() {
    let dir = tempfile::tempdir().expect("a folder");
    let times = dir.path().join("loop.json");
    let mut command = pty::program(&large::state());
    command.args(["demo", "--orders", DEMO[0], "--contacts", DEMO[1]]);
    command.args(["--data-dir", &dir.path().join("demo").to_string_lossy()]);
    command.args(["--loop-times", &times.to_string_lossy()]);
    let mut session = Session::start(command, super::SIZE.1, super::SIZE.0);
    session.wait_for("You and Cin7");
    session.press_for("2r", "1 of ");
    // The list is there after the first pages; keys come while the rest is fetched and drafted.
    percentiles(
        "key to terminal while fetching and drafting",
        "p99 under 10 ms",
        scrolled(&mut session, |text| !text.contains("Ctrl-C stops it")),
    );
    post(&mut session);
    percentiles(
        "key to terminal while posting",
        "p99 under 10 ms",
        scrolled(&mut session, |text| text.contains("nothing to do")),
    );
    println!("  at the end of it: {}", session.text().lines().rev().nth(1).unwrap_or_default().trim());
    // Whatever still runs.
    session.press("\u{3}");
    session.press("\u{3}");
    session.end();
    let told = std::fs::read_to_string(times).unwrap_or_default();
    println!("the loop while fetching, posting and being scrolled (no turn over 10 ms): {}", told.trim());
}

/// Everything that is sure is matched, approved and handed off.
fn post(session: &mut Session) {
    session.press_for("1", "You and Cin7");
    session.press("a");
    session.wait_until_gone("Taking over");
    session.press_for("3", "to decide");
    session.press_for("C", "j/k choose");
    session.press("j\r");
    session.wait_until_gone("Keeping links");
    session.press_for("4", "to review");
    session.press_for("\t", "[ready]");
    session.press_for("*", "marked");
    session.press("a");
    session.wait_until_gone("Approving");
    session.press_for("5", "closes the batch");
    session.by_word("c");
    session.press("r");
}
