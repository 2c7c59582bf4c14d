//! Forms and sheets line by line: the same fields, checks and summaries as on the screen.
//!
//! Must never take anything that was not read out first.

use super::{Plain, odd};
use crate::base::{BatchId, DraftId};
use crate::tui::command::Id;
use crate::tui::effect::{Action, Query};
use crate::tui::form::{self, FILES, Form, Kind, OrderLine, Seed, What};
use crate::tui::msg::Loaded;
use crate::tui::paper::{self, Paper, Piece, Then};
use crate::tui::settlements;
use crate::workflow::Result;
use crate::workflow::drafts;

/// Offers of a list that are read out.
const READ_OUT: usize = 9;

/// What became of the answer for one field.
enum Answered {
    Next,
    Again,
    Stop,
}

impl Plain<'_> {
    /// Carries out a word of the main question, where it is one of these. False where it is not.
    pub fn entry_word(&mut self, word: &str, line: &str) -> Result<bool> {
        // The word in small letters; names as they were typed.
        let word = word.split(' ').next().unwrap_or_default();
        let rest = line.split_once(' ').map_or("", |(_, rest)| rest);
        match (word, rest) {
            ("credit", _) => self.fill(Seed::VendorCredit)?,
            ("landing", _) => self.fill(Seed::LandingCost)?,
            ("import", _) => self.fill(Seed::Import)?,
            ("template", _) => self.template(rest)?,
            ("accrual", _) => self.fill(Seed::Accrual)?,
            ("true-up", _) => self.fill(Seed::TrueUp)?,
            ("join", names) => self.join(names)?,
            ("split", name) => self.split(name)?,
            ("number", name) => self.number(name)?,
            ("take", name) => {
                if let Some(id) = self.found(name.trim_start_matches("back").trim())? {
                    self.act(Action::TakeBack(vec![id]))?;
                }
            }
            ("changed", _) => self.changed()?,
            ("settle", name) => self.settle(name)?,
            ("costs", name) => {
                if let Some(id) = self.found(name)? {
                    self.act(Action::CostMonth(id))?;
                }
            }
            ("reset", name) => {
                if let Some(id) = self.found(name)? {
                    self.act(Action::Reset(vec![id]))?;
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The draft of a name; says so where none has it.
    fn found(&mut self, name: &str) -> Result<Option<DraftId>> {
        let name = name.trim();
        if name.is_empty() {
            self.talk.say("Say which draft: its number in the list, SalesOrder/24011, or its reference.")?;
            return Ok(None);
        }
        match drafts::find(&self.workers.profile, name) {
            Ok(id) => Ok(Some(id)),
            Err(problem) => {
                self.talk.problem(&problem)?;
                Ok(None)
            }
        }
    }

    fn template(&mut self, kind: &str) -> Result<()> {
        match FILES.iter().find(|(title, _)| *title == kind.trim()) {
            Some((_, what)) => self.act(Action::Template(*what)),
            None => self
                .talk
                .say("Say which: template vendor credits, template landing costs, template stock values."),
        }
    }

    fn join(&mut self, names: &str) -> Result<()> {
        let mut found = Vec::new();
        for name in names.split(' ').filter(|name| !name.is_empty()) {
            let Some(id) = self.found(name)? else { return Ok(()) };
            found.push(id);
        }
        let rows = drafts::rows(&self.workers.profile, &found)?;
        if rows.len() < 2 {
            return self.talk.say("Say at least two orders: join PO-3109 PO-3110.");
        }
        let number = rows.first().map(|row| row.ref_number.clone()).unwrap_or_default();
        let references = rows.iter().map(|row| row.reference.clone()).collect();
        self.fill(Seed::Join { drafts: found, references, number })
    }

    fn split(&mut self, name: &str) -> Result<()> {
        let Some(id) = self.found(name)? else { return Ok(()) };
        let detail = self.draft(id)?;
        let Some(document) = &detail.document else {
            return self.talk.say("Only a purchase order of Cin7 can be split.");
        };
        let lines = document.lines.iter().map(OrderLine::of).collect();
        let row = &detail.row;
        let (reference, number) = (row.reference.clone(), row.ref_number.clone());
        self.fill(Seed::Split { draft: id, reference, number, lines })
    }

    fn number(&mut self, name: &str) -> Result<()> {
        let Some(id) = self.found(name)? else { return Ok(()) };
        let reference = self.draft(id)?.row.reference.clone();
        self.fill(Seed::Number { draft: id, reference })
    }

    /// Each posted document that changed, with what can be said about it.
    fn changed(&mut self) -> Result<()> {
        let filter = crate::store::drafts::DraftFilter { changed: true, ..Default::default() };
        let Loaded::DraftIds(ids) = self.read(Query::DraftIds(filter))? else { return Err(odd()) };
        if ids.is_empty() {
            return self.talk.say("No posted document changed since in Cin7 or in QuickBooks.");
        }
        for (at, id) in ids.iter().enumerate() {
            self.talk.say(&format!("Changed document {} of {}.", at + 1, ids.len()))?;
            let detail = self.draft(*id)?;
            if let Some(sheet) = paper::change(&detail) {
                self.read_out(&sheet)?;
            }
            let hint = detail.proposed.as_ref().and_then(|proposed| proposed.hint.clone());
            let question = "approve, by hand, export, settle, next, or stop?";
            loop {
                let Some(line) = self.talk.ask(question)? else { return Ok(()) };
                match line.as_str() {
                    "approve" | "a" => {
                        let hash = detail.approvable().map(str::to_string);
                        self.act(Action::Approve(vec![(*id, hash)]))?;
                        break;
                    }
                    "by hand" => match &hint {
                        Some(hint) => {
                            let sheet = paper::hint(*id, &paper::name_of(&detail.row), hint);
                            self.read_out(&sheet)?;
                        }
                        None => self.talk.say("Nothing of it has to be done by hand.")?,
                    },
                    "export" => self.act(Action::ExportHint(*id))?,
                    "settle" => {
                        self.settle(&id.to_string())?;
                        break;
                    }
                    "next" | "" => break,
                    "stop" | "q" => return Ok(()),
                    _ => self.talk.say("That is no answer here.")?,
                }
            }
        }
        Ok(())
    }

    fn settle(&mut self, name: &str) -> Result<()> {
        let Some(id) = self.found(name)? else { return Ok(()) };
        let detail = self.draft(id)?;
        let offered = settlements::of(&detail);
        self.talk.say(&format!("How is {} settled?", paper::name_of(&detail.row)))?;
        for (at, (title, means, _)) in offered.iter().enumerate() {
            self.talk.say(&format!("{}: {title}. {means}", at + 1))?;
        }
        let answer = self.talk.ask("Which number, or Enter to leave it?")?.unwrap_or_default();
        let chosen = answer.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).and_then(|n| offered.get(n));
        match chosen.and_then(|(_, _, action)| action.clone()) {
            Some(action) => self.act(action),
            None => self.talk.say("Nothing changes."),
        }
    }

    /// Undoing a batch: its plan, then the control word.
    pub fn undo_batch(&mut self, batch: BatchId) -> Result<()> {
        self.act(Action::PlanUndo(batch))
    }

    fn read_out(&mut self, paper: &Paper) -> Result<()> {
        self.talk.say(&format!("{}.", paper.title.trim_end_matches('.')))?;
        self.pieces(&paper.pieces)
    }

    fn pieces(&mut self, pieces: &[Piece]) -> Result<()> {
        pieces.iter().filter_map(paper::spoken).try_for_each(|line| self.talk.say(&line))
    }

    /// A sheet read out; what it offers besides commands is asked.
    pub fn say_paper(&mut self, paper: &Paper) -> Result<()> {
        self.read_out(paper)?;
        for offer in &paper.offers {
            match &offer.then {
                Then::Act(action) => {
                    let question = format!("{}? yes or Enter for no", offer.does);
                    if self.talk.ask(&question)?.is_some_and(|answer| answer == "yes") {
                        return self.act((**action).clone());
                    }
                }
                Then::Run(Id::Settle) => self.talk.say("settle NAME says how it is settled.")?,
                Then::Run(_) => {}
            }
        }
        Ok(())
    }

    /// Asks for each field, reads the summary out, and takes it after a yes.
    pub fn fill(&mut self, seed: Seed) -> Result<()> {
        let profile = &self.workers.profile;
        let today = profile.settings().timezone.day_of(profile.now());
        let mut form = form::make(seed, today);
        self.talk.say(&format!("{}.", form.title))?;
        self.talk.say(&form.intro.clone())?;
        self.talk
            .say("A question mark tells what belongs into a field; stop leaves without keeping anything.")?;
        let mut at = 0;
        loop {
            let Some(place) = form.cells().nth(at).map(|(place, _)| place) else { break };
            form.at = place;
            match self.field(&mut form)? {
                Answered::Next => at += 1,
                Answered::Again => {}
                Answered::Stop => return self.talk.say("Nothing was entered."),
            }
            let next = form.cells().nth(at).map(|(place, _)| place);
            let further = next.filter(|_| form.what == What::VendorCredit && at > 5);
            if further.is_some_and(|(row, cell)| cell == 0 && is_empty(&form, row))
                && self.talk.ask("Another line? yes or Enter for no")?.is_none_or(|answer| answer != "yes")
            {
                break;
            }
        }
        if let Some((_, problem)) = form.first_wrong() {
            self.talk.problem(&problem)?;
            return self.talk.say("Nothing was entered.");
        }
        self.sum_up(&form)
    }

    fn sum_up(&mut self, form: &Form) -> Result<()> {
        let Some(entry) = form.entry() else { return self.talk.say("Nothing was entered.") };
        let Loaded::Look(look) = self.read(Query::Look(Box::new(entry.clone())))? else { return Err(odd()) };
        self.pieces(&look.pieces)?;
        if look.refused {
            return self.talk.say("Nothing was entered.");
        }
        if let Some(what) = look.word {
            return self.act(Action::Ask(*what));
        }
        match self.talk.ask("Take it? yes or Enter for no")? {
            Some(answer) if answer == "yes" => self.act(Action::Enter(Box::new(entry))),
            _ => self.talk.say("Nothing was entered."),
        }
    }

    /// One field: its question, its list, what is wrong with the answer.
    fn field(&mut self, form: &mut Form) -> Result<Answered> {
        let question = question(form);
        let Some(answer) = self.talk.ask(&question)? else { return Ok(Answered::Stop) };
        match answer.as_str() {
            "stop" => return Ok(Answered::Stop),
            "?" => {
                let help = form.help();
                self.talk.say(&help)?;
                return Ok(Answered::Again);
            }
            _ => {}
        }
        let Some(cell) = form.current_mut() else { return Ok(Answered::Next) };
        if !answer.is_empty() {
            cell.set(&answer);
        }
        if let (Some(list), false) = (cell.list(), cell.text().is_empty()) {
            let text = cell.text().to_string();
            let Loaded::Offers(_, _, offers) = self.read(Query::Offers(list, text.clone()))? else {
                return Err(odd());
            };
            form::offered(form, list, &text, offers);
        }
        let Some(cell) = form.current_mut() else { return Ok(Answered::Next) };
        cell.tidy();
        let offers: Vec<String> =
            cell.shown_offers().into_iter().take(READ_OUT).map(str::to_string).collect();
        form.grow();
        match form.wrong(form.at) {
            None => Ok(Answered::Next),
            Some(problem) => {
                self.talk.problem(&problem)?;
                if !offers.is_empty() && !answer.is_empty() {
                    self.talk.say(&format!("These are near: {}.", offers.join("; ")))?;
                }
                if let Some(cell) = form.current_mut()
                    && matches!(cell.kind, Kind::Pick(_, true))
                {
                    cell.set("");
                }
                Ok(Answered::Again)
            }
        }
    }
}

fn is_empty(form: &Form, row: usize) -> bool {
    form.rows.get(row).is_some_and(|row| row.cells.iter().all(|cell| cell.text().is_empty()))
}

/// `line 1, amount (2026-02-05)?`
fn question(form: &Form) -> String {
    let (row, at) = form.at;
    let Some(it) = form.rows.get(row) else { return String::new() };
    // Titles stand above the first row of a table and hold for those below.
    let titles =
        form.rows.iter().take(row + 1).rev().find(|row| !row.titles.is_empty()).map(|row| &row.titles);
    let title =
        titles.filter(|_| it.cells.len() > 1 || it.label.contains(". ")).and_then(|titles| titles.get(at));
    let title = title.map(|title| format!(", {title}")).unwrap_or_default();
    let now = it.cells.get(at).map(|cell| cell.text().to_string()).unwrap_or_default();
    let now = if now.is_empty() { String::new() } else { format!(" ({now}; Enter keeps it)") };
    let may = if it.cells.get(at).is_some_and(|cell| cell.needed) || !now.is_empty() {
        ""
    } else {
        ", may stay empty"
    };
    format!("{}{title}{may}{now}?", it.label)
}
