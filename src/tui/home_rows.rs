//! The rows of the home screen: what needs a person, then what happened since yesterday; each leads somewhere.
//!
//! Must never name a need that the workflow did not count.

use super::model::Screen;
use crate::base::Zone;
use crate::workflow::home::HomeView;

/// Where a row leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub screen: Screen,
    /// Filter line of the list there.
    pub filter: Option<String>,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Heading,
    Urgent,
    Need,
    Fact,
    Note,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub sort: Sort,
    pub count: Option<i64>,
    pub text: String,
    /// Shown below while the cursor is on it.
    pub why: String,
    pub target: Option<Target>,
}

fn screen_of(step: u8) -> Screen {
    Screen::ALL.iter().copied().find(|screen| screen.number() == step).unwrap_or(Screen::History)
}

/// Where a need or a fact is looked at.
pub fn target(step: u8, filter: Option<&String>) -> Target {
    Target { screen: screen_of(step), filter: filter.cloned() }
}

fn heading(text: &str) -> Row {
    Row { sort: Sort::Heading, count: None, text: text.into(), why: String::new(), target: None }
}

fn note(text: &str) -> Row {
    Row { sort: Sort::Note, count: None, text: text.into(), why: String::new(), target: None }
}

/// Of what happened, these are told even where they did not: nothing refused is news.
const ALWAYS: [&str; 5] = ["new", "changed_after_posting", "refused", "unknown", "pending"];

/// When the Web Connector was here, and when it is expected.
fn called(view: &HomeView, zone: &Zone) -> Row {
    let clock = |at: &str| zone.clock_text(at);
    let time = |at: &str| zone.time_text(at);
    let (text, why) = match view.visits.first() {
        Some(visit) => {
            let next = view.next_visit.as_deref().map_or_else(
                || "None is expected by its schedule: look whether it is running.".to_string(),
                |at| format!("The next is expected about {}.", time(at)),
            );
            (format!("Last visit {}", clock(&visit.opened_at)), format!("Of the Web Connector. {next}"))
        }
        None => ("No visit yet".to_string(), "The Web Connector has not called so far.".to_string()),
    };
    Row { target: Some(target(7, None)), why, ..note(&text) }
}

/// All rows.
pub fn rows(view: &HomeView, zone: &Zone) -> Vec<Row> {
    let mut rows = vec![heading("What needs you")];
    if view.needs.is_empty() {
        rows.push(note("Nothing. What comes next shows itself here."));
    }
    rows.extend(view.needs.iter().map(|need| Row {
        sort: if need.urgent { Sort::Urgent } else { Sort::Need },
        count: Some(need.count),
        text: need.what.clone(),
        why: need.why.clone(),
        target: Some(target(need.step, need.filter.as_ref())),
    }));
    rows.push(heading("Since yesterday"));
    let told = view.facts.iter().filter(|fact| fact.count > 0 || ALWAYS.contains(&fact.code));
    rows.extend(told.map(|fact| Row {
        sort: Sort::Fact,
        count: Some(fact.count),
        text: fact.what.to_string(),
        why: String::new(),
        target: Some(target(fact.step, fact.filter.as_ref())),
    }));
    rows.push(called(view, zone));
    if view.undo.is_some() || view.redo.is_some() {
        rows.push(heading("Can be taken back"));
        let what =
            |word: &str, title: &Option<String>| title.as_ref().map(|title| format!("{word}: {title}"));
        rows.extend(
            [what("u undoes", &view.undo), what("Ctrl-r does again", &view.redo)]
                .into_iter()
                .flatten()
                .map(|text| note(&text)),
        );
    }
    rows
}
