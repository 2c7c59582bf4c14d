//! What nobody knows yet and what waits for a person: the documents in doubt with what happens next and when, what is
//! writing kept from, and, where something in QuickBooks looks like ours, both side by side (`exactly-once.md` 3, 5.2).
//!
//! Must never ask a person to guess: what a look-up will settle is only told, and a question comes with what is known.

use super::{Profile, Result, home};
use crate::base::{DraftId, Instant};
use crate::books::{CompanyFile, ListAdd, OperationKind, OperationState, TxnKind};
use crate::handoff::LookAlike;
use crate::store::Reader;
use crate::store::operations::Operation;
use serde::Serialize;

/// Rows of each list that are shown.
const SHOWN: usize = 200;

/// The way out of a freeze, before and after QuickBooks was read.
const UNREAD: &str = "Let the Web Connector visit once: QuickBooks is read whole and nothing is written. Then look at \
    what it found in step 6, put it right in QuickBooks, and unfreeze (U in step 5, or `countersign unfreeze --by NAME`).";
const READ: &str = "QuickBooks was read whole since. Look at what it found in step 6; when it is put right, unfreeze (U \
    in step 5, or `countersign unfreeze --by NAME`).";

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Doubts {
    /// Writing has stopped for the whole company.
    pub stopped: Vec<Stopped>,
    /// Documents of which nobody knows yet whether QuickBooks has them.
    pub unknown: Vec<Unknown>,
    /// Documents that a person must look at before they go on.
    pub people: Vec<Waiting>,
    /// When the next visit is expected: a clock time of the company, or none while no Web Connector calls.
    pub next_visit: Option<String>,
}

/// Why nothing is written, and the way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Stopped {
    pub why: String,
    pub way_out: String,
    /// Whether nothing at all is written until a person has acted.
    pub writes: bool,
}

/// A document in doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// None = a customer, vendor or item.
    pub draft: Option<DraftId>,
    /// "invoice 10344 of Moss & Son, 461.34".
    pub document: String,
    /// What is known of it.
    pub known: String,
    /// When it left, in the company's time.
    pub since: String,
    /// What happens next, without anybody's doing.
    pub next: String,
}

/// A document that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// None = a customer, vendor or item.
    pub draft: Option<DraftId>,
    /// As in [`Unknown`].
    pub document: String,
    /// Why.
    pub why: String,
    /// Ours, where a look-alike was found.
    pub ours: Option<LookAlike>,
    /// What QuickBooks holds.
    pub theirs: Option<LookAlike>,
    /// What can be done, in words with the command.
    pub choices: Vec<String>,
}

/// What is not known and what waits.
///
/// # Errors
/// What the store says.
pub fn doubts(profile: &Profile) -> Result<Doubts> {
    let settings = profile.settings();
    let time = |at: &str| {
        at.parse::<Instant>().map_or_else(
            |_| at.to_string(),
            |at| format!("{} {}", settings.timezone.day_of(at), settings.timezone.time_of(at)),
        )
    };
    let mut found = profile.store().read(|r| {
        let mut found = Doubts { stopped: stopped(r)?, ..Doubts::default() };
        for state in [OperationState::InFlight, OperationState::Unknown] {
            for operation in r.operations_in(state, SHOWN)? {
                let set = r.newest_set(operation.id)?;
                let (since, computer) = set.map(|set| (set.handed_at, set.identity)).unwrap_or_default();
                found.unknown.push(Unknown {
                    draft: operation.draft_id,
                    document: document(r, &operation)?,
                    known: known(&operation),
                    since: time(&since),
                    next: next(&operation, &computer, found.stopped.iter().any(|stopped| stopped.writes)),
                });
            }
        }
        for operation in r.operations_in(OperationState::NeedsAttention, SHOWN)? {
            found.people.push(waiting(r, &operation)?);
        }
        Ok(found)
    })?;
    found.next_visit = next_visit(profile)?;
    Ok(found)
}

fn next_visit(profile: &Profile) -> Result<Option<String>> {
    let settings = profile.settings();
    let last = profile.store().read(|r| r.visits(1))?.into_iter().next();
    let every = settings.endpoint.every_minutes;
    let next = last.and_then(|visit| home::next_visit(&visit, every, profile.now()));
    Ok(next.map(|next| settings.timezone.time_of(next).to_string()))
}

fn stopped(r: &Reader<'_>) -> crate::store::Result<Vec<Stopped>> {
    let mut stopped = Vec::new();
    if let Some(why) = r.meta("frozen")?.filter(|why| !why.is_empty()) {
        let way_out = if r.read_back_due()? { UNREAD } else { READ };
        stopped.push(Stopped { why: sentence(&why), way_out: way_out.into(), writes: true });
    }
    if let Some(waiting) = r.meta_json::<CompanyFile>("company_waiting")? {
        stopped.push(Stopped {
            writes: true,
            why: format!("The company file {} at {} is not confirmed.", waiting.name, waiting.path),
            way_out:
                "If it is the company of this profile, confirm it in step 1 (or `countersign unfreeze --by \
                      NAME`). If not, open the right company file in QuickBooks."
                    .into(),
        });
    }
    if let Some(why) = r.meta("refused_visit")?.filter(|why| !why.is_empty()) {
        stopped.push(Stopped {
            why,
            writes: false,
            way_out: "Nothing was read or written. It is gone by itself with the next visit that may work."
                .into(),
        });
    }
    if let Some(since) = r.sweep_since()? {
        stopped.push(Stopped {
            writes: false,
            why: format!(
                "This profile is an older copy, or comes from another computer; its record ends at {since}."
            ),
            way_out:
                "The next visit looks QuickBooks through for our documents first, and then goes on by itself."
                    .into(),
        });
    }
    Ok(stopped)
}

/// As a sentence of its own.
fn sentence(text: &str) -> String {
    let text = crate::base::text::for_screen(text.trim().trim_end_matches('.'));
    if text.is_empty() { text } else { format!("{}.", crate::base::text::capital(&text)) }
}

fn entry(operation: &Operation) -> String {
    let text = match (&operation.list_add, &operation.list_mod) {
        (Some(entry), _) => format!("new {}", entry.in_words()),
        (_, Some(change)) => {
            format!("the update of {} {}", change.list.word().to_lowercase(), change.name)
        }
        _ => operation.target.clone(),
    };
    crate::base::text::for_screen(&text)
}

fn document(r: &Reader<'_>, operation: &Operation) -> crate::store::Result<String> {
    let Some(draft) = operation.draft_id else { return Ok(entry(operation)) };
    let row = r.draft(draft)?;
    let kind = row.kind.map_or("document", TxnKind::title);
    let party = row.party_name.map(|name| format!(" of {name}")).unwrap_or_default();
    let total = row.total.map(|total| format!(", {}", total.grouped())).unwrap_or_default();
    let what = match operation.kind {
        OperationKind::TxnMod => "the change of ",
        OperationKind::Finalise => "making final ",
        OperationKind::TxnVoid => "the voiding of ",
        OperationKind::TxnDel => "the deletion of ",
        _ => "",
    };
    Ok(crate::base::text::for_screen(&format!("{what}{kind} {}{party}{total}", row.ref_number)))
}

fn known(operation: &Operation) -> String {
    match operation.state {
        OperationState::InFlight => "It was handed to the Web Connector; its answer is awaited.".into(),
        _ => format!(
            "It was handed out and may be in QuickBooks or not: {}.",
            crate::base::text::for_screen(operation.note.trim_end_matches('.'))
        ),
    }
}

fn next(operation: &Operation, computer: &str, stopped: bool) -> String {
    if operation.state == OperationState::InFlight {
        return "Nothing to do. If the answer does not come, it is looked up at the next visit.".into();
    }
    let asks = "The next visit asks QuickBooks for its mark before anything is sent. Found: posted, once.";
    if stopped {
        return format!(
            "{asks} Not found: it waits, since writing has stopped. Nothing to do here before that is put right."
        );
    }
    let computer = crate::base::text::for_screen(computer);
    format!(
        "{asks} Not found: the same request goes again, by the Web Connector of `{computer}` alone. Until then nothing \
         else is sent. Nothing to do, unless that computer is gone for good: then say so (K in step 5, or `countersign \
         computer-gone {computer}`), and another one may send it."
    )
}

fn waiting(r: &Reader<'_>, operation: &Operation) -> crate::store::Result<Waiting> {
    let theirs = r.look_alike(operation.id)?;
    let ours = match (&theirs, operation.draft_id) {
        (Some(_), Some(draft)) => {
            let row = r.draft(draft)?;
            Some(LookAlike {
                id: row.reference.clone(),
                kind: row.kind.map_or("document", TxnKind::title).to_string(),
                number: row.ref_number,
                party: row.party_name.unwrap_or_default(),
                date: row.date.and_then(|date| date.parse().ok()),
                total: row.total,
                memo: row.reference,
                accepted: Vec::new(),
            })
        }
        _ => None,
    };
    let choices = choices(operation, theirs.is_some());
    Ok(Waiting {
        draft: operation.draft_id,
        document: document(r, operation)?,
        why: sentence(&operation.note),
        ours,
        theirs,
        choices,
    })
}

/// What a person can do about it, each with where and by which command.
fn choices(operation: &Operation, alike: bool) -> Vec<String> {
    let Some(draft) = operation.draft_id else {
        let choice = match (&operation.list_add, &operation.list_mod) {
            (Some(ListAdd::Party { .. }), _) => {
                "Its documents wait with it. In step 3 link the contact to the entry that QuickBooks has (e), or give it \
                 another name (c); then approve one of its documents again."
            }
            (Some(ListAdd::Item { .. }), _) => {
                "Documents that use it wait with it. In step 1 name the item that QuickBooks has, or take the map over \
                 again; then it goes with the next batch."
            }
            (_, Some(_)) => {
                "The contact's documents do not wait for it. In step 3 look at what differs and approve the update again, \
                 or leave it."
            }
            _ => "Look at it in step 7.",
        };
        return vec![choice.into()];
    };
    let mut choices = Vec::new();
    let adds = operation.kind == OperationKind::TxnAdd;
    if alike && adds {
        choices.push(format!(
            "It is the same document, booked by hand: exclude ours (x in step 4, or `countersign exclude {draft} --why \
             TEXT`). The one in QuickBooks stays as it is."
        ));
    }
    let what = if alike {
        "It is another document and ours belongs into QuickBooks too"
    } else {
        "The cause was dealt with"
    };
    choices.push(format!(
        "{what}: send it (Esc, then o on it in step 5, or `countersign resolve {draft} --as send-again`)."
    ));
    choices.push(format!(
        "Until you decide, nothing happens to it and the others go on. Its whole story: `countersign draft {draft}`."
    ));
    choices
}

/// Both documents beside each other, a line for each field.
fn side_by_side(ours: &LookAlike, theirs: &LookAlike) -> Vec<String> {
    let day = |day: Option<crate::base::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let total = |of: &LookAlike| of.total.map(crate::base::Cents::grouped).unwrap_or_default();
    let rows = [
        ("", "Countersign".to_string(), "QuickBooks".to_string()),
        ("what", ours.kind.clone(), theirs.kind.clone()),
        ("number", ours.number.clone(), theirs.number.clone()),
        ("party", ours.party.clone(), theirs.party.clone()),
        ("date", day(ours.date), day(theirs.date)),
        ("total", total(ours), total(theirs)),
        ("memo", ours.memo.clone(), theirs.memo.clone()),
        ("our mark", "yes".into(), "no".into()),
    ];
    let short = |text: &str| -> String { crate::base::text::for_screen(text).chars().take(26).collect() };
    rows.iter()
        .map(|(name, left, right)| {
            format!("    {name:<9} {:<27} {}", short(left), short(right)).trim_end().to_string()
        })
        .collect()
}

/// As lines for a page or a terminal.
#[must_use]
pub fn lines(doubts: &Doubts) -> Vec<String> {
    let mut lines = Vec::new();
    for stopped in &doubts.stopped {
        let head = if stopped.writes { "Writing has stopped: " } else { "" };
        lines.push(format!("{head}{}", stopped.why));
        lines.push(format!("  The way out: {}", stopped.way_out));
        lines.push(String::new());
    }
    let count = doubts.unknown.len();
    lines.push(match count {
        0 => "Nothing is in doubt: of every document it is known whether QuickBooks has it.".into(),
        1 => "1 document is in doubt. Nobody needs to guess; it is looked up.".to_string(),
        _ => format!("{count} documents are in doubt. Nobody needs to guess; they are looked up."),
    });
    if count > 0 {
        lines.push(doubts.next_visit.as_ref().map_or_else(
            || {
                "The look-up comes with the next visit of the Web Connector; Update Selected makes it come."
                    .into()
            },
            |at| format!("The next visit is expected about {at}; Update Selected makes it come at once."),
        ));
    }
    for unknown in &doubts.unknown {
        lines.push(String::new());
        lines.push(format!("  {}", unknown.document));
        lines.push(format!("    known  {}", unknown.known));
        lines.push(format!("    since  {}", unknown.since));
        lines.push(format!("    next   {}", unknown.next));
    }
    if !doubts.people.is_empty() {
        lines.push(String::new());
        lines.push(match doubts.people.len() {
            1 => "1 document waits for a person.".to_string(),
            count => format!("{count} documents wait for a person."),
        });
    }
    for waiting in &doubts.people {
        lines.push(String::new());
        lines.push(format!("  {}", waiting.document));
        lines.push(format!("    why    {}", waiting.why));
        if let (Some(ours), Some(theirs)) = (&waiting.ours, &waiting.theirs) {
            lines.extend(side_by_side(ours, theirs));
        }
        lines.extend(waiting.choices.iter().map(|choice| format!("    {choice}")));
    }
    lines
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    #[test]
    fn two_documents_that_look_alike_stand_side_by_side() {
        let ours = LookAlike {
            kind: "bill".into(),
            number: "INV-7008".into(),
            party: "Johnson Pottery".into(),
            date: "2026-01-07".parse().ok(),
            total: Some(crate::base::Cents::new(218_775)),
            memo: "PO-3102".into(),
            ..LookAlike::default()
        };
        let theirs =
            LookAlike { date: "2026-01-08".parse().ok(), memo: "typed\u{1b}[2J".into(), ..ours.clone() };
        let lines = side_by_side(&ours, &theirs);
        assert!(
            lines.iter().any(|line| line.contains("2026-01-07") && line.contains("2026-01-08")),
            "{lines:?}"
        );
        assert!(lines.iter().all(|line| !line.contains('\u{1b}') && line.chars().count() < 70), "{lines:?}");
    }

    fn operation(kind: OperationKind, state: OperationState, note: &str) -> Operation {
        Operation {
            id: crate::base::OperationId(1),
            kind,
            target: "draft/12".into(),
            draft_id: Some(DraftId(12)),
            version: Some(1),
            list_add: None,
            list_mod: None,
            posting_key: String::new(),
            expected: String::new(),
            approved_hash: String::new(),
            approved_by: "Dana".into(),
            state,
            batch_id: None,
            attempt: 1,
            rounds: 0,
            status_code: None,
            note: note.into(),
            result_id: None,
            edit_sequence: None,
            done_at: None,
        }
    }

    fn unknown(document: &str, state: OperationState, note: &str, stopped: bool) -> Unknown {
        let operation = operation(OperationKind::TxnAdd, state, note);
        Unknown {
            draft: operation.draft_id,
            document: document.into(),
            known: known(&operation),
            since: "2026-03-12 11:02".into(),
            next: next(&operation, "countersign-desk2", stopped),
        }
    }

    fn waits(document: &str, kind: OperationKind, note: &str, entry: Option<ListAdd>) -> Waiting {
        let mut operation = operation(kind, OperationState::NeedsAttention, note);
        if entry.is_some() {
            (operation.draft_id, operation.list_add) = (None, entry);
        }
        let document = if operation.draft_id.is_none() { super::entry(&operation) } else { document.into() };
        let choices = choices(&operation, false);
        Waiting {
            draft: operation.draft_id,
            document,
            why: sentence(note),
            ours: None,
            theirs: None,
            choices,
        }
    }

    /// Doubts of every sort, with the words that the program has for them: for the pages that are read by people.
    pub(crate) fn of_each_sort() -> [(&'static str, Doubts); 4] {
        let next_visit = Some("11:15".to_string());
        let invoice = "invoice 10344 of Moss & Son, 461.34";
        let doubt = Doubts {
            unknown: vec![
                unknown(invoice, OperationState::Unknown, "no answer came", false),
                unknown("bill INV-7008 of Johnson Pottery, 2,187.75", OperationState::InFlight, "", false),
            ],
            next_visit: next_visit.clone(),
            ..Doubts::default()
        };
        let gone = "invoice 10320 that we posted is gone and was not deleted by a person: the company file was restored or swapped";
        let frozen = Doubts {
            stopped: vec![Stopped { why: sentence(gone), way_out: UNREAD.into(), writes: true }],
            unknown: vec![unknown(invoice, OperationState::Unknown, "no answer came", true)],
            next_visit: next_visit.clone(),
            ..Doubts::default()
        };
        let ours = LookAlike {
            kind: "bill".into(),
            number: "INV-7008".into(),
            party: "Johnson Pottery".into(),
            date: "2026-01-07".parse().ok(),
            total: Some(crate::base::Cents::new(218_775)),
            memo: "PO-3102".into(),
            ..LookAlike::default()
        };
        let theirs =
            LookAlike { date: "2026-01-08".parse().ok(), memo: "Jan delivery".into(), ..ours.clone() };
        let bill = operation(OperationKind::TxnAdd, OperationState::NeedsAttention, "");
        let alike = Doubts {
            people: vec![Waiting {
                draft: Some(DraftId(12)),
                document: "bill INV-7008 of Johnson Pottery, 2,187.75".into(),
                why: "QuickBooks already holds bill INV-7008 of 2,187.75 dated 2026-01-08 for the same party, without our mark. Somebody may have entered it by hand.".into(),
                ours: Some(ours),
                theirs: Some(theirs),
                choices: choices(&bill, true),
            }],
            next_visit: next_visit.clone(),
            ..Doubts::default()
        };
        let name = "The name Moss & Son is already used in QuickBooks' Vendor list. Link the contact to that entry, or choose another name.";
        let party = ListAdd::party(crate::books::PartyList::Customer, 4_101, "Moss & Son", "");
        let people = Doubts {
            people: vec![
                waits("", OperationKind::ListAdd, name, Some(party)),
                waits(
                    "making final invoice 10344 of Moss & Son, 461.34",
                    OperationKind::Finalise,
                    "Somebody changed the memo in QuickBooks while it was pending",
                    None,
                ),
            ],
            next_visit,
            ..Doubts::default()
        };
        [("in_doubt", doubt), ("frozen", frozen), ("look_alike", alike), ("waits", people)]
    }

    #[test]
    fn nothing_on_the_page_asks_to_guess_and_everything_says_what_comes_next() {
        for (sort, doubts) in of_each_sort() {
            let page = lines(&doubts).join(" ");
            for word in ["probably", "maybe", "might", "perhaps", "try again"] {
                assert!(!page.to_lowercase().contains(word), "{sort}: {word}: {page}");
            }
            assert!(doubts.people.iter().all(|waiting| !waiting.choices.is_empty()), "{sort}");
            assert!(doubts.unknown.iter().all(|unknown| !unknown.next.is_empty()), "{sort}");
        }
        // While writing has stopped nothing is promised to be sent.
        let [_, (_, frozen), ..] = of_each_sort();
        assert!(frozen.unknown.iter().all(|unknown| !unknown.next.contains("goes again")));
    }

    #[test]
    fn without_doubts_the_page_says_so() {
        assert_eq!(lines(&Doubts::default()).len(), 1);
    }
}
