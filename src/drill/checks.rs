//! The rules, looked at after every step that could break them: hand-outs, bookings, replies.
//!
//! Must know the rules from the page, not from the program: states, sets and bytes are compared with what went over the
//! wire and with what QuickBooks holds. Invariants: `exactly-once.md` 7; I16, I18 and the totals stand in `verdict`.

use super::connector::Answered;
use super::run::Run;
use crate::books::{OperationKind, OperationState};
use crate::store::events::EventHead;
use crate::store::in_thread::Rule;
use std::collections::HashMap;

/// What was handed out under a set id.
#[derive(Clone, Debug)]
struct Handed {
    bytes: String,
    user: &'static str,
    operation: i64,
}

/// What the rules are checked against.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    handed: HashMap<String, Handed>,
    /// Every transaction and entry that QuickBooks ever made with a mark: id and mark.
    pub made: HashMap<String, String>,
    /// Number and cents that were approved, by mark.
    pub approved: HashMap<String, Vec<(String, i64)>>,
    /// The computer at work, its last call, its ticket.
    pub lease: Option<(&'static str, u64, String)>,
    /// Operations that a person sent again.
    pub released: Vec<i64>,
    /// More than one live transaction with a mark.
    pub duplicates: u32,
    /// What the visit that is open asked by ledger day: the kind and the day.
    looked_for: Vec<(String, String)>,
    /// Writes handed out.
    pub handed_out: u32,
    /// A copy of the store was kept.
    pub copied: bool,
    /// What the side file outside of the profile says: the newest event at the last hand-out.
    pub remembered: EventHead,
    /// Posting keys of what was approved once more after an older copy.
    pub approved_again: Vec<String>,
    /// The store was replaced by it.
    pub older_copy: bool,
    /// The company file was restored, or a copy of it was opened.
    pub restored: bool,
    /// At any time.
    pub was_restored: bool,
    /// Transactions that people did something to.
    pub touched: Vec<String>,
    /// Writing was stopped at some time.
    pub frozen: bool,
}

/// Seconds after which a silent computer makes way (`exactly-once.md` R5, R6).
const LEASE: u64 = 600;

const WRITES: [&str; 4] = ["AddRq ", "ModRq ", "VoidRq ", "DelRq "];

/// Whether a message changes the books, by its text.
#[must_use]
pub fn writes(request: &str) -> bool {
    WRITES.iter().any(|end| request.contains(end))
}

fn count_writes(request: &str) -> usize {
    WRITES.iter().map(|end| request.matches(end).count()).sum()
}

/// What stands between a name and a closing quote.
#[must_use]
pub fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let from = text.find(&format!("{name}=\""))? + name.len() + 2;
    text.get(from..)?.split('"').next()
}

fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let from = text.find(&format!("<{name}>"))? + name.len() + 2;
    text.get(from..)?.split('<').next()
}

/// Kinds and ledger days that a message of questions asks for.
fn days_asked(request: &str) -> Vec<(String, String)> {
    let asked = request.match_indices("<FromTxnDate>").filter_map(|(at, tag)| {
        let day = request.get(at + tag.len()..)?.split('<').next()?;
        let before = request.get(..request.get(..at)?.rfind("QueryRq ")?)?;
        Some((before.get(before.rfind('<')? + 1..)?.to_string(), day.to_string()))
    });
    asked.collect()
}

/// What a message is about, for the story.
#[must_use]
pub fn name_of(request: &str) -> String {
    let what = WRITES.iter().find_map(|end| {
        let to = request.find(end)?;
        let from = request.get(..to)?.rfind('<')? + 1;
        request.get(from..to + end.len() - 3)
    });
    let name = element(request, "RefNumber")
        .or_else(|| element(request, "Name"))
        .or_else(|| element(request, "TxnID"))
        .unwrap_or_default();
    let set = attribute(request, "newMessageSetID").unwrap_or("no id");
    format!("{} {name} under {}", what.unwrap_or("a question"), set.get(..8).unwrap_or(set))
}

/// What an answer says, for the story.
#[must_use]
pub fn status_in(answer: &str) -> String {
    let code = attribute(answer, "statusCode").unwrap_or("no");
    let set = attribute(answer, "messageSetStatusCode").unwrap_or("no");
    format!("status {code}, set status {set}")
}

impl Run<'_> {
    /// Another computer holds the company.
    #[must_use]
    pub fn other_lease(&self, user: &str) -> bool {
        let now = self.steady();
        self.host.is_some()
            && self
                .watch
                .lease
                .as_ref()
                .is_some_and(|(holder, last, _)| *holder != user && now - last < LEASE)
    }

    /// Whether a ticket is that of the open visit.
    #[must_use]
    pub fn is_alive(&self, ticket: &str) -> bool {
        self.watch.lease.as_ref().is_some_and(|(_, _, alive)| alive == ticket)
    }

    pub fn lease_used(&mut self, who: usize) {
        let (ticket, now) = (self.ticket(who), self.steady());
        if let Some((_, last, alive)) = &mut self.watch.lease
            && *alive == ticket
        {
            *last = now;
        }
    }

    /// A reply left the program.
    pub fn replied(&mut self, who: usize, operation: &str, reply: &str) {
        match operation {
            "authenticate" => {
                // A login ends the visit that the same computer had, whatever it is answered with, and any visit but
                // one that is still at work: then it is answered `busy`.
                let user = self.connectors.get(who).map(|connector| connector.user);
                let said = super::soap::strings(reply, "authenticate");
                let busy = matches!(said.as_deref(), Some([_, code]) if code.as_str() == "busy");
                self.watch.lease.take_if(|(holder, ..)| Some(*holder) == user || !busy);
                if let (Some(user), Some([ticket, code])) = (user, said.as_deref())
                    && code.is_empty()
                {
                    self.watch.lease = Some((user, self.steady(), ticket.clone()));
                    self.watch.looked_for.clear();
                }
            }
            "closeConnection" | "connectionError" => {
                let ticket = self.ticket(who);
                if self.is_alive(&ticket) {
                    self.watch.lease = None;
                }
            }
            "sendRequestXML" => {
                if let Some(request) = super::soap::result(reply, "sendRequestXML").filter(|r| !r.is_empty())
                {
                    self.handed_out(who, &request);
                }
            }
            _ => {}
        }
    }

    /// Something was handed out: the rules about writes.
    fn handed_out(&mut self, who: usize, request: &str) {
        if !writes(request) {
            if request.contains("newMessageSetID") {
                self.violation("I10", "a question carries a set id");
            }
            self.watch.looked_for.extend(days_asked(request));
            let kind = request.find("Rq requestID").and_then(|to| {
                let head = request.get(..to)?;
                head.get(head.rfind('<')? + 1..)
            });
            let kind = kind.unwrap_or_default().to_string();
            return self.tell(|| format!("#{who} is asked: {kind}"));
        }
        self.watch.handed_out += 1;
        if let Ok(head) = self.stage.profile.store().read(|r| r.event_head()) {
            self.watch.remembered = head;
        }
        self.tell(|| format!("#{who} is handed {}", name_of(request)));
        if count_writes(request) != 1 {
            self.violation("I10", "more than one money-moving request in a set");
        }
        if request.contains("oldMessageSetID") {
            self.violation("W4", "a record that may be needed is deleted");
        }
        let Some(set) = attribute(request, "newMessageSetID").map(str::to_string) else {
            return self.violation("I10", "a write without a set id");
        };
        let session = self.connectors.get(who).and_then(|connector| connector.session.as_ref());
        // Where the file was changed under its hands, QuickBooks will refuse to work for this session.
        let same_opening = session.is_some_and(|session| session.opening == self.opening);
        if same_opening
            && self.aside.is_some()
            && (self.books.stamp != self.stage.books.stamp || self.books.path != self.stage.books.path)
        {
            self.violation("I12", "a write was handed out while another company file was open");
        }
        self.check_store(&set, request);
        if self.watch.handed_out == 1
            && self.stage.profile.store().refuses(Rule::U5).is_ok_and(|no| no == Some(false))
        {
            self.violation("U", "the database lets U5 be broken");
        }
        let user = self.connectors.get(who).map_or("", |connector| connector.user);
        let before = self.watch.handed.get(&set).cloned();
        match before {
            Some(before) if before.bytes != request => {
                self.violation("I7", "other bytes went out under the same set id");
            }
            Some(before) if before.user != user => {
                self.violation("identity", "a set went to another computer than the one that had it");
            }
            Some(_) => {}
            None => {
                self.check_looked_again(request);
                let operation = self.operation_of(&set);
                self.watch.handed.insert(set, Handed { bytes: request.to_string(), user, operation });
            }
        }
        if same_opening {
            self.check_canary();
        }
    }

    /// I8: a document that left before leaves under a fresh id only after a look for its mark in the same visit, on every
    /// day that it may stand on; its number and its memo may be others by now.
    fn check_looked_again(&mut self, request: &str) {
        let Some(key) = element(request, "ExternalGUID").filter(|_| !self.watch.older_copy) else { return };
        let missed = self.watch.handed.values().find(|handed| {
            let day = element(&handed.bytes, "TxnDate").filter(|_| handed.bytes.contains(key));
            day.is_some_and(|day| {
                let looked = |(kind, asked): &(String, String)| {
                    asked == day && handed.bytes.contains(&format!("<{kind}AddRq "))
                };
                !self.watch.looked_for.iter().any(looked)
            })
        });
        if missed.is_some() {
            self.violation("I8", "what left before left again without a look for its mark");
        }
    }

    fn operation_of(&self, set: &str) -> i64 {
        let open = self.stage.profile.store().read(|r| r.open_sets()).ok().flatten();
        open.filter(|open| open.id == set).map_or(0, |open| open.operation_id.0)
    }

    /// W1, I6, I9, I11, I24, and what may follow what: the store's view of the set that just left.
    fn check_store(&mut self, set: &str, request: &str) {
        let read = self.stage.profile.store().read(|r| {
            let open = r.open_sets()?;
            let Some(open) = open else { return Ok(None) };
            let doubts = r.operations_in(OperationState::Unknown, 5)?.len();
            let flying = r.operations_in(OperationState::InFlight, 5)?.len();
            Ok(Some((r.sets_of(open.operation_id)?, open, doubts, flying, r.meta("frozen")?)))
        });
        let Ok(Some((sets, open, doubts, flying, frozen))) = read else {
            return self.violation("W1", "bytes left before they were durable");
        };
        if open.id != set || open.bytes != request.as_bytes() || !open.is_whole() || flying != 1 {
            self.violation("W1", "bytes left that are not the ones in the store");
        }
        if doubts > 0 {
            self.violation("I11", "a write left while another was in doubt");
        }
        if frozen.is_some_and(|frozen| !frozen.is_empty()) {
            self.violation("I24", "a write left while writing was stopped");
        }
        if open.response.is_some() {
            self.violation("answered-set", "a set that was answered left again");
        }
        let earlier = sets.iter().rev().find(|(id, _)| id != set);
        let released = self.watch.released.contains(&open.operation_id.0);
        if !self.watch.handed.contains_key(set) && !released && earlier.is_some_and(|(_, answered)| !answered)
        {
            self.violation("I8", "a new set id although the one before was never answered");
        }
    }

    /// I11: the newest thing that we did to a transaction shows: it is there, or was taken away by a person; what we deleted
    /// is not back.
    fn check_canary(&mut self) {
        let newest = self.stage.profile.store().read(|r| {
            let newest = r.canary_candidates(1)?.pop();
            let Some(operation) = newest else { return Ok(None) };
            let gone = match operation.draft_id {
                Some(draft) => r.draft(draft)?.gone,
                None => false,
            };
            let deleted = operation.kind == OperationKind::TxnDel;
            Ok(operation.result_id.filter(|_| deleted || !gone).map(|txn| (txn, deleted)))
        });
        let Ok(Some((txn, deleted))) = newest else { return };
        let there = self.books.txn(&txn).is_some();
        if deleted && there {
            self.violation("canary", "a write left for a file that holds what we deleted last");
        } else if !deleted && !there && !self.books.tells_gone(&txn) {
            self.violation("canary", "a write left for a file that lost what was posted last");
        }
    }

    /// QuickBooks worked on a write: I1, I3.
    pub fn after_write(&mut self, request: &str) {
        let Some(key) = element(request, "ExternalGUID").map(str::to_string) else { return };
        let ours: Vec<(String, String, i64)> = self
            .books
            .txns
            .iter()
            .filter(|txn| txn.guid == key)
            .map(|txn| (txn.id.clone(), txn.number.clone(), txn.cents))
            .collect();
        let entries = self.books.entries.iter().filter(|entry| entry.guid == key);
        let made: Vec<String> = entries.map(|entry| entry.id.clone()).collect();
        if ours.len() + made.len() > 1 {
            self.watch.duplicates += 1;
            self.violation("I1", "QuickBooks holds two live transactions with one mark");
        }
        for (id, number, cents) in ours {
            if self.watch.made.insert(id, key.clone()).is_none() {
                let approved = self.watch.approved.get(&key);
                let off = self.books.habits.off_by;
                if !approved.is_some_and(|all| all.contains(&(number, cents - off)) || off != 0) {
                    self.violation("I3", "QuickBooks booked what nobody approved");
                }
            }
        }
        for id in made {
            self.watch.made.insert(id, key.clone());
        }
    }

    /// W2, W5: what must be durable once an answer was acknowledged.
    pub fn acknowledged(&mut self, answered: &Answered, number: i32) {
        self.tell(|| format!("the answer is acknowledged with {number}"));
        let Some(set) = attribute(&answered.request, "newMessageSetID") else { return };
        if !writes(&answered.request) || self.stage.profile.store().needs_restart() && number < 0 {
            return;
        }
        let Some(operation) = self.watch.handed.get(set).map(|handed| handed.operation) else { return };
        let read = self.stage.profile.store().read(|r| {
            let operation = r.operation(crate::base::OperationId(operation))?;
            Ok((operation.state, r.sets_of(operation.id)?))
        });
        let Ok((state, sets)) = read else { return };
        if number >= 0 && state == OperationState::InFlight {
            self.violation("W2", "an answer was acknowledged before its outcome was durable");
        }
        let kept = sets.iter().any(|(id, answered)| id == set && *answered);
        if number >= 0 && !answered.response.is_empty() && answered.hresult.is_empty() && !kept {
            self.violation("W5", "an answer was acknowledged that was not kept");
        }
    }

    /// R2, R4: a late answer is evidence about its own set, and about nothing else that is out or in doubt; what is
    /// settled stays settled. `before` = moves that were made before it came.
    pub fn late_arrived(&mut self, answered: &Answered, reply: &str, before: usize) {
        let number = super::soap::result(reply, "receiveResponseXML");
        self.tell(|| format!("it is answered with {}", number.unwrap_or_default()));
        if self.stage.profile.store().is_down() {
            self.host = None;
        }
        let set = attribute(&answered.request, "newMessageSetID");
        let own = set.and_then(|set| self.watch.handed.get(set)).map(|handed| handed.operation);
        let moves = self.stage.profile.store().moves().unwrap_or_default();
        for (_, id, from, to) in moves.iter().skip(before).filter(|(what, ..)| what == "operation") {
            let from = OperationState::from_word(from);
            let open = matches!(from, Some(OperationState::InFlight | OperationState::Unknown));
            // The answer to a look-up may come late and still be awaited: it concludes about what is in doubt.
            let concludes = set.is_none() && from == Some(OperationState::Unknown);
            // An error of the Web Connector names nothing: it can be told of what is out now, which is a doubt.
            let doubts = answered.response.is_empty() && *to == OperationState::Unknown.word();
            if open && own != Some(*id) && !concludes && !doubts {
                self.violation("R2", &format!("an answer to something else moved operation {id} to {to}"));
            } else if !open && own == Some(*id) {
                self.violation("R4", &format!("a late answer moved operation {id} that was settled to {to}"));
            }
        }
    }
}
