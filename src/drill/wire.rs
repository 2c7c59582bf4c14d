//! The way between a Web Connector and the program, and everything that goes wrong on it.
//!
//! Must bring every call through the real reader and writer of the endpoint, and must never hide a reply that breaks a
//! rule of the SOAP border (`exactly-once.md` 6).

use super::connector::Answered;
use super::faults::Fault;
use super::run::{Letter, Run};
use super::soap;
use crate::store::in_thread::Strike;

impl Run<'_> {
    /// A call of a Web Connector: the reply as it arrives, or nothing.
    pub fn deliver(&mut self, who: usize, operation: &str, body: String) -> Option<String> {
        if self.host.is_none() {
            self.tell(|| format!("#{who} {operation}: nobody answers"));
            return None;
        }
        if self.take(Fault::F9).is_some() {
            self.tell(|| format!("#{who} {operation} is lost on its way"));
            return None;
        }
        if let Some(how) = self.take_if(Fault::F11, |how| how.is_multiple_of(2)) {
            self.tell(|| format!("#{who} {operation} arrives cut short"));
            let cut: String = body.chars().take(self.place_in(body.len(), how)).collect();
            self.stranger(cut, true);
            return None;
        }
        if let Some(how) = self.take(Fault::F12) {
            return self.twice(who, operation, body, how);
        }
        let reply = self.post(who, operation, body)?;
        if self.take(Fault::F10).is_some() {
            self.tell(|| "the reply is lost".into());
            return None;
        }
        if let Some(how) = self.take_if(Fault::F15, |_| true) {
            self.tell(|| "the reply comes too late".into());
            self.pass(if how.is_multiple_of(2) { 130 } else { 700 });
            return None;
        }
        if let Some(how) = self.take_if(Fault::F11, |how| how % 2 == 1) {
            self.tell(|| "the reply is cut short".into());
            return Some(reply.chars().take(self.place_in(reply.len(), how)).collect());
        }
        Some(reply)
    }

    fn place_in(&self, length: usize, how: u64) -> usize {
        usize::try_from(how >> 8).unwrap_or(0) % length.max(1)
    }

    /// The same call two times; which reply is heard is left to chance.
    fn twice(&mut self, who: usize, operation: &str, body: String, how: u64) -> Option<String> {
        self.tell(|| format!("#{who} {operation} is delivered twice"));
        let first = self.post(who, operation, body.clone())?;
        let before = self.stage.profile.store().changes().unwrap_or(0);
        let second = self.post(who, operation, body)?;
        if operation == "receiveResponseXML" {
            if first != second {
                self.violation("R3", "the same answer again got another number");
            }
            if self.stage.profile.store().changes().unwrap_or(0) != before {
                self.violation("I17", "the same answer again changed the store");
            }
        }
        Some(if how.is_multiple_of(2) { first } else { second })
    }

    /// One call into the program; nothing where the program died in it.
    fn post(&mut self, who: usize, operation: &str, body: String) -> Option<String> {
        let host = self.host.clone()?;
        let strikes = [
            (Fault::F1, Strike::CrashBefore),
            (Fault::F2, Strike::CrashAfter),
            (Fault::F3, Strike::DiskFull),
            (Fault::F4, Strike::Busy),
        ];
        let strike = strikes.into_iter().find(|(fault, _)| self.is_armed(*fault));
        if let Some((_, strike)) = strike {
            let after = u32::try_from(self.rng.below(2)).unwrap_or(0);
            let _ = self.stage.profile.store().strike(after, strike);
        }
        let (reply, fault) = soap::post(&host, body);
        if let Some((named, _)) = strike
            && let Ok(Some(struck)) = self.stage.profile.store().struck()
        {
            self.take(named);
            self.tell(|| format!("a write is struck: {struck:?}"));
        }
        self.lease_used(who);
        if self.stage.profile.store().is_down() {
            self.tell(|| format!("the program died in {operation}"));
            self.host = None;
            return None;
        }
        if fault {
            self.violation("SOAP", &format!("{operation} was answered with a fault"));
        }
        self.replied(who, operation, &reply);
        Some(reply)
    }

    /// A call that must change nothing: a stranger's, an old one's, or garbage.
    pub fn stranger(&mut self, body: String, must_be_fault: bool) -> Option<String> {
        let host = self.host.clone()?;
        let before = self.stage.profile.store().changes().unwrap_or(0);
        let (reply, fault) = soap::post(&host, body);
        if must_be_fault && !fault {
            self.violation("F18", "an odd envelope was not answered with a fault");
        }
        if self.stage.profile.store().changes().unwrap_or(0) != before {
            self.violation("I19", "a call that was refused changed the store");
        }
        Some(reply)
    }

    /// An answer that arrives later.
    pub fn hold(&mut self, body: String, answered: &Answered, steps: u64) {
        let due = self.step + u32::try_from(steps).unwrap_or(1);
        self.letters.push(Letter { due, body, answered: answered.clone() });
    }

    /// Letters that are due arrive.
    pub fn bring_letters(&mut self) {
        while let Some(at) = self.letters.iter().position(|letter| letter.due <= self.step) {
            let letter = self.letters.swap_remove(at);
            let Some(host) = self.host.clone() else { continue };
            self.tell(|| "a late answer arrives".into());
            let before = self.stage.profile.store().moves().map_or(0, |moves| moves.len());
            let (reply, _) = soap::post(&host, letter.body);
            self.late_arrived(&letter.answered, &reply, before);
        }
    }

    /// F16-F18: what does not belong to any visit.
    pub fn strangers_call(&mut self) {
        if self.host.is_none() {
            return;
        }
        if let Some(how) = self.take(Fault::F16) {
            self.wrong_ticket(&format!("{how:032x}"), how);
        }
        let old = self.connectors.iter().flat_map(|connector| connector.old_tickets.last()).next().cloned();
        if let Some(old) = old.filter(|old| !self.is_alive(old))
            && let Some(how) = self.take(Fault::F17)
        {
            self.wrong_ticket(&old, how);
        }
        if let Some(how) = self.take(Fault::F18) {
            self.tell(|| "garbage arrives".into());
            self.stranger(garbage(how), true);
        }
    }

    fn wrong_ticket(&mut self, ticket: &str, how: u64) {
        let what = if how.is_multiple_of(2) { "sendRequestXML" } else { "receiveResponseXML" };
        self.tell(|| format!("{what} with a ticket that is not alive"));
        let body = if how.is_multiple_of(2) {
            soap::call(what, &[("ticket", ticket), ("strHCPResponse", ""), ("strCompanyFileName", "")])
        } else {
            let answer = "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs/></QBXML>";
            soap::call(what, &[("ticket", ticket), ("response", answer), ("hresult", ""), ("message", "")])
        };
        let said = self.stranger(body, false).and_then(|reply| soap::result(&reply, what));
        let wanted = if how.is_multiple_of(2) { "" } else { "-1" };
        if said.as_deref().is_some_and(|said| said != wanted) {
            self.violation("R1", "a ticket that is not alive was served");
        }
    }
}

fn garbage(how: u64) -> String {
    let plain = soap::call("authenticate", &[("strUserName", "countersign"), ("strPassword", "x")]);
    match how % 6 {
        0 => "GET / HTTP/1.1".into(),
        1 => plain.replace("http://developer.intuit.com/", "http://example.com/"),
        2 => format!("<!DOCTYPE a [<!ENTITY e \"x\">]>{plain}"),
        3 => plain.replace("strUserName>countersign", "strUserName><a/>countersign"),
        4 => "<".repeat(70_000),
        _ => plain.replace("soap/envelope/", "soap-envelope"),
    }
}
