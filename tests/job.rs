//! The whole job through the real binary: the demo, every step as a process of its own, and what happens when a step
//! is killed, refused or cut off.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail")]

mod support;

use serde_json::Value;
use std::io::Write as _;
use std::net::TcpListener;
use support::{Job, Running, WORLD, program, run, run_with};

/// A summary without what may differ between two runs.
fn figures(mut summary: Value) -> Value {
    summary.as_object_mut().unwrap().remove("seconds").unwrap();
    summary
}

fn demo(more: &[&str]) -> support::Ran {
    run(&[&["demo", "--headless", "--json"][..], &WORLD, more].concat())
}

#[test]
fn the_demo_does_the_whole_job_to_the_cent_and_twice_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("dump");
    let first = figures(demo(&["--dump", dump.to_str().unwrap()]).ended(0).json());
    assert_eq!(first["difference_cents"], 0);
    assert_eq!((&first["unknown"], &first["refused"], &first["underway"]), (&0.into(), &0.into(), &0.into()));
    assert_eq!(first["ledger_check"]["agrees"], true);
    assert!(first["posted"].as_i64().unwrap() > 20, "{first}");
    assert_eq!(first["ledger_check"]["transactions"], first["posted"]);
    // Kinds that only come after the first hand-off: a sale taken out again, typed entries.
    assert!(first["drafts"]["Invoice"]["Voided"].as_u64() > Some(0), "{first}");
    assert!(first["drafts"]["VendorCredit"]["Posted"].as_u64() > Some(0), "{first}");
    assert!(dump.join("0001-request.xml").exists() && dump.join("0001-response.xml").exists());
    assert_eq!(figures(demo(&[]).ended(0).json()), first);
}

#[test]
fn every_kind_of_document_comes_in_the_demo_and_is_posted() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo").to_string_lossy().into_owned();
    demo(&["--data-dir", &dir]).ended(0);
    let drafts = run(&["drafts", "--json", "--data-dir", &dir]).ended(0).json();
    let posted: std::collections::BTreeSet<&str> = drafts["drafts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|draft| draft["state"] == "Posted")
        .map(|draft| draft["cin7_type"].as_str().unwrap())
        .collect();
    let all = "Accrual Adjustment CogsDifference CogsMonth CreditNote Csv Joined LandingCost PurchaseOrder Reversal \
               SalesOrder SupplierCredit TrueUp Typed";
    assert_eq!(posted.into_iter().collect::<Vec<_>>().join(" "), all);
}

#[test]
fn another_seed_is_another_story() {
    let of = |seed: &str| {
        let ran =
            run(&["demo", "--headless", "--json", "--seed", seed, "--orders", "24", "--contacts", "40"]);
        figures(ran.ended(0).json())
    };
    assert_ne!(of("1"), of("2"));
}

#[test]
fn a_killed_demo_goes_on_where_it_was() {
    let whole = figures(demo(&[]).ended(0).json());
    for line in ["Linked ", "Approved ", "Batch 1 is closed", "Batch 2 is closed"] {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("demo").to_string_lossy().into_owned();
        let mut cut = Running::start(&[&["demo", "--headless", "--data-dir", &dir][..], &WORLD].concat());
        cut.line(line);
        cut.kill();
        let rest = figures(demo(&["--data-dir", &dir]).ended(0).json());
        assert_eq!(rest, whole, "killed at `{line}`");
    }
}

#[test]
fn the_worlds_of_a_profile_that_is_held_are_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo").to_string_lossy().into_owned();
    demo(&["--data-dir", &dir]).ended(0);
    let company =
        || std::fs::metadata(folder.path().join("demo/demo/company.json")).unwrap().modified().unwrap();
    let before = company();
    let mut serve = Running::start(&["serve", "--listen", "127.0.0.1:0", "--data-dir", &dir]);
    serve.line("serve ready");
    demo(&["--data-dir", &dir]).problem(4, "PROFILE-HELD");
    assert_eq!(company(), before);
    serve.kill();
    demo(&["--data-dir", &dir]).ended(0);
}

#[test]
fn a_demo_never_runs_on_the_profile_of_real_books() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("real").to_string_lossy().into_owned();
    run(&["init", "--data-dir", &dir]).ended(0);
    demo(&["--data-dir", &dir]).problem(2, "DEMO-REAL");
    let named =
        program().args(["demo", "--headless", "--orders", "24"]).env("COUNTERSIGN_DATA_DIR", &dir).output();
    assert!(named.unwrap().status.success(), "the variable names real books, so a demo does not use it");
    assert!(!folder.path().join("real/demo").exists());
}

#[test]
fn the_job_is_done_in_separate_processes() {
    let job = Job::start("");
    let quickbooks = job.quickbooks(&["--every", "1"]);
    job.up_to_review();
    let ready = job.state("Ready");
    assert!(ready > 20, "{ready} are ready");
    job.run(&["approve", "--all-ready", "--by", "Ann"]).ended(0);
    assert_eq!(job.state("Approved"), ready);
    job.run(&["handoff"]).ended(0);
    assert_eq!(job.serve(&[]), 0);
    assert_eq!(job.state("Posted"), ready);
    job.run(&["finalise", "--all", "--by", "Ann"]).ended(0);
    assert_eq!(job.serve(&[]), 0);
    let proof = job.run(&["prove", "--json"]).ended(0).json();
    for row in proof["totals"].as_array().unwrap() {
        assert_eq!((&row["difference"], &row["pending_total"]), (&"0.00".into(), &"0.00".into()), "{row}");
    }
    assert_eq!(proof["documents"], Value::Array(Vec::new()));
    job.run(&["audit", "verify"]).ended(0);
    let drafts = job.run(&["drafts", "--state", "Posted", "--json"]).ended(0).json();
    assert_eq!(drafts["drafts"].as_array().unwrap().len() as i64, ready);
    drop(quickbooks);
}

#[test]
fn every_decision_about_a_draft_or_contact_can_be_taken_and_taken_back() {
    let job = Job::start("");
    let quickbooks = job.quickbooks(&["--every", "1"]);
    assert_eq!(job.serve(&["--adopt-company"]), 0);
    drop(quickbooks);
    job.run(&["settings", "propose", "--accept"]).ended(0);
    job.run(&["fetch"]).ended(0);
    job.run(&["match", "--accept-auto"]);
    let contacts = job.run(&["match", "--json"]).ended(0).json();
    let contacts = contacts["contacts"].as_array().unwrap();
    let linked = contacts.iter().find(|c| !c["link"].is_null()).unwrap();
    let open = contacts.iter().find(|c| c["link"].is_null() && c["deferred"] == false).unwrap();
    let (contact, list_id) = (linked["contact_id"].to_string(), linked["link"]["list_id"].as_str().unwrap());
    let ready = job.state("Ready");
    job.run(&["unlink", &contact]).ended(0);
    assert!(job.state("Ready") < ready, "its documents wait again");
    job.run(&["link", &contact, list_id]).ended(0);
    assert_eq!(job.state("Ready"), ready);
    let open = open["contact_id"].to_string();
    job.run(&["defer", &open]).ended(0);
    job.run(&["defer", &open, "--back"]).ended(0);
    job.run(&["create", &open, "--by", "Ann"]).ended(0);
    job.run(&["link", "999999", list_id]).problem(2, "CONTACT-ROLE");

    let drafts = job.run(&["drafts", "--state", "Ready", "--json"]).ended(0).json();
    let draft =
        drafts["drafts"].as_array().unwrap().iter().find(|d| d["party"]["list_id"].is_string()).unwrap();
    let id = draft["id"].to_string();
    let source = format!("{}/{}", draft["cin7_type"].as_str().unwrap(), draft["cin7_id"].as_str().unwrap());
    let state = || job.run(&["draft", &id, "--json"]).ended(0).json()["state"].as_str().unwrap().to_string();
    let decide = |args: &[&str]| job.run(args).ended(0);
    decide(&["approve", &source]);
    assert_eq!(state(), "Approved");
    decide(&["reopen", &id]);
    assert_eq!(state(), "Ready");
    decide(&["hold", &id]);
    assert_eq!(state(), "Held");
    decide(&["reopen", &id]);
    decide(&["exclude", &id, "--why", "booked by hand"]);
    assert_eq!(state(), "Excluded");
    assert_eq!(job.run(&["approve", &id]).code, 1, "an excluded draft is not approved");
    decide(&["reopen", &id]);
    assert_eq!(state(), "Ready");
    assert!(job.run(&["draft", &id, "--qbxml"]).ended(0).out.contains("AddRq"));
    job.run(&["resolve", &id, "--as", "send-again"]).problem(1, "STORE-REFUSED");
    decide(&["approve", &id]);
    decide(&["handoff"]);
    decide(&["withdraw", "1"]);
    assert_eq!(job.state("Queued"), 0);
}

#[test]
fn what_a_kill_cuts_off_between_the_steps_is_not_lost_and_not_done_twice() {
    let job = Job::start("");
    let quickbooks = job.quickbooks(&["--every", "1"]);
    job.up_to_review();
    job.run(&["approve", "--all-ready", "--by", "Ann"]).ended(0);
    job.run(&["handoff"]).ended(0);
    // The endpoint dies while documents are on their way, then QuickBooks' computer does.
    let mut serve = job.running(&["serve"]);
    serve.line(": posted");
    serve.kill();
    quickbooks.kill();
    let quickbooks = job.quickbooks(&["--every", "1"]);
    assert_eq!(job.serve(&[]), 0);
    job.run(&["finalise", "--all", "--by", "Ann"]).ended(0);
    let mut serve = job.running(&["serve"]);
    serve.line(": posted");
    serve.kill();
    assert_eq!(job.serve(&[]), 0);
    job.run(&["prove"]).ended(0);
    let drafts = job.run(&["drafts", "--json"]).ended(0).json();
    let drafts = drafts["drafts"].as_array().unwrap();
    let mut ids: Vec<&str> = drafts.iter().filter_map(|draft| draft["txn_id"].as_str()).collect();
    let posted = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), posted, "one transaction for each draft");
    assert_eq!(job.state("Unknown") + job.state("InFlight") + job.state("Queued"), 0);
    drop(quickbooks);
}

#[test]
fn a_cent_that_nobody_approved_is_found() {
    let job = Job::start("");
    let quickbooks = job.quickbooks(&["--every", "1"]);
    job.up_to_review();
    job.run(&["approve", "--all-ready", "--by", "Ann"]).ended(0);
    job.run(&["handoff"]).ended(0);
    quickbooks.kill();
    let quickbooks = job.quickbooks(&["--every", "1", "--faults", "cent-more"]);
    job.serve(&[]);
    drop(quickbooks);
    let proof = job.run(&["prove", "--json"]).ended(1).json();
    let cents: Vec<&str> =
        proof["totals"].as_array().unwrap().iter().filter_map(|row| row["difference"].as_str()).collect();
    assert!(cents.iter().any(|cent| cent.trim_start_matches('-') == "0.01"), "{cents:?}");
    assert_eq!(proof["documents"].as_array().unwrap().len(), 1, "{}", proof["documents"]);
}

#[test]
fn wrong_usage_and_wrong_settings_end_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p").to_string_lossy().into_owned();
    let on = |args: &[&str]| run(&[args, &["--data-dir", &dir]].concat());
    on(&["status"]).problem(2, "PROFILE-NONE");
    on(&["init", "--start", "2026-13"]).problem(2, "INIT-OPTION");
    on(&["init"]).ended(0);
    on(&["init"]).problem(2, "PROFILE-EXISTS");
    on(&["settings", "set", "draft_mood=post"]).problem(2, "SETTINGS");
    on(&["settings", "set", "draft_mode"]).problem(2, "SETTINGS-FORM");
    on(&["approve", "--all-ready"]).problem(2, "NAME-NONE");
    on(&["drafts", "--state", "Lost"]).problem(2, "DRAFTS-FILTER");
    on(&["fetch"]).problem(2, "CIN7-NOKEY");
    assert_eq!(on(&["frobnicate"]).code, 2);
    let settings = std::path::Path::new(&dir).join("countersign.toml");
    let text = support::read(&settings);
    std::fs::write(&settings, format!("nonsense = 1\n{text}")).unwrap();
    on(&["status"]).problem(2, "SETTINGS");
}

#[test]
fn json_is_one_document_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p").to_string_lossy().into_owned();
    let on = |args: &[&str]| run(&[args, &["--json", "--data-dir", &dir]].concat());
    for command in
        [&["init"][..], &["status"], &["drafts"], &["settings"], &["match"], &["audit", "verify"], &["prove"]]
    {
        let ran = on(command);
        assert!(ran.json().is_object(), "{command:?}");
        assert!(ran.out.ends_with('\n'));
    }
    let status = on(&["status"]).json();
    for key in ["company", "steps", "states", "outcomes", "last_fetch", "last_visit", "frozen", "event_head"]
    {
        assert!(status.get(key).is_some(), "{key}");
    }
    assert!(status["steps"].is_object());
    let failed = on(&["approve", "999", "--by", "Ann"]);
    assert_eq!((failed.code, failed.out.as_str()), (2, ""));
}

#[test]
fn a_profile_that_is_held_is_looked_at_but_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p").to_string_lossy().into_owned();
    run(&["init", "--data-dir", &dir]).ended(0);
    let mut serve = Running::start(&["serve", "--listen", "127.0.0.1:0", "--data-dir", &dir]);
    serve.line("serve ready at http://localhost:");
    let held = run(&["handoff", "--by", "Ann", "--data-dir", &dir]);
    assert!(held.err.contains("serve, process"), "{}", held.err);
    held.problem(4, "PROFILE-HELD");
    for reading in [&["status"][..], &["drafts"], &["audit", "verify"], &["prove"]] {
        run(&[reading, &["--data-dir", &dir]].concat()).ended(0);
    }
    serve.kill();
    run(&["approve", "--all-ready", "--by", "Ann", "--data-dir", &dir]).ended(0);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_endpoint_cleanly() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("p").to_string_lossy().into_owned();
        run(&["init", "--data-dir", &dir]).ended(0);
        let mut serve = Running::start(&["serve", "--listen", "127.0.0.1:0", "--data-dir", &dir]);
        serve.line("serve ready");
        serve.signal(signal);
        assert_eq!(serve.ended(), code, "{signal}");
    }
}

#[test]
fn a_cin7_that_is_away_refuses_or_answers_with_a_page_ends_with_three() {
    let mut job = Job::start("");
    run_with(&["secrets", "set", "cin7-key", "--data-dir", &job.dir()], "wrong\n").ended(0);
    job.run(&["fetch"]).problem(3, "CIN7-401");
    run_with(&["secrets", "set", "cin7-key", "--data-dir", &job.dir()], "demo-key\n").ended(0);
    job.cin7.take().unwrap().kill();
    let away = job.run(&["fetch"]);
    assert_eq!(away.code, 3, "{}", away.err);
    // Something else answers there now: a page for people.
    let address = job.cin7_url.trim_start_matches("http://").trim_end_matches("/api");
    let listener = TcpListener::bind(address).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let page = "<html><body>Welcome to the hotel network</body></html>";
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
                page.len()
            );
        }
    });
    let page = job.run(&["fetch"]);
    assert_eq!(page.code, 3, "{}", page.err);
    assert!(page.err.contains("What it means: "));
    assert_eq!(job.state("Ready"), 0, "nothing was taken in");
}

#[test]
fn a_port_in_use_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p").to_string_lossy().into_owned();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    run(&["init", "--listen", &listen, "--data-dir", &dir]).ended(0);
    run(&["serve", "--data-dir", &dir]).problem(2, "NET-PORT");
    run(&["serve", "--listen", "0.0.0.0:0", "--data-dir", &dir]).problem(2, "NET-TLS");
}

#[test]
fn a_wrong_password_lets_no_web_connector_in() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p").to_string_lossy().into_owned();
    run(&["init", "--data-dir", &dir]).ended(0);
    let mut serve = Running::start(&["serve", "--listen", "127.0.0.1:0", "--data-dir", &dir]);
    let url = serve.line("serve ready at ").rsplit(' ').next().unwrap().to_string();
    let visit =
        ["sim", "quickbooks", "--once", "--url", &url, "--username", "countersign", "--password", "wrong"];
    run(&visit).problem(3, "SIM-SESSION");
    serve.line("login of countersign refused");
    let status = run(&["status", "--json", "--data-dir", &dir]).ended(0).json();
    assert_eq!(status["last_visit"], Value::Null, "only good logins are visits");
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p").to_string_lossy().into_owned();
    run(&["init", "--data-dir", &dir]).ended(0);
    let db = folder.path().join("p/countersign.db");
    let mut bytes = std::fs::read(&db).unwrap();
    // `user_version` of an SQLite file stands at offset 60, big-endian.
    bytes[60..64].copy_from_slice(&999_u32.to_be_bytes());
    // Whoever writes such a file moves its change counter (offset 24) too: without that it would be a damaged one.
    bytes[27] = bytes[27].wrapping_add(1);
    std::fs::write(&db, &bytes).unwrap();
    run(&["status", "--data-dir", &dir]).problem(2, "STORE-NEWER");
    run(&["approve", "--all-ready", "--by", "Ann", "--data-dir", &dir]).problem(2, "STORE-NEWER");
    assert_eq!(std::fs::read(&db).unwrap(), bytes);
}

#[test]
fn a_secret_reaches_no_file_that_others_read_and_no_output() {
    let job = Job::start("");
    let canary = "CANARY-5150-key";
    run_with(&["secrets", "set", "cin7-key", "--data-dir", &job.dir()], &format!("{canary}\n")).ended(0);
    for command in [&["settings"][..], &["status"], &["doctor"], &["fetch"], &["settings", "--json"]] {
        let ran = job.run(command);
        assert!(!ran.out.contains(canary) && !ran.err.contains(canary), "{command:?}");
    }
    let settings = support::read(&std::path::Path::new(&job.dir()).join("countersign.toml"));
    assert!(!settings.contains(canary) && !settings.contains(support::PASSWORD));
}

#[test]
fn the_web_connector_file_says_where_we_listen() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("p").to_string_lossy().into_owned();
    run(&["init", "--listen", "127.0.0.1:8123", "--data-dir", &dir]).ended(0);
    let text = run(&["qwc", "--out", "-", "--data-dir", &dir]).ended(0).out;
    assert!(
        text.contains("<AppURL>http://localhost:8123/qbwc</AppURL>")
            && text.contains("<UserName>countersign<")
    );
    let made = run(&["qwc", "--computer", "Front Desk", "--json", "--data-dir", &dir]).ended(0).json();
    let other = support::read(std::path::Path::new(made["file"].as_str().unwrap()));
    assert!(other.contains("<UserName>countersign-front-desk<"), "{other}");
}

#[test]
fn matching_on_outside_files_needs_no_profile() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(
        path("l.csv"),
        "left_id,type,company,email\n1,Customer,Harbor Goods LLC,ap@harbor.example\n",
    )
    .unwrap();
    std::fs::write(
        path("r.csv"),
        "right_id,list,name,companyName,email,isActive\nA,Customer,Harbor Goods,Harbor Goods LLC,ap@harbor.example,true\n",
    )
    .unwrap();
    let (l, r, o) = (path("l.csv"), path("r.csv"), path("o.csv"));
    let ran = run(&["match-eval", "--left", &l, "--right", &r, "--out", &o]).ended(0);
    assert!(ran.err.starts_with("left=1 right=1 pairs="), "{}", ran.err);
    assert!(
        support::read(std::path::Path::new(&o)).starts_with("left_id,rank,right_id,score,decision,evidence")
    );
    run(&["match-eval", "--left", &r, "--right", &l, "--out", &o]).problem(2, "EVAL-HEADER");
}
