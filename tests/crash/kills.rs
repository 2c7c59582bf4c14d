//! `kill -9` at seeded random moments: of the endpoint without a screen, of the program with its screen, of QuickBooks'
//! computer, of both.

use crate::story::{Dice, Story, Window, asked_for};
use crate::support::Running;
use crate::wire::{Moment, Wire};
use std::time::{Duration, Instant};

/// Kills of a plain run.
const ROUNDS: u64 = 20;
/// Kills of one story before the documents are let in, so that the sales that are made final get theirs.
const FIRST_HALF: u64 = 12;
/// Bytes of a visit before its first request that books, and of a request with its answer, as they are about here.
const OPENING: u64 = 60_000;
const EXCHANGE: u64 = 9_000;

/// Who serves the Web Connector in a round.
enum Program {
    Plain(Running),
    Screen(Window),
}

impl Program {
    fn kill(self) {
        match self {
            Program::Plain(serve) => serve.kill(),
            Program::Screen(window) => window.kill(),
        }
    }
}

fn moment(dice: &mut Dice) -> Moment {
    let writes = dice.below(4);
    let bytes = if writes == 0 { dice.below(OPENING) } else { dice.below(EXCHANGE) };
    Moment { writes, bytes, held: dice.below(2) == 0 }
}

/// One kill; false when the visit was over before its moment came.
fn round(story: &Story, wire: &Wire, dice: &mut Dice, told: &mut Vec<String>) -> bool {
    let screen = dice.below(3) == 0;
    let program = if screen { Program::Screen(story.window()) } else { Program::Plain(story.serve()) };
    let moment = moment(dice);
    let victims = dice.below(4);
    told.push(format!("{moment:?}, screen {screen}, victims {victims}"));
    wire.strike_at(moment);
    let mut visit = story.visit(Some(wire));
    let begun = Instant::now();
    while !wire.struck() && !visit.is_over() {
        assert!(begun.elapsed() < Duration::from_secs(120), "a visit without an end: {told:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
    let struck = wire.struck();
    match victims {
        // QuickBooks' computer dies alone; the program learns of it when the next visit comes.
        0 => {
            visit.kill();
            wire.let_go();
            program.kill();
        }
        1 => {
            program.kill();
            visit.kill();
            wire.let_go();
        }
        _ => {
            program.kill();
            wire.let_go();
            visit.ended();
        }
    }
    struck
}

#[test]
fn killed_at_any_moment_everything_approved_is_in_quickbooks_once() {
    let seed = asked_for("COUNTERSIGN_TEST_SEED", 1);
    let rounds = asked_for("COUNTERSIGN_TEST_KILL_ROUNDS", ROUNDS);
    let begun = Instant::now();
    let (mut done, mut stories) = (0, 0);
    while done < rounds {
        let mut dice = Dice::new(seed + stories);
        let story = Story::queued();
        let wire = Wire::to(&story.listen);
        let mut told = vec![format!("seed {}", seed + stories)];
        stories += 1;
        // Both halves of the hand-off: the documents, then the sales that are made final.
        for half in 0..2 {
            let until = if half == 0 { rounds.min(done + FIRST_HALF) } else { rounds };
            while done < until && round(&story, &wire, &mut dice, &mut told) {
                done += 1;
            }
            story.ends_well(&told.join("\n"));
            if half == 0 {
                told.push("finalise".into());
                story.run(&["finalise", "--all", "--by", "Ann"]).ended(0);
            }
        }
    }
    println!("{done} kills in {stories} stories, {:.1} s", begun.elapsed().as_secs_f64());
}

#[test]
fn a_terminal_that_closes_in_the_middle_of_a_visit_ends_the_program_and_loses_nothing() {
    let story = Story::queued();
    let wire = Wire::to(&story.listen);
    let window = story.window();
    wire.strike_at(Moment { writes: 3, bytes: 700, held: false });
    let mut visit = story.visit(Some(&wire));
    let begun = Instant::now();
    while !wire.struck() {
        assert!(!visit.is_over(), "the visit ended early: {}", visit.said());
        assert!(begun.elapsed() < Duration::from_secs(120));
        std::thread::sleep(Duration::from_millis(1));
    }
    let code = window.close();
    wire.let_go();
    visit.ended();
    assert_eq!(code, 129, "as a program that lost its terminal");
    story.ends_well("the terminal was closed");
}
