//! The first day: everything between an empty profile and a trial in QuickBooks, as steps that can be left and taken up.
//!
//! Must never ask twice: what was answered, read or tested is remembered with the name under it. The steps themselves
//! are pure (`steps`); the screen's wizard, plain mode and `countersign setup` show the same ones.

mod questions;
mod steps;

pub use questions::{Answer, Question};
pub use steps::{Facts, Stand, Step, StepView, next, steps as steps_of};

use super::decide::signed;
use super::redraft;
use super::trial::{self, TrialStand};
use super::{Profile, Result, Said, connect, contacts};
use crate::base::problem::Exit;
use crate::base::{Instant, Problem};
use crate::books::{ListKind, Preferences};
use crate::cin7;
use crate::orders::DocumentType;
use crate::store::Lane;
use questions::{Answers, Kept};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Answers to the questions.
const ANSWERS: &str = "setup_answers";
/// Warnings that a person has read.
const KNOWN: &str = "setup_known";
/// How Cin7 answered when it was last tested.
const TESTED: &str = "cin7_tested";
/// The zone that a fetch guessed and nobody confirmed.
pub(super) const GUESSED: &str = "timezone_guessed";
/// Documents from which the zone is guessed, of each type.
const GUESS_FROM: usize = 500;

/// One list of Cin7, as it was last tested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestedList {
    /// Its name.
    pub list: String,
    /// Empty where it can be read; else what is wrong.
    pub problem: String,
    /// What to do about it.
    pub do_now: String,
    /// `CIN7-401`, `CIN7-403`; empty where it can be read.
    pub code: String,
}

/// The last test of Cin7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Tested {
    at: String,
    url: String,
    user: String,
    lists: Vec<TestedList>,
}

/// Something to know about this company file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Warning {
    pub text: String,
    pub means: String,
    pub do_now: String,
    /// Who said that it is known; empty = nobody yet.
    pub known_by: String,
}

/// A zone and what speaks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct ZoneView {
    pub zone: String,
    pub midnights: usize,
    pub of: usize,
}

/// The first day as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct SetupView {
    pub done: usize,
    pub of: usize,
    pub next: Option<Step>,
    pub steps: Vec<StepView>,
    pub cin7: Vec<TestedList>,
    pub zones: Vec<ZoneView>,
    /// What the Web Connector has done so far, in order.
    pub arrival: Vec<String>,
    pub questions: Vec<Question>,
    pub warnings: Vec<Warning>,
    pub map: connect::MapProposal,
    pub trial: trial::TrialView,
    pub listen: String,
    pub qwc_steps: Vec<String>,
}

impl SetupView {
    /// "9 of 14 done; next: Company file".
    #[must_use]
    pub fn in_words(&self) -> String {
        match self.next {
            Some(step) => format!("{} of {} done; next: {}", self.done, self.of, step.title()),
            None if self.done == self.of => format!("all {} steps are done", self.of),
            None => format!("{} of {} done", self.done, self.of),
        }
    }
}

/// How the first day stands.
///
/// # Errors
/// What the store or the secrets say.
pub fn view(profile: &Profile) -> Result<SetupView> {
    let connect = connect::view(profile)?;
    let (answers, tested, questions) = (answers(profile)?, tested(profile)?, open_questions(profile)?);
    let zones = zones(profile)?;
    let warnings = to_know(profile, &connect.map)?;
    let trial = trial::view(profile)?;
    let facts = facts(profile, &connect, &answers, tested.as_ref(), &zones, &questions, &warnings, &trial)?;
    let steps = steps::steps(&facts);
    Ok(SetupView {
        done: steps.iter().filter(|view| view.stand == Stand::Done).count(),
        of: steps.len(),
        next: steps::next(&steps).map(|view| view.step),
        cin7: tested.map(|tested| tested.lists).unwrap_or_default(),
        arrival: arrival(&connect, &facts),
        qwc_steps: connect::qwc_steps(profile, None).unwrap_or_default(),
        listen: connect.listen.clone(),
        map: connect.map,
        steps,
        zones,
        questions,
        warnings,
        trial,
    })
}

fn answers(profile: &Profile) -> Result<Answers> {
    Ok(profile.store().read(|r| r.meta_json::<Answers>(ANSWERS))?.unwrap_or_default())
}

/// The last test, where it was made with the present credentials.
fn tested(profile: &Profile) -> Result<Option<Tested>> {
    let settings = profile.settings();
    let kept = profile.store().read(|r| r.meta_json::<Tested>(TESTED))?;
    Ok(kept.filter(|kept| kept.url == settings.cin7.url && kept.user == settings.cin7.username))
}

/// The questions that decide money, as they stand.
///
/// # Errors
/// What the store says.
pub fn open_questions(profile: &Profile) -> Result<Vec<Question>> {
    Ok(questions::questions(&profile.settings(), &answers(profile)?))
}

/// The questions as these settings answer them, before a person did.
#[must_use]
pub fn questions_of(settings: &crate::books::Settings) -> Vec<Question> {
    questions::questions(settings, &Answers::new())
}

/// The zones in which Cin7's dates are midnights, best first.
///
/// # Errors
/// What the store says.
fn zones(profile: &Profile) -> Result<Vec<ZoneView>> {
    let dates = dates(profile)?;
    let guesses = cin7::guess_zone(&dates).into_iter();
    Ok(guesses.map(|g| ZoneView { zone: g.zone, midnights: g.midnights, of: g.of }).collect())
}

/// Ledger dates of the newest documents, as Cin7 wrote them.
pub(super) fn dates(profile: &Profile) -> Result<Vec<Instant>> {
    Ok(profile.store().read(|r| {
        let mut dates = Vec::new();
        for kind in DocumentType::ALL {
            for source in r.newest_sources(redraft::resource_of(kind), GUESS_FROM)? {
                dates.extend(cin7::document(kind, &source.raw).ok().and_then(|d| d.ledger_date));
            }
        }
        Ok(dates)
    })?)
}

#[allow(clippy::too_many_arguments)] // what was read, once
fn facts(
    profile: &Profile,
    connect: &connect::ConnectView,
    answers: &Answers,
    tested: Option<&Tested>,
    zones: &[ZoneView],
    questions: &[Question],
    warnings: &[Warning],
    trial: &trial::TrialView,
) -> Result<Facts> {
    let settings = profile.settings();
    let zone = &settings.timezone;
    let clock = |text: &str| text.parse().map(|at| zone.clock_of(at)).unwrap_or_default();
    let (guessed, fetched, visit, contacts, documents) = profile.store().read(|r| {
        Ok((
            r.meta(GUESSED)?,
            r.meta("last_fetch")?,
            r.visits(1)?.into_iter().next(),
            r.match_counts()?,
            r.draft_counts()?.iter().map(|count| count.count).sum::<i64>(),
        ))
    })?;
    let best = zones.first().map(|best| (best.zone.clone(), best.midnights, best.of));
    let agreed = best.as_ref().is_none_or(|(best, ..)| best == zone.name());
    let typed = zone.name() != "UTC" && guessed.as_deref() != Some(zone.name()) && agreed;
    let bad = |tested: &Tested| tested.lists.iter().filter(|list| !list.problem.is_empty()).count();
    let file = profile.dir().join("exports").join("countersign.qwc");
    let written = std::fs::read_to_string(&file).ok();
    let wanted = connect::qwc_text(profile).ok();
    Ok(Facts {
        operator: connect.operator.clone(),
        cin7_user: connect.cin7_username.clone(),
        cin7_key: connect.cin7_key_set,
        tested: tested.map(|tested| (clock(&tested.at), bad(tested), tested.lists.len())),
        test_cure: tested
            .and_then(|tested| tested.lists.iter().find(|list| !list.problem.is_empty()))
            .map(|list| format!("{} {}", list.problem, list.do_now))
            .unwrap_or_default(),
        fetched: fetched.as_deref().map(clock),
        documents,
        zone: zone.name().to_string(),
        guess: best,
        zone_confirmed: typed || answers.get("timezone").is_some_and(|kept| kept.value == zone.name()),
        listen: connect.listen.clone(),
        password: connect.qbwc_password_set,
        file_current: written.is_some() && written == wanted,
        file_there: written.is_some(),
        visits: visit.is_some(),
        last_visit: visit.map(|visit| clock(&visit.opened_at)).unwrap_or_default(),
        company: connect.company.clone(),
        company_waiting: connect.company_waiting.clone(),
        frozen: connect.frozen.clone(),
        lists_pulled: connect.lists.iter().filter(|list| !list.2.is_empty()).count(),
        lists_wanted: ListKind::ALL.len(),
        entries: connect.lists.iter().map(|list| list.1).sum(),
        map_sure: connect.map.rows.iter().filter(|row| !row.set && row.sure && !row.value.is_empty()).count(),
        map_open: connect
            .map
            .rows
            .iter()
            .filter(|row| !row.set && !row.sure)
            .map(|row| row.key.clone())
            .collect(),
        map_missing: connect.map.missing.len(),
        questions: questions.len(),
        questions_open: questions.iter().filter(|question| !question.answered).count(),
        warnings: warnings.len(),
        warnings_new: warnings.iter().filter(|warning| warning.known_by.is_empty()).count(),
        contacts_open: contacts.0,
        contacts_decided: contacts.1,
        trial: trial.stand,
        trial_text: trial.text.clone(),
        trial_do_now: trial.do_now.clone(),
        trial_offered: if trial.stand == TrialStand::NotMade { trial.documents.len() } else { 0 },
    })
}

/// What the Web Connector has done so far, in the order in which it happens.
fn arrival(connect: &connect::ConnectView, facts: &Facts) -> Vec<String> {
    let mut lines = Vec::new();
    if !facts.visits {
        lines.push(format!("Waiting at {} for the Web Connector.", facts.listen));
        return lines;
    }
    lines.push(format!("It called and logged in, last at {}.", facts.last_visit));
    match (connect.company.is_empty(), connect.company_waiting.is_empty()) {
        (_, false) => {
            lines.push(format!("Company file {}: waits for you to confirm it.", connect.company_waiting));
        }
        (false, true) => lines.push(format!("Company file {}.", connect.company)),
        (true, true) => lines.push("It has not said which company file is open.".into()),
    }
    let pulled: Vec<String> = connect
        .lists
        .iter()
        .filter(|list| !list.2.is_empty() && list.3.is_empty())
        .map(|(name, count, ..)| format!("{} {}", grouped(*count), plural(name)))
        .collect();
    if !pulled.is_empty() {
        lines.push(format!("Lists: {}.", pulled.join(", ")));
    }
    let refused = connect.lists.iter().filter(|list| !list.3.is_empty());
    lines.extend(refused.map(|(name, _, _, why)| format!("List {name} was refused: {why}")));
    lines
}

fn plural(list: &str) -> String {
    let word = list.to_lowercase();
    match word.as_str() {
        "class" => "classes".into(),
        "terms" => word,
        _ if word.ends_with('y') => format!("{}ies", word.trim_end_matches('y')),
        _ if word.ends_with('s') => word,
        _ => format!("{word}s"),
    }
}

fn grouped(count: i64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a person should know of this company file, with who knows it already.
///
/// # Errors
/// What the store says.
pub fn to_know(profile: &Profile, map: &connect::MapProposal) -> Result<Vec<Warning>> {
    let (preferences, known) = profile.store().read(|r| {
        Ok((
            r.meta_json::<Preferences>("preferences")?,
            r.meta_json::<std::collections::BTreeMap<String, String>>(KNOWN)?.unwrap_or_default(),
        ))
    })?;
    let mut found: Vec<(String, &str, &str)> = map
        .warnings
        .iter()
        .map(|text| {
            let (means, cure) = meaning(text);
            (text.clone(), means, cure)
        })
        .collect();
    if preferences.is_some_and(|preferences| preferences.numbers_journals) {
        found.push((
            "QuickBooks numbers journal entries by itself.".into(),
            "Our journals end in a letter, so that QuickBooks' own counter goes on as before.",
            "Nothing to do. To number them yourself: Edit > Preferences > Accounting > Company Preferences.",
        ));
    }
    let room = contacts::name_room(profile)?;
    if !room.warning.is_empty() {
        found.push((
            room.warning,
            "A new customer or vendor could be refused in the middle of a batch.",
            "Bill walk-in buyers to one customer (`house` in the settings), or make old names inactive in QuickBooks.",
        ));
    }
    let warning = |(text, means, cure): (String, &str, &str)| Warning {
        known_by: known.get(kind_of(&text)).cloned().unwrap_or_default(),
        text,
        means: means.to_string(),
        do_now: cure.to_string(),
    };
    Ok(found.into_iter().map(warning).collect())
}

/// What a warning is about, whatever its figures say today: read once, it is not asked again with another count.
fn kind_of(text: &str) -> &str {
    match text {
        _ if text.contains("cash basis") => "cash basis",
        _ if text.contains(" of QuickBooks use `") => "stock items",
        _ if text.starts_with("QuickBooks holds ") => "names",
        _ => text,
    }
}

fn meaning(text: &str) -> (&'static str, &'static str) {
    match kind_of(text) {
        "cash basis" => (
            "A report on cash basis leaves out unpaid invoices and bills, so it will not show the figures of step 6.",
            "Compare with reports on accrual basis: in a report press Customize Report > Accrual. The default stands in Edit > Preferences > Reports & Graphs > Company Preferences.",
        ),
        "stock items" => (
            "QuickBooks' own stock items post to the same account, so its Inventory Valuation report will not equal the balance.",
            "Make those items inactive if Cin7 keeps the stock, or give Countersign an inventory account of its own (account.inventory_asset).",
        ),
        _ => (
            "It changes how the figures compare.",
            "Know it, or change it in QuickBooks under Edit > Preferences.",
        ),
    }
}

fn refuse(code: &str, happened: String, do_now: &str) -> Problem {
    Problem::new(Exit::Usage, code, happened, "Nothing was changed.", do_now)
}

/// Tests the Cin7 credentials list by list, and remembers how it went.
///
/// # Errors
/// When there is no key, or the address is wrong.
pub async fn test_cin7(profile: &Arc<Profile>) -> Result<Vec<TestedList>> {
    let rows = connect::test_cin7(profile).await?;
    let lists: Vec<TestedList> = rows
        .into_iter()
        .map(|(list, answer)| match answer {
            Ok(()) => TestedList { list, problem: String::new(), do_now: String::new(), code: String::new() },
            Err(p) => TestedList { list, problem: p.happened, do_now: p.do_now, code: p.code.to_string() },
        })
        .collect();
    let settings = profile.settings();
    let kept = Tested {
        at: profile.now().to_string(),
        url: settings.cin7.url,
        user: settings.cin7.username,
        lists: lists.clone(),
    };
    if profile.is_host() {
        profile.store().write(Lane::Person, move |tx| tx.set_meta_json(TESTED, &kept))?;
    }
    Ok(lists)
}

/// The key was replaced: an older test says nothing about it.
pub(super) fn forget_test(profile: &Profile) -> Result<()> {
    Ok(profile.store().write(Lane::Person, |tx| tx.clear_meta(TESTED))?)
}

/// Sets and confirms the company's time zone.
///
/// # Errors
/// When there is no such zone.
pub fn confirm_zone(profile: &Profile, zone: &str, by: &str) -> Result<Said> {
    let changed = connect::change_settings(profile, &[("timezone".into(), zone.to_string())], by)?;
    let name = profile.settings().timezone.name().to_string();
    keep_answer(profile, "timezone", &name, by)?;
    let text = if changed.count == 0 { String::new() } else { format!(" {}", changed.text) };
    Ok(Said::new(1, format!("The books are kept in {name}.{text}")))
}

fn keep_answer(profile: &Profile, key: &str, value: &str, by: &str) -> Result<()> {
    let who = signed(profile, by)?;
    let (key, value) = (key.to_string(), value.to_string());
    profile.store().write(Lane::Person, move |tx| {
        let mut answers: Answers = tx.reader().meta_json(ANSWERS)?.unwrap_or_default();
        tx.event(&who.at, &who.by, "question_answered", &key, &value)?;
        answers.insert(key, Kept { value, by: who.by, at: who.at });
        tx.set_meta_json(ANSWERS, &answers)
    })?;
    Ok(())
}

/// Answers one of the questions; an empty value, or the present one, keeps what is there, and that is an answer too.
///
/// # Errors
/// When there is no such question, or the settings refuse the value.
pub fn answer(profile: &Profile, key: &str, value: &str, by: &str) -> Result<Said> {
    let Some(question) = open_questions(profile)?.into_iter().find(|question| question.key == key) else {
        let keys: Vec<&str> = open_questions(profile)?.iter().map(|question| question.key).collect();
        return Err(refuse(
            "SETUP-QUESTION",
            format!("There is no question `{key}`."),
            &format!("The questions are {}.", keys.join(", ")),
        ));
    };
    let title = question.title;
    let value = value.trim();
    let mut told = String::new();
    if !value.is_empty() && value != question.value {
        let said = connect::change_settings(profile, &[(key.to_string(), value.to_string())], by)?;
        told = format!(" {}", said.text);
    }
    let now = questions::value_of(key, &profile.settings());
    keep_answer(profile, key, &now, by)?;
    let shown = questions::Question { value: now, ..question }.in_words();
    Ok(Said::new(1, format!("{title}: {shown}.{told}")))
}

/// A person has read what there is to know of this company file.
///
/// # Errors
/// What the store says.
pub fn known(profile: &Profile, map: &connect::MapProposal, by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let texts: BTreeSet<String> = to_know(profile, map)?
        .into_iter()
        .filter(|warning| warning.known_by.is_empty())
        .map(|warning| kind_of(&warning.text).to_string())
        .collect();
    let count = texts.len();
    profile.store().write(Lane::Person, move |tx| {
        let mut known: std::collections::BTreeMap<String, String> =
            tx.reader().meta_json(KNOWN)?.unwrap_or_default();
        tx.event(&who.at, &who.by, "warnings_read", "setup", &texts)?;
        known.extend(texts.into_iter().map(|text| (text, who.by.clone())));
        tx.set_meta_json(KNOWN, &known)
    })?;
    Ok(Said::new(count, format!("Noted: {count} read.")))
}
