//! Posting, and the whole ledger laid open for a test to read.
//!
//! Must be the only place that changes balances; what is pending posts nothing (`qbxml.md` 10).

use super::company::Company;
use super::lists::ListKind;
use super::money::{fixed, show, show_fixed};
use super::transactions::{Txn, TxnKind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Everything that the books hold, for tests and the demonstration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// All accounts with their balances.
    pub accounts: Vec<LedgerAccount>,
    /// All transactions, pending ones included, oldest first.
    pub transactions: Vec<LedgerTxn>,
    /// TxnIDs that were deleted.
    pub deleted: Vec<String>,
}

/// One account and its balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerAccount {
    /// ListID.
    pub list_id: String,
    /// Account number.
    pub number: String,
    /// Name.
    pub name: String,
    /// qbXML AccountType.
    pub account_type: String,
    /// Balance in cents, debit positive.
    pub cents: i64,
}

/// One transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerTxn {
    /// TxnID.
    pub txn_id: String,
    /// TxnType.
    pub kind: String,
    /// Date in the ledger.
    pub date: Date,
    /// RefNumber.
    pub ref_number: String,
    /// Total in cents, positive in its kind's own sense.
    pub cents: i64,
    /// Sales tax in cents, part of the total.
    pub tax_cents: i64,
    /// Saved but not posted.
    pub pending: bool,
    /// Voided.
    pub voided: bool,
    /// ExternalGUID.
    pub external_guid: String,
    /// Memo; of a journal that of its first line.
    pub memo: String,
    /// Full name of the customer or vendor.
    pub entity: String,
    /// EditSequence.
    pub edit_sequence: String,
    /// What it posts, or would post while it is pending.
    pub splits: Vec<Split>,
}

/// One side of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Account number, else its name.
    pub account: String,
    /// Debit in cents.
    pub debit: i64,
    /// Credit in cents.
    pub credit: i64,
    /// TxnLineID, none for the header's side and for tax.
    pub line: Option<String>,
}

impl Company {
    /// Puts a transaction into the ledger, or takes it out (`sign` -1).
    pub(super) fn post(&mut self, txn: &Txn, sign: i64) {
        if !txn.is_posted() {
            return;
        }
        let now = self.seconds();
        for posting in &txn.postings {
            let side = if self.account_is(&posting.account, "AccountsReceivable") {
                1
            } else if self.account_is(&posting.account, "AccountsPayable") {
                -1
            } else {
                0
            };
            if let Some(account) = self.lists.get_mut(&posting.account) {
                account.balance += sign * posting.cents;
            }
            if let Some(entity) = posting.entity.as_deref().and_then(|id| self.lists.get_mut(id))
                && side != 0
            {
                // A posting moves TimeModified and leaves EditSequence (qbxml.md 6).
                entity.balance += side * sign * posting.cents;
                entity.modified = entity.modified.max(now);
            }
        }
        self.move_stock(txn, sign);
    }

    /// Quantities on hand of inventory parts.
    fn move_stock(&mut self, txn: &Txn, sign: i64) {
        let direction = match txn.kind {
            TxnKind::Invoice | TxnKind::VendorCredit => -sign,
            _ => sign,
        };
        for line in &txn.lines {
            let quantity = line.fields.get("Quantity").and_then(fixed).unwrap_or(0);
            if let Some(item) = line.fields.reference_id("ItemRef").and_then(|id| self.lists.get_mut(id))
                && item.kind == ListKind::ItemInventory
            {
                for field in item.fields.iter_mut().filter(|field| field.name == "QuantityOnHand") {
                    let on_hand = fixed(&field.text).unwrap_or(0) + i128::from(direction) * quantity;
                    field.text = show_fixed(on_hand, 0);
                }
            }
        }
    }

    /// The whole ledger.
    #[must_use]
    pub fn dump_ledger(&self) -> Ledger {
        let accounts = self.lists.iter().filter(|entry| entry.kind == ListKind::Account);
        Ledger {
            accounts: accounts
                .map(|entry| LedgerAccount {
                    list_id: entry.id.clone(),
                    number: entry.field("AccountNumber").unwrap_or_default().to_string(),
                    name: entry.full_name.clone(),
                    account_type: entry.field("AccountType").unwrap_or_default().to_string(),
                    cents: entry.balance,
                })
                .collect(),
            transactions: self.ledger_txns().collect(),
            deleted: self.deleted_txns.iter().map(|gone| gone.id.clone()).collect(),
        }
    }

    /// All transactions, oldest first, one at a time.
    pub fn ledger_txns(&self) -> impl Iterator<Item = LedgerTxn> {
        self.register.iter().map(|row| self.ledger_txn(row.txn()))
    }

    fn ledger_txn(&self, txn: Txn) -> LedgerTxn {
        let account_word = |id: &str| {
            let account = self.lists.get(id);
            account.map_or_else(String::new, |entry| {
                entry
                    .field("AccountNumber")
                    .filter(|number| !number.is_empty())
                    .unwrap_or(&entry.name)
                    .to_string()
            })
        };
        let entity = txn.entity.as_deref().and_then(|id| self.lists.get(id));
        LedgerTxn {
            txn_id: txn.id,
            kind: txn.kind.word().to_string(),
            date: txn.date,
            ref_number: txn.ref_number,
            cents: txn.total,
            tax_cents: txn.tax,
            pending: txn.pending,
            voided: txn.voided,
            external_guid: txn.guid,
            memo: txn.memo,
            entity: entity.map_or_else(String::new, |entry| entry.full_name.clone()),
            edit_sequence: txn.sequence.to_string(),
            splits: txn
                .postings
                .into_iter()
                .map(|posting| Split {
                    account: account_word(&posting.account),
                    debit: posting.cents.max(0),
                    credit: (-posting.cents).max(0),
                    line: posting.line,
                })
                .collect(),
        }
    }

    /// Balance of an account by its number in cents, debit positive.
    #[must_use]
    pub fn balance(&self, account_number: &str) -> Option<i64> {
        self.lists.account_numbered(account_number).map(|entry| entry.balance)
    }

    /// Adds a cent to the first line with an amount, behind everybody's back: EditSequence and stamps stay, so only a
    /// proof of the figures can find it. Whether there was such a transaction.
    pub fn plant_cent(&mut self, txn_id: &str) -> bool {
        let Some(old) = self.register.get(txn_id) else { return false };
        let Some(at) = old.lines.iter().position(|line| line.account.is_some()) else { return false };
        let mut txn = old.clone();
        let places = if txn.kind == TxnKind::JournalEntry { one_of_each_side(&txn) } else { vec![at] };
        for place in places {
            if let Some(line) = txn.lines.get_mut(place) {
                let cents = line.amount + 1;
                line.fields.children.retain(|field| {
                    !["Amount", "Rate", "Cost", "RatePercent"].contains(&field.name.as_str())
                });
                line.fields.push("Amount", show(cents));
            }
        }
        if self.work_out(&mut txn).is_err() {
            return false;
        }
        self.post(&old, -1);
        self.post(&txn, 1);
        self.register.store(&txn);
        true
    }
}

/// The first debit and the first credit line of a journal, so that it stays in balance.
fn one_of_each_side(txn: &Txn) -> Vec<usize> {
    ["JournalDebitLine", "JournalCreditLine"]
        .iter()
        .filter_map(|side| txn.lines.iter().position(|line| line.element == *side && line.amount > 0))
        .collect()
}
