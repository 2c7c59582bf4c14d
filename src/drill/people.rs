//! What people do: the bookkeeper at the program, and everybody else in QuickBooks.
//!
//! Must go through the use cases of the program, as the screens do.

use super::faults::Fault;
use super::quickbooks::Books;
use super::run::Run;
use super::stage::{COMPANY, Document, hash_of};
use crate::base::{Cents, DraftId};
use crate::books::{DraftState, OperationKind, OperationState};
use crate::store::Lane;
use crate::store::drafts::Content;
use crate::workflow::{decide, handoff, older_copy};

/// Steps between two looks of the bookkeeper.
const LOOK: u32 = 8;

impl Run<'_> {
    /// Approves some documents and closes the batch.
    pub fn approve_some(&mut self, count: usize) {
        if self.stage.profile.store().needs_restart() {
            return;
        }
        let mut chosen: Vec<Document> = Vec::new();
        for _ in 0..count {
            if self.documents.is_empty() {
                break;
            }
            let at = self.rng.below(self.documents.len());
            chosen.push(self.documents.swap_remove(at));
        }
        let profile = &self.stage.profile;
        if self.take(Fault::F61).is_some()
            && let Some(document) = chosen.first_mut()
        {
            let shown = (document.draft, document.hash.clone());
            change(self.stage, document, 111);
            if decide::approve(profile, &[shown], "Ann").is_ok_and(|said| said.count > 0) {
                self.violation("I13", "a version was approved that was not on the screen");
            }
        }
        let shown: Vec<(DraftId, String)> = chosen.iter().map(|d| (d.draft, d.hash.clone())).collect();
        let approved = decide::approve(profile, &shown, "Ann");
        let again = self.take(Fault::F62).is_some();
        if again {
            // The other screen shows the same list.
            let _ = decide::approve(profile, &shown, "Ben");
        }
        let numbers: Vec<&str> = chosen.iter().map(|d| d.payload.ref_number.as_str()).collect();
        let numbers = numbers.join(", ");
        let said = approved.map_or_else(|problem| problem.happened, |said| said.text);
        self.tell(|| format!("Ann approves {numbers}: {said}"));
        for document in &chosen {
            let cents = super::verdict::booked_cents(&document.payload);
            let entry = (document.payload.ref_number.clone(), cents);
            self.watch.approved.entry(document.key.braced()).or_default().push(entry);
        }
        if chosen.len() > 1
            && self.rng.one_in(6)
            && let Some(last) = chosen.last()
        {
            let _ = decide::withdraw_approval(profile, &[last.draft], "Ann");
        }
        let _ = handoff::close_batch(profile, "Ann");
        if again {
            let _ = handoff::close_batch(profile, "Ben");
        }
    }

    /// The bookkeeper looks after things now and then.
    pub fn bookkeeper(&mut self) {
        let store = self.stage.profile.store();
        if self.host.is_none() || store.needs_restart() {
            if self.start_at == 0 {
                self.start_at = self.step + 2;
            } else if self.start_at <= self.step {
                self.start_at = 0;
                self.start_again();
            }
            return;
        }
        if self.step % LOOK != LOOK - 1 {
            return;
        }
        let waiting = store.read(|r| {
            Ok((r.operations_in(OperationState::NeedsAttention, 5)?, r.meta("frozen")?.unwrap_or_default()))
        });
        let Ok((waiting, frozen)) = waiting else { return };
        if !frozen.is_empty() && self.aside.is_none() {
            let _ = self.unfreeze();
        }
        for operation in waiting {
            let Some(draft) = operation.draft_id else { continue };
            match self.rng.below(4) {
                0 => continue,
                1 if operation.kind == OperationKind::Finalise => {
                    self.finalise_by_hand(draft);
                    continue;
                }
                1 if self.rng.one_in(2) => {
                    if decide::hold(&self.stage.profile, &[draft], "Ann").is_ok() {
                        self.tell(|| format!("Ann holds draft {draft}: {}", operation.note));
                    }
                    continue;
                }
                _ => {}
            }
            if handoff::requeue(&self.stage.profile, draft, "Ann").is_ok() {
                self.tell(|| format!("Ann sends draft {draft} again: {}", operation.note));
                self.watch.released.push(operation.id.0);
            }
        }
        match self.rng.below(8) {
            0 | 1 => {
                if let Ok(said) = handoff::finalise(&self.stage.profile, None, "Ann") {
                    self.tell(|| format!("Ann finalises: {}", said.text));
                }
            }
            2..5 => self.approve_change(),
            5 => {
                let newest = self.stage.profile.store().read(|r| r.batches(1)).ok().and_then(|mut b| b.pop());
                if let Some(batch) = newest {
                    let _ = handoff::withdraw_batch(&self.stage.profile, batch.id, "Ann");
                    self.tell(|| "Ann takes the batch back, and closes it again".into());
                    let _ = handoff::close_batch(&self.stage.profile, "Ann");
                }
            }
            _ => {}
        }
    }

    /// What waits for a person is made final in QuickBooks.
    fn finalise_by_hand(&mut self, draft: DraftId) {
        let txn = self.stage.profile.store().read(|r| Ok(r.draft(draft)?.txn_id));
        if let Ok(Some(txn)) = txn {
            self.tell(|| format!("Ann makes {txn} final in QuickBooks"));
            self.set_books_clock();
            self.books.make_final(&txn);
        }
    }

    /// Lets writing go on; false where the program does not allow it yet.
    pub fn unfreeze(&mut self) -> bool {
        let waiting = self.stage.profile.store().read(|r| r.meta("company_waiting"));
        let done = matches!(waiting, Ok(None)) && handoff::unfreeze(&self.stage.profile, "Ann").is_ok();
        if done {
            self.tell(|| "Ann lets writing go on".into());
        }
        done
    }

    /// Everybody else: faults that need no call to strike.
    pub fn meddle(&mut self) {
        self.at_the_program();
        self.in_the_lists();
        self.in_the_register();
        self.with_the_file();
        self.with_the_clocks();
    }

    fn at_the_program(&mut self) {
        if self.is_armed(Fault::F8) && self.host.is_some() && !self.stage.profile.store().needs_restart() {
            self.take(Fault::F8);
            // Where the lock of the profile fails, the second copy takes what is in flight for broken off.
            let _ = self.stage.start(false);
        }
        if self.is_armed(Fault::F7) && self.watch.copied && self.letters.is_empty() {
            self.take(Fault::F7);
            self.host = None;
            let _ = self.stage.profile.store().restart();
            let _ = self.stage.profile.store().back_to_copy();
            self.watch.older_copy = true;
            self.notice_older_copy();
            self.start_again();
        }
        if self.is_armed(Fault::F63) && !self.stage.profile.store().needs_restart() {
            self.import_again();
        }
        for who in [Fault::F22, Fault::F23] {
            if self.is_armed(who)
                && let [first, second] = &mut self.connectors
                && first.session.is_some()
                && !second.enabled
            {
                second.enabled = true;
                if who == Fault::F23 {
                    second.user = first.user;
                }
                self.take(who);
            }
        }
    }

    /// What the program does with its side file when it opens a profile (design 2).
    fn notice_older_copy(&mut self) {
        let store = self.stage.profile.store();
        let remembered = self.watch.remembered.clone();
        if store.read(|r| older_copy::is_older(r, Some(&remembered))).unwrap_or(true) {
            let noted = older_copy::take_note(store, &self.stage.profile.now().to_string());
            self.tell(|| format!("an older copy is noticed: {}", noted.is_ok()));
        }
    }

    /// After an older copy, what stands in QuickBooks without its knowledge is approved once more: it must be found.
    pub fn approve_what_was_lost(&mut self) {
        let stage = self.stage;
        for document in &stage.documents {
            if !self.watch.made.values().any(|mark| *mark == document.key.braced()) {
                continue;
            }
            let newest = stage.profile.store().read(|r| {
                let row = r.draft(document.draft)?;
                let unfinished = r.unfinished(&format!("draft/{}", document.draft))?;
                let free = row.state == DraftState::Ready && row.txn_id.is_none() && unfinished.is_none();
                if free { r.version(document.draft, None) } else { Ok(None) }
            });
            let Ok(Some(version)) = newest else { continue };
            let shown = [(document.draft, version.hash)];
            if decide::approve(&stage.profile, &shown, "Ann").is_ok_and(|said| said.count > 0) {
                let number = version.payload.ref_number.clone();
                self.tell(|| format!("Ann approves {number} once more"));
                let entry = (number, super::verdict::booked_cents(&version.payload));
                self.watch.approved.entry(document.key.braced()).or_default().push(entry);
                self.watch.approved_again.push(document.key.to_string());
            }
        }
    }

    /// F63: a document that was handed over comes with another content.
    fn import_again(&mut self) {
        let rows = self.stage.profile.store().read(|r| {
            let mut rows = Vec::new();
            for state in [OperationState::Queued, OperationState::InFlight, OperationState::Unknown] {
                rows.extend(r.operations_in(state, 3)?.into_iter().filter_map(|op| op.draft_id));
            }
            Ok(rows)
        });
        let Some(draft) = rows.ok().and_then(|rows| self.rng.pick(&rows).copied()) else { return };
        let Some(document) = self.stage.documents.iter().find(|document| document.draft == draft) else {
            return;
        };
        self.take(Fault::F63);
        let mut document = document.clone();
        change(self.stage, &mut document, 222);
        if decide::reopen(&self.stage.profile, &[draft], "Ann").is_ok() {
            self.documents.push(document);
        }
    }

    fn in_the_lists(&mut self) {
        self.set_books_clock();
        if self.take(Fault::F31).is_some() {
            self.books.closed_through = Some("2026-03-08".into());
        }
        let of = |books: &Books, elements: &[&str]| -> Vec<String> {
            let fits = books.entries.iter().filter(|entry| elements.contains(&entry.element));
            fits.map(|entry| entry.id.clone()).collect()
        };
        if let Some(how) = self.take(Fault::F32) {
            let element = if how & 1 == 0 { "Customer" } else { "Vendor" };
            let names = of(&self.books, &[element]);
            let (one, other) = (self.rng.pick(&names).cloned(), self.rng.pick(&names).cloned());
            if let (Some(one), Some(other)) = (one, other) {
                match how % 3 {
                    0 => self.books.rename(&one, &format!("Renamed {}", how % 1_000)),
                    1 => self.books.merge(&one, &other),
                    _ => self.books.set_active(&one, false),
                }
            }
        }
        if self.take(Fault::F33).is_some() {
            let entries = of(&self.books, &["Account", "ItemService", "ItemOtherCharge"]);
            if let Some(one) = self.rng.pick(&entries).cloned() {
                self.books.set_active(&one, false);
            }
        }
    }

    fn in_the_register(&mut self) {
        let ours: Vec<String> =
            self.books.txns.iter().filter(|txn| !txn.guid.is_empty()).map(|txn| txn.id.clone()).collect();
        let Some(id) = self.rng.pick(&ours).cloned() else { return };
        if let Some(how) = self.take(Fault::F34) {
            match how % 3 {
                0 => self.books.make_final(&id),
                1 => self.books.pay(&id),
                _ => self.books.print(&id),
            }
        }
        if let Some(how) = self.take(Fault::F36) {
            match how % 2 {
                0 => self.books.renumber(&id, &format!("X{}", how % 10_000)),
                _ => self.books.rewrite_memo(&id, "as agreed by telephone"),
            }
        }
        if self.take(Fault::F37).is_some() {
            self.books.enter_again(&id);
        }
        if let Some(how) = self.take(Fault::F35) {
            self.watch.touched.push(id.clone());
            self.tell(|| format!("it is {id}"));
            match how % 3 {
                0 => self.books.delete(&id),
                1 => self.books.void(&id),
                _ => self.books.edit_amount(&id, 500),
            }
        }
    }

    fn with_the_file(&mut self) {
        if let Some((_, until)) = &self.aside
            && *until <= self.step
            && let Some((ours, _)) = self.aside.take()
        {
            self.tell(|| "our own company file is opened again".into());
            self.open(ours);
        }
        if self.aside.is_some() {
            return;
        }
        let until = self.step + 9;
        if let Some(how) = self.take(Fault::F38) {
            let mut other = Books::new("Pine Bakery", "C:\\Books\\pine.qbw", "", self.books.now);
            match how % 3 {
                0 => other.stamp = "{0badf00d-0000-4000-8000-000000000000}".into(),
                1 => other.name = COMPANY.into(),
                _ => other.path.clone_from(&self.books.path),
            }
            self.aside = Some((std::mem::replace(&mut self.books, other), until));
            self.opening += 1;
        }
        let Some(backup) = self.backup.clone() else { return };
        if self.take(Fault::F39).is_some() {
            self.open(backup);
            self.watch.restored = true;
            self.watch.was_restored = true;
        } else if self.aside.is_none()
            && let Some(how) = self.take(Fault::F40)
        {
            let mut copy = backup;
            if how.is_multiple_of(2) {
                copy.path = "C:\\Books\\copy of harbor.qbw".into();
            }
            self.aside = Some((std::mem::replace(&mut self.books, copy), until));
            self.opening += 1;
            self.watch.restored = true;
            self.watch.was_restored = true;
        }
    }

    /// Another state of the company file is opened: what was open of it is closed.
    pub fn open(&mut self, books: Books) {
        self.books = books;
        self.books.end_session();
        self.opening += 1;
    }

    fn with_the_clocks(&mut self) {
        let wall = &self.stage.sky.wall;
        let span = |how: u64| i64::try_from(how % 20).unwrap_or(1) * 86_400 + 3_600;
        if let Some(how) = self.take(Fault::F45) {
            wall.fetch_add(span(how), std::sync::atomic::Ordering::Relaxed);
        }
        if let Some(how) = self.take(Fault::F46) {
            wall.fetch_sub(span(how), std::sync::atomic::Ordering::Relaxed);
        }
        if let Some(how) = self.take(Fault::F47) {
            self.clock_off = if how & 1 == 0 { span(how >> 1) } else { -span(how >> 1) };
        }
        if let Some(how) = self.take(Fault::F48) {
            self.books.habits.zone = if how.is_multiple_of(2) { -7 } else { 1 };
        }
        if self.take(Fault::F30).is_some() {
            self.books.forget_records();
        }
        if self.take(Fault::F43).is_some() {
            self.books.habits.off_by = 1;
        }
        if self.take(Fault::F44).is_some() {
            self.books.habits.page = 1;
        }
    }
}

/// The document comes from Cin7 with another total.
pub fn change(stage: &super::stage::Stage, document: &mut Document, cents: i64) {
    let more = Cents::new(cents);
    if document.payload.kind == crate::books::TxnKind::JournalEntry {
        for (line, sign) in document.payload.lines.iter_mut().zip([1, -1]) {
            line.amount += Cents::new(sign * cents);
        }
    } else {
        if let Some(line) = document.payload.lines.first_mut() {
            line.amount += more;
        }
        document.payload.total += more;
    }
    let Ok(hash) = hash_of(&document.payload) else { return };
    document.hash.clone_from(&hash);
    document.derived.inputs = hash;
    document.derived.total = Some(document.payload.total);
    document.derived.payload = Content::of(document.payload.clone()).ok();
    document.derived.state = DraftState::Ready;
    let (derived, at) = (document.derived.clone(), stage.profile.now().to_string());
    let _ = stage.profile.store().write(Lane::Bulk, move |tx| tx.save_derived(&derived, &at));
}
