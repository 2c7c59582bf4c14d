//! QuickBooks' lists straight from a simulated company, as the program's own writer asks and its own reader reads, without
//! a visit: for tests and benchmarks that need many documents and no wire.

use countersign::books::{ListEntry, ListKind, Preferences};
use countersign::handoff::answer::{Answer, Found};
use countersign::handoff::{Page, Request, RequestSet, Stop};
use countersign::qbxml;
use countersign::sim::quickbooks::Company;

/// The answers to one question.
pub fn ask(company: &mut Company, request: Request) -> Vec<Answer> {
    let set = RequestSet { set_id: None, stop: Stop::Never, requests: vec![("q1".into(), request)] };
    let answer = company.process(&qbxml::write::message(&set).unwrap()).unwrap();
    qbxml::read::answers(&answer).unwrap().answers
}

/// All lists whole, and the preferences.
pub fn lists(company: &mut Company) -> (Vec<(ListEntry, String)>, Preferences) {
    let mut entries = Vec::new();
    for list in ListKind::ALL {
        for answer in ask(company, Request::List { list, since: None, page: Page::Whole }) {
            if let Found::List(seen) = answer.found {
                entries.extend(seen.into_iter().map(|seen| (seen.entry, seen.time_modified)));
            }
        }
    }
    let preferences = ask(company, Request::Preferences).into_iter().find_map(|answer| match answer.found {
        Found::Preferences(preferences) => Some(preferences),
        _ => None,
    });
    (entries, preferences.unwrap())
}
