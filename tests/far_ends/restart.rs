//! The program ends at any moment and is started again, or its store fails under it.

use crate::job::Job;
use countersign::books::DraftState;
use countersign::sim::connector::SessionStatus;

#[test]
fn what_was_in_flight_when_the_program_stopped_is_looked_up_first() {
    for fault in ["drop-before:1@7", "drop-after:1@7"] {
        let job = Job::queued();
        job.faults(fault);
        assert_eq!(job.visit().status, SessionStatus::Dropped);
        assert_eq!(job.rows(&[DraftState::InFlight]).len() + parties_in_flight(&job), 1);
        let job = job.restart();
        assert_eq!(job.rows(&[DraftState::InFlight]), []);
        assert_eq!(job.profile.store().read(|r| r.open_sets()).unwrap(), None);
        job.settle();
        job.assert_all_posted();
    }
}

fn parties_in_flight(job: &Job) -> usize {
    let in_flight = countersign::books::OperationState::InFlight;
    let operations = job.profile.store().read(|r| r.operations_in(in_flight, 9)).unwrap();
    operations.iter().filter(|operation| operation.draft_id.is_none()).count()
}

#[test]
fn a_program_killed_at_every_third_write_posts_everything_once() {
    let mut job = Job::queued();
    for _ in 0..40 {
        if job.host.idle().unwrap().left == 0 {
            break;
        }
        job.faults("drop-after:1@3");
        job.visit();
        job = job.restart();
    }
    job.settle();
    job.assert_all_posted();
}

#[test]
fn what_cannot_be_made_durable_is_not_handed_out() {
    let job = Job::queued();
    let queued = job.rows(&[DraftState::Queued]).len();
    job.sql("CREATE TRIGGER full BEFORE INSERT ON message_set BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;");
    assert_eq!(job.visit().status, SessionStatus::EndedByApplication);
    assert!(job.ours().is_empty());
    assert_eq!(job.rows(&[DraftState::Queued]).len(), queued, "nothing lost");
    // Until a fresh start the endpoint hands out nothing at all.
    job.visit();
    assert!(job.ours().is_empty());
    job.sql("DROP TRIGGER full;");
    let job = job.restart();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn an_outcome_that_cannot_be_made_durable_is_not_acknowledged() {
    let job = Job::queued();
    job.sql(
        "CREATE TRIGGER full BEFORE UPDATE OF done_seq ON operation BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;",
    );
    assert_eq!(job.visit().status, SessionStatus::EndedByApplication);
    job.visit();
    job.sql("DROP TRIGGER full;");
    let job = job.restart();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn an_answer_that_cannot_be_kept_is_looked_up_after_the_restart() {
    let job = Job::queued();
    job.sql(
        "CREATE TRIGGER full BEFORE UPDATE OF response ON message_set BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;",
    );
    assert_eq!(job.visit().status, SessionStatus::EndedByApplication);
    job.sql("DROP TRIGGER full;");
    let job = job.restart();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn what_an_answer_confirmed_that_was_kept_before_the_program_died_is_done_before_the_first_visit() {
    use countersign::books::OperationState::{Done, InFlight, Unknown};
    let job = Job::queued();
    let count = |job: &Job, state| job.profile.store().read(|r| r.operations_in(state, 1_000)).unwrap().len();
    let done = count(&job, Done);
    // The answer is kept (W5), and the program dies before it is concluded from.
    job.sql(
        "CREATE TRIGGER full BEFORE UPDATE OF done_seq ON operation BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;",
    );
    job.visit();
    assert_eq!(count(&job, InFlight) + count(&job, Unknown), 1);
    job.sql("DROP TRIGGER full;");
    let job = job.restart();
    assert_eq!((count(&job, Done), count(&job, InFlight) + count(&job, Unknown)), (done + 1, 0));
    job.settle();
    job.assert_all_posted();
}
