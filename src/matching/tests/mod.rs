//! What matching promises, case by case (`matching.md` 7), and for any input (properties).

mod crowd;
mod live;
mod spellings;
mod traps;

use super::*;
use proptest::prelude::*;

fn contact(company: &str) -> LeftContact {
    LeftContact {
        left_id: format!("L-{company}"),
        list: Some(PartyList::Customer),
        company: company.into(),
        ..LeftContact::default()
    }
}

fn party(id: &str, name: &str) -> RightParty {
    RightParty {
        right_id: id.into(),
        list: Some(PartyList::Customer),
        name: name.into(),
        full_name: name.into(),
        ..RightParty::default()
    }
}

fn person(first: &str, last: &str) -> LeftContact {
    LeftContact {
        left_id: format!("{first} {last}"),
        company: String::new(),
        first_name: first.into(),
        last_name: last.into(),
        ..contact("")
    }
}

fn only(left: LeftContact, rights: Vec<RightParty>) -> Proposal {
    Engine::new(rights, vec![left]).match_all().remove(0)
}

fn verdict(proposal: &Proposal, field: Field) -> Verdict {
    proposal.candidates[0].evidence.iter().find(|e| e.field == field).unwrap().verdict
}

#[track_caller]
fn found_first(left: LeftContact, right: RightParty) -> Proposal {
    let others = ["Baker Foods", "Crystal Optical Inc", "Prairie Dental", "Harbor Marine Supply"];
    let mut rights: Vec<RightParty> = others.iter().map(|name| party(name, name)).collect();
    rights.push(right);
    let wanted = rights[4].right_id.clone();
    let proposal = only(left, rights);
    assert_eq!(
        proposal.candidates.first().map(|c| c.right_id.as_str()),
        Some(wanted.as_str()),
        "{proposal:#?}"
    );
    proposal
}

#[test]
fn the_same_name_and_the_same_phone_are_sure() {
    let left = LeftContact { phone: "(713) 555-1212 x9".into(), ..contact("The Acme Company, LLC") };
    let right = RightParty { phone: "1-713-555-1212".into(), ..party("1", "ACME CO") };
    let proposal = found_first(left, right);
    assert_eq!(proposal.decision, Decision::Auto, "{}", proposal.why);
    assert!(proposal.why.contains("name, phone"), "{}", proposal.why);
}

#[test]
fn other_spellings_of_a_business_are_found() {
    for (left, right) in [
        ("Smith & Sons Plumbing", "Smith and Sons Plumbing Inc"),
        ("Müller Bros.", "Muller Brothers"),
        ("IBM", "International Business Machines"),
        ("Southwest Manufacturing Services", "SW Mfg. Svcs"),
        ("Bergstrom Valve", "BergstromValve, LLC"),
        ("Bay Foods dba Zenline", "Zenline Corp"),
    ] {
        found_first(contact(left), party("1", right));
    }
}

#[test]
fn a_person_is_found_last_name_first_and_by_a_short_name() {
    let pat = LeftContact { phone: "713 555 1212".into(), ..person("Pat", "OBrien") };
    let pat = found_first(pat, party("1", "O'Brien, Pat"));
    assert_eq!(
        pat.decision,
        Decision::Auto,
        "rare words on both sides, nobody else, nothing against: {}",
        pat.why
    );
    let mut rights: Vec<RightParty> = (0..400)
        .map(|n| party(&format!("{n:03}"), &format!("Smith, {}", ["Ann", "Bob", "Cy"][n % 3])))
        .collect();
    rights.push(party("x", "Smith, Pat"));
    let common = LeftContact { phone: "713 555 1212".into(), ..person("Pat", "Smith") };
    assert_eq!(only(common, rights).decision, Decision::Suggest, "a common surname alone is not sure");
    let mike = LeftContact { email: "mike@thibodeaux.com".into(), ..person("Michael", "Thibodeaux") };
    let right = RightParty { email: "Mike@Thibodeaux.com".into(), ..party("1", "Thibodeaux, Mike") };
    assert_eq!(found_first(mike, right).decision, Decision::Auto);
}

#[test]
fn a_customer_is_never_matched_to_a_vendor_but_the_vendor_is_a_hint() {
    let vendor = RightParty { list: Some(PartyList::Vendor), ..party("V", "Acme - V") };
    let proposal = only(contact("Acme"), vec![vendor.clone()]);
    assert!(proposal.candidates.is_empty());
    assert_eq!((proposal.decision, proposal.other_list), (Decision::None, vec!["V".to_string()]));
    let supplier = LeftContact { list: Some(PartyList::Vendor), ..contact("Acme") };
    assert_eq!(only(supplier, vec![vendor, party("C", "Acme")]).candidates[0].right_id, "V");
}

#[test]
fn a_job_is_found_by_its_own_name() {
    let job = RightParty { full_name: "Wholesale:Acme West".into(), ..party("J", "Acme West") };
    found_first(contact("Acme West"), job);
}

#[test]
fn a_name_cut_at_41_inside_a_word_still_agrees() {
    let whole = "Consolidated Northern Refrigeration Engineering Associates";
    let left = LeftContact { phone: "713 555 1212".into(), ..contact(whole) };
    let cut: String = whole.chars().take(41).collect();
    let right = RightParty { phone: "713 555 1212".into(), ..party("1", &cut) };
    assert_eq!(found_first(left, right).decision, Decision::Auto);
}

#[test]
fn a_contact_with_nothing_but_a_mail_address_is_offered_at_most() {
    let left = LeftContact { email: "pat@acme.com".into(), ..contact("") };
    let right = RightParty { email: "pat@acme.com".into(), ..party("1", "Acme") };
    let proposal = only(left, vec![right]);
    assert_eq!(proposal.candidates.len(), 1);
    assert_ne!(proposal.decision, Decision::Auto);
    assert_eq!(verdict(&proposal, Field::Name), Verdict::Unknown);
}

#[test]
fn a_box_against_a_street_costs_nothing_and_a_short_phone_still_agrees() {
    let left =
        LeftContact { address1: "PO Box 12".into(), phone: "555-1212".into(), ..contact("Acme Bearings") };
    let right = RightParty {
        bill_addr1: "12 Main St".into(),
        phone: "(713) 555-1212 ext 4".into(),
        ..party("1", "Acme Bearings")
    };
    let proposal = only(left, vec![right]);
    assert_eq!(verdict(&proposal, Field::HouseNumber), Verdict::Unknown);
    assert_eq!(verdict(&proposal, Field::Street), Verdict::Unknown);
    assert_eq!(verdict(&proposal, Field::Phone), Verdict::Agrees);
}

#[test]
fn without_any_quickbooks_record_a_new_one_is_proposed() {
    let proposal = only(contact("Acme"), Vec::new());
    assert_eq!((proposal.decision, proposal.candidates.len()), (Decision::None, 0));
    assert!(Engine::new(vec![party("1", "Acme")], Vec::new()).match_all().is_empty());
}

#[test]
fn what_a_person_decided_wins() {
    let left = LeftContact { phone: "713 555 1212".into(), ..contact("Acme Bearings") };
    let right = RightParty { phone: "713 555 1212".into(), ..party("1", "Acme Bearings") };
    let engine = |known: Known| {
        Engine::new(vec![right.clone(), party("2", "Zenline")], vec![left.clone()]).with_known(known)
    };
    assert_eq!(engine(Known::default()).match_all()[0].decision, Decision::Auto);

    let mut known = Known::default();
    known.refusals.insert((left.left_id.clone(), "1".into()));
    assert!(engine(known).match_all()[0].candidates.iter().all(|c| c.right_id != "1"), "never offered again");

    let mut known = Known::default();
    known.refusals.insert((left.left_id.clone(), "1".into()));
    known.links.insert(left.left_id.clone(), "1".into());
    let proposal = engine(known).match_all().remove(0);
    assert_eq!(
        (proposal.candidates[0].right_id.as_str(), proposal.linked.as_deref()),
        ("1", Some("1")),
        "linked all the same, it is shown with its evidence"
    );

    let mut known = Known::default();
    known.links.insert("somebody else".into(), "1".into());
    let proposal = engine(known).match_all().remove(0);
    assert!(
        proposal.decision == Decision::Suggest && proposal.why.contains("already linked"),
        "{}",
        proposal.why
    );

    let mut known = Known::default();
    known.links.insert(left.left_id.clone(), "2".into());
    let proposal = engine(known).match_all().remove(0);
    assert_eq!((proposal.linked.as_deref(), proposal.decision), (Some("2"), Decision::None));

    let mut known = Known::default();
    known.links.insert(left.left_id.clone(), "gone".into());
    let proposal = engine(known).match_all().remove(0);
    assert!(proposal.decision == Decision::Suggest && proposal.why.contains("gone"), "{}", proposal.why);
}

#[test]
fn a_second_look_finds_the_same_candidates_and_is_never_sure() {
    let left = LeftContact { phone: "713 555 1212".into(), ..contact("Acme Bearings") };
    let right = RightParty { phone: "713 555 1212".into(), ..party("1", "Acme Bearings") };
    let mut engine = Engine::new(vec![right, party("2", "Acme Bearing Works")], vec![left.clone()]);
    let again = engine.match_one(&left);
    assert_eq!(again.candidates, engine.match_all()[0].candidates);
    assert_eq!(again.decision, Decision::Suggest);
}

#[test]
fn fields_of_a_hundred_thousand_characters_do_no_harm() {
    let long = "é:(, & ".repeat(20_000);
    let left = LeftContact {
        email: long.clone(),
        phone: long.clone(),
        address1: long.clone(),
        website: long.clone(),
        ..contact(&long)
    };
    let right = RightParty {
        company_name: long.clone(),
        bill_addr1: long.clone(),
        email: long.clone(),
        ..party("1", &long)
    };
    let proposal = only(left, vec![right]);
    assert!(
        proposal
            .candidates
            .iter()
            .flat_map(|c| &c.evidence)
            .all(|e| e.left.chars().count() <= 120 && e.right.chars().count() <= 120)
    );
}

const WORDS: [&str; 12] = [
    "Acme",
    "Smith",
    "Supply",
    "& Sons",
    "Inc",
    "(West)",
    "dba",
    "Thibodeaux,",
    "J.B.",
    "- V",
    "The",
    "Ünïcode",
];

fn some_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(0..WORDS.len(), 0..5)
        .prop_map(|at| at.iter().map(|w| WORDS[*w]).collect::<Vec<_>>().join(" "))
}

fn some_list() -> impl Strategy<Value = Option<PartyList>> {
    prop_oneof![Just(Some(PartyList::Customer)), Just(Some(PartyList::Vendor)), Just(None)]
}

prop_compose! {
    fn some_contact()(company in some_text(), first in some_text(), last in "[A-C]?", phone in "(555121[0-3])?", zip in "(7700[0-2])?", list in some_list()) -> LeftContact {
        LeftContact { list, company, first_name: first, last_name: last, phone, post_code: zip, ..LeftContact::default() }
    }
}

prop_compose! {
    fn some_party()(name in some_text(), company_name in some_text(), phone in "(713555121[0-3])?", zip in "(7700[0-2])?", list in some_list(), is_active in any::<bool>()) -> RightParty {
        RightParty { list, name, company_name, phone, bill_postal_code: zip, is_active, ..RightParty::default() }
    }
}

/// Decisions of people about some of the contacts: links, refusals and aliases.
fn some_decisions(lefts: &[LeftContact], rights: &[RightParty], which: &[(usize, usize, u8)]) -> Known {
    let mut known = Known::default();
    for (left, right, kind) in which {
        let (Some(left), Some(right)) = (lefts.get(*left), rights.get(*right)) else { continue };
        let ids = (left.left_id.clone(), right.right_id.clone());
        match kind {
            0 => drop(known.links.insert(ids.0, ids.1)),
            1 => drop(known.refusals.insert(ids)),
            _ => known.aliases.entry(ids.1).or_default().push(left.company.clone()),
        }
    }
    known
}

/// Every score is the exact sum of what is shown beside it, and silence costs nothing.
fn check_sums(proposals: &[Proposal]) -> Result<(), TestCaseError> {
    for candidate in proposals.iter().flat_map(|p| &p.candidates) {
        let sum: i64 = candidate.evidence.iter().map(|e| (e.bits.value() * 10.0).round() as i64).sum();
        prop_assert_eq!(sum, (candidate.score_bits.value() * 10.0).round() as i64, "{:?}", candidate);
        prop_assert!(
            candidate.evidence.iter().all(|e| e.verdict != Verdict::Unknown || e.bits == Bits::ZERO)
        );
        let line: i64 = candidate
            .evidence_line()
            .split("; ")
            .filter_map(|part| part.rsplit_once(' '))
            .map(|(_, bits)| (bits.parse::<f64>().unwrap() * 10.0).round() as i64)
            .sum();
        prop_assert_eq!(line, sum, "the evidence on one line sums up too");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_score_is_the_sum_of_its_evidence_under_learnt_weights_claims_and_decisions(
        mut lefts in proptest::collection::vec(some_contact(), 1..30),
        mut rights in proptest::collection::vec(some_party(), 1..30),
        which in proptest::collection::vec((0usize..30, 0usize..30, 0u8..3), 0..20),
    ) {
        for (n, left) in lefts.iter_mut().enumerate() { left.left_id = format!("L{n}"); }
        for (n, right) in rights.iter_mut().enumerate() { right.right_id = format!("R{n:02}"); }
        let known = some_decisions(&lefts, &rights, &which);
        // Strangers enough that the lists teach weights of their own.
        let (strangers, records) = crowd::crowd();
        let all_lefts: Vec<LeftContact> = lefts.iter().cloned().chain(strangers).collect();
        let all_rights: Vec<RightParty> = rights.iter().cloned().chain(records).collect();
        let mut engine = Engine::new(all_rights, all_lefts).with_known(known.clone());
        let proposals = engine.match_all();
        prop_assert_ne!(engine.weights(), &weights::Weights::default(), "the weights are learnt ones");
        check_sums(&proposals)?;
        for proposal in &proposals {
            let linked = |c: &Candidate| proposal.linked.as_ref() == Some(&c.right_id);
            let refused = |c: &Candidate| !linked(c) && known.refusals.contains(&(proposal.left_id.clone(), c.right_id.clone()));
            prop_assert!(!proposal.candidates.iter().any(refused), "a refused pair is never offered again");
            prop_assert_eq!(proposal.linked.as_ref(), known.links.get(&proposal.left_id), "a link stays what it was");
            prop_assert!(proposal.linked.is_none() || proposal.decision != Decision::Auto);
        }
        // One change at a time adds up as well.
        let changed = LeftContact { phone: "7135551210".into(), ..lefts[0].clone() };
        check_sums(&engine.change(changed))?;
        check_sums(&engine.link("L0", Some("R00")))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_in_the_promises_hold(mut lefts in proptest::collection::vec(some_contact(), 0..12), mut rights in proptest::collection::vec(some_party(), 0..20)) {
        for (n, left) in lefts.iter_mut().enumerate() { left.left_id = format!("L{n}"); }
        for (n, right) in rights.iter_mut().enumerate() { right.right_id = format!("R{n:02}"); }
        let proposals = Engine::new(rights.clone(), lefts.clone()).match_all();
        prop_assert_eq!(&proposals, &Engine::new(rights.clone(), lefts.clone()).match_all(), "the same input gives the same output");
        prop_assert_eq!(proposals.len(), lefts.len());
        check_sums(&proposals)?;
        for (left, proposal) in lefts.iter().zip(&proposals) {
            prop_assert!(proposal.candidates.len() <= 10);
            prop_assert!(proposal.candidates.windows(2).all(|w| (w[1].score_bits, &w[0].right_id) <= (w[0].score_bits, &w[1].right_id) || w[1].score_bits < w[0].score_bits));
            for candidate in &proposal.candidates {
                let right = rights.iter().find(|r| r.right_id == candidate.right_id).unwrap();
                prop_assert!(left.list.is_none() || right.list.is_none() || left.list == right.list, "never across the lists");
            }
            if proposal.decision == Decision::Auto {
                let right = rights.iter().find(|r| r.right_id == proposal.candidates[0].right_id).unwrap();
                prop_assert!(left.list.is_some() && left.list == right.list && right.is_active);
                prop_assert_eq!(proposals.iter().filter(|p| p.decision == Decision::Auto && p.candidates[0].right_id == right.right_id).count(), 1);
            }
        }
    }
}
