//! What the wizard and the doctor do, on a worker's thread.
//!
//! Must never touch the model: it calls `workflow` and brings back what to show.

use super::msg::Done;
use super::setup_sheet::SetupAction;
use crate::base::text::for_screen;
use crate::workflow::doctor::{self, Check, Habit, Verdict};
use crate::workflow::setup::{self, TestedList};
use crate::workflow::{Profile, Result, Said, connect, trial};
use std::sync::Arc;

/// Carries out what only the wizard does.
pub fn perform(profile: &Profile, action: SetupAction, by: &str) -> Result<Said> {
    match action {
        SetupAction::ConfirmZone(zone) => setup::confirm_zone(profile, &zone, by),
        SetupAction::Answer { key, value } => setup::answer(profile, &key, &value, by),
        SetupAction::Known => setup::known(profile, &connect::map(profile)?, by),
        SetupAction::LeaveTrialIn => trial::leave_in(profile, by),
        SetupAction::TrialAgain => trial::again(profile, by),
    }
}

/// Tests Cin7 list by list; a page only where something is wrong.
pub async fn test_cin7(profile: &Arc<Profile>) -> Result<Done> {
    Ok(tested(setup::test_cin7(profile).await?))
}

fn tested(lists: Vec<TestedList>) -> Done {
    let mut page = Vec::new();
    let failed = lists.iter().filter(|list| !list.problem.is_empty()).count();
    for list in lists {
        if list.problem.is_empty() {
            page.push(format!("ok       {}", for_screen(&list.list)));
        } else {
            let text = format!("{}: {} ({})", list.list, list.problem, list.code);
            page.push(format!("problem  {}", for_screen(&text)));
            page.push(format!("         What to do now: {}", for_screen(&list.do_now)));
        }
    }
    if failed == 0 {
        page.push(String::new());
        page.push("Every list can be read.".into());
    }
    Done::Text { title: "Test of Cin7".into(), lines: page }
}

/// Looks at everything, as a page: what is wrong first.
pub async fn doctor(profile: &Arc<Profile>) -> Result<Done> {
    let checks = doctor::examine(profile).await?;
    let habits = doctor::habits(profile)?;
    Ok(Done::Text { title: "Doctor".into(), lines: examined(&checks, &habits) })
}

fn examined(checks: &[Check], habits: &[Habit]) -> Vec<String> {
    let mut lines = vec![doctor::in_words(checks), String::new()];
    for wanted in [Verdict::Bad, Verdict::Look, Verdict::Good] {
        let word = match wanted {
            Verdict::Bad => "BAD ",
            Verdict::Look => "look",
            Verdict::Good => "ok  ",
        };
        for check in checks.iter().filter(|check| check.verdict == wanted) {
            lines.push(for_screen(&format!("{word} {}: {}", check.check, check.found)));
            for text in [&check.means, &check.do_now].into_iter().filter(|text| !text.is_empty()) {
                lines.push(for_screen(&format!("     {text}")));
            }
        }
    }
    lines.push(String::new());
    lines.push("What this QuickBooks does where nobody has written it down:".into());
    lines.extend(habits.iter().map(|habit| for_screen(&format!("     {} {}", habit.question, habit.seen))));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_doctor_on_screen_shows_what_is_wrong_first_and_its_cure_below_it() {
        let check = |name: &str, verdict| Check {
            check: name.into(),
            verdict,
            found: "found".into(),
            means: if verdict == Verdict::Good { String::new() } else { "it means".into() },
            do_now: if verdict == Verdict::Good { String::new() } else { "do this".into() },
        };
        let checks = [check("good", Verdict::Good), check("look", Verdict::Look), check("bad", Verdict::Bad)];
        let lines = examined(&checks, &[]);
        assert_eq!(lines[0], "1 thing stands in the way; it says what to do.");
        assert_eq!(&lines[2..5], ["BAD  bad: found", "     it means", "     do this"]);
        assert_eq!(lines[8], "ok   good: found");
    }
}
