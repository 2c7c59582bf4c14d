//! What the first day remembers: tests of Cin7 list by list, the zone, the questions, what was read.

use crate::opening::{StoryClock, WHO, opened};
use countersign::sim::cin7::{DEMO_USERNAME, Setup};
use countersign::sim::world::{Resource, World};
use countersign::workflow::fetch::{FetchOptions, fetch};
use countersign::workflow::setup::{self, Stand, Step};
use countersign::workflow::{Profile, connect, doctor};
use secrecy::SecretString;
use std::sync::Arc;

fn stand(profile: &Profile, step: Step) -> Stand {
    setup::view(profile).unwrap().steps.into_iter().find(|view| view.step == step).unwrap().stand
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_and_a_missing_right_are_told_apart_and_a_new_key_is_tested_anew() {
    let world = World::generate(3, 8, 8);
    let clock = StoryClock::at(world.now());
    let mut office = Setup::for_world(&world);
    office.connections[0].key = "right".into();
    office.connections[0].refused = [Resource::Payments].into();
    let dir = tempfile::tempdir().unwrap();
    let (profile, _, _cin7) = opened(dir.path(), world, office, "wrong", "2026-01", clock).await;
    assert_eq!(stand(&profile, Step::Test), Stand::Open);
    let lists = setup::test_cin7(&profile).await.unwrap();
    assert!(lists.iter().all(|list| list.code == "CIN7-401" && !list.do_now.is_empty()), "{lists:?}");
    assert_eq!(setup::view(&profile).unwrap().cin7, lists, "it is remembered");

    connect::set_cin7_key(&profile, &SecretString::from("right".to_string()), "Ann").unwrap();
    assert!(setup::view(&profile).unwrap().cin7.is_empty(), "an older test says nothing about another key");
    let lists = setup::test_cin7(&profile).await.unwrap();
    let refused: Vec<_> = lists.iter().filter(|list| !list.problem.is_empty()).collect();
    let [payments] = refused.as_slice() else { panic!("{refused:?}") };
    assert_eq!((payments.list.as_str(), payments.code.as_str()), ("payments", "CIN7-403"));
    let unlike = setup::view(&profile).unwrap();
    let test = unlike.steps.iter().find(|view| view.step == Step::Test).unwrap();
    assert!(test.stand == Stand::Open && test.do_now.contains(&payments.do_now), "{test:?}");
    assert_eq!(profile.settings().cin7.username, DEMO_USERNAME);
    let changed = [("cin7.username".to_string(), "another".to_string())];
    connect::change_settings(&profile, &changed, WHO).unwrap();
    assert!(setup::view(&profile).unwrap().cin7.is_empty(), "nor about another user");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_zone_is_guessed_from_the_dates_and_asked_once() {
    let world = World::generate(3, 40, 20);
    let clock = StoryClock::at(world.now());
    let office = Setup::for_world(&world);
    let key = office.connections[0].key.clone();
    let dir = tempfile::tempdir().unwrap();
    let (profile, _, _cin7) = opened(dir.path(), world, office, &key, "2026-01", clock).await;
    connect::change_settings(&profile, &[("timezone".into(), "UTC".into())], WHO).unwrap();
    fetched(&profile).await;
    assert_eq!(profile.settings().timezone.name(), "America/New_York", "guessed by the fetch");
    assert_eq!(stand(&profile, Step::Zone), Stand::Open, "and not taken for an answer");
    setup::confirm_zone(&profile, "America/New_York", WHO).unwrap();
    assert_eq!(stand(&profile, Step::Zone), Stand::Done);
    fetched(&profile).await;
    assert_eq!(stand(&profile, Step::Zone), Stand::Done, "never asked twice");
    connect::change_settings(&profile, &[("timezone".into(), "America/Chicago".into())], WHO).unwrap();
    assert_eq!(stand(&profile, Step::Zone), Stand::Open, "Cin7's dates contradict it");
    setup::confirm_zone(&profile, "America/Chicago", WHO).unwrap();
    assert_eq!(stand(&profile, Step::Zone), Stand::Done, "a person may know better");
}

async fn fetched(profile: &Arc<Profile>) {
    fetch(profile, &FetchOptions { full: true, since: None }, &mut |_| (), Default::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answered_question_stays_answered_after_a_restart_and_the_doctor_names_the_open_ones() {
    let world = World::generate(3, 8, 8);
    let clock = StoryClock::at(world.now());
    let dir = tempfile::tempdir().unwrap();
    let office = Setup::for_world(&world);
    let (profile, _, _cin7) = opened(dir.path(), world, office, "key", "2026-01", clock.clone()).await;
    setup::answer(&profile, "draft_mode", "", WHO).unwrap();
    setup::answer(&profile, "purchase_tax", "cost", WHO).unwrap();
    assert!(setup::answer(&profile, "rounding_max", "a lot", WHO).is_err());
    assert_eq!(setup::answer(&profile, "colour", "red", WHO).unwrap_err().code, "SETUP-QUESTION");
    drop(profile);
    let profile = Profile::open_host(dir.path(), "a test", clock).unwrap();
    let questions = setup::open_questions(&profile).unwrap();
    let of = |key: &str| questions.iter().find(|question| question.key == key).unwrap();
    assert!(of("draft_mode").answered && of("draft_mode").by == WHO && of("draft_mode").value == "pending");
    assert!(of("purchase_tax").answered && of("purchase_tax").value == "cost");
    assert!(!of("rounding_max").answered && !of("tax_mode").answered);
    let checks = doctor::examine(&profile).await.unwrap();
    let money = checks.iter().find(|check| check.check == "questions of money").unwrap();
    assert!(money.found.contains("tax_mode") && !money.found.contains("draft_mode"), "{money:?}");
}
