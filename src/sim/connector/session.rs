//! One session, call by call, as `web-connector.md` 3 has it.
//!
//! Must never repeat a call that failed and never send a response twice: after an exception the session is over (S11).

use super::settings::{SessionReport, SessionStatus, Settings};
use super::soap::SoapClient;
use crate::sim::quickbooks::{Company, FaultKind, Hresult, message_writes};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often connectionError is repeated before the connector gives up (`web-connector.md` 14.3).
const CONNECTION_TRIES: u32 = 5;
/// How often in a row the application may say `NoOp`.
const NOOP_TRIES: u32 = 100;
/// HRESULT when QuickBooks cannot be started.
const CANNOT_START: &str = "0x80040408";
/// HRESULT when another company file is open.
const OTHER_FILE_OPEN: &str = "0x8004040A";

/// A Web Connector with one application in its list.
#[derive(Debug)]
pub struct Connector {
    settings: Settings,
    stop: CancellationToken,
}

/// Why a session does not go on.
type End = SessionStatus;

/// The company, whatever happened to the thread that held it before.
pub(super) fn hold(company: &Mutex<Company>) -> MutexGuard<'_, Company> {
    company.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the session knows while it runs.
struct Visit<'a> {
    soap: SoapClient,
    company: &'a Mutex<Company>,
    report: SessionReport,
    ticket: String,
}

impl Visit<'_> {
    async fn text(&mut self, operation: &str, parameters: &[(&str, &str)]) -> Result<String, String> {
        self.report.calls.push(operation.to_string());
        self.soap.text(operation, parameters).await
    }

    /// An exception in a call: the connector logs its code and ends.
    async fn must(&mut self, code: u32, operation: &str, parameters: &[(&str, &str)]) -> Result<String, End> {
        self.text(operation, parameters).await.map_err(|error| failed(code, &error))
    }

    fn strike(&self, kind: FaultKind) -> bool {
        hold(self.company).faults_mut().strike(kind).is_some()
    }

    /// Asks for the last error; whether the application wants to hold the session open.
    async fn last_error(&mut self) -> Result<String, End> {
        let ticket = self.ticket.clone();
        let text = self.must(1043, "getLastError", &[("ticket", &ticket)]).await?;
        self.report.last_error = Some(text.clone());
        Ok(text)
    }

    async fn close(&mut self) -> Result<(), End> {
        let ticket = self.ticket.clone();
        let text = self.must(1044, "closeConnection", &[("ticket", &ticket)]).await?;
        self.report.closing = Some(text);
        Ok(())
    }
}

fn failed(code: u32, why: &str) -> End {
    SessionStatus::Failed(format!("QBWC{code}: {why}"))
}

impl Connector {
    /// A connector with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Connector { settings, stop: CancellationToken::new() }
    }

    /// The settings, to be changed between sessions.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Runs one session to its end.
    pub async fn run_once(&mut self, company: &Mutex<Company>) -> SessionReport {
        let soap = match SoapClient::new(&self.settings.url, &self.settings.http) {
            Ok(soap) => soap,
            Err(error) => return SessionReport { status: failed(1012, &error), ..SessionReport::default() },
        };
        let mut visit = Visit { soap, company, report: SessionReport::default(), ticket: String::new() };
        let outcome = self.visit(&mut visit).await;
        hold(company).end_session();
        visit.report.status = match outcome {
            Ok(status) | Err(status) => status,
        };
        visit.report
    }

    /// Runs sessions until told to stop; `seen` gets each report.
    pub async fn run_every(
        &mut self,
        every: Duration,
        company: &Mutex<Company>,
        stop: CancellationToken,
        mut seen: impl FnMut(&SessionReport),
    ) {
        self.stop = stop.clone();
        while !stop.is_cancelled() {
            let report = self.run_once(company).await;
            seen(&report);
            let asked = report.postpone_seconds.max(report.minimum_seconds).map(Duration::from_secs);
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(every.max(asked.unwrap_or_default())) => {}
            }
        }
        self.stop = CancellationToken::new();
    }

    async fn visit(&mut self, visit: &mut Visit<'_>) -> Result<End, End> {
        // A failing serverVersion is only logged.
        visit.report.server_version = visit.text("serverVersion", &[]).await.ok();
        let version = self.settings.version.clone();
        let said = visit.must(1036, "clientVersion", &[("strVersion", &version)]).await?;
        match said.get(..2) {
            None if said.is_empty() => {}
            Some("W:") => visit.report.last_error = Some(said), // the person at the machine goes on
            Some("E:" | "O:") => return Ok(failed(1037, &said)),
            _ => return Ok(failed(1046, &said)),
        }
        if let Some(end) = self.authenticate(visit).await? {
            return Ok(end);
        }
        if visit.strike(FaultKind::KillAfterAuthenticate) {
            return Ok(SessionStatus::Dropped);
        }
        let end = self.exchange(visit).await?;
        if end != SessionStatus::Dropped {
            visit.close().await?;
        }
        Ok(end)
    }

    /// Logs in and opens the company file; an end where there is nothing to do.
    async fn authenticate(&mut self, visit: &mut Visit<'_>) -> Result<Option<End>, End> {
        visit.report.calls.push("authenticate".to_string());
        let parameters = [
            ("strUserName", self.settings.username.as_str()),
            ("strPassword", self.settings.password.as_str()),
        ];
        let said =
            visit.soap.array("authenticate", &parameters).await.map_err(|error| failed(1012, &error))?;
        let [ticket, what, times @ ..] = said.as_slice() else {
            return Err(failed(1012, "Index was outside the bounds of the array."));
        };
        visit.ticket.clone_from(ticket);
        let seconds = |at: usize| times.get(at).and_then(|text| text.trim().parse::<u64>().ok());
        visit.report.postpone_seconds = seconds(0).filter(|wait| *wait > 0);
        visit.report.minimum_seconds = seconds(1).filter(|least| *least > 0);
        let end = match what.to_ascii_lowercase().as_str() {
            "none" => Some(SessionStatus::NoWork),
            "nvu" => Some(SessionStatus::NotValidUser),
            "busy" => return Ok(Some(SessionStatus::Busy)),
            // Whatever index 1 says, a wait postpones the update.
            _ if visit.report.postpone_seconds.is_some() => Some(SessionStatus::Postponed),
            _ => None,
        };
        if end.is_some() {
            visit.close().await?;
            return Ok(end);
        }
        self.open_company(visit, what).await
    }

    /// Opens QuickBooks with the file asked for; goes through connectionError where that fails.
    async fn open_company(&mut self, visit: &mut Visit<'_>, wanted: &str) -> Result<Option<End>, End> {
        let mut wanted = wanted.to_string();
        for _ in 0..CONNECTION_TRIES {
            let file = hold(visit.company).file().to_string();
            let other = !wanted.is_empty() && !wanted.eq_ignore_ascii_case(&file);
            let (hresult, message) = if visit.strike(FaultKind::NoConnection) {
                (CANNOT_START, "Could not start QuickBooks.")
            } else if other {
                (
                    OTHER_FILE_OPEN,
                    "A QuickBooks company data file is already open and it is different from the one requested.",
                )
            } else {
                let mut company = hold(visit.company);
                company.begin_session();
                if let Some(clock) = &self.settings.clock {
                    company.set_now(clock.now());
                }
                if let Some((owner, file_id)) = &self.settings.stamp {
                    company.set_stamp(owner, "FileID", file_id);
                }
                return Ok(None);
            };
            let ticket = visit.ticket.clone();
            let parameters = [("ticket", ticket.as_str()), ("hresult", hresult), ("message", message)];
            let said = visit.must(1045, "connectionError", &parameters).await?;
            if said.eq_ignore_ascii_case("done") {
                return Ok(Some(failed(1013, message)));
            }
            wanted = said;
        }
        Ok(Some(failed(1013, "The application never said done.")))
    }

    /// Requests and responses until the application ends it.
    async fn exchange(&mut self, visit: &mut Visit<'_>) -> Result<End, End> {
        let mut hcp =
            if visit.strike(FaultKind::NoHcp) { String::new() } else { hold(visit.company).hcp_response() };
        let mut noops = 0;
        for _ in 0..self.settings.most_rounds {
            if self.stop.is_cancelled() {
                return Ok(SessionStatus::Stopped);
            }
            let request = self.send_request(visit, &hcp).await?;
            hcp.clear();
            if request.is_empty() || request == "NoOp" {
                let said = visit.last_error().await?;
                if said != "NoOp" {
                    return Ok(SessionStatus::EndedByApplication);
                }
                noops += 1;
                if noops > NOOP_TRIES {
                    return Ok(failed(1041, "The application holds the session open without end."));
                }
                tokio::select! {
                    () = self.stop.cancelled() => {}
                    () = tokio::time::sleep(self.settings.noop_wait) => {}
                }
                continue;
            }
            noops = 0;
            match self.work(visit, &request).await? {
                None => return Ok(SessionStatus::Dropped),
                Some(100) => return Ok(SessionStatus::Done),
                Some(0..=99) => {}
                Some(negative) if negative < 0 => {
                    visit.last_error().await?;
                    return Ok(SessionStatus::EndedByApplication);
                }
                Some(beyond) => return Ok(failed(1042, &format!("receiveResponseXML answered {beyond}"))),
            }
        }
        Ok(failed(1041, "The session has more rounds than any session should have."))
    }

    async fn send_request(&self, visit: &mut Visit<'_>, hcp: &str) -> Result<String, End> {
        let file = hold(visit.company).file().to_string();
        let (ticket, major, minor) =
            (visit.ticket.clone(), self.settings.qbxml.0.to_string(), self.settings.qbxml.1.to_string());
        let parameters = [
            ("ticket", ticket.as_str()),
            ("strHCPResponse", hcp),
            ("strCompanyFileName", &file),
            ("qbXMLCountry", "US"),
            ("qbXMLMajorVers", &major),
            ("qbXMLMinorVers", &minor),
        ];
        let mut request = visit.must(1041, "sendRequestXML", &parameters).await?;
        if message_writes(&request) && visit.strike(FaultKind::SendTwice) {
            request = visit.must(1041, "sendRequestXML", &parameters).await?;
        }
        Ok(request)
    }

    /// Lets the company work and hands over its answer; `None` where the connector died on the way.
    async fn work(&mut self, visit: &mut Visit<'_>, request: &str) -> Result<Option<i32>, End> {
        let writes = message_writes(request);
        if writes && visit.strike(FaultKind::DropBefore) {
            return Ok(None);
        }
        let outcome = {
            let mut company = hold(visit.company);
            if let Some(clock) = &self.settings.clock {
                company.set_now(clock.now());
            }
            company.process(request)
        };
        visit.report.messages += 1;
        self.record(visit, request, &outcome);
        if writes && visit.strike(FaultKind::DropAfter) {
            return Ok(None);
        }
        let (response, hresult, message) = match outcome {
            Ok(response) => (response, String::new(), String::new()),
            Err(hresult) => (String::new(), hresult.number(), hresult.text),
        };
        let ticket = visit.ticket.clone();
        let parameters = [
            ("ticket", ticket.as_str()),
            ("response", &response),
            ("hresult", &hresult),
            ("message", &message),
        ];
        visit.report.calls.push("receiveResponseXML".to_string());
        let said = visit
            .soap
            .number("receiveResponseXML", &parameters)
            .await
            .map_err(|error| failed(1042, &error))?;
        Ok(if writes && visit.strike(FaultKind::DropReply) { None } else { Some(said) })
    }

    fn record(&mut self, visit: &mut Visit<'_>, request: &str, outcome: &Result<String, Hresult>) {
        if let Some(recorder) = &mut self.settings.recorder
            && let Err(error) = recorder(request, outcome.as_deref())
        {
            visit.report.last_error = Some(error);
        }
    }
}
