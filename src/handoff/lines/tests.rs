//! Which line keeps its id, and what a person is shown of the change.

use super::*;
use crate::base::Cents;
use crate::books::{Line, ListRef, Role};
use crate::handoff::diff;
use proptest::prelude::*;

fn line(item: u8, amount: i64, text: &str) -> Line {
    Line {
        role: Role::Sales,
        item: Some(ListRef::new(format!("8000000{item}-1"), format!("Item {item}"))),
        account: ListRef::new("80000002-1", "Sales"),
        class: None,
        amount: Cents::new(amount),
        quantity: None,
        rate: None,
        text: text.into(),
        tax_code: None,
        taxable: false,
        why: String::new(),
    }
}

fn invoice(lines: Vec<Line>) -> Payload {
    let total = lines.iter().map(|line| line.amount).sum();
    Payload { lines, total, ..Payload::blank(TxnKind::Invoice, "2026-02-03".parse().unwrap(), "10344") }
}

fn ids(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("L{number}")).collect()
}

fn key() -> PostingKey {
    PostingKey(uuid::Uuid::from_u128(9))
}

#[test]
fn equal_lines_keep_their_ids_wherever_others_come_or_go() {
    let before = invoice(vec![line(1, 100, "a"), line(2, 200, "b"), line(3, 300, "c")]);
    let after = invoice(vec![line(4, 50, "new"), line(1, 100, "a"), line(3, 300, "c")]);
    let bound = bind(&before, &after, key(), &ids(3));
    assert_eq!(bound, [LineBinding::New, LineBinding::Keep("L1".into()), LineBinding::Keep("L3".into())]);
    assert_eq!(
        bind(&before, &after, key(), &ids(2)),
        vec![LineBinding::New; 3],
        "ids that do not fit say nothing"
    );
}

#[test]
fn a_line_changes_under_its_id_only_where_nothing_old_could_stay_behind() {
    let before = invoice(vec![line(1, 100, "a")]);
    let dearer = invoice(vec![line(1, 150, "a")]);
    assert_eq!(bind(&before, &dearer, key(), &ids(1)), [LineBinding::Change("L1".into())]);
    let wordless = invoice(vec![line(1, 150, "")]);
    assert_eq!(bind(&before, &wordless, key(), &ids(1)), [LineBinding::New], "the old words would stay");
}

#[test]
fn a_person_is_shown_each_field_and_line_that_changes_and_nothing_else() {
    let before = invoice(vec![line(1, 100, "a"), line(2, 200, "b")]);
    let mut after = invoice(vec![line(1, 100, "a"), line(2, 250, "b"), line(3, 5, "c")]);
    after.pending = !before.pending;
    let shown: Vec<String> = diff::changes(&before, &after).into_iter().map(|change| change.field).collect();
    assert_eq!(shown, ["total", "line 2", "line 3"]);
    let rows = diff::changes(&before, &after);
    assert_eq!(rows[1].before.as_deref(), Some("Item 2, 2.00, \"b\""));
    assert_eq!((rows[2].before.clone(), rows[2].after.as_deref()), (None, Some("Item 3, 0.05, \"c\"")));
    assert_eq!(diff::changes(&before, &before), []);
}

proptest! {
    #[test]
    fn every_line_is_bound_once_and_no_id_twice(
        old in proptest::collection::vec((1_u8..4, 1_i64..4), 0..8),
        new in proptest::collection::vec((1_u8..4, 1_i64..4), 0..8),
    ) {
        let of = |rows: &[(u8, i64)]| invoice(rows.iter().map(|(item, cents)| line(*item, *cents, "x")).collect());
        let (before, after) = (of(&old), of(&new));
        let bound = bind(&before, &after, key(), &ids(old.len()));
        prop_assert_eq!(bound.len(), new.len());
        let mut used = std::collections::HashSet::new();
        let mut last = 0;
        for (place, binding) in bound.iter().enumerate() {
            if let LineBinding::Keep(id) | LineBinding::Change(id) = binding {
                prop_assert!(used.insert(id.clone()));
                let number: usize = id[1..].parse().unwrap();
                prop_assert!(number > last, "in the order in which they stand");
                last = number;
                if matches!(binding, LineBinding::Keep(_)) {
                    prop_assert_eq!(&before.lines[number - 1], &after.lines[place]);
                }
            }
        }
        prop_assert_eq!(diff::changes(&before, &after).is_empty(), old == new);
    }
}
