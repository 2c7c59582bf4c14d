//! What the simulated company books: postings, tax, pending sales, balances.
//!
//! Must never reckon with the program's own rounding. Follows `qbxml.md` 10.

use super::*;

fn cents(company: &Company, account: &str) -> i64 {
    company.balance(account).unwrap()
}

fn balanced(company: &Company) {
    let ledger = company.dump_ledger();
    assert_eq!(ledger.accounts.iter().map(|account| account.cents).sum::<i64>(), 0);
    for txn in &ledger.transactions {
        let (debits, credits): (i64, i64) =
            txn.splits.iter().fold((0, 0), |(d, c), s| (d + s.debit, c + s.credit));
        assert_eq!(debits, credits, "{}", txn.txn_id);
    }
}

#[test]
fn an_invoice_posts_receivable_income_and_tax_by_component() {
    let mut books = company();
    let group = "<ItemSalesTaxRef><FullName>Both</FullName></ItemSalesTaxRef>";
    let head = format!("{DATE}{group}");
    let answer = one(&mut books, &invoice(&head, &(line("10.20", "Tax") + &line("5.00", "Non"))));
    let ret = object(&answer);
    // 6.25 % of 10.20 is 0.6375, 1.125 % is 0.11475: each rounded by itself.
    assert_eq!((ret.get("Subtotal"), ret.get("SalesTaxTotal")), (Some("15.20"), Some("0.75")));
    assert_eq!(ret.get("SalesTaxPercentage"), Some("7.375"));
    assert_eq!((cents(&books, "1100"), cents(&books, "4000"), cents(&books, "2200")), (1595, -1520, -75));
    balanced(&books);
    let exempt = format!("{head}<CustomerSalesTaxCodeRef><FullName>Non</FullName></CustomerSalesTaxCodeRef>");
    let answer = one(&mut books, &invoice(&exempt, &line("10.20", "Tax")));
    assert_eq!(object(&answer).get("SalesTaxTotal"), Some("0.00"));
}

#[test]
fn tax_is_rounded_per_sum_or_per_line() {
    let two = line("0.10", "Tax") + &line("0.10", "Tax");
    let mut books = company();
    assert_eq!(object(&one(&mut books, &invoice(DATE, &two))).get("SalesTaxTotal"), Some("0.01"));
    books.switches_mut().tax_rounded_by_line = true;
    assert_eq!(object(&one(&mut books, &invoice(DATE, &two))).get("SalesTaxTotal"), Some("0.02"));
}

#[test]
fn a_pending_sale_posts_nothing_until_it_is_final() {
    let mut books = company();
    let pending = format!("{DATE}<IsPending>true</IsPending>");
    let ret = object(&one(&mut books, &invoice(&pending, &line("100.00", "Non")))).clone();
    assert_eq!((ret.get("IsPending"), cents(&books, "1100")), (Some("true"), 0));
    let id = ret.get("TxnID").unwrap();
    let customer = one(&mut books, "<CustomerQueryRq><FullName>Alpha</FullName></CustomerQueryRq>");
    let head =
        format!("<TxnID>{id}</TxnID><EditSequence>{}</EditSequence>", ret.get("EditSequence").unwrap());
    let answer = one(&mut books, &wrap("InvoiceMod", &format!("{head}<IsPending>false</IsPending>")));
    let final_ret = object(&answer);
    assert_eq!(
        (final_ret.get("IsPending"), final_ret.get("BalanceRemaining")),
        (Some("false"), Some("100.00"))
    );
    assert_eq!(
        final_ret.child("InvoiceLineRet"),
        ret.child("InvoiceLineRet"),
        "a header-only change leaves the lines"
    );
    assert_eq!((cents(&books, "1100"), cents(&books, "4000")), (10_000, -10_000));
    // The posting moves the customer's TimeModified and leaves its EditSequence.
    let after = one(&mut books, "<CustomerQueryRq><FullName>Alpha</FullName></CustomerQueryRq>");
    assert_eq!(object(&after).get("EditSequence"), object(&customer).get("EditSequence"));
    assert_ne!(object(&after).get("TimeModified"), object(&customer).get("TimeModified"));
    assert_eq!(object(&after).get("Balance"), Some("100.00"));
    balanced(&books);
}

#[test]
fn quantity_rate_and_amount_complete_each_other() {
    let mut books = company();
    let shaped = |inner: &str| {
        let lines =
            format!("<InvoiceLineAdd><ItemRef><FullName>Widget</FullName></ItemRef>{inner}</InvoiceLineAdd>");
        invoice(DATE, &lines)
    };
    let mut figures = |inner: &str| {
        let answer = one(&mut books, &shaped(inner));
        let line = object(&answer).child("InvoiceLineRet").unwrap().clone();
        let text = |name: &str| line.get(name).unwrap_or("-").to_string();
        (text("Quantity"), text("Rate"), text("Amount"))
    };
    let told = |q: &str, r: &str, a: &str| (q.to_string(), r.to_string(), a.to_string());
    assert_eq!(figures("<Quantity>3</Quantity><Rate>0.335</Rate>"), told("3", "0.335", "1.01"));
    assert_eq!(figures("<Quantity>3</Quantity><Amount>1.00</Amount>"), told("3", "0.33333", "1.00"));
    assert_eq!(
        figures("<Quantity>2</Quantity><Rate>5</Rate><Amount>9.99</Amount>"),
        told("2", "5.00", "9.99")
    );
    assert_eq!(figures("<Amount>7</Amount>"), told("-", "-", "7.00"));
}

#[test]
fn a_discount_item_books_minus_its_amount() {
    let mut books = company();
    let discount = "<InvoiceLineAdd><ItemRef><FullName>Discount</FullName></ItemRef><Amount>10.00</Amount>\
        <SalesTaxCodeRef><FullName>Non</FullName></SalesTaxCodeRef></InvoiceLineAdd>";
    let ret = object(&one(&mut books, &invoice(DATE, &(line("100.00", "Non") + discount)))).clone();
    assert_eq!((ret.get("Subtotal"), cents(&books, "4900")), (Some("90.00"), 1000));
    books.switches_mut().discount_is_negated = false;
    let ret = object(&one(&mut books, &invoice(DATE, &(line("100.00", "Non") + discount)))).clone();
    assert_eq!(ret.get("Subtotal"), Some("110.00"));
}

#[test]
fn a_tax_item_on_a_line_goes_to_the_agency_with_its_own_amount() {
    let mut books = company();
    let tax =
        "<InvoiceLineAdd><ItemRef><FullName>State</FullName></ItemRef><Amount>6.31</Amount></InvoiceLineAdd>";
    let answer = one(&mut books, &invoice(DATE, &(line("100.00", "Non") + tax)));
    assert_eq!(status(&answer), "0", "{}", answer.to_xml());
    assert_eq!((cents(&books, "2200"), cents(&books, "1100")), (-631, 10_631));
}

#[test]
fn an_inventory_part_books_its_cost_by_itself() {
    let mut books = company();
    let part = line("25.00", "Non").replace("Widget", "Stocked Widget");
    one(&mut books, &invoice(DATE, &part));
    assert_eq!((cents(&books, "5000"), cents(&books, "1400")), (1000, 499_000));
    balanced(&books);
}

#[test]
fn purchases_credits_and_journals_post_to_their_accounts() {
    let mut books = company();
    let expense = |amount: &str| {
        format!(
            "<ExpenseLineAdd><AccountRef><FullName>Inventory Asset</FullName></AccountRef><Amount>{amount}</Amount></ExpenseLineAdd>"
        )
    };
    let item = "<ItemLineAdd><ItemRef><FullName>Freight In</FullName></ItemRef><Quantity>2</Quantity><Cost>1.25</Cost></ItemLineAdd>";
    let vendor = "<VendorRef><FullName>Supplier</FullName></VendorRef>";
    let answer = one(&mut books, &wrap("BillAdd", &format!("{vendor}{DATE}{}{item}", expense("80.00"))));
    assert_eq!(object(&answer).get("AmountDue"), Some("82.50"), "{}", answer.to_xml());
    let answer = one(&mut books, &wrap("VendorCreditAdd", &format!("{vendor}{DATE}{}", expense("30.00"))));
    assert_eq!(object(&answer).get("CreditAmount"), Some("30.00"));
    let memo = line("40.00", "Non").replace("InvoiceLine", "CreditMemoLine");
    let answer = one(&mut books, &invoice(DATE, &memo).replace("InvoiceAdd", "CreditMemoAdd"));
    assert_eq!(object(&answer).get("TotalAmount"), Some("40.00"), "{}", answer.to_xml());
    let journal = "<TxnDate>2026-02-28</TxnDate><RefNumber>CG202602A</RefNumber><JournalDebitLine><AccountRef>\
        <FullName>Cost of Goods Sold</FullName></AccountRef><Amount>12.34</Amount><Memo>cost</Memo></JournalDebitLine>\
        <JournalCreditLine><AccountRef><FullName>Inventory Asset</FullName></AccountRef><Amount>12.34</Amount></JournalCreditLine>";
    let answer = one(&mut books, &wrap("JournalEntryAdd", journal));
    let ret = object(&answer);
    let order: Vec<&str> = ret.children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(order[order.len() - 2..], ["JournalDebitLine", "JournalCreditLine"]);
    assert_eq!((cents(&books, "2000"), cents(&books, "1400")), (-5250, 500_000 + 8000 - 3000 - 1234));
    assert_eq!((cents(&books, "1100"), cents(&books, "5100")), (-4000, 250));
    balanced(&books);
}

#[test]
fn a_change_with_lines_is_the_new_whole() {
    let mut books = company();
    let answer = one(&mut books, &invoice(DATE, &(line("10.00", "Non") + &line("20.00", "Non"))));
    let ret = object(&answer).clone();
    let second = ret.children.iter().filter(|child| child.name == "InvoiceLineRet").nth(1).unwrap();
    let (id, kept) = (ret.get("TxnID").unwrap(), second.get("TxnLineID").unwrap());
    let change = format!(
        "<TxnID>{id}</TxnID><EditSequence>{}</EditSequence><Memo></Memo><InvoiceLineMod><TxnLineID>{kept}</TxnLineID></InvoiceLineMod>\
         <InvoiceLineMod><TxnLineID>-1</TxnLineID><ItemRef><FullName>Freight</FullName></ItemRef><Amount>5.00</Amount>\
         <SalesTaxCodeRef><FullName>Non</FullName></SalesTaxCodeRef></InvoiceLineMod>",
        ret.get("EditSequence").unwrap()
    );
    let changed = one(&mut books, &wrap("InvoiceMod", &change));
    let lines: Vec<&El> =
        object(&changed).children.iter().filter(|child| child.name == "InvoiceLineRet").collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[0].get("TxnLineID"), lines[0].get("Amount")), (Some(kept), Some("20.00")));
    assert_eq!((cents(&books, "1100"), cents(&books, "4000"), cents(&books, "4200")), (2500, -2000, -500));
    balanced(&books);
}

#[test]
fn voiding_and_deleting_leave_their_traces() {
    let mut books = company();
    let first = posted(&mut books).get("TxnID").unwrap().to_string();
    let second = posted(&mut books).get("TxnID").unwrap().to_string();
    let void = format!("<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>{first}</TxnID></TxnVoidRq>");
    assert_eq!(status(&one(&mut books, &void)), "0");
    let found = one(&mut books, &format!("<InvoiceQueryRq><TxnID>{first}</TxnID></InvoiceQueryRq>"));
    assert_eq!((object(&found).get("Subtotal"), object(&found).get("Memo")), (Some("0.00"), Some("VOID:")));
    let delete = format!("<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>{second}</TxnID></TxnDelRq>");
    assert_eq!(one(&mut books, &delete).get("RefNumber"), Some("SO-1"));
    assert_eq!(status(&one(&mut books, &delete)), "3120");
    let gone = one(&mut books, "<TxnDeletedQueryRq><TxnDelType>Invoice</TxnDelType></TxnDeletedQueryRq>");
    assert_eq!((gone.children.len(), object(&gone).get("TxnID")), (1, Some(second.as_str())));
    assert_eq!(cents(&books, "1100"), 0);
    balanced(&books);
}

#[test]
fn a_planted_cent_shows_in_the_ledger_and_nowhere_else() {
    let mut books = company();
    let ret = posted(&mut books);
    let id = ret.get("TxnID").unwrap();
    assert!(books.plant_cent(id));
    assert_eq!((cents(&books, "1100"), cents(&books, "4000")), (10_001, -10_001));
    let found = one(&mut books, &format!("<InvoiceQueryRq><TxnID>{id}</TxnID></InvoiceQueryRq>"));
    assert_eq!(object(&found).get("EditSequence"), ret.get("EditSequence"));
    assert_eq!(object(&found).get("Subtotal"), Some("100.01"));
    balanced(&books);
}

#[test]
fn what_people_do_moves_the_edit_sequence_and_the_books() {
    let mut books = company();
    let ret = posted(&mut books);
    let id = ret.get("TxnID").unwrap().to_string();
    let mut last = ret.get("EditSequence").unwrap().to_string();
    let mut moved = |books: &Company| {
        let now = books
            .dump_ledger()
            .transactions
            .iter()
            .find(|txn| txn.txn_id == id)
            .unwrap()
            .edit_sequence
            .clone();
        assert_ne!(now, last);
        last = now;
    };
    assert!(books.print(&id));
    moved(&books);
    assert!(books.edit_amount(&id, 0, 12_000));
    moved(&books);
    assert!(books.pay(&id, 2_000).is_some());
    moved(&books);
    assert_eq!((cents(&books, "1100"), cents(&books, "1000")), (10_000, 2_000));
    assert!(books.void_by_hand(&id));
    assert!(books.duplicate("none").is_none());
    let into = books.list_id(Group::Name, "Beta").unwrap();
    let from = books.list_id(Group::Name, "Alpha").unwrap();
    assert!(books.merge(&from, &into));
    let gone =
        one(&mut books, "<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>");
    assert_eq!(object(&gone).get("ListID"), Some(from.as_str()));
    balanced(&books);
}

#[test]
fn the_company_file_comes_back_whole() {
    let mut books = company();
    let set = " newMessageSetID=\"C7AAAAAAAAAAAAAAAAAAAAA\"";
    let text = message(set, &invoice(DATE, &line("100.00", "Non")));
    books.process(&text).unwrap();
    books.set_stamp("{A}", "FileID", "{B}");
    let mut again = Company::from_json(&books.to_json().unwrap()).unwrap();
    assert_eq!(again.dump_ledger(), books.dump_ledger());
    assert!(again.process(&text).unwrap().contains("ErrorRecovery"));
    assert!(again.hcp_response().contains("{B}"));
    let found = one(&mut again, "<InvoiceQueryRq><RefNumber>so-1</RefNumber></InvoiceQueryRq>");
    assert_eq!(found.children.len(), 1);
}

#[test]
fn the_seeded_world_makes_a_company_with_all_its_names() {
    let world = crate::sim::world::World::generate(7, 24, 200);
    let seed = world.company_seed();
    let books = Company::new(&seed, Switches::default()).unwrap();
    for party in seed.customers.iter().filter(|party| party.parent.is_none()).chain(&seed.vendors) {
        assert!(books.list_id(Group::Name, &party.name).is_some(), "{}", party.name);
    }
    for item in &seed.items {
        assert!(books.list_id(Group::Item, &item.name).is_some(), "{}", item.name);
    }
    assert!(books.list_id(Group::Item, "Rounding").is_none(), "left to the program");
    balanced(&books);
}
