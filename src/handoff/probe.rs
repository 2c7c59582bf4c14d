//! Looking up an operation in doubt by its marks, and what the findings mean (`exactly-once.md` 5.2, rulings 1, 3, 8, 13, 14).
//!
//! Must never send money: a probe only reads, so it may be repeated for ever.

mod standing;
mod update;

use super::again;
use super::answer::{AnswerSet, Deleted, Found, TxnSeen};
use super::compare;
use super::outcome;
use super::request::{Page, Request};
use super::work::{Before, Existing, LookAlike, UnknownWork, Verdict, Work};
use crate::base::limits::{PROBE_ROUNDS, TXN_PAGE};
use crate::base::{EditSequence, Instant, ListId, PostingKey};
use crate::books::{Item, ListAdd, ListEntry, Party, PartyList};
pub(super) use standing::is_older;
pub(super) use update::{is_after, is_before};

/// How far before the hand-out the probe looks: two days for QuickBooks' clock and one for its unknown zone
/// (`exactly-once.md` 5.2 and ruling 14).
const LOOK_BACK_HOURS: i64 = 72;

/// Saving failed: may pass (locked) or last (list full, unbalanced, credit limit); the second one lasts (ruling 17).
const LASTING: i32 = 3180;

/// Where a look for what may have been made since that moment begins, as QuickBooks' local time without an offset (`qbxml.md` 4).
pub fn from_time(handed_at: Instant) -> String {
    let from = handed_at.checked_sub(jiff::Span::new().hours(LOOK_BACK_HOURS)).unwrap_or(Instant::UNIX_EPOCH);
    from.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// What a probe asks next, each question with its requestID: everything at first, then the pages that are left.
#[must_use]
pub fn requests(unknown: &UnknownWork, findings: &Findings) -> Vec<(String, Request)> {
    let named = (1..).map(|n| format!("q{n}")).zip(questions(unknown, findings.before.as_ref()));
    let Some((id, iterator)) = findings.more.first() else { return named.collect() };
    let continued = named.filter(|(name, _)| name == id).map(|(name, mut request)| {
        if let Some(page) = request.page_mut() {
            *page = page.next(iterator);
        }
        (name, request)
    });
    continued.collect()
}

/// A new transaction is looked for in two ways that no single mishap defeats: by the time of its making, which a clock
/// that is off falsifies (ours or QuickBooks'; `exactly-once.md` ruling 14), and by its own date, which a person may change.
fn questions(unknown: &UnknownWork, before: Option<&Before>) -> Vec<Request> {
    match &unknown.work {
        Work::Txn { payload, .. } => {
            let mut days = vec![payload.date];
            for content in before.iter().flat_map(|before| &before.contents) {
                if !days.contains(&content.date) {
                    days.push(content.date);
                }
            }
            let page = Page::Start { max: TXN_PAGE };
            let mut requests = vec![
                Request::TxnModified {
                    kind: payload.kind,
                    from: from_time(unknown.handed_at),
                    to: None,
                    lines: payload.kind == crate::books::TxnKind::JournalEntry,
                    page: page.clone(),
                },
                Request::TxnDeleted { kinds: vec![payload.kind] },
            ];
            requests.extend(days.into_iter().map(|day| Request::TxnDated {
                kind: payload.kind,
                from: day,
                to: day,
                page: page.clone(),
            }));
            requests
        }
        Work::List { entry, .. } => {
            let mut requests =
                vec![Request::ListByName { list: entry.list(), names: vec![entry.name().to_string()] }];
            // The whole list: an entry may have been renamed since, and QuickBooks' clock may be days off, so that
            // neither its name nor the time of its making finds it (ruling 14).
            let page = Page::first_of(entry.list());
            requests.push(Request::List { list: entry.list(), since: None, page });
            requests
        }
        Work::ListChange { change, .. } => {
            vec![Request::ListById { list: change.list.kind(), ids: vec![change.id.clone()] }]
        }
        Work::Finalise(it) | Work::Change { existing: it, .. } | Work::Void(it) | Work::Delete(it) => {
            look_at(it)
        }
    }
}

/// What is asked about a transaction that stands: itself whole, and whether somebody deleted it.
#[must_use]
pub fn look_at(it: &Existing) -> Vec<Request> {
    let kind = it.posted.kind;
    vec![
        Request::TxnById { kind, ids: vec![it.txn.clone()], lines: true, links: true },
        Request::TxnDeleted { kinds: vec![kind] },
    ]
}

/// What was found so far over the pages of a probe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Transactions that carry our mark or look like the document.
    pub txns: Vec<TxnSeen>,
    /// Deletions of the type.
    pub deleted: Vec<Deleted>,
    /// Entries that carry our mark: ListID.
    pub ours: Option<(ListId, EditSequence)>,
    /// Entries that have our name without our mark.
    pub same_name: Option<ListId>,
    /// The customer or vendor that an update is about.
    pub party: Option<Party>,
    /// Queries that have more pages: requestID and iterator.
    pub more: Vec<(String, String)>,
    /// A query of the probe failed: no conclusion may be drawn from it.
    pub failed: Option<String>,
    /// Where it is no doubt that is looked up but another sending: what left before.
    pub before: Option<Before>,
}

impl Findings {
    /// Takes in one answered page.
    /// `asked` = how many questions it answers.
    pub fn take(&mut self, unknown: &UnknownWork, answers: &AnswerSet, asked: usize) {
        for answer in &answers.answers {
            // An answer without a requestID is the first question's.
            let id = if answer.request_id.is_empty() { "q1" } else { answer.request_id.as_str() };
            self.more.retain(|(known, _)| known != id);
            if let Some(iterator) = answer.next_page() {
                self.more.push((id.to_string(), iterator.to_string()));
            }
            match &answer.found {
                Found::Txns(seen) => {
                    let before = self.before.as_ref();
                    let of_interest = |txn: &&TxnSeen| {
                        is_of_interest(unknown, txn) || before.is_some_and(|it| again::looks_like(txn, it))
                    };
                    self.txns.extend(seen.iter().filter(of_interest).cloned());
                }
                Found::Deleted(gone) => self.deleted.extend(gone.iter().cloned()),
                Found::List(entries) => {
                    for seen in entries {
                        self.take_entry(unknown, &seen.entry);
                    }
                }
                _ if answer.is_empty_result() => {}
                _ => self.failed = Some(format!("{}: {}", answer.status, answer.message)),
            }
        }
        if answers.answers.len() < asked {
            self.failed = Some("the probe was not answered in full".into());
        }
    }

    fn take_entry(&mut self, unknown: &UnknownWork, entry: &ListEntry) {
        if let (Work::ListChange { change, .. }, ListEntry::Party(party)) = (&unknown.work, entry)
            && party.id == change.id
        {
            self.party = Some(party.clone());
        }
        let Work::List { entry: wanted, key } = &unknown.work else { return };
        let (guid, edit) = match entry {
            ListEntry::Party(party) => (PostingKey::parse(&party.external_guid), party.edit_sequence.clone()),
            ListEntry::Item(item) => {
                let good = is_item_wanted(wanted, item).then_some(*key);
                (good.or(PostingKey::parse(&item.external_guid)), item.edit_sequence.clone())
            }
            _ => (None, EditSequence::default()),
        };
        let earlier = |mark| self.before.as_ref().is_some_and(|before| before.keys.contains(&mark));
        if guid.is_some_and(|mark| mark == *key || earlier(mark)) {
            self.ours = Some((entry.id().clone(), edit));
        } else if entry.full_name().eq_ignore_ascii_case(wanted.name()) {
            self.same_name = Some(entry.id().clone());
        }
    }
}

/// Whether an item may be used as the one that we wanted to make: one of our name, kind and account that is active is as
/// good as ours, whoever made it.
pub(super) fn is_item_wanted(wanted: &ListAdd, item: &Item) -> bool {
    let ListAdd::Item { kind, name, account, .. } = wanted else { return false };
    let same_account = item.account.as_ref().is_some_and(|there| there.id == account.id);
    item.active && item.kind == *kind && same_account && item.full_name.eq_ignore_ascii_case(name)
}

fn is_of_interest(unknown: &UnknownWork, txn: &TxnSeen) -> bool {
    match &unknown.work {
        Work::Txn { payload, key } => compare::is_ours(txn, *key) || compare::looks_like(txn, payload),
        Work::List { .. } | Work::ListChange { .. } => false,
        other => other.existing().is_some_and(|it| txn.txn_id == it.txn),
    }
}

/// What to do after a whole probe.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // one at a time
pub enum Next {
    /// It is settled.
    Settle(Verdict),
    /// Nothing was found and no answer ever came: the same bytes under the same id, by the same identity.
    Resend,
    /// No conclusion in this visit.
    Wait(String),
    /// What we posted is missing and nobody deleted it, or it shows a state older than ours: nothing more is written
    /// (design 8.15).
    Freeze(String),
}

/// The conclusion of a whole probe.
#[must_use]
pub fn conclude(unknown: &UnknownWork, findings: &Findings) -> Next {
    if let Some(failed) = &findings.failed {
        return Next::Wait(format!("the look-up failed ({failed})"));
    }
    match &unknown.work {
        Work::Txn { payload, key } => {
            match ours(findings, *key).as_slice() {
                [txn] => {
                    let note = compare::differences(txn, payload, *key).join("; ");
                    return Next::Settle(done(txn, note));
                }
                [] => {}
                many => return Next::Settle(found_twice(many.len())),
            }
            if let Some(gone) = findings.deleted.iter().find(|d| was_this(d, &payload.ref_number, unknown)) {
                return Next::Settle(Verdict::Deleted {
                    text: format!("It was made and then deleted in QuickBooks ({}).", gone.time_deleted),
                });
            }
            if let Some(alike) = findings.txns.first() {
                return Next::Settle(found_alike("", alike));
            }
            nothing_found(unknown)
        }
        Work::List { .. } => match (&findings.ours, &findings.same_name) {
            (Some((id, edit)), _) => Next::Settle(entry_done(id, edit)),
            (None, Some(id)) => Next::Settle(Verdict::Person {
                code: "name_exists",
                text: "QuickBooks has an entry of this name without our mark. Link the contact to it, or choose another name.".into(),
                look_alike: Some(LookAlike { id: id.to_string(), ..LookAlike::default() }),
            }),
            (None, None) => nothing_found(unknown),
        },
        Work::ListChange { change, edit_sequence } => update::conclude(unknown, change, edit_sequence, findings),
        Work::Finalise(it) | Work::Change { existing: it, .. } | Work::Void(it) | Work::Delete(it) => {
            standing::conclude(unknown, it, findings)
        }
    }
}

pub(super) fn found_twice(count: usize) -> Verdict {
    Verdict::Person {
        code: "found_twice",
        text: format!(
            "QuickBooks holds {count} transactions with our mark. Keep one and delete the others in QuickBooks."
        ),
        look_alike: None,
    }
}

/// What only looks like ours is a person's to judge; `lead` begins the sentence.
pub(super) fn found_alike(lead: &str, alike: &TxnSeen) -> Verdict {
    Verdict::Person {
        code: "look_alike",
        text: format!(
            "{lead}QuickBooks holds {} {} of {} for the same party without our mark. Look at it before this is sent again.",
            alike.kind.title(),
            alike.ref_number,
            alike.total.grouped()
        ),
        look_alike: Some(LookAlike::from(alike)),
    }
}

/// What carries our mark. Mark 1 decides where it came back: a copy made by hand keeps the memo's tag, never the GUID.
pub(super) fn ours(findings: &Findings, key: PostingKey) -> Vec<&TxnSeen> {
    let mut marked: Vec<&TxnSeen> = Vec::new();
    for txn in findings.txns.iter().filter(|txn| compare::is_ours(txn, key)) {
        if !marked.iter().any(|known| known.txn_id == txn.txn_id) {
            marked.push(txn);
        }
    }
    if marked.iter().any(|txn| txn.guid == Some(key)) {
        marked.retain(|txn| txn.guid == Some(key));
    }
    marked
}

/// Whether a deleted transaction may be the one in doubt: our number, and made no earlier than the probe looks back.
/// An older document of that number was somebody else's, and proves nothing about ours.
pub(super) fn was_this(deleted: &Deleted, ref_number: &str, unknown: &UnknownWork) -> bool {
    let created = deleted.time_created.get(..19).unwrap_or_default();
    !ref_number.is_empty()
        && deleted.name == ref_number
        && (created.is_empty() || created >= from_time(unknown.handed_at).as_str())
}

pub(super) fn done(txn: &TxnSeen, note: String) -> Verdict {
    Verdict::Done {
        id: txn.txn_id.to_string(),
        edit_sequence: txn.edit_sequence.clone(),
        seen: Some(txn.clone()),
        note: if note.is_empty() { "found by our mark".into() } else { note },
    }
}

pub(super) fn entry_done(id: &ListId, edit_sequence: &EditSequence) -> Verdict {
    Verdict::Done {
        seen: None,
        id: id.to_string(),
        edit_sequence: edit_sequence.clone(),
        note: "found by our mark".into(),
    }
}

pub(super) fn nothing_found(unknown: &UnknownWork) -> Next {
    // It is not there, and QuickBooks said why it refused it: only now it is refused (`exactly-once.md` 5.3, ruling 17).
    if let Some((status, message)) = &unknown.refusal
        && unknown.answered
        && (outcome::proves_nothing_booked(*status) || (*status == LASTING && unknown.attempt >= 2))
    {
        return Next::Settle(Verdict::Refused { status: *status, message: message.clone() });
    }
    if unknown.rounds >= PROBE_ROUNDS {
        return Next::Settle(Verdict::Person {
            code: "too_many_rounds",
            text: "It was looked up and sent again several times without a clear answer. Look into QuickBooks, then decide.".into(),
            look_alike: None,
        });
    }
    if unknown.answered {
        return Next::Settle(Verdict::Again {
            why: "QuickBooks refused it and does not hold it".into(),
            pause: true,
        });
    }
    if unknown.same_identity {
        return Next::Resend;
    }
    Next::Wait("only the computer that was given it may send it again".into())
}

/// The lists in which a party's name must be free before it is created.
#[must_use]
pub const fn name_space() -> [PartyList; 4] {
    [PartyList::Customer, PartyList::Vendor, PartyList::Employee, PartyList::OtherName]
}
