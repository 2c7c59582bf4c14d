//! Other spellings of one name, as old ledgers, registers and people write them; and what only looks like one.

use super::*;

#[test]
fn a_name_cut_short_letter_by_letter_is_found() {
    for (full, short) in [
        ("Molson Coors Brewing Company", "MOLSONCRS BREW"),
        ("Bauer Physical Therapy", "BAUERPHYSCL"),
        ("Modesto Savings Bank", "MODESTOSVGS BK"),
        ("Kalamazoo Packaging", "KALAMAZOOPKG"),
    ] {
        let proposal = found_first(contact(full), party("R", short));
        assert_eq!(proposal.decision, Decision::Suggest, "{full} / {short}: {}", proposal.why);
    }
}

#[test]
fn initials_of_a_person_stand_where_given_names_stand() {
    for (first, last, name) in [
        ("Daniel M", "Bridges", "Bridges, D M"),
        ("Daniel", "Bridges", "D. Bridges"),
        ("J Robert", "Kehoe", "Kehoe, J. R."),
    ] {
        let proposal = found_first(person(first, last), party("R", name));
        assert_eq!(verdict(&proposal, Field::Name), Verdict::Agrees, "{first} {last} / {name}");
    }
    let other = only(person("Melissa", "Kehoe"), vec![party("R", "Kehoe, Patrick M")]);
    assert_eq!(other.decision, Decision::None, "{}", other.why);
}

#[test]
fn father_and_son_are_near_but_never_sure() {
    let at_home = |c: LeftContact| LeftContact { phone: "713 555 1212".into(), ..c };
    for (last, name) in
        [("Kehoe Sr", "Kehoe Jr, Robert"), ("Kehoe", "Robert Kehoe Jr"), ("Kehoe Sr", "Robert Kehoe")]
    {
        let right = RightParty { phone: "713 555 1212".into(), ..party("R", name) };
        assert_ne!(
            only(at_home(person("Robert", last)), vec![right]).decision,
            Decision::Auto,
            "{last} {name}"
        );
    }
    let same = RightParty { phone: "713 555 1212".into(), ..party("R", "Kehoe Sr., Robert") };
    assert_eq!(only(at_home(person("Robert", "Kehoe Sr")), vec![same]).decision, Decision::Auto);
}

#[test]
fn a_place_or_a_helper_beside_two_names_is_no_name_of_both() {
    for (a, b) in [
        ("Acme Bearings (Houston)", "Zenline Optics (Houston)"),
        ("Acme Bearings c/o Marlow Kent", "Zenline Optics c/o Marlow Kent"),
        ("Acme Bearings (The)", "Zenline Optics (The)"),
        ("Acme Bearings /DE/", "Zenline Optics /DE/"),
    ] {
        let left = LeftContact { city: "Houston".into(), post_code: "77001".into(), ..contact(a) };
        let right =
            RightParty { bill_city: "Houston".into(), bill_postal_code: "77001".into(), ..party("R", b) };
        let proposal = only(left, vec![right]);
        assert_eq!(proposal.decision, Decision::None, "{a} / {b}: {}", proposal.why);
    }
}

#[test]
fn what_registers_add_to_a_name_is_no_part_of_it() {
    for (a, b) in [
        ("Quantex Corp /DE/", "Quantex"),
        ("Quantex Motor Company of Canada", "Quantex Motor Canada"),
        ("Quantex Bearings (USA)", "Quantex Bearings Inc"),
        ("Quantex Bearings (The)", "The Quantex Bearings"),
    ] {
        let left = LeftContact { phone: "713 555 1212".into(), ..contact(a) };
        let right = RightParty { phone: "713 555 1212".into(), ..party("R", b) };
        let proposal = only(left, vec![right]);
        assert_eq!(proposal.decision, Decision::Auto, "{a} / {b}: {}", proposal.why);
    }
}
