//! What lists, their filters and the decisions on many rows do, as a person types.

use super::*;
use crate::base::Cents;
use crate::tui::command::Id;
use crate::tui::keymap::Keymap;
use crate::tui::keys::presses;
use crate::tui::msg::EventsPage;
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

#[test]
fn the_same_language_finds_contacts_and_points_at_what_it_does_not_know() {
    let mut model = on(Screen::Match);
    type_keys(&mut model, "/sta<tab>sug<tab><enter>");
    assert_eq!(model.matching.text, "state:suggested");
    assert_eq!((model.matching.list.len(), model.matching.counts.all), (1, 4));
    type_keys(&mut model, "<esc>/>3 role:customer");
    assert_eq!(model.matching.list.len(), 2, "more than three documents");
    type_keys(&mut model, "<enter><esc>/month:2026-02");
    assert!(crate::tui::finding::mistake(&model).unwrap().says.contains("role, state"));
    type_keys(&mut model, "<enter><esc>");
    assert_eq!(model.matching.list.len(), 4);
}

#[test]
fn the_proof_the_history_and_connect_are_filtered_as_one_types() {
    let mut model = on(Screen::Prove);
    crate::tui::sample::done(
        &mut model,
        crate::tui::msg::Done::Proved(Box::new(crate::tui::sample::proof())),
    );
    type_keys(&mut model, "/state:unexplained<enter>");
    assert_eq!(model.prove.list.len(), 2, "one kind and one document");
    type_keys(&mut model, "<enter>");
    let Some(Overlay::Page { title, .. }) = model.overlays.last() else { panic!("no page") };
    assert!(title.contains("credit memo"), "the row that is shown is the one that opens: {title}");
    let mut model = on(Screen::Connect);
    let all = model.connect.list.len();
    type_keys(&mut model, "/state:proposed<enter>");
    assert!(model.connect.list.len() < all && model.connect.list.len() > 0);
    type_keys(&mut model, "<esc>");
    assert_eq!(model.connect.list.len(), all);
    let mut model = on(Screen::History);
    type_keys(&mut model, "/who:nobody<enter>");
    assert_eq!(model.history.list.len(), 0);
    let withdrawn = type_keys(&mut model, "w");
    assert!(actions(&withdrawn).is_empty(), "no batch under the cursor");
}

#[test]
fn a_paste_into_the_filter_finds_what_typing_it_finds() {
    let mut model = on(Screen::Connect);
    let all = model.connect.list.len();
    type_keys(&mut model, "G/");
    let pasted = Event::Paste("state:proposed".into());
    let effects = update(&mut model, Msg::Input { event: pasted, at_ms: 9_000 });
    settle(&mut model, effects);
    assert!(model.connect.list.len() < all && model.connect.list.len() > 0);
    assert_eq!(model.connect.list.cursor(), 0);
    let mut model = on(Screen::Review);
    type_keys(&mut model, "/");
    let effects = update(&mut model, Msg::Input { event: Event::Paste("10302".into()), at_ms: 9_000 });
    let asked = effects.iter().any(|effect| {
        matches!(effect, Effect::Load { query: Query::DraftIdsAnew(filter), .. } if filter.wanted.words == ["10302"])
    });
    assert!(asked, "{effects:?}");
}

#[test]
fn the_events_of_the_history_are_asked_for_by_the_line_that_stands_when_their_tab_is_shown() {
    let asked_for = |model: &mut Model| {
        let event = Event::Key(presses("<tab>")[0]);
        let effects = update(model, Msg::Input { event, at_ms: 9_000 });
        let asked = effects.iter().find_map(|effect| match effect {
            Effect::Load { query: Query::Events { asked, .. }, .. } => Some(asked.clone()),
            _ => None,
        });
        settle(model, effects);
        asked
    };
    let mut model = on(Screen::History);
    type_keys(&mut model, "/who:dana<enter>");
    let line = model.history.asked();
    assert!(!line.is_everything());
    assert_eq!(asked_for(&mut model), Some(line), "batches to events");
    assert_eq!(asked_for(&mut model), None, "visits are no events");
    type_keys(&mut model, "<esc><tab>");
    assert_eq!(asked_for(&mut model).map(|asked| asked.is_everything()), Some(true), "the line is gone");
}

/// The page that the last of some effects asks for, as the store would bring it.
fn page_of(effects: &[Effect], seqs: &[i64]) -> Msg {
    let Some(Effect::Load { slot, generation, query: Query::Events { from, asked } }) = effects.last() else {
        panic!("no events are asked for: {effects:?}");
    };
    let events = seqs.iter().map(|seq| crate::tui::sample::event(*seq)).collect();
    let page = EventsPage { from: *from, asked: asked.clone(), events, names: Default::default() };
    Msg::Loaded { slot: *slot, generation: *generation, result: Ok(Loaded::Events(page)) }
}

fn seqs(model: &Model) -> Vec<i64> {
    model.history.events.iter().map(|event| event.seq).collect()
}

fn down(model: &mut Model) -> Vec<Effect> {
    update(model, Msg::Input { event: Event::Key(presses("G")[0]), at_ms: 9_000 })
}

#[test]
fn older_events_join_those_that_are_here_and_new_ones_come_before_them_under_the_same_cursor() {
    let mut model = on(Screen::History);
    type_keys(&mut model, "<tab>");
    assert_eq!(seqs(&model), [9]);
    let asked = down(&mut model);
    assert!(down(&mut model).is_empty(), "a key that is held down does not ask twice");
    update(&mut model, page_of(&asked, &[8, 7, 6]));
    assert_eq!(seqs(&model), [9, 8, 7, 6]);
    type_keys(&mut model, "jj");
    assert_eq!(model.history.at(), 2);
    // Meanwhile something was done: the beginning is read again, and what was read behind it stays.
    let asked = super::reload(&mut model);
    update(&mut model, page_of(&asked, &[11, 10, 9]));
    assert_eq!(seqs(&model), [11, 10, 9, 8, 7, 6]);
    assert_eq!(model.history.events[model.history.at()].seq, 7, "the same event is under the cursor");
    // More was done than a page holds: the beginning stands alone.
    let asked = super::reload(&mut model);
    update(&mut model, page_of(&asked, &[40, 39, 38]));
    assert_eq!(seqs(&model), [40, 39, 38]);
}

#[test]
fn a_page_of_events_that_no_longer_follows_what_is_here_is_let_go() {
    let mut model = on(Screen::History);
    type_keys(&mut model, "<tab>");
    let older = page_of(&down(&mut model), &[8, 7]);
    // The beginning is read again before the older page is here.
    let asked = super::reload(&mut model);
    update(&mut model, page_of(&asked, &[40, 39]));
    update(&mut model, older);
    assert_eq!(seqs(&model), [40, 39], "9 to 38 would be missing between them");
    let older = page_of(&down(&mut model), &[38]);
    type_keys(&mut model, "<tab>");
    update(&mut model, older);
    assert_eq!(seqs(&model), [40, 39], "another list is shown");
}

#[test]
fn contacts_are_grouped_by_state_and_one_group_is_shown_alone() {
    let mut model = on(Screen::Match);
    type_keys(&mut model, "=");
    let Some(Overlay::Tally(tally)) = model.overlays.last() else { panic!("no groups") };
    assert_eq!(tally.rows.as_deref().unwrap().first(), Some(&("state:sure".to_string(), 2, 8)));
    type_keys(&mut model, "<enter>");
    assert_eq!((model.matching.text.as_str(), model.matching.list.len()), ("state:sure", 2));
}

#[test]
fn a_view_keeps_chip_filter_and_order_under_a_name_and_brings_them_back() {
    let mut model = on(Screen::Review);
    let effects = type_keys(&mut model, "<tab>/kind:bill >1000<enter>ss'aBig bills<enter>");
    let [Action::SaveView(view)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((view.name.as_str(), view.line.as_str()), ("Big bills", "state:ready kind:bill >1000"));
    assert_eq!(view.order, crate::store::drafts::DraftOrder::Amount);
    type_keys(&mut model, "<esc>");
    let mut model = on(Screen::Review);
    type_keys(&mut model, "'1");
    assert!(model.overlays.is_empty());
    assert_eq!(model.review.text, "kind:bill state:ready >1000");
    assert_eq!(model.review.current_chip().title, "all", "the line alone decides");
    let effects = type_keys(&mut model, "=<tab>'Months<enter>");
    let [Action::SaveView(view)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(view.group, Some(crate::store::drafts::groups::GroupBy::Month));
    let view = view.clone();
    crate::tui::sample::done(&mut model, crate::tui::msg::Done::Said(crate::workflow::Said::new(1, "Saved")));
    let shown = super::views::show(&mut model, &view);
    settle(&mut model, shown);
    assert!(matches!(
        model.overlays.last(),
        Some(Overlay::Groups { by: crate::store::drafts::groups::GroupBy::Month, .. })
    ));
    let mut model = on(Screen::Match);
    type_keys(&mut model, "'<enter>");
    assert_eq!(model.matching.text, "state:later", "contacts have views of their own");
}

#[test]
fn a_view_is_found_in_the_palette_and_a_wrong_line_is_not_saved() {
    let mut model = on(Screen::Home);
    type_keys(&mut model, ":big bills<enter>");
    assert_eq!((model.screen, model.review.text.as_str()), (Screen::Review, "kind:bill state:ready >1000"));
    let mut model = on(Screen::Review);
    assert!(actions(&type_keys(&mut model, "/knd:bill<enter>'a")).is_empty());
    assert!(said(&model).contains("`knd:` is no condition"), "{}", said(&model));
    model.is_host = false;
    assert!(actions(&type_keys(&mut model, "x")).is_empty());
    assert!(said(&model).contains("Another window"), "{}", said(&model));
}

fn excluded(model: &mut Model) {
    crate::tui::sample::done(model, crate::tui::msg::Done::Said(crate::workflow::Said::new(1, "Excluded")));
}

#[test]
fn a_decision_is_made_again_with_its_reason_on_the_next_row_and_on_all_marked() {
    let mut model = on(Screen::Review);
    assert!(actions(&type_keys(&mut model, ",")).is_empty());
    assert!(said(&model).contains("Nothing was decided yet"));
    type_keys(&mut model, "xpaid twice<enter>");
    excluded(&mut model);
    let effects = type_keys(&mut model, "j,");
    let [Action::Exclude(ids, why)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((ids.as_slice(), why.as_str()), (&[crate::base::DraftId(2)][..], "paid twice"));
    excluded(&mut model);
    let effects = type_keys(&mut model, "gvj,");
    let [Action::Exclude(ids, _)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(ids.len(), 2);
    assert_eq!(model.review.list.marked(), 0);
    excluded(&mut model);
    type_keys(&mut model, "3,");
    assert!(
        said(&model).contains("exclude: paid twice") && said(&model).contains("step 4"),
        "{}",
        said(&model)
    );
}

#[test]
fn a_filter_keeps_the_marks_of_the_contacts_that_it_leaves() {
    let mut model = on(Screen::Match);
    type_keys(&mut model, "*");
    let marked = model.matching.list.marked();
    assert!(marked > 1);
    type_keys(&mut model, "/a");
    assert_eq!(
        model.matching.list.marked(),
        marked,
        "until the store says which are left, and of those then"
    );
}

#[test]
fn marked_contacts_are_created_refused_and_unlinked_together() {
    let mut model = on(Screen::Match);
    for (keys, count) in [("*c", 4), ("*x", 4), ("<space><space>U", 2)] {
        let effects = type_keys(&mut model, keys);
        let who = match actions(&effects)[..] {
            [Action::CreateEach(who) | Action::RefuseFirst(who) | Action::Unlink(who)] => who.len(),
            _ => panic!("{keys}: {effects:?}"),
        };
        assert_eq!((who, model.matching.list.marked()), (count, 0), "{keys}");
        crate::tui::sample::done(
            &mut model,
            crate::tui::msg::Done::Said(crate::workflow::Said::new(1, "Done")),
        );
        type_keys(&mut model, "g");
    }
}

#[test]
fn entries_are_taken_back_together_and_what_is_settled_is_asked_first() {
    let mut model = on(Screen::Review);
    let effects = type_keys(&mut model, "<space><space>X");
    let [Action::TakeBack(ids)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((ids.len(), model.review.list.marked()), (2, 0));
    let mut model = on(Screen::HandOff);
    let asked = type_keys(&mut model, "*R");
    assert!(actions(&asked).is_empty());
}

/// The numbers of credits are typed one after the other: of which draft the form on top is.
fn asked_about(model: &Model) -> Option<crate::base::DraftId> {
    match model.overlays.last() {
        Some(Overlay::Form { form, .. }) => match form.what {
            crate::tui::form::What::Number(draft) => Some(draft),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn what_each_marked_row_needs_for_itself_is_asked_in_turn_and_leaving_one_leaves_the_rest() {
    let mut model = on(Screen::Review);
    assert!(actions(&type_keys(&mut model, "<space><space>#")).is_empty());
    assert!(said(&model).contains("Only a vendor credit"), "{}", said(&model));
    assert!(model.overlays.is_empty() && model.in_turn.is_none(), "none of them has such a form");
    let credits = || {
        crate::tui::sample::drafts().into_iter().map(|row| {
            let row =
                crate::store::drafts::DraftRow { kind: Some(crate::books::TxnKind::VendorCredit), ..row };
            (row.id, row)
        })
    };
    model.review.list.set_rows(credits());
    type_keys(&mut model, "g*#");
    assert_eq!(asked_about(&model), Some(crate::base::DraftId(1)));
    // As if it were taken: the next one opens once its row is read.
    model.overlays.pop();
    let effects = update(&mut model, Msg::Progress { text: String::new() });
    assert_eq!(asked_about(&model), None, "it is not read yet");
    settle(&mut model, effects);
    assert_eq!(asked_about(&model), Some(crate::base::DraftId(2)));
    type_keys(&mut model, "<esc>");
    assert!(asked_about(&model).is_none() && model.in_turn.is_none());
}

#[test]
fn the_proof_and_the_history_are_sorted_and_documents_stay_below_totals() {
    let mut model = on(Screen::Prove);
    let proof = crate::tui::sample::proof();
    let totals = proof.totals.len();
    crate::tui::sample::done(&mut model, crate::tui::msg::Done::Proved(Box::new(proof.clone())));
    let month: Vec<usize> = model.prove.list.ids().to_vec();
    type_keys(&mut model, "s");
    assert!(said(&model).contains("difference, largest first"), "{}", said(&model));
    let places = model.prove.list.ids().to_vec();
    assert!(places[..totals].iter().all(|at| *at < totals), "{places:?}");
    let sizes: Vec<_> = places[..totals].iter().map(|at| proof.totals[*at].difference.abs()).collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
    type_keys(&mut model, "sss");
    assert_eq!(model.prove.list.ids(), month, "round to where it began");
    let mut model = on(Screen::History);
    for (keys, word) in [("s", "oldest first"), ("s", "who closed it"), ("<tab>s", "oldest first")] {
        let effects = type_keys(&mut model, keys);
        assert!(said(&model).contains(word), "{keys}: {}", said(&model));
        drop(effects);
    }
    assert_eq!(model.history.page(false), crate::store::events::EventsFrom::After(0));
    type_keys(&mut model, "<tab>");
    assert_eq!(model.history.page(false), crate::store::events::EventsFrom::Before(i64::MAX));
}

#[test]
fn the_glossary_is_reached_from_a_key_the_help_and_the_palette() {
    let mut model = on(Screen::Home);
    type_keys(&mut model, ";pend");
    let Some(Overlay::Glossary { input, .. }) = model.overlays.last() else { panic!("no glossary") };
    assert_eq!(words(input.value()).first().map(|word| word.0), Some("pending"));
    type_keys(&mut model, "<esc>:true-up");
    let found = entries(&model, "true-up");
    assert!(found.iter().any(|entry| matches!(entry, Entry::Word("true-up", _))), "{found:?}");
    assert!(words("").len() > 30, "all of them while nothing is typed");
}

#[test]
fn a_house_customer_is_chosen_in_words_before_a_rule_is_tried_out() {
    let mut model = on(Screen::Match);
    assert!(actions(&type_keys(&mut model, "h<enter>")).is_empty(), "the first answer leaves it");
    let effects = type_keys(&mut model, "h<down><enter><enter>");
    let [Action::HouseRule(choice, list_id)] = actions(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((choice.in_words().as_str(), list_id.as_str()), ("every sale to the group Walk-in", "L1"));
}

#[test]
fn the_palette_leads_to_what_is_done_on_another_screen_and_says_its_key() {
    let mut model = on(Screen::Home);
    let effects = type_keys(&mut model, ":close the batch<enter>");
    assert!(actions(&effects).is_empty(), "it leads there and decides nothing");
    assert_eq!(model.screen, Screen::HandOff);
    assert!(said(&model).starts_with("Here c does it"), "{}", said(&model));
}

#[test]
fn a_batch_opens_as_a_page_that_can_be_read_to_its_end() {
    let mut model = on(Screen::History);
    type_keys(&mut model, "<enter>");
    let Some(Overlay::Page { title, lines, .. }) = model.overlays.last() else { panic!("no page") };
    assert_eq!(title, "Batch 1: 2 asked of QuickBooks");
    assert!(lines[1].starts_with("unknown    put in      invoice 10302 (SO-24002)"), "{lines:?}");
}
