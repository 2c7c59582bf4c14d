//! Paging against a small list that changes while it is read.

use super::*;

struct List {
    ids: Vec<i64>,
    refuses_keys: bool,
    refuses_cogs: bool,
    ignores_key: bool,
    asked: Vec<String>,
}

impl List {
    fn of(ids: impl IntoIterator<Item = i64>) -> Self {
        List {
            ids: ids.into_iter().collect(),
            refuses_keys: false,
            refuses_cogs: false,
            ignores_key: false,
            asked: Vec::new(),
        }
    }

    fn answer(&mut self, request: &Request) -> Option<Page> {
        let filter = request.filter.clone().unwrap_or_default();
        self.asked.push(filter.clone());
        let key = filter.split("id>").nth(1).and_then(|id| id.parse::<i64>().ok());
        if (key.is_some() && self.refuses_keys) || (filter.contains("COGS") && self.refuses_cogs) {
            return None;
        }
        let above = if self.ignores_key { 0 } else { key.unwrap_or(0) };
        let rows = request.rows as usize;
        let ids =
            self.ids.iter().filter(|id| **id > above).skip((request.page as usize - 1) * rows).take(rows);
        let records: Vec<RawRecord> = ids.map(|id| record(*id, None)).collect();
        Some(Page { received: records.len(), records, problems: Vec::new() })
    }
}

fn record(id: i64, modified: Option<Instant>) -> RawRecord {
    RawRecord { resource: Resource::Contacts, id, modified, raw: "{}".into(), hash: id.to_string() }
}

fn now() -> Instant {
    "2026-02-01T12:00:00Z".parse().unwrap()
}

/// Reads a pass to its end; `between` runs after each page with its number.
fn read(
    list: &mut List,
    resource: Resource,
    pass: Pass,
    keys: Keys,
    mut between: impl FnMut(&mut List, usize),
) -> Result<(Vec<i64>, Paging), Problem> {
    let mut paging = Paging::new(resource, pass, keys);
    let mut got = Vec::new();
    let mut pages = 0;
    while let Some(request) = paging.request() {
        match list.answer(&request) {
            Some(page) => got.extend(paging.accept(page)?.iter().map(|record| record.id)),
            None => assert!(paging.refused(now()), "refused for good"),
        }
        pages += 1;
        between(list, pages);
    }
    Ok((got, paging))
}

#[test]
fn by_key_no_row_is_skipped_or_doubled_while_rows_go_and_come() {
    let mut list = List::of(1..=700);
    let (got, paging) = read(&mut list, Resource::Contacts, Pass::All, Keys::Untried, |list, page| {
        if page == 1 {
            list.ids.retain(|id| *id > 100);
            list.ids.push(701);
        }
    })
    .unwrap();
    assert_eq!(got, (1..=701).collect::<Vec<_>>());
    assert_eq!(paging.keys(), Keys::Work);
    assert_eq!(list.asked, ["id>0", "id>250", "id>500", "id>701"], "until an empty page");
}

#[test]
fn a_refused_filter_on_id_falls_back_to_page_numbers() {
    let mut list = List::of(1..=300);
    list.refuses_keys = true;
    let (got, paging) =
        read(&mut list, Resource::SalesOrders, Pass::Modified(now()), Keys::Untried, |_, _| {}).unwrap();
    assert_eq!(got, (1..=300).collect::<Vec<_>>());
    assert_eq!(paging.keys(), Keys::Refused);
    assert_eq!(list.asked[1], "modifiedDate>='2026-02-01T12:00:00Z'");
}

#[test]
fn by_page_number_a_contact_that_vanishes_hides_no_neighbour() {
    let mut list = List::of(1..=600);
    let (got, _) = read(&mut list, Resource::Contacts, Pass::All, Keys::Refused, |list, page| {
        if page == 1 {
            list.ids.remove(3);
        }
    })
    .unwrap();
    let mut sorted = got.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=600).collect::<Vec<_>>(), "251 slid onto the first page and was found again");
    assert_eq!(got.len(), 600, "and nothing is handed on twice");
}

#[test]
fn a_row_seen_twice_is_handed_on_again_only_when_it_is_newer() {
    let mut paging = Paging::new(Resource::SalesOrders, Pass::All, Keys::Refused);
    let mut feed = |records: Vec<RawRecord>| {
        let page = Page { received: records.len(), records, problems: Vec::new() };
        paging.accept(page).unwrap().len()
    };
    let older = now().checked_sub(SignedDuration::from_hours(1)).unwrap();
    assert_eq!(feed(vec![record(1, Some(older)), record(2, Some(now()))]), 2);
    assert_eq!(feed(vec![record(1, Some(now())), record(2, Some(older)), record(3, None)]), 2);
}

#[test]
fn a_list_that_ignores_the_key_is_read_by_number_and_one_that_stands_still_is_told() {
    let mut list = List::of(1..=300);
    list.ignores_key = true;
    let (got, _) = read(&mut list, Resource::SalesOrders, Pass::All, Keys::Untried, |_, _| {}).unwrap();
    assert!((1..=300).all(|id| got.contains(&id)));

    let mut paging = Paging::new(Resource::SalesOrders, Pass::All, Keys::Refused);
    let same = || Page { received: 1, records: vec![record(1, None)], problems: Vec::new() };
    paging.accept(same()).unwrap();
    assert_eq!(paging.accept(same()).unwrap_err().code, "CIN7-PAGE");
}

#[test]
fn a_page_without_one_readable_id_does_not_stop_the_list() {
    let mut paging = Paging::new(Resource::SalesOrders, Pass::All, Keys::Work);
    let broken = || Page { received: 1, records: Vec::new(), problems: Vec::new() };
    assert_eq!(paging.accept(broken()).unwrap(), []);
    assert_eq!(paging.request().unwrap().page, 1);
    paging.accept(broken()).unwrap();
    paging.accept(Page::default()).unwrap();
    assert_eq!(paging.request(), None);
}

#[test]
fn a_row_that_comes_twice_within_its_page_is_one_row() {
    let mut paging = Paging::new(Resource::SalesOrders, Pass::All, Keys::Work);
    let records = vec![record(1, None), record(2, None), record(2, Some(now()))];
    let got = paging.accept(Page { received: 3, records, problems: Vec::new() }).unwrap();
    assert_eq!(
        got.iter().map(|row| (row.id, row.modified)).collect::<Vec<_>>(),
        [(1, None), (2, Some(now()))]
    );
    assert_eq!(paging.request().unwrap().filter.unwrap(), "id>2");
}

#[test]
fn documents_get_a_second_pass_for_their_cost_and_lists_do_not() {
    let from: Instant = "2026-02-01T11:50:00Z".parse().unwrap();
    assert_eq!(
        passes(Resource::SalesOrders, Some(now()), false),
        [Pass::Modified(from), Pass::Recosted(from)],
        "ten minutes of overlap"
    );
    assert_eq!(passes(Resource::Contacts, Some(now()), false), [Pass::Modified(from)]);
    assert_eq!(passes(Resource::SalesOrders, Some(now()), true), [Pass::All]);
    assert_eq!(passes(Resource::SalesOrders, None, false), [Pass::All]);
}

#[test]
fn where_the_cost_date_is_refused_recent_invoices_are_read_again() {
    let mut list = List::of(1..=2);
    list.refuses_cogs = true;
    let (got, paging) =
        read(&mut list, Resource::CreditNotes, Pass::Recosted(now()), Keys::Work, |_, _| {}).unwrap();
    assert_eq!(got, [1, 2]);
    assert!(matches!(paging.pass(), Pass::Invoiced(_)));
    assert_eq!(list.asked[1], "creditNoteDate>='2025-12-03T12:00:00Z' AND id>0");
}

#[test]
fn a_filter_that_is_refused_in_every_form_ends_the_pass() {
    let mut paging = Paging::new(Resource::Contacts, Pass::All, Keys::Untried);
    assert!(paging.refused(now()));
    assert!(!paging.refused(now()));
}
