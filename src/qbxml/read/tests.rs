//! What is read out of QuickBooks' answers, and what is refused rather than half read.
//!
//! Must never lean on the writer of the same room. Follows `qbxml.md` 3-8.

use super::*;
use crate::base::{Cents, Decimal};
use crate::books::{AccountType, ItemKind, ListEntry, ListRef};
use crate::handoff::answer::made_list_id;
use proptest::prelude::*;

fn wrapped(set_attributes: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs{set_attributes}>\n{body}\n</QBXMLMsgsRs>\n</QBXML>\n"
    )
}

fn answered(name: &str, body: &str) -> String {
    wrapped(
        "",
        &format!(
            "<{name}Rs requestID=\"a17\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\">{body}</{name}Rs>"
        ),
    )
}

fn read_one(name: &str, body: &str) -> Answer {
    answers(&answered(name, body)).unwrap().answers.remove(0)
}

fn txn(name: &str, body: &str) -> TxnSeen {
    let head =
        "<TxnID>2A-1700000000</TxnID><EditSequence>1700000000</EditSequence><TxnDate>2026-11-05</TxnDate>";
    match read_one(&format!("{name}Query"), &format!("<{name}Ret>{head}{body}</{name}Ret>")).found {
        Found::Txns(mut txns) => txns.remove(0),
        other => panic!("{other:?}"),
    }
}

fn entries(body: &str) -> Vec<ListEntry> {
    match read_one("ItemQuery", body).found {
        Found::List(seen) => seen.into_iter().map(|seen| seen.entry).collect(),
        other => panic!("{other:?}"),
    }
}

const INVOICE: &str = "<CustomerRef><ListID>80000099-1650000000</ListID><FullName>Smith &amp; Sons</FullName></CustomerRef>
<RefNumber>SO-104233</RefNumber><IsPending>true</IsPending><Subtotal>37.50</Subtotal><SalesTaxTotal>3.10</SalesTaxTotal>
<AppliedAmount>0.00</AppliedAmount><BalanceRemaining>40.60</BalanceRemaining><Memo>Cin7 &#35;58122 caf&#233; [C7:0123456789ABC]</Memo>
<IsPaid>false</IsPaid><ExternalGUID>{12345678-9ABC-DEF0-1122-334455667788}</ExternalGUID>
<InvoiceLineRet><TxnLineID>2C-1700000000</TxnLineID><ItemRef><ListID>80000012-1700000000</ListID><FullName>Sales 200</FullName></ItemRef>
<Desc>Table</Desc><Quantity>3</Quantity><Rate>10.00</Rate><Amount>30.00</Amount><SalesTaxCodeRef><FullName>Tax</FullName></SalesTaxCodeRef></InvoiceLineRet>
<InvoiceLineGroupRet><TxnLineID>2D-1700000000</TxnLineID><TotalAmount>7.50</TotalAmount><InvoiceLineRet><TxnLineID>2E-1700000000</TxnLineID><Amount>7.50</Amount></InvoiceLineRet></InvoiceLineGroupRet>";

#[test]
fn an_invoice_is_read_with_its_total_its_tax_and_its_lines() {
    let seen = txn("Invoice", INVOICE);
    assert_eq!((seen.total, seen.tax), (Cents::new(4060), Cents::new(310)));
    assert_eq!(seen.party, Some(ListRef::new("80000099-1650000000", "Smith & Sons")));
    assert_eq!(seen.memo, "Cin7 #58122 café [C7:0123456789ABC]");
    assert!(seen.pending && !seen.applied);
    assert_eq!(seen.guid, PostingKey::parse("12345678-9abc-def0-1122-334455667788"));
    assert_eq!(seen.lines.len(), 2);
    assert_eq!(seen.lines[0].quantity, Some(Decimal::from(3)));
    assert_eq!(seen.lines[1].amount, Cents::new(750));
}

#[test]
fn each_kind_has_its_own_total() {
    let credit = "<Subtotal>10.00</Subtotal><SalesTaxTotal>1.00</SalesTaxTotal>";
    assert_eq!(
        txn("CreditMemo", &format!("{credit}<TotalAmount>11.00</TotalAmount>")).total,
        Cents::new(1100)
    );
    assert_eq!(txn("CreditMemo", credit).total, Cents::new(1100));
    assert_eq!(txn("Bill", "<AmountDue>5.25</AmountDue>").total, Cents::new(525));
    assert_eq!(txn("VendorCredit", "<CreditAmount>5</CreditAmount>").total, Cents::new(500));
    let lines = "<JournalDebitLine><Amount>4.00</Amount><Memo>COGS [C7:0]</Memo></JournalDebitLine><JournalCreditLine><Amount>4.00</Amount></JournalCreditLine>";
    let journal = txn("JournalEntry", lines);
    assert_eq!((journal.total, journal.memo.as_str()), (Cents::new(400), "COGS [C7:0]"));
    assert!(journal.lines[0].debit && !journal.lines[1].debit);
}

#[test]
fn money_that_hangs_on_a_document_locks_it() {
    for (kind, body, applied) in [
        ("Invoice", "<Subtotal>10.00</Subtotal><AppliedAmount>-4.00</AppliedAmount>", true),
        ("Invoice", "<Subtotal>10.00</Subtotal><IsPaid>true</IsPaid>", true),
        ("Invoice", "<Subtotal>0.00</Subtotal><IsPaid>true</IsPaid>", false),
        ("Invoice", "<Subtotal>10.00</Subtotal><LinkedTxn><TxnID>9-1</TxnID></LinkedTxn>", true),
        ("CreditMemo", "<TotalAmount>8.00</TotalAmount><CreditRemaining>8.00</CreditRemaining>", false),
        ("CreditMemo", "<TotalAmount>8.00</TotalAmount><CreditRemaining>7.99</CreditRemaining>", true),
        ("Bill", "<AmountDue>8.00</AmountDue><OpenAmount>8.00</OpenAmount><IsPaid>false</IsPaid>", false),
        ("Bill", "<AmountDue>8.00</AmountDue><OpenAmount>0.00</OpenAmount>", true),
        ("VendorCredit", "<CreditAmount>8.00</CreditAmount><OpenAmount>1.00</OpenAmount>", true),
        ("JournalEntry", "", false),
    ] {
        let seen = txn(kind, body);
        assert_eq!(seen.applied || seen.linked, applied, "{kind} {body}");
    }
}

#[test]
fn names_with_references_keep_their_blanks() {
    let seen = txn("Invoice", "<Memo> AT&amp;T &#233; &lt; <![CDATA[x & y]]> </Memo>");
    assert_eq!(seen.memo, "AT&T é < x & y");
}

#[test]
fn a_refusal_may_carry_the_current_object() {
    let body = "<InvoiceModRs requestID=\"a17\" statusCode=\"3200\" statusSeverity=\"Error\" statusMessage=\"The provided edit sequence &quot;1&quot; is out-of-date.  \"><InvoiceRet><TxnID>2A-1</TxnID><EditSequence>9</EditSequence><TxnDate>2026-11-05</TxnDate></InvoiceRet></InvoiceModRs>";
    let answer = answers(&wrapped("", body)).unwrap().answers.remove(0);
    assert_eq!((answer.status, answer.severity), (3200, Severity::Error));
    assert!(answer.message.starts_with("The provided edit sequence \"1\""));
    assert!(matches!(answer.found, Found::Txns(txns) if txns[0].edit_sequence.as_str() == "9"));
}

#[test]
fn a_refusal_without_content_is_one_empty_element() {
    let body = "<InvoiceAddRs requestID=\"a17\" statusCode=\"3140\" statusSeverity=\"Error\" statusMessage=\"There is an invalid reference\" />\n<BillQueryRs requestID=\"b\" statusCode=\"1\" statusSeverity=\"Info\" statusMessage=\"\"/>";
    let set = answers(&wrapped(" newMessageSetID=\"C7ABC\" messageSetStatusCode=\"9001\"", body)).unwrap();
    assert_eq!((set.set_id, set.set_status), (Some(SetId::from("C7ABC")), Some(9001)));
    assert_eq!((set.answers[0].name.as_str(), &set.answers[0].found), ("InvoiceAdd", &Found::Nothing));
    assert!(set.answers[1].is_empty_result());
}

#[test]
fn a_replayed_set_answers_with_ids_only() {
    let body = "<ErrorRecovery><TxnID>2A-1700000000</TxnID><TxnNumber>7</TxnNumber><EditSequence>1700000000</EditSequence><ExternalGUID>{12345678-9abc-def0-1122-334455667788}</ExternalGUID></ErrorRecovery>";
    let answer = read_one("InvoiceAdd", body);
    assert!(matches!(&answer.found, Found::Recovered { id, guid: Some(_), .. } if id == "2A-1700000000"));
    let list = read_one("CustomerAdd", "<ErrorRecovery><ListID>8-1</ListID></ErrorRecovery>");
    assert_eq!(made_list_id(&list).unwrap().as_str(), "8-1");
}

#[test]
fn iterators_are_read_and_an_empty_page_has_none() {
    let body = "<CustomerQueryRs requestID=\"a\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"\" iteratorRemainingCount=\"41\" iteratorID=\"{x}\"></CustomerQueryRs>";
    let answer = answers(&wrapped("", body)).unwrap().answers.remove(0);
    assert_eq!(answer.iterator, Some(("{x}".to_string(), 41)));
    assert_eq!(read_one("CustomerQuery", "").iterator, None);
}

#[test]
fn lists_of_every_kind_are_read() {
    let found = entries(
        "<AccountRet><ListID>1</ListID><FullName>Stock:Raw</FullName><AccountType>OtherCurrentAsset</AccountType><IsActive>false</IsActive></AccountRet>
         <AccountRet><ListID>2</ListID><AccountType>SomethingNew</AccountType></AccountRet>
         <ItemServiceRet><ListID>3</ListID><Name>S</Name><FullName>P:S</FullName><SalesAndPurchase><IncomeAccountRef><ListID>9</ListID></IncomeAccountRef><ExpenseAccountRef><ListID>8</ListID></ExpenseAccountRef></SalesAndPurchase></ItemServiceRet>
         <ItemSalesTaxRet><ListID>4</ListID><Name>IL</Name><TaxRate>8.250</TaxRate><TaxVendorRef><ListID>7</ListID></TaxVendorRef></ItemSalesTaxRet>
         <ItemSalesTaxGroupRet><ListID>5</ListID><ItemSalesTaxRef><ListID>4</ListID><FullName>IL</FullName></ItemSalesTaxRef></ItemSalesTaxGroupRet>
         <VendorRet><ListID>6</ListID><Name>Acme</Name><VendorAddress><Addr2>1 Main St</Addr2><City>Rye</City></VendorAddress></VendorRet>
         <StandardTermsRet><ListID>7</ListID><Name>Net 30</Name><StdDueDays>30</StdDueDays></StandardTermsRet>
         <SalesTaxCodeRet><ListID>8</ListID><Name>Tax</Name><IsTaxable>true</IsTaxable></SalesTaxCodeRet>
         <ItemBrandNewRet><ListID>9</ListID><Other><X/></Other></ItemBrandNewRet>",
    );
    assert_eq!(found.len(), 7);
    assert!(
        matches!(&found[0], ListEntry::Account(a) if !a.active && a.kind == AccountType::OtherCurrentAsset)
    );
    assert!(
        matches!(&found[1], ListEntry::Item(i) if i.kind == ItemKind::Service && i.account.is_some() && i.expense_account.is_some())
    );
    assert!(
        matches!(&found[2], ListEntry::Item(i) if i.tax_rate == Some(Decimal::new(825, 2)) && i.tax_agency.is_some())
    );
    assert!(matches!(&found[3], ListEntry::Item(i) if i.members == [ListRef::new("4", "IL")]));
    assert!(
        matches!(&found[4], ListEntry::Party(p) if p.full_name == "Acme" && p.address.lines == ["1 Main St"])
    );
}

#[test]
fn the_first_answers_of_a_visit_tell_the_company() {
    let text = wrapped(
        "",
        "<HostQueryRs requestID=\"0\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\"><HostRet><ProductName>QuickBooks Enterprise Solutions 23.0</ProductName><Country>US</Country><SupportedQBXMLVersion>13.0</SupportedQBXMLVersion><SupportedQBXMLVersion>16.0</SupportedQBXMLVersion><ListMetaData><EntityMetaData><MaxCapacity>14500</MaxCapacity></EntityMetaData></ListMetaData></HostRet></HostQueryRs>
         <CompanyQueryRs requestID=\"1\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\"><CompanyRet><CompanyName>Zeep &amp; Sons</CompanyName><DataExtRet><DataExtName>AppLock</DataExtName><DataExtValue>LOCKED</DataExtValue></DataExtRet><DataExtRet><DataExtName>FileID</DataExtName><DataExtValue>{F}</DataExtValue></DataExtRet></CompanyRet></CompanyQueryRs>
         <PreferencesQueryRs requestID=\"2\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\"><PreferencesRet><AccountingPreferences><IsUsingClassTracking>true</IsUsingClassTracking><ClosingDate>2026-09-30</ClosingDate></AccountingPreferences><SalesTaxPreferences><DefaultNonTaxableSalesTaxCodeRef><FullName>Non</FullName></DefaultNonTaxableSalesTaxCodeRef></SalesTaxPreferences></PreferencesRet></PreferencesQueryRs>",
    );
    let set = answers(&text).unwrap();
    assert!(
        matches!(&set.answers[0].found, Found::Host { versions, name_capacity: Some(14500), .. } if versions.len() == 2)
    );
    assert!(
        matches!(&set.answers[1].found, Found::Company(c) if c.name == "Zeep & Sons" && c.file_id == "{F}")
    );
    let Found::Preferences(preferences) = &set.answers[2].found else { panic!() };
    assert_eq!(preferences.closing_date.unwrap().to_string(), "2026-09-30");
    assert!(preferences.sales_tax && preferences.class_tracking && !preferences.multi_currency);
}

#[test]
fn deletions_are_read_and_terms_are_one_list() {
    let body = "<ListDeletedRet><ListDelType>StandardTerms</ListDelType><ListID>7-1</ListID><FullName>Net 30</FullName><TimeDeleted>2026-11-05T10:00:00-06:00</TimeDeleted></ListDeletedRet>";
    assert!(
        matches!(read_one("ListDeletedQuery", body).found, Found::Deleted(d) if d[0].kind == "Terms" && d[0].name == "Net 30")
    );
    let body = "<TxnDelType>Invoice</TxnDelType><TxnID>2A-1</TxnID><TimeDeleted>x</TimeDeleted><RefNumber>SO-1</RefNumber>";
    assert!(
        matches!(read_one("TxnDel", body).found, Found::Deleted(d) if d[0].id == "2A-1" && d[0].name == "SO-1")
    );
}

#[test]
fn what_is_not_known_is_passed_over() {
    let answer = read_one("SalesOrderQuery", "<SalesOrderRet><TxnID>1</TxnID></SalesOrderRet>");
    assert_eq!(answer.found, Found::Other("SalesOrderRet".to_string()));
    let seen = txn("Invoice", "<Surprise kind=\"x\"><Deep>1</Deep></Surprise><Subtotal>1.00</Subtotal>");
    assert_eq!(seen.total, Cents::new(100));
    let text = wrapped("", "").replace("<QBXMLMsgsRs>", "<SignonMsgsRs><X/></SignonMsgsRs><QBXMLMsgsRs>");
    assert_eq!(answers(&text).unwrap().answers, []);
}

#[test]
fn a_document_cut_off_anywhere_is_an_error() {
    let whole = answered(
        "InvoiceQuery",
        &format!("<InvoiceRet><TxnID>2A-1</TxnID><TxnDate>2026-11-05</TxnDate>{INVOICE}</InvoiceRet>"),
    );
    let end = whole.trim_end().len();
    for at in (0..end).filter(|at| whole.is_char_boundary(*at)) {
        assert!(answers(&whole[..at]).is_err(), "cut at {at}: {}", &whole[..at]);
    }
}

#[test]
fn a_transaction_that_cannot_be_read_is_never_passed_over() {
    for body in [
        "<InvoiceRet><TxnDate>2026-11-05</TxnDate></InvoiceRet>",
        "<InvoiceRet><TxnID>1</TxnID></InvoiceRet>",
        "<InvoiceRet><TxnID>1</TxnID><TxnDate>05/11/2026</TxnDate></InvoiceRet>",
        "<InvoiceRet><TxnID>1</TxnID><TxnDate>2026-11-05</TxnDate><Subtotal>1.005</Subtotal></InvoiceRet>",
    ] {
        assert!(matches!(answers(&answered("InvoiceQuery", body)), Err(ReadError::Value { .. })), "{body}");
    }
}

#[test]
fn entities_and_doctypes_are_refused() {
    let evil = "<!DOCTYPE QBXML [<!ENTITY a \"b\">]><QBXML><QBXMLMsgsRs></QBXMLMsgsRs></QBXML>";
    assert_eq!(answers(evil), Err(ReadError::Entity));
    assert_eq!(answers(&answered("InvoiceQuery", "<X>&a;</X>")), Err(ReadError::Entity));
}

#[test]
fn depth_and_width_have_limits() {
    assert_eq!(answers(&answered("X", &"<a>".repeat(100))), Err(ReadError::TooDeep));
    let wide: String = (0..300).map(|n| format!(" a{n}=\"1\"")).collect();
    assert_eq!(answers(&answered("X", &format!("<a{wide}/>"))), Err(ReadError::TooDeep));
}

#[test]
fn what_is_no_answer_is_told_so() {
    for text in ["", "hello", "<html></html>", "<QBXML><QBXMLMsgsRq/></QBXML>"] {
        assert!(answers(text).is_err(), "{text}");
    }
}

#[test]
fn one_bad_character_reference_does_not_spoil_the_answer() {
    assert_eq!(txn("Invoice", "<Memo>a&#1;b&#xFFFFFF;c</Memo>").memo, "abc");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), tail in "\\PC{0,40}") {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let _ = answers(&text);
        let _ = answers(&answered("InvoiceQuery", &tail));
        let _ = answers(&format!("<QBXML><QBXMLMsgsRs>{text}"));
    }

    #[test]
    fn any_memo_is_read_as_it_was_meant(text in "\\PC{0,60}") {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        prop_assert_eq!(txn("Invoice", &format!("<Memo>{escaped}</Memo>")).memo, text.trim());
    }
}

#[test]
fn a_balance_is_taken_from_the_row_data_and_a_posting_keeps_its_sign() {
    let row = |data: &str, value: &str| {
        format!(
            "<DataRow rowNumber=\"1\"><RowData rowType=\"account\" value=\"{data}\"/><ColData colID=\"1\" value=\"1200 - label\"/><ColData colID=\"2\" value=\"{value}\"/></DataRow>"
        )
    };
    let report = format!(
        "<ReportRet><ReportTitle>Balance Sheet</ReportTitle><ReportData><TextRow rowNumber=\"0\" value=\"ASSETS\"/>{}{}<SubtotalRow rowNumber=\"3\"><RowData rowType=\"account\" value=\"Inventory Asset\"/><ColData colID=\"2\" value=\"9.00\"/></SubtotalRow></ReportData></ReportRet>",
        row("Inventory Asset", "1,728.00"),
        row("Accounts Payable", "-20.5")
    );
    let Found::Balances(balances) = read_one("GeneralSummaryReportQuery", &report).found else { panic!() };
    let told: Vec<_> = balances.iter().map(|b| (b.account.as_str(), b.amount.get())).collect();
    assert_eq!(told, [("Inventory Asset", 172_800), ("Accounts Payable", -2050)]);
    let empty = read_one("GeneralSummaryReportQuery", "<ReportRet><ReportTitle>x</ReportTitle></ReportRet>");
    assert_eq!(empty.found, Found::Balances(vec![]), "an empty report is an answer");

    let posting = "<TransactionRet><TxnType>VendorCredit</TxnType><TxnID>2A-1700000000</TxnID><EntityRef><FullName>Kilnworks</FullName></EntityRef><TxnDate>2026-11-05</TxnDate><RefNumber>9</RefNumber><Amount>-20.00</Amount></TransactionRet>";
    let Found::AccountRows(rows) = read_one("TransactionQuery", posting).found else { panic!() };
    assert_eq!((rows[0].amount.get(), rows[0].name.as_str()), (-2000, "Kilnworks"));
}
