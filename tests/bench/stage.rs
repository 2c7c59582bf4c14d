//! The stage of the measurements: a profile with ready drafts whose parties are linked, its endpoint on a port, and the
//! simulated company that works the requests between the calls.
//!
//! Must never let the company's own time into a measurement.

use crate::opening::{StoryClock, USER, WHO, opened};
use crate::wire::Wire;
use countersign::books::DraftState;
use countersign::net::listener::{Options, serve};
use countersign::sim::cin7::{DEMO_KEY, Setup};
use countersign::sim::connector::{Connector, Settings};
use countersign::sim::quickbooks::{Company, Switches, message_writes};
use countersign::sim::world::World;
use countersign::store::drafts::DraftFilter;
use countersign::workflow::host::{Host, HostOptions};
use countersign::workflow::{Profile, connect, decide, drafts, fetch, handoff, links};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Sales orders and contacts of the world; `COUNTERSIGN_BENCH_ORDERS` changes the first.
const ORDERS: usize = 400;
const CONTACTS: usize = 300;

/// How often the Web Connector comes.
const EVERY: Duration = Duration::from_secs(300);

/// What one visit took.
pub struct Visit {
    /// All calls together.
    pub time: Duration,
    pub calls: usize,
}

pub struct Stage {
    profile: Arc<Profile>,
    host: Arc<Host>,
    company: Mutex<Company>,
    password: String,
    port: u16,
    runtime: tokio::runtime::Runtime,
    dir: tempfile::TempDir,
}

async fn listen(host: Arc<Host>) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(serve(vec![listener], host, Options::default(), CancellationToken::new()));
    port
}

impl Stage {
    pub fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let wanted = std::env::var("COUNTERSIGN_BENCH_ORDERS").ok().and_then(|text| text.parse().ok());
        let world = World::generate(1, wanted.unwrap_or(ORDERS), CONTACTS);
        let clock = StoryClock::at(world.now());
        let company = Mutex::new(Company::new(&world.company_seed(), Switches::default()).unwrap());
        let dir = tempfile::tempdir().unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (profile, host, password, port) = runtime.block_on(async {
            let setup = Setup::for_world(&world);
            let (profile, password, _cin7) =
                opened(&dir.path().join("p"), world, setup, DEMO_KEY, "2026-01", clock.clone()).await;
            let host = Host::new(profile.clone(), HostOptions { adopt_company: true }).unwrap();
            let port = listen(host.clone()).await;
            let mut connector =
                Connector::new(Settings::new(&format!("http://127.0.0.1:{port}/qbwc"), USER, &password));
            connector.run_once(&company).await;
            touch_each_list(&mut company.lock().unwrap());
            connect::accept_map(&profile, WHO).unwrap();
            let fetched = fetch::FetchOptions::default();
            fetch::fetch(&profile, &fetched, &mut |_| (), CancellationToken::default()).await.unwrap();
            connect::accept_map(&profile, WHO).unwrap();
            links::propose(&profile).unwrap();
            links::accept_auto(&profile, WHO).unwrap();
            (profile, host, password, port)
        });
        let stage = Stage { profile, host, company, password, port, runtime, dir };
        // What the map needs and the company lacks is made first, and the first login pays for its hash.
        stage.queue(1);
        stage.visit(&mut Wire::new(port), |_, _, _| ());
        stage
    }

    pub fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Approves and queues so many ready drafts; false when there are none left.
    pub fn queue(&self, count: usize) -> bool {
        let filter = DraftFilter { states: vec![DraftState::Ready], ..DraftFilter::default() };
        let ids = drafts::ids(&self.profile, &filter).unwrap();
        let shown: Vec<_> = ids
            .iter()
            .take(count)
            .map(|id| (*id, drafts::detail(&self.profile, *id).unwrap().version.unwrap().hash))
            .collect();
        if shown.is_empty() {
            return false;
        }
        decide::approve(&self.profile, &shown, WHO).unwrap();
        handoff::close_batch(&self.profile, WHO).unwrap();
        true
    }

    /// One whole visit; `each` hears of every call what was asked, its time, and whether it belongs to a write.
    pub fn visit(&self, wire: &mut Wire, mut each: impl FnMut(&str, Duration, bool)) -> Visit {
        let mut visit = Visit { time: Duration::ZERO, calls: 0 };
        let mut timed = |name: &str, write: bool, time: Duration| {
            visit.time += time;
            visit.calls += 1;
            each(name, time, write);
        };
        let begun = Instant::now();
        let said = wire.call("authenticate", &[("strUserName", USER), ("strPassword", &self.password)]);
        timed("authenticate", false, begun.elapsed());
        let ticket = said.split('|').next().unwrap_or("").to_string();
        assert!(said.ends_with('|'), "there is work: {said}");
        let mut company = self.company.lock().unwrap();
        let now = company.now();
        company.set_now(now.saturating_add(EVERY).unwrap());
        company.begin_session();
        let file = company.file().to_string();
        let mut hcp = company.hcp_response();
        loop {
            let begun = Instant::now();
            let request = wire.call(
                "sendRequestXML",
                &[
                    ("ticket", &ticket),
                    ("strHCPResponse", &std::mem::take(&mut hcp)),
                    ("strCompanyFileName", &file),
                    ("qbXMLCountry", "US"),
                    ("qbXMLMajorVers", "16"),
                    ("qbXMLMinorVers", "0"),
                ],
            );
            let (time, write) = (begun.elapsed(), message_writes(&request));
            let name =
                request.split("onError=").nth(1).and_then(|rest| rest.split('<').nth(1)).unwrap_or("nothing");
            let name = name.split(' ').next().unwrap_or("").to_string();
            timed(&format!("asks {name}"), write, time);
            if request.is_empty() {
                break;
            }
            let answer = company.process(&request).unwrap();
            let begun = Instant::now();
            let percent = wire.call(
                "receiveResponseXML",
                &[("ticket", &ticket), ("response", &answer), ("hresult", ""), ("message", "")],
            );
            timed(&format!("takes {name}"), write, begun.elapsed());
            if percent == "100" {
                break;
            }
            assert!(
                percent.parse::<i32>().is_ok_and(|p| p > 0),
                "{percent}: {}",
                wire.call("getLastError", &[("ticket", &ticket)])
            );
        }
        drop(company);
        let begun = Instant::now();
        wire.call("closeConnection", &[("ticket", &ticket)]);
        timed("closeConnection", false, begun.elapsed());
        visit
    }

    /// The time of one receiveResponseXML with so many bytes of customers, in a visit that pulls the lists.
    pub fn large_answer(&self, bytes: usize) -> (Duration, usize) {
        self.host.request_lists();
        let mut wire = Wire::new(self.port);
        let said = wire.call("authenticate", &[("strUserName", USER), ("strPassword", &self.password)]);
        let ticket = said.split('|').next().unwrap_or("").to_string();
        let mut company = self.company.lock().unwrap();
        company.begin_session();
        loop {
            let file = company.file().to_string();
            let request = wire.call("sendRequestXML", &[("ticket", &ticket), ("strCompanyFileName", &file)]);
            assert!(!request.is_empty(), "the customers are asked for");
            let customers = request.contains("<CustomerQueryRq");
            let answer = if customers {
                customers_answer(&request, bytes)
            } else {
                company.process(&request).unwrap()
            };
            let call = crate::wire::request(
                self.port,
                "receiveResponseXML",
                &[("ticket", &ticket), ("response", &answer)],
            );
            let begun = Instant::now();
            let percent = wire.send(&call);
            if customers {
                let time = begun.elapsed();
                assert!(percent.parse::<i32>().is_ok_and(|p| p > 0), "{percent}");
                wire.call("closeConnection", &[("ticket", &ticket)]);
                return (time, call.len());
            }
        }
    }

    /// A handler that reads a body and answers a constant, on a port of its own: the baseline.
    pub fn bare(&self) -> u16 {
        use axum::routing::post;
        async fn constant(body: String) -> ([(&'static str, &'static str); 1], &'static str) {
            let reply = if body.is_empty() { "" } else { "<a><bResult>x</bResult></a>" };
            ([("content-type", "text/xml; charset=utf-8")], reply)
        }
        self.runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let mut builder =
                hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new())
                    .http1_only();
            builder.http1().header_read_timeout(None);
            tokio::spawn(async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    let _ = stream.set_nodelay(true);
                    let router = axum::Router::new().route("/qbwc", post(constant));
                    let service = hyper_util::service::TowerToHyperService::new(router);
                    let builder = builder.clone();
                    tokio::spawn(async move {
                        let _ = builder.serve_connection(hyper_util::rt::TokioIo::new(stream), service).await;
                    });
                }
            });
            port
        })
    }
}

/// An hour later somebody touches one entry of each list: else the newest change of each would be the founding of the
/// company, and every visit would be sent whole lists of that second.
fn touch_each_list(company: &mut Company) {
    let now = company.now();
    company.set_now(now.saturating_add(EVERY * 12).unwrap());
    for word in ["Account", "Item", "Customer", "Vendor", "Terms", "SalesTaxCode", "Class"] {
        let asked = format!(
            "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><{word}QueryRq requestID=\"1\"></{word}QueryRq></QBXMLMsgsRq></QBXML>"
        );
        let answer = company.process(&asked).unwrap();
        let id = answer.split("<ListID>").nth(1).and_then(|rest| rest.split('<').next()).map(str::to_string);
        if let Some(id) = id {
            company.set_active(&id, true);
        }
    }
}

/// Customers in QuickBooks' words, as many as fill so many bytes, in answer to one question.
fn customers_answer(request: &str, bytes: usize) -> String {
    let id = request.split("requestID=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("");
    let mut rows = String::with_capacity(bytes + 2_000);
    let mut number = 0;
    while rows.len() < bytes {
        number += 1;
        rows.push_str(&format!(
            "<CustomerRet><ListID>8000{number:04X}-1700000000</ListID><TimeCreated>2026-01-02T03:04:05-05:00</TimeCreated><TimeModified>2026-01-02T03:04:05-05:00</TimeModified><EditSequence>1700000{number:03}</EditSequence><Name>Bench &amp; Company {number}</Name><FullName>Bench &amp; Company {number}</FullName><IsActive>true</IsActive><Sublevel>0</Sublevel><CompanyName>Bench and Company {number}</CompanyName><BillAddress><Addr1>Bench and Company {number}</Addr1><Addr2>{number} Long Wharf</Addr2><City>Boston</City><State>MA</State><PostalCode>02110</PostalCode></BillAddress><Phone>617-555-{number:04}</Phone><Email>bench{number}@example.com</Email><Balance>0.00</Balance><TotalBalance>0.00</TotalBalance><JobStatus>None</JobStatus><Notes>{}</Notes></CustomerRet>",
            "kept as it came ".repeat(60)
        ));
    }
    format!(
        "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<CustomerQueryRs requestID=\"{id}\" statusCode=\"0\" statusSeverity=\"Info\" statusMessage=\"Status OK\" iteratorRemainingCount=\"0\" iteratorID=\"{{1}}\">{rows}</CustomerQueryRs>\n</QBXMLMsgsRs>\n</QBXML>\n"
    )
}
