//! What is changed through requests: Adds, Mods, voids, deletions of transactions and list entries.
//!
//! Must refuse what QuickBooks refuses where the hand-off meets it: names in use, references that are gone or inactive,
//! closed periods, an outdated EditSequence, payments that hang on it. Codes: `qbxml.md` 8.

use super::process::{Outcome, id_in, text_of};
use super::show::cents;
use super::{Books, Entry, Gone, Line, Txn};
use roxmltree::Node;

/// Elements of list entries that can be added.
const LISTS: [&str; 7] =
    ["Customer", "Vendor", "ItemService", "ItemOtherCharge", "ItemNonInventory", "ItemDiscount", "Class"];
const LINES: [&str; 7] = [
    "InvoiceLine",
    "CreditMemoLine",
    "ExpenseLine",
    "ItemLine",
    "JournalDebitLine",
    "JournalCreditLine",
    "Line",
];

fn raw<'a>(node: Node<'_, '_>, text: &'a str) -> &'a str {
    text.get(node.range()).unwrap_or_default()
}

fn line_element(name: &str) -> Option<&'static str> {
    let bare = name.strip_suffix("Add").or_else(|| name.strip_suffix("Mod")).unwrap_or(name);
    LINES.into_iter().find(|line| *line == bare)
}

impl Books {
    fn first_body<'a, 'i>(request: Node<'a, 'i>) -> Option<Node<'a, 'i>> {
        request.first_element_child()
    }

    /// What stands against a reference anywhere in the body.
    fn bad_reference(&self, body: Node<'_, '_>) -> Option<Outcome> {
        for reference in body.descendants().filter(|node| node.tag_name().name().ends_with("Ref")) {
            let id = text_of(reference, "ListID");
            if id.is_empty() {
                continue;
            }
            match self.entry(id) {
                None => {
                    return Some(Outcome::refused(
                        3140,
                        &format!("There is an invalid reference to QuickBooks {id}."),
                    ));
                }
                Some(entry) if !entry.active => {
                    return Some(Outcome::refused(
                        3140,
                        &format!("The reference {} is inactive.", entry.name),
                    ));
                }
                Some(_) => {}
            }
        }
        None
    }

    fn closed(&self, day: &str) -> Option<Outcome> {
        let closed = self.closed_through.as_deref().is_some_and(|through| day <= through);
        closed.then(|| {
            Outcome::refused(3171, "An attempt was made to modify a transaction in a closed period.")
        })
    }

    fn read_lines(&mut self, body: Node<'_, '_>, text: &str, old: &[Line]) -> Vec<Line> {
        let mut lines = Vec::new();
        for node in body.children().filter(Node::is_element) {
            let Some(element) = line_element(node.tag_name().name()) else { continue };
            let mut inner = String::new();
            let known = text_of(node, "TxnLineID");
            for child in node.children().filter(|child| !child.has_tag_name("TxnLineID")) {
                inner.push_str(raw(child, text));
            }
            let was = old.iter().find(|line| line.id == known && known != "-1");
            if inner.is_empty()
                && let Some(was) = was
            {
                lines.push(was.clone());
                continue;
            }
            let id = was.map_or_else(|| self.next_id(), |line| line.id.clone());
            lines.push(Line { element, id, inner, cents: cents(text_of(node, "Amount")) });
        }
        lines
    }

    fn total(&self, kind: &str, lines: &[Line]) -> i64 {
        let counted =
            lines.iter().filter(|line| kind != "JournalEntry" || line.element == "JournalDebitLine");
        let sum: i64 = counted.map(|line| line.cents).sum();
        if kind == "JournalEntry" { sum } else { sum + self.habits.off_by }
    }

    pub(super) fn add_txn(&mut self, kind: &'static str, request: Node<'_, '_>, text: &str) -> Outcome {
        let Some(body) = Self::first_body(request) else {
            return Outcome::refused(3150, "There is a missing element.");
        };
        if let Some(refusal) = self.bad_reference(body).or_else(|| self.closed(text_of(body, "TxnDate"))) {
            return refusal;
        }
        let id = self.next_id();
        let lines = self.read_lines(body, text, &[]);
        let debits: i64 =
            lines.iter().map(|l| if l.element == "JournalCreditLine" { -l.cents } else { l.cents }).sum();
        if kind == "JournalEntry" && debits != 0 {
            return Outcome::refused(3180, "The journal entry does not balance.");
        }
        let sale = matches!(kind, "Invoice" | "CreditMemo");
        let txn = Txn {
            kind,
            id: id.clone(),
            guid: text_of(body, "ExternalGUID").into(),
            memo: text_of(body, "Memo").into(),
            number: text_of(body, "RefNumber").into(),
            date: text_of(body, "TxnDate").into(),
            party: id_in(body, if sale { "CustomerRef" } else { "VendorRef" }).into(),
            pending: text_of(body, "IsPending") == "true",
            cents: self.total(kind, &lines),
            applied: 0,
            created: self.now,
            modified: self.now,
            edit: self.now,
            voided: false,
            lines,
        };
        let outcome = self.shown(&txn);
        self.txns.push(txn);
        outcome
    }

    fn shown(&self, txn: &Txn) -> Outcome {
        let mut objects = String::new();
        self.show_txn(&mut objects, txn, true, false);
        let recovery = format!(
            "<TxnID>{}</TxnID><TxnNumber>1</TxnNumber><EditSequence>{}</EditSequence><ExternalGUID>{}</ExternalGUID>",
            txn.id, txn.edit, txn.guid
        );
        Outcome { recovery, ..Outcome::found(objects) }
    }

    pub(super) fn change_txn(&mut self, kind: &'static str, request: Node<'_, '_>, text: &str) -> Outcome {
        let Some(body) = Self::first_body(request) else {
            return Outcome::refused(3150, "There is a missing element.");
        };
        let old = match self.txn(text_of(body, "TxnID")) {
            Some(old) if old.kind == kind => old.clone(),
            _ => return Outcome::refused(3120, "The object specified in the request cannot be found."),
        };
        if old.edit.to_string() != text_of(body, "EditSequence") {
            let stale = Outcome::refused(3200, "The provided edit sequence is out-of-date.");
            return Outcome { objects: self.shown(&old).objects, ..stale };
        }
        let day = Some(text_of(body, "TxnDate")).filter(|day| !day.is_empty()).unwrap_or(&old.date);
        let refusal =
            self.bad_reference(body).or_else(|| self.closed(&old.date)).or_else(|| self.closed(day));
        if let Some(refusal) = refusal {
            return refusal;
        }
        let mut new = old.clone();
        new.date = day.to_string();
        let said = |name: &str| body.children().any(|child| child.has_tag_name(name));
        if said("RefNumber") {
            new.number = text_of(body, "RefNumber").into();
        }
        if said("Memo") {
            new.memo = text_of(body, "Memo").into();
        }
        if said("IsPending") {
            new.pending = text_of(body, "IsPending") == "true";
        }
        for party in ["CustomerRef", "VendorRef"].into_iter().filter(|party| said(party)) {
            new.party = id_in(body, party).into();
        }
        if body.children().any(|child| line_element(child.tag_name().name()).is_some()) {
            new.lines = self.read_lines(body, text, &old.lines);
            new.cents = self.total(kind, &new.lines);
        }
        (new.edit, new.modified) = (self.now.max(old.edit + 1), self.now);
        let outcome = self.shown(&new);
        if let Some(place) = self.txns.iter_mut().find(|txn| txn.id == new.id) {
            *place = new;
        }
        outcome
    }

    /// A transaction that a request may take away or void.
    fn takeable(&self, request: Node<'_, '_>) -> Result<Txn, Outcome> {
        let id = text_of(request, "TxnID");
        let Some(txn) = self.txn(id) else {
            return Err(Outcome::refused(3120, "The object specified in the request cannot be found."));
        };
        if txn.applied != 0 {
            return Err(Outcome::refused(3260, "The transaction is linked to a payment."));
        }
        self.closed(&txn.date).map_or_else(|| Ok(txn.clone()), Err)
    }

    fn bare(txn: &Txn, element: &str) -> Outcome {
        Outcome::found(format!(
            "<{element}>{}</{element}><TxnID>{}</TxnID><TimeCreated>2026-01-01T00:00:00-08:00</TimeCreated><RefNumber>{}</RefNumber>",
            txn.kind, txn.id, txn.number
        ))
    }

    pub(super) fn void_txn(&mut self, request: Node<'_, '_>) -> Outcome {
        match self.takeable(request) {
            Err(refusal) => refusal,
            Ok(txn) => {
                self.void(&txn.id);
                Self::bare(&txn, "TxnVoidType")
            }
        }
    }

    pub(super) fn delete_txn(&mut self, request: Node<'_, '_>) -> Outcome {
        match self.takeable(request) {
            Err(refusal) => refusal,
            Ok(txn) => {
                self.delete(&txn.id);
                Self::bare(&txn, "TxnDelType")
            }
        }
    }

    pub(super) fn add_entry(&mut self, word: &str, request: Node<'_, '_>, text: &str) -> Outcome {
        let Some(element) = LISTS.into_iter().find(|list| *list == word) else {
            return Outcome::refused(1030, "The request is not supported.");
        };
        let Some(body) = Self::first_body(request) else {
            return Outcome::refused(3150, "There is a missing element.");
        };
        let name = text_of(body, "Name");
        let item = |element: &str| element.starts_with("Item");
        let person = |element: &str| matches!(element, "Customer" | "Vendor" | "Employee" | "OtherName");
        let taken = self.entries.iter().any(|entry| {
            let one_space = item(entry.element) == item(element) && person(entry.element) == person(element);
            one_space && entry.name.eq_ignore_ascii_case(name)
        });
        if taken {
            return Outcome::refused(
                3100,
                &format!("The name \"{name}\" of the list element is already in use."),
            );
        }
        if let Some(refusal) = self.bad_reference(body) {
            return refusal;
        }
        let mut inner = String::new();
        for child in body.children().filter(|c| !c.has_tag_name("Name") && !c.has_tag_name("ExternalGUID")) {
            inner.push_str(raw(child, text));
        }
        let entry = Entry {
            element,
            id: self.next_id(),
            name: name.into(),
            guid: text_of(body, "ExternalGUID").into(),
            active: true,
            modified: self.now,
            edit: self.now,
            inner,
        };
        let outcome = self.entry_shown(&entry);
        self.entries.push(entry);
        outcome
    }

    fn entry_shown(&self, entry: &Entry) -> Outcome {
        let mut objects = String::new();
        self.show_entry(&mut objects, entry);
        let guid = if entry.element.starts_with("Item") { "" } else { &entry.guid };
        let recovery = format!(
            "<ListID>{}</ListID><EditSequence>{}</EditSequence><ExternalGUID>{guid}</ExternalGUID>",
            entry.id, entry.edit
        );
        Outcome { recovery, ..Outcome::found(objects) }
    }

    pub(super) fn change_entry(&mut self, request: Node<'_, '_>, text: &str) -> Outcome {
        let Some(body) = Self::first_body(request) else {
            return Outcome::refused(3150, "There is a missing element.");
        };
        let Some(old) = self.entry(text_of(body, "ListID")).cloned() else {
            return Outcome::refused(3120, "The object specified in the request cannot be found.");
        };
        if old.edit.to_string() != text_of(body, "EditSequence") {
            let stale = Outcome::refused(3200, "The provided edit sequence is out-of-date.");
            return Outcome { objects: self.entry_shown(&old).objects, ..stale };
        }
        let mut new = old;
        for child in body.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "ListID" | "EditSequence" => {}
                "Name" => new.name = child.text().unwrap_or_default().into(),
                "IsActive" => new.active = child.text() == Some("true"),
                name => {
                    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
                    if let (Some(from), Some(to)) = (new.inner.find(&open), new.inner.find(&close)) {
                        new.inner.replace_range(from..to + close.len(), "");
                    }
                    new.inner.push_str(raw(child, text));
                }
            }
        }
        (new.edit, new.modified) = (self.now.max(new.edit + 1), self.now);
        let outcome = self.entry_shown(&new);
        if let Some(place) = self.entries.iter_mut().find(|entry| entry.id == new.id) {
            *place = new;
        }
        outcome
    }

    /// Takes a transaction away; the deleted list tells of it.
    pub fn delete(&mut self, id: &str) {
        if let Some(at) = self.txns.iter().position(|txn| txn.id == id) {
            let txn = self.txns.remove(at);
            let (created, deleted) = (txn.created, self.now);
            self.gone_txns.push(Gone { kind: txn.kind, id: txn.id, name: txn.number, created, deleted });
        }
    }

    /// Voids a transaction: amounts are nothing, the memo says so.
    pub fn void(&mut self, id: &str) {
        let now = self.now;
        if let Some(txn) = self.txns.iter_mut().find(|txn| txn.id == id) {
            txn.voided = true;
            txn.cents = 0;
            txn.memo = format!("VOID: {}", txn.memo);
            for line in &mut txn.lines {
                line.inner = line.inner.replace(
                    &format!("<Amount>{}</Amount>", super::show::money(line.cents)),
                    "<Amount>0.00</Amount>",
                );
                line.cents = 0;
            }
            (txn.edit, txn.modified) = (now.max(txn.edit + 1), now);
        }
    }
}
