//! Forms and sheets as text, at the sizes that must work. The snapshots are read by people.

use super::overlay_tests::{shots, typed, word};
use super::tests::{SIZES, ready, settings, text};
use crate::base::Cents;
use crate::tui::effect::{Action, Effect, Irreversible};
use crate::tui::model::{Model, Screen};
use crate::tui::msg::Done;
use crate::tui::overlay::Overlay;
use crate::tui::paper;
use crate::tui::{sample, sample_entries};
use crate::workflow::handoff::{BatchPreview, Rewritten};

#[test]
fn a_vendor_credit_is_typed_checked_and_summed_up() {
    typed("form_credit", Screen::Review, "Vpi<down>");
    typed("form_credit_wrong", Screen::Review, "Voak<tab>CN-88<tab>13/40");
    let credit = "Voak<tab>CN-88<tab>2/5<tab><tab><tab><tab>20<enter>";
    typed("form_credit_summary", Screen::Review, credit);
    let mut model = ready(Screen::Review, 80, 24);
    sample::type_keys(&mut model, credit);
    let done = sample::type_keys(&mut model, "<enter>");
    assert!(
        done.iter().any(|effect| matches!(effect, Effect::Do { action: Action::Enter(_), .. })),
        "{done:?}"
    );
    sample::done(
        &mut model,
        Done::Said(crate::workflow::Said::new(1, "Entered vendor credit CN-88. u undoes it.")),
    );
    assert!(model.overlays.is_empty(), "the form is done");
}

#[test]
fn what_is_refused_leaves_the_form_as_it_was_typed() {
    let mut model = ready(Screen::Review, 80, 24);
    sample::type_keys(&mut model, "Voak<tab>CN-88<tab>2/5<tab><tab><tab><tab>20<enter><enter>");
    let msg = crate::tui::msg::Msg::Done { result: Err(sample::problem()) };
    crate::tui::update::update(&mut model, msg);
    assert!(matches!(model.overlays.last(), Some(Overlay::Problem(_))));
    sample::type_keys(&mut model, "<esc>");
    let Some(Overlay::Form { form, .. }) = model.overlays.last() else { panic!("the form is gone") };
    assert_eq!((form.text("number"), form.text("amount.1")), ("CN-88", "20.00"));
}

#[test]
fn the_other_forms() {
    typed("form_landing", Screen::Prove, "L2/5<tab>");
    typed("form_import", Screen::Review, "I<tab>");
    typed("form_true_up", Screen::Prove, "T<tab>728<tab>count of 2/28");
    typed("form_leaving", Screen::Review, "Voak<esc>");
}

fn sheet(name: &str, made: &dyn Fn() -> paper::Paper) {
    shots(name, Screen::Review, |model| model.overlays.push(Overlay::Paper(made())));
}

#[test]
fn the_sheets_of_what_lives_after_posting() {
    let detail = sample_entries::changed();
    let hint = detail.proposed.as_ref().and_then(|proposed| proposed.hint.clone()).unwrap();
    sheet("sheet_change", &|| paper::change(&detail).unwrap());
    sheet("sheet_hint", &|| paper::hint(detail.row.id, &paper::name_of(&detail.row), &hint));
    sheet("sheet_undo", &|| paper::plan(&sample_entries::undo_plan()));
    let written = paper::hint_text("invoice 10305", &hint);
    assert!(written.contains("Edit > Find") && written.ends_with("\r\n") && !written.contains('\u{1b}'));
}

#[test]
fn undoing_a_batch_goes_through_its_sheet_and_its_word_and_never_past_them() {
    let mut model = ready(Screen::History, 80, 24);
    let asked = sample::type_keys(&mut model, "U");
    assert!(asked.iter().any(|effect| matches!(effect, Effect::Do { action: Action::PlanUndo(_), .. })));
    sample::done(&mut model, Done::Paper(Box::new(paper::plan(&sample_entries::undo_plan()))));
    let asked = sample::type_keys(&mut model, "c");
    let what = asked.into_iter().find_map(|effect| match effect {
        Effect::Do { action: Action::Ask(what), .. } => Some(what),
        _ => None,
    });
    let what = what.unwrap();
    assert_eq!(what, Irreversible::UndoBatch(sample_entries::undo_plan()));
    let preview = BatchPreview { count: 3, company: "Harbor Goods LLC".into(), ..Default::default() };
    model.overlays.push(word(&what, &preview));
    settings().bind(|| {
        for (width, height) in SIZES {
            model.size = (width, height);
            insta::assert_snapshot!(format!("word_undo_{width}x{height}"), text(&model));
        }
    });
    let none = sample::type_keys(&mut model, "<enter><enter>y");
    assert!(!none.iter().any(|effect| matches!(effect, Effect::Do { action: Action::Confirmed { .. }, .. })));
}

#[test]
fn closing_a_batch_names_what_is_changed_taken_out_and_updated() {
    let rewritten = |does, what: &str, before, after, pending| Rewritten {
        does,
        what: what.into(),
        before: Some(Cents::new(before)),
        after: Some(Cents::new(after)),
        pending,
        currency: None,
    };
    let preview = BatchPreview {
        changes: 2,
        removals: 1,
        updates: 1,
        changed_by: Cents::new(1_200),
        removed: Cents::new(8_630),
        rewritten: vec![
            rewritten("change", "invoice 10301, Northgate Summit Manufacturing", 119_735, 120_500, true),
            rewritten("change", "bill B-7, Kilnworks", 5_000, 5_435, false),
            rewritten("delete", "invoice 10302, Evil\u{1b}[2J \u{202e}Corp", 8_630, 0, true),
            Rewritten { before: None, after: None, ..rewritten("update", "Northgate: address", 0, 0, false) },
        ],
        ..sample::preview()
    };
    shots("word_changes", Screen::HandOff, |model| {
        model.overlays.push(word(&Irreversible::CloseBatch, &preview));
        let shown = text(model);
        assert!(shown.contains("WXYZ") && shown.contains("> ____"), "{:?}: {shown}", model.size);
    });
}

#[test]
fn views_words_and_groups_of_contacts_as_sheets() {
    typed("views", Screen::Review, "'j");
    typed("glossary", Screen::Review, ";pend");
    typed("contact_groups", Screen::Match, "=");
    typed("help_search", Screen::Review, "?approve");
    typed("filter_mistake", Screen::Review, "/acme mnth:2026-02");
}

fn rolled(width: u16, height: u16) -> Model {
    let mut model = ready(Screen::Prove, width, height);
    let proof = crate::proof::Proof { roll_forward: sample_entries::roll_forward(), ..sample::proof() };
    sample::done(&mut model, Done::Proved(Box::new(proof)));
    sample::type_keys(&mut model, "i");
    model
}

#[test]
fn the_roll_forward_shows_months_across_and_one_in_full() {
    settings().bind(|| {
        for (width, height) in SIZES {
            let mut model = rolled(width, height);
            insta::assert_snapshot!(format!("roll_forward_{width}x{height}"), text(&model));
            sample::type_keys(&mut model, "<enter>");
            insta::assert_snapshot!(format!("roll_forward_month_{width}x{height}"), text(&model));
        }
    });
    let mut model = rolled(80, 24);
    sample::type_keys(&mut model, "jT");
    let Some(Overlay::Form { form, .. }) = model.overlays.last() else { panic!("no form") };
    assert_eq!(form.text("month"), "2026-03", "the month under the cursor");
}

#[test]
fn forms_and_sheets_never_panic_at_any_size() {
    for (width, height) in [(1, 1), (2, 2), (39, 11), (40, 12), (41, 13), (79, 19), (300, 90)] {
        for keys in
            ["Voak<tab>x<tab>1<tab><tab><tab>fr<tab>2<tab>m<tab>", "L<down><down>", "I<tab>", "V<esc>"]
        {
            let mut model = ready(Screen::Review, width.max(40), height.max(12));
            model.size = (width, height);
            sample::type_keys(&mut model, keys);
            text(&model);
        }
        let mut model = ready(Screen::Review, 80, 24);
        model.overlays.push(Overlay::Paper(paper::change(&sample_entries::changed()).unwrap()));
        model.size = (width, height);
        sample::type_keys(&mut model, "jjG<pagedown>k");
        text(&model);
        let mut model = rolled(80, 24);
        model.size = (width, height);
        text(&model);
    }
}
