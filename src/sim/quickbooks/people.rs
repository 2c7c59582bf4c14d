//! What people do in QuickBooks behind the program's back: finalise, edit, print, pay, void, delete, rename.
//!
//! Must go through the same books as a request, so that balances, sequences and deleted lists stay true
//! (`exactly-once.md` 8, F31-F37).

use super::company::Company;
use super::lists::{Group, ListKind};
use super::transactions::{Link, Posting, Row, Txn, TxnKind};
use crate::sim::xml::El;
use jiff::civil::Date;

impl Company {
    /// Changes a transaction by hand; whether it was there and the books allowed it.
    fn by_hand(&mut self, txn_id: &str, change: impl FnOnce(&mut Txn)) -> bool {
        let Some(old) = self.register.get(txn_id) else { return false };
        let mut txn = old.clone();
        change(&mut txn);
        if !old.voided && self.work_out(&mut txn).is_err() {
            return false;
        }
        self.commit(Some(&old), txn);
        true
    }

    /// Marks a pending sale as final.
    pub fn finalise(&mut self, txn_id: &str) -> bool {
        self.by_hand(txn_id, |txn| txn.pending = false)
    }

    /// Gives a transaction another memo; of a journal its first line.
    pub fn edit_memo(&mut self, txn_id: &str, memo: &str) -> bool {
        self.by_hand(txn_id, |txn| {
            txn.memo = memo.to_string();
            if txn.kind == TxnKind::JournalEntry
                && let Some(line) = txn.lines.first_mut()
            {
                line.fields.children.retain(|field| field.name != "Memo");
                line.fields.push("Memo", memo);
            }
        })
    }

    /// Gives a transaction another RefNumber.
    pub fn edit_ref_number(&mut self, txn_id: &str, ref_number: &str) -> bool {
        self.by_hand(txn_id, |txn| txn.ref_number = ref_number.to_string())
    }

    /// Moves a transaction to another day.
    pub fn edit_date(&mut self, txn_id: &str, day: Date) -> bool {
        self.by_hand(txn_id, |txn| txn.date = day)
    }

    /// Gives the line at a place another amount in cents; a journal must stay in balance.
    pub fn edit_amount(&mut self, txn_id: &str, line: usize, cents: i64) -> bool {
        self.by_hand(txn_id, |txn| {
            if let Some(line) = txn.lines.get_mut(line) {
                let old = ["Amount", "Rate", "RatePercent", "Cost"];
                line.fields.children.retain(|field| !old.contains(&field.name.as_str()));
                line.fields.push("Amount", super::money::show(cents));
            }
        })
    }

    /// Prints a sale: no content changes, the EditSequence does.
    pub fn print(&mut self, txn_id: &str) -> bool {
        self.by_hand(txn_id, |txn| {
            txn.fields.children.retain(|field| field.name != "IsToBePrinted");
            txn.fields.push("IsToBePrinted", "false");
        })
    }

    /// Deletes a transaction.
    pub fn delete(&mut self, txn_id: &str) -> bool {
        self.take_away(txn_id)
    }

    /// Voids a transaction.
    pub fn void_by_hand(&mut self, txn_id: &str) -> bool {
        let Some(old) = self.register.get(txn_id) else { return false };
        self.void(&old);
        true
    }

    /// Enters the same transaction a second time; gives the copy's TxnID.
    pub fn duplicate(&mut self, txn_id: &str) -> Option<String> {
        let mut copy = self.register.get(txn_id)?;
        copy.id = self.new_txn_id();
        copy.guid.clear();
        copy.links.clear();
        for line in &mut copy.lines {
            line.id.clear();
        }
        self.last_number += 1;
        copy.number = self.last_number;
        (copy.created, copy.modified, copy.sequence) = (self.seconds(), self.seconds(), self.seconds() - 1);
        self.work_out(&mut copy).ok()?;
        Some(self.commit(None, copy))
    }

    /// Pays an invoice or a bill in part or whole from the bank; gives the payment's TxnID.
    pub fn pay(&mut self, txn_id: &str, cents: i64) -> Option<String> {
        let mut paid = self.register.get(txn_id).filter(|txn| txn.is_posted() && !txn.voided)?;
        let kind = match paid.kind {
            TxnKind::Invoice => TxnKind::ReceivePayment,
            TxnKind::Bill => TxnKind::BillPaymentCheck,
            _ => return None,
        };
        let bank = self.account_of_type("Bank")?.id.clone();
        let side = if kind == TxnKind::ReceivePayment { -cents } else { cents };
        let mut payment = Txn::blank(kind, self.today());
        payment.id = self.new_txn_id();
        self.last_number += 1;
        payment.number = self.last_number;
        (payment.created, payment.sequence) = (self.seconds(), self.seconds() - 1);
        payment.entity.clone_from(&paid.entity);
        payment.account = Some(bank.clone());
        payment.total = cents;
        payment.links.push(Link { txn: paid.id.clone(), kind: paid.kind, cents });
        let posting = |account: String, cents: i64| Posting {
            account,
            cents,
            line: None,
            entity: paid.entity.clone(),
            memo: String::new(),
        };
        payment.postings = vec![posting(paid.account.clone()?, side), posting(bank, -side)];
        let id = self.commit(None, payment);
        paid.links.push(Link { txn: id.clone(), kind, cents });
        paid.sequence = self.next_sequence(paid.sequence);
        paid.modified = self.seconds().max(paid.modified);
        self.register.store(&paid);
        Some(id)
    }

    /// Opens a transaction in a window (3175 for everybody else), or closes the window.
    pub fn hold_open(&mut self, txn_id: &str, open: bool) {
        if open {
            self.open_windows.insert(txn_id.to_string());
        } else {
            self.open_windows.remove(txn_id);
        }
    }

    /// Gives a list entry another name.
    pub fn rename(&mut self, list_id: &str, name: &str) -> bool {
        let Some(parent) = self.lists.get(list_id).map(|entry| entry.parent.clone()) else { return false };
        self.lists.rename(list_id, name, parent.as_deref());
        self.touch_entry(list_id);
        true
    }

    /// Makes a list entry active or inactive.
    pub fn set_active(&mut self, list_id: &str, active: bool) -> bool {
        let Some(entry) = self.lists.get_mut(list_id) else { return false };
        entry.active = active;
        self.touch_entry(list_id);
        true
    }

    /// Merges one name into another: the first is gone, its transactions move.
    pub fn merge(&mut self, from: &str, into: &str) -> bool {
        if self.lists.get(into).is_none() || from == into {
            return false;
        }
        let moved: Vec<Txn> = self
            .register
            .iter()
            .map(Row::txn)
            .filter(|txn| {
                txn.entity.as_deref() == Some(from)
                    || txn.postings.iter().any(|posting| posting.entity.as_deref() == Some(from))
            })
            .collect();
        for mut txn in moved {
            self.post(&txn, -1);
            for entity in txn.postings.iter_mut().map(|posting| &mut posting.entity).chain([&mut txn.entity])
            {
                if entity.as_deref() == Some(from) {
                    *entity = Some(into.to_string());
                }
            }
            self.post(&txn, 1);
            self.register.store(&txn);
        }
        self.forget_entry(from).is_some()
    }

    /// Adds a name by hand: a customer, vendor, employee or other name; `None` where the name is taken.
    pub fn add_name(&mut self, kind: ListKind, name: &str) -> Option<String> {
        let free = kind.group() == Group::Name && self.lists.named(Group::Name, name).is_none();
        free.then(|| self.add_entry(kind, name, None, Vec::<El>::new()))
    }

    /// Sets or lifts the closing date.
    pub fn set_closing_date(&mut self, day: Option<Date>) {
        self.closing_date = day;
    }

    /// Moves the company file, as a rename or a restore elsewhere does.
    pub fn move_file(&mut self, path: &str) {
        self.file = path.to_string();
    }

    /// The ListID of an entry by its full name.
    #[must_use]
    pub fn list_id(&self, group: Group, full_name: &str) -> Option<String> {
        self.lists.named(group, full_name).map(|entry| entry.id.clone())
    }
}
