//! Conversations over pipes, on a profile without far ends.

use super::run;
use crate::tui::{Left, TuiOptions};
use crate::workflow::{InitOptions, Profile, SystemClock};
use std::sync::Arc;
use uuid::Uuid;

fn conversation(input: &str) -> (u8, String) {
    let dir = tempfile::tempdir().unwrap();
    let options = InitOptions {
        company_id: Uuid::from_u128(7),
        file_id: Uuid::from_u128(8),
        listen: Some("127.0.0.1:0".into()),
        ..InitOptions::default()
    };
    let profile = Profile::init(dir.path(), &options, Arc::new(SystemClock)).unwrap();
    let mut output = Vec::new();
    let code = run(&profile, &TuiOptions::default(), &mut input.as_bytes(), &mut output).unwrap();
    let Left::Code(code) = code else { panic!("it changed hands") };
    (code, String::from_utf8(output).unwrap())
}

#[test]
fn the_end_of_the_input_leaves_with_1_where_something_waits_for_a_person() {
    let (code, said) = conversation("status\n");
    assert_eq!(code, 1);
    assert!(said.contains("Step 1, Connect:") && said.contains("The input has ended."), "{said}");
}

#[test]
fn quit_leaves_with_0_and_every_answer_is_a_line_without_drawing() {
    let (code, said) = conversation("3\n4\n\n6\n7\n\nquit\n");
    assert_eq!(code, 0);
    assert!(said.contains("Every contact is decided."));
    assert!(said.contains("0 drafts are ready"));
    assert!(said.contains("Nothing was posted yet"));
    assert!(said.chars().all(|c| c == '\n' || !c.is_control()), "{said}");
    assert!(!said.contains('\u{2500}') && !said.contains('\u{2502}'));
}

#[test]
fn without_a_name_nothing_is_decided() {
    let (_, said) = conversation("undo\n\nquit\n");
    assert!(said.contains("Without a name nothing is decided."), "{said}");
}

#[test]
fn what_cannot_be_undone_is_left_by_enter_and_by_a_wrong_word() {
    let (_, said) = conversation("unfreeze\nDana\n\nunfreeze\nAAAAA\nquit\n");
    assert_eq!(said.matches("Nothing was done.").count(), 2, "{said}");
    assert!(said.contains("This cannot be undone."));
}

#[test]
fn a_settings_answer_is_kept_and_a_wrong_one_is_a_problem_in_four_parts() {
    let (_, said) = conversation("1\nname Dana\nset draft_mode=post\nset draft_mode=perhaps\n\n1\n\nquit\n");
    assert!(said.contains("signed by Dana"), "{said}");
    assert!(said.contains("What it means:") && said.contains("What to do now:"), "{said}");
    assert!(said.contains("posted at once"), "{said}");
}

#[test]
fn a_landing_cost_is_asked_field_by_field_read_out_and_undone() {
    let (_, said) = conversation(
        "landing\n13/40\n2026-02-05\n?\nFreight\nthirty\n30\nPO-7\n\nyes\nDana\n4\n\nundo\nquit\n",
    );
    assert!(
        said.contains("`13/40` is no date.") && said.contains("What to do now: Write it as 2026-02-05"),
        "{said}"
    );
    assert!(said.contains("The settings say which account each category credits"), "{said}");
    assert!(said.contains("`thirty` is no amount of money."), "{said}");
    assert!(said.contains("journal entry PO-7 Freight, 2026-02-05, 30.00:"), "{said}");
    assert!(said.contains("It would need attention first:"), "no account is chosen yet: {said}");
    assert!(said.contains("Entered landing cost Freight of 30.00. u undoes it."), "{said}");
    assert!(said.contains("Undone: Entered landing cost"), "{said}");
}

#[test]
fn what_is_typed_is_not_taken_without_a_yes_and_stop_leaves_a_form() {
    let (_, said) = conversation("landing\n2026-02-05\nFreight\n30\n\n\n\n4\n\nlanding\nstop\nquit\n");
    assert_eq!(said.matches("Nothing was entered.").count(), 2, "{said}");
    assert!(said.contains("0 need attention"), "{said}");
}

#[test]
fn a_file_is_refused_with_all_its_errors_and_a_template_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("costs.csv");
    std::fs::write(&path, "date,po,category,amount\n2026-13-09,,Freight,abc\n,,Duty,5\n").unwrap();
    let (_, said) =
        conversation(&format!("template landing costs\nimport\nlanding costs\n{}\nquit\n", path.display()));
    assert!(said.contains("Written: ") && said.contains("landing-costs-template.csv"), "{said}");
    for error in ["line 2, date:", "line 2, amount:", "line 3, date: it is empty"] {
        assert!(said.contains(error), "{error}: {said}");
    }
    assert!(said.contains("Nothing was entered."), "{said}");
}

#[test]
fn words_about_drafts_say_which_draft_they_need() {
    let (_, said) = conversation("changed\nsettle\nreset 99\njoin\nsplit PO-1\nquit\n");
    assert!(said.contains("No posted document changed since"), "{said}");
    assert!(said.contains("Say which draft") && said.contains("Say at least two orders"), "{said}");
    assert!(said.matches("Code: ").count() >= 2, "{said}");
}

#[test]
fn lists_are_found_views_are_saved_and_words_are_told_line_by_line() {
    let (code, said) = conversation(
        "find knd:bill\nfind kind:bill\ncontacts state:sure\ngroups month kind:bill\nsave Big bills: kind:bill >1000\nviews\n\
         view big bills\nsave groups month Months: kind:bill\nview months\nsave contacts Later: state:later\n\
         view later\ndelete big bills\nview big bills\nevents who:nobody\n\
         glossary pending\n7\n\nquit\n",
    );
    assert_eq!(code, 0);
    for told in [
        "`knd:` is no condition",
        "Found 0 documents.",
        "Found 0 contacts.",
        "That were 0 groups.",
        "Saved view `Big bills`: kind:bill >1000.",
        "Big bills of drafts: kind:bill >1000.",
        "Saved view `Months`: kind:bill, in groups by month.",
        "Deleted view `Big bills`",
        "There is no view of contacts named `big bills`.",
        "0 events, the newest first.",
        "pending: In QuickBooks, but not in the ledger",
        "Step 7, History. Who did what, and how to take it back.",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
}
