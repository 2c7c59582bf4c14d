//! The first page of the company of `sample`.

use crate::base::{Cents, Day};
use crate::handoff::diff::Changed;
use crate::store::drafts::DraftOrder;
use crate::store::drafts::groups::Group;
use crate::workflow::approve_many::{LeftOut, Offer, Terms};
use crate::workflow::drafts::SinceApproved;
use crate::workflow::home::{AgeRow, Fact, HomeView, MonthProgress, Need, PostedDay, VisitRow};
use crate::workflow::views::{SavedView, ViewOf};

pub fn view() -> HomeView {
    let need = |step, code, count, what: &str, why: &str, filter: Option<&str>| Need {
        step,
        code,
        count,
        what: what.into(),
        why: why.into(),
        filter: filter.map(Into::into),
        urgent: code == "unknown",
    };
    let fact = |code, what, count, step| Fact { code, what, count, step, filter: None };
    let first: Day = "2026-02-27".parse().unwrap();
    let counts = [0, 3, 12, 40, 7, 0, 0, 25, 31, 2, 1, 0, 18, 22];
    let by_day = counts
        .iter()
        .zip(0..)
        .map(|(count, ago)| PostedDay {
            day: first.checked_add(jiff::Span::new().days(ago)).unwrap(),
            count: *count,
            total: Cents::new(count * 12_345),
        })
        .collect();
    let age = |age: &str, count, cents| AgeRow {
        age: age.into(),
        count,
        total: Cents::new(cents),
        ready: count / 2,
        ready_total: Cents::new(cents / 2),
        filter: String::new(),
    };
    HomeView {
        needs: vec![
            need(
                5,
                "unknown",
                1,
                "in doubt after a visit",
                "Nobody knows yet whether QuickBooks took them; the next visit asks.",
                Some("state:unknown"),
            ),
            need(
                3,
                "match",
                22,
                "contacts to decide",
                "Without a customer or vendor their documents cannot be drafted.",
                None,
            ),
            need(
                4,
                "ready",
                264,
                "ready to approve",
                "They add up and wait for your approval.",
                Some("state:ready"),
            ),
        ],
        since: "2026-03-11T04:00:00Z".into(),
        facts: vec![
            fact("new", "new from Cin7", 31, 2),
            fact("refused", "refused (now)", 0, 4),
            fact("posted", "posted", 40, 5),
            fact("unknown", "unknown (now)", 1, 5),
            fact("visits", "Web Connector visits", 12, 7),
        ],
        by_day,
        ages: vec![
            age("up to 7 days", 31, 1_234_567),
            age("up to 30 days", 190, 98_765_432),
            age("up to 90 days", 64, 4_400_000),
            age("over 90 days", 2, 9_900),
        ],
        reasons: vec![("no_link".into(), "Its customer is not decided yet.".into(), 12)],
        visits: vec![VisitRow {
            opened_at: "2026-03-12T15:01:30Z".into(),
            ended_at: None,
            requests: 12,
            ended: "closed by the Web Connector".into(),
        }],
        next_visit: Some("2026-03-12T15:06:30Z".into()),
        months: vec![
            MonthProgress {
                month: "2026-02".into(),
                documents: 280,
                posted: 210,
                pending: 40,
                on_the_way: 3,
                ready: 20,
                held_back: 7,
                excluded: 4,
                cost_posted: Some(false),
            },
            MonthProgress {
                month: "2026-03".into(),
                documents: 95,
                posted: 0,
                ready: 95,
                ..MonthProgress::default()
            },
        ],
        undo: Some("Approved 12 drafts".into()),
        redo: None,
    }
}

pub fn groups() -> Vec<Group> {
    let group = |key: &str, currency: &str, count, cents| Group {
        key: Some(key.into()),
        currency: currency.into(),
        count,
        total: Cents::new(cents),
        ready: count - 1,
        ready_total: Cents::new(cents - 5_000),
    };
    vec![
        group("Northgate Summit Manufacturing", "USD", 12, 9_876_543),
        group("日本の会社 Trading", "USD", 3, 45_600),
        group("日本の会社 Trading", "EUR", 2, 31_250),
    ]
}

pub fn offer() -> (Terms, Offer) {
    let terms =
        Terms { under: Some(Cents::new(100_000)), by_person: true, unwarned: true, ..Terms::default() };
    let left_out = |why: &str, count, cents| LeftOut { why: why.into(), count, total: Cents::new(cents) };
    let offer = Offer {
        count: 214,
        total: Some(Cents::new(4_567_890)),
        by_kind: vec![
            ("invoices".into(), 200, Cents::new(4_000_000)),
            ("bills".into(), 14, Cents::new(567_890)),
        ],
        left_out: vec![
            left_out("above 1,000.00", 31, 99_999_999),
            left_out("with a warning", 12, 123_456),
            left_out("its customer or vendor is made new", 3, 7_800),
        ],
        samples: super::sample::drafts(),
        stamp: "stamp".into(),
        ..Offer::default()
    };
    (terms, offer)
}

pub fn since_approved() -> SinceApproved {
    let changed = |field: &str, before: Option<&str>, after: Option<&str>| Changed {
        field: field.into(),
        before: before.map(Into::into),
        after: after.map(Into::into),
    };
    SinceApproved {
        version: 1,
        by: "Dana".into(),
        changes: vec![
            changed("date", Some("2026-01-03"), Some("2026-01-05")),
            changed("line 2", Some("Freight, 12.00"), Some("Freight, 15.00")),
            changed("line 3", None, Some("Surcharge, 2.50")),
        ],
    }
}

pub fn views() -> Vec<SavedView> {
    let view = |name: &str, of, line: &str, order| SavedView {
        name: name.into(),
        of,
        line: line.into(),
        order,
        group: None,
    };
    vec![
        view("Left for later", ViewOf::Contacts, "state:later", DraftOrder::Date),
        view("Big bills", ViewOf::Drafts, "kind:bill state:ready >1000", DraftOrder::Amount),
        view("Evil\u{1b}[2J \u{202e}Corp", ViewOf::Drafts, "corp", DraftOrder::Party),
    ]
}
