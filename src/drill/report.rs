//! What many schedules came to, and the search for the shortest story of one that broke a rule.
//!
//! Must count zeros: a fault or a move that never came is a weakness of the drill.

use super::faults::{Fault, Planned};
use super::stage::Stage;
use super::verdict::Played;
use crate::books::OperationState;
use crate::handoff::transitions;
use crate::workflow::Result;
use serde::Serialize;
use std::collections::BTreeMap;

/// Seeds kept of those that broke a rule.
const SEEDS_KEPT: usize = 20;

/// A schedule that broke a rule.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// Its seed.
    pub seed: u64,
    /// The first rule that it broke.
    pub rule: &'static str,
    /// In words.
    pub text: String,
}

/// What many schedules came to.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// How many.
    pub schedules: u64,
    /// How often each fault struck.
    pub faults: BTreeMap<&'static str, u64>,
    /// How often each move was made.
    pub transitions: BTreeMap<String, u64>,
    /// Documents and entries that stood twice in QuickBooks.
    pub duplicates: u64,
    /// Documents of which the program said something else than QuickBooks held.
    pub lost: u64,
    /// Operations that did not come to rest.
    pub stuck: u64,
    /// Schedules in which any rule was broken.
    pub broken: u64,
    /// The first of them.
    pub failures: Vec<Failure>,
    /// Writes handed out.
    pub handed_out: u64,
    /// Steps taken.
    pub steps: u64,
}

impl Default for Report {
    fn default() -> Self {
        let mut transitions = BTreeMap::new();
        for from in OperationState::ALL {
            for to in OperationState::ALL.into_iter().filter(|to| transitions::legal(from, *to)) {
                transitions.insert(format!("operation {} > {}", from.word(), to.word()), 0);
            }
        }
        Report {
            schedules: 0,
            faults: Fault::ALL.iter().map(|fault| (fault.name(), 0)).collect(),
            transitions,
            duplicates: 0,
            lost: 0,
            stuck: 0,
            broken: 0,
            failures: Vec::new(),
            handed_out: 0,
            steps: 0,
        }
    }
}

impl Report {
    /// Counts one schedule.
    pub fn count(&mut self, played: &Played) {
        self.schedules += 1;
        for fault in &played.struck {
            *self.faults.entry(fault.name()).or_default() += 1;
        }
        for (name, count) in &played.moves {
            match self.transitions.get_mut(name) {
                Some(sum) => *sum += count,
                None => drop(self.transitions.insert(name.clone(), *count)),
            }
        }
        self.duplicates += u64::from(played.duplicates);
        self.lost += u64::from(played.lost);
        self.stuck += u64::from(played.stuck);
        self.handed_out += u64::from(played.handed_out);
        self.steps += u64::from(played.steps);
        if let Some(first) = played.violations.first() {
            self.broken += 1;
            if self.failures.len() < SEEDS_KEPT {
                let text = first.text.clone();
                self.failures.push(Failure { seed: played.seed, rule: first.rule, text });
            }
        }
    }

    /// Adds what another thread counted.
    pub fn add(&mut self, other: Report) {
        self.schedules += other.schedules;
        for (name, count) in other.faults {
            *self.faults.entry(name).or_default() += count;
        }
        for (name, count) in other.transitions {
            *self.transitions.entry(name).or_default() += count;
        }
        self.duplicates += other.duplicates;
        self.lost += other.lost;
        self.stuck += other.stuck;
        self.broken += other.broken;
        self.handed_out += other.handed_out;
        self.steps += other.steps;
        self.failures.extend(other.failures);
        self.failures.sort_by_key(|failure| failure.seed);
        self.failures.truncate(SEEDS_KEPT);
    }

    /// Faults that struck, in all.
    #[must_use]
    pub fn struck(&self) -> u64 {
        self.faults.values().sum()
    }

    /// Whether nothing stood twice, was lost, stuck or against a rule.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.broken == 0 && self.duplicates == 0 && self.lost == 0 && self.stuck == 0
    }
}

/// The shortest plan, found by leaving faults out, that still breaks the rule that the whole plan broke first.
///
/// # Errors
/// What the stage says.
pub fn shortest(stage: &Stage, seed: u64, plan: &[Planned]) -> Result<Vec<Planned>> {
    let broken = |plan: &[Planned]| -> Result<Option<&'static str>> {
        Ok(super::schedule::play(stage, seed, plan, false)?.violations.first().map(|first| first.rule))
    };
    let mut left = plan.to_vec();
    let Some(rule) = broken(&left)? else { return Ok(left) };
    let mut at = 0;
    while at < left.len() {
        let mut fewer = left.clone();
        fewer.remove(at);
        if broken(&fewer)? == Some(rule) {
            left = fewer;
            at = 0;
        } else {
            at += 1;
        }
    }
    Ok(left)
}
