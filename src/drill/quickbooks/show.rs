//! How the model writes what it holds: answers, objects, stamps, money.
//!
//! Must write as QuickBooks does where the hand-off reads it; elements: `qbxml-elements.md`.

use super::{Books, Entry, Txn};
use std::fmt::Write as _;

/// A text inside an element.
pub fn escape(out: &mut String, text: &str) {
    let mut plain = text;
    while let Some(at) = plain.find(['&', '<', '>', '"']) {
        let (before, rest) = plain.split_at(at);
        out.push_str(before);
        out.push_str(match rest.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            _ => "&quot;",
        });
        plain = rest.get(1..).unwrap_or_default();
    }
    out.push_str(plain);
}

pub fn leaf(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    escape(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Cents as dollars.
#[must_use]
pub fn money(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// Dollars as cents.
#[must_use]
pub fn cents(text: &str) -> i64 {
    let (sign, bare) = text.strip_prefix('-').map_or((1, text), |bare| (-1, bare));
    let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
    let part: String = part.chars().chain("00".chars()).take(2).collect();
    sign * (whole.parse::<i64>().unwrap_or(0) * 100 + part.parse::<i64>().unwrap_or(0))
}

impl Books {
    /// A moment as the stamps write it.
    #[must_use]
    pub fn stamp_of(&self, seconds: i64) -> String {
        let local = seconds + self.habits.zone * 3_600;
        let (day, rest) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, date) = civil(day);
        let sign = if self.habits.zone < 0 { '-' } else { '+' };
        format!(
            "{year:04}-{month:02}-{date:02}T{:02}:{:02}:{:02}{sign}{:02}:00",
            rest / 3_600,
            rest / 60 % 60,
            rest % 60,
            self.habits.zone.abs()
        )
    }

    pub(super) fn reference(&self, out: &mut String, element: &str, id: &str) {
        if let Some(entry) = self.entry(id) {
            let _ = write!(out, "<{element}><ListID>{id}</ListID>");
            leaf(out, "FullName", &entry.name);
            let _ = write!(out, "</{element}>");
        }
    }

    pub(super) fn show_entry(&self, out: &mut String, entry: &Entry) {
        let element = entry.element;
        let _ = write!(
            out,
            "<{element}Ret><ListID>{}</ListID><TimeCreated>{stamp}</TimeCreated><TimeModified>{stamp}</TimeModified><EditSequence>{}</EditSequence>",
            entry.id,
            entry.edit,
            stamp = self.stamp_of(entry.modified)
        );
        leaf(out, "Name", &entry.name);
        leaf(out, "FullName", &entry.name);
        let _ = write!(out, "<IsActive>{}</IsActive>{}", entry.active, entry.inner);
        if !entry.guid.is_empty() && self.habits.guid_comes_back && !element.starts_with("Item") {
            leaf(out, "ExternalGUID", &entry.guid);
        }
        let _ = write!(out, "</{element}Ret>");
    }

    pub(super) fn show_txn(&self, out: &mut String, txn: &Txn, lines: bool, links: bool) {
        let kind = txn.kind;
        let _ = write!(
            out,
            "<{kind}Ret><TxnID>{}</TxnID><TimeCreated>{}</TimeCreated><TimeModified>{}</TimeModified><EditSequence>{}</EditSequence>",
            txn.id,
            self.stamp_of(txn.created),
            self.stamp_of(txn.modified),
            txn.edit
        );
        let sale = matches!(kind, "Invoice" | "CreditMemo");
        if !txn.party.is_empty() {
            self.reference(out, if sale { "CustomerRef" } else { "VendorRef" }, &txn.party);
        }
        leaf(out, "TxnDate", &txn.date);
        leaf(out, "RefNumber", &txn.number);
        let (total, open) = (money(txn.cents), money(txn.cents - txn.applied));
        match kind {
            "Invoice" => {
                let _ = write!(
                    out,
                    "<IsPending>{}</IsPending><Subtotal>{total}</Subtotal><SalesTaxTotal>0.00</SalesTaxTotal><AppliedAmount>{}</AppliedAmount><BalanceRemaining>{open}</BalanceRemaining>",
                    txn.pending,
                    money(-txn.applied)
                );
            }
            "CreditMemo" => {
                let _ = write!(
                    out,
                    "<IsPending>{}</IsPending><Subtotal>{total}</Subtotal><SalesTaxTotal>0.00</SalesTaxTotal><TotalAmount>{total}</TotalAmount><CreditRemaining>{open}</CreditRemaining>",
                    txn.pending
                );
            }
            "Bill" => {
                let _ = write!(out, "<AmountDue>{total}</AmountDue><OpenAmount>{open}</OpenAmount>");
            }
            "VendorCredit" => {
                let _ = write!(out, "<CreditAmount>{total}</CreditAmount><OpenAmount>{open}</OpenAmount>");
            }
            _ => {}
        }
        if kind != "JournalEntry" {
            leaf(out, "Memo", &txn.memo);
        }
        if self.habits.guid_comes_back && !txn.guid.is_empty() {
            leaf(out, "ExternalGUID", &txn.guid);
        }
        if links && txn.applied != 0 {
            let _ = write!(
                out,
                "<LinkedTxn><TxnID>FEED-1</TxnID><TxnType>ReceivePayment</TxnType><Amount>{}</Amount></LinkedTxn>",
                money(-txn.applied)
            );
        }
        if lines || kind == "JournalEntry" {
            for line in &txn.lines {
                let (element, end) =
                    if kind == "JournalEntry" { (line.element, "") } else { (line.element, "Ret") };
                let _ = write!(
                    out,
                    "<{element}{end}><TxnLineID>{}</TxnLineID>{}</{element}{end}>",
                    line.id, line.inner
                );
            }
        }
        let _ = write!(out, "</{kind}Ret>");
    }
}

/// The civil day of a number of days since 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_and_money_are_written_as_quickbooks_writes_them() {
        let books = Books::new("A", "a.qbw", "", 0);
        assert_eq!(books.stamp_of(1_772_323_200), "2026-02-28T16:00:00-08:00");
        assert_eq!(
            (money(-1_205), cents("-12.05"), cents("7"), cents("0.5")),
            ("-12.05".into(), -1_205, 700, 50)
        );
    }
}
