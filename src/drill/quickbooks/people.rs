//! What people do in the model behind the program's back (`exactly-once.md` 8, F31-F37).
//!
//! Must leave the traces that QuickBooks leaves: a new EditSequence, the deleted list, never a changed ExternalGUID.

use super::show::money;
use super::{Books, Gone};

impl Books {
    /// Prints or e-mails: no content changes, the EditSequence does.
    pub fn print(&mut self, id: &str) {
        self.touch(id);
    }

    /// Marks a pending sale as final.
    pub fn make_final(&mut self, id: &str) {
        if let Some(txn) = self.txns.iter_mut().find(|txn| txn.id == id) {
            txn.pending = false;
        }
        self.touch(id);
    }

    /// Pays it in part.
    pub fn pay(&mut self, id: &str) {
        if let Some(txn) = self.txns.iter_mut().find(|txn| txn.id == id && !txn.pending) {
            txn.applied = txn.cents / 2;
        }
        self.touch(id);
    }

    /// Gives it another number.
    pub fn renumber(&mut self, id: &str, number: &str) {
        if let Some(txn) = self.txns.iter_mut().find(|txn| txn.id == id) {
            txn.number = number.into();
        }
        self.touch(id);
    }

    /// Writes another memo over it; on a journal over the first line's.
    pub fn rewrite_memo(&mut self, id: &str, memo: &str) {
        if let Some(txn) = self.txns.iter_mut().find(|txn| txn.id == id) {
            txn.memo = memo.into();
            if txn.kind == "JournalEntry"
                && let Some(line) = txn.lines.first_mut()
                && let (Some(from), Some(to)) = (line.inner.find("<Memo>"), line.inner.find("</Memo>"))
            {
                line.inner.replace_range(from + 6..to, memo);
            }
        }
        self.touch(id);
    }

    /// Changes an amount; on a journal both sides.
    pub fn edit_amount(&mut self, id: &str, by: i64) {
        if let Some(txn) = self.txns.iter_mut().find(|txn| txn.id == id) {
            let lines = if txn.kind == "JournalEntry" { 2 } else { 1 };
            for line in txn.lines.iter_mut().take(lines) {
                let (old, new) = (money(line.cents), money(line.cents + by));
                line.inner = line
                    .inner
                    .replace(&format!("<Amount>{old}</Amount>"), &format!("<Amount>{new}</Amount>"));
                line.cents += by;
            }
            txn.cents += by;
        }
        self.touch(id);
    }

    /// Enters it a second time by hand: everything but mark 1.
    pub fn enter_again(&mut self, id: &str) {
        if let Some(mut copy) = self.txn(id).cloned() {
            copy.id = self.next_id();
            copy.guid.clear();
            copy.applied = 0;
            (copy.created, copy.modified, copy.edit) = (self.now, self.now, self.now);
            self.txns.push(copy);
        }
    }

    /// Gives an entry another name.
    pub fn rename(&mut self, id: &str, name: &str) {
        self.entry_changed(id, |entry| entry.name = name.into());
    }

    /// Makes an entry inactive, or active again.
    pub fn set_active(&mut self, id: &str, active: bool) {
        self.entry_changed(id, |entry| entry.active = active);
    }

    fn entry_changed(&mut self, id: &str, change: impl FnOnce(&mut super::Entry)) {
        let now = self.now;
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            change(entry);
            (entry.edit, entry.modified) = (now.max(entry.edit + 1), now);
        }
    }

    /// Merges one name into another: the first is gone, its transactions move.
    pub fn merge(&mut self, from: &str, into: &str) {
        if from == into || self.entry(into).is_none() {
            return;
        }
        if let Some(at) = self.entries.iter().position(|entry| entry.id == from) {
            let entry = self.entries.remove(at);
            let moved: Vec<String> =
                self.txns.iter().filter(|txn| txn.party == from).map(|txn| txn.id.clone()).collect();
            for id in moved {
                if let Some(txn) = self.txns.iter_mut().find(|txn| txn.id == id) {
                    txn.party = into.into();
                }
            }
            let (created, deleted) = (entry.modified, self.now);
            let kind = entry.element;
            self.gone_entries.push(Gone { kind, id: entry.id, name: entry.name, created, deleted });
        }
    }
}
