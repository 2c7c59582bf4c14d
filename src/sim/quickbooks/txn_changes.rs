//! Adding, changing, voiding and deleting transactions.
//!
//! Must follow `qbxml.md` 10, 13: lines not named in a Mod are deleted, elements left out keep their value, the closing
//! date binds (3171, 3161), a stale EditSequence answers 3200, an object open in a window 3175.

use super::answer::{Answer, Outcome, Refusal};
use super::company::{Company, DeletedTxn};
use super::faults::FaultKind;
use super::lexical::{date, id_is_formed, truth};
use super::lists::ListKind;
use super::references::is_line;
use super::transactions::{Line, Row, Txn, TxnKind};
use crate::sim::xml::El;

/// Elements of a header that a Mod may not clear (3190, `qbxml.md` 13).
const NOT_CLEARABLE: [&str; 12] = [
    "CustomerRef",
    "VendorRef",
    "ARAccountRef",
    "APAccountRef",
    "TemplateRef",
    "TxnDate",
    "DueDate",
    "ShipDate",
    "IsPending",
    "IsToBePrinted",
    "IsToBeEmailed",
    "ItemSalesTaxRef",
];
/// Elements of a line that a Mod may not clear.
const LINE_NOT_CLEARABLE: [&str; 8] = [
    "ItemRef",
    "AccountRef",
    "Quantity",
    "Rate",
    "Cost",
    "Amount",
    "SalesTaxCodeRef",
    "OverrideItemAccountRef",
];

impl Company {
    pub(super) fn txn_add(&mut self, kind: TxnKind, body: &El) -> Answer {
        let body = self.resolve(body, kind.word(), false)?;
        let mut txn = Txn::blank(kind, self.today());
        self.apply_header(&mut txn, &body)?;
        self.check_control_currency(&txn, txn.account.is_some())?;
        txn.lines = body.children.iter().filter(|child| is_line(&child.name)).map(new_line).collect();
        self.fill_defaults(&mut txn);
        self.work_out(&mut txn)?;
        self.check_period(&txn, None)?;
        if self.switches.guid_is_unique
            && !txn.guid.is_empty()
            && self.register.iter().map(Row::txn).any(|other| other.guid.eq_ignore_ascii_case(&txn.guid))
        {
            return Err(Refusal::saving(kind.word(), "The external GUID is already in use."));
        }
        txn.id = self.new_txn_id();
        self.last_number += 1;
        txn.number = self.last_number;
        (txn.created, txn.sequence) = (self.seconds(), self.seconds() - 1);
        let id = self.commit(None, txn);
        if self.faults.strike(FaultKind::CentMore).is_some() {
            self.plant_cent(&id);
        }
        Ok(Outcome::done(
            self.register.get(&id).map(|txn| self.txn_ret(&txn, true, true)).into_iter().collect(),
        ))
    }

    pub(super) fn txn_mod(&mut self, kind: TxnKind, body: &El) -> Answer {
        let id = body.get("TxnID").unwrap_or_default().to_string();
        let old = self.known_txn(kind, &id)?;
        if body.get("EditSequence") != Some(old.sequence.to_string().as_str()) {
            return Err(self.stale(body, self.txn_ret(&old, true, true)));
        }
        let body = self.resolve(body, kind.word(), true)?;
        let mut txn = old.clone();
        self.apply_header(&mut txn, &body)?;
        apply_lines(&mut txn, &body)?;
        txn.voided = false;
        self.work_out(&mut txn)?;
        if txn.total < txn.applied() {
            return Err(Refusal::saving(kind.word(), "The amount is less than what has been applied to it."));
        }
        self.check_period(&txn, Some(&old))?;
        self.commit(Some(&old), txn);
        Ok(Outcome::done(
            self.register.get(&id).map(|txn| self.txn_ret(&txn, true, true)).into_iter().collect(),
        ))
    }

    /// The transaction that a Mod, Del or Void is about; refused while a person has it open.
    fn known_txn(&self, kind: TxnKind, id: &str) -> Result<Txn, Refusal> {
        if !id_is_formed(id) {
            return Err(Refusal::malformed_id(id, "txn id"));
        }
        let found =
            self.register.get(id).filter(|txn| txn.kind == kind).ok_or_else(|| Refusal::no_object(id))?;
        if self.open_windows.contains(id) {
            return Err(Refusal::new(
                3175,
                format!(
                    "There was an error adding, modifying or deleting {id} because it is already in use.  QuickBooks \
                     error message: The transaction could not be locked."
                ),
            ));
        }
        Ok(found)
    }

    fn apply_header(&self, txn: &mut Txn, body: &El) -> Result<(), Refusal> {
        for child in body.children.iter().filter(|child| !is_line(&child.name)) {
            let empty = child.is_empty();
            if empty && NOT_CLEARABLE.contains(&child.name.as_str()) {
                return Err(Refusal::new(3190, format!("The \"{}\" field cannot be cleared.", child.name)));
            }
            let text = child.text.clone();
            match child.name.as_str() {
                "TxnID" | "EditSequence" | "ClearExpenseLines" | "ClearItemLines" => {}
                "CustomerRef" | "VendorRef" => txn.entity = child.get("ListID").map(str::to_string),
                "ARAccountRef" | "APAccountRef" => {
                    let id = child.get("ListID").unwrap_or_default();
                    let (wanted, title) = if child.name.starts_with("AR") {
                        ("AccountsReceivable", "A/R Account")
                    } else {
                        ("AccountsPayable", "A/P Account")
                    };
                    let found = self.lists.get(id).and_then(|entry| entry.field("AccountType"));
                    if found != Some(wanted) {
                        return Err(Refusal::no_reference(title, id, txn.kind.word()));
                    }
                    txn.account = Some(id.to_string());
                }
                "TxnDate" => txn.date = date(&text).unwrap_or(txn.date),
                "RefNumber" => txn.ref_number = text,
                "Memo" => txn.memo = text,
                "ExternalGUID" => txn.guid = text,
                "IsPending" => txn.pending = truth(Some(&text)).unwrap_or(txn.pending),
                name => {
                    txn.fields.children.retain(|old| old.name != name);
                    if !empty {
                        txn.fields.children.push(child.clone());
                    }
                }
            }
        }
        Ok(())
    }

    /// What QuickBooks fills in on a new transaction: accounts, terms, due date, addresses, numbers.
    fn fill_defaults(&self, txn: &mut Txn) {
        let kind = txn.kind;
        let wanted = if kind.is_sale() { Some("AccountsReceivable") } else { None };
        let wanted = wanted.or(kind.is_purchase().then_some("AccountsPayable"));
        if let (None, Some(wanted)) = (&txn.account, wanted) {
            txn.account = self.account_of_type(wanted).map(|entry| entry.id.clone());
        }
        if let Some(entity) = txn.entity.as_deref().and_then(|id| self.lists.get(id)) {
            if let (None, Some(terms)) = (txn.fields.child("TermsRef"), entity.reference("TermsRef"))
                && kind != TxnKind::VendorCredit
            {
                txn.fields.children.push(El::reference("TermsRef", terms));
            }
            let address = entity.fields.iter().find(|field| field.name == "BillAddress");
            if let (true, None, Some(address)) = (kind.is_sale(), txn.fields.child("BillAddress"), address) {
                txn.fields.children.push(address.clone());
            }
        }
        if txn.fields.child("DueDate").is_none()
            && kind != TxnKind::VendorCredit
            && kind != TxnKind::JournalEntry
        {
            let terms = txn.fields.reference_id("TermsRef").and_then(|id| self.lists.get(id));
            let days =
                terms.and_then(|terms| terms.field("StdDueDays")).and_then(|days| days.parse::<i64>().ok());
            let due = txn.date.checked_add(jiff::Span::new().days(days.unwrap_or(0))).unwrap_or(txn.date);
            txn.fields.push("DueDate", due.to_string());
        }
        let numbered = kind.is_sale() || (kind == TxnKind::JournalEntry && self.switches.numbers_journals);
        if txn.ref_number.is_empty() && numbered {
            txn.ref_number = self.next_number(kind);
        }
    }

    /// The number after the highest one of the type that is a plain number.
    fn next_number(&self, kind: TxnKind) -> String {
        let same = self.register.iter().filter(|row| row.kind == kind);
        let highest = same.filter_map(|row| row.ref_number.parse::<u64>().ok()).max().unwrap_or(0);
        (highest + 1).to_string()
    }

    /// The closing date binds the day a transaction had and the day it gets.
    fn check_period(&self, txn: &Txn, old: Option<&Txn>) -> Result<(), Refusal> {
        let days = [Some(txn.date), old.map(|old| old.date)];
        if self.switches.closing_password && days.into_iter().flatten().any(|day| self.is_closed(day)) {
            return Err(closed(3171, "modify", txn.kind));
        }
        Ok(())
    }

    fn is_closed(&self, day: jiff::civil::Date) -> bool {
        self.closing_date.is_some_and(|closing| day <= closing)
    }

    /// Saves a transaction in place of its older state; gives its TxnID.
    pub(super) fn commit(&mut self, old: Option<&Txn>, mut txn: Txn) -> String {
        if let Some(old) = old {
            self.post(old, -1);
        }
        let places: Vec<usize> =
            txn.lines.iter().enumerate().filter(|(_, line)| line.id.is_empty()).map(|(at, _)| at).collect();
        for at in places {
            let id = self.new_line_id();
            for posting in
                txn.postings.iter_mut().filter(|posting| posting.line.as_deref() == Some(&marker(at)))
            {
                posting.line = Some(id.clone());
            }
            if let Some(line) = txn.lines.get_mut(at) {
                line.id = id;
            }
        }
        txn.sequence = self.next_sequence(txn.sequence);
        txn.modified = self.seconds().max(txn.modified);
        self.post(&txn, 1);
        let id = txn.id.clone();
        self.register.store(&txn);
        id
    }

    pub(super) fn txn_del(&mut self, request: &El) -> Answer {
        let word = request.get("TxnDelType").unwrap_or_default();
        let id = request.get("TxnID").unwrap_or_default().to_string();
        let kind = TxnKind::named(word).ok_or_else(|| Refusal::no_object(&id))?;
        let txn = self.known_txn(kind, &id)?;
        if self.switches.closing_password && self.is_closed(txn.date) {
            return Err(closed(3161, "delete", kind));
        }
        if self.switches.linked_stay && !txn.links.is_empty() {
            let text =
                format!("Cannot delete the object specified by the id = \"{id}\".  It is linked to another.");
            return Err(Refusal::new(3160, text));
        }
        let ref_number = txn.ref_number.clone();
        self.take_away(&id);
        Ok(Outcome::done(vec![
            El::leaf("TxnDelType", word),
            El::leaf("TxnID", id),
            El::leaf("TimeDeleted", self.stamp(self.seconds())),
            El::leaf("RefNumber", ref_number),
        ]))
    }

    /// Deletes a transaction and notes it in the list of the deleted.
    pub(super) fn take_away(&mut self, id: &str) -> bool {
        let Some(txn) = self.register.get(id) else { return false };
        self.post(&txn, -1);
        for link in &txn.links {
            if let Some(mut other) = self.register.get(&link.txn) {
                other.links.retain(|back| back.txn != txn.id);
                self.register.store(&other);
            }
        }
        let now = self.seconds();
        self.deleted_txns.push(DeletedTxn {
            kind: txn.kind,
            id: txn.id.clone(),
            created: txn.created,
            deleted: now,
            ref_number: txn.ref_number.clone(),
        });
        self.register.store(&Txn { deleted: true, ..txn });
        true
    }

    pub(super) fn txn_void(&mut self, request: &El) -> Answer {
        let word = request.get("TxnVoidType").unwrap_or_default();
        let id = request.get("TxnID").unwrap_or_default().to_string();
        let kind = TxnKind::named(word).ok_or_else(|| Refusal::no_object(&id))?;
        let old = self.known_txn(kind, &id)?;
        if self.switches.closing_password && self.is_closed(old.date) {
            return Err(closed(3171, "modify", kind));
        }
        if !old.links.is_empty() {
            let text = format!(
                "Cannot void the object specified by the id = \"{id}\".  QuickBooks error message: It is linked."
            );
            return Err(Refusal::new(3185, text));
        }
        self.void(&old);
        let Some(txn) = self.register.get(&id) else { return Err(Refusal::no_object(&id)) };
        Ok(Outcome::done(vec![
            El::leaf("TxnVoidType", word),
            El::leaf("TxnID", txn.id.clone()),
            El::leaf("TimeCreated", self.stamp(txn.created)),
            El::leaf("TimeModified", self.stamp(txn.modified)),
            El::leaf("RefNumber", txn.ref_number.clone()),
        ]))
    }

    /// Sets all amounts of a transaction to zero and says so in its memo.
    pub(super) fn void(&mut self, old: &Txn) {
        let mut txn = old.clone();
        txn.voided = true;
        txn.memo = format!("VOID: {}", old.memo).trim_end().to_string();
        (txn.subtotal, txn.tax, txn.total) = (0, 0, 0);
        txn.postings.clear();
        for line in &mut txn.lines {
            line.amount = 0;
            for field in &mut line.fields.children {
                match field.name.as_str() {
                    "Amount" | "Rate" | "Cost" => field.text = "0.00".to_string(),
                    "Quantity" => field.text = "0".to_string(),
                    _ => {}
                }
            }
        }
        self.commit(Some(old), txn);
    }

    pub(super) fn txn_deleted_query(&self, request: &El) -> Answer {
        let types = request.all("TxnDelType");
        let none = El::default();
        let range = request.child("DeletedDateRangeFilter").unwrap_or(&none);
        let found = self
            .deleted_txns
            .iter()
            .filter(|gone| types.contains(&gone.kind.word()) && self.deleted_within(gone.deleted, range));
        let rets = found.map(|gone| {
            let mut ret = El::new("TxnDeletedRet");
            ret.push("TxnDelType", gone.kind.word());
            ret.push("TxnID", &gone.id);
            ret.push("TimeCreated", self.stamp(gone.created));
            ret.push("TimeDeleted", self.stamp(gone.deleted));
            ret.push("RefNumber", &gone.ref_number);
            ret
        });
        Ok(Outcome::found(rets.collect()))
    }

    /// Whether an account is of a type.
    pub(super) fn account_is(&self, id: &str, account_type: &str) -> bool {
        self.lists.get(id).is_some_and(|entry| {
            entry.kind == ListKind::Account && entry.field("AccountType") == Some(account_type)
        })
    }
}

/// What stands for the TxnLineID of a line that has none yet.
pub(super) fn marker(at: usize) -> String {
    format!("new {at}")
}

fn closed(code: u32, verb: &str, kind: TxnKind) -> Refusal {
    Refusal::new(
        code,
        format!(
            "An attempt was made to {verb} a {} with a date that is on or before the closing date of the company.",
            kind.word()
        ),
    )
}

fn new_line(sent: &El) -> Line {
    let element = match sent.name.as_str() {
        "JournalDebitLine" | "JournalCreditLine" => sent.name.clone(),
        "JournalLineMod" => format!("Journal{}Line", sent.get("JournalLineType").unwrap_or("Debit")),
        name => format!("{}Ret", name.trim_end_matches("Add").trim_end_matches("Mod")),
    };
    let mut line = Line { element, fields: El::new("Fields"), ..Line::default() };
    let own = ["TxnLineID", "JournalLineType"];
    line.fields.children = sent
        .children
        .iter()
        .filter(|child| !own.contains(&child.name.as_str()) && !child.is_empty())
        .cloned()
        .collect();
    line
}

/// The lines of a Mod: none sent leaves them, any sent is the new whole; bills have two lists of their own.
fn apply_lines(txn: &mut Txn, body: &El) -> Result<(), Refusal> {
    let lists: &[&[&str]] = if txn.kind.is_purchase() {
        &[&["ExpenseLineMod"], &["ItemLineMod"]]
    } else {
        &[&["InvoiceLineMod", "CreditMemoLineMod", "JournalLineMod"]]
    };
    let mut lines = Vec::new();
    for names in lists {
        let belongs = |line: &Line| {
            !txn.kind.is_purchase()
                || names.iter().any(|name| line.element == format!("{}Ret", name.trim_end_matches("Mod")))
        };
        let clear = format!("Clear{}s", names.first().map_or("", |name| name.trim_end_matches("Mod")));
        let sent: Vec<&El> =
            body.children.iter().filter(|child| names.contains(&child.name.as_str())).collect();
        if truth(body.get(&clear)) == Some(true) {
            if !sent.is_empty() {
                return Err(Refusal::new(3153, format!("{clear} and lines do not go together.")));
            }
        } else if sent.is_empty() {
            lines.extend(txn.lines.iter().filter(|line| belongs(line)).cloned());
        } else {
            for change in sent {
                lines.push(changed_line(txn, change, &belongs)?);
            }
        }
    }
    txn.lines = lines;
    Ok(())
}

fn changed_line(txn: &Txn, change: &El, belongs: &dyn Fn(&Line) -> bool) -> Result<Line, Refusal> {
    let id = change.get("TxnLineID").unwrap_or_default();
    if id == "-1" {
        return Ok(new_line(change));
    }
    let old =
        txn.lines.iter().find(|line| line.id == id && belongs(line)).ok_or_else(|| Refusal::no_object(id))?;
    let mut line = old.clone();
    let sent = |name: &str| change.child(name).is_some();
    if sent("Amount") && !sent("Rate") && !sent("Cost") {
        line.fields.children.retain(|field| !["Rate", "RatePercent", "Cost"].contains(&field.name.as_str()));
    }
    if !sent("Amount") && (sent("Quantity") || sent("Rate") || sent("RatePercent") || sent("Cost")) {
        line.fields.children.retain(|field| field.name != "Amount");
    }
    for field in &change.children {
        match field.name.as_str() {
            "TxnLineID" => continue,
            "JournalLineType" => line.element = format!("Journal{}Line", field.text),
            name => {
                let empty = field.is_empty();
                if empty && LINE_NOT_CLEARABLE.contains(&name) {
                    return Err(Refusal::new(3190, format!("The \"{name}\" field cannot be cleared.")));
                }
                line.fields.children.retain(|old| old.name != name);
                if !empty {
                    line.fields.children.push(field.clone());
                }
            }
        }
    }
    Ok(line)
}
