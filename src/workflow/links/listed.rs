//! The contacts of step 3 as a list: their order and what its conditions ask for are kept in few bytes each, so that a
//! letter of the filter only picks out of them; rows are read for a window alone (design section 7).
//!
//! Must never pick out of a list that something was written since, and holds neither evidence nor links.

use super::ContactRole;
use crate::base::Cents;
use crate::base::text::fold;
use crate::books::PartyList;
use crate::books::find::lists::Asked;
use crate::store::links::{MatchRow, Standing};
use crate::workflow::{Profile, Result};
use std::sync::{Arc, Mutex, PoisonError};

/// Which contacts a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ContactsOf {
    #[default]
    ToDecide,
    Sure,
    Deferred,
    Decided,
    All,
}

/// What a list asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactFilter {
    /// Which of them.
    pub of: ContactsOf,
    /// What the filter line asks for.
    pub asked: Asked,
    /// Those with most documents first; else those that are sure first.
    pub by_documents: bool,
}

/// How many contacts there are, whatever a list shows of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContactCounts {
    /// All that have a document.
    pub all: usize,
    /// Without a link and not put aside.
    pub open: usize,
    /// Those of them that match nothing.
    pub unlike: usize,
}

/// A list in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactList {
    /// Those that the filter leaves.
    pub ids: Vec<ContactRole>,
    /// How many there are.
    pub counts: ContactCounts,
}

/// What contacts are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TallyBy {
    State,
    Role,
}

/// Contacts of one group: the condition that shows it alone, how many, and the documents that wait for them.
pub type TallyRow = (String, i64, i64);

/// A contact in few bytes.
#[derive(Clone, Copy, Debug)]
struct Brief {
    who: ContactRole,
    documents: i64,
    standing: Standing,
    /// Where its folded name ends in the names of all.
    ends: usize,
}

/// All contacts in their order, with the moment that they were read at.
#[derive(Debug, Default)]
struct Briefs {
    stamp: Option<i64>,
    rows: Vec<Brief>,
    names: String,
}

/// The contacts that were read last.
#[derive(Default)]
pub struct Kept(Mutex<Arc<Briefs>>);

impl Briefs {
    fn read(profile: &Profile, stamp: Option<i64>) -> Result<Self> {
        let mut briefs = Briefs { stamp, ..Briefs::default() };
        profile.store().read(|reader| {
            reader.each_contact(|contact| {
                briefs.names.push_str(&fold(&contact.name));
                let ends = briefs.names.len();
                let who = (contact.contact_id, contact.role);
                briefs.rows.push(Brief {
                    who,
                    documents: contact.documents,
                    standing: contact.standing,
                    ends,
                });
            })
        })?;
        Ok(briefs)
    }

    /// Each with its folded name.
    fn named(&self) -> impl Iterator<Item = (&Brief, &str)> {
        let mut begins = 0;
        self.rows.iter().map(move |row| {
            let name = self.names.get(begins..row.ends).unwrap_or_default();
            begins = row.ends;
            (row, name)
        })
    }

    fn asked<'a>(&'a self, filter: &'a ContactFilter) -> impl Iterator<Item = &'a Brief> {
        self.named()
            .filter(|(row, name)| filter.leaves(row.who.1, row.documents, row.standing, name))
            .map(|(row, _)| row)
    }
}

impl ContactsOf {
    /// In the order in which a key turns through them.
    pub const ALL: [ContactsOf; 5] =
        [ContactsOf::ToDecide, ContactsOf::Sure, ContactsOf::Deferred, ContactsOf::Decided, ContactsOf::All];

    /// Its word.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            ContactsOf::ToDecide => "to decide",
            ContactsOf::Sure => "sure",
            ContactsOf::Deferred => "deferred",
            ContactsOf::Decided => "decided",
            ContactsOf::All => "all",
        }
    }

    fn shows(self, standing: Standing) -> bool {
        match self {
            ContactsOf::ToDecide => standing.is_open() && !standing.deferred,
            ContactsOf::Sure => standing.is("sure"),
            ContactsOf::Deferred => standing.is_open() && standing.deferred,
            ContactsOf::Decided => !standing.is_open(),
            ContactsOf::All => true,
        }
    }
}

impl ContactFilter {
    /// Whether it leaves a contact; `folded` is its name.
    #[must_use]
    pub fn leaves(&self, role: PartyList, documents: i64, standing: Standing, folded: &str) -> bool {
        let is_role = |word: &str| word.eq_ignore_ascii_case(role.word());
        let asked = &self.asked;
        self.of.shows(standing)
            && asked.has_text(folded)
            && asked.allows("role", is_role)
            && asked.allows("kind", is_role)
            && asked.has_amount(Cents::new(documents.saturating_mul(100)))
            && asked.allows("state", |word| standing.is(word))
    }
}

/// All contacts as they stand now; those that were read last, where nothing was written since.
fn briefs(profile: &Profile) -> Result<Arc<Briefs>> {
    // Told before it is read: what is written meanwhile makes it old, never newer than it is.
    let stamp = profile.store().stamp()?;
    let of = || profile.contacts().0.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = Arc::clone(&of());
    if stamp.is_some() && kept.stamp == stamp {
        return Ok(kept);
    }
    let briefs = Arc::new(Briefs::read(profile, stamp)?);
    *of() = Arc::clone(&briefs);
    Ok(briefs)
}

/// The contacts of a list, in its order.
///
/// # Errors
/// What the store says.
pub fn list(profile: &Profile, filter: &ContactFilter) -> Result<ContactList> {
    let briefs = briefs(profile)?;
    let mut found: Vec<&Brief> = briefs.asked(filter).collect();
    if filter.by_documents {
        found.sort_by_key(|row| std::cmp::Reverse(row.documents));
    }
    let open = || briefs.rows.iter().filter(|row| !row.standing.linked && !row.standing.deferred);
    let counts = ContactCounts {
        all: briefs.rows.len(),
        open: open().count(),
        unlike: open().filter(|row| row.standing.is("no-match")).count(),
    };
    Ok(ContactList { ids: found.into_iter().map(|row| row.who).collect(), counts })
}

/// The contacts of a list in groups, those with most documents first.
///
/// # Errors
/// What the store says.
pub fn tally(profile: &Profile, filter: &ContactFilter, by: TallyBy) -> Result<Vec<TallyRow>> {
    let briefs = briefs(profile)?;
    let mut rows: Vec<TallyRow> = Vec::new();
    for row in briefs.asked(filter) {
        let condition = match by {
            TallyBy::State => format!("state:{}", row.standing.word()),
            TallyBy::Role => format!("role:{}", row.who.1.word().to_lowercase()),
        };
        match rows.iter_mut().find(|known| known.0 == condition) {
            Some(known) => (known.1, known.2) = (known.1 + 1, known.2 + row.documents),
            None => rows.push((condition, 1, row.documents)),
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.2));
    Ok(rows)
}

/// The rows of some contacts, without their candidates.
///
/// # Errors
/// What the store says.
pub fn window(profile: &Profile, who: &[ContactRole]) -> Result<Vec<MatchRow>> {
    Ok(profile.store().read(|reader| reader.match_window(who))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::find::lists::{CONTACTS, parse_in};
    use crate::store::Lane;
    use crate::store::links::NewProposal;

    fn profile() -> (tempfile::TempDir, Arc<Profile>) {
        let (dir, profile) = Profile::fresh();
        let proposal = |contact_id, name: &str, decision: &str, documents| NewProposal {
            contact_id,
            role: if contact_id % 2 == 0 { PartyList::Vendor } else { PartyList::Customer },
            name: name.into(),
            decision: decision.into(),
            why: "why".into(),
            documents,
            body: String::new(),
        };
        let all = vec![
            proposal(1, "Müller Linen", "suggest", 3),
            proposal(2, "Acme", "auto", 1),
            proposal(3, "Zenith", "auto", 9),
            proposal(4, "Nobody", "none", 2),
            proposal(5, "No document", "auto", 0),
        ];
        profile.store().write(Lane::Bulk, move |tx| tx.keep_proposals(&all)).unwrap();
        (dir, profile)
    }

    fn ids(profile: &Profile, of: ContactsOf, line: &str) -> Vec<i64> {
        let filter = ContactFilter { of, asked: parse_in(&CONTACTS, line).unwrap(), by_documents: false };
        list(profile, &filter).unwrap().ids.into_iter().map(|who| who.0).collect()
    }

    #[test]
    fn a_list_of_contacts_is_in_the_order_of_its_rows_and_a_filter_picks_out_of_it() {
        let (_dir, profile) = profile();
        assert_eq!(ids(&profile, ContactsOf::ToDecide, ""), [2, 3, 1, 4], "sure ones first, then by name");
        assert_eq!(ids(&profile, ContactsOf::All, "muller"), [1], "as people type it");
        assert_eq!(ids(&profile, ContactsOf::All, "state:sure >1"), [3]);
        assert_eq!(ids(&profile, ContactsOf::All, "role:vendor"), [2, 4]);
        let all =
            list(&profile, &ContactFilter { of: ContactsOf::All, by_documents: true, ..Default::default() });
        let all = all.unwrap();
        assert_eq!(all.ids.first().map(|who| who.0), Some(3), "most documents first");
        assert_eq!(all.counts, ContactCounts { all: 4, open: 4, unlike: 1 });
        let rows = window(&profile, &all.ids[1..3]).unwrap();
        assert_eq!(rows.iter().map(|row| row.contact_id).collect::<Vec<_>>(), [1, 4]);
        let whole = crate::workflow::links::rows(&profile).unwrap();
        let order: Vec<i64> = whole.iter().map(|row| row.contact_id).collect();
        assert_eq!(ids(&profile, ContactsOf::All, ""), order);
    }

    #[test]
    fn what_was_written_since_is_in_the_list_and_in_its_groups() {
        let (_dir, profile) = profile();
        assert_eq!(ids(&profile, ContactsOf::Deferred, ""), Vec::<i64>::new());
        profile.store().write(Lane::Person, |tx| tx.set_deferred(2, PartyList::Vendor, true)).unwrap();
        assert_eq!(ids(&profile, ContactsOf::Deferred, ""), [2]);
        assert_eq!(ids(&profile, ContactsOf::ToDecide, ""), [3, 1, 4]);
        let all = ContactFilter { of: ContactsOf::All, ..ContactFilter::default() };
        let groups = tally(&profile, &all, TallyBy::State).unwrap();
        assert_eq!(groups.first(), Some(&("state:sure".to_string(), 1, 9)));
        assert!(groups.contains(&("state:later".to_string(), 1, 1)), "{groups:?}");
    }
}
