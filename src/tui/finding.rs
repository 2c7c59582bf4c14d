//! The filter line of every list: its text, what is wrong in it, what could stand next, and which rows it leaves.
//!
//! Must never leave a list empty because a condition is half typed: until it is understood its letters are words.

use super::connect_rows::{Mark, Row};
use super::model::{Model, Screen};
use crate::base::Zone;
use crate::base::text::fold;
use crate::books::TxnKind;
use crate::books::find::lists::{self, Asked, CONTACTS, HISTORY, Language, PROOF, SETUP};
use crate::books::find::{self, Completion, Mistake};
use crate::proof::{Proof, TotalRow};
use crate::store::meta::Visit;
use crate::store::operations::Batch;

/// The language of a list that does not hold drafts.
const fn language(screen: Screen) -> Option<&'static Language> {
    match screen {
        Screen::Match => Some(&CONTACTS),
        Screen::Prove => Some(&PROOF),
        Screen::History => Some(&HISTORY),
        Screen::Connect => Some(&SETUP),
        Screen::Fetch | Screen::Review | Screen::HandOff | Screen::Home => None,
    }
}

/// The filter line of the screen.
pub fn text(model: &Model) -> &str {
    match model.screen {
        Screen::Match => &model.matching.text,
        Screen::Connect => &model.connect.text,
        Screen::Prove => &model.prove.text,
        Screen::History => &model.history.text,
        _ => model.pane().map_or("", |pane| &pane.text),
    }
}

/// The filter line of the screen, to change.
pub fn text_mut(model: &mut Model) -> Option<&mut String> {
    match model.screen {
        Screen::Match => Some(&mut model.matching.text),
        Screen::Connect => Some(&mut model.connect.text),
        Screen::Prove => Some(&mut model.prove.text),
        Screen::History => Some(&mut model.history.text),
        _ => model.pane_mut().map(|pane| &mut pane.text),
    }
}

/// Lets a condition join a filter line. False where it stands there already.
pub fn join(line: &mut String, condition: &str) -> bool {
    if line.contains(condition) {
        return false;
    }
    *line = format!("{line} {condition}").trim().to_string();
    true
}

/// What is wrong in the filter line, if anything.
pub fn mistake(model: &Model) -> Option<Mistake> {
    match language(model.screen) {
        Some(language) => lists::parse_in(language, text(model)).err(),
        None => find::parse(text(model)).err(),
    }
}

/// What could stand next in the filter line.
pub fn offers(model: &Model) -> Vec<Completion> {
    match language(model.screen) {
        Some(language) => lists::complete_in(language, text(model)),
        None => find::complete(text(model)),
    }
}

/// What a line asks for; a condition that is not understood yet counts as words.
pub fn asked(language: &Language, line: &str) -> Asked {
    lists::parse_in(language, line).unwrap_or_else(|_| Asked::of_words(line))
}

/// Whether a batch is asked for.
pub fn has_batch(asked: &Asked, batch: &Batch, zone: &Zone) -> bool {
    let who = fold(&batch.closed_by);
    let finished = batch.finished >= batch.count;
    asked.has_day(&zone.day_text(&batch.closed_at))
        && asked.allows("who", |word| who.contains(word))
        && asked.allows("state", |word| (word == "finished") == finished)
        && asked.has_text(&format!("{} {who}", batch.id))
}

/// Whether a visit is asked for.
pub fn has_visit(asked: &Asked, visit: &Visit, zone: &Zone) -> bool {
    let who = fold(&visit.identity);
    asked.has_day(&zone.day_text(&visit.opened_at))
        && asked.allows("who", |word| who.contains(word))
        && asked.has_text(&fold(&format!("{who} {} {}", visit.company, visit.ended)))
}

/// Places of the rows of a proof that are asked for: totals first, then documents.
pub fn proof_places(asked: &Asked, proof: &Proof) -> Vec<usize> {
    let totals = proof.totals.iter().map(|row| has_total(asked, row));
    let documents = proof.documents.iter().map(|row| {
        let held = asked.allows("state", |word| match word {
            "differs" => true,
            "unexplained" => !row.explained,
            _ => false,
        });
        held && is_kind(asked, row.kind.as_deref())
            && asked.allows("month", |month| row.month.as_deref() == Some(month))
            && asked.has_amount(row.cin7_total)
            && asked.has_text(&fold(&format!("{} {} {}", row.cin7_type, row.cin7_id, row.cause)))
    });
    totals.chain(documents).enumerate().filter(|(_, has)| *has).map(|(at, _)| at).collect()
}

fn is_kind(asked: &Asked, kind: Option<&str>) -> bool {
    let known = kind.and_then(TxnKind::from_word).map(find::kind_word);
    asked.allows("kind", |word| known == Some(word))
}

fn has_total(asked: &Asked, row: &TotalRow) -> bool {
    let state = |word: &str| match word {
        "agrees" => row.difference.is_zero(),
        "differs" => !row.difference.is_zero(),
        "unexplained" => !row.unexplained.is_zero(),
        _ => !row.held_back.is_empty(),
    };
    let kind = row.kind_words();
    let month = row.month.as_deref().unwrap_or("no date");
    is_kind(asked, row.kind.as_deref())
        && asked.allows("month", |wanted| row.month.as_deref() == Some(wanted))
        && asked.allows("state", state)
        && asked.has_amount(row.cin7_total)
        && asked.has_text(&fold(&format!("{month} {kind} {} {} {}", row.what(), row.cin7_type, row.currency)))
}

/// Whether a row of Connect is asked for; headings belong to the whole list only.
pub fn has_setup(asked: &Asked, row: &Row) -> bool {
    asked.is_everything()
        || (row.mark != Mark::Heading
            && asked.allows("state", |word| match word {
                "missing" => row.mark == Mark::Todo,
                "proposed" => row.mark == Mark::Proposed,
                "done" => row.mark == Mark::Done,
                _ => row.mark == Mark::Warning,
            })
            && asked.has_text(&fold(&format!("{} {} {}", row.label, row.value, row.more))))
}
