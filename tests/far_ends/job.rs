//! One job at a time: a profile that is fetched, matched and drafted, its simulated company file, and visits of the
//! Web Connector over real HTTP. The slow part is done once; every test works on its own copy.

use crate::opening::opened;
pub use crate::opening::{StoryClock, USER, WHO};
use countersign::base::{Clock, DraftId, Instant};
use countersign::books::DraftState;
use countersign::sim::cin7::Setup;
use countersign::sim::connector::{Connector, SessionReport, Settings};
use countersign::sim::quickbooks::{Company, Faults, Ledger, LedgerTxn, Switches};
use countersign::sim::world::World;
use countersign::store::drafts::{DraftFilter, DraftRow};
use countersign::workflow::host::{self, Host, HostOptions};
use countersign::workflow::{
    Profile, connect, decide, drafts, fetch, handoff, history, links, prove, status,
};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// The Cin7 key of these tests: signs that every notation writes in another way, to be looked for where it must not be.
pub const CIN7_KEY: &str = "canary-7781/Kei+<&>\"%";

impl StoryClock {
    /// Moves it on.
    pub fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

/// The job up to the reviewed drafts, done once.
struct Prepared {
    dir: TempDir,
    company: String,
    password: String,
    now: Instant,
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if entry.file_name() != "countersign.lock" {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn prepared() -> &'static Prepared {
    static PREPARED: OnceLock<Prepared> = OnceLock::new();
    PREPARED.get_or_init(|| {
        let world = World::generate(1, 32, 40);
        let now = world.now();
        let clock = StoryClock::at(now);
        let company = Mutex::new(Company::new(&world.company_seed(), Switches::default()).unwrap());
        let dir = tempfile::tempdir().unwrap();
        let runtime = runtime();
        let password = runtime.block_on(async {
            let mut setup = Setup::for_world(&world);
            setup.connections[0].key = CIN7_KEY.into();
            let (profile, password, _cin7) =
                opened(dir.path(), world, setup, CIN7_KEY, "2026-01", clock.clone()).await;
            let host = Host::new(profile.clone(), HostOptions { adopt_company: true }).unwrap();
            let served = Served::start(host);
            let mut connector = connector(served.port, USER, &password, &clock);
            connector.run_once(&company).await;
            connect::accept_map(&profile, WHO).unwrap();
            fetch::fetch(
                &profile,
                &fetch::FetchOptions::default(),
                &mut |_| (),
                CancellationToken::default(),
            )
            .await
            .unwrap();
            connect::accept_map(&profile, WHO).unwrap();
            links::propose(&profile).unwrap();
            links::accept_auto(&profile, WHO).unwrap();
            links::create_rest(&profile, WHO).unwrap();
            served.stop().await;
            password
        });
        let company = company.into_inner().unwrap().to_json().unwrap();
        Prepared { dir, company, password, now: clock.now() }
    })
}

pub fn connector(port: u16, user: &str, password: &str, clock: &Arc<StoryClock>) -> Connector {
    let mut settings = Settings::new(&format!("http://127.0.0.1:{port}/qbwc"), user, password);
    let clock: Arc<dyn Clock> = clock.clone();
    settings.clock = Some(clock);
    settings.stamp = Some((countersign::webconnector::qwc::OWNER_ID.into(), file_id()));
    Connector::new(settings)
}

pub fn file_id() -> String {
    format!("{{{}}}", uuid::Uuid::from_u128(6))
}

/// A running endpoint on a port of its own.
pub struct Served {
    pub port: u16,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Served {
    pub fn start(host: Arc<Host>) -> Self {
        use countersign::net::listener::{Options, serve};
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let port = socket.local_addr().unwrap().port();
        let listener = tokio::net::TcpListener::from_std(socket).unwrap();
        let stop = CancellationToken::new();
        let until = stop.clone();
        let task = tokio::spawn(async move { serve(vec![listener], host, Options::default(), until).await });
        Served { port, stop, task }
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// A job of a test's own.
pub struct Job {
    pub profile: Arc<Profile>,
    pub host: Arc<Host>,
    pub clock: Arc<StoryClock>,
    company: Mutex<Company>,
    password: String,
    served: Option<Served>,
    runtime: tokio::runtime::Runtime,
    dir: TempDir,
}

impl Job {
    /// Every draft that is ready, none approved.
    pub fn new() -> Self {
        let prepared = prepared();
        let dir = tempfile::tempdir().unwrap();
        copy(prepared.dir.path(), dir.path());
        let clock = StoryClock::at(prepared.now);
        let runtime = runtime();
        let (profile, host) = open(dir.path(), &clock);
        let served = runtime.block_on(async { Served::start(host.clone()) });
        Job {
            profile,
            host,
            clock,
            company: Mutex::new(Company::from_json(&prepared.company).unwrap()),
            password: prepared.password.clone(),
            served: Some(served),
            runtime,
            dir,
        }
    }

    /// As [`Job::new`], on another company file.
    pub fn on(company: &str) -> Self {
        let job = Job::new();
        *job.company() = Company::from_json(company).unwrap();
        job
    }

    /// All ready drafts approved and in a closed batch.
    pub fn queued() -> Self {
        let job = Job::new();
        job.approve();
        job
    }

    /// Everything posted.
    pub fn posted() -> Self {
        let job = Job::queued();
        job.visit();
        job.settle();
        job
    }

    pub fn approve(&self) {
        decide::approve_all_ready(&self.profile, WHO).unwrap();
        handoff::close_batch(&self.profile, WHO).unwrap();
    }

    /// Approves and queues the first ones that are ready.
    pub fn approve_some(&self, count: usize) {
        let ready = self.rows(&[DraftState::Ready]);
        let shown: Vec<_> = ready.iter().take(count).map(|row| (row.id, self.hash(row.id))).collect();
        decide::approve(&self.profile, &shown, WHO).unwrap();
        handoff::close_batch(&self.profile, WHO).unwrap();
    }

    fn hash(&self, id: DraftId) -> String {
        drafts::detail(&self.profile, id).unwrap().version.unwrap().hash
    }

    /// A posted sale that is still pending: the `nth`.
    pub fn pending(&self, nth: usize) -> DraftRow {
        let posted = self.rows(&[DraftState::Posted]);
        posted.into_iter().filter(|row| row.pending).nth(nth).unwrap()
    }

    pub fn finalise(&self, ids: Option<&[DraftId]>) {
        handoff::finalise(&self.profile, ids, WHO).unwrap();
    }

    /// Changes the database behind the program's back.
    pub fn sql(&self, text: &str) {
        let db = rusqlite::Connection::open(self.dir.path().join("countersign.db")).unwrap();
        db.execute_batch(text).unwrap();
    }

    /// A document changes in Cin7, and was fetched.
    pub fn change_in_cin7(&self, row: &DraftRow, change: impl FnOnce(&mut serde_json::Value)) {
        let resource = match row.cin7_type.as_str() {
            "SalesOrder" => "SalesOrders",
            "PurchaseOrder" => "PurchaseOrders",
            "Adjustment" => "Adjustments",
            _ => "CreditNotes",
        };
        let db = rusqlite::Connection::open(self.dir.path().join("countersign.db")).unwrap();
        let (document, raw): (i64, String) = db
            .query_row(
                "SELECT d.id, r.raw FROM source_document d JOIN source_revision r ON r.id = d.revision_id
                 WHERE d.resource = ?1 AND d.cin7_id = ?2",
                [resource.to_string(), row.cin7_id.clone()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        let mut body: serde_json::Value = serde_json::from_str(&raw).unwrap();
        change(&mut body);
        let raw = body.to_string();
        let hash = countersign::base::digest::of_bytes(raw.as_bytes());
        db.execute(
            "INSERT INTO source_revision (document_id, hash, raw, seen_at) VALUES (?1, ?2, ?3, 'now') ON CONFLICT DO NOTHING",
            rusqlite::params![document, hash, raw],
        )
        .unwrap();
        db.execute(
            "UPDATE source_document SET revision_id = (SELECT id FROM source_revision WHERE document_id = ?1 AND hash = ?2) WHERE id = ?1",
            rusqlite::params![document, hash],
        )
        .unwrap();
        drop(db);
        countersign::workflow::redraft::redraft(&self.profile).unwrap();
    }

    pub fn company(&self) -> MutexGuard<'_, Company> {
        self.company.lock().unwrap()
    }

    pub fn ledger(&self) -> Ledger {
        self.company().dump_ledger()
    }

    pub fn faults(&self, list: &str) {
        *self.company().faults_mut() = Faults::parse(list).unwrap();
    }

    /// One visit, a minute after the last one.
    pub fn visit(&self) -> SessionReport {
        self.visit_as(USER, &self.password.clone())
    }

    pub fn visit_as(&self, user: &str, password: &str) -> SessionReport {
        self.visit_with(user, password, |_| ())
    }

    pub fn visit_with(
        &self,
        user: &str,
        password: &str,
        change: impl FnOnce(&mut Settings),
    ) -> SessionReport {
        self.clock.pass(60);
        let port = self.served.as_ref().unwrap().port;
        let mut connector = connector(port, user, password, &self.clock);
        change(connector.settings_mut());
        self.runtime.block_on(connector.run_once(&self.company))
    }

    /// The profile's folder.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// Where the endpoint listens.
    pub fn port(&self) -> u16 {
        self.served.as_ref().unwrap().port
    }

    pub fn password(&self) -> &str {
        &self.password
    }

    /// Waits for the network.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Visits until nothing is left to do; the number of them.
    pub fn settle(&self) -> usize {
        for visits in 0..20 {
            if self.host.idle().unwrap().left == 0 {
                return visits;
            }
            self.visit();
        }
        panic!("not settled: {:?}", self.host.idle().unwrap());
    }

    /// The program is killed and started again.
    pub fn restart(mut self) -> Self {
        let served = self.served.take().unwrap();
        self.runtime.block_on(served.stop());
        let Job { profile, host, clock, company, password, runtime, dir, .. } = self;
        drop(host);
        drop(profile);
        let (profile, host) = open(dir.path(), &clock);
        let served = Some(runtime.block_on(async { Served::start(host.clone()) }));
        Job { profile, host, clock, company, password, served, runtime, dir }
    }

    pub fn rows(&self, states: &[DraftState]) -> Vec<DraftRow> {
        let filter = DraftFilter { states: states.to_vec(), ..DraftFilter::default() };
        let ids = drafts::ids(&self.profile, &filter).unwrap();
        drafts::rows(&self.profile, &ids).unwrap()
    }

    pub fn row(&self, id: DraftId) -> DraftRow {
        drafts::rows(&self.profile, &[id]).unwrap().remove(0)
    }

    /// Codes of a draft's reasons, first one first.
    pub fn codes(&self, id: DraftId) -> Vec<String> {
        drafts::reasons(&self.row(id)).into_iter().map(|reason| reason.code).collect()
    }

    pub fn states(&self) -> BTreeMap<String, i64> {
        status::status(&self.profile).unwrap().states
    }

    pub fn frozen(&self) -> Option<String> {
        status::status(&self.profile).unwrap().frozen
    }

    /// Our transactions in the ledger, by mark 1.
    pub fn ours(&self) -> Vec<LedgerTxn> {
        self.ledger().transactions.into_iter().filter(|txn| !txn.external_guid.is_empty()).collect()
    }

    pub fn in_ledger(&self, row: &DraftRow) -> LedgerTxn {
        let id = row.txn_id.clone().unwrap();
        self.ledger().transactions.into_iter().find(|txn| txn.txn_id == id).unwrap()
    }

    /// What must hold whatever went wrong: nothing twice, nothing lost, nothing in doubt, the chain whole.
    pub fn assert_books(&self) {
        self.assert_books_but_doubts();
        let posted = self.rows(&[DraftState::Posted, DraftState::DriftedInQuickBooks]);
        let there = self.ours().len();
        assert_eq!(there, posted.iter().filter(|row| !row.gone).count(), "there, and not posted");
        let in_doubt = [DraftState::InFlight, DraftState::Unknown];
        assert_eq!(self.rows(&in_doubt), [], "left in doubt");
    }

    /// The part of [`Job::assert_books`] that holds at every moment.
    pub fn assert_books_but_doubts(&self) {
        let mut seen = HashSet::new();
        for txn in self.ours() {
            assert!(seen.insert(txn.external_guid.clone()), "twice in the ledger: {txn:?}");
        }
        let posted = self.rows(&[DraftState::Posted, DraftState::DriftedInQuickBooks]);
        let there: HashSet<String> = self.ours().into_iter().map(|txn| txn.txn_id).collect();
        for row in posted.iter().filter(|row| !row.gone) {
            assert!(there.contains(row.txn_id.as_deref().unwrap_or_default()), "posted, not there: {row:?}");
        }
        assert!(history::audit_verify(&self.profile).unwrap().broken_at.is_none());
        let elsewhere: Vec<String> = history::replay(&self.profile).unwrap();
        assert!(elsewhere.is_empty(), "the log replays to another state: {elsewhere:?}");
    }

    /// As [`Job::assert_books`], with everything approved in the ledger and proved to the cent.
    pub fn assert_all_posted(&self) {
        self.assert_books();
        let waiting = [
            DraftState::Approved,
            DraftState::Queued,
            DraftState::Rejected,
            DraftState::NeedsAttention,
            DraftState::DriftedInQuickBooks,
        ];
        let waiting: Vec<_> =
            self.rows(&waiting).into_iter().filter(|row| row.approved_by.is_some()).collect();
        assert_eq!(waiting, [], "approved and not posted");
        self.assert_proved();
    }

    pub fn assert_proved(&self) {
        let proof = prove::prove(&self.profile, None).unwrap();
        assert!(proof.is_clean() && proof.difference_cents() == 0, "{:?}", proof.documents);
    }
}

fn open(dir: &Path, clock: &Arc<StoryClock>) -> (Arc<Profile>, Arc<Host>) {
    let clock: Arc<dyn Clock> = clock.clone();
    // A call that was cut off may still be at its end, and holds the profile of before until it is there.
    let begun = std::time::Instant::now();
    let profile = loop {
        match Profile::open_host(dir, "a test", clock.clone()) {
            Err(held) if held.code == "PROFILE-HELD" && begun.elapsed().as_secs() < 60 => {
                std::thread::yield_now();
            }
            opened => break opened.unwrap(),
        }
    };
    let host = host::Host::new(profile.clone(), HostOptions::default()).unwrap();
    (profile, host)
}
