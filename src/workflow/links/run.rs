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
    fn count(&mut self, proposal: &Proposal) {
        match proposal.decision {
            matching::Decision::Auto => self.auto += 1,
            matching::Decision::Suggest => self.suggest += 1,
            matching::Decision::None => self.none += 1,
        }
        self.decided += u64::from(proposal.linked.is_some());
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

/// What the engine works on, read at one moment.
struct Matching {
    needed: BTreeMap<ContactRole, i64>,
    names: HashMap<i64, String>,
    engine: Engine,
}

fn matching(reader: &Reader<'_>) -> crate::store::Result<Matching> {
    let needed = needed(reader)?;
    let (mut names, mut lefts) = (HashMap::new(), Vec::new());
    for (id, role) in needed.keys() {
        if let Some(source) = reader.source("Contacts", *id)?
            && let Ok(contact) = cin7::contact(&source.raw)
        {
            lefts.push(left(&contact, *role));
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
    let rights = parties(reader)?.iter().map(right).collect();
    Ok(Matching { needed, names, engine: Engine::new(rights, lefts).with_known(known) })
}

/// Runs the engine over the contacts that have an eligible document and keeps its proposals, a slice at a time.
///
/// # Errors
/// What the store says.
pub fn propose(profile: &Profile) -> Result<MatchSummary> {
    let mut summary = MatchSummary::default();
    let Matching { needed, names, mut engine } = profile.store().read(matching)?;
    let mut slice = Vec::with_capacity(SLICE);
    let mut kept_so_far = Ok(());
    engine.match_each(Shown::Values, |proposal| {
        if let (Some(who), true) = (role_of(&proposal.left_id), kept_so_far.is_ok()) {
            summary.count(&proposal);
            kept_so_far = kept(&proposal).and_then(|body| {
                slice.push(NewProposal {
                    contact_id: who.0,
                    role: who.1,
                    name: names.get(&who.0).cloned().unwrap_or_default(),
                    decision: proposal.decision.word().to_string(),
                    why: proposal.why.clone(),
                    documents: needed.get(&who).copied().unwrap_or(0),
                    body,
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
