//! What keys do, as a person types them.

use super::palette::matching;
use super::*;
use crate::base::DraftId;
use crate::books::PartyList;
use crate::tui::command::table;
use crate::tui::effect::Irreversible;
use crate::tui::keymap::Keymap;
use crate::tui::keys::presses;
use crate::tui::model::MatchChip;
use crate::tui::msg::{Done, Loaded};
use crate::tui::overlay::Asked;
use crate::tui::sample::{self, actions, done, on, type_keys};
use crate::workflow::Said;
use proptest::prelude::*;
use ratatui::crossterm::event::{KeyEventKind, KeyEventState};

fn said(model: &Model) -> String {
    model.toast.as_ref().map(|toast| toast.text.clone()).unwrap_or_default()
}

#[test]
fn a_release_is_no_key() {
    let mut model = on(Screen::Review);
    let mut key = presses("a")[0];
    key.kind = KeyEventKind::Release;
    key.state = KeyEventState::NONE;
    let effects = update(&mut model, Msg::Input { event: Event::Key(key), at_ms: 1 });
    assert!(effects.is_empty());
}

#[test]
fn approving_one_draft_names_the_hash_that_was_on_screen() {
    let mut model = on(Screen::Review);
    let effects = type_keys(&mut model, "ja");
    let [Action::Approve(shown)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(*shown, [(DraftId(2), Some("hash-2".to_string()))]);
}

#[test]
fn marks_and_ranges_are_approved_together() {
    let mut model = on(Screen::Review);
    let effects = type_keys(&mut model, "<space>va");
    let [Action::Approve(shown)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(shown.iter().map(|(id, _)| id.0).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(model.review.list.marked(), 0);
}

#[test]
fn a_key_that_cannot_act_says_why() {
    let mut model = on(Screen::Review);
    assert!(actions(&type_keys(&mut model, "jja")).is_empty());
    assert!(said(&model).contains("Something stands in the way"));
    let mut model = on(Screen::HandOff);
    model.hand_off.preview = Some(crate::workflow::handoff::BatchPreview::default());
    assert!(actions(&type_keys(&mut model, "c")).is_empty());
    assert!(said(&model).contains("Nothing is approved"));
}

#[test]
fn excluding_asks_for_the_reason_and_letters_are_text_there() {
    let mut model = on(Screen::Review);
    assert!(actions(&type_keys(&mut model, "x")).is_empty());
    assert!(matches!(model.overlays.last(), Some(Overlay::Ask { asked: Asked::ExcludeWhy(_), .. })));
    assert!(actions(&type_keys(&mut model, "<enter>")).is_empty(), "an empty reason is none");
    let effects = type_keys(&mut model, "paid twice q<enter>");
    let [Action::Exclude(ids, why)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((ids.as_slice(), why.as_str()), (&[DraftId(1)][..], "paid twice q"));
}

#[test]
fn accepting_a_contact_takes_the_candidate_that_is_on_screen() {
    let mut model = on(Screen::Match);
    let effects = type_keys(&mut model, "la");
    let [Action::Link((4101, PartyList::Customer), list_id)] = actions(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(list_id, "L2");
}

#[test]
fn all_sure_contacts_are_accepted_with_two_keys() {
    let mut model = on(Screen::Match);
    type_keys(&mut model, "<tab>");
    assert_eq!(model.matching.chip, MatchChip::Sure);
    let effects = type_keys(&mut model, "*a");
    let [Action::Accept(who)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(who.len(), 2);
}

#[test]
fn a_page_of_sure_matches_is_shown_before_one_key_takes_exactly_those_shown() {
    let mut model = on(Screen::Match);
    assert!(actions(&type_keys(&mut model, "A")).is_empty(), "nothing is taken unseen");
    let effects = type_keys(&mut model, "<enter>");
    let [Action::AcceptShown(shown)] = actions(&effects)[..] else { panic!("{effects:?}") };
    let ids: Vec<&str> = shown.iter().map(|(_, list_id)| list_id.as_str()).collect();
    assert_eq!(ids, ["L4101", "L4102"]);
    assert!(actions(&type_keys(&mut model, "<enter>")).is_empty(), "the next page has to be read first");
}

#[test]
fn another_candidate_is_two_keys_away() {
    let mut model = on(Screen::Match);
    let effects = type_keys(&mut model, "e2");
    let [Action::Link((4101, PartyList::Customer), list_id)] = actions(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(list_id, "L2");
}

#[test]
fn digits_search_all_of_quickbooks_once_that_is_asked_for() {
    let mut model = on(Screen::Match);
    assert!(actions(&type_keys(&mut model, "f414")).is_empty());
    assert!(matches!(actions(&type_keys(&mut model, "<enter>"))[..], [Action::Link(..)]));
}

#[test]
fn a_record_of_another_contact_is_shared_only_after_a_question() {
    let mut model = on(Screen::Match);
    let ask = || Done::AskAlso {
        who: (4101, PartyList::Customer),
        list_id: "L2".into(),
        text: "Ridge is linked to Ridge Branch (4190) already.".into(),
    };
    done(&mut model, ask());
    assert!(actions(&type_keys(&mut model, "<enter>")).is_empty(), "Enter alone leaves it");
    done(&mut model, ask());
    let effects = type_keys(&mut model, "<down><enter>");
    assert!(matches!(actions(&effects)[..], [Action::LinkAlso(..)]), "{effects:?}");
}

#[test]
fn a_name_that_is_taken_creates_nothing() {
    let mut model = on(Screen::Match);
    assert!(actions(&type_keys(&mut model, "c taken<enter>")).is_empty());
    assert!(!model.overlays.is_empty(), "it can be typed on");
}

#[test]
fn choosing_another_record_searches_while_typing_and_links_with_enter() {
    let mut model = on(Screen::Match);
    let effects = type_keys(&mut model, "eridge<down><enter>");
    let [Action::Link(_, list_id)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(list_id, "L2");
    assert!(model.overlays.is_empty());
}

#[test]
fn a_new_name_can_be_edited_before_it_is_created() {
    let mut model = on(Screen::Match);
    let effects = type_keys(&mut model, "c Inc<enter>");
    let [Action::CreateNew((4101, _), name)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(name, "Abendroth & Sons Pottery Works Inc");
}

#[test]
fn the_filter_narrows_as_it_is_typed_and_escape_clears_it() {
    let mut model = on(Screen::Match);
    type_keys(&mut model, "/caf");
    assert_eq!(model.matching.list.len(), 1);
    type_keys(&mut model, "<esc>");
    assert_eq!(model.matching.list.len(), 4);
    assert!(!model.filtering);
    let mut model = on(Screen::Review);
    type_keys(&mut model, "/harbor<enter>");
    assert_eq!(model.review.filter().wanted.words, ["harbor"]);
}

#[test]
fn a_condition_in_the_filter_is_completed_and_a_wrong_one_is_pointed_at() {
    let mut model = on(Screen::Review);
    type_keys(&mut model, "/ki<tab>bi<tab>");
    assert_eq!(model.review.text, "kind:bill");
    assert_eq!(model.review.filter().wanted.kinds, [crate::books::TxnKind::Bill]);
    type_keys(&mut model, " mon:2026-02");
    assert!(crate::tui::finding::mistake(&model).unwrap().says.contains("month:"));
    assert!(!model.review.filter().text.is_empty(), "until it is right its letters are words");
}

#[test]
fn a_batch_is_closed_only_by_the_typed_word() {
    let mut model = on(Screen::HandOff);
    let asked = type_keys(&mut model, "c");
    assert!(matches!(actions(&asked)[..], [Action::Ask(Irreversible::CloseBatch)]));
    done(
        &mut model,
        Done::AskWord { purpose: Irreversible::CloseBatch, preview: sample::preview(), word: "WXYZ".into() },
    );
    assert!(actions(&type_keys(&mut model, "<enter><enter><enter>")).is_empty());
    let at_ms = model.at_ms + 500;
    let paste = update(&mut model, Msg::Input { event: Event::Paste("WXYZ".into()), at_ms });
    assert!(actions(&paste).is_empty() && actions(&type_keys(&mut model, "<enter>")).is_empty());
    let effects = type_keys(&mut model, "wxyz<enter>");
    let [Action::Confirmed { what: Irreversible::CloseBatch, shown }] = actions(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(*shown, sample::preview());
}

#[test]
fn keys_typed_ahead_wait_for_the_list_and_never_reach_a_question() {
    let mut model = on(Screen::Review);
    let mut held = Vec::new();
    for key in presses("<tab>*a") {
        held.extend(update(&mut model, Msg::Input { event: Event::Key(key), at_ms: 5_000 }));
    }
    assert!(actions(&held).is_empty(), "nothing is decided about a list that is not read yet");
    let effects = sample::settle(&mut model, held);
    let [Action::Approve(shown)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(shown.len(), 2, "only the ready ones of the new filter");
    for key in presses("WXYZ<enter>") {
        assert!(update(&mut model, Msg::Input { event: Event::Key(key), at_ms: 5_010 }).is_empty());
    }
    let asked =
        Done::AskWord { purpose: Irreversible::CloseBatch, preview: sample::preview(), word: "WXYZ".into() };
    assert!(actions(&done(&mut model, asked)).is_empty());
    assert!(matches!(model.overlays.last(), Some(Overlay::Word { ask, .. }) if ask.typed().is_empty()));
}

#[test]
fn held_keys_are_let_go_when_an_answer_takes_too_long() {
    let mut model = on(Screen::Review);
    for key in presses("<tab>j") {
        update(&mut model, Msg::Input { event: Event::Key(key), at_ms: 5_000 });
    }
    let wakes = model.wakes_at().unwrap();
    update(&mut model, Msg::Tick { at_ms: wakes, now: sample::now() });
    assert!(model.hold.is_none());
}

#[test]
fn a_stale_answer_is_ignored() {
    let mut model = on(Screen::Review);
    let before = model.review.list.len();
    let old = Msg::Loaded { slot: Slot::ReviewIds, generation: 0, result: Ok(Loaded::DraftIds(Vec::new())) };
    update(&mut model, old);
    assert_eq!(model.review.list.len(), before);
}

#[test]
fn a_viewer_may_look_but_not_decide() {
    let mut model = on(Screen::Review);
    model.is_host = false;
    assert!(actions(&type_keys(&mut model, "ax")).is_empty());
    assert!(said(&model).contains("holds this company profile"));
    type_keys(&mut model, "5c6");
    assert_eq!(model.screen, Screen::Prove);
    assert!(matches!(actions(&type_keys(&mut model, "r"))[..], [Action::Prove(None)]));
}

#[test]
fn the_name_is_asked_once_and_the_decision_goes_on() {
    let mut model = on(Screen::Review);
    model.operator.clear();
    assert!(actions(&type_keys(&mut model, "a")).is_empty());
    let effects = type_keys(&mut model, "Dana<enter>");
    assert!(matches!(actions(&effects)[..], [Action::SetOperator(name)] if name == "Dana"));
    let effects = done(&mut model, Done::Operator("Dana".into()));
    assert!(matches!(actions(&effects)[..], [Action::Approve(_)]));
}

#[test]
fn the_mouse_chooses_rows_and_scrolls_and_decides_nothing() {
    use ratatui::crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
    let mouse = |model: &mut Model, kind, column, row| {
        let event = Event::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: ratatui::crossterm::event::KeyModifiers::NONE,
        });
        actions(&update(model, Msg::Input { event, at_ms: 9_000 })).len()
    };
    let mut model = on(Screen::Review);
    let first = layout::rows(&model).y;
    let click = MouseEventKind::Down(MouseButton::Left);
    assert_eq!(mouse(&mut model, click, 5, first + 2), 0);
    assert_eq!(model.review.list.cursor(), 2);
    mouse(&mut model, click, 5, first + 40);
    mouse(&mut model, MouseEventKind::Moved, 5, first);
    assert_eq!(model.review.list.cursor(), 2, "below the last row there is none");
    mouse(&mut model, MouseEventKind::ScrollUp, 5, first);
    assert_eq!(model.review.list.cursor(), 0);
    let asked =
        Done::AskWord { purpose: Irreversible::CloseBatch, preview: sample::preview(), word: "WXYZ".into() };
    done(&mut model, asked);
    type_keys(&mut model, "wx");
    mouse(&mut model, MouseEventKind::ScrollDown, 5, first);
    mouse(&mut model, click, 5, first);
    assert!(matches!(model.overlays.last(), Some(Overlay::Word { ask, .. }) if ask.typed() == "WX"));
}

#[test]
fn ctrl_c_stops_the_task_first_and_twice_leaves() {
    let mut model = on(Screen::Fetch);
    type_keys(&mut model, "r");
    assert!(model.is_busy());
    let effects = type_keys(&mut model, "<c-c>");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::CancelTask)));
    assert_eq!(model.leaving, None);
    type_keys(&mut model, "<c-c>");
    assert_eq!(model.leaving, Some(130));
}

#[test]
fn ctrl_c_with_nothing_running_asks_and_a_late_second_one_does_not_leave() {
    let mut model = on(Screen::Review);
    type_keys(&mut model, "<c-c>");
    assert!(matches!(model.overlays.last(), Some(Overlay::Quit)));
    model.at_ms += 5_000;
    type_keys(&mut model, "<c-c>");
    assert_eq!(model.leaving, None);
    type_keys(&mut model, "n");
    assert!(model.overlays.is_empty());
}

#[test]
fn escape_never_quits_and_q_leaves_only_where_nothing_runs() {
    let mut model = on(Screen::Review);
    type_keys(&mut model, "<esc><esc><esc>");
    assert_eq!(model.leaving, None);
    model.task = Some(crate::tui::model::Task { title: "Proving", progress: String::new() });
    type_keys(&mut model, "q");
    assert!(matches!(model.overlays.last(), Some(Overlay::Quit)) && model.leaving.is_none());
    type_keys(&mut model, "n");
    model.task = None;
    type_keys(&mut model, "q");
    assert_eq!(model.leaving, Some(0));
}

#[test]
fn a_toast_goes_by_itself_and_nothing_else_wakes_an_idle_screen() {
    let mut model = on(Screen::Review);
    model.toast = None;
    assert_eq!(model.wakes_at(), None);
    done(&mut model, Done::Said(Said::new(1, "Approved 1 draft - u to undo")));
    let at_ms = model.wakes_at().unwrap();
    update(&mut model, Msg::Tick { at_ms, now: sample::now() });
    assert!(model.toast.is_none());
    assert_eq!(model.wakes_at(), None);
}

#[test]
fn outcomes_of_a_visit_are_logged_and_read_again_once() {
    let mut model = on(Screen::HandOff);
    for n in 0..500 {
        update(&mut model, Msg::Notice(Notice::Outcome { text: format!("invoice {n} posted") }));
    }
    assert_eq!(model.hand_off.log.len(), LOG_LINES);
    let at_ms = model.reload_at.unwrap();
    let effects = update(&mut model, Msg::Tick { at_ms, now: sample::now() });
    let ids = effects.iter().filter(|e| matches!(e, Effect::Load { slot: Slot::HandOffIds, .. })).count();
    assert_eq!(ids, 1);
}

#[test]
fn every_command_is_in_help_and_palette_of_its_screens() {
    for screen in Screen::EVERY {
        for command in table().filter(|c| command::valid_on(c, screen)) {
            assert!(
                helped(&Keymap::default(), screen, "").iter().any(|c| c.id == command.id),
                "{:?}",
                command.id
            );
            let best = matching(screen, command.title);
            assert!(best.first().is_some_and(|c| c.id == command.id), "{:?} on {screen:?}", command.id);
        }
    }
}

#[test]
fn the_palette_runs_what_it_names_or_says_why_not() {
    let mut model = on(Screen::Connect);
    type_keys(&mut model, ":step 4<enter>");
    assert_eq!(model.screen, Screen::Review);
    type_keys(&mut model, ":take the approval back<enter>");
    assert!(said(&model).contains("not approved"));
}

#[test]
fn every_key_of_the_table_does_something_or_says_why_not() {
    for screen in Screen::EVERY {
        for command in command::of_screen(screen) {
            let mut model = on(screen);
            model.toast = None;
            model.dirty = false;
            let effects = run_or_say(&mut model, command.id);
            let moved = model.dirty || !effects.is_empty() || !model.overlays.is_empty();
            let state = model.toast.is_some() || model.leaving.is_some() || model.filtering;
            let quiet = matches!(
                command.id,
                command::Id::Down
                    | command::Id::Up
                    | command::Id::PageDown
                    | command::Id::PageUp
                    | command::Id::HalfDown
                    | command::Id::HalfUp
                    | command::Id::First
                    | command::Id::Last
                    | command::Id::Back
                    | command::Id::Step(_)
                    | command::Id::Open
                    | command::Id::NextChip
                    | command::Id::PreviousChip
                    | command::Id::Mark
                    | command::Id::Range
                    | command::Id::MarkAll
                    | command::Id::NextReview
                    | command::Id::PreviousReview
                    | command::Id::NextCandidate
                    | command::Id::Home
            );
            assert!(moved || state || quiet, "{:?} on {screen:?}", command.id);
        }
    }
}

proptest! {
    #[test]
    fn random_keys_on_the_hand_off_never_close_a_batch(keys in "[ -~]{0,60}") {
        let mut model = on(Screen::HandOff);
        let keys = keys.replace('<', "");
        prop_assume!(!keys.to_ascii_uppercase().contains("WXYZ"));
        let mut asked = type_keys(&mut model, "c");
        asked.extend(done(&mut model, Done::AskWord {
            purpose: Irreversible::CloseBatch, preview: sample::preview(), word: "WXYZ".into(),
        }));
        for chunk in keys.as_bytes().chunks(5) {
            let chunk = String::from_utf8_lossy(chunk).to_string();
            asked.extend(type_keys(&mut model, &chunk));
            asked.extend(type_keys(&mut model, "<enter>"));
        }
        let closed = actions(&asked).iter().any(|action| matches!(action, Action::Confirmed { .. }));
        prop_assert!(!closed);
    }
}
