//! A simulated company file on disk that a `kill -9` cannot set back.
//!
//! Must never hand an answer to the connector before what the company did stands on disk: else the next start would
//! look like a restored backup to the program under test. After each visit the company is saved whole; in between,
//! every writing request goes into a journal beside it, with the moment at which it was worked, and is worked again at
//! the next start.

use crate::base::problem::Exit;
use crate::base::{Clock, Instant, Problem, digest};
use crate::sim::connector::{
    Recorder, Settings as ConnectorSettings, load_company, record_into, save_company,
};
use crate::sim::quickbooks::{Company, Faults, Hresult, Switches, message_writes};
use crate::sim::seed::CompanySeed;
use crate::workflow::Result;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a company file that are read at one time.
const PART: u64 = 64 * 1024;

/// A clock that remembers what it told last: the moment at which the company worked.
struct Told {
    clock: Arc<dyn Clock>,
    last_ms: AtomicI64,
}

impl Clock for Told {
    fn now(&self) -> Instant {
        let now = self.clock.now().as_millisecond();
        self.last_ms.store(now, Ordering::SeqCst);
        moment(now)
    }
}

fn moment(ms: i64) -> Instant {
    Instant::from_millisecond(ms).unwrap_or(Instant::UNIX_EPOCH)
}

/// The first line of a journal: which saved company it goes on from.
#[derive(Debug, Deserialize, Serialize)]
struct Base {
    base: String,
}

/// One worked request.
#[derive(Debug, Deserialize, Serialize)]
struct Worked {
    at_ms: i64,
    request: String,
}

/// Where a company is kept, and how.
struct Shelf {
    path: PathBuf,
    /// Faults are on: what they did cannot be worked again from the request, so the company is saved whole each time.
    whole: bool,
    journal: Mutex<Option<File>>,
}

/// A company with its file.
pub struct CompanyFile {
    company: Arc<Mutex<Company>>,
    shelf: Option<Arc<Shelf>>,
}

fn held(company: &Mutex<Company>) -> MutexGuard<'_, Company> {
    company.lock().unwrap_or_else(PoisonError::into_inner)
}

fn problem(why: impl std::fmt::Display) -> Problem {
    Problem::new(
        Exit::Usage,
        "SIM-COMPANY",
        format!("The simulated company file cannot be used: {why}."),
        "No real books are touched by the simulation.",
        "Look at the file, or name another one.",
    )
}

impl CompanyFile {
    /// Opens the company, or makes it of the seed. Without a path it lives as long as the run.
    ///
    /// # Errors
    /// When the file is there and unreadable, or cannot be written.
    pub fn open(path: Option<&Path>, seed: &CompanySeed, faults: Faults) -> Result<Self> {
        let mut company = load_company(path, seed, Switches::default()).map_err(problem)?;
        let whole = faults.any_left();
        let shelf = match path {
            None => None,
            Some(path) => {
                let shelf = Shelf { path: path.to_path_buf(), whole, journal: Mutex::new(None) };
                shelf.replay(&mut company)?;
                shelf.save(&company)?;
                Some(Arc::new(shelf))
            }
        };
        *company.faults_mut() = faults;
        Ok(CompanyFile { company: Arc::new(Mutex::new(company)), shelf })
    }

    /// The company.
    #[must_use]
    pub fn company(&self) -> &Mutex<Company> {
        &self.company
    }

    /// The company's present.
    #[must_use]
    pub fn now(&self) -> Instant {
        held(&self.company).now()
    }

    /// Changes the company as its people do by hand; what they did is saved with the next visit at the latest.
    pub fn change<T>(&self, change: impl FnOnce(&mut Company) -> T) -> T {
        change(&mut held(&self.company))
    }

    /// Looks into the company.
    pub fn look<T>(&self, look: impl FnOnce(&Company) -> T) -> T {
        look(&held(&self.company))
    }

    /// Lets a connector work this company: the clock, the journal, and a dump of every message where one is wanted.
    ///
    /// # Errors
    /// When the folder of the dump cannot be made.
    pub fn wire(&self, to: &mut ConnectorSettings, clock: Arc<dyn Clock>, dump: Option<&Path>) -> Result<()> {
        let told = Arc::new(Told { clock, last_ms: AtomicI64::new(0) });
        let mut dump = dump.map(|folder| record_into(folder.to_path_buf())).transpose().map_err(problem)?;
        let (shelf, company) = (self.shelf.clone(), Arc::clone(&self.company));
        let at = Arc::clone(&told);
        let recorder: Recorder =
            Box::new(move |request: &str, answer: std::result::Result<&str, &Hresult>| {
                if let Some(shelf) = shelf.as_ref().filter(|_| message_writes(request)) {
                    shelf.worked(&company, request, at.last_ms.load(Ordering::SeqCst))?;
                }
                dump.as_mut().map_or(Ok(()), |dump| dump(request, answer))
            });
        to.clock = Some(told);
        to.recorder = Some(recorder);
        Ok(())
    }

    /// Saves the company whole; the journal begins anew.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&self) -> Result<()> {
        self.shelf.as_ref().map_or(Ok(()), |shelf| shelf.save(&held(&self.company)))
    }
}

impl Shelf {
    fn journal_path(&self) -> PathBuf {
        let mut name = self.path.as_os_str().to_os_string();
        name.push(".journal");
        PathBuf::from(name)
    }

    /// What tells one saved company from another: a digest over its parts, each over the one before.
    fn base(&self) -> io::Result<String> {
        let mut file = File::open(&self.path)?;
        let mut so_far = String::new();
        loop {
            let mut part = so_far.clone().into_bytes();
            if (&mut file).take(PART).read_to_end(&mut part)? == 0 {
                return Ok(so_far);
            }
            so_far = digest::of_bytes(&part);
        }
    }

    fn save(&self, company: &Company) -> Result<()> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        save_company(&self.path, company).map_err(problem)?;
        // A journal of an older base is passed over at the next start, so a kill between these two loses nothing.
        *journal = None;
        match fs::remove_file(self.journal_path()) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(problem(why)),
            _ => Ok(()),
        }
    }

    /// Works again what was worked after the last whole save.
    fn replay(&self, company: &mut Company) -> Result<()> {
        let text = match fs::read_to_string(self.journal_path()) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(()),
            text => text.map_err(problem)?,
        };
        let mut lines = text.lines();
        let base: Option<Base> = lines.next().and_then(|line| serde_json::from_str(line).ok());
        if base.is_none_or(|base| self.base().map_or(true, |here| here != base.base)) {
            return Ok(());
        }
        // A last line cut short by the kill was never answered to anybody.
        for worked in lines.map_while(|line| serde_json::from_str::<Worked>(line).ok()) {
            company.begin_session();
            company.set_now(moment(worked.at_ms));
            let _ = company.process(&worked.request);
        }
        company.end_session();
        Ok(())
    }

    fn worked(&self, company: &Mutex<Company>, request: &str, at_ms: i64) -> std::result::Result<(), String> {
        if self.whole {
            return self.save(&held(company)).map_err(|problem| problem.happened);
        }
        let entry = Worked { at_ms, request: request.to_string() };
        self.append(&entry).map_err(|why| format!("the company's journal cannot be written: {why}"))
    }

    fn append(&self, entry: &Worked) -> io::Result<()> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        if journal.is_none() {
            let mut file = OpenOptions::new().create(true).append(true).open(self.journal_path())?;
            writeln!(file, "{}", serde_json::to_string(&Base { base: self.base()? })?)?;
            *journal = Some(file);
        }
        match journal.as_mut() {
            Some(file) => writeln!(file, "{}", serde_json::to_string(entry)?),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::world::World;

    const ADD: &str = "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\">\
        <CustomerAddRq requestID=\"1\"><CustomerAdd><Name>Kept by the journal</Name></CustomerAdd></CustomerAddRq>\
        </QBXMLMsgsRq></QBXML>";

    fn open(path: &Path) -> CompanyFile {
        CompanyFile::open(Some(path), &World::generate(3, 24, 40).company_seed(), Faults::default()).unwrap()
    }

    fn names(file: &CompanyFile) -> usize {
        file.look(|company| company.to_json().unwrap().matches("Kept by the journal").count())
    }

    /// As the connector does it: the company works, then the recorder sees it.
    fn work(file: &CompanyFile) {
        let mut settings = ConnectorSettings::new("http://127.0.0.1:1/qbwc", "u", "p");
        let clock: Arc<dyn Clock> = Arc::new(crate::sim::cin7::StoryClock::starting_at(file.now()));
        file.wire(&mut settings, clock, None).unwrap();
        let now = settings.clock.as_ref().unwrap().now();
        let answer = {
            let mut company = held(file.company());
            company.set_now(now);
            company.process(ADD)
        };
        settings.recorder.as_mut().unwrap()(ADD, answer.as_deref()).unwrap();
    }

    #[test]
    fn what_was_worked_before_a_kill_is_there_after_it_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("company.json");
        let first = open(&path);
        work(&first);
        let (there, state) = (names(&first), first.look(|c| c.to_json().unwrap()));
        assert!(there > 0);
        drop(first); // never kept: as after a kill
        let second = open(&path);
        assert_eq!(names(&second), there);
        assert_eq!(second.look(|c| c.to_json().unwrap()), state, "the same ids, stamps and times");
        assert_eq!(names(&open(&path)), there, "not worked a second time");
    }

    #[test]
    fn a_journal_of_an_older_company_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("company.json");
        let first = open(&path);
        work(&first);
        let journal = dir.path().join("company.json.journal");
        let text = fs::read_to_string(&journal).unwrap();
        let there = names(&first);
        first.keep().unwrap();
        assert!(!journal.exists());
        fs::write(&journal, text).unwrap(); // as if the kill came between the save and the removal
        assert_eq!(names(&open(&path)), there);
    }
}
