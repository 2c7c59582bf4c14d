//! What is fuzzed: one function for each border that takes bytes from outside. Shared by the libFuzzer targets beside
//! this file and by the seeded test on stable (`tests/fuzzing.rs`).
//!
//! Must never fail but for a broken promise of the program: no panic, no endless work, and what was read or written
//! means the same when it is read again (`security.md` 2).

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use countersign::base::limits::SOAP_BODY_OPEN_BYTES;
use countersign::base::{Instant, SetId};
use countersign::books::{Preferences, Settings};
use countersign::cin7::{self, Resource};
use countersign::drafting::{self, Context, Learner, Lists};
use countersign::handoff::{Input, Visit, outcome, step};
use countersign::orders::DocumentType;
use countersign::qbxml;
use countersign::webconnector::qwc::{self, QwcFile};
use countersign::webconnector::soap::{self, Charset};
use countersign::webconnector::{Operation, Reply};
use countersign::workflow::{match_eval, settings_file};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Longest input that tells something new.
pub const INPUT_BYTES: usize = 256 * 1024;

fn text_of(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// A body of the Web Connector: read in every character set; what we answer with can be read by anybody.
pub fn soap(data: &[u8]) {
    assert!(data.len() <= SOAP_BODY_OPEN_BYTES);
    for charset in [Charset::Utf8, Charset::Undeclared, Charset::Latin1, Charset::Windows1252, Charset::Ascii]
    {
        match soap::parse(data.to_vec(), charset) {
            Ok(call) => {
                assert!(Operation::ALL.contains(&call.operation()));
                assert_eq!(
                    format!("{call:?}"),
                    call.operation().word(),
                    "nothing but the name is ever shown"
                );
            }
            Err(fault) => {
                let envelope = fault.envelope();
                roxmltree::Document::parse(&envelope).expect("a fault can be read");
            }
        }
    }
    let text = text_of(data);
    let reply = soap::reply(Operation::GetLastError, &Reply::Text(text.clone()));
    let tree = roxmltree::Document::parse(&reply).expect("a reply can be read");
    let result = tree.descendants().find(|n| n.has_tag_name((soap::INTUIT, "getLastErrorResult"))).unwrap();
    let kept: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'))
        .collect();
    assert_eq!(result.text().unwrap_or(""), kept, "what we say arrives as it was said");
}

/// An answer of QuickBooks: read whole or not at all, and the step survives whatever it says.
pub fn qbxml(data: &[u8]) {
    let text = text_of(data);
    let Ok(answers) = qbxml::read::answers(&text) else { return };
    let _ = outcome::refusal_in(&answers);
    assert!(answers.answers.len() <= text.len());
    let (visit, _) = step(Visit::new(qwc::OWNER_ID), Input::Plan { random: 7 });
    let (visit, effects) = step(visit, Input::Answered(answers.clone()));
    let set: Option<SetId> = answers.set_id.clone();
    // A second identical answer is answered by the desk, not here; a late one must not upset the step.
    let (visit, more) = step(visit, Input::Answered(answers));
    let _ = (set, effects.len(), more.len(), visit.summary());
}

struct Ground {
    settings: Settings,
    lists: Lists,
    preferences: Preferences,
    products: HashMap<i64, countersign::orders::Product>,
}

fn ground() -> &'static Ground {
    static GROUND: OnceLock<Ground> = OnceLock::new();
    GROUND.get_or_init(|| Ground {
        settings: settings_file::parse(include_str!("../../../assets/countersign.example.toml")).unwrap(),
        lists: Lists::new(Vec::new()),
        preferences: Preferences::default(),
        products: HashMap::new(),
    })
}

fn drafted(document: &countersign::orders::Document) {
    let ground = ground();
    let mut learner = Learner::default();
    learner.note(document);
    let learnt = learner.finish();
    let context = Context {
        settings: &ground.settings,
        lists: &ground.lists,
        preferences: &ground.preferences,
        products: &ground.products,
        learnt: &learnt,
        party_currency: "",
        original_sale: &|_| None,
        tax_filed_through: None,
    };
    let drafted = drafting::draft(document, None, None, &context, &|_, _, _| false);
    assert!(drafted.payload.is_none() || drafted.kind.is_some());
}

/// A page of Cin7, or one row of it: every record becomes one of ours or a problem, and every document a draft or its
/// reasons.
pub fn cin7(data: &[u8]) {
    let text = text_of(data);
    // One reader for one input, told by its length: all of them for each would make every run ten times as long.
    match text.len() % 3 {
        0 => {
            let resource = Resource::ALL[text.len() / 3 % Resource::ALL.len()];
            if let Ok(page) = cin7::read::page(resource, &text) {
                assert!(page.records.len() <= text.len());
            }
            let _ = cin7::read::record(resource, &text);
        }
        1 => {
            for kind in DocumentType::ALL {
                if let Ok(document) = cin7::document(kind, &text) {
                    drafted(&document);
                }
            }
        }
        _ => {
            let _ = (cin7::contact(&text), cin7::product(&text), cin7::branch(&text));
            let _ = (cin7::payment(&text), cin7::adjustment(&text));
        }
    }
    let _ = cin7::retry::retry_after(&text, Instant::UNIX_EPOCH);
    let words = cin7::errors::words_of(&text);
    assert!(!words.chars().any(|c| c.is_control()), "words of Cin7 may stand on a screen");
}

/// The settings file: read whole or told what is wrong; what was read and written again means the same.
pub fn settings(data: &[u8]) {
    let text = text_of(data);
    match settings_file::parse(&text) {
        Err(problem) => assert!(!problem.happened.is_empty()),
        Ok(read) => {
            let written = toml::to_string(&read).expect("settings can be written");
            let again = settings_file::parse(&written).expect("what is written can be read");
            assert_eq!(read, again);
        }
    }
    let Some((key, value)) = text.split_once('=') else { return };
    let unresolved = |key: &str, _: &str| {
        Err(countersign::base::Problem::new(
            countersign::base::problem::Exit::Usage,
            "FUZZ",
            key.to_string(),
            "Nothing.",
            "Nothing.",
        ))
    };
    let _ = settings_file::set(&ground().settings, &[(key.to_string(), value.to_string())], &unresolved);
}

/// Two CSV files for the matching, up to the first NUL and after it.
pub fn csv(data: &[u8]) {
    thread_local! {
        static FOLDER: tempfile::TempDir = tempfile::tempdir().unwrap();
    }
    let cut = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (left, right) = (&data[..cut], data.get(cut + 1..).unwrap_or_default());
    FOLDER.with(|folder| {
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("left.csv"), left).unwrap();
        std::fs::write(path("right.csv"), right).unwrap();
        let _ = std::fs::remove_file(path("out.csv"));
        match match_eval::run(&path("left.csv"), &path("right.csv"), &path("out.csv")) {
            Ok(summary) => {
                let out = std::fs::read(path("out.csv")).unwrap();
                assert!(out.iter().filter(|byte| **byte == b'\n').count() > summary.left.min(1));
            }
            Err(problem) => assert!(!path("out.csv").exists(), "nothing is written: {problem}"),
        }
    });
}

/// The .QWC file from texts that a person typed, parted by NUL: whatever is written can be read and says what was given.
pub fn qwc(data: &[u8]) {
    let text = text_of(data);
    let mut parts = text.split('\0');
    let mut next = || parts.next().unwrap_or_default().to_string();
    let (computer, company, user, host, minutes) = (next(), next(), next(), next(), next());
    let id = uuid::Uuid::from_u128(u128::from(text.len() as u64) + 1);
    let Ok(user) = qwc::user_of(&user, Some(&computer)) else { return };
    let file = QwcFile {
        app_name: qwc::app_name(id, Some(&computer)),
        company,
        app_url: format!("{host}/qbwc"),
        support_url: format!("{host}/support"),
        user,
        file_id: id,
        every_minutes: minutes.trim().parse().unwrap_or(5),
    };
    assert!(qwc::steps(&file).len() >= 8);
    let Ok(written) = qwc::write(&file) else { return };
    let tree = roxmltree::Document::parse(&written).expect("the file can be read");
    let value = |name: &str| {
        let node = tree.descendants().find(|n| n.has_tag_name(name)).expect(name);
        node.text().unwrap_or("").to_string()
    };
    assert_eq!(value("OwnerID"), qwc::OWNER_ID);
    assert_eq!(value("FileID"), format!("{{{}}}", id.hyphenated()));
    assert!(value("AppURL").starts_with("https://") || value("AppURL").starts_with("http://localhost"));
    assert!(value("AppName").chars().count() <= 60 && !value("AppName").is_empty());
    assert!(!value("UserName").is_empty());
    assert!(value("RunEveryNMinutes").parse::<u32>().is_ok_and(|minutes| minutes > 0));
    // A second pair of eyes: the Web Connector's own rules, as the simulated one knows them.
    assert!(
        !host.to_ascii_lowercase().starts_with("http://localhost:")
            || countersign::sim::connector::check_qwc(&written).is_ok()
            || host.chars().any(|c| !c.is_ascii_graphic())
            || !plain_authority(&host),
        "{written}"
    );
}

/// Whether an address is of the shape that we make ourselves: scheme, name, port.
fn plain_authority(host: &str) -> bool {
    host.rsplit(':').next().is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
        && host.matches(':').count() == 2
}

/// Keys, pastes, sizes and answers on the screens: nothing breaks, and nothing that cannot be undone is done without the
/// control word typed key by key.
pub fn keys(data: &[u8]) {
    if let Err(broken) = countersign::tui::rehearsal::play(data) {
        panic!("{broken}");
    }
}

/// A CSV file of documents, costs or figures: whole rows or all that is wrong with it, by line and column.
pub fn imports(data: &[u8]) {
    use countersign::workflow::imports::{What, check};
    for what in [What::VendorCredits, What::LandingCosts, What::StockValue] {
        match check(what, data) {
            Ok(rows) => assert!(rows <= data.len()),
            Err(wrong) => {
                assert!(!wrong.is_empty(), "a refused file says why");
                for wrong in wrong {
                    assert!(!wrong.text.is_empty() && !wrong.text.chars().any(char::is_control), "{wrong:?}");
                }
            }
        }
    }
}
