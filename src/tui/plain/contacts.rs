//! Step 3 as sentences: the sure matches a page at a time, then each other contact with its nearest records.
//!
//! Must never link or create what it did not say first (`matching.md` 5).

use super::steps::Next;
use super::{Plain, odd};
use crate::books::PartyList;
use crate::tui::effect::{Action, Query};
use crate::tui::match_sheet::candidate_line;
use crate::tui::match_sheet::rest_in_words;
use crate::tui::msg::Loaded;
use crate::workflow::Result;
use crate::workflow::links::{
    CandidateView, ContactFilter, ContactList, ContactRole, ContactsOf, MatchDetail,
};

/// Records that a search shows.
const FOUND: usize = 9;
/// Sure matches that one answer links.
const PAGE: usize = 20;

const ANSWERS: &str =
    "accept (or its number), why NUMBER, choose TEXT, create NAME, house, refuse, later, skip, or stop?";

/// The place that a typed number means, where the first is 1.
fn place(text: &str) -> Option<usize> {
    text.trim().parse::<usize>().ok()?.checked_sub(1)
}

impl Plain<'_> {
    /// Step 3: each contact without a decision.
    pub fn match_contacts(&mut self) -> Result<()> {
        let ContactList { ids: open, counts } = self.contacts(ContactFilter::default())?;
        if open.is_empty() {
            return self.talk.say("Every contact is decided.");
        }
        let sure =
            self.contacts(ContactFilter { of: ContactsOf::Sure, ..ContactFilter::default() })?.ids.len();
        let text = format!("{} contacts are not decided; {sure} of them are sure.", open.len());
        self.talk.say(&text)?;
        let question = "all says the sure ones and then asks, rest creates others, one goes through them, Enter goes back?";
        match self.talk.ask(question)?.unwrap_or_default().as_str() {
            "all" => self.sure_pages(),
            "rest" => self.create_rest(counts.unlike, counts.open),
            "one" => self.each_contact(&open),
            _ => Ok(()),
        }
    }

    /// The contacts of a list.
    pub fn contacts(&self, filter: ContactFilter) -> Result<ContactList> {
        match self.read(Query::MatchIds(filter))? {
            Loaded::MatchIds(list) => Ok(list),
            _ => Err(odd()),
        }
    }

    /// Sure matches, said before one answer links them.
    fn sure_pages(&mut self) -> Result<()> {
        loop {
            let Loaded::Sure(page) = self.read(Query::Sure(PAGE))? else { return Err(odd()) };
            if page.rows.is_empty() {
                return self.talk.say("There is no sure match left to accept.");
            }
            for row in &page.rows {
                let list = row.who.1.word().to_lowercase();
                self.talk.say(&format!(
                    "{}, {list}: {} in QuickBooks; these agree: {}.",
                    row.name, row.party, row.agrees
                ))?;
            }
            if !page.so_far.is_empty() {
                self.talk.say(&format!("So far: {}.", page.so_far))?;
            }
            let question = format!("Link these {} of {}? Type yes to do it", page.rows.len(), page.total);
            if !self.says_yes(&question)? {
                return self.talk.say("Nothing of these was linked.");
            }
            let before = page.total;
            let shown = page.rows.into_iter().map(|row| (row.who, row.list_id)).collect();
            self.act(Action::AcceptShown(shown))?;
            let Loaded::Sure(left) = self.read(Query::Sure(1))? else { return Err(odd()) };
            if left.total == before {
                return Ok(()); // Refused, and said why.
            }
        }
    }

    fn says_yes(&mut self, question: &str) -> Result<bool> {
        Ok(self.talk.ask(question)?.is_some_and(|answer| answer.eq_ignore_ascii_case("yes")))
    }

    /// Before contacts are set to be created that nobody looked at one by one.
    fn create_rest(&mut self, unlike: usize, all: usize) -> Result<()> {
        self.talk.say(&format!(
            "{} Each would become a new customer or vendor with the next hand-off.",
            rest_in_words(unlike, all - unlike)
        ))?;
        let question = "unlike creates those that match nothing, every creates all, Enter creates none?";
        match self.talk.ask(question)?.unwrap_or_default().as_str() {
            "unlike" => self.act(Action::CreateUnlike),
            "every" => self.act(Action::CreateRest),
            _ => self.talk.say("Nothing was created."),
        }
    }

    pub fn each_contact(&mut self, open: &[ContactRole]) -> Result<()> {
        for (at, who) in open.iter().enumerate() {
            let Loaded::MatchDetail(detail) = self.read(Query::MatchDetail(*who))? else { return Err(odd()) };
            self.say_contact(&detail, at + 1, open.len())?;
            loop {
                let Some(line) = self.talk.ask(ANSWERS)? else { return Ok(()) };
                match self.decide_contact(*who, &detail, &line)? {
                    Next::Done => break,
                    Next::Again => {}
                    Next::Stop => return Ok(()),
                }
            }
        }
        self.talk.say("That was the last contact.")
    }

    fn say_contact(&mut self, detail: &MatchDetail, at: usize, of: usize) -> Result<()> {
        let row = &detail.row;
        let list = row.role.word().to_lowercase();
        self.talk.say(&format!(
            "Contact {at} of {of}: {}, {list}, {} documents wait for it.",
            row.name, row.documents
        ))?;
        self.talk.say(&row.why)?;
        if detail.candidates.is_empty() {
            return self.talk.say(&format!(
                "Nothing in QuickBooks looks like it. It would be created as {}.",
                detail.proposed_name
            ));
        }
        for (at, candidate) in (1..).zip(&detail.candidates) {
            self.talk.say(&format!("{at}: {} bits.", candidate_line(candidate)))?;
        }
        detail.candidates.first().map_or(Ok(()), |best| self.say_evidence(best))
    }

    /// Each weight of a candidate with what was compared.
    fn say_evidence(&mut self, candidate: &CandidateView) -> Result<()> {
        self.talk.say(&format!("{} has {} bits, from:", candidate.name, candidate.score))?;
        let value = |shown: &str, compared: &str| match (shown, compared) {
            ("", "") => "nothing".to_string(),
            (shown, "") => shown.to_string(),
            (shown, compared) => format!("{shown} (compared as {compared})"),
        };
        for fact in candidate.evidence.iter().filter(|fact| fact.verdict != "unknown") {
            let (left, right) = (value(&fact.left, &fact.left_as), value(&fact.right, &fact.right_as));
            let text = format!(
                "{} {}: {left} in Cin7, {right} in QuickBooks, {} bits.",
                fact.field, fact.verdict, fact.bits
            );
            self.talk.say(&text)?;
        }
        Ok(())
    }

    fn decide_contact(&mut self, who: ContactRole, detail: &MatchDetail, line: &str) -> Result<Next> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let at = place(word).or_else(|| place(rest));
        let meant = detail.candidates.get(at.unwrap_or(0));
        let best = meant.map(|candidate| candidate.list_id.clone());
        match (word, best) {
            ("stop" | "q", _) => return Ok(Next::Stop),
            ("skip" | "", _) => return Ok(Next::Done),
            ("accept" | "a", Some(list_id)) => self.act(Action::Link(who, list_id))?,
            ("refuse" | "x", Some(list_id)) => self.act(Action::Refuse(who, list_id))?,
            ("why" | "evidence", Some(_)) => {
                meant.map_or(Ok(()), |candidate| self.say_evidence(candidate))?;
                return Ok(Next::Again);
            }
            ("create" | "c", _) => {
                let name = if rest.is_empty() { detail.proposed_name.clone() } else { rest.to_string() };
                self.act(Action::CreateNew(who, name))?;
            }
            ("later" | "d", _) => self.act(Action::Defer(vec![who], true))?,
            ("choose" | "e", _) => return self.choose(who, rest),
            ("house" | "h", _) => return self.house(detail),
            ("accept" | "a" | "refuse" | "x" | "why" | "evidence", None) => {
                self.talk.say("There is no such candidate.")?;
                return Ok(Next::Again);
            }
            (_, Some(list_id)) if place(word).is_some() => self.act(Action::Link(who, list_id))?,
            _ => {
                self.talk.say("That is no answer here.")?;
                return Ok(Next::Again);
            }
        }
        Ok(Next::Done)
    }

    /// A rule that bills such sales to a house customer: what it goes by, who is billed, then which drafts change.
    fn house(&mut self, detail: &MatchDetail) -> Result<Next> {
        if detail.house.is_empty() {
            self.talk.say("Cin7 tells no group, channel or branch of its sales that a rule could go by.")?;
            return Ok(Next::Again);
        }
        for (at, choice) in (1..).zip(&detail.house) {
            self.talk.say(&format!("{at}: {}.", choice.in_words()))?;
        }
        let answer = self.talk.ask("Which number is billed to a house customer, or Enter for none?")?;
        let at = answer.as_deref().and_then(place);
        let Some(choice) = at.and_then(|at| detail.house.get(at)) else { return Ok(Next::Again) };
        let text = self.talk.ask("Which customer is billed? Type a part of its name")?.unwrap_or_default();
        let Some(list_id) = self.pick(detail.row.role, &text)? else { return Ok(Next::Again) };
        self.act(Action::HouseRule(choice.clone(), list_id))?;
        Ok(Next::Done)
    }

    fn choose(&mut self, who: ContactRole, text: &str) -> Result<Next> {
        match self.pick(who.1, text)? {
            Some(list_id) => {
                self.act(Action::Link(who, list_id))?;
                Ok(Next::Done)
            }
            None => Ok(Next::Again),
        }
    }

    /// One of the records found for a text, by its number.
    fn pick(&mut self, role: PartyList, text: &str) -> Result<Option<String>> {
        let Loaded::Parties(found) = self.read(Query::Parties(role, text.to_string()))? else {
            return Err(odd());
        };
        if found.is_empty() {
            self.talk.say("Nothing in QuickBooks has this name.")?;
            return Ok(None);
        }
        for (at, party) in found.iter().take(FOUND).enumerate() {
            let inactive = if party.active { "" } else { ", inactive" };
            let text =
                format!("{}: {}, {} {}{inactive}", at + 1, party.full_name, party.address.city, party.phone);
            self.talk.say(&text)?;
        }
        let answer = self.talk.ask("Which number, or Enter for none?")?.unwrap_or_default();
        let shown = found.get(..FOUND).unwrap_or(&found);
        let chosen = place(&answer).and_then(|at| shown.get(at));
        Ok(chosen.map(|party| party.id.as_str().to_string()))
    }
}
