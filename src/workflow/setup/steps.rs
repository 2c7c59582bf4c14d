//! The first day as a list of steps: pure, so that the screen, plain mode and the command line show the same.
//!
//! Must never hold anything of its own: every step is done because of what the profile holds, so it can be left and
//! taken up at any point and is never asked twice (design 1, step Connect; `web-connector.md` 10, `security.md` 1).

use crate::base::text::many;
use crate::workflow::trial::TrialStand;
use serde::Serialize;

/// One step of the first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Who decides.
    Name,
    /// User and key of Cin7.
    Cin7,
    /// Each list of Cin7 was asked for.
    Test,
    /// The first fetch.
    Fetch,
    /// The company's time zone.
    Zone,
    /// Address, password and file of the Web Connector.
    File,
    /// Waiting for the Web Connector.
    Visit,
    /// The company file is ours.
    Company,
    /// QuickBooks' lists are here.
    Lists,
    /// Accounts, items and tax.
    Map,
    /// Questions that decide money.
    Money,
    /// What a person should know of this company file.
    Warnings,
    /// Contacts are linked so far that something is ready.
    Match,
    /// One invoice, one bill, one credit memo.
    Trial,
}

impl Step {
    /// In their order.
    pub const ALL: [Step; 14] = [
        Step::Name,
        Step::Cin7,
        Step::Test,
        Step::Fetch,
        Step::Zone,
        Step::File,
        Step::Visit,
        Step::Company,
        Step::Lists,
        Step::Map,
        Step::Money,
        Step::Warnings,
        Step::Match,
        Step::Trial,
    ];

    /// Its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Step::Name => "Your name",
            Step::Cin7 => "Cin7 user and key",
            Step::Test => "Test of Cin7",
            Step::Fetch => "First fetch",
            Step::Zone => "Time zone",
            Step::File => "Web Connector file",
            Step::Visit => "First visit",
            Step::Company => "Company file",
            Step::Lists => "QuickBooks' lists",
            Step::Map => "Accounts and items",
            Step::Money => "Questions of money",
            Step::Warnings => "Good to know",
            Step::Match => "Contacts",
            Step::Trial => "Trial",
        }
    }

    /// Why it is there, for somebody who sees it for the first time.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Step::Name => "Every decision is signed. The name stands in the history for good.",
            Step::Cin7 => {
                "In Cin7: Settings > Integrations & API > API v1 > Add New API Connection. Give it the right to read; type its user name and key here."
            }
            Step::Test => {
                "Each list of Cin7 is asked for one row, so that a missing right shows now and not at month end."
            }
            Step::Fetch => {
                "Documents and contacts of Cin7 are copied to this computer. Nothing is written there."
            }
            Step::Zone => {
                "It decides on which day, and so in which month, a document falls. A wrong zone moves documents across month ends."
            }
            Step::File => {
                "The Web Connector is the program beside QuickBooks that fetches what you approve. It needs a file and a password from here."
            }
            Step::Visit => {
                "Open the file in the Web Connector, type the password, tick the row and press Update Selected. What it does shows here."
            }
            Step::Company => {
                "Countersign writes into this company file and no other. Look at name and path before you confirm."
            }
            Step::Lists => {
                "Customers, vendors, accounts, items and taxes come from QuickBooks with the first visits."
            }
            Step::Map => {
                "What each figure of Cin7 becomes in QuickBooks. Sure proposals carry their reason; missing items are created with the next hand-off."
            }
            Step::Money => "Each of these changes what stands in the books. Nothing is guessed.",
            Step::Warnings => "Not wrong, but figures will look different where you do not expect it.",
            Step::Match => "Each Cin7 contact with a document is linked to a customer or vendor, or created.",
            Step::Trial => {
                "One invoice, one bill and one credit memo go the whole road, are read back and shown as debits and credits. Then they are taken out again, or stay."
            }
        }
    }
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// Nothing is left.
    Done,
    /// To be done now.
    Open,
    /// Done so far that the job goes on; a person should look.
    Look,
    /// Another step comes first.
    Later,
}

/// One step as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct StepView {
    pub number: usize,
    pub step: Step,
    pub title: &'static str,
    pub about: &'static str,
    pub stand: Stand,
    /// What is there.
    pub found: String,
    /// What to do now; empty where nothing is.
    pub do_now: String,
    /// The command that does it.
    pub command: &'static str,
}

/// What the steps are judged by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Facts {
    pub operator: String,
    pub cin7_user: String,
    pub cin7_key: bool,
    /// When Cin7 was last tested with these credentials, lists that could not be read, lists asked.
    pub tested: Option<(String, usize, usize)>,
    /// What the first failed list says to do.
    pub test_cure: String,
    /// Clock time of the last fetch, and documents there.
    pub fetched: Option<String>,
    pub documents: i64,
    pub zone: String,
    /// What Cin7's dates say: zone, midnights there, dates.
    pub guess: Option<(String, usize, usize)>,
    pub zone_confirmed: bool,
    pub listen: String,
    pub password: bool,
    /// The file stands in the exports as it would be written now.
    pub file_current: bool,
    pub file_there: bool,
    pub visits: bool,
    pub last_visit: String,
    pub company: String,
    pub company_waiting: String,
    pub frozen: String,
    pub lists_pulled: usize,
    pub lists_wanted: usize,
    pub entries: i64,
    pub map_sure: usize,
    pub map_open: Vec<String>,
    pub map_missing: usize,
    pub questions_open: usize,
    pub questions: usize,
    pub warnings_new: usize,
    pub warnings: usize,
    pub contacts_open: i64,
    pub contacts_decided: i64,
    pub trial: TrialStand,
    pub trial_text: String,
    pub trial_do_now: String,
    pub trial_offered: usize,
}

/// All steps as they stand, in order.
#[must_use]
pub fn steps(facts: &Facts) -> Vec<StepView> {
    let mut views = Vec::with_capacity(Step::ALL.len());
    for (at, step) in Step::ALL.into_iter().enumerate() {
        let (stand, found, do_now, command) = judge(step, facts);
        views.push(StepView {
            number: at + 1,
            step,
            title: step.title(),
            about: step.about(),
            stand,
            found,
            do_now: do_now.to_string(),
            command,
        });
    }
    views
}

/// The first step that is to be done now.
#[must_use]
pub fn next(steps: &[StepView]) -> Option<&StepView> {
    steps.iter().find(|view| view.stand == Stand::Open)
}

type Judged = (Stand, String, String, &'static str);

fn done(found: impl Into<String>) -> Judged {
    (Stand::Done, found.into(), String::new(), "")
}

fn open(found: impl Into<String>, do_now: impl Into<String>, command: &'static str) -> Judged {
    (Stand::Open, found.into(), do_now.into(), command)
}

fn later(found: impl Into<String>, first: &str) -> Judged {
    (Stand::Later, found.into(), first.to_string(), "")
}

fn judge(step: Step, facts: &Facts) -> Judged {
    match step {
        Step::Name | Step::Cin7 | Step::Test | Step::Fetch | Step::Zone => cin7_side(step, facts),
        Step::File | Step::Visit | Step::Company | Step::Lists => quickbooks_side(step, facts),
        _ => the_books(step, facts),
    }
}

fn cin7_side(step: Step, facts: &Facts) -> Judged {
    match step {
        Step::Name if facts.operator.is_empty() => {
            open("nobody yet", "Type your name.", "countersign setup name \"Ann Lee\"")
        }
        Step::Name => done(&facts.operator),
        Step::Cin7 => match (facts.cin7_user.is_empty(), facts.cin7_key) {
            (false, true) => done(format!("user {}; the key is kept, not shown", facts.cin7_user)),
            (true, _) => open(
                "no user name",
                "Type the user name of the API connection, then its key.",
                "countersign settings set cin7.username=NAME",
            ),
            (false, false) => open(
                format!("user {}; no key", facts.cin7_user),
                "Type or paste the key. It is kept where only you can read it.",
                "countersign secrets set cin7-key",
            ),
        },
        Step::Test => match &facts.tested {
            None if facts.cin7_key => {
                open("not tested with this user and key", "Test it now.", "countersign setup test")
            }
            None => later("not tested yet", "The user name and the key come first."),
            Some((at, 0, asked)) => done(format!("all {asked} lists can be read ({at})")),
            Some((at, bad, asked)) => open(
                format!("{bad} of {asked} lists cannot be read ({at})"),
                format!("{} Then test again.", facts.test_cure),
                "countersign setup test",
            ),
        },
        Step::Fetch => match &facts.fetched {
            Some(at) => done(format!("{} documents; last fetched {at}", facts.documents)),
            None if facts.cin7_key => open("nothing fetched yet", "Fetch now.", "countersign fetch"),
            None => later("nothing fetched yet", "The key of Cin7 comes first."),
        },
        _ => zone(facts),
    }
}

fn zone(facts: &Facts) -> Judged {
    let says = match &facts.guess {
        None => "Cin7's dates do not tell one".to_string(),
        Some((zone, fit, of)) => format!("{fit} of {of} dates of Cin7 are midnights in {zone}"),
    };
    let agrees = facts.guess.as_ref().is_some_and(|(zone, ..)| *zone == facts.zone);
    match (facts.zone_confirmed, facts.guess.is_some()) {
        (true, _) => done(format!("{} ({says})", facts.zone)),
        (false, false) if facts.documents == 0 => later(&facts.zone, "The first fetch shows it."),
        (false, _) if agrees => open(
            format!("{}, not confirmed ({says})", facts.zone),
            "Confirm it if that is where the company keeps its books.",
            "countersign setup zone --confirm",
        ),
        (false, _) => open(
            format!("{} ({says})", facts.zone),
            "Choose the zone in which the company keeps its books.",
            "countersign setup zone America/New_York",
        ),
    }
}

fn quickbooks_side(step: Step, facts: &Facts) -> Judged {
    match step {
        Step::File => match (facts.password, facts.file_current || facts.visits) {
            (true, true) => done(format!("written; Countersign listens on {}", facts.listen)),
            (false, _) => open(
                "no password yet",
                "Make the password. It is shown once: write it down, then write the file.",
                "countersign secrets new qbwc-password",
            ),
            (true, false) if facts.file_there => open(
                format!("the file is older than the settings ({})", facts.listen),
                "Write it again, and open the new one in the Web Connector.",
                "countersign qwc",
            ),
            (true, false) => open(
                format!("not written; Countersign listens on {}", facts.listen),
                "Write the file; the steps to take in QuickBooks are shown with it.",
                "countersign qwc",
            ),
        },
        Step::Visit if facts.visits => done(format!("last visit {}", facts.last_visit)),
        Step::Visit if facts.password => open(
            "waiting for the Web Connector",
            "Keep Countersign open, add the file in the Web Connector, tick the row, press Update Selected.",
            "countersign serve",
        ),
        Step::Visit => later("not yet", "The password and the file come first."),
        Step::Company if !facts.frozen.is_empty() => (
            Stand::Look,
            format!("{}: {}", facts.company, facts.frozen),
            "Look at step 5; nothing is written until a person lets it go on.".to_string(),
            "countersign unfreeze",
        ),
        Step::Company if !facts.company_waiting.is_empty() => open(
            format!("{} waits for you", facts.company_waiting),
            "Look at name and path; confirm if it is yours.",
            "countersign unfreeze --by \"Ann Lee\"",
        ),
        Step::Company if facts.company.is_empty() => {
            later("not seen yet", "It shows itself at the first visit.")
        }
        Step::Company => done(&facts.company),
        _ if facts.lists_pulled >= facts.lists_wanted && facts.lists_wanted > 0 => {
            done(format!("{} lists, {} entries", facts.lists_pulled, facts.entries))
        }
        _ if facts.lists_pulled > 0 => open(
            format!("{} of {} lists", facts.lists_pulled, facts.lists_wanted),
            "Let the Web Connector visit once more: Update Selected.",
            "countersign serve --until-idle",
        ),
        _ => later("not pulled yet", "They come with the visit after the company file is confirmed."),
    }
}

fn the_books(step: Step, facts: &Facts) -> Judged {
    let lists = facts.lists_pulled >= facts.lists_wanted && facts.lists_wanted > 0;
    match step {
        Step::Map if !lists || facts.fetched.is_none() => {
            later("nothing proposed yet", "QuickBooks' lists and the first fetch come first.")
        }
        Step::Map if facts.map_sure + facts.map_missing > 0 => open(
            format!(
                "to take over: {}, {}",
                many(facts.map_sure, "proposal"),
                many(facts.map_missing, "missing item")
            ),
            "Look at the reasons, then take over what is sure.",
            "countersign settings propose --accept",
        ),
        Step::Map if !facts.map_open.is_empty() => open(
            format!("to choose: {}", facts.map_open.join(", ")),
            "Choose the entry of QuickBooks for each.",
            "countersign settings set KEY=NAME",
        ),
        Step::Map => done("accounts, items and tax are chosen"),
        Step::Money if facts.questions_open > 0 => open(
            format!("{} of {} to answer", facts.questions_open, facts.questions),
            "Read what each answer means and choose. Keeping the present answer is an answer too.",
            "countersign setup answer KEY=VALUE",
        ),
        Step::Money => done(format!("{} answered", facts.questions)),
        Step::Warnings if !lists => later("not known yet", "QuickBooks' lists come first."),
        Step::Warnings if facts.warnings_new > 0 => open(
            format!("{} to read", facts.warnings_new),
            "Read them and say that you know.",
            "countersign setup known",
        ),
        Step::Warnings if facts.warnings == 0 => done("nothing unusual"),
        Step::Warnings => done(format!("{} read", facts.warnings)),
        Step::Match if !lists || facts.fetched.is_none() => {
            later("nothing to link yet", "QuickBooks' lists and the first fetch come first.")
        }
        Step::Match if facts.contacts_decided == 0 && facts.contacts_open > 0 => open(
            format!("{} to decide", many(facts.contacts_open, "contact")),
            "In step 3 accept what is sure (A) and set the rest to be created (C), or decide one by one.",
            "countersign match --accept-auto",
        ),
        Step::Match => {
            done(format!("{} decided, {} left for step 3", facts.contacts_decided, facts.contacts_open))
        }
        _ => trial(facts),
    }
}

fn trial(facts: &Facts) -> Judged {
    let (text, do_now) = (facts.trial_text.clone(), facts.trial_do_now.clone());
    match facts.trial {
        TrialStand::NotMade if facts.trial_offered == 0 => {
            later(text, if do_now.is_empty() { "Contacts and drafts come first." } else { &do_now })
        }
        TrialStand::NotMade => open(text, do_now, "countersign trial start --by \"Ann Lee\""),
        TrialStand::OnItsWay | TrialStand::BeingTakenOut => {
            open(text, do_now, "countersign serve --until-idle")
        }
        TrialStand::NeedsPerson => (Stand::Look, text, do_now, "countersign trial"),
        TrialStand::InQuickbooks => open(text, do_now, "countersign trial take-out --by \"Ann Lee\""),
        TrialStand::TakenOut | TrialStand::LeftIn => (Stand::Done, text, do_now, "countersign trial again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Facts {
        Facts {
            operator: "Ann".into(),
            cin7_user: "api".into(),
            cin7_key: true,
            tested: Some(("09:00".into(), 0, 8)),
            fetched: Some("09:01".into()),
            documents: 12,
            zone: "America/New_York".into(),
            guess: Some(("America/New_York".into(), 12, 12)),
            zone_confirmed: true,
            listen: "127.0.0.1:8085".into(),
            password: true,
            file_current: true,
            file_there: true,
            visits: true,
            last_visit: "09:02".into(),
            company: "Acme".into(),
            lists_pulled: 9,
            lists_wanted: 9,
            entries: 99,
            questions: 8,
            contacts_decided: 5,
            trial: TrialStand::LeftIn,
            ..Facts::default()
        }
    }

    fn stand(facts: &Facts, step: Step) -> Stand {
        steps(facts).into_iter().find(|view| view.step == step).unwrap().stand
    }

    #[test]
    fn a_fresh_profile_begins_with_the_name_and_every_step_that_is_not_done_says_what_to_do() {
        let views = steps(&Facts::default());
        assert_eq!(next(&views).unwrap().step, Step::Name);
        for view in views.iter().filter(|view| view.stand != Stand::Done) {
            assert!(!view.do_now.is_empty(), "{:?}", view.step);
        }
    }

    #[test]
    fn where_everything_is_there_nothing_is_asked_again() {
        let views = steps(&whole());
        assert!(views.iter().all(|view| view.stand == Stand::Done), "{views:?}");
        assert_eq!(next(&views), None);
    }

    #[test]
    fn what_is_taken_away_later_is_the_next_step_again() {
        for (facts, step) in [
            (Facts { cin7_key: false, ..whole() }, Step::Cin7),
            (Facts { tested: None, ..whole() }, Step::Test),
            (Facts { zone_confirmed: false, ..whole() }, Step::Zone),
            (Facts { password: false, ..whole() }, Step::File),
            (Facts { company_waiting: "Other".into(), ..whole() }, Step::Company),
            (Facts { map_open: vec!["account.cogs".into()], ..whole() }, Step::Map),
            (Facts { questions_open: 1, ..whole() }, Step::Money),
            (Facts { warnings: 1, warnings_new: 1, ..whole() }, Step::Warnings),
            (Facts { trial: TrialStand::InQuickbooks, ..whole() }, Step::Trial),
        ] {
            assert_eq!(next(&steps(&facts)).map(|view| view.step), Some(step));
        }
    }

    #[test]
    fn a_zone_that_cin7_contradicts_is_asked_even_where_it_was_typed() {
        let facts =
            Facts { zone_confirmed: false, guess: Some(("America/Chicago".into(), 40, 41)), ..whole() };
        let zone = steps(&facts).into_iter().find(|view| view.step == Step::Zone).unwrap();
        assert_eq!(zone.stand, Stand::Open);
        assert!(zone.found.contains("40 of 41") && zone.do_now.starts_with("Choose"), "{zone:?}");
    }

    #[test]
    fn a_file_written_before_the_address_changed_is_written_again_unless_a_visit_came() {
        let old = Facts { file_current: false, visits: false, ..whole() };
        assert_eq!(stand(&old, Step::File), Stand::Open);
        assert_eq!(stand(&Facts { visits: true, ..old }, Step::File), Stand::Done);
    }
}
