//! The SOAP border: tickets, repeated, late and foreign answers (`exactly-once.md` 6), said to the desk directly.

use crate::job::{Job, USER, WHO, file_id};
use countersign::base::BatchId;
use countersign::books::{DraftState, OperationState};
use countersign::net::listener::Desk as _;
use countersign::sim::connector::SessionStatus;
use countersign::sim::quickbooks::message_writes;
use countersign::webconnector::{Call, Password, Reply};
use countersign::workflow::handoff;

/// A Web Connector that is led by hand.
struct Hand<'a> {
    job: &'a Job,
    ticket: String,
}

fn log_in(job: &Job, user: &str, password: &str) -> (String, String) {
    let call = Call::Authenticate { user: user.into(), password: Password::new(password) };
    match job.host.call(call) {
        Reply::Strings(said) => (said[0].clone(), said[1].clone()),
        other => panic!("{other:?}"),
    }
}

impl<'a> Hand<'a> {
    fn new(job: &'a Job) -> Self {
        job.clock.pass(60);
        let owner = countersign::webconnector::qwc::OWNER_ID;
        job.company().set_stamp(owner, "FileID", &file_id());
        let (ticket, answer) = log_in(job, USER, job.password());
        assert_eq!(answer, "");
        job.company().begin_session();
        Hand { job, ticket }
    }

    fn ask(&self) -> String {
        let company_file = self.job.company().file().to_string();
        let call = Call::SendRequest {
            ticket: self.ticket.clone(),
            hcp: String::new(),
            company_file,
            country: "US".into(),
            major: 16,
            minor: 0,
        };
        match self.job.host.call(call) {
            Reply::Text(request) => request,
            other => panic!("{other:?}"),
        }
    }

    fn work(&self, request: &str) -> String {
        self.job.company().process(request).unwrap()
    }

    fn tell(&self, response: &str, hresult: &str) -> i32 {
        let call = Call::ReceiveResponse {
            ticket: self.ticket.clone(),
            response: response.into(),
            hresult: hresult.into(),
            message: String::new(),
        };
        match self.job.host.call(call) {
            Reply::Number(number) => number,
            other => panic!("{other:?}"),
        }
    }

    fn close(&self) {
        self.job.host.call(Call::CloseConnection { ticket: self.ticket.clone() });
    }

    /// Up to the first write of a document: its bytes.
    fn to_a_document(&self) -> String {
        for _ in 0..500 {
            let request = self.ask();
            if message_writes(&request)
                && !request.contains("CustomerAdd")
                && !request.contains("VendorAdd")
                && !request.contains("<Item")
            {
                return request;
            }
            self.tell(&self.work(&request), "");
        }
        panic!("no document");
    }

    fn finish(self) {
        for _ in 0..1_000 {
            if self.ask_and_tell() {
                return self.close();
            }
        }
        panic!("the visit has no end");
    }

    /// Whether that was the end.
    fn ask_and_tell(&self) -> bool {
        let request = self.ask();
        request.is_empty() || !(0..100).contains(&self.tell(&self.work(&request), ""))
    }
}

/// A visit that was given a document and did not answer before another one began; the document, and that other visit.
fn replaced(job: &Job) -> (Hand<'_>, String, Hand<'_>) {
    let hand = Hand::new(job);
    let request = hand.to_a_document();
    (hand, request, Hand::new(job))
}

#[test]
fn the_percentage_never_says_done_before_the_end() {
    let job = Job::queued();
    let hand = Hand::new(&job);
    let mut last = 0;
    for _ in 0..1_000 {
        let request = hand.ask();
        if request.is_empty() {
            break;
        }
        let said = hand.tell(&hand.work(&request), "");
        assert!(said == 100 || (1..100).contains(&said));
        assert!(said >= last, "it never goes back");
        last = said;
        if said == 100 {
            assert_eq!(job.host.idle().unwrap().left, 0, "100 is the end");
            break;
        }
    }
    assert_eq!(last, 100);
    hand.close();
    job.assert_all_posted();
    assert_eq!(log_in(&job, USER, job.password()).1, "none");
}

#[test]
fn a_wrong_password_or_ticket_changes_nothing() {
    let job = Job::queued();
    assert_eq!(job.visit_as(USER, "guessed").status, SessionStatus::NotValidUser);
    assert_eq!(job.visit_as("nobody", job.password()).status, SessionStatus::NotValidUser);
    let before = job.states();
    let hand = Hand { job: &job, ticket: "0123".into() };
    assert_eq!(hand.ask(), "");
    assert_eq!(hand.tell("<QBXML/>", ""), -1);
    hand.close();
    assert_eq!(job.states(), before);
    job.clock.pass(600);
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_second_computer_is_told_to_wait_and_the_same_one_takes_over() {
    let job = Job::queued();
    job.sql("INSERT INTO identity VALUES ('second', 'the other computer', 'Countersign 2', '2026-03-01T00:00:00Z')");
    let hand = Hand::new(&job);
    let request = hand.to_a_document();
    assert_eq!(log_in(&job, "second", job.password()).1, "busy");
    // The first one hangs and comes back: its own write is in doubt, and looked up before anything else.
    let again = Hand::new(&job);
    assert_ne!(again.ticket, hand.ticket);
    assert_eq!(hand.ask(), "", "the old ticket is worth nothing");
    assert_eq!(job.rows(&[DraftState::Unknown]).len(), 1);
    drop(request);
    again.finish();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn the_same_answer_again_gets_the_same_number_and_changes_nothing() {
    let job = Job::queued();
    let hand = Hand::new(&job);
    let request = hand.to_a_document();
    let response = hand.work(&request);
    let said = hand.tell(&response, "");
    let (states, head) = (job.states(), job.profile.store().read(|r| r.event_head()).unwrap());
    assert_eq!(hand.tell(&response, ""), said);
    let next = hand.ask();
    assert_eq!(hand.tell(&response, ""), said, "even when the next set is out already");
    let answer = hand.work(&next);
    assert!(hand.tell(&answer, "") > 0, "and the next set is still waited for");
    assert!(job.states() != states || head.seq > 0);
    hand.finish();
    job.assert_all_posted();
}

#[test]
fn a_repeated_answer_to_a_question_is_never_taken_for_the_next_one() {
    let job = Job::queued();
    let hand = Hand::new(&job);
    let mut last = String::new();
    for _ in 0..1_000 {
        let request = hand.ask();
        if request.is_empty() {
            break;
        }
        if !last.is_empty() {
            hand.tell(&last, "");
        }
        last = hand.work(&request);
        if hand.tell(&last, "") == 100 {
            break;
        }
    }
    hand.close();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_late_answer_of_a_replaced_visit_settles_its_own_document() {
    let job = Job::queued();
    let hand = Hand::new(&job);
    let request = hand.to_a_document();
    let response = hand.work(&request);
    let again = Hand::new(&job);
    let doubtful = job.rows(&[DraftState::Unknown]).remove(0);
    assert_eq!(hand.tell(&response, ""), -1, "the visit is over for the Web Connector");
    assert_eq!(job.row(doubtful.id).state, DraftState::Posted, "and its answer is evidence");
    assert_eq!(hand.tell(&response, ""), -1);
    again.finish();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn an_answer_that_comes_after_its_document_was_given_up_is_believed_before_the_next_visit() {
    let job = Job::queued();
    let (hand, request, again) = replaced(&job);
    let doubtful = job.rows(&[DraftState::Unknown]).remove(0);
    // Its last round of looking: QuickBooks does not hold it yet, so a person is asked.
    job.sql("UPDATE operation SET rounds = 3 WHERE state = 'Unknown'");
    again.finish();
    let given_up = job.profile.store().read(|r| r.operations_in(OperationState::NeedsAttention, 9)).unwrap();
    assert_eq!(given_up.len(), 1);
    let response = hand.work(&request);
    hand.tell(&response, "");
    assert_ne!(job.row(doubtful.id).state, DraftState::Posted);
    log_in(&job, USER, job.password());
    assert_eq!(job.row(doubtful.id).state, DraftState::Posted);
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_late_answer_of_another_document_or_a_late_refusal_moves_nothing() {
    let job = Job::queued();
    let (hand, request, again) = replaced(&job);
    let doubtful = job.rows(&[DraftState::Unknown]).remove(0);
    let set = request.split("newMessageSetID=\"").nth(1).unwrap().split('"').next().unwrap().to_string();
    let refusal = format!(
        "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs newMessageSetID=\"{set}\" messageSetStatusCode=\"0\"><InvoiceAddRs requestID=\"w1\" statusCode=\"3140\" statusSeverity=\"Error\" statusMessage=\"no\"/></QBXMLMsgsRs></QBXML>"
    );
    hand.tell(&refusal, "");
    assert_eq!(job.row(doubtful.id).state, DraftState::Unknown);
    hand.tell(&refusal.replace(&set, "C7AAAAAAAAAAAAAAAAAAAAA"), "");
    assert_eq!(job.row(doubtful.id).state, DraftState::Unknown);
    drop(again);
    job.assert_books_but_doubts();
}

#[test]
fn an_answer_to_what_was_taken_for_lost_in_the_same_visit_counts() {
    let job = Job::queued();
    let hand = Hand::new(&job);
    let request = hand.to_a_document();
    let response = hand.work(&request);
    let probe = hand.ask();
    assert!(!message_writes(&probe), "asked again, a look-up goes out, never the bytes");
    hand.tell(&response, "");
    assert_eq!(job.rows(&[DraftState::Unknown]), []);
    hand.close();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn an_unreadable_answer_is_a_doubt_and_no_refusal() {
    for text in ["", "no xml", "<?xml version=\"1.0\"?><QBXML><QBXMLMsgsRs>", "<!DOCTYPE a><QBXML/>"] {
        let job = Job::queued();
        let hand = Hand::new(&job);
        let request = hand.to_a_document();
        hand.work(&request);
        assert!(hand.tell(text, "") < 0);
        assert_eq!(job.rows(&[DraftState::Unknown]).len(), 1, "{text}");
        hand.close();
        job.settle();
        job.assert_all_posted();
    }
}

#[test]
fn a_batch_taken_back_between_planning_and_asking_is_not_handed_out() {
    let job = Job::queued();
    let hand = Hand::new(&job);
    let first = hand.to_a_document();
    // The answer to this one plans the next write; before it is asked for, the batch is taken back.
    assert!(hand.tell(&hand.work(&first), "") < 100);
    handoff::withdraw_batch(&job.profile, BatchId(1), WHO).unwrap();
    let waiting = job.rows(&[DraftState::Approved]).len();
    let next = hand.ask();
    assert!(!message_writes(&next), "{next}");
    assert!(hand.tell(&hand.work(&next), "") > 0);
    hand.finish();
    assert_eq!(job.rows(&[DraftState::Approved]).len(), waiting);
    job.approve();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_visit_that_breaks_off_in_doubt_leaves_no_set_open() {
    let job = Job::queued();
    let hand = Hand::new(&job);
    hand.work(&hand.to_a_document());
    job.host.call(Call::ConnectionError {
        ticket: hand.ticket.clone(),
        hresult: "0x80040402".into(),
        message: "gone".into(),
    });
    assert_eq!(job.rows(&[DraftState::Unknown]).len(), 1);
    assert_eq!(job.profile.store().read(|r| r.open_sets()).unwrap(), None);
    job.settle();
    job.assert_all_posted();
}

#[test]
fn an_answer_to_an_earlier_question_leaves_the_document_that_is_out_alone() {
    let job = Job::queued();
    let hand = Hand::new(&job);
    let question = hand.ask();
    // Its answer is overtaken: the visit goes on without it, to a document.
    let overtaken = hand.work(&question);
    let request = hand.to_a_document();
    let states = job.states();
    assert_eq!(hand.tell(&overtaken, ""), -1);
    assert_eq!(job.states(), states, "it moves nothing");
    let open = job.profile.store().read(|r| r.open_sets()).unwrap().unwrap();
    assert_eq!(open.response, None, "nor is it kept as the answer to the document");
    assert!(hand.tell(&hand.work(&request), "") > 0, "whose own answer counts");
    hand.finish();
    job.settle();
    job.assert_all_posted();
}

#[test]
fn a_set_whose_answer_came_while_it_was_looked_up_is_never_sent_again() {
    let job = Job::queued();
    let (hand, request, again) = replaced(&job);
    // The look-up finds nothing, so the same bytes would be next.
    for _ in 0..20 {
        let asked = again.ask();
        again.tell(&again.work(&asked), "");
        if asked.contains("ModifiedDateRangeFilter") {
            break;
        }
    }
    let set = request.split("newMessageSetID=\"").nth(1).unwrap().split('"').next().unwrap().to_string();
    let in_use = format!(
        "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs newMessageSetID=\"{set}\" messageSetStatusCode=\"0\"><InvoiceAddRs requestID=\"w1\" statusCode=\"3175\" statusSeverity=\"Error\" statusMessage=\"in use\"/></QBXMLMsgsRs></QBXML>"
    );
    hand.tell(&in_use, "");
    let next = again.ask();
    assert!(!message_writes(&next), "an answered set is dead: {next}");
    again.tell(&again.work(&next), "");
    again.finish();
    job.clock.pass(600);
    job.settle();
    job.assert_all_posted();
}
