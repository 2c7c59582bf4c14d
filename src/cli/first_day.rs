//! The first day without a screen: `setup`, the same steps as the wizard's, and `trial`.
//!
//! Must never ask anything by itself: it shows what is open and which command does it (design 3: no questions).

use super::args::{By, SetupAction, TrialAction};
use super::session::{Session, helper, signer};
use crate::base::problem::Exit;
use crate::base::{Cents, Problem};
use crate::workflow::setup::{self, SetupView, Stand};
use crate::workflow::trial::{self, TrialStand, TrialView};
use crate::workflow::{Result, Said, connect};

/// Shows the first day, or does one step of it.
pub fn setup(session: &Session, action: Option<SetupAction>) -> Result<Exit> {
    match action {
        None => show(session),
        Some(SetupAction::Name { name }) => {
            let profile = session.hold("setup")?;
            profile.set_operator(&name)?;
            session.done(&Said::new(1, "Noted: this name stands under every decision."))
        }
        Some(SetupAction::Test) => test(session),
        Some(SetupAction::Zone { zone, confirm: _, by }) => {
            let profile = session.hold("setup")?;
            let by = helper(&profile, &by)?;
            let zone = zone.unwrap_or_else(|| profile.settings().timezone.name().to_string());
            session.done(&setup::confirm_zone(&profile, &zone, &by)?)
        }
        Some(SetupAction::Answer { answers, keep, by }) => answer(session, &answers, keep, &by),
        Some(SetupAction::Known { by }) => {
            let profile = session.hold("setup")?;
            let by = helper(&profile, &by)?;
            let map = connect::map(&profile)?;
            for warning in setup::to_know(&profile, &map)? {
                session.out.note(&format!("{} {} {}", warning.text, warning.means, warning.do_now));
            }
            session.done(&setup::known(&profile, &map, &by)?)
        }
    }
}

fn answer(session: &Session, answers: &[String], keep: bool, by: &By) -> Result<Exit> {
    let profile = session.hold("setup")?;
    let by = helper(&profile, by)?;
    let mut told = Vec::new();
    for text in answers {
        let Some((key, value)) = text.split_once('=') else {
            return Err(Problem::new(
                Exit::Usage,
                "SETTINGS-FORM",
                format!("`{text}` is no KEY=VALUE."),
                "What stood before it was answered.",
                "Write it as `draft_mode=pending`.",
            ));
        };
        told.push(setup::answer(&profile, key.trim(), value, &by)?.text);
    }
    if keep {
        for question in setup::open_questions(&profile)?.iter().filter(|question| !question.answered) {
            told.push(setup::answer(&profile, question.key, "", &by)?.text);
        }
    }
    session.done(&Said::new(told.len(), told.join("\n")))
}

fn test(session: &Session) -> Result<Exit> {
    let profile = session.hold("setup")?;
    let lists = session.wait(setup::test_cin7(&profile))?;
    session.out.document(&serde_json::json!({ "lists": lists }))?;
    if !session.out.is_json() {
        for list in &lists {
            if list.problem.is_empty() {
                session.out.say(&format!("ok    {}", list.list))?;
            } else {
                session.out.say(&format!("BAD   {}: {} ({})", list.list, list.problem, list.code))?;
                session.out.say(&format!("      {}", list.do_now))?;
            }
        }
    }
    let bad = lists.iter().any(|list| !list.problem.is_empty());
    Ok(if bad { Exit::NeedsPerson } else { Exit::Done })
}

const fn mark(stand: Stand) -> &'static str {
    match stand {
        Stand::Done => "ok   ",
        Stand::Open => "to do",
        Stand::Look => "look ",
        Stand::Later => "     ",
    }
}

fn show(session: &Session) -> Result<Exit> {
    let view = setup::view(&*session.look()?)?;
    session.out.document(&view)?;
    if !session.out.is_json() {
        for step in &view.steps {
            let text = format!("{} {:>2} {:<20} {}", mark(step.stand), step.number, step.title, step.found);
            session.out.say(text.trim_end())?;
            if matches!(step.stand, Stand::Open | Stand::Look) {
                session.out.say(&format!("        {}", step.do_now))?;
                if !step.command.is_empty() {
                    session.out.say(&format!("        {}", step.command))?;
                }
            }
        }
        more(session, &view)?;
        session.out.say(&format!("\nFirst day: {}.", view.in_words()))?;
    }
    Ok(if view.next.is_some() { Exit::NeedsPerson } else { Exit::Done })
}

/// What is open in full: questions with their answers, and what is to be known.
fn more(session: &Session, view: &SetupView) -> Result<()> {
    for question in view.questions.iter().filter(|question| !question.answered) {
        session.out.say(&format!("\n{} ({}): {}", question.title, question.key, question.text))?;
        for answer in &question.answers {
            let typed = format!("{}={}", question.key, answer.value);
            session.out.say(&format!("    {typed:<34} {}: {}", answer.title, answer.means))?;
        }
        if !question.typed.is_empty() {
            session.out.say(&format!("    {}={}", question.key, question.typed))?;
        }
    }
    for warning in view.warnings.iter().filter(|warning| warning.known_by.is_empty()) {
        session.out.say(&format!("\n{}\n    {}\n    {}", warning.text, warning.means, warning.do_now))?;
    }
    Ok(())
}

/// Shows the trial, starts it, takes it out, or leaves it in.
pub fn trial(session: &Session, action: Option<TrialAction>) -> Result<Exit> {
    let Some(action) = action else {
        let view = trial::view(&*session.look()?)?;
        return tell(session, &view);
    };
    let profile = session.hold("trial")?;
    let said = match action {
        TrialAction::Start { by } => {
            let by = signer(&profile, &by)?;
            trial::start(&profile, None, &by)?
        }
        TrialAction::TakeOut { by } => {
            let by = signer(&profile, &by)?;
            trial::take_out(&profile, &by)?
        }
        TrialAction::LeaveIn { by } => {
            let by = signer(&profile, &by)?;
            trial::leave_in(&profile, &by)?
        }
        TrialAction::Again { by } => {
            let by = signer(&profile, &by)?;
            trial::again(&profile, &by)?
        }
    };
    session.done(&said)
}

fn tell(session: &Session, view: &TrialView) -> Result<Exit> {
    session.out.document(view)?;
    if !session.out.is_json() {
        for line in lines(view) {
            session.out.say(&line)?;
        }
    }
    Ok(match view.stand {
        TrialStand::TakenOut | TrialStand::LeftIn => Exit::Done,
        _ => Exit::NeedsPerson,
    })
}

/// The trial as a page of text.
pub fn lines(view: &TrialView) -> Vec<String> {
    let mut lines = Vec::new();
    for document in &view.documents {
        let total = document.total.map_or_else(String::new, Cents::grouped);
        let there = match (document.read_back, document.quickbooks_total) {
            (true, Some(seen)) => format!("; read back: {}", seen.grouped()),
            _ => String::new(),
        };
        lines.push(format!(
            "{} {} ({}) for {}: {total}, {}{there}",
            document.kind, document.ref_number, document.reference, document.party, document.outcome
        ));
        lines.extend(document.differs.iter().map(|text| format!("    differs: {text}")));
        if !document.note.is_empty() {
            lines.push(format!("    {}", document.note));
        }
        for posting in &document.postings {
            let amount = posting.amount.grouped();
            let (debit, credit) = if posting.side == crate::books::Side::Debit {
                (amount, String::new())
            } else {
                (String::new(), amount)
            };
            lines.push(format!("    {:<44} {debit:>12} {credit:>12}", posting.account));
        }
    }
    if view.documents.len() > 1 {
        lines.push("All of it by account".to_string());
        for row in &view.accounts {
            let shown = |cents: Cents| if cents.is_zero() { String::new() } else { cents.grouped() };
            lines.push(format!("    {:<44} {:>12} {:>12}", row.account, shown(row.debit), shown(row.credit)));
        }
    }
    lines.push(view.text.clone());
    lines.extend((!view.do_now.is_empty()).then(|| view.do_now.clone()));
    lines
}
