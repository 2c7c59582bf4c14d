//! What Cin7 says is paid: by what, when, how much, and whether it came before the invoice.
//!
//! Must never post a payment: it only shows that a document would age unseen in QuickBooks, where the payment is
//! received by hand (`cin7-quickbooks-integration.md` 12; payments: `cin7-api.md` 5.7).

use super::reason::{Level, Reason};
use crate::base::text::for_screen;
use crate::base::{Cents, Day, Decimal, Zone};
use crate::orders::{Document, DocumentType, Payment};
use serde::Serialize;
use std::borrow::Cow;

/// Payments named in one sentence; more are counted.
const NAMED: usize = 3;

const DEPOSIT_BEFORE: &str = "Cin7 took a deposit before the invoice";
const PAID_BEFORE: &str = "Cin7 notes a payment from before the bill";
const CREDITED_BEFORE: &str = "Cin7 notes a payment from before the credit";
const SALE_BY_HAND: &str =
    "Payments are not posted: receive it in QuickBooks by hand, or the document ages there.";
const BILL_BY_HAND: &str = "Payments are not posted: pay the bill in QuickBooks by hand, or it ages there.";
const CREDIT_BY_HAND: &str =
    "Payments are not posted: apply or refund the credit in QuickBooks by hand, or it stays open there.";

/// One payment, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct PaidBy {
    /// Day in the company's zone.
    pub date: Option<Day>,
    /// Positive where it pays the document, in the document's currency.
    pub amount: Cents,
    pub method: String,
    pub reference: String,
    /// Noted but not authorised payments count for nothing yet.
    pub authorized: bool,
    /// Taken before the day of the invoice.
    pub deposit: bool,
    /// Batch of payments that the document is a member of, empty for most.
    pub batch: String,
}

/// What is paid of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Paid {
    pub payments: Vec<PaidBy>,
    /// Authorised payments together.
    pub paid: Cents,
    /// What Cin7 says is still open.
    pub open: Cents,
    /// Authorised payments from before the invoice.
    pub deposits: Cents,
}

/// What is paid of a document; none where Cin7 knows no payment of it. A figure larger than QuickBooks can hold counts
/// as nothing: the document itself says so.
#[must_use]
pub fn paid(document: &Document, payments: &[Payment], zone: &Zone) -> Option<Paid> {
    if payments.is_empty() {
        return None;
    }
    // The sign of payments to suppliers and of refunds on credit notes is not known for sure (`cin7-api.md` 5.7).
    let signed = document.kind == DocumentType::SalesOrder && !document.total.is_sign_negative();
    let round = |amount: Decimal| Cents::round(amount).unwrap_or_default();
    let invoiced = document.ledger_date.map(|at| zone.day_of(at));
    let mut found = Paid::default();
    for payment in payments {
        let date = payment.paid.map(|at| zone.day_of(at));
        let amount = round(if signed { payment.amount } else { payment.amount.abs() });
        let deposit = match (date, invoiced) {
            (Some(paid), Some(invoiced)) => paid < invoiced,
            (_, None) => true,
            (None, _) => false,
        };
        if payment.is_authorized {
            found.paid += amount;
            if deposit {
                found.deposits += amount;
            }
        }
        found.payments.push(PaidBy {
            date,
            amount,
            method: for_screen(&payment.method),
            reference: for_screen(&payment.transaction_ref),
            authorized: payment.is_authorized,
            deposit,
            batch: for_screen(&payment.batch_reference),
        });
    }
    found.open = round(document.total.abs()) - found.paid;
    Some(found)
}

impl Paid {
    /// "216.90 by Visa on 2026-02-18".
    fn words(&self, which: impl Fn(&PaidBy) -> bool) -> String {
        let chosen: Vec<&PaidBy> = self.payments.iter().filter(|p| which(p)).collect();
        let mut words: Vec<String> = chosen
            .iter()
            .take(NAMED)
            .map(|payment| {
                let method = if payment.method.is_empty() { "an unnamed method" } else { &payment.method };
                let date = payment.date.map_or_else(String::new, |date| format!(" on {date}"));
                format!("{} by {method}{date}", payment.amount)
            })
            .collect();
        if chosen.len() > NAMED {
            words.push(format!("{} more", chosen.len() - NAMED));
        }
        words.join(", ")
    }

    /// What a person should know about it: for a sale to receive, for a purchase to pay, for a credit to apply.
    #[must_use]
    pub fn reasons(&self, document: &Document) -> Vec<Reason> {
        let (before, by_hand) = match document.kind {
            _ if document.kind == DocumentType::CreditNote || document.total.is_sign_negative() => {
                (CREDITED_BEFORE, CREDIT_BY_HAND)
            }
            DocumentType::PurchaseOrder => (PAID_BEFORE, BILL_BY_HAND),
            _ => (DEPOSIT_BEFORE, SALE_BY_HAND),
        };
        let mut reasons = Vec::new();
        let mut say = |level, code: &'static str, text: String| {
            reasons.push(Reason {
                code: Cow::Borrowed(code),
                text,
                field: Some(Cow::Borrowed("payments")),
                level,
            });
        };
        if self.deposits > Cents::ZERO {
            let words = self.words(|p| p.authorized && p.deposit);
            say(Level::Says, "deposit_in_cin7", format!("{before}: {words}. {by_hand}"));
        }
        if self.paid > Cents::ZERO && self.open > Cents::ZERO {
            let words = self.words(|p| p.authorized);
            let open = self.open;
            say(
                Level::Says,
                "part_paid_in_cin7",
                format!("Cin7 says it is paid in part: {words}; {open} is open. {by_hand}"),
            );
        } else if self.paid > Cents::ZERO {
            let words = self.words(|p| p.authorized);
            say(Level::Says, "paid_in_cin7", format!("Cin7 says it is paid: {words}. {by_hand}"));
        }
        if self.open < Cents::ZERO && self.paid > Cents::ZERO {
            let over = -self.open;
            say(
                Level::Warns,
                "overpaid_in_cin7",
                format!("Cin7 shows {over} more paid than the document is worth."),
            );
        }
        let noted = self.words(|p| !p.authorized);
        if !noted.is_empty() {
            say(Level::Says, "payment_not_authorized", format!("Noted in Cin7 but not authorised: {noted}."));
        }
        if let Some(batch) = self.payments.iter().map(|p| p.batch.as_str()).find(|batch| !batch.is_empty()) {
            let text = format!(
                "Its payment is in batch {batch} of Cin7. If the batch was booked as one invoice, exclude this document."
            );
            say(Level::Warns, "in_payment_batch", text);
        }
        reasons
    }
}
