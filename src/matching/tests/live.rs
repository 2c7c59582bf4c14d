//! One change at a time gives what a whole run gives, and moves nothing that it does not touch.

use super::*;

fn with_phone(id: &str, name: &str, phone: &str) -> LeftContact {
    LeftContact { left_id: id.into(), phone: phone.into(), ..contact(name) }
}

fn right(id: &str, name: &str, phone: &str) -> RightParty {
    RightParty { phone: phone.into(), ..party(id, name) }
}

fn world() -> (Vec<RightParty>, Vec<LeftContact>) {
    let rights = vec![
        right("1", "Acme Bearings", "713 555 1212"),
        right("2", "Zenline Optical", "713 555 1313"),
        right("3", "Harbor Marine Supply", "713 555 1414"),
    ];
    let lefts = vec![
        with_phone("a", "Acme Bearings", "713 555 1212"),
        with_phone("b", "Zenline Optical", "713 555 1313"),
    ];
    (rights, lefts)
}

fn run() -> Engine {
    let (rights, lefts) = world();
    let mut engine = Engine::new(rights, lefts);
    assert!(engine.match_all().iter().all(|p| p.decision == Decision::Auto));
    engine
}

#[test]
fn a_new_contact_that_wants_a_taken_record_sends_both_to_a_person_and_leaves_the_others() {
    let mut engine = run();
    let changed = engine.change(with_phone("c", "Acme Bearings Inc", "713 555 1212"));
    let who: Vec<(&str, Decision)> = changed.iter().map(|p| (p.left_id.as_str(), p.decision)).collect();
    assert_eq!(who, [("c", Decision::Suggest), ("a", Decision::Suggest)]);
    let freed = engine.change(with_phone("c", "Harbor Marine Supply", "713 555 1414"));
    let who: Vec<(&str, Decision)> = freed.iter().map(|p| (p.left_id.as_str(), p.decision)).collect();
    assert_eq!(who, [("c", Decision::Auto), ("a", Decision::Auto)]);
    assert_eq!(engine.forget("c").len(), 0, "nobody else wanted its record");
    assert!(engine.forget("c").is_empty());
}

#[test]
fn a_changed_contact_gets_what_a_whole_run_would_give() {
    let mut engine = run();
    let changed = with_phone("a", "Harbour Marine Supplies", "713 555 1414");
    let now = engine.change(changed.clone()).remove(0);
    let (rights, mut lefts) = world();
    lefts[0] = changed;
    let whole = Engine::new(rights, lefts).match_all().remove(0);
    let told = |p: &Proposal| {
        (p.decision, p.why.clone(), p.candidates.iter().map(|c| c.right_id.clone()).collect::<Vec<_>>())
    };
    assert_eq!(told(&now), told(&whole));
}

#[test]
fn a_refusal_and_a_link_touch_only_whom_they_concern() {
    let mut engine = run();
    let refused = engine.refuse("a", "1", true);
    assert_eq!(refused.len(), 1);
    assert!(refused[0].candidates.iter().all(|c| c.right_id != "1"));
    assert_eq!(engine.refuse("a", "1", false)[0].decision, Decision::Auto);
    let linked = engine.link("b", Some("1"));
    assert_eq!((linked[0].left_id.as_str(), linked[0].linked.as_deref()), ("b", Some("1")));
    let other = linked.iter().find(|p| p.left_id == "a").unwrap();
    assert!(other.decision == Decision::Suggest && other.why.contains("already linked"), "{}", other.why);
    let back = engine.link("b", None);
    assert_eq!((back[0].linked.as_deref(), back[0].decision), (None, Decision::Auto));
    assert_eq!(back.iter().find(|p| p.left_id == "a").unwrap().decision, Decision::Auto);
}

#[test]
fn a_name_learnt_from_a_link_finds_the_record_for_the_next_contact() {
    let left = || vec![LeftContact { left_id: "n".into(), ..contact("Blue Heron Trading") }];
    let without = Engine::new(world().0, left()).match_all().remove(0);
    assert_eq!(without.decision, Decision::None);
    let mut known = Known::default();
    known.aliases.insert("3".into(), vec!["Blue Heron Trading LLC".into()]);
    let with = Engine::new(world().0, left()).with_known(known).match_all().remove(0);
    assert_eq!(with.candidates[0].right_id, "3");
    assert_ne!(with.decision, Decision::None, "{}", with.why);
    let name = &with.candidates[0].evidence[0];
    assert_eq!(
        (name.right.as_str(), name.compared[1].as_str()),
        ("Harbor Marine Supply", "blue heron trade")
    );
}

#[test]
fn many_threads_give_the_same_answers() {
    let rights: Vec<RightParty> = (0..300)
        .map(|n| {
            right(
                &format!("{n:03}"),
                &format!("Firm {} {}", n % 90, n % 7),
                &format!("71355500{:02}", n % 80),
            )
        })
        .collect();
    let lefts: Vec<LeftContact> = (0..300)
        .map(|n| {
            with_phone(
                &n.to_string(),
                &format!("Firm {} {}", n % 80, n % 5),
                &format!("71355500{:02}", n % 70),
            )
        })
        .collect();
    let one = Engine::on_threads(rights.clone(), lefts.clone(), 1).match_all();
    assert_eq!(one, Engine::on_threads(rights, lefts, 3).match_all());
}

#[test]
fn every_contact_links_its_fields_to_what_was_compared() {
    let left = LeftContact { phone: "(713) 555-1212 x9".into(), ..contact("The Acme Company, LLC") };
    let proposal = only(left, vec![right("1", "ACME CO", "7135551212")]);
    let name = &proposal.candidates[0].evidence[0];
    assert_eq!((name.left.as_str(), name.compared[0].as_str()), ("The Acme Company, LLC", "acme"));
    let phone = proposal.candidates[0].evidence.iter().find(|e| e.field == Field::Phone).unwrap();
    assert_eq!(phone.compared, ["7135551212".to_string(), String::new()]);
}

#[test]
fn a_link_whose_side_was_renamed_goes_back_to_a_person() {
    let told = |then: (&str, &str)| {
        let mut known = Known::default();
        known.links.insert("a".into(), "1".into());
        known.names_then.insert("a".into(), (then.0.into(), then.1.into()));
        Engine::new(world().0, world().1).with_known(known).match_all().remove(0)
    };
    assert_eq!(
        told(("Acme Bearings", "ACME Bearings, Inc")).decision,
        Decision::None,
        "another spelling is no other name"
    );
    let renamed = told(("Acme Bearings", "Quantex Software"));
    assert!(
        renamed.decision == Decision::Suggest && renamed.why.contains("Quantex Software"),
        "{}",
        renamed.why
    );
    let renamed = told(("Quantex Software", "Acme Bearings"));
    assert!(renamed.decision == Decision::Suggest && renamed.why.contains("Cin7"), "{}", renamed.why);
    assert_eq!(renamed.linked.as_deref(), Some("1"), "it stays linked until a person decides");
}

#[test]
fn what_people_decided_teaches_the_weights_even_in_a_long_list() {
    // Every second contact was linked by a person to a record of another name and phone in the same house.
    let name = |n: usize, what: &str| format!("{}{n} {what}", ["Barnel", "Velmos", "Korlan"][n % 3]);
    let lefts: Vec<LeftContact> = (0..1_200)
        .map(|n| LeftContact {
            address1: format!("{} Elm St", n + 1),
            post_code: "77001".into(),
            ..with_phone(&n.to_string(), &name(n, "Foods"), &format!("713555{n:04}"))
        })
        .collect();
    let rights: Vec<RightParty> = (0..1_200)
        .map(|n| RightParty {
            bill_addr1: format!("{} Elm Street", n + 1),
            bill_postal_code: "77001".into(),
            ..right(&n.to_string(), &name(n + 5_000, "Tiles"), &format!("281555{n:04}"))
        })
        .collect();
    let mut known = Known::default();
    known.links.extend((1..1_200).step_by(2).map(|n| (n.to_string(), n.to_string())));
    let unlearnt = Engine::new(rights.clone(), lefts.clone());
    let learnt = Engine::new(rights, lefts).with_known(known);
    let phone = |engine: &Engine| engine.weights().differs(super::super::weights::Learnt::Phone);
    assert!(phone(&learnt) > phone(&unlearnt), "{} {}", phone(&learnt), phone(&unlearnt));
}
