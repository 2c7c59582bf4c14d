//! Questions that go in one message because each way to QuickBooks costs a second, and what is asked again alone.

use super::*;
use crate::base::Day;
use crate::base::limits::TXN_PAGE;

fn spans() -> Vec<Span> {
    let day = Day::constant(2026, 1, 31);
    [TxnKind::Invoice, TxnKind::Bill].map(|kind| Span { kind, from: day, to: day, ours: 3 }).into()
}

#[test]
fn a_small_company_is_read_back_by_one_question_and_what_was_not_told_is_asked_for_alone() {
    let mut desk = Desk { read_back: true, spans: spans(), ..Desk::default() };
    while desk.plan().is_some_and(|(set, _)| {
        let last = kind(&set) == "read back";
        let mut reply = desk.reply(&set);
        if last {
            assert_eq!(set.requests.len(), 2, "every type in one message");
            // The bills go on behind this page.
            reply.answers[1].iterator = Some(("{page}".into(), 5));
        }
        desk.answered(reply);
        !last
    }) {}
    let (set, _) = desk.plan().unwrap();
    assert!(
        matches!(
            &set.requests[..],
            [(_, Request::TxnDated { kind: TxnKind::Bill, page: Page::Start { .. }, .. })]
        ),
        "{set:?}"
    );
    desk.answered(desk.reply(&set));
    assert_eq!(desk.until_a_write().1, None);
    assert!(desk.log.iter().any(|e| matches!(e, Effect::ReadBackDone)));
}

#[test]
fn a_company_that_has_posted_more_than_a_page_is_read_back_type_by_type() {
    let many = spans().into_iter().map(|span| Span { ours: TXN_PAGE, ..span }).collect();
    let mut desk = Desk { read_back: true, spans: many, ..Desk::default() };
    let (asked, _) = desk.until_a_write();
    assert_eq!(asked.iter().filter(|asked| **asked == "read back").count(), 2);
}

#[test]
fn what_was_deleted_is_told_with_the_lists_and_asked_for_alone_where_it_was_not() {
    let visit = |told: bool| {
        let list = DueList { list: ListKind::Customer, since: Some("2026-01-31T00:00:00".into()) };
        let mut desk = Desk { lists: vec![list], queue: vec![queued(2, add(2))], ..Desk::default() };
        let mut asked = Vec::new();
        while let Some((set, None)) = desk.plan() {
            let mut reply = desk.reply(&set);
            asked.push((kind(&set), set.requests.len()));
            if !told && kind(&set) == "list" {
                reply.answers.pop();
            }
            desk.answered(reply);
        }
        assert_eq!(desk.log.iter().filter(|e| matches!(e, Effect::ListDeleted(_))).count(), 1);
        asked
    };
    assert_eq!(visit(true), [("identity", 3), ("list", 2), ("look", 1)]);
    assert_eq!(visit(false), [("identity", 3), ("list", 2), ("deleted", 1), ("look", 1)]);
}
