//! Changing settings: by key and value, with a look beforehand at the drafts that would change.
//!
//! Must never let a change take effect that was not checked as a whole, and must never guess a list entry by half of
//! its name.

use super::decide::{Change, is_house_rule, signed};
use super::settings_file::findings::meant;
use super::settings_file::names::{Directory, list_word, unfit};
use super::settings_file::schema::list_of;
use super::settings_file::{self, keep};
use super::{Profile, Result, Said};
use crate::base::problem::Exit;
use crate::base::text::many;
use crate::base::{Cents, DraftId, Problem};
use crate::books::{DraftState, ListEntry, Settings, TxnKind};
use crate::store::drafts::DraftFilter;
use serde::Serialize;
use std::collections::BTreeMap;

/// Drafts that a preview names.
const NAMED: usize = 50;
/// Drafts of one group that it names.
const NAMED_IN_GROUP: usize = 5;

/// One draft that a change would alter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct AlteredDraft {
    pub id: DraftId,
    pub reference: String,
    pub kind: String,
    pub state_before: String,
    pub state_after: String,
    pub total_before: Option<Cents>,
    pub total_after: Option<Cents>,
    /// Its approval would be asked again.
    pub loses_approval: bool,
}

/// Drafts of one kind that a change takes the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct AlteredGroup {
    /// Empty for what has no kind.
    pub kind: String,
    /// Empty for drafts that would be new.
    pub state_before: String,
    pub state_after: String,
    pub drafts: u64,
    pub total_before: Cents,
    pub total_after: Cents,
    pub lose_approval: u64,
    /// References of the first ones.
    pub first: Vec<String>,
}

impl AlteredGroup {
    /// "3 invoices Ready -> NeedsAttention, 120.00 to 118.00: SO-1, SO-2 and 1 more"; `step` says what becomes of their
    /// state where it changes.
    #[must_use]
    pub fn in_words(&self, step: &str) -> String {
        let name = match TxnKind::from_word(&self.kind) {
            Some(kind) if self.drafts == 1 => kind.title(),
            Some(kind) => kind.plural(),
            None if self.drafts == 1 => "document",
            None => "documents",
        };
        let states = if self.state_before == self.state_after { "" } else { step };
        let states = if states.is_empty() { String::new() } else { format!(" {states}") };
        let sums = format!("{} to {}", self.total_before.grouped(), self.total_after.grouped());
        let more = self.drafts.saturating_sub(self.first.len() as u64);
        let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{} {name}{states}, {sums}: {}{tail}", self.drafts, self.first.join(", "))
    }
}

/// What a change of settings would do, before it takes effect.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangePreview {
    /// Key, value before, value after.
    pub changes: Vec<(String, String, String)>,
    /// Drafts that would change: content, state or total.
    pub drafts: u64,
    /// Those of them that would be new.
    pub new: u64,
    /// Approved ones that would have to be approved again.
    pub lose_approval: u64,
    /// Sum of the altered drafts before.
    pub total_before: Cents,
    /// Sum of the altered drafts after.
    pub total_after: Cents,
    /// "Ready -> NeedsAttention" and how many.
    pub moves: BTreeMap<String, u64>,
    /// The altered drafts by kind and by what becomes of them.
    pub groups: Vec<AlteredGroup>,
    /// The first of the altered drafts.
    pub altered: Vec<AlteredDraft>,
}

impl ChangePreview {
    /// The change in one sentence or two.
    #[must_use]
    pub fn in_words(&self) -> String {
        if self.drafts == 0 {
            return "No draft would change.".to_string();
        }
        let (before, after) = (self.total_before.grouped(), self.total_after.grouped());
        let sum = if before == after {
            format!("sum stays {before}")
        } else {
            format!("sum goes from {before} to {after}")
        };
        let whose = if self.drafts == 1 { "its" } else { "their" };
        let mut words = format!("{} would change; {whose} {sum}.", many(self.drafts, "draft"));
        if self.lose_approval > 0 {
            words.push_str(&format!(
                " {} would have to be approved again.",
                many(self.lose_approval, "draft")
            ));
        }
        words
    }
}

/// The settings with some keys changed, checked as a whole.
fn changed(profile: &Profile, changes: &[(String, String)]) -> Result<Settings> {
    let now = profile.settings();
    let directory = profile.store().read(Directory::read_all)?;
    settings_file::set(&now, changes, &|key, name| resolve(&directory, key, name))
}

/// Changes settings by dotted key; references are given by name and found in the pulled lists.
///
/// # Errors
/// An unknown key, a wrong value, or a name that no list has: all of them at once.
pub fn change_settings(profile: &Profile, changes: &[(String, String)], by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let before = profile.settings();
    let after = changed(profile, changes)?;
    let differences = keep::differences(&before, &after)?;
    if differences.is_empty() {
        return Ok(Said::new(0, "Nothing changed: the settings say so already."));
    }
    let (kept, count) = (differences.clone(), differences.len());
    let changes: Vec<Change> =
        keep::changed_leaves(&before, &after)?.into_iter().map(Change::Setting).collect();
    let touches_house = changes.iter().any(is_house_rule);
    let title = match differences.as_slice() {
        [(key, ..)] => format!("Changed {key}"),
        many => format!("Changed {} settings", many.len()),
    };
    profile.decide_settings(&after, move |tx| {
        tx.event(&who.at, &who.by, "settings_changed", "settings", &kept)?;
        tx.keep_decision(&who.at, &who.by, &title, &changes)?;
        Ok(())
    })?;
    let run = super::redraft::redraft(profile)?;
    if touches_house {
        // Who is billed by rule needs no customer of his own any more, or needs one again.
        super::links::propose(profile)?;
    }
    let mut text = format!("Changed {}.", many(count, "setting"));
    if run.changed + run.new > 0 {
        text.push_str(&format!(" {} drafted anew.", many(run.changed + run.new, "draft")));
    }
    if run.approvals_lost > 0 {
        text.push_str(&format!(" {} must be approved again.", many(run.approvals_lost, "draft")));
    }
    if differences.iter().any(|(key, _, now)| key == "cin7_writeback" && now == "false") {
        text.push_str(&format!("\n{}", super::writeback::WITHOUT));
    }
    Ok(Said::new(count, text))
}

/// What changing these settings would do to the drafts: they are drafted anew in a copy of the profile's database,
/// which is thrown away. Nothing of the profile is touched.
///
/// # Errors
/// As [`change_settings`]; when there is no room for the copy.
pub fn preview_change(profile: &Profile, changes: &[(String, String)]) -> Result<ChangePreview> {
    let before = profile.settings();
    let after = changed(profile, changes)?;
    let differences = keep::differences(&before, &after)?;
    let mut preview = ChangePreview { changes: differences, ..ChangePreview::default() };
    if preview.changes.is_empty() {
        return Ok(preview);
    }
    // Settings that stand still may have drafts that were never made with them; those belong to no change.
    let rehearsal = profile.rehearse(before)?;
    let copy = rehearsal.profile()?;
    super::redraft::redraft(copy)?;
    let old = stand(copy)?;
    copy.use_settings(after);
    super::redraft::redraft(copy)?;
    let new = stand(copy)?;
    let mut groups = Groups::new();
    for (id, now) in &new {
        let was = old.get(id);
        if was != Some(now) {
            note(&mut preview, &mut groups, *id, was, now);
        }
    }
    preview.groups = groups.into_values().collect();
    Ok(preview)
}

/// What of a draft a change may alter.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stand {
    state: DraftState,
    version: i64,
    total: Option<Cents>,
    kind: Option<TxnKind>,
    reference: String,
}

fn stand(profile: &Profile) -> Result<BTreeMap<DraftId, Stand>> {
    Ok(profile.store().read(|r| {
        let mut found = BTreeMap::new();
        r.each_draft(&DraftFilter::default(), |row| {
            let (state, version, total, kind) = (row.state, row.version, row.total, row.kind);
            found.insert(row.id, Stand { state, version, total, kind, reference: row.reference });
            Ok(())
        })?;
        Ok(found)
    })?)
}

/// By kind and by the states before and after, in this order.
type Groups = BTreeMap<[&'static str; 3], AlteredGroup>;

fn note(preview: &mut ChangePreview, groups: &mut Groups, id: DraftId, was: Option<&Stand>, now: &Stand) {
    preview.drafts += 1;
    preview.new += u64::from(was.is_none());
    let approved = |state: DraftState| matches!(state, DraftState::Approved | DraftState::Queued);
    let loses = was.is_some_and(|was| approved(was.state)) && !approved(now.state);
    preview.lose_approval += u64::from(loses);
    let total_before = was.and_then(|was| was.total);
    preview.total_before += total_before.unwrap_or_default();
    preview.total_after += now.total.unwrap_or_default();
    let (state_before, state_after) = (was.map_or("", |was| was.state.word()), now.state.word());
    if state_before != state_after {
        *preview.moves.entry(format!("{state_before} -> {state_after}")).or_insert(0) += 1;
    }
    let kind = now.kind.map_or("", TxnKind::word);
    let group = groups.entry([kind, state_before, state_after]).or_insert_with(|| AlteredGroup {
        kind: kind.to_string(),
        state_before: state_before.to_string(),
        state_after: state_after.to_string(),
        ..AlteredGroup::default()
    });
    group.drafts += 1;
    group.lose_approval += u64::from(loses);
    group.total_before += total_before.unwrap_or_default();
    group.total_after += now.total.unwrap_or_default();
    if group.first.len() < NAMED_IN_GROUP {
        group.first.push(now.reference.clone());
    }
    if preview.altered.len() < NAMED {
        preview.altered.push(AlteredDraft {
            id,
            reference: now.reference.clone(),
            kind: kind.to_string(),
            state_before: state_before.to_string(),
            state_after: state_after.to_string(),
            total_before,
            total_after: now.total,
            loses_approval: loses,
        });
    }
}

/// A list entry by its full name or its ListID, with what was probably meant where there is none.
fn resolve(directory: &Directory, key: &str, name: &str) -> Result<toml::Value> {
    let list = list_of(key);
    let refuse = |happened: String, do_now: &str| {
        Err(Problem::new(Exit::Usage, "SETTINGS-NAME", happened, "Nothing was changed.", do_now))
    };
    let by_id = directory.entry(list, &crate::books::ListRef::new(name, ""));
    let Some(entry) = by_id.or_else(|| directory.named(list, name)) else {
        let fitting = directory.fitting(key);
        let near = meant(name, fitting.iter().map(|entry| entry.full_name()));
        let tail = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return refuse(
            format!("`{name}`: no such {}{tail}", list_word(list)),
            "Check the spelling in QuickBooks, or let the Web Connector pull the lists again.",
        );
    };
    if !entry.active() {
        return refuse(
            format!("the {} `{}` is inactive in QuickBooks", list_word(list), entry.full_name()),
            "Choose an active one, or make it active in QuickBooks.",
        );
    }
    if let Some(why) = unfit(key, entry) {
        return refuse(why, "Choose another one.");
    }
    Ok(reference(entry))
}

fn reference(entry: &ListEntry) -> toml::Value {
    let mut table = toml::Table::new();
    table.insert("id".into(), toml::Value::String(entry.id().to_string()));
    table.insert("name".into(), toml::Value::String(entry.full_name().to_string()));
    toml::Value::Table(table)
}
