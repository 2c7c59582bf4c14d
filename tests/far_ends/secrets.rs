//! Canaries: the secrets of a job that went all the way are looked for everywhere but where they belong
//! (`security.md` 3).
//!
//! Must never trust one notation: a secret may lie in a file as it is, escaped, encoded, packed or as a plain hash.

use crate::job::{CIN7_KEY, Job, USER};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use countersign::books::DraftState;
use countersign::webconnector::{Call, Password};
use countersign::workflow::host::Notice;
use countersign::workflow::{connect, drafts, history, prove, status, tls};
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The one file that may hold secrets, for its owner alone.
const VAULT: &str = "secrets.toml";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a secret may look like. Base64 depends on what stands before it, so its inner part is taken at each of the three
/// places.
fn notations(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut found: Vec<(&'static str, Vec<u8>)> = vec![("as it is", secret.as_bytes().to_vec())];
    for shift in 0..3 {
        let padded = [vec![b'x'; shift], secret.as_bytes().to_vec()].concat();
        for (name, text) in [
            ("base64", STANDARD_NO_PAD.encode(&padded)),
            ("url-safe base64", URL_SAFE_NO_PAD.encode(&padded)),
        ] {
            // The first and the last letters mix with their neighbours.
            let inner = text.get(if shift == 0 { 0 } else { 4 }..text.len().saturating_sub(2)).unwrap_or("");
            found.push((name, inner.as_bytes().to_vec()));
        }
    }
    let url: String = secret.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            _ => drop(write!(text, "%{byte:02X}")),
        }
        text
    });
    found.push(("url-encoded in small letters", url.to_lowercase().into_bytes()));
    found.push(("url-encoded", url.into_bytes()));
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    found.push(("XML with quotes", xml.replace('"', "&quot;").into_bytes()));
    found.push(("XML", xml.into_bytes()));
    found.push(("JSON", serde_json::to_string(secret).unwrap().trim_matches('"').as_bytes().to_vec()));
    found.push(("hexadecimal", hex(secret.as_bytes()).into_bytes()));
    found.push(("UTF-16", secret.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    for (name, algorithm) in [
        ("SHA-256", &ring::digest::SHA256),
        ("SHA-512", &ring::digest::SHA512),
        ("SHA-1", &ring::digest::SHA1_FOR_LEGACY_USE_ONLY),
    ] {
        let digest = ring::digest::digest(algorithm, secret.as_bytes());
        found.push((name, digest.as_ref().to_vec()));
        found.push((name, hex(digest.as_ref()).into_bytes()));
    }
    found
}

/// Bytes by which a notation is looked for first.
const BEGINNING: usize = 8;

/// The first of these that stands in a content.
fn found_in<'a>(content: &[u8], wanted: &'a [(String, Vec<u8>)]) -> Option<&'a str> {
    let mut beginnings: HashMap<&[u8], Vec<&'a (String, Vec<u8>)>> = HashMap::new();
    for one in wanted.iter().filter(|one| one.1.len() >= BEGINNING) {
        beginnings.entry(&one.1[..BEGINNING]).or_default().push(one);
    }
    content.windows(BEGINNING).enumerate().find_map(|(at, window)| {
        let candidates = beginnings.get(window)?;
        candidates.iter().find(|(_, bytes)| content[at..].starts_with(bytes)).map(|(name, _)| name.as_str())
    })
}

/// The content itself and whatever is packed in it, wherever a packed part may begin.
fn unpacked(content: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = vec![content.to_vec()];
    for at in 0..content.len().saturating_sub(2) {
        let rest = &content[at..];
        let mut part = Vec::new();
        match rest {
            [0x1f, 0x8b, ..] => drop(GzDecoder::new(rest).read_to_end(&mut part)),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => drop(ZlibDecoder::new(rest).read_to_end(&mut part)),
            _ => {}
        }
        if part.len() > 16 {
            parts.push(part);
        }
    }
    let mut whole = Vec::new();
    if DeflateDecoder::new(content).read_to_end(&mut whole).is_ok() {
        parts.push(whole);
    }
    parts
}

/// Fails when a secret stands in a content in any notation.
#[track_caller]
fn assert_clean(place: &str, content: &[u8], secrets: &[(&str, String)]) {
    let wanted: Vec<(String, Vec<u8>)> = secrets
        .iter()
        .flat_map(|(name, secret)| {
            notations(secret).into_iter().map(move |(how, bytes)| (format!("{name}, {how}"), bytes))
        })
        .collect();
    for part in unpacked(content) {
        assert_eq!(found_in(&part, &wanted), None, "in {place}");
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn a_planted_secret_would_be_found_in_every_notation() {
    let planted = |text: &str| vec![("it", text.to_string())];
    let found = |content: &[u8]| {
        std::panic::catch_unwind(|| assert_clean("a test", content, &planted(CIN7_KEY))).is_err()
    };
    use std::io::Write as _;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    zip.write_all(format!("before {CIN7_KEY} after").as_bytes()).unwrap();
    let zipped = [b"some bytes".to_vec(), zip.finish().unwrap()].concat();
    assert!(found(&zipped));
    assert!(found(STANDARD_NO_PAD.encode(format!("user:{CIN7_KEY}")).as_bytes()));
    assert!(found(serde_json::to_string(CIN7_KEY).unwrap().as_bytes()));
    assert!(found(b"x canary-7781/Kei+&lt;&amp;&gt;\"%"));
    assert!(!found(b"nothing of it: canary-7782"));
}

#[test]
fn after_a_whole_job_no_secret_stands_anywhere_but_in_the_vault() {
    let job = Job::queued();
    let mut heard = job.host.notices();
    job.visit_as(USER, "a wrong password 4711");
    job.visit();
    job.settle();
    tls::make(&job.profile, &["office-pc".into()], "Ann").unwrap();
    connect::write_qwc(&job.profile).unwrap();
    let ticket = match countersign::net::listener::Desk::call(
        &*job.host,
        Call::Authenticate { user: USER.into(), password: Password::new(job.password()) },
    ) {
        countersign::webconnector::Reply::Strings(said) => said[0].clone(),
        other => panic!("{other:?}"),
    };
    let vault: toml::Table =
        toml::from_str(&std::fs::read_to_string(job.folder().join(VAULT)).unwrap()).unwrap();
    let key_line = vault["tls_key"].as_str().unwrap().lines().nth(1).unwrap().to_string();
    let secrets: Vec<(&str, String)> = vec![
        ("the Cin7 key", CIN7_KEY.into()),
        ("the Web Connector password", job.password().into()),
        ("a wrong password", "a wrong password 4711".into()),
        ("a ticket", ticket),
        ("the certificate's key", key_line),
    ];
    // What people and scripts see.
    let mut said = String::new();
    while let Ok(notice) = heard.try_recv() {
        let _ = write!(said, "{notice:?}");
        if let Notice::Outcome { text } | Notice::Ended { text } = &notice {
            said.push_str(text);
        }
    }
    let _ = write!(said, "{}", serde_json::to_string(&status::status(&job.profile).unwrap()).unwrap());
    let _ = write!(said, "{}", serde_json::to_string(&prove::prove(&job.profile, None).unwrap()).unwrap());
    let _ = write!(said, "{:?}", history::events(&job.profile, i64::MAX, 10_000).unwrap());
    for row in job.rows(&[DraftState::Posted]).iter().take(5) {
        let _ = write!(said, "{:?}", drafts::detail(&job.profile, row.id).unwrap().qbxml);
    }
    assert_clean("what was said", said.as_bytes(), &secrets);
    // What stands on disk, free pages of the database included.
    let mut found = Vec::new();
    files(job.folder(), &mut found);
    assert!(found.iter().any(|path| path.ends_with("countersign.db")));
    for path in found {
        let content = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name == VAULT {
            // The key is kept here and the password is not: only its argon2id text.
            assert!(String::from_utf8_lossy(&content).contains("$argon2id$"));
            assert_clean(&name, &content, &secrets[1..4]);
        } else {
            assert_clean(&name, &content, &secrets);
        }
    }
}
