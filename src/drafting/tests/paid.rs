//! Payments of Cin7 as reasons on a draft.

use crate::base::Zone;
use crate::drafting::paid::paid;
use crate::orders::{DocumentType, PaidFor, Payment};

fn payment(amount: &str, day: &str, authorized: bool) -> Payment {
    Payment {
        id: 1,
        paid: format!("{day}T05:00:00Z").parse().ok(),
        amount: amount.parse().unwrap(),
        method: "Visa".into(),
        is_authorized: authorized,
        transaction_ref: "t1".into(),
        comments: String::new(),
        paid_for: PaidFor::SalesOrder,
        order_id: 1,
        order_ref: "SO-1".into(),
        batch_reference: String::new(),
        modified: None,
    }
}

fn codes(payments: &[Payment]) -> Vec<String> {
    let mut document = super::support::order();
    document.total = "100".parse().unwrap();
    document.ledger_date = "2026-02-10T05:00:00Z".parse().ok();
    let zone = Zone::named("America/New_York").unwrap();
    let found = paid(&document, payments, &zone);
    found.map(|paid| paid.reasons(&document)).unwrap_or_default().iter().map(|r| r.code.to_string()).collect()
}

#[test]
fn what_cin7_says_is_paid_shows_by_what_and_when_and_a_deposit_is_told_apart() {
    assert_eq!(codes(&[]), Vec::<String>::new());
    assert_eq!(codes(&[payment("100", "2026-02-18", true)]), ["paid_in_cin7"]);
    assert_eq!(codes(&[payment("40", "2026-02-18", true)]), ["part_paid_in_cin7"]);
    assert_eq!(codes(&[payment("40", "2026-02-01", true)]), ["deposit_in_cin7", "part_paid_in_cin7"]);
    assert_eq!(codes(&[payment("140", "2026-02-18", true)]), ["paid_in_cin7", "overpaid_in_cin7"]);
    assert_eq!(codes(&[payment("100", "2026-02-18", false)]), ["payment_not_authorized"]);
    assert_eq!(
        codes(&[payment("100", "2026-02-18", true), payment("-100", "2026-02-20", true)]),
        Vec::<String>::new(),
        "taken back: nothing is paid"
    );
    let order = super::support::order();
    let paid = paid(&order, &[payment("216.9", "2026-02-18", true)], &Zone::utc());
    assert!(paid.unwrap().reasons(&order).iter().any(|r| r.text.contains("216.90 by Visa on 2026-02-18")));
}

#[test]
fn a_paid_sale_is_to_be_received_a_paid_bill_to_be_paid_and_a_paid_credit_to_be_applied() {
    for (kind, total, words) in [
        (DocumentType::SalesOrder, "100", "receive it in QuickBooks"),
        (DocumentType::PurchaseOrder, "100", "pay the bill in QuickBooks"),
        (DocumentType::PurchaseOrder, "-100", "apply or refund the credit"),
        (DocumentType::CreditNote, "100", "apply or refund the credit"),
    ] {
        let mut document = super::support::order();
        (document.kind, document.total) = (kind, total.parse().unwrap());
        let found = paid(&document, &[payment("100", "2026-01-02", true)], &Zone::utc()).unwrap();
        for reason in found.reasons(&document) {
            assert!(reason.text.contains(words), "{kind:?} {total}: {}", reason.text);
            assert!(kind == DocumentType::SalesOrder || !reason.text.contains("deposit"), "{}", reason.text);
        }
    }
}
