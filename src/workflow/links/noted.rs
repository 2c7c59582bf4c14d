//! The QuickBooks record that Cin7 itself notes of a contact: offered first, never taken by itself.
//!
//! Must never win over what a person decided (`matching.md` 5).

use super::{ContactRole, EvidenceView, KeptCandidate, left_id};
use crate::matching::{Known, Proposal};
use crate::store::Reader;
use crate::store::links::NewProposal;
use std::collections::HashMap;

/// The record that Cin7's own note names (`accountingIntegrationId.quickBooksDesktop`): offered as known, never taken
/// by itself; that the note holds a ListID is a guess (`cin7-quickbooks-integration.md` 15, question 5).
pub(super) struct Noted {
    list_id: String,
    name: String,
    /// Neither linked to another contact nor noted of one.
    alone: bool,
}

impl Noted {
    /// Puts the noted record in front of a proposal, unless a person has decided already.
    pub fn offer(&self, decided: &Proposal, proposal: NewProposal) -> crate::store::Result<NewProposal> {
        if decided.linked.is_some() {
            return Ok(proposal);
        }
        let mut candidates: Vec<KeptCandidate> = serde_json::from_str(&proposal.body)?;
        let known = candidates.iter().position(|candidate| candidate.list_id == self.list_id);
        let mut first = match known {
            Some(at) => candidates.remove(at),
            None => {
                KeptCandidate { list_id: self.list_id.clone(), score: String::new(), evidence: Vec::new() }
            }
        };
        first.evidence.insert(
            0,
            EvidenceView {
                field: "QuickBooks id".into(),
                left: self.list_id.clone(),
                right: self.list_id.clone(),
                left_as: String::new(),
                right_as: String::new(),
                verdict: "agrees".into(),
                bits: String::new(),
            },
        );
        candidates.insert(0, first);
        let why = if self.alone {
            format!("Known: Cin7 keeps the QuickBooks id of {}.", self.name)
        } else {
            format!("Cin7 keeps the QuickBooks id of {}, and another contact has it too.", self.name)
        };
        Ok(NewProposal {
            decision: if self.alone { "auto" } else { "suggest" }.to_string(),
            why,
            body: serde_json::to_string(&candidates)?,
            ..proposal
        })
    }
}

/// The records that contacts note, where they are active and were not refused.
pub(super) fn noted(
    reader: &Reader<'_>,
    ids: &HashMap<ContactRole, String>,
    known: &Known,
    wanted: impl Fn(ContactRole) -> bool,
) -> crate::store::Result<HashMap<ContactRole, Noted>> {
    let mut claims: HashMap<(&str, &str), usize> = HashMap::new();
    for (who, list_id) in ids {
        *claims.entry((who.1.word(), list_id.as_str())).or_default() += 1;
    }
    let mut found = HashMap::new();
    for (who, list_id) in ids.iter().filter(|(who, _)| wanted(**who)) {
        let refused = known.refusals.contains(&(left_id(*who), list_id.clone()));
        let Some(party) = reader.party(who.1.kind(), list_id)?.filter(|party| party.active && !refused)
        else {
            continue;
        };
        let claimed = claims.get(&(who.1.word(), list_id.as_str())).copied().unwrap_or(0);
        let linked = reader.linked_to(list_id)?.iter().any(|other| other != who);
        let alone = claimed == 1 && !linked;
        found.insert(*who, Noted { list_id: list_id.clone(), name: party.full_name, alone });
    }
    Ok(found)
}
