//! A computer that was given a request and never comes back: what it holds stays in doubt until it is looked up or a
//! person says that the computer is gone (`exactly-once.md` 5.2 step 1).

use crate::job::{Job, USER, WHO};
use countersign::sim::connector::SessionStatus;
use countersign::workflow::{computers, connect, doubts, history};

#[test]
fn what_a_lost_computer_was_given_waits_until_a_person_says_that_it_is_gone() {
    let job = Job::queued();
    // The first computer is given something, and dies before QuickBooks has it.
    job.faults("drop-before:1@7");
    assert_eq!(job.visit().status, SessionStatus::Dropped);
    let job = job.restart();
    let p = &job.profile;
    connect::qwc(p, Some("desk2")).unwrap();
    let other = connect::qwc_file(p, Some("desk2")).unwrap().user;
    assert_ne!(other, USER);
    let before = job.ours().len();
    let in_doubt = || doubts::doubts(p).unwrap().unknown;
    assert_eq!(in_doubt().len(), 1);
    assert_eq!(computers::waited_for(p).unwrap(), [USER]);
    // The other one asks for it and finds nothing; it may not send it, and nothing else either.
    job.visit_as(&other, job.password());
    assert_eq!((in_doubt().len(), job.ours().len()), (1, before));
    assert!(in_doubt()[0].next.contains(&format!("computer-gone {USER}")), "{:?}", in_doubt());
    // A computer that nothing waits for is no answer.
    assert_eq!(computers::gone(p, &other, WHO).unwrap_err().code, "COMPUTER-NOT-WAITED");
    assert_eq!(computers::gone(p, USER, WHO).unwrap().count, 1);
    assert_eq!(computers::waited_for(p).unwrap(), Vec::<String>::new());
    let events = history::events(p, i64::MAX, 50).unwrap();
    assert_eq!(events.iter().filter(|event| event.kind == "computer_gone").count(), 1);
    // Now the other one sends it, with the bytes that were kept, and goes on with the rest.
    for _ in 0..20 {
        if job.host.idle().unwrap().left == 0 {
            break;
        }
        job.visit_as(&other, job.password());
    }
    job.assert_all_posted();
}
