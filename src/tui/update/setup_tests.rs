//! The wizard as a person meets it: opened by itself on the first day, left and entered again, never asked twice.

use super::*;
use crate::tui::effect::Irreversible;
use crate::tui::msg::Done;
use crate::tui::overlay::Asked;
use crate::tui::sample::{self, actions, done, on, settle, type_keys};
use crate::tui::setup_sample::{facts_for, view_of};
use crate::tui::setup_sheet::{SetupAction, SetupSheet};
use crate::workflow::Said;
use crate::workflow::connect::ConnectView;
use crate::workflow::setup::Step;

fn sheet(model: &Model) -> &SetupSheet {
    let Some(Overlay::Setup(sheet)) = model.overlays.first() else { panic!("{:?}", model.overlays) };
    sheet
}

/// The wizard with this step as the next one.
fn at(step: Step) -> Model {
    let mut model = on(Screen::Connect);
    type_keys(&mut model, "i");
    setup::take(&mut model, view_of(&facts_for(step)));
    if let Some(Overlay::Setup(sheet)) = model.overlays.first_mut() {
        sheet.go_to(step);
    }
    model.overlays.truncate(1);
    model
}

#[test]
fn whoever_has_no_name_yet_finds_the_line_for_it_open_and_an_empty_line_says_so() {
    let mut model = on(Screen::Connect);
    model.operator = String::new();
    model.overlays.push(Overlay::Setup(SetupSheet::default()));
    setup::take(&mut model, view_of(&facts_for(Step::Name)));
    type_keys(&mut model, "<enter>");
    assert!(matches!(model.overlays.last(), Some(Overlay::Ask { asked: Asked::Operator, .. })));
    assert!(model.toast.as_ref().is_some_and(|said| said.text.contains("Nothing is typed yet")));
    let effects = type_keys(&mut model, "Ann Lee<enter>");
    assert!(matches!(actions(&effects)[..], [Action::SetOperator(name)] if name == "Ann Lee"));
}

#[test]
fn the_cursor_keeps_to_the_next_step_until_a_person_goes_elsewhere() {
    let mut model = at(Step::Money);
    setup::take(&mut model, view_of(&facts_for(Step::Map)));
    assert_eq!(sheet(&model).step().unwrap().step, Step::Map, "the lists came later than the company file");
    type_keys(&mut model, "j");
    setup::take(&mut model, view_of(&facts_for(Step::Map)));
    assert_eq!(sheet(&model).step().unwrap().step, Step::Money);
}

#[test]
fn every_step_does_with_enter_what_it_needs() {
    for step in Step::ALL {
        let mut model = at(step);
        let effects = type_keys(&mut model, "<enter>");
        let wished = actions(&effects);
        let asks = model.overlays.len() > 1;
        let fits = match step {
            Step::Name => matches!(model.overlays.last(), Some(Overlay::Ask { asked: Asked::Operator, .. })),
            // The sample's connection has both already.
            Step::Cin7 | Step::Zone | Step::Money | Step::Warnings => asks,
            Step::Test => matches!(wished[..], [Action::TestCin7]),
            Step::Fetch => matches!(wished[..], [Action::Fetch { full: false }]),
            Step::File => matches!(wished[..], [Action::NewPassword]),
            Step::Visit | Step::Lists => matches!(wished[..], [Action::Visit { .. }]),
            Step::Company => matches!(wished[..], [Action::Ask(Irreversible::AdoptCompany)]),
            Step::Map => matches!(wished[..], [Action::AcceptMap]),
            Step::Match => model.screen == Screen::Match && model.overlays.is_empty(),
            Step::Trial => asks,
        };
        assert!(fits, "{step:?}: {wished:?} {:?}", model.overlays.last());
    }
}

#[test]
fn a_question_of_money_shows_its_answers_and_the_chosen_one_is_kept_under_its_name() {
    let mut model = at(Step::Money);
    type_keys(&mut model, "<enter>");
    let Some(Overlay::Choose { title, .. }) = model.overlays.last() else { panic!() };
    assert_eq!(title, "First month");
    // The first answer of a typed question is to type it.
    type_keys(&mut model, "<enter>");
    let effects = type_keys(&mut model, "2026-02<enter>");
    let [Action::Setup(SetupAction::Answer { key, value })] = actions(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((key.as_str(), value.as_str()), ("start", "2026-02"));
}

#[test]
fn the_wizard_is_left_and_entered_again_at_the_step_that_is_next() {
    let mut model = at(Step::Test);
    type_keys(&mut model, "<esc>");
    assert!(model.overlays.is_empty());
    type_keys(&mut model, "i");
    assert_eq!(sheet(&model).step().unwrap().step, Step::Test, "the sample's next step");
}

#[test]
fn from_a_step_that_was_just_done_the_cursor_goes_on_and_from_another_it_stays() {
    let mut model = at(Step::Test);
    setup::take(&mut model, view_of(&facts_for(Step::Zone)));
    assert_eq!(sheet(&model).step().unwrap().step, Step::Zone);
    type_keys(&mut model, "gj");
    setup::take(&mut model, view_of(&facts_for(Step::Company)));
    assert_eq!(sheet(&model).step().unwrap().step, Step::Cin7, "a person who looks elsewhere is left there");
}

#[test]
fn a_key_that_was_kept_is_tested_at_once() {
    let mut model = on(Screen::Connect);
    let effects = done(&mut model, Done::KeyKept);
    assert!(matches!(actions(&effects)[..], [Action::TestCin7]));
}

#[test]
fn the_trial_asks_for_the_control_word_and_is_taken_out_under_another() {
    let mut model = at(Step::Trial);
    type_keys(&mut model, "<enter>");
    let effects = type_keys(&mut model, "<enter>");
    assert!(matches!(actions(&effects)[..], [Action::Ask(Irreversible::TrialOut)]));
    let word =
        Done::AskWord { purpose: Irreversible::TrialOut, preview: sample::preview(), word: "WXYZ".into() };
    done(&mut model, word);
    assert!(actions(&type_keys(&mut model, "<enter><enter>")).is_empty(), "Enter alone does nothing");
    let effects = type_keys(&mut model, "wxyz<enter>");
    assert!(matches!(actions(&effects)[..], [Action::Confirmed { what: Irreversible::TrialOut, .. }]));
}

#[test]
fn a_profile_without_a_company_opens_with_the_wizard_and_a_demo_does_not() {
    for demo in [false, true] {
        let mut model = sample::model();
        model.demo = demo;
        let effects = start(&mut model);
        let fresh = |effects: Vec<Effect>, model: &mut Model| {
            for effect in effects {
                if let Effect::Load { slot: Slot::Connect, generation, .. } = effect {
                    let view = ConnectView { operator: "Dana".into(), ..ConnectView::default() };
                    let loaded = crate::tui::msg::Loaded::Connect {
                        view,
                        purchase_tax: String::new(),
                        writeback: false,
                    };
                    let effects =
                        update(model, Msg::Loaded { slot: Slot::Connect, generation, result: Ok(loaded) });
                    settle(model, effects);
                }
            }
        };
        fresh(effects, &mut model);
        assert_eq!(model.overlays.iter().any(|o| matches!(o, Overlay::Setup(_))), !demo);
    }
}

#[test]
fn what_was_done_in_the_wizard_is_read_again() {
    let mut model = at(Step::Zone);
    let effects = update(&mut model, Msg::Done { result: Ok(Done::Said(Said::new(1, "Noted"))) });
    assert!(effects.iter().any(|e| matches!(e, Effect::Load { slot: Slot::Setup, .. })));
}
