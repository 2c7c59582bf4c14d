//! How long the loop of the screen was busy at a time, from what woke it to its next wait, drawing included.
//!
//! Must never cost what it measures: two looks at the clock a turn, and a few numbers.

use std::time::{Duration, Instant};

/// A turn longer than this is felt (issue 7).
const LONG: Duration = Duration::from_millis(10);

/// Turns of the loop.
#[derive(Debug)]
pub struct Turns {
    since: Instant,
    turns: u64,
    frames: u64,
    over_ten_ms: u64,
    longest: Duration,
}

impl Default for Turns {
    fn default() -> Self {
        Turns { since: Instant::now(), turns: 0, frames: 0, over_ten_ms: 0, longest: Duration::ZERO }
    }
}

impl Turns {
    /// Something woke the loop.
    pub fn begins(&mut self) {
        self.since = Instant::now();
    }

    /// A frame was drawn.
    pub const fn drawn(&mut self) {
        self.frames += 1;
    }

    /// The loop waits for what comes next.
    pub fn waits(&mut self) {
        let busy = self.since.elapsed();
        self.turns += 1;
        self.over_ten_ms += u64::from(busy > LONG);
        self.longest = self.longest.max(busy);
    }

    /// What is written for measuring.
    pub fn in_json(&self) -> String {
        let told = serde_json::json!({
            "turns": self.turns,
            "frames": self.frames,
            "over_ten_ms": self.over_ten_ms,
            "longest_us": u64::try_from(self.longest.as_micros()).unwrap_or(u64::MAX),
        });
        format!("{told}\n")
    }
}
