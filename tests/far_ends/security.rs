//! `security.md`, row by row, with the test that states each row. Constants: `src/base/limits.rs`.
//!
//! | row | tests |
//! | --- | --- |
//! | 1 Listening | `an_address_that_others_can_reach_is_refused_without_a_certificate`, `both_loopback_addresses_are_taken_on_one_port`, `with_a_certificate_any_address_may_be_taken_and_no_other_comes_along` |
//! | 1 Host header | `only_our_own_names_with_our_port_are_answered`, `with_a_certificate_its_names_are_ours_too`, `strangers_are_turned_away_before_anything_is_read` |
//! | 1 Origin, Sec-Fetch-Site | `a_browsers_script_is_refused_and_a_person_is_not` |
//! | 1 Methods and paths | `paths_and_methods_are_few`, `pages_need_no_login_and_head_sends_no_body` |
//! | 1 Content-Type | `content_types_other_than_xml_are_refused`, `the_body_is_decoded_as_declared`, `a_body_that_declares_its_character_set_in_the_document_is_read_so`, `other_versions_of_soap_are_told_so` |
//! | 1 Login | `the_hash_is_argon2id_with_the_agreed_cost_and_hides_the_password`, `the_right_password_is_welcome_again_and_again`, `an_unknown_user_is_refused_like_a_wrong_password_even_with_the_dummys_own`, `failures_are_slowed_down_by_doubling_and_never_for_good`, `who_guesses_under_the_web_connectors_name_does_not_keep_it_out`, `a_wrong_login_says_the_same_whoever_tries_and_opens_nothing` |
//! | 1 Password | `blanks_and_case_count`, `a_made_password_has_more_than_twenty_letters_that_cannot_be_confused`, `the_environment_comes_first_and_is_never_written` |
//! | 1 Ticket | `a_ticket_has_128_bits_and_every_login_gets_another`, `a_dead_ticket_is_answered_without_a_fault_and_changes_nothing`, `a_late_answer_of_a_replaced_visit_settles_its_own_document` |
//! | 1 Repeats | `the_same_answer_again_gets_the_same_number_and_changes_nothing` |
//! | 1 connectionError | `a_connection_error_ends_the_visit_and_its_words_stay` |
//! | 1 Company file | `a_moved_company_file_waits_for_a_person`, `another_company_file_gets_nothing` |
//! | 2 Entities, DTD | `document_types_two_bodies_and_trailing_elements_are_faults`, `entities_and_doctypes_are_refused` |
//! | 2 Depth, width | `an_odd_envelope_is_a_fault`, `depth_and_width_have_limits`, `a_document_cut_off_anywhere_is_an_error` |
//! | 2 Size | `a_body_that_says_it_is_too_large_is_refused_unread`, `a_body_that_grows_too_large_is_refused_and_a_visit_may_send_more`, `strangers_never_take_the_room_of_the_visit` |
//! | 2 Slow clients | `slow_headers_and_slow_bodies_end_the_connection`, `a_body_earns_time_by_the_bytes_it_brings_up_to_a_limit`, `a_hand_shake_that_stalls_ends_and_holds_nobody_up`, `when_it_is_crowded_the_oldest_stranger_goes` |
//! | 2 Odd envelopes | `an_odd_envelope_is_a_fault`, `a_header_that_must_be_understood_is_a_fault_and_others_are_passed_over`, `odd_envelopes_and_a_desk_that_falls_over_are_faults`, `an_odd_envelope_in_a_visit_changes_nothing` |
//! | 2 Our replies | `replies_have_the_shape_that_the_web_connector_reads`, `calls_on_one_connection_are_answered_one_after_the_other` |
//! | 2 Parser | `no_body_of_a_web_connector_breaks_the_reader_or_our_replies`, `the_parser_is_new_enough` |
//! | 3 Secrets | `after_a_whole_job_no_secret_stands_anywhere_but_in_the_vault`, `a_planted_secret_would_be_found_in_every_notation`, `a_file_that_others_can_read_is_refused_and_ours_is_made_narrow`, `secrets_do_not_show_in_debug_prints` |
//! | 4 One process | `the_second_host_is_told_who_holds_the_profile` |
//! | 4 Permissions | `every_file_and_folder_of_a_profile_is_its_owners_alone`, `every_file_of_the_database_is_its_owners_alone_from_the_first_byte` |
//! | 4 Network share | `a_profile_on_a_share_is_refused_in_words_and_a_local_one_is_not`, `a_folder_on_a_share_is_known_by_the_mount_it_stands_on` |
//! | 4 Check, schema, copy | `a_file_that_changed_while_it_was_closed_is_refused_and_without_a_seal_it_is_read_whole`, `a_newer_database_is_refused_with_both_versions_named`, `before_a_migration_a_whole_copy_is_kept_and_readers_wait_for_it` |
//! | 4 CSV, HTML, names | `a_text_is_no_formula_and_an_amount_stays_a_number`, `a_text_is_no_markup`, `paths_and_methods_are_few` |
//! | 5 Screen | `escape_sequences_and_bidi_tricks_never_reach_the_screen` |
//! | 6 Supply | `unsafe_code_is_forbidden_for_the_whole_crate`, `all_that_is_locked_comes_from_the_registry_and_nothing_forbidden_is_among_it`, `licences_features_and_build_scripts_are_those_that_were_looked_at`, `the_program_has_no_build_script_of_its_own` |
//!
//! Must never name a test that is not there: the first one here looks.

use crate::job::{Job, USER};
use countersign::base::limits;
use countersign::net::listener::Desk as _;
use countersign::webconnector::{Call, Password, Reply};
use std::path::{Path, PathBuf};

fn texts_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts_below(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_test_that_the_table_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    texts_below(&root.join("src"), &mut files);
    texts_below(&root.join("tests"), &mut files);
    let sources: String = files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let table = include_str!("security.rs").lines().take_while(|line| line.starts_with("//!"));
    let names: Vec<&str> = table
        .filter(|line| line.starts_with("//! |"))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect();
    assert!(names.len() > 50, "{}", names.len());
    for name in names {
        assert!(sources.contains(&format!("fn {name}()")), "{name}");
    }
}

fn log_in(job: &Job, user: &str, password: &str) -> Vec<String> {
    let call = Call::Authenticate { user: user.into(), password: Password::new(password) };
    match job.host.call(call) {
        Reply::Strings(said) => said,
        other => panic!("{other:?}"),
    }
}

fn text(reply: Reply) -> String {
    match reply {
        Reply::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

fn ask(job: &Job, ticket: &str) -> String {
    text(job.host.call(Call::SendRequest {
        ticket: ticket.into(),
        hcp: String::new(),
        company_file: job.company().file().to_string(),
        country: "US".into(),
        major: 16,
        minor: 0,
    }))
}

fn tell(job: &Job, ticket: &str) -> Reply {
    job.host.call(Call::ReceiveResponse {
        ticket: ticket.into(),
        response: "<QBXML/>".into(),
        hresult: String::new(),
        message: String::new(),
    })
}

fn fail(job: &Job, ticket: &str) -> String {
    text(job.host.call(Call::ConnectionError {
        ticket: ticket.into(),
        hresult: "0x80040408".into(),
        message: "Could not start QuickBooks.".into(),
    }))
}

fn last_error(job: &Job, ticket: &str) -> String {
    text(job.host.call(Call::GetLastError { ticket: ticket.into() }))
}

fn close(job: &Job, ticket: &str) -> String {
    text(job.host.call(Call::CloseConnection { ticket: ticket.into() }))
}

#[test]
fn a_wrong_login_says_the_same_whoever_tries_and_opens_nothing() {
    let job = Job::queued();
    let wrong = log_in(&job, USER, "guessed");
    assert_eq!(wrong, ["", "nvu"]);
    assert_eq!(log_in(&job, "nobody", "guessed"), wrong);
    assert_eq!(log_in(&job, "", ""), wrong);
    assert!(!job.host.session_open());
}

#[test]
fn a_ticket_has_128_bits_and_every_login_gets_another() {
    let job = Job::queued();
    let mut seen = std::collections::HashSet::new();
    for _ in 0..5 {
        let said = log_in(&job, USER, job.password());
        assert_eq!(said[1], "");
        assert_eq!(said[0].len() * 4, limits::TICKET_BITS);
        assert!(said[0].chars().all(|c| c.is_ascii_hexdigit()));
        assert!(job.host.knows_ticket(&said[0]));
        assert!(seen.insert(said[0].clone()));
    }
}

#[test]
fn a_dead_ticket_is_answered_without_a_fault_and_changes_nothing() {
    let job = Job::queued();
    let replaced = log_in(&job, USER, job.password())[0].clone();
    let alive = log_in(&job, USER, job.password())[0].clone();
    let states = job.states();
    for dead in [replaced.as_str(), "0123456789abcdef0123456789abcdef", ""] {
        assert_eq!(ask(&job, dead), "");
        assert_eq!(tell(&job, dead), Reply::Number(-1));
        assert_eq!(fail(&job, dead), "done");
        assert_eq!(close(&job, dead), "OK");
        assert!(!last_error(&job, dead).trim().is_empty(), "a text that says what to do");
        assert!(!job.host.knows_ticket(dead));
    }
    assert_eq!(job.states(), states);
    assert!(job.host.knows_ticket(&alive), "the visit itself goes on");
    assert_ne!(ask(&job, &alive), "");
    close(&job, &alive);
    assert!(!job.host.knows_ticket(&alive));
    assert_eq!(ask(&job, &alive), "");
}

#[test]
fn a_connection_error_ends_the_visit_and_its_words_stay() {
    let job = Job::queued();
    let ticket = log_in(&job, USER, job.password())[0].clone();
    assert_eq!(fail(&job, &ticket), "done");
    assert!(!job.host.session_open());
    assert_eq!(ask(&job, &ticket), "");
    assert!(last_error(&job, &ticket).contains("0x80040408"));
    assert_eq!(fail(&job, &ticket), "done", "as often as it asks");
    assert_eq!(close(&job, &ticket), "OK");
    job.settle();
    job.assert_all_posted();
}

#[test]
fn an_odd_envelope_in_a_visit_changes_nothing() {
    use std::io::{Read as _, Write as _};
    let job = Job::queued();
    let ticket = log_in(&job, USER, job.password())[0].clone();
    let states = job.states();
    let envelope = |body: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{body}</s:Body></s:Envelope>"
        )
    };
    let call = |inner: &str| {
        envelope(&format!("<sendRequestXML xmlns=\"http://developer.intuit.com/\">{inner}</sendRequestXML>"))
    };
    let good = format!("<ticket>{ticket}</ticket>");
    for odd in [
        call(&format!("{good}{good}")),
        call(&format!("{good}<qbXMLMajorVers>thirteen</qbXMLMajorVers>")),
        call(&format!("<ticket><b>{ticket}</b></ticket>")),
        call(&good).replace("</s:Body>", "<closeConnection/></s:Body>"),
        call(&good).replace("<s:Body>", "<s:Header><x s:mustUnderstand=\"1\"/></s:Header><s:Body>"),
        format!("<!DOCTYPE s:Envelope>{}", call(&good)),
    ] {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", job.port())).unwrap();
        let head = format!(
            "POST /qbwc HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            job.port(),
            odd.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(odd.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 500 ") && answer.contains("<soap:Fault>"), "{odd}: {answer}");
    }
    assert_eq!(job.states(), states);
    assert!(job.host.knows_ticket(&ticket));
}

#[test]
fn the_parser_is_new_enough() {
    // RUSTSEC-2026-0194 and -0195 were repaired in 0.41.
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let versions: Vec<&str> = lock
        .split("[[package]]")
        .filter(|package| package.contains("name = \"quick-xml\""))
        .filter_map(|package| package.split("version = \"").nth(1)?.split('"').next())
        .collect();
    assert!(!versions.is_empty());
    for version in versions {
        let minor: u32 = version.split('.').nth(1).unwrap().parse().unwrap();
        assert!(!version.starts_with("0.") || minor >= 41, "{version}");
    }
}

#[cfg(unix)]
#[test]
fn every_file_and_folder_of_a_profile_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p");
    let options = countersign::workflow::InitOptions {
        company_id: uuid::Uuid::from_u128(5),
        file_id: uuid::Uuid::from_u128(6),
        ..Default::default()
    };
    let clock = std::sync::Arc::new(countersign::workflow::SystemClock);
    let profile = countersign::workflow::Profile::init(&dir, &options, clock).unwrap();
    countersign::workflow::connect::new_qbwc_password(&profile, "Ann").unwrap();
    let mut settings = profile.settings();
    settings.merge_lines = true;
    profile.save_settings(&settings).unwrap();
    let mode = |path: &Path| std::fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    let mut seen = 0;
    for entry in std::fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 6, "{seen}");
}
