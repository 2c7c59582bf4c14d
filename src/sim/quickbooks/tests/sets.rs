//! Message-set records of the simulated company: stored, replayed, cleared, refused.
//!
//! Must never be rewritten to fit the hand-off. Follows `qbxml.md` 9 and `exactly-once.md` 1.1.

use super::*;

const ID: &str = "C7AAAAAAAAAAAAAAAAAAAAA";

fn send(company: &mut Company, attributes: &str, body: &str) -> El {
    read(&company.process(&message(attributes, body)).unwrap())
}

fn set_status(answer: &El) -> &str {
    answer.attr("messageSetStatusCode").unwrap()
}

fn invoices(company: &Company) -> usize {
    company.dump_ledger().transactions.iter().filter(|txn| txn.kind == "Invoice").count()
}

#[test]
fn the_same_set_is_run_once_and_answered_from_the_record() {
    let mut books = company();
    let new = format!(" newMessageSetID=\"{ID}\"");
    let guid = "<ExternalGUID>{11111111-2222-3333-4444-555555555555}</ExternalGUID>";
    let body = invoice(&format!("{DATE}{guid}"), &line("1.00", "Non"));
    let first = send(&mut books, &new, &body);
    assert_eq!((set_status(&first), first.attr("newMessageSetID")), ("0", Some(ID)));
    let ret = object(&first.children[0]).clone();
    let again = send(&mut books, &new, &body);
    let recovery = object(&again.children[0]);
    assert_eq!((recovery.name.as_str(), recovery.get("TxnID")), ("ErrorRecovery", ret.get("TxnID")));
    assert_eq!(recovery.get("ExternalGUID"), ret.get("ExternalGUID"));
    assert_eq!((again.children[0].attr("requestID"), invoices(&books)), (Some("1"), 1));
    let other = invoice(&format!("{DATE}{guid}"), &line("2.00", "Non"));
    let changed = send(&mut books, &new, &other);
    assert_eq!((set_status(&changed), changed.children.len(), invoices(&books)), ("9001", 0, 1));
}

#[test]
fn a_stored_refusal_repeats() {
    let mut books = company();
    let new = format!(" newMessageSetID=\"{ID}\"");
    let body = invoice(DATE, &line("1.00", "Non").replace("Widget", "Later"));
    assert_eq!(status(&send(&mut books, &new, &body).children[0]), "3140");
    let later = "<Name>Later</Name><SalesOrPurchase><AccountRef><FullName>Sales</FullName></AccountRef></SalesOrPurchase>";
    one(&mut books, &wrap("ItemServiceAdd", later));
    assert_eq!(status(&send(&mut books, &new, &body).children[0]), "3140");
}

#[test]
fn asking_clearing_and_chaining_follow_the_table() {
    let mut books = company();
    let body = invoice(DATE, &line("1.00", "Non"));
    let ask = format!(" newMessageSetID=\"{ID}\" oldMessageSetID=\"{ID}\"");
    assert_eq!(set_status(&send(&mut books, &ask, "")), "9002");
    send(&mut books, &format!(" newMessageSetID=\"{ID}\""), &body);
    let told = send(&mut books, &ask, "");
    assert_eq!((set_status(&told), told.children.len()), ("0", 1));
    let chain = format!(" newMessageSetID=\"B\" oldMessageSetID=\"{ID}\"");
    assert_eq!(set_status(&send(&mut books, &chain, &body)), "0");
    assert_eq!(set_status(&send(&mut books, &ask, "")), "9002");
    assert_eq!(set_status(&send(&mut books, " oldMessageSetID=\"B\"", "")), "0");
    assert_eq!(set_status(&send(&mut books, " oldMessageSetID=\"B\"", "")), "600");
    assert_eq!(set_status(&send(&mut books, " oldMessageSetID=\"ClearAllMessageSets\"", "")), "0");
    let long = " newMessageSetID=\"11111111-2222-3333-4444-555555555555\"";
    let refused = send(&mut books, long, &body);
    assert_eq!((set_status(&refused), refused.children.len(), invoices(&books)), ("9004", 0, 2));
}

#[test]
fn faults_strike_round_the_booking() {
    let mut books = company();
    let new = format!(" newMessageSetID=\"{ID}\"");
    let text = message(&new, &invoice(DATE, &line("1.00", "Non")));
    *books.faults_mut() = Faults::parse("hresult-before,crash-unrecorded=0x800706BE").unwrap();
    assert_eq!(books.process(&text).unwrap_err().code, UNEXPECTED_ERROR);
    assert_eq!(invoices(&books), 0);
    assert_eq!(books.process(&text).unwrap_err().number(), "0x800706BE");
    assert_eq!(invoices(&books), 1);
    // The record was never kept: the same bytes would book a second time.
    *books.faults_mut() = Faults::parse("9005,3175").unwrap();
    assert_eq!(status(&one(&mut books, &invoice(DATE, &line("1.00", "Non")))), "3175");
    assert_eq!(set_status(&read(&books.process(&text).unwrap())), "9005");
    *books.faults_mut() = Faults::parse("cent-more").unwrap();
    let answer = one(&mut books, &invoice(DATE, &line("1.00", "Non")));
    assert_eq!(object(&answer).get("Subtotal"), Some("1.01"));
}

#[test]
fn a_status_only_answer_has_no_objects() {
    let mut books = company();
    let answer = send(&mut books, " responseData=\"includeNone\"", "<HostQueryRq requestID=\"h\"/>");
    assert_eq!((status(&answer.children[0]), answer.children[0].children.len()), ("0", 0));
    assert_eq!(answer.attr("messageSetStatusCode"), None);
}
