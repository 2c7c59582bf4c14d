//! Everything that lies over a screen as text, at the four sizes. The snapshots are read by people.

use super::tests::{SIZES, ready, settings, text};
use crate::tui::control_word::ControlWord;
use crate::tui::effect::Irreversible;
use crate::tui::form::Stage;
use crate::tui::model::{Model, Screen, Task};
use crate::tui::msg::{Done, Msg};
use crate::tui::overlay::Overlay;
use crate::tui::sample;
use crate::tui::update::update;
use crate::workflow::handoff::BatchPreview;

/// A picture at each size; what stands in the way of reading it fails at once.
pub fn shots(name: &str, screen: Screen, prepare: impl Fn(&mut Model)) {
    settings().bind(|| {
        for (width, height) in SIZES {
            let mut model = ready(screen, width, height);
            prepare(&mut model);
            let shown = text(&model);
            let last = shown.lines().nth(usize::from(height) - 1).unwrap_or_default();
            if let Some(overlay) = model.overlays.last() {
                let out = match overlay {
                    Overlay::Quit => "n stay",
                    Overlay::Problem(_) => "Enter",
                    Overlay::Form { form, .. } if matches!(form.stage, Stage::Leaving) => "n go on",
                    _ => "Esc",
                };
                assert!(last.contains(out), "{name} {width}x{height} hides the way out:\n{shown}");
            }
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), shown);
        }
    });
}

pub fn typed(name: &str, screen: Screen, keys: &str) {
    shots(name, screen, |model| {
        sample::type_keys(model, keys);
    });
}

pub fn word(what: &Irreversible, preview: &BatchPreview) -> Overlay {
    Overlay::Word { what: what.clone(), preview: preview.clone(), ask: ControlWord::new("WXYZ".into()) }
}

#[test]
fn what_is_asked_in_a_line_or_a_choice() {
    typed("help", Screen::Review, "?");
    typed("help_down", Screen::Review, "?<pagedown><pagedown>");
    typed("palette", Screen::Review, ":appr");
    typed("palette_all", Screen::Home, ":");
    typed("ask_why", Screen::Review, "xpaid twice");
    typed("ask_largest", Screen::Review, "A");
    typed("jump", Screen::History, "<c-g>1030");
    typed("view_name", Screen::Review, "'aBig");
    typed("choose_create", Screen::Match, "Cj");
    typed("choose_house", Screen::Match, "h");
    typed("choose_settle", Screen::Review, "jjjjjR");
    shots("choose_twist", Screen::Home, |model| {
        model.demo = true;
        sample::type_keys(model, "!j");
    });
    typed("quit", Screen::Review, "<c-c>");
    shots("quit_busy", Screen::Fetch, |model| {
        model.task = Some(Task { title: "Fetching from Cin7", progress: "3 of 12".into() });
        sample::type_keys(model, "q");
    });
}

#[test]
fn what_is_to_be_read() {
    shots("problem", Screen::Fetch, |model| {
        update(model, Msg::Done { result: Err(sample::problem()) });
    });
    typed("page_sent", Screen::Review, "b");
    typed("page_batch", Screen::History, "<enter>");
    typed("page_event", Screen::History, "<tab><enter>");
    typed("page_proof", Screen::Prove, "<enter>");
    typed("draft_open", Screen::Review, "<enter>");
    for (sort, doubts) in crate::workflow::doubts::tests::of_each_sort() {
        shots(&format!("doubts_{sort}"), Screen::HandOff, |model| {
            let lines = crate::workflow::doubts::lines(&doubts);
            sample::done(model, Done::Text { title: "In doubt, and waiting for a person".into(), lines });
        });
    }
}

#[test]
fn what_is_confirmed_by_a_word_stands_whole_beside_it() {
    shots("control_word", Screen::HandOff, |model| {
        model.overlays.push(word(&Irreversible::CloseBatch, &sample::preview()));
    });
    shots("control_word_finalise", Screen::HandOff, |model| {
        sample::type_keys(model, "5");
        model.overlays.push(word(&Irreversible::Finalise(None), &sample::preview()));
    });
    let company = || BatchPreview { company: "Harbor Goods LLC".into(), ..Default::default() };
    shots("take_over", Screen::HandOff, |model| {
        model.is_host = false;
        model.warn("You look on; O takes over. This profile is held by serve, process 4711.");
        model
            .overlays
            .push(word(&Irreversible::TakeProfile { holder: "serve, process 4711".into() }, &company()));
    });
}

#[test]
fn the_hand_off_in_its_other_states() {
    shots("hand_off_frozen", Screen::HandOff, |model| {
        let why = Some("invoice 10320 that we posted is gone".to_string());
        let status = model.status.as_mut().unwrap();
        (status.frozen, status.steps[4].blocked) = (why.clone(), why);
    });
    shots("hand_off_waiting", Screen::HandOff, |model| {
        model.status.as_mut().unwrap().states.insert("Queued".into(), 38);
    });
    shots("hand_off_names", Screen::HandOff, |model| {
        model.hand_off.preview =
            Some(BatchPreview { updates: 2, company: "Harbor Goods LLC".into(), ..Default::default() });
    });
    shots("viewer", Screen::HandOff, |model| {
        model.is_host = false;
        model.warn("You look on; O takes over. This profile is held by serve, process 4711.");
    });
}

#[test]
fn the_sheets_of_the_match_screen_show_what_their_keys_would_take() {
    for (keys, sheet) in
        [("A", "sure"), ("e", "other"), ("fridge", "found"), ("c", "name"), ("<enter>", "open")]
    {
        typed(&format!("match_{sheet}"), Screen::Match, keys);
    }
}

#[test]
fn what_stands_behind_a_word_stays_in_its_column_when_it_is_broken() {
    let mut model = ready(Screen::Review, 80, 24);
    let line = format!("    next   {}", "It is asked for again. ".repeat(6).trim());
    model.overlays.push(Overlay::Page { title: "Doubts".into(), lines: vec![line], scroll: 0 });
    let shown = text(&model);
    let lines: Vec<&str> = shown.lines().filter_map(|line| line.split('│').nth(1)).collect();
    assert!(lines[0].starts_with("     next   It is asked"), "{shown}");
    assert!(lines[1].starts_with("            ") && !lines[1].starts_with("             "), "{shown}");
}
