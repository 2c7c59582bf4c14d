//! Nothing important is further than two keys, and every step says what it is and what comes next.

use super::*;
use crate::tui::command::Id;
use crate::tui::effect::Irreversible;
use crate::tui::guide::{self, Tone};
use crate::tui::msg::Done;
use crate::tui::sample::{self, actions, on, sized, type_keys};

/// What a person came for, the keys from the first page, and how it shows that they led there.
type Way = (&'static str, &'static str, fn(&Model, &[&Action]) -> bool);

const WAYS: &[Way] = &[
    ("fetch", "2r", |_, done| matches!(done, [Action::Fetch { full: false }])),
    ("take the map over", "1a", |_, done| matches!(done, [Action::AcceptMap])),
    ("the doctor", "1D", |_, done| matches!(done, [Action::Doctor])),
    ("the first day", "1i", |model, _| matches!(model.overlays.last(), Some(Overlay::Setup(_)))),
    ("confirm the company", "1c", |_, done| matches!(done, [Action::Ask(Irreversible::AdoptCompany)])),
    ("link a contact", "3a", |_, done| matches!(done, [Action::Link(..)])),
    ("the sure matches", "3A", |model, _| matches!(model.overlays.last(), Some(Overlay::Match(_)))),
    ("search QuickBooks", "3f", |model, _| matches!(model.overlays.last(), Some(Overlay::Match(_)))),
    ("approve a draft", "4a", |_, done| matches!(done, [Action::Approve(_)])),
    ("hold a draft", "4d", |_, done| matches!(done, [Action::Hold(_)])),
    ("exclude a draft", "4x", |model, _| matches!(model.overlays.last(), Some(Overlay::Ask { .. }))),
    ("approve many", "4A", |model, _| matches!(model.overlays.last(), Some(Overlay::Ask { .. }))),
    ("groups with subtotals", "4=", |model, _| matches!(model.overlays.last(), Some(Overlay::Groups { .. }))),
    ("saved views", "4'", |model, _| matches!(model.overlays.last(), Some(Overlay::Views { .. }))),
    ("find", "4/", |model, _| model.filtering),
    ("what is sent", "4b", |model, _| matches!(model.overlays.last(), Some(Overlay::Page { .. }))),
    ("a document's life", "4t", |_, done| matches!(done, [Action::Timeline(_)])),
    ("a vendor credit", "4V", |model, _| matches!(model.overlays.last(), Some(Overlay::Form { .. }))),
    ("import a file", "2I", |model, _| matches!(model.overlays.last(), Some(Overlay::Form { .. }))),
    ("close the batch", "5c", |_, done| matches!(done, [Action::Ask(Irreversible::CloseBatch)])),
    ("finalise", "5f", |_, done| matches!(done, [Action::Ask(Irreversible::Finalise(None))])),
    ("a visit", "5r", |_, done| matches!(done, [Action::Visit { .. }])),
    ("what is in doubt", "5w", |_, done| matches!(done, [Action::ShowDoubts])),
    ("prove", "6r", |_, done| matches!(done, [Action::Prove(None)])),
    ("undo a batch", "7U", |_, done| matches!(done, [Action::PlanUndo(_)])),
    ("take a batch back", "7w", |_, done| matches!(done, [Action::WithdrawBatch(_)])),
    ("check the chain", "7c", |_, done| matches!(done, [Action::VerifyChain])),
    ("undo", "u", |_, done| matches!(done, [Action::Undo])),
    ("redo", "<c-r>", |_, done| matches!(done, [Action::Redo])),
    ("a document by number", "<c-g>", |model, _| matches!(model.overlays.last(), Some(Overlay::Ask { .. }))),
    ("what needs me", ".", |model, _| model.screen != Screen::Home),
    ("all settings", "S", |model, _| matches!(model.overlays.last(), Some(Overlay::Settings(_)))),
    ("everything by name", ":", |model, _| matches!(model.overlays.last(), Some(Overlay::Palette { .. }))),
    ("help", "?", |model, _| matches!(model.overlays.last(), Some(Overlay::Help { .. }))),
    ("the words", ";", |model, _| matches!(model.overlays.last(), Some(Overlay::Glossary { .. }))),
];

#[test]
fn nothing_important_is_further_than_two_keys() {
    for (what, keys, arrived) in WAYS {
        assert!(crate::tui::keys::presses(keys).len() <= 2, "{what}: {keys}");
        let mut model = on(Screen::Home);
        let effects = type_keys(&mut model, keys);
        assert!(arrived(&model, &actions(&effects)), "{what}: {keys}: {effects:?} {:?}", model.toast);
    }
}

#[test]
fn every_step_says_what_it_is_what_is_left_and_what_the_next_key_does() {
    for screen in Screen::ALL {
        let model = on(*screen);
        let guide = guide::of(&model);
        assert_eq!(guide.tone, Tone::Next, "{screen:?}");
        assert!(guide.what.len() > 20 && !guide.left.is_empty(), "{screen:?}: {guide:?}");
        assert!(guide.next.len() > 20 && guide.next.ends_with('.'), "{screen:?}: {guide:?}");
        assert!(
            guide.what.len() + guide.left.len() <= 76 && guide.next.len() <= 110,
            "{screen:?}: {guide:?}"
        );
    }
}

#[test]
fn what_comes_next_follows_the_row_under_the_cursor() {
    let mut model = on(Screen::Review);
    let mut said = Vec::new();
    for _ in 0..6 {
        said.push(guide::of(&model).next);
        type_keys(&mut model, "j");
    }
    assert!(said[0].starts_with("a approves it as shown: it goes in pending"), "{said:?}");
    assert!(said[2].contains("c goes to the cure. Choose the item"), "{said:?}");
    assert!(said[3].contains("QuickBooks said no"), "{said:?}");
    type_keys(&mut model, "g<space>");
    assert!(guide::of(&model).next.contains("of the 1 marked"), "{}", guide::of(&model).next);
}

#[test]
fn busy_failed_blocked_and_a_second_window_are_said_instead() {
    let mut model = on(Screen::Fetch);
    type_keys(&mut model, "r");
    assert_eq!(guide::of(&model).tone, Tone::Busy);
    let effects = update(&mut model, Msg::Done { result: Err(sample::problem()) });
    sample::settle(&mut model, effects);
    let guide = guide::of(&model);
    assert_eq!(guide.tone, Tone::Stopped);
    assert!(guide.next.contains("Cin7 did not accept") && guide.next.contains("Press 1"), "{}", guide.next);
    type_keys(&mut model, "<esc>r");
    sample::done(&mut model, Done::Said(crate::workflow::Said::new(1, "Fetched")));
    assert_eq!(guide::of(&model).tone, Tone::Next, "a new try takes the old failure away");
    let mut model = on(Screen::HandOff);
    model.status.as_mut().unwrap().steps[4].blocked = Some("QuickBooks looks like an older copy".into());
    assert!(guide::of(&model).next.contains("older copy. w shows the way out."), "{:?}", guide::of(&model));
    let mut model = on(Screen::Review);
    model.is_host = false;
    assert!(guide::of(&model).next.contains("Another window"));
}

#[test]
fn a_frozen_step_offers_no_batch_and_names_alone_are_something_to_close() {
    let mut model = on(Screen::HandOff);
    assert!(command::hinted(&model).iter().any(|command| command.id == Id::CloseBatch));
    model.status.as_mut().unwrap().frozen = Some("invoice 10320 that we posted is gone".into());
    assert!(
        !command::hinted(&model).iter().any(|command| matches!(command.id, Id::CloseBatch | Id::Finalise))
    );
    assert!(actions(&type_keys(&mut model, "c")).is_empty());
    assert!(model.toast.as_ref().unwrap().text.contains("Press w"));
    let mut model = on(Screen::HandOff);
    model.hand_off.preview =
        Some(crate::workflow::handoff::BatchPreview { updates: 2, ..Default::default() });
    let guide = guide::of(&model);
    assert!(guide.left.contains("2 names to close") && guide.next.starts_with("c closes"), "{guide:?}");
}

#[test]
fn hints_are_keys_that_can_be_pressed_now_and_the_fitting_ones_come_first() {
    let first = |model: &Model| command::hinted(model).first().map(|command| command.id);
    let mut model = on(Screen::Review);
    assert_eq!(first(&model), Some(Id::Approve));
    type_keys(&mut model, "jj");
    assert_eq!(first(&model), Some(Id::Cure), "something stands in its way");
    assert!(!command::hinted(&model).iter().any(|command| command.id == Id::Approve));
    model.is_host = false;
    assert!(command::hinted(&model).iter().all(|command| !command.decides));
    assert!(command::hinted(&model).iter().any(|command| command.id == Id::Help));
}

#[test]
fn the_guide_takes_two_lines_of_a_usual_window_and_one_of_a_low_one() {
    for (height, lines) in [(24, 2), (18, 1), (60, 2)] {
        let model = sized(Screen::Review, 80, height);
        let (guide, work) = layout::work(model.screen, ratatui::layout::Rect::new(0, 0, 80, height));
        assert_eq!((guide.height, work.height), (lines, height - 3 - lines));
    }
}
