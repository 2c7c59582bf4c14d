//! The conversation with Cin7 over HTTPS: one request at a time, within Cin7's limits, until a list is read.
//!
//! Must never send the key in clear over a network, follow a redirect with it, or show it; must never move a watermark
//! itself. What to ask, what to try again and how to read the answer is decided by `cin7` (`cin7-api.md` 1, 3, 10).

use crate::base::{Clock, Instant, Problem, limits};
use crate::cin7::errors::{self, Failure};
use crate::cin7::import_status::{self, StatusAnswer, StatusWrite};
use crate::cin7::paging::{Keys, Paging, passes};
use crate::cin7::rate::{Bucket, BucketState};
use crate::cin7::read::{self, Page, RawRecord, RowProblem};
use crate::cin7::request::Request;
use crate::cin7::resource::Resource;
use crate::cin7::retry::{self, LONGEST_WAIT_SECONDS, Patience, Retries, Verdict};
use crate::cin7::stock::{self, StockRow};
use jiff::SignedDuration;
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use secrecy::{ExposeSecret as _, SecretString};
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub use crate::cin7::fetch::{FetchOutcome, Flow, Progress, Saved, Sink, WaitingFor};

/// Until a connection stands.
const CONNECT_WITHIN: Duration = Duration::from_secs(15);
/// Until a whole answer is there; 250 wide orders take Cin7 a while.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);
/// Waits shorter than this are not worth a word on the screen.
const WORTH_TELLING: SignedDuration = SignedDuration::from_millis(500);

/// A connection to one Cin7 account.
pub struct Cin7Client {
    http: reqwest::Client,
    base: String,
    username: String,
    key: SecretString,
    gate: Bucket,
    clock: Arc<dyn Clock>,
    anchor: (Instant, std::time::Instant),
    cancel: CancellationToken,
    answer_within: Duration,
    requests: u64,
}

/// Why a question brought nothing.
enum Miss {
    /// Cin7 or the network failed, after all that may be tried again.
    Failed(Failure),
    /// Something that ends the fetch: stopped by a person, the day's requests used up, the store.
    Ended(Problem),
}

/// Why statuses were not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotWritten {
    /// What a person is told.
    pub problem: Problem,
    /// Whether it is certain that Cin7 did nothing; else it must be read back.
    pub certain: bool,
}

/// One fetch on its way: whom to tell and what was counted.
struct Run<'a> {
    resource: Resource,
    pass: usize,
    passes: usize,
    rows: u64,
    pages: u64,
    problems: u64,
    saved: Saved,
    requests_before: u64,
    server_time: Option<Instant>,
    tell: &'a mut (dyn FnMut(Progress) -> Flow + Send),
    sink: &'a mut dyn Sink,
}

impl Cin7Client {
    /// Prepares the connection; nothing is sent yet. `limit_factor` makes Cin7's limits that many times faster, above
    /// 1 only against a simulator.
    ///
    /// # Errors
    /// CIN7-URL when the address is not one the key may be sent to; CIN7-NET when encryption cannot be prepared.
    pub fn new(
        base_url: &str,
        username: &str,
        key: SecretString,
        limit_factor: u32,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Problem> {
        let base = base_url.trim().trim_end_matches('/');
        let loopback = check_address(base)?;
        // Another part of the program may have installed it already; it is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_WITHIN);
        if loopback {
            http = http.no_proxy();
        }
        Ok(Cin7Client {
            http: http.build().map_err(|why| errors::cannot_start(&innermost(&why)))?,
            base: base.to_string(),
            username: username.trim().to_string(),
            key,
            gate: Bucket::new(BucketState::default(), limit_factor),
            anchor: (clock.now(), std::time::Instant::now()),
            clock,
            cancel: CancellationToken::new(),
            answer_within: ANSWER_WITHIN,
            requests: 0,
        })
    }

    /// Goes on from the count of requests that the last run kept.
    #[must_use]
    pub fn resuming(mut self, state: BucketState) -> Self {
        self.gate = Bucket::new(state, self.gate.factor());
        self
    }

    /// Ends at once when this token is cancelled.
    #[must_use]
    pub fn cancelled_by(mut self, token: CancellationToken) -> Self {
        self.cancel = token;
        self
    }

    /// Gives up on an answer after this time (two minutes unless told).
    #[must_use]
    pub fn answering_within(mut self, time: Duration) -> Self {
        self.answer_within = time;
        self
    }

    /// The count of requests, to be kept.
    #[must_use]
    pub fn bucket_state(&self) -> &BucketState {
        self.gate.state()
    }

    /// Reads a list to its end: all of it, or what changed since the last watermark (its overlap is taken off here).
    ///
    /// # Errors
    /// The [`Problem`] that ended it. What came before it is with the sink; the watermark must stay where it was.
    pub async fn fetch_resource(
        &mut self,
        resource: Resource,
        since: Option<Instant>,
        full: bool,
        progress: &mut (dyn FnMut(Progress) -> Flow + Send),
        sink: &mut dyn Sink,
    ) -> Result<FetchOutcome, Problem> {
        let began = self.clock.now();
        let plan = passes(resource, since, full);
        let mut run = Run::new(resource, plan.len(), self.requests, progress, sink);
        let mut keys = Keys::Untried;
        for pass in plan {
            run.pass += 1;
            let mut paging = Paging::new(resource, pass, keys);
            self.read_pass(&mut paging, &mut run).await?;
            keys = paging.keys();
        }
        Ok(FetchOutcome {
            resource,
            rows: run.rows,
            pages: run.pages,
            requests: self.requests - run.requests_before,
            saved: run.saved,
            problems: run.problems,
            // The earlier of the two is safe whichever clock is wrong: it only reads more again.
            run_started: run.server_time.map_or(began, |server| server.min(began)),
        })
    }

    /// Asks each resource for one row, so that a wrong key and a missing right are told apart, one answer each.
    /// What concerns all of them (the key, the network) is asked once.
    pub async fn test_credentials(&mut self) -> Vec<(Resource, Result<(), Problem>)> {
        let mut results: Vec<(Resource, Result<(), Problem>)> = Vec::new();
        let mut common: Option<Problem> = None;
        for resource in Resource::ALL {
            if let Some(problem) = &common {
                results.push((resource, Err(problem.clone())));
                continue;
            }
            let request = Request { resource, filter: None, page: 1, rows: 1 };
            let path = request.path_and_query();
            let (mut tell, mut nowhere) = (|_| Flow::Go, Nowhere);
            let mut run = Run::new(resource, 1, self.requests, &mut tell, &mut nowhere);
            let answer = self.ask(&path, Patience::Test, &mut run, |body| read::page(resource, body)).await;
            let result = answer.map(drop).map_err(|miss| miss.told(resource));
            if let Err(problem) = &result
                && !matches!(problem.code.as_str(), "CIN7-403" | "CIN7-404" | "CIN7-400")
            {
                common = Some(problem.clone());
            }
            results.push((resource, result));
        }
        results
    }

    /// Reads one record by its id; None when Cin7 says that there is none. Only this proves that a contact is gone.
    ///
    /// # Errors
    /// The [`Problem`] that stood in the way.
    pub async fn read_one(
        &mut self,
        resource: Resource,
        id: i64,
    ) -> Result<Option<(RawRecord, Option<RowProblem>)>, Problem> {
        let (mut tell, mut nowhere) = (|_| Flow::Go, Nowhere);
        let mut run = Run::new(resource, 1, self.requests, &mut tell, &mut nowhere);
        let path = format!("{}/{id}", resource.path());
        let read = |body: &str| {
            read::record(resource, body.trim()).map_err(|why| Failure::BrokenJson { why: why.to_string() })
        };
        match self.ask(&path, Patience::Fetch, &mut run, read).await {
            Ok(found) => Ok(Some(found)),
            Err(Miss::Failed(Failure::Status { code: 404, .. })) => Ok(None),
            Err(miss) => Err(miss.told(resource)),
        }
    }

    /// Reads the whole stock list, by page number: its rows have no id to go by (design 8.1).
    ///
    /// # Errors
    /// The [`Problem`] that ended it; a part of the list is never given for the whole.
    pub async fn read_stock(&mut self, sink: &mut dyn Sink) -> Result<Vec<StockRow>, Problem> {
        let mut tell = |_| Flow::Go;
        let mut run = Run::new(Resource::Stock, 1, self.requests, &mut tell, sink);
        let mut all: Vec<StockRow> = Vec::new();
        for page in 1..=limits::CIN7_PAGES {
            let path = stock::path(page);
            let (rows, received) = self
                .ask(&path, Patience::Fetch, &mut run, stock::rows)
                .await
                .map_err(|miss| miss.told(Resource::Stock))?;
            if received == 0 {
                return Ok(all);
            }
            all.extend(rows);
        }
        Err(errors::pages_stand_still(Resource::Stock, "there are too many of them"))
    }

    async fn read_pass(&mut self, paging: &mut Paging, run: &mut Run<'_>) -> Result<(), Problem> {
        let resource = run.resource;
        while let Some(request) = paging.request() {
            let path = request.path_and_query();
            match self.ask(&path, Patience::Fetch, run, |body| read::page(resource, body)).await {
                Ok(page) => self.take_page(page, paging, run)?,
                Err(Miss::Failed(Failure::Status { code: 400, .. })) if paging.refused(self.now()) => {}
                Err(miss) => return Err(miss.told(resource)),
            }
        }
        Ok(())
    }

    fn take_page(&self, mut page: Page, paging: &mut Paging, run: &mut Run<'_>) -> Result<(), Problem> {
        let problems = std::mem::take(&mut page.problems);
        let records = paging.accept(page)?;
        run.pages += 1;
        run.rows += records.len() as u64;
        run.problems += problems.len() as u64;
        if !records.is_empty() || !problems.is_empty() {
            let saved = run.sink.save(records, problems)?;
            run.saved.new += saved.new;
            run.saved.changed += saved.changed;
            run.saved.unchanged += saved.unchanged;
        }
        self.tell(run, None)
    }

    /// Writes accounting import statuses of one resource (design 4.5) and gives Cin7's word on each. It is sent once:
    /// only a 429, which says that nothing was done, is waited out.
    ///
    /// # Errors
    /// [`NotWritten`], with whether Cin7 may have done it all the same.
    pub async fn write_import_statuses(
        &mut self,
        resource: Resource,
        writes: &[StatusWrite],
    ) -> Result<Vec<StatusAnswer>, NotWritten> {
        let (mut tell, mut nowhere) = (|_| Flow::Go, Nowhere);
        let before = self.requests;
        let mut run = Run::new(resource, 1, before, &mut tell, &mut nowhere);
        let body = import_status::body(writes);
        let asked = self
            .ask_with(resource.path(), Some(&body), Patience::Test, &mut run, import_status::answers)
            .await;
        asked.map_err(|miss| {
            let unsent = self.requests == before;
            match miss {
                Miss::Failed(failure @ Failure::Status { code: 400..=499, .. }) => {
                    NotWritten { problem: errors::problem(resource, &failure), certain: true }
                }
                miss => NotWritten { problem: miss.told(resource), certain: unsent },
            }
        })
    }

    async fn ask<T>(
        &mut self,
        path: &str,
        patience: Patience,
        run: &mut Run<'_>,
        read: impl Fn(&str) -> Result<T, Failure>,
    ) -> Result<T, Miss> {
        self.ask_with(path, None, patience, run, read).await
    }

    /// Asks once the gate is open, and again as far as that may help. With a body it is a write.
    async fn ask_with<T>(
        &mut self,
        path: &str,
        body: Option<&str>,
        patience: Patience,
        run: &mut Run<'_>,
        read: impl Fn(&str) -> Result<T, Failure>,
    ) -> Result<T, Miss> {
        let mut retries = Retries::new(patience);
        let mut wait = None;
        loop {
            self.pass_gate(wait, run).await.map_err(Miss::Ended)?;
            self.requests += 1;
            let answer = tokio::select! {
                () = self.cancel.cancelled() => Err(Miss::Ended(errors::stopped(run.resource))),
                answer = self.once(path, body) => Ok(answer),
            };
            self.gate.answered(self.now());
            run.sink.bucket(self.gate.state()).map_err(Miss::Ended)?;
            let (headers, answered) = answer?;
            run.server_time = run.server_time.or_else(|| {
                headers
                    .as_ref()
                    .and_then(|headers| text_of(headers, &DATE))
                    .and_then(|date| retry::http_date(&date))
            });
            let failure = match answered.and_then(|text| read(&text)) {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            match retries.judge(&failure, self.now(), self.gate.factor()) {
                Verdict::Stop => return Err(Miss::Failed(failure)),
                Verdict::Again(at) if matches!(failure, Failure::Status { code: 429, .. }) => {
                    self.gate.shut(at);
                    run.sink.bucket(self.gate.state()).map_err(Miss::Ended)?;
                    wait = Some((at, WaitingFor::TooManyRequests));
                }
                Verdict::Again(at) => wait = Some((at, WaitingFor::Fault)),
            }
        }
    }

    /// Waits for our own limits and for what the failure before asked for, then takes one request.
    async fn pass_gate(
        &mut self,
        asked: Option<(Instant, WaitingFor)>,
        run: &mut Run<'_>,
    ) -> Result<(), Problem> {
        if let Some((until, why)) = asked {
            self.wait(until, why, run).await?;
        }
        while let Err(open) = self.gate.take(self.now()) {
            if open.duration_since(self.now()) > SignedDuration::from_secs(LONGEST_WAIT_SECONDS) {
                return Err(errors::day_used_up(open));
            }
            self.wait(open, WaitingFor::RateLimit, run).await?;
        }
        Ok(())
    }

    async fn wait(&self, until: Instant, why: WaitingFor, run: &mut Run<'_>) -> Result<(), Problem> {
        let left = until.duration_since(self.now());
        if left >= WORTH_TELLING {
            self.tell(run, Some((until, why)))?;
        }
        let left = Duration::try_from(left).unwrap_or(Duration::ZERO);
        tokio::select! {
            () = self.cancel.cancelled() => Err(errors::stopped(run.resource)),
            () = tokio::time::sleep(left) => Ok(()),
        }
    }

    fn tell(&self, run: &mut Run<'_>, waiting: Option<(Instant, WaitingFor)>) -> Result<(), Problem> {
        let progress = Progress {
            resource: run.resource,
            pass: run.pass,
            passes: run.passes,
            rows: run.rows,
            requests: self.requests - run.requests_before,
            left_today: self.gate.left_today(),
            waiting,
        };
        match (run.tell)(progress) {
            Flow::Go => Ok(()),
            Flow::Stop => Err(errors::stopped(run.resource)),
        }
    }

    /// One request, one answer.
    async fn once(&self, path: &str, body: Option<&str>) -> (Option<HeaderMap>, Result<String, Failure>) {
        let url = format!("{}/{path}", self.base);
        let request = match body {
            None => self.http.get(url),
            Some(body) => self.http.put(url).header(CONTENT_TYPE, "application/json").body(body.to_string()),
        };
        let sent = request
            .basic_auth(&self.username, Some(self.key.expose_secret()))
            .header(ACCEPT, "application/json")
            .timeout(self.answer_within)
            .send()
            .await;
        let response = match sent {
            Ok(response) => response,
            Err(why) => return (None, Err(failure_of(&why))),
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = match (status, body_of(response).await) {
            (200, Ok(bytes)) => {
                String::from_utf8(bytes).map_err(|_| Failure::BrokenJson { why: "it is no UTF-8".into() })
            }
            (200, Err(failure)) => Err(failure),
            // The status says enough; a body that cannot be read to its end adds nothing.
            (code, body) => Err(Failure::Status {
                code,
                retry_after: text_of(&headers, &RETRY_AFTER),
                body: String::from_utf8_lossy(&body.unwrap_or_default()).into_owned(),
            }),
        };
        (Some(headers), body)
    }

    /// The present moment, carried on by a clock that cannot be set: a person who corrects the computer's clock
    /// during a fetch changes nothing in the limits.
    fn now(&self) -> Instant {
        let (at, since) = self.anchor;
        let elapsed = SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX);
        at.checked_add(elapsed).unwrap_or(Instant::MAX)
    }
}

impl<'a> Run<'a> {
    fn new(
        resource: Resource,
        passes: usize,
        requests_before: u64,
        tell: &'a mut (dyn FnMut(Progress) -> Flow + Send),
        sink: &'a mut dyn Sink,
    ) -> Self {
        Run {
            resource,
            pass: 0,
            passes,
            rows: 0,
            pages: 0,
            problems: 0,
            saved: Saved::default(),
            requests_before,
            server_time: None,
            tell,
            sink,
        }
    }
}

impl Miss {
    fn told(self, resource: Resource) -> Problem {
        match self {
            Miss::Failed(failure) => errors::problem(resource, &failure),
            Miss::Ended(problem) => problem,
        }
    }
}

/// Keeps nothing: for questions that are no fetch.
struct Nowhere;

impl Sink for Nowhere {
    fn save(&mut self, _records: Vec<RawRecord>, _problems: Vec<RowProblem>) -> Result<Saved, Problem> {
        Ok(Saved::default())
    }
    fn bucket(&mut self, _state: &BucketState) -> Result<(), Problem> {
        Ok(())
    }
}

/// Whether the address is this computer itself. Others must be encrypted, or the key would travel in clear.
///
/// # Errors
/// What is wrong with the address.
pub fn check_address(base: &str) -> Result<bool, Problem> {
    let bad = |why: &str| errors::bad_address(base, why);
    let url = reqwest::Url::parse(base).map_err(|why| bad(&why.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(errors::bad_address(
            "(not shown)",
            "it holds a name or password; those have settings of their own",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad("it has a question mark or a number sign"));
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let loopback =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => Ok(loopback),
        "http" if loopback => Ok(true),
        _ => Err(bad("it must begin with https://")),
    }
}

/// The body, unpacked, up to the limit.
async fn body_of(mut response: reqwest::Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limits::CIN7_BODY_BYTES => {
                return Err(Failure::TooLarge { limit: limits::CIN7_BODY_BYTES });
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(why) => return Err(failure_of(&why)),
        }
    }
}

fn failure_of(why: &reqwest::Error) -> Failure {
    if why.is_timeout() {
        return Failure::Timeout;
    }
    Failure::Network { why: innermost(why) }
}

/// The cause at the bottom: the outer layers only say that something failed.
fn innermost(why: &reqwest::Error) -> String {
    let mut text = "no answer".to_string();
    let mut cause = why.source();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}

fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_string)
}

#[cfg(test)]
#[path = "cin7_client_tests.rs"]
mod tests;
