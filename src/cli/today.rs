//! `today`: what needs a person now, and what happened since yesterday: the first page of the screens.
//!
//! Must never change anything; works beside any host.

use super::session::Session;
use crate::base::Zone;
use crate::base::problem::Exit;
use crate::workflow::home::HomeView;
use crate::workflow::{Result, home};

/// Says what needs a person. Ends with 1 where something does.
pub fn today(session: &Session) -> Result<Exit> {
    let profile = session.look()?;
    let view = home::home(&profile)?;
    let zone = profile.settings().timezone;
    session.out.document(&serde_json::json!(view))?;
    if !session.out.is_json() {
        for line in lines(&view, &zone) {
            session.out.say(&line)?;
        }
    }
    Ok(if view.needs.is_empty() { Exit::Done } else { Exit::NeedsPerson })
}

/// The page as lines.
fn lines(view: &HomeView, zone: &Zone) -> Vec<String> {
    let at = |text: &str| zone.clock_text(text);
    let mut lines = Vec::new();
    if view.needs.is_empty() {
        lines.push("Nothing needs you now.".to_string());
    }
    for need in &view.needs {
        let mark = if need.urgent { "!" } else { " " };
        lines.push(format!("{mark} {:>6} {} (step {}). {}", need.count, need.what, need.step, need.why));
        if let Some(filter) = &need.filter {
            lines.push(format!("         countersign drafts {filter}"));
        }
    }
    lines.push(format!("Since {}:", at(&view.since)));
    for fact in view.facts.iter().filter(|fact| fact.count > 0) {
        lines.push(format!("  {:>6} {}", fact.count, fact.what));
    }
    for month in &view.months {
        lines.push(format!(
            "{}: {} documents, {} posted, {} pending, {} on the way, {} ready, {} held back.",
            month.month,
            month.documents,
            month.posted,
            month.pending,
            month.on_the_way,
            month.ready,
            month.held_back
        ));
    }
    if let Some(visit) = view.visits.first() {
        let next = view
            .next_visit
            .as_deref()
            .map_or_else(String::new, |next| format!(" The next is expected about {}.", at(next)));
        lines.push(format!("Last visit of the Web Connector: {}.{next}", at(&visit.opened_at)));
    }
    lines
}
