//! A first day half done, for the tests of the wizard.

use super::sample::posting;
use crate::base::{Cents, DraftId};
use crate::books::settings::Settings;
use crate::books::{Role, Side};
use crate::tui::sample::connect_view;
use crate::workflow::setup::{Facts, SetupView, Step, TestedList, Warning, ZoneView, steps_of};
use crate::workflow::trial::{AccountTotal, TrialDocument, TrialStand, TrialView};

/// The first day as its steps judge these facts.
pub fn view_of(facts: &Facts) -> SetupView {
    let steps = steps_of(facts);
    let next = crate::workflow::setup::next(&steps).map(|view| view.step);
    SetupView {
        done: steps.iter().filter(|view| view.stand == crate::workflow::setup::Stand::Done).count(),
        of: steps.len(),
        next,
        steps,
        cin7: vec![
            TestedList {
                list: "sales orders".into(),
                problem: String::new(),
                do_now: String::new(),
                code: String::new(),
            },
            TestedList {
                list: "payments".into(),
                problem: "This connection may not read payments.".into(),
                do_now: "In Cin7 open the API connection and tick payments under Read.".into(),
                code: "CIN7-403".into(),
            },
        ],
        zones: vec![ZoneView { zone: "America/New_York".into(), midnights: 118, of: 121 }],
        arrival: vec![
            "It called and logged in, last at 2026-03-12 11:00.".into(),
            "Company file Harbor Goods LLC: waits for you to confirm it.".into(),
            "Lists: 1,204 customers, 310 vendors.".into(),
        ],
        questions: crate::workflow::setup::questions_of(&Settings::default()),
        warnings: vec![Warning {
            text: "QuickBooks shows its reports on cash basis; this program compares on accrual basis."
                .into(),
            means: "A report on cash basis leaves out unpaid invoices and bills.".into(),
            do_now: "Compare with reports on accrual basis.".into(),
            known_by: String::new(),
        }],
        map: connect_view().map,
        trial: trial(),
        listen: "127.0.0.1:8085".into(),
        qwc_steps: vec![
            "Start Countersign and leave it running.".into(),
            "In QuickBooks choose File > App Management > Update Web Services.".into(),
        ],
    }
}

pub fn facts() -> Facts {
    Facts {
        operator: "Dana".into(),
        cin7_user: "harbor".into(),
        cin7_key: true,
        tested: Some(("2026-03-12 10:55".into(), 1, 8)),
        test_cure: "This connection may not read payments. In Cin7 tick payments.".into(),
        zone: "America/New_York".into(),
        listen: "127.0.0.1:8085".into(),
        lists_wanted: 9,
        questions: 10,
        questions_open: 10,
        trial_do_now: "Link contacts in step 3.".into(),
        trial_text: "Nothing is ready for a trial yet.".into(),
        ..Facts::default()
    }
}

/// What the store would answer.
pub fn view() -> SetupView {
    view_of(&facts())
}

fn trial() -> TrialView {
    TrialView {
        stand: TrialStand::InQuickbooks,
        batch: None,
        documents: vec![TrialDocument {
            draft: DraftId(1),
            kind: "invoice",
            reference: "SO-24001".into(),
            ref_number: "10301".into(),
            party: "Evil\u{1b}[2J Corp".into(),
            date: None,
            total: Some(Cents::new(46_134)),
            outcome: "posted (pending)",
            quickbooks_total: Some(Cents::new(46_134)),
            read_back: true,
            differs: Vec::new(),
            postings: vec![
                posting(Role::Sales, "Accounts Receivable", None, Side::Debit, 46_134, ""),
                posting(Role::Sales, "Sales of Merchandise:Wholesale", None, Side::Credit, 46_134, ""),
            ],
            note: String::new(),
            way_out: None,
        }],
        lacking: vec!["credit memo"],
        accounts: vec![AccountTotal {
            account: "Accounts Receivable".into(),
            debit: Cents::new(46_134),
            credit: Cents::ZERO,
        }],
        text: "1 documents are in QuickBooks and were read back.".into(),
        do_now: "Compare them in QuickBooks.".into(),
    }
}

/// Facts under which a step is the next one.
pub fn facts_for(step: Step) -> Facts {
    let mut facts = Facts {
        tested: Some(("10:55".into(), 0, 8)),
        fetched: Some("10:58".into()),
        documents: 278,
        guess: Some(("America/New_York".into(), 118, 121)),
        zone_confirmed: true,
        password: true,
        file_current: true,
        visits: true,
        last_visit: "11:00".into(),
        company: "Harbor Goods LLC".into(),
        lists_pulled: 9,
        entries: 1_514,
        questions_open: 0,
        warnings: 1,
        contacts_decided: 40,
        trial: TrialStand::InQuickbooks,
        trial_offered: 3,
        ..facts()
    };
    match step {
        Step::Name => facts.operator.clear(),
        Step::Cin7 => facts.cin7_key = false,
        Step::Test => facts.tested = None,
        Step::Fetch => facts.fetched = None,
        Step::Zone => facts.zone_confirmed = false,
        Step::File => facts.password = false,
        Step::Visit => facts.visits = false,
        Step::Company => facts.company_waiting = "Harbor Goods LLC".into(),
        Step::Lists => facts.lists_pulled = 4,
        Step::Map => facts.map_sure = 2,
        Step::Money => facts.questions_open = 10,
        Step::Warnings => facts.warnings_new = 1,
        Step::Match => (facts.contacts_decided, facts.contacts_open) = (0, 40),
        Step::Trial => {}
    }
    facts
}
