//! The loop of the real screen while a demo fetches, posts and is scrolled, all at once: how long it was ever busy, as the
//! program itself wrote it down, and how long keys took to the terminal meanwhile.

use super::pty::{self, Session};
use super::{large, percentiles, timed};
use std::time::{Duration, Instant};

/// Sales orders and contacts of the demo.
const DEMO: [&str; 2] = ["3000", "1200"];
/// Between two keys of a person who scrolls fast.
const KEYS_EVERY: Duration = Duration::from_millis(33);

/// Scrolls until something stands on the screen; how long each key took.
fn scrolled(session: &mut Session, until: impl Fn(&str) -> bool) -> Vec<Duration> {
    let (mut times, mut n) = (Vec::new(), 0);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(120) && !(n > 30 && until(&session.text())) {
        let key = ["j", "j", "j", "\u{1b}[6~", "k", "\u{1b}[5~"][n % 6];
        times.push(timed(session, key, Duration::from_millis(1)).0);
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
    session.press("q");
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
