//! What the simulated company answers to queries: filters, iterators, empty results.
//!
//! Must never depend on the program's own requests. Follows `qbxml.md` 7.

use super::*;

fn names(answer: &El) -> Vec<&str> {
    answer.children.iter().filter_map(|child| child.get("Name")).collect()
}

#[test]
fn a_query_returns_active_entries_unless_all_are_asked_for() {
    let mut books = company();
    let active = one(&mut books, "<CustomerQueryRq/>");
    assert_eq!(names(&active), ["Alpha", "Beta", "Roof"]);
    let all = one(&mut books, "<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>");
    assert_eq!(all.children.len(), 4);
    let job = all.children.iter().find(|child| child.get("Name") == Some("Roof")).unwrap();
    assert_eq!((job.get("FullName"), job.get("Sublevel")), (Some("Alpha:Roof"), Some("1")));
    assert_eq!(job.child("ParentRef").unwrap().get("FullName"), Some("Alpha"));
    let gone =
        one(&mut books, "<CustomerQueryRq><ActiveStatus>InactiveOnly</ActiveStatus></CustomerQueryRq>");
    assert_eq!(names(&gone), ["Gone Ltd"]);
    let everyone = one(&mut books, "<EntityQueryRq><ActiveStatus>All</ActiveStatus></EntityQueryRq>");
    let kinds: std::collections::BTreeSet<&str> =
        everyone.children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["CustomerRet", "EmployeeRet", "OtherNameRet", "VendorRet"]
    );
}

#[test]
fn missing_names_give_500_with_what_was_found_and_nothing_found_gives_1() {
    let mut books = company();
    let both = "<CustomerQueryRq><FullName>Alpha</FullName><FullName>Nobody</FullName></CustomerQueryRq>";
    let answer = one(&mut books, both);
    assert_eq!(
        (status(&answer), answer.attr("statusSeverity"), answer.children.len()),
        ("500", Some("Warn"), 1)
    );
    let none = one(
        &mut books,
        "<CustomerQueryRq><NameFilter><MatchCriterion>StartsWith</MatchCriterion><Name>Zz</Name></NameFilter></CustomerQueryRq>",
    );
    assert_eq!((status(&none), none.attr("statusSeverity")), ("1", Some("Info")));
    let missing = "<InvoiceQueryRq><TxnID>FFF-1700000000</TxnID></InvoiceQueryRq>";
    for (switch, code) in
        [(MissingId::Warn500, "500"), (MissingId::Error3120, "3120"), (MissingId::Info1, "1")]
    {
        books.switches_mut().missing_id = switch;
        assert_eq!(status(&one(&mut books, missing)), code);
    }
    assert_eq!(status(&one(&mut books, "<CustomerQueryRq><ListID>1</ListID></CustomerQueryRq>")), "3000");
}

#[test]
fn an_iterator_pages_through_and_dies_with_its_session() {
    let mut books = company();
    let start = "<CustomerQueryRq iterator=\"Start\"><MaxReturned>2</MaxReturned><ActiveStatus>All</ActiveStatus></CustomerQueryRq>";
    let first = one(&mut books, start);
    assert_eq!((first.children.len(), first.attr("iteratorRemainingCount")), (2, Some("2")));
    let id = first.attr("iteratorID").unwrap();
    let next =
        |id: &str| start.replace("iterator=\"Start\"", &format!("iterator=\"Continue\" iteratorID=\"{id}\""));
    let second = one(&mut books, &next(id));
    assert_eq!((second.children.len(), second.attr("iteratorRemainingCount")), (2, Some("0")));
    let other = one(&mut books, start);
    books.end_session();
    assert_eq!(other.children.len(), 2);
    assert_eq!(
        one(&mut books, &next(other.attr("iteratorID").unwrap())).attr("statusSeverity"),
        Some("Error")
    );
}

#[test]
fn only_the_elements_asked_for_come_back() {
    let mut books = company();
    let answer = one(
        &mut books,
        "<CustomerQueryRq metaData=\"MetaDataAndResponseData\"><FullName>Beta</FullName><IncludeRetElement>ListID</IncludeRetElement><IncludeRetElement>FullName</IncludeRetElement></CustomerQueryRq>",
    );
    let kept: Vec<&str> = object(&answer).children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(kept, ["ListID", "FullName"]);
}

#[test]
fn transactions_are_found_by_number_date_entity_and_change() {
    let mut books = company();
    let ret = posted(&mut books);
    assert!(ret.child("InvoiceLineRet").is_some());
    let query = |filter: &str| format!("<InvoiceQueryRq>{filter}</InvoiceQueryRq>");
    let mut count = |filter: &str| one(&mut books, &query(filter)).children.len();
    assert_eq!(count("<RefNumber>so-1</RefNumber>"), 1);
    assert_eq!(count("<RefNumberCaseSensitive>so-1</RefNumberCaseSensitive>"), 0);
    assert_eq!(
        count(
            "<TxnDateRangeFilter><FromTxnDate>2026-03-04</FromTxnDate><ToTxnDate>2026-03-04</ToTxnDate></TxnDateRangeFilter>"
        ),
        1
    );
    assert_eq!(count("<TxnDateRangeFilter><ToTxnDate>2026-03-03</ToTxnDate></TxnDateRangeFilter>"), 0);
    assert_eq!(count("<EntityFilter><FullName>Beta</FullName></EntityFilter>"), 0);
    // The machine's clock is five hours behind UTC: 15:00 UTC is 10:00 there.
    let modified = |from: &str| {
        format!(
            "<ModifiedDateRangeFilter><FromModifiedDate>{from}</FromModifiedDate></ModifiedDateRangeFilter>"
        )
    };
    assert_eq!(count(&modified("2026-03-05T10:00:00")), 1);
    assert_eq!(count(&modified("2026-03-05T15:00:00+00:00")), 1);
    assert_eq!(count(&modified("2026-03-05T10:00:02")), 0);
    let plain = one(&mut books, &query("<RefNumber>SO-1</RefNumber>"));
    assert!(object(&plain).child("InvoiceLineRet").is_none());
    let full =
        one(&mut books, &query("<RefNumber>SO-1</RefNumber><IncludeLineItems>true</IncludeLineItems>"));
    assert!(object(&full).child("InvoiceLineRet").is_some());
}

#[test]
fn stamps_are_local_and_may_carry_the_winter_offset() {
    let mut books = company();
    let ret = posted(&mut books);
    assert_eq!(ret.get("TimeCreated"), Some("2026-03-05T10:00:00-05:00"));
    let suffix = ret.get("TxnID").unwrap().split_once('-').unwrap().1.to_string();
    assert_eq!(ret.get("EditSequence"), Some(suffix.as_str()));
    books.switches_mut().zone = Some("America/New_York".into());
    books.set_now("2026-07-01T14:00:00Z".parse().unwrap());
    let summer = posted(&mut books);
    assert_eq!(summer.get("TimeCreated"), Some("2026-07-01T10:00:00-04:00"));
    books.switches_mut().winter_offset = true;
    books.set_now("2026-07-01T14:00:00Z".parse().unwrap());
    assert_eq!(posted(&mut books).get("TimeCreated"), Some("2026-07-01T10:00:00-05:00"));
}

#[test]
fn the_transaction_query_tells_rows_by_account() {
    let mut books = company();
    posted(&mut books);
    one(&mut books, &invoice("<IsPending>true</IsPending>", &line("7.00", "Non")));
    let summary = one(&mut books, "<TransactionQueryRq><RefNumber>SO-1</RefNumber></TransactionQueryRq>");
    assert_eq!((summary.children.len(), object(&summary).get("Amount")), (1, Some("100.00")));
    let account = "<TransactionAccountFilter><FullName>Sales</FullName></TransactionAccountFilter>";
    let level = "<TransactionDetailLevelFilter>All</TransactionDetailLevelFilter>";
    let posting = "<TransactionPostingStatusFilter>Posting</TransactionPostingStatusFilter>";
    let rows =
        one(&mut books, &format!("<TransactionQueryRq>{account}{level}{posting}</TransactionQueryRq>"));
    assert_eq!((rows.children.len(), object(&rows).get("Amount")), (1, Some("-100.00")));
    let pending = one(
        &mut books,
        &format!("<TransactionQueryRq>{}</TransactionQueryRq>", posting.replace(">Posting<", ">NonPosting<")),
    );
    assert_eq!(pending.children.len(), 1);
}

#[test]
fn the_company_tells_who_it_is_and_which_application_stamped_it() {
    let mut books = company();
    books.set_stamp("{11111111-2222-3333-4444-555555555555}", "FileID", "{F}");
    let query = |owner: &str| format!("<CompanyQueryRq>{owner}</CompanyQueryRq>");
    assert!(object(&one(&mut books, &query(""))).child("DataExtRet").is_none());
    let told = one(&mut books, &query("<OwnerID>{11111111-2222-3333-4444-555555555555}</OwnerID>"));
    assert_eq!(object(&told).child("DataExtRet").unwrap().get("DataExtValue"), Some("{F}"));
    let host = one(
        &mut books,
        "<HostQueryRq><IncludeListMetaData><IncludeMaxCapacity>true</IncludeMaxCapacity></IncludeListMetaData></HostQueryRq>",
    );
    assert!(object(&host).all("SupportedQBXMLVersion").contains(&"13.0"));
    assert_eq!(
        object(&host).child("ListMetaData").unwrap().child("EntityMetaData").unwrap().get("MaxCapacity"),
        Some("14500")
    );
    let preferences = one(&mut books, "<PreferencesQueryRq/>");
    let accounting = object(&preferences).child("AccountingPreferences").unwrap();
    assert_eq!(accounting.get("ClosingDate"), Some("2025-12-31"));
    let hcp = read(&books.hcp_response());
    assert_eq!(
        hcp.children.iter().map(|child| child.attr("requestID").unwrap()).collect::<Vec<_>>(),
        ["0", "1", "2"]
    );
    assert!(
        books.hcp_response().starts_with("<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<HostQueryRs")
    );
}

#[test]
fn a_dated_report_names_the_account_and_leaves_out_zeros() {
    let mut books = company();
    posted(&mut books);
    let report = "<GeneralSummaryReportQueryRq><GeneralSummaryReportType>BalanceSheetStandard</GeneralSummaryReportType>\
        <ReportPeriod><ToReportDate>2026-03-03</ToReportDate></ReportPeriod><ReportBasis>Accrual</ReportBasis></GeneralSummaryReportQueryRq>";
    let answer = one(&mut books, report);
    let rows: Vec<(&str, &str)> = object(&answer)
        .child("ReportData")
        .unwrap()
        .children
        .iter()
        .map(|row| {
            (row.child("RowData").unwrap().attr("value").unwrap(), row.children[2].attr("value").unwrap())
        })
        .collect();
    assert_eq!(rows, [("Inventory Asset", "5000.00"), ("Opening Balance Equity", "5000.00")]);
}
