//! What the doctor says of a fresh profile, of a frozen one, and of a visit that ended with a code.

use super::*;
use crate::base::Instant;
use crate::books::CompanyFile;
use crate::store::Lane;
use crate::workflow::InitOptions;

struct Fixed;

impl crate::base::Clock for Fixed {
    fn now(&self) -> Instant {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }
}

fn fresh() -> (tempfile::TempDir, Arc<Profile>) {
    let dir = tempfile::tempdir().unwrap();
    let ids = uuid::Uuid::from_u128(7);
    let options = InitOptions { company_id: ids, file_id: ids, ..InitOptions::default() };
    let profile = Profile::init(&dir.path().join("books"), &options, Arc::new(Fixed)).unwrap();
    (dir, profile)
}

fn company_checks(profile: &Profile) -> Vec<Check> {
    let mut checks = company::first_day(profile).unwrap();
    checks.extend(company::company(profile).unwrap());
    checks.extend(company::lists(profile).unwrap());
    checks.extend(company::visits(profile).unwrap());
    checks.extend(company::in_doubt(profile).unwrap());
    checks
}

fn verdict_of(checks: &[Check], name: &str) -> Verdict {
    checks.iter().filter(|check| check.check == name).map(|check| check.verdict).max().unwrap()
}

#[test]
fn a_fresh_profile_is_told_what_is_missing_and_what_to_do_about_each() {
    let (_dir, profile) = fresh();
    let checks = company_checks(&profile);
    assert!(!is_green(&checks));
    for name in ["company file", "QuickBooks lists", "last visit"] {
        assert_eq!(verdict_of(&checks, name), Verdict::Bad, "{name}");
    }
    for check in checks.iter().filter(|check| check.verdict != Verdict::Good) {
        assert!(!check.means.is_empty() && !check.do_now.is_empty(), "{}", check.check);
    }
    assert_eq!(surroundings::chain(&profile).verdict, Verdict::Good);
    assert!(habits(&profile).unwrap().iter().all(|habit| habit.seen == NOT_SEEN));
}

const NOT_SEEN: &str = "not seen yet";

#[test]
fn a_frozen_company_and_one_that_waits_are_bad_until_a_person_has_looked() {
    let (_dir, profile) = fresh();
    let company = CompanyFile { name: "Acme".into(), path: "C:\\acme.qbw".into(), ..CompanyFile::default() };
    let kept = company.clone();
    profile.store().write(Lane::Person, move |tx| tx.set_meta_json("company", &kept)).unwrap();
    assert_eq!(verdict_of(&company::company(&profile).unwrap(), "company file"), Verdict::Good);
    profile
        .store()
        .write(Lane::Person, move |tx| {
            tx.set_meta_json("company_waiting", &company)?;
            tx.set_meta("frozen", "A document that was posted is not there any more.")
        })
        .unwrap();
    let checks = company::company(&profile).unwrap();
    assert_eq!(verdict_of(&checks, "company file"), Verdict::Bad);
    assert_eq!(verdict_of(&checks, "writing"), Verdict::Bad);
}

#[test]
fn a_visit_that_ended_with_a_code_brings_its_cure() {
    let (_dir, profile) = fresh();
    let ended = "QuickBooks could not be opened (0x8004040A): another file is open";
    profile
        .store()
        .write(Lane::Endpoint, move |tx| {
            let visit = tx.open_visit("countersign", "2026-11-23T11:00:00Z")?;
            tx.note_visit(visit, "", 0, Some(("2026-11-23T11:00:01Z", ended)))
        })
        .unwrap();
    let checks = company::visits(&profile).unwrap();
    let bad = checks.iter().find(|check| check.verdict == Verdict::Bad).unwrap();
    assert!(bad.found.contains("0x8004040A") && bad.do_now.contains("File > Open or Restore Company"));
}

#[tokio::test]
async fn a_port_that_another_program_has_is_bad_and_a_free_one_is_only_told() {
    let (_dir, profile) = fresh();
    let other = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listen = other.local_addr().unwrap().to_string();
    let mut settings = profile.settings();
    settings.endpoint.listen = listen;
    profile.save_settings(&settings).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = other.accept().await {
            drop(stream);
        }
    });
    assert_eq!(surroundings::endpoint(&profile).await.verdict, Verdict::Bad);
    settings.endpoint.listen = "127.0.0.1:0".into();
    profile.save_settings(&settings).unwrap();
    assert_eq!(surroundings::endpoint(&profile).await.verdict, Verdict::Look);
}
