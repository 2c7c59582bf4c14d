//! The README's rehearsal of the first day, run as it is written: every command, in order, by the real binary.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must fail")]

mod support;

use std::path::Path;
use support::{Ran, Running, WORLD, free_address, run, run_with};

/// The commands of the README's rehearsal, block by block.
fn blocks() -> Vec<Vec<String>> {
    let readme = support::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let section = readme.split("## Rehearse the first day").nth(1).unwrap().split("\n## ").next().unwrap();
    section
        .split("```sh\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap().lines().map(str::to_string).collect())
        .collect()
}

/// What the test puts in the place of the folder, the ports and the password.
struct Place {
    folder: String,
    cin7: String,
    listen: String,
}

impl Place {
    /// A line as words, its quotes taken off; what stands before a pipe goes to stdin.
    fn words(&self, line: &str) -> (String, Vec<String>) {
        let (stdin, line) = line.split_once(" | ").unwrap_or(("", line));
        let port = self.listen.rsplit(':').next().unwrap();
        let line = line
            .replace("127.0.0.1:9100", &self.cin7)
            .replace("localhost:8085", &format!("localhost:{port}"))
            .replace("rehearsal-books.json", &format!("{}/books.json", self.folder))
            .replace("--data-dir rehearsal", &format!("--data-dir {}/rehearsal", self.folder))
            .replace("PASSWORD", support::PASSWORD);
        let quoted = line.split('"').enumerate().flat_map(|(at, part)| {
            let words: Vec<String> = if at % 2 == 1 {
                vec![part.to_string()]
            } else {
                part.split_whitespace().map(str::to_string).collect()
            };
            words
        });
        let words: Vec<String> = quoted.collect();
        assert_eq!(words[0], "countersign", "{line}");
        (stdin.trim_start_matches("echo ").to_string(), words[1..].to_vec())
    }

    fn run(&self, line: &str) -> Ran {
        let (stdin, words) = self.words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if stdin.is_empty() { run(&words) } else { run_with(&words, &format!("{stdin}\n")) }
    }

    fn start(&self, line: &str) -> Running {
        let (_, words) = self.words(line);
        Running::start(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

#[test]
fn the_readme_leads_a_newcomer_to_an_all_green_doctor() {
    let blocks = blocks();
    let [cin7, make, quickbooks, steps, last] = blocks.as_slice() else { panic!("{blocks:?}") };
    let folder = tempfile::tempdir().unwrap();
    let place = Place {
        folder: folder.path().to_string_lossy().into_owned(),
        cin7: free_address(),
        listen: free_address(),
    };
    // The usual world takes a while to be made; the commands are the same on a small one.
    let mut cin7 = place.start(&format!("{} {}", cin7[0], WORLD.join(" ")));
    cin7.line("sim cin7 ready");
    let (open, make) = make.split_last().unwrap();
    assert_eq!(open, "countersign --data-dir rehearsal", "the screen is opened last");
    for line in make {
        place.run(line).ended(0);
    }
    place
        .run(&format!("countersign --data-dir rehearsal settings set endpoint.listen={}", place.listen))
        .ended(0);
    let quickbooks = quickbooks[0].replace("--every 2", "--every 1");
    let mut quickbooks = place.start(&format!("{quickbooks} {}", WORLD.join(" ")));
    quickbooks.line("sim quickbooks ready");

    let (serve, steps) = steps.split_last().unwrap();
    for line in steps {
        let ran = place.run(line);
        assert!(ran.code == 0 || line.ends_with(" trial"), "{line}: {ran:?}");
        if line.ends_with(" trial") {
            assert!(ran.out.contains("read back") && ran.out.contains("All of it by account"), "{}", ran.out);
        }
    }
    let mut serving = place.start(serve);
    serving.line("serve ready");
    let doctor = place.run(&format!("{} --json", last[0])).ended(0).json();
    let checks = doctor["checks"].as_array().unwrap();
    let open: Vec<_> = checks.iter().filter(|check| check["verdict"] != "good").collect();
    assert!(open.is_empty(), "{open:#?}");
    assert!(place.run(&last[0]).ended(0).out.contains("All green"));
}

#[test]
fn plain_mode_asks_the_same_steps_and_the_end_of_the_input_keeps_what_was_done() {
    let mut cin7 = Running::start(&[&["sim", "cin7", "--speed", "200"][..], &WORLD].concat());
    let url = cin7.line("sim cin7 ready at ").rsplit(' ').next().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("books").to_string_lossy().into_owned();
    let listen = free_address();
    run(&["init", "--cin7-url", &url, "--listen", &listen, "--start", "2026-01", "--data-dir", &dir])
        .ended(0);
    run(&["settings", "set", "cin7.limit_factor=200", "--data-dir", &dir]).ended(0);
    let input = "setup\nAnn Lee\ndemo\nwrong-key\n";
    let ran = run_with(&["--plain", "--data-dir", &dir], input).ended(1);
    assert!(ran.out.contains("CIN7-401"), "{}", ran.out);
    let input = "setup\n";
    let view = run(&["setup", "--json", "--data-dir", &dir]).ended(1).json();
    assert_eq!((&view["next"], &view["done"]), (&"test".into(), &2.into()), "{view}");
    run_with(&["secrets", "set", "cin7-key", "--data-dir", &dir], "demo-key\n").ended(0);
    let ran = run_with(&["--plain", "--data-dir", &dir], &format!("{input}America/New_York\n")).ended(1);
    for said in
        ["Every list can be read", "dates are midnights there", "The books are kept in America/New_York"]
    {
        assert!(ran.out.contains(said), "no `{said}` in {}", ran.out);
    }
    let view = run(&["setup", "--json", "--data-dir", &dir]).ended(1).json();
    let done = |step: &str| {
        let steps = view["steps"].as_array().unwrap();
        steps.iter().any(|view| view["step"] == step && view["stand"] == "done")
    };
    assert!(["name", "cin7", "test", "fetch", "zone", "file"].into_iter().all(done), "{view}");
    assert_eq!(view["next"], "visit");
}
