//! What a headless demo came to, and whether it may end with 0.
//!
//! Must never take its figures from what the program believes alone: the ledger of the simulated QuickBooks is laid
//! beside the drafts, document by document.

use crate::proof::Proof;
use crate::sim::quickbooks::LedgerTxn;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Our mark in a memo, and in an ExternalGUID that is not empty.
const MARK: &str = "[C7:";

/// What a draft that says it is in QuickBooks says about it.
#[derive(Clone, Debug)]
pub struct Claim {
    name: String,
    txn_id: String,
    kind: String,
    date: String,
    number: String,
    total: Option<i64>,
    tax: Option<i64>,
    pending: bool,
}

impl Claim {
    /// The claim of one draft of `drafts --json`; none where it names no transaction.
    #[must_use]
    pub fn of(draft: &Value) -> Option<Self> {
        let word = |key| text(draft, key).to_string();
        // What was taken out of the books again is no claim.
        let there = !text(draft, "txn_id").is_empty() && text(draft, "state") != "Voided";
        there.then(|| Claim {
            name: format!("{} {}", text(draft, "cin7_type"), text(draft, "reference")),
            txn_id: word("txn_id"),
            kind: word("kind"),
            date: word("date"),
            number: word("ref_number"),
            total: stated_total(draft),
            tax: cents(text(draft, "tax")),
            pending: draft.get("is_pending").and_then(Value::as_bool).unwrap_or(false),
        })
    }

    /// The facts in which the transaction is not what the draft says.
    fn differs(&self, txn: &LedgerTxn) -> Vec<&'static str> {
        let facts = [
            ("kind", self.kind == txn.kind),
            ("total", self.total == Some(txn.cents)),
            ("tax", kind_has_no_tax(&txn.kind) || self.tax == Some(txn.tax_cents)),
            ("date", self.date == txn.date.to_string()),
            ("number", self.number == txn.ref_number),
            ("pending", self.pending == txn.pending),
            ("not voided", !txn.voided),
        ];
        facts.iter().filter(|(_, fits)| !fits).map(|(fact, _)| *fact).collect()
    }
}

/// The ledger beside the drafts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LedgerCheck {
    /// Whether every approved draft is in the ledger once, as approved, and nothing else of ours is.
    pub agrees: bool,
    /// Transactions in the ledger with our mark.
    pub transactions: u64,
    /// Drafts that say they are in QuickBooks.
    pub drafts: u64,
    /// What does not fit, in words.
    pub differences: Vec<String>,
}

/// Documents held back for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Held {
    pub count: u64,
    pub total: crate::base::Cents,
}

/// The summary of design section 3.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Summary {
    pub seed: u64,
    /// Documents fetched and drafted, whatever became of them.
    pub documents: u64,
    /// Kind, then state; documents of no kind stand under `none`.
    pub drafts: BTreeMap<String, BTreeMap<String, u64>>,
    pub posted: u64,
    pub pending: u64,
    pub refused: u64,
    pub unknown: u64,
    /// Approved and not settled yet.
    pub underway: u64,
    pub difference_cents: i64,
    pub proved: bool,
    pub held_back: BTreeMap<String, Held>,
    pub ledger_check: LedgerCheck,
    pub seconds: BTreeMap<String, f64>,
}

fn text<'a>(draft: &'a Value, key: &str) -> &'a str {
    draft.get(key).and_then(Value::as_str).unwrap_or_default()
}

impl Summary {
    /// Counts one draft of `drafts --json`.
    pub fn count(&mut self, draft: &Value) {
        self.documents += 1;
        let kind = draft.get("kind").and_then(Value::as_str).unwrap_or("none").to_string();
        *self.drafts.entry(kind).or_default().entry(text(draft, "state").to_string()).or_default() += 1;
        match text(draft, "outcome") {
            "posted" => self.posted += 1,
            "posted (pending)" => self.pending += 1,
            "refused" => self.refused += 1,
            "unknown" => self.unknown += 1,
            _ => {}
        }
        if matches!(text(draft, "state"), "Approved" | "Queued" | "InFlight") {
            self.underway += 1;
        }
    }

    /// Takes over the proof's figures.
    pub fn proof(&mut self, proof: &Proof) {
        self.difference_cents = proof.difference_cents();
        self.proved = proof.is_clean();
        for held in proof.totals.iter().flat_map(|row| &row.held_back) {
            let entry = self.held_back.entry(held.reason.clone()).or_default();
            entry.count += held.count;
            entry.total += held.total;
        }
    }

    /// Whether the job was done to the cent: every approved draft in the books once, nothing unknown, no difference.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.proved
            && self.difference_cents == 0
            && self.unknown == 0
            && self.refused == 0
            && self.underway == 0
            && self.posted > 0
            && self.ledger_check.agrees
    }

    /// For a person at a terminal.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut out = vec![format!(
            "{} documents: {} posted, {} pending, {} refused, {} unknown, {} under way",
            self.documents, self.posted, self.pending, self.refused, self.unknown, self.underway
        )];
        for (kind, states) in &self.drafts {
            let states: Vec<String> =
                states.iter().map(|(state, count)| format!("{count} {state}")).collect();
            out.push(format!("  {kind}: {}", states.join(", ")));
        }
        for (reason, held) in &self.held_back {
            out.push(format!("  held back: {} {}, {}", held.count, reason, held.total.grouped()));
        }
        out.push(format!("difference: {} cents", self.difference_cents));
        out.push(format!(
            "ledger: {} transactions with our mark, {} drafts say they are there: {}",
            self.ledger_check.transactions,
            self.ledger_check.drafts,
            if self.ledger_check.agrees { "they agree" } else { "THEY DO NOT AGREE" }
        ));
        out.extend(self.ledger_check.differences.iter().map(|what| format!("  ! {what}")));
        let seconds: Vec<String> =
            self.seconds.iter().map(|(step, took)| format!("{step} {took:.1}")).collect();
        out.push(format!("seconds: {}", seconds.join(", ")));
        out
    }
}

/// The total as QuickBooks states it: of a journal the sum of its debits.
fn stated_total(draft: &Value) -> Option<i64> {
    if text(draft, "kind") != "JournalEntry" {
        return cents(text(draft, "total"));
    }
    let lines = draft.get("lines").and_then(Value::as_array)?;
    lines.iter().filter(|line| text(line, "side") == "debit").map(|line| cents(text(line, "amount"))).sum()
}

/// `461.34` as cents, without any rounding.
fn cents(amount: &str) -> Option<i64> {
    amount.parse::<crate::base::Cents>().ok().map(crate::base::Cents::get)
}

/// Lays the ledger's transactions, one at a time, beside the drafts.
#[must_use]
pub fn check_ledger(ledger: impl Iterator<Item = LedgerTxn>, claims: Vec<Claim>) -> LedgerCheck {
    let mut check = LedgerCheck { drafts: count(claims.len()), ..LedgerCheck::default() };
    let mut open: BTreeMap<String, Claim> = BTreeMap::new();
    for claim in claims {
        if let Some(other) = open.get(&claim.txn_id) {
            let what = format!("{} and {} name the same transaction", other.name, claim.name);
            check.differences.push(what);
        } else {
            open.insert(claim.txn_id.clone(), claim);
        }
    }
    for txn in ledger.filter(|txn| txn.memo.contains(MARK) || !txn.external_guid.is_empty()) {
        check.transactions += 1;
        let Some(claim) = open.remove(&txn.txn_id) else {
            let what = format!("{} {} is in the ledger, and no draft says so", txn.kind, txn.ref_number);
            check.differences.push(what);
            continue;
        };
        let wrong = claim.differs(&txn);
        if !wrong.is_empty() {
            check.differences.push(format!("{}: {} differ in the ledger", claim.name, wrong.join(", ")));
        }
    }
    check.differences.extend(open.values().map(|claim| format!("{} is not in the ledger", claim.name)));
    check.agrees = check.differences.is_empty();
    check
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Purchases carry tax as lines of their own, so their header has none.
fn kind_has_no_tax(kind: &str) -> bool {
    !matches!(kind, "Invoice" | "CreditMemo")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn txn(id: &str, cents: i64) -> LedgerTxn {
        LedgerTxn {
            txn_id: id.into(),
            kind: "Invoice".into(),
            date: "2026-02-03".parse().unwrap(),
            ref_number: "SO-1".into(),
            cents,
            tax_cents: 0,
            pending: false,
            voided: false,
            external_guid: String::new(),
            memo: "SO-1 [C7:ABCDEFGHJKMNP]".into(),
            entity: String::new(),
            edit_sequence: "1".into(),
            splits: Vec::new(),
        }
    }

    fn draft(txn_id: &str, total: &str) -> Value {
        json!({"cin7_type": "SalesOrder", "reference": "SO-1", "kind": "Invoice", "state": "Posted",
            "outcome": "posted", "txn_id": txn_id, "total": total, "tax": "0.00", "date": "2026-02-03",
            "ref_number": "SO-1", "is_pending": false})
    }

    fn claims(drafts: &[Value]) -> Vec<Claim> {
        drafts.iter().filter_map(Claim::of).collect()
    }

    #[test]
    fn a_ledger_that_holds_each_draft_once_agrees() {
        let check = check_ledger([txn("A", 46134)].into_iter(), claims(&[draft("A", "461.34")]));
        assert!(check.agrees, "{:?}", check.differences);
    }

    #[test]
    fn a_cent_a_double_and_a_stranger_are_found() {
        let cases = [
            (vec![txn("A", 46135)], vec![draft("A", "461.34")]),
            (vec![txn("A", 46134), txn("B", 46134)], vec![draft("A", "461.34")]),
            (vec![], vec![draft("A", "461.34")]),
            (vec![txn("A", 46134)], vec![draft("A", "461.34"), draft("A", "461.34")]),
        ];
        for (transactions, drafts) in cases {
            assert!(!check_ledger(transactions.into_iter(), claims(&drafts)).agrees);
        }
    }

    #[test]
    fn nothing_unknown_refused_or_under_way_may_be_left() {
        let mut done = Summary { proved: true, ..Summary::default() };
        done.ledger_check.agrees = true;
        done.count(&draft("A", "461.34"));
        assert!(done.is_done());
        assert!(!Summary { unknown: 1, ..done.clone() }.is_done());
        assert!(!Summary { underway: 1, ..done.clone() }.is_done());
        assert!(!Summary { difference_cents: 1, ..done.clone() }.is_done());
        assert!(!Summary { posted: 0, ..done }.is_done(), "an empty demo proves nothing");
    }
}
