//! What the simulated company refuses, each with its code.
//!
//! Must never be loosened to let a message of ours through. Follows `qbxml.md` 1, 8, 12.

use super::*;

fn unreadable(text: &str) {
    let mut company = company();
    let before = company.dump_ledger();
    let refused = company.process(text).unwrap_err();
    assert_eq!(refused.number(), "0x80040400", "{text}");
    assert_eq!(company.dump_ledger(), before);
}

fn code(company: &mut Company, body: &str) -> String {
    let answer = one(company, body);
    assert_eq!(answer.attr("statusSeverity"), Some("Error"), "{}", answer.to_xml());
    status(&answer).to_string()
}

#[test]
fn what_is_no_qbxml_is_unreadable_and_does_nothing() {
    let good = invoice(DATE, &line("1.00", "Non"));
    unreadable("hello");
    unreadable(&message("", &good).replace("<?qbxml version=\"13.0\"?>", ""));
    unreadable(&message("", &good).replace("<?xml version=\"1.0\" encoding=\"utf-8\"?>", ""));
    unreadable(&message("", &good).replace("stopOnError", "rollbackOnError"));
    unreadable(&message(" surprise=\"1\"", &good));
    unreadable(&message("", &good).replace("SO-1", "SO-\u{e9}"));
    unreadable(&message("", &good).replace("SO-1", "&#8217;"));
    unreadable(&message("", &good).replace("SO-1", "&#128512;"));
    unreadable(&message("", "<NonsenseAddRq/>"));
    unreadable(
        &message("", &good)
            .replace("<?xml version=\"1.0\" encoding=\"utf-8\"?>", "<?xml version=\"1.0\"?><!DOCTYPE QBXML>"),
    );
    unreadable(&message("", &good).replace("13.0", "8.0").replace("</InvoiceAdd>", "<X/></InvoiceAdd>"));
}

#[test]
fn the_order_of_elements_is_part_of_the_format() {
    unreadable(&message(
        "",
        &wrap("BillAdd", "<RefNumber>X</RefNumber><VendorRef><FullName>Supplier</FullName></VendorRef>"),
    ));
    unreadable(&message("", &wrap("CustomerAdd", "<Name>A</Name><Nonsense>1</Nonsense>")));
    unreadable(&message("", &wrap("CreditMemoAdd", "<CustomerRef><FullName>Alpha</FullName></CustomerRef>")));
    unreadable(&message(
        "",
        "<CustomerQueryRq><ListID>8-1</ListID><MaxReturned>1</MaxReturned></CustomerQueryRq>",
    ));
    unreadable(&message(
        "",
        "<AccountQueryRq iterator=\"Start\"><MaxReturned>1</MaxReturned></AccountQueryRq>",
    ));
    unreadable(&message("", "<TermsQueryRq><ActiveStatus>All</ActiveStatus>text</TermsQueryRq>"));
    let newer =
        message("", &invoice("<ExternalGUID>{11111111-2222-3333-4444-555555555555}</ExternalGUID>", ""));
    unreadable(&newer.replace("13.0", "8.0"));
}

#[test]
fn an_element_that_the_us_edition_lacks_is_unreadable_or_530() {
    let sent = invoice("<IsTaxIncluded>true</IsTaxIncluded>", &line("1.00", "Non"));
    unreadable(&message("", &sent));
    unreadable(&message("", &wrap("JournalEntryAdd", "<Memo>x</Memo><JournalDebitLine/>")));
    let mut lenient = company();
    lenient.switches_mut().us_element_530 = true;
    let answer = one(&mut lenient, &sent);
    assert_eq!((status(&answer), answer.attr("statusSeverity")), ("530", Some("Warn")));
    assert_eq!(object(&answer).name, "InvoiceRet");
}

#[test]
fn a_value_of_the_wrong_form_fails_its_own_request_only() {
    let mut books = company();
    let long = "<RefNumber>123456789012</RefNumber>";
    assert_eq!(code(&mut books, &invoice(long, &line("1.00", "Non"))), "3070");
    assert_eq!(code(&mut books, &invoice(DATE, &line("1.234", "Non"))), "3040");
    assert_eq!(code(&mut books, &invoice("<TxnDate>2026-02-30</TxnDate>", "")), "3020");
    assert_eq!(code(&mut books, &invoice("<IsPending>maybe</IsPending>", "")), "3010");
    assert_eq!(code(&mut books, &invoice("<ExternalGUID>abc</ExternalGUID>", "")), "3065");
    assert_eq!(
        code(&mut books, "<CustomerQueryRq><ActiveStatus>all</ActiveStatus></CustomerQueryRq>"),
        "3110"
    );
    assert_eq!(code(&mut books, &format!("<HostQueryRq requestID=\"{}\"/>", "x".repeat(51))), "1060");
    assert!(books.dump_ledger().transactions.len() == 1, "only the opening balance");
}

#[test]
fn names_share_one_space_whatever_their_list_case_or_state() {
    let mut books = company();
    for taken in ["ALPHA", "Supplier", "ann smith", "Petty", "Gone Ltd"] {
        assert_eq!(code(&mut books, &wrap("VendorAdd", &format!("<Name>{taken}</Name>"))), "3100", "{taken}");
    }
    assert_eq!(code(&mut books, &wrap("CustomerAdd", "<Name>A : B</Name>")), "3090");
    let job = "<Name>Kitchen</Name><ParentRef><FullName>Nobody</FullName></ParentRef>";
    assert_eq!(code(&mut books, &wrap("CustomerAdd", job)), "3130");
    let job = "<Name>Supplier</Name><ParentRef><FullName>Alpha</FullName></ParentRef>";
    let answer = one(&mut books, &wrap("CustomerAdd", job));
    assert_eq!(object(&answer).get("FullName"), Some("Alpha:Supplier"));
    books.switches_mut().name_capacity = 3;
    assert_eq!(code(&mut books, &wrap("CustomerAdd", "<Name>One more</Name>")), "3180");
}

#[test]
fn references_that_lead_nowhere_or_to_the_inactive_are_refused() {
    let mut books = company();
    let by = |reference: &str| {
        wrap("InvoiceAdd", &format!("<CustomerRef>{reference}</CustomerRef>{}", line("1.00", "Non")))
    };
    assert_eq!(code(&mut books, &by("<FullName>Nobody</FullName>")), "3140");
    assert_eq!(code(&mut books, &by("<ListID>80000999-1700000000</ListID>")), "3140");
    assert_eq!(code(&mut books, &by("<ListID>garbage</ListID>")), "3000");
    assert_eq!(code(&mut books, &by("<FullName>Supplier</FullName>")), "3140");
    assert_eq!(code(&mut books, &by("<FullName>Gone Ltd</FullName>")), "3140");
    assert_eq!(code(&mut books, &by("")), "3150");
    let surcharge = line("1.00", "Non").replace("Widget", "Surcharge");
    let answer = one(&mut books, &invoice(DATE, &surcharge));
    assert!(
        answer.attr("statusMessage").unwrap().contains("QuickBooks Item \"Surcharge\" in the Invoice line")
    );
    books.switches_mut().inactive_refused = false;
    assert_eq!(status(&one(&mut books, &by("<FullName>Gone Ltd</FullName>"))), "0");
    let wrong_account = "<ARAccountRef><FullName>Checking</FullName></ARAccountRef>";
    assert_eq!(code(&mut books, &invoice(wrong_account, &line("1.00", "Non"))), "3140");
}

#[test]
fn features_that_are_off_are_refused() {
    let mut plain = CompanySeed { sales_tax: false, class_tracking: false, ..seed() };
    plain.closing_date = None;
    let mut books = Company::new(&plain, Switches::default()).unwrap();
    assert_eq!(code(&mut books, &invoice("", &line("1.00", "Non"))), "3250");
    let class = "<ClassRef><FullName>East</FullName></ClassRef>";
    assert_eq!(code(&mut books, &invoice(class, "")), "3250");
    assert_eq!(code(&mut books, &invoice("<ExchangeRate>1.5</ExchangeRate>", "")), "3250");
    let preferences = one(&mut books, "<PreferencesQueryRq/>");
    assert!(object(&preferences).child("SalesTaxPreferences").is_none());
}

#[test]
fn a_journal_must_balance_and_a_total_may_not_be_negative() {
    let mut books = company();
    let side = |side: &str, account: &str, amount: &str, entity: &str| {
        format!(
            "<Journal{side}Line><AccountRef><FullName>{account}</FullName></AccountRef><Amount>{amount}</Amount>{entity}</Journal{side}Line>"
        )
    };
    let journal = |lines: String| wrap("JournalEntryAdd", &format!("<TxnDate>2026-03-01</TxnDate>{lines}"));
    let debit = side("Debit", "Cost of Goods Sold", "5.00", "");
    assert_eq!(
        code(&mut books, &journal(debit.clone() + &side("Credit", "Inventory Asset", "4.99", ""))),
        "3210"
    );
    assert_eq!(code(&mut books, &journal(side("Debit", "Rounding", "-1.00", ""))), "3210");
    assert_eq!(
        code(&mut books, &journal(debit.clone() + &side("Credit", "Accounts Payable", "5.00", ""))),
        "3180"
    );
    let customer = "<EntityRef><FullName>Alpha</FullName></EntityRef>";
    assert_eq!(
        code(&mut books, &journal(debit + &side("Credit", "Accounts Payable", "5.00", customer))),
        "3180"
    );
    assert_eq!(code(&mut books, &invoice(DATE, &line("-1.00", "Non"))), "3180");
}

#[test]
fn the_closing_date_binds_adding_changing_and_deleting() {
    let mut books = company();
    let old = "<TxnDate>2025-12-31</TxnDate>";
    assert_eq!(code(&mut books, &invoice(old, &line("1.00", "Non"))), "3171");
    let ret = posted(&mut books);
    let (id, sequence) = (ret.get("TxnID").unwrap(), ret.get("EditSequence").unwrap());
    let change = format!("<TxnID>{id}</TxnID><EditSequence>{sequence}</EditSequence>{old}");
    assert_eq!(code(&mut books, &wrap("InvoiceMod", &change)), "3171");
    books.set_closing_date(Some("2026-03-04".parse().unwrap()));
    let delete = format!("<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>{id}</TxnID></TxnDelRq>");
    assert_eq!(code(&mut books, &delete), "3161");
    books.switches_mut().closing_password = false;
    assert_eq!(status(&one(&mut books, &delete)), "0");
}

#[test]
fn a_stale_change_answers_3200_with_the_current_object() {
    let mut books = company();
    let ret = posted(&mut books);
    let id = ret.get("TxnID").unwrap();
    let change = format!(
        "<TxnID>{id}</TxnID><EditSequence>{}</EditSequence><Memo>new</Memo>",
        ret.get("EditSequence").unwrap()
    );
    let first = one(&mut books, &wrap("InvoiceMod", &change));
    assert_eq!((status(&first), object(&first).get("Memo")), ("0", Some("new")));
    let second = one(&mut books, &wrap("InvoiceMod", &change));
    assert_eq!(status(&second), "3200");
    assert_eq!(object(&second).get("EditSequence"), object(&first).get("EditSequence"));
    books.switches_mut().stale_mod_carries_ret = false;
    assert!(one(&mut books, &wrap("InvoiceMod", &change)).children.is_empty());
    let missing = "<TxnID>FFF-1700000000</TxnID><EditSequence>1</EditSequence>";
    assert_eq!(code(&mut books, &wrap("InvoiceMod", missing)), "3120");
    assert_eq!(code(&mut books, &wrap("BillMod", &change)), "3120");
    books.hold_open(id, true);
    assert_eq!(code(&mut books, &wrap("InvoiceMod", &change)), "3175");
}

#[test]
fn what_is_linked_is_neither_voided_nor_deleted_and_a_foreign_line_is_no_line_of_it() {
    let mut books = company();
    let ret = posted(&mut books);
    let id = ret.get("TxnID").unwrap().to_string();
    let change = format!(
        "<TxnID>{id}</TxnID><EditSequence>{}</EditSequence><InvoiceLineMod><TxnLineID>FFF-1700000000</TxnLineID></InvoiceLineMod>",
        ret.get("EditSequence").unwrap()
    );
    assert_eq!(code(&mut books, &wrap("InvoiceMod", &change)), "3120");
    books.pay(&id, 50).unwrap();
    let void = format!("<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>{id}</TxnID></TxnVoidRq>");
    let delete = format!("<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>{id}</TxnID></TxnDelRq>");
    assert_eq!(code(&mut books, &void), "3185");
    assert_eq!(code(&mut books, &delete), "3160");
    books.switches_mut().linked_stay = false;
    assert_eq!(status(&one(&mut books, &delete)), "0");
}

#[test]
fn after_an_error_the_rest_waits_or_goes_on_as_told() {
    let mut books = company();
    let bad = invoice(DATE, &line("-1.00", "Non"));
    let good = invoice(DATE, &line("2.00", "Non"));
    let answers = ask(&mut books, &format!("{good}{bad}{good}"));
    let codes: Vec<&str> = answers.iter().map(status).collect();
    assert_eq!(codes, ["0", "3180", "3231"]);
    let text = message("", &format!("{bad}{good}")).replace("stopOnError", "continueOnError");
    let answers = read(&books.process(&text).unwrap()).children;
    assert_eq!((status(&answers[0]), status(&answers[1])), ("3180", "0"));
    assert_eq!(books.dump_ledger().transactions.len(), 3);
}

#[test]
fn an_items_account_cannot_be_a_receivable_one_and_tax_lines_carry_no_code() {
    let mut books = company();
    let item = |account: &str| {
        wrap(
            "ItemOtherChargeAdd",
            &format!("<Name>Surcharge</Name><SalesOrPurchase>{account}</SalesOrPurchase>"),
        )
    };
    assert_eq!(code(&mut books, &item("")), "3180");
    assert_eq!(
        code(&mut books, &item("<AccountRef><FullName>Accounts Receivable</FullName></AccountRef>")),
        "3180"
    );
    let answer = one(&mut books, &item("<AccountRef><FullName>Surcharge Income</FullName></AccountRef>"));
    assert_eq!(
        object(&answer).child("SalesOrPurchase").unwrap().child("AccountRef").unwrap().get("FullName"),
        Some("Surcharge Income")
    );
    assert_eq!(
        code(&mut books, &item("<AccountRef><FullName>Surcharge Income</FullName></AccountRef>")),
        "3100"
    );
    assert_eq!(code(&mut books, &invoice(DATE, &line("1.00", "Non").replace("Widget", "State"))), "3151");
}

#[test]
fn a_purchase_line_whose_amount_is_not_the_product_is_refused_or_worked_out() {
    let mut books = company();
    let bill = wrap(
        "BillAdd",
        "<VendorRef><FullName>Supplier</FullName></VendorRef><ItemLineAdd><ItemRef><FullName>Freight In</FullName></ItemRef>\
         <Quantity>2</Quantity><Cost>1.50</Cost><Amount>3.01</Amount></ItemLineAdd>",
    );
    assert_eq!(code(&mut books, &bill), "3210");
    books.switches_mut().purchase_mismatch_refused = false;
    assert_eq!(object(&one(&mut books, &bill)).get("AmountDue"), Some("3.00"));
}
