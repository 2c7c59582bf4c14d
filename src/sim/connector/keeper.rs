//! A company file on disk with a Web Connector beside it: `sim quickbooks`.
//!
//! Must save the company after every session, whole or not at all (temporary file, then rename), and must never start
//! anew over a file that it cannot read.

use super::session::{Connector, hold};
use super::settings::{SessionReport, Settings};
use crate::sim::quickbooks::{Company, Faults, Switches};
use crate::sim::seed::CompanySeed;
use std::fs;
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The company file could not be read, made or kept.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    /// The file system refused.
    #[error("{path}: {error}")]
    File {
        /// Path of the company file.
        path: String,
        /// What it said.
        error: io::Error,
    },
    /// The file holds no company.
    #[error("{path} holds no simulated company: {error}")]
    Unreadable {
        /// Path of the company file.
        path: String,
        /// What is wrong.
        error: serde_json::Error,
    },
    /// The seed contradicts itself.
    #[error("no company can be made of the seed: {0}")]
    Seed(String),
}

/// What `sim quickbooks` is told.
#[derive(Debug)]
pub struct CompanyOptions {
    /// The connector.
    pub connector: Settings,
    /// Where the company is kept; without it the company lives as long as the call.
    pub company: Option<PathBuf>,
    /// What a new company is made of.
    pub seed: CompanySeed,
    /// Guesses of a new company.
    pub switches: Switches,
    /// Faults to strike.
    pub faults: Faults,
    /// Pause between sessions; `None` runs one session.
    pub every: Option<Duration>,
}

fn at(path: &Path) -> impl Fn(io::Error) -> KeeperError {
    let path = path.display().to_string();
    move |error| KeeperError::File { path: path.clone(), error }
}

/// Reads a company from its file, or makes it of the seed where there is no file.
///
/// # Errors
/// [`KeeperError`] where the file is there and unreadable, or the seed contradicts itself.
pub fn load_company(
    path: Option<&Path>,
    seed: &CompanySeed,
    switches: Switches,
) -> Result<Company, KeeperError> {
    let Some(path) = path else { return Company::new(seed, switches).map_err(KeeperError::Seed) };
    match fs::File::open(path) {
        Ok(file) => Company::read_json(BufReader::new(file))
            .map_err(|error| KeeperError::Unreadable { path: path.display().to_string(), error }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Company::new(seed, switches).map_err(KeeperError::Seed)
        }
        Err(error) => Err(at(path)(error)),
    }
}

/// Keeps a company in its file, whole or not at all.
///
/// # Errors
/// [`KeeperError`] where the file system refuses.
pub fn save_company(path: &Path, company: &Company) -> Result<(), KeeperError> {
    let refused = at(path);
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        fs::create_dir_all(above).map_err(&refused)?;
    }
    let mut name = path.as_os_str().to_os_string();
    name.push(".saving");
    let beside = PathBuf::from(name);
    let mut file = BufWriter::new(fs::File::create(&beside).map_err(&refused)?);
    company.write_json(&mut file).map_err(|error| refused(error.into()))?;
    file.flush().map_err(&refused)?;
    file.get_ref().sync_all().map_err(&refused)?;
    drop(file);
    fs::rename(&beside, path).map_err(&refused)
}

/// Runs the connector over a company file, once or until told to stop; `seen` gets each report. Gives the last one.
///
/// # Errors
/// [`KeeperError`] where the company cannot be read, made or kept.
pub async fn serve_company(
    options: CompanyOptions,
    stop: CancellationToken,
    mut seen: impl FnMut(&SessionReport),
) -> Result<SessionReport, KeeperError> {
    let path = options.company.as_deref();
    let mut company = load_company(path, &options.seed, options.switches)?;
    *company.faults_mut() = options.faults;
    let company = Mutex::new(company);
    let keep = || path.map_or(Ok(()), |path| save_company(path, &hold(&company)));
    let mut connector = Connector::new(options.connector);
    let Some(every) = options.every else {
        let report = connector.run_once(&company).await;
        seen(&report);
        keep()?;
        return Ok(report);
    };
    let mut last = SessionReport::default();
    let mut kept = Ok(());
    let failed = stop.clone();
    connector
        .run_every(every, &company, stop, |report| {
            seen(report);
            last = report.clone();
            kept = keep();
            if kept.is_err() {
                failed.cancel();
            }
        })
        .await;
    kept.map(|()| last)
}
