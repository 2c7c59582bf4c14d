//! A month of days on which the bookkeeper works on the newest document in QuickBooks while documents go in each day:
//! none of it is taken for an older copy of the company file (`exactly-once.md` ruling 10, design 8.15).

use crate::job::{Job, WHO};
use countersign::books::DraftState;
use countersign::sim::connector::SessionStatus;
use countersign::workflow::{changes, decide, handoff};

/// Days of the story.
const DAYS: usize = 30;
/// Documents that are handed off on a day.
const EACH_DAY: usize = 2;
const DAY: i64 = 24 * 3600;

/// What a bookkeeper does to a document.
#[derive(Clone, Copy, Debug)]
enum Work {
    Finalise,
    Print,
    Pay,
    Edit,
    EditAmount,
    Renumber,
    Delete,
}

impl Work {
    const ALL: [Work; 7] =
        [Work::Finalise, Work::Print, Work::Pay, Work::Edit, Work::EditAmount, Work::Renumber, Work::Delete];

    fn on(self, job: &Job, txn: &str) {
        let journal = job.ours().iter().any(|ours| ours.txn_id == txn && ours.kind == "JournalEntry");
        let mut company = job.company();
        match self {
            Work::Finalise => drop(company.finalise(txn)),
            Work::Print => drop(company.print(txn)),
            Work::Pay => drop(company.pay(txn, 100)),
            Work::Edit => drop(company.edit_memo(txn, "seen by Bob")),
            // Bob keeps his journals in balance.
            Work::EditAmount if journal => drop(company.edit_memo(txn, "seen by Bob")),
            Work::EditAmount => drop(company.edit_amount(txn, 0, 4_321)),
            Work::Renumber => drop(company.edit_ref_number(txn, "BOB-1")),
            Work::Delete => drop(company.delete(txn)),
        }
    }
}

/// Our documents in the ledger, newest first.
fn newest(job: &Job) -> Vec<String> {
    let mut ours = job.ours();
    ours.reverse();
    ours.into_iter().map(|txn| txn.txn_id).collect()
}

#[test]
fn a_bookkeeper_who_works_on_the_newest_document_every_day_never_meets_a_freeze() {
    let job = Job::new();
    let mut done = Vec::new();
    for day in 0..DAYS {
        // The morning: some documents go in.
        let ready = job.rows(&[DraftState::Ready]).len();
        if ready > 0 {
            job.approve_some(EACH_DAY.min(ready));
        }
        let visited = job.visit().status;
        assert!(matches!(visited, SessionStatus::Done | SessionStatus::NoWork), "day {day}: {visited:?}");
        // The bookkeeper takes the newest one in hand, and on some days several, and on some days twice.
        let there = newest(&job);
        let count = 1 + day % 3;
        for (at, txn) in there.iter().take(count).enumerate() {
            let work = Work::ALL[(day + at * 3) % Work::ALL.len()];
            work.on(&job, txn);
            done.push(format!("day {day}: {work:?} {txn}"));
            if day % 5 == 4 {
                Work::Print.on(&job, txn);
            }
        }
        // The afternoon: the program looks, hands out what is left, and settles what she decides about it.
        job.clock.pass(DAY / 2);
        job.visit();
        assert_eq!(job.frozen(), None, "{}", done.join("\n"));
        if day % 4 == 3 {
            for row in job.rows(&[DraftState::DriftedInQuickBooks]) {
                // What was only now edited waits to be read with its lines.
                let _ = changes::keep_quickbooks(&job.profile, row.id, WHO);
            }
        }
        job.clock.pass(DAY / 2);
        job.visit();
        assert_eq!(job.frozen(), None, "{}", done.join("\n"));
        job.assert_books_but_doubts();
    }
    // The rest goes in at once, and nothing is in doubt.
    decide::approve_all_ready(&job.profile, WHO).unwrap();
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.settle();
    assert_eq!(job.frozen(), None);
    job.assert_books();
    let worked = done.len();
    assert!(worked > DAYS, "{worked}");
}
