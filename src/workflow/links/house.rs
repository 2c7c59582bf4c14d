//! Billing buyers to one house customer, chosen on the Match screen: what a rule may go by, and the change it makes.
//!
//! Must never make a rule by itself, nor drop one that stands: a person chooses what it goes by and who is billed, and sees
//! which drafts change before it is kept (design 8.14).

use super::ContactRole;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::base::text::for_screen;
use crate::books::settings::HouseRule;
use crate::books::{ListKind, ListRef, PartyList};
use crate::store::Reader;
use crate::workflow::redraft::document_of;
use crate::workflow::{Profile, Result, bug};
use serde::Serialize;

/// Documents of a contact that are looked into for what a rule may go by.
const LOOKED_INTO: usize = 5;

/// What a house rule goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub enum HouseBy {
    Group,
    Channel,
    Branch,
}

/// One rule that would fit a contact's sales.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HouseChoice {
    /// What it goes by.
    pub by: HouseBy,
    /// Its value in Cin7.
    pub value: String,
}

impl HouseChoice {
    /// The sales that the rule would fit, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let value = for_screen(&self.value);
        match self.by {
            HouseBy::Group => format!("every sale to the group {value}"),
            HouseBy::Channel => format!("every sale that came from {value}"),
            HouseBy::Branch => format!("every sale of branch {value}"),
        }
    }

    fn rule(&self, customer: ListRef) -> HouseRule {
        let mut rule = HouseRule { customer, ..HouseRule::default() };
        let field = match self.by {
            HouseBy::Group => &mut rule.group,
            HouseBy::Channel => &mut rule.channel,
            HouseBy::Branch => &mut rule.branch,
        };
        field.clone_from(&self.value);
        rule
    }
}

/// What rules would fit the sales of a contact: its group, and the channels and branches of its newest documents.
pub(super) fn choices(reader: &Reader<'_>, who: ContactRole) -> crate::store::Result<Vec<HouseChoice>> {
    let mut found: Vec<HouseChoice> = Vec::new();
    if who.1 != PartyList::Customer {
        return Ok(found);
    }
    let mut add = |by: HouseBy, value: &str| {
        let choice = HouseChoice { by, value: value.trim().to_string() };
        if !choice.value.is_empty() && !found.contains(&choice) {
            found.push(choice);
        }
    };
    if let Some(contact) = super::contact(reader, who.0)? {
        add(HouseBy::Group, &contact.group);
    }
    let ids = reader.drafts_of_contact(who.0, LOOKED_INTO)?;
    let mut documents = Vec::new();
    for row in reader.draft_rows(&ids)? {
        documents.extend(document_of(reader, &row.cin7_type, &row.cin7_id)?);
    }
    for document in &documents {
        add(HouseBy::Channel, &document.channel);
    }
    for document in documents.iter().filter(|document| document.branch_id != 0) {
        add(HouseBy::Branch, &document.branch_id.to_string());
    }
    Ok(found)
}

/// The change of settings that bills the sales of a choice to a customer, behind the rules that stand. It is looked at and
/// made like any other change.
///
/// # Errors
/// When there is no such active customer, or a rule of the same kind and value stands already.
pub fn house_change(profile: &Profile, choice: &HouseChoice, list_id: &str) -> Result<Vec<(String, String)>> {
    let found = profile.store().read(|reader| reader.party(ListKind::Customer, list_id))?;
    let Some(customer) = found.filter(|party| party.active) else {
        return Err(refused("That customer is inactive or gone in QuickBooks.".into()));
    };
    let mut rules = profile.settings().house;
    let new = choice.rule(ListRef::new(customer.id, customer.full_name));
    let like = |rule: &HouseRule| HouseRule { customer: new.customer.clone(), ..rule.clone() } == new;
    if let Some(old) = rules.iter().find(|rule| like(rule)) {
        return Err(refused(format!(
            "By rule, {} is billed to {} already.",
            choice.in_words(),
            old.customer.name
        )));
    }
    rules.push(new);
    let value = toml::Value::try_from(&rules).map_err(|error| bug(&error.to_string()))?;
    Ok(vec![("house".to_string(), value.to_string())])
}

fn refused(happened: String) -> Problem {
    Problem::new(
        Exit::NeedsPerson,
        "HOUSE-RULE",
        happened,
        "No rule was made; nothing is billed otherwise than before.",
        "Choose another customer, or change the rules in the settings (house).",
    )
}
