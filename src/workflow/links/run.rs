//! A run of the matching engine over all contacts with an eligible document.
//!
//! Must never hold all proposals at once, nor write again what stands already: a run follows every visit, and the
//! evidence of one contact takes many thousand bytes.

use super::{
    ContactRole, EvidenceView, KeptCandidate, MatchSummary, left, left_id, needed, parties, right, role_of,
};
use crate::cin7;
use crate::matching::{self, Engine, Known, Proposal, Shown};
use crate::store::links::NewProposal;
use crate::store::{Lane, Reader};
use crate::workflow::{Profile, Result};
use std::collections::{BTreeMap, HashMap};

/// Proposals that are kept in one write.
const SLICE: usize = 100;

impl MatchSummary {
    fn count(&mut self, decision: matching::Decision, linked: bool) {
        match decision {
            matching::Decision::Auto => self.auto += 1,
            matching::Decision::Suggest => self.suggest += 1,
            matching::Decision::None => self.none += 1,
        }
        self.decided += u64::from(linked);
    }
}

fn kept(proposal: &Proposal) -> crate::store::Result<String> {
    let candidates: Vec<KeptCandidate> = proposal
        .candidates
        .iter()
        .map(|c| KeptCandidate {
            list_id: c.right_id.clone(),
            score: c.score_bits.signed(),
            evidence: c
                .evidence
                .iter()
                .map(|e| EvidenceView {
                    field: e.field.word().to_string(),
                    left: e.left.clone(),
                    right: e.right.clone(),
                    verdict: match e.verdict {
                        matching::Verdict::Agrees => "agrees",
                        matching::Verdict::Differs => "differs",
                        matching::Verdict::Unknown => "unknown",
                    }
                    .to_string(),
                    bits: e.bits.signed(),
                })
                .collect(),
        })
        .collect();
    Ok(serde_json::to_string(&candidates)?)
}

/// The record that Cin7's own note names (`accountingIntegrationId.quickBooksDesktop`): offered as known, never taken
/// by itself; that the note holds a ListID is a guess (`cin7-quickbooks-integration.md` 15, question 5).
struct Noted {
    list_id: String,
    name: String,
    /// Neither linked to another contact nor noted of one.
    alone: bool,
}

impl Noted {
    /// Puts the noted record in front of a proposal that no person has decided.
    fn offer(&self, proposal: &NewProposal) -> crate::store::Result<NewProposal> {
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
            ..proposal.clone()
        })
    }
}

/// The records that contacts note, where they are active and were not refused.
fn noted(
    reader: &Reader<'_>,
    ids: &HashMap<ContactRole, String>,
    known: &Known,
) -> crate::store::Result<HashMap<ContactRole, Noted>> {
    let mut claims: HashMap<(&str, &str), usize> = HashMap::new();
    for (who, list_id) in ids {
        *claims.entry((who.1.word(), list_id.as_str())).or_default() += 1;
    }
    let mut found = HashMap::new();
    for (who, list_id) in ids {
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

/// What the engine works on, read at one moment.
struct Matching {
    needed: BTreeMap<ContactRole, i64>,
    names: HashMap<i64, String>,
    noted: HashMap<ContactRole, Noted>,
    engine: Engine,
}

fn matching(reader: &Reader<'_>) -> crate::store::Result<Matching> {
    let needed = needed(reader)?;
    let (mut names, mut lefts, mut ids) = (HashMap::new(), Vec::new(), HashMap::new());
    for (id, role) in needed.keys() {
        if let Some(source) = reader.source("Contacts", *id)?
            && let Ok(contact) = cin7::contact(&source.raw)
        {
            lefts.push(left(&contact, *role));
            if !contact.quickbooks_id.trim().is_empty() {
                ids.insert((*id, *role), contact.quickbooks_id.trim().to_string());
            }
            names.insert(*id, contact.display_name());
        }
    }
    let mut known = Known::default();
    for link in reader.links()? {
        if let Some(list_id) = link.list_id {
            known.links.insert(left_id((link.contact_id, link.role)), list_id);
        }
    }
    for (contact, role, list_id) in reader.refusals()? {
        known.refusals.insert((left_id((contact, role)), list_id));
    }
    let noted = noted(reader, &ids, &known)?;
    let rights = parties(reader)?.iter().map(right).collect();
    Ok(Matching { needed, names, noted, engine: Engine::new(rights, lefts).with_known(known) })
}

/// Runs the engine over the contacts that have an eligible document and keeps its proposals, a slice at a time.
///
/// # Errors
/// What the store says.
pub fn propose(profile: &Profile) -> Result<MatchSummary> {
    let mut summary = MatchSummary::default();
    let Matching { needed, names, noted, mut engine } = profile.store().read(matching)?;
    let mut slice = Vec::with_capacity(SLICE);
    let mut kept_so_far = Ok(());
    engine.match_each(Shown::Values, |proposal| {
        if let (Some(who), true) = (role_of(&proposal.left_id), kept_so_far.is_ok()) {
            let offered = noted.get(&who).filter(|_| proposal.linked.is_none());
            let decision = match offered {
                Some(noted) if noted.alone => matching::Decision::Auto,
                Some(_) => matching::Decision::Suggest,
                None => proposal.decision,
            };
            summary.count(decision, proposal.linked.is_some());
            kept_so_far = kept(&proposal).and_then(|body| {
                let made = NewProposal {
                    contact_id: who.0,
                    role: who.1,
                    name: names.get(&who.0).cloned().unwrap_or_default(),
                    decision: proposal.decision.word().to_string(),
                    why: proposal.why.clone(),
                    documents: needed.get(&who).copied().unwrap_or(0),
                    body,
                };
                slice.push(match offered {
                    Some(noted) => noted.offer(&made)?,
                    None => made,
                });
                if slice.len() < SLICE { Ok(()) } else { keep(profile, std::mem::take(&mut slice)) }
            });
        }
    });
    kept_so_far?;
    keep(profile, slice)?;
    let counted = profile.store().read(|reader| reader.counted_proposals())?;
    let gone: Vec<ContactRole> =
        counted.into_iter().filter(|who| !needed.contains_key(who) || !names.contains_key(&who.0)).collect();
    profile.store().write(Lane::Bulk, move |tx| tx.clear_proposal_counts(&gone))?;
    Ok(summary)
}

fn keep(profile: &Profile, slice: Vec<NewProposal>) -> crate::store::Result<()> {
    profile.store().write(Lane::Bulk, move |tx| tx.keep_proposals(&slice))
}
