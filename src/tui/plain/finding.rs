//! Finding in words: filter lines, saved views, groups with subtotals, the history and the glossary, line by line.
//!
//! Must never find anything else than the screen does with the same line.

use super::{Plain, odd};
use crate::base::text::many;
use crate::books::find::{self, lists};
use crate::store::drafts::groups::GroupBy;
use crate::store::drafts::{DraftFilter, DraftOrder};
use crate::store::events::EventsFrom;
use crate::tui::effect::{Action, Query};
use crate::tui::msg::{EventsPage, Loaded};
use crate::tui::update::words;
use crate::workflow::Result;
use crate::workflow::links::{ContactFilter, ContactsOf};
use crate::workflow::views::{self, SavedView, ViewOf};

impl Plain<'_> {
    /// Carries out a word of the main question, where it is one of these. False where it is not.
    pub fn finding_word(&mut self, word: &str, line: &str) -> Result<bool> {
        let word = word.split(' ').next().unwrap_or_default();
        let rest = line.split_once(' ').map_or("", |(_, rest)| rest.trim());
        match word {
            "find" => self.find(rest, DraftOrder::Date)?,
            "contacts" => self.find_contacts(rest)?,
            "groups" => self.groups(rest)?,
            "events" => self.find_events(rest)?,
            "views" => self.say_views()?,
            "view" => self.view(rest)?,
            "save" => self.save_view(rest)?,
            "delete" => self.delete_view(rest)?,
            "glossary" => self.glossary(rest)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What a filter line of drafts asks for; says what is wrong with it.
    fn filter(&mut self, line: &str, order: DraftOrder) -> Result<Option<DraftFilter>> {
        match find::parse(line) {
            Ok(wanted) => Ok(Some(DraftFilter { wanted, order, ..DraftFilter::default() })),
            Err(mistake) => self.talk.say(&mistake.says).map(|()| None),
        }
    }

    /// Goes through the drafts that a filter line finds.
    fn find(&mut self, line: &str, order: DraftOrder) -> Result<()> {
        let Some(filter) = self.filter(line, order)? else { return Ok(()) };
        let Loaded::DraftIds(ids) = self.read(Query::DraftIds(filter))? else { return Err(odd()) };
        self.talk.say(&format!("Found {}.", many(ids.len(), "document")))?;
        match ids.is_empty() {
            true => Ok(()),
            false => self.each_draft(&ids),
        }
    }

    /// Goes through the contacts that a filter line finds.
    fn find_contacts(&mut self, line: &str) -> Result<()> {
        let asked = match lists::parse_in(&lists::CONTACTS, line) {
            Ok(asked) => asked,
            Err(mistake) => return self.talk.say(&mistake.says),
        };
        let filter = ContactFilter { of: ContactsOf::All, asked, by_documents: false };
        let found = self.contacts(filter)?.ids;
        self.talk.say(&format!("Found {}.", many(found.len(), "contact")))?;
        match found.is_empty() {
            true => Ok(()),
            false => self.each_contact(&found),
        }
    }

    /// `groups month kind:bill`.
    fn groups(&mut self, rest: &str) -> Result<()> {
        let (by, line) = rest.split_once(' ').unwrap_or((rest, ""));
        let by = match by {
            "" => Some(GroupBy::default()),
            by => GroupBy::ALL.into_iter().find(|known| known.word() == by),
        };
        let Some(by) = by else {
            return self.talk.say("Say by what: groups party, groups month, groups kind; then a filter.");
        };
        let Some(filter) = self.filter(line, DraftOrder::Date)? else { return Ok(()) };
        let Loaded::Groups(groups) = self.read(Query::Groups(filter, by))? else { return Err(odd()) };
        for group in &groups {
            let text = format!(
                "{}: {} documents, {} {}; ready {}, {} {}.",
                group.key.as_deref().unwrap_or("none"),
                group.count,
                group.total.grouped(),
                group.currency,
                group.ready,
                group.ready_total.grouped(),
                group.currency
            );
            self.talk.say(&text)?;
        }
        self.talk.say(&format!("That were {} groups.", groups.len()))
    }

    /// The newest events that a line finds.
    fn find_events(&mut self, line: &str) -> Result<()> {
        let asked = match lists::parse_in(&lists::HISTORY, line) {
            Ok(asked) => asked,
            Err(mistake) => return self.talk.say(&mistake.says),
        };
        let query = Query::Events { from: EventsFrom::Before(i64::MAX), asked };
        let Loaded::Events(EventsPage { events, names, .. }) = self.read(query)? else { return Err(odd()) };
        let zone = self.workers.profile.settings().timezone;
        for event in &events {
            let at = zone.clock_text(&event.at);
            let what = event.kind.replace('_', " ");
            let about = names.get(&event.subject).unwrap_or(&event.subject);
            self.talk.say(&format!("{at} {}: {what} {about}.", event.actor))?;
        }
        self.talk.say(&format!("{} events, the newest first.", events.len()))
    }

    fn say_views(&mut self) -> Result<()> {
        let all = views::views(&self.workers.profile)?;
        for view in &all {
            self.talk.say(&format!("{} of {}: {}.", view.name, view.of.word(), views::shown(view)))?;
        }
        match all.is_empty() {
            true => self.talk.say("No view is saved yet. save NAME: FILTER keeps one."),
            false => self.talk.say("view NAME shows one, delete NAME forgets one."),
        }
    }

    /// The view of a name, of drafts before contacts; says so where there is none.
    fn named(&mut self, name: &str) -> Result<Option<SavedView>> {
        let of = |of| views::view(&self.workers.profile, of, name);
        match of(ViewOf::Drafts).or_else(|_| of(ViewOf::Contacts)) {
            Ok(view) => Ok(Some(view)),
            Err(problem) => self.talk.problem(&problem).map(|()| None),
        }
    }

    fn view(&mut self, name: &str) -> Result<()> {
        match self.named(name)? {
            Some(view) if view.of == ViewOf::Contacts => self.find_contacts(&view.line),
            Some(SavedView { group: Some(by), line, .. }) => self.groups(&format!("{} {line}", by.word())),
            Some(view) => self.find(&view.line, view.order),
            None => Ok(()),
        }
    }

    /// `save Big bills: kind:bill >1000`, `save contacts Later: state:later`.
    fn save_view(&mut self, rest: &str) -> Result<()> {
        let Some((name, line)) = rest.split_once(':') else {
            return self.talk.say(
                "Write it as save NAME: FILTER, save groups month NAME: FILTER, or save contacts NAME: FILTER.",
            );
        };
        let (of, name) = match name.strip_prefix("contacts ") {
            Some(name) => (ViewOf::Contacts, name),
            None => (ViewOf::Drafts, name),
        };
        let grouped = GroupBy::ALL
            .into_iter()
            .find_map(|by| Some((by, name.strip_prefix(&format!("groups {} ", by.word()))?)))
            .filter(|_| of == ViewOf::Drafts);
        let (group, name) = grouped.map_or((None, name), |(by, name)| (Some(by), name));
        let (name, line) = (name.trim().into(), line.trim().into());
        self.act(Action::SaveView(SavedView { name, of, line, order: DraftOrder::Date, group }))
    }

    fn delete_view(&mut self, name: &str) -> Result<()> {
        match self.named(name)? {
            Some(view) => self.act(Action::DeleteView(view.of, view.name)),
            None => Ok(()),
        }
    }

    fn glossary(&mut self, text: &str) -> Result<()> {
        let found = words(text);
        for (word, means) in &found {
            self.talk.say(&format!("{word}: {means}"))?;
        }
        match found.is_empty() {
            true => self.talk.say("No word of the glossary holds that."),
            false => Ok(()),
        }
    }
}
