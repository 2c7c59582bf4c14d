//! What lists, their filters and the decisions on many rows do, as a person types.

use super::*;
use crate::base::Cents;
use crate::tui::command::Id;
use crate::tui::keymap::Keymap;
use crate::tui::keys::presses;
use crate::tui::sample::{actions, on, settle, type_keys};

fn said(model: &Model) -> String {
    model.toast.as_ref().map(|toast| toast.text.clone()).unwrap_or_default()
}

#[test]
fn the_largest_amount_of_approving_many_is_money_or_is_asked_again() {
    let clear = "<back>".repeat(10);
    let mut model = on(Screen::Review);
    assert!(actions(&type_keys(&mut model, &format!("A{clear}1,5<enter>"))).is_empty());
    assert!(said(&model).contains("`1,5` is no amount of money"), "{}", said(&model));
    let Some(Overlay::Ask { input, .. }) = model.overlays.last() else { panic!("it is asked again") };
    assert_eq!(input.value(), "1,5", "what was typed can be put right");
    assert!(actions(&type_keys(&mut model, &format!("{clear}-5<enter>"))).is_empty());
    let effects = type_keys(&mut model, &format!("{clear}1,500<enter>"));
    let [Action::OfferMany(terms)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(terms.under, Some(Cents::new(150_000)));
}

#[test]
fn the_help_is_searched_by_the_keys_that_this_person_set() {
    let changed = [("approve".to_string(), "Y".to_string())].into_iter().collect();
    let keymap = Keymap::of(&changed);
    let first = |text: &str| helped(&keymap, Screen::Review, text).first().map(|command| command.id);
    assert_eq!(first("Y"), Some(Id::Approve));
    assert_ne!(first("a"), Some(Id::Approve), "the key of the table is gone");
    assert_eq!(first("space"), Some(Id::Mark));
    assert_eq!(first("Ctrl-R"), Some(Id::Redo));
}

#[test]
fn a_key_about_one_draft_waits_until_that_draft_is_read() {
    let mut model = on(Screen::HandOff);
    model.hand_off.pane.detail = None;
    let mut effects = Vec::new();
    for key in presses("b") {
        effects.extend(update(&mut model, Msg::Input { event: Event::Key(key), at_ms: 9_000 }));
    }
    assert!(model.overlays.is_empty(), "nothing is shown of a draft that is not read");
    let id = model.hand_off.pane.list.current().unwrap();
    let wished = model.load(Slot::HandOffDetail, Query::DraftDetail(id));
    settle(&mut model, vec![wished]);
    assert!(matches!(model.overlays.last(), Some(Overlay::Page { .. })), "then the key does what it says");
}
