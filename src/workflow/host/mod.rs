//! The endpoint's desk: answers the Web Connector's calls with the one pure step of `handoff`.
//!
//! Must never let bytes that move money leave before they and their intent are durable (W1), never acknowledge an
//! answer before its outcome is durable (W2), and never fault on a protocol error (`web-connector.md` 2, `security.md` 1).
//! Serves with or without a screen: it talks to the store, and the screen re-reads the store.

mod after;
mod driver;
mod facts;
mod older_sales;
mod pace;
mod parting;
mod read_back;
mod seen;
mod settle;
mod surroundings;
mod values;
mod weakened;
pub(super) mod work;

pub(crate) use surroundings::Surroundings;

use super::{Profile, Result, bug};
use crate::base::limits::PROBE_ROUNDS;
use crate::base::{OperationId, SetId, digest};
use crate::books::settings::TaxRounding;
use crate::books::{CompanyFile, OperationState};
use crate::handoff::{Defence, Effect, Input, Visit};
use crate::net::listener::{self, Desk};
use crate::store::Lane;
use crate::store::readback::Look;
use crate::webconnector::qwc::OWNER_ID;
use crate::webconnector::{Call, Reply};
use ring::rand::SecureRandom as _;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use subtle::ConstantTimeEq as _;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// How long a visit of another computer keeps this one waiting after its last call (`exactly-once.md` R5, R6:
/// measured on a clock that only runs forward).
const LEASE: Duration = Duration::from_secs(600);
/// What `serverVersion` says.
const VERSION: &str = concat!("Countersign ", env!("CARGO_PKG_VERSION"));
/// Signs of a caller's version that are told.
const VERSION_SHOWN: usize = 24;
/// Broken-off visits whose late answers are still evidence.
const FORMERS: usize = 16;

/// How to serve.
#[derive(Clone, Debug, Default)]
pub struct HostOptions {
    /// Take the first company file seen for ours, on an empty profile only.
    pub adopt_company: bool,
}

/// What happens at the endpoint, for a screen or a log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Notice {
    /// A Web Connector called, before it logged in.
    Called { version: String },
    /// A visit began.
    Login { user: String },
    /// A login was refused.
    Refused { user: String },
    /// QuickBooks said which company file is open.
    Company { name: String },
    /// Something was asked of QuickBooks.
    Asked { what: String },
    /// Something was settled.
    Outcome { text: String },
    /// The visit ended.
    Ended { text: String },
    /// Writing has stopped.
    Frozen { why: String },
}

/// Whether anything is left for the Web Connector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Idle {
    /// Visits that were ended properly since the start.
    pub visits: u64,
    /// Operations queued, in flight or unknown, and questions that are due.
    pub left: u64,
    /// Operations that wait for a person.
    pub needs_person: u64,
    /// A visit is under way, or its results are being worked in.
    pub busy: bool,
}

/// What was handed out or is about to be.
#[derive(Clone, Debug)]
struct Planned {
    bytes: String,
    set: Option<SetId>,
    operation: Option<OperationId>,
    resend: bool,
    what: String,
    /// Number of the question in the visit; 0 for writes, which have their set id.
    serial: i64,
    /// EditSequence that the bytes carry.
    sent_under: Option<String>,
}

/// A visit that was replaced or broke off while a set of it was out (`exactly-once.md` R2).
#[derive(Clone, Debug)]
struct Former {
    ticket_hash: String,
    set: SetId,
    operation: OperationId,
}

struct Session {
    ticket_hash: String,
    user: String,
    visit: Visit,
    visit_row: i64,
    planned: Option<Planned>,
    out: Option<Planned>,
    company: CompanyFile,
    path: String,
    asked: i64,
    serial: i64,
    total: u64,
    last_error: String,
    last_answer: Option<(String, i32)>,
    seen: Duration,
    /// When what is out was handed out, on the clock that only runs forward.
    handed: Duration,
    /// What drafts and matches must follow.
    changes: after::Changes,
    /// What the read-back of this visit covers.
    look: Look,
    /// Something was written that may stand on the inventory account: anything but a sale.
    stock: bool,
    /// Notes about lists that were read: they go with the next write, or with the end of the visit.
    noted: Vec<Effect>,
}

/// The desk.
pub struct Host {
    profile: Arc<Profile>,
    options: HostOptions,
    outside: Box<dyn Surroundings>,
    session: Mutex<Option<Session>>,
    /// One login at a time.
    opening: Mutex<()>,
    former: Mutex<VecDeque<Former>>,
    /// A late answer confirmed something since the open visit looked at what we know.
    evidence: AtomicBool,
    open: AtomicBool,
    /// Hash of the ticket that is alive: for a look that must not wait for the visit's own work.
    live: Mutex<String>,
    visits: AtomicU64,
    /// Another window takes the profile over.
    parting: AtomicBool,
    working: Arc<AtomicU64>,
    lists_requested: AtomicBool,
    /// How QuickBooks rounds tax, as far as drafts know.
    rounding: Mutex<Option<TaxRounding>>,
    last_words: Mutex<String>,
    notices: broadcast::Sender<Notice>,
}

pub(super) fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    ring::rand::SystemRandom::new().fill(&mut bytes).map_err(|_| bug("the system gave no random bits"))?;
    Ok(bytes)
}

fn random_bits() -> Result<u128> {
    Ok(u128::from_be_bytes(random_bytes()?))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Host {
    /// Takes up the desk: what was in flight when the program last stopped becomes unknown first (C24).
    ///
    /// # Errors
    /// What the store or the secrets say.
    pub fn new(profile: Arc<Profile>, options: HostOptions) -> Result<Arc<Self>> {
        let outside = Box::new(surroundings::Machine::of(&profile)?);
        Self::within(profile, options, outside)
    }

    /// The same desk in other surroundings: for `drill`.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn within(
        profile: Arc<Profile>,
        options: HostOptions,
        outside: Box<dyn Surroundings>,
    ) -> Result<Arc<Self>> {
        let notices = broadcast::channel(outside.notices()).0;
        let host = Arc::new(Host {
            profile,
            options,
            outside,
            session: Mutex::new(None),
            opening: Mutex::new(()),
            former: Mutex::new(VecDeque::new()),
            evidence: AtomicBool::new(false),
            open: AtomicBool::new(false),
            live: Mutex::default(),
            visits: AtomicU64::new(0),
            parting: AtomicBool::new(false),
            working: Arc::new(AtomicU64::new(0)),
            lists_requested: AtomicBool::new(false),
            rounding: Mutex::default(),
            last_words: Mutex::new(String::new()),
            notices,
        });
        host.recover()?;
        Ok(host)
    }

    /// What is in flight while no visit is open becomes unknown: at start-up before the port opens (C24), and before
    /// each visit, in case the last one ended in the middle of a write of ours.
    fn recover(&self) -> Result<()> {
        let at = self.now();
        let in_flight = self.profile.store().read(|r| r.operations_in(OperationState::InFlight, 100))?;
        for operation in in_flight {
            let verdict = crate::handoff::Verdict::Unknown {
                why: "the visit or the program ended while it was in flight".into(),
            };
            let at = at.clone();
            let id = operation.id;
            self.profile.store().write(Lane::Endpoint, move |tx| settle::settle(tx, id, &verdict, &at))?;
        }
        self.believe_kept_answers()
    }

    /// What QuickBooks confirmed in an answer that was kept before the program died is done (`exactly-once.md` 3): known
    /// before the canary of a visit looks for the newest that we posted.
    fn believe_kept_answers(&self) -> Result<()> {
        let confirmed = self.profile.store().read(|r| {
            let mut confirmed = Vec::new();
            let mut doubts = r.operations_in(OperationState::Unknown, 100)?;
            // Given up after several rounds, and then its answer came all the same.
            let given_up = r.operations_in(OperationState::NeedsAttention, 100)?;
            doubts.extend(given_up.into_iter().filter(|op| op.rounds >= i64::from(PROBE_ROUNDS)));
            for operation in doubts {
                let Some(set) = r.newest_set(operation.id)? else { continue };
                let told = set.response.as_deref().and_then(|told| std::str::from_utf8(told).ok());
                let Some(Ok(answers)) = told.map(crate::qbxml::read::answers) else { continue };
                if answers.set_id.as_ref().is_none_or(|named| named.as_str() != set.id) {
                    continue;
                }
                let verdict = crate::handoff::outcome::read(&work::as_sent(r, &operation)?, &answers, 2);
                if matches!(verdict, crate::handoff::Verdict::Done { .. }) {
                    confirmed.push((operation.id, verdict));
                }
            }
            Ok(confirmed)
        })?;
        let at = self.now();
        for (id, verdict) in confirmed {
            let at = at.clone();
            self.profile.store().write(Lane::Endpoint, move |tx| {
                settle::settle(tx, id, &verdict, &at)?;
                // The look of its own visit is over, and may not have seen it.
                tx.ask_read_back()
            })?;
        }
        Ok(())
    }

    /// Why a visit was refused, for those who look at the screen; nothing = one was let in.
    fn remember_refusal(&self, why: &str) -> Result<()> {
        let known = self.profile.store().read(|r| r.meta("refused_visit"))?.unwrap_or_default();
        if known == why {
            return Ok(());
        }
        let why = why.to_string();
        Ok(self.profile.store().write(Lane::Endpoint, move |tx| tx.set_meta("refused_visit", &why))?)
    }

    fn stands(&self, defence: Defence) -> bool {
        self.outside.defences().stand(defence)
    }

    fn now(&self) -> String {
        self.profile.now().to_string()
    }

    /// What happens from now on.
    #[must_use]
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    fn tell(&self, notice: Notice) {
        // Nobody may be listening; the store has it all.
        let _ = self.notices.send(notice);
    }

    /// Asks for all lists at the next visit.
    pub fn request_lists(&self) {
        self.lists_requested.store(true, Ordering::Relaxed);
    }

    /// Whether anything is left to do.
    ///
    /// # Errors
    /// What the store says.
    pub fn idle(&self) -> Result<Idle> {
        let counts = self.profile.store().read(|r| r.operation_counts())?;
        let sum = |wanted: &[OperationState]| -> u64 {
            counts.iter().filter(|c| wanted.contains(&c.1)).map(|c| u64::try_from(c.2).unwrap_or(0)).sum()
        };
        let left = sum(&[OperationState::Queued, OperationState::InFlight, OperationState::Unknown])
            + u64::from(self.read_back_due()?);
        Ok(Idle {
            visits: self.visits.load(Ordering::Relaxed),
            left,
            needs_person: sum(&[OperationState::NeedsAttention]),
            busy: self.is_at_work(),
        })
    }

    /// Whether a visit would have work (design 8.16); else it is answered `none` and QuickBooks stays closed.
    fn has_work(&self) -> Result<bool> {
        let now = self.now();
        let (pulled, frozen, waiting) = self.profile.store().read(|r| {
            let in_doubt = [OperationState::Unknown, OperationState::InFlight];
            let mut waiting = r.any_queued(&now)?;
            for state in in_doubt {
                waiting |= !r.operations_in(state, 1)?.is_empty();
            }
            Ok((r.list_marks()?.len(), r.meta("frozen")?, waiting))
        })?;
        let first = pulled < crate::books::ListKind::ALL.len();
        let stuck = frozen.is_some_and(|f| !f.is_empty());
        let asked = self.lists_requested.load(Ordering::Relaxed);
        Ok(first || asked || (waiting && !stuck) || self.read_back_due()?)
    }

    fn authenticate(&self, user: &str, password: &str) -> Vec<String> {
        let known = user == self.profile.settings().endpoint.user
            || self.profile.store().read(|r| r.identity_known(user)).unwrap_or(false);
        if !self.outside.admits(&self.profile, user, password, known) {
            self.tell(Notice::Refused { user: crate::base::text::for_screen(user) });
            return vec![String::new(), "nvu".into()];
        }
        if self.is_parting() {
            return vec![String::new(), "busy".into()];
        }
        match self.open_session(user) {
            Ok(reply) => reply,
            Err(problem) => {
                locked(&self.last_words).clone_from(&problem.happened);
                vec![String::new(), "none".into()]
            }
        }
    }

    fn open_session(&self, user: &str) -> Result<Vec<String>> {
        let _turn = locked(&self.opening);
        let old = {
            let mut session = locked(&self.session);
            if let Some(old) = session.as_ref()
                && old.user != user
                && self.outside.steady().saturating_sub(old.seen) < LEASE
                && self.stands(Defence::Lease)
            {
                let why = format!(
                    "The Web Connector of `{}` called while that of `{}` is at work on this company, so it was told to come back later.",
                    crate::base::text::for_screen(user),
                    crate::base::text::for_screen(&old.user)
                );
                drop(session);
                // Told to people only; a store that cannot keep it changes no answer.
                let _ = self.remember_refusal(&why);
                return Ok(vec![String::new(), "busy".into()]);
            }
            session.take()
        };
        if let Some(old) = old {
            self.end(old, "a new visit began");
        }
        self.recover()?;
        let ticket = digest::hex(&self.outside.random()?.to_be_bytes());
        let (at, who) = (self.now(), user.to_string());
        if !self.has_work()? {
            // A good login with nothing to do is a whole visit all the same.
            self.profile.store().write_learnt(Lane::Endpoint, move |tx| {
                let row = tx.open_visit(&who, &at)?;
                tx.note_visit(row, "", 0, Some((&at, "nothing to do")))
            })?;
            self.visits.fetch_add(1, Ordering::Relaxed);
            return Ok(vec![ticket, "none".into()]);
        }
        let visit_row =
            self.profile.store().write_learnt(Lane::Endpoint, move |tx| tx.open_visit(&who, &at))?;
        let total = self.idle()?.left;
        *locked(&self.session) = Some(Session {
            ticket_hash: digest::of_bytes(ticket.as_bytes()),
            user: user.to_string(),
            visit: Visit::defended(OWNER_ID, self.outside.defences()).paced(self.pace()?),
            visit_row,
            planned: None,
            out: None,
            company: CompanyFile::default(),
            path: String::new(),
            asked: 0,
            serial: 0,
            total,
            last_error: String::new(),
            last_answer: None,
            seen: self.outside.steady(),
            handed: self.outside.steady(),
            changes: after::Changes::default(),
            look: Look::default(),
            stock: false,
            noted: Vec::new(),
        });
        *locked(&self.live) = digest::of_bytes(ticket.as_bytes());
        self.open.store(true, Ordering::Relaxed);
        self.tell(Notice::Login { user: crate::base::text::for_screen(user) });
        Ok(vec![ticket, String::new()])
    }

    /// Runs `work` on the session of this ticket; none when the ticket is not alive.
    fn with_session<T>(&self, ticket: &str, work: impl FnOnce(&mut Session) -> T) -> Option<T> {
        let mut session = locked(&self.session);
        let alive = session.as_mut()?;
        let given = digest::of_bytes(ticket.as_bytes());
        let same = bool::from(given.as_bytes().ct_eq(alive.ticket_hash.as_bytes()));
        if !same && self.stands(Defence::Ticket) {
            return None;
        }
        alive.seen = self.outside.steady();
        Some(work(alive))
    }

    /// The session of this ticket, taken out; none when the ticket is not alive.
    fn take_session(&self, ticket: &str) -> Option<Session> {
        self.with_session(ticket, |_| ())?;
        locked(&self.session).take()
    }

    /// The set that a text answers, where a visit of this ticket was given it and it was taken for lost.
    fn former(&self, ticket: &str, response: &str) -> Option<Former> {
        let given = digest::of_bytes(ticket.as_bytes());
        let formers = locked(&self.former);
        let own = |f: &&Former| bool::from(given.as_bytes().ct_eq(f.ticket_hash.as_bytes()));
        formers.iter().filter(own).find(|f| response.contains(f.set.as_str())).cloned()
    }

    fn remember_former(&self, session: &Session) {
        let Some(out) = &session.out else { return };
        let (Some(set), Some(operation)) = (out.set.clone(), out.operation) else { return };
        let mut formers = locked(&self.former);
        if formers.len() >= FORMERS {
            formers.pop_front();
        }
        formers.push_back(Former { ticket_hash: session.ticket_hash.clone(), set, operation });
    }

    /// A visit is over: what is out is in doubt, the visit is noted, and what it brought is worked in.
    fn end(&self, mut session: Session, why: &str) {
        self.remember_former(&session);
        if session.out.is_some() {
            // A failed write here leaves the operation in flight; the next login or start makes it unknown.
            if let Err(problem) = self.drive(&mut session, Input::Lost) {
                locked(&self.last_words).clone_from(&problem.happened);
            }
        }
        if let Err(problem) = settle::flush(self, &mut session) {
            // Lists that are not marked as read are read again.
            locked(&self.last_words).clone_from(&problem.happened);
        }
        let (at, text) = (self.now(), format!("{why}: {}", session.visit.summary()));
        let (row, name, asked, kept, pace) = (
            session.visit_row,
            session.company.name.clone(),
            session.asked,
            text.clone(),
            session.visit.pace(),
        );
        // With it everything that the visit learnt is on the disk.
        let _ = self.profile.store().write(Lane::Endpoint, move |tx| {
            pace::keep_pace(tx, pace)?;
            tx.note_visit(row, &name, asked, Some((&at, &kept)))
        });
        locked(&self.live).clear();
        self.open.store(false, Ordering::Relaxed);
        self.visits.fetch_add(1, Ordering::Relaxed);
        self.tell(Notice::Ended { text });
        self.work_in(session.changes);
    }

    fn last_error(&self, ticket: &str) -> String {
        let own = self.with_session(ticket, |session| session.last_error.clone()).unwrap_or_default();
        if !own.is_empty() {
            return own;
        }
        let last = locked(&self.last_words).clone();
        if last.is_empty() {
            "Nothing is left to do. If you expected work, look at step 5 in Countersign.".into()
        } else {
            last
        }
    }

    fn close(&self, ticket: &str) -> String {
        match self.take_session(ticket) {
            Some(session) => {
                let text = session.visit.summary();
                self.end(session, "closed by the Web Connector");
                text
            }
            None => "OK".into(),
        }
    }

    fn connection_error(&self, ticket: &str, hresult: &str, message: &str) {
        let text = format!("QuickBooks could not be opened ({hresult}): {message}");
        if let Some(session) = self.take_session(ticket) {
            locked(&self.last_words).clone_from(&text);
            self.end(session, &crate::base::text::for_screen(&text));
        }
    }
}

impl Desk for Host {
    fn call(&self, call: Call) -> Reply {
        match call {
            Call::ServerVersion => Reply::Text(VERSION.into()),
            Call::Authenticate { user, password } => {
                Reply::Strings(self.authenticate(&user, password.expose()))
            }
            Call::SendRequest { ticket, hcp, company_file, country, major, .. } => {
                Reply::Text(self.send_request(&ticket, &hcp, &company_file, &country, major))
            }
            Call::ReceiveResponse { ticket, response, hresult, message } => {
                Reply::Number(self.receive_response(&ticket, &response, &hresult, &message))
            }
            Call::ConnectionError { ticket, hresult, message } => {
                self.connection_error(&ticket, &hresult, &message);
                Reply::Text("done".into())
            }
            Call::GetLastError { ticket } => Reply::Text(self.last_error(&ticket)),
            Call::CloseConnection { ticket } => Reply::Text(self.close(&ticket)),
            Call::InteractiveDone { .. } | Call::IsInteractiveDone { .. } => Reply::Text("DONE".into()),
            Call::ClientVersion { .. }
            | Call::GetInteractiveUrl { .. }
            | Call::InteractiveRejected { .. } => Reply::Text(String::new()),
        }
    }

    fn at_once(&self, call: &Call) -> Option<Reply> {
        match call {
            Call::ServerVersion => Some(Reply::Text(VERSION.into())),
            Call::ClientVersion { version } => {
                // Whoever it is has not logged in: a short word is enough.
                let version = crate::base::text::for_screen(version);
                self.tell(Notice::Called { version: crate::base::text::cut(&version, VERSION_SHOWN, "…") });
                Some(Reply::Text(String::new()))
            }
            Call::GetInteractiveUrl { .. } | Call::InteractiveRejected { .. } => {
                Some(Reply::Text(String::new()))
            }
            Call::InteractiveDone { .. } | Call::IsInteractiveDone { .. } => Some(Reply::Text("DONE".into())),
            // A ticket that is not alive is worth nothing, and asking for work is no evidence.
            Call::SendRequest { ticket, .. } if !self.knows_ticket(ticket) => {
                Some(Reply::Text(String::new()))
            }
            _ => None,
        }
    }

    fn session_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    fn knows_ticket(&self, ticket: &str) -> bool {
        digest::of_bytes(ticket.as_bytes()).as_bytes().ct_eq(locked(&self.live).as_bytes()).into()
    }
}

/// Serves the endpoint at the address of the settings until it is stopped.
///
/// # Errors
/// When the port is in use or the address is not allowed.
pub async fn serve(host: Arc<Host>, stop: CancellationToken) -> Result<()> {
    let tls = super::tls::of(&host.profile)?;
    let listeners = listener::bind(&host.profile.settings().endpoint.listen, tls.is_some()).await?;
    listener::serve(listeners, host, listener::Options { tls, ..listener::Options::default() }, stop).await;
    Ok(())
}
