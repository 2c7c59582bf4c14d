//! The questions of the first day, the company file, its lists, the map, the visits, and what is in doubt.
//!
//! Must never read a table whole: counts, marks and the newest visits only.

use super::Check;
use crate::base::text::many;
use crate::books::{CompanyFile, DraftMode, ListKind, OperationState};
use crate::webconnector::codes;
use crate::workflow::connect::MapProposal;
use crate::workflow::trial::{self, TrialStand};
use crate::workflow::{Profile, Result, setup};

/// Visits that are looked back upon.
const VISITS: usize = 1;

pub(super) fn first_day(profile: &Profile) -> Result<Vec<Check>> {
    let settings = profile.settings();
    let zone = settings.timezone.name();
    let zone = if zone == "UTC" {
        Check::look(
            "time zone",
            "UTC, which may never have been chosen",
            "A document of the evening can fall on the wrong day, at a month's end into the wrong month.",
            "Set the company's zone in step 1, or `countersign settings set timezone=America/New_York`.",
        )
    } else {
        Check::good("time zone", zone)
    };
    let start = match settings.start {
        Some(month) => Check::good("start month", month.to_string()),
        None => Check::look(
            "start month",
            "none",
            "Every document of Cin7 is a candidate, also those that were booked long ago.",
            "Set the first month that is ours in step 1, or `countersign settings set start=2026-11`.",
        ),
    };
    let operator = match profile.operator()? {
        Some(name) => Check::good("operator", name),
        None => Check::look(
            "operator",
            "no name yet",
            "Every decision is signed with a name.",
            "Type your name in step 1; commands take it with --by.",
        ),
    };
    let mode = match settings.draft_mode {
        DraftMode::Pending => "pending: sales post nothing until they are finalised",
        DraftMode::Post => "post: sales are in the ledger at once",
    };
    Ok(vec![operator, zone, start, Check::good("draft mode", mode)])
}

pub(super) fn company(profile: &Profile) -> Result<Vec<Check>> {
    let (company, waiting, frozen) = profile.store().read(|r| {
        Ok((
            r.meta_json::<CompanyFile>("company")?,
            r.meta_json::<CompanyFile>("company_waiting")?,
            r.meta("frozen")?.filter(|why| !why.is_empty()),
        ))
    })?;
    let mut checks = vec![match (&company, &waiting) {
        (_, Some(seen)) => Check::bad(
            "company file",
            format!("{} ({}) waits to be confirmed", seen.name, seen.path),
            "Nothing is written to QuickBooks until a person says that this is our company file.",
            "Look at name and path in step 1 and press c, or `countersign unfreeze --by NAME`.",
        ),
        (Some(known), None) => Check::good(
            "company file",
            format!("{}, {}, qbXML {}", known.name, known.product, known.qbxml_version),
        ),
        (None, None) => Check::bad(
            "company file",
            "none yet",
            "Countersign does not know into which company it will write.",
            "Open the company file in QuickBooks, let the Web Connector visit, then confirm it in step 1.",
        ),
    }];
    if let Some(why) = frozen {
        checks.push(Check::bad(
            "writing",
            why,
            "Nothing is written to QuickBooks until a person has looked.",
            "Let the Web Connector visit once more, look at what it finds in step 6, then `countersign unfreeze --by NAME`.",
        ));
    }
    Ok(checks)
}

pub(super) fn lists(profile: &Profile) -> Result<Vec<Check>> {
    let marks = profile.store().read(|r| r.list_marks())?;
    let mut checks = Vec::new();
    let entries: i64 = marks.iter().map(|mark| mark.count).sum();
    let missing: Vec<&str> =
        ListKind::ALL.iter().map(|l| l.word()).filter(|w| marks.iter().all(|m| m.list != *w)).collect();
    checks.push(if marks.is_empty() {
        Check::bad(
            "QuickBooks lists",
            "not pulled yet",
            "Nothing can be matched or drafted without customers, vendors, accounts and items.",
            "Let the Web Connector visit: tick Countersign and press Update Selected.",
        )
    } else if missing.is_empty() {
        Check::good("QuickBooks lists", format!("{} lists with {entries} entries", marks.len()))
    } else {
        Check::look(
            "QuickBooks lists",
            format!("still missing: {}", missing.join(", ")),
            "What needs them waits.",
            "Let the Web Connector visit once more.",
        )
    });
    checks.extend(marks.iter().filter_map(|mark| {
        let why = mark.refused.as_ref().filter(|why| !why.is_empty())?;
        Some(Check::look(
            &format!("list {}", mark.list),
            why.clone(),
            "Names of this list are not known here; a new name that clashes is refused by QuickBooks.",
            "Give the QuickBooks user of the Web Connector the right to see it: Company > Set Up Users and Passwords.",
        ))
    }));
    Ok(checks)
}

/// What the proposals left open.
pub(super) fn map(map: &MapProposal) -> Check {
    let open: Vec<&str> =
        map.rows.iter().filter(|row| !row.set && !row.sure).map(|row| row.key.as_str()).collect();
    let sure = map.rows.iter().filter(|row| !row.set && row.sure).count();
    if !open.is_empty() {
        Check::look(
            "map",
            format!("{} to choose: {}", open.len(), shortened(&open)),
            "Documents that need them stay in review with the reason.",
            "Choose them in step 1, or `countersign settings set KEY=NAME`.",
        )
    } else if sure > 0 || !map.missing.is_empty() {
        Check::look(
            "map",
            format!("to take over: {}, {}", many(sure, "proposal"), many(map.missing.len(), "missing item")),
            "Documents that need them stay in review with the reason.",
            "Take them over in step 1 with a, or `countersign settings propose --accept`.",
        )
    } else {
        Check::good("map", "accounts, items and tax are chosen")
    }
}

/// The questions that decide money, and what a person should know of this company file.
pub(super) fn questions(profile: &Profile, map: &MapProposal) -> Result<Vec<Check>> {
    let questions = setup::open_questions(profile)?;
    let open: Vec<&str> = questions.iter().filter(|q| !q.answered).map(|q| q.key).collect();
    let mut checks = vec![if open.is_empty() {
        Check::good("questions of money", format!("{} answered", questions.len()))
    } else {
        Check::look(
            "questions of money",
            format!("{} not answered: {}", open.len(), shortened(&open)),
            "The usual answer is taken, which may not be how these books are kept.",
            "Answer them in step 1 with i, or `countersign setup answer KEY=VALUE`.",
        )
    }];
    checks.extend(setup::to_know(profile, map)?.into_iter().map(|warning| {
        if warning.known_by.is_empty() {
            let do_now = format!(
                "{} Then say that you know: in step 1 with i, or `countersign setup known`.",
                warning.do_now
            );
            Check::look("good to know", warning.text, warning.means, do_now)
        } else {
            Check::good("good to know", format!("{} (read by {})", warning.text, warning.known_by))
        }
    }));
    Ok(checks)
}

/// Whether the whole road was gone once with a few documents.
pub(super) fn trial(profile: &Profile) -> Result<Check> {
    let view = trial::view(profile)?;
    let means = "Nobody has seen yet that a document of each kind arrives as it was approved.";
    Ok(match view.stand {
        TrialStand::TakenOut | TrialStand::LeftIn => Check::good("trial", view.text),
        TrialStand::NeedsPerson => Check::bad(
            "trial",
            view.text,
            "A document of the trial did not go through; others of its kind will not either.",
            view.do_now,
        ),
        TrialStand::NotMade => {
            Check::look("trial", format!("not made yet. {}", view.text), means, view.do_now)
        }
        _ => Check::look("trial", view.text, means, view.do_now),
    })
}

/// Rows of Cin7 that could not be read as they were sent.
pub(super) fn unread_rows(profile: &Profile) -> Result<Vec<Check>> {
    let rows = crate::workflow::fetch::unread_rows(profile)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            Check::look(
                &format!("Cin7 {} {}", row.resource, row.cin7_id),
                row.text,
                "This row is not part of any draft or total; what was fetched of it before stands.",
                "Correct the field in Cin7 and fetch again. If it looks right there, send us this line.",
            )
        })
        .collect())
}

fn shortened(keys: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown = keys.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if keys.len() > SHOWN { format!("{shown} and {} more", keys.len() - SHOWN) } else { shown }
}

/// The last visit, and the code that it ended with in words.
pub(super) fn visits(profile: &Profile) -> Result<Vec<Check>> {
    let visits = profile.store().read(|r| r.visits(VISITS))?;
    let Some(last) = visits.first() else {
        return Ok(vec![Check::bad(
            "last visit",
            "the Web Connector has not been here yet",
            "Nothing can reach QuickBooks before it has.",
            "Write the file in step 1 with w, open it in the Web Connector, type the password, tick the row and press Update Selected.",
        )]);
    };
    let zone = profile.settings().timezone;
    let clock = zone.clock_text(&last.opened_at);
    let mut checks = vec![Check::good("last visit", format!("{clock}, {} requests", last.requests))];
    checks.extend(codes::named_in(&last.ended).into_iter().map(|code| {
        let found = format!("{} ({})", code.happened, code.code);
        Check::bad("last visit", found, code.means, code.do_now)
    }));
    Ok(checks)
}

/// Operations whose outcome is not known, and those that a person must look at.
pub(super) fn in_doubt(profile: &Profile) -> Result<Vec<Check>> {
    let counts = profile.store().read(|r| r.operation_counts())?;
    let of = |wanted: OperationState| -> i64 { counts.iter().filter(|c| c.1 == wanted).map(|c| c.2).sum() };
    let (unknown, person) = (of(OperationState::Unknown), of(OperationState::NeedsAttention));
    let mut checks = Vec::new();
    if unknown > 0 {
        checks.push(Check::look(
            "unknown",
            format!("{} whose outcome is not known", many(unknown, "document")),
            "They may or may not be in QuickBooks; nothing is sent twice.",
            "Let the Web Connector visit: QuickBooks is asked before anything else.",
        ));
    }
    if person > 0 {
        checks.push(Check::look(
            "waiting for you",
            format!("a person is needed for {} of the hand-off", many(person, "document")),
            "They are not sent until you have decided.",
            "Look at them in step 5.",
        ));
    }
    if checks.is_empty() {
        checks.push(Check::good("hand-off", "nothing is in doubt"));
    }
    Ok(checks)
}
