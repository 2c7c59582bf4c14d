//! `views`: filter lines under a name, the same as on the screen.
//!
//! Must never decide anything: a view is only a way to look.

use super::args::{OrderWord, ViewsAction};
use super::session::Session;
use crate::base::problem::Exit;
use crate::books::find::Wanted;
use crate::store::drafts::{DraftFilter, DraftOrder};
use crate::workflow::views::{self as flow, SavedView, ViewOf};
use crate::workflow::{Profile, Result};
use serde_json::json;

const fn of(contacts: bool) -> ViewOf {
    if contacts { ViewOf::Contacts } else { ViewOf::Drafts }
}

/// Lists, saves or deletes views.
pub fn views(session: &Session, action: Option<ViewsAction>) -> Result<Exit> {
    match action {
        None => list(session),
        Some(ViewsAction::Save { name, find, contacts, sort, group }) => {
            let order = match sort {
                OrderWord::Date => DraftOrder::Date,
                OrderWord::Party => DraftOrder::Party,
                OrderWord::Amount => DraftOrder::Amount,
                OrderWord::Reference => DraftOrder::Reference,
            };
            let profile = session.hold("views")?;
            let group = group.filter(|_| !contacts).map(super::many::group_by);
            let view = SavedView { name, of: of(contacts), line: find.join(" "), order, group };
            session.done(&flow::save(&profile, view)?)
        }
        Some(ViewsAction::Delete { name, contacts }) => {
            let profile = session.hold("views")?;
            session.done(&flow::remove(&profile, of(contacts), &name)?)
        }
    }
}

fn list(session: &Session) -> Result<Exit> {
    let profile = session.look()?;
    let all = flow::views(&profile)?;
    session.out.document(&json!({ "views": all }))?;
    if !session.out.is_json() {
        for view in &all {
            session.out.say(&format!("{:<9} {:<40} {}", view.of.word(), view.name, flow::shown(view)))?;
        }
        if all.is_empty() {
            session.out.say("No view is saved yet: countersign views save NAME FIND...")?;
        }
    }
    Ok(Exit::Done)
}

/// What a view of drafts and further words of a filter line ask for together.
///
/// # Errors
/// When there is no such view, or the words are not understood.
pub(super) fn filter(profile: &Profile, view: Option<&str>, find: &[String]) -> Result<DraftFilter> {
    let Some(name) = view else {
        return Ok(DraftFilter { wanted: super::drafts::wanted(find)?, ..DraftFilter::default() });
    };
    let view = flow::view(profile, ViewOf::Drafts, name)?;
    let words: Vec<String> = std::iter::once(view.line).chain(find.iter().cloned()).collect();
    let wanted: Wanted = super::drafts::wanted(&words)?;
    Ok(DraftFilter { wanted, order: view.order, ..DraftFilter::default() })
}
