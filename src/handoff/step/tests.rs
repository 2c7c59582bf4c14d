//! Whole visits with answers made by hand: what goes out in which order, and what follows from what comes back.

mod early;
mod evidence;
mod together;

use super::*;
use crate::base::SetId;
use crate::books::{CompanyFile, ListKind};
use crate::handoff::agenda::SLICE;
use crate::handoff::answer::{AnswerSet, Found};
use crate::handoff::effects::{Ahead, CompanyLeave, Question};
use crate::handoff::request::Request;
use crate::handoff::tests::{add, answer, answers, customer, doubt, finalise, key, queued, seen};

/// The stored facts of a visit, and what the step wished of them.
#[derive(Default)]
struct Desk {
    frozen: bool,
    canary: Vec<CanaryRef>,
    unknowns: Vec<UnknownWork>,
    lists: Vec<DueList>,
    sweep: Vec<Request>,
    queue: Vec<Queued>,
    read_back: bool,
    spans: Vec<Span>,
    values: Vec<ValueAsk>,
    values_ahead: Vec<ValueAsk>,
    rows: Vec<crate::handoff::answer::AccountRow>,
    since: Option<String>,
    ahead: Ahead,
    visit: Option<Visit>,
    random: u128,
    log: Vec<Effect>,
}

impl Desk {
    fn fact(&self, question: Question) -> Fact {
        match question {
            Question::Ahead => Fact::Ahead(self.ahead.clone()),
            Question::Company => Fact::Company(Ok(CompanyLeave { may_write: !self.frozen })),
            Question::Canary => Fact::Canary(self.canary.clone()),
            Question::Unknowns => Fact::Unknowns(self.unknowns.clone()),
            Question::Sweep => Fact::Sweep(self.sweep.clone()),
            Question::DueLists => Fact::DueLists(self.lists.clone()),
            Question::Slice(after) => Fact::Slice(
                self.queue
                    .iter()
                    .filter(|q| after.is_none_or(|last| q.id > last))
                    .take(SLICE)
                    .cloned()
                    .collect(),
            ),
            Question::ReadBack => Fact::ReadBack(self.read_back.then(|| ReadBack {
                spans: self.spans.clone(),
                since: self.since.clone(),
                values: self.values_ahead.clone(),
            })),
            Question::Missing => Fact::Missing(Vec::new()),
            Question::Values => Fact::Values(self.values.clone()),
            Question::RowsOf(ids) => {
                let known = self.rows.iter().filter(|row| ids.contains(&row.txn_id));
                Fact::RowsOf(known.cloned().collect())
            }
        }
    }

    /// One input, every fact that it asks for; the set that goes out.
    fn drive(&mut self, input: Input) -> Option<(RequestSet, Option<OperationId>)> {
        let mut input = input;
        for _ in 0..50 {
            let visit = self.visit.take().unwrap_or_else(|| Visit::new("{owner}"));
            let (visit, effects) = step(visit, input);
            self.visit = Some(visit);
            let mut question = None;
            let mut out = None;
            for effect in effects {
                match effect {
                    Effect::Look(asked) => question = Some(asked),
                    Effect::HandOut { set, operation, .. } => out = Some((set, operation)),
                    other => {
                        self.take(&other);
                        self.log.push(other);
                    }
                }
            }
            match question {
                Some(asked) => input = Input::Fact(self.fact(asked)),
                None => return out,
            }
        }
        panic!("the step asks for ever")
    }

    /// What the store would do with a conclusion.
    fn take(&mut self, effect: &Effect) {
        let Effect::Settle { operation, verdict } = effect else { return };
        let from_queue = self.queue.iter().position(|q| q.id == *operation).map(|at| self.queue.remove(at));
        self.unknowns.retain(|u| u.id != *operation);
        if let (Verdict::Unknown { .. }, Some(queued)) = (verdict, from_queue) {
            self.unknowns.push(doubt(operation.0, queued.work));
        }
    }

    fn plan(&mut self) -> Option<(RequestSet, Option<OperationId>)> {
        self.random += 1;
        self.drive(Input::Plan { random: self.random })
    }

    fn answered(&mut self, set: AnswerSet) {
        assert_eq!(self.drive(Input::Answered(set)), None, "an answer plans nothing");
    }

    /// Answers everything by itself until a write or the end; the kinds of what was asked on the way.
    fn until_a_write(&mut self) -> (Vec<&'static str>, Option<(RequestSet, OperationId)>) {
        let mut asked = Vec::new();
        for _ in 0..200 {
            let Some((set, operation)) = self.plan() else { return (asked, None) };
            asked.push(kind(&set));
            if let Some(operation) = operation {
                return (asked, Some((set, operation)));
            }
            let reply = self.reply(&set);
            self.answered(reply);
        }
        panic!("the visit has no end")
    }

    /// A company that is as we left it.
    fn reply(&self, set: &RequestSet) -> AnswerSet {
        let one = |id: &str, request: &Request| match request {
            Request::Company { .. } => {
                answer(id, 0, Found::Company(CompanyFile { name: "Ours".into(), ..CompanyFile::default() }))
            }
            Request::TxnById { ids, .. } => {
                let number = i64::from_str_radix(ids[0].as_str().trim_end_matches("-1"), 16).unwrap();
                answer(id, 0, Found::Txns(vec![seen(number)]))
            }
            _ => answer(id, 1, Found::Nothing),
        };
        answers(set.requests.iter().map(|(id, request)| one(id, request)).collect())
    }

    fn settled(&self) -> Vec<(i64, &Verdict)> {
        self.log
            .iter()
            .filter_map(|e| match e {
                Effect::Settle { operation, verdict } => Some((operation.0, verdict)),
                _ => None,
            })
            .collect()
    }
}

fn kind(set: &RequestSet) -> &'static str {
    match &set.requests[0].1 {
        Request::Host => "identity",
        Request::TxnById { links: true, .. } => "guard",
        Request::TxnById { .. } => "canary",
        Request::TxnModified { .. } => "probe",
        Request::List { .. } => "list",
        Request::ListDeleted { .. } => "deleted",
        Request::TxnByRef { .. } | Request::ListByName { .. } => "look",
        request if request.writes() => "write",
        Request::TxnDated { .. } => "read back",
        Request::AccountRows { .. } | Request::Balances { .. } => "values",
        _ => "other",
    }
}

fn canary_of(number: i64, edit: &str) -> CanaryRef {
    CanaryRef {
        kind: TxnKind::Invoice,
        txn: seen(number).txn_id,
        edits: vec![edit.to_string().into()],
        left: crate::handoff::work::Left::Standing,
    }
}

fn confirm(number: i64) -> AnswerSet {
    answers(vec![answer("w1", 0, Found::Txns(vec![seen(number)]))])
}

#[test]
fn nothing_is_written_before_company_canary_doubts_and_lists() {
    let mut desk = Desk {
        canary: vec![canary_of(9, "100")],
        unknowns: vec![UnknownWork { answered: true, ..doubt(1, add(1)) }],
        lists: vec![DueList { list: ListKind::Customer, since: None }],
        queue: vec![queued(2, add(2)), queued(3, add(3))],
        ..Desk::default()
    };
    let (asked, write) = desk.until_a_write();
    assert_eq!(asked, ["identity", "canary", "probe", "list", "deleted", "look", "write"]);
    let (set, operation) = write.unwrap();
    assert_eq!(operation, OperationId(2));
    assert_eq!((set.requests.len(), set.set_id.is_some()), (1, true), "one write under a set id");
    desk.answered(confirm(2));
    let (asked, write) = desk.until_a_write();
    assert_eq!((asked, write.unwrap().1), (vec!["write"], OperationId(3)), "one look for the slice");
    desk.answered(confirm(3));
    assert_eq!(desk.until_a_write().1, None);
    assert!(desk.log.iter().any(|e| matches!(e, Effect::Finished(_))));
}

#[test]
fn a_frozen_company_is_only_read() {
    let mut desk = Desk {
        frozen: true,
        unknowns: vec![doubt(1, add(1))],
        queue: vec![queued(2, add(2))],
        read_back: true,
        ..Desk::default()
    };
    assert_eq!(desk.until_a_write().1, None);
    assert!(!desk.log.iter().any(|e| matches!(e, Effect::Resend { .. })), "nothing is sent again either");
    assert!(desk.log.iter().any(|e| matches!(e, Effect::ReadBackDone)));
}

#[test]
fn a_restored_file_freezes_and_a_question_without_an_answer_only_stops_the_writing() {
    let visit = |deleted: i32, gone: Vec<crate::handoff::Deleted>| {
        let mut desk =
            Desk { canary: vec![canary_of(9, "100")], queue: vec![queued(2, add(2))], ..Desk::default() };
        for _ in 0..2 {
            let (set, _) = desk.plan().unwrap();
            let reply = if kind(&set) == "canary" {
                answers(vec![answer("k", 500, Found::Nothing)])
            } else {
                desk.reply(&set)
            };
            desk.answered(reply);
        }
        desk.plan().unwrap();
        desk.answered(answers(vec![answer("d", deleted, Found::Deleted(gone))]));
        let wrote = desk.until_a_write().1.is_some();
        (wrote, desk.log.iter().any(|e| matches!(e, Effect::Freeze(_))))
    };
    let by_a_person = crate::handoff::Deleted {
        kind: "Invoice".into(),
        id: seen(9).txn_id.to_string(),
        name: String::new(),
        time_created: String::new(),
        time_deleted: String::new(),
    };
    assert_eq!(visit(0, vec![by_a_person]), (true, false));
    assert_eq!(visit(0, vec![]), (false, true));
    let mut desk =
        Desk { canary: vec![canary_of(9, "100")], queue: vec![queued(2, add(2))], ..Desk::default() };
    desk.plan();
    desk.answered(answers(vec![]));
    desk.plan();
    desk.answered(answers(vec![answer("k", 3000, Found::Nothing)]));
    assert_eq!(desk.until_a_write().1, None);
    assert!(!desk.log.iter().any(|e| matches!(e, Effect::Freeze(_))));
}

#[test]
fn asked_again_without_an_answer_it_looks_up_and_then_gives_the_same_set() {
    let mut desk = Desk { queue: vec![queued(1, add(1)), queued(2, add(2))], ..Desk::default() };
    desk.until_a_write();
    let (set, operation) = desk.plan().unwrap();
    assert_eq!((kind(&set), operation), ("probe", None), "never the bytes (C21)");
    assert!(matches!(desk.settled()[0], (1, Verdict::Unknown { .. })));
    let reply = desk.reply(&set);
    desk.answered(reply);
    assert_eq!(desk.plan(), None);
    let Some(Effect::Resend { operation, set }) = desk.log.last() else { panic!("{:?}", desk.log.last()) };
    assert_eq!((*operation, set.clone()), (OperationId(1), SetId::from_random(7)));
    desk.answered(confirm(1));
    let (_, write) = desk.until_a_write();
    assert_eq!(write.unwrap().1, OperationId(2), "what stood behind the doubt goes out in the same visit");
}

#[test]
fn an_error_of_the_web_connector_on_a_write_is_a_doubt() {
    let mut desk = Desk { queue: vec![queued(1, add(1))], ..Desk::default() };
    desk.until_a_write();
    desk.drive(Input::Failed { why: "0x80040402".into() });
    assert!(matches!(desk.settled()[0], (1, Verdict::Unknown { .. })));
    let (set, _) = desk.plan().unwrap();
    assert_eq!(kind(&set), "probe");
}

#[test]
fn a_doubt_that_this_computer_cannot_resolve_blocks_every_write() {
    let unknown = UnknownWork { same_identity: false, ..doubt(1, add(1)) };
    let mut desk = Desk { unknowns: vec![unknown], queue: vec![queued(2, add(2))], ..Desk::default() };
    assert_eq!(desk.until_a_write().1, None);
    assert_eq!(desk.settled(), []);
}

#[test]
fn a_probe_reads_every_page_before_it_concludes() {
    let mut desk = Desk { unknowns: vec![doubt(1, add(1))], ..Desk::default() };
    desk.plan();
    desk.answered(answers(vec![]));
    desk.plan().unwrap();
    let mut first = answers(vec![
        answer("q1", 0, Found::Txns(vec![seen(5)])),
        answer("q2", 1, Found::Nothing),
        answer("q3", 0, Found::Txns(vec![seen(5)])),
    ]);
    first.answers[0].iterator = Some(("{it}".into(), 40));
    first.answers[2].iterator = Some(("{day}".into(), 1));
    desk.answered(first);
    assert_eq!(desk.settled(), []);
    let (set, _) = desk.plan().unwrap();
    assert!(
        matches!(&set.requests[..], [(_, Request::TxnModified { page: Page::Continue { iterator, .. }, .. })] if iterator == "{it}")
    );
    desk.answered(answers(vec![answer("q1", 0, Found::Txns(vec![seen(6)]))]));
    let (set, _) = desk.plan().unwrap();
    assert!(
        matches!(&set.requests[..], [(_, Request::TxnDated { page: Page::Continue { iterator, .. }, .. })] if iterator == "{day}"),
        "looked for by its own date as well, since a clock may be off"
    );
    desk.answered(answers(vec![answer("q3", 0, Found::Txns(vec![seen(1)]))]));
    assert!(matches!(desk.settled()[0], (1, Verdict::Done { .. })));
}

#[test]
fn the_changes_of_several_lists_are_asked_for_at_once() {
    let lists = [ListKind::Employee, ListKind::Customer, ListKind::Item];
    let since = || Some("2026-03-01T00:00:00".to_string());
    let mut desk = Desk {
        lists: lists.map(|list| DueList { list, since: since() }).to_vec(),
        queue: vec![queued(1, add(1))],
        ..Desk::default()
    };
    desk.plan();
    desk.answered(answers(vec![]));
    let (set, _) = desk.plan().unwrap();
    assert_eq!(set.requests.len(), 4, "and what was deleted of them");
    let mut first = answers(vec![
        answer("l0", 3261, Found::Nothing),
        answer("l1", 1, Found::Nothing),
        answer("l2", 0, Found::List(Vec::new())),
    ]);
    first.answers[2].iterator = Some(("{it}".into(), 9));
    desk.answered(first);
    let (set, _) = desk.plan().unwrap();
    let alone = matches!(
        &set.requests[..],
        [(_, Request::List { list: ListKind::Item, page: Page::Start { .. }, .. })]
    );
    assert!(alone, "what was not answered whole is asked for again, alone: {set:?}");
    let refused = |e: &Effect| matches!(e, Effect::ListDone { list: ListKind::Employee, refused: Some(why) } if why.contains("3261"));
    assert!(desk.log.iter().any(refused));
}

#[test]
fn a_refused_list_is_noted_and_the_visit_goes_on() {
    let lists = [ListKind::Employee, ListKind::Customer];
    let mut desk = Desk {
        lists: lists.map(|list| DueList { list, since: None }).to_vec(),
        queue: vec![queued(1, add(1))],
        ..Desk::default()
    };
    desk.plan();
    desk.answered(answers(vec![]));
    desk.plan();
    desk.answered(answers(vec![answer("l", 3261, Found::Nothing)]));
    let (asked, write) = desk.until_a_write();
    assert_eq!(asked, ["list", "deleted", "look", "write"]);
    assert!(write.is_some());
    let refused = desk.log.iter().any(
        |e| matches!(e, Effect::ListDone { list: ListKind::Employee, refused: Some(why) } if why.contains("3261")),
    );
    assert!(refused);
}

#[test]
fn the_lists_are_read_once_even_where_a_doubt_comes_between() {
    let mut desk = Desk {
        lists: vec![DueList { list: ListKind::Customer, since: None }],
        queue: vec![queued(1, add(1)), queued(2, add(2))],
        ..Desk::default()
    };
    desk.until_a_write();
    desk.answered(answers(vec![answer("w1", 3180, Found::Nothing)]));
    let (asked, _) = desk.until_a_write();
    assert!(!asked.contains(&"list") && asked[0] == "probe", "{asked:?}");
}

#[test]
fn finalising_is_guarded_directly_before_each_write() {
    let mut desk =
        Desk { queue: vec![queued(1, finalise(1, "")), queued(2, finalise(2, ""))], ..Desk::default() };
    let (asked, write) = desk.until_a_write();
    assert_eq!(asked, ["identity", "guard", "write"]);
    let (set, _) = write.unwrap();
    let Request::Finalise { edit_sequence, .. } = &set.requests[0].1 else { panic!("{set:?}") };
    assert_eq!(edit_sequence.as_str(), "100", "as the guard read it");
    desk.answered(confirm(1));
    assert_eq!(desk.until_a_write().0, ["guard", "write"]);
}

#[test]
fn slices_never_repeat_an_operation_and_the_visit_is_bounded() {
    let mut desk = Desk { queue: (1..=60).map(|n| queued(n, add(n))).collect(), ..Desk::default() };
    let mut written = Vec::new();
    while let (_, Some((_, operation))) = desk.until_a_write() {
        // Every fifth is refused for a reason that leaves it queued in the store; it must not come again.
        written.push(operation.0);
        desk.answered(confirm(operation.0));
        desk.queue.push(queued(operation.0, add(operation.0)));
        desk.queue.sort_by_key(|q| q.id);
    }
    assert_eq!(written, (1..=60).collect::<Vec<_>>());
}

#[test]
fn a_new_customer_is_looked_for_in_the_whole_name_space() {
    let mut desk = Desk { queue: vec![queued(1, customer(1))], ..Desk::default() };
    desk.plan();
    desk.answered(answers(vec![]));
    let (set, _) = desk.plan().unwrap();
    assert_eq!(set.requests.len(), 4, "customers, vendors, employees, other names");
    assert!(key(1) != key(2));
}

#[test]
fn a_refused_set_id_freezes_and_settles_nothing() {
    let mut desk = Desk { queue: vec![queued(1, add(1)), queued(2, add(2))], ..Desk::default() };
    desk.until_a_write();
    desk.answered(AnswerSet { set_status: Some(9004), ..answers(vec![]) });
    assert!(matches!(desk.settled()[0], (1, Verdict::Unknown { .. })));
    assert!(desk.log.iter().any(|e| matches!(e, Effect::Freeze(_))));
    assert_eq!(desk.until_a_write().1, None);
}

#[test]
fn a_read_back_whose_last_question_was_refused_is_not_whole() {
    let mut visit = Visit::new("{owner}");
    visit.phase = Phase::Missing(Some(VecDeque::from([(TxnKind::Invoice, vec![seen(1).txn_id])])));
    let (visit, effects) = step(visit, Input::Plan { random: 1 });
    assert!(matches!(effects[0], Effect::HandOut { .. }));
    let (visit, effects) = step(visit, Input::Answered(answers(vec![answer("m", 3000, Found::Nothing)])));
    assert!(!effects.iter().any(|e| matches!(e, Effect::Gone(_))), "no conclusion from a refusal");
    let (_, effects) = step(visit, Input::Plan { random: 2 });
    assert!(!effects.iter().any(|e| matches!(e, Effect::ReadBackDone)));
}

fn account() -> crate::books::ListRef {
    crate::books::ListRef::new("80000009-1", "Inventory Asset")
}

fn value_asks() -> Vec<ValueAsk> {
    let day = |text: &str| text.parse().unwrap();
    vec![
        ValueAsk::Rows { account: account(), from: day("2026-02-01"), to: day("2026-03-31") },
        ValueAsk::Balances { account: account(), days: vec![day("2026-01-31"), day("2026-02-28")] },
    ]
}

#[test]
fn the_inventory_account_is_read_page_by_page_and_an_account_without_a_row_has_nothing() {
    use crate::handoff::answer::{AccountBalance, AccountRow};
    let mut desk = Desk { read_back: true, values: value_asks(), ..Desk::default() };
    desk.plan();
    desk.answered(answers(vec![]));
    let row = AccountRow {
        txn_type: "Bill".into(),
        txn_id: seen(1).txn_id,
        date: "2026-02-03".parse().unwrap(),
        ref_number: String::new(),
        name: String::new(),
        memo: String::new(),
        amount: crate::base::Cents::new(500),
    };
    desk.plan().unwrap();
    let mut first = answers(vec![answer("v", 0, Found::AccountRows(vec![row.clone()]))]);
    first.answers[0].iterator = Some(("{it}".into(), 1));
    desk.answered(first);
    let (set, _) = desk.plan().unwrap();
    assert!(
        matches!(&set.requests[..], [(_, Request::AccountRows { page: Page::Continue { iterator, .. }, .. })] if iterator == "{it}")
    );
    desk.answered(answers(vec![answer("v", 0, Found::AccountRows(vec![row]))]));
    desk.plan().unwrap();
    let balances =
        vec![AccountBalance { account: "inventory asset".into(), amount: crate::base::Cents::new(7) }];
    desk.answered(answers(vec![
        answer("v2026-01-31", 0, Found::Balances(balances)),
        answer("v2026-02-28", 0, Found::Balances(vec![])),
    ]));
    assert_eq!(desk.plan(), None);
    let told: Vec<i64> = desk
        .log
        .iter()
        .filter_map(|e| if let Effect::Balance { amount, .. } = e { Some(amount.get()) } else { None })
        .collect();
    assert_eq!(told, [7, 0]);
    let whole = desk.log.iter().position(|e| matches!(e, Effect::AccountRowsDone { .. })).unwrap();
    assert_eq!(desk.log[..whole].iter().filter(|e| matches!(e, Effect::AccountRows(_))).count(), 2);
    assert!(desk.log.iter().any(|e| matches!(e, Effect::ReadBackDone)));
}

#[test]
fn a_refused_report_leaves_the_figure_unknown_and_the_read_back_whole() {
    let mut desk = Desk { read_back: true, values: value_asks(), ..Desk::default() };
    desk.plan();
    desk.answered(answers(vec![]));
    desk.plan().unwrap();
    desk.answered(answers(vec![answer("v", 3260, Found::Nothing)]));
    desk.plan().unwrap();
    desk.answered(answers(vec![answer("v2026-01-31", 3260, Found::Nothing)]));
    assert_eq!(desk.plan(), None);
    assert!(!desk.log.iter().any(|e| matches!(e, Effect::Balance { .. } | Effect::AccountRowsDone { .. })));
    assert!(desk.log.iter().any(|e| matches!(e, Effect::ReadBackDone)));
}
