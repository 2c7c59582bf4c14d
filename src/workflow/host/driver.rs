//! Carries out what the step wishes: bytes out, answers in, everything of one call durable before its reply.
//!
//! Must never reorder: raw answer kept first (W5), outcome committed, reply last (W2).

use super::{Host, Notice, Planned, Session, facts, locked, parting, settle, weakened, work};
use crate::base::{EditSequence, OperationId, SetId, digest};
use crate::books::OperationState;
use crate::handoff::{
    AnswerSet, Defence, Effect, Found, Input, Request, RequestSet, Verdict, Visit, outcome, step, transitions,
};
use crate::qbxml;
use crate::store::{Lane, StoreError};
use crate::workflow::{Result, bug};
use std::sync::atomic::Ordering;

/// What planning came to.
pub(super) enum Driven {
    Nothing,
    Planned(Planned),
    /// This operation's content cannot be written as qbXML.
    Unwritable(OperationId, String),
    Finished(String),
}

/// Lowest qbXML version that we speak (`qbxml.md` 2).
const QBXML_MAJOR: i32 = 13;

fn describe(set: &RequestSet) -> String {
    match set.requests.first().map(|r| &r.1) {
        Some(Request::Host | Request::Company { .. } | Request::Preferences) => {
            "company and preferences".into()
        }
        Some(Request::List { list, .. }) => format!("list: {}", list.word()),
        Some(Request::ListDeleted { .. }) => "deleted list entries".into(),
        Some(Request::TxnAdd { payload, .. }) => format!("{} {}", payload.kind.title(), payload.ref_number),
        Some(Request::ListAdd { entry, .. }) => format!("new {}", entry.in_words()),
        Some(Request::Finalise { kind, .. }) => format!("make a pending {} final", kind.title()),
        Some(Request::TxnMod { payload, .. }) => {
            format!("change {} {}", payload.kind.title(), payload.ref_number)
        }
        Some(Request::TxnVoid { kind, txn }) => format!("void {} {txn}", kind.title()),
        Some(Request::TxnDel { kind, txn }) => format!("delete {} {txn}", kind.title()),
        Some(Request::ListMod { change, .. }) => format!("update {}", change.name),
        Some(Request::TxnDated { kind, .. }) => format!("read back: {}", kind.plural()),
        Some(Request::AccountRows { .. }) => "read back: the inventory account".into(),
        Some(Request::Balances { .. }) => "balances at month ends".into(),
        Some(Request::Sales { .. }) => "read: older invoices, for how tax is rounded".into(),
        Some(_) => "a look-up".into(),
        None => "nothing".into(),
    }
}

/// Whether a write may change what stands on the inventory account: a sale never does (design 4.1).
fn may_move_stock(request: &Request) -> bool {
    match request {
        Request::TxnAdd { payload, .. } | Request::TxnMod { payload, .. } => !payload.kind.can_be_pending(),
        Request::TxnVoid { kind, .. } | Request::TxnDel { kind, .. } => !kind.can_be_pending(),
        _ => false,
    }
}

/// The first call of a visit tells host and company by itself (`web-connector.md` 4): it stands where our own question
/// about the company is left without an answer.
fn hear_introduction(session: &mut Session, hcp: &str) {
    if hcp.trim().is_empty() {
        return;
    }
    // An introduction that cannot be read says nothing; our own question follows anyway.
    let Ok(told) = qbxml::read::answers(hcp) else { return };
    for answer in told.answers {
        match answer.found {
            Found::Host { product, country, .. } => {
                session.company.product = product;
                session.company.country = country;
            }
            Found::Company(company) => {
                session.company.name = company.name;
                session.company.file_id = company.file_id;
            }
            _ => {}
        }
    }
}

impl Host {
    pub(super) fn send_request(
        &self,
        ticket: &str,
        hcp: &str,
        company_file: &str,
        country: &str,
        major: i32,
    ) -> String {
        self.with_session(ticket, |session| {
            if !company_file.is_empty() {
                session.path = company_file.to_string();
            }
            hear_introduction(session, hcp);
            if !country.is_empty() && !country.eq_ignore_ascii_case("US") {
                session.last_error =
                    format!("This is a {country} QuickBooks; Countersign works with the US edition only.");
                return String::new();
            }
            if major != 0 && major < QBXML_MAJOR {
                session.last_error = format!(
                    "This QuickBooks speaks qbXML {major}; Countersign needs 13 (QuickBooks 2014 or later)."
                );
                return String::new();
            }
            if self.is_parting() {
                session.last_error = parting::WORDS.into();
                return String::new();
            }
            match self.hand_out(session) {
                Ok(Some(bytes)) => bytes,
                Ok(None) => String::new(),
                Err(problem) => {
                    // W6: what cannot be made durable is not handed out; the next visit tries again.
                    session.last_error = format!("{} {}", problem.happened, problem.do_now);
                    String::new()
                }
            }
        })
        .unwrap_or_default()
    }

    fn hand_out(&self, session: &mut Session) -> Result<Option<String>> {
        // Bounded: every turn either hands out, finishes, or skips one operation that was taken back meanwhile.
        for _ in 0..64 {
            if self.evidence.swap(false, Ordering::Relaxed) {
                self.begin_again(session)?;
            }
            let planned = match session.planned.take() {
                Some(planned) => planned,
                // Asked again without an answer between: the step takes what is out for lost and looks it up (C21).
                None => match self.drive(session, Input::Plan { random: self.outside.random()? })? {
                    Driven::Planned(planned) => planned,
                    Driven::Finished(text) => {
                        session.last_error = text;
                        return Ok(None);
                    }
                    Driven::Nothing | Driven::Unwritable(..) => return Ok(None),
                },
            };
            // What was out is out no more; should its answer come all the same, it is evidence.
            self.remember_former(session);
            session.out = None;
            if !self.is_durable(session, &planned)? {
                self.drive(session, Input::Skipped)?;
                continue;
            }
            session.asked += 1;
            self.tell(Notice::Asked { what: crate::base::text::for_screen(&planned.what) });
            let bytes = planned.bytes.clone();
            session.out = Some(planned);
            session.handed = self.outside.steady();
            return Ok(Some(bytes));
        }
        Ok(None)
    }

    /// A late answer has confirmed something: the canary and the doubts are looked at afresh before anything else is
    /// written, because what QuickBooks has to show is more now than when this visit looked.
    fn begin_again(&self, session: &mut Session) -> Result<()> {
        if session.planned.take().is_none() && session.out.is_some() {
            self.drive(session, Input::Lost)?;
            self.remember_former(session);
            session.out = None;
        }
        self.drive(session, Input::Evidence)?;
        Ok(())
    }

    /// W1: exact bytes, intent, states and event in one transaction before the first byte leaves. False when the
    /// operation was taken back meanwhile.
    pub(super) fn make_durable(&self, session: &Session, planned: &Planned) -> Result<bool> {
        let (Some(operation), Some(set)) = (planned.operation, planned.set.clone()) else { return Ok(true) };
        let (at, user, resend, bytes, sent_under) = (
            self.now(),
            session.user.clone(),
            planned.resend,
            planned.bytes.clone(),
            planned.sent_under.clone(),
        );
        let dead_once_answered = self.stands(Defence::AnsweredIsDead);
        let done = self.profile.store().write(Lane::Endpoint, move |tx| {
            let row = tx.reader().operation(operation)?;
            if !transitions::legal(row.state, OperationState::InFlight) {
                return Err(StoreError::Refused(format!("operation {operation} was taken back")));
            }
            tx.move_operation(operation, row.state, OperationState::InFlight)?;
            if resend {
                if dead_once_answered
                    && tx.reader().newest_set(operation)?.is_some_and(|s| s.response.is_some())
                {
                    // Its answer came late, while it was looked up: the look-up begins again (ruling 1).
                    return Err(StoreError::Refused(format!("operation {operation} was answered meanwhile")));
                }
                tx.reopen_set(set.as_str(), &user, &at)?;
            } else {
                tx.open_set(set.as_str(), operation, bytes.as_bytes(), &user, &at)?;
            }
            if let Some(edit_sequence) = &sent_under {
                tx.sent_under(operation, edit_sequence)?;
            }
            settle::follow_draft(tx, &row, OperationState::InFlight, &at)?;
            let kind = if resend { "handed_out_again" } else { "handed_out" };
            let body = serde_json::json!({"operation": row.kind.word(), "set": set});
            tx.event(&at, &user, kind, &settle::subject(&row), &body)?;
            tx.ask_read_back()
        });
        match done {
            Ok(()) => {
                self.profile.remember_head();
                Ok(true)
            }
            Err(StoreError::Refused(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn receive_response(&self, ticket: &str, response: &str, hresult: &str, message: &str) -> i32 {
        let answered = self.with_session(ticket, |session| {
            let content = digest::of_parts(&[response, hresult]);
            // R3: the same answer again changes nothing and gets the same number.
            let said_before =
                session.last_answer.as_ref().filter(|(seen, _)| *seen == content).map(|(_, reply)| *reply);
            let awaited = session.out.as_ref().is_some_and(|out| out.is_named_in(response));
            if let Some(reply) = said_before.filter(|_| !awaited && self.stands(Defence::SameNumber)) {
                return reply;
            }
            if !awaited && self.stands(Defence::LateIsEvidence) && self.former(ticket, response).is_some() {
                // The answer to what was taken for lost: evidence, and no answer to what is out now.
                return self.take_late(ticket, response);
            }
            if self.stands(Defence::LateIsEvidence)
                && session.out.as_ref().is_some_and(|out| out.is_passed_over_by(response))
            {
                // Nor is what answers another question or another set: what is out is still waited for (R4).
                session.last_error = "QuickBooks' answer belongs to something else than what was asked last. It was left aside; what is out is looked up at the next visit.".into();
                return -1;
            }
            if session.out.is_none() {
                return -1;
            }
            self.catch_up(session);
            let reply = match self.take_answer(session, response, hresult, message) {
                Ok(reply) => reply,
                Err(problem) => {
                    session.last_error = format!("{} {}", problem.happened, problem.do_now);
                    if self.stands(Defence::PersistBeforeReply) { -1 } else { 50 }
                }
            };
            // A hundred ends the visit.
            let reply = if reply >= 0 && self.is_parting() { 100 } else { reply };
            session.last_answer = Some((content, reply));
            reply
        });
        answered.unwrap_or_else(|| self.take_late(ticket, response))
    }

    fn take_late(&self, ticket: &str, response: &str) -> i32 {
        if let Err(problem) = self.late_answer(ticket, response) {
            self.remember_words(&problem.happened);
        }
        -1
    }

    /// R2: the answer of a visit that was replaced is evidence about the very set that it was given, and about nothing
    /// else. It can confirm; whatever else it says is left to the look-up.
    fn late_answer(&self, ticket: &str, response: &str) -> Result<()> {
        let Some(former) = self.former(ticket, response) else { return Ok(()) };
        let answers = match qbxml::read::answers(response) {
            Ok(answers) if answers.set_id.as_ref() == Some(&former.set) => answers,
            _ => return Ok(()),
        };
        let (at, raw) = (self.now(), response.to_string());
        let settled_stays = self.stands(Defence::SettledStays);
        let confirmed = self.profile.store().write(Lane::Endpoint, move |tx| {
            let row = tx.reader().operation(former.operation)?;
            let known = tx.reader().newest_set(row.id)?.filter(|set| set.id == former.set.as_str());
            if settled_stays && known.is_some_and(|set| set.response.as_deref() == Some(raw.as_bytes())) {
                // The same answer once more (R3).
                return Ok(false);
            }
            tx.keep_answer(former.set.as_str(), raw.as_bytes(), &at)?;
            if !matches!(row.state, OperationState::Unknown | OperationState::InFlight) {
                if settled_stays && row.state != OperationState::Done {
                    // It moves nothing that a person has before her; but what it tells of is looked at soon.
                    tx.ask_whole_read_back()?;
                }
                return if settled_stays { Ok(false) } else { weakened::unsettle(tx, &row).map(|()| false) };
            }
            let verdict = outcome::read(&work::as_sent(&tx.reader(), &row)?, &answers, 2);
            match verdict {
                Verdict::Done { .. } => {
                    settle::settle(tx, row.id, &verdict, &at)?;
                    tx.ask_read_back().map(|()| true)
                }
                _ => Ok(false),
            }
        })?;
        if confirmed {
            self.evidence.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn take_answer(
        &self,
        session: &mut Session,
        response: &str,
        hresult: &str,
        message: &str,
    ) -> Result<i32> {
        let Some(out) = session.out.take() else { return Ok(-1) };
        let mut read = qbxml::read::answers(response).map_err(|error| error.to_string());
        if let (Ok(answers), false) = (&mut read, self.stands(Defence::FixedMark)) {
            weakened::hide_marks(answers);
        }
        let known = self.stands(Defence::LateIsEvidence);
        let foreign = |answers: &AnswerSet| known && answers.set_id.is_some() && answers.set_id != out.set;
        if let Some(set) = out.set.clone()
            && self.stands(Defence::KeepAnswer)
            && !response.trim().is_empty()
            && !read.as_ref().is_ok_and(foreign)
        {
            // W5: the raw answer is kept before anything is concluded; an error of the Web Connector is no answer. It
            // goes to the disk with the outcome, before the reply.
            let (at, raw) = (self.now(), response.to_string());
            self.profile
                .store()
                .write_learnt(Lane::Endpoint, move |tx| tx.keep_answer(set.as_str(), raw.as_bytes(), &at))?;
        }
        if !hresult.trim().is_empty() || response.trim().is_empty() {
            let why = format!("{} {}", hresult.trim(), message.trim()).trim().to_string();
            let why = if why.is_empty() { "an empty answer".to_string() } else { why };
            self.drive(session, Input::Failed { why: why.clone() })?;
            session.last_error = format!(
                "QuickBooks did not take {} ({why}). Nothing is sent twice: it is looked up at the next visit.",
                out.what
            );
            return Ok(-1);
        }
        let answers = match read {
            Ok(answers) if foreign(&answers) => {
                return self.unreadable(session, &out, "it names another message set");
            }
            Ok(answers) => match out.unserialled(answers) {
                Some(answers) => answers,
                None => return self.unreadable(session, &out, "it answers another question"),
            },
            Err(why) => return self.unreadable(session, &out, &why),
        };
        session.visit.took(self.outside.steady().saturating_sub(session.handed).as_secs());
        self.drive(session, Input::Answered(answers))?;
        match self.drive(session, Input::Plan { random: self.outside.random()? })? {
            Driven::Planned(planned) => {
                session.planned = Some(planned);
                Ok(percent(session))
            }
            Driven::Finished(text) => {
                session.last_error = text;
                Ok(100)
            }
            Driven::Nothing | Driven::Unwritable(..) => Ok(100),
        }
    }

    fn unreadable(&self, session: &mut Session, out: &Planned, why: &str) -> Result<i32> {
        self.drive(session, Input::Failed { why: format!("unreadable answer: {why}") })?;
        session.last_error = format!(
            "The answer to {} could not be read ({why}). It was kept; what was sent is looked up at the next visit.",
            out.what
        );
        Ok(-1)
    }

    /// One input through the step, with every fact it asks for, and its effects made durable.
    pub(super) fn drive(&self, session: &mut Session, input: Input) -> Result<Driven> {
        let mut input = input;
        let mut skipped = false;
        // Bounded by the agenda: each turn answers one question.
        for _ in 0..1_000 {
            // Taken, not copied: a visit may hold a slice of whole documents.
            let visit = std::mem::replace(&mut session.visit, Visit::new(""));
            let (visit, effects) = step(visit, input);
            session.visit = visit;
            let mut durable = Vec::new();
            let mut question = None;
            let mut driven = Driven::Nothing;
            for effect in effects {
                match effect {
                    Effect::Look(asked) => question = Some(asked),
                    Effect::HandOut { set, operation, under } => {
                        driven = self.planned(session, set, operation, under)?;
                    }
                    Effect::Resend { operation, set } => driven = self.stored(operation, &set)?,
                    Effect::Finished(text) => driven = Driven::Finished(text),
                    Effect::Note(text) => {
                        self.tell(Notice::Outcome { text: crate::base::text::for_screen(&text) });
                    }
                    other => durable.push(other),
                }
            }
            if let Driven::Unwritable(operation, why) = &driven {
                let text = format!("It cannot be written for QuickBooks: {why}.");
                let verdict = Verdict::Person { code: "unwritable", text, look_alike: None };
                durable.push(Effect::Settle { operation: *operation, verdict });
            }
            if !durable.is_empty() {
                settle::keep(self, session, durable)?;
            }
            input = match (question, &driven) {
                (Some(asked), _) => Input::Fact(facts::fact(self, session, asked)?),
                // One document that cannot be written never holds up the others.
                (None, Driven::Unwritable(..)) if !skipped => {
                    skipped = true;
                    Input::Skipped
                }
                (None, Driven::Nothing) if skipped => {
                    skipped = false;
                    Input::Plan { random: self.outside.random()? }
                }
                _ => return Ok(driven),
            };
        }
        Err(bug("the agenda of a visit did not come to an end"))
    }

    fn planned(
        &self,
        session: &mut Session,
        mut set: RequestSet,
        operation: Option<OperationId>,
        under: Option<EditSequence>,
    ) -> Result<Driven> {
        let what = describe(&set);
        session.stock |= set.requests.iter().any(|(_, request)| may_move_stock(request));
        let sent_under = under.map(|edit_sequence| edit_sequence.to_string());
        let serial = if set.set_id.is_none() {
            session.serial += 1;
            // A question's answer names no message set, so its requestIDs say to which question it belongs.
            for (id, _) in &mut set.requests {
                *id = format!("{}.{id}", session.serial);
            }
            session.serial
        } else {
            0
        };
        match (qbxml::write::message(&set), operation) {
            (Ok(bytes), _) => Ok(Driven::Planned(Planned {
                bytes: self.weaken(bytes, operation),
                set: set.set_id,
                operation,
                resend: false,
                what,
                serial,
                sent_under,
            })),
            (Err(error), Some(operation)) => Ok(Driven::Unwritable(operation, error.to_string())),
            (Err(error), None) => Err(bug(&format!("{what} could not be written as qbXML: {error}"))),
        }
    }

    /// W3: a set that is sent again is sent with its own bytes.
    fn stored(&self, operation: OperationId, set: &SetId) -> Result<Driven> {
        let stored = self
            .profile
            .store()
            .read(|r| r.newest_set(operation))?
            .filter(|stored| stored.id == set.as_str() && stored.is_whole())
            .ok_or_else(|| bug("the stored bytes of a message set are not whole"))?;
        let bytes = String::from_utf8(stored.bytes).map_err(|_| bug("stored bytes are no text"))?;
        let (bytes, set, resend) = self.weaken_resend(bytes, set)?;
        Ok(Driven::Planned(Planned {
            bytes,
            set: Some(set),
            operation: Some(operation),
            resend,
            what: "a repeated request under its own id".into(),
            serial: 0,
            sent_under: None,
        }))
    }

    pub(super) fn remember_words(&self, text: &str) {
        locked(&self.last_words).clear();
        locked(&self.last_words).push_str(text);
    }
}

/// Progress for the Web Connector's bar; 100 would end the visit, so it stays below (`web-connector.md` 2).
fn percent(session: &Session) -> i32 {
    let total = session.total.max(1);
    let done = u64::from(session.visit.settled()).min(total);
    i32::try_from((done * 90 / total).clamp(1, 95)).unwrap_or(50)
}

impl Planned {
    /// Whether a text names the set or the question that is out.
    fn is_named_in(&self, response: &str) -> bool {
        match &self.set {
            Some(set) => response.contains(set.as_str()),
            None => response.contains(&format!("requestID=\"{}.", self.serial)),
        }
    }

    /// Whether a text answers something else than what is out: a question of another number, or another set. An answer
    /// that names neither may be the one that is awaited, cut short or without its ids.
    fn is_passed_over_by(&self, response: &str) -> bool {
        let value = |name: &str| {
            let from = response.find(name)? + name.len();
            response.get(from..)?.split('"').next()
        };
        let question = value("requestID=\"").and_then(|id| id.split_once('.')?.0.parse::<i64>().ok());
        // An empty one names no set, as in `qbxml::read`.
        let set = value("newMessageSetID=\"").filter(|id| !id.is_empty());
        match &self.set {
            Some(own) => question.is_some() || set.is_some_and(|set| set != own.as_str()),
            None => set.is_some() || question.is_some_and(|serial| serial != self.serial),
        }
    }

    /// The answers with the requestIDs of the step; none when they answer another question. An answer without a
    /// requestID is taken as it is.
    fn unserialled(&self, mut answers: AnswerSet) -> Option<AnswerSet> {
        if self.set.is_some() {
            return Some(answers);
        }
        let prefix = format!("{}.", self.serial);
        for answer in answers.answers.iter_mut().filter(|answer| !answer.request_id.is_empty()) {
            answer.request_id = answer.request_id.strip_prefix(&prefix)?.to_string();
        }
        Some(answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(set: Option<&str>, serial: i64) -> Planned {
        Planned {
            bytes: String::new(),
            set: set.map(SetId::from),
            operation: None,
            resend: false,
            what: String::new(),
            serial,
            sent_under: None,
        }
    }

    #[test]
    fn an_answer_that_names_no_set_may_be_the_awaited_one_and_another_set_or_question_is_not() {
        let named =
            |id: &str| format!("<QBXMLMsgsRs newMessageSetID=\"{id}\"><HostQueryRs statusCode=\"0\"/>");
        let (write, question) = (out(Some("C7OURS"), 0), out(None, 3));
        for unnamed in [named(""), "<QBXMLMsgsRs><HostQueryRs/>".into()] {
            assert!(!write.is_passed_over_by(&unnamed) && !question.is_passed_over_by(&unnamed), "{unnamed}");
        }
        assert!(!write.is_passed_over_by(&named("C7OURS")));
        assert!(write.is_passed_over_by(&named("C7OTHER")) && question.is_passed_over_by(&named("C7OTHER")));
        let asked = |id: &str| format!("<QBXMLMsgsRs newMessageSetID=\"\"><HostQueryRs requestID=\"{id}\"/>");
        assert!(!question.is_passed_over_by(&asked("3.h")) && question.is_passed_over_by(&asked("2.h")));
        assert!(write.is_passed_over_by(&asked("3.h")));
    }
}
