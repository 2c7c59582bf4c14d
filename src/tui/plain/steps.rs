//! The seven steps as questions.

use super::{Plain, odd};
use crate::base::{Cents, DraftId};
use crate::books::DraftState;
use crate::books::Side;
use crate::books::find::lists::Asked;
use crate::proof::Proof;
use crate::store::drafts::DraftFilter;
use crate::store::events::EventsFrom;
use crate::tui::connect_rows::{self, Mark};
use crate::tui::effect::{Action, Irreversible, Query};
use crate::tui::model::ConnectState;
use crate::tui::msg::{EventsPage, Loaded};
use crate::tui::operation_words;
use crate::tui::preview_words;
use crate::workflow::Result;
use crate::workflow::drafts::DraftDetail;
use crate::workflow::handoff::BatchPreview;
use secrecy::SecretString;

/// Changes of what is posted that are read out before a control word; the rest is counted.
const NAMED: usize = 20;

/// What a person answered about one thing of a row of things.
pub(super) enum Next {
    Done,
    Again,
    Stop,
}

impl Plain<'_> {
    /// Step 1.
    pub fn connect(&mut self) -> Result<()> {
        let Loaded::Connect { view, purchase_tax, writeback } = self.read(Query::Connect)? else {
            return Err(odd());
        };
        let state = ConnectState { view: Some(view), purchase_tax, writeback, ..ConnectState::default() };
        for row in connect_rows::rows(&state) {
            let mark = match row.mark {
                Mark::Heading => {
                    self.talk.say(&format!("{}.", row.label))?;
                    continue;
                }
                Mark::Todo | Mark::Warning => "To do: ",
                Mark::Proposed => "Proposed: ",
                Mark::Done | Mark::Plain => "",
            };
            // What the screen says about its keys is said by the question below.
            let value = row.value.split(" (proposed").next().unwrap_or_default();
            let value = value.split(": press").next().unwrap_or_default();
            if !value.starts_with("press ") {
                self.talk.say(&format!("{mark}{}: {}.", row.label, value.trim_end_matches('.').trim()))?;
            }
        }
        let question = "Connect: map, test, qwc, show, password, company, name NAME, key, set KEY=VALUE, or Enter to go back?";
        while let Some(line) = self.talk.ask(question)? {
            let (word, rest) = line.split_once(' ').unwrap_or((line.as_str(), ""));
            match word {
                "" => return Ok(()),
                "map" => self.act(Action::AcceptMap)?,
                "test" => self.act(Action::TestCin7)?,
                "qwc" => self.act(Action::WriteQwc)?,
                "show" => self.act(Action::ShowQwc)?,
                "password" => self.act(Action::NewPassword)?,
                "company" => self.irreversible(Irreversible::AdoptCompany)?,
                "name" if !rest.is_empty() => self.act(Action::SetOperator(rest.to_string()))?,
                "key" => {
                    if let Some(key) = self.talk.ask("The Cin7 key (it is seen while you type it here)?")? {
                        self.act(Action::SetCin7Key(SecretString::from(key)))?;
                    }
                }
                "set" => match rest.split_once('=') {
                    Some((key, value)) => {
                        self.act(Action::PreviewSettings(vec![(key.trim().into(), value.trim().into())]))?;
                    }
                    None => self.talk.say("Write it as set KEY=VALUE.")?,
                },
                _ => self.talk.say("That is no answer here.")?,
            }
        }
        Ok(())
    }

    /// Step 2.
    pub fn fetch(&mut self) -> Result<()> {
        self.act(Action::Fetch { full: false })
    }

    fn drafts_in(&self, states: &[DraftState]) -> Result<Vec<DraftId>> {
        let filter = DraftFilter { states: states.to_vec(), ..DraftFilter::default() };
        match self.read(Query::DraftIds(filter))? {
            Loaded::DraftIds(ids) => Ok(ids),
            _ => Err(odd()),
        }
    }

    pub fn draft(&self, id: DraftId) -> Result<Box<DraftDetail>> {
        match self.read(Query::DraftDetail(id))? {
            Loaded::DraftDetail(detail) => Ok(detail),
            _ => Err(odd()),
        }
    }

    /// Step 4: each draft that waits for a decision.
    pub fn review(&mut self) -> Result<()> {
        let ready = self.drafts_in(&[DraftState::Ready])?;
        let blocked = self.drafts_in(&[DraftState::NeedsAttention, DraftState::Rejected])?;
        let held = self.drafts_in(&[DraftState::Held, DraftState::Excluded])?;
        let text = format!(
            "{} drafts are ready, {} need attention, {} are held or excluded.",
            ready.len(),
            blocked.len(),
            held.len()
        );
        self.talk.say(&text)?;
        let question = "one goes through the ready ones, attention through those that need it, put aside through the rest, all approves all ready, many approves what can be trusted, Enter goes back?";
        match self.talk.ask(question)?.unwrap_or_default().as_str() {
            "one" => self.each_draft(&ready),
            "attention" => self.each_draft(&blocked),
            "many" => self.approve_many(),
            "put aside" => self.each_draft(&held),
            "all" => self.act(Action::Approve(ready.into_iter().map(|id| (id, None)).collect())),
            _ => Ok(()),
        }
    }

    pub fn each_draft(&mut self, ids: &[DraftId]) -> Result<()> {
        for (at, id) in ids.iter().enumerate() {
            let detail = self.draft(*id)?;
            self.talk.say(&format!("Draft {} of {}.", at + 1, ids.len()))?;
            self.say_draft(&detail)?;
            loop {
                let Some(line) =
                    self.talk.ask("approve, hold, exclude WHY, reopen, xml, life, skip, or stop?")?
                else {
                    return Ok(());
                };
                match self.decide_draft(&detail, &line)? {
                    Next::Done => break,
                    Next::Again => {}
                    Next::Stop => return Ok(()),
                }
            }
        }
        self.talk.say("That was the last draft.")
    }

    fn say_draft(&mut self, detail: &DraftDetail) -> Result<()> {
        let row = &detail.row;
        let kind = row.kind.map_or("document", crate::books::TxnKind::title);
        let party = row.party_name.as_deref().unwrap_or("nobody yet");
        let total = row.total.map_or_else(|| "no amount".into(), Cents::grouped);
        let date = row.date.as_deref().unwrap_or("no date");
        let text = format!(
            "{kind} {} of {date} for {party}: {total} {}. It is {}.",
            row.ref_number,
            row.currency,
            crate::tui::view::draft_said(row).1
        );
        self.talk.say(&text)?;
        for reason in &detail.reasons {
            let field =
                reason.field.as_deref().map(|field| format!(" Cin7 field {field}.")).unwrap_or_default();
            self.talk.say(&format!("{}{field}", reason.text))?;
        }
        for posting in &detail.postings {
            let side = if posting.side == Side::Debit { "debit" } else { "credit" };
            let item = posting.item.as_deref().map(|item| format!(", item {item}")).unwrap_or_default();
            let why =
                if posting.why.is_empty() { String::new() } else { format!(", because {}", posting.why) };
            self.talk.say(&format!("{side} {} {}{item}{why}.", posting.account, posting.amount.grouped()))?;
        }
        Ok(())
    }

    fn decide_draft(&mut self, detail: &DraftDetail, line: &str) -> Result<Next> {
        let id = detail.row.id;
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "stop" | "q" => return Ok(Next::Stop),
            "skip" | "" => return Ok(Next::Done),
            "approve" | "a" => {
                let hash = detail.approvable().map(str::to_string);
                self.act(Action::Approve(vec![(id, hash)]))?;
            }
            "hold" | "d" => self.act(Action::Hold(vec![id]))?,
            "count" => self.act(Action::Cost(vec![id], true))?,
            "leave" => self.act(Action::Cost(vec![id], false))?,
            "reopen" | "o" => self.act(Action::Reopen(vec![id]))?,
            "exclude" | "x" if !rest.is_empty() => self.act(Action::Exclude(vec![id], rest.to_string()))?,
            "exclude" | "x" => {
                self.talk.say("Say why: exclude WHY.")?;
                return Ok(Next::Again);
            }
            "life" | "t" => {
                self.act(Action::Timeline(detail.row.id))?;
                return Ok(Next::Again);
            }
            "xml" | "b" => {
                let text = detail.qbxml.clone().unwrap_or_else(|| "Nothing can be sent yet.".into());
                text.lines().try_for_each(|line| self.talk.say(line))?;
                return Ok(Next::Again);
            }
            _ => {
                self.talk.say("That is no answer here.")?;
                return Ok(Next::Again);
            }
        }
        Ok(Next::Done)
    }

    /// Step 5: what waits, and closing the batch.
    pub fn hand_off(&mut self) -> Result<()> {
        let person =
            self.drafts_in(&[DraftState::Rejected, DraftState::Unknown, DraftState::DriftedInQuickBooks])?;
        let on_the_way = self.drafts_in(&[DraftState::Queued, DraftState::InFlight])?.len();
        self.talk.say(&format!(
            "{on_the_way} documents wait for the Web Connector; {} need a person.",
            person.len()
        ))?;
        for id in person {
            let detail = self.draft(id)?;
            let note = detail.operations.last().map(|operation| operation.note.clone()).unwrap_or_default();
            let text = format!(
                "{} {}: {}. {note}",
                detail.row.ref_number,
                detail.row.party_name.as_deref().unwrap_or_default(),
                detail.row.outcome().word()
            );
            self.talk.say(&text)?;
            match self.talk.ask("queue it again? yes or Enter for no")? {
                Some(answer) if answer == "yes" => self.act(Action::Requeue(vec![id]))?,
                Some(_) => {}
                None => return Ok(()),
            }
        }
        self.irreversible(Irreversible::CloseBatch)
    }

    /// The second act of step 5.
    pub fn finalise(&mut self) -> Result<()> {
        self.irreversible(Irreversible::Finalise(None))
    }

    /// Shows what would happen and asks for the control word.
    pub fn irreversible(&mut self, what: Irreversible) -> Result<()> {
        self.act(Action::Ask(what))
    }

    /// Asks for the control word of what was just shown.
    pub fn control_word(&mut self, what: Irreversible, shown: BatchPreview, word: &str) -> Result<()> {
        for line in crate::tui::irreversible::words(&what).2 {
            self.talk.say(&line)?;
        }
        self.talk.say(&format!("Company file: {}.", shown.company))?;
        let words = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
        for line in preview_words::figures(&shown).into_iter().chain(preview_words::named(&shown, NAMED)) {
            self.talk.say(&format!("{}.", words(line)))?;
        }
        let said = match what {
            Irreversible::Finalise(_) | Irreversible::TrialOut => preview_words::period(&shown),
            _ => preview_words::sentence(&shown),
        };
        if !said.is_empty() {
            self.talk.say(&said)?;
        }
        if !matches!(what, Irreversible::TakeProfile { .. }) {
            self.talk.say("This cannot be undone.")?;
        }
        let typed =
            self.talk.ask(&format!("Type the control word {word} to go on, or Enter to leave it?"))?;
        if typed.is_some_and(|typed| typed.eq_ignore_ascii_case(word)) {
            return self.act(Action::Confirmed { what, shown });
        }
        self.talk.say("Nothing was done.")
    }

    /// Step 6.
    pub fn prove(&mut self) -> Result<()> {
        let proof = crate::workflow::prove::prove(&self.workers.profile, None)?;
        self.say_proof(&proof)
    }

    /// The proof in sentences.
    pub fn say_proof(&mut self, proof: &Proof) -> Result<()> {
        for row in &proof.totals {
            let held: Cents = row.held_back.iter().map(|held| held.total).sum();
            let text = format!(
                "{} {}: Cin7 {}, held back {}, QuickBooks {}, difference {}, not explained {}.",
                row.month.as_deref().unwrap_or("no date"),
                row.what(),
                row.cin7_total.grouped(),
                held.grouped(),
                row.quickbooks_total.grouped(),
                row.difference.grouped(),
                row.unexplained.grouped()
            );
            self.talk.say(&text)?;
        }
        for row in &proof.documents {
            let text = format!(
                "{} {}: Cin7 {}, QuickBooks {}: {}.",
                row.cin7_type,
                row.cin7_id,
                row.cin7_total.grouped(),
                row.quickbooks_total.grouped(),
                row.cause
            );
            self.talk.say(&text)?;
        }
        self.talk.say(match (proof.stale, proof.is_clean(), proof.as_of.is_some()) {
            (true, _, _) => {
                "These figures are older than the last hand-off. After the next visit prove again."
            }
            (_, false, _) => "Not every difference is explained.",
            (_, true, true) => "Cin7 and QuickBooks agree to the cent.",
            (_, true, false) => "Nothing was posted yet, so there is nothing to compare.",
        })
    }

    /// Step 7.
    pub fn history(&mut self) -> Result<()> {
        let Loaded::History { batches, .. } = self.read(Query::History)? else { return Err(odd()) };
        let query = Query::Events { from: EventsFrom::Before(i64::MAX), asked: Asked::default() };
        let Loaded::Events(EventsPage { events, names, .. }) = self.read(query)? else {
            return Err(odd());
        };
        if batches.is_empty() {
            self.talk.say("No batch was closed yet.")?;
        }
        let zone = self.workers.profile.settings().timezone;
        let clock = |at: &str| zone.clock_text(at);
        for batch in &batches {
            let text = format!(
                "Batch {} closed {} by {}: {} of {} finished.",
                batch.id,
                clock(&batch.closed_at),
                batch.closed_by,
                batch.finished,
                batch.count
            );
            self.talk.say(&text)?;
        }
        for event in events.iter().take(10) {
            self.talk.say(&format!(
                "{} {}: {} {}.",
                clock(&event.at),
                event.actor,
                event.kind.replace('_', " "),
                names.get(&event.subject).unwrap_or(&event.subject)
            ))?;
        }
        let answer = self.talk.ask(
            "withdraw NUMBER takes back what was not handed out, show NUMBER lists a batch, undo NUMBER undoes one, Enter goes back?",
        )?;
        let answer = answer.unwrap_or_default();
        let (word, number) = answer.split_once(' ').unwrap_or((answer.as_str(), ""));
        let batch = number.parse::<i64>().ok().and_then(|n| batches.iter().find(|batch| batch.id.0 == n));
        match (word, batch) {
            ("withdraw", Some(batch)) => self.act(Action::WithdrawBatch(batch.id)),
            ("show", Some(batch)) => self.say_batch(batch.id),
            ("undo", Some(batch)) => self.undo_batch(batch.id),
            ("", _) => Ok(()),
            _ => self.talk.say("That is no answer here."),
        }
    }

    fn say_batch(&mut self, batch: crate::base::BatchId) -> Result<()> {
        let Loaded::BatchOperations(_, operations) = self.read(Query::BatchOperations(batch))? else {
            return Err(odd());
        };
        for line in operations {
            let (kind, state) = (operation_words::kind(line.kind), operation_words::state(line.state));
            self.talk.say(&format!("{kind}, {}: {state}. {}", line.what, line.note))?;
        }
        Ok(())
    }
}
