//! Conversations over pipes, on a profile without far ends.

use super::run;
use crate::tui::TuiOptions;
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
