//! Matching follows what was fetched, pulled and decided: whole where the lists changed, else contact by contact.
//!
//! Must never hold all proposals at once, nor write again what stands already: a run follows every visit, and the
//! evidence of one contact takes many thousand bytes.

use super::desk::Prepared;
use super::noted::{Noted, noted};
use super::{
    ContactRole, EvidenceView, KeptCandidate, MatchSummary, left, left_id, needed, parties, right, role_of,
};
use crate::cin7;
use crate::matching::{self, Engine, Known, LeftContact, Proposal, RightParty, Shown};
use crate::store::links::NewProposal;
use crate::store::{Lane, Reader};
use crate::workflow::{Profile, Result};
use std::collections::{BTreeMap, HashMap};

/// Proposals that are kept in one write.
const SLICE: usize = 100;

/// Candidates that are kept however little speaks for them: whoever creates a new record has seen the nearest ones.
const NEAREST: usize = 4;

/// What is kept of a proposal. Further candidates against which more speaks than for them, and fields of which neither
/// side knows anything, are left out: they fill the store and tell nobody anything.
fn kept(proposal: &Proposal) -> crate::store::Result<String> {
    let candidates: Vec<KeptCandidate> = proposal
        .candidates
        .iter()
        .enumerate()
        .filter(|(at, c)| *at < NEAREST || c.score_bits >= matching::Bits::ZERO)
        .map(|(_, c)| KeptCandidate {
            list_id: c.right_id.clone(),
            score: c.score_bits.signed(),
            evidence: c
                .evidence
                .iter()
                .filter(|e| {
                    let silent = e.left.is_empty() && e.right.is_empty();
                    e.verdict != matching::Verdict::Unknown || !silent
                })
                .map(|e| EvidenceView {
                    field: e.field.word().to_string(),
                    left: e.left.clone(),
                    right: e.right.clone(),
                    left_as: e.compared[0].clone(),
                    right_as: e.compared[1].clone(),
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

/// What the store says about both sides, without their contents.
pub(super) struct Seen {
    pub needed: BTreeMap<ContactRole, i64>,
    /// The revision of each contact that is needed and known.
    pub revisions: HashMap<ContactRole, i64>,
    pub known: Known,
    /// See `Reader::party_changes`.
    pub changes: i64,
}

fn seen(reader: &Reader<'_>) -> crate::store::Result<Seen> {
    let needed = needed(reader)?;
    let newest: HashMap<i64, i64> = reader.revisions("Contacts")?.into_iter().collect();
    let revisions = needed.keys().filter_map(|who| Some((*who, *newest.get(&who.0)?))).collect();
    Ok(Seen { needed, revisions, known: known(reader)?, changes: reader.party_changes()? })
}

/// What people have decided before.
fn known(reader: &Reader<'_>) -> crate::store::Result<Known> {
    let mut known = Known::default();
    for link in reader.links()? {
        // A link to a record that is inactive or gone goes back to a person with fresh candidates.
        let alive = |id: &String| {
            let party = reader.party(link.role.kind(), id)?;
            Ok::<_, crate::store::StoreError>(party.map_or(link.list_add.is_some(), |party| party.active))
        };
        if let Some(list_id) = link.list_id.clone()
            && alive(&list_id)?
        {
            known.links.insert(left_id((link.contact_id, link.role)), list_id);
        }
    }
    for (contact, role, list_id) in reader.refusals()? {
        known.refusals.insert((left_id((contact, role)), list_id));
    }
    for names in reader.linked_names()? {
        let id = left_id((names.contact_id, names.role));
        known.aliases.entry(names.list_id).or_default().push(names.contact.clone());
        known.names_then.insert(id, (names.contact, names.party));
    }
    Ok(known)
}

/// One contact for the engine.
pub(super) struct Taken {
    pub contact: LeftContact,
    /// Its name as it is shown.
    pub name: String,
    /// The QuickBooks id that Cin7 notes of it; empty where it notes none.
    pub noted: String,
}

/// Reads one contact for the engine.
pub(super) fn left_of(reader: &Reader<'_>, who: ContactRole) -> crate::store::Result<Option<Taken>> {
    let source = reader.source("Contacts", who.0)?;
    let contact = source.and_then(|source| cin7::contact(&source.raw).ok());
    Ok(contact.map(|contact| Taken {
        contact: left(&contact, who.1),
        name: contact.display_name(),
        noted: contact.quickbooks_id.trim().to_string(),
    }))
}

/// Runs the engine over the contacts that have an eligible document and keeps its proposals, a slice at a time. Where only a
/// few contacts or decisions are new, only those are matched.
///
/// # Errors
/// What the store says.
pub fn propose(profile: &Profile) -> Result<MatchSummary> {
    let mut desk = profile.desk().prepared();
    let seen = profile.store().read(seen)?;
    match desk.as_mut().filter(|prepared| prepared.is_near(&seen)) {
        Some(prepared) => {
            let news = prepared.follow(profile, &seen)?;
            keep_news(profile, prepared, &news, &seen.needed)?;
            let counts: Vec<_> = seen.needed.iter().map(|(who, n)| (who.0, who.1, *n)).collect();
            profile.store().write(Lane::Bulk, move |tx| tx.set_proposal_counts(&counts))?;
        }
        None => *desk = Some(whole(profile, &seen)?),
    }
    let counted = profile.store().read(|reader| reader.counted_proposals())?;
    let gone: Vec<ContactRole> =
        counted.into_iter().filter(|who| !seen.revisions.contains_key(who)).collect();
    profile.store().write(Lane::Bulk, move |tx| tx.clear_proposal_counts(&gone))?;
    summary(profile)
}

/// Keeps the proposals that are different now.
pub(super) fn keep_news(
    profile: &Profile,
    prepared: &Prepared,
    news: &BTreeMap<String, Proposal>,
    needed: &BTreeMap<ContactRole, i64>,
) -> Result<()> {
    let noted = profile.store().read(|reader| {
        noted(reader, &prepared.noted, prepared.engine.known(), |who| news.contains_key(&left_id(who)))
    })?;
    let mut slice = Vec::with_capacity(news.len());
    for proposal in news.values() {
        if let Some(who) = role_of(&proposal.left_id) {
            let documents = needed.get(&who).copied().unwrap_or(0);
            slice.push(new_proposal(proposal, who, prepared.names.get(&who.0), documents, noted.get(&who))?);
        }
    }
    Ok(keep(profile, slice)?)
}

/// Matches all contacts.
fn whole(profile: &Profile, seen: &Seen) -> Result<Prepared> {
    let (mut lefts, mut names, mut ids) = (Vec::new(), HashMap::new(), HashMap::new());
    let (rights, noted) = profile.store().read(|reader| {
        for who in seen.needed.keys() {
            let Some(taken) = left_of(reader, *who)? else { continue };
            lefts.push(taken.contact);
            names.insert(who.0, taken.name);
            if !taken.noted.is_empty() {
                ids.insert(*who, taken.noted);
            }
        }
        let rights: Vec<RightParty> = parties(reader)?.iter().map(right).collect();
        Ok((rights, noted(reader, &ids, &seen.known, |_| true)?))
    })?;
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut engine = Engine::on_threads(rights, lefts, threads).with_known(seen.known.clone());
    let mut slice = Vec::with_capacity(SLICE);
    let mut kept_so_far = Ok(());
    engine.match_map(
        Shown::Values,
        |proposal| {
            let who = role_of(&proposal.left_id)?;
            let documents = seen.needed.get(&who).copied().unwrap_or(0);
            Some(new_proposal(&proposal, who, names.get(&who.0), documents, noted.get(&who)))
        },
        |made| {
            if let (Some(made), true) = (made, kept_so_far.is_ok()) {
                kept_so_far = made.and_then(|made| {
                    slice.push(made);
                    if slice.len() < SLICE { Ok(()) } else { keep(profile, std::mem::take(&mut slice)) }
                });
            }
        },
    );
    kept_so_far?;
    keep(profile, slice)?;
    Ok(Prepared { engine, changes: seen.changes, revisions: seen.revisions.clone(), names, noted: ids })
}

/// A proposal as the store keeps it.
pub(super) fn new_proposal(
    proposal: &Proposal,
    who: ContactRole,
    name: Option<&String>,
    documents: i64,
    noted: Option<&Noted>,
) -> crate::store::Result<NewProposal> {
    let made = NewProposal {
        contact_id: who.0,
        role: who.1,
        name: name.cloned().unwrap_or_default(),
        decision: proposal.decision.word().to_string(),
        why: proposal.why.clone(),
        documents,
        body: kept(proposal)?,
    };
    match noted {
        Some(noted) => noted.offer(proposal, made),
        None => Ok(made),
    }
}

pub(super) fn keep(profile: &Profile, slice: Vec<NewProposal>) -> crate::store::Result<()> {
    if slice.is_empty() {
        return Ok(());
    }
    profile.store().write(Lane::Bulk, move |tx| tx.keep_proposals(&slice))
}

fn summary(profile: &Profile) -> Result<MatchSummary> {
    let (counts, linked) = profile.store().read(|reader| reader.proposals_by_decision())?;
    let count = |decision: &str| {
        counts.iter().find(|(word, _)| word == decision).map_or(0, |(_, n)| u64::try_from(*n).unwrap_or(0))
    };
    Ok(MatchSummary {
        auto: count("auto"),
        suggest: count("suggest"),
        none: count("none"),
        decided: u64::try_from(linked).unwrap_or(0),
    })
}
