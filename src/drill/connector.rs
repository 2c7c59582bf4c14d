//! A model Web Connector: one application on one computer, one micro-step at a time.
//!
//! Must do what the real client does and no more (`web-connector.md` 3, 14): it never repeats a call that failed, and after
//! an exception its session is over. What goes wrong on its way is the schedule's business.

use super::faults::Fault;
use super::quickbooks::Strike;
use super::run::Run;
use super::soap;
use super::stage::PASSWORD;

/// Where a session stands.
#[derive(Clone, Debug)]
pub enum Phase {
    /// Will ask for a request.
    Ask,
    /// Holds a request for QuickBooks.
    Holds(String),
    /// Holds QuickBooks' answer.
    Answered(Answered),
    /// Will ask for the last error.
    Failed,
    /// Will close.
    Close,
}

/// An answer on its way to us.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// What was answered.
    pub request: String,
    pub response: String,
    pub hresult: String,
    pub message: String,
}

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    pub ticket: String,
    pub phase: Phase,
    /// Its first request is still to come.
    pub first: bool,
    /// The opening of QuickBooks that it belongs to: another file means an error.
    pub opening: u32,
    /// qbXML version of its QuickBooks.
    pub version: u32,
}

/// A Web Connector.
#[derive(Clone, Debug)]
pub struct Connector {
    pub user: &'static str,
    pub enabled: bool,
    pub session: Option<Session>,
    /// Hangs until this step.
    pub asleep: u32,
    /// Polls again from this step on.
    pub next_poll: u32,
    pub old_tickets: Vec<String>,
}

impl Connector {
    pub fn new(user: &'static str) -> Self {
        Connector { user, enabled: false, session: None, asleep: 0, next_poll: 0, old_tickets: Vec::new() }
    }

    /// The session is over without a word.
    pub fn drop_session(&mut self, next_poll: u32) {
        if let Some(session) = self.session.take() {
            self.old_tickets.push(session.ticket);
        }
        self.next_poll = next_poll;
    }
}

/// Steps between two polls.
const POLL: u32 = 2;
/// Steps until a computer that was sent away comes back.
const BUSY_POLL: u32 = 5;

impl Run<'_> {
    /// One micro-step of a Web Connector.
    pub fn connector_step(&mut self, who: usize) {
        let Some(connector) = self.connectors.get(who) else { return };
        if connector.asleep > self.step {
            return;
        }
        let phase = connector.session.as_ref().map(|session| session.phase.clone());
        match phase {
            None => self.poll(who),
            Some(Phase::Ask) => self.ask_and_go_on(who),
            Some(Phase::Holds(request)) => self.work(who, request),
            Some(Phase::Answered(answered)) => self.hand_back(who, &answered),
            Some(Phase::Failed) => {
                let ticket = self.ticket(who);
                if self.text(who, "getLastError", &[("ticket", &ticket)]).is_some() {
                    self.go_to(who, Phase::Close);
                }
            }
            Some(Phase::Close) => {
                let ticket = self.ticket(who);
                self.text(who, "closeConnection", &[("ticket", &ticket)]);
                self.over(who);
            }
        }
    }

    /// A question is asked, answered and handed back in one step; a write takes three, so that anything may come between.
    fn ask_and_go_on(&mut self, who: usize) {
        self.ask(who);
        for _ in 0..2 {
            let session =
                self.connectors.get(who).filter(|c| c.asleep <= self.step).and_then(|c| c.session.as_ref());
            match session.map(|session| session.phase.clone()) {
                Some(Phase::Holds(request)) if !super::checks::writes(&request) => self.work(who, request),
                Some(Phase::Answered(answered)) if !super::checks::writes(&answered.request) => {
                    self.hand_back(who, &answered);
                }
                _ => return,
            }
        }
    }

    pub fn ticket(&self, who: usize) -> String {
        let session = self.connectors.get(who).and_then(|connector| connector.session.as_ref());
        session.map(|session| session.ticket.clone()).unwrap_or_default()
    }

    pub fn go_to(&mut self, who: usize, phase: Phase) {
        if let Some(session) = self.connectors.get_mut(who).and_then(|connector| connector.session.as_mut()) {
            session.phase = phase;
        }
    }

    pub fn over(&mut self, who: usize) {
        let next = self.step + POLL;
        if let Some(connector) = self.connectors.get_mut(who) {
            connector.drop_session(next);
        }
        self.books.end_session();
    }

    /// A call whose result is a text; without one the session is over.
    pub fn text(&mut self, who: usize, operation: &str, parameters: &[(&str, &str)]) -> Option<String> {
        let reply = self.deliver(who, operation, soap::call(operation, parameters));
        let text = reply.and_then(|reply| soap::result(&reply, operation));
        if text.is_none() {
            self.over(who);
        }
        text
    }

    fn poll(&mut self, who: usize) {
        let (due, user) = match self.connectors.get(who) {
            Some(connector) => (connector.enabled && connector.next_poll <= self.step, connector.user),
            None => return,
        };
        if !due {
            return;
        }
        let times = if self.take(Fault::F25).is_some() { 5 } else { 1 };
        for _ in 0..times {
            self.log_in(who, user);
        }
    }

    fn log_in(&mut self, who: usize, user: &'static str) {
        let body = soap::call("authenticate", &[("strUserName", user), ("strPassword", PASSWORD)]);
        let lease = self.other_lease(user);
        let reply = self.deliver(who, "authenticate", body);
        let said = reply.and_then(|reply| soap::strings(&reply, "authenticate"));
        self.over(who);
        let Some([ticket, code]) = said.as_deref() else { return };
        self.tell(|| format!("{user}#{who} logs in: `{code}`"));
        if lease && code.as_str() != "busy" {
            self.violation("R5", "two visits at once: another computer was let in while one was at work");
        }
        if !code.is_empty() {
            let next = self.step + BUSY_POLL;
            if let Some(connector) = self.connectors.get_mut(who) {
                connector.next_poll = next;
            }
            return;
        }
        let (ticket, opening) = (ticket.clone(), self.opening);
        if self.take_if(Fault::F42, |how| how.is_multiple_of(2)).is_some() {
            let error = [
                ("ticket", ticket.as_str()),
                ("hresult", "0x80040410"),
                ("message", "The QuickBooks company data file is currently open in a mode other than yours."),
            ];
            self.text(who, "connectionError", &error);
            self.watch.lease = None;
            return self.over(who);
        }
        let version = if self.take(Fault::F41).is_some() { 12 } else { 16 };
        if let Some(connector) = self.connectors.get_mut(who) {
            connector.session = Some(Session { ticket, phase: Phase::Ask, first: true, opening, version });
        }
    }

    fn ask(&mut self, who: usize) {
        let Some(session) = self.connectors.get(who).and_then(|connector| connector.session.clone()) else {
            return;
        };
        if self.take(Fault::F24).is_some() {
            self.tell(|| format!("a person ends the visit of #{who}"));
            self.go_to(who, Phase::Close);
            return;
        }
        let hcp = if session.first { self.books.introduction() } else { String::new() };
        let path = self.books.path.clone();
        let version = session.version.to_string();
        let parameters = [
            ("ticket", session.ticket.as_str()),
            ("strHCPResponse", hcp.as_str()),
            ("strCompanyFileName", path.as_str()),
            ("qbXMLCountry", "US"),
            ("qbXMLMajorVers", version.as_str()),
            ("qbXMLMinorVers", "0"),
        ];
        let Some(request) = self.text(who, "sendRequestXML", &parameters) else { return };
        if session.version < 13 && !request.is_empty() {
            self.violation("I12", "work was handed to a QuickBooks of another version");
        }
        if let Some(session) = self.connectors.get_mut(who).and_then(|connector| connector.session.as_mut()) {
            session.first = false;
        }
        if request.is_empty() {
            self.go_to(who, Phase::Failed);
        } else {
            self.go_to(who, Phase::Holds(request));
        }
    }

    fn work(&mut self, who: usize, request: String) {
        if self.take(Fault::F19).is_some() {
            self.tell(|| format!("Web Connector #{who} dies with the request in hand"));
            return self.over(who);
        }
        if self.falls_asleep(who) {
            return;
        }
        let opening =
            self.connectors.get(who).and_then(|connector| connector.session.as_ref()).map(|s| s.opening);
        let mut answered = Answered { request, ..Answered::default() };
        if opening == Some(self.opening) {
            let strike = self.quickbooks_strike(&answered.request);
            match self.process(&answered.request, strike) {
                Ok(response) => answered.response = response,
                Err(broken) => {
                    answered.hresult = broken.code.into();
                    answered.message = broken.text.into();
                    if self.rng.one_in(3) {
                        self.tell(|| format!("Web Connector #{who} dies with QuickBooks"));
                        return self.over(who);
                    }
                }
            }
        } else {
            // The file that it had opened is closed: nothing is done.
            answered.hresult = "0x8004040A".into();
            answered.message = "A QuickBooks company data file is already open and it is different.".into();
        }
        self.go_to(who, Phase::Answered(answered));
    }

    /// F21: hangs with what it has in hand, perhaps beyond the lease.
    fn falls_asleep(&mut self, who: usize) -> bool {
        let Some(how) = self.take(Fault::F21) else { return false };
        let until = self.step + 4 + u32::try_from(how % 18).unwrap_or(0);
        self.tell(|| format!("Web Connector #{who} hangs"));
        if let Some(connector) = self.connectors.get_mut(who) {
            connector.asleep = until;
        }
        if !how.is_multiple_of(3) {
            self.pass(700);
        }
        true
    }

    fn quickbooks_strike(&mut self, request: &str) -> Option<Strike> {
        if !super::checks::writes(request) {
            return None;
        }
        let strikes = [
            (Fault::F26, Strike::DiesBeforeBooking),
            (Fault::F27, Strike::DiesBeforeRecord),
            (Fault::F28, Strike::DiesAfterRecord),
            (Fault::F29, Strike::RecordNotStored),
        ];
        for (fault, strike) in strikes {
            if self.take(fault).is_some() {
                return Some(strike);
            }
        }
        let how = self.take_if(Fault::F42, |how| how % 2 == 1)?;
        Some(Strike::Refuses(if how % 4 == 1 { 3175 } else { 3180 }))
    }

    fn hand_back(&mut self, who: usize, answered: &Answered) {
        if self.take(Fault::F20).is_some() {
            self.tell(|| format!("Web Connector #{who} dies with the answer in hand"));
            return self.over(who);
        }
        if self.falls_asleep(who) {
            return;
        }
        let ticket = self.ticket(who);
        let body = soap::call(
            "receiveResponseXML",
            &[
                ("ticket", &ticket),
                ("response", &answered.response),
                ("hresult", &answered.hresult),
                ("message", &answered.message),
            ],
        );
        if let Some(how) = self.take(Fault::F13) {
            self.tell(|| format!("the answer of #{who} is held back on its way"));
            self.hold(body, answered, 4 + how % 18);
            return self.over(who);
        }
        if let Some(how) = self.take(Fault::F14) {
            self.tell(|| format!("the answer of #{who} is overtaken by the next call"));
            self.hold(body, answered, 1 + how % 8);
            return self.go_to(who, Phase::Ask);
        }
        let reply = self.deliver(who, "receiveResponseXML", body);
        let number = reply.and_then(|reply| soap::result(&reply, "receiveResponseXML"));
        let Some(number) = number.and_then(|text| text.parse::<i32>().ok()) else { return self.over(who) };
        self.acknowledged(answered, number);
        self.go_to(
            who,
            match number {
                100 => Phase::Close,
                0..=99 => Phase::Ask,
                _ => Phase::Failed,
            },
        );
    }
}
