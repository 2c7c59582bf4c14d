//! What nobody knows yet and what waits for a person: the documents in doubt with what happens next and when, what is
//! writing kept from, and, where something in QuickBooks looks like ours, both side by side (`exactly-once.md` 3, 5.2).
//!
//! Must never ask a person to guess: what a look-up will settle is only told, and a question comes with what is known.

use super::{Profile, Result, home};
use crate::base::{DraftId, Instant};
use crate::books::{CompanyFile, OperationKind, OperationState, TxnKind};
use crate::handoff::LookAlike;
use crate::store::Reader;
use crate::store::operations::Operation;
use serde::Serialize;

/// Rows of each list that are shown.
const SHOWN: usize = 200;

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
                    next: next(&operation, &computer),
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
        let unread = r.meta("read_back_due")?.as_deref() == Some("1");
        let way_out = if unread {
            "Let the Web Connector visit once: QuickBooks is read whole and nothing is written. Then look at what it \
             found in step 6, put it right in QuickBooks, and unfreeze (U here, or `countersign unfreeze --by NAME`)."
        } else {
            "QuickBooks was read whole since. Look at what it found in step 6; when it is put right, unfreeze (U here, \
             or `countersign unfreeze --by NAME`)."
        };
        stopped.push(Stopped { why, way_out: way_out.into() });
    }
    if let Some(waiting) = r.meta_json::<CompanyFile>("company_waiting")? {
        stopped.push(Stopped {
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
            way_out: "Nothing was read or written. It is gone by itself with the next visit that may work."
                .into(),
        });
    }
    if let Some(since) = r.sweep_since()? {
        stopped.push(Stopped {
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

fn document(r: &Reader<'_>, operation: &Operation) -> crate::store::Result<String> {
    let Some(draft) = operation.draft_id else {
        let entry = operation.list_add.as_ref();
        return Ok(entry.map_or_else(
            || operation.target.clone(),
            |entry| format!("{} {}", entry.list().word().to_lowercase(), entry.name()),
        ));
    };
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

fn next(operation: &Operation, computer: &str) -> String {
    if operation.state == OperationState::InFlight {
        return "Nothing to do. If the answer does not come, it is looked up at the next visit.".into();
    }
    let computer = crate::base::text::for_screen(computer);
    format!(
        "The next visit asks QuickBooks for its mark before anything is sent. Found: posted, once. Not found: the same \
         request goes again, by the Web Connector of `{computer}` alone. Until then nothing else is sent."
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
            })
        }
        _ => None,
    };
    let mut choices = Vec::new();
    if let Some(draft) = operation.draft_id {
        if theirs.is_some() {
            choices.push(format!(
                "It is the same document, booked by hand: exclude ours (`countersign exclude {draft} --why TEXT`)."
            ));
        }
        choices.push(format!(
            "It was looked at and belongs into QuickBooks: o here (`countersign resolve {draft} --as send-again`)."
        ));
        choices.push(format!(
            "Leave it as it is: nothing happens to it. Its whole story: `countersign draft {draft}`."
        ));
    }
    Ok(Waiting {
        draft: operation.draft_id,
        document: document(r, operation)?,
        why: crate::base::text::for_screen(&operation.note),
        ours,
        theirs,
        choices,
    })
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
        lines.push(format!("Writing has stopped: {}", stopped.why));
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
mod tests {
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

    #[test]
    fn without_doubts_the_page_says_so() {
        assert_eq!(lines(&Doubts::default()).len(), 1);
    }
}
