//! The look before a write: what is asked of QuickBooks about a slice of queued operations, and what the answers clear.
//!
//! Must never clear an operation on an unanswered question. Adds: one RefNumber query per slice; list entries: their
//! names in every list of the shared name space; finalising: the guard, read directly before (design 8.16, 4.4).

use super::answer::{Answer, AnswerSet, Found, TxnSeen};
use super::request::Request;
use super::work::{Queued, Verdict, Work};
use super::{compare, probe};
use crate::base::{ListId, OperationId, PostingKey};
use crate::books::{ListAdd, ListEntry, ListKind, TxnKind};

/// How many Adds are looked up at once.
pub const SLICE: usize = 25;

/// The requests of the look, each with its requestID.
#[must_use]
pub fn look(slice: &[Queued]) -> Vec<(String, Request)> {
    let mut requests = Vec::new();
    for kind in TxnKind::ALL {
        let refs: Vec<String> = slice
            .iter()
            .filter_map(|queued| match &queued.work {
                Work::Txn { payload, .. } if payload.kind == kind => Some(payload.ref_number.clone()),
                _ => None,
            })
            .filter(|number| !number.is_empty())
            .collect();
        if !refs.is_empty() {
            requests.push((format!("c{}", kind.word()), Request::TxnByRef { kind, refs }));
        }
    }
    let names = |wanted_item: bool| -> Vec<String> {
        slice
            .iter()
            .filter_map(|queued| match &queued.work {
                Work::List { entry, .. } if (entry.list() == ListKind::Item) == wanted_item => {
                    Some(entry.name().to_string())
                }
                _ => None,
            })
            .collect()
    };
    let (parties, items) = (names(false), names(true));
    if !parties.is_empty() {
        for list in probe::name_space() {
            requests.push((
                format!("n{}", list.word()),
                Request::ListByName { list: list.kind(), names: parties.clone() },
            ));
        }
    }
    if !items.is_empty() {
        requests.push(("nItem".into(), Request::ListByName { list: ListKind::Item, names: items }));
    }
    for (number, queued) in slice.iter().enumerate() {
        if let Work::Finalise { txn, posted, .. } = &queued.work {
            requests.push((
                format!("g{number}"),
                Request::TxnById { kind: posted.kind, ids: vec![txn.clone()], lines: true, links: true },
            ));
        }
    }
    requests
}

/// What the look showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// May be handed out.
    pub cleared: Vec<Queued>,
    /// Settled without a write.
    pub settled: Vec<(OperationId, Verdict)>,
    /// Not looked up: stays queued for the next visit, with the reason.
    pub left: Vec<String>,
}

/// Reads the answers to [`look`].
#[must_use]
pub fn judge(slice: Vec<Queued>, answers: &AnswerSet) -> Judged {
    let mut judged = Judged::default();
    for (number, queued) in slice.into_iter().enumerate() {
        let verdict = match &queued.work {
            Work::Txn { payload, key } => judge_add(payload, *key, answers),
            Work::List { entry, key } => judge_entry(entry, *key, answers),
            Work::Finalise { .. } => judge_finalise(&queued.work, find(answers, &format!("g{number}"))),
        };
        match verdict {
            Look::Clear => judged.cleared.push(queued),
            Look::ClearWith(work) => {
                judged.cleared.push(Queued { id: queued.id, work, attempt: queued.attempt });
            }
            Look::Settle(verdict) => judged.settled.push((queued.id, verdict)),
            Look::Unanswered(why) => judged.left.push(why),
        }
    }
    judged
}

#[allow(clippy::large_enum_variant)] // one at a time
enum Look {
    Clear,
    ClearWith(Work),
    Settle(Verdict),
    Unanswered(String),
}

fn find<'a>(answers: &'a AnswerSet, id: &str) -> Option<&'a Answer> {
    answers.answers.iter().find(|answer| answer.request_id == id)
}

fn txns(answer: Option<&Answer>) -> Result<&[TxnSeen], String> {
    match answer {
        None => Err("QuickBooks did not answer the look-up".into()),
        Some(answer) => match &answer.found {
            Found::Txns(seen) => Ok(seen),
            _ if answer.is_empty_result() => Ok(&[]),
            _ => Err(format!("{}: {}", answer.status, answer.message)),
        },
    }
}

fn judge_add(payload: &crate::books::Payload, key: PostingKey, answers: &AnswerSet) -> Look {
    if payload.ref_number.is_empty() {
        return Look::Clear;
    }
    let seen = match txns(find(answers, &format!("c{}", payload.kind.word()))) {
        Ok(seen) => seen,
        Err(why) => return Look::Unanswered(why),
    };
    if let Some(txn) = seen.iter().find(|txn| compare::is_ours(txn, key)) {
        return Look::Settle(Verdict::Done {
            id: txn.txn_id.to_string(),
            edit_sequence: txn.edit_sequence.clone(),
            note: "it was already in QuickBooks with our mark".into(),
            seen: Some(txn.clone()),
        });
    }
    let same_number = |txn: &&TxnSeen| txn.ref_number.eq_ignore_ascii_case(&payload.ref_number);
    let alike = seen.iter().filter(same_number).find(|txn| {
        let same_party = match (&txn.party, payload.party.as_ref().and_then(|p| p.id.as_ref())) {
            (Some(there), Some(here)) => there.id == *here,
            // A journal has no party; its number and its total are all that can be alike.
            (None, None) => payload.kind == TxnKind::JournalEntry,
            _ => false,
        };
        let vendors_own_number = matches!(payload.kind, TxnKind::Bill | TxnKind::VendorCredit);
        same_party && (vendors_own_number || txn.total == payload.stated_total())
    });
    match alike {
        None => Look::Clear,
        Some(txn) => Look::Settle(Verdict::Person {
            code: "look_alike",
            text: format!(
                "QuickBooks already holds {} {} of {} dated {} for the same party, without our mark. Somebody may have entered it by hand.",
                txn.kind.title(),
                txn.ref_number,
                txn.total.grouped(),
                txn.date
            ),
            look_alike: Some(ListId::new(txn.txn_id.as_str())),
        }),
    }
}

fn judge_entry(entry: &ListAdd, key: PostingKey, answers: &AnswerSet) -> Look {
    let ids: Vec<String> = if entry.list() == ListKind::Item {
        vec!["nItem".into()]
    } else {
        probe::name_space().iter().map(|list| format!("n{}", list.word())).collect()
    };
    let own = match entry.list() {
        ListKind::Item => "nItem".to_string(),
        list => format!("n{}", list.word()),
    };
    let mut answered = false;
    for id in ids {
        // Another list that QuickBooks refuses (employees without permission) never stops a visit (design 8.16).
        let Some(answer) = find(answers, &id) else { continue };
        let entries = match &answer.found {
            Found::List(entries) => entries.as_slice(),
            _ if answer.is_empty_result() => &[],
            _ => continue,
        };
        answered |= id == own;
        let same = entries.iter().find(|seen| own_name(&seen.entry).eq_ignore_ascii_case(entry.name()));
        if let Some(seen) = same {
            return Look::Settle(judge_same_name(entry, key, &seen.entry));
        }
    }
    if answered {
        Look::Clear
    } else {
        Look::Unanswered("QuickBooks did not answer the look-up of names".into())
    }
}

fn judge_same_name(wanted: &ListAdd, key: PostingKey, found: &ListEntry) -> Verdict {
    if let ListEntry::Party(party) = found
        && PostingKey::parse(&party.external_guid) == Some(key)
    {
        return Verdict::Done {
            seen: None,
            id: party.id.to_string(),
            edit_sequence: party.edit_sequence.clone(),
            note: "it was already in QuickBooks with our mark".into(),
        };
    }
    if let ListEntry::Item(item) = found
        && probe::is_item_wanted(wanted, item)
    {
        return Verdict::Done {
            seen: None,
            id: item.id.to_string(),
            edit_sequence: item.edit_sequence.clone(),
            note: "an item of this name, kind and account was already in QuickBooks".into(),
        };
    }
    Verdict::Person {
        code: "name_exists",
        text: format!(
            "The name {} is already used in QuickBooks' {} list. Link the contact to that entry, or choose another name.",
            wanted.name(),
            found.list().word()
        ),
        look_alike: Some(found.id().clone()),
    }
}

fn own_name(entry: &ListEntry) -> &str {
    match entry {
        ListEntry::Party(party) => &party.name,
        other => other.full_name(),
    }
}

fn judge_finalise(work: &Work, answer: Option<&Answer>) -> Look {
    let Work::Finalise { txn, posted, key, .. } = work else {
        return Look::Unanswered("not a finalising operation".into());
    };
    let seen = match txns(answer) {
        Ok(seen) => seen,
        Err(why) => return Look::Unanswered(why),
    };
    let person = |code, text: String| Look::Settle(Verdict::Person { code, text, look_alike: None });
    let Some(found) = seen.iter().find(|t| t.txn_id == *txn) else {
        return Look::Settle(Verdict::Deleted {
            text: "The pending sale is no longer in QuickBooks.".into(),
        });
    };
    if !found.pending {
        return Look::Settle(Verdict::Done {
            id: found.txn_id.to_string(),
            edit_sequence: found.edit_sequence.clone(),
            note: "it was already final in QuickBooks".into(),
            seen: Some(found.clone()),
        });
    }
    let differences = compare::differences(found, posted);
    if !differences.is_empty() {
        return person(
            "edited_while_pending",
            format!("Somebody changed it in QuickBooks while it was pending: {}.", differences.join("; ")),
        );
    }
    if found.applied {
        return person("payment_applied", "A payment or credit hangs on the pending sale.".into());
    }
    Look::ClearWith(Work::Finalise {
        txn: txn.clone(),
        posted: posted.clone(),
        key: *key,
        edit_sequence: found.edit_sequence.clone(),
    })
}
