//! What the program is made of beside its own code (`security.md` 6), read from the lock file and from what Cargo says
//! without a network: where it comes from, under which licences, with which features, and what may run while it builds.
//!
//! Must never need a network. Advisories need one: `cargo deny check advisories` by hand, where its data can be had.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Never in the tree, on any platform: second TLS stacks, and what loads code while it runs. (`schannel` is there on
/// Windows, only to read its store of certificates.)
const NEVER: [&str; 8] = [
    "openssl",
    "openssl-sys",
    "native-tls",
    "aws-lc-rs",
    "aws-lc-sys",
    "boringssl-sys",
    "libloading",
    "dlopen2",
];
/// Licences that ask for nothing but their text.
const LICENCES: [&str; 14] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "BSL-1.0",
    "Unlicense",
    "CC0-1.0",
    "Unicode-3.0",
    "CDLA-Permissive-2.0",
    "MPL-2.0",
];
/// Whose build scripts were read: they look at the compiler, or compile C that lies beside them. None downloads.
const BUILDS: [&str; 30] = [
    "crc32fast",
    "encoding_rs",
    "getrandom",
    "httparse",
    "icu_normalizer_data",
    "icu_properties_data",
    "libc",
    "libm",
    "libsqlite3-sys",
    "num-traits",
    "oid-registry",
    "parking_lot_core",
    "portable-atomic",
    "portable-atomic-util",
    "proc-macro2",
    "quote",
    "ring",
    "rust_decimal",
    "rustix",
    "rustls",
    "rustversion",
    "serde",
    "serde_core",
    "serde_json",
    "signal-hook",
    "thiserror",
    "winapi",
    "zerocopy",
    "zmij",
    "borsh",
];
/// Features that would bring in what nobody uses here, or another TLS.
const NOT_WANTED: [(&str, &[&str]); 7] = [
    (
        "reqwest",
        &[
            "default",
            "default-tls",
            "native-tls",
            "cookies",
            "http2",
            "json",
            "multipart",
            "socks",
            "brotli",
            "zstd",
        ],
    ),
    ("axum", &["default", "macros", "multipart", "ws", "http2", "json", "form"]),
    ("tokio", &["full", "fs", "process", "io-std"]),
    ("rusqlite", &["load_extension", "functions", "vtab", "serde_json"]),
    ("rustls", &["aws_lc_rs", "aws-lc-rs", "fips"]),
    ("hyper", &["http2"]),
    ("keyring", &["apple-native", "sync-secret-service", "async-secret-service", "vendored"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What Cargo says of this platform's part of the tree: the rest need not lie on this machine.
fn told() -> Value {
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = String::from_utf8(Command::new(compiler).arg("-vV").output().unwrap().stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let said = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).unwrap()
}

/// Everything that is built for the program itself, without what only tests use.
fn shipped(told: &Value) -> BTreeMap<String, (Value, Vec<String>)> {
    let by_id = |list: &Value| -> BTreeMap<String, Value> {
        let all = list.as_array().unwrap().iter();
        all.map(|one| (one["id"].as_str().unwrap().to_string(), one.clone())).collect()
    };
    let (packages, nodes) = (by_id(&told["packages"]), by_id(&told["resolve"]["nodes"]));
    let mut left = vec![told["resolve"]["root"].as_str().unwrap().to_string()];
    let mut found = BTreeMap::new();
    while let Some(id) = left.pop() {
        if found.contains_key(&id) {
            continue;
        }
        for needed in nodes[&id]["deps"].as_array().unwrap() {
            if needed["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"] != "dev") {
                left.push(needed["pkg"].as_str().unwrap().to_string());
            }
        }
        let features = nodes[&id]["features"].as_array().unwrap();
        let features = features.iter().map(|name| name.as_str().unwrap().to_string()).collect();
        found.insert(id.clone(), (packages[&id].clone(), features));
    }
    found
}

/// Whether one of the choices of a licence expression is allowed whole.
fn allowed(licence: &str) -> bool {
    let plain = licence.replace(" OR ", "/");
    // `(A OR B) AND C`: C must hold, and one of A and B.
    let parts = plain.split(" AND ");
    parts
        .map(|part| part.trim_matches(['(', ')']))
        .all(|part| part.split('/').any(|one| LICENCES.contains(&one)))
}

#[test]
fn all_that_is_locked_comes_from_the_registry_and_nothing_forbidden_is_among_it() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let lock: toml::Table = toml::from_str(&lock).unwrap();
    let mut count = 0;
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        assert!(!NEVER.contains(&name), "{name}");
        let Some(source) = package.get("source").and_then(toml::Value::as_str) else {
            assert_eq!(name, "countersign", "only our own crate has no source");
            continue;
        };
        assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{name}");
        assert!(package.get("checksum").is_some(), "{name} has no checksum");
        count += 1;
    }
    assert!(count > 200, "{count}");
}

#[test]
fn licences_features_and_build_scripts_are_those_that_were_looked_at() {
    let told = told();
    let shipped = shipped(&told);
    assert!(shipped.len() > 150, "{}", shipped.len());
    let mut wrong = Vec::new();
    for (package, features) in shipped.values() {
        let name = package["name"].as_str().unwrap();
        let licence = package["license"].as_str().unwrap_or("none");
        if !allowed(licence) {
            wrong.push(format!("{name}: licence {licence}"));
        }
        let not_wanted =
            NOT_WANTED.iter().find(|(crate_name, _)| *crate_name == name).map_or(&[][..], |one| one.1);
        let chosen: BTreeSet<&str> = features.iter().map(String::as_str).collect();
        wrong.extend(
            not_wanted
                .iter()
                .filter(|one| chosen.contains(**one))
                .map(|one| format!("{name}: feature {one}")),
        );
        let targets = package["targets"].as_array().unwrap();
        let builds = targets.iter().any(|target| target["kind"][0] == "custom-build");
        if builds && !BUILDS.contains(&name) && !name.starts_with("windows_") {
            wrong.push(format!("{name}: a build script that nobody has read"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_licence_with_a_choice_is_allowed_by_one_of_them_and_a_joined_one_only_whole() {
    for fine in ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR MIT", "(MIT OR GPL-3.0) AND Unicode-3.0"] {
        assert!(allowed(fine), "{fine}");
    }
    for refused in ["none", "GPL-3.0", "MIT AND GPL-3.0", "AGPL-3.0 OR SSPL-1.0"] {
        assert!(!allowed(refused), "{refused}");
    }
}

#[test]
fn the_program_has_no_build_script_of_its_own() {
    assert!(!root().join("build.rs").exists());
    let manifest: toml::Table =
        toml::from_str(&std::fs::read_to_string(root().join("Cargo.toml")).unwrap()).unwrap();
    assert!(manifest["package"].get("build").is_none() && manifest.get("build-dependencies").is_none());
}
