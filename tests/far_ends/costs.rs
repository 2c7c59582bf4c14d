//! Stock adjustments and the months' cost journals, from Cin7 into the strict simulated company and through the proof.

use crate::job::{CIN7_KEY, Job, WHO};
use countersign::base::Cents;
use countersign::books::DraftState;
use countersign::drafting::cogs::CostAnswer;
use countersign::sim::cin7::{Setup, SimCin7};
use countersign::sim::world::{Resource, World};
use countersign::store::drafts::DraftRow;
use countersign::workflow::fetch::{FetchOptions, fetch};
use countersign::workflow::{connect, costs, decide, drafts, exclusion, handoff, prove};
use tokio_util::sync::CancellationToken;

fn answer_all(job: &Job) {
    let answers = [("first_month", "ours"), ("foreign", "leave"), ("moved_after_start", "count")];
    let answers = answers.map(|(key, answer)| (format!("cogs.{key}"), answer.to_string()));
    connect::change_settings(&job.profile, &answers, WHO).unwrap();
}

fn months(job: &Job) -> Vec<DraftRow> {
    let mut rows = job.rows(&[]);
    rows.retain(|row| row.cin7_type == "CogsMonth");
    rows
}

fn month(job: &Job, month: &str) -> DraftRow {
    months(job).into_iter().find(|row| row.cin7_id == month).unwrap()
}

/// Sales, then the costs of their months, all in QuickBooks.
fn costed() -> Job {
    let job = Job::posted();
    answer_all(&job);
    job.approve();
    job.visit();
    job.settle();
    job
}

/// Cin7 again, where the cost of a sale of February has changed; its reference.
fn recosted(job: &Job) -> String {
    let world = World::generate(1, 32, 40);
    let mut setup = Setup::for_world(&world);
    setup.connections[0].key = CIN7_KEY.into();
    let cin7 = job.wait(SimCin7::start("127.0.0.1:0".parse().unwrap(), world, setup)).unwrap();
    let mut settings = job.profile.settings();
    settings.cin7.url = cin7.url();
    job.profile.save_settings(&settings).unwrap();
    let views = costs::documents(&job.profile, &month(job, "2026-02")).unwrap();
    let sold = views.iter().find(|view| view.counts && view.cost > Cents::new(1_000)).unwrap();
    let id: i64 = sold.source.strip_prefix("SalesOrder/").unwrap().parse().unwrap();
    assert!(cin7.change(|world, now| world.recost(Resource::SalesOrders, id, now)));
    let options = FetchOptions::default();
    job.wait(fetch(&job.profile, &options, &mut |_| (), CancellationToken::default())).unwrap();
    sold.reference.clone()
}

#[test]
fn the_costs_of_the_months_follow_their_sales_and_prove_to_the_cent() {
    let job = Job::posted();
    let asked = month(&job, "2026-01");
    assert_eq!(asked.state, DraftState::NeedsAttention);
    assert!(job.codes(asked.id).contains(&"first_month".to_string()));
    answer_all(&job);
    let ready = months(&job);
    assert!(ready.len() >= 2 && ready.iter().all(|row| row.state == DraftState::Ready), "{ready:?}");
    job.approve();
    job.visit();
    job.settle();
    job.assert_all_posted();
    for row in months(&job) {
        assert_eq!(row.state, DraftState::Posted);
        assert_eq!(row.ref_number, format!("CG{}A", row.cin7_id.replace('-', "")));
        let there = job.in_ledger(&row);
        assert_eq!(there.ref_number, row.ref_number);
        assert_eq!(there.splits.iter().map(|split| split.debit - split.credit).sum::<i64>(), 0);
    }
    let proof = prove::prove(&job.profile, None).unwrap();
    for kind in ["CogsMonth", "Adjustment"] {
        let rows: Vec<_> = proof.totals.iter().filter(|row| row.cin7_type == kind).collect();
        assert!(rows.len() >= 2, "{kind}");
        assert!(rows.iter().all(|row| row.posted_total == row.quickbooks_total && row.difference.is_zero()));
        assert!(rows.iter().any(|row| !row.quickbooks_total.is_zero()));
    }
    let lost = proof.totals.iter().any(|row| row.cin7_type == "Adjustment" && row.posted_total.is_negative());
    assert!(lost, "an adjustment that lowers stock counts below zero");
}

#[test]
fn a_late_cost_is_proposed_as_a_revision_that_names_the_document() {
    let job = costed();
    let before = month(&job, "2026-02");
    let reference = recosted(&job);
    let changed = month(&job, "2026-02");
    assert_eq!(changed.state, DraftState::Posted, "what is posted stands");
    let told = drafts::reasons(&changed).into_iter().find(|reason| reason.code == "cogs_changed").unwrap();
    assert!(told.text.contains(&reference), "{}", told.text);
    assert_eq!(changed.proposal, Some(DraftState::Ready));
    job.approve();
    job.visit();
    job.settle();
    let revised = month(&job, "2026-02");
    assert_eq!(job.in_ledger(&revised).ref_number, "CG202602B");
    assert!(revised.total > before.total, "{revised:?}");
    job.assert_all_posted();
}

#[test]
fn after_the_month_is_closed_the_difference_is_a_journal_of_the_first_open_month() {
    let job = costed();
    job.company().set_closing_date(Some("2026-02-28".parse().unwrap()));
    job.host.request_lists();
    job.visit();
    recosted(&job);
    let correction = |job: &Job| {
        let rows = job.rows(&[]);
        rows.into_iter().find(|row| row.cin7_type == "CogsDifference").unwrap()
    };
    let made = correction(&job);
    assert_eq!(
        (made.cin7_id.as_str(), made.state),
        ("2026-02/1", DraftState::Ready),
        "{:?}",
        job.codes(made.id)
    );
    assert_eq!(made.month.as_deref(), Some("2026-03"));
    job.approve();
    job.visit();
    job.settle();
    assert_eq!(correction(&job).state, DraftState::Posted);
    assert_eq!(job.in_ledger(&correction(&job)).ref_number, "CG202602B");
    job.assert_all_posted();
    let rows = job.rows(&[]);
    assert_eq!(
        rows.iter().filter(|row| row.cin7_type == "CogsDifference").count(),
        1,
        "it is not asked for again"
    );
}

#[test]
fn a_month_whose_cost_falls_to_nothing_has_its_journal_voided() {
    let job = costed();
    let february = month(&job, "2026-02");
    let views = costs::documents(&job.profile, &february).unwrap();
    let counted: Vec<_> = views.iter().filter(|view| view.counts).map(|view| view.source.clone()).collect();
    let rows = job.rows(&[]);
    let sold: Vec<_> = rows.iter().filter(|row| counted.contains(&row.source)).map(|row| row.id).collect();
    assert_eq!(sold.len(), counted.len());
    costs::answer(&job.profile, &sold, CostAnswer::Leave, WHO).unwrap();
    let proposed = month(&job, "2026-02");
    let shown = drafts::detail(&job.profile, proposed.id).unwrap().proposed.unwrap();
    assert_eq!(
        (proposed.proposal, shown.operation.as_str()),
        (Some(DraftState::Ready), "TxnVoid"),
        "{shown:?}"
    );
    assert!(shown.reasons.iter().any(|reason| reason.code == "cost_is_nothing"));
    decide::approve(&job.profile, &[(february.id, shown.hash)], WHO).unwrap();
    handoff::close_batch(&job.profile, WHO).unwrap();
    job.visit();
    job.settle();
    assert_eq!(job.row(february.id).state, DraftState::Voided);
    let proof = prove::prove(&job.profile, Some("2026-02".parse().unwrap())).unwrap();
    let row = proof.totals.iter().find(|row| row.cin7_type == "CogsMonth").unwrap();
    assert_eq!((row.quickbooks_total, row.unexplained), (Cents::ZERO, Cents::ZERO));
    costs::answer(&job.profile, &sold, CostAnswer::Count, WHO).unwrap();
    let again = job.rows(&[DraftState::Ready]).into_iter().find(|row| row.source == february.source).unwrap();
    assert_eq!(
        (again.generation, again.total, again.txn_id),
        (february.generation + 1, february.total, None),
        "what costs again is drafted anew, and approval is asked"
    );
}

#[test]
fn a_month_closed_before_its_journal_was_posted_is_a_correction_of_the_first_open_month() {
    let job = Job::posted();
    answer_all(&job);
    let waiting = month(&job, "2026-02");
    assert_eq!(waiting.state, DraftState::Ready);
    let close = |day: Option<&str>| {
        job.company().set_closing_date(day.map(|day| day.parse().unwrap()));
        job.host.request_lists();
        job.visit();
    };
    let corrections = |job: &Job| -> Vec<DraftRow> {
        job.rows(&[]).into_iter().filter(|row| row.cin7_id == "2026-02/1").collect()
    };
    close(Some("2026-02-28"));
    let made = corrections(&job).remove(0);
    assert_eq!(
        (made.state, made.month.as_deref()),
        (DraftState::Ready, Some("2026-03")),
        "{:?}",
        job.codes(made.id)
    );
    assert_eq!(made.total, waiting.total);
    assert_eq!(month(&job, "2026-02").state, DraftState::Excluded);
    assert!(job.codes(waiting.id).contains(&"in_correction".to_string()));
    close(None);
    assert_eq!(month(&job, "2026-02").state, DraftState::Ready, "the books were opened again");
    assert_eq!(corrections(&job)[0].state, DraftState::NotReady, "it is not booked twice");
    close(Some("2026-02-28"));
    job.approve();
    job.visit();
    job.settle();
    assert_eq!(corrections(&job)[0].state, DraftState::Posted);
    assert_eq!(job.in_ledger(&corrections(&job)[0]).ref_number, "CG202602B");
    close(None);
    assert_eq!((corrections(&job).len(), month(&job, "2026-02").state), (1, DraftState::Excluded));
    job.assert_all_posted();
}

#[test]
fn excluding_a_sale_whose_goods_moved_asks_what_becomes_of_its_cost() {
    let job = Job::new();
    answer_all(&job);
    let of_january = |row: &DraftRow| {
        row.cin7_type == "SalesOrder"
            && row.month.as_deref() == Some("2026-01")
            && row.state == DraftState::Ready
    };
    let sale = job.rows(&[DraftState::Ready]).into_iter().find(of_january).unwrap();
    let counts = |job: &Job| {
        let views = costs::documents(&job.profile, &month(job, "2026-01")).unwrap();
        let view = views.into_iter().find(|view| view.source == sale.source).unwrap();
        (view.counts, view.standing)
    };
    let asks = |job: &Job| job.codes(month(job, "2026-01").id).contains(&"cost_excluded".to_string());
    exclusion::exclude(&job.profile, &[sale.id], "booked by the shop", None, WHO).unwrap();
    assert_eq!((counts(&job), asks(&job)), ((false, "asked"), true));
    costs::answer(&job.profile, &[sale.id], CostAnswer::Count, WHO).unwrap();
    assert_eq!((counts(&job), asks(&job)), ((true, "counts"), false));
    decide::undo(&job.profile, WHO).unwrap();
    assert!(asks(&job));
    decide::undo(&job.profile, WHO).unwrap();
    assert_eq!(counts(&job), (false, "waits for approval"));
    exclusion::exclude(&job.profile, &[sale.id], "a gift", Some(CostAnswer::Leave), WHO).unwrap();
    assert_eq!((counts(&job), asks(&job)), ((false, "left out"), false));
    decide::undo(&job.profile, WHO).unwrap();
    assert_eq!(counts(&job), (false, "waits for approval"), "one step back takes both");
}

#[test]
fn open_sales_hold_the_journal_back_until_a_person_says_go_on() {
    let job = Job::new();
    answer_all(&job);
    decide::approve_all_ready(&job.profile, WHO).unwrap();
    let waits = month(&job, "2026-02");
    assert!(job.codes(waits.id).contains(&"sales_not_sent".to_string()), "{:?}", job.codes(waits.id));
    assert_ne!(waits.state, DraftState::Approved);
    costs::answer(&job.profile, &[waits.id], CostAnswer::Count, WHO).unwrap();
    assert_eq!(month(&job, "2026-02").state, DraftState::Ready);
    handoff::close_batch(&job.profile, WHO).unwrap();
    assert_eq!(month(&job, "2026-02").state, DraftState::Ready);
}
