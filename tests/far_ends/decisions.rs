//! Every decision of a person stands in the hash chain once, and the chain replays to the same state
//! (`exactly-once.md` I16; design 2 "Decisions ... each with one event in the hash chain").
//!
//! Each row of the table is one decision with exactly the events that it adds under the person's name: one for each
//! thing that it decides about, and none that it did not decide.

use crate::job::{Job, WHO};
use crate::worked_month::Month;
use countersign::base::{Cents, DraftId};
use countersign::books::own::{OwnLandingCost, OwnLine, OwnVendorCredit, SplitPart};
use countersign::books::{DraftState, TxnKind};
use countersign::drafting::cogs::CostAnswer;
use countersign::store::drafts::DraftRow;
use countersign::workflow::{
    Profile, approve_many, changes, claim, connect, costs, decide, drafts, handoff, history, links,
    month_end, own, setup, tls, trial, undo,
};
use secrecy::ExposeSecret as _;
use serde_json::json;

type Told = Vec<(String, String)>;

/// What a decision adds to the chain under a person's name: kind and subject, in order of the subject.
fn told<T>(profile: &Profile, decision: impl FnOnce() -> T) -> Told {
    let before = history::audit_verify(profile).unwrap().head.unwrap().seq;
    decision();
    let after = history::audit_verify(profile).unwrap();
    assert!(after.broken_at.is_none());
    let events = history::events(profile, i64::MAX, 1_000).unwrap();
    let own = ["countersign", "quickbooks"];
    let mut told: Told = events
        .into_iter()
        .filter(|event| event.seq > before && !own.contains(&event.actor.as_str()))
        .map(|event| {
            assert_eq!(event.actor, WHO, "{event:?}");
            (event.kind, event.subject)
        })
        .collect();
    told.sort();
    told
}

/// Expects one event for each of these, and a chain that replays.
#[track_caller]
fn tells<T>(profile: &Profile, decision: impl FnOnce() -> T, expected: &[(&str, String)]) {
    let mut expected: Told =
        expected.iter().map(|(kind, subject)| ((*kind).to_string(), subject.clone())).collect();
    expected.sort();
    assert_eq!(told(profile, decision), expected);
    assert_eq!(history::replay(profile).unwrap(), Vec::<String>::new());
}

fn draft(row: &DraftRow) -> String {
    format!("draft/{}", row.id)
}

fn hash(job: &Job, id: DraftId) -> String {
    drafts::detail(&job.profile, id).unwrap().approvable().unwrap().to_string()
}

fn cents(text: &str) -> Cents {
    text.parse().unwrap()
}

#[test]
fn each_decision_about_a_draft_is_one_event() {
    let job = Job::new();
    let p = &job.profile;
    let ready = job.rows(&[DraftState::Ready]);
    let sale = ready.iter().find(|row| row.cin7_type == "SalesOrder").unwrap();
    let other = ready.iter().find(|row| row.id != sale.id && row.kind == Some(TxnKind::Bill)).unwrap();
    let (id, subject) = (sale.id, draft(sale));
    let one = |kind: &'static str| [(kind, subject.clone())];
    tells(p, || decide::approve(p, &[(id, hash(&job, id))], WHO).unwrap(), &one("approved"));
    tells(p, || decide::undo(p, WHO).unwrap(), &one("reopened"));
    tells(p, || decide::redo(p, WHO).unwrap(), &one("approved"));
    tells(p, || decide::withdraw_approval(p, &[id], WHO).unwrap(), &one("reopened"));
    tells(p, || decide::hold(p, &[id], WHO).unwrap(), &one("held"));
    tells(p, || decide::reopen(p, &[id], WHO).unwrap(), &one("reopened"));
    tells(p, || decide::exclude(p, &[id], "a sample", WHO).unwrap(), &one("excluded"));
    let answered = [("cost_answered", sale.source.clone())];
    tells(p, || costs::answer(p, &[id], CostAnswer::Count, WHO).unwrap(), &answered);
    tells(p, || decide::undo(p, WHO).unwrap(), &answered);
    tells(p, || decide::reopen(p, &[id], WHO).unwrap(), &one("reopened"));
    let both = [("approved", subject.clone()), ("approved", draft(other))];
    tells(p, || decide::approve_chosen(p, &[id, other.id], WHO).unwrap(), &both);
    let both = [("reopened", subject.clone()), ("reopened", draft(other))];
    tells(p, || decide::undo(p, WHO).unwrap(), &both);
    let terms = approve_many::Terms::default();
    let stamp = approve_many::offer(p, &terms).unwrap().stamp;
    let offered = told(p, || approve_many::approve(p, &terms, &stamp, WHO).unwrap());
    assert!(offered.iter().all(|(kind, _)| kind == "approved"), "{offered:?}");
    assert_eq!(offered.len(), job.rows(&[DraftState::Approved]).len(), "one each");
}

#[test]
fn each_decision_about_a_contact_is_one_event() {
    let job = Job::new();
    let p = &job.profile;
    tells(p, || p.set_operator(WHO).unwrap(), &[("operator_named", "operator".into())]);
    tells(p, || p.set_operator(WHO).unwrap(), &[]);
    let rows = links::rows(p).unwrap();
    let row = rows.iter().find(|row| row.link.as_ref().is_some_and(|link| link.list_id.is_some())).unwrap();
    let who = (row.contact_id, row.role);
    let list_id = row.link.as_ref().unwrap().list_id.clone().unwrap();
    let subject = format!("contact/{}", row.contact_id);
    let one = |kind: &'static str| [(kind, subject.clone())];
    tells(p, || links::unlink(p, who, WHO).unwrap(), &one("unlinked"));
    tells(p, || decide::undo(p, WHO).unwrap(), &one("linked"));
    tells(p, || decide::redo(p, WHO).unwrap(), &one("unlinked"));
    tells(p, || links::defer(p, &[who], true).unwrap(), &one("put_aside"));
    tells(p, || decide::undo(p, WHO).unwrap(), &one("taken_up_again"));
    tells(p, || links::refuse(p, who, &list_id, WHO).unwrap(), &one("refused_pair"));
    tells(p, || decide::undo(p, WHO).unwrap(), &one("refusal_taken_back"));
    assert!(links::refuse_no_more(p, who, &list_id, WHO).is_err(), "it is not refused any more");
    links::refuse(p, who, &list_id, WHO).unwrap();
    tells(p, || links::refuse_no_more(p, who, &list_id, WHO).unwrap(), &one("refusal_taken_back"));
    tells(p, || decide::undo(p, WHO).unwrap(), &one("refused_pair"));
    assert_eq!(links::refusals(p).unwrap()[&who], std::slice::from_ref(&list_id));
    tells(p, || decide::redo(p, WHO).unwrap(), &one("refusal_taken_back"));
    tells(p, || links::create_new(p, who, Some("A Name Of Its Own"), WHO).unwrap(), &one("linked"));
    tells(p, || links::link(p, who, &list_id, WHO).unwrap(), &one("linked"));
}

#[test]
fn each_decision_about_settings_is_one_event_with_the_settings_that_it_accepts() {
    let job = Job::new();
    let p = &job.profile;
    let change = |key: &str, value: &str| {
        connect::change_settings(p, &[(key.to_string(), value.to_string())], WHO).unwrap()
    };
    let settings = [("settings_changed", "settings".to_string())];
    tells(p, || change("rounding_max", "0.07"), &settings);
    tells(p, || change("rounding_max", "0.07"), &[]);
    tells(p, || decide::undo(p, WHO).unwrap(), &settings);
    tells(p, || decide::redo(p, WHO).unwrap(), &settings);
    tells(p, || connect::accept_map(p, WHO).unwrap(), &[("map_accepted", "settings".into())]);
    tells(
        p,
        || setup::confirm_zone(p, "America/New_York", WHO).unwrap(),
        &[("question_answered", "timezone".into())],
    );
    let known = || setup::known(p, &connect::map(p).unwrap(), WHO).unwrap();
    tells(p, known, &[("warnings_read", "setup".into())]);
    let claim = claim::of(WHO, "the screen", &*p.clock());
    tells(
        p,
        || p.note_taken(&claim, "serve, process 7").unwrap(),
        &[("profile_taken_over", "profile".into())],
    );
}

#[test]
fn each_entry_of_ones_own_is_one_event() {
    let job = Job::new();
    let p = &job.profile;
    let vendor =
        job.rows(&[DraftState::Ready]).into_iter().find(|row| row.kind == Some(TxnKind::Bill)).unwrap();
    let credit = OwnVendorCredit {
        date: "2026-02-09".parse().unwrap(),
        vendor: vendor.party_name.unwrap(),
        contact: 0,
        number: "VC-771".into(),
        po: String::new(),
        memo: "one unit back".into(),
        lines: vec![OwnLine { account: String::new(), amount: cents("12.50"), memo: String::new() }],
    };
    let entered = told(p, || own::add_vendor_credit(p, credit, WHO).unwrap());
    assert!(matches!(entered.as_slice(), [(kind, _)] if kind == "entered"), "{entered:?}");
    let (_, source) = &entered[0];
    let typed = |job: &Job| {
        let ids = drafts::ids(&job.profile, &countersign::store::drafts::DraftFilter::default()).unwrap();
        drafts::rows(&job.profile, &ids).unwrap().into_iter().find(|row| row.source == *source).unwrap()
    };
    let id = typed(&job).id;
    tells(p, || own::take_back(p, id, WHO).unwrap(), &[("taken_back", source.clone())]);
    tells(p, || decide::undo(p, WHO).unwrap(), &[("entered", source.clone())]);
    let cost = OwnLandingCost {
        date: "2026-02-10".parse().unwrap(),
        po: String::new(),
        category: "Freight".into(),
        amount: cents("80.00"),
        memo: "sea freight".into(),
    };
    let entered = told(p, || own::add_landing_cost(p, cost, WHO).unwrap());
    assert!(matches!(entered.as_slice(), [(kind, _)] if kind == "entered"), "{entered:?}");
    assert_eq!(history::replay(p).unwrap(), Vec::<String>::new());
}

#[test]
fn joining_orders_and_splitting_one_are_one_event_each_and_so_is_their_way_back() {
    let job = Job::new();
    let p = &job.profile;
    let bills: Vec<DraftRow> =
        job.rows(&[DraftState::Ready]).into_iter().filter(|row| row.kind == Some(TxnKind::Bill)).collect();
    let pair = bills.iter().find_map(|one| {
        let other = bills.iter().find(|other| other.id != one.id && other.party_name == one.party_name)?;
        Some([one.id, other.id])
    });
    let pair = pair.unwrap();
    let lines = |id: DraftId| drafts::detail(p, id).unwrap().document.map_or(0, |d| d.lines.len());
    let order = bills.iter().find(|row| !pair.contains(&row.id) && lines(row.id) >= 2).unwrap().id;
    let part = |number: &str, lines: Vec<usize>| SplitPart {
        number: number.into(),
        date: None,
        lines: lines.into_iter().map(|line| (line, None)).collect(),
    };
    let parts = vec![part("A-1", vec![1]), part("A-2", (2..=lines(order)).collect())];
    let joined = told(p, || own::join(p, &pair, "BIG-1", None, WHO).unwrap());
    let split = told(p, || own::split(p, order, parts, WHO).unwrap());
    for (entered, sort) in [(&split, "Split/"), (&joined, "Joined/")] {
        let [(kind, source)] = entered.as_slice() else { panic!("one event: {entered:?}") };
        assert!(kind == "entered" && source.starts_with(sort), "{entered:?}");
    }
    tells(p, || decide::undo(p, WHO).unwrap(), &[("taken_back", split[0].1.clone())]);
    tells(p, || decide::undo(p, WHO).unwrap(), &[("taken_back", joined[0].1.clone())]);
    tells(p, || decide::redo(p, WHO).unwrap(), &[("entered", joined[0].1.clone())]);
}

#[test]
fn an_accrual_is_one_event_for_each_of_its_journals_and_a_true_up_one_for_each_of_its_steps() {
    let month = Month::with_an_order_that_is_not_billed();
    month.run();
    let p = &month.profile;
    let feb = "2026-02".parse().unwrap();
    let accrued = told(p, || month_end::accrual(p, feb, WHO).unwrap());
    let kinds: Vec<&str> = accrued.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["entered", "entered"], "{accrued:?}");
    assert_ne!(accrued[0].1, accrued[1].1, "the accrual, and its reversal");
    let shown = month_end::true_up_preview(p, feb, Some(cents("700.00"))).unwrap();
    let number = history::batches(p).unwrap().len() + 1;
    let trued = told(p, || month_end::true_up(p, feb, &shown, "agreed", WHO).unwrap());
    let batch = format!("batch/{number}");
    let steps = [("approved", "draft/"), ("batch_closed", batch.as_str()), ("entered", "TrueUp/")];
    for (step, (kind, subject)) in steps.iter().zip(&trued) {
        assert!(step.0 == kind && subject.starts_with(step.1), "{trued:?}");
    }
    assert_eq!(trued.len(), 3, "{trued:?}");
    assert_eq!(history::replay(p).unwrap(), Vec::<String>::new());
}

#[test]
fn a_secret_that_is_replaced_is_one_event_without_a_word_of_it() {
    let job = Job::new();
    let p = &job.profile;
    let one = |kind: &'static str| [(kind, "secrets".to_string())];
    let key = || secrecy::SecretString::from("another-key-7781".to_string());
    tells(p, || connect::set_cin7_key(p, &key(), WHO).unwrap(), &one("cin7_key_changed"));
    tells(p, || connect::set_cin7_key(p, &key(), WHO).unwrap(), &[]);
    let mut password = secrecy::SecretString::default();
    let mut new = || password = connect::new_qbwc_password(p, WHO).unwrap();
    tells(p, &mut new, &one("qbwc_password_changed"));
    let names = ["office-pc".to_string()];
    tells(p, || tls::make(p, &names, WHO).unwrap(), &one("certificate_key_changed"));
    let events = history::events(p, i64::MAX, 4).unwrap();
    for event in events.iter().filter(|event| event.subject == "secrets") {
        let before = if event.kind == "certificate_key_changed" { "\"first\"" } else { "\"replaced\"" };
        assert_eq!(event.body, before, "{}", event.kind);
    }
    for secret in ["another-key-7781", password.expose_secret()] {
        assert!(!format!("{events:?}").contains(secret));
    }
}

#[test]
fn a_batch_is_one_event_with_one_for_each_name_that_it_creates_and_so_is_its_way_back() {
    let job = Job::new();
    let p = &job.profile;
    decide::approve_all_ready(p, WHO).unwrap();
    let closed = told(p, || handoff::close_batch(p, WHO).unwrap());
    let batches: Vec<_> = closed.iter().filter(|(kind, _)| kind == "batch_closed").collect();
    assert_eq!(batches.len(), 1, "{closed:?}");
    let names = closed.iter().filter(|(kind, _)| kind == "party_approved").count();
    assert_eq!(names + 1, closed.len(), "{closed:?}");
    let mut subjects: Vec<_> = closed.iter().map(|(_, subject)| subject).collect();
    subjects.dedup();
    assert_eq!(subjects.len(), closed.len(), "each name once");
    let batch = batches[0].1.clone();
    let number = countersign::base::BatchId(batch.rsplit('/').next().unwrap().parse().unwrap());
    tells(p, || handoff::withdraw_batch(p, number, WHO).unwrap(), &[("batch_withdrawn", batch)]);
    let trial = Job::new();
    let started = told(&trial.profile, || trial::start(&trial.profile, None, WHO).unwrap());
    for (kind, count) in [("approved", 3), ("batch_closed", 1), ("trial_started", 1)] {
        assert_eq!(started.iter().filter(|(told, _)| told == kind).count(), count, "{kind}: {started:?}");
    }
    trial.visit();
    trial.settle();
    let left = told(&trial.profile, || trial::leave_in(&trial.profile, WHO).unwrap());
    assert!(matches!(left.as_slice(), [(kind, _)] if kind == "trial_left_in"), "{left:?}");
}

/// What is freight more in Cin7.
fn dearer(body: &mut serde_json::Value) {
    let number = |body: &serde_json::Value, name: &str| body[name].as_f64().unwrap();
    body["freightTotal"] = json!(number(body, "freightTotal") + 10.0);
    body["total"] = json!(number(body, "total") + 10.0);
}

#[test]
fn each_decision_about_what_stands_in_quickbooks_is_one_event() {
    let job = Job::posted();
    let p = &job.profile;
    let sales: Vec<DraftRow> = job
        .rows(&[DraftState::Posted])
        .into_iter()
        .filter(|row| row.pending && row.cin7_type == "SalesOrder")
        .collect();
    let (sale, edited, gone) = (&sales[0], &sales[1], &sales[2]);
    let one = |kind: &'static str, row: &DraftRow| (kind, draft(row));
    let batches = history::batches(p).unwrap().len() as i64;
    let batch = |n: i64| ("batch_closed", format!("batch/{}", batches + n));
    // A change of Cin7.
    job.change_in_cin7(sale, dearer);
    tells(
        p,
        || decide::approve(p, &[(sale.id, hash(&job, sale.id))], WHO).unwrap(),
        &[one("change_approved", sale)],
    );
    let back = told(p, || decide::withdraw_approval(p, &[sale.id], WHO).unwrap());
    assert_eq!((back.len(), back[0].1.clone()), (1, draft(sale)), "{back:?}");
    tells(p, || decide::hold(p, &[sale.id], WHO).unwrap(), &[one("change_held", sale)]);
    tells(p, || changes::keep_quickbooks(p, sale.id, WHO).unwrap(), &[one("change_left", sale)]);
    tells(p, || changes::propose_again(p, &[sale.id], WHO).unwrap(), &[one("change_reopened", sale)]);
    tells(p, || changes::done_by_hand(p, sale.id, WHO).unwrap(), &[one("done_by_hand", sale)]);
    // A person's edit, and a deletion.
    assert!(job.company().edit_ref_number(edited.txn_id.as_deref().unwrap(), "EDITED"));
    assert!(job.company().delete(gone.txn_id.as_deref().unwrap()));
    job.clock.pass(2 * 24 * 3600);
    job.visit();
    job.settle();
    tells(
        p,
        || changes::overwrite(p, edited.id, WHO).unwrap(),
        &[one("overwrite_approved", edited), batch(1)],
    );
    tells(p, || changes::keep_quickbooks(p, gone.id, WHO).unwrap(), &[one("deletion_accepted", gone)]);
    tells(p, || undo::reset(p, &[gone.id], WHO).unwrap(), &[one("reset", gone)]);
    job.settle();
    // The second act, and the way back.
    let last = &sales[3];
    tells(
        p,
        || handoff::finalise(p, Some(&[last.id]), WHO).unwrap(),
        &[one("finalise_approved", last), batch(2)],
    );
    job.settle();
    let undone = told(p, || undo::undo_batch(p, countersign::base::BatchId(1), WHO).unwrap());
    let mut subjects: Vec<_> = undone.iter().map(|(_, subject)| subject.clone()).collect();
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), undone.len(), "one event for each thing: {undone:?}");
    assert_eq!(undone.iter().filter(|(kind, _)| kind == "batch_undone").count(), 1);
    assert_eq!(history::replay(p).unwrap(), Vec::<String>::new());
}

#[test]
fn letting_work_go_on_is_one_event() {
    let job = Job::queued();
    let p = &job.profile;
    let waiting = job.rows(&[DraftState::Queued]).remove(0);
    job.sql(&format!(
        "UPDATE operation SET state = 'NeedsAttention' WHERE draft_id = {0}; UPDATE draft SET state = 'NeedsAttention' WHERE id = {0}",
        waiting.id
    ));
    tells(p, || handoff::requeue(p, waiting.id, WHO).unwrap(), &[("queued_by_person", draft(&waiting))]);
    job.sql("INSERT OR REPLACE INTO meta SELECT 'company_waiting', value FROM meta WHERE key = 'company'");
    tells(p, || connect::adopt_company(p, WHO).unwrap(), &[("company_confirmed", "company".into())]);
    job.sql("INSERT OR REPLACE INTO meta VALUES ('frozen', 'an older copy'), ('read_back_due', '0')");
    tells(p, || handoff::unfreeze(p, WHO).unwrap(), &[("unfrozen", "company".into())]);
}
