//! What needs a person, approving many, and the life of a document, as sentences.
//!
//! Must never approve what it did not say: the figures come first, then the question.

use super::{Plain, odd};
use crate::base::{Cents, typed};
use crate::tui::effect::{Action, Query};
use crate::tui::home_rows::{Sort, rows};
use crate::tui::msg::Loaded;
use crate::workflow::Result;
use crate::workflow::approve_many::{Offer, Terms};

impl Plain<'_> {
    /// The first page.
    pub fn home(&mut self) -> Result<()> {
        let Loaded::Home(view) = self.read(Query::Home)? else { return Err(odd()) };
        for row in rows(&view, &self.workers.profile.settings().timezone) {
            let count = row.count.map_or_else(String::new, |count| format!("{count} "));
            let text = match row.sort {
                Sort::Heading => format!("{}:", row.text),
                Sort::Urgent => format!("Urgent: {count}{}. {}", row.text, row.why),
                _ => format!("{count}{}. {}", row.text, row.why).trim().to_string(),
            };
            self.talk.say(&text)?;
        }
        for month in &view.months {
            let text = format!(
                "{}: {} of {} documents are posted, {} pending, {} held back.",
                month.month, month.posted, month.documents, month.pending, month.held_back
            );
            self.talk.say(&text)?;
        }
        Ok(())
    }

    /// Asks for the terms of what can be trusted.
    pub fn approve_many(&mut self) -> Result<()> {
        let Some(line) = self.talk.ask("Largest amount of one document?")? else { return Ok(()) };
        let Some(under) = typed::money(&line).filter(|under| *under > Cents::ZERO) else {
            let text = format!("`{line}` is no amount of money above zero. {}", typed::WRITE_MONEY);
            self.talk.say(&text)?;
            return self.talk.say("Nothing was approved.");
        };
        let terms = Terms { under: Some(under), by_person: true, unwarned: true, ..Terms::default() };
        self.act(Action::OfferMany(terms))
    }

    /// Says what would be approved and what is left out, then asks.
    pub fn offered(&mut self, terms: Terms, offer: &Offer) -> Result<()> {
        let text = format!("{} drafts, {}, would be approved.", offer.count, offer.sum());
        self.talk.say(&text)?;
        for (kind, count, total) in &offer.by_kind {
            self.talk.say(&format!("{count} {kind}: {}.", total.grouped()))?;
        }
        for out in &offer.left_out {
            self.talk.say(&format!("Left out: {} {}, {}.", out.count, out.why, out.total.grouped()))?;
        }
        for row in &offer.samples {
            let party = row.party_name.as_deref().unwrap_or("nobody");
            let total = row.total.map_or_else(String::new, Cents::grouped);
            self.talk.say(&format!("For the eye: {} for {party}, {total}.", row.reference))?;
        }
        if offer.count == 0 {
            return Ok(());
        }
        match self.talk.ask("Approve all of these? Type yes to do it")? {
            Some(answer) if answer.eq_ignore_ascii_case("yes") => {
                self.act(Action::ApproveMany(terms, offer.stamp.clone()))
            }
            _ => self.talk.say("Nothing was approved."),
        }
    }
}
