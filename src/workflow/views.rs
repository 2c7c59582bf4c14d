//! Saved views: filter lines under a name, kept in the profile, for the lists of drafts and of contacts.
//!
//! Must never decide anything: a view is only a way to look. Both faces save, pick and delete the same ones.

use super::{Profile, Result, Said};
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::base::text::{fold, for_screen};
use crate::books::find;
use crate::store::Lane;
use crate::store::drafts::DraftOrder;
use crate::store::drafts::groups::GroupBy;
use serde::{Deserialize, Serialize};

/// Where they are kept.
const KEY: &str = "views";
/// Views at most.
const MOST: usize = 60;
/// Characters of a name at most.
const LONGEST: usize = 40;

/// What a view lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ViewOf {
    #[default]
    Drafts,
    Contacts,
}

impl ViewOf {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            ViewOf::Drafts => "drafts",
            ViewOf::Contacts => "contacts",
        }
    }
}

/// A filter line with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// As a person typed it.
    pub name: String,
    /// What it lists.
    pub of: ViewOf,
    /// The filter line.
    pub line: String,
    /// Order of the list, where it lists drafts.
    #[serde(default)]
    pub order: DraftOrder,
    /// What its groups are made by, where it opens with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupBy>,
}

/// All of them, by name.
///
/// # Errors
/// What the store says.
pub fn views(profile: &Profile) -> Result<Vec<SavedView>> {
    Ok(profile.store().read(|r| r.meta_json::<Vec<SavedView>>(KEY))?.unwrap_or_default())
}

fn wrong(happened: String, do_now: &str) -> Problem {
    Problem::new(Exit::Usage, "VIEW", happened, "Nothing was changed.", do_now)
}

/// One by name.
///
/// # Errors
/// When there is none of that name.
pub fn view(profile: &Profile, of: ViewOf, name: &str) -> Result<SavedView> {
    let mut all = views(profile)?;
    take(&mut all, of, name)
}

/// One by name, taken out of all of them.
fn take(all: &mut Vec<SavedView>, of: ViewOf, name: &str) -> Result<SavedView> {
    let wanted = fold(name);
    let place = all.iter().position(|view| view.of == of && fold(&view.name) == wanted);
    place.map(|place| all.remove(place)).ok_or_else(|| {
        let known: Vec<String> =
            all.iter().filter(|view| view.of == of).map(|view| format!("`{}`", view.name)).collect();
        let there = if known.is_empty() { "none yet".to_string() } else { known.join(", ") };
        wrong(
            format!("There is no view of {} named `{}`.", of.word(), for_screen(name)),
            &format!("There are: {there}. `countersign views` lists them."),
        )
    })
}

fn checked(mut view: SavedView) -> Result<SavedView> {
    view.name = for_screen(view.name.trim());
    view.line = view.line.trim().to_string();
    if view.name.is_empty() || view.name.chars().count() > LONGEST {
        let needs = format!("A view needs a name of at most {LONGEST} characters.");
        return Err(wrong(needs, "Type a shorter name."));
    }
    let mistake = match view.of {
        ViewOf::Drafts => find::parse(&view.line).err(),
        ViewOf::Contacts => find::lists::parse_in(&find::lists::CONTACTS, &view.line).err(),
    };
    match mistake {
        Some(mistake) => Err(wrong(mistake.says, "Put the filter line right, then save it.")),
        None => Ok(view),
    }
}

/// Keeps a view, in place of one of the same name.
///
/// # Errors
/// When its name or its line cannot be kept, or there are too many.
pub fn save(profile: &Profile, view: SavedView) -> Result<Said> {
    let view = checked(view)?;
    let mut all = views(profile)?;
    let before = all.len();
    all.retain(|known| known.of != view.of || fold(&known.name) != fold(&view.name));
    let word = if all.len() < before { "Changed" } else { "Saved" };
    if all.len() >= MOST {
        return Err(wrong(format!("{MOST} views are kept at most."), "Delete one that nobody uses."));
    }
    let said = Said::new(1, format!("{word} view `{}`: {}", view.name, shown(&view)));
    all.push(view);
    all.sort_by_key(|view| (view.of.word(), fold(&view.name)));
    profile.store().write(Lane::Person, move |tx| tx.set_meta_json(KEY, &all))?;
    Ok(said)
}

/// Forgets a view.
///
/// # Errors
/// When there is none of that name.
pub fn remove(profile: &Profile, of: ViewOf, name: &str) -> Result<Said> {
    let mut all = views(profile)?;
    let gone = take(&mut all, of, name)?;
    profile.store().write(Lane::Person, move |tx| tx.set_meta_json(KEY, &all))?;
    Ok(Said::new(1, format!("Deleted view `{}`; it was: {}", gone.name, shown(&gone))))
}

/// Its line, or that it shows everything, and what it is grouped by.
#[must_use]
pub fn shown(view: &SavedView) -> String {
    let line = if view.line.is_empty() { "everything".into() } else { for_screen(&view.line) };
    match view.group {
        Some(by) => format!("{line}, in groups by {}", by.word()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, line: &str) -> SavedView {
        SavedView {
            name: name.into(),
            of: ViewOf::Drafts,
            line: line.into(),
            order: DraftOrder::Amount,
            group: None,
        }
    }

    #[test]
    fn a_view_is_saved_changed_found_by_any_spelling_and_deleted() {
        let (_dir, profile) = Profile::fresh();
        save(&profile, of("Big bills", "kind:bill >1000")).unwrap();
        let said = save(&profile, of("big BILLS", "kind:bill >2000")).unwrap();
        assert!(said.text.starts_with("Changed"), "{}", said.text);
        let found = view(&profile, ViewOf::Drafts, "BIG bills").unwrap();
        assert_eq!((found.line.as_str(), found.order), ("kind:bill >2000", DraftOrder::Amount));
        assert_eq!(views(&profile).unwrap().len(), 1);
        assert!(view(&profile, ViewOf::Contacts, "big bills").is_err(), "contacts have views of their own");
        remove(&profile, ViewOf::Drafts, "big bills").unwrap();
        assert!(views(&profile).unwrap().is_empty());
    }

    #[test]
    fn a_line_that_is_not_understood_or_a_name_that_is_none_is_not_kept() {
        let (_dir, profile) = Profile::fresh();
        for wrong in [of("x", "knd:bill"), of("  ", "kind:bill"), of(&"x".repeat(41), "")] {
            assert_eq!(save(&profile, wrong).unwrap_err().code, "VIEW");
        }
        let contacts = SavedView { of: ViewOf::Contacts, ..of("later", "state:later") };
        save(&profile, contacts).unwrap();
        assert!(save(&profile, of("later", "state:later")).is_err(), "no state of a draft");
        let problem = view(&profile, ViewOf::Contacts, "soon").unwrap_err();
        assert!(problem.do_now.contains("`later`"), "{}", problem.do_now);
    }
}
