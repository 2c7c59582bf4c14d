//! The filter language as people type it, and what it says where they mistype.

use super::*;

fn found(line: &str) -> Wanted {
    parse(line).unwrap()
}

#[test]
fn a_line_of_conditions_and_words_is_read_whole() {
    let wanted = found("kind:bill state:ready,attention month:2026-02 >1000 Acme  O'Brien -void");
    assert_eq!(wanted.kinds, [TxnKind::Bill]);
    assert_eq!(wanted.states, [DraftState::Ready, DraftState::NeedsAttention]);
    assert_eq!(wanted.months, ["2026-02".parse().unwrap()]);
    assert_eq!((wanted.least, wanted.most), (Some(Cents::new(100_001)), None));
    assert_eq!(wanted.words.first().map(String::as_str), Some("acme"));
    assert_eq!(wanted.without, ["void"]);
    assert!(found("   ").is_everything());
}

#[test]
fn a_condition_may_be_shortened_as_far_as_it_stays_clear() {
    assert_eq!(found("kind:inv").kinds, [TxnKind::Invoice]);
    assert_eq!(found("kind:CreditMemo").kinds, [TxnKind::CreditMemo]);
    assert_eq!(found("state:NeedsAttention").states, [DraftState::NeedsAttention]);
    assert_eq!(found("type:SalesOrder,cogs-m").types, ["SalesOrder", "CogsMonth"]);
    assert_eq!(found("is:pending is:gone").pending, Some(true));
    assert!(parse("state:re").is_err(), "ready, refused or reversed");
}

#[test]
fn amounts_compare_to_the_cent() {
    assert_eq!(found(">=1,000.50").least, Some(Cents::new(100_050)));
    assert_eq!(found("<50").most, Some(Cents::new(4_999)));
    let exact = found("=$216");
    assert_eq!((exact.least, exact.most), (Some(Cents::new(21_600)), Some(Cents::new(21_600))));
    assert_eq!(found("-216").words, fold("-216").split(' ').map(ToString::to_string).collect::<Vec<_>>());
}

#[test]
fn what_is_not_understood_is_pointed_at_and_a_near_word_named() {
    let mistake = parse("acme knd:bill").unwrap_err();
    assert_eq!((mistake.at, mistake.len), (5, 8));
    let mistake = parse("mon:2026-02").unwrap_err();
    assert!(mistake.says.contains("did you mean `month:`"), "{mistake}");
    assert!(parse("month:february").unwrap_err().says.contains("2026-02"));
    assert!(parse(">lots").unwrap_err().says.contains("no amount"));
    assert!(parse("<1,5").unwrap_err().says.contains("no amount"), "neither 1.5 nor 15");
    assert!(parse("kind:").unwrap_err().says.contains("vendor-credit"));
    assert!(parse("from:2026-03-01 to:2026-02-01").is_err());
    assert!(parse(">100 <50").is_err());
}

#[test]
fn quotation_marks_make_text_of_anything() {
    assert_eq!(found("\"kind:bill\"").kinds, []);
    assert!(!found("\"kind:bill\"").words.is_empty());
    assert_eq!(found("\"acme west").words, ["acme", "west"]);
}

#[test]
fn the_end_of_a_line_is_completed_from_the_same_table() {
    let lines = |line: &str| complete(line).into_iter().map(|c| c.line).collect::<Vec<_>>();
    assert_eq!(lines("acme ki"), ["acme kind:"]);
    assert_eq!(lines("kind:c"), ["kind:credit-memo"]);
    assert_eq!(lines("state:ready,he"), ["state:ready,held"]);
    assert!(lines("").is_empty() && lines("kind:bill").is_empty());
    for offered in complete("state:").into_iter().chain(complete("type:")).chain(complete("is:")) {
        assert!(parse(&offered.line).is_ok(), "{}", offered.line);
    }
}
