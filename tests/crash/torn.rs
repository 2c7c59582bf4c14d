//! The database's file with torn, cut, emptied and flipped bytes: it opens with what was written, or it is refused in
//! words; never silently wrong, never a fault of ours (`exactly-once.md` 8, F6; 10: `torn_wal`).
//!
//! `COUNTERSIGN_TEST_TORN_EVERY=1` flips every byte (hours); a plain run flips a sample.

use crate::story::{Dice, Story, asked_for};
use countersign::base::Problem;
use countersign::store::{FILE, Store};
use rusqlite::Connection;
use std::fmt::Write as _;
use std::path::Path;

/// Places of the file that a plain run damages, each way.
const SAMPLES: u64 = 24;

/// Everything that stands in the tables, and that the program made of it.
fn content(db: &Path) -> String {
    let db = Connection::open(db).unwrap();
    let mut tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'draft_triples%' AND name NOT LIKE 'draft_words%' ORDER BY name").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut text = String::new();
    for table in tables {
        let mut rows = db.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            write!(text, "{table}").unwrap();
            for column in 0..columns {
                write!(text, " {:?}", row.get_ref(column).unwrap()).unwrap();
            }
            text.push('\n');
        }
    }
    countersign::base::digest::of_bytes(text.as_bytes())
}

/// Opens a damaged file: what it holds now, or none where it is refused in words.
fn opened(dir: &Path, told: &str) -> Option<String> {
    match Store::open(dir) {
        Ok(store) => {
            drop(store);
            Some(content(&dir.join(FILE)))
        }
        Err(error) => {
            let problem = Problem::from(error);
            assert_eq!(problem.code, "STORE-DAMAGED", "{told}: {problem}");
            assert!(!problem.means.is_empty() && !problem.do_now.is_empty());
            None
        }
    }
}

struct Damage {
    dir: tempfile::TempDir,
    file: Vec<u8>,
    seal: Option<Vec<u8>>,
}

impl Damage {
    /// The database of a story, closed in peace.
    fn of(story: &Story) -> Self {
        let profile = Path::new(&story.dir()).to_path_buf();
        drop(Store::open(&profile).unwrap());
        Damage {
            dir: tempfile::tempdir().unwrap(),
            file: std::fs::read(profile.join(FILE)).unwrap(),
            seal: std::fs::read(profile.join("countersign.sealed")).ok(),
        }
    }

    fn put(&self, bytes: &[u8], sealed: bool) {
        let path = self.dir.path();
        for name in ["countersign.db-wal", "countersign.db-shm", "countersign.sealed"] {
            let _ = std::fs::remove_file(path.join(name));
        }
        std::fs::write(path.join(FILE), bytes).unwrap();
        if let Some(seal) = self.seal.as_ref().filter(|_| sealed) {
            std::fs::write(path.join("countersign.sealed"), seal).unwrap();
        }
    }
}

#[test]
fn a_closed_database_with_any_other_byte_is_refused() {
    let story = Story::queued();
    let damage = Damage::of(&story);
    assert!(damage.seal.is_some());
    damage.put(&damage.file, true);
    let truth = opened(damage.dir.path(), "as it was").unwrap();
    let (mut dice, length) = (Dice::new(7), damage.file.len() as u64);
    let every = asked_for("COUNTERSIGN_TEST_TORN_EVERY", length / SAMPLES);
    let (mut refused, mut right) = (0, 0);
    let mut at = 0;
    while at < length {
        let place = (at + dice.below(every)).min(length - 1) as usize;
        at += every;
        let mut flipped = damage.file.clone();
        flipped[place] ^= 1 << dice.below(8);
        let mut emptied = damage.file.clone();
        let page = place / 4096 * 4096;
        emptied[page..(page + 4096).min(damage.file.len())].fill(0);
        let cut = damage.file[..place].to_vec();
        for (how, bytes) in [("flipped", flipped), ("page emptied", emptied), ("cut", cut)] {
            if bytes == damage.file {
                continue;
            }
            let told = format!("{how} at {place}");
            damage.put(&bytes, true);
            match opened(damage.dir.path(), &told) {
                None => refused += 1,
                Some(now) if now == truth => right += 1,
                Some(_) => panic!("silently wrong: {told}"),
            }
        }
    }
    println!("{refused} refused, {right} opened right");
    assert!(refused > 20);
}

#[test]
fn a_torn_log_opens_with_what_was_written_up_to_there_or_is_refused_in_words() {
    let story = Story::queued();
    let profile = Path::new(&story.dir()).to_path_buf();
    // A log of many commits, as a kill leaves it.
    let mut serve = story.serve();
    let visit = story.visit(None);
    serve.line(": posted");
    serve.line(": posted");
    serve.kill();
    visit.ended();
    let (file, log) = (profile.join(FILE), profile.join("countersign.db-wal"));
    let (file, log) = (std::fs::read(file).unwrap(), std::fs::read(log).unwrap());
    let dir = tempfile::tempdir().unwrap();
    let events = |bytes: &[u8]| -> Option<Vec<String>> {
        let _ = std::fs::remove_file(dir.path().join("countersign.sealed"));
        let _ = std::fs::remove_file(dir.path().join("countersign.db-shm"));
        std::fs::write(dir.path().join(FILE), &file).unwrap();
        std::fs::write(dir.path().join("countersign.db-wal"), bytes).unwrap();
        opened(dir.path(), "a torn log")?;
        let store = Store::open(dir.path()).unwrap();
        let mut hashes = Vec::new();
        store.read(|r| r.verify_events(|event| hashes.push(event.hash.clone()))).unwrap().unwrap();
        Some(hashes)
    };
    let truth = events(&log).unwrap();
    let (mut dice, mut shorter) = (Dice::new(9), 0);
    for sample in 0..SAMPLES {
        let at = dice.below(log.len() as u64) as usize;
        let mut bytes = log.clone();
        match sample % 3 {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << dice.below(8),
            _ => bytes[at..].fill(0),
        }
        let Some(there) = events(&bytes) else { continue };
        assert_eq!(there[..], truth[..there.len()], "what stands there is what was written");
        shorter += usize::from(there.len() < truth.len());
    }
    println!("{shorter} of {SAMPLES} logs ended earlier");
}

#[test]
fn after_a_torn_log_and_after_an_older_copy_everything_is_in_quickbooks_once() {
    for older in [false, true] {
        let story = Story::queued();
        let (file, log) =
            (Path::new(&story.dir()).join(FILE), Path::new(&story.dir()).join("countersign.db-wal"));
        // Opened once, so that this computer knows where the record ends.
        story.run(&["settings", "set", "endpoint.every_minutes=7"]).ended(0);
        let copy = std::fs::read(&file).unwrap();
        let mut serve = story.serve();
        let visit = story.visit(None);
        for _ in 0..4 {
            serve.line(": posted");
        }
        if older {
            drop(visit);
            serve.signal("TERM");
            serve.ended();
            let _ = std::fs::remove_file(&log);
            std::fs::write(&file, copy).unwrap();
        } else {
            serve.kill();
            visit.ended();
            let torn = std::fs::read(&log).unwrap();
            std::fs::write(&log, &torn[..torn.len() * 2 / 3]).unwrap();
        }
        if older {
            let broken = story.run(&["audit", "verify"]);
            assert_eq!(broken.code, 1, "events are missing at the end: {}", broken.err);
        }
        story.ends_well(if older { "an older copy" } else { "a torn log" });
    }
}
